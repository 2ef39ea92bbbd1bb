"""The body as HTML that may be shown: a short allow-list, addresses absolute, nothing else.

nh3 (an HTML5 sanitizer) has the last word over what we prepared.
"""

from __future__ import annotations

import nh3
from bs4.element import Tag

from ..lines import named
from ..page import Page
from ..soup import attribute
from ..text import MAX_TEXT, clean_characters
from .media import image_address

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "pre", "strong", "b", "em", "i", "u", "sub", "sup", "a", "img", "figure",
    "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https"}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel="nofollow noopener noreferrer",
    strip_comments=True,
)
_MAX_HTML = 2 * MAX_TEXT
_MAX_ENTITIES = 100_000
"""So many take the sanitizer half a second."""


def read_markup(root: Tag, page: Page) -> str:
    """Sanitised HTML of an element; empty where it would be too large to keep."""
    for tag in named(root, "a", "img"):
        if tag.name == "a":
            _set(tag, "href", page.link(attribute(tag, "href")))
        else:
            _set(tag, "src", image_address(tag, page))
    raw = root.decode_contents()
    if len(raw) > 2 * _MAX_HTML or raw.count("&") > _MAX_ENTITIES:
        return ""
    html = sanitise(raw)
    return html if len(html.encode("utf-8", "replace")) <= _MAX_HTML else ""


def sanitise(raw: str) -> str:
    """Nothing but allowed tags, attributes and http(s) addresses survives."""
    return clean_characters(_CLEANER.clean(clean_characters(raw))).strip()


def _set(tag: Tag, name: str, url: str) -> None:
    if url:
        tag[name] = url
    elif tag.has_attr(name):
        del tag[name]
