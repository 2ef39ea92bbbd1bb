"""What a check comes to. A value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """`fault`: something does not work; `warning`: it may not, before long."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is in one line, and what to do where it is not in order."""

    name: str
    state: CheckState
    told: str
    remedy: str = ""


def ok(name: str, told: str) -> Check:
    """In order."""
    return Check(name, CheckState.OK, told)


def warning(name: str, told: str, remedy: str) -> Check:
    """Somebody should see to it."""
    return Check(name, CheckState.WARNING, told, remedy)


def fault(name: str, told: str, remedy: str) -> Check:
    """Something does not work."""
    return Check(name, CheckState.FAULT, told, remedy)
