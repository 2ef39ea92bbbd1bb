"""The configuration: all that the one file, `hubwatch.toml`, says.

Loads and checks; creates nothing. What a crawl needs of it, and where it is looked for, is read by
`scraper.configuration`. Sources, schedules and watchlists have files of their own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import ConfigError
from hubwatch.toml import load_toml
from scraper import configuration as crawling
from scraper.configuration import FILE_NAME, CrawlConfig

from . import config_tables as tables

if TYPE_CHECKING:
    from scheduler.limits import Limits
    from storage.maintenance.retention import Retention

    from .alerting.config import Alerts
    from .delivery.targets import DeliveryTarget
    from .logs import LogFormat
    from .server_config import Reach
    from .timetable import TimetableEntry

DEFAULT_TITLE = "Hub-city updates"
_KEYS = (
    "archive",
    "contact",
    "sources",
    "watchlist",
    "timezone",
    "enabled",
    "network",
    "digest",
    "delivery",
    "timetable",
    "limits",
    "desk",
    "retention",
    "alerts",
    "daemon",
    "log",
)


@dataclass(frozen=True, slots=True)
class Config(CrawlConfig):
    """What the file says: of crawls, and of everything else.

    `templates` is a folder with digest templates of one's own. `listen` is the loopback address at
    which the daemon tells how it is, or empty. `said_…` is None where the file has no such table.
    """

    digest_title: str = DEFAULT_TITLE
    templates: Path | None = None
    deliveries: tuple[DeliveryTarget, ...] = ()
    timetable: tuple[TimetableEntry, ...] = ()
    listen: str = ""
    said_reach: Reach | None = None
    said_limits: Limits | None = None
    said_retention: Retention | None = None
    said_alerts: Alerts | None = None
    said_log_format: LogFormat | None = None

    @property
    def reach(self) -> Reach:
        """How the review page is reached."""
        from .server_config import Reach

        return self.said_reach or Reach()

    @property
    def limits(self) -> Limits:
        """How much the daemon may use."""
        from scheduler.limits import Limits

        return self.said_limits or Limits()

    @property
    def retention(self) -> Retention:
        """What may go after a while."""
        from storage.maintenance.retention import Retention

        return self.said_retention or Retention()

    @property
    def alerts(self) -> Alerts:
        """Who is told what is amiss; nobody where the file does not say."""
        from .alerting.config import Alerts

        return self.said_alerts or Alerts()

    @property
    def log_format(self) -> LogFormat:
        """How log lines are written."""
        from .logs import LogFormat

        return self.said_log_format or LogFormat.TEXT

    def target(self, name: str) -> DeliveryTarget:
        """The delivery of that name. Raises ConfigError that names those there are."""
        for target in self.deliveries:
            if target.name == name:
                return target
        there = ", ".join(target.name for target in self.deliveries)
        told = f"there are {there}" if there else "write a [[delivery]] table"
        raise ConfigError(f"{self.path or FILE_NAME}: there is no delivery {name!r}; {told}")


def user_archive() -> Path:
    """Where `init` puts the archive of the user's own configuration."""
    from platformdirs import PlatformDirs

    return PlatformDirs("hubwatch", appauthor=False).user_data_path / "hubwatch.db"


def load_config(
    option: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    in_force: Path | None = None,
) -> Config:
    """Load the configuration in use, or the defaults if there is no file.

    `in_force` is a folder with a copy of it, each file under its whole path
    (see `desk.config_snapshot`):
    that is read instead. Raises ConfigError, one line `FILE: KEY: what is wrong`.
    """
    path = crawling.find_file(option, environ)
    if path is None:
        return _from_copy(Config(sources=crawling.usual_sources(None)), in_force)
    return _from_copy(read_config(path, in_force), in_force)


def _from_copy(config: Config, in_force: Path | None) -> Config:
    """The same, its sources and watchlist read from the copy."""
    if in_force is None:
        return config
    watchlist = config.watchlist
    return replace(
        config,
        sources=tuple(copy_of(in_force, each) for each in config.sources),
        watchlist=copy_of(in_force, watchlist) if watchlist else None,
    )


def copy_of(folder: Path, path: Path) -> Path:
    """Where in a folder of copies that of a file or folder lies."""
    return folder / path.absolute().relative_to("/")


def original_of(folder: Path | None, path: Path) -> Path:
    """The inverse of `copy_of`; a path that lies elsewhere is its own original."""
    inside = folder is not None and path.is_relative_to(folder)
    return Path("/") / path.relative_to(folder) if folder and inside else path


def read_config(path: Path, in_force: Path | None = None) -> Config:
    """Load one file, or its copy; its paths are relative to the file. Raises ConfigError."""
    table = load_toml(copy_of(in_force, path) if in_force else path).only(_KEYS)
    home, crawl = path.absolute().parent, crawling.crawl_config_in(table, path)
    digest = table.table("digest").only(("title", "templates"))
    return Config(
        **{each.name: getattr(crawl, each.name) for each in fields(crawl)},
        digest_title=digest.text("title", DEFAULT_TITLE),
        templates=crawling.path_in(digest, "templates", home),
        deliveries=tables.deliveries_in(table, home),
        timetable=tables.timetable_in(table, crawl.zone),
        listen=tables.listen_in(table),
        said_reach=tables.reach_in(table),
        said_limits=tables.limits_in(table),
        said_retention=tables.retention_in(table),
        said_alerts=tables.alerts_in(table, home),
        said_log_format=tables.log_format_in(table),
    )
