"""Pages to look things up: search, why, runs, days."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from storage.articles.records import Order, Per, Query
from storage.search.queries import MOST_RANKED
from storage.urls import is_made_up

from ..relevance.facts import InquiryFacts
from ..relevance.inquiry import Inquiry
from ..relevance.why import Judgement, judge
from .cards import cards
from .plots import days_until, strip
from .visit import RequestContext, page_number

_HITS, _FAR = 40, 25
_RUNS = 100
_SHORT, _PLACES = 28, 12


def search(visit: RequestContext) -> Response:
    """The archive searched: one card a story, the best hit or the newest first."""
    asked = visit.request.query_params
    words = asked.get("q", "")[:500]
    number = page_number(asked.get("page", ""), _FAR)
    order = Order.NEWEST if asked.get("by") == "newest" else Order.RANKED
    query = Query(
        words=words, order=order, limit=_HITS + 1, offset=(number - 1) * _HITS, per=Per.STORY
    )
    seen = visit.store.revisions.last_seq()
    hits = visit.store.articles.hits(query) if words.strip() else ()
    return visit.page(
        "search.html.j2",
        {
            "title": visit.words("search"),
            "q": words,
            "order": order,
            "number": number,
            "seen": seen,
            "more": len(hits) > _HITS and number < _FAR,
            "ranked": 0
            if order is Order.NEWEST or visit.store.articles.ranks_all(query)
            else MOST_RANKED,
            "cards": cards(
                visit.store,
                visit.desk.watchlist,
                [(story, article, None) for article, story in hits[:_HITS]],
                visit.words.tag,
            ),
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
            answers = [(facts, judge(facts, desk.zone)) for facts in _facts(inquiry, asked)]
        except ValueError as error:
            wrong = str(error)
    values = {"title": visit.words("why"), "q": asked, "answers": answers, "wrong": wrong}
    return visit.page("why.html.j2", values)


def _facts(inquiry: Inquiry, asked: str) -> tuple[InquiryFacts, ...]:
    if asked.isdecimal():
        found = inquiry.of_number(asked)
        return (found,) if found else ()
    if "://" in asked or is_made_up(asked):
        return inquiry.of_address(asked)
    return inquiry.of_title(asked)


def runs(visit: RequestContext) -> Response:
    """The latest runs, of all sources or of one."""
    source = visit.request.query_params.get("source", "")[:200]
    found = visit.store.runs.latest(_RUNS, source or None)
    return visit.page(
        "runs.html.j2", {"title": visit.words("runs"), "runs": found, "source": source}
    )


def days(visit: RequestContext) -> Response:
    """Items a day by city, and which source was read on which day."""
    zone, places = visit.desk.zone, visit.desk.watchlist.gazetteer.places
    since = visit.now - timedelta(days=_SHORT)
    shown = days_until(visit.now, zone, _SHORT)
    counted = visit.store.sources.places_by_day(since, zone)
    first = sorted(counted, key=lambda place: (-sum(counted[place].values()), place))[:_PLACES]
    most = max((max(counted[place].values()) for place in first), default=0)
    return visit.page(
        "days.html.j2",
        {
            "title": visit.words("days"),
            "days": shown,
            "places": [
                (place, places[place].label(visit.words.tag), strip(counted[place], shown, most))
                for place in first
                if place in places
            ],
            "runs": visit.store.runs.by_day(since, zone),
            "sources": visit.store.sources.refs(),
        },
    )
