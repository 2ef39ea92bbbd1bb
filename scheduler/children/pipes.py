"""What a child says, read as it comes and kept within bounds.

Not asyncio's own streams: with those, waiting for a process also waits for whoever inherited its
output, and a forgotten grandchild could hold the daemon for ever.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

_CHUNK = 64 * 1024


class Output:
    """A pipe from a child. `keep` is the part of everything said that is kept, such as
    `slice(-4096, None)`; the rest is read and forgotten, so that the child never blocks."""

    def __init__(self, keep: slice) -> None:
        self._keep = keep
        self._said = b""
        self._ended = asyncio.Event()
        self._source, self.target = os.pipe()
        os.set_blocking(self._source, False)
        asyncio.get_running_loop().add_reader(self._source, self._read)

    def started(self) -> None:
        """The child has its end of the pipe; close ours, so that we see the end of what it says."""
        os.close(self.target)

    async def finish(self, seconds: float) -> str:
        """Everything kept, once the child's end is closed or after `seconds`; closes the pipe."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        asyncio.get_running_loop().remove_reader(self._source)
        os.close(self._source)
        return self._said.decode("utf-8", "replace")

    def _read(self) -> None:
        chunk = os.read(self._source, _CHUNK)
        self._said = (self._said + chunk)[self._keep]
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._source)
            self._ended.set()
