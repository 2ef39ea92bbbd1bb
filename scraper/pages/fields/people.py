"""Source and author of an article: who issued it, who wrote it, as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from storage.types import Evidence, Origin

from ...sources.model import FieldRules
from ..page import Page
from ..text import clean_field, squeeze
from . import meta
from .byline import read_byline
from .meta import Clue
from .visible import Dateline

_NAME = 120
_NO_NAME = re.compile(r"https?:|www\.|@|^[A-Za-z]?_?\d+$", re.I)
"""Addresses and staff numbers: they fill author metas, they name nobody."""


def read_source(
    page: Page, rules: FieldRules, line: Dateline | None
) -> tuple[str | None, Evidence | None]:
    """The original source or issuing body as printed; None where nobody is named."""
    return _first("source", _source_clues(page, rules, line), rules.zone)


def read_author(
    page: Page, rules: FieldRules, line: Dateline | None
) -> tuple[str | None, Evidence | None]:
    """The byline; None where nobody is named. Numbers, addresses, the site itself name nobody."""
    own = {squeeze(name) for name in (page.meta("sitename"), page.host, *rules.site_names) if name}
    clues = (c for c in _author_clues(page, rules, line) if squeeze(c.raw) not in own)
    return _first("author", clues, rules.zone)


def _source_clues(page: Page, rules: FieldRules, line: Dateline | None) -> Iterator[Clue]:
    yield from meta.selected(page, rules.source)
    yield from meta.metas(page, meta.SOURCE)
    if line is not None and line.source:
        yield Clue(Origin.VISIBLE, "source line", line.source)


def _author_clues(page: Page, rules: FieldRules, line: Dateline | None) -> Iterator[Clue]:
    yield from meta.selected(page, rules.author)
    yield from meta.metas(page, meta.AUTHOR)
    yield from meta.json_ld(page, "author")
    if line is not None and line.author:
        yield Clue(Origin.VISIBLE, "byline", line.author)


def _first(field: str, clues: Iterator[Clue], zone: str) -> tuple[str | None, Evidence | None]:
    for clue in clues:
        name = _name(field, clue, zone)
        if name:
            return name, Evidence(field, clue.origin, clue.rule, clean_field(clue.raw))
    return None, None


def _name(field: str, clue: Clue, zone: str) -> str:
    """The name in a clue: its labelled part, else what is left without label and date."""
    if clue.origin is Origin.VISIBLE:
        return clue.raw
    line = read_byline(clue.raw, zone)
    labelled = line.source if field == "source" else line.author
    name = labelled or next(iter(line.rest), "")
    if not labelled and clue.origin is Origin.TEMPLATE and line.labels and not line.rest:
        return ""
    refused = field == "author" and _NO_NAME.search(name)
    plain = len(name) <= _NAME and not name.isdigit() and "://" not in name and not refused
    return clean_field(name) if plain else ""
