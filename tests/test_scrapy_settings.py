"""Scrapy's settings in a crawl of ours: what is off, and what guards each request."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from scraper.crawl.project import crawl_settings
from scraper.crawl.request import CrawlRequest
from scraper.sources.model import Source
from scraper.spiders.spider import spider_class_for
from tests.support.crawling import source
from tests.support.make import NOW


def settings_of(asked: Source) -> Settings:
    """The settings of a source's crawler."""
    request = CrawlRequest("mailto:test@example.org", lambda: NOW)
    return Crawler(spider_class_for(asked, request), crawl_settings()).settings


@pytest.mark.parametrize(
    "name",
    [
        "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
        "COOKIES_ENABLED",
        "HTTPPROXY_ENABLED",
        "REFERER_ENABLED",
        "HTTPCACHE_ENABLED",
        "METAREFRESH_ENABLED",
    ],
)
def test_what_scrapy_has_on_is_off(name: str) -> None:
    assert settings_of(source("any")).getbool(name) is False


def test_only_http_is_spoken_and_certificates_are_checked() -> None:
    settings = settings_of(source("any"))
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    on = {name.rpartition(".")[2] for name in settings.getwithbase("EXTENSIONS")}
    assert on == {"CoreStats", "FeedExporter"}  # neither telnet nor remote control
    assert settings["STATS_CLASS"].endswith("MemoryStatsCollector")
    assert settings["TWISTED_DNS_RESOLVER"].endswith("GuardedResolver")


def test_a_request_needs_neither_scrapy_nor_twisted() -> None:
    code = (
        "import sys, scraper.crawl.request\n"
        "assert not {'scrapy', 'twisted', 'bs4'} & set(sys.modules), 'heavy imports'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
