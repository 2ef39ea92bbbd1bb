"""Citing one page: one grammar, plain for text, rich for a document.

    Issuer: “Title”. Publisher, date. URL. Added by hand by NAME, date. Archived date, archive id,
    SHA-256 sum.

What is not known is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from storage.articles.records import Article
from storage.digests.records import DigestProof

from ..text import one_line, safe_link
from . import wording
from .model import DigestItem


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a citation, each on one line; `archived` and `archive_id` are empty where
    nothing was archived, `added` (by whom, and when) where nobody added it by hand."""

    issuer: str
    title: str
    translation: str
    publisher: str
    published: str
    url: str
    archived: str
    archive_id: str
    sha256: str
    added: str = ""


def cite_item(item: DigestItem, zone: str) -> Citation:
    """The citation of an item of a digest; its archive's moments in `zone`."""
    return Citation(
        issuer="" if item.issuer.casefold() == item.publisher.casefold() else item.issuer,
        title=item.title,
        translation=item.translation,
        publisher=item.publisher,
        published=wording.day(item.published),
        url=item.url,
        added=_added(item.added_by, item.added_at, zone),
        **_archived(item.article_id, item.proof, zone),
    )


def cite_article(article: Article, proof: DigestProof | None, zone: str) -> Citation:
    """The citation of an article as it stands."""
    issuer, publisher = one_line(article.source or ""), one_line(article.source_name)
    added = article.added
    return Citation(
        issuer="" if issuer.casefold() == publisher.casefold() else issuer,
        title=one_line(article.title),
        translation="",
        publisher=publisher,
        published=wording.day(article.published),
        url=article.url,
        added=_added(added.person, added.at, zone) if added else "",
        **_archived(article.id, proof, zone),
    )


def plain(citation: Citation) -> str:
    """The citation as one line of text."""
    return " ".join(_parts(citation))


def rich(citation: Citation) -> str:
    """The citation as a piece of HTML: the title in quotes, the address a link where it may be
    one. Every text is escaped."""
    return f"<p>{marked(citation, escape, _html_link)}</p>"


def marked(citation: Citation, text: Callable[[str], str], link: Callable[[str], str]) -> str:
    """The citation as one line in some markup: each part as `text` gives it, the address as `link`
    does where it may be one."""
    target = safe_link(citation.url)
    address = f"{one_line(citation.url)}."
    return " ".join(
        f"{link(target)}." if target is not None and part == address else text(part)
        for part in _parts(citation)
    )


def _html_link(target: str) -> str:
    return f'<a href="{escape(target)}">{escape(target)}</a>'


def _parts(citation: Citation) -> Iterator[str]:
    issuer = f"{citation.issuer}: " if citation.issuer else ""
    yield f"{issuer}“{citation.title}”."
    if citation.translation:
        yield f"[{citation.translation}]."
    yield f"{citation.publisher}, {citation.published}."
    yield f"{one_line(citation.url)}."
    if citation.added:
        yield f"Added by hand by {citation.added}."
    if citation.archived:
        yield f"Archived {citation.archived}, {citation.archive_id}, SHA-256 {citation.sha256}."


def _archived(article_id: int, proof: DigestProof | None, zone: str) -> dict[str, str]:
    if proof is None or proof.snapshot_id is None or proof.archived_at is None:
        return {"archived": "", "archive_id": "", "sha256": ""}
    return {
        "archived": f"{_local(proof.archived_at, zone)} ({zone})",
        "archive_id": f"article {article_id}, {_what(proof)} {proof.snapshot_id}",
        "sha256": proof.sha256,
    }


def _what(proof: DigestProof) -> str:
    return "file" if proof.is_file else "page"


def _added(person: str, at: datetime | None, zone: str) -> str:
    return f"{one_line(person)}, {_local(at, zone)} ({zone})" if person and at else ""


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
