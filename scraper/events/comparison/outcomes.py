"""Outcomes: of one thing one report says that it came to pass, the other that it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product

from hubwatch.patterns import lazy_pattern

from ..doubts import Doubt, DoubtKind, Excuse
from ..lexicon import cities
from ..named_places import named_cities_in
from ..pattern_set import PatternSet
from ..statements import (
    Report,
    Statement,
    are_of_a_row,
    name_other_days,
    shared_titles,
    statements_of,
)
from .apart import are_numbered_apart, name_other_things, share_a_thing
from .context import content_in_context
from .ties import MOST_LIKELY, SAME_SHARE, SURELY, are_tied, most_in_common, names_in_both
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
        r"如期|照常|举行|举办|召开|开[幕赛跑馆园演通]|首演|通车|投运|启用"
        r"|\b(?:held|hold|opens?|opened|begins?|began|starts?|started|launched|kick(?:s|ed) off)\b"
        r"|\bgoes? ahead\b|\bas (?:planned|scheduled)\b|\bt(?:ak|ook)e?s? place\b",
        r"取消|延期|推迟|延后|顺延|改期|暂缓|\bcancel|\bcall(?:s|ed|ing)? off\b"
        r"|\bpostponed\b|\bput off\b"
        r"|\b(?:was|were|been|is|are|be) delayed\b|\bscrapped\b",
    ),
    (
        r"受伤|死亡|遇难|\binjured\b|\bkilled\b|\bdied\b|\bdead\b|\bhurt\b",
        r"(?:无|没有|未造成|暂无)(?:人员)?(?:伤亡|受伤|死亡)"
        r"|\b(?:nobody|no one|none) (?:was|were) (?:hurt|injured|killed)"
        r"|\bno (?:casualties|injuries|deaths)\b",
    ),
    (
        r"中标|成交|竞得|摘得|\bwon (?:the |an? )?(?:[\w$€£¥.,-]+ ){0,5}?(?:contract|tender|bid)\b"
        r"|\bawarded\b|\b(?:contract|tender) (?:went|goes) to\b|\bwinning bid",
        r"流标|废标|流拍|(?:终止|重新|二次)(?:招标|采购|拍卖)|(?:未|没有)[^，。；]{0,6}(?:成交|中标|竞得)"
        r"|\bannul|\b(?:no|without) (?:valid |qualified |single )?(?:bids?|bidders?|buyers?)\b"
        r"|\b(?:not|never) (?:yet )?(?:been )?awarded\b|\bunsold\b",
    ),
    (
        r"有罪|获刑|判处|侵权成立|构成(?:侵权|犯罪|违约)|支持[^，。；]{0,8}(?:诉讼)?请求|胜诉"
        r"|\bconvicted\b|\bguilty\b|\bsentenced\b|\bliable\b|\bupheld the (?:claim|suit|complaint)",
        r"无罪|不(?:构成|成立)|未(?:构成|侵)[^，。；]{0,6}|驳回[^，。；]{0,8}(?:请求|起诉|诉求)|败诉"
        r"|\bacquitted\b|\bcleared of\b|\bnot (?:guilty|liable|infringe[d]?)\b|\binnocent\b"
        r"|\b(?:dismissed|threw out|thrown out)\b",
    ),
    (
        r"恢复(?:通行|通车|运营|运行|航行|开行|供[水电气热]|生产|上课)|复[航运工课产通]|\bresumed\b"
        r"|\breopened\b|\brestored\b|\bback (?:in service|in operation|on)\b|\brunning again\b",
        r"停[航运工课产电水]|(?:仍|继续|尚未|暂未|未能?)[^，。；]{0,6}(?:停|封闭|关闭|中断|恢复)"
        r"|\b(?:remain(?:s|ed)?|still|stays?|stayed) (?:closed|shut|suspended|cut|blocked|idle)\b"
        r"|\bnot (?:yet )?(?:been )?(?:resumed|reopened|restored)\b|\bno date [^.;,]{0,20}resum",
    ),
    (
        r"建成|竣工|完工|封顶|贯通|\bcompleted\b|\bfinished\b|\btopped out\b|\bbroke through\b",
        r"(?:未|没有|未能)[^，。；]{0,6}(?:建成|竣工|完工|封顶|贯通)|停工|烂尾|\bunfinished\b"
        r"|\b(?:not|yet to|never) (?:yet )?(?:been |be )?(?:completed?|finished)\b|\bincomplete\b",
    ),
    (
        r"当选|晋级|入选|入围|上榜|跻身|(?:被|获)(?:列入|评为|认定)|\belected\b"
        r"|\bqualified\b|\badvanced? to\b"
        r"|\b(?:was|were|is|are|be|been) (?:selected|chosen|named|included|shortlisted)\b"
        r"|\bmade (?:it onto )?the (?:short)?list\b",
        r"落选|(?:未能?|没有?能?|无缘)[^，。；]{0,6}(?:当选|晋级|决赛|出线|入选|入围|上榜|列入|评为)"
        r"|不在(?:其列|名单|入选|入围)|榜上无名|无缘(?=[^，。；]{0,12}(?:名单|榜|市|奖))"
        r"|\bnot (?:been |be )?(?:elected|selected|chosen|named|included|shortlisted|among)\b"
        r"|\bfailed to (?:qualify|advance|be (?:elected|selected|chosen|named)|make)\b"
        r"|\bmissed out\b|\bleft (?:out|off)\b|\bdrops? out of\b|\bdropped (?:out of|from)\b"
        r"|\bdid not make (?:it|the)\b",
    ),
    (
        r"签[署约订]|达成(?:一致|协议)|\bsigned\b|\bclinched\b"
        r"|\breached (?:an? )?(?:deal|agreement)\b",
        r"(?:未|没有|拒绝)[^，。；]{0,6}(?:签|达成)|破裂|告吹|终止(?:收购|合作|谈判)"
        r"|\bfell through\b|\bbroke down\b|\bwithout (?:a deal|an agreement|signing)\b"
        r"|\brefused to sign\b|\b(?:not|yet to|never) (?:yet )?(?:been )?sign(?:ed)?\b"
        r"|\bwalked away\b",
    ),
    (
        r"成功|\bsucce(?:eded|ssful|ssfully)\b|\breached orbit\b",
        r"失败|失利|未获成功|未能成功|\bfailed\b|\bfailure\b|\bunsuccessful",
    ),
    (
        r"延期|推迟|延后|顺延|改期|\bpostponed\b|\bput (?:off|back)\b|\brescheduled\b",
        r"取消|不再(?:举行|举办|召开)|停办|\bcancel|\bcall(?:s|ed|ing)? off\b|\bscrapped\b",
    ),
)
_OUTCOME = PatternSet(
    {
        (number, came): pattern
        for number, both in enumerate(_OUTCOMES)
        for came, pattern in zip((True, False), both, strict=True)
    }
)
_OPENING, _TIMING, _HARM, _COURT, _CHOICE = 1, 2, 3, 5, 8
_IN_TIME = frozenset((4, 6, 7, 9, 11))
"""What did not come to pass may do so a day later: tenders, routes, works, agreements; and what was
postponed may be cancelled."""
_AGAIN = lazy_pattern(r"恢复|重新|\breopen|\bresum|\bagain\b", re.IGNORECASE)
_MOVED_TO = lazy_pattern(
    r"(?:延期|推迟|延后|顺延|改期|改)(?:举[行办])?[^，。；]{0,6}[至到为于在]"
    r"|\b(?:postponed|put off|delayed|moved|put back|pushed back|rescheduled)\b[^.;,]{0,25}"
    r"\b(?:to|until|till|for) (?!be\b)",
    re.IGNORECASE,
)
"""A new day is named: days are compared elsewhere."""
_ONCE = lazy_pattern(
    r"曾|一度|此前|(?:延期|推迟|取消|停[航运工课产])[^，。；]{0,10}后"
    r"|\bafter (?:being|having been|(?:two|three|several|an?) )|\bhad been\b|\b(?:once|twice)\b",
    re.IGNORECASE,
)
"""What was so for a time."""
_MEANT = lazy_pattern(
    r"原[定计][^，。；]{0,20}|\b(?:was|were|is|are|had been|originally|planned|scheduled|due|set)"
    r" (?:to|for) (?:be |have been )?\w+",
    re.IGNORECASE,
)
_CLAUSE_ENDS = lazy_pattern("[,，;；:：]")
_APPEAL = lazy_pattern(
    r"二审|终审|再审|改判|上诉|抗诉|\bappeal|\bretrial\b|\boverturn", re.IGNORECASE
)
_NAMED = 0.3
"""From so much on two sentences are of one thing that a day or figure and a name tie."""
_FEW = 6
"""So many sentences of each report are compared."""


def outcome_doubts(one: Report, other: Report) -> Iterator[Doubt]:
    """Sentences that say of one thing that it came to pass, and that it did not: a plan
    approved and rejected, a tender won and annulled, where neither report says the other, too."""
    gap = days_between(one, other)
    if gap is None or gap > NEWS:
        return
    texts = one.text, other.text
    for number in range(len(_OUTCOMES)):
        if _is_of_two_times(number, *texts):
            continue
        said = _said(one, number), _said(other, number)
        for mine, theirs in product(said[0][:_FEW], said[1][:_FEW]):
            if mine[1] is theirs[1] or (kinship := _kinship(mine[0], theirs[0])) is None:
                continue
            if number == _CHOICE and _are_of_two_candidates(mine[0], theirs[0]):
                continue
            if any(
                _outcomes_in(each.text, number) != {outcome} and _kinship(each, against)
                for (_, outcome), against, sentences in (
                    (mine, theirs[0], statements_of(one)),
                    (theirs, mine[0], statements_of(other)),
                )
                for each in sentences
                if _outcomes_in(each.text, number)
            ):
                continue
            is_later = number in _IN_TIME and not mine[0].days & theirs[0].days
            excuse = Excuse.AS_OF if gap and (number == _HARM or is_later) else None
            values = _words_of(mine[0], number), _words_of(theirs[0], number)
            strength = min(MOST_LIKELY, kinship)
            yield Doubt(DoubtKind.OUTCOME, excuse, (mine[0].text, theirs[0].text), values, strength)
            break


def _is_of_two_times(number: int, one: str, other: str) -> bool:
    """Whether the words of two reports tell that both outcomes may be true, one after the other."""
    if number == _OPENING:
        return bool(_AGAIN.search(one) or _AGAIN.search(other))
    if number == _TIMING:
        return bool(_MOVED_TO.search(one) or _MOVED_TO.search(other))
    return number == _COURT and bool(_APPEAL.search(one)) is not bool(_APPEAL.search(other))


def _are_of_two_candidates(one: Statement, other: Statement) -> bool:
    """Whether two sentences of one language say of two that they were chosen, or not, or of one
    that it was chosen as something else."""
    if one.report.language != other.report.language:
        return False
    if one.report.language != "zh":
        own = (
            {name for name in _CAPITALISED.findall(each.text) if name not in against.report.text}
            for each, against in ((one, other), (other, one))
        )
        return all(own)
    for each, against in ((one, other), (other, one)):
        text, there = each.text, against.report.text
        before = text[: text.find(_words_of(each, _CHOICE))]
        who = _CLAUSE_ENDS.split(before)[-1][-_LONGEST_NAME:]
        if len(who) > 1 and not any("".join(pair) in there for pair in pairwise(who)):
            return True
    return False


_CAPITALISED = lazy_pattern(r"\b[A-Z][a-z'’-]+")
_LONGEST_NAME = 12


def _kinship(one: Statement, other: Statement) -> float | None:
    """How much two sentences have in common, None where that is too little to be of one thing."""
    across = one.report.language != other.report.language
    if name_other_days(one, other) or are_of_a_row(one, other) or name_other_things(one, other):
        return None
    if are_numbered_apart(one.text, other.text):
        return None
    places = named_cities_in(one.text), named_cities_in(other.text)
    if all(places) and not places[0] & places[1]:
        return None
    texts = content_in_context(one), content_in_context(other)
    kinship = most_in_common(texts, across=across)
    enough = SURELY
    if are_tied(one, other) or shared_titles(one.report.text, other.report.text):
        is_named = share_a_thing(one, other) or names_in_both(one, other) - cities()
        enough = _NAMED if is_named else SAME_SHARE
    return kinship if kinship >= enough else None


@lru_cache(maxsize=1024)
def _said(report: Report, number: int) -> tuple[tuple[Statement, bool], ...]:
    """The sentences that say whether something came to pass: none that says both, as it opened at
    six and closed at eight."""
    told = [(each, _outcomes_in(each.text, number)) for each in statements_of(report)]
    return tuple((each, True in outcomes) for each, outcomes in told if len(outcomes) == 1)


@lru_cache(maxsize=4096)
def _outcomes_named(text: str) -> frozenset[tuple[int, bool]]:
    return frozenset(_OUTCOME.matching(text))


def _outcomes_in(text: str, number: int) -> set[bool]:
    """Whether a sentence says that something came to pass, that it did not, or both."""
    named = _outcomes_named(text)
    if (number, False) not in named:
        return {True} if (number, True) in named else set()
    if number == _TIMING and _ONCE.search(text):
        return {True, False}
    rest = _OUTCOME[number, False].sub("\x00", text)
    if number == _TIMING:
        # What did not come to pass is named beside that: the fair, due to open, was put off.
        rest = _MEANT.sub(" ", rest)
        rest = ",".join(part for part in _CLAUSE_ENDS.split(rest) if "\x00" not in part)
    return {True, False} if _OUTCOME[number, True].search(rest) else {False}


def _words_of(statement: Statement, number: int) -> str:
    """With which words a sentence says how it came."""
    no, yes = _OUTCOME[number, False], _OUTCOME[number, True]
    found = no.search(statement.text) or yes.search(statement.text)
    return found.group() if found else ""
