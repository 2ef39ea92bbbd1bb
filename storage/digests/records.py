"""What the archive keeps of a digest. Its contents are a text to it; `desk.digest` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DigestState(StrEnum):
    """A draft may be edited, issued or discarded; what is issued never changes."""

    DRAFT = "draft"
    ISSUED = "issued"
    DISCARDED = "discarded"


class Basis(StrEnum):
    """What a digest is made of: events since the last issue of its selection, or a period."""

    SINCE_LAST = "since-last"
    PERIOD = "period"


class ArticleRole(StrEnum):
    """What an issue said of an article: news, an update, or nothing, because an editor trimmed it,
    it waits for a later issue, or reviewers rejected it; or that it is a copy of what was told."""

    NEWS = "news"
    UPDATED = "updated"
    TRIMMED = "trimmed"
    WAITING = "waiting"
    REJECTED = "rejected"
    COPY = "copy"


TOLD = (ArticleRole.NEWS, ArticleRole.UPDATED, ArticleRole.TRIMMED)
"""After these an article is no news in a later issue."""


class EditConflict(ValueError):
    """Somebody else has edited a draft since it was read."""


class StaleSequence(ValueError):
    """A draft would tell again, or skip, what another issue told: made anew, it would not."""


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest about to be drafted. The period is [since, until); `after_seq` (exclusive) and
    `upto_seq` (inclusive) bound the events it is about; `selection` names what it was limited to,
    and with it the series it belongs to."""

    title: str
    since: datetime
    until: datetime
    zone: str
    selection: str
    basis: Basis
    after_seq: int
    upto_seq: int
    document: str
    items: int
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DigestHead:
    """What is known of a digest without its contents. `version` counts the edits of a draft."""

    number: int
    title: str
    since: datetime
    until: datetime
    zone: str
    selection: str
    basis: Basis
    after_seq: int
    upto_seq: int
    items: int
    made_by: str
    made_at: datetime
    version: int
    state: DigestState
    issued_by: str | None = None
    issued_at: datetime | None = None
    corrects: int | None = None
    reason: str = ""
    corrected_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestEdit:
    """One change of a draft: who, when, what in words."""

    person: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class DigestFile:
    """One frozen rendering: the format's word, its size in bytes, its SHA-256."""

    format: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Told:
    """That an issue said something of an article."""

    digest: int
    article_id: int
    story_id: int
    role: ArticleRole


@dataclass(frozen=True, slots=True)
class DigestProof:
    """The archived pages behind one article as it is read now: `sha256` of the bytes of its page,
    the pages it goes on over, its files. None and empty where nothing was archived. `is_file`: it
    has no page, and what is proven is the file that somebody handed over."""

    article_id: int
    reading_id: int
    snapshot_id: int | None
    archived_at: datetime | None
    sha256: str
    further: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class ReadText:
    """What a reading said, for a readable copy."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class DigestDelivery:
    """That a digest is to be handed to a target. `key` stays the same for all attempts; `state` is
    `owed`, `delivered` or `failed`; `next_at` says when an owed one is to be tried again."""

    id: int
    digest: int
    target: str
    kind: str
    key: str
    made_at: datetime
    state: str
    next_at: datetime | None
    attempts: tuple[DeliveryAttempt, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt, stored before it was made; one that never ended is in doubt. `lacking` are the
    addresses that did not get what others got by it, and may later."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    sent: str
    reason: str
    lacking: tuple[str, ...] = ()
