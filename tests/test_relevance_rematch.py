"""A watchlist over a whole archive: applied without a crawl, tested before it is kept, held against
what people decided."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desk.relevance.backtest import BacktestFigures, Effect, as_article, differences, rematch
from desk.relevance.suggestions import PhraseText, shared, verdicts
from scraper.pipelines.decide import decide
from scraper.relevance.match import unmet
from scraper.relevance.watchlist import Watchlist, load_watchlist
from storage.archive import Archive
from storage.decisions import Verb
from storage.relevance import AGAIN, BESIDE, IN_TITLE, Relevance, Score, ScorePart
from storage.types import Grade
from tests.support import make
from tests.support.cli import CommandLine, away
from tests.support.make import NOW, SOURCE, day
from tests.support.paths import ROOT

CITY = """
[[topic]]
id = "city"
weights = {{ title = 10, first = 5, lead = 5, body = 1 }}
[[topic.name]]
language = "en"
forms = {forms}
"""


def watchlist(folder: Path, *forms: str) -> Watchlist:
    file = folder / f"{'-'.join(forms)}.toml".replace(" ", "_")
    file.write_text(CITY.format(forms=list(forms)), "utf-8")
    return load_watchlist(file)


def keep(store: Archive, number: int, title: str, body: str = "It rained.", **more: Any) -> int:
    """An article that no watchlist has seen; returns its story."""
    place = f"http://e.test/{number}"
    read = make.reading(url=place, title=title, body=body, **more)
    with store.writing() as tx:
        intent = decide(read, tx.archive.pages.known(SOURCE.id, place), place)
        applied = tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW)
    assert applied.article_id is not None
    found = store.articles.get(applied.article_id)
    assert found
    return found.story_id


def everything(store: Archive, *tables: str) -> dict[str, list[Any]]:
    return {
        table: [tuple(row.values()) for row in store._db.query(f"SELECT * FROM {table}")]
        for table in tables
    }


FOUND = ("relevance", "matches", "scores", "places")


def found_in(store: Archive) -> dict[str, set[Any]]:
    """What is on record, without the numbers of rows."""
    told = everything(store, *FOUND)
    told["matches"] = [row[1:] for row in told["matches"]]
    return {table: set(rows) for table, rows in told.items()}


# --- rematch -----------------------------------------------------------------------------------


def test_a_rematch_replaces_what_another_list_found_and_makes_no_news(
    store: Archive, tmp_path: Path
) -> None:
    keep(store, 1, "A tower in Guiyang")
    keep(store, 2, "A bridge")
    news = ("events", "revisions", "readings", "runs", "stories", "articles")
    before = everything(store, *news)
    assert sum(rematch(store, watchlist(tmp_path, "tower"))) == 2
    assert store.relevance.grades([1, 2], ["city"]) == {1: Grade.CORE}
    assert sum(rematch(store, watchlist(tmp_path, "bridge"))) == 2
    assert store.relevance.grades([1, 2], ["city"]) == {2: Grade.CORE}
    kept = store.relevance.of(1)
    assert kept
    assert [place.place for place in kept.places] == ["guiyang"]
    assert everything(store, *news) == before


@pytest.mark.slow
def test_a_second_rematch_has_nothing_to_do_and_a_stopped_one_goes_on(
    store: Archive, tmp_path: Path
) -> None:
    for number in range(450):
        keep(store, number, f"Tower {number}")
    tower = watchlist(tmp_path, "tower")
    stopped = rematch(store, tower)
    done = next(stopped)
    stopped.close()
    assert 0 < done < 450
    assert store.relevance.unmatched(tower.version) == 450 - done
    assert sum(rematch(store, tower)) == 450 - done
    assert list(rematch(store, tower)) == []


def test_an_article_that_changed_meanwhile_is_left_to_whoever_changed_it(
    store: Archive, tmp_path: Path
) -> None:
    keep(store, 1, "A tower")
    (text,) = store.relevance.texts()
    keep(store, 1, "A bridge")  # a crawl brings a new version
    with store.writing() as tx:
        assert not tx.relevance.reads_as(text)
    assert sum(rematch(store, watchlist(tmp_path, "tower"))) == 1
    assert store.relevance.grades([1], ["city"]) == {}


CHILD = """
import sys
from pathlib import Path
from desk.relevance.backtest import rematch
from scraper.relevance.watchlist import load_watchlist
from storage.archive import Archive
with Archive.open(Path(sys.argv[1])) as store:
    for done in rematch(store, load_watchlist(Path(sys.argv[2]))):
        print(done, flush=True)
"""


@pytest.mark.slow
def test_a_killed_rematch_leaves_whole_articles_and_the_next_one_ends_it(
    store: Archive, archive: Path, tmp_path: Path
) -> None:
    for number in range(1200):
        keep(store, number, f"Tower {number}", f"Guiyang and Zunyi built tower {number}.")
    tower = watchlist(tmp_path, "tower")
    for kill in range(3):
        command = [sys.executable, "-c", CHILD, str(archive), tower.path]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout
        child.stdout.readline()  # some are committed, some are under way
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        seen = {row["article_id"] for row in store._db.query("SELECT article_id FROM relevance")}
        scored = {row["article_id"] for row in store._db.query("SELECT article_id FROM scores")}
        assert seen == scored, f"after kill {kill}"
        assert len(seen) >= 200 * (kill + 1)
    sum(rematch(store, tower))
    after_kills = found_in(store)
    store._db.execute("UPDATE relevance SET watchlist = 'another'")
    store._db.conn.commit()
    assert sum(rematch(store, tower)) == 1200
    assert found_in(store) == after_kills
    assert store._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.slow
def test_matching_loads_neither_scrapy_nor_beautifulsoup(store: Archive, archive: Path) -> None:
    keep(store, 1, "Innovation China")
    for command in (["reread", "grades"], ["watchlist", "test"], ["why", "1"]):
        code = (
            "import sys\nfrom desk.cli.main import main\n"
            "try:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n    assert not ended.code\n"
            "print(sorted({'scrapy', 'twisted', 'bs4', 'lxml'} & set(sys.modules)))"
        )
        arguments = [sys.executable, "-c", code, "--db", str(archive), *command]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]", command


# --- the test of an edited list ----------------------------------------------------------------


def test_a_back_test_reports_what_would_be_added_lost_and_regraded_and_changes_nothing(
    store: Archive, tmp_path: Path
) -> None:
    keep(store, 1, "A tower", "A bridge stands there.")
    keep(store, 2, "A bridge")
    keep(store, 3, "A mill and a tower", "The mill works.")
    keep(store, 4, "Rain")
    keep(store, 5, "A plan", "A bridge is planned. The tower waits.")
    kept, edited = watchlist(tmp_path, "tower"), watchlist(tmp_path, "bridge", "mill")
    list(rematch(store, kept))
    before = found_in(store)
    tally = BacktestFigures()
    found = {one.article_id: one for one in differences(store, edited, kept, tally)}
    assert {number: one.effect for number, one in found.items()} == {
        1: Effect.LOWERED,
        2: Effect.ADDED,
    }
    assert (found[2].before, found[2].after) == (None, Grade.CORE)
    assert found[1].because == "A bridge stands there."
    assert tally.articles == 5
    assert tally.before == {Grade.CORE: 2, Grade.RELATED: 1, None: 2}
    assert found_in(store) == before
    none = {
        one.article_id: one
        for one in differences(store, watchlist(tmp_path, "x"), kept, BacktestFigures())
    }
    assert {one.effect for one in none.values()} == {Effect.LOST}
    assert none[5].because == "The tower waits."


def test_a_back_test_looks_back_as_far_as_it_is_asked(store: Archive, tmp_path: Path) -> None:
    keep(store, 1, "A tower", published=day("2026-02-01"))
    keep(store, 2, "Another tower", published=day("2024-02-01"))
    tally = BacktestFigures()
    tower = watchlist(tmp_path, "tower")
    since = NOW.replace(year=2025)
    assert [one.article_id for one in differences(store, tower, tower, tally, since)] == [1]
    assert tally.articles == store.relevance.count_texts(since) == 1
    assert store.relevance.count_texts() == 2


def test_precision_and_recall_are_those_of_what_people_decided(
    store: Archive, tmp_path: Path
) -> None:
    kept, edited = watchlist(tmp_path, "tower"), watchlist(tmp_path, "tower", "mill")
    titles = (
        "A tower",
        "The tower again",
        "A mill",
        "Rain",
        "A tower of sand",
        "A tower, disputed",
    )
    stories = [keep(store, number, title) for number, title in enumerate(titles)]
    list(rematch(store, kept))
    people = [
        *((stories[0], Verb.ACCEPT, "Ana"), (stories[1], Verb.REJECT, "Ana")),
        *((stories[2], Verb.ACCEPT, "Ana"), (stories[3], Verb.REJECT, "Ben")),
        *((stories[4], Verb.LATER, "Ana"), (stories[5], Verb.ACCEPT, "Ana")),
        (stories[5], Verb.REJECT, "Ben"),
    ]
    with store.writing() as tx:
        for story, verb, person in people:
            tx.decisions.decide(story, verb, person=person, now=NOW)
    told = verdicts(store, edited, kept)
    assert told.decided == 4
    assert (told.before.precision, told.before.recall) == (1 / 2, 1 / 2)
    assert (told.after.precision, told.after.recall) == (2 / 3, 1.0)
    assert told.missed == ()
    nobody = verdicts(store, edited, edited)
    assert nobody.after == told.after


def test_no_decision_is_no_figure(store: Archive, tmp_path: Path) -> None:
    keep(store, 1, "A tower")
    told = verdicts(store, watchlist(tmp_path, "tower"), watchlist(tmp_path, "tower"))
    assert (told.decided, told.after.precision, told.after.recall) == (0, None, None)


def test_phrases_that_would_have_caught_what_people_added_and_names_that_only_bring_rejections(
    store: Archive, tmp_path: Path
) -> None:
    tower = watchlist(tmp_path, "tower", "clock tower")
    added = [
        keep(store, 1, "Valley forum opens", "The green valley forum opens in May."),
        keep(store, 2, "Guests arrive", "Guests of the Green Valley Forum arrive by bus."),
        keep(store, 3, "绿谷论坛开幕", "绿谷论坛今日开幕，来宾三百人。"),
        keep(store, 4, "来宾抵达", "参加绿谷论坛的来宾乘车抵达。"),
    ]
    rejected = [
        keep(store, 5, "A clock tower", "The clock tower was painted; guests arrive by bus."),
        keep(store, 6, "Clock tower again", "Guests arrive by bus."),
    ]
    accepted = keep(store, 7, "A tower", "The tower is old.")
    with store.writing() as tx:
        for story in (*added, accepted):
            tx.decisions.decide(story, Verb.ACCEPT, person="Ana", now=NOW)
        for story in rejected:
            tx.decisions.decide(story, Verb.REJECT, person="Ana", now=NOW)
    told = verdicts(store, tower, tower)
    assert len(told.missed) == 4
    missing = {one.phrase.lower(): one for one in told.missing}
    assert missing["green valley forum"].stories == missing["绿谷论坛"].stories == 2
    assert missing["green valley forum"].articles == missing["绿谷论坛"].articles == 2
    assert missing["green valley forum"].rejected == 0
    assert [(one.phrase.lower(), one.rejected) for one in told.useless] == [("clock tower", 2)]


def test_what_is_rejected_for_one_reason_again_and_again_proposes_a_line(
    store: Archive, tmp_path: Path
) -> None:
    tower = watchlist(tmp_path, "tower")
    prizes = [
        keep(
            store, number, f"A tower, number {number}", f"It won the Golden Pear in year {number}."
        )
        for number in range(1, 5)
    ]
    other = keep(store, 5, "A tower of sand", "Children built it.")
    good = keep(store, 6, "A tower of steel", "It is the highest.")
    with store.writing() as tx:
        for number, story in enumerate(prizes):
            reason = ("a prize", "A Prize ", "a prize", "a prize")[number]
            tx.decisions.decide(story, Verb.REJECT, person="Ana", now=NOW, value=reason)
        tx.decisions.decide(other, Verb.REJECT, person="Ana", now=NOW, value="no news")
        tx.decisions.decide(good, Verb.ACCEPT, person="Ana", now=NOW)
    (one,) = verdicts(store, tower, tower).repeated
    assert (one.reason, one.stories, one.covered) == ("a prize", 4, 4)
    assert "Golden Pear" in one.phrase
    assert (one.rejected, one.accepted, one.articles) == (4, 0, 4)
    file = tmp_path / "dismissing.toml"
    file.write_text(f"{Path(tower.path).read_text('utf-8')}\n[dismissed]\n{one.line}\n", "utf-8")
    edited = load_watchlist(file)
    told = verdicts(store, edited, tower)
    assert told.repeated == ()
    assert (told.before.accepted, told.after.matched, told.after.matched_accepted) == (1, 2, 1)
    text = next(iter(store.relevance.texts_of([prizes[0]])))
    (lack,) = unmet(as_article(text), edited, [])
    assert lack.why == f"is dismissed with {one.phrase}: a prize"


def test_shared_phrases_are_whole_and_neither_begin_nor_end_with_empty_words() -> None:
    texts = [
        PhraseText(1, "Rain", "The old town of Kaili was full. It was the day of the old town."),
        PhraseText(2, "Sun", "People of the old town of Kaili went home."),
    ]
    found = {one.phrase for one in shared(texts)}
    assert "old town of Kaili" in found
    assert not any(re.match(r"(?:the|of|was) |.* (?:the|of|was)$", one) for one in found)
    assert "old town" not in found


# --- the commands ------------------------------------------------------------------------------


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    monkeypatch.setenv("HUBWATCH_DB", str(tmp_path / "hubwatch.db"))
    return CommandLine(capsys)


def test_the_commands_of_a_watchlist(hubwatch: CommandLine, store: Archive, tmp_path: Path) -> None:
    story = keep(store, 1, "Innovation China opens", "A hub city of Innovation China.")
    keep(store, 2, "A tower", published=day("2024-02-01"))
    with store.writing() as tx:
        tx.decisions.decide(story, Verb.ACCEPT, person="Ana", now=NOW)
    assert "2 articles matched" in hubwatch("reread", "grades").out
    assert "nothing to do: all 2 articles were matched" in hubwatch("reread", "grades").out

    copied = hubwatch("watchlist", "copy", "mine.toml")
    assert copied.code == 0
    assert load_watchlist(Path("mine.toml")).watched == load_watchlist().watched
    assert "is there already" in hubwatch("watchlist", "copy", "mine.toml").err

    tower = watchlist(tmp_path, "tower").path
    tested = hubwatch("--now", "2026-03-08T09:00+08:00", "watchlist", "test", tower)
    assert "1 would come into digests" in tested.out
    assert "1 would go out of digests" in tested.out
    assert "1 story that people decided" in tested.out
    assert "accepted, and not brought: Innovation China opens" in tested.out
    since = ("--since", "12m", "--json")
    recent = hubwatch("--now", "2026-03-08T09:00+08:00", "watchlist", "test", tower, *since)
    assert (recent.json["articles"], recent.json["added"], recent.json["lost"]) == (1, 0, 1)
    assert recent.json["people"]["before"]["recall"] == 1.0
    assert recent.json["people"]["after"]["recall"] == 0.0
    assert store.relevance.grades([1], ["innovation-china"]) == {1: Grade.CORE}

    assert "is no date or span" in hubwatch("watchlist", "test", tower, "--since", "soon").err
    Path("bad.toml").write_text('[[topic]]\nid = "a"\n[[topic.name]]\nlanguage = "en"\n', "utf-8")
    bad = hubwatch("watchlist", "test", "bad.toml")
    assert (bad.code, bad.out) == (2, "")
    assert "topic[1].name[1].forms: is missing" in bad.err
    assert "(line 3)" in bad.err
    shown = hubwatch("watchlist", "show").out
    assert "pilot city → hub city → innovation hub city" in shown
    assert "since 2021-05-01" in shown


def test_texts_from_elsewhere_are_graded(hubwatch: CommandLine) -> None:
    Path("texts.jsonl").write_text(
        '{"title": "贵阳入选“科创中国”枢纽城市", "published": "2021-06-01"}\n'
        '{"title": "Logistics hub opens", "body": "Twelve tracks in Ganzhou."}\n'
        '{"title": "科创中国", "published": "2019-01-01"}\n'
        '{"body": 5}\n'
        "not json\n",
        "utf-8",
    )
    ended = hubwatch("match", "texts.jsonl", "--json")
    assert ended.code == 3
    first, hub, early, *faults = ended.json_lines
    assert (first["grade"], first["topics"]) == ("core", ["innovation-china", "hub-city"])
    assert [(place["name"], place["role"]) for place in first["places"]] == [("Guiyang", "about")]
    assert first["evidence"][0]["sentence"] == "贵阳入选“科创中国”枢纽城市"
    assert (hub["grade"], hub["topics"]) == (None, ["logistics-hub"])
    assert early["grade"] is None
    assert all(one["fault"] for one in faults)
    assert len(faults) == 2
    table = hubwatch("match", "texts.jsonl")
    assert "core" in table.out
    assert "2 lines could not be used" in table.err
    assert hubwatch("match", "none.jsonl").code == 2


def test_the_parts_of_a_score_come_back_as_they_were_also_those_of_an_older_version(
    store: Archive,
) -> None:
    keep(store, 1, "Guiyang holds the Hub City Forum")
    parts = (ScorePart(10, IN_TITLE), ScorePart(5, BESIDE, "hub-city"), ScorePart(1, AGAIN, "3"))
    told = ("in the title", "beside hub-city", "named again, 3 times in all")
    older = tuple(ScorePart(one.points, why) for one, why in zip(parts, told, strict=True))
    for each in (parts, older):
        score = Score("hub-city", Grade.CORE, 16, each)
        with store.writing() as tx:
            tx.relevance.replace(1, Relevance("v1", scores=(score,)))
        kept = store.relevance.of(1)
        assert kept is not None
        assert kept.scores == (score,)
        assert kept.scores[0].deciding == 15
        assert tuple(part.why for part in kept.scores[0].parts) == told
