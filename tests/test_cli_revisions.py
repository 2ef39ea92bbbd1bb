"""`hubwatch changes`, `decisions`, and what other commands say of what changed, was
withdrawn, came back, or was decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.lists import ListRow
from storage.runs import Counts
from storage.types import Outcome
from tests.support.cli import CommandLine, Ended, away
from tests.support.make import NOW, SOURCE, later
from tests.support.texts import body, sentences
from tests.support.visits import SAYS, Visits, many_pages

A, B = SAYS.format(95), SAYS.format(120)
DB = ("--db", "a.db")


@pytest.fixture
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visits:
    away(tmp_path, monkeypatch)
    store = Archive.create(Path("a.db"))
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
    visits = Visits(store)
    visits.run({"a": A})
    return visits


@pytest.fixture
def hubwatch(visits: Visits, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def digest(hubwatch: CommandLine, days: float, form: str = "json") -> Ended:
    """The digest of the day that ends then."""
    now = (NOW + timedelta(days=days)).isoformat()
    return hubwatch(*DB, "--now", now, "digest", "--since", "24h", "--format", form)


def test_changes_lists_the_latest_first_and_can_be_narrowed(
    visits: Visits, hubwatch: CommandLine
) -> None:
    assert "nothing" in hubwatch(*DB, "changes").err
    visits.run({"a": B})
    visits.run({"a": B + "\n\nViews: 7"})
    both = hubwatch(*DB, "changes", "--json").json
    assert [(each["revision"], each["weight"]) for each in both] == [
        (3, "cosmetic"),
        (2, "material"),
    ]
    assert both[1]["kinds"] == ["amounts"]
    assert both[1]["summary"] == "amounts: 95 million yuan → 120 million yuan"
    assert (both[0]["told"], both[1]["held"]) == (None, "")
    assert hubwatch(*DB, "changes", "--material", "--json").json == both[1:]
    assert hubwatch(*DB, "changes", "--limit", "1", "--json").json == both[:1]
    assert hubwatch(*DB, "changes", "--held", "--json").json == []
    assert "95 million yuan → 120 million yuan" in hubwatch(*DB, "changes").out
    assert "no source 'nowhere'" in hubwatch(*DB, "changes", "--source", "nowhere").err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((), "nothing of what a.db knows has changed so far"),
        (("--held",), "nothing is held back"),
        (("--held", "--material"), "nothing that matters is held back"),
        (("--held", "--source", SOURCE.id), f"nothing of {SOURCE.id} is held back"),
        (("--source", SOURCE.id), f"nothing of {SOURCE.id} has changed so far"),
        (("--material",), "nothing that matters has changed so far"),
    ],
)
def test_where_nothing_is_found_it_is_said_of_what_was_asked_for_alone(
    hubwatch: CommandLine, asked: tuple[str, ...], told: str
) -> None:
    assert hubwatch(*DB, "changes", *asked).err == f"{told}\n"


def test_a_run_that_is_held_back_is_named_and_released(
    visits: Visits, hubwatch: CommandLine
) -> None:
    visits.run(many_pages(10, 1))
    run = visits.run(many_pages(10, 2)).id
    held = hubwatch(*DB, "changes", "--held", "--json").json
    assert {(each["run"], each["held"], each["told"]) for each in held} == {(run, "bulk", None)}
    assert "held back: too much changed at once" in hubwatch(*DB, "changes", "--held").out
    assert f"hubwatch changes release {run} --by NAME" in hubwatch(*DB, "sources", "runs").out
    assert digest(hubwatch, 3.5).json["sections"] == []
    assert hubwatch(*DB, "changes", "release", run).code == 2
    moment = ("--now", later(days=9).isoformat())
    released = hubwatch(*DB, *moment, "changes", "release", run, "--by", "Ana")
    assert f"run {run}: the changes of 10 articles are news now" in released.err
    again = hubwatch(*DB, "changes", "release", run, "--by", "Ana")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert f"run {run} holds no changes back" in again.err
    (section,) = digest(hubwatch, 9.5).json["sections"]
    assert len(section["items"]) == 10
    assert {item["updates"][0]["what"][:8] for item in section["items"]} == {"amounts:"}


def test_a_diff_is_shown_word_by_word(visits: Visits, hubwatch: CommandLine) -> None:
    visits.run({"a": B})
    diff = (
        "amounts: …g data and new materials with [-95 million yuan-]{+120 million yuan+} this year,"
    )
    for command in (("show", "1"), ("stories", "show", "1")):
        assert diff in hubwatch(*DB, *command).out
    first, second = hubwatch(*DB, "show", "1", "--json").json["revisions"]
    assert (first["weight"], first["differences"]) == (None, [])
    (hunk,) = second["differences"]
    assert (hunk["removed"], hunk["added"]) == ("95 million yuan", "120 million yuan")
    assert hunk["material"] is True
    (change,) = hubwatch(*DB, "stories", "show", "1", "--json").json["changes"]
    assert (change["article"], change["revision"], change["weight"]) == (1, 2, "material")


def test_there_and_back_and_restless_are_said(visits: Visits, hubwatch: CommandLine) -> None:
    visits.run({"a": B})
    visits.run({"a": A})
    assert "material: amounts; as version 1 said" in hubwatch(*DB, "show", "1").out
    for n in range(4):
        visits.run({"a": SAYS.format(1000 + n)})
    out = hubwatch(*DB, "show", "1").out
    assert "no news: it changes at every visit" in out
    assert "the last of 3 such versions" in out


def test_updated_since_stands_in_search_stories_and_digest(
    visits: Visits, hubwatch: CommandLine
) -> None:
    visits.run({"a": A + "\n\nViews: 7"})
    assert "updated since" not in hubwatch(*DB, "search").out
    assert hubwatch(*DB, "search", "--json").json[0]["updated"] is None
    assert digest(hubwatch, 2.5).json["sections"] == []
    visits.run({"a": B})
    what = "amounts: 95 million yuan → 120 million yuan"
    assert f"updated since: 2026-03-05 12:00, {what}" in hubwatch(*DB, "search").out
    assert hubwatch(*DB, "search", "--json").json[0]["update"] == what
    assert hubwatch(*DB, "stories", "--json").json[0]["update"] == what
    (section,) = digest(hubwatch, 3.5).json["sections"]
    (item,) = section["items"]
    assert [update["what"] for update in item["updates"]] == [what]
    assert f"- *Updated since:* 2026-03-05 12:00, {what}" in digest(hubwatch, 3.5, "md").out
    assert "<p>Updated since</p>" in digest(hubwatch, 3.5, "html").out
    assert f",{what}," in digest(hubwatch, 3.5, "csv").out


def test_withdrawn_with_its_evidence_and_back_again(visits: Visits, hubwatch: CommandLine) -> None:
    visits.gone(1)
    assert "withdrawn by its publisher: seen 2026-03-04 12:00, gone: HTTP 404" in (
        hubwatch(*DB, "show", "1").out
    )
    assert "withdrawn 2026-03-04 12:00, gone: HTTP 404" in hubwatch(*DB, "stories", "show", "1").out
    assert "practice-en (withdrawn)" in hubwatch(*DB, "stories").out
    assert "withdrawn 2026-03-04" in hubwatch(*DB, "search").out
    assert hubwatch(*DB, "search", "--json").json[0]["gone"]
    assert "**withdrawn 2026-03-04 12:00 (gone: HTTP 404)**" in digest(hubwatch, 2.5, "md").out
    visits.run({"a": A})
    shown = hubwatch(*DB, "show", "1")
    assert "withdrawn by its publisher" not in shown.out
    history = shown.out.split("History")[1]
    assert history.index("withdrawn: HTTP 404") < history.index("back")
    events = hubwatch(*DB, "show", "1", "--json").json["events"]
    assert [event["change"] for event in events] == ["new", "gone", "back"]
    assert "withdrawn" not in hubwatch(*DB, "search").out + hubwatch(*DB, "stories").out
    assert "**back 2026-03-05 12:00**" in digest(hubwatch, 3.5, "md").out


def test_what_moved_is_nowhere_said_to_be_withdrawn(visits: Visits, hubwatch: CommandLine) -> None:
    visits.run({"new": A})
    visits.gone(1)
    told = [
        hubwatch(*DB, *asked).out
        for asked in (("search",), ("show", "1"), ("show", "2"), ("stories",))
    ]
    told += [hubwatch(*DB, "stories", "show", "1").out, hubwatch(*DB, "why", "1").out]
    told.append(digest(hubwatch, 3.5, "md").out)
    for each in told:
        assert "withdrawn" not in each
    assert "http://e.test/new" in told[0]
    assert "also at" not in told[0]
    assert "moved to http://e.test/new: seen 2026-03-05 12:00, gone: HTTP 404" in told[1]
    assert "moved, seen 2026-03-05 12:00" in told[4]
    hits = {hit["id"]: hit["moved_to"] for hit in hubwatch(*DB, "search", "--json").json}
    assert hits == {1: "http://e.test/new", 2: None}
    assert hubwatch(*DB, "show", "1", "--json").json["moved_to"] == "http://e.test/new"


def test_what_left_its_list_and_still_answers_is_said(
    visits: Visits, hubwatch: CommandLine
) -> None:
    store, entry = visits.store, "http://e.test/"
    visits.run({name: body(sentences(n)) for n, name in enumerate("bc")})
    with store.writing() as tx:
        tx._db.execute("UPDATE articles SET dated_at = '2026-02-0' || CASE id WHEN 1 THEN 2 "
                       "WHEN 2 THEN 3 ELSE 1 END")  # fmt: skip

    def crawl(*names: str) -> None:
        visits.days += 1
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, visits.now)
            rows = [ListRow(f"{entry}{name}") for name in names]
            tx.lists.record_rows(run.id, entry, entry, rows, visits.now)
            tx.articles.mark_unchanged(1, visits.now)
            tx.runs.finish(run.id, visits.now, Outcome.OK, Counts())

    crawl("b", "a", "c")
    assert hubwatch(*DB, "show", "1", "--json").json["delisted"] is None
    crawl("b", "c")
    assert hubwatch(*DB, "show", "1", "--json").json["delisted"]
    assert "left the lists that named it: seen 2026-03-06 12:00" in hubwatch(*DB, "show", "1").out
    assert hubwatch(*DB, "search").out.count("left its lists") == 1
    crawl("b", "a", "c")
    assert hubwatch(*DB, "show", "1", "--json").json["delisted"] is None


def test_decisions_are_made_shown_listed_and_taken_back(
    visits: Visits, hubwatch: CommandLine
) -> None:
    rejected = hubwatch(*DB, "decisions", "add", "1", "reject", "--by", "Ana", "--why", "not ours")
    assert rejected.err == (
        "rejected story 1; `hubwatch --db a.db decisions undo 1` takes it back\n"
    )
    assert (
        "decisions undo 1`"
        in hubwatch(*DB, "decisions", "add", "1", "reject", "--by", "Ana", "--why", "not ours").err
    )
    for command in (("show", "1"), ("stories", "show", "1"), ("search",)):
        assert "rejected by Ana" in hubwatch(*DB, *command).out, command
    assert "rejected" in hubwatch(*DB, "stories").out
    for command in (("show", "1"), ("stories", "show", "1")):
        assert hubwatch(*DB, *command, "--json").json["state"] == "rejected"
    for name in ("search", "stories"):
        assert hubwatch(*DB, name, "--json").json[0]["state"] == "rejected"
    hubwatch(*DB, "decisions", "add", "1", "note", "--by", "Bo", "--why", "ask the bureau")
    disputed = hubwatch(*DB, "decisions", "add", "1", "accept", "--by", "Bo")
    assert "disputed: reject by Ana, accept by Bo" in disputed.err
    assert hubwatch(*DB, "decisions").out.count("\n") == 4
    listed = hubwatch(*DB, "decisions", "--by", "Bo", "--json").json
    assert [(one["id"], one["verb"], one["why"]) for one in listed] == [
        (3, "accept", ""),
        (2, "note", "ask the bureau"),
    ]
    assert "now story 1 (accepted by Bo)" in hubwatch(*DB, "decisions", "undo", "1").err
    assert len(hubwatch(*DB, "decisions", "--story", "1", "--json").json) == 2
    everything = hubwatch(*DB, "decisions", "--story", "1", "--all", "--json").json
    assert [bool(one["undone"]) for one in everything] == [False, False, True]
    said = hubwatch(*DB, "stories", "show", "1", "--json").json["decisions"]
    assert [one["verb"] for one in said] == ["reject", "note", "accept"]
    assert "reject by Ana, " in hubwatch(*DB, "stories", "show", "1").out


def test_a_rejected_story_is_left_out_of_digests_until_it_changes(
    visits: Visits, hubwatch: CommandLine
) -> None:
    hubwatch(*DB, "decisions", "add", "1", "reject", "--by", "Ana")
    visits.gone(1)
    left_out = digest(hubwatch, 2.5).json
    assert (left_out["sections"], left_out["coverage"]["rejected"]) == ([], 1)
    assert "1 story that people rejected left out." in left_out["coverage"]["summary"]
    visits.run({"a": B})
    (section,) = digest(hubwatch, 3.5).json["sections"]
    (item,) = section["items"]
    assert (item["state"], item["was_rejected"]) == ("open", True)
    assert "**rejected before it changed**" in digest(hubwatch, 3.5, "md").out
    assert "open again: reject by Ana, changed 2026-03-05" in hubwatch(*DB, "search").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("decisions", "add", "99", "accept", "--by", "Ana"), 1, "there is no story 99"),
        (("decisions", "add", "1", "accept"), 2, "--by"),
        (("decisions", "add", "1", "accept", "--by", " "), 2, "names nobody"),
        (("decisions", "add", "1", "note", "--by", "Ana"), 2, "a note needs a text"),
        (("decisions", "add", "1", "maybe", "--by", "Ana"), 2, "maybe"),
        (("decisions", "undo", "99"), 1, "there is no decision 99"),
        (("decisions", "--story", "99"), 1, "there is no story 99"),
        (("changes", "release", "99", "--by", "Ana"), 1, "run 99 holds no changes back"),
        (("changes", "nonsense"), 2, "nonsense"),
    ],
)
def test_mistakes_are_one_line(
    hubwatch: CommandLine, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ended = hubwatch(*DB, *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
    assert "Traceback" not in ended.err
