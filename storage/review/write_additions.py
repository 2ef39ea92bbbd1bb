"""Writing what people ask to be added by hand, and what came of it."""

from __future__ import annotations

from datetime import datetime

from ..crawls.write_runs import RunWrites
from ..stamps import stamp
from ..types import Outcome
from ..urls import key_of
from .additions import Addition
from .select_additions import AdditionQueries


class AdditionWrites(AdditionQueries, RunWrites):
    """The part of a transaction that keeps additions."""

    def ask_addition(self, url: str, *, person: str, note: str, now: datetime) -> Addition:
        """Somebody wants this address, or what goes by this made-up name. Raises ValueError for an
        addition of nobody."""
        if not person.strip():
            raise ValueError("what is added by hand needs the name of who adds it")
        number = self._insert(
            "additions",
            {
                "url": url,
                "url_key": key_of(url),
                "person": person,
                "note": note,
                "at": stamp(now),
            },
        )
        return self._there(number)

    def begin_addition(self, number: int, run_id: int) -> None:
        """This run carries it out: what it finds first was added by hand."""
        self._db.execute("UPDATE additions SET run_id = ? WHERE id = ?", [run_id, number])

    def end_addition(
        self,
        number: int,
        outcome: Outcome,
        *,
        reason: str = "",
        article_id: int | None = None,
        now: datetime,
    ) -> Addition:
        """What came of it, in one word; what has ended stays as it ended."""
        self._db.execute(
            "UPDATE additions SET ended_at = ?, outcome = ?, reason = ?, article_id = ? "
            "WHERE id = ? AND ended_at IS NULL",
            [stamp(now), outcome.value, reason, article_id, number],
        )
        return self._there(number)

    def _there(self, number: int) -> Addition:
        found = self.addition(number)
        if found is None:
            raise LookupError(f"there is no addition {number}")
        return found
