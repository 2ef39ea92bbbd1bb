"""Regular expressions that people write into their files: none of them can keep a crawl busy.

Each search ends within a bound of CPU time, and one that met it often is not tried again. What was
not found by then is not found. An expression that meets the bound on addresses made from itself is
refused when its file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

import regex

from hubwatch.patterns import lazy_pattern

SECONDS = 0.005
"""Of CPU time, for one search in an address. A thousand times what a usual one takes."""
_MOST_OVERDUE = 20
_LENGTH = 2_000
_MOST_PROBES = 200
_LITERAL = lazy_pattern(r"[\w/.-]{1,40}")
_USUAL = ("a", "1", "A", "/", "-", "a/", "1/", "a-", "a1", "ab")
_NOTHING_TAKES = "\x02"


@dataclass(frozen=True, slots=True)
class BoundedExpression:
    """An expression as it was written, searched within the bound. `overdue` counts the searches
    that met it, in this process."""

    pattern: str
    overdue: list[None] = field(default_factory=list, compare=False, repr=False)

    def search(self, text: str) -> bool:
        """Whether it is found somewhere in an address. Not, where that takes too long to tell."""
        if len(self.overdue) >= _MOST_OVERDUE:
            return False
        try:
            return compiled(self.pattern).search(text, timeout=SECONDS) is not None
        except TimeoutError:
            self.overdue.append(None)
            return False

    def refused_if_slow(self) -> BoundedExpression:
        """The same. Raises ValueError for what is no expression, and for one that takes too long
        on an address made from itself."""
        compiled(self.pattern)
        for probe in islice(_probes(self.pattern), _MOST_PROBES):
            self.search(probe)
            if self.overdue:
                raise ValueError(
                    f"{self.pattern!r} can be parted in too many ways: on an address like "
                    f"{probe[:24]}… it takes very long; repeat nothing that is itself repeated "
                    "or has alternatives that begin alike"
                )
        return self


@lru_cache(maxsize=256)
def compiled(text: str) -> regex.Pattern[str]:
    """The expression in the dialect of `regex`, whose searches can be cut off. Raises ValueError
    for what is none."""
    try:
        return regex.compile(text)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None


def _probes(text: str) -> Iterator[str]:
    """Addresses made of the literal parts of an expression, each many times over after those
    before it, with something at the end that nothing takes."""
    parts = list(dict.fromkeys(_LITERAL.findall(text)))[:12]
    repeated = dict.fromkeys([*parts, *(letter for part in parts for letter in part), *_USUAL])
    leads = ["", "/", *("".join(parts[:stop]) for stop in range(1, len(parts) + 1))]
    for lead in dict.fromkeys(leads):
        for piece in repeated:
            yield lead + piece * ((_LENGTH - len(lead)) // len(piece)) + _NOTHING_TAKES
