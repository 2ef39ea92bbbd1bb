"""Which cities and provinces of the gazetteer a text names."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from storage.text import simplify

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
def _lengths() -> dict[str, tuple[int, ...]]:
    """The first character of names of cities → how long those are that begin so, longest first."""
    found: dict[str, set[int]] = {}
    for name in _by_name():
        found.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


_MAY_BEGIN = re.compile("(?<![A-Za-z])[A-Z]|[\u4e00-\u9fff]")


@lru_cache(maxsize=4096)
def city_mentions(text: str) -> tuple[tuple[int, str, GazetteerPlace], ...]:
    """Where a text names cities, as it writes them, and which, the longest names first."""
    names, lengths = _by_name(), _lengths()
    plain, found, end = simplify(text), [], 0
    for begin in _MAY_BEGIN.finditer(plain):
        at = begin.start()
        if at < end:
            continue
        for size in lengths.get(plain[at], ()):
            name = plain[at : at + size]
            if name in names and not (
                name.isascii() and plain[at + size : at + size + 1].isalnum()
            ):
                found.append((at, name, names[name]))
                end = at + size
                break
    return tuple(found)


def cities_at(text: str) -> list[tuple[int, str, str]]:
    """Where a text names cities of the gazetteer, as it writes them, and romanised."""
    return [(at, name, place.en) for at, name, place in city_mentions(text)]


@lru_cache(maxsize=4096)
def named_cities_in(text: str) -> frozenset[str]:
    """The cities of the gazetteer that a text names, romanised: some share their English name."""
    return frozenset(place.en for _, _, place in city_mentions(text))


_DATELINE = re.compile(
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
