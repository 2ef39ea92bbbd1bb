"""Which kept body new ones of a site are packed against: asked by crawls and in transactions."""

from __future__ import annotations

from typing import Any

from ..driver import Connection
from ..packing import Base, unpack
from .records import FetchKind


class BaseQueries:
    """The question that store and transaction share."""

    _db: Connection

    def packing_base(self, source_id: str, kind: FetchKind) -> Base | None:
        """What the source's latest page of that kind was packed against, or else that page."""
        blob_id = self._base_id(source_id, kind)
        if blob_id is None:
            return None
        row: Any = self._db.execute("SELECT data FROM blobs WHERE id = ?", [blob_id]).fetchone()
        return Base(blob_id, unpack(row[0]))

    def _base_id(self, source_id: str, kind: FetchKind) -> int | None:
        if kind is FetchKind.FILE:  # they have nothing in common
            return None
        row: Any = self._db.execute(_LATEST, [source_id, kind.value]).fetchone()
        return int(row[1].partition(":")[2] or row[0]) if row else None


_LATEST = """
SELECT b.id, b.codec FROM blobs b WHERE b.id = (
  SELECT blob_id FROM snapshots WHERE source_id = ? AND kind = ? ORDER BY id DESC LIMIT 1)
"""
