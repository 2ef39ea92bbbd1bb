"""Articles as JSON documents: what `show` prints of one, and what `parse` and `why` print, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from storage.articles.records import by_field
from storage.types import DateClue

from ..articles import KnownArticle, date_candidates
from ..relevance import why_related
from . import JsonDocument, Member, part, parts, parts_by_name
from .facts import ARTICLE_FACT, unrejected
from .revisions import EVENT, REVISION, versions
from .search import ALSO_AT, MATCH

if TYPE_CHECKING:
    from scraper.parsing.explain import ExplainedBlock, ExplainedLine, Explanation
    from scraper.relevance.watchlist import Watchlist
    from storage.articles.records import Added, Attachment, Evidence, Image, RenderedPage
    from storage.attachments import AttachedFile
    from storage.relevance import Related

    from ..saved_pages import SavedReading


IMAGE: JsonDocument[Image] = JsonDocument(
    Member("url", "text", "absolute address", lambda i: i.url),
    Member("caption", "text", "caption or alternative text, may be empty", lambda i: i.caption),
)  # fmt: skip


EVIDENCE: JsonDocument[Evidence] = JsonDocument(
    Member("from", "text", "`template`, `meta`, `json-ld`, `visible line`, `generic`, …",
        lambda e: e.origin),
    Member("rule", "text", "the selector or rule that found it", lambda e: e.rule),
    Member("raw", "text", "the words as printed; of a body its beginning", lambda e: e.raw),
    Member("confidence", "text or null", "`sure`, `doubtful` or `unknown`: how far it may be "
        "believed; null where nobody judged", lambda e: e.confidence),
    Member("doubt", "text", "why it is not `sure`; empty where it is", lambda e: e.doubt),
)  # fmt: skip


DATE: JsonDocument[DateClue] = JsonDocument(
    Member("kind", "text", "what it is the date of: `published`, `updated`, `written`, `event`, "
        "`address`, `page built`, `other`", lambda c: c.kind),
    Member("date", "date", "as exactly as it says", lambda c: c.when),
    Member("precision", "text", "`second`, `minute`, `day` or `month`", lambda c: c.when.precision),
    Member("zone", "text", "IANA name of the zone, or empty: not known", lambda c: c.when.zone),
    Member("from", "text", "where it was read, as in `provenance`", lambda c: c.origin),
    Member("rule", "text", "the label, meta or rule that found it", lambda c: c.rule),
    Member("raw", "text", "as printed", lambda c: c.raw),
    Member("verdict", "text", "`chosen`, `plausible`, or `refused: ` and why", lambda c: c.verdict),
)  # fmt: skip


ADDED: JsonDocument[Added] = JsonDocument(
    Member("by", "text", "who added it by hand", lambda a: a.person),
    Member("at", "moment", "when", lambda a: a.at),
)  # fmt: skip


RENDERED: JsonDocument[RenderedPage] = JsonDocument(
    Member("snapshot", "integer", "number of the archived page", lambda r: r.snapshot_id),
    Member("browser", "text", "which browser ran its scripts", lambda r: r.browser),
    Member("requests", "integer", "requests that they made", lambda r: r.requests),
    Member("bytes", "integer", "of the page and of what they brought", lambda r: r.bytes),
    Member("seconds", "number", "that it took", lambda r: r.seconds),
    Member("note", "text", "what the page was not given", lambda r: r.note),
    Member("received_bytes", "integer", "size of the page as received", lambda r: r.received_size),
    Member("received_sha256", "text", "of those bytes, hexadecimal", lambda r: r.received_sha256),
)  # fmt: skip


RELATED: JsonDocument[tuple[Related, str]] = JsonDocument(
    Member("id", "integer", "number of that article", lambda r: r[0].article_id),
    Member("story", "integer", "number of its story", lambda r: r[0].story_id),
    Member("title", "text", "its headline", lambda r: r[0].title),
    Member("why", "text", "what both have", lambda r: r[1]),
)  # fmt: skip


def companions(related: Iterable[Related], watchlist: Watchlist) -> list[tuple[Related, str]]:
    """Articles that go with one, each with why."""
    return [(one, why_related(one, watchlist)) for one in related]


FILE: JsonDocument[AttachedFile] = JsonDocument(
    Member("url", "text", "absolute address", lambda f: f.url),
    Member("name", "text", "as the link says it", lambda f: f.name),
    Member("kind", "text", "`pdf`, …", lambda f: f.kind),
    Member("outcome", "text or null", "how the file was last asked for; null: not yet",
        lambda f: f.outcome),
    Member("reason", "text", "why it could not be had", lambda f: f.reason),
    Member("media_type", "text or null", "what the server calls it",
        lambda f: f.media_type or None),
    Member("bytes", "integer or null", "its size; null: it is not kept", lambda f: f.size),
    Member("sha256", "text or null", "of its bytes, hexadecimal", lambda f: f.sha256),
    Member("snapshot", "integer or null", "number of the archived bytes", lambda f: f.snapshot_id),
    Member("text_outcome", "text or null", "how its text was read: `ok`, `partial`, or why there "
        "is none; null: it is not kept", lambda f: f.text_outcome),
    Member("text_reason", "text", "the same, closer", lambda f: f.text_reason),
    Member("characters", "integer", "of text that a search looks into", lambda f: f.characters),
)  # fmt: skip


ARTICLE: JsonDocument[KnownArticle] = JsonDocument(
    Member("id", "integer", "the article's number", lambda k: k.article.id),
    Member("story", "integer", "number of its story", lambda k: k.article.story_id),
    Member("title", "text", "the headline", lambda k: k.article.title),
    Member("url", "text", "its address", lambda k: k.article.url),
    Member("source", "text", "id of the source", lambda k: k.article.source_id),
    Member("source_name", "text", "name of the source", lambda k: k.article.source_name),
    Member("city", "text", "city of the source", lambda k: k.article.city),
    Member("language", "text", "`en`, `zh`, …", lambda k: k.article.language),
    Member("published", "date or null", "as the page says", lambda k: k.article.published),
    Member("updated", "date or null", "as the page says", lambda k: k.article.updated),
    Member("written", "date or null", "as in `parse`", lambda k: k.article.written),
    Member("source_line", "text or null", "the issuing body as printed (`source` in `parse`)",
        lambda k: k.article.source),
    Member("author", "text or null", "the writer", lambda k: k.article.author),
    Member("publisher", "text or null", "who runs the site, as the page says",
        lambda k: k.article.publisher),
    Member("editor", "text or null", "the editor in charge", lambda k: k.article.editor),
    Member("body", "text", "the text", lambda k: k.article.body),
    parts("images", "pictures of the body", lambda k: k.article.images, IMAGE),
    parts("attachments", "the files it links to, and what became of each", lambda k: k.files, FILE),
    parts_by_name("provenance", "field → where it was read; fields that were not found are missing",
        lambda k: by_field(k.article.evidence), EVIDENCE),
    parts("dates", "as in `parse`; the last one, of kind `first seen`, is the archive's",
        lambda k: date_candidates(k.article), DATE),
    part("added", "null for what no person added",
        lambda k: k.article.added, ADDED, "object or null"),
    part("rendered", "how its page came about where scripts made it; null where none ran",
        lambda k: k.rendered, RENDERED, "object or null"),
    parts("matches", "watched names found in it", lambda k: k.article.matches, MATCH),
    parts("also_at", "the other articles of its story", lambda k: k.article.also_at, ALSO_AT),
    Member("state", "text", "as in `search`", lambda k: k.verdict.state),
    Member("first_seen", "moment", "when the archive saw it first",
        lambda k: k.article.first_seen_at),
    Member("last_seen", "moment", "when it was last seen on the portal",
        lambda k: k.article.last_seen_at),
    Member("changed", "moment or null", "when it last changed in something that matters and that "
        "was told", lambda k: k.article.changed_at),
    Member("gone", "moment or null", "since when its page is gone", lambda k: k.article.gone_at),
    Member("moved_to", "text or null", "the address of the same source at which its text stands "
        "now; null where it is there, or was withdrawn", lambda k: k.article.stands_at),
    Member("gone_evidence", "text", "how that is known: an outcome word and its reason; empty if "
        "it is there", lambda k: k.article.gone_evidence),
    Member("delisted", "moment or null", "since when no list names it any more, though its page "
        "answers", lambda k: k.article.delisted_at),
    parts("revisions", "every version, the first one first",
        lambda k: versions(k.revisions), REVISION),
    parts("events", "what happened to it, in order", lambda k: k.events, EVENT),
    parts("related", "articles of other stories that go with it",
        lambda k: companions(k.related, k.watchlist), RELATED),
    parts("facts", "figures, deadlines and events that it states, as in `facts`; rejected "
        "ones are left out",
        lambda k: unrejected(k.facts), ARTICLE_FACT),
    commands=("show --json",),
    about="One document. `snippets` are not in it, all other keys of an article are.",
)  # fmt: skip


ATTACHMENT: JsonDocument[Attachment] = JsonDocument(
    Member("url", "text", "absolute address", lambda a: a.url),
    Member("name", "text", "as the link says it", lambda a: a.name),
    Member(
        "kind",
        "text",
        "`pdf`, `docx`, …; `file` where only the file itself says it",
        lambda a: a.kind,
    ),
)  # fmt: skip


PAGE: JsonDocument[SavedReading] = JsonDocument(
    Member("outcome", "text", "`ok`, `partial` (the text was cut at a bound), or why there is no "
        "article", lambda p: p.reading.outcome),
    Member("title", "text or null", "the headline",
        lambda p: p.reading.article.title if p.reading.article else None),
    Member("published", "date or null", "when the page says it was published",
        lambda p: p.reading.article.published if p.reading.article else None),
    Member("updated", "date or null", "when it says it was last changed",
        lambda p: p.reading.article.updated if p.reading.article else None),
    Member("source", "text or null", "the **source line**: the issuing body as printed",
        lambda p: p.reading.article.source if p.reading.article else None),
    Member("author", "text or null", "the writer",
        lambda p: p.reading.article.author if p.reading.article else None),
    Member("language", "text or null", "`en`, `zh`, …",
        lambda p: p.reading.article.language if p.reading.article else None),
    Member("body", "text or null", "the text, an empty line between paragraphs",
        lambda p: p.reading.article.body if p.reading.article else None),
    parts("images", "pictures of the body",
        lambda p: p.reading.article.images if p.reading.article else (), IMAGE),
    parts("attachments", "files that the article offers",
        lambda p: p.reading.article.attachments if p.reading.article else (), ATTACHMENT),
    parts_by_name("provenance", "field → where it was read; fields that were not found are missing",
        lambda p: by_field(p.reading.article.evidence if p.reading.article else ()), EVIDENCE),
    Member("url", "text or null", "the address that chose the rules; null if none is known",
        lambda p: p.url),
    Member("reason", "text", "why the outcome is not `ok`", lambda p: p.reading.reason),
    Member("encoding", "text", "the encoding the bytes were read in; empty if they were not",
        lambda p: p.reading.encoding),
    Member("template", "text", "the family whose rules were used; empty for general rules",
        lambda p: p.reading.template),
    Member("more_pages", "list", "addresses of the article's further pages, of which nothing is in "
        "this file", lambda p: p.reading.more_pages),
    Member("written", "date or null", "when the document was signed (成文日期); never the "
        "published date", lambda p: p.reading.article.written if p.reading.article else None),
    Member("publisher", "text or null", "who runs the site",
        lambda p: p.reading.article.publisher if p.reading.article else None),
    Member("editor", "text or null", "the editor in charge (责任编辑)",
        lambda p: p.reading.article.editor if p.reading.article else None),
    parts("dates", "every date the page shows, the chosen ones first",
        lambda p: p.reading.article.dates if p.reading.article else (), DATE),
)  # fmt: skip


PAGE_OF_SEVERAL: JsonDocument[SavedReading] = JsonDocument(
    Member("file", "text", "the file, as found; only where there are several", lambda p: p.path),
    *PAGE.of(lambda p: p),
    commands=("parse --json",),
    about="One document; JSON Lines for several files or a folder.",
)  # fmt: skip


EXPLAINED_LINE: JsonDocument[ExplainedLine] = JsonDocument(
    Member("text", "text", "the line as a person sees it", lambda e: e.text),
    Member("fields", "list", "fields that were read from it", lambda e: e.fields),
)  # fmt: skip


EXPLAINED_BLOCK: JsonDocument[ExplainedBlock] = JsonDocument(
    Member("name", "text", "its element, as a selector", lambda b: b.name),
    Member("chosen", "boolean", "whether it was taken for the text", lambda b: b.is_chosen),
    Member("score", "number", "what its running text weighs, in letters; below 0: links",
        lambda b: round(b.score, 1)),
    Member("share", "number", "of all that runs on the page, 0 to 1", lambda b: round(b.share, 3)),
    Member("why", "text", "why it was taken, or not", lambda b: b.why),
    parts("lines", "its lines", lambda b: b.lines, EXPLAINED_LINE),
)  # fmt: skip


EXPLAINED: JsonDocument[Explanation] = JsonDocument(
    Member("outcome", "text", "an outcome word", lambda e: e.reading.outcome),
    Member("reason", "text", "why the outcome is not `ok`", lambda e: e.reading.reason),
    Member("title", "text or null", "the headline",
        lambda e: e.reading.article.title if e.reading.article else None),
    Member("rule", "text", "what found the text", lambda e: e.rule),
    parts("blocks", "the page from top to bottom", lambda e: e.blocks, EXPLAINED_BLOCK),
    parts_by_name("provenance", "field → where it was read, and how far it may be believed",
        lambda e: by_field(e.reading.article.evidence if e.reading.article else ()), EVIDENCE),
    commands=("parse --explain --json",),
    about="One document.",
)  # fmt: skip
