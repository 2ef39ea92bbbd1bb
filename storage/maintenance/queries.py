"""What maintenance asks and does: backups, pauses, integrity, pruning, making parts of the archive
again.

What runs long works in transactions of its own, one short one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..articles import rows
from ..driver import Connection, told
from ..stamps import stamp, unstamp, unstamp_or_none
from .records import Backup, GlobalPause, Pause

if TYPE_CHECKING:
    from ..transaction import Transaction
    from .prune import Share
    from .records import Survey
    from .retention import Retention


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
        from .records import Survey

        newest = next(iter(self._db.query(_NEWEST)), None)
        return Survey(
            path=str(self._path),
            articles=_count(self._db, "articles"),
            stories=_count(self._db, "stories WHERE joined_to IS NULL"),
            newest=rows.when(newest, "published") if newest else None,
            newest_title=newest["title"] if newest else "",
        )

    def last_backup(self, until: datetime) -> Backup | None:
        """The newest backup on record that was made by then; its file may be gone since."""
        found = self._db.query(
            "SELECT * FROM backups WHERE made_at <= ? ORDER BY made_at DESC, id DESC LIMIT 1",
            [stamp(until)],
        )
        row = next(iter(found), None)
        return Backup(unstamp(row["made_at"]), Path(row["path"]), row["size"]) if row else None

    def pauses(self, now: datetime) -> dict[str, Pause]:
        """The jobs that rest at that time, by name."""
        found = self._db.query("SELECT * FROM pauses WHERE until > ? ORDER BY job", [stamp(now)])
        return {
            row["job"]: Pause(row["job"], unstamp(row["until"]), row["reason"], row["person"])
            for row in found
        }

    def global_pause(self, now: datetime) -> GlobalPause | None:
        """The pause of everything that is in force; None if there is none."""
        for row in self._db.query("SELECT * FROM standstill"):
            until = unstamp_or_none(row["until"])
            if until is None or until > now:
                return GlobalPause(unstamp(row["since"]), row["reason"], row["person"], until)
        return None

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file: pages, foreign keys, and the text index. Empty is good."""
        from . import integrity

        with told(self._path):
            return integrity.faults(self._db)

    def rebuild_index(self, report: Callable[[int, int], None]) -> int:
        """Make the text index again from the articles, whole or not at all; returns how many.

        `report` is told, now and then, how many are done and how many there are. Raises
        StorageError.
        """
        from .. import tables
        from ..search import index

        with self._writing():
            return index.rebuild(tables.writable(self._db), report)

    def stories_are_due(self) -> bool:
        """Whether the stories were made by other rules than today's."""
        from ..stories import rebuild

        return rebuild.is_due(self._db)

    def rebuild_stories(self, report: Callable[[int, int], None]) -> None:
        """Make every sketch, link and story again, a few at a time; where it was interrupted it
        goes on with the next call. `report` is told how much is done, and of how much. Raises
        StorageError."""
        from ..stories import rebuild

        more = True
        while more:
            with self._writing():
                more = rebuild.step(self._db, report)

    def update_queue(self, topics: Sequence[str], limit: int) -> int:
        """Take into the queue what happened to stories, so many at most, those that came last
        first; `topics` are those whose grades count. Returns how many are left. Raises
        StorageError."""
        from ..decisions.queries import DecisionQueries
        from ..queue import update

        with self._writing():
            update.note_changed_topics(self._db, topics)
            return update.update(self._db, DecisionQueries(self._db), topics, limit)

    def would_go(self, rule: Retention, now: datetime) -> tuple[Share, ...]:
        """What `prune` would remove by that rule, by kind."""
        from . import prune as pruning

        return pruning.would_go(self._db, rule, now)

    def prune(
        self, rule: Retention, now: datetime, report: Callable[[str, int, int], None]
    ) -> tuple[Share, ...]:
        """Remove what a rule lets go, in short transactions, and give the room back to the disk.

        What is shown, told, decided or cited stays with its proof; docs/archive.md has the rule.
        Interrupted, it goes on with the next call. Raises StorageError.
        """
        from . import prune as pruning
        from .prune import YieldingWriter

        return pruning.prune(self._db, YieldingWriter(self._writing), rule, now, report)


def _count(db: Connection, what: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


_NEWEST = """
SELECT r.title, r.published, r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
ORDER BY a.dated_at DESC LIMIT 1
"""
