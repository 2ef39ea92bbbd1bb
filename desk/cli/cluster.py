"""`hubwatch cluster` and `worker`: crawling on other machines, through a queue."""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import click

from hubwatch.errors import ConfigError
from scheduler.cluster.tickets import (
    ACL_OF_DEFAULT,
    NODE,
    Beat,
    ClusterConfig,
    RedisServer,
    acl_of_centre,
    acl_of_place,
    worker_user,
)
from storage.attempts import RemoteAttempt
from storage.readings import ReadingJob

from .. import _, term
from ..config import at_key
from ..delivery.targets import parse_secret
from ..documents import JsonDocument, Member, parts
from ..logs import log_to_stderr
from ..places import LOOKED_AT, SeenPlace, extra_is_missing, inspect_places
from .console import Column, local, note, print_json_list, print_table
from .main import CommandGroup
from .options import JSON, listing_option
from .session import Session, pass_session


@click.group(cls=CommandGroup)
def cluster() -> None:
    """Crawl on other machines: how the places are, and who may use their queue.

    A source with `where = "PLACE"` is crawled by a worker of that place. docs/cluster.md says how
    it is set up.

    \b
    Examples:
      hubwatch cluster status
      hubwatch cluster acl --place cn-north --password file:cn-north.password
    """


_WORKER: JsonDocument[Beat] = JsonDocument(
    Member("node", "text", "what the worker calls itself", lambda b: b.node),
    Member("attempt", "text", "what it crawls, `JOB:ATTEMPT`; may be empty", lambda b: b.attempt),
)
_OUT: JsonDocument[RemoteAttempt] = JsonDocument(
    Member("job", "text", "id of the job", lambda a: a.job),
    Member("attempt", "integer", "which attempt at it", lambda a: a.attempt),
    Member("work", "text", "`crawl`, or what is read again: `pages`, `grades` or `facts`",
        lambda a: a.work),
    Member("source", "text", "id of the source; empty where something is read again",
        lambda a: a.source_id),
    Member("state", "text", "`planned`, `sent` or `lost` (its worker may still be at it)",
        lambda a: a.state),
    Member("node", "text", "the worker that took it; may be empty", lambda a: a.node),
    Member("sent", "moment or null", "when it went into the queue", lambda a: a.sent_at),
    Member("deadline", "moment", "when it is lost in any case", lambda a: a.deadline),
)  # fmt: skip
_READING: JsonDocument[ReadingJob] = JsonDocument(
    Member("job", "text", "id of the job", lambda r: r.job),
    Member("work", "text", "what is read again: `pages`, `grades` or `facts`", lambda r: r.work),
    Member("began", "moment", "when it began", lambda r: r.began_at),
    Member("moved", "moment", "when something of it was last done", lambda r: r.moved_at),
    Member("total", "integer", "pages or articles there were to read", lambda r: r.total),
    Member("done", "integer", "those that are read and written", lambda r: r.done),
    Member("here", "integer", "how many of them were read at the centre", lambda r: r.here),
)  # fmt: skip
PLACE: JsonDocument[SeenPlace] = JsonDocument(
    Member("place", "text", "name of the place", lambda p: p.name),
    Member("reachable", "boolean", "whether its Redis answers", lambda p: not p.trouble),
    Member("trouble", "text", "why not; may be empty", lambda p: p.trouble),
    Member("queued", "integer", "tickets that nobody took yet", lambda p: p.queued),
    Member("lost", "integer", "attempts that were lost in the last day", lambda p: p.lost),
    parts("workers", "who says to be there", lambda p: p.beats, _WORKER),
    parts("out", "what is out there", lambda p: p.out, _OUT),
    parts("readings", "what is read again there, or was until it was cut off",
        lambda p: p.readings, _READING),
    commands=("cluster status --json",),
    about="A list, a place an element, in the order of the configuration.",
)  # fmt: skip


@cluster.command()
@listing_option
@pass_session
def status(session: Session, output: str) -> None:
    """Show the places: whether their Redis answers, who works there, what is out.

    \b
    Examples:
      hubwatch cluster status
      hubwatch cluster status --json
    """
    with session.reading() as store:
        slices = store.sources.slices
        attempts, readings = slices.attempts.latest(LOOKED_AT), slices.readings.open_jobs()
    found = inspect_places(cluster_of(session).places, attempts, readings, session.now)
    if output == JSON:
        print_json_list([PLACE(each) for each in found])
        return
    if not found:
        note(_("no place is configured; %(key)s names one", key="[[cluster.place]]"))
        return
    columns = (
        Column("place", style="bold"), Column("workers", "right"), Column("at work", "right"),
        Column("queued", "right"), Column("out", "right"), Column("lost in a day", "right"),
        Column("state"),
    )  # fmt: skip
    print_table(columns, [_row(each) for each in found])
    out = [attempt for each in found for attempt in each.out]
    if out:
        click.echo()
        zone = session.config.zone
        rows = [(_subject(a), a.place, a.node, a.state, local(a.deadline, zone)) for a in out]
        heads = ("source", "place", "node", "state", "deadline")
        print_table(tuple(Column(each) for each in heads), rows)
    running = [(each.name, job) for each in found for job in each.readings]
    if running:
        click.echo()
        _print_readings(running, session)


_READING_COLUMNS = (
    Column("read again"), Column("place"), Column("done", "right"), Column("in all", "right"),
    Column("read here", "right"), Column("last"),
)  # fmt: skip


def _print_readings(running: Sequence[tuple[str, ReadingJob]], session: Session) -> None:
    zone = session.config.zone
    jobs = [
        (term("work", job.work), name, job.done, job.total, job.here, local(job.moved_at, zone))
        for name, job in running
    ]
    print_table(_READING_COLUMNS, jobs)


def _subject(attempt: RemoteAttempt) -> str:
    return attempt.source_id or term("work", attempt.work)


def _row(place: SeenPlace) -> tuple[object, ...]:
    workers, out = len(place.beats), len(place.out)
    return (place.name, workers, place.busy, place.queued, out, place.lost, place.state)


@cluster.command()
@click.option("--place", "name", required=True, metavar="NAME", help="Whose workers.")
@click.option("--user", metavar="NAME", help="What their user is called, else `hub-NAME`.")
@click.option(
    "--password", "secret", required=True, metavar="WHERE", help="`env:NAME` or `file:PATH`."
)
@pass_session
def acl(session: Session, name: str, user: str | None, secret: str) -> None:
    """Print the lines of an ACL file for Redis: the user of a place, and ours.

    A place's user may use the keys of that place and the commands that a worker needs. Passwords
    stand there as their SHA-256. Nothing is changed.

    \b
    Examples:
      hubwatch cluster acl --place cn-north --password file:cn-north.password
    """
    place = cluster_of(session).place(name)
    if place is None:
        raise ConfigError(
            _("%(key)s: there is no place %(place)r", key="[[cluster.place]]", place=name)
        )
    try:
        password = parse_secret(secret, Path()).reveal()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--password") from None
    click.echo(ACL_OF_DEFAULT)
    server = place.server
    if server.user and server.password is not None:
        click.echo(acl_of_centre(server.user, _digest(server.password())))
    click.echo(acl_of_place(name, user or worker_user(name), _digest(password)))


def _digest(password: str) -> str:
    return sha256(password.encode()).hexdigest()


@click.command()
@click.option("--place", required=True, metavar="NAME", help="Whose tickets it takes.")
@click.option("--name", "node", metavar="NAME", help="What it is called, else host and process.")
@pass_session
def worker(session: Session, place: str, node: str | None) -> None:
    """Crawl for a centre: take tickets of a place, crawl, bring back what was fetched.

    Needs no archive and no sources, but a contact and the table [cluster] with the Redis and the
    user of its place. SIGTERM ends it cleanly. Needs the extra `hubwatch[cluster]`.

    \b
    Examples:
      hubwatch worker --place cn-north
      hubwatch worker --place cn-north --name node-7
    """
    try:
        from scheduler.cluster.worker import WorkerSettings, serve
    except ImportError:
        raise extra_is_missing() from None
    config = cluster_of(session)
    server = _server_of(session, place)
    node = node or _node_name()
    if not NODE.fullmatch(node):
        raise click.BadParameter(
            _("is no name; write letters, digits, -, _ and ."), param_hint="--name"
        )
    log_to_stderr(session.config.log_format)
    option = session.config.path
    config_option = ("--config", str(option.absolute())) if option is not None else ()
    command = (sys.executable, "-P", "-m", "hubwatch", *config_option)
    with tempfile.TemporaryDirectory(prefix="hubwatch-worker-") as folder:
        limits = session.config.limits
        settings = WorkerSettings(
            place,
            node,
            server,
            config.beat,
            command,
            Path(folder),
            session.clock,
            limits.memory,
        )
        raise SystemExit(serve(settings))


def cluster_of(session: Session) -> ClusterConfig:
    """The table `[cluster]` of the configuration; an empty one where there is none."""
    return session.config.said_cluster or ClusterConfig()


def _server_of(session: Session, place: str) -> RedisServer:
    config = cluster_of(session)
    named = config.place(place)
    server = named.server if named is not None else config.server
    if server is None:
        raise at_key(session.config, "cluster.redis", _("is missing; a worker needs it"))
    return server


def _node_name() -> str:
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", socket.gethostname()).strip("-.")
    return f"{host[:48] or 'node'}-{os.getpid()}"
