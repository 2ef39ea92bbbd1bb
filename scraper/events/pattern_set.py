"""Many patterns of which few match a text: one look tells which of them are worth being tried."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

from hubwatch.patterns import lazy_pattern

from ..relevance.finder import Literals

_GAP = "\0"
"""Stands in a pattern for whatever may be there, or be missing."""
_CLASS = lazy_pattern(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_ESCAPE = lazy_pattern(r"\\(.)")
_REPEATED = r"(?:[*+?]|\{[\d,]+\})?\??"
_LOOK = lazy_pattern(r"\(\?<?[=!][^()]*\)")
_GROUP = lazy_pattern(rf"\((?:\?(?:[a-z-]*:|P<\w+>))?[^()]*\){_REPEATED}")
_OPTIONAL = lazy_pattern(r".(?:[*?]|\{[\d,]+\})\??")
_ANYTHING = lazy_pattern(r"[.^$+]")
_FOLDED = str.maketrans("İıſK", "iisk")


def casefolded(text: str) -> str:
    """A text in small letters, as a pattern that is matched in any case sees it: some letters that
    are none of the Latin ones in small letters are matched by these."""
    return text.lower() if text.isascii() else text.translate(_FOLDED).lower()


Name = TypeVar("Name", bound=Hashable)


class PatternSet(Generic[Name]):
    """Named patterns, in any case. Each is tried only on texts that have a literal without which it
    cannot match; an automaton finds the literals of all of them together."""

    def __init__(self, patterns: Mapping[Name, str]) -> None:
        self._patterns = dict(patterns)
        self._compiled: dict[Name, re.Pattern[str]] = {}
        literals: dict[str, list[Name]] = {}
        for name, one in patterns.items():
            for literal in literals_of(one):
                literals.setdefault(literal, []).append(name)
        self._always = frozenset(literals.pop("", ()))
        self._named = [*literals.values()]
        self._literals = Literals(literals)

    def __iter__(self) -> Iterator[Name]:
        return iter(self._patterns)

    def __getitem__(self, name: Name) -> re.Pattern[str]:
        found = self._compiled.get(name)
        if found is None:  # few of them are tried on few texts, and it takes its time
            found = self._compiled[name] = re.compile(self._patterns[name], re.IGNORECASE)
        return found

    def matching(self, text: str) -> Iterator[Name]:
        """The names of those that match somewhere in a text, in their order."""
        found = self._literals.found(casefolded(text))
        tried = self._always.union(*[self._named[number] for number, _, _ in found])
        for name in self._patterns:
            if name in tried and self[name].search(text):
                yield name


def literals_of(pattern: str) -> set[str]:
    """Literals in small letters of which each match of a pattern has one at least: the longest that
    is seen in each alternative, empty where none is."""
    plain = _ESCAPE.sub(_unescaped, _CLASS.sub(_GAP, pattern))
    if plain.startswith("(?:") and plain.endswith(")") and _is_one_group(plain):
        plain = plain[3:-1]
    before = ""
    while before != plain:
        before, plain = plain, _GROUP.sub(_GAP, _LOOK.sub("", plain))
    plain = _ANYTHING.sub(_GAP, _OPTIONAL.sub(_GAP, plain))
    return {max(one.split(_GAP), key=len).lower() for one in plain.split("|")}


def _unescaped(found: re.Match[str]) -> str:
    """What an escape stands for: nothing, for the edge of a word, else anything."""
    return "" if found[1] in "bB" else _GAP


def _is_one_group(plain: str) -> bool:
    depth = 0
    for at, char in enumerate(plain):
        depth += (char == "(") - (char == ")")
        if not depth:
            return at == len(plain) - 1
    return False
