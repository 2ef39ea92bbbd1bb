"""How the review page is reached: the table `[desk]` of the configuration."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from hubwatch.toml import Table
from scraper.configuration import parse_loopback, parse_size

DEFAULT_LISTEN = "127.0.0.1:8420"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """How the review page is reached. `listen` is a loopback address with port, `address` the
    origin (RFC 6454) at which a proxy offers it, such as `https://hubwatch.example.org`. `user` is
    the one person who needs no sign-in, `login_header` the header in which a proxy at one of the
    addresses `proxies` says who somebody is. Empty: not so. `serve` says that the daemon keeps the
    page running, `upload` how many bytes a file may have that is added by hand, `api_rate` how many
    requests a minute a token of the HTTP API may send."""

    serve: bool = False
    listen: str = DEFAULT_LISTEN
    address: str = ""
    user: str = ""
    login_header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    upload: int = 20 * 10**6
    api_rate: int = 600


def read_server_config(table: Table) -> ServerConfig:
    """The table `[desk]`. Raise ConfigError."""
    table.only()
    found = ServerConfig(
        serve=table.flag("serve"),
        listen=table.parsed("listen", parse_loopback),
        address=table.parsed("address", _origin, ""),
        user=table.text("user", ""),
        login_header=table.text("login_header", ""),
        proxies=table.all_parsed("proxies", _ip) or ServerConfig().proxies,
        upload=table.parsed("upload", parse_size),
        api_rate=table.declared_number("api_rate"),
    )
    if found.user and (found.address or found.login_header):
        # Whoever comes through a proxy comes from loopback too.
        raise table.error("user", "lets in everybody whom the proxy lets in; leave it out")
    return found


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or text != _bare(parts):
        raise ValueError(f"{text!r} is no origin such as https://hubwatch.example.org")
    return text.lower()


def _bare(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _ip(text: str) -> str:
    return str(ipaddress.ip_address(text))
