"""What the sentences of a text state, as far as two texts can be compared by it: figures, days, lists,
and what they hold for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from storage.facts import Figure
from storage.text import simplify

from ..facts.read import facts_of
from .terms import romanised, spoken, subjects, words


@dataclass(frozen=True, slots=True)
class Report:
    """A text that is compared: who printed it, when (None: not known), in which language."""

    source: str
    language: str
    published: date | None
    title: str
    body: str

    @property
    def whole(self) -> str:
        """Title and body."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a report. `days` are those it names, in ISO 8601 without the year where it says
    none; `acts` what happens on them, `period` and `scope` what its figures hold for."""

    report: Report
    text: str
    figures: tuple[Figure, ...]
    days: frozenset[str]
    acts: frozenset[str]
    period: Period
    scope: frozenset[str]
    ordinals: frozenset[int]

    @property
    def about(self) -> frozenset[str]:
        """The subjects of the sentence, and those of the title: a sentence says "it"."""
        return subjects(self.text)


@dataclass(frozen=True, slots=True)
class Period:
    """The time that the figures of a sentence are of: `year`, a `part` of it (H1, Q1, M5, M1-5, a
    holiday, a day), the day as of which was counted, and whether they are sums since some time."""

    year: int | None = None
    part: str = ""
    as_of: str = ""
    cumulative: bool = False


_MOST_SENTENCES, _LONGEST = 200, 20_000
_SENTENCE = re.compile(
    r"(?<=[。！？；])|\n+|(?<=[.!?])[\"”’)]*(?=\s+[A-Z\"“])(?<!\b[A-Z]\.)(?<!Sept\.)(?<!Oct\.)(?<!Nov\.)"
    r"(?<!Dec\.)(?<!Jan\.)(?<!Feb\.)(?<!Aug\.)(?<!Mr\.)(?<!Dr\.)(?<!No\.)(?<!Ms\.)(?<!Mrs\.)"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split(" ")
}
_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ENGLISH_DAY = re.compile(
    rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:(?:-| ?– ?| and | to )(\d{{1,2}})\b(?! [a-z]*illion))?"
    r"(?:,? (20\d\d))?"
)
_DAY_ENGLISH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?: (20\d\d))?")
_HAN_DAY = re.compile(
    r"(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(\d{1,2})日(?:(?:至|到|-|—|－|~|～|、|和)(?:(\d{1,2})月)?(\d{1,2})日)?"
)


def days_of(text: str) -> frozenset[str]:
    """The days that a text names: MM-DD, or YYYY-MM-DD where it says the year."""
    found: set[str] = set()
    for month, day, last, year in _ENGLISH_DAY.findall(text):
        found.add(_iso(year, _MONTHS[month.lower()], day))
        if last:
            found.add(_iso(year, _MONTHS[month.lower()], last))
    for day, month, year in _DAY_ENGLISH.findall(text):
        found.add(_iso(year, _MONTHS[month.lower()], day))
    for year, month, day, last_month, last in _HAN_DAY.findall(text):
        found.add(_iso(year, int(month), day))
        if last:
            found.add(_iso(year, int(last_month or month), last))
    return frozenset(found)


def _iso(year: str, month: int, day: str) -> str:
    return f"{year}-{month:02}-{int(day):02}".removeprefix("-")


ACTS = {
    "open": "开幕 开馆|揭牌|启动|开工|投产|投用|开通|首飞|首航|启航|正式运营|open|unveil|inaugurat|launch|began|begin|start|kick",
    "close": "闭幕|落幕|收官|结束|持续至|持续到|截止|截至|close|end|until|till|deadline|conclude|last until|run until",
    "announce": "发布|公布|宣布|通报|印发|出台|公示|announc|publish|releas|issue|unveil|reveal",
    "hold": "举行|举办|召开|held|hold|take place|took place|host",
    "sign": "签约|签订|签署|sign",
    "complete": "竣工|建成|完工|贯通|合龙|封顶|轨通|complet|finish",
    "depart": "首发|发车|开行|depart|left",
    "die": "逝世|去世|die",
}
_ACT = {
    act: re.compile(
        "|".join(
            rf"\b{word}" if word.isascii() else word for word in line.replace(" ", "|").split("|")
        ),
        re.IGNORECASE,
    )
    if act not in ("close", "hold")
    else re.compile(
        "|".join(
            rf"\b{word}" if word.isascii() else word for word in line.split("|")
        ),
        re.IGNORECASE,
    )
    for act, line in ACTS.items()
}

_PARTS = [
    (re.compile(r"上半年|first half|first six months|January (?:to|through) June", re.I), "H1"),
    (re.compile(r"下半年|second half", re.I), "H2"),
    (re.compile(r"前三季度|first three quarters|first nine months", re.I), "Q1-3"),
    (re.compile(r"(?<!前)(?:第一|一|首)季度|first quarter", re.I), "Q1"),
    (re.compile(r"(?<!前)(?:第二|二)季度|second quarter", re.I), "Q2"),
    (re.compile(r"(?<!前)(?:第三|三)季度|third quarter", re.I), "Q3"),
    (re.compile(r"(?<!前)(?:第四|四)季度|fourth quarter", re.I), "Q4"),
    (re.compile(r"春节|Spring Festival", re.I), "spring festival"),
    (re.compile(r"清明|Tomb[- ]Sweeping", re.I), "qingming"),
    (re.compile(r"五一|“五一”|May Day|Labor Day", re.I), "may day"),
    (re.compile(r"端午|Dragon Boat Festival", re.I), "duanwu"),
    (re.compile(r"中秋|Mid-Autumn", re.I), "zhongqiu"),
    (re.compile(r"国庆|National Day", re.I), "national day"),
    (re.compile(r"元旦|New Year's", re.I), "new year"),
    (re.compile(r"首日|当天|当日|单日|日均|每天|每日|first day|on the day|(?:a|per|each|every) day|daily", re.I), "day"),
    (re.compile(r"每月|月均|(?:a|per|each|every) month|monthly", re.I), "each month"),
]
_HAN_NUMBER = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_MONTHS_TO = re.compile(r"(?<!\d)(\d{1,2})(?:月份?)?(?:至|到|-|—|－|~|～)(\d{1,2})月(?!\d{1,2}日)|前([一二两三四五六七八九十])个?月")
_ENGLISH_MONTHS_TO = re.compile(rf"{_MONTH} (?:to|through|and) {_MONTH}(?! \d)|first (two|three|four|five|six|seven|eight|nine|ten|eleven) months")
_ONE_MONTH = re.compile(r"(?<![\d至到\-—－~～年])(\d{1,2})月份?(?!\d|[底末初]|[上中下]旬|[至到-])|(?<=年)(\d{1,2})月份?(?!\d|[底末初])")
_ENGLISH_MONTH = re.compile(rf"\b(?:in|for|during) {_MONTH}(?! \d{{1,2}}\b)")
_YEAR = re.compile(r"(?<![\d])(20\d\d)(?:年|\b)")
_HAN_AS_OF = re.compile(r"截[至止]到?(?:目前)?[^，。；]{0,14}?(?:(\d{1,2})月(\d{1,2})日|(\d{1,2})月(?:底|末)|当日|目前|昨日|今日)")
_AS_OF = re.compile(
    rf"\b(?:by|as of) (?:(?:noon|midnight|\d{{1,2}}(?::\d\d)? ?[ap]\.?m\.?|the end of|the morning of|the evening of|late|early) )?(?:on |of )?{_MONTH}(?: (\d{{1,2}}))?",
    re.I,
)
_SUM = re.compile(
    r"累计|以来|自20\d\d年|历年|[两二三四五六七八九十]年来|建成至今|至今|\bsince\b|so far|cumulative|to date|in total since"
    r"|\bin (?:the )?(?:past|last) (?:\w+ )?years|over the (?:past|last) \w+ years|in the \w+ years since",
    re.I,
)
_OWN_YEAR = re.compile(r"今年|本年|年内|this year", re.I)
_LAST_YEAR = re.compile(r"去年|上年|last year|a year earlier", re.I)
_GROUND = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}


def period_of(text: str, published: date | None) -> Period:
    """What time the figures of a sentence are of."""
    year = None
    years = [int(found) for found in _YEAR.findall(text)]
    if published:  # what is still to come is the year of a plan, not of the figures beside it
        years = [one for one in years if one <= published.year]
    if years:
        year = years[0]
    elif published and _LAST_YEAR.search(text) and not re.search("同比|同期|增长|than", text):
        year = published.year - 1
    elif published and _OWN_YEAR.search(text):
        year = published.year
    part = "+".join(name for pattern, name in _PARTS if pattern.search(text))
    if span := _MONTHS_TO.search(text):
        last = _HAN_NUMBER.get(span[3], 0) if span[3] else int(span[2])
        first = 1 if span[3] else int(span[1])
        part = {(1, 6): "H1", (1, 9): "Q1-3", (1, 3): "Q1"}.get((first, last), f"M{first}-{last}")
    elif span := _ENGLISH_MONTHS_TO.search(text):
        last = _GROUND[span[3]] if span[3] else _MONTHS[span[2].lower()]
        first = 1 if span[3] else _MONTHS[span[1].lower()]
        part = {(1, 6): "H1", (1, 9): "Q1-3", (1, 3): "Q1"}.get((first, last), f"M{first}-{last}")
    elif not part:
        month = _ONE_MONTH.search(text)
        english = _ENGLISH_MONTH.search(text)
        if month and not _HAN_AS_OF.search(text):
            part = f"M{int(month[1] or month[2])}"
        elif english:
            part = f"M{_MONTHS[english[1].lower()]}"
    as_of = ""
    if found_day := _HAN_AS_OF.search(text):
        if found_day[1]:
            as_of = _iso("", int(found_day[1]), found_day[2])
        elif found_day[3]:
            as_of = f"{int(found_day[3]):02}-end"
    elif found_day := _AS_OF.search(text):
        month_number = _MONTHS[found_day[1].lower()]
        as_of = _iso("", month_number, found_day[2]) if found_day[2] else f"{month_number:02}-end"
    return Period(year, part, as_of, _SUM.search(text) is not None)


_SCOPES = [
    ("nation", re.compile(r"全国(?!第|首|人大|政协|[各]地)|nationwide|in the whole country|across the country|China as a whole|in China\b", re.I)),
    ("province", re.compile(r"全省(?!第|首)|全区(?=共|累计)|省内|province-?wide|(?:across|throughout|in) the (?:whole |entire )?province|in all of the province", re.I)),
    ("city", re.compile(r"全市|city-?wide|across the (?:whole )?city|the (?:whole|entire) city|in all districts", re.I)),
]
_HAN_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:区|县|镇|街道)(?!域|间|级|分|别|块)")
_DISTRICT = re.compile(r"\b([A-Z][a-z']+(?: [A-Z][a-z']+)?) (?:[Dd]istrict|[Cc]ounty|[Tt]own|[Ss]ubdistrict)\b")


def scope_of(text: str) -> frozenset[str]:
    """The scopes that a sentence names."""
    return frozenset(name for name, pattern in _SCOPES if pattern.search(text))


_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ")
_ENGLISH_ORDINAL = re.compile(
    rf"\b(?:({'|'.join(_ORDINAL_WORDS)})|(\d{{1,3}})(?:st|nd|rd|th))\b(?! (?:place|prize|quarter|half|time|day|year|month|week|of (?:{'|'.join(m.title() for m in _MONTHS)})))",
    re.I,
)
_HAN_ORDINAL = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,3})(?=[届批次期号轮个])|首(?=[届批个次])")


def ordinals_of(text: str) -> frozenset[int]:
    """Which one of a row a text is about: the second list, the 40th festival."""
    found: set[int] = set()
    for word, digits in _ENGLISH_ORDINAL.findall(text):
        found.add(int(digits) if digits else _ORDINAL_WORDS.index(word.lower()) + 1)
    for match in _HAN_ORDINAL.finditer(text):
        found.add(1 if not match[1] else _han(match[1]))
    return frozenset(found)


def _han(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN_NUMBER.get(text, 0)
    return (_HAN_NUMBER.get(tens, 1)) * 10 + _HAN_NUMBER.get(ones, 0)


@lru_cache(maxsize=256)
def statements_of(report: Report) -> tuple[Statement, ...]:
    """The sentences of a report with what they state."""
    body = report.body[:_LONGEST]
    found = facts_of(body, report.title, report.published)
    figures = found.figures
    result = []
    for begin, end in _sentences(body):
        text = body[begin:end].strip()
        plain = simplify(text)
        result.append(
            Statement(
                report,
                text,
                tuple(figure for figure in figures if begin <= figure.start < end),
                days_of(plain),
                frozenset(act for act, pattern in _ACT.items() if pattern.search(plain)),
                period_of(plain, report.published),
                scope_of(plain),
                ordinals_of(plain),
            )
        )
    return tuple(result)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for count, stop in enumerate(_SENTENCE.finditer(text)):
        if count >= _MOST_SENTENCES:
            return
        if len(text[start : stop.end()].strip()) > 3:
            yield start, stop.end()
            start = stop.end()
    if len(text[start:].strip()) > 3:
        yield start, len(text)


def keys_of(text: str) -> frozenset[str]:
    """What a sentence has that may stand in another of either language."""
    return subjects(text) | words(text)


GENERAL = frozenset(
    """
    企业 项目 签约 合同 投资 资金 金额 发布 公告 揭晓 规划 方案 增长 省 区 县 开通 开幕 启动 揭牌 投用 第一
    全年 就业 负责人 科技 技术 创新 平台 合作 联合 工业 队 住房 建成 竣工 主任 面积 外国 国家 市场 经济
    """.split(None)
)
"""Subjects that stand in any report: they say little of what it is about."""
_GENERAL, _NAME_WEIGHT, _CITY_WEIGHT = 0.5, 1.5, 0.5


def weigh(found: frozenset[str]) -> float:
    """How much some subjects say."""
    return sum(_GENERAL if subject in GENERAL else 1.0 for subject in found)


def common(
    one: str, other: str, *, across: bool, everywhere: frozenset[str] = frozenset()
) -> float:
    """How much two sentences have in common, 0 to 1: of the one that says less. Between languages
    subjects and names count, within one the words as well. Names that stand `everywhere` in two
    reports, such as their city's, count little."""
    if across:
        names = (romanised(one) & spoken(other)) | (romanised(other) & spoken(one))
        both = weigh(subjects(one) & subjects(other))
        both += _NAME_WEIGHT * len(names - everywhere) + _CITY_WEIGHT * len(names & everywhere)
        least = min(weigh(subjects(one)), weigh(subjects(other)))
        return min(1.0, both / max(2.5, 0.8 * least))
    left, right = words(one), words(other)
    return len(left & right) / max(4, min(len(left), len(right)))
