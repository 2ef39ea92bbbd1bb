"""Grades of texts that are not in the archive: a JSON object a line in, a verdict a line out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import MAX_LINE, read_when, text_of
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from storage.relevance import PlaceRole, Relevance
from storage.types import ArticleData, Grade

from .. import _
from ..json_lines import answers


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
    return answers(path, _grade, _refused, watchlist, zone)


def _refused(number: int, why: str) -> Graded:
    return Graded(number, fault=why)


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
