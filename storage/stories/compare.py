"""How much of one text is in another, exactly, and where.

Shared passages are found by equal shingles and followed through small changes; numbers do not count
as differences, but are compared. Symmetric: nothing depends on which of the two came first. Decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import eq, ne

from .tokens import NUMBER, Units

BINS = 60
"""Into so many parts of equal length a text is divided to say where it is covered."""
_PLACES = 8
_HARDLY = 0.25
"""Of a text of which 0.6 is in another with every fifth unit changed, so many shingles are. Where
fewer are shared, passages are not looked for: too little hangs together."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A passage begins where `shingle` units are equal, is followed until `drop` more units differ
    than agree, may jump `gap` units in either text, and is an accident if shorter than `least`."""

    shingle: int
    drop: int
    gap: int
    least: int


_WORDS, _CHARACTERS = _Measure(3, 4, 8, 9), _Measure(4, 6, 10, 12)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts compared: which share of each is in the other (0 to 1), which of its BINS parts
    are, as bits; how many numbers stand at equal places of shared passages, how many of them
    differ, and which share of the passages' other units does."""

    one: float = 0.0
    other: float = 0.0
    where_one: int = 0
    where_other: int = 0
    numbers: int = 0
    other_numbers: int = 0
    changed: float = 0.0

    def turned(self) -> Comparison:
        """The same seen from the other text."""
        return replace(
            self,
            one=self.other,
            other=self.one,
            where_one=self.where_other,
            where_other=self.where_one,
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """Units `start` to `end` of one text stand at `at` to `stop` of the other, a few changed."""

    start: int
    end: int
    at: int

    @property
    def stop(self) -> int:
        return self.at + self.end - self.start


def compare(one: Units, other: Units) -> Comparison:
    """Compare two texts. Texts in different scripts share nothing."""
    if one.is_han != other.is_han:
        return Comparison()
    if (len(one.raw), one.raw) > (len(other.raw), other.raw):
        return compare(other, one).turned()
    measure = _CHARACTERS if one.is_han else _WORDS
    left, right = one.masked, other.masked
    ours = _shingles(left, measure.shingle)
    if len(ours & _shingles(right, measure.shingle)) < _HARDLY * len(ours):
        return Comparison()
    covered, found = bytearray(len(left)), bytearray(len(right))
    numbers = other_numbers = changed = 0
    for passage in _passages(_runs(one, other, left, right, measure), measure):
        first, last = passage[0], passage[-1]
        covered[first.start : last.end] = b"\1" * (last.end - first.start)
        found[first.at : last.stop] = b"\1" * (last.stop - first.at)
        changed += last.end - first.start
        for run in passage:
            met, unequal = _numbers(one.raw, other.raw, left, right, run)
            numbers, other_numbers = numbers + met, other_numbers + unequal
            changed -= run.end - run.start
            changed += sum(map(ne, left[run.start : run.end], right[run.at : run.stop]))
    length = covered.count(1)
    return Comparison(
        length / max(1, len(left)),
        found.count(1) / max(1, len(right)),
        _bins(covered) if length else 0,
        _bins(found) if length else 0,
        numbers,
        other_numbers,
        changed / max(1, length),
    )


def _runs(one: Units, other: Units, left: str, right: str, measure: _Measure) -> Iterator[_Run]:
    """Passages that change here and there but neither gain nor lose a unit, in the order of the
    left text."""
    size = measure.shingle
    known = _shingles(right, size)
    start = end = at = 0
    while start <= len(left) - size:
        if left[start : start + size] not in known:
            start += 1
            continue
        here = _place(one.raw, other.raw, right, left[start : start + size], start, at)
        back = _follow(left, right, start - 1, here - 1, -1, end, measure.drop)
        reach = _follow(left, right, start + size, here + size, 1, len(left), measure.drop)
        run = _Run(start - back, start + size + reach, here - back)
        yield run
        start, end, at = run.end, run.end, run.stop


@lru_cache(maxsize=32)  # one text is compared with several
def _shingles(line: str, size: int) -> frozenset[str]:
    return frozenset([line[at : at + size] for at in range(len(line) - size + 1)])


def _place(one: str, other: str, right: str, shingle: str, start: int, at: int) -> int:
    """Where a shingle of the left text is meant to be in the right one: of the next few places, and
    the first, where most units around are the very same."""
    places: list[int] = []
    place = right.find(shingle, at)
    while place >= 0 and len(places) < _PLACES:
        places.append(place)
        place = right.find(shingle, place + 1)
    if len(places) < _PLACES and (place := right.find(shingle)) < at:
        places.append(place)
    if len(places) == 1:
        return places[0]
    return max(places, key=lambda place: _agreement(one, other, start, place))


def _agreement(one: str, other: str, start: int, place: int) -> int:
    back = min(20, start, place)
    return sum(map(eq, one[start - back : start + 40], other[place - back : place + 40]))


def _follow(left: str, right: str, start: int, at: int, step: int, end: int, drop: int) -> int:
    """How far a passage goes on from here: as long as agreement outweighs difference (the drop-off
    rule of BLAST, Altschul et al. 1990)."""
    score = best = length = steps = 0
    limit = min(end - start, len(right) - at) if step > 0 else min(start - end + 1, at + 1)
    while steps < limit and score > best - drop:
        score += 1 if left[start] == right[at] else -1
        start, at, steps = start + step, at + step, steps + 1
        if score > best:
            best, length = score, steps
    return length


def _passages(runs: Iterator[_Run], measure: _Measure) -> Iterator[list[_Run]]:
    """Runs that follow one another closely in both texts, those together that make a passage."""
    passage: list[_Run] = []
    for run in runs:
        if passage and not _goes_on(passage[-1], run, measure.gap):
            if _is_passage(passage, measure):
                yield passage
            passage = []
        passage.append(run)
    if passage and _is_passage(passage, measure):
        yield passage


def _goes_on(before: _Run, after: _Run, gap: int) -> bool:
    return after.start - before.end <= gap and 0 <= after.at - before.stop <= gap


def _is_passage(passage: Sequence[_Run], measure: _Measure) -> bool:
    return passage[-1].end - passage[0].start >= measure.least


def _numbers(one: str, other: str, left: str, right: str, run: _Run) -> tuple[int, int]:
    """How many numbers stand at equal places of a run, and how many of them differ."""
    numbers = differ = 0
    place = left.find(NUMBER, run.start, run.end)
    while place >= 0:
        twin = run.at + place - run.start
        if right[twin] == NUMBER:
            numbers += 1
            differ += one[place] != other[twin]
        place = left.find(NUMBER, place + 1, run.end)
    return numbers, differ


def _bins(covered: bytearray) -> int:
    """A bit for each part of a text of which half is covered."""
    bits, length = 0, len(covered)
    for part in range(BINS):
        start, end = part * length // BINS, (part + 1) * length // BINS
        if end > start and 2 * covered.count(1, start, end) >= end - start:
            bits |= 1 << part
    return bits
