"""Names: two reports that give one post to two people, or one agreement to two partners."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ...facts.patterns import words
from ..doubts import Doubt, DoubtKind
from ..statements import Report, Statement, are_of_a_row, name_other_days, statements_of
from .context import content_in_context
from .ties import MOST_LIKELY, SURELY, are_tied, most_in_common
from .times import NEWS, days_between

_HAN_NAME = "[\u4e00-\u9fff]{2,3}"
_HAN_POST = "[\u4e00-\u9fff]{2,24}?(?:长|书记|主任|主席|会长|秘书长|院士|校长|总裁|经理|教练)"
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
_WORD = r"[A-Z][\w'’-]{0,20}"
_NAME = rf"{_WORD}(?: {_WORD}){{1,2}}"
_POST = r"(?P<post>(?:[\w'’-]{1,20} ){1,10}?[\w'’-]{1,20})(?= on\b| at a\b| by\b|[,.;]|$)"
_CHOICE = "appointed|elected|named|chosen|sworn in"
_CHOSEN = lazy_pattern(
    rf"\b(?P<name>{_NAME}) (?:was|has been|is) (?:{_CHOICE})(?: as)?(?: the)? {_POST}"
)
_CHOSE = lazy_pattern(
    rf"\b(?:appointed|elected|named|chose) (?P<name>{_NAME})(?: as| to be)?(?: the| its)? {_POST}"
)
_BECAME = lazy_pattern(
    rf"\b(?P<name>{_NAME}) (?:became|becomes|takes over as|took over as)(?: the)? {_POST}"
)
_HAN_WITH = lazy_pattern(
    "[与和同](?P<names>[\u4e00-\u9fff、（）]{3,30}?)(?:共同|正式|就[^，。；]{2,16}|在[^，。；]{2,16})?"
    "(?:签署|签订|签约|达成|共建)"
)
_WITH = lazy_pattern(
    r"\b(?:signed|signs?|reached|concluded|struck) (?:[\w-]{1,20} ){1,6}?with (?:the )?"
    rf"(?P<names>{_WORD}(?: (?:of|for|and|{_WORD})){{0,6}} {_WORD})"
)
_JOINED = lazy_pattern("[、和及与]| and ")
_OF_SEVERAL = lazy_pattern(r"副|助理|\b(?:vice|deputy|assistant|member|associate)\b")
"""Posts that several people may have."""
_FEW, _SAME_POST = 6, 0.7


class _Naming(NamedTuple):
    """Whom a sentence names: as what, where that is a post, else as partners."""

    names: tuple[str, ...]
    post: str


@lru_cache(maxsize=1024)
def _namings_in(text: str) -> tuple[_Naming, ...]:
    """Who gets a post, and with whom somebody comes to an agreement, by a sentence."""
    found = [
        _Naming((match["name"],), match["post"])
        for pattern in (_HAN_CHOSEN, _HAN_BECAME, _HAN_HOLDER, _CHOSEN, _CHOSE, _BECAME)
        for match in pattern.finditer(text)
        if not _OF_SEVERAL.search(match["post"].lower())
    ]
    for pattern in (_HAN_WITH, _WITH):
        for match in pattern.finditer(text):
            names = _JOINED.split(match["names"])
            found.append(_Naming(tuple(name for name in names if len(name) > 1), ""))
    return tuple(found)


def name_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences of one language that give one post to two people, or name two partners of one
    agreement, where neither report names whom the other does."""
    gap = days_between(one, other)
    if one.language != other.language or gap is None or gap > NEWS:
        return
    ours, yours = _naming(one), _naming(other)
    for (mine, first), (theirs, second) in product(ours, yours):
        if bool(first.post) is not bool(second.post) or _are_met(first, one, second, other):
            continue
        if name_other_days(mine, theirs) or are_of_a_row(mine, theirs):
            continue
        if first.post:
            kinship = _likeness_of(first.post, second.post)
            least = _SAME_POST
        else:
            texts = content_in_context(mine), content_in_context(theirs)
            kinship, least = most_in_common(texts, across=False), SURELY
        if kinship >= least and (first.post or are_tied(mine, theirs)):
            values = ", ".join(first.names), ", ".join(second.names)
            strength = min(MOST_LIKELY, kinship)
            yield Doubt(DoubtKind.NAME, None, (mine.text, theirs.text), values, strength)


@lru_cache(maxsize=512)
def _naming(report: Report) -> tuple[tuple[Statement, _Naming], ...]:
    found = (
        (each, naming)
        for each in statements_of(report)
        for naming in _namings_in(simplify(each.text))
    )
    return tuple(islice(found, _FEW))


def _are_met(first: _Naming, one: Report, second: _Naming, other: Report) -> bool:
    """Whether either report has any name that the other gives, or the last word of one."""
    return any(
        own in simplify(report.text)
        for names, report in ((first.names, other), (second.names, one))
        for name in names
        for own in _own_words(name)
    )


def _own_words(name: str) -> list[str]:
    """What is looked for of a name: of an English one what tells it from others of its kind."""
    if not name.isascii():
        return [name]
    return [word for word in name.split() if word[0].isupper() and word not in _KINDS]


_KINDS = frozenset(
    words(
        "University College Institute Academy School Group Company Bank Hospital Bureau Council "
        "City County Province Department Ministry Association"
    )
)


def _likeness_of(one: str, other: str) -> float:
    """Which share of the shorter of two posts both have: its words, or its last characters."""
    if one.isascii():
        ours, yours = set(one.lower().split()), set(other.lower().split())
        return len(ours & yours) / min(len(ours), len(yours))
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return shared / min(len(one), len(other)) if shared >= _LEAST_POST else 0.0


_LEAST_POST = 4
