"""Which places an article is about, and which it mentions.

A name that may be several places is decided by what else the text names: another name of one of
them, its province, or else what the name usually means. Knows no topics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.relevance.records import PlaceFound, PlaceRole

from .finder import FoundPhrase
from .places import EXCEPTION_KEY, Gazetteer, PlaceName, place_key

_OFTEN = 3
"""So many mentions make an article about the place that it names most."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the text where one or several places may be named."""

    field: str
    start: int
    end: int
    names: tuple[PlaceName, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """A spot, decided."""

    spot: _Spot
    place: str
    why: str


def locate(
    found: Mapping[str, Sequence[FoundPhrase]], gazetteer: Gazetteer, lead: int
) -> tuple[PlaceFound, ...]:
    """The places of an article from what was found in each field: those it is about first, each
    in the order of first mention. `lead` is the number of characters that count as the lead."""
    spots = [
        spot for field, items in found.items() for spot in _spots(field, items, gazetteer.names)
    ]
    if not spots:
        return ()
    sure = {spot.names[0].place for spot in spots if _is_sure(spot)}
    provinces = {gazetteer.places[place].province for place in sure} | sure
    named = [one for spot in spots if (one := _decided(spot, sure, provinces, gazetteer))]
    return _told(named, gazetteer, lead)


def _spots(
    field: str, items: Sequence[FoundPhrase], names: Mapping[tuple[str, str], PlaceName]
) -> Iterator[_Spot]:
    """Where places are named, without what stands inside a longer name or an exception."""
    own = [one for one in items if one.phrase.key.startswith(EXCEPTION_KEY)]
    if not own:
        return
    reached = -1
    at: dict[tuple[int, int], list[PlaceName]] = {}
    for one in sorted(own, key=lambda one: (one.start, -one.end)):
        if one.end <= reached and (one.start, one.end) not in at:
            continue
        if one.start < reached and (one.start, one.end) not in at:
            continue  # overlapping: the one that begins first counts
        reached = one.end
        at.setdefault((one.start, one.end), [])
        if one.phrase.key != EXCEPTION_KEY:
            place = one.phrase.key.removeprefix(place_key(""))
            at[one.start, one.end].append(names[one.phrase.text, place])
    for (start, end), found in at.items():
        if found:
            yield _Spot(field, start, end, tuple(found))


def _is_sure(spot: _Spot) -> bool:
    return len(spot.names) == 1 and not spot.names[0].weak


def _decided(
    spot: _Spot, sure: set[str], provinces: set[str], gazetteer: Gazetteer
) -> _Named | None:
    if _is_sure(spot):
        only = spot.names[0]
        what = f"{only.form} is part of it" if only.part else "named"
        return _Named(spot, only.place, what)
    places = list(dict.fromkeys(name.place for name in spot.names))
    elsewhere = [place for place in places if place in sure]
    if len(elsewhere) == 1:
        return _Named(spot, elsewhere[0], "named in full elsewhere")
    beside = [place for place in places if gazetteer.places[place].province in provinces - {""}]
    if len(beside) == 1:
        province = gazetteer.places[gazetteer.places[beside[0]].province].en
        return _Named(spot, beside[0], f"{province} is named")
    usual = gazetteer.usually.get(spot.names[0].form)
    if usual is not None and not all(name.weak for name in spot.names):
        return _Named(spot, usual, "what the name usually means")
    return None


def _told(named: Sequence[_Named], gazetteer: Gazetteer, lead: int) -> tuple[PlaceFound, ...]:
    times = Counter(one.place for one in named)
    first: dict[str, _Named] = {}
    for one in named:
        first.setdefault(one.place, one)
    about = set(_about(named, times, gazetteer, lead))
    told = [
        PlaceFound(
            place=place,
            role=PlaceRole.ABOUT if place in about else PlaceRole.MENTIONED,
            phrase=one.spot.names[0].form,
            field=one.spot.field,
            start=one.spot.start,
            times=times[place],
            why=one.why,
        )
        for place, one in first.items()
    ]
    return tuple(sorted(told, key=lambda place: place.role is not PlaceRole.ABOUT))


def _about(
    named: Sequence[_Named], times: Counter[str], gazetteer: Gazetteer, lead: int
) -> Iterable[str]:
    """Those in the title; else those of the lead that are named again or alone; else the one that
    is named most. A province only where no city of it is."""
    in_title = {one.place for one in named if one.spot.field == "title"}
    in_lead = {one.place for one in named if one.spot.field != "title" and one.spot.start < lead}
    cities = {place for place in times if gazetteer.places[place].is_city}
    chosen = in_title or {
        place for place in in_lead if times[place] > 1 or (place in cities and len(cities) == 1)
    }
    if not chosen and times:
        most, count = times.most_common(1)[0]
        chosen = {most} if count >= _OFTEN or len(times) == 1 else set()
    covered = {gazetteer.places[place].province for place in chosen}
    return (place for place in chosen if place not in covered)
