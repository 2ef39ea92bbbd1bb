"""Where the rows of a list have their dates: inside, beside them, or above groups of them.

Weighs nothing; the dates themselves are read in `columns`, from the place that is found here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice

from .dates.reader import DateReader
from .dates.split import join_split
from .outline import Outline, ShownLine
from .records import SAMPLE, RecordSet, RowRecord, Side, sample_of
from .titles import undated

_PATIENCE = 25
"""Rows after which no heading with a date is expected any more, if none came before."""


def date_side(outline: Outline, found: RecordSet, dates: DateReader) -> None:
    """Find out where the rows of a set have their dates."""
    _find_dates(outline, found, sample_of(found.records, SAMPLE), dates)


def _find_dates(
    outline: Outline, found: RecordSet, sample: Sequence[RowRecord], dates: DateReader
) -> None:
    """Where most rows of the sample have a date, and what share of them."""
    if not found.flat:
        own = [dates_in(outline, r.node.start, r.node.end, dates) for r in sample]
        share = sum(map(bool, own)) / len(sample)
        extra = sum(max(0, count - 2) for count in own) / len(sample)
        if share >= 0.5:
            found.side, found.dated = Side.OWN, max(0.0, share - 0.15 * extra)
            return
    else:
        share = 0.0
    after = [dates_in(outline, r.node.end, r.after, dates) for r in sample]
    before = [dates_in(outline, r.before, r.node.start, dates) for r in sample]
    between = max(sum(map(bool, after)), sum(map(bool, before))) / len(sample)
    if between >= 0.6:
        found.side = _side(outline, found, dates)
        found.dated = between
        return
    if found.flat:
        own = [dates_in(outline, r.node.start, r.node.end, dates) for r in sample]
        share = sum(map(bool, own)) / len(sample)
        if share >= 0.6:
            found.side, found.dated = Side.OWN, share
            return
    found.side, found.dated = (Side.OWN, share) if share else (Side.NOWHERE, 0.0)


def date_groups(outline: Outline, sets: Sequence[RecordSet], dates: DateReader) -> None:
    """Look for dates above the rows of the sets that have none. What lies in another list is no
    heading of this one."""
    ends = sorted(one.span[1] for one in sets if one.dated >= 0.5)
    for found in sets:
        if found.dated < 0.5:
            before = bisect_right(ends, found.records[0].before)
            _find_headings(outline, found, dates, ends[before - 1] if before else 0)
            if found.headings:
                found.side = Side.ABOVE
                found.dated = 0.8 * len(found.headings) / len(found.records)


def dates_in(outline: Outline, start: int, end: int, dates: DateReader) -> int:
    """How many lines of a span have a date that is more than a word in a sentence."""
    count = 0
    parts = [("", part) for part in islice(outline.parts(start, min(end, start + 60)), 24)]
    for _, line in join_split(parts):
        meanings = dates.read(line.text)
        if not meanings or (line.linked and meanings[0].purity < 0.5
                            and undated(line.text) == line.text):  # fmt: skip
            continue
        if meanings[0].purity > 0.15 or len(line.text) < 120:
            count += 1
    return count


def _side(outline: Outline, found: RecordSet, dates: DateReader) -> Side:
    """Before or after: told by what stands before the first row and behind the last one of a
    parent; else by which of its neighbours a date is nearer to."""
    tops = [r for r in found.records if r.top][:8]
    lasts = [r for r, n in zip(found.records, [*found.records[1:], None], strict=True)
             if n is None or n.top][:8]  # fmt: skip
    lead = sum(bool(dates_in(outline, r.before, r.node.start, dates)) for r in tops) / len(tops)
    trail = sum(bool(dates_in(outline, r.node.end, r.after, dates)) for r in lasts) / len(lasts)
    if lead > trail + 0.4:
        return Side.BEFORE
    if trail > lead + 0.4:
        return Side.AFTER
    ahead = behind = 0
    for record in [r for r in found.records if not r.top][:SAMPLE]:
        lines = list(outline.parts(record.before, record.node.start))
        places = [at for at, line in enumerate(lines) if dates.read(line.text)]
        if places:
            behind += places[0]
            ahead += len(lines) - 1 - places[-1]
    return Side.BEFORE if ahead < behind else Side.AFTER


def _find_headings(outline: Outline, found: RecordSet, dates: DateReader, floor: int) -> None:
    """Dates that stand above groups of rows, outside of them and not before `floor`; `headings`
    maps row to line."""
    current: ShownLine | None = None
    kinds: set[str] = set()
    last = 0
    for at, record in enumerate(found.records):
        if at == _PATIENCE and current is None:
            return
        low = max(last, floor, record.node.start - 40)
        lines = list(outline.shown(low, record.node.start))
        reach = lines[-4:] if not at else lines
        for line in reversed(reach):
            if len(line.text) <= 120 and _is_heading(line, dates):
                current = line
                kinds.add(line.text)
                break
        if current is not None:
            found.headings[at] = current
        last = record.node.end
    if len(kinds) < 2 and (current is None or len(current.text) > 60):
        found.headings.clear()


def _is_heading(line: ShownLine, dates: DateReader) -> bool:
    meanings = dates.read(line.text)
    return (
        bool(meanings)
        and meanings[0].shape not in ("mm-dd", "relative")
        and (meanings[0].purity >= 0.25 or len(line.text) < 60)
    )
