"""How surely two reports tell one thing, by all that they share: figures, days, names, subjects."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from storage.facts import Figure, Modifier

from .agreement import digits_of, is_equal, object_fit
from .lexicon import cities, romanised, shared_names, subjects, words
from .statements import GENERAL, Report, days_around, named_days, stated_figures, weight_of

_BY_DIGITS = {1: 0.3, 2: 1.1, 3: 1.7}
_LONG_NUMBER, _PERHAPS = 2.2, 0.4
_SMALL = frozenset(("year", "month", "week", "day", "hour", "minute", "rank", "times"))
_A_DAY, _A_NAME, _A_SUBJECT = 1.5, 1.3, 0.6
_FIGURES, _DAYS, _NAMES, _SUBJECTS = 6.0, 2.0, 4.0, 2.5
_ALIKE, _BY_CHANCE = 4.0, 0.7


@lru_cache(maxsize=512)
def bond_of(one: Report, other: Report) -> float:
    """How much two reports share: 0 for nothing, 4 and more for reports of one thing."""
    return sum(bond_parts(one, other))


def bond_parts(one: Report, other: Report) -> tuple[float, ...]:
    across = one.language != other.language
    figures = min(_FIGURES, sum(shared_figures(one, other)))
    days = days_around(one) & days_around(other) | named_days(one) & named_days(other)
    if across:
        names = shared_names(one.text, other.text) - cities()
    else:
        names = romanised(one.text) & romanised(other.text) - cities()
    titles = subjects(one.title) & subjects(other.text) | subjects(other.title) & subjects(one.text)
    likeness = 0.0
    if not across:
        ours, yours = words(one.text), words(other.text)
        likeness = _ALIKE * len(ours & yours) / max(12, min(len(ours), len(yours)))
        likeness = max(0.0, likeness - _BY_CHANCE)
    return (
        figures,
        min(_DAYS, _A_DAY * len(days)),
        min(_NAMES, _A_NAME * len(names)),
        min(_SUBJECTS, _A_SUBJECT * weight_of(titles - GENERAL)),
        likeness,
    )


def shared_figures(one: Report, other: Report) -> list[float]:
    """The figures of one report that the other has, too, as what each says: less where they may
    well count other things."""
    across = one.language != other.language
    theirs = defaultdict[str, list[Figure]](list)
    for _, figure in stated_figures(other):
        theirs[figure.base].append(figure)
    found = []
    for _, figure in stated_figures(one):
        for each in theirs[figure.base]:
            if (figure.modifier is Modifier.GROWTH) != (each.modifier is Modifier.GROWTH):
                continue
            if is_equal(figure, each):
                theirs[figure.base].remove(each)
                sure = len(digits_of(figure)) > 2 or object_fit(figure, each, across=across)
                found.append(_weight(figure) * (1.0 if sure else _PERHAPS))
                break
    return found


def _weight(figure: Figure) -> float:
    """How much it says that two reports have a figure: long numbers say most."""
    if figure.base in _SMALL:
        return _BY_DIGITS[1]
    return _BY_DIGITS.get(len(digits_of(figure)), _LONG_NUMBER)
