"""Checks of an installation: archive, configuration, jobs of the timetable, and this machine.

Looks and changes nothing, apart from the short lock that the check of the index takes.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from hubwatch.errors import ConfigError, HubwatchError
from hubwatch.locks import Lock
from scheduler.health.inspection import look_at_jobs
from scheduler.health.operations import last_good
from scheduler.jobs import Job, Purpose
from scraper.middlewares import chromium
from scraper.sources.load import FileFault
from scraper.sources.model import Source
from storage import database
from storage.archive import Archive
from storage.incidents import AlertDelivery, Finding, Kind, Severity
from storage.maintenance import Backup, GlobalPause
from storage.runs import OpenRun

from . import N_, _, sentence
from .config import Config
from .delivery.notifier import is_installed, missing
from .delivery.targets import Apprise, Mail, Webhook
from .digest.formats import plugins
from .digest.formats.as_pdf import obstacle, shortcomings
from .moments import format_duration
from .status import describe_unheard, written_ahead
from .text import format_size, pluralise


class CheckState(StrEnum):
    """`fault`: something does not work. `warning`: it may not, before long."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is in one line, and what to do where it is not in order."""

    name: str
    state: CheckState
    detail: str
    remedy: str = ""


def ok(name: str, detail: str) -> Check:
    """In order."""
    return Check(name, CheckState.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Check:
    """Somebody should see to it."""
    return Check(name, CheckState.WARNING, detail, remedy)


def fault(name: str, detail: str, remedy: str) -> Check:
    """Something does not work."""
    return Check(name, CheckState.FAULT, detail, remedy)


_LONG = timedelta(hours=3)
_SOON = timedelta(days=14)
_SHOWN = 3


class Thoroughness(StrEnum):
    """How far a look goes: `quick` in a moment whatever the size is, `full` reads all of it."""

    QUICK = "quick"
    FULL = "full"


def check_archive(store: Archive, now: datetime, thoroughness: Thoroughness) -> Iterator[Check]:
    """The archive as a whole, its index, whether it stands still, and what it says of runs and
    incidents. A quick look at it reads neither its pages nor its index whole."""
    if thoroughness is Thoroughness.FULL:
        yield from _integrity(store)
    else:
        detail = _(
            "%(path)s: opens, and has the tables of this Hubwatch; `hubwatch doctor --full` reads "
            "every page",
            path=store.path,
        )
        yield ok("archive", detail)
    yield _global_pause(store.maintenance.global_pause(now))
    yield stuck_runs(store.runs.unfinished(), now)
    yield _incidents(store)


def _integrity(store: Archive) -> Iterator[Check]:
    faults = store.maintenance.integrity()
    index = [each for each in faults if each.startswith("text index") or "fts" in each.lower()]
    rest = [each for each in faults if each not in index]
    if rest:
        remedy = _(
            "leave it as it is and put a backup in its place: `hubwatch backup restore FILE`"
        )
        yield fault("archive", _("damaged: %(rest)s", rest=rest[0]), remedy)
    else:
        yield ok("archive", _("%(path)s: every page and reference is in order", path=store.path))
    if index:
        yield fault(
            "search index",
            _("drifted: %(index)s", index=index[0]),
            "`hubwatch archive repair`",
        )
    elif not rest:
        yield ok("search index", _("in step with the articles"))


def _global_pause(found: GlobalPause | None) -> Check:
    if found is None:
        return ok("standstill", _("nothing stands still"))
    detail = _(
        "everything is paused by %(person)s: %(reason)s; nothing is crawled",
        person=found.person,
        reason=found.reason,
    )
    return warning("standstill", detail, "`hubwatch timetable resume`")


def stuck_runs(runs: Sequence[OpenRun], now: datetime) -> Check:
    """Whether runs are open whose process is gone, or that go on for hours."""
    stuck = [run for run in runs if now - run.started_at > _LONG or not is_alive(run.pid)]
    if not stuck:
        return ok(
            "runs",
            _("%(runs)s under way", runs=len(runs))
            if runs
            else _("none is under way, none is stuck"),
        )
    names = ", ".join(f"{run.id} ({run.source_id})" for run in stuck[:_SHOWN])
    detail = _("%(stuck)s have no end and no process: %(names)s", stuck=len(stuck), names=names)
    remedy = _(
        "`hubwatch crawl %(source_id)s`; the next crawl closes them", source_id=stuck[0].source_id
    )
    return warning("runs", detail, remedy)


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
        return fault("incidents", sentence(grave[0].finding.message), remedy)
    unseen = [each for each in found if each.acked_at is None]
    if unseen:
        detail = _(
            "%(found)s open, %(unseen)s of them seen to by nobody",
            found=len(found),
            unseen=len(unseen),
        )
        return warning("incidents", detail, "`hubwatch incidents`")
    return ok(
        "incidents",
        _("%(found)s open, all seen to", found=len(found)) if found else _("none is open"),
    )


def check_configuration(
    config: Config,
    sources: Sequence[Source],
    faults: Sequence[FileFault],
    now: datetime,
    *,
    is_sound: bool,
    lost: Sequence[AlertDelivery] = (),
) -> Iterator[Check]:
    """How many `sources` are enabled, exceptions of trust, and whether somebody would be alerted,
    which nobody is by a channel whose messages were `lost`.
    `faults` are those of people's own files of sources. Where the configuration is not sound, that
    is said elsewhere."""
    if is_sound:
        enabled = _("%(sources)s enabled", sources=pluralise(len(sources), "source"))
        yield ok("configuration", f"{config.path or _('the defaults')}: {enabled}")
    for told in faults:
        yield fault("source file", told.text, _("correct that line; until then it is left out"))
    yield trust(sources, now)
    yield browser(sources)
    yield _alerting(config, lost)


def browser(sources: Sequence[Source]) -> Check:
    """Whether the pages can be rendered that want to be."""
    wanting = [source.id for source in sources if source.render]
    if not wanting:
        return ok("browser", _("no source needs one"))
    lacking = chromium.obstacle()
    if not lacking:
        found = _(
            "%(program)s renders the pages of %(sources)s",
            program=chromium.program(),
            sources=pluralise(len(wanting), "source"),
        )
        if chromium.is_sandboxed():
            return ok("browser", found)
        found += _("; as root without the sandbox of Chromium")
        return warning("browser", found, _("run Hubwatch as a user of its own"))
    first, more = wanting[0], len(wanting) - 1
    detail = _("%(id)s wants its pages rendered", id=first)
    detail += _(", and %(few)s more", few=more) if more else ""
    return fault("browser", detail, lacking)


def trust(sources: Sequence[Source], now: datetime) -> Check:
    """Whether exceptions for certificates are over, or soon will be."""
    made = [(source, source.tls.until) for source in sources if source.tls is not None]
    over = [(source, until) for source, until in made if until < now.date()]
    soon = [(source, until) for source, until in made if until < (now + _SOON).date()]
    for few, said in (
        (over, N_("the exception of %(id)s ended on %(until)s")),
        (soon, N_("the exception of %(id)s ends on %(until)s")),
    ):
        if few:
            source, until = few[0]
            detail = _(said, id=source.id, until=until)
            detail += _(", and %(few)s more", few=len(few) - 1) if len(few) > 1 else ""
            remedy = _(
                "see whether its certificate is right now, then edit %(path)s", path=source.path
            )
            return warning("trust", detail, remedy)
    return ok(
        "trust",
        _("%(made)s exceptions for certificates", made=len(made)) if made else _("no exceptions"),
    )


def _alerting(config: Config, lost: Sequence[AlertDelivery]) -> Check:
    alerts = config.alerts
    for one in alerts.subscriptions:
        try:
            _secrets_of(config, one.to)
        except HubwatchError as error:
            told = _("subscription %(name)s: %(error)s", name=one.name, error=error)
            return fault("alerts", told, "`hubwatch subscriptions test`")
    if not alerts.channels:
        remedy = _("write an [[alerts.channel]], then: `hubwatch alerts test`")
        return warning("alerts", _("nobody is told when something is amiss"), remedy)
    for channel in alerts.channels:
        try:
            _secrets_of(config, channel.to)
            if channel.command and shutil.which(channel.command[0]) is None:
                raise ConfigError(
                    _("%(program)s: there is no such program", program=channel.command[0])
                )
        except HubwatchError as error:
            return fault(
                "alerts",
                _("channel %(name)s: %(error)s", name=channel.name, error=error),
                "`hubwatch alerts test`",
            )
    if lost:
        detail = "; ".join(map(describe_unheard, lost))
        return fault("alerts", detail, f"`hubwatch alerts test {lost[0].channel}`")
    names = ", ".join(channel.name for channel in alerts.channels)
    switched = (
        _("%(names)s; with a dead-man's switch", names=names)
        if alerts.ping
        else _("%(names)s; without a dead-man's switch", names=names)
    )
    return ok("alerts", switched)


def _secrets_of(config: Config, to: str) -> None:
    """Raise ConfigError if a secret of a delivery cannot be had."""
    place = config.target(to).place if to else None
    if isinstance(place, Mail):
        place.ready_server()
    elif isinstance(place, Webhook):
        place.ready_url()
        if place.secret is not None:
            place.secret.reveal()
    elif isinstance(place, Apprise):
        if not is_installed():
            raise ConfigError(missing())
        place.address.reveal()


# The jobs of the timetable, and the backup.

_BY_HAND = N_("`hubwatch backup --to FOLDER`, and an entry of [[timetable]] that does it every day")


def check_timetable(store: Archive, jobs: Sequence[Job], now: datetime) -> Iterator[Check]:
    """The jobs that are no crawls, what was to be handed on, and the last good backup."""
    found = look_at_jobs(store, jobs, now)
    yield _jobs(jobs, [each for each in found if each.kind in (Kind.JOB_FAILING, Kind.JOB_LATE)])
    yield _deliveries([each for each in found if each.kind is Kind.DIGEST_UNSENT])
    old = next((each for each in found if each.kind is Kind.BACKUP_OLD), None)
    yield _backup(store, jobs, old, now)


def _jobs(jobs: Sequence[Job], failing: Sequence[Finding]) -> Check:
    if not failing:
        detail = _(
            "%(jobs)s beside crawls, none fails or is late", jobs=pluralise(len(jobs), "job")
        )
        return ok("jobs", detail)
    worst = max(failing, key=lambda each: each.severity.rank)
    others = [each.place for each in failing if each is not worst]
    also = _("; %(names)s too", names=", ".join(others)) if others else ""
    return fault(
        "jobs",
        f"{sentence(worst.message)}{also}",
        _("see what it says by hand: `%(commands)s`", commands=worst.commands[0]),
    )


def _deliveries(unsent: Sequence[Finding]) -> Check:
    """Whether every digest that was handed on has arrived."""
    if not unsent:
        return ok("deliveries", _("no digest is on its way or given up"))
    worst = max(unsent, key=lambda each: each.severity.rank)
    state = warning if worst.severity is Severity.INFO else fault
    detail = sentence(worst.message)
    detail += _(", and %(few)s more", few=len(unsent) - 1) if len(unsent) > 1 else ""
    return state("deliveries", detail, f"`{worst.commands[0]}`")


def _backup(store: Archive, jobs: Sequence[Job], old: Finding | None, now: datetime) -> Check:
    if old is not None:
        state = warning if old.severity is Severity.INFO else fault
        return state("backup", sentence(old.message), f"`{old.commands[0]}`")
    recorded = store.maintenance.last_backup(now)
    pasts = {past.job: past for past in store.slots.histories((job.name for job in jobs), now)}
    last = last_good(jobs, pasts, recorded)
    if last is None:
        making = next((job.command_line for job in jobs if job.purpose is Purpose.BACKUP), "")
        remedy = f"`hubwatch {making}`" if making else _(_BY_HAND)
        return warning("backup", _("no backup is on record"), remedy)
    detail = _("the last good one is %(age)s old", age=format_duration(now - last))
    if recorded is None:
        return ok("backup", _("%(detail)s; where it is, is not on record", detail=detail))
    return _in_its_place(
        f"{detail}: {recorded.path} ({format_size(recorded.size)})", recorded, store
    )


def _in_its_place(detail: str, recorded: Backup, store: Archive) -> Check:
    try:
        is_beside = recorded.path.stat().st_dev == store.path.stat().st_dev
    except FileNotFoundError:
        remedy = _("if nobody moved it elsewhere, make another: `hubwatch backup --to FOLDER`")
        return warning(
            "backup", _("%(detail)s, which is not there any more", detail=detail), remedy
        )
    except OSError as error:
        return ok(
            "backup",
            _(
                "%(detail)s; whether it is there is not known: %(strerror)s",
                detail=detail,
                strerror=error.strerror,
            ),
        )
    if is_beside:
        remedy = _("make them on another disk, or copy them to another machine")
        beside = _("%(detail)s, on the disk of the archive", detail=detail)
        return warning("backup", beside, remedy)
    return ok("backup", detail)


# This machine: SQLite, disk, clock, permissions, and who holds the daemon's lock.

_SOUND = (3, 51, 3)
"""Before it SQLite had a rare fault with several connections writing and checkpointing."""
_FEW_DAYS, _ENOUGH_DAYS = 14, 90
_OTHERS_WRITE = stat.S_IWOTH


def check_machine(
    archive: Path, store: Archive | None, config: Config, now: datetime
) -> Iterator[Check]:
    """Everything that does not depend on what the configuration says of sources."""
    yield sqlite_build(database.version())
    yield _daemon(archive)
    yield _clock(store, config.zone, now)
    yield pdf()
    yield formats()
    free = shutil.disk_usage(_folder(archive)).free
    yield disk(store, archive, free, config.free_space, now)
    yield from _permissions(archive)


def sqlite_build(version: str) -> Check:
    """Whether the SQLite in use, `SQLite 3.51.3 (pysqlite3)`, is past a fault that matters."""
    number = tuple(int(part) for part in version.split()[1].split("."))
    if number >= _SOUND:
        return ok("sqlite", version)
    wanted = ".".join(map(str, _SOUND))
    detail = _(
        "%(version)s: before %(wanted)s a rare fault may harm an archive under several writers",
        version=version,
        wanted=wanted,
    )
    return warning("sqlite", detail, _("pip install 'pysqlite3>=0.6.1', which brings its own"))


def _daemon(archive: Path) -> Check:
    lock = Lock(archive, "daemon")
    if lock.is_free():
        remedy = _("systemctl start hubwatch, or `hubwatch run`; nothing to do if crawls are typed")
        return warning("daemon", _("no daemon serves this archive"), remedy)
    return ok("daemon", _("%(holder)s serves this archive", holder=lock.holder() or _("a daemon")))


def _clock(store: Archive | None, zone: str, now: datetime) -> Check:
    latest = written_ahead(store, now) if store else None
    here = _(
        "%(now)s in %(zone)s",
        now=f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
        zone=zone,
    )
    if latest is not None:
        detail = _(
            "it is %(here)s, and the archive was written until %(latest)s UTC",
            here=here,
            latest=f"{latest:%Y-%m-%d %H:%M}",
        )
        remedy = _(
            "set this machine's clock, timedatectl shows whether it is kept; where it is right, "
            "the next crawl ends this"
        )
        return fault("clock", detail, remedy)
    return ok("clock", here)


def pdf() -> Check:
    """Whether issues get a PDF, which an extra makes. Without the extra they go out all the same,
    which is in order."""
    lacking = obstacle()
    if lacking:
        return ok("pdf", _("issues go out without a PDF: %(why)s", why=lacking))
    found = next(shortcomings(), "")
    if not found:
        return ok("pdf", _("issues get a PDF"))
    remedy = _(
        "install what it names by the system's packages: Pango (`libpango-1.0-0`, "
        "`libpangoft2-1.0-0`) and a font for Chinese (`fonts-noto-cjk`)"
    )
    return warning("pdf", found, remedy)


def formats() -> Check:
    """Which formats plug-ins bring, and whether each says what it is."""
    for said in plugins.refused_words():
        return warning("formats", said, _("ask who made it for another name, or take it away"))
    found = []
    for word in plugins.words():
        try:
            one = plugins.plugin(word)
        except HubwatchError as error:
            remedy = _("issues go out without it; see to its package, or take it away")
            return warning("formats", str(error), remedy)
        found.append(f"{word} ({one.package})")
    return ok("formats", ", ".join(found) or _("no plug-in brings another format of digests"))


def disk(store: Archive | None, archive: Path, free: int, floor: int, now: datetime) -> Check:
    """How much is free, how long that lasts at the pace so far. Below `floor` no crawl begins."""
    size = archive.stat().st_size if os.path.isfile(archive) else 0  # noqa: PTH113 - never raises
    since = store.runs.written_since() if store else None
    days = (now - since) / timedelta(days=1) if since else 0.0
    detail = _(
        "%(free)s free, the archive has %(size)s", free=format_size(free), size=format_size(size)
    )
    remedy = _(
        "free some space, move the archive to a larger disk, or prune it: `hubwatch archive prune`"
    )
    if days < 1:
        return ok("disk", detail) if free >= floor else fault("disk", detail, remedy)
    left = free / max(size / days, 1.0)
    detail += _(": at the pace so far enough for %(left)s days", left=f"{left:,.0f}")
    if left < _FEW_DAYS or free < floor:
        return fault("disk", detail, remedy)
    return ok("disk", detail) if left >= _ENOUGH_DAYS else warning("disk", detail, remedy)


def _permissions(archive: Path) -> Iterator[Check]:
    if not os.path.exists(archive):  # noqa: PTH110 - never raises
        return
    closed = [path for path in (archive, _folder(archive)) if not os.access(path, os.W_OK)]
    if closed:
        detail = _("%(closed)s cannot be written by this user", closed=closed[0])
        yield fault(
            "permissions",
            detail,
            _("run as its owner, or: chown it; %(owner)s", owner=_owner(closed[0])),
        )
        return
    opened = [path for path in _own(archive) if path.stat().st_mode & _OTHERS_WRITE]
    if opened:
        detail = _("everybody may write %(opened)s", opened=opened[0])
        yield warning("permissions", detail, f"chmod o-w {opened[0]}")
        return
    yield ok(
        "permissions",
        _("%(archive)s can be written by this user, and not by everybody", archive=archive),
    )


def _own(archive: Path) -> list[Path]:
    beside = (archive.with_name(f"{archive.name}{ending}") for ending in ("-wal", "-shm", ".locks"))
    return [archive, *(path for path in beside if path.exists())]


def _owner(path: Path) -> str:
    return _("its owner has the number %(number)s", number=path.stat().st_uid)


def _folder(archive: Path) -> Path:
    """The archive's folder, or the nearest there is above it."""
    folder = archive.absolute().parent
    while not os.path.isdir(folder):  # noqa: PTH112 - never raises
        folder = folder.parent
    return folder
