"""The way to a source's hosts: directly or through a proxy, and what is trusted on it.

Certificates that are not believed are explained in one line. Connections are made in `handler`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from OpenSSL.crypto import X509
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from hubwatch.guard import literal
from hubwatch.reasons import in_words
from storage.types import Outcome

from ..crawl.request import Clock, CrawlRequest
from ..sources.model import DIRECT, Source, TlsException
from .fetch_result import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True)
class Route:
    """How one source is reached. Sources with equal routes share what is known of an origin.

    `proxy` is `http://host:port`, or empty. Names in the request's `hosts` are on loopback and are
    never asked for through a proxy.
    """

    proxy: str = ""
    tls: TlsException | None = None

    @property
    def proxy_place(self) -> tuple[str, int]:
        """Host and port of the proxy."""
        parts = urlsplit(self.proxy)
        return parts.hostname or "", parts.port or 80

    def note(self, today: date) -> str:
        """What every run has to say about its trust. Empty where nothing is out of the ordinary."""
        if self.tls is None:
            return ""
        kind = "ca_file" if self.tls.ca_file else "fingerprint"
        state = "ended on" if today > self.tls.until else "until"
        return f"TLS exception ({kind}) {state} {self.tls.until}: {self.tls.reason}"


def route_of(source: Source, request: CrawlRequest) -> Route:
    """The route that this source takes in this crawl."""
    proxy = source.proxy or request.proxy
    return Route("" if proxy == DIRECT else proxy, source.tls)


def route_in(crawler: Crawler) -> Callable[[], Route]:
    """What tells the route of a crawler: that of its source, else the installation's."""
    said: Route | None = crawler.settings.get("HUBWATCH_ROUTE")
    from ..crawl.context import context_of

    return lambda: said or Route(context_of(crawler).request.proxy)


# Certificates

# OpenSSL's verification codes (X509_V_ERR_…); pyOpenSSL has no names for them.
_NOT_YET, _EXPIRED, _SELF_SIGNED, _UNKNOWN_ROOT = 9, 10, 18, 19
_NO_ISSUER = (2, 20, 21)
# Old servers cannot renegotiate securely; OpenSSL 3 would not even greet them without this.
_LEGACY_SERVER_CONNECT = 0x4

Saw = Callable[[str, datetime], None]
"""Is told of each host until when its certificate is valid."""


@implementer(IPolicyForHTTPS)
class TrustPolicy:
    """Twisted's policy for https: one context for all connections of a source."""

    def __init__(self, exception: TlsException | None, clock: Clock, saw: Saw) -> None:
        self._exception = exception
        self._clock = clock
        self._saw = saw
        self._contexts: dict[str, SSL.Context] = {}

    def creatorForNetloc(  # noqa: N802 - the name of Twisted's interface
        self, hostname: bytes, port: int
    ) -> _Creator:
        """What makes the connections to this host."""
        known = self._exception
        over = known is not None and self._clock().date() > known.until
        trusted = None if over else known
        note = f"; the source's exception ended on {known.until}" if known and over else ""
        context = self._context(trusted.ca_file if trusted else "")
        host = hostname.decode("ascii")
        fingerprint = trusted.fingerprint if trusted else ""
        return _Creator(context, host, fingerprint, note, self._saw)

    def _context(self, ca_file: str) -> SSL.Context:
        if ca_file not in self._contexts:
            self._contexts[ca_file] = _make_context(ca_file)
        return self._contexts[ca_file]


def _make_context(ca_file: str) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(_LEGACY_SERVER_CONNECT)
    context.set_default_verify_paths()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Makes checked connections to one host."""

    def __init__(
        self, context: SSL.Context, host: str, fingerprint: str, note: str, saw: Saw
    ) -> None:
        self._context = context
        self._host = host
        self._fingerprint = fingerprint
        self._note = note
        self._saw = saw

    def clientConnectionForTLS(  # noqa: N802 - the name of Twisted's interface
        self,
        tlsProtocol: Any,  # noqa: N803
    ) -> SSL.Connection:
        """A connection that asks for this host and ends if the answer cannot be believed."""

        def refuse(reason: str) -> None:
            fault = Refused(Outcome.NET_ERROR, f"TLS: {reason}{self._note}")
            tlsProtocol.failVerification(Failure(fault))  # type: ignore[no-untyped-call]

        connection = SSL.Connection(self._context, None)
        if literal(self._host) is None:
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        check = _Check(self._host, self._fingerprint, refuse, self._saw)
        flags = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        connection.set_verify(flags, check)
        return connection


class _Check:
    """OpenSSL's callback, called for each certificate from the authority down to the server's own,
    which is the last one. There it is decided."""

    def __init__(
        self, host: str, fingerprint: str, refuse: Callable[[str], None], saw: Saw
    ) -> None:
        self._host = host
        self._fingerprint = fingerprint
        self._refuse = refuse
        self._saw = saw
        self._reason = ""

    def __call__(
        self, connection: SSL.Connection, certificate: X509, code: int, depth: int, fine: int
    ) -> bool:
        try:
            return self._believe(certificate.to_cryptography(), certificate, code, depth)
        except Exception as error:  # raised into OpenSSL it would be lost
            self._refuse(f"the certificate cannot be read: {in_words(error)}")
            return False

    def _believe(self, own: x509.Certificate, raw: X509, code: int, depth: int) -> bool:
        if code and not self._reason:
            self._reason = _reason(code, depth, own)
        if depth:
            # Only a declared certificate may come with a chain that is wrong.
            if self._reason and not self._fingerprint:
                self._refuse(self._reason)
            return not self._reason or bool(self._fingerprint)
        self._saw(self._host, own.not_valid_after_utc)
        if self._fingerprint and own.fingerprint(hashes.SHA256()).hex() == self._fingerprint:
            return True
        reason = self._reason or _other_host(raw, own, self._host)
        if reason and self._fingerprint:
            reason += "; it is not the certificate that the source declares"
        if reason:
            self._refuse(reason)
        return not reason


def _reason(code: int, depth: int, certificate: x509.Certificate) -> str:
    """What OpenSSL found, for people."""
    whose = "certificate" if depth == 0 else f"certificate of {_name(certificate.subject)}"
    if code == _EXPIRED:
        return f"the {whose} expired on {certificate.not_valid_after_utc:%F}"
    if code == _NOT_YET:
        return f"the {whose} is not valid before {certificate.not_valid_before_utc:%F}"
    if code == _SELF_SIGNED:
        return "the certificate is self-signed"
    if code == _UNKNOWN_ROOT:
        return f"the authority {_name(certificate.subject)} is not trusted here"
    if code in _NO_ISSUER:
        issuer = _name(certificate.issuer)
        missing = "an intermediate certificate is missing: " if depth == 0 else ""
        return f"{missing}the server does not send that of {issuer}, and it is not known here"
    return f"the {whose} is not believed (OpenSSL verification code {code})"


def _other_host(raw: X509, certificate: x509.Certificate, host: str) -> str:
    wanted = DNS_ID(host) if literal(host) is None else IPAddress_ID(host)
    try:
        verify_service_identity(extract_patterns(raw), [wanted], [])
    except VerificationError:
        return f"the certificate is for {_names(certificate)}, not for {host}"
    return ""


def _names(certificate: x509.Certificate) -> str:
    """Whom a certificate names, the first few."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _name(certificate.subject)
    found = [str(name.value) for name in names]
    return ", ".join(found[:3]) + (", …" if len(found) > 3 else "")


def _name(name: x509.Name) -> str:
    found = [str(part.value) for part in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    text = found[0] if found else name.rfc4514_string()
    return " ".join(text.split())[:80] or "(no name)"
