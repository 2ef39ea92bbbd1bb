"""How much memory a child and its own children use, seen from outside.

Linux only, by proc(5); elsewhere nothing is known and nothing is exceeded. What pages of files
share with others is not counted.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_LOOK_SECONDS = 1.0


async def exceeded(pid: int, limit: int) -> None:
    """Return as soon as a process and its descendants use more than `limit` bytes; else never."""
    while used(pid) <= limit:
        await asyncio.sleep(_LOOK_SECONDS)


def used(pid: int) -> int:
    """Bytes of memory of their own that a process and its descendants use; 0 for one that is gone
    or where that cannot be told."""
    return _own(pid) + sum(used(child) for child in _children(pid))


def _own(pid: int) -> int:
    try:
        _, resident, shared, *_ = (_PROC / str(pid) / "statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in (_PROC / str(pid) / "task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:  # gone meanwhile, or a kernel that does not tell
        return found
    return found
