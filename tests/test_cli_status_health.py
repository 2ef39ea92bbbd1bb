"""`status` with jobs beside sources, `status --quiet` for containers and cron, `doctor` in a moment
and `doctor --full`."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubwatch.locks import Lock
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine, away
from tests.support.make import NOW, SOURCE

CONFIG = """\
archive = "hubwatch.db"
contact = "mailto:ana@example.org"
enabled = ["guiyang-en"]

[[timetable]]
name = "report"
command = "digest --since 24h -o out.html"
schedule = "every 1h"
"""
AT = ("--config", "hubwatch.toml", "--now", "2026-03-02T04:30+00:00")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(CONFIG, encoding="utf-8")
    command = CommandLine(capsys)
    assert command("--config", "hubwatch.toml", "init").code == 0
    return command


def slot(word: str, hours: int = 0) -> None:
    """A slot of the job, which ended so; `due`: which waits."""
    due = NOW - timedelta(hours=hours)
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        made = tx.slots.plan("report", due, "", due)
        if word != "due":
            tx.slots.claim(made.id, due)
            tx.slots.end(made.id, due, word, "" if word == "ok" else "no room")


def incident(severity: Severity, source: str = SOURCE.id, kind: Kind = Kind.BLOCKED) -> int:
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        return tx.incidents.open(Finding(kind, source, severity, "amiss"), NOW).id


def quiet(hubwatch: CommandLine, *, is_served: bool = True) -> int:
    lock = Lock(Path("hubwatch.db"), "daemon")
    if not is_served:
        return hubwatch(*AT, "status", "--quiet").code
    with lock.acquire(timedelta(), "test"):
        ended = hubwatch(*AT, "status", "--quiet")
    assert ended.out == ""
    return ended.code


def test_jobs_stand_beside_sources(hubwatch: CommandLine) -> None:
    slot("ok", 2)
    out = hubwatch(*AT, "status").out
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("report")] == [
        ["report", "well"]
    ]
    slot("failed", 1)
    slot("failed")
    out = hubwatch(*AT, "status").out
    (line,) = (line for line in out.splitlines() if line.startswith("report"))
    assert "job_failing" in line
    assert "no room" in line


def test_a_job_that_waits_is_late_in_status_and_doctor_without_an_incident(
    hubwatch: CommandLine,
) -> None:
    slot("due")
    out = hubwatch(*AT, "status").out
    assert "job_late" in next(line for line in out.splitlines() if line.startswith("report"))
    doctor = hubwatch(*AT, "doctor", "--json")
    (check,) = (each for each in doctor.json["checks"] if each["check"] == "jobs")
    assert (doctor.code, check["state"]) == (1, "fault")
    assert "has not begun" in check["told"]


def test_the_exit_code_says_how_it_is(hubwatch: CommandLine) -> None:
    assert quiet(hubwatch, is_served=False) == 0  # nobody ever ran a daemon
    slot("ok", 2)
    assert quiet(hubwatch) == 0
    assert quiet(hubwatch, is_served=False) == 1
    incident(Severity.INFO)
    assert quiet(hubwatch) == 0
    number = incident(Severity.WARNING, kind=Kind.UNREACHABLE)
    assert quiet(hubwatch) == 3
    acked = ("incidents", "ack", str(number), "--by", "Ana", "--note", "known")
    assert hubwatch(*AT, *acked).code == 0
    assert quiet(hubwatch) == 0
    incident(Severity.WARNING, source="", kind=Kind.DISK)
    assert quiet(hubwatch) == 1


def test_a_full_disk_counts_before_anybody_was_told(hubwatch: CommandLine) -> None:
    assert quiet(hubwatch, is_served=False) == 0
    room = '\n[limits]\nfree_space = "9000 TB"\n'
    Path("hubwatch.toml").write_text(CONFIG + room, encoding="utf-8")
    assert quiet(hubwatch, is_served=False) == 1
    assert checked(hubwatch, AT)["disk"] == "fault"


@pytest.mark.parametrize("what", ["daemon", "disk", "clock", "job"])
def test_what_keeps_an_installation_from_its_work_is_said_with_what_to_do(
    hubwatch: CommandLine, what: str
) -> None:
    slot("ok", 2)
    is_served = what != "daemon"
    if what == "disk":
        room = '\n[limits]\nfree_space = "9000 TB"\n'
        Path("hubwatch.toml").write_text(CONFIG + room, encoding="utf-8")
    elif what == "clock":
        run_at(datetime(2037, 1, 1, tzinfo=UTC))
    elif what == "job":
        slot("due")
    wanted, remedy = {
        "daemon": ("no daemon serves this archive", "`hubwatch run`"),
        "disk": ("the disk is nearly full", "`hubwatch doctor`"),
        "clock": ("until 2037-01-01 00:00 UTC", "`hubwatch doctor`"),
        "job": ("has not begun", "`hubwatch timetable report`"),
    }[what]
    with ExitStack() as stack:
        if is_served:
            stack.enter_context(Lock(Path("hubwatch.db"), "daemon").acquire(timedelta(), "test"))
        for words in (("status",), ("status", "guiyang-en"), ("incidents",)):
            ended = hubwatch(*AT, *words)
            (line,) = (line for line in ended.err.splitlines() if wanted in line)
            assert (ended.code, remedy in line) == (0, True)
            assert "nothing is amiss" not in ended.err
        (row,) = hubwatch(*AT, "status", "--json").json
        (told,) = row["amiss"]
        assert wanted in told["told"]
        assert remedy in told["remedy"]


CHANNEL = '\n[[alerts.channel]]\nname = "ops"\ncommand = ["false"]\n'


@pytest.mark.parametrize("hours", [1, 4, 80])
def test_a_channel_that_takes_nothing_is_said(hubwatch: CommandLine, hours: int) -> None:
    Path("hubwatch.toml").write_text(CONFIG + CHANNEL, encoding="utf-8")
    incident(Severity.INFO)
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        (notice,) = tx.archive.incidents.unsent("ops")
        made = tx.incidents.make_delivery("ops", "k", [notice], NOW - timedelta(hours=hours))
        tx.incidents.try_delivery(made.id, NOW)
        tx.incidents.fail_delivery(made.id, "refused: no", NOW if hours > 72 else None, ())
    status, incidents, doctor = (hubwatch(*AT, each) for each in ("status", "incidents", "doctor"))
    is_deaf = hours > 3
    wanted = "channel ops has taken nothing since 2026-0"
    assert [wanted in out for out in (status.err, incidents.err, doctor.out)] == [is_deaf] * 3
    assert (quiet(hubwatch), doctor.code) == ((1, 1) if is_deaf else (0, 0))
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.incidents.end_delivery(made.id, NOW)
    assert quiet(hubwatch) == 0


@pytest.mark.parametrize(
    ("made", "dropped", "code"),
    [(4, 1, 1), (100, 71, 1), (100, 73, 0), (-48, None, 0), (2, None, 0)],
)
def test_a_message_given_up_days_ago_and_one_of_a_clock_ahead_tell_nothing_of_now(
    hubwatch: CommandLine, made: int, dropped: int | None, code: int
) -> None:
    Path("hubwatch.toml").write_text(CONFIG + CHANNEL, encoding="utf-8")
    incident(Severity.INFO)
    now = datetime.fromisoformat(AT[-1])
    given_up = None if dropped is None else now - timedelta(hours=dropped)
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        (notice,) = tx.archive.incidents.unsent("ops")
        message = tx.incidents.make_delivery("ops", "k", [notice], now - timedelta(hours=made))
        tx.incidents.try_delivery(message.id, NOW)
        tx.incidents.fail_delivery(message.id, "refused: no", given_up, ())
    assert quiet(hubwatch) == code


def test_a_daemon_that_cannot_write_is_no_good_health(hubwatch: CommandLine) -> None:
    slot("ok", 2)
    now = datetime.fromisoformat(AT[-1])
    with Lock(Path("hubwatch.db"), "daemon").acquire(timedelta(), "test") as lock:
        lock.beat(now - timedelta(minutes=1))
        assert hubwatch(*AT, "status", "--quiet").code == 0
        lock.beat(now - timedelta(minutes=9))
        lock.beat(now, "disk I/O error")
        assert hubwatch(*AT, "status", "--quiet").code == 1
        for command in ("status", "incidents"):
            assert (
                "does not get on since 2026-03-02 04:21 UTC: disk I/O error"
                in hubwatch(*AT, command).err
            )
        assert lock.holder().endswith("(test)")
        lock.beat(now)
        assert hubwatch(*AT, "status", "--quiet").code == 0


def test_a_daemon_that_never_says_that_it_gets_on_is_not_judged_by_that(
    hubwatch: CommandLine,
) -> None:
    slot("ok", 2)
    earlier = datetime.fromisoformat(AT[-1]).timestamp() - 540
    with Lock(Path("hubwatch.db"), "daemon").acquire(timedelta(), "one of before") as lock:
        os.utime(lock.path, (earlier, earlier))
        assert hubwatch(*AT, "status", "--quiet").code == 0


def test_a_daemon_that_got_on_by_a_clock_ahead_and_no_more_is_no_good_health(
    hubwatch: CommandLine,
) -> None:
    slot("ok", 2)
    now = datetime.fromisoformat(AT[-1])
    with Lock(Path("hubwatch.db"), "daemon").acquire(timedelta(), "test") as lock:
        lock.beat(now + timedelta(days=2))
        assert hubwatch(*AT, "status", "--quiet").code == 1
        lock.beat(now + timedelta(minutes=1))
        assert hubwatch(*AT, "status", "--quiet").code == 0


def test_where_all_is_well_nothing_more_is_said(hubwatch: CommandLine) -> None:
    slot("ok", 2)
    with Lock(Path("hubwatch.db"), "daemon").acquire(timedelta(), "test"):
        assert "not all is well" not in hubwatch(*AT, "status").err
        assert hubwatch(*AT, "status", "--json").json[0]["amiss"] == []
        assert "nothing is amiss" in hubwatch(*AT, "incidents").err


def checked(hubwatch: CommandLine, words: tuple[str, ...]) -> dict[str, str]:
    """What doctor says, by what it looked at."""
    found = hubwatch(*words, "doctor", "--json").json["checks"]
    return {each["check"]: each["state"] for each in found}


def run_at(when: datetime) -> None:
    """A crawl by a clock that shows that moment."""
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.sources.register(SOURCE, when)
        tx.runs.finish(tx.runs.start(SOURCE.id, when).id, when, Outcome.OK, Counts())


def test_a_clock_that_is_behind_counts_until_a_crawl_by_the_right_time(
    hubwatch: CommandLine,
) -> None:
    run_at(NOW - timedelta(hours=2))
    assert quiet(hubwatch, is_served=False) == 0
    run_at(datetime(2037, 1, 1, tzinfo=UTC))
    assert (quiet(hubwatch, is_served=False), checked(hubwatch, AT)["clock"]) == (1, "fault")
    run_at(NOW - timedelta(hours=1))
    assert (quiet(hubwatch, is_served=False), checked(hubwatch, AT)["clock"]) == (0, "ok")


@pytest.mark.parametrize("words", [("failed", "failed"), ("due",)])
def test_a_job_that_fails_or_waits_counts_before_anybody_was_told(
    hubwatch: CommandLine, words: tuple[str, ...]
) -> None:
    for hours, word in enumerate(words):
        slot(word, hours)
    assert quiet(hubwatch) == 1


def test_a_configuration_that_cannot_be_used_is_said(hubwatch: CommandLine) -> None:
    Path("hubwatch.toml").write_text(CONFIG.replace("digest", "digst"), encoding="utf-8")
    ended = hubwatch(*AT, "status", "--quiet")
    assert (ended.code, ended.out) == (2, "")
    assert "digst" in ended.err


def test_doctor_reads_the_archive_whole_only_when_told_to(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def integrity(self: object) -> tuple[str, ...]:
        asked.append("whole")
        return ()

    monkeypatch.setattr("storage.maintenance.Maintenance.integrity", integrity)
    quick = {each["check"] for each in hubwatch(*AT, "doctor", "--json").json["checks"]}
    assert asked == []
    full = {each["check"] for each in hubwatch(*AT, "doctor", "--full", "--json").json["checks"]}
    assert asked == ["whole"]
    assert full - quick == {"search index"}
