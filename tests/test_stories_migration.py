"""An archive from before near copies were known keeps its stories, and finds more when rebuilt."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from scraper.hashes import body_hash, content_hash
from storage import driver
from storage.archive import upgrade_archive
from storage.driver import Access
from storage.migrations.registry import MIGRATIONS
from tests import make
from tests.test_stories_archive import A, B, Page, groups, keep, names, rebuilt
from tests.texts import body

AT = "2026-01-01T00:00:00.000Z"
OLD = {"a": A, "a-same": A, "b": B, "a-cut": A[:14], "b-parted": B[:15]}
"""Articles 1 to 5; 1 and 2 were one story already, 5 was parted from 3 once."""
STORIES = ((1, 1), (2, 1), (3, 3), (4, 4), (6, 6))


def old_archive(path: Path) -> None:
    """An archive as it was before, written by hand."""
    database = driver.connect(path, Access.CREATE)
    database.execute(f"PRAGMA application_id = {driver.APPLICATION_ID}")
    MIGRATIONS.apply(database, stop_before="m004_stories")
    database.execute(
        "INSERT INTO sources (id, name, city, language, zone, registered_at) "
        "VALUES ('practice-en', 'P', 'Guiyang', 'en', 'Asia/Shanghai', ?)",
        [AT],
    )
    for story, joined in ((1, None), (2, 1), (3, None), (4, None), (5, 3), (6, None)):
        database.execute("INSERT INTO stories VALUES (?, ?, ?)", [story, AT, joined])
    for number, (name, parts) in enumerate(OLD.items(), 1):
        _article(database, number, name, parts, STORIES[number - 1][1])
    database.close()


def _article(database: Database, number: int, name: str, parts: list[str], story: int) -> None:
    data = make.article(url=f"http://e.test/{name}", title=f"On {name}", body=body(parts))
    hashes = content_hash(data), body_hash(data)
    database.execute(
        "INSERT INTO readings (id, reader_version, template, encoding, read_at, title, body, html, "
        "images, attachments, evidence, content_hash, body_hash) "
        "VALUES (?, 1, 't', 'utf-8', ?, ?, ?, x'', '[]', '[]', x'', ?, ?)",
        [number, AT, data.title, data.body, *hashes],
    )
    database.execute(
        "INSERT INTO articles (id, source_id, url, url_key, key_version, story_id, reading_id, "
        "body_hash, dated_at, first_seen_at, last_seen_at, last_checked_at, baseline) "
        "VALUES (?, 'practice-en', ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 1)",
        [number, data.url, f"e.test/{name}", story, number, hashes[1], AT, AT, AT, AT],
    )
    database.execute(
        "INSERT INTO revisions (article_id, number, reading_id, seen_at, changed) "
        "VALUES (?, 1, ?, ?, '[]')",
        [number, number, AT],
    )


def test_old_stories_stay_and_a_rebuild_finds_the_near_copies(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old_archive(path)
    with upgrade_archive(path) as store:
        assert store.maintenance.stories_are_due()
        assert groups(store) == names("a a-same", "b", "a-cut", "b-parted")
        keep(store, Page("a-third", A))
        assert groups(store) == names("a a-same a-third", "b", "a-cut", "b-parted")
        events = len(store.revisions.events())
        rebuilt(store)
        assert groups(store) == names("a a-same a-third a-cut", "b b-parted")
        assert store.maintenance.integrity() == ()
        leads_to = {number: store.stories.file(number) for number in range(1, 8)}
        assert {number: file.story.id for number, file in leads_to.items() if file} == {
            **{1: 1, 2: 1, 3: 3, 4: 1, 5: 3, 6: 3, 7: 1}
        }
        assert len(store.revisions.events()) == events
