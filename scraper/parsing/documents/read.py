"""Reads one file: bytes → text with an outcome word. To be called in a worker.

A document that lies under the address of an article is the article. Never raises for what a file
holds, but for memory. Never fetches or stores.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from urllib.parse import unquote, urlsplit

from storage.attachments import FileText
from storage.lists import RowWitness
from storage.text import han_pattern
from storage.types import (
    ArticleData,
    Capture,
    Confidence,
    Evidence,
    Origin,
    Outcome,
    Precision,
    Reading,
    When,
)

from ...sources.model import FieldRules
from ..body.files import stated_name
from ..dates.in_text import DateOrder, find_dates, implausible
from ..dates.of_article import day_in
from ..fields.persons import is_institution
from ..fields.title import NUMBER_OF_PAPER
from ..languages import HAN_INSTITUTIONS
from ..text import clean_field, narrow, squeeze
from ..version import READER_VERSION
from .kinds import PICTURES, kind_of
from .text import READ_BY, text_of, unread

SECONDS = 12.0
_PLAIN = frozenset({"txt", "csv"})
_OFFICE = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "ofd"})
_NAMES = {
    "ole": "a document in a format from before 2007 (.doc, .xls, .ppt, .wps)",
    "rtf": "an RTF document",
    "zip": "a ZIP archive",
    "rar": "a RAR archive",
    "7z": "a 7z archive",
}


def read_file(
    body: bytes,
    suffix: str,
    content_type: str = "",
    *,
    seconds: float = SECONDS,
    scan_seconds: float = SECONDS,
) -> FileText:
    """The text of a file. `suffix` is what its address ends in, without dot. It decides only where
    the bytes do not tell. After so many `seconds` of CPU time no further page of a PDF is
    begun, after `scan_seconds` by the clock no further page of a scan."""
    kind = kind_of(body)
    if kind == "pdf":
        from .pdf import A_SCAN, read_pdf

        found = read_pdf(body, seconds)
        is_scan = found.reason.startswith(A_SCAN)
        return _read_scan(body, kind, scan_seconds, found.reason) if is_scan else found
    if kind in _OFFICE:
        from .office import read_office

        return read_office(body, kind)
    if kind in _NAMES:
        return unread(Outcome.UNSUPPORTED, f"{_NAMES[kind]}: its text is not read", kind)
    if kind in PICTURES:
        return _read_scan(body, kind, scan_seconds, "a picture")
    if not body.strip():
        return unread(Outcome.UNSUPPORTED, "no bytes in it", "")
    if suffix in _PLAIN and kind != "html":
        from ..encoding import decode

        decoded = decode(body, content_type)
        if not decoded.hopeless:
            return text_of(decoded.text, suffix)
    return unread(Outcome.UNSUPPORTED, "the bytes are of no kind that is read", kind)


def _read_scan(body: bytes, kind: str, seconds: float, unread_because: str) -> FileText:
    from .scans import read_scan  # few files are scans, and it loads a library of pictures

    return read_scan(body, kind, seconds, unread_because)


# An address of an article under which a document lies: the document is the article.

KINDS = _OFFICE | {"pdf"}
_SECONDS = 3.5
"""For the pages of a PDF: less than a page's reader has."""
_SCAN_SECONDS = 15.0
"""By the clock, for those of a scan: another program has the work, and the reader waits."""
_TITLE = range(4, 121)
_HEAD_SIZE, _LEAST = 1_500, 6
"""Characters of a document below whose letterhead its title stands, and letters of a title."""
_MOST_LINES, _WRAPPED = 40, range(1, 5)
"""Lines of these that are looked at, and over how many of them a title may run."""
_IN_PICTURE = "letters read in a picture, some of them wrongly"


def read_document(
    capture: Capture, rules: FieldRules, source_id: str, row: RowWitness | None = None
) -> Reading | None:
    """The document as an article. None for bytes that are no document we read. `row` is what the
    lists that lead to it say of it."""
    kind = kind_of(capture.body)
    if kind not in KINDS or capture.status >= 400:
        return None
    read = read_file(capture.body, kind, seconds=_SECONDS, scan_seconds=_SCAN_SECONDS)
    if not read.text:
        reason = f"a {kind.upper()} file: {read.reason}"
        return Reading(read.outcome, reason, READER_VERSION, "", rules.template)
    title, title_from = _title(capture, read.text, row)
    published, day_from = _published(capture, read.text, rules.zone, row)
    paragraphs = [each for each in read.text.split("\n\n") if each.strip()]
    article = ArticleData(
        url=capture.final_url or capture.url,
        source_id=source_id,
        title=title,
        body=read.text,
        html="".join(f"<p>{escape(each)}</p>" for each in paragraphs),
        published=published,
        language=rules.language or None,
        evidence=(
            _of_scan(title_from, read),
            _of_scan(day_from, read),
            *(_unknown(field) for field in ("source", "author", "publisher")),
            _body_evidence(kind, read),
        ),
    )
    outcome = Outcome.PARTIAL if read.reason else Outcome.OK
    return Reading(outcome, read.reason, READER_VERSION, "", rules.template, article)


def _body_evidence(kind: str, read: FileText) -> Evidence:
    """Where the text is from. Letters that were read in a picture are in doubt."""
    is_scan = READ_BY in read.reason
    rule = f"{kind} file, {READ_BY}" if is_scan else f"{kind} file"
    doubt = _IN_PICTURE if is_scan else ""
    level = Confidence.DOUBTFUL if is_scan else Confidence.SURE
    return Evidence("body", Origin.GENERIC, rule, read.text[:200], level, doubt)


_NO_HEADLINE = "the first line of a file, which marks no line as its headline"
_A_NAME = "the name of a file, not a headline"
_BEGINS_WITHOUT = "the file itself begins without a headline"
_FROM_TEXT = "a guess: a line of the text that is a day"
_UNSAID = "a file says nothing of it"
_HEAD, _FOOT, _DAY_LINE = 6, 8, 40
"""Lines at either end of a text, and letters of one, that may be the day of a document."""


def _of_scan(evidence: Evidence, read: FileText) -> Evidence:
    """What was read in a picture is in doubt, unless it is from elsewhere."""
    if READ_BY not in read.reason or evidence.origin is not Origin.GENERIC:
        return evidence
    if evidence.confidence is Confidence.UNKNOWN or evidence.doubt == _A_NAME:
        return evidence
    return replace(evidence, confidence=Confidence.DOUBTFUL, doubt=_IN_PICTURE)


def _unknown(field: str) -> Evidence:
    return Evidence(field, Origin.GENERIC, "", "", Confidence.UNKNOWN, _UNSAID)


def _title(capture: Capture, text: str, row: RowWitness | None) -> tuple[str, Evidence]:
    """The first line, else the name of the file. Sure where the row of a list says the same. Below
    the head of a letter it is what the row says, which the text says, too; and what the row says
    where the text begins without a headline."""
    first = _first_line(text)
    titles = {squeeze(each): each for each in (row.titles if row else ()) if squeeze(each)}
    said, lines = titles.keys(), _lines(text)
    whole = {squeeze("".join(lines[at : at + n])) for n in _WRAPPED for at in range(len(lines))}
    below = next((each for key, each in titles.items() if len(key) >= _LEAST and key in whole), "")
    if below and squeeze(first) not in said:
        rule = "row of the list, and the text"
        return below, Evidence("title", Origin.LIST, rule, below, Confidence.SURE)
    listed = next((each for key, each in titles.items() if _is_headline(key)), "")
    begins = squeeze(first) in said or (len(first) in _TITLE and not _is_no_headline(first))
    if listed and not begins:
        level, doubt = Confidence.DOUBTFUL, _BEGINS_WITHOUT
        return listed, Evidence("title", Origin.LIST, "row of the list", listed, level, doubt)
    if len(first) in _TITLE:
        level = Confidence.SURE if squeeze(first) in said else Confidence.DOUBTFUL
        doubt = "" if level is Confidence.SURE else _NO_HEADLINE
        return first, Evidence("title", Origin.GENERIC, "first line", first, level, doubt)
    path = urlsplit(capture.final_url or capture.url).path
    name = stated_name(capture) or unquote(path.rpartition("/")[2])
    title = clean_field(name) or first or path
    return title, Evidence(
        "title", Origin.GENERIC, "file name", title, Confidence.DOUBTFUL, _A_NAME
    )


def _is_headline(said: str) -> bool:
    """Whether the words of a row are a headline, and not those of a link to a file."""
    return len(said) >= _LEAST and _LINK_WORDS.search(said) is None


_LINK_WORDS = han_pattern(
    r"下载|下載|附件|点击|點擊|download|attachment|^(?:view|open|read|click)|\.(?:pdf|docx?|od[tsp])$",
    re.I,
)


def _is_no_headline(line: str) -> bool:
    """Whether a line is what letters and papers begin with: their writer, their number, a form of
    address, a sentence."""
    return _is_writer(line) or _is_number(line) or _NO_HEADLINES.search(line) is not None


def _is_writer(line: str) -> bool:
    return is_institution(line) and _is_alone(line)


_NO_HEADLINES = han_pattern(r"[:：。；]$|^(?:dear|ref(?:erence)?\b|our ref|to:|date:|no\.)", re.I)


def _is_number(line: str) -> bool:
    return NUMBER_OF_PAPER.fullmatch(narrow(line).strip()) is not None


def _first_line(text: str) -> str:
    """The first line below the head of a letter, which names its writer in capitals, or alone, and
    the number of its paper."""
    lines = _head(text) or [""]
    first = next((line for line in lines if not (_is_writer(line) or _is_number(line))), "")
    return first if len(first) in _TITLE and not find_dates(first, "UTC") else lines[0]


def _head(text: str) -> list[str]:
    return _lines(text)[:_HEAD]


def _lines(text: str) -> list[str]:
    """The lines of the beginning of a text: of a letter its head, which may be long, and its
    headline."""
    lines = (clean_field(line) for line in text.lstrip()[:_HEAD_SIZE].split("\n"))
    return [line for line in lines if line][:_MOST_LINES]


def _is_alone(line: str) -> bool:
    is_name = line.isupper() and len(line.split()) <= _MOST_WORDS
    return is_name or (len(line) <= _LONGEST_NAME and line.endswith(HAN_INSTITUTIONS))


_LONGEST_NAME, _MOST_WORDS = 16, 9


def _published(
    capture: Capture, text: str, zone: str, row: RowWitness | None
) -> tuple[When | None, Evidence]:
    """The day that the list or the address of the document says. Else, as a guess, that of a short
    line near either end which is little but a day: under a headline, or a signature."""
    for day in row.days if row else ():
        when = When(day, Precision.DAY, zone)
        if not implausible(when, capture.fetched_at):
            raw = day.isoformat()
            return when, _day(Origin.LIST, "row of the list", raw, Confidence.SURE, "")
    url = capture.final_url or capture.url
    dated = day_in(url, zone, capture.fetched_at)
    if dated is not None:
        raw = urlsplit(url).path[:200]
        return dated, _day(Origin.URL, "date in the address", raw, Confidence.SURE, "")
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    ends = (*lines[:_HEAD], *reversed(lines[_HEAD:][-_FOOT:]))
    for line in ends:
        found = find_dates(line, zone, DateOrder.UNSURE) if len(line) <= _DAY_LINE else []
        if len(found) == 1 and not implausible(found[0].when, capture.fetched_at):
            rule = "line of the text"
            return found[0].when, _day(Origin.GENERIC, rule, line, Confidence.DOUBTFUL, _FROM_TEXT)
    return None, _unknown("published")


def _day(origin: Origin, rule: str, raw: str, level: Confidence, doubt: str) -> Evidence:
    return Evidence("published", origin, rule, raw, level, doubt)
