"""A source's own selectors that find nothing: its fields are read by other rules, unnoticed.

Judges the selectors that the source writes itself, not its template's; reads pages, keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.pages.body.place import by_template
from scraper.pages.layouts import layout_of
from scraper.pages.page import Page
from scraper.pages.survey.fields import open_pages
from scraper.sources.model import FieldRules
from storage.types import Capture

from .articles import FIELDS


@dataclass(frozen=True, slots=True)
class Idle:
    """A selector of a field that was tried on so many pages and matched on none; `others` says
    whether another one in the same list did."""

    field: str
    selector: str
    pages: int
    others: bool


def idle_selectors(
    captures: Sequence[Capture], rules: FieldRules, inherited: FieldRules
) -> Iterator[Idle]:
    """Those of `rules` that matched on no page; what is as in `inherited` is not asked about.

    Selectors are tried in order, as a reader does: one behind another that matches on every page is
    for older pages and is not judged. Nor are pages of an older layout.
    """
    pages = [page for page in open_pages(captures) if layout_of(page, rules) is rules]
    for field in FIELDS:
        own: tuple[str, ...] = getattr(rules, field)
        if own != getattr(inherited, field):
            yield from _idle(pages, field, own)


def _idle(pages: Sequence[Page], field: str, selectors: Sequence[str]) -> Iterator[Idle]:
    left, idle = list(pages), list[tuple[str, int]]()
    for selector in selectors:
        if not left:
            break
        found = [page for page in left if not _matches(page, field, selector)]
        if len(found) == len(left):
            idle.append((selector, len(left)))
        left = found
    for selector, tried in idle:
        yield Idle(field, selector, tried, len(left) < len(pages))


def _matches(page: Page, field: str, selector: str) -> bool:
    if field == "body":
        return by_template(page, (selector,)) is not None
    return any(page.rule_texts(selector))
