"""How near a reading is to its label: bodies by shingles, days, rows of lists.

The body measure is that of the public article extraction benchmark (github.com/scrapinghub/
article-extraction-benchmark): shares of shingles found, wrong and missed per page, precision and
recall averaged over the pages, F1 of these two averages. Reads no page and no file.
"""

from __future__ import annotations

import random
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

SHINGLE = 4
_RESAMPLED = 300
_NINETY_FIVE = 1.96
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text, punctuation apart; Han runs are one word each."""
    return _WORD.findall(text)


def characters(text: str) -> list[str]:
    """The characters of a text without white space: the measure for Chinese."""
    return [one for one in text if not one.isspace()]


@dataclass(frozen=True, slots=True)
class Share:
    """Shingles of one page as shares of all: in both texts, only in the reading, only in the
    label."""

    found: float
    wrong: float
    missed: float

    @property
    def precision(self) -> float:
        """What was read and is right; a page of which nothing was read has none."""
        if self.wrong == self.missed == 0:
            return 1.0
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """What is right and was read."""
        if self.wrong == self.missed == 0:
            return 1.0
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Of this page alone."""
        return harmonic(self.precision, self.recall)


def shares(label: str, read: str, cut: Callable[[str], Sequence[str]] = words) -> Share:
    """Compare two texts by their shingles of four pieces."""
    wanted, got = _shingles(cut(label)), _shingles(cut(read))
    found = float((wanted & got).total())
    wrong, missed = got.total() - found, wanted.total() - found
    whole = found + wrong + missed
    if not whole:
        return Share(0.0, 0.0, 0.0)
    return Share(found / whole, wrong / whole, missed / whole)


def _shingles(pieces: Sequence[str]) -> Counter[tuple[str, ...]]:
    """A text shorter than a shingle is one shingle, an empty one none."""
    if not pieces:
        return Counter()
    last = max(1, len(pieces) - SHINGLE + 1)
    return Counter(tuple(pieces[at : at + SHINGLE]) for at in range(last))


def harmonic(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class BodyScore:
    """Many pages together; `spread` is the half of a 95 % interval of F1, bootstrapped."""

    f1: float
    precision: float
    recall: float
    spread: float


def body_score(pages: Sequence[Share], resampled: int = _RESAMPLED) -> BodyScore:
    """Precision and recall averaged over the pages that have any, F1 of the averages."""
    f1, precision, recall = _averages(pages)
    dice = random.Random(0)
    drawn = [_averages(dice.choices(pages, k=len(pages)))[0] for _ in range(resampled)]
    spread = _NINETY_FIVE * statistics.stdev(drawn) if len(drawn) > 1 else 0.0
    return BodyScore(f1, precision, recall, spread)


def _averages(pages: Iterable[Share]) -> tuple[float, float, float]:
    pages = list(pages)
    precision = _mean([page.precision for page in pages if page.found + page.wrong > 0])
    recall = _mean([page.recall for page in pages if page.found + page.missed > 0])
    return harmonic(precision, recall), precision, recall


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


class Hit(StrEnum):
    """What became of one labelled day."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"


def day_hit(label: str, read: str) -> Hit:
    """Whether the day that was read (ISO, with or without a time) is the labelled one; an empty
    label means that the page has none, and reading one is wrong."""
    if not read and not label:
        return Hit.RIGHT
    if not read:
        return Hit.NONE
    return Hit.RIGHT if read[:10] == label[:10] else Hit.WRONG


def title_hit(label: str, read: str) -> Hit:
    """Whether the title is the labelled one, punctuation and case apart."""
    if not read:
        return Hit.NONE
    return Hit.RIGHT if _plain(label) == _plain(read) else Hit.WRONG


_PARTED = re.compile(r"\s?[,;、，；&]\s?|\s(?:and|und|et|y|e|en|och|og|и)\s")


def authors_hit(label: Sequence[str], read: str) -> Hit:
    """Whether exactly the labelled writers were read, in any order. No label means that the page
    names none, and reading one is wrong."""
    wanted = {_plain(name) for name in label}
    parts = _PARTED.split(read) if read else []
    got = {_plain(name) for name in parts} - {""}
    if got == wanted or _plain(read) in {_plain("".join(label)), *wanted}:
        return Hit.RIGHT if wanted or not got else Hit.WRONG
    return Hit.NONE if not got else Hit.WRONG


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text)).replace("_", "").casefold()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: link, day as `YYYY-MM-DD` or empty, title. A labelled day that is only
    approximate is left empty, and does not count."""

    link: str
    day: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ListScore:
    """Labelled links of one list page and what was found of them. `dated` are those found whose
    day counts, `right` those of them that were read with that day; `extra` rows have no label."""

    labelled: int
    found: int
    dated: int
    right: int
    extra: int

    def __add__(self, other: ListScore) -> ListScore:
        return ListScore(
            self.labelled + other.labelled,
            self.found + other.found,
            self.dated + other.dated,
            self.right + other.right,
            self.extra + other.extra,
        )


def list_score(labels: Iterable[Row], rows: Iterable[Row]) -> ListScore:
    """Match rows by their link. A link with several labelled days may have any of them; a row of
    one link read twice is found once."""
    wanted = _days_by_link(labels)
    got = _days_by_link(rows)
    found = wanted.keys() & got.keys()
    dated = [link for link in found if any(wanted[link])]
    right = sum(bool((wanted[link] & got[link]) - {""}) for link in dated)
    return ListScore(len(wanted), len(found), len(dated), right, len(got.keys() - wanted.keys()))


def _days_by_link(rows: Iterable[Row]) -> dict[str, set[str]]:
    days: dict[str, set[str]] = {}
    for row in rows:
        if row.link:
            days.setdefault(link_key(row.link), set()).add(row.day)
    return days


def link_key(link: str) -> str:
    """An address without scheme, fragment and ways of writing it: two keys are equal where a
    browser would get the same page."""
    parts = urlsplit(link.strip())
    path = unquote(parts.path).strip() or "/"
    return f"{(parts.hostname or '').lower()}{path}?{unquote(parts.query)}"
