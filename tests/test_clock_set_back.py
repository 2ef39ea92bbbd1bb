"""A clock that ran ahead for days and was set back: nothing waits for what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk.alerting.config import Alerts, Channel
from desk.alerting.send import send
from desk.delivery import DeliveryResult, DeliveryState
from scheduler.health.inspection import IncidentAction, reconcile
from scraper.sources.model import RecheckRules
from storage.archive import Archive
from storage.incidents import Finding, Incident, Kind, Severity
from storage.runs import Counts, Fetch, FetchKind
from storage.sources import SourceCheck, SourceVerdict
from storage.types import Outcome, is_ahead, lasts
from tests.support.crawling import Crawl, source
from tests.support.make import NOW, SHANGHAI, SOURCE, later
from tests.support.servers import Server, answer, serving

AHEAD = timedelta(days=10)
DOWN = DeliveryResult(DeliveryState.DELAYED, "down")
FINDING = Finding(Kind.BLOCKED, SOURCE.id, Severity.WARNING, "refused")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def asked(server: Server) -> list[str]:
    """The articles that were asked for since the last look."""
    site = server.site("news.test")
    found = sorted(path for path in site.paths() if path.startswith("/a/"))
    site.hits.clear()
    return found


def test_what_was_done_lasts_its_time_but_not_by_a_clock_that_ran_ahead() -> None:
    hour = timedelta(hours=1)
    assert lasts(NOW, hour, NOW + hour / 2)
    assert not lasts(NOW, hour, NOW + hour)
    assert lasts(NOW + timedelta(minutes=1), hour, NOW)  # two clocks are never the same
    assert not lasts(NOW + AHEAD, hour, NOW)
    assert is_ahead(NOW + AHEAD, NOW)


@pytest.mark.parametrize("is_known", [True, False])
def test_articles_that_were_asked_for_ahead_of_time_are_asked_for_again(
    server: Server, archive: Path, is_known: bool
) -> None:
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "One")
    site.article("/a/2.htm", "Two")
    days = (timedelta(days=1), timedelta(days=30))
    crawl, watched = Crawl(archive, server), source("news", rechecks=RecheckRules(days, 40))
    if is_known:
        crawl(watched)
    crawl.now = NOW + AHEAD
    crawl(watched)
    asked(server)
    crawl.now = NOW + timedelta(hours=2)
    crawl(watched)
    assert asked(server) == ["/a/1.htm", "/a/2.htm"]
    crawl.now += timedelta(hours=1)
    crawl(watched)
    assert asked(server) == []


@pytest.mark.parametrize("fault", [answer(403), answer(200, b"<html><body></body></html>")])
def test_articles_that_failed_ahead_of_time_do_not_rest_and_do_once_they_fail_again(
    server: Server, archive: Path, fault: bytes
) -> None:
    site = server.site("news.test")
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.article("/a/1.htm", "One")
    site.answer("/a/2.htm", fault)
    crawl, watched = Crawl(archive, server), source("news")
    for day in (8, 9, 10):
        crawl.now = NOW + timedelta(days=day)
        crawl(watched)
    crawl.now = NOW
    asked(server)
    crawl(watched)
    assert "/a/2.htm" in asked(server)
    crawl.now += timedelta(minutes=30)
    crawl(watched)
    asked(server)
    crawl.now += timedelta(minutes=10)
    crawl(watched)
    assert asked(server) == []


def test_a_failure_counts_though_the_address_was_had_ahead_of_time(store: Archive) -> None:
    url = "http://e.test/1"
    with store.writing() as tx:
        for at, outcome in ((NOW + AHEAD, Outcome.OK), (NOW, Outcome.HTTP_ERROR)):
            run = tx.runs.start(SOURCE.id, at)
            tx.runs.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, at, outcome))
            tx.runs.finish(run.id, at, Outcome.OK, Counts())
    failed = store.pages.attempts(SOURCE.id, later(hours=1))[url]
    assert (failed.tries, failed.last_at) == (1, NOW)
    assert failed.rests(later(hours=1))


def test_a_check_that_could_not_be_made_ahead_of_time_sets_no_source_aside(store: Archive) -> None:
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        tx.sources.record_check(
            SourceCheck(SOURCE.id, SourceVerdict.ERROR, "no network", NOW + AHEAD)
        )
    assert store.sources.set_aside(SOURCE.id, NOW) is None
    assert store.sources.set_aside(SOURCE.id, NOW + AHEAD) is not None


def test_an_addition_that_was_begun_ahead_of_time_is_not_waited_for(store: Archive) -> None:
    url = "http://e.test/1"
    with store.writing() as tx:
        made = tx.additions.request(url, person="Ana", note="", now=NOW + AHEAD)
    assert not made.waits(NOW)
    assert store.additions.waiting(NOW, url) == ()
    assert store.additions.waiting(NOW + AHEAD, url) != ()


def test_a_message_that_was_tried_ahead_of_time_is_tried_now(store: Archive) -> None:
    alerts = Alerts((Channel("ops", command=("true",)),))
    tried = []

    def take(channel: Channel, message: object, now: object) -> DeliveryResult:
        tried.append(now)
        return DOWN

    with store.writing() as tx:
        tx.incidents.open(FINDING, NOW)
    for now in (NOW, later(days=2), later(hours=1), later(hours=1, minutes=1)):
        send(store, alerts, SHANGHAI, now, take)
    assert tried == [NOW, later(days=2), later(hours=1)]


def test_an_incident_that_was_told_ahead_of_time_is_told_again_and_closes() -> None:
    ahead = NOW + AHEAD
    told = Incident(3, FINDING, NOW - AHEAD, ahead, reopened=1, noticed_at=ahead)
    assert [step.verb for step in reconcile([FINDING], [told], [], NOW, None)] == [
        IncidentAction.SEE,
        IncidentAction.REMIND,
    ]
    assert [step.verb for step in reconcile([], [told], [], NOW, None)] == [IncidentAction.CLOSE]
    skewed = replace(told, noticed_at=later(minutes=1), last_seen_at=later(minutes=1))
    assert [step.verb for step in reconcile([FINDING], [skewed], [], NOW, None)] == [
        IncidentAction.SEE
    ]
    assert reconcile([], [skewed], [], NOW, None) == ()
