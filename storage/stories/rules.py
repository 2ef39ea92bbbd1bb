"""When a text is a copy of another, when one stands between stories, and how stories are divided.

Pure rules. What the figures are based on is in docs/stories.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import eq, or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .texts import Comparison, Units

MOSTLY = 0.6
"""A text of which that share is in another is contained in it."""
_TOGETHER, _LEAST = 0.9, 0.22
_PART, _WHOLLY = 0.08, 0.9
_SWAPS, _SOME_NUMBERS, _MOST_NUMBERS, _FEW_NUMBERS, _NOISE = 2, 4, 0.5, 0.12, 2.0
_TEMPLATE_NUMBERS, _TEMPLATE_EXCESS, _TEMPLATE_SHARE = 1 / 3, 5, 0.75
_OTHER_HEADS, _REPLACED = 0.25, 0.1
_WHOLE = 0.75
_SAME_ROUND_UP = 0.8
_APART, _BESIDE, _ONE_BLOCK = 0.15, 0.2, 1.3
_MUCH_MORE = 0.75
_FEW_CHARACTERS, _FEW_WORDS, _FILLED_IN = 80, 40, 0.95


def is_copy(found: Comparison) -> bool:
    """Whether one text is a copy of the other, perhaps cut, extended or edited.

    Most of the smaller one is in the larger, and no too small part of the larger in the smaller.
    Texts in which nothing but numbers and dates was exchanged are two instances of one form.
    """
    most, least = max(found.one, found.other), min(found.one, found.other)
    same = most * (1 - found.changed)
    enough = same >= MOSTLY and least >= _LEAST and most + least / 2 >= _TOGETHER
    if found.heads >= _OTHER_HEADS:
        return False  # both begin with a story of their own: what they share is of their publisher
    return enough and not _is_template(found, least)


def is_part(found: Comparison) -> bool:
    """Whether one text is wholly contained in the other, be it a small part of it: no copy perhaps,
    but evidence of a round-up. A paragraph in common with a short text is none."""
    most, least = max(found.one, found.other), min(found.one, found.other)
    return most >= _WHOLLY and least >= _PART and not _is_template(found, least)


def follows(found: Comparison) -> bool:
    """Whether a text is a later version of another rather than something new at its address."""
    return max(found.one, found.other) >= MOSTLY


def _is_template(found: Comparison, least: float) -> bool:
    """Whether two texts are two instances of one form: the second list and the third, this week's
    prices and last week's. A copy has the numbers of what it copies, a corrected copy one other."""
    share = found.other_numbers / max(1, found.numbers)
    wanted = max(_TEMPLATE_NUMBERS, _TEMPLATE_EXCESS * found.changed)
    if found.other_numbers > 0 and least >= _TEMPLATE_SHARE and share >= wanted:
        return True
    if found.first_date and found.replaced >= _REPLACED:
        return True
    if share < _NOISE * found.changed:
        return False  # other words differ as much: it was rewritten, not filled in
    if found.swaps < _SWAPS:
        return found.first_date and least >= _WHOLLY
    if found.numbers >= _SOME_NUMBERS and share >= _MOST_NUMBERS:
        return True
    if found.dates and (found.first_date or found.dates >= _SWAPS or share >= _FEW_NUMBERS):
        return True
    return found.swaps > _SWAPS and share >= _FEW_NUMBERS


def is_series(one: Units, other: Units) -> bool:
    """Whether two titles differ in nothing but numbers, dates and ordinals: week 27, week 28."""
    return one.masked == other.masked != "" and one.raw != other.raw


def are_titled_apart(titles: tuple[Units, Units], bodies: tuple[Units, Units]) -> bool:
    """Whether two titles differ in one place only, or in several between what they share, and what
    each has there stands in its own text and not in the other: one form for two cities, two roads
    or two companies, lifts for hall A and seats for hall C."""
    one, other = (title.raw for title in titles)
    if not bodies[0].is_han and len(one) == len(other) <= 2 * sum(map(eq, one, other)):
        places = [at for at in range(len(one)) if one[at] != other[at]]
        mine, theirs = ("".join(title[at] for at in places) for title in (one, other))
        return bool(places) and _each_has_its_own((set(mine), set(theirs)), bodies)
    short = min(len(one), len(other))
    begin = next((at for at in range(short) if one[at] != other[at]), short)
    end = next((at for at in range(short - begin) if one[-1 - at] != other[-1 - at]), short - begin)
    mine, theirs = one[begin : len(one) - end], other[begin : len(other) - end]
    if not mine or not theirs or begin + end < max(len(mine), len(theirs)):
        return False
    if not bodies[0].is_han:  # Liuzhou Rose Community, which the text calls that of Liuzhou
        parts = set(mine) - set(theirs), set(theirs) - set(mine)
    else:
        parts = {mine}, {theirs}
    return _each_has_its_own(parts, bodies)


def _each_has_its_own(parts: tuple[set[str], set[str]], bodies: tuple[Units, Units]) -> bool:
    return all(
        some and all(one in own.raw and one not in foreign.raw for one in some)
        for some, own, foreign in zip(parts, bodies, bodies[::-1], strict=True)
    )


def is_filled_in(found: Comparison, bodies: tuple[Units, Units]) -> bool:
    """Whether two notices of a few lines have other words in the same places: one form with another
    name. What is reprinted is cut, or has something put in."""
    short = _FEW_CHARACTERS if bodies[0].is_han else _FEW_WORDS
    few = min(len(body.raw) for body in bodies) <= short
    return few and found.exchanged > 0 and max(found.one, found.other) >= _FILLED_IN


@dataclass(frozen=True, slots=True)
class Link:
    """A body seen from another that shares text with it: the share of ours that is in it, the share
    of it that is in ours, and where in ours (a bit a bin). `copy`: it is a copy by the texts alone,
    `joins`: it counts, all others considered."""

    share: float
    other_share: float
    place: int
    copy: bool
    joins: bool

    @property
    def is_part(self) -> bool:
        """The other body is contained in ours, and ours is more than it."""
        return self.other_share >= MOSTLY and self.share < _WHOLE

    @property
    def is_within(self) -> bool:
        """Ours is contained in the other, and the other is much more than ours."""
        return (
            self.share >= MOSTLY > self.other_share and self.other_share < _MUCH_MORE * self.share
        )

    @property
    def concerns_other(self) -> bool:
        """The other body may gather stories by ours, or belong elsewhere now that there is ours."""
        is_piece = self.share >= MOSTLY and self.other_share < _WHOLE
        return is_piece or self.other_share >= MOSTLY > self.share


def stand_apart(one: Link, other: Link) -> bool:
    """Whether two parts of a body are two pieces of it that were put together: each a block of its
    own."""
    first, second = one.place, other.place
    common = (first & second).bit_count()
    smaller = min(first.bit_count(), second.bit_count())
    return smaller > 0 and common <= _APART * smaller and _is_block(first) and _is_block(second)


def fill(parts: Iterable[Link], bins: int) -> bool:
    """Whether parts of a body, which has so many bins, are together so much of it that it tells
    more than one thing. What is less could be a caption, or a paragraph that goes from text to
    text."""
    places = reduce(or_, (part.place for part in parts), 0)
    return places.bit_count() >= _BESIDE * bins


def _is_block(bits: int) -> bool:
    span = bits.bit_length() - (bits & -bits).bit_length() + 1
    return span <= _ONE_BLOCK * bits.bit_count() + 1


def joins(link: Link, gathers: tuple[bool, bool], *, best: bool) -> bool:
    """Whether a link counts. `gathers`: which of the two bodies gathers several stories, `best`:
    the contained one of the two has nothing better to belong to."""
    if not link.copy:
        return False
    if gathers[0] != gathers[1]:
        return False
    if gathers[0]:
        return min(link.share, link.other_share) >= _SAME_ROUND_UP
    return best


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether any two titles of the two texts are the same but for small changes. Each title is
    given as its `tokens.units`."""
    return any(_overlap(mine, yours) >= MOSTLY for mine in one for yours in other)


def _overlap(one: str, other: str) -> float:
    mine, yours = set(one), set(other)
    return len(mine & yours) / max(1, len(mine | yours))


# Dividing articles into stories by what holds them together and what people keep apart. Pure.


@dataclass(frozen=True, slots=True)
class Edge:
    """Two articles and how strongly they hang together, `order` settles what is equally strong."""

    one: int
    other: int
    strength: float
    order: tuple[str, ...] = ()


_DAYS_APART = 4
_MOVED_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Printing:
    """A text at one address of a source: the day printed there (None: none is), when it was first
    seen there, and when it was found gone."""

    source: str
    day: date | None
    seen_at: datetime
    gone_at: datetime | None


def is_repeated(one: Printing, other: Printing) -> bool:
    """Whether a source published a text once more, for another occasion: at an address beside the
    first, which stayed, and days later as both say. A page that was moved is the same."""
    if one.source != other.source or one.day is None or other.day is None:
        return False
    gone = min((at for at in (one.gone_at, other.gone_at) if at), default=None)
    both = max(one.seen_at, other.seen_at)
    stood = gone is None or gone - both > _MOVED_WITHIN
    return stood and abs((one.day - other.day).days) >= _DAYS_APART


Pair = tuple[int, int]


def pair(one: int, other: int) -> Pair:
    """Two articles, the lower id first."""
    return (one, other) if one < other else (other, one)


def partition(
    articles: Iterable[int], edges: Iterable[Edge], apart: Iterable[Pair]
) -> list[frozenset[int]]:
    """The stories, that of the lowest article first.

    The strongest edges are heard first. One that would bring together two articles that people hold
    apart is not heard. What comes out depends on the edges, not on the order they came in.
    """
    group = {article: article for article in articles}
    members = {article: {article} for article in group}
    foes = _foes(apart, group)
    for edge in sorted(edges, key=lambda b: (-b.strength, b.order, pair(b.one, b.other))):
        one, other = group[edge.one], group[edge.other]
        if one == other or foes.get(one, set()) & members[other]:
            continue
        if len(members[one]) < len(members[other]):
            one, other = other, one
        for article in members[other]:
            group[article] = one
        members[one] |= members.pop(other)
        foes[one] = foes.get(one, set()) | foes.pop(other, set())
    return sorted((frozenset(found) for found in members.values()), key=min)


def _foes(apart: Iterable[Pair], group: Mapping[int, int]) -> dict[int, set[int]]:
    foes: dict[int, set[int]] = {}
    for one, other in apart:
        if one in group and other in group:
            foes.setdefault(one, set()).add(other)
            foes.setdefault(other, set()).add(one)
    return foes
