"""The gazetteer: places, the names they go by, and what belongs to them.

Cities, their Chinese names and provinces come from the china-cities package. Provinces, other
names, districts and pitfalls from `gazetteer.toml`. Reads no articles (see `where`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from hubwatch.errors import SourceError
from hubwatch.toml import Table, load_toml

from .finder import Phrase

OWN = Path(__file__).with_name("gazetteer.toml")
EXCEPTION_KEY = "@"
_TOWNSHIP = "市"
_MUNICIPALITIES = ("Beijing", "Shanghai", "Tianjin", "Chongqing", "Hong Kong", "Macau")


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A city or province. `province` is the id of the province a city lies in, or empty."""

    id: str
    en: str
    zh: str
    province: str = ""
    is_city: bool = True

    def label(self, language: str) -> str:
        """What it is called."""
        return self.zh if language == "zh" and self.zh else self.en


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A form of a place's name. One that is `weak` counts beside other evidence only. `part` says
    that it names something that belongs to the place."""

    form: str
    place: str
    weak: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places and the forms they are found by. `usually` says what an ambiguous form means
    where a text does not decide."""

    places: Mapping[str, GazetteerPlace]
    names: Mapping[tuple[str, str], PlaceName]
    usually: Mapping[str, str]
    exceptions: tuple[str, ...]

    def phrases(self) -> Iterator[Phrase]:
        """What to look for."""
        yield from (Phrase(name.form, place_key(name.place)) for name in self.names.values())
        yield from (Phrase(form, EXCEPTION_KEY) for form in self.exceptions)


def extended(
    base: Gazetteer, places: Iterable[GazetteerPlace], names: Iterable[PlaceName]
) -> Gazetteer:
    """A gazetteer with further places and names. A place that is there already keeps its own."""
    known = {place.id: place for place in places} | dict(base.places)
    further = {(name.form, name.place): name for name in names}
    return Gazetteer(
        places=MappingProxyType(known),
        names=MappingProxyType(dict(base.names) | further),
        usually=base.usually,
        exceptions=base.exceptions,
    )


def place_key(place: str) -> str:
    """What the finder calls a place."""
    return f"@{place}"


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """Load it. Raises SourceError if our own file is at fault."""
    table = load_toml(OWN, SourceError)
    provinces = {
        name: item
        for name in table.table("province").data
        if (item := table.table("province").table(name)).texts("en")
    }
    places = {name: _province(name, item) for name, item in provinces.items()}
    by_english = {place.en: place.id for place in places.values()}
    cities = tuple(_cities(by_english))
    places |= {city.id: city for city in cities}
    words = frozenset(table.texts("words"))
    everyday = frozenset(table.texts("everyday"))
    further = tuple(_further_names(table, places))
    parts = {name.form for name in further if name.part}
    names = [
        *_province_names(provinces, places),
        *(
            name
            for city in cities
            for name in _city_names(city, words)
            if name.form not in parts and name.form not in everyday
        ),
        *further,
    ]
    return Gazetteer(
        places=MappingProxyType(places),
        names=MappingProxyType({(name.form, name.place): name for name in names}),
        usually=MappingProxyType(_usually(table, places)),
        exceptions=table.texts("exceptions"),
    )


def _province(name: str, table: Table) -> GazetteerPlace:
    return GazetteerPlace(name, table.texts("en")[0], table.texts("zh")[0], is_city=False)


def _province_names(
    tables: Mapping[str, Table], places: Mapping[str, GazetteerPlace]
) -> Iterator[PlaceName]:
    for name, table in tables.items():
        zh = places[name].zh
        for form in (*table.texts("en"), *table.texts("zh"), *table.texts("old"), f"{zh}省"):
            yield PlaceName(form, name)


def _cities(provinces: Mapping[str, str]) -> Iterator[GazetteerPlace]:
    """The cities of the package. Those that share an English name carry their province."""
    from china_cities.cities import CITIES

    rows = [(row.name_en, row.name_cn, row.province.split(" (")[0]) for row in CITIES]
    english = [row[0] for row in rows]
    for en, zh, province in rows:
        within = "" if en in _MUNICIPALITIES else provinces.get(province, "")
        own = _slug(en)
        shared = english.count(en) > 1 or own in provinces.values()
        yield GazetteerPlace(f"{own}-{within}" if shared and within else own, en, zh, within)


def _slug(english: str) -> str:
    plain = unicodedata.normalize("NFKD", english).encode("ascii", "ignore").decode("ascii")
    return "-".join(plain.replace("'", "").casefold().split())


def _city_names(city: GazetteerPlace, words: frozenset[str]) -> Iterator[PlaceName]:
    short = city.zh.removesuffix(_TOWNSHIP)
    yield from (PlaceName(form, city.id) for form in _spellings(city.en))
    yield PlaceName(city.zh, city.id)
    if short != city.zh and len(short) > 1:
        yield PlaceName(short, city.id, weak=short in words)


def _spellings(form: str) -> Iterable[str]:
    """A form with its apostrophe as typed, as typeset, and left out."""
    return dict.fromkeys((form, form.replace("'", "’"), form.replace("'", "")))


def _further_names(table: Table, places: Mapping[str, GazetteerPlace]) -> Iterator[PlaceName]:
    for place in table.table("city").data:
        item = table.table("city").table(place).only(("old", "zh", "parts"))
        if place not in places:
            raise table.error(f"city.{place}", "there is no such city in the list of cities")
        for form in (*item.texts("old"), *item.texts("zh")):
            yield PlaceName(form, place)
        for part in item.texts("parts"):
            yield from (PlaceName(form, place, part=True) for form in _spellings(part))


def _usually(table: Table, places: Mapping[str, GazetteerPlace]) -> dict[str, str]:
    chosen = {form: table.table("usually").text(form) for form in table.table("usually").data}
    for form, place in chosen.items():
        if place not in places:
            raise table.error(f"usually.{form}", f"there is no place {place!r}")
    return chosen
