"""What the parts of the extraction benchmark share: the run, a line of the table, generic reading.

Scores nothing and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scraper.parsing.article import read_article
from scraper.parsing.encoding import decode
from scraper.sources.model import FieldRules
from storage.types import Capture, Reading

from .corpora import Case, Corpora, ListCase
from .peers import Peers


@dataclass(frozen=True, slots=True)
class Bench:
    """What all parts share. `now` is when the pages count as fetched, `worst` how many to name."""

    corpora: Corpora
    peers: Peers | None
    now: datetime
    worst: int
    tell: Callable[[str], None]

    def capture(self, case: Case | ListCase, charset: str = "") -> Capture:
        """The page as if it had just arrived."""
        kind = "text/html" + (f"; charset={charset}" if charset else "")
        return Capture(case.url, case.url, self.now, 200, (("content-type", kind),), case.markup)

    def asked(self, names: Sequence[str]) -> list[str]:
        """Those of the peers that are there."""
        if self.peers is None:
            return []
        return [name for name in names if name.partition("-")[0] in self.peers.names]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `met` is None where there is nothing to compare with."""

    part: str
    what: str
    target: str
    ours: str
    met: bool | None
    value: float
    peers: dict[str, str] = field(default_factory=dict)
    note: str = ""
    worst: list[str] = field(default_factory=list)


def read_generic(bench: Bench, case: Case) -> Reading:
    """A page without any rules of ours, as the first that is read of its site."""
    return read_article(bench.capture(case, case.charset), FieldRules(), case.url)


def text_of(case: Case) -> str:
    """What peers get: the page decoded, so that none stumbles over its bytes."""
    if case.charset:
        return case.markup.decode(case.charset, "replace")
    return decode(case.markup, "").text
