"""What people add by hand: an item without a page of its own, the file that proves it, the article
it makes.

The same file, title, source and date are one item. It is decided on and written as in a crawl.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from storage.archive import Archive
from storage.attachments import FileText, PackedText
from storage.runs import Counts, FetchKind, RunKind
from storage.text import squeeze
from storage.transaction import Transaction
from storage.types import (
    ArticleData,
    Attachment,
    Capture,
    DateClue,
    DateKind,
    Evidence,
    FieldStatus,
    Origin,
    Outcome,
    Reading,
    When,
)

from .archives.ingest import Home, definition_of
from .archives.jsonl import NAMED_BY_HASH
from .parsing.documents.kinds import PICTURES, kind_of
from .parsing.documents.read import read_file
from .parsing.documents.text import text_of, unread
from .parsing.encoding import decode
from .parsing.fields.language import language_of
from .pipelines.decide import decide
from .pipelines.read import Prepared, prepare
from .relevance.watchlist import Watchlist
from .sources.model import FieldRules
from .workers.faults import CallFault
from .workers.pool import each
from .workers.readers import FILE_SECONDS


@dataclass(frozen=True, slots=True)
class ManualFile:
    """A file as it was handed over. `name` is what it was called there."""

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
    """What somebody says of an item: `said` is its date as typed, `published` what that means.
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
    """What the file of an item says. `page` is the article that was read in a saved page."""

    text: FileText
    page: ArticleData | None = None


def name_of(item: ManualItem, source_id: str) -> str:
    """The address of an item, or a name made up for it (`urn:uuid:`, RFC 9562, version 5) that
    follows from its file, title, source and date."""
    if item.url:
        return item.url
    parts = (
        "hubwatch added by hand",
        source_id,
        squeeze(item.title),
        item.published.iso,
        item.file.address if item.file else "",
    )
    text = "\x1f".join(parts).encode("utf-8", "replace").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, text)}"


def article_of(
    item: ManualItem, source_id: str, language: str | None, contents: Contents | None
) -> ArticleData:
    """The article that an item makes: title and date are a person's, the text its file's."""
    said, page = f"said by {item.person}", contents.page if contents else None
    body = contents.text.text if contents else ""
    date = DateClue(
        DateKind.PUBLISHED, item.published, Origin.PERSON, said, item.said, FieldStatus.CHOSEN
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
    if clue.kind is DateKind.PUBLISHED and clue.status is FieldStatus.CHOSEN:
        return replace(clue, status=FieldStatus.PLAUSIBLE)
    return clue


def _read(kind: str, body: str) -> tuple[Evidence, ...]:
    return (Evidence("body", Origin.GENERIC, f"{kind} file", body[:200]),) if body else ()


def _of_page(page: ArticleData | None) -> tuple[Evidence, ...]:
    found = page.evidence if page else ()
    return tuple(each for each in found if each.field in ("source", "author"))


# What the file of an item is by its bytes, and what it says. Called in a worker

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ofd": "application/ofd",
    "html": "text/html",
    "txt": "text/plain",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "tif": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
}
"""The kinds of files that are taken, and their media types (IANA)."""
PLAIN = frozenset({"txt", *PICTURES})
"""Kinds that are read without a parser, or not read at all."""
_NOWHERE = "https://address.invalid/page"  # RFC 2606: leads nowhere
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1a")


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be read: its kind, the address at which it is said to stand, if any, the source it
    belongs to with the rules for its pages. `now` judges dates."""

    file: ManualFile
    kind: str
    url: str
    source_id: str
    rules: FieldRules
    now: datetime


def kind_taken(file: ManualFile) -> str:
    """What a file is by its bytes, whatever it is called: a key of `MEDIA`. Raises ValueError for
    what is not taken."""
    kind = kind_of(file.body)
    if not kind and file.body.strip() and _is_text(file.body):
        kind = "txt"
    if kind not in MEDIA:
        what = "is empty" if not file.body.strip() else "is none of these"
        raise ValueError(
            f"{what}: a picture (PNG, JPEG, GIF, WebP, TIFF, HEIC), PDF, DOCX, XLSX, PPTX, OFD, "
            "HTML or plain text"
        )
    return kind


def _is_text(body: bytes) -> bool:
    text = decode(body, "").text
    return bool(text.strip()) and not _CONTROLS & set(text)


def read_contents(task: Task) -> Contents:
    """What a file says. A saved page is read as the page of its address would be."""
    if task.kind == "html":
        return _read_page(task)
    return Contents(read_file(task.file.body, task.kind, MEDIA[task.kind]))


def _read_page(task: Task) -> Contents:
    from .parsing.article import read_article

    address = task.url or _NOWHERE
    headers = (("content-type", "text/html"),)
    capture = Capture(address, address, task.now, 200, headers, task.file.body)
    reading = read_article(capture, task.rules, task.source_id)
    if reading.article is None:
        return Contents(unread(reading.outcome, reading.reason, "html"))
    return Contents(text_of(reading.article.body, "html", reading.reason), reading.article)


# Keeping an item, in one transaction

_MODULES = {"pdf": "scraper.parsing.documents.pdf", "html": "scraper.parsing.article"}
_OFFICE = "scraper.parsing.documents.office"
"""What a worker loads beforehand, by the kind of the file."""
_NO_READER = 0
NEVER_FETCHED = 0
"""In place of an HTTP status: of what somebody handed over."""


@dataclass(frozen=True, slots=True)
class AddedItem:
    """What became of an item: its article, the addition that tells of it (None: it was known)."""

    article_id: int
    addition: int | None


def add_item(
    store: Archive, item: ManualItem, home: Home, watchlist: Watchlist, now: datetime
) -> AddedItem:
    """Keep an item, unless it is known. Raises ValueError for a file of a kind that is not taken,
    StorageError."""
    kind = kind_taken(item.file) if item.file else ""
    url = name_of(item, home.ref.id)
    known = next(iter(store.articles.at_url(url)), None)
    if known is not None:
        return AddedItem(known.id, None)
    contents = _contents(item.file, kind, item.url, home, now) if item.file else None
    language = language_of(f"{item.title}\n{contents.text.text if contents else ''}")
    article = article_of(item, home.ref.id, language, contents)
    packed = PackedText.of(contents.text) if contents else None
    ready = _Ready(item, home, article, kind, prepare(article, watchlist), packed)
    with store.writing() as tx:
        before = tx.archive.pages.known(home.ref.id, url)
        return AddedItem(before.article_id, None) if before else _keep(tx, ready, now)


def _contents(file: ManualFile, kind: str, url: str, home: Home, now: datetime) -> Contents:
    """What a file says. Where that needs a parser, read in a process of its own, within bounds."""
    task = Task(file, kind, url, home.ref.id, definition_of(home).fields, now)
    if kind in PLAIN:
        return read_contents(task)
    modules = (_MODULES.get(kind, _OFFICE),)
    (found,) = each(read_contents, [task], modules, count=1, seconds=FILE_SECONDS)
    if isinstance(found, CallFault):
        return Contents(unread(found.outcome, found.reason, kind))
    return found


@dataclass(frozen=True, slots=True)
class _Ready:
    """An item with all that is made of it before the archive is locked."""

    item: ManualItem
    home: Home
    article: ArticleData
    kind: str
    prepared: Prepared
    text: PackedText | None

    @property
    def reading(self) -> Reading:
        is_cut = self.text is not None and self.text.read.outcome is Outcome.PARTIAL
        outcome = Outcome.PARTIAL if is_cut else Outcome.OK
        reason = self.text.read.reason if self.text else ""
        return Reading(outcome, reason, _NO_READER, article=self.article)


def _keep(tx: Transaction, ready: _Ready, now: datetime) -> AddedItem:
    item, source_id = ready.item, ready.home.ref.id
    tx.sources.register(ready.home.ref, now)
    addition = tx.additions.request(ready.article.url, person=item.person, note=item.note, now=now)
    run = tx.runs.start(source_id, now, kind=RunKind.HAND)
    tx.additions.begin(addition.id, run.id)
    applied = tx.articles.apply(
        decide(ready.reading, None, ready.article.url, ready.prepared.hashes),
        source_id=source_id,
        run_id=run.id,
        now=now,
        columns=ready.prepared.columns,
    )
    assert applied.article_id is not None  # what a person says is usable
    if ready.prepared.relevance is not None:
        tx.relevance.replace(applied.article_id, ready.prepared.relevance)
    if item.file is not None:
        _keep_file(tx, applied.article_id, item.file, ready, now)
    tx.decisions.remark(applied.article_id, item.note, person=item.person, now=now)
    tx.runs.finish(run.id, now, Outcome.OK, Counts(new=1), reason=f"added by {item.person}")
    tx.additions.end(addition.id, Outcome.OK, article_id=applied.article_id, now=now)
    return AddedItem(applied.article_id, addition.id)


def _keep_file(
    tx: Transaction, article_id: int, file: ManualFile, ready: _Ready, now: datetime
) -> None:
    media = MEDIA[ready.kind]
    headers = (("content-type", media),)
    capture = Capture(file.address, file.address, now, NEVER_FETCHED, headers, file.body)
    snapshot_id = tx.pages.keep(ready.home.ref.id, capture, FetchKind.FILE)
    (file_id,) = tx.attachments.ids_of(article_id)
    tx.attachments.keep(
        file_id, snapshot_id=snapshot_id, media_type=media, text=ready.text, now=now
    )
