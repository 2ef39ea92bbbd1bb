"""How every source is doing: its last crawl, what that proves, its newest item, its rhythm, what is
amiss, when it is due. Put together here, printed elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import takewhile

from hubwatch.locks import Lock
from scheduler.health.inspection import last_news, look_at_jobs
from scheduler.health.operations import judge_disk
from scheduler.health.wording import CrawlProof, proof_of
from scheduler.jobs import Job
from scheduler.rhythm import Rhythm, learn
from scraper.sources.model import Source
from storage.archive import Archive
from storage.incidents import AlertDelivery, Finding, Incident, Kind, Severity
from storage.maintenance import GlobalPause, Pause
from storage.runs import Run
from storage.slots import Slot
from storage.sources import ArticleFact, SourceCheck, SourceFacts
from storage.types import Outcome, When, lasts

from . import _, sentence
from .timetable import schedule_of

_WEEK = timedelta(days=7)
_TICK = timedelta(microseconds=1)
_ZONES_APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Ailment:
    """Something for which an installation does not do its work, in one line, and what to do."""

    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. `proof` is None where the last crawl proves nothing. `new_in_week` counts what
    was first seen in the last seven days, baseline left out. `silent_from` is the instant from
    which on no news is odd, None while nothing was ever published. `next_at` heeds the pause, and
    is None while everything stands still and where the source is not enabled or set aside. `aside`
    counts its pages that could not be read and were set aside. `check` is the verdict for which it
    is not crawled. `open_gaps` counts the addresses that one of its entries shows and another
    lacks, and that were not had. `entries` says in words which of them show less than they
    should. `ailments` are those of the whole installation."""

    source_id: str
    name: str
    city: str
    last_crawl: Run | None = None
    proof: CrawlProof | None = None
    newest: When | None = None
    newest_title: str = ""
    new_in_week: int = 0
    aside: int = 0
    rhythm: Rhythm | None = None
    last_news: datetime | None = None
    silent_from: datetime | None = None
    incidents: tuple[Incident, ...] = ()
    is_enabled: bool = True
    next_at: datetime | None = None
    paused_until: datetime | None = None
    pause_reason: str = ""
    global_pause: GlobalPause | None = None
    check: SourceCheck | None = None
    open_gaps: int = 0
    entries: tuple[str, ...] = ()
    ailments: tuple[Ailment, ...] = ()

    @property
    def rhythm_text(self) -> str:
        """Its rhythm in words. Empty for one that was never crawled."""
        return self.rhythm.describe() if self.rhythm else ""

    @property
    def word(self) -> str:
        """What it is in a word: `not enabled`, `paused` (alone or with everything), the verdict for
        which it is set aside, the kind of its worst incident, `waiting` (never crawled), the
        outcome of its last crawl where that is a bad one, or `well`."""
        if not self.is_enabled:
            return "not enabled"
        if self.paused_until is not None or self.global_pause is not None:
            return "paused"
        if self.check is not None:
            return str(self.check.verdict)
        if self.incidents:
            return str(self.incidents[0].finding.kind)
        if self.last_crawl is None:
            return "waiting"
        fine = self.proof is not None or self.last_crawl.outcome in (Outcome.OK, Outcome.UNCHANGED)
        return "well" if fine else str(self.last_crawl.outcome)


def status(
    store: Archive, sources: Sequence[Source], enabled: Collection[str], now: datetime
) -> tuple[SourceStatus, ...]:
    """A row for each of these sources, in their order. `enabled` are the ids of those that are to
    be watched. Raises ConfigError for a bad schedule."""
    amiss: dict[str, list[Incident]] = {}
    for incident in store.incidents.unresolved():
        amiss.setdefault(incident.finding.source_id, []).append(incident)
    pauses, global_pause = store.maintenance.pauses(now), store.maintenance.global_pause(now)
    aside = store.pages.quarantined_by_source()
    checks = {each.id: store.sources.set_aside(each.id, now) for each in sources}
    return tuple(
        replace(
            _crawled(store, each, now),
            incidents=tuple(amiss.get(each.id, ())),
            aside=aside.get(each.id, 0),
            is_enabled=each.id in enabled,
            global_pause=global_pause,
            next_at=_next(each, pauses.get(each.id), now)
            if each.id in enabled and not global_pause and checks[each.id] is None
            else None,
            paused_until=pauses[each.id].until if each.id in pauses else None,
            pause_reason=pauses[each.id].reason if each.id in pauses else "",
            check=checks[each.id],
        )
        for each in sources
    )


def _next(source: Source, pause: Pause | None, now: datetime) -> datetime:
    """When it is due next, once its pause is over."""
    since = pause.until - _TICK if pause else now  # what is due as the pause ends is not held
    return schedule_of(source).spread(source.id).next_after(since)


def _crawled(store: Archive, source: Source, now: datetime) -> SourceStatus:
    """What its crawls say of it."""
    facts = store.sources.facts(source.id, now)
    if facts is None:
        return SourceStatus(source.id, source.name, source.city)
    rhythm = learn(facts.published, facts.source.zone, now)
    last = last_news(facts)
    newest = _newest(facts.articles)
    return SourceStatus(
        source_id=source.id,
        name=source.name,
        city=source.city,
        last_crawl=facts.runs[0] if facts.runs else None,
        proof=proof_of(facts),
        newest=newest.published if newest else None,
        newest_title=newest.title if newest else "",
        new_in_week=_new(facts, now),
        rhythm=rhythm,
        last_news=last,
        silent_from=rhythm.silent_from(last) if last else None,
        open_gaps=store.lists.witnesses.open_gaps(source.id),
        entries=tuple(filter(None, (each.describe() for each in facts.readings))),
    )


def _newest(articles: Sequence[ArticleFact]) -> ArticleFact | None:
    """That of them which was published last, None where none is dated. To the second only those are
    compared whose days differ by no more than zones do."""
    dated = [(each.published, each) for each in articles if each.published]
    if not dated:
        return None
    latest = max(when.day for when, _ in dated)
    late = [(when.sort_key, each) for when, each in dated if latest - when.day <= _ZONES_APART]
    return max(late, key=lambda pair: pair[0])[1]


def usual_of(store: Archive, source_id: str, now: datetime) -> Callable[[date], float]:
    """How many items a day usually brings of a source, by its rhythm up to `now`: 0 while that is
    not known, or there is no such source. Raises StorageError."""
    ref = store.sources.refs().get(source_id)
    if ref is None:
        return lambda day: 0.0
    return learn(store.sources.published(source_id, now), ref.zone, now).usual


def _new(facts: SourceFacts, now: datetime) -> int:
    lately = (a for a in facts.articles if now - a.first_seen_at <= _WEEK)
    return sum(1 for article in lately if not article.baseline)


# The jobs beside the sources, and whether the installation as a whole does its work.


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job of the timetable that is no crawl. `last` is the newest slot that came to an end.
    `finding` says what is amiss with it now, `next_at` is None while it or everything rests."""

    name: str
    schedule: str
    last: Slot | None
    next_at: datetime | None
    finding: Finding | None = None
    is_paused: bool = False

    @property
    def word(self) -> str:
        """The kind of what is amiss, `paused`, or `well`, also of one that never ran."""
        if self.finding is not None:
            return str(self.finding.kind)
        return "paused" if self.is_paused else "well"


def job_statuses(store: Archive, jobs: Sequence[Job], now: datetime) -> tuple[JobStatus, ...]:
    """A row for each of the jobs that are no crawls, in their order. Raises StorageError."""
    own = [job for job in jobs if not job.is_of_source]
    of_job = (Kind.JOB_FAILING, Kind.JOB_LATE)
    amiss = {each.place: each for each in look_at_jobs(store, own, now) if each.kind in of_job}
    pauses, global_pause = store.maintenance.pauses(now), store.maintenance.global_pause(now)
    pasts = {past.job: past for past in store.slots.histories((job.name for job in own), now)}
    return tuple(
        JobStatus(
            name=job.name,
            schedule=job.schedule.text,
            last=pasts[job.name].last,
            next_at=None if global_pause or job.name in pauses else job.schedule.next_after(now),
            finding=amiss.get(job.name),
            is_paused=job.name in pauses or global_pause is not None,
        )
        for job in own
    )


class Health(IntEnum):
    """How an installation does, as exit codes have it. `FAILS`: it does not do its work. `PARTLY`:
    it does, and sources want to be looked after."""

    WELL = 0
    FAILS = 1
    PARTLY = 3


_AHEAD = timedelta(minutes=5)


def written_ahead(store: Archive, now: datetime) -> datetime | None:
    """Until when the newest run went, where that is to come yet: this machine's clock is behind.
    Raises StorageError."""
    latest = store.runs.written_until()
    return latest if latest is not None and latest > now + _AHEAD else None


_HEARD_WITHIN = timedelta(hours=3)
_DROPPED_COUNTS = timedelta(days=3)


def unheard(store: Archive, channels: Collection[str], now: datetime) -> tuple[AlertDelivery, ...]:
    """The first message that a channel did not take, of each of these that has taken none since for
    three hours, or gave one up within three days: later nobody knows whether it would take one.
    Raises StorageError."""
    found = []
    for channel in channels:
        tried = [
            each
            for each in store.incidents.latest_of(channel)
            if each.tries
            and (each.dropped_at is None or lasts(each.dropped_at, _DROPPED_COUNTS, now))
        ]
        lost = list(takewhile(lambda each: each.sent_at is None, tried))
        if lost and (lost[-1].dropped_at or now - lost[-1].made_at >= _HEARD_WITHIN):
            found.append(lost[-1])
    return tuple(found)


def describe_unheard(delivery: AlertDelivery) -> str:
    """That nobody hears what goes over a channel, and why, in one line."""
    return _(
        "channel %(name)s has taken nothing since %(since)s UTC: %(reason)s",
        name=delivery.channel,
        since=f"{delivery.made_at:%Y-%m-%d %H:%M}",
        reason=delivery.reason,
    )


def ailments(
    store: Archive,
    jobs: Sequence[Job],
    floor: int,
    now: datetime,
    channels: Collection[str] = (),
) -> tuple[Ailment, ...]:
    """What is amiss with an installation now and no open incident says: the daemon that has kept
    its slots is gone, one of these channels takes no alerts, or a job, a backup, a digest, the
    clock or the disk (`floor` bytes are to stay free) is not in order."""
    found = []
    if store.slots.select(limit=1) and Lock(store.path, "daemon").is_free():
        remedy = _("systemctl start hubwatch, or `hubwatch run`")
        found.append(Ailment(_("no daemon serves this archive"), remedy))
    found += _stuck(store, now)
    known = {each.finding.key for each in store.incidents.unresolved()}
    latest = written_ahead(store, now)
    if latest is not None and (Kind.CLOCK_JUMPED, "", "") not in known:
        detail = _(
            "this machine's clock is behind: the archive was written until %(latest)s UTC",
            latest=f"{latest:%Y-%m-%d %H:%M}",
        )
        found.append(Ailment(detail, "`hubwatch doctor`"))
    for lost in unheard(store, channels, now):
        found.append(Ailment(describe_unheard(lost), f"`hubwatch alerts test {lost.channel}`"))
    free = shutil.disk_usage(store.path.absolute().parent).free
    for each in (*judge_disk(free, floor), *look_at_jobs(store, jobs, now)):
        if each.severity is not Severity.INFO and each.key not in known:
            found.append(Ailment(sentence(each.message), f"`{each.commands[0]}`"))
    return tuple(found)


_GETS_ON_WITHIN = timedelta(minutes=3)


def _stuck(store: Archive, now: datetime) -> Iterator[Ailment]:
    """Whether the daemon that serves an archive has not got on for minutes, as where it cannot
    write. Of one that got on by a clock that ran ahead, when it did is not known."""
    lock = Lock(store.path, "daemon")
    beat = lock.last_beat()
    if beat is None or lasts(beat[0], _GETS_ON_WITHIN, now) or lock.is_free():
        return
    detail = _(
        "the daemon does not get on since %(since)s UTC: %(why)s",
        since=f"{beat[0]:%Y-%m-%d %H:%M}",
        why=beat[1] or _("nothing is known of why"),
    )
    yield Ailment(detail, _("see to the disk and the limits of its service; its log says more"))


def health(store: Archive, found: Sequence[Ailment]) -> Health:
    """How an installation with these ailments does: it fails where it has any, or an incident of
    this machine or a critical one is open. What somebody acknowledged does not count."""
    if found:
        return Health.FAILS
    unseen = [each for each in store.incidents.unresolved() if each.acked_at is None]
    open_now = [each.finding for each in unseen if each.finding.severity is not Severity.INFO]
    if any(not f.source_id or f.severity is Severity.CRITICAL for f in open_now):
        return Health.FAILS
    return Health.PARTLY if open_now else Health.WELL
