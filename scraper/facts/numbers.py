"""Numbers as they are written: digits, Chinese numerals and English words."""

from __future__ import annotations

import re

from hubwatch.patterns import lazy_pattern

from .patterns import by_first, words

_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCORES = {"廿": 20, "卅": 30, "卌": 40}
_HAN_POWERS = {"万": 10**4, "亿": 10**8}

HAN_NUMERAL = "[零〇一二两三四五六七八九十百千万亿廿卅卌]"


def parse_han(text: str) -> float | None:
    """A number in Chinese numerals: 三千一百七十七, 一万二, 二〇二五, 三点五. None for what is no
    number, such as 十百 or 万千."""
    whole, point, fraction = text.partition("点")
    if point:
        digits = "".join(str(_HAN_DIGITS.get(c, "x")) for c in fraction)
        before = parse_han(whole)
        if before is None or not digits.isdecimal():
            return None
        return float(f"{before:.0f}.{digits}")
    if len(text) > 1 and all(c in _HAN_DIGITS for c in text):
        return float("".join(str(_HAN_DIGITS[c]) for c in text)) if len(text) < 16 else None
    total = section = 0
    digit: int | None = None
    last = 10**12
    for character in text:
        if character in _HAN_DIGITS:
            if digit:
                return None
            digit = _HAN_DIGITS[character]
            if digit == 0:
                last = 10
        elif character in _HAN_SCORES:
            if digit:
                return None
            section += _HAN_SCORES[character]
            digit, last = None, 10
        elif character in _HAN_TENS:
            power = _HAN_TENS[character]
            if digit == 0 and power != 10:
                return None
            section += (digit or 1) * power
            digit, last = None, power
        else:
            power = _HAN_POWERS[character]
            section += digit or 0
            if not section and not total:
                section = 1
            total = (total + section) * power if power > 10**4 else total + section * power
            section, digit, last = 0, None, power
    if digit and last >= 100 and last < 10**12 and not text.endswith(("零", "〇")):
        digit *= last // 10  # 一万二, 三百五
    return float(total + section + (digit or 0))


def parse_whole(text: str) -> int:
    """A whole number in digits or Chinese numerals. 0 for what is no number."""
    return int(text) if text.isdecimal() else int(parse_han(text) or 0)


_ONES = words("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
""")
_TENS = words("""
    twenty thirty forty fifty sixty seventy eighty ninety
""")
_ENGLISH = {word: i for i, word in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_POWERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_LONGEST_FIRST = sorted(_ENGLISH, key=len, reverse=True)
_COUNTING = (*_LONGEST_FIRST, "hundred", *_POWERS)
_A = rf"a (?={'|'.join(('hundred', *_POWERS))}\b)"
_SOME = r"(?=[ADHadh])(?:(?:an? )?dozen|half a (?:million|billion))"
ENGLISH_WORDS = (
    rf"(?:{_SOME}|(?:{_A}|{by_first(_LONGEST_FIRST)}\b)"
    rf"(?:[ -]?(?:and )?\b{by_first(_COUNTING)}\b)*(?: and a (?:half|quarter)\b)?)"
)
"""A number in words."""

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9, "bln": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12,
    "lakh": 1e5, "crore": 1e7, "dozen": 12.0,
}  # fmt: skip
"""By what a word behind digits multiplies them. The short ones stand behind money only."""

_NTH = words("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
""")
_ORDINALS = {word: number for number, word in enumerate(_NTH, start=1)}
ORDINAL = "|".join(_ORDINALS)


ANCHOR_WORDS = (*_COUNTING, *words("dozen half quarter quarters"), *_NTH)
"""One of them stands in each number, part and rank in words."""


_LETTERS = lazy_pattern("[a-z]+")


def parse_english(text: str) -> float | None:
    """A number in English words: thirty-six, two hundred and five, a dozen, one million."""
    words = _LETTERS.findall(text.lower())
    if words and words[-1] == "dozen":
        return 12.0
    if words[:2] == ["half", "a"]:
        return 0.5 * _POWERS[words[2]]
    total = section = 0
    seen = False
    for word in words:
        if word in _ENGLISH:
            section += _ENGLISH[word]
        elif word == "hundred":
            section = max(1, section) * 100
        elif word in _POWERS:
            total += max(1, section) * _POWERS[word]
            section = 0
        else:
            continue
        seen = True
    part = _PARTS.get(words[-1], 0) if words[-3:-1] == ["and", "a"] else 0
    return float(total + section + part) if seen else None


_PARTS = {"half": 0.5, "quarter": 0.25}


def parse_ordinal(text: str) -> int | None:
    """A rank: third, 3rd, No. 3."""
    if word := _ORDINALS.get(text.lower()):
        return word
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits and len(digits[0]) < 9 else None


_GROUPED = lazy_pattern(r"[,\s\u00a0\u2009\u202f']")


def parse_digits(text: str) -> float:
    """A number in digits, with what separates its groups: 3,177; 1 200; 12.5."""
    return float(_GROUPED.sub("", text))


_WIDEST, _WIDEST_AMOUNT = 5, 2
"""So many times its lower end is the upper end of a range at most that something changed by, and
so many times that of amounts and counts that are each written with a unit."""


def is_level(change: float, level: float, *, is_amount: bool) -> bool:
    """Whether the second of two numbers behind a verb of change is the level that was reached, as
    in `rose by 120 yuan to 2,130 yuan`, and not the other end of a range."""
    return level > (_WIDEST_AMOUNT if is_amount else _WIDEST) * change
