"""What hubwatch.toml says of the disk: `[retention]`, what may go after a while, and
`[limits] free_space`, below which no crawl begins.

Checks and loads. What the rule means for an archive is `storage.maintenance.retention`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

from scraper.sources.toml import Table
from storage.maintenance.retention import SHORTEST_FETCHES, Retention

from .moments import parse_span

KEYS = tuple(field.name for field in fields(Retention))
_SHORTEST = timedelta(days=1)
_SIZE = re.compile(r"([0-9]{1,7})\s*(k|M|G|T)B", re.IGNORECASE)
_UNITS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def read_retention(table: Table) -> Retention:
    """The table `[retention]`. Raises ConfigError, one line with file and key."""
    usual = Retention()
    said = {}
    for key in table.only(KEYS).data:
        shortest = SHORTEST_FETCHES if key == "fetches" else _SHORTEST
        said[key] = table.parsed(key, _kept_for(shortest))
    return Retention(**{key: getattr(usual, key) for key in KEYS if key not in said} | said)


def _kept_for(shortest: timedelta) -> Callable[[str], timedelta | None]:
    def parse(text: str) -> timedelta | None:
        if text == "forever":
            return None
        span = parse_span(text)
        if span < shortest:
            raise ValueError(f"{text!r} is less than {shortest.days}d")
        return span

    return parse


def parse_size(text: str) -> int:
    """`500 MB`, `2 GB`: bytes, in units of 1000 as disks are sold; `0 MB` is none. Raises
    ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no size such as 500 MB or 2 GB")
    return int(found[1]) * _UNITS[found[2].lower()]
