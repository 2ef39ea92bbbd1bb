"""Contradictions: two reports that give other figures, days, ranks, lists, places or outcomes of
one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise, product

from storage.facts import Figure, Modifier
from storage.text import simplify

from .events.agreement import (
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
from .events.bonds import bond_of
from .events.doubts import Doubt, DoubtKind, Excuse
from .events.lexicon import (
    acting,
    acts_in,
    cities,
    measures_in,
    measuring,
    names_of,
    romanised,
    shared_names,
    spoken,
    subjects,
    terms_of,
    words,
)
from .events.lists import cities_at, list_doubts, named_cities, named_cities_in, names_province
from .events.periods import (
    Timeframe,
    days_of,
    districts_of,
    numeral,
    ordinals_of,
    period_of,
    scope_of,
)
from .events.statements import (
    GENERAL,
    Report,
    Stated,
    Statement,
    are_of_a_row,
    are_on_one_day,
    by_day,
    common,
    content_of,
    dated_acts,
    dated_part,
    days_around,
    days_meant,
    first_days,
    likeness,
    name_other_days,
    named_days,
    says_whole_year,
    shared_titles,
    stated_figures,
    statements_of,
)
from .facts.found import iso_day
from .facts.patterns import words as listed
from .facts.read import figures_of


def doubts_of(one: Report, other: Report) -> tuple[Doubt, ...]:
    """What two reports say differently, the surest first, contradictions before what is excused."""
    figures, others = [*_figures(one, other)], [*_days(one, other), *_ranks(one, other)]
    if _are_of_other_cities(one, other):
        figures, others = _excused(figures), _excused(others)
    others += [*list_doubts(one, other), *_places(one, other), *_outcomes(one, other)]
    if _is_correction(one) or _is_correction(other):
        figures, others = (_excused(some, Excuse.CORRECTION) for some in (figures, others))
    elif _are_two_things(one, other):
        figures, others = _excused(figures), _excused(others)
    elif _have_far_subjects(one, other):
        others = _excused(others)
    found = [*figures, *others]
    return tuple(sorted(found, key=lambda each: (each.excuse is not None, -each.strength)))


def _excused(doubts: Iterable[Doubt], excuse: Excuse = Excuse.DIFFERENT) -> list[Doubt]:
    """Some doubts, those that had no excuse with this one."""
    return [each if each.excuse else replace(each, excuse=excuse) for each in doubts]


_CORRECTION = re.compile(
    r"更正|有误|应为|勘误|特此致歉|订正|修正为|更新为|\bcorrection\b|\bcorrected\b|\berroneous|"
    r"\bmisstated\b|\bincorrectly\b|an earlier version"
    r"|\brevised (?:figures?|numbers?|counts?|totals?|data|up|down|from|to)\b"
    r"|\bclarification\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)
def _is_correction(report: Report) -> bool:
    return _CORRECTION.search(simplify(report.text)) is not None


def _are_of_other_cities(one: Report, other: Report) -> bool:
    """Whether each of two reports names cities, and none is the same."""
    ours, yours = named_cities(one), named_cities(other)
    return bool(ours and yours) and not ours & yours


_FAR = 14
"""Reports of one thing are days apart, not weeks, unless they say which year or day they are of."""


def _are_far(one: Report, other: Report) -> bool:
    gap = _gap(one, other)
    return gap is not None and gap > _FAR


def _are_of_other_days(one: Report, other: Report) -> bool:
    """Whether both name days around their publication, and none is the same."""
    ours, yours = days_around(one), days_around(other)
    return bool(ours and yours) and not ours & yours


def _are_two_things(one: Report, other: Report) -> bool:
    """Whether two reports number alike things otherwise, or their titles name other ones of a
    row."""
    first, second = _title_ordinals(one), _title_ordinals(other)
    if first and second and not first & second:
        return True
    if any(
        _are_apart(*map(_numbered, each))
        for each in ((one.title, other.title), (one.text, other.text))
    ):
        return True
    return _are_apart(_codes(one), _codes(other))


@lru_cache(maxsize=64)
def _have_far_subjects(one: Report, other: Report) -> bool:
    """Whether two reports are weeks apart and each is about a subject that the other nowhere
    names."""
    if one.published is None or other.published is None or not _are_far(one, other):
        return False
    if one.language == other.language:
        own = words(one.title) - words(other.text), words(other.title) - words(one.text)
    else:
        own = (
            subjects(one.title) - subjects(other.text),
            subjects(other.title) - subjects(one.text),
        )
    return min(map(len, own)) >= 2


_HAN_NUMBERED = re.compile(
    r"第([一二三四五六七八九十\d]{1,3})([\u4e00-\u9fff]{2})"
    r"|(?<![\d一二三四五六七八九十第])([一二三四五六七八九十\d]{1,2})(?:号)?(中|小|院|高|幼|桥|矿|标段|号机组)(?![\u4e00-\u9fff]?[个所家名])"
)
_ENGLISH_NUMBERED = re.compile(
    r"\bNo\.? ?(\d{1,3}) ((?:[A-Z]?[a-z]+ )?[A-Za-z]+)"
    r"|\b(First|Second|Third|Fourth|Fifth|Sixth) ((?:[A-Z][a-z]+ )?[A-Z][a-z]+)"
)
_ENGLISH_SORT = re.compile(r"\b([a-z]+|\d{1,3})-(bedroom|room|star|seat|lane|class)\b")
_HAN_SORT = re.compile(r"([一二两三四五六\d])(居室|星级|居(?![民住]))")
_CODE = re.compile(
    r"(?:编号|批号|文号|案号|\b(?:[Pp]roject|[Tt]ender|[Rr]eference|[Cc]ase) [Nn](?:o|umber)\.?)"
    r"(?: is)?[：:]? ?([A-Za-z\d][\w〔〕\[\]/-]{3,40})"
)


_SHORT_KINDS = {"中": "中学", "小": "小学", "院": "医院", "高": "中学", "幼": "幼儿园"}


@lru_cache(maxsize=4096)
def _numbered(text: str) -> frozenset[str]:
    """The numbers by which a text tells alike things apart, with what they number: the third
    hospital of a city."""
    found: set[str] = set()
    for number, written, short, name in _HAN_NUMBERED.findall(simplify(text)):
        kind = written or _SHORT_KINDS.get(name, name)
        found |= {f"{one} {numeral(number or short)}" for one in subjects(kind) or {kind}}
    found |= {f"{kind} {number}" for number, kind in _ENGLISH_SORT.findall(text)}
    found |= {f"{kind} {number}" for number, kind in _HAN_SORT.findall(text)}
    for digits, written, word, name in _ENGLISH_NUMBERED.findall(text):
        number = digits or str(_PLACED.index(word.lower()) + 1)
        kinds = subjects(written or name) or {(written or name).split()[-1]}
        found |= {f"{one} {number}" for one in kinds}
    return frozenset(found)


@lru_cache(maxsize=512)
def _codes(report: Report) -> frozenset[str]:
    """The numbers of projects, tenders or cases that a report is about."""
    return frozenset(f"code {code}" for code in _CODE.findall(report.text))


def _are_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both number one kind of thing, and no number is the same."""
    if not one or not other:
        return False
    kinds = [{each.split()[0] for each in some} for some in (one, other)]
    return bool(kinds[0] & kinds[1]) and not one & other


def _title_ordinals(report: Report) -> frozenset[int]:
    return ordinals_of(simplify(report.title))


# Figures

_SAME_THING, _SAME_COUNT, _SAME_TIME, _SAME_SHARE, _ONE_EVENT = 0.3, 0.42, 0.6, 0.5, 0.5
_BEYOND_SENTENCE = 0.25
"""So much more than two sentences their parts around a figure may have in common."""
_BY_ANOTHER, _BY_DAY = 0.2, 0.15
_AKIN = 0.33
"""So alike two sentences are at least whose sums are compared without a day or figure in common."""
_SLIP, _FARTHER, _TIMES, _SEVERAL = 0.1, -0.25, 6, 4
_ONE_TERM, _HALF = 1.0 / 2.5 + 0.01, 0.6
"""What two sentences in two languages have in common where it is one term: what is counted."""
_VAGUE = {
    "CNY",
    "CNY/kg",
    "USD",
    "EUR",
    "%",
    "pp",
    "m2",
    "m",
    "kg",
    "W",
    "TEU",
    "m3",
    "kWh",
    "PFLOPS",
}
"""What is counted in these says little by itself: it is the sentence that must agree."""
_DURATIONS = {"year", "month", "week", "day", "hour", "minute"}
"""Any sentence may hold one of these, of anything."""
_MONEY = {"CNY", "CNY/kg", "USD", "EUR"}
_NEVER = {"second", "rank", "times"}


def _least(figure: Figure) -> float:
    """From which strength on two figures count one thing."""
    if figure.base in _DURATIONS:
        return _SAME_TIME
    if figure.base in ("%", "pp"):
        return _SAME_COUNT if _is_growth(figure) else _SAME_SHARE
    return _SAME_THING if figure.base in _VAGUE else _SAME_COUNT


@dataclass(frozen=True, slots=True)
class _Match:
    one: Stated
    other: Stated
    strength: float
    equal: bool
    is_left: bool = False


def _figures(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    ours, yours = stated_figures(one), stated_figures(other)
    matches = []
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
        if _are_apart(_numbered(_clause(mine)), _numbered(_clause(theirs))):
            continue
        strength = _one_thing(mine, theirs, across=across)
        equal = is_equal(mine[1], theirs[1])
        if strength:
            strength += _ties(mine[0], theirs[0]) + _nearness(mine[1], theirs[1])
            strength = min(1.0, max(0.0, strength))
            if not across and mine[1].base in _VAGUE and not _are_close(mine, theirs):
                strength *= likeness(mine[0], theirs[0], across=across) >= _AKIN
        if (alike or is_slip(mine[1], theirs[1])) and akin and mine[1].base in lone & _VAGUE:
            strength = max(strength, _SAME_THING)
        if strength >= _least(mine[1]) or (equal and not _agree_by_chance(mine, theirs, across)):
            matches.append(_Match(mine, theirs, strength + 0.25 * equal, equal))
    settled: set[int] = set()
    for match in sorted(matches, key=lambda each: (-each.strength, not each.equal)):
        first, second = match.one[1], match.other[1]
        keys = {id(first), id(second)}
        if keys & settled:
            continue
        settled |= keys
        if not match.equal:
            yield _doubt_of(match)
    left = [[each for each in stated if id(each[1]) not in settled] for stated in (ours, yours)]
    agreeing = sum(match.equal for match in matches)
    bond = bond_of(one, other)
    for match in _left_over(left[0], left[1], bond, agreeing, across=across):
        settled |= {id(match.one[1]), id(match.other[1])}
        if not _are_both_given(match):
            yield _doubt_of(match)
    left = [[each for each in some if id(each[1]) not in settled] for some in left]
    for match in _of_one_measure(left[0], left[1], bond, across=across):
        if not _are_both_given(match):
            yield _doubt_of(match)


def _agree_by_chance(one: Stated, other: Stated, across: bool) -> bool:
    """Whether two small numbers that are the same count other things: seven towns, seven dead."""
    if one[1].base != "count" or len(digits_of(one[1])) > 1:
        return False
    if _measures(one) & _measures(other):
        return False
    return object_fit(one[1], other[1], across=across) < (_UNSAID if across else 0.5)


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


def _are_both_given(match: _Match) -> bool:
    """Whether each report, its title included, gives the number of the other as well: 22 stations,
    of which the other 21 answered first."""
    (one, first), (other, second) = match.one, match.other
    return _gives(other.report, first) and _gives(one.report, second)


def _gives(report: Report, figure: Figure) -> bool:
    if figure.base == "count" and re.search(
        rf"(?<![\d.,])\b{figure.low:g}\b(?![.,]?\d)", report.text
    ):
        return True
    return _is_stated(report, figure) or any(
        each.base == figure.base and is_equal(each, figure)
        for each in figures_of(report.title, report.published)
    )


def _is_stated(report: Report, figure: Figure) -> bool:
    """Whether a sentence of a report gives a figure."""
    return any(
        each.base == figure.base and is_equal(each, figure) for _, each in stated_figures(report)
    )


def _doubt_of(match: _Match) -> Doubt:
    values = printed(match.one[1]), printed(match.other[1])
    texts = match.one[0].text, match.other[0].text
    return Doubt(DoubtKind.FIGURE, _excuse(match), texts, values, min(1.0, match.strength))


_LIKELY, _MOST_LIKELY, _BONDED = 0.6, 0.65, 2.2
_BY_OBJECT, _BY_WORDS, _BY_BOND, _MOST_BOND = 0.3, 0.5, 0.05, 0.3
_BY_BEING_LONE, _BY_TIME, _BY_NEIGHBOUR, _BY_UNIT, _BY_AGREEING = 0.1, 0.1, 0.15, 0.1, 0.1
_A_FEW, _SURE_FIT = 10, 0.8
_UNSAID, _UNLIKE = 0.3, 0.15
"""How well two things fit that are not said, or in words that do not fit, where it is the rest that
must agree."""
_USUAL = _MONEY | _DURATIONS | {"%", "pp", "m2", "m", "kg", "count"}
"""Two things of one city may well be counted in these."""


def _left_over(
    ours: list[Stated], yours: list[Stated], bond: float, agreeing: int, *, across: bool
) -> Iterator[_Match]:
    """Pairs of figures that nothing in the other report agrees with, which all that is known makes
    likely to count one thing: what they count, what is said around them, how the two numbers
    resemble each other, and what the reports share elsewhere."""
    fits: dict[tuple[int, int], float] = {}
    for first, second in product(range(len(ours)), range(len(yours))):
        one, other = ours[first][1], yours[second][1]
        if base_of(one) != base_of(other) or one.base in _NEVER:
            continue
        if _is_growth(one) != _is_growth(other) or are_incomparable(one, other):
            continue
        if _are_far_apart(one, other):
            continue
        fit = object_fit(one, other, across=across)
        if fit < _SURE_FIT and max(one.high, other.high) < _A_FEW and one.base == "count":
            continue  # any text has small numbers of this and that
        if one.base in _VAGUE or (bond >= _BONDED and resemblance(one, other) >= _LIKE_A_SLIP):
            fit = max(fit, _UNLIKE if fit == 0.0 else _UNSAID)
        if fit:
            fits[first, second] = fit
    found = []
    for (first, second), fit in fits.items():
        mine, theirs = ours[first], yours[second]
        alike = resemblance(mine[1], theirs[1])
        if not across and alike < _LIKE_A_SLIP and bond < _BONDED and mine[1].base in _USUAL:
            continue  # texts of one form share words that are not of one thing
        lone = sum(a == first or b == second for a, b in fits) == 1
        strength = (
            _BY_OBJECT * fit
            + min(_MOST_BOND, _BY_BOND * bond)
            + _BY_AGREEING * (agreeing > 1)
            + alike
            + _BY_BEING_LONE * lone
            + _BY_UNIT * (mine[1].base not in _USUAL)
        )
        if strength + _BY_WORDS + _BY_TIME + _BY_NEIGHBOUR < _LIKELY:
            continue
        strength += _BY_WORDS * _kinship(mine, theirs, across=across)
        strength += _BY_NEIGHBOUR * _share_a_figure(mine[0], theirs[0])
        strength += _BY_TIME * _say_one_time(mine[0], theirs[0], mine[1], theirs[1])
        strength -= _BY_NEIGHBOUR * _says_time_alone(mine[0], theirs[0])
        if strength >= _LIKELY and not is_equal(mine[1], theirs[1]):
            found.append(_Match(mine, theirs, min(_MOST_LIKELY, strength), False, is_left=True))
    yield from _best_of(found)


_BY_MEASURE, _BY_KIN, _BY_BEING_ALONE, _BY_NAME, _BY_SAME_TIME, _BY_NEWS = (
    0.3,
    0.3,
    0.15,
    0.1,
    0.2,
    0.1,
)
_ONE_MEASURE = 0.75


def _of_one_measure(
    ours: list[Stated], yours: list[Stated], bond: float, *, across: bool
) -> Iterator[_Match]:
    """Pairs of figures that are told in other words, but measure one quantity: the dead of a
    storm, the visits to a park in a year."""
    bases = {each[1].base for each in ours} & {each[1].base for each in yours}
    if not bases:
        return
    counts = [
        Counter(
            (each[1].base, one) for each in some if each[1].base in bases for one in _measures(each)
        )
        for some in (ours, yours)
    ]
    found = []
    for mine, theirs in _of_one_kind(ours, yours):
        if _is_growth(mine[1]) or are_incomparable(mine[1], theirs[1]):
            continue
        strength = _measured_alike(mine, theirs, counts, bond, across=across)
        if strength >= _ONE_MEASURE and not is_equal(mine[1], theirs[1]):
            strength = min(_MOST_LIKELY, strength)
            found.append(_Match(mine, theirs, strength, False, is_left=True))
    yield from _best_of(found)


def _best_of(matches: Iterable[_Match]) -> Iterator[_Match]:
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
    shared = _measures(one) & _measures(other)
    if not shared or _are_of_other_kinds(one[0], other[0]):
        return 0.0
    lone = any(all(count[one[1].base, each] == 1 for count in counts) for each in shared)
    gap = _gap(one[0].report, other[0].report)
    is_news = gap is not None and gap <= _NEWS
    same_time = _say_one_time(one[0], other[0], one[1], other[1]) or (
        is_news and one[0].period.part == other[0].period.part == "day"
    )
    return (
        _BY_MEASURE
        + _BY_KIN * _kinship(one, other, across=across)
        + _BY_BEING_ALONE * lone
        + _BY_NAME * bool(_names_in_both(one[0], other[0]))
        + max(_BY_SAME_TIME * same_time, _BY_NEWS * is_news)
        + min(_MOST_BOND, _BY_BOND * bond)
        + resemblance(one[1], other[1])
        - _BY_NEIGHBOUR * _name_others(one[0], other[0])
    )


def _are_of_other_kinds(one: Statement, other: Statement) -> bool:
    """Whether two reports are of other kinds of events: a festival and a marathon."""
    ours, yours = (subjects(each.report.text) & _EVENT_KINDS for each in (one, other))
    return bool(ours and yours) and not ours & yours


def _names_in_both(one: Statement, other: Statement) -> frozenset[str]:
    """The names that two sentences share, in small letters."""
    if one.report.language != other.report.language:
        return shared_names(_whole(one), _whole(other))
    return names_of(_whole(one)) & names_of(_whole(other))


def _says_time_alone(one: Statement, other: Statement) -> bool:
    """Whether one sentence says which year or part of it it is of, and nothing in the report of the
    other does."""
    ours, yours = one.period, other.period
    if bool(ours.year or ours.part) == bool(yours.year or yours.part):
        return False
    period, report = (ours, other.report) if ours.year or ours.part else (yours, one.report)
    return not any(
        (period.part and each.period.part == period.part)
        or (period.year and each.period.year == period.year)
        for each in statements_of(report)
    )


def _kinship(one: Stated, other: Stated, *, across: bool) -> float:
    """How much of what is said around two figures is the same, in words or in subjects."""
    whole = _in_context(one[0]), _in_context(other[0])
    return _nearest(whole, (_clause(one), _clause(other)), across=across)


def _are_anchored(one: Report, other: Report) -> bool:
    """Whether two reports name a day or a name in common, other than that of a city."""
    if days_around(one) & days_around(other):
        return True
    return one.language != other.language and bool(shared_names(one.text, other.text) - cities())


def _are_close(one: Stated, other: Stated) -> bool:
    """Whether two sentences have a day or a figure in common, or their figures the digits."""
    return _are_tied(one[0], other[0]) or is_slip(one[1], other[1])


def _is_growth(figure: Figure) -> bool:
    return figure.modifier is Modifier.GROWTH


def _ties(one: Statement, other: Statement) -> float:
    """How much speaks for two sentences being about one thing beside what they say: a figure that
    both have, and with it a day."""
    if not _share_a_figure(one, other):
        return 0.0
    return _BY_ANOTHER + _BY_DAY * bool(one.days & other.days)


def _share_a_figure(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a figure in common."""
    return any(
        mine.base == theirs.base and mine.modifier is theirs.modifier and is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
    )


def _share_a_number(one: Statement, other: Statement) -> bool:
    """Whether two sentences give one number to the last digit."""
    values = [
        {(each.base, each.low * each.factor) for each in some.figures} for some in (one, other)
    ]
    return not values[0].isdisjoint(values[1])


def _nearness(one: Figure, other: Figure) -> float:
    """What the numbers themselves say: a slip of the pen changes the order of digits, while another
    thing has any number."""
    if is_slip(one, other):
        return _SLIP
    first, second = (abs(each.low * each.factor) for each in (one, other))
    return _FARTHER if max(first, second) > _TIMES * min(first, second) > 0 else 0.0


def _are_far_apart(one: Figure, other: Figure) -> bool:
    """Whether one number is several times the other."""
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    return high > _SEVERAL * low > 0 and not is_slip(one, other)


def _one_thing(one: Stated, other: Stated, *, across: bool) -> float:
    """How surely two figures count the same thing, 0 to 1."""
    first, second = one[1], other[1]
    around = common(content_of(one[0]), content_of(other[0]), across=across)
    object_ = object_fit(first, second, across=across)
    if first.base in _VAGUE:
        is_vague = says_little(first.object) or says_little(second.object)
        object_ = 0.5 if is_vague else max(object_, 0.5)
    if object_ == 0.0:
        return 0.0
    clause = common(_clause(one), _clause(other), across=across)
    clause = min(clause, around + _BEYOND_SENTENCE)
    found = max(around, clause)
    if object_ < 1:
        found = object_ * (0.35 * around + 0.65 * found)
    if not across or around > _ONE_TERM or _are_close(one, other):
        return found
    return found if _are_anchored(one[0].report, other[0].report) else found * _HALF


_CLAUSE_ENDS = re.compile(r"[，,；;：:。]")


_REACH = 300
"""So many characters on either side of a figure its clause has at most."""


@lru_cache(maxsize=2048)
def _clause(one: Stated) -> str:
    """The part of a sentence between commas in which a figure stands."""
    statement, figure = one
    place = max(0, figure.start - statement.begin)
    text = statement.text[max(0, place - _REACH) : place + _REACH]
    place = min(place, _REACH)
    stops = [stop for stop in _CLAUSE_ENDS.finditer(text) if not _in_number(text, stop)]
    begin = max((stop.end() for stop in stops if stop.end() <= place), default=0)
    end = min((stop.start() for stop in stops if stop.start() > place), default=len(text))
    return text[begin:end]


_JOINT = re.compile(r"[、和及并]|\b(?:and|while|but|with|of whom|of which)\b")


@lru_cache(maxsize=2048)
def _near(one: Stated) -> str:
    """What stands next to a figure in its clause, up to the figures beside it, and of what joins
    them its own side."""
    statement, figure = one
    clause = _clause(one)
    at = statement.text.find(clause, max(0, figure.start - statement.begin - len(clause) - 1))
    begin = statement.begin + max(0, at)
    left, right = begin, begin + len(clause)
    for other in statement.figures[:20]:
        if other.end <= figure.start:
            left = max(left, other.end)
        elif other.start >= figure.end:
            right = min(right, other.start)
    before = statement.text[left - statement.begin : max(0, figure.start - statement.begin)]
    after = statement.text[max(0, figure.end - statement.begin) : right - statement.begin]
    if left > begin:
        before = _JOINT.split(before)[-1]
    if right < begin + len(clause):
        after = _JOINT.split(after)[0]
    return f"{before} {printed(figure)} {after}"


def _measures(one: Stated) -> frozenset[str]:
    """What a figure may count or measure, by the words next to it."""
    return measures_in(_near(one))


def _in_number(text: str, found: re.Match[str]) -> bool:
    return found.group() == "," and text[found.end() : found.end() + 1].isdigit()


_STAGES = {
    "passed": r"通过[^，。；]{0,4}(?:考试|考核|测试)|结业|毕业|考取"
    r"|\bpass(?:ed)? [^.;,]{0,12}\b(?:exam|test)|\bgraduated\b",
    "registered": r"报名|报考|注册|入学|招收"
    r"|\bregister|\benrol|\bsign(?:ed)? up|\bappl(?:y|ied|icants?|ications?)",
    "collected": r"征集|收集|申报|\bcollect|\bsubmit|\breceiv",
    "finals": r"决赛|入围|\bfinals?\b|\bfinalist|\bshortlist",
    "selected": r"入选|入榜|获批|\bselect|\bchosen\b|\bapproved\b",
    "signed": r"签约|签订|签署|\bsigned\b|\bsigning\b|\bagreements?\b",
    "intended": r"意向|\bintent",
    "attended": r"参会|参加|参展|参赛|参考|到考|出席|\battend|\bt(?:oo|ake) part\b"
    r"|\bcompeted\b|\bsat\b|\bt(?:oo|ake) the (?:exam|test)",
    "started": r"开工|动工|启动|\bstarted\b|\bunder way\b|\bbroke ground",
    "completed": r"竣工|建成(?!后)|完工|\bcompleted\b|\bfinished\b",
    "paid": r"到位|拨付|兑付|\bpaid\b|\bdisbursed\b",
    "employed": r"上岗|\bhired\b|\bemployed\b",
    "won": r"获奖|\bprizes?\b|\bawards?\b",
    "exhibited": r"亮相|展出|\bshowed\b|\bpresented\b",
    "accepted": r"受理|接到|接听|\baccept|\btook [\d,.]+ calls|\breceived\b",
    "settled": r"审结|结案|办结|执结|\bconcluded\b|\bsettled\b|\bsolved\b|\bdealt with\b",
    "delayed": r"延误|\bdelay",
    "cancelled": r"取消|\bcancel",
    "gained": r"新增|新购|购置|采购|采摘|\bbought\b|\bpurchas|\badded\b|\bacquired\b",
    "owned": r"拥有|现有|保有|馆藏|藏书|\bowns?\b|\bholds\b|\bin all\b",
    "produced": r"产量|生产|\bproduc|\bharvest|\bpicked\b",
    "sold": r"销量|销售|售出|\bsold\b|\bsales?\b",
    "sown": r"播种|栽种|\bsow[ns]?\b|\bplanted\b",
    "reaped": r"收割|收获|采收|\breap|\bharvest",
    "households": r"户籍人口|\bhousehold regist|\bregistered (?:population|residents)",
    "residents": r"常住人口|\bpermanent (?:residents|population)|\bresident population",
    "vacancies": r"岗位|\bvacanc|\bopenings\b|\bjobs\b",
}
"""How far what is counted has come: applicants are not finalists."""
_STAGE = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _STAGES.items()}
_FATES = frozenset(
    (
        *(
            "死亡",
            "受伤",
            "失联",
            "获救",
            "转移",
            "确诊",
            "接种",
            "出生",
            "结婚",
            "离婚",
            "抓获",
            "献血",
        ),
        *(
            "完赛",
            "参赛",
            "报名",
            "招生",
            "毕业生",
            "审结",
            "受理",
            "停电",
            "岗位",
            "志愿者",
            "得票",
        ),
    )
)
"""Measures of which what is counted by one is not counted by another."""
_LATER = {
    "registered": "finals attended selected won signed passed",
    "collected": "selected finals signed won",
    "selected": "finals signed",
    "finals": "won",
    "signed": "intended exhibited started paid",
    "started": "completed",
    "vacancies": "employed intended",
    "exhibited": "attended",
    "accepted": "settled",
    "delayed": "cancelled",
    "gained": "owned",
    "produced": "sold",
    "sown": "reaped",
    "households": "residents",
}
_APART = [(one, other) for one, others in _LATER.items() for other in others.split()]
_PHASE = re.compile(
    r"([一二三四五123])期|([一二三])阶段"
    r"|\b(first|second|third|fourth|1st|2nd|3rd) (?:phase|stage)\b"
    r"|\bphase (one|two|three|1|2|3|I{1,3})\b",
    re.IGNORECASE,
)
_IN_PHASES = re.compile("分[二三四两]期")
_PHASE_NUMBERS = {
    name: number
    for number, names in (
        ("1", "一 first 1st one i"),
        ("2", "二 second 2nd two ii"),
        ("3", "三 third 3rd three iii"),
        ("4", "四 fourth"),
        ("5", "五"),
    )
    for name in names.split()
}
_PART_OF = re.compile(
    r"其中|\bof (?:which|them|these|whom)\b|\bamong (?:them|these|which)\b|\bincluding\b|\balone\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"目标|力争|计划|规划|预计|有望|拟|将达|预期|争取|\bwants? to\b|\bplans? to\b|\bplanned\b"
    r"|\baims?\b|\btarget|\bgoal\b|\bexpect|\bhopes?\b|\bby 20\d\d\b|\bis to\b|\bare to\b"
    r"|\bforecast",
    re.IGNORECASE,
)


def _excuse(match: _Match) -> Excuse | None:
    """Why two figures that differ are no contradiction."""
    (one, first), (other, second) = match.one, match.other
    clauses = _clause(match.one), _clause(match.other)
    if _is_target_and_result(match, clauses):
        return Excuse.TARGET
    if _phases(one.text) != _phases(other.text):
        return Excuse.PHASE
    if _stages_apart(clauses) or _stages_apart((_own_text(match.one), _own_text(match.other))):
        return Excuse.DEFINITION
    fates = [_measures(each) & _FATES for each in (match.one, match.other)]
    if first.base == "count" and all(fates) and not fates[0] & fates[1]:
        return Excuse.DEFINITION
    parts = [_PART_OF.search(_before(each)) is not None for each in (match.one, match.other)]
    if parts[0] != parts[1] and (not match.is_left or _is_other_kind(first, second)):
        part, whole = (match.one, match.other) if parts[0] else (match.other, match.one)
        across = one.report.language != other.report.language
        alike = object_fit(first, second, across=across) >= _SAME_COUNT
        if _may_be_within(part[1], whole[1]) and not (
            alike and _gives_whole(part, whole[0].report)
        ):
            return Excuse.PART
    if are_of_a_row(one, other) or _are_other_events(one, other):
        return Excuse.DIFFERENT
    if (excuse := _other_time(one, other, first, second)) is not None:
        return excuse
    counted = one.period.as_of and one.period.as_of == other.period.as_of
    if not counted and bool(_FIRST_COUNT.search(one.text)) != bool(_FIRST_COUNT.search(other.text)):
        return Excuse.AS_OF
    if _are_far_apart(first, second) and not _are_tied(one, other):
        return Excuse.DEFINITION
    if resemblance(first, second) < _LIKE_A_SLIP and (
        _is_narrower(match) or _is_narrower(_Match(match.other, match.one, 0.0, match.equal))
    ):
        return Excuse.PART
    if _other_scope(match):
        return Excuse.SCOPE
    if _have_far_subjects(one.report, other.report) and not _say_one_time(
        one, other, first, second
    ):
        return Excuse.DIFFERENT
    return Excuse.DIFFERENT if _are_parallel(one, other) else None


def _may_be_within(part: Figure, whole: Figure) -> bool:
    """Whether one number may be a part of what another is. Shares may be anything."""
    if part.base in ("%", "pp"):
        return True
    return abs(part.low * part.factor) < abs(whole.high * whole.factor)


_RESULT = re.compile(
    r"已|完成|实现|达到了|共接待|建成|竣工|兑现|超额|落地|实际|同比|较上年|年末"
    r"|\b(?:completed|finished|reached|achieved|actual(?:ly)?|already|so far|received|handled|built"
    r"|grew|rose|fell|sold|exceeded|met)\b",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"目标|力争|争取|有望|预期|\bwants? to\b|\baims?\b|\btarget|\bgoal\b|(?-i:\bhopes?\b)"
    r"|\bforecast",
    re.IGNORECASE,
)


def _is_target_and_result(match: _Match, clauses: tuple[str, str]) -> bool:
    """Whether one figure was to be reached and the other was. What is still to come for both, and
    told as a plan here and as a fact there, is no target."""
    planned = [
        _are_planned(each[1], _up_to(each, clause)) or _is_aimed_at(each)
        for each, clause in zip((match.one, match.other), clauses, strict=True)
    ]
    if planned[0] == planned[1]:
        return False
    plan, result = (0, 1) if planned[0] else (1, 0)
    sides = match.one, match.other
    if (
        _AIM.search(clauses[plan])
        or _is_aimed_at(sides[plan])
        or _are_far(match.one[0].report, match.other[0].report)
    ):
        return True
    return _RESULT.search(sides[result][0].text) is not None


def _gives_whole(part: Stated, other: Report) -> bool:
    """Whether another report gives the number that a part is one of: then it does not give it where
    it names the part."""
    statement, figure = part
    before = [
        one for one in statement.figures if one.base == figure.base and one.end < figure.start
    ]
    return bool(before) and _is_stated(other, before[-1])


def _is_other_kind(one: Figure, other: Figure) -> bool:
    """Whether what two figures of one unit count may be a whole and a part of it: their names have
    the same end, or one has none."""
    names = simplify(one.object), simplify(other.object)
    return not all(names) or names[0][-2:] == names[1][-2:]


_LIKE_A_SLIP = 0.2
"""From such a resemblance on it would be a strange chance that one number is part of the other."""
_FIRST_COUNT = re.compile(
    r"初步|快报|预估|估算|暂定|概算|\binitial\b|\bpreliminary\b|\bprovisional\b"
    r"|\bearly (?:count|estimate)s?\b|\bestimate[sd]?\b|\bat first\b",
    re.IGNORECASE,
)
"""What is counted before all is known, and may differ from what is counted in the end."""


def _is_narrower(match: _Match) -> bool:
    """Whether the first counts what the second does, but only those of a kind that the report of
    the second nowhere names: hydrogen buses and buses."""
    (one, first), (other, second) = match.one, match.other
    if first.base in ("%", "pp") and _measures(match.one) & _measures(match.other):
        return False
    if first.base in _MONEY or not second.object or one.report.language != other.report.language:
        return False
    if not _may_be_within(first, second):
        return False
    kinds = subjects(first.object) - subjects(other.report.text) - GENERAL
    measures = _measures(match.one), _measures(match.other)
    if measures[0] & measures[1]:
        kinds -= {each for measure in measures[0] | measures[1] for each in measuring(measure)}
    if kinds:
        return True
    whole = words(other.report.text)
    if first.base in _VAGUE:
        return False
    if one.report.language == "zh":
        kind = _added(simplify(first.object), simplify(second.object))
        return len(kind) >= 2 and not words(kind) & whole
    longer, shorter = words(first.object), words(second.object)
    return shorter < longer and not (longer - shorter) & whole


def _added(longer: str, shorter: str) -> str:
    """What the longer of two names of things has before the end, or in the middle, of the other:
    hydrogen buses and buses, good village teachers and good teachers. Empty for other things."""
    if len(shorter) < 2 or len(longer) <= len(shorter):
        return ""
    size = len(longer) - len(shorter)
    return next(
        (
            longer[at : at + size]
            for at in range(len(shorter))
            if longer[:at] + longer[at + size :] == shorter
        ),
        "",
    )


_SEASON = re.compile(
    r"\b(?:this|last|two|next) (?:seasons?|terms?|school years?)\b"
    r"|[上本今去](?:赛|雪|榨|学)[季期年]",
    re.IGNORECASE,
)


def _up_to(one: Stated, clause: str) -> str:
    """The part of a sentence in which a figure stands, up to the figure where another follows: what
    comes behind may be of that."""
    values = [printed(figure) for figure in one[0].figures[:20] if figure.start > one[1].start]
    value = printed(one[1])
    if value in clause and any(each in clause for each in values):
        return clause[: clause.index(value) + len(value)]
    return clause


_MEANT = re.compile(r"目标|力争|计划(?:完成|到位|拨付|支出)|target|goal|aim")
_OF_THE_PLAN = re.compile(
    r"[占完达][^，。；]{0,8}(?:任务|计划|目标)|\bof (?:\S+ ){0,3}(?:plan(?:ned)?|target|goal)\b",
    re.IGNORECASE,
)


def _is_aimed_at(one: Stated) -> bool:
    """Whether a sentence names a goal before a figure, with nothing between that was reached: 30
    million visits are aimed at, and 26 billion yuan."""
    statement, figure = one
    before = statement.text[: max(0, figure.start - statement.begin)]
    aims = [found.end() for found in _AIM.finditer(before)]
    return bool(aims) and not _RESULT.search(before[aims[-1] :])


def _are_planned(figure: Figure, clause: str) -> bool:
    """Whether a figure is meant to be reached. Money that will be spent is as good as given, and a
    share of what is planned has been reached."""
    if figure.base == "%" and _OF_THE_PLAN.search(clause):
        return False
    if figure.base in _MONEY and not _MEANT.search(clause):
        return False
    return figure.modifier is Modifier.TARGET or _PLANNED.search(clause) is not None


@lru_cache(maxsize=2048)
def _phases(text: str) -> frozenset[str]:
    if _IN_PHASES.search(text):
        return frozenset()
    found = {next(filter(None, groups)).lower() for groups in _PHASE.findall(text)}
    return frozenset(_PHASE_NUMBERS.get(one, one) for one in found)


def _stages_apart(clauses: tuple[str, str]) -> bool:
    first, second = map(_stages_of, clauses)
    return any(
        (one in first and other in second and other not in first and one not in second)
        or (other in first and one in second and one not in first and other not in second)
        for one, other in _APART
    )


@lru_cache(maxsize=4096)
def _stages_of(clause: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _STAGE.items() if pattern.search(clause))


def _before(one: Stated) -> str:
    """What stands right before a figure."""
    statement, figure = one
    body = statement.report.body
    return body[max(figure.begin, figure.start - 24) : figure.start]


def _other_time(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> Excuse | None:
    ours, yours = _timeframe(one, first), _timeframe(other, second)
    same = _say_one_time(one, other, first, second)
    if _are_far(one.report, other.report) and not same and not _name_one_day(one, other):
        years = _year(ours, one, first), _year(yours, other, second)
        published = [each.report.published or date.min for each in (one, other)]
        apart = years[0] != years[1] or published[0].year != published[1].year
        return Excuse.YEAR if apart else Excuse.AS_OF
    if ours.as_of and yours.as_of and ours.as_of != yours.as_of:
        return Excuse.AS_OF
    hours = _hour_counted(one.text), _hour_counted(other.text)
    if all(hours) and hours[0] != hours[1]:
        return Excuse.AS_OF
    if not same and (
        name_other_days(one, other)
        or (_are_of_other_days(one.report, other.report) and not _share_a_number(one, other))
    ):
        return Excuse.DIFFERENT
    if ours.cumulative != yours.cumulative and not (yours if ours.cumulative else ours).as_of:
        total, single = (first, second) if ours.cumulative else (second, first)
        if total is None or single is None or _may_be_within(single, total):
            return Excuse.CUMULATIVE
    years = _year(ours, one, first), _year(yours, other, second)
    if years[0] and years[1] and years[0] != years[1] and not _are_of_one_span(one, other):
        return Excuse.YEAR
    if ours.part != yours.part and (ours.part and yours.part):
        return Excuse.CUMULATIVE if "-" in ours.part + yours.part else Excuse.PERIOD
    one_day = not {"day", "each day"}.isdisjoint((ours.part, yours.part))
    if one_day and ours.part != yours.part and not one.days & other.days:
        return Excuse.PERIOD
    if _is_of_one_day(one) != _is_of_one_day(other) and _is_of_days(one) != _is_of_days(other):
        return Excuse.PERIOD
    seasons = [frozenset(_SEASON.findall(each.text)) for each in (one, other)]
    if all(seasons) and one.report.language == other.report.language and seasons[0] != seasons[1]:
        return Excuse.PERIOD
    if (
        (ours.part or yours.part)
        and ours.part != yours.part
        and _says_year_alone(yours if ours.part else ours)
    ):
        return Excuse.PERIOD
    if _is_counted_later(one, other) or _is_counted_later(other, one):
        return Excuse.AS_OF
    if not same and first is not None and second is not None and _grew(one, other, first, second):
        return Excuse.AS_OF
    if bool(ours.as_of) != bool(yours.as_of):
        gap = _gap(one.report, other.report)
        if gap is not None and gap >= 1 and _is_running(one if ours.as_of else other):
            return Excuse.AS_OF
    return None


_COUNTED_AT = re.compile(
    r"截[至止][^，。；]{0,12}?(?P<hour>\d{1,2})[时点:：]"
    r"|\b(?:by|as of) (?:(?P<clock>\d{1,2})(?::\d\d)? ?(?P<half>[ap])\.?m"
    r"|(?P<word>noon|midnight))\b",
    re.IGNORECASE,
)


def _hour_counted(text: str) -> int | None:
    """Until which hour of its day, 1 to 24, a sentence says that it counts."""
    found = _COUNTED_AT.search(text)
    if found is None:
        return None
    if found["word"]:
        return 12 if found["word"].lower() == "noon" else 24
    hour = int(found["hour"] or found["clock"]) % 24
    return (hour % 12 + 12 * (found["half"].lower() == "p") if found["half"] else hour) or 24


@lru_cache(maxsize=2048)
def _timeframe(statement: Statement, figure: Figure | None) -> Timeframe:
    """The time of a figure: that of its sentence, without what another part says of its own
    figures: a day's walk, the teams since May."""
    found = statement.period
    if figure is None or not (found.cumulative or found.part in _EACH):
        return found
    clause = _clause((statement, figure))
    rest = statement.text.replace(clause, ";")
    if not any(clause.find(printed(each)) < 0 for each in statement.figures[:20]):
        return found
    here = period_of(simplify(clause), statement.report.published)
    there = period_of(simplify(rest), statement.report.published)
    return Timeframe(
        found.year,
        "" if found.part in _EACH and there.part == found.part != here.part else found.part,
        found.as_of,
        found.cumulative and (here.cumulative or not there.cumulative),
    )


def _grew(one: Statement, other: Statement, first: Figure, second: Figure) -> bool:
    """Whether two sentences count what changes by the hour, at no time that both say, and the later
    report has more of it."""
    gap = _gap(one.report, other.report)
    if not gap or not (_is_running(one) or _is_running(other)):
        return False
    if one.days & other.days or (one.period.as_of and one.period.as_of == other.period.as_of):
        return False
    is_later = (one.report.published or date.min) > (other.report.published or date.min)
    later, earlier = (first, second) if is_later else (second, first)
    return later.low * later.factor > earlier.high * earlier.factor and not is_slip(first, second)


def _is_counted_later(one: Statement, other: Statement) -> bool:
    """Whether a sentence counts until a day on which the other was published already."""
    published, as_of = other.report.published, one.period.as_of
    if published is None or not as_of or as_of.endswith("end") or one.report.published is None:
        return False
    day = iso_day(one.report.published.year, int(as_of[:2]), int(as_of[3:]))
    return bool(day) and published.isoformat() < day <= one.report.published.isoformat()


_HALF_A_YEAR = 183


def _name_one_day(one: Statement, other: Statement) -> bool:
    """Whether the reports of two sentences name one day, and it is of one year."""
    gap = _gap(one.report, other.report) or 0
    return gap < _HALF_A_YEAR and bool(named_days(one.report) & named_days(other.report))


def _say_one_time(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> bool:
    """Whether both say in so many words which time they speak of, and it is one."""
    ours, yours = _timeframe(one, first), _timeframe(other, second)
    if one.days & other.days:
        return (_gap(one.report, other.report) or 0) < _HALF_A_YEAR
    years = _year(ours, one, first), _year(yours, other, second)
    if years[0] is None or years[0] != years[1] or ours.part != yours.part:
        return False
    if ours.part:
        return ours.part not in ("day", *_EACH)
    if one.days and other.days:
        return False
    return all(_names_year(each) for each in (one, other))


def _are_of_one_span(one: Statement, other: Statement) -> bool:
    """Whether two sentences name the same days, two or more: a time over the end of a year, which
    is of both."""
    ours, yours = ({day[-5:] for day in each.days} for each in (one, other))
    return len(ours) > 1 and ours == yours and not _are_far(one.report, other.report)


_A_YEAR = re.compile(r"20\d\d|[去上]年|\blast year\b", re.IGNORECASE)


def _names_year(statement: Statement) -> bool:
    """Whether a sentence says of which year it is."""
    return _A_YEAR.search(statement.text) is not None or says_whole_year(statement.text)


_EACH = ("each day", "each month")
"""Parts of a year that come again and again."""

_DAYS = re.compile(
    r"\d天|[一二三四五六七八九十两]+[天日](?:长假|假期|里|内|时间|来)|(?:首|一|两|三)周"
    r"|\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d+)[- ]days?|weeks?|weekend)\b",
    re.IGNORECASE,
)


def _is_of_days(statement: Statement) -> bool:
    """Whether the figures of a sentence are of several days."""
    return _DAYS.search(statement.text) is not None


def _is_of_one_day(statement: Statement) -> bool:
    return len(statement.days) == 1 and not statement.period.part and not _is_of_days(statement)


_RUNNING = re.compile(
    r"转移|回港|受灾|报名|捐|接种|确诊|受伤|死亡|遇难|失联|倒塌|受损|损毁|停电|moved|evacuat|returned"
    r"|affected|donat|injur|killed|dead|missing|so far|damag|collaps"
    r"|destroy|fallen|fell(?:ed|s)? |found"
    r"|without power",
    re.I,
)


def _is_running(statement: Statement) -> bool:
    """Whether it counts what changes by the hour."""
    return _RUNNING.search(statement.text) is not None


def _says_year_alone(period: Timeframe) -> bool:
    return period.year is not None and not period.part


def _year(period: Timeframe, statement: Statement, figure: Figure | None) -> int | None:
    if period.year is not None:
        return period.year
    if figure is not None and len(figure.as_of) >= 4 and figure.modifier is not Modifier.TARGET:
        return int(figure.as_of[:4])
    published = statement.report.published
    if published is None:
        return None
    if period.part and period.part not in ("day", *_EACH):
        return published.year
    return None


def _gap(one: Report, other: Report) -> int | None:
    if one.published is None or other.published is None:
        return None
    return abs((one.published - other.published).days)


def _other_scope(match: _Match) -> bool:
    """Whether one is about the whole country or province and the other about less, or they are
    about different parts of a city."""
    one, other = match.one[0], match.other[0]
    first, second = scope_of(_own_text(match.one)), scope_of(_own_text(match.other))
    figures = match.one[1], match.other[1]
    for wide in ("nation", "province"):
        if (wide in first) != (wide in second):
            if _is_all_of(other if wide in first else one, wide):
                continue
            whole, part = figures if wide in first else figures[::-1]
            return _may_be_within(part, whole)
        if (
            match.is_left
            and figures[0].base in _EXTENTS
            and (wide in one.scope) != (wide in other.scope)
        ):
            return True
    return _districts_apart(one, other)


_EXTENTS = {"m", "m2", "m3"}
"""What is measured in these is of a thing, and none of a whole country's."""


def _is_all_of(statement: Statement, wide: str) -> bool:
    """Whether a sentence names no city or district, and its report is of a whole province, or of
    the country."""
    if districts_of(statement.text) or named_cities_in(statement.text):
        return False
    report = statement.report
    if wide in scope_of(simplify(report.text)):
        return True
    return wide == "province" and not named_cities(report) and names_province(report)


@lru_cache(maxsize=2048)
def _own_text(one: Stated) -> str:
    """A sentence without what it says between commas of other figures."""
    statement, clause = one[0], _clause(one)
    if len(statement.figures) < 2:
        return simplify(statement.text)
    values = [printed(figure) for figure in statement.figures[:20]]
    kept = [
        each
        for each in _CLAUSE_ENDS.split(statement.text)
        if each in clause or clause in each or not any(value in each for value in values)
    ]
    return simplify("，".join(kept))


def _districts_apart(one: Statement, other: Statement) -> bool:
    """Whether they are of different districts, or one of a district and the other, whose report
    does not know it, of the whole city."""
    ours, yours = _districts_in(one), _districts_in(other)
    if not ours and not yours:
        return False
    if not ours or not yours:
        inside, outside = (one, other) if ours else (other, one)
        return (
            ("city" in outside.scope or not _are_tied(one, other))
            and _is_of_city(outside)
            and not any(_is_named(each, inside, outside) for each in _districts_in(inside))
        )
    return not any(_is_named(mine, one, other) for mine in ours) and not any(
        _is_named(theirs, other, one) for theirs in yours
    )


@lru_cache(maxsize=1024)
def _districts_in(statement: Statement) -> frozenset[str]:
    """The districts that a sentence names, in full or as its report does elsewhere without what it
    is: the station of Chicheng, in Chicheng county."""
    text = statement.text
    elsewhere = (each for each in districts_of(statement.report.text) if len(each) > 2)
    short = {each for each in elsewhere if (each if each.isascii() else each[:-1]) in text}
    return districts_of(text) | short


_CITY = re.compile(
    "[\u4e00-\u9fff]{2,4}(?:市(?!场|民|内|区)|自治州|盟(?=[市共现有])|州(?=[共现有]))"
)


def _is_of_city(statement: Statement) -> bool:
    """Whether a sentence names a city as what its figures are of, or says that they are."""
    if "city" in statement.scope or _CITY.search(statement.text):
        return True
    return bool(romanised(statement.text) & cities())


def _are_tied(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a day or a figure in common."""
    return bool(one.days & other.days) or _share_a_figure(one, other)


def _is_named(district: str, of: Statement, other: Statement) -> bool:
    """Whether the report of another sentence names a district."""
    text = simplify(other.report.text)
    if of.report.language == other.report.language:
        return district in text
    if district.isascii():
        # What is not romanised, but Mongol or Tibetan, cannot be told from its characters.
        return not romanised(district) or bool(romanised(district) & spoken(text))
    return bool(romanised(text) & spoken(district)) or not all(
        romanised(one) for one in districts_of(other.report.text)
    )


# Days

_AT_ONE, _ONE_ACT, _SURELY = 0.34, 0.45, 0.6
_ONE_OBJECT = 0.8
_PASSED = 3
"""So many days after one of a kind was over, what is told to come is another."""


def _days(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    ours, yours = _dating(one), _dating(other)
    named = _named_in(ours), _named_in(yours)
    found = False
    for mine, theirs in product(ours, yours):
        if mine.period.as_of or theirs.period.as_of:
            continue
        acts = _agreeing_acts(mine), _agreeing_acts(theirs)
        if not acts[0] & acts[1] and (across or all(acts)):
            continue
        if _are_on_one_day(mine, theirs):
            continue
        if _is_day_named(mine, named[1]) or _is_day_named(theirs, named[0]):
            continue
        strength = likeness(mine, theirs, across=across)
        if not across and _are_aloof(mine, theirs):
            strength -= _ALOOF
        if strength < (_ONE_ACT if acts[0] & acts[1] else _SURELY):
            continue
        found = True
        yield _day_doubt(mine, theirs, strength, across=across)
    if not found:
        ours, yours = (
            [_with_all_days(part) for each in statements_of(report) for part in by_day(each)]
            for report in (one, other)
        )
        ours, yours = ([each for each in some if 0 < len(each.days) <= 2] for some in (ours, yours))
        bond = bond_of(one, other)
        doubts = list(_lone_days(ours, yours, bond, across=across))
        yield from doubts or _days_of_one_act(ours, yours, bond, across=across)


def _agreeing_acts(statement: Statement) -> frozenset[str]:
    """What happens on the days of a sentence. What is held on a day opens on it."""
    acts = dated_acts(statement)
    return acts | {"open"} if "hold" in acts else acts


_EVENTS = """
    节 音乐节 电影节 马拉松 论坛 会议 研讨会 峰会 博览会 广交会 数博会 科博会 展览 招聘会 运动会
    比赛 联赛 竞技 庙会 灯会 元宵 婚姻 拍卖 演出 音乐会 夏令营 对接会 听证会 高考 龙舟
"""
_EVENT_KINDS = frozenset(_EVENTS.split())
_APART_BY_KIND = """
    博物馆 图书馆 美术馆 剧院 动物园 植物园 医院 幼儿园 大学 机场 车站 港 桥 隧道 水库 电站
    天文馆 科技馆 体育场 地铁 铁路 高速公路 公交 轮渡 出租车 高铁
    大熊猫 猴 象 虎 天鹅 鹤 江豚 雪豹 东北虎 朱鹮 中华鲟 海龟 鲸 藏羚羊 猪 牛 羊 鸡 鸭 鹅 马
    骆驼 牦牛
    小麦 水稻 玉米 大豆 棉花 蔬菜 苹果 柑橘 樱桃 荔枝 葡萄 茶 咖啡 食用菌 芒果 香蕉 梨 桃
    草莓 西瓜 花生 油菜 马铃薯 枸杞 人参 核桃 蓝莓 榴莲 石榴 柚 龙眼 菠萝 椰子 枣 板栗 杏
    李子 辣椒 大蒜 番茄 甘蔗 烟叶
    地震 火灾 台风 洪水 干旱 滑坡 寒潮 冰雹 降雪 沙尘 爆炸
    足球 篮球 排球 冰球 乒乓球 羽毛球 网球 游泳 跳水 体操 举重 田径 射击 击剑 摔跤 赛艇 拳击 滑冰
    滑雪 攀岩 象棋 武术 马拉松 自行车
"""
_APART_KINDS = _APART_BY_KIND.split()
_STARTS = [_APART_KINDS.index(first) for first in ("博物馆", "大熊猫", "小麦", "地震", "足球")]
_KINDS_APART = (
    _EVENT_KINDS,
    *(frozenset(_APART_KINDS[start:end]) for start, end in pairwise([*_STARTS, len(_APART_KINDS)])),
)
"""Kinds of things each of which is none of the others of its row."""


def _are_other_events(one: Statement, other: Statement) -> bool:
    """Whether each of two sentences is of a kind of thing, a festival or a marathon, a panda or a
    monkey, that nothing in the report of the other is."""
    for kinds in _KINDS_APART:
        ours, yours = _kinds_in(one, kinds), _kinds_in(other, kinds)
        if ours and yours and not ours & yours:
            there = subjects(other.report.text), subjects(one.report.text)
            if not ours & there[0] and not yours & there[1]:
                return True
    return False


@lru_cache(maxsize=2048)
def _kinds_in(statement: Statement, kinds: frozenset[str]) -> frozenset[str]:
    """Those of some kinds of things that a sentence names, by words that name nothing else."""
    return frozenset(
        kind for term in terms_of(_whole(statement)) if kinds.issuperset(term) for kind in term
    )


_PARALLEL, _LONGEST_NAME = 0.7, 6
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'-]*|[\u4e00-\u9fff]")


def _are_parallel(one: Statement, other: Statement) -> bool:
    """Whether two sentences of one language say the same of two things: they differ in their
    numbers, and in a word that the report of the other nowhere has. A fire drill, and a flood
    drill."""
    if one.report.language != other.report.language:
        return False
    ours, yours = _TOKEN.findall(one.text), _TOKEN.findall(other.text)
    aligned = SequenceMatcher(None, ours, yours, autojunk=False)
    if aligned.real_quick_ratio() < _PARALLEL or aligned.ratio() < _PARALLEL:
        return False
    between = "" if one.report.language == "zh" else " "
    return any(
        kind == "replace"
        and _are_other_names(
            between.join(ours[begin:end]), between.join(yours[start:stop]), one.report, other.report
        )
        for kind, begin, end, start, stop in aligned.get_opcodes()
    )


def _are_other_names(mine: str, theirs: str, one: Report, other: Report) -> bool:
    if not all(
        len(name) >= 2 and len(_TOKEN.findall(name)) <= _LONGEST_NAME for name in (mine, theirs)
    ):
        return False
    if subjects(mine) & subjects(theirs) or acts_in(mine) & acts_in(theirs):
        return False
    if one.language == "zh":
        return mine not in other.text and theirs not in one.text
    known = subjects(mine), subjects(theirs)
    if not all(known):
        return False
    return not known[0] & subjects(other.text) and not known[1] & subjects(one.text)


_ALOOF = 0.12


def _are_aloof(one: Statement, other: Statement) -> bool:
    """Whether each of two sentences names a subject that the report of the other nowhere does."""
    return bool(
        subjects(one.text) - subjects(other.report.text) - GENERAL
        and subjects(other.text) - subjects(one.report.text) - GENERAL
    )


@lru_cache(maxsize=2048)
def _with_all_days(statement: Statement) -> Statement:
    """A sentence with the days, too, that it names by their distance, or without their month."""
    if statement.days or statement.report.published is None:
        return statement
    return replace(statement, days=days_meant(statement.text, statement.report.published))


def _dating(report: Report) -> list[Statement]:
    """The sentences of a report that name a day or two."""
    parts = (part for each in statements_of(report) for part in by_day(each))
    return [each for each in parts if each.days and len(each.days) <= 2]


def _are_on_one_day(one: Statement, other: Statement) -> bool:
    """Whether the days of two sentences agree. The last day for something is that on which the time
    for it ends."""
    for limit, time in ((one, other), (other, one)):
        if len(limit.days) == 1 and len(first_days(time)) < len(time.days) and _is_limit(limit):
            return {day[-5:] for day in limit.days} <= {day[-5:] for day in time.days}
    return are_on_one_day(one, other)


@lru_cache(maxsize=1024)
def _is_limit(statement: Statement) -> bool:
    return _LIMIT.search(dated_part(statement)) is not None


def _day_doubt(
    mine: Statement, theirs: Statement, strength: float, *, across: bool, once: bool = False
) -> Doubt:
    excuse = None
    if are_of_a_row(mine, theirs):
        excuse = Excuse.DIFFERENT
    elif _years_apart(mine, theirs):
        excuse = Excuse.YEAR
    elif (
        _are_two_dates(mine, theirs, across, once)
        or _count_otherwise(mine, theirs, across)
        or _are_other_events(mine, theirs)
    ):
        excuse = Excuse.DIFFERENT
    elif _stages_apart((mine.text, theirs.text)) or _is_booking(mine) != _is_booking(theirs):
        excuse = Excuse.DEFINITION
    elif _phases(mine.text) != _phases(theirs.text):
        excuse = Excuse.PHASE
    values = ", ".join(sorted(mine.days)), ", ".join(sorted(theirs.days))
    return Doubt(DoubtKind.DATE, excuse, (mine.text, theirs.text), values, strength)


_BY_NEAR_DAYS, _BY_ACT, _BY_EVENT, _WITHIN = 0.1, 0.15, 0.15, 8
_LEAST_KIN, _MUCH = 0.2, 4.0
_LIMIT = re.compile(
    r"截[止至]|(?:持续|延续|延长|封闭|施工)[至到]|之前"
    r"|\d[日天]前|以前|期限|逾期|\b(?:until|till|deadline|no later than|not later than"
    r"|before|closes?|closing (?:date|day)|at the latest|due|expires?)\b"
    r"|\bby (?=(?-i:[A-Z])[a-z]{2})",
    re.IGNORECASE,
)


_BOOKING = re.compile(
    r"报名|预约|预订|售票|购票|开售|申领|申报|申请|受理[时期]|登记|彩排|试运[行营]"
    r"|\bregist|\bsign(?:ing)?[- ]?up|\bbook(?:ed(?! out| up| solid)|ing)?\b|\btickets?\b"
    r"|\bappli(?:cation|cant|ed for)|\bapply (?:for|to|by|until)\b|\benrol|\brehears|\btrial",
    re.IGNORECASE,
)
"""What comes before the thing itself: its day is another."""


@lru_cache(maxsize=1024)
def _is_booking(statement: Statement) -> bool:
    text = statement.text if _is_limit(statement) else dated_part(statement)
    return _BOOKING.search(text) is not None


_SAYS_LIMIT = re.compile(rf"{_LIMIT.pattern}|{_BOOKING.pattern}|\bopen\b|时间", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _role(statement: Statement) -> str:
    """What the day of a sentence is: the last one of something, one to come, or one gone by."""
    if _is_limit(statement):
        return "limit"
    published = statement.report.published
    if published is None:
        return "day"
    return "to come" if min(_dated(statement)) > published else "gone by"


def _shared_role(one: Statement, other: Statement) -> str | None:
    """What the days of two sentences are: None for different things. The last day of a time is a
    limit, too."""
    roles = {_role(one), _role(other)}
    if len(roles) > 1 and not ("limit" in roles and (_is_span(one) or _is_span(other))):
        return None
    return "limit" if "limit" in roles else min(roles)


@lru_cache(maxsize=1024)
def _but_limit(text: str) -> str:
    """A text without the words that say that something ends, or is booked."""
    return _SAYS_LIMIT.sub(" ", text)


def _lone_days(
    ours: list[Statement], yours: list[Statement], bond: float, *, across: bool
) -> Iterator[Doubt]:
    """Two days of one kind that the other report does not name: each is the only one of its report,
    or the sentences say much the same."""
    left = [
        [each for each in mine if not _is_day_named(each, named)]
        for mine, named in ((ours, _named_in(yours)), (yours, _named_in(ours)))
    ]
    count = [Counter(map(_role, some)) for some in left]
    for mine, theirs in product(*left):
        if _are_on_one_day(mine, theirs):
            continue
        role = _shared_role(mine, theirs)
        if _names_bare(mine, theirs) or _names_bare(theirs, mine):
            continue
        if role is None or bool(mine.period.as_of) != bool(theirs.period.as_of):
            continue
        acts = _agreeing_acts(mine), _agreeing_acts(theirs)
        titled = bool(shared_titles(mine.text, theirs.text))
        apart = role == "gone by" and not acts[0] & acts[1] and (any(acts) or not titled)
        if apart and bond < (_MUCH + any(acts)):
            continue
        if role == "to come" and all(acts) and ("close" in acts[0]) != ("close" in acts[1]):
            continue
        texts = _in_context(mine), _in_context(theirs)
        if role == "limit":
            texts = _but_limit(texts[0]), _but_limit(texts[1])
        kinship = _nearest(texts, across=across)
        lone = all(some[role] == 1 for some in count)
        gap = abs((_dated(mine)[0] - _dated(theirs)[0]).days)
        close = bond >= _BONDED or (lone and gap < _WITHIN and (titled or bool(acts[0] & acts[1])))
        if role == "gone by" and (kinship < _SAME_SHARE or not close) and bond < _MUCH + 1:
            continue
        if kinship < _LEAST_KIN and bond < _MUCH:
            continue
        strength = (
            min(_MOST_BOND, _BY_BOND * bond)
            + _BY_WORDS * kinship
            + (2 + (role == "to come")) * _BY_BEING_LONE * lone
            + _BY_NEAR_DAYS * (gap < _WITHIN)
            + _BY_ACT * (role != "limit" and bool(acts[0] & acts[1]))
            + _BY_EVENT * titled
            + _BY_EVENT * bool(_kinds_in(mine, _EVENT_KINDS) & _kinds_in(theirs, _EVENT_KINDS))
            + _BY_NEIGHBOUR * _share_a_figure(mine, theirs)
        )
        if strength >= _LIKELY:
            yield _day_doubt(mine, theirs, min(_MOST_LIKELY, strength), across=across)


_BY_ONE_DAY, _LEAST_TOLD = 0.1, 0.25


def _days_of_one_act(
    ours: list[Statement], yours: list[Statement], bond: float, *, across: bool
) -> Iterator[Doubt]:
    """Other days of one act that is told in other words: a court ruled, a museum let visitors in
    again, a train left."""
    if not ours or not yours:
        return
    named = _named_in(ours), _named_in(yours)
    counts = [Counter(one for each in some for one in _acts_dated(each)) for some in (ours, yours)]
    lone = (len(ours) == 1) + (len(yours) == 1)
    for mine, theirs in product(ours, yours):
        if _are_on_one_day(mine, theirs) or _shared_role(mine, theirs) is None:
            continue
        if _is_limit(mine) != _is_limit(theirs):
            mine, theirs = _end_of(mine), _end_of(theirs)  # noqa: PLW2901
        if _is_day_named(mine, named[1]) or _is_day_named(theirs, named[0]):
            continue
        if _names_bare(mine, theirs) or _names_bare(theirs, mine):
            continue
        strength = _acting_alike(mine, theirs, counts, across=across)
        if not strength:
            continue
        strength += _BY_ONE_DAY * lone + min(_MOST_BOND, _BY_BOND * bond)
        if strength >= _ONE_MEASURE:
            once = bool(_ONCE & _acts_dated(mine) & _acts_dated(theirs))
            strength = min(_MOST_LIKELY, strength)
            yield _day_doubt(mine, theirs, strength, across=across, once=once)


_ONCE = frozenset(
    ("开放", "通车", "选举", "任命", "宣判", "开工", "竣工", "施行", "去世", "出生", "揭牌")
)
"""Acts that one thing has but once."""
_LASTING = frozenset(("停运",))
"""Acts that last until a day: what is closed."""


def _acting_alike(
    one: Statement, other: Statement, counts: list[Counter[str]], *, across: bool
) -> float:
    """How likely the days of two sentences that tell one act are of one thing, 0 for other acts."""
    acts = _acts_dated(one) & _acts_dated(other)
    if _is_limit(one) or _is_limit(other):
        both = _is_booking(one) and _is_booking(other)
        acts = frozenset(("booking",)) if both else acts & _LASTING
    names = _names_in_both(one, other)
    own = names - cities() - _where(one.report.text) - _where(other.report.text)
    kinship = _nearest((_in_context(one), _in_context(other)), across=across)
    is_bound = bond_of(one.report, other.report) > _MUCH + 1 and bool(acts & _ONCE)
    if not acts or (kinship < _LEAST_TOLD and not own and not is_bound):
        return 0.0
    if not {"booking"} & acts and not own and not is_bound and not _share_a_number(one, other):
        telling = subjects(_whole(one)) & subjects(_whole(other)) - GENERAL
        if telling <= {subject for act in acts for subject in acting(act)}:
            return 0.0
    aloof = not across and "booking" not in acts and _are_aloof(one, other)
    return (
        _BY_MEASURE
        + _BY_KIN * kinship
        + _BY_ACT * is_bound
        + _BY_BEING_ALONE * any(counts[0][each] == counts[1][each] == 1 for each in acts)
        + _BY_NAME * bool(names)
        + _BY_NEIGHBOUR * _share_a_figure(one, other)
        + _BY_NEAR_DAYS * (abs((_dated(one)[0] - _dated(other)[0]).days) < _WITHIN)
        - _BY_NEIGHBOUR * (_name_others(one, other) or (aloof and not own))
    )


_IN = re.compile(
    r"\b(?:[Ii]n|of|at|near|from|to) ([A-Z][a-z']+)"
    r"|\b([A-Z][a-z]+)(?='s\b| (?:county|district|town)\b)"
)


@lru_cache(maxsize=1024)
def _where(text: str) -> frozenset[str]:
    """The names in an English text that are those of places by the words around them."""
    return frozenset((one or other).lower() for one, other in _IN.findall(text))


def _name_others(one: Statement, other: Statement) -> bool:
    """Whether two sentences name other places or people, and beside cities none in common: the
    English one of two languages such as the Chinese report nowhere has."""
    if one.report.language != other.report.language:
        english, chinese = (other, one) if one.report.language == "zh" else (one, other)
        named = romanised(_whole(english)) - cities()
        return bool(named) and not named & spoken(chinese.report.text)
    ours, yours = (romanised(_whole(each)) - cities() for each in (one, other))
    return bool(ours and yours) and not ours & yours


@lru_cache(maxsize=1024)
def _acts_dated(statement: Statement) -> frozenset[str]:
    """What happens on the days of a sentence, as acts of the list."""
    return acts_in(dated_part(statement)) or acts_in(statement.text)


def _end_of(statement: Statement) -> Statement:
    """A sentence that names a time of several days, with the last one alone."""
    if not _is_span(statement) or len({day[-5:] for day in statement.days}) != 2:
        return statement
    return replace(statement, days=statement.days - first_days(statement))


def _is_span(statement: Statement) -> bool:
    return len(first_days(statement)) < len(statement.days)


def _names_bare(one: Statement, other: Statement) -> bool:
    """Whether a sentence names the day of another without its month."""
    bare = _bare_days(one.text)
    return bool(bare) and any(str(int(day[-2:])) in bare for day in first_days(other))


_BARE_DAY = re.compile(r"(?<![月\d])(\d{1,2})日")


@lru_cache(maxsize=1024)
def _bare_days(text: str) -> frozenset[str]:
    return frozenset(_BARE_DAY.findall(text))


def _named_in(statements: list[Statement]) -> tuple[set[str], set[str]]:
    """The days that the report of some sentences names in any way, as MM-DD, and of these the
    first ones of times of several days, and the only ones."""
    every = {day for each in statements for day in each.days}
    first = {day for each in statements for day in first_days(each)}
    for report in {each.report for each in statements}:
        every |= named_days(report)
        first |= days_of(simplify(report.title))
        first.update(day for each in statements_of(report) for day in first_days(each))
    return {day[-5:] for day in every}, {day[-5:] for day in first}


def _is_day_named(statement: Statement, named: tuple[set[str], set[str]]) -> bool:
    """Whether another report names the day of a sentence. The first day of a time is not named
    where only another time ends then."""
    return any(day[-5:] in named[_is_span(statement)] for day in first_days(statement))


def _nearest(*pairs: tuple[str, str], across: bool) -> float:
    """How much two texts have in common, in words or in subjects: of the pair that has most."""
    return max(
        common(first, second, across=by_subject)
        for first, second in pairs
        for by_subject in {across, True}
    )


_POINTS_BACK = re.compile(r"(?:It|They|These|This|Those|Its|Their|He|She|His|Her)\b|[其该此这他她]")


@lru_cache(maxsize=1024)
def _in_context(statement: Statement) -> str:
    """What a sentence says, with the one before it where it points back to that."""
    before = _before_it(statement)
    return f"{content_of(before)} {content_of(statement)}" if before else content_of(statement)


def _before_it(statement: Statement) -> Statement | None:
    """The sentence that another points back to."""
    if not _POINTS_BACK.match(statement.text):
        return None
    before = [one for one in statements_of(statement.report) if one.begin < statement.begin]
    return before[-1] if before else None


def _whole(statement: Statement) -> str:
    """A sentence, with the one it points back to."""
    before = _before_it(statement)
    return f"{before.text} {statement.text}" if before else statement.text


def _are_two_dates(one: Statement, other: Statement, across: bool, once: bool) -> bool:
    """Whether the days are of two things of one kind: told weeks apart without their year, or one
    was over before another was announced, or, but for what comes `once`, reported before another
    came and little is alike."""
    reports = one.report, other.report
    if _are_far(*reports) and not all(len(day) == 10 for day in one.days | other.days):
        return True
    if any(each.published is None for each in reports):
        return False
    earlier, later = sorted((one, other), key=lambda each: each.report.published or date.min)
    told = later.report.published
    assert told is not None
    since = (told - max(_dated(earlier))).days
    if since >= _PASSED and told <= min(_dated(later)):
        return True
    before = earlier.report.published or date.min
    happened = max(_dated(earlier)) <= before < min(_dated(later))
    return happened and not once and likeness(one, other, across=across) < _SURELY


def _count_otherwise(one: Statement, other: Statement, across: bool) -> bool:
    """Whether two sentences that name other days give other numbers of one thing, too."""
    pairs = [
        is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
        if mine.base == theirs.base and object_fit(mine, theirs, across=across) >= _ONE_OBJECT
    ]
    return bool(pairs) and not any(pairs)


@lru_cache(maxsize=1024)
def _dated(statement: Statement) -> tuple[date, ...]:
    """The days of a sentence, those without a year in that which is nearest to its publication."""
    published = statement.report.published or date.min
    found = []
    for day in statement.days:
        years = [int(day[:4])] if len(day) == 10 else range(published.year - 1, published.year + 2)
        dates = [date(year, int(day[-5:-3]), int(day[-2:])) for year in years if _exists(year, day)]
        found += sorted(dates, key=lambda one: abs((one - published).days))[:1]
    return tuple(found) or (published,)


def _exists(year: int, day: str) -> bool:
    return bool(iso_day(year, int(day[-5:-3]), int(day[-2:])))


def _years_apart(one: Statement, other: Statement) -> bool:
    years = [
        {int(day[:4]) for day in each.days if len(day) == 10}
        or ({day.year for day in _dated(each)} if each.report.published else set())
        for each in (one, other)
    ]
    return bool(years[0] and years[1]) and not years[0] & years[1]


# Places

_UNIT = "[\u4e00-\u9fff]{2,4}?(?:省|市|州|县|(?<!片)区(?!域|间|分|别)|镇|乡|街道)"
_HAN_UNIT = re.compile(_UNIT)
_HAN_WHERE = re.compile(
    "(?:在|位于|(?<!关)于|落户|选址(?:确定)?(?:为|在|于)?|[场厂馆]址(?:为|位于)?|地点(?:为|设在)?|设在|建在|[迁移]至"
    f"|进入|现身)(?P<where>(?:{_UNIT}){{1,4}})"
)
_ENGLISH_WHERE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Tt]o) (?:the |an? (?:[a-z]+ ){1,3}(?:in|of|at) )?"
    r"(?P<name>(?:[A-Z][a-z']+ )?[A-Z][a-z']+)"
    r"(?: (?:(?P<district>county|district|[Nn]ew [Aa]rea|zone)"
    r"|(?P<town>town|township|subdistrict))\b)?"
)
_HAN_CITY_WHERE = re.compile("(?:在|位于|落户|[迁移]至|现身)$")


@lru_cache(maxsize=1024)
def _places_of(statement: Statement) -> dict[str, frozenset[str]]:
    """Where a sentence says that something is or happens: the cities, districts and towns."""
    text = simplify(statement.text)
    found: dict[str, set[str]] = {"city": set(), "district": set(), "town": set()}
    for match in _HAN_WHERE.finditer(text):
        for unit in _HAN_UNIT.findall(match["where"]):
            if unit.endswith(("县", "区")):
                found["district"].add(unit)
            elif not unit.endswith(("省", "市", "州")):
                found["town"].add(unit)
    cities = {at: name for at, _, name in cities_at(text)}
    for match in _ENGLISH_WHERE.finditer(text):
        if match["district"] or match["town"]:
            found["district" if match["district"] else "town"].add(match["name"])
        elif match.start("name") in cities:
            found["city"].add(cities[match.start("name")])
    found["city"] |= {name for at, name in cities.items() if _HAN_CITY_WHERE.search(text[:at][-4:])}
    return {level: frozenset(names) for level, names in found.items() if names}


def _places(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it is in other places: in other cities, districts or
    towns that the other report nowhere names."""
    across = one.language != other.language
    ours, yours = (
        [each for each in statements_of(report) if _places_of(each)][:_FEW_PLACES]
        for report in (one, other)
    )
    for mine, theirs in product(ours, yours):
        apart = _apart_places(mine, theirs)
        if apart is None or are_of_a_row(mine, theirs):
            continue
        tied = _are_tied(mine, theirs)
        if not tied and bond_of(one, other) < _BONDED:
            continue
        kinship = _nearest((_in_context(mine), _in_context(theirs)), across=across)
        if kinship < (_SAME_SHARE if tied else _MOST_LIKELY) or name_other_days(mine, theirs):
            continue
        excuse = Excuse.DIFFERENT if _are_other_events(mine, theirs) else None
        texts = mine.text, theirs.text
        yield Doubt(DoubtKind.PLACE, excuse, texts, apart, min(_MOST_LIKELY, kinship))


_FEW_PLACES = 6


def _apart_places(one: Statement, other: Statement) -> tuple[str, str] | None:
    """The places of one level that two sentences name, where none is in the report of the other."""
    ours, yours = _places_of(one), _places_of(other)
    for level in ("town", "district", "city"):
        if level not in ours or level not in yours:
            continue
        names = ours[level], yours[level]
        if names[0] & names[1]:
            return None
        if any(_names_place(name, other.report) for name in names[0]):
            return None
        if any(_names_place(name, one.report) for name in names[1]):
            return None
        return _as_written(one, names[0]), _as_written(other, names[1])
    return None


def _as_written(statement: Statement, places: frozenset[str]) -> str:
    """Some places as a sentence writes them."""
    written = {name: word for _, word, name in cities_at(statement.text)}
    return ", ".join(sorted(written.get(place, place) for place in places))


def _names_place(place: str, report: Report) -> bool:
    """Whether a report names a place, in whatever language."""
    text = simplify(report.text)
    bare = place if place.isascii() else re.sub("(?:新区|[县区镇乡]|街道)$", "", place)
    if bare in text:
        return True
    return bool(shared_names(place, text) or shared_names(text, place))


# Outcomes

_OUTCOMES = (
    (
        r"通过|获批|批准|同意|\bapproved?\b|\bpassed\b|\badopted\b|green light",
        r"未(?:能|获|予)?(?:获得)?(?:通过|批准)|没有通过|否决|驳回|不予(?:批准|通过|许可)"
        r"|\brejected\b|\bturned down\b|\bvetoed\b|\brefused\b|\bfailed\b"
        r"|\bnot (?:approved?|pass(?:ed)?|adopted)\b",
    ),
    (
        r"开放|营业|\bopens?\b|\bopened\b|\bopening\b",
        r"不(?:再)?(?:对外)?开放|暂停(?:对外)?(?:开放|营业)|闭馆|停业|关闭|关门|\bclosed\b|\bshut\b"
        r"|\bnot (?:be )?open\b",
    ),
    (
        r"如期举行|照常|将[^，。；]{0,20}举[行办]|\bwill be held\b|\bgoes? ahead\b|\bas planned\b"
        r"|\bwill take place\b",
        r"取消|延期举[行办]|推迟举[行办]|暂缓|\bcancel|\bcalled off\b|\bpostponed\b",
    ),
    (
        r"受伤|死亡|遇难|\binjured\b|\bkilled\b|\bdied\b|\bdead\b|\bhurt\b",
        r"(?:无|没有|未造成|暂无)(?:人员)?(?:伤亡|受伤|死亡)"
        r"|\b(?:nobody|no one|none) (?:was|were) (?:hurt|injured|killed)"
        r"|\bno (?:casualties|injuries|deaths)\b",
    ),
)
_OUTCOME = [
    (re.compile(yes, re.IGNORECASE), re.compile(no, re.IGNORECASE)) for yes, no in _OUTCOMES
]
_AGAIN = re.compile(r"恢复|重新|\breopen|\bresum|\bagain\b", re.IGNORECASE)
_NEWS = 3
"""So many days later what was said may have come otherwise."""


def _outcomes(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it came to pass, and that it did not: a plan
    approved and rejected, a pool open and closed, where each report says but one of both."""
    gap = _gap(one, other)
    if gap is None or gap > _NEWS or _AGAIN.search(one.text) or _AGAIN.search(other.text):
        return
    across = one.language != other.language
    for number, (_, no) in enumerate(_OUTCOME):
        said = [_said(report, number) for report in (one, other)]
        if not all(said) or len({bool(no.search(each[0].text)) for each in said}) < 2:
            continue
        for mine, theirs in product(said[0][:_FEW], said[1][:_FEW]):
            kinship = _nearest((_in_context(mine), _in_context(theirs)), across=across)
            tied = bool(mine.days & theirs.days) or bool(shared_titles(one.text, other.text))
            if kinship < (_SAME_SHARE if tied else _SURELY) or name_other_days(mine, theirs):
                continue
            excuse = Excuse.AS_OF if number == _HARM and gap else None
            texts = mine.text, theirs.text
            values = _words_of(mine, number), _words_of(theirs, number)
            yield Doubt(DoubtKind.OUTCOME, excuse, texts, values, min(_MOST_LIKELY, kinship))
            break


_HARM = 3


def _said(report: Report, number: int) -> list[Statement]:
    """The sentences that say whether something came to pass, empty where some say that it did and
    some that it did not, or one says both: it opened at six and closed at eight."""
    yes, no = _OUTCOME[number]
    found = [
        each for each in statements_of(report) if yes.search(each.text) or no.search(each.text)
    ]
    if any(no.search(each.text) and yes.search(no.sub(" ", each.text)) for each in found):
        return []
    return found if len({no.search(each.text) is not None for each in found}) == 1 else []


def _words_of(statement: Statement, number: int) -> str:
    """With which words a sentence says how it came."""
    yes, no = _OUTCOME[number]
    found = no.search(statement.text) or yes.search(statement.text)
    return found.group() if found else ""


# Ranks

_NUMERAL = "一二三四五六七八九十"
_PLACED = listed("first second third fourth fifth sixth seventh eighth ninth tenth")
_TAKES = r"\b(?:w[oi]n|wins|t[ao]kes?|took|claim\w*|earn\w*|bag\w*|grab\w*|got)\b[^.;,]{0,12}"
_PRIZES = (
    r"冠军|一等奖|金奖|(?<![枚块])金牌(?![数榜总])|[夺摘]金(?!最多|牌)|夺冠|居首|首位|champion"
    r"|gold medal(?!s| t| count)"
    r"|top (?:place|prize|spot)|top(?:s|ped)\b(?! [\d¥$R])"
    rf"|{_TAKES}\bgold\b",
    rf"亚军|二等奖|银奖|银牌|[夺摘]银|runner-?up|silver medal|{_TAKES}\bsilver\b",
    rf"季军|三等奖|铜奖|铜牌|[夺摘]铜|bronze medal|{_TAKES}\bbronze\b",
)
_PRIZE = [(rank, re.compile(pattern, re.IGNORECASE)) for rank, pattern in enumerate(_PRIZES, 1)]
_NTH = rf"({'|'.join(_PLACED)}|\d{{1,3}}(?:st|nd|rd|th))"
_ENGLISH_RANK = re.compile(
    rf"\b(?:{_NTH} (?:place|prize|position|spot|rank|overall|nationwide|worldwide)\b"
    rf"|{_NTH}[- ](?:most|largest|biggest|best|highest|busiest|longest|fastest|richest|cleanest)\b"
    rf"|{_NTH} (?:on|in|of|among|from) (?:the|all|its|\d+|China|\S+ province)"
    rf"|(?:finish|rank|c[ao]m|placed?|put|was|is|at|to|took)(?:e|es|s|ing|ed)?(?: in)?"
    rf" (?:the )?{_NTH}\b(?! to\b| of\b| [a-z]+ (?:of|for|to)\b)"
    r"|(?:No\.? ?|number )(\d{1,3})\b(?-i:(?! [A-Z]))"
    r"|(?:w[oi]n|wins|winner of)\b"
    r"(?! (?:the )?(?:second|third|silver|bronze|an?\b|\d|prizes?|awards?))"
    r"(?=[^.;]{0,60}\b(?:race|contest|title|championship|competition|tournament|final|match|cup)\b))",
    re.IGNORECASE,
)
_HAN_RANK = re.compile(
    rf"(?:第([{_NUMERAL}\d]{{1,3}})(?:名|位|大(?=[\u4e00-\u9fff])|强|高)"
    rf"|(?:[位名]?[居列]|排名?|[夺获]得?)[^，。；]{{0,6}}第([{_NUMERAL}\d]{{1,3}})(?![届批期次个]))"
)
_FEW = 4


def _ranks(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    ours, yours = _ranking(one), _ranking(other)
    found = False
    for mine, theirs in product(ours, yours):
        strength = likeness(mine, theirs, across=across)
        first, second = _placed(mine.text, theirs.text, across)
        if len(first) != 1 or len(second) != 1 or first == second:
            continue
        if across and strength < _AT_ONE and shared_names(mine.text, theirs.text) - cities():
            strength = common(one.text, other.text, across=across) - _ELSEWHERE
        if not across and len(_ranks_of(mine.text) | _ranks_of(theirs.text)) > 2:
            whole = _in_context(mine), _in_context(theirs)
            strength = max(strength, _nearest(whole, across=across) * _HALF + _ties(mine, theirs))
        if strength < _AT_ONE:
            continue
        found = True
        yield _rank_doubt(mine, theirs, (first, second), strength)
    if found:
        return
    ranks = [
        frozenset(rank for each in some for rank in _ranks_of(each.text)) for some in (ours, yours)
    ]
    ours = [each for each in ours if not _ranks_of(each.text) & ranks[1]][:_FEW]
    yours = [each for each in yours if not _ranks_of(each.text) & ranks[0]][:_FEW]
    lone = len(ours) == len(yours) == 1
    for mine, theirs in product(ours, yours):
        yield from _lone_ranks(mine, theirs, bond_of(one, other), across=across, lone=lone)


def _ranking(report: Report) -> list[Statement]:
    return [each for each in statements_of(report) if _ranks_of(each.text)]


def _lone_ranks(
    mine: Statement, theirs: Statement, bond: float, *, across: bool, lone: bool
) -> Iterator[Doubt]:
    """The only rank of each report, or one of few, where all that is known makes likely that both
    are of one."""
    ranks = _ranks_of(mine.text), _ranks_of(theirs.text)
    if len(ranks[0]) != 1 or len(ranks[1]) != 1 or ranks[0] == ranks[1]:
        return
    texts = _in_context(mine), _in_context(theirs)
    names = shared_names(*texts) if across else frozenset()
    strength = (
        min(_MOST_BOND, _BY_BOND * bond)
        + _BY_WORDS * _nearest(texts, across=across)
        + 2 * _BY_BEING_LONE * lone
        + _BY_NEIGHBOUR * _share_a_figure(mine, theirs)
        + _BY_NEIGHBOUR * bool(names)
    )
    if strength >= _LIKELY:
        yield _rank_doubt(mine, theirs, ranks, min(_MOST_LIKELY, strength))


def _is_among_more(one: Statement, other: Statement) -> bool:
    """Whether a sentence says that a rank is one of the country or province, and nothing in the
    report of the other does."""
    return any(
        among.search(_whole(one)) and not named.search(other.report.text)
        for among, named in _AMONG
        if among is not _AMONG[1][0] or not names_province(other.report)
    )


_CONTEST = (
    r"(?:[^，。；]{0,12}(?:赛|运会|运动会|大会|锦标)|[- ](?:\w+[- ]){0,4}(?:games|contest"
    r"|championships?|competition|finals?|cup|league|tournament|festival)\b)"
)
"""What makes of "national" the name of a contest."""
_NATION = r"\bcountr|\bChin(?:a|ese)\b"
_PROVINCE = (
    r"全[省区](?!第一时间)|省内|\bprovinc|\bautonomous region"
    r"|\b(?:Inner Mongolia|Guangxi|Xizang|Tibet|Ningxia|Xinjiang)\b"
)
_AMONG = tuple(
    (re.compile(among, re.IGNORECASE), re.compile(named, re.IGNORECASE))
    for among, named in (
        (
            rf"全国(?!{_CONTEST})|\bnation\w*\b(?!{_CONTEST})|{_NATION}",
            rf"全国|中国|\bnation|{_NATION}",
        ),
        (_PROVINCE, rf"{_PROVINCE}|省[第运]"),
    )
)
"""What says that a rank is one of a country or province, and what another report says of it."""
_GROWTH = re.compile(r"增[长速幅]|\bgr[eo]w", re.IGNORECASE)
"""By how much something grew, and how much of it there is, are two rows."""


def _rank_doubt(
    mine: Statement,
    theirs: Statement,
    ranks: tuple[frozenset[int], frozenset[int]],
    strength: float,
) -> Doubt:
    excuse = _other_time(mine, theirs, None, None)
    if excuse is Excuse.PERIOD and "day" in (mine.period.part, theirs.period.part):
        excuse = None  # that day a contest was, which is of no one day's length
    if _is_among_more(mine, theirs) or _is_among_more(theirs, mine):
        excuse = Excuse.SCOPE
    elif _are_other_events(mine, theirs):
        excuse = Excuse.DIFFERENT
    elif bool(_GROWTH.search(mine.text)) != bool(_GROWTH.search(theirs.text)) or (
        _are_of_other_contests(mine.text, theirs.text)
    ):
        excuse = Excuse.DEFINITION
    values = str(*ranks[0]), str(*ranks[1])
    return Doubt(DoubtKind.RANK, excuse, (mine.text, theirs.text), values, strength)


_CONTESTS_APART = [
    (re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))
    for one, other in (
        (r"团体|团队|\bteams?\b", r"个人|\bindividual|\bsingles?\b"),
        (r"(?<!子)女[子队单双]|\bwom[ae]n", r"男[子队单双]|\bm[ae]n(?:'s)?\b"),
    )
]


def _are_of_other_contests(one: str, other: str) -> bool:
    """Whether one sentence is of teams and the other of single ones, or of women and of men."""
    found = [
        [pattern.search(text) is not None for pattern in patterns]
        for patterns in _CONTESTS_APART
        for text in (one, other)
    ]
    return any(
        ours != yours and any(ours) and any(yours) and not all(ours) and not all(yours)
        for ours, yours in zip(found[::2], found[1::2], strict=True)
    )


_ELSEWHERE = 0.2
"""So much less it says where a name is shared and the contest stands in another sentence."""
_PARTS = re.compile(r"[，,；;]|\b(?:while|and|with)\b")


_BEATEN = re.compile(
    r"\b(?:behind|ahead of|in front of|beating|defeating|followed by) (?:[A-Z][\w'-]+ ?){1,4}"
    "|(?:仅次于|落后于?|力压|击败|战胜)[\u4e00-\u9fff]{2,6}?(?:队|省|市|(?=[，。；获夺]))"
)
"""Others beside whom somebody was placed: the rank is not theirs."""


def _placed(one: str, other: str, across: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The ranks that two sentences give to one name. Where either gives several, those of the two
    parts that have most in common."""
    one, other = _BEATEN.sub(" ", one), _BEATEN.sub(" ", other)
    ours, yours = _ranks_of(one), _ranks_of(other)
    if len(ours) == len(yours) == 1:
        return (ours, yours) if _share_a_name(one, other, across) else (frozenset(), frozenset())
    if 1 in (len(ours), len(yours)):
        many, single = (one, other) if len(yours) == 1 else (other, one)
        if (part := _part_about(many, single)) is not None:
            found = _ranks_of(part)
            return (found, yours) if many is one else (ours, found)
    parts = [[each for each in _PARTS.split(text) if _ranks_of(each)][:6] for text in (one, other)]
    pairs = [pair for pair in product(*parts) if _share_a_name(pair[0], pair[1], across)]
    if not pairs:
        return frozenset(), frozenset()
    nearest = max(pairs, key=lambda pair: common(pair[0], pair[1], across=across))
    return _ranks_of(nearest[0]), _ranks_of(nearest[1])


def _part_about(many: str, single: str) -> str | None:
    """The one part of a sentence with several ranks that names whom another sentence is about,
    None where no part or more do: Third came Zhuzhou, with 97 golds."""
    parts = [each for each in _PARTS.split(many) if _ranks_of(each)][:6]
    if len(parts) < 2:
        return None
    own = [
        words(part) - frozenset(word for each in parts if each is not part for word in words(each))
        for part in parts
    ]
    numbers = frozenset(_DIGITS.findall(single))
    shared = [
        len(some & words(single)) + 2 * len(numbers.intersection(_DIGITS.findall(part)))
        for some, part in zip(own, parts, strict=True)
    ]
    best, second = sorted(shared, reverse=True)[:2]
    return parts[shared.index(best)] if best > 2 * second else None


_DIGITS = re.compile(r"(?<!第)\b\d[\d.,]*\d\b|(?<![第\d])\d\d+")


@lru_cache(maxsize=4096)
def _ranks_of(text: str) -> frozenset[int]:
    plain = simplify(text)
    found = {rank for rank, pattern in _PRIZE if pattern.search(plain)}
    for match in (*_ENGLISH_RANK.finditer(plain), *_HAN_RANK.finditer(plain)):
        found.add(_nth(next(filter(None, match.groups()), "first")))
    return frozenset(found)


def _nth(written: str) -> int:
    if written.lower() in _PLACED:
        return _PLACED.index(written.lower()) + 1
    return int(re.sub(r"\D", "", written) or numeral(written))


_CAPITALISED = re.compile(r"\b[A-Z][a-z]{2,}\b")


def _share_a_name(one: str, other: str, across: bool) -> bool:
    if across:
        return bool(romanised(one) & spoken(other) or romanised(other) & spoken(one))
    first, second = set(_CAPITALISED.findall(one)), set(_CAPITALISED.findall(other))
    return bool(first & second) if first or second else True
