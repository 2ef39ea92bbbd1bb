"""Bodies compressed for the archive: alone, or against another page of the same site.

The pages of a site differ in their articles only; against one another they take a quarter of the
space, and less time too. Knows bytes, not tables.
"""

from __future__ import annotations

import zstandard

ALONE = "zstd"
"""The codec of a body on its own (RFC 8878)."""
_LEVEL = 9
_QUICK = 3
_LARGEST = 1024 * 1024
"""Bodies above that many bytes are neither packed against others nor others against them."""
_GAIN = 0.6


def pack(data: bytes) -> bytes:
    """Compressed on its own."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(data)


def unpack(data: bytes, base: bytes | None = None) -> bytes:
    """The inverse of `pack`, and of `pack_against` the same base (itself unpacked)."""
    if base is None:
        return zstandard.ZstdDecompressor().decompress(data)
    return zstandard.ZstdDecompressor(dict_data=_prefix(base)).decompress(data)


def pack_text(text: str) -> bytes:
    """A text, compressed on its own."""
    return pack(text.encode("utf-8", "surrogatepass"))


def unpack_text(data: bytes) -> str:
    """The inverse of `pack_text`."""
    return unpack(data).decode("utf-8", "surrogatepass")


def pack_against(data: bytes, base: bytes) -> bytes | None:
    """Compressed as what differs from `base`; None where that gains too little."""
    if len(data) > _LARGEST or len(base) > _LARGEST:
        return None
    packed = zstandard.ZstdCompressor(level=_QUICK, dict_data=_prefix(base)).compress(data)
    alone = zstandard.ZstdCompressor(level=_QUICK).compress(data)
    return packed if len(packed) < _GAIN * len(alone) else None


def codec_against(base_id: int) -> str:
    """The codec of a body that was packed against the blob of this id."""
    return f"{ALONE}:{base_id}"


def _prefix(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
