"""`hubwatch mcp`: serve the archive to a program that speaks the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec

import click

from hubwatch.errors import HubwatchError

from .. import _
from ..web.desk import AuthConfig, Desk
from .session import Session, pass_session


@click.command()
@pass_session
def mcp(session: Session) -> None:
    """Serve the archive to a program that speaks the Model Context Protocol, on standard input and
    output. It can search, show, ask why, and read facts, contradictions and digests; it cannot
    change anything.

    Whoever starts it reads with the rights of their own account. Needs the extra `hubwatch[mcp]`.

    \b
    Examples:
      hubwatch mcp
      hubwatch --db ~/hubwatch.db mcp
    """
    if find_spec("mcp") is None:
        raise HubwatchError(_("the extra is missing; `pip install 'hubwatch[mcp]'` brings it"))
    from ..mcp_server import serve

    serve(
        Desk(
            archive=session.archive,
            catalogue=session.catalogue,
            watchlist=session.watchlist,
            zone=str(session.config.zone),
            clock=session.clock,
            auth=AuthConfig(frozenset(), frozenset()),
        )
    )
