"""Files that people or other programs read: written whole or not at all.

A reader, and whoever comes after a crash, finds the old file or the new one, never half of either.
What a name leads to is what counts: a link stays and the file behind it is replaced. A device or
pipe is written to and never replaced.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from hubwatch.errors import HubwatchError

from . import _

_PROGRAM = Path(__file__).resolve().parent
_MODE = 0o644
"""Of what others are to read: a digest, an export. The umask may take more."""
_OUTPUTS = (1, 2)
_COMPANIONS = ("-journal", "-wal", "-shm")


def write_atomically(target: Path, data: bytes) -> None:
    """Write a file: beside it first, then in its place, both made durable.

    What a killed writer left beside it is removed. Raise HubwatchError.
    """
    with writing(target) as out:
        out.write(data)


@contextmanager
def writing(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `target` once it is written to its end. A crash leaves the old
    one. What is there and is no regular file takes the bytes as they come. Raise HubwatchError, in
    the block too."""
    try:
        place = place_of(target)
        if place is None:
            with os.fdopen(_opened(target), "wb") as out:
                yield out
            return
        with beside(place) as name:
            with name.open("wb") as out:
                yield out
            put_in_place(name, place, _MODE & ~_umask())
    except OSError as error:
        raise HubwatchError(
            _("%(target)s: cannot be written: %(strerror)s", target=target, strerror=error.strerror)
        ) from error


def _umask() -> int:
    """The umask of this process. Where the system does not say it without changing it, that of
    most."""
    try:
        said = Path("/proc/self/status").read_text("ascii", "replace")
        return int(said.partition("\nUmask:")[2].split()[0], 8)
    except (OSError, ValueError, IndexError):
        return 0o022


def is_ours(folder: Path) -> bool:
    """Whether a folder comes with this program, such as the sources of the practice portal: nobody
    writes to it, and no backup needs it."""
    return folder.resolve().is_relative_to(_PROGRAM)


def make_folder(folder: Path) -> None:
    """Have a folder, and those around it. Raise HubwatchError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HubwatchError(
            _("%(folder)s: cannot be made: %(strerror)s", folder=folder, strerror=error.strerror)
        ) from None


def place_of(target: Path) -> Path | None:
    """The name at which a file may be put in place of `target`, links followed. None where a
    device, a pipe or what stdout or stderr lead to must be written to instead. Raise OSError."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return Path(os.path.realpath(target))
    regular = stat.S_ISREG(found.st_mode) and _ours(found) is None
    return Path(os.path.realpath(target)) if regular else None


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new empty file in the folder of `target`, locked as long as its writer lives and gone
    afterwards, unless it was put in place. Raise HubwatchError, in the block too, where the disk
    does not take it."""
    try:
        descriptor, name = _locked_file(target)
        try:
            yield name
        finally:
            _unlink(name)
            os.close(descriptor)
    except OSError as error:
        raise HubwatchError(
            _("%(target)s: cannot be written: %(strerror)s", target=target, strerror=error.strerror)
        ) from error


def put_in_place(name: Path, target: Path, mode: int) -> None:
    """Make what was written `beside` durable, and then the target, which is replaced whatever it
    is: `place_of` says whether it may be. Raise OSError."""
    with name.open("rb") as written:
        os.fsync(written.fileno())
    name.chmod(mode)
    name.replace(target)
    _sync_folder(target)
    _sweep(target)


def _opened(target: Path) -> int:
    # A second opening of a file that stdout leads to would write over its beginning.
    ours = _ours(target.stat())
    return os.open(target, os.O_WRONLY | os.O_NOCTTY) if ours is None else os.dup(ours)


def _ours(found: os.stat_result) -> int | None:
    """Which of stdout and stderr leads there."""
    for descriptor in _OUTPUTS:
        with suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), found):
                return descriptor
    return None


def _locked_file(target: Path) -> tuple[int, Path]:
    while True:
        descriptor, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=_prefix(target))
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if Path(name).exists():  # another writer may have swept it away before it was locked
            return descriptor, Path(name)
        os.close(descriptor)


def _sync_folder(target: Path) -> None:
    """Make the new name durable, not the bytes alone."""
    folder = os.open(target.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sweep(target: Path) -> None:
    """Remove what writers left that are dead: nobody holds a lock on it."""
    for left in target.absolute().parent.glob(f"{_prefix(target)}*"):
        if left.name.endswith(_COMPANIONS):  # they go with their file
            continue
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _unlink(left)


def _unlink(name: Path) -> None:
    """Remove a file, and what SQLite keeps beside one of its own."""
    for ending in ("", *_COMPANIONS):
        name.with_name(name.name + ending).unlink(missing_ok=True)


def _prefix(target: Path) -> str:
    return f".{target.name}.part-"
