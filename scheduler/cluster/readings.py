"""Chunks of the archive that go to the readers of a place, and their answers, as the process sees
it that reads again.

The same tickets, attempts and beats as for crawls, without what keeps hosts: a chunk may be read
by two at a time, so an attempt that is given up is sent again at once. What comes back is bytes
with a checksum, within a bound, and nothing else is made of it here.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from storage.archive import Archive
from storage.attempts import AttemptState, RemoteAttempt
from storage.database import Durability
from storage.readings import ReadingRefusal

from ..events import note, warn
from ..health.inspection import inspect_slices
from ..jobs import Clock
from .link import AttemptView, CentreLink, LinkError, PlaceView
from .tickets import FAILED, HEAD, ClusterConfig, ClusterPlace, Ticket, deadline_text, printable

ATTEMPTS = 3
"""So often a chunk is sent out before it is read at the centre."""
_CHUNK = timedelta(minutes=15)
"""The deadline of one."""
_AWAY = 1.0  # seconds between two looks that are rather long
_FAILURES = 6
"""So many answers in a row that only say why there is none, and the place is of no use."""


@dataclass(slots=True)
class SentChunk:
    """A chunk that is to be read: its packed bytes, the attempt that is out, what came back, and
    why nobody is asked any more. `alive_at` is in seconds of the steady clock."""

    data: bytes
    job: str
    number: int = 0
    attempt: RemoteAttempt | None = None
    alive_at: float = 0.0
    answer: bytes | None = None
    given_up: str = ""


class ReadingPlace:
    """A place with readers. Belongs to one process, which calls from one thread."""

    def __init__(
        self, store: Archive, place: ClusterPlace, config: ClusterConfig, work: str, clock: Clock
    ) -> None:
        self._store, self._place, self._config, self._clock = store, place, config, clock
        self._work, self._link = work, CentreLink(place.server, place.name)
        self._view = PlaceView()
        self._seen_at = float("-inf")  # when there was a reader
        self._looked_at = time.monotonic()
        self._failures = 0
        self.trouble = ""
        self.dismissed = ""
        self._clear_what_is_left()

    @property
    def readers(self) -> int:
        """How many there were when somebody looked last."""
        return len(self._view.beats)

    @property
    def is_gone(self) -> bool:
        """Whether nobody reads there: none was seen for as long as makes an attempt lost, or what
        comes from there is not to be used."""
        silence = self._config.silence.total_seconds()
        return bool(self.dismissed) or time.monotonic() - self._seen_at > silence

    def new_chunk(self, data: bytes, job: str) -> SentChunk:
        """One that nobody has yet. What is too large for the queue is given up at once."""
        chunk = SentChunk(data, job)
        if len(data) > self._config.bytes:
            chunk.given_up = f"it has {len(data)} bytes; {self._config.bytes} are the most"
        return chunk

    def poll(self, chunks: Sequence[SentChunk]) -> None:
        """Send what nobody has, fetch the answers that are there, and give up what is lost."""
        if self.dismissed:
            for chunk in chunks:
                chunk.given_up = chunk.given_up or self.dismissed
            return
        out = [chunk for chunk in chunks if chunk.attempt is not None and chunk.answer is None]
        away, self._looked_at = time.monotonic() - self._looked_at, time.monotonic()
        for chunk in out if away > _AWAY else ():
            chunk.alive_at += away  # nobody looked, so nobody can tell
        try:
            names = [(each.attempt.job, each.attempt.attempt) for each in out if each.attempt]
            self._view, self.trouble = self._link.view(names), ""
            if self._view.beats:
                self._seen_at = time.monotonic()
            for chunk in out:
                self._follow(chunk)
            for chunk in chunks:
                if chunk.attempt is None and not chunk.given_up and not self.is_gone:
                    self._send(chunk)
        except LinkError as error:
            if not self.trouble:
                warn("place", name=self._place.name, failed=error)
            self.trouble = str(error)
            for chunk in out:  # nobody can tell
                chunk.alive_at = time.monotonic()

    def _send(self, chunk: SentChunk) -> None:
        chunk.number += 1
        now = self._clock()
        deadline, seconds = now + _CHUNK, int(_CHUNK.total_seconds())
        ticket = Ticket(
            job=chunk.job,
            attempt=chunk.number,
            work=self._work,
            deadline=deadline_text(deadline),
            seconds=seconds,
            silence=self._config.silence.total_seconds(),
            sha256=sha256(chunk.data).hexdigest(),
            bytes=len(chunk.data),
            answer_bytes=self._config.bytes,
        )
        with self._store.writing(Durability.LATER) as tx:
            planned = tx.sources.slices.attempts.plan(
                chunk.job, chunk.number, "", self._place.name, deadline, now, self._work
            )
        chunk.attempt, chunk.alive_at = planned, time.monotonic()
        message = self._link.send(ticket, chunk.data, 2 * seconds)
        with self._store.writing(Durability.LATER) as tx:
            tx.sources.slices.attempts.sent(planned, message, deadline, self._clock())
        chunk.attempt = self._again(planned)

    def _again(self, attempt: RemoteAttempt) -> RemoteAttempt:
        found = self._store.sources.slices.attempts.get(attempt.job, attempt.attempt)
        assert found is not None
        return found

    def _follow(self, chunk: SentChunk) -> None:
        attempt = chunk.attempt
        assert attempt is not None
        view = self._view.attempts[attempt.name]
        if not view.answer:
            lost = self._judge(attempt, view, chunk)
            if lost:
                self._lose(chunk, lost)
            return
        bound = self._config.bytes
        if view.answer > bound + HEAD:
            self.refuse(chunk, f"its answer has {view.answer} bytes; {bound} are the most")
            return
        found = self._link.answer(attempt.job, attempt.attempt, bound)
        if found.startswith(FAILED):
            self._failures += 1
            reason = printable(found[len(FAILED) :]) or "its reader gave it up"
            if self._failures >= _FAILURES:
                self._dismiss(reason)
            self._lose(chunk, reason)
            return
        if found[:HEAD] != f"{sha256(found[HEAD:]).hexdigest()}\n".encode():
            self.refuse(chunk, "its checksum is another than was told")
            return
        self._failures = 0
        chunk.answer = found[HEAD:]

    def _judge(self, attempt: RemoteAttempt, view: AttemptView, chunk: SentChunk) -> str:
        """Why an attempt is lost, or empty. As for crawls it is alive while a beat names it, or
        while it waits and all are busy. One that Redis has forgotten comes to nobody any more."""
        now, beats = time.monotonic(), self._view.beats
        waits = view.is_there and not view.is_taken
        is_busy = bool(beats) and all(each.attempt for each in beats)
        if any(each.attempt == attempt.name for each in beats) or (waits and is_busy):
            chunk.alive_at = now
        elif not view.is_there and not view.is_taken:
            return "Redis has forgotten it"
        if self._clock() > attempt.deadline:
            return "its deadline passed"
        silence = self._config.silence.total_seconds()
        if now - chunk.alive_at > silence:
            return f"nothing was heard of it for {silence:g} seconds"
        return ""

    def _lose(self, chunk: SentChunk, reason: str) -> None:
        """Give an attempt up, and the chunk where it was one too many."""
        attempt, chunk.attempt = chunk.attempt, None
        assert attempt is not None
        warn("lost", work=self._work, attempt=attempt.name, reason=reason)
        self._end(attempt, reason)
        if chunk.number >= ATTEMPTS:
            chunk.given_up = reason
        with suppress(LinkError):
            self._link.withdraw(attempt.job, attempt.attempt, attempt.message)

    def give_up(self, chunk: SentChunk, reason: str) -> None:
        """Nobody is asked for it any more."""
        chunk.given_up = chunk.given_up or reason
        if chunk.attempt is not None:
            self._lose(chunk, reason)

    def _end(self, attempt: RemoteAttempt, reason: str) -> None:
        now = self._clock()
        with self._store.writing(Durability.LATER) as tx:
            tx.sources.slices.attempts.lose(attempt, reason, now)
            tx.sources.slices.attempts.end(attempt, AttemptState.OVER, now)

    def accept(self, chunk: SentChunk) -> None:
        """Its answer was used: nothing of it stays in the queue or in the ledger."""
        attempt, chunk.attempt = chunk.attempt, None
        assert attempt is not None
        with suppress(LinkError):
            self._link.clear(attempt.job, attempt.attempt, attempt.message)
        with self._store.writing(Durability.LATER) as tx:
            tx.sources.slices.attempts.forget(attempt)

    def refuse(self, chunk: SentChunk, reason: str) -> None:
        """What came back is no reading of ours: on record, nothing of it used, and the place is
        not asked any more."""
        attempt = chunk.attempt
        assert attempt is not None
        node, size, now = "", len(chunk.answer or b""), self._clock()
        with suppress(LinkError):
            node = printable(self._link.taker(attempt.job, attempt.attempt))
            size = size or self._view.attempts[attempt.name].answer
        refusal = ReadingRefusal(
            self._work, self._place.name, node, attempt.name, now, size, reason
        )
        with self._store.writing() as tx:
            tx.sources.slices.readings.refuse(refusal)
        inspect_slices(self._store, now)
        warn("refused", attempt=attempt.name, place=self._place.name, node=node, reason=reason)
        chunk.answer, chunk.number = None, ATTEMPTS
        self._lose(chunk, reason)
        self._dismiss(reason)

    def _dismiss(self, reason: str) -> None:
        """From now on nothing is asked of the place by this job."""
        self.dismissed = self.dismissed or reason

    def close(self, chunks: Sequence[SentChunk] = ()) -> None:
        """End what is out."""
        for chunk in chunks:
            if chunk.attempt is not None:
                self._lose(chunk, "its reading was ended")
        self._link.close()

    def _clear_what_is_left(self) -> None:
        """End what a reading that was cut off had out: nobody waits for it."""
        for attempt in self._store.sources.slices.attempts.readings_at(self._place.name):
            self._end(attempt, attempt.reason or "its reading was cut off")
            with suppress(LinkError):
                self._link.withdraw(attempt.job, attempt.attempt, attempt.message)
                self._link.remove_answer(attempt.job, attempt.attempt)
                with self._store.writing(Durability.LATER) as tx:
                    tx.sources.slices.attempts.end(attempt, AttemptState.CLEARED, self._clock())
                note("cleared", attempt=attempt.name, place=self._place.name)


def new_job(now: datetime) -> str:
    """A name that no other job has."""
    return f"read-{now:%y%m%d}-{secrets.token_hex(4)}"
