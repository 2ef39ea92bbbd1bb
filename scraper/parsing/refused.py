"""Rows that a source's link rule refuses: which they are, why, and whether their addresses are made
like those of its articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow, RefusedRow

from ..sources.links import Refusal, refusal_of
from ..sources.model import LinkRules
from .types import FoundRow, ListPage

_MEANT = (Refusal.DENIED, Refusal.HOST)
MOST = 2_000
"""So many refused rows of one page are told, and counted."""


def refused_among(rows: Iterable[FoundRow | ListRow], links: LinkRules) -> tuple[RefusedRow, ...]:
    """Those of some rows that are no articles by a source's rule, each address once."""
    found: dict[str, RefusedRow] = {}
    for row in rows:
        why = refusal_of(row.url, links)
        if why is None or row.url in found:
            continue
        found[row.url] = RefusedRow(row.url, row.title, why.value)
        if len(found) >= MOST:
            break
    return tuple(found.values())


def parted(
    rows: Iterable[FoundRow], links: LinkRules
) -> tuple[list[FoundRow], tuple[RefusedRow, ...]]:
    """Rows that are articles by a source's rule, and of the others what `refused_among` tells."""
    taken: list[FoundRow] = []
    refused: dict[str, RefusedRow] = {}
    for row in rows:
        why = refusal_of(row.url, links)
        if why is None:
            taken.append(row)
        elif len(refused) < MOST and row.url not in refused:
            refused[row.url] = RefusedRow(row.url, row.title, why.value)
    return taken, tuple(refused.values())


def mark_alike(page: ListPage) -> ListPage:
    """The page, with those of its refused rows marked whose addresses are made like those of its
    articles, and those that lead to other hosts among them. What a person's `deny` refuses is
    meant."""
    there = {row.url for row in page.refused}
    away = [row for row in page.off_site[:MOST] if row.url not in there]
    if not page.refused and not away:
        return page
    further = [RefusedRow(row.url, row.title, Refusal.HOST.value) for row in away]
    shapes = {shape for row in page.rows for shape in _made(row.url)[:1]}
    return replace(
        page,
        refused=tuple(
            replace(row, alike=row.why not in _MEANT and not shapes.isdisjoint(_made(row.url)))
            for row in (*page.refused, *further)
        ),
    )


# How addresses are made.

_ENDING = lazy_pattern(r"\.[A-Za-z][A-Za-z0-9]{1,5}\Z")
_NUMBERED = lazy_pattern(r"[A-Za-z]{0,12}[_-]?[0-9]+(?:[_-][0-9]+)*")
_DIGITS = lazy_pattern(r"[0-9]+")


def _made(url: str) -> tuple[tuple[str, ...], ...]:
    """How an address is made: its folders, their numbers apart, the kind of its last part, the
    keys of its query. Second, for a last part that is a word and a number, with a word: a headline
    may end with a number."""
    try:
        parts = urlsplit(url)
        keys = [key for key, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)]
    except ValueError:
        return ()
    folders = parts.path.lower().split("/")
    last = folders.pop()
    while folders and not last:  # an address that ends with a slash is made like its last folder
        last = f"{folders.pop()}/"
    ending = _ENDING.search(last)
    stem = last[: ending.start()] if ending else last.rstrip("/")
    tail = ending.group() if ending else "/" * last.endswith("/")
    numbered = _NUMBERED.fullmatch(stem) is not None
    kinds = [_DIGITS.sub("0", stem)] if numbered else []
    if stem and not stem.isdecimal():
        kinds.append("word")
    around, keys = [_folder(each) for each in folders], sorted(keys)
    return tuple((*around, kind + tail, *keys) for kind in kinds or [""])


def _folder(name: str) -> str:
    """A folder as it is, but for its numbers: of dates their length matters, of others not."""
    return _DIGITS.sub(lambda run: "0" * min(max(len(run[0]), 2), 5), name)
