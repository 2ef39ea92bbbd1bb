"""A text as a row of units that can be compared: words, or Han characters one by one.

Each unit becomes one character, so that a text is a string and a passage a slice of it. Compares
nothing itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import is_normalized
from zlib import crc32

from ..text import HAN, fold

MOST_UNITS = 30_000
"""Units beyond that many are left out; no article is that long."""
NUMBER = "#"

# Han characters stand for themselves, words for a private-use character each: two words of 65,000
# that share one harm nobody. Short words and numbers have ranges of their own.
_SHORT_FROM, _WORD_FROM, _NUMBER_FROM = 0xE000, 0xF0000, 0x100000
_SHORT_CODES, _CODES, _MOST_KEPT = 6400, 65_534, 1 << 16
_SHORT = 3
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_BETWEEN = re.compile("[^\\w\u0300-\u036f]+")
_WORD = re.compile(f"[^\\W_{HAN}]+")
_ELSE = re.compile(f"[^{HAN}\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_SHORT_ONES = re.compile("[\ue000-\uf8ff]+")
_HAN_RUNS = re.compile(f"[{HAN}]+")
_PLAIN_WORD = re.compile(r"\w+")
_NUMBERS = re.compile("[\U00100000-\U0010fffd二三四五六七八九十]")
"""一 is left out: it is rarely a number."""
_NUMBER_WORD = re.compile(
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    "first|second|third|(?:four|fif|six|seven|eigh|nin|ten)th|"
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
)


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a text, a character each. `is_han`: of a text in Han characters, not words.
    `masked` has NUMBER for every number, month and weekday: two instances of one form differ in
    nothing else."""

    raw: str
    masked: str
    is_han: bool

    @property
    def telling(self) -> str:
        """The same without the short words that are in every text."""
        return self.raw if self.is_han else _SHORT_ONES.sub("", self.raw)


def units(text: str) -> Units:
    """The units of a text; case, width, spaces and punctuation do not count."""
    folded = _folded(text)
    han = 0 if folded.isascii() else sum(map(len, _HAN_RUNS.findall(folded)))
    if not han:
        raw = "".join(map(_CODE.__getitem__, _PLAIN_WORD.findall(folded)[:MOST_UNITS]))
    else:
        raw = _ELSE.sub("", _WORD.sub(_coded, folded))[:MOST_UNITS]
    return Units(raw, _NUMBERS.sub(NUMBER, raw), 2 * han > len(raw))


def _folded(text: str) -> str:
    """As `text.fold`, with a blank for whatever is no part of a word: then few texts have anything
    to normalise, which takes long."""
    if text.isascii():
        return text.casefold()
    bare = _BETWEEN.sub(" ", _INVISIBLE.sub("", text))
    return bare.casefold() if is_normalized("NFKC", bare) else fold(bare)


def _coded(found: re.Match[str]) -> str:
    return _CODE[found.group()]


class _Codes(dict[str, str]):
    """Word → its character, kept because most words come again soon."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = code = _code(word)
        return code


_CODE = _Codes()


def _code(word: str) -> str:
    value = crc32(word.encode("utf-8", "surrogatepass"))
    if _NUMBER_WORD.fullmatch(word) or any(map(str.isdigit, word)):
        return chr(_NUMBER_FROM + value % _CODES)
    if len(word) <= _SHORT:
        return chr(_SHORT_FROM + value % _SHORT_CODES)
    return chr(_WORD_FROM + value % _CODES)
