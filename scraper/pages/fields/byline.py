"""The date and source line: cut into its labelled parts.

`english.guiyang.gov.cn|Updated: 2023-08-29`, `By X (China Daily) Updated: …`, `发布时间：… 来源：…
字号：[大 中 小]`: one grammar for all. Finds parts; which of them wins is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from storage.types import When

from ..text import clean_field, narrow
from .dates import DateOrder, find_dates
from .labels import BARE, BEFORE_DATE, COLONED, Label

MAX_LINE = 400
_EDGE = " \t|｜丨/\\·•,，;；:：-–—_[]【】［］<>《》"
_SENTENCE = re.compile("[，。]")
_PARTED = re.compile(r"[|｜丨]|\s{3,}")
_BRACKETED = re.compile(r"\(([^()]{2,80})\)")
# "by" names an author where a line or a part of it begins, not inside a sentence.
_LEADS = re.compile(r"(?:^|[|)\]\d:;,>·-])\s{0,9}$")
_BY = re.compile(r"^by\s+", re.I)
_IN_PLACE = re.compile(
    r"\s(?:in|from|at)\s[A-Z][\w'’.-]{1,30}(?:,?\s[A-Z][\w'’.-]{1,30}){0,4}(?=\sand\s|\s?,\s|$)"
)
_CONTROLS = re.compile(
    r"\[?\s?大\s{0,3}[\]/| ]{0,3}\[?中\s{0,3}[\]/| ]{0,3}\[?小\s?\]?"
    r"|(?<![A-Za-z])L\s{1,3}M\s{1,3}S(?![A-Za-z])"
    r"|\s原创稿?(?![一-鿿])|(?:星期|周)[一二三四五六日天](?![一-鿿])|(?<![A-Za-z])(?:Print|Share|Email|A[+-]|Large|Medium|Small)(?![A-Za-z])|\[?\s?\+\s?\]?\s?\[?\s?-\s?\]?$"
)
_WEEKDAY = re.compile(
    r"^\s{0,3}(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b", re.I
)
_COUNT = re.compile(r"\d{1,9}\+?\s?(?:[次人条个页篇]|views?|hits?|clicks?|times)", re.I)
_EMPTY_VALUES = frozenset([
    "无", "暂无", "null", "undefined", "none", "未知", "admin", "editor", "at", "on", "mon",
    "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A date of the line under its label; `start` and `end` are offsets in the line."""

    label: Label
    when: When
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Byline:
    """A line taken apart. `rest` is what no label explains, without dates and controls."""

    dates: tuple[LabelledDate, ...] = ()
    source: str = ""
    author: str = ""
    editor: str = ""
    rest: tuple[str, ...] = ()
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    label: Label
    is_by: bool = False


@lru_cache(maxsize=128)  # several fields ask about the same line
def read_byline(line: str, zone: str, order: DateOrder = DateOrder.UNSURE) -> Byline:
    """Take one line (at most 400 characters are looked at) apart."""
    text = line[:MAX_LINE]
    plain = narrow(text)
    marks = [*_labels(plain)]
    found = [
        LabelledDate(_label_before(marks, d.start, plain), d.when, d.start, d.end)
        for d in find_dates(text, zone, order)
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
        tuple(found),
        source,
        _person(author),
        _person(values.get(Label.EDITOR, "")),
        tuple(rest),
        frozenset(m.label for m in marks),
    )


def _labels(plain: str) -> list[_Mark]:
    """Labels in order; one with a colon hides a bare one inside it."""
    colons = COLONED.finditer(plain) if ":" in plain else ()
    marks = [_Mark(m.start(), m.end(), Label(m.lastgroup or "plain")) for m in colons]
    taken = [(m.start, m.end) for m in marks]
    for m in (*BEFORE_DATE.finditer(plain), *BARE.finditer(plain)):
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
            between = _WEEKDAY.sub("", plain[mark.end : start]).strip(" :[]()|,")
            return mark.label if not between else Label.PLAIN
    return Label.PLAIN


def _assign(mark: _Mark, raw: str, values: dict[Label, str], rest: list[str]) -> None:
    """Give the text after a mark to its label; the rest of the line to nobody."""
    if mark.label in (Label.SOURCE, Label.AUTHOR, Label.EDITOR):
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
    return _PARTED.split(raw)


def _segment(raw: str, rest: list[str]) -> None:
    for part in _split(raw):
        value = _value(part)
        if value:
            rest.append(value)


def _value(raw: str) -> str:
    """A value as printed, without controls, separators and brackets around it."""
    if not raw or raw.isspace():
        return ""
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
    if value[0].isdigit() and _COUNT.fullmatch(value):
        return ""
    return value


def _person(raw: str) -> str:
    """A byline's name: `YUAN SHENGGAO`, without `in Guiyang`; a number is no name, and who took a
    picture (摄) is no writer."""
    name = _IN_PLACE.sub("", _value(_SENTENCE.split(raw, maxsplit=1)[0]))
    return "" if name.isdigit() or name.endswith("摄") else name
