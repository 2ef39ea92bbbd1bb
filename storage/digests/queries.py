"""Selecting digests, the proofs behind what they say, and what issues said of articles. Writes
nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..driver import Connection
from ..packing import unpack, unpack_text
from ..stamps import unstamp, unstamp_or_none
from ..statements import batches
from .records import (
    TOLD,
    ArticleRole,
    Basis,
    DigestEdit,
    DigestFile,
    DigestHead,
    DigestProof,
    DigestState,
    ReadText,
    Told,
)

_AT_A_TIME = 500


class DigestQueries:
    """The questions about what was drafted and issued."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(self, limit: int | None = None, before: int | None = None) -> tuple[DigestHead, ...]:
        """Digests that were not discarded, the newest first; `before`: of lower numbers only."""
        sql = (
            f"{_HEAD} WHERE d.discarded_at IS NULL AND (? IS NULL OR d.id < ?) "
            "ORDER BY d.id DESC LIMIT ?"
        )
        most = -1 if limit is None else limit
        return tuple(map(_head, self._db.query(sql, [before, before, most])))

    def get(self, number: int) -> DigestHead | None:
        """One digest, or None."""
        return next(map(_head, self._db.query(f"{_HEAD} WHERE d.id = ?", [number])), None)

    def document(self, number: int) -> str:
        """The contents of a digest as `desk.digest` wrote them. Raises LookupError."""
        row: Any = self._db.execute("SELECT document FROM digests WHERE id = ?", [number])
        found = row.fetchone()
        if found is None:
            raise LookupError(f"there is no digest {number}")
        return unpack_text(found[0])

    def edits(self, number: int) -> tuple[DigestEdit, ...]:
        """How a draft came about, in order."""
        sql = "SELECT * FROM digest_edits WHERE digest_id = ? ORDER BY id"
        return tuple(
            DigestEdit(row["person"], unstamp(row["at"]), row["what"])
            for row in self._db.query(sql, [number])
        )

    def files(self, number: int) -> tuple[DigestFile, ...]:
        """The frozen renderings of an issue, by format; none of a draft."""
        sql = "SELECT format, size, sha256 FROM digest_files WHERE digest_id = ? ORDER BY format"
        return tuple(DigestFile(**row) for row in self._db.query(sql, [number]))

    def file(self, number: int, form: str) -> bytes:
        """The bytes of a frozen rendering. Raises LookupError where there is none."""
        sql = "SELECT data FROM digest_files WHERE digest_id = ? AND format = ?"
        found: Any = self._db.execute(sql, [number, form]).fetchone()
        if found is None:
            raise LookupError(f"digest {number} was not issued as {form}")
        return unpack(found[0])

    def last_issue(self, selection: str) -> DigestHead | None:
        """The issue of a selection that reaches furthest without a gap, by events and after that
        by the clock: the next one goes on from its `upto_seq` and its `until`. Corrections repeat
        what they correct and do not count."""
        sql = (
            f"{_HEAD} WHERE d.selection = ? AND d.issued_at IS NOT NULL AND d.corrects IS NULL "
            "ORDER BY d.id"
        )
        last: DigestHead | None = None
        for head in map(_head, self._db.query(sql, [selection])):
            if last is None or _goes_on(last, head):
                last = head
        return last

    def began(self, selection: str, upto_seq: int) -> int:
        """After which event the latest issue of a selection begins that is about one up to that
        one; that one where none is."""
        sql = (
            "SELECT coalesce(max(after_seq), ?1) AS seq FROM digests WHERE selection = ?2 "
            "AND issued_at IS NOT NULL AND corrects IS NULL AND after_seq < ?1"
        )
        return int(next(iter(self._db.query(sql, [upto_seq, selection])))["seq"])

    def cut_off_before(self, story_id: int) -> DigestHead | None:
        """The latest issue, if a story came only after the events that it is about."""
        head = next(map(_head, self._db.query(_LATEST)), None)
        sql = (
            "SELECT min(e.seq) AS seq FROM events e JOIN articles a ON a.id = e.article_id "
            "WHERE a.story_id = ?"
        )
        first = next(iter(self._db.query(sql, [story_id])))["seq"]
        return head if head and first is not None and first > head.upto_seq else None

    def proofs_of(self, article_ids: Sequence[int]) -> dict[int, DigestProof]:
        """The archived pages behind these articles as they are read now."""
        found: dict[int, DigestProof] = {}
        for part in batches(article_ids):
            sql = _PROOFS.format(marks=", ".join("?" * len(part)))
            for row in self._db.query(sql, part):
                found[row["id"]] = _proof(row)
        return found

    def reading_text(self, reading_id: int) -> ReadText:
        """What a reading said. Raises LookupError."""
        sql = "SELECT title, body FROM readings WHERE id = ?"
        for row in self._db.query(sql, [reading_id]):
            return ReadText(row["title"], row["body"])
        raise LookupError(f"there is no reading {reading_id}")

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
        where = f"a.story_id = ? AND r.role <> '{ArticleRole.COPY}'"
        return tuple(self._told_by(_SAID, where, [story_id]))

    def roles(self, number: int) -> tuple[Told, ...]:
        """What an issue said of which articles."""
        sql = (
            "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digest_articles r "
            "JOIN articles a ON a.id = r.article_id WHERE r.digest_id = ? ORDER BY r.article_id"
        )
        return tuple(map(_told_row, self._db.query(sql, [number])))

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
        yield from map(_told_row, self._db.query(sql, list(values)))


_HEAD = """
SELECT d.*, (SELECT json_group_array(c.id) FROM digests c
  WHERE c.corrects = d.id AND c.issued_at IS NOT NULL) AS corrected_by FROM digests d
"""
_LATEST = f"{_HEAD} WHERE d.issued_at IS NOT NULL AND d.corrects IS NULL ORDER BY d.id DESC LIMIT 1"
_PROOFS = """
SELECT p.id, p.reading_id, p.snapshot_id, s.fetched_at, b.sha256,
  p.page IS NULL AND p.snapshot_id IS NOT NULL AS is_file,
  (SELECT json_group_array(p.snapshot_id) FROM (SELECT snapshot_id FROM parts
    WHERE reading_id = p.reading_id AND snapshot_id IS NOT NULL ORDER BY number) p) AS further,
  (SELECT json_group_array(f.snapshot_id) FROM (SELECT f.snapshot_id FROM attachments l
    JOIN files f ON f.id = l.file_id WHERE l.article_id = p.id AND f.snapshot_id IS NOT NULL
    ORDER BY l.position) f) AS files
FROM (
  SELECT a.id, a.reading_id, r.snapshot_id AS page, coalesce(r.snapshot_id, (
    SELECT f.snapshot_id FROM additions d JOIN attachments l ON l.article_id = a.id
    JOIN files f ON f.id = l.file_id WHERE d.run_id = a.first_run_id
    ORDER BY f.snapshot_id IS NULL, l.position LIMIT 1)) AS snapshot_id
  FROM articles a JOIN readings r ON r.id = a.reading_id WHERE a.id IN ({marks})) p
LEFT JOIN snapshots s ON s.id = p.snapshot_id LEFT JOIN blobs b ON b.id = s.blob_id
"""


def _goes_on(last: DigestHead, head: DigestHead) -> bool:
    """Whether an issue reaches further than the last one: by events, or, of none, by the clock."""
    if head.upto_seq == last.upto_seq:
        return head.since <= last.until < head.until
    return head.after_seq <= last.upto_seq < head.upto_seq


def _proof(row: dict[str, Any]) -> DigestProof:
    is_file, files = bool(row["is_file"]), json.loads(row["files"])
    return DigestProof(
        article_id=row["id"],
        reading_id=row["reading_id"],
        snapshot_id=row["snapshot_id"],
        archived_at=unstamp_or_none(row["fetched_at"]),
        sha256=row["sha256"] or "",
        further=tuple(json.loads(row["further"])),
        files=tuple(each for each in files if not is_file or each != row["snapshot_id"]),
        is_file=is_file,
    )


def _head(row: dict[str, Any]) -> DigestHead:
    state = DigestState.ISSUED if row["issued_at"] else DigestState.DRAFT
    return DigestHead(
        number=row["id"],
        title=row["title"],
        since=unstamp(row["since"]),
        until=unstamp(row["until"]),
        zone=row["zone"],
        selection=row["selection"],
        basis=Basis(row["basis"]),
        after_seq=row["after_seq"],
        upto_seq=row["upto_seq"],
        items=row["items"],
        made_by=row["made_by"],
        made_at=unstamp(row["made_at"]),
        version=row["version"],
        state=DigestState.DISCARDED if row["discarded_at"] else state,
        issued_by=row["issued_by"],
        issued_at=unstamp_or_none(row["issued_at"]),
        corrects=row["corrects"],
        reason=row["reason"],
        corrected_by=tuple(sorted(json.loads(row["corrected_by"]))),
    )


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
    named = [each for each in said if each.role in (*TOLD, ArticleRole.COPY)]
    before = {each.article_id for each in named if issues[each.digest].place < mine.place}
    if not before:
        return bool(told)
    at_once = left.article_id not in before and any(e.digest == left.digest for e in told)
    return at_once or any(issues[each.digest].tells_what(mine) for each in told)


def _told_row(row: dict[str, Any]) -> Told:
    return Told(row["digest_id"], row["article_id"], row["story_id"], ArticleRole(row["role"]))


_SAID = (
    "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digest_articles r "
    "JOIN digests d ON d.id = r.digest_id JOIN articles a ON a.id = r.article_id"
)


# By the issues of the selection, of which there are few: not through all that was ever said.
_LEFT = (
    "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digests d "
    "CROSS JOIN digest_articles r ON r.digest_id = d.id "
    f"AND r.role IN ('{ArticleRole.WAITING}', '{ArticleRole.REJECTED}') "
    "CROSS JOIN articles a ON a.id = r.article_id"
)


# The last that was noted of an issue is that it was issued.
_ISSUES = """
SELECT d.id, d.basis, d.after_seq,
  (SELECT max(e.id) FROM digest_edits e WHERE e.digest_id = d.id) AS place
FROM digests d WHERE d.selection = ? AND d.issued_at IS NOT NULL AND d.corrects IS NULL
"""
