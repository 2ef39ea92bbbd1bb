"""`hubwatch search`, `show` and `sources runs`: what the archive answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.cli import CommandLine, Ended
from tests.support.desks import keep, page_of
from tests.support.hub_city import hub_city_archive
from tests.support.make import NOW, SOURCE


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return hub_city_archive(tmp_path / "news.db")


def test_search_finds_words_phrases_prefixes_and_han(hubwatch: CommandLine, filled: Path) -> None:
    for words in (("big data",), ("hub cit*",), ("hub", "programme")):
        found = hubwatch("--db", filled, "search", *words, "--json").json
        assert {hit["id"] for hit in found} == {1, 2}, words
    assert [hit["id"] for hit in hubwatch("--db", filled, "search", "贵阳", "--json").json] == [3]


def test_search_json_has_its_documented_keys(hubwatch: CommandLine, filled: Path) -> None:
    found = hubwatch("--db", filled, "search", "hub city", "--limit", "1", "--json").json
    keys = {"id", "title", "url", "source", "city", "published", "story", "matches"}
    assert keys <= found[0].keys()
    (first,) = [hit for hit in hubwatch("--db", filled, "search", "--json").json if hit["id"] == 1]
    assert first["published"] == "2026-03-01"
    assert (first["source"], first["city"]) == (SOURCE.id, SOURCE.city)
    assert [(m["topic"], m["phrase"]) for m in first["matches"]] == [("hub-city", "hub city")]


def test_search_filters(hubwatch: CommandLine, filled: Path) -> None:
    def ids(*args: str) -> set[int]:
        return {hit["id"] for hit in hubwatch("--db", filled, "search", *args, "--json").json}

    assert ids("--language", "zh") == {3}
    assert ids("--city", "guiyang") == {1, 2, 3, 4}
    assert ids("--city", "Zhongshan") == set()
    assert ids("--since", "2026-03-01") == {1, 2, 3, 4}
    assert ids("--since", "2026-03-02") == set()
    assert ids("--until", "2026-03-01") == {1, 2, 3, 4}
    assert ids("--until", "2026-02-28") == set()


def test_an_empty_result_names_the_archive_and_its_newest_item(
    hubwatch: CommandLine, filled: Path
) -> None:
    ended = hubwatch("--db", filled, "search", "zebra")
    assert (ended.code, ended.out) == (0, "")
    assert f"nothing found in {filled} (4 articles; newest: 2026-03-01 " in ended.err
    assert hubwatch("--db", filled, "search", "zebra", "--json").json == []


def test_a_page_cannot_move_the_terminals_cursor(hubwatch: CommandLine, filled: Path) -> None:
    for args in (("search", "trains"), ("show", "4"), ("digest", "--since", "2026-01-01")):
        out = hubwatch("--db", filled, *args).out
        assert "\x1b" not in out
        assert "Red" in out


def test_show_has_text_addresses_evidence_and_history(hubwatch: CommandLine, filled: Path) -> None:
    out = hubwatch("--db", filled, "show", 1).out
    for part in (
        "Guiyang chosen as hub city",
        "http://english.practice.test/2026-03/01/c_1.htm",
        "also at     http://kjj.practice.test/2026-03/01/c_9.htm",
        "95 million yuan",
        "template",
        "as first seen",
        "hub-city (core): “hub city” in the body",
    ):
        assert part in out, part
    shown = hubwatch("--db", filled, "show", "1", "--json").json
    assert shown["provenance"]["title"]["from"] == "template"
    assert [place["id"] for place in shown["also_at"]] == [2]
    assert [revision["number"] for revision in shown["revisions"]] == [1]


def test_show_of_an_unknown_article_is_one_line(hubwatch: CommandLine, filled: Path) -> None:
    ended = hubwatch("--db", filled, "show", 99)
    assert (ended.code, ended.err) == (1, f"hubwatch: {filled}: there is no article 99\n")


_HUGE = "9" * 20


@pytest.mark.parametrize(
    "command",
    [
        ("show", _HUGE), ("stories", "show", _HUGE), ("why", _HUGE), ("cite", _HUGE),
        ("decisions", "add", _HUGE, "accept", "--by", "Ana"), ("decisions", "--story", _HUGE),
        ("decisions", "undo", _HUGE), ("decisions", "correct", _HUGE, "title", "x", "--by", "A"),
        ("stories", "merge", "1", _HUGE, "--by", "Ana"),
        ("stories", "split", "1", _HUGE, "--by", "A"),
        ("digest", "show", _HUGE), ("incidents", "show", _HUGE), ("quarantine", "show", _HUGE),
        ("changes", "release", _HUGE, "--by", "Ana"), ("search", "x", "--limit", _HUGE),
        ("sources", "runs", "--limit", _HUGE), ("stories", "--limit", _HUGE),
        ("changes", "--limit", _HUGE),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_number_larger_than_any_is_a_mistake_explained_in_words(
    hubwatch: CommandLine, filled: Path, command: tuple[str, ...]
) -> None:
    done = hubwatch("--db", filled, *command)
    assert done.code in (1, 2)
    assert _HUGE in done.err and "Traceback" not in done.err


@pytest.mark.parametrize("when", ["0001-01-01", "0001-01-01T00:00", "9999-12-31T23:59-12:00"])
def test_a_day_beyond_the_ends_of_time_is_refused(
    hubwatch: CommandLine, filled: Path, when: str
) -> None:
    for command in (("search", "hub"), ("digest",), ("export",)):
        done = hubwatch("--db", filled, *command, "--since", when)
        assert (done.code, when in done.err) == (2, True)


def test_runs(hubwatch: CommandLine, filled: Path) -> None:
    (run,) = hubwatch("--db", filled, "sources", "runs", "--json").json
    keys = [
        "source",
        "outcome",
        "listed",
        "fetched",
        "unchanged",
        "new",
        "changed",
        "quarantined",
        "failed",
        "seconds",
    ]
    assert list(run)[: len(keys)] == keys
    assert (run["outcome"], run["new"], run["seconds"]) == ("ok", 4, 7200.0)
    assert SOURCE.id in hubwatch("--db", filled, "sources", "runs").out


def test_show_prints_one_first_seen_in_the_zone_of_the_configuration(
    hubwatch: CommandLine, filled: Path
) -> None:
    Path("hubwatch.toml").write_text('timezone = "Europe/Berlin"\n', encoding="utf-8")
    here = ("--config", "hubwatch.toml", "--db", filled)
    told = hubwatch(*here, "show", "1").out
    assert "first seen 2026-03-02 05:00, last 2026-03-02 05:00 (Europe/Berlin)" in told
    (row,) = (line for line in told.splitlines() if "first sight" in line)
    assert row.split()[:5] == ["first", "seen", "2026-03-02", "05:00", "(Europe/Berlin)"]
    (seen,) = (
        each
        for each in hubwatch(*here, "show", "1", "--json").json["dates"]
        if each["rule"] == "first sight"
    )
    assert (seen["date"], seen["zone"]) == ("2026-03-02T04:00:00+00:00", "UTC")


def test_json_is_the_same_for_the_same_archive_and_moment(
    hubwatch: CommandLine, filled: Path
) -> None:
    args = ("--db", filled, "digest", "--since", "2026-03-01", "--until", "2026-03-03")
    first, second = (hubwatch(*args, "--format", "json").out for _ in range(2))
    assert first == second
    assert json.loads(first)["zone"] == "Asia/Shanghai"


def test_a_list_that_a_limit_cuts_says_how_many_there_are(
    hubwatch: CommandLine, filled: Path
) -> None:
    def run(*words: str) -> Ended:
        return hubwatch("--db", filled, *words)

    every = run("search", "--limit", "1000", "--json").json
    stories = {hit["story"] for hit in every}
    assert len(every) > 1
    cut = run("search", "--limit", "1", "--json")
    assert len(cut.json) == 1
    assert f"1 of {len(every)} shown; `--limit {len(every)}` shows all" in cut.err
    assert f"1 of {len(stories)} shown" in run("search", "--limit", "1").err
    assert f"1 of {len(stories)} shown" in run("stories", "--limit", "1").err
    assert "shown" not in run("search", "--limit", "1000").err
    assert "shown" not in run("stories", "--limit", str(len(stories))).err


def test_a_search_puts_stories_of_one_event_under_the_first(
    archive: Path, hubwatch: CommandLine
) -> None:
    keep(
        archive,
        page_of(1, title="A port opens", language="en"),
        page_of(2, title="Something else", language="en"),
        page_of(3, title="港口开港", language="zh"),
    )
    with Archive.open(archive) as store, store.writing() as tx:
        tx.stories.events.say(together=True, articles=[3, 1], person="Ana", why="", now=NOW)
    plain = ("--db", archive, "search", "something")
    found = {hit["id"]: hit["event"] for hit in hubwatch(*plain, "--json").json}
    assert found == {1: 1, 2: 2, 3: 1}
    out = hubwatch(*plain, "--newest").out
    heads = [int(line.split()[0]) for line in out.splitlines() if line[:5].strip().isdigit()]
    assert heads == [3, 1, 2]
    assert "the same event as story 1" in out
    assert out.count("the same event") == 2
    alone = hubwatch("--db", archive, "search", "港口").out
    assert "the same event as story 1" in alone
