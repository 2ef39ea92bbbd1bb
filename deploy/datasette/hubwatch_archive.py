"""For `datasette --plugins-dir deploy/datasette`: shows what an archive of Hubwatch keeps packed.

Texts that only machines read are zstd frames (RFC 8878). The function `unpacked` gives them as
text; nothing in the archive needs it. `zstandard` must be installed beside datasette.
"""

from __future__ import annotations

import sqlite3

import zstandard
from datasette import hookimpl


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give a connection the function."""
    conn.create_function("unpacked", 1, unpacked, deterministic=True)


def unpacked(data: bytes | None) -> str | None:
    """A packed text."""
    if data is None:
        return None
    return zstandard.ZstdDecompressor().decompress(data).decode("utf-8", "replace")
