"""Handing something on: by mail, to a webhook, into a folder. Knows neither digests nor alerts.

Here is what all ways share: what became of an attempt, and how long it may take. A folder is the
simplest of them.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from hubwatch.errors import HubwatchError

from ..files import write_atomically


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
    """What an exception says, on one line; one of the system without its number."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join(str(said).split()) or type(error).__name__
    return text[:limit]


# A bound in seconds for a whole conversation, not for each silence in it.


class Overtime:
    """Whether the bound was reached."""

    def __init__(self) -> None:
        self.reached = False


@contextmanager
def within(seconds: float, current: Callable[[], socket.socket | None]) -> Iterator[Overtime]:
    """Shut the `current` connection after so many seconds. Who waits for it then gets an error."""
    overtime = Overtime()

    def shut() -> None:
        overtime.reached = True
        connection = current()
        with suppress(OSError):
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield overtime
    finally:
        timer.cancel()


# Files into a folder, each whole or not at all. Doing it again changes nothing.


def put(folder: Path, files: Mapping[str, bytes]) -> DeliveryResult:
    """Put these files (name → bytes) there. A file of that name that says something else is left
    alone, and nothing is written then."""
    if not folder.is_dir():
        return DeliveryResult(DeliveryState.DELAYED, f"{folder}: there is no such folder")
    try:
        strange = [name for name, data in files.items() if _says_otherwise(folder / name, data)]
        if strange:
            return DeliveryResult(
                DeliveryState.REFUSED, f"{folder / strange[0]}: is there and says something else"
            )
        for name, data in files.items():
            if not os.path.lexists(folder / name):
                write_atomically(folder / name, data)
    except HubwatchError as error:
        return DeliveryResult(DeliveryState.DELAYED, str(error))
    except OSError as error:
        return DeliveryResult(DeliveryState.DELAYED, f"{folder}: {error.strerror}")
    return DeliveryResult(DeliveryState.DELIVERED, str(folder))


def _says_otherwise(path: Path, data: bytes) -> bool:
    # A link that leads nowhere is not ours either: what is written there would land elsewhere.
    if not path.is_file():
        return os.path.lexists(path)
    return path.stat().st_size != len(data) or path.read_bytes() != data
