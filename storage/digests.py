"""What the archive keeps of digests: drafts, issues, what they said of articles, and deliveries.

The contents of a digest are a text to the archive. `desk.digest` reads it. What was issued is never
written again. Every attempt to deliver is written down before it is made.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .database import Connection, batches, count, insert, stamp, unstamp, unstamp_or_none
from .packing import pack, pack_text, unpack_proven, unpack_text


class DigestState(StrEnum):
    """A draft may be edited, issued or discarded. What is issued never changes."""

    DRAFT = "draft"
    ISSUED = "issued"
    DISCARDED = "discarded"


class Basis(StrEnum):
    """What a digest is made of: events since the last issue of its selection, or a period."""

    SINCE_LAST = "since-last"
    PERIOD = "period"


class ArticleRole(StrEnum):
    """What an issue said of an article: news, an update, or nothing, because an editor trimmed it,
    it waits for a later issue, or reviewers rejected it, or that it is a copy of what was told."""

    NEWS = "news"
    UPDATED = "updated"
    TRIMMED = "trimmed"
    WAITING = "waiting"
    REJECTED = "rejected"
    COPY = "copy"


PUBLISHED = (ArticleRole.NEWS, ArticleRole.UPDATED, ArticleRole.TRIMMED)
"""After these an article is no news in a later issue."""


class EditConflict(ValueError):
    """Somebody else has edited a draft since it was read."""


class StaleSequence(ValueError):
    """A draft would tell again, or skip, what another issue told: made anew, it would not."""


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest about to be drafted. The period is [since, until), `after_seq` (exclusive) and
    `upto_seq` (inclusive) bound the events it is about. `selection` names what it was limited to,
    and with it the series it belongs to."""

    title: str
    since: datetime
    until: datetime
    zone: str
    selection: str
    basis: Basis
    after_seq: int
    upto_seq: int
    document: str
    items: int
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DigestHead:
    """What is known of a digest without its contents. `version` counts the edits of a draft. One
    `withdraws` where it holds no item of what it corrects."""

    number: int
    title: str
    since: datetime
    until: datetime
    zone: str
    selection: str
    basis: Basis
    after_seq: int
    upto_seq: int
    items: int
    made_by: str
    made_at: datetime
    version: int
    state: DigestState
    issued_by: str | None = None
    issued_at: datetime | None = None
    corrects: int | None = None
    reason: str = ""
    corrected_by: tuple[int, ...] = ()
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class DigestEdit:
    """One change of a draft: who, when, what in words."""

    person: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class DigestFile:
    """One frozen rendering: the format's word, its size in bytes, its SHA-256."""

    format: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """That an issue said something of an article."""

    digest: int
    article_id: int
    story_id: int
    role: ArticleRole


@dataclass(frozen=True, slots=True)
class DigestProof:
    """The archived pages behind one article as it is read now: `sha256` of the bytes of its page,
    the pages it goes on over, its files. None and empty where nothing was archived. `is_file`: it
    has no page, and what is proven is the file that somebody handed over."""

    article_id: int
    reading_id: int
    snapshot_id: int | None
    archived_at: datetime | None
    sha256: str
    further: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class ReadText:
    """What a reading said, for a readable copy."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class DigestDelivery:
    """That a digest is to be handed to a target. `key` stays the same for all attempts. `state` is
    `owed`, `delivered` or `failed`. `next_at` says when an owed one is to be tried again."""

    id: int
    digest: int
    target: str
    kind: str
    key: str
    made_at: datetime
    state: str
    next_at: datetime | None
    attempts: tuple[DeliveryAttempt, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt, stored before it was made. One that never ended is in doubt. `lacking` are the
    addresses that did not get what others got by it, and may later."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    sent: str
    reason: str
    lacking: tuple[str, ...] = ()


_AT_A_TIME = 500


class DigestQueries:
    """The questions about what was drafted and issued."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def latest(self, limit: int | None = None, before: int | None = None) -> tuple[DigestHead, ...]:
        """Digests that were not discarded, the newest first, `before`: of lower numbers only."""
        sql = (
            f"{_HEAD} WHERE d.discarded_at IS NULL AND (? IS NULL OR d.id < ?) "
            "ORDER BY d.id DESC LIMIT ?"
        )
        most = -1 if limit is None else limit
        return tuple(map(_head, self._db.query(sql, [before, before, most])))

    def count(self) -> int:
        """How many digests were not discarded."""
        return count(self._db, "digests WHERE discarded_at IS NULL", ())

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
        """The frozen renderings of an issue, by format, none of a draft."""
        sql = "SELECT format, size, sha256 FROM digest_files WHERE digest_id = ? ORDER BY format"
        return tuple(DigestFile(**row) for row in self._db.query(sql, [number]))

    def file(self, number: int, form: str) -> bytes:
        """The bytes of a frozen rendering. Raises LookupError where there is none, and DamagedBytes
        where they are not those that were frozen."""
        sql = "SELECT sha256, data FROM digest_files WHERE digest_id = ? AND format = ?"
        found: Any = self._db.execute(sql, [number, form]).fetchone()
        if found is None:
            raise LookupError(f"digest {number} was not issued as {form}")
        return unpack_proven(*found)

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
        one. That one where none is."""
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

    def proofs_of_versions(
        self, versions: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], DigestProof]:
        """The archived pages behind these versions of articles, each by article and number."""
        found: dict[tuple[int, int], DigestProof] = {}
        for start in range(0, len(versions), _AT_A_TIME):
            part = json.dumps(versions[start : start + _AT_A_TIME])
            for row in self._db.query(_VERSION_PROOFS, [part]):
                found[row["id"], row["number"]] = _proof(row)
        return found

    def reading_text(self, reading_id: int) -> ReadText:
        """What a reading said. Raises LookupError."""
        sql = "SELECT title, body FROM readings WHERE id = ?"
        for row in self._db.query(sql, [reading_id]):
            return ReadText(row["title"], row["body"])
        raise LookupError(f"there is no reading {reading_id}")

    def published_items(
        self, selection: str, story_ids: Sequence[int]
    ) -> tuple[PublishedItem, ...]:
        """What issues of a selection said of these stories as they stand now, in order of issues.
        Corrections left out."""
        found: list[PublishedItem] = []
        for start in range(0, len(story_ids), _AT_A_TIME):
            part = list(story_ids[start : start + _AT_A_TIME])
            where = f"a.story_id IN ({', '.join('?' * len(part))}) AND d.selection = ?"
            found += self._published_where(_SAID, where, [*part, selection])
        return tuple(found)

    def issues_of(self, story_id: int) -> tuple[PublishedItem, ...]:
        """What issues of any selection said of a story, in their order. Corrections left out, and
        copies, of which nothing is said."""
        where = f"a.story_id = ? AND r.role <> '{ArticleRole.COPY}'"
        return tuple(self._published_where(_SAID, where, [story_id]))

    def roles(self, number: int) -> tuple[PublishedItem, ...]:
        """What an issue said of which articles."""
        sql = (
            "SELECT r.digest_id, r.article_id, a.story_id, r.role FROM digest_articles r "
            "JOIN articles a ON a.id = r.article_id WHERE r.digest_id = ? ORDER BY r.article_id"
        )
        return tuple(map(_published_item, self._db.query(sql, [number])))

    def held_over(self, selection: str) -> tuple[PublishedItem, ...]:
        """Articles that an issue of a selection left for later, or out because they were rejected,
        and that none has told since. What was left first comes first. Of a story that had been told
        before, that is what happened to it since."""
        issues = self._series(selection)
        left = self._published_where(_LEFT, "d.selection = ?", [selection])
        waiting = sorted(left, key=lambda each: issues[each.digest].place)
        said: dict[int, list[PublishedItem]] = defaultdict(list)
        for each in self.published_items(selection, sorted({each.story_id for each in waiting})):
            said[each.story_id].append(each)
        return tuple(each for each in waiting if not _is_done(each, said[each.story_id], issues))

    def _series(self, selection: str) -> dict[int, _Issue]:
        return {
            row["id"]: _Issue(row["place"], Basis(row["basis"]), row["after_seq"])
            for row in self._db.query(_ISSUES, [selection])
        }

    def _published_where(
        self, said: str, where: str, values: Sequence[Any]
    ) -> Iterator[PublishedItem]:
        sql = (
            f"{said} WHERE {where} AND d.issued_at IS NOT NULL AND d.corrects IS NULL "
            "ORDER BY r.digest_id, r.article_id"
        )
        yield from map(_published_item, self._db.query(sql, list(values)))


_HEAD = """
SELECT d.*, (SELECT json_group_array(c.id) FROM digests c
  WHERE c.corrects = d.id AND c.issued_at IS NOT NULL) AS corrected_by,
  d.items = 0 AND EXISTS (WITH RECURSIVE before(corrects, items) AS (
    SELECT b.corrects, b.items FROM digests b WHERE b.id = d.corrects UNION ALL
    SELECT b.corrects, b.items FROM before JOIN digests b ON b.id = before.corrects
  ) SELECT 1 FROM before WHERE items > 0) AS withdraws FROM digests d
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

_VERSION_PROOFS = """
SELECT v.article_id AS id, v.number, v.reading_id, r.snapshot_id, s.fetched_at, b.sha256,
  0 AS is_file, '[]' AS files,
  (SELECT json_group_array(p.snapshot_id) FROM (SELECT snapshot_id FROM parts
    WHERE reading_id = r.id AND snapshot_id IS NOT NULL ORDER BY number) p) AS further
FROM json_each(?) wanted
JOIN revisions v ON v.article_id = wanted.value ->> 0 AND v.number = wanted.value ->> 1
JOIN readings r ON r.id = v.reading_id
LEFT JOIN snapshots s ON s.id = r.snapshot_id LEFT JOIN blobs b ON b.id = s.blob_id
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
        withdraws=bool(row["withdraws"]),
    )


@dataclass(frozen=True, slots=True)
class _Issue:
    """An issue of a selection: its place among all that was issued (numbers are those of drafts,
    which may be issued in another order), and what it was made of."""

    place: int
    basis: Basis
    after_seq: int

    def covers(self, other: _Issue) -> bool:
        """Whether it tells what an earlier issue put off. One of a period tells only what happened
        in that."""
        since_then = self.basis is Basis.SINCE_LAST or self.after_seq <= other.after_seq
        return self.place > other.place and since_then


def _is_done(
    left: PublishedItem, said: Sequence[PublishedItem], issues: Mapping[int, _Issue]
) -> bool:
    """Whether nothing of it is owed any more, by all that was said of its story."""
    mine = issues[left.digest]
    told = [each for each in said if each.role in PUBLISHED]
    named = [each for each in said if each.role in (*PUBLISHED, ArticleRole.COPY)]
    before = {each.article_id for each in named if issues[each.digest].place < mine.place}
    if not before:
        return bool(told)
    at_once = left.article_id not in before and any(e.digest == left.digest for e in told)
    return at_once or any(issues[each.digest].covers(mine) for each in told)


def _published_item(row: dict[str, Any]) -> PublishedItem:
    return PublishedItem(
        row["digest_id"], row["article_id"], row["story_id"], ArticleRole(row["role"])
    )


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


class DigestWrites:
    """The part of a transaction that keeps digests."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._digests = DigestQueries(database)

    def draft(self, new: NewDigest, *, person: str, now: datetime) -> int:
        """Keep a draft. Return its number. Raises ValueError for a draft of nobody."""
        if not person.strip():
            raise ValueError("a digest needs the name of who makes it")
        number = insert(
            self._db,
            "digests",
            {
                "title": new.title,
                "since": stamp(new.since),
                "until": stamp(new.until),
                "zone": new.zone,
                "selection": new.selection,
                "basis": new.basis.value,
                "after_seq": new.after_seq,
                "upto_seq": new.upto_seq,
                "items": new.items,
                "made_by": person,
                "made_at": stamp(now),
                "corrects": new.corrects,
                "reason": new.reason,
                "document": pack_text(new.document),
            },
        )
        self._note_edit(number, person, now, "drafted")
        return number

    def edit(
        self,
        head: DigestHead,
        document: str,
        *,
        title: str,
        items: int,
        what: str,
        person: str,
        now: datetime,
    ) -> None:
        """Keep another version of a draft, made from the one that `head` describes. `what` says in
        words what was changed. Raises LookupError and EditConflict as `_draft` does."""
        self._draft(head)
        self._db.execute(
            "UPDATE digests SET document = ?, title = ?, items = ?, version = version + 1 "
            "WHERE id = ?",
            [pack_text(document), title, items, head.number],
        )
        self._note_edit(head.number, person, now, what)

    def refresh(self, head: DigestHead, new: NewDigest, *, person: str, now: datetime) -> None:
        """Make a draft anew of what the archive holds now. Raises as `_draft` does."""
        self._draft(head)
        self._db.execute(
            "UPDATE digests SET document = ?, title = ?, items = ?, since = ?, until = ?, "
            "after_seq = ?, upto_seq = ?, version = version + 1 WHERE id = ?",
            [
                pack_text(new.document),
                new.title,
                new.items,
                stamp(new.since),
                stamp(new.until),
                new.after_seq,
                new.upto_seq,
                head.number,
            ],
        )
        self._note_edit(head.number, person, now, "made anew")

    def discard(self, head: DigestHead, *, person: str, now: datetime) -> None:
        """Lay a draft aside for good. Its number stays taken. Raises as `_draft` does."""
        self._draft(head)
        self._db.execute(
            "UPDATE digests SET discarded_at = ? WHERE id = ?", [stamp(now), head.number]
        )
        self._note_edit(head.number, person, now, "discarded")

    def issue(
        self,
        head: DigestHead,
        document: str,
        files: Mapping[str, bytes],
        roles: Mapping[int, ArticleRole],
        proofs: Iterable[DigestProof],
        *,
        person: str,
        now: datetime,
    ) -> None:
        """Freeze a draft: its contents, its renderings (format → bytes), what it says of which
        article, and the pages behind it, which nothing removes any more. Raises as `_draft` does,
        and StaleSequence where another issue was faster."""
        self._draft(head)
        self.check_sequence(head)
        for form, data in files.items():
            digest = hashlib.sha256(data).hexdigest()
            self._db.execute(
                "INSERT INTO digest_files VALUES (?, ?, ?, ?, ?)",
                [head.number, form, len(data), digest, pack(data)],
            )
        for article_id, role in roles.items():
            self._db.execute(
                "INSERT INTO digest_articles VALUES (?, ?, ?)",
                [head.number, article_id, role.value],
            )
        self._rest_on(head.number, proofs)
        self._note_edit(head.number, person, now, "issued")
        self._db.execute(
            "UPDATE digests SET document = ?, issued_by = ?, issued_at = ? WHERE id = ?",
            [pack_text(document), person, stamp(now), head.number],
        )

    def _rest_on(self, number: int, proofs: Iterable[DigestProof]) -> None:
        pages: set[tuple[int | None, int | None]] = set()
        for proof in proofs:
            kept = (proof.snapshot_id, *proof.further, *proof.files)
            pages |= {(proof.reading_id, None), *((None, page) for page in kept if page)}
        for reading_id, snapshot_id in sorted(pages, key=str):
            insert(
                self._db,
                "digest_proofs",
                {"digest_id": number, "reading_id": reading_id, "snapshot_id": snapshot_id},
            )

    def check_sequence(self, head: DigestHead) -> None:
        """A digest of what came since the last issue goes on exactly where that ended, by events
        and, as an issue may have none, by the clock: else raises StaleSequence."""
        if head.basis is not Basis.SINCE_LAST or head.corrects is not None:
            return
        last = self._digests.last_issue(head.selection)
        if last and (last.upto_seq, last.until) != (head.after_seq, head.since):
            raise StaleSequence(
                f"digest {last.number} was issued since digest {head.number} was drafted; "
                f"`hubwatch digest edit {head.number} --refresh` makes it anew"
            )

    def _draft(self, head: DigestHead) -> None:
        """Raises LookupError where the digest is not there or no draft, EditConflict where
        somebody has changed it since."""
        now = self._digests.get(head.number)
        if now is None:
            raise LookupError(f"there is no digest {head.number}")
        if now.state is not DigestState.DRAFT:
            raise LookupError(f"digest {head.number} is {now.state} and never changes")
        if now.version != head.version:
            raise EditConflict(
                f"somebody else has edited digest {head.number} meanwhile; look again"
            )

    def _note_edit(self, number: int, person: str, now: datetime, what: str) -> None:
        if not person.strip():
            raise ValueError("an edit needs the name of who makes it")
        insert(
            self._db,
            "digest_edits",
            {"digest_id": number, "person": person, "at": stamp(now), "what": what},
        )


# The ledger of deliveries: what is pending for whom. Every attempt is written down before it is

OWED, DELIVERED, FAILED = "owed", "delivered", "failed"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An issue that was never sent to a target, though that target got the issue `before`: the one
    before it in its series, or one that it corrects."""

    digest: int
    issued_at: datetime
    target: str
    before: int


_IN_FORCE = (
    "NOT IN (SELECT corrects FROM digests WHERE corrects IS NOT NULL AND issued_at IS NOT NULL)"
)
_FORGOTTEN = f"""
WITH RECURSIVE versions(id, first) AS (
  SELECT id, id FROM digests WHERE issued_at IS NOT NULL AND corrects IS NULL
  UNION ALL
  SELECT c.id, v.first FROM digests c JOIN versions v ON c.corrects = v.id
  WHERE c.issued_at IS NOT NULL
), issues AS (
  SELECT id, lead(id) OVER series AS later, lag(id) OVER series AS before
  FROM digests WHERE issued_at IS NOT NULL AND corrects IS NULL
  WINDOW series AS (PARTITION BY selection ORDER BY id)
), got AS (
  SELECT v.first, d.target, max(v.id) AS id FROM deliveries d JOIN versions v ON v.id = d.digest_id
  WHERE d.state = '{DELIVERED}' GROUP BY v.first, d.target
)
SELECT i.id, i.issued_at, max(g.id) AS before, g.target
FROM digests i JOIN versions v ON v.id = i.id JOIN issues s ON s.id = v.first
JOIN got g ON g.first = v.first OR (s.later IS NULL AND g.first = s.before)
WHERE i.id {_IN_FORCE} AND i.issued_at >= :since AND i.issued_at <= :until
  AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.digest_id = i.id AND e.target = g.target)
GROUP BY i.id, g.target ORDER BY i.id, g.target
"""


class DeliveryQueries:
    """The questions about what was handed on."""

    def __init__(self, database: Connection) -> None:
        self._db = database

    def select(
        self, digest: int | None = None, target: str | None = None
    ) -> tuple[DigestDelivery, ...]:
        """Deliveries of one digest, to one target, or all, in order."""
        asked = {"digest_id": digest, "target": target}
        wanted = {name: value for name, value in asked.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
        found = self._db.query(
            f"SELECT * FROM deliveries {where} ORDER BY id", list(wanted.values())
        )
        return tuple(self._delivery(row) for row in found)

    def undelivered(self, target: str, selection: str | None, since: datetime) -> tuple[int, ...]:
        """Issues from `since` on, of one selection or of any, that this target was never owed. Not
        those that were corrected."""
        found = self._db.query(
            "SELECT id FROM digests WHERE issued_at >= ? AND (? IS NULL OR selection = ?) "
            f"AND id {_IN_FORCE} "
            "AND id NOT IN (SELECT digest_id FROM deliveries WHERE target = ?) ORDER BY id",
            [stamp(since), selection, selection, target],
        )
        return tuple(row["id"] for row in found)

    def pending(self, target: str) -> tuple[DigestDelivery, ...]:
        """What a target is owed, in order. Not what was corrected since: the correction is."""
        found = self._db.query(
            f"SELECT * FROM deliveries WHERE target = ? AND state = ? AND digest_id {_IN_FORCE} "
            "ORDER BY id",
            [target, OWED],
        )
        return tuple(self._delivery(row) for row in found)

    def unsent(self, since: datetime) -> tuple[DigestDelivery, ...]:
        """What was owed from `since` on and has not been delivered, or was given up, in order. Not
        what was corrected since."""
        found = self._db.query(
            "SELECT * FROM deliveries WHERE state <> ? AND made_at >= ? "
            f"AND digest_id {_IN_FORCE} ORDER BY id",
            [DELIVERED, stamp(since)],
        )
        return tuple(self._delivery(row) for row in found)

    def forgotten(self, since: datetime, until: datetime) -> tuple[Forgotten, ...]:
        """The newest issue of each series, and every correction, issued within that period and not
        corrected since, with each target that was never owed it and got the issue before it, or one
        that it corrects."""
        found = self._db.query(_FORGOTTEN, {"since": stamp(since), "until": stamp(until)})
        return tuple(
            Forgotten(row["id"], unstamp(row["issued_at"]), row["target"], row["before"])
            for row in found
        )

    def _delivery(self, row: dict[str, Any]) -> DigestDelivery:
        attempts = self._db.query(
            "SELECT * FROM delivery_attempts WHERE delivery_id = ? ORDER BY id", [row["id"]]
        )
        return DigestDelivery(
            id=row["id"],
            digest=row["digest_id"],
            target=row["target"],
            kind=row["kind"],
            key=row["key"],
            made_at=unstamp(row["made_at"]),
            state=row["state"],
            next_at=unstamp_or_none(row["next_at"]),
            attempts=tuple(
                DeliveryAttempt(
                    each["id"],
                    unstamp(each["began_at"]),
                    unstamp_or_none(each["ended_at"]),
                    each["sent"],
                    each["reason"],
                    tuple(each["lacking"].split()),
                )
                for each in attempts
            ),
        )


class DeliveryWrites:
    """The part of a transaction that keeps deliveries."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._deliveries = DeliveryQueries(database)

    def enqueue(
        self, digest: int, target: str, kind: str, key: str, now: datetime
    ) -> DigestDelivery:
        """A digest is owed to a target from now on. Said twice it is owed once, under one key."""
        self._db.execute(
            "INSERT OR IGNORE INTO deliveries (digest_id, target, kind, key, made_at, state, "
            "next_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [digest, target, kind, key, stamp(now), OWED, stamp(now)],
        )
        return self._deliveries.select(digest, target)[0]

    def begin_attempt(self, delivery_id: int, now: datetime) -> int:
        """Write down that an attempt is about to be made. Return its number."""
        return insert(
            self._db, "delivery_attempts", {"delivery_id": delivery_id, "began_at": stamp(now)}
        )

    def end_attempt(
        self,
        attempt_id: int,
        *,
        sent: str,
        reason: str,
        state: str,
        next_at: datetime | None,
        now: datetime,
        lacking: Sequence[str] = (),
    ) -> None:
        """An attempt has ended like this. The delivery is in that state, and is to be tried again
        then. These addresses have not got what others got by it."""
        self._db.execute(
            "UPDATE delivery_attempts SET ended_at = ?, sent = ?, reason = ?, lacking = ? "
            "WHERE id = ?",
            [stamp(now), sent, reason, " ".join(lacking), attempt_id],
        )
        self._db.execute(
            "UPDATE deliveries SET state = ?, next_at = ? WHERE id = "
            "(SELECT delivery_id FROM delivery_attempts WHERE id = ?)",
            [state, stamp(next_at) if next_at else None, attempt_id],
        )
