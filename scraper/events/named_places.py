"""Which cities and provinces of the gazetteer a text names."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..relevance.finder import Literals
from ..relevance.places import GazetteerPlace, load_gazetteer
from .statements import Report

BEGINNING = 4000
"""So many characters of a report at most are read for what it is of."""


@cache
def _by_name() -> dict[str, GazetteerPlace]:
    """Each name of a city, and the Chinese one without 市, with the city."""
    found = {}
    for place in load_gazetteer().places.values():
        if place.is_city:
            found[place.en] = found[place.zh] = found[place.zh.removesuffix("市")] = place
    return {name: place for name, place in found.items() if len(name) > 1}


@cache
def _finder() -> tuple[Literals, list[GazetteerPlace]]:
    """What finds all of these names in a text, by their numbers, and the city of each."""
    return Literals(_by_name()), [*_by_name().values()]


_MAY_BEGIN = lazy_pattern("(?<![A-Za-z])[A-Z]|[\u4e00-\u9fff]")


@lru_cache(maxsize=4096)
def city_mentions(text: str) -> tuple[tuple[int, str, GazetteerPlace], ...]:
    """Where a text names cities, as it writes them, and which, the longest names first."""
    finder, cities = _finder()
    plain, found, end = simplify(text), [], 0
    for number, begin, stop in sorted(finder.found(plain), key=lambda each: (each[1], -each[2])):
        name = plain[begin:stop]
        if begin < end or not _MAY_BEGIN.match(plain, begin):
            continue
        if not (name.isascii() and plain[stop : stop + 1].isalnum()):
            found.append((begin, name, cities[number]))
            end = stop
    return tuple(found)


def cities_at(text: str) -> list[tuple[int, str, str]]:
    """Where a text names cities of the gazetteer, as it writes them, and romanised."""
    return [(at, name, place.en) for at, name, place in city_mentions(text)]


@lru_cache(maxsize=4096)
def named_cities_in(text: str) -> frozenset[str]:
    """The cities of the gazetteer that a text names, romanised: some share their English name."""
    return frozenset(place.en for _, _, place in city_mentions(text))


_DATELINE = lazy_pattern(
    r"^\s*[A-Z][A-Za-z']+(?:, [A-Z][a-z]+\.? \d{1,2})? (?:\([A-Z]\w+\) )?[-—–]{1,2} "
)
"""Where a report was written, which need not be what it is of."""


@lru_cache(maxsize=512)
def named_cities(report: Report) -> frozenset[str]:
    """The cities of the gazetteer that a report names in its beginning, romanised."""
    return named_cities_in(f"{report.title}\n{_DATELINE.sub('', report.body[:BEGINNING])}")


@lru_cache(maxsize=512)
def names_province(report: Report) -> bool:
    """Whether a report names a province in its beginning."""
    return _province().search(report.text[:BEGINNING]) is not None


@cache
def _province() -> re.Pattern[str]:
    places = [place for place in load_gazetteer().places.values() if not place.is_city]
    han = "|".join(place.zh for place in places if place.zh)
    return re.compile(
        f"{han}|\\b(?:{'|'.join(re.escape(place.en) for place in places)})\\b|全省|省内|\\bprovince"
    )
