"""Finding many phrases in a text in one pass, with their places in the original.

A capital in a phrase must be a capital in the text; small letters match both, so that `Innovation
China` is the name and not any innovation in China. Phrases of spaced scripts begin and end at word
boundaries, Han phrases anywhere. Knows no topics and no grades.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .fold import Folded, fold, fold_with_places

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_GAPS = re.compile(r"[\s\-‐‒–]+")
# Between two words: blanks, hyphens or one line break, never the gap between paragraphs.
_GAP = r"(?:[^\S\n]|\n(?!\n)|[\-‐‒–]){1,3}"
_END = ""
LONGEST = 200

Trie = dict[str, "Trie"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase to look for; `key` says whose it is."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found: `original[start:end]` is it as printed."""

    phrase: Phrase
    start: int
    end: int


class Finder:
    """All phrases compiled into one expression; immutable once made."""

    __slots__ = ("_by_form", "_expression", "_heads")

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        """Compile. Raises ValueError for a phrase that is over 200 characters or does not begin
        with a letter or digit."""
        self._by_form: dict[str, list[Phrase]] = {}
        for phrase in sorted(set(phrases), key=lambda one: (one.text, one.key)):
            self._by_form.setdefault(_form(phrase.text), []).append(phrase)
        self._expression = re.compile(_expression(self._by_form) or r"(?!)")
        self._heads = {form: _heads(form, self._by_form) for form in self._by_form}

    def find(self, text: str) -> list[Found]:
        """Every phrase in `text`, in the order of their places, overlapping ones included."""
        return list(self._find(text))

    def _find(self, text: str) -> Iterator[Found]:
        folded = fold_with_places(text)
        match = self._expression.search(folded.text)
        while match:
            form = _words(match.group())
            yield from self._found(text, folded, form, match)
            for head in self._heads[form]:
                if again := _single(head).match(folded.text, match.start()):
                    yield from self._found(text, folded, head, again)
            match = self._expression.search(folded.text, match.start() + 1)

    def _found(self, text: str, folded: Folded, form: str, match: re.Match[str]) -> Iterator[Found]:
        span = folded.span(match.start(), match.end())
        if span is None or not _at_boundaries(folded.text, match.start(), match.end()):
            return
        printed = text[span[0] : span[1]]
        for phrase in self._by_form[form]:
            if _capitals_agree(phrase.text, printed):
                yield Found(phrase, *span)


def _form(text: str) -> str:
    """A phrase folded, its words parted by one blank."""
    form = _words(fold(text))
    if not form or not form[0].isalnum():
        raise ValueError(f"{text!r} is not a phrase; it must begin with a letter or digit")
    if len(form) > LONGEST:
        raise ValueError(f"{text[:40]!r}… is longer than {LONGEST} characters")
    return form


def _words(folded: str) -> str:
    return " ".join(word for word in _GAPS.split(folded) if word)


def _expression(forms: Collection[str]) -> str:
    """One expression for all forms; those with common beginnings share a branch, so that a place
    in the text is tried once and not once a form. The longest form wins."""
    trie: Trie = {}
    for form in forms:
        node = trie
        for character in form:
            node = node.setdefault(character, {})
        node[_END] = {}
    return _branch(trie) if trie else ""


def _branch(node: Trie) -> str:
    choices = [
        (_GAP if character == " " else re.escape(character)) + _branch(rest)
        for character, rest in sorted(node.items())
        if character != _END
    ]
    if _END in node:
        choices.append("")
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


def _heads(form: str, forms: Collection[str]) -> tuple[str, ...]:
    """The shorter forms that a form begins with: found at the same place, too."""
    return tuple(form[:length] for length in range(1, len(form)) if form[:length] in forms)


@lru_cache(maxsize=4096)
def _single(form: str) -> re.Pattern[str]:
    return re.compile(_expression([form]))


def _at_boundaries(folded: str, start: int, end: int) -> bool:
    # Asked here and not in the expression: classes of letters take a tenth of a second to compile.
    return not (
        (start > 0 and _is_letter(folded[start]) and _is_letter(folded[start - 1]))
        or (end < len(folded) and _is_letter(folded[end - 1]) and _is_letter(folded[end]))
    )


def _is_letter(character: str) -> bool:
    """Whether it belongs to a word of a script that puts blanks between words."""
    return (character.isalnum() or character == "_") and not _HAN.match(character)


def _capitals_agree(phrase: str, printed: str) -> bool:
    if phrase == phrase.lower():
        return True
    pairs = zip(_letters(phrase), _letters(printed), strict=False)
    return all(there.isupper() for here, there in pairs if here.isupper())


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
