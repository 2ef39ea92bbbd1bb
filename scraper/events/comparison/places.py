"""Places: two reports that say that one thing is in other cities, districts, towns or halls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..bonds import bond_parts
from ..doubts import Doubt, DoubtKind, Excuse
from ..lexicon import shared_names
from ..named_places import cities_at
from ..statements import (
    Report,
    Statement,
    are_of_a_row,
    common,
    content_of,
    name_other_days,
    statements_of,
)
from .apart import are_of_other_kinds
from .context import content_in_context
from .ties import BONDED, MOST_LIKELY, SAME_SHARE, are_tied, most_in_common

_UNIT = "[\u4e00-\u9fff]{2,4}?(?:省|市|州|县|(?<!片)区(?!域|间|分|别)|镇|乡|街道)"
_HAN_UNIT = lazy_pattern(_UNIT)
_HAN_WHERE = lazy_pattern(
    "(?:在|位于|(?<!关)于|落户|选址(?:确定)?(?:为|在|于)?|[场厂馆]址(?:为|位于)?|地点(?:为|设在)?|设在|建在|[迁移]至"
    f"|进入|现身|登陆|袭击)(?P<where>(?:{_UNIT}){{1,4}})"
    f"|(?:^|[，,、时分日])(?P<site>(?:{_UNIT}){{1,4}})(?:境内|附近)?(?=发生|突发)"
)
_ENGLISH_WHERE = lazy_pattern(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Tt]o|struck|hit|jolted|shook|rocked)"
    r" (?:the |an? (?:[a-z]+ ){1,3}(?:in|of|at) )?"
    r"(?P<name>(?:[A-Z][a-z']+ )?(?!County|District|New Area|Town)[A-Z][a-z']+)"
    r"(?: (?:(?P<district>[Cc]ounty|[Dd]istrict|[Nn]ew [Aa]rea|zone)"
    r"|(?P<town>[Tt]own|[Tt]ownship|[Ss]ubdistrict))\b)?"
)
_ENGLISH_CHOSEN = lazy_pattern(
    r"\b(?P<name>[A-Z][a-z']+) (?:(?P<district>[Cc]ounty|[Dd]istrict|[Nn]ew [Aa]rea)"
    r"|(?P<town>[Tt]own|[Tt]ownship|[Ss]ubdistrict))"
    r" (?:(?:will|is to) (?:get|have|host|receive)|gets?|got|won"
    r"|(?:has been|was|is) (?:picked|chosen|selected|named))\b"
)
_HAN_VENUE = lazy_pattern(
    "(?:在|(?<!关)于)(?P<venue>[\u4e00-\u9fff]{2,14}?(?:中心|[馆厅场]|剧[院场]|大学|学院|公园|酒店|宾馆))"
    "(?:隆重|正式|成功|顺利)?(?:举[行办]|召开|开[幕赛馆演]|启[幕动]|揭幕|拉开)"
)
_ENGLISH_VENUE = lazy_pattern(
    r"\b(?:at|in) (?:the )?(?P<venue>(?:[A-Z][\w'’-]{0,20} ){1,5}"
    r"(?:Centre|Center|Hall|Stadium|Museum|Theatre|Theater|Arena|Gymnasium|Park|Hotel|University))\b"
)
_HAN_CITY_WHERE = lazy_pattern("(?:在|位于|落户|[迁移]至|现身)$")


@lru_cache(maxsize=1024)
def _places_of(statement: Statement) -> dict[str, frozenset[str]]:
    """Where a sentence says that something is or happens: the cities, districts, towns, halls."""
    text = simplify(statement.text)
    found: dict[str, set[str]] = {"city": set(), "district": set(), "town": set(), "venue": set()}
    for pattern in (_HAN_VENUE, _ENGLISH_VENUE):
        found["venue"].update(match["venue"] for match in pattern.finditer(text))
    for match in _HAN_WHERE.finditer(text):
        for unit in _HAN_UNIT.findall(match["where"] or match["site"]):
            if unit.endswith(("县", "区")):
                found["district"].add(unit)
            elif not unit.endswith(("省", "市", "州")):
                found["town"].add(unit)
    named = {at: name for at, _, name in cities_at(text)}
    for match in _ENGLISH_WHERE.finditer(text):
        if match["district"] or match["town"]:
            found["district" if match["district"] else "town"].add(match["name"])
        elif match.start("name") in named:
            found["city"].add(named[match.start("name")])
    for match in _ENGLISH_CHOSEN.finditer(text):
        found["district" if match["district"] else "town"].add(match["name"])
    found["city"] |= {name for at, name in named.items() if _HAN_CITY_WHERE.search(text[:at][-4:])}
    return {level: frozenset(names) for level, names in found.items() if names}


def place_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it is in other places: in other cities, districts,
    towns or halls that the other report nowhere names."""
    across = one.language != other.language
    ours, yours = (
        [each for each in statements_of(report) if _places_of(each)][:_FEW_PLACES]
        for report in (one, other)
    )
    for mine, theirs in product(ours, yours):
        apart = _apart_places(mine, theirs)
        if apart is None or are_of_a_row(mine, theirs):
            continue
        kinship = most_in_common(
            (content_in_context(mine), content_in_context(theirs)), across=across
        )
        tied = are_tied(mine, theirs) or _are_of_one_thing(mine, theirs, apart)
        if not tied and sum(bond_parts(one, other)[:-1]) < BONDED:
            continue
        if _is_of_many(mine) and _is_of_many(theirs) and not mine.days & theirs.days:
            continue
        if kinship < (SAME_SHARE if tied else MOST_LIKELY) or name_other_days(mine, theirs):
            continue
        excuse = Excuse.DIFFERENT if are_of_other_kinds(mine, theirs) else None
        texts = mine.text, theirs.text
        yield Doubt(DoubtKind.PLACE, excuse, texts, apart, min(MOST_LIKELY, kinship))


_FEW_PLACES = 6
_NEARLY_ALL = 0.75


def _are_of_one_thing(one: Statement, other: Statement, apart: tuple[str, str]) -> bool:
    """Whether two sentences that have nearly all words in common but their places tell of a thing
    of which there is but one: the first of its kind, or what opens in one month. Not of any such
    thing, nor of two that have the names of their places."""
    if _is_of_many(one) or _is_of_many(other):
        return False
    texts = (
        each.text.replace(place, " ", 1) for each, place in zip((one, other), apart, strict=True)
    )
    if all(_bare(place) in text for place, text in zip(apart, texts, strict=True)):
        return False
    if one.report.language == other.report.language:
        ours, yours = (_HAN_WHERE.sub(" ", simplify(content_of(each))) for each in (one, other))
        if common(ours, yours, across=False) < _NEARLY_ALL:
            return False
    return bool(
        one.ordinals & other.ordinals or (one.period.part and one.period.part == other.period.part)
    )


def _is_of_many(statement: Statement) -> bool:
    return _ONE_OF_MANY.search(statement.text) is not None


_ONE_OF_MANY = lazy_pattern(
    "(?<!第)一[个座家处条所]|又一|另一|再添|新增"
    r"|^(?:An?|Another) |\b(?:another|(?:build|set up|get|have|has|sign|hold)(?:s|ed|ing)? an?"
    r"|open(?:s|ed|ing)? an?|built an?|held an?) "
)
"""What speaks of any one thing of a kind."""


def _apart_places(one: Statement, other: Statement) -> tuple[str, str] | None:
    """The places of one level that two sentences name, where none is in the report of the other."""
    ours, yours = _places_of(one), _places_of(other)
    for level in ("venue", "town", "district", "city"):
        if level not in ours or level not in yours:
            continue
        names = ours[level], yours[level]
        if names[0] & names[1]:
            return None
        if any(_names_place(name, other.report) for name in names[0]):
            return None
        if any(_names_place(name, one.report) for name in names[1]):
            return None
        return _as_written(one, names[0]), _as_written(other, names[1])
    return None


def _as_written(statement: Statement, places: frozenset[str]) -> str:
    """Some places as a sentence writes them."""
    written = {name: word for _, word, name in cities_at(statement.text)}
    return ", ".join(sorted(written.get(place, place) for place in places))


def _names_place(place: str, report: Report) -> bool:
    """Whether a report names a place, in whatever language."""
    text = simplify(report.text)
    if _bare(place) in text:
        return True
    return bool(shared_names(place, text) or shared_names(text, place))


def _bare(place: str) -> str:
    """The name of a place without what it is."""
    return place if place.isascii() else re.sub("(?:新区|[县区镇乡]|街道)$", "", place)
