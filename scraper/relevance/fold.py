"""Folding text for comparison while remembering where every character came from.

NFKC and case folding make full-width, ligature and capital forms equal; they also change lengths,
so each folded character keeps the place of the original it stands for. Finds nothing itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Characters that are printed as nothing and split words all the same.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Character i stands for `original[starts[i]:ends[i]]`; both lists are empty
    where folding kept every place."""

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The original span of `text[start:end]`; None if it would cut a character in two."""
        if not self.starts:
            return start, end
        for cut in (start, end):
            if 0 < cut < len(self.starts) and self.starts[cut] == self.starts[cut - 1]:
                return None
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The text folded, without the places."""
    return fold_with_places(text).text


def fold_with_places(text: str) -> Folded:
    """Fold a text and keep the places."""
    if text.isascii():
        return Folded(text.lower())
    odd = "".join(sorted(character for character in set(text) if _is_odd(character)))
    if not odd:
        return Folded(text.translate(_TABLE))
    return _fold_odd(text, re.compile(rf"[\s\S]?[{re.escape(odd)}]+"))


class _Table(dict[int, str]):
    """What each character folds to, filled as characters are met (for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_cluster(chr(code))
        return self[code]


_TABLE = _Table()


def _fold_odd(text: str, odd: re.Pattern[str]) -> Folded:
    """Fold a text with characters that change its length: run by run, those one by one."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for match in odd.finditer(text):
        _plain(text, place, match.start(), pieces, starts, ends)
        for start, end in _clusters(text, match.start(), match.end()):
            piece = _fold_cluster(text[start:end])
            pieces.append(piece)
            starts += [start] * len(piece)
            ends += [end] * len(piece)
        place = match.end()
    _plain(text, place, len(text), pieces, starts, ends)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _plain(
    text: str, start: int, end: int, pieces: list[str], starts: list[int], ends: list[int]
) -> None:
    pieces.append(text[start:end].translate(_TABLE))
    starts.extend(range(start, end))
    ends.extend(range(start + 1, end + 1))


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of one character and the combining marks after it: what NFKC may join."""
    cuts = [i for i in range(start, end) if i == start or not unicodedata.combining(text[i])]
    return list(zip(cuts, [*cuts[1:], end], strict=True))


@lru_cache(maxsize=8192)
def _is_odd(character: str) -> bool:
    return unicodedata.combining(character) != 0 or len(_fold_cluster(character)) != 1


@lru_cache(maxsize=8192)
def _fold_cluster(cluster: str) -> str:
    visible = "".join(character for character in cluster if character not in _INVISIBLE)
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return unicodedata.normalize("NFKC", folded)
