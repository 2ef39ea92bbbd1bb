"""Bodies compressed for the archive: alone, or against another page of the same site.

The pages of a site differ in their articles only. Against one another they take a quarter of the
space, and less time too. Knows bytes, not tables.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import zstandard

from hubwatch.errors import DamagedBytes

ALONE = "zstd"
"""The codec of a body on its own (RFC 8878)."""
_LEVEL = 3
"""Of zstd. Texts of a page's size gain nothing worth having from higher ones, which take five times
as long."""
_LARGEST = 1024 * 1024
"""Bodies above that many bytes are neither packed against others nor others against them."""
_GAIN = 0.6
_WINDOW = 8 * 1024 * 1024
"""Bytes that a frame of others may look back."""
_MARKUP = b"\0"
"""Leads markup that is packed against its text; no zstd frame begins so (RFC 8878, section 3.1)."""


class _Tools(threading.local):
    """What packs and unpacks, made once for each thread: to make it takes longer than to use it."""

    def __init__(self) -> None:
        self.packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self.unpacker = zstandard.ZstdDecompressor()


_TOOLS = _Tools()


def pack(data: bytes) -> bytes:
    """Compressed on its own."""
    return _TOOLS.packer.compress(data)


def unpack(data: bytes, base: bytes | None = None) -> bytes:
    """The inverse of `pack`, and of what `pack_body` packed against this base (itself unpacked).
    Raises DamagedBytes for what was packed by nobody."""
    try:
        if base is None:
            return _TOOLS.unpacker.decompress(data)
        return zstandard.ZstdDecompressor(dict_data=_prefix(base)).decompress(data)
    except (zstandard.ZstdError, MemoryError) as error:
        raise DamagedBytes(
            "%(size)s bytes in the archive are not as they were written and cannot be unpacked; "
            "`hubwatch archive scrub` names the item, `hubwatch archive mend` mends it",
            size=len(data),
        ) from error


def unpack_proven(digest: str, data: bytes, base: bytes | None = None) -> bytes:
    """As `unpack`, where the bytes are those of this SHA-256. Raises DamagedBytes where they are
    not: frames from before had no checksum of their own."""
    found = unpack(data, base)
    if _sha256(found) != digest:
        raise DamagedBytes(
            "%(size)s bytes in the archive are not as they were written, by their SHA-256; "
            "`hubwatch archive scrub` names the item, `hubwatch archive mend` mends it",
            size=len(data),
        )
    return found


def unpack_foreign(data: bytes, most: int) -> bytes:
    """What others packed, whatever it says of its size. Raises ValueError where that is no frame,
    or would be more than so many bytes."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(data) as source:
            found = source.read(most + 1)
    except (zstandard.ZstdError, MemoryError):
        raise ValueError("it is damaged, or was packed by something else") from None
    if len(found) > most:
        raise ValueError(f"it has more than {most} bytes, unpacked")
    return found


def pack_text(text: str) -> bytes:
    """A text, compressed on its own."""
    return pack(_encoded(text))


def unpack_text(data: bytes) -> str:
    """The inverse of `pack_text`."""
    return unpack(data).decode("utf-8", "surrogatepass")


def pack_markup(markup: str, text: str) -> bytes:
    """A text's markup, as what it has beyond the text: a tenth of what it takes alone."""
    if not text:
        return pack_text(markup)
    packer = _packer_against(_prefix(_encoded(text)))
    return _MARKUP + packer.compress(_encoded(markup))


def unpack_markup(data: bytes, text: str) -> str:
    """The inverse of `pack_markup`. Markup without text is packed on its own."""
    if not data.startswith(_MARKUP):
        return unpack_text(data)
    return unpack(data[len(_MARKUP) :], _encoded(text)).decode("utf-8", "surrogatepass")


def pack_against(data: bytes, base: bytes) -> bytes | None:
    """Compressed as what differs from `base`. None where that gains too little."""
    if len(data) > _LARGEST or len(base) > _LARGEST:
        return None
    packed = _against(base, threading.get_ident()).compress(data)
    return packed if len(packed) < _GAIN * len(pack(data)) else None


def codec_against(base_id: int) -> str:
    """The codec of a body that was packed against the blob of this id."""
    return f"{ALONE}:{base_id}"


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A kept body that others of its site are packed against, and the id of its blob."""

    blob_id: int
    body: bytes


@dataclass(frozen=True, slots=True)
class PackedBody:
    """A body as it is to be kept. `codec` says against which blob it is packed, if any, `tried`
    against which that was tried."""

    sha256: str
    size: int
    codec: str
    data: bytes
    tried: int | None


def pack_body(body: bytes, base: Base | None) -> PackedBody:
    """Against the base. On its own where there is none, or the site looks different now."""
    data = pack_against(body, base.body) if base else None
    codec = codec_against(base.blob_id) if base and data is not None else ALONE
    return PackedBody(
        sha256=_sha256(body),
        size=len(body),
        codec=codec,
        data=pack(body) if data is None else data,
        tried=base.blob_id if base else None,
    )


def _sha256(body: bytes) -> str:
    import hashlib  # who only asks what there is does without

    return hashlib.sha256(body).hexdigest()


@lru_cache(maxsize=8)
def _against(base: bytes, thread: int) -> zstandard.ZstdCompressor:
    """What packs against a base in one thread: it is not to be used in two at once."""
    prefix = _prefix(base)
    prefix.precompute_compress(level=_LEVEL)
    return _packer_against(prefix)


def _packer_against(prefix: zstandard.ZstdCompressionDict) -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=prefix, write_checksum=True)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _prefix(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
