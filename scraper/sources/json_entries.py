"""Entries that are JSON lists: where the items are, what is what in them, how pages are counted.

Builds an entry from a checked table. The paths are followed in `scraper.pages.json_lists`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from hubwatch.toml import Table

from . import values
from .model import Entry, EntryKind, ListRules, Paging, PagingKind

JSON_KEYS = ("items", "page")
"""The keys that only these entries have."""
MAX_PAGES = 1000
_PATH = re.compile(r"[^\s.{}]+(?:\.[^\s.{}]+){0,9}")
_TEMPLATE = re.compile(r"[^\s{}]*(?:\{[\w.-]{1,60}\}[^\s{}]*){1,6}")


def json_entry(table: Table, url: str) -> Entry:
    """A JSON list from its table. Raises SourceError."""
    rules = ListRules(
        row=table.parsed("items", _path, ""),
        link=table.parsed("link", _link, ""),
        title=table.parsed("title", _path, ""),
        date=table.parsed("date", _path, ""),
        summary=table.parsed("summary", _path, ""),
    )
    if "row" in table.data:
        raise table.error("row", "is for pages; a JSON list has `items`, a path such as data.list")
    if "page" in table.data and "paging" in table.data:
        raise table.error("page", "and paging say the same; one of them is enough")
    most = table.number("max_pages", Paging().max_pages, 1, MAX_PAGES)
    if "page" in table.data:
        paging = _counted(url, table.text("page"), most)
    else:
        paging = table.parsed("paging", lambda text: values.parse_paging(text, most), Paging())
    if paging.kind not in (PagingKind.NONE, PagingKind.PATTERN):
        raise table.error("paging", f"{paging.kind.value!r} is for pages; name the page parameter")
    return Entry(EntryKind.JSON, url, paging, rules)


def _counted(url: str, name: str, most: int) -> Paging:
    """Pages by a parameter of the address; the number there, or 1, is the first page's own."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    here = next((value for key, value in pairs if key == name), "1")
    first = int(here) + 1 if here.isdigit() else 2
    rest = [(key, value) for key, value in pairs if key != name]
    query = urlencode([*rest, (name, "{n}")], safe="{}")
    return Paging(PagingKind.PATTERN, f"?{query}", first, most)


def _path(text: str) -> str:
    if _PATH.fullmatch(text) is None:
        raise ValueError(f"a path is keys with dots between them such as data.list, not {text!r}")
    return text


def _link(text: str) -> str:
    if "{" not in text:
        return _path(text)
    if _TEMPLATE.fullmatch(text) is None:
        raise ValueError(f"an address with keys in braces such as /art/{{id}}.html, not {text!r}")
    return text
