"""What ties two sentences to one thing: the words, figures, days and names that both have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from storage.facts import Figure

from ..agreement import is_equal
from ..lexicon import names_of, shared_names
from ..statements import Report, Stated, Statement, common, stated_figures
from .context import text_in_context

_BY_ANOTHER, _BY_DAY = 0.2, 0.15


def weight_of_ties(one: Statement, other: Statement) -> float:
    """How much speaks for two sentences being about one thing beside what they say: a figure that
    both have, and with it a day."""
    if not share_a_figure(one, other):
        return 0.0
    return _BY_ANOTHER + _BY_DAY * bool(one.days & other.days)


def are_tied(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a day or a figure in common."""
    return bool(one.days & other.days) or share_a_figure(one, other)


def share_a_figure(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a figure in common."""
    return any(
        mine.base == theirs.base and mine.modifier is theirs.modifier and is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
    )


def share_a_number(one: Statement, other: Statement) -> bool:
    """Whether two sentences give one number to the last digit."""
    values = [
        {(each.base, each.low * each.factor) for each in some.figures} for some in (one, other)
    ]
    return not values[0].isdisjoint(values[1])


def names_in_both(one: Statement, other: Statement) -> frozenset[str]:
    """The names that two sentences share, in small letters."""
    if one.report.language != other.report.language:
        return shared_names(text_in_context(one), text_in_context(other))
    return names_of(text_in_context(one)) & names_of(text_in_context(other))


def most_in_common(*pairs: tuple[str, str], across: bool) -> float:
    """How much two texts have in common, in words or in subjects: of the pair that has most."""
    return max(
        common(first, second, across=by_subject)
        for first, second in pairs
        for by_subject in {across, True}
    )


# Two figures that may count one thing, and the units that say little of it

MONEY = {"CNY", "CNY/kg", "USD", "EUR"}
VAGUE = MONEY | {"%", "pp", "m2", "m", "kg", "W", "TEU", "m3", "kWh", "PFLOPS"}
"""What is counted in these says little by itself: it is the sentence that must agree."""
DURATIONS = {"year", "month", "week", "day", "hour", "minute"}
"""Any sentence may hold one of these, of anything."""


@dataclass(frozen=True, slots=True)
class FigureMatch:
    """Two figures that may count one thing. `is_left`: nothing in the other report agreed with
    either of them, and it is all that is known that ties them."""

    one: Stated
    other: Stated
    strength: float
    equal: bool
    is_left: bool = False


def states_figure(report: Report, figure: Figure) -> bool:
    """Whether a sentence of a report gives a figure."""
    return any(
        each.base == figure.base and is_equal(each, figure) for _, each in stated_figures(report)
    )


# How much what two sentences share weighs, and from how much on they are of one thing

SAME_COUNT = 0.42
"""From so much in common on two figures count one thing."""
SAME_SHARE = 0.5
"""From so much on two shares are of one thing, and two sentences that something else ties."""
SURELY = 0.6
"""From so much on two sentences are of one thing that nothing else ties."""
HALF = 0.6
"""So much of what two sentences have in common counts where it says little."""
BONDED = 2.2
"""From such a bond on two reports tell much the same, whatever a sentence of theirs says."""
LIKELY, MOST_LIKELY = 0.6, 0.65
"""How likely two sentences are of one thing, at least and at most, where it is all that is known
that makes it so."""
BY_WORDS, BY_BOND, MOST_BOND, BY_BEING_LONE, BY_NEIGHBOUR = 0.5, 0.05, 0.3, 0.1, 0.15
"""What adds to that: words around, what the reports share elsewhere and how much of it counts, that
there is no other of its kind, and a figure beside it that both have."""
ONE_MEASURE = 0.75
"""How likely two sentences are of one thing at least that tell one measure or act in other
words."""
BY_MEASURE, BY_KIN, BY_BEING_ALONE, BY_NAME = 0.3, 0.3, 0.15, 0.1
"""What adds to that: the measure or act itself, words around, that each report has it once, and a
name."""
LIKE_A_SLIP = 0.2
"""From such a resemblance on it would be a strange chance that one number is part of the other."""
