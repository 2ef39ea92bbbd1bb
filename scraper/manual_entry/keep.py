"""Keeping an item that somebody adds by hand: decided and written as in a crawl, in one transaction
with its file and its origin, or not at all.

What the archive knows already is not kept again, whoever adds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.archive import Archive
from storage.attachments.records import PackedText
from storage.runs.records import HAND, Counts, FetchKind
from storage.transaction import Transaction
from storage.types import ArticleData, Capture, Outcome, Reading

from ..archives.homes import Home, definition_of
from ..files.readers import SECONDS
from ..files.text import unread
from ..pages.fields.language import language_of
from ..pipelines.decide import decide
from ..pipelines.read import Prepared, prepare
from ..relevance.topics import Watchlist
from ..workers.batch import each
from ..workers.pool import CallFault
from .item import Contents, ManualFile, ManualItem, article_of, name_of
from .read import MEDIA, PLAIN, Task, kind_taken, read_contents

_MODULES = {"pdf": "scraper.files.pdf", "html": "scraper.pages.article"}
_OFFICE = "scraper.files.office"
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
    """What a file says; where that needs a parser, read in a process of its own, within bounds."""
    task = Task(file, kind, url, home.ref.id, definition_of(home).fields, now)
    if kind in PLAIN:
        return read_contents(task)
    modules = (_MODULES.get(kind, _OFFICE),)
    (found,) = each(read_contents, [task], modules, count=1, seconds=SECONDS)
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
    run = tx.runs.start(source_id, now, kind=HAND)
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
