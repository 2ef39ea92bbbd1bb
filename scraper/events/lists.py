"""Lists in reports: their members, and who claims to be on one that is given in full elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..facts.patterns import phrases, words
from ..relevance.places import GazetteerPlace, load_gazetteer
from .doubts import Doubt, DoubtKind, Excuse
from .lexicon import name_of, romanised, spelled, spoken, subjects
from .named_places import BEGINNING, city_mentions
from .pattern_set import casefolded
from .periods import numeral, ordinals_of
from .statements import (
    GENERAL,
    Report,
    Statement,
    are_of_a_row,
    common,
    name_other_days,
    statements_of,
)

_PARTLY = lazy_pattern(
    phrases(r"""
        等(?!级|待|于|[^，。；]{0,3}第) | 包括 | 例如 | 如(?=[\u4e00-\u9fff]{2,4}、) | 其中
        分别(?=有) | 部分 | \bsuch as\b | \binclud(?:es?|ing)\b | \bamong (?:them|others|which)\b
        \bfor example\b | \blike\b | \band others?\b
    """),
    re.IGNORECASE,
)
_HAN_NAME = "(?!\\d+[、，。])[\u4e00-\u9fffA-Za-z\\d·“”]{2,14}"
_HAN_LIST = lazy_pattern(
    f"(?:{_HAN_NAME}、){{1,60}}{_HAN_NAME}(?:[和与及以][\u4e00-\u9fff]{{2,10}})?"
)
_NAME = r"(?:[A-Z][\w'’-]+(?:(?: of| and the| the)? [A-Z][\w'’-]+){0,4}(?: \d{1,4})?)"
_TOGETHER = lazy_pattern(
    "[与和同](?P<one>[\u4e00-\u9fff]{2,10}?)(?:一[同道起并]|同时|同批)[^。；]{0,40}?还有"
    "(?P<more>(?:[\u4e00-\u9fff]{2,10}、){0,20}[\u4e00-\u9fff]{2,10}?[和与及][\u4e00-\u9fff]{2,10})"
)
_ALONG = lazy_pattern(
    rf"\b(?:Along|Together|Besides) (?:with )?(?P<one>{_NAME}),[^.;]{{0,80}}?"
    rf"(?P<more>(?:{_NAME}, ){{0,20}}{_NAME},? and {_NAME})"
)
_ITEM = r"[\w“\"][\w'’&/”\"-]*(?: (?!and\b)[\w'’&/-]+){0,5}"
_ITEMS = lazy_pattern(rf"{_ITEM}(?:, {_ITEM}){{1,30}},? and {_ITEM}")
_ITEM_LEADS = lazy_pattern(
    r"^.*\b(?:are|is|were|was|namely|of|in|to|for|at|by|with|[Rr]outes|[Ll]ines|Nos|between|from|include"
    r"|including|as|than|win|won|named|chose|chosen|visited|joined|added"
    r"|lists?|be) (?:the )?(?=\S)|^(?:the|an?) "
)
_ITEM_ENDS = lazy_pattern(
    r" (?:are|is|were|was|will|have|has|had|can|may|in|on|to|for|from|that|which|who|with|by"
    r"|since|at|as"
    r"|this|last|next|after|before|during|under|gets?|got|win|won|said|all|each|into|over|through)\b.*$"
)
_LEAD = lazy_pattern(r"(?::|\bnamely|\b(?:are|were)) *(?:the )?$")
_LEADS = lazy_pattern(
    "(?:分别为|分别是|即|为|是|有|由|包括|新增|开通|对|[：:，])(?=[^为是有：:，]*$)"
)
_OURS = lazy_pattern(
    "^(?:[我本全该][市省县区州]|[\u4e00-\u9fff]{2,4}(?:[省市州盟]|地区|的))(?=[\u4e00-\u9fff]{2})"
)
_TAILS = lazy_pattern(
    r"(?:(?<=[\u4e00-\u9fff])(?:[一二三四五六七八九十两]|\d{1,3})(?:地|个|城|市|家|名|位|人|省|校|县|区|国|所|项|种|类|条|路|镇|村)"
    "|共同|入选|获|成为|被|上榜|榜上|位列|当选|联合|签|参|举|之间|等|将(?!军|乐)|已|均|在(?!线)|于(?!都|洪)|通过|启用"
    "|更名|牵头|(?<=[\u4e00-\u9fff]{2})为(?=[\u4e00-\u9fff]{3})|牌|(?<=[县区镇村])(?![和与及])"
    "(?![\u4e00-\u9fff]{1,10}(?:[学校院园馆村镇寺厂站场所店桥塔祠庙湖山河]|公司|中心|社区|基地)(?:[和与及]|$))"
    "[\u4e00-\u9fff]).*$"
)
_LONG_NAME = 6
_FIRST_LEADS = lazy_pattern("^.*(?:[在对将从到与日于]|我市|全市)(?=[\u4e00-\u9fff]{3,}$)")
_NUMBERS_IN_WORDS = words("zero one two three four five six seven eight nine ten eleven twelve")
_ALIKE, _ONE_LIST, _AT_MOST, _AKIN = 0.3, 0.6, 40, 0.5


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
        doubt = _list_doubt(mine, theirs, across=across)
        if doubt is not None:
            found = True
            yield doubt
    if not found:
        yield from _missing(ours, other)
        for doubt in _missing(yours, one):
            yield doubt.turned()


def _list_doubt(mine: _List, theirs: _List, *, across: bool) -> Doubt | None:
    """What two lists say differently, None for nothing, or for lists of different things."""
    sizes = len(mine.members), len(theirs.members)
    pairs = [(a, b) for a in mine.members for b in theirs.members if _is_name(a, b, across)]
    shared = min(len({one for one, _ in pairs}), len({other for _, other in pairs}))
    if not shared or (shared == sizes[0] == sizes[1]):
        return None
    strength = common(mine.statement.text, theirs.statement.text, across=across)
    if strength < _ALIKE:
        alike = sizes[0] == sizes[1] and _class_of(mine) & _class_of(theirs)
        if shared < 2 or not (alike or shared + 1 >= max(sizes)):
            return None
        strength = _ONE_LIST * shared / max(sizes)
    like = sizes[0] == sizes[1] == shared + 1 and shared > 1
    lacking = (
        _lacking(mine, {one for one, _ in pairs}, theirs, like, across=across),
        _lacking(theirs, {other for _, other in pairs}, mine, like, across=across),
    )
    full = _is_full(mine), _is_full(theirs)
    excuse = None
    if name_other_days(mine.statement, theirs.statement):
        excuse = Excuse.DIFFERENT
    elif (row := _other_row(mine.statement, theirs.statement)) is not None:
        excuse = row
    elif _grades_apart(mine.statement, theirs.statement):
        excuse = Excuse.DEFINITION
    elif not all(lacking) and not (across and any(lacking) and all(full) and sizes[0] == sizes[1]):
        # One list holds all of the other and more: that says something where the short one is full.
        if sizes[0] == sizes[1] or not any(lacking):
            return None
        short = 0 if sizes[0] < sizes[1] else 1
        if not full[short] or _is_partial(theirs if short == 0 else mine) or shared < 2:
            excuse = Excuse.PART
    elif any(_is_partial(each) and not _is_counted(each) for each in (mine, theirs)):
        excuse = Excuse.PART
    elif 2 * shared < min(sizes) and not (
        # Many a name that is translated is not known: one that both have is enough.
        across and all(full) and sizes[0] == sizes[1] and strength >= _AKIN
    ):
        return None
    elif sizes[0] != sizes[1] and not all(full):
        excuse = Excuse.PART
    texts = mine.statement.text, theirs.statement.text
    values = "、".join(mine.members), "、".join(theirs.members)
    return Doubt(DoubtKind.LIST, excuse, texts, values, min(1.0, strength))


def _lacking(one: _List, matched: set[str], other: _List, like: bool, *, across: bool) -> list[str]:
    """The members of a list that the other has not, and its report names nowhere, or where but one
    member is another its sentence does not, as far as that can be told between languages."""
    text = simplify(other.statement.text if like else other.statement.report.text)
    missing = [member for member in one.members if member not in matched]
    if not across:
        return [member for member in missing if member not in text]
    heard, said, named = spoken(text), romanised(text), subjects(text)
    numbers = set(_NUMBER.findall(text))
    found: list[str] = []
    for member in missing:
        if names := spelled(member):
            is_there = bool(names & heard)
        elif digits := _NUMBER.findall(member):
            is_there = bool(numbers.issuperset(digits))
        elif said & spoken(member):
            is_there = True
        else:
            kinds = subjects(member) - GENERAL
            is_there = bool(kinds & named) if kinds else member.isascii()
        if not is_there:
            found.append(member)
    return found


_GRADES = [
    [lazy_pattern(phrases(pattern), re.IGNORECASE) for pattern in patterns]
    for patterns in (
        ("国家级|全国|\\bnational\\b", "省级|全省|\\bprovincial\\b", "市级|\\bmunicipal\\b"),
        ("一等奖|金奖|\\bfirst prizes?\\b|\\bgold\\b",
         "二等奖|银奖|\\bsecond prizes?\\b|\\bsilver\\b",
         "三等奖|铜奖|\\bthird prizes?\\b|\\bbronze\\b"),
    )
]  # fmt: skip


def _grades_apart(one: Statement, other: Statement) -> bool:
    """Whether two lists are of other grades of one honour: national and provincial villages."""
    for patterns in _GRADES:
        found = [
            {at for at, pattern in enumerate(patterns) if pattern.search(simplify(each.text))}
            for each in (one, other)
        ]
        if all(found) and not found[0] & found[1]:
            return True
    return False


def _other_row(one: Statement, other: Statement) -> Excuse | None:
    """Why two lists are of other batches or years, if they are."""
    if are_of_a_row(one, other):
        return Excuse.DIFFERENT
    years = one.period.year, other.period.year
    return Excuse.YEAR if years[0] and years[1] and years[0] != years[1] else None


_SMALL_NUMBER = lazy_pattern(
    r"(?<![第\d一二三四五六七八九十])([一二两三四五六七八九十]{1,3}|\d{1,2})(?=[\u4e00-\u9fff])"
    rf"|\b({'|'.join(_NUMBERS_IN_WORDS)}|\d{{1,2}})\b(?=[ -][a-z])",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def _numbers_in(text: str) -> frozenset[int]:
    """The small numbers in a text, in digits or words."""
    return frozenset(
        numeral(han)
        if han
        else int(word)
        if word.isdecimal()
        else _NUMBERS_IN_WORDS.index(casefolded(word))
        for han, word in _SMALL_NUMBER.findall(simplify(text))
    )


def _is_counted(one: _List) -> bool:
    """Whether a sentence, or its title, says how many members there are, and names so many."""
    size = len(one.members)
    return size in _numbers_in(one.statement.text) or size in _numbers_in(
        one.statement.report.title
    )


def _is_full(one: _List) -> bool:
    """Whether a list is said to have no further members."""
    if _is_counted(one):
        return True
    return not _is_partial(one) and _WHOLE.search(one.statement.text) is not None


def _is_partial(one: _List) -> bool:
    text = _AND_SO_MANY.sub(
        lambda found: " " if numeral(found[1]) == len(one.members) else found.group(),
        simplify(one.statement.text),
    )
    return _PARTLY.search(text) is not None


_AND_SO_MANY = lazy_pattern(r"等([一二两三四五六七八九十]{1,3}|\d{1,2})(?=[\u4e00-\u9fff])")


@lru_cache(maxsize=512)
def _lists_of(report: Report) -> tuple[_List, ...]:
    found: list[_List] = []
    for statement in statements_of(report):
        text = simplify(statement.text)
        found += _english_lists(statement, text)
        for match in _HAN_LIST.finditer(text):
            members = _han_members(match.group())
            if len(members) >= 3:
                found.append(_List(statement, members))
        found += _pairs(statement, text)
        for pattern, members_of in ((_TOGETHER, _han_members), (_ALONG, _english_members)):
            for match in pattern.finditer(text):
                found.append(_List(statement, (match["one"], *members_of(match["more"]))))
    return tuple(found)[:_AT_MOST]


_HAN_PAIR = lazy_pattern(
    "(?:为|即|是|：)([\u4e00-\u9fff]{2,12})[和、]([\u4e00-\u9fff]{2,12})(?=[，。；]|$)"
)
_ENGLISH_PAIR = lazy_pattern(
    rf", ({_NAME}) and ({_NAME}), |\b(?:are|namely) ({_NAME}) and ({_NAME})\."
)


def _pairs(statement: Statement, text: str) -> Iterator[_List]:
    """Lists of two, where the sentence says that there are two."""
    for match in (*_HAN_PAIR.finditer(text), *_ENGLISH_PAIR.finditer(text)):
        pair = _List(statement, tuple(filter(None, match.groups())))
        if _is_counted(pair):
            yield pair


def _english_lists(statement: Statement, text: str) -> Iterator[_List]:
    """The lists of an English sentence: of names, of numbers, and of other things that it counts or
    leads to."""
    if " and " not in text.partition(", ")[2]:
        return
    for match in _ITEMS.finditer(text):
        items = re.split(r",? and |, ", match.group())
        first, last = _ITEM_LEADS.sub("", items[0]), _ITEM_ENDS.sub("", items[-1])
        each = _List(statement, tuple(_ARTICLE.sub("", one) for one in (first, *items[1:-1], last)))
        if len(items) > 3 and not _is_counted(each):
            rest = _List(statement, each.members[1:])
            each = rest if _is_counted(rest) else each
        named = sum(_A_NAME.search(one) is not None for one in each.members)
        led = _LEAD.search(text[: match.start() + len(items[0]) - len(first)])
        if 2 * named > len(items) or led or _is_counted(each):
            yield each


_ARTICLE = lazy_pattern("^(?:the|an?) ")
_A_NAME = lazy_pattern(r"[A-Z]|^\d{1,4}$")


def _english_members(listed: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r", and |, | and (?=[A-Z])", listed)))


_ROUTE = lazy_pattern("[\u4e00-\u9fffA-Z]{0,2}?\\d{1,4}(?:号线|路|次|号)")
"""A line, bus or train by its number."""


_OF_SO_MANY = lazy_pattern(
    "(?<=[\u4e00-\u9fff]{2})的(?=[一二两三四五六七八九十\\d]+[支个名家位所座项])"
)
"""What says of which of some things a list is: teams from Laos and Malaysia."""


def _han_members(listed: str) -> tuple[str, ...]:
    parts = listed.split("、")
    for place, part in enumerate(parts[1:], start=1):
        if _OF_SO_MANY.search(part):
            parts = [*parts[:place], _OF_SO_MANY.split(part)[0]]
            break
    if all(_ROUTE.search(each) for each in parts):
        last = "和".join(_ROUTE.findall(parts[-1]))
    else:
        last = _TAILS.sub("", parts[-1])
    ends = [each for each in re.split("以及|[和与及]", last) if each]
    if any(len(each) < 2 for each in ends):
        ends = [last]
    if len(parts) == 1:
        return tuple(ends)
    first = _OURS.sub("", _LEADS.split(parts[0])[-1]) or parts[0]
    if len(first) > _LONG_NAME:
        first = _FIRST_LEADS.sub("", first)
    return (first, *parts[1:-1], *(ends or [parts[-1]]))


_NUMBER = lazy_pattern(r"\d{1,4}")


def _is_name(one: str, other: str, across: bool) -> bool:
    numbers = _NUMBER.findall(one), _NUMBER.findall(other)
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    if not across:
        return one == other or (min(len(one), len(other)) >= 2 and (one in other or other in one))
    if all(numbers) and not (romanised(one) or romanised(other)):
        return True
    if name_of(one, [other]) or name_of(other, [one]):
        return True
    if romanised(one) | romanised(other):
        return False
    return bool((subjects(one) & subjects(other)) - GENERAL)


# Who is said to be on a list. One report gives it in full, four hub cities, and another calls a
# city one of them that is not there.

_WHOLE = lazy_pattern(r"分别[为是]|城市[为是]|\b(?:are|were)\b(?=[^,.]{0,20}[A-Z])|: [A-Z]")
_JOINS = lazy_pattern(
    phrases(r"""
        入选 | 获批 | 被(?:列入|列为|评为|确定为|认定为|命名为|授予|选为|纳入) | 成为 | 跻身 | 获评
        荣膺 | 荣获 | 榜上有名 | 上榜 | 列入 | 当选 | 之一
        \b(?:named|chosen|selected|listed|designated|approved|recogni[sz]ed|picked|declared)\b
        \bbec[ao]mes?\b | \b(?:is|are|was|were) (?:one|among|a|an|now)\b | \bamong\b
        \bjoin(?:s|ed)?\b
    """),
    re.IGNORECASE,
)
_NOT_YET = lazy_pattern(
    r"未能?|没有|落选|并非|申请|申报|候选|争取|力争|有望|计划|创建|\b(?:not|never|failed|lost|hopes?|wants?"
    r"|plans?|aims?|bids?|appl\w+|candidates?|nominat\w+|former(?:ly)?)\b",
    re.IGNORECASE,
)
_HERE = lazy_pattern(r"[我全该本]市|\b[Tt]he city\b")
_CLAUSES = lazy_pattern("[，；;]|, (?=[a-z])")
_ANY_LIST = """
    名单 入选 批 发布 揭晓 城市 第一 第二 第三 省级 国家级 表彰 奖 公告 建成 启动 试运行
"""
_GIVEN = GENERAL | frozenset(_ANY_LIST.split())
"""Subjects that say that there is a list, not which."""
_CLAIM, _SURE_CLAIM, _LATER = 0.6, 0.75, 31


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence that calls cities members of what `subjects` name."""

    statement: Statement
    cities: tuple[GazetteerPlace, ...]
    subjects: frozenset[str]


_SENTENCE_END = lazy_pattern(r"[。！？；\n.!?](?:(?<=[。！？；\n])|\s)")
_CLASSES = lazy_pattern("城市|[之名]都|名城|试点|示范|枢纽|中心|百强|试验区")
_MOST_SENTENCES = 60


def listed_kinds(title: str, body: str) -> frozenset[str]:
    """What a text says that cities are, in a list of them or of one that joined it: hub cities.
    Reports of other cities may give the same list. Looks at the beginning only."""
    found: set[str] = set()
    text = simplify(f"{title}\n{body[:BEGINNING]}")
    for sentence in _SENTENCE_END.split(text)[:_MOST_SENTENCES]:
        if not city_mentions(sentence):  # looked for first: most sentences end here
            continue
        if "、" in sentence or sentence.count(", ") > 1 or _JOINS.search(sentence):
            found.update(filter(_is_class, subjects(sentence)))
    return frozenset(found)


@cache
def _is_class(subject: str) -> bool:
    return _CLASSES.search(subject) is not None


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
    found = [city_mentions(member)[:1] for member in one.members]
    if 2 * sum(map(bool, found)) < len(found) or len(found) < 2:
        return frozenset()
    return frozenset(city for each in found for _, _, city in each)


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
            named = [city for at, _, city in city_mentions(clause) if at < joins.start()]
            if not named and _HERE.search(clause[: joins.start()]):
                named = [city for _, _, city in city_mentions(report.title)][:1]
            kind = subjects(clause) - _GIVEN
            if named and kind:
                found.append(_Claim(statement, tuple(dict.fromkeys(named)), kind))
    return tuple(found)[:_AT_MOST]


def _is_list(clause: str) -> bool:
    return "、" in clause
