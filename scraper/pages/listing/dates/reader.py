"""Dates of list rows: full ones, those that leave out or shorten the year, those relative to now.

A list prints its dates in one way, so the way is chosen over all rows: 03/04/2026 is read as the
other rows of its column show. A missing year is the latest one that does not put the row into the
future of the fetch, or the one that the row's own address has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from storage.types import Precision, When

from ...fields.dates import find_dates, is_plausible, read_date
from ...fields.zones import zone_or_default
from ...text import narrow
from .shapes import SHAPES, Reading, order_of

_MAX_TEXT = 600
_AGO = re.compile(
    r"(?<!\d)(\d{1,3}|an?|one|two|three|four|five|six|半|几|一|二|两|三|四|五|六|七|八|九|十)"
    r"\s?个?\s?"
    r"(?:(second|sec|秒)|(minute|min|分)|(hour|hr|小时|钟头)|(day|天|日)|(week|wk|周|星期|礼拜)"
    r"|(month|月))"
    r"s?钟?\s?(?:ago|前|以前|之前)(?![a-z])",
    re.I,
)
_WORD = re.compile(
    r"(?<![a-z])(?:(just now|moments? ago|刚刚|刚才)|(today|今天|今日)"
    r"|(yesterday|昨天|昨日)|(前天))"
    r"(?![a-z])"
    r"[\s,]{0,2}(?:at\s)?(?:(\d\d?):(\d\d))?",
    re.I,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "半": 0,
           "几": 3, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
           "九": 9, "十": 10}  # fmt: skip
_HAS = re.compile(r"\d|ago\b|today|yesterday|just now|[前昨今刚]|〇|二[〇零○]", re.I)
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[-_/]?(0[1-9]|1[0-2])[-_/]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
    r"|[/_-]t?((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-])"
    r"|/((?:19|20)\d\d)/(1[0-2]|[1-9])/([12]\d|3[01]|[1-9])/"
)


@dataclass(frozen=True, slots=True)
class ShapedDate:
    """A date in a text: in which shape it was written, and how much else the text says (0 to 1)."""

    when: When
    shape: str
    purity: float
    written: str


class DateReader:
    """Reads the dates of one list: fetched at `now` (aware), at home in `zone`.

    What a text may mean is read once; `agree` then says which shapes this list uses.
    """

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = zone
        self._now = now.astimezone(zone_or_default(zone))
        self._today = self._now.date()
        self._known: dict[str, tuple[ShapedDate, ...]] = {}

    def read(self, text: str) -> tuple[ShapedDate, ...]:
        """Everything the text may say, the likeliest first; empty where it says no day."""
        known = self._known.get(text)
        if known is None:
            known = tuple(self._read(text)) if _HAS.search(text) else ()
            self._known[text] = known
        return known

    def stated(self, text: str) -> When | None:
        """What a machine-readable attribute (`datetime`, `content`) says."""
        when = read_date(text[:60], self._zone) if text else None
        return when if when is not None and is_plausible(when, self._now) else None

    def in_address(self, url: str) -> When | None:
        """The day in the path of an address."""
        return address_date(url, self._zone, self._now)

    def _read(self, text: str) -> Iterator[ShapedDate]:
        plain = narrow(text[-_MAX_TEXT:])
        found = [one for one in find_dates(plain, self._zone) if is_plausible(one.when, self._now)]
        if found:
            leads = not plain[: found[0].start].strip(" [](){}|")
            best = found[0] if leads else found[-1]
            written = plain[best.start : best.end]
            yield ShapedDate(
                best.when, order_of(written), _purity(plain, best.start, best.end), written
            )
            return
        for shape, read in SHAPES:
            yield from self._shaped(plain, shape, read)
        yield from self._relative(plain)

    def _shaped(self, plain: str, shape: str, read: Reading) -> Iterator[ShapedDate]:
        for start, end, year, month, day in read(plain):
            found = self._day(year, month, day) if year else self._latest(month, day)
            if found is not None:
                when, last = self._timed(found, plain, end)
                yield ShapedDate(when, shape, _purity(plain, start, last), plain[start:last])
                return

    def _timed(self, day: date, plain: str, end: int) -> tuple[When, int]:
        """The day with the time of day that follows it, if any."""
        if ":" in plain[end : end + 12]:
            again = f"{day.isoformat()}{plain[end : end + 40]}"
            found = find_dates(again, self._zone)
            if found and found[0].when.day == day:
                return found[0].when, end + found[0].end - 10
        return When(day, Precision.DAY, self._zone), end

    def _day(self, year: int, month: int, day: int) -> date | None:
        try:
            found = date(year if year > 99 else 2000 + year, month, day)
        except ValueError:
            return None
        return found if date(1990, 1, 1) <= found <= self._today + timedelta(days=1) else None

    def _latest(self, month: int, day: int) -> date | None:
        """The day in this year, or in the last one where this year's is still to come."""
        years = range(self._today.year, self._today.year - 9, -1)
        days = (self._day(year, month, day) for year in years)
        return next((found for found in days if found is not None), None)

    def _relative(self, plain: str) -> Iterator[ShapedDate]:
        match = _AGO.search(plain)
        if match is not None:
            when = self._ago(match)
            if when is not None:
                yield ShapedDate(when, "relative", _purity(plain, *match.span()), match[0])
                return
        match = _WORD.search(plain)
        if match is not None and len(plain) <= 40:
            yield ShapedDate(self._said(match), "relative", _purity(plain, *match.span()), match[0])

    def _ago(self, match: re.Match[str]) -> When | None:
        said = match[1].lower()
        count = int(said) if said.isdigit() else _COUNTS[said]
        if match[2] or match[3]:
            back = timedelta(seconds=count) if match[2] else timedelta(minutes=count)
            moment = (self._now - back).replace(second=0, microsecond=0)
            return When(moment, Precision.MINUTE, self._now.tzinfo.key)  # type: ignore[union-attr]
        if match[4]:
            return self._on((self._now - timedelta(hours=count)).date())
        if match[5] or match[6]:
            return self._on(self._today - timedelta(days=count * (7 if match[6] else 1)))
        months = self._today.year * 12 + self._today.month - 1 - count
        day = date(months // 12, months % 12 + 1, 1)
        return When(day, Precision.MONTH, self._zone)

    def _said(self, match: re.Match[str]) -> When:
        back = 2 if match[4] else 1 if match[3] else 0
        day = self._today - timedelta(days=back)
        if match[5] and int(match[5]) < 24 and int(match[6]) < 60:
            zone = zone_or_default(self._zone)
            moment = datetime(
                day.year, day.month, day.day, int(match[5]), int(match[6]), tzinfo=zone
            )
            return When(moment, Precision.MINUTE, zone.key)
        return self._on(day)

    def _on(self, day: date) -> When:
        return When(day, Precision.DAY, self._zone)


_RIVALS = (("m/d/yyyy", "d/m/yyyy"), ("yy-mm-dd", "m/d/yy", "d/m/yy"))
"""Shapes that the same digits may have: one list uses one of them."""
YEARLESS = frozenset(("month day", "day month", "mm-dd"))


def agree(
    texts: Sequence[tuple[ShapedDate, ...]], day_first: bool
) -> Callable[[tuple[ShapedDate, ...]], ShapedDate | None]:
    """How to choose among the meanings of a text, given those of all rows of a column.

    Where the digits fit several orders, the one that fits most rows, then one in which the rows
    are sorted, then `day_first` and custom decide.
    """
    banned: set[str] = set()
    for rivals in _RIVALS:
        counts = {name: sum(any(d.shape == name for d in one) for one in texts) for name in rivals}
        if any(counts.values()):
            custom = _custom(rivals, texts, day_first)
            ranks = {n: (counts[n], _sorted(texts, n), n == custom) for n in rivals}
            best = max(rivals, key=ranks.__getitem__)
            banned.update(name for name in rivals if name != best)

    def choose(meanings: tuple[ShapedDate, ...]) -> ShapedDate | None:
        return next(
            (d for d in meanings if d.shape not in banned), meanings[0] if meanings else None
        )

    return choose


def _custom(orders: Sequence[str], texts: Sequence[tuple[ShapedDate, ...]], day_first: bool) -> str:
    if "yy-mm-dd" in orders:
        slashed = any("/" in d.written for one in texts for d in one if d.shape == "m/d/yy")
        return "m/d/yy" if slashed else "yy-mm-dd"
    return "d/m/yyyy" if day_first else "m/d/yyyy"


def _sorted(texts: Sequence[tuple[ShapedDate, ...]], shape: str) -> bool:
    days = [d.when.day for one in texts for d in one if d.shape in (shape, "full")]
    pairs = list(pairwise(days))
    moves = {(later > earlier) - (later < earlier) for earlier, later in pairs}
    return len(moves - {0}) == 1


def _purity(plain: str, start: int, end: int) -> float:
    """How much of the text is the date itself; labels and brackets count little."""
    rest = len(plain[:start].strip(" []()|:.-")) + len(plain[end:].strip(" []()|:.-"))
    return (end - start) / (end - start + rest)


def read_row_date(text: str, zone: str, now: datetime) -> When | None:
    """The date of one text for itself; month before day where both orders fit."""
    reader = DateReader(zone, now)
    meanings = reader.read(text)
    dated = agree([meanings], day_first=False)(meanings)
    return dated.when if dated else None


def address_date(url: str, zone: str, now: datetime) -> When | None:
    """The day in the path of an address, such as `/2023-08/29/` or `/t20230829_1.html`."""
    path = url.partition("?")[0].partition("://")[2]
    for match in _IN_ADDRESS.finditer(path):
        numbers = [int(part) for part in match.groups() if part]
        try:
            when = When(date(*numbers), Precision.DAY, zone)
        except ValueError:
            continue
        if is_plausible(when, now):
            return when
    return None
