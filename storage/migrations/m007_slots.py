"""A slot that people named is known by its local date and time; one that makes up for another says
so; a pause says who asked for it.

Slots from before keep their instant as their only name; one that is still to come gets its date and
time when it is planned again.
"""

from __future__ import annotations

from sqlite_utils import Database

from .registry import MIGRATIONS

_SLOTS = """
CREATE TABLE new_slots (
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, due_at TEXT NOT NULL, schedule TEXT NOT NULL,
  state TEXT NOT NULL, planned_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
  outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  day TEXT NOT NULL DEFAULT '', nominal TEXT NOT NULL DEFAULT '',
  repeats INTEGER REFERENCES slots(id) ON DELETE SET NULL
) STRICT
"""
_STEPS = (
    _SLOTS,
    "INSERT INTO new_slots (id, job, due_at, schedule, state, planned_at, started_at, ended_at, "
    "outcome, reason) SELECT id, job, due_at, schedule, state, planned_at, started_at, ended_at, "
    "outcome, reason FROM slots",
    "DROP TABLE slots",
    "ALTER TABLE new_slots RENAME TO slots",
    "CREATE UNIQUE INDEX slots_named ON slots(job, day, nominal) WHERE nominal <> ''",
    "CREATE UNIQUE INDEX slots_timed ON slots(job, due_at) WHERE nominal = ''",
    "CREATE INDEX slots_of_job ON slots(job, due_at)",
    "CREATE INDEX slots_by_due ON slots(due_at)",
    "CREATE INDEX slots_open ON slots(job, due_at) WHERE state = 'due'",
    "CREATE INDEX slots_claimed ON slots(job) WHERE state = 'claimed'",
    "CREATE INDEX runs_open ON runs(pid) WHERE ended_at IS NULL",
    "CREATE INDEX slots_repeating ON slots(repeats) WHERE repeats IS NOT NULL",
    "ALTER TABLE sources ADD COLUMN paused_by TEXT NOT NULL DEFAULT ''",
)


@MIGRATIONS()
def m007_slots(db: Database) -> None:
    """The table `slots` with other rules of what is unique; `sources.paused_by`."""
    for step in _STEPS:
        db.execute(step)
