"""`hubwatch run`: the sources and the entries of `[[timetable]]` as the scheduler's jobs, and the
review page as its service.

A job is `hubwatch crawl --json ID`, or the command line of an entry, in a child, with the same
configuration and archive as here. When a job runs and what its end means is not decided here.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError
from hubwatch.fork_server import Preload, is_here
from hubwatch.log_line import log_warning
from scheduler.jobs import Elsewhere, Fallback, Job, Purpose, Service
from scheduler.schedules import parse_schedule
from scraper.sources.links import hosts_of

from .. import _
from ..config_snapshot import keep, looks, own_files
from ..logs import log_to_stderr
from .config_faults import old_names, require_plan, require_usable
from .main import renamed
from .options import Whole
from .session import Session

if TYPE_CHECKING:
    from scheduler.jobs import Job, Purpose, Service
    from scraper.sources.model import Source

    from ..timetable import TimetableEntry

_HUBWATCH = (sys.executable, "-P", "-m", "hubwatch")
PRELOAD = Preload(
    entry="desk.cli:run_forked",
    inner="scraper.workers.child:serve_forked",
    modules=(
        "china_cities.cities",
        "desk.alerting.send",
        "desk.cli.alerts",
        "desk.cli.crawl",
        "desk.cli.progress",
        "desk.incidents",
        "desk.timetable",
        "holidays.countries.china",
        "hubwatch.config_keys",
        "queuelib.queue",
        "regex",
        "scraper.archives.ingest",
        "scraper.crawl.run",
        "scraper.events.catch_up",
        "scraper.middlewares.connections",
        "scraper.middlewares.content_coding",
        "scraper.middlewares.handler",
        "scraper.middlewares.robots",
        "scraper.parsing.article",
        "scraper.parsing.lessons",
        "scraper.parsing.survey",
        "scraper.pipelines.stages",
        "scraper.relevance.match",
        "scraper.relevance.watchlist:shipped_watchlist",
        "scraper.settings",
        "scraper.spiders.spider",
        "scrapy.downloadermiddlewares.defaultheaders",
        "scrapy.downloadermiddlewares.downloadtimeout",
        "scrapy.downloadermiddlewares.useragent",
        "scrapy.dupefilters",
        "scrapy.extensions.corestats",
        "scrapy.extensions.feedexport",
        "scrapy.logformatter",
        "scrapy.pqueues",
        "scrapy.squeues",
        "scrapy.statscollectors",
        "scrapy.utils.boto",
        "scrapy.utils.ftp",
        "storage.articles.queries",
        "storage.articles.search",
        "storage.articles.writes",
        "storage.stories.queries",
        "storage.stories.writes",
    ),
    packages=("desk", "hubwatch", "scheduler", "scraper", "storage"),
)
"""What the daemon's children have imported when they begin: what a crawl and an alert need."""
_GRACE = timedelta(minutes=2)  # beside the source's own bound: start, waiting for the host, the end
_ALERTS, _BROADCAST = ("alerts", "send"), ("alerts", "broadcast")
_SUBSCRIPTIONS = ("subscriptions", "send")
_ALERTS_DEADLINE = timedelta(minutes=8)
_SCRUB = ("archive", "scrub")
_SCRUB_DEADLINE = timedelta(hours=12)
_SCRUB_PACE = "64"
"""MiB a second: crawls have the disk meanwhile."""


@click.command()
@click.option("--limit", type=Whole(1, 32), help="Children at a time, else [limits].")
@click.pass_context
def run(ctx: click.Context, limit: int | None) -> None:
    """Run the daemon: crawl every enabled source, and do all else, on its timetable.

    With `serve = true` in [desk] it keeps the review page running, too. One daemon serves an
    archive. SIGTERM ends it cleanly, SIGHUP makes it read the configuration again; a faulty one is
    reported and the old one kept.

    \b
    Examples:
      hubwatch run
      hubwatch --config /etc/hubwatch/hubwatch.toml run --limit 4
    """
    from scheduler.daemon import run_daemon

    session = ctx.find_object(Session)
    assert session is not None
    require_usable(session)
    session.writing().close()
    log_to_stderr(session.config.log_format)
    limits = session.config.limits
    limits = replace(limits, children=limit or limits.children)
    ended = run_daemon(
        plan_of(session),
        session.archive,
        session.clock,
        zone=session.config.zone,
        limits=limits,
        listen=session.config.listen,
        preload=(_HUBWATCH, PRELOAD) if limits.preload and is_here else None,
        cluster=session.config.said_cluster,
        broadcast=(*child_command(session, None), *_BROADCAST),
    )
    ctx.exit(ended)


def plan_of(session: Session) -> Callable[[], tuple[Job | Service, ...]]:
    """Gives the jobs and services of the configuration as it is whenever it is asked. They run by a
    copy of it. Files are only read where they look different from the last time.

    A source whose file cannot be used any more goes on by the last copy that could.
    """
    seen: tuple[str, tuple[Job | Service, ...]] = ("", ())

    def plan() -> tuple[Job | Service, ...]:
        nonlocal seen
        now = Session(session.config_option, session.db_option, session.clock, warn=_log_warning)
        name = looks(own_files(now.config))
        if name != seen[0]:
            require_plan(now)
            for each in old_names(now):
                _log_warning(f"{each.text}: {each.remedy}")
            folder = keep(now.config, now.archive, name, now.catalogue.faults)
            copied = Session(session.config_option, session.db_option, session.clock, folder)
            seen = name, (*jobs(copied, folder), *services(copied, folder))
        return seen[1]

    return plan


def _log_warning(text: str) -> None:
    log_warning("warned", text=text)


def jobs(session: Session, config_snapshot: Path | None = None) -> tuple[Job, ...]:
    """The enabled sources and the entries of the timetable as jobs, which run by that copy of the
    configuration. Raise ConfigError for an unknown source."""
    hubwatch = child_command(session, config_snapshot)
    cluster = session.config.said_cluster
    places = {each.name for each in cluster.places} if cluster is not None else set()
    crawls = [_crawl(source, hubwatch, places) for source in session.enabled()]
    return (*crawls, *other_jobs(session, config_snapshot))


def other_jobs(session: Session, config_snapshot: Path | None = None) -> tuple[Job, ...]:
    """Those of these jobs that are no crawls. What their commands say is not looked at here."""
    hubwatch = child_command(session, config_snapshot)
    entries = session.config.timetable
    there = {tuple((renamed(entry.command) or entry.command)[:2]) for entry in entries}
    own = [
        *(() if _SCRUB in there else (_scrub(hubwatch, session.config.zone),)),
        *(() if _ALERTS in there else (_alerts(hubwatch),)),
        *(
            (_subscriptions(hubwatch),)
            if session.config.alerts.subscriptions and _SUBSCRIPTIONS not in there
            else ()
        ),
    ]
    return (*(_command(entry, hubwatch) for entry in entries), *own)


def services(session: Session, config_snapshot: Path | None = None) -> tuple[Service, ...]:
    """What is to run all the time: the review page and the practice portal, if the configuration
    says so."""
    config, found = session.config, []
    if config.server.serve:
        found.append(Service("desk", (*child_command(session, config_snapshot), "desk")))
    if config.practice:
        port = config.practice.rpartition(":")[2]
        command = (*_HUBWATCH, "practice", "--port", port)
        found.append(Service("practice", command))
    return tuple(found)


def child_command(session: Session, config_snapshot: Path | None) -> tuple[str, ...]:
    """The command line of a child, up to its command."""
    copy = ("--config-snapshot", str(config_snapshot)) if config_snapshot else ()
    return (*_HUBWATCH, *session.options(), *copy)


def _alerts(hubwatch: tuple[str, ...]) -> Job:
    """Judging all sources and telling people, for those who put no `alerts send` on the timetable
    themselves. Its name can be that of no source."""
    return Job(
        name="hubwatch.alerts",
        command=(*hubwatch, *_ALERTS, "--json"),
        schedule=parse_schedule("every 10m", "UTC"),
        deadline=_ALERTS_DEADLINE,
        purpose=Purpose.ALERTS,
        command_line=" ".join(_ALERTS),
    )


def _subscriptions(hubwatch: tuple[str, ...]) -> Job:
    """Alerting people of new stories, where somebody asked for it."""
    return Job(
        name="hubwatch.subscriptions",
        command=(*hubwatch, *_SUBSCRIPTIONS, "--json"),
        schedule=parse_schedule("every 5m", "UTC"),
        deadline=_ALERTS_DEADLINE,
        command_line=" ".join(_SUBSCRIPTIONS),
    )


def _scrub(hubwatch: tuple[str, ...], zone: str) -> Job:
    """Comparing the archive with what was written, for those who have no `archive scrub` on the
    timetable themselves."""
    return Job(
        name="hubwatch.scrub",
        command=(*hubwatch, *_SCRUB, "--pace", _SCRUB_PACE),
        schedule=parse_schedule("30 2 * * SUN", zone),
        deadline=_SCRUB_DEADLINE,
        purpose=Purpose.SCRUB,
        command_line=" ".join(_SCRUB),
    )


def _crawl(source: Source, hubwatch: tuple[str, ...], places: Collection[str]) -> Job:
    from ..timetable import schedule_of

    if source.where and source.where not in places:
        raise ConfigError(
            _(
                "%(path)s: where: there is no place %(place)r; name it under %(key)s",
                path=source.path,
                place=source.where,
                key="[[cluster.place]]",
            )
        )
    elsewhere = Elsewhere(source.where, Fallback(source.fallback), hubwatch)
    return Job(
        name=source.id,
        command=(*hubwatch, "crawl", "--json"),
        schedule=schedule_of(source),
        deadline=source.bounds.duration + _GRACE,
        arguments=(source.id,),
        group="crawl",
        leases=hosts_of(source),
        elsewhere=elsewhere if source.where else None,
    )


def _command(entry: TimetableEntry, hubwatch: tuple[str, ...]) -> Job:
    words = renamed(entry.command) or entry.command
    return Job(
        name=entry.name,
        command=(*hubwatch, *words),
        schedule=entry.schedule,
        deadline=entry.deadline,
        purpose=_purpose(words),
        command_line=shlex.join(words),
    )


def _purpose(command: Sequence[str]) -> Purpose:
    if tuple(command[:2]) == _ALERTS:
        return Purpose.ALERTS
    if tuple(command[:2]) == _SCRUB:
        return Purpose.SCRUB
    makes_one = command[0] == "backup" and not {*command[1:2]} & {"verify", "restore"}
    return Purpose.BACKUP if makes_one else Purpose.OTHER
