"""A digest as an Atom feed (RFC 4287), an entry an item.

An entry's id follows from the address of its story's first page, so that it stays the same in every
digest and a reader shows it once. The feed's id follows from the digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from ...messages import Translator
from ...text import one_line, paragraphs, safe_link
from .. import wording
from ..model import Digest, DigestItem, DigestStyle
from ..wording import language_tag

_ATOM = "http://www.w3.org/2005/Atom"
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render_atom(digest: Digest, style: DigestStyle) -> bytes:
    """The whole digest, UTF-8 with an XML declaration."""
    ElementTree.register_namespace("", _ATOM)
    edition = digest.edition
    words = wording.words_of(digest)
    feed = ElementTree.Element(_name("feed"))
    _add(feed, "id", _urn(f"hubwatch digest {_identity(digest)}"))
    _add(feed, "title", one_line(edition.title))
    if words.tag != "en":
        feed.set(_XML_LANG, words.html)
    status = wording.status(digest, words)
    parts = (status, wording.period_of(digest, words), *wording.coverage(digest, words))
    _add(feed, "subtitle", " · ".join(one_line(each) for each in parts if each))
    _add(feed, "updated", _instant(_made_at(digest)))
    author = _add(feed, "author", None)
    _add(author, "name", one_line(digest.metadata.made_by) if digest.metadata else "Hubwatch")
    _add(feed, "generator", "Hubwatch")
    address = safe_link(style.desk_address)
    if address is not None:
        _add(feed, "link", None, rel="alternate", href=address)
    for section in digest.chapters:
        for item in section.items:
            heading = wording.heading(section.heading, digest, words)
            feed.append(_entry(item, heading, digest, words))
    ElementTree.indent(feed)
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(
    item: DigestItem, heading: str, digest: Digest, words: Translator
) -> ElementTree.Element:
    entry = ElementTree.Element(_name("entry"))
    language = language_tag(item.language)
    if language is not None:
        entry.set(_XML_LANG, language)
    _add(entry, "id", _urn(item.url))
    title = item.title or one_line(item.url)
    _add(entry, "title", f"{title} [{item.translation}]" if item.translation else title)
    moments = (item.first_seen_at, item.updated_at, item.gone_at, item.back_at)
    _add(entry, "updated", _instant(max(moment for moment in moments if moment is not None)))
    if item.published is not None:
        _add(entry, "published", item.published.sort_key)
    source = _add(entry, "author", None)
    _add(source, "name", item.issuer or item.publisher or words("unknown"))
    for url, rel in ((item.url, "alternate"), *((copy.url, "related") for copy in item.also_at)):
        if safe_link(url) is not None:
            _add(entry, "link", None, rel=rel, href=url)
    for term in dict.fromkeys(
        (heading, *(wording.named(topic, digest, words) for topic in item.topics))
    ):
        if one_line(term):
            _add(entry, "category", None, term=one_line(term))
    _add(entry, "summary", "\n".join(_summary(item, digest, words)), type="text")
    _add(
        entry,
        "rights",
        wording.plain(wording.cite_item(item, digest.edition.period.zone, words), words),
    )
    return entry


def _summary(item: DigestItem, digest: Digest, words: Translator) -> Iterator[str]:
    period = digest.edition.period
    flags = wording.flags(item, period, words)
    if flags:
        yield one_line(", ".join(flags))
    if item.note:
        yield f"{words.pgettext('digest', 'Note:')} {paragraphs(item.note)}"
    quote = wording.said(item)
    if quote is not None:
        yield one_line(quote.text)
    yield from map(one_line, wording.updates(item, period, words))
    if not (flags or item.note or quote):
        yield item.title or one_line(item.url)


def _identity(digest: Digest) -> str:
    metadata, period = digest.metadata, digest.edition.period
    if metadata is None:
        return f"{period.since.isoformat()} {period.until.isoformat()} {digest.edition.selection}"
    return f"{metadata.number} {metadata.made_at.isoformat()} {metadata.made_by}"


def _made_at(digest: Digest) -> datetime:
    metadata = digest.metadata
    if metadata is None:
        return digest.edition.period.until
    return metadata.issued_at or metadata.made_at


def _urn(name: str) -> str:
    """A name as an IRI that never changes (RFC 4122, version 5)."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name.encode('utf-8', 'replace').decode())}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(
    parent: ElementTree.Element, name: str, text: str | None, **attributes: str
) -> ElementTree.Element:
    legal = {key: _ILLEGAL.sub("", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, _name(name), legal)
    child.text = None if text is None else _ILLEGAL.sub("", text)
    return child


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
