"""What other stories tell of the event of a story, and what ties them."""

from __future__ import annotations

from dataclasses import dataclass

from storage.archive import Archive
from storage.stories.queries import EventLink, Publication

_MOST = 6
"""So many other stories of an event are shown."""


@dataclass(frozen=True, slots=True)
class OtherStory:
    """Another story of the event: `lead` had it first, `ties` is what both share."""

    number: int
    lead: Publication
    ties: tuple[str, ...]


def other_stories(store: Archive, story: int) -> tuple[OtherStory, ...]:
    """The other stories of the event of a story, in order of numbers."""
    numbers = store.stories.events.stories_of(story)
    files = {each: store.stories.file(each) for each in numbers[: _MOST + 1]}
    if files.get(story) is None or len(files) < 2:
        return ()
    found = {each: file.story for each, file in files.items() if file is not None}
    links = store.stories.events.links_between(numbers)
    return tuple(
        OtherStory(
            each,
            other.lead,
            _ties({place.id for place in other.publications}, links),
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
