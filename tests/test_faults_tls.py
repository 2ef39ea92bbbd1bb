"""Certificates, row 7 of docs/faults.md: who cannot prove its name is not asked for anything.

Every way to fail is told apart in the run's reason; a source's exception is exact and has an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper.sources.model import Entry, EntryKind, Source, TlsException
from storage.runs import Run
from storage.types import Outcome
from tests.support.certificates import Identity, authority, server
from tests.support.crawling import Crawl, source
from tests.support.make import NOW
from tests.support.servers import serving

OVER_EACH_CARRIER = True

ROOT = authority("Portal Root")
MIDDLE = authority("Portal Intermediate", ROOT)
SELF_SIGNED = server("secure.test", None)
TODAY = NOW.date()

#: Who serves, and what the reason must say.
REFUSED = {
    "self-signed": (SELF_SIGNED, "the certificate is self-signed"),
    "unknown-authority": (
        replace(server("secure.test", ROOT), chain=(ROOT.certificate,)),
        "the authority Portal Root is not trusted here",
    ),
    "missing-intermediate": (
        replace(server("secure.test", MIDDLE), chain=()),
        "an intermediate certificate is missing: the server does not send that of "
        "Portal Intermediate",
    ),
}


@pytest.fixture
def trusted(tmp_path: Path) -> TlsException:
    """Trust in the root of these tests, as a source declares it."""
    path = ROOT.pem(tmp_path / "root.pem")
    return TlsException(TODAY + timedelta(days=9), "private authority", ca_file=str(path))


@pytest.fixture
def visit(archive: Path, tmp_path: Path) -> Iterator[Any]:
    """Crawl a server that shows an identity; the run, and what the server was asked."""

    def visit(identity: Identity, **fields: Any) -> tuple[Run, list[str]]:
        with serving(identity.context(tmp_path)) as secure:
            site = secure.site("secure.test")
            site.listing("/news.html", "/a/1.htm")
            site.article("/a/1.htm", "Proven")
            (run,) = Crawl(archive, secure)(_secure(**fields))
            return run, site.paths()

    yield visit


def _secure(**fields: Any) -> Source:
    entry = Entry(EntryKind.LIST, "https://secure.test/news.html")
    return source("secure", entries=(entry,), **fields)


def _until(days: int, identity: Identity) -> TlsException:
    digits = identity.fingerprint.lower().replace(":", "")
    return TlsException(TODAY + timedelta(days=days), "the operator was told", fingerprint=digits)


@pytest.mark.parametrize("name", REFUSED)
def test_row_07_refused_with_its_reason(visit: Any, name: str) -> None:
    identity, reason = REFUSED[name]
    run, asked = visit(identity)
    assert run.outcome is Outcome.NET_ERROR
    assert f"TLS: {reason}" in run.reason
    assert asked == []


def test_row_07_expired(visit: Any, trusted: TlsException) -> None:
    identity = server("secure.test", ROOT, days=-3)
    run, asked = visit(identity, tls=trusted)
    ended = identity.certificate.not_valid_after_utc
    assert f"TLS: the certificate expired on {ended:%F}" in run.reason
    assert asked == []


def test_row_07_other_host(visit: Any, trusted: TlsException) -> None:
    run, asked = visit(server("other.test", ROOT), tls=trusted)
    assert "TLS: the certificate is for other.test, not for secure.test" in run.reason
    assert asked == []


def test_row_07_a_refusal_is_not_repeated(visit: Any, archive: Path) -> None:
    run, _ = visit(SELF_SIGNED)
    assert run.counts.failed == 1
    with serving() as plain:
        assert len(Crawl(archive, plain).logged(run, "/robots.txt")) == 1


@pytest.mark.parametrize("by", [ROOT, MIDDLE], ids=["root", "intermediate"])
def test_row_07_a_whole_chain_is_believed(visit: Any, trusted: TlsException, by: Identity) -> None:
    run, asked = visit(server("secure.test", by), tls=trusted)
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert asked == ["/news.html", "/a/1.htm"]
    assert "TLS exception (ca_file) until 2026-03-11: private authority" in run.reason


def test_row_07_a_missing_intermediate_can_be_given(visit: Any, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(
        ROOT.pem(tmp_path / "a.pem").read_bytes() + MIDDLE.pem(tmp_path / "b.pem").read_bytes()
    )
    given = TlsException(TODAY, "they forgot the intermediate", ca_file=str(both))
    run, _ = visit(replace(server("secure.test", MIDDLE), chain=()), tls=given)
    assert run.outcome is Outcome.OK


@pytest.mark.parametrize(
    "identity",
    [
        SELF_SIGNED,
        server("secure.test", ROOT, days=-3),
        server("other.test", ROOT),
        replace(server("secure.test", MIDDLE), chain=()),
        server("secure.test", MIDDLE, days=-3),
    ],
    ids=["self-signed", "expired", "other-host", "missing-intermediate", "expired-in-chain"],
)
def test_row_07_a_declared_certificate_is_taken(visit: Any, identity: Identity) -> None:
    run, _ = visit(identity, tls=_until(0, identity))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert "TLS exception (fingerprint) until 2026-03-02: the operator was told" in run.reason


def test_row_07_another_certificate_than_declared_is_not(visit: Any) -> None:
    run, asked = visit(server("secure.test", None), tls=_until(0, SELF_SIGNED))
    assert run.outcome is Outcome.NET_ERROR
    assert "self-signed; it is not the certificate that the source declares" in run.reason
    assert asked == []


def test_row_07_an_exception_ends(visit: Any) -> None:
    run, asked = visit(SELF_SIGNED, tls=_until(-1, SELF_SIGNED))
    assert run.outcome is Outcome.NET_ERROR
    assert (
        "the certificate is self-signed; the source's exception ended on 2026-03-01" in run.reason
    )
    assert "TLS exception (fingerprint) ended on 2026-03-01" in run.reason
    assert asked == []


def test_row_07_an_exception_is_its_source_s_alone(archive: Path, tmp_path: Path) -> None:
    with serving(SELF_SIGNED.context(tmp_path)) as secure:
        site = secure.site("secure.test")
        site.listing("/news.html", "/a/1.htm")
        site.article("/a/1.htm", "Proven")
        trusting = replace(_secure(tls=_until(0, SELF_SIGNED)), id="trusting")
        strict, taken = Crawl(archive, secure)(_secure(), trusting)
    assert (strict.outcome, taken.outcome) == (Outcome.NET_ERROR, Outcome.OK)


LOADER = [
    ('fingerprint = "12"\nuntil = 2026-12-31\nreason = "x"', "tls.fingerprint: '12' is not a SHA"),
    ('until = 2026-12-31\nreason = "x"', "tls: must have either ca_file or fingerprint"),
    ('verify = false\nuntil = 2026-12-31\nreason = "x"', "tls.verify: unknown key"),
    ('ca_file = "none.pem"\nuntil = 2026-12-31\nreason = "x"', "cannot be read: No such file"),
    ('ca_file = "bad.pem"\nuntil = 2026-12-31\nreason = "x"', "holds no certificate in PEM form"),
    ('ca_file = "root.pem"\nreason = "x"', "tls.until: is missing"),
    ('ca_file = "root.pem"\nuntil = "2026-12-31"\nreason = "x"', "tls.until: must be a date"),
    ('ca_file = "root.pem"\nuntil = 2026-12-31', "tls.reason: is missing"),
]
SOURCE = """
id = "secure"
name = "Secure"
city = "Guiyang"
language = "en"
template = "chinadaily"
home = "https://secure.test/"
schedule = "every 2h"
[[entry]]
url = "https://secure.test/news.html"
[tls]
"""


def _load(folder: Path, tls: str) -> Source:
    from scraper.sources.load import load_catalogue

    ROOT.pem(folder / "root.pem")
    (folder / "bad.pem").write_text("no certificate")
    (folder / "secure.toml").write_text(SOURCE + tls)
    return load_catalogue([folder]).get("secure")


@pytest.mark.parametrize(("tls", "complaint"), LOADER)
def test_row_07_exceptions_are_checked_when_loaded(
    tmp_path: Path, tls: str, complaint: str
) -> None:
    from hubwatch.errors import SourceError

    with pytest.raises(SourceError) as caught:
        _load(tmp_path, tls)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_row_07_exceptions_as_written(tmp_path: Path) -> None:
    fingerprint = SELF_SIGNED.fingerprint
    loaded = _load(tmp_path, f'fingerprint = "{fingerprint}"\nuntil = 2026-12-31\nreason = "x"')
    assert loaded.tls == TlsException(
        date(2026, 12, 31), "x", fingerprint=fingerprint.lower().replace(":", "")
    )
    loaded = _load(tmp_path, 'ca_file = "root.pem"\nuntil = 2026-12-31\nreason = "x"')
    assert loaded.tls == TlsException(date(2026, 12, 31), "x", ca_file=str(tmp_path / "root.pem"))
