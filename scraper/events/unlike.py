"""What shows that two reports are of two things, however much else they share: things of other
kinds or with other numbers, other districts, other people, one form filled in twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from hubwatch.patterns import lazy_pattern
from storage.facts import Modifier
from storage.stories.rules import are_titled_apart
from storage.stories.texts import units
from storage.text import simplify

from .agreement import object_fit
from .bonds import shared_figures
from .comparison.apart import are_about_other_kinds, are_numbered_apart
from .comparison.context import measures_of
from .lexicon import is_spelled_out, kind_rows, kinds_in, readings_of_each, romanised, spoken
from .named_places import named_cities
from .statements import Report, Stated, stated_figures

_READ = 1500
"""So many characters of a report at most are read for what it is about."""


def differences_of(one: Report, other: Report) -> Iterator[str]:
    """What sets two reports apart: each by its name."""
    ours, yours = one.text[:_READ], other.text[:_READ]
    if are_of_other_kinds_of_row(ours, yours) or are_about_other_kinds(ours, yours):
        yield "kind"
    if are_numbered_apart(ours, yours):
        yield "number"
    if _are_of_other_districts(one, other):
        yield "district"
    if _are_apart(_persons_of(ours), _persons_of(yours), ours, yours):
        yield "person"


# Forms


def are_one_form(one: Report, other: Report) -> bool:
    """Whether two reports are of one wording and have other numbers, as two notices from one form
    do: weather warnings, tenders, monthly figures; or where there are few of these, other cities,
    districts or names in their titles. Where one is a copy of the other and corrects it, most
    numbers stay, and a source of two addresses does not correct itself in silence."""
    if one.language != other.language:
        return False
    ours, yours = _wording_of(one.text)[0], _wording_of(other.text)[0]
    if len(ours & yours) < _ONE_WORDING * max(len(ours), len(yours)):
        return False
    is_one_source = one.source == other.source
    if have_other_numbers(one.text, other.text, _OTHER_NUMBERS + (not is_one_source)):
        return True
    differ = have_other_numbers(one.text, other.text)
    if differ and _are_of_other_districts(one, other):
        return True
    cities = named_cities(one), named_cities(other)
    if differ and all(cities) and cities[0].isdisjoint(cities[1]):
        return True
    return (is_one_source or differ) and are_titled_apart(
        (units(one.title), units(other.title)),
        (units(one.body[:_READ]), units(other.body[:_READ])),
    )


def have_other_numbers(one: str, other: str, least: int = 1) -> bool:
    """Whether each of two texts has so many numbers that the other has not."""
    ours, yours = _wording_of(one)[1], _wording_of(other)[1]
    return min(sum((ours - yours).values()), sum((yours - ours).values())) >= least


_ONE_WORDING, _OTHER_NUMBERS = 0.7, 2
_PIECE = lazy_pattern(r"\d[\d.,]{0,20}\d|\d|[A-Za-z][a-z'-]*|[\u4e00-\u9fff]")


@lru_cache(maxsize=1024)
def _wording_of(text: str) -> tuple[frozenset[tuple[str, str]], Counter[str]]:
    """Each two words of a text that follow one another, any number as the same one, and its
    numbers."""
    pieces = _PIECE.findall(text[:_READ])
    numbers = Counter(piece for piece in pieces if piece[0].isdecimal())
    words = ["0" if piece[0].isdecimal() else piece for piece in pieces]
    return frozenset(pairwise(words)), numbers


# Kinds


def are_of_other_kinds_of_row(one: str, other: str) -> bool:
    """Whether each of two texts names kinds of things of one row, prints and photographs, and none
    that the other names."""
    ours, yours = kinds_in(one), kinds_in(other)
    shared = ours & yours
    for kinds, after in kind_rows().values():
        if after and shared.isdisjoint(kind_rows()[after][0]):
            continue
        if ours & kinds and yours & kinds and shared.isdisjoint(kinds):
            return True
    return False


# Districts and people


def _are_of_other_districts(one: Report, other: Report) -> bool:
    ours, yours = one.text[:_READ], other.text[:_READ]
    return _are_apart(_districts_of(ours), _districts_of(yours), ours, yours)


def _are_apart(ours: frozenset[str], yours: frozenset[str], one: str, other: str) -> bool:
    """Whether each of two texts gives names, and none of them stands in the other."""
    if not ours or not yours:
        return False
    return not any(_stands_in(name, other) for name in ours) and not any(
        _stands_in(name, one) for name in yours
    )


def _stands_in(name: str, text: str) -> bool:
    """Whether a text has a name, in whatever language."""
    plain = simplify(text)
    if name in plain or name in text:
        return True
    if name.isascii():
        return name.lower().replace(" ", "").replace("'", "") in spoken(plain)
    heard = spoken(name)
    return any(each in heard for each in _run_together(text))


@lru_cache(maxsize=1024)
def _run_together(text: str) -> frozenset[str]:
    """The romanised names of a text, and each two of its capitalised words as one: Li Wei."""
    pairs = {f"{one}{two}".lower() for one, two in _TWO_WORDS.findall(text)}
    return romanised(text) | pairs


_TWO_WORDS = lazy_pattern(r"\b([A-Z][a-z]{1,6}) (?=([A-Z][a-z]{1,11})\b)")
_HAN_DISTRICT = lazy_pattern(
    "([\u4e00-\u9fff]{2})(?<!开发)(?<!高新)(?<!示范)(?<!保税)(?<!货运)(?<!展示)(?<!服务)(?<!办公)"
    "(?<![大小高深石远蒙别陵岩连贫]山)(?<!自治)(?<!商业)(?<!核心)(?<!综合)(?<!合作)(?<!试验)(?<!新城)(?<![小社园校景库灾辖郊片林护街牧战时地展赛新城特市院厂港矿病住营疫灾禁全])"
    "(?:区(?![域间块别分位])|县(?![城级长委域]))"
)
_ENGLISH_DISTRICT = lazy_pattern(r"\b([A-Z][a-z']+) (?:[Dd]istrict|[Cc]ounty)\b")


@lru_cache(maxsize=1024)
def _districts_of(text: str) -> frozenset[str]:
    """The districts and counties that a text names, without what they are."""
    english = {name.replace("'", "") for name in _ENGLISH_DISTRICT.findall(text)}
    named = {name for name in english if is_spelled_out(name.lower())}
    return frozenset(named.union(_HAN_DISTRICT.findall(simplify(text))))


_SURNAMES_ONES = """
    王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭
    曾 萧 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾
    夏 韦 付 方 白 邹 孟 熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武
    戴 莫 孔 向 汤
"""
_SURNAMES = "".join(_SURNAMES_ONES.split())
_HAN_PERSON = lazy_pattern(
    rf"(?:(?<=[对将由判处罚任命选被告人犯徒员子长师授名])|(?<![\u4e00-\u9fff]))([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    "(?=(?:等(?:\\d+|[一二三四五六七八九十]+)[人名])?(?:受贿|行贿|贪污|走私|诈骗|盗窃|故意|涉嫌|犯|被判|被捕"
    "|被逮捕|获刑|有期徒刑|无期徒刑|死刑|死缓|一?案|当选|就任|出任|担任|为[\u4e00-\u9fff]{0,12}(?:长|书记|主任|主席)"
    "|逝世|去世|病逝|辞世|因病))"
)
_ENGLISH_PERSON = lazy_pattern(r"\b([A-Z][a-z]{1,5}) ([A-Z][a-z]{1,11})\b")


@lru_cache(maxsize=1024)
def _persons_of(text: str) -> frozenset[str]:
    """Those of whom a text says that they are tried, appointed or dead, in Chinese, or all whom it
    names in full, in English."""
    found = {
        f"{surname} {name}"
        for surname, name in _ENGLISH_PERSON.findall(text)
        if surname.lower() in _spoken_surnames() and is_spelled_out(f"{surname}{name}".lower())
    }
    return frozenset(found.union(_HAN_PERSON.findall(simplify(text))))


@lru_cache(maxsize=1)
def _spoken_surnames() -> frozenset[str]:
    return readings_of_each(_SURNAMES) - {"he"}


# Figures


def figures_apart(one: Report, other: Report) -> int:
    """How many figures of what both reports count differ, where none is the same in both."""
    if shared_figures(one, other):
        return 0
    across = one.language != other.language
    left, found = [*stated_figures(other)], 0
    for mine in stated_figures(one):
        for theirs in left:
            if _count_alike(mine, theirs, across=across):
                left.remove(theirs)
                found += 1
                break
    return found


def _count_alike(one: Stated, other: Stated, *, across: bool) -> bool:
    """Whether two figures that differ count or measure the same, as far as their words say."""
    first, second = one[1], other[1]
    growths = [each.modifier is Modifier.GROWTH for each in (first, second)]
    if first.base != second.base or growths[0] is not growths[1]:
        return False
    if first.base == "count":
        return object_fit(first, second, across=across) >= _ALIKE
    return bool(measures_of(one) & measures_of(other))


_ALIKE = 0.8
