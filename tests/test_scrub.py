"""What rots by itself is found, named with what rests on it, and mended from where it is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from desk.config import Config
from desk.digest.drafts import Wanted, draft
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Format
from desk.incidents import judge_all
from desk.maintenance.backup import make_backup, name_at, rotate, verify_deep
from desk.maintenance.mend import mend
from desk.reparse import reread
from hubwatch.errors import DamagedBytes, HubwatchError, StorageError
from scraper.events.catch_up import find_events
from scraper.sources.load import Catalogue
from storage import database, maintenance
from storage.archive import Archive
from storage.database import Access
from storage.decisions import Field, Verb
from storage.incidents import Kind
from storage.packing import pack, pack_against, unpack
from storage.scrub import Rot
from storage.stories.texts import sample_words
from tests.support import flips
from tests.support.cli import CommandLine
from tests.support.crawling import source
from tests.support.desks import keep, page_of
from tests.support.installation import quiet
from tests.support.make import NOW, SHANGHAI, later

DAY = NOW.toordinal()


@pytest.fixture
def kept(archive: Path) -> Path:
    """An archive with twelve pages, words of people, and a digest."""
    keep(archive, *(page_of(number) for number in range(12)))
    with Archive.open(archive) as store:
        with store.writing() as tx:
            tx.decisions.decide(1, Verb.ACCEPT, person="Ana", now=NOW)
            tx.decisions.correct(2, Field.TITLE, "As it is called", person="Ana", now=NOW)
            tx.stories.events.lay({n: (range(n << 40, (n << 40) + 9), DAY) for n in range(1, 13)})
        wanted = Wanted("Weekly", SHANGHAI, since=later(days=-30), enabled=(source("a").ref,))
        draft(store, wanted, person="Ana", now=later(days=1))
        issue(store, 1, PLAIN, person="Li", now=later(days=1), forms=(Format.HTML, Format.JSON))
    return archive


def spoil(archive: Path, sql: str, *values: Any) -> None:
    """Change a row as no commit of ours does."""
    connection = database.sqlite3.connect(archive)
    connection.create_function("samples_of", 1, sample_words)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE%'"
    ).fetchall()
    with connection:
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(sql, values).rowcount == 1
        for _, trigger in triggers:
            connection.execute(trigger)
    connection.close()


def scrubbed(archive: Path) -> list[tuple[str, int, str]]:
    with Archive.open(archive) as store:
        done = store.maintenance.scrubs.run(lambda: NOW, lambda *so_far: None, 0)
    return [(item.rot.name, item.rot.part, item.rot.how) for item in done.rot]


def test_what_was_written_is_found_as_it_was_written(kept: Path) -> None:
    with Archive.open(kept) as store:
        done = store.maintenance.scrubs.run(lambda: NOW, lambda *so_far: None, 0)
    assert done.rot == ()
    assert done.items > 200
    assert not done.resumed


SPOILT = {
    ("readings", 3, "differs"): "UPDATE readings SET body = replace(body, 'town', 'down') "
    "WHERE id = 3",
    ("readings", 4, "differs"): "UPDATE readings SET published = '2026-01-01' WHERE id = 4",
    ("readings", 5, "differs"): "UPDATE readings SET evidence = zeroblob(9) WHERE id = 5",
    ("readings", 6, "missing"): "DELETE FROM readings WHERE id = 6",
    ("snapshots", 2, "differs"): "UPDATE snapshots SET url = url || '?' WHERE id = 2",
    ("blobs", 2, "differs"): "UPDATE blobs SET size = size + 1 WHERE id = 2",
    ("decisions", 1, "differs"): "UPDATE decisions SET verb = 'reject' WHERE id = 1",
    ("digests", 1, "differs"): "UPDATE digests SET title = 'Weakly' WHERE id = 1",
    ("digest_files.data", 1, "unreadable"): "UPDATE digest_files SET data = zeroblob(40) "
    "WHERE format = 'html'",
    ("blobs.data", 5, "unreadable"): "UPDATE blobs SET data = zeroblob(50) WHERE id = 5",
    ("article_words", 7, "differs"): "UPDATE article_words SET title = 'else' WHERE article_id = 7",
    ("samples", 8, "differs"): "INSERT INTO samples_fts (samples_fts, rowid, samples) "
    "SELECT 'delete', 8, samples_of(sketch) FROM bodies WHERE id = 8",
    ("event_reports", 0, "differs"): "UPDATE event_reports "
    "SET keys = CAST(keys || 'rottenly' AS BLOB) WHERE article_id = 9",
    ("event_anchors", 9, "differs"): "UPDATE event_anchors SET key = key + 1 WHERE article_id = 9 "
    "AND key = (SELECT max(key) FROM event_anchors WHERE article_id = 9)",
    ("events", 0, "differs"): "UPDATE events SET baseline = 1 - baseline WHERE seq = 3",
    ("sqlite_sequence", 0, "differs"): "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'events'",
}


@pytest.mark.parametrize("found", SPOILT, ids=str)
def test_each_item_that_rotted_is_named(kept: Path, found: tuple[str, int, str]) -> None:
    spoil(kept, SPOILT[found])
    assert found in scrubbed(kept)


def test_what_rests_on_it_is_named(kept: Path, hubwatch: CommandLine) -> None:
    with Archive.open(kept) as store:
        (reading,) = store._db.execute("SELECT reading_id FROM articles WHERE id = 3").fetchone()
    spoil(kept, "UPDATE readings SET body = body || '!' WHERE id = ?", reading)
    ended = hubwatch("--db", kept, "archive", "scrub")
    assert ended.code == 1
    line = next(line for line in ended.out.splitlines() if line.startswith("readings"))
    assert f"readings {reading}: differs, http://a.test/a/2.htm; story 3 rests on it" in line
    told = hubwatch("--db", kept, "archive", "scrub", "--json").json
    assert {"table": "readings", "number": reading, "how": "differs"}.items() <= told["rot"][
        0
    ].items()
    assert told["rot"][0]["stories"] == [3]


def test_everything_that_is_written_keeps_its_checksum(kept: Path) -> None:
    """Also what is rolled back, replaced, taken back, or goes with what it belonged to."""
    with Archive.open(kept) as store:
        with pytest.raises(RuntimeError), store.writing() as tx:
            tx.decisions.decide(2, Verb.REJECT, person="Ana", now=NOW)
            raise RuntimeError
        with store.writing() as tx:
            with pytest.raises(RuntimeError), tx.savepoint():
                tx.decisions.decide(3, Verb.REJECT, person="Ana", now=NOW)
                raise RuntimeError
            tx.decisions.decide(4, Verb.REJECT, person="Ana", now=NOW)
            tx.decisions.undo(1, now=NOW)
            tx.stories.merge([5, 6], person="Ana", why="", now=NOW)
        for _ in range(2):
            with store.writing() as tx:
                tx.maintenance.pause_all(maintenance.GlobalPause(NOW, "why", "Ana"))
        store.maintenance.update_queue(["hub"], 100)
        store.maintenance.rebuild_stories(lambda done, of: None)
        store.maintenance.rebuild_index(lambda done, of: None)
        assert store.maintenance.scrubs.run(lambda: NOW, lambda *so_far: None, 0).rot == ()


def test_the_checksum_of_a_row_is_the_same_for_ever() -> None:
    """It is kept in archives: another Python must come to the same."""
    row = (1, -(2**40), b"", "é".encode(), None, 0.1, 2**62)
    assert maintenance.checksum(row) == maintenance.checksum([*row])
    assert maintenance.checksum(row) == CHECKSUM


CHECKSUM = 0xC6978FEA4537


def test_a_scrub_that_is_cut_off_goes_on(kept: Path) -> None:
    seen: list[tuple[str, int]] = []

    def cut(step: str, items: int, size: int) -> None:
        seen.append((step, items))
        if step == "fetches":
            raise KeyboardInterrupt

    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    with Archive.open(kept) as store:
        with pytest.raises(KeyboardInterrupt):
            store.maintenance.scrubs.run(lambda: NOW, cut, 0)
        again: list[str] = []
        done = store.maintenance.scrubs.run(
            lambda: NOW, lambda step, *so_far: again.append(step), 0
        )
    assert done.resumed
    assert "decisions" not in again, "it was looked at before"
    assert Rot("decisions", 1, "differs") in [item.rot for item in done.rot]


def test_what_is_sound_again_is_no_longer_told(kept: Path) -> None:
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    assert ("decisions", 1, "differs") in scrubbed(kept)
    spoil(kept, "UPDATE decisions SET person = 'Ana' WHERE id = 1")
    assert scrubbed(kept) == []


def test_a_scrub_takes_the_pace_that_it_is_given(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("storage.scrub.time.sleep", slept.append)
    with Archive.open(kept) as store:
        done = store.maintenance.scrubs.run(lambda: NOW, lambda *so_far: None, 1000)
    assert max(slept) > 0.5 * done.size / 1000


# Mending


@pytest.fixture
def backed_up(kept: Path, tmp_path: Path) -> Path:
    target = tmp_path / name_at(NOW)
    make_backup(kept, Config(), target, NOW, quiet)
    return target


def mended(archive: Path, *files: Path, fetch: Any = None, words: Sequence[str] = ()) -> list[str]:
    said: list[str] = []
    with Archive.open(archive) as store:
        mend(store, files, fetch, lambda: NOW, quiet, said.append)
        assert len(said) == len(words)
        assert all(word in line for word, line in zip(words, said, strict=True))
        return [f"{item.rot.name} {item.rot.part}" for item in store.maintenance.scrubs.rot()]


@pytest.mark.parametrize("found", SPOILT, ids=str)
def test_it_is_mended_from_a_backup_or_from_the_rest(
    kept: Path, backed_up: Path, found: tuple[str, int, str]
) -> None:
    before = flips.dump(kept)
    if found[1:] == (6, "missing"):
        pytest.skip("what others refer to cannot go by one row's rot alone")
    spoil(kept, SPOILT[found])
    assert found in scrubbed(kept)
    assert mended(kept, backed_up) == []
    with Archive.open(kept) as store:
        assert store.maintenance.scrubs.run(lambda: NOW, lambda *so_far: None, 0).rot == ()
    after = flips.dump(kept)
    for name in ("blobs", "checksums", *(each for each in before if "_fts" in each)):
        before.pop(name), after.pop(name)
    assert {name for name, rows in before.items() if after[name] != rows} <= {"incidents"}


def test_keys_of_events_that_no_backup_has_are_found_again_by_the_texts(kept: Path) -> None:
    spoil(kept, SPOILT["event_reports", 0, "differs"])
    spoil(kept, "INSERT INTO event_anchors VALUES (77, 12)")
    spoil(kept, "INSERT INTO event_anchors VALUES (78, 12)")
    assert ("pages", 1, "event_anchors: some belong to no report") in scrubbed(kept)
    assert mended(kept) == []
    assert scrubbed(kept) == []
    with Archive.open(kept) as store:
        assert [report.article_id for report in store.stories.events.due(99)] == [*range(1, 13)]
        find_events(store)
        assert store.stories.events.due(1) == ()
    assert scrubbed(kept) == []


def test_a_page_that_no_backup_has_is_had_from_its_portal_if_it_is_the_same(kept: Path) -> None:
    with Archive.open(kept) as store:
        body = store.pages.snapshot(5).body
    spoil(kept, "UPDATE blobs SET data = zeroblob(50) WHERE id = 5")
    scrubbed(kept)
    asked: list[tuple[str, str]] = []

    def changed(source_id: str, url: str) -> bytes:
        asked.append((source_id, url))
        return body + b"<!-- new -->"

    words = ["http://a.test/a/4.htm: its portal has other bytes by now"]
    assert "blobs.data 5" in mended(kept, fetch=changed, words=words)
    assert asked == [("a", "http://a.test/a/4.htm")]
    with closing(sqlite3.connect(kept)) as connection:
        (data,) = connection.execute("SELECT data FROM blobs WHERE id = 5").fetchone()
        assert data == bytes(50)
    words = ["http://a.test/a/4.htm: its portal does not have it"]
    assert "blobs.data 5" in mended(kept, fetch=lambda source_id, url: None, words=words)
    assert "blobs.data 5" not in mended(kept, fetch=lambda source_id, url: body)
    with Archive.open(kept) as store:
        assert store.pages.snapshot(5).body == body


def test_what_nothing_has_counts_as_it_stands_once_a_person_says_so(
    kept: Path, hubwatch: CommandLine
) -> None:
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    assert hubwatch("--db", kept, "archive", "scrub").code == 1
    assert hubwatch("--db", kept, "archive", "mend").code == 1
    assert hubwatch("--db", kept, "archive", "mend", "--accept").code == 2
    ended = hubwatch("--db", kept, "archive", "mend", "--accept", "--by", "Ana")
    assert (ended.code, ended.out) == (0, "")
    assert hubwatch("--db", kept, "archive", "scrub").code == 0


def test_a_backup_in_which_it_differs_too_mends_nothing(kept: Path, tmp_path: Path) -> None:
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    made = make_backup(kept, Config(), tmp_path / "b.zip", NOW, quiet)
    assert made.rot
    scrubbed(kept)
    assert "decisions 1" in mended(kept, tmp_path / "b.zip")


def test_a_backup_that_is_not_there_is_said_also_where_nothing_is_damaged(
    kept: Path, hubwatch: CommandLine, tmp_path: Path
) -> None:
    ended = hubwatch("--db", kept, "archive", "mend", tmp_path / "b.zip")
    assert (ended.code, "there is no such file" in ended.err, "mended" in ended.err) == (
        2, True, False,
    )  # fmt: skip


# Backups


def test_rotation_never_drops_the_last_backup_in_which_an_item_is_sound(
    kept: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def made(day: int) -> int:
        now = NOW + timedelta(days=day)
        rot = make_backup(kept, Config(), folder / name_at(now), now, quiet).rot
        rotate(folder, 2, kept, now)
        return rot

    assert [made(day) for day in range(3)] == [0, 0, 0]
    assert len([*folder.iterdir()]) == 2
    spoil(kept, "UPDATE readings SET body = body || '!' WHERE id = 3")
    assert all(made(day) for day in range(3, 7))
    sound = [path for path in sorted(folder.iterdir()) if not verify_deep(path, NOW, quiet)[1]]
    assert len(sound) == 2
    scrubbed(kept)
    with Archive.open(kept) as store:
        mend(store, sound, None, lambda: NOW, quiet, lambda text: None)
    assert made(7) == 0
    assert len([*folder.iterdir()]) == 2


def test_verify_deep_names_what_differs(kept: Path, tmp_path: Path, hubwatch: CommandLine) -> None:
    target = tmp_path / "b.zip"
    assert hubwatch("--db", kept, "backup", target).code == 0
    assert hubwatch("--db", kept, "backup", "verify", "--deep", target).code == 0
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    told = hubwatch("--db", kept, "backup", target)
    assert (told.code, len(told.err.splitlines())) == (1, 1)
    assert hubwatch("--db", kept, "backup", "verify", target).code == 0
    ended = hubwatch("--db", kept, "backup", "verify", "--deep", target)
    assert ended.code == 1
    assert "decisions 1: differs; story 1 rests on it" in ended.out.splitlines()
    document = hubwatch("--db", kept, "backup", "verify", "--deep", target, "--json").json
    assert [each["table"] for each in document["differs"]] == ["decisions"]


def test_an_archive_from_before_there_were_checksums_is_summed_up_at_its_upgrade(
    kept: Path,
) -> None:
    with Archive.open(kept) as store, store.writing():
        store._db.execute("DELETE FROM checksums")
    connection = database.connect(kept, Access.WRITE)
    connection.execute("BEGIN")
    maintenance.sum_all(connection)
    connection.execute("COMMIT")
    connection.close()
    assert scrubbed(kept) == []


@pytest.mark.parametrize("words", [("show", "4"), ("reread", "pages"), ("cite", "4")], ids=str)
def test_who_meets_rot_is_told_so_in_one_line(
    kept: Path, hubwatch: CommandLine, words: tuple[str, ...]
) -> None:
    with Archive.open(kept) as store:
        (reading,) = store._db.execute("SELECT reading_id FROM articles WHERE id = 4").fetchone()
    spoil(
        kept, "UPDATE readings SET evidence = zeroblob(9), reader_version = 1 WHERE id = ?", reading
    )
    spoil(kept, "UPDATE blobs SET data = zeroblob(50) WHERE id = 4")
    ended = hubwatch("--db", kept, *words)
    assert (ended.code, ended.out) == (1, "")
    assert "archive scrub` names the item" in ended.err
    assert len(ended.err.splitlines()) == 1


# The desk hears of it


def test_rot_is_an_incident_until_it_is_mended(kept: Path, backed_up: Path) -> None:
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    scrubbed(kept)
    with Archive.open(kept) as store:
        judge_all(store, Config(sources=()), (), (), NOW, ())
        incident = next(
            each for each in store.incidents.unresolved() if each.finding.kind is Kind.ROTTEN
        )
        assert any(
            "decisions 1" in line and "story 1" in line for line in incident.finding.evidence
        )
        mend(store, [backed_up], None, lambda: NOW, quiet, lambda text: None)
        judge_all(store, Config(sources=()), (), (), NOW, ())
        assert Kind.ROTTEN not in {each.finding.kind for each in store.incidents.unresolved()}


def test_a_damaged_file_is_backed_up_in_one_line_or_not_at_all(kept: Path, tmp_path: Path) -> None:
    data = bytearray(kept.read_bytes())
    for at in range(3 * database.PAGE_SIZE, len(data), 5 * database.PAGE_SIZE):
        data[at : at + 64] = b"\xff" * 64
    kept.write_bytes(bytes(data))
    with pytest.raises(HubwatchError) as refused:
        make_backup(kept, Config(), tmp_path / "b.zip", NOW, quiet)
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, StorageError | HubwatchError)


ROWS: flips.Rows = {"readings": [(1, "a")], "articles_fts_data": [(1, b"a")], "checksums": [(1,)]}


@pytest.mark.parametrize("table", ["readings", "decisions", "digest_files", "sqlite_master"])
def test_the_judge_of_flips_passes_no_row_that_nothing_is_said_of(table: str) -> None:
    before = ROWS | {table: [(1, "a")]}
    after = before | {table: [(1, "b")], "articles_fts_data": [(1, b"b")]}
    for told in ("", "pages 1 row 7 missing from index x", "articles_fts 1 differs", "facts 1 x"):
        assert flips.judge(told, before, after, lambda: True) != "", told
    for told in (f"facts 1 x; {table} 1 differs", "refused: malformed"):
        assert flips.judge(told, before, after, lambda: False) == "", told
    assert flips.judge("refused: a\nb", before, after, lambda: True) != ""


def test_the_judge_of_flips_lets_an_index_differ_where_its_answers_do_not() -> None:
    after = ROWS | {"articles_fts_data": [(1, b"b")]}
    assert flips.judge("", ROWS, after, lambda: True) == ""
    assert flips.judge("", ROWS, after, lambda: False) != ""
    assert flips.judge("pages 1 articles_fts: differ", ROWS, after, lambda: False) == ""
    assert flips.judge("", ROWS, ROWS | {"checksums": [(2,)]}, lambda: True) != ""
    assert flips.judge("", ROWS, ROWS | {"readings": []}, lambda: True) != ""


def test_the_judge_of_flips_takes_a_broken_order_for_what_it_is() -> None:
    before, after = ({name: [(n,)] for name in ("event_anchors", "facts")} for n in (1, 2))
    order = "pages 1 row not in PRIMARY KEY order for {}"
    assert "facts" in flips.judge(order.format("event_anchors"), before, after, lambda: True)
    same = after | {"facts": before["facts"]}
    assert flips.judge(order.format("event_anchors"), before, same, lambda: True) == ""
    assert flips.judge(order.format("facts"), before, same, lambda: True) != ""
    assert flips.judge("", before, same, lambda: True) != ""


@pytest.mark.slow
def test_every_flipped_bit_is_told_or_lies_in_unused_space(tmp_path: Path) -> None:
    found: Iterator[flips.Flip] = flips.flip_many(tmp_path, 40, 3)
    told = [flip for flip in found if not flip.fault or pytest.fail(flip.line() + flip.fault)]
    assert sum(bool(flip.told) for flip in told) > 8


# Nothing rests on bytes that are not those that were archived


def turn(archive: Path, number: int) -> None:
    """Damage an archived page so that it still unpacks, as a bit does in frames without a
    checksum."""
    with closing(sqlite3.connect(archive)) as connection:
        (data,) = connection.execute("SELECT data FROM blobs WHERE id = ?", [number]).fetchone()
    with Archive.open(archive) as store:
        body = store.pages.snapshot(number).body
    assert b"town" in body
    frame = zstandard.ZstdCompressor().compress(body.replace(b"town", b"down", 1))
    assert frame != data
    spoil(archive, "UPDATE blobs SET codec = 'zstd', data = ? WHERE id = ?", frame, number)


@pytest.mark.parametrize(
    "words",
    [("digest", "evidence", "1", "-o", "proof.zip"), ("export", "-o", "pages.warc")],
    ids=" ".join,
)
def test_a_damaged_page_is_named_and_not_handed_out(
    kept: Path, hubwatch: CommandLine, tmp_path: Path, words: tuple[str, ...]
) -> None:
    turn(kept, 1)
    target = tmp_path / words[-1]
    ended = hubwatch("--db", kept, *words[:-1], target)
    assert not target.exists()
    assert (ended.code, ended.out) == (1, "")
    assert "http://a.test/a/0.htm, archived at" in ended.err
    assert "archive scrub` names the item" in ended.err


def test_a_damaged_page_is_not_read_again(kept: Path) -> None:
    turn(kept, 3)
    known = Catalogue({"a": source("a")}, {})
    with Archive.open(kept) as store, pytest.raises(DamagedBytes, match=r"/a/2\.htm, archived at"):
        list(reread(store, known, processes=0))


def test_a_damaged_file_of_an_issue_is_not_handed_out(kept: Path, hubwatch: CommandLine) -> None:
    with Archive.open(kept) as store:
        page = store.digests.file(1, "html")
    frame = zstandard.ZstdCompressor().compress(page.replace(b"Weekly", b"Weakly", 1))
    spoil(kept, "UPDATE digest_files SET data = ? WHERE format = 'html'", frame)
    ended = hubwatch("--db", kept, "digest", "render", "1", "--format", "html")
    assert (ended.code, ended.out) == (1, "")
    assert "archive mend` mends it" in ended.err


@pytest.mark.parametrize("base", [b"", bytes(range(33, 120)) * 3], ids=["alone", "against"])
def test_a_turned_bit_does_not_unpack(base: bytes) -> None:
    body = bytes(range(33, 120)) * 3 + b"<p>frame</p>"
    packed = pack_against(body, base) if base else pack(body)
    assert packed
    told = 0
    for place in range(8 * len(packed)):
        turned = bytearray(packed)
        turned[place // 8] ^= 1 << place % 8
        try:
            assert unpack(bytes(turned), base or None) == body
        except DamagedBytes:
            told += 1
    assert told > 0.95 * 8 * len(packed)


def test_new_pages_are_not_packed_against_a_damaged_one(kept: Path) -> None:
    turn(kept, 1)
    scrubbed(kept)
    with Archive.open(kept) as store:
        sound = store.pages.sound_capture("a", "http://a.test/a/0.htm")
        assert sound is None
    keep(kept, page_of(50), page_of(51))
    with Archive.open(kept) as store:
        (based,) = store._db.execute(
            "SELECT count(*) FROM blobs WHERE codec = 'zstd:1' AND id > 12"
        ).fetchone()
        assert based == 0
        last = store.pages.last_capture("a", "http://a.test/a/51.htm")
        assert last is not None
        assert b"town number 51" in last.body


def test_the_readings_of_a_mended_page_are_said_to_be_made_again(
    kept: Path, backed_up: Path, hubwatch: CommandLine
) -> None:
    turn(kept, 5)
    scrubbed(kept)
    ended = hubwatch("--db", kept, "archive", "mend", backed_up)
    assert ended.code == 0
    assert "reread pages`" in ended.err
    with Archive.open(kept) as store:
        assert b"town" in store.pages.snapshot(5).body
    spoil(kept, "UPDATE decisions SET person = 'Bo' WHERE id = 1")
    scrubbed(kept)
    assert "reread pages" not in hubwatch("--db", kept, "archive", "mend", backed_up).err
