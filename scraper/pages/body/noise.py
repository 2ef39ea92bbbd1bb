"""Lines that stand in a body but are not the article: breadcrumbs, date lines, footers.

Judges by what a line says; elements that are noise by name were cut out before.
"""

from __future__ import annotations

import re

from bs4.element import Tag

from ..fields.byline import Label, read_byline
from ..lines import line_text
from ..text import narrow, squeeze
from .paragraphs import Paragraph

_CRUMB = re.compile(
    r"^(?:您?(?:当前|现在|所在)(?:的)?位置|您的位置|你的位置|位置|首页\s*[>»›/]|home\s*[>»›|/]"
    r"|location\s*:|you are here)",
    re.I,
)
_CONTROL = re.compile(
    r"^(?:print|share|email|large|medium|small|l\s+m\s+s|a[+-]|大|中|小|关闭|打印|返回|返回顶部"
    r"|top|back to top"
    r"|分享|收藏|字号|字体|扫一扫.{0,30}|相关附件[:：]?|\W+|(?:[【\[]?\d{1,3}[】\]]?\s{0,3}){1,30}[>»]?|[+]\d{1,3}|首页|上一页|下一页|尾页|共\d{1,4}页"
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
_YEAR = re.compile(r"[12]\d{3}|[〇零○Oo0一二三四五六七八九]{4}年")
_HEAD_LINES = 14
_FEW = 20
_MOST_REMOVED = 400


def remove_all(doomed: list[Tag]) -> None:
    """Take elements out of the tree.

    bs4 finds each one by walking its siblings; of a parent that loses many the rest is put back.
    """
    parents: dict[int, tuple[Tag, dict[int, Tag]]] = {}
    for tag in doomed:
        if tag.parent is not None:
            parents.setdefault(id(tag.parent), (tag.parent, {}))[1][id(tag)] = tag
    for parent, children in parents.values():
        if parent.decomposed:
            continue
        if len(children) > _FEW:
            rest = [node for node in parent.contents if id(node) not in children]
            parent.clear()
            parent.extend(rest)
            continue
        for tag in children.values():
            if not tag.decomposed:
                tag.decompose()


def strip_lines(paragraphs: list[Paragraph], title: str, zone: str) -> list[Paragraph]:
    """The paragraphs without date line and breadcrumb at the head, footer and links at the end.

    Paragraphs taken out are taken out of the tree as well, where they fill an element.
    """
    key = squeeze(title)
    keep: list[bool] = []
    for at, paragraph in enumerate(paragraphs):
        leads = not any(keep)
        keep.append(at >= _HEAD_LINES or not _is_head(leads, paragraph, key, zone))
    _drop_tail(paragraphs, keep)
    gone = [p for p, kept in zip(paragraphs, keep, strict=True) if not kept]
    remove_all([tag for p in gone[:_MOST_REMOVED] if (tag := _own_element(p)) is not None])
    return [p for p, kept in zip(paragraphs, keep, strict=True) if kept]


def _is_head(leads: bool, paragraph: Paragraph, key: str, zone: str) -> bool:
    text = paragraph.text
    if len(text) > 240:
        return False
    plain = narrow(text).strip()
    if squeeze(text) == key or _CRUMB.match(plain) or _CONTROL.match(plain):
        return True
    if len(text) > 160 or (len(text) > 100 and not _YEAR.search(plain)):
        return False
    byline = read_byline(text, zone)
    others = len("".join(byline.rest))
    if byline.dates and byline.labels == {Label.STATED} and not leads:
        return False  # when something takes place
    if byline.dates:
        return others <= 40 and "。" not in text
    named = bool(
        byline.labels & {Label.SOURCE, Label.SKIP, Label.AUTHOR, Label.PUBLISHED, Label.UPDATED}
    )
    spoken = text.endswith(tuple("。.!?！？:："))  # an interview's `记者：…？` is text
    return named and others <= 20 and len(text) <= 100 and not spoken


def _drop_tail(paragraphs: list[Paragraph], keep: list[bool]) -> None:
    total = sum(len(p.text) for p in paragraphs) or 1
    before = 0
    for i, paragraph in enumerate(paragraphs):
        if before > 0.5 * total and _CUT_AFTER.match(paragraph.text.strip()):
            keep[i:] = [False] * (len(keep) - i)
            break
        before += len(paragraph.text)
    for i in range(len(paragraphs) - 1, -1, -1):
        if keep[i]:
            if not _is_foot(paragraphs[i]):
                break
            keep[i] = False


def _is_foot(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    plain = narrow(text)
    if _CONTROL.match(plain):
        return True
    return len(text) <= 300 and _FOOT.search(plain) is not None


def _own_element(paragraph: Paragraph) -> Tag | None:
    """The element whose whole text the paragraph is; None where it shares it with others."""
    tag = paragraph.tag
    key = squeeze(paragraph.text)
    if not _is_small(tag) or squeeze(line_text(tag)) != key or tag.find("img") is not None:
        return None
    while (
        tag.parent is not None
        and tag.parent.parent is not None
        and _is_small(tag.parent)
        and tag.parent.find("img") is None
        and squeeze(line_text(tag.parent)) == key
    ):
        tag = tag.parent
    return tag


def _is_small(tag: Tag) -> bool:
    return len(tag.contents) <= _FEW
