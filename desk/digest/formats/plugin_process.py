"""The process in which a format of another package is made: one word, one act, one file."""

from __future__ import annotations

import json
import os
import resource
import sys
from importlib.metadata import entry_points

from ... import _
from .plugins import GROUP, MOST_BYTES

_MEMORY, _CPU_SECONDS = 1024**3, 60


def main(word: str, act: str) -> None:
    """Write what the plug-in says of its format, or its file of the digest on the input. What it
    prints goes to where errors go."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    given = sys.stdin.buffer.read()
    to = os.dup(1)
    os.dup2(2, 1)
    (point,) = entry_points(group=GROUP, name=word)
    made = point.load()
    if act == "describe":
        data = json.dumps({"media_type": made.media_type, "suffix": made.suffix}).encode()
    else:
        data = made.render(json.loads(given))
        if not isinstance(data, bytes):
            raise TypeError(_("render returned %(kind)s, not bytes", kind=type(data).__name__))
        if not data:
            raise ValueError(_("render returned nothing"))
    with os.fdopen(to, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
