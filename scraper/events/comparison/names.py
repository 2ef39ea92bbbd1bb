"""Names: two reports that name two for one post, agreement, conference, title or lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ...facts.patterns import words
from ..bonds import bond_of
from ..doubts import Doubt, DoubtKind
from ..named_places import city_mentions
from ..statements import (
    Report,
    Statement,
    are_of_a_row,
    common,
    name_other_days,
    statements_of,
)
from .context import content_in_context
from .ties import BONDED, MOST_LIKELY, SURELY, are_tied, most_in_common
from .times import NEWS, days_between

_HAN_NAME = "[\u4e00-\u9fff]{2,3}"
_HAN_POST = "[\u4e00-\u9fff“”]{2,24}?(?:长|书记|主任|主席|会长|秘书长|院士|校长|总裁|经理|教练)"
_HAN_CHOSEN = lazy_pattern(
    f"(?:选举|推选|选出|任命|聘任|聘请|任用)(?P<name>{_HAN_NAME}?)(?:同志)?(?:担任|出任|为|任)"
    f"(?P<post>{_HAN_POST})(?=[，。；、]|$)"
)
_HAN_HOLDER = lazy_pattern(
    f"(?:^|[，。；、由日])(?P<post>{_HAN_POST})(?P<name>{_HAN_NAME}?)(?:同志)?"
    "(?=率|出席|主持|致[辞词]|表示|介绍|指出|强调|会见|讲话|参加|宣布|陪同|作报告|[，、])"
)
_HAN_BECAME = lazy_pattern(
    f"(?:^|[，。；、上日])(?P<name>{_HAN_NAME})(?:同志)?(?:当选|就任|出任|接任|升任|获任)为?"
    f"(?P<post>{_HAN_POST})(?=[，。；、]|$)"
)
_HAN_GIVEN = lazy_pattern(
    f"(?:^|[，。；、])(?P<post>{_HAN_POST})(?:[一职]{{2}})?(?:由|为|是)(?P<name>{_HAN_NAME}?)(?:同志)?"
    "(?=[兼担接出]任|[，。；]|$)"
)
_WORD = r"[A-Z][\w'’-]{0,20}"
_NAME = rf"{_WORD}(?: {_WORD}){{1,2}}"
_POST = r"(?P<post>(?:[\w'’-]{1,20} ){0,10}?[\w'’-]{1,20})(?= on\b| at a\b| by\b|[,.;]|$)"
_CHOICE = "appointed|(?:re-?)?elected|named|chosen|sworn in"
_CHOSEN = lazy_pattern(
    rf"\b(?P<name>{_NAME}|{_WORD}) (?:was|has been|is) (?:{_CHOICE})(?: as)?(?: the)? {_POST}"
)
_CHOSE = lazy_pattern(
    rf"\b(?:appointed|(?:re-?)?elected|named|chose) (?:(?P<name>{_NAME})(?: as| to be)?"
    rf"|(?P<lone>{_WORD}) (?:as|to be))(?: the| its)? {_POST}"
)
_BECAME = lazy_pattern(
    rf"\b(?P<name>{_NAME}) (?:(?:became|becomes|takes over as|took over as)(?: the)?|is the new)"
    rf" {_POST}"
)
_THE_NEW = lazy_pattern(
    r"\b[Tt]he new (?P<post>(?:[\w'’-]{1,20} ){1,10}?)(?:is|will be) "
    rf"(?P<name>{_NAME})(?=[,.;]|$)"
)
_HAN_WHO = "[\u4e00-\u9fff（）]{2,16}"
_PHRASE = rf"{_WORD}(?: (?:of|for|and|the|{_WORD})){{0,6}}"
_HAN_WITH = lazy_pattern(
    "[与和同](?P<names>[\u4e00-\u9fff、（）]{3,30}?)(?:共同|正式|就[^，。；]{2,16}|在[^，。；]{2,16})?"
    "(?:签署|签订|签约|达成|共建)"
)
_WITH = lazy_pattern(
    r"\b(?:signed|signs?|reached|concluded|struck) (?:[\w-]{1,20} ){1,6}?with (?:the )?"
    rf"(?P<names>{_WORD}(?: (?:of|for|and|{_WORD})){{0,6}} {_WORD})"
)
_HAN_HOST = lazy_pattern(
    f"[在由](?P<names>{_HAN_WHO}?)(?:隆重|成功|正式)?(?:举[行办]|召开|开幕|启幕|承办)"
    f"|(?:花落|落户)(?P<seat>{_HAN_WHO}?)(?=[，。；]|$)"
    f"|(?:^|[，。；])(?P<host>{_HAN_WHO}?)(?:市)?(?:将|成功)?(?:承办|获得?[^，。；]{{2,24}}[举承主]办权)"
)
_HOST = lazy_pattern(
    rf"\b(?P<names>{_PHRASE}) (?:will host|hosts|hosted|has hosted|is to host|(?:was|has been|is) "
    r"(?:chosen|picked|selected|named) (?:to host|as host))\b"
    r"|\b(?:(?:goes|went|will go|has gone|awarded) to"
    r"|(?:held|hosted|staged|take place|takes place) (?:in|by))"
    rf" (?:the )?(?:city of )?(?P<seat>{_WORD})"
)
_HAN_WON = lazy_pattern(
    f"(?:^|[，。；、由被])(?P<names>{_HAN_WHO}?)(?:夺得|获得|摘得|荣获|捧得|斩获|拿下|赢得|夺取?|获)"
    "[^，。；]{0,16}?(?:冠军|第一名|头名)"
    f"|(?:冠军|第一名|头名)(?:花落|归属?|由|被|是|为)(?P<winner>{_HAN_WHO}?)"
    "(?=获得|夺得|夺走|摘得|捧走|所有|[，。；]|$)"
)
_PRIZE = (
    "(?:[Ff]irst prize|[Ff]irst place|top prize|grand prize|gold medal|championship"
    "|(?:[Tt]he|its) (?:title|trophy|cup|final))"
)
_WON = lazy_pattern(
    rf"\b(?P<names>{_PHRASE}) (?:has )?(?:won|wins|took|takes|claimed|captured|lifted|clinched)"
    rf" (?:[\w'’-]{{1,20}} ){{0,4}}?{_PRIZE}"
    rf"|\b{_PRIZE}\b[^.;]{{0,80}}? (?:went|goes|has gone|was awarded|was presented) to (?:the )?"
    rf"(?P<winner>{_PHRASE})|\b(?:gave|awarded|presented) {_PRIZE}"
    rf" to (?:the |an? )?(?:team|school|firm|choir|club)? ?(?:from |of )?(?P<best>{_PHRASE})"
    rf"|\b{_PRIZE}\b[^.;]{{0,80}}? was won by (?:the )?(?P<victor>{_PHRASE})"
)
_HAN_LED = lazy_pattern(
    f"由(?P<names>{_HAN_WHO}?)(?:牵头|领衔|主导)"
    f"|牵头(?:单位|方|人|高校|企业)?(?:为|是|：)(?P<leader>{_HAN_WHO}?)(?=[，。；、]|$)"
)
_LED = lazy_pattern(
    rf"\b(?:is|was|be|being|are|were|project|team|laboratory|consortium|group),? (?:led|headed) by"
    rf" (?:the )?(?P<names>{_PHRASE})"
    rf"|\b(?:Professor |Dr\.? |Mr |Ms |Mrs )?(?P<leader>{_NAME})"
    r" (?:heads|leads|headed|led) (?:the|its)\b"
)
_JOINED = lazy_pattern("[、和及与]| and ")
_OF_SEVERAL = lazy_pattern(
    r"副|助理|^(?:an?|one|among|to|in|for) |\b(?:vice|deputy|assistant|member|associate)\b"
)
"""Posts that several people may have, and what several may become: a hub city."""
_EVENT = lazy_pattern(
    "[大年]会|会议|论坛|峰会|[览易动]会|[标锦大联]赛|文化节|艺术节|[影酒茶花]节"
    r"|\b(?:conference|congress|summit|forum|fair|expo|exhibition|games|championships?|festival"
    r"|convention|cup|contest|meeting)\b",
    re.IGNORECASE,
)
_IN_SERIES = lazy_pattern(
    "路演|对接|专场|分会|分论坛|巡[回展演讲]|分赛|赛区|[一二三四五六七八九十]站|讲座|培训|沙龙"
    r"|\b(?:roadshows?|sessions?|legs?|stages?|rounds?|heats?|seminars?|lectures?|workshops?|branch)\b",
    re.IGNORECASE,
)
"""What takes place in one city after the other."""
_GROUP = lazy_pattern(
    r"[男女](?=[子单双])|[单双]打|混双|[\u4e00-\u9fff]{2}组|\d+ ?公斤级|\d+ ?米"
    r"|\b(?:wo)?men's|\b(?:girls|boys|juniors?|seniors?|under-\d\d|singles|doubles|mixed)\b"
    r"|\b\w{1,20} (?:class|category|division|group|section)\b",
    re.IGNORECASE,
)
"""Which of several prizes of one contest it is."""
_OF_COUNTRY = lazy_pattern(
    "由(?:中国|全国|国家)|牵头(?:单位|方)?(?:为|是)(?:中国|全国|国家)|by the (?:China|National)"
)
"""A whole has another leader than its part in a city."""
_YEAR = lazy_pattern(r"(?<!\d)20\d\d(?!\d)")
_FEW, _SAME_POST, _CLOSE, _NEARLY_ALL = 6, 0.7, 0.85, 0.9


class _Role(StrEnum):
    """As what a sentence names somebody."""

    POST = "post"
    PARTNER = "partner"
    HOST = "host"
    WINNER = "winner"
    LEADER = "leader"


_ROLES = (
    (
        _Role.POST,
        (
            *(_HAN_CHOSEN, _HAN_BECAME, _HAN_HOLDER, _HAN_GIVEN),
            *(_CHOSEN, _CHOSE, _BECAME, _THE_NEW),
        ),
    ),
    (_Role.PARTNER, (_HAN_WITH, _WITH)),
    (_Role.HOST, (_HAN_HOST, _HOST)),
    (_Role.WINNER, (_HAN_WON, _WON)),
    (_Role.LEADER, (_HAN_LED, _LED)),
)


class _Naming(NamedTuple):
    """Whom a sentence names, and as what: `post` is that of an officer."""

    role: _Role
    names: tuple[str, ...]
    post: str = ""


@lru_cache(maxsize=1024)
def _namings_in(text: str) -> tuple[_Naming, ...]:
    """Who gets a post, a conference, a title or the lead, and with whom somebody comes to an
    agreement, by a sentence."""
    found = []
    for role, patterns in _ROLES:
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            groups = match.groupdict()
            post = (groups.pop("post", None) or "").strip()
            if post and _OF_SEVERAL.search(post.lower()):
                continue
            named = next(filter(None, groups.values()), "")
            names = tuple(name for name in _JOINED.split(named) if len(name) > 1)
            if role is _Role.HOST:
                names = tuple(place for name in names for place in _seats_in(name))
            if names:
                found.append(_Naming(role, names, post))
    return tuple(found)


def _seats_in(name: str) -> list[str]:
    """The cities that the name of a host has, or the county that it is."""
    return [city for _, city, _ in city_mentions(name)] or _COUNTY.findall(name)


_COUNTY = lazy_pattern("^[\u4e00-\u9fff]{2,4}(?=县)")


def name_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences of one language that give one post, conference, title or lead to two, or name two
    partners of one agreement, where neither report names whom the other does."""
    gap = days_between(one, other)
    if one.language != other.language or gap is None or gap > NEWS:
        return
    ours, yours = _naming(one), _naming(other)
    for (mine, first), (theirs, second) in product(ours, yours):
        if first.role is not second.role or _are_met(first, one, second, other):
            continue
        if name_other_days(mine, theirs) or are_of_a_row(mine, theirs):
            continue
        texts = content_in_context(mine), content_in_context(theirs)
        kinship = most_in_common(texts, across=False)
        if first.role is _Role.POST:
            likeness, words_of_it = _likeness_of(first.post, second.post)
            is_one = likeness >= _SAME_POST and (words_of_it > 1 or kinship >= _NEARLY_ALL)
            kinship = likeness
        else:
            is_one = kinship >= SURELY and _are_one_matter((mine, first), (theirs, second))
        if is_one:
            values = ", ".join(first.names), ", ".join(second.names)
            strength = min(MOST_LIKELY, kinship)
            yield Doubt(DoubtKind.NAME, None, (mine.text, theirs.text), values, strength)


def _are_one_matter(first: tuple[Statement, _Naming], second: tuple[Statement, _Naming]) -> bool:
    """Whether two sentences that much is common to are of one conference, contest, agreement."""
    (one, naming), (other, _) = first, second
    role, texts = naming.role, (one.text, other.text)
    is_one_edition = bool(
        one.ordinals & other.ordinals
        or set(_YEAR.findall(one.text)) & set(_YEAR.findall(other.text))
    )
    if role is _Role.HOST:
        if _name_others_beside(one, other):
            return False
        is_one_edition = is_one_edition and all(map(_EVENT.search, texts))
        return is_one_edition and not any(map(_IN_SERIES.search, texts))
    if role is _Role.WINNER and set(_GROUP.findall(one.text)) != set(_GROUP.findall(other.text)):
        return False
    if role is _Role.LEADER and len({bool(_OF_COUNTRY.search(each)) for each in texts}) > 1:
        return False
    if are_tied(one, other) or bond_of(one.report, other.report) >= BONDED:
        return True
    rest = (_without_names(*each) for each in (first, second))
    return role is _Role.LEADER and common(*rest, across=False) >= _CLOSE


def _without_names(statement: Statement, naming: _Naming) -> str:
    """What a sentence says but for whom it names, and in Chinese that this is the leader."""
    text = _HAN_LED.sub(" ", simplify(content_in_context(statement)))
    for name in naming.names:
        text = text.replace(name, " ")
    return text


def _name_others_beside(one: Statement, other: Statement) -> bool:
    """Whether each of two sentences has a name, beside that of the host, that the report of the
    other has not: the forum of one province, and that of another."""
    return all(
        any(
            name not in against.report.text
            for name in _PROPER.findall(each.text)
            if not any(name in host or host in name for host in _hosts_in(each))
        )
        for each, against in ((one, other), (other, one))
    )


def _hosts_in(statement: Statement) -> Iterator[str]:
    for naming in _namings_in(simplify(statement.text)):
        if naming.role is _Role.HOST:
            yield from naming.names


_PROPER = lazy_pattern("(?<!^)\\b[A-Z][a-z'’-]+|[\u4e00-\u9fff]{2}(?=[省市州县区])")


@lru_cache(maxsize=512)
def _naming(report: Report) -> tuple[tuple[Statement, _Naming], ...]:
    found = (
        (each, naming)
        for each in statements_of(report)
        for naming in _namings_in(simplify(each.text))
    )
    return tuple(islice(found, _FEW))


def _are_met(first: _Naming, one: Report, second: _Naming, other: Report) -> bool:
    """Whether either report has any name that the other gives, or the last word of one: where it
    is winners, as a winner, since a contest may be held where one of them is from."""
    if first.role is _Role.WINNER:
        texts = [" ".join(_winners(report)) for report in (one, other)]
    else:
        texts = [simplify(report.text) for report in (one, other)]
    return any(
        own in text
        for names, text in ((first.names, texts[1]), (second.names, texts[0]))
        for name in names
        for own in _own_words(name)
    )


def _winners(report: Report) -> Iterator[str]:
    for _, naming in _naming(report):
        if naming.role is _Role.WINNER:
            yield from naming.names


def _own_words(name: str) -> list[str]:
    """What is looked for of a name: of an English one what tells it from others of its kind, of a
    Chinese one without what a team is."""
    if not name.isascii():
        return [_TEAM.sub("", name) or name]
    return [word for word in name.split() if word[0].isupper() and word not in _KINDS]


_TEAM = lazy_pattern("(?:代表)?队$|(?:代表)?团$|选手$|市$")
_KINDS = frozenset(
    words(
        "University College Institute Academy School Group Company Bank Hospital Bureau Council "
        "City County Province Department Ministry Association"
    )
)


def _likeness_of(one: str, other: str) -> tuple[float, int]:
    """Which share of the shorter of two posts both have, its words or its last characters, and how
    many these are. Two that each have a word of their own are two posts."""
    if one.isascii():
        ours, yours = (set(each.lower().split()) - _SMALL_WORDS for each in (one, other))
        least = min(len(ours), len(yours))
        return (1.0 if least and (ours <= yours or yours <= ours) else 0.0), least
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return (shared / min(len(one), len(other)) if shared >= _LEAST_POST else 0.0), shared


_LEAST_POST = 4
_SMALL_WORDS = frozenset(words("of the its his her a an and for in new"))
