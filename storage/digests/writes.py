"""Writing digests: drafting, editing, issuing. What was issued is never written again; the
archive's own triggers see to that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from ..driver import Connection
from ..packing import pack, pack_text
from ..stamps import stamp
from ..statements import insert
from .queries import DigestQueries
from .records import (
    ArticleRole,
    Basis,
    DigestHead,
    DigestProof,
    DigestState,
    EditConflict,
    NewDigest,
    StaleSequence,
)


class DigestWrites:
    """The part of a transaction that keeps digests."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self._digests = DigestQueries(database)

    def draft(self, new: NewDigest, *, person: str, now: datetime) -> int:
        """Keep a draft; returns its number. Raises ValueError for a draft of nobody."""
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
        """Keep another version of a draft, made from the one that `head` describes; `what` says in
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
        """Lay a draft aside for good; its number stays taken. Raises as `_draft` does."""
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
