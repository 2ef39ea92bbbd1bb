"""Long lists of sources and jobs: looked through by words, city and state, sorted, in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from ..pictures import NO_CITY
from .request import RequestContext

Row = TypeVar("Row")

WORST = "worst"
"""The order in which the worst comes first."""
_LONGEST = 200


class GroupedBy(StrEnum):
    """What a list is divided by."""

    STATE = "state"
    CITY = "city"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ListForm:
    """What is asked for, as typed: words that a row has, a city (the name its sources have, `-` for
    none), a state, an order, what it is divided by, and a day (ISO 8601)."""

    q: str
    city: str
    state: str
    sort: str
    group: GroupedBy
    day: str

    @property
    def is_cut(self) -> bool:
        """Whether some rows are asked for, and not all."""
        return bool(self.q or self.city or self.state or self.day)


def list_form(visit: RequestContext) -> ListForm:
    """What the address of a list asks for. Unknown words ask for nothing."""
    query = visit.request.query_params
    asked = {name: query.get(name, "")[:_LONGEST].strip() for name in ListForm.__slots__}
    group = asked.pop("group")
    known = group in list(GroupedBy)
    return ListForm(**asked, group=GroupedBy(group) if known else GroupedBy.STATE)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A row with what it can be found by: `words` of it, its city by id and by name, its state, and
    how bad that is (the lowest is the worst)."""

    row: Row
    words: str
    city: str
    city_name: str
    state: str
    rank: int


@dataclass(frozen=True, slots=True)
class ListGroup(Generic[Row]):
    """Some of the rows under one heading: a state, or what a city is called."""

    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FilteredList(Generic[Row]):
    """What a list shows: its groups, how many rows they have of `all` there are, and what it can be
    filtered by: cities (id, name, how many) and states (with how many)."""

    groups: tuple[ListGroup[Row], ...]
    count: int
    all: int
    cities: tuple[tuple[str, str, int], ...]
    states: tuple[tuple[str, int], ...]


def listing(
    rows: Sequence[Listed[Row]], form: ListForm, orders: Mapping[str, Callable[[Row], Any]]
) -> FilteredList[Row]:
    """The rows that a form asks for. `orders` are keys to sort by, beside the worst first."""
    names = {one.city or NO_CITY: one.city_name for one in rows}
    cities = Counter(one.city or NO_CITY for one in rows)
    ranks = {one.state: one.rank for one in reversed(rows)}
    states = Counter(one.state for one in rows)
    wanted = form.q.casefold().split()
    found = [
        one
        for one in rows
        if all(word in one.words.casefold() for word in wanted)
        and form.city in ("", one.city or NO_CITY)
        and form.state in ("", one.state)
    ]
    key = orders.get(form.sort)
    if key is None:
        found.sort(key=lambda one: one.rank)
    else:
        found.sort(key=lambda one: key(one.row))
    return FilteredList(
        tuple(_groups(found, form.group)),
        len(found),
        len(rows),
        tuple((city, names[city], cities[city]) for city in sorted(names, key=names.__getitem__)),
        tuple((state, states[state]) for state in sorted(states, key=ranks.__getitem__)),
    )


def _groups(found: Sequence[Listed[Row]], by: GroupedBy) -> list[ListGroup[Row]]:
    """The rows in groups: states the worst first, cities the one with the worst row first."""
    divided: dict[str, list[Listed[Row]]] = {}
    for one in found:
        key = {GroupedBy.STATE: one.state, GroupedBy.CITY: one.city_name, GroupedBy.NONE: ""}[by]
        divided.setdefault(key, []).append(one)
    worst = {key: min(one.rank for one in rows) for key, rows in divided.items()}
    return [
        ListGroup(key, tuple(one.row for one in divided[key]))
        for key in sorted(divided, key=lambda key: (worst[key], key))
    ]
