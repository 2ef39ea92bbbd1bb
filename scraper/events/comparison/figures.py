"""Figures: two reports that count one thing, and come to other numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from storage.facts import Figure, Modifier

from ...facts.read import figures_of
from ..agreement import (
    are_incomparable,
    base_of,
    digits_of,
    is_equal,
    is_slip,
    object_fit,
    printed,
    resemblance,
    says_little,
)
from ..bonds import bond_of
from ..doubts import Doubt, DoubtKind, Excuse
from ..lexicon import cities, shared_names
from ..statements import Report, Stated, common, content_of, days_around, likeness, stated_figures
from .apart import are_numbered_apart, are_of_other_events, name_others
from .context import clause_of, content_in_context, measures_of
from .figure_excuses import add_up, excuse_of, have_other_fates
from .ties import (
    BY_BEING_ALONE,
    BY_BOND,
    BY_KIN,
    BY_MEASURE,
    BY_NAME,
    BY_NEIGHBOUR,
    DURATIONS,
    HALF,
    MOST_BOND,
    MOST_LIKELY,
    ONE_MEASURE,
    SAME_COUNT,
    SAME_SHARE,
    VAGUE,
    FigureMatch,
    are_tied,
    most_in_common,
    names_in_both,
    share_a_figure,
    states_figure,
    weight_of_ties,
)
from .times import NEWS, days_between, say_one_time
from .weighing import (
    FIGURE_WEIGHTS,
    LIKELY,
    Evidence,
    evidence_of_reports,
    likelihood,
)

_SAME_THING, _SAME_TIME, _ONE_EVENT = 0.3, 0.6, 0.5
_BEYOND_SENTENCE = 0.25
"""So much more than two sentences their parts around a figure may have in common."""
_AKIN = 0.33
"""So alike two sentences are at least whose sums are compared without a day or figure in common."""
_SLIP, _FARTHER, _TIMES = 0.1, -0.25, 6
_ONE_TERM = 1.0 / 2.5 + 0.01
"""What two sentences in two languages have in common where it is one term: what is counted."""
_NEVER = {"second", "rank", "times"}


def _least(figure: Figure) -> float:
    """From which strength on two figures count one thing."""
    if figure.base in DURATIONS:
        return _SAME_TIME
    if figure.base in ("%", "pp"):
        return SAME_COUNT if _is_growth(figure) else SAME_SHARE
    return _SAME_THING if figure.base in VAGUE else SAME_COUNT


def figure_doubts(one: Report, other: Report) -> list[Doubt]:
    """Figures of one thing that differ. Those that agree are settled first. Reports that differ in
    several figures and agree in fewer are of two things, but for figures that all that is known
    makes likely to be of one."""
    matches: list[FigureMatch] = []
    found = {(each.sentences, each.values): each for each in _doubts(one, other, matches)}
    differ = [doubt for doubt in found.values() if doubt.excuse is None]
    if len(differ) >= _MANY and sum(match.equal for match in matches) < len(differ):
        for doubt in differ:
            found[doubt.sentences, doubt.values] = replace(doubt, excuse=Excuse.DIFFERENT)
    told = frozenset(
        (text, value)
        for each in found.values()
        if each.excuse is None
        for text, value in zip(each.sentences, each.values, strict=True)
    )
    for match in _left_over(one, other, told):
        doubt = _doubt_of(match, None)
        found[doubt.sentences, doubt.values] = doubt
    return [*found.values()]


_MANY = 2


def _doubts(one: Report, other: Report, matches: list[FigureMatch]) -> Iterator[Doubt]:
    across = one.language != other.language
    ours, yours = stated_figures(one), stated_figures(other)
    akin = common(one.text, other.text, across=across) >= _ONE_EVENT
    alike = akin and _are_anchored(one, other)
    lone = {
        base
        for base in {figure.base for _, figure in ours}
        if all(sum(figure.base == base for _, figure in each) == 1 for each in (ours, yours))
    }
    for mine, theirs in _of_one_kind(ours, yours):
        if are_incomparable(mine[1], theirs[1]):
            continue
        if are_numbered_apart(clause_of(mine), clause_of(theirs)):
            continue
        strength = _one_thing(mine, theirs, across=across)
        equal = is_equal(mine[1], theirs[1])
        if strength:
            strength += weight_of_ties(mine[0], theirs[0]) + _nearness(mine[1], theirs[1])
            strength = min(1.0, max(0.0, strength))
            if not across and mine[1].base in VAGUE and not _are_close(mine, theirs):
                strength *= likeness(mine[0], theirs[0], across=across) >= _AKIN
        if (alike or is_slip(mine[1], theirs[1])) and akin and mine[1].base in lone & VAGUE:
            strength = max(strength, _SAME_THING)
        if strength >= _least(mine[1]) or (equal and not _agree_by_chance(mine, theirs, across)):
            matches.append(FigureMatch(mine, theirs, strength + _BY_BEING_EQUAL * equal, equal))
    settled: set[int] = set()
    for match in sorted(
        matches, key=lambda each: (not _agree(each), -each.strength, not each.equal)
    ):
        first, second = match.one[1], match.other[1]
        keys = {id(first), id(second)}
        if keys & settled:
            continue
        settled |= keys
        if not match.equal:
            yield _doubt_of(match, excuse_of(match))
    left = [[each for each in some if id(each[1]) not in settled] for some in (ours, yours)]
    for match in _of_one_measure(left[0], left[1], bond_of(one, other), across=across):
        if not _are_both_given(match):
            yield _doubt_of(match, excuse_of(match))


_BY_BEING_EQUAL = 0.25


def _agree(match: FigureMatch) -> bool:
    """Whether two figures are the same, and of one thing whatever their numbers: nine that were
    chosen of 27 are nine elsewhere."""
    return match.equal and match.strength - _BY_BEING_EQUAL >= _least(match.one[1])


_UNLIKE = 0.3
"""So little two things fit in words that do not."""


def _agree_by_chance(one: Stated, other: Stated, across: bool) -> bool:
    """Whether two small numbers that are the same count other things: seven towns, seven dead."""
    if one[1].base != "count" or len(digits_of(one[1])) > 1:
        return False
    if measures_of(one) & measures_of(other):
        return False
    return object_fit(one[1], other[1], across=across) < (_UNLIKE if across else 0.5)


def _of_one_kind(
    ours: Sequence[Stated], yours: Sequence[Stated]
) -> Iterator[tuple[Stated, Stated]]:
    """Pairs of figures that are told in one unit, both as a growth or neither."""
    kinds: dict[tuple[str, bool], list[Stated]] = {}
    for each in yours:
        kinds.setdefault((base_of(each[1]), _is_growth(each[1])), []).append(each)
    for mine in ours:
        if mine[1].base not in _NEVER:
            for theirs in kinds.get((base_of(mine[1]), _is_growth(mine[1])), ()):
                yield mine, theirs


def _are_both_given(match: FigureMatch) -> bool:
    """Whether each report, its title included, gives the number of the other as well: 22 stations,
    of which the other 21 answered first; or gives it as a sum."""
    if add_up(match):
        return True
    (one, first), (other, second) = match.one, match.other
    return _gives(other.report, first) and _gives(one.report, second)


def _gives(report: Report, figure: Figure) -> bool:
    if figure.base == "count" and re.search(
        rf"(?<![\d.,])\b{figure.low:g}\b(?![.,]?\d)", report.text
    ):
        return True
    return states_figure(report, figure) or any(
        each.base == figure.base and is_equal(each, figure)
        for each in figures_of(report.title, report.published)
    )


def _doubt_of(match: FigureMatch, excuse: Excuse | None) -> Doubt:
    values = printed(match.one[1]), printed(match.other[1])
    texts = match.one[0].text, match.other[0].text
    return Doubt(DoubtKind.FIGURE, excuse, texts, values, min(1.0, match.strength))


_FIT, _NEAR, _MOST_LEFT = 0.8, 1.25, 5


Told = frozenset[tuple[str, str]]
"""Figures as they are printed, each with its sentence."""


def _left_over(one: Report, other: Report, told: Told) -> Iterator[FigureMatch]:
    """Pairs of figures that nothing in the other report agrees with, which all that is known makes
    likely to be of one thing, but for those of which something was `told` already."""
    found = [
        FigureMatch(match.one, match.other, min(MOST_LIKELY, strength), False, is_left=True)
        for match, evidence in figure_evidence(one, other, LIKELY, told)
        if (strength := likelihood(evidence, FIGURE_WEIGHTS)) >= LIKELY
    ]
    yield from _best_of(found)


def figure_evidence(
    one: Report, other: Report, least: float = 0.0, told: Told = frozenset()
) -> Iterator[tuple[FigureMatch, Evidence]]:
    """The pairs of figures of two reports that differ, of which nothing in the other report agrees
    with either, each with what speaks for both being of one thing. Those that cannot be as likely
    as `least` are left out, and those of which something was `told` already."""
    agreeing: set[int] = set()
    left: list[FigureMatch] = []
    for mine, theirs in _of_one_kind(stated_figures(one), stated_figures(other)):
        if is_equal(mine[1], theirs[1]):
            agreeing |= {id(mine[1]), id(theirs[1])}
        elif not are_incomparable(mine[1], theirs[1]) and not _are_counted_apart(mine, theirs):
            left.append(FigureMatch(mine, theirs, 0.0, False, is_left=True))
    left = [each for each in left if not agreeing & {id(each.one[1]), id(each.other[1])}]
    left = [each for each in left if not _are_of_other_lengths(each, left)]
    if not left:
        return
    about = evidence_of_reports(one, other) | {"pairs left": min(_MOST_LEFT, len(left))}
    for match in left:
        if any((each[0].text, printed(each[1])) in told for each in (match.one, match.other)):
            continue
        found = about | _evidence_of_numbers(match)
        if likelihood(found | _AT_BEST, FIGURE_WEIGHTS) < least:
            continue
        found |= _evidence_of_sentences(match)
        if likelihood(found, FIGURE_WEIGHTS) < least:
            continue
        found |= _evidence_of_excuses(match)
        if likelihood(found, FIGURE_WEIGHTS) >= least and not _are_both_given(match):
            yield match, found


def _are_of_other_lengths(match: FigureMatch, left: Sequence[FigureMatch]) -> bool:
    """Whether two figures are of times that are not as long: the first three days, and all seven.
    Both sentences count something else, too, and that differs as well."""
    bases = {
        each.one[1].base
        for each in left
        if each.one[0] is match.one[0] and each.other[0] is match.other[0]
    }
    return "day" in bases and len(bases) > 1


def _are_counted_apart(one: Stated, other: Stated) -> bool:
    """Whether two counts are of other kinds of things: people to whom other things happened, with
    other measure words in Chinese, or points of a score, which have fractions, and anything
    else."""
    if one[1].base != "count":
        return False
    if have_other_fates(one, other):
        return True
    if (one[1].low * one[1].factor).is_integer() != (other[1].low * other[1].factor).is_integer():
        return True
    return one[0].report.language == other[0].report.language == "zh" and (
        object_fit(one[1], other[1], across=False) == 0.0
    )


def _evidence_of_numbers(match: FigureMatch) -> Evidence:
    """What two numbers, and what they count, say of whether they are of one thing."""
    (mine, first), (theirs, second) = match.one, match.other
    across = mine.report.language != theirs.report.language
    fit = object_fit(first, second, across=across)
    low, high = sorted(abs(each.low * each.factor) for each in (first, second))
    return {
        "counted alike": fit >= _FIT,
        "near": high <= _NEAR * low,
        "a slip": is_slip(first, second),
        "resemblance": resemblance(first, second),
    }


_AT_BEST = {"words around": 1.0, "a figure beside": 1.0, "one time": 1.0}
"""Nothing more can speak for two figures than this."""


def _evidence_of_sentences(match: FigureMatch) -> Evidence:
    """What the sentences of two figures say of whether they are of one thing."""
    (mine, first), (theirs, second) = match.one, match.other
    across = mine.report.language != theirs.report.language
    return {
        "words around": _kinship(match.one, match.other, across=across),
        "a figure beside": share_a_figure(mine, theirs),
        "one time": say_one_time(mine, theirs, first, second),
        "other names": name_others(mine, theirs),
    }


def _evidence_of_excuses(match: FigureMatch) -> Evidence:
    """Why two figures may differ, which speaks against it."""
    excuse = excuse_of(match)
    named = (Excuse.PART, Excuse.TARGET, Excuse.YEAR, Excuse.AS_OF)
    return {"excused": excuse is not None, **{str(each): excuse is each for each in named}}


_BY_SAME_TIME, _BY_NEWS = 0.2, 0.1


def _of_one_measure(
    ours: list[Stated], yours: list[Stated], bond: float, *, across: bool
) -> Iterator[FigureMatch]:
    """Pairs of figures that are told in other words, but measure one quantity: the dead of a
    storm, the visits to a park in a year."""
    bases = {each[1].base for each in ours} & {each[1].base for each in yours}
    if not bases:
        return
    counts = [
        Counter(
            (each[1].base, one)
            for each in some
            if each[1].base in bases
            for one in measures_of(each)
        )
        for some in (ours, yours)
    ]
    found = []
    for mine, theirs in _of_one_kind(ours, yours):
        if _is_growth(mine[1]) or are_incomparable(mine[1], theirs[1]):
            continue
        strength = _measured_alike(mine, theirs, counts, bond, across=across)
        if strength >= ONE_MEASURE and not is_equal(mine[1], theirs[1]):
            strength = min(MOST_LIKELY, strength)
            found.append(FigureMatch(mine, theirs, strength, False, is_left=True))
    yield from _best_of(found)


def _best_of(matches: Iterable[FigureMatch]) -> Iterator[FigureMatch]:
    """The surest matches, each figure in one."""
    used: set[int] = set()
    for match in sorted(matches, key=lambda each: -each.strength):
        keys = {id(match.one[1]), id(match.other[1])}
        if not keys & used:
            used |= keys
            yield match


def _measured_alike(
    one: Stated, other: Stated, counts: list[Counter[tuple[str, str]]], bond: float, *, across: bool
) -> float:
    """How likely two figures that measure one quantity are of one thing."""
    shared = measures_of(one) & measures_of(other)
    if not shared or are_of_other_events(one[0], other[0]):
        return 0.0
    lone = any(all(count[one[1].base, each] == 1 for count in counts) for each in shared)
    gap = days_between(one[0].report, other[0].report)
    is_news = gap is not None and gap <= NEWS
    same_time = say_one_time(one[0], other[0], one[1], other[1]) or (
        is_news and one[0].period.part == other[0].period.part == "day"
    )
    return (
        BY_MEASURE
        + BY_KIN * _kinship(one, other, across=across)
        + BY_BEING_ALONE * lone
        + BY_NAME * bool(names_in_both(one[0], other[0]))
        + max(_BY_SAME_TIME * same_time, _BY_NEWS * is_news)
        + min(MOST_BOND, BY_BOND * bond)
        + resemblance(one[1], other[1])
        - BY_NEIGHBOUR * name_others(one[0], other[0])
    )


def _kinship(one: Stated, other: Stated, *, across: bool) -> float:
    """How much of what is said around two figures is the same, in words or in subjects."""
    whole = content_in_context(one[0]), content_in_context(other[0])
    return most_in_common(whole, (clause_of(one), clause_of(other)), across=across)


def _are_anchored(one: Report, other: Report) -> bool:
    """Whether two reports name a day or a name in common, other than that of a city."""
    if days_around(one) & days_around(other):
        return True
    return one.language != other.language and bool(shared_names(one.text, other.text) - cities())


def _are_close(one: Stated, other: Stated) -> bool:
    """Whether two sentences have a day or a figure in common, or their figures the digits."""
    return are_tied(one[0], other[0]) or is_slip(one[1], other[1])


def _is_growth(figure: Figure) -> bool:
    return figure.modifier is Modifier.GROWTH


def _nearness(one: Figure, other: Figure) -> float:
    """What the numbers themselves say: a slip of the pen changes the order of digits, while another
    thing has any number."""
    if is_slip(one, other):
        return _SLIP
    first, second = (abs(each.low * each.factor) for each in (one, other))
    return _FARTHER if max(first, second) > _TIMES * min(first, second) > 0 else 0.0


def _one_thing(one: Stated, other: Stated, *, across: bool) -> float:
    """How surely two figures count the same thing, 0 to 1."""
    first, second = one[1], other[1]
    around = common(content_of(one[0]), content_of(other[0]), across=across)
    object_ = object_fit(first, second, across=across)
    if first.base in VAGUE:
        is_vague = says_little(first.object) or says_little(second.object)
        object_ = 0.5 if is_vague else max(object_, 0.5)
    if object_ == 0.0:
        return 0.0
    clause = common(clause_of(one), clause_of(other), across=across)
    clause = min(clause, around + _BEYOND_SENTENCE)
    found = max(around, clause)
    if object_ < 1:
        found = object_ * (0.35 * around + 0.65 * found)
    if not across or around > _ONE_TERM or _are_close(one, other):
        return found
    return found if _are_anchored(one[0].report, other[0].report) else found * HALF
