"""What the pages are made from: the archive, the sources, the watchlist, the clock, the doors.

Holds no state of its own: everything that lasts is in the archive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scheduler.cluster.tickets import ClusterConfig
from scheduler.jobs import Job
from scraper.relevance.watchlist import Watchlist
from scraper.sources.load import Catalogue
from scraper.sources.model import Source
from storage.archive import Archive

from ..config import DEFAULT_TITLE
from ..digest.model import PLAIN, DigestStyle

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """Who comes in, and by which name this page is called.

    `hosts` are the values of Host that are ours, `origins` those of Origin (RFC 6454). `user` is
    the one person who needs no sign-in. `login_header` names the header in which a proxy at one of
    the addresses `proxies` says who somebody is. Empty: neither.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    user: str = ""
    login_header: str = ""
    proxies: frozenset[str] = frozenset()

    @property
    def is_secure(self) -> bool:
        """Whether every way in is HTTPS, so that cookies may be kept to it."""
        return any(origin.startswith("https://") for origin in self.origins)


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk. `zone` is the IANA name of the zone in which people read times. `jobs` are what the
    daemon runs by the clock. `hubwatch` is the command line, without a command, that works on the
    same archive by the same configuration. `upload` is how many bytes a file may
    have that is handed over. `look`, `digest_title` and `digest_language`
    are those of digests. `watchlist_file` is
    people's own watchlist, None where the shipped one is used. `api_rate` is how many requests a
    minute a token of the API may make. `cluster` is how machines that crawl elsewhere
    are reached, None where there are none."""

    archive: Path
    catalogue: Catalogue
    watchlist: Watchlist
    zone: str
    clock: Clock
    auth: AuthConfig
    jobs: tuple[Job, ...] = ()
    hubwatch: tuple[str, ...] = ()
    upload: int = 20 * 10**6
    look: DigestStyle = PLAIN
    digest_title: str = DEFAULT_TITLE
    digest_language: str = "en"
    watchlist_file: Path | None = None
    api_rate: int = 600
    cluster: ClusterConfig | None = None

    @property
    def has_places(self) -> bool:
        """Whether sources may be crawled on other machines."""
        return self.cluster is not None and bool(self.cluster.places)

    @property
    def enabled(self) -> tuple[Source, ...]:
        """The sources that the daemon crawls by the clock."""
        names = (job.name for job in self.jobs if job.is_of_source)
        known = self.catalogue.sources
        return tuple(known[name] for name in names if name in known)

    def reading(self) -> Archive:
        """The archive for one look. Raise NoArchive, NewerSchema, OlderSchema, StorageError."""
        return Archive.open_readonly(self.archive)

    def writing(self) -> Archive:
        """The archive for one change. Raise as `reading`."""
        return Archive.open(self.archive)

    def update_queue(self, most: int) -> int:
        """Take into the queue what happened since. Return how many stories are left."""
        with self.writing() as store:
            return store.maintenance.update_queue(self.watchlist.watched, most)
