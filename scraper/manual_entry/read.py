"""Reads the file of an item: what it is by its bytes, and what it says. To be called in a worker.

Never raises for what a file holds, but for memory. Which kinds are taken is told by `kind_taken`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.types import Capture

from ..files.kinds import PICTURES, kind_of
from ..files.read import read_file
from ..files.text import text_of, unread
from ..pages.decode import decode
from ..sources.model import FieldRules
from .item import Contents, ManualFile

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ofd": "application/ofd",
    "html": "text/html",
    "txt": "text/plain",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "tif": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
}
"""The kinds of files that are taken, and their media types (IANA)."""
PLAIN = frozenset({"txt", *PICTURES})
"""Kinds that are read without a parser, or not read at all."""
_NOWHERE = "https://address.invalid/page"  # RFC 2606: leads nowhere
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1a")


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be read: its kind, the address at which it is said to stand, if any, the source it
    belongs to with the rules for its pages; `now` judges dates."""

    file: ManualFile
    kind: str
    url: str
    source_id: str
    rules: FieldRules
    now: datetime


def kind_taken(file: ManualFile) -> str:
    """What a file is by its bytes, whatever it is called: a key of `MEDIA`. Raises ValueError for
    what is not taken."""
    kind = kind_of(file.body)
    if not kind and file.body.strip() and _is_text(file.body):
        kind = "txt"
    if kind not in MEDIA:
        what = "is empty" if not file.body.strip() else "is none of these"
        raise ValueError(
            f"{what}: a picture (PNG, JPEG, GIF, WebP, TIFF, HEIC), PDF, DOCX, XLSX, PPTX, OFD, "
            "HTML or plain text"
        )
    return kind


def _is_text(body: bytes) -> bool:
    text = decode(body, "").text
    return bool(text.strip()) and not _CONTROLS & set(text)


def read_contents(task: Task) -> Contents:
    """What a file says; a saved page is read as the page of its address would be."""
    if task.kind == "html":
        return _read_page(task)
    return Contents(read_file(task.file.body, task.kind, MEDIA[task.kind]))


def _read_page(task: Task) -> Contents:
    from ..pages.article import read_article

    address = task.url or _NOWHERE
    headers = (("content-type", "text/html"),)
    capture = Capture(address, address, task.now, 200, headers, task.file.body)
    reading = read_article(capture, task.rules, task.source_id)
    if reading.article is None:
        return Contents(unread(reading.outcome, reading.reason, "html"))
    return Contents(text_of(reading.article.body, "html", reading.reason), reading.article)
