"""Grades of texts that are not in the archive: a JSON object a line in, a verdict a line out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import (
    MAX_LINE,
    LineFault,
    LongLine,
    parse_line,
    read_lines,
    read_when,
    text_of,
)
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from scraper.workers.faults import CallFault
from scraper.workers.pool import BlockingWorkers
from scraper.workers.protocol import shared
from storage.relevance import PlaceRole, Relevance
from storage.types import ArticleData, Grade

from .. import _

_MODULES = ("desk.relevance.grading",)


@dataclass(frozen=True, slots=True)
class Graded:
    """One line, graded. `fault` says why it could not be, and there is no relevance then."""

    number: int
    title: str = ""
    relevance: Relevance | None = None
    grade: Grade | None = None
    fault: str = ""


def grade_lines(path: Path, watchlist: Watchlist, zone: str) -> Iterator[Graded]:
    """Grade a file, line by line. `zone` is where dates without one are at home.

    Raises PageError if the file cannot be read.
    """
    with BlockingWorkers(_MODULES, count=1) as workers:
        for line in read_lines(path):
            if isinstance(line, LineFault):
                yield Graded(line.number, fault=line.reason)
            elif isinstance(line, LongLine):
                own = shared(watchlist)
                found = workers.ask(_grade_long, line.number, line.raw, own, zone)
                if isinstance(found, CallFault):
                    found = Graded(line.number, fault=f"{found.outcome}: {found.reason}")
                yield found
            else:
                yield _grade(line.number, line.value, watchlist, zone)


def _grade_long(number: int, raw: bytes, watchlist: Watchlist, zone: str) -> Graded:
    try:
        value = parse_line(raw)
    except ValueError as error:
        return Graded(number, fault=str(error))
    return _grade(number, value, watchlist, zone)


def _grade(number: int, value: dict[str, Any], watchlist: Watchlist, zone: str) -> Graded:
    try:
        article = _article(value, zone)
    except ValueError as error:
        return Graded(number, fault=str(error))
    found = match(article, watchlist)
    return Graded(number, article.title, found, found.grade(watchlist.watched))


def _article(value: dict[str, Any], zone: str) -> ArticleData:
    title, body = text_of(value, "title") or "", text_of(value, "body", MAX_LINE) or ""
    if not (title or body):
        raise ValueError(_("title and body are both missing or empty"))
    return ArticleData("", "", title, body, published=read_when(value, "published", zone))


def about(found: Relevance, watchlist: Watchlist) -> list[str]:
    """The names of the places an article is about."""
    places = watchlist.gazetteer.places
    return [
        places[one.place].en
        for one in found.places
        if one.role is PlaceRole.ABOUT and one.place in places
    ]
