"""Packing bodies against another one, so that the one they were packed against may go.

Reads and packs outside of transactions; each of these only puts a few rows in their place.
"""

from __future__ import annotations

from ..driver import Connection
from ..packing import ALONE, Base, codec_against, pack, pack_body, unpack
from .turns import Turns

_AT_A_TIME = 50


def free(db: Connection, turns: Turns, blob_id: int) -> int:
    """Pack everything that is packed against a blob against the newest of these; returns how many.

    May be interrupted: what is done is done. Raises StorageError.
    """
    old = codec_against(blob_id)
    base: Base | None = None
    body, done = b"", 0
    while found := db.execute(_PACKED_SO, [old, _AT_A_TIME]).fetchall():
        # Only what is packed on its own has others packed against it.
        body = body or unpack(db.execute(_DATA, [blob_id]).fetchone()[0])
        rows = []
        for number, data in found:
            one = unpack(data, body)
            if base is None:
                base = Base(number, one)
                rows.append((ALONE, pack(one), number, old))
            else:
                packed = pack_body(one, base)
                rows.append((packed.codec, packed.data, number, old))
        with turns():
            for row in rows:
                db.execute(_PUT, row)
        done += len(rows)
    return done


_PACKED_SO = "SELECT id, data FROM blobs WHERE codec = ? ORDER BY id DESC LIMIT ?"
_DATA = "SELECT data FROM blobs WHERE id = ?"
_PUT = "UPDATE blobs SET codec = ?, data = ? WHERE id = ? AND codec = ?"
