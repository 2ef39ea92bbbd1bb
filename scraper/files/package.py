"""Documents that are ZIP packages of XML parts: opened within bounds, their elements one by one.

A part is parsed while it is unpacked, so neither a bomb of zeros nor one of entities gets anywhere:
what is unpacked is counted, entities are never resolved. What the elements mean is for `office`.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import IO

from lxml import etree

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
    """A document cannot be unpacked or parsed; the message says why."""


class Package:
    """One document. Raises Damaged, also while parts are read; TooBig beyond the bounds."""

    def __init__(self, body: bytes) -> None:
        try:
            self._packed = zipfile.ZipFile(io.BytesIO(body))
        except BROKEN as error:
            raise Damaged(str(error)) from error
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
            raise Damaged(f"{name}: {error}") from error

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
    own place must stay, for the text that may follow it)."""
    element.clear(keep_tail=False)
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None:
        parent.remove(before)
