"""What an article says, as hashes: equal for the same content, and for exact copies of a text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from storage.text import squeeze
from storage.types import ArticleData

HASH_VERSION = 1
"""Leads every hash, so that a change of the rules below is seen for what it is."""

_SHORTEST_COPY = 120
"""Bodies with fewer characters (white space not counted) prove nothing by being equal."""


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
    return _hashed(text) if len(text) >= _SHORTEST_COPY else ""


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{HASH_VERSION}:{digest[:32]}"
