"""An address of an article under which a document lies: the document is the article.

Its title is its first line, else the name the server gives the file; a document says nothing more
of itself that could be believed.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import unquote, urlsplit

from storage.types import ArticleData, Capture, Evidence, Origin, Outcome, Reading

from ..pages.text import clean_field
from ..pages.version import READER_VERSION
from ..sources.model import FieldRules
from .kinds import kind_of
from .read import read_file

KINDS = frozenset({"pdf", "docx", "xlsx", "pptx", "ofd"})
_SECONDS = 3.5
"""For the pages of a PDF: less than a page's reader has."""
_TITLE = range(4, 121)
_NAMED = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]{1,200})", re.I)


def read_document(capture: Capture, rules: FieldRules, source_id: str) -> Reading | None:
    """The document as an article; None for bytes that are no document we read."""
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
