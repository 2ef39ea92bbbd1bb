"""Whoever wants SQL can read the archive without us: plainly, and all of it with one plugin."""

from __future__ import annotations

import json
import re
import runpy
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

from storage import driver
from storage.archive import Archive
from tests.desks import keep, page_of
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "deploy" / "datasette"
PACKED = {"shadow_words", "file_words", "shadows_fts", "file_texts_fts"}
"""What cannot be read without the function, as docs/archive.md has it."""


@pytest.fixture
def filled(archive: Path) -> Path:
    """An archive with a few stories, settled."""
    keep(archive, page_of(1), page_of(2, title="贵阳市 hub", language="zh"))
    with Archive.open(archive) as store:
        store.maintenance.update_queue((), 100)
    return archive


@pytest.fixture
def plain(filled: Path) -> Iterator[Any]:
    """A connection that knows nothing of us."""
    connection = driver.sqlite3.connect(f"file:{filled}?mode=ro", uri=True)
    yield connection
    connection.close()


def names(connection: Any) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    return [row[0] for row in connection.execute(sql)]


def read(connection: Any, name: str) -> int:
    return len(connection.execute(f"SELECT * FROM {name} LIMIT 5").fetchall())


def test_every_table_but_four_can_be_read_without_our_function(plain: Any) -> None:
    for name in names(plain):
        if name in PACKED - {"shadows_fts", "file_texts_fts"}:
            with pytest.raises(driver.sqlite3.OperationalError, match="unpacked"):
                read(plain, name)
        elif name not in PACKED:
            read(plain, name)


def test_the_documented_question_works_without_it_and_han_by_pairs(plain: Any) -> None:
    documented = (ROOT / "docs" / "archive.md").read_text("utf-8")
    (sql,) = re.findall(r"```sql\n(.*?)```", documented, re.S)
    (row,) = plain.execute(sql).fetchall()
    assert row[2] == "贵阳市 hub"
    assert "'\"贵阳 阳市\"'" in documented
    assert plain.execute(sql.replace("'hub'", "'\"贵阳 阳市\"'")).fetchall() == [row]


def test_with_the_plugin_all_of_it_can_be_read(plain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_is(function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    monkeypatch.setitem(sys.modules, "datasette", SimpleNamespace(hookimpl=as_is))
    (file,) = PLUGINS.glob("*.py")
    runpy.run_path(str(file))["prepare_connection"](plain)
    assert {name: read(plain, name) for name in PACKED}["shadows_fts"] == 2
    found = plain.execute("SELECT unpacked(evidence), unpacked(dates) FROM readings").fetchall()
    assert all(isinstance(json.loads(evidence), list) for evidence, _ in found)
    (words,) = plain.execute("SELECT unpacked(body) FROM shadows WHERE article_id = 1").fetchone()
    assert "town number 1" in words


@pytest.mark.slow
def test_datasette_shows_every_table(filled: Path) -> None:
    pytest.importorskip("datasette")
    port = free_port()
    command = [sys.executable, "-m", "datasette", "--plugins-dir", PLUGINS, filled, "-p", str(port)]
    with subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL) as served:
        try:
            base = f"http://127.0.0.1:{port}/{filled.stem}"
            told = json.loads(asked(f"{base}.json"))
            shown = [one["name"] for kind in ("tables", "views") for one in told[kind]]
            assert {"articles", "readings", "queue_keys", *PACKED} <= set(shown)
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
