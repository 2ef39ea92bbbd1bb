"""Loading all sources and templates: the shipped ones, with people's own folders on top.

Reads TOML files only: no network, no archive, no page. A folder holds `*.toml`, one a source, and
`templates/*.toml`, one a template family. A later folder shadows an earlier one by id.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from hubwatch.errors import PageError, SourceError
from hubwatch.toml import Table, load_toml, parse_id, suggest

from .build import Check, Template, source_from, template_from
from .links import authority_of, is_article, is_on_hosts
from .model import Source

HERE = Path(__file__).parent
SHIPPED = HERE / "shipped"
TEMPLATES = HERE / "templates"

T = TypeVar("T", Source, Template)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sources and templates, each ordered by id. A shipped one is read when it is asked for."""

    sources: Mapping[str, Source]
    templates: Mapping[str, Template]

    def get(self, source_id: str) -> Source:
        """The source with this id. Raises SourceError that names the nearest one."""
        if source_id in self.sources:
            return self.sources[source_id]
        hint = suggest(source_id, self.sources) or "; see `hubwatch sources`"
        raise SourceError(f"there is no source {source_id!r}{hint}")

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
    own = [_folder(folder) for folder in extra_folders]
    own_templates: dict[str, Template] = {}
    for folder in own:
        own_templates |= _build_all(_files(folder / "templates"), template_from, check_selector)
    templates = _Shelf(TEMPLATES, template_from, own_templates)

    def source(table: Table, check: Check) -> Source:
        return source_from(table, templates, check)

    own_sources: dict[str, Source] = {}
    for folder in own:
        own_sources |= _build_all(_files(folder), source, check_selector)
    return Catalogue(_Shelf(SHIPPED, source, own_sources), templates)


class _Shelf(Mapping[str, T]):
    """What people have of their own, and each shipped file, built when it is first asked for: a
    crawl of one source need not read a hundred others. A shipped file is called as its id."""

    def __init__(self, folder: Path, build: Callable[[Table, Check], T], own: dict[str, T]) -> None:
        self._paths = {path.stem: path for path in _files(folder)}
        self._ids = sorted({*self._paths, *own})
        self._build: Callable[[Table, Check], T] = build
        self._built: dict[str, T] = own

    def __getitem__(self, key: str) -> T:
        if key not in self._built:
            table = load_toml(self._paths[key], SourceError)
            if table.parsed("id", parse_id) != key:
                raise table.error("id", f"must be {key!r}, as the file is called")
            self._built[key] = self._build(table, _trust)
        return self._built[key]

    def __contains__(self, key: object) -> bool:
        return key in self._built or key in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def check_selector(selector: str) -> None:
    """Raises ValueError unless this is a CSS selector we can use."""
    # Imported here: the selector engine costs more than loading every shipped source.
    from ..parsing.selectors import check

    check(selector)


def _trust(selector: str) -> None:
    """Shipped selectors are checked by a test, not at every start."""


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder of sources")
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def _build_all(files: list[Path], build: Callable[[Table, Check], T], check: Check) -> dict[str, T]:
    built: dict[str, T] = {}
    first: dict[str, Path] = {}
    for path in files:
        table = load_toml(path, SourceError)
        key = table.parsed("id", parse_id)
        if key in first:
            raise table.error("id", f"{key!r} is already used in {first[key]}")
        first[key] = path
        built[key] = build(table, check)
    return built


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
