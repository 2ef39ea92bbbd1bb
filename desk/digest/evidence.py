"""The evidence behind a digest as one package that opens without Hubwatch.

For every item it holds the archived bytes, as received, of its page, of the further pages and files
of its article, and of the copies it names, with their headers and what was read from them. There is
an index, and `sha256sum -c SHA256SUMS` checks all of it. The same digest gives the same bytes.

Archived pages are named so that a double click shows them as text and runs nothing of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scraper.parsing.documents.kinds import PICTURES, kind_of
from storage.archive import Archive
from storage.digests import DigestProof
from storage.types import Capture

from ..messages import Translator
from ..text import one_line, paragraphs
from . import wording
from .drafts import opened
from .formats import file_name
from .formats.package import pack
from .formats.templates import fill_page
from .issues import issued_bytes
from .model import Digest, DigestItem, DigestStyle, Format

_AS_THEY_ARE = PICTURES | {"docx", "xlsx", "pptx", "odt", "ods", "odp", "ofd"}
_README = """\
This package is the evidence behind "{title}", {what}.

index.html          opens in a browser: every item with its citation and its files
{digest:<19} the digest itself
items/001/          one folder an item, by its number in the digest
  page.original.txt  the page as it was received, byte for byte (named .txt so that it is not run)
  page.headers.txt   the answer's status and headers, and when it came from where
  origin.txt         of what was added by hand: by whom, when, and what that person says
  readable.txt       title and text as they were read from it
  copy-…, part-…, file-…  the same for copies, further pages and attached files
  report-…, change-…, figure-…  the same for other reports of the event, for what changed as it was
                     before and after, and for figures that stand in another report
SHA256SUMS          sums of all files; `sha256sum -c SHA256SUMS` checks them
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the package that an item's part of the index names."""

    name: str
    what: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """An item with its files."""

    item: DigestItem
    cited: str
    pieces: tuple[Piece, ...]


def evidence(store: Archive, number: int, style: DigestStyle) -> bytes:
    """The package of a digest. Raises HubwatchError where there is none, StorageError, and
    LookupError for a page that the archive does not hold any more."""
    digest, page = opened(store, number), issued_bytes(store, number, Format.HTML, style)
    zone = digest.edition.period.zone
    words = wording.words_of(digest)
    collected = [
        ItemEvidence(
            item,
            wording.plain(wording.cite_item(item, zone, words)),
            tuple(_pieces(store, item, words)),
        )
        for item in digest.items
    ]
    name = file_name(digest, Format.HTML)
    files = [
        ("README.txt", _readme(digest, name)),
        ("index.html", fill_page("evidence.html.j2", digest, style, collected).encode()),
        (name, page),
        *((piece.name, piece.data) for each in collected for piece in each.pieces),
    ]
    return pack([*files, ("SHA256SUMS", _sums(files))])


def _pieces(store: Archive, item: DigestItem, words: Translator) -> Iterator[Piece]:
    """The files of an item. What each is, the index says in the digest's language. What is in them
    is the same in all languages."""
    folder = f"items/{item.number:03}"
    if item.added_by and item.added_at is not None:
        yield Piece(f"{folder}/origin.txt", words("how it came here"), _origin(item))
    yield from _page(store, folder, "page", words("the page"), item.proof, words)
    if item.proof is not None:
        for number, snapshot in enumerate(item.proof.further, 2):
            what = words("page %(number)s of the article", number=number)
            kept = store.pages.snapshot(snapshot)
            yield from _kept(f"{folder}/part-{number}", what, kept, words)
        for number, snapshot in enumerate(item.proof.files, 1):
            what = words("attached file %(number)s", number=number)
            kept = store.pages.snapshot(snapshot)
            yield from _kept(f"{folder}/file-{number}", what, kept, words)
    for number, one in enumerate(item.contradictions, 1):
        for side, claim in (("first", one.first), ("second", one.second)):
            what = words("contradiction, as %(publisher)s says it", publisher=claim.publisher)
            name = f"contradiction-{number}-{side}"
            yield from _page(store, folder, name, what, claim.proof, words)
    for number, copy in enumerate(item.also_at, 1):
        what = words("the copy at %(publisher)s", publisher=copy.publisher)
        yield from _page(store, folder, f"copy-{number}", what, copy.proof, words)
    told = [claim.proof for one in item.contradictions for claim in (one.first, one.second)]
    proofs = (item.proof, *told, *(copy.proof for copy in item.also_at))
    there = {proof.reading_id for proof in proofs if proof}
    for name, what, proof in _elsewhere(item, words):
        if proof is not None and proof.reading_id not in there:
            there.add(proof.reading_id)
            yield from _page(store, folder, name, what, proof, words)


def _elsewhere(
    item: DigestItem, words: Translator
) -> Iterator[tuple[str, str, DigestProof | None]]:
    """The further pages on which something stands that an item says: the name of each, and what it
    is. The same page may come more than once."""
    for number, one in enumerate(item.reported, 1):
        what = words("the report of %(publisher)s", publisher=one.publisher)
        yield f"report-{number}", what, one.proof
    for number, change in enumerate(item.updates, 1):
        yield f"change-{number}-before", words("as it was before the change"), change.before
        yield f"change-{number}-after", words("as it is since the change"), change.after
    for number, figure in enumerate(item.figures, 1):
        if figure.page is not None:
            what = words("where a figure stands, at %(publisher)s", publisher=figure.page.publisher)
            yield f"figure-{number}", what, figure.page.proof


def _page(
    store: Archive,
    folder: str,
    name: str,
    what: str,
    proof: DigestProof | None,
    words: Translator,
) -> Iterator[Piece]:
    if proof is None:
        return
    if proof.snapshot_id is not None:
        capture = store.pages.snapshot(proof.snapshot_id)
        if proof.is_file:
            handed = words("%(what)s: the file handed over", what=what)
            yield from _kept(f"{folder}/{name}", handed, capture, words)
        else:
            yield from _kept(f"{folder}/{name}", what, capture, words)
    said = store.digests.reading_text(proof.reading_id)
    text = f"{one_line(said.title)}\n\n{paragraphs(said.body)}\n"
    readable = "readable" if name == "page" else f"{name}.readable"
    yield Piece(
        f"{folder}/{readable}.txt", words("%(what)s, as it was read", what=what), text.encode()
    )


def _origin(item: DigestItem) -> bytes:
    """Who added an item by hand, when, and what a person says of it."""
    assert item.added_at is not None
    lines = [f"added by hand by {item.added_by} at {item.added_at.isoformat()}"]
    proof = item.proof
    if proof is None or proof.snapshot_id is None or proof.is_file:
        lines += [
            f"title, source and date are said by {item.added_by}:",
            f"title: {item.title}",
            f"source: {item.publisher}",
            f"published: {item.published.iso if item.published else 'unknown'}",
        ]
    if proof is not None and proof.is_file:
        lines.append(f"file handed over: sha256 {proof.sha256}")
    return ("\n".join(lines) + "\n").encode()


def _kept(name: str, what: str, capture: Capture, words: Translator) -> Iterator[Piece]:
    received = words("%(what)s, as received", what=what)
    yield Piece(f"{name}.original{_ending(capture)}", received, capture.body)
    asked = (
        f"asked: {one_line(capture.url)}",
        f"answered by: {one_line(capture.final_url)}",
        f"at: {capture.fetched_at.isoformat()}",
        f"status: {capture.status}",
    )
    handed = (f"name: {one_line(capture.url)}", f"handed over: {capture.fetched_at.isoformat()}")
    lines = [
        *(asked if capture.status else handed),
        f"sha256: {hashlib.sha256(capture.body).hexdigest()}",
        "",
        *(f"{one_line(key)}: {one_line(value)}" for key, value in capture.headers),
    ]
    yield Piece(
        f"{name}.headers.txt",
        words("%(what)s, its headers", what=what),
        ("\n".join(lines) + "\n").encode(),
    )


def _ending(capture: Capture) -> str:
    """How the file is named: documents and pictures as what they are, everything else as text."""
    if capture.body.startswith(b"%PDF-"):
        return ".pdf"
    kind = kind_of(capture.body)
    return f".{kind}" if kind in _AS_THEY_ARE else ".txt"


def _readme(digest: Digest, name: str) -> bytes:
    title = one_line(digest.edition.title)
    metadata = digest.metadata
    what = f"digest {metadata.number}" if metadata else "a digest"
    return _README.format(title=title, what=what, digest=name).encode()


def _sums(files: Iterable[tuple[str, bytes]]) -> bytes:
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files)
    return "".join(lines).encode()
