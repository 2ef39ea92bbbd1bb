"""What a single line of a body is: a breadcrumb, a date line, a control, a footer, a teaser.

Judges by what a line says and how much of it is a link; what becomes of it is for `strip`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bs4.element import Tag

from ..fields.byline import read_byline
from ..fields.labels import Label
from ..soup import attribute
from ..text import letters, narrow, squeeze
from .media import file_kind
from .paragraphs import Paragraph

_CRUMB = re.compile(
    r"^(?:您?(?:当前|现在|所在)(?:的)?位置|您的位置|你的位置|位置|首页\s*[>»›/]|home\s*[>»›|/]"
    r"|location\s*:|you are here)",
    re.I,
)
_CONTROL = re.compile(
    r"^(?:print|share|email|large|medium|small|l\s+m\s+s|a[+-]|大|中|小|关闭|打印|返回|返回顶部"
    r"|top|back to top"
    r"|分享|收藏|字号|字体|扫一扫.{0,30}|相关附件[:：]?|\W+|(?:[【\[]?\d{1,3}(?!\d)[】\]]?\s{0,3}){1,30}[>»]?|[+]\d{1,3}|首页|上一页|下一页|尾页|共\d{1,4}页"
    r"|(?:print\s*)+|save|text size|打印本页|关闭窗口|【.{0,12}】|\[.{0,12}\]|举报|\d+\s?/\s?\d+)$",
    re.I,
)
_FOOT = re.compile(
    r"copyright|©|版权所有|all rights reserved|presented by china daily|icp备|icp证|公网安备"
    r"|主办单位|主办：|承办：|网站标识码"
    r"|^[\[(]?\s?(?:责任编辑|责编|编辑|编审|校对|审核|初审|复审|终审|监制|作者单位)\s?[:]|^扫一扫|分享到|^上一篇|^下一篇|^previous\b|^next\s?[:>]|^\(?editor[:：]"
    r"|^打印|^\[?(?:打印|关闭)|^声明[:：]|^免责声明|^附件下载[:：]?$|^点击(?:下载|查看)|^浏览次数|^阅读[:：]?\s?\d*$|^views?[:：]",
    re.I,
)
_CUT_AFTER = re.compile(
    r"^[\[【(（<《■●◆]?\s?(?:相关链接|相关新闻|相关阅读|相关文章|相关报道|相关稿件|相关信息|相关推荐|相关专题|延伸阅读|推荐阅读|热点新闻|热门推荐|更多新闻"
    r"|猜你喜欢|精彩推荐|网友评论|最新评论|related (?:stories|news|articles|links|reading"
    r"|content)|more (?:stories|news)|recommended|read more"
    r"|most (?:read|popular|viewed)|you (?:may|might) (?:also )?like|latest news|hot news|photos"
    r"|video)\s?[:：\]】)）>》]?$",
    re.I,
)
_DAY_LABEL = re.compile(
    r"[\[(]?\s?(?:发布|发表|公开|更新)(?:时间|日期)\s{0,3}:"
    r"|(?:release|publish|posted|updated|last update)",
    re.I,
)
_YEAR = re.compile(r"[12]\d{3}|[〇零○Oo0一二三四五六七八九]{4}年")
_OF_THE_TEXT = (frozenset((Label.STATED,)), frozenset((Label.EVENT,)))
_OF_THE_LINE = frozenset((
    Label.SOURCE, Label.EDITOR, Label.SKIP, Label.AUTHOR, Label.PUBLISHED, Label.UPDATED,
))  # fmt: skip
_OF_THE_FOOT = frozenset((Label.SOURCE, Label.EDITOR))
_LONG, _MEDIUM, _SHORT = 80, 30, 20
_MOSTLY = 0.8
_STOPS = (".", "!", "?", '."', ".”", ".)", "。", "！", "？", "。”", "！”")
_SPOKEN = ("。", ".", "!", "?", "！", "？", ":", "：")
_TEASER = re.compile(
    r"\W{0,3}(?:related|read(?: more| also)?|see(?: also| more)?|also(?: read| on)?|more|watch"
    r"|click|相关|延伸阅读|推荐阅读|更多|点击)",
    re.I,
)
_PEOPLE = re.compile(
    r"(?:责任编辑|责编|编辑|编审|校对|审核|初审|复审|终审|监制|来源|供稿|作者|记者|通讯员"
    r"|\b(?:editors?|sources?|reporters?|writers?))\s{0,3}[:：]|^\W?(?:edited|written)? ?by\b",
    re.I,
)


def is_running(text: str, linked: int = 0) -> bool:
    """True for sentences rather than a line of boilerplate; so many characters are links."""
    plain = letters(text) - linked
    return plain >= _LONG or (plain >= _MEDIUM and text.endswith(_STOPS))


def is_head(paragraph: Paragraph, before: Sequence[Paragraph], key: str, zone: str) -> bool:
    """True for what stands between a page's top and its text: breadcrumb, headline (`key`), date
    and source line, controls. `before` is what stands before it and is not of that kind."""
    text = paragraph.text
    if len(text) > 240:
        return False
    if "\n" in text:
        lines = (replace(paragraph, text=line) for line in text.split("\n"))
        return all(is_head(line, before, key, zone) for line in lines)
    plain = narrow(text).strip()
    if squeeze(text) == key or _CRUMB.match(plain) or _CONTROL.match(plain):
        return True
    if len(text) > 160 or (len(text) > 100 and not _YEAR.search(plain)):
        return False
    byline = read_byline(text, zone)
    others = len("".join(byline.rest))
    if byline.dates and byline.labels in _OF_THE_TEXT and before:
        return False  # when something takes place
    if byline.dates and not byline.labels and any(is_running(p.text) for p in before):
        return False  # when it was signed
    if byline.dates:
        return others <= 40 and "。" not in text
    named = bool(byline.labels & _OF_THE_LINE)
    # An interview's `记者：…？` is text.
    return named and others <= _SHORT and len(text) <= 100 and not text.endswith(_SPOKEN)


def is_foot(paragraph: Paragraph, zone: str) -> bool:
    """True for what stands under a text: footer, controls, who edited it and where it is from."""
    text = paragraph.text.strip()
    plain = narrow(text)
    if len(plain) <= 240 and _CONTROL.match(plain):
        return True
    if len(text) <= 300 and _FOOT.search(plain) is not None:
        return True
    is_day = len(text) <= 40 and _DAY_LABEL.match(plain) is not None
    if len(text) > 100 or not (is_day or _PEOPLE.search(plain)):
        return False
    byline = read_byline(text, zone)
    if is_day and byline.dates and not byline.rest:
        return True
    return bool(byline.labels & _OF_THE_FOOT) and len("".join(byline.rest)) <= _SHORT


def opens_links(paragraph: Paragraph) -> bool:
    """True for a heading such as "related stories"."""
    return len(paragraph.text) <= 60 and _CUT_AFTER.match(paragraph.text.strip()) is not None


def is_teaser(paragraph: Paragraph) -> bool:
    """True for a link to another article that says so: `Related: …`, `相关阅读：…`."""
    text = paragraph.text
    return paragraph.linked * 2 >= len(text) and _TEASER.match(text) is not None


def is_link(paragraph: Paragraph) -> bool:
    """True for next to nothing but a link to another page; a file is part of an article."""
    if paragraph.linked < _MOSTLY * len(paragraph.text):
        return False
    tag = paragraph.tag
    anchor = tag if tag.name == "a" else tag.find_parent("a") or tag.find("a")
    return not (isinstance(anchor, Tag) and file_kind(attribute(anchor, "href")))


def names_people(paragraph: Paragraph) -> bool:
    """True for a line that names who edited or wrote a text, or where it is from."""
    return len(paragraph.text) <= 200 and _PEOPLE.search(paragraph.text) is not None
