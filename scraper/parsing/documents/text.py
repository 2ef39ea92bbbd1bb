"""The text of a file made well: lines that only the page's width broke are joined, all is bounded.

Knows text, no file format.
"""

from __future__ import annotations

from hubwatch.patterns import lazy_pattern
from storage.attachments import FileText
from storage.types import Outcome

from ..text import clean_paragraphs
from ..version import FILE_READER_VERSION

READ_BY = "read by Tesseract"
"""In the reason of a text whose letters were read in a picture."""
MAX_CHARACTERS = 500_000
"""Characters of a file that are kept: some thousand printed pages of Chinese."""

_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_SPACED = lazy_pattern(rf"(?<={_HAN}) (?={_HAN})")
_TOUCHING = lazy_pattern(rf"(?<={_HAN})(?={_HAN})")
_ENDS_IN_HAN = lazy_pattern(rf"{_HAN}\Z")
_BEGINS_WITH_HAN = lazy_pattern(_HAN)
_SENTENCE_ENDS = ("。", "！", "？", "；", "：", "…", "”")
_LOST = lazy_pattern("[\ufffd\ue000-\uf8ff]")
_FULL_LINE = 0.75
"""A line of so much of the longest one's length was broken by the margin."""


def text_of(raw: str, kind: str, missing: str = "") -> FileText:
    """What was read of a file as its text: clean, bounded, with an outcome word. `missing` says
    what of the file is not in it."""
    cut = ""
    if len(raw) > MAX_CHARACTERS:
        raw, cut = raw[:MAX_CHARACTERS], f"text cut after {MAX_CHARACTERS:,} characters"
    text = clean_paragraphs(raw)
    reason = "; ".join(filter(None, (missing, cut)))
    if not text.strip():
        return FileText(Outcome.UNSUPPORTED, missing or "no text in it", kind, FILE_READER_VERSION)
    if 3 * len(_LOST.findall(text)) > len(text):
        why = "its fonts do not say which characters they draw"
        return FileText(Outcome.UNSUPPORTED, why, kind, FILE_READER_VERSION)
    outcome = Outcome.PARTIAL if reason else Outcome.OK
    return FileText(outcome, reason, kind, FILE_READER_VERSION, text)


def unread(outcome: Outcome, reason: str, kind: str = "") -> FileText:
    """No text, and why."""
    return FileText(outcome, reason[:300], kind, FILE_READER_VERSION)


def join_lines(page: str) -> str:
    """A printed page as running text: what the margin broke is joined, so that a word is found
    though it stands on two lines."""
    lines = [_closed(line.strip()) for line in page.splitlines()]
    longest = max(map(len, lines), default=0)
    out: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if out and line and _goes_on(before, line, longest):
            out[-1] = _joined(out[-1], line)
        else:
            out.append(line)
    return "\n".join(out)


def _goes_on(before: str, line: str, longest: int) -> bool:
    if len(before) < _FULL_LINE * longest or before.endswith(_SENTENCE_ENDS):
        return False
    if _ENDS_IN_HAN.search(before):
        return _BEGINS_WITH_HAN.match(line) is not None
    return line[0].islower() or before.endswith((",", "-"))


def _joined(before: str, line: str) -> str:
    if _ENDS_IN_HAN.search(before):
        return before + line
    if before.endswith("-") and before[-2:-1].isalpha() and line[0].islower():
        return before[:-1] + line
    return f"{before} {line}"


def _closed(line: str) -> str:
    """Some programs set a blank after each Han character. It means nothing."""
    spaced = len(_SPACED.findall(line))
    return _SPACED.sub("", line) if spaced > 2 and spaced > len(_TOUCHING.findall(line)) else line
