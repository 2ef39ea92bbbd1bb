"""Taking turns with everybody else who writes: short transactions with a breath in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

_SHARE = 1.0
"""After a turn others have as long as it took: who writes seldom meets the lock half the time."""
_LONGEST_BREATH = 0.5


@dataclass(frozen=True, slots=True)
class Turns:
    """Calling it gives a transaction that locks first; when it has ended there is a pause."""

    writing: Callable[[], AbstractContextManager[object]]

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """One short transaction."""
        began = time.monotonic()
        with self.writing():
            yield
        time.sleep(min(_LONGEST_BREATH, _SHARE * (time.monotonic() - began)))
