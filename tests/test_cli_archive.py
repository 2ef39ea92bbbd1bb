"""Questions to the archive: search, show, runs, digest, and what reparse does to it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.relevance.records import Relevance
from storage.runs.records import Counts, FetchKind
from storage.types import Grade, Match, Outcome, Revise
from tests.support.cli import CommandLine
from tests.support.make import BODY, NOW, SOURCE, capture, insert

LATER = NOW + timedelta(hours=2)
LONG = "枢纽城市建设工作会议在贵阳举行，会议提出加快大数据产业发展，推动科技创新成果转化。" * 4


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An archive with a hub-city story at two addresses, one in Chinese, and an odd title."""
    path = tmp_path / "news.db"
    intents = [
        insert(),
        insert(url="http://kjj.practice.test/2026-03/01/c_9.htm", title="The same elsewhere"),
        insert(
            url="http://english.practice.test/2026-03/01/c_2.htm",
            title="贵阳推进创新枢纽城市建设",
            body=LONG,
            language="zh",
        ),
        insert(
            url="http://english.practice.test/2026-03/01/c_3.htm",
            title="\x1b[31m[bold]Red[/bold] <b>title</b>",
            body="Every day a text about trains. " * 8,
        ),
    ]
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for intent in intents:
            snapshot = tx.pages.keep(SOURCE.id, capture(), FetchKind.ARTICLE)
            tx.articles.apply(
                intent, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot
            )
        match = Match("hub-city", Grade.CORE, "hub city", "body", 30, BODY.split("\n")[0])
        tx.relevance.replace(1, Relevance("v1", (match,)))
        tx.runs.finish(run.id, LATER, Outcome.OK, Counts(listed=4, fetched=4, new=4))
    return path


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
        ("show", _HUGE), ("story", _HUGE), ("why", _HUGE), ("cite", _HUGE),
        ("decide", _HUGE, "accept", "--by", "Ana"), ("decisions", "--story", _HUGE),
        ("decisions", "undo", _HUGE), ("correct", _HUGE, "title", "x", "--by", "A"),
        ("story", "merge", "1", _HUGE, "--by", "Ana"), ("story", "split", "1", _HUGE, "--by", "A"),
        ("digest", "show", _HUGE), ("incidents", "show", _HUGE), ("quarantine", "show", _HUGE),
        ("changes", "release", _HUGE, "--by", "Ana"), ("search", "x", "--limit", _HUGE),
        ("runs", "--limit", _HUGE), ("stories", "--limit", _HUGE), ("changes", "--limit", _HUGE),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_number_larger_than_any_is_a_mistake_told_in_words(
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
    (run,) = hubwatch("--db", filled, "runs", "--json").json
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
    assert SOURCE.id in hubwatch("--db", filled, "runs").out


def at(moment: str = "2026-03-03T12:00+08:00") -> tuple[str, str]:
    return "--now", moment


@pytest.mark.slow
def test_digest_to_a_file_takes_its_format_from_the_ending(
    hubwatch: CommandLine, filled: Path, tmp_path: Path
) -> None:
    for ending, begins in (
        ("html", b"<!doctype html>"),
        ("md", b"# Hub-city"),
        ("csv", b"\xef\xbb\xbfnumber,"),
        ("json", b"{"),
    ):
        target = tmp_path / f"digest.{ending}"
        ended = hubwatch("--db", filled, *at(), "digest", "--since", "7d", "-o", target)
        assert ended.code == 0
        assert target.read_bytes().startswith(begins)
        assert "3 items" in ended.err
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".digest")] == []


def test_show_tells_one_first_sight_in_the_zone_of_the_configuration(
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


def test_digest_joins_copies_and_can_be_limited(hubwatch: CommandLine, filled: Path) -> None:
    made = hubwatch("--db", filled, *at(), "digest", "--format", "json", "--relevant").json
    (section,) = made["sections"]
    (item,) = section["items"]
    assert section["heading"] == "Key items"
    assert item["phrase"] == "hub city"
    assert [place["url"] for place in item["also_at"]] == [
        "http://kjj.practice.test/2026-03/01/c_9.htm"
    ]
    assert made["coverage"]["scanned"] == 1


def test_digest_of_a_quiet_period_says_so(hubwatch: CommandLine, filled: Path) -> None:
    moment = at("2027-03-03T12:00+08:00")
    ended = hubwatch("--db", filled, *moment, "digest", "--since", "24h")
    assert "Nothing new in this period" in ended.out
    assert str(filled) in ended.err


def test_a_digest_names_what_is_enabled_and_was_not_scanned(
    hubwatch: CommandLine, filled: Path
) -> None:
    Path("hubwatch.toml").write_text('enabled = ["foshan-en", "zhongshan-en"]\n', encoding="utf-8")
    here = ("--config", "hubwatch.toml", "--db", filled, "--now", "2027-03-03T12:00+08:00")

    def gaps(told: str) -> list[str]:
        return [name for name in ("Practice City", "Foshan", "Zhongshan") if name in told]

    quiet = hubwatch(*here, "digest", "--since", "24h", "--format", "txt").out
    coverage, _, sources = " ".join(quiet.split()).partition("SOURCES")
    assert "Not scanned: Foshan" in coverage
    assert gaps(coverage) == gaps(sources) == ["Foshan", "Zhongshan"]
    then = hubwatch(*here, "digest", "--since", "2026-03-01", "--format", "json").json["coverage"]
    assert "Not enabled: Practice City (English) (1 run, 3 items). Not scanned: " in then["summary"]
    assert {each["id"]: each["enabled"] for each in then["sources"]} == {
        "foshan-en": True,
        SOURCE.id: False,
        "zhongshan-en": True,
    }


def test_drafts_go_by_what_is_enabled_when_they_are_made(
    hubwatch: CommandLine, filled: Path
) -> None:
    config = Path("hubwatch.toml")
    here = ("--config", config, "--db", filled, "--now", "2026-03-05T12:00+08:00")

    def told(number: int) -> str:
        shown = hubwatch(*here, "digest", "render", number, "--format", "txt").out
        return " ".join(shown.split()).partition("SOURCES")[0].partition("Not scanned:")[2]

    config.write_text('enabled = ["foshan-en"]\n', encoding="utf-8")
    hubwatch(*here, "digest", "draft", "--since", "2026-03-04", "--by", "Ana")
    assert "Foshan" in told(1)
    share = f'[[delivery]]\nname = "share"\nkind = "folder"\nfolder = "{filled.parent}"\n'
    config.write_text(f'enabled = ["zhongshan-en"]\n{share}', encoding="utf-8")
    assert "Zhongshan" not in told(1)  # a draft stays as it is until somebody has it made anew
    hubwatch(*here, "digest", "edit", 1, "--refresh", "--by", "Ana")
    assert "Zhongshan" in told(1)
    assert "Foshan" not in told(1)
    hubwatch(*here, "digest", "deliver", "--since-last")
    assert "Zhongshan" in told(2)


def test_digest_tells_a_real_edit_of_what_was_known(hubwatch: CommandLine, filled: Path) -> None:
    edited = insert(title="Guiyang not chosen as hub city")
    with Archive.open(filled) as store, store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW + timedelta(days=2))
        revise = Revise(1, edited.reading, edited.content_hash, edited.body_hash, ("title",))
        tx.articles.apply(revise, source_id=SOURCE.id, run_id=run.id, now=NOW + timedelta(days=2))
    now = at("2026-03-04T13:00+08:00")
    made = hubwatch("--db", filled, *now, "digest", "--since", "24h", "--format", "json").json
    (section,) = made["sections"]
    assert section["heading"] == "Updated or withdrawn"
    assert [item["title"] for item in section["items"]] == ["Guiyang not chosen as hub city"]


def test_json_is_the_same_for_the_same_archive_and_moment(
    hubwatch: CommandLine, filled: Path
) -> None:
    args = ("--db", filled, "digest", "--since", "2026-03-01", "--until", "2026-03-03")
    first, second = (hubwatch(*args, "--format", "json").out for _ in range(2))
    assert first == second
    assert json.loads(first)["zone"] == "Asia/Shanghai"
