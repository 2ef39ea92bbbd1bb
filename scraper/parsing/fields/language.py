"""The language of an article, by its script. The page's own claim counts only where it fits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..tree import attribute

# Runs as one character and more: a pattern that begins with one skips a text for it at once.
_HAN = lazy_pattern(r"[㐀-鿿][㐀-鿿]*")
_KANA = lazy_pattern(r"[ぁ-ヿ][ぁ-ヿ]*")
_HANGUL = lazy_pattern(r"[가-힯][가-힯]*")
_LATIN = lazy_pattern(r"[À-ɏ][À-ɏ]*")
_OTHER = lazy_pattern(r"[Ͱ-ᇿऀ-῿][Ͱ-ᇿऀ-῿]*")
_ASCII = lazy_pattern(r"[\x00-\x7f]+")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SAMPLE = 4_000
_NOT_LATIN = frozenset(("zh", "ja", "ko", "ru", "ar", "uk", "el", "he", "th", "fa", "hi"))
_SCRIPTS = (
    ("el", "\u0370", "\u03ff"), ("ru", "\u0400", "\u052f"), ("hy", "\u0530", "\u058f"),
    ("he", "\u0590", "\u05ff"), ("ar", "\u0600", "\u077f"), ("hi", "\u0900", "\u097f"),
    ("bn", "\u0980", "\u09ff"), ("pa", "\u0a00", "\u0a7f"), ("gu", "\u0a80", "\u0aff"),
    ("or", "\u0b00", "\u0b7f"), ("ta", "\u0b80", "\u0bff"), ("te", "\u0c00", "\u0c7f"),
    ("kn", "\u0c80", "\u0cff"), ("ml", "\u0d00", "\u0d7f"), ("si", "\u0d80", "\u0dff"),
    ("th", "\u0e00", "\u0e7f"), ("lo", "\u0e80", "\u0eff"), ("bo", "\u0f00", "\u0fff"),
    ("my", "\u1000", "\u109f"), ("ka", "\u10a0", "\u10ff"), ("am", "\u1200", "\u137f"),
    ("km", "\u1780", "\u17ff"),
)  # fmt: skip
"""Scripts, each with the language that is written in it most, from its first character to its last
(Unicode)."""
_LETTERS = {
    "ru": (("be", "ў"), ("uk", "їєґ"), ("kk", "қғұ"), ("sr", "ђћ"), ("mk", "ѓќѕ"), ("ru", "ыэ"),
           ("bg", "ъ")),
    "ar": (("ur", "ٹڈےں"), ("ps", "ښځډ"), ("fa", "پچژگ")),
}  # fmt: skip
"""Letters by which the languages of one script are told apart, looked for in this order."""
_OFTEN = 0.003


def read_language(page: Page, text: str, expected: str) -> str | None:
    """The language of a page's text. `expected` is the template's word."""
    claims = [claim for claim in (_claim(page), expected[:2].lower()) if claim]
    return language_of(text, claims)


def language_of(text: str, claims: Sequence[str] = ()) -> str | None:
    """`zh`, `en` or another primary language tag (BCP 47). None for a text without letters.

    A Chinese template says `lang="en"` as easily as an English one says `zh`: the letters decide
    the script, the claims, best first, only which of its languages.
    """
    sample = text[:_SAMPLE]
    ascii_ones = sample.encode("ascii", "ignore")
    latin = len(ascii_ones.translate(None, _NO_LETTERS))
    if 2 * len(ascii_ones) > len(sample):
        sample = _ASCII.sub("", sample)  # no other class has any of them
    han, latin = _count(_HAN, sample), latin + _count(_LATIN, sample)
    if _count(_KANA, sample) > 0.1 * (han + 1) and han + latin > 0:
        return "ja"
    if _count(_HANGUL, sample) > han + latin:
        return "ko"
    # A Han character carries about as much as three letters.
    if han and han * 3 >= latin:
        return "zh"
    if _count(_OTHER, sample) > latin:
        return next((claim for claim in claims if claim not in ("en", "zh")), _of_script(sample))
    if latin:
        return next((claim for claim in claims if claim not in _NOT_LATIN), "en")
    return None


def _of_script(text: str) -> str | None:
    """The language of a text in neither Latin nor Chinese letters, by its script, and by letters
    that only some of the languages of the script have."""
    counts = Counter(text.lower())
    share = {
        tag: sum(n for letter, n in counts.items() if first <= letter <= last)
        for tag, first, last in _SCRIPTS
    }
    script = max(share, key=share.__getitem__)
    for tag, letters in _LETTERS.get(script, ()):
        if sum(counts[letter] for letter in letters) >= _OFTEN * share[script]:
            return tag
    return script if share[script] else None


def _count(runs: re.Pattern[str], text: str) -> int:
    # Runs, since one match for each letter takes ten times as long.
    return sum(map(len, runs.findall(text)))


def _claim(page: Page) -> str:
    for tag in page.tags("html"):
        lang = attribute(tag, "lang") or attribute(tag, "xml:lang")
        if re.fullmatch(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{1,8}){0,3}", lang.strip()):
            return lang.strip()[:2].lower()
    return ""
