"""Days: two reports that say that one thing was, or will be, on other days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ...facts.found import iso_day
from ..agreement import is_equal, object_fit
from ..bonds import bond_of
from ..doubts import Doubt, DoubtKind, Excuse
from ..lexicon import acting, acts_in, cities, subjects
from ..periods import days_of
from ..statements import (
    GENERAL,
    Report,
    Statement,
    are_of_a_row,
    are_on_one_day,
    by_day,
    dated_acts,
    dated_part,
    days_meant,
    first_days,
    likeness,
    named_days,
    stated_figures,
    statements_of,
    without_days_of_speech,
)
from .apart import are_of_other_kinds, name_other_things
from .context import content_in_context, text_in_context
from .stages import are_at_other_stages, are_of_other_phases
from .ties import (
    BONDED,
    BY_BOND,
    MOST_BOND,
    MOST_LIKELY,
    SAME_SHARE,
    SURELY,
    most_in_common,
    names_in_both,
    share_a_number,
)
from .times import are_far
from .weighing import DAY_WEIGHTS, LIKELY, Evidence, evidence_of_reports, likelihood

_ONE_ACT = 0.45
"""So much two sentences have in common that tell one act of one thing."""
_ONE_OBJECT = 0.8
_PASSED = 3
"""So many days after one of a kind was over, what is told to come is another."""


def day_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that tell one thing, and name other days for it."""
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
        if strength < (_ONE_ACT if acts[0] & acts[1] else SURELY):
            continue
        found = True
        yield _day_doubt(mine, theirs, strength, across=across)
    if not found:
        ours, yours = _all_dating(one), _all_dating(other)
        yield from _other_ends(ours, yours, bond_of(one, other), across=across)
        yield from _likely_days(one, other)


def _agreeing_acts(statement: Statement) -> frozenset[str]:
    """What happens on the days of a sentence. What is held on a day opens on it."""
    acts = dated_acts(statement)
    return acts | {"open"} if "hold" in acts else acts


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


@lru_cache(maxsize=256)
def _all_dating(report: Report) -> list[Statement]:
    """The sentences of a report that name a day or two in any way, but for those on which something
    was only said."""
    parts = (_with_all_days(part) for each in statements_of(report) for part in by_day(each))
    return [each for each in parts if 0 < len(each.days) <= 2 and not _is_of_speech(each)]


_SAID_ON = lazy_pattern(
    r"\b(?:said|says|told)\b[^.;,]{0,24}? on "
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})\b"
)


def _is_of_speech(statement: Statement) -> bool:
    """Whether the days of a sentence are those on which somebody said what it tells."""
    text = simplify(statement.text)
    rest = _SAID_ON.sub(" ", without_days_of_speech(text))
    return len(rest) < len(text) and not days_of(rest) & statement.days


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


def _day_doubt(mine: Statement, theirs: Statement, strength: float, *, across: bool) -> Doubt:
    excuse = None
    if are_of_a_row(mine, theirs):
        excuse = Excuse.DIFFERENT
    elif _years_apart(mine, theirs):
        excuse = Excuse.YEAR
    elif (
        _are_two_dates(mine, theirs, across)
        or _count_otherwise(mine, theirs, across)
        or are_of_other_kinds(mine, theirs)
        or name_other_things(mine, theirs)
    ):
        excuse = Excuse.DIFFERENT
    elif _is_booking(mine) != _is_booking(theirs) or (
        not _is_booking(mine) and are_at_other_stages(mine.text, theirs.text)
    ):
        excuse = Excuse.DEFINITION
    elif are_of_other_phases(mine, theirs):
        excuse = Excuse.PHASE
    values = ", ".join(sorted(mine.days)), ", ".join(sorted(theirs.days))
    return Doubt(DoubtKind.DATE, excuse, (mine.text, theirs.text), values, strength)


_WITHIN = 8
_MUCH = 4.0
_LIMIT = lazy_pattern(
    r"截[止至]|[至到][\d年月日号]{2,11}为?止|(?:持续|延续|延长|封闭|施工)[至到]|之前"
    r"|\d[日天]前|以前|期限|逾期|\b(?:until|till|deadline|no later than|not later than"
    r"|before|closes?|closing (?:date|day)|at the latest|due(?! to)|expires?)\b"
    r"|\bby (?=(?-i:[A-Z])[a-z]{2})",
    re.IGNORECASE,
)
_BOOKING = lazy_pattern(
    r"报名|预约|预订|售票|购票|开售|申领|申报|申请|受理[时期]|登记|彩排|试运[行营]"
    r"|\bregist|\bsign(?:ing)?[- ]?up|\bbook(?:ed(?! out| up| solid)|ing)?\b|\btickets?\b"
    r"|\bappli(?:cation|cant|ed for)"
    r"|\bapply (?:for|to|by|until|on|online|through|via|at|in person)\b"
    r"|\benrol|\brehears|\btrial",
    re.IGNORECASE,
)
"""What comes before the thing itself: its day is another."""


@lru_cache(maxsize=1024)
def _is_booking(statement: Statement) -> bool:
    text = statement.text if _is_limit(statement) else dated_part(statement)
    return _BOOKING.search(text) is not None


def _is_end(statement: Statement) -> bool:
    """Whether the one day of a sentence is the last of the time that it names."""
    named = days_of(simplify(statement.text))
    return (
        len(statement.days) == 1
        and _is_span(replace(statement, days=named))
        and (not statement.days <= first_days(replace(statement, days=named)))
    )


@lru_cache(maxsize=1024)
def _role(statement: Statement) -> str:
    """What the day of a sentence is: the last one of something, one to come, or one gone by."""
    if _is_limit(statement) or _is_end(statement):
        return "limit"
    published = statement.report.published
    if published is None:
        return "day"
    return "to come" if min(_dated(statement)) > published else "gone by"


def _likely_days(one: Report, other: Report) -> Iterator[Doubt]:
    """Days that the other report does not name, which all that is known makes likely to be of one
    thing."""
    across = one.language != other.language
    found = [
        (strength, mine, theirs)
        for (mine, theirs), evidence in day_evidence(one, other)
        if (strength := likelihood(evidence, DAY_WEIGHTS)) >= LIKELY
    ]
    used: set[Statement] = set()
    for strength, mine, theirs in sorted(found, key=lambda each: -each[0]):
        if not used & {mine, theirs}:
            used |= {mine, theirs}
            doubt = _day_doubt(mine, theirs, min(MOST_LIKELY, strength), across=across)
            yield replace(doubt, excuse=None)


def day_evidence(
    one: Report, other: Report
) -> Iterator[tuple[tuple[Statement, Statement], Evidence]]:
    """The sentences of two reports with days that the other does not name, with what speaks for
    both being of one thing."""
    ours, yours = _all_dating(one), _all_dating(other)
    named = _named_in(ours), _named_in(yours)
    pairs = []
    for mine, theirs in product(ours, yours):
        if _are_on_one_day(mine, theirs) or (mine.period.as_of and theirs.period.as_of):
            continue
        sides = (_end_of(mine), _end_of(theirs)) if _is_last(mine, theirs) else (mine, theirs)
        if not _is_day_named(sides[0], named[1]) and not _is_day_named(sides[1], named[0]):
            pairs.append(sides)
    if not pairs:
        return
    about = evidence_of_reports(one, other) | {
        "pairs left": min(_MOST_LEFT, len(pairs)),
        "figures differ": _figures_that_differ(one, other),
    }
    for mine, theirs in pairs:
        if _names_bare(mine, theirs) or _names_bare(theirs, mine):
            continue
        if not _share_but_the_act(mine, theirs):
            yield (mine, theirs), about | _evidence_of(mine, theirs)


def _is_last(one: Statement, other: Statement) -> bool:
    """Whether one of two sentences names the last day of something, and the other from when to when
    it is."""
    return (_is_limit(one) and _is_span(other)) or (_is_limit(other) and _is_span(one))


def _end_of(statement: Statement) -> Statement:
    """A sentence that names a time of several days, with the last one alone."""
    if not _is_span(statement):
        return statement
    return replace(statement, days=statement.days - first_days(statement))


_MOST_LEFT, _MOST_FIGURES = 5, 4


def _share_but_the_act(one: Statement, other: Statement) -> bool:
    """Whether two sentences of reports that share little tell one act, and share neither a name
    but those of places, nor a number, nor what it is of."""
    acts = _acts_dated(one) & _acts_dated(other)
    if not acts or share_a_number(one, other) or bond_of(one.report, other.report) >= BONDED:
        return False
    places = cities() | _where(one.report.text) | _where(other.report.text)
    names = names_in_both(one, other)
    if names - places or len(names) >= _A_ROUTE:
        return False
    both = subjects(text_in_context(one)) & subjects(text_in_context(other)) - GENERAL
    return both <= {subject for act in acts for subject in acting(act)}


_A_ROUTE = 2
"""Two places name what runs between them."""
_IN = lazy_pattern(
    r"\b(?:[Ii]n|of|at|near|from|to) ([A-Z][a-z']+)"
    r"|\b([A-Z][a-z]+)(?='s\b| (?:county|district|town)\b)"
)


@lru_cache(maxsize=1024)
def _where(text: str) -> frozenset[str]:
    """The names in an English text that are those of places by the words around them."""
    return frozenset((one or other).lower() for one, other in _IN.findall(text))


def _figures_that_differ(one: Report, other: Report) -> int:
    """How many figures of a report are told otherwise in another, and none of them alike."""
    across, found = one.language != other.language, 0
    for _, figure in stated_figures(one):
        alike = [each for _, each in stated_figures(other) if each.base == figure.base]
        if not any(is_equal(figure, each) for each in alike):
            found += any(object_fit(figure, each, across=across) >= _ONE_OBJECT for each in alike)
    return min(_MOST_FIGURES, found)


def _evidence_of(one: Statement, other: Statement) -> Evidence:
    """What speaks for the days of two sentences being of one thing, and against it."""
    across = one.report.language != other.report.language
    acts = dated_acts(one) - _SAID, dated_acts(other) - _SAID
    listed = [
        _acts_dated(each) | ({"booking"} if _is_booking(each) else frozenset())
        for each in (one, other)
    ]
    roles = _role(one), _role(other)
    texts = content_in_context(one), content_in_context(other)
    gap = abs((min(_dated(one)) - min(_dated(other))).days)
    excuse = _day_doubt(one, other, 0.0, across=across).excuse
    return {
        "one act": bool(acts[0] & acts[1]),
        "one listed act": bool(listed[0] & listed[1]),
        "no act in common": not acts[0] & acts[1] and not listed[0] & listed[1],
        "happens once": bool(listed[0] & listed[1] & _ONCE),
        "one role": roles[0] == roles[1],
        "last days": roles.count("limit"),
        "to come": roles.count("to come"),
        "words around": most_in_common(texts, across=across),
        "days near": gap < _WITHIN,
        "excused": excuse is not None,
        "another": excuse is Excuse.DIFFERENT,
    }


_SAID = {"announce"}
"""Who says so, and not what happens on the day."""


def _other_ends(
    ours: list[Statement], yours: list[Statement], bond: float, *, across: bool
) -> Iterator[Doubt]:
    """Times of one thing that begin together and end on other days: a day between them may be that
    on which it is over."""
    for mine, theirs in product(ours, yours):
        if not (_is_span(mine) and _is_span(theirs)):
            continue
        times = [sorted(day[-5:] for day in each.days) for each in (mine, theirs)]
        ends = [max(_dated(each)) for each in (mine, theirs)]
        if times[0][0] != times[1][0] or abs((ends[0] - ends[1]).days) <= 1:
            continue
        texts = content_in_context(mine), content_in_context(theirs)
        strength = most_in_common(texts, across=across) + min(MOST_BOND, BY_BOND * bond)
        if strength >= SAME_SHARE or bond >= _MUCH:
            yield _day_doubt(mine, theirs, min(MOST_LIKELY, strength), across=across)


_ONCE = frozenset(
    ("开放", "通车", "选举", "任命", "宣判", "开庭", "开工", "竣工", "施行", "去世", "出生", "揭牌")
)
"""Acts that one thing has but once."""


@lru_cache(maxsize=1024)
def _acts_dated(statement: Statement) -> frozenset[str]:
    """What happens on the days of a sentence, as acts of the list."""
    return acts_in(dated_part(statement)) or acts_in(statement.text)


def _is_span(statement: Statement) -> bool:
    return len(first_days(statement)) < len(statement.days)


def _names_bare(one: Statement, other: Statement) -> bool:
    """Whether a sentence names the day of another without its month."""
    bare = _bare_days(one.text)
    return bool(bare) and any(str(int(day[-2:])) in bare for day in first_days(other))


_BARE_DAY = lazy_pattern(r"(?<![月\d])(\d{1,2})日")


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


def _are_two_dates(one: Statement, other: Statement, across: bool) -> bool:
    """Whether the days are of two things of one kind: told weeks apart without their year, or one
    was over before another was announced, or, but for what comes once, reported before another
    came and little is alike."""
    reports = one.report, other.report
    if are_far(*reports) and not all(len(day) == 10 for day in one.days | other.days):
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
    once = _ONCE & _acts_dated(one) & _acts_dated(other)
    if one.ordinals & other.ordinals or (once and bond_of(*reports) >= BONDED):
        return False
    return happened and likeness(one, other, across=across) < SURELY


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
