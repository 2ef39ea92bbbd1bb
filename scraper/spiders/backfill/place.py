"""How far back a back-fill has come, list by list: what its run keeps as its cursor.

Plain values; walks and fetches nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from ...sources.model import Source


@dataclass(frozen=True, slots=True)
class Spot:
    """The last page of a list that was dealt with to its end: its address, and which it is.

    `oldest` is the oldest day met so far; `reached` the day the list was followed back to; `ends`
    says that there is no page after this one.
    """

    page: str
    number: int
    oldest: date | None = None
    reached: date | None = None
    ends: bool = False

    def is_done(self, since: date) -> bool:
        """Whether there is nothing more to find back to this day."""
        return self.ends or (self.reached is not None and self.reached <= since)

    def aged(self, days: list[date]) -> Spot:
        """The same, having met these days too."""
        return replace(self, oldest=min(filter(None, [self.oldest, *days]), default=None))


@dataclass(frozen=True, slots=True)
class BackfillPlace:
    """The spots of a source, by the address of the entry; an entry without one was not begun."""

    spots: Mapping[str, Spot]

    @classmethod
    def from_text(cls, text: str) -> BackfillPlace:
        """The inverse of `text`; nowhere for a text that is no place."""
        try:
            kept = json.loads(text)["entries"]
            return cls({url: _spot(fields) for url, fields in kept.items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls({})

    @property
    def text(self) -> str:
        """As the archive keeps it; empty for nowhere."""
        if not self.spots:
            return ""
        kept = {url: asdict(spot) for url, spot in self.spots.items()}
        return json.dumps({"entries": kept}, default=date.isoformat, ensure_ascii=False)

    def at(self, entry_url: str, spot: Spot) -> BackfillPlace:
        """The place with one list further on."""
        return BackfillPlace({**self.spots, entry_url: spot})

    def conclusion(self, source: Source, since: date) -> str:
        """How the back-fill of this source ended; empty as long as a list is left to follow."""
        spots = [self.spots.get(entry.url) for entry in source.entries]
        done = [spot for spot in spots if spot is not None and spot.is_done(since)]
        if len(done) < len(spots) or not done:
            return ""
        if any(not spot.ends for spot in done):
            return f"reached {since}"
        last = max(done, key=lambda spot: spot.number)
        oldest = min(filter(None, (spot.oldest for spot in done)), default=None)
        if oldest is not None and oldest < since:
            return f"reached {since}"
        return f"the portal ends at page {last.number} (oldest {oldest or 'unknown'})"


def _spot(fields: Mapping[str, object]) -> Spot:
    number = fields["number"]
    if not isinstance(number, int):
        raise ValueError(f"{number!r} is no page number")
    return Spot(
        str(fields["page"]),
        number,
        _day(fields.get("oldest")),
        _day(fields.get("reached")),
        bool(fields.get("ends")),
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
