"""What is found amiss is kept in English with its message, and read in the reader's language."""

from __future__ import annotations

import copy
import json
import pickle
import sqlite3
from pathlib import Path

import pytest

from desk import reading_in, sentence
from desk.alerting.send import message_of
from hubwatch.filled_message import FilledMessage, Term, filled, from_json, to_json
from scheduler.health.inspection import inspect
from scheduler.health.operations import judge_disk
from storage.archive import Archive, upgrade_archive
from storage.incidents import Incident
from storage.people import PersonRole
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine
from tests.support.desks import let_in, serving, sign_in
from tests.support.make import NOW, SOURCE, later

MESSAGE = "no list could be had in the last 2 crawls: refused"
CHINESE = "最近 2 次抓取都未能取得列表：refused"
EVIDENCE, CHINESE_EVIDENCE = "timeout: refused", "超时：refused"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive in which a source was not reached twice in a row, and the disk is full."""
    path = tmp_path / "hubwatch.db"
    with Archive.create(path) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
            for hours in (0, 1):
                run = tx.runs.start(SOURCE.id, later(hours=hours))
                tx.runs.finish(
                    run.id, later(hours=hours), Outcome.TIMEOUT, Counts(), reason="refused"
                )
        inspect(store, [SOURCE.id], later(hours=1), also=tuple(judge_disk(1, 10**9)))
    return path


@pytest.fixture
def chinese(hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line of somebody who reads Chinese."""
    monkeypatch.setenv("HUBWATCH_LANGUAGE", "zh")
    monkeypatch.setenv("LANGUAGE", "")
    return hubwatch


def of_source(store: Archive) -> Incident:
    (found,) = (each for each in store.incidents.unresolved() if each.finding.source_id)
    return found


def test_a_finding_is_english_where_it_is_kept_and_chinese_where_it_is_read(archive: Path) -> None:
    with Archive.open_readonly(archive) as store:
        finding = of_source(store).finding
    assert finding.message == MESSAGE
    assert sentence(finding.message) == MESSAGE
    with reading_in("zh"):
        assert sentence(finding.message) == CHINESE
        assert sentence(finding.evidence[0]).endswith(CHINESE_EVIDENCE)
    assert finding.evidence[0].endswith(EVIDENCE)


def test_commands_say_it_in_chinese_and_to_programs_in_english(
    archive: Path, chinese: CommandLine
) -> None:
    number = 1 if "refused" in chinese("--db", archive, "incidents", "show", 1).out else 2
    shown = chinese("--db", archive, "incidents", "show", number).out
    assert CHINESE in shown
    assert CHINESE_EVIDENCE in shown
    assert CHINESE in " ".join(chinese("--db", archive, "incidents").out.split())
    document = json.loads(chinese("--db", archive, "incidents", "show", number, "--json").out)
    assert document["told"] == document["notices"][0]["told"] == MESSAGE
    assert document["evidence"][0].endswith(EVIDENCE)


def test_pages_say_it_in_the_language_of_the_page(archive: Path) -> None:
    with serving(archive) as client:
        sign_in(client, let_in(archive, "Ana", PersonRole.STAFF))
        for path in ("/incidents", "/incident/1", "/incident/2", f"/source/{SOURCE.id}"):
            english, page = client.get(path).text, client.get(f"{path}?lang=zh").text
            client.get(f"{path}?lang=en")
            assert (MESSAGE in english) == (CHINESE in page), path
            assert MESSAGE not in page
        assert CHINESE in client.get("/incidents?lang=zh").text


def test_an_alert_is_worded_for_people_and_its_document_is_english(archive: Path) -> None:
    with Archive.open(archive) as store:
        found = of_source(store)
        notices = store.incidents.notices_of(found.id)
        with store.writing() as tx:
            tx.incidents.make_delivery("ops", "key", notices, NOW)
            inspect_after = later(hours=50)
        (delivery,) = store.incidents.waiting_deliveries("ops")
        with reading_in("zh"):
            message = message_of(delivery, {found.id: found}, "here")
        assert CHINESE in message.text
        assert CHINESE_EVIDENCE in message.text
        assert message.document["notices"][0]["told"] == MESSAGE
        with store.writing() as tx:
            tx.runs.finish(tx.runs.start(SOURCE.id, later(hours=49)).id, later(hours=49),
                           Outcome.OK, Counts())  # fmt: skip
        inspect(store, [SOURCE.id], inspect_after)
        over = store.incidents.get(found.id)
    assert over is not None
    assert over.closed_why == "over: it is not found any more"
    with reading_in("zh"):
        assert sentence(over.closed_why) == "已结束：不再出现"


def test_an_incident_of_an_older_archive_stays_english(archive: Path) -> None:
    with sqlite3.connect(archive) as db:
        for table, column in (
            ("incidents", "sentences"),
            ("incidents", "closed_sentence"),
            ("notices", "sentence"),
        ):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm005_sentences'")
    db.close()
    upgrade_archive(archive)
    with Archive.open(archive) as store:
        old = of_source(store).finding
        with reading_in("zh"):
            assert sentence(old.message) == MESSAGE
        inspect(store, [SOURCE.id], later(hours=2))
        with reading_in("zh"):  # it is kept anew with each look
            assert sentence(of_source(store).finding.message) == CHINESE


NESTED = filled("run %(id)s: %(why)s, 5%%", id=7, why=filled("%(o)s", o=Term("outcome", "ok")))


def test_a_text_comes_back_with_its_message() -> None:
    texts = [NESTED, "a traceback\nof lines", filled("none")]
    back = from_json([str(each) for each in texts], to_json(texts))
    assert back == ("run 7: ok, 5%", "a traceback\nof lines", "none")
    assert to_json(back) == to_json(texts)
    assert [isinstance(each, FilledMessage) for each in back] == [True, False, True]
    assert to_json(["plain"]) is None
    for again in (copy.deepcopy(NESTED), pickle.loads(pickle.dumps(NESTED))):
        assert (again, again.filling) == (NESTED, NESTED.filling)


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "no JSON",
        "{}",
        "[]",
        "[null]",
        '["none"]',
        '[["something else", {}]]',
        '[["%(gap)s", {}]]',
        '[["%(gap)s", {"gap": 1.5}]]',
        '[["%(gap)s", {"gap": {"unknown": 1}}]]',
        '[["%(a)999999999s", {"a": "none"}]]',
        '[["%d", {"a": 1}]]',
        '[["%(a)s%(a)s", {"a": "none"}]]',
        '[["none", {}], ["none", {}]]',
        "[" * 100_000,
        '[["%(a)s", {"a": ' * 50 + '"none"' + "}]]" * 50,
        f'[["none", {{"a": "{"x" * 300_000}"}}]]',
    ],
)
def test_what_is_kept_in_a_strange_form_stays_a_text(kept: str | None) -> None:
    (back,) = from_json(["none"], kept)
    assert (back, type(back)) == ("none", str)


def test_a_message_that_no_catalogue_knows_stays_english() -> None:
    with reading_in("zh"):
        assert sentence(filled("nobody says %(this)s", this=1)) == "nobody says 1"
        assert sentence(filled("%(a)s", a=Term("no such group", "word"))) == "word"
        assert sentence("%(plain)s") == "%(plain)s"
        assert sentence("") == sentence(filled("")) == ""
        assert sentence(NESTED) == "run 7: 成功, 5%"
