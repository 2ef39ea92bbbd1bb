"""A digest as a workbook for Excel: items, sources, how it was made, and figures, a sheet each.

Every cell is text, a number or a link. None is a formula. What begins like one is quoted too, so
that it stays text when somebody edits the cell.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from ...messages import Translator, parts_of
from ...text import FORMULA_STARTS, one_line, safe_link
from .. import wording
from ..model import Digest, DigestStyle, Scan
from .as_csv import COLUMNS, FIGURE_COLUMNS, figure_row, row_of

_LONGEST_CELL = 32_767  # of Excel
_LONGEST_LINK = 2_079
_WIDTHS = {"title": 60, "translation": 40, "sentence": 60, "url": 50, "also_at": 40, "note": 40}


def render_xlsx(digest: Digest, style: DigestStyle) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        metadata = digest.metadata
        made = metadata.made_at if metadata else digest.edition.period.until
        title = one_line(digest.edition.title, 255)
        book.set_properties({"title": title, "created": _naive(made)})
        sheet = _Sheets(book, wording.words_of(digest))
        sheet.items(digest)
        sheet.sources(digest)
        sheet.about(digest)
        sheet.figures(digest)
    return out.getvalue()


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)  # the format knows no zones


class _Sheets:
    """Writes the sheets of one book."""

    def __init__(self, book: Any, words: Translator) -> None:
        self._book, self._words = book, words
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._text = book.add_format({"valign": "top", "text_wrap": True})
        self._quoted = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
        self._link = book.add_format(
            {"valign": "top", "font_color": "#7a2318", "underline": 1, "text_wrap": True}
        )

    def items(self, digest: Digest) -> None:
        """An item a row, the columns of the CSV form."""
        sheet = self._begin("Items", COLUMNS)
        for place, name in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(name, 16))
        line = 0
        for section in digest.chapters:
            for item in section.items:
                line += 1
                cells = row_of(item, section.heading, digest)
                for place, (name, cell) in enumerate(zip(COLUMNS, cells, strict=True)):
                    if name in ("number", "article_id", "story_id"):
                        sheet.write_number(line, place, int(cell), self._text)
                    else:
                        self._write(sheet, line, place, cell, name == "url")
        sheet.autofilter(0, 0, max(line, 1), len(COLUMNS) - 1)

    def sources(self, digest: Digest) -> None:
        """A source a row."""
        sheet = self._begin("Sources", ("source", "id", "city", "last_run", "runs", "items"))
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 3, 20)
        for line, scan in enumerate(digest.coverage.scans, 1):
            city = wording.named(scan.city, digest, self._words)
            state = self._state(scan)
            for place, cell in enumerate((scan.name, scan.source_id, city, state)):
                self._write(sheet, line, place, cell, is_link=False)
            sheet.write_number(line, 4, scan.runs, self._text)
            sheet.write_number(line, 5, scan.items, self._text)

    def _state(self, scan: Scan) -> str:
        if self._words.tag == "en":
            return str(scan.outcome or "not scanned")
        return wording.outcome_of(scan, self._words)

    def about(self, digest: Digest) -> None:
        """What the digest is, how complete, how it was made."""
        sheet = self._begin("About", ("what", "text"))
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 110)
        words = self._words
        rows = [("title", digest.edition.title), ("period", wording.period_of(digest, words))]
        rows += [("digest", wording.status(digest, words))] if digest.metadata else []
        rows += [("correction", text)] if (text := wording.correction(digest, words)) else []
        rows += [("limited to", wording.scope(digest, words))] if wording.scope(digest) else []
        rows += [("introduction", text) for text in digest.introduction.split("\n\n") if text]
        rows += [("coverage", line) for line in wording.coverage(digest, words)]
        rows += [("made", line) for line in wording.made(digest, words)]
        for line, (name, text) in enumerate(rows, 1):
            self._write(sheet, line, 0, words.term("digest_column", name), is_link=False)
            self._write(sheet, line, 1, text, is_link=False)

    def figures(self, digest: Digest) -> None:
        """The annex: a figure that people confirmed a row."""
        sheet = self._begin("Figures", FIGURE_COLUMNS)
        for place, name in enumerate(FIGURE_COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(name, 16))
        for line, (item, figure) in enumerate(wording.annex(digest), 1):
            cells = figure_row(item, figure, digest)
            for place, (name, cell) in enumerate(zip(FIGURE_COLUMNS, cells, strict=True)):
                if isinstance(cell, str):
                    self._write(sheet, line, place, cell, name == "url")
                else:
                    sheet.write_number(line, place, cell, self._text)

    def _begin(self, name: str, columns: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(" ".join(parts_of(self._words.term("digest_sheet", name))))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, self._words.term("digest_column", column), self._head)
        return sheet

    def _write(self, sheet: Any, line: int, place: int, text: str, is_link: bool) -> None:
        cell = one_line(text, _LONGEST_CELL)
        target = safe_link(cell) if is_link else None
        if target is not None and len(target) <= _LONGEST_LINK:
            sheet.write_url(line, place, target, self._link, target)
        else:
            begins = cell[:1] in FORMULA_STARTS if cell else False
            sheet.write_string(line, place, cell, self._quoted if begins else self._text)
