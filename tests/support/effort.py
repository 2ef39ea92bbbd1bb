"""Work in seconds of CPU, told so that a busy or slow machine does not change what a test says.

A bound in seconds holds on the machine where somebody wrote it down. Here what a call takes is
compared with what a fixed piece of like work takes in the same process at the same time, so that a
machine half as fast, or one whose other tenants are at work, has twice the time.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from lxml import etree

_PEER = 0.06
"""Seconds of CPU that the piece of work takes where the bounds were written down."""
_MARKUP = "<ul>" + "".join(
    f"<li><a href='/a/{n}.htm'>Hub city opens laboratory {n}</a> 2026-05-0{n % 9 + 1}</li>"
    for n in range(350)
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Spent:
    """The CPU seconds of this process in a block of code, once it has ended. `seconds` are those of
    this machine at that time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self.seconds = 0.0

    def end(self) -> None:
        """The block has ended."""
        self.seconds = self._clock() - self._began

    def under(self, seconds: float) -> bool:
        """Whether it took less than so many seconds of a quiet machine of the usual speed."""
        return self.seconds < seconds or self.seconds / slowness() < seconds

    def __repr__(self) -> str:
        usual = self.seconds / slowness()
        return f"{self.seconds:.3f} s of CPU, {usual:.3f} s of the usual machine"


@contextmanager
def cpu(clock: Callable[[], float] = time.process_time) -> Iterator[Spent]:
    """Measure a block. What other tests have left behind is no part of it: a heap of theirs is not
    searched for garbage again and again meanwhile."""
    gc.freeze()
    try:
        spent = Spent(clock)
        yield spent
        spent.end()
    finally:
        gc.unfreeze()


def slowness() -> float:
    """How many times as long as on the usual machine like work takes at this moment, at least 1."""
    gc.freeze()
    try:
        began = time.process_time()
        for _ in range(3):
            _work()
        return max(1.0, (time.process_time() - began) / _PEER)
    finally:
        gc.unfreeze()


def _work() -> int:
    """What reading a list is made of: a tree, a soup, addresses, dates."""
    root = etree.fromstring(_MARKUP + "</ul>")
    soup = BeautifulSoup(_MARKUP, "lxml")
    links = [urljoin("http://www.practice.test/news/", each["href"]) for each in soup("a")]
    days = [_DAY.search(each.get_text()) for each in soup("li")]
    return len(set(links)) + sum(day is not None for day in days) + len(list(root.iter()))
