"""Selecting what issues said of articles, and what they left for a later one. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..driver import Connection
from .records import TOLD, Basis, Role, Told

_AT_A_TIME = 500


class ToldQueries:
    """The part of the store that answers what was told."""

    _db: Connection

    def told_of(self, selection: str, story_ids: Sequence[int]) -> tuple[Told, ...]:
        """What issues of a selection said of these stories as they stand now, in order of issues;
        corrections left out."""
        found: list[Told] = []
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            where = f"a.story_id IN ({', '.join('?' * len(part))}) AND d.selection = ?"
            found += self._told_by(_SAID, where, [*part, selection])
        return tuple(found)

    def issues_of(self, story_id: int) -> tuple[Told, ...]:
        """What issues of any selection said of a story, in their order; corrections left out, and
        copies, of which nothing is said."""
        where = f"a.story_id = ? AND r.role <> '{Role.COPY}'"
        return tuple(self._told_by(_SAID, where, [story_id]))

    def roles(self, number: int) -> tuple[Told, ...]:
        """What an issue said of which articles."""
        sql = (
            "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digest_articles r "
            "JOIN articles a ON a.id = r.article_id WHERE r.digest_id = ? ORDER BY r.article_id"
        )
        return tuple(map(_told, self._db.query(sql, [number])))

    def held_over(self, selection: str) -> tuple[Told, ...]:
        """Articles that an issue of a selection left for later, or out because they were rejected,
        and that none has told since; what was left first comes first. Of a story that had been told
        before, that is what happened to it since."""
        issues = self._series(selection)
        left = self._told_by(_LEFT, "d.selection = ?", [selection])
        waiting = sorted(left, key=lambda each: issues[each.digest].place)
        said: dict[int, list[Told]] = defaultdict(list)
        for each in self.told_of(selection, sorted({each.story_id for each in waiting})):
            said[each.story_id].append(each)
        return tuple(each for each in waiting if not _is_done(each, said[each.story_id], issues))

    def _series(self, selection: str) -> dict[int, _Issue]:
        return {
            row["id"]: _Issue(row["place"], Basis(row["basis"]), row["after_seq"])
            for row in self._db.query(_ISSUES, [selection])
        }

    def _told_by(self, said: str, where: str, values: Sequence[Any]) -> Iterator[Told]:
        sql = (
            f"{said} WHERE {where} AND d.issued_at IS NOT NULL AND d.corrects IS NULL "
            "ORDER BY r.digest_id, r.article_id"
        )
        yield from map(_told, self._db.query(sql, list(values)))


@dataclass(frozen=True, slots=True)
class _Issue:
    """An issue of a selection: its place among all that was issued (numbers are those of drafts,
    which may be issued in another order), and what it was made of."""

    place: int
    basis: Basis
    after_seq: int

    def tells_what(self, other: _Issue) -> bool:
        """Whether it tells what an earlier issue put off; one of a period tells only what happened
        in that."""
        since_then = self.basis is Basis.SINCE_LAST or self.after_seq <= other.after_seq
        return self.place > other.place and since_then


def _is_done(left: Told, said: Sequence[Told], issues: Mapping[int, _Issue]) -> bool:
    """Whether nothing of it is owed any more, by all that was said of its story."""
    mine = issues[left.digest]
    told = [each for each in said if each.role in TOLD]
    named = [each for each in said if each.role in (*TOLD, Role.COPY)]
    before = {each.article_id for each in named if issues[each.digest].place < mine.place}
    if not before:
        return bool(told)
    at_once = left.article_id not in before and any(e.digest == left.digest for e in told)
    return at_once or any(issues[each.digest].tells_what(mine) for each in told)


def _told(row: dict[str, Any]) -> Told:
    return Told(row["digest_id"], row["article_id"], row["story_id"], Role(row["role"]))


_SAID = (
    "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digest_articles r "
    "JOIN digests d ON d.id = r.digest_id JOIN articles a ON a.id = r.article_id"
)
# By the issues of the selection, of which there are few: not through all that was ever said.
_LEFT = (
    "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digests d "
    "CROSS JOIN digest_articles r ON r.digest_id = d.id "
    f"AND r.role IN ('{Role.WAITING}', '{Role.REJECTED}') "
    "CROSS JOIN articles a ON a.id = r.article_id"
)
# The last that was noted of an issue is that it was issued.
_ISSUES = """
SELECT d.id, d.basis, d.after_seq,
  (SELECT max(e.id) FROM digest_edits e WHERE e.digest_id = d.id) AS place
FROM digests d WHERE d.selection = ? AND d.issued_at IS NOT NULL AND d.corrects IS NULL
"""
