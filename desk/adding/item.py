"""An item as somebody types it: checked field by field, then kept with its file.

What is wrong is told by field and by the name of a phrase (`desk.web.messages`), so that the
command line and the review page say it alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scraper.archives.ingest import Home, Homes
from scraper.manual_entry import ManualFile, ManualItem
from storage.urls import url_key

from ..text import one_line

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from scraper.sources.load import Catalogue
    from storage.archive import Archive
    from storage.types import When

TITLE, SOURCE, NOTE = 500, 200, 2000
"""Characters at most."""
_AHEAD = timedelta(days=1)  # it is tomorrow somewhere


@dataclass(frozen=True, slots=True)
class ManualInput:
    """What was typed or handed over, as it came."""

    title: str = ""
    source: str = ""
    date: str = ""
    url: str = ""
    note: str = ""
    file: ManualFile | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field: the name of a phrase, and what fills it."""

    word: str
    filling: dict[str, object] = field(default_factory=dict)


def checked(
    typed: ManualInput, homes: Homes, *, person: str, now: datetime, most: int
) -> tuple[ManualItem, Home] | dict[str, Wrong]:
    """The item, and the source it belongs to; or what is wrong, by field. `most` is how many bytes
    a file may have."""
    wrong = _missing(typed)
    home = _home(typed, homes, wrong)
    when = _date(typed, home.ref.zone if home else "UTC", now, wrong)
    if typed.url.strip():
        _check_address(typed.url.strip(), wrong)
    if typed.file is not None:
        _check_file(typed.file, most, wrong)
    if wrong or home is None or when is None:
        return wrong
    item = ManualItem(
        title=one_line(typed.title, TITLE),
        published=when,
        said=one_line(typed.date),
        person=person,
        url=typed.url.strip(),
        file=typed.file,
        note=one_line(typed.note, NOTE),
    )
    return item, home


def _missing(typed: ManualInput) -> dict[str, Wrong]:
    needed = {"title": typed.title, "source": typed.source, "date": typed.date}
    return {name: Wrong(f"wrong_no_{name}") for name, text in needed.items() if not one_line(text)}


def _home(typed: ManualInput, homes: Homes, wrong: dict[str, Wrong]) -> Home | None:
    if "source" in wrong:
        return None
    try:
        return homes.of_name(one_line(typed.source, SOURCE))
    except ValueError:
        wrong["source"] = Wrong("wrong_no_source")
        return None


def _date(typed: ManualInput, zone: str, now: datetime, wrong: dict[str, Wrong]) -> When | None:
    from scraper.archives.jsonl import read_when

    if "date" in wrong:
        return None
    text = one_line(typed.date)
    try:
        when = read_when({"published": text}, "published", zone)
    except ValueError:
        wrong["date"] = Wrong("wrong_date", {"text": text[:40]})
        return None
    if when is not None and when.day > (now + _AHEAD).date():
        wrong["date"] = Wrong("wrong_future", {"text": text[:40]})
    return when


def _check_address(url: str, wrong: dict[str, Wrong]) -> None:
    fault = address_fault(url)
    if fault is not None:
        wrong["url"] = fault


def address_fault(url: str) -> Wrong | None:
    """What is wrong with an address; None if it is an http(s) one."""
    from scraper.sources.links import authority_of

    try:
        url_key(url)
        authority_of(url)
    except ValueError:
        return Wrong("wrong_address")
    return None


def _check_file(file: ManualFile, most: int, wrong: dict[str, Wrong]) -> None:
    from scraper.manual_entry import kind_taken

    if len(file.body) > most:
        wrong["file"] = Wrong("wrong_size", {"most": f"{most / 1e6:g} MB"})
        return
    try:
        kind_taken(file)
    except ValueError:
        wrong["file"] = Wrong("wrong_kind" if file.body.strip() else "wrong_empty")


def file_of(name: str, body: bytes) -> ManualFile:
    """A file by the last part of the name it was handed over with."""
    return ManualFile(one_line(re.split(r"[\\/]", name)[-1], 200) or "file", body)


def keep(
    store: Archive,
    found: tuple[ManualItem, Home],
    watchlist: Watchlist,
    now: datetime,
) -> tuple[int, int | None]:
    """Keep an item, unless it is known; its article, and the addition that tells of it (None: it
    was known). Raises StorageError."""
    from scraper.manual_entry import add_item

    from .address import known_at, remark

    item, home = found
    known = known_at(store, item.url) if item.url else None
    if known is None:
        handed = add_item(store, item, home, watchlist, now)
        if handed.addition is not None:
            return handed.article_id, handed.addition
        known = store.articles.get(handed.article_id)
        assert known is not None
    remark(store, known, item.note, person=item.person, now=now)
    return known.id, None


def homes_of(catalogue: Catalogue, store: Archive) -> Homes:
    """Where items can belong: to sources that are defined, or that the archive has recorded."""
    return Homes(catalogue, store.sources.refs())
