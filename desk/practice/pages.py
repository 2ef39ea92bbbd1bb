"""One served page, and what all layouts share: escaping, stamps, related links, pictures.

Knows no single layout.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from html import escape
from zoneinfo import ZoneInfo

from .plan import ZONE, Placed, PracticeState
from .story import person, spelling

ROWS = 20  # rows on a list page


@dataclass(frozen=True, slots=True)
class PracticePage:
    """What one address answers: bytes, media type and time of the last change (aware)."""

    body: bytes
    kind: str
    modified: datetime


def esc(text: str) -> str:
    """Text made safe for HTML and XML, in content and in attributes."""
    return escape(text, quote=True)


def opening(anchor: date, day: int) -> datetime:
    """When the portal's editors do the work of `day`: half past midnight in Shanghai."""
    moved = anchor + timedelta(days=day - 1)
    return datetime(moved.year, moved.month, moved.day, 0, 30, tzinfo=ZoneInfo(ZONE))


def modified(article: Placed, anchor: date, day: int) -> datetime:
    """When the page of `article`, as it stands on `day`, was last changed."""
    edit = article.story.edit
    if edit is not None and edit.day <= day:
        return opening(anchor, edit.day)
    return datetime.fromisoformat(article.published.sort_key)


def list_modified(articles: Iterable[Placed], anchor: date, day: int) -> datetime:
    """When the lists of a host that holds `articles` were last changed, up to `day`."""
    stirring = {PracticeState.NEW, PracticeState.CHANGED_MATERIAL, PracticeState.GONE}
    known = tuple(articles)
    days = [d for d in range(1, day + 1) if any(a.state(d) in stirring for a in known)]
    return opening(anchor, days[-1] if days else 1)


def newest_first(articles: Iterable[Placed]) -> list[Placed]:
    """In the order of a list: by published date, the newest first."""
    ordered = sorted(articles, key=lambda article: article.url)
    return sorted(ordered, key=lambda article: article.published.day, reverse=True)


def sheets(articles: Sequence[Placed]) -> list[Sequence[Placed]]:
    """Rows cut into list pages; at least one, which may be empty."""
    return [articles[at : at + ROWS] for at in range(0, len(articles), ROWS)] or [()]


def related(article: Placed, siblings: Iterable[Placed], day: int) -> list[Placed]:
    """Three older pages of the same host; fixed for ever, except by a cosmetic edit."""
    edit = article.story.edit
    salt = "again" if edit is not None and edit.day <= day else "first"
    older = [
        other
        for other in siblings
        if other.first_day == 1
        and other.story.gone is None
        and other.published.day < article.published.day
    ]
    return sorted(older, key=lambda other: _mixed(f"{salt}{article.url}{other.url}"))[:3]


def stamp_slots(article: Placed) -> dict[str, str]:
    """What the slots of a date line stand for on this page."""
    day, value = article.published.day, article.published.value
    moment = value if isinstance(value, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - only its digits are printed
    name = person(f"{article.story.slug}/by", "en")
    month = spelling()["full_months"][day.month - 1]
    return {
        "host": "english.practice.test",
        "iso": day.isoformat(),
        "long": f"{month} {day.day}, {day.year}",
        "short": f"{month[:3]} {day.day},{day.year}",
        "time": f"{moment:%H:%M}",
        "clock": f"{(moment.hour - 1) % 12 + 1}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}",
        "name": name,
        "upper": name.upper(),
    }


def summary(article: Placed, day: int) -> str:
    """The line under a title on a list: the story's own, or the head of its first paragraph."""
    story = article.text(day)
    if story.summary:
        return story.summary
    head = story.paragraphs[0]
    limit = 50 if story.language == "zh" else 150
    if len(head) <= limit:
        return head
    cut = head[:limit]
    return (cut if story.language == "zh" else cut.rsplit(" ", 1)[0]) + "..."


def picture(seed: str) -> bytes:
    """A small PNG of one colour (ISO/IEC 15948)."""
    colour = sha256(seed.encode()).digest()[:3]
    line = b"\x00" + colour * 48
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * 32, 9)),
        (b"IEND", b""),
    )
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def has_picture(article: Placed) -> bool:
    """Whether the page shows a picture: every third does."""
    return int(_mixed(article.url)[:2], 16) % 3 == 0


def _mixed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
