"""Years and months: two reports that say that what happens but once to a thing was in others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern
from storage.text import english_month, simplify

from ...facts.patterns import words
from ..agreement import is_equal
from ..bonds import bond_of
from ..doubts import Doubt, DoubtKind
from ..lexicon import acting, acts_in, cities, subjects
from ..lexicon import words as words_of
from ..statements import GENERAL, Report, Statement, are_of_a_row, statements_of
from .apart import are_numbered_apart, are_of_other_kinds
from .context import content_in_context, text_in_context
from .stages import are_at_other_stages, are_of_other_phases
from .ties import (
    BY_BEING_LONE,
    BY_BOND,
    BY_WORDS,
    LIKELY,
    MOST_BOND,
    MOST_LIKELY,
    SAME_SHARE,
    most_in_common,
    names_in_both,
)

_ONCE = frozenset(
    words("开放 通车 开工 竣工 成立 列入 去世 出生 揭牌 发现 上市 首飞 采用 建造 搬迁")
)
"""Acts that a thing has but once, whose year is told long after."""
_HAN = lazy_pattern(r"(?<!\d)(1\d{3}|20\d\d)年(?:(\d{1,2})月)?(?![\d至到—-]|度|代|来)")
_ENGLISH = lazy_pattern(
    r"\b(?:[Ii]n|[Ss]ince|[Ff]rom|[Bb]ack to)(?: early| late)? (?:([A-Z][a-z]{2,8})\.? )?"
    r"(1\d{3}|20\d\d)\b(?![-\u2013]\d)"
)
_MANY_WORDS, _BY_EVENT = 5, 0.15
_ONE_SUBJECT, _ONE_EVENT = 2, 5.0
"""So many subjects two sentences share at least beside the act, but for reports of one event."""


def year_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that tell one act of one thing, and name other years or months for it."""
    across = one.language != other.language
    ours, yours = _dated_once(one), _dated_once(other)
    if not ours or not yours:
        return
    bond = min(MOST_BOND, BY_BOND * bond_of(one, other))
    for (mine, when, what), (theirs, then, other_acts) in product(ours, yours):
        acts = what & other_acts
        if (
            not acts
            or not _differ(when, then)
            or _is_named_too(when, yours)
            or _is_named_too(then, ours)
        ):
            continue
        kinship = most_in_common(
            (content_in_context(mine), content_in_context(theirs)), across=across
        )
        if _measure_otherwise(mine, theirs) or not (
            kinship >= SAME_SHARE or _is_of_one(mine, theirs, acts)
        ):
            continue
        lone = all(sum(bool(acts & each) for _, _, each in some) == 1 for some in (ours, yours))
        strength = bond + BY_WORDS * kinship + 2 * BY_BEING_LONE * lone
        strength += _BY_EVENT * (bond_of(one, other) >= _ONE_EVENT)
        if strength >= LIKELY and not _are_apart(mine, theirs):
            values = _written(when), _written(then)
            texts = mine.text, theirs.text
            yield Doubt(DoubtKind.DATE, None, texts, values, min(MOST_LIKELY, strength))


When = tuple[int, int]
"""A year, and its month: 0 where none is told."""


@lru_cache(maxsize=512)
def _dated_once(report: Report) -> list[tuple[Statement, When, frozenset[str]]]:
    """The parts of sentences that name no day, but one year, for something done once: the sentence,
    when, and what."""
    found = []
    for statement in statements_of(report):
        if statement.days:
            continue
        whole = len(_whens(statement.text)) == 1
        for part in [statement.text] if whole else _PARTS.split(statement.text):
            named, acts = _whens(part), acts_in(part) & _ONCE
            if len(named) == 1 and acts:
                found.append((statement, named.pop(), acts))
    return found


_PARTS = lazy_pattern(r"[,;，；](?!\d)|\band\b|\bbut\b")


def _whens(text: str) -> set[When]:
    han = {(int(year), int(month or 0)) for year, month in _HAN.findall(simplify(text))}
    return han | {(int(year), english_month(month)) for month, year in _ENGLISH.findall(text)}


def _differ(one: When, other: When) -> bool:
    return one[0] != other[0] or (one[1] != other[1] and bool(one[1] and other[1]))


def _is_named_too(when: When, dated: list[tuple[Statement, When, frozenset[str]]]) -> bool:
    """Whether a report names this time, too, if for something else."""
    return any(not _differ(when, other) for _, other, _ in dated)


def _is_of_one(one: Statement, other: Statement, acts: frozenset[str]) -> bool:
    """Whether two sentences share more than what happens."""
    shared = subjects(text_in_context(one)) & subjects(text_in_context(other)) - GENERAL
    telling = shared - {subject for act in acts for subject in acting(act)}
    telling |= names_in_both(one, other) - cities()
    if bond_of(one.report, other.report) >= _ONE_EVENT:
        return True
    if one.report.language == other.report.language:
        return len(words_of(one.text) & words_of(other.text)) >= _MANY_WORDS
    return len(telling) >= _ONE_SUBJECT or bool(one.ordinals & other.ordinals)


def _measure_otherwise(one: Statement, other: Statement) -> bool:
    """Whether two sentences give figures in one unit, and none is the same: so many were begun in a
    year, and so many in the next, or two projects that cost other sums."""
    pairs = [
        is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
        if mine.base == theirs.base
    ]
    return bool(pairs) and not any(pairs)


def _are_apart(one: Statement, other: Statement) -> bool:
    return (
        are_of_a_row(one, other)
        or are_of_other_kinds(one, other)
        or are_numbered_apart(one.text, other.text)
        or are_of_other_phases(one, other)
        or are_at_other_stages(one.text, other.text)
    )


def _written(when: When) -> str:
    return f"{when[0]}-{when[1]:02}" if when[1] else str(when[0])
