"""Versions of articles, their changes, and what happened to articles, as JSON documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scraper.revisions import differences
from storage.types import Weight

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from scraper.revisions import Hunk
    from storage.articles.records import Edit
    from storage.revisions import Event, Revision


HUNK: JsonDocument[Hunk] = JsonDocument(
    Member("kind", "text", "as in `kinds`", lambda h: h.kind),
    Member("material", "boolean", "whether it matters", lambda h: h.weight is Weight.MATERIAL),
    Member("removed", "text", "what stood there before; may be empty", lambda h: h.removed),
    Member("added", "text", "what stands there now; may be empty", lambda h: h.added),
    Member("before", "text", "a few words before it", lambda h: h.before),
    Member("after", "text", "a few words after it", lambda h: h.after),
)  # fmt: skip


WEIGHT: JsonDocument[Revision | Edit] = JsonDocument(
    Member("weight", "text or null", "`material` or `cosmetic`; null for the first",
        lambda c: c.weight),
    Member("kinds", "list", "what changed, in words: `title`, `published`, `attachments`, "
        "`document numbers`, `dates`, `amounts`, `numbers`, `names`, `wording`, `sentences`; "
        "cosmetic ones: `spaces and punctuation`, `counters`, `related links`, `page tools`, …",
        lambda c: c.kinds),
    Member("summary", "text", "what changed from what to what, on one line", lambda c: c.summary),
    Member("back_to", "integer or null", "number of an earlier version that said the same",
        lambda c: c.back_to),
    Member("times", "integer", "so many visits each found another version that this one stands for",
        lambda c: c.times),
    Member("held", "text", "why it is no news: `restless` (the page changes at every visit, or "
        "goes to and fro), `known` (people were told this last), `bulk` (too much changed at "
        "once), `redesign` (it lacks what was known, and is not shown); else empty",
        lambda c: c.held),
    Member("told", "moment or null", "when it became news", lambda c: c.reported_at),
)  # fmt: skip


REVISION: JsonDocument[tuple[Revision, Sequence[Hunk]]] = JsonDocument(
    Member("number", "integer", "counted from 1", lambda r: r[0].number),
    Member("seen", "moment", "when it was seen first", lambda r: r[0].seen_at),
    Member("title", "text", "the headline then", lambda r: r[0].title),
    Member("published", "date or null", "the date then", lambda r: r[0].published),
    Member("changed", "list", "which fields differ from the version before",
        lambda r: r[0].changed),
    Member("snapshot", "integer or null", "number of the archived page; null for what was imported",
        lambda r: r[0].snapshot_id),
    *WEIGHT.of(lambda r: r[0]),
    parts("differences", "the differences from the version before, in order", lambda r: r[1], HUNK),
)  # fmt: skip


def _as_change(edit: Edit) -> Revision | Edit:
    return edit


EDIT: JsonDocument[Edit] = JsonDocument(
    Member("article", "integer", "the article's number", lambda e: e.article_id),
    Member("story", "integer", "number of its story", lambda e: e.story_id),
    Member("source", "text", "id of the source", lambda e: e.source_id),
    Member("title", "text", "the headline of this version", lambda e: e.title),
    Member("url", "text", "its address", lambda e: e.url),
    Member("run", "integer or null", "the run that found it; `changes release` takes it",
        lambda e: e.run_id),
    Member("revision", "integer", "number of the version", lambda e: e.number),
    Member("seen", "moment", "when it was seen", lambda e: e.seen_at),
    Member("weight", "text", "`material` or `cosmetic`", lambda e: e.weight),
    *WEIGHT.of(_as_change, but=("weight",)),
    commands=("changes --json",),
    about="A list of the latest changes of what was known, the newest first; `--material` and "
        "`--held` narrow it.",
)  # fmt: skip


EVENT: JsonDocument[Event] = JsonDocument(
    Member("seq", "integer", "number of the event; it only grows", lambda e: e.seq),
    Member("at", "moment", "when", lambda e: e.at),
    Member("change", "text", "`new`, `changed`, `cosmetic`, `gone`, `back`, or `lead`",
        lambda e: e.change),
    Member("detail", "text", "what changed, or how it is known", lambda e: e.detail),
    Member("run", "integer or null", "the run that found it", lambda e: e.run_id),
)  # fmt: skip


def versions(revisions: Sequence[Revision]) -> list[tuple[Revision, Sequence[Hunk]]]:
    """Every version, with its differences from the one before."""
    hunks = differences(revisions)
    return [(each, hunks.get(each.number, ())) for each in revisions]


HAPPENED: JsonDocument[Event] = JsonDocument(
    Member("article", "integer", "the article that it happened to", lambda e: e.article_id),
    *EVENT.of(lambda e: e),
)  # fmt: skip
