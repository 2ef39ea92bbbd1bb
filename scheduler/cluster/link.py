"""The one door to Redis and dramatiq: tickets sent and taken, slices and answers put and fetched.

Every call answers within five seconds or raises LinkError. Needs the extra `hubwatch[cluster]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import DramatiqError
from dramatiq.middleware import Middleware, Retries
from redis.backoff import NoBackoff
from redis.retry import Retry

from hubwatch.errors import ConfigError, HubwatchError

from .tickets import (
    FAILED,
    HEAD,
    KEPT,
    MOST_BEAT,
    MOST_TICKET,
    QUEUE,
    Beat,
    RedisServer,
    Ticket,
    beat_key,
    key_of,
    namespace,
    read_beat,
)

SECONDS = 5.0
"""After so long without an answer Redis counts as down."""
_MOST_NODES = 500  # looked at; a place that has more beats is hostile
_MOST_KEYS = 10_000


class LinkError(HubwatchError):
    """Redis is down, or refuses what was asked."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (redis.RedisError, DramatiqError, OSError) as error:
        text = " ".join(str(error).split())[:200] or type(error).__name__
        raise LinkError(f"Redis: {text}") from None


def connect(server: RedisServer) -> redis.Redis:
    """A client, which connects when it is used. Raises ConfigError where a secret is missing."""
    secure: dict[str, Any] = {}
    if server.address.startswith("rediss:"):
        secure = {
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_ca_certs": str(server.ca) if server.ca else None,
            "ssl_certfile": str(server.certificate) if server.certificate else None,
            "ssl_keyfile": str(server.key) if server.key else None,
        }
    try:
        client: redis.Redis = redis.Redis.from_url(
            server.address,
            username=server.user or None,
            password=server.password() if server.password else None,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            **secure,
        )
    except ValueError as error:
        raise ConfigError(f"cluster.redis: {error}") from None
    return client


class _Sent(Middleware):
    """Knows the number under which Redis keeps the message that was sent last."""

    def __init__(self) -> None:
        self.last = ""

    def before_enqueue(self, broker: Any, message: Any, delay: Any) -> None:
        """The message goes out."""
        if len(message.encode()) > MOST_TICKET:
            raise LinkError("the message is longer than a ticket may be")
        self.last = message.options["redis_message_id"]


def _broker(client: redis.Redis, place: str, *middleware: Middleware) -> RedisBroker:
    """No results, callbacks, pipelines or delays, and nobody but the centre delivers again."""
    broker: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace=namespace(place),
        maintenance_chance=0,
        middleware=[Retries(max_retries=0), *middleware],
    )
    return broker


# The centre's side.


def _is_of_another_type(error: object) -> bool:
    return isinstance(error, redis.ResponseError) and str(error).startswith("WRONGTYPE")


def _length(answer: object) -> int:
    """How much there is of a key. Of one that is of another type: something."""
    return answer if isinstance(answer, int) else 1


@dataclass(frozen=True, slots=True)
class AttemptView:
    """What Redis has of an attempt: the length of its answer (0: none), whether its slice is there,
    and whether a worker took it."""

    answer: int = 0
    is_there: bool = False
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place at a moment: who beats, and what is there of the attempts that were asked for."""

    beats: tuple[Beat, ...] = ()
    attempts: dict[str, AttemptView] = field(default_factory=dict)
    queued: int = 0


class CentreLink:
    """A place as the centre reaches it. Used by one thread."""

    def __init__(self, server: RedisServer, place: str) -> None:
        self._place, self._client = place, connect(server)
        self._queue = f"{namespace(place)}:{QUEUE}"
        self._sent = _Sent()
        self._broker = _broker(self._client, place, self._sent)
        self._actor = _actor_of(self._broker, _nothing)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def view(self, attempts: Sequence[tuple[str, int]]) -> PlaceView:
        """How the place is. Leaves the library's scripts where the workers find them: they may run
        them, and not bring their own. Raises LinkError."""
        with _translated():
            self._load_scripts()
            keys = self._keys(beat_key(self._place, "*"), _MOST_NODES)
            asked = self._client.pipeline(transaction=False)
            for key in keys:
                asked.getrange(key, 0, MOST_BEAT)
            for job, attempt in attempts:
                asked.strlen(key_of(self._place, "out", job, attempt))
                asked.exists(key_of(self._place, "slice", job, attempt))
                asked.exists(key_of(self._place, "taken", job, attempt))
            asked.llen(self._queue)
            asked.hlen(f"{self._queue}.msgs")
            answers = asked.execute(raise_on_error=False)
            for each in answers:
                if isinstance(each, Exception) and not _is_of_another_type(each):
                    raise each
            for ours, length in zip(
                (self._queue, f"{self._queue}.msgs"), answers[-2:], strict=True
            ):
                if isinstance(length, Exception):
                    self._client.delete(ours)
        names = [key.decode("utf-8", "replace").rpartition(":")[2] for key in keys]
        beats = [
            read_beat(name, said)
            for name, said in zip(names, answers, strict=False)
            if isinstance(said, bytes) and said
        ]
        rest = [_length(each) for each in answers[len(keys) :]]
        found = {
            f"{job}:{attempt}": AttemptView(
                rest[3 * n], bool(rest[3 * n + 1]), bool(rest[3 * n + 2])
            )
            for n, (job, attempt) in enumerate(attempts)
        }
        return PlaceView(tuple(each for each in beats if each), found, rest[-2])

    def _keys(self, pattern: str, most: int) -> list[bytes]:
        return list(islice(self._client.scan_iter(match=pattern, count=1000), most))

    def _load_scripts(self) -> None:
        scripts = list(self._broker.scripts.values())
        there = self._client.script_exists(*(script.sha for script in scripts))
        for script, is_there in zip(scripts, there, strict=True):
            if not is_there:
                self._client.script_load(script.script)

    def send(self, ticket: Ticket, data: bytes, expiry: int) -> str:
        """Put the slice there and a ticket into the queue. The number of the message. Sent again, a
        worker takes only one of the tickets. Raises LinkError."""
        with _translated():
            self._load_scripts()
            key = key_of(self._place, "slice", ticket.job, ticket.attempt)
            self._client.set(key, data, ex=expiry)
            self._actor.send(ticket.written())
        return self._sent.last

    def answer(self, job: str, attempt: int, bound: int) -> bytes:
        """The answer with its head, no more of it than so many bytes and one. Raises LinkError."""
        with _translated():
            return self._start_of(key_of(self._place, "out", job, attempt), bound + HEAD)

    def taker(self, job: str, attempt: int) -> bytes:
        """Who took an attempt, as it calls itself; empty where nobody did. Raises LinkError."""
        with _translated():
            return self._start_of(key_of(self._place, "taken", job, attempt), MOST_BEAT)

    def _start_of(self, key: str, most: int) -> bytes:
        """The first bytes of a value. None of one that is no string: nobody of ours wrote it."""
        try:
            found = self._client.getrange(key, 0, most)
        except redis.ResponseError as error:
            if not _is_of_another_type(error):
                raise
            return b""
        return found if isinstance(found, bytes) else found.encode()

    def withdraw(self, job: str, attempt: int, message: str) -> bool:
        """The attempt is over: nobody takes it any more, and whoever has it is to end. Whether
        somebody took it. Raises LinkError."""
        with _translated():
            cancel = key_of(self._place, "cancel", job, attempt)
            self._client.set(cancel, b"1", ex=int(KEPT.total_seconds()))
            self._client.delete(key_of(self._place, "slice", job, attempt))
            self._unqueue(message)
            return bool(self._client.exists(key_of(self._place, "taken", job, attempt)))

    def clear(self, job: str, attempt: int, message: str) -> None:
        """Remove what is there of an attempt. Raises LinkError."""
        with _translated():
            kinds = ("slice", "out", "taken", "cancel")
            self._client.delete(*(key_of(self._place, kind, job, attempt) for kind in kinds))
            self._unqueue(message)

    def remove_answer(self, job: str, attempt: int) -> None:
        """Remove an answer alone. Raises LinkError."""
        with _translated():
            self._client.delete(key_of(self._place, "out", job, attempt))

    def _unqueue(self, message: str) -> None:
        if not message:
            return
        with self._mending(self._queue):
            self._client.lrem(self._queue, 0, message)
        with self._mending(f"{self._queue}.msgs"):
            self._client.hdel(f"{self._queue}.msgs", message)
        for acks in self._keys(f"{namespace(self._place)}:__acks__.*", _MOST_KEYS):
            with self._mending(acks):
                self._client.srem(acks, message)

    @contextmanager
    def _mending(self, key: str | bytes) -> Iterator[None]:
        """A key that is of another type than ours was written by a hostile worker, and goes."""
        try:
            yield
        except redis.ResponseError as error:
            if not _is_of_another_type(error):
                raise
            self._client.delete(key)

    def purge(self) -> None:
        """Empty the queue: no attempt is out. Raises LinkError."""
        with _translated():
            keys = self._keys(f"{namespace(self._place)}*", _MOST_KEYS)
            if keys:
                self._client.delete(*keys)


def _nothing(ticket: dict[str, object]) -> None:
    """At the centre nothing is ever done for a ticket."""


def _actor_of(broker: RedisBroker, function: Callable[[dict[str, object]], None]) -> Any:
    declared = dramatiq.actor(broker=broker, actor_name=QUEUE, queue_name=QUEUE, max_retries=0)
    return declared(function)


# The worker's side.


class WorkerLink:
    """A place as one of its workers reaches it, with what a place's user may say alone."""

    def __init__(self, server: RedisServer, place: str) -> None:
        self._place, self._client = place, connect(server)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def take(self, ticket: Ticket, node: str) -> bool:
        """Whether this node is the one that takes the ticket. Raises LinkError."""
        key = key_of(self._place, "taken", ticket.job, ticket.attempt)
        with _translated():
            taken = self._client.set(key, node.encode(), nx=True, ex=int(KEPT.total_seconds()))
            return bool(taken) and not self._is_cancelled(ticket)

    def slice_of(self, ticket: Ticket) -> bytes | None:
        """Its slice, or None where that is not there any more, or not what the ticket says. Raises
        LinkError."""
        with _translated():
            data = self._client.get(key_of(self._place, "slice", ticket.job, ticket.attempt))
        if not isinstance(data, bytes) or len(data) != ticket.bytes:
            return None
        return data if sha256(data).hexdigest() == ticket.sha256 else None

    def is_cancelled(self, ticket: Ticket) -> bool:
        """Whether the centre gave the attempt up. Raises LinkError."""
        with _translated():
            return self._is_cancelled(ticket)

    def _is_cancelled(self, ticket: Ticket) -> bool:
        key = key_of(self._place, "cancel", ticket.job, ticket.attempt)
        return self._client.get(key) is not None

    def put(self, ticket: Ticket, answer: bytes) -> None:
        """Put an answer there. Raises LinkError."""
        head = f"{sha256(answer).hexdigest()}\n".encode()
        self._put(ticket, head + answer)

    def fail(self, ticket: Ticket, reason: str) -> None:
        """Say why there is no answer. Raises LinkError."""
        self._put(ticket, FAILED + reason.encode()[:1000])

    def _put(self, ticket: Ticket, value: bytes) -> None:
        key = key_of(self._place, "out", ticket.job, ticket.attempt)
        with _translated():
            self._client.set(key, value, ex=int(KEPT.total_seconds()))

    def beat(self, beat: Beat, expiry_ms: int) -> None:
        """Say that the node is there. Raises LinkError."""
        with _translated():
            self._client.set(beat_key(self._place, beat.node), beat.written(), px=expiry_ms)


class Consumer:
    """Takes tickets and hands each to `function`, one at a time, in a thread of its own."""

    def __init__(
        self, server: RedisServer, place: str, function: Callable[[dict[str, object]], None]
    ) -> None:
        self._client = connect(server)
        broker = _broker(self._client, place)
        _actor_of(broker, function)
        self._worker = dramatiq.Worker(broker, queues={QUEUE}, worker_threads=1)
        self._worker.queue_prefetch = self._worker.delay_prefetch = 1

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def stop(self, seconds: float) -> None:
        """Take no more, and wait so long for what is being done."""
        self._worker.stop(timeout=int(seconds * 1000))
        self._client.close()
