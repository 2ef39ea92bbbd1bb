"""The files that a source's articles link to: fetched after the articles, read, kept.

Each has an outcome word of its own in the archive. A file's trouble is not the run's. What a run
does not get to is owed, and comes with the next. What a file says is read in
`scraper.parsing.documents`.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from storage.attachments import PackedText, PendingFile
from storage.database import Durability
from storage.pages import Validator
from storage.runs import FetchKind
from storage.types import Capture, Outcome, Thing

from ..crawl.context import CrawlContext
from ..crawl.request import FileDone
from ..middlewares.fetch_result import FetchResult
from ..parsing.body.files import said_kind
from ..parsing.documents.kinds import kind_of
from ..parsing.version import FILE_READER_VERSION
from ..sources.links import authority_of, hosts_of
from ..sources.model import Source
from .fetch import Fetcher, validator_of
from .tally import Budget

_HAD = (Outcome.OK, Outcome.UNCHANGED)


class Attachments:
    """Deals with the files of one source for one run."""

    def __init__(
        self, source: Source, run_id: int, context: CrawlContext, fetcher: Fetcher, budget: Budget
    ) -> None:
        self._source = source
        self._run_id = run_id
        self._context = context
        self._fetcher = fetcher
        self._budget = budget
        self._hosts = hosts_of(source)

    async def walk(self, article_id: int | None = None) -> str:
        """Fetch what is owed, of all articles or of one, within the source's bounds. What could not
        be had, in words."""
        rules, store = self._source.attachments, self._context.store
        failed: Counter[Outcome] = Counter()
        if not rules.per_run:
            return ""
        validators = store.pages.validators(self._source.id)
        owed = store.attachments.pending(
            self._source.id, self._context.now(), rules.per_run, article_id
        )
        for file in owed:
            if self._budget.spent():
                break
            outcome = await self._one(file, validators.get(file.url))
            if outcome is not None and outcome not in _HAD:
                failed[outcome] += 1
        summary = ", ".join(f"{word} {count}" for word, count in failed.most_common())
        return f"attachments not had: {summary}" if summary else ""

    async def _one(self, file: PendingFile, validator: Validator | None) -> Outcome | None:
        """Deal with one file, whatever comes of it. The word for that, None where its host is left
        alone."""
        try:
            refused = self._refusal(file)
            if refused is None and self._budget.circuit_open(file.url):
                return None
            return refused or await self._ask(file, validator)
        except Exception as error:
            fault = self._context.record_failure(self._source.id, Thing.FILE, file.url, error)
            return self._failed(file, fault.outcome, fault.reason)

    async def _ask(self, file: PendingFile, validator: Validator | None) -> Outcome | None:
        """Fetch one file and keep what came of it. The word for that, None where nobody asked."""
        self._budget.begin()
        most = self._source.attachments.bytes
        fetched = await self._fetcher.fetch(file.url, FetchKind.FILE, validator, most_bytes=most)
        self._budget.note(fetched)
        if fetched.outcome is Outcome.UNCHANGED:
            return self._unchanged(file, fetched)
        if fetched.outcome is Outcome.NOT_FETCHED:
            return None  # it is owed as before
        if fetched.outcome is not Outcome.OK or fetched.capture is None:
            return self._failed(file, fetched.outcome, fetched.reason)
        fault = _fault(fetched.capture, file.kind, most)
        if fault is None:
            return await self._keep(file, fetched, fetched.capture)
        with self._context.store.writing(Durability.LATER) as tx:
            self._fetcher.log(tx, fetched, outcome=fault[0], reason=fault[1])
        return self._failed(file, *fault)

    async def _keep(self, file: PendingFile, fetched: FetchResult, capture: Capture) -> Outcome:
        digest = hashlib.sha256(capture.body).hexdigest()
        text = None
        if not self._context.store.attachments.has_text(digest, FILE_READER_VERSION):
            kind = said_kind(capture, file.kind)
            read = await self._context.files.read(capture, kind, self._source.id)
            if read.outcome is Outcome.BUSY:  # kept without its text it would not be asked for
                return self._failed(file, read.outcome, read.reason)
            text = PackedText.of(read)
        now = self._context.now()
        with self._context.store.writing(Durability.LATER) as tx:
            snapshot_id = tx.pages.keep(self._source.id, capture, FetchKind.FILE)
            self._fetcher.log(tx, fetched, snapshot_id=snapshot_id)
            media = (capture.header("content-type") or "").partition(";")[0].strip().lower()
            tx.attachments.keep(
                file.id, snapshot_id=snapshot_id, media_type=media, text=text, now=now
            )
            validator = validator_of(capture, now)
            if validator is not None:
                tx.pages.remember_validator(self._source.id, validator, snapshot_id)
        return self._done(file, Outcome.OK, text.read.reason if text else "")

    def _unchanged(self, file: PendingFile, fetched: FetchResult) -> Outcome:
        with self._context.store.writing(Durability.LATER) as tx:
            self._fetcher.log(tx, fetched)
            tx.attachments.mark_unchanged(file.id, self._context.now())
        return self._done(file, Outcome.UNCHANGED, "")

    def _failed(self, file: PendingFile, outcome: Outcome, reason: str) -> Outcome:
        with self._context.store.writing(Durability.LATER) as tx:
            tx.attachments.mark_failed(file.id, outcome, reason, self._context.now())
        return self._done(file, outcome, reason)

    def _done(self, file: PendingFile, outcome: Outcome, reason: str) -> Outcome:
        self._context.report(FileDone(self._source.id, file.url, outcome, reason))
        return outcome

    def _refusal(self, file: PendingFile) -> Outcome | None:
        """The word for a file that is not even asked for. None for one that is."""
        most = self._source.attachments.per_article
        if file.place >= most:
            return self._failed(file, Outcome.PARTIAL, f"only {most} files of an article are had")
        try:
            authority = authority_of(file.url)
        except ValueError:
            return self._failed(file, Outcome.REFUSED_ADDRESS, "no http or https address")
        if authority not in self._hosts:
            reason = f"stands on {authority}, which is not a host of this source"
            return self._failed(file, Outcome.REFUSED_ADDRESS, reason)
        return None


def _fault(capture: Capture, suffix: str, most: int) -> tuple[Outcome, str] | None:
    """Why an answer is not the file that was asked for. None if it may be."""
    if len(capture.body) > most:
        return Outcome.TOO_BIG, f"more than {most:,} bytes"
    if kind_of(capture.body) == "html":
        return Outcome.SOFT_404, f"a page came instead of a file ({suffix})"
    if not capture.body:
        return Outcome.EMPTY, "no bytes"
    return None
