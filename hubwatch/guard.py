"""Which addresses may be connected to: the public internet, and nothing else.

Pure functions over text. Whoever connects applies them to what is really dialled: the crawler's
resolver and handler, webhooks. Names are not resolved here.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from .patterns import lazy_pattern

_IPv4_SPELLING = lazy_pattern(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.I)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = lazy_pattern(r"[\x00-\x20\x7f\\]")
_LOCAL_NAMES = lazy_pattern(r"(?:^|\.)(?:localhost|local|internal|localdomain)$")
# 6to4 relay anycast and the v4-embedding prefixes count as global in some Python versions.
_REFUSED_4 = tuple(ipaddress.IPv4Network(text) for text in ("192.88.99.0/24", "0.0.0.0/8"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_INNER = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("::1/128", "fc00::/7"),
    )
)
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet.

    False for loopback, private, link-local, shared (100.64/10), multicast, reserved, unspecified
    and documentation addresses (RFC 6890), for IPv6 forms that carry such an IPv4 address, and for
    text that is not an IP address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _public_4(ip) if isinstance(ip, IPv4Address) else _public_6(ip)


def _public_4(ip: IPv4Address) -> bool:
    if any(ip in network for network in _REFUSED_4):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _public_6(ip: IPv6Address) -> bool:
    carried = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        carried = IPv4Address(int(ip) & 0xFFFFFFFF)
    if carried is not None:
        return _public_4(carried)
    if ip.teredo is not None or ip in _SITE_LOCAL or int(ip) < 1 << 32:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def literal(host: str) -> str | None:
    """The IP address that a host part spells, in any spelling a C library accepts
    (`127.1`, `0x7f000001`, `2130706433`, `::1`). None for a name."""
    text = host.strip("[]")
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        pass
    if not _IPv4_SPELLING.fullmatch(text):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - a number that is no address: refuse it as unspecified


def is_inner(address: str) -> bool:
    """Whether an IP address is of this machine or of a network of one's own: loopback, private
    (RFC 1918, RFC 4193) or shared (RFC 6598). Link-local addresses are not: clouds keep secrets
    there."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in _INNER if network.version == ip.version)


def places(authority: str) -> tuple[tuple[str, int], ...]:
    """Name and port of an authority. Without a port the default ones of http and https."""
    host, colon, port = authority.lower().rpartition(":")
    if colon and port.isdecimal():
        return ((host.strip("[]"), int(port)),)
    return tuple((authority.lower().strip("[]"), port) for port in (80, 443))


def dialable(
    found: Iterable[str], place: tuple[str, int], intranet: Collection[tuple[str, int]]
) -> list[str]:
    """Those of the addresses that a name leads to which may be dialled: the public ones, and those
    of one's own network where the place (name and port) is named as of it."""
    inner = (place[0].lower(), place[1]) in intranet
    return [each for each in found if is_public(each) or (inner and is_inner(each))]


def why_refused(url: str, allowed: Collection[str] = (), intranet: Collection[str] = ()) -> str:
    """Why `url` may not be asked for. Empty if it may.

    Only http and https, with a host, without user information, backslashes, blanks or control
    characters. Hosts that spell an address must spell a public one. `allowed` names hosts that are
    exempt from the address rule (the loopback names of a practice portal). `intranet` holds
    authorities, `name` or `name:port`, that may be of one's own network.
    """
    if _UNSAFE.search(url):
        return "the address holds blanks, control characters or backslashes"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError as error:
        return f"not an address: {error}"
    if parts.scheme not in _DEFAULT_PORTS:
        return f"the scheme {parts.scheme or '(none)'} is not fetched"
    if parts.username is not None or parts.password is not None:
        return "the address carries user information"
    if not host or host.endswith(".") or "%" in host:
        return "the address has no usable host"
    usual = port in (None, _DEFAULT_PORTS[parts.scheme])
    if host in allowed or (host if usual else f"{host}:{port}") in intranet:
        return ""
    try:
        dialled = _as_dialled(host)
    except UnicodeError:
        return "the host is no name that could be looked up"
    return _why_host_refused(dialled)


def _as_dialled(host: str) -> str:
    """The host as a resolver would be asked for it (RFC 3490): full-width digits are digits."""
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()


def _why_host_refused(host: str) -> str:
    spelled = literal(host)
    if spelled is not None and not is_public(spelled):
        return f"{host} is not a public address"
    if spelled is None and _LOCAL_NAMES.search(host):
        return f"{host} names this machine or its neighbourhood"
    return ""
