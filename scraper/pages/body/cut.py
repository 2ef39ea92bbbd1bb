"""The article's block cut out of the page, without what is noise by name, for BeautifulSoup.

A soup of the block costs a twentieth of a soup of the page. Cautious: what holds a large part of
the text is never noise. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree

from ..page import Page
from ..tree import Element, is_hidden, names_of, raw_text

_TAGS = [
    "iframe", "form", "button", "input", "select",
    "textarea", "nav", "footer", "aside", "object", "embed", "svg", "canvas", "video", "audio",
    "map", "link", "meta", "title",
]  # fmt: skip
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:share|shares|sharing|bdshare|bds|social|print|printer|font-?size|fontsize|crumbs?|breadcrumbs?"
    r"|related|relatednews|recommend|copyright|footer|foot|comments?|pagination|pager|pagenav|pages-?nav|toolbar"
    r"|tools?|qrcode|ewm|erweima|advert|ads?|xgxw|xglj|xgwz|news-?tools|prev-?next|position|location|hits|editor-?info"
    r"|newsletter|subscribe|sidebar|promo|disclaimer)(?:$|[\s_-])"
    r"|bdsharebutton|sharebutton|share-?(?:box|bar|list|to|icon)|print-?(?:btn|button)|breadcrumb|shareWarp",
    re.I,
)
_LARGE = 0.4


def cut_out(root: Element, page: Page, remove: tuple[str, ...]) -> Tag:
    """A soup of one element of the page: without what is never text, what the template removes,
    and small parts named like noise. The page stays as it is."""
    block = deepcopy(root)
    block.tail = None
    if block.tag in ("body", "html"):
        block.tag = "div"
    twins = dict(zip(root.iter(), block.iter(), strict=True)) if remove else {}
    doomed = [
        twin for rule in remove for tag in page.select(rule) if (twin := twins.get(tag)) is not None
    ]
    etree.strip_elements(block, "script", "style", with_tail=False)
    most = _LARGE * len(raw_text(block))
    etree.strip_elements(block, "noscript", "template", with_tail=False)
    doomed += [tag for tag in block.iter(*_TAGS) if not _holds(tag, most)]
    doomed += [tag for tag in block.iter() if _is_noise(tag) and not _holds(tag, most)]
    for tag in doomed:
        if tag is not block and tag.getparent() is not None:
            _drop(tag)
    # They carry nothing that is kept, and some editors wrap every other word.
    etree.strip_tags(block, "span", "font")
    soup = BeautifulSoup(etree.tostring(block, encoding="unicode", method="html"), "lxml")
    return next(_elements(soup.body), soup)


def _drop(tag: Element) -> None:
    """Take an element out; the text behind it belongs to its parent and stays."""
    parent, before = tag.getparent(), tag.getprevious()
    if tag.tail and before is not None:
        before.tail = (before.tail or "") + tag.tail
    elif tag.tail:
        parent.text = (parent.text or "") + tag.tail
    tag.tail = None
    parent.remove(tag)


def _elements(tag: Tag | None) -> Iterator[Tag]:
    return (node for node in (tag.contents if tag else ()) if isinstance(node, Tag))


def _is_noise(tag: Element) -> bool:
    if is_hidden(tag):
        return True
    names = names_of(tag)
    return len(names) > 1 and _NAMES.search(names[:300]) is not None


def _holds(tag: Element, most: float) -> bool:
    """True where an element carries so much of the text that it must be part of it."""
    return len(raw_text(tag)) > max(200, most)
