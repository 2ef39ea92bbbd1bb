"""Where the body is: the template's selectors, or a container that many portals share.

Finds the element and leaves it as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.types import Origin

from ..page import Page
from ..tree import Element, linked_size, raw_text, text_size

KNOWN = (
    "#UCAP-CONTENT", "ucapcontent", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view",
    ".trs_paper_default", "#zoom", "#Zoom", "#ivs_content", "#Content", "#detail", "#p-detail",
    "#rwb_zw", "#rm_txt_zw", ".rm_txt_con", ".rwb_zw", ".mm_all_cont_body", "#zoomcon",
    "#fontzoom", "#con_con", "#News_Body_Txt_A", "#js_content", "#artibody", "#article_inbox",
    ".article-content", ".article_con", ".article_content", ".articleContent", ".artContent",
    ".pages_content", ".news_content", ".newscontnet", ".wzcon", ".con-article", ".view",
    ".easysite-news-peruse", ".arc_body", ".moe-detail-box", "[itemprop=articleBody]",
    ".entry-content", ".post-content", ".article-body", ".article__body", ".story-body",
)  # fmt: skip
"""Containers of bodies across portal families, most telling first."""
KNOWN_NAMES = frozenset(rule[1:] for rule in KNOWN if rule[0] in "#.") - {"view", "detail"}
"""The same as they stand in a class or an id, without what any page may use."""
_ENOUGH = 30
_PUNCTUATION = re.compile(r"[，。、；！？,;]|\.\s")


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """The element of the body and the rule that found it; not `sure` where another may be it."""

    tag: Element
    origin: Origin
    rule: str
    sure: bool = True


def by_template(page: Page, rules: tuple[str, ...]) -> BodyPlace | None:
    """The first selector whose element has any text or picture."""
    for rule in rules:
        tag = _fullest(page.select(rule))
        if tag is not None and (text_size(tag) >= 2 or has_picture(tag)):
            return BodyPlace(tag, Origin.TEMPLATE, rule)
    return None


def by_known_container(page: Page) -> BodyPlace | None:
    """The first well-known container that holds running text, else the first with a picture."""
    pictured: BodyPlace | None = None
    for rule in KNOWN:
        tag = _fullest(page.select(rule))
        if tag is None:
            continue
        if _is_text(tag):
            return BodyPlace(tag, Origin.GENERIC, rule)
        if pictured is None and has_picture(tag) and linked_size(tag) * 2 <= text_size(tag):
            pictured = BodyPlace(tag, Origin.GENERIC, rule)
    return pictured


def has_picture(tag: Element) -> bool:
    """True for an element with an `img` in it."""
    return next(tag.iterdescendants("img"), None) is not None


def _fullest(tags: list[Element]) -> Element | None:
    """Of several matches the one with the most text: some portals repeat the body for readers."""
    return max(tags[:30], key=text_size, default=None)


def _is_text(tag: Element) -> bool:
    size = text_size(tag)
    return (
        size >= _ENOUGH
        and linked_size(tag) * 2 < size
        and _PUNCTUATION.search(raw_text(tag)) is not None
    )
