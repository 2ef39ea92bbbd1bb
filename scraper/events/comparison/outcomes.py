"""Outcomes: of one thing one report says that it came to pass, the other that it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern

from ..doubts import Doubt, DoubtKind, Excuse
from ..pattern_set import PatternSet
from ..statements import Report, Statement, name_other_days, shared_titles, statements_of
from .context import content_in_context
from .ties import MOST_LIKELY, SAME_SHARE, SURELY, most_in_common
from .times import NEWS, days_between

_OUTCOMES = (
    (
        r"通过|获批|批准|同意|\bapproved?\b|\bpassed\b|\badopted\b|green light",
        r"未(?:能|获|予)?(?:获得)?(?:通过|批准)|没有通过|否决|驳回|不予(?:批准|通过|许可)"
        r"|\brejected\b|\bturned down\b|\bvetoed\b|\brefused\b|\bfailed\b"
        r"|\bnot (?:approved?|pass(?:ed)?|adopted)\b",
    ),
    (
        r"开放|营业|\bopens?\b|\bopened\b|\bopening\b",
        r"不(?:再)?(?:对外)?开放|暂停(?:对外)?(?:开放|营业)|闭馆|停业|关闭|关门|\bclosed\b|\bshut\b"
        r"|\bnot (?:be )?open\b",
    ),
    (
        r"如期举行|照常|将[^，。；]{0,20}举[行办]|\bwill be held\b|\bgoes? ahead\b|\bas planned\b"
        r"|\bwill take place\b",
        r"取消|延期举[行办]|推迟举[行办]|暂缓|\bcancel|\bcalled off\b|\bpostponed\b",
    ),
    (
        r"受伤|死亡|遇难|\binjured\b|\bkilled\b|\bdied\b|\bdead\b|\bhurt\b",
        r"(?:无|没有|未造成|暂无)(?:人员)?(?:伤亡|受伤|死亡)"
        r"|\b(?:nobody|no one|none) (?:was|were) (?:hurt|injured|killed)"
        r"|\bno (?:casualties|injuries|deaths)\b",
    ),
)
_OUTCOME = PatternSet(
    {
        (number, came): pattern
        for number, both in enumerate(_OUTCOMES)
        for came, pattern in zip((True, False), both, strict=True)
    }
)
_AGAIN = lazy_pattern(r"恢复|重新|\breopen|\bresum|\bagain\b", re.IGNORECASE)
_FEW = 4
"""So many sentences of each report are compared."""


def outcome_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it came to pass, and that it did not: a plan
    approved and rejected, a pool open and closed, where each report says but one of both."""
    gap = days_between(one, other)
    if gap is None or gap > NEWS or _AGAIN.search(one.text) or _AGAIN.search(other.text):
        return
    across = one.language != other.language
    for number in range(len(_OUTCOMES)):
        said = [_said(report, number) for report in (one, other)]
        if said[0][0] is None or said[1][0] is None or said[0][0] is said[1][0]:
            continue
        for mine, theirs in product(said[0][1][:_FEW], said[1][1][:_FEW]):
            kinship = most_in_common(
                (content_in_context(mine), content_in_context(theirs)), across=across
            )
            tied = bool(mine.days & theirs.days) or bool(shared_titles(one.text, other.text))
            if kinship < (SAME_SHARE if tied else SURELY) or name_other_days(mine, theirs):
                continue
            excuse = Excuse.AS_OF if number == _HARM and gap else None
            texts = mine.text, theirs.text
            values = _words_of(mine, number), _words_of(theirs, number)
            yield Doubt(DoubtKind.OUTCOME, excuse, texts, values, min(MOST_LIKELY, kinship))
            break


_HARM = 3


@lru_cache(maxsize=1024)
def _said(report: Report, number: int) -> tuple[bool | None, tuple[Statement, ...]]:
    """Whether something came to pass, and the sentences that say so: None where none does, where
    some say that it did and some that it did not, or one says both: it opened at six and closed at
    eight."""
    found = tuple(each for each in statements_of(report) if _outcomes_in(each.text, number))
    outcomes = {outcome for each in found for outcome in _outcomes_in(each.text, number)}
    return (outcomes.pop(), found) if len(outcomes) == 1 else (None, ())


@lru_cache(maxsize=4096)
def _outcomes_named(text: str) -> frozenset[tuple[int, bool]]:
    return frozenset(_OUTCOME.matching(text))


def _outcomes_in(text: str, number: int) -> set[bool]:
    """Whether a sentence says that something came to pass, that it did not, or both."""
    named = _outcomes_named(text)
    if (number, False) not in named:
        return {True} if (number, True) in named else set()
    both = _OUTCOME[number, True].search(_OUTCOME[number, False].sub(" ", text))
    return {True, False} if both else {False}


def _words_of(statement: Statement, number: int) -> str:
    """With which words a sentence says how it came."""
    no, yes = _OUTCOME[number, False], _OUTCOME[number, True]
    found = no.search(statement.text) or yes.search(statement.text)
    return found.group() if found else ""
