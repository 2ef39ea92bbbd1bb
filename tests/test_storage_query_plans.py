"""What is asked of the archive again and again never reads the whole of a table that grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk.digest.drafts import Wanted, draft
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Scope
from storage.archive import Archive
from storage.database import Connection
from storage.decisions import Field, Verb
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, source
from tests.support.desks import keep, let_in, page_of, serving
from tests.support.make import NOW, SHANGHAI, later
from tests.support.servers import Site, answer

GROWING = {
    "actors", "aliases", "articles", "blobs", "bodies", "contradiction_readings", "decisions",
    "digest_articles", "event_anchors", "event_links", "event_reports", "events", "fact_readings",
    "facts", "fetches", "links", "listings", "list_sights", "matches", "places", "queue",
    "readings", "relevance",
    "revisions", "runs", "scores", "article_words", "slots", "snapshots", "stories",
    "tellings", "validators",
}  # fmt: skip
#: Indexes of few rows of their tables: what people said of stories, edits, the latest first, and
#: versions that are held back.
FEW = ("decisions_on_stories", "revisions_by_edit", "revisions_held")
PAGES = (
    "/", "/?by=arrival", "/?state=accepted", "/story/1", "/search?q=story", "/why?q=1", "/sources",
    "/search?q=story&by=newest", "/source/a", "/runs", "/cities", "/cities?grade=all",
    "/coverage", "/feeds", "/timetable", "/incidents",
    "/digests", "/page/1", "/add",
)  # fmt: skip


COMMANDS = (
    "search story", "search story --newest", "search story --since 7d", "show 1", "why 1",
    "why http://a.test/a/1.htm", "stories --limit 3", "stories --several --limit 1",
    "stories show 1", "changes", "status", "timetable", "incidents", "quarantine", "sources",
    "sources show guiyang-en", "sources runs", "facts", "contradictions", "digest --since 7d",
    "digest list", "decisions --limit 1", "decisions --by Li",
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Every statement that is executed, with the parameters it first had."""
    found: dict[str, object] = {}
    execute = Connection.execute

    def noting(self: Connection, sql: str, *parameters: object) -> object:
        found.setdefault(sql, *(parameters or ((),)))
        return execute(self, sql, *parameters)

    monkeypatch.setattr(Connection, "execute", noting)
    return found


def portal(site: Site) -> list[str]:
    paths = [f"/a/{number}.htm" for number in range(1, 9)]
    site.listing("/news.html", *paths)
    for path in paths:
        site.article(path, f"Story {path}", text=f"What {path} says of the town. " * 30)
    return paths


def change(site: Site, paths: list[str]) -> None:
    """A text replaced altogether, a page taken off, a new one, one that fails."""
    site.article(paths[0], "Another story", text="Nothing of what stood here stands here now. " * 9)
    site.answer(paths[1], answer(404))
    site.listing("/news.html", *paths[2:], "/a/20.htm", "/a/21.htm")
    site.article("/a/20.htm", "New", text="This came today. " * 20)
    site.answer("/a/21.htm", answer(500))


def scanned(archive: Path, asked: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The growing tables that are read from end to end, and by which statement."""
    with Archive.open(archive) as store:
        for sql, parameters in list(asked.items()):
            told = " ".join(sql.split())
            if told.split()[0] not in ("SELECT", "UPDATE", "DELETE", "WITH"):
                continue
            plan = store._db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", parameters or ())
            steps = [step for *_, step in plan.fetchall()]
            ordered = not any(re.match(r"USE TEMP B-TREE FOR (?!LAST)", step) for step in steps)
            if ordered and " WHERE " not in told and told.rstrip(")").endswith("LIMIT ?"):
                continue  # the newest few, or a count that ends somewhere
            for step in steps:
                if ordered and "articles_by_date" in step:
                    continue  # the latest, in their order, as far as they are wanted
                if step.startswith("SCAN ") and not any(few in step for few in FEW):
                    name = step.split()[1]
                    if f") {name} " in told:  # what the question has put together itself
                        continue
                    named = set(re.findall(rf"(\w+) (?:AS )?{re.escape(name)}\b", told))
                    yield from ((table, told) for table in GROWING & {name, *named})


def test_nothing_that_every_crawl_asks_reads_a_whole_table(
    crawl: Crawl, asked: dict[str, object]
) -> None:
    Archive.create(crawl.archive).close()
    asked.clear()  # what makes the tables is asked once
    site = crawl.server.site("news.test")
    paths = portal(site)
    for day in range(5):
        if day == 3:
            change(site, paths)
        crawl(source("news"))
        crawl.now += timedelta(days=1)
    with Archive.open(crawl.archive) as store:
        store.sources.facts("news", crawl.now)
        store.sources.last_ends(["news"])
        store.runs.crawled(NOW, crawl.now)
    assert any(sql.startswith("DELETE FROM bodies") for sql in asked)
    assert list(scanned(crawl.archive, asked)) == []


def test_nothing_that_the_desk_asks_reads_a_whole_table(
    archive: Path, asked: dict[str, object]
) -> None:
    keep(archive, *(page_of(number) for number in range(1, 9)))
    let_in(archive, "Li")
    asked.clear()
    with serving(archive, now=later(hours=1)) as client:
        client.post("/sign-in", [("link", "link-of-Li")])
        for page in PAGES:
            assert client.get(page).status == 200, page
        client.post("/say", [("verb", "accept"), ("story", 1)])
        client.post("/undo", [("story", 1)])
        client.post("/digests", [("basis", "since-last"), ("scope", "all"), ("grouping", "city")])
        for page in ("/digests/1", "/digests/1/preview", "/digests/1/issue"):
            assert client.get(page).status == 200, page
        client.post("/digests/1/issue", [("version", 1)])
    assert list(scanned(archive, asked)) == []


def test_neither_a_correction_nor_a_digest_of_what_was_left_reads_a_whole_table(
    archive: Path, asked: dict[str, object]
) -> None:
    keep(archive, *(page_of(number) for number in range(1, 9)))
    with Archive.open(archive) as store:
        wanted = Wanted("Weekly", SHANGHAI, scope=Scope.ACCEPTED, enabled=())
        asked.clear()
        for number in (1, 2):
            with store.writing() as tx:
                tx.decisions.correct(
                    number, Field.TITLE, "Otherwise", person="Li", now=later(hours=1)
                )
                tx.decisions.decide(number, Verb.ACCEPT, person="Li", value="", now=later(hours=1))
            draft(store, wanted, person="Ana", now=later(hours=number))
            issue(store, number, PLAIN, person="Li", now=later(hours=number), forms=())
        assert [len(store.digests.roles(number)) for number in (1, 2)] == [8, 1]
    assert list(scanned(archive, asked)) == []


def test_no_command_that_people_ask_every_day_reads_a_whole_table(
    archive: Path, hubwatch: CommandLine, asked: dict[str, object]
) -> None:
    keep(archive, *(page_of(number) for number in range(1, 9)))
    asked.clear()
    for command in COMMANDS:
        ended = hubwatch("--db", archive, "--now", later(hours=1).isoformat(), *command.split())
        assert ended.code == 0, (command, ended.err)
    assert list(scanned(archive, asked)) == []
