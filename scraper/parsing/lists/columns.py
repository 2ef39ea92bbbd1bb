"""What stands in the rows of a list: the same column in all of them is the link, the date, the
headline, the summary.

A column is a place within a row (the second cell, the span with that class). Which rows there are
is found in `candidates`. The words of a title are chosen in `titles`. All is read from a soup.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from itertools import islice
from urllib.parse import urlsplit

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import When

from ...bugs import isolated
from ..dates.in_rows import YEARLESS, DateReader, ShapedDate, agree, join_split
from ..dates.in_text import DateOrder
from ..dates.of_article import date_order
from ..page import Page
from ..soup import attribute
from ..text import clean_field, narrow
from ..types import FoundRow
from .candidates import RecordSet, RowRecord, Side, sample_of, span_of
from .outline import Outline, OutlineLink, ShownLine
from .titles import (
    are_numbered,
    common_label,
    is_heading,
    is_more,
    label_worth,
    letters_in,
    likeness,
    says_much,
    split_label,
    summary_of,
    title_of,
)

# Which column of a list's rows is their date, and what it says.

_SAMPLE = 24
_SAME_TIME = timedelta(days=2)
_LABEL = han_pattern(
    r"(?:posted|published|publish|release|issued?|issuance|filed|date|updated?|发布|发文|发稿|时间|日期|公布|刊发)",
    re.I,
)
_NOT_IT = han_pattern(
    r"(?:截止|截至|有效期|生效|施行|成文|开庭|会议时间|活动时间|deadline|expir|closing|effective|until"
    r"|argu(?:ed|ment)|hearing|heard|submitted|event|meeting|\bdue\b|\bopen(?:s|ing)\b)",
    re.I,
)
_LATER = han_pattern(r"(?:updated?|modified|revised|amended|last change|更新|修改)", re.I)


@dataclass(slots=True)
class Row:
    """One record with its lines and links by column."""

    record: RowRecord
    span: tuple[int, int]
    lines: list[tuple[str, ShownLine]]
    links: list[tuple[str, OutlineLink]]
    labels: dict[int, str]
    """What stands above or before a line or link, by where that starts."""
    when: When | None = None
    dated_by: str = ""
    date_at: frozenset[int] = field(default_factory=frozenset)
    spanned: bool = False
    """Whether a cell of a row above reaches into it."""

    def inherit(self, above: Row) -> None:
        """Take the day of the row above, with what that leaves open."""
        self.when = above.when
        self.dated_by = above.dated_by if above.dated_by in ("yearless", "age") else "heading"


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
            self._assign_dates([[line] if line else [] for line in lines], "heading")
        self._date_by_address()

    def _date_by_column(self) -> None:
        column = self._date_column()
        picked: list[list[ShownLine]] = []
        for row in self._rows:
            lines = [line for key, line in row.lines if key == column]
            if not any(self._dates.read(line.text) for line in lines):
                lines = [line for _, line in row.lines if self._is_pure(line)][:1]
            picked.append(lines)
        self._assign_dates(picked, "row")
        above: Row | None = None
        for row in self._rows:
            if row.when is None and row.spanned and above is not None:
                row.inherit(above)
            above = row

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
                    label = row.labels.get(line.start, "")
                    scores[key] = scores.get(key, 0.0) + _date_worth(line, meanings[0], label)
        return max(scores, key=lambda key: scores[key], default="")

    def _date_beside(self) -> None:
        picked = []
        for row in self._rows:
            record = row.record
            before = self._found.side is Side.BEFORE
            span = (record.before, record.node.start) if before else (record.node.end, record.after)
            lines = [line for line in self._outline.parts(*span) if self._dates.read(line.text)]
            picked.append(lines[-1:] if before else lines[:1])
        self._assign_dates(picked, "beside")
        missing = [row for row in self._rows if row.when is None]
        if missing and len(missing) < len(self._rows):
            self._inherit()

    def _inherit(self) -> None:
        """Rows of one parent without a date of their own share the one above them."""
        above: Row | None = None
        for row in self._rows:
            if row.when is None and above is not None and not row.record.top:
                if self._found.side is Side.BEFORE:
                    row.inherit(above)
            else:
                above = row

    def _assign_dates(self, picked: Sequence[list[ShownLine]], dated_by: str) -> None:
        """Give each row the date of its lines, read as the whole column shows."""
        meanings = [[self._dates.read(line.text) for line in lines] for lines in picked]
        firsts = [next((one for one in each if one), ()) for each in meanings]
        choose = agree(firsts, is_day_first(self._outline.page))
        for row, lines, each in zip(self._rows, picked, meanings, strict=True):
            for line, one in zip(lines, each, strict=True):
                dated = choose(one)
                if dated is None:
                    continue
                row.when = self._exact(line, dated, row)
                row.dated_by = _open_end(dated, row.when) or dated_by
                row.date_at = row.date_at | {line.start}
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


def _open_end(dated: ShapedDate, when: When) -> str:
    """What a date leaves open where nothing beside it says more: how long ago it was, its year."""
    if when != dated.when:
        return ""
    return "age" if dated.shape == "relative" else "yearless" if dated.shape in YEARLESS else ""


def _fits(dated: ShapedDate, in_address: When) -> bool:
    """Whether an address says what the words leave open: the year of a day, or how long ago it
    was when the page was made, which is not when it was fetched."""
    said, day = dated.when.day, in_address.day
    if dated.shape in YEARLESS:
        return (day.month, day.day) == (said.month, said.day)
    return abs(said - day) > _SAME_TIME


def _date_worth(line: ShownLine, dated: ShapedDate, label: str) -> float:
    """How likely a date is the row's, by how much of its line it is and by what that is called."""
    worth = 0.25 + dated.purity
    named = f"{label} {line.text[:200]}"
    if _LABEL.search(named):
        worth += 0.3
    if _LATER.search(named):
        worth -= 0.15
    if _NOT_IT.search(named):
        worth -= 0.5
    if line.linked > 0.7 * len(line.text) and dated.purity < 0.7:
        worth *= 0.3
    return worth


def is_day_first(page: Page) -> bool:
    """Whether the page's language or country writes the day before the month."""
    return date_order(page) is DateOrder.DAY_FIRST


# Which of the links in a list's rows leads to what the rows are about.

_FILE = lazy_pattern(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|csv|zip|rar|7z|mp3|mp4|m4a|wav|txt|rtf|od[tsp])$", re.I
)
_FILE_WORDS = lazy_pattern(
    r"download|file|document\.do|attach|getpdf|viewdoc|show_public_doc", re.I
)
_WEAK_FORMAT = lazy_pattern(r"\.(?:docx?|rtf|od[tsp]|zip|xlsx?|wpd)$", re.I)


def rank_links(rows: Sequence[Sequence[tuple[str, OutlineLink]]], outline: Outline) -> list[str]:
    """The link columns, the one that leads to what the rows are about first."""
    columns: dict[str, list[OutlineLink]] = {}
    for links in rows:
        for key, link in links:
            columns.setdefault(key, []).append(link)
    own = Counter(host_of(link.url) for links in columns.values() for link in links)
    home = outline.page.host
    host = home if home in own else own.most_common(1)[0][0]
    scores = {
        key: _link_worth(links, len(rows), outline, host) - 0.02 * order
        for order, (key, links) in enumerate(list(columns.items())[:60])
    }
    return sorted(columns, key=lambda key: -scores.get(key, -1.0))


def _link_worth(links: list[OutlineLink], rows: int, outline: Outline, host: str) -> float:
    sample = sample_of(links, _SAMPLE)
    count = len(sample)
    texts = [outline.text(link.start, link.end) for link in sample]
    different = len({link.url for link in sample}) / count if count > 1 else 1.0
    varied = len(set(texts)) / count if count > 1 else 1.0
    telling = sum(says_much(text) and not is_more(text) for text in texts) / count
    files = sum(is_file(link.url) for link in sample) / count
    away = sum(host_of(link.url) != host for link in sample) / count
    worth = len(links) / rows * (0.3 + different) + telling * varied * 0.8 + 0.15 * varied
    worth += files * (0.45 if telling < 0.5 else 0.1) - 0.15 * away
    weak = sum(_WEAK_FORMAT.search(link.url) is not None for link in sample) / count
    worth -= 0.1 * weak
    return worth


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address. Empty where it has none."""
    return urlsplit(url).hostname or ""


@lru_cache(maxsize=4096)
def is_file(url: str) -> bool:
    """Whether an address looks like a document rather than a page."""
    parts = urlsplit(url)
    return bool(_FILE.search(parts.path) or _FILE_WORDS.search(parts.path.rpartition("/")[2]))


def stem_of(url: str) -> str:
    """An address without its ending: equal for two formats of one document."""
    return re.sub(r"\.\w{2,5}$", "", url.partition("#")[0])


def ending_of(url: str) -> str:
    """The ending of an address's file, lower-case, without dot."""
    return urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower()[:5]


MAX_ROWS = 5_000
_MOST_LINES = 40
_ABOVE, _BELOW = "above#", "below#"
_MOST_AROUND = 4
_LEAST_AROUND = 0.15
_LONGEST_HEAD = 150
_OF_HEADING = 1.6
_LABEL_ROOM = 16
"""Characters beside a date that may be its label."""
_JOINTS = " \t|:\u00b7-\u2013\u2014,;"
_CELLS = frozenset(("td", "th", "dd", "dt"))


def read_set(
    outline: Outline, found: RecordSet, dates: DateReader, wanted: Callable[[str], bool]
) -> list[FoundRow]:
    """The rows of a set, both of a soup. Links that are not `wanted` are no row's address."""
    table = _Table(outline, found, dates, wanted)
    return list(table.rows())


class _Table:
    def __init__(
        self,
        outline: Outline,
        found: RecordSet,
        dates: DateReader,
        wanted: Callable[[str], bool],
    ) -> None:
        self._outline = outline
        self._found = found
        self._dates = dates
        self._wanted = wanted
        self._cells = _columns_of([record.node.tag for record in found.records[:MAX_ROWS]])
        self._rows = []
        for number, record in enumerate(found.records[:MAX_ROWS]):
            with isolated(f"row {number + 1}"):
                row = self._row(record)
                if row.links:
                    self._rows.append(row)

    def rows(self) -> Iterator[FoundRow]:
        """The rows in order."""
        if not self._rows:
            return
        DateColumn(self._outline, self._found, self._dates, self._rows).date_rows()
        ranks = rank_links([row.links for row in self._rows], self._outline)
        heads = self._title_column(ranks[0])
        dated = [row for row in self._rows if row.when is not None]
        hosts = {host_of(link.url) for row in dated for _, link in row.links}
        for row in self._rows:
            # "Get a reader for these files", in a list whose every row has a date.
            is_stray = row.when is None and len(dated) >= 0.75 * len(self._rows)
            if not is_stray or any(host_of(link.url) in hosts for _, link in row.links):
                yield from self._read_isolated(row, ranks, heads)

    def _read_isolated(self, row: Row, ranks: Sequence[str], heads: str) -> list[FoundRow]:
        """What a row says. Where that cannot be read, its address alone is better than nothing."""
        link = row.links[0][1]
        with isolated(link.url):
            return list(self._read(row, ranks, heads))
        return [FoundRow(link.url, "", row.when, "", row.dated_by, (), link.start)]

    def _row(self, record: RowRecord) -> Row:
        node = record.node
        start, end = node.start, node.end
        if self._found.side is Side.AFTER or (
            self._found.flat and self._found.side is Side.NOWHERE
        ):
            end = record.after
        lines = []
        for number, line in enumerate(self._outline.parts(start, end)):
            if number >= _MOST_LINES:
                break
            lines.append(
                (self._place(line.tag, node.tag) if line.start < node.end else "after", line)
            )
        counts: Counter[str] = Counter()
        links = []
        for link in self._outline.links[node.low : min(node.high, node.low + _MOST_LINES)]:
            key = self._place(link.tag, node.tag)
            counts[key] += 1
            if self._wanted(link.url):
                links.append((f"{key}#{counts[key]}", link))
        joined = join_split(lines)
        labels = self._labels(node.tag, joined, links)
        return Row(record, (start, end), joined, links, labels, spanned=self._is_spanned(node.tag))

    def _place(self, tag: Tag | None, top: Tag) -> str:
        """Where an element stands within its row. A cell's number is that of its column."""
        place = _path(tag, top)
        cell = self._cell_around(tag, top) if self._cells else None
        at = self._cells.get(id(cell)) if cell is not None else None
        if at is None or cell is None:
            return place
        first, slash, rest = place.partition("/")
        return f"{cell.name}.{at}{slash}{rest}" if first.startswith(f"{cell.name}.") else place

    def _cell_around(self, tag: Tag | None, top: Tag) -> Tag | None:
        for _ in range(12):
            if tag is None or tag.parent is top:
                return tag
            tag = tag.parent
        return None

    def _is_spanned(self, top: Tag) -> bool:
        first = next((one for one in top.contents if isinstance(one, Tag)), None)
        return first is not None and self._cells.get(id(first), 0) > 0

    def _labels(
        self,
        top: Tag,
        lines: Sequence[tuple[str, ShownLine]],
        links: Sequence[tuple[str, OutlineLink]],
    ) -> dict[int, str]:
        """The words above a row's cells, and those before its lines, by where lines start."""
        names = self._found.columns
        labels: dict[int, str] = {}
        if names:
            places = [(line.tag, line.start) for _, line in lines]
            for tag, start in [*places, *((link.tag, link.start) for _, link in links)]:
                cell = self._cell_around(tag, top)
                at = self._cells.get(id(cell), -1) if self._cells else _cell(tag, top)
                labels[start] = names[at] if 0 <= at < len(names) else ""
        before = ""
        at = -1
        for _, line in lines:
            same = at >= 0 and self._outline.lines[at] == self._outline.lines[line.start]
            label = split_label(line.text)[0] or before
            if not label and same and self._dates.read(line.text):
                label = self._outline.texts[line.start - 1][-_LABEL_ROOM:]
            if label:
                labels[line.start] = label
            bare = line.text.rstrip()
            before = bare[:-1] if bare.endswith((":", "\uff1a")) and len(bare) <= 30 else ""
            at = line.start
        return labels

    # Links and titles

    def _titles_are_linked(self, best: str) -> bool:
        """Whether the words of the rows' links are their headlines."""
        links = [(row, link) for row in self._rows for key, link in row.links if key == best]
        texts = [self._words(link) for _, link in links]
        telling = sum(says_much(text) for text in texts)
        labels = {row.labels.get(link.start, "") for row, link in links[:_SAMPLE]}
        named = [label_worth(label) for label in labels]
        if len(set(texts)) < 0.5 * len(texts) or telling < 0.5 * len(texts):
            return False
        return max(named, default=1.0) >= 1.0 and not are_numbered(texts)

    def _words(self, link: OutlineLink) -> str:
        if link.around:
            return attribute(link.tag, "title")
        return self._outline.text(link.start, link.end) or attribute(link.tag, "title")

    def _title_column(self, best: str) -> str:
        """The column that reads like headlines, for lists that link only a number or "PDF". Empty
        where that are the links' own words."""
        if self._titles_are_linked(best):
            return ""
        sample = sample_of(self._rows, _SAMPLE)
        linked = [self._words(link) for row in sample for key, link in row.links if key == best]
        least = 0.05 if are_numbered(linked) else 0.5 * likeness(linked)
        head, score = self._best_head([[*_numbered_lines(row)] for row in sample], sample)
        if head and score > least:
            return head
        # What stands between the rows, above each or below it.
        side = self._titled_side(linked)
        head, score = self._best_head([[*self._around(row, side)] for row in sample], sample)
        return head if head and score > max(_LEAST_AROUND, least) else ""

    def _titled_side(self, linked: Sequence[str]) -> str:
        """Whether what stands between two rows belongs to the one below it or above: told by what
        stands above the first row of a parent and below the last one. Else by where dates are, and
        by what is linked: a number stands above its headline, "Read more" below it."""
        tops = [row for row in self._rows if row.record.top][:8]
        nexts = [*self._rows[1:], None]
        lasts = [row for row, following in zip(self._rows, nexts, strict=True)
                 if following is None or following.record.top][:8]  # fmt: skip
        lead = sum(self._has_words(row, _ABOVE) for row in tops) / max(1, len(tops))
        trail = sum(self._has_words(row, _BELOW) for row in lasts) / max(1, len(lasts))
        if abs(lead - trail) > 0.3:
            return _ABOVE if lead > trail else _BELOW
        if self._found.side in (Side.BEFORE, Side.AFTER):
            return _ABOVE if self._found.side is Side.BEFORE else _BELOW
        return _BELOW if are_numbered(linked) else _ABOVE

    def _has_words(self, row: Row, side: str) -> bool:
        return any(self._undated(line) for _, line in self._around(row, side))

    def _around(self, row: Row, side: str) -> Iterator[tuple[str, ShownLine]]:
        """The nearest lines above a row, or below it, numbered from the row on."""
        record = row.record
        if side == _ABOVE:
            lines = list(self._outline.parts(record.before, record.node.start))[-_MOST_AROUND:]
            lines.reverse()
        else:
            lines = list(islice(self._outline.parts(row.span[1], record.after), _MOST_AROUND))
        for number, line in enumerate(lines, 1):
            yield f"{side}{number}", line

    def _best_head(
        self, lines: Sequence[Sequence[tuple[str, ShownLine]]], sample: Sequence[Row]
    ) -> tuple[str, float]:
        """The place of a row's lines that reads like headlines, and how much so."""
        texts: dict[str, dict[int, str]] = {}
        worth: dict[str, float] = {}
        for number, (row, its) in enumerate(zip(sample, lines, strict=True)):
            for order, (key, line) in enumerate(its):
                words = self._undated(line)
                if words and line.linked < len(line.text):
                    texts.setdefault(key, {})[number] = words
                    named = label_worth(row.labels.get(line.start, ""))
                    named *= _OF_HEADING if is_heading(line.tag) else 1.0
                    worth.setdefault(key, named * (1 - 0.03 * order))
        scores = {}
        for key, found in texts.items():
            label, said = common_label([*found.values()])
            known = label_worth(label) if label else 1.0
            worth[key] *= 0.7 if label and known == 1.0 else 1.0
            scores[key] = worth[key] * likeness([*said, *[""] * (len(sample) - len(found))])
        head = max(scores, key=lambda key: scores[key], default="")
        return head, scores.get(head, 0.0)

    def _undated(self, line: ShownLine) -> str:
        """The words of a line without the date at its head or end. Empty for a mere date."""
        words = line.text
        meanings = self._dates.read(words) if len(words) < 300 else ()
        if meanings:
            head, _, tail = narrow(words).partition(meanings[0].written)
            rest = f"{head} {tail}"
            if meanings[0].purity >= 0.6 and (letters_in(rest) < 6 or _LABEL.search(rest)):
                return ""
            if 8 <= len(head) <= _LONGEST_HEAD and len(tail) > _LONGEST_HEAD // 2:
                words = words[: len(head)]
            elif min(len(head), len(tail)) <= _LABEL_ROOM:
                cut = len(words) - len(tail)
                words = words[: len(head)] if len(head) >= len(tail) else words[cut:]
        words = words.strip(_JOINTS).rstrip("([\uff08\u3010 ").rstrip(_JOINTS)
        return "" if is_more(words) or not any(map(str.isalpha, words)) else words

    def _read(self, row: Row, ranks: Sequence[str], heads: str) -> Iterator[FoundRow]:
        by_key = dict(reversed(row.links))
        main = next(key for key in ranks if key in by_key)
        link = by_key[main]
        named = ""
        if heads:
            side = next((side for side in (_ABOVE, _BELOW) if heads.startswith(side)), "")
            of_row = self._around(row, side) if side else _numbered_lines(row)
            said = [(key, self._undated(line)) for key, line in of_row]
            # The same cell, where its markup differs from row to row.
            cell = heads.partition("/")[0].partition("#")[0] if self._found.columns else heads
            named = next((words for key, words in said if key == heads), "") or next(
                (words for key, words in said if words and re.split("[/#]", key)[0] == cell), ""
            )
            named = split_label(named)[1]
        title = named or title_of(self._outline, row.record.node, link, row.lines, row.date_at)
        if is_more(title):
            title = ""
        skip = row.date_at
        after = list(self._outline.shown(row.record.node.end, row.record.after))[:6]
        lines = list(self._outline.shown(*row.span))[:_MOST_LINES]
        if not self._found.flat and self._found.side is not Side.AFTER:
            lines += [line for line in after if line.linked <= 0.5 * len(line.text)]
        lines = [line for line in lines if not self._is_anothers(line, link.url)]
        summary = summary_of(lines, title, skip)
        others = [(key, one) for key, one in row.links if one.url != link.url]
        twins = [one for key, one in others if self._is_twin(main, key, link, one)]
        files = tuple(dict.fromkeys(
            one.url for _, one in others if is_file(one.url) and one not in twins
        ))  # fmt: skip
        beside = bool(named) and heads.startswith((_ABOVE, _BELOW))
        yield FoundRow(
            link.url,
            clean_field(title),
            row.when,
            summary,
            row.dated_by,
            files,
            link.start,
            is_titled_beside=beside,
        )
        for twin in twins:
            words = clean_field(f"{title} ({self._words(twin)})")
            yield FoundRow(twin.url, words, row.when, summary, row.dated_by, (), twin.start)

    def _is_anothers(self, line: ShownLine, url: str) -> bool:
        """Whether a line is nothing but a link to some other page: its headline, not a summary."""
        if line.linked < 0.9 * len(line.text):
            return False
        links = self._outline.links
        at = bisect_right(links, line.start, key=lambda link: link.start) - 1
        return at >= 0 and line.start < links[at].end and links[at].url != url

    def _is_twin(self, main: str, key: str, link: OutlineLink, other: OutlineLink) -> bool:
        """A second document in the same place of the row, not another format of the first."""
        if main.rpartition("#")[0] != key.rpartition("#")[0]:
            return False
        if stem_of(link.url) == stem_of(other.url) or ending_of(link.url) != ending_of(other.url):
            return False
        words = self._words(other)
        return any(c.isdecimal() for c in words) and words not in self._common_words

    @cached_property
    def _common_words(self) -> set[str]:
        counts = Counter(self._words(link) for row in self._rows[:_SAMPLE] for _, link in row.links)
        return {
            words for words, count in counts.items() if count > 2 and count > len(self._rows) / 4
        }


def _numbered_lines(row: Row) -> Iterator[tuple[str, ShownLine]]:
    """The first lines of a row, those of one place numbered."""
    counts: Counter[str] = Counter()
    for key, line in row.lines[:16]:
        counts[key] += 1
        yield f"{key}#{counts[key]}", line


def _columns_of(rows: Sequence[Tag]) -> dict[int, int]:
    """The column of each cell of rows in which cells reach into rows below. Empty where none
    does."""
    cells = [[one for one in row.contents if isinstance(one, Tag) and one.name in ("td", "th")]
             for row in rows if row.name == "tr"]  # fmt: skip
    if not any(span_of(attribute(one, "rowspan")) > 1 for row in cells for one in row):
        return {}
    places: dict[int, int] = {}
    left: dict[int, int] = {}
    for row in cells:
        below: dict[int, int] = {}
        column = 0
        for one in row[:_MOST_COLUMNS]:
            while left.get(column, 0) > 0:
                column += 1
            places[id(one)] = column
            reach = span_of(attribute(one, "rowspan")) - 1
            for _ in range(span_of(attribute(one, "colspan"))):
                if reach > 0:
                    below[column] = reach
                column += 1
        left = {at: rest - 1 for at, rest in left.items() if rest > 1} | below
    return places


_MOST_COLUMNS = 40


def _cell(tag: Tag | None, top: Tag) -> int:
    """Which column of a table an element of a row stands in. -1 for none."""
    for _ in range(12):
        if tag is None or tag is top:
            return -1
        if tag.parent is top:
            before = (one for one in tag.previous_siblings if isinstance(one, Tag))
            return sum(span_of(attribute(one, "colspan")) for one in before if one.name in _CELLS)
        tag = tag.parent
    return -1


def _path(tag: Tag | None, top: Tag) -> str:
    """Where an element stands within its row."""
    parts = []
    for _ in range(8):
        if tag is top or tag is None:
            break
        name = tag.name
        named = "" if name in _CELLS else re.sub(r"\d+", "", attribute(tag, "class"))
        if not named and name != "a":
            before = (one for one in tag.previous_siblings if isinstance(one, Tag))
            named = str(sum(one.name == name for one in before))
        parts.append(f"{name}.{named}")
        tag = tag.parent
    return "/".join(reversed(parts))
