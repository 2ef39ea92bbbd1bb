"""Whether two reports, or two sentences of them, are of two things: of other cities or subjects, or
of other ones among things that are alike."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..bonds import bond_of
from ..lexicon import (
    acts_in,
    cities,
    names_of,
    romanised,
    shared_names,
    spoken,
    subjects,
    terms_of,
    words,
)
from ..named_places import BEGINNING, cities_at, named_cities
from ..pattern_set import casefolded
from ..periods import ORDINAL_WORDS, numeral, ordinals_of
from ..statements import Report, Statement
from .context import text_in_context
from .times import are_far


def are_of_other_cities(one: Report, other: Report) -> bool:
    """Whether each of two reports names cities, and none is the same. One of them may be named in
    passing, as where something goes, or where the reports share a place, or another name, and much
    besides."""
    ours, yours = named_cities(one), named_cities(other)
    if not ours or not yours or ours & yours:
        return False
    if not _own_cities(one) or not _own_cities(other):
        return False
    if one.language == other.language:
        names = names_of(one.text) & names_of(other.text) - cities()
    else:
        names = shared_names(one.text, other.text) - cities()
    return not names or bond_of(one, other) < _ONE_EVENT


_ONE_EVENT = 6.0
_BOUND_FOR = lazy_pattern(
    "(?:(?:[开发驶运飞销寄送卖]|直达|通)[往到至]了?|来自)(?:[\u4e00-\u9fff]{2,4}[、和])*$"
)

_BEFORE_CITY = 16


@lru_cache(maxsize=512)
def _own_cities(report: Report) -> frozenset[str]:
    """The cities that a report names, but for those to which something only goes."""
    text = simplify(report.text[:BEGINNING])
    passing: dict[bool, set[str]] = {True: set(), False: set()}
    for at, _, name in cities_at(text):
        passing[_BOUND_FOR.search(text[:at][-_BEFORE_CITY:]) is not None].add(name)
    return named_cities(report) - (passing[True] - passing[False])


def are_two_things(one: Report, other: Report) -> bool:
    """Whether two reports number alike things otherwise, or their titles name other ones of a
    row."""
    first, second = _title_ordinals(one), _title_ordinals(other)
    if first and second and not first & second:
        return True
    if any(
        are_numbered_apart(*each) for each in ((one.title, other.title), (one.text, other.text))
    ):
        return True
    return _have_other_numbers(_codes(one), _codes(other))


@lru_cache(maxsize=64)
def have_far_subjects(one: Report, other: Report) -> bool:
    """Whether two reports are weeks apart and each is about a subject that the other nowhere
    names."""
    if one.published is None or other.published is None or not are_far(one, other):
        return False
    if one.language == other.language:
        own = words(one.title) - words(other.text), words(other.title) - words(one.text)
    else:
        own = (
            subjects(one.title) - subjects(other.text),
            subjects(other.title) - subjects(one.text),
        )
    return min(map(len, own)) >= 2


_HAN_NUMBERED = lazy_pattern(
    r"第([一二三四五六七八九十\d]{1,3})([\u4e00-\u9fff]{2})"
    r"|(?<![\d一二三四五六七八九十第])([一二三四五六七八九十\d]{1,2})(?:号)?(中|小|院|高|幼|桥|矿|标段|号(?:机组|楼|地块|泊位|厂房|[井炉馆]))(?![\u4e00-\u9fff]?[个所家名])"
)
_ENGLISH_NUMBERED = lazy_pattern(
    r"\bNo\.? ?(\d{1,3}) ((?:[A-Z]?[a-z]+ )?[A-Za-z]+)"
    r"|\b(First|Second|Third|Fourth|Fifth|Sixth) ((?:[A-Z][a-z]+ )?[A-Z][a-z]+)"
)
_TO_TWELVE_ONES = "one two three four five six seven eight nine ten eleven twelve"
_TO_TWELVE = _TO_TWELVE_ONES.split()
_HAN_LINE = lazy_pattern(
    r"([\d一二三四五六七八九十]{1,4})号线"
    r"|(?:快线|专线|夜间?公交|公交|[Bb][Rr][Tt])(?:线路)?(\d{1,4})(?:[号路]|线)"
    r"|(?<![\d第])(\d{1,4})路(?=公交|车|线|巴士)|\b[GDCKTZ](\d{1,4})次"
)
_ENGLISH_LINE = lazy_pattern(
    r"\b(?:[Ll]ine|[Rr]oute|[Bb]us|[Tt]rain) (?:[Nn]o\.? ?|line |route )?[GDCKTZ]?(\d{1,4})\b"
    r"|\b[Nn]o\.? ?(\d{1,4}) (?:bus|metro|line|route)\b"
    rf"|\b[Ll]ine ((?i:{'|'.join(_TO_TWELVE)}))\b"
)
_ENGLISH_LINES = lazy_pattern(
    r"\b(?:[Ll]ine|[Rr]oute|[Tt]rain)s ((?:\d{1,4}(?:, (?:and )?| and )?){2,12})\b"
)
_ENGLISH_SORT = lazy_pattern(r"\b([a-z]+|\d{1,3})-(bedroom|room|star|seat|lane|class)\b")
_ENGLISH_PART = lazy_pattern(
    r"\b(building|block|terminal|hall|unit|reactor|berth|plot|gate|pier|runway)"
    r" (?:No\.? ?)?(\d{1,3})\b",
    re.IGNORECASE,
)
_HAN_SORT = lazy_pattern(r"([一二两三四五六\d])(居室|星级|居(?![民住]))")
_CODE = lazy_pattern(
    r"(?:编号|批号|文号|案号|\b(?:[Pp]roject|[Tt]ender|[Rr]eference|[Cc]ase) [Nn](?:o|umber)\.?)"
    r"(?: is)?[：:]? ?([A-Za-z\d][\w〔〕\[\]/-]{3,40})"
)
_SHORT_KINDS = {"中": "中学", "小": "小学", "院": "医院", "高": "中学", "幼": "幼儿园"}


def are_numbered_apart(one: str, other: str) -> bool:
    """Whether two texts number one kind of thing, and no number is the same: the first hospital of
    a city, and the third."""
    return _have_other_numbers(_numbered(one), _numbered(other))


@lru_cache(maxsize=4096)
def _numbered(text: str) -> frozenset[str]:
    """The numbers by which a text tells alike things apart, with what they number: the third
    hospital of a city."""
    found: set[str] = set()
    for number, written, short, name in _HAN_NUMBERED.findall(simplify(text)):
        kind = written or _SHORT_KINDS.get(name, name)
        found |= {f"{one} {numeral(number or short)}" for one in _kinds_of(kind) or {kind}}
    found |= {f"line {numeral(next(filter(None, each)))}" for each in _HAN_LINE.findall(text)}
    for digits, more, word in _ENGLISH_LINE.findall(text):
        found.add(f"line {digits or more or _TO_TWELVE.index(casefolded(word)) + 1}")
    for several in _ENGLISH_LINES.findall(text):
        found |= {f"line {digits}" for digits in re.findall(r"\d+", several)}
    found |= {f"{kind} {number}" for number, kind in _ENGLISH_SORT.findall(text)}
    found |= {f"{kind.lower()} {number}" for kind, number in _ENGLISH_PART.findall(text)}
    found |= {f"{kind} {number}" for number, kind in _HAN_SORT.findall(text)}
    for digits, written, word, name in _ENGLISH_NUMBERED.findall(text):
        number = digits or str(ORDINAL_WORDS.index(casefolded(word)) + 1)
        kinds = _kinds_of(written or name) or {(written or name).split()[-1]}
        found |= {f"{one} {number}" for one in kinds}
    return frozenset(found)


_SCHOOL = lazy_pattern("中学|小学|高中|初中|[Ss]chool")


def _kinds_of(name: str) -> frozenset[str]:
    """What is numbered by its name: all schools are of one kind."""
    return frozenset(("学校",)) if _SCHOOL.search(name) else subjects(name)


@lru_cache(maxsize=512)
def _codes(report: Report) -> frozenset[str]:
    """The numbers of projects, tenders or cases that a report is about."""
    return frozenset(f"code {code}" for code in _CODE.findall(report.text))


def _have_other_numbers(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both number one kind of thing, and no number is the same."""
    if not one or not other:
        return False
    kinds = [{each.split()[0] for each in some} for some in (one, other)]
    return bool(kinds[0] & kinds[1]) and not one & other


def _title_ordinals(report: Report) -> frozenset[int]:
    return ordinals_of(simplify(report.title))


_PARALLEL, _LONGEST_NAME = 0.7, 6
_TOKEN = lazy_pattern(r"[A-Za-z][A-Za-z'-]*|[\u4e00-\u9fff]")


def are_parallel(one: Statement, other: Statement) -> bool:
    """Whether two sentences of one language say the same of two things: they differ in their
    numbers, and in a word that the report of the other nowhere has. A fire drill, and a flood
    drill."""
    if one.report.language != other.report.language:
        return False
    ours, yours = _TOKEN.findall(one.text), _TOKEN.findall(other.text)
    aligned = SequenceMatcher(None, ours, yours, autojunk=False)
    if aligned.real_quick_ratio() < _PARALLEL or aligned.ratio() < _PARALLEL:
        return False
    between = "" if one.report.language == "zh" else " "
    return any(
        kind == "replace"
        and _are_other_names(
            mine := between.join(ours[begin:end]),
            theirs := between.join(yours[start:stop]),
            one.report,
            other.report,
        )
        and not (_leads_to_number(mine, one.text) and _leads_to_number(theirs, other.text))
        for kind, begin, end, start, stop in aligned.get_opcodes()
    )


def _are_other_names(mine: str, theirs: str, one: Report, other: Report) -> bool:
    if not all(
        len(name) >= 2 and len(_TOKEN.findall(name)) <= _LONGEST_NAME for name in (mine, theirs)
    ):
        return False
    if subjects(mine) & subjects(theirs) or acts_in(mine) & acts_in(theirs):
        return False
    if one.language == "zh":
        if _SAYS_AMOUNT.fullmatch(mine) and _SAYS_AMOUNT.fullmatch(theirs):
            return False
        return mine not in other.text and theirs not in one.text
    known = subjects(mine), subjects(theirs)
    if not all(known):
        return False
    return not known[0] & subjects(other.text) and not known[1] & subjects(one.text)


def _leads_to_number(words: str, text: str) -> bool:
    """Whether a number follows some Chinese words, which then say what is done with so many."""
    at = text.find(words)
    return at >= 0 and text[at + len(words) : at + len(words) + 1].isdecimal()


_SAYS_AMOUNT = lazy_pattern("(?:达到?|共[计有]?|总计|合计|为|约|超过?|累计|实现|完成|有|是)+")
"""What leads to a figure, and names nothing."""


def name_others(one: Statement, other: Statement) -> bool:
    """Whether two sentences name other places or people, and beside cities none in common: the
    English one of two languages such as the Chinese report nowhere has."""
    if one.report.language != other.report.language:
        english, chinese = (other, one) if one.report.language == "zh" else (one, other)
        named = romanised(text_in_context(english)) - cities()
        return bool(named) and not named & spoken(chinese.report.text)
    ours, yours = (romanised(text_in_context(each)) - cities() for each in (one, other))
    return bool(ours and yours) and not ours & yours


_THINGS = """
    大桥 bridge|桥 bridge|隧道 tunnel|水库 reservoir|电站 station|高速 expressway|机场 airport
    港 port|码头 pier|车站 station|大学 university|学院 college|职业学院 college
    职业技术学院 college|中学 school|小学 school|实验小学 school|幼儿园 kindergarten
    医院 hospital|图书馆 library|博物馆 museum|美术馆 gallery|纪念馆 hall|剧院 theater
    体育馆 gymnasium|体育场 stadium|公司 company|集团 group|科技 technology|药业 pharma
    轮胎 tire|管业 pipe|钢铁 steel|酒店 hotel|银行 bank|滑雪场 resort|景区 area|公园 park
    湿地 wetland|保护区 reserve|古镇 town|古城 town|寺 temple|村 village|社区 community
    污水处理厂 plant|电厂 plant|煤矿 mine|油田 field|街道 subdistrict
"""
_THING_KINDS = dict(one.split() for one in _THINGS.replace("\n", "|").split("|") if one.strip())
"""Chinese words for things that have names, with what ends their English names."""
_HAN_KINDS = "|".join(sorted(_THING_KINDS, key=len, reverse=True))
_ENGLISH_KINDS = "|".join(sorted({one.title() for one in _THING_KINDS.values()}))
_HAN_THING = lazy_pattern(rf"(?=([\u4e00-\u9fff]{{2}})({_HAN_KINDS}))")
_ENGLISH_THING = lazy_pattern(rf"((?:[A-Z][\w'’-]+ ){{1,4}})({_ENGLISH_KINDS})\b")
_NO_NAME = lazy_pattern(
    "[该本此各两三四五六七八九十多新老旧全这那一座所家条个首大小中等及和与的在]"
    "|我国|人民|城市|市立|高速|国际|特大|有限|股份|中心|职业|技术"
)
_NO_NAME_ONES = """
    the a an its new old first second third primary middle high people city county central
    international national provincial municipal
"""
_NO_NAMES = frozenset(_NO_NAME_ONES.split())
"""What stands before the name for a kind of things and names none of them."""


@lru_cache(maxsize=2048)
def _things_in(text: str) -> dict[str, frozenset[str]]:
    """The names of things that a text gives, by their kind: the bridge of Yongji."""
    found: dict[str, set[str]] = {}
    for name, kind in _HAN_THING.findall(simplify(text)):
        if not _NO_NAME.search(name):
            found.setdefault(_THING_KINDS[kind], set()).add(name)
    for name, kind in _ENGLISH_THING.findall(text):
        own = [each for each in re.findall(r"[a-z]+", name.lower()) if each not in _NO_NAMES]
        if own := [each for each in own if each not in cities()] or own:
            found.setdefault(kind.lower(), set()).add(own[0])
    return {kind: frozenset(names) for kind, names in found.items()}


def name_other_things(one: Statement, other: Statement) -> bool:
    """Whether two sentences name things of one kind, and each another that the report of the other
    nowhere has: the college of trade and that of the sea."""
    ours, yours = _things_in(text_in_context(one)), _things_in(text_in_context(other))
    return any(
        not any(_is_of(name, other.report) for name in ours[kind])
        and not any(_is_of(name, one.report) for name in yours[kind])
        for kind in ours.keys() & yours.keys()
    )


def share_a_thing(one: Statement, other: Statement) -> bool:
    """Whether two sentences name one thing of a kind: the bridge of Yongji, Line 5."""
    ours, yours = _things_in(one.text), _things_in(other.text)
    if any(ours[kind] & yours[kind] for kind in ours.keys() & yours.keys()):
        return True
    return bool(_numbered(one.text) & _numbered(other.text))


def _is_of(name: str, report: Report) -> bool:
    """Whether a report has a name, or one of its words, in whatever language."""
    text = simplify(report.text)
    if name.isascii():
        if report.language != "zh":
            return re.search(rf"\b{name}", text, re.IGNORECASE) is not None
        heard = romanised(name.title())
        return not heard or bool(heard & spoken(text))
    if report.language == "zh":
        return name in text
    return any(each in one for each in spoken(name) for one in romanised(text))


# Kinds of things each of which is none of the others: a festival and a marathon

_EVENTS = """
    节 音乐节 电影节 马拉松 论坛 会议 研讨会 峰会 博览会 广交会 数博会 科博会 展览 招聘会 运动会
    比赛 联赛 竞技 庙会 灯会 元宵 婚姻 拍卖 演出 音乐会 夏令营 对接会 听证会 高考 龙舟
"""
_EVENT_KINDS = frozenset(_EVENTS.split())
_APART_BY_KIND = """
    博物馆 图书馆 美术馆 剧院 动物园 植物园 医院 幼儿园 大学 机场 车站 港 桥 隧道 水库 电站
    天文馆 科技馆 体育场 地铁 铁路 高速公路 公交 轮渡 出租车 高铁
    大熊猫 猴 象 虎 天鹅 鹤 江豚 雪豹 东北虎 朱鹮 中华鲟 海龟 鲸 藏羚羊 猪 牛 羊 鸡 鸭 鹅 马
    骆驼 牦牛
    小麦 水稻 玉米 大豆 棉花 蔬菜 苹果 柑橘 樱桃 荔枝 葡萄 茶 咖啡 食用菌 芒果 香蕉 梨 桃
    草莓 西瓜 花生 油菜 马铃薯 枸杞 人参 核桃 蓝莓 榴莲 石榴 柚 龙眼 菠萝 椰子 枣 板栗 杏
    李子 辣椒 大蒜 番茄 甘蔗 烟叶
    地震 火灾 台风 洪水 干旱 滑坡 寒潮 冰雹 降雪 沙尘 爆炸
    足球 篮球 排球 冰球 乒乓球 羽毛球 网球 游泳 跳水 体操 举重 田径 射击 击剑 摔跤 赛艇 拳击 滑冰
    滑雪 攀岩 象棋 武术 马拉松 自行车
"""
_APART_KINDS = _APART_BY_KIND.split()
_STARTS = [_APART_KINDS.index(first) for first in ("博物馆", "大熊猫", "小麦", "地震", "足球")]
_KINDS_APART = (
    _EVENT_KINDS,
    *(frozenset(_APART_KINDS[start:end]) for start, end in pairwise([*_STARTS, len(_APART_KINDS)])),
)
"""Kinds of things each of which is none of the others of its row."""


def are_of_other_kinds(one: Statement, other: Statement) -> bool:
    """Whether each of two sentences is of a kind of thing, a festival or a marathon, a panda or a
    monkey, that nothing in the report of the other is."""
    for kinds in _KINDS_APART:
        ours, yours = _kinds_in(one, kinds), _kinds_in(other, kinds)
        if ours and yours and not ours & yours:
            there = subjects(other.report.text), subjects(one.report.text)
            if not ours & there[0] and not yours & there[1]:
                return True
    return False


def are_of_other_events(one: Statement, other: Statement) -> bool:
    """Whether two reports are of other kinds of events: a festival and a marathon."""
    ours, yours = (subjects(each.report.text) & _EVENT_KINDS for each in (one, other))
    return bool(ours and yours) and not ours & yours


def _kinds_in(statement: Statement, kinds: frozenset[str]) -> frozenset[str]:
    """Those of some kinds of things that a sentence names, by words that name nothing else."""
    return _kinds_named(text_in_context(statement), kinds)


@lru_cache(maxsize=2048)
def _kinds_named(text: str, kinds: frozenset[str]) -> frozenset[str]:
    return frozenset(kind for term in terms_of(text) if kinds.issuperset(term) for kind in term)


def are_about_other_kinds(one: str, other: str) -> bool:
    """Whether two texts name kinds of things, bridges and tunnels, and none in common. Kinds of
    events are left out: what is a fair here is an exhibition there."""
    for kinds in _KINDS_APART[1:]:
        ours, yours = _kinds_named(one, kinds), _kinds_named(other, kinds)
        if ours and yours and not ours & subjects(other) and not yours & subjects(one):
            return True
    return False
