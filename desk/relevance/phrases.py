"""Phrases that several texts share and a watchlist could look for: runs of words, runs of Han.

Counts; knows neither the archive nor a watchlist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.relevance.finder import fold

LOOKED_AT = 3000
"""Characters of a body: what a text is about is said by then."""
_WORDS, _HAN = (2, 4), (3, 6)
"""How many words, or Han characters, a phrase has, at least and at most."""
_RUN = re.compile(
    "[\u3400-\u9fff]+|[^\\W\\d_\u3400-\u9fff][\\w'’-]*(?: [^\\W\\d_\u3400-\u9fff][\\w'’-]*)*"
)
_IS_HAN = re.compile("[\u3400-\u9fff]")
_EMPTY_WORDS = """
a about after all also an and are as at be been before but by can for from had has have
he her his in into is it its last like more most new no not of off on one only or other
our out over said say says she so some such than that the their them then there these
they this those to two under until up was we were what when where which while who will
with would year years
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_EMPTY_HAN = frozenset(
    "的了在和与是等及也都将为于对把被从到个一二三四五六七八九十两年月日时者就还又这那其并或之以有"
)


@dataclass(frozen=True, slots=True)
class PhraseText:
    """A text that phrases are taken from; `key` says whose it is, texts with one key count once."""

    key: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A phrase as printed, and the keys of the texts that have it; `is_titled` if a title does."""

    phrase: str
    keys: frozenset[int]
    is_titled: bool


def shared(texts: Sequence[PhraseText]) -> list[Shared]:
    """Phrases of these texts, those that most of them have first, then those in titles, then the
    longest; a phrase inside a longer one of the same texts is left out."""
    found: dict[str, tuple[str, set[int]]] = {}
    titled: set[str] = set()
    for text in texts:
        for phrase in _phrases(text.title):
            titled.add(fold(phrase))
            found.setdefault(fold(phrase), (phrase, set()))[1].add(text.key)
        for phrase in _phrases(text.body[:LOOKED_AT]):
            found.setdefault(fold(phrase), (phrase, set()))[1].add(text.key)
    several = {text.key for text in texts}
    least = 2 if len(several) > 1 else 1
    made = [
        Shared(phrase, frozenset(keys), form in titled)
        for form, (phrase, keys) in found.items()
        if len(keys) >= least or form in titled
    ]
    made.sort(key=lambda one: (-len(one.keys), not one.is_titled, -len(one.phrase), one.phrase))
    return list(_longest(made))


def _longest(found: Iterable[Shared]) -> Iterator[Shared]:
    seen: dict[frozenset[int], list[str]] = {}
    for one in found:
        longer = seen.setdefault(one.keys, [])
        if not any(one.phrase in other for other in longer):
            longer.append(one.phrase)
            yield one


def _phrases(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if _IS_HAN.match(run):
            yield from _pieces(run, _HAN, "", _EMPTY_HAN)
        else:
            yield from _pieces(run.split(" "), _WORDS, " ", _EMPTY)


def _pieces(
    run: Sequence[str], sizes: tuple[int, int], between: str, empty: frozenset[str]
) -> Iterator[str]:
    """Every piece of a run that neither begins nor ends with a word that says nothing."""
    for start in range(len(run)):
        for size in range(sizes[0], sizes[1] + 1):
            piece = run[start : start + size]
            if len(piece) < size:
                break
            if piece[0].lower() not in empty and piece[-1].lower() not in empty:
                yield between.join(piece)
