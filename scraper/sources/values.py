"""The small values a source file is written with: addresses, hosts, proxies, paging rules.

Each function takes the text a person wrote and raises ValueError with what is wrong and what to
write instead. Knows nothing of files and keys. `hubwatch.toml` adds those.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hubwatch.patterns import lazy_pattern

from .links import authority_of
from .model import DIRECT, Paging, PagingKind

_PATTERN = lazy_pattern(r"(?P<pattern>\S+)(?:\s+from\s+(?P<first>[0-9]{1,4}))?")
_PLACE = lazy_pattern(r"[a-z0-9][a-z0-9-]{0,31}")
_FINGERPRINT = lazy_pattern(r"[0-9a-f]{64}")
_NAMED = ("none", "next", "script", "form", "auto")


@lru_cache(maxsize=64)
def parse_zone(text: str) -> str:
    """The name of a time zone the system knows, such as `Asia/Shanghai`."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f'no time zone {text!r}; write one such as "Asia/Shanghai"') from None


def parse_url(text: str) -> str:
    """An absolute http or https address."""
    try:
        authority_of(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an address; write it whole, with http(s)://") from None
    return text


def parse_host(text: str) -> str:
    """A bare host name, lower-cased, with `:port` only where it is not the default."""
    if re.search(r"[/?#@*\s]", text):
        raise ValueError(f'{text!r} is not a host; write it alone, such as "www.gov.cn"')
    try:
        return authority_of(f"http://{text}/")
    except ValueError:
        raise ValueError(f"{text!r} is not a host name") from None


def parse_proxy(text: str) -> str:
    """`http://host:port`: a proxy that speaks HTTP and asks for no password."""
    try:
        parts = urlsplit(text)
        plain = (parts.scheme, parts.path.strip("/"), parts.query, parts.fragment)
        usable = plain == ("http", "", "", "") and parts.hostname and parts.port
    except ValueError:
        usable = False
    if not usable or "@" in text:
        said = "this" if "@" in text else repr(text)  # a password is not repeated
        raise ValueError(f'{said} is not a proxy; write "http://host:port", without a password')
    host = parts.hostname if ":" not in str(parts.hostname) else f"[{parts.hostname}]"
    return f"http://{host}:{parts.port}"


def parse_source_proxy(text: str) -> str:
    """A proxy, or `direct`."""
    return DIRECT if text == DIRECT else parse_proxy(text)


def parse_place(text: str) -> str:
    """The name of a place of the cluster: small letters, digits and `-`, 32 at most."""
    if not _PLACE.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a place; write small letters, digits and -")
    return text


def parse_fallback(text: str) -> str:
    """`wait` or `here`."""
    if text not in ("wait", "here"):
        raise ValueError(f"{text!r} is none of wait, here")
    return text


def parse_fingerprint(text: str) -> str:
    """The SHA-256 of a certificate in hexadecimal, with or without colons, as 64 small digits."""
    digits = text.lower().replace(":", "").removeprefix("sha256")
    if not _FINGERPRINT.fullmatch(digits):
        raise ValueError(f"{text!r} is not a SHA-256 fingerprint; it has 64 hexadecimal digits")
    return digits


def parse_certificates(path: Path) -> str:
    """The path of a PEM file that holds at least one certificate."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError(f"{path} holds no certificate in PEM form") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    return str(path)


def parse_paging(text: str, max_pages: int = Paging().max_pages) -> Paging:
    """`none`, `next`, `script`, `form`, `auto`, or a pattern with the number of the page after the
    first: `news_{n}.html from 2` (2 where it is left out)."""
    if text in _NAMED:
        return Paging(PagingKind(text), max_pages=max_pages)
    match = _PATTERN.fullmatch(text.strip())
    if match is None or match["pattern"].count("{n}") != 1:
        words = ", ".join(f'"{word}"' for word in (*_NAMED, "news_{n}.html from 2"))
        raise ValueError(f"{text!r} is none of {words}")
    return Paging(
        PagingKind.PATTERN, match["pattern"], int(match["first"] or Paging().first), max_pages
    )


def name_of_page(url: str) -> str:
    """What `{name}` stands for in a paging pattern: the file of the address without its ending,
    `news` for `…/news.html`, `index` where the address ends with a slash."""
    last = urlsplit(url).path.rpartition("/")[2]
    return last.rpartition(".")[0] or last or "index"
