"""Files that people name: read whole, bounded, and without ever waiting for one."""

from __future__ import annotations

import stat
from pathlib import Path

from hubwatch.errors import PageError

_PLAINLY: dict[type[OSError], str] = {
    FileNotFoundError: "there is no such file",
    NotADirectoryError: "there is no such file",
    PermissionError: "may not be read by you",
    IsADirectoryError: "is a folder, not a file",
}


def read_bounded(path: Path, most: int) -> bytes:
    """A regular file of at most `most` bytes, whole. Never waits, as at a pipe or a terminal.

    Raises PageError, one line `FILE: what is wrong`.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            folder = path.is_dir()
            raise PageError(f"{path}: is {'a folder' if folder else 'a device or pipe'}, no file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero character
        told = next((text for kind, text in _PLAINLY.items() if isinstance(error, kind)), "")
        raise PageError(f"{path}: {told or 'cannot be read'}") from None
    if len(data) > most:
        raise PageError(f"{path}: is larger than {most // 1_000_000} MB")
    return data
