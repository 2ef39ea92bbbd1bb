"""What a search finds, as JSON documents, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.articles.records import doubtful

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from storage.articles.records import Address, AnswerBasis, Edit, Hit, InFile, Match
    from storage.decisions import Reviewed


UPDATE: JsonDocument[Edit | None] = JsonDocument(
    Member("updated", "moment or null", "when a material change of the story was told last",
        lambda e: e.reported_at if e else None),
    Member("update", "text", "what changed then, empty if nothing",
        lambda e: e.summary if e else ""),
)  # fmt: skip


ALSO_AT: JsonDocument[Address] = JsonDocument(
    Member("id", "integer", "number of that article", lambda p: p.article_id),
    Member("url", "text", "its address", lambda p: p.url),
    Member("source", "text", "id of its source", lambda p: p.source_id),
    Member("published", "date or null", "its own date", lambda p: p.published),
    Member("gone", "moment or null", "since when its page is gone", lambda p: p.gone_at),
    Member("moved_to", "text or null", "the address of the same source at which its text stands "
        "now; null where it is there, or was withdrawn", lambda p: p.stands_at),
)  # fmt: skip


MATCH: JsonDocument[Match] = JsonDocument(
    Member("topic", "text", "id of the topic", lambda m: m.topic),
    Member("grade", "text", "`core`, `related` or `mention`", lambda m: m.grade),
    Member("phrase", "text", "the words that matched, as printed", lambda m: m.phrase),
    Member("field", "text", "`title` or `body`", lambda m: m.field),
    Member("sentence", "text", "the sentence around them", lambda m: m.sentence),
)  # fmt: skip


IN_FILE: JsonDocument[InFile] = JsonDocument(
    Member("url", "text", "absolute address", lambda f: f.url),
    Member("name", "text", "as the link says it", lambda f: f.name),
    Member("kind", "text", "`pdf`, …", lambda f: f.kind),
    Member("snippet", "text", "a piece around the first find, which stands in `[` `]`",
        lambda f: f.snippet),
)  # fmt: skip


HIT: JsonDocument[Reviewed[Hit]] = JsonDocument(
    Member("id", "integer", "the article's number; `show` takes it", lambda h: h.what.article.id),
    Member("title", "text", "the headline", lambda h: h.what.article.title),
    Member("url", "text", "its address", lambda h: h.what.article.url),
    Member("source", "text", "id of the source", lambda h: h.what.article.source_id),
    Member("city", "text", "city of the source", lambda h: h.what.article.city),
    Member("published", "date or null", "as the page says", lambda h: h.what.article.published),
    Member("story", "integer", "number of its story; copies share it, and are elements of their "
        "own here", lambda h: h.what.article.story_id),
    Member("event", "integer", "the event that the story tells: stories that tell the same one, "
        "such as in another language, share it", lambda h: h.event),
    Member("state", "text", "what people decided of the story: `open`, `accepted`, `rejected`, "
        "`later`, or `disputed`", lambda h: h.state),
    parts("also_at", "the other articles of its story", lambda h: h.what.article.also_at, ALSO_AT),
    *UPDATE.of(lambda h: h.update),
    Member("gone", "moment or null", "since when its page is gone",
        lambda h: h.what.article.gone_at),
    Member("moved_to", "text or null", "the address of the same source at which its text stands "
        "now; null where it is there, or was withdrawn", lambda h: h.what.article.stands_at),
    parts("matches", "watched names found in it", lambda h: h.what.article.matches, MATCH),
    Member("doubts", "list", "the fields of which the reading is in doubt; `show` says why",
        lambda h: [one.field for one in doubtful(h.what.article.evidence)]),
    Member("snippets", "list", "pieces of text around what was searched, each find between `[` and "
        "`]`", lambda h: h.what.snippets),
    parts("in_files", "files of the article that say some of the words",
        lambda h: h.what.in_files, IN_FILE),
    commands=("search --json",),
    about="A list of articles; without `--json` it is a list of stories, each told by its first "
        "article here.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, and what that rests on."""

    basis: AnswerBasis
    hits: Sequence[Reviewed[Hit]]


BASIS: JsonDocument[AnswerBasis] = JsonDocument(
    Member("sources", "integer", "sources of these cities and ids that were ever registered",
        lambda b: b.sources),
    Member("complete", "integer", "of them, those whose first crawl was whole",
        lambda b: b.complete),
    Member("complete_since", "moment or null", "when the last of these was",
        lambda b: b.complete_since),
    Member("last_read", "moment or null", "when any of them was read last",
        lambda b: b.last_read),
    Member("read_longest_ago", "moment or null", "when the one was that was read longest ago",
        lambda b: b.read_longest_ago),
    Member("gaps", "integer", "addresses that one of their entries shows and another does not, and "
        "open incidents `gap`", lambda b: b.gaps),
    Member("unread", "integer", "addresses that crawls have listed and could not read so far",
        lambda b: b.unread),
    Member("amiss", "integer", "of them, those with an open incident or set aside by a check",
        lambda b: b.amiss),
)  # fmt: skip


ANSWER: JsonDocument[SearchAnswer] = JsonDocument(
    Member("basis", "object", "what the answer rests on", lambda a: BASIS(a.basis), BASIS),
    parts("hits", "what was found, as `search --json` lists it", lambda a: a.hits, HIT),
    commands=("search --json --basis",),
    about="What was found, and what that rests on.",
)  # fmt: skip
