"""The standfirst: what a page says between headline and text, outside the element of the text.

It is part of the text where a person sees it: the same words as the page's description, or an
element that its author calls a lead, a summary or the like. Finds the elements only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from ..fields.byline import read_byline
from ..page import Page
from ..text import STOPS, letters, squeeze
from ..tree import (
    BLOCKS,
    Element,
    VisibleLine,
    attribute,
    linked_size,
    names_of,
    raw_text,
    text_size,
)

_CALLED = lazy_pattern(
    r"(?:^|[\s_-])(?:lead|lede|leads|dek|deck|ingress|chapo|chapeau|chapô|vorspann|spot|sapo|bajada"
    r"|entradilla|sumario|abstract|excerpt|summary|intro|stit|perex|manchet|zhaiyao|daodu|daoyu"
    r"|teaser|anriss|copete|resumen|resumo|sommario|inleiding|anons)"
    r"(?:$|[\s_-])|stand-?first|sub-?(?:head|title|deck)|strap-?line|(?:lead|intro)-?(?:text|para)"
    r"|sottotitolo|article__?description|post-?description|article-?(?:summary|lead|intro)",
    re.I,
)
_CAMEL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_OTHER = lazy_pattern(
    r"caption|figure|image|photo|img|credit|author|byline|bio(?:$|[\s_-])|contrib|date|time|share"
    r"|social|promo|related|comment|cookie|newsletter|subscri|crumb|tooltip|disclaimer|player",
    re.I,
)
_OTHER_TAGS = frozenset((
    "figure", "figcaption", "time", "nav", "aside", "footer", "form", "button", "li", "cite", "a",
))  # fmt: skip
SUMMARY = han_pattern(r"^[\s【\[]{0,3}(?:摘要|导读|導讀|概要)[】\]]?\s?[:：]\s?")
"""What calls a text a summary, and is no part of it."""
_AROUND = 3
"""So many elements around a line are asked for their names."""
_LINES = 16
"""So far under the headline a standfirst may stand: dates, people and a picture come between."""
_MOST = 3
_LEAST, _KEY = 40, 40
_LINKED, _LEAST_UNDER = 5, 60
_TEXT = 100_000


def find_standfirst(page: Page, heading: int, start: int, body: Element) -> tuple[Element, ...]:
    """The elements of the standfirst among the lines behind `heading` and before `start`, where the
    text in `body` begins. What the text says itself is none."""
    first = max(heading + 1, start - _LINES) if heading < 0 else heading + 1
    headline = page.lines[heading] if heading >= 0 else None
    title = _block_of(headline.tag) if headline is not None else None
    found: dict[Element, None] = {}
    said = ""
    for line in page.lines[first : min(start, first + _LINES)]:
        if not _may_be(line):
            continue
        if not (_is_described(line, page) or _is_called(line) or _is_under(line, headline)):
            continue
        block = _block_of(line.tag)
        key = summary_key(line.text)
        said = said or squeeze(raw_text(body)[:_TEXT])
        if block in (None, title) or key in said or text_size(block) > 2 * len(line.text):
            continue
        said += key
        found[block] = None
        if len(found) == _MOST:
            break
    return tuple(found)


def summary_key(text: str) -> str:
    """What a summary says, for comparing: without its label and without the sign that it is cut."""
    return _CUT.sub("", squeeze(SUMMARY.sub("", text)))


_CUT = lazy_pattern(r"(?:(?<!\.)\.{2,}|(?<!…)…+)$")


def leads_in(header: Element) -> list[Element]:
    """The paragraphs of a standfirst in the box of a headline: sentences, and no date line, name or
    caption."""
    return [
        tag
        for tag in islice(header.iter("p", "h2", "h3", "div"), _LINES)
        if _is_lead(tag) and next(tag.iterdescendants("p", "div", "h1", "ul"), None) is None
    ][:_MOST]


def _is_lead(tag: Element) -> bool:
    text = raw_text(tag).strip()[:_TEXT]
    if (
        letters(text) < _LEAST
        or not text.endswith(_STOPS)
        or linked_size(tag) * _LINKED > len(text)
    ):
        return False
    return _OTHER.search(names_of(tag)) is None and not read_byline(text[:200], "UTC").dates


_STOPS = (".", "!", "?", ".”", '."', "。", "！", "？", "。”", *STOPS)


def _may_be(line: VisibleLine) -> bool:
    """True for words that are neither link, caption, date line nor name."""
    if letters(line.text) < _LEAST or line.linked * _LINKED > len(line.text):
        return False
    if any(node.tag in _OTHER_TAGS or _OTHER.search(names_of(node)) for node in _near(line.tag)):
        return False
    return not (len(line.text) <= 100 and read_byline(line.text, "UTC").dates)


def _near(tag: Element) -> Iterator[Element]:
    node: Element | None = tag
    for _ in range(_AROUND):
        if node is None or node.tag in ("body", "main", "article"):
            return
        yield node
        node = node.getparent()


def _is_described(line: VisibleLine, page: Page) -> bool:
    """True where the page's description says the same."""
    key = squeeze(line.text)
    for name in ("description", "og:description"):
        said = squeeze(page.meta(name)).rstrip(".…")
        if len(said) >= _LEAST // 2 and (said[:_KEY] in key or key[:_KEY] in said):
            return True
    return False


def _is_called(line: VisibleLine) -> bool:
    if any("description" in attribute(node, "itemprop").split() for node in _near(line.tag)):
        return True  # of the page's own article, since it stands under its headline
    return any(map(is_called_lead, _near(line.tag)))


def is_called_lead(tag: Element) -> bool:
    """Whether the author of a page calls an element a lead, a summary or the like."""
    return _CALLED.search(_CAMEL.sub("-", names_of(tag))) is not None


def _is_under(line: VisibleLine, headline: VisibleLine | None) -> bool:
    """True for a paragraph or a lower heading in the box of the headline itself."""
    if headline is None or letters(line.text) < _LEAST_UNDER:
        return False
    block, title = _block_of(line.tag), _block_of(headline.tag)
    if block is None or title is None or block.tag not in ("p", "h2", "h3", "h4"):
        return False
    return block.getparent() is title.getparent() and block.getparent().tag != "body"


def _block_of(tag: Element) -> Element | None:
    node: Element | None = tag
    while node is not None and node.tag not in BLOCKS:
        node = node.getparent()
    return node
