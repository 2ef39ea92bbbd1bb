"""Certificates are checked: who cannot prove its name is not asked for anything."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scraper.sources.model import Entry, EntryKind
from storage.types import Outcome
from tests.crawling import Crawl, source
from tests.servers import serving


def _self_signed(path: Path, name: str) -> Path:
    """A key and certificate for that name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A TLS server with a self-signed certificate: its port, and what it was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path / "server.pem", "secure.test"))
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
                    asked.append(tls.recv(65536))

    threading.Thread(target=accept, daemon=True).start()
    yield int(listener.getsockname()[1]), asked
    listener.close()


def test_a_self_signed_certificate_is_refused(
    archive: Path, secure: tuple[int, list[bytes]]
) -> None:
    port, asked = secure
    entry = Entry(EntryKind.LIST, "https://secure.test/news.html")
    with serving() as server:
        crawl = Crawl(archive, server)
        (run,) = crawl(
            replace(source("secure"), entries=(entry,)), hosts={"secure.test": f"127.0.0.1:{port}"}
        )
    assert run.outcome is Outcome.NET_ERROR
    assert "TLS" in run.reason
    assert asked in ([], [b""])
