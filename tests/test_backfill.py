"""Going back in time: slices that go on, an end that is true, and the host left to others."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.practice.demo import practice_config
from desk.practice.portal import sources_folder, truth
from desk.practice.server import serve
from hubwatch.locks import Lock
from scraper.crawl.backfill import Backfilled, BackfillPlace, Spot, backfill, estimate, last_place
from scraper.crawl.request import ArticleDone, CrawlEvent, CrawlRequest
from scraper.sources.load import load_catalogue
from scraper.sources.model import Bounds, Entry, EntryKind, Paging, PagingKind, Source
from scraper.spiders.backfill import without_window
from storage.archive import Archive
from storage.articles.records import Query
from storage.lists import ListRow
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine
from tests.support.crawling import BOUNDS, Crawl, source
from tests.support.make import NOW
from tests.support.make import day as on
from tests.support.servers import Server, Site, answer, list_html, page

HOST = "plain.test"
A_PAGE = 4
NONE = Paging(PagingKind.NONE)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else waits for these hosts."""
    monkeypatch.setattr("scraper.crawl.backfill._PAUSE_SECONDS", 0.0)


def listed(**fields: Any) -> Source:
    """A source whose crawl looks at its first page only."""
    paging = Paging(PagingKind.PATTERN, "news_{n}.html", 2, 1)
    return source("plain", **{"paging": paging, **fields})


def portal(server: Server, pages: int) -> Site:
    """Pages of four articles, one a day, the newest first: article 1 of 2026-03-01."""
    site = server.site(HOST)
    for number in range(1, pages + 1):
        numbers = range((number - 1) * A_PAGE + 1, number * A_PAGE + 1)
        name = "/news.html" if number == 1 else f"/news_{number}.html"
        site.listing(name, *(f"/a/{each}.htm" for each in numbers))
        for each in numbers:
            day = date(2026, 3, 2) - timedelta(days=each)
            site.article(f"/a/{each}.htm", f"News {each}", day=day.isoformat())
    return site


class Back:
    """Back-fills of the plain portal into one archive."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl
        if not crawl.archive.exists():
            Archive.create(crawl.archive).close()

    def __call__(
        self,
        since: date,
        of: Source | None = None,
        report: Callable[[CrawlEvent], None] = lambda event: None,
        most: int | None = None,
    ) -> Backfilled:
        of = of or listed()
        request = CrawlRequest("mailto:x@y.z", lambda: NOW, hosts=self._crawl.server.hosts)
        start = self._crawl.ask(lambda store: last_place(store, of.id))
        return backfill(of, self._crawl.archive, request, since, report, start=start, most=most)

    def urls(self) -> set[str]:
        """The paths of all articles kept."""
        found = self._crawl.ask(lambda store: tuple(store.articles.each(Query())))
        return {"/a/" + each.url.rpartition("/")[2] for each in found}


@pytest.fixture
def back(crawl: Crawl) -> Back:
    return Back(crawl)


@pytest.mark.slow
def test_an_undated_list_is_followed_until_its_articles_are_old_enough(
    server: Server, crawl: Crawl, back: Back
) -> None:
    site = portal(server, 9)
    (first,) = crawl(listed())
    assert first.counts.new == A_PAGE
    site.hits.clear()

    done = back(date(2026, 2, 20))  # the tenth article

    assert done.conclusion == "reached 2026-02-20"
    assert [run.kind for run in done.runs] == ["backfill"]
    assert back.urls() >= {f"/a/{number}.htm" for number in range(1, 11)}
    assert [path for path in site.paths() if path.startswith("/news")] == [
        "/news.html",
        "/news_2.html",
        "/news_3.html",
        "/news_4.html",
    ]
    assert len(site.paths()) == len(set(site.paths()))


@pytest.mark.slow
def test_everything_it_brings_is_baseline(server: Server, crawl: Crawl, back: Back) -> None:
    portal(server, 3)
    crawl(listed())
    crawl(listed())
    back(date(2020, 1, 1))
    assert crawl.ask(lambda store: store.runs.latest(1)[0].baseline)
    kept = crawl.ask(lambda store: tuple(store.articles.each(Query())))
    assert len(kept) == 3 * A_PAGE
    assert all(each.baseline for each in kept)
    assert all(event.baseline for event in crawl.ask(lambda store: store.revisions.events(4)))


@pytest.mark.slow
def test_it_says_where_the_portal_ends(server: Server, back: Back) -> None:
    portal(server, 3)
    assert back(date(2020, 1, 1)).conclusion == "the portal ends at page 3 (oldest 2026-02-18)"
    again = back(date(2020, 1, 1))
    assert (again.runs, again.conclusion) == (
        (),
        "the portal ends at page 3 (oldest 2026-02-18)",
    )


def test_a_list_that_goes_on_by_a_script_has_no_known_end(server: Server, back: Back) -> None:
    site = portal(server, 1)
    rows = list_html(*(f"/a/{each}.htm" for each in range(1, 5)))
    site.answer("/news.html", page(f"{rows}<button>Load more</button>"))
    plain = listed(paging=Paging(PagingKind.NONE))
    done = back(date(2020, 1, 1), plain)
    assert done.conclusion.startswith("no address leads on from page 1 (oldest 2026-02-26)")
    assert 'the list goes on: its "Load more" is run by a script' in done.conclusion
    site.answer("/news.html", page(rows))
    assert back(date(2020, 1, 1), plain).conclusion.startswith("the portal ends at page 1")


def test_a_page_that_the_first_names_and_that_is_not_there_is_no_end(
    server: Server, back: Back
) -> None:
    site = portal(server, 1)
    rows = list_html(*(f"/a/{each}.htm" for each in range(1, 5)))
    site.answer("/news.html", page(f"{rows}<script>var totalPage = 3;</script>"))
    done = back(date(2020, 1, 1), listed(paging=Paging(PagingKind.SCRIPT)))
    assert "the list goes on: its first page names" in done.conclusion


def test_row_215_what_a_script_gets_is_followed_to_its_end(server: Server, back: Back) -> None:
    site = portal(server, 4)
    script = "<script>function load(n) { $.get('/more?page=' + n, add); }</script>"
    rows = [list_html(*(f"/a/{4 * n + k}.htm" for k in range(1, 5))) for n in range(4)]
    site.answer(
        "/news.html", page(f"{rows[0]}<button onclick='load(2)'>Load more</button>{script}")
    )
    for number in (2, 3, 4):
        site.answer(f"/more?page={number}", page(rows[number - 1].replace("<html><body>", "")))
    site.answer("/more?page=5", page("<ul class=news></ul>"))
    auto = listed(paging=Paging(PagingKind.AUTO))
    first = back(date(2020, 1, 1), replace(auto, bounds=replace(BOUNDS, pages=11)), most=1)
    assert not first.conclusion.startswith("the portal ends")
    done = back(date(2020, 1, 1), auto)
    assert done.conclusion.startswith("the portal ends at page 4")
    assert len(back.urls()) == 4 * A_PAGE


def test_archives_of_months_are_followed_back(server: Server, back: Back) -> None:
    site = portal(server, 3)
    links = "".join(f"<li><a href=/2026/0{n}/>0{n}/2026</a></li>" for n in (3, 2, 1))
    for name, first in (("/news.html", 1), ("/2026/03/", 1), ("/2026/02/", 5), ("/2026/01/", 9)):
        rows = list_html(*(f"/a/{n}.htm" for n in range(first, first + 4)))
        site.answer(name, page(f"{rows}<aside><ol>{links}</ol></aside>"))
    done = back(date(2020, 1, 1), listed(paging=Paging(PagingKind.AUTO)))
    assert done.conclusion.startswith("the portal ends at page 4")
    assert len(back.urls()) == 3 * A_PAGE


@pytest.mark.slow
def test_a_portal_that_shows_its_last_page_for_ever_ends_too(server: Server, back: Back) -> None:
    site = portal(server, 2)
    for number in range(3, 9):
        site.listing(f"/news_{number}.html", *(f"/a/{each}.htm" for each in range(5, 9)))
    assert back(date(2020, 1, 1)).conclusion.startswith("the portal ends at page 2")
    assert "/news_4.html" not in site.paths()


@pytest.mark.slow
def test_slices_go_on_where_the_last_one_stopped(server: Server, back: Back) -> None:
    site = portal(server, 5)
    small = listed(bounds=replace(BOUNDS, pages=7))
    done = back(date(2020, 1, 1), small)
    assert done.conclusion.startswith("the portal ends at page 5")
    assert len(done.runs) > 3
    assert all(run.counts.fetched <= 7 for run in done.runs)
    assert {run.outcome for run in done.runs[:-1]} == {Outcome.PARTIAL}
    assert len(back.urls()) == 5 * A_PAGE
    articles = [path for path in site.paths() if path.startswith("/a/")]
    assert len(articles) == len(set(articles)), "nothing is fetched twice"


@pytest.mark.slow
def test_a_second_call_goes_on_and_further_back(server: Server, back: Back) -> None:
    site = portal(server, 8)
    first = back(date(2026, 2, 24))
    assert first.conclusion == "reached 2026-02-24"
    site.hits.clear()
    assert back(date(2026, 2, 24)).runs == ()
    assert site.paths() == []
    back(date(2026, 2, 10))
    assert "/news.html" not in site.paths()
    assert len(back.urls()) >= 20


def test_it_may_be_limited_to_some_slices(server: Server, back: Back) -> None:
    portal(server, 5)
    done = back(date(2020, 1, 1), listed(bounds=replace(BOUNDS, pages=6)), most=1)
    assert (len(done.runs), done.conclusion) == (1, "")
    assert "the next call goes on" in done.reason


@pytest.mark.slow
def test_asked_to_stop_it_stops_and_goes_on_later(server: Server, back: Back) -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    portal(server, 4)
    seen: list[str] = []

    def report(event: CrawlEvent) -> None:
        if isinstance(event, ArticleDone):
            seen.append(event.url)
            if len(seen) == 6:
                signal.raise_signal(signal.SIGINT)

    cut = back(date(2020, 1, 1), report=report)
    assert (cut.conclusion, cut.runs[-1].outcome) == ("", Outcome.INTERRUPTED)
    assert BackfillPlace.from_text(cut.runs[-1].cursor).spots
    done = back(date(2020, 1, 1))
    assert done.conclusion.startswith("the portal ends at page 4")
    assert len(back.urls()) == 4 * A_PAGE


@pytest.mark.slow
def test_a_killed_slice_leaves_its_cursor(server: Server, crawl: Crawl, back: Back) -> None:
    site = portal(server, 4)
    entry = listed().entries[0].url
    spot = Spot(site.url("/news_2.html"), 2, date(2026, 2, 22))
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        tx.sources.register(listed().ref, NOW)
        run = tx.runs.start("plain", NOW, kind="backfill")
        tx.runs.record_cursor(run.id, BackfillPlace({entry: spot}).text)
    done = back(date(2020, 1, 1))
    assert done.conclusion.startswith("the portal ends at page 4")
    assert "/news.html" not in site.paths()
    runs = crawl.ask(lambda store: store.runs.latest(9))
    assert [each.outcome for each in runs if each.id == run.id] == [Outcome.INTERRUPTED]


@pytest.mark.slow
def test_it_gives_way_to_a_crawl(server: Server, crawl: Crawl, back: Back) -> None:
    portal(server, 5)
    lock, asked = Lock(crawl.archive, f"host-{HOST}"), list[int]()

    def report(event: CrawlEvent) -> None:
        asked.append(1)
        if len(asked) == 9:
            lock.ask()

    done = back(date(2020, 1, 1), report=report)
    assert f"gave way to a crawl of {HOST}" in done.runs[0].reason
    assert len(done.runs) == 2
    assert done.conclusion.startswith("the portal ends at page 5")
    assert not lock.is_wanted()


def test_a_crawl_that_waits_for_a_host_asks_for_it(server: Server, crawl: Crawl) -> None:
    portal(server, 1)
    Archive.create(crawl.archive).close()
    with Lock(crawl.archive, f"host-{HOST}").acquire(timedelta(), "backfill plain") as lock:
        (run,) = crawl(listed())
        assert run.outcome is Outcome.BUSY
        assert lock.is_wanted()
    crawl(listed())
    assert not lock.is_wanted()


@pytest.mark.slow
def test_a_portal_that_fails_ends_it_and_it_goes_on_later(server: Server, back: Back) -> None:
    site = portal(server, 4)
    good = site.routes.pop("/news_3.html")
    site.answer("/news_3.html", page("<html><body>x</body></html>"))
    site.routes["/news_3.html"] = lambda connection, hit: connection.close()
    cut = back(date(2020, 1, 1))
    assert cut.conclusion == ""
    assert cut.reason
    assert len(back.urls()) == 2 * A_PAGE
    site.answer("/news_3.html", good)
    assert back(date(2020, 1, 1)).conclusion.startswith("the portal ends at page 4")
    assert len(back.urls()) == 4 * A_PAGE


@pytest.mark.slow
def sitemap(site: Site, path: str, tag: str, *urls: str) -> None:
    root = "urlset" if tag == "url" else "sitemapindex"
    rows = "".join(f"<{tag}><loc>{site.url(url)}</loc></{tag}>" for url in urls)
    body = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    site.answer(path, answer(200, body.encode(), Content_Type="application/xml"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "status"), [("/map.xml", 503), ("/1.xml", 503), ("/1.xml", 404)]
)
def test_a_sitemap_is_not_done_while_a_part_cannot_be_had(
    server: Server, back: Back, broken: str, status: int
) -> None:
    site = server.site(HOST)
    for number in (1, 2):
        site.article(f"/a/{number}.htm", f"News {number}", day=f"2026-0{number}-10")

    def well() -> None:
        sitemap(site, "/map.xml", "sitemap", "/1.xml", "/2.xml")
        for number in (1, 2):
            sitemap(site, f"/{number}.xml", "url", f"/a/{number}.htm")

    well()
    site.answer(broken, answer(status))
    mapped = source("plain", entries=(Entry(EntryKind.SITEMAP, site.url("/map.xml"), NONE),))
    done = back(date(2025, 1, 1), mapped)
    # A part that is not there is no part; one that fails is still to be read.
    assert bool(done.conclusion) == (status == 404)
    if status == 503:
        well()
        assert back(date(2025, 1, 1), mapped).conclusion
        assert back.urls() == {"/a/1.htm", "/a/2.htm"}


@pytest.mark.slow
def test_rows_that_move_down_meanwhile_are_not_missed(server: Server, back: Back) -> None:
    """Between two slices three new articles push all others down by three rows."""
    site = portal(server, 4)
    back(date(2020, 1, 1), listed(bounds=replace(BOUNDS, pages=10)), most=1)
    everything = [f"/a/{number}.htm" for number in (901, 902, 903, *range(1, 17))]
    for number in range(1, 6):
        name = "/news.html" if number == 1 else f"/news_{number}.html"
        site.listing(name, *everything[(number - 1) * A_PAGE : number * A_PAGE])
    back(date(2020, 1, 1))
    assert back.urls() >= {f"/a/{number}.htm" for number in range(1, 17)}


def test_places_survive_being_written_down() -> None:
    spot = Spot("http://x.test/news_3.html", 3, date(2026, 1, 2), date(2026, 2, 3))
    place = BackfillPlace({"http://x.test/": spot})
    assert BackfillPlace.from_text(place.text) == place
    for odd in ("", "http://x.test/news_3.html", "{}", "[]", '{"entries": {"x": 7}}', "7"):
        assert BackfillPlace.from_text(odd).spots == {}
    assert not spot.is_done(date(2026, 1, 1))
    assert spot.is_done(date(2026, 2, 3))
    (entry,) = without_window(listed()).entries
    assert entry.paging.max_pages > 1000


# ---- the practice portal, by the command line

ANCHOR = date(2026, 3, 1)
AT = ("--now", "2026-03-01T12:00:00+08:00")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[object, ...]]:
    """Options for the practice portal, its sources looking at one list page a crawl."""
    own = tmp_path / "own"
    own.mkdir()
    for path in sources_folder().glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for pages in (5, 10):
            text = text.replace(f"max_pages = {pages}\n", "max_pages = 1\n")
        (own / path.name).write_text(text, encoding="utf-8")
    with serve(ANCHOR, 1) as served:
        config = practice_config(served.hosts).replace(str(sources_folder()), str(own))
        (tmp_path / "hubwatch.toml").write_text(config, encoding="utf-8")
        yield "--config", tmp_path / "hubwatch.toml", "--db", tmp_path / "x.db", *AT


@pytest.mark.slow
def test_dated_and_undated_lists_of_the_practice_portal(
    hubwatch: CommandLine, stage: tuple[object, ...]
) -> None:
    since = date(2026, 2, 10)
    for source_id in ("practice-en", "practice-zh", "practice-feed"):
        ended = hubwatch(*stage, "backfill", source_id, "--since", since, "--json")
        assert (ended.code, ended.json["conclusion"]) == (0, f"reached {since}")
        wanted = {
            each.url
            for each in truth(ANCHOR, 1).of_source(source_id)
            if each.published.day >= since
        }
        found = hubwatch(*stage, "export", "--source", source_id).json_lines
        assert {line["url"] for line in found} >= wanted
    ended = hubwatch(*stage, "backfill", "practice-zh", "--since", "2025-01-01")
    assert "practice-zh: the portal ends at page" in ended.out
    assert len(hubwatch(*stage, "export", "--source", "practice-zh").json_lines) == len(
        truth(ANCHOR, 1).of_source("practice-zh")
    )
    again = hubwatch(*stage, "backfill", "practice-zh", "--since", "2025-01-01", "--json").json
    assert (again["slices"], again["new"]) == (0, 0)
    restarted = hubwatch(
        *stage, "backfill", "practice-zh", "--since", "2025-01-01", "--restart", "--json"
    ).json
    assert (restarted["slices"], restarted["fetched"]) == (1, 0)


@pytest.mark.slow
def test_an_estimate_asks_nobody(hubwatch: CommandLine, stage: tuple[object, ...]) -> None:
    hubwatch(*stage, "crawl", "practice-zh")
    before = len(hubwatch(*stage, "sources", "runs", "--json").json)
    ended = hubwatch(*stage, "backfill", "practice-zh", "--since", "2025-01-01", "--estimate")
    assert ended.code == 0
    assert "4 named by the pager" in ended.out
    assert "requests" in ended.out
    found = hubwatch(
        *stage, "backfill", "practice-zh", "--since", "2025-01-01", "--estimate", "--json"
    ).json
    assert found["pages_named"] == 4
    assert found["requests"] > found["new_articles"] > 0
    assert len(hubwatch(*stage, "sources", "runs", "--json").json) == before


@pytest.mark.slow
def test_a_finished_back_fill_says_that_it_came_to_its_end_and_how(
    hubwatch: CommandLine, stage: tuple[object, ...], tmp_path: Path
) -> None:
    hubwatch(*stage, "crawl", "practice-zh")
    of = load_catalogue([sources_folder()]).get("practice-zh")
    ends = Spot("http://x.test/4", 4, date(2026, 1, 20), ends=True)
    place = BackfillPlace({entry.url: ends for entry in of.entries})
    with Archive.open(tmp_path / "x.db") as store, store.writing() as tx:
        run = tx.runs.start(of.id, NOW, kind="backfill")
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts(), cursor=place.text)
    command = (*stage, "backfill", of.id, "--since", "2025-01-01")
    how = "the portal ends at page 4 (oldest 2026-01-20)"
    expected = hubwatch(*command, "--estimate")
    assert f"to fetch    nothing, it came to its end: {how}" in expected.out
    assert "goes on" not in expected.out
    found = hubwatch(*command, "--estimate", "--json").json
    assert (found["new_articles"], found["requests"], found["seconds"]) == (0, 0, 0.0)
    again = hubwatch(*command)
    told = f"practice-zh: it had come to its end: {how}; `--restart` begins at the first page again"
    assert (again.code, again.out.splitlines()[-1]) == (0, told)
    assert "requests" not in again.out
    assert hubwatch(*command, "--json").json["conclusion"] == how


def test_the_estimate_of_an_empty_archive_is_honest(store: Archive) -> None:
    found = estimate(store, listed(bounds=Bounds()), date(2025, 1, 1), BackfillPlace({}))
    assert (found.requests, found.seconds, found.articles) == (None, None, 0)


def test_the_estimate_counts_the_polite_delay(server: Server, crawl: Crawl) -> None:
    portal(server, 2)
    crawl(listed())
    polite = replace(listed(), politeness=replace(listed().politeness, delay=timedelta(seconds=2)))
    with Archive.open_readonly(crawl.archive) as store:
        found = estimate(store, polite, date(2026, 2, 6), BackfillPlace({}))
    # four articles in four days, twenty more days to go, four to a page
    assert (found.new_articles, found.requests) == (20, 26)
    assert found.seconds == 52.0


def test_usage(hubwatch: CommandLine, stage: tuple[object, ...]) -> None:
    assert hubwatch(*stage, "backfill", "practice-zh", "--since", "once").code == 2
    assert "did you mean" in hubwatch(*stage, "backfill", "practice-z", "--since", "9d").err


def test_the_estimate_counts_what_lists_have_shown_and_says_how_unsure_it_is(
    server: Server, crawl: Crawl
) -> None:
    portal(server, 1)
    crawl(listed())
    shown = [
        ListRow(f"http://{HOST}/b/{day}.htm", f"Older {day}", on(f"2026-01-{day:02}"))
        for day in range(1, 21, 2)
    ]
    with Archive.open(crawl.archive) as store:
        with store.writing() as tx:
            run = tx.runs.start("plain", NOW)
            entry = listed().entries[0].url
            tx.lists.record_rows(run.id, entry, entry, shown, NOW)
        nearby = estimate(store, listed(), date(2026, 1, 10), BackfillPlace({}))
        far = estimate(store, listed(), date(2025, 1, 1), BackfillPlace({}))
    # ten rows are owed, five of them of the tenth of January or later; nothing is guessed
    assert (nearby.new_least, nearby.new_articles, nearby.new_most) == (5, 5, 5)
    # before the first of January it may go on as in the last week, or as in the weeks before it
    assert far.new_least is not None
    assert far.new_most is not None
    assert far.new_least < far.new_articles < far.new_most


def test_the_estimate_is_never_more_than_the_pager_has_room_for(
    server: Server, crawl: Crawl
) -> None:
    site = portal(server, 1)
    pager = '<div class="pager">Page 1 of 3 <a href="news_2.html">2</a></div>'
    rows = list_html(*(f"/a/{each}.htm" for each in range(1, 5)))
    site.answer("/news.html", page(rows.replace("</body>", f"{pager}</body>")))
    crawl(listed())
    with Archive.open_readonly(crawl.archive) as store:
        found = estimate(store, listed(), date(2020, 1, 1), BackfillPlace({}))
    assert found.pages_named == 3
    assert (found.new_articles, found.new_most) == (8, 8)
