"""What is asked of the archive again and again never reads the whole of a table that grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from storage.driver import Connection
from storage.store import Store
from tests.crawling import Crawl, source
from tests.make import NOW
from tests.servers import Site, answer

#: A row or few, however old the archive; `w` is what a question itself has put together.
SMALL = {
    "CONSTANT", "_sqlite_migrations", "decisions_on_stories", "sqlite_master", "standstill", "w",
}  # fmt: skip
#: Counts the articles of every source, once for a page about all of them.
KNOWN = ("SELECT s.*, (SELECT count(*) FROM articles a WHERE a.source_id = s.id)",)


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


def scanned(store: Store, asked: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What is read from end to end, and by which statement."""
    for sql, parameters in list(asked.items()):
        verb = sql.split(maxsplit=1)[0]
        if verb not in ("SELECT", "UPDATE", "DELETE", "WITH") or sql.startswith(KNOWN):
            continue
        plan = store._db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", parameters or ()).fetchall()
        for *_, step in plan:
            scans, _, what = step.partition("SCAN ")
            if what and not scans and not what.startswith("(") and not SMALL & {*what.split()}:
                yield step, " ".join(sql.split())


def test_nothing_that_every_crawl_asks_reads_a_whole_table(
    crawl: Crawl, asked: dict[str, object]
) -> None:
    Store.create(crawl.archive).close()
    asked.clear()  # what makes the tables is asked once
    site = crawl.server.site("news.test")
    paths = portal(site)
    for day in range(5):
        if day == 3:
            change(site, paths)
        crawl(source("news"))
        crawl.now += timedelta(days=1)
    with Store.open(crawl.archive) as store:
        store.source_facts("news", crawl.now)
        store.last_ends(["news"])
        store.runs_between(NOW, crawl.now)
        store.story_file(1)
        assert any(sql.startswith("DELETE FROM bodies") for sql in asked)
        assert list(scanned(store, asked)) == []
