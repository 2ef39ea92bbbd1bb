"""Whoever wants SQL can read the archive without us: with SQLite alone, sqlite-utils, datasette."""

from __future__ import annotations

import json
import re
import runpy
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from storage.archive import Archive
from tests.support import documents
from tests.support.crawling import Crawl, source
from tests.support.desks import keep, page_of
from tests.support.paths import ROOT
from tests.support.servers import Server, answer, article_html, free_port, page

PLUGINS = ROOT / "deploy" / "datasette"
PDF = documents.pdf("The telescope of the city\nis described here.", font="ascii")
PACKED = {
    "article_words": ("body",),
    "file_texts": ("text", "words"),
    "readings": ("evidence", "dates"),
}
"""What the plugin gives as text, as docs/archive.md has it."""
ROWS = """
import sys
from sqlite_utils.cli import cli
file, *names = sys.argv[1:]
for name in names:
    cli(["rows", file, name, "--limit", "3"], standalone_mode=False)
assert not {"storage", "zstandard"} & set(sys.modules)
"""
"""`sqlite-utils rows` of each, in one process."""


@pytest.fixture
def filled(archive: Path, server: Server) -> Path:
    """An archive with a few stories, settled, and a crawled article with a file."""
    keep(archive, page_of(1), page_of(2, title="贵阳市 hub", language="zh"))
    site = server.site("b.test")
    site.listing("/news.html", "/a/1.htm")
    linked = article_html("Notice").replace(
        "<p>It did", '<p><a href="/x.pdf">List</a></p><p>It did'
    )
    site.answer("/a/1.htm", page(linked))
    site.answer("/x.pdf", answer(200, PDF, Content_Type="application/pdf"))
    Crawl(archive, server)(source("b"))
    with Archive.open(archive) as store:
        store.maintenance.update_queue((), 100)
    return archive


@pytest.fixture
def plain(filled: Path) -> Iterator[sqlite3.Connection]:
    """A connection of the standard library that knows nothing of us."""
    connection = sqlite3.connect(f"file:{filled}?mode=ro", uri=True)
    yield connection
    connection.close()


def names(connection: sqlite3.Connection) -> list[str]:
    """Every table and view."""
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    return [row[0] for row in connection.execute(sql)]


def views(connection: sqlite3.Connection) -> set[str]:
    """Every view."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'view'"
    return {row[0] for row in connection.execute(sql)}


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table and view has, all of them read."""
    found = {}
    for name in names(connection):
        rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
        (count,) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        assert len(rows) == count, name
        found[name] = count
    return found


def test_sqlite_alone_counts_and_reads_every_table_and_view(plain: sqlite3.Connection) -> None:
    found = counted(plain)
    assert found["articles"] == found["article_words"] == found["articles_fts"] == 3
    assert found["file_texts"] == found["file_texts_fts"] == 1
    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def compile_all(connection: sqlite3.Connection) -> None:
    """Have SQLite compile every statement of the schema: views, and what each write of a table sets
    off (checks, generated columns, indexes, triggers). Raises for a function that it lacks."""
    for name in names(connection):
        connection.execute(f'EXPLAIN SELECT * FROM "{name}"')
    kinds = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
    )
    for (name,) in connection.execute(kinds).fetchall():
        if name.startswith("sqlite_"):
            continue
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        values = ", ".join("?" * len(columns))
        connection.execute(f'EXPLAIN INSERT INTO "{name}" VALUES ({values})', columns)
        sets = ", ".join(f'"{column}" = ?' for column in columns)
        connection.execute(f'EXPLAIN UPDATE "{name}" SET {sets}', columns)
        connection.execute(f'EXPLAIN DELETE FROM "{name}"')


def test_nothing_in_the_schema_calls_a_function_of_ours(plain: sqlite3.Connection) -> None:
    compile_all(plain)


@pytest.mark.parametrize(
    "strange",
    [
        "CREATE VIEW v AS SELECT ours(body) FROM article_words",
        "CREATE TRIGGER t AFTER DELETE ON article_words BEGIN SELECT ours(old.body); END",
        "CREATE TRIGGER t AFTER UPDATE OF title ON article_words BEGIN SELECT ours(new.body); END",
    ],
)
def test_such_a_call_would_be_found(filled: Path, strange: str) -> None:
    connection = sqlite3.connect(filled)
    try:
        connection.execute(strange)
        with pytest.raises(sqlite3.OperationalError, match="no such function: ours"):
            compile_all(connection)
    finally:
        connection.close()


def alone(*command: object) -> str:
    """What a program prints that runs away from here."""
    done = subprocess.run(
        [sys.executable, "-I", *map(str, command)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_sqlite_utils_counts_and_shows_every_table_and_view(
    filled: Path, plain: sqlite3.Connection
) -> None:
    told = json.loads(alone("-m", "sqlite_utils", "tables", filled, "--counts"))
    expected = counted(plain)
    views = json.loads(alone("-m", "sqlite_utils", "views", filled, "--counts"))
    tables = {one["table"]: one["count"] for one in told}
    assert tables | {one["view"]: one["count"] for one in views} == expected
    assert "Notice" in alone("-c", ROWS, filled, *expected)


def test_the_documented_question_works_without_it_and_han_by_pairs(
    plain: sqlite3.Connection,
) -> None:
    documented = (ROOT / "docs" / "archive.md").read_text("utf-8")
    (sql,) = re.findall(r"```sql\n(.*?)```", documented, re.S)
    (row,) = plain.execute(sql).fetchall()
    assert row[2] == "贵阳市 hub"
    assert "'\"贵阳 阳市\"'" in documented
    assert plain.execute(sql.replace("'hub'", "'\"贵阳 阳市\"'")).fetchall() == [row]


def test_with_the_plugin_what_is_packed_is_text(
    plain: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_is(function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    monkeypatch.setitem(sys.modules, "datasette", SimpleNamespace(hookimpl=as_is))
    (file,) = PLUGINS.glob("*.py")
    runpy.run_path(str(file))["prepare_connection"](plain)
    for table, columns in PACKED.items():
        for column in columns:
            sql = f"SELECT unpacked({column}) FROM {table} WHERE {column} IS NOT NULL"
            found = [row[0] for row in plain.execute(sql)]
            assert found, (table, column)
            assert all(isinstance(one, str) for one in found), (table, column)
    found = plain.execute("SELECT unpacked(evidence) FROM readings").fetchall()
    assert all(isinstance(json.loads(evidence), list) for (evidence,) in found)
    (words,) = plain.execute(
        "SELECT unpacked(body) FROM article_words WHERE article_id = 1"
    ).fetchone()
    assert "town number 1" in words


@pytest.mark.slow
@pytest.mark.parametrize("plugins", [(), ("--plugins-dir", PLUGINS)], ids=["plain", "plugin"])
def test_datasette_shows_every_table(filled: Path, plugins: tuple[object, ...]) -> None:
    pytest.importorskip("datasette")
    port = free_port()
    command = [sys.executable, "-m", "datasette", *plugins, filled, "-p", str(port)]
    with subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL) as served:
        try:
            base = f"http://127.0.0.1:{port}/{filled.stem}"
            told = json.loads(asked(f"{base}.json"))
            shown = [one["name"] for kind in ("tables", "views") for one in told[kind]]
            assert {"articles", "readings", "queue_keys", "articles_fts", *PACKED} <= set(shown)
            for name in shown:
                assert json.loads(asked(f"{base}/{quote(name)}.json?_size=1"))["rows"] is not None
        finally:
            served.terminate()


def asked(address: str) -> bytes:
    """What is answered, once somebody does."""
    for _ in range(100):
        try:
            with urlopen(address, timeout=10) as answer:
                found: bytes = answer.read()
                return found
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise AssertionError(f"{address}: nobody answers")
