"""The further pages of articles that go over several: which were had, and as which snapshots."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..driver import Connection
from ..types import Part


def keep(db: Connection, reading_id: int, parts: Sequence[Part]) -> None:
    """Put on record of which further pages a reading was made."""
    db.execute("DELETE FROM parts WHERE reading_id = ?", [reading_id])
    for number, part in enumerate(parts, 2):
        db.execute(
            "INSERT INTO parts VALUES (?, ?, ?, ?)",
            [reading_id, number, part.url, part.snapshot_id],
        )


def hand_on(db: Connection, old: int, new: int) -> None:
    """A new reading of the same pages was made of the same parts."""
    db.execute(
        "INSERT OR IGNORE INTO parts SELECT ?, number, url, snapshot_id FROM parts "
        "WHERE reading_id = ?",
        [new, old],
    )


def part_list(kept: str) -> tuple[Part, ...]:
    """The parts in a column made by `PARTS`."""
    if kept == "[]":  # nearly always
        return ()
    return tuple(Part(url, snapshot_id) for url, snapshot_id in json.loads(kept))


PARTS = """
(SELECT json_group_array(json_array(url, snapshot_id)) FROM
  (SELECT url, snapshot_id FROM parts WHERE reading_id = r.id ORDER BY number)) AS parts
"""
"""A column with the further pages of the reading `r`; `part_list` reads it."""
