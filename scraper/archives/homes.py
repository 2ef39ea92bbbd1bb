"""Which source an article from elsewhere belongs to, also where nobody has defined one.

Knows definitions and what the archive has recorded; fetches and writes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from storage.sources.records import SourceRef
from storage.text import squeeze
from storage.urls import host_of

from ..sources.links import authority_of
from ..sources.load import Catalogue
from ..sources.model import Bounds, FieldRules, LinkRules, Politeness, Source
from ..sources.values import parse_id
from .record import address_of, text_of

DEFAULT_ZONE = "Asia/Shanghai"
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Home:
    """The source of an article, its definition if there is one, and the source line left over."""

    ref: SourceRef
    source: Source | None
    line: str | None = None


class Homes:
    """Finds homes. `recorded` are the sources the archive knows, `fallback` the id of the source
    that takes what belongs to none (empty: nothing does)."""

    def __init__(
        self, catalogue: Catalogue, recorded: Mapping[str, SourceRef], fallback: str = ""
    ) -> None:
        self._catalogue = catalogue
        self._recorded = dict(recorded)
        self._fallback = parse_id(fallback) if fallback else ""

    def of_record(self, value: Mapping[str, Any]) -> Home:
        """The home of an article in JSON. Raises ValueError naming the field in the way.

        `source_id` says it, or `source` where there is a `source_line` beside it. Where there is
        neither, `source` does if it is the id of a known source or could be one; else it is the
        source line, and the address decides.
        """
        said, source = text_of(value, "source_id"), text_of(value, "source")
        if said is not None:
            return self._named(said, source, value)
        if "source_line" in value and source is not None:
            return self._named(source, text_of(value, "source_line"), value)
        if source is not None and (self._is_known(source) or _is_id(source)):
            return self._named(source, None, value)
        url = address_of(value)
        taker = self._catalogue.for_url(url)
        if taker is not None:
            return Home(taker.ref, taker, source)
        return self._named(self._fallback or _id_of_host(url), source, value)

    def of_page(self, url: str, language: str = "") -> Home | None:
        """The home of an archived page; None if no source takes its address."""
        taker = self._catalogue.for_url(url)
        if taker is not None:
            return Home(taker.ref, taker)
        if not self._fallback:
            return None
        return self._named(self._fallback, None, {"language": language})

    def of_address(self, url: str) -> Home:
        """The home of a page that somebody names: of the source that takes it, else of the one on
        whose hosts it stands, else an external one named after its host. Raises ValueError for
        what is no http(s) address."""
        taker = self._catalogue.for_url(url) or self._catalogue.at_host_of(url)
        if taker is not None:
            return Home(taker.ref, taker)
        return self._external(_id_of_host(url), authority_of(url))

    def of_name(self, name: str) -> Home:
        """The home of an item of which somebody says where it is from: the source of that id or
        name, else an external one of that name. Raises ValueError for an empty one."""
        said = squeeze(name)
        if not said:
            raise ValueError("names no source")
        for source in self._catalogue.sources.values():
            if said in (squeeze(source.id), squeeze(source.name)):
                return Home(source.ref, source)
        for ref in self._recorded.values():
            if said in (squeeze(ref.id), squeeze(ref.name)):
                return self._external(ref.id, ref.name)
        slug = _NO_LETTER.sub("-", name.lower()).strip("-")[:48].strip("-")
        if not slug or not name.isascii() or self._is_known(slug):
            mark = hashlib.sha256(said.encode()).hexdigest()[:8]
            slug = f"{slug or 'external'}-{mark}"
        return self._external(slug, " ".join(name.split()))

    def _external(self, source_id: str, name: str) -> Home:
        if source_id in self._catalogue.sources:
            source = self._catalogue.sources[source_id]
            return Home(source.ref, source)
        ref = SourceRef(parse_id(source_id), name, "", "", DEFAULT_ZONE)
        return Home(self._recorded.get(source_id, ref), None)

    def _is_known(self, source_id: str) -> bool:
        return source_id in self._catalogue.sources or source_id in self._recorded

    def _named(self, source_id: str, line: str | None, value: Mapping[str, Any]) -> Home:
        source = self._catalogue.sources.get(source_id)
        if source is not None:
            return Home(source.ref, source, line)
        if source_id not in self._recorded:
            city, language = text_of(value, "city") or "", text_of(value, "language") or ""
            ref = SourceRef(parse_id(source_id), source_id, city, language, DEFAULT_ZONE)
            self._recorded[source_id] = ref
        return Home(self._recorded[source_id], None, line)


def definition_of(home: Home) -> Source:
    """The definition of a home; for an external source one that fetches nothing and reads by the
    general rules."""
    if home.source is not None:
        return home.source
    ref = home.ref
    return Source(
        id=ref.id,
        name=ref.name,
        city=ref.city,
        language=ref.language,
        zone=ref.zone,
        home="",
        entries=(),
        links=LinkRules(()),
        fields=FieldRules(language=ref.language, zone=ref.zone),
        schedule="",
        politeness=Politeness(timedelta()),
        bounds=Bounds(),
    )


def _is_id(text: str) -> bool:
    try:
        parse_id(text)
    except ValueError:
        return False
    return True


def _id_of_host(url: str) -> str:
    return _NO_LETTER.sub("-", host_of(url)).strip("-")[:64].strip("-")
