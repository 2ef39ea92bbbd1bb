"""Recorded cases: an archived page and what a person says it reads as, kept beside the sources.

`cases/ID/NAME/` holds the page as received, its headers, and `expected.toml`. Until a person has
compared it with the page and set `confirmed = true` the case fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hubwatch.errors import HubwatchError, PageError, SourceError
from hubwatch.toml import load_toml
from storage.types import Capture, Reading

from ..parsing.article import read_article
from .load import read_bounded
from .model import Source

FOLDER = "cases"
PAGE, HEADERS, EXPECTED = "page.html", "headers.json", "expected.toml"
TEXTS = ("outcome", "title", "published", "updated", "source", "author", "language")
KEYS = (*TEXTS, "attachments", "body")
MOST_BYTES = 50_000_000  # of a recorded page; no page we read is nearly as large


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that does not read as expected."""

    field: str
    expected: str
    read: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one case. `fault` says why it could not be tried."""

    name: str
    path: Path
    confirmed: bool = False
    differences: tuple[Difference, ...] = ()
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether the case passes: confirmed, and read as it says."""
        return self.confirmed and not self.differences and not self.fault


def values_of(reading: Reading) -> dict[str, str | tuple[str, ...]]:
    """What a reading says, as a case states it. "" and () for what it does not."""
    article = reading.article
    if article is None:
        blank: dict[str, str | tuple[str, ...]] = dict.fromkeys(TEXTS, "")
        return blank | {"outcome": str(reading.outcome), "attachments": (), "body": ""}
    return {
        "outcome": str(reading.outcome),
        "title": article.title,
        "published": article.published.iso if article.published else "",
        "updated": article.updated.iso if article.updated else "",
        "source": article.source or "",
        "author": article.author or "",
        "language": article.language or "",
        "attachments": tuple(file.url for file in article.attachments),
        "body": article.body,
    }


def find_cases(folder: Path) -> Iterator[Path]:
    """The cases in the folder of a source, by name."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if (path / EXPECTED).is_file())


def try_case(source: Source, folder: Path) -> Tried:
    """Read a case's page with today's rules and compare. A broken case is a fault, not an error."""
    try:
        table = load_toml(folder / EXPECTED, SourceError).only(("confirmed", *KEYS))
        reading = read_article(load_page(folder), source.fields, source.id)
    except HubwatchError as error:
        return Tried(folder.name, folder, fault=str(error))
    read = values_of(reading)
    expected = {key: table.data[key] for key in KEYS if key in table.data}
    differences = tuple(
        Difference(key, _shown(value), _shown(read[key]))
        for key, value in expected.items()
        if _shown(value) != _shown(read[key])
    )
    return Tried(folder.name, folder, table.data.get("confirmed") is True, differences)


def load_page(folder: Path) -> Capture:
    """The page of a case as it was received. Raises PageError."""
    body = read_bounded(folder / PAGE, MOST_BYTES)
    try:
        stored = json.loads(read_bounded(folder / HEADERS, MOST_BYTES))
        return Capture(
            str(stored["url"]),
            str(stored["final_url"]),
            datetime.fromisoformat(stored["fetched_at"]),
            int(stored["status"]),
            tuple((str(name), str(value)) for name, value in stored["headers"]),
            body,
        )
    except (ValueError, LookupError, TypeError):
        raise PageError(f"{folder / HEADERS}: cannot be understood; record the page anew") from None


def _shown(value: object) -> str:
    """A value for comparing: white space at line ends and between paragraphs says nothing."""
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "\n\n".join(" ".join(part.split()) for part in str(value).split("\n\n")).strip()
