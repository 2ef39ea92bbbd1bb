"""Articles looked for: the archive searched, and why something is here or is not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from starlette.responses import Response

from storage.articles.records import Order, Per, Query
from storage.articles.search import MOST_RANKED
from storage.decisions import State, Verb
from storage.types import Grade

from ..relevance.inquiry import Inquiry
from ..relevance.why import InquiryFacts, Judgement, judge
from ..text import basis_text
from .queue import MATCHED, take_in_news
from .request import RequestContext, page_number
from .stories import cards

_HITS, _FAR, _COUNTED = 40, 25, 1_001


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What a search asks for, as typed."""

    q: str
    by: str
    city: str
    source: str
    language: str
    topic: str
    grade: str
    state: str
    since: str
    until: str
    seen_since: str
    seen_until: str

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address, those that say nothing left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def is_cut(self) -> bool:
        """Whether more than words and their order is asked for."""
        return any(name not in ("q", "by") for name in self.query)


def _form(visit: RequestContext) -> SearchForm:
    query = visit.request.query_params
    typed = {each.name: query.get(each.name, "")[:500].strip() for each in fields(SearchForm)}
    typed["by"] = "newest" if typed["by"] == "newest" else ""
    typed["grade"] = typed["grade"] if typed["grade"] in (MATCHED, *Grade) else ""
    typed["state"] = typed["state"] if typed["state"] in list(State) else ""
    return SearchForm(**typed)


def _query(form: SearchForm, visit: RequestContext, number: int) -> tuple[Query, str]:
    """The search, and what is wrong with a date that was typed."""
    since, until, wrong = visit.period(form.since, form.until)
    seen_since, seen_until, wrongly = visit.period(form.seen_since, form.seen_until)
    query = Query(
        words=form.q,
        cities=(form.city,) if form.city else (),
        sources=(form.source,) if form.source else (),
        languages=(form.language,) if form.language else (),
        topics=(form.topic,) if form.topic else (),
        grades=tuple(Grade)
        if form.grade == MATCHED
        else (Grade(form.grade),)
        if form.grade
        else (),
        state=form.state,
        since=since,
        until=until,
        seen_since=seen_since,
        seen_until=seen_until,
        order=Order.NEWEST if form.by else Order.RANKED,
        limit=_HITS + 1,
        offset=(number - 1) * _HITS,
        per=Per.STORY,
    )
    return query, wrong or wrongly


def search(visit: RequestContext) -> Response:
    """The archive searched: a line a story with the words marked, the best hit or the newest first,
    and what the answer rests on."""
    form = _form(visit)
    number = page_number(visit.request.query_params.get("page", ""), _FAR)
    query, wrong = _query(form, visit, number)
    seen, store = visit.store.revisions.last_seq(), visit.store
    is_asked = bool(form.q or form.is_cut)
    if form.state:  # what was said last counts
        take_in_news(visit)
    hits = store.articles.hits(query) if is_asked else ()
    rows = [(story, article, None) for article, story in hits[:_HITS]]
    made = cards(store, visit.desk.watchlist, rows, visit.words.tag)
    sources = store.sources.refs()
    where = [each for each in (form.city, form.source) if each]
    return visit.page(
        "search.html.j2",
        {
            "title": visit.words("Search"),
            "form": form,
            "wrong": wrong,
            "is_asked": is_asked,
            "number": number,
            "seen": seen,
            "before": (number - 1) * _HITS,
            "count": store.articles.count(query, _COUNTED) if hits else 0,
            "counted": _COUNTED,
            "known": store.decisions.last(),
            "reasons": store.decisions.frequent(Verb.REJECT),
            "tags": store.decisions.frequent(Verb.TAG),
            "more": len(hits) > _HITS and number < _FAR,
            "ranked": 0
            if query.order is Order.NEWEST or not hits or store.articles.ranks_all(query)
            else MOST_RANKED,
            "cards": made,
            "marks": store.articles.found_in(query, [card.lead for card in made]),
            "basis": basis_text(store.articles.basis(query.cities, query.sources), where),
            "cities": sorted({ref.city for ref in sources.values() if ref.city}),
            "sources": sorted(sources.values(), key=lambda ref: ref.name),
            "topics": [
                (topic.id, topic.label(visit.words.tag))
                for topic in visit.desk.watchlist.topics.values()
            ],
            "grades": (MATCHED, *Grade),
            "states": list(State),
        },
    )


def why(visit: RequestContext) -> Response:
    """Why something is here or is not: an article's number, an address, a title."""
    asked = visit.request.query_params.get("q", "").strip()[:2000]
    answers: list[tuple[InquiryFacts, Judgement]] = []
    wrong = ""
    if asked:
        desk = visit.desk
        inquiry = Inquiry(visit.store, desk.catalogue, desk.watchlist, visit.now)
        try:
            answers = [
                (facts, judge(facts, visit.words, desk.zone)) for facts in inquiry.ask(asked)
            ]
        except ValueError as error:
            wrong = str(error)
    values = {"title": visit.words("Why?"), "q": asked, "answers": answers, "wrong": wrong}
    return visit.page("why.html.j2", values)
