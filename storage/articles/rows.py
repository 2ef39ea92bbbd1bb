"""Rows of the archive → articles as people see them. Nothing here asks the database."""

from __future__ import annotations

import json

from ..packing import unpack_markup, unpack_text
from ..stamps import unstamp, unstamp_or_none
from ..statements import Row
from .records import (
    Article,
    Attachment,
    DateClue,
    DateKind,
    Evidence,
    Grade,
    Image,
    Match,
    Origin,
    Standing,
    When,
)


def when(row: Row, name: str) -> When | None:
    """The date in the columns NAME, NAME_precision and NAME_zone."""
    if row[name] is None:
        return None
    return When.from_iso(row[name], row[f"{name}_precision"], row[f"{name}_zone"])


def evidence(packed: bytes) -> tuple[Evidence, ...]:
    """The inverse of `columns.as_json` for evidence, packed."""
    return tuple(
        Evidence(item["field"], Origin(item["origin"]), item["rule"], item["raw"])
        for item in json.loads(unpack_text(packed))
    )


def dates(packed: bytes | None) -> tuple[DateClue, ...]:
    """The inverse of `columns.dates_json`, packed; none for a reading from before it was kept."""
    if packed is None:
        return ()
    return tuple(
        DateClue(
            DateKind(item["kind"]),
            When.from_iso(item["date"], item["precision"], item["zone"]),
            Origin(item["origin"]),
            item["rule"],
            item["raw"],
            Standing(item["standing"]),
            item["why"],
        )
        for item in json.loads(unpack_text(packed))
    )


def article(row: Row, matches: tuple[Match, ...] = ()) -> Article:
    """An article from the columns `select.COLUMNS` names."""
    return Article(
        id=row["id"],
        story_id=row["story_id"],
        url=row["url"],
        source_id=row["source_id"],
        source_name=row["source_name"],
        city=row["city"],
        language=row["language"],
        title=row["title"],
        body=row["body"],
        html=unpack_markup(row["html"], row["body"]),
        published=when(row, "published"),
        updated=when(row, "updated"),
        source=row["source_line"],
        author=row["author"],
        images=tuple(Image(**item) for item in json.loads(row["images"])),
        attachments=tuple(Attachment(**item) for item in json.loads(row["attachments"])),
        evidence=evidence(row["evidence"]),
        dates=dates(row["dates"]),
        publisher=row["publisher"],
        editor=row["editor"],
        matches=matches,
        first_seen_at=unstamp(row["first_seen_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        changed_at=unstamp_or_none(row["changed_at"]),
        gone_at=unstamp_or_none(row["gone_at"]),
        gone_evidence=row["gone_evidence"] or "",
        delisted_at=unstamp_or_none(row["delisted_at"]),
        baseline=bool(row["baseline"]),
        revisions=row["revisions"],
    )


def match(row: Row) -> Match:
    """A row of `matches`."""
    return Match(
        row["topic"],
        Grade(row["grade"]),
        row["phrase"],
        row["field"],
        row["start"],
        row["sentence"],
    )
