"""What commands that look at a live portal without keeping anything have in common."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from .session import Session

if TYPE_CHECKING:
    from scraper.crawl.request import CrawlRequest
    from scraper.sources.model import Source


def stand_in(url: str) -> Source:
    """A source for a portal of which nothing but an address is known: manners and bounds are those
    of every source that says nothing else."""
    from scraper.sources.links import authority_of
    from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules, Source

    return Source(
        id="new",
        name="a portal that is looked at",
        city="unknown",
        language="en",
        zone="Asia/Shanghai",
        home=url,
        entries=(Entry(EntryKind.LIST, url),),
        links=LinkRules((authority_of(url),)),
        fields=FieldRules(),
        schedule="",
    )


def request_for_look(session: Session, source: Source) -> CrawlRequest:
    """How to ask, as a crawl would. Raises ConfigError where there is no contact to be named."""
    from .crawl import request_for

    return replace(request_for(session, [source], timedelta(), None), watchlist=None)
