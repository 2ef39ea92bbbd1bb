"""Grades texts that are not in the archive: one JSON object a line in, one verdict a line out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import LineFault, read_lines, read_when, text_of
from scraper.relevance.match import match
from scraper.relevance.watchlist import TopicKind, Watchlist
from storage.relevance.records import PlaceRole, Relevance
from storage.types import ArticleData, Grade


@dataclass(frozen=True, slots=True)
class Graded:
    """One line, graded; `fault` says why it could not be, and there is no relevance then."""

    number: int
    title: str = ""
    relevance: Relevance | None = None
    grade: Grade | None = None
    fault: str = ""


def grade_lines(path: Path, watchlist: Watchlist, zone: str) -> Iterator[Graded]:
    """Grade a file, line by line. `zone` is where dates without one are at home.

    Raises PageError if the file cannot be read.
    """
    for line in read_lines(path):
        if isinstance(line, LineFault):
            yield Graded(line.number, fault=line.reason)
            continue
        try:
            article = _article(line.value, zone)
        except ValueError as error:
            yield Graded(line.number, fault=str(error))
            continue
        found = match(article, watchlist)
        yield Graded(line.number, article.title, found, found.grade(watchlist.watched))


def _article(value: dict[str, Any], zone: str) -> ArticleData:
    title, body = text_of(value, "title") or "", text_of(value, "body") or ""
    if not (title or body):
        raise ValueError("title and body are both missing or empty")
    return ArticleData("", "", title, body, published=read_when(value, "published", zone))


def as_json(graded: Graded, watchlist: Watchlist) -> dict[str, Any]:
    """What machines get of a line."""
    found = graded.relevance or Relevance()
    return {
        "line": graded.number,
        "title": graded.title,
        "grade": graded.grade.value if graded.grade else None,
        "fault": graded.fault or None,
        **relevance_json(found, watchlist),
    }


def relevance_json(found: Relevance, watchlist: Watchlist) -> dict[str, Any]:
    """Topics, organisations, places, evidence and scores, as plain data."""

    def kind(topic: str) -> TopicKind:
        return watchlist.topics[topic].kind if topic in watchlist.topics else TopicKind.OTHER

    return {
        "topics": [
            one.topic for one in found.scores if kind(one.topic) is not TopicKind.ORGANISATION
        ],
        "organisations": [
            one.topic for one in found.scores if kind(one.topic) is TopicKind.ORGANISATION
        ],
        "places": [
            {
                "place": one.place,
                "name": watchlist.gazetteer.places[one.place].en,
                "name_zh": watchlist.gazetteer.places[one.place].zh,
                "role": one.role.value,
                "phrase": one.phrase,
                "field": one.field,
                "times": one.times,
                "why": one.why,
            }
            for one in found.places
            if one.place in watchlist.gazetteer.places
        ],
        "evidence": [
            {
                "topic": one.topic,
                "grade": one.grade.value,
                "phrase": one.phrase,
                "field": one.field,
                "start": one.start,
                "sentence": one.sentence,
            }
            for one in found.matches
        ],
        "scores": [
            {
                "topic": one.topic,
                "grade": one.grade.value,
                "points": one.points,
                "parts": [{"points": part.points, "why": part.why} for part in one.parts],
            }
            for one in found.scores
        ],
    }


def about(found: Relevance, watchlist: Watchlist) -> list[str]:
    """The names of the places an article is about."""
    places = watchlist.gazetteer.places
    return [
        places[one.place].en
        for one in found.places
        if one.role is PlaceRole.ABOUT and one.place in places
    ]
