"""The short lines in the midst of a text: what they name is the source of a table or a picture."""

from __future__ import annotations

import re

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from ..languages import SOURCE, alternation
from ..page import Page
from ..text import RUNS, letters
from ..tree import Element

_LEAST, _LONGEST = 25, 120
_BEFORE, _BEHIND, _LEAST_BEHIND = 0.1, 0.2, 30
"""Shares of the running text that stand before and behind a line in the midst of it, and how many
letters at least stand behind."""
_SOURCE = han_pattern(rf"(?<!\w)(?:{alternation(SOURCE)})\s?:|来源|出典|출처|المصدر", re.I)


_REACHED = lazy_pattern(r"JavaScript|@|e-?mail\s?:|fax\s?:|(?:tel|τηλ|тел)\.?\s?:?\s?[+(\d]", re.I)
"""Whom to ask, below a text: not what a source stands in the midst of."""


def sources_in_midst(page: Page, body: Element | None) -> frozenset[int]:
    """The numbers of the lines (`id`) that name a source and stand in the midst of the text, with
    sentences before and behind them."""
    if body is None:
        return frozenset()
    found, running = [], 0.0
    inside: set[Element] = set()
    for line in page.lines:
        text = line.text
        is_short = len(text) <= _LONGEST and _SOURCE.search(text) is not None
        if not is_short and len(text) < _LEAST:
            continue
        inside = inside or set(body.iter())
        if line.tag not in inside:
            continue
        if is_short:
            found.append((id(line), running))
        elif not line.linked and RUNS.search(text) and not _REACHED.search(text):
            running += letters(text)
    return frozenset(
        number
        for number, before in found
        if before >= _BEFORE * running and running - before >= max(_LEAST_BEHIND, _BEHIND * running)
    )
