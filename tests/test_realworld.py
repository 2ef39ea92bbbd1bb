"""The gate of real portals itself: its articles, its judgement, and what it excuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.realworld.articles import COUNT, SCRIPT, edition
from tests.realworld.catalogue import NOT_REACHED, PORTALS
from tests.realworld.journey import THRESHOLDS, Outcome, folded, plain_path, token_f1

PERFECT = Outcome(
    "a", wizard="right", found=1, titles=1, days=1, body=1, theme="nothing lost",
    events={"new": "told", "pinned": "–"},
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_days_differ_in_what_the_script_names_and_in_nothing_else(language: str) -> None:
    first = {story.number: story for story in edition(language, 1).stories}
    second = {story.number: story for story in edition(language, 2).stories}
    third = {story.number: story for story in edition(language, 3).stories}
    assert len(first) == COUNT >= 60
    assert len({story.slug for story in first.values()}) == COUNT
    assert second.keys() - first.keys() == {*SCRIPT.new, SCRIPT.late}
    assert first.keys() - second.keys() == {SCRIPT.deleted}
    changed = {number for number in first.keys() & second.keys() if first[number] != second[number]}
    assert changed == {SCRIPT.edited, SCRIPT.cosmetic, SCRIPT.hidden, SCRIPT.pinned}
    assert folded(first[SCRIPT.edited].title) != folded(second[SCRIPT.edited].title)
    assert token_f1(first[SCRIPT.cosmetic].text, second[SCRIPT.cosmetic].text) == 1
    assert second[SCRIPT.late].at < first[40].at
    assert third.keys() - second.keys() == {104}
    assert (edition(language, 2).theme, edition(language, 3).theme) == (1, 2)


def test_an_edition_comes_out_alike_each_time() -> None:
    assert edition("zh", 2) == edition("zh", 2)


def test_a_score_counts_words_and_han_characters_both_ways() -> None:
    assert token_f1("one two, three", "One two three") == 1
    assert token_f1("贵阳市", "贵阳 市") == 1
    assert token_f1("one two", "one two three four") == pytest.approx(2 / 3)
    assert token_f1("one two", "") == 0


def test_addresses_are_the_same_in_any_encoding_of_them() -> None:
    assert plain_path("http://a.test/%E8%B4%B5/") == plain_path("/贵/index.html") == "/贵"
    assert plain_path("http://a.test/?p=1") != plain_path("http://a.test/?p=2")


def test_a_portal_that_reaches_everything_is_short_of_nothing() -> None:
    assert PERFECT.short_of() == {}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wizard": "finds 62%"}, "wizard"),
        *(({name: least - 0.001}, name) for name, least in THRESHOLDS.items()),
        ({"doubled": 1}, "twice"),
        ({"requests": 1}, "second crawl"),
        ({"events": {"late": "not told"}}, "late"),
        ({"theme": "2 titles lost; told as redesign"}, "theme"),
        ({"starts": {"a feed": "finds 14%"}}, "from a feed"),
        ({"failure": "the program itself failed: no such package"}, "wizard"),
    ],
)
def test_whatever_is_missed_is_named(changes: dict[str, object], named: str) -> None:
    assert list(replace(PERFECT, **changes).short_of()) == [named]  # type: ignore[arg-type]


def test_only_light_portals_are_excused_and_each_with_a_reason() -> None:
    light = {portal.name for portal in PORTALS if portal.light}
    assert light >= NOT_REACHED.keys()
    assert all(reason for each in NOT_REACHED.values() for reason in each.values())
    assert len({portal.name for portal in PORTALS}) == len(PORTALS)
