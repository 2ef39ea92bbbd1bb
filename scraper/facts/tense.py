"""Whether a clause tells what is to come or what has happened, and which year a day without one is
of."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from enum import Enum

from hubwatch.patterns import lazy_pattern

from .patterns import either, phrases


class Tense(Enum):
    """How a sentence speaks of a day. It is likely where only another clause says so."""

    AHEAD = "ahead"
    BEHIND = "behind"
    LIKELY_AHEAD = "likely ahead"
    LIKELY_BEHIND = "likely behind"
    OPEN = "open"


_MOST_AHEAD = {Tense.BEHIND: 14, Tense.LIKELY_BEHIND: 90, Tense.OPEN: 183}
_MOST_BEHIND = {Tense.AHEAD: 10, Tense.LIKELY_AHEAD: 90, Tense.OPEN: 183}
"""So many days a day may be off and still be of the year of the publication."""


def fitting_year(
    first: tuple[int, int], last: tuple[int, int], published: date, tense: Callable[[], Tense]
) -> int:
    """The year of a day or period that is named without one, from its first month and day to its
    last. What is to come is the next such, what has happened the last one; where the words do not
    say it, the nearer one. A few days count as none: a day told as past may end tomorrow, and
    a notice may be published once more when its day has passed. `tense` is asked for others."""
    begin, end = _day_of(published.year, *first), _day_of(published.year, *last)
    if begin <= published <= end:
        return published.year
    ahead, behind = (begin - published).days, (published - end).days
    if 0 < ahead <= min(_MOST_AHEAD.values()) or 0 < behind <= min(_MOST_BEHIND.values()):
        return published.year
    if ahead > 0:
        return published.year - (ahead > _MOST_AHEAD.get(tense(), ahead))
    return published.year + (behind > _MOST_BEHIND.get(tense(), behind))


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


_TO = r"\sto(?:\s(?:be|have(?:\sbeen)?))?\s\w+"
_PROMISED = either("""
    planned promised pledged vowed agreed decided asked told urged ordered required hoped aimed
    expected intended wanted scheduled projected
""")
"""What lies ahead of what was promised may lie behind today."""
_ENGLISH = lazy_pattern(
    r"\b(?:(?P<ahead>"
    + phrases(rf"""
        (?:will|shall)(?:\s(?:not|also|only|then|still|be|have|been))*(?:\s\w+)?
        (?:may|can|cannot|must|should|would|could)(?:\s(?:not|also|only|then|still|be))*(?:\s\w+)?
        (?:is|are|has|have|needs?|plans?|aims?|hopes?|expects?|wants?|intends?){_TO}
        (?:is|are)\s(?:\w+ly\s)?(?:due|set|scheduled|expected|planned|slated|being|asked|invited|going)(?:{_TO})?
        (?:has|have)(?:\s\w+){{0,2}}\suntil
        (?:is|are)\s(?:\w+ly\s)?(?:required|open|available|likely|on\sorder)
        (?:scheduled|planned|due|set)\s(?:for|to)
        upcoming|forthcoming|opens|closes|starts|begins|ends|expires|runs|lasts|takes?\seffect
        comes?\sinto\s(?:force|effect)|effective|apply|register|submit|onwards?|deadline
    """)
    + r")|(?:is|are)\s(?:\w+ly\s)?\w+(?:ed|en|ld|ght)"
    + rf"|{_PROMISED}(?:\s\w+){{0,4}}?{_TO}|(?P<behind>"
    + either("""
        was were had did has have went came took made gave saw sold built brought spent put won
        held kept led met paid left lost sent drew became began shrank grew rose fell stood sank ran
        hit set cost
    """)
    + r"|(?!announced|reported|added|noted|stated|confirmed|estimated|indicated)"
    + r"(?!hundred|indeed|exceed|proceed|succeed|feed|breed)"
    + r"[a-z]{2,}(?<!ne)(?<!spe)(?<!see)(?<!unit)(?<!limit)(?<!relat)ed))\b"
)
_CHINESE = lazy_pattern(
    "(?P<ahead>"
    + either("""
        将(?![军近来]) 拟(?!态) 计划(?!生育) 预计 力争 争取(?!到) 有望 定于 即将 届时 须 应[当于在]
        请(?![了假求]) 可(?=[申在于到通向登享报办持凭]|前往) 明年 次年 翌年 下月 未来 截止 恕不
        起(?:正式)?(?:施行|执行|实施|实行|生效|调整|接受|受理|开始|对外|开放|启用|试行|停止|恢复)
        前(?:完成|完工|建成|提交|报送|投用|竣工|通车|办理|缴纳|上报|实现)
    """)
    + ")|(?P<behind>"
    + either("""
        已(?!经?成为) 了(?!解) 曾(?!经?理) 累计 同比 环比 以来 成功 完成 实现 达到? 增长 下降
        上升 圆满 发布[会的] 通报 宣布 抓获
    """)
    + ")"
)
_HAN_STOP = lazy_pattern("[，,；;。！？!?：:]")


def english_tense(sentence: str, start: int, end: int, clause: tuple[int, int]) -> Tense:
    """How an English sentence speaks of the day at `start` to `end`: by the verb before it in its
    clause, else by the next, else by those of the whole sentence."""
    return _tense(_ENGLISH, sentence, start, end, clause)


def chinese_tense(sentence: str, start: int, end: int) -> Tense:
    """How a Chinese sentence speaks of the day at `start` to `end`."""
    if sentence.endswith("截至", 0, start):
        return Tense.BEHIND
    stops = [stop.end() for stop in _HAN_STOP.finditer(sentence, 0, start)]
    after = _HAN_STOP.search(sentence, end + sentence.startswith(("，", ","), end))
    clause = stops[-1] if stops else 0, after.start() if after else len(sentence)
    return _tense(_CHINESE, sentence, start, end, clause)


def _tense(
    cues: re.Pattern[str], sentence: str, start: int, end: int, clause: tuple[int, int]
) -> Tense:
    before = [one for one in cues.finditer(sentence, clause[0], start) if one.lastgroup]
    if before:
        return Tense.AHEAD if before[-1]["ahead"] else Tense.BEHIND
    for one in cues.finditer(sentence, end, clause[1]):
        if one.lastgroup:
            return Tense.AHEAD if one["ahead"] else Tense.BEHIND
    for begin, stop in ((clause[1], len(sentence)), (0, clause[0])):
        for one in cues.finditer(sentence, begin, stop):
            if one.lastgroup:
                return Tense.LIKELY_AHEAD if one["ahead"] else Tense.LIKELY_BEHIND
    return Tense.OPEN
