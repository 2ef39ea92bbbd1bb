"""What became of one attempt to hand something on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    """How an attempt ended. DELAYED: certainly not taken, and may be later. DOUBT: it may have been
    taken, nobody said so. REFUSED: it will not be taken however often it is tried. PARTLY: taken
    for some, and for others it may be later."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    DOUBT = "in doubt"
    REFUSED = "refused"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How an attempt ended and why, in one line without secrets. `wait`: how long the other side
    asked to be left alone. `lacking`: who has not got it and may later, where others have."""

    sent: DeliveryState
    reason: str = ""
    wait: timedelta | None = None
    lacking: tuple[str, ...] = ()


def reason_of(error: BaseException, limit: int = 200) -> str:
    """What an exception says, on one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:limit]
