"""Grades and answers as JSON documents: what `match` and `why` print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.relevance.watchlist import TopicKind, Watchlist
from storage.relevance import Relevance

from ..relevance.why import Absent, InquiryFacts, Judgement, KeptArticle
from . import JsonDocument, Member, part, parts
from .articles import ADDED, RELATED, RENDERED, companions

if TYPE_CHECKING:
    from scraper.relevance.match import Unmet
    from scraper.sources.model import Source
    from storage.articles.records import Article, Match
    from storage.decisions import Decision
    from storage.digests import PublishedItem
    from storage.lists import Bracket, ListedRow
    from storage.pages import FetchAttempt, Quarantined
    from storage.relevance import PlaceFound, Score, ScorePart

    from ..relevance.grading import Graded


PLACE_FOUND: JsonDocument[tuple[PlaceFound, Watchlist]] = JsonDocument(
    Member("place", "text", "id of the place", lambda p: p[0].place),
    Member("name", "text", "in English", lambda p: p[1].gazetteer.places[p[0].place].en),
    Member("name_zh", "text", "in Chinese, may be empty",
        lambda p: p[1].gazetteer.places[p[0].place].zh),
    Member("role", "text", "`about` or `mentioned`", lambda p: p[0].role),
    Member("phrase", "text", "the first words that name it", lambda p: p[0].phrase),
    Member("field", "text", "`title` or `body`", lambda p: p[0].field),
    Member("times", "integer", "how often it is named", lambda p: p[0].times),
    Member("why", "text", "why these words are held to be this place", lambda p: p[0].why),
)  # fmt: skip


NAME_FOUND: JsonDocument[Match] = JsonDocument(
    Member("topic", "text", "id of the topic", lambda m: m.topic),
    Member("grade", "text", "`core`, `related` or `mention`", lambda m: m.grade),
    Member("phrase", "text", "as printed", lambda m: m.phrase),
    Member("field", "text", "`title` or `body`", lambda m: m.field),
    Member("start", "integer", "where it begins there, in characters from 0", lambda m: m.start),
    Member("sentence", "text", "the sentence around it", lambda m: m.sentence),
)  # fmt: skip


SCORE_PART: JsonDocument[ScorePart] = JsonDocument(
    Member("points", "number", "how much, less than 0 where something weakens it",
        lambda p: p.points),
    Member("why", "text", "what for", lambda p: p.why),
)  # fmt: skip


SCORE: JsonDocument[Score] = JsonDocument(
    Member("topic", "text", "id of the topic", lambda s: s.topic),
    Member("grade", "text", "`core` from 10 points on, `related` from 5; those for being named "
        "again do not count there", lambda s: s.grade),
    Member("points", "number", "the sum of the parts", lambda s: s.points),
    parts("parts", "what it is made of", lambda s: s.parts, SCORE_PART),
)  # fmt: skip


def _topics(found: Relevance, watchlist: Watchlist, organisations: bool) -> list[str]:
    kinds = {topic.id: topic.kind for topic in watchlist.topics.values()}
    return [
        one.topic
        for one in found.scores
        if (kinds.get(one.topic) is TopicKind.ORGANISATION) is organisations
    ]


def _places(found: Relevance, watchlist: Watchlist) -> list[tuple[PlaceFound, Watchlist]]:
    return [(one, watchlist) for one in found.places if one.place in watchlist.gazetteer.places]


RELEVANCE: JsonDocument[tuple[Relevance, Watchlist]] = JsonDocument(
    Member("topics", "list", "texts: ids of the watched and other topics found, in the order of "
        "the list", lambda r: _topics(*r, organisations=False)),
    Member("organisations", "list", "texts: ids of the organisations found",
        lambda r: _topics(*r, organisations=True)),
    parts("places", "the places it is about, then those it mentions",
        lambda r: _places(*r), PLACE_FOUND),
    parts("evidence", "the names found, the strongest first; one a topic, spelling and field",
        lambda r: r[0].matches, NAME_FOUND),
    parts("scores", "one a topic", lambda r: r[0].scores, SCORE),
)  # fmt: skip


GRADED: JsonDocument[tuple[Graded, Watchlist]] = JsonDocument(
    Member("line", "integer", "number of the line, from 1", lambda g: g[0].number),
    Member("title", "text", "its title", lambda g: g[0].title),
    Member("grade", "text or null", "the strongest grade of a watched topic; null: none",
        lambda g: g[0].grade),
    Member("fault", "text or null", "why the line could not be used", lambda g: g[0].fault or None),
    *RELEVANCE.of(lambda g: (g[0].relevance or Relevance(), g[1])),
    commands=("match --json",),
    about="A document a line of the file. Exit code 3 if a line could not be used.",
)  # fmt: skip


ANSWER_DECISION: JsonDocument[Decision] = JsonDocument(
    Member("verb", "text", "`accept`, `reject` or `later`", lambda d: d.verb),
    Member("by", "text", "who said so", lambda d: d.person),
    Member("at", "moment", "when", lambda d: d.at),
    Member("why", "text", "the reason, may be empty", lambda d: d.value),
)  # fmt: skip


ANSWER_ISSUE: JsonDocument[PublishedItem] = JsonDocument(
    Member("digest", "integer", "number of the digest", lambda i: i.digest),
    Member("role", "text", "`news`, `updated`, `trimmed`, `waiting` or `rejected`",
        lambda i: i.role),
)  # fmt: skip


SHORT: JsonDocument[Judgement] = JsonDocument(
    Member("related", "number or null", "being related; 0: it is", lambda j: j.short_of_related),
    Member("core", "number or null", "being core", lambda j: j.short_of_core),
)  # fmt: skip


UNMET: JsonDocument[Unmet] = JsonDocument(
    Member("topic", "text", "id of the topic", lambda u: u.topic),
    Member("phrase", "text", "as printed", lambda u: u.phrase),
    Member("field", "text", "`title` or `body`", lambda u: u.field),
    Member("sentence", "text", "the sentence around it", lambda u: u.sentence),
    Member("why", "text", "what they lack", lambda u: u.why),
)  # fmt: skip


ASIDE: JsonDocument[Quarantined] = JsonDocument(
    Member("id", "integer", "its number", lambda q: q.id),
    Member("outcome", "text", "why", lambda q: q.outcome),
    Member("reason", "text", "the same, closer", lambda q: q.reason),
    Member("tries", "integer", "how often it was met", lambda q: q.tries),
    Member("first", "moment", "when it was set aside", lambda q: q.first_seen_at),
    Member("last", "moment", "when it was last met", lambda q: q.last_seen_at),
)  # fmt: skip


LISTED: JsonDocument[ListedRow] = JsonDocument(
    Member("entry", "text", "the list's address in the source", lambda r: r.entry_url),
    Member("list", "text", "the page of it that showed the row", lambda r: r.list_url),
    Member("url", "text", "where the row leads", lambda r: r.url),
    Member("title", "text", "what it says", lambda r: r.title),
    Member("published", "date or null", "as the list says, else the article",
        lambda r: r.published),
    Member("first_seen", "moment", "when it was seen there first", lambda r: r.first_seen_at),
    Member("last_seen", "moment", "when it was seen there last", lambda r: r.last_seen_at),
    Member("snapshot", "integer or null", "number of the archived list that shows it",
        lambda r: r.snapshot_id),
    Member("fetched", "moment or null", "when that was fetched", lambda r: r.fetched_at),
)  # fmt: skip


TRY: JsonDocument[FetchAttempt] = JsonDocument(
    Member("at", "moment", "when", lambda t: t.at),
    Member("run", "integer", "number of the run", lambda t: t.run_id),
    Member("outcome", "text", "how it ended", lambda t: t.outcome),
    Member("reason", "text", "why, if that needs saying", lambda t: t.reason),
    Member("status", "integer or null", "HTTP status", lambda t: t.status),
)  # fmt: skip


AROUND: JsonDocument[Bracket] = JsonDocument(
    Member("entry", "text", "the list", lambda b: b.entry_url),
    part("earlier", "the nearest row before that day",
        lambda b: b.earlier, LISTED, "object or null"),
    part("later", "and after it", lambda b: b.later, LISTED, "object or null"),
    Member("same_day", "integer", "rows of that very day", lambda b: b.same_day),
    Member("last_read", "moment or null", "when it was last read", lambda b: b.last_read_at),
)  # fmt: skip


NEAR: JsonDocument[Source] = JsonDocument(
    Member("source", "text", "id of the source", lambda n: n.id),
    Member("hosts", "list", "texts: hosts they watch", lambda n: n.links.hosts),
    Member("allow", "list", "texts: link shapes they take", lambda n: n.links.allow_written),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with what it rests on."""

    facts: InquiryFacts
    judgement: Judgement
    watchlist: Watchlist

    @property
    def kept(self) -> KeptArticle | None:
        """What is known of an article that is in the archive."""
        return self.facts.known if isinstance(self.facts.known, KeptArticle) else None

    @property
    def absent(self) -> Absent:
        """What is known of what is not."""
        return self.facts.known if isinstance(self.facts.known, Absent) else Absent()

    @property
    def article(self) -> Article | None:
        """The article, if it is in the archive."""
        return self.kept.article if self.kept else None


def _relevance(answered: Answered) -> tuple[Relevance, Watchlist]:
    found = answered.kept.found if answered.kept else None
    return found or Relevance(), answered.watchlist


ANSWER: JsonDocument[Answered] = JsonDocument(
    Member("answer", "text", "`kept`, `accepted`, `rejected`, `withdrawn`, `copy`, `in an issue`, "
        "`below grade`, `after the cut-off`, `quarantined`, `listed and failed`, `listed and "
        "owed`, `listed and passed over`, `listed and not taken`, `never listed`, `never crawled`, "
        "`no source` or `unknown`", lambda a: a.judgement.answer),
    Member("told", "text", "the same in a sentence", lambda a: a.judgement.reason),
    Member("next", "text or null", "the command that comes next, without `hubwatch`",
        lambda a: a.judgement.next or None),
    Member("likeness", "number or null", "how like its title is to the one asked for, 0 to 1",
        lambda a: a.facts.likeness),
    Member("url", "text or null", "its address", lambda a: a.facts.url or None),
    Member("source", "text or null", "id of the source that has it or would take it",
        lambda a: a.facts.source_id or None),
    Member("title", "text or null", "its headline", lambda a: a.facts.title or None),
    Member("id", "integer or null", "the article; null: there is none, as for all up to `current`",
        lambda a: a.article.id if a.article else None),
    Member("story", "integer or null", "number of its story",
        lambda a: a.article.story_id if a.article else None),
    Member("lead", "integer or null", "the article that leads the story",
        lambda a: a.kept.lead.id if a.kept else None),
    Member("share", "number or null", "how much of its text stands in another of its story",
        lambda a: a.kept.proof.share if a.kept and a.kept.proof else None),
    part("added", "null for what no person added",
        lambda a: a.article.added if a.article else None, ADDED, "object or null"),
    Member("published", "date or null", "when it says it was published",
        lambda a: a.article.published if a.article else None),
    part("rendered", "as in `show`", lambda a: a.kept.rendered if a.kept else None, RENDERED,
        "object or null"),
    Member("grade", "text or null", "as in `match`", lambda a: a.kept.grade if a.kept else None),
    Member("watchlist", "text or null", "version of the list that graded it",
        lambda a: a.kept.found.watchlist if a.kept and a.kept.found else None),
    Member("current", "boolean or null", "whether that is today's",
        lambda a: a.kept.is_current if a.kept else None),
    Member("state", "text or null", "what people decided: `open`, `accepted`, `rejected`, `later` "
        "or `disputed`", lambda a: a.kept.people.state if a.kept else None),
    parts("decisions", "their verdicts that stand",
        lambda a: a.kept.people.decisions if a.kept else (), ANSWER_DECISION),
    parts("issues", "what issued digests said of its story, corrections left out",
        lambda a: a.kept.issues if a.kept else (), ANSWER_ISSUE),
    Member("cut_off", "integer or null", "the latest issued digest, if the story came after what "
        "it is about", lambda a: a.kept.cut_off.number if a.kept and a.kept.cut_off else None),
    Member("gone", "moment or null", "when it was seen to be withdrawn",
        lambda a: a.article.withdrawn_at if a.article else None),
    Member("gone_evidence", "text", "what showed it",
        lambda a: a.kept.gone_evidence if a.kept else ""),
    part("short", "points that it is short of", lambda a: a.judgement, SHORT),
    *RELEVANCE.of(_relevance),
    parts("unmet", "names that stand in it and do not count",
        lambda a: a.kept.unmet if a.kept else (), UNMET),
    parts("related", "articles of other stories that go with it",
        lambda a: companions(a.kept.related, a.watchlist) if a.kept else (), RELATED),
    Member("day", "day or null", "when it was published, for what is not in the archive, as far as "
        "is known", lambda a: a.absent.day),
    part("quarantine", "the page that is set aside",
        lambda a: a.absent.aside, ASIDE, "object or null"),
    parts("listed", "rows of lists that show it", lambda a: a.absent.listed, LISTED),
    parts("tries", "attempts to fetch it, the latest first", lambda a: a.absent.tries, TRY),
    parts("lists", "what stands around its day on each list of the source",
        lambda a: a.absent.brackets, AROUND),
    parts("near", "sources that come near an address that none takes",
        lambda a: a.absent.near, NEAR),
)  # fmt: skip


ANSWERS: JsonDocument[tuple[str, str, Sequence[Answered]]] = JsonDocument(
    Member("asked", "text", "what was asked for", lambda a: a[0]),
    Member("by", "text", "`id`, `url` or `title`", lambda a: a[1]),
    parts("answers", "one for each article or source that it may be", lambda a: a[2], ANSWER),
    commands=("why --json",),
    about="One document. What does not apply is null, or an empty list.",
)  # fmt: skip
