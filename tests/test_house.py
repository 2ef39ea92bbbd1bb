"""What of the house must not get worse; `python -m tests.house` prints all its figures."""

from __future__ import annotations

from tests import house
from tests.support.crawling import Crawl, source
from tests.support.servers import Server

EXECUTED = {"search": 21, "show": 46, "digest draft": 71}
"""Modules of our own that a command may execute at most; these figures only go down, but for the
one module by which none of their patterns is compiled before it is used."""
INNER_IMPORTS = 258
"""Imports inside functions at most; this figure only ever goes down."""
NOT_YET: set[str] = set()
"""Private words that still name something; `python -m tests.house --names` says what."""


def test_every_class_has_a_name_of_its_own() -> None:
    assert house.doubled_classes() == {}


def test_no_imports_go_in_a_circle() -> None:
    assert house.circles() == []


def test_no_class_lends_methods_to_another() -> None:
    assert house.mixins() == []


def test_imports_stand_at_the_top() -> None:
    assert house.inner_imports() <= INNER_IMPORTS


def test_no_private_word_names_anything() -> None:
    found = house.private_words()
    assert {word: places for word, places in found.items() if word not in NOT_YET} == {}
    assert set() == NOT_YET - set(found), "gone: take them out of NOT_YET, too"


def test_names_are_taken_apart_into_words() -> None:
    parts = {name: house.parts_of(name) for name in ("_ToldHTTPError", "CAUGHT_UP", "told2", "a")}
    assert parts == {
        "_ToldHTTPError": {"told", "http", "error"},
        "CAUGHT_UP": {"caught", "up"},
        "told2": {"told"},
        "a": {"a"},
    }


def test_light_commands_execute_few_modules(crawl: Crawl, server: Server) -> None:
    site = server.site("a.test")
    site.article("/a/1.htm", "Innovation in Guiyang")
    site.listing("/news.html", "/a/1.htm")
    crawl(source("a"))
    found = house.executed(crawl.archive)
    assert {name: count for name, count in found.items() if count > EXECUTED[name]} == {}


def test_the_list_of_modules_is_up_to_date() -> None:
    written = (house.ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")
    assert written == house.rooms(), "python -m tests.house --rooms > docs/rooms.md"
