"""The date and source line: cut into its labelled parts.

`english.guiyang.gov.cn|Updated: 2023-08-29`, `By X (China Daily) Updated: …`, `发布时间：… 来源：…
字号：[大 中 小]`: one grammar for all. Finds parts; which of them wins is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from storage.types import When

from ..text import clean_field, narrow
from .dates import find_dates

MAX_LINE = 400


class Label(StrEnum):
    """What a label says of the value after it."""

    PUBLISHED = "published"
    STATED = "stated"
    """A bare "time" or "date": of the article in its date line, of the event in its text."""
    UPDATED = "updated"
    WRITTEN = "written"
    PLAIN = "plain"
    SOURCE = "source"
    AUTHOR = "author"
    SKIP = "skip"


_WORDS: dict[Label, str] = {
    Label.PUBLISHED: (
        "发布时间|发布日期|发布于|发表时间|发表日期|发表于|公开日期|公开时间|公布日期|公布时间|上传时间"
        "|发稿时间|信息提供日期|信息发布日期|信息时间|录入时间|添加时间|加入时间|刊发时间|推送时间"
        "|published on|published at|published date|published|publish ?time|published time"
        "|publish date|publication date|pub ?date|pub ?time"
        "|release ?time|release ?date|released|posted on|posted at|posted|post time|post date"
        "|input ?time"
        "|date of publication|issued on"
    ),
    Label.STATED: "时间|日期|date|time",
    Label.UPDATED: (
        "更新时间|更新日期|最后更新时间|最后更新|修改时间|最近更新|更新于|更新"
        "|last updated on|last updated at|last updated|last update|last modified on|last modified"
        "|updated on|updated at"
        "|updated|update ?time|update ?date|update|modified"
    ),
    Label.WRITTEN: (
        "成文日期|成文时间|生成日期|生成时间|印发日期|印发时间|发文日期|发文时间|签发日期|施行日期|实施日期"
        "|生效日期|生效时间|废止日期|失效日期|失效时间|有效期至|有效期|截止日期|截止时间|截至|截止|活动时间"
        "|报名时间|会议时间|举办时间|开标时间|征集时间|起止时间|当前时间|今天是|现在是|today is"
        "|event date|deadline"
        "|written on|effective date|enacted on"
    ),
    Label.SOURCE: (
        "信息来源|文章来源|来源单位|来源于|来源网站|消息来源|新闻来源|稿件来源|稿源|来源|出处|转自|发布者|发布机构|发布单位"
        "|发布机关|发文机关|信息提供|供稿单位|供稿|chinese source|news source|source|sources|from"
        "|provider"
    ),
    Label.AUTHOR: (
        "文章作者|作者|记者|本报记者|撰稿人|撰稿|撰文|通讯员|authors?|writer|reporter|written by|by"
    ),
    Label.SKIP: (
        "责任编辑|责编|执行主编|编辑|审核|校对|校审|核稿|监制|浏览次数|浏览量|浏览|点击数|点击次数|点击率|点击量|点击|阅读次数|阅读量"
        "|阅读|访问次数|访问量|人气|字体大小|字体|字号|文字大小|保护视力色|视力保护色|背景色|分享到|分享|打印本页|打印"
        "|关闭窗口|关闭|收藏|评论数|评论|类型|分类|栏目|索引号|信息分类|主题分类|文号|发文字号|语音播报|扫一扫|我要纠错|纠错"
        "|views?|hits|clicks|browse|page view|read|visits?|font ?size|text size|font|print|share"
        "|comments?"
        "|editor|edited|e-?mail|large medium small|small medium large|l m s"
    ),
}  # fmt: skip
_SPACED = r"|{0}\s{{1,6}}{1}"
_FREE: dict[Label, str] = {
    Label.PUBLISHED: "发布于|发表于|published on|published|posted on|posted",
    Label.UPDATED: "更新于|last updated on|last updated|updated on|updated",
    Label.WRITTEN: "今天是|today is",
    Label.SOURCE: "来源于|转自",
    Label.AUTHOR: "by",
    Label.SKIP: (
        "网友评论|我要评论|打印本页|打印|关闭窗口|关闭|分享到|分享|收藏|扫一扫|语音播报|我要纠错"
        "|举报|large medium small|l m s|print|share"
    ),
}
"""These mark a value even without a colon."""


def _alternation(words: dict[Label, str], extra: dict[Label, str]) -> str:
    """One named group a label, longest words first, so that no word hides behind a shorter one."""
    groups = []
    for label, listed in words.items():
        ordered = "|".join(sorted(listed.split("|"), key=len, reverse=True))
        groups.append(f"(?P<{label.value}>{ordered}{extra.get(label, '')})")
    return "|".join(groups)


# 来　源：, 日　期：: printed wide to look neat.
_WIDE = {
    Label.STATED: _SPACED.format("时", "间") + _SPACED.format("日", "期"),
    Label.SOURCE: _SPACED.format("来", "源"),
    Label.AUTHOR: _SPACED.format("作", "者"),
}
_COLONED = re.compile(
    rf"(?<![a-z0-9])(?:{_alternation(_WORDS, _WIDE)})\s{{0,4}}:[\s:]{{0,9}}", re.I
)
_DATE_WORDS = {label: _WORDS[label] for label in (Label.PUBLISHED, Label.UPDATED, Label.WRITTEN)}
# `发布时间 2005/05/17`, `Posted on 5 May`: the date itself stands for the colon.
_BEFORE_DATE = re.compile(
    rf"(?<![a-z0-9])(?:{_alternation(_DATE_WORDS, {})})\s{{0,4}}(?=(?:1[89]|2\d)\d\d\D)", re.I
)
_BARE = re.compile(rf"(?<![a-z0-9.@-])(?:{_alternation(_FREE, {})})(?![a-z0-9:.@-])\s{{0,9}}", re.I)
_EDGE = " \t|｜丨/\\·•,，;；:：-–—_[]【】［］<>《》"
_BRACKETED = re.compile(r"\(([^()]{2,80})\)")
# "by" names an author where a line or a part of it begins, not inside a sentence.
_LEADS = re.compile(r"(?:^|[|)\]\d:;,>·-])\s{0,9}$")
_BY = re.compile(r"^by\s+", re.I)
_IN_PLACE = re.compile(r"\s(?:in|from|at)\s[A-Z][\w'’ ,.-]{1,60}$")
_CONTROLS = re.compile(
    r"\[?\s?大\s{0,3}[\]/| ]{0,3}\[?中\s{0,3}[\]/| ]{0,3}\[?小\s?\]?"
    r"|(?<![A-Za-z])L\s{1,3}M\s{1,3}S(?![A-Za-z])"
    r"|\s原创稿?(?![一-鿿])|(?:星期|周)[一二三四五六日天](?![一-鿿])|(?<![A-Za-z])(?:Print|Share|Email|A[+-]|Large|Medium|Small)(?![A-Za-z])|\[?\s?\+\s?\]?\s?\[?\s?-\s?\]?$"
)
_EMPTY_VALUES = frozenset([
    "无", "暂无", "null", "undefined", "none", "未知", "admin", "editor", "at", "on", "mon",
    "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of the line under its label; `start` and `end` are offsets in the line."""

    label: Label
    when: When
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Byline:
    """A line taken apart. `rest` is what no label explains, without dates and controls."""

    dates: tuple[Dated, ...] = ()
    source: str = ""
    author: str = ""
    rest: tuple[str, ...] = ()
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    label: Label
    is_by: bool = False


def read_byline(line: str, zone: str) -> Byline:
    """Take one line (at most 400 characters are looked at) apart."""
    text = line[:MAX_LINE]
    plain = narrow(text)
    marks = [*_labels(plain)]
    found = [
        Dated(_label_before(marks, d.start, plain), d.when, d.start, d.end)
        for d in find_dates(text, zone)
    ]
    stops = sorted(
        [*marks, *(_Mark(d.start, d.end, Label.PLAIN) for d in found)], key=lambda m: m.start
    )
    values: dict[Label, str] = {}
    rest: list[str] = []
    _segment(text[: stops[0].start] if stops else text, rest)
    for i, mark in enumerate(stops):
        end = stops[i + 1].start if i + 1 < len(stops) else len(text)
        _assign(mark, text[mark.end : end], values, rest)
    source, author = values.get(Label.SOURCE, ""), values.get(Label.AUTHOR, "")
    source = _BY.sub("", _value(source), count=1)
    return Byline(
        tuple(found), source, _person(author), tuple(rest), frozenset(m.label for m in marks)
    )


@lru_cache(maxsize=4096)  # a site's menus are the same on every page
def is_label(text: str) -> bool:
    """True for a line that is nothing but a label, its value in the next cell."""
    return len(text) <= 24 and _COLONED.fullmatch(narrow(text).rstrip(": ") + ":") is not None


def _labels(plain: str) -> list[_Mark]:
    """Labels in order; one with a colon hides a bare one inside it."""
    colons = _COLONED.finditer(plain) if ":" in plain else ()
    marks = [_Mark(m.start(), m.end(), Label(m.lastgroup or "plain")) for m in colons]
    taken = [(m.start, m.end) for m in marks]
    for m in (*_BEFORE_DATE.finditer(plain), *_BARE.finditer(plain)):
        # `Source: by Hicenter`: the bare word stands right after a label, so it labels nothing.
        if not any(start < m.end() and m.start() <= end for start, end in taken):
            is_by = m.group().strip().lower() == "by"
            if is_by and not _LEADS.search(plain[: m.start()]):
                continue
            marks.append(_Mark(m.start(), m.end(), Label(m.lastgroup or "plain"), is_by))
            taken.append((m.start(), m.end() - 1))
    return sorted(marks, key=lambda mark: mark.start)


def _label_before(marks: list[_Mark], start: int, plain: str) -> Label:
    """The label that a date follows directly: only blanks may stand between."""
    for mark in reversed(marks):
        if mark.end <= start:
            between = plain[mark.end : start].strip(" :[]()|")
            return mark.label if not between else Label.PLAIN
    return Label.PLAIN


def _assign(mark: _Mark, raw: str, values: dict[Label, str], rest: list[str]) -> None:
    """Give the text after a mark to its label; the rest of the line to nobody."""
    if mark.label in (Label.SOURCE, Label.AUTHOR):
        value, *others = _split(raw)
        if mark.is_by:
            inner = _BRACKETED.search(narrow(value))
            if inner is not None:
                values.setdefault(Label.SOURCE, value[inner.start(1) : inner.end(1)])
                value = value[: inner.start()]
        if value.strip(_EDGE):
            values.setdefault(mark.label, value)
        for other in others:
            _segment(other, rest)
    elif mark.label is not Label.SKIP:
        _segment(raw, rest)


def _split(raw: str) -> list[str]:
    return re.split(r"[|｜丨]|\s{3,}", raw) or [""]


def _segment(raw: str, rest: list[str]) -> None:
    for part in _split(raw):
        value = _value(part)
        if value:
            rest.append(value)


def _value(raw: str) -> str:
    """A value as printed, without controls, separators and brackets around it."""
    value = clean_field(_CONTROLS.sub(" ", raw)).strip(_EDGE)
    plain = narrow(value)
    if plain.startswith("(") and plain.count("(") >= plain.count(")") and "(" not in plain[1:]:
        value = value[1:].strip(_EDGE)
        if narrow(value).endswith(")"):
            value = value[:-1].strip(_EDGE)
    elif (plain.endswith(")") and "(" not in plain) or plain.endswith("("):
        value = value[:-1].strip(_EDGE)
    if not any(c.isalpha() for c in value) or value.casefold() in _EMPTY_VALUES:
        return ""
    return value


def _person(raw: str) -> str:
    """A byline's name: `YUAN SHENGGAO`, without `in Guiyang`; a number is no name."""
    name = _IN_PLACE.sub("", _value(raw))
    return "" if name.isdigit() else name
