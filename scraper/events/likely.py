"""Which reports are worth comparing with one: told by their anchors, before anything is read.

What a great part of a place's reports of those days have in common ties none of them: every notice
of a portal is about notices. What few have is worth more, the fewer they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from storage.archive import Archive

from .joins import LATER, NO_FEATURE, Profile, anchors_of, specific_of

_COUNTED = 1000
"""The reports of a place and its days are counted so far, in each span of days."""
_CROWD, _OF_ALL = 24, 8
"""What more reports have than this, and than one in so many of the place, is common."""
_ROWS, _MOST = 600, 12
"""So many reports that share something are looked at, and so many are worth comparing."""
_ALONE = log(1 + 64)
"""From so much weight on one feature that is shared is enough: one of 64 reports has it."""


@dataclass(frozen=True, slots=True)
class Likely:
    """The articles that are worth comparing with a report, the likeliest first, with what both
    have or may have. `common` are the subjects that tie nothing there."""

    found: dict[int, frozenset[str]]
    common: frozenset[str] = frozenset()


NOBODY = Likely({})


def likely_of(store: Archive, article_id: int, day: int, profile: Profile) -> Likely:
    """What is worth comparing with an article that was published on a day (ordinal), or was first
    seen then. As many lookups as it has anchors. Raises StorageError."""
    anchors = anchors_of(profile)
    if not anchors:
        return NOBODY
    events, days = store.stories.events, (day - LATER, day + LATER)
    places = [anchor for anchor, feature in anchors.items() if feature == NO_FEATURE]
    reports = max(events.counts(places, days, _COUNTED).values())
    crowd = max(_CROWD, reports // _OF_ALL)
    asked = [anchor for anchor, feature in anchors.items() if feature != NO_FEATURE]
    counts = events.counts(asked, days, crowd + 1)
    rows, rare = 0, []
    for anchor, count in sorted(counts.items(), key=lambda each: each[1]):
        rows += count
        if count > crowd or rows > _ROWS:
            break
        if count:
            rare.append(anchor)
    shared: dict[int, dict[str, float]] = {}
    for anchor, number in events.sharing(rare, days) if rows else ():
        if number != article_id:
            weight = log(1 + reports / counts[anchor])
            shared.setdefault(number, {})[anchors[anchor]] = weight
    weights = {
        number: sum(found.values())
        for number, found in shared.items()
        if len(found) > 1 or sum(found.values()) >= _ALONE
    }
    best = sorted(weights, key=lambda number: (-weights[number], number))[:_MOST]
    common = frozenset(anchors[anchor][1:] for anchor in asked if counts[anchor] > crowd)
    unasked = frozenset(anchors[one] for one in asked if counts[one] and one not in rare)
    return Likely(
        {number: unasked.union(shared[number]) for number in best}, _common(profile, common)
    )


def _common(profile: Profile, found: frozenset[str]) -> frozenset[str]:
    """The subjects that are common, and those without an anchor where most of the others are."""
    subjects = specific_of(profile)
    common = found.intersection(subjects)
    if 2 * len(common) <= len(subjects):
        return common
    return common | (profile.subjects - frozenset(subjects))
