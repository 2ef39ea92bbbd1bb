"""The places of a cluster as they are now: whether Redis answers, who works there, what is out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hubwatch.errors import HubwatchError
from scheduler.cluster.tickets import Beat, ClusterPlace
from storage.attempts import OPEN, RemoteAttempt
from storage.readings import ReadingJob

from . import _

if TYPE_CHECKING:
    from scheduler.cluster.link import CentreLink

_DAY = timedelta(days=1)
_AT_ONCE = 16
LOOKED_AT = 10_000
"""So many of the latest attempts are enough to see what is out and what was lost in a day."""


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """A place as it is now: who works there, what waits in its queue, what is out, how many
    attempts were lost in a day, and what is read again there. `trouble` says why its Redis does not
    answer."""

    name: str
    trouble: str
    beats: tuple[Beat, ...]
    queued: int
    out: tuple[RemoteAttempt, ...]
    lost: int
    readings: tuple[ReadingJob, ...]

    @property
    def busy(self) -> int:
        """How many of its workers are at work."""
        return sum(bool(beat.attempt) for beat in self.beats)

    @property
    def state(self) -> str:
        """How it does, in a few words."""
        return self.trouble or (_("in order") if self.beats else _("no worker"))


def extra_is_missing() -> HubwatchError:
    """That the extra is not installed."""
    return HubwatchError(_("the extra is missing; `pip install 'hubwatch[cluster]'` brings it"))


def inspect_places(
    places: Sequence[ClusterPlace],
    attempts: Sequence[RemoteAttempt],
    readings: Sequence[ReadingJob],
    now: datetime,
) -> list[SeenPlace]:
    """Every place, in the order given, asked all at once: five seconds whatever is down. `attempts`
    and `readings` are those of all places. Raise HubwatchError where the extra is missing."""
    try:
        from scheduler.cluster.link import CentreLink  # redis, only where something is asked
    except ImportError:
        raise extra_is_missing() from None
    if not places:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(places)), "place") as pool:
        return list(
            pool.map(lambda place: _inspect(CentreLink, place, attempts, readings, now), places)
        )


def _inspect(
    link_to: type[CentreLink],
    place: ClusterPlace,
    attempts: Sequence[RemoteAttempt],
    readings: Sequence[ReadingJob],
    now: datetime,
) -> SeenPlace:
    here = [each for each in attempts if each.place == place.name]
    since = now - _DAY
    lost = sum(bool(e.reason) and e.ended_at is not None and e.ended_at > since for e in here)
    out = tuple(each for each in here if each.state in OPEN)
    read = tuple(each for each in readings if each.place == place.name)
    try:
        link = link_to(place.server, place.name)
        try:
            view = link.view([])
        finally:
            link.close()
    except HubwatchError as error:
        return SeenPlace(place.name, str(error), (), 0, out, lost, read)
    return SeenPlace(place.name, "", view.beats, view.queued, out, lost, read)
