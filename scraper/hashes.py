"""What an article says, as hashes: equal for the same content, and for exact copies of a text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hubwatch.patterns import lazy_pattern
from storage.text import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, HAN, squeeze
from storage.types import ArticleData

HASH_VERSION = 1
"""Leads every hash, so that a change of the rules below is seen for what it is."""

_SHORTEST_COPY = 120
"""Bodies with fewer characters (white space not counted) prove nothing by being equal."""
_SHORTEST_NOTICE, _OF_HAN = 80, 3
"""With fewer even where a day is named; a Han character says what so many letters do."""
_HAN_CHARACTER = lazy_pattern(f"[{HAN}]")
_MONTH = "|".join(ENGLISH_MONTHS)
_DAY = lazy_pattern(
    "(?<!个)(?<!工作)[\\d一二三四五六七八九十][日号](?!内|起?以内)|[昨今明前][天日晚]|[近连]日"
    f"|\\d(?:st|nd|rd|th)?(?:{_MONTH})|(?:{_MONTH})\\d|{'|'.join(ENGLISH_WEEKDAYS)}|yesterday|tomorrow"
)
_COVERING_NOTE = lazy_pattern("附[件表后]|公示|attach|enclos|annex")
"""What happens on a day is told of it alone; a covering note goes with one list after another."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """The `content_hash` and the `body_hash` of an article."""

    content: str
    body: str


def hashes_of(article: ArticleData) -> Hashes:
    """Both hashes of an article."""
    text = squeeze(article.body)
    return Hashes(_content_hash(article, text), _body_hash(text))


def content_hash(article: ArticleData) -> str:
    """Changes when the page says something else: title, text, dates, attachments.

    White space, character width, letter case, pictures and everything around the article do not
    count.
    """
    return _content_hash(article, squeeze(article.body))


def _content_hash(article: ArticleData, text: str) -> str:
    parts = [
        squeeze(article.title),
        text,
        article.published.iso if article.published else "",
        *sorted(attachment.url for attachment in article.attachments),
    ]
    return _hashed("\x1f".join(parts))


def body_hash(article: ArticleData) -> str:
    """Equal for exact copies of one text, whatever their title, address and date. Empty if the text
    is too short to tell."""
    return _body_hash(squeeze(article.body))


def _body_hash(text: str) -> str:
    return _hashed(text) if len(text) >= _SHORTEST_COPY or _is_short_notice(text) else ""


def _is_short_notice(text: str) -> bool:
    han = 0 if text.isascii() else len(_HAN_CHARACTER.findall(text))
    if len(text) + (_OF_HAN - 1) * han < _SHORTEST_NOTICE:
        return False
    return _DAY.search(text) is not None and _COVERING_NOTE.search(text) is None


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{HASH_VERSION}:{digest[:32]}"
