"""Where a survey gets its pages from: the live portal, politely, or saved files.

Knows addresses and pages, not what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hubwatch.errors import FetchError
from scraper.sources.load import read_bounded
from storage.runs import FetchKind
from storage.types import Capture, Outcome

if TYPE_CHECKING:
    from scraper.middlewares.fetch_result import FetchResult
    from scraper.parsing.types import PageForm

MOST_PAGES = 30
"""So many pages are asked for to learn how a portal is built."""
NOT_SAVED = "not saved"
MOST_BYTES = 50_000_000  # of a saved page; no page we read is nearly as large


@dataclass(frozen=True, slots=True)
class FetchedAddress:
    """What came of asking for one address: the page, or why there is none. `outcome` is the word
    for that, None of a page that nobody asked for. `moved_to` is where a redirect to another host
    leads, `behind` what came of asking for the robots file where that forbids the address."""

    url: str
    capture: Capture | None = None
    reason: str = ""
    outcome: Outcome | None = None
    moved_to: str = ""
    behind: Outcome | None = None


class PageSource(Protocol):
    """Gives out pages by their addresses."""

    def fetch(
        self,
        urls: Sequence[str],
        kind: FetchKind = FetchKind.LIST,
        form: PageForm | None = None,
    ) -> tuple[FetchedAddress, ...]:
        """These pages, in this order, or what a form brings whose address this is. What cannot be
        had says why."""
        ...

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots file of this address's origin names."""
        ...

    def robots(self, url: str) -> str:
        """What robots.txt says of this address, in words. Empty if nobody asked."""
        ...


class LivePortal(Protocol):
    """A live portal, as `scraper.crawl.probe` asks it."""

    def fetch(
        self, urls: Sequence[str], kind: FetchKind, form: PageForm | None = None
    ) -> tuple[FetchResult, ...]:
        """What came of asking for these addresses, or of sending the form whose address this is."""
        ...

    def may_fetch(self, url: str) -> str:
        """Why robots.txt forbids an address. Empty if it does not."""
        ...

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots file of this address's origin names."""
        ...


class LivePages:
    """Pages of the live portal, each asked for once, `MOST_PAGES` at most."""

    def __init__(self, probe: LivePortal, report: Callable[[str], None]) -> None:
        self._probe = probe
        self._report = report
        self._seen: dict[str, FetchedAddress] = {}

    def fetch(
        self,
        urls: Sequence[str],
        kind: FetchKind = FetchKind.LIST,
        form: PageForm | None = None,
    ) -> tuple[FetchedAddress, ...]:
        """These pages, in this order. Raises FetchError, Busy."""
        for url in dict.fromkeys(urls):
            if url in self._seen:
                continue
            if len(self._seen) >= MOST_PAGES:
                self._seen[url] = FetchedAddress(
                    url, reason=f"{MOST_PAGES} pages were asked for already"
                )
                continue
            self._report(url)
            self._seen[url] = _address_of(self._probe.fetch([url], kind, form)[0])
        return tuple(self._seen[url] for url in urls)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt names, if it was asked."""
        return self._probe.sitemaps(url)

    def robots(self, url: str) -> str:
        """What robots.txt says of this address."""
        return self._probe.may_fetch(url) or "allows this address"


def _address_of(found: FetchResult) -> FetchedAddress:
    ok = found.capture is not None and found.outcome is Outcome.OK
    return FetchedAddress(
        found.url,
        found.capture if ok else None,
        "" if ok else found.reason or str(found.outcome),
        found.outcome,
        found.moved_to,
        found.behind,
    )


class SavedPages:
    """Pages that were saved before, by the addresses they came from. Nothing is fetched."""

    def __init__(self, pages: Mapping[str, Capture]) -> None:
        self._pages = dict(pages)

    def fetch(
        self,
        urls: Sequence[str],
        kind: FetchKind = FetchKind.LIST,
        form: PageForm | None = None,
    ) -> tuple[FetchedAddress, ...]:
        """Those of the pages that are there."""
        return tuple(
            FetchedAddress(url, self._pages[url])
            if url in self._pages
            else FetchedAddress(url, reason=NOT_SAVED)
            for url in urls
        )

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """None: no robots file is saved."""
        return ()

    def robots(self, url: str) -> str:
        """Nothing: nobody asked."""
        return ""


def saved_capture(path: Path, url: str, now: datetime) -> Capture:
    """A saved file as if it had been fetched from `url` now. Raises PageError."""
    return Capture(url, url, now, 200, (), read_bounded(path, MOST_BYTES))


def page_of(seen: FetchedAddress) -> Capture:
    """The page, or FetchError with the reason that there is none."""
    if seen.capture is None:
        raise FetchError(f"{seen.url}: {seen.reason}")
    return seen.capture
