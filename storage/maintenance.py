"""The archive as a whole: its integrity, backups, pauses, what was seen of its machine, and making
parts of it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import StorageError

from .articles import records
from .database import Connection, count, stamp, translate_errors, unstamp, unstamp_or_none
from .types import When

if TYPE_CHECKING:
    from .pruning import Retention, Share
    from .transaction import Transaction


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified backup: the moment that it holds (aware), where its file was put (absolute), and
    how many bytes that had."""

    made_at: datetime
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that rests until then: why, and who said so. A source's job has the source's id."""

    job: str
    until: datetime
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class GlobalPause:
    """Since when nothing runs, why, who said so, and until when (None: until somebody resumes)."""

    since: datetime
    reason: str
    person: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The archive at a glance, for people who found nothing: what is it, how new is it?"""

    path: str
    articles: int
    stories: int
    newest: When | None = None
    newest_title: str = ""


class MachineEvent(StrEnum):
    """What the daemon sees of its machine and keeps for as long as it holds: the configuration on
    disk cannot be used, or the clock jumped and no crawl or job has worked since."""

    CONFIG_REJECTED = "config_rejected"
    CLOCK_JUMPED = "clock_jumped"


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """One of these: since when (aware), and what of it. The detail is the error's line, or the
    seconds by which the clock jumped, negative backwards."""

    kind: MachineEvent
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class DiskReading:
    """How many bytes were free on the archive's disk at a moment (aware)."""

    at: datetime
    free: int


# Whether an archive is sound: its pages, its references, its text indexes. Mends nothing.


def integrity_check(db: Connection) -> tuple[str, ...]:
    """What is wrong with an archive open for writing. Empty is good. Takes long for a large one.

    Works for every schema. Raises StorageError if it cannot be looked at.
    """
    from . import text_index

    keys = db.execute("PRAGMA foreign_key_check").fetchall()
    found = [f"foreign key: {tuple(row)}" for row in keys]
    return (*_page_faults(db), *found, *(f"text index: {each}" for each in text_index.drifts(db)))


def _page_faults(db: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    except StorageError as error:  # some faults of a text index end the look itself
        return [str(error)]
    return [] if found == ["ok"] else found


class Maintenance:
    """The state of the archive as a whole, and what is done to all of it."""

    def __init__(
        self,
        database: Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[Transaction]],
    ) -> None:
        self._db = database
        self._path = path
        self._writing = writing

    def survey(self) -> Survey:
        """The archive at a glance."""

        newest = next(iter(self._db.query(_NEWEST)), None)
        return Survey(
            path=str(self._path),
            articles=count(self._db, "articles"),
            stories=count(self._db, "stories WHERE joined_to IS NULL"),
            newest=records.when(newest, "published") if newest else None,
            newest_title=newest["title"] if newest else "",
        )

    def last_backup(self, until: datetime) -> Backup | None:
        """The newest backup on record that was made by then. Its file may be gone since."""
        found = self._db.query(
            "SELECT * FROM backups WHERE made_at <= ? ORDER BY made_at DESC, id DESC LIMIT 1",
            [stamp(until)],
        )
        row = next(iter(found), None)
        return Backup(unstamp(row["made_at"]), Path(row["path"]), row["size"]) if row else None

    def machine_events(self) -> dict[MachineEvent, SeenEvent]:
        """What the daemon saw of its machine and what still holds."""
        return {
            kind: SeenEvent(kind, unstamp(row["at"]), row["detail"])
            for row in self._db.query("SELECT * FROM machine_events")
            if (kind := MachineEvent(row["kind"]))
        }

    def disk_readings(self, since: datetime, until: datetime) -> tuple[DiskReading, ...]:
        """The free bytes of the archive's disk from then to then, one reading an hour, the oldest
        first."""
        found = self._db.query(
            "SELECT at, free FROM disk_readings WHERE at >= ? AND at <= ? ORDER BY at",
            [stamp(since), stamp(until)],
        )
        return tuple(DiskReading(unstamp(row["at"]), row["free"]) for row in found)

    def pauses(self, now: datetime) -> dict[str, Pause]:
        """The jobs that rest at that time, by name."""
        found = self._db.query("SELECT * FROM pauses WHERE until > ? ORDER BY job", [stamp(now)])
        return {
            row["job"]: Pause(row["job"], unstamp(row["until"]), row["reason"], row["person"])
            for row in found
        }

    def global_pause(self, now: datetime) -> GlobalPause | None:
        """The pause of everything that is in force. None if there is none."""
        for row in self._db.query("SELECT * FROM standstill"):
            until = unstamp_or_none(row["until"])
            if until is None or until > now:
                return GlobalPause(unstamp(row["since"]), row["reason"], row["person"], until)
        return None

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file: pages, foreign keys, and the text index. Empty is good."""

        with translate_errors(self._path):
            return integrity_check(self._db)

    def rebuild_index(self, report: Callable[[int, int], None]) -> int:
        """Make the text index again from the articles, whole or not at all. Return how many.

        `report` is told, now and then, how many are done and how many there are. Raises
        StorageError.
        """
        from . import tables, text_index

        with self._writing():
            tables.remake_search(self._db)
            tables.remake_file_search(self._db)
            return text_index.fill(self._db, report)

    def stories_are_due(self) -> bool:
        """Whether the stories were made by other rules than today's."""
        from .stories import writes

        return writes.is_due(self._db)

    def rebuild_stories(self, report: Callable[[int, int], None]) -> None:
        """Make every sketch, link and story again, a few at a time. Where it was interrupted it
        goes on with the next call. `report` is told how much is done, and of how much. Raises
        StorageError."""
        from .stories import writes

        more = True
        while more:
            with self._writing():
                more = writes.step(self._db, report)

    def update_queue(self, topics: Sequence[str], limit: int) -> int:
        """Take into the queue what happened to stories, so many at most, those that came last
        first. `topics` are those whose grades count. Returns how many are left. Raises
        StorageError."""
        from . import queue

        with self._writing():
            queue.note_changed_topics(self._db, topics)
            return queue.update(self._db, topics, limit)

    def would_go(self, rule: Retention, now: datetime) -> tuple[Share, ...]:
        """What `archive prune` would remove by that rule, by kind."""
        from . import pruning

        return pruning.would_go(self._db, rule, now)

    def prune(
        self, rule: Retention, now: datetime, report: Callable[[str, int, int], None]
    ) -> tuple[Share, ...]:
        """Remove what a rule lets go, in short transactions, and give the room back to the disk.

        What is shown, told, decided or cited stays with its proof. docs/archive.md has the rule.
        Interrupted, it goes on with the next call. Raises StorageError.
        """
        from . import pruning

        return pruning.prune(self._db, pruning.YieldingWriter(self._writing), rule, now, report)


_NEWEST = """
SELECT r.title, r.published, r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
ORDER BY a.dated_at DESC LIMIT 1
"""


class MaintenanceWrites:
    """The part of a transaction that keeps backups and pauses."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def record_backup(self, made: Backup) -> None:
        """A backup was made, verified and put in its place."""
        self._db.execute(
            "INSERT INTO backups (made_at, path, size) VALUES (?, ?, ?)",
            [stamp(made.made_at), str(made.path), made.size],
        )

    def note_event(self, kind: MachineEvent, at: datetime, detail: str) -> None:
        """The daemon saw this. What was seen of the same kind before is replaced."""
        self._db.execute(
            "INSERT OR REPLACE INTO machine_events (kind, at, detail) VALUES (?, ?, ?)",
            [kind.value, stamp(at), detail],
        )

    def end_event(self, kind: MachineEvent) -> bool:
        """It holds no longer. False if nothing of the kind was on record."""
        done = self._db.execute("DELETE FROM machine_events WHERE kind = ?", [kind.value])
        return bool(done.rowcount)

    def note_disk(self, reading: DiskReading, keep_since: datetime) -> None:
        """So much is free now. One reading an hour is kept, the latest; older ones go."""
        at = stamp(reading.at)
        self._db.execute(
            "INSERT OR REPLACE INTO disk_readings (hour, at, free) VALUES (?, ?, ?)",
            [at[:13], at, reading.free],
        )
        self._db.execute("DELETE FROM disk_readings WHERE at < ?", [stamp(keep_since)])

    def pause(self, job: str, until: datetime, reason: str, person: str) -> None:
        """Let a job rest until then. A pause that it has already is replaced."""
        self._db.execute(
            "INSERT INTO pauses VALUES (?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET "
            "until = excluded.until, reason = excluded.reason, person = excluded.person",
            [job, stamp(until), reason, person],
        )

    def resume(self, job: str) -> None:
        """End the pause of a job, if it has one."""
        self._db.execute("DELETE FROM pauses WHERE job = ?", [job])

    def pause_all(self, global_pause: GlobalPause) -> None:
        """Let nothing run from now on. Takes the place of an earlier standstill."""
        self._db.execute(
            "INSERT OR REPLACE INTO standstill VALUES (1, ?, ?, ?, ?)",
            [
                stamp(global_pause.since),
                stamp(global_pause.until) if global_pause.until else None,
                global_pause.reason,
                global_pause.person,
            ],
        )

    def resume_all(self) -> bool:
        """End the standstill. False if there was none."""
        return bool(self._db.execute("DELETE FROM standstill").rowcount)
