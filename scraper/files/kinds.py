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
)
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
    `rtf`, `html`; empty for anything else."""
    head = body[:_PDF_WITHIN]
    if head.startswith(b"PK\x03\x04"):
        return _packed_kind(body)
    if b"%PDF-" in head:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return "html" if _HTML.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) else ""


def _packed_kind(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
    except BROKEN:
        return "zip"
    return next((kind for part, kind in _PARTS if part in names), "zip")
