"""Relevance as people use it: grading texts, applying an edited watchlist, testing it, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _, language, pgettext

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.relevance import Related


def why_related(other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common, in words."""
    if other.words:
        return _("both say %(phrases)s", phrases=pgettext("names", ", ").join(other.words))
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    return _(
        "both are about %(place)s and %(topic)s",
        place=place.label(language()) if place else other.place,
        topic=topic.label(language()) if topic else other.topic,
    )
