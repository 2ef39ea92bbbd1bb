"""Selecting digests, and the proofs behind what they say. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..driver import Connection
from ..packing import unpack, unpack_text
from ..stamps import stamp, unstamp, unstamp_or_none
from .records import (
    Basis,
    DigestEdit,
    DigestFile,
    DigestHead,
    DigestState,
    Proof,
    ReadText,
)
from .select_told import ToldQueries

_AT_A_TIME = 500


class DigestQueries(ToldQueries):
    """The part of the store that answers what was drafted and issued."""

    _db: Connection

    def digests(
        self, limit: int | None = None, before: int | None = None
    ) -> tuple[DigestHead, ...]:
        """Digests that were not discarded, the newest first; `before`: of lower numbers only."""
        sql = (
            f"{_HEAD} WHERE d.discarded_at IS NULL AND (? IS NULL OR d.id < ?) "
            "ORDER BY d.id DESC LIMIT ?"
        )
        most = -1 if limit is None else limit
        return tuple(map(_head, self._db.query(sql, [before, before, most])))

    def digest(self, number: int) -> DigestHead | None:
        """One digest, or None."""
        return next(map(_head, self._db.query(f"{_HEAD} WHERE d.id = ?", [number])), None)

    def digest_document(self, number: int) -> str:
        """The contents of a digest as `desk.digest` wrote them. Raises LookupError."""
        row: Any = self._db.execute("SELECT document FROM digests WHERE id = ?", [number])
        found = row.fetchone()
        if found is None:
            raise LookupError(f"there is no digest {number}")
        return unpack_text(found[0])

    def digest_edits(self, number: int) -> tuple[DigestEdit, ...]:
        """How a draft came about, in order."""
        sql = "SELECT * FROM digest_edits WHERE digest_id = ? ORDER BY id"
        return tuple(
            DigestEdit(row["person"], unstamp(row["at"]), row["what"])
            for row in self._db.query(sql, [number])
        )

    def digest_files(self, number: int) -> tuple[DigestFile, ...]:
        """The frozen renderings of an issue, by format; none of a draft."""
        sql = "SELECT format, size, sha256 FROM digest_files WHERE digest_id = ? ORDER BY format"
        return tuple(DigestFile(**row) for row in self._db.query(sql, [number]))

    def digest_file(self, number: int, form: str) -> bytes:
        """The bytes of a frozen rendering. Raises LookupError where there is none."""
        sql = "SELECT data FROM digest_files WHERE digest_id = ? AND format = ?"
        found: Any = self._db.execute(sql, [number, form]).fetchone()
        if found is None:
            raise LookupError(f"digest {number} was not issued as {form}")
        return unpack(found[0])

    def last_seq(self, before: datetime | None = None) -> int:
        """The number of the last event there is, or of the last one before the first that happened
        at that moment or later; 0 if none."""
        if before is not None:
            sql = "SELECT min(seq) - 1 AS seq FROM events WHERE at >= ?"
            found = next(iter(self._db.query(sql, [stamp(before)])))["seq"]
            if found is not None:
                return int(found)
        sql = "SELECT coalesce(max(seq), 0) AS seq FROM events"
        return int(next(iter(self._db.query(sql)))["seq"])

    def seqs_of(self, since: datetime, until: datetime) -> tuple[int, int]:
        """The events of a period, `until` exclusive: after which (exclusive) and up to which. Where
        the clock was set back in it they end before the first that is stamped before `since`: what
        comes after that is not all of the period."""
        after, last = self.last_seq(since), self.last_seq()
        sql = "SELECT min(seq) - 1 AS seq FROM events WHERE seq > ? AND (at < ? OR at >= ?)"
        first = next(iter(self._db.query(sql, [after, stamp(since), stamp(until)])))["seq"]
        return after, last if first is None else int(first)

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

    def proofs_of(self, article_ids: Sequence[int]) -> dict[int, Proof]:
        """The archived pages behind these articles as they are read now."""
        found: dict[int, Proof] = {}
        for part in _parts(article_ids):
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


def _proof(row: dict[str, Any]) -> Proof:
    is_file, files = bool(row["is_file"]), json.loads(row["files"])
    return Proof(
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


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_A_TIME):
        yield list(ids[start : start + _AT_A_TIME])
