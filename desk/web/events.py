"""What other stories tell of the event of a story: what ties them, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.contradictions import Doubt, doubts_of
from scraper.events.joins import report_of
from storage.archive import Archive
from storage.stories.queries import DueReport, EventLink, Publication

_MOST = 6
"""So many other stories of an event are shown and compared."""


@dataclass(frozen=True, slots=True)
class OtherStory:
    """Another story of the event: `lead` had it first, `ties` is what both share. `doubts` are
    where its lead and that of the story that is shown contradict each other."""

    number: int
    lead: Publication
    ties: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def other_stories(store: Archive, story: int) -> tuple[OtherStory, ...]:
    """The other stories of the event of a story, in order of numbers."""
    numbers = store.stories.events.stories_of(story)
    files = {each: store.stories.file(each) for each in numbers[: _MOST + 1]}
    mine = files.get(story)
    if mine is None or len(files) < 2:
        return ()
    found = {each: file.story for each, file in files.items() if file is not None}
    links = store.stories.events.links_between(numbers)
    leads = [one.lead.id for one in found.values()]
    reports = {one.article_id: one for one in store.stories.events.reports(leads)}
    return tuple(
        OtherStory(
            each,
            other.lead,
            _ties({place.id for place in other.publications}, links),
            _doubts(reports[mine.story.lead.id], reports[other.lead.id]),
        )
        for each, other in found.items()
        if each != story
    )


def _ties(articles: set[int], links: tuple[EventLink, ...]) -> tuple[str, ...]:
    for link in links:
        if {link.article_id, link.other_id} & articles:
            shared = link.evidence
            return (*shared["days"], *shared["figures"], *shared["names"], *shared["subjects"])
    return ()


def _doubts(one: DueReport, other: DueReport) -> tuple[Doubt, ...]:
    mine, theirs = (
        report_of(each.source, each.language, each.day, each.title, each.body)
        for each in (one, other)
    )
    return tuple(doubt for doubt in doubts_of(mine, theirs) if doubt.excuse is None)
