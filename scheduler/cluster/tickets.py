"""What goes over the queue: tickets, beats, the names of keys, and who may use which. Pure values.

Nothing here knows Redis or dramatiq. What a place sends is hostile: it is read within bounds, and
never more than compared and printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hubwatch.patterns import lazy_pattern

from ..jobs import MIB

NAME = lazy_pattern(r"[a-z0-9][a-z0-9-]{0,31}")
"""A place's name."""
NODE = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""A node's name."""
_JOB = lazy_pattern(r"[A-Za-z0-9._-]{1,64}")
_SHA256 = lazy_pattern(r"[0-9a-f]{64}")
MOST_TICKET = 4096
"""Bytes of a message."""
MOST_BEAT = 512
"""Bytes of a beat."""
WORKS = ("crawl", "pages", "grades", "facts")
"""What a ticket may ask for: to crawl a slice, or to read a chunk of pages or texts again."""
QUEUE = "crawl"
"""The queue's name within its namespace, and the one actor's."""
FAILED = b"fail "
"""What an answer begins with that only says why there is none."""
HEAD = 65
"""Bytes before an answer: its SHA-256 in hexadecimal digits, and a line break."""
KEPT = timedelta(days=1)
"""So long what was not fetched stays in Redis."""


# How a place is reached.


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A Redis and who one is there. `address` is `rediss://host:port/0` without name and password,
    which `password` looks up when it is used. `ca`, `certificate` and `key` are PEM files."""

    address: str
    user: str = ""
    password: Callable[[], str] | None = None
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class ClusterPlace:
    """A place with workers: so many `jobs` are out there at a time. `readers` says that what they
    read may be used: unlike what a crawl brings, that is a result."""

    name: str
    server: RedisServer
    jobs: int = 4
    readers: bool = False


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """The cluster as it is configured. A worker says every `beat` that it is there. It counts as
    gone after six times as long. No slice and no answer is larger than so many `bytes`."""

    server: RedisServer | None = None
    places: tuple[ClusterPlace, ...] = ()
    beat: timedelta = timedelta(seconds=10)
    bytes: int = 64 * MIB

    @property
    def silence(self) -> timedelta:
        """After so long without a beat an attempt is lost."""
        return 6 * self.beat

    @property
    def beat_expiry(self) -> timedelta:
        """So long a beat stays in Redis."""
        return 3 * self.beat

    def place(self, name: str) -> ClusterPlace | None:
        """The place of that name."""
        return next((each for each in self.places if each.name == name), None)


# The names of keys.


def namespace(place: str) -> str:
    """Where the queue of a place lies."""
    return f"hub:{place}:q"


def key_of(place: str, kind: str, job: str, attempt: int) -> str:
    """The key of an attempt's `slice`, `out`, `cancel` or `taken`."""
    return f"hub:{place}:{kind}:{job}:{attempt}"


def beat_key(place: str, node: str) -> str:
    """The key under which a node says that it is there."""
    return f"hub:{place}:beat:{node}"


# What is said under them.


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt at a job, for a worker. The slice has so many `bytes` and this `sha256`. An
    answer has at most `answer_bytes`. It is over at `deadline`, and `seconds` after it was taken
    in any case, whatever the worker's clock says. A worker that was not heard for `silence`
    seconds counts as gone."""

    job: str
    attempt: int
    work: str
    deadline: str
    seconds: int
    silence: float
    sha256: str
    bytes: int
    answer_bytes: int

    @property
    def name(self) -> str:
        """`JOB:ATTEMPT`."""
        return f"{self.job}:{self.attempt}"

    def written(self) -> dict[str, object]:
        """As it stands in the message. Raises ValueError where that is too long."""
        said: dict[str, object] = asdict(self)
        if len(json.dumps(said)) > MOST_TICKET - 1024:  # the message has fields of its own
            raise ValueError("the ticket is too long")
        return said

    def left(self, now: datetime) -> float:
        """Seconds that are left at `now`, by this clock."""
        until = datetime.fromisoformat(self.deadline)
        return min((until - now).total_seconds(), float(self.seconds))


def read_ticket(said: object) -> Ticket:
    """A ticket as a worker gets it. Raises ValueError for anything else."""
    kinds = {
        "job": str, "attempt": int, "work": str, "deadline": str, "seconds": int, "silence": float,
        "sha256": str, "bytes": int, "answer_bytes": int,
    }  # fmt: skip
    if not isinstance(said, dict) or said.keys() != {each.name for each in fields(Ticket)}:
        raise ValueError("no ticket")
    if any(type(said[name]) is not kind for name, kind in kinds.items()):
        raise ValueError("no ticket: a value is of another kind")
    ticket = Ticket(**said)
    if ticket.work not in WORKS:
        raise ValueError("no ticket: it asks for something that nobody here does")
    numbers = (ticket.attempt, ticket.seconds, ticket.silence, ticket.bytes, ticket.answer_bytes)
    if not _JOB.fullmatch(ticket.job) or not _SHA256.fullmatch(ticket.sha256):
        raise ValueError("no ticket: its job or its checksum is none")
    if not all(0 < each <= 1 << 40 for each in numbers):
        raise ValueError("no ticket: a number is out of bounds")
    if datetime.fromisoformat(ticket.deadline).tzinfo is None:
        raise ValueError("no ticket: its deadline has no zone")
    return ticket


def deadline_text(deadline: datetime) -> str:
    """As tickets say it."""
    return deadline.astimezone(UTC).isoformat(timespec="seconds")


def printable(said: bytes) -> str:
    """What a worker says, on one line."""
    text = " ".join(said[:1000].decode("utf-8", "replace").split())
    return "".join(each for each in text if each.isprintable())[:300]


@dataclass(frozen=True, slots=True)
class Beat:
    """That a node is there. `attempt` is `JOB:ATTEMPT` of what it does, or empty."""

    node: str
    attempt: str = ""

    def written(self) -> bytes:
        """As it stands in Redis."""
        return json.dumps({"attempt": self.attempt}).encode()


def read_beat(node: str, said: bytes) -> Beat | None:
    """A beat as the centre finds it. None for anything else."""
    try:
        found = json.loads(said[:MOST_BEAT])
        attempt = found["attempt"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not NODE.fullmatch(node) or not isinstance(attempt, str) or len(attempt) > 100:
        return None
    return Beat(node, attempt)


# Who may use which keys, as Redis writes it (ACL, redis.io).

COMMANDS = (
    "evalsha", "zadd", "lpop", "sadd", "hmget", "srem", "hdel", "hget", "hexists", "rpush", "hset",
    "lpush", "pexpire", "del", "get", "set", "multi", "exec", "ping", "hello", "select",
)  # fmt: skip
"""What a worker may say. With these it can take tickets, fetch slices and put answers, for its own
place. It cannot list keys, run scripts of its own, or change the server."""
_CENTRE = ("+@read", "+@write", "+@connection", "+@transaction", "+@scripting", "-@dangerous")


def worker_user(place: str) -> str:
    """The name of a place's user where nothing else is said."""
    return f"hub-{place}"


def acl_of_place(place: str, user: str, digest: str) -> str:
    """The line of a place's user. `digest` is the SHA-256 of its password."""
    allowed = " ".join(f"+{command}" for command in COMMANDS)
    return f"user {user} reset on #{digest} ~hub:{place}:* resetchannels -@all {allowed}"


def acl_of_centre(user: str, digest: str) -> str:
    """The line of the centre's user."""
    return f"user {user} reset on #{digest} ~hub:* resetchannels -@all {' '.join(_CENTRE)}"


ACL_OF_DEFAULT = "user default off"
"""Nobody comes in without a name."""
