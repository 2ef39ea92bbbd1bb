"""`hubwatch digest`: of a period, to a file, and what it says of gaps, copies and edits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.types import Revise
from tests.support.cli import CommandLine
from tests.support.hub_city import at, hub_city_archive
from tests.support.make import NOW, SOURCE, insert


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return hub_city_archive(tmp_path / "news.db")


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


def test_digest_reports_a_real_edit_of_what_was_known(hubwatch: CommandLine, filled: Path) -> None:
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
