"""A digest as an Atom feed (RFC 4287), an entry an item.

An entry's id follows from the address of its story's first page, so that it stays the same in every
digest and a reader shows it once. The feed's id follows from the digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

from ... import atom
from ...messages import Translator
from ...text import one_line, paragraphs, safe_link
from .. import wording
from ..model import Digest, DigestItem, DigestStyle
from ..wording import language_tag


def render_atom(digest: Digest, style: DigestStyle) -> bytes:
    """The whole digest, UTF-8 with an XML declaration."""
    edition = digest.edition
    words = wording.words_of(digest)
    feed = atom.root()
    atom.add(feed, "id", atom.urn(f"hubwatch digest {_identity(digest)}"))
    atom.add(feed, "title", one_line(edition.title))
    if words.tag != "en":
        feed.set(atom.XML_LANG, words.html)
    status = wording.status(digest, words)
    correction, period = wording.correction(digest, words), wording.period_of(digest, words)
    parts = (status, correction, period, *wording.coverage(digest, words))
    atom.add(feed, "subtitle", " · ".join(one_line(each) for each in parts if each))
    atom.add(feed, "updated", atom.instant(_made_at(digest)))
    author = atom.add(feed, "author")
    atom.add(author, "name", one_line(digest.metadata.made_by) if digest.metadata else "Hubwatch")
    atom.add(feed, "generator", "Hubwatch")
    address = safe_link(style.desk_address)
    if address is not None:
        atom.add(feed, "link", rel="alternate", href=address)
    for section in digest.chapters:
        for item in section.items:
            heading = wording.heading(section.heading, digest, words)
            _add_entry(feed, item, heading, digest, words)
    return atom.written(feed)


def _add_entry(
    feed: ElementTree.Element, item: DigestItem, heading: str, digest: Digest, words: Translator
) -> None:
    entry = atom.add(feed, "entry")
    language = language_tag(item.language)
    if language is not None:
        entry.set(atom.XML_LANG, language)
    atom.add(entry, "id", atom.urn(item.url))
    title = item.title or one_line(item.url)
    atom.add(entry, "title", f"{title} [{item.translation}]" if item.translation else title)
    moments = (item.first_seen_at, item.updated_at, item.gone_at, item.back_at)
    atom.add(
        entry, "updated", atom.instant(max(moment for moment in moments if moment is not None))
    )
    if item.published is not None:
        atom.add(entry, "published", item.published.sort_key)
    source = atom.add(entry, "author")
    atom.add(source, "name", item.issuer or item.publisher or words("unknown"))
    for url, rel in ((item.url, "alternate"), *((copy.url, "related") for copy in item.also_at)):
        if safe_link(url) is not None:
            atom.add(entry, "link", rel=rel, href=url)
    for term in dict.fromkeys(
        (heading, *(wording.named(topic, digest, words) for topic in item.topics))
    ):
        if one_line(term):
            atom.add(entry, "category", term=one_line(term))
    atom.add(entry, "summary", "\n".join(_summary(item, digest, words)), type="text")
    atom.add(
        entry,
        "rights",
        wording.plain(wording.cite_item(item, digest.edition.period.zone, words), words),
    )


def _summary(item: DigestItem, digest: Digest, words: Translator) -> Iterator[str]:
    period = digest.edition.period
    flags = wording.flags(item, period, words)
    if flags:
        yield one_line(words(", ").join(flags))
    if item.note:
        yield f"{words.pgettext('digest', 'Note:')} {paragraphs(item.note)}"
    quote = wording.said(item)
    if quote is not None:
        yield one_line(quote.text)
    if shown := wording.figures(item, words):
        yield one_line(f"{words('Figures:')} {shown}")
    yield from map(one_line, wording.proposals(item, words))
    yield from map(one_line, wording.contradictions(item, period.zone, words))
    yield from map(one_line, wording.updates(item, period, words))
    yield from map(one_line, wording.reported(item, words))
    if not (flags or item.note or quote or item.figures or item.contradictions):
        yield item.title or one_line(item.url)


def _identity(digest: Digest) -> str:
    """What tells a feed from others: an issue by its number; a digest that is none by what it is
    of, whatever its period, so that one written anew each day is one feed."""
    metadata, edition = digest.metadata, digest.edition
    if metadata is None:
        return f"{edition.title} {edition.selection} {edition.grouping} {edition.language}"
    return f"{metadata.number} {metadata.made_at.isoformat()} {metadata.made_by}"


def _made_at(digest: Digest) -> datetime:
    metadata = digest.metadata
    if metadata is None:
        return digest.edition.period.until
    return metadata.issued_at or metadata.made_at
