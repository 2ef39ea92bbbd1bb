"""What ties two sentences to one thing: the words, figures, days and names that both have."""

from __future__ import annotations

from itertools import product

from ..agreement import is_equal
from ..lexicon import names_of, shared_names
from ..statements import Statement, common
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
