"""The day in an article's address: `/2023-08/29/c_914299.htm`, `/202201/t20220127_123.html`.

What it is worth beside the dates on the page is decided in `choice`.
"""

from __future__ import annotations

import re
from datetime import date
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
        path = urlsplit(address).path
        for pattern in _PATHS:
            for match in pattern.finditer(path):
                when = _when(match, zone)
                if when is not None and is_plausible(when, page.now):
                    rule = "date in the address"
                    return DateClue(DateKind.ADDRESS, when, Origin.URL, rule, path[:200])
    return None


def _when(match: re.Match[str], zone: str) -> When | None:
    try:
        return When(date(*map(int, match.groups())), Precision.DAY, zone)
    except ValueError:
        return None
