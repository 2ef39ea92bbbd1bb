"""Text as it is compared and searched: folding, Han bigrams, and queries in the same terms.

SQLite's unicode61 tokenizer takes a run of Han for one word, so 贵阳 would never be found in
贵阳市. The index therefore holds every pair of neighbouring Han characters as a word of its own,
and a query for a run of Han becomes the phrase of its pairs. Text is indexed as it is printed: a
query asks for its words in simplified and in traditional characters.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, islice, product
from math import prod
from pathlib import Path

from hubwatch.patterns import lazy_pattern

FTS_TEXT_VERSION = 1
"""Stored with the archive; a change of `fts_text` raises it and asks for a rebuilt index."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
FIRST_HAN, LAST_HAN = "\u3400", "\u9fff"
"""Between these stand the characters that may have a simplified form (Unicode, Unified Ideographs
with Extension A)."""
_HAN_RUN = lazy_pattern(f"[{HAN}]+")
_EASTERN = lazy_pattern("[\u25cb\u2e80-\U0010ffff]")
_MAYBE_FORMAT = lazy_pattern(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U00010000-\U0010ffff]"
)
"""All characters that may be invisible ones (category Cf); above the basic plane that is asked."""
ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
"""The English names of months, short and in full, in small letters → 1 to 12."""
ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def english_month(name: str) -> int:
    """The number of a month by its English name, in full or short, also with a full stop. 0 for any
    other word."""
    return ENGLISH_MONTHS.get(name.rstrip(".").lower(), 0)


_QUOTES = ('"', "“”„‟", "«»", "「」", "『』", "〝〞〟")
"""What people and telephones put around a phrase, a kind each. 《》 are part of a title."""
_QUOTED = "|".join(f"[{kind}][^{kind}]*[{kind}]" for kind in _QUOTES)
_WITHOUT = rf"(?<!\S)-(?=[^\W\d]|[{''.join(kind[0] for kind in _QUOTES)}])"
"""A minus before a word or a phrase: not that of a number, `COVID -19`."""
_SIGNS = lazy_pattern(rf"[{''.join(_QUOTES)}]|\*$|{_WITHOUT}")
_TERM = lazy_pattern(rf"({_WITHOUT})?(?:({_QUOTED})|(\S+))")
_WORD = lazy_pattern(r"[\w]+")
_WORD_BEGINS = lazy_pattern(r"(?<=\s)\S")
_COMMON = {
    one: unicodedata.normalize("NFKC", one) for one in "\u3000，：；？！（）％．＋－／…\u00a0"
}
"""What most Chinese texts have that has another form."""


@lru_cache(maxsize=8)  # of an article's text the hashes are made, and the words of the index
def fold(text: str) -> str:
    """NFKC and case-folded: full-width and half-width, upper and lower case compare equal."""
    return _normal(text).casefold()


def _normal(text: str) -> str:
    """NFKC. To see that a text is in that form takes a twentieth of bringing it there."""
    if not text.isascii():
        for one, other in _COMMON.items():
            text = text.replace(one, other)
    return unicodedata.normalize("NFKC", text)


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """`text` folded character by character, and for each folded character the offset it came from.

    Differs from `fold` where NFKC composes neighbours, and as the index does: without joiners. Good
    enough to mark what was found.
    """
    folded: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        piece = _joined(fold(char))
        folded.append(piece)
        origin.extend([index] * len(piece))
    return "".join(folded), origin


def _joined(text: str) -> str:
    """Without the joiners and non-joiners within words, which some type and others do not."""
    return text if text.isascii() else text.replace("\u200c", "").replace("\u200d", "")


def squeeze(text: str) -> str:
    """Folded and without any white space or invisible character: for comparing contents."""
    return visible("".join(fold(text).split()))


def visible(text: str) -> str:
    """Without the characters that nobody sees (category Cf)."""
    return text if text.isascii() else _MAYBE_FORMAT.sub(_unless_format, text)


def _unless_format(found: re.Match[str]) -> str:
    char = found.group()
    return "" if unicodedata.category(char) == "Cf" else char


@lru_cache(maxsize=8)  # asked of a text by all that look for Han in it
def has_eastern(text: str) -> bool:
    """Whether there is any character of an East Asian script; ○ is one, written for 〇."""
    return not text.isascii() and _EASTERN.search(text) is not None


def runs_of(characters: str) -> re.Pattern[str]:
    """Runs of the characters of a class that are rare. What cannot begin a match is passed over at
    once where a pattern begins with a class, but not where with one that is repeated."""
    return re.compile(f"[{characters}][{characters}]*")


@cache
def simplified() -> dict[str, str]:
    """Traditional characters and what each is written as today, one for one (source: OpenCC,
    by `tests/support/han_forms.py`). Where one became several in use, the commonest stands."""
    table = Path(__file__).with_name("simplified.txt").read_text(encoding="utf-8")
    return dict(zip(*table.split(), strict=True))


def simplify(text: str) -> str:
    """A text with simplified characters in place of traditional ones; as long as it was."""
    if text.isascii():
        return text
    forms = simplified()
    for one in set(_traditional().findall(text)):
        text = text.replace(one, forms[one])
    return text


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(simplified())}]")


def han_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `lazy_pattern`. Each simplified character stands for its traditional forms, too."""
    return lazy_pattern(text, flags, in_all_scripts)


def in_all_scripts(pattern: str) -> str:
    """A regular expression that finds what `pattern` finds, in simplified and in traditional
    characters. A range of characters stays what it is."""
    forms, found = _forms(), list[str]()
    at, in_set = 0, False
    while at < len(pattern):
        one = pattern[at]
        if one == "\\":
            found.append(pattern[at : at + 2])
            at += 2
            continue
        if one == "[" and not in_set:
            start = at + 1 + pattern.startswith("^", at + 1)
            start += pattern.startswith("]", start)  # the first is one of the set
            found.append(pattern[at:start])
            at, in_set = start, True
            continue
        in_set = in_set and one != "]"
        all_forms = forms.get(one, one)
        is_range = pattern[at + 1 : at + 2] == "-" or pattern[at - 1 : at] == "-"
        if in_set:
            found.append(one if is_range else all_forms)
        else:
            found.append(f"[{all_forms}]" if len(all_forms) > 1 else one)
        at += 1
    return "".join(found)


@cache
def in_both_scripts(words: tuple[str, ...]) -> tuple[str, ...]:
    """Each word as it is written here, and in the commonest traditional characters."""
    forms = _forms()
    others = ("".join(forms.get(one, one * 2)[1] for one in word) for word in words)
    return tuple(dict.fromkeys([*words, *others]))


@cache
def _forms() -> dict[str, str]:
    """Each character of today that has other forms, and all of them, itself first. A traditional
    one that somebody wrote stands for itself: some words mean something else there."""
    today = simplified()
    groups: dict[str, str] = {}
    for one, form in today.items():
        groups[form] = groups.get(form, form) + one
    return groups


def fts_text(text: str) -> str:
    """The words under which a text is indexed, written together where a non-joiner parts them."""
    folded = _joined(fold(text))
    if not has_eastern(text):
        return folded
    pairs = _pairs(folded)

    def paired(run: re.Match[str]) -> str:
        start, end = run.span()
        return f" {pairs[3 * start : 3 * end - 4] if end - start > 1 else run.group()} "

    return _HAN_RUN.sub(paired, folded)


def _pairs(text: str) -> str:
    """Each character with the one after it and a blank. Made of numbers all at once: to cut out
    pair by pair takes five times as long."""
    codes = array("I", text.encode(_UTF_32, "surrogatepass"))
    pairs = array("I", [ord(" ")]) * (3 * len(codes))
    pairs[::3] = codes
    pairs[1:-3:3] = codes[1:]
    return pairs.tobytes().decode(_UTF_32, "surrogatepass")


_UTF_32 = f"utf-32-{sys.byteorder[0]}e"


def all_forms(text: str) -> tuple[str, ...]:
    """A text as it may be written in simplified and in traditional characters, or in both, itself
    simplified first. For a few characters: there are as many ways as there are combinations."""
    if not has_eastern(text):
        return (text,)
    forms = _forms()
    return tuple(map("".join, product(*(forms.get(one, one) for one in simplify(text)))))


def forms_glob(text: str) -> str:
    """A GLOB of SQLite that finds a run of Han anywhere in a text, in all its forms."""
    forms = _forms()
    return f"*{''.join(f'[{forms.get(one, one)}]' for one in simplify(text))}*"


@dataclass(frozen=True, slots=True)
class Words:
    """A typed query: an FTS5 expression, single Han characters to look for one by one, the plain
    terms to mark in a snippet, and what shall not be said. All empty means "everything". The
    characters and terms are simplified, the expression asks for all forms."""

    match: str
    like: tuple[str, ...]
    terms: tuple[str, ...]
    without: tuple[Words, ...] = ()


def has_signs(typed: str) -> bool:
    """Whether somebody said with signs how words are meant: as a phrase, a beginning, unwanted."""
    return _SIGNS.search(fold(typed)) is not None


def read_words(typed: str) -> Words:
    """Turn what a person typed into a query: words, “phrases”, prefix*, and after a minus what
    shall not be said. Never raises: odd characters are simply separators."""
    asked: list[_Term] = []
    without: list[Words] = []
    folded = _joined(fold(typed))
    for minus, quoted, bare in _TERM.findall(simplify(folded) if has_eastern(folded) else folded):
        found = list(_terms(_WORD.findall(quoted or bare), "*" if bare.endswith("*") else ""))
        if not minus:
            asked += found
        elif found:
            without.append(_all_of(found))
    return replace(_all_of(asked), without=tuple(without))


def query_parts(typed: str) -> tuple[str, ...]:
    """The words and phrases that a query asks for, as they were typed; what stands behind a minus
    is none of them."""
    parts = (quoted or bare for minus, quoted, bare in _TERM.findall(typed) if not minus)
    return tuple(part for part in parts if read_words(part).terms)


_Term = tuple[str, str, str]
"""A part of a query: what the index is asked, the lone character before it, what is marked. Either
of the first two may be empty."""


def _terms(typed: list[str], star: str) -> Iterator[_Term]:
    """What words that stand together ask for. `star` is `*` where the last one may go on."""
    phrases = _phrases(typed)
    for number, words in enumerate(phrases, 1):
        end = star if number == len(phrases) else ""
        match = "" if _is_lone(words[0]) else _phrase(words, "*" if _ends_lone(words[-1]) else end)
        lone = words[0][0] if _begins_lone(words[0]) else ""
        yield match, lone, " ".join(words) + end


def _all_of(asked: list[_Term]) -> Words:
    match = " AND ".join(one for one, _, _ in asked if one)
    return Words(match, tuple(one for _, one, _ in asked if one), tuple(one for _, _, one in asked))


def _phrases(words: list[str]) -> list[list[str]]:
    """The words that stand together. A lone Han character is in the index only where it is lone on
    the page too, so it parts a phrase and is looked for by itself, and so does one at the end of a
    word, as in 2024年."""
    found: list[list[str]] = []
    for word in words:
        if not found or _is_lone(word) or _ends_lone(found[-1][-1]):
            found.append([])
        found[-1].append(word)
    return found


def _is_lone(word: str) -> bool:
    return len(word) == 1 and _HAN_RUN.fullmatch(word) is not None


def _begins_lone(word: str) -> bool:
    """Whether a Han character stands before what is none: on the page it may end a run of them, as
    in 的第5代, and be in the index only with the one before it."""
    return _is_lone(word[:1]) and not _is_lone(word[1:2])


def _ends_lone(word: str) -> bool:
    """The same at the end: on the page it may begin a run, as in 2024年全国."""
    return _is_lone(word[-1:]) and not _is_lone(word[-2:-1])


def _phrase(words: list[str], end: str) -> str:
    """What asks for words that stand together, in all their forms. A long phrase is asked for in
    parts that share a pair of Han, since one alone would have too many forms."""
    first = words[0][1:] if _begins_lone(words[0]) else words[0]
    parts = _parts(" ".join((first, *words[1:])))
    return " AND ".join(
        _in_any_form(part, end if number == len(parts) else "")
        for number, part in enumerate(parts, 1)
    )


def _in_any_form(part: str, end: str) -> str:
    found = [f'"{" ".join(fts_text(form).split())}"{end}' for form in all_forms(part)]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


_MOST_FORMS = 32
"""So many forms of a part are asked for at most. A pair of Han has no more than 30."""


def _parts(phrase: str) -> list[str]:
    """A phrase in parts of few forms. Where one ends in a run of Han the next one begins with the
    last pair of it, or if that has too many forms, with its last character."""
    if not has_eastern(phrase):
        return [phrase]
    forms, found = _forms(), list[str]()
    counts = [len(forms.get(one, one)) for one in phrase]
    start, run, ways = 0, 0, 1
    for at, one in enumerate(phrase):
        if not _HAN_RUN.match(one):
            run = at + 1
        ways *= counts[at]
        if ways <= _MOST_FORMS:
            continue
        end, following = (at, at - 2) if at - run > 1 else (run, run)
        found.append(phrase[start:end])
        start = following + (prod(counts[following : at + 1]) > _MOST_FORMS)
        ways = prod(counts[start : at + 1])
    return [*found, phrase[start:]]


def snippets(text: str, terms: tuple[str, ...], *, width: int = 80, most: int = 2) -> list[str]:
    """Pieces of `text` around the terms, as printed, each find between `[` and `]`."""
    hits = _hits(text, terms)
    found: list[str] = []
    end = -1
    for start, stop, _ in hits:
        if start < end:
            continue
        left, end = max(0, start - width), min(len(text), stop + width)
        cut = _cut(text, hits, left, end)
        piece = "".join(f"[{said}]" if is_hit else said for said, is_hit in cut)
        dots_left, dots_right = "…" if left else "", "…" if end < len(text) else ""
        found.append(dots_left + " ".join(piece.split()) + dots_right)
        if len(found) == most:
            break
    return found


_MOST_HITS = 400
"""So many hits of a text are looked at for the passage that says most of what was asked for."""
Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is a word that was asked for."""


def pieces(text: str, terms: tuple[str, ...]) -> Pieces:
    """The whole of a text, cut at the terms."""
    return _cut(text, _hits(text, terms), 0, len(text))


def passage(text: str, terms: tuple[str, ...], width: int = 220) -> Pieces:
    """The `width` characters of a text that hold the most of the terms, the first such, cut at
    them. They begin right before a term, so that a line of a list shows it. Empty where none is
    found."""
    hits = _hits(text, terms)
    if not hits:
        return ()
    best, most = hits[0], 0
    for number, (start, _, _) in enumerate(hits):
        within = {which for at, _, which in hits[number : number + 60] if at < start + width}
        if len(within) > most:
            best, most = hits[number], len(within)
    begin = best[0] - len(lead_in(text[max(0, best[0] - width // 4) : best[0]]))
    end = min(len(text), begin + width)
    dots = (("…", False),) if begin else ()
    more = (("…", False),) if end < len(text) else ()
    return (*dots, *_cut(text, hits, begin, end), *more)


_LEAD_IN = 24


def lead_in(before: str) -> str:
    """The end of what stands before a word: so little of it that a line of a list shows the word,
    too. Han are as wide as two letters. It begins with a word where one begins there."""
    if len(before) <= _LEAD_IN and before.isascii():
        return before
    widths = (1 + (one >= FIRST_HAN) for one in reversed(before[-_LEAD_IN:]))
    shown = sum(1 for so_far in accumulate(widths) if so_far <= _LEAD_IN)
    tail = before[len(before) - shown :]
    if shown == len(before):
        return tail
    word = _WORD_BEGINS.search(tail)
    return tail[word.start() :] if word else tail


def _hits(text: str, terms: tuple[str, ...]) -> list[tuple[int, int, int]]:
    """(start, end, number of the term) of the finds in a text as printed, in order."""
    pattern = _finder(terms)
    if pattern is None:
        return []
    folded = _joined(fold(text))
    origin: Sequence[int] = range(len(text) + 1)
    if len(folded) != len(text):
        folded, origin = fold_with_map(text)
    found: list[tuple[int, int, int]] = []
    for hit in islice(pattern.finditer(in_form_of(terms, folded)), _MOST_HITS):
        start, stop = origin[hit.start()], origin[hit.end() - 1] + 1
        if not found or start >= found[-1][1]:
            found.append((start, stop, hit.lastindex or 0))
    return found


def _cut(text: str, hits: Iterable[tuple[int, int, int]], begin: int, end: int) -> Pieces:
    found: list[tuple[str, bool]] = []
    at = begin
    for start, stop, _ in hits:
        if begin <= start and stop <= end:
            found += [(text[at:start], False), (text[start:stop], True)]
            at = stop
    found.append((text[at:end], False))
    return tuple(piece for piece in found if piece[0])


def in_form_of(terms: tuple[str, ...], folded: str) -> str:
    """A folded text as the terms of a query are looked for in it, as long as it was. Simplified
    only if a term is Han."""
    return simplify(folded) if any(map(_HAN_RUN.search, terms)) else folded


def _finder(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    patterns = []
    for term in terms:
        body = r"\W+".join(re.escape(word) for word in term.rstrip("*").split())
        if _HAN_RUN.search(term):
            patterns.append(f"({body})")
        else:
            patterns.append(rf"(\b{body}" + (r"\w*)" if term.endswith("*") else r"\b)"))
    return re.compile("|".join(patterns)) if patterns else None
