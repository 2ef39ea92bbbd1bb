"""The configuration: one file, `hubwatch.toml`, and where it is looked for.

Loads and checks; creates nothing. Paths in the file are relative to the file. Sources, schedules
and watchlists have files of their own, see `scraper.sources.load`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import PlatformDirs

from scheduler.limits import Limits
from scraper.sources.toml import Table, load_toml
from scraper.sources.values import parse_host, parse_proxy
from storage.errors import ConfigError, NoArchive
from storage.keeping.retention import Retention

from .alerting.config import NOBODY, Alerts, read_alerts
from .logs import LogFormat, read_format
from .reach import Reach, loopback, read_reach
from .retention import USUAL_FREE_SPACE, parse_size, read_retention
from .timetable import Entry, read_entries, read_limits

if TYPE_CHECKING:
    from .delivery.targets import Target

FILE_NAME = "hubwatch.toml"
SYSTEM_FILE = Path("/etc/hubwatch") / FILE_NAME
CONFIG_VARIABLE = "HUBWATCH_CONFIG"
ARCHIVE_VARIABLE = "HUBWATCH_DB"
DEFAULT_ZONE = "Asia/Shanghai"
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
class Config:
    """What the file says. `path` is None where there is no file: then all is default.

    `enabled` is None for "every source"; `hosts` maps host names to the one loopback address
    (`127.0.0.1:port`) at which they may be dialled; `proxy` is `http://host:port` or empty;
    `intranet` holds the hosts (`name` or `name:port`) that may lead to addresses of one's own
    network. `templates` is a folder with digest templates of one's own. Below `free_space` bytes no
    crawl begins. `listen` is the loopback address at which the daemon tells how it is, or empty.
    """

    path: Path | None = None
    archive: Path | None = None
    contact: str = ""
    sources: tuple[Path, ...] = ()
    watchlist: Path | None = None
    zone: str = DEFAULT_ZONE
    enabled: tuple[str, ...] | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""
    intranet: tuple[str, ...] = ()
    digest_title: str = DEFAULT_TITLE
    templates: Path | None = None
    deliveries: tuple[Target, ...] = ()
    reach: Reach = field(default_factory=Reach)
    timetable: tuple[Entry, ...] = ()
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    free_space: int = USUAL_FREE_SPACE
    alerts: Alerts = NOBODY
    listen: str = ""
    log_format: LogFormat = LogFormat.TEXT

    def target(self, name: str) -> Target:
        """The delivery of that name. Raises ConfigError that names those there are."""
        for target in self.deliveries:
            if target.name == name:
                return target
        there = ", ".join(target.name for target in self.deliveries)
        told = f"there are {there}" if there else "write a [[delivery]] table"
        raise ConfigError(f"{self.path or FILE_NAME}: there is no delivery {name!r}; {told}")


def user_file() -> Path:
    """The configuration in the user's own folder."""
    return PlatformDirs("hubwatch", appauthor=False).user_config_path / FILE_NAME


def user_archive() -> Path:
    """Where `init` puts the archive of the user's own configuration."""
    return PlatformDirs("hubwatch", appauthor=False).user_data_path / "hubwatch.db"


def named_file(option: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that was named, by the option or else by HUBWATCH_CONFIG; None if neither was."""
    named = environ.get(CONFIG_VARIABLE)
    return option or (Path(named) if named else None)


def find_file(option: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The configuration in use: the option, HUBWATCH_CONFIG, /etc/hubwatch, the user's folder.

    A file that was named is returned even if it is missing, so that loading says so; of the last
    two the first that exists is used. None if there is none.
    """
    named = named_file(option, environ)
    if named is not None:
        return named
    return next((path for path in (SYSTEM_FILE, user_file()) if path.is_file()), None)


def load_config(
    option: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    in_force: Path | None = None,
) -> Config:
    """Load the configuration in use, or the defaults if there is no file.

    `in_force` is a folder with a copy of it, each file under its whole path (see `desk.in_force`):
    that is read instead. Raises ConfigError, one line `FILE: KEY: what is wrong`.
    """
    path = find_file(option, environ)
    if path is None:
        return _from_copy(Config(sources=_usual(None)), in_force)
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
    home = path.absolute().parent
    zone = table.parsed("timezone", _zone, DEFAULT_ZONE)
    network = table.table("network").only(("hosts", "proxy", "intranet"))
    digest = table.table("digest").only(("title", "templates"))
    return Config(
        path=path,
        archive=_path(table, "archive", home),
        contact=table.parsed("contact", parse_contact, ""),
        sources=_sources(table, path),
        watchlist=_path(table, "watchlist", home),
        zone=zone,
        enabled=table.texts("enabled") if "enabled" in table.data else None,
        hosts=_hosts(network.table("hosts")),
        proxy=network.parsed("proxy", parse_proxy, ""),
        intranet=network.all_parsed("intranet", parse_host),
        digest_title=digest.text("title", DEFAULT_TITLE),
        templates=_path(digest, "templates", home),
        deliveries=_deliveries(table.tables("delivery"), home),
        timetable=read_entries(table, zone),
        limits=read_limits(table.table("limits")),
        reach=read_reach(table.table("desk")),
        retention=read_retention(table.table("retention")),
        free_space=table.table("limits").parsed("free_space", parse_size, USUAL_FREE_SPACE),
        alerts=read_alerts(table.table("alerts"), table.tables("delivery"), home),
        listen=table.table("daemon").only(("listen",)).parsed("listen", loopback, ""),
        log_format=read_format(table.table("log")),
    )


def archive_path(
    option: Path | None, config: Config, environ: Mapping[str, str] = os.environ
) -> Path:
    """Which archive is meant: the option, HUBWATCH_DB, the configuration.

    Raises NoArchive if none of them says.
    """
    named = environ.get(ARCHIVE_VARIABLE)
    path = option or (Path(named) if named else None) or config.archive
    if path is not None:
        return path
    if config.path is not None:
        raise NoArchive(f"{config.path}: archive: is missing; name one there or with --db")
    raise NoArchive("no archive is configured; `hubwatch init` makes one, --db names one")


def usual_folder(path: Path | None) -> Path:
    """Where sources of one's own lie besides the folders that the configuration names: `sources`
    beside it, or in the user's own folder where there is no configuration. It need not exist."""
    return (path or user_file()).absolute().parent / "sources"


def _usual(path: Path | None) -> tuple[Path, ...]:
    folder = usual_folder(path)
    return (folder,) if folder.is_dir() else ()


def _sources(table: Table, path: Path) -> tuple[Path, ...]:
    home = path.absolute().parent
    named = [home / Path(name).expanduser() for name in table.texts("sources")]
    return tuple(dict.fromkeys((*named, *_usual(path))))


def _deliveries(tables: tuple[Table, ...], home: Path) -> tuple[Target, ...]:
    if not tables:
        return ()
    from .delivery.targets import read_targets  # loads what speaks to mail servers

    return read_targets(tables, home)


def _path(table: Table, key: str, home: Path) -> Path | None:
    if key not in table.data:
        return None
    return home / Path(table.text(key)).expanduser()


def parse_contact(text: str) -> str:
    """Something a portal's operator can write or go to; it is sent in a header line.

    Raises ValueError for anything else.
    """
    if not text.startswith(("mailto:", "http://", "https://")) and "@" not in text:
        raise ValueError(f"{text!r} is neither a mail address nor a URL")
    if not text.isprintable() or any(character in text for character in "()<> "):
        raise ValueError(f"{text!r} cannot be sent in a User-Agent")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{text!r} is no IANA time zone such as Asia/Shanghai") from None
    return text


def _hosts(table: Table) -> Mapping[str, str]:
    return MappingProxyType({name: table.parsed(name, loopback) for name in table.data})


def require_contact(config: Config) -> str:
    """The contact for a live crawl. Raises ConfigError that says where to put it."""
    if config.contact:
        return config.contact
    if config.path is None:
        raise ConfigError(
            "there is no configuration, and a live crawl needs a contact; "
            "`hubwatch init --contact mailto:you@example.org` makes one"
        )
    raise ConfigError(
        f"{config.path}: contact: is missing; a live crawl needs one, "
        'such as "mailto:you@example.org"'
    )
