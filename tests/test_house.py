"""What of the house must not get worse; `python -m tests.house` prints all its figures."""

from __future__ import annotations

from tests import house
from tests.support.crawling import Crawl, source
from tests.support.servers import Server

MIXINS = {
    "scraper.spiders.lists.Lists",  # a back-fill walks lists and sources in its own way
    "scraper.spiders.source.SourceCrawl",
    "storage.driver.Connection",  # which sqlite-utils' own class is joined with
}
"""What is left of inheriting to borrow methods."""
EXECUTED = {"search": 34, "show": 90, "digest draft": 150}
"""Modules of our own that a command may execute at most; these figures only ever go down."""


def test_every_class_has_a_name_of_its_own() -> None:
    assert house.doubled_classes() == {}


def test_no_imports_go_in_a_circle() -> None:
    assert house.circles() == []


def test_no_class_lends_methods_to_another() -> None:
    assert set(house.mixins()) <= MIXINS


def test_light_commands_execute_few_modules(crawl: Crawl, server: Server) -> None:
    site = server.site("a.test")
    site.article("/a/1.htm", "Innovation in Guiyang")
    site.listing("/news.html", "/a/1.htm")
    crawl(source("a"))
    found = house.executed(crawl.archive)
    assert {name: count for name, count in found.items() if count > EXECUTED[name]} == {}
