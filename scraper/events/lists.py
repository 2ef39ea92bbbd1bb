"""Lists in reports: their members, and who claims to be on one that is given in full elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from storage.text import simplify

from ..facts.patterns import phrases
from ..relevance.places import GazetteerPlace, load_gazetteer
from .doubts import Doubt, DoubtKind, Excuse
from .lexicon import name_of, subjects
from .periods import ordinals_of
from .statements import (
    GENERAL,
    Report,
    Statement,
    are_of_a_row,
    common,
    name_other_days,
    statements_of,
)

_PARTLY = re.compile(
    phrases(r"""
        等(?!级|待|于|[^，。；]{0,3}第) | 包括 | 例如 | 如(?=[\u4e00-\u9fff]{2,4}、) | 其中
        分别(?=有) | 部分 | \bsuch as\b | \binclud(?:es?|ing)\b | \bamong (?:them|others|which)\b
        \bfor example\b | \blike\b | \band others\b
    """),
    re.IGNORECASE,
)
_HAN_NAME = "(?!\\d+[、，。])[\u4e00-\u9fffA-Za-z\\d·“”]{2,14}"
_HAN_LIST = re.compile(
    f"(?:{_HAN_NAME}、){{1,60}}{_HAN_NAME}(?:[和与及以][\u4e00-\u9fff]{{2,10}})?"
)
_NAME = r"(?:[A-Z][\w'’-]+(?:(?: of| and the| the)? [A-Z][\w'’-]+){0,4}(?: \d{1,4})?)"
_ENGLISH_LIST = re.compile(
    rf"{_NAME}(?:, {_NAME}){{1,30}},? and {_NAME}|{_NAME}, {_NAME},? and {_NAME}"
)
_TOGETHER = re.compile(
    "[与和同](?P<one>[\u4e00-\u9fff]{2,10}?)(?:一[同道起并]|同时|同批)[^。；]{0,40}?还有"
    "(?P<more>(?:[\u4e00-\u9fff]{2,10}、){0,20}[\u4e00-\u9fff]{2,10}?[和与及][\u4e00-\u9fff]{2,10})"
)
_ALONG = re.compile(
    rf"\b(?:Along|Together|Besides) (?:with )?(?P<one>{_NAME}),[^.;]{{0,80}}?"
    rf"(?P<more>(?:{_NAME}, ){{0,20}}{_NAME},? and {_NAME})"
)
_NOUN = r"[a-z][\w-]*(?: [a-z][\w-]*)?"
_NOUNS = re.compile(
    rf"(?:\b(?:are|were|namely)|:) ((?:{_NOUN}, ){{1,12}}{_NOUN},? and {_NOUN})(?=[.,;]|$)"
)
_NUMBERS = re.compile(
    r"\b(?:[Rr]outes?|[Ll]ines?|[Bb]us(?:es)?|[Nn]os?\.?)"
    r" ((?:\d{1,4}, ){1,20}\d{1,4},? and \d{1,4})"
)
_LEADS = re.compile("(?:分别为|分别是|即|为|是|有|由|包括|[：:，])(?=[^为是有：:，]*$)")
_OURS = re.compile(
    "^(?:[我本全该][市省县区州]|[\u4e00-\u9fff]{2,4}(?:[省市州盟]|地区|的))(?=[\u4e00-\u9fff]{2})"
)
_TAILS = re.compile(
    r"(?:(?:[一二三四五六七八九十两]|\d{1,3})(?:地|个|城|市|家|人|省|校|县|区|国|所|项|种|类|条|路|镇|村)"
    "|共同|入选|获|成为|被|上榜|位列|当选|联合|签|参|举|之间).*$"
)
_ALIKE, _ONE_LIST, _AT_MOST = 0.3, 0.6, 40


@dataclass(frozen=True, slots=True)
class _List:
    statement: Statement
    members: tuple[str, ...]


def list_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Lists of one thing with other members in two reports, and members that a list lacks."""
    across = one.language != other.language
    ours, yours = _lists_of(one), _lists_of(other)
    found = False
    for mine, theirs in product(ours, yours):
        strength = common(mine.statement.text, theirs.statement.text, across=across)
        sizes = len(mine.members), len(theirs.members)
        if strength < _ALIKE and (sizes[0] != sizes[1] or not _class_of(mine) & _class_of(theirs)):
            continue
        shared = sum(any(_is_name(a, b, across) for b in theirs.members) for a in mine.members)
        if strength < _ALIKE:
            if shared < 2:
                continue
            strength = _ONE_LIST * shared / sizes[0]
        if not shared or (shared == sizes[0] == sizes[1]):
            continue
        excuse = None
        if (_is_partial(mine) or _is_partial(theirs)) or (
            sizes[0] != sizes[1] and shared == min(sizes) and not _are_counted(mine, theirs)
        ):
            excuse = Excuse.PART
        elif name_other_days(mine.statement, theirs.statement):
            excuse = Excuse.DIFFERENT
        elif (row := _other_row(mine.statement, theirs.statement)) is not None:
            excuse = row
        elif 2 * shared < min(sizes):
            continue
        found = True
        texts = mine.statement.text, theirs.statement.text
        values = "、".join(mine.members), "、".join(theirs.members)
        yield Doubt(DoubtKind.LIST, excuse, texts, values, strength)
    if not found:
        yield from _missing(ours, other)
        for doubt in _missing(yours, one):
            yield _turned(doubt)


def _turned(doubt: Doubt) -> Doubt:
    (first, second), (value, other) = doubt.sentences, doubt.values
    return Doubt(doubt.kind, doubt.excuse, (second, first), (other, value), doubt.strength)


def _other_row(one: Statement, other: Statement) -> Excuse | None:
    """Why two lists are of other batches or years, if they are."""
    if are_of_a_row(one, other):
        return Excuse.DIFFERENT
    years = one.period.year, other.period.year
    return Excuse.YEAR if years[0] and years[1] and years[0] != years[1] else None


def _is_counted(one: _List) -> bool:
    """Whether a sentence says how many members there are, and names so many."""
    return any(figure.low == len(one.members) for figure in one.statement.figures)


def _are_counted(one: _List, other: _List) -> bool:
    return _is_counted(one) and _is_counted(other)


def _is_partial(one: _List) -> bool:
    return _PARTLY.search(simplify(one.statement.text)) is not None


@lru_cache(maxsize=512)
def _lists_of(report: Report) -> tuple[_List, ...]:
    found = []
    for statement in statements_of(report):
        text = simplify(statement.text)
        for match in _ENGLISH_LIST.finditer(text):
            found.append(_List(statement, _english_members(match.group())))
        for pattern in (_NOUNS, _NUMBERS):
            for match in pattern.finditer(text):
                nouns = _List(statement, tuple(re.split(r",? and |, ", match[1])))
                if pattern is _NUMBERS or _is_counted(nouns):
                    found.append(nouns)
        for match in _HAN_LIST.finditer(text):
            members = _han_members(match.group())
            if len(members) >= 3:
                found.append(_List(statement, members))
        for pattern, members_of in ((_TOGETHER, _han_members), (_ALONG, _english_members)):
            for match in pattern.finditer(text):
                found.append(_List(statement, (match["one"], *members_of(match["more"]))))
    return tuple(found)[:_AT_MOST]


def _english_members(listed: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r", and |, | and (?=[A-Z])", listed)))


def _han_members(listed: str) -> tuple[str, ...]:
    parts = listed.split("、")
    ends = [each for each in re.split("[和与及]", _TAILS.sub("", parts[-1])) if each]
    if len(parts) == 1:
        return tuple(ends)
    first = _OURS.sub("", _LEADS.split(parts[0])[-1]) or parts[0]
    return (first, *parts[1:-1], *(ends or [parts[-1]]))


_NUMBER = re.compile(r"\d{1,4}")


def _is_name(one: str, other: str, across: bool) -> bool:
    if not across:
        return one == other or (min(len(one), len(other)) >= 2 and (one in other or other in one))
    numbers = [_NUMBER.findall(each) for each in (one, other)]
    if all(numbers):
        return numbers[0] == numbers[1]
    if name_of(one, [other]) or name_of(other, [one]):
        return True
    return one.lower() == one and other.lower() == other and bool(subjects(one) & subjects(other))


# Who is said to be on a list. One report gives it in full, four hub cities, and another calls a
# city one of them that is not there.

_WHOLE = re.compile(r"分别[为是]|城市[为是]|\b(?:are|were)\b(?=[^,.]{0,20}[A-Z])|: [A-Z]")
_JOINS = re.compile(
    phrases(r"""
        入选 | 获批 | 被(?:列入|列为|评为|确定为|认定为|命名为|授予|选为|纳入) | 成为 | 跻身 | 获评
        荣膺 | 荣获 | 榜上有名 | 上榜 | 列入 | 当选 | 之一
        \b(?:named|chosen|selected|listed|designated|approved|recogni[sz]ed|picked|declared)\b
        \bbec[ao]mes?\b | \b(?:is|are|was|were) (?:one|among|a|an|now)\b | \bamong\b
        \bjoin(?:s|ed)?\b
    """),
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"未能?|没有|落选|并非|申请|申报|候选|争取|力争|有望|计划|创建|\b(?:not|never|failed|lost|hopes?|wants?"
    r"|plans?|aims?|bids?|appl\w+|candidates?|nominat\w+|former(?:ly)?)\b",
    re.IGNORECASE,
)
_HERE = re.compile(r"[我全该本]市|\b[Tt]he city\b")
_CLAUSES = re.compile("[，；;]|, (?=[a-z])")
_ANY_LIST = """
    名单 入选 批 发布 揭晓 城市 第一 第二 第三 省级 国家级 表彰 奖 公告 建成 启动 试运行
"""
_GIVEN = GENERAL | frozenset(_ANY_LIST.split())
"""Subjects that say that there is a list, not which."""
_CLAIM, _SURE_CLAIM, _LATER = 0.6, 0.75, 31


@cache
def _by_name() -> dict[str, GazetteerPlace]:
    """Each name of a city, and the Chinese one without 市, with the city."""
    found = {}
    for place in load_gazetteer().places.values():
        if place.is_city:
            found[place.en] = found[place.zh] = found[place.zh.removesuffix("市")] = place
    return {name: place for name, place in found.items() if len(name) > 1}


@cache
def _city() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    han = "|".join(one for one in names if not one.isascii())
    latin = "|".join(re.escape(one) for one in names if one.isascii())
    return re.compile(f"{han}|\\b(?:{latin})\\b")


def _cities_in(text: str) -> list[tuple[int, GazetteerPlace]]:
    return [(one.start(), _by_name()[one.group()]) for one in _city().finditer(simplify(text))]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence that calls cities members of what `subjects` name."""

    statement: Statement
    cities: tuple[GazetteerPlace, ...]
    subjects: frozenset[str]


_SENTENCES = re.compile(r"[。！？；\n]|(?<=[.!?])\s")
_CLASSES = re.compile("城市|[之名]都|名城|试点|示范|枢纽|中心|百强|试验区")
_READ, _MOST_SENTENCES = 4000, 60


def listed_kinds(title: str, body: str) -> frozenset[str]:
    """What a text says that cities are, in a list of them or of one that joined it: hub cities.
    Reports of other cities may give the same list. Looks at the beginning only."""
    found: set[str] = set()
    text = simplify(f"{title}\n{body[:_READ]}")
    for sentence in _SENTENCES.split(text)[:_MOST_SENTENCES]:
        listed = "、" in sentence or sentence.count(", ") > 1
        if not listed and not _JOINS.search(sentence):
            continue
        kinds = [one for one in subjects(sentence) if _CLASSES.search(one)]
        if kinds and _city().search(sentence):
            found.update(kinds)
    return frozenset(found)


def _missing(lists: tuple[_List, ...], other: Report) -> Iterator[Doubt]:
    """The cities that another report calls members of a list that is given in full without them."""
    for each in lists:
        members = _whole_cities(each)
        if not members:
            continue
        kind = _class_of(each)
        for claim in _claims_of(other):
            both = kind & claim.subjects
            if not both or not (both == kind or both == claim.subjects):
                continue
            missing = [city for city in claim.cities if city not in members]
            if missing and len(missing) == len(claim.cities):
                texts = each.statement.text, claim.statement.text
                values = "、".join(each.members), "、".join(_label(one, claim) for one in missing)
                told = claim.subjects & subjects(each.statement.report.text)
                strength = _SURE_CLAIM if len(told) > 1 else _CLAIM
                excuse = _why_missing(each, claim, missing)
                yield Doubt(DoubtKind.LIST, excuse, texts, values, strength)


def _label(city: GazetteerPlace, claim: _Claim) -> str:
    return city.label("en" if claim.statement.text.isascii() else claim.statement.report.language)


def _why_missing(one: _List, claim: _Claim, missing: list[GazetteerPlace]) -> Excuse | None:
    if (row := _other_row(one.statement, claim.statement)) is not None:
        return row
    if _batches(one.statement) != _batches(claim.statement):
        return Excuse.DIFFERENT
    if _are_of_one_province(one, missing):
        return Excuse.SCOPE
    dates = one.statement.report.published, claim.statement.report.published
    if dates[0] and dates[1] and abs((dates[1] - dates[0]).days) > _LATER:
        return Excuse.YEAR if dates[0].year != dates[1].year else Excuse.AS_OF
    return None


def _batches(statement: Statement) -> frozenset[int]:
    """Which ones of a row a sentence or its title is about, but the first, which none need say."""
    return (statement.ordinals or ordinals_of(simplify(statement.report.title))) - {1}


def _are_of_one_province(one: _List, missing: list[GazetteerPlace]) -> bool:
    """Whether a list is of the cities of one province, and who is missing lies in another."""
    members = _whole_cities(one)
    provinces = {city.province for city in members}
    if len(provinces) != 1 or not members:
        return False
    text = f"{one.statement.report.title} {one.statement.text}"
    (province,) = provinces
    place = load_gazetteer().places.get(province)
    named = "province" in one.statement.scope or (
        place is not None and (place.en in text or place.zh in simplify(text))
    )
    return named and not any(city.province == province for city in missing)


def _whole_cities(one: _List) -> frozenset[GazetteerPlace]:
    """The cities of a list that is given in full and has few other members. Empty for any other."""
    if _is_partial(one) or not (_is_counted(one) or _WHOLE.search(one.statement.text)):
        return frozenset()
    found = [_cities_in(member)[:1] for member in one.members]
    if 2 * sum(map(bool, found)) < len(found) or len(found) < 2:
        return frozenset()
    return frozenset(city for each in found for _, city in each)


def _class_of(one: _List) -> frozenset[str]:
    """What the members of a list are: the subjects beside them, else those of its title."""
    text = one.statement.text
    for member in one.members:
        text = text.replace(member, " ")
    return (subjects(text) - _GIVEN) or (subjects(one.statement.report.title) - _GIVEN)


@lru_cache(maxsize=512)
def _claims_of(report: Report) -> tuple[_Claim, ...]:
    found = []
    for statement in statements_of(report):
        for clause in _CLAUSES.split(statement.text):
            joins = _JOINS.search(clause)
            if joins is None or _NOT_YET.search(clause) or _is_list(clause):
                continue
            named = [city for at, city in _cities_in(clause) if at < joins.start()]
            if not named and _HERE.search(clause[: joins.start()]):
                named = [city for _, city in _cities_in(report.title)][:1]
            kind = subjects(clause) - _GIVEN
            if named and kind:
                found.append(_Claim(statement, tuple(dict.fromkeys(named)), kind))
    return tuple(found)[:_AT_MOST]


def _is_list(clause: str) -> bool:
    return "、" in clause
