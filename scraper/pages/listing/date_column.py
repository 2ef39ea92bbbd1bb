"""Which column of a list's rows is their date, and what it says.

The place is known from `sides`; here the lines are read, each as all rows of the column show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from storage.types import When

from ..soup import attribute
from ..tree import attribute as tree_attribute
from .dates.reader import YEARLESS, DateReader, ShapedDate, agree
from .outline import Outline, OutlineLink, ShownLine
from .records import RecordSet, RowRecord, Side, sample_of

_SAMPLE = 24
_SAME_TIME = timedelta(days=2)
_LABEL = re.compile(
    r"(?:posted|published|publish|release|issued?|issuance|filed|date|updated?|发布|发文|发稿|时间|日期|公布|刊发)",
    re.I,
)
_NOT_IT = re.compile(
    r"(?:截止|截至|有效期|生效|施行|成文|deadline|expir|closing|effective|until)", re.I
)


@dataclass(slots=True)
class Row:
    """One record with its lines and links by column."""

    record: RowRecord
    span: tuple[int, int]
    lines: list[tuple[str, ShownLine]]
    links: list[tuple[str, OutlineLink]]
    when: When | None = None
    dated_by: str = ""
    date_at: frozenset[int] = field(default_factory=frozenset)


class DateColumn:
    """Gives the rows of one set their dates."""

    def __init__(
        self, outline: Outline, found: RecordSet, dates: DateReader, rows: list[Row]
    ) -> None:
        self._outline = outline
        self._found = found
        self._dates = dates
        self._rows = rows

    def date_rows(self) -> None:
        """Set `when` and `dated_by` of every row that has a date."""
        side = self._found.side
        if side is Side.OWN:
            self._date_by_column()
        elif side in (Side.BEFORE, Side.AFTER):
            self._date_beside()
        elif side is Side.ABOVE:
            heads = self._found.headings
            places = {id(record): at for at, record in enumerate(self._found.records)}
            lines = [heads.get(places[id(row.record)]) for row in self._rows]
            self._settle([[line] if line else [] for line in lines], "heading")
        self._date_by_address()

    def _date_by_column(self) -> None:
        column = self._date_column()
        picked: list[list[ShownLine]] = []
        for row in self._rows:
            lines = [line for key, line in row.lines if key == column]
            if not any(self._dates.read(line.text) for line in lines):
                lines = [line for _, line in row.lines if self._is_pure(line)][:1]
            picked.append(lines)
        self._settle(picked, "row")

    def _is_pure(self, line: ShownLine) -> bool:
        meanings = self._dates.read(line.text) if len(line.text) < 80 else ()
        return bool(meanings) and meanings[0].purity >= 0.5

    def _date_column(self) -> str:
        """The column that has a date in most rows, and little else beside it."""
        scores: dict[str, float] = {}
        sample = sample_of(self._rows, _SAMPLE)
        for row in sample:
            seen = set()
            for key, line in row.lines:
                meanings = self._dates.read(line.text)
                if meanings and key not in seen:
                    seen.add(key)
                    scores[key] = scores.get(key, 0.0) + _date_worth(line, meanings[0])
        return max(scores, key=lambda key: scores[key], default="")

    def _date_beside(self) -> None:
        picked = []
        for row in self._rows:
            record = row.record
            before = self._found.side is Side.BEFORE
            span = (record.before, record.node.start) if before else (record.node.end, record.after)
            lines = [line for line in self._outline.parts(*span) if self._dates.read(line.text)]
            picked.append(lines[-1:] if before else lines[:1])
        self._settle(picked, "beside")
        missing = [row for row in self._rows if row.when is None]
        if missing and len(missing) < len(self._rows):
            self._inherit()

    def _inherit(self) -> None:
        """Rows of one parent without a date of their own share the one above them."""
        above: Row | None = None
        for row in self._rows:
            if row.when is None and above is not None and not row.record.top:
                if self._found.side is Side.BEFORE:
                    row.when, row.dated_by = above.when, "heading"
            else:
                above = row

    def _settle(self, picked: Sequence[list[ShownLine]], dated_by: str) -> None:
        """Give each row the date of its lines, read as the whole column shows."""
        meanings = [[self._dates.read(line.text) for line in lines] for lines in picked]
        firsts = [next((one for one in each if one), ()) for each in meanings]
        choose = agree(firsts, _is_day_first(self._outline))
        for row, lines, each in zip(self._rows, picked, meanings, strict=True):
            for line, one in zip(lines, each, strict=True):
                dated = choose(one)
                if dated is None:
                    continue
                row.when = self._exact(line, dated, row)
                row.dated_by, row.date_at = dated_by, row.date_at | {line.start}
                break

    def _exact(self, line: ShownLine, dated: ShapedDate, row: Row) -> When:
        """The date with its year from the element's own attribute or the row's address where the
        words leave it out."""
        if dated.shape != "relative" and dated.shape not in YEARLESS:
            return dated.when
        for name in ("datetime", "content", "title"):
            stated = self._dates.stated(attribute(line.tag, name))
            if stated is not None:
                return stated
        for _, link in row.links:
            when = self._dates.in_address(link.url)
            if when is not None and _fits(dated, when):
                return when
        return dated.when

    def _date_by_address(self) -> None:
        """The last resort: the day in the rows' own addresses, where nearly all have one."""
        if any(row.when for row in self._rows):
            return
        whens = [
            next((w for _, link in row.links if (w := self._dates.in_address(link.url))), None)
            for row in self._rows
        ]
        if sum(when is not None for when in whens) >= 0.8 * len(whens):
            for row, when in zip(self._rows, whens, strict=True):
                row.when, row.dated_by = when, "address" if when else ""


def _fits(dated: ShapedDate, in_address: When) -> bool:
    """Whether an address says what the words leave open: the year of a day, or how long ago it
    was when the page was made, which is not when it was fetched."""
    said, day = dated.when.day, in_address.day
    if dated.shape in YEARLESS:
        return (day.month, day.day) == (said.month, said.day)
    return abs(said - day) > _SAME_TIME


def _date_worth(line: ShownLine, dated: ShapedDate) -> float:
    worth = 0.25 + dated.purity
    if _LABEL.search(line.text):
        worth += 0.3
    if _NOT_IT.search(line.text):
        worth -= 0.5
    if line.linked > 0.7 * len(line.text) and dated.purity < 0.7:
        worth *= 0.3
    return worth


def _is_day_first(outline: Outline) -> bool:
    """Whether the page's language or country writes the day before the month."""
    html = next(iter(outline.page.tags("html")), None)
    language = tree_attribute(html, "lang").lower() if html is not None else ""
    host = outline.page.host
    british = (
        "en-gb",
        "en-au",
        "en-nz",
        "en-ie",
        "en-in",
        "en-hk",
        "en-za",
        "fr",
        "de",
        "es",
        "it",
        "pt",
    )
    return language.startswith(british) or host.endswith(
        (".uk", ".au", ".nz", ".ie", ".in", ".hk", ".eu")
    )
