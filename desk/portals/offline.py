"""A survey of saved pages: a list and some of its articles, as a browser saved them.

Nothing is fetched. Where an article came from is told by its canonical link, or by the row of the
list that has its headline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from scraper.pages.article import read_article
from scraper.sources.build import Template
from scraper.sources.links import is_article
from scraper.sources.model import FieldRules
from storage.lists.records import ListRow
from storage.types import ArticleData, Capture

from .articles import titles_agree
from .listing import find_listing, link_rules
from .pages import SavedPages, saved_capture
from .survey import DEFAULT_ZONE, Portal, Wish, survey


def survey_files(
    list_file: Path,
    list_url: str,
    article_files: Sequence[Path],
    article_urls: Sequence[str],
    templates: Mapping[str, Template],
    wish: Wish,
    now: datetime,
) -> Portal:
    """What saved pages tell of a portal. Addresses are given in the order of the files; those that
    are missing are found out. Raises PageError."""
    page = saved_capture(list_file, list_url, now)
    listing = find_listing(page, wish.zone or DEFAULT_ZONE)
    rows = listing.rows if listing else ()
    pages = {list_url: page}
    for at, path in enumerate(article_files):
        given = article_urls[at] if at < len(article_urls) else ""
        saved = saved_capture(path, given or _unknown(list_url, at), now)
        url = given or _address_of(saved, rows) or saved.url
        pages[url] = replace(saved, url=url, final_url=url)
    articles = tuple(url for url in pages if url != list_url)
    return survey(list_url, SavedPages(pages), templates, replace(wish, articles=articles))


def _unknown(list_url: str, number: int) -> str:
    """An address that says nothing of the article but where it cannot have come from."""
    return urljoin(list_url, f"unknown-article-{number + 1}")


def _address_of(page: Capture, rows: Sequence[ListRow]) -> str:
    """Where a saved article came from; empty if nothing tells."""
    article = read_article(page, FieldRules(), "").article
    if article is None:
        return ""
    by_url = {row.url: row for row in rows}
    if article.canonical_url in by_url:
        return article.canonical_url
    named = next((row.url for row in rows if titles_agree(article.title, row.title)), "")
    return named or _on_host(article, page.url)


def _on_host(article: ArticleData, url: str) -> str:
    """The canonical link where it stays on the list's host."""
    own = article.canonical_url or ""
    host = url.split("/")[2]
    return own if own and is_article(own, link_rules((host,))) else ""
