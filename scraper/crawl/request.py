"""What a crawl is asked to do, and what it tells while it does it.

Plain values: importing this module loads neither Scrapy nor Twisted, so that the command line can
build a request and render events without either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storage.runs import Run, RunKind
from storage.types import Change, Outcome

from ..configuration import CARRIERS, CrawlConfig, require_contact
from ..sources.links import hosts_of
from ..sources.model import Source

if TYPE_CHECKING:
    from ..middlewares.exchanges import AnyExchanges, MergedCrawl
    from ..relevance.watchlist import LoadWatchlist

Clock = Callable[[], datetime]
AGENT = "Hubwatch"
"""The product name in the User-Agent header, by which robots files may name us."""


@dataclass(frozen=True, slots=True)
class Back:
    """Go back in time: to articles published on `since`, from where `cursor` says (empty: from the
    first page of each list)."""

    since: date
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """How to crawl, whoever asks.

    `contact` (an address or mailbox) goes into the User-Agent. `clock` gives aware instants.
    `wait` is how long to wait for a host that another process is crawling. `hosts` maps names to
    `127.0.0.1:port`, the only loopback addresses that are ever dialled. `watchlist` gives that by
    which articles are graded, and is not called where none is. `page` is the address of
    one page to crawl instead of the sources' entry points. `proxy` (`http://host:port`, or empty)
    is asked for everything but the names in `hosts`, unless a source says otherwise. `http` is what
    makes connections, `asyncio` or `twisted`. `back` makes it a slice of a back-fill.
    `intranet` holds the authorities (`name` or `name:port`) that may lead to addresses of one's own
    network. `free_space` is how many bytes are to stay free on the archive's disk. `addition` is
    the number of what a person asked to be added by hand: then `page` is that address. `zone` is
    the IANA name of the zone in which people are told times. `exchanges` takes down what is asked
    and answered in a slice, or answers in place of the network where that is merged. `retries`
    says whether what fails for a moment is asked for again, after a pause.
    """

    contact: str
    clock: Clock
    wait: timedelta = timedelta()
    hosts: Mapping[str, str] = field(default_factory=dict)
    watchlist: LoadWatchlist | None = None
    page: str | None = None
    proxy: str = ""
    http: str = CARRIERS[0]
    back: Back | None = None
    intranet: frozenset[str] = frozenset()
    free_space: int = 0
    addition: int | None = None
    zone: str = "UTC"
    exchanges: AnyExchanges | None = None
    retries: bool = True

    @classmethod
    def of(
        cls,
        config: CrawlConfig,
        clock: Clock,
        wait: timedelta,
        watchlist: LoadWatchlist | None = None,
    ) -> CrawlRequest:
        """A crawl as the configuration says. Only who keeps articles needs a watchlist."""
        return cls(
            contact=config.contact,
            clock=clock,
            wait=wait,
            hosts=config.hosts,
            watchlist=watchlist,
            proxy=config.proxy,
            http=config.http,
            intranet=frozenset(config.intranet),
            free_space=config.free_space,
            zone=config.zone,
        )

    @property
    def agent(self) -> str:
        """The User-Agent header."""
        return f"{AGENT}/0.1 (+{self.contact})" if self.contact else f"{AGENT}/0.1"

    @property
    def is_of_slice(self) -> bool:
        """Whether a slice is crawled: nothing that is decided then is kept."""
        return self.exchanges is not None and self.exchanges.merging is None

    @property
    def merging(self) -> MergedCrawl | None:
        """What is merged, where that is asked."""
        return self.exchanges.merging if self.exchanges is not None else None

    @property
    def kind(self) -> RunKind:
        """The kind of the runs this makes."""
        if self.back is not None:
            return RunKind.BACKFILL
        if self.addition is not None:
            return RunKind.HAND
        return RunKind.CRAWL if self.page is None else RunKind.PAGE


def contact_for(
    contact: str, hosts: Mapping[str, str], sources: Sequence[Source], config: Path | None
) -> str:
    """Whom portals may write to. For `hosts` on this machine alone nobody needs to be named.

    Raises ConfigError, naming the file `config`, where one is needed and missing.
    """
    asked = {host for source in sources for host in hosts_of(source)}
    if any(host.partition(":")[0] not in hosts for host in asked):
        return require_contact(contact, config)
    return contact or "mailto:practice@localhost"


@dataclass(frozen=True, slots=True)
class SourceStarted:
    """A source's run began."""

    source_id: str
    run_id: int


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list page, feed or sitemap was fetched and read: so many rows, `new` never seen before."""

    source_id: str
    url: str
    outcome: Outcome
    rows: int = 0
    new: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ArticleDone:
    """An article's page was dealt with. `change` is None if nothing could be decided on it."""

    source_id: str
    url: str
    outcome: Outcome
    change: Change | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file that an article links to was dealt with."""

    source_id: str
    url: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A source's run ended."""

    run: Run


@dataclass(frozen=True, slots=True)
class StopRequested:
    """A signal came, by its number. The runs end as `interrupted`."""

    signal: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something is waited for: the hosts of a source, or the archive, where `source_id` is empty.
    `reason` says who has it, with the number of its process and its command."""

    source_id: str
    reason: str


CrawlEvent = (
    SourceStarted | ListRead | ArticleDone | FileDone | RunFinished | StopRequested | Awaited
)
