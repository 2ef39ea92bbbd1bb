"""Digests of Hubwatch as a calendar (RFC 5545): each item on the day on which it was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

_LONGEST = 75
"""Bytes of a line; what is longer goes on in the next one behind a blank (section 3.1)."""


class Calendar:
    """The format."""

    media_type = "text/calendar; charset=utf-8"
    suffix = "ics"

    def render(self, digest: dict[str, Any]) -> bytes:
        """A digest, as its JSON form has it, as a calendar: the same bytes each time."""
        made = f"{datetime.fromisoformat(digest['until']).astimezone(UTC):%Y%m%dT%H%M%S}Z"
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hubwatch-calendar//EN"]
        for section in digest["sections"]:
            for item in section["items"]:
                lines += _event(item, made)
        lines.append("END:VCALENDAR")
        return b"".join(_folded(line) for line in lines)


def _event(item: dict[str, Any], made: str) -> Iterator[str]:
    published = item["published"] or item["first_seen"]
    day = date.fromisoformat(published[:10])
    yield "BEGIN:VEVENT"
    yield f"UID:article-{item['article_id']}@hubwatch"
    yield f"DTSTAMP:{made}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(item['title'])}"
    yield f"DESCRIPTION:{_text(item['citation'])}"
    yield f"URL:{_address(item['url'])}"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """A text as the format has it (section 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, written)
    return "".join(char for char in value if char.isprintable() or char == " ")


def _address(value: str) -> str:
    """An address: nothing in it ends the line."""
    return "".join(char for char in value if char.isprintable() and char != " ")


def _folded(line: str) -> bytes:
    """A line, folded: no character is cut."""
    parts, room = [b""], _LONGEST
    for char in line:
        data = char.encode(errors="replace")
        if len(parts[-1]) + len(data) > room:
            parts.append(b"")
            room = _LONGEST - 1
        parts[-1] += data
    return b"\r\n ".join(parts) + b"\r\n"


FORMAT = Calendar()
