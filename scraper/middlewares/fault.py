"""Why a fetch failed, as an outcome word. Loads nothing: other libraries' exceptions are translated
in `faults`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from hubwatch.errors import FetchError
from storage.types import Outcome


class Fault(FetchError):
    """One address could not be fetched: the outcome word and why.

    `transient`: trying again may help. `connected`: the server was reached.
    """

    transient: ClassVar[bool] = False
    connected: ClassVar[bool] = True

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome = outcome
        self.reason = reason


class Passing(Fault):
    """A fault that may be over in a moment."""

    transient = True


class Unreachable(Passing):
    """No connection came about, this time."""

    connected = False


class Refused(Fault):
    """No connection came about and none should be tried again: a bad certificate or address."""

    connected = False


class AskedToWait(Fault):
    """The server wants to be left alone for a while."""


def asked_to_wait(until: datetime) -> Fault:
    """The fault of an address whose host wants to be left alone until then (aware)."""
    return AskedToWait(Outcome.HTTP_ERROR, f"the host asked to wait until {until:%F %T %Z}")


def refused(reason: str) -> Fault:
    """The fault of an address that we do not connect to."""
    return Refused(Outcome.REFUSED_ADDRESS, reason)
