"""The table `[cluster]` of hubwatch.toml: the Redis between machines, and the places."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from hubwatch.spans import parse_span
from hubwatch.toml import Table
from scheduler.cluster.tickets import ClusterConfig, ClusterPlace, RedisServer
from scraper import configuration as crawling
from scraper.sources.values import parse_place

from .delivery.targets import parse_secret

_SHORTEST, _LONGEST = timedelta(milliseconds=200), timedelta(minutes=1)
_OF_REDIS = ("user", "password", "ca", "certificate", "key")
_MOST = 500 * 10**6
"""Bytes: Redis takes no more than 512 MB under a key."""


def read_cluster(table: Table, home: Path) -> ClusterConfig:
    """What the table says, paths relative to `home`. Raises ConfigError with file and key."""
    table.only()
    server = _server(table, home)
    places: dict[str, ClusterPlace] = {}
    for each in table.tables("place"):
        place = _place(each, server, home)
        if place.name in places:
            raise each.error("name", f"there are two places named {place.name!r}")
        places[place.name] = place
    size = table.parsed("slice_bytes", crawling.parse_size)
    if not 10**6 <= size <= _MOST:
        raise table.error("slice_bytes", "is between 1 MB and 500 MB")
    beat = table.parsed("beat", parse_span)
    if not _SHORTEST <= beat <= _LONGEST:
        raise table.error("beat", "is between 200ms and 1m")
    return ClusterConfig(server, tuple(places.values()), beat, size)


def _place(table: Table, usual: RedisServer | None, home: Path) -> ClusterPlace:
    table.only()
    server = _server(table, home) or usual
    if server is None:
        raise table.error("redis", "is missing, here or in [cluster]")
    name, jobs = table.parsed("name", parse_place), table.declared_number("jobs")
    return ClusterPlace(name, server, jobs, table.flag("readers"))


def _server(table: Table, home: Path) -> RedisServer | None:
    alone = [key for key in _OF_REDIS if key in table.data]
    if "redis" not in table.data:
        if alone:
            raise table.error(alone[0], "goes with `redis`, which is missing")
        return None
    secret = None
    if "password" in table.data:
        secret = table.parsed("password", lambda text: parse_secret(text, home))
    return RedisServer(
        address=table.parsed("redis", _address),
        user=table.text("user", ""),
        password=secret.reveal if secret is not None else None,
        ca=crawling.path_in(table, "ca", home),
        certificate=crawling.path_in(table, "certificate", home),
        key=crawling.path_in(table, "key", home),
    )


def _address(text: str) -> str:
    """Raises ValueError without repeating it: somebody may have written a password there."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(
            "is no address of a Redis; write rediss://host:port/0, and name and password under "
            "`user` and `password`"
        )
    if parts.scheme == "redis" and not _is_loopback(parts.hostname):
        raise ValueError("goes over a network without TLS; write rediss://")
    return text.strip()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
