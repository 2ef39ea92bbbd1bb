"""Contradictions as JSON documents: one of the list, and one with what looks like one beside it."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.events.doubts import Doubt
from storage.contradictions import Claim, ClaimedBy, Contradiction

from . import JsonDocument, Member, part, parts


@dataclass(frozen=True, slots=True)
class ContradictionFile:
    """A contradiction with what else looks like one between the same two texts, and is none."""

    one: Contradiction
    excused: tuple[Doubt, ...]


Side = tuple[Claim, ClaimedBy]

_SIDE: JsonDocument[Side] = JsonDocument(
    Member("article", "integer", "the article that says so", lambda s: s[0].article_id),
    Member("revision", "integer", "its version", lambda s: s[0].revision),
    Member("story", "integer", "its story", lambda s: s[1].story_id),
    Member("source", "text", "id of the source", lambda s: s[1].source_id),
    Member("city", "text", "the city of the source, may be empty", lambda s: s[1].city),
    Member("url", "text", "the address of the article", lambda s: s[1].url),
    Member("title", "text", "its headline", lambda s: s[1].title),
    Member("day", "date", "when it was published, else first seen", lambda s: s[1].day),
    Member("page", "integer or null", "its archived page, null if it has none",
        lambda s: s[1].snapshot_id),
    Member("sentence", "text", "the sentence that says so", lambda s: s[0].sentence),
    Member("value", "text", "what it says, as printed", lambda s: s[0].value),
    Member("start", "integer", "where the sentence begins in the text, in characters",
        lambda s: s[0].start),
    Member("marked", "list", "from where to where in the sentence stands what differs",
        lambda s: [s[0].place, s[0].place + s[0].length]),
)  # fmt: skip

CONTRADICTION: JsonDocument[Contradiction] = JsonDocument(
    Member("id", "integer", "number of the contradiction; it stays while both articles read as "
        "they do", lambda c: c.id),
    Member("kind", "text", "what differs: `figure`, `date`, `rank`, `list`, `place`, `outcome` or "
        "`name`",
        lambda c: c.found.kind),
    Member("strength", "number", "how surely they are about one thing, 0 to 1",
        lambda c: c.found.strength),
    part("first", "who said it first", lambda c: (c.found.first, c.first), _SIDE),
    part("second", "who says otherwise: another article, or a later version of the same",
        lambda c: (c.found.second, c.second), _SIDE),
    Member("verdict", "text or null", "what a person said of it last: `first` or `second` (that is "
        "right), `both` (are right in their way), `none` (it is no contradiction), `open` (it is "
        "one, and nobody knows yet)", lambda c: c.settlement and c.settlement.verdict.value),
    Member("by", "text or null", "who said so", lambda c: c.settlement and c.settlement.person),
    Member("why", "text or null", "the reason, may be empty",
        lambda c: c.settlement.why if c.settlement else None),
    Member("at", "moment or null", "when", lambda c: c.settlement and c.settlement.at),
    commands=("contradictions --json", "contradictions settle --json"),
    about="A list of the contradictions of the archive, the latest reports first; of one that was "
        "settled, that one. What a contradiction is: [events.md](events.md#contradictions).",
)  # fmt: skip

_EXCUSED: JsonDocument[Doubt] = JsonDocument(
    Member("kind", "text", "what differs: `figure`, `date`, `rank`, `list`, `place`, `outcome` or "
        "`name`",
        lambda d: d.kind.value),
    Member("reason", "text", "why it is none, as `kind` of `contradictions FILE --json`",
        lambda d: d.excuse and d.excuse.value),
    Member("sentences", "list", "the two sentences, the first article's first",
        lambda d: [*d.sentences]),
    Member("values", "list", "what the two say, as printed", lambda d: [*d.values]),
)  # fmt: skip

CONTRADICTION_FILE: JsonDocument[ContradictionFile] = JsonDocument(
    *CONTRADICTION.of(lambda f: f.one),
    parts("excused", "what looks like a contradiction between the same two texts and is none",
        lambda f: f.excused, _EXCUSED),
    commands=("contradictions show --json",),
    about="One contradiction, with what looks like one beside it.",
)  # fmt: skip
