"""Who and what a text names: places, organisations and people, one identity for all their names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.facts import Actor, ActorKind

from .patterns import either, phrases

_HAN_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff“”（）()A-Za-z]{2,16}?"
    + either("""
        高新区 开发区 经开区 新区 园区 景区 旅游区 大学 学院 中学 医院 研究院 研究所 实验室 有限公司
        集团 公司 协会 学会 委员会 管委会 科技局 统计局 教育局 海关 法院 检察院 港 机场 银行 基金会
        中心 局 县 区 镇
    """)
)
_ORGANISATION = re.compile(
    r"(?:[A-Z][\w'’&-]+(?:\s(?:of|for|and|the|de)\s|\s|-)){0,6}?[A-Z][\w'’&-]+\s"
    + phrases("""
        Port|University|Institute|Hospital|Group|Bank|Center|Centre|Association|Society|Bureau
        Commission|Committee|Court|Airport|Academy|College|Laboratory|Zone|Area|Park|Company
        Corporation|Ministry|district|county|province|city|scenic area
    """)
    + r"\b"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Further names of a desk: those of its watchlist and its own."""

    forms: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class NamedActors:
    """What a text names, in the order of the text."""

    found: tuple[Actor, ...] = ()
    spots: tuple[tuple[int, int, str], ...] = ()
    starts: tuple[int, ...] = field(default=())

    def place_before(self, at: int, begin: int, end: int) -> str:
        """The place or organisation that something is said of: the last one named before it in its
        sentence, else the next in it, else the last one before."""
        index = bisect_right(self.starts, at) - 1
        if index >= 0 and self.starts[index] >= begin:
            return self.spots[index][2]
        if index + 1 < len(self.spots) and self.spots[index + 1][0] < end:
            return self.spots[index + 1][2]
        return self.spots[index][2] if index >= 0 else ""


def actors_of(text: str, title: str, names: Names | None) -> NamedActors:
    """Find them."""
    del title, names
    spots = []
    for pattern in (_ORGANISATION, _HAN_ORGANISATION):
        spots += [(m.start(), m.end(), m.group()) for m in pattern.finditer(text)]
    spots.sort()
    found = tuple(
        Actor(ActorKind.ORGANISATION, "", name, "", start, end, 1) for start, end, name in spots
    )
    return NamedActors(found, tuple(spots), tuple(one[0] for one in spots))
