"""The day in an article's address: `/2023-08/29/c_914299.htm`, `/202201/t20220127_123.html`.

What it is worth beside the dates on the page is decided in `choice`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

from storage.types import DateClue, DateKind, Origin, Precision, When

from ..fields.dates import is_plausible
from ..page import Page

_PATHS = (
    re.compile(r"/(?:[a-z]{1,3})?((?:19|20)\d\d)[-/]?(\d\d?)[-/](\d\d?)(?=/|_|\.|-|$)"),
    re.compile(r"(?:^|[^0-9])((?:19|20)\d\d)(\d\d)/(\d\d)(?=/)"),
    re.compile(r"(?<!\d)t?((?:19|20)\d\d)([01]\d)([0-3]\d)(?=_|\.|/|-|$)"),
    re.compile(r"[/_-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"),
)


def read_address(page: Page, zone: str) -> DateClue | None:
    """The first plausible day in the path of the page's address, else of its canonical one."""
    for address in (page.url, page.canonical):
        when = day_in(address, zone, page.now)
        if when is not None:
            rule, path = "date in the address", urlsplit(address).path
            return DateClue(DateKind.ADDRESS, when, Origin.URL, rule, path[:200])
    return None


def day_in(url: str, zone: str, now: datetime) -> When | None:
    """The first plausible day in the path of an address."""
    path = urlsplit(url).path
    for pattern in _PATHS:
        for match in pattern.finditer(path):
            when = _when(match, zone)
            if when is not None and is_plausible(when, now):
                return when
    return None


def _when(match: re.Match[str], zone: str) -> When | None:
    try:
        return When(date(*map(int, match.groups())), Precision.DAY, zone)
    except ValueError:
        return None
