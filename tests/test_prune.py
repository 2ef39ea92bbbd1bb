"""Pruning: what the rule lets go goes, and nothing that is shown, told, decided or cited does."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubwatch.locks import Lock
from storage.archive import Archive
from storage.articles.records import Query
from storage.attachments import FileText, PackedText
from storage.database import beside
from storage.packing import pack_body
from storage.pages import Validator
from storage.pruning import Retention, Share
from storage.runs import Counts, Fetch, FetchKind
from storage.types import Attachment, Insert, Known, Outcome, Part, Quarantine, Revise
from tests.support import make
from tests.support.cli import CommandLine, away
from tests.support.examples import examples
from tests.support.make import NOW, SOURCE, later
from tests.support.paths import ROOT
from tests.support.pruning import DAY, QUICK, quiet

NEVER = Retention(None, None, None, None, None)
FRAMES = tuple(
    b"<hr>".join(hashlib.sha256(b"%s %d" % (site, n)).hexdigest().encode() for n in range(200))
    for site in (b"old", b"new")
)
"""What is around the texts of a site before its redesign and after."""


def body(number: int, frame: int = 0) -> bytes:
    return FRAMES[frame] + b"<p>Text %d</p>" % number


def list_url(number: int) -> str:
    return f"http://english.practice.test/list_{number}.html"


def page_url(number: int) -> str:
    return f"http://english.practice.test/2026-03/01/c_{number}.htm"


class Filled:
    """An archive that grows a day at a time."""

    def __init__(self, store: Archive) -> None:
        self.store, self.now = store, NOW
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)

    def keep(self, url: str, data: bytes, kind: FetchKind) -> int:
        """A response, with its line in the log."""
        capture = replace(make.capture(data, url=url), fetched_at=self.now)
        with self.store.writing() as tx:
            run = tx.runs.start(SOURCE.id, self.now)
            kept = tx.pages.keep(SOURCE.id, capture, kind)
            tx.runs.log_fetch(run.id, Fetch(url, kind, self.now, Outcome.OK, snapshot_id=kept))
            tx.runs.finish(run.id, self.now, Outcome.OK, Counts(fetched=1))
        return kept

    def seen(self, number: int, data: bytes, text: str, *parts: Part) -> int:
        """An article's page, read: a new article, or a new version where the text differs."""
        kept = self.keep(page_url(number), data, FetchKind.ARTICLE)
        fields = {"url": page_url(number), "body": f"{make.BODY} {text}"}
        with self.store.writing() as tx:
            known = tx.archive.pages.known(SOURCE.id, page_url(number))
            intent: Insert | Revise = make.insert(**fields)
            if known is not None:
                if known.content_hash == intent.content_hash:
                    return kept
                intent = _revision(known, intent)
            applied = tx.articles.apply(
                intent, source_id=SOURCE.id, run_id=None, now=self.now, snapshot_id=kept
            )
            assert applied.article_id is not None
            tx.articles.keep_parts(applied.article_id, parts)
        return kept

    def proof(self) -> None:
        """What the rule promises of everything that may be shown."""
        store = self.store
        assert store.maintenance.integrity() == ()
        for row in store._db.query(
            "SELECT s.id, b.sha256 FROM snapshots s JOIN blobs b ON b.id = s.blob_id"
        ):
            assert hashlib.sha256(store.pages.snapshot(row["id"]).body).hexdigest() == row["sha256"]
        versions = store._db.query(
            "SELECT v.article_id, r.snapshot_id FROM revisions v "
            "JOIN readings r ON r.id = v.reading_id"
        )
        for row in versions:
            assert store.pages.snapshot(row["snapshot_id"]).body
            assert row["snapshot_id"] in store.attachments.proofs(row["article_id"])
        for row in store._db.query("SELECT snapshot_id FROM parts WHERE snapshot_id IS NOT NULL"):
            assert store.pages.snapshot(row["snapshot_id"]).body
        for row in store._db.query("SELECT DISTINCT url FROM fetches"):
            assert store.pages.last_capture(SOURCE.id, row["url"]) is not None

    def count(self, table: str) -> int:
        return int(self.store._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _revision(known: Known, intent: Insert) -> Revise:
    return Revise(
        known.article_id, intent.reading, intent.content_hash, intent.body_hash, changed=("body",)
    )


@pytest.fixture
def filled(archive: Path) -> Iterator[Filled]:
    with Archive.create(archive) as store:
        yield Filled(store)


def shares(found: Sequence[Share]) -> dict[str, int]:
    return {share.name: share.rows for share in found}


def test_what_nothing_rests_on_goes_and_what_is_shown_stays(filled: Filled) -> None:
    """Sixty days of a list and of two articles: one is edited once, one only ticks."""
    further = filled.keep(page_url(1) + "?page=2", body(99), FetchKind.ARTICLE)
    for day in range(60):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
        filled.seen(1, body(1000 + day), "first" if day < 30 else "edited", Part("p2", further))
        filled.seen(2, body(2000 + day), "the same")
    store, now = filled.store, later(days=60)
    kept = {table: filled.count(table) for table in KEPT_WHOLE}
    foreseen = store.maintenance.would_go(replace(QUICK, lists=30 * DAY), now)
    went = store.maintenance.prune(replace(QUICK, lists=30 * DAY), now, quiet)
    assert went == foreseen
    # Of the list the last thirty days and what was in force when they began; of the articles the
    # pages of three versions, the newest visits to each, and the further page.
    assert shares(went) == {
        "slots": 0, "fetches": 0, "readings": 0, "lists": 29, "pages": 113, "bytes": 142
    }  # fmt: skip
    filled.proof()
    assert {table: filled.count(table) for table in KEPT_WHOLE} == kept
    assert filled.count("snapshots") == 31 + 8
    assert filled.count("fetches") == 181
    assert store._db.execute("PRAGMA freelist_count").fetchone()[0] == 0
    again = store.maintenance.prune(replace(QUICK, lists=30 * DAY), now, quiet)
    assert shares(again) == dict.fromkeys(shares(went), 0)


KEPT_WHOLE = (
    "articles", "revisions", "readings", "listings", "events", "runs", "decisions", "parts",
    "stories", "bodies", "quarantine", "article_words",
)  # fmt: skip


def test_what_was_packed_against_a_page_that_goes_is_packed_anew(filled: Filled) -> None:
    for day in range(40):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day, frame=day // 30), FetchKind.LIST)
    db = filled.store._db
    before = dict(db.execute("SELECT codec, count(*) FROM blobs GROUP BY codec").fetchall())
    assert before == {"zstd": 2, "zstd:1": 29, "zstd:31": 9}
    filled.store.maintenance.prune(replace(QUICK, lists=20 * DAY), later(days=40), quiet)
    after = dict(db.execute("SELECT codec, count(*) FROM blobs GROUP BY codec").fetchall())
    assert after == {"zstd": 2, "zstd:30": 10, "zstd:31": 9}
    filled.proof()
    sizes = [row[0] for row in db.execute("SELECT length(data) FROM blobs ORDER BY length(data)")]
    assert sum(sizes[:-2]) < sizes[-1] * 2  # still differences
    filled.now = later(days=41)
    filled.keep(list_url(1), body(41, frame=1), FetchKind.LIST)
    filled.proof()


def test_a_crawl_that_packed_against_bytes_that_went_meanwhile_packs_again(filled: Filled) -> None:
    for day in range(4):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
    base = filled.store.pages.packing_base(SOURCE.id, FetchKind.LIST)
    assert base is not None
    packed = pack_body(body(5), base)
    filled.store.maintenance.prune(QUICK, later(days=30), quiet)
    capture = replace(make.capture(body(5), url=list_url(1)), fetched_at=later(days=30))
    with filled.store.writing() as tx:
        assert not list(tx._db.query("SELECT 1 FROM blobs WHERE id = ?", [base.blob_id]))
        kept = tx.pages.keep(SOURCE.id, capture, FetchKind.LIST, packed)
    assert filled.store.pages.snapshot(kept) == capture


@pytest.mark.slow
def test_readings_that_better_rules_replaced_go_with_what_only_they_rested_on(
    filled: Filled,
) -> None:
    first = filled.seen(1, body(1), "as read first")
    read = make.insert(url=page_url(1), body=f"{make.BODY} as read better")
    with filled.store.writing() as tx:
        tx.articles.reread(
            1, 1, read.reading, snapshot_id=first, content_hash="c", body_hash="b", now=NOW
        )
        tx.articles.reread(
            1, 1, read.reading, snapshot_id=first, content_hash="c", body_hash="b", now=NOW
        )
    filled.now = later(days=1)
    filled.keep(page_url(1), body(2), FetchKind.ARTICLE)
    filled.keep(page_url(2), body(3), FetchKind.ARTICLE)
    assert filled.count("readings") == 3
    went = filled.store.maintenance.prune(QUICK, later(days=9), quiet)
    assert shares(went)["readings"] == filled.count("readings") - 1 == 1
    filled.proof()
    article = filled.store.articles.get(1)
    assert article is not None
    assert article.body.endswith("better")


def test_logs_go_and_runs_stay(filled: Filled) -> None:
    for day in range(0, 500, 20):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
        with filled.store.writing() as tx:
            slot = tx.slots.plan("practice-en", filled.now, "x", filled.now)
            tx.slots.skip(slot.id, filled.now, "caught up")
    with filled.store.writing() as tx:
        tx.slots.plan("practice-en", later(days=2), "x", NOW)  # still due: a daemon's business
    usual = Retention()
    went = shares(filled.store.maintenance.prune(usual, later(days=500), quiet))
    assert (went["fetches"], went["slots"]) == (5, 5)
    assert filled.count("runs") == 25
    assert filled.count("slots") == 21
    assert shares(filled.store.maintenance.prune(NEVER, later(days=9999), quiet)) == {"bytes": 0}


def test_a_file_keeps_its_newest_bytes_and_their_text_and_loses_older_ones(filled: Filled) -> None:
    attachment = Attachment("http://english.practice.test/f.txt", "F", "txt")
    with filled.store.writing() as tx:
        intent = make.insert(attachments=(attachment,))
        tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW)
    for day, text in enumerate(("alpha", "beta")):
        filled.now = later(days=day)
        kept = filled.keep(attachment.url, text.encode() * 9, FetchKind.FILE)
        read = PackedText.of(FileText(Outcome.OK, "", "txt", 1, text))
        with filled.store.writing() as tx:
            tx.attachments.keep(
                1, snapshot_id=kept, media_type="text/plain", text=read, now=filled.now
            )
    filled.now = later(days=2)
    filled.keep(list_url(1), body(1), FetchKind.LIST)
    assert filled.count("file_texts") == 2
    went = shares(filled.store.maintenance.prune(QUICK, later(days=9), quiet))
    assert (went["pages"], went["bytes"]) == (1, 1)
    assert filled.count("file_texts") == 1
    assert filled.store.attachments.text(1) == "beta"
    assert len(filled.store.articles.search(Query("beta"))) == 1
    assert filled.store.articles.search(Query("alpha")) == ()
    assert filled.store.maintenance.integrity() == ()


def test_what_was_set_aside_and_what_a_validator_stands_for_stays(filled: Filled) -> None:
    bad = filled.keep(page_url(7), b"<p>bad</p>", FetchKind.ARTICLE)
    stands = filled.keep(list_url(1), body(1), FetchKind.LIST)
    with filled.store.writing() as tx:
        aside = Quarantine(page_url(7), make.unreadable())
        tx.articles.apply(aside, source_id=SOURCE.id, run_id=None, now=NOW, snapshot_id=bad)
        validator = Validator(list_url(1), '"a"', None, NOW)
        tx.pages.remember_validator(SOURCE.id, validator, stands)
    for day in (1, 2, 3):
        filled.now = later(days=day)
        filled.keep(page_url(7), b"<p>bad %d</p>" % day, FetchKind.ARTICLE)
        filled.keep(list_url(1), body(1 + day), FetchKind.LIST)
    filled.store.maintenance.prune(QUICK, later(days=30), quiet)
    assert filled.store.pages.snapshot(bad).body == b"<p>bad</p>"
    assert filled.store.pages.snapshot(stands).body == body(1)
    assert filled.count("snapshots") == 4
    filled.proof()


def test_of_a_source_with_an_open_incident_nothing_goes(filled: Filled) -> None:
    for day in range(5):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
    db = filled.store._db
    db.execute(
        "CREATE TABLE IF NOT EXISTS incidents (id INTEGER PRIMARY KEY, kind TEXT, source_id TEXT, "
        "place TEXT, severity TEXT, told TEXT, evidence TEXT, commands TEXT, opened_at TEXT, "
        "last_seen_at TEXT, closed_at TEXT)"
    )
    db.execute(
        "INSERT INTO incidents (kind, source_id, place, severity, told, evidence, commands, "
        "opened_at, last_seen_at) VALUES ('layout', ?, '', 'warning', 'x', '[]', '[]', 'x', 'x')",
        [SOURCE.id],
    )
    long_after = later(days=900)
    assert set(shares(filled.store.maintenance.prune(Retention(), long_after, quiet)).values()) == {
        0
    }
    assert filled.count("fetches") == 5
    db.execute("UPDATE incidents SET closed_at = 'x'")
    went = shares(filled.store.maintenance.prune(Retention(), long_after, quiet))
    assert (went["lists"], went["fetches"]) == (4, 5)


def test_what_may_be_cited_by_tables_of_later_releases_stays(filled: Filled) -> None:
    """Whatever points at a row keeps it, known here or not."""
    first = filled.keep(list_url(1), body(1), FetchKind.LIST)
    filled.now = later(days=1)
    filled.keep(list_url(1), body(2), FetchKind.LIST)
    db = filled.store._db
    db.execute("CREATE TABLE cited (what INTEGER REFERENCES snapshots(id))")
    db.execute("INSERT INTO cited VALUES (?)", [first])
    assert shares(filled.store.maintenance.prune(QUICK, later(days=30), quiet))["lists"] == 0
    db.execute("DELETE FROM cited")
    assert shares(filled.store.maintenance.prune(QUICK, later(days=30), quiet))["lists"] == 1


VISITS = st.lists(
    st.tuples(
        st.sampled_from(["list", "page", "read", "edit", "reread"]),
        st.integers(1, 3),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    min_size=5,
    max_size=40,
)
RULES = st.builds(
    Retention,
    *[st.none() | st.integers(1, 40).map(lambda days: timedelta(days=days))] * 5,
)


@pytest.mark.slow
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visits=VISITS, rules=st.lists(RULES, min_size=1, max_size=3), stop=st.integers(0, 12))
def test_after_any_pruning_all_that_may_be_shown_can_be_proven(
    tmp_path_factory: pytest.TempPathFactory,
    visits: list[tuple[str, int, int, int]],
    rules: list[Retention],
    stop: int,
) -> None:
    with Archive.create(tmp_path_factory.mktemp("p") / "a.db") as store:
        filled = Filled(store)
        for number, (what, which, text, days) in enumerate(visits):
            filled.now += timedelta(days=days)
            data = body(number % 7, frame=number // 20)
            if what == "list":
                filled.keep(list_url(which), data, FetchKind.LIST)
            elif what == "page":
                filled.keep(page_url(which), data, FetchKind.ARTICLE)
            elif what == "read":
                filled.seen(which, data, "as ever")
            elif what == "edit":
                filled.seen(which, data, f"text {text}")
            else:
                _reread(filled, which, text)
        before = shown(filled)
        for rule in rules:
            _interrupted(store, rule, filled.now, stop)
            filled.proof()
            foreseen = store.maintenance.would_go(rule, filled.now)
            assert store.maintenance.prune(rule, filled.now, quiet) == foreseen
            filled.proof()
            assert shown(filled) == before
            filled.now += 9 * DAY


def _reread(filled: Filled, which: int, text: int) -> None:
    known = filled.store.pages.known(SOURCE.id, page_url(which))
    if known is None or known.snapshot_id is None:
        return
    read = make.insert(url=page_url(which), body=f"{make.BODY} reread {text}")
    with filled.store.writing() as tx:
        tx.articles.reread(
            known.article_id,
            known.revision,
            read.reading,
            snapshot_id=known.snapshot_id,
            content_hash=read.content_hash,
            body_hash=read.body_hash,
            now=filled.now,
        )


def _interrupted(store: Archive, rule: Retention, now: datetime, stop: int) -> None:
    """Pruning that somebody breaks off after a few steps."""
    left = stop

    def report(name: str, done: int, of: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        store.maintenance.prune(rule, now, report)


def shown(filled: Filled) -> list[object]:
    """Everything that people are shown of the articles, with the history and the proof."""
    found: list[object] = []
    for article in filled.store.articles.select(Query(limit=None)):
        proofs = filled.store.attachments.proofs(article.id)
        found.append(article)
        found.append([filled.store.pages.snapshot(one) for one in proofs])
        found.append(filled.store.revisions.of(article.id))
    found.append(filled.store.revisions.events())
    return found


@pytest.mark.slow
def test_a_prune_that_is_killed_anywhere_leaves_a_sound_archive(filled: Filled) -> None:
    for day in range(30):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
        filled.seen(1, body(500 + day), "the same")
    filled.store.close()
    whole = filled.store.path.read_bytes()
    script = (
        "import os, sys; from pathlib import Path; from datetime import *\n"
        "from storage import database; from storage.archive import Archive\n"
        "from tests.support.make import later; from tests.support.pruning import QUICK, quiet\n"
        "left = int(sys.argv[2]); opened = database._opened\n"
        "def die(statement):\n"
        "    global left\n"
        "    left -= statement.startswith(('UPDATE', 'DELETE', 'COMMIT', 'PRAGMA incr'))\n"
        "    if left < 0: os.kill(os.getpid(), 9)\n"
        "def traced(path, mode):\n"
        "    connection = opened(path, mode); connection.set_trace_callback(die)\n"
        "    return connection\n"
        "database._opened = traced\n"
        "Archive.open(Path(sys.argv[1])).maintenance.prune(QUICK, later(days=60), quiet)\n"
    )
    killed = 0
    for point in (0, 3, 40, 61, 75, 90, 120, 150, 100000):
        for ending in ("-wal", "-shm"):
            beside(filled.store.path, ending).unlink(missing_ok=True)
        filled.store.path.write_bytes(whole)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, filled.store.path, str(point)], cwd=ROOT
        )
        killed += done.returncode == -signal.SIGKILL
        with Archive.open(filled.store.path) as store:
            filled.store = store
            filled.proof()
            store.maintenance.prune(QUICK, later(days=60), quiet)
            filled.proof()
            assert filled.count("snapshots") == 3
    assert killed >= 5


def test_others_can_write_while_pruning_goes_on(filled: Filled) -> None:
    noise = random.Random(5)
    for day in range(40):
        filled.now = later(days=day)
        filled.keep(list_url(1), noise.randbytes(40_000), FetchKind.LIST)
    written = []
    with Archive.open(filled.store.path) as other:
        other._wait_at_most(0.0)

        def report(name: str, done: int, of: int) -> None:
            with other.writing() as tx:
                tx.sources.set_not_before("a.test", later(days=len(written)), "asked")
            written.append(name)

        filled.store.maintenance.prune(QUICK, later(days=60), report)
    assert {"slots", "lists", "bytes", "room"} <= set(written)
    filled.proof()


def test_the_command_says_what_would_go_and_removes_it(
    filled: Filled, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(120):
        filled.now = later(days=day)
        filled.keep(list_url(1), body(day), FetchKind.LIST)
    archive = filled.store.path
    away(archive.parent, monkeypatch)
    hubwatch = CommandLine(capsys)
    config = archive.with_name("hubwatch.toml")
    config.write_text('archive = "hubwatch.db"\n[retention]\nlists = "30d"\nfetches = "forever"\n')
    here = ("--config", config, "--now", "2026-06-30T11:00+08:00", "archive", "prune")
    dry = hubwatch(*here, "--dry-run")
    assert dry.code == 0
    assert filled.count("snapshots") == 120
    rows = {line.split()[0]: line.split() for line in dry.out.splitlines()}
    assert rows["lists"][1:3] == ["30d", "89"]
    assert "fetches" not in rows  # they are kept for ever
    assert "would go" in dry.err
    told = hubwatch(*here, "--json").json
    assert {share["what"]: share["rows"] for share in told} == {
        "slots": 0, "readings": 0, "lists": 89, "pages": 0, "bytes": 89
    }  # fmt: skip
    assert filled.count("snapshots") == 31
    lock = Lock(archive, "prune").acquire(timedelta(0), "hubwatch archive prune")
    busy = hubwatch(*here)
    assert (busy.code, "prune is in use by" in busy.err) == (1, True)
    lock.release()
    for wrong in ('lists = "1h"', 'fetches = "59d"', 'lists = "soon"', 'list = "9d"'):
        config.write_text(f'archive = "hubwatch.db"\n[retention]\n{wrong}\n')
        refused = hubwatch(*here)
        assert refused.code == 2
        assert f"{config}: retention.{wrong.split()[0]}: " in refused.err
