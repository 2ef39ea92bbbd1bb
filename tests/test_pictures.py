"""The three pictures: each number is what the page behind it lists, and what the command prints."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from benchmarks.desk import _HOST, asked
from desk.cli.pictures import PICTURE
from desk.digest.drafts import Wanted, draft, opened
from desk.drawing import summary_of, svg, table
from desk.messages import LANGUAGES, translator
from desk.pictures import (
    MATCHED,
    Picture,
    address_of,
    cities_by_week,
    coverage_by_day,
    document_of,
    source_rhythm,
)
from desk.web.app import make_app
from desk.web.desk import AuthConfig, Desk
from scraper.items import FetchedPage
from scraper.pipelines.archive import ingest
from storage.archive import Archive
from storage.people import PersonRole
from storage.runs import Counts
from storage.slots import CHANGED
from storage.types import Outcome, Precision, SourceRef, When
from tests.support import make
from tests.support.crawling import source
from tests.support.desks import ZONE, catalogue, page_of, watchlist
from tests.support.make import NOW

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example makes an archive: making a bad one smaller would take minutes."""
CITIES = ("Guiyang", "guiyang", "贵阳", "Xi'an & <Xianyang>", "ÉVORA", "")


@dataclass(frozen=True)
class Made:
    """An article: of which source, published and seen so many hours ago, a copy of which."""

    source: int
    published: int | None
    seen: int
    zone: str
    text: int
    is_core: bool


ARTICLES = st.lists(
    st.builds(
        Made,
        source=st.integers(0, len(CITIES) - 1),
        published=st.none() | st.integers(-60, 24 * 60),
        seen=st.integers(0, 24 * 60),
        zone=st.sampled_from(("", ZONE, "UTC", "America/New_York")),
        text=st.integers(0, 5),
        is_core=st.booleans(),
    ),
    max_size=12,
)
RUNS = st.lists(
    st.tuples(
        st.integers(0, len(CITIES) - 1),
        st.integers(0, 24 * 40),
        st.sampled_from((Outcome.OK, Outcome.PARTIAL, Outcome.HTTP_ERROR, None)),
    ),
    max_size=12,
)


def ref(number: int) -> SourceRef:
    return SourceRef(f"s{number}", f"Source {number}", CITIES[number], "en", ZONE)


def published(made: Made) -> When | None:
    if made.published is None:
        return None
    moment = NOW - timedelta(hours=made.published)
    if not made.zone:
        return When(moment.replace(tzinfo=None), Precision.MINUTE, "")
    return When(moment.astimezone(ZoneInfo(made.zone)), Precision.MINUTE, made.zone)


def fill(
    store: Archive, articles: Sequence[Made], runs: Sequence[tuple[int, int, Outcome | None]]
) -> None:
    """An archive with these articles and crawls."""
    with store.writing() as tx:
        for number in range(len(CITIES)):
            tx.sources.register(ref(number), NOW - timedelta(days=90))
    for number, one in enumerate(articles):
        about = "Guiyang was chosen as hub city of Innovation China. " if one.is_core else ""
        fields = page_of(one.text, url=f"http://{ref(one.source).id}.test/{number}.htm")
        fields["body"] = f"{about}{fields['body']}"
        seen = NOW - timedelta(hours=one.seen)
        with store.writing() as tx:
            run = tx.runs.start(ref(one.source).id, seen)
        read = make.reading(source_id=ref(one.source).id, published=published(one), **fields)
        assert read.article
        got = make.capture(f"{number}".encode(), url=read.article.url, final_url=read.article.url)
        owner = source(ref(one.source).id)
        ingest(store, FetchedPage(owner, got, read), run_id=run.id, now=seen, watchlist=watchlist())
    with store.writing() as tx:
        for number, hours, outcome in runs:
            due = NOW - timedelta(hours=hours)
            slot = tx.slots.plan(ref(number).id, due, "daily", due)
            if outcome is None:
                tx.slots.skip(slot.id, due, "no room in time")
            else:
                run = tx.runs.start(ref(number).id, due)
                tx.runs.finish(run.id, due, outcome, Counts(), reason="")


@contextmanager
def made(
    articles: Sequence[Made], runs: Sequence[tuple[int, int, Outcome | None]]
) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hubwatch.db"
        with Archive.create(path) as store:
            fill(store, articles, runs)
            with store.writing() as tx:
                tx.people.add("Ana", PersonRole.REVIEWER, NOW)
        yield path


def desk_of(path: Path) -> ASGIApp:
    auth = AuthConfig(frozenset({_HOST}), frozenset({f"http://{_HOST}"}), user="Ana")
    return make_app(Desk(path, catalogue(), watchlist(), ZONE, lambda: NOW, auth))


def get(app: ASGIApp, address: str) -> str:
    status, body = asyncio.run(asked(app, address))
    assert status == 200, (address, body[:300])
    return body.decode()


def listed(app: ASGIApp, address: str) -> int:
    """How many stories, or sources, the page behind a number lists."""
    page = get(app, address)
    return page.count('class="row"') + page.count('data-source="')


def pictures_of(path: Path) -> tuple[Picture, ...]:
    with Archive.open_readonly(path) as store:
        return (
            cities_by_week(store, ZONE, NOW),
            cities_by_week(store, ZONE, NOW, grade=MATCHED),
            source_rhythm(store, "s0", ZONE, NOW, lambda day: 1.5),
            coverage_by_day(store, [], ZONE, NOW),
        )


@settings(
    max_examples=12, phases=_PHASES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(articles=ARTICLES, runs=RUNS)
def test_each_number_leads_to_exactly_as_many(
    articles: list[Made], runs: list[tuple[int, int, Outcome | None]]
) -> None:
    with made(articles, runs) as path:
        app = desk_of(path)
        for picture in pictures_of(path):
            for row in (picture.total, *picture.rows):
                for place, number in enumerate(row.numbers):
                    wanted = row.of[place] if row.of else number
                    if wanted:
                        assert listed(app, address_of(picture, row, place)) == wanted


@settings(
    max_examples=12, phases=_PHASES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(articles=ARTICLES, runs=RUNS)
def test_a_page_shows_the_numbers_of_the_command_in_its_picture_and_in_its_table(
    articles: list[Made], runs: list[tuple[int, int, Outcome | None]]
) -> None:
    with made(articles, runs) as path:
        app = desk_of(path)
        addresses = ("/cities?grade=all", "/cities", "/source/s0", "/coverage")
        for picture, address in zip(pictures_of(path), addresses, strict=True):
            printed = json.loads(json.dumps(PICTURE(picture)))
            assert printed == json.loads(json.dumps(document_of(picture)))
            page = get(app, address)
            drawn = page.partition('class="picture"')[2].partition("</svg>")[0]
            rows = [row for row in (printed["total"], *printed["rows"]) if row["numbers"]]
            wanted = [
                f"{number}/{row['of'][place]}" if row["of"] else str(number)
                for row in rows
                for place, number in enumerate(row["numbers"])
                if (row["of"][place] if row["of"] else number)
            ]
            linked = re.findall(r"<a href=[^>]+><title>[^<]*: ([0-9/]+)</title>", drawn)
            assert linked == wanted
            twin = page.partition('class="marks"')[2].partition("</table>")[0]
            assert sorted(re.findall(r"<a href=[^>]+>([0-9/]+)</a>", twin)) == sorted(wanted)
            in_picture = {unescape(each) for each in re.findall(r'<a href="([^"]+)"', drawn)}
            assert {unescape(each) for each in re.findall(r'<a href="([^"]+)"', twin)} == in_picture


def test_a_digest_keeps_the_figures_of_the_day_on_which_it_was_drafted() -> None:
    core = Made(0, 30, 20, ZONE, 1, True)
    with made([core], [(0, 5, Outcome.OK), (1, 5, None)]) as path:
        wanted = Wanted("News", ZONE, since=NOW - timedelta(days=7), enabled=(ref(0), ref(1)))
        with Archive.open(path) as store:
            number = draft(store, wanted, person="Ana", now=NOW)
            cities, coverage = opened(store, number).pictures
            assert sum(cities.total.numbers) == 1
            assert (coverage.total.numbers[-1], coverage.total.of[-1]) == (1, 2)
            assert [row.name for row in coverage.rows] == ["guiyang", "Guiyang"]
            fill(store, [Made(1, 30, 10, ZONE, 2, True)], [])
            assert opened(store, number).pictures == (cities, coverage)


def test_gaps_are_what_was_due_and_not_read_to_the_end() -> None:
    runs = [
        (0, 30, Outcome.OK), (0, 2, Outcome.PARTIAL), (1, 2, Outcome.UNCHANGED), (2, 30, None),
    ]  # fmt: skip
    with made([], runs) as path:
        with Archive.open(path) as store:
            with store.writing() as tx:
                slot = tx.slots.plan("s3", NOW - timedelta(hours=3), "daily", NOW)
                tx.slots.skip(slot.id, NOW, CHANGED)
                tx.slots.plan("s4", NOW + timedelta(hours=3), "daily", NOW)
            shown = coverage_by_day(store, [ref(5)], ZONE, NOW)
        found = {row.name: (row.numbers[-2:], row.of[-2:]) for row in shown.rows}
        assert found == {
            "Guiyang": ((1, 0), (1, 1)),
            "guiyang": ((0, 1), (0, 1)),
            "贵阳": ((0, 0), (1, 0)),
            "": ((0, 0), (0, 1)),
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_well_formed_and_say_what_their_tables_say(language: str) -> None:
    words = translator(language)
    with made([Made(3, 30, 20, ZONE, 1, True)], [(3, 5, None)]) as path:
        for picture in pictures_of(path):
            for base in (None, "", "https://desk.example"):
                drawn = svg(picture, words, {}, base)
                root = ElementTree.fromstring(drawn)
                assert root.tag == "{http://www.w3.org/2000/svg}svg"
                assert " style=" not in drawn
                assert "<script" not in drawn
                links = re.findall(r'<a href="([^"]+)"', drawn)
                assert not links or base is not None
                assert all(each.startswith(base or "/") for each in links)
                assert (root.get("role") == "img") == (base is None)
            shown = table(picture, words)
            assert len(shown.headings) == 1 + len(picture.days)
            assert all(len(cells) == len(picture.days) for _, cells in shown.rows)
            name = ElementTree.fromstring(svg(picture, words)).get("aria-label")
            assert name == f"{shown.title}. {shown.summary}"


def test_a_page_of_many_sources_is_light_and_its_parts_hold_every_number(tmp_path: Path) -> None:
    path = tmp_path / "hubwatch.db"
    cities = [f"City {number:02}" for number in range(50)]
    with Archive.create(path) as store, store.writing() as tx:
        tx.people.add("Ana", PersonRole.REVIEWER, NOW)
        for number in range(150):
            owner = SourceRef(f"s{number}", "Source", cities[number % 50], "en", ZONE)
            tx.sources.register(owner, NOW - timedelta(days=90))
            for day in range(28):
                due = NOW - timedelta(days=day, hours=1)
                run = tx.runs.start(owner.id, due)
                outcome = Outcome.OK if (number + day) % 7 else Outcome.HTTP_ERROR
                tx.runs.finish(run.id, due, outcome, Counts(), reason="")
    app = desk_of(path)
    with Archive.open_readonly(path) as store:
        picture = coverage_by_day(store, [], ZONE, NOW)
    wanted = sorted(
        f"{address_of(picture, row, place)} {row.numbers[place]}/{row.of[place]}"
        for row in picture.rows
        for place in range(len(row.numbers))
    )
    found, pages, address = list[str](), 0, "/coverage"
    while address:
        page = get(app, address)
        assert len(page.encode()) < 150_000
        assert words_of_summary(page) == summary_of(picture, translator("en"))
        twin = page.partition('class="marks"')[2].partition("</table>")[0]
        cells = re.findall(r'<a href="(/sources\?city=[^"]+)">([0-9/]+)</a>', twin)
        found += [f"{unescape(href)} {text}" for href, text in cells]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(following[1]) if following else ""
        pages += 1
    assert sorted(found) == wanted
    assert pages > 1


def words_of_summary(page: str) -> str:
    return unescape(page.partition("<figcaption>")[2].partition("</figcaption>")[0])


@pytest.mark.parametrize("typed", ["0", "-1", "x", "99999999999999999999", "500"])
def test_a_part_that_is_none_is_the_nearest(tmp_path: Path, typed: str) -> None:
    with made([], [(number, 2, Outcome.OK) for number in range(6)]) as path:
        assert get(desk_of(path), f"/coverage?from={typed}").count('<th scope="row">') == 7


def test_days_after_the_last_that_anybody_planned_or_crawled_are_gaps() -> None:
    # A daemon that died plans nothing any more: its silence is not "nothing was due".
    runs = [(0, 24 * 5, Outcome.OK), (1, 24 * 2, Outcome.OK)]
    with made([], runs) as path, Archive.open(path) as store:
        with store.writing() as tx:
            tx.slots.plan("s1", NOW + timedelta(days=3), "weekly", NOW)
        shown = coverage_by_day(store, [ref(0), ref(1)], ZONE, NOW, days=7)
        found = {row.name: (row.numbers, row.of) for row in shown.rows}
    assert found == {
        "Guiyang": ((0, 1, 0, 0, 0, 0, 0), (0, 1, 1, 1, 1, 1, 0)),
        "guiyang": ((0, 0, 0, 0, 1, 0, 0), (0, 0, 0, 0, 1, 0, 0)),
    }
