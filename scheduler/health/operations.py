"""Whether jobs, backups, deliveries, disk, clock and people's own files are in order. Pure: all
facts are passed in.

Not of crawls: a source that cannot be crawled has incidents of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from hubwatch.filled_message import FilledMessage, Term, filled
from storage.attempts import LostAttempts
from storage.digests import FAILED, DigestDelivery, Forgotten
from storage.incidents import Finding, Kind, Severity
from storage.maintenance import Backup, DiskReading, MachineEvent, SeenEvent
from storage.readings import ReadingRefusal
from storage.scrub import RottenItem
from storage.slices import SliceAnswer
from storage.slots import Past, Slot

from ..jobs import Job, Purpose
from ..schedules import Schedule
from .wording import moment, of_this_machine

_IN_A_ROW = 2
_SHOWN = 3
_SELDOM = timedelta(hours=6)
_GRAVE, _LONG = 3, timedelta(days=1)


def judge_jobs(jobs: Sequence[Job], pasts: Mapping[str, Past]) -> Iterator[Finding]:
    """The jobs that fail, `pasts` by name, of those that have one.

    A job fails that failed twice in a row. Once is enough where the next slot was more than six
    hours away by then. It is over with the first slot that works. Critical is a job that makes
    backups and failed three times over a day or more.
    """
    for job in jobs:
        past = pasts.get(job.name, Past(job.name))
        if not job.is_of_source and _is_failing(job, past):
            yield _failing(job, past)


def _is_failing(job: Job, past: Past) -> bool:
    """Whether a job fails by that rule."""
    if not past.failures:
        return False
    ended = _ended(past.failed[0])
    return past.failures >= _IN_A_ROW or job.schedule.next_after(ended) - ended > _SELDOM


def _failing(job: Job, past: Past) -> Finding:
    last = past.failed[0]
    reason = last.reason[:300] or Term("outcome", str(last.outcome))
    if past.failures > 1:
        message = filled(
            "job %(job)s failed %(times)s times in a row, since %(since)s: %(reason)s",
            job=job.name,
            times=past.failures,
            since=moment(past.failing_since),
            reason=reason,
        )
    else:
        message = filled(
            "job %(job)s failed the last time, %(at)s: %(reason)s",
            job=job.name,
            at=moment(last.due_at),
            reason=reason,
        )
    if past.last_ok:
        worked = filled("last success: %(at)s", at=moment(past.last_ok.due_at))
    else:
        worked = filled("last success: never, as far as is on record")
    schedule = filled(
        "schedule: %(schedule)s (%(zone)s)", schedule=job.schedule.text, zone=job.schedule.zone
    )
    evidence = [*(_describe_slot(slot) for slot in past.failed), worked, schedule]
    severity = Severity.CRITICAL if _is_grave(job, past) else Severity.WARNING
    return of_this_machine(
        Kind.JOB_FAILING, severity, message, evidence, place=job.name, command_line=job.command_line
    )


def _is_grave(job: Job, past: Past) -> bool:
    # Three failures within minutes say no more than two: nobody is to be alerted again for that.
    since = past.failing_since or past.failed[0].due_at
    lasts = past.failed[0].due_at - since >= _LONG
    return job.purpose is Purpose.BACKUP and past.failures >= _GRAVE and lasts


def _describe_slot(slot: Slot) -> FilledMessage:
    """A slot as evidence: `due 2026-03-01 03:10Z failed: exit code 1: …`."""
    due, outcome = moment(slot.due_at), Term("outcome", str(slot.outcome))
    if not slot.reason:
        return filled("due %(at)s %(outcome)s", at=due, outcome=outcome)
    return filled("due %(at)s %(outcome)s: %(reason)s", at=due, outcome=outcome, reason=slot.reason)


def _ended(slot: Slot) -> datetime:
    return slot.ended_at or slot.due_at


# Whether a job waits though its turn has come. Pure.

_LATE_AT_LEAST, _LATE_AT_MOST = timedelta(minutes=15), timedelta(hours=2)


def judge_late(
    jobs: Sequence[Job], pasts: Mapping[str, Past], paused: Collection[str], now: datetime
) -> Iterator[Finding]:
    """The jobs whose turn has come and which have not begun: after a quarter of the pause to the
    next turn, a quarter of an hour at least and two hours at most. Those that are `paused` or run
    are not late. It is over once the job begins."""
    for job in jobs:
        due = pasts.get(job.name, Past(job.name)).waits_since
        if job.is_of_source or job.name in paused or due is None or now < due + _patience(job, due):
            continue
        message = filled(
            "job %(job)s was due %(at)s and has not begun", job=job.name, at=moment(due)
        )
        schedule = filled(
            "schedule: %(schedule)s (%(zone)s)", schedule=job.schedule.text, zone=job.schedule.zone
        )
        why = filled("no daemon runs, it hangs, or its children have had no room since")
        yield of_this_machine(
            Kind.JOB_LATE, Severity.WARNING, message, [schedule, why], place=job.name
        )


def _patience(job: Job, due: datetime) -> timedelta:
    pause = job.schedule.next_after(due) - due
    return max(_LATE_AT_LEAST, min(pause / 4, _LATE_AT_MOST))


# Whether what was issued has reached those who are to get it. Pure.

UNSENT_FOR = timedelta(days=31)
"""What was owed before that is no incident any more."""
FORGOTTEN_FROM, FORGOTTEN_UNTIL = timedelta(days=7), timedelta(days=1)
"""An issue that nobody sent is told of from a day after it was issued until a week after."""
_OFTEN = 2
_UNTRIED = timedelta(minutes=30)


def judge_deliveries(
    unsent: Sequence[DigestDelivery], forgotten: Sequence[Forgotten], now: datetime
) -> Iterator[Finding]:
    """The digests that did not arrive: given up, tried twice in vain, or not tried for half an
    hour. And, only as `info`, an issue that was never sent to who got the one before."""
    for each in unsent:
        tried = [attempt for attempt in each.attempts if attempt.ended_at is not None]
        if each.state == FAILED or len(tried) >= _OFTEN or _is_stuck(each, now):
            yield _unsent(each)
    for left in forgotten:
        message = filled(
            "issue %(number)s of %(at)s was not sent to %(target)s, which got issue %(before)s",
            number=left.digest,
            at=moment(left.issued_at),
            target=left.target,
            before=left.before,
        )
        yield _undelivered(Severity.INFO, message, (), left.digest, left.target)


def _is_stuck(delivery: DigestDelivery, now: datetime) -> bool:
    """Whether its turn came half an hour ago, and nobody tried."""
    return delivery.next_at is not None and now - delivery.next_at >= _UNTRIED


def _unsent(delivery: DigestDelivery) -> Finding:
    tried = [each for each in delivery.attempts if each.ended_at is not None]
    reason = tried[-1].reason if tried and tried[-1].reason else filled("no try came to an end")
    given = delivery.state == FAILED
    gaps: dict[str, str | int] = {
        "number": delivery.digest,
        "target": delivery.target,
        "reason": reason,
    }
    if given:
        message = filled("issue %(number)s was given up for %(target)s: %(reason)s", **gaps)
    else:
        message = filled("issue %(number)s has not reached %(target)s: %(reason)s", **gaps)
    evidence = [
        filled(
            "tried %(at)s: %(sent)s %(reason)s",
            at=moment(each.began_at),
            sent=each.sent,
            reason=each.reason,
        )
        for each in reversed(tried[-_SHOWN:])
    ]
    if delivery.next_at and not given:
        evidence.append(filled("it is tried again %(at)s", at=moment(delivery.next_at)))
    return _undelivered(Severity.WARNING, message, evidence, delivery.digest, delivery.target)


def _undelivered(
    severity: Severity, message: str, evidence: Sequence[str], digest: int, target: str
) -> Finding:
    return of_this_machine(
        Kind.DIGEST_UNSENT,
        severity,
        message,
        evidence,
        place=f"{digest} → {target}",
        command_line=f"digest send {digest} --to {target}",
    )


# What the daemon saw of its own machine. Pure.


def judge_events(events: Mapping[MachineEvent, SeenEvent]) -> Iterator[Finding]:
    """A configuration on disk that the daemon refused, and a clock that jumped."""
    refused = events.get(MachineEvent.CONFIG_REJECTED)
    if refused is not None:
        message = filled(
            "the configuration on disk is refused, the last good one stays in force: %(fault)s",
            fault=refused.detail[:300],
        )
        since = filled("since %(at)s", at=moment(refused.at))
        yield of_this_machine(Kind.CONFIG_REJECTED, Severity.WARNING, message, [since])
    jumped = events.get(MachineEvent.CLOCK_JUMPED)
    if jumped is not None:
        yield _jumped(jumped)


def _jumped(event: SeenEvent) -> Finding:
    by = timedelta(seconds=float(event.detail))
    if by < timedelta():
        message = filled(
            "the clock was set back by %(span)s, to %(at)s", span=_span(-by), at=moment(event.at)
        )
    else:
        message = filled(
            "the clock was set forward by %(span)s, to %(at)s", span=_span(by), at=moment(event.at)
        )
    evidence = [filled("it is over once a crawl or a job has worked since")]
    return of_this_machine(Kind.CLOCK_JUMPED, Severity.WARNING, message, evidence)


def _span(length: timedelta) -> FilledMessage:
    if length < timedelta(hours=2):
        return filled("%(minutes)s minutes", minutes=f"{length / timedelta(minutes=1):.0f}")
    return _days(length)


# Whether the last good backup of the archive grows old. Pure: what is on record is passed in.

_BY_HAND = timedelta(days=30)
_AHEAD = timedelta(days=62)
_MOST = 500  # slots to come that are looked at
_PAUSES = 2


def judge_backups(
    jobs: Sequence[Job], pasts: Mapping[str, Past], recorded: Backup | None, now: datetime
) -> Iterator[Finding]:
    """The last good backup, if it is old. `recorded` is the newest that has a row of its own.

    With jobs that make backups it is old after twice the longest pause between two slots of one of
    them and its deadline, by the job that comes round soonest. Where none was ever made, so long
    after the job's first slot. Without one it is old after 30 days. Where none is on record and no
    job makes any, there is no finding.
    """
    making = [job for job in jobs if job.purpose is Purpose.BACKUP]
    last = last_good(making, pasts, recorded)
    due = [(end, job) for job in making if (end := _old_from(job, pasts, last, now)) is not None]
    if due:
        end, job = min(due, key=lambda each: each[0])
        if end <= now:
            yield _of_job(job, last, end, now)
    elif last is not None and now - last > _BY_HAND:
        evidence = [filled("no job of the timetable makes any")]
        yield _old(Severity.INFO, _describe_age(last, now), evidence, "backup")


def last_good(
    jobs: Iterable[Job], pasts: Mapping[str, Past], recorded: Backup | None
) -> datetime | None:
    """When the newest good backup was made: the newest with a row, or the newest slot that worked
    of a job that makes backups. Of before there were rows there are slots alone."""
    found = [recorded.made_at] if recorded else []
    for job in jobs:
        worked = pasts.get(job.name, Past(job.name)).last_ok
        if job.purpose is Purpose.BACKUP and worked is not None:
            found.append(worked.started_at or worked.due_at)
    return max(found, default=None)


def longest_pause(schedule: Schedule, now: datetime) -> timedelta:
    """The longest time between two slots to come: of the next 62 days and 500 slots at most, but
    at least three."""
    pauses: list[timedelta] = []
    due = schedule.next_after(now)
    while len(pauses) < _PAUSES or (due - now < _AHEAD and len(pauses) < _MOST):
        after = schedule.next_after(due)
        pauses.append(after - due)
        due = after
    return max(pauses)


def _old_from(
    job: Job, pasts: Mapping[str, Past], last: datetime | None, now: datetime
) -> datetime | None:
    """From when on the last backup is old by this job. None before the job's first slot."""
    first = pasts.get(job.name, Past(job.name)).first_due_at
    if first is None or first > now:
        return None
    # A job that is new makes no backup old before it had its own turns.
    since = max(first, last) if last else first
    return since + 2 * longest_pause(job.schedule, now) + job.deadline


def _of_job(job: Job, last: datetime | None, end: datetime, now: datetime) -> Finding:
    if last is None:
        message = filled(
            "no backup was ever made, as far as is on record, though job %(job)s should have",
            job=job.name,
        )
    else:
        message = _describe_age(last, now)
    evidence = [
        filled(
            "job %(job)s makes backups: %(schedule)s (%(zone)s)",
            job=job.name,
            schedule=job.schedule.text,
            zone=job.schedule.zone,
        ),
        filled("by that the next was due at last %(at)s", at=moment(end)),
    ]
    return _old(Severity.WARNING, message, evidence, job.command_line)


def _old(severity: Severity, message: str, evidence: Sequence[str], command_line: str) -> Finding:
    return of_this_machine(Kind.BACKUP_OLD, severity, message, evidence, command_line=command_line)


def _describe_age(last: datetime, now: datetime) -> FilledMessage:
    return filled(
        "the last good backup is %(age)s old, of %(at)s", age=_days(now - last), at=moment(last)
    )


def _days(age: timedelta) -> FilledMessage:
    if age < timedelta(days=2):
        return filled("%(hours)s hours", hours=f"{age / timedelta(hours=1):.0f}")
    return filled("%(days)s days", days=age.days)


# Whether the archive's disk has room. Pure: how much is free is passed in.


def judge_disk(free: int, floor: int) -> Iterator[Finding]:
    """`free` bytes on the disk, `floor` those below which no crawl begins. Said before it comes to
    that, at twice as many."""
    if free >= 2 * floor:
        return
    room = filled(
        "%(free)s free, no crawl begins below %(floor)s",
        free=_megabytes(free),
        floor=_megabytes(floor),
    )
    evidence = [room]
    if free < floor:
        message = filled("the disk is nearly full: crawls have stopped")
        yield of_this_machine(Kind.DISK, Severity.CRITICAL, message, evidence)
    else:
        message = filled("the disk is filling: crawls will stop soon")
        yield of_this_machine(Kind.DISK, Severity.WARNING, message, evidence)


LOOKED_BACK = timedelta(days=14)
"""Of so long the readings of the disk count."""
_FULL_WITHIN, _FULL_AT_ONCE = timedelta(days=14), timedelta(days=2)
_A_WHILE, _A_DAY = timedelta(hours=6), timedelta(days=1)
_A_FEW_DAYS = timedelta(days=3)
_FEWEST, _READINGS = 4, 60


def judge_filling(
    readings: Sequence[DiskReading], free: int, floor: int, now: datetime
) -> Iterator[Finding]:
    """Whether the disk will be down to `floor` free bytes before long, whoever fills it: within 14
    days by the pace of the last days (three at least), or within two by that of the last day (six
    hours at least). Where there is little room already `judge_disk` says so instead."""
    if free < 2 * floor:
        return
    spans = ((LOOKED_BACK, _A_FEW_DAYS, _FULL_WITHIN), (_A_DAY, _A_WHILE, _FULL_AT_ONCE))
    for back, least, within in spans:
        recent = [each for each in readings if now - each.at <= back]
        pace = _pace([*recent, DiskReading(now, free)], least)
        left = timedelta(days=min((free - floor) / pace, 9999)) if pace > 0 else None
        if left is None or left > within:
            continue
        message = filled(
            "the disk is filling: at the pace of the last days crawls will stop in %(span)s",
            span=_span(left),
        )
        evidence = [
            filled("%(free)s free", free=_megabytes(free)),
            filled(
                "%(pace)s a day since %(at)s",
                pace=_megabytes(round(pace)),
                at=moment(recent[0].at),
            ),
        ]
        yield of_this_machine(Kind.DISK_FILLING, Severity.WARNING, message, evidence)
        return


def _pace(readings: Sequence[DiskReading], least: timedelta) -> float:
    """By how many bytes a day room is lost, as the median of all pairs of readings (Theil and Sen),
    so that one file that comes and goes says nothing. 0 where they reach back less than `least`, or
    are fewer than four."""
    if readings[-1].at - readings[0].at < least or len(readings) < _FEWEST:
        return 0.0
    step = -(-len(readings) // _READINGS)
    few = readings[::step] if (len(readings) - 1) % step == 0 else [*readings[::step], readings[-1]]
    day = timedelta(days=1)
    return median(
        (first.free - later.free) / ((later.at - first.at) / day)
        for first, later in combinations(few, 2)
        if later.at > first.at
    )


# Whether people's own files of sources can be used. Pure: what is wrong with them is passed in.


def judge_source_files(faults: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each file of a source or template that cannot be used, by its path, with what
    is wrong in one line. What needs it is not crawled, or only by an earlier copy."""
    for path, fault in faults.items():
        message = filled(
            "a file cannot be used, and what it describes is left out: %(fault)s",
            fault=fault[:300],
        )
        yield of_this_machine(Kind.SOURCE_FILE, Severity.WARNING, message, [path], place=path)


def _megabytes(size: int) -> str:
    return f"{size / 10**6:,.0f} MB"


# Whether what the archive holds is what was written. Pure: what scrubs found is passed in.

_NAMED = 20


def judge_rot(items: Sequence[RottenItem]) -> Iterator[Finding]:
    """One finding for all that is not what was written, a line of evidence an item."""
    if not items:
        return
    message = filled(
        "the archive is not as it was written, since %(at)s at the latest: %(n)s found",
        n=len(items),
        at=moment(min(item.found_at for item in items)),
    )
    evidence = [describe_rot(item) for item in items[:_NAMED]]
    if len(items) > _NAMED:
        evidence.append(filled("and %(n)s more", n=len(items) - _NAMED))
    yield of_this_machine(Kind.ROTTEN, Severity.CRITICAL, message, evidence)


def describe_rot(item: RottenItem) -> FilledMessage:
    """An item that is not what was written, and what rests on it, in one line."""
    how = Term("rot", item.rot.how)
    said = filled(
        "%(table)s %(number)s: %(how)s", table=item.rot.name, number=item.rot.part, how=how
    )
    if item.url:
        said = filled("%(item)s, %(url)s", item=said, url=item.url)
    if item.stories:
        numbers = ", ".join(map(str, item.stories))
        said = filled("%(item)s; story %(numbers)s rests on it", item=said, numbers=numbers)
    if item.digests:
        numbers = ", ".join(map(str, item.digests))
        said = filled("%(item)s; digest %(numbers)s rests on it", item=said, numbers=numbers)
    return said


# Whether what came back of slices could be used. Pure.

REFUSED_FOR = timedelta(days=7)
"""So long an answer that was refused is told of, unless one of the same source was merged since."""


def judge_slices(refused: Sequence[SliceAnswer]) -> Iterator[Finding]:
    """The answers of crawls elsewhere that were refused."""
    for each in refused:
        named = {"reason": each.reason, "source": each.source_id}
        if each.source_id:
            message = filled(
                "what came back of a slice of %(source)s was refused, and nothing of it used: "
                "%(reason)s",
                **named,
            )
        else:
            message = filled(
                "what was to be merged is the answer to no slice, and nothing of it was used: "
                "%(reason)s",
                reason=each.reason,
            )
        evidence = [
            filled("came %(at)s, %(bytes)s bytes", at=moment(each.came_at), bytes=each.bytes),
            filled("its checksum: %(sha256)s", sha256=each.sha256) if each.sha256 else "",
            filled("the machine calls itself %(node)s", node=each.node) if each.node else "",
        ]
        yield of_this_machine(
            Kind.SLICE_REFUSED,
            Severity.WARNING,
            message,
            [line for line in evidence if line],
            place=each.source_id,
        )


def judge_readings(refused: Sequence[ReadingRefusal]) -> Iterator[Finding]:
    """What readers at other places brought that was no reading of ours."""
    for each in refused:
        message = filled(
            "a reader at %(place)s brought what is no reading of ours, and nothing of it was "
            "used: %(reason)s",
            place=each.place,
            reason=each.reason,
        )
        evidence = [
            filled("came %(at)s, %(bytes)s bytes", at=moment(each.at), bytes=each.bytes),
            filled("the machine calls itself %(node)s", node=each.node) if each.node else "",
        ]
        yield of_this_machine(
            Kind.READING_REFUSED,
            Severity.WARNING,
            message,
            [line for line in evidence if line],
            place=f"{each.place} {each.node}".strip(),
        )


# Whether what is sent to other machines comes back. Pure.

LOST_FOR = timedelta(days=7)
"""So long attempts that were lost are told of, unless one of the same source was merged since."""
LOST_IN_A_ROW = 3
"""One that is lost now and then is tried again, and nobody need know."""


def judge_lost(lost: Sequence[LostAttempts]) -> Iterator[Finding]:
    """The sources that are crawled elsewhere and of which nothing comes back."""
    for each in lost:
        if each.count < LOST_IN_A_ROW:
            continue
        last = each.last
        message = filled(
            "nothing comes back of %(source)s, which is crawled at %(place)s: %(count)s attempts "
            "in a row were lost, the last since %(reason)s",
            source=last.source_id,
            place=last.place,
            count=each.count,
            reason=last.reason,
        )
        evidence = [
            filled("sent %(at)s", at=moment(last.sent_at)) if last.sent_at else "",
            filled("the machine calls itself %(node)s", node=last.node) if last.node else "",
        ]
        yield of_this_machine(
            Kind.CRAWLS_LOST,
            Severity.WARNING,
            message,
            [line for line in evidence if line],
            place=last.source_id,
        )
