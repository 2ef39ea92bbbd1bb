"""The dates of a list's rows, read as the whole column shows.

Lists print days that are no full date by themselves: short years, no year, odd orders, or a day
large and its month below it. `agree` finds the reading that fits all rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Precision, When

from ..languages import (
    AGE,
    AGE_PART,
    BEFORE_YESTERDAY,
    COUNTS,
    DAYS,
    HOURS,
    JUST_NOW,
    MINUTES,
    MONTHS,
    SECONDS,
    TODAY,
    UNITS,
    WEEKS,
    YEARS,
    YESTERDAY,
    alternation,
    may_be_aged,
)
from ..lists.outline import ShownLine
from ..text import narrow
from .in_text import (
    MONTH,
    find_dates,
    in_stated_zone,
    is_english,
    is_plausible,
    month_number,
    read_date,
    zone_named,
)

# How lists write days that are no full date by themselves: short years, none, odd orders.

_TRIPLE = lazy_pattern(
    r"(?<![\d/.-])(\d\d?)\s?([-/.])\s?(\d\d?)\s?\2\s?((?:19|20)\d\d|\d\d)(?![\d/-])"
)
_GLUED = lazy_pattern(
    rf"(?<![\da-z])(\d\d?)[-\s]?{MONTH}[-\s,.']{{0,2}}((?:19|20)?\d\d)(?![\d:])", re.I
)
_SPLIT_DAY = lazy_pattern(
    r"(?<!\d)(\d\d?)日?\s{1,3}((?:19|20)\d\d)\s?[-/.年]\s?(\d\d?)月?(?![\d/.-])"
)
_SPLIT_YEAR = lazy_pattern(
    r"(?<![\d/.-])(\d\d?)\s?[-/.月]\s?(\d\d?)日?\s{1,3}((?:19|20)\d\d)年?(?![\d/.:-])"
)
_YEAR_FIRST = lazy_pattern(
    r"(?<!\d)((?:19|20)\d\d)年?\s{1,3}(\d\d?)\s?[-/.月]\s?(\d\d?)日?(?![\d/.:-])"
)
_DAY_NAME_YEAR = lazy_pattern(
    rf"(?<!\d)(\d\d?)\s{{1,3}}((?:19|20)\d\d)[-,\s]{{1,3}}{MONTH}(?!\w)", re.I
)
_MONTH_DAY = lazy_pattern(r"(?<![\d/.:-])(\d\d?)\s?(?:[-/.]|[月월])\s?(\d\d?)[日일]?(?![\d/.:%-])")
_DAY_MONTH = lazy_pattern(r"(?<![\d.])(\d\d)\.\s?(\d\d)\.(?!\s?\d)")
_NAMED = lazy_pattern(
    rf"(?<!\w){MONTH}\.?\s{{1,3}}(\d\d?)(?:st|nd|rd|th)?(?![\d:])(?!\s?,?\s?\d{{4}})", re.I
)
_NAMED_AFTER = lazy_pattern(
    rf"(?<!\d)(\d\d?)(?:\.|er|º)?\s{{0,3}}(?:de )?{MONTH}(?!\w)(?!\.?,?\s?\d{{4}})", re.I
)
_REPUBLIC = lazy_pattern(r"(?<![\d./-])(1[0-2]\d)\s?[-/.]\s?(\d\d?)\s?[-/.]\s?(\d\d?)(?![\d./-])")
"""`115/11/30`: Taiwan counts years since 1911."""

Reading = Callable[[str], Iterator[tuple[int, int, int, int, int]]]
"""Start, end, year (0: none), month, day."""


def _triples(order: str, long: bool) -> Reading:
    """a/b/c in the order that is named, with a long or a short year."""

    def read(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
        for match in _TRIPLE.finditer(plain):
            numbers = int(match[1]), int(match[3]), int(match[4])
            if (len(match[4]) == 4) is long:
                named = dict(zip(order, numbers, strict=True))
                yield *match.span(), named["y"], named["m"], named["d"]

    return read


def _named(pattern: re.Pattern[str], order: str) -> Reading:
    def read(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
        for match in pattern.finditer(plain):
            named = dict(zip(order, match.groups(), strict=True))
            month = named["m"].lower()
            if month.isdecimal():
                yield *match.span(), int(named.get("y", 0)), int(month), int(named["d"])
                continue
            number = month_number(month, plain[match.start() : match.end() + 1])
            if number and (is_english(month) or len(month) > 3 or _is_whole(match, plain)):
                yield *match.span(), int(named.get("y", 0)), number, int(named["d"])

    return read


def _is_whole(match: re.Match[str], plain: str) -> bool:
    """Whether nothing stands beside it: "3 out" alone is a day in Portuguese."""
    return len(match[0]) >= len(plain.strip(" []()|\t.,"))


def _month_day(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
    """A bare 3-15 within a sentence is a score or a range. 03-15 at its head or end is a date."""
    text = plain.strip(" []()|\t")
    shift = plain.find(text) if text else 0
    for match in _MONTH_DAY.finditer(text):
        is_named = match[0].endswith(("日", "일"))
        leads = match.start() == 0 and (is_named or len(match[1]) == len(match[2]) == 2)
        if leads or match.end() >= len(text):
            yield match.start() + shift, match.end() + shift, 0, int(match[1]), int(match[2])


def _day_month(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
    """`27.02.` at the head or end of a text, as German and Slavonic lists write it."""
    text = plain.strip(" []()|\t")
    shift = plain.find(text) if text else 0
    for match in _DAY_MONTH.finditer(text):
        if match.start() == 0 or match.end() >= len(text):
            yield match.start() + shift, match.end() + shift, 0, int(match[2]), int(match[1])


def _republic(plain: str) -> Iterator[tuple[int, int, int, int, int]]:
    for match in _REPUBLIC.finditer(plain):
        yield *match.span(), 1911 + int(match[1]), int(match[2]), int(match[3])


SHAPES: tuple[tuple[str, Reading], ...] = (
    ("day year-month", _named(_SPLIT_DAY, "dym")),
    ("month-day year", _named(_SPLIT_YEAR, "mdy")),
    ("year month-day", _named(_YEAR_FIRST, "ymd")),
    ("day year month", _named(_DAY_NAME_YEAR, "dym")),
    ("day name year", _named(_GLUED, "dmy")),
    ("republic", _republic),
    ("m/d/yyyy", _triples("mdy", long=True)),
    ("d/m/yyyy", _triples("dmy", long=True)),
    ("yy-mm-dd", _triples("ymd", long=False)),
    ("m/d/yy", _triples("mdy", long=False)),
    ("d/m/yy", _triples("dmy", long=False)),
    ("month day", _named(_NAMED, "md")),
    ("day month", _named(_NAMED_AFTER, "dm")),
    ("mm-dd", _month_day),
    ("dd.mm.", _day_month),
)


_DOTTED = lazy_pattern(r"(\d\d?)\s?\.\s?(\d\d?)\s?\.\s?((?:19|20)\d\d)(?!\d)")


def order_of(written: str) -> str:
    """13/5/2026 shows how 3/5/2026 is meant."""
    match = _TRIPLE.match(written)
    if match is None or len(match[4]) < 4 or match[1] == match[3]:
        return "full"
    return "d/m/yyyy" if int(match[1]) > 12 else "m/d/yyyy"


_MAX_TEXT = 600
_WORD = han_pattern(
    rf"(?<!\w)(?:({alternation(JUST_NOW)})|({alternation(TODAY)})|({alternation(YESTERDAY)})"
    rf"|({alternation(BEFORE_YESTERDAY)}))(?![^\W\d_一-鿿])"
    r"[\s,]{0,2}(?:(?:at|à|um|alle|às|в|om|o)\s)?(?:(\d\d?):(\d\d))?",
    re.I,
)
_DIGIT = lazy_pattern(r"\d")
_LONGEST_WORDS = 80
"""Characters of a text in which a day in words alone, such as "yesterday", is one."""
_HAS = han_pattern(
    rf"ago\b|〇|二[〇零○]|[前昨今刚]"
    rf"|{alternation((*JUST_NOW, *TODAY, *YESTERDAY, *BEFORE_YESTERDAY))}",
    re.I,
)
_IN_ADDRESS = lazy_pattern(
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


_PUBLISHED = han_pattern(
    r"(?<![a-z])(?:(?:date )?(?:posted|published|released|issued|filed)(?: on)?|publication date"
    r"|release date)(?![a-z])"
    r"|发布(?:时间|日期)?|发稿时间|公布(?:时间|日期)",
    re.I,
)
_OTHER_DAY = han_pattern(
    r"(?<![a-z])(?:updated|modified|revised|argued|argument|hearing|heard|deadline|expires|closing|closes|"
    r"effective|due|event|meeting|submitted)(?![a-z])"
    r"|更新(?:时间|日期)?|修改时间|成文(?:时间|日期)|截止(?:时间|日期)?|有效期|施行日期|生效日期|活动时间|开庭",
    re.I,
)


def _published_part(text: str) -> str:
    """Of a line that says when something was published and when it was or will be something else
    the part that says the former."""
    label = _PUBLISHED.search(text)
    if label is None:
        return text
    others = [match.start() for match in _OTHER_DAY.finditer(text)]
    if not others:
        return text
    end = min((at for at in others if at > label.start()), default=len(text))
    return text[label.start() : end].rstrip(" |;,(")


_NUMBER = lazy_pattern(r"\d{1,4}")


class DateReader:
    """Reads the dates of one list: fetched at `now` (aware), at home in `zone`, or empty.

    What a text may mean is read once. `agree` then says which shapes this list uses.
    """

    def __init__(self, zone: str, now: datetime) -> None:
        own = zone_named(zone)
        self._zone = own.key if own else ""
        self._now = now.astimezone(own or UTC)
        self._today = self._now.date()
        self._known: dict[str, tuple[ShapedDate, ...]] = {}

    def read(self, text: str) -> tuple[ShapedDate, ...]:
        """Everything the text may say, the likeliest first. Empty where it says no day."""
        known = self._known.get(text)
        if known is None:
            may = _DIGIT.search(text) or (len(text) <= _LONGEST_WORDS and _HAS.search(text))
            known = tuple(self._read(text)) if may else ()
            self._known[text] = known
        return known

    def stated(self, text: str) -> When | None:
        """What a machine-readable attribute (`datetime`, `content`) says."""
        when = read_date(text[:60], self._zone) if text else None
        return when if when is not None and is_plausible(when, self._now) else None

    def is_of_visit(self, text: str) -> bool:
        """Whether a text may say the day on which the list was fetched, somewhere on earth, in
        whatever order its numbers are."""
        days = [self._today + timedelta(days=shift) for shift in (-1, 0, 1)]
        numbers = {int(number) for number in _NUMBER.findall(narrow(text))}
        return any({day.day, day.month, day.year} <= numbers for day in days) or any(
            one.when.day in days for one in self.read(text)
        )

    def in_address(self, url: str) -> When | None:
        """The day in the path of an address."""
        return address_date(url, self._zone, self._now)

    def _read(self, text: str) -> Iterator[ShapedDate]:
        shown = text[-_MAX_TEXT:]
        whole = narrow(shown)
        plain = _published_part(whole)
        start = whole.find(plain)
        dates = find_dates(shown[start : start + len(plain)], self._zone)
        found = [one for one in dates if is_plausible(one.when, self._now)]
        if found:
            leads = not plain[: found[0].start].strip(" [](){}|")
            best = found[0] if leads else found[-1]
            written = plain[best.start : best.end]
            dotted = _DOTTED.match(written)
            if dotted is not None and 0 < int(dotted[1]) <= 12 and 0 < int(dotted[2]) <= 12:
                yield from self._either(best.when, written, plain, best.start)
                return
            yield ShapedDate(
                best.when, order_of(written), _purity(plain, best.start, best.end), written
            )
            return
        for shape, read in SHAPES:
            yield from self._shaped(plain, shape, read)
        yield from self._relative(plain)

    def _either(self, when: When, written: str, plain: str, start: int) -> Iterator[ShapedDate]:
        """Both readings of 3.4.2026. Which one is meant the other rows of the list say."""
        match = _DOTTED.match(written)
        if match is None:
            return
        purity = _purity(plain, start, start + len(written))
        one, two, year = int(match[1]), int(match[2]), int(match[3])
        for shape, month, day in (("d/m/yyyy", two, one), ("m/d/yyyy", one, two)):
            found = self._day(year, month, day)
            if found is not None and found == when.day:
                yield ShapedDate(when, shape, purity, written)
            elif found is not None:
                yield ShapedDate(When(found, Precision.DAY, self._zone), shape, purity, written)

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
        match = AGE.search(plain) if may_be_aged(plain) else None
        if match is not None:
            when = self._ago(match[1] or match[2])
            if when is not None:
                yield ShapedDate(when, "relative", _purity(plain, *match.span()), match[0])
                return
        match = _WORD.search(plain)
        if match is not None and len(plain) <= 40:
            yield ShapedDate(self._said(match), "relative", _purity(plain, *match.span()), match[0])

    def _ago(self, parts: str) -> When | None:
        """What an age says, with all its parts: as exact as the smallest of them. Weeks, months or
        years alone leave the day open, years the month as well."""
        amounts = [0] * len(UNITS)
        for match in AGE_PART.finditer(parts):
            unit = next(at for at in range(len(UNITS)) if match[3 + at])
            amounts[unit] += int(match[1]) if match[1] else _count_of(match[2])
        smallest = next((unit for unit, amount in enumerate(amounts) if amount), None)
        if smallest is None:
            smallest = HOURS  # "half an hour"
        if smallest == YEARS:
            return None
        back = timedelta(
            days=amounts[DAYS] + 7 * amounts[WEEKS],
            hours=amounts[HOURS],
            minutes=amounts[MINUTES],
            seconds=amounts[SECONDS],
        )
        months = 12 * amounts[YEARS] + amounts[MONTHS]
        if smallest <= MINUTES and not months:
            moment = (self._now - back).replace(second=0, microsecond=0)
            return When(moment, Precision.MINUTE, self._zone or "UTC")
        day = (self._now - back).date()
        if smallest <= DAYS and not months:
            return self._on(day)
        count = day.year * 12 + day.month - 1 - months
        if count < 12 * 1990:
            return None
        return When(date(count // 12, count % 12 + 1, 1), Precision.MONTH, self._zone)

    def _said(self, match: re.Match[str]) -> When:
        back = 2 if match[4] else 1 if match[3] else 0
        day = self._today - timedelta(days=back)
        if match[5] and int(match[5]) < 24 and int(match[6]) < 60:
            clock = time(int(match[5]), int(match[6]))
            moment = datetime.combine(day, clock)
            return in_stated_zone(moment, "", Precision.MINUTE, self._zone)
        return self._on(day)

    def _on(self, day: date) -> When:
        return When(day, Precision.DAY, self._zone)


def _count_of(word: str) -> int:
    return next(count for name, count in COUNTS.items() if re.fullmatch(name, word, re.I))


_RIVALS = (("m/d/yyyy", "d/m/yyyy"), ("yy-mm-dd", "m/d/yy", "d/m/yy"))
"""Shapes that the same digits may have: one list uses one of them."""
YEARLESS = frozenset(("month day", "day month", "mm-dd", "dd.mm."))


def agree(
    texts: Sequence[tuple[ShapedDate, ...]], day_first: bool
) -> Callable[[tuple[ShapedDate, ...]], ShapedDate | None]:
    """How to choose among the meanings of a text, given those of all rows of a column.

    Where the digits fit several orders, the one that fits most rows, then one in which the rows
    are sorted, then the one with the smallest steps from row to row, then `day_first` and custom
    decide.
    """
    banned: set[str] = set()
    for rivals in _RIVALS:
        counts = {name: sum(any(d.shape == name for d in one) for one in texts) for name in rivals}
        if any(counts.values()):
            custom = _custom(rivals, texts, day_first)
            ranks = {
                n: (counts[n], _sorted(texts, n), -_steps(texts, n), n == custom) for n in rivals
            }
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
        return ("d/m/yy" if day_first else "m/d/yy") if slashed else "yy-mm-dd"
    dotted = any("." in d.written for one in texts for d in one if d.shape == "d/m/yyyy")
    return "d/m/yyyy" if day_first or dotted else "m/d/yyyy"


def _sorted(texts: Sequence[tuple[ShapedDate, ...]], shape: str) -> bool:
    moves = {
        (later > earlier) - (later < earlier) for earlier, later in pairwise(_days(texts, shape))
    }
    return len(moves - {0}) == 1


def _steps(texts: Sequence[tuple[ShapedDate, ...]], shape: str) -> int:
    """The days from each row to the next, added up: a list that is sorted but for a row on its top
    goes in small steps, and years back and forth where its days are taken for years."""
    return sum(abs((later - earlier).days) for earlier, later in pairwise(_days(texts, shape)))


def _days(texts: Sequence[tuple[ShapedDate, ...]], shape: str) -> list[date]:
    return [d.when.day for one in texts for d in one if d.shape in (shape, "full")]


_WEEKDAY = lazy_pattern(
    r"^[月火水木金土日](?:曜日?)?$|^[월화수목금토일](?:요일)?$|^(?:周|星期)[一二三四五六日天]$"
)


def _purity(plain: str, start: int, end: int) -> float:
    """How much of the text is the date itself. Labels and brackets count little, the day of the
    week in brackets behind it nothing."""
    behind = plain[end:].strip(" []()|:.-")
    rest = len(plain[:start].strip(" []()|:.-")) + len(_WEEKDAY.sub("", behind))
    return (end - start) / (end - start + rest)


def read_row_date(text: str, zone: str, now: datetime) -> When | None:
    """The date of one text for itself. Month before day where both orders fit."""
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


# Dates that a page's markup spreads over several lines: the day large, year and month below it.

_NAME_OR_SHORT = rf"{MONTH}\.?"
_PARTS = (
    ("day", lazy_pattern(r"(\d{1,2})(?:日|st|nd|rd|th)?,?")),
    ("month", lazy_pattern(r"(1[0-2]|0?[1-9])月")),
    ("year", lazy_pattern(r"((?:19|20)\d\d)年?")),
    ("name", lazy_pattern(_NAME_OR_SHORT, re.I)),
    ("year month", lazy_pattern(r"((?:19|20)\d\d)\s?[-/.年]\s?(1[0-2]|0?[1-9])月?")),
    ("month year", lazy_pattern(r"(1[0-2]|0?[1-9])\s?[-/.]\s?((?:19|20)\d\d)")),
    ("month day", lazy_pattern(r"(1[0-2]|0?[1-9])\s?[-/.月]\s?([0-3]?\d)日?")),
    ("name year", lazy_pattern(rf"{_NAME_OR_SHORT},?\s{{0,3}}((?:19|20)\d\d)", re.I)),
    ("name day", lazy_pattern(rf"{_NAME_OR_SHORT}\s{{0,3}}(\d{{1,2}}),?", re.I)),
    ("day name", lazy_pattern(rf"(\d{{1,2}})\s{{0,3}}{_NAME_OR_SHORT},?", re.I)),
)  # fmt: skip
_WORDS = lazy_pattern(r"[-/.\[\]()|,]+")
_LONGEST = 16


def join_split(lines: list[tuple[str, ShownLine]]) -> list[tuple[str, ShownLine]]:
    """The lines, neighbours that are one date together as one line in the first one's column."""
    if not any(len(line.text) <= 4 or (len(line.text) <= _LONGEST and line.text[:1].isalnum())
               for _, line in lines):  # fmt: skip
        return lines
    joined: list[tuple[str, ShownLine]] = []
    at = 0
    while at < len(lines):
        taken, text = _joined(lines[at : at + 4])
        key, line = lines[at]
        joined.append((key, replace(line, text=text) if taken > 1 else line))
        at += taken
    return joined


def _joined(lines: list[tuple[str, ShownLine]]) -> tuple[int, str]:
    """How many of these lines are one date, and that date. 1 where the first is none."""
    parts: dict[str, str] = {}
    taken = 0
    for _, line in lines:
        text = line.text.strip()
        if len(text) > _LONGEST:
            break
        if taken and _WORDS.fullmatch(text):
            taken += 1
            continue
        named = _part(text)
        if named is None or named.keys() & parts.keys():
            break
        parts |= named
        taken += 1
    if taken < 2 or not {"day", "month"} <= parts.keys():
        return 1, ""
    if "year" in parts:
        return taken, f"{parts['year']}-{parts['month']:0>2}-{parts['day']:0>2}"
    return taken, f"{parts['month']:0>2}-{parts['day']:0>2}"


def _part(text: str) -> dict[str, str] | None:
    for names, pattern in _PARTS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found: dict[str, str] = {}
        for name, value in zip(names.split(), match.groups(), strict=True):
            number = str(month_number(value)) if name == "name" else value
            found["month" if name == "name" else name] = number
        if int(found.get("month", 1)) and 0 < int(found.get("day", 1)) <= 31:
            return found
    return None
