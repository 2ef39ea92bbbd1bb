"""Loading all sources and templates: the shipped ones, with people's own folders on top.

Reads TOML files only: no network, no archive, no page. A folder holds `*.toml`, one a source, and
`templates/*.toml`, one a template family; a later folder shadows an earlier one by id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

from storage.errors import SourceError

from .build import Check, Template, source_from, template_from
from .links import authority_of, is_article, is_on_hosts
from .model import Source
from .toml import Table, load_toml, suggest
from .values import parse_id

HERE = Path(__file__).parent
SHIPPED = HERE / "shipped"
TEMPLATES = HERE / "templates"

T = TypeVar("T", Source, Template)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sources and templates, each ordered by id."""

    sources: Mapping[str, Source]
    templates: Mapping[str, Template]

    def get(self, source_id: str) -> Source:
        """The source with this id. Raises SourceError that names the nearest one."""
        if source_id in self.sources:
            return self.sources[source_id]
        hint = suggest(source_id, self.sources) or "; see `hubwatch sources`"
        raise SourceError(f"there is no source {source_id!r}{hint}")

    def for_url(self, url: str) -> Source | None:
        """The source whose link rule takes this address as an article; among several the one
        whose home or entry shares the longest part of the address. None if there is none."""
        takers = [source for source in self.sources.values() if is_article(url, source.links)]
        return max(takers, key=lambda source: _nearness(url, source), default=None)

    def at_host_of(self, url: str) -> Source | None:
        """The source on whose hosts this address stands, whatever its link rule says; among
        several the nearest, as in `for_url`. None if there is none."""
        hosts = [source for source in self.sources.values() if is_on_hosts(url, source.links)]
        return max(hosts, key=lambda source: _nearness(url, source), default=None)


def load_catalogue(extra_folders: Sequence[Path] = ()) -> Catalogue:
    """Load the shipped files, then each folder in turn, later ones shadowing by id.

    Raises SourceError, one line `FILE: KEY: what is wrong`, for the first file that cannot be
    used; selectors are checked in people's own files only (a test checks the shipped ones).
    """
    templates = _build_all(_files(TEMPLATES), template_from, _trust)
    own = [_folder(folder) for folder in extra_folders]
    for folder in own:
        templates |= _build_all(_files(folder / "templates"), template_from, check_selector)

    def source(table: Table, check: Check) -> Source:
        return source_from(table, templates, check)

    sources = _build_all(_files(SHIPPED), source, _trust)
    for folder in own:
        sources |= _build_all(_files(folder), source, check_selector)
    return Catalogue(_ordered(sources), _ordered(templates))


def check_selector(selector: str) -> None:
    """Raises ValueError unless this is a CSS selector we can use."""
    # Imported here: the selector engine costs more than loading every shipped source.
    from ..pages.selectors import check

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
        table = load_toml(path)
        key = table.parsed("id", parse_id)
        if key in first:
            raise table.error("id", f"{key!r} is already used in {first[key]}")
        first[key] = path
        built[key] = build(table, check)
    return built


def _ordered(items: dict[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(sorted(items.items())))


def _nearness(url: str, source: Source) -> int:
    return max(_shared(url, start) for start in (source.home, *(e.url for e in source.entries)))


def _shared(url: str, start: str) -> int:
    if authority_of(url) != authority_of(start):
        return 0
    pairs = zip(urlsplit(url).path.split("/"), urlsplit(start).path.split("/"), strict=False)
    return 1 + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
