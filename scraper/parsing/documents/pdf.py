"""The text of PDF files, page by page, within bounds of its own. Reads no pictures of text."""

from __future__ import annotations

import io
import logging
import time
import warnings
from collections.abc import Iterator

from pypdf import PdfReader

from hubwatch.reasons import in_words
from storage.attachments import FileText
from storage.types import Outcome

from .text import MAX_CHARACTERS, join_lines, text_of, unread

MAX_PAGES = 2_000
_KIND = "pdf"
A_SCAN = "no text in it, most likely a scan"


def read_pdf(body: bytes, seconds: float) -> FileText:
    """The text of a PDF file. After so many seconds of CPU time no further page is begun. Raises
    MemoryError. Everything else a file does ends as a value."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it grumbles at every second file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(PdfReader(io.BytesIO(body), strict=False), seconds)
        except MemoryError:
            raise
        except Exception as error:  # pypdf meets damage by whatever breaks first
            return unread(Outcome.UNSUPPORTED, f"damaged: {_describe_error(error)}", _KIND)


def _read(reader: PdfReader, seconds: float) -> FileText:
    if reader.is_encrypted and not reader.decrypt(""):
        return unread(Outcome.UNSUPPORTED, "encrypted: it asks for a password", _KIND)
    count = len(reader.pages)
    if not count:
        return unread(Outcome.UNSUPPORTED, "damaged: it has no pages", _KIND)
    pages = _Pages(reader, count)
    raw = "\n\n".join(pages.texts(seconds))
    if not raw.strip() and not pages.missing:
        what = "a page" if count == 1 else f"{count} pages"
        return unread(Outcome.UNSUPPORTED, f"{A_SCAN} ({what})", _KIND)
    return text_of(raw, _KIND, pages.missing)


class _Pages:
    """The pages of a file as texts. `missing` says afterwards which are not among them."""

    def __init__(self, reader: PdfReader, count: int) -> None:
        self._reader = reader
        self._count = count
        self._broken: list[int] = []
        self._stopped = ""
        self._why = ""

    @property
    def missing(self) -> str:
        broken = ""
        if self._broken:
            which = ", ".join(map(str, self._broken[:5])) + (" …" if self._broken[5:] else "")
            broken = f"page {which} cannot be read: {self._why}"
        return "; ".join(filter(None, (broken, self._stopped)))

    def texts(self, seconds: float) -> Iterator[str]:
        began, size = time.process_time(), 0  # by the clock a busy host would cost pages
        for number in range(1, self._count + 1):
            slow = time.process_time() - began > seconds
            if slow or number > MAX_PAGES or size > MAX_CHARACTERS:
                why = f"; they took more than {seconds:g} s" if slow else ""
                self._stopped = f"only the first {number - 1} of {self._count} pages{why}"
                return
            text = self._text(number)
            size += len(text)
            yield text

    def _text(self, number: int) -> str:
        try:
            return join_lines(self._reader.pages[number - 1].extract_text())
        except MemoryError:
            raise
        except Exception as error:  # one page's trouble ends with that page
            self._broken.append(number)
            self._why = self._why or _describe_error(error)
            return ""


def _describe_error(error: Exception) -> str:
    """The words of the library for people, or those for what broke in it."""
    return in_words(error)[:150]
