"""Filters that name nothing: an unknown source or topic is refused; an unknown city or language,
of which there is no list of one's own, is remarked on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .console import note
from .session import Session

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.sources.records import SourceRef

_FEW = 9  # so many are named where nothing is near


def require_known(
    session: Session, store: Archive, *, source: Sequence[str] = (), topic: Sequence[str] = ()
) -> None:
    """Raises ConfigError, with the nearest that is known, for the first source or topic that
    neither the archive nor the catalogue or the watchlist knows: a slip in a timetable would else
    bring nothing for ever, and nobody would be told."""
    archived = _archived(store, "source") if source else {}
    _require(session, "source", [each for each in source if each not in archived], archived)
    _require(session, "topic", [each for each in topic if not store.relevance.has_topic(each)], {})


def _require(
    session: Session, kind: str, strange: Sequence[str], archived: Mapping[str, str]
) -> None:
    if not strange:  # only now: loading every source takes a moment
        return
    from hubwatch.errors import ConfigError

    known = {**archived, **_configured(session, kind)}
    for value in strange:
        if value not in known:
            raise ConfigError(_told(kind, value, known))


def hint_unknown(
    session: Session, store: Archive, *, city: Sequence[str] = (), language: Sequence[str] = ()
) -> None:
    """Say of each city and language that nobody knows so, with the nearest that somebody does."""
    for kind, values in {"city": city, "language": language}.items():
        archived = _archived(store, kind) if values else {}
        strange = [value for value in values if _folded(kind, value) not in archived]
        if strange:
            known = archived | _tolerated(session, kind)
            for value in strange:
                if _folded(kind, value) not in known:
                    note(_told(kind, value, known))


def _told(kind: str, value: str, known: Mapping[str, str]) -> str:
    from hubwatch.toml import suggest

    few = f"; there are: {', '.join(sorted(known.values()))}" if 0 < len(known) < _FEW else ""
    return f"there is no {kind} {value!r}{suggest(value, list(known.values())) or few}"


def _folded(kind: str, value: str) -> str:
    """A value as it is compared; of a language only the first part counts."""
    if kind == "city":
        return value.lower()
    return value.lower().replace("_", "-").split("-")[0] if kind == "language" else value


def _archived(store: Archive, kind: str) -> dict[str, str]:
    """What the archive has of a kind: as it is compared, and as it is written."""
    return _words(kind, store.sources.refs().values())


def _configured(session: Session, kind: str) -> dict[str, str]:
    """The same of the sources and the watchlist. Raises ConfigError where those are faulty."""
    if kind == "topic":
        return {topic: topic for topic in session.watchlist.topics}
    return _words(kind, (source.ref for source in session.catalogue.sources.values()))


def _tolerated(session: Session, kind: str) -> dict[str, str]:
    """The same; what is wrong with the sources is told elsewhere."""
    from hubwatch.errors import ConfigError

    try:
        return _configured(session, kind)
    except ConfigError:
        return {}


def _words(kind: str, refs: Iterable[SourceRef]) -> dict[str, str]:
    words = {{"source": r.id, "city": r.city, "language": r.language}[kind] for r in refs}
    return {_folded(kind, word): word for word in words if word}
