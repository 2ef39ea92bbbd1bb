"""What the bytes of a file are, whatever its address or its server calls them.

Office documents are ZIP packages of XML parts. They are opened here, within bounds.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import IO

from lxml import etree

from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words

# Documents that are ZIP packages of XML parts: opened within bounds, their elements one by one.

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes that all parts read of one document may unpack to."""
MAX_PARTS = 5_000


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,  # a part is encrypted, or packed in a way that is not known
    ValueError,
)
"""How zipfile meets what is no package, or no longer one."""


class TooBig(Exception):
    """A document unpacks to more than it may."""


class Damaged(Exception):
    """A document cannot be unpacked or parsed. The message says why."""


class Package:
    """One document. Raises Damaged, also while parts are read. Raises TooBig beyond the bounds."""

    def __init__(self, body: bytes) -> None:
        try:
            self._packed = zipfile.ZipFile(io.BytesIO(body))
        except BROKEN as error:
            raise Damaged(in_words(error)) from error
        if len(self._packed.namelist()) > MAX_PARTS:
            raise TooBig(f"more than {MAX_PARTS:,} parts")
        self._left = MAX_UNPACKED

    def names(self) -> list[str]:
        """The names of its parts."""
        return self._packed.namelist()

    def events(self, name: str) -> Iterator[tuple[str, str, etree._Element]]:
        """Start and end of each element of a part, by its name without namespace. An element is
        emptied after its end."""
        try:
            with self._packed.open(name) as part:
                yield from self._parse(part)
        except (*BROKEN, etree.XMLSyntaxError) as error:
            raise Damaged(f"{name}: {in_words(error)}") from error

    def _parse(self, part: IO[bytes]) -> Iterator[tuple[str, str, etree._Element]]:
        parser = etree.XMLPullParser(
            ("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        while piece := part.read(65536):
            self._left -= len(piece)
            if self._left < 0:
                raise TooBig(f"unpacks to more than {MAX_UNPACKED >> 20} MiB")
            parser.feed(piece)
            for event, element in parser.read_events():
                yield event, etree.QName(element).localname, element
                if event == "end":
                    _forget(element)
        parser.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._packed.close()


def _forget(element: etree._Element) -> None:
    """Keep the memory flat: empty an element that was dealt with, and drop the one before it (its
    own place must stay, for the text that follows it)."""
    element.clear(keep_tail=True)
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None:
        parent.remove(before)


_HTML = lazy_pattern(
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
"""Kinds of files in which text is looked for only where Tesseract is installed."""
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
"""What an OpenDocument package says in its part `mimetype` (ISO/IEC 26300, part 3)."""
_PDF_WITHIN = 1024
"""Readers of PDF take a header within the first kilobyte (ISO 32000-1, annex H.3.4.1)."""


def kind_of(body: bytes) -> str:
    """`pdf`, `docx`, `xlsx`, `pptx`, `odt`, `ods`, `odp`, `ofd`, `zip`, `ole` (Office before
    2007, WPS), `rar`, `7z`, `rtf`, `html`, one of `PICTURES`. Empty for anything else."""
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
            stated = _stated_type(packed) if "mimetype" in names else b""
    except BROKEN:
        return "zip"
    found = next((kind for part, kind in _PARTS if part in names), "zip")
    return _OPEN_DOCUMENTS.get(stated, found)


def _stated_type(packed: zipfile.ZipFile) -> bytes:
    with packed.open("mimetype") as part:
        return part.read(100).strip()
