"""The small values a source file is written with: durations, addresses, ids, paging rules.

Each function takes the text a person wrote and raises ValueError with what is wrong and what to
write instead. Knows nothing of files and keys; `scraper.sources.toml` adds those.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from .links import host_of
from .model import Paging, PagingKind

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s?(ms|s|m|h|d|w)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PATTERN = re.compile(r"(?P<pattern>\S+)(?:\s+from\s+(?P<first>[0-9]{1,4}))?")
_NAMED = ("none", "next", "script")


def parse_duration(text: str) -> timedelta:
    """`500ms`, `2s`, `30m`, `2h`, `1d`, `1w`: a length of time, not negative."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is not a duration; write "90s", "30m", "2h" or "1d"')
    return float(match[1]) * _UNITS[match[2]]


def parse_id(text: str) -> str:
    """An id: lower-case letters, digits and single hyphens, at most 64 characters."""
    if len(text) > 64 or not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an id; use lower-case letters, digits and hyphens")
    return text


def parse_language(text: str) -> str:
    """A language tag such as `en`, `zh` or `zh-Hant` (RFC 5646)."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'{text!r} is not a language tag; write "en" or "zh"')
    return text


@lru_cache(maxsize=64)
def parse_zone(text: str) -> str:
    """The name of a time zone the system knows, such as `Asia/Shanghai`."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f'no time zone {text!r}; write one such as "Asia/Shanghai"') from None


def parse_url(text: str) -> str:
    """An absolute http or https address."""
    try:
        host_of(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an address; write it whole, with http(s)://") from None
    return text


def parse_host(text: str) -> str:
    """A bare host name, lower-cased, with `:port` only where it is not the default."""
    if re.search(r"[/?#@*\s]", text):
        raise ValueError(f'{text!r} is not a host; write it alone, such as "www.gov.cn"')
    try:
        return host_of(f"http://{text}/")
    except ValueError:
        raise ValueError(f"{text!r} is not a host name") from None


def parse_paging(text: str, max_pages: int = Paging().max_pages) -> Paging:
    """`none`, `next`, `script`, or a pattern with the number of the page after the first:
    `news_{n}.html from 2` (2 where it is left out)."""
    if text in _NAMED:
        return Paging(PagingKind(text), max_pages=max_pages)
    match = _PATTERN.fullmatch(text.strip())
    if match is None or match["pattern"].count("{n}") != 1:
        raise ValueError(f'{text!r} is none of "none", "next", "script", "news_{{n}}.html from 2"')
    return Paging(
        PagingKind.PATTERN, match["pattern"], int(match["first"] or Paging().first), max_pages
    )


def name_of_page(url: str) -> str:
    """What `{name}` stands for in a paging pattern: the file of the address without its ending,
    `news` for `…/news.html`, `index` where the address ends with a slash."""
    last = urlsplit(url).path.rpartition("/")[2]
    return last.rpartition(".")[0] or last or "index"
