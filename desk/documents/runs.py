"""A run as a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import JsonDocument, Member

if TYPE_CHECKING:
    from storage.runs import Run


RUN: JsonDocument[Run] = JsonDocument(
    Member("source", "text", "id of the source", lambda r: r.source_id),
    Member("outcome", "text or null", "how the run ended; null while it goes on",
        lambda r: r.outcome),
    Member("listed", "integer", "article addresses seen on lists, feeds and sitemaps",
        lambda r: r.counts.listed),
    Member("fetched", "integer", "article pages asked for", lambda r: r.counts.fetched),
    Member("unchanged", "integer", "listed or fetched, and as known", lambda r: r.counts.unchanged),
    Member("new", "integer", "articles that were not known", lambda r: r.counts.new),
    Member("changed", "integer", "articles that changed in something that matters",
        lambda r: r.counts.changed),
    Member("quarantined", "integer", "pages set aside, with their reason",
        lambda r: r.counts.quarantined),
    Member("failed", "integer", "requests that brought nothing", lambda r: r.counts.failed),
    Member("seconds", "number", "how long it took", lambda r: round(r.seconds, 3)),
    Member("gone", "integer", "known articles that are no longer there", lambda r: r.counts.gone),
    Member("cosmetic", "integer", "articles that changed in nothing that matters",
        lambda r: r.counts.cosmetic),
    Member("refused", "integer", "rows on its lists that its link rule does not take for articles",
        lambda r: r.counts.refused),
    Member("gaps", "integer", "addresses that one entry of the source shows and another lacks that "
        "should show them", lambda r: r.counts.gaps),
    Member("run", "integer", "number of the run in this archive", lambda r: r.id),
    Member("started", "moment", "when it began", lambda r: r.started_at),
    Member("reason", "text", "why the run ended as it did, if that needs saying",
        lambda r: r.reason),
    Member("reasons", "object", "outcome word → how many requests ended so; `gone` here is every "
        "page that was not there, known or not", lambda r: dict(r.reasons)),
    commands=("crawl --json", "sources runs --json"),
    about="A run a line from `crawl`, a list from `sources runs`, the newest first.",
)  # fmt: skip
