"""Finding many phrases in a text in one pass, with their places in the original.

A capital in a phrase must be a capital in the text; small letters match both, so that `Innovation
China` is the name and not any innovation in China. Phrases of spaced scripts begin and end at word
boundaries, Han phrases anywhere. Regular expressions are looked for beside them. Knows no topics
and no grades.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from .fold import Folded, fold, fold_with_places

if TYPE_CHECKING:
    import regex

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LONGEST = 200
PATTERN_SECONDS = 0.2
"""Of CPU time, which is what `regex` counts, for one regular expression in one text; what it has
not found by then is not found."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase to look for; `key` says whose it is."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression to look for, in the text as printed."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A phrase found: `original[start:end]` is it as printed."""

    phrase: Phrase | Pattern
    start: int
    end: int


class PhraseFinder:
    """All phrases compiled into one automaton by the first call that needs it: most crawls find
    nothing new to look into. Immutable."""

    def __init__(self, phrases: Sequence[Phrase], patterns: Sequence[Pattern] = ()) -> None:
        self._phrases, self._expressions = phrases, tuple(patterns)

    def __getstate__(self) -> dict[str, object]:
        # The automaton itself cannot be sent to another process; what has been folded need not be
        # folded there again.
        return {"_by_form": self._by_form, "_expressions": self._expressions}

    @cached_property
    def _by_form(self) -> dict[str, list[Phrase]]:
        by_form: dict[str, list[Phrase]] = {}
        for phrase in sorted(set(self._phrases), key=lambda one: (one.text, one.key)):
            by_form.setdefault(_form(phrase.text), []).append(phrase)
        return by_form

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(list(self._by_form))

    @cached_property
    def _forms(self) -> tuple[list[Phrase], ...]:
        return tuple(self._by_form.values())

    @cached_property
    def _patterns(self) -> tuple[tuple[regex.Pattern[str], Pattern], ...]:
        return tuple((_compiled(pattern.text), pattern) for pattern in self._expressions)

    def find(self, text: str) -> list[FoundPhrase]:
        """Every phrase in `text`, in the order of their places, overlapping ones included. Raises
        ValueError if one of the phrases is over 200 characters or does not begin with a letter or
        digit, and for what is no regular expression."""
        found = list(self._find(text))
        if self._patterns:
            found += self._find_patterns(text)
        found.sort(key=lambda one: (one.start, -one.end, one.phrase.key))
        return found

    def _find(self, text: str) -> Iterator[FoundPhrase]:
        folded = fold_with_places(text)
        hits = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        for number, start, end in hits:
            if _at_boundaries(folded.text, start, end):
                yield from self._at(text, folded, number, start, end)

    def _at(
        self, text: str, folded: Folded, number: int, start: int, end: int
    ) -> Iterator[FoundPhrase]:
        span = folded.span(start, end)
        if span is None:
            return
        printed = text[span[0] : span[1]]
        for phrase in self._forms[number]:
            if _capitals_agree(phrase.text, printed):
                yield FoundPhrase(phrase, *span)

    def _find_patterns(self, text: str) -> Iterator[FoundPhrase]:
        for compiled, pattern in self._patterns:
            try:
                for match in compiled.finditer(text, timeout=PATTERN_SECONDS):
                    if match.end() > match.start():
                        yield FoundPhrase(pattern, match.start(), match.end())
            except TimeoutError:
                continue


def parse_phrase(text: str) -> str:
    """A phrase, as it was written. Raises ValueError for what cannot be looked for."""
    _form(text)
    return text


def parse_pattern(text: str) -> str:
    """A regular expression, as it was written. Raises ValueError for what is none."""
    _compiled(text)
    return text


def _compiled(text: str) -> regex.Pattern[str]:
    import regex  # few watchlists hold an expression

    try:
        return regex.compile(text)
    except regex.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None


def _form(text: str) -> str:
    """A phrase folded, its words parted by one blank."""
    form = " ".join(fold(text).split())
    if not form or not form[0].isalnum():
        raise ValueError(f"{text!r} is not a phrase; it must begin with a letter or digit")
    if len(form) > LONGEST:
        raise ValueError(f"{text[:40]!r}… is longer than {LONGEST} characters")
    return form


def _at_boundaries(folded: str, start: int, end: int) -> bool:
    return not (
        (start > 0 and _is_one_word(folded[start - 1 : start + 1]))
        or (end < len(folded) and _is_one_word(folded[end - 1 : end + 1]))
    )


def _is_one_word(pair: str) -> bool:
    return " " not in pair and _is_letter(pair[0]) and _is_letter(pair[1])


def _is_letter(character: str) -> bool:
    """Whether it belongs to a word of a script that puts blanks between words."""
    return (character.isalnum() or character == "_") and not _HAN.match(character)


def _capitals_agree(phrase: str, printed: str) -> bool:
    if phrase == phrase.lower():
        return True
    pairs = zip(_letters(phrase), _letters(printed), strict=False)
    return all(there.isupper() for here, there in pairs if here.isupper())


def _letters(text: str) -> str:
    wide = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, wide))
