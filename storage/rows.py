"""Rows of the archive ↔ values of `storage.types`. Nothing here asks the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .columns import Columns
from .packing import unpack, unpack_markup, unpack_text
from .records import Counts, Quarantined, Recheck, Run, Slot, SourceRef
from .stamps import unstamp, unstamp_or_none
from .types import (
    ArticleData,
    Attachment,
    Capture,
    DateClue,
    DateKind,
    Evidence,
    Image,
    Match,
    Outcome,
    Reading,
    Standing,
    When,
)
from .types import Change as ChangeWord
from .types import Grade as GradeWord
from .types import Origin as OriginWord
from .views import Article, Event

Row = Mapping[str, Any]


def reading_row(reading: Reading, article: ArticleData, columns: Columns) -> dict[str, Any]:
    """The columns of `readings` that come from the page itself."""
    published, updated = article.published, article.updated
    return {
        "reader_version": reading.version,
        "template": reading.template,
        "encoding": reading.encoding,
        "title": article.title,
        "body": article.body,
        "html": columns.html,
        "published": published.iso if published else None,
        "published_precision": published.precision.value if published else None,
        "published_zone": published.zone if published else None,
        "published_sort": published.sort_key if published else None,
        "updated": updated.iso if updated else None,
        "updated_precision": updated.precision.value if updated else None,
        "updated_zone": updated.zone if updated else None,
        "source_line": article.source,
        "author": article.author,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "images": columns.images,
        "attachments": columns.attachments,
        "evidence": columns.evidence,
        "dates": columns.dates,
        "publisher": article.publisher,
        "editor": article.editor,
    }


def when(row: Row, name: str) -> When | None:
    """The date in the columns NAME, NAME_precision and NAME_zone."""
    if row[name] is None:
        return None
    return When.from_iso(row[name], row[f"{name}_precision"], row[f"{name}_zone"])


def evidence(packed: bytes) -> tuple[Evidence, ...]:
    """The inverse of `columns.as_json` for evidence, packed."""
    return tuple(
        Evidence(item["field"], OriginWord(item["origin"]), item["rule"], item["raw"])
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
            OriginWord(item["origin"]),
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
        GradeWord(row["grade"]),
        row["phrase"],
        row["field"],
        row["start"],
        row["sentence"],
    )


def run(row: Row) -> Run:
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


def capture(row: Row) -> Capture:
    """A snapshot joined with its blob."""
    return Capture(
        url=row["url"],
        final_url=row["final_url"],
        fetched_at=unstamp(row["fetched_at"]),
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=unpack(row["data"], unpack(row["base"]) if row["base"] else None),
    )


def event(row: Row) -> Event:
    """A row of `events`."""
    return Event(
        seq=row["seq"],
        at=unstamp(row["at"]),
        change=ChangeWord(row["change"]),
        article_id=row["article_id"],
        story_id=row["story_id"],
        run_id=row["run_id"],
        baseline=bool(row["baseline"]),
        detail=row["detail"],
    )


def slot(row: Row) -> Slot:
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


def quarantined(row: Row) -> Quarantined:
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


def recheck(row: Row) -> Recheck:
    """An article to ask for again."""
    return Recheck(row["article_id"], row["url"])


def source_ref(row: Row) -> SourceRef:
    """A row of `sources`."""
    return SourceRef(row["id"], row["name"], row["city"], row["language"], row["zone"], row["rank"])
