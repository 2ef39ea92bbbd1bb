"""What the documents show can be typed: every command and option, every TOML file and key. Their
links lead somewhere, and all of them are pages of the site."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest

from desk.config import read_config
from hubwatch.errors import ConfigError
from hubwatch.toml import load_toml
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.build import template_from
from scraper.sources.cases import KEYS
from scraper.sources.load import check_selector, load_catalogue
from scraper.sources.write import source_of
from tests.support.paths import ROOT
from tests.support.shown import (
    DOCUMENTS,
    Shown,
    command_lines,
    complaint,
    tables,
)

SOURCE = """
id = "our-town"
name = "Our Town"
city = "Our Town"
language = "en"
template = "chinadaily"
home = "https://www.our-town.example/"
schedule = "every 2h"
"""
ENTRY = """
[[entry]]
kind = "list"
url = "https://www.our-town.example/news.html"
"""
TEMPLATE = """
id = "a-family"
name = "A family"
family = "a-family"
"""
TOPIC = """
[contexts]
innovation-china = ["Innovation China"]
association = ["association"]
trains = ["metro"]
denial = ["never"]
not = ["not"]
[[topic]]
id = "a-topic"
labels = { en = "A topic" }
[[topic.name]]
language = "en"
forms = ["a topic"]
"""


def read_source(text: str, path: Path) -> None:
    source_of(text, str(path), load_catalogue().templates)


def read_template(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    template_from(load_toml(path), check_selector)


def read_case(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    load_toml(path).only(("confirmed", *KEYS))


def read_with(read: Callable[[Path], object], text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    read(path)


READERS: tuple[tuple[str, str, Callable[[str, Path], object]], ...] = (
    ("", "", partial(read_with, read_config)),
    ("", "", partial(read_with, load_watchlist)),
    (TOPIC, "", partial(read_with, load_watchlist)),
    ("", "", read_source),
    (SOURCE, "", read_source),
    (SOURCE, ENTRY, read_source),
    ("", "", read_template),
    (TEMPLATE, "", read_template),
    ("", "", read_case),
)
"""What stands before and after a piece of a file, and who reads it."""


NOT_KNOWN = re.compile(r"unknown key|: (id|entry|topic|template): is missing")
"""Such a complaint says nothing of the table that is named, or that it is not one of this file."""


def unread(shown: Shown, folder: Path) -> list[str]:
    """What all readers complain of; nothing if one of them takes it. Of a table that is only named
    the values do not matter."""
    text = shown.text.replace("5e:0d:…", ":".join(["5e"] * 32))
    if text.count('"""') % 2:  # only its beginning is shown
        text += '"""'
    complaints = []
    for before, after, read in READERS:
        try:
            read(f"{before}{text}{after}", folder / "shown.toml")
        except (ConfigError, tomllib.TOMLDecodeError) as error:
            complaints.append(str(error))
            if shown.whole or NOT_KNOWN.search(complaints[-1]):
                continue
        return []
    return complaints


def test_every_command_that_is_shown_can_be_typed() -> None:
    shown = list(command_lines())
    assert len(shown) > 500  # a document that is read wrongly shows nothing
    assert [f"{one}: {wrong}" for one in shown if (wrong := complaint(one))] == []


def test_every_command_of_a_timetable_that_is_shown_is_called_so_today() -> None:
    """One by an old name would go on, and newcomers would learn it."""
    entries = []
    for shown in tables():
        with suppress(tomllib.TOMLDecodeError):  # a part of a file
            found = tomllib.loads(shown.text).get("timetable", [])
            entries += [(shown.place, each["command"]) for each in found if "command" in each]
    assert len(entries) > 5
    lines = [(place, c if isinstance(c, str) else shlex.join(c)) for place, c in entries]
    assert [one for one in lines if complaint(Shown(*one, True))] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("serach innovation", "cli has no command serach"),
        ("search innovation --form csv", "search has no option --form"),
        ("sources shwo guiyang-en", "sources has no command shwo"),
        ("digest --format odt", "form is one of"),
        ("digest issue 12", "issue wants --by"),
        ("show", "show wants 1 words, not 0"),
        ("show 1 2", "show takes 1 words, not 2"),
        ("decisions add 17 acept --by Ana", "verb is one of"),
        ("incidents ack 3 --by", "--by lacks its value"),
    ],
)
def test_a_command_that_cannot_be_typed_is_found(line: str, wrong: str) -> None:
    assert complaint(Shown("", line, True)).startswith(wrong)


def test_every_key_that_is_shown_is_known(tmp_path: Path) -> None:
    shown = list(tables())
    assert len(shown) > 50
    assert [f"{one}: {found}" for one in shown if (found := unread(one, tmp_path))] == []


@pytest.mark.parametrize("text", ["[limits]\nfree = 0", "[[entry]]\nkid = 0", "[nothing]", "a = 1"])
def test_a_key_that_is_not_known_is_found(text: str, tmp_path: Path) -> None:
    assert unread(Shown("", text, False), tmp_path)


def test_links_lead_to_files_of_the_repository() -> None:
    lost = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (path.parent / target).exists()
    ]
    assert lost == []


def test_every_page_is_in_the_contents_of_the_site() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"- (?:.*: )?(\S+\.md)$", contents, re.MULTILINE)
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md")]
    assert [page for page in pages if not any(fnmatch(page, each) for each in listed)] == []
