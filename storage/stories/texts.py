"""Texts that are compared: as rows of units, by their sketches, and exactly. Pure.

Each unit becomes one character, so that a text is a string and a passage a slice of it. A sketch
finds the few texts that are worth a comparison.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import compress
from operator import eq, ne
from unicodedata import is_normalized
from zlib import crc32

from hubwatch.patterns import lazy_pattern

from ..text import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, HAN, fold, runs_of, simplify

MOST_UNITS = 30_000
MOST_CHARACTERS = 20 * MOST_UNITS
"""What is beyond is left out; no article is that long."""
NUMBER = "#"

# Han characters stand for themselves, words for a private-use character each: two words of 65,000
# that share one harm nobody. Short words and numbers have ranges of their own.
_SHORT_FROM, _WORD_FROM, _NUMBER_FROM = 0xE000, 0xF0000, 0x100000
_SHORT_CODES, _CODES, _MOST_KEPT = 6400, 65_534, 1 << 16
_SHORT = 3
_INVISIBLE = runs_of("\u00ad\u200b-\u200f\u2060\ufeff")
_BETWEEN = runs_of("^\\w\u0300-\u036f")
_MARKS = "’‘“”–—…•\u00a0"
"""All that most texts in English have beyond ASCII, none of it part of a word."""
_ASCII_BETWEEN = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_WORD = lazy_pattern(f"[^\\W_{HAN}]+")
_SHORT_ONES = lazy_pattern("[\ue000-\uf8ff]+")
_HAN_RUNS = lazy_pattern(f"[{HAN}]+")
_ELSE = lazy_pattern(f"[^{HAN}]+")
_PLAIN_WORD = lazy_pattern(r"\w+")
_NUMBERS = lazy_pattern("[\U00100000-\U0010fffd二三四五六七八九十]|(?<=第)一|一(?=[月日号期批届])")
"""一 alone is rarely a number."""
_NUMBER_WORD = lazy_pattern(
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    "first|second|third|(?:four|fif|six|seven|eigh|nin|ten)th|"
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
)
# What pages write around a text, which differs from page to page: when it was put there, by whom,
# how often it was read. Their numbers tell no two texts apart.
_LABELLED = lazy_pattern(
    "[:：|][ \\t]*(?:[^\\s\\d。；;:：]{0,16}[ \\t]+)?"
    "(?:\\d[\\d,./:年月日时分秒 \\t-]{0,24}|[A-Z][a-z]{2,8}\\.? \\d{1,2}, \\d{4})"
)
_LABEL = lazy_pattern(
    "(?:(?:浏览|阅读|点击|访问|查看|人气)(?:次数|数量|人数|量|数)?|来源|责任编辑|责编|编辑|字号"
    "|(?:发布|更新|发稿|发表|录入|编辑|刊发)?(?:时间|日期)"
    r"|\b(?:views?|reads?|hits?|visits?|source|date"
    "|(?:posted|published|(?:last )?updated)(?: on)?))"
    "[ \\t]*$",
    re.IGNORECASE,
)
_LONGEST_LABEL = 20
_DATE_LINE = lazy_pattern(
    "\n[ \\t(（\\[]{0,3}\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日?"
    "(?:[ \\tT]{1,3}\\d{1,2}:\\d\\d(?::\\d\\d)?)?[ \\t)）\\]]{0,3}(?=\n|\\Z)"
)


# What a release says at its end of who gives it out and whom to ask is in all that he gives out.
_ABOUT = lazy_pattern(
    r"\n[ \t#*]{0,4}(?:关于|關於|関於|(?:about(?: the)?|über|à propos d[eu]|sobre|acerca de|om) )"
    r"[ \t]{0,2}(?:us|我们|我們|([^\s\n][^\n]{1,60}?))[ \t:：*]{0,4}\n",
    re.IGNORECASE,
)
_OF_RELEASES = lazy_pattern(
    r"\n[ \t#*]{0,4}(?:(?:news )?(?:media|press) (?:contacts?|enquiries|inquiries|relations)"
    r"|contacts? for (?:the )?(?:media|press)|forward[- ]looking statements?"
    r"|safe harbou?r statement|(?:媒体|新闻|媒體|新聞)(?:联系|联络|聯絡|聯繫)(?:人|方式)?"
    r"|免责声明|免責聲明|前瞻性(?:陈述|声明|陳述))[^\n]{0,120}(?:\n|$)",
    re.IGNORECASE,
)
_HOUSE = lazy_pattern(r"(?:公司|集团|集團|科技|企业|学院|大学|研究院|协会|基金会|股份)$")
_PROSE = lazy_pattern(
    r"成立于|创立于|創立於|总部|是一家|founded|headquartered|established|leading|based in|employs"
    r"|designs|provides|for more information|gegründet|fondée?|fundada",
    re.IGNORECASE,
)
"""With what a house says of itself."""
_LEAST_BEFORE, _LEAD, _NEAR_BELOW = 60, 600, 400


def _without_tail(text: str) -> str:
    """Without what a release says of its publisher, whom it has named before, and of its press
    office, where enough stands above."""
    for about in _ABOUT.finditer(text, _LEAST_BEFORE):
        above = text[: about.start()]
        # `关于资金支持`, `About the bridge` are headings of a text: a house is named as a house is.
        if about[1] is None or (about[1][:1].isupper() or _HOUSE.search(about[1])):
            known = about[1] is None or about[1].casefold() in above[:_LEAD].casefold()
            if known and _PROSE.search(text, about.end(), about.end() + _NEAR_BELOW):
                return above
    last = _OF_RELEASES.search(text, 2 * len(text) // 3)
    return text if last is None or last.start() < _LEAST_BEFORE else text[: last.start()]


def _without_boilerplate(text: str) -> str:
    text = _without_tail(text)
    text = _DATE_LINE.sub("\n", "\n" + text)
    return _LABELLED.sub(_unless_labelled, text)


def _unless_labelled(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - _LONGEST_LABEL) : found.start()]
    return " " if _LABEL.search(before) else found.group()


@dataclass(frozen=True)
class Units:
    """The units of a text, a character each. `is_han`: of a text in Han characters, not words."""

    raw: str
    is_han: bool

    @cached_property
    def masked(self) -> str:
        """The same with NUMBER for every number, month and weekday: two instances of one form
        differ in nothing else."""
        return _NUMBERS.sub(NUMBER, self.raw)

    @property
    def distinctive(self) -> str:
        """The same without the short words that are in every text."""
        return self.raw if self.is_han else _SHORT_ONES.sub("", self.raw)


def units(text: str) -> Units:
    """The units of a text. Case, width, spaces and punctuation do not count."""
    folded = _folded(_without_boilerplate(text[:MOST_CHARACTERS]))
    han = 0 if folded.isascii() else sum(map(len, _HAN_RUNS.findall(folded)))
    if han:
        raw = _ELSE.sub(_coded, simplify(folded))[:MOST_UNITS]
    else:
        raw = "".join(map(_CODE.__getitem__, _words(folded)[:MOST_UNITS]))
    return Units(raw, 2 * han > len(raw))


def _words(folded: str) -> list[str]:
    if folded.isascii():
        return folded.translate(_ASCII_BETWEEN).split()
    return _PLAIN_WORD.findall(folded)


def _folded(text: str) -> str:
    """As `text.fold`, with a blank for whatever is no part of a word: then few texts have anything
    to normalise, which takes long."""
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    if text.isascii():
        return text.casefold()
    bare = _BETWEEN.sub(" ", _INVISIBLE.sub("", text))
    return bare.casefold() if is_normalized("NFKC", bare) else fold(bare)


def _coded(found: re.Match[str]) -> str:
    """The words in what stands between Han characters."""
    between = found.group()
    return "" if between == " " else "".join(map(_CODE.__getitem__, _WORD.findall(between)))


_NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
_FIGURES = {word: str(number) for number, word in enumerate(_NUMBER_WORDS.split(), 1)}
"""A number in words is the same in figures."""


class _Codes(dict[str, str]):
    """Word → its character, kept because most words come again soon."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = code = _code(word)
        return code


_CODE = _Codes()


def _code(word: str) -> str:
    word = _FIGURES.get(word, word)
    value = crc32(word.encode("utf-8", "surrogatepass"))
    if _NUMBER_WORD.fullmatch(word) or any(map(str.isdigit, word)):
        return chr(_NUMBER_FROM + value % _CODES)
    if len(word) <= _SHORT:
        return chr(_SHORT_FROM + value % _SHORT_CODES)
    return chr(_WORD_FROM + value % _CODES)


# The sketch of a text: those of its shingles whose hashes are the smallest.

SKETCH_VERSION = 5
"""Stored with the archive; a change of sampling or comparing raises it and asks for a rebuild."""
SAMPLES = 40
_WORDS, _CHARACTERS = 3, 5
_WIDTH = 4  # bytes of a unit in UTF-32
_HALF = 1 << 31
_IS_ODD = bytes(byte & 1 for byte in range(256))


def sketch(text: str) -> bytes:
    """At most SAMPLES hashes, ascending, 4 bytes each (signed, as SQLite stores them best)."""
    return sketch_of(units(text))


def sketch_of(text: Units) -> bytes:
    """The same from the units of a text."""
    line = text.distinctive.encode("utf-32-le")
    size = _WIDTH * (_CHARACTERS if text.is_han else _WORDS)
    starts: Iterable[int] = range(0, len(line) - size + 1, _WIDTH)
    if text.is_han:  # there are many: those at every other character of the script will do
        starts = compress(starts, line[::_WIDTH].translate(_IS_ODD))
    return pack_samples(
        value - _HALF for value in _smallest({crc32(line[at : at + size]) for at in starts})
    )


def _smallest(values: set[int]) -> list[int]:
    """The SAMPLES smallest of hashes, which are spread evenly: nearly always they are among those
    below twice their share, and all others need not be sorted."""
    most = 2 * SAMPLES * (1 << 32) // max(1, len(values))
    few = [value for value in values if value < most]
    return sorted(few if len(few) >= SAMPLES else values)[:SAMPLES]


def pack_samples(samples: Iterable[int]) -> bytes:
    """Samples as stored."""
    found = [*samples]
    return struct.pack(f"<{len(found)}i", *found)


def unpack_samples(packed: bytes) -> tuple[int, ...]:
    """The inverse of `pack_samples`."""
    return struct.unpack(f"<{len(packed) // 4}i", packed)


def sample_words(packed: bytes) -> str:
    """Samples as the words of a text index, in their order."""
    found = struct.unpack(f"<{len(packed) // 4}I", packed)
    return " ".join(["%x"] * len(found)) % found


def likeness(one: tuple[int, ...], other: tuple[int, ...], shared: int) -> float:
    """About which share of the shingles of the smaller text the larger has, from samples alone, of
    which both have so many."""
    # Below the lower of the two ends both samples are complete, and no shared one is above.
    end = min(_end(one), _end(other))
    smaller = min(bisect_right(one, end), bisect_right(other, end))
    return shared / max(1, smaller)


def _end(samples: tuple[int, ...]) -> int:
    return samples[-1] if len(samples) == SAMPLES else _HALF


# How much of one text is in another, exactly, and where.

BINS = 60
"""Into so many parts of equal length a text is divided to say where it is covered."""
_PLACES = 8
_HARDLY = 0.25
"""Of a text of which 0.6 is in another with every fifth unit changed, so many shingles are. Where
fewer are shared, passages are not looked for: too little hangs together."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A passage begins where `shingle` units are equal, is followed until `drop` more units differ
    than agree, may jump `gap` units in either text, and is an accident if shorter than `least`."""

    shingle: int
    drop: int
    gap: int
    least: int


_WORDS_compare, _CHARACTERS_compare = _Measure(3, 4, 8, 9), _Measure(4, 6, 10, 12)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts compared: which share of each is in the other (0 to 1), which of its BINS parts
    are, as bits. How many numbers stand at equal places of shared passages, how many of them
    differ, and which share of the passages' other units does. `swaps`: how many different numbers
    have another in their place, `dates`: how many of these belong to a date or are an ordinal,
    `first_date`: the first of all that do is one of them. `heads`: which share of both stands
    before the first passage, of the one of which it is less; `replaced`: which share of the smaller
    stands between passages where the other has something else; `exchanged`: how many units of
    passages have another in their very place."""

    one: float = 0.0
    other: float = 0.0
    where_one: int = 0
    where_other: int = 0
    numbers: int = 0
    other_numbers: int = 0
    changed: float = 0.0
    swaps: int = 0
    dates: int = 0
    first_date: bool = False
    heads: float = 0.0
    replaced: float = 0.0
    exchanged: int = 0

    def turned(self) -> Comparison:
        """The same seen from the other text."""
        return replace(
            self,
            one=self.other,
            other=self.one,
            where_one=self.where_other,
            where_other=self.where_one,
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """Units `start` to `end` of one text stand at `at` to `stop` of the other, a few changed."""

    start: int
    end: int
    at: int

    @property
    def stop(self) -> int:
        return self.at + self.end - self.start


def compare(one: Units, other: Units) -> Comparison:
    """Compare two texts. Texts in different scripts share nothing."""
    if one.is_han != other.is_han:
        return Comparison()
    if (len(one.raw), one.raw) > (len(other.raw), other.raw):
        return compare(other, one).turned()
    measure = _CHARACTERS_compare if one.is_han else _WORDS_compare
    left, right = one.masked, other.masked
    ours = _shingles(left, measure.shingle)
    if len(ours & _shingles(right, measure.shingle)) < _HARDLY * len(ours):
        return Comparison()
    covered, found = bytearray(len(left)), bytearray(len(right))
    met = _Numbers(one.raw, other.raw, left, right)
    changed = replaced = exchanged = 0
    heads = 0.0
    before: _Run | None = None
    for passage in _passages(_runs(one, other, left, right, measure), measure):
        first, last = passage[0], passage[-1]
        if before is None:
            heads = min(first.start / len(left), first.at / len(right))
        elif first.at >= before.stop:
            replaced += min(first.start - before.end, first.at - before.stop)
        before = last
        covered[first.start : last.end] = b"\1" * (last.end - first.start)
        found[first.at : last.stop] = b"\1" * (last.stop - first.at)
        changed += last.end - first.start
        for run in passage:
            met.add(run)
            changed -= run.end - run.start
            exchanged += sum(map(ne, left[run.start : run.end], right[run.at : run.stop]))
    changed += exchanged
    length = covered.count(1)
    return Comparison(
        length / max(1, len(left)),
        found.count(1) / max(1, len(right)),
        _bins(covered) if length else 0,
        _bins(found) if length else 0,
        met.numbers,
        met.unequal,
        changed / max(1, length),
        len(met.swaps),
        len(met.dates),
        met.first_date,
        heads,
        replaced / max(1, len(left)),
        exchanged,
    )


def _runs(one: Units, other: Units, left: str, right: str, measure: _Measure) -> Iterator[_Run]:
    """Passages that change here and there but neither gain nor lose a unit, in the order of the
    left text."""
    size = measure.shingle
    known = _shingles(right, size)
    start = end = at = 0
    while start <= len(left) - size:
        if left[start : start + size] not in known:
            start += 1
            continue
        here = _place(one.raw, other.raw, right, left[start : start + size], start, at)
        back = _follow(left, right, start - 1, here - 1, -1, end, measure.drop)
        reach = _follow(left, right, start + size, here + size, 1, len(left), measure.drop)
        run = _Run(start - back, start + size + reach, here - back)
        yield run
        start, end, at = run.end, run.end, run.stop


@lru_cache(maxsize=32)  # one text is compared with several
def _shingles(line: str, size: int) -> frozenset[str]:
    return frozenset([line[at : at + size] for at in range(len(line) - size + 1)])


def _place(one: str, other: str, right: str, shingle: str, start: int, at: int) -> int:
    """Where a shingle of the left text is meant to be in the right one: of the next few places, and
    the first, where most units around are the very same."""
    places: list[int] = []
    place = right.find(shingle, at)
    while place >= 0 and len(places) < _PLACES:
        places.append(place)
        place = right.find(shingle, place + 1)
    if len(places) < _PLACES and (place := right.find(shingle)) < at:
        places.append(place)
    if len(places) == 1:
        return places[0]
    return max(places, key=lambda place: _agreement(one, other, start, place))


def _agreement(one: str, other: str, start: int, place: int) -> int:
    back = min(20, start, place)
    return sum(map(eq, one[start - back : start + 40], other[place - back : place + 40]))


def _follow(left: str, right: str, start: int, at: int, step: int, end: int, drop: int) -> int:
    """How far a passage goes on from here: as long as agreement outweighs difference (the drop-off
    rule of BLAST, Altschul et al. 1990)."""
    score = best = length = steps = 0
    limit = min(end - start, len(right) - at) if step > 0 else min(start - end + 1, at + 1)
    while steps < limit and score > best - drop:
        score += 1 if left[start] == right[at] else -1
        start, at, steps = start + step, at + step, steps + 1
        if score > best:
            best, length = score, steps
    return length


def _passages(runs: Iterator[_Run], measure: _Measure) -> Iterator[list[_Run]]:
    """Runs that follow one another closely in both texts, those together that make a passage."""
    passage: list[_Run] = []
    for run in runs:
        if passage and not _goes_on(passage[-1], run, measure.gap):
            if _is_passage(passage, measure):
                yield passage
            passage = []
        passage.append(run)
    if passage and _is_passage(passage, measure):
        yield passage


def _goes_on(before: _Run, after: _Run, gap: int) -> bool:
    return after.start - before.end <= gap and 0 <= after.at - before.stop <= gap


def _is_passage(passage: Sequence[_Run], measure: _Measure) -> bool:
    return passage[-1].end - passage[0].start >= measure.least


class _Numbers:
    """The numbers that stand at equal places of the runs of two texts."""

    def __init__(self, one: str, other: str, left: str, right: str) -> None:
        self._one, self._other = one, other
        self._left, self._right = left, right
        self.numbers = self.unequal = 0
        self.swaps: set[tuple[str, str]] = set()
        self.dates: set[tuple[str, str]] = set()
        self._first_date = len(one)
        self._differing_dates: list[int] = []

    @property
    def first_date(self) -> bool:
        """Whether a number of the first date, or the first ordinal, differs."""
        return any(place <= self._first_date + _A_DATE for place in self._differing_dates)

    def add(self, run: _Run) -> None:
        """Look at one run."""
        place = self._left.find(NUMBER, run.start, run.end)
        while place >= 0:
            twin = run.at + place - run.start
            if self._right[twin] == NUMBER:
                self._meet(place, twin)
            place = self._left.find(NUMBER, place + 1, run.end)

    def _meet(self, place: int, twin: int) -> None:
        pair = self._one[place], self._other[twin]
        differs = pair[0] != pair[1]
        if differs and (
            _around(self._one, place) in self._other or _around(self._other, twin) in self._one
        ):
            return  # it stands elsewhere as well: a row of a table, a sentence like another
        if differs and not _stand_alike(self._left, self._right, place, twin):
            return
        self.numbers += 1
        self.unequal += differs
        is_date = _is_of_a_date(self._one, place) and _is_of_a_date(self._other, twin)
        if is_date:
            self._first_date = min(self._first_date, place)
        if differs:
            self.swaps.add(pair)
            if is_date:
                self.dates.add(pair)
                self._differing_dates.append(place)


_BESIDE, _NEAR, _A_DATE = 2, 4, 6
_AFTER = frozenset("年月日号期批届周季时")
_OF_DAY = frozenset("午上晨晚")
_ORDINAL_NAMES = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
"""
_MONTHS = frozenset(map(_code, ENGLISH_MONTHS))
_ORDINALS = frozenset(map(_code, (*_ORDINAL_NAMES.split(), *ENGLISH_WEEKDAYS))) | {
    _code(f"{number}{end}") for number in range(1, 100) for end in ("st", "nd", "rd", "th")
}
_YEARS = frozenset(_code(str(year)) for year in range(1990, 2060))
_COUNTED = frozenset(_code(word) for word in ("week", "no", "issue", "round", "phase", "batch"))


def _stand_alike(left: str, right: str, place: int, twin: int) -> bool:
    """Whether the same words stand around two numbers, and there are some."""
    ours = left[max(0, place - _NEAR) : place], left[place + 1 : place + 1 + _NEAR]
    yours = right[max(0, twin - _NEAR) : twin], right[twin + 1 : twin + 1 + _NEAR]
    before, after = _ahead(ours[0][::-1], yours[0][::-1]), _ahead(*ours[1:], *yours[1:])
    return before + after >= _NEAR


def _ahead(ours: str, yours: str) -> int:
    """How many words, numbers aside, two lines have in common from their beginnings on."""
    found = 0
    for one, other in zip(ours, yours, strict=False):
        if one != other:
            break
        found += one != NUMBER
    return found


def _around(line: str, place: int) -> str:
    return line[max(0, place - _BESIDE) : place + _BESIDE + 1]


def _is_of_a_date(line: str, place: int) -> bool:
    """Whether a number says when, or which one of a row: 7月1日, 第三批, July 1, third, week 27."""
    unit = line[place]
    if unit in _MONTHS or unit in _ORDINALS or unit in _YEARS:
        return True
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    return (
        after in _AFTER
        or (after == "点" and before in _OF_DAY)
        or (after == "分" and before == "时")
        or before == "第"
        or before in _MONTHS
        or after in _MONTHS
        or before in _COUNTED
    )


def _bins(covered: bytearray) -> int:
    """A bit for each part of a text of which half is covered."""
    bits, length = 0, len(covered)
    for part in range(BINS):
        start, end = part * length // BINS, (part + 1) * length // BINS
        if end > start and 2 * covered.count(1, start, end) >= end - start:
            bits |= 1 << part
    return bits
