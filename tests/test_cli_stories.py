"""`hubwatch stories`: what people see and say."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support import desks
from tests.support.cli import CommandLine, away
from tests.support.stories import REPRINTS, Page, keep
from tests.support.texts import sentences

DB = ("--db", "a.db")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    with Archive.create(Path("a.db")) as store:
        for page in (*REPRINTS[:3], Page("other", sentences(4)), Page("third", sentences(5))):
            keep(store, page)
    return CommandLine(capsys)


def test_stories_are_listed_with_their_addresses(hubwatch: CommandLine) -> None:
    listed = hubwatch(*DB, "stories", "--json").json
    assert [len(story["articles"]) for story in listed] == [1, 1, 3]
    story = listed[-1]
    assert story["id"] == 1
    assert story["lead"] == story["articles"][0]["id"]
    assert {"id", "url", "source", "published"} <= set(story["articles"][0])
    assert (story["state"], story["updated"], story["articles"][0]["gone"]) == ("open", None, None)
    assert len(hubwatch(*DB, "stories", "--limit", "2", "--json").json) == 2
    table = hubwatch(*DB, "stories", "--several").out
    assert table.count("\n") == 2
    assert "practice-en, practice-en" in table


def test_a_story_shows_its_proofs(hubwatch: CommandLine) -> None:
    out = hubwatch(*DB, "stories", "show", "1").out
    assert "first" in out
    assert "of it stands there" in out
    story = hubwatch(*DB, "stories", "show", "1", "--json").json
    assert hubwatch(*DB, "stories", "show", "--json", "1").json == story
    assert hubwatch(*DB, "stories", "show", "1", "--json").json == story
    assert {place["how"] for place in story["articles"]} == {None, "copy", "same text"}


def test_merge_split_undo_and_the_number_that_leads_elsewhere(hubwatch: CommandLine) -> None:
    merged = hubwatch(*DB, "stories", "merge", "4", "5", "--by", "Ana", "--why", "one event")
    assert "merged 4, 5: one story, 4; `hubwatch --db a.db decisions undo 1`" in merged.err
    shown = hubwatch(*DB, "stories", "show", "5")
    assert "story 5 is now part of story 4" in shown.err
    assert "merge of articles 4 | 5 by Ana" in shown.out
    assert "one event" in shown.out
    assert "joined with 4 by a person" in shown.out
    parted = hubwatch(*DB, "stories", "split", "1", "2", "--by", "Ana")
    assert "split story 1: now stories 1, 2;" in parted.err
    undone = hubwatch(*DB, "decisions", "undo", "1", "--by", "Bo")
    assert "now stories 4, 5" in undone.err
    (word,) = hubwatch(*DB, "stories", "show", "5", "--json").json["decisions"]
    assert (word["verb"], word["by"], word["why"]) == ("merge", "Ana", "one event")
    assert word["undone"]
    assert word["undone_by"] == "Bo"
    assert ", undone by Bo 20" in hubwatch(*DB, "stories", "show", "5").out
    assert "(undone by Bo 20" in hubwatch(*DB, "decisions", "--all").out
    (split, merge) = hubwatch(*DB, "decisions", "--all", "--json").json
    assert (split["undone_by"], merge["undone_by"]) == (None, "Bo")
    assert hubwatch(*DB, "decisions", "undo", "2", "--by", " ").code == 2


def test_what_was_taken_back_is_not_taken_back_again(hubwatch: CommandLine) -> None:
    first = ("--now", "2026-12-01T09:00Z")
    again = ("--now", "2026-12-03T09:00Z")
    hubwatch(*DB, "decisions", "add", "1", "accept", "--by", "Ana")
    hubwatch(*DB, "stories", "merge", "4", "5", "--by", "Ana")
    for number, stand in ((1, "now story 1 (open)"), (2, "now stories 4, 5")):
        undo = ("decisions", "undo", str(number))
        done = hubwatch(*DB, *first, *undo, "--by", "Bo", "--json").json
        assert (done["by"], done["undone_before"]) == ("Bo", None)
        ended = hubwatch(*DB, *again, *undo, "--by", "Li")
        told = f"decision {number} was taken back before, by Bo 2026-12-01 17:00: {stand}"
        assert (ended.code, ended.err.strip()) == (0, told)
        document = hubwatch(*DB, *again, *undo, "--by", "Li", "--json").json
        assert document["by"] == "Bo"
        assert document["undone_before"].startswith("2026-12-01T09:00:00")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("stories", "show", "99"), 1, "there is no story 99"),
        (("stories", "merge", "1", "99", "--by", "Ana"), 1, "there is no story 99"),
        (("stories", "merge", "1", "2", "--by", "Ana"), 1, "one story already"),
        (("stories", "split", "1", "5", "--by", "Ana"), 1, "has no article 5"),
        (("stories", "split", "4", "4", "--by", "Ana"), 1, "would keep no article"),
        (("decisions", "undo", "7"), 1, "no decision 7"),
        (("stories", "merge", "1", "4"), 2, "--by"),
        (("stories", "merge", "1", "4", "--by", " "), 2, "names nobody"),
        (("stories", "nonsense"), 2, "nonsense"),
    ],
)
def test_mistakes_are_one_line(
    hubwatch: CommandLine, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ended = hubwatch(*DB, *arguments)
    assert ended.code == code
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_search_shows_a_story_once(hubwatch: CommandLine) -> None:
    out = hubwatch(*DB, "search").out
    assert out.count("http://e.test/") == 3
    assert "also at practice-en, practice-en" in out


def test_a_line_names_a_few_of_many_addresses_and_says_how_many_more(
    hubwatch: CommandLine, archive: Path
) -> None:
    same = desks.page_of(1, title="A fair")
    pages = ({**same, "url": f"http://a.test/a/{number}.htm"} for number in range(1, 41))
    desks.keep(archive, *pages)
    for command in ("search", "stories"):
        out = hubwatch("--db", archive, command).out
        assert "a, a, a, a and 35 more" in out, command
        assert max(map(len, out.splitlines())) < 200, command
    assert hubwatch("--db", archive, "stories", "show", "1").out.count("http://a.test/a/") == 40


def test_rebuilding_says_how_many_stories_there_are(hubwatch: CommandLine) -> None:
    with Archive.open(Path("a.db")) as store, store.writing() as tx:
        tx._db.execute("UPDATE versions SET version = '0' WHERE what = 'sketch'")
    assert "reread stories" in hubwatch(*DB, "stories").err
    ended = hubwatch(*DB, "reread", "stories")
    assert "5 articles in 3 stories (3 before)" in ended.err
    assert hubwatch(*DB, "stories").err == ""
