"""The configuration: all that the one file, `hubwatch.toml`, says.

Loads and checks, and creates nothing. What a crawl needs of it, and where it is looked for, is read
by `scraper.configuration`. Sources, schedules and watchlists have files of their own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import ConfigError
from scraper import configuration as crawling
from scraper.configuration import FILE_NAME, CrawlConfig

if TYPE_CHECKING:
    from hubwatch.toml import Table
    from scheduler.cluster.tickets import ClusterConfig
    from scheduler.jobs import Limits
    from storage.pruning import Retention

    from .alerting.config import Alerts
    from .delivery.targets import DeliveryTarget
    from .logs import LogFormat
    from .server_config import ServerConfig
    from .timetable import TimetableEntry


DEFAULT_TITLE = "Hub-city updates"
_SHIPPED = "gbt9704"


@dataclass(frozen=True, slots=True)
class Config(CrawlConfig):
    """What the file says: of crawls, and of everything else.

    `templates` is a folder with digest templates of one's own, `word_template` a Word file that
    digests are written into, or the shipped one by its name alone. `listen` is the loopback address
    at which the daemon says how it is, `practice` that at which it serves the practice portal, or
    empty. `said_…` is None where the file has no such table.
    """

    digest_title: str = DEFAULT_TITLE
    digest_language: str = "en"
    templates: Path | None = None
    word_template: Path | None = None
    deliveries: tuple[DeliveryTarget, ...] = ()
    timetable: tuple[TimetableEntry, ...] = ()
    listen: str = ""
    practice: str = ""
    said_server: ServerConfig | None = None
    said_limits: Limits | None = None
    said_retention: Retention | None = None
    said_alerts: Alerts | None = None
    said_log_format: LogFormat | None = None
    said_cluster: ClusterConfig | None = None

    @property
    def server(self) -> ServerConfig:
        """How the review page is reached."""
        from .server_config import ServerConfig

        return self.said_server or ServerConfig()

    @property
    def limits(self) -> Limits:
        """How much the daemon may use."""
        from scheduler.jobs import Limits

        return self.said_limits or Limits()

    @property
    def retention(self) -> Retention:
        """What may go after a while."""
        from storage.pruning import Retention

        return self.said_retention or Retention()

    @property
    def alerts(self) -> Alerts:
        """Who is alerted of what is amiss. Nobody where the file does not say."""
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
        hint = f"there are {there}" if there else "write a [[delivery]] table"
        raise ConfigError(f"{self.path or FILE_NAME}: there is no delivery {name!r}; {hint}")


def user_archive() -> Path:
    """Where `init` puts the archive of the user's own configuration."""
    from platformdirs import PlatformDirs

    return PlatformDirs("hubwatch", appauthor=False).user_data_path / "hubwatch.db"


def load_config(
    option: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    config_snapshot: Path | None = None,
) -> Config:
    """Load the configuration in use, or the defaults if there is no file.

    `config_snapshot` is a folder with a copy of it, each file under its whole path
    (see `desk.config_snapshot`):
    that is read instead. Raises ConfigError, one line `FILE: KEY: what is wrong`.
    """
    path = crawling.find_file(option, environ)
    if path is None:
        return _from_copy(Config(sources=crawling.usual_sources(None)), config_snapshot)
    return _from_copy(read_config(path, config_snapshot), config_snapshot)


def _from_copy(config: Config, config_snapshot: Path | None) -> Config:
    """The same, its sources and watchlist read from the copy."""
    if config_snapshot is None:
        return config
    watchlist = config.watchlist
    return replace(
        config,
        sources=tuple(copy_of(config_snapshot, each) for each in config.sources),
        watchlist=copy_of(config_snapshot, watchlist) if watchlist else None,
    )


def copy_of(folder: Path, path: Path) -> Path:
    """Where in a folder of copies that of a file or folder lies."""
    return folder / path.absolute().relative_to("/")


def original_of(folder: Path | None, path: Path) -> Path:
    """The inverse of `copy_of`. A path that lies elsewhere is its own original."""
    inside = folder is not None and path.is_relative_to(folder)
    return Path("/") / path.relative_to(folder) if folder and inside else path


def read_config(path: Path, config_snapshot: Path | None = None) -> Config:
    """Load one file, or its copy. Its paths are relative to the file. Raises ConfigError."""
    table = crawling.load_file(copy_of(config_snapshot, path) if config_snapshot else path).only()
    home, crawl = path.absolute().parent, crawling.crawl_config_in(table, path)
    digest = table.table("digest").only()
    return Config(
        **{each.name: getattr(crawl, each.name) for each in fields(crawl)},
        digest_title=digest.text("title"),
        digest_language=digest.word("language"),
        templates=crawling.path_in(digest, "templates", home),
        word_template=_word_template_in(digest, home),
        deliveries=_deliveries_in(table, home),
        timetable=_timetable_in(table, crawl.zone),
        listen=_loopback_in(table, "listen"),
        practice=_loopback_in(table, "practice"),
        said_server=_server_config_in(table),
        said_limits=_limits_in(table),
        said_retention=_retention_in(table),
        said_alerts=_alerts_in(table, home, crawl.zone),
        said_log_format=_log_format_in(table),
        said_cluster=_cluster_in(table, home),
    )


def _word_template_in(digest: Table, home: Path) -> Path | None:
    """The Word template that digests are written into. A name of a shipped one is no path."""
    name = digest.text("word_template", "")
    return Path(name) if name == _SHIPPED else crawling.path_in(digest, "word_template", home)


# The tables that have owners of their own: an owner is loaded only where its table is there, and
# says what is usual where it is not. All of them raise ConfigError, one line with file and key.


def _deliveries_in(file: Table, home: Path) -> tuple[DeliveryTarget, ...]:
    """The tables `[[delivery]]`. Their paths are relative to `home`."""
    tables = file.tables("delivery")
    if not tables:
        return ()
    from .delivery.targets import read_targets

    return read_targets(tables, home)


def _timetable_in(file: Table, zone: str) -> tuple[TimetableEntry, ...]:
    """The tables `[[timetable]]`. Their times are those of `zone` where they name no other."""
    if not file.tables("timetable"):
        return ()
    from .timetable import read_entries

    return read_entries(file, zone)


def _limits_in(file: Table) -> Limits | None:
    """The table `[limits]`, but for the free space."""
    if "limits" not in file.data:
        return None
    from .timetable import read_limits

    return read_limits(file.table("limits"))


def _server_config_in(file: Table) -> ServerConfig | None:
    """The table `[desk]`."""
    if "desk" not in file.data:
        return None
    from .server_config import read_server_config

    return read_server_config(file.table("desk"))


def _retention_in(file: Table) -> Retention | None:
    """The table `[retention]`."""
    if "retention" not in file.data:
        return None
    from .maintenance.retention import read_retention

    return read_retention(file.table("retention"))


def _alerts_in(file: Table, home: Path, zone: str) -> Alerts | None:
    """The table `[alerts]`. Paths in it are relative to `home`, its times those of `zone` where it
    names no other."""
    if "alerts" not in file.data:
        return None
    from .alerting.config import read_alerts

    return read_alerts(file.table("alerts"), file.tables("delivery"), home, zone)


def _loopback_in(file: Table, key: str) -> str:
    """`listen` or `practice` of `[daemon]`."""
    if "daemon" not in file.data:
        return ""
    return file.table("daemon").only().parsed(key, crawling.parse_loopback, "")


def _log_format_in(file: Table) -> LogFormat | None:
    """The table `[log]`."""
    if "log" not in file.data:
        return None
    from .logs import read_format

    return read_format(file.table("log"))


def _cluster_in(file: Table, home: Path) -> ClusterConfig | None:
    """The table `[cluster]`. Paths in it are relative to `home`."""
    if "cluster" in file.data:
        from .cluster_config import read_cluster

        return read_cluster(file.table("cluster"), home)
    return None


def at_key(config: CrawlConfig, key: str, problem: str) -> ConfigError:
    """A complaint of a key of the configuration, with its line: `FILE: KEY: problem (line 3)`."""
    from hubwatch.toml import Table

    if config.path is None:
        return ConfigError(f"{key}: {problem}")
    try:
        written = config.path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        written = ""
    return Table({}, str(config.path), written=written).error(key, problem)
