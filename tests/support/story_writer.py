"""A process of its own that stores invented texts, for tests of several writers and of kills.

python -m tests.support.story_writer ARCHIVE NAME FIRST LAST STEP
"""

from __future__ import annotations

import sys
from pathlib import Path

from storage.archive import Archive
from tests.support.stories import Page, keep
from tests.support.texts import reworded, sentences


def page(number: int, name: str = "n") -> Page:
    """The text of a number; the last ten of thirty are reprints of those before."""
    parts = reworded(sentences(number - 10), 0.1) if number % 30 >= 20 else sentences(number)
    return Page(f"{name}{number}", parts)


def main(path: str, name: str, first: str, last: str, step: str) -> None:
    """Store the texts of the numbers from FIRST to LAST, each as its own transaction."""
    with Archive.open(Path(path)) as store:
        for number in range(int(first), int(last), int(step)):
            keep(store, page(number, name))
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
