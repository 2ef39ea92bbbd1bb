"""A crawl elsewhere is the same crawl: a slice handed out, crawled, and merged leaves what a crawl
at the centre leaves."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.practice.server import Served, serve
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from scraper.crawl.slices import Merge, Merger, SlicedCrawl, crawl_slice
from scraper.sources.links import hosts_of
from scraper.sources.load import Catalogue, definition_of, load_catalogue
from scraper.sources.model import Source
from storage.archive import Archive
from storage.slice_files import SliceHead, cut
from storage.slices import AnswerState, SliceTicket
from storage.types import Outcome

PRACTICE = Path(__file__).parent.parent / "desk" / "practice" / "sources"
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def silent(event: object) -> None:
    """Nobody is told."""


class Centre:
    """An archive at which slices are cut and merged, and a folder elsewhere."""

    def __init__(self, archive: Path, elsewhere: Path, hosts: dict[str, str]) -> None:
        self.archive, self.elsewhere, self.hosts = archive, elsewhere, hosts
        self.catalogue: Catalogue = load_catalogue([PRACTICE])
        self.now = FIRST
        self.jobs = 0
        Archive.create(archive).close()

    @property
    def request(self) -> CrawlRequest:
        return CrawlRequest("x", lambda: self.now, hosts=self.hosts)

    def crawl(self, source: Source) -> Outcome | None:
        (run,) = crawl([source], self.archive, self.request, silent)
        return run.outcome

    def out(
        self, source: Source, job: str = "", attempt: int = 1, hold: timedelta | None = None
    ) -> tuple[SliceTicket, Path]:
        self.jobs += 1
        job = job or f"job-{self.jobs}"
        path = self.elsewhere / f"{job}-{attempt}.slice"
        head = SliceHead(job, attempt, source.id, self.now, definition_of(source, [PRACTICE]))
        with Archive.open(self.archive) as store:
            with store.writing() as tx:
                tx.sources.register(source.ref, self.now)
            made = cut(self.archive, path, head, hosts_of(source), self.now)
            with store.writing() as tx:
                ticket = tx.sources.slices.issue(
                    job,
                    attempt,
                    source.id,
                    place="",
                    sha256=made.sha256,
                    hosts=hosts_of(source),
                    cut_at=self.now,
                    held_until=self.now + hold if hold else None,
                )
        return ticket, path

    def crawl_slice(self, path: Path) -> SlicedCrawl:
        answer = path.with_name(f"{path.name}.answer")
        return crawl_slice(path, answer, lambda source: self.request, silent)

    def merge(self, answer: Path, **rest: Any) -> Merge:
        merger = Merger(self.archive, self.request, self.catalogue.get, silent)
        return merger.merge(answer, **rest)

    def elsewhere_and_back(self, source: Source) -> Merge:
        _, path = self.out(source)
        done = self.crawl_slice(path)
        assert done.finished
        return self.merge(done.answer)

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        return dumped(self.archive)


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(date(2026, 3, 1), 1) as found:
        yield found


@pytest.fixture
def centres(tmp_path: Path, served: Served) -> tuple[Centre, Centre]:
    """Two centres: one that crawls, and one whose sources are crawled elsewhere."""
    found = []
    for name in ("here", "there"):
        folder = tmp_path / name
        folder.mkdir()
        found.append(Centre(folder / "archive.db", folder, dict(served.hosts)))
    return found[0], found[1]


_OWN = {"checksums", "slices", "slice_hosts", "slice_answers", "rot", "scrubs", "article_words"}
_VARYING = {"pid", "seconds", "rowid"}
"""Those of the process and the machine that crawled."""


def dumped(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of an archive, its numbers exchanged for what they stand for: in
    which order articles are numbered is a matter of chance."""
    db = sqlite3.connect(archive)
    db.row_factory = sqlite3.Row
    names = [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE "
            "'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
            "AND name NOT LIKE '%!_fts!_%' ESCAPE '!' AND name NOT LIKE '!_%' ESCAPE '!'"
        )
    ]
    named = _names(db)
    found = {}
    for name in sorted(set(names) - _OWN):
        rows = [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
        found[name] = sorted(
            (tuple(_plain(name, key, value, row, named) for key, value in row.items()
                   if key not in _VARYING) for row in rows),
            key=repr,
        )  # fmt: skip
    db.close()
    return found


def _names(db: sqlite3.Connection) -> dict[str, Callable[[Any], object]]:
    def by(sql: str) -> Callable[[Any], object]:
        known = dict(db.execute(sql).fetchall())
        return lambda value: known.get(value, value)

    article = by("SELECT id, source_id || ' ' || url_key FROM articles")
    blob = by("SELECT id, sha256 FROM blobs")
    snapshot = by(
        "SELECT s.id, s.url || ' ' || s.fetched_at || ' ' || b.sha256 FROM snapshots s "
        "JOIN blobs b ON b.id = s.blob_id"
    )
    reading = by("SELECT r.id, r.title || r.body_hash || r.content_hash FROM readings r")
    story = by("SELECT story_id, min(source_id || ' ' || url_key) FROM articles GROUP BY story_id")
    body = by("SELECT id, body_hash FROM bodies")
    file = by("SELECT id, url_key FROM files")
    return {
        "article_id": article, "other_article_id": article, "lead_id": article,
        "snapshot_id": snapshot, "blob_id": blob, "reading_id": reading, "story_id": story,
        "body_id": body, "file_id": file, "joined_to": story,
    }  # fmt: skip


_OF_ID = {
    "articles": "article_id", "blobs": "blob_id", "snapshots": "snapshot_id",
    "readings": "reading_id", "stories": "story_id", "bodies": "body_id", "files": "file_id",
}  # fmt: skip


def _plain(
    table: str, key: str, value: object, row: dict[str, Any], named: dict[str, Any]
) -> object:
    """A value as it is compared."""
    if key == "id" and table in _OF_ID:
        return named[_OF_ID[table]](value)
    if key in named:
        return named[key](value)
    if key in ("id", "seq", "other_id", "gathers") and isinstance(value, int):
        return "number"
    if key == "headers":  # the server says when it answered
        return [each for each in json.loads(str(value)) if each[0] != "date"]
    if table == "blobs" and key in ("data", "codec"):
        return "packed"
    if table == "samples" or key == "sketch":
        return "compared"
    return value


def assert_alike(here: Centre, there: Centre) -> None:
    """That two archives say the same, table by table."""
    one, other = here.dump(), there.dump()
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == other[name], name


@pytest.mark.parametrize("source_id", ["practice-en"])
def test_a_slice_that_comes_back_is_the_same_crawl(
    centres: tuple[Centre, Centre], served: Served, source_id: str
) -> None:
    here, there = centres
    source = here.catalogue.get(source_id)
    for day in (1, 1, 2, 3):
        served.set_day(day)
        here.now = there.now = here.now + timedelta(days=day - 1, hours=1)
        assert here.crawl(source) is Outcome.OK
        asked = len(served.log)
        merge = there.elsewhere_and_back(source)
        assert merge.state is AnswerState.MERGED
        assert merge.unused == 0
        assert len(served.log) > asked
        assert_alike(here, there)
