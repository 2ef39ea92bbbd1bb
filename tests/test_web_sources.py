"""Looking after sources at the desk: how they do, letting one rest, the timetable, incidents."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.status import status
from scheduler.cluster.tickets import Beat, ClusterConfig, ClusterPlace, RedisServer
from scheduler.jobs import Job
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.attempts import AttemptState
from storage.incidents import Finding, Kind, Severity
from storage.lessons import Lesson, LessonKind
from storage.lists import FoundGap, GapReason, ListRow, RefusedRow, ShownAddress
from storage.maintenance import GlobalPause
from storage.people import PersonRole
from storage.runs import Counts
from storage.types import Outcome
from tests.support.desks import ZONE, Client, catalogue, let_in, serving, sign_in
from tests.support.make import NOW
from tests.support.redis_servers import CENTRE, SECRET, free_port, needs_redis, redis_server

SOURCE = catalogue().get("guiyang-en")
FINDING = Finding(
    Kind.LIST_EMPTY,
    SOURCE.id,
    Severity.CRITICAL,
    "the list <b>has</b> no rows",
    ("20 rows before, none now",),
    (f"hubwatch sources check {SOURCE.id}",),
)


def job(name: str) -> Job:
    schedule = parse_schedule("every 1h", "Asia/Shanghai")
    return Job(name, ("true",), schedule, timedelta(minutes=5), (name,), "crawl")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One source that failed three times in a row, and an incident of it."""
    path = tmp_path / "hubwatch.db"
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE.ref, NOW)
        for hours in (3, 2, 1):
            run = tx.runs.start(SOURCE.id, NOW - timedelta(hours=hours))
            tx.runs.finish(run.id, run.started_at, Outcome.HTTP_ERROR, Counts(), reason="503")
        tx.incidents.open(FINDING, NOW)
    return path


@pytest.fixture
def desk(archive: Path) -> Iterator[Client]:
    with serving(archive, jobs=(job(SOURCE.id), job("foshan-en"))) as client:
        yield client


@pytest.fixture
def staff(archive: Path, desk: Client) -> Client:
    sign_in(desk, let_in(archive, "Ana", PersonRole.STAFF))
    return desk


def rest(client: Client, source: str = SOURCE.id, until: str = "3d", why: str = "moves") -> int:
    return client.post("/pause", [("source", source), ("until", until), ("why", why)]).status


def test_a_digest_reports_which_enabled_sources_were_never_scanned(staff: Client) -> None:
    made = staff.post("/digests", [("basis", "since-last"), ("scope", "all"), ("grouping", "city")])
    covered = staff.get(made.headers["location"]).text.partition('class="covered"')[2]
    assert re.search(r"<p>Not scanned: [^<]*Foshan[^<]* \(never\)\.</p>", covered)
    anew = staff.post("/digests/1", [("do", "refresh"), ("version", 1)])
    assert "<p>Not scanned: " in staff.get(anew.headers["location"]).text


def taught(archive: Path, count: int = 2) -> None:
    lessons = [
        Lesson(LessonKind.CONSTANT, "title", f"Site name {n}", (f"on all of {n + 8} pages",), n + 8)
        for n in range(count)
    ]
    with Archive.open(archive) as store, store.writing() as tx:
        tx.sources.lessons.keep(SOURCE.id, lessons, reader_version=1, now=NOW)


def test_what_a_source_taught_is_shown_with_what_it_rests_on(archive: Path, staff: Client) -> None:
    assert "What its pages taught" not in staff.get(f"/source/{SOURCE.id}").text
    taught(archive)
    page = staff.get(f"/source/{SOURCE.id}").text
    assert "Site name 0" in page
    assert "on all of 9 pages" in page
    assert page.count('name="lesson"') == 2
    assert staff.post(f"/source/{SOURCE.id}/forget", [("lesson", "77")]).status == 404


@pytest.mark.slow
def test_a_lesson_is_undone_at_the_desk(archive: Path, tmp_path: Path) -> None:
    taught(archive)
    config = tmp_path / "hubwatch.toml"
    config.write_text('archive = "hubwatch.db"\n', encoding="utf-8")
    hubwatch = (sys.executable, "-m", "hubwatch", "--config", str(config), "--db", str(archive))
    with serving(archive, hubwatch=hubwatch) as client:
        sign_in(client, let_in(archive, "Ana", PersonRole.STAFF))
        assert client.post(f"/source/{SOURCE.id}/forget", [("lesson", "1")]).status == 303
        page = ""
        for _ in range(240):
            page = client.get(f"/source/{SOURCE.id}").text
            if "data-waiting" not in page:
                break
            time.sleep(0.25)
        assert "undone by Ana" in page
        assert page.count('name="lesson"') == 1
        assert 'role="alert"' not in page


def test_what_a_limit_cuts_is_counted(archive: Path, staff: Client) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        for hours in range(20):
            run = tx.runs.start(SOURCE.id, NOW + timedelta(hours=hours))
            tx.runs.finish(run.id, run.started_at, Outcome.OK, Counts())
        rows = tuple(RefusedRow(f"http://h.test/x/{n}", f"Row {n}", "shape") for n in range(25))
        place = SOURCE.entries[0].url
        tx.lists.witnesses.record_refused(run.id, place, place, rows, NOW)
    page = staff.get(f"/source/{SOURCE.id}").text
    assert "12 of 23 shown" in page
    assert "20 of 25 shown" in page
    assert "shown" not in staff.get("/runs").text.partition("<main")[2].partition("</main")[0]


def test_every_source_is_there_also_one_that_was_never_crawled(staff: Client) -> None:
    page = staff.get("/sources").text
    assert f'href="/source/{SOURCE.id}"' in page
    assert "http_error" in page
    assert 'href="/incident/1">list_empty</a>' in page
    assert 'href="/source/foshan-en"' in page
    assert "never crawled yet" in page


def test_one_source_has_its_runs_incidents_and_lists(staff: Client) -> None:
    page = staff.get(f"/source/{SOURCE.id}").text
    assert page.count("http_error") >= 3
    assert "the list &lt;b&gt;has&lt;/b&gt; no rows" in page
    assert SOURCE.entries[0].url in page
    assert staff.get("/source/no-such").status == 404


def test_staff_let_a_source_rest_and_go_on(staff: Client, archive: Path) -> None:
    assert rest(staff) == 303
    with Archive.open_readonly(archive) as store:
        pause = store.maintenance.pauses(NOW)[SOURCE.id]
    assert (pause.until, pause.reason, pause.person) == (NOW + timedelta(days=3), "moves", "Ana")
    assert "moves" in staff.get(f"/source/{SOURCE.id}").text
    assert "rests until" in staff.get("/sources").text
    until = (NOW + timedelta(days=3)).astimezone(ZoneInfo(SOURCE.zone))
    told = f"paused until {until:%Y-%m-%d %H:%M} {SOURCE.zone} by Ana: moves"
    assert told in staff.get("/timetable").text
    assert staff.post("/resume", [("source", SOURCE.id)]).status == 303
    assert "It is crawled on its timetable." in staff.get(f"/source/{SOURCE.id}").text
    assert staff.post("/resume", [("source", SOURCE.id)]).status == 404


@pytest.mark.parametrize(
    ("until", "why", "says"),
    [
        ("soon", "moves", "Name a day or moment to come"),
        ("2020-01-01", "moves", "Name a day or moment to come"),
        ("3d", "  ", "Say why"),
    ],
)
def test_a_rest_needs_an_end_to_come_and_a_reason_and_keeps_what_was_typed(
    staff: Client, archive: Path, until: str, why: str, says: str
) -> None:
    answer = staff.post("/pause", [("source", SOURCE.id), ("until", until), ("why", why)])
    assert answer.status == 400
    assert says in answer.text
    assert f'value="{until}"' in answer.text
    with Archive.open_readonly(archive) as store:
        assert store.maintenance.pauses(NOW) == {}


def test_a_source_without_definition_cannot_rest(staff: Client) -> None:
    assert rest(staff, "no-such") == 404


def test_reviewers_read_and_do_not_touch(desk: Client, archive: Path) -> None:
    sign_in(desk, let_in(archive, "Li", PersonRole.REVIEWER))
    page = desk.get(f"/source/{SOURCE.id}").text
    assert 'action="/pause"' not in page
    assert str(SOURCE.path) not in page
    assert rest(desk) == 403
    refused = desk.post("/ack", [("incident", 1)])
    assert refused.status == 403
    assert "Only staff look after sources" in refused.text
    assert 'action="/ack"' not in desk.get("/incident/1").text


def test_the_timetable_says_when_and_why_not(staff: Client) -> None:
    page = staff.get("/timetable").text
    assert "since it failed 3 times in a row" in page
    assert "every 1h" in page
    assert "The next 24 hours: 48 runs" in page


def test_an_incident_has_its_proof_and_somebody_sees_to_it_once(staff: Client) -> None:
    page = staff.get("/incident/1").text
    assert "20 rows before, none now" in page
    assert f"<code>hubwatch sources check {SOURCE.id}</code>" in page
    assert staff.post("/ack", [("incident", 1), ("note", "wrote to them")]).status == 303
    page = staff.get("/incident/1").text
    assert "wrote to them" in page
    assert 'action="/ack"' not in page
    assert "Ana sees to it" in staff.get("/incidents").text
    assert staff.get("/incident/99").status == 404
    assert staff.post("/ack", [("incident", "x")]).status == 404


def test_what_is_over_stays_in_view(staff: Client, archive: Path) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.incidents.close(1, "rows are back", NOW + timedelta(hours=1))
    page = staff.get("/incidents").text
    assert "Nothing is amiss." in page
    assert "rows are back" in page


def test_the_pages_speak_chinese(staff: Client) -> None:
    for path in ("/sources", f"/source/{SOURCE.id}", "/timetable", "/incidents", "/incident/1"):
        assert 'lang="zh-Hans"' in staff.get(f"{path}?lang=zh").text


@pytest.mark.parametrize("page", ["story", "page", "incident", "file", "digests"])
def test_a_number_that_no_row_can_have_is_not_there(staff: Client, page: str) -> None:
    assert staff.get(f"/{page}/{'9' * 26}").status == 404


def test_after_a_refused_form_the_language_can_be_changed(staff: Client) -> None:
    refused = staff.post("/say", [("verb", "accept")])
    assert refused.status == 400
    assert 'name="to" value="/"' in refused.text


def test_what_was_imported_is_no_crawl_and_stands_among_the_runs(
    staff: Client, archive: Path
) -> None:
    brought = NOW - timedelta(minutes=10)
    with Archive.open(archive) as store, store.writing() as tx:
        run = tx.runs.start(SOURCE.id, brought, kind="import")
        tx.runs.finish(run.id, brought, Outcome.OK, Counts(new=1), reason="from old.jsonl")
        cut = tx.runs.start(SOURCE.id, NOW)
        tx.runs.finish(cut.id, NOW, Outcome.INTERRUPTED, Counts())
    crawled = _local(NOW - timedelta(hours=1))
    for path in ("/sources", f"/source/{SOURCE.id}"):
        page = staff.get(path).text
        told = re.sub(r"<h2>Runs</h2>.*", "", page, flags=re.DOTALL)
        assert f'<span class="num">{crawled}</span> http_error' in told
        assert "old.jsonl" not in told
    assert "from old.jsonl" in staff.get("/runs").text
    with Archive.open_readonly(archive) as store:
        (state,) = store.sources.states()
        (health,) = status(store, [SOURCE], [SOURCE.id], NOW)
    assert state.last_crawl == health.last_crawl
    assert state.last_run is not None
    assert state.last_run.id == cut.id


def test_a_source_that_is_not_enabled_is_said_to_be_so_and_is_never_due(
    staff: Client, archive: Path
) -> None:
    assert "<dt>next</dt>" in staff.get(f"/source/{SOURCE.id}").text
    with Archive.open(archive) as store, store.writing() as tx:
        tx.sources.register(catalogue().get("wuhu-zh").ref, NOW)
    page = staff.get("/source/wuhu-zh").text
    assert "<dt>state</dt><dd>not enabled</dd>" in re.sub(r"\s*\n\s*", "", page)
    assert "<dt>next</dt>" not in page
    assert "It is crawled on its timetable." not in page


def test_a_source_without_definition_is_said_to_have_no_timetable_and_no_city(
    staff: Client, archive: Path
) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.sources.register(replace(SOURCE.ref, id="ext-a", name="An account", city=""), NOW)
        run = tx.runs.start("ext-a", NOW, kind="hand")
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts(new=1), reason="added by Ana")
    page = staff.get("/source/ext-a").text
    assert "An account" in page
    assert "on its timetable" not in page
    assert "<dt>city</dt>" not in page
    assert "<h2>Rest</h2>" not in page


def test_where_everything_stands_still_each_page_of_sources_says_so_first(
    staff: Client, archive: Path
) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "restored <here>", "Bo"))
    for path in ("/sources", f"/source/{SOURCE.id}", "/timetable"):
        page = staff.get(path).text
        assert "Everything stands still, says Bo: restored &lt;here&gt;" in page
        assert page.index("stands still") < page.index(SOURCE.id, page.index("</h1>"))
        assert "on its timetable" not in page


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")


def test_a_source_shows_its_gaps_and_the_rows_that_its_link_rule_refuses(
    staff: Client, archive: Path
) -> None:
    entry, feed = SOURCE.entries[0].url, "https://e.test/feed.xml"
    url = "https://english.guiyang.gov.cn/2026-03/01/c_1.htm"
    odd = RefusedRow("https://english.guiyang.gov.cn/x?<b>", "An <b>odd</b> row", "shape", True)
    with Archive.open(archive) as store, store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        lists = tx.lists.witnesses
        rows = [ListRow(url, "Only here")]
        tx.lists.record_rows(
            run.id, "https://e.test/feed.xml", "https://e.test/feed.xml", rows, NOW
        )
        for each, kind in ((entry, "list"), (feed, "feed")):
            lists.record_reading(run.id, each, kind, pages=1, ended=True, now=NOW)
        shown = ShownAddress(url, url, "Only <i>here</i>", "2026-03-01", run.id)
        gap = FoundGap(entry, feed, shown, GapReason.UNLISTED)
        readings = tx.archive.lists.witnesses.readings(SOURCE.id)
        compared = [replace(each, shown=9, of_all=10, lacking=1) for each in readings]
        lists.record_gaps(run.id, compared, [gap], NOW)
        lists.record_refused(run.id, entry, entry, [odd], NOW)
    text = staff.get(f"/source/{SOURCE.id}").text
    assert "shows 9 of 10, lacks 1" in text
    assert "Shown by one entry alone, and not had" in text
    assert "Only &lt;i&gt;here" in text
    assert "Rows that the link rule refuses" in text
    assert "An &lt;b&gt;odd" in text
    assert "no shape of `allow` fits, made like an article" in text


def test_other_jobs_stand_beside_the_sources_with_what_is_amiss(
    archive: Path, tmp_path: Path
) -> None:
    report = Job("report", ("true",), job("report").schedule, timedelta(minutes=5))
    backup = replace(report, name="nightly")
    with Archive.open(archive) as store, store.writing() as tx:
        for hours in (2, 1):
            due = NOW - timedelta(hours=hours)
            slot = tx.slots.plan("report", due, "", due)
            tx.slots.claim(slot.id, due)
            tx.slots.end(slot.id, due, "failed", "no <b>room</b>")
    with serving(archive, jobs=(report, backup)) as client:
        sign_in(client, let_in(archive, "Ana", PersonRole.STAFF))
        page = client.get("/sources").text
    assert "Other jobs" in page
    assert "job_failing" in page
    assert "no &lt;b&gt;room" in page
    assert re.search(r"nightly</th>\s*<td>well</td>", page)


def rows_of(page: str, what: str = "source") -> list[str]:
    return re.findall(rf'data-{what}="([^"]+)"', page)


def test_the_worst_source_comes_first_with_one_command_that_is_proposed(
    archive: Path, desk: Client, staff: Client
) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        well = catalogue().get("wuhan-en")
        tx.sources.register(well.ref, NOW)
        run = tx.runs.start(well.id, NOW)
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts())
    page = staff.get("/sources").text
    assert rows_of(page)[:2] == [SOURCE.id, "foshan-en"]
    first = page.partition(f'data-source="{SOURCE.id}"')[2].partition("</tr>")[0]
    assert re.findall(r'class="proposal">([^<]*)<', first) == [
        f"hubwatch sources check {SOURCE.id}"
    ]
    assert 'class="proposal">hubwatch crawl foshan-en<' in page
    assert page.count('class="proposal"') == 2
    amiss = staff.get("/incidents").text
    assert re.findall(r'class="proposal">([^<]*)<', amiss) == [
        f"hubwatch sources check {SOURCE.id}"
    ]


def test_sources_are_looked_through_by_words_city_and_state_sorted_and_in_groups(
    archive: Path, staff: Client
) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        for name in ("wuhan-en", "foshan-zh", "shenyang-en"):
            tx.sources.register(catalogue().get(name).ref, NOW)
    every = rows_of(staff.get("/sources").text)
    assert len(every) == 5
    for asked, wanted in {
        "q=FOSHAN": {"foshan-en", "foshan-zh"},
        "q=foshan+zh": {"foshan-zh"},
        "city=Guiyang": {SOURCE.id},
        "state=amiss": {SOURCE.id},
        "state=waiting": {"foshan-en"},
        "q=nowhere": set(),
        "city=-": set(),
        "sort=name&group=none": set(every),
        "group=nonsense&sort=nonsense&state=": set(every),
    }.items():
        page = staff.get(f"/sources?{asked}").text
        assert set(rows_of(page)) == wanted, asked
        assert f"{len(wanted)} of 5" in page or len(wanted) == 5
    named = rows_of(staff.get("/sources?sort=name&group=none").text)
    names = [catalogue().get(each).name.casefold() for each in named]
    assert names == sorted(names)
    grouped = staff.get("/sources?group=city").text
    assert grouped.count('scope="rowgroup"') == 4
    assert 'scope="rowgroup"' not in staff.get("/sources?group=none").text


def test_the_timetable_is_looked_through_as_the_sources_are(staff: Client) -> None:
    assert set(rows_of(staff.get("/timetable").text, "job")) == {SOURCE.id, "foshan-en"}
    assert rows_of(staff.get("/timetable?city=Foshan").text, "job") == ["foshan-en"]
    assert rows_of(staff.get("/timetable?state=failing").text, "job") == [SOURCE.id]
    assert rows_of(staff.get("/timetable?q=guiyang&sort=late").text, "job") == [SOURCE.id]


def test_an_enabled_source_that_nobody_plans_is_a_gap_today(staff: Client) -> None:
    page = staff.get("/coverage").text
    today = NOW.astimezone(ZoneInfo(ZONE)).date().isoformat()
    assert f"On {today} 0 of 2 sources were read." in page
    listed = staff.get(f"/sources?day={today}").text
    assert rows_of(listed) == ["foshan-en", SOURCE.id]
    assert rows_of(staff.get(f"/sources?city=Foshan&day={today}").text) == ["foshan-en"]
    yesterday = (NOW.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)).isoformat()
    assert rows_of(staff.get(f"/sources?day={yesterday}").text) == []
    assert "no date" in staff.get("/sources?day=soon").text


def test_without_a_cluster_there_are_no_machines_to_show(staff: Client) -> None:
    assert "/places" not in staff.get("/sources").text
    assert staff.get("/places").status == 404


@needs_redis
def test_places_are_shown_with_their_workers_and_what_is_out(archive: Path, tmp_path: Path) -> None:
    away = replace(catalogue(), sources={SOURCE.id: replace(SOURCE, where="north")})
    with Archive.open(archive) as store, store.writing() as tx:
        attempts = tx.sources.slices.attempts
        for number, node in (("a1", "n1"), ("a2", ""), ("a3", "n<b>2")):
            one = attempts.plan(number, 1, SOURCE.id, "north", NOW + timedelta(minutes=9), NOW)
            attempts.sent(one, "1-0", NOW + timedelta(minutes=9), NOW)
            if node:
                attempts.taken(one, node)
        attempts.lose(one, "nothing was <b>heard</b> of n2", NOW - timedelta(minutes=1))
        attempts.end(one, AttemptState.OVER, NOW - timedelta(minutes=1))
    with redis_server(tmp_path / "redis", ("north",)) as redis:
        from scheduler.cluster.link import WorkerLink

        link = WorkerLink(RedisServer(redis.address, "hub-north", lambda: SECRET), "north")
        link.beat(Beat("n1", "a1:1"), 60_000)
        link.beat(Beat("n5"), 60_000)
        served = RedisServer(redis.address, CENTRE, lambda: SECRET)
        nobody = RedisServer(f"redis://127.0.0.1:{free_port()}/0", CENTRE, lambda: SECRET)
        cluster = ClusterConfig(
            served, (ClusterPlace("north", served), ClusterPlace("far", nobody))
        )
        with serving(archive, jobs=(job(SOURCE.id),), sources=away, cluster=cluster) as client:
            sign_in(client, let_in(archive, "Ana", PersonRole.REVIEWER))
            page = client.get("/places").text
            assert 'href="/places"' in client.get("/sources").text
            assert 'href="/places">north</a>' in client.get(f"/source/{SOURCE.id}").text
    main = re.sub(r"\s+", " ", page.partition("<main")[2])
    north, _, rest_of_it = main.partition('<h2 id="far">')
    assert "in order: 2 workers, 1 at work; 1 attempt was lost in a day." in north
    assert re.search(rf'n1</th><td><a href="/source/{SOURCE.id}">', north)
    assert "n5</th><td>nothing</td>" in north
    assert north.count(f'href="/source/{SOURCE.id}"') == 3  # at n1, sent to nobody, crawled there
    assert "Sent, and at no worker that is heard:" in north
    assert "not reached:" in rest_of_it and "Redis: " in rest_of_it
    assert "No enabled source is crawled there." in rest_of_it
    assert "nothing was &lt;b&gt;heard&lt;/b&gt; of n2" in rest_of_it
    assert "n&lt;b&gt;2" in rest_of_it
