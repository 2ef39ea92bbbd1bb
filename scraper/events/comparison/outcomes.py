"""Outcomes: of one thing one report says that it came to pass, the other that it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from ..doubts import Doubt, DoubtKind, Excuse
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
_OUTCOME = [
    (re.compile(yes, re.IGNORECASE), re.compile(no, re.IGNORECASE)) for yes, no in _OUTCOMES
]
_AGAIN = re.compile(r"恢复|重新|\breopen|\bresum|\bagain\b", re.IGNORECASE)
_FEW = 4
"""So many sentences of each report are compared."""


def outcome_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it came to pass, and that it did not: a plan
    approved and rejected, a pool open and closed, where each report says but one of both."""
    gap = days_between(one, other)
    if gap is None or gap > NEWS or _AGAIN.search(one.text) or _AGAIN.search(other.text):
        return
    across = one.language != other.language
    for number, (_, no) in enumerate(_OUTCOME):
        said = [_said(report, number) for report in (one, other)]
        if not all(said) or len({bool(no.search(each[0].text)) for each in said}) < 2:
            continue
        for mine, theirs in product(said[0][:_FEW], said[1][:_FEW]):
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


def _said(report: Report, number: int) -> list[Statement]:
    """The sentences that say whether something came to pass, empty where some say that it did and
    some that it did not, or one says both: it opened at six and closed at eight."""
    yes, no = _OUTCOME[number]
    found = [
        each for each in statements_of(report) if yes.search(each.text) or no.search(each.text)
    ]
    if any(no.search(each.text) and yes.search(no.sub(" ", each.text)) for each in found):
        return []
    return found if len({no.search(each.text) is not None for each in found}) == 1 else []


def _words_of(statement: Statement, number: int) -> str:
    """With which words a sentence says how it came."""
    yes, no = _OUTCOME[number]
    found = no.search(statement.text) or yes.search(statement.text)
    return found.group() if found else ""
