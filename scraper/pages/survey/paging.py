"""How an unknown list goes on: the rules a source may say of what its first page shows.

Proposes them, the surest first; whether the next page really is one, a look at it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture

from ...sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind
from ..decode import decode
from ..listing.pagers import read_more
from ..listing.shown_pager import shown_pager
from ..lists import unwrap_records
from ..page import Page


@dataclass(frozen=True, slots=True)
class Way:
    """One way on: the rule as `paging` in a source says it, why, the next page's address, and how
    many pages there are (0: it does not say)."""

    rule: str
    why: str
    following: str
    total: int = 0


def guess_ways(capture: Capture, links: LinkRules) -> tuple[Way, ...]:
    """The ways on from a captured list page, the surest first. `links` names the hosts."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ()
    try:
        url = capture.final_url or capture.url
        page = Page(unwrap_records(decoded.text), url, capture.fetched_at)
        return tuple(_ways(page, links))
    except (ParserRejectedMarkup, RecursionError):
        return ()


def _ways(page: Page, links: LinkRules) -> Iterator[Way]:
    shown = shown_pager(page)
    total = shown.total or (1 + len(shown.pages) if shown.kind in ("script", "numbered") else 0)
    if shown.pattern and shown.kind == "numbered":
        rule = f"{shown.pattern} from {shown.first}"
        paging = Paging(PagingKind.PATTERN, shown.pattern, shown.first)
        yield from _way(page, links, rule, paging, shown.why, total)
    for kind, why in (
        (PagingKind.SCRIPT, shown.why if shown.kind == "script" else "a script counts its pages"),
        (PagingKind.NEXT, "it links to its next page"),
        (PagingKind.AUTO, shown.why),
    ):
        yield from _way(page, links, kind.value, Paging(kind), why, total)


def _way(
    page: Page, links: LinkRules, rule: str, paging: Paging, why: str, total: int
) -> Iterator[Way]:
    """The way, if a crawl that had this rule would find one."""
    more = read_more(page, Entry(EntryKind.LIST, page.url, paging), links)
    if more:
        yield Way(rule, why, more[0], total)
