"""Finding out how a portal is built, from one of its addresses: the walk, step by step.

`survey` walks a live portal, `survey_files` pages that a browser saved. Both fetch through `pages`
alone and write nothing. What only people know (the city, the name, the
id) is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from hubwatch.errors import PageError
from scraper.parsing.article import read_article
from scraper.parsing.survey import AddressKind, Front, Way, guess_ways, read_front
from scraper.sources.address_patterns import generalise
from scraper.sources.build import Template
from scraper.sources.links import authority_of, is_article
from scraper.sources.model import EntryKind, FieldRules
from storage.lists import ListRow
from storage.runs import FetchKind
from storage.types import ArticleData, Capture

from ..text import pluralise
from .articles import ArticleStudy, days_agree, study, titles_agree
from .lists import (
    EntryCandidate,
    EntryChoice,
    Listing,
    choose_entries,
    find_candidates,
    find_listing,
    is_home,
    joined,
    link_rules,
    list_links,
    try_feed,
    try_sitemap,
    with_feed_shapes,
    with_row_rules,
)
from .pages import NOT_SAVED, FetchedAddress, PageSource, SavedPages, page_of, saved_capture

SAMPLES = 3
_ZONES = (
    (r"\.cn$", "Asia/Shanghai", "the host ends in .cn"),
    (r"\.hk$", "Asia/Hong_Kong", "the host ends in .hk"),
    (r"\.mo$", "Asia/Macau", "the host ends in .mo"),
    (r"\.tw$", "Asia/Taipei", "the host ends in .tw"),
)
DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Portal:
    """What a survey found. `others` are list pages that were tried too, with their number of
    rows. `warnings` what a person should look at."""

    url: str
    home: str
    front: Front
    listing: Listing
    study: ArticleStudy
    language: str
    zone: str
    zone_why: str
    entries: tuple[EntryChoice, ...]
    pager: Way | None = None
    pager_why: str = ""
    candidates: tuple[EntryCandidate, ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """What a person said beforehand: empty words mean "find out". `kinds` are the entries wanted.
    `articles` the addresses of
    articles to look at."""

    zone: str = ""
    language: str = ""
    template: str = ""
    kinds: tuple[EntryKind, ...] = ()
    articles: tuple[str, ...] = ()


def survey(
    url: str,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions = SurveyOptions(),
) -> Portal:
    """Find out how the portal at `url` is built: a list page, a home page, a feed or a sitemap.

    Raises FetchError if that page cannot be had, PageError if no list of articles is found.
    """
    capture = page_of(pages.fetch([url])[0])
    here = capture.final_url or capture.url
    zone, zone_why = _zone(here, options)
    front = read_front(capture)
    if front.kind in (AddressKind.FEED, AddressKind.SITEMAP):
        return _without_list(here, front, pages, templates, options)
    if front.kind is AddressKind.OTHER:
        raise PageError(f"{here}: is no page: {front.reason}")
    listing, others = best_list(capture, front, pages, zone)
    hosts = listing.hosts if listing else (authority_of(here),)
    candidates = find_candidates(front, here, pages, hosts, zone)
    if listing is None:
        usable = [candidate for candidate in candidates if candidate.rows]
        if not usable:
            names = ", ".join(other for other, _ in others)
            raise PageError(
                f"{here}: no list of articles is found"
                + (f", nor on {names}" if names else "")
                + "; name the address of a list page"
            )
        return _without_list(usable[0].url, front, pages, templates, options)
    listing, pager, pager_why = walk_on(listing, pages, zone)
    listing = with_row_rules(listing, page_at(pages, listing.url), zone)
    portal = _portal(url, front, listing, pages, templates, options)
    entries = choose_entries(listing, candidates, options.kinds)
    return replace(
        portal,
        entries=entries,
        listing=with_feed_shapes(listing, candidates, entries),
        pager=pager,
        pager_why=pager_why,
        candidates=candidates,
        others=tuple(others),
        zone_why=zone_why,
    )


def _portal(
    url: str,
    front: Front,
    listing: Listing,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> Portal:
    """The portal with what its articles show. Entries are still to be chosen."""
    zone, zone_why = _zone(listing.url, options)
    known = _chosen_templates(templates, options)
    samples, lost = _samples(listing.rows, pages, options)
    language = options.language or _language(listing.rows, front)
    found = study(samples, known, language, zone)
    read = [s.reading.article.language for s in found.samples if s.reading.article]
    spoken = options.language or next(filter(None, read), "") or language
    if spoken != language:
        found = study(samples, known, spoken, zone)
    warnings = (*lost, *_doubts(listing, found))
    parts = urlsplit(listing.url)
    home = f"{parts.scheme}://{parts.netloc}/"
    return Portal(url, home, front, listing, found, spoken, zone, zone_why, (), warnings=warnings)


def _chosen_templates(
    templates: Mapping[str, Template], options: SurveyOptions
) -> Mapping[str, Template]:
    """All templates, or the one that was named (under the name of the generic one too)."""
    if not options.template:
        return templates
    only = templates[options.template]
    return {"generic": only, options.template: only}


def _samples(
    rows: Sequence[ListRow], pages: PageSource, options: SurveyOptions
) -> tuple[list[tuple[Capture, ListRow | None]], list[str]]:
    """A few articles from top, middle and end of the list, and what could not be had, in words."""
    by_url = {row.url: row for row in rows}
    wanted = [rows[at].url for at in (0, len(rows) // 2, len(rows) - 1)]
    if options.articles:
        wanted = list(options.articles)
    found: list[tuple[Capture, ListRow | None]] = []
    lost = []
    for url in dict.fromkeys(wanted):
        (seen,) = pages.fetch([url], FetchKind.ARTICLE)
        if seen.capture is None and seen.reason != NOT_SAVED:
            lost.append(f"{url}: {seen.reason}")
        elif seen.capture is not None:
            found.append((seen.capture, by_url.get(url)))
        if len(found) >= SAMPLES:
            break
    return found, lost


def _language(rows: Sequence[ListRow], front: Front) -> str:
    titles = "".join(row.title for row in rows)
    han = sum("\u3400" <= character <= "\u9fff" for character in titles)
    if han * 3 >= max(1, len(titles)):
        return "zh"
    return "en" if titles.isascii() or front.language in ("", "zh") else front.language


def _zone(url: str, options: SurveyOptions) -> tuple[str, str]:
    if options.zone:
        return options.zone, "as you said"
    host = urlsplit(url).hostname or ""
    for ending, zone, why in _ZONES:
        if re.search(ending, host):
            return zone, why
    return DEFAULT_ZONE, "the zone of every portal we know; --timezone says another"


def _without_list(
    url: str,
    front: Front,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> Portal:
    """A portal known by a feed or a sitemap alone."""
    zone, zone_why = _zone(url, options)
    hosts = (authority_of(url),)
    capture = page_at(pages, url)
    attempt = try_sitemap if read_front(capture).kind is AddressKind.SITEMAP else try_feed
    candidate = attempt(url, pages, hosts, zone)
    if not candidate.rows:
        why_empty = f": {candidate.reason}" if candidate.reason else ""
        raise PageError(f"{url}: names no articles of its own host{why_empty}")
    rows = tuple(row for row in candidate.rows if not is_home(row.url))
    allow = tuple(shape.text for shape in generalise([row.url for row in rows]))
    listing = Listing(url, rows, hosts, allow)
    portal = _portal(url, front, listing, pages, templates, options)
    why = f"{pluralise(len(rows), 'article')}; no list page is known"
    entries = (EntryChoice(candidate.kind, url, why),)
    return replace(portal, entries=entries, candidates=(candidate,), zone_why=zone_why)


def _doubts(listing: Listing, found: ArticleStudy) -> list[str]:
    """What a person should look at before the portal is crawled."""
    doubts = []
    if listing.surplus:
        doubts.append(f"{listing.surplus} links of navigation have the shape of articles")
    if not found.samples:
        doubts.append("no article could be read: fields are untried")
    for sample in found.samples:
        article, url = sample.reading.article, sample.capture.url
        if article is None:
            doubts.append(f"{url}: {sample.reading.outcome}: {sample.reading.reason}")
            continue
        if article.published is None:
            doubts.append(f"{url}: no date is found")
        elif not days_agree(sample):
            doubts.append(f"{url}: its day is not the list's")
        if sample.row and sample.row.title and not titles_agree(article.title, sample.row.title):
            doubts.append(f"{url}: its headline is not the list's")
    return doubts


# Saved pages: a list and some of its articles.


def survey_files(
    list_file: Path,
    list_url: str,
    article_files: Sequence[Path],
    article_urls: Sequence[str],
    templates: Mapping[str, Template],
    options: SurveyOptions,
    now: datetime,
) -> Portal:
    """What saved pages show of a portal. Addresses are given in the order of the files. Those that
    are missing are found out. Raises PageError."""
    page = saved_capture(list_file, list_url, now)
    listing = find_listing(page, options.zone or DEFAULT_ZONE)
    rows = listing.rows if listing else ()
    pages = {list_url: page}
    for at, path in enumerate(article_files):
        given = article_urls[at] if at < len(article_urls) else ""
        saved = saved_capture(path, given or _unknown(list_url, at), now)
        url = given or _address_of(saved, rows) or saved.url
        pages[url] = replace(saved, url=url, final_url=url)
    articles = tuple(url for url in pages if url != list_url)
    return survey(list_url, SavedPages(pages), templates, replace(options, articles=articles))


def _unknown(list_url: str, number: int) -> str:
    """An address that says nothing of the article but where it cannot have come from."""
    return urljoin(list_url, f"unknown-article-{number + 1}")


def _address_of(page: Capture, rows: Sequence[ListRow]) -> str:
    """Where a saved article came from. Empty if nothing says so."""
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


# From page to page: to the list behind a home page, to the list's next page.


def page_at(pages: PageSource, url: str) -> Capture:
    """The page at an address. Raises FetchError."""
    return page_of(pages.fetch([url])[0])


def best_list(
    capture: Capture, front: Front, pages: PageSource, zone: str
) -> tuple[Listing | None, list[tuple[str, int]]]:
    """The list on this page, or a better one that it links to where it is a home page."""
    url = capture.final_url or capture.url
    own = find_listing(capture, zone)
    paged = own is not None and bool(guess_ways(capture, own.links))
    if own is not None and (paged or not is_home(url)):
        return own, []
    found = [own] if own is not None else []
    tried = []
    for seen in pages.fetch([link.url for link in list_links(front, url, own)]):
        if seen.capture is None:
            continue
        other = find_listing(seen.capture, zone)
        tried.append((seen.url, len(other.rows) if other else 0))
        if other is not None:
            found.append(other)
    best = max(found, key=lambda each: _rank(each, pages, own), default=None)
    return best, [(address, rows) for address, rows in tried if not best or address != best.url]


def _rank(listing: Listing, pages: PageSource, home: Listing | None) -> float:
    paged = bool(guess_ways(page_at(pages, listing.url), listing.links))
    return listing.worth * (1.5 if paged else 1.0) * (0.6 if listing is home else 1.0)


def walk_on(listing: Listing, pages: PageSource, zone: str) -> tuple[Listing, Way | None, str]:
    """The list with the rows of its next page, the pager that led there, and what was found."""
    pagers = guess_ways(page_at(pages, listing.url), listing.links)
    known = {row.url for row in listing.rows}
    unseen = ""
    for pager in pagers:
        (seen,) = pages.fetch([pager.following])
        if seen.capture is None:
            unseen = unseen or f"{pager.why}; {pager.following} was not looked at: {seen.reason}"
            continue
        more = find_listing(seen.capture, zone)
        fresh = [row for row in more.rows if row.url not in known] if more else []
        if more and fresh:
            others = {listing.url, *(each.following for each in pagers)}
            why = f"{pager.why}; {pager.following} lists {len(fresh)} more articles"
            return joined(listing, [more], others), pager, why
    if pagers and unseen and not _was_fetched(pages, pagers):
        others = {listing.url, *(each.following for each in pagers)}
        return joined(listing, [], others), pagers[0], unseen
    if pagers:
        return listing, None, "what looks like a pager leads to no further articles"
    return listing, None, "no way on to a next page is found"


def _was_fetched(pages: PageSource, pagers: Sequence[Way]) -> bool:
    seen: Sequence[FetchedAddress] = pages.fetch([pager.following for pager in pagers])
    return any(each.capture is not None for each in seen)
