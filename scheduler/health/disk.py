"""Whether the archive's disk has room. Pure: how much is free is passed in."""

from __future__ import annotations

from collections.abc import Iterator

from storage.incidents.records import Finding, Kind, Severity

from .findings import of_this_machine


def judge_disk(free: int, floor: int) -> Iterator[Finding]:
    """`free` bytes on the disk, `floor` those below which no crawl begins. Said before it comes to
    that, at twice as many."""
    if free >= 2 * floor:
        return
    evidence = [f"{_megabytes(free)} free, no crawl begins below {_megabytes(floor)}"]
    if free < floor:
        told = "the disk is nearly full: crawls have stopped"
        yield of_this_machine(Kind.DISK, Severity.CRITICAL, told, evidence)
    else:
        told = "the disk is filling: crawls will stop soon"
        yield of_this_machine(Kind.DISK, Severity.WARNING, told, evidence)


def _megabytes(size: int) -> str:
    return f"{size / 10**6:,.0f} MB"
