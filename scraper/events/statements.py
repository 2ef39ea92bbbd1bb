"""What the sentences of a report state, so that two reports can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from storage.facts import Figure
from storage.text import simplify

from ..facts.read import facts_of
from .lexicon import cities, romanised, spoken, subjects, words
from .periods import Timeframe, days_of, ordinals_of, period_of, scope_of


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


_ACTS = {
    "open": """
        开幕 开馆 揭牌 启动 开工 投产 投用 开通 首飞 首航 启航 正式运营
        open unveil inaugurat launch began begin start kick
    """,
    "close": """
        闭幕 落幕 收官 结束 持续至 持续到 截止 截至 close end until till deadline conclude last
    """,
    "announce": "发布 公布 宣布 通报 印发 出台 公示 announc publish releas issue reveal",
    "hold": "举行 举办 召开 held hold host took take",
    "sign": "签约 签订 签署 sign",
    "complete": "竣工 建成 完工 贯通 合龙 封顶 轨通 complet finish join",
    "depart": "首发 发车 开行 depart left",
    "die": "逝世 去世 die",
}


def _either(listed: str) -> re.Pattern[str]:
    """Any of these words, English ones by their beginnings."""
    forms = (rf"\b{word}" if word.isascii() else word for word in listed.split())
    return re.compile("|".join(forms), re.IGNORECASE)


_ACT = {act: _either(listed) for act, listed in _ACTS.items()}


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
)
_SENTENCE = re.compile(
    r"(?<=[。！？；])|\n+|(?<=[.!?])[\"”’)]*(?=\s+[A-Z\"“])(?<!\b[A-Z]\.)"
    + "".join(rf"(?<!\b{form}\.)" for form in _SHORT_FORMS)
)


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
                begin + len(body[begin:end]) - len(body[begin:end].lstrip()),
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
    return sum(_GENERAL if subject in GENERAL else 1.0 for subject in found)


def common(one: str, other: str, *, across: bool) -> float:
    """How much two sentences have in common, 0 to 1: of the one that says less. Between languages
    subjects and names count, those of cities little, within one the words."""
    if across:
        names = (romanised(one) & spoken(other)) | (romanised(other) & spoken(one))
        both = weight_of(subjects(one) & subjects(other))
        both += _NAME_WEIGHT * len(names - cities()) + _CITY_WEIGHT * len(names & cities())
        least = min(weight_of(subjects(one)), weight_of(subjects(other)))
        return min(1.0, both / max(2.5, 0.8 * least))
    left, right = words(one), words(other)
    return len(left & right) / max(4, min(len(left), len(right)))
