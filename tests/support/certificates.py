"""Certificates for the tests of TLS: authorities, and what servers show, right and wrong."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Identity:
    """A certificate with its key; `chain` is what its issuers are shown by."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as `openssl x509 -fingerprint` prints it."""
        digits = self.certificate.fingerprint(hashes.SHA256()).hex().upper()
        return ":".join(digits[at : at + 2] for at in range(0, 64, 2))

    def pem(self, path: Path) -> Path:
        """The certificate alone, as a file."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def context(self, folder: Path) -> ssl.SSLContext:
        """What a server needs to show this identity."""
        secret = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        shown = [
            certificate.public_bytes(serialization.Encoding.PEM)
            for certificate in (self.certificate, *self.chain)
        ]
        path = folder / f"{self.certificate.serial_number}.pem"
        path.write_bytes(secret + b"".join(shown))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def authority(name: str, by: Identity | None = None) -> Identity:
    """An authority of that name, its own root or signed by another."""
    return _made(name, (), by, authority=True)


def server(host: str, by: Identity | None, *, days: int = 30) -> Identity:
    """A server's certificate, self-signed without `by`; with negative `days` it has expired."""
    return _made(host, (host,), by, days=days)


def _made(
    name: str,
    hosts: tuple[str, ...],
    by: Identity | None,
    *,
    authority: bool = False,
    days: int = 30,
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    is_root = by is None or by.certificate.issuer == by.certificate.subject
    return Identity(key, certificate, () if by is None or is_root else (by.certificate,))
