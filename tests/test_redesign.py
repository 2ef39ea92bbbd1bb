"""A portal builds its pages anew: the archive gets no worse, and somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.sources.links import compile_link
from scraper.sources.model import FieldRules, LinkRules, RecheckRules, Source
from scraper.sources.write import with_key
from storage.archive import Archive
from storage.incidents import Finding, Kind
from storage.types import Change, Held
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, incidents, source
from tests.support.servers import Server, page, serving

MANY = 6
TEXT = "".join(
    f"<p>Sentence {n} of what the town said about number {{n}} on that day in spring.</p>"
    for n in range(12)
)
OLD = (
    "<html><head><title>News number {n} - Town</title></head><body><h1>News number {n}</h1>"
    "<p class='info'>Published: 2026-02-2{n} 10:00</p><div class='content'>"
    + TEXT
    + "</div></body></html>"
)
NEW = {
    "no dates": OLD.replace("<p class='info'>Published: 2026-02-2{n} 10:00</p>", ""),
    "one title": OLD.replace("<h1>News number {n}</h1>", "<h1>The town and its people</h1>"),
    "one day": OLD.replace("2026-02-2{n} 10:00", "2026-02-28"),
    "no text": OLD.replace(TEXT, "<p>Read on in our new application, number {n}.</p>"),
}
GENERIC = FieldRules(language="en", title=("h1",), body=(".content",), template="plain")
EVERY_DAY = RecheckRules(after=tuple(timedelta(days=n) for n in range(1, 20)), per_run=50)
TOWN = source("town", fields=GENERIC, rechecks=EVERY_DAY)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        site = server.site("town.test")
        site.listing("/news.html", *[f"/a/{n}.htm" for n in range(1, MANY + 1)])
        show(server, OLD)
        yield server


def show(server: Server, shape: str, numbers: range = range(1, MANY + 1)) -> None:
    for n in numbers:
        server.site("town.test").answer(f"/a/{n}.htm", page(shape.format(n=n)))


@pytest.fixture
def crawl(archive: Path, server: Server) -> Crawl:
    crawl = Crawl(archive, server)
    (run,) = crawl(TOWN)
    assert run.counts.new == MANY
    return crawl


def next_day(crawl: Crawl, town: Source = TOWN) -> str:
    crawl.now += timedelta(days=1, minutes=1)
    (run,) = crawl(town)
    return run.reason


SHOWN = (
    "SELECT r.title, r.published, length(r.body) > 400 FROM articles a "
    "JOIN readings r ON r.id = a.reading_id ORDER BY a.id"
)


def found(crawl: Crawl) -> list[Finding]:
    return [each for each in incidents(crawl, "town") if each.kind is Kind.REDESIGN]


@pytest.mark.parametrize("kind", NEW)
def test_what_a_redesign_loses_stands(server: Server, crawl: Crawl, kind: str) -> None:
    before = crawl.table(SHOWN)
    assert all(title and published and whole for title, published, whole in before)
    show(server, NEW[kind])
    reason = next_day(crawl)
    assert f"{MANY} of {MANY} articles asked for again lost what was known of them" in reason
    assert crawl.table(SHOWN) == before
    held = crawl.ask(lambda store: store.edits.latest(99, held=[Held.REDESIGN]))
    assert len(held) == MANY
    events = crawl.ask(lambda store: store.revisions.events())
    assert not [each for each in events if each.change is Change.CHANGED and not each.baseline]
    (incident,) = found(crawl)
    word = {"no dates": "date", "one day": "date", "one title": "title", "no text": "text"}[kind]
    assert f"{MANY} lost their {word}" in incident.message
    assert " → " in incident.evidence[0]
    assert incident.commands[0] == "hubwatch sources repair town --dry-run"


@pytest.mark.parametrize("kind", NEW)
def test_so_it_does_on_the_days_after_and_costs_no_more_versions(
    server: Server, crawl: Crawl, kind: str
) -> None:
    before = crawl.table(SHOWN)
    show(server, NEW[kind])
    for _ in range(3):
        next_day(crawl)
    assert crawl.table(SHOWN) == before
    assert crawl.table("SELECT count(*) FROM revisions") == [(2 * MANY,)]
    assert found(crawl)


def test_it_is_over_when_the_portal_takes_it_back(server: Server, crawl: Crawl) -> None:
    before = crawl.table(SHOWN)
    show(server, NEW["no dates"])
    next_day(crawl)
    show(server, OLD)
    next_day(crawl)
    assert found(crawl) == []
    assert crawl.table(SHOWN) == before


def test_what_one_page_loses_stands_and_is_no_redesign(server: Server, crawl: Crawl) -> None:
    before = crawl.table(SHOWN)
    show(server, NEW["no dates"], range(1, 2))
    assert "1 of 6 articles asked for again lost" in next_day(crawl)
    assert crawl.table(SHOWN) == before
    assert found(crawl) == []


MAINTENANCE = (
    "<html><head><title>Site maintenance - Town</title></head><body><h1>Site maintenance</h1>"
    "<div class='content'><p>We are working on our site. It will be there again tomorrow morning, "
    "we beg your pardon. In urgent matters the desk at the town hall answers by telephone.</p>"
    "</div></body></html>"
)


@pytest.mark.parametrize("pages", [1, 2])
def test_a_page_that_shows_something_else_altogether_is_no_edit(archive: Path, pages: int) -> None:
    """Its day stands in its address, so it has one still."""
    with serving() as server:
        site = server.site("town.test")
        paths = {n: f"/a/2026-02-2{n}/news-{n}.htm" for n in range(1, MANY + 1)}
        site.listing("/news.html", *paths.values())
        for n, path in paths.items():
            site.answer(path, page(OLD.format(n=n)))
        crawl = Crawl(archive, server)
        rule = LinkRules(("town.test",), (compile_link("/a/{yyyy}-{mm}-{dd}/{any}.htm"),))
        town = replace(TOWN, links=rule)
        (run,) = crawl(town)
        assert run.counts.new == MANY
        before = crawl.table(SHOWN)
        for n in range(1, pages + 1):
            site.answer(paths[n], page(MAINTENANCE))
        assert f"{pages} of 6 articles asked for again lost" in next_day(crawl, town)
        assert crawl.table(SHOWN) == before
        for n in range(1, pages + 1):
            site.answer(paths[n], page(OLD.format(n=n)))
        next_day(crawl, town)
        assert crawl.ask(lambda store: store.edits.latest(99, held=[Held.REDESIGN])) == ()
        site.answer(paths[1], page(OLD.format(n=1).replace("in spring", "in autumn")))
        next_day(crawl, town)
        (edit,) = crawl.ask(lambda store: store.edits.latest(1))
        assert (edit.title, edit.held) == ("News number 1", Held.NOT)


def test_over_a_few_runs_it_is_a_redesign_as_well(server: Server, crawl: Crawl) -> None:
    before = crawl.table(SHOWN)
    for n in range(1, 4):
        show(server, NEW["no dates"], range(1, n + 1))
        next_day(crawl)
    assert crawl.table(SHOWN) == before
    assert "3 lost their date" in found(crawl)[0].message


def test_an_edit_beside_it_is_held_with_it_and_a_later_one_is_news(
    server: Server, crawl: Crawl
) -> None:
    show(server, NEW["no dates"], range(1, MANY))
    edited = OLD.replace("in spring", "in the first days of spring")
    show(server, edited, range(MANY, MANY + 1))
    next_day(crawl)
    assert len(crawl.ask(lambda store: store.edits.latest(99, held=[Held.BULK]))) == 1
    show(server, OLD, range(1, MANY))
    show(server, OLD.replace("in spring", "in autumn"), range(MANY, MANY + 1))
    next_day(crawl)
    told = crawl.ask(
        lambda store: store.edits.reported_between(crawl.now, crawl.now + timedelta(days=1))
    )
    assert [edit.title for edit in told] == [f"News number {MANY}"]


def test_only_a_person_lets_it_go(server: Server, crawl: Crawl) -> None:
    show(server, NEW["no dates"])
    next_day(crawl)
    run = crawl.ask(lambda store: store.runs.latest(1)[0])
    with Archive.open(crawl.archive) as store:
        with store.writing() as tx:
            assert tx.articles.release(run.id, person="Ana", now=crawl.now) == MANY
        assert {a.published for a in store.articles.get_many(range(1, MANY + 1))} == {None}
        assert store.edits.latest(99, held=[Held.REDESIGN]) == ()
    assert found(crawl) == []
    next_day(crawl)
    assert crawl.table("SELECT count(*) FROM revisions") == [(2 * MANY,)]


def test_it_holds_where_the_process_dies_before_the_end_of_the_run(
    server: Server, crawl: Crawl
) -> None:
    """What the end of a run would have done is done by the next one, which finds it open."""
    before = crawl.table(SHOWN)
    show(server, NEW["one title"])
    next_day(crawl)
    with Archive.open(crawl.archive) as store, store.writing():
        store._db.execute(
            "UPDATE runs SET ended_at = NULL, outcome = NULL, reason = '' WHERE id = 2"
        )
        store._db.execute(
            "UPDATE revisions SET held = '', told_at = seen_at WHERE article_id = 1 AND number = 2"
        )
        store._db.execute(
            "UPDATE articles SET revisions = 2, reading_id = (SELECT reading_id FROM revisions "
            "WHERE article_id = 1 AND number = 2) WHERE id = 1"
        )
    assert crawl.table(SHOWN) != before
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        assert tx.runs.close_orphans("town", crawl.now) == 1
    assert crawl.table(SHOWN) == before


def test_notices_that_have_one_name_are_no_redesign(server: Server, crawl: Crawl) -> None:
    notices = OLD.replace("<h1>News number {n}</h1>", "<h1>Notice of the council</h1>")
    show(server, notices, range(1, MANY))
    next_day(crawl)
    run = crawl.ask(lambda store: store.runs.latest(1)[0])
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        tx.articles.release(run.id, person="Ana", now=crawl.now)
    show(server, notices.replace("in spring", "in May"), range(1, MANY))
    next_day(crawl)
    assert crawl.ask(lambda store: store.edits.latest(99, held=[Held.REDESIGN])) == ()


def test_a_portal_that_leaves_out_the_time_takes_nothing_back(server: Server, crawl: Crawl) -> None:
    before = crawl.table(SHOWN)
    show(server, OLD.replace(" 10:00", ""))
    next_day(crawl)
    assert crawl.table(SHOWN) == before
    assert crawl.table("SELECT count(*) FROM revisions") == [(MANY,)]


BOX = "<p>Licence of number {n}: whoever says where it stood may copy it</p>"


def test_what_a_new_layout_changes_in_later_runs_is_held_with_it(
    server: Server, archive: Path
) -> None:
    many = 14
    boxed = OLD.replace("</div></body>", BOX + "</div></body>").replace(
        "2026-02-2{n}", "2026-02-27"
    )
    bare = boxed.replace(BOX, "")
    site = server.site("town.test")
    site.listing("/news.html", *[f"/a/{n}.htm" for n in range(1, many + 1)])
    show(server, boxed, range(1, many + 1))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    show(server, bare, range(1, 10))
    assert "taken for a new layout" in next_day(crawl)
    show(server, bare, range(10, many))
    edited = boxed.replace("in spring", "in the first days of spring")
    show(server, edited, range(many, many + 1))
    assert "4 articles changed as those did that a new layout changed before" in next_day(crawl)
    later = crawl.now + timedelta(days=1)
    told = crawl.ask(lambda store: store.edits.reported_between(crawl.now, later))
    assert [edit.title for edit in told] == [f"News number {many}"]


def test_the_block_that_went_is_known_again_after_weeks_until_a_person_lets_it_go(
    server: Server, archive: Path
) -> None:
    many = 14
    boxed = OLD.replace("</div></body>", BOX + "</div></body>")
    boxed = boxed.replace("2026-02-2{n}", "2026-02-27")
    bare = boxed.replace(BOX, "")
    site = server.site("town.test")
    site.listing("/news.html", *[f"/a/{n}.htm" for n in range(1, many + 1)])
    show(server, boxed, range(1, many + 1))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    show(server, bare, range(1, 10))
    held = crawl.ask(lambda store: store.runs.latest(1)[0]).id + 1
    assert "taken for a new layout" in next_day(crawl)
    crawl.now += timedelta(days=40)
    show(server, bare, range(10, 11))
    edited = bare.replace("in spring", "in the first days of spring")
    show(server, edited, range(11, 12))
    assert "1 article changed as those did" in next_day(crawl)
    told = crawl.ask(
        lambda store: store.edits.reported_between(crawl.now, crawl.now + timedelta(days=1))
    )
    assert [edit.title for edit in told] == ["News number 11"]
    runs = crawl.ask(lambda store: store.runs.latest(9))
    with Archive.open(crawl.archive) as store, store.writing() as tx:
        for run in runs:
            if run.id >= held:
                tx.articles.release(run.id, person="Ana", now=crawl.now)
    show(server, bare, range(12, 13))
    assert "changed as those did" not in next_day(crawl)


# `hubwatch sources repair`

ODD = (
    "<html><head><title>Town</title></head><body><h1>The town and its people</h1>"
    "<div class='hd-name'>News number {n}</div>"
    "<aside><ul><li><a href='/x'>Other news of the town, which stands on many pages here</a>"
    "<b class='hd-day'>{n:02d}.{m}.2026</b></li></ul></aside>"
    "<div class='content'>" + TEXT + "</div></body></html>"
)
FILE = """# Kept by Ana.
id = "town"
name = "Town"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "generic"
home = "http://town.test/"
schedule = "every 1 h"

[[entry]]
kind = "list"
url = "http://town.test/news.html"
paging = "none"

[links]
hosts = ["town.test"]
allow = ["/a/{id}.htm"]

[fields]  # since 2026
title = [
    "h1",  # the one there is
]
body = ".content"
"""


@pytest.fixture
def home(tmp_path: Path, archive: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "town.toml").write_text(FILE, encoding="utf-8")
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "{archive}"\nsources = ["sources"]\n', encoding="utf-8")
    return config


def redesigned(server: Server, crawl: Crawl) -> None:
    for n in range(1, MANY + 1):
        body = ODD.format(n=20 + n, m="02").replace(f"number {20 + n}", f"number {n}")
        server.site("town.test").answer(f"/a/{n}.htm", page(body))


def test_a_repair_is_checked_against_what_the_archive_knows(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    before = crawl.table(SHOWN)
    redesigned(server, crawl)
    next_day(crawl)
    assert crawl.table(SHOWN) == before
    path = home.parent / "sources" / "town.toml"
    dry = hubwatch("--config", home, "sources", "repair", "town", "--dry-run", "--json").json
    assert dry["holds"]
    assert dry["selectors"]["title"][0] == "div.hd-name"
    assert dry["selectors"]["published"] == ["b.hd-day"]
    assert dry["fields"]["published"] == {"now": 0, "repaired": MANY}
    assert (dry["file"], path.read_text("utf-8")) == (None, FILE)
    shown = hubwatch("--config", home, "sources", "repair", "town", "--dry-run")
    assert 'published = ["b.hd-day"]' in shown.out
    done = hubwatch("--config", home, "sources", "repair", "town")
    assert done.code == 0, done.err
    text = path.read_text("utf-8")
    assert "# Kept by Ana.\n" in text
    assert 'title = ["div.hd-name", "h1"]' in text
    after = crawl.table(
        "SELECT r.title, substr(r.published, 1, 10) FROM articles a "
        "JOIN readings r ON r.id = a.reading_id ORDER BY a.id"
    )
    assert after == [(title, published[:10]) for title, published, _ in before]
    assert found(crawl) == []
    again = hubwatch("--config", home, "sources", "repair", "town")
    assert again.code == 1
    assert "no known article of town lacks what was known of it" in again.err


def test_a_repair_that_finds_too_little_writes_nothing(
    server: Server, crawl: Crawl, home: Path, hubwatch: CommandLine
) -> None:
    show(server, NEW["no dates"])
    next_day(crawl)
    ended = hubwatch("--config", home, "sources", "repair", "town")
    assert ended.code == 1
    assert "too few of them read as they should" in ended.err
    assert (home.parent / "sources" / "town.toml").read_text("utf-8") == FILE
    assert found(crawl)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = 1\n", 'id = 1\n\n[fields]\ntitle = [".t"]\n'),
        ("[fields]\n", '[fields]\ntitle = [".t"]\n'),
        ("[fields]\ntitle = 'h1'\n[links]\n", '[fields]\ntitle = [".t"]\n[links]\n'),
        (
            '[fields]\ntitle = ["a[b]", "c"] # x\nbody = "b"\n',
            '[fields]\ntitle = [".t"]\nbody = "b"\n',
        ),
        (
            '[links]\ntitle = 1\n\n[fields] # f\nbody = "b"\n',
            '[links]\ntitle = 1\n\n[fields] # f\ntitle = [".t"]\nbody = "b"\n',
        ),
    ],
)
def test_selectors_are_written_into_the_text_of_a_file(text: str, expected: str) -> None:
    assert with_key(text, "fields", "title", 'title = [".t"]') == expected
