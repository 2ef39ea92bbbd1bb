"""Where the body is on a page that nobody described: the element whose lines weigh most.

Every visible line has a weight: running text adds, links take away. The element with the greatest
sum is the body: the maximum subsequence segmentation of Pasternack and Roth (WWW 2009), asked of
subtrees. Finds the element and leaves it as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from storage.types import Origin

from ..page import Page
from ..text import letters
from ..tree import Element, VisibleLine, names_of
from .place import KNOWN_NAMES, BodyPlace

RULE = "heaviest text"
_NEVER = re.compile(
    r"footer|copyright|cookie|consent|gdpr|modal|popup|navbar|navigation|breadcrumb|paywall"
    r"|(?:^|[\s_-])(?:nav|foot|menu|ads?|advert|login)(?:$|[\s_-])",
    re.I,
)
_BESIDE = re.compile(
    r"comment|disqus|reply|sidebar|side-bar|related|recommend|crumb|newsletter|subscri|toolbar"
    r"|promo|(?:^|[\s_-])(?:rank|hot|aside|share|social|author|bio)(?:$|[\s_-])",
    re.I,
)
_TEXT = re.compile(
    r"articlebody|article[-_]?(?:body|content|text|con\b)|story[-_]?(?:body|content|text)"
    r"|trs_|ueditor|entry-content|post-?(?:content|body)|zoom|ucap|main-?content"
    r"|news[-_]?(?:content|body|text)|content[-_]?(?:body|text|article)"
    r"|(?:^|[\s_-])(?:content|article|text|body|detail)(?:$|[\s_-])",
    re.I,
)
_COMMENTS = frozenset((
    "comment", "comments", "commentlist", "comment-list", "comment_list", "disqus_thread",
    "respond", "replies", "reply-list", "pinglun",
))  # fmt: skip
"""Whole names that nobody gives to a whole page; readers may say more than the article does."""
_NEVER_TAGS = frozenset(("nav", "footer", "button"))
_BESIDE_TAGS = frozenset(("aside", "form"))
_NEVER_SHARE, _BESIDE_SHARE = 0.85, 0.4
_COMMENTS_SHARE = 0.97
"""An element named as standing beside the text, and holding this share of it, is wrongly named."""
_KNOWN_BONUS, _NAMED_BONUS = 1.5, 1.25
_INLINE = frozenset((
    "p", "span", "font", "b", "strong", "em", "i", "u", "a", "br", "li", "ul", "ol", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "tbody", "table",
))  # fmt: skip
"""Too small to be a body: what stands beside them belongs to it."""
_NEARLY = 0.8
_SAME = 0.999
_SENTENCE = re.compile(r"[，。、；！？：]|[,;:.!?][\s\"”’)]|[.!?]$")
_FURNITURE = re.compile(
    r"copyright|©|版权所有|all rights reserved|icp备|公网安备|网站标识码|主办单位|技术支持", re.I
)
_ENDLESS, _MEDIUM, _SHORT = 400, 30, 15
_HAN_STOPS = ("。", "！", "？", "。”")
_LINK, _MIXED = 15, 0.2
_DOUBTFUL, _DOUBTFUL_SHARE = 200, 0.5


@dataclass(frozen=True, slots=True)
class _Weight:
    """What the lines that begin in one element add (`plus`) and take away (`minus`, negative)."""

    plus: float
    minus: float
    chain: tuple[Element, ...]


def by_weight(page: Page) -> BodyPlace | None:
    """The element whose lines weigh most, of several that weigh the same the innermost; None on a
    page without running text. Not `sure` where it holds little, and less than half, of it."""
    weights = _weights(page.lines)
    outside, whole = _outside(weights)
    sums: dict[Element, float] = {}
    for one in weights:
        value = one.minus
        if one.plus and outside.isdisjoint(one.chain):
            value += one.plus
        for node in one.chain:
            sums[node] = sums.get(node, 0.0) + value
    best = _heaviest(sums)
    if best is None:
        return None
    sure = sums[best] >= _DOUBTFUL or sums[best] >= _DOUBTFUL_SHARE * whole
    return BodyPlace(_widened(best, sums), Origin.GENERIC, RULE, sure)


def weight(line: VisibleLine) -> float:
    """What a line adds to the element it stands in, in letters: sentences their length, links less
    than nothing, scraps nothing."""
    text = line.text
    size = letters(text)
    linked = size * line.linked / len(text) if line.linked else 0.0
    plain = size - linked
    if plain < _ENDLESS and not runs(text, plain):
        return -linked - _LINK if plain < linked else 0.0
    if linked > _MIXED * size:
        return 0.0  # a list of headlines with their summaries, or an article made like one
    return 0.0 if len(text) < 400 and _FURNITURE.search(text) else plain - 2 * linked


def runs(text: str, plain: float) -> bool:
    """True for sentences, by the letters of a line that are no links."""
    return (
        plain >= (_SHORT if text.endswith(_HAN_STOPS) else _MEDIUM)
        and _SENTENCE.search(text) is not None
    )


def _weights(lines: tuple[VisibleLine, ...]) -> list[_Weight]:
    plus: dict[Element, float] = {}
    minus: dict[Element, float] = {}
    for line in lines:
        value = weight(line)
        if value:
            to = plus if value > 0 else minus
            to[line.tag] = to.get(line.tag, 0.0) + value
    return [
        _Weight(plus.get(tag, 0.0), minus.get(tag, 0.0), (tag, *tag.iterancestors()))
        for tag in plus | minus
    ]


def _outside(weights: list[_Weight]) -> tuple[set[Element], float]:
    """The elements that stand beside the text: named so, and not holding most of what runs. And
    how much runs outside menus and footers."""
    running: dict[Element, float] = {}
    for one in weights:
        if one.plus:
            for node in one.chain:
                running[node] = running.get(node, 0.0) + one.plus
    shares = {node: share for node in running if (share := share_beside(node.tag, names_of(node)))}
    whole = max(running.values(), default=0.0)
    never = {
        node
        for node, share in shares.items()
        if share >= _NEVER_SHARE and running[node] < share * whole
    }
    whole -= sum(running[node] for node in never if never.isdisjoint(node.iterancestors()))
    return never | {n for n, share in shares.items() if running[n] < share * whole}, whole


def _heaviest(sums: dict[Element, float]) -> Element | None:
    best, most = None, 0.0
    for node, value in sums.items():
        boosted = value * _bonus(node.tag, names_of(node)) if value > 0 else 0.0
        if boosted > most:
            best, most = node, boosted
    if best is None:
        return None
    for node in best.iterdescendants():
        if sums.get(node, 0.0) * _bonus(node.tag, names_of(node)) >= most * _SAME:
            best = node
    return best


def _widened(best: Element, sums: dict[Element, float]) -> Element:
    """The element, or what is around it where it is but a paragraph."""
    while best.tag in _INLINE:
        around = best.getparent()
        if around is None or sums[around] < _NEARLY * sums[best]:
            break
        best = around
    return best


@lru_cache(maxsize=8192)  # a site's names are the same on every page
def share_beside(tag: str, names: str) -> float:
    """How large a share of the running text an element may hold and still stand beside it."""
    if tag in _NEVER_TAGS:
        return _NEVER_SHARE
    if len(names) > 1:
        if not _COMMENTS.isdisjoint(names.lower().split()):
            return _COMMENTS_SHARE
        if _NEVER.search(names[:300]):
            # `box article modal-enabled`: what is also called the text is not so easily no text.
            return _BESIDE_SHARE if _TEXT.search(names[:300]) else _NEVER_SHARE
        if _BESIDE.search(names[:300]):
            return _BESIDE_SHARE
    return _BESIDE_SHARE if tag in _BESIDE_TAGS else 0.0


@lru_cache(maxsize=8192)
def _bonus(tag: str, names: str) -> float:
    """More for what its author calls the text."""
    if tag == "ucapcontent" or not KNOWN_NAMES.isdisjoint(names.split()):
        return _KNOWN_BONUS
    if tag == "article" or (len(names) > 1 and _TEXT.search(names[:300])):
        return _NAMED_BONUS
    return 1.0
