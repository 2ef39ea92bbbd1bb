"""Filters that name nothing: a word to the person who mistyped one. Changes no result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .console import note
from .session import Session

if TYPE_CHECKING:
    from storage.crawls.records import SourceRef
    from storage.search.finder import Finder

_FEW = 9  # so many are named where nothing is near


def hint_unknown(
    session: Session,
    store: Finder,
    *,
    source: Sequence[str] = (),
    city: Sequence[str] = (),
    language: Sequence[str] = (),
    topic: Sequence[str] = (),
) -> None:
    """Say of each value of a filter that nobody knows so, with the nearest that somebody does."""
    asked = {"source": source, "city": city, "language": language, "topic": topic}
    for kind, values in asked.items():
        archived = _archived(store, kind) if values else {}
        strange = [value for value in values if _folded(kind, value) not in archived]
        if strange:  # only now: loading every source takes a moment
            _tell(kind, strange, archived | _configured(session, kind))


def _tell(kind: str, values: Sequence[str], known: Mapping[str, str]) -> None:
    from scraper.sources.toml import suggest

    few = f"; there are: {', '.join(sorted(known.values()))}" if 0 < len(known) < _FEW else ""
    for value in values:
        if _folded(kind, value) not in known:
            note(f"there is no {kind} {value!r}{suggest(value, list(known.values())) or few}")


def _folded(kind: str, value: str) -> str:
    """A value as it is compared; of a language only the first part counts."""
    if kind == "city":
        return value.lower()
    return value.lower().replace("_", "-").split("-")[0] if kind == "language" else value


def _archived(store: Finder, kind: str) -> dict[str, str]:
    """What the archive has of a kind: as it is compared, and as it is written."""
    return _words(kind, store.source_refs().values()) if kind != "topic" else {}


def _configured(session: Session, kind: str) -> dict[str, str]:
    """The same of the sources and the watchlist; what is wrong with those is told elsewhere."""
    from storage.errors import ConfigError

    try:
        if kind == "topic":
            return {topic: topic for topic in session.watchlist.topics}
        return _words(kind, (source.ref for source in session.catalogue.sources.values()))
    except ConfigError:
        return {}


def _words(kind: str, refs: Iterable[SourceRef]) -> dict[str, str]:
    words = {{"source": r.id, "city": r.city, "language": r.language}[kind] for r in refs}
    return {_folded(kind, word): word for word in words if word}
