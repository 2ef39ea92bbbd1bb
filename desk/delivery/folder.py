"""Putting files into a folder, each whole or not at all. Doing it again changes nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hubwatch.errors import HubwatchError

from ..files import write_whole
from .sent import DeliveryResult, DeliveryState


def put(folder: Path, files: Mapping[str, bytes]) -> DeliveryResult:
    """Put these files (name → bytes) there; a file of that name that says something else is left
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
                write_whole(folder / name, data)
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
