"""What a sentence holds for: the days it names, the time its figures are of, how far it reaches,
and which one of a row it is about. Pure patterns, for both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hubwatch.patterns import lazy_pattern
from storage.text import english_month

from ..facts.patterns import phrases, words
from .pattern_set import PatternSet, casefolded


@dataclass(frozen=True, slots=True)
class Timeframe:
    """The time that figures are of: `year`, a `part` of it (H1, Q1, M5, M1-5, a holiday, a day),
    the day `as_of` which was counted (MM-DD), and whether they are sums since some time."""

    year: int | None = None
    part: str = ""
    as_of: str = ""
    cumulative: bool = False


# Days

_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_TO = "(?:至|到|-|—|－|~|～)"
_ENGLISH_DAY = lazy_pattern(
    rf"\b(?=[ADFJMNOS]){_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)"
    r"(?:(?:-| ?– ?| and | to | through )(\d{1,2})\b(?! [a-z]*illion))?(?:,? (20\d\d))?"
)
_NTH = "(?:st|nd|rd|th)?"
_DAY_ENGLISH = lazy_pattern(
    rf"\b(?:(\d{{1,2}}){_NTH}(?: ?[-–—] ?| and | to | through )(?:the )?)?"
    rf"(\d{{1,2}}){_NTH} (?:of )?{_MONTH}(?: (20\d\d))?"
)
_A_MONTH = lazy_pattern("[JFMASOND](?:an|eb|ar|pr|ay|u[nl]|ug|ep|ct|ov|ec)")
_HAN_DAY = lazy_pattern(
    r"(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(\d{1,2})日"
    rf"(?:(?:{_TO}|[、和])(?:(\d{{1,2}})月)?(\d{{1,2}})日)?"
)
_BARE_DAYS = lazy_pattern(rf"(?:(20\d\d)年)?(?<!\d)(\d{{1,2}})月(\d{{1,2}}){_TO}(\d{{1,2}})日")


def days_of(text: str) -> frozenset[str]:
    """The days that a text names, in ISO 8601: MM-DD, or YYYY-MM-DD where it says the year."""
    found: set[str] = set()
    if _A_MONTH.search(text):
        for month, day, last, year in _ENGLISH_DAY.findall(text):
            found |= {_iso(year, english_month(month), one) for one in (day, last) if one}
        for first, day, month, year in _DAY_ENGLISH.findall(text):
            days = (first, day) if first and int(first) < int(day) else (day,)
            found |= {_iso(year, english_month(month), one) for one in days}
    if "月" not in text:
        return frozenset(found)
    for year, month, day, last_month, last in _HAN_DAY.findall(text):
        found.add(_iso(year, int(month), day))
        if last:
            found.add(_iso(year, int(last_month or month), last))
    for year, month, *days in _BARE_DAYS.findall(text):
        found |= {_iso(year, int(month), one) for one in days}
    return frozenset(found)


_HAN_SPAN = lazy_pattern(
    r"(\d{1,2})月(\d{1,2})日?(?:至|到|—+|-|－|–|~|～)(?:(\d{1,2})月)?(\d{1,2})日"
)
_ENGLISH_SPAN = lazy_pattern(
    rf"\b{_MONTH} (\d{{1,2}})(?: ?[-–—] ?| to | through | and )(?:{_MONTH} )?(\d{{1,2}})\b"
    "(?! [a-z]*illion)"
)
_SPAN_ENGLISH = lazy_pattern(
    rf"\b(\d{{1,2}}){_NTH}(?: {_MONTH})?(?: ?[-–—] ?| to | through | and )(?:the )?"
    rf"(\d{{1,2}}){_NTH} (?:of )?{_MONTH}"
)


def spans_of(text: str) -> frozenset[tuple[str, str]]:
    """The spans of days that a text names, each by its first and last day (MM-DD)."""
    found = [
        (int(month), int(first), int(last_month or month), int(last))
        for month, first, last_month, last in _HAN_SPAN.findall(text)
    ]
    for month, first, last_month, last in _ENGLISH_SPAN.findall(text):
        begin = english_month(month)
        end = english_month(last_month) if last_month else begin
        found.append((begin, int(first), end, int(last)))
    for first, month, last, last_month in _SPAN_ENGLISH.findall(text):
        end = english_month(last_month)
        found.append((english_month(month) if month else end, int(first), end, int(last)))
    return frozenset((f"{a:02}-{b:02}", f"{c:02}-{d:02}") for a, b, c, d in found)


def without_days(text: str) -> str:
    """A text without the days that it names."""
    for pattern in (_BARE_DAYS, _HAN_DAY, _ENGLISH_DAY, _DAY_ENGLISH):
        text = pattern.sub(" ; ", text)
    return text


def _iso(year: str, month: int, day: str) -> str:
    return f"{year}-{month:02}-{int(day):02}".removeprefix("-")


# Periods

_PARTS = PatternSet(
    {
        "H1": "上半年|first half|first six months|January (?:to|through) June",
        "H2": "下半年|second half",
        "Q1-3": "前三季度|first three quarters|first nine months",
        "Q1": "(?<!前)第一季度|(?<![前第])[一首]季度|first quarter",
        "Q2": "第二季度|(?<![前第])二季度|second quarter",
        "Q3": "第三季度|(?<![前第])三季度|third quarter",
        "Q4": "第四季度|(?<![前第])四季度|fourth quarter",
        "spring festival": "春节|Spring Festival|(?:Lunar|Chinese) New Year",
        "qingming": "清明|Tomb[- ]Sweeping",
        "may day": "五一|May Day|Labor Day",
        "duanwu": "端午|Dragon Boat",
        "zhongqiu": "中秋|Mid-Autumn",
        "national day": "国庆|National Day",
        "new year": "元旦|New Year's",
        "day": (
            "首日|当天|当日|截[至止]当晚|单日"
            "|first day|opening day|on the day|over the day|that day|single day"
        ),
        "each day": (
            "日均|每天|每日|(?<![\\d今昨当])日(?:处理|供水|供气|产|发电|接待|通行|运输|吞吐)(?:能力|量)"
            "|daily|(?:a|per|each|every) day"
        ),
        "week 1": r"第一周|first week of\b",
        "week 2": r"第二周|second week of\b",
        "week 3": r"第三周|third week of\b",
        "week 4": r"第四周|fourth week of\b",
        "early": "上旬",
        "middle": "中旬",
        "late": "下旬",
        "a month": "当月|单月|本月|that month",
        "each month": "每月|月均|(?:a|per|each|every) month|monthly",
    }
)
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_NUMBER_WORDS = words("two three four five six seven eight nine ten eleven")
_MONTHS_TO = lazy_pattern(
    rf"(?<!\d)(\d{{1,2}})(?:月份?)?{_TO}(\d{{1,2}})月(?!\d{{1,2}}日)"
    "|前([一二两三四五六七八九十]|\\d{1,2})个?月"
)
_ENGLISH_MONTHS_TO = lazy_pattern(
    rf"{_MONTH} ?(?:to|through|and|until|[-–]) ?{_MONTH}(?! \d)"
    rf"|first ({'|'.join(_NUMBER_WORDS)}) months"
)
_ONE_MONTH = lazy_pattern(
    r"(?<![\d至到\-—－~～年])(\d{1,2})月份?(?!\d|[底末初]|[上中下]旬|[至到-])"
    r"|(?<=年)(\d{1,2})月份?(?!\d|[底末初])"
)
_ENGLISH_MONTH = lazy_pattern(rf"\b(?:[Ii]n|[Ff]or|[Dd]uring|[Ll]ast) {_MONTH}(?! \d{{1,2}}\b)")
_YEAR = lazy_pattern(r"(?<![\dA-Za-z])(?<![\dA-Za-z]-)(20\d\d)(?:年|\b)")
_COMPARISON = lazy_pattern(
    r"(?:比|较|与)(?:去年|上年|前年|(?:20\d\d|上一?)年度?)(?:同期)?(?:相比)?"
    r"|\b(?:than|compared (?:with|to)|on|as) (?:in |that of |those of |the )?"
    r"(?:last|previous|year before|20\d\d)(?: year)?"
    r"|\b(?:over|from) the same \w+ (?:of|in) "
    r"(?:last year|the (?:previous year|year before)|20\d\d)"
    r"|\b(?:over|from) last year",
    re.IGNORECASE,
)
"""Another time, which figures are compared with: it is not theirs."""
_HAN_AS_OF = lazy_pattern(
    r"(?<!申报)(?<!报名)(?<!申请)(?<!登记)截[至止](?!时间|日期)到?(?:目前)?[^，。；]{0,14}?"
    r"(?:(\d{1,2})月(\d{1,2})日|(\d{1,2})月(?:底|末)|当日|目前|昨日|今日)"
)
_HAN_BARE_AS_OF = lazy_pattern(
    r"截[至止]到?(?:昨[日天]|今[日天])?(\d{1,2})日|(?<!达)(?<!\d日)(?:[到至]|止于)(\d{1,2})日[^，。；]{0,5}[时点]"
)
_LAST_DAYS = ("02-28", "02-29", *(f"{m:02}-{d}" for m, d in ((1, 31), (3, 31), (4, 30), (5, 31),
    (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31))))  # fmt: skip
"""The last days of months: what was counted until then was counted until the end."""
_TIME_OF_DAY = phrases(r"""
    noon | midnight | \d{1,2}(?::\d\d)? ?[ap]\.?m\.? | the end of | the (?:morning|evening) of
    late | early
""")
_AS_OF = lazy_pattern(
    rf"\b(?:by|as of) (?:{_TIME_OF_DAY} )?(?:on |of )?{_MONTH}(?: (\d{{1,2}})(?!\d))?",
    re.IGNORECASE,
)
_BY_WEEKDAY = lazy_pattern(
    r"\b(?:by|as of|until) (?:noon |midnight |the (?:morning|evening) of |late |early )?(?:on )?"
    r"(?:(yesterday|today)|(mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_WEEKDAYS = words("mon tues wednes thurs fri satur sun")
_SUM = lazy_pattern(
    phrases(r"""
        累计 | (?<!今年)(?<!年初)以来 | 自20\d\d年 | 历年 | [两二三四五六七八九十]年来 | 至今
        \bsince\b | so far | cumulative | to date | in the \w+ years since
        (?:in|over) (?:the )?(?:past|last) (?:\w+ )?years
    """),
    re.IGNORECASE,
)
_THIS_YEAR = lazy_pattern(r"今年|本年|年内|this year", re.IGNORECASE)
_LAST_YEAR = lazy_pattern(r"去年|上年|last year", re.IGNORECASE)
_COMPARED = lazy_pattern(r"同比|同期|增长|\bthan\b|\bon last year")


def period_of(text: str, published: date | None) -> Timeframe:
    """What time the figures of a sentence are of. `published` is the day of its article."""
    text = _COMPARISON.sub(" ", text)
    year, part, as_of = _year_of(text, published), _part_of(text), ""
    if found := _HAN_AS_OF.search(text):
        if found[1]:
            as_of = _iso("", int(found[1]), found[2])
        elif found[3]:
            as_of = f"{int(found[3]):02}-end"
    elif published is not None and (found := _HAN_BARE_AS_OF.search(text)):
        day = int(found[1] or found[2])
        as_of = _iso("", (published - timedelta(days=day > published.day and 31)).month, f"{day}")
    elif found := _AS_OF.search(text):
        month = english_month(found[1])
        as_of = _iso("", month, found[2]) if found[2] else f"{month:02}-end"
    elif published is not None and (found := _BY_WEEKDAY.search(text)):
        back = (
            (published.weekday() - _WEEKDAYS.index(casefolded(found[2]))) % 7
            if found[2]
            else found[1].lower() == "yesterday"
        )
        as_of = (published - timedelta(days=back)).isoformat()[5:]
    if as_of.endswith(_LAST_DAYS):
        as_of = f"{as_of[:2]}-end"
    return Timeframe(year, part or _month_of(text, published), as_of, _is_sum(text, part))


def _is_sum(text: str, part: str) -> bool:
    """Whether figures are sums since some time, other than the beginning of what they are of."""
    found = {match.group().lower() for match in _SUM.finditer(text)}
    return bool(found - _SUMS if part or _THIS_YEAR.search(text) else found)


_SUMS = {"累计", "cumulative", "to date", "so far"}
_LAST_MONTH = lazy_pattern(r"上个?月(?!\d)|\blast month\b", re.IGNORECASE)


def _month_of(text: str, published: date | None) -> str:
    if published is None or not _LAST_MONTH.search(text):
        return ""
    return f"M{(published.month - 2) % 12 + 1}"


def _year_of(text: str, published: date | None) -> int | None:
    years = [int(found) for found in _YEAR.findall(text)]
    if published is None:
        return years[0] if years else None
    # What is still to come is the year of a plan, not of the figures beside it.
    if past := [one for one in years if one <= published.year]:
        return past[0]
    if _THIS_YEAR.search(text):
        return published.year
    if _LAST_YEAR.search(text) and not _COMPARED.search(text):
        return published.year - 1
    return None


def _part_of(text: str) -> str:
    if span := _MONTHS_TO.search(text):
        return _span(1, numeral(span[3])) if span[3] else _span(int(span[1]), int(span[2]))
    if span := _ENGLISH_MONTHS_TO.search(text):
        if span[3]:
            return _span(1, 2 + _NUMBER_WORDS.index(span[3]))
        return _span(english_month(span[1]), english_month(span[2]))
    if part := "+".join(_PARTS.matching(text)):
        return part
    month = _ONE_MONTH.search(text)
    if month and not _HAN_AS_OF.search(text):
        return f"M{int(month[1] or month[2])}"
    english = _ENGLISH_MONTH.search(text)
    return f"M{english_month(english[1])}" if english else ""


def _span(first: int, last: int) -> str:
    return _SPANS.get((first, last), f"M{first}-{last}")


_SPANS = {(1, 6): "H1", (7, 12): "H2", (1, 9): "Q1-3"} | {
    (3 * n - 2, 3 * n): f"Q{n}" for n in (1, 2, 3, 4)
}


# How far a sentence reaches

_SCOPES = PatternSet(
    {
        name: phrases(patterns)
        for name, patterns in (
            (
                "nation",
                r"""全国(?!第|首|前|人大|政协|各地)|nationwide|in the whole country
                across the country|in China\b""",
            ),
            (
                "province",
                """全省(?!第|首|前)|全区(?=共|累计)|全自治区|省内|province-?wide
            the autonomous region|the province's
            (?:across|throughout|in) the (?:(?:whole|entire) )?province""",
            ),
            (
                "city",
                r"""全市|city-?wide|across the (?:whole )?city|the (?:whole|entire) city
            throughout the city
            \bAcross [A-Z][a-z]+,|the whole of [A-Z]|\b[A-Z][a-z]+ as a whole\b""",
            ),
        )
    }
)
_HAN_DISTRICT = lazy_pattern(
    "(?![省州在于的从到]|市(?![中南北]区))[\u4e00-\u9fff]{2,3}?(?:(?<![城市园社校地景小院库灾辖郊片牧林山护])区|县|镇|街道)(?!域|间|级|分|别|块)"
    "|(?:(?<=[市、，。；和])|^)[\u4e00-\u9fff]城区"
    "|(?:(?<=[市、，。；和在])|^)(?![全各本该我一两几多邻外县])[\u4e00-\u9fff]县(?!域|城|级|长|委|里)"
)
_DISTRICT = lazy_pattern(
    r"\b([A-Z][a-z']+(?: [A-Z][a-z']+)?)"
    r"(?: (?:[Dd]istrict|[Cc]ounty|[Tt]own|[Ss]ubdistrict)"
    r"|, a (?:county-level city|district|county|town))\b"
)


def scope_of(text: str) -> frozenset[str]:
    """The scopes that a sentence says it holds for: nation, province, city."""
    text = _STANDING.sub(" ", text)
    return frozenset(_SCOPES.matching(text))


_STANDING = lazy_pattern(
    r"[居处列名]全[国省区][^，。；]{0,8}?(?:前列|首位|第[一二三四五六七八九十\d]+|之首|榜首)"
)
"""Where a place stands among all, which its figures are not of."""


def districts_of(text: str) -> frozenset[str]:
    """The districts, counties and towns that a text names, as it writes them."""
    return frozenset((*_DISTRICT.findall(text), *_HAN_DISTRICT.findall(text)))


# Which one of a row

ORDINAL_WORDS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
)
_NO_ROW = phrases(
    r"place|prize|quarter|half|time|day|year|month|week|of its|of the|of their|of a\b"
    r"|(?-i:of [A-Z])"
)
_ENGLISH_ORDINAL = lazy_pattern(
    rf"\b(?=[efnst\d])(?<!\bper )(?<!s a )(?<!\bevery )(?<!\beach )"
    rf"(?:({'|'.join(ORDINAL_WORDS)})|(\d{{1,3}})(?:st|nd|rd|th))\b(?! {_NO_ROW})",
    re.IGNORECASE,
)
_ROWED = "flood|typhoon|batch|issue|round|session|phase|edition|notice|bulletin|call"
_ENGLISH_NUMBER = lazy_pattern(
    rf"\b(?:{_ROWED}) No\.? ?(\d{{1,3}})\b|\bNo\.? ?(\d{{1,3}}) (?:{_ROWED})\b", re.IGNORECASE
)
_A_NUMBERED = lazy_pattern("[0-9](?:st|nd|rd|th)")
_A_NUMBER = lazy_pattern(r"no\.? ?[0-9]")
_HAN_ORDINAL = lazy_pattern(
    r"第([一二三四五六七八九十]{1,3}|\d{1,3})(?=[届批次期号轮个])|首(?=[届批个次])"
)


def ordinals_of(text: str) -> frozenset[int]:
    """Which one of a row a text is about: the second list, the 40th festival."""
    found: set[int] = set()
    low = text.lower()
    if any(word in low for word in ORDINAL_WORDS) or _A_NUMBERED.search(low):
        found = {
            int(digits) if digits else ORDINAL_WORDS.index(casefolded(word)) + 1
            for word, digits in _ENGLISH_ORDINAL.findall(text)
        }
    if _A_NUMBER.search(low):
        found |= {int(one or other) for one, other in _ENGLISH_NUMBER.findall(text)}
    if "第" in text or "首" in text:
        found |= {numeral(match[1]) if match[1] else 1 for match in _HAN_ORDINAL.finditer(text)}
    return frozenset(found)


def numeral(text: str) -> int:
    """What a Chinese or other number below a hundred is, 0 for none."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERALS.get(text, 0)
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)
