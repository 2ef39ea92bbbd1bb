"""The decision new, changed or the same, by comparing what was read with what is known.

Touches nothing: no clock, no archive. `storage` carries the result out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from storage.text import squeeze
from storage.types import (
    ArticleData,
    Insert,
    Intent,
    Known,
    Outcome,
    Quarantine,
    Reading,
    Revise,
    Touch,
    Weight,
)
from storage.views import Revision

from .revisions.compare import Version, compare

HASH_VERSION = 1
"""Leads every hash, so that a change of the rules below is seen for what it is."""

_USABLE = (Outcome.OK, Outcome.PARTIAL)
_SHORTEST_COPY = 120
"""Bodies with fewer characters (white space not counted) prove nothing by being equal."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """The `content_hash` and the `body_hash` of an article."""

    content: str
    body: str


def decide(reading: Reading, known: Known | None, url: str, hashes: Hashes | None = None) -> Intent:
    """What the archive shall do with this reading of the page at `url`; `hashes` are those of its
    article where they have been made already."""
    article = reading.article
    if article is None or reading.outcome not in _USABLE:
        return Quarantine(url, reading)
    hashes = hashes or hashes_of(article)
    content, body = hashes.content, hashes.body
    if known is None:
        return Insert(reading, content, body)
    if known.content_hash == content:
        return Touch(known.article_id)
    return Revise(known.article_id, reading, content, body)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What changed from one version of an article to the next, and whether that matters; the fields
    are those of `Revise`."""

    changed: tuple[str, ...]
    weight: Weight
    kinds: tuple[str, ...]
    summary: str

    def of(self, intent: Revise) -> Revise:
        """The intent that brings that change."""
        return replace(
            intent,
            changed=self.changed,
            weight=self.weight,
            kinds=self.kinds,
            summary=self.summary,
        )


def weigh(before: ArticleData | Revision, after: ArticleData) -> Weighed:
    """Compare two versions of an article. Takes a while for long ones, so do it before any lock."""
    found = compare(_version(before), _version(after))
    return Weighed(changed_fields(before, after), found.weight, found.kinds, found.summary)


def _version(article: ArticleData | Revision) -> Version:
    return Version(article.title, article.body, article.published, article.attachments)


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
    """Equal for exact copies of one text, whatever their title, address and date; empty if the text
    is too short to tell."""
    return _body_hash(squeeze(article.body))


def _body_hash(text: str) -> str:
    return _hashed(text) if len(text) >= _SHORTEST_COPY else ""


def changed_fields(before: ArticleData | Revision, after: ArticleData) -> tuple[str, ...]:
    """Which of the fields that count for `content_hash` differ."""
    pairs = {
        "title": (squeeze(before.title), squeeze(after.title)),
        "body": (squeeze(before.body), squeeze(after.body)),
        "published": (before.published, after.published),
        "attachments": (
            sorted(attachment.url for attachment in before.attachments),
            sorted(attachment.url for attachment in after.attachments),
        ),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{HASH_VERSION}:{digest[:32]}"
