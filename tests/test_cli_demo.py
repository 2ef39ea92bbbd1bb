"""The demo does what the README promises, over real HTTP, and its hints work as printed."""

from __future__ import annotations

import shlex
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from desk.practice.demo import REVIEWER, set_stage
from desk.practice.portal import Truth, truth
from desk.practice.server import serve
from storage.archive import Archive
from storage.types import Change
from tests.support.cli import CommandLine

ANCHOR = date(2026, 3, 2)
NOW = ("--now", "2026-03-08T09:00+08:00")
ARCHIVE = Path("hubwatch-demo/hubwatch.db")


def urls_of(change: Change, after: int) -> set[str]:
    with Archive.open_readonly(ARCHIVE) as store:
        ids = [
            event.article_id for event in store.revisions.events(after) if event.change is change
        ]
        found = [store.articles.get(number) for number in ids]
    return {article.url for article in found if article}


def last_event() -> int:
    with Archive.open_readonly(ARCHIVE) as store:
        return store.revisions.events()[-1].seq


@pytest.mark.slow
def test_three_demos(hubwatch: CommandLine) -> None:
    first = hubwatch(*NOW, "demo")
    assert first.code == 0, first.err
    holds = truth(ANCHOR, 1)
    assert f"{len(holds.served())} new, 0 changed, 0 gone" in first.out
    assert f"{holds.stories()} stories" in first.out
    digest = Path("hubwatch-demo/digest-day-1.html")
    assert str(digest) in first.out
    assert digest.read_text().startswith("<!doctype html>")
    for line in first.out.split("Try next")[1].split("\n")[1:4]:
        command = shlex.split(line)
        assert command[0] == "hubwatch"
        ended = hubwatch(*command[1:])
        assert (ended.code, bool(ended.out)) == (0, True), line

    figures_are_confirmed_by_a_person(hubwatch)
    seen = last_event()
    again = hubwatch(*NOW, "demo")
    assert "0 new, 0 changed, 0 gone; 0 article pages fetched" in again.out
    assert last_event() == seen

    second = hubwatch(*NOW, "demo", "--day", 2)
    assert second.code == 0, second.err
    today = truth(ANCHOR, 2)
    for change, articles in (
        (Change.NEW, today.new()),
        (Change.CHANGED, today.changed()),
        (Change.GONE, today.gone()),
    ):
        assert urls_of(change, seen) == {article.url for article in articles}, change
    (polished,), (edited,) = today.cosmetic(), today.changed()
    assert f"cosmetic {polished.story.title}" in second.out
    assert f"changed  {edited.text(2).title}" in second.out
    assert "same     practice-en-jw (its list was redesigned: read all the same)" in second.out
    page = Path("hubwatch-demo/digest-day-2.html").read_text()
    assert "Updated or withdrawn" in page
    assert "older article" not in page

    day_two_is_one_material_one_cosmetic_change_and_one_withdrawal(hubwatch)
    a_story_is_one_line(hubwatch)

    back = hubwatch(*NOW, "demo", "--day", 1)
    assert back.code == 2
    assert "the demo is at day 2 already" in back.err

    dry = hubwatch("--config", "hubwatch-demo/hubwatch.toml", "reread", "pages", "--dry-run")
    assert "0 would change, 0 no longer readable" in dry.err


def figures_are_confirmed_by_a_person(hubwatch: CommandLine) -> None:
    here = ("--config", "hubwatch-demo/hubwatch.toml")
    said = hubwatch(*here, "facts", "--confirmed", "--limit", "999", "--json").json
    assert {one["by"] for one in said} == {REVIEWER}
    assert {one["review"] for one in said} == {"confirmed", "corrected"}
    page = Path("hubwatch-demo/digest-day-1.html").read_text()
    assert "enterprises: 2,846" in page
    assert "走访企业: 2,846" not in page  # the same event, the same figure: told once
    assert "Also reported in Chinese by" in page
    assert "not confirmed" not in page
    every = hubwatch(*here, "facts", "--limit", "9999", "--json").json
    assert len(every) > 10 * len(said)
    assert not [one for one in every if "not of 6,400" in one["sentence"] and one["value"] == 6400]


HERE = ("--config", "hubwatch-demo/hubwatch.toml", "--now", "2026-03-03T13:00+08:00")


def day_two_is_one_material_one_cosmetic_change_and_one_withdrawal(hubwatch: CommandLine) -> None:
    today = truth(ANCHOR, 2)
    found = hubwatch(*HERE, "changes", "--limit", "99", "--json").json
    assert {(each["weight"], each["url"]) for each in found} == {
        *(("material", article.url) for article in today.changed()),
        *(("cosmetic", article.url) for article in today.cosmetic()),
    }
    assert len(found) == 2
    (gone,) = today.gone()
    stories = hubwatch(*HERE, "stories", "--limit", "999", "--json").json
    assert [p["url"] for story in stories for p in story["articles"] if p["gone"]] == [gone.url]
    made = hubwatch(*HERE, "digest", "--since", "24h", "--format", "json").json
    (touched,) = [part for part in made["sections"] if part["heading"] == "Updated or withdrawn"]
    updated = {item["url"]: item["updates"] for item in touched["items"] if item["updated"]}
    assert set(updated) == {article.url for article in today.changed()}
    assert all("36 → 41" in update["what"] for (update,) in updated.values())
    withdrawn = {i["url"]: i["withdrawn_evidence"] for i in touched["items"] if i["withdrawn"]}
    assert withdrawn == {gone.url: "gone: HTTP 404"}
    assert len(touched["items"]) == 2


def a_story_is_one_line(hubwatch: CommandLine) -> None:
    today = truth(ANCHOR, 2)
    out = hubwatch(*HERE, "search", "--limit", "999").out
    lines = [line for line in out.splitlines() if line[:5].strip().isdigit()]
    assert len(lines) == len(by_story(today)), "the withdrawn one too"
    (edited,) = today.changed()
    listed = out.split(edited.text(2).title)[1].split("http://")[0]
    assert "updated since: 2026-03-03 12:00, numbers: 36 → 41" in listed
    assert out.count("updated since: ") == 1
    assert out.count("also at ") == sum(len(story) > 1 for story in by_story(today))
    made = hubwatch(*HERE, "digest", "--since", "30d", "--format", "json").json
    told = [item["story_id"] for part in made["sections"] for item in part["items"]]
    assert len(told) == len(set(told)) > 0


def by_story(today: Truth) -> list[list[str]]:
    """The addresses of every story there is or was."""
    stories: dict[str, list[str]] = defaultdict(list)
    for article in today.articles:
        stories[article.story.news].append(article.url)
    return [*stories.values()]


@pytest.mark.slow
def test_a_first_demo_of_a_later_day_lists_key_items_and_names_its_own_archive(
    hubwatch: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_DB", "elsewhere.db")
    out = hubwatch(*NOW, "demo", "--day", 3).out
    assert "  key      " in out
    assert "  new      " not in out
    for line in out.split("Try next")[1].split("\n")[1:4]:
        ended = hubwatch(*shlex.split(line)[1:])
        assert (ended.code, bool(ended.out)) == (0, True), line
    assert not Path("elsewhere.db").exists()


@pytest.mark.slow
def test_a_crawl_by_configuration_speaks_json(hubwatch: CommandLine, tmp_path: Path) -> None:
    from desk.practice.demo import practice_config

    config = tmp_path / "practice.toml"
    with serve(ANCHOR, 1) as served:
        config.write_text(practice_config(served.hosts), encoding="utf-8")
        missing = hubwatch("--config", config, "crawl", "practice-feed")
        assert missing.code == 1
        assert "there is no archive" in missing.err
        assert not served.log
        hubwatch("--config", config, "init")
        ended = hubwatch("--config", config, "crawl", "practice-feed", "--json")
        page = truth(ANCHOR, 1).of_source("practice-en")[0].url
        single = hubwatch("--config", config, "crawl", page, "--json")
    (run,) = ended.json_lines
    assert (ended.code, run["source"], run["outcome"]) == (0, "practice-feed", "ok")
    assert (
        run["new"]
        == run["fetched"]
        == run["listed"]
        == len(truth(ANCHOR, 1).of_source("practice-feed"))
    )
    assert (single.json_lines[0]["source"], single.json_lines[0]["new"]) == ("practice-en", 1)


@pytest.mark.slow
def test_a_page_goes_to_an_enabled_source_and_to_the_one_that_has_it(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    from desk.practice.demo import practice_config
    from desk.practice.portal import sources_folder

    twin = (sources_folder() / "practice-en.toml").read_text("utf-8")
    twin = twin.replace('id = "practice-en"', 'id = "a-twin"')
    own, config = tmp_path / "own", tmp_path / "practice.toml"
    own.mkdir()
    with serve(ANCHOR, 1) as served:
        one, other = (each.url for each in truth(ANCHOR, 1).of_source("practice-en")[:2])
        # Of two that stand equally near the nearer home wins, and that is the twin's.
        home = one.rpartition("/")[0] + "/"
        (own / "a-twin.toml").write_text(
            twin.replace("http://english.practice.test/", home, 1), "utf-8"
        )
        both = f'sources = ["{own.as_posix()}", '
        text = practice_config(served.hosts).replace("sources = [", both)
        config.write_text(text, encoding="utf-8")
        run = ("--config", config)
        hubwatch(*run, "init")
        asked = [
            hubwatch(*run, "crawl", one, "--json").json_lines[0]["source"],
            hubwatch(*run, "crawl", "a-twin", "--json").json_lines[0]["source"],
            hubwatch(*run, "crawl", other, "--json").json_lines[0]["source"],
        ]
    assert asked == ["practice-en", "a-twin", "a-twin"]
    with Archive.open_readonly(tmp_path / "hubwatch.db") as store:
        first, second = store.articles.at_url(one)
        assert first.story_id == second.story_id
        assert not {each.url for each in first.also_at} & {one}


@pytest.mark.slow
def test_a_portal_that_is_down_fails_in_one_word(hubwatch: CommandLine, tmp_path: Path) -> None:
    from desk.practice.demo import practice_config

    config = tmp_path / "practice.toml"
    with serve(ANCHOR, 1) as served:
        config.write_text(practice_config(served.hosts), encoding="utf-8")
    hubwatch("--config", config, "init")
    ended = hubwatch("--config", config, "crawl", "practice-feed", "--json")
    assert ended.code == 1
    assert ended.json_lines[0]["outcome"] in ("net_error", "robots")


def test_the_timetable_shows_every_enabled_source(hubwatch: CommandLine) -> None:
    from desk.practice.demo import practice_config

    Path("practice.toml").write_text(practice_config({}), encoding="utf-8")
    hubwatch("--config", "practice.toml", "init")
    rows = hubwatch("--config", "practice.toml", *NOW, "timetable", "--json").json
    assert {row["source"] for row in rows} >= {"practice-en", "practice-zh", "practice-feed"}
    assert all(row["next"] > "2026-03-02T01:00" and row["outcome"] is None for row in rows)


def test_the_demo_leaves_alone_what_somebody_added_to_its_configuration(tmp_path: Path) -> None:
    first = set_stage(tmp_path / "demo", 1, ANCHOR)
    written = first.config.read_text("utf-8")
    own = f'{written}\n[[delivery]]\nname = "贵阳"\n'
    first.config.write_text(own, "utf-8")
    for day in (1, None, 2, 3):
        assert set_stage(tmp_path / "demo", day, ANCHOR).config.read_text("utf-8") == own
    first.config.unlink()
    assert set_stage(tmp_path / "demo", 4, ANCHOR).config.read_text("utf-8") == written
