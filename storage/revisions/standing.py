"""Where a new version of an article stands among those before, and whether it is told as news.

Pages that change at every visit, and pages that go to and fro, would be told for ever; what they
say is kept all the same. Compares no texts: whether a change matters, the caller says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..driver import Connection
from ..stamps import unstamp
from ..statements import Row
from ..types import Held, Revise, Weight

IN_A_ROW = 3
"""After so many visits in a row that each found a change, the page is one that always changes."""
WINDOW = timedelta(days=30)
"""These visits lie within so much time; what went to and fro longer ago is forgotten."""
_LOOKED_AT = 50
_TITLE = "title"


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """The number of a new version; `back_to` the number of an earlier one that said the same;
    `replaces`: it takes the place of the version of that number, which is told no more."""

    number: int
    held: Held
    back_to: int | None = None
    replaces: bool = False


def place(db: Connection, intent: Revise, now: datetime) -> VersionPlace:
    """Where the version that an intent brings belongs."""
    versions = list(db.query(_VERSIONS, [intent.article_id, _LOOKED_AT]))
    streak = next(db.query("SELECT streak FROM articles WHERE id = ?", [intent.article_id]))
    top = versions[0]
    restless = _is_restless(versions, int(streak["streak"]), now) and _TITLE not in intent.kinds
    if restless and top["held"] == Held.RESTLESS:
        return VersionPlace(top["number"], Held.RESTLESS, replaces=True)
    same = [row["number"] for row in versions if row["content_hash"] == intent.content_hash]
    back_to = max(same, default=None)
    held = Held.NOT
    if restless:
        held = Held.RESTLESS
    elif intent.weight is Weight.MATERIAL and back_to is not None:
        held = _returned(versions, same, now)
    return VersionPlace(top["number"] + 1, held, back_to)


def _is_restless(versions: Sequence[Row], streak: int, now: datetime) -> bool:
    if streak < IN_A_ROW or len(versions) < IN_A_ROW:
        return False
    return unstamp(versions[IN_A_ROW - 1]["seen_at"]) >= now - WINDOW


def _returned(versions: Sequence[Row], same: Sequence[int], now: datetime) -> Held:
    """Going back to what people were told last is no news; going to and fro is it once."""
    told = (row["number"] for row in versions if not row["held"] and row["weight"] != "cosmetic")
    if next(told, 0) in same:
        return Held.KNOWN
    recent = (row for row in versions if unstamp(row["seen_at"]) >= now - WINDOW)
    again = any(row["back_to"] is not None and row["weight"] == "material" for row in recent)
    return Held.RESTLESS if again else Held.NOT


_VERSIONS = """
SELECT v.number, v.weight, v.held, v.seen_at, v.back_to, r.content_hash
FROM revisions v JOIN readings r ON r.id = v.reading_id
WHERE v.article_id = ? ORDER BY v.number DESC LIMIT ?
"""
