"""Reads one file: bytes → text with an outcome word. To be called in a worker.

A document that lies under the address of an article is the article. Never raises for what a file
holds, but for memory. Never fetches or stores.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import unquote, urlsplit

from storage.attachments import FileText
from storage.types import ArticleData, Capture, Evidence, Origin, Outcome, Reading

from ...sources.model import FieldRules
from ..text import clean_field
from ..version import READER_VERSION
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
    """The text of a file. `suffix` is what its address ends in, without dot. It decides only where
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
        from ..encoding import decode

        decoded = decode(body, content_type)
        if not decoded.hopeless:
            return text_of(decoded.text, suffix)
    return unread(Outcome.UNSUPPORTED, "the bytes are of no kind that is read", kind)


# An address of an article under which a document lies: the document is the article.

KINDS = frozenset({"pdf", "docx", "xlsx", "pptx", "ofd"})
_SECONDS = 3.5
"""For the pages of a PDF: less than a page's reader has."""
_TITLE = range(4, 121)
_NAMED = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]{1,200})", re.I)


def read_document(capture: Capture, rules: FieldRules, source_id: str) -> Reading | None:
    """The document as an article. None for bytes that are no document we read."""
    kind = kind_of(capture.body)
    if kind not in KINDS or capture.status >= 400:
        return None
    read = read_file(capture.body, kind, seconds=_SECONDS)
    if not read.text:
        reason = f"a {kind.upper()} file: {read.reason}"
        return Reading(read.outcome, reason, READER_VERSION, "", rules.template)
    title, rule = _title(capture, read.text)
    paragraphs = [each for each in read.text.split("\n\n") if each.strip()]
    article = ArticleData(
        url=capture.final_url or capture.url,
        source_id=source_id,
        title=title,
        body=read.text,
        html="".join(f"<p>{escape(each)}</p>" for each in paragraphs),
        language=rules.language or None,
        evidence=(
            Evidence("title", Origin.GENERIC, rule, title),
            Evidence("body", Origin.GENERIC, f"{kind} file", read.text[:200]),
        ),
    )
    outcome = Outcome.PARTIAL if read.reason else Outcome.OK
    return Reading(outcome, read.reason, READER_VERSION, "", rules.template, article)


def _title(capture: Capture, text: str) -> tuple[str, str]:
    first = clean_field(text.lstrip().partition("\n")[0])
    if len(first) in _TITLE:
        return first, "first line"
    stated = _NAMED.search(capture.header("content-disposition") or "")
    path = urlsplit(capture.final_url or capture.url).path
    name = unquote(stated[1] if stated else path.rpartition("/")[2])
    return clean_field(name) or first or path, "file name"
