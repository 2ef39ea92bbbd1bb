"""What the bytes of a file are, whatever its address or its server calls them."""

from __future__ import annotations

import io
import re
import zipfile

from .package import BROKEN

_HTML = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|script)\b",
    re.I | re.S,
)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
)
_BRANDS = {b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"avif": "avif"}
"""Major brands of pictures in the ISO base media format (ISO 14496-12)."""
PICTURES = frozenset({"png", "jpg", "gif", "webp", "tif", "heic", "avif"})
"""Kinds of files in which no text is looked for."""
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_PDF_WITHIN = 1024
"""Readers of PDF take a header within the first kilobyte (ISO 32000-1, annex H.3.4.1)."""


def kind_of(body: bytes) -> str:
    """`pdf`, `docx`, `xlsx`, `pptx`, `ofd`, `zip`, `ole` (Office before 2007, WPS), `rar`, `7z`,
    `rtf`, `html`, one of `PICTURES`; empty for anything else."""
    head = body[:_PDF_WITHIN]
    if head.startswith(b"PK\x03\x04"):
        return _packed_kind(body)
    if b"%PDF-" in head:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    picture = _boxed_picture(head)
    if picture:
        return picture
    return "html" if _HTML.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) else ""


def _boxed_picture(head: bytes) -> str:
    """The kind of a picture that says what it is a few bytes after its beginning."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return _BRANDS.get(head[8:12], "") if head[4:8] == b"ftyp" else ""


def _packed_kind(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
    except BROKEN:
        return "zip"
    return next((kind for part, kind in _PARTS if part in names), "zip")
