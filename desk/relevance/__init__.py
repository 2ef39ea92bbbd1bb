"""Relevance as people use it: grading texts, applying an edited watchlist, testing it, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.relevance import Related


def why_related(other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common, in words."""
    if other.words:
        return f"both say {', '.join(other.words)}"
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    about = topic.label("en") if topic else other.topic
    return f"both are about {place.en if place else other.place} and {about}"
