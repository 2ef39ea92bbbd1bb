"""The small parts of a crawl: turns, waits, figures, settings, log lines."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from scraper.crawl.log import event
from scraper.crawl.project import project_settings
from scraper.crawl.request import CrawlRequest
from scraper.crawl.space import Space
from scraper.middlewares.throttle import LONGEST_WAIT, HostThrottle, wait_until
from scraper.sources.model import Bounds, Source
from scraper.spiders.budget import Budget, resident_bytes
from scraper.spiders.fetch import validator_of
from scraper.spiders.spider import spider_class_for
from scraper.spiders.tally import Tally
from storage.types import Change, Outcome
from tests.support.crawling import source
from tests.support.make import NOW, capture


def _times(gate: HostThrottle, *hosts: str) -> list[float]:
    """When each request passes the gate, all asked at once, each taking 0.05 s."""

    async def one(host: str, times: list[float]) -> None:
        async with gate.turn(host):
            times.append(time.monotonic())
            await asyncio.sleep(0.05)

    async def everything() -> list[float]:
        began, times = time.monotonic(), list[float]()
        await asyncio.gather(*(one(host, times) for host in hosts))
        return [at - began for at in times]

    return asyncio.run(everything())


def test_one_request_a_host_at_a_time() -> None:
    first, second, third = _times(HostThrottle(), "a", "a", "b")
    assert max(first, second) < 0.04
    assert third >= 0.05


def test_the_longest_pause_wins() -> None:
    gate = HostThrottle()
    gate.ask_pause("a", timedelta(seconds=0.2))
    gate.ask_pause("a", timedelta(seconds=0.1))
    first, second = _times(gate, "a", "a")
    assert second - first >= 0.19


def test_practice_hosts_bear_several() -> None:
    assert max(_times(HostThrottle({"a"}), "a", "a", "a")) < 0.04


@given(st.text(max_size=40))
def test_no_wait_is_past_or_beyond_its_cap(text: str) -> None:
    until = wait_until(text, NOW)
    assert until is None or NOW < until <= NOW + LONGEST_WAIT


def _ending(tally: Tally) -> Outcome:
    return tally.ending().outcome


def test_the_word_of_a_run() -> None:
    tally = Tally(lists_read=1)
    assert _ending(tally) is Outcome.OK
    tally.count("one", Change.NEW, Outcome.OK)
    assert _ending(tally) is Outcome.OK
    tally.fail(Outcome.TIMEOUT)
    assert _ending(tally) is Outcome.PARTIAL
    assert tally.ending().reason == "1 failed: timeout 1"


def test_nothing_usable_is_named_by_its_commonest_fault() -> None:
    tally = Tally(lists_read=1)
    for outcome in (Outcome.TIMEOUT, Outcome.BLOCKED, Outcome.BLOCKED):
        tally.fail(outcome)
    assert _ending(tally) is Outcome.BLOCKED


def test_pages_that_all_read_empty_are_a_redesign() -> None:
    tally = Tally(lists_read=1)
    for key in "abc":
        tally.count(key, Change.QUARANTINED, Outcome.EMPTY)
    assert _ending(tally) is Outcome.LAYOUT_CHANGED


def test_an_address_is_counted_once() -> None:
    tally = Tally(lists_read=1)
    tally.unchanged.update({"a", "b", "c"})
    tally.count("a", None, Outcome.UNCHANGED)
    tally.count("b", Change.CHANGED, Outcome.OK)
    tally.count("c", Change.GONE, Outcome.GONE)
    counts = tally.counts()
    assert (counts.unchanged, counts.changed, counts.gone) == (1, 1, 1)


def test_pages_run_out() -> None:
    budget = Budget(Bounds(pages=2), Space(Path(), 0))
    assert budget.spent() == ""
    budget.begin()
    budget.begin()
    assert budget.spent() == "2 pages fetched"


def test_memory_is_measured() -> None:
    assert resident_bytes() > 10_000_000


def test_row_21_a_date_from_the_future_is_no_validator() -> None:
    headers = (
        ("last-modified", "Tue, 03 Mar 2026 04:00:00 GMT"),
        ("date", "Mon, 02 Mar 2026 04:00:00 GMT"),
    )
    assert validator_of(capture(headers=headers), NOW) is None
    validator = validator_of(capture(headers=(*headers, ("etag", '"x"'))), NOW)
    assert validator is not None
    assert (validator.etag, validator.last_modified) == ('"x"', None)


def test_log_lines_stay_on_one_line() -> None:
    line = event("crawled", source="guiyang-en", reason='says "no"\nand a=b')
    assert line == 'crawled source=guiyang-en reason="says \\"no\\" and a=b"'


def settings_of(asked: Source) -> Settings:
    """The settings of a source's crawler."""
    request = CrawlRequest("mailto:test@example.org", lambda: NOW)
    return Crawler(spider_class_for(asked, request), project_settings()).settings


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
