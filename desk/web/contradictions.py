"""Contradictions: the open ones of the archive, and one with both sentences, which a reviewer
settles."""

from __future__ import annotations

from starlette.responses import Response

from storage.archive import Archive
from storage.contradictions import (
    Contradiction,
    ContradictionQuery,
    ContradictionVerdict,
    Settlement,
)

from ..contradictions import Pieces, excused, marked
from ..text import one_line
from .request import RequestContext, number_of

_MOST, _OF_A_STORY = 100, 10

Shown = tuple[Contradiction, tuple[Pieces, Pieces]]


def contradictions_of(store: Archive, story: int) -> tuple[Shown, ...]:
    """Those of a story, also settled ones, but those that are none by a person's word."""
    query = ContradictionQuery(stories=(story,), resolved=True, limit=_OF_A_STORY)
    found = store.stories.contradictions.find(query)
    return tuple((one, marked(one)) for one in found if one.is_open or one.is_confirmed)


def contradictions(visit: RequestContext) -> Response:
    """Those that are open, the latest reports first; with `all` the settled ones, too, with `city`
    those of one city."""
    asked = visit.request.query_params
    resolved, city = bool(asked.get("all")), one_line(asked.get("city", ""), 100)
    query = ContradictionQuery((city,) if city else (), resolved=resolved, limit=_MOST + 1)
    found = visit.store.stories.contradictions.find(query)
    values = {
        "title": visit.words("Contradictions"),
        "shown": [(one, marked(one)) for one in found[:_MOST]],
        "is_cut": len(found) > _MOST,
        "most": _MOST,
        "resolved": resolved,
        "city": city,
    }
    return visit.page("contradictions.html.j2", values)


def contradiction(visit: RequestContext) -> Response:
    """One, with both sentences and what people said, and the way to the next that is open. With
    `others` also what looks like a contradiction between the same two texts and is none; with `did`
    what was just done with it."""
    one = _asked(visit)
    return _missing(visit) if one is None else _page(visit, one)


def resolve(visit: RequestContext) -> Response:
    """Say how one is settled: fields `verdict` and `why`, or `do`, which is `undo`; `known`, the
    last decision that the page showed. Where something else was said since, the page is shown again
    with that, and with what was typed; one's own answer sent twice is one."""
    one = _asked(visit)
    if one is None:
        return _missing(visit)
    word = str(visit.form.get("verdict", ""))
    undo = visit.form.get("do") == "undo"
    if not undo and word not in tuple(ContradictionVerdict):
        return _page(visit, one, visit.words("Choose an answer first."), 400)
    with visit.desk.writing() as store, store.writing() as tx:
        now = tx.archive.stories.contradictions.get(one.id)
        if now is None:
            return _missing(visit)
        said = now.settlement.id if now.settlement else 0
        if number_of(str(visit.form.get("known", ""))) != said or (undo and not said):
            if undo or not _is_said(visit, now.settlement, word):
                return _page(visit, now, _said_since(visit, now.settlement), 409)
        elif undo:
            tx.stories.contradictions.undo(now, person=visit.person.name, now=visit.now)
        else:
            tx.stories.contradictions.say(
                now,
                ContradictionVerdict(word),
                person=visit.person.name,
                why=visit.why,
                now=visit.now,
            )
    return visit.back(f"/contradiction/{one.id}?did={'undone' if undo else 'settled'}")


def _is_said(visit: RequestContext, stands: Settlement | None, word: str) -> bool:
    """Whether what stands is the answer of the form: its answer was lost, or it was sent twice."""
    told = stands and (stands.person, stands.verdict, stands.why)
    return told == (visit.person.name, word, visit.why)


def _said_since(visit: RequestContext, stands: Settlement | None) -> str:
    """Whose word came between the page and its form."""
    if stands is None:
        return visit.words("It was taken back since this page was shown. Look at it again.")
    if stands.person == visit.person.name:
        return visit.words("You have answered since this page was shown. Look at it again.")
    return visit.words("A colleague was quicker. Look at it again.")


def _asked(visit: RequestContext) -> Contradiction | None:
    return visit.store.stories.contradictions.get(visit.request.path_params["number"])


def _following(store: Archive, one: Contradiction) -> int | None:
    """The number of the next that is open: of those found before this one the last, else of all."""
    for query in (ContradictionQuery(below=one.id, limit=1), ContradictionQuery(limit=1)):
        for found in store.stories.contradictions.find(query):
            if found.id != one.id:
                return found.id
    return None


def _missing(visit: RequestContext) -> Response:
    return visit.missing(
        visit.words(
            "There is no such contradiction. It goes when one of its articles is rewritten."
        )
    )


def _page(
    visit: RequestContext, one: Contradiction, wrong: str = "", status: int = 200
) -> Response:
    shown = one.settlement.verdict if one.settlement else ""
    values = {
        "title": visit.words("Contradiction %(n)s", n=one.id),
        "one": one,
        "did": visit.request.query_params.get("did", ""),
        "following": _following(visit.store, one),
        "answer": str(visit.form.get("verdict", shown)),
        "why": visit.why,
        "pieces": marked(one),
        "verdicts": tuple(ContradictionVerdict),
        "others": excused(visit.store, one) if visit.request.query_params.get("others") else None,
        "wrong": wrong,
    }
    return visit.page("contradiction.html.j2", values, status)
