"""What the archive knows of one address. Asked before a page is read and again inside the lock."""

from __future__ import annotations

from ..driver import Connection
from ..types import Known
from ..urls import identity_key
from .parts import PARTS, part_list


class KnownQueries:
    """The question that store and transaction share."""

    _db: Connection

    def known(self, source_id: str, url: str) -> Known | None:
        """What is known of an address of this source, or of a made-up name, by its key or as an
        alias."""
        key = identity_key(url)
        row = next(iter(self._db.query(_KNOWN, [source_id, key])), None)
        if row is None:
            return None
        return Known(
            article_id=row["id"],
            url=row["url"],
            content_hash=row["content_hash"],
            gone=row["gone_at"] is not None,
            reader_version=row["reader_version"],
            snapshot_id=row["snapshot_id"],
            revision=row["revisions"],
            parts=part_list(row["parts"]),
        )


_KNOWN = f"""
SELECT a.id, a.url, a.gone_at, a.revisions, r.content_hash, r.reader_version, r.snapshot_id,
  {PARTS}
FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE a.id = coalesce(
  (SELECT id FROM articles WHERE source_id = ?1 AND url_key = ?2),
  (SELECT article_id FROM aliases WHERE source_id = ?1 AND url_key = ?2))
"""
