"""Packs of shipped sources: each in one, the hub cities' in use, the others when somebody wants."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scraper.configuration import CrawlConfig
from scraper.sources.load import SHIPPED
from scraper.sources.packs import pack_of, packs, prior_evidence
from tests.support.cli import CommandLine

(DEFAULT_PACK,) = CrawlConfig().packs
IDS = {path.stem for path in SHIPPED.glob("*.toml")}


def enabled(hubwatch: CommandLine) -> set[str]:
    found = hubwatch("--config", "hubwatch.toml", "sources", "--json").json
    return {each["id"] for each in found if each["enabled"]}


def write(*lines: str) -> None:
    Path("hubwatch.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_every_shipped_source_is_in_one_pack() -> None:
    named = [each for pack in packs().values() for each in pack.sources]
    assert sorted(named) == sorted(IDS)


def test_the_default_pack_is_of_the_beat() -> None:
    wanted = {"guiyang-en", "guiyang-en-kjj", "wuhan-zh-kjj", "cast-zh", "kczg-zh", "most-zh"}
    assert wanted <= set(packs()[DEFAULT_PACK].sources)
    assert {pack_of(each) for each in ("moa-zh-pigs", "mof-zh-tariffs", "cmse-zh")} == {
        "agriculture", "finance", "spaceflight"
    }  # fmt: skip


def test_without_a_word_the_default_pack_is_crawled(hubwatch: CommandLine) -> None:
    write('archive = "hubwatch.db"')
    assert enabled(hubwatch) == set(packs()[DEFAULT_PACK].sources)


def test_packs_single_sources_and_own_ones_come_on_top(hubwatch: CommandLine) -> None:
    write('packs = ["spaceflight"]', 'also = ["guiyang-en"]')
    assert enabled(hubwatch) == {"cmse-zh", "guiyang-en"}
    own = (SHIPPED / "moa-zh-pigs.toml").read_text("utf-8")
    Path("sources").mkdir()
    Path("sources/moa-zh-pigs.toml").write_text(own, encoding="utf-8")
    Path("sources/mine.toml").write_text(own.replace('"moa-zh-pigs"', '"mine"'), encoding="utf-8")
    assert enabled(hubwatch) == {"cmse-zh", "guiyang-en", "moa-zh-pigs", "mine"}
    write('packs = ["spacefligt"]')
    ended = hubwatch("--config", "hubwatch.toml", "sources")
    assert (ended.code, "did you mean 'spaceflight'?" in ended.err) == (2, True)


def test_enable_and_disable_write_what_is_needed(hubwatch: CommandLine) -> None:
    at = ("--config", "hubwatch.toml", "sources")
    contact = 'contact = "mailto:a@b.example"'
    write("# ours", contact, 'archive = "hubwatch.db"', "", "[digest]", 'title = "disabled = []"')
    before = Path("hubwatch.toml").read_text("utf-8")
    assert hubwatch(*at, "enable", "cmse-zh").code == 0
    assert hubwatch(*at, "enable", "agriculture").code == 0
    assert hubwatch(*at, "disable", "moa-zh-pigs").code == 0
    assert hubwatch(*at, "disable", "guiyang-en").code == 0
    text = Path("hubwatch.toml").read_text("utf-8")
    assert tomllib.loads(text)["packs"] == ["hub-cities", "agriculture"]
    found = enabled(hubwatch)
    assert {"cmse-zh", "moa-zh", "lswz-zh"} <= found
    assert not {"moa-zh-pigs", "guiyang-en"} & found
    assert text.startswith("# ours")
    assert text.endswith('[digest]\ntitle = "disabled = []"\n')
    assert hubwatch(*at, "disable", "agriculture").code == 0
    assert hubwatch(*at, "disable", "cmse-zh").code == 0
    assert hubwatch(*at, "enable", "moa-zh-pigs").code == 0
    assert hubwatch(*at, "disable", "moa-zh-pigs").code == 0
    assert hubwatch(*at, "enable", "guiyang-en").code == 0
    assert enabled(hubwatch) == set(packs()[DEFAULT_PACK].sources)
    assert hubwatch(*at, "enable", "no-such").code == 2
    assert len(before) < len(text)


@pytest.mark.parametrize(
    "text",
    [
        "disabled = [\n  'a-b', # why\n  \"c\",\n]\n[x]\n",
        "disabled = ['a-b','c']",
        "disabled = [] # none\n",
        'note = """\ndisabled = ["x"]\n[y]\n"""\n[z]\ndisabled = ["q"]\n',
    ],
)
def test_only_the_list_changes(tmp_path: Path, text: str) -> None:
    from desk.config_edit import add_to_list, remove_from_list

    path = tmp_path / "hubwatch.toml"
    path.write_text(text, encoding="utf-8")
    was = tomllib.loads(text)
    assert add_to_list(path, "disabled", "new-one")
    assert not add_to_list(path, "disabled", "new-one")
    now = tomllib.loads(path.read_text("utf-8"))
    assert set(now.pop("disabled")) == {*was.get("disabled", []), "new-one"}
    assert now == {key: value for key, value in was.items() if key != "disabled"}
    assert remove_from_list(path, "disabled", "new-one")
    assert tomllib.loads(path.read_text("utf-8")).get("disabled", []) == was.get("disabled", [])


def test_what_a_public_record_saw_is_shown_with_its_day(hubwatch: CommandLine) -> None:
    write('archive = "hubwatch.db"')
    named = [each for each in IDS if prior_evidence(each)]
    assert len(named) == 32
    shown = hubwatch("--config", "hubwatch.toml", "sources", "show", "wuhan-zh")
    assert "working on 2026-01-04" in shown.out
    failing = hubwatch("--config", "hubwatch.toml", "sources", "show", "nrta-zh")
    assert "last working on 2025-06-06" in failing.out
    never = hubwatch("--config", "hubwatch.toml", "sources", "show", "shenzhen-zh", "--json").json
    assert never["seen_before"] == {
        "seen": "never",
        "last": None,
        "until": "2026-01-04",
        "sure": True,
    }
