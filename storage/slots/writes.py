"""Writing the ledger of slots: each planned moment of each job, and what became of it."""

from __future__ import annotations

from datetime import datetime

from ..driver import Connection
from ..stamps import stamp
from .queries import slot_of
from .records import Slot


class SlotWrites:
    """The part of a transaction that keeps slots."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def plan(self, job: str, due_at: datetime, schedule: str, now: datetime) -> Slot:
        """Plan a slot that is known by its instant; planning it again gives the same one, whatever
        has become of it."""
        self._db.execute(
            "INSERT OR IGNORE INTO slots (job, due_at, schedule, state, planned_at) "
            "VALUES (?, ?, ?, 'due', ?)",
            [job, stamp(due_at), schedule, stamp(now)],
        )
        where = "job = ? AND due_at = ? AND nominal = ''"
        found = self._db.query(f"SELECT * FROM slots WHERE {where}", [job, stamp(due_at)])
        return slot_of(next(iter(found)))

    def plan_named(self, slot: Slot, schedule: str, now: datetime) -> None:
        """Plan a slot that is known by its local date and time (`id` and `state` do not count).

        One that is there already, and has not begun, takes the new instant: the zone, or what is
        known of its clock changes, is another now. One that has begun is had for that date.
        """
        at, name = stamp(slot.due_at), [slot.job, slot.day, slot.nominal]
        self._db.execute(
            "UPDATE OR IGNORE slots SET day = ?2, nominal = ?3 WHERE job = ?1 AND due_at = ?4 "
            "AND nominal = '' AND repeats IS NULL AND state = 'due'",
            [*name, at],
        )
        self._db.execute(
            "INSERT INTO slots (job, day, nominal, due_at, schedule, state, planned_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, 'due', ?6) "
            "ON CONFLICT (job, day, nominal) WHERE nominal <> '' DO UPDATE SET "
            "due_at = excluded.due_at, schedule = excluded.schedule, state = 'due', "
            "ended_at = NULL, reason = '' WHERE due_at <> excluded.due_at AND "
            "(state = 'due' OR state = 'skipped' AND excluded.due_at > excluded.planned_at)",
            [*name, at, schedule, stamp(now)],
        )

    def repeat(self, slot_id: int, now: datetime) -> bool:
        """Plan another try of a slot that did not come to its end, due now; False if that instant
        is taken."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO slots (job, due_at, schedule, state, planned_at, repeats) "
            "SELECT job, ?1, schedule, 'due', ?1, id FROM slots WHERE id = ?2",
            [stamp(now), slot_id],
        )
        return bool(cursor.rowcount)

    def claim(self, slot_id: int, now: datetime) -> bool:
        """Take a slot that is due; False if somebody was faster or it is over."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'claimed', started_at = ? WHERE id = ? AND state = 'due'",
            [stamp(now), slot_id],
        )
        return bool(cursor.rowcount)

    def end(self, slot_id: int, now: datetime, outcome: str, reason: str = "") -> None:
        """A claimed slot is done."""
        self._db.execute(
            "UPDATE slots SET state = 'done', ended_at = ?, outcome = ?, reason = ? "
            "WHERE id = ? AND state = 'claimed'",
            [stamp(now), outcome, reason, slot_id],
        )

    def skip(self, slot_id: int, now: datetime, reason: str) -> None:
        """A slot that was due will not run, and why."""
        self._db.execute(
            "UPDATE slots SET state = 'skipped', ended_at = ?, reason = ? "
            "WHERE id = ? AND state = 'due'",
            [stamp(now), reason, slot_id],
        )

    def skip_all(
        self, job: str, until: datetime, now: datetime, reason: str, keep: int | None = None
    ) -> int:
        """Skip every slot of a job due up to then, but the one to `keep`; returns how many."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'skipped', ended_at = ?, reason = ? "
            "WHERE job = ? AND state = 'due' AND due_at <= ? AND id IS NOT ?",
            [stamp(now), reason, job, stamp(until), keep],
        )
        return int(cursor.rowcount)

    def reopen(self, job: str, after: datetime) -> int:
        """Slots skipped though their time has not come, by a clock that ran ahead, are due again;
        returns how many."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'due', ended_at = NULL, reason = '' "
            "WHERE job = ? AND state = 'skipped' AND due_at > ?",
            [job, stamp(after)],
        )
        return int(cursor.rowcount)

    def close_claimed(self, now: datetime, reason: str) -> int:
        """End the slots that a dead daemon had claimed; the caller holds the daemon's lock."""
        cursor = self._db.execute(
            "UPDATE slots SET state = 'done', ended_at = ?, outcome = 'interrupted', reason = ? "
            "WHERE state = 'claimed'",
            [stamp(now), reason],
        )
        return int(cursor.rowcount)
