"""Articles looked for: the archive searched, and why something is here or is not."""

from __future__ import annotations

from starlette.responses import Response

from storage.articles.records import Order, Per, Query
from storage.articles.search import MOST_RANKED
from storage.decisions import Verb

from ..relevance.inquiry import Inquiry
from ..relevance.why import InquiryFacts, Judgement, judge
from .request import RequestContext, page_number
from .stories import cards

_HITS, _FAR, _COUNTED = 40, 25, 1_001


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
            "title": visit.words("Search"),
            "q": words,
            "order": order,
            "number": number,
            "seen": seen,
            "before": (number - 1) * _HITS,
            "count": visit.store.articles.count(query, _COUNTED) if hits else 0,
            "counted": _COUNTED,
            "known": visit.store.decisions.last(),
            "reasons": visit.store.decisions.frequent(Verb.REJECT),
            "tags": visit.store.decisions.frequent(Verb.TAG),
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
            answers = [
                (facts, judge(facts, visit.words, desk.zone)) for facts in inquiry.ask(asked)
            ]
        except ValueError as error:
            wrong = str(error)
    values = {"title": visit.words("Why?"), "q": asked, "answers": answers, "wrong": wrong}
    return visit.page("why.html.j2", values)
