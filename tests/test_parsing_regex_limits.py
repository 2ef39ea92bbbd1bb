"""No regular expression that meets a page can be kept busy by it, whichever it is."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable

import pytest

import scraper.parsing
from tests.support.effort import cpu
from tests.support.expressions import Expression, expressions_in
from tests.support.regex_attacks import attacks

SIZE = 10_000
"""Characters: five times as many as any line or title that is looked at."""
LONGEST = 0.1
"""Seconds of CPU, for one text."""


def _patterns() -> dict[str, list[Expression]]:
    """Every expression of these rooms, by module, each where it is first met."""
    met: set[object] = set()
    found: dict[str, list[Expression]] = {}
    for root in (scraper.parsing,):
        for info in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            module = importlib.import_module(info.name)
            for pattern in expressions_in(list(vars(module).values())):
                if pattern not in met:
                    met.add(pattern)
                    found.setdefault(info.name, []).append(pattern)
    return found


PATTERNS = _patterns()


@pytest.mark.slow
@pytest.mark.parametrize("module", PATTERNS)
def test_row_33_no_expression_of_a_page_is_kept_busy(module: str) -> None:
    for pattern in PATTERNS[module]:
        for text in attacks(pattern, SIZE):
            attack = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
            assert not _is_kept_busy(pattern, attack), (pattern.pattern[:80], text[:40])


def _is_kept_busy(pattern: Expression, text: str | bytes) -> bool:
    """Twice, since a machine may stumble once."""
    for _ in range(2):
        with cpu() as spent:
            pattern.search(text)  # type: ignore[arg-type]
        if spent.under(LONGEST):
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bad", "sizes"),
    [
        (r"\.{2,}$", [SIZE]),
        (r"\s+[-|]\s+x", [SIZE]),
        (r"(a+)+$", range(14, 40, 2)),
        (r"(?:\w{1,9}\s?)+!", range(14, 40, 2)),
    ],
)
def test_the_attacks_find_what_can_be_kept_busy(bad: str, sizes: Iterable[int]) -> None:
    pattern = re.compile(bad)
    # Small ones first: to find out with a large one would take for ever.
    assert any(_is_kept_busy(pattern, text) for size in sizes for text in attacks(pattern, size))


def test_there_are_expressions_of_every_field() -> None:
    rooms = {".".join(name.split(".")[:3]) for name in PATTERNS}
    assert {f"scraper.parsing.{part}" for part in ("fields", "dates", "body", "lists")} <= rooms
    assert sum(map(len, PATTERNS.values())) > 500
