"""A source as a JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.sources.packs import pack_of

from . import JsonDocument, Member

if TYPE_CHECKING:
    from scraper.sources.model import Source
    from storage.sources import SourceCheck, SourceState


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source, with what the archive knows of it."""

    source: Source
    state: SourceState | None
    enabled: bool
    check: SourceCheck | None = None


SOURCE: JsonDocument[ListedSource] = JsonDocument(
    Member("id", "text", "its id", lambda s: s.source.id),
    Member("name", "text", "how people call it", lambda s: s.source.name),
    Member("city", "text", "city or province, or `national`", lambda s: s.source.city),
    Member("language", "text", "`en`, `zh`, …", lambda s: s.source.language),
    Member("home", "text", "its home page", lambda s: s.source.home),
    Member("schedule", "text", "as written in its file", lambda s: s.source.schedule),
    Member("enabled", "boolean", "whether the daemon and `crawl --all` crawl it",
        lambda s: s.enabled),
    Member("pack", "text or null", "the pack of a shipped source; null for your own",
        lambda s: pack_of(s.source.id) or None),
    Member("checked", "day or null", "when somebody last saw it work live; null: never",
        lambda s: s.source.checked),
    Member("verdict", "text or null", "what its last live check came to, as in `sources check "
        "--all`; null: none is on record", lambda s: s.check.verdict if s.check else None),
    Member("verdict_at", "moment or null", "when that was",
        lambda s: s.check.checked_at if s.check else None),
    Member("evidence", "text or null", "what was seen then",
        lambda s: s.check.evidence if s.check else None),
    Member("last_run", "moment or null", "when its last crawl began; imports and additions are "
        "none",
        lambda s: s.state.last_crawl.started_at if s.state and s.state.last_crawl else None),
    Member("outcome", "text or null", "how that ended",
        lambda s: s.state.last_crawl.outcome if s.state and s.state.last_crawl else None),
    Member("articles", "integer", "articles kept of it",
        lambda s: s.state.articles if s.state else 0),
    commands=("sources --json",),
    about="A list of sources, by id. Needs no archive.",
)  # fmt: skip
