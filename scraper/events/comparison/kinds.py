"""Kinds of things each of which is none of the others: a festival and a marathon, a panda and a
monkey."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from ..lexicon import subjects, terms_of
from ..statements import Statement
from .context import text_in_context

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


def event_kinds(statement: Statement) -> frozenset[str]:
    """The kinds of events that a sentence names, by words that name nothing else."""
    return _kinds_in(statement, _EVENT_KINDS)


@lru_cache(maxsize=2048)
def _kinds_in(statement: Statement, kinds: frozenset[str]) -> frozenset[str]:
    """Those of some kinds of things that a sentence names, by words that name nothing else."""
    return frozenset(
        kind
        for term in terms_of(text_in_context(statement))
        if kinds.issuperset(term)
        for kind in term
    )
