"""The words that stand before a value: `发布时间：`, `Updated:`, `来源：`, `By`, `责任编辑：`.

A vocabulary with the patterns made of it. How a line is taken apart with them is for `byline`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from ..text import narrow


class Label(StrEnum):
    """What a label says of the value after it."""

    PUBLISHED = "published"
    STATED = "stated"
    """A bare "time" or "date": of the article in its date line, of the event in its text."""
    UPDATED = "updated"
    WRITTEN = "written"
    EVENT = "event"
    OTHER = "other"
    """Deadlines, days of validity, today's date: never of the article."""
    PLAIN = "plain"
    SOURCE = "source"
    AUTHOR = "author"
    EDITOR = "editor"
    SKIP = "skip"


_WORDS: dict[Label, str] = {
    Label.PUBLISHED: (
        "发布时间|发布日期|发布于|发表时间|发表日期|发表于|公开日期|公开时间|公布日期|公布时间|上传时间"
        "|發布時間|發佈時間|發布日期|發佈日期|發表時間|刊登日期|发稿时间|信息提供日期|信息发布日期|信息时间|录入时间|添加时间|加入时间|刊发时间|推送时间"
        "|first published on|first published|originally published"
        "|published on|published at|published date|published|publish ?time|published time"
        "|publish date|publication date|pub ?date|pub ?time"
        "|release ?time|release ?date|released|posted on|posted at|posted|post time|post date"
        "|input ?time"
        "|date of publication|issued on|issued|issue date|date of issue|date issued|dated"
    ),
    Label.STATED: "时间|日期|date|time",
    Label.UPDATED: (
        "更新时间|更新時間|更新日期|最后更新时间|最后更新|修改时间|最近更新|更新于|更新"
        "|last updated on|last updated at|last updated|last update|last modified on|last modified"
        "|updated on|updated at"
        "|updated|update ?time|update ?date|update|modified"
    ),
    Label.WRITTEN: (
        "成文日期|成文时间|生成日期|生成时间|印发日期|印发时间|发文日期|发文时间|签发日期|签发时间|签署日期"
        "|制定日期|制发日期|落款日期|written on|date written|date of writing|signed on|date signed"
        "|drafted on"
    ),
    Label.EVENT: (
        "活动时间|活动日期|会议时间|会议日期|举办时间|举办日期|报名时间|开标时间|征集时间|起止时间|举行时间"
        "|event date|event time|date of event|meeting date"
    ),
    Label.OTHER: (
        "施行日期|施行时间|实施日期|实施时间|生效日期|生效时间|废止日期|失效日期|失效时间|有效期至|有效期|截止日期"
        "|截止时间|截至|截止|当前时间|今天是|现在是|today is|deadline|effective date|enacted on"
        "|expiry date|valid until|closing date|注册时间|注册日期|出生日期|joined|member since"
        "|registered|date of birth"
    ),
    Label.SOURCE: (
        "信息来源|資料來源|文章來源|來源|文章来源|来源单位|来源于|来源网站|消息来源|新闻来源|稿件来源|稿源|来源|出处|转自|发布者|发布机构|发布单位"
        "|发布机关|发文机关|信息提供|供稿单位|供稿|chinese source|news source|source|sources|from"
        "|provider|publisher|issued by|issuing authority|issuing body|published by|office"
    ),
    Label.AUTHOR: (
        "文章作者|作者|记者|本报记者|撰稿人|撰稿|撰文|通讯员|authors?|writer|reporter|written by|by"
    ),
    Label.EDITOR: (
        "责任编辑|責任編輯|责编|执行主编|网络编辑|本期编辑|网页编辑|编辑|web editor"
        "|executive editor|editors?|edited by"
    ),
    Label.SKIP: (
        "审核|校对|校审|核稿|监制|浏览次数|浏览量|浏览|点击数|点击次数|点击率|点击量|点击|阅读次数|阅读量"
        "|阅读|访问次数|访问量|人气|字体大小|字体|字号|文字大小|保护视力色|视力保护色|背景色|分享到|分享|打印本页|打印"
        "|关闭窗口|关闭|收藏|评论数|评论|类型|分类|栏目|索引号|信息分类|主题分类|文号|发文字号|语音播报|扫一扫|我要纠错|纠错"
        "|views?|hits|clicks|browse|page view|read|visits?|font ?size|text size|font|print|share"
        "|comments?"
        "|e-?mail|large medium small|small medium large|l m s"
    ),
}  # fmt: skip
# `记者 张三`: only where a name, and nothing but a name, stands apart from the word.
_REPORTER = r"|(?:本报|本网|新华社)?(?:记者|通讯员)(?=\s{1,3}[一-鿿·]{2,4}(?:[\s)、,，/|]|$))"
_SPACED = r"|{0}\s{{1,6}}{1}"
_FREE: dict[Label, str] = {
    Label.PUBLISHED: "发布于|发表于|published on|published|posted on|posted",
    Label.UPDATED: "更新于|last updated on|last updated|updated on|updated",
    Label.OTHER: "今天是|today is",
    Label.EDITOR: "edited by",
    Label.SOURCE: "来源于|转自",
    Label.AUTHOR: "by",
    Label.SKIP: (
        "(?:阅读|评论|浏览|点击|推荐)(?=\\s?\\()|网友评论|我要评论|打印本页|打印|关闭窗口|关闭|分享到|分享|收藏|扫一扫|语音播报|我要纠错"
        "|举报|large medium small|l m s|print|share"
    ),
}
"""These mark a value even without a colon."""


def _alternation(words: dict[Label, str], extra: dict[Label, str]) -> str:
    """One named group a label, longest words first, so that no word hides behind a shorter one."""
    groups = []
    for label, listed in words.items():
        ordered = "|".join(sorted(listed.split("|"), key=len, reverse=True))
        groups.append(f"(?P<{label.value}>{ordered}{extra.get(label, '')})")
    return "|".join(groups)


def _starts(words: dict[Label, str], more: str = "") -> str:
    """That a word can begin here at all: asked first, it spares trying them all at each letter."""
    first = {word.removeprefix("(?:")[0] for listed in words.values() for word in listed.split("|")}
    return f"(?=[{''.join(sorted(first | set(more)))}])"


# 来　源：, 日　期：: printed wide to look neat.
_WIDE = {
    Label.STATED: _SPACED.format("时", "间") + _SPACED.format("日", "期"),
    Label.SOURCE: _SPACED.format("来", "源"),
    Label.AUTHOR: _SPACED.format("作", "者"),
}
_APART = r"(?:(?<![a-z0-9])|(?=[一-鿿]))"
"""A word of letters begins where none goes on; `12:11来源：` is a label all the same."""
COLONED = re.compile(
    rf"{_starts(_WORDS)}{_APART}(?:{_alternation(_WORDS, _WIDE)})\s{{0,4}}:[\s:]{{0,9}}", re.I
)
_DATED = (Label.PUBLISHED, Label.UPDATED, Label.WRITTEN, Label.EVENT, Label.OTHER)
_DATE_WORDS = {label: _WORDS[label] for label in _DATED}
# `发布时间 2005/05/17`, `Posted on 5 May`: the date itself stands for the colon.
BEFORE_DATE = re.compile(
    rf"{_starts(_DATE_WORDS)}(?<![a-z0-9])(?:{_alternation(_DATE_WORDS, {})})\s{{0,4}}"
    r"(?=(?:1[89]|2\d)\d\d\D|\d{1,2}\s[a-z]{3,9}\s\d{4}|[a-z]{3,9}\.?\s\d{1,2},?\s\d{4})",
    re.I,
)
_ANY_FREE = _alternation(_FREE, {Label.AUTHOR: _REPORTER})
BARE = re.compile(
    rf"{_starts(_FREE, '本新记通')}(?<![a-z0-9.@-])(?:{_ANY_FREE})(?![a-z0-9:.@-])\s{{0,9}}",
    re.I,
)


@lru_cache(maxsize=4096)  # a site's menus are the same on every page
def is_label(text: str) -> bool:
    """True for a line that is nothing but a label, its value in the next cell."""
    return len(text) <= 24 and COLONED.fullmatch(narrow(text).rstrip(": ") + ":") is not None
