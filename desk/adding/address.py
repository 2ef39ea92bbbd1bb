"""An address that somebody names: known already, or fetched as a crawl would and kept.

Whoever fetches calls `carry_out`, in a process of its own; the review page never does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from hubwatch.errors import HubwatchError
from scraper.archives.ingest import Home, Homes, definition_of
from scraper.crawl.request import ArticleDone, CrawlEvent, CrawlRequest
from scraper.sources.links import authority_of
from scraper.sources.load import Catalogue
from scraper.sources.model import LinkRules, Politeness, Source
from storage.additions import Addition
from storage.archive import Archive
from storage.articles.records import Article
from storage.runs.records import Run
from storage.types import Outcome

from ..relevance.inquiry import spellings

if TYPE_CHECKING:
    from datetime import datetime

Report = Callable[[CrawlEvent], None]
_KEPT = (Outcome.OK, Outcome.PARTIAL)


def known_at(store: Archive, url: str) -> Article | None:
    """The article that stands at this address, by `http` or `https`, or None. Raises ValueError
    for what is no address."""
    found = (one for spelling in spellings(url) for one in store.articles.at_url(spelling))
    return next(found, None)


def source_at(catalogue: Catalogue, store: Archive, url: str) -> Source:
    """The source to which an address belongs; where there is none an external one for its host,
    with the manners and bounds of a source that says nothing else. Raises ValueError for what is
    no http(s) address."""
    home = Homes(catalogue, store.sources.refs()).of_address(url)
    return home.source or _external(home, url)


def _external(home: Home, url: str) -> Source:
    host = authority_of(url)
    sister = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    return replace(
        definition_of(home),
        home=f"{url.partition('://')[0]}://{host}/",
        links=LinkRules((host, sister)),
        politeness=Politeness(),
    )


def ask(
    store: Archive, url: str, *, person: str, note: str, now: datetime
) -> tuple[Addition, bool]:
    """Note that somebody wants this address, before it is fetched; and whether it is being fetched
    already, for whoever asked first."""
    with store.writing() as tx:
        waiting = tx.archive.additions.waiting(now, url)
        if waiting:
            return waiting[-1], True
        return tx.additions.request(url, person=person, note=note, now=now), False


def remark(store: Archive, article: Article, note: str, *, person: str, now: datetime) -> None:
    """Keep what somebody notes on an article that is known already; said twice it is once."""
    if note:
        with store.writing() as tx:
            tx.decisions.remark(article.id, note, person=person, now=now)


def carry_out(
    store: Archive, addition: Addition, source: Source, request: CrawlRequest, report: Report
) -> Addition:
    """Fetch the address of an addition and keep what is there; what came of it. Raises
    HubwatchError where nothing could be fetched at all, which is then what came of it."""
    from scraper.crawl.run import crawl

    heard: list[ArticleDone] = []

    def listen(event: CrawlEvent) -> None:
        if isinstance(event, ArticleDone):
            heard.append(event)
        report(event)

    asked = replace(request, page=addition.url, addition=addition.id)
    try:
        runs = crawl([source], store.path, asked, listen)
    except HubwatchError as error:
        give_up(store, addition, str(error), request.clock())
        raise
    outcome, reason = _outcome(heard, runs)
    article_id = _article_of(store, addition, source) if outcome in _KEPT else None
    return _end(store, addition, outcome, reason, article_id, request.clock())


def _article_of(store: Archive, addition: Addition, source: Source) -> int | None:
    """What stands at the address, or where it leads: a redirect for now is no address of it."""
    known = store.pages.known(source.id, addition.url)
    return known.article_id if known else store.additions.first_found_by(addition.id)


def give_up(
    store: Archive,
    addition: Addition,
    reason: str,
    now: datetime,
    outcome: Outcome = Outcome.FAILED,
) -> Addition:
    """Nothing could be fetched, and why; what has ended stays as it ended."""
    return _end(store, addition, outcome, reason, None, now)


def _outcome(heard: list[ArticleDone], runs: tuple[Run, ...]) -> tuple[Outcome, str]:
    """The word for the page or, where nothing was asked for, for the run."""
    if heard:
        return heard[-1].outcome, heard[-1].reason
    if not runs:
        return Outcome.INTERRUPTED, "told to stop"
    return runs[0].outcome or Outcome.INTERRUPTED, runs[0].reason


def _end(
    store: Archive,
    addition: Addition,
    outcome: Outcome,
    reason: str,
    article_id: int | None,
    now: datetime,
) -> Addition:
    with store.writing() as tx:
        if article_id is not None:
            tx.decisions.remark(article_id, addition.note, person=addition.person, now=now)
        return tx.additions.end(
            addition.id, outcome, reason=reason[:500], article_id=article_id, now=now
        )
