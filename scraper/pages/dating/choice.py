"""The dossier of a page's dates: every candidate with its evidence, one chosen by a stated rule.

The rule is told in docs/reading.md. Reads nothing itself and knows no markup; what none of the
candidates tells stays unknown, and the moment of the fetch is never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.types import DateClue, DateKind, Evidence, FieldStatus, Origin, Precision, When

from ...sources.model import FieldRules
from ..fields.dates import implausible
from ..fields.visible import VisibleFields
from ..page import Page
from . import clues
from .habits import Habits
from .searched import search_date

_FAR = timedelta(days=60)
"""So far from the address's day a date needs better company than one that agrees with it."""
_NEAR = timedelta(days=2)
_AT_FETCH = timedelta(minutes=10)
_TIMED = (Precision.MINUTE, Precision.SECOND)
_MOST = 20
_WEAK_RULES = ("script variable", "time element", "search of the page")


@dataclass(frozen=True, slots=True)
class Dates:
    """What a page says of when. `dossier` has every candidate, the chosen ones first."""

    published: When | None = None
    updated: When | None = None
    evidence: tuple[Evidence, ...] = ()
    dossier: tuple[DateClue, ...] = ()


def read_dates(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits, address: DateClue | None
) -> Dates:
    """Weigh every date of a page. `address` is the day in its address, if there is one."""
    found = _judged(_enough(clues.published(page, rules, seen, habits), page.now), page.now)
    found = _refuse_far(found, address)
    found = _refuse_fetch(found, page.now)
    winner = _finest(found)
    if winner is None or _is_shifted(winner, found, address):
        winner = address and replace(address, kind=DateKind.PUBLISHED)
    if winner is None and not habits.watched:
        winner = search_date(page, habits.zone)
    updates = _judged(clues.updated(page, rules, seen, habits), page.now)
    update = _updated(updates, winner)
    rest = _judged(clues.others(page, seen, habits), page.now)
    written = next((c for c in rest if c.kind is DateKind.WRITTEN and not c.why), None)
    won = [c for c in (winner, update, written) if c is not None]
    dossier = _ordered(won, [*found, *updates, *rest, *([address] if address else [])])
    return Dates(
        winner.when if winner else None,
        update.when if update else None,
        tuple(Evidence(c.kind, c.origin, c.rule, c.raw) for c in won),
        dossier,
    )


def _enough(stated: Iterable[DateClue], now: datetime) -> Iterator[DateClue]:
    """Candidates until one has a time of day; those of scripts only where there is none."""
    timed = False
    for clue in stated:
        if clue.origin is Origin.GENERIC and timed:
            return
        timed = timed or (clue.when.precision in _TIMED and not implausible(clue.when, now))
        yield clue


def _judged(stated: Iterable[DateClue], now: datetime) -> list[DateClue]:
    judged = []
    for clue in stated:
        why = clue.why or implausible(clue.when, now)
        if clue.kind is DateKind.BUILT:
            why = "when the page was made, not the article"
        judged.append(replace(clue, why=why))
    return judged


def _refuse_far(found: list[DateClue], address: DateClue | None) -> list[DateClue]:
    """Where candidates disagree, those far from the address's day lose to those that agree with it;
    a vague one loses to the address alone."""
    if address is None:
        return found
    day = address.when.day
    agreed = any(not c.why and abs(c.when.day - day) <= _NEAR for c in found)
    return [
        replace(clue, why="far from the date in the address")
        if not clue.why and abs(clue.when.day - day) > _FAR and (agreed or _is_weak(clue))
        else clue
        for clue in found
    ]


def _is_weak(clue: DateClue) -> bool:
    return clue.rule in _WEAK_RULES or clue.rule.startswith("meta dc")


def _refuse_fetch(found: list[DateClue], now: datetime) -> list[DateClue]:
    """Some servers print the moment of the visit where the date should be."""
    earlier = any(not c.why and c.when.day < (now - timedelta(days=2)).date() for c in found)
    if not earlier:
        return found
    return [
        replace(clue, why="the moment of the fetch")
        if not clue.why and _is_at(clue.when, now)
        else clue
        for clue in found
    ]


def _is_at(when: When, now: datetime) -> bool:
    value = when.value
    return isinstance(value, datetime) and abs(value - now) <= _AT_FETCH


def _finest(found: list[DateClue]) -> DateClue | None:
    """The first candidate that stands; if it lacks the time, the first of that day that has it."""
    fit = [clue for clue in found if not clue.why]
    if not fit:
        return None
    first = fit[0]
    if first.when.precision in _TIMED:
        return first
    same = (c for c in fit if c.when.precision in _TIMED and c.when.day == first.when.day)
    return next(same, first)


def _is_shifted(winner: DateClue, found: list[DateClue], address: DateClue | None) -> bool:
    """True for a time in UTC of a page at home elsewhere, a day off from its address, where nothing
    in the page's own time agrees with it: there the address has the publisher's own day."""
    if address is None or winner.when.zone != "UTC" or winner.when.precision not in _TIMED:
        return False
    if any(c.when.zone != "UTC" and not c.why and c.when.day == winner.when.day for c in found):
        return False
    return abs(winner.when.day - address.when.day) == timedelta(days=1)


def _updated(found: list[DateClue], published: DateClue | None) -> DateClue | None:
    """A separate, later date of change; the published date said twice is none."""
    if published is None:
        return None
    for clue in found:
        if clue.why:
            continue
        if clue.when.day > published.when.day:
            return clue
        both_timed = clue.when.precision in _TIMED and published.when.precision in _TIMED
        if both_timed and clue.when.sort_key > published.when.sort_key:
            return clue
    return None


def _ordered(won: list[DateClue], found: list[DateClue]) -> tuple[DateClue, ...]:
    """All candidates: chosen, then plausible, then refused; each said once, at most twenty."""
    told: dict[tuple[object, ...], DateClue] = {}
    for clue in won:
        told[_key(clue)] = replace(clue, status=FieldStatus.CHOSEN, why="")
    for wanted in (FieldStatus.PLAUSIBLE, FieldStatus.REFUSED):
        for clue in found:
            standing = FieldStatus.REFUSED if clue.why else FieldStatus.PLAUSIBLE
            if standing is wanted:
                told.setdefault(_key(clue), replace(clue, status=standing))
    kept = list(told.values())
    if any(c.kind is DateKind.PUBLISHED and c.origin is Origin.URL for c in won):
        kept = [c for c in kept if c.kind is not DateKind.ADDRESS]
    return tuple(kept[:_MOST])


def _key(clue: DateClue) -> tuple[object, ...]:
    return (clue.kind, clue.when, clue.rule, clue.raw)
