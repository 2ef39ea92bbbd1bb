"""Patterns that are tried only where a literal of theirs stands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scraper.contradictions import doubts_of
from scraper.events.comparison.outcomes import _OUTCOME
from scraper.events.comparison.ranks import _PRIZE
from scraper.events.joins import profile_of
from scraper.events.pattern_set import PatternSet, literals_of
from scraper.events.periods import _PARTS, _SCOPES, ordinals_of, period_of
from scraper.events.statements import _ACT, Report, days_meant

LABELLED = Path(__file__).parent / "labelled"


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("plain|other one", {"plain", "other one"}),
        (r"\bopen|t[ao]kes?\seffect|(?<!线)上线(?!下)", {"open", "effect", "上线"}),
        ("(?:first|second half)", {"first", "second half"}),
        ("(?:Lunar|Chinese) New Year|元旦", {" new year", "元旦"}),
        ("runner-?up|colou?r|x{0,3}yz", {"runner", "colo", "yz"}),
        (r"(?:(?<=[，。])|^)区(?!(?:域|间)级)", {"区"}),
        (r"[^，。]{0,8}|\d+", {""}),
        (r"a\.b|[]|]c+d", {"a", "c"}),
    ],
)
def test_the_literals_of_a_pattern(pattern: str, literals: set[str]) -> None:
    assert literals_of(pattern) == literals


def test_what_matches_is_what_each_pattern_finds_by_itself() -> None:
    sets: list[PatternSet[object]] = [_ACT, _PARTS, _SCOPES, _PRIZE, _OUTCOME]  # type: ignore[list-item]
    lines = [
        sentence
        for file in sorted(LABELLED.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        for text in json.loads(line).values()
        if isinstance(text, str)
        for sentence in re.split(r"(?<=[。.])", text)
    ]
    assert len(lines) > 1000
    found = 0
    for line in lines:
        for each in sets:
            alone = [name for name in each if each[name].search(line)]
            assert [*each.matching(line)] == alone, line
            found += len(alone)
    assert found > 100


def test_letters_that_only_match_in_another_case_are_found() -> None:
    either = PatternSet({"kiss": "kiss", "is": r"\bis\b", "any": "."})
    for text in ("KISS", "Kiſs", "kİſS", "kıss"):
        assert [*either.matching(text)] == ["kiss", "any"]
    assert [*either.matching("")] == []


def test_letters_that_only_match_in_another_case_break_nothing() -> None:
    text = "The firſt and the third venue, ſix teams until ſunday, the thırd hospital by frıday"
    assert ordinals_of(text) == {1, 3}
    assert period_of(text, date(2026, 5, 4)).as_of == "05-03"
    report = Report("a", "en", date(2026, 5, 4), text, f"{text}. It opens next frıday.")
    assert doubts_of(report, replace(report, source="b")) == ()
    assert profile_of(report).ordinals == {1, 3}
    assert days_meant("It opens next frıday", date(2026, 5, 4)) == {"05-08"}
