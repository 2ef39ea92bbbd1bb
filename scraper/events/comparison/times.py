"""Whether two sentences speak of other times: another year, period or day, or a later count."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.facts import Figure, Modifier
from storage.text import simplify

from ...facts.found import iso_day
from ..agreement import is_slip, may_be_within, printed
from ..bonds import bond_of
from ..doubts import Excuse
from ..periods import Timeframe, period_of
from ..statements import (
    Report,
    Statement,
    days_around,
    name_other_days,
    named_days,
    says_whole_year,
)
from .context import clause_of
from .ties import share_a_number

_FAR = 14
"""Reports of one thing are days apart, not weeks, unless they say which year or day they are of."""
_ONE_EVENT = 4.5
"""From such a bond on two reports tell one event, whichever of its days each of them names."""
NEWS = 3
"""So many days later what was said may have come otherwise."""


def are_far(one: Report, other: Report) -> bool:
    """Whether two reports are more than two weeks apart."""
    gap = days_between(one, other)
    return gap is not None and gap > _FAR


def days_between(one: Report, other: Report) -> int | None:
    """How many days two reports were published apart, None where one has no date."""
    if one.published is None or other.published is None:
        return None
    return abs((one.published - other.published).days)


def _are_of_other_days(one: Report, other: Report) -> bool:
    """Whether both name days around their publication, and none is the same."""
    ours, yours = days_around(one), days_around(other)
    return bool(ours and yours) and not ours & yours


def time_excuse(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> Excuse | None:
    """Why two sentences, or a figure of each, are of other times: another year, another period, a
    later count. None where nothing says so."""
    ours, yours = _timeframe(one, first), _timeframe(other, second)
    same = say_one_time(one, other, first, second)
    if are_far(one.report, other.report) and not same and not _name_one_day(one, other):
        years = _year(ours, one, first), _year(yours, other, second)
        published = [each.report.published or date.min for each in (one, other)]
        apart = years[0] != years[1] or published[0].year != published[1].year
        return Excuse.YEAR if apart else Excuse.AS_OF
    if ours.as_of and yours.as_of and ours.as_of != yours.as_of:
        return Excuse.AS_OF
    if _are_hours_apart(one.text, other.text):
        return Excuse.AS_OF
    if not same and (
        name_other_days(one, other)
        or (
            _are_of_other_days(one.report, other.report)
            and not share_a_number(one, other)
            and bond_of(one.report, other.report) < _ONE_EVENT
        )
    ):
        return Excuse.DIFFERENT
    if ours.cumulative != yours.cumulative and not (yours if ours.cumulative else ours).as_of:
        total, single = (first, second) if ours.cumulative else (second, first)
        if total is None or single is None or may_be_within(single, total):
            return Excuse.CUMULATIVE
    years = _year(ours, one, first), _year(yours, other, second)
    if years[0] and years[1] and years[0] != years[1] and not _are_of_one_span(one, other):
        return Excuse.YEAR
    if ours.part != yours.part and ours.part and yours.part and not _is_that_month(ours, yours):
        return Excuse.CUMULATIVE if "-" in ours.part + yours.part else Excuse.PERIOD
    one_day = not {"day", "each day"}.isdisjoint((ours.part, yours.part))
    if (
        one_day
        and ours.part != yours.part
        and not one.days & other.days
        and not _is_on_that_day(ours, other)
        and not _is_on_that_day(yours, one)
        and ((ours.part and yours.part) or bond_of(one.report, other.report) < _ONE_EVENT)
    ):
        return Excuse.PERIOD
    if _is_of_one_day(one) != _is_of_one_day(other) and _is_of_days(one) != _is_of_days(other):
        return Excuse.PERIOD
    yearly = [_is_of_each_year(each.text) for each in (one, other)]
    if yearly[0] != yearly[1] and _IN_YEARS.search((other if yearly[0] else one).text):
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
        gap = days_between(one.report, other.report)
        if gap is not None and gap >= 1 and _is_running(one if ours.as_of else other):
            return Excuse.AS_OF
    return None


_EACH_YEAR = lazy_pattern(
    r"每年|年均|\b(?:a|per|each|every) year\b(?! (?:ago|earlier|before|later))"
    r"|\bannually\b|\byearly\b",
    re.IGNORECASE,
)
_IN_YEARS = lazy_pattern(
    r"(?<![\d第〇零])(?:[2-9]|1\d|[两二三四五六七八九十]{1,2})年(?![前级期龄后]|[以之]前)|20\d\d年?[至到—–-]{1,2}20\d\d年"
    r"|\b(?:in|over|within|for|during) (?:the )?(?:past |last |next |coming |first )?"
    r"(?:two|three|four|five|six|ten|[2-9]|1\d) years\b"
    r"|\b(?:from|between) 20\d\d (?:to|and) 20\d\d\b",
    re.IGNORECASE,
)


def _is_of_each_year(text: str) -> bool:
    """Whether a sentence says how much there is a year, and not in several."""
    return _EACH_YEAR.search(text) is not None and _IN_YEARS.search(text) is None


def _is_on_that_day(period: Timeframe, other: Statement) -> bool:
    """Whether a sentence is of "that day", and another of a day that it names."""
    return period.part == "day" and not other.period.part and len(other.days) == 1


_SEASON = lazy_pattern(
    r"\b(?:this|last|two|next) (?:seasons?|terms?|school years?)\b"
    r"|[上本今去](?:赛|雪|榨|学)[季期年]",
    re.IGNORECASE,
)
_COUNTED_AT = lazy_pattern(
    r"截[至止][^，。；]{0,12}?(?P<hour>\d{1,2})[时点:：]"
    r"|\b(?:by|as of) (?:(?P<clock>\d{1,2})(?::\d\d)? ?(?P<half>[ap])\.?m"
    r"|(?P<word>noon|midnight|the (?:morning|afternoon|evening)))\b"
    r"|截[至止][^，。；]{0,10}日(?P<part>上午|中午|下午|晚)",
    re.IGNORECASE,
)
_HOURS = {
    "noon": 12, "midnight": 24, "the morning": 9, "the afternoon": 16, "the evening": 20,
    "上午": 9, "中午": 12, "下午": 16, "晚": 20,
}  # fmt: skip
_FEW_HOURS = 4
"""So many hours more or less a part of a day may be."""


def _hour_counted(text: str) -> int | None:
    """Until which hour of its day, 1 to 24, a sentence says that it counts."""
    found = _COUNTED_AT.search(text)
    if found is None:
        return None
    if word := found["word"] or found["part"]:
        return _HOURS[word.lower()]
    hour = int(found["hour"] or found["clock"]) % 24
    return (hour % 12 + 12 * (found["half"].lower() == "p") if found["half"] else hour) or 24


def _are_hours_apart(one: str, other: str) -> bool:
    """Whether two sentences count until other hours of their day. A part of the day may be some
    hours more or less."""
    hours = _hour_counted(one), _hour_counted(other)
    if hours[0] is None or hours[1] is None:
        return False
    parts = any(_PART_OF_DAY.search(text) for text in (one, other))
    return abs(hours[0] - hours[1]) > (_FEW_HOURS if parts else 0)


_PART_OF_DAY = lazy_pattern(
    r"\bby the (?:morning|afternoon|evening)\b|日(?:上午|中午|下午|晚)", re.IGNORECASE
)


@lru_cache(maxsize=2048)
def _timeframe(statement: Statement, figure: Figure | None) -> Timeframe:
    """The time of a figure: that of its sentence, without what another part says of its own
    figures: a day's walk, the teams since May."""
    found = statement.period
    if figure is None:
        return found
    if found.part == "day" and not found.cumulative:
        # What is said of a day behind a figure is not said of that.
        upto = statement.text[: max(0, figure.end - statement.begin)]
        if not _THAT_DAY.search(upto + _rest_of_clause(statement, figure)):
            return Timeframe(found.year, "", found.as_of, found.cumulative)
    if not (found.cumulative or found.part in _EACH):
        return found
    clause = clause_of((statement, figure))
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


_THAT_DAY = lazy_pattern(
    r"首日|当天|当日|当晚|单日|first day|opening day|on the day|over the day|that day|single day",
    re.IGNORECASE,
)


def _rest_of_clause(statement: Statement, figure: Figure) -> str:
    """What stands behind a figure in its clause."""
    clause = clause_of((statement, figure))
    return clause.rpartition(printed(figure))[2]


def _is_that_month(one: Timeframe, other: Timeframe) -> bool:
    """Whether one says of a month which it is, and the other that it is that month."""
    parts = one.part, other.part
    return "a month" in parts and any(re.fullmatch(r"M\d{1,2}", part) for part in parts)


def _grew(one: Statement, other: Statement, first: Figure, second: Figure) -> bool:
    """Whether two sentences count what changes by the hour, at no time that both say, and the later
    report has more of it."""
    gap = days_between(one.report, other.report)
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
    gap = days_between(one.report, other.report) or 0
    return gap < _HALF_A_YEAR and bool(named_days(one.report) & named_days(other.report))


def say_one_time(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> bool:
    """Whether both say in so many words which time they speak of, and it is one."""
    ours, yours = _timeframe(one, first), _timeframe(other, second)
    if one.days & other.days:
        return (days_between(one.report, other.report) or 0) < _HALF_A_YEAR
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
    return len(ours) > 1 and ours == yours and not are_far(one.report, other.report)


_A_YEAR = lazy_pattern(r"20\d\d|[去上]年|\blast year\b", re.IGNORECASE)


def _names_year(statement: Statement) -> bool:
    """Whether a sentence says of which year it is."""
    return _A_YEAR.search(statement.text) is not None or says_whole_year(statement.text)


_EACH = ("each day", "each month")
"""Parts of a year that come again and again."""
_DAYS = lazy_pattern(
    r"\d天|[一二三四五六七八九十两]+[天日](?:长假|假期|里|内|时间|来)|(?:首|一|两|三)周"
    r"|\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d+)[- ]days?|weeks?|weekend)\b",
    re.IGNORECASE,
)


def _is_of_days(statement: Statement) -> bool:
    """Whether the figures of a sentence are of several days."""
    return _DAYS.search(statement.text) is not None


def _is_of_one_day(statement: Statement) -> bool:
    return len(statement.days) == 1 and not statement.period.part and not _is_of_days(statement)


_RUNNING = lazy_pattern(
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
