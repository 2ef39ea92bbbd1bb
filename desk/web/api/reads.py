"""What programs read: each noun with its list and one of it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from storage.articles.records import Order, Query
from storage.contradictions import Contradiction, ContradictionQuery
from storage.decisions import Decision, Reviewed, State, review_states_of
from storage.facts import KINDS, FactQuery, KeptFact
from storage.incidents import Incident
from storage.types import Grade

from ...articles import known_article
from ...digest.drafts import cautions, opened
from ...digest.formats.plugins import media_type_of
from ...documents.articles import ARTICLE
from ...documents.contradictions import CONTRADICTION
from ...documents.decisions import DECISION
from ...documents.digests import DIGEST, DIGEST_HEAD, WholeDigest
from ...documents.events import EVENT, known_event
from ...documents.facts import FACT
from ...documents.incidents import INCIDENT, SHOWN_INCIDENT, ShownIncident
from ...documents.relevance import ANSWERS, Answered
from ...documents.revisions import HAPPENED
from ...documents.runs import RUN
from ...documents.search import BASIS, HIT
from ...documents.sources import SOURCE, ListedSource
from ...documents.stories import (
    STORY,
    STORY_FILE,
    KnownStory,
    ListedStory,
    facts_of_leads,
    known_story,
)
from ...incidents import row_blocks
from ...messages import reader
from ...relevance.inquiry import Inquiry, asked_by
from ...relevance.why import judge
from .operations import (
    CURSOR,
    LARGEST,
    LIMIT,
    ApiCall,
    ApiPage,
    Bytes,
    Operation,
    Problem,
    Takes,
    Value,
    missing,
)

Thing = TypeVar("Thing")


def _after(call: ApiCall) -> int | None:
    """Behind which thing the page begins."""
    after = call.said.get("after")
    return after if isinstance(after, int) else None


def _page(found: Sequence[Thing], call: ApiCall, number: Any) -> ApiPage:
    """A page of what was asked for with one more than is shown."""
    shown = found[: call.limit]
    return ApiPage(shown, number(shown[-1]) if len(found) > call.limit else None)


# Articles, and the search.

_CUTS = (
    Value("source", Takes.TEXTS, "only of these sources, by id"),
    Value("city", Takes.TEXTS, "only of sources of these cities"),
    Value("language", Takes.TEXTS, "only in these languages: `en`, `zh`, …"),
    Value("topic", Takes.TEXTS, "only with names of these topics of the watchlist"),
    Value("grade", Takes.TEXTS, "only of these grades", words=tuple(map(str, Grade))),
    Value("state", Takes.TEXT, "only of stories on which people decided so", words=tuple(State)),
    Value("since", Takes.DAY, "published on that day or later (undated ones: first seen)"),
    Value("until", Takes.DAY, "published on that day or before"),
)


def _query(call: ApiCall, order: Order, words: str = "") -> Query:
    said = call.said
    return Query(
        words=words,
        sources=said.get("source", ()),
        cities=said.get("city", ()),
        languages=said.get("language", ()),
        topics=said.get("topic", ()),
        grades=tuple(Grade(one) for one in said.get("grade", ())),
        state=said.get("state", ""),
        since=call.day("since"),
        until=call.day("until", after=1),
        order=order,
        limit=call.limit + 1,
        after=_after(call),
    )


def _hits(call: ApiCall, query: Query, *, is_whole: bool) -> ApiPage:
    found = call.store.articles.search(query)
    shown = found[: call.limit]
    told = [hit.article.story_id for hit in shown]
    reviews, events = review_states_of(call.store, told), call.store.stories.events.around(told)
    items = [Reviewed(hit, reviews, hit.article.story_id, events) for hit in shown]
    more = len(found) > call.limit and is_whole
    return ApiPage(items, shown[-1].article.id if more else None)


def _articles(call: ApiCall) -> ApiPage:
    return _hits(call, _query(call, Order.ARRIVED), is_whole=True)


def _article(call: ApiCall) -> object:
    found = known_article(call.store, call.number, call.desk.watchlist)
    if found is None:
        raise missing("article")
    return found


def _search(call: ApiCall) -> ApiPage:
    order = Order(call.said.get("order", Order.NEWEST))
    query = _query(call, order, call.said["q"])
    return _hits(call, query, is_whole=order is Order.NEWEST)


def _basis(call: ApiCall) -> object:
    return call.store.articles.basis(call.said.get("city", ()), call.said.get("source", ()))


# Stories, events, and what happened.


def _stories(call: ApiCall) -> ApiPage:
    found = call.store.stories.numbered(call.limit + 1, _after(call))
    page = _page(found, call, lambda story: story.id)
    numbers = [story.id for story in found[: call.limit]]
    reviews = review_states_of(call.store, numbers)
    events = call.store.stories.events.of_stories(numbers)
    facts = facts_of_leads(call.store, found[: call.limit])
    items = [
        ListedStory(Reviewed(story, reviews, story.id), events[story.id], facts[story.lead.id])
        for story in found[: call.limit]
    ]
    return ApiPage(items, page.last)


def story_file(call: ApiCall) -> KnownStory:
    """A story with everything that became of it. Raise Problem."""
    found = call.store.stories.file(call.number)
    if found is None:
        raise missing("story")
    return known_story(call.store, found)


def _event(call: ApiCall) -> object:
    found = known_event(call.store, call.number)
    if found is None:
        raise missing("story")
    return found


def _happened(call: ApiCall) -> ApiPage:
    found = call.store.revisions.events(_after(call) or 0, call.limit)
    last = found[-1].seq if found else _after(call) or 0
    return ApiPage(found, last)  # there is always a next page: what happens from now on


# Facts and decisions.


def _facts(call: ApiCall) -> ApiPage:
    said = call.said
    query = FactQuery(
        said.get("city", ()),
        said.get("about", ""),
        said.get("article"),
        said.get("reviewed", False),
        call.limit + 1,
        _after(call) or LARGEST,
        said.get("kind", ()),
    )
    found: Sequence[KeptFact] = call.store.articles.facts.find(query)
    return _page(found, call, lambda fact: fact.id)


def one_fact(call: ApiCall) -> KeptFact:
    """A fact with what people said of it. Raise Problem."""
    found = call.store.articles.facts.get(call.number)
    if found is None:
        raise missing("fact")
    return found


def _decisions(call: ApiCall) -> ApiPage:
    found: Sequence[Decision] = call.store.decisions.page(call.limit + 1, _after(call))
    return _page(found, call, lambda decision: decision.id)


def _decision(call: ApiCall) -> object:
    found = call.store.decisions.get(call.number)
    if found is None:
        raise missing("decision")
    return found


# Why something is here, and what contradicts what.


def _why(call: ApiCall) -> object:
    asked = str(call.said["about"]).strip()
    inquiry = Inquiry(call.store, call.desk.catalogue, call.desk.watchlist, call.now)
    try:
        found = inquiry.ask(asked, str(call.said.get("source", "")), None)
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"{error}.") from None
    answers = [
        Answered(facts, judge(facts, reader(), call.desk.zone), call.desk.watchlist)
        for facts in found
    ]
    return asked, asked_by(asked), answers


def _contradictions(call: ApiCall) -> ApiPage:
    query = ContradictionQuery(
        call.said.get("city", ()),
        resolved=call.said.get("settled", False),
        limit=call.limit + 1,
        below=_after(call) or LARGEST,
    )
    found: Sequence[Contradiction] = call.store.stories.contradictions.find(query)
    return _page(found, call, lambda one: one.id)


def one_contradiction(call: ApiCall) -> Contradiction:
    """A contradiction with what people said of it. Raise Problem."""
    found = call.store.stories.contradictions.get(call.number)
    if found is None:
        raise missing("contradiction")
    return found


# Digests.


def _digests(call: ApiCall) -> ApiPage:
    found = call.store.digests.latest(call.limit + 1, _after(call))
    return _page(found, call, lambda head: head.number)


def _digest(call: ApiCall) -> object:
    store, number = call.store, call.number
    head = store.digests.get(number)
    if head is None:
        raise missing("digest")
    digest = opened(store, number)
    warned = () if head.issued_at else cautions(store, digest)
    return WholeDigest(
        head,
        digest,
        store.digests.edits(number),
        store.digests.files(number),
        store.deliveries.select(number),
        warned,
    )


def _digest_file(call: ApiCall) -> Bytes:
    try:
        data = call.store.digests.file(call.number, call.name)
        return Bytes(data, media_type_of(call.name))
    except (LookupError, ValueError):
        raise missing("file of an issued digest") from None


# Sources, runs and incidents.


def _listed(call: ApiCall) -> list[ListedSource]:
    store = call.store
    states = {each.source.id: each for each in store.sources.states()}
    checks = store.sources.checks()
    enabled = {each.id for each in call.desk.enabled}
    known = call.desk.catalogue.sources
    return [
        ListedSource(known[name], states.get(name), name in enabled, checks.get(name))
        for name in sorted(known)
    ]


def _sources(call: ApiCall) -> ApiPage:
    after = str(call.said.get("after", ""))
    found = [each for each in _listed(call) if each.source.id > after]
    return _page(found, call, lambda each: each.source.id)


def _source(call: ApiCall) -> object:
    found = next((each for each in _listed(call) if each.source.id == call.name), None)
    if found is None:
        raise missing("source")
    return found


def _runs(call: ApiCall) -> ApiPage:
    found = call.store.runs.latest(
        call.limit + 1, call.said.get("source") or None, before=_after(call)
    )
    return _page(found, call, lambda run: run.id)


def _run(call: ApiCall) -> object:
    found = call.store.runs.get(call.number)
    if found is None:
        raise missing("run")
    return found


def _incidents(call: ApiCall) -> ApiPage:
    found: Sequence[Incident] = call.store.incidents.latest(
        call.limit + 1, call.said.get("source") or None, _after(call)
    )
    return _page(found, call, lambda incident: incident.id)


def _incident(call: ApiCall) -> object:
    found = call.store.incidents.get(call.number)
    if found is None:
        raise missing("incident")
    notices = call.store.incidents.notices_of(call.number)
    return ShownIncident(found, notices, row_blocks(call.store, call.desk.catalogue, found))


_PAGED = (LIMIT, CURSOR)
_SOURCE = Value("source", Takes.TEXT, "only of this source, by id")

READS = (
    Operation("listArticles", "/articles", "Articles, those that came in last first.", HIT,
        _articles, query=(*_CUTS, *_PAGED), is_list=True),
    Operation("getArticle", "/articles/{number}", "One article, with its text, its proof and its "
        "history.", ARTICLE, _article),
    Operation("search", "/search", "Articles that say these words. Those in order of ranks are the "
        "best ones only, and have no next page.", HIT, _search, query=(
            Value("q", Takes.TEXT, 'words, "quoted words" that stand together, and beginnings*',
                most=500, is_required=True),
            Value("order", Takes.TEXT, "`newest` published first (so where it is not said), or "
                "`ranked`", words=(Order.NEWEST, Order.RANKED)),
            *_CUTS, *_PAGED), is_list=True),
    Operation("getBasis", "/basis", "What an answer about these cities and sources rests on.",
        BASIS, _basis, query=_CUTS[:2]),
    Operation("listStories", "/stories", "Stories, those of the highest numbers first.", STORY,
        _stories, query=_PAGED, is_list=True),
    Operation("getStory", "/stories/{number}", "One story: its reprints, its proof, its changes, "
        "and what people decided. Its ETag is what a verdict has to name.", STORY_FILE, story_file),
    Operation("getEvent", "/stories/{number}/event", "The event that a story tells, and the other "
        "stories of it.", EVENT, _event),
    Operation("listChanges", "/changes", "What happened to articles, in order, from the beginning. "
        "`next` is always there: later it leads to what happened since.", HAPPENED, _happened,
        query=_PAGED, is_list=True),
    Operation("listFacts", "/facts", "Figures, deadlines and events that articles state, "
        "those read last first.", FACT, _facts, query=(
            _CUTS[1], Value("about", Takes.TEXT, "only with these words in what is counted, the "
                "place or the sentence"),
            Value("article", Takes.INTEGER, "only of this article", least=1, most=LARGEST),
            Value("kind", Takes.TEXTS, "only of these kinds", words=KINDS),
            Value("reviewed", Takes.FLAG, "`true`: only what people confirmed or corrected"),
            *_PAGED), is_list=True),
    Operation("getFact", "/facts/{number}", "One fact. Its ETag is what a review has to name.",
        FACT, one_fact),
    Operation("listContradictions", "/contradictions", "Where two reports say different things of "
        "one thing, with both sentences, those found last first.", CONTRADICTION, _contradictions,
        query=(_CUTS[1], Value("settled", Takes.FLAG, "`true`: also those that people settled"),
            *_PAGED), is_list=True),
    Operation("getContradiction", "/contradictions/{number}", "One contradiction. Its ETag is what "
        "a word on it has to name.", CONTRADICTION, one_contradiction),
    Operation("explain", "/why", "Why something is in the archive, or is not: an article by its "
        "number, an address, a title.", ANSWERS, _why, query=(
            Value("about", Takes.TEXT, "number, address or title", least=1, most=500,
                is_required=True),
            Value("source", Takes.TEXT, "only of this source, by id"))),
    Operation("listDecisions", "/decisions", "What people said of stories, the latest first, also "
        "what was taken back.", DECISION, _decisions, query=_PAGED, is_list=True),
    Operation("getDecision", "/decisions/{number}", "One decision.", DECISION, _decision),
    Operation("listDigests", "/digests", "Digests that were not discarded, the newest first.",
        DIGEST_HEAD, _digests, query=_PAGED, is_list=True),
    Operation("getDigest", "/digests/{number}", "One digest with everything beside its contents.",
        DIGEST, _digest),
    Operation("getDigestFile", "/digests/{number}/files/{name}", "A file of an issued digest, byte "
        "for byte as it was frozen.", None, _digest_file),
    Operation("listSources", "/sources", "The sources, by id.", SOURCE, _sources, query=_PAGED,
        is_list=True),
    Operation("getSource", "/sources/{name}", "One source.", SOURCE, _source),
    Operation("listRuns", "/runs", "Runs, the newest first.", RUN, _runs,
        query=(_SOURCE, *_PAGED), is_list=True),
    Operation("getRun", "/runs/{number}", "One run.", RUN, _run),
    Operation("listIncidents", "/incidents", "Incidents, open and closed, the latest first.",
        INCIDENT, _incidents, query=(_SOURCE, *_PAGED), is_list=True),
    Operation("getIncident", "/incidents/{number}", "One incident, with what was told of it.",
        SHOWN_INCIDENT, _incident),
)  # fmt: skip
"""Everything that can be read."""
