"""How much the daemon may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`children` run at a time, each for at most `batch` jobs of one group, with at most `memory`
    bytes together with its own children; at the end they have `drain` to end by themselves."""

    children: int = 2
    batch: int = 8
    memory: int = 1024 * MIB
    drain: timedelta = timedelta(seconds=20)
