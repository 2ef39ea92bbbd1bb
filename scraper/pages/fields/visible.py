"""The visible date and source line: found by its labels, its place and its company.

Reads what a person sees under the headline. Dates inside running text, link lists, footers and
comments lose; nothing here knows metas or templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from storage.types import Precision, When

from ..page import Page
from ..text import narrow, squeeze
from ..tree import Element, Line, names_of
from .byline import Byline, Dated, Label, is_label, read_byline
from .dates import is_plausible

_YEARISH = re.compile(r"(?:19|2\d)\d\d|[〇零○]|[12]\s\d\s\d\s\d")
_NUMERAL = re.compile(r"[0-9０-９〇零○]")
_NOISE = re.compile(
    r"related|relate|recommend|comment|footer|copyright|sidebar|hotnews|rank|breadcrumb|more-news|latest",
    re.I,
)
_NOISE_TAGS = frozenset(("footer", "aside", "nav"))
_WEEKDAY = re.compile(r"星期|周[一二三四五六日天]")
_HOST = re.compile(r"\(?\s?(?:[a-z0-9-]{1,40}\.){1,5}(?:cn|com|net|org|gov)\s?\)?", re.I)
_BRACKETS = re.compile(r"(?:by\s?)?\([^()]{2,80}\)?", re.I)
_COPYRIGHT = re.compile(r"copyright|©|版权所有|all rights reserved|ICP备", re.I)
_THRESHOLD = 25
_MOST_LINES = 1_000
_BASE = {
    Label.PUBLISHED: 50,
    Label.STATED: 46,
    Label.UPDATED: 40,
    Label.PLAIN: 22,
    Label.SOURCE: 22,
    Label.AUTHOR: 22,
}


@dataclass(frozen=True, slots=True)
class Dateline:
    """The line under the headline: its raw text, its dates, source and author as printed."""

    raw: str
    published: When | None = None
    updated: When | None = None
    label: str = ""
    source: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    index: int
    text: str
    byline: Byline
    dated: Dated


def read_dateline(page: Page, title: str, zone: str, body: Element | None) -> Dateline | None:
    """The best date line, with the source and author around it; None if there is none."""
    lines = _joined(page.lines)
    heading = _heading_index(lines, title)
    best: _Candidate | None = None
    for index, text, line in islice(_with_years(lines), _MOST_LINES):
        byline = read_byline(text, zone)
        for dated in byline.dates:
            score = _score(dated, byline, text, line, index - heading, _is_inside(line.tag, body))
            plausible = dated.label in _BASE and is_plausible(dated.when, page.now)
            if plausible and score >= _THRESHOLD and (best is None or score > best.score):
                best = _Candidate(score, index, text, byline, dated)
    if best is None:
        return _undated(lines, heading, title)
    return _with_company(best, lines, title, zone, page)


def _with_years(lines: list[tuple[str, Line]]) -> Iterator[tuple[int, str, Line]]:
    """The short lines in which a date may stand."""
    for index, (text, line) in enumerate(lines):
        if (
            len(text) <= 400
            and _NUMERAL.search(text)
            and _YEARISH.search(narrow(text))
            and not _COPYRIGHT.search(text)
        ):
            yield index, text, line


def _joined(lines: tuple[Line, ...]) -> list[tuple[str, Line]]:
    """Lines, a label alone in its table cell joined with the value in the next one."""
    out: list[tuple[str, Line]] = []
    for line in lines:
        if out and is_label(out[-1][0]) and len(line.text) <= 80 and not is_label(line.text):
            text, first = out[-1]
            out[-1] = (f"{text.rstrip(':： ')}：{line.text}", first)
        else:
            out.append((line.text, line))
    return out


def _heading_index(lines: list[tuple[str, Line]], title: str) -> int:
    """Where the headline stands: its last unlinked echo before the text; far away if nowhere."""
    key = squeeze(title)
    if not key:
        return 10_000
    places = [
        i
        for i, (text, line) in enumerate(lines)
        if line.linked * 2 < len(text) and squeeze(text) == key
    ]
    if not places:
        places = [
            i for i, (text, _) in enumerate(lines) if len(text) < 300 and key in squeeze(text)
        ]
    return places[0] if places else 10_000


def _score(
    dated: Dated, byline: Byline, text: str, line: Line, distance: int, in_body: bool
) -> float:
    score: float = _BASE.get(dated.label, 0)
    labelled = dated.label in (Label.PUBLISHED, Label.UPDATED)
    score += 12 if byline.source or byline.author else 0
    score += (
        30 if 0 <= distance <= 8 else 15 if 8 < distance <= 25 else 12 if -8 <= distance < 0 else 0
    )
    score += 0 if dated.when.precision is Precision.DAY else 5
    score -= 40 if line.linked * 2 > len(text) else 0
    score -= 40 if _in_noise(line.tag) else 0
    score -= 25 if distance < 0 and _WEEKDAY.search(text) else 0
    if dated.label is Label.STATED and in_body and not (byline.source or byline.author):
        score -= 60  # when something takes place
    if not labelled:
        other = len(text) - (dated.end - dated.start)
        score -= 30 if other > 60 else 0
        score -= 20 if other > 20 and ("。" in text or text.endswith(".")) else 0
        score -= 18 if in_body else 0
    return score - abs(min(distance, 300)) / 100


def _is_inside(tag: Element, body: Element | None) -> bool:
    return tag is body or any(parent is body for parent in tag.iterancestors())


def _in_noise(tag: Element) -> bool:
    node: Element | None = tag
    for _ in range(8):
        if node is None:
            return False
        if node.tag in _NOISE_TAGS or _NOISE.search(names_of(node)):
            return True
        node = node.getparent()
    return False


def _with_company(
    best: _Candidate, lines: list[tuple[str, Line]], title: str, zone: str, page: Page
) -> Dateline:
    """Complete the date line with the source and author lines right beside it."""
    source, author, raw = best.byline.source, best.byline.author, best.text
    rest = list(best.byline.rest)
    for text in _neighbours(lines, best.index, title):
        near = read_byline(text, zone)
        if near.dates and not (near.source or near.author):
            continue
        source, author = source or near.source, author or near.author
        rest += near.rest
        raw = f"{raw} ⏎ {text}"
    updated = _other(best, Label.UPDATED, page)
    source = source or _unlabelled(rest, title)
    if not source and (apart := _undated(lines, _heading_index(lines, title), title)) is not None:
        source = apart.source
    return Dateline(raw, best.dated.when, updated, best.dated.label.value, source, author)


def _other(best: _Candidate, label: Label, page: Page) -> When | None:
    """The date under another label of the same line, if the winner is not that one."""
    if best.dated.label is label:
        return None
    whens = [
        d.when for d in best.byline.dates if d.label is label and is_plausible(d.when, page.now)
    ]
    return whens[0] if whens else None


def _neighbours(lines: list[tuple[str, Line]], index: int, title: str) -> Iterator[str]:
    key = squeeze(title)
    for step in (-1, 1):
        for offset in range(1, 4):
            at = index + step * offset
            if not 0 <= at < len(lines) or squeeze(lines[at][0]) == key:
                break
            text, line = lines[at]
            if line.linked * 2 <= len(text) + 1 and _is_company(text):
                yield text


def _is_company(text: str) -> bool:
    """True for a short line that names a source or an author."""
    if len(text) > 120:
        return False
    plain = narrow(text).strip()
    if len(plain) > 60 and plain.endswith((".", "。", "!", "?")):
        return False
    if _HOST.fullmatch(plain) or _BRACKETS.fullmatch(plain):
        return True
    byline = read_byline(text, "Asia/Shanghai")
    return bool(byline.source or byline.author) and len("".join(byline.rest)) < 60


def _unlabelled(rest: list[str], title: str) -> str:
    """A source that carries no label: a host name first, else the first short part."""
    key = squeeze(title)
    parts = [part for part in rest if len(part) <= 60 and ">" not in part and squeeze(part) != key]
    parts = [part for part in parts if "://" not in part]
    hosts = [part for part in parts if _HOST.fullmatch(part)]
    return next(iter([*hosts, *parts]), "")


def _undated(lines: list[tuple[str, Line]], heading: int, title: str) -> Dateline | None:
    """A source or author line near the headline of a page that prints no date."""
    for text, line in lines[max(0, heading - 3) : heading + 8] if heading < len(lines) else []:
        if squeeze(text) != squeeze(title) and line.linked * 2 <= len(text) and _is_company(text):
            byline = read_byline(text, "Asia/Shanghai")
            if byline.source or byline.author:
                return Dateline(text, source=byline.source, author=byline.author)
    return None
