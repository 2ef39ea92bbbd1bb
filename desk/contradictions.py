"""Contradictions: between texts of a file, and what the two reports of one in the archive say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import MAX_LINE, read_when, text_of
from scraper.contradictions import doubts_of
from scraper.events.doubts import Doubt, DoubtKind, Excuse
from scraper.events.joins import report_of
from scraper.events.statements import Report
from storage.archive import Archive
from storage.contradictions import Claim, Contradiction

from . import _
from .json_lines import answers


@dataclass(frozen=True, slots=True)
class PairOfLine:
    """What the two articles of a line say differently, the surest first, or why the line could not
    be used."""

    number: int
    id: str | int = ""
    doubts: tuple[Doubt, ...] = ()
    fault: str = ""

    @property
    def contradiction(self) -> Doubt | None:
        """The surest contradiction. None where there is none."""
        return next((doubt for doubt in self.doubts if doubt.excuse is None), None)

    @property
    def shown(self) -> Doubt | None:
        """The contradiction, else what looks like one and is none."""
        return self.contradiction or next(iter(self.doubts), None)

    @property
    def kind(self) -> str:
        """What differs in a contradiction, else why it is none."""
        if self.shown is None:
            return Excuse.NOTHING
        return self.shown.excuse or self.shown.kind


def pairs_of_lines(path: Path, zone: str) -> Iterator[PairOfLine]:
    """Compare the pairs of articles in a file, a JSON object a line with `articles`. `zone` is
    where dates without one are at home. Raises PageError if the file cannot be read."""
    return answers(path, _pair_of_line, _refused, zone)


def _refused(number: int, why: str) -> PairOfLine:
    return PairOfLine(number, fault=why)


def _pair_of_line(number: int, value: dict[str, Any], zone: str) -> PairOfLine:
    articles = value.get("articles")
    if (
        not isinstance(articles, list)
        or len(articles) != 2
        or not all(isinstance(one, dict) for one in articles)
    ):
        return PairOfLine(number, fault=_("articles is not a list of two"))
    try:
        one, other = (_report(article, zone) for article in articles)
    except ValueError as error:
        return PairOfLine(number, fault=str(error))
    name = value.get("id", number)
    doubts = doubts_of(one, other)
    return PairOfLine(number, name if isinstance(name, str | int) else str(name), doubts)


def _report(article: dict[str, Any], zone: str) -> Report:
    body, title = text_of(article, "body", MAX_LINE) or "", text_of(article, "title") or ""
    published = read_when(article, "published", zone)
    return Report(
        text_of(article, "source") or "",
        text_of(article, "language") or "",
        published.day if published else None,
        title,
        body,
    )


# In the archive


def excused(store: Archive, one: Contradiction) -> tuple[Doubt, ...]:
    """What looks like a contradiction between the same two texts, and is none, the surest first."""
    doubts = doubts_of(*(_text(store, one, which) for which in (0, 1)))
    return tuple(doubt for doubt in doubts if doubt.excuse is not None)


def _text(store: Archive, one: Contradiction, which: int) -> Report:
    claim = (one.found.first, one.found.second)[which]
    by = (one.first, one.second)[which]
    for version in store.stories.contradictions.versions(claim.article_id, -1):
        if version.number == claim.revision:
            return report_of(by.source_id, by.language, by.day, version.title, version.body)
    return report_of(by.source_id, by.language, by.day, "", "")


def marked(one: Contradiction) -> tuple[Pieces, Pieces]:
    """Both sentences cut around what differs in them: figures and days as printed, the members of a
    list that only one of the two has."""
    first, second = one.found.first, one.found.second
    return _pieces(one.found.kind, first, second), _pieces(one.found.kind, second, first)


Pieces = tuple[tuple[str, bool], ...]
"""Parts of a text, and whether each is to be marked."""


def _pieces(kind: str, claim: Claim, other: Claim) -> Pieces:
    text = claim.sentence
    if kind == DoubtKind.FIGURE:
        spans = [(claim.place, claim.place + claim.length)]
    elif kind == DoubtKind.DATE:
        found = (re.finditer(_day(day), text) for day in claim.value.split(", "))
        spans = [match.span() for matches in found for match in matches]
    elif kind == DoubtKind.LIST:
        theirs = set(other.value.split(_COMMA))
        alone = (member for member in claim.value.split(_COMMA) if member not in theirs)
        spans = [
            (place, place + len(member)) for member in alone if (place := text.find(member)) >= 0
        ]
    elif kind in (DoubtKind.PLACE, DoubtKind.OUTCOME, DoubtKind.NAME):
        found = (re.finditer(re.escape(words), text) for words in claim.value.split(", ") if words)
        spans = [match.span() for matches in found for match in matches]
    else:
        spans = []
    return tuple(_cut(text, sorted(spans)))


def _cut(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in spans:
        if start < at or start == end:
            continue
        if text[at:start]:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if text[at:]:
        yield text[at:], False


_COMMA = "\u3001"
"""Between the members of a list, as the rules print them."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day(iso: str) -> str:
    """How texts write a day (ISO 8601, perhaps without its year), as a pattern."""
    month, day = (int(part) for part in iso.split("-")[-2:])
    name = f"{_MONTHS[month - 1]}[a-z]*\\.?"
    han = f"{month}\u6708{day}[\u65e5\u53f7]"
    return f"{han}|\\b{name} {day}(?:st|nd|rd|th)?\\b|\\b{day} {name}(?![a-z])"
