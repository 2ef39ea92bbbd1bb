"""Reads one file: bytes → text with an outcome word. To be called in a worker.

Never raises for what a file holds, but for memory; never fetches or stores.
"""

from __future__ import annotations

from storage.attachments import FileText
from storage.types import Outcome

from .kinds import PICTURES, kind_of
from .text import text_of, unread

SECONDS = 12.0
_PLAIN = frozenset({"txt", "csv"})
_OFFICE = frozenset({"docx", "xlsx", "pptx", "ofd"})
_NAMES = {
    "ole": "a document in a format from before 2007 (.doc, .xls, .ppt, .wps)",
    "rtf": "an RTF document",
    "zip": "a ZIP archive",
    "rar": "a RAR archive",
    "7z": "a 7z archive",
}


def read_file(
    body: bytes, suffix: str, content_type: str = "", *, seconds: float = SECONDS
) -> FileText:
    """The text of a file. `suffix` is what its address ends in, without dot; it decides only where
    the bytes do not tell. After so many `seconds` of CPU time no further page of a PDF is
    begun."""
    kind = kind_of(body)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(body, seconds)
    if kind in _OFFICE:
        from .office import read_office

        return read_office(body, kind)
    if kind in _NAMES:
        return unread(Outcome.UNSUPPORTED, f"{_NAMES[kind]}: its text is not read", kind)
    if kind in PICTURES:
        return unread(Outcome.UNSUPPORTED, "a picture: no text is read in it", kind)
    if not body.strip():
        return unread(Outcome.UNSUPPORTED, "no bytes in it", "")
    if suffix in _PLAIN and kind != "html":
        from ..pages.decode import decode

        decoded = decode(body, content_type)
        if not decoded.hopeless:
            return text_of(decoded.text, suffix)
    return unread(Outcome.UNSUPPORTED, "the bytes are of no kind that is read", kind)
