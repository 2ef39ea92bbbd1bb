"""The timetable on the command line: entries, pauses, what is next, what would run."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.cli.daemon import jobs, plan_of
from desk.cli.session import Session
from desk.config import read_config
from hubwatch.errors import ConfigError
from scheduler.jobs import MIB, Job, Limits, Purpose
from scraper.relevance.watchlist import SHIPPED as WATCHLIST
from scraper.sources.load import SHIPPED, load_catalogue
from storage.archive import Archive
from storage.maintenance import GlobalPause
from storage.runs import Counts
from storage.types import Outcome, Precision, When
from tests.support.cli import CommandLine, away
from tests.support.make import insert

AT = "2026-11-24T12:00+08:00"
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONFIG = """
archive = "hubwatch.db"
contact = "mailto:you@example.org"
enabled = ["guiyang-en", "foshan-en"]

[[timetable]]
name = "morning-digest"
command = 'digest --since 24h --title "What is new" -o digest.html'
schedule = "daily at 07:30, on mon-fri"

[[timetable]]
name = "weekly-check"
command = ["archive", "check"]
schedule = "30 3 * * SUN"
zone = "Europe/Berlin"
deadline = "2h"
"""


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("HUBWATCH_CONFIG", "hubwatch.toml")
    command = CommandLine(capsys)
    assert command("init").code == 0
    return command


def session() -> Session:
    return Session(Path("hubwatch.toml"), None, lambda: NOW)


def test_entries_become_jobs_that_run_the_command_people_type(hubwatch: CommandLine) -> None:
    made = {job.name: job for job in jobs(session())}
    own = ["guiyang-en", "foshan-en", "morning-digest", "weekly-check"]
    assert list(made) == [*own, "hubwatch.scrub", "hubwatch.alerts"]
    digest, check = made["morning-digest"], made["weekly-check"]
    words = ("digest", "--since", "24h", "--title", "What is new", "-o", "digest.html")
    assert digest.command[-7:] == words
    assert digest.command[1:4] == ("-P", "-m", "hubwatch")
    assert (digest.group, digest.deadline) == ("", timedelta(minutes=30))
    assert digest.command_line == "digest --since 24h --title 'What is new' -o digest.html"
    assert (check.schedule.zone, check.deadline) == ("Europe/Berlin", timedelta(hours=2))
    assert digest.schedule.zone == "Asia/Shanghai"
    assert made["guiyang-en"].leases == {"english.guiyang.gov.cn"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("morning-digest", "guiyang-zh", "timetable[1].name: 'guiyang-zh' is the id of a source"),
        ("weekly-check", "morning-digest", "timetable[2].name: 'morning-digest' is there twice"),
        ("weekly-check", "Weekly Check", "timetable[2].name: 'Weekly Check' is no name"),
        ("digest --since", "digst --since", "timetable[1].command: there is no command 'digst'"),
        ('["archive", "check"]', '"run"', "timetable[2].command: 'run' is no command that ends"),
        ('["archive", "check"]', '"archive \'check"', "timetable[2].command: No closing"),
        ("daily at 07:30", "daily at noon", "timetable[1].schedule: 'daily at noon, on mon-fri'"),
        ("Europe/Berlin", "Europe/Guiyang", "timetable[2].zone: 'Europe/Guiyang' is not known"),
        ('"2h"', '"2 fortnights"', "timetable[2].deadline: '2 fortnights' is no span"),
        ("deadline", "dead", "timetable[2].dead: unknown key; did you mean 'deadline'?"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_in_one_line(
    hubwatch: CommandLine, old: str, new: str, says: str
) -> None:
    Path("hubwatch.toml").write_text(CONFIG.replace(old, new, 1), encoding="utf-8")
    told = hubwatch("timetable")
    assert told.code == 2
    assert f"hubwatch.toml: {says}" in told.err
    assert len(told.err.splitlines()) == 1


def test_limits_are_read_and_bounded(hubwatch: CommandLine) -> None:
    path = Path("hubwatch.toml")
    path.write_text(
        CONFIG + '[limits]\nchildren = 3\nbatch = 4\nmemory = "2 GiB"\ndrain = "45s"\n',
        encoding="utf-8",
    )
    assert read_config(path).limits == Limits(3, 4, 2048 * MIB, timedelta(seconds=45))
    for wrong in ('memory = "64 MiB"', 'memory = "lots"', "children = 0", 'drain = "1h"', "a = 1"):
        path.write_text(f"{CONFIG}[limits]\n{wrong}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=r"limits\."):
            read_config(path)


def test_a_pause_holds_at_once_says_why_and_ends_by_itself(hubwatch: CommandLine) -> None:
    pause = (
        "--now",
        AT,
        "timetable",
        "pause",
        "guiyang-en",
        "--by",
        "Ana",
        "--why",
        "moved  house",
    )
    told = hubwatch(*pause, "--until", "2026-11-25")
    assert told.out == ("guiyang-en rests until 2026-11-26 00:00 (Asia/Shanghai): moved house\n")
    rows = {row["job"]: row for row in hubwatch("--now", AT, "timetable", "--json").json}
    held = "paused until 2026-11-26 00:00 Asia/Shanghai by Ana: moved house"
    assert rows["guiyang-en"]["held"] == held
    assert rows["foshan-en"]["held"] == ""
    ahead = hubwatch("--now", AT, "timetable", "--simulate", "3d", "--json", "guiyang-en").json
    ends = "2026-11-25T16:00"
    assert {fire["held"] for fire in ahead if fire["due"] < ends} == {held}
    assert {fire["held"] for fire in ahead if fire["due"] >= ends} == {""}
    late = hubwatch("--now", "2026-11-26T00:01+08:00", "timetable", "guiyang-en", "--json").json
    assert late[0]["held"] == ""
    assert "guiyang-en goes on" in hubwatch("--now", AT, "timetable", "resume", "guiyang-en").out
    again = hubwatch("--now", AT, "timetable", "resume", "guiyang-en")
    assert (again.code, again.err) == (1, "hubwatch: guiyang-en: not paused\n")


def test_one_job_is_reported_as_one(hubwatch: CommandLine) -> None:
    assert hubwatch("timetable", "guiyang-en").err == "1 job; times in Asia/Shanghai\n"
    ahead = hubwatch("timetable", "morning-digest", "--simulate", "7d").err
    assert ahead == "5 runs of 1 job; times in Asia/Shanghai\n"


def test_the_status_of_a_paused_source_says_when_it_goes_on(hubwatch: CommandLine) -> None:
    pause = (
        "timetable",
        "pause",
        "guiyang-en",
        "--by",
        "Ana",
        "--why",
        "moves",
        "--until",
        "2026-12-01",
    )
    hubwatch("--now", AT, *pause)
    rows = {row["source"]: row for row in hubwatch("--now", AT, "status", "--json").json}
    row, other = rows["guiyang-en"], rows["foshan-en"]
    assert (row["state"], row["pause_reason"]) == ("paused", "moves")
    ends = datetime.fromisoformat(row["paused_until"])
    (job,) = (job for job in jobs(session()) if job.name == "guiyang-en")
    due = datetime.fromisoformat(row["next"])
    assert ends <= due == job.schedule.next_after(ends - timedelta(microseconds=1))
    assert datetime.fromisoformat(other["next"]) < ends
    assert f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" in hubwatch("--now", AT, "status").out


def test_the_status_of_a_source_that_is_not_enabled_says_so_and_no_next(
    hubwatch: CommandLine,
) -> None:
    (row,) = hubwatch("--now", AT, "status", "wuhu-zh", "--json").json
    assert (row["state"], row["next"]) == ("not enabled", None)
    told = hubwatch("--now", AT, "status", "wuhu-zh").out
    assert re.search(r"^state +not enabled$", told, re.MULTILINE)
    assert re.search(r"^next due +none, it is not enabled$", told, re.MULTILINE)


def test_a_crawl_that_is_refused_says_since_when_as_status_does(hubwatch: CommandLine) -> None:
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "moves", "Ana"))
    refused = hubwatch("--now", AT, "crawl", "guiyang-en")
    assert refused.code == 1
    assert "everything is paused since 2026-11-24 12:00 Asia/Shanghai: moves" in refused.err


def test_the_newest_date_of_a_source_is_shown_as_its_page_states_it(hubwatch: CommandLine) -> None:
    stated = When(datetime(2026, 11, 24, 3, 17, tzinfo=SHANGHAI), Precision.MINUTE, "Asia/Shanghai")
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.sources.register(load_catalogue().get("guiyang-en").ref, NOW)
        run = tx.runs.start("guiyang-en", NOW)
        tx.articles.apply(insert(published=stated), source_id="guiyang-en", run_id=run.id, now=NOW)
    told = hubwatch("--now", AT, "status", "guiyang-en").out
    assert re.search(r"^newest +2026-11-24 03:17 +Guiyang", told, re.MULTILINE)


def test_while_everything_stands_still_status_says_so_and_no_next(hubwatch: CommandLine) -> None:
    assert all(row["standstill"] is None for row in hubwatch("status", "--json").json)
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "restored from bk.zip", "restore"))
    says = "everything stands still since 2026-11-24 12:00: restored from bk.zip (restore)"
    for words in (("status",), ("status", "guiyang-en"), ("status", "--json")):
        told = hubwatch("--now", AT, *words)
        assert told.err.startswith(f"{says}; `hubwatch timetable resume` lets it go on")
        assert "2026-11-24" not in told.out.replace(NOW.isoformat(), "")
    assert "2 sources, 0 well, 0 with incidents, 2 paused" in hubwatch("status").err
    for row in hubwatch("--now", AT, "status", "--json").json:
        assert (row["state"], row["next"]) == ("paused", None)
        assert row["standstill"] == {
            "since": NOW.isoformat(),
            "until": None,
            "by": "restore",
            "why": "restored from bk.zip",
        }


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("no-such", "--until", "3d", "--why", "x", "--by", "A"), "no source 'no-such'"),
        (("guiyang-en", "--until", "2026-11-01", "--why", "x", "--by", "A"), "is past"),
        (("guiyang-en", "--until", "soon", "--why", "x", "--by", "A"), "no date or span"),
        (("guiyang-en", "--until", "3d", "--why", " ", "--by", "A"), "says nothing"),
        (("guiyang-en", "--until", "3d", "--by", "A"), "Missing option '--why'"),
        (("guiyang-en", "--until", "3d", "--why", "x"), "Missing option '--by'"),
    ],
)
def test_a_pause_needs_a_source_an_end_a_reason_and_a_person(
    hubwatch: CommandLine, words: tuple[str, ...], says: str
) -> None:
    told = hubwatch("--now", AT, "timetable", "pause", *words)
    assert told.code == 2
    assert says in told.err
    with Archive.open_readonly(Path("hubwatch.db")) as store:
        assert store.maintenance.pauses(NOW) == {}


def test_an_entry_rests_as_a_source_does(hubwatch: CommandLine) -> None:
    words = ("--until", "2026-12-01", "--why", "holidays", "--by", "Ana")
    assert hubwatch("--now", AT, "timetable", "pause", "morning-digest", *words).code == 0
    rows = {row["job"]: row for row in hubwatch("--now", AT, "timetable", "--json").json}
    assert rows["morning-digest"]["held"].endswith("by Ana: holidays")
    assert rows["weekly-check"]["held"] == ""
    assert hubwatch("--now", AT, "timetable", "resume", "morning-digest").code == 0
    rows = {row["job"]: row for row in hubwatch("--now", AT, "timetable", "--json").json}
    assert rows["morning-digest"]["held"] == ""


def test_the_timetable_says_that_a_failing_source_rests(hubwatch: CommandLine) -> None:
    source = session().catalogue.get("guiyang-en")
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.sources.register(source.ref, NOW)
        for hours in (3, 2, 1):
            run = tx.runs.start("guiyang-en", NOW - timedelta(hours=hours))
            tx.runs.finish(run.id, run.started_at, Outcome.HTTP_ERROR, Counts())
    rows = {row["job"]: row for row in hubwatch("--now", AT, "timetable", "--json").json}
    assert rows["guiyang-en"]["held"].endswith("since it failed 3 times in a row")
    assert rows["foshan-en"]["held"] == ""


def test_what_would_run_is_every_moment_in_order(hubwatch: CommandLine) -> None:
    fires = hubwatch("--now", AT, "timetable", "--simulate", "7d", "--json").json
    assert [fire["due"] for fire in fires] == sorted(fire["due"] for fire in fires)
    count = Counter(fire["job"] for fire in fires)
    made = {job.name: job for job in jobs(session())}
    assert count.pop("morning-digest") == 5
    assert count.pop("weekly-check") == count.pop("hubwatch.scrub") == 1
    for name, times in count.items():
        rule = made[name].schedule.rule
        assert times == timedelta(days=7) // rule.length  # type: ignore[union-attr]
    told = hubwatch("--now", AT, "timetable", "--simulate", "7d", "weekly-check")
    assert told.out.splitlines()[1].split("  ") == ["2026-11-29 10:30", "weekly-check"]
    assert hubwatch("--now", AT, "timetable", "--simulate", "0d").code == 2
    assert "no job 'nope'" in hubwatch("timetable", "nope").err


def test_the_plan_is_read_again_only_where_files_changed_and_runs_by_a_copy(
    hubwatch: CommandLine,
) -> None:
    plan = plan_of(session())
    first = plan()
    assert plan() is first
    folder = Path(first[0].command[first[0].command.index("--config-snapshot") + 1])
    copied = folder / Path("hubwatch.toml").absolute().relative_to("/")
    assert copied.read_text("utf-8") == CONFIG
    Path("hubwatch.toml").write_text("enabled = 3", encoding="utf-8")
    with pytest.raises(ConfigError, match="enabled"):
        plan()
    # A child of the old plan still knows what it was told.
    words = [*first[2].command[4:-7], "timetable", "--json"]
    assert {row["job"] for row in hubwatch(*words).json} == {job.name for job in first}
    Path("hubwatch.toml").write_text(CONFIG.replace('"foshan-en"', ""), encoding="utf-8")
    names = [job.name for job in plan()]
    assert names == [
        "guiyang-en",
        "morning-digest",
        "weekly-check",
        "hubwatch.scrub",
        "hubwatch.alerts",
    ]


def test_own_sources_and_watchlist_in_use_are_copies_too(hubwatch: CommandLine) -> None:
    own = Path("sources")
    own.mkdir()
    (Path("empty")).mkdir()
    text = (SHIPPED / "guiyang-en.toml").read_text("utf-8")
    text = text.replace('"guiyang-en"', '"guiyang-own"')
    (own / "guiyang-own.toml").write_text(text, encoding="utf-8")
    Path("hubwatch.toml").write_text(
        CONFIG.replace('"foshan-en"', '"guiyang-own"').replace(
            "contact", 'watchlist = "own.toml"\nsources = ["empty"]\ncontact', 1
        ),
        encoding="utf-8",
    )
    plan = plan_of(session())
    with pytest.raises(ConfigError, match=r"own\.toml"):
        plan()
    Path("own.toml").write_bytes(WATCHLIST.read_bytes())
    command = next(job for job in plan() if job.name == "guiyang-own").command
    (own / "guiyang-own.toml").write_text("broken", encoding="utf-8")
    Path("own.toml").write_text("broken", encoding="utf-8")
    words = command[4:-2]
    assert hubwatch(*words, "sources", "show", "guiyang-own", "--json").code == 0
    assert hubwatch(*words, "watchlist", "show").code == 0
    assert hubwatch("watchlist", "show").code == 2
    assert json.dumps(str(own)) not in str(words)


def own_source(name: str, schedule: str = "every 2h") -> str:
    return f"""id = "{name}"
name = "{name}"
city = "Town"
language = "en"
template = "generic"
home = "http://{name}.example/"
schedule = "{schedule}"

[[entry]]
url = "http://{name}.example/news"
"""


def test_a_source_that_is_broken_while_the_daemon_runs_goes_on_by_its_last_copy(
    hubwatch: CommandLine,
) -> None:
    own = Path("sources")
    own.mkdir()
    Path("hubwatch.toml").write_text(
        CONFIG.replace('"foshan-en"', '"town", "village"'), encoding="utf-8"
    )
    (own / "town.toml").write_text(own_source("town"), encoding="utf-8")
    (own / "village.toml").write_text(own_source("village"), encoding="utf-8")
    plan = plan_of(session())
    assert [job.name for job in plan()][:3] == ["guiyang-en", "town", "village"]
    for broken in (own_source("town", "every so often"), 'id = "town"\nbroken', "broken"):
        (own / "town.toml").write_text(broken, encoding="utf-8")
        (own / "village.toml").write_text(own_source("village", "every 3h"), encoding="utf-8")
        found = {job.name: job for job in plan() if isinstance(job, Job)}
        assert found["town"].schedule.text == "every 2h"
        assert found["village"].schedule.text == "every 3h"
        child = [*found["town"].command[4:-2], "incidents", "check", "--json"]
        assert hubwatch(*child).code == 0
        (incident,) = hubwatch("incidents", "--json").json
        assert incident["kind"] == "source_file"
        assert str((own / "town.toml").absolute()) in json.dumps(incident)
        assert "config-snapshot" not in json.dumps(incident)
    (own / "town.toml").write_text(own_source("town", "every 5h"), encoding="utf-8")
    found = {job.name: job for job in plan() if isinstance(job, Job)}
    assert found["town"].schedule.text == "every 5h"
    assert hubwatch(*found["town"].command[4:-2], "incidents", "check").code == 0
    assert hubwatch("incidents", "--json").json == []


def test_a_source_that_is_broken_from_the_start_is_left_out_of_the_plan(
    hubwatch: CommandLine,
) -> None:
    own = Path("sources")
    own.mkdir()
    Path("hubwatch.toml").write_text(CONFIG.replace('"foshan-en"', '"town"'), encoding="utf-8")
    (own / "town.toml").write_text(own_source("town", "now and then"), encoding="utf-8")
    found = [job.name for job in plan_of(session())()]
    assert "guiyang-en" in found
    assert "town" not in found
    told = hubwatch("status")
    assert told.code == 0
    assert "left out: " in told.err
    assert "town.toml: schedule: 'now and then' is not understood" in told.err
    assert hubwatch("crawl", "town").code == 2


@pytest.mark.parametrize(
    ("command", "purpose"),
    [
        ('["archive", "check"]', Purpose.OTHER),
        ('["backup"]', Purpose.BACKUP),
        ('["backup", "--to", "/backup", "--keep", "14"]', Purpose.BACKUP),
        ('["backup", "verify", "/backup/b.zip"]', Purpose.OTHER),
        ('["alerts", "send", "--json"]', Purpose.ALERTS),
        ('["alerts", "test"]', Purpose.OTHER),
    ],
)
def test_what_an_entry_is_for_is_known_by_its_command(
    hubwatch: CommandLine, command: str, purpose: Purpose
) -> None:
    text = CONFIG.replace('["archive", "check"]', command)
    Path("hubwatch.toml").write_text(text, encoding="utf-8")
    found = {job.name: job.purpose for job in jobs(session())}
    assert found["weekly-check"] is purpose
    telling = [name for name, each in found.items() if each is Purpose.ALERTS]
    own = "weekly-check" if purpose is Purpose.ALERTS else "hubwatch.alerts"
    assert telling == [own]
