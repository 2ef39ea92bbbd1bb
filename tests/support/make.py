"""Builders for values that many tests need. Every one has sensible fields; name what matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from storage.sources import SourceRef
from storage.types import (
    ArticleData,
    Capture,
    Evidence,
    Insert,
    Origin,
    Outcome,
    Precision,
    Reading,
    When,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"
SOURCE = SourceRef("practice-en", "Practice City (English)", "Guiyang", "en", SHANGHAI)
BODY = (
    "Guiyang has been chosen as a hub city of the Innovation China programme, the city's science "
    "association said on Monday.\n\nThe city will support big data and new materials with 95 "
    "million yuan this year, and wants forty laboratories to open their doors to companies."
)


def day(text: str) -> When:
    """A date known to the day."""
    return When(date.fromisoformat(text), Precision.DAY, SHANGHAI)


def article(**fields: Any) -> ArticleData:
    """What a page says."""
    base = ArticleData(
        url="http://english.practice.test/2026-03/01/c_1.htm",
        source_id=SOURCE.id,
        title="Guiyang chosen as hub city",
        body=BODY,
        html="<p>Guiyang has been chosen.</p>",
        published=day("2026-03-01"),
        source="english.practice.test",
        language="en",
        evidence=(Evidence("title", Origin.TEMPLATE, "h1", "Guiyang chosen as hub city"),),
    )
    return replace(base, **fields)


def reading(**fields: Any) -> Reading:
    """A page that was read."""
    return Reading(Outcome.OK, "", 1, "utf-8", "chinadaily", article(**fields))


def unreadable(outcome: Outcome = Outcome.EMPTY, reason: str = "no body") -> Reading:
    """A page that could not be used."""
    return Reading(outcome, reason, 1)


def capture(body: bytes = b"<h1>Guiyang</h1>", **fields: Any) -> Capture:
    """A response."""
    url = fields.pop("url", article().url)
    base = Capture(url, url, NOW, 200, (("content-type", "text/html; charset=utf-8"),), body)
    return replace(base, **fields)


def insert(**fields: Any) -> Insert:
    """The intent to keep a new article."""
    from scraper.hashes import body_hash, content_hash

    read = reading(**fields)
    assert read.article
    return Insert(read, content_hash(read.article), body_hash(read.article))


def later(**delta: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(**delta)
