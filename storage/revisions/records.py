"""The values that tell what happened to articles: their versions, and events in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..types import Attachment, Change, Held, Part, Weight, When


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article's content; `changed` names the fields that differ from the one
    before, and is empty for the first.

    `weight` says whether the change matters (None for the first), `kinds` and `summary` what it is.
    `back_to` is the number of an earlier version that said the same; `times` how many visits it
    stands for; `held` why it was not told as news, `told_at` when it was.
    """

    number: int
    seen_at: datetime
    snapshot_id: int | None
    title: str
    body: str
    published: When | None
    changed: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    weight: Weight | None = None
    kinds: tuple[str, ...] = ()
    summary: str = ""
    back_to: int | None = None
    times: int = 1
    held: Held = Held.NOT
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readable:
    """A revision whose page can be read again: which article, which source, which snapshot, and
    the further pages it goes over."""

    article_id: int
    revision: int
    source_id: str
    snapshot_id: int
    content_hash: str
    reader_version: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order it was recorded; `seq` only ever grows."""

    seq: int
    at: datetime
    change: Change
    article_id: int
    story_id: int
    run_id: int | None
    baseline: bool
    detail: str = ""
