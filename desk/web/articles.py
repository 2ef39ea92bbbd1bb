"""Articles looked for: the archive searched, and why something is here or is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from storage.articles.records import Order, Per, Query
from storage.articles.search import MOST_RANKED
from storage.decisions import State, Verb
from storage.digests import DigestState
from storage.people import LONGEST_NAME, LONGEST_SEARCH, MOST_SEARCHES, SavedSearch
from storage.types import Grade

from ..relevance.inquiry import AskedBy, Inquiry, asked_by, at_address
from ..relevance.why import InquiryFacts, Judgement, judge
from ..searches import MATCHED, SearchForm, beyond_filter, why_nothing
from ..text import basis_text, one_line
from .queue import StoryRow, choices_of, event_lines, take_in_news
from .request import RequestContext, number_of, page_number

_HITS, _FAR, _COUNTED, _NEWS, _DRAFTS = 40, 25, 1_001, 100, 20


def query_of(form: SearchForm, visit: RequestContext, number: int = 1) -> tuple[Query, str]:
    """A page of the search, and what is wrong with a date that was typed."""
    query, wrong = form.asked(visit.now, visit.desk.zone)
    query = replace(query, limit=_HITS + 1, offset=(number - 1) * _HITS, per=Per.STORY)
    return query, wrong


def search(visit: RequestContext) -> Response:
    """The archive searched: a line a story with the words marked, the best hit or the newest first,
    and what the answer rests on. A search that is kept is a tab; to open it is to have looked."""
    asked = visit.request.query_params
    form = SearchForm.of(asked)
    number = page_number(asked.get("page", ""), _FAR)
    query, wrong = query_of(form, visit, number)
    seen, store = visit.store.revisions.last_seq(), visit.store
    is_asked = bool(form.q or form.is_cut)
    if form.state or form.tag or form.marked:  # what was said last counts
        take_in_news(visit)
    hits = store.articles.hits(query) if is_asked else ()
    lacks = is_asked and not hits and number == 1
    beyond = beyond_filter(store, query) if lacks else ""
    rows: list[StoryRow] = [(story, article, None) for article, story in hits[:_HITS]]
    lines = event_lines(visit, rows, lambda some: [row for row in rows if row[0] in {*some}])
    shown = [card for line in lines for card in (line.card, *line.members)]
    sources = store.sources.refs()
    where = [each for each in (form.city, form.source) if each]
    kept = store.people.search(visit.person.name, number_of(asked.get("kept", "")))
    seen_before = number_of(asked.get("after", "")) if number > 1 else 0
    if kept is not None and number == 1:
        seen_before = kept.seen_article
        with visit.desk.writing() as archive, archive.writing() as tx:
            tx.people.note_look(visit.person.name, kept.id, visit.now)
    further = {"kept": kept.id, "after": seen_before} if kept else {}
    choices = choices_of(visit, tuple(State))
    return visit.page(
        "search.html.j2",
        {
            "title": visit.words("Search"),
            "form": form,
            "wrong": wrong,
            "is_asked": is_asked,
            "is_address": asked_by(form.q) is AskedBy.URL,
            "at_address": at_address(store, form.q),
            "number": number,
            "seen": seen,
            "before": (number - 1) * _HITS,
            "count": store.articles.count(query, _COUNTED) if hits else 0,
            "counted": _COUNTED,
            "known": store.decisions.last(),
            "reasons": store.decisions.frequent(Verb.REJECT),
            "tags": store.decisions.frequent(Verb.TAG),
            "more": len(hits) > _HITS and number < _FAR,
            "further": {**form.query, **further},
            "ranked": 0
            if query.order is Order.NEWEST or not hits or store.articles.ranks_all(query)
            else MOST_RANKED,
            "lines": lines,
            "beyond": beyond,
            "why": why_nothing(store, query) if lacks and not beyond else "",
            "shown": len(shown),
            "marks": store.articles.found_in(query, [card.lead for card in shown]),
            "basis": basis_text(store.articles.basis(query.cities, query.sources), where),
            "cities": sorted({ref.city for ref in sources.values() if ref.city}),
            "choices": {
                **choices,
                "source": sorted(
                    ((ref.id, ref.name, 0) for ref in sources.values()), key=lambda one: one[1]
                ),
                "topic": [
                    (topic.id, topic.label(visit.words.tag), 0)
                    for topic in visit.desk.watchlist.topics.values()
                ],
            },
            "grades": (MATCHED, *Grade),
            "states": list(State),
            "in_queue": f"/?{urlencode(form.as_queue)}" if form.as_queue else "/",
            "tabs": _tabs(visit, kept),
            "kept": kept,
            "seen_before": seen_before if kept else None,
            "drafts": [
                head
                for head in (store.digests.latest(_DRAFTS) if visit.person.role.decides else ())
                if head.state is DigestState.DRAFT
            ],
        },
    )


# Searches that people keep: each is a tab, with how many stories came in since it was looked at.


@dataclass(frozen=True, slots=True)
class SearchTab:
    """A search that somebody keeps: where it leads, and how many stories are new, as shown."""

    name: str
    address: str
    news: str
    is_current: bool


def _tabs(visit: RequestContext, current: SavedSearch | None) -> list[SearchTab]:
    return [
        SearchTab(
            each.name,
            f"/search?{each.query}&kept={each.id}",
            _news(visit, each),
            current is not None and current.id == each.id,
        )
        for each in visit.store.people.searches(visit.person.name)
    ]


def _news(visit: RequestContext, kept: SavedSearch) -> str:
    query, _ = query_of(SearchForm.of(dict(parse_qsl(kept.query))), visit)
    number = visit.store.articles.count_since(query, kept.seen_article, _NEWS)
    return f"{_NEWS - 1}+" if number == _NEWS else str(number)


def keep(visit: RequestContext) -> Response:
    """Keep a search as a tab."""
    form = SearchForm.of(dict(parse_qsl(str(visit.form.get("query", "")))))
    name, address = one_line(str(visit.form.get("name", "")), LONGEST_NAME), urlencode(form.query)
    words, person = visit.words, visit.person.name
    known = {each.name for each in visit.store.people.searches(person)}
    wrong = ""
    if not address or len(address) > LONGEST_SEARCH:
        wrong = words("There is nothing to keep: search for something first.")
    elif not name:
        wrong = words("A search that is kept needs a name.")
    elif name not in known and len(known) >= MOST_SEARCHES:
        wrong = words("%(n)s searches are kept at most; let one go first.", n=MOST_SEARCHES)
    if wrong:
        return visit.page("message.html.j2", {"title": words("Search"), "message": wrong}, 400)
    with visit.desk.writing() as store, store.writing() as tx:
        saved = tx.people.keep_search(person, name, address, visit.now)
    return visit.back(f"/search?{saved.query}&kept={saved.id}")


def forget(visit: RequestContext) -> Response:
    """Keep a search no more."""
    with visit.desk.writing() as store, store.writing() as tx:
        tx.people.forget_search(visit.person.name, number_of(str(visit.form.get("kept", ""))))
    return visit.back("/search")


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
