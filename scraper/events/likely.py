"""Which reports are worth comparing with one: told by their anchors, before anything is read.

What a great part of a place's reports of those days have in common ties none of them: every notice
of a portal is about notices. What few have is worth more, the fewer they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from storage.archive import Archive

from .joins import LATER, NO_FEATURE, Profile

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
    common: frozenset[str]


def likely_of(store: Archive, reports: Mapping[int, tuple[int, Profile]]) -> dict[int, Likely]:
    """What is worth comparing with each of these articles: its day (ordinal) of publication, or
    when it was first seen, and its profile are given. Those of one day are asked for together. As
    many lookups as they have anchors. Raises StorageError."""
    of_day: dict[int, dict[int, Profile]] = {}
    for number, (day, profile) in reports.items():
        of_day.setdefault(day, {})[number] = profile
    found: dict[int, Likely] = {}
    for day, profiles in of_day.items():
        found |= _Day(store, day, profiles).likely()
    return found


class _Day:
    """The reports of a day, and what others of the days around it share with them."""

    def __init__(self, store: Archive, day: int, profiles: Mapping[int, Profile]) -> None:
        self._profiles = profiles
        self._anchors = {number: profile.anchors for number, profile in profiles.items()}
        events, days = store.stories.events, (day - LATER, day + LATER)
        features = {one: what for found in self._anchors.values() for one, what in found.items()}
        places = [anchor for anchor, feature in features.items() if feature == NO_FEATURE]
        self._reports = events.counts(places, days, _COUNTED)
        most = max(map(self._crowd, self._anchors), default=_CROWD)
        asked = [anchor for anchor, feature in features.items() if feature != NO_FEATURE]
        self._counts = events.counts(asked, days, most + 1)
        self._rare = {number: self._rare_of(number) for number in profiles}
        self._sharing: dict[int, list[int]] = {}
        wanted = {anchor for rare in self._rare.values() for anchor in rare}
        for anchor, number in events.sharing(sorted(wanted), days):
            self._sharing.setdefault(anchor, []).append(number)

    def _all(self, number: int) -> int:
        """How many reports the place of a report has, that which has most."""
        return max((self._reports.get(one, 0) for one in self._anchors[number]), default=0)

    def _crowd(self, number: int) -> int:
        """What more reports than this have in common with a report is common."""
        return max(_CROWD, self._all(number) // _OF_ALL)

    def _rare_of(self, number: int) -> list[int]:
        """The anchors of a report by which others are looked for: those that others have and the
        fewest, so many rows in all."""
        crowd, rows, rare = self._crowd(number), 0, []
        counts = [(self._counts.get(one, 0), one) for one in self._anchors[number]]
        for count, anchor in sorted(counts):
            rows += count
            if count > crowd or rows > _ROWS:
                break
            if count > 1:
                rare.append(anchor)
        return rare

    def likely(self) -> dict[int, Likely]:
        """What is worth comparing with each of the reports."""
        return {number: self._likely(number) for number in self._profiles}

    def _likely(self, number: int) -> Likely:
        anchors, rare = self._anchors[number], self._rare[number]
        every, crowd = self._all(number), self._crowd(number)
        shared: dict[int, dict[str, float]] = {}
        for anchor in rare:
            feature, weight = anchors[anchor], log(1 + every / self._counts[anchor])
            for other in self._sharing.get(anchor, ()):
                shared.setdefault(other, {})[feature] = weight
        shared.pop(number, None)
        weights = {
            other: weight
            for other, found in shared.items()
            if (weight := sum(found.values())) >= _ALONE or len(found) > 1
        }
        best = sorted(weights, key=lambda other: (-weights[other], other))[:_MOST]
        profile = self._profiles[number]
        common = {what[1:] for one, what in anchors.items() if self._counts.get(one, 0) > crowd}
        unasked = frozenset(
            what
            for one, what in anchors.items()
            if self._counts.get(one, 0) > 1 and one not in rare
        )
        found = {other: unasked.union(shared[other]) for other in best}
        return Likely(found, _common(profile, common))


def _common(profile: Profile, found: Iterable[str]) -> frozenset[str]:
    """The subjects that are common, and those without an anchor where most of the others are."""
    common = profile.specific.intersection(found)
    if 2 * len(common) <= len(profile.specific):
        return common
    return common | (profile.subjects - profile.specific)
