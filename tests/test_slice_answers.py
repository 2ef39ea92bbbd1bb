"""What comes back of a slice is taken for hostile: what is refused changes nothing, and is an
incident."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import answers
from storage.answers import (
    AnswerFile,
    AnswerHead,
    AnswerRefused,
    Exchange,
    SentRequest,
    checked,
    received,
)
from storage.types import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = AnswerHead("job-1", 1, "a", "0" * 64, "elsewhere", NOW)
PAGE = Exchange(
    SentRequest("GET", "http://a.test/a/1.htm", etag='"one"'),
    NOW,
    0.25,
    200,
    (("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")),
    b"<html>\x00\xff</html>",
)
FAULT = Exchange(
    SentRequest("GET", "http://a.test/a/2.htm"),
    NOW,
    30.0,
    fault="passing",
    outcome="timeout",
    reason="took longer than the time bound of a page",
)


def answered(path: Path, *exchanges: Exchange) -> Path:
    """An answer with these exchanges."""
    file = AnswerFile(path, HEAD)
    for each in exchanges or (PAGE, FAULT):
        file.record(each)
    file.record_certificate("a.test", NOW + timedelta(days=30))
    file.finish(Outcome.OK, "", NOW + timedelta(minutes=1))
    file.close()
    return path


def taken(path: Path) -> tuple[AnswerHead, list[Exchange]]:
    """What is made of a file. Raises AnswerRefused."""
    with received(path) as copy, checked(copy) as found:
        whole = [
            replace(each, body=found.body(place)) for place, each in enumerate(found.exchanges)
        ]
        assert found.certificates == (("a.test", NOW + timedelta(days=30)),)
        return found.head, whole


def test_an_answer_comes_through_whole(tmp_path: Path) -> None:
    head, exchanges = taken(answered(tmp_path / "answer"))
    assert head == replace(HEAD, ended_at=NOW + timedelta(minutes=1), outcome="ok")
    assert exchanges == [PAGE, FAULT]
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=2000),
    headers=st.lists(st.tuples(st.sampled_from(["ETag", "X"]), st.text(max_size=20)), max_size=5),
    name=st.text(min_size=1, max_size=5),
)
def test_whatever_a_server_sends_does_not_make_an_answer_refused(
    tmp_path: Path, body: bytes, headers: list[tuple[str, str]], name: str
) -> None:
    path = tmp_path / "answer"
    path.unlink(missing_ok=True)
    odd = replace(PAGE, headers=(*headers, (name, "x"), ("Last", "y" * 100_000)), body=body)
    answered(path, odd, PAGE)
    _, (came, last) = taken(path)
    assert came.body == body
    assert last == PAGE


def edited(sql: str) -> Callable[[Path], None]:
    """A change to a file that was finished."""

    def change(path: Path) -> None:
        db = sqlite3.connect(path)
        db.execute("PRAGMA writable_schema = ON")
        db.create_function("sha", 1, lambda size: hashlib.sha256(b"x" * size).hexdigest())
        db.executescript(sql)
        db.commit()
        db.execute("VACUUM")
        db.close()

    return change


def longer(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0" * 4096)


def shorter(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def ten_gigabytes(path: Path) -> None:
    os.truncate(path, 10 * 10**9)


def says_ten_gigabytes(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(28)
        file.write((2_500_000).to_bytes(4, "big"))


def no_database(path: Path) -> None:
    path.write_bytes(b"x" * 100_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


def with_a_log(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("UPDATE answer SET reason = 'x'")
    shutil.copy(path, path.with_name("kept"))
    db.close()
    path.with_name("kept").replace(path)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.replace(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def bomb(path: Path) -> None:
    """A body of a gigabyte that says it has eight bytes."""
    packed = zstandard.ZstdCompressor().compress(b"\0" * (300 * 1024 * 1024))
    db = sqlite3.connect(path)
    db.execute("UPDATE exchanges SET body = ?, size = 8 WHERE id = 1", [packed])
    db.commit()
    db.execute("VACUUM")
    db.close()


HOSTILE: dict[str, Callable[[Path], None]] = {
    "longer": longer,
    "shorter": shorter,
    "ten gigabytes": ten_gigabytes,
    "says ten gigabytes": says_ten_gigabytes,
    "no database": no_database,
    "empty": empty,
    "overwritten": overwritten,
    "with a log": with_a_log,
    "a pipe": a_pipe,
    "bomb": bomb,
    "a trigger": edited(
        "CREATE TRIGGER t AFTER UPDATE ON answer BEGIN SELECT load_extension('x'); END"
    ),
    "a view": edited("CREATE VIEW v AS SELECT * FROM answer"),
    "a view in place of a table": edited(
        "ALTER TABLE exchanges RENAME TO others; CREATE VIEW exchanges AS SELECT * FROM others"
    ),
    "an index": edited("CREATE INDEX i ON exchanges(upper(url))"),
    "a virtual table": edited("CREATE VIRTUAL TABLE f USING fts5(x)"),
    "a table more": edited("CREATE TABLE more (x)"),
    "a table less": edited("DROP TABLE certificates"),
    "a column more": edited("ALTER TABLE answer ADD COLUMN x TEXT"),
    "a schema of its own": edited(
        "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'exchanges'"
    ),
    "nobody's": edited("DELETE FROM answer"),
    "of two": edited("INSERT INTO answer SELECT 2, format, job, attempt, source, slice, node, "
        "began_at, ended_at, outcome, reason FROM answer"),
    "another version": edited("UPDATE answer SET format = 2"),
    "a job with a path": edited("UPDATE answer SET job = '../../etc/passwd'"),
    "a negative attempt": edited("UPDATE answer SET attempt = -1"),
    "no moment": edited("UPDATE answer SET began_at = 'yesterday'"),
    "a moment without zone": edited("UPDATE answer SET began_at = '2026-03-01T12:00:00'"),
    "a word of its own": edited("UPDATE answer SET outcome = 'splendid'"),
    "a long reason": edited("UPDATE answer SET reason = hex(zeroblob(1000000))"),
    "another method": edited("UPDATE exchanges SET method = 'DELETE'"),
    "an address with a line break": edited("UPDATE exchanges SET url = 'http://a.test/' || x'0a'"),
    "a long address": edited("UPDATE exchanges SET url = hex(zeroblob(100000))"),
    "headers that are none": edited("""UPDATE exchanges SET headers = '[["a b", "c"]]'"""),
    "a header with a line break": edited(
        """UPDATE exchanges SET headers = '[["A", "b\\r\\nSet-Cookie: c"]]'"""),
    "headers that are no JSON": edited("UPDATE exchanges SET headers = '[['"),
    "headers nested deep": edited(
        "UPDATE exchanges SET headers = replace(hex(zeroblob(50000)), '0', '[')"),
    "a thousand headers": edited("UPDATE exchanges SET headers = '[' || "
        """replace(hex(zeroblob(500)), '0', '["A","b"],') || '["A","b"]]'"""),
    "a status of 9999": edited("UPDATE exchanges SET status = 9999 WHERE id = 1"),
    "an answer and a fault": edited("UPDATE exchanges SET fault = 'passing' WHERE id = 1"),
    "neither": edited("UPDATE exchanges SET status = NULL WHERE id = 1"),
    "a fault of its own": edited("UPDATE exchanges SET fault = 'system' WHERE id = 2"),
    "an infinite time": edited("UPDATE exchanges SET seconds = 9e999"),
    "a negative time": edited("UPDATE exchanges SET seconds = -1"),
    "a body with another checksum": edited("UPDATE exchanges SET sha256 = sha(3) WHERE id = 1"),
    "a body with another size": edited("UPDATE exchanges SET size = 3 WHERE id = 1"),
    "a body that is none": edited("UPDATE exchanges SET body = x'00' WHERE id = 1"),
    "a host that is none": edited("UPDATE certificates SET host = 'a/../b'"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_refused(tmp_path: Path, name: str) -> None:
    path = answered(tmp_path / "answer")
    HOSTILE[name](path)
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(AnswerRefused) as refused:
        taken(path)
    said = str(refused.value)
    assert said.isprintable()
    assert len(said) < 300
    assert "Traceback" not in said
    assert sorted(each.name for each in tmp_path.iterdir()) == before


def test_values_of_other_types_are_refused(tmp_path: Path) -> None:
    """What STRICT keeps out, a file that is written byte by byte can hold."""
    for column, value in (("job", b"\xff\xfe"), ("attempt", "one"), ("node", 5.5)):
        path = tmp_path / "answer"
        path.unlink(missing_ok=True)
        answered(path)
        db = sqlite3.connect(path)
        db.execute("PRAGMA writable_schema = ON")
        strict = "SELECT sql FROM sqlite_master WHERE name = 'answer'"
        (sql,) = db.execute(strict).fetchone()
        loose = "UPDATE sqlite_master SET sql = ? WHERE name = 'answer'"
        db.execute(loose, [sql.replace(" STRICT", "").replace(" TEXT", "").replace(" INTEGER", "")])
        db.commit()
        db.close()
        db = sqlite3.connect(path)
        db.execute(f"UPDATE answer SET {column} = ?", [value])
        db.execute("PRAGMA writable_schema = ON")
        db.execute(loose, [sql])
        db.commit()
        db.close()
        with pytest.raises(AnswerRefused):
            taken(path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path = answered(tmp_path / "answer")
    a_link(path)
    with pytest.raises(Exception, match=r"symbolic link|no regular file"):
        taken(path)


def test_heads_that_fill_the_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = answered(tmp_path / "answer", *[PAGE] * 20)
    monkeypatch.setattr(answers, "MOST_HEADS", 2_000)  # of the parent: the child has its own
    with pytest.raises(AnswerRefused, match="more than an answer may"):
        taken(path)


def test_a_file_that_grows_is_bounded(tmp_path: Path) -> None:
    path = answered(tmp_path / "answer")
    with pytest.raises(AnswerRefused, match="more than 1,000 bytes"), received(path, 1_000):
        pass


def test_what_a_child_passes_on_is_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that got the better of the child could have it write anything."""
    path = answered(tmp_path / "answer")
    for said in (
        b"",
        b"null\n",
        b"[]\n[]\nnull\n",
        b'{"a": 1}\n',
        b"[" * 100_000 + b"\n",
        b"x" * 3_000_000,
    ):
        code = f"import sys; sys.stdout.buffer.write({said!r}[:3000000])"
        if len(said) > 10_000:
            code = f"import sys; sys.stdout.buffer.write({said[:1]!r} * {len(said)} + b'\\n')"
        monkeypatch.setattr(answers, "_CODE", code)
        with pytest.raises(AnswerRefused):
            taken(path)


def test_an_answer_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    first = AnswerFile(path, HEAD)
    first.record(PAGE)
    del first  # killed: nothing was closed
    again = AnswerFile(path, replace(HEAD, began_at=NOW + timedelta(hours=1)))
    assert again.recorded() == (replace(PAGE, body=b""),)
    assert again.body(0) == PAGE.body
    assert again.began_at == NOW
    again.close()
    other = AnswerFile(path, replace(HEAD, attempt=2))
    assert other.recorded() == ()
    other.close()
