"""What the archive and the configuration hold: are they in order, is something stuck or stale.

Looks and changes nothing, apart from the short lock that the check of the index takes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from hubwatch.errors import ConfigError, HubwatchError
from scraper.sources.model import Source
from storage.archive import Archive
from storage.incidents.records import Severity
from storage.maintenance.records import GlobalPause
from storage.runs.records import OpenRun

from ..config import Config
from ..delivery.targets import Mail, Webhook
from ..text import counted
from ..timetable import schedule_of
from .check import Check, fault, ok, warning

_LONG = timedelta(hours=3)
_SOON = timedelta(days=14)
_SHOWN = 3


def look_at_archive(store: Archive, now: datetime) -> Iterator[Check]:
    """The archive as a whole, its index, whether it stands still, and what it says of runs and
    incidents."""
    yield from _integrity(store)
    yield _standstill(store.maintenance.global_pause(now))
    yield stuck_runs(store.runs.unfinished(), now)
    yield _incidents(store)


def _integrity(store: Archive) -> Iterator[Check]:
    faults = store.maintenance.integrity()
    index = [each for each in faults if each.startswith("text index") or "fts" in each.lower()]
    rest = [each for each in faults if each not in index]
    if rest:
        remedy = "leave it as it is and put a backup in its place: `hubwatch restore FILE`"
        yield fault("archive", f"damaged: {rest[0]}", remedy)
    else:
        yield ok("archive", f"{store.path}: every page and reference is in order")
    if index:
        yield fault("search index", f"drifted: {index[0]}", "`hubwatch maintain repair`")
    elif not rest:
        yield ok("search index", "in step with the articles")


def _standstill(found: GlobalPause | None) -> Check:
    if found is None:
        return ok("standstill", "nothing stands still")
    told = f"everything is paused by {found.person}: {found.reason}; nothing is crawled"
    return warning("standstill", told, "`hubwatch resume`")


def stuck_runs(runs: Sequence[OpenRun], now: datetime) -> Check:
    """Whether runs are open whose process is gone, or that go on for hours."""
    stuck = [run for run in runs if now - run.started_at > _LONG or not is_alive(run.pid)]
    if not stuck:
        return ok("runs", f"{len(runs)} under way" if runs else "none is under way, none is stuck")
    names = ", ".join(f"{run.id} ({run.source_id})" for run in stuck[:_SHOWN])
    told = f"{len(stuck)} have no end and no process: {names}"
    remedy = f"`hubwatch crawl {stuck[0].source_id}`; the next crawl closes them"
    return warning("runs", told, remedy)


def is_alive(pid: int) -> bool:
    """Whether a process of that number is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _incidents(store: Archive) -> Check:
    found = store.incidents.unresolved()
    grave = [each for each in found if each.finding.severity is Severity.CRITICAL]
    if grave:
        remedy = f"`hubwatch incidents show {grave[0].id}`"
        return fault("incidents", grave[0].finding.told, remedy)
    unseen = [each for each in found if each.acked_at is None]
    if unseen:
        told = f"{len(found)} open, {len(unseen)} of them seen to by nobody"
        return warning("incidents", told, "`hubwatch incidents`")
    return ok("incidents", f"{len(found)} open, all seen to" if found else "none is open")


def look_at_configuration(
    config: Config, sources: Callable[[], Sequence[Source]], now: datetime
) -> Iterator[Check]:
    """Sources and schedules, exceptions of trust, and whether somebody would be told."""
    try:
        found = tuple(sources())
        for source in found:
            schedule_of(source)
    except ConfigError as error:
        yield fault("configuration", str(error), "correct that line; the daemon keeps the old one")
        return
    enabled = f"{counted(len(found), 'source')} enabled"
    yield ok("configuration", f"{config.path or 'the defaults'}: {enabled}")
    yield trust(found, now)
    yield _telling(config)


def trust(sources: Sequence[Source], now: datetime) -> Check:
    """Whether exceptions for certificates are over, or soon will be."""
    made = [(source, source.tls.until) for source in sources if source.tls is not None]
    over = [(source, until) for source, until in made if until < now.date()]
    soon = [(source, until) for source, until in made if until < (now + _SOON).date()]
    for few, word in ((over, "ended"), (soon, "ends")):
        if few:
            source, until = few[0]
            told = f"the exception of {source.id} {word} on {until}"
            told += f", and {len(few) - 1} more" if len(few) > 1 else ""
            remedy = f"see whether its certificate is right now, then edit {source.path}"
            return warning("trust", told, remedy)
    return ok("trust", f"{len(made)} exceptions for certificates" if made else "no exceptions")


def _telling(config: Config) -> Check:
    alerts = config.alerts
    if not alerts.channels:
        remedy = "write an [[alerts.channel]], then: `hubwatch alerts test`"
        return warning("alerts", "nobody is told when something is amiss", remedy)
    for channel in alerts.channels:
        try:
            _secrets_of(config, channel.to)
        except HubwatchError as error:
            return fault("alerts", f"channel {channel.name}: {error}", "`hubwatch alerts test`")
    names = ", ".join(channel.name for channel in alerts.channels)
    switch = "with" if alerts.ping else "without"
    return ok("alerts", f"{names}; {switch} a dead-man's switch")


def _secrets_of(config: Config, to: str) -> None:
    """Raise ConfigError if a secret of a delivery cannot be had."""
    place = config.target(to).place if to else None
    if isinstance(place, Mail):
        place.ready_server()
    elif isinstance(place, Webhook):
        place.ready_url()
        if place.secret is not None:
            place.secret.reveal()
