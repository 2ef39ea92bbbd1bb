"""Whether two figures are of other areas: a country, province or city and a part of it, or two
parts."""

from __future__ import annotations

import re
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
    if may_be_within(*figures) and _is_of_province(other) and _is_of_its_city(one):
        return True
    if may_be_within(*figures[::-1]) and _is_of_province(one) and _is_of_its_city(other):
        return True
    return _are_of_other_sides(own_text(match.one), own_text(match.other)) or _districts_apart(
        one, other
    )


_PASSING = lazy_pattern(
    r",? (?:to|of|in) which [^,.;]{1,60}?"
    r"\b(?:belongs?|is (?:a )?part|lies|is (?:located|situated))\b,?"
    r"|,? whose (?:capital|seat|center|districts?|count(?:y|ies)|cit(?:y|ies))\b[^,.;]{1,60},?"
    r"|,? (?:which (?:includes?|covers?|governs?|is home to)|including|home to)\b[^,.;]{1,60}"
    r"|包括[^，。；]{1,20}在内的?，?|下辖[^，。；]{1,30}|(?:所辖|辖内)(?=[^，。；]{1,10}[区县])"
    r"|(?:省会|首府|州府)(?:为|是|在|设在)?[^，。；]{2,8}"
)
"""Where a sentence names a place only to say which another is: Zunyi, to which Meitan belongs."""


@lru_cache(maxsize=2048)
def _without_passing(text: str) -> str:
    return _PASSING.sub(" ", simplify(text))


_OF_PROVINCE = lazy_pattern(
    r"\s*(?:In )?(?:[Tt]he )?(?:province of [A-Z]\w+|[A-Z]\w+ province),? +(?:in all )?"
    r"(?:has|had|have|is|was|record|report|saw|receiv|count|produc|built|grew|add|plant|open|there)"
    r"|\s*[一-鿿]{2,3}省，?(?:现|共|累计|有|已|今年|去年|20\d\d年|接待|完成|实现|新增|拥有|建成)"
)


def _is_of_province(statement: Statement) -> bool:
    """Whether a sentence is of a province, by how it begins."""
    return _OF_PROVINCE.match(_without_passing(statement.text)) is not None


def _is_of_its_city(statement: Statement) -> bool:
    """Whether a sentence names a city or district, and is of no province."""
    if _is_of_province(statement) or "province" in statement.scope:
        return False
    return bool(districts_of(statement.text) or named_cities_in(statement.text))


_SIDES = tuple(
    tuple(lazy_pattern(one, re.IGNORECASE) for one in row)
    for row in (
        (
            r"男|\b(?:men|men's|males?|boys?|boys')(?!\w)",
            r"(?<![儿子])女|\b(?:women|women's|females?|girls?)\b",
        ),
        (
            r"成人|成年人|\badults?\b",
            r"儿童|学生|老年?人|未成年|优惠票|半价|\b(?:child|children|students?|pupils?|seniors?|elderly|pensioners?|kids?)\b",
        ),
        *(
            (rf"{han}(?=[线段侧岸区站门塔环部]|校区)|\b{english}(?:ern|bound)?\b", others)
            for han, english, others in (
                (
                    "北",
                    "north",
                    r"[南东西](?=[线段侧岸区站门塔环部]|校区)|\b(?:south|east|west)(?:ern|bound)?\b",
                ),
                (
                    "东",
                    "east",
                    r"[南西](?=[线段侧岸区站门塔环部]|校区)|\b(?:south|west)(?:ern|bound)?\b",
                ),
                ("南", "south", r"西(?=[线段侧岸区站门塔环部]|校区)|\bwest(?:ern|bound)?\b"),
            )
        ),
        (r"城镇|城市居民|\burban\b", r"农村|乡村|\brural\b"),
        (
            r"国内(?:航班|航线|旅客|游客)|\bdomestic\b",
            r"国际(?:航班|航线|旅客|游客)|入境"
            r"|\b(?:international|foreign|overseas) (?:flight|route|passenger|visitor|tourist)",
        ),
    )
)
"""Parts of one whole, of which what is said of the one is not said of the other."""


def _are_of_other_sides(one: str, other: str) -> bool:
    """Whether one text is of one part only, and another of the other: men and women, a line in the
    north and one in the south."""
    ours, yours = _sides_of(one), _sides_of(other)
    return any(
        sum(mine) == sum(theirs) == 1 and mine != theirs
        for mine, theirs in zip(ours, yours, strict=True)
    )


@lru_cache(maxsize=2048)
def _sides_of(text: str) -> tuple[tuple[bool, ...], ...]:
    return tuple(tuple(side.search(text) is not None for side in row) for row in _SIDES)


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
    text = _without_passing(statement.text)
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
    """Whether the report of another sentence names a district, but in passing."""
    text = _without_passing(other.report.text)
    if of.report.language == other.report.language:
        return district in text
    if district.isascii():
        # What is not romanised, but Mongol or Tibetan, cannot be told from its characters.
        return not romanised(district) or bool(romanised(district) & spoken(text))
    return bool(romanised(text) & spoken(district)) or not all(
        romanised(one) for one in districts_of(other.report.text)
    )
