"""Whether two figures are of other areas: a country, province or city and a part of it, or two
parts."""

from __future__ import annotations

from functools import lru_cache

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..agreement import may_be_within
from ..lexicon import cities, romanised, spoken
from ..named_places import named_cities, named_cities_in, names_province
from ..periods import districts_of, scope_of
from ..statements import Statement
from .context import own_text
from .ties import FigureMatch, are_tied


def are_of_other_scopes(match: FigureMatch) -> bool:
    """Whether one is about the whole country or province and the other about less, or they are
    about different parts of a city."""
    one, other = match.one[0], match.other[0]
    first, second = scope_of(own_text(match.one)), scope_of(own_text(match.other))
    figures = match.one[1], match.other[1]
    for wide in ("nation", "province"):
        if (wide in first) != (wide in second):
            if _is_all_of(other if wide in first else one, wide):
                continue
            whole, part = figures if wide in first else figures[::-1]
            return may_be_within(part, whole)
        if (
            match.is_left
            and figures[0].base in _EXTENTS
            and (wide in one.scope) != (wide in other.scope)
        ):
            return True
    return _districts_apart(one, other)


_EXTENTS = {"m", "m2", "m3"}
"""What is measured in these is of a thing, and none of a whole country's."""


def _is_all_of(statement: Statement, wide: str) -> bool:
    """Whether a sentence names no city or district, and its report is of a whole province, or of
    the country."""
    if districts_of(statement.text) or named_cities_in(statement.text):
        return False
    report = statement.report
    if wide in scope_of(simplify(report.text)):
        return True
    return wide == "province" and not named_cities(report) and names_province(report)


def _districts_apart(one: Statement, other: Statement) -> bool:
    """Whether they are of different districts, or one of a district and the other, whose report
    does not know it, of the whole city."""
    ours, yours = _districts_in(one), _districts_in(other)
    if not ours and not yours:
        return False
    if not ours or not yours:
        inside, outside = (one, other) if ours else (other, one)
        return (
            ("city" in outside.scope or not are_tied(one, other))
            and _is_of_city(outside)
            and not any(_is_named(each, inside, outside) for each in _districts_in(inside))
        )
    return not any(_is_named(mine, one, other) for mine in ours) and not any(
        _is_named(theirs, other, one) for theirs in yours
    )


@lru_cache(maxsize=1024)
def _districts_in(statement: Statement) -> frozenset[str]:
    """The districts that a sentence names, in full or as its report does elsewhere without what it
    is: the station of Chicheng, in Chicheng county."""
    text = statement.text
    elsewhere = (each for each in districts_of(statement.report.text) if len(each) > 2)
    short = {each for each in elsewhere if (each if each.isascii() else each[:-1]) in text}
    return districts_of(text) | short


_CITY = lazy_pattern(
    "[\u4e00-\u9fff]{2,4}(?:市(?!场|民|内|区)|自治州|盟(?=[市共现有])|州(?=[共现有]))"
)


def _is_of_city(statement: Statement) -> bool:
    """Whether a sentence names a city as what its figures are of, or says that they are."""
    if "city" in statement.scope or _CITY.search(statement.text):
        return True
    return bool(romanised(statement.text) & cities())


def _is_named(district: str, of: Statement, other: Statement) -> bool:
    """Whether the report of another sentence names a district."""
    text = simplify(other.report.text)
    if of.report.language == other.report.language:
        return district in text
    if district.isascii():
        # What is not romanised, but Mongol or Tibetan, cannot be told from its characters.
        return not romanised(district) or bool(romanised(district) & spoken(text))
    return bool(romanised(text) & spoken(district)) or not all(
        romanised(one) for one in districts_of(other.report.text)
    )
