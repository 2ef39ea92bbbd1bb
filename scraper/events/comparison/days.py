"""Days: two reports that say that one thing was, or will be, on other days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product

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
    shared_titles,
    statements_of,
)
from .apart import are_of_other_kinds, event_kinds, name_others
from .context import content_in_context, text_in_context
from .stages import are_at_other_stages, are_of_other_phases
from .ties import (
    BONDED,
    BY_BEING_ALONE,
    BY_BEING_LONE,
    BY_BOND,
    BY_KIN,
    BY_MEASURE,
    BY_NAME,
    BY_NEIGHBOUR,
    BY_WORDS,
    LIKELY,
    MOST_BOND,
    MOST_LIKELY,
    ONE_MEASURE,
    SAME_SHARE,
    SURELY,
    most_in_common,
    names_in_both,
    share_a_figure,
    share_a_number,
)
from .times import are_far

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
        ours, yours = (
            [_with_all_days(part) for each in statements_of(report) for part in by_day(each)]
            for report in (one, other)
        )
        ours, yours = ([each for each in some if 0 < len(each.days) <= 2] for some in (ours, yours))
        bond = bond_of(one, other)
        yield from _other_ends(ours, yours, bond, across=across)
        doubts = list(_lone_days(ours, yours, bond, across=across))
        yield from doubts or _days_of_one_act(ours, yours, bond, across=across)


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


_BY_NEAR_DAYS, _BY_ACT, _BY_EVENT, _WITHIN = 0.1, 0.15, 0.15, 8
_LEAST_KIN, _MUCH = 0.2, 4.0
_LIMIT = re.compile(
    r"截[止至]|[至到][\d年月日号]{2,11}为?止|(?:持续|延续|延长|封闭|施工)[至到]|之前"
    r"|\d[日天]前|以前|期限|逾期|\b(?:until|till|deadline|no later than|not later than"
    r"|before|closes?|closing (?:date|day)|at the latest|due(?! to)|expires?)\b"
    r"|\bby (?=(?-i:[A-Z])[a-z]{2})",
    re.IGNORECASE,
)
_BOOKING = re.compile(
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
        acts = _agreeing_acts(mine) - _SAID, _agreeing_acts(theirs) - _SAID
        titled = bool(shared_titles(mine.text, theirs.text))
        apart = role == "gone by" and not acts[0] & acts[1] and (any(acts) or not titled)
        if apart and bond < (_MUCH + any(acts)):
            continue
        if role == "to come" and all(acts) and ("close" in acts[0]) != ("close" in acts[1]):
            continue
        texts = content_in_context(mine), content_in_context(theirs)
        if role == "limit":
            texts = _but_limit(texts[0]), _but_limit(texts[1])
        kinship = most_in_common(texts, across=across)
        lone = all(some[role] == 1 for some in count)
        gap = abs((_dated(mine)[0] - _dated(theirs)[0]).days)
        close = bond >= BONDED or (lone and gap < _WITHIN and (titled or bool(acts[0] & acts[1])))
        if role == "gone by" and (kinship < SAME_SHARE or not close) and bond < _MUCH + 1:
            continue
        if kinship < _LEAST_KIN and bond < _MUCH:
            continue
        strength = (
            min(MOST_BOND, BY_BOND * bond)
            + BY_WORDS * kinship
            + (2 + (role == "to come")) * BY_BEING_LONE * lone
            + _BY_NEAR_DAYS * (gap < _WITHIN)
            + _BY_ACT * (role != "limit" and bool(acts[0] & acts[1]))
            + _BY_EVENT * titled
            + _BY_EVENT * bool(event_kinds(mine) & event_kinds(theirs))
            + BY_NEIGHBOUR * share_a_figure(mine, theirs)
        )
        if strength >= LIKELY:
            yield _day_doubt(mine, theirs, min(MOST_LIKELY, strength), across=across)


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
        strength += _BY_ONE_DAY * lone + min(MOST_BOND, BY_BOND * bond)
        if strength >= ONE_MEASURE:
            yield _day_doubt(mine, theirs, min(MOST_LIKELY, strength), across=across)


_ONCE = frozenset(
    ("开放", "通车", "选举", "任命", "宣判", "开庭", "开工", "竣工", "施行", "去世", "出生", "揭牌")
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
    names = names_in_both(one, other)
    own = names - cities() - _where(one.report.text) - _where(other.report.text)
    kinship = most_in_common((content_in_context(one), content_in_context(other)), across=across)
    is_bound = bond_of(one.report, other.report) > _MUCH + 1 and bool(acts & _ONCE)
    if not acts or (kinship < _LEAST_TOLD and not own and not is_bound):
        return 0.0
    if not {"booking"} & acts and not own and not is_bound and not share_a_number(one, other):
        telling = subjects(text_in_context(one)) & subjects(text_in_context(other)) - GENERAL
        if telling <= {subject for act in acts for subject in acting(act)}:
            return 0.0
    aloof = not across and "booking" not in acts and _are_aloof(one, other)
    return (
        BY_MEASURE
        + BY_KIN * kinship
        + _BY_ACT * is_bound
        + BY_BEING_ALONE * any(counts[0][each] == counts[1][each] == 1 for each in acts)
        + BY_NAME * bool(names)
        + BY_NEIGHBOUR * share_a_figure(one, other)
        + _BY_NEAR_DAYS * (abs((_dated(one)[0] - _dated(other)[0]).days) < _WITHIN)
        - BY_NEIGHBOUR * (name_others(one, other) or (aloof and not own))
    )


_IN = re.compile(
    r"\b(?:[Ii]n|of|at|near|from|to) ([A-Z][a-z']+)"
    r"|\b([A-Z][a-z]+)(?='s\b| (?:county|district|town)\b)"
)


@lru_cache(maxsize=1024)
def _where(text: str) -> frozenset[str]:
    """The names in an English text that are those of places by the words around them."""
    return frozenset((one or other).lower() for one, other in _IN.findall(text))


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
