"""What a page says of itself in machine words: standard metas, Open Graph, JSON-LD.

Offers clues in order of trust; which clue wins is decided by the reader of the field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from storage.types import Origin

from ..page import Page
from ..text import clean_line
from ..tree import Element, attribute, raw_text

PUBLISHED = [
    "pubdate", "publishdate", "firstpublishedtime", "publishtime", "publish_time",
    "publishedtime", "published_time", "article:published_time", "og:published_time",
    "og:article:published_time", "datepublished", "date.published", "publish-date",
    "published-date", "publication_date", "publication-date", "pub_date", "pubtime",
    "date-published", "weibo:article:create_at", "bytedance:published_time", "parsely-pub-date",
    "sailthru.date", "dateissued", "article.published", "article_date_original",
    "originalpublicationdate", "displaydate", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created",
    "og:release_date", "release_date", "uploaddate", "datecreated", "date",
]  # fmt: skip
"""Metas that hold the published date. `Maketime` and `HtmlGenerateTime` (build times) are not."""
UPDATED = [
    "lastmodifiedtime", "article:modified_time", "og:updated_time", "datemodified",
    "date.modified", "dcterms.modified", "weibo:article:update_at", "bytedance:updated_time",
    "article:modified", "og:modified_time",
]  # fmt: skip
SOURCE = ("contentsource", "source", "mediaid", "article:source")
AUTHOR = ("author", "article:author", "dc.creator", "sailthru.author", "parsely-author", "byl")
TITLE = ("articletitle",)
SOCIAL_TITLE = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
)

_MAX_JSON = 512 * 1024
_ARTICLE = re.compile(r"article|posting|report", re.I)
_TRAILING = re.compile(r",\s{0,99}(?=[}\]])")


@dataclass(frozen=True, slots=True)
class Clue:
    """One statement of a page about one field, not yet judged."""

    origin: Origin
    rule: str
    raw: str


def metas(page: Page, names: tuple[str, ...] | list[str]) -> Iterator[Clue]:
    """The clues of these metas, in the order of the names."""
    for name in names:
        content = page.meta(name)
        if content:
            yield Clue(Origin.META, f"meta {name}", content)


def selected(
    page: Page, rules: tuple[str, ...], text_of: Callable[[Element], str] | None = None
) -> Iterator[Clue]:
    """The clues a template's selectors give."""
    for rule in rules:
        for text in page.rule_texts(rule, text_of):
            yield Clue(Origin.TEMPLATE, rule, text)


def json_ld(page: Page, key: str) -> Iterator[Clue]:
    """A property of the page's JSON-LD, articles before anything else."""
    for item in linked_data(page):
        text = _text(item.get(key))
        if text:
            yield Clue(Origin.JSON_LD, f"JSON-LD {key}", text)


def linked_data(page: Page) -> list[dict[str, object]]:
    """The objects of all JSON-LD blocks, articles first. Broken blocks are passed over."""
    found: list[dict[str, object]] = []
    for tag in page.tags("script"):
        if "ld+json" in attribute(tag, "type").lower():
            found.extend(_objects(raw_text(tag)[:_MAX_JSON]))
    return sorted(found, key=lambda item: not _ARTICLE.search(_text(item.get("@type"))))


def _objects(text: str) -> Iterator[dict[str, object]]:
    plain = text.strip().removeprefix("<!--").removesuffix("-->")
    todo: list[object] = [_loaded(plain) or _loaded(_TRAILING.sub("", plain))]
    for _ in range(500):
        if not todo:
            return
        item = todo.pop(0)
        if isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            yield item
            todo.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _text(value: object) -> str:
    """A property as text: itself, its `name`, or those of its members."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return _text(value.get("name"))
    if isinstance(value, list):
        return ", ".join(
            text for item in value[:10] if isinstance(item, str | dict) and (text := _text(item))
        )
    return ""
