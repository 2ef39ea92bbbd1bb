# ruff: noqa: E501 - sentences in Chinese are short to read and long to count
"""The articles that every portal is filled with: made up, and known in title, day and text.

`edition(language, day)` is what a portal shows on a day: the articles of the first day, then the
day's changes (new, edited, cosmetic, deleted, un-published, late and dated back, pinned), then
another dress of the same pages.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

COUNT = 72
"""Articles of the first day."""

_NEWEST = datetime(2025, 11, 28, 9, 20, tzinfo=UTC)
_ZONES = {"en": timezone(timedelta(0)), "zh": timezone(timedelta(hours=8))}


class Kind(StrEnum):
    """What a piece of a text is."""

    PARAGRAPH = "p"
    HEADING = "h2"
    ITEM = "li"
    QUOTE = "blockquote"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, an entry of a list or a quotation."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it is put on a portal."""

    number: int
    language: str
    title: str
    slug: str
    at: datetime
    blocks: tuple[Block, ...]
    section: str
    author: str
    updated: datetime | None = None
    hidden: bool = False
    """Taken off the lists; where a program can do so, its page still answers."""
    pinned: bool = False

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def summary(self) -> str:
        """The first paragraph, cut as editors cut it."""
        first = self.blocks[0].text
        return first if len(first) <= 120 else first[:110].rstrip(" ,，") + "…"


@dataclass(frozen=True, slots=True)
class Edition:
    """What a portal shows on a day, the newest first, and in which of its two dresses."""

    stories: tuple[Story, ...]
    theme: int = 1

    @property
    def listed(self) -> tuple[Story, ...]:
        return tuple(story for story in self.stories if not story.hidden)


@dataclass(frozen=True, slots=True)
class Script:
    """What happens on the second day, by the numbers of the stories."""

    new: tuple[int, ...]
    edited: int
    cosmetic: int
    deleted: int
    hidden: int
    late: int
    pinned: int


SCRIPT = Script(new=(101, 102), edited=2, cosmetic=3, deleted=4, hidden=5, late=103, pinned=40)

_SUBJECTS_EN = (
    "harbour rail line", "school kitchens", "old cement works", "night buses", "valley laboratories",
    "flood wall", "hill weavers", "city library", "data centre", "tea growers", "Bridge of Winds",
    "clinics", "sports ground", "street trees", "young engineers", "market hall", "river ferries",
    "borough court", "science week", "north gate clock", "park rangers", "water board", "glass makers",
    "mountain rescue", "cable works", "seed bank", "tram depot", "music school", "coast guard",
    "wind farm", "paper mill", "rooftop gardens", "battery plant", "town archive", "cycle lanes",
    "fire brigade",
)  # fmt: skip
_DEEDS_EN = (
    "takes a first step towards {}", "waits no longer for {}", "opens its doors to {}",
    "asks residents about {}", "counts the cost of {}", "finds a partner for {}",
    "turns its back on {}", "wins a prize for {}",
)  # fmt: skip
_THINGS_EN = (
    "quieter pumps", "local flour", "a second winter", "spare parts from abroad", "shared tools",
    "cleaner exhaust", "longer opening hours", "warm public baths", "open measurements",
    "a new apprenticeship", "fewer lorries", "the spring tide", "steel from scrap", "older machines",
    "paperless rolls", "cheap sensors", "the eastern valley", "new lighting", "first-time visitors",
    "a joint register",
)  # fmt: skip
_SENTENCES_EN = (
    "The {a} near {b} was looked at by {n} inspectors, who wrote {m} pages about {c}.",
    "“We did not expect {c} to matter so much,” said {p}, who has worked with the {a} for {k} years.",
    "A sum of {m},{n} crowns has been set aside for {c}, of which the {a} will receive about a third.",
    "In {b}, residents met on {k} evenings to talk about the {a} and what it means for {c}.",
    "Until now {c} had been left to the {a}; from next spring {b} will share the work.",
    "{p} presented figures for {b}: {n} cases last year, {m} this year, most of them to do with {c}.",
    "Whoever wants to see the {a} can do so on {k} days a month, with a guide from {b}.",
    "The council rejected an earlier plan because {c} would have cost {b} {m} hours of labour.",
    "Experts from {b} praised the way in which the {a} dealt with {c} during the last {k} months.",
    "Its {n} members chose {p} as speaker, after a vote in which {c} played no small part.",
    "Measurements at {k} places between {b} and the {a} showed {m} units less than before.",
    "For {c}, says the report, neither {b} nor the {a} has found a lasting answer yet.",
    "{p} left school at {b} and learned everything about {c} in the workshop of the {a}.",
    "The {a} has bought {n} machines for {c}; the last of them arrived from {b} on Monday.",
    "Critics in {b} point out that {c} has been promised {k} times without any result.",
    "Not every visitor of the {a} comes because of {c}, as a count of {m} tickets in {b} shows.",
)  # fmt: skip
_PLACES_EN = (
    "Harrowdene", "Upper Callow", "Stanmere", "Port Elsing", "the Reed Quarter", "Whitford",
    "Lower Quay", "Ashcombe", "Millrace Street", "Eastwold", "the Old Mint", "Farrow Hill",
)  # fmt: skip
_PEOPLE_EN = (
    "Ilse Corran", "Tomas Feld", "Ruth Abara", "Nils Oakley", "Mina Serrano", "Edgar Pohl",
    "Farida Lund", "Jonas Brandt",
)  # fmt: skip
_HEADS_EN = ("What happens next", "The figures", "A long history", "Voices from the town")

_SUBJECTS_ZH = (
    "科技大市场", "重点实验室", "污水处理厂", "市民服务中心", "农村公路", "人才公寓", "市图书馆", "老旧小区",
    "茶叶产业联盟", "大数据企业", "沿江步道", "航空模型课程", "节日食品市场", "乡镇卫生院", "科普大篷车",
    "新能源公交", "织锦展览馆", "防汛指挥部", "创业大赛", "城市书房", "职业学院", "钢铁企业", "天文台",
    "渔业合作社", "地铁三号线", "森林公园", "档案馆", "消防支队", "法律援助站", "养老驿站", "种子库",
    "风力发电场", "造纸厂", "轮渡公司", "音乐学校", "气象站",
)  # fmt: skip
_DEEDS_ZH = (
    "迈出{}第一步", "面向全市征集{}建议", "公布{}工作安排", "举行{}启动仪式", "完成{}年度任务",
    "引进{}合作伙伴", "通过{}专家评审", "启用{}新设备",
)  # fmt: skip
_THINGS_ZH = (
    "低噪声水泵", "本地粮油", "冬季供暖", "零部件国产化", "工具共享", "尾气治理", "延时服务", "公共浴室改造",
    "监测数据公开", "学徒培养", "货车限行", "春汛防御", "废钢利用", "旧设备更新", "无纸化办公", "传感器",
    "东部新区", "道路照明", "首次来访", "联合登记",
)  # fmt: skip
_SENTENCES_ZH = (
    "{b}的{a}近日接受了{n}名专家的检查，检查组就{c}提交了{m}页报告。",
    "“没有想到{c}会受到这么多关注。”在{a}工作{k}年的{p}告诉记者。",
    "据介绍，今年安排资金{m}万元用于{c}，其中{a}约占三分之一。",
    "{b}居民连续{k}个晚上召开会议，讨论{a}以及{c}的有关问题。",
    "此前{c}一直由{a}单独承担，明年春天起{b}将参与分担。",
    "{p}通报了{b}的情况：去年共受理{n}件，今年{m}件，多数与{c}有关。",
    "市民每月有{k}天可以参观{a}，由{b}安排讲解员。",
    "由于{c}将占用{b}{m}个工时，原先的方案没有通过。",
    "来自{b}的专家肯定了{a}过去{k}个月在{c}方面的做法。",
    "{a}的{n}名成员推选{p}为发言人，{c}是投票中的重要议题。",
    "从{b}到{a}之间{k}个点位的测量结果比上年下降了{m}个单位。",
    "报告指出，{b}和{a}都还没有找到解决{c}的长久办法。",
    "{p}在{b}读完中学，后来在{a}的车间里学会了有关{c}的全部手艺。",
    "{a}为{c}购置了{n}台设备，最后一台星期一从{b}运抵。",
    "{b}的部分代表认为，{c}已经承诺了{k}次，至今没有结果。",
    "对{b}{m}张门票的统计显示，并非所有来访者都为{c}而来。",
)  # fmt: skip
_PLACES_ZH = (
    "云岭区", "临江镇", "北门街道", "石桥村", "东湖社区", "南山开发区", "青田乡", "白塔镇", "新港区",
    "柳河街道", "清溪村", "金沙湾",
)  # fmt: skip
_PEOPLE_ZH = ("陈立本", "吴晓岚", "赵一鸣", "孙若溪", "马文澜", "林知远", "何静秋", "郑柏舟")
_HEADS_ZH = ("下一步安排", "有关数据", "历史沿革", "各方声音")

_SECTIONS = {"en": ("News", "Notices"), "zh": ("要闻", "公告")}


def stories(language: str) -> tuple[Story, ...]:
    """The articles of the first day, the newest first."""
    told, at = [], _NEWEST
    for number in range(COUNT):
        told.append(_story(number, language, at.replace(tzinfo=_ZONES[language])))
        chance = random.Random(number)
        at -= timedelta(days=chance.choice((0, 1, 2, 4, 7, 9)), minutes=chance.randint(15, 50))
        if not 6 <= at.hour <= 22:
            at = at.replace(hour=17)
    return tuple(told)


def edition(language: str, day: int) -> Edition:
    """What a portal shows on day 1, 2 or 3."""
    first = stories(language)
    if day == 1:
        return Edition(first)
    zone = _ZONES[language]
    second = [
        *(
            _story(number, language, datetime(2025, 12, 2, 8, 5 + at, tzinfo=zone))
            for at, number in enumerate(reversed(SCRIPT.new))
        ),
        *(_second_day(story) for story in first if story.number != SCRIPT.deleted),
        _story(SCRIPT.late, language, first[55].at + timedelta(minutes=5)),
    ]
    if day >= 3:
        second.append(_story(104, language, datetime(2025, 12, 3, 8, 15, tzinfo=zone)))
    ordered = sorted(second, key=lambda story: (-story.at.timestamp(), story.number))
    return Edition(tuple(ordered), theme=2 if day >= 3 else 1)


def _second_day(story: Story) -> Story:
    when = datetime(2025, 12, 2, 8, 40, tzinfo=story.at.tzinfo)
    head = story.blocks[0]
    if story.number == SCRIPT.edited:
        zh = story.language == "zh"
        title = f"更正：{story.title}" if zh else f"Corrected: {story.title}"
        added = (
            "原文所列金额有误，现更正为4,720万元。"
            if zh
            else "The sum named before was wrong: it is 4,720 crowns."
        )
        blocks = (replace(head, text=f"{head.text} {added}"), *story.blocks[1:])
        return replace(story, title=title, blocks=blocks, updated=when)
    if story.number == SCRIPT.cosmetic:
        # Another space, another comma: nothing that anybody would be told of.
        text = (
            head.text.replace("，", "， ", 1)
            if story.language == "zh"
            else head.text.replace(".", " .", 1)
        )
        return replace(story, blocks=(replace(head, text=text), *story.blocks[1:]))
    if story.number == SCRIPT.hidden:
        return replace(story, hidden=True)
    if story.number == SCRIPT.pinned:
        return replace(story, pinned=True)
    return story


def _story(number: int, language: str, at: datetime) -> Story:
    chance = random.Random(f"{language}/{number}")
    zh = language == "zh"
    subjects, deeds, things = (
        (_SUBJECTS_ZH, _DEEDS_ZH, _THINGS_ZH) if zh else (_SUBJECTS_EN, _DEEDS_EN, _THINGS_EN)
    )
    subject = subjects[number % len(subjects)]
    deed = deeds[(number * 3 + number // len(subjects)) % len(deeds)].format(
        things[(number * 7 + number // 20) % len(things)]
    )
    title = _dressed(
        number, f"{subject}{deed}" if zh else f"{subject[0].upper()}{subject[1:]} {deed}", zh
    )
    return Story(
        number=number,
        language=language,
        title=title,
        slug=slug(title),
        at=at,
        blocks=_blocks(number, chance, subject, language),
        section=_SECTIONS[language][number % 5 == 0],
        author=chance.choice(_PEOPLE_ZH if zh else _PEOPLE_EN),
    )


def _dressed(number: int, title: str, zh: bool) -> str:
    """Headlines as they are: most plain, some long, with marks, figures or quotations."""
    if number % 12 == 3:
        return (
            f"“{title}”：一年来的变化与思考"
            if zh
            else f"“{title}”: what a year has changed & what it has not"
        )
    if number % 12 == 7:
        tail = "（二〇二五年第三次全体会议审议通过，自公布之日起在全市范围内施行，请各有关单位遵照执行）"
        long = " after a meeting of the full council that lasted well into the evening and heard speakers from all parts of the town"
        return title + (tail if zh else long)
    if number % 12 == 10:
        return (
            f"{title}：投入{number + 20}万元"
            if zh
            else f"{title}: {number + 20},000 crowns for a start"
        )
    return title


def _blocks(number: int, chance: random.Random, subject: str, language: str) -> tuple[Block, ...]:
    zh = language == "zh"
    if number % 24 == 17:  # A notice of a few lines.
        return (Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, 2)),)
    blocks = [Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, 2))]
    blocks += [
        Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, chance.randint(2, 4)))
        for _ in range(chance.randint(2, 5))
    ]
    if number % 3 == 1:
        heads = _HEADS_ZH if zh else _HEADS_EN
        blocks.append(Block(Kind.HEADING, heads[number % len(heads)]))
        blocks += [
            Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, 2)) for _ in range(2)
        ]
    if number % 5 == 2:
        blocks += [Block(Kind.ITEM, _paragraph(chance, subject, language, 1)) for _ in range(3)]
        blocks.append(Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, 2)))
    if number % 7 == 4:
        blocks.append(Block(Kind.QUOTE, _paragraph(chance, subject, language, 2)))
        blocks.append(Block(Kind.PARAGRAPH, _paragraph(chance, subject, language, 1)))
    return tuple(blocks)


def _paragraph(chance: random.Random, subject: str, language: str, count: int) -> str:
    zh = language == "zh"
    sentences, places, people, things = (
        (_SENTENCES_ZH, _PLACES_ZH, _PEOPLE_ZH, _THINGS_ZH)
        if zh
        else (_SENTENCES_EN, _PLACES_EN, _PEOPLE_EN, _THINGS_EN)
    )
    return ("" if zh else " ").join(
        each.format(
            a=subject, b=chance.choice(places), c=chance.choice(things), p=chance.choice(people),
            k=chance.randint(2, 9), m=chance.randint(11, 99), n=chance.randint(100, 999),
        )
        for each in chance.sample(sentences, count)
    )  # fmt: skip


def slug(title: str) -> str:
    """The title as site programs put it into an address; Han stay."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return "-".join(re.findall(r"\w+", folded))
