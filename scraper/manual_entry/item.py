"""An item that somebody adds by hand, the name it goes by, and the article it makes.

Pure: reads no file and knows no archive. The same file, title, source and date are one item.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from html import escape
from uuid import NAMESPACE_URL, uuid5

from storage.attachments.records import FileText
from storage.text import squeeze
from storage.types import (
    ArticleData,
    Attachment,
    DateClue,
    DateKind,
    Evidence,
    Origin,
    Standing,
    When,
)

from ..archives.record import NAMED_BY_HASH


@dataclass(frozen=True, slots=True)
class ManualFile:
    """A file as it was handed over; `name` is what it was called there."""

    name: str
    body: bytes

    @property
    def suffix(self) -> str:
        """What its name ends in, lower-case, without the dot."""
        stem, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot and stem else ""

    @property
    def address(self) -> str:
        """Its name by its SHA-256 (RFC 6920)."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(self.body).digest())
        return NAMED_BY_HASH + digest.decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ManualItem:
    """What somebody says of an item: `said` is its date as typed, `published` what that means;
    `url` an address at which it is said to stand, if any."""

    title: str
    published: When
    said: str
    person: str
    url: str = ""
    file: ManualFile | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the file of an item says; `page` is the article that was read in a saved page."""

    text: FileText
    page: ArticleData | None = None


def name_of(item: ManualItem, source_id: str) -> str:
    """The address of an item, or a name made up for it (`urn:uuid:`, RFC 9562, version 5) that
    follows from its file, title, source and date."""
    if item.url:
        return item.url
    told = (
        "hubwatch added by hand",
        source_id,
        squeeze(item.title),
        item.published.iso,
        item.file.address if item.file else "",
    )
    text = "\x1f".join(told).encode("utf-8", "replace").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, text)}"


def article_of(
    item: ManualItem, source_id: str, language: str | None, contents: Contents | None
) -> ArticleData:
    """The article that an item makes: title and date are a person's, the text its file's."""
    said, page = f"said by {item.person}", contents.page if contents else None
    body = contents.text.text if contents else ""
    date = DateClue(
        DateKind.PUBLISHED, item.published, Origin.PERSON, said, item.said, Standing.CHOSEN
    )
    article = ArticleData(
        url=name_of(item, source_id),
        source_id=source_id,
        title=item.title,
        body=body,
        html="".join(f"<p>{escape(each)}</p>" for each in body.split("\n\n") if each.strip()),
        published=item.published,
        source=page.source if page else None,
        author=page.author if page else None,
        language=language,
        evidence=(
            Evidence("title", Origin.PERSON, said, item.title),
            Evidence("published", Origin.PERSON, said, item.said),
        ),
        dates=(date, *(_beaten(clue) for clue in (page.dates if page else ()))),
    )
    if item.file is None or contents is None:
        return article
    kind = contents.text.kind
    return replace(
        article,
        attachments=(Attachment(item.file.address, item.file.name, kind),),
        evidence=(*article.evidence, *_read(kind, body), *_of_page(page)),
    )


def _beaten(clue: DateClue) -> DateClue:
    """A date that the page itself says, beside the one that a person says."""
    if clue.kind is DateKind.PUBLISHED and clue.standing is Standing.CHOSEN:
        return replace(clue, standing=Standing.PLAUSIBLE)
    return clue


def _read(kind: str, body: str) -> tuple[Evidence, ...]:
    return (Evidence("body", Origin.GENERIC, f"{kind} file", body[:200]),) if body else ()


def _of_page(page: ArticleData | None) -> tuple[Evidence, ...]:
    found = page.evidence if page else ()
    return tuple(each for each in found if each.field in ("source", "author"))
