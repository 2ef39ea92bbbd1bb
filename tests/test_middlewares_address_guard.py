"""The address guard: one rule for every spelling, and the checked address is the dialled one."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.guard import is_public, literal
from scraper.middlewares.fetch_result import Fault, check_url
from scraper.middlewares.resolver import GuardedResolver
from scraper.sources.links import MAX_URL
from storage.types import Outcome

INWARD = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "114.114.114.114",
    "2606:4700:4700::1111",
    "240e::1",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", INWARD)
def test_inward_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="127.0.0.0/8"))
def test_carried_addresses_are_seen_through(ip: ipaddress.IPv4Address) -> None:
    number = int(ip)
    assert not is_public(str(ip))
    assert not is_public(f"::ffff:{ip}")
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))
    assert not is_public(str(ipaddress.IPv6Address((0x0064FF9B << 96) | number)))
    for spelling in (str(number), hex(number), f"{ip.packed[0]}.{number & 0xFFFFFF}"):
        assert literal(spelling) == str(ip)


@given(st.text(max_size=40))
def test_no_text_breaks_the_guard(text: str) -> None:
    is_public(text)
    literal(text)
    try:
        check_url(text)
    except Fault as fault:
        assert fault.outcome is Outcome.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        *[
            f"http://{host}/"
            for host in ["127.0.0.1", "0x7f000001", "2130706433", "127.1", "0", "0177.1"]
        ],
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://localhost/",
        "http://a.localhost/",
        "http://metadata.google.internal/",
        "http://999999999999/",
        "http://example.org./",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://exam ple.org/",
        "http://example.org/\r\nX: y",
        "http://example.org:99999/",
        "http:///path",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "",
    ],
)
def test_addresses_that_are_not_asked_for(url: str) -> None:
    with pytest.raises(Fault) as caught:
        check_url(url)
    assert caught.value.outcome is Outcome.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "https://example.org:8443/a?b=c", "http://8.8.8.8/"]
)
def test_addresses_that_may_be_asked_for(url: str) -> None:
    check_url(url)


def _allowed(resolver: GuardedResolver, name: str, port: int = 80) -> list[tuple[str, int]]:
    found = asyncio.run(resolver.allowed(name, port))
    return [(address.host, address.port) for address in found]


def test_a_name_leads_to_its_public_addresses_only() -> None:
    resolver = GuardedResolver({}, lambda name: ["10.0.0.1", "8.8.8.8", "::1"])
    assert _allowed(resolver, "mixed.example", 443) == [("8.8.8.8", 443)]
    assert not resolver.refusals


def test_a_name_that_leads_inward_is_refused() -> None:
    resolver = GuardedResolver({}, lambda name: ["127.0.0.1"])
    assert _allowed(resolver, "rebound.example") == []
    assert "127.0.0.1" in resolver.refusals["rebound.example"]


def test_a_rebound_name_is_checked_each_time() -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    resolver = GuardedResolver({}, lambda name: answers.pop(0))
    assert _allowed(resolver, "rebinding.example") == [("8.8.8.8", 80)]
    assert _allowed(resolver, "rebinding.example") == []


def test_literals_do_not_reach_the_lookup() -> None:
    resolver = GuardedResolver({}, lambda name: pytest.fail("looked up"))
    for name in ("127.0.0.1", "::1", "0x7f000001", "127.1"):
        assert _allowed(resolver, name) == []


def test_practice_names_lead_to_their_port_and_nowhere_else() -> None:
    resolver = GuardedResolver({"english.practice.test": "127.0.0.1:8123"}, lambda name: [])
    assert _allowed(resolver, "English.practice.test", 22) == [("127.0.0.1", 8123)]
    assert _allowed(resolver, "other.practice.test", 8123) == []


@pytest.mark.parametrize("address", ["http://10.0.0.5/", "http://intra.local:8080/"])
def test_what_is_named_of_ones_own_network_is_bounded_too(address: str) -> None:
    """Named or not: an address that is longer than any article's is not let in."""
    named = ("10.0.0.5", "intra.local:8080")
    check_url(address + "a" * (MAX_URL - len(address)), intranet=named)
    with pytest.raises(Fault):
        check_url(address + "a" * (MAX_URL - len(address) + 1), intranet=named)
