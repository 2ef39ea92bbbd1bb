"""What a crawl needs of `hubwatch.toml`, and where that file is looked for.

Loads and checks; creates nothing. Paths in the file are relative to the file. The rest of the file
belongs to `desk`, which reads this part by the same functions: so `scrapy` finds what `hubwatch`
finds. Sources and watchlists have files of their own, see `sources.load`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from hubwatch.errors import ConfigError, NoArchive
from hubwatch.patterns import lazy_pattern
from hubwatch.toml import Table, load_toml

FILE_NAME = "hubwatch.toml"
SYSTEM_FILE = Path("/etc/hubwatch") / FILE_NAME
CONFIG_VARIABLE = "HUBWATCH_CONFIG"
ARCHIVE_VARIABLE = "HUBWATCH_DB"
DEFAULT_ZONE = "Asia/Shanghai"
USUAL_FREE_SPACE = 500 * 10**6
"""Bytes: enough for the -wal of a busy day, and for a person to act."""
_SIZE = lazy_pattern(r"([0-9]{1,7})\s*(k|M|G|T)B", re.IGNORECASE)
_UNITS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


CARRIERS = ("asyncio", "twisted")
"""What may make connections, the usual one first."""


@dataclass(frozen=True, slots=True)
class CrawlConfig:
    """The part of the file that a crawl needs. `path` is None where there is no file: then all is
    default.

    `enabled` is None for "those of `packs`, those in `also`, and people's own", `disabled` are
    those that are not all the same. `hosts` maps host names to the one loopback address
    (`127.0.0.1:port`) at which they may be dialled. `proxy` is `http://host:port` or empty.
    `http` is what makes connections, `asyncio` or `twisted`. `intranet` holds the hosts (`name` or
    `name:port`) that may lead to addresses of one's own network. Below `free_space` bytes no crawl
    or import begins.
    """

    path: Path | None = None
    archive: Path | None = None
    contact: str = ""
    sources: tuple[Path, ...] = ()
    watchlist: Path | None = None
    zone: str = DEFAULT_ZONE
    enabled: tuple[str, ...] | None = None
    packs: tuple[str, ...] = ("hub-cities",)
    also: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""
    http: str = CARRIERS[0]
    intranet: tuple[str, ...] = ()
    free_space: int = USUAL_FREE_SPACE


def user_file() -> Path:
    """The configuration in the user's own folder."""
    from platformdirs import PlatformDirs

    return PlatformDirs("hubwatch", appauthor=False).user_config_path / FILE_NAME


def named_file(option: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that was named, by the option or else by HUBWATCH_CONFIG. None if neither was."""
    named = environ.get(CONFIG_VARIABLE)
    return option or (Path(named) if named else None)


def find_file(option: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The configuration in use: the option, HUBWATCH_CONFIG, /etc/hubwatch, the user's folder.

    A file that was named is returned even if it is missing, so that loading says so. Of the last
    two the first that exists is used. None if there is none.
    """
    named = named_file(option, environ)
    if named is not None:
        return named
    return next((path for path in (SYSTEM_FILE, user_file()) if path.is_file()), None)


def load_crawl_config(
    option: Path | None = None, environ: Mapping[str, str] = os.environ
) -> CrawlConfig:
    """What the configuration in use says of crawls, or the defaults if there is no file. Raises
    ConfigError, one line `FILE: KEY: what is wrong`."""
    path = find_file(option, environ)
    if path is None:
        return CrawlConfig(sources=usual_sources(None))
    return crawl_config_in(load_file(path), path)


def load_file(path: Path) -> Table:
    """The whole file, as it is declared. Raises ConfigError."""
    from hubwatch.config_keys import FILE  # where nothing is configured, nothing need be known

    return load_toml(path, keys=FILE)


def crawl_config_in(table: Table, path: Path) -> CrawlConfig:
    """What a file says of crawls. `path` is where its own paths start from. Raises ConfigError."""
    home = path.absolute().parent
    hosts, proxy, http, intranet = _network_in(table)
    return CrawlConfig(
        path=path,
        archive=path_in(table, "archive", home),
        contact=table.parsed("contact", parse_contact, ""),
        sources=_sources_in(table, path),
        watchlist=path_in(table, "watchlist", home),
        zone=table.parsed("timezone", _zone),
        enabled=table.texts("enabled") if "enabled" in table.data else None,
        packs=table.texts("packs", CrawlConfig().packs),
        also=table.texts("also"),
        disabled=table.texts("disabled"),
        hosts=hosts,
        proxy=proxy,
        http=http,
        intranet=intranet,
        free_space=_free_space_in(table),
    )


def archive_path(
    option: Path | None, config: CrawlConfig, environ: Mapping[str, str] = os.environ
) -> Path:
    """Which archive is meant: the option, HUBWATCH_DB, the one that the configuration names.

    Raises NoArchive if none of them says.
    """
    named = environ.get(ARCHIVE_VARIABLE)
    path = option or (Path(named) if named else None) or config.archive
    if path is not None:
        return path
    if config.path is not None:
        raise NoArchive(
            "%(path)s: archive: is missing; name one there or with --db", path=config.path
        )
    raise NoArchive(
        "no archive is configured; `hubwatch init` makes one, %(option)s names one", option="--db"
    )


def usual_folder(path: Path | None) -> Path:
    """Where sources of one's own lie besides the folders that the configuration names: `sources`
    beside it, or in the user's own folder where there is no configuration. It need not exist."""
    return (path or user_file()).absolute().parent / "sources"


def usual_sources(path: Path | None) -> tuple[Path, ...]:
    """That folder, if it exists."""
    folder = usual_folder(path)
    return (folder,) if folder.is_dir() else ()


def path_in(table: Table, key: str, home: Path) -> Path | None:
    """A path in a table, relative to `home`. None if it is missing."""
    if key not in table.data:
        return None
    return home / Path(table.text(key)).expanduser()


def parse_contact(text: str) -> str:
    """Something a portal's operator can write or go to. It is sent in a header line.

    Raises ValueError for anything else.
    """
    if text.startswith(("http://", "https://")):
        is_either = bool(text.partition("://")[2].partition("/")[0])
    else:
        name, _, host = text.removeprefix("mailto:").partition("@")
        is_either = bool(name and host)
    if not is_either:
        raise ValueError(f"{text!r} is neither a mail address nor a URL")
    if not text.isprintable() or any(character in text for character in "()<> "):
        raise ValueError(f"{text!r} cannot be sent in a User-Agent")
    return text


def require_contact(contact: str, path: Path | None) -> str:
    """The contact for a live crawl. Raises ConfigError that says where to put it."""
    if contact:
        return contact
    if path is None:
        raise ConfigError(
            "there is no configuration, and a live crawl needs a contact; "
            "`hubwatch init --contact mailto:you@example.org` makes one"
        )
    raise ConfigError(
        "%(path)s: contact: is missing, and portals are told whom to write to; write "
        '`contact = "mailto:you@example.org"` at the top of that file',
        path=path,
    )


def parse_loopback(text: str) -> str:
    """Check an exact loopback address with port, such as `127.0.0.1:8123`.

    Raises ValueError for any other: there is no switch that opens private networks.
    """
    import ipaddress

    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        usable = address.is_loopback and port.isascii() and port.isdecimal()
    except ValueError:
        usable = False
    if not usable or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is no loopback address with a port, such as 127.0.0.1:8123")
    return text


def parse_size(text: str) -> int:
    """`500 MB`, `2 GB`: bytes, in units of 1000 as disks are sold. `0 MB` is none. Raises
    ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no size such as 500 MB or 2 GB")
    return int(found[1]) * _UNITS[found[2].lower()]


def _network_in(file: Table) -> tuple[Mapping[str, str], str, str, tuple[str, ...]]:
    """The table `[network]`: hosts with the loopback addresses at which they are dialled, the
    proxy, what makes connections, hosts of one's own network."""
    if "network" not in file.data:
        return MappingProxyType({}), "", CARRIERS[0], ()
    from .sources.values import parse_host, parse_proxy

    table = file.table("network").only()
    hosts = table.table("hosts")
    return (
        MappingProxyType({name: hosts.parsed(name, parse_loopback) for name in hosts.data}),
        table.parsed("proxy", parse_proxy, ""),
        table.parsed("http", _carrier),
        table.all_parsed("intranet", parse_host),
    )


def _carrier(text: str) -> str:
    if text not in CARRIERS:
        raise ValueError(f"{text!r} is neither {' nor '.join(CARRIERS)}")
    return text


def _free_space_in(file: Table) -> int:
    """`[limits] free_space` in bytes. The table's other keys are the daemon's."""
    if "limits" not in file.data:
        return USUAL_FREE_SPACE
    return file.table("limits").parsed("free_space", parse_size)


def _sources_in(table: Table, path: Path) -> tuple[Path, ...]:
    home = path.absolute().parent
    named = [home / Path(name).expanduser() for name in table.texts("sources")]
    return tuple(dict.fromkeys((*named, *usual_sources(path))))


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{text!r} is no IANA time zone such as Asia/Shanghai") from None
    return text
