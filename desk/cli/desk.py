"""`hubwatch desk`: serve the review page, on loopback or for a proxy in front of it."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from scraper.configuration import parse_loopback
from storage.people import PersonRole

from .. import _
from ..config import original_of
from .console import note
from .daemon import child_command, jobs
from .digests.common import look_of
from .session import Session, pass_session

if TYPE_CHECKING:
    from ..web.desk import AuthConfig, Desk

_BEFORE = 5
"""Seconds for those who are being answered when the desk is told to stop."""


@click.command()
@click.option(
    "--listen", metavar="ADDRESS", help="A loopback address and port instead of the configured one."
)
@click.option("--user", metavar="NAME", help="The one person who needs no sign-in on loopback.")
@pass_session
def desk(session: Session, listen: str | None, user: str | None) -> None:
    """Serve the review page, where stories are sorted in a browser.

    Listens on loopback only; docs/desk.md says how a proxy offers it to others by HTTPS. People
    sign in by the link that `hubwatch people add` prints.

    \b
    Examples:
      hubwatch desk
      hubwatch desk --user Li
      hubwatch desk --listen 127.0.0.1:9000
    """
    from ..web.server import server_of

    if listen is not None:
        try:
            parse_loopback(listen)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--listen") from None
    made = desk_of(session, listen or session.config.server.listen, user)
    host, port = _host_port(listen or session.config.server.listen)
    server = server_of(made, log_level="warning", timeout_graceful_shutdown=_BEFORE)
    try:
        listening = socket.create_server((host, port), family=_family(host), backlog=128)
    except OSError as error:
        fault = _(
            "%(host)s:%(port)s is not to be had (%(strerror)s)",
            host=host,
            port=port,
            strerror=error.strerror,
        )
        raise HubwatchError(_("%(fault)s; name another with --listen", fault=fault)) from None
    note(_("the desk is open at %(address)s; Ctrl-C closes it", address=_address(made.auth)))
    usual = session.config.server
    if listen is not None and listen != usual.listen and not usual.address:
        note(
            _(
                "links for people are printed with the configured address, %(usual)s: "
                '`listen = "%(listen)s"` in `[desk]` has them printed with this one',
                usual=usual.listen,
                listen=listen,
            )
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave_to_uvicorn)
    server.run(sockets=[listening])


def _leave_to_uvicorn(number: int, frame: FrameType | None) -> None:
    """uvicorn takes the signal, closes, and raises it once more: by then all is done."""


def desk_of(session: Session, listen: str, user: str | None) -> Desk:
    """Return the desk of a configuration, and make its one named user known to the archive. Raise
    ConfigError, StorageError."""
    from ..web.desk import Desk

    auth = _auth_config(session, listen, user)
    session.writing().close()  # a desk reads; only here its archive is made or brought up to date
    made = Desk(
        archive=session.archive,
        catalogue=session.catalogue,
        watchlist=session.watchlist,
        zone=session.config.zone,
        clock=session.clock,
        auth=auth,
        hubwatch=child_command(session, session.config_snapshot),
        upload=session.config.server.upload,
        api_rate=session.config.server.api_rate,
        jobs=jobs(session),
        look=look_of(session),
        digest_title=session.config.digest_title,
        digest_language=session.config.digest_language,
        watchlist_file=_own_watchlist(session),
        cluster=session.config.said_cluster,
    )
    if auth.user:
        _add_local_user(made)
    return made


def _own_watchlist(session: Session) -> Path | None:
    own = session.config.watchlist
    return original_of(session.config_snapshot, own) if own else None


def _add_local_user(made: Desk) -> None:
    with made.writing() as store:
        if store.people.get(made.auth.user) is None:
            with store.writing() as tx:
                tx.people.add(made.auth.user, PersonRole.STAFF, made.clock())


def _auth_config(session: Session, listen: str, user: str | None) -> AuthConfig:
    from ..web.desk import AuthConfig

    config = session.config.server
    _, port = _host_port(listen)
    names = [f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")] + [listen.lower()]
    origins = [f"http://{name}" for name in names]
    if config.address:
        names.append(config.address.partition("://")[2])
        origins.append(config.address)
    return AuthConfig(
        hosts=frozenset(names),
        origins=frozenset(origins),
        user=config.user if user is None else user,
        login_header=config.login_header,
        proxies=frozenset(config.proxies),
    )


def _host_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(auth: AuthConfig) -> str:
    return next(
        (origin for origin in auth.origins if origin.startswith("https://")),
        min(auth.origins, key=lambda origin: ("127.0.0.1" not in origin, origin)),
    )
