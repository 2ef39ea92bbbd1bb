"""Every schema that was released: its own archive is refused in one line, and upgraded intact."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils.utils
from sqlite_utils import Database

from storage import driver, schema, tables
from storage.archive import Archive, upgrade_archive
from storage.articles.records import Query
from storage.errors import OlderSchema
from storage.maintenance.copies import look_over, pending
from storage.migrations.registry import MIGRATIONS
from tests.cli import CommandLine
from tests.schemas.__main__ import HERE, SEARCHED, make, names, pack

FILES = sorted(HERE.glob("*.db.gz"))
KEPT = {
    "sources": "id, name, baseline_done_at, last_ok_at",
    "runs": "id, source_id, outcome, listed, new",
    "snapshots": "id, url, fetched_at, status, headers, blob_id",
    "blobs": "id, sha256, codec, size, data",
    "fetches": "id, url, outcome, snapshot_id",
    "listings": "id, url, title, first_seen_at, last_seen_at",
    "readings": "id, snapshot_id, title, body, html, evidence",
    "articles": "id, url, url_key, reading_id, first_seen_at, gone_at",
    "revisions": "article_id, number, reading_id, changed",
    "events": "seq, at, change, article_id, baseline",
    "decisions": "id, story_id, verb, value, person, at",
}
"""What every release has kept, and no upgrade may alter."""


_SHAPE = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE '%fts_%'"


def unpacked(file: Path, folder: Path) -> Path:
    archive = folder / "hubwatch.db"
    archive.write_bytes(gzip.decompress(file.read_bytes()))
    return archive


def kept_in(archive: Path) -> dict[str, list[Any]]:
    database = driver.connect(archive, driver.Access.READ)
    try:
        return {
            table: [tuple(row) for row in database.execute(f"SELECT {columns} FROM {table}")]
            for table, columns in KEPT.items()
        }
    finally:
        database.close()


def test_what_an_archive_is_asked_for_is_what_sqlite_utils_does() -> None:
    assert [each.name for each in tables.MIGRATIONS._migrations] == schema.NAMES
    assert vars(sqlite_utils.utils)["sqlite3"] is driver.sqlite3


def shape_of(database: Database) -> set[tuple[str, str]]:
    """Every table, index, view and trigger, however its statement was laid out; columns in the
    order in which they were added."""
    found = {(row["type"], row["name"]) for row in database.query(_SHAPE)}
    for table in [name for kind, name in found if kind == "table"]:
        for row in database.query(f"SELECT * FROM pragma_table_info('{table}')"):
            found.add((table, f"{row['cid']} {row['name']} {row['type']} {row['notnull']}"))
    return found


def test_there_are_files_and_each_is_named_after_a_change_of_the_tables() -> None:
    assert len(FILES) >= 3
    assert {file.name.removesuffix(".db.gz") for file in FILES} <= set(names())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition("_")[0])
def test_a_released_archive_is_refused_until_it_is_upgraded_and_loses_nothing(
    file: Path, tmp_path: Path, hubwatch: CommandLine
) -> None:
    archive = unpacked(file, tmp_path)
    before, bytes_before = kept_in(archive), archive.read_bytes()
    if pending(archive):
        for opening in (Archive.open, Archive.open_readonly, Archive.create):
            with pytest.raises(OlderSchema, match="`hubwatch upgrade` brings it up to date"):
                opening(archive)
        for command in (("search", SEARCHED), ("maintain", "check"), ("runs",), ("init",)):
            refused = hubwatch("--db", archive, *command)
            assert (refused.code, refused.out) == (1, ""), command
            assert len(refused.err.splitlines()) == 1, command
            assert "upgrade` brings it up to date" in refused.err
        assert archive.read_bytes() == bytes_before
    ended = hubwatch("--db", archive, "upgrade")
    assert ended.code == 0, ended.err
    assert kept_in(archive) == before
    assert look_over(archive).schema == names()[-1]
    with Archive.open(archive) as store, Archive.create(tmp_path / "fresh.db") as fresh:
        assert shape_of(store._db) == shape_of(fresh._db)
        assert len(store.articles.search(Query(SEARCHED))) > 0
        assert len(store.pages.snapshot(1).body) > 0
    assert hubwatch("--db", archive, "search", SEARCHED, "--json").json


@pytest.mark.parametrize("last", names()[1:])
def test_an_archive_at_any_change_in_between_can_be_upgraded(last: str, tmp_path: Path) -> None:
    archive = unpacked(FILES[0], tmp_path)
    before = kept_in(archive)
    database = driver.connect(archive, driver.Access.WRITE)
    MIGRATIONS.apply(database, stop_before=last)
    database.close()
    with upgrade_archive(archive) as store:
        assert store.maintenance.integrity() == ()
    assert kept_in(archive) == before


@pytest.mark.slow
def test_the_script_makes_an_archive_of_today(tmp_path: Path, hubwatch: CommandLine) -> None:
    archive, target = tmp_path / "new.db", tmp_path / "new.db.gz"
    hubwatch("--db", archive, "search", "x")  # captures what is printed meanwhile
    make(archive)
    pack(archive, target)
    assert pending(archive) == ()
    assert len(kept_in(unpacked(target, tmp_path))["articles"]) > 10


def test_a_source_that_rested_before_the_upgrade_still_does(tmp_path: Path) -> None:
    archive = unpacked(HERE / "m006_revisions.db.gz", tmp_path)
    database = driver.connect(archive, driver.Access.WRITE)
    (source, *_) = [row[0] for row in database.execute("SELECT id FROM sources ORDER BY id")]
    database.execute(
        "UPDATE sources SET paused_until = '2030-01-01T00:00:00.000Z', pause_reason = 'moves' "
        "WHERE id = ?",
        [source],
    )
    database.close()
    with upgrade_archive(archive) as store:
        pauses = store.maintenance.pauses(datetime(2029, 1, 1, tzinfo=UTC))
    assert [(each.job, each.reason) for each in pauses.values()] == [(source, "moves")]
