"""What the sentences of a report state, so that two reports can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.facts import Figure
from storage.text import ENGLISH_WEEKDAYS, simplify

from ..facts.read import figures_of
from .denials import denied_in
from .lexicon import Term, cities, city_words, romanised, spoken, subjects, terms_of, words
from .pattern_set import PatternSet, casefolded
from .periods import Timeframe, days_of, ordinals_of, period_of, scope_of, without_days


@dataclass(frozen=True, slots=True)
class Report:
    """A text that is compared: who printed it, when (None: not known), in which language."""

    source: str
    language: str
    published: date | None
    title: str
    body: str

    @property
    def text(self) -> str:
        """Title and body."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a report. `days` are those it names, `acts` what happens, `period` and `scope`
    what its figures hold for, `ordinals` which ones of a row it is about."""

    report: Report
    text: str
    begin: int
    figures: tuple[Figure, ...]
    days: frozenset[str]
    acts: frozenset[str]
    period: Timeframe
    scope: frozenset[str]
    ordinals: frozenset[int]

    def __hash__(self) -> int:
        return hash((self.begin, self.text, self.days))  # all fields are many figures


_ACTS = {
    "open": """
        通车 通航 投运 启幕 开营 开业 开市 亮灯 首演 上映
        开幕 开馆 揭牌 启动 开工 投产 投用 开通 首飞 首航 启航 正式运营 启用 开放 开园 开学 开始
        开赛 开打 打响 开跑 开售 起售 恢复 复航 复工 复课 接诊 开诊 (?<!线)上线(?!下) 施行 生效
        起实[行施] 起执行 投入
        投运 亮相 起调整 首发 起航 启航 开闸 开渔 开耕 开镰 开机
        open unveil inaugurat launch began begin start kick resum debut restart t[ao]kes?\\seffect
        taking\\seffect into\\sforce into\\seffect into\\soperation into\\suse into\\sservice
        applies\\sfrom apply\\sfrom effective
    """,
    "close": """
        闭幕 落幕 收官 结束 持续至 持续到 延续至 延续到 截止 截至 关闭 停用 停航 停运 封闭 停业
        闭馆 停产 停止 暂停 停课 终止 关停
        close closing end until till deadline conclud shut suspend halt expire came\\sto\\san\\send
    """,
    "announce": "发布 公布 宣布 通报 印发 出台 公示 announc publish releas issue reveal",
    "hold": "举行 举办 召开 held hold host t[ao]kes?\\splace taking\\splace",
    "sign": "签约 签订 签署 sign",
    "complete": "竣工 建成 完工 贯通 合龙 封顶 轨通 complet finish join",
    "approve": "批准 批复 核准 获批 验收 通过审 表决通过 审议通过 approv adopt passed",
    "depart": "首发 发车 开行 驶出 驶离 发出 启程 出发 depart left leave set\\soff set\\sout",
    "arrive": "抵达 到达 运抵 驶抵 arriv reached",
    "die": "逝世 去世 die",
    "happen": "发生 突发 occur happen struck",
    "be born": "出生 诞生 产下 诞下 born birth hatch",
    "be founded": "成立 始建 建于 创办 创建 founded establish set\\sup built\\sin",
}


def _either(listed: str) -> str:
    """Any of these words, English ones by their beginnings."""
    return "|".join(rf"\b{word}" if word.isascii() else word for word in listed.split())


_ACT = PatternSet({act: _either(listed) for act, listed in _ACTS.items()})


_MOST_SENTENCES, _LONGEST = 200, 20_000
_SHORT_FORMS = (
    "Sept",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "Jan",
    "Feb",
    "Aug",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "No",
    "Nos",
)
_SENTENCE = lazy_pattern(
    r"(?<=[。！？；])|\n+|(?<=[.!?])[\"”’)]*(?=\s+[A-Z\"“])(?:(?<!\b[A-Z]\.)|(?<=\d C\.))"
    + "".join(rf"(?<!\b{form}\.)" for form in _SHORT_FORMS)
)


def says_whole_year(text: str) -> bool:
    """Whether a text speaks of all of a year, named before."""
    return _WHOLE_YEAR.search(text) is not None


_WHOLE_YEAR = lazy_pattern(r"全年|\b(?:whole|full|entire) year\b|\byear as a whole\b")


@lru_cache(maxsize=256)
def statements_of(report: Report) -> tuple[Statement, ...]:
    """The sentences of a report with what they state."""
    body = report.body[:_LONGEST]
    figures = figures_of(body, report.published)
    result: list[Statement] = []
    for begin, end in _sentences(body):
        text = body[begin:end].strip()
        plain = simplify(text)
        period = period_of(plain, report.published)
        if period.year is None and says_whole_year(plain):
            # All of the year that the report has named before.
            named = result[-1].period if result else period_of(simplify(report.title), None)
            period = replace(period, year=named.year)
        result.append(
            Statement(
                report,
                text,
                begin + len(body[begin:end]) - len(body[begin:end].lstrip()),
                tuple(figure for figure in figures if begin <= figure.start < end),
                days_of(plain),
                _acts_in(plain),
                period,
                scope_of(plain),
                ordinals_of(plain),
            )
        )
    return tuple(result)


Stated = tuple[Statement, Figure]
"""A figure in its sentence."""


@lru_cache(maxsize=512)
def stated_figures(report: Report) -> tuple[Stated, ...]:
    """The figures of a report in their sentences, 20 of each and 80 in all at most."""
    found = [
        (statement, figure)
        for statement in statements_of(report)
        for figure in _durations_joined(statement.figures[:20], report.body)
        if not _is_clock(statement, figure)
        and not _is_of_others(statement, figure)
        and not _is_denied(statement, figure)
    ]
    return tuple(found[:80])


_SMALLER = {"hour": ("minute", 60.0), "week": ("day", 7.0), "year": ("month", 12.0)}
_JOINS = lazy_pattern(r" |,? and |,? ")
_AN_HOUR, _MINUTES = (
    lazy_pattern(r"(?:一个?小时|\b[Aa]n hour and )$"),
    lazy_pattern(r"(\d{1,2})分(?![之钟成])"),
)


def _durations_joined(figures: Iterable[Figure], body: str) -> Iterator[Figure]:
    """Some figures of a text, durations in the smaller unit, and those that are told in two as one:
    an hour and ten minutes, 1小时18分."""
    before: Figure | None = None
    for figure in figures:
        unit, times = _SMALLER.get(figure.base, (figure.base, 1.0))
        if before is not None and before.base == figure.base and _meets(before, figure, body):
            yield _and_more(figure, before.low * before.factor, start=before.start)
            before = None
            continue
        if before is not None:
            yield before
        before = None
        if times > 1.0:
            before = replace(figure, base=unit, factor=figure.factor * times)
            if figure.base == "hour" and (minutes := _MINUTES.match(body, figure.end)):
                in_minutes = replace(figure, low=60.0 * figure.low, high=60.0 * figure.high)
                in_minutes = replace(in_minutes, unit=unit, base=unit, factor=1.0)
                yield replace(_and_more(in_minutes, int(minutes[1])), end=minutes.end())
                before = None
        elif figure.base == "minute" and (hour := _AN_HOUR.search(body[: figure.start][-12:])):
            yield _and_more(figure, 60.0, start=figure.start - len(hour.group()))
        else:
            yield figure
    if before is not None:
        yield before


def _meets(one: Figure, other: Figure, body: str) -> bool:
    """Whether nothing stands between two figures but what joins them."""
    between = body[one.end : other.start]
    return not between or _JOINS.fullmatch(between) is not None


def _and_more(figure: Figure, more: float, start: int | None = None) -> Figure:
    """A figure of so much more, that begins before."""
    begin = figure.start if start is None else start
    return replace(figure, low=figure.low + more, high=figure.high + more, start=begin)


_OTHERS = lazy_pattern(
    r"(?:(?:另外?|其他|其它|其余|剩下|剩余|余下)的?|另有|还有|另加|外加"
    r"|\b(?:other|another|remaining|additional|further) )$",
    re.IGNORECASE,
)
_MORE_OTHERS = lazy_pattern(
    r" (?:[a-z]+ ){0,2}?(?:others?|more|further|additional|accomplices|companions)\b(?! than\b)"
    r"| (?:[a-z-]+ ){1,3}and [a-z\d]+ others?\b|[人名位个家所座件]?(?:以外|之外)"
)


def _is_of_others(statement: Statement, figure: Figure) -> bool:
    """Whether a figure counts what is left beside something told, the other 59, eleven others,
    另外五十九名, or that beside which it is left. It says nothing of how many there are in all."""
    at = max(0, figure.start - statement.begin)
    if figure.base != "count":
        return _OTHERS.search(statement.text[max(0, at - 16) : at]) is not None
    behind = statement.text[max(0, figure.end - statement.begin) :][:40]
    return (
        _OTHERS.search(statement.text[max(0, at - 16) : at]) is not None
        or _MORE_OTHERS.match(behind) is not None
    )


def _is_denied(statement: Statement, figure: Figure) -> bool:
    """Whether a figure is one of which its sentence says that it is not so."""
    at = figure.start - statement.begin
    return any(begin <= at < end for begin, end in denied_in(statement.text))


_HOUR = lazy_pattern(r"[一二三四五六七八九十两\d]{1,3}点半?$")
_ALONE = lazy_pattern(r" ?(?:[.,;:?!]|$|(?:the|in|on|and|for|when|while|a\.?m|p\.?m|o'clock)\b)")
_AT = lazy_pattern(r"\b(?:at|until|before|past|after|by) (?:about |around )?$", re.IGNORECASE)


def _is_clock(statement: Statement, figure: Figure) -> bool:
    """Whether a small number is an hour, which says nothing of how many: at six, 两点."""
    if figure.base != "count" or not 0 <= figure.low <= 24:
        return False
    at = figure.start - statement.begin
    printed = statement.text[max(0, at) : figure.end - statement.begin]
    before, after = (
        statement.text[max(0, at - 16) : max(0, at)],
        statement.text[at + len(printed) :],
    )
    at_six = _AT.search(before) is not None and _ALONE.match(after) is not None
    return at_six or _HOUR.search(printed) is not None


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


# When it happened

_BEFORE, _AFTER, _TOLD = 21, 3, 6000
_WEEKDAYS = tuple(day.capitalize() for day in ENGLISH_WEEKDAYS)
_WEEKDAY = lazy_pattern(rf"\b({'|'.join(_WEEKDAYS)})\b")
_YESTERDAY, _TODAY = (
    lazy_pattern("昨[日天晚夜晨]|\\b(?:[Yy]esterday|last night)\\b"),
    lazy_pattern("今[日天晚晨早]|\\b(?:[Tt]oday|this (?:morning|afternoon|evening)|tonight)\\b"),
)
_DAY_BEFORE = lazy_pattern("前[日天晚](?!后)|\\b[Tt]he day before yesterday\\b")
_NEAR = (*_WEEKDAYS, "esterday", "night", "oday", "morning", "afternoon", "evening", *"昨今前")
"""One of these stands in whatever names a day by its distance."""


def near_days(report: Report, days: frozenset[str]) -> frozenset[str]:
    """Those of some days (ISO 8601) that are around the publication of a report, as MM-DD: when
    what it tells happened."""
    if report.published is None:
        return frozenset()
    return frozenset(day[-5:] for day in days) & _around(report.published)


@lru_cache(maxsize=64)
def _around(day: date) -> frozenset[str]:
    shifts = range(-_BEFORE, _AFTER + 1)
    return frozenset((day + timedelta(days=shift)).isoformat()[5:] for shift in shifts)


@lru_cache(maxsize=512)
def relative_days(report: Report) -> frozenset[str]:
    """The days, as MM-DD, that a report names by their distance from its publication."""
    published, text = report.published, report.text[:_TOLD]
    if published is None or not any(word in text for word in _NEAR):
        return frozenset()
    text = without_days_of_speech(text)
    back = {(published.weekday() - _WEEKDAYS.index(one)) % 7 for one in _WEEKDAY.findall(text)}
    back |= {7} if 0 in back else set()
    back |= {1} if _YESTERDAY.search(text) else set()
    back |= {0} if _TODAY.search(text) else set()
    back |= {2} if _DAY_BEFORE.search(text) else set()
    return frozenset((published - timedelta(days=one)).isoformat()[5:] for one in back)


@lru_cache(maxsize=512)
def bare_days(report: Report) -> frozenset[str]:
    """The days before its publication, as MM-DD, that a Chinese report names without their month:
    13日，…签署."""
    if report.published is None or "日" not in report.text:
        return frozenset()
    text = without_days_of_speech(report.text[:_TOLD])
    named = frozenset(map(int, _BARE_DAY.findall(text)))
    days = (report.published - timedelta(days=back) for back in range(_BEFORE + 1))
    return frozenset(day.isoformat()[5:] for day in days if day.day in named)


_BARE_DAY = lazy_pattern(
    r"(?<![\d月至到\-—.、每满第])(\d{1,2})日(?![\d均至到内游夜龄以之后历制份前起止、—-])"
)
_SPEECH = lazy_pattern(
    rf"\b(?:said|says|told|added|reported)\b[^.;,]{{0,40}}?\b(?:on |late )?"
    rf"(?:{'|'.join(_WEEKDAYS)}|[Yy]esterday|[Tt]oday)\b"
    rf"|\b[Oo]n (?:{'|'.join(_WEEKDAYS)}), [^.;,]{{0,60}}\b(?:said|told)\b"
    "|(?:昨[日天]|今[日天]|\\d{1,2}月\\d{1,2}日|(?<!月)\\d{1,2}日)(?:[上下]午)?，?(?:记者|[^，。；]{0,12}发布消息|"
    "[^，。；]{0,16}(?:获悉|了解到|消息|通报称?，))"
)
"""When something was said, which is not when it happened."""


def without_days_of_speech(text: str) -> str:
    """A text without the days on which somebody said what it tells."""
    if "日" in text or any(word in text for word in _NEAR):
        return _SPEECH.sub(" ", text)
    return text


_NEXT_DAY = lazy_pattern(
    rf"\b(?P<how>last|next|this|on|On|by)? ?(?P<day>{'|'.join(_WEEKDAYS)})\b"
    "|(?P<week>[上本下]?)(?:周|星期)(?P<number>[一二三四五六日天])"
    r"|(?P<month>本月|当月|下月|次月)?(?<![\d月至到\-—.])(?P<date>\d{1,2})日(?![均至到])"
    r"|(?P<near>昨[日天]|今[日天]|明[日天]|\b(?:yesterday|today|tomorrow)\b)",
    re.IGNORECASE,
)
_SHIFTS = {"昨": -1, "y": -1, "今": 0, "明": 1}
_HAN_WEEK = "一二三四五六日"


_AHEAD = lazy_pattern(
    r"\bwill\b|\bnext\b|\bis to\b|\b(?:opens|starts|begins|closes|ends|leaves)\b|将|拟|定于"
)


def days_meant(text: str, published: date) -> frozenset[str]:
    """The days, as MM-DD, that a text names by their distance from its publication, or in Chinese
    without their month. Weekdays are the last ones, unless it says "next" or "will"."""
    found = set()
    ahead = _AHEAD.search(text) is not None
    for match in _NEXT_DAY.finditer(text):
        if match["date"]:
            found |= _in_month(int(match["date"]), match["month"] or "", published)
            continue
        if match["near"]:
            shift = (
                1
                if match["near"].lower() == "tomorrow"
                else _SHIFTS.get(match["near"][0].lower(), 0)
            )
        elif match["day"]:
            shift = _weekday(
                _WEEKDAYS.index(casefolded(match["day"]).capitalize()), published, ahead
            )
        else:
            at = _HAN_WEEK.index(match["number"].replace("天", "日"))
            weeks = {"上": -7, "下": 7}.get(match["week"], 0)
            shift = at - published.weekday() + weeks
        found.add((published + timedelta(days=shift)).isoformat()[5:])
    return frozenset(found)


def _weekday(wanted: int, published: date, ahead: bool) -> int:
    shift = (wanted - published.weekday()) % 7
    return shift if ahead else shift - 7 if shift else 0


def _in_month(day: int, month: str, published: date) -> set[str]:
    first = published.replace(day=1)
    if month in ("下月", "次月"):
        first = (first + timedelta(days=32)).replace(day=1)
    try:
        return {first.replace(day=day).isoformat()[5:]}
    except ValueError:
        return set()


@lru_cache(maxsize=256)
def named_days(report: Report) -> frozenset[str]:
    """The days that a report names by their date, as MM-DD."""
    return frozenset(day[-5:] for day in days_of(simplify(report.text[:_TOLD])))


@lru_cache(maxsize=256)
def days_around(report: Report) -> frozenset[str]:
    """The days around its publication that a report names in any way, as MM-DD, but for those on
    which something was only said."""
    named = days_of(without_days_of_speech(simplify(report.text[:_TOLD])))
    return near_days(report, named) | relative_days(report)


_GENERAL_ONES = """
    企业 项目 签约 合同 投资 资金 金额 发布 公告 揭晓 规划 方案 增长 省 区 县 开通 开幕 启动 揭牌
    投用 第一 全年 就业 负责人 科技 技术 创新 平台 合作 联合 工业 队 住房 建成 竣工 主任 面积 外国
    国家 市场 经济 人
"""
GENERAL = frozenset(_GENERAL_ONES.split())
"""Subjects that stand in any report: they say little of what it is about."""
_GENERAL, _NAME_WEIGHT, _CITY_WEIGHT = 0.5, 1.5, 0.5


def weight_of(found: frozenset[str]) -> float:
    """How much some subjects say."""
    return len(found) - (1.0 - _GENERAL) * len(found & GENERAL)


_BREAKS = lazy_pattern("[，,；;]")


_REACH = 4
"""So many parts between commas from that in which a day stands on what happens then is told."""
_LATER = lazy_pattern(r"将|拟|预计|计划|届时|\bwill\b|\bis to\b|\bare to\b|\bexpected\b|\bplan")


@lru_cache(maxsize=2048)
def dated_acts(statement: Statement) -> frozenset[str]:
    """What happens on the days that a sentence names: the acts in the parts between commas in
    which these stand, else all of it."""
    if not statement.acts or not _BREAKS.search(statement.text):
        return statement.acts
    found = _acts_in(dated_part(statement))
    if found:
        return found
    parts = _BREAKS.split(simplify(statement.text))
    later = " ".join(part for part in parts if _LATER.search(part) and not days_of(part))
    return frozenset(act for act in statement.acts if not _ACT[act].search(later))


@lru_cache(maxsize=2048)
def by_day(statement: Statement) -> tuple[Statement, ...]:
    """A sentence for each of its parts that names days of its own: sold from May 3, shown on
    May 8."""
    if len(statement.days) < 2:
        return (statement,)
    parts = map(days_of, _BREAKS.split(simplify(statement.text)))
    days = [found for found in dict.fromkeys(parts) if found]
    if len(days) < 2:
        return (statement,)
    return tuple(replace(statement, days=found) for found in days)


_TITLE = lazy_pattern(r"[“\"「《]([^“”\"「」《》]{2,24})[”\"」》]")


def shared_titles(one: str, other: str) -> frozenset[str]:
    """The names in quotation marks that two texts share."""
    return frozenset(_TITLE.findall(one)) & frozenset(_TITLE.findall(other))


@lru_cache(maxsize=2048)
def dated_part(statement: Statement) -> str:
    """The parts of a sentence between commas in which days stand, each with those behind it up to
    that which says what happens then."""
    parts = _BREAKS.split(simplify(statement.text))
    found: list[str] = []
    for place, part in enumerate(parts):
        if not days_of(part) & statement.days:
            continue
        for following in range(place, min(len(parts), place + _REACH)):
            text = parts[following]
            if following > place and (_LATER.search(text) or days_of(text)):
                break
            found.append(text)
            if _acts_in(text):
                break
    return ",".join(found) or simplify(statement.text)


def _acts_in(text: str) -> frozenset[str]:
    return frozenset(_ACT.matching(text))


@lru_cache(maxsize=2048)
def content_of(statement: Statement) -> str:
    """What a sentence says apart from its figures and days."""
    text = statement.text
    for figure in reversed(statement.figures):
        start, end = (max(0, place - statement.begin) for place in (figure.start, figure.end))
        text = f"{text[:start]} ; {text[end:]}"
    return without_days(text)


def are_of_a_row(one: Statement, other: Statement) -> bool:
    """Whether two sentences are about other ones of a row."""
    return bool(one.ordinals and other.ordinals) and not one.ordinals & other.ordinals


def name_other_days(one: Statement, other: Statement) -> bool:
    """Whether two sentences name days, and none is the same."""
    return bool(one.days and other.days) and not meet(one.days, other.days)


def meet(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two sets of days have one in common, whatever year they say."""
    return bool({day[-5:] for day in one} & {day[-5:] for day in other})


_SPAN = lazy_pattern(
    r"\d[日号]?(?:(?:[零\d]|\d\d|凌晨|上午|下午|晚上?)*[时点:]?(?:\d\d分?)?)?(?:至|到|-|—|－|~|～|–)(?:\d{1,2}月)?\d{1,2}[日号]"
    r"|[A-Za-z]{3}\.? \d{1,2}(?:-|–| to | through )(?:[A-Z][a-z]+\.? )?\d{1,2}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?(?: [A-Z][a-z]{2,8}\.?)?(?: ?[-–—] ?| to | through )(?:the )?"
    r"\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z][a-z]{2}"
    r"|\bbetween \d{1,2} and \d{1,2} [A-Z][a-z]{2}"
)


def first_days(statement: Statement) -> frozenset[str]:
    """The days that a sentence names, of a time of several days only the first."""
    days = statement.days
    if len(days) == 2 and _SPAN.search(statement.text):
        return frozenset(sorted(days, key=lambda day: day[-5:])[:1])
    return days


def are_on_one_day(one: Statement, other: Statement) -> bool:
    """Whether two sentences name a day in common, or one a day in the time that the other names:
    two such times begin together."""
    ours, yours = (sorted(day[-5:] for day in each.days) for each in (one, other))
    spans = [len(first_days(each)) < len(each.days) for each in (one, other)]
    if all(spans):
        return ours[0] == yours[0]
    if any(spans):
        span, days = (ours, yours) if spans[0] else (yours, ours)
        return any(span[0] <= day <= span[-1] for day in days)
    return meet(ours, yours)


_IDENTIFIER = lazy_pattern(
    r"\b[A-Z]{1,3}(\d{1,4})\b|\b(?:[Ll]ine|No\.?|[Rr]oute|[Bb]us) (\d{1,4})\b"
    r"|(\d{1,4})(?=号|路|次列车)"
)


@lru_cache(maxsize=2048)
def identifiers_of(statement: Statement) -> frozenset[str]:
    """The numbers in a sentence that are names: those of Line 6, 6号线, G75."""
    return frozenset(next(filter(None, ids)) for ids in _IDENTIFIER.findall(statement.text))


_ENOUGH, _ENOUGH_ACROSS = 2.5, 1.5
"""So much two sentences must share before it says anything, however short they are."""


def likeness(one: Statement, other: Statement, *, across: bool) -> float:
    """How much of what either of two sentences says apart from figures and days is in the other,
    0 to 1. Unlike `common` it counts against two sentences what the longer one says beside."""
    ids = identifiers_of(one), identifiers_of(other)
    if all(ids) and not ids[0] & ids[1]:
        return 0.0
    both, sizes = _shared(content_of(one), content_of(other), across)
    both += len(ids[0] & ids[1]) + len(one.ordinals & other.ordinals)
    if both < (_ENOUGH_ACROSS if across else _ENOUGH):
        return 0.0
    return float(min(1.0, both / max(1.0, (sizes[0] + across) * (sizes[1] + across)) ** 0.5))


def common(one: str, other: str, *, across: bool) -> float:
    """How much two sentences have in common, 0 to 1: of the one that says less. Between languages
    subjects and names count, those of cities little, within one the words."""
    both, sizes = _shared(one, other, across)
    return min(1.0, both / (max(2.5, 0.8 * min(sizes)) if across else max(3.0, min(sizes))))


def _shared(one: str, other: str, across: bool) -> tuple[float, tuple[float, float]]:
    """What two texts share, and what each says, as weights."""
    if not across:
        left, right = words(one), words(other)
        both, halves = left & right, (_halves(one), _halves(other))
        sizes = (
            len(each) - 0.5 * len(half) for each, half in zip((left, right), halves, strict=True)
        )
        return len(both) - 0.5 * len(both & halves[0]), (next(sizes), next(sizes))
    first, second = terms_of(one), terms_of(other)
    ours, yours = subjects(one), subjects(other)
    names = (romanised(one) & spoken(other)) | (romanised(other) & spoken(one))
    shared = min(
        _weight(term for term in first if not yours.isdisjoint(term)),
        _weight(term for term in second if not ours.isdisjoint(term)),
    )
    shared += _NAME_WEIGHT * len(names - cities()) + _CITY_WEIGHT * len(names & cities())
    return shared, (_weight(first), _weight(second))


def _weight(terms: Iterable[Term]) -> float:
    """How much some words of the list say: those that stand in any report half."""
    return sum(_GENERAL if GENERAL.issuperset(term) else 1.0 for term in terms)


@lru_cache(maxsize=2048)
def _halves(text: str) -> frozenset[str]:
    """Those of the words of a text that say half as much as others: a pair of Han characters, or
    the name of a city."""
    names = city_words()
    return frozenset(word for word in words(text) if not word.isascii() or word in names)
