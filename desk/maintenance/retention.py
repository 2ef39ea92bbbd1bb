"""What hubwatch.toml says of the disk: `[retention]`, what may go after a while.

Checks and loads. What the rule means for an archive is `storage.pruning`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

from hubwatch.spans import parse_span
from hubwatch.toml import Table
from storage.pruning import SHORTEST_FETCHES, Retention

from .. import _

_SHORTEST = timedelta(days=1)


def read_retention(table: Table) -> Retention:
    """The table `[retention]`. Raises ConfigError, one line with file and key."""
    # First those that are there, so that of several faults the first in the file is told.
    names = dict.fromkeys((*table.only().data, *(field.name for field in fields(Retention))))
    return Retention(**{name: _kept(table, name) for name in names})


def _kept(table: Table, key: str) -> timedelta | None:
    return table.parsed(key, _kept_for(SHORTEST_FETCHES if key == "fetches" else _SHORTEST))


def _kept_for(shortest: timedelta) -> Callable[[str], timedelta | None]:
    def parse(text: str) -> timedelta | None:
        if text == "forever":
            return None
        span = parse_span(text)
        if span < shortest:
            raise ValueError(_("%(text)r is less than %(days)sd", text=text, days=shortest.days))
        return span

    return parse
