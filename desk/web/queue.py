"""The queue: stories that wait for a word, and those that have had one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from storage.decisions import State, Verb
from storage.queue import By, QueueFilter
from storage.types import Grade

from ..moments import parse_since, parse_until
from .request import RequestContext, number_of, page_number
from .stories import cards

Kind = TypeVar("Kind", State, By)

PAGE = 40
_NO_GRADE = "none"
_FAR = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a queue page asks for, as typed. Unknown words ask for nothing."""

    state: State
    by: By
    grade: str
    topic: str
    place: str
    source: str
    language: str
    tag: str
    marked: str
    since: str
    until: str
    number: int

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address, defaults left out."""
        found = {
            "state": str(self.state) if self.state != State.OPEN else "",
            "by": str(self.by) if self.by != By.RELEVANCE else "",
            **{name: getattr(self, name) for name in _WORDS},
            "page": str(self.number) if self.number > 1 else "",
        }
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: object) -> str:
        """The page with something else asked for. It begins with its first page again."""
        changed = replace(self, **{"number": 1, **changes})  # type: ignore[arg-type]
        return f"/?{urlencode(changed.query)}" if changed.query else "/"


_WORDS = (
    "grade", "topic", "place", "source", "language", "tag", "marked", "since", "until",
)  # fmt: skip


def asked(query: QueryParams) -> Asked:
    """What an address asks for."""
    return Asked(
        state=_member(State, query.get("state", ""), State.OPEN),
        by=_member(By, query.get("by", ""), By.RELEVANCE),
        number=page_number(query.get("page", ""), _FAR),
        **{name: query.get(name, "")[:200] for name in _WORDS},
    )


def _member(kind: type[Kind], word: str, usual: Kind) -> Kind:
    return kind(word) if word in list(kind) else usual


def queue(visit: RequestContext) -> Response:
    """A page of the queue."""
    wanted = asked(visit.request.query_params)
    filters, wrong = _filters(wanted, visit)
    seen = visit.store.revisions.last_seq()
    left = visit.desk.update_queue(_SETTLED) if visit.store.queue.backlog() else 0
    found = visit.store.queue.page(replace(filters, limit=PAGE + 1))
    shown = found[:PAGE]
    rows = [(one.story_id, one.lead_id, one.arrived_at) for one in shown]
    counts = visit.store.queue.counts()
    return visit.page(
        "queue.html.j2",
        {
            "title": visit.words.term("state", wanted.state),
            "asked": wanted,
            "wrong": wrong,
            "cards": cards(visit.store, visit.desk.watchlist, rows, visit.words.tag),
            "before": (wanted.number - 1) * PAGE,
            "count": _count(counts, wanted),
            "more": len(found) > PAGE and wanted.number < _FAR,
            "looked_at": visit.store.queue.looked_at(filters) if len(found) <= PAGE else None,
            "seen": seen,
            "left": left,
            "states": {state: _in_state(counts, state) for state in State},
            "grades": _of_grades(counts, wanted.state),
            "choices": _named(visit, wanted),
            "said": _said(visit),
        },
    )


_SETTLED = 2000
"""So many stories are taken in before a page is shown; the rest at the next one."""


def _filters(wanted: Asked, visit: RequestContext) -> tuple[QueueFilter, str]:
    """The part of the queue that is asked for, and what is wrong with a date that was typed."""
    wrong = ""
    moments: dict[str, datetime | None] = {}
    for name, parse in (("since", parse_since), ("until", parse_until)):
        text = getattr(wanted, name)
        try:
            moments[name] = parse(text, visit.now, visit.desk.zone) if text else None
        except ValueError as error:
            moments[name], wrong = None, str(error)
    filters = QueueFilter(
        state=wanted.state,
        by=wanted.by,
        grades=_grades(wanted.grade),
        topic=wanted.topic,
        place=wanted.place,
        source=wanted.source,
        language=wanted.language,
        tag=wanted.tag,
        marked=wanted.marked if wanted.marked in (Verb.STAR, Verb.NOTE) else "",
        since=moments["since"],
        until=moments["until"],
        limit=PAGE,
        offset=(wanted.number - 1) * PAGE,
    )
    return filters, wrong


def _grades(word: str) -> tuple[Grade | None, ...]:
    if word == _NO_GRADE:
        return (None,)
    return (Grade(word),) if word in list(Grade) else ()


def _in_state(counts: Mapping[tuple[State, Grade | None], int], state: State) -> int:
    return sum(number for (one, _), number in counts.items() if one is state)


def _count(counts: Mapping[tuple[State, Grade | None], int], wanted: Asked) -> int | None:
    """How many stories there are of what is asked for, where that is counted: by state and grade
    alone."""
    if any(getattr(wanted, name) for name in _WORDS if name != "grade"):
        return None
    if wanted.grade:
        return dict(_of_grades(counts, wanted.state)).get(wanted.grade)
    return _in_state(counts, wanted.state)


def _of_grades(
    counts: Mapping[tuple[State, Grade | None], int], state: State
) -> list[tuple[str, int]]:
    found = [(grade.value, counts.get((state, grade), 0)) for grade in Grade]
    return [*found, (_NO_GRADE, counts.get((state, None), 0))]


def _named(visit: RequestContext, wanted: Asked) -> dict[str, list[tuple[str, str, int]]]:
    """What the queue can be cut by: (id, name, how many) under topic, place, source, tag,
    language."""
    desk, tag = visit.desk, visit.words.tag
    topics, places = desk.watchlist.topics, desk.watchlist.gazetteer.places
    sources = visit.store.sources.refs()
    named: Mapping[str, Callable[[str], str]] = {
        "topic": lambda id_: topics[id_].label(tag) if id_ in topics else id_,
        "place": lambda id_: places[id_].label(tag) if id_ in places else id_,
        "tag": lambda id_: id_,
        "source": lambda id_: sources[id_].name if id_ in sources else id_,
        "language": lambda id_: visit.words.term("language", id_),
    }
    return {
        kind: [(one.id, named[kind](one.id), one.count) for one in choices]
        for kind, choices in visit.store.queue.choices(wanted.state).items()
    }


def _said(visit: RequestContext) -> tuple[str, int] | None:
    """What was just done: the verb, and how many stories it was said of."""
    verb, count = visit.request.query_params.get("did", ""), visit.request.query_params.get("n", "")
    known = verb in (*Verb, "undo")
    return (verb, number_of(count)) if known and count else None
