"""The first line of a TOML file, which leads editors to its schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwatch.toml import with_schema
from tests.support.cli import CommandLine
from tests.support.paths import ROOT

SHIPPED = {
    "source": ("scraper/sources/shipped/*.toml", "desk/practice/sources/*.toml"),
    "template": ("scraper/sources/templates/*.toml",),
    "watchlist": ("scraper/relevance/watchlist.toml",),
}


def led_to(text: str, beside: Path) -> Path:
    """The schema that a text leads to from where it lies."""
    directive, _, place = text.splitlines()[0].partition(" ")
    assert directive == "#:schema"
    return (beside / place.removeprefix("file://")).resolve()


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_leads_to_its_schema(name: str) -> None:
    found = [path for pattern in SHIPPED[name] for path in ROOT.glob(pattern)]
    assert found
    wrong = {
        path.name
        for path in found
        if led_to(path.read_text("utf-8"), path.parent) != schema_of(name)
    }
    assert wrong == set()


def test_a_configuration_that_init_writes_leads_to_its_schema(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    assert hubwatch("--config", "hubwatch.toml", "init").code == 0
    assert led_to((tmp_path / "hubwatch.toml").read_text("utf-8"), Path("/")) == schema_of(
        "hubwatch"
    )


def test_a_copy_of_the_watchlist_leads_to_its_schema(hubwatch: CommandLine, tmp_path: Path) -> None:
    assert hubwatch("watchlist", "copy", "mine.toml").code == 0
    text = (tmp_path / "mine.toml").read_text("utf-8")
    assert led_to(text, Path("/")) == schema_of("watchlist")
    assert text.count("#:schema") == 1


def test_a_line_that_leads_elsewhere_is_replaced() -> None:
    once = with_schema('#:schema ./source.json\nid = "a"\n', "source")
    assert once == with_schema('id = "a"\n', "source") == with_schema(once, "source")
    assert once.endswith('id = "a"\n')


def schema_of(name: str) -> Path:
    """Where a schema is."""
    return ROOT / "hubwatch" / "schemas" / f"{name}.json"
