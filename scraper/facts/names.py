"""Who and what a text names: places, organisations and people, one identity for all their names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hubwatch.errors import SourceError
from hubwatch.patterns import lazy_pattern
from hubwatch.toml import load_toml
from storage.facts import Actor, ActorKind
from storage.text import has_eastern

from ..relevance.finder import FoundPhrase, Phrase, PhraseFinder
from ..relevance.places import load_gazetteer
from .patterns import either, words

OWN = Path(__file__).with_name("actors.toml")
_LONGEST_NAME, _MOST, _APPOSED = 14, 200, 30
_PROGRAMMES = frozenset(("innovation-china",))

_HAN = lazy_pattern("[\u3400-\u9fff]")
_HAN_ENDING = lazy_pattern(  # each begins with a character, so that these are looked for fast
    either("""
        高新区 开发区 经开区 新区 园区 示范区 保税区 景区 旅游区 大学 学院 中学 医院 研究院
        研究所 实验室 有限公司 集团 公司 协会 学会 科协 委员会 管委会 局(?<=[\u4e00-\u9fff]局)
        海关 法院 检察院 机场 银行 基金会
        港(?<=[\u4e00-\u9fff]{2}港) 区(?<=[\u4e00-\u9fff]{2}区) 县(?<=[\u4e00-\u9fff]{2}县)
    """)
)
_BEFORE_NAME = (
    "[\x00-\u4dff\ua000-\U0010ffff在由与和及的到从据向对将于是该各某这每了着年月日个家名项艘处]"
)
_LAST_HAN_START = lazy_pattern(  # where the last one ends: each is one character
    r"[\s\S]*"
    f"[{_BEFORE_NAME[1:-1]}来其以全记获走位届同组举市省](?:(?<={_BEFORE_NAME})|"
    + either("""
        (?<=来)自 (?<=其)中 (?<=以)来 (?<=全)[市省县] (?<=记)者 (?<=获)悉 (?<=走)进 (?<=位)于
        (?<=届)时 (?<=同)时 (?<=组)织 (?<=举)行 (?<=[市省])(?=.{2,}[区县]$)
    """)
    + ")"
)
_COUNTED = lazy_pattern("[一二两三四五六七八九十百千几数多0-9]+余?[所家个座间名位]")
"""两所职业学院 is a number of them, and the name of none."""
_NO_REGION = frozenset(words("""
        地区 社区 小区 灾区 山区 城区 市区 郊区 库区 片区 街区 展区 全区 该区 我区 各区 辖区
        校区 院区 林区 牧区 自治区 园区 全县 该县 我县 各县 示范区
    """))  # fmt: skip
_CAPITALS = lazy_pattern(
    r"[A-Z](?<!\w[A-Z])[\w'’&-]{0,30}(?: (?:(?:of|for|and|the) ){0,2}[A-Z][\w'’&-]{0,30}){0,8}"
    r"(?: (?:district|county|city|province|scenic area|association|university|hospital|port))?"
)
_ENDINGS = frozenset(words("""
        Port University Institute Hospital Group Bank Center Centre Association Society Bureau
        Commission Committee Court Airport Academy College Laboratory Zone Area Park Company
        Corporation Ministry Technology Council Union Museum Library School Bridge district
        county area association university hospital port
    """))  # fmt: skip
_HAN_OFFICE = lazy_pattern(
    either("""
        市长 省长 县长 区长 局长 主任 主席 书记 院长 校长 部长 会长 董事长 总经理 教授 院士 研究员
    """)
    + r"(?P<name>["
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水"
    "窦章云苏潘葛范彭郎鲁韦马方俞任袁柳唐罗薛伍余顾孟黄萧尹姚邵汪毛戴宋庞熊纪舒屈"
    "项祝董梁杜阮季贾江童颜郭梅林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓洪包左石崔吉"
    "龚程邢裴陆翁荀甄封储靳段焦侯宁仇甘武符刘景龙叶黎白蒲卓蔺池乔闻党翟谭姬申冉桂"
    "牛边燕尚温柴瞿阎连习容向古易廖终步耿匡文寇广师巩聂晁勾敖冷辛简饶曾关查岳冀"
    r"][\u4e00-\u9fff]{1,2}?)"
    + r"(?=[^\u4e00-\u9fff]|"
    + either("表示 介绍 说 指出 出席 宣布 强调 致辞 主持 一行 等")
    + ")"
)
_OFFICE = lazy_pattern(
    r", (?:the )?(?P<office>(?:deputy |vice[- ]|former )?"
    r"(?:mayor|governor|head|director|chairman|chairwoman|president|secretary|minister|dean|spokesman|"
    r"spokeswoman|spokesperson|CEO|chief [a-z]+)(?: of (?:the )?[\w' ]{2,40})?)"
)
_OFFICIAL = lazy_pattern(r"\b[A-Z][a-z]+ [A-Z][a-z]+$")
_LONGEST_OFFICIAL = 60


class NamedPlace(NamedTuple):
    """A place of the gazetteer where a text names it, `name` as written."""

    id: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedActors:
    """What a text names. `spots` are the places and organisations with where they stand, in the
    order of the text, `places` those of the gazetteer, also within the names of organisations.
    `titled` is the first one in the title."""

    found: tuple[Actor, ...] = ()
    spots: tuple[tuple[int, int, str], ...] = ()
    starts: tuple[int, ...] = ()
    usual: str = ""
    places: tuple[NamedPlace, ...] = ()
    titled: NamedPlace | None = None

    def place_of(self, at: int, begin: int, sentence: str) -> str:
        """The place or organisation that something is said of, at a place in the text: the last one
        named before it in its sentence, which begins at `begin`, or that behind it in which it is;
        else the last one before, else that of the title. One that somebody only comes from is none,
        and no end of a line."""
        index = bisect_right(self.starts, at) - 1
        behind = self.spots[index + 1] if index + 1 < len(self.spots) else None
        place, is_led = "", False
        while index >= 0 and not place:
            start, end, name = self.spots[index]
            if start < begin:
                break
            is_origin = _FROM_HAN.search(sentence[: start - begin][-16:])
            if not (is_origin or _is_end_of_line(sentence, start - begin, end - begin)):
                place, is_led = name, bool(_IN.search(sentence[: start - begin][-24:]))
            index -= 1
        if behind and behind[0] < begin + len(sentence) and not is_led:
            between = sentence[at - begin : behind[0] - begin]
            if _IN.search(between) if place else _is_near(between):
                return behind[2]
        if place:
            return place
        return self.spots[index][2] if index >= 0 else self.usual


def _is_near(between: str) -> bool:
    """Whether what stands between a figure and a place behind it says that it is there."""
    if _CLAUSE_BREAK.search(between):
        return False
    return bool(_IN.search(between)) or bool(_HAN.search(between) and not _NOT_IN.search(between))


def _is_end_of_line(sentence: str, start: int, end: int) -> bool:
    return bool(_DASH.match(sentence, end) or _DASH_LAST.search(sentence[:start][-2:]))


_FROM_HAN = lazy_pattern("来自(?:[\u4e00-\u9fff]{2,4}、)*$")
_CLAUSE_BREAK = lazy_pattern("[，；：。;:(（]|, ")
_IN = lazy_pattern(
    r"^(?!.*[,;:]\s).*\b(?:[Ii]n|[Aa]t|[Aa]cross|throughout|around|near|of|within|for)\s"
    r"(?:(?:the|downtown|central|southern|northern|eastern|western|all)\s)*$"
)
_NOT_IN = lazy_pattern("[自从赴往由比与和向援飞销运至到对]$")
_DASH = lazy_pattern(
    "[-–—](?=[A-Z\u4e00-\u9fff])|至(?=[\u4e00-\u9fff]{2,6}(?:线|段|高速|铁路|公路|航线|高铁))"
)
_DASH_LAST = lazy_pattern("[A-Za-z\u4e00-\u9fff][-–—]$")


@lru_cache(maxsize=1)
def _known() -> tuple[PhraseFinder, dict[str, ActorKind]]:
    """What finds the places of the gazetteer and the organisations of `actors.toml`."""
    gazetteer = load_gazetteer()
    kinds = dict.fromkeys(gazetteer.places, ActorKind.PLACE)
    phrases = [Phrase(name.form, name.place) for name in gazetteer.names.values() if not name.weak]
    own = load_toml(OWN, SourceError)
    for table in (own.table("organisation"), own.table("programme")):
        for organisation in table.data:
            kinds[organisation] = ActorKind.ORGANISATION
            phrases += [Phrase(form, organisation) for form in table.texts(organisation)]
    phrases += [Phrase(form, "") for form in gazetteer.exceptions]
    return PhraseFinder(phrases), kinds


def actors_of(text: str, title: str = "") -> NamedActors:
    """Find the places, organisations and people that a text names, 200 at most. What is said where
    the text has named none yet is said of the first one in the title."""
    spots: dict[int, tuple[int, int, str, ActorKind]] = {}  # by where they begin: end, id, kind
    finder, kinds = _known()
    named: list[NamedPlace] = []
    for one in finder.find(text):
        if one.phrase.key:
            if kinds[one.phrase.key] is ActorKind.PLACE and not (
                named and one.start < named[-1].end
            ):
                named.append(
                    NamedPlace(one.phrase.key, text[one.start : one.end], one.start, one.end)
                )
            spots.setdefault(one.start, (one.end, one.end, one.phrase.key, kinds[one.phrase.key]))
    has_han = has_eastern(text) and bool(_HAN.search(text))
    for start, end in (*(_han_organisations(text) if has_han else ()), *_organisations(text)):
        if start not in spots or spots[start][0] < end:
            spots[start] = (end, end, "", ActorKind.ORGANISATION)
    kept: list[tuple[int, int, str, ActorKind]] = []
    for start in sorted(spots)[: 4 * _MOST]:
        end, _, identity, kind = spots[start]
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, identity, kind))
    spoken_of = _spoken_of(kept)
    titled = next((one for one in finder.find(title) if one.phrase.key), None)
    return NamedActors(
        tuple(_counted(text, kept))[:_MOST]
        + tuple(_people(text, _HAN_OFFICE if has_han else None))[:_MOST],
        tuple((start, end, text[start:end]) for start, end in spoken_of),
        tuple(start for start, _ in spoken_of),
        title[titled.start : titled.end] if titled else "",
        tuple(_unapposed(named)),
        _titled(title, titled, kinds),
    )


def _titled(
    title: str, found: FoundPhrase | None, kinds: Mapping[str, ActorKind]
) -> NamedPlace | None:
    if found is None or kinds[found.phrase.key] is not ActorKind.PLACE:
        return None
    return NamedPlace(found.phrase.key, title[found.start : found.end], found.start, found.end)


def _unapposed(named: Iterable[NamedPlace]) -> Iterator[NamedPlace]:
    """Without provinces behind their cities: Guiyang, capital of Guizhou."""
    places = load_gazetteer().places
    last = None
    for one in named:
        is_province = one.id in places and not places[one.id].is_city
        if not (is_province and last is not None and one.start - last.end < _APPOSED):
            yield one
            last = one


def _spoken_of(kept: list[tuple[int, int, str, ActorKind]]) -> list[tuple[int, int]]:
    """Where those stand that figures may be of: no programme, no province behind its city."""
    places = load_gazetteer().places
    found: list[tuple[int, int]] = []
    for start, end, identity, _ in kept:
        is_province = identity in places and not places[identity].is_city
        if is_province and found and start - found[-1][1] < _APPOSED:
            continue
        if identity not in _PROGRAMMES:
            found.append((start, end))
    return found


def _counted(text: str, kept: list[tuple[int, int, str, ActorKind]]) -> Iterator[Actor]:
    """Each actor once, with how often it is named."""
    first: dict[str, tuple[int, int, str, ActorKind]] = {}
    times: dict[str, int] = {}
    for start, end, identity, kind in kept:
        key = identity or text[start:end]
        first.setdefault(key, (start, end, identity, kind))
        times[key] = times.get(key, 0) + 1
    for key, (start, end, identity, kind) in first.items():
        yield Actor(kind, identity, text[start:end], "", start, end, times[key])


def _han_organisations(text: str) -> Iterator[tuple[int, int]]:
    """Names by their form: Han up to a word such as 大学."""
    for ending in _HAN_ENDING.finditer(text):
        stop = ending.start()
        start = max(0, stop - _LONGEST_NAME)
        if before := _LAST_HAN_START.match(text, start, stop):
            start = before.end()
        name = text[start : ending.end()]
        if _COUNTED.match(name):
            continue
        is_region = name not in _NO_REGION and (len(name) > 4 or name[-2:] not in _NO_REGION)
        if is_region and len(name) > max(2, len(ending.group())):
            yield start, ending.end()


def _organisations(text: str) -> Iterator[tuple[int, int]]:
    """Names by their form: capitals up to a word such as University."""
    for capitals in _CAPITALS.finditer(text):
        name = capitals.group()
        if " " in name and name.rpartition(" ")[2] in _ENDINGS:
            yield capitals.start() + 4 * name.startswith("The "), capitals.end()


def _people(text: str, han: re.Pattern[str] | None) -> Iterator[Actor]:
    """People who are named with their office, in the order of the text."""
    found = []
    for office in _OFFICE.finditer(text):
        end = office.start()
        name = _OFFICIAL.search(text, max(0, end - _LONGEST_OFFICIAL), end)
        if name:
            post = office["office"].strip()
            found.append(Actor(ActorKind.PERSON, "", name.group(), post, name.start(), end, 1))
    if han is not None:
        for one in han.finditer(text):
            start, end = one.span("name")
            first = one.start() - text.startswith("副", max(0, one.start() - 1))
            post = text[first:start]
            found.append(Actor(ActorKind.PERSON, "", one["name"], post, start, end, 1))
    return iter(sorted(found, key=lambda person: person.start))
