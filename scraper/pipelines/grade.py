"""The second stage: why an article is here, and all else that follows from its text alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storage.types import Part

from ..items import FetchedPage
from ..parsing.article_pages import join_parts
from .read import prepare

if TYPE_CHECKING:
    from ..relevance.watchlist import Watchlist


def grade(page: FetchedPage, watchlist: Watchlist | None) -> FetchedPage:
    """The page with what follows from its article, where a worker has not made that already."""
    page = mark_missing_pages(page)
    article = page.reading.article
    if article is None or page.prepared is not None:
        return page
    return replace(page, prepared=prepare(article, watchlist))


def mark_missing_pages(page: FetchedPage) -> FetchedPage:
    """One page of an article whose further pages nobody fetched: they are owed from now on."""
    further = page.reading.more_pages
    if page.reading.article is None or not further:
        return page
    reading = join_parts(page.reading, [None] * len(further), further)
    return replace(page, reading=reading, prepared=None, parts=tuple(map(Part, further)))
