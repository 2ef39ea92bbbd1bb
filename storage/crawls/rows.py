"""Rows of the archive → values about crawls and what they brought. Nothing here asks the
database."""

from __future__ import annotations

import json

from ..articles.history import Event
from ..articles.rows import Row
from ..packing import unpack
from ..stamps import unstamp, unstamp_or_none
from ..types import Capture, Change, Outcome
from .records import Counts, Quarantined, Recheck, Run, Slot, SourceRef


def run_of(row: Row) -> Run:
    """A row of `runs`."""
    return Run(
        id=row["id"],
        source_id=row["source_id"],
        started_at=unstamp(row["started_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        counts=Counts(**{name: row[name] for name in Counts.__dataclass_fields__}),
        reasons=tuple((word, count) for word, count in json.loads(row["reasons"])),
        cursor=row["cursor"],
        baseline=bool(row["baseline"]),
        kind=row["kind"],
    )


def capture_of(row: Row) -> Capture:
    """A snapshot joined with its blob."""
    return Capture(
        url=row["url"],
        final_url=row["final_url"],
        fetched_at=unstamp(row["fetched_at"]),
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=unpack(row["data"], unpack(row["base"]) if row["base"] else None),
    )


def event_of(row: Row) -> Event:
    """A row of `events`."""
    return Event(
        seq=row["seq"],
        at=unstamp(row["at"]),
        change=Change(row["change"]),
        article_id=row["article_id"],
        story_id=row["story_id"],
        run_id=row["run_id"],
        baseline=bool(row["baseline"]),
        detail=row["detail"],
    )


def slot_of(row: Row) -> Slot:
    """A row of `slots`."""
    return Slot(
        id=row["id"],
        job=row["job"],
        due_at=unstamp(row["due_at"]),
        state=row["state"],
        started_at=unstamp_or_none(row["started_at"]),
        ended_at=unstamp_or_none(row["ended_at"]),
        outcome=row["outcome"],
        reason=row["reason"],
        day=row["day"],
        nominal=row["nominal"],
        repeats=row["repeats"],
        schedule=row["schedule"],
    )


def quarantined_of(row: Row) -> Quarantined:
    """A row of `quarantine`."""
    return Quarantined(
        id=row["id"],
        source_id=row["source_id"],
        url=row["url"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        first_seen_at=unstamp(row["first_seen_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        tries=row["tries"],
        reader_version=row["reader_version"],
        snapshot_id=row["snapshot_id"],
    )


def recheck_of(row: Row) -> Recheck:
    """An article to ask for again."""
    return Recheck(row["article_id"], row["url"])


def source_ref_of(row: Row) -> SourceRef:
    """A row of `sources`."""
    return SourceRef(row["id"], row["name"], row["city"], row["language"], row["zone"], row["rank"])
