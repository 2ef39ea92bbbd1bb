"""What stands in the rows of a list: the same column in all of them is the link, the date, the
headline, the summary.

A column is a place within a row (the second cell, the span with that class). Which rows there are
is found in `records`; the words of a title are chosen in `titles`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from bs4.element import Tag

from ...bugs import isolated
from ..soup import attribute
from ..text import clean_field
from ..types import FoundRow
from .date_column import DateColumn, Row
from .dates.reader import DateReader
from .dates.split import join_split
from .main_links import ending_of, host_of, is_file, rank_links, stem_of
from .outline import Outline, OutlineLink
from .records import RecordSet, RowRecord, Side, sample_of
from .titles import is_more, says_much, summary_of, title_of

MAX_ROWS = 5_000
_SAMPLE = 24
_MOST_LINES = 40
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
        heads = "" if self._titles_are_linked(ranks[0]) else self._title_column()
        dated = [row for row in self._rows if row.when is not None]
        hosts = {host_of(link.url) for row in dated for _, link in row.links}
        for row in self._rows:
            # "Get a reader for these files", in a list whose every row has a date.
            is_stray = row.when is None and len(dated) >= 0.75 * len(self._rows)
            if not is_stray or any(host_of(link.url) in hosts for _, link in row.links):
                yield from self._read_isolated(row, ranks, heads)

    def _read_isolated(self, row: Row, ranks: Sequence[str], heads: str) -> list[FoundRow]:
        """What a row says; where that cannot be read, its address alone is better than nothing."""
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
            lines.append((_path(line.tag, node.tag) if line.start < node.end else "after", line))
        counts: Counter[str] = Counter()
        links = []
        for link in self._outline.links[node.low : min(node.high, node.low + _MOST_LINES)]:
            key = _path(link.tag, node.tag)
            counts[key] += 1
            if self._wanted(link.url):
                links.append((f"{key}#{counts[key]}", link))
        return Row(record, (start, end), join_split(lines), links)

    # Links and titles

    def _titles_are_linked(self, best: str) -> bool:
        texts = [self._words(link) for row in self._rows for key, link in row.links if key == best]
        telling = sum(says_much(text) for text in texts)
        return len(set(texts)) >= 0.5 * len(texts) and telling >= 0.5 * len(texts)

    def _words(self, link: OutlineLink) -> str:
        return self._outline.text(link.start, link.end) or attribute(link.tag, "title")

    def _title_column(self) -> str:
        """The column that reads like headlines, for lists that link only a number or "PDF"."""
        scores: dict[str, float] = {}
        texts: dict[str, set[str]] = {}
        sample = sample_of(self._rows, _SAMPLE)
        for row in sample:
            for order, (key, line) in enumerate(row.lines[:12]):
                words = line.text
                if not line.linked and says_much(words) and line.start not in row.date_at:
                    worth = min(len(words), 60) / 60 * (0.5 if len(words) > 220 else 1.0)
                    scores[key] = scores.get(key, 0.0) + worth * (1 - 0.03 * order)
                    texts.setdefault(key, set()).add(words)
        return max(scores, key=lambda key: scores[key] * len(texts[key]), default="")

    def _read(self, row: Row, ranks: Sequence[str], heads: str) -> Iterator[FoundRow]:
        by_key = dict(reversed(row.links))
        main = next(key for key in ranks if key in by_key)
        link = by_key[main]
        named = next((line.text for key, line in row.lines if key == heads), "") if heads else ""
        named = named.lstrip("-\u2013\u2014: ")
        title = named or title_of(self._outline, row.record.node, link, row.lines, row.date_at)
        if is_more(title):
            title = ""
        skip = row.date_at
        after = list(self._outline.shown(row.record.node.end, row.record.after))[:6]
        lines = list(self._outline.shown(*row.span))[:_MOST_LINES]
        if not self._found.flat and self._found.side is not Side.AFTER:
            lines += after
        summary = summary_of(lines, title, skip, self._outline)
        others = [(key, one) for key, one in row.links if one.url != link.url]
        twins = [one for key, one in others if self._is_twin(main, key, link, one)]
        files = tuple(dict.fromkeys(
            one.url for _, one in others if is_file(one.url) and one not in twins
        ))  # fmt: skip
        yield FoundRow(
            link.url, clean_field(title), row.when, summary, row.dated_by, files, link.start
        )
        for twin in twins:
            words = clean_field(f"{title} ({self._words(twin)})")
            yield FoundRow(twin.url, words, row.when, summary, row.dated_by, (), twin.start)

    def _is_twin(self, main: str, key: str, link: OutlineLink, other: OutlineLink) -> bool:
        """A second document in the same place of the row, not another format of the first."""
        if main.rpartition("#")[0] != key.rpartition("#")[0]:
            return False
        if stem_of(link.url) == stem_of(other.url) or ending_of(link.url) != ending_of(other.url):
            return False
        words = self._words(other)
        return any(c.isdigit() for c in words) and words not in self._common_words

    @cached_property
    def _common_words(self) -> set[str]:
        counts = Counter(self._words(link) for row in self._rows[:_SAMPLE] for _, link in row.links)
        return {
            words for words, count in counts.items() if count > 2 and count > len(self._rows) / 4
        }


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
