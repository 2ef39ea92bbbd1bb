"""What reviewers accept comes in the next digest of what was accepted, wherever they found it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk.digest import edit as by
from desk.digest import wording
from desk.digest.drafts import opened
from scraper.pipelines.decide import decide
from storage.decisions import Verb
from storage.queue import QueueFilter
from storage.runs import Counts
from storage.sources import SourceRef
from storage.types import Outcome
from tests.support import make
from tests.support.digest_series import ACCEPTED, issued, made, say, text, titles
from tests.support.make import SHANGHAI
from tests.support.visits import Visits

NEW = SourceRef("another", "Another portal", "Guiyang", "en", SHANGHAI)


def first_crawl(visits: Visits, days: int) -> int:
    """The first crawl of another portal finds a page published so many days ago; its story."""
    visits.days += 1
    published = (visits.now - timedelta(days=days)).date().isoformat()
    reading = make.reading(
        url="http://n.test/x",
        source_id=NEW.id,
        title="On x",
        body=text(9),
        published=make.day(published),
    )
    with visits.store.writing() as tx:
        tx.sources.register(NEW, visits.now)
        run = tx.runs.start(NEW.id, visits.now)
        intent = decide(
            reading, tx.archive.pages.known(NEW.id, "http://n.test/x"), "http://n.test/x"
        )
        tx.articles.apply(intent, source_id=NEW.id, run_id=run.id, now=visits.now)
        tx.runs.finish(run.id, visits.now, Outcome.OK, Counts())
    visits.store.maintenance.update_queue((), 100)
    return visits.store.articles.at_url("http://n.test/x")[0].story_id


def begin_series(visits: Visits) -> None:
    visits.run({"c": text(3)})
    issued(visits, made(visits, ACCEPTED))


def told_next(visits: Visits) -> list[str]:
    number = made(visits, ACCEPTED)
    issued(visits, number)
    visits.run({})
    return titles(visits, number)


def test_what_waits_in_the_queue_comes_when_it_is_accepted(visits: Visits) -> None:
    begin_series(visits)
    story = first_crawl(visits, days=5)
    assert story in [each.story_id for each in visits.store.queue.page(QueueFilter())]
    number = made(visits, ACCEPTED)
    digest = opened(visits.store, number)
    assert (digest.items, digest.coverage.older, digest.coverage.waiting) == ((), 0, 2)
    issued(visits, number)
    say(visits.store, story, Verb.ACCEPT)
    visits.run({})
    assert told_next(visits) == ["On x"]
    assert told_next(visits) == []


@pytest.mark.parametrize("days", [5, 90])
def test_what_was_accepted_before_the_issue_is_published_by_it(visits: Visits, days: int) -> None:
    begin_series(visits)
    say(visits.store, first_crawl(visits, days), Verb.ACCEPT)
    assert told_next(visits) == ["On x"]
    assert told_next(visits) == []


def test_an_old_page_that_somebody_accepts_is_published_and_what_nobody_does_is_older(
    visits: Visits,
) -> None:
    begin_series(visits)
    story = first_crawl(visits, days=90)
    number = made(visits, ACCEPTED)
    assert opened(visits.store, number).coverage.older == 1
    issued(visits, number)
    say(visits.store, story, Verb.ACCEPT)
    visits.run({})
    assert told_next(visits) == ["On x"]
    assert told_next(visits) == []


def test_an_old_page_about_which_people_differ_waits_until_they_do_not(visits: Visits) -> None:
    begin_series(visits)
    story = first_crawl(visits, days=90)
    say(visits.store, story, Verb.ACCEPT, "Li")
    say(visits.store, story, Verb.LATER, "Bo")
    assert told_next(visits) == []
    (other,) = [each for each in visits.store.decisions.of(story) if each.person == "Bo"]
    with visits.store.writing() as tx:
        tx.decisions.undo(other.id, now=visits.now)
    assert told_next(visits) == ["On x"]


def test_what_comes_in_is_late_where_it_is(visits: Visits) -> None:
    begin_series(visits)
    say(visits.store, first_crawl(visits, days=90), Verb.ACCEPT)
    digest = opened(visits.store, made(visits, ACCEPTED))
    assert "late find" in wording.flags(digest.items[0], digest.edition.period)


@pytest.mark.parametrize("empty", [0, 2])
def test_what_is_accepted_on_a_page_opened_before_the_last_issue_comes_all_the_same(
    visits: Visits, empty: int
) -> None:
    begin_series(visits)
    story = first_crawl(visits, days=90)
    seen = visits.store.revisions.last_seq()
    visits.run({"d": text(4)})
    for _ in range(1 + empty):
        assert told_next(visits) == []
    with visits.store.writing() as tx:
        tx.decisions.decide(story, Verb.ACCEPT, person="Li", now=visits.now, seen=seen)
    assert told_next(visits) == ["On x"]
    assert told_next(visits) == []


def test_a_digest_counts_the_items_that_are_in_it(visits: Visits) -> None:
    begin_series(visits)
    visits.run({"x": text(7), "y": text(8)})
    digest = opened(visits.store, made(visits, ACCEPTED))
    assert digest.items == ()
    assert [scan.items for scan in digest.coverage.scans] == [0]
    assert ", 0 with news" in wording.coverage_line(digest)
    both = opened(visits.store, made(visits))
    assert [scan.items for scan in both.coverage.scans] == [len(both.items)]
    one = by.trimmed(both, both.items[0].article_id)
    assert [scan.items for scan in one.coverage.scans] == [len(both.items) - 1]
    back = by.restored(one, both.items[0].article_id)
    assert [scan.items for scan in back.coverage.scans] == [len(both.items)]
