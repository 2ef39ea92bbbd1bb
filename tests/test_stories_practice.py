"""The practice portal's mirrors and reprints form the stories they should; its traps form none."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from desk.practice.portal import Truth, sources_folder, truth
from desk.practice.server import serve
from scraper.crawl.request import CrawlRequest
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from storage.contradictions import ContradictionQuery
from storage.types import Change

ANCHOR = date(2026, 3, 1)


def wanted(today: Truth) -> set[frozenset[str]]:
    """The addresses of every story there ever was."""
    stories: dict[str, set[str]] = defaultdict(set)
    for article in today.articles:
        stories[article.story.news].add(article.url)
    return {frozenset(urls) for urls in stories.values()}


def found(store: Archive) -> set[frozenset[str]]:
    return {
        frozenset(place.url for place in story.publications) for story in store.stories.latest()
    }


def events_are_those_of_the_answer_book(store: Archive, today: Truth) -> None:
    by_url = {placed.url: placed for placed in today.articles}
    news = {
        story.id: by_url[story.lead.url].story.news
        for story in store.stories.latest()
        if story.lead.url in by_url
    }
    members: dict[int, set[str]] = defaultdict(set)
    for story, event in store.stories.events.of_stories([*news]).items():
        members[event].add(news[story])
    joined = {frozenset(two) for found in members.values() for two in combinations(found, 2)}
    events = today.events()
    meant = {frozenset(two) for told in events.values() for two in combinations(told, 2)}
    assert not joined - meant
    written = {name for name in events if not name.startswith("Guiyang-")}
    assert len(written) >= 15
    missed = [
        name for name in written if frozenset(events[name]) not in map(frozenset, members.values())
    ]
    assert not missed


def contradictions_are_those_of_the_answer_book(store: Archive) -> None:
    """One is meant. Reports that share words such as bus lines, stations and students, but tell of
    other ones, contradict nothing."""
    said = [
        {one.found.first.value, one.found.second.value}
        for one in store.stories.contradictions.find(ContradictionQuery(resolved=True))
        if one.found.first.article_id != one.found.second.article_id
    ]
    assert said == [{"118 million yuan", "1.32亿元"}]


@pytest.mark.slow
def test_stories_are_those_of_the_answer_book(archive: Path) -> None:
    from scraper.crawl.run import crawl

    Archive.create(archive).close()
    folder = sources_folder()
    sources = [
        source
        for source in load_catalogue([folder]).sources.values()
        if Path(source.path).parent == folder
    ]
    with serve(ANCHOR, 1) as served:
        for number in (1, 2, 3):
            served.set_day(number)
            now = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=number - 1)
            request = CrawlRequest("x", lambda now=now: now, hosts=served.hosts)
            crawl(sources, archive, request, lambda event: None)
            with Archive.open_readonly(archive) as store:
                assert found(store) == wanted(truth(ANCHOR, number)), f"day {number}"
                events_are_those_of_the_answer_book(store, truth(ANCHOR, number))
                contradictions_are_those_of_the_answer_book(store)
    with Archive.open(archive) as store:
        earliest = {
            min(story.publications, key=lambda place: place.published.sort_key).published
            == story.lead.published
            for story in store.stories.latest(least=2)
            if all(place.published for place in story.publications)
        }
        assert earliest == {True}
        assert all(
            event.detail.startswith("before: article")
            for event in store.revisions.events()
            if event.change is Change.LEAD
        )
        events, before = len(store.revisions.events()), found(store)
        store.maintenance.rebuild_stories(lambda done, of: None)
        assert (len(store.revisions.events()), found(store)) == (events, before)
