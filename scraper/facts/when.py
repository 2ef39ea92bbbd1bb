"""The days that sentences name for what happens in them: dates, weekdays, yesterday, tomorrow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hubwatch.patterns import lazy_pattern
from storage.text import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, english_month

from .found import iso_day
from .numbers import parse_whole
from .patterns import either, words
from .tense import Tense, fitting_year


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day as a sentence names it, from `start` to `end`. What is not named is 0. `shift` is in
    days from the publication, `weekday` 1 to 7 from Monday with `week` as the weeks from now, or
    None where no word says which. `is_from` says that something holds from then on."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    last_month: int = 0
    last_day: int = 0
    years_on: int | None = None
    months_on: int | None = None
    shift: int | None = None
    weekday: int = 0
    week: int | None = None
    is_from: bool = False

    @property
    def is_vague(self) -> bool:
        """Whether only a month or a year is named."""
        return not self.day and self.shift is None and not self.weekday

    @property
    def is_year(self) -> bool:
        """Whether only a year is named."""
        return self.is_vague and not self.month and self.months_on is None

    def suits(self, is_launch: bool) -> bool:
        """Whether it can be the day of an event: a first day only of what is launched."""
        return is_launch or not self.is_from or bool(self.last_day)

    def resolve(self, published: date | None, tense: Tense) -> tuple[str, str]:
        """The day in ISO 8601, or the month or year, and the last one of several or nothing. Both
        are empty where it cannot be known. `tense` is that of what happens then."""
        if published is None and not self.year:
            return "", ""
        if self.shift is not None and published:
            return (published + timedelta(days=self.shift)).isoformat(), ""
        if self.months_on is not None and published:
            months = 12 * published.year + published.month - 1 + self.months_on
            return f"{months // 12}-{months % 12 + 1:02}", ""
        if self.weekday and published:
            return self._of_week(published, tense).isoformat(), ""
        if self.is_from and tense is not Tense.AHEAD and not self.last_day:
            tense = Tense.LIKELY_AHEAD
        if not self.month and self.day and published:
            return self._of_month(published, tense), ""
        year = self.year
        if not year and published:
            if self.years_on is not None:
                year = published.year + self.years_on
            else:
                first = (self.month, self.day or 1)
                last = (self.last_month or self.month, self.last_day or self.day or 28)
                year = fitting_year(
                    first, first if last < first else last, published, lambda: tense
                )
        if not self.month:
            return str(year), ""
        if not 1 <= self.month <= 12:
            return "", ""
        if not self.day:
            return f"{year}-{self.month:02}", ""
        begin = iso_day(year, self.month, self.day)
        if not (begin and self.last_day):
            return begin, ""
        month = self.last_month or self.month
        return begin, iso_day(year + (month < self.month), month, self.last_day)

    def _of_week(self, published: date, tense: Tense) -> date:
        """A day of the week. Where nothing says which, it is one before the publication or in the
        few days of its week that follow."""
        monday = published - timedelta(days=published.weekday())
        if self.week is not None:
            return monday + timedelta(days=7 * self.week + self.weekday - 1)
        away = (self.weekday - 1 - published.weekday()) % 7
        is_ahead = tense in (Tense.AHEAD, Tense.LIKELY_AHEAD) or (
            tense is Tense.OPEN and away <= _SOON and self.weekday > published.weekday() + 1
        )
        return published + timedelta(days=away if is_ahead or not away else away - 7)

    def _of_month(self, published: date, tense: Tense) -> str:
        """A day without its month: that of the publication, the one before or the next."""
        month, year = published.month, published.year
        if tense is Tense.AHEAD and self.day < published.day:
            month += 1
        elif tense is Tense.OPEN and self.day - published.day in range(_SOON + 1, _HALF_MONTH):
            pass  # the nearer one is that of the month
        elif tense is not Tense.AHEAD and self.day > published.day + _SOON:
            month -= 1
        year, month = year + (month > 12) - (month < 1), (month - 1) % 12 + 1
        return iso_day(year, month, self.day)


_SOON, _HALF_MONTH = 3, 15
"""A page may be from the eve of what it tells, dated before."""

ENGLISH_MONTH = either(r"""
    Jan(?:uary|\.)? Feb(?:ruary|\.)? Mar(?:ch|\.)? Apr(?:il|\.)? May June? July? Aug(?:ust|\.)?
    Sept?(?:ember|\.)? Oct(?:ober|\.)? Nov(?:ember|\.)? Dec(?:ember|\.)?
""")
"""A pattern for the name of a month, as sentences write it."""
_WEEKDAY = either(" ".join(ENGLISH_WEEKDAYS).title())
_TH = "(?:st|nd|rd|th)?"
_TO = r"(?:\s?[-–—]\s?|\sto\s|\sand\s|\sthrough\s)"
_YEAR = r"(?:19|20)\d\d"
ENGLISH_DAY_CUES = (
    *(name for name in ENGLISH_MONTHS if len(name) == 3),
    *ENGLISH_WEEKDAYS,
    *words("yesterday today tonight tomorrow 19 20"),
    *("this morning", "this afternoon", "this evening", "last night"),
    *(
        f"{which} {day}"
        for which in words("last next this")
        for day in (*ENGLISH_WEEKDAYS, "month")
    ),
)
"""What an English day begins with, in small letters, but for the number before its month."""
_ENGLISH = lazy_pattern(
    rf"""
      (?P<m1>{ENGLISH_MONTH})\s(?P<d1>\d{{1,2}}){_TH}(?![\d,]*\d{{3}}|%)
        (?:{_TO}(?:(?P<m1b>{ENGLISH_MONTH})\s)?(?P<d1b>\d{{1,2}}){_TH}(?![\d:]))?
        (?:,?\s(?P<y1>{_YEAR}))?\b
    | (?P<iso>{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}})\b
    | (?P<m2>{ENGLISH_MONTH})(?:,?\s(?:of\s)?(?P<y2>{_YEAR}))?\b
    | (?P<y3>{_YEAR})\b(?!\s?%|[,.]\d)
    | (?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his)\s)?(?P<weekday>{_WEEKDAY})\b(?!\sto\s{_WEEKDAY})
    | (?P<rel>[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]omorrow|[Tt]his\s(?:morning|afternoon|evening)
        |[Ll]ast\snight)\b
    | (?P<month>[Ll]ast|[Tt]his|[Nn]ext)\smonth\b
    """,
    re.VERBOSE,
)
_DAY_BEFORE = lazy_pattern(
    rf"(?<![\w.,])(?P<d2>\d{{1,2}}){_TH}(?:{_TO}(?P<d2b>\d{{1,2}}){_TH})?\s(?:of\s)?$"
)
_MONTH_AFTER = lazy_pattern(r"(?:\b[Ii]n|\bearly|\blate|\bmid|[Ll]ast|[Tt]his|[Nn]ext|^)[\s-]?$")
_IN = lazy_pattern(r"\b[Ii]n\s$")
_NOT_BEFORE = lazy_pattern(
    r"\b(?:until|till|by|before|since|as of|after|prior to|than|ending|to|through|later than"
    r"|between|compared with|deadline(?: of| is)?|due(?: on)?|every|the)\s"
    r"(?:(?:the\s)?(?:end|start|beginning|close)\sof\s)?(?:on\s)?$",
    re.IGNORECASE,
)
_FROM = lazy_pattern(
    r"\b(?:from|starting|beginning|effective|commencing)\s(?:on\s)?$", re.IGNORECASE
)
_WEEKDAY_BEFORE = lazy_pattern(rf"{_WEEKDAY},\s$")
_DATELINE = lazy_pattern(r"\s?(?:\((?:Xinhua|[A-Z][\w ]{1,30})\)|[-–—]{1,2}\s|\([A-Z]{2,})")
_MONTHS_ON = {"last": -1, "this": 0, "next": 1}
_SHIFTS = {"yesterday": -1, "last night": -1, "tomorrow": 1}


def english_days(sentence: str, cues: Sequence[int]) -> list[EventDay]:
    """The days of an English sentence where `ENGLISH_DAY_CUES` begin in it, those left out until,
    since or before which something is."""
    found: list[EventDay] = []
    for at in cues:
        if found and at < found[-1].end:
            continue
        match = _ENGLISH.match(sentence, at)
        if match is None:
            continue
        day = None
        if match["m2"]:
            day = _DAY_BEFORE.search(sentence, max(0, at - 24), at)
        start = day.start() if day else at
        left = sentence[max(0, start - 40) : start]
        is_vague_month = match["m2"] and not day
        if is_vague_month and not match["y2"] and not _MONTH_AFTER.search(left):
            continue
        if match["y3"] and not _IN.search(left):
            continue
        if weekday := _WEEKDAY_BEFORE.search(left):
            left = left[: weekday.start()]
        if (excluded := _NOT_BEFORE.search(left)) and not match["which"]:
            word = excluded.group().lower()
            is_range = bool(match["d1b"] or (day and day["d2b"]))
            if not (word == "the " and day) and not (is_range and word.startswith("between")):
                continue
        is_dateline = start < 60 and left.rstrip(", ").isupper()
        if is_dateline and _DATELINE.match(sentence, match.end()):
            continue
        if found and found[-1].weekday and 0 <= start - found[-1].end <= 3 and not is_vague_month:
            found.pop()  # a weekday beside a date says the same
        found.append(_english_day(match, day, start, bool(_FROM.search(left))))
    return found


def _english_day(
    match: re.Match[str], before: re.Match[str] | None, start: int, is_from: bool
) -> EventDay:
    end = match.end()
    if match["rel"]:
        return EventDay(start, end, shift=_SHIFTS.get(match["rel"].lower(), 0))
    if match["weekday"]:
        number = ENGLISH_WEEKDAYS.index(match["weekday"].lower()) + 1
        week = {"last": -1, "next": 1}.get((match["which"] or "").lower())
        return EventDay(start, end, weekday=number, week=week)
    if match["month"]:
        return EventDay(start, end, months_on=_MONTHS_ON[match["month"].lower()])
    if match["iso"]:
        year, month, day = map(int, re.split("[-/.]", match["iso"]))
        return EventDay(start, end, year, month, day, is_from=is_from)
    if match["y3"]:
        return EventDay(start, end, int(match["y3"]))
    named = before or {"d2": match["d1"], "d2b": match["d1b"]}
    return EventDay(
        start,
        end,
        int(match["y1"] or match["y2"] or 0),
        english_month(match["m1"] or match["m2"]),
        int(named["d2"] or 0),
        english_month(match["m1b"]) if match["m1b"] else 0,
        int(named["d2b"] or 0),
        is_from=is_from,
    )


_NUMBER = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_HAN_YEAR = "(?:(?:19|20)[0-9]{2}|二[〇零][〇零一二三四五六七八九]{2})"
_CHINESE = lazy_pattern(
    rf"""
      (?:(?P<y>{_HAN_YEAR})年|(?P<rel>去年|今年|明年|本年))?
        (?:(?P<m>{_NUMBER})月)(?:(?P<d>{_NUMBER})[日号]?
          (?:[至到—–~～-]{{1,2}}(?:(?P<m2>{_NUMBER})月)?(?P<d2>{_NUMBER})[日号])?(?<=[日号])|(?![0-9]))
    | (?P<iso>(?:19|20)[0-9]{{2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}})(?![0-9])
    | (?P<word>今[天日晚晨早]|昨[天日晚]|明[天日晚]|前[天日](?!本)|后天)
    | (?P<month>[上本下])个?月(?!底|末|初|起|内|中下|[0-9])
    | (?P<week>[上本这下])?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?![到至]|年|期|刊)
    | (?<![0-9.月一二三四五六七八九十])(?P<dd>[0-9]{{1,2}})日
        (?:[至到—–~～-]{{1,2}}(?P<dd2>[0-9]{{1,2}})日)?(?![本内均游以之夜后龄])
    | (?P<yy>{_HAN_YEAR})年(?![0-9度版级届]|以来|来)
    """,
    re.VERBOSE,
)
_NO_HAN_BEFORE = lazy_pattern(
    "(?:[比较与距]|自|从|截[至止]|不?[迟晚]于|[至到](?!了)|延[期至]|每年|历史上的)$"
)
_NO_HAN_AFTER = lazy_pattern(
    "(?:之?前(?![往后身])|以[前来]|之后|截止|止|为限|[电讯]|报道|消息|[（(]记者|的消息)"
)
_FROM_HAN = lazy_pattern("起|开始(?!前)")
_WORDS = {"今": 0, "昨": -1, "明": 1, "前": -2, "后": 2}
_HAN_WEEK = {"上": -1, "本": 0, "这": 0, "下": 1}
_HAN_MAY_NAME = lazy_pattern("[日号月年天晚周期拜晨早]|[0-9]-[0-9]")


def chinese_days(sentence: str) -> list[EventDay]:
    """The days of a Chinese sentence, those left out until, since or before which something is."""
    if not _HAN_MAY_NAME.search(sentence):
        return []
    found = []
    for match in _CHINESE.finditer(sentence):
        start, end = match.span()
        before = sentence[max(0, start - 6) : start]
        is_from = before.endswith(("自", "从")) or bool(_FROM_HAN.match(sentence, end))
        ends = bool(match["d2"] or match["dd2"])
        if _NO_HAN_AFTER.match(sentence, end) or (
            _NO_HAN_BEFORE.search(before)
            and not (before.endswith(("自", "从")) and (ends or _FROM_HAN.match(sentence, end)))
        ):
            continue
        if (
            match["yy"]
            and not (
                (not before or before[-1] in "于在，。；：\n 早")
                and sentence[end : end + 1] in "，在由，"
            )
            and not before.endswith("于")
        ):
            continue
        one = _chinese_day(match, start, end, is_from)
        if one is not None:
            found.append(one)
    return found


def _chinese_day(match: re.Match[str], start: int, end: int, is_from: bool) -> EventDay | None:
    if match["word"]:
        return EventDay(start, end, shift=_WORDS[match["word"][0]])
    if match["month"]:
        return EventDay(start, end, months_on=_HAN_WEEK[match["month"]])
    if match["wd"]:
        number = "一二三四五六日".find(match["wd"].replace("天", "日")) + 1
        week = _HAN_WEEK.get(match["week"] or "")
        return EventDay(start, end, weekday=number, week=week)
    if match["iso"]:
        year, month, day = map(int, re.split("[-/.]", match["iso"]))
        return EventDay(start, end, year, month, day, is_from=is_from)
    if match["dd"]:
        return EventDay(start, end, day=int(match["dd"]), is_from=is_from)
    if match["yy"]:
        return EventDay(start, end, parse_whole(match["yy"]))
    month, day = parse_whole(match["m"]), parse_whole(match["d"] or "0")
    if not (1 <= month <= 12 and day <= 31):
        return None
    years_on = {"去年": -1, "今年": 0, "本年": 0, "明年": 1}.get(match["rel"] or "")
    return EventDay(
        start,
        end,
        parse_whole(match["y"] or "0"),
        month,
        day,
        parse_whole(match["m2"] or "0"),
        parse_whole(match["d2"] or "0"),
        years_on,
        is_from=is_from,
    )
