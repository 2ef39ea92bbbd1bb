"""What `hubwatch reread grades` and `match` say to people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.cli import CommandLine, away
from tests.support.make import NOW, SOURCE, insert


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    Archive.create(Path("news.db")).close()
    return CommandLine(capsys)


def keep(number: int) -> None:
    with Archive.open(Path("news.db")) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        article = insert(url=f"http://english.practice.test/2026-03/01/c_{number}.htm")
        tx.articles.apply(article, source_id=SOURCE.id, run_id=run.id, now=NOW)


def test_a_rematch_with_nothing_to_do_says_that_all_were_matched(hubwatch: CommandLine) -> None:
    rematch = ("--db", "news.db", "reread", "grades")
    assert hubwatch(*rematch).out == "there are no articles to be matched\n"
    keep(1)
    version = hubwatch(*rematch, "--json").json["watchlist"]
    keep(2)
    told = f"1 article matched with watchlist {version}; 1 was before\n"
    assert hubwatch(*rematch).out == told
    told = f"nothing to do: all 2 articles were matched with watchlist {version} before\n"
    assert hubwatch(*rematch).out == told
    assert hubwatch(*rematch, "--json").json["matched"] == 0


def test_match_prints_every_part_of_the_score_and_why_a_line_is_not_usable(
    hubwatch: CommandLine,
) -> None:
    hub = {"title": "An Innovation China hub city", "body": "It opens three new labs."}
    lines = [json.dumps(hub), json.dumps({"title": ""})]
    Path("items.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ended = hubwatch("match", "items.jsonl")
    assert ended.code == 3
    scores = hubwatch("match", "items.jsonl", "--json").json_lines[0]["scores"]
    assert len(scores) == 2
    for score in scores:
        parts = ", ".join(f"{part['points']:+g} {part['why']}" for part in score["parts"])
        told = f"{score['topic']} ({score['grade']}): {score['points']:g} points: {parts}"
        assert told in ended.out
    assert "title and body are both missing or empty" in ended.out
    assert ended.err == "1 line could not be used\n"
