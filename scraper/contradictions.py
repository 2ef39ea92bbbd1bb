"""Contradictions: two reports that give other figures, days, ranks, lists, places, outcomes or
names of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from .events.comparison.apart import are_of_other_cities, are_two_things, have_far_subjects
from .events.comparison.days import day_doubts
from .events.comparison.figures import figure_doubts
from .events.comparison.names import name_doubts
from .events.comparison.outcomes import outcome_doubts
from .events.comparison.places import place_doubts
from .events.comparison.ranks import rank_doubts
from .events.comparison.years import year_doubts
from .events.doubts import Doubt, Excuse
from .events.lists import list_doubts
from .events.statements import Report
from .events.unlike import are_one_form, differences_of, figures_apart


def doubts_of(one: Report, other: Report, *, versions: bool = False) -> tuple[Doubt, ...]:
    """What two reports say differently, the surest first, contradictions before what is excused.
    It does not depend on which of them is the first. `versions`: both are of one article, so that
    they are no two notices from one form."""
    if (other.text, other.source) < (one.text, one.source):
        return tuple(doubt.turned() for doubt in doubts_of(other, one, versions=versions))
    figures, others = (
        [*figure_doubts(one, other)],
        [*day_doubts(one, other), *year_doubts(one, other), *rank_doubts(one, other)],
    )
    if are_of_other_cities(one, other):
        figures, others = _excused(figures), _excused(others)
    apart = frozenset(differences_of(one, other))
    if not versions and are_one_form(one, other):
        apart |= {"form"}
    if apart or figures_apart(one, other) > 1:
        figures = _excused(figures)
    if apart:
        others = _excused(others)
    others += list_doubts(one, other)
    for more, own in (
        ([*place_doubts(one, other), *outcome_doubts(one, other)], "district"),
        ([*name_doubts(one, other)], "person"),
    ):
        is_apart = more and (apart - {own} or figures_apart(one, other) > 1)
        others += _excused(more) if is_apart else more
    if _is_correction(one) or _is_correction(other):
        figures, others = (_excused(some, Excuse.CORRECTION) for some in (figures, others))
    elif are_two_things(one, other):
        figures, others = _excused(figures), _excused(others)
    elif have_far_subjects(one, other):
        others = _excused(others)
    found = [*figures, *others]
    return tuple(sorted(found, key=lambda each: (each.excuse is not None, -each.strength)))


def _excused(doubts: Iterable[Doubt], excuse: Excuse = Excuse.DIFFERENT) -> list[Doubt]:
    """Some doubts, those that had no excuse with this one."""
    return [each if each.excuse else replace(each, excuse=excuse) for each in doubts]


_CORRECTION = lazy_pattern(
    r"更正|有误|应为|勘误|特此致歉|订正|修正为|更新为|\bcorrection\b|\bcorrected\b|\berroneous|"
    r"\bmisstated\b|\bincorrectly\b|an earlier version"
    r"|\brevised (?:figures?|numbers?|counts?|totals?|data|up|down|from|to)\b"
    r"|\bclarification\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)
def _is_correction(report: Report) -> bool:
    return _CORRECTION.search(simplify(report.text)) is not None
