"""What people know better than a page says: its title, its date, whom it names. An overlay.

A correction is a decision that names an article, a field and a value. What is shown then is a copy
of the reading with those values, made again whenever the page is read again or changes: the reading
itself stays as it is, and comes back when the correction is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..articles import rows
from ..articles.columns import as_json
from ..articles.records import Evidence, Origin, Precision, When
from ..driver import Connection
from ..packing import pack_text
from ..statements import Row

CORRECT = "correct"
"""The verb of such decisions."""
_DAY = len("2026-11-25")


class Field(StrEnum):
    """What can be corrected."""

    TITLE = "title"
    PUBLISHED = "published"
    SOURCE = "source"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Correction:
    """A field and what it should say; `person` says so."""

    field: Field
    value: str
    person: str = ""

    @property
    def written(self) -> str:
        """As the decision keeps it."""
        return json.dumps({"field": self.field, "value": self.value}, ensure_ascii=False)


def read(written: str, person: str = "") -> Correction:
    """The inverse of `written`."""
    told = json.loads(written)
    return Correction(Field(told["field"]), told["value"], person)


def checked(field: Field, value: str, zone: str) -> Correction:
    """A correction that can be kept. Dates are `2026-11-25` or `2026-11-25 18:03`, the latter in
    `zone`, an IANA name. Raises ValueError for what is none, and for an empty title."""
    text = " ".join(value.split())
    if field is Field.PUBLISHED:
        text = _when(text, zone).iso
    if field is Field.TITLE and not text:
        raise ValueError("a title cannot be empty")
    return Correction(field, text)


def _when(text: str, zone: str) -> When:
    """The date that somebody typed, or that a correction holds."""
    try:
        when = _dated(text, zone)
        _ = when.sort_key  # at either end of the calendar a day in one zone is none in another
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date such as 2026-11-25 or 2026-11-25 18:03") from None
    return when


def _dated(text: str, zone: str) -> When:
    if len(text) <= _DAY:
        return When(date.fromisoformat(text), Precision.DAY, zone)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return When(moment, Precision.MINUTE, zone)


def apply_corrections(db: Connection, article_id: int) -> None:
    """Show an article as it was read, with the corrections that stand; the latest of a field
    counts."""
    from ..search import index  # what writes; who only asks which fields there are does without

    original = next(db.query(_ORIGINAL, [article_id]))
    found: dict[Field, Correction] = {}
    for row in db.query(_STANDING, [article_id]):
        one = read(row["value"], row["person"])
        found[one.field] = one
    shown = _corrected(db, original, found.values()) if found else original["id"]
    db.execute(
        "UPDATE articles SET reading_id = ?1, dated_at = coalesce("
        "(SELECT published_sort FROM readings WHERE id = ?1), first_seen_at) WHERE id = ?2",
        [shown, article_id],
    )
    title = next(db.query("SELECT title FROM readings WHERE id = ?", [shown]))["title"]
    index.retitle(db, article_id, title)
    db.execute(_SWEEP, [original["id"], shown])


def _corrected(db: Connection, original: Row, corrections: Iterable[Correction]) -> int:
    """A copy of a reading that says what people know better; its number."""
    values = {name: value for name, value in original.items() if name not in ("id", "home")}
    values["corrects"] = original["id"]
    told = list(rows.evidence(original["evidence"]))
    for one in corrections:
        values |= _columns(one, original["home"])
        told.insert(0, Evidence(one.field, Origin.PERSON, f"corrected by {one.person}", one.value))
    values["evidence"] = pack_text(as_json(told))
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor = db.execute(f"INSERT INTO readings ({names}) VALUES ({marks})", list(values.values()))
    return int(cursor.lastrowid or 0)


def _columns(one: Correction, zone: str) -> dict[str, str | None]:
    if one.field is not Field.PUBLISHED:
        column = "source_line" if one.field is Field.SOURCE else one.field.value
        return {column: one.value or None}
    when = _when(one.value, zone)
    return {
        "published": when.iso,
        "published_precision": when.precision.value,
        "published_zone": when.zone,
        "published_sort": when.sort_key,
    }


def has_corrections(db: Connection, article_id: int) -> bool:
    """Whether anybody corrected this article, or did and took it back."""
    return bool(db.execute(_ANY, [article_id]).fetchone()[0])


_ORIGINAL = """
SELECT r.*, s.zone AS home FROM articles a
JOIN revisions v ON v.article_id = a.id AND v.number = a.revisions
JOIN readings r ON r.id = v.reading_id JOIN sources s ON s.id = a.source_id WHERE a.id = ?
"""
_SWEEP = """
DELETE FROM readings WHERE corrects = ? AND id <> ?
AND id NOT IN (SELECT reading_id FROM digest_proofs WHERE reading_id IS NOT NULL)
"""
# The verb is written out: that the index of corrections alone is found depends on no bound value.
_STANDING = """
SELECT value, person FROM decisions
WHERE verb = 'correct' AND article_id = ? AND undone_at IS NULL ORDER BY id
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM decisions WHERE verb = 'correct' AND article_id = ?)"
