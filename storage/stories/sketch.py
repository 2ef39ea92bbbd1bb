"""The sketch of a text: those of its shingles whose hashes are the smallest.

Texts that share passages share samples, whatever was cut off or put around them: of the smaller
text's passages the same ones are sampled (Broder, "On the resemblance and containment of
documents", 1997). Finds candidates only; `compare` decides.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from zlib import crc32

from .tokens import Units, units

SKETCH_VERSION = 2
"""Stored with the archive; a change of sampling or comparing raises it and asks for a rebuild."""
SAMPLES = 40
_WORDS, _CHARACTERS = 3, 5
_WIDTH = 4  # bytes of a unit in UTF-32
_HALF = 1 << 31


def sketch(text: str) -> bytes:
    """At most SAMPLES hashes, ascending, 4 bytes each (signed, as SQLite stores them best)."""
    return sketch_of(units(text))


def sketch_of(text: Units) -> bytes:
    """The same from the units of a text."""
    line = text.telling.encode("utf-32-le")
    size = _WIDTH * (_CHARACTERS if text.is_han else _WORDS)
    starts: Iterable[int] = range(0, len(line) - size + 1, _WIDTH)
    if text.is_han:  # there are many: those at every other character of the script will do
        starts = [at for at in starts if line[at] & 1]
    smallest = sorted({crc32(line[at : at + size]) for at in starts})[:SAMPLES]
    return pack_samples(value - _HALF for value in smallest)


def pack_samples(samples: Iterable[int]) -> bytes:
    """Samples as stored."""
    found = [*samples]
    return struct.pack(f"<{len(found)}i", *found)


def unpack_samples(packed: bytes) -> tuple[int, ...]:
    """The inverse of `pack_samples`."""
    return struct.unpack(f"<{len(packed) // 4}i", packed)


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """About which share of the shingles of the smaller text the larger has, from samples alone."""
    # Below the lower of the two ends both samples are complete.
    end = min(_end(one), _end(other))
    left, right = {s for s in one if s <= end}, {s for s in other if s <= end}
    return len(left & right) / max(1, min(len(left), len(right)))


def _end(samples: tuple[int, ...]) -> int:
    return samples[-1] if len(samples) == SAMPLES else _HALF
