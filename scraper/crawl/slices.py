"""Crawls elsewhere: a slice is crawled where it was brought, and its answer is merged where it came
from, both by the crawl that every source has.

In a slice everything is decided as always, and nothing of that comes back: only what was asked and
answered. A merge crawls the source once more, from that alone, and decides.
"""

from __future__ import annotations

import fcntl
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hubwatch.errors import Busy, StorageError
from hubwatch.locks import Lock
from storage.answers import (
    AnswerFile,
    AnswerHead,
    AnswerRefused,
    CheckedAnswer,
    Received,
    checked,
    received,
)
from storage.archive import Archive
from storage.runs import Run
from storage.slice_files import SliceHead, file_sha256, head_of, remove_copy, unpack_slice
from storage.slices import AnswerState, SliceState, SliceTicket
from storage.types import Outcome

from ..middlewares.exchanges import MergedCrawl, RecordedCrawl
from ..sources.load import load_usable
from ..sources.model import Source
from .request import CrawlEvent, CrawlRequest
from .run import crawl

Report = Callable[[CrawlEvent], None]

_UNFINISHED = (Outcome.INTERRUPTED, Outcome.KILLED, Outcome.BUSY, Outcome.NO_SPACE)
"""Such a crawl goes on when it is called again."""


@dataclass(frozen=True, slots=True)
class SlicedCrawl:
    """What the crawl of a slice came to: whose it is, its run in the slice (None if we were told to
    stop before it began), and its answer. Not `finished` is one that can be called again."""

    head: SliceHead
    run: Run | None
    answer: Path
    bytes: int
    sha256: str
    exchanges: int
    finished: bool


def source_of(head: SliceHead) -> Source:
    """The source that a slice is of, by the files in it. Raises SourceError."""
    with tempfile.TemporaryDirectory(prefix="hubwatch-slice-") as folder:
        for name, text in head.files.items():
            path = Path(folder, *Path(name).parts[-2:])
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        found = load_usable([Path(folder)])
        return found.get(head.source)


def crawl_slice(
    path: Path, answer_path: Path, request_for: Callable[[Source], CrawlRequest], report: Report
) -> SlicedCrawl:
    """Crawl a slice, and write its answer. `request_for` says how its source is to be asked. The
    slice stays as it is. Cut off, it goes on when it is called again: what was answered is not
    asked for again.

    Raises Busy where another process crawls it, NoSlice, and as `crawl` does."""
    work = path.with_name(f"{path.name}.work")
    with _alone(path):
        unpack_slice(path, work)
        head = head_of(work)
        source = source_of(head)
        request = request_for(source)
        began, checksum = request.clock(), file_sha256(path)
        of = AnswerHead(head.job, head.attempt, head.source, checksum, platform.node(), began)
        answer = AnswerFile(answer_path, of)
        try:
            exchanges = RecordedCrawl(answer, request.clock)
            runs = crawl([source], work, replace(request, exchanges=exchanges), report)
            run = runs[0] if runs else None
            finished = run is not None and run.outcome not in _UNFINISHED
            if run is not None and run.outcome is not None and finished:
                answer.finish(run.outcome, run.reason, request.clock())
            count = answer.count
        finally:
            answer.close()
        remove_copy(work)
    size = answer_path.stat().st_size
    return SlicedCrawl(head, run, answer_path, size, file_sha256(answer_path), count, finished)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a slice, by a lock of the kernel on the file itself. Raises Busy, StorageError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("%(path)s: another process crawls this slice", path=path) from None
        yield


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of an answer. `ticket` is None where it names no slice of this archive, `run`
    where it was not merged."""

    ticket: SliceTicket | None
    state: AnswerState
    reason: str
    bytes: int
    sha256: str
    exchanges: int = 0
    unused: int = 0
    run: Run | None = None


class Merger:
    """Merges answers into an archive. `source_for` gives the source of an id, as it is defined now,
    and raises SourceError."""

    def __init__(
        self,
        archive: Path,
        request: CrawlRequest,
        source_for: Callable[[str], Source],
        report: Report,
    ) -> None:
        self._archive = archive
        self._request = request
        self._source_for = source_for
        self._report = report

    def merge(
        self, path: Path, sha256: str | None = None, expected: SliceTicket | None = None
    ) -> Merge:
        """Merge the answer at `path`. `sha256` is what its checksum was where it was sent,
        `expected` the attempt whose answer it should be, where the caller knows.

        What cannot be used changes nothing but the record of that. Raises Busy where hosts of the
        source are being crawled, Paused, SourceError, StorageError.
        """
        answer = Received(path, path.lstat().st_size, "")  # what is too large is not even read
        try:
            with received(path) as answer:
                if sha256 is not None and sha256.lower() != answer.sha256:
                    raise AnswerRefused("its checksum is another than was told")
                with checked(answer) as found:
                    return self._merge(answer, found, expected)
        except AnswerRefused as refusal:
            return self._record(expected, AnswerState.REFUSED, str(refusal), answer)

    def _merge(self, answer: Received, found: CheckedAnswer, expected: SliceTicket | None) -> Merge:
        ticket = self._ticket_of(found, expected)
        lock = Lock(self._archive, f"slice-{ticket.source_id}")
        lock.acquire(self._request.wait, f"slice merge {ticket.job}")
        try:
            return self._merge_alone(answer, found, ticket)
        finally:
            lock.release()

    def _ticket_of(self, found: CheckedAnswer, expected: SliceTicket | None) -> SliceTicket:
        """The attempt that an answer is of. Raises AnswerRefused."""
        head = found.head
        with Archive.open_readonly(self._archive) as store:
            ticket = store.sources.slices.get(head.job, head.attempt)
        if ticket is None:
            raise AnswerRefused("it names no slice of this archive")
        if expected is not None and expected.id != ticket.id:
            raise AnswerRefused("it is the answer to another attempt")
        if (head.slice, head.source) != (ticket.sha256, ticket.source_id):
            raise AnswerRefused("it was made from another slice than was handed out")
        return ticket

    def _merge_alone(self, answer: Received, found: CheckedAnswer, ticket: SliceTicket) -> Merge:
        with Archive.open_readonly(self._archive) as store:
            now_ticket = store.sources.slices.get(ticket.job, ticket.attempt)
            assert now_ticket is not None  # none is ever removed
            ticket = now_ticket
            before = store.sources.slices.answers(100, ticket.id)
            overtaken = store.sources.slices.overtaken_by(ticket)
        same = any(
            each.state is AnswerState.MERGED and each.sha256 == answer.sha256 for each in before
        )
        if ticket.state is SliceState.MERGED and same:
            return self._already(answer, found, ticket)
        if ticket.state is SliceState.MERGED:
            late = "the attempt was merged, with another answer"
        elif ticket.state is SliceState.LOST:
            late = f"the attempt was lost: {ticket.reason}"
        elif overtaken is not None:
            late = f"run {overtaken} crawled the source since the slice was cut"
        elif found.head.ended_at is None:
            return self._record(
                ticket, AnswerState.REFUSED, "its crawl has not ended", answer, found
            )
        else:
            return self._crawl(answer, found, ticket)
        return self._record(ticket, AnswerState.LATE, late, answer, found)

    def _already(self, answer: Received, found: CheckedAnswer, ticket: SliceTicket) -> Merge:
        with Archive.open_readonly(self._archive) as store:
            run = store.runs.get(ticket.run_id or 0)
        return Merge(
            ticket,
            AnswerState.ALREADY_MERGED,
            "",
            answer.bytes,
            answer.sha256,
            len(found.exchanges),
            run=run,
        )

    def _crawl(self, answer: Received, found: CheckedAnswer, ticket: SliceTicket) -> Merge:
        now = self._request.clock()
        merged = MergedCrawl(found, answer, ticket, now)
        request = replace(self._request, exchanges=merged, clock=merged.now)
        runs = crawl([self._source_for(ticket.source_id)], self._archive, request, self._report)
        with Archive.open_readonly(self._archive) as store:
            ended = store.sources.slices.get(ticket.job, ticket.attempt)
        if ended is None or ended.state is not SliceState.MERGED:
            why = runs[0].reason if runs else "told to stop"
            raise Busy(
                "the answer to %(job)s was not merged: %(why)s; merge it again", job=ticket.job,
                why=why,
            )  # fmt: skip
        return Merge(
            ended,
            AnswerState.MERGED,
            "",
            answer.bytes,
            answer.sha256,
            len(found.exchanges),
            merged.unused,
            runs[0],
        )

    def _record(
        self,
        ticket: SliceTicket | None,
        state: AnswerState,
        reason: str,
        answer: Received,
        found: CheckedAnswer | None = None,
    ) -> Merge:
        """Put on record that an answer was not used, and why."""
        now = self._request.clock()
        exchanges = len(found.exchanges) if found is not None else 0
        with Archive.open(self._archive) as store, store.writing() as tx:
            tx.sources.slices.record_answer(
                ticket,
                state,
                reason,
                sha256=answer.sha256,
                size=answer.bytes,
                now=now,
                node=found.head.node if found is not None else "",
                exchanges=exchanges,
            )
            if state is AnswerState.LATE and ticket is not None:
                tx.sources.slices.lose(ticket, now, reason)
        return Merge(ticket, state, reason, answer.bytes, answer.sha256, exchanges)
