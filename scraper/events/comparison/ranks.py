"""Ranks: two reports that place somebody or something otherwise, first and third."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from hubwatch.patterns import lazy_pattern
from storage.text import simplify

from ..bonds import bond_of
from ..doubts import Doubt, DoubtKind, Excuse
from ..lexicon import cities, romanised, shared_names, spoken, words
from ..named_places import names_province
from ..pattern_set import PatternSet
from ..periods import ORDINAL_WORDS, numeral
from ..statements import Report, Statement, common, likeness, statements_of
from .apart import are_of_other_kinds
from .context import content_in_context, text_in_context
from .ties import (
    BY_BEING_LONE,
    BY_BOND,
    BY_NEIGHBOUR,
    BY_WORDS,
    HALF,
    MOST_BOND,
    MOST_LIKELY,
    most_in_common,
    share_a_figure,
    weight_of_ties,
)
from .times import time_excuse

_NUMERAL = "一二三四五六七八九十"
_PLACED = ORDINAL_WORDS[:10]
_TAKES = r"\b(?:w[oi]n|wins|t[ao]kes?|took|claim\w*|earn\w*|bag\w*|grab\w*|got)\b[^.;,]{0,12}"
_PRIZES = (
    r"冠军|一等奖|金奖|(?<![枚块])金牌(?![数榜总])|[夺摘]金(?!最多|牌)|夺冠|居首|首位|champion(?!ship)"
    r"|gold medal(?!s| t| count)"
    r"|\bthe (?:best|highest|largest|biggest|cleanest|most \w+) (?:among|of) (?:the|all)(?: \d+)? "
    r"(?:\w+ )?(?:cities|counties|districts|prefectures|provinces|ports|airports|teams|towns)\b"
    r"|\bmore\b[^.;]{1,40}\bthan any other (?:city|county|district|port|airport)"
    r"|top (?:place|prize|spot)|top(?:s|ped)\b(?! [\d¥$R])"
    rf"|{_TAKES}\bgold\b",
    rf"亚军|二等奖|银奖|银牌|[夺摘]银|runner-?up|silver medal|{_TAKES}\bsilver\b",
    rf"季军|三等奖|铜奖|铜牌|[夺摘]铜|bronze medal|{_TAKES}\bbronze\b",
)
_PRIZE = PatternSet(dict(enumerate(_PRIZES, 1)))
_NTH = rf"({'|'.join(_PLACED)}|\d{{1,3}}(?:st|nd|rd|th))"
_ENGLISH_RANK = lazy_pattern(
    rf"\b(?:{_NTH} (?:place|prize|position|spot|rank|overall|nationwide|worldwide)\b"
    rf"|{_NTH}[- ](?:most|largest|biggest|best|highest|busiest|longest|fastest|richest|cleanest)\b"
    rf"|{_NTH} (?:on|in|of|among|from) (?:the|all|its|\d+|China|\S+ province)"
    rf"|(?:finish|rank|c[ao]m|placed?|put|was|is|at|to|took)(?:e|es|s|ing|ed)?(?: in)?"
    rf" (?:the )?{_NTH}\b(?! to\b| of\b| [a-z]+ (?:of|for|to)\b)"
    r"|(?:at|as|is|was|are|to|ranks?|ranked|places?|placed|c[ao]me|world|named|remain(?:s|ed)?|'s)"
    r" (?:the )?(?:No\.? ?|number )(\d{1,3})\b(?-i:(?! [A-Z]))"
    r"|(?:No\.? ?|number )(\d{1,3}) (?:spot|place|position|nationwide|worldwide"
    r"|in (?:China|the (?:world|country|nation|province))\b)"
    r"|(?:w[oi]n|wins|winner of)\b"
    r"(?! (?:the )?(?:second|third|silver|bronze|an?\b|\d|prizes?|awards?))"
    r"(?=[^.;]{0,60}\b(?:race|contest|title|championship|competition|tournament|final|match|cup)\b))",
    re.IGNORECASE,
)
_HAN_RANK = lazy_pattern(
    rf"(?:第([{_NUMERAL}\d]{{1,3}})(?:名|位|大(?=[\u4e00-\u9fff])|强|高)"
    rf"|(?:[位名]?[居列]|排名?|[夺获]得?)[^，。；]{{0,6}}第([{_NUMERAL}\d]{{1,3}})(?![届批期次个]))"
)
_FEW = 4
"""So many sentences of each report are compared where none surely tell one thing."""
_AT_ONE = 0.34
"""So much two sentences have in common at least that surely rank one thing."""


def rank_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences of one contest or row that put one name in other places of it."""
    across = one.language != other.language
    ours, yours = _ranking(one), _ranking(other)
    found = False
    for mine, theirs in product(ours, yours):
        strength = likeness(mine, theirs, across=across)
        first, second = _placed(mine.text, theirs.text, across)
        if len(first) != 1 or len(second) != 1 or first == second:
            continue
        if across and strength < _AT_ONE and shared_names(mine.text, theirs.text) - cities():
            strength = common(one.text, other.text, across=across) - _ELSEWHERE
        if not across and len(_ranks_of(mine.text) | _ranks_of(theirs.text)) > 2:
            whole = content_in_context(mine), content_in_context(theirs)
            strength = max(
                strength, most_in_common(whole, across=across) * HALF + weight_of_ties(mine, theirs)
            )
        if strength < _AT_ONE:
            continue
        found = True
        yield _rank_doubt(mine, theirs, (first, second), strength)
    if found:
        return
    ranks = [
        frozenset(rank for each in some for rank in _ranks_of(each.text)) for some in (ours, yours)
    ]
    ours = [each for each in ours if not _ranks_of(each.text) & ranks[1]][:_FEW]
    yours = [each for each in yours if not _ranks_of(each.text) & ranks[0]][:_FEW]
    lone = len(ours) == len(yours) == 1
    for mine, theirs in product(ours, yours):
        yield from _lone_ranks(mine, theirs, bond_of(one, other), across=across, lone=lone)


def _ranking(report: Report) -> list[Statement]:
    return [each for each in statements_of(report) if _ranks_of(each.text)]


_LIKELY_RANKS = 0.4
"""Where each report ranks something but once, that is seldom of two things: of 40 such pairs that
others wrote three were."""


def _lone_ranks(
    mine: Statement, theirs: Statement, bond: float, *, across: bool, lone: bool
) -> Iterator[Doubt]:
    """The only rank of each report, or one of few, where all that is known makes likely that both
    are of one."""
    ranks = _ranks_of(mine.text), _ranks_of(theirs.text)
    if len(ranks[0]) != 1 or len(ranks[1]) != 1 or ranks[0] == ranks[1]:
        return
    texts = content_in_context(mine), content_in_context(theirs)
    names = shared_names(*texts) if across else frozenset()
    strength = (
        min(MOST_BOND, BY_BOND * bond)
        + BY_WORDS * most_in_common(texts, across=across)
        + 3 * BY_BEING_LONE * lone
        + BY_NEIGHBOUR * share_a_figure(mine, theirs)
        + BY_NEIGHBOUR * bool(names)
    )
    if strength >= _LIKELY_RANKS:
        yield _rank_doubt(mine, theirs, ranks, min(MOST_LIKELY, strength))


def _is_among_more(one: Statement, other: Statement) -> bool:
    """Whether a sentence says that a rank is one of the country or province, and nothing in the
    report of the other does."""
    text = _LOCATED.sub("", text_in_context(one))
    return any(
        among.search(text) and not named.search(other.report.text)
        for among, named in _AMONG
        if among is not _AMONG[1][0] or not names_province(other.report)
    )


_LOCATED = lazy_pattern(r",? (?:in )?[A-Z]\w+(?: [A-Z]\w+)? province\b(?=,)")
"""Where something is, which says nothing of among whom it ranks."""
_CONTEST = (
    r"(?:[^，。；]{0,12}(?:赛|运会|运动会|大会|锦标)|[- ](?:\w+[- ]){0,4}(?:games|contest"
    r"|championships?|competition|finals?|cup|league|tournament|festival)\b)"
)
"""What makes of "national" the name of a contest."""
_NATION = r"\bcountr|\bChin(?:a|ese)\b"
_NATIONAL = "国家(?=[^，。；]{0,12}(?:评[价选比]|测评|排名|榜))"
_PROVINCE = (
    r"全[省区](?!第一时间)|省内|\bprovinc|\bautonomous region"
    r"|\b(?:Inner Mongolia|Guangxi|Xizang|Tibet|Ningxia|Xinjiang)\b"
)
_AMONG = tuple(
    (lazy_pattern(among, re.IGNORECASE), lazy_pattern(named, re.IGNORECASE))
    for among, named in (
        (
            rf"全国(?!{_CONTEST})|{_NATIONAL}"
            rf"|\bnation\w*\b(?!{_CONTEST})|{_NATION}",
            rf"全国|中国|{_NATIONAL}|\bnation|{_NATION}",
        ),
        (_PROVINCE, rf"{_PROVINCE}|省[第运]"),
    )
)
"""What says that a rank is one of a country or province, and what another report says of it."""
_GROWTH = lazy_pattern(r"增[长速幅]|\bgr[eo]w|\brose\b|\bris(?:e|ing)\b|\brate\b", re.IGNORECASE)
"""By how much something grew, and how much of it there is, are two rows."""


def _rank_doubt(
    mine: Statement,
    theirs: Statement,
    ranks: tuple[frozenset[int], frozenset[int]],
    strength: float,
) -> Doubt:
    excuse = time_excuse(mine, theirs, None, None)
    if excuse is Excuse.PERIOD and "day" in (mine.period.part, theirs.period.part):
        excuse = None  # that day a contest was, which is of no one day's length
    first, second = min(ranks[0]), min(ranks[1])
    # Nobody stands better among more.
    if (first > second and _is_among_more(mine, theirs)) or (
        second > first and _is_among_more(theirs, mine)
    ):
        excuse = Excuse.SCOPE
    elif are_of_other_kinds(mine, theirs):
        excuse = Excuse.DIFFERENT
    elif bool(_GROWTH.search(mine.text)) != bool(_GROWTH.search(theirs.text)) or (
        _are_of_other_contests(mine.text, theirs.text)
    ):
        excuse = Excuse.DEFINITION
    values = str(*ranks[0]), str(*ranks[1])
    return Doubt(DoubtKind.RANK, excuse, (mine.text, theirs.text), values, strength)


_CONTESTS_APART = [
    (lazy_pattern(one, re.IGNORECASE), lazy_pattern(other, re.IGNORECASE))
    for one, other in (
        (r"团体|团队|\bteams?\b", r"个人|\bindividual|\bsingles?\b"),
        (r"(?<!子)女[子队单双]|\bwom[ae]n", r"男[子队单双]|\bm[ae]n(?:'s)?\b"),
    )
]


def _are_of_other_contests(one: str, other: str) -> bool:
    """Whether one sentence is of teams and the other of single ones, or of women and of men."""
    found = [
        [pattern.search(text) is not None for pattern in patterns]
        for patterns in _CONTESTS_APART
        for text in (one, other)
    ]
    return any(
        ours != yours and any(ours) and any(yours) and not all(ours) and not all(yours)
        for ours, yours in zip(found[::2], found[1::2], strict=True)
    )


_ELSEWHERE = 0.2
"""So much less it says where a name is shared and the contest stands in another sentence."""
_PARTS = lazy_pattern(r"[，,；;]|\b(?:while|and|with)\b")
_BEATEN = lazy_pattern(
    r"\b(?:behind|ahead of|in front of|beating|defeating|followed by) (?:[A-Z][\w'-]+ ?){1,4}"
    "|(?:仅次于|落后于?|力压|击败|战胜)[\u4e00-\u9fff]{2,6}?(?:队|省|市|(?=[，。；获夺]))"
)
"""Others beside whom somebody was placed: the rank is not theirs."""


def _placed(one: str, other: str, across: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The ranks that two sentences give to one name. Where either gives several, those of the two
    parts that have most in common."""
    one, other = _BEATEN.sub(" ", one), _BEATEN.sub(" ", other)
    ours, yours = _ranks_of(one), _ranks_of(other)
    if len(ours) == len(yours) == 1:
        return (ours, yours) if _share_a_name(one, other, across) else (frozenset(), frozenset())
    if 1 in (len(ours), len(yours)):
        many, single = (one, other) if len(yours) == 1 else (other, one)
        if (part := _part_about(many, single)) is not None:
            found = _ranks_of(part)
            return (found, yours) if many is one else (ours, found)
    parts = [[each for each in _PARTS.split(text) if _ranks_of(each)][:6] for text in (one, other)]
    pairs = [pair for pair in product(*parts) if _share_a_name(pair[0], pair[1], across)]
    if not pairs:
        return frozenset(), frozenset()
    nearest = max(pairs, key=lambda pair: common(pair[0], pair[1], across=across))
    return _ranks_of(nearest[0]), _ranks_of(nearest[1])


def _part_about(many: str, single: str) -> str | None:
    """The one part of a sentence with several ranks that names whom another sentence is about,
    None where no part or more do: Third came Zhuzhou, with 97 golds."""
    parts = [each for each in _PARTS.split(many) if _ranks_of(each)][:6]
    if len(parts) < 2:
        return None
    own = [
        words(part) - frozenset(word for each in parts if each is not part for word in words(each))
        for part in parts
    ]
    numbers = frozenset(_DIGITS.findall(single))
    shared = [
        len(some & words(single)) + 2 * len(numbers.intersection(_DIGITS.findall(part)))
        for some, part in zip(own, parts, strict=True)
    ]
    best, second = sorted(shared, reverse=True)[:2]
    return parts[shared.index(best)] if best > 2 * second else None


_DIGITS = lazy_pattern(r"(?<!第)\b\d[\d.,]*\d\b|(?<![第\d])\d\d+")


@lru_cache(maxsize=4096)
def _ranks_of(text: str) -> frozenset[int]:
    plain = simplify(text)
    found = set(_PRIZE.matching(plain))
    for match in (*_ENGLISH_RANK.finditer(plain), *_HAN_RANK.finditer(plain)):
        found.add(_nth(next(filter(None, match.groups()), "first")))
    return frozenset(found)


def _nth(written: str) -> int:
    if written.lower() in _PLACED:
        return _PLACED.index(written.lower()) + 1
    return int(re.sub(r"\D", "", written) or numeral(written))


_CAPITALISED = lazy_pattern(r"\b[A-Z][a-z]{2,}\b")


def _share_a_name(one: str, other: str, across: bool) -> bool:
    if across:
        return bool(romanised(one) & spoken(other) or romanised(other) & spoken(one))
    first, second = set(_CAPITALISED.findall(one)), set(_CAPITALISED.findall(other))
    return bool(first & second) if first or second else True
