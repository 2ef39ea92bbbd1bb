"""Loading all sources and templates: the shipped ones, with people's own folders on top.

Reads TOML files only: no network, no archive, no page. A folder holds `*.toml`, one a source, and
`templates/*.toml`, one a template family. A later folder shadows an earlier one by id.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from hubwatch.errors import ConfigError, PageError, SourceError
from hubwatch.patterns import lazy_pattern
from hubwatch.toml import Table, load_toml, nearest, parse_id

from .build import Check, Template, source_from, template_from
from .links import authority_of, is_article, is_on_hosts
from .model import Source
from .packs import sources_in

HERE = Path(__file__).parent
SHIPPED = HERE / "shipped"
TEMPLATES = HERE / "templates"

T = TypeVar("T", Source, Template)

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_QUOTED = r""" "[^"\\\x00-\x1f]*" | '[^'\\\x00-\x1f]*' """.replace(" ", "")
_PART = rf"(?:[#.]{_NAME}|\[{_NAME}(?:[~|^$*]?=(?:{_NAME}|{_QUOTED}))?\])"
_COMPOUND = rf"(?:{_NAME}{_PART}*|{_PART}+)"
_COMPLEX = rf"{_COMPOUND}(?:(?:[ ]*[>+~][ ]*|[ ]+){_COMPOUND})*"
PLAIN = lazy_pattern(rf"{_COMPLEX}(?:[ ]*,[ ]*{_COMPLEX})*")
"""A selector of names, ids, classes and attributes: it can be used, whatever it selects."""


@dataclass(frozen=True, slots=True)
class FileFault:
    """One of people's own files that cannot be used: what is wrong, in one line, and the id that
    it says or seems to have."""

    path: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sources and templates, each ordered by id. A shipped one is read when it is asked for.

    `own` are the ids of people's own sources, `faults` what is wrong with people's own files,
    `left_out` the ids of sources that are not there because of it. No shipped source takes the
    place of such a file: whoever wrote one did not want to read the portal by ours.
    """

    sources: Mapping[str, Source]
    templates: Mapping[str, Template]
    faults: tuple[FileFault, ...] = ()
    left_out: Mapping[str, ConfigError] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def get(self, source_id: str) -> Source:
        """The source with this id. Raises SourceError: what is wrong with its file, or else one
        that names the nearest source."""
        if source_id in self.sources:
            return self.sources[source_id]
        if source_id in self.left_out:
            raise self.left_out[source_id]
        if near := nearest(source_id, self.sources):
            raise SourceError(
                "there is no source %(source_id)r; did you mean %(near)r?",
                source_id=source_id,
                near=near,
            )
        raise SourceError(
            "there is no source %(source_id)r; see `hubwatch sources`", source_id=source_id
        )

    def of_packs(self, names: Sequence[str]) -> frozenset[str]:
        """The ids of people's own sources, and of the shipped ones in these packs. Raises
        ConfigError for a pack that there is not."""
        return self.own | sources_in(names)

    def for_url(self, url: str) -> Source | None:
        """The source whose link rule takes this address as an article. Among several the one
        whose home or entry shares the longest part of the address. None if there is none."""
        takers = [source for source in self.sources.values() if is_article(url, source.links)]
        return max(takers, key=lambda source: _nearness(url, source), default=None)

    def at_host_of(self, url: str) -> Source | None:
        """The source on whose hosts this address stands, whatever its link rule says. Among
        several the nearest, as in `for_url`. None if there is none."""
        hosts = [source for source in self.sources.values() if is_on_hosts(url, source.links)]
        return max(hosts, key=lambda source: _nearness(url, source), default=None)


def load_catalogue(extra_folders: Sequence[Path] = ()) -> Catalogue:
    """Load the shipped files, then each folder in turn, later ones shadowing by id.

    Raises SourceError, one line `FILE: KEY: what is wrong`, for the first of people's own files
    that cannot be used. A test checks the shipped ones, and their selectors.
    """
    catalogue = load_usable(extra_folders)
    for fault in catalogue.faults:
        raise SourceError(fault.text)
    return catalogue


def load_usable(
    extra_folders: Sequence[Path] = (), check: Callable[[Source], None] = lambda source: None
) -> Catalogue:
    """Load the same, without the files that cannot be used: one that is broken stops no other
    source. `check` raises ConfigError for one of people's own sources that is of no use although
    it can be read. Raises SourceError where there is no such folder."""
    folders = [require_folder(folder) for folder in extra_folders]
    templates = _Shelf(TEMPLATES, template_from)
    for folder in folders:
        templates.add(_files(folder / "templates"))
    sources = _Shelf(SHIPPED, lambda table, selectors: source_from(table, templates, selectors))
    for folder in folders:
        sources.add(_files(folder), check)
    own = frozenset(sources.built)
    if templates.left_out:
        sources.leave_out_unusable()
    for fault in (each for folder in folders for each in _faults_of_copies(folder)):
        sources.faults.append(fault)
        if fault.id not in sources:
            sources.left_out[fault.id] = SourceError(fault.text)
    faults = (*templates.faults, *sources.faults)
    return Catalogue(sources, templates, faults, sources.left_out, own)


class _Shelf(Mapping[str, T]):
    """What people have of their own, and each shipped file, built when it is first asked for: a
    crawl of one source need not read a hundred others. A shipped file is called as its id."""

    def __init__(self, folder: Path, build: Callable[[Table, Check], T]) -> None:
        self._paths = {path.stem: path for path in _files(folder)}
        self._build: Callable[[Table, Check], T] = build
        self._built: dict[str, T] = {}
        self.left_out: dict[str, ConfigError] = {}
        self.faults: list[FileFault] = []

    @property
    def built(self) -> frozenset[str]:
        """The ids of what was built so far: before anybody asks, people's own."""
        return frozenset(self._built)

    def add(self, files: Sequence[Path], check: Callable[[T], None] = lambda built: None) -> None:
        """Put the files of one folder on top. What of them cannot be used, or does not pass the
        check, is left out."""
        first: dict[str, Path] = {}
        for path in files:
            key = _id_in(path)
            try:
                table = load_toml(path, SourceError)
                key = table.parsed("id", parse_id)
                if key in first:
                    raise table.error("id", f"{key!r} is already used in {first[key]}")
                first[key] = path
                built = self._build(table, check_selector)
                check(built)
                self._built[key] = built
                self.left_out.pop(key, None)
            except ConfigError as fault:
                self.faults.append(FileFault(str(path), key, str(fault)))
                self.left_out[key] = fault
                self._built.pop(key, None)

    def leave_out_unusable(self) -> None:
        """Build every shipped one, and leave out those that cannot be, as where a template that
        they name was left out."""
        for key in tuple(self):
            try:
                self[key]
            except ConfigError as fault:
                self.left_out[key] = fault

    def __getitem__(self, key: str) -> T:
        if key in self.left_out:
            raise self.left_out[key]
        if key not in self._built:
            table = load_toml(self._paths[key], SourceError)
            if table.parsed("id", parse_id) != key:
                raise table.error("id", f"must be {key!r}, as the file is called")
            self._built[key] = self._build(table, _trust)
        return self._built[key]

    def __contains__(self, key: object) -> bool:
        return key not in self.left_out and (key in self._built or key in self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._paths, *self._built} - set(self.left_out)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


FAULT = ".fault"
"""The ending of a file beside the copy of a file: what is wrong with the original, as JSON."""
_ID_LINE = lazy_pattern(r"""^\s*id\s*=\s*["']([a-z0-9-]{1,64})["']""", re.MULTILINE)
_ID_WITHIN = 65_536


def _id_in(path: Path) -> str:
    """The id that a file seems to have, even one that is no TOML: as it says, else as it is
    called."""
    try:
        with path.open("rb") as file:
            found = _ID_LINE.search(file.read(_ID_WITHIN).decode("utf-8", "replace"))
    except OSError:
        found = None
    return found[1] if found else path.stem


def _faults_of_copies(folder: Path) -> Iterator[FileFault]:
    """Of a folder that is a copy: what was wrong with the originals when it was made."""
    for path in sorted((*folder.glob(f"*{FAULT}"), *folder.glob(f"templates/*{FAULT}"))):
        yield FileFault(**json.loads(path.read_text("utf-8")))


def definition_of(source: Source, folders: Sequence[Path]) -> dict[str, str]:
    """The files by which a source is read, its own and those of all templates, by their names below
    a folder of sources: the same folder elsewhere has the same source. A template takes the place
    of an earlier one of its id, however the files are called. Raises SourceError."""
    templates = {path.stem: path for path in _files(TEMPLATES)}
    for folder in folders:
        templates.update({_id_in(path): path for path in _files(folder / "templates")})
    named = {f"{source.id}.toml": Path(source.path)}
    named.update({f"templates/{key}.toml": path for key, path in templates.items()})
    try:
        return {name: path.read_text("utf-8") for name, path in named.items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{source.path}: {error}") from None


def check_selector(selector: str) -> None:
    """Raises ValueError unless this is a CSS selector we can use."""
    if PLAIN.fullmatch(selector) is None:
        # Imported here: the selector engine costs more than loading every shipped source.
        from ..parsing.selectors import check

        check(selector)


def _trust(selector: str) -> None:
    """Shipped selectors are checked by a test, not at every start."""


def require_folder(folder: Path) -> Path:
    """A folder of sources. Raises SourceError where it is not there or cannot be read: its sources
    would else be missing, and nobody would know."""
    try:
        is_folder = folder.is_dir()
    except PermissionError as error:
        raise _unreadable(folder, error.strerror) from None
    if not is_folder:
        raise SourceError(f"{folder}: there is no such folder of sources")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise _unreadable(folder, os.strerror(errno.EACCES))
    return folder


def _unreadable(folder: Path, why: str | None) -> SourceError:
    return SourceError(f"{folder}: cannot be read: {why}; check the permissions of that folder")


def _files(folder: Path) -> list[Path]:
    """The files of one folder, none where it is not there. Raises SourceError where it cannot be
    read."""
    try:
        paths = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(folder, error.strerror) from None
    return sorted(p for p in paths if p.suffix == ".toml" and not p.name.startswith("."))


def _nearness(url: str, source: Source) -> int:
    return max(_shared(url, start) for start in (source.home, *(e.url for e in source.entries)))


def _shared(url: str, start: str) -> int:
    if authority_of(url) != authority_of(start):
        return 0
    pairs = zip(urlsplit(url).path.split("/"), urlsplit(start).path.split("/"), strict=False)
    return 1 + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


# Files that people name: read whole, bounded, and without ever waiting for one.

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
        reason = next((text for kind, text in _PLAINLY.items() if isinstance(error, kind)), "")
        raise PageError(f"{path}: {reason or 'cannot be read'}") from None
    if len(data) > most:
        raise PageError(f"{path}: is larger than {most // 1_000_000} MB")
    return data
