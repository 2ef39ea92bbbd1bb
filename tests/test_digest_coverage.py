"""A digest owns up to what was planned and not run, and a gap is filled by paging on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desk.digest.build import build
from desk.digest.model import Edition, Period
from desk.digest.selection import gather
from desk.digest.wording import coverage, coverage_line, unread
from desk.messages import translator
from scheduler.child import JobResult
from scheduler.jobs import Due, Job
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.runs import Counts
from storage.types import Outcome
from tests.support.make import SOURCE

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PERIOD = Period(START, START + 48 * HOUR, "Asia/Shanghai")


def told(store: Archive) -> list[str]:
    edition = Edition("News", PERIOD)
    return list(coverage(build(gather(store, edition, (SOURCE,)), edition)))


def test_row_44_after_downtime_the_digest_says_from_when_to_when_nobody_watched(
    store: Archive,
) -> None:
    job = Job(SOURCE.id, (), parse_schedule("0 */4 * * *", "UTC"), HOUR)
    ledger = Ledger(store)
    with store.writing() as tx:
        tx.sources.register(SOURCE, START)
    ledger.plan(job, START + HOUR, "caught up")
    back = START + 25 * HOUR
    settled = ledger.plan(job, back, "caught up")
    assert settled.due
    batch = ledger.claim([Due(job, settled.due)], back)
    ledger.end([JobResult(batch[0], Outcome.OK, "")], back)
    assert told(store)[2] == (
        "Nobody watched: 5 planned crawls of practice-en, due 2026-03-02 12:00 to "
        "2026-03-03 04:00, were left out while Hubwatch was not running; each source was crawled "
        "once when it was back."
    )
    # The slot of the last hours waits: the daemon is off again.
    assert told(store)[3] == ("Not run yet: 1 planned crawl of practice-en, due 2026-03-03 12:00.")


def test_pauses_are_shown_with_their_reason_and_changed_schedules_are_no_gap(
    store: Archive,
) -> None:
    with store.writing() as tx:
        tx.sources.register(SOURCE, START)
        for hour, reason in ((1, "paused by Ana"), (2, "the schedule changed"), (3, "job removed")):
            slot = tx.slots.plan(SOURCE.id, START + hour * HOUR, "", START)
            tx.slots.skip(slot.id, START + hour * HOUR, reason)
        other = tx.slots.plan("backup", START + HOUR, "", START)
        tx.slots.skip(other.id, START + HOUR, "caught up")
    assert told(store)[2:] == [
        "Left out: 1 planned crawl of practice-en, due 2026-03-02 09:00 (paused by Ana)."
    ]


def test_days_after_the_last_crawl_that_nobody_planned_are_owned_up_to(store: Archive) -> None:
    with store.writing() as tx:
        tx.sources.register(SOURCE, START)
        run = tx.runs.start(SOURCE.id, START + HOUR)
        tx.runs.finish(run.id, START + HOUR, Outcome.OK, Counts(), reason="")
    edition = Edition("News", Period(START, START + 39 * HOUR, "Asia/Shanghai"))
    whole = build(gather(store, edition, (SOURCE,)), edition)
    assert coverage_line(whole).endswith("; nothing is missing.")
    edition = Edition("News", Period(START, START + 4 * 24 * HOUR, "Asia/Shanghai"))
    digest = build(gather(store, edition, (SOURCE,)), edition)
    assert coverage_line(digest).endswith("; not scanned on the last days 1.")
    assert unread(digest) == (
        "Not scanned on the last days, last on: Practice City (English) (2026-03-02).",
    )
    chinese = translator("zh")
    assert coverage_line(digest, chinese).endswith("；期末几天未查看 1。")
    assert unread(digest, chinese) == (
        "期末几天未查看，最后查看于：Practice City (English)（2026-03-02）。",
    )
    with store.writing() as tx:  # a daemon knows when it is due next: nothing was missed till then
        tx.slots.plan(SOURCE.id, START + 5 * 24 * HOUR, "weekly", START)
    digest = build(gather(store, edition, (SOURCE,)), edition)
    assert coverage_line(digest).endswith("; nothing is missing.")


def crawl(store: Archive, began: datetime, ended: datetime) -> None:
    with store.writing() as tx:
        tx.sources.register(SOURCE, began)
        run = tx.runs.start(SOURCE.id, began)
        tx.runs.finish(run.id, ended, Outcome.OK, Counts())


def line_of(store: Archive, since: datetime, until: datetime, enabled: bool = True) -> str:
    edition = Edition("News", Period(since, until, "Asia/Shanghai"))
    return coverage_line(build(gather(store, edition, (SOURCE,) if enabled else ()), edition))


def test_a_crawl_counts_once_where_it_ended(store: Archive) -> None:
    crawl(store, START - HOUR / 2, START + HOUR / 2)
    began, ended = START - 5 * HOUR, START + 5 * HOUR
    assert line_of(store, began, START).startswith("0 sources")
    assert line_of(store, START, ended).startswith("1 source scanned in 1 run")
    assert line_of(store, began, ended).startswith("1 source scanned in 1 run")


def test_where_nothing_was_scanned_nobody_says_that_nothing_is_missing(store: Archive) -> None:
    for enabled in (True, False):
        assert "nothing is missing" not in line_of(store, START, START + HOUR, enabled)
    assert line_of(store, START, START + HOUR, enabled=False) == (
        "0 sources scanned in 0 runs, 0 with news."
    )
