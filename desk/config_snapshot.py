"""The configuration in force: a copy of people's own files as they were when they last loaded.

The daemon's children read the copy, so that a file which somebody is editing, or has broken, fails
no crawl: the old configuration stays whole, for the plan and for what runs by it. Of a source's
file that cannot be used the last copy that could is taken over, with what is wrong beside it. Where
the copy is read instead of the files, only `config` knows. Shipped files are not copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from hubwatch.errors import StorageError
from hubwatch.ownership import give_as_root
from scraper.sources.load import FAULT, FileFault

from .config import Config, copy_of

_KEPT = 2  # copies: that in force, and the one before it, which a child may be reading


def own_files(config: Config) -> tuple[Path, ...]:
    """The files of people's own that say what is crawled and how, those that are there
    and that this user may look at."""
    return tuple(sorted(each for each in _named(config) if os.path.isfile(each)))  # noqa: PTH113


def _named(config: Config) -> Iterator[Path]:
    yield from filter(None, (config.path, config.watchlist))
    for folder in config.sources:
        yield from folder.glob("*.toml")
        yield from folder.glob("templates/*.toml")


def looks(files: Iterable[Path]) -> str:
    """Something that differs once a file has come, gone or changed."""
    found = hashlib.sha256()
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.update(f"{path}|{stat.st_mtime_ns}|{stat.st_size}|{stat.st_ino}\n".encode())
    return found.hexdigest()[:16]


def keep(config: Config, archive: Path, name: str, faults: Iterable[FileFault]) -> Path:
    """Copy a configuration's own files, each under its whole path, into a folder `name` beside the
    archive. Older copies go. Return the folder. Raise StorageError.

    A file that has one of the `faults` is not copied.
    """
    home = archive.absolute().with_name(f"{archive.name}.config-snapshot")
    folder = home / name
    try:
        earlier, broken = _newest_first(home), {fault.path: fault for fault in faults}
        for place in filter(Path.is_dir, config.sources):
            copy_of(folder, place).mkdir(parents=True, exist_ok=True)
        for path in own_files(config):
            target = copy_of(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(target.name + FAULT)
            fault = broken.get(str(path))
            if fault is None:
                beside.unlink(missing_ok=True)
                shutil.copy2(path, target)
                continue
            beside.write_text(json.dumps(asdict(fault)), "utf-8")
            usable = next((one for each in earlier if (one := copy_of(each, path)).is_file()), None)
            if usable not in (None, target):
                shutil.copy2(usable, target)
        folder.mkdir(parents=True, exist_ok=True)
        folder.touch()
        give_as_root((home, folder, *folder.rglob("*")), archive.absolute().parent)
        for old in _newest_first(home)[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror}") from error
    return folder


def last_kept(homes: Iterable[Path], config: Path) -> Path | None:
    """The newest of the copies in these folders that has this configuration, if any."""
    found = [
        folder
        for home in homes
        for folder in _newest_first(home)
        if copy_of(folder, config).is_file()
    ]
    return max(found, key=lambda each: each.stat().st_mtime, default=None)


def _newest_first(home: Path) -> list[Path]:
    found = home.iterdir() if home.is_dir() else ()
    return sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)
