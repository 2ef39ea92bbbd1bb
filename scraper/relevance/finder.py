"""Finding many phrases in a text in one pass, with their places in the original.

A capital in a phrase must be a capital in the text. Small letters match both, so that `Innovation
China` is the name and not any innovation in China. Phrases of spaced scripts begin and end at word
boundaries, Han phrases anywhere. Regular expressions are looked for beside them. Knows no topics
and no grades.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from hubwatch.patterns import lazy_pattern
from storage.text import FIRST_HAN, LAST_HAN, has_eastern, in_all_scripts, simplified

if TYPE_CHECKING:
    import regex


# Text is folded for comparison; where every character came from is remembered.

#: Characters that are printed as nothing and split words all the same.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_GAP = frozenset("-‐‑‒–")
_HAN = (FIRST_HAN, LAST_HAN)
_LONE_BREAK = lazy_pattern(r"\n(?<!\n\n)(?!\n)")
_HAN_BREAK = lazy_pattern(f"(?<=[{_HAN[0]}-{_HAN[1]}])\n(?=[{_HAN[0]}-{_HAN[1]}])")
_NOTHING = "\x00"
"""Stands where nothing is meant to be until the places are told. An own NUL of a text is nothing
either."""
_GAPS = lazy_pattern(f"  +|{_NOTHING}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. From folded place `at[i]` to `at[i + 1]` the original begins at `was[i]`, one
    character for one. Where `fixed[i]` is not 0, that piece stands for so many characters as a
    whole. All three are empty where folding kept every place."""

    text: str
    at: tuple[int, ...] = ()
    was: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The original span of `text[start:end]`. None if it would cut a character in two."""
        if not self.at:
            return start, end
        first, last = bisect_right(self.at, start) - 1, bisect_right(self.at, end - 1) - 1
        if self.fixed[first] and self.at[first] != start:
            return None
        if not self.fixed[last]:
            return self._place(first, start), self.was[last] + end - self.at[last]
        if end != (self.at[last + 1] if last + 1 < len(self.at) else len(self.text)):
            return None
        return self._place(first, start), self.was[last] + self.fixed[last]

    def _place(self, piece: int, place: int) -> int:
        return self.was[piece] + (0 if self.fixed[piece] else place - self.at[piece])


def fold(text: str) -> str:
    """The text folded, without the places."""
    return fold_with_places(text).text


@lru_cache(maxsize=8)  # a text is looked through for what is watched, and for whom it names
def fold_with_places(text: str) -> Folded:
    """Fold a text and keep the places."""
    folded = text.lower()
    if len(folded) != len(text):  # a few capitals have two small letters
        folded = text
    changes = [(one, _fold_one(one)) for one in _met(folded) if not _stays(one)]
    odd = "".join(sorted(one for one, other in changes if len(other) != 1 or _is_mark(one)))
    if odd:
        return _in_pieces(folded, re.compile(rf"[\s\S]?[{re.escape(odd)}]+"))
    # One character at a time through the whole text is several times faster than `translate`.
    for one, other in changes:
        folded = folded.replace(one, other)
    folded = _without_breaks(folded)
    is_whole = "  " not in folded and _NOTHING not in folded
    return Folded(folded) if is_whole else _joined([(folded, 0, 0)])


def _without_breaks(text: str) -> str:
    if text.count("\n") == 2 * text.count("\n\n"):  # all of them part paragraphs
        return text
    return _LONE_BREAK.sub(" ", _HAN_BREAK.sub(_NOTHING, text))


def _met(text: str) -> Iterable[str]:
    """The characters of a text that folding may change, and maybe some others."""
    if text.isascii():
        return "-\t\r\x0b\x0c"
    return set(_may_change().findall(text))


def _in_pieces(text: str, odd: re.Pattern[str]) -> Folded:
    """Fold a text with characters that change its length: run by run, those one by one."""
    pieces: list[tuple[str, int, int]] = []
    place = 0
    for match in odd.finditer(text):
        pieces.append((_fold_each(text[place : match.start()]), place, 0))
        pieces += (
            (_fold_cluster(text[start:end]), start, end - start)
            for start, end in _clusters(text, match.start(), match.end())
        )
        place = match.end()
    pieces.append((_fold_each(text[place:]), place, 0))
    return _joined([(_without_breaks(piece), was, n) for piece, was, n in pieces])


def _fold_each(text: str) -> str:
    return "".join(map(_fold_one, text))


def _joined(pieces: list[tuple[str, int, int]]) -> Folded:
    """Put pieces together, closing the gaps within them: what is left out leaves a step."""
    parts: list[str] = []
    at: list[int] = []
    was: list[int] = []
    fixed: list[int] = []
    length = 0
    for piece, origin, whole in pieces:
        for part, offset in [(piece, 0)] if whole else _without_gaps(piece):
            if part:
                at.append(length)
                was.append(origin + offset)
                fixed.append(whole)
                parts.append(part)
                length += len(part)
    return Folded("".join(parts), tuple(at), tuple(was), tuple(fixed))


def _without_gaps(piece: str) -> list[tuple[str, int]]:
    """The stretches of a piece with one blank for several, and where each began."""
    stretches: list[tuple[str, int]] = []
    place = 0
    for gap in _GAPS.finditer(piece):
        kept = gap.start() + (gap.group() != _NOTHING)
        stretches.append((piece[place:kept], place))
        place = gap.end()
    stretches.append((piece[place:], place))
    return stretches


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of one character and the combining marks after it: what NFKC may join."""
    cuts = [i for i in range(start, end) if i == start or not unicodedata.combining(text[i])]
    return list(zip(cuts, [*cuts[1:], end], strict=True))


@lru_cache(maxsize=1)
def _may_change() -> re.Pattern[str]:
    """Every character that folding may change: all but small Latin letters, digits, the commonest
    marks, and Han as it is written today."""
    traditional = "".join(simplified())
    return re.compile(
        "[\\x00-\\x09\\x0b-\\x1f\\-A-Z\\x7f-\u2017\u201a\u201b\u201e-\u3000\u3003-\u3009\u3012-\u33ff"
        f"\ua000-\U0010ffff{traditional}]"
    )


@lru_cache(maxsize=65536)
def _stays(character: str) -> bool:
    """Whether a character folds to itself, whatever stands before it."""
    return _fold_one(character) == character and not _is_mark(character)


@lru_cache(maxsize=65536)
def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


@lru_cache(maxsize=65536)
def _fold_one(character: str) -> str:
    """What a character folds to: one character, or several for what is a letter or digit."""
    folded = _fold_cluster(character)
    if len(folded) > 1 and not character.isalnum():
        return folded[0]  # no phrase depends on how an ellipsis is written
    return " " if not folded and not _is_mark(character) and character not in _INVISIBLE else folded


def _fold_cluster(cluster: str) -> str:
    if cluster in _GAP:
        return " "
    visible = "".join(character for character in cluster if character not in _INVISIBLE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return "".join(_final(character) for character in folded)


def _final(character: str) -> str:
    if character == "\n":
        return character
    if character in _GAP or character.isspace():
        return " "
    if _HAN[0] <= character <= _HAN[1]:
        return simplified().get(character, character)
    return character


# Words that were broken when they were set: `Inno-` at a line end, 科 创 中 国.

_HYPHENATED = lazy_pattern("(?<=[a-z])-\n[ \t]*(?=[a-z])")
_ONE_HAN = f"[{_HAN[0]}-{_HAN[1]}]"
_LETTERSPACED = lazy_pattern(
    f"(?<!{_ONE_HAN})(?:{_ONE_HAN}[ \u00a0\u2009\u3000]{{1,3}}){{3,24}}{_ONE_HAN}"
)
_SPACES = lazy_pattern("[ \u00a0\u2009\u3000]+")
_LETTERSPACED_AT_ALL = lazy_pattern(
    f"[ \u00a0\u2009\u3000]{_ONE_HAN}[ \u00a0\u2009\u3000]{{1,3}}{_ONE_HAN}"
)
"""Begins with what is rare in a text, so that most are done with at once."""
_BROKEN_WORDS, _AROUND = 20, 120
"""So many places of a text are put together again, each with so many characters around it."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A stretch of a text with its broken words put together. It begins at `begin`; `cuts` are
    where something was left out, in the original, with how much."""

    text: str
    begin: int
    gaps: tuple[tuple[int, int], ...]

    @property
    def cuts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self.gaps)

    def place(self, at: int) -> int:
        """Where a character of the stretch stands in the original."""
        place = self.begin + at
        for start, end in self.gaps:
            if place >= start:
                place += end - start
        return place


def _broken(text: str) -> Iterator[_Whole]:
    """The stretches of a text that have broken words."""
    if "-\n" in text:
        for one in islice(_HYPHENATED.finditer(text), _BROKEN_WORDS):
            yield _put_together(text, one.start(), one.end(), [one.span()])
    if has_eastern(text) and _LETTERSPACED_AT_ALL.search(text):
        for one in islice(_LETTERSPACED.finditer(text), _BROKEN_WORDS):
            gaps = [gap.span() for gap in _SPACES.finditer(text, *one.span())]
            yield _put_together(text, *one.span(), gaps)


def _put_together(text: str, start: int, end: int, gaps: list[tuple[int, int]]) -> _Whole:
    begin, stop = max(0, start - _AROUND), min(len(text), end + _AROUND)
    kept, place = [], begin
    for first, last in gaps:
        kept.append(text[place:first])
        place = last
    kept.append(text[place:stop])
    return _Whole("".join(kept), begin, tuple(gaps))


_UNSPACED = lazy_pattern("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED_FROM = "\u2e80"
LONGEST = 200
PATTERN_SECONDS = 0.2
"""Of CPU time, which is what `regex` counts, for one regular expression in one text. What it has
not found by then is not found."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase to look for. `key` says whose it is."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression to look for, in the text as printed."""

    text: str
    key: str


class FoundPhrase(NamedTuple):
    """A phrase found: `original[start:end]` is it as printed. A tuple: a text has hundreds."""

    phrase: Phrase | Pattern
    start: int
    end: int


class _Form(NamedTuple):
    """Phrases that are folded alike, and whether they have a capital. A form that begins or ends
    with a letter does so only where a word does."""

    begins: bool
    ends: bool
    phrases: list[tuple[Phrase, bool]]


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
    def _forms(self) -> tuple[_Form, ...]:
        return tuple(
            _Form(
                _is_letter(form[0]),
                _is_letter(form[-1]),
                [(one, one.text != one.text.lower()) for one in phrases],
            )
            for form, phrases in self._by_form.items()
        )

    @cached_property
    def _patterns(self) -> tuple[tuple[regex.Pattern[str], Pattern], ...]:
        return tuple((_compiled(pattern.text), pattern) for pattern in self._expressions)

    def find(self, text: str) -> list[FoundPhrase]:
        """Every phrase in `text`, in the order of their places, overlapping ones included. Raises
        ValueError if one of the phrases is over 200 characters or does not begin with a letter or
        digit, and for what is no regular expression."""
        found = [*self._in(text), *self._in_broken(text)]
        if self._patterns:
            found += self._find_patterns(text)
        found.sort(key=lambda one: (one.start, -one.end, one.phrase.key))
        return found

    def _in_broken(self, text: str) -> Iterator[FoundPhrase]:
        for whole in _broken(text):
            cuts = whole.cuts
            for one in self._in(whole.text):
                start, end = whole.place(one.start), whole.place(one.end - 1) + 1
                if any(start < cut < end for cut in cuts):
                    yield FoundPhrase(one.phrase, start, end)

    def _in(self, text: str) -> list[FoundPhrase]:
        folded, forms = fold_with_places(text), self._forms
        low, size, keeps_places = folded.text, len(folded.text), not folded.at
        found = []
        for number, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            begins, ends, phrases = forms[number]
            if (begins and start and _is_letter(low[start - 1])) or (
                ends and end < size and _is_letter(low[end])
            ):
                continue  # a part of a longer word
            span = (start, end) if keeps_places else folded.span(start, end)
            if span is None:
                continue
            for phrase, has_capitals in phrases:
                if not has_capitals or _capitals_agree(phrase.text, text[span[0] : span[1]]):
                    found.append(FoundPhrase(phrase, *span))
        return found

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
        return regex.compile(in_all_scripts(text))
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


def _is_letter(character: str) -> bool:
    """Whether it belongs to a word of a script that puts blanks between words."""
    if character < _UNSPACED_FROM:
        return character.isalnum() or character == "_"
    return character.isalnum() and not _UNSPACED.match(character)


def _capitals_agree(phrase: str, printed: str) -> bool:
    pairs = zip(_letters(phrase), _letters(printed), strict=False)
    return all(there.isupper() for here, there in pairs if here.isupper())


def _letters(text: str) -> str:
    wide = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, wide))


# Lists of words that say what may stand in a text, for whoever then looks closer

_SPACED = frozenset(ascii_lowercase + digits)
_ODD_SPACES = "".join(one for one in map(chr, range(0x3001)) if one.isspace() and one != " ")


def lowered(text: str) -> str:
    """A text in small letters, a character for each, and every white space a blank."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    for space in _ODD_SPACES:
        low = low.replace(space, " ")
    return low


class Literals:
    """Finds where several texts stand in another, exactly as they are."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._automaton = AhoCorasick(texts)

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """Every place, overlapping ones included: the number of what stands there, and from where
        to where."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)


class WordLists:
    """Finds where words of several lists begin, all of them in one pass. What stands in a list is
    the beginning of words or phrases, in small letters: `increas` finds increases, too."""

    def __init__(self, *lists: Iterable[str]) -> None:
        self._count = len(lists)
        self._lists: dict[str, list[int]] = {}
        for number, one in enumerate(lists):
            for word in dict.fromkeys(one):
                self._lists.setdefault(word, []).append(number)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        # These are few, so the quickest kind takes a moment to make.
        return AhoCorasick(list(self._lists), implementation=Implementation.DFA)

    @cached_property
    def _of(self) -> tuple[list[int], ...]:
        return tuple(self._lists.values())

    def starts(self, low: str) -> tuple[list[int], ...]:
        """Where words of each list begin in a `lowered` text, in order."""
        found: tuple[list[int], ...] = tuple([] for _ in range(self._count))
        of = self._of
        for word, start, _ in self._automaton.find_matches_as_indexes(low, overlapping=True):
            if not start or low[start - 1] not in _SPACED:
                for number in of[word]:
                    found[number].append(start)
        for one in found:
            one.sort()
        return found

    def full_words(self, low: str) -> list[tuple[int, int, int]]:
        """The whole words in a `lowered` text: where they stand, and of which list they are."""
        found = []
        size, of = len(low), self._of
        for word, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            if (not start or not _is_word(low[start - 1])) and (
                end == size or not _is_word(low[end])
            ):
                found.append((start, end, of[word][0]))
        return sorted(found)


def _is_word(character: str) -> bool:
    """Whether it belongs to a word as regular expressions have it."""
    return character.isalnum() or character == "_"
