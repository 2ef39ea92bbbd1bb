"""Incidents end to end: portals that break over real sockets, days that pass by an injected clock,
messages that people get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.alerting.config import Alerts, Channel
from desk.alerting.send import Message, send
from desk.delivery import DeliveryResult, DeliveryState
from desk.incidents import row_blocks
from scheduler.health.inspection import Inspection, inspect
from scraper.sources.load import Catalogue
from scraper.sources.model import Entry, EntryKind, Source, TlsException
from storage.archive import Archive
from storage.incidents import Incident, Kind
from storage.types import Outcome
from tests.support.certificates import authority
from tests.support.certificates import server as identity
from tests.support.crawling import Crawl, source
from tests.support.make import NOW, SHANGHAI
from tests.support.servers import (
    REDESIGN,
    Behaviour,
    Server,
    Site,
    answer,
    list_html,
    page,
    redirect,
    serving,
)

ALERTS = Alerts((Channel("ops", command=("true",)),))
DAY = timedelta(days=1)


@dataclass
class Watch:
    """Crawls as the daemon would start them, each followed by a look at the sources' health and by
    the messages that come of it."""

    crawl: Crawl
    sources: tuple[Source, ...] = ()
    messages: list[Message] = field(default_factory=list)

    def __call__(self, *sources: Source, after: timedelta = timedelta(hours=1)) -> Inspection:
        """Let time pass, crawl, look, tell."""
        self.crawl.now += after
        self.sources = sources or self.sources
        self.crawl(*self.sources)
        return self.look()

    def look(self) -> Inspection:
        """Look and tell without a crawl."""
        with Archive.open(self.crawl.archive) as store:
            found = inspect(store, [each.id for each in self.sources], self.crawl.now)
            send(store, ALERTS, SHANGHAI, self.crawl.now, self._take)
        return found

    def _take(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        self.messages.append(message)
        return DeliveryResult(DeliveryState.DELIVERED)

    @property
    def told(self) -> list[tuple[str, str]]:
        """What people were told: (what, kind), in order."""
        notices = [each for message in self.messages for each in message.document["notices"]]
        return [(each["what"], each["kind"]) for each in notices]


@pytest.fixture
def watch(crawl: Crawl) -> Watch:
    return Watch(crawl)


def kinds(found: Inspection) -> list[Kind]:
    return [each.finding.kind for each in found.open_now]


def portal(site: Site, count: int = 6, first: int = 1, **fields: Any) -> list[str]:
    """Articles and a list of them, the latest first."""
    links = [f"/a/{number}.htm" for number in range(first + count - 1, first - 1, -1)]
    for link in links:
        site.article(link, f"Story {link}", **fields)
    site.listing("/news.html", *links)
    return links


def only(found: Inspection) -> Incident:
    (incident,) = found.open_now
    return incident


def test_row_37_a_redesign_is_reported_once_with_both_pages_and_closes_by_itself(
    server: Server, watch: Watch
) -> None:
    site = server.site("new.test")
    portal(site)
    new = source("new")
    assert kinds(watch(new)) == []
    site.answer("/news.html", page(REDESIGN))
    assert only(watch()).finding.kind is Kind.LAYOUT_CHANGED
    incident = only(watch())
    assert any("before: 6 rows" in line for line in incident.finding.evidence)
    with Archive.open_readonly(watch.crawl.archive) as store:
        before, now = row_blocks(store, Catalogue({"new": new}, {}), incident)
    assert "<ul class=" in before.html
    assert "/a/6.htm" in before.html
    assert "nothing that looks like a row" in now.html
    portal(site)
    assert kinds(watch()) == []
    assert watch.told == [("opened", "layout_changed"), ("closed", "layout_changed")]


def test_row_211_pages_of_which_no_article_was_ever_read_stay_an_incident(
    server: Server, watch: Watch
) -> None:
    site = server.site("mute.test")
    links = portal(site)
    for link in links:
        site.answer(link, page("<html><body><p></p></body></html>"))
    assert kinds(watch(source("mute"))) == [Kind.LAYOUT_CHANGED]
    for _ in range(3):  # nothing new is listed, so that nothing is fetched and nothing fails
        assert kinds(watch()) == [Kind.LAYOUT_CHANGED]
    told = "no article of it was ever read: nothing usable: empty 6"
    assert str(only(watch()).finding.message) == told
    site.article("/a/7.htm", "Story 7")
    site.listing("/news.html", "/a/7.htm", *links)
    watch()
    assert kinds(watch()) == []
    assert watch.told == [("opened", "layout_changed"), ("closed", "layout_changed")]


def test_an_empty_list_is_reported_once(server: Server, watch: Watch) -> None:
    site = server.site("void.test")
    portal(site)
    watch(source("void"))
    site.answer("/news.html", page('<ul class=news><li><a href="/imprint">Imprint</a></ul>'))
    for _ in range(3):
        assert kinds(watch()) == [Kind.LIST_EMPTY]
    portal(site)
    assert kinds(watch()) == []
    assert watch.told == [("opened", "list_empty"), ("closed", "list_empty")]


def test_row_22_a_portal_that_refuses_us_is_reported_once(server: Server, watch: Watch) -> None:
    site = server.site("wall.test")
    portal(site)
    watch(source("wall"))
    site.answer("/news.html", answer(521, b"<script>document.cookie='__jsl_clearance=1'</script>"))
    for _ in range(3):
        assert kinds(watch()) == [Kind.BLOCKED]
    portal(site)
    assert kinds(watch()) == []
    assert watch.told == [("opened", "blocked"), ("closed", "blocked")]


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"day": ""}, "dates"),
        ({"text": "Read more in the paper of the city."}, "texts"),
    ],
    ids=["dates", "texts"],
)
def test_row_38_a_field_that_stops_coming_is_reported(
    server: Server, watch: Watch, broken: dict[str, str], place: str
) -> None:
    site = server.site("half.test")
    words = "The city opened forty laboratories to companies, and more are to come. " * 30
    portal(site, 8, text=words)
    watch(source("half"))
    links = [f"/a/{number}.htm" for number in (11, 10, 9)]
    for link in links:
        site.article(link, f"Story {link}", **{"text": words, **broken})
    site.listing("/news.html", *links, *[f"/a/{number}.htm" for number in range(8, 0, -1)])
    incident = only(watch())
    assert (incident.finding.kind, incident.finding.place) == (Kind.FIELD_MISSING, place)
    for number in (12, 13, 14):
        site.article(f"/a/{number}.htm", f"Story {number}", words)
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(14, 0, -1)])
    assert kinds(watch()) == []
    assert watch.told == [("opened", "field_missing"), ("closed", "field_missing")]


def test_titles_that_are_the_sites_name_are_recognised(server: Server, watch: Watch) -> None:
    site = server.site("name.test")
    portal(site)
    watch(replace(source("name"), name="News of the city"))
    for number in (7, 8, 9):
        site.article(f"/a/{number}.htm", "News of the City")
    site.listing("/news.html", *[f"/a/{number}.htm" for number in range(9, 0, -1)])
    assert kinds(watch()) == [Kind.TITLES]


@pytest.mark.slow
def test_a_silence_is_reported_once_and_ends_with_the_next_article(
    server: Server, watch: Watch
) -> None:
    site = server.site("daily.test")
    daily = source("daily")
    links: list[str] = []
    for number in range(1, 31):
        day = watch.crawl.now + DAY
        links.insert(0, f"/a/{number}.htm")
        site.article(links[0], f"Story {number}", day=f"{day:%Y-%m-%d}")
        site.listing("/news.html", *links)
        assert kinds(watch(daily, after=DAY)) == []
    states = [bool(kinds(watch(after=DAY))) for _ in range(12)]
    assert states == sorted(states)
    assert not states[2]
    assert states[-1]
    site.article("/a/99.htm", "At last", day=f"{watch.crawl.now:%Y-%m-%d}")
    site.listing("/news.html", "/a/99.htm", *links)
    assert kinds(watch()) == []
    assert watch.told == [(what, "silence") for what in ("opened", "reminder", "closed")]


@pytest.mark.slow
def test_twenty_sources_that_fail_together_are_one_incident(server: Server, watch: Watch) -> None:
    names = [f"s{number}" for number in range(20)]
    for name in names:
        portal(server.site(f"{name}.test"), 2)
    sources = [source(name) for name in names]
    assert kinds(watch(*sources)) == []
    for name in names:
        site = server.site(f"{name}.test")
        site.answer("/news.html", answer(504))
        site.answer("/robots.txt", answer(404))
    for _ in range(3):
        assert kinds(watch()) == [Kind.NETWORK]
    for name in names:
        portal(server.site(f"{name}.test"), 2)
    assert kinds(watch()) == []
    assert watch.told == [("opened", "network"), ("closed", "network")]


@pytest.mark.slow
def test_row_20_a_week_of_503_alerts_once_and_the_source_is_asked_all_the_while(
    server: Server, watch: Watch
) -> None:
    site = server.site("ill.test")
    portal(site)
    watch(source("ill"))
    site.answer("/news.html", answer(503))
    asked = []
    for _ in range(27):
        site.hits.clear()
        found = watch(after=timedelta(hours=6))
        asked.append(len(site.paths()))
    assert kinds(found) == [Kind.UNREACHABLE]
    assert all(asked), "a failing source is given up"
    assert watch.told == [("opened", "unreachable")]
    portal(site)
    assert kinds(watch(after=timedelta(hours=6))) == []
    assert watch.told == [("opened", "unreachable"), ("closed", "unreachable")]


def test_row_20_one_failure_is_no_incident(server: Server, watch: Watch) -> None:
    site = server.site("brief.test")
    portal(site)
    watch(source("brief"))
    site.answer("/news.html", answer(500))
    assert kinds(watch()) == []
    portal(site)
    assert kinds(watch()) == []
    assert watch.told == []


@pytest.mark.slow
def test_row_19_a_wait_that_a_server_asked_for_outlives_the_process(
    server: Server, watch: Watch
) -> None:
    site = server.site("busy.test")
    portal(site)
    watch(source("busy"))
    site.answer("/news.html", answer(503, Retry_After="7200"))
    watch()
    site.hits.clear()
    portal(site)
    child = watch.crawl.start_child("busy")  # a process that knows nothing but the archive
    out, err = child.communicate(timeout=30)
    assert "http_error" in out, err
    assert site.paths() == []
    watch.crawl.now += timedelta(hours=3)
    assert kinds(watch()) == []
    assert site.paths()


@pytest.mark.slow
def test_row_21_a_server_that_lies_about_versions_is_reported(server: Server, watch: Watch) -> None:
    site = server.site("lie.test")

    def versioned(links: Sequence[str]) -> None:
        html = list_html(*links).encode()

        def behave(connection: Any, hit: Any) -> None:
            if hit.headers.get("if-none-match") == '"same"':
                return answer(304, ETag='"same"')(connection, hit)
            return answer(200, html, Content_Type="text/html", ETag='"same"')(connection, hit)

        site.answer("/news.html", behave)

    links = portal(site)
    versioned(links)
    watch(source("lie"))
    assert kinds(watch()) == []
    site.article("/a/7.htm", "Story seven")
    versioned(["/a/7.htm", *links])
    assert kinds(watch()) == []
    assert watch.crawl.table("SELECT count(*) FROM articles") == [(6,)]
    assert kinds(watch(after=8 * DAY)) == [Kind.VALIDATOR]
    assert watch.crawl.table("SELECT count(*) FROM articles") == [(7,)]


def test_a_gap_between_two_visits_stays_until_the_known_is_met(
    server: Server, watch: Watch
) -> None:
    site = server.site("fast.test")
    portal(site, 4)
    watch(source("fast"))
    portal(site, 4, first=20)
    assert kinds(watch()) == [Kind.GAP]
    assert kinds(watch()) == [Kind.GAP]
    assert watch.told == [("opened", "gap")]
    links = [f"/a/{number}.htm" for number in (23, 22, 21, 20, 10, 4)]
    site.article("/a/10.htm", "What was missed")
    site.listing("/news.html", *links)
    assert kinds(watch()) == []


def numbered(site: Site, *numbers: int) -> list[str]:
    """Articles with these numbers, and their addresses."""
    links = [f"/a/{number}.htm" for number in numbers]
    for number, link in zip(numbers, links, strict=True):
        site.article(link, f"Story number {number}")
    return links


@pytest.mark.parametrize("pinned", [(90,), (91, 90)], ids=["one", "two"])
def test_what_is_pinned_to_the_top_of_a_list_hides_no_gap(
    server: Server, watch: Watch, pinned: tuple[int, ...]
) -> None:
    site = server.site("pinned.test")
    site.listing("/news.html", *numbered(site, *pinned, 6, 5, 4, 3))
    watch(source("pinned"))
    site.listing("/news.html", *numbered(site, *pinned, 8, 7, 6, 5))
    assert kinds(watch()) == []
    site.listing("/news.html", *numbered(site, *pinned, 15, 14, 13, 12))
    assert kinds(watch()) == [Kind.GAP]
    site.listing("/news.html", *numbered(site, *pinned, 16, 15, 14, 13))
    assert kinds(watch()) == [Kind.GAP]
    site.listing("/news.html", *numbered(site, *pinned, *range(16, 6, -1)))
    assert kinds(watch()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1, 2, 3, 4), (1, 2, 3, 4, 5, 6, 7, 8)),
        ((1, 2, 3, 4, 5, 6), (4, 5, 6, 7, 8, 9)),
        ((6, 5, 4, 3, 2, 1), (9, 8, 7, 6, 5, 4)),
        ((6, 5, 4, 3, 2, 1), (9, 6, 8, 5, 7, 4)),
    ],
    ids=["whole, oldest first", "window, oldest first", "newest first", "in no order"],
)
def test_known_rows_that_are_not_pinned_fill_a_list(
    server: Server, watch: Watch, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    site = server.site("orders.test")
    site.listing("/news.html", *numbered(site, *before))
    watch(source("orders"))
    site.listing("/news.html", *numbered(site, *after))
    assert kinds(watch()) == []
    assert kinds(watch()) == []


def test_a_certificate_is_reported_before_it_expires(tmp_path: Path, archive: Path) -> None:
    root = authority("Root of this test")
    secure = identity("secure.test", root)
    trusted = TlsException(
        (NOW + 400 * DAY).date(), "a test", ca_file=str(root.pem(tmp_path / "root.pem"))
    )
    entry = Entry(EntryKind.LIST, "https://secure.test/news.html")
    with serving(secure.context(tmp_path)) as server:
        site = server.site("secure.test")
        portal(site)
        watch = Watch(Crawl(archive, server))
        assert kinds(watch(source("secure", entries=(entry,), tls=trusted))) == []
        ((host, until),) = watch.crawl.table("SELECT host, not_after FROM certificates")
        assert host == "secure.test"
        watch.crawl.now = datetime.fromisoformat(until) - 10 * DAY
        assert kinds(watch.look()) == [Kind.CERTIFICATE, Kind.NOT_CRAWLED][
            :1
        ] or Kind.CERTIFICATE in kinds(watch.look())


def test_lists_on_which_nothing_happens_cost_no_rows(server: Server, watch: Watch) -> None:
    site = server.site("calm.test")
    portal(site)
    watch(source("calm"))
    for _ in range(5):
        watch()
    observations = watch.crawl.ask(lambda store: store.lists.observations("calm", 50))
    assert [each.times for each in observations] == [6]
    assert observations[0].believed == 5
    assert observations[0].seen.outcome is Outcome.OK


def test_pages_dated_by_the_day_of_an_event_to_come_are_reported(
    server: Server, watch: Watch
) -> None:
    site = server.site("fair.test")
    portal(site)
    assert kinds(watch(source("fair"))) == []
    links = ["/a/9.htm", "/a/8.htm", "/a/7.htm"]
    for link in links:
        day = "2026-09-18" if link == "/a/8.htm" else "2026-03-01"
        site.article(link, f"The fair of {link}", day=day)
    site.listing("/news.html", *links, "/a/6.htm", "/a/5.htm")
    assert kinds(watch()) == [Kind.FUTURE_DATES]
    assert "2026-09-18" in only(watch()).finding.message
    assert kinds(watch(after=15 * DAY)) == []


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(404), answer(403), redirect("/")], ids=lambda each: None
)
def test_articles_that_cannot_be_had_though_their_list_can_are_reported_by_the_second_crawl(
    server: Server, watch: Watch, trouble: Behaviour
) -> None:
    site = server.site("cut.test")
    portal(site)
    assert kinds(watch(source("cut"))) == []
    for crawl in range(2):
        links = portal(site, first=3 + 2 * crawl)
        for link in links[: 2 + 2 * crawl]:
            site.answer(link, trouble)
        found = kinds(watch(after=DAY))
    assert found == [Kind.UNREADABLE]
    portal(site, first=7)
    watch(after=2 * DAY)
    assert kinds(watch(after=2 * DAY)) == []


def test_an_announcement_in_place_of_every_text_is_reported(server: Server, watch: Watch) -> None:
    site = server.site("works.test")
    portal(site)
    assert kinds(watch(source("works"))) == []
    links = portal(
        site,
        first=7,
        text="The portal is being moved to new machines, and its texts are shown again as soon as "
        "that is done. Until then the press office answers questions by telephone on workdays.",
    )
    site.listing("/news.html", *links, "/a/6.htm", "/a/5.htm")
    assert kinds(watch()) == [Kind.FIELD_MISSING]
    assert "same text" in only(watch()).finding.message
