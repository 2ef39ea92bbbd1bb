"""The queue: stories that wait for a word, and those that have had one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, QueryParams
from starlette.responses import Response

from storage.archive import Archive
from storage.database import stamp, unstamp
from storage.decisions import State, Verb
from storage.queue import By, QueueFilter, QueuePosition, Waiting
from storage.types import Grade

from ..searches import MATCHED, WORDS
from .request import RequestContext, number_of
from .stories import Card, cards, said_just_now

Kind = TypeVar("Kind", State, By)

PAGE = 60
"""Stories of a page. A browser with our script fetches the next page before this one ends."""
NO_GRADE, ALL = "none", "all"
_COUNTED = 1000
"""Where a filter is set, stories are counted so far."""
_SETTLED = 2000
"""So many stories are taken in before a page is shown; the rest at the next one."""
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a queue page asks for, as typed. Unknown words ask for nothing.

    `grade` is a grade or `matched`, `none` or `all`. `after` is the place of the last story of the
    page before.
    """

    state: State
    by: By
    grade: str
    topic: str
    place: str
    source: str
    language: str
    tag: str
    marked: str
    seen_since: str
    seen_until: str
    after: QueuePosition | None

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address, defaults left out."""
        found = {
            "state": str(self.state) if self.state != State.OPEN else "",
            "by": str(self.by) if self.by != By.RELEVANCE else "",
            "grade": self.grade if self.grade != usual_grade(self.state) else "",
            **{name: getattr(self, name) for name in WORDS},
            "after": written_position(self.after) if self.after else "",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def as_search(self) -> dict[str, str]:
        """What a search within the same filter asks for. What waits and matched is usual here and
        nothing that one means by a search of all."""
        usual = self.state is State.OPEN and self.grade == MATCHED
        shared = {
            "state": "" if usual else str(self.state),
            "grade": "" if usual or self.grade in (NO_GRADE, ALL) else self.grade,
            **{name: getattr(self, name) for name in WORDS},
        }
        return {name: value for name, value in shared.items() if value}

    @property
    def is_cut(self) -> bool:
        """Whether more than a state and a grade is asked for."""
        return any(getattr(self, name) for name in WORDS)

    def address(self, path: str = "/", **changes: object) -> str:
        """The page with something else asked for. It begins with its first page again."""
        changed = replace(self, **{"after": None, **changes})  # type: ignore[arg-type]
        return f"{path}?{urlencode(changed.query)}" if changed.query else path


_EARLIER = {"seen_since": "since", "seen_until": "until"}
"""What parameters were called in addresses that people may have kept."""


def usual_grade(state: State) -> str:
    """What is shown of a state unless something else is asked for: of what waits, that in which
    the watchlist found something."""
    return MATCHED if state is State.OPEN else ALL


def asked(query: QueryParams | FormData) -> Asked:
    """What an address, or a form with the same fields, asks for."""

    def word(name: str) -> str:
        return str(query.get(name, "") or query.get(_EARLIER.get(name, ""), ""))[:200]

    state = _member(State, word("state"), State.OPEN)
    grade = word("grade")
    known = grade in (MATCHED, NO_GRADE, ALL, *Grade)
    return Asked(
        state=state,
        by=_member(By, word("by"), By.RELEVANCE),
        grade=grade if known else usual_grade(state),
        after=_position(word("after")),
        **{name: word(name) for name in WORDS},
    )


def _member(kind: type[Kind], word: str, usual: Kind) -> Kind:
    return kind(word) if word in list(kind) else usual


def written_position(place: QueuePosition) -> str:
    """A place in the queue as an address names it."""
    parts = (place.strength, place.points, stamp(place.arrived_at), place.story_id)
    return _BETWEEN.join(str(part) for part in parts)


def _position(written: str) -> QueuePosition | None:
    """The inverse of `written_position`, or None for what is none."""
    try:
        strength, points, arrived_at, story_id = written.split(_BETWEEN)
        found = number_of(strength), float(points), unstamp(arrived_at), number_of(story_id)
    except (ValueError, OverflowError):
        return None
    return QueuePosition(*found) if found[2].tzinfo else None


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the queue: its stories by state, and of those that wait by whether the watchlist
    found anything. `key` names it for our script, `count` is how many there are, as shown."""

    key: str
    state: State
    grade: str
    count: str
    is_current: bool


def queue(visit: RequestContext) -> Response:
    """A page of the queue."""
    wanted = asked(visit.request.query_params)
    filters, wrong = filters_of(wanted, visit)
    seen = visit.store.revisions.last_seq()
    left = take_in_news(visit)
    found = visit.store.queue.page(replace(filters, limit=PAGE + 1))
    shown = found[:PAGE]
    lines = event_lines(
        visit, _rows(shown), lambda stories: _rows(visit.store.queue.among(filters, stories))
    )
    number = sum(1 + len(line.members) for line in lines)
    behind = shown[-1].position if len(found) > PAGE else visit.store.queue.looked_up_to(filters)
    tabs = _tabs(visit.store, filters, wanted)
    return visit.page(
        "queue.html.j2",
        {
            "title": visit.words("Queue"),
            "asked": wanted,
            "wrong": wrong,
            "days": list(_days(lines, wanted, visit)),
            "number": number,
            "further": wanted.address(after=behind) if behind else "",
            "in_search": f"/search?{urlencode(wanted.as_search)}"
            if wanted.as_search
            else "/search",
            "seen": seen,
            "is_crawled": not seen and visit.store.runs.count_recent(1) > 0,
            "known": visit.store.decisions.last(),
            "left": left,
            "tabs": tabs,
            "count": next((tab.count for tab in tabs if tab.is_current), str(number)),
            "grades": (MATCHED, *Grade, NO_GRADE, ALL),
            "choices": choices_of(visit, (wanted.state,)),
            "reasons": visit.store.decisions.frequent(Verb.REJECT),
            "tags": visit.store.decisions.frequent(Verb.TAG),
            "said": said_just_now(visit),
        },
    )


StoryRow = tuple[int, int, datetime | None]
"""A story of a list: its number, that of its lead, and its arrival."""
_ELSEWHERE = 4
"""So many stories of an event that are not in the list are named in its line."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of a list: a story, and those that tell the same event. `members` are in the list,
    too, and stand right below it. `elsewhere` are not: they have a verdict, or another filter shows
    them."""

    card: Card
    members: tuple[Card, ...]
    elsewhere: tuple[Card, ...]


def event_lines(
    visit: RequestContext,
    shown: Sequence[StoryRow],
    among: Callable[[Iterable[int]], Sequence[StoryRow]],
) -> tuple[EventLine, ...]:
    """The lines of a page of a list, one an event: under the first of its stories in the list.
    `among` says which of some stories the whole list has, in its order."""
    around = visit.store.stories.events.around([story for story, _, _ in shown])
    listed = {row[0]: row for row in among({one for told in around.values() for one in told})}
    place = {story: number for number, story in enumerate(listed)}
    rows: list[tuple[StoryRow, list[StoryRow], list[StoryRow]]] = []
    for row in shown:
        told = around.get(row[0], ())
        members = sorted((one for one in told if one in listed), key=place.__getitem__)
        if members and members[0] != row[0]:
            continue
        others = [one for one in told if one not in listed and one != row[0]][:_ELSEWHERE]
        rows.append((row, [listed[one] for one in members[1:]], _leads(visit, others)))
    wanted = [each for row, members, others in rows for each in (row, *members, *others)]
    made = {
        card.story_id: card
        for card in cards(visit.store, visit.desk.watchlist, wanted, visit.words.tag)
    }

    def found(some: Sequence[StoryRow]) -> tuple[Card, ...]:
        return tuple(made[story] for story, _, _ in some if story in made)

    return tuple(
        EventLine(made[row[0]], found(members), found(others))
        for row, members, others in rows
        if row[0] in made
    )


def _leads(visit: RequestContext, stories: Sequence[int]) -> list[StoryRow]:
    files = [visit.store.stories.file(story) for story in stories]
    return [(file.story.id, file.story.lead.id, None) for file in files if file is not None]


def _rows(found: Sequence[Waiting]) -> list[StoryRow]:
    return [(one.story_id, one.lead_id, one.arrived_at) for one in found]


def take_in_news(visit: RequestContext) -> int:
    """Take into the queue what happened since. Return how many stories are left."""
    return visit.desk.update_queue(_SETTLED) if visit.store.queue.backlog() else 0


def filters_of(wanted: Asked, visit: RequestContext) -> tuple[QueueFilter, str]:
    """The part of the queue that is asked for, and what is wrong with a date that was typed."""
    since, until, wrong = visit.period(wanted.seen_since, wanted.seen_until)
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
        since=since,
        until=until,
        limit=PAGE,
        after=wanted.after,
    )
    return filters, wrong


def _grades(word: str) -> tuple[Grade | None, ...]:
    if word == NO_GRADE:
        return (None,)
    if word == MATCHED:
        return tuple(Grade)
    return (Grade(word),) if word in list(Grade) else ()


def _days(
    lines: tuple[EventLine, ...], wanted: Asked, visit: RequestContext
) -> Iterator[tuple[str, tuple[EventLine, ...]]]:
    """The lines, under the day of their arrival where what nothing was found in is shown: that is
    set aside by the day. Elsewhere all under no day."""
    by_day = wanted.grade == NO_GRADE and wanted.state is State.OPEN
    zone = ZoneInfo(visit.desk.zone)

    def day(line: EventLine) -> str:
        return line.card.arrived_at.astimezone(zone).date().isoformat() if by_day else ""

    for key, group in groupby(lines, day):
        yield key, tuple(group)


def _tabs(store: Archive, filters: QueueFilter, wanted: Asked) -> list[Tab]:
    """The views of the queue, each with how many stories it has under the filter that is set."""
    found = [
        _tab(store, filters, wanted, MATCHED, State.OPEN, MATCHED),
        _tab(store, filters, wanted, NO_GRADE, State.OPEN, NO_GRADE),
        *(
            _tab(store, filters, wanted, str(state), state, ALL)
            for state in State
            if state is not State.OPEN
        ),
    ]
    return [
        one
        for one in found
        if one.state is not State.DISPUTED or one.count != "0" or one.is_current
    ]


def _tab(
    store: Archive, filters: QueueFilter, wanted: Asked, key: str, state: State, grade: str
) -> Tab:
    cut = replace(filters, state=state, grades=_grades(grade))
    if wanted.is_cut:
        number = store.queue.count(cut, _COUNTED)
        count = f"{number}+" if number == _COUNTED else str(number)
    else:
        kept = store.queue.counts()
        count = str(
            sum(
                n
                for (one, graded), n in kept.items()
                if one is state and (not cut.grades or graded in cut.grades)
            )
        )
    shown = NO_GRADE if wanted.grade == NO_GRADE else MATCHED
    is_current = wanted.state is state and (state is not State.OPEN or shown == grade)
    return Tab(key, state, grade, count, is_current)


def choices_of(
    visit: RequestContext, states: Sequence[State]
) -> dict[str, list[tuple[str, str, int]]]:
    """What the stories of these states can be cut by: (id, name, how many) under topic, place,
    source, tag, language, the most frequent first."""
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
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in named}
    for state in states:
        for kind, choices in visit.store.queue.choices(state).items():
            counts[kind].update({one.id: one.count for one in choices})
    return {
        kind: [(id_, named[kind](id_), number) for id_, number in found.most_common()]
        for kind, found in counts.items()
    }
