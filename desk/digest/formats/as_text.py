"""A digest as plain text for mails and notes: lines of 76 columns, Han counted as two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hubwatch.width import width

from ...text import one_line, pluralise
from .. import wording
from ..model import Digest, DigestItem, DigestStyle, Section
from .templates import fill, is_own

_WIDTH = 76
_OWN = "digest.txt.j2"
_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECE = re.compile(rf"\s+|[{_HAN}]|[^\s{_HAN}]+")


def render_text(digest: Digest, style: DigestStyle) -> str:
    """The whole digest. Raises ConfigError for a template that cannot be used."""
    if is_own(_OWN, style):
        return fill(_OWN, digest, style, one_line)
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    edition = digest.edition
    status = wording.status(digest)
    if status:
        yield status
    title = one_line(edition.title)
    yield from wrapped(title)
    yield "=" * min(_WIDTH, max(3, width(title)))
    limits = wording.scope(digest)
    yield from wrapped(edition.period.label + (f" ({limits})" if limits else ""))
    if digest.metadata is not None and digest.metadata.corrects:
        shown = (
            f"This corrects digest {digest.metadata.corrects}: {one_line(digest.metadata.reason)}"
        )
        yield from ("", *wrapped(shown))
    for paragraph in filter(None, digest.introduction.split("\n\n")):
        yield from ("", *wrapped(paragraph))
    yield ""
    for line in wording.coverage(digest):
        yield from wrapped(line)
    for section in digest.chapters:
        yield from _section(section, digest)
    if not digest.items:
        yield from ("", "Nothing new in this period.")
    yield from _end(digest)


def _section(section: Section, digest: Digest) -> Iterator[str]:
    heading = one_line(section.heading)
    yield from ("", "", heading.upper(), "-" * min(_WIDTH, max(3, width(heading))))
    for item in section.items:
        yield ""
        yield from _item(item, digest)


def _item(item: DigestItem, digest: Digest) -> Iterator[str]:
    period = digest.edition.period
    inset = " " * len(f"{item.number}. ")
    first, *rest = list(wrapped(f"{item.number}. {item.title or one_line(item.url)}", inset))
    yield from (first.strip(), *rest)
    if item.translation:
        yield from wrapped(f"[{item.translation}]", inset, inset)
    shown = (*wording.publishers(item), wording.day(item.published), *wording.flags(item, period))
    yield from wrapped(" · ".join(shown), inset, inset)
    for paragraph in filter(None, item.note.split("\n\n")):
        yield from wrapped(f"Note: {paragraph}", inset, inset)
    quote = wording.said(item)
    if quote is not None:
        yield from wrapped(quote.text, inset, inset)
    for line in wording.updates(item, period):
        yield from wrapped(f"Updated since: {line}", inset, inset)
    yield f"{inset}<{one_line(item.url)}>"
    for place in item.also_at:
        yield from wrapped(f"Also at: {wording.copy(place)}", inset, inset)
        yield f"{inset}<{one_line(place.url)}>"


def _end(digest: Digest) -> Iterator[str]:
    zone = digest.edition.period.zone
    if digest.items:
        yield from ("", "", "REFERENCES", "----------")
    for item in digest.items:
        cited = wording.plain(wording.cite_item(item, zone))
        first, *rest = list(wrapped(f"{item.number}. {cited}", "   "))
        yield from (first.strip(), *rest)
    if digest.coverage.scans:
        yield from ("", "", "SOURCES", "-------")
    for scan in digest.coverage.scans:
        runs, items = pluralise(scan.runs, "run"), pluralise(scan.items, "item")
        state = scan.outcome or "not scanned"
        yield from wrapped(f"{scan.name} ({scan.source_id}): {state}, {runs}, {items}", "  ")
    yield from ("", "", "HOW THIS WAS MADE", "-----------------")
    for line in wording.made(digest):
        yield from wrapped(line)


def wrapped(text: str, inset: str = "", first: str = "") -> Iterator[str]:
    """The text in lines of 76 columns at most, broken at blanks and between Han. What has neither
    stays whole. `inset` goes before every line but the first, `first` before that."""
    line = first
    for piece in _pieces(one_line(text)):
        if width(line) + width(piece.rstrip()) > _WIDTH and line.strip():
            yield line.rstrip()
            line = inset
        line += piece if line.strip() else piece.lstrip()
    yield line.rstrip()


def _pieces(text: str) -> Iterable[str]:
    return _PIECE.findall(text)
