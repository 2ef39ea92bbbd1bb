"""Figures in English sentences: which numbers are figures, and what they count."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.facts import Modifier
from storage.text import ENGLISH_MONTHS, english_month, runs_of

from ..relevance.finder import WordLists, lowered
from .found import FoundFigure, FoundTime, iso_day, last_day
from .numbers import (
    ANCHOR_WORDS,
    ENGLISH_WORDS,
    ORDINAL,
    SCALES,
    is_level,
    parse_digits,
    parse_english,
    parse_ordinal,
)
from .patterns import by_first, either, phrases, words
from .tense import english_tense, fitting_year
from .units import (
    CODES,
    COUNT,
    DURATIONS,
    ENGLISH,
    MONEY,
    PREFIXES,
    SHARES,
    Unit,
    WrittenUnit,
    unit_named,
)
from .when import ENGLISH_MONTH

_DIGITS = either(r"""
    \d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?:\.\d+)? \d{1,3}(?:[\x20]\d{3})+(?![\d,])
    \d+(?:\.\d+)?
""")
_WORDS = ENGLISH_WORDS.replace(" ", r"\ ")  # stands in a verbose pattern
_NUMBER = rf"(?:{_DIGITS}|\b(?i:{_WORDS})\b)"
_SCALE = (
    r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|lakh|crore|dozen)\b"
    r"|(?:mn|mln|bn|bln|tn|trn|[mkb])\b)"
)
_CURRENCY = (
    r"(?:RMB|CNY|CN¥|US\$|HK\$|USD|EUR|GBP|HKD|JPY|CHF|INR|S\$|A\$|C\$|NT\$|[¥$€£₹]"
    rf"|(?:{'|'.join(CODES)})\b)"
)


def _spellings() -> Iterator[str]:
    """Patterns for the units, the longest first of those that begin alike; short ones only as they
    are written, `kWh` in any capitals. As few patterns as can be: each takes time to compile."""
    units = sorted(ENGLISH, key=lambda unit: (unit[0].lower(), -len(unit)))
    alike = groupby(units, lambda unit: (unit[0].lower(), len(unit) > 2, unit[-1].isalpha()))
    for (_, is_long, ends_in_letter), some in alike:
        spelt = [re.escape(unit).replace(r"\ ", "[ -]") for unit in some]
        tail = "(?![A-Za-z])" if ends_in_letter else ""
        if is_long:
            yield f"(?i:{'|'.join(spelt)}){tail}"
        else:
            yield from (one + tail for one in spelt)


_UNIT = by_first(_spellings())
_YEAR = r"(?:19|20)\d\d"
_DASH = "(?:-|–|—|‑|−)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_ROAD = (
    rf"{either('Road Rd Street St Avenue Ave Lane Boulevard Square Drive Building Floor Place')}\b"
)
_NUMBERED_WORDS = words("""
    line article chapter section phase level grade class room page figure table annex rule route
    flight train gate platform highway expressway step stage part paragraph item clause type
    version volume issue series unit building block zone terminal berth directive regulation
    decision case resolution category tier typhoon model group round session appendix form
    document schedule order bulletin circular act apollo shenzhou tiangong lot file tender notice
    permit licence batch
""")
_NUMBERED = by_first(_NUMBERED_WORDS)
_DONE_TO = (
    "(?:"
    + "|".join(rf"(?<=\b{word}\s)" for word in words("to will would can could must should and"))
    + r")(?:train|issue|stage|order|document|schedule|group|form|grade|model|clause|type)\s"
    r"\d[\d,.]*\s(?!percent\b)[a-z]"
)
"""Verbs with what they do something to so many of: to train 50 doctors, will issue 30 permits."""
_PLACED_WORDS = words("""
    hall pier court track dock wharf pavilion furnace reactor workshop ward booth stall kiosk
    counter window desk seat locker aisle suite apartment extension bus
""")
_PLACED = "|".join(_PLACED_WORDS)
_STANDARDS = "ISO|IEC|EN|DIN|IEEE|ASTM|GB(?:/T)?"
_PAGED = "[Vv]ols?|[Pp]p|[Pp]|Figs?|Tab|Ch|[Ee]xt|[Aa]pt"
_SEASONS = "season|school|academic|fiscal|financial|crop|marketing|heating|winter|term|league"
_CALL_WORDS = words("tel phone telephone hotline fax call dial")
_CALL = f"(?:{'|'.join(_CALL_WORDS)})"
_CLASSED_WORDS = words("day week round year step chapter phase part stage line grade class level")
_CLASSED = f"(?:{'|'.join(_CLASSED_WORDS)})"
_SMALL_WORDS = words("one two three four five six seven eight nine ten")
_SMALL = f"(?:{'|'.join(_SMALL_WORDS)})"
_HOUR = f"(?i:{_SMALL}|eleven|twelve)"
_NAMED = either(r"""
    G Group\ of Top Fortune Forbes Windows Boeing Airbus Agenda Horizon Vision Industry Web COVID
    Covid Project Program Plan
""")
_ROSE_TO_WORDS = words("""
    rank ranks ranked ranking came comes coming place placed places finish finishes finished
    finishing took takes taking won wins jumped climbed climbs rose moved moves stood stands listed
    secured dropped fell slipped claimed advanced
""")
_ROSE_TO = by_first(_ROSE_TO_WORDS)
_NO_RANK = phrases(rf"""
    time|year|day|half|quarter|of\s{ENGLISH_MONTH}|batch|list|session|phase|stage|round|steps?|edition|
    generation|floor|storey|grade|century
""")
_BEFORE_YEAR = "|".join(
    rf"(?<=\b{lead}\s)"
    for lead in words(r"""
        [Ii]n [Bb]y [Oo]f [Ss]ince [Uu]ntil [Ff]rom to [Ff]or [Dd]uring than [Ee]arly [Ll]ate
        [Tt]hroughout [Bb]efore [Aa]fter [Yy]ear [Tt]he [Ff]iscal [Ww]ith [Bb]etween and over its
        [Ee]nd
    """)
)
_NO_YEAR = r"(?![,.]\d|\s?%|\s(?:percent|million|billion|km|meters|tonnes|tons|yuan)\b)"
_PERIOD = phrases(r"""
    the\s(?:start|beginning|end)\sof\s(?:the\s)?|end-?\s?(?:of-)?
    (?:the\s)?(?:first|second)\s(?:half|quarter)\s(?:of\s)?(?:the\s)?
    (?:the\s)?(?:third|fourth)\squarter\s(?:of\s)?
    (?:the\s)?first\s(?:two|three|four|five|six|seven|eight|nine|ten|eleven|\d{1,2})\s(?:months|quarters)\s(?:of\s)?
""")

_PART_ENDS = (
    r"[,.;)]|$|\s(?:on|in|from|to|over|year|last|since|compared|after|within|during|this|and|but|as)"
    r"\b"
)
_FOLDED = (
    r"(?:doubled|tripled|trebled|quadrupled|halved)\b(?!\s(?:efforts|down|up|back|over)\b)"
    r"|(?:(?<=\bto\s)|(?<=\bwill\s)|(?<=\bwould\s)|(?<=\bnearly\s)|(?<=\balmost\s)|(?<=\bthan\s))"
    r"(?:double|triple|treble|quadruple|halve)\b(?!\s(?:down|up|back|over|check)\b|-)"
    r"|double(?=\s(?:the|that|those|last)\b)"
)

_TOKEN = lazy_pattern(
    rf"""(?<![A-Za-z0-9])(?:
    (?P<skip>
        https?://\S{{1,300}} | [\w.+-]{{1,64}}+@[\w.-]{{1,100}}
      | \+?\d{{2,4}}(?:[\ -]\d{{2,4}}){{2,5}}(?![\d,]) (?<!\ \d{{3}}\ \d{{3}})
      | (?=\d)(?:
            \d{{1,2}}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?
          | \d{{1,2}}(?:\s?{_DASH}\s?\d{{1,2}})?\s?(?:[ap]\.?m\b\.?|o['’]clock)
          | 0\d{{2,3}}{_DASH}\d{{5,8}}\b | 1[3-9]\d{{9}}\b
          | \d{{5}}\ (?:hotline|service\ line)
          | \d{{1,5}},?\ (?:[A-Z][\w'’]*\ ){{0,3}}{_ROAD}
          | \d+(?:\.\d+)?(?:[A-HJ-LN-Z](?![A-Za-z$])|x\b)\w*
          | \d+(?:st|nd|rd|th)\b(?!\ (?:place|in\ |among|nationwide|nationally|worldwide|globally))
            (?:\ (?:and|to)\ \d+(?:st|nd|rd|th))?
          | {_YEAR}{_DASH}\d\d(?=\s(?:{_SEASONS})\b)
          | \d{{4}}s\b | [12]\d{{3}}\ (?:BCE?|AD|CE)\b
        )
      | (?=[A-Za-z])(?:
            (?i:{_CALL})(?:\.|:|\ at|\ number|\ on)?:?\s?\+?\d[\d\ -]{{3,20}}
          | (?:(?:Nos?|no|Art|Reg|Sec|{_PAGED})\.\s?|(?:Nos?|[Nn]umber)\s)\d[\w/.–-]*
            (?!\s(?:in|nationwide|among|place)\b)
          | (?!{_DONE_TO})(?i:{_NUMBERED})s?\ (?:[Nn]o\.?\ ?|[Nn]umber\ )?(?!\d{{1,3}},\d{{3}}\b)
            (?:[A-Z]+[-/]?)?(?:\d[\w/.:-]*|[IVX]+\b)(?:\([\da-z]{{1,4}}\)){{0,3}}
        (?:(?:\ and|,|\ to|\ or)\ \d{{1,3}}\b(?=[\s,.;)])(?!\ (?:percent|million|[a-z]+s)\b))*
      | (?i:{_PLACED})\ \d{{1,5}}\b(?!\ (?:[a-z-]+s|people|percent|km|m)\b|[,.]\d|%)
      | (?:P\.?\s?O\.?\ Box|{_STANDARDS})\ \d{{1,6}}\b
      | (?!{_CURRENCY})[A-Z][A-Za-z/-]{{0,40}}\d[\w./-]{{0,40}} | [a-z]{{1,40}}-\d+\b
      | {_NAMED}\s?{_DASH}?\s?\d[\d.]*\b(?!\s?(?:percent|%|million|billion))
          | (?:one|two|three)-(?:way|sided|fold|stop|off|third|thirds|time|on)\b
      | (?i:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:{ORDINAL})\b
      | (?i:one)\ (?:of|another|day|hand|by|after|who|that|step|time|side|more|way|thing)\b
      | (?:no|any|every|some|each|this|that|another|new|only|the|first|last|next|old)\ ones?\b
          | (?i:{_CLASSED})\ {_SMALL}\b
          | {_HOUR}\ o['’]clock(?:\ (?:to|until|till|and)\ {_HOUR}\b)?
        )
      | \(\d{{4}}\)\s?(?:No\.?\s?)?\d{{1,5}}
    )
  | (?P<rank>
        (?i:{_ROSE_TO})\s(?:up\s|down\s)?(?:\w{{1,8}}\s(?:places|spots|positions|ranks),?\s)?
        (?:from\s(?:the\s)?\w+\s(?:place\s)?)?(?:to\s|as\s|in\s|at\s)?(?:the\s)?
        (?:[Nn]o\.?\s?|number\s)?
        (?P<r>{ORDINAL}|\d{{1,4}}(?:st|nd|rd|th)
          |(?:(?<=[Nn]o\.\s)|(?<=[Nn]o\.)|(?<=number\s))\d{{1,4}})
        (?:[ -]place)?\b(?!\s{_NO_RANK})
      | (?<=\bthe\s)(?P<rs>{ORDINAL}|\d{{1,2}}(?:nd|rd|th))[ -]
        (?=(?:high|large|bigg|long|low|small|busi|fast|old|rich|tall)(?:e?st|iest)\b)[a-z]+
      | (?<=[ia]s\s)(?P<ra>\d{{1,4}}(?:st|nd|rd|th))(?=\s(?:in|among|of|nationwide|worldwide)\b)
      | (?P<rw>\d{{1,4}}(?:st|nd|rd|th))(?=\s(?:nationwide|nationally|worldwide|globally)\b)
      | (?<=\bin\s)(?P<rp>{ORDINAL}|\d{{1,4}}(?:st|nd|rd|th))(?=\splace)
      | [Nn]o\.?\s?(?P<rn>\d{{1,4}})(?=\s(?:in|nationwide|among|place)\b)
    )
  | (?P<date>
        (?P<y1>{_YEAR})\s?(?:{_DASH}|\sto\s)\s?(?P<y2>{_YEAR})\b
      | (?P<m1>{ENGLISH_MONTH})\s(?P<d1>{_DAY})
        (?:\s?(?:{_DASH}|to|and|or)\s?(?:(?P<m1b>{ENGLISH_MONTH})\s)?(?P<d1b>{_DAY})(?![\d,.]?\d))?
        (?:,?\s(?P<my>{_YEAR}))?\b(?![,.]?\d)
      | (?P<d2>{_DAY})(?:\s?(?:{_DASH}|to|and)\s?(?P<d2b>{_DAY}))?\s(?:of\s)?(?P<m2>{ENGLISH_MONTH})
        (?:,?\s(?P<dy>{_YEAR}))?\b
      | (?P<qual>{_PERIOD})
        (?:(?P<m4>{ENGLISH_MONTH})(?:\s(?P<y4>{_YEAR}))?|(?P<y5>{_YEAR})
          |(?P<rel5>(?:(?:this|last|next)\s)?year))
        \b(?!\s?(?:percent|%)|,\d)
      | (?:the\s)?(?P<qual2>first\s(?:\d{{1,2}}|[a-z]{{3,6}})\s(?:months|quarters)
          |(?:first|second|third|fourth)\squarter|(?:first|second)\shalf(?=[,.;]|\sof\sthis))\b
      | (?P<m6>{ENGLISH_MONTH})\s?(?:to|{_DASH}|through|until)\s?(?P<m7>{ENGLISH_MONTH})
        (?:\s(?:of\s)?(?P<y7>{_YEAR}))?\b
      | (?P<m3>{ENGLISH_MONTH}),?\s(?P<my3>{_YEAR})\b
      | (?:(?<=[Ii]n\s)|(?<=[Bb]y\s)|(?<=[Uu]ntil\s)|(?<=[Ff]rom\s)|(?<=[Ss]tarting\s))
        (?P<m8>{ENGLISH_MONTH})\b(?!\s\d)
      | (?P<iso>{_YEAR}[/.-]\d{{1,2}}[/.-]\d{{1,2}})\b
      | (?P<rel>(?:[Tt]his|[Ll]ast|[Nn]ext)\syear)\b
      | (?={_YEAR}\b)(?:{_BEFORE_YEAR}|(?<=\bmid-)|(?<=\bend-)|(?<=\()|^)(?P<yy>{_YEAR})\b{_NO_YEAR}
    )
  | (?P<part>
        (?i:(?P<px>{_SMALL}|\d{{1,3}})\s(?:in|out\sof)\s(?:every\s)?
          (?P<py>{_SMALL}|(?!{_YEAR}\b)\d{{1,4}})\b(?=\s[a-z]))
      | (?i:(?P<fx>a|one|two|three|four)[ -](?P<fy>half|third|quarter|fifth|tenth)s?)\b
        (?=\s(?:of|the|more|less|fewer|higher|lower)\b|(?P<fz>{_PART_ENDS}))
      | (?i:half)(?=\s(?:of|the|its|their|all|are|were|have|had)\b|(?P<hz>{_PART_ENDS}))
      | (?i:every\ (?P<ev>second|third|fourth|fifth|tenth))
        (?=\ (?:household|family|resident|person|adult|child|pupil|student|woman|man|worker|farmer
          |company|firm|business|car|home|house|village|visitor|patient|job|employee)\b)
      | (?i:(?P<fold>{_FOLDED}))
    )
  | (?P<figure>
        (?:(?P<cur>{_CURRENCY})\s?)?(?P<minus>(?<![\w.)])[-−](?=\d)|minus\s)?
        (?P<n1>{_NUMBER})(?P<s1>{_SCALE})?(?:(?P<join1>[ -]?)(?P<u1>{_UNIT}))?
        (?:\s?(?P<dash>{_DASH}|to|and|or)\s?
           (?:(?P<cur2>{_CURRENCY})\s?)?(?P<n2>{_NUMBER})(?P<s2>{_SCALE})?
           (?:(?P<join2>[ -]?)(?P<u2>{_UNIT}))?
        )?\+?
    ))
    """,
    re.VERBOSE,
)

# Where a token can be: at an anchor, which each has, or at what leads up to one

_DIGIT_RUN = runs_of("0-9")
_FOLDS = {"double": 2.0, "triple": 3.0, "treble": 3.0, "quadruple": 4.0, "halve": 0.5}
_ANCHORS = WordLists(
    (*ANCHOR_WORDS, *(fold + ending for fold in _FOLDS for ending in ("", "d"))),
    (*ENGLISH_MONTHS, *(f"{which} year" for which in ("this", "last", "next"))),
)
_OPENERS = (
    *("http", "no.", "nos.", "no ", "art.", "reg.", "sec.", "minus ", "number ", "g "),
    *("g-", "g–", "g—"),
    *words("group top fortune forbes windows boeing airbus agenda horizon vision industry web"),
    *words("covid project program plan"),
    *_CALL_WORDS,
    *(f"{word} " for word in _PLACED_WORDS),
    *(f"{word}." for word in words("vol vols pp p fig tab ch ext apt")),
    *words("p.o po iso iec en din ieee astm gb"),
    *(f"{word}{ending}" for word in _NUMBERED_WORDS for ending in (" ", "s ")),
    *(
        f"{word} one"
        for word in words("""
            no any every some each this that another new only the first last next old
        """)
    ),
    *(f"{word} {number}" for word in _CLASSED_WORDS for number in _SMALL_WORDS),
    *(f"{word} " for word in _ROSE_TO_WORDS),
    *(f"the {word}" for word in words("start beginning end first second third fourth")),
    "end ",
    *(f"every {word}" for word in words("second third fourth fifth tenth")),
    *(f"a {word}" for word in words("half third quarter fifth tenth hundred thousand million")),
    *("a billion", "a trillion", "a dozen", "an dozen"),
    *(
        f"{currency} "
        for currency in (
            *map(str.lower, CODES),
            *words("rmb cny cn¥ us$ hk$ usd eur gbp hkd jpy chf inr s$ a$ c$ nt$ ¥ $ € £ ₹"),
        )
    ),
)  # fmt: skip
"""What a token begins with that begins neither at its anchor nor in what is joined to that."""
_ALNUM = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_REACH, _AHEAD = 48, 160


class Anchors:
    """The digits, numerals and months of a text: where figures and dates can be."""

    def __init__(self, text: str) -> None:
        self.low = lowered(text)
        """The text in small letters."""
        found = _ANCHORS.full_words(self.low)
        self._counting = [start for start, _, kind in found if kind == 0]
        self._all = [(start, end) for start, end, _ in found]
        digits = [one.span() for one in _DIGIT_RUN.finditer(text)]
        if digits:
            self._counting = sorted(self._counting + [start for start, _ in digits])
            self._all = sorted(self._all + digits)

        self._counting.append(len(text))

    def counting_from(self, place: int) -> int:
        """Where the next number in digits or English words begins, else the end of the text."""
        return self._counting[bisect_left(self._counting, place)]

    @cached_property
    def _cues(self) -> tuple[list[int], ...]:
        return _CUES.starts(self.low)

    def cues_within(self, begin: int, end: int) -> tuple[list[int], ...]:
        """Where the words of each list of `_CUES` begin in a stretch of the text, counted from its
        beginning."""
        inside = []
        for found in self._cues:
            first = bisect_left(found, begin)
            last = bisect_left(found, end, first)
            inside.append([at - begin for at in found[first:last]] if first < last else [])
        return tuple(inside)

    def within(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Where those in a stretch of the text stand, counted from its beginning."""
        first = bisect_left(self._all, (begin, 0))
        last = bisect_left(self._all, (end, 0), first)
        return [(one - begin, other - begin) for one, other in self._all[first:last]]


def _tokens(
    sentence: str, anchors: Sequence[tuple[int, int]], openers: Sequence[int]
) -> Iterator[re.Match[str]]:
    """The tokens of a sentence, one after the other."""
    place = 0
    for start, end in anchors:
        while start >= place:
            match = _token_near(sentence, start, max(place, start - _REACH), openers)
            if match is None:
                place = end
                break
            yield match
            place = max(match.end(), place + 1)


def _token_near(
    sentence: str, start: int, floor: int, openers: Sequence[int]
) -> re.Match[str] | None:
    """The first token that begins between `floor` and an anchor."""
    stop = min(len(sentence), start + _AHEAD)
    joined = start
    while joined > floor and not sentence[joined - 1].isspace():
        joined -= 1
    for at in openers[bisect_left(openers, floor) : bisect_left(openers, joined)]:
        if match := _TOKEN.match(sentence, at, stop):
            return match
    for at in range(joined, start + 1):
        if (not at or sentence[at - 1] not in _ALNUM) and (
            match := _TOKEN.match(sentence, at, stop)
        ):
            return match
    return None


# How a figure is meant


def _pattern(before: str, found: str, behind: str) -> re.Pattern[str]:
    return re.compile(before + found + behind, re.IGNORECASE)


_WEAK = r"\s*(?:the |an? |a total of |some |about )?$"
_TARGET = _pattern(
    r"\b",
    phrases("""
        will|would|shall|plans?|planned to|planning|aims?|aiming|targets?|goal|expects?|expected
        (?-i:hopes?)|wants?|intends?|pledge[sd]?|projected|promise[sd]?|seeks?|vow(?:s|ed)?
        (?:is|are) to|(?:is|are|was|were) (?:also )?(?:to|set to|due to|scheduled|forecast)
        (?:is|are|was|were) (?:also )?(?:slated|going to|likely)
    """),
    r"\b",
)
_OVER = _pattern(
    r"\b",
    phrases("""
        more than|over|above|exceed(?:s|ed|ing)?|upwards of|in excess of
        surpass(?:es|ed|ing)?|topp?(?:s|ed|ing)?
        beyond|greater than|passed|crossed|(?:passed|crossed|broke) the (?:mark|threshold) of
        older than|larger than|longer than|higher than
    """),
    _WEAK,
)
_AT_LEAST = _pattern(
    r"\b",
    phrases("""
        at least|(?:no|not) (?:fewer|less|lower|shorter|smaller|younger|earlier) than
        a minimum of|minimum of|minimum|(?:greater|more|larger|higher) than or equal to
    """),
    _WEAK,
)
_UNDER = _pattern(
    r"\b",
    phrases("""
        nearly|almost|(?:less|fewer|lower|shorter|smaller|younger) than|under|below|close to
        approaching|short of
    """),
    _WEAK,
)
_AT_MOST = _pattern(
    r"\b",
    phrases("""
        (?:no|not) (?:more|longer|higher|later|larger|older) than|(?<!add )(?<!adds )up to|at most
        a maximum of|maximum of|not exceed(?:ing)?|as (?:many|much) as|capped at|a cap of
        (?:limited|restricted) to
        (?:no|not|nor|never) [^.;,]{1,40} (?:more|longer|higher) than
        (?:less|fewer|smaller|lower) than or equal to
    """),
    _WEAK,
)
_ABOUT = _pattern(
    r"\b",
    phrases(r"""
        about|around|some|roughly|approximately|circa|an estimated|estimated(?: at)?|approx\.?
        in the region of
    """),
    r"\s*(?:the |an? |a total of )?$|[~≈]$",
)
_AT_LEAST_RIGHT = lazy_pattern(r"\s?(?:\+|(?:or|and) (?:more|above|over|older|longer)\b|plus\b)")
_AT_MOST_RIGHT = lazy_pattern(r"\s?(?:(?:or|and) (?:less|fewer|below|under|younger)\b|at most\b)")
_ABOUT_RIGHT = lazy_pattern(r"\s?(?:\w+ )?or so\b")
_CUMULATIVE = _pattern(
    r"\b", phrases("so far|to date|cumulative(?:ly)?|since|in total|accumulated|altogether"), r"\b"
)

_UP_WORDS = """
    rose rise[sn]? rising grew grow(?:s|n|ing)? increas(?:e|es|ed|ing) climb(?:s|ed|ing)?
    jump(?:s|ed|ing)? surg(?:e|es|ed|ing) gain(?:s|ed|ing)? expand(?:s|ed|ing)? up
    soar(?:s|ed|ing)? higher added lifted raised advanced growth accelerated improved swelled
"""
_UP = either(_UP_WORDS)
_DOWN_WORDS = r"""
    fell fall(?:s|en|ing)? dropp?(?:s|ed|ing)? declin(?:e|es|ed|ing) decreas(?:e|es|ed|ing) down
    reduc(?:e|es|ed|ing|tion) shrank shrunk shrinks? cut(?:s|ting)? slid slip(?:s|ped)?
    lower(?:s|ed|ing)? plung(?:e|ed) contract(?:ed|ing|s(?=\sby)) sank lost
    slump(?:ed|s)? dipp?(?:ed|s) eased
"""
_DOWN = either(_DOWN_WORDS)
_BETWEEN_WORDS = words("""
    by of some about around nearly almost over more than roughly at least another an as much only
    just a up approximately the average
""")
_BETWEEN = f"(?:{'|'.join(_BETWEEN_WORDS)})"
_NO_CHANGE = rf"(?!(?:{_UP}|{_DOWN})\b(?<!growth)(?<!gains)(?<!gain)(?<!higher)(?<!lower))[a-z]+"
"""A word that may stand between a change and its figure: the nearest change tells which it is, but
growth may be cut."""
_CHANGE = lazy_pattern(
    rf"\b(?:(?P<down>{_DOWN})|(?P<up>{_UP}))"
    rf"(?:\s(?:[a-z]+ly|further|again|costs?|prices?|{_NO_CHANGE}(?:\s{_NO_CHANGE}){{0,4}}(?=\sby)))?"
    rf"(?:\s{_BETWEEN})*\s*$",
    re.IGNORECASE,
)
_CHANGE_WORD = lazy_pattern(f"{_UP}|{_DOWN}")
_AGENT = lazy_pattern(
    r"\s(?:[a-z]{1,20}ed|won|made|seen|paid|run|held|led|taken|given)\sby\b", re.I
)
"""By whom something was done, which is not by how much it changed."""
_CHANGE_NOUN = either("increase decrease decline rise growth drop reduction fall jump gain")
_LESS_WORDS = words("""
    less fewer lower shorter down decline decrease drop fall reduction cut cheaper slower smaller
""")
_MORE_WORDS = words("""
    more higher longer up increase growth rise jump gain faster larger bigger surge expansion
""")
_LESS, _MORE = by_first(_LESS_WORDS), by_first(_MORE_WORDS)
_CHANGE_RIGHT = lazy_pattern(
    r"\s?(?:(?!(?:for|with|to|in|and|from|of|by|at|on)\b)[a-z]+\s){0,2}?"
    rf"(?:(?P<down>{_LESS})|(?P<up>{_MORE}))\b"
    r"(?:\s(?P<than>than|from|on|over|in|year|compared|against|a year)\b)?",
    re.IGNORECASE,
)
_AGAINST = _pattern(
    r"\s?",
    phrases("""
        (?:year|month)[- ](?:on|over)[- ](?:year|month)|annually|on the year|compared (?:with|to)
        from (?:a|the) (?:year|month) (?:earlier|ago|before)|from the (?:same|previous)
        (?:more|fewer|less) than (?:a|the|in|at)(?= )
    """),
    "",
)
_ABOUT_SO = phrases("""
    about|around|some|nearly|over|more than|almost|just|a record|a total of|roughly|under|below
""")
_BARE_CHANGE = lazy_pattern(r"[,;(]\s?(?:up|down)\s(?:\w+\s){0,2}$")
_LEVEL = _pattern(r"\b(?:to|at|from|of|reach(?:ed|ing)?|with)\s", rf"(?:{_ABOUT_SO} )*", "$")
_FROM = _pattern(
    rf"\b(?:{_UP}|{_DOWN}|went|changed|moved|shortened|widened|extended|brought|took)\b",
    r"[^.;]{0,30}\bfrom\s(?:about |around |nearly |over )?",
    "$",
)
_LIMIT = _pattern(
    r"\b",
    phrases(r"""
        until|till|deadline(?: for [\w ]{1,40})?(?: (?:is|was|of|on|:))?|(?:no|not) later than
        before|by|close[sd]?(?: on| at)?|ends?(?: on)?|expires?(?: on)?|due(?: on| by)?|through
        up to|latest(?: on)?|runs? (?:until|to|through)|by midnight(?: on)?|extended to|end date:?
    """),
    r"\s(?:(?:\d{1,2}(?::\d\d)?\s?(?:[ap]\.?m\.?|o'clock)|noon|midnight|the|end|of|on|\w+day,?)\s)*$",
)
_APPLYING = lazy_pattern(r"\b(?:appl(?:y|ications?)|regist(?:er|ration)|submi\w+|open)\b", re.I)
_ADDED = lazy_pattern(r"[^,;]{0,12},\s(?:\w+\s){1,5}|[^,;]{0,50},?\s\(?(?:up|down)\s(?:\w+\s){0,2}")
_MADE_UP = lazy_pattern(r"\b(?:made|makes?|making|sets?|adds?|took|takes?) up\s(?:\w+\s){0,2}$")
_BY_ALONE = lazy_pattern(r"\b(?:and|or|,) (?:[a-z]{1,20} ){0,3}by\s$")
_SURE_LIMIT = lazy_pattern("deadline|due|expire|no|latest", re.IGNORECASE)
_WEAK_LIMIT = lazy_pattern("(?:before|through|ends?|up)", re.IGNORECASE)

# Numbers that are no figures, by what stands beside them

_COMPOUND = lazy_pattern(r"[-–][A-Za-z]")
_COUNTED_COMPOUND = lazy_pattern(
    r"-(bed|seat|room|member|student|pupil|place|berth|space|household|apartment|strong|passenger"
    r"|spectator|person|people|vehicle|car|ship|vessel|turbine|classroom|store|stall|booth|page"
    r"|tree|guest|worker|player|item|piece|ward|plus|odd)\b(?!-)"
)
"""What a number before a hyphen counts: a 600-bed hospital, 2,000-odd people."""
_AGE_RIGHT = lazy_pattern(r"[- ]?(?:year|month|day)s?[- ]old", re.IGNORECASE)
_AGE_LEFT = lazy_pattern(r"\b(?:aged?|ages|under|over)\s$", re.IGNORECASE)
_AGED = lazy_pattern(
    r"\b(?:who|he|she) (?:is|was)\s$|[A-Z][a-z]+, $"
    r"|\b(?:young|old|eld)est\b[^.;,]{0,40}\s(?:is|was)\s$"
)
_AGO = lazy_pattern(r"\s(?:ago|later|earlier|before that)\b")
_LAST_HOUR = 24
_AT = r"(?:at|by|from|until|till|before|after|around|between|since)\s(?:(?:about|around)\s)?"
_HOURS = rf"(?:(?:\d{{1,2}}|{_SMALL}|eleven|twelve|noon|midnight)\s(?:to|and|until|till)\s)?"
_OPENS = phrases("""
    opens?|opened|opening|closes?|closed|closing|starts?|started|starting|begins?|began|beginning
    ends?|ended|ending|finish(?:es|ed)?|leaves?|left|arrives?|arrived|departs?|departed|meets?|met
    gathers?|gathered|shuts?|resumes?|resumed|stops?|stopped|works?|worked|hours|(?:Mon|Tues)days?
    (?:Wednes|Thurs|Fri|Satur|Sun)days?|(?:every|each) (?:day|morning|evening|night)|daily
    weekdays|weekends
""")
_CLOCK_LEFT = lazy_pattern(rf"\b(?:{_OPENS})\s(?:\w+\s){{0,2}}?{_AT}{_HOURS}$", re.IGNORECASE)
_AT_LEFT = lazy_pattern(rf"\b{_AT}{_HOURS}$", re.IGNORECASE)
_IN_DAY_RIGHT = lazy_pattern(r"\s(?:in the (?:morning|afternoon|evening)|at night|sharp)\b")
_CLOCK_RIGHT = lazy_pattern(
    r"\s?(?:[.,;:!?)–—-](?!\d)|$)|\s(?:"
    + phrases("""
        and|or|to|until|till|in the (?:morning|afternoon|evening)|at night|on|because|every|each
        sharp|local|this|today|tomorrow|tonight|daily|when|so|but|with|for|as|while
    """)
    + r")\b"
)
_SINGLE_RIGHT = lazy_pattern(r"\s(?:before|after|when|of|at)\b")
_PLURAL_RIGHT = lazy_pattern(r"\s[a-z-]+s\b")

# What a figure counts: words that end a noun phrase

_STOPS = frozenset(
    words("""
        in at by to from for on with that who which whose and or but since as during after before
        this last next under over within while when where because so if than through across among
        between into via per until against was were is are be been being has have had will would
        can could may might must should do does did also not now still already said says compared
        including versus up down worth totaling totalling valued yesterday today tomorrow there
        here alone only each apiece instead respectively worldwide nationwide altogether total
        year-on-year
        month-on-month
    """)
)
_VERBS = frozenset(
    words("""
        is are was were be been have has had will would can could may might must should do does
        did rose fell grew reached reaches hit hits stood stands stand totals totaled totalled
        amount amounts amounted made make makes took take takes came come comes went go goes got
        get gets gave give gives set sets saw see sees sold sell sells built build builds brought
        bring brings spent spend spends put puts costs won win wins held hold holds kept keep
        keeps led lead met meet meets paid pay pays left leave leaves lost lose loses sent send
        sends drew draw draws became become becomes began begin begins shrank sank rise rises fall
        falls grow grows covers serve serves receive receives attract attracts employ employs
        opens starts begins ends runs lasts expires bears produce produces offer offers include
        includes exceed exceeds need wants want aim aims
        expect expects provide provides account contain contains carry carries create creates
        remain remains show shows says say said told tell found find finds spans stretch stretches
        weigh weighs lasts climbed dropped topped passed handled moved signed opened closed helped
        issued granted received treated trained surged jumped slipped edged slid swelled soared
        plunged operate operates connect connects generate generates boast boasts comprise
        comprises consist consists dealt sought caught taught thought bought fought broke chose
        drove flew wrote spoke swam sang rang heard range ranges close closes sat sit sits cost
    """)
)
_NOT_BEHIND_NOUNS = frozenset(
    words("cost lead stand fall rise offer draw set need account hit win")
)
_ADJECTIVES = frozenset(
    words("""
        united limited related advanced registered used affected listed designated required red
        need bed speed seed feed weed breed indeed shed hundred certified licensed combined
        so-called estimated planned proposed
    """)
)
_PRONOUNS = frozenset(
    words("it they he she we this these those that there who which its their i you")
)
_ARTICLES = frozenset(
    words("""
        the a an its their his her our this these those some all another any such no each every
        about around
    """)
)
_PREPOSITIONS = frozenset(
    words("""
        in at by on from under during since for of with within after before until as through over
        between across among despite according thanks to
    """)
)
_COUNTED = frozenset(words("two three four five six seven eight nine ten dozen hundred"))
_FURTHER = frozenset(words("more other further additional different separate"))
_DIMENSIONS = frozenset(words("total length area size width height diameter weight"))
_EMPTY = frozenset(
    words("""
        total average maximum minimum sum mark record end height length rate speed range distance
        period depth cost price level capacity value
    """)
)
_WORD = lazy_pattern(r"[A-Za-z][A-Za-z'’&./-]*|\d[\d,.]*|[,;:()“”\"—–]")
_OF_THEM = lazy_pattern(
    r"\s?of (?:it|them|these|those|whom|which),?\s(?P<be>(?:are|were|was|is|have been|had been)\s)?"
)
_OF_ALL = lazy_pattern(r"\s?of (?:the|its|their|all)\s(?:\d[\d,]*\s)?")
_ARTICLE_LEFT = lazy_pattern(r"\b(?:an?|the|its|another|new)\s(?:\w+\s)?$")
_SPEND = either(r"""
    spend spent invest(?:ed|s|ing)? put allocat\w+ earmark\w+ provid\w+ award\w+ pa(?:id|ys?)
    grant\w* spends spending contribut\w+ donat\w+ lend lent aside
""")
_SPENDING = lazy_pattern(rf"\b{_SPEND}\b(?:\s\w+){{0,3}}\s*$")
_LEADS = either("""
    In At By On From Under During Since For With Within After Before Until As Through Over Between
    According Thanks Despite Among Across Of Last This To Also Overall Meanwhile However Currently
    So
""")
_LEAD_IN = lazy_pattern(rf"(?:{_LEADS}\b[^,]{{0,80}}|[A-Z]\w+ly),\s*")
_LOOSE = phrases("""
    a|an|the|about|around|some|over|more than|up to|nearly|almost|at least|roughly|approximately
    estimated|record|total|total of|less than|under|below|between
""")
_MEASURES = phrases(r"""
    of|worth|totall?ing|valued at|amounting to|at|costing|measuring|covering|with|exceeding|=|:
""")
_MEASURED = lazy_pattern(rf"((?:[A-Za-z][\w'’-]*\s){{1,7}})\(?{_MEASURES}\s(?:{_LOOSE} )*$")
_MEASURE_LAST = lazy_pattern(rf"{_MEASURES}\s(?:{_LOOSE} )*$")
_SENTENCE_END = lazy_pattern(r"[.!?]\s(?=[A-Z\d“\"])|\n")
_STOP = lazy_pattern(
    r"[;:—–(,](?:(?<!,)\s|(?<=,)(?:"
    r"\s(?:and|but|while|with|of which|including|among|as|whereas|up|down|an?)\s"
    r"|\s(?=[a-z]+\s(?:of|in)\b)))"
)
_CLAUSE_WORDS = words("""
    said says shows showed shown announced reported estimate estimates estimated added found
    noted confirmed stated indicate indicates indicated
""")
_CLAUSE = lazy_pattern(
    rf"(?:while|whereas|but)\s|(?:{'|'.join(_CLAUSE_WORDS)})\s(?:that\s|by\s)?(?=[a-z])"
)


# The words that patterns need, so that they are tried only where one stands


def _beginnings(listed: str) -> Iterator[str]:
    """What each of some words begins with: they may be patterns from their first `(` or `[` on, or
    end in a letter that may be missing."""
    for word in listed.split():
        plain = re.split(r"[(\[]", word)[0]
        yield plain[:-2] if plain.endswith("?") else plain


_BE = words("is are was were")
_CUES = WordLists(
    _OPENERS,
    [*_beginnings(_UP_WORDS), *_beginnings(_DOWN_WORDS)],
    [
        *words("will would shall plan aim target goal expect hope want intend pledge project"),
        *words("promise seek vow"),
        *(
            f"{be} {what}"
            for be in _BE
            for what in words("to also set due scheduled forecast slated going likely")
        ),
    ],
    ("so far", "to date", "cumulative", "since", "in total", "accumulated", "altogether"),
    [*_CLAUSE_WORDS, *words("while whereas but")],
    [*_LESS_WORDS, *_MORE_WORDS],
)
_OPENER, _CHANGES, _TARGETS, _SUMS, _CLAUSES, _COMPARED = range(6)

_UNDER_BIT, _OVER_BIT, _ABOUT_BIT, _CHANGE_BIT = 1, 2, 4, 8
_LOOSE_LAST = frozenset(words("the a an some about of"))
_UNDER_LAST = _LOOSE_LAST | frozenset(
    words("than as to most nearly almost under below exceed exceeding at approaching")
)
_OVER_LAST = _LOOSE_LAST | frozenset(
    words("than over above least beyond passed crossed minimum to")
)
_ABOUT_LAST = _LOOSE_LAST | frozenset(
    words("around roughly approximately circa estimated at approx")
)
_CHANGE_LAST = frozenset((*_BETWEEN_WORDS, *words("further again cost costs price prices")))


@lru_cache(maxsize=8192)
def _may_end(last: str, before: str) -> int:
    """What the last word before a figure, and the one before that, may end, as bits: words for
    under, over, about, and for a change. All of them where they are no plain words."""
    if not last.isalpha():
        plain = _LETTERS_LAST.search(last)
        return _may_end(plain[1], "") if plain else 15 * last.endswith("x.")
    low, before = last.lower(), before.lower()
    if before and before not in _NEEDED.get(low, (before,)):
        return 0
    if low in _LOOSE_LAST and before.isalpha():
        known = _may_end(before, "") if low != "of" else 15 * (before in _BEFORE_OF)
        return known | _CHANGE_BIT | _ABOUT_BIT * (low in ("about", "some"))
    is_over = low in _OVER_LAST or low.startswith(("exceed", "surpass", "top"))
    is_change = low in _CHANGE_LAST or low.endswith("ly") or _CHANGE_WORD.fullmatch(low)
    return (
        _UNDER_BIT * (low in _UNDER_LAST)
        | _OVER_BIT * is_over
        | _ABOUT_BIT * (low in _ABOUT_LAST)
        | _CHANGE_BIT * bool(is_change)
    )


_LETTERS_LAST = lazy_pattern("([A-Za-z]+)$")
_NEEDED = {
    "to": ("up", "close", "equal", "limited", "restricted"),
    "at": ("capped", "estimated"),
    "least": ("at",),
    "most": ("at",),
    "as": ("many", "much"),
}
"""What stands before a word that says nothing without it."""
_BEFORE_OF = frozenset(
    words("total upwards excess minimum maximum cap short mark threshold region")
)


def _ending(left: str) -> int:
    """What the last words of a text may end."""
    found = left[-36:].split()
    if not found:
        return 0
    before = found[-2] if len(found) > 1 else ""
    return _may_end(found[-1].lstrip("(\"'“‘["), before.lstrip("(\"'“‘["))


_NO_ENDS = _STOPS | _PREPOSITIONS | _ARTICLES | _FURTHER | {"less", "nearly", "almost"}
_NTH_RIGHT = lazy_pattern(r"(?:st|nd|rd|th)\b")
_PER_MANY_RIGHT = lazy_pattern(r"\s(?:per|for every|out of every)\s1\d{0,2}[\d,]*000\b")
_PER_MANY_LEFT = lazy_pattern(r"\b(?:per|for every|out of every)\s$")
_JOINED_RIGHT = lazy_pattern(r"/\d|:\d|\.\d")
_WHOLE_YEAR = lazy_pattern(_YEAR)
_WORD_RIGHT = lazy_pattern(r"\s([a-z]+)")
_NO_COUNT_LEFT = lazy_pattern(r"\b(?:the|its|their|in|since|for)\s$")
_NAME_LEFT = lazy_pattern(r"([A-Z][\w'’]*)\s$")
_IS_NOUN = lazy_pattern(_CHANGE_NOUN, re.IGNORECASE)
_TARGET_ENDS = lazy_pattern(
    r";|, (?:but|while)\b|\bafter\b|\baccording to\b|\b(?:survey|poll) of\b"
    r"|\b(?:but|yet|though|and) (?:(?:it|they|he|she) )?(?:has|have|had|was|were|did|already)\b"
    r"|\b(?:but|yet) (?:(?:it|they|he|she) )?(?:only|so far|[a-z]{2,}ed|built|made|got|gave|sold"
    r"|found|came|spent|took|paid)\b"
)
"""What begins that is told beside a plan and not of it."""
_TARGET_MET = lazy_pattern(
    r"[^.;:]{0,40}?\b(?:was|were|is|are|been)\s(?:\w+ly\s)?(?:met|reached|achieved|fulfilled|hit|exceeded"
    r"|surpassed|presented|shown|explained|discussed|opposed|critici[sz]ed|welcomed|backed|sent"
    r"|submitted|handed)\b"
)
"""What stands behind a plan that something was done with."""
_ENTITLED = lazy_pattern(
    r"\s(?:(?:each|also|then)\s)?(?:get|receive|earn|draw|be (?:paid|given|awarded|granted|offered)"
    r"|be (?:entitled|eligible) (?:to|for))\s"
    r"(?:[^,;]{0,60}\b(?:stipend|allowance|subsid(?:y|ies)|grant|bonus(?:es)?|award|prize|reward|pension"
    r"|compensation|salary|wage|scholarship|refund|voucher|payment|rebate|support|benefit)s?\b"
    r"[^,;]{0,30})?(?:about |up to |at least |over |a one-off |another )?$"
)
_BY_YEAR = lazy_pattern(rf"[\d,.]*[^\d;,]{{0,80}}?\bby (?:the end of )?({_YEAR})\b")
_MORE_RIGHT = lazy_pattern(r"\s?(?:more|fewer|less)\s(?=[a-z]+s\b)")
_OF_RIGHT = lazy_pattern(r"\s(?:worth of|of)\s(?!(?:a|total)\b)(?=[a-z])")
_IN_RIGHT = lazy_pattern(r"\sin\s(?!(?:the|its|this|all|total|each)\b)(?=[a-z])")
_INTO_RIGHT = lazy_pattern(r"\s(?:on|in|into|for|to|towards?)\s")
_BEING_RIGHT = lazy_pattern(r"\s(?:are|were|is|was)\s")
_AMOUNTS = frozenset(words("number total share amount"))
_AMOUNT_OF = lazy_pattern(r"^(?:number|total|total number|share|amount) of (?:its |the |their )?")


@dataclass(slots=True)
class _Context:
    """What goes on from one figure of a sentence to the next."""

    sentence: str
    published: date | None
    cues: tuple[list[int], ...]
    object: str = ""
    after: int = 0
    until: int = 0
    unit: Unit | None = None
    change: int = 0
    before: str = ""
    clauses: list[int] = field(default_factory=list)

    def clause(self, end: int) -> int:
        """Where the clause begins that a place is in."""
        if not self.clauses:
            stops = [stop.end() for stop in _STOP.finditer(self.sentence)]
            for at in self.cues[_CLAUSES]:
                if stop := _CLAUSE.match(self.sentence, at):
                    stops.append(stop.end())
            self.clauses = sorted((0, *stops))
        return self.clauses[bisect_right(self.clauses, end) - 1]

    def antecedent(self) -> str:
        """What `it` at the beginning of the sentence may be: the subject of the one before. Empty
        where a figure stands before it, or that has none."""
        if self.after:
            return ""
        before = self.before.rstrip(" .!?\n")
        begin = max((stop.end() for stop in _SENTENCE_END.finditer(before)), default=0)
        subject = _first_noun(before[begin:])
        return "" if subject.lower() in _PRONOUNS or subject.lower() in ENGLISH_MONTHS else subject

    def clause_around(self, start: int, end: int) -> tuple[int, int]:
        """Where the clause begins and ends that a stretch is in."""
        begin = self.clause(start)
        at = bisect_right(self.clauses, end)
        return begin, self.clauses[at] if at < len(self.clauses) else len(self.sentence)

    def has(self, cue: int, start: int, end: int) -> bool:
        """Whether a word of a list begins in a stretch of the sentence."""
        found = self.cues[cue]
        at = bisect_left(found, start)
        return at < len(found) and found[at] < end


class _Amount(NamedTuple):
    """A number with its unit. `first` is where its currency or its digits begin, `start` is where
    the digits do."""

    low: float
    high: float
    unit: Unit
    first: int
    start: int
    end: int
    is_compound: bool = False


def find_english(
    sentence: str,
    begin: int,
    published: date | None,
    topic: str,
    anchors: Anchors,
    before: str = "",
) -> Iterator[FoundFigure | FoundTime]:
    """The figures and dates of a sentence, in their order. `begin` is where it begins in its text,
    `topic` is what the sentences before spoke of last, `anchors` are those of the text, and
    `before` is some text before the sentence."""
    end = begin + len(sentence)
    state = _Context(sentence, published, anchors.cues_within(begin, end), topic)
    state.before = before
    for match in _tokens(sentence, anchors.within(begin, end), state.cues[_OPENER]):
        if match["skip"] is not None:
            continue
        if match["date"] is not None:
            found = _date(match, state)
            if found is not None:
                yield found
        elif match["rank"] is not None:
            rank = parse_ordinal(
                match["r"]
                or match["ra"]
                or match["rs"]
                or match["rp"]
                or match["rn"]
                or match["rw"]
            )
            if rank:
                what = _subject(state, match.start()) or state.object
                yield FoundFigure(
                    rank, rank, unit_named("rank"), Modifier.EXACT, what, False,
                    match.start(), match.end(),
                )  # fmt: skip
        else:
            amounts = _part(match) if match["part"] is not None else _amounts(match, state.sentence)
            for amount in amounts:
                if amount.first >= state.until:
                    whole = _with_smaller(_with_unit(amount, state), sentence)
                    state.until = whole.end
                    yield _figure(whole, state)


# Amounts


def _value(number: str, scale: str | None) -> float | None:
    value = parse_digits(number) if number[0].isdecimal() else parse_english(number)
    return None if value is None else value * _scale(scale)


def _scale(written: str | None) -> float:
    return SCALES[written.strip(" -").lower()] if written else 1.0


def _reading(written: str | None) -> WrittenUnit | None:
    if not written:
        return None
    plain = written.lower()
    return ENGLISH.get(plain) or ENGLISH.get(written) or ENGLISH.get(plain.replace("-", " "))


def _amounts(match: re.Match[str], sentence: str) -> Iterator[_Amount]:
    """The number of a match, or both, or the range between them: those that are figures."""
    first, last = match["n1"], match["n2"]
    scale, unit = match["s1"], _reading(match["u2"])
    low = _value(first, scale)
    if low is None:
        return
    if not last:
        yield from _amount(match, sentence, low, low, unit or _reading(match["u1"]), None)
        return
    high = _value(last, match["s2"])
    if high is None:
        return
    own = _reading(match["u1"])
    if (
        match["s2"]
        and not scale
        and own is None
        and first[0].isdecimal()
        and low <= high / _scale(match["s2"])
    ):
        low *= _scale(match["s2"])
    dash = match["dash"].lower()
    is_plain = not (match["u1"] or match["u2"] or match["cur"] or match["s1"] or match["s2"])
    if is_plain and dash not in ("to", "and", "or") and _SCORE_RIGHT.match(sentence, match.end()):
        return
    before = sentence[max(0, match.start() - 60) : match.start()]
    is_range = (
        own in (None, unit)
        and low <= high
        and (match["cur2"] or match["cur"]) == (match["cur"] or match["cur2"])
        and (
            (
                dash == "to"
                and not _FROM.search(before)
                and not _is_rise_to(match, sentence, low, high)
            )
            or (dash == "and" and before.lower().endswith("between "))
            or (dash == "or" and high == low + 1)
            or dash not in ("to", "and", "or")
        )
    )
    if is_range:
        yield from _amount(match, sentence, low, high, unit, None)
        return
    if own is None and dash in ("to", "or"):
        own = unit
    yield from _amount(match, sentence, low, low, own, "n1")
    yield from _amount(match, sentence, high, high, unit, "n2")


def _is_rise_to(match: re.Match[str], sentence: str, low: float, high: float) -> bool:
    """Whether two numbers behind a verb of change are the change and the level that was reached, as
    in `rose by 200 to 1,400`, and no range, as in `rose by 200 to 300 people`."""
    if not _CHANGE.search(sentence[max(0, match.start() - 60) : match.start()]):
        return False
    unit = _reading(match["u1"])
    is_amount = (
        bool(match["cur"] and match["cur2"])
        or (unit is not None and unit.unit.name in MONEY)
        or not (match["u2"] or match["cur"] or _NOUN_RIGHT.match(sentence, match.end()))
    )
    return is_level(low, high, is_amount=is_amount)


_SCORE_RIGHT = lazy_pattern(
    r"\s?(?:[.,;:)]|$)|\s(?:draws?|wins?|won|victor(?:y|ies)|defeats?|loss(?:es)?|lead|tie|triumph|score"
    r"|scoreline|thrashing|result|in|on|at|by|from|and|but|or|as|after|over|against|to|up|ahead|away"
    r"|down|through|with|before|when|while|for|last|this)\b"
)
"""What stands behind a result of a match, as 3-1, where a range would have what it counts."""
_NOUN_RIGHT = lazy_pattern(
    r"\s(?!(?:in|at|by|on|from|this|last|and|but|or|as|after|since|over|for|per|because|while)\b)"
    r"[A-Za-z]"
)


def _amount(
    match: re.Match[str],
    sentence: str,
    low: float,
    high: float,
    reading: WrittenUnit | None,
    only: str | None,
) -> Iterator[_Amount]:
    """One number or range of a match, if it is a figure. `only` names the number of two."""
    start, end, first = match.start(only or "n1"), match.end(), match.start()
    written = match["cur"] or match["cur2"]
    if only and match["cur"] and match["cur2"]:
        written = match["cur2" if only == "n2" else "cur"]
    elif only == "n1" and match["dash"].lower() == "and":
        written = match["cur"]
    elif only == "n2" and match["cur2"]:
        written = match["cur2"]
    currency = PREFIXES.get((written or "").lower())
    if only == "n1":
        end = max(match.end(group) for group in ("n1", "s1", "u1"))
    elif only == "n2":
        first = match.start("cur2") if match["cur2"] else start
        if match["dash"].lower() == "and" and not match["cur2"]:
            currency = None
    number, scale = (match["n2"], match["s2"]) if only == "n2" else (match["n1"], match["s1"])
    before, after = sentence[max(0, first - 60) : first], sentence[end : end + 60]
    is_compound = "-" in (match["join2" if match["n2"] and only != "n1" else "join1"] or "")
    if not currency and not (
        _is_measure(number, reading.unit, is_compound, after)
        if reading
        else _is_count(number, scale, before, after)
    ):
        return
    if match["minus"] and _MARGIN_LEFT.search(before):
        return
    unit, times = reading or WrittenUnit(unit_named(COUNT))
    if unit.name == "NOK" and _DANISH.search(sentence):
        unit = unit_named("DKK")
    if currency and (reading is None or reading.unit.name in MONEY):
        unit, times = unit_named(currency), 1.0
    low, high = low * times, high * times
    if match["minus"] and only != "n2":
        low, high = -high, -low
    yield _Amount(low, high, unit, first, start, end, is_compound)


_MARGIN_LEFT = lazy_pattern(r"\bplus or\s$", re.IGNORECASE)
_DANISH = lazy_pattern(r"\b(?:Danish|Denmark|Copenhagen)\b(?!.*\b(?:Norwegian|Norway|NOK)\b)")


def _is_measure(number: str, unit: Unit, is_compound: bool, after: str) -> bool:
    """Whether a number with a unit of measure is a figure: no `three-day`, no `five years ago`."""
    if unit.name not in DURATIONS:
        return True
    if is_compound or _COMPOUND.match(after) or _AGE_RIGHT.match(after) or _AGO.match(after):
        return False
    return number.lower() != "one" or not _SINGLE_RIGHT.match(after)


def _is_count(number: str, scale: str | None, before: str, after: str) -> bool:
    """Whether a number without a unit counts something: no year, no number in a name."""
    if before.endswith(("#", "/", "v.", " age of ", " ages of ")) or _JOINED_RIGHT.match(after):
        return False
    if _NTH_RIGHT.match(after) or _PER_MANY_RIGHT.match(after) or _PER_MANY_LEFT.search(before):
        return False
    if _AGE_RIGHT.match(after):
        return False
    if _COMPOUND.match(after):
        return bool(_COUNTED_COMPOUND.match(after)) and number[0].isdecimal()
    if scale:
        return True
    if _CLOCK_RIGHT.match(after) and len(number) < 7 and _is_clock(number, before, after):
        return False
    if not number[0].isdecimal():
        return number.lower() not in ("one", "zero")
    has_noun = bool(_PLURAL_RIGHT.match(after))
    if len(number) <= 3 and after[:1] in (".", ",", ";") and _AGED.search(before):
        return False
    if len(number) <= 2 and not has_noun and _AGE_LEFT.search(before):
        return False
    if _WHOLE_YEAR.fullmatch(number):
        noun = _WORD_RIGHT.match(after)
        return (
            has_noun and bool(noun and noun[1] not in _STOPS) and not _NO_COUNT_LEFT.search(before)
        )
    if number.isdecimal() and len(number) >= 6 and not has_noun:
        return False
    name = _NAME_LEFT.search(before)
    is_inside = name and name.start() > 1 and not before[: name.start()].rstrip().endswith(".")
    return bool(
        not is_inside or has_noun or (name and name[1].lower() in _ARTICLES | _PREPOSITIONS)
    )


def _is_clock(number: str, before: str, after: str) -> bool:
    """Whether a number is the hour at which something opens or ends: `closed at eight`."""
    hour = parse_digits(number) if number[0].isdecimal() else parse_english(number)
    if hour is None or hour > _LAST_HOUR:
        return False
    return bool(_AT_LEFT.search(before)) and bool(
        _IN_DAY_RIGHT.match(after) or _CLOCK_LEFT.search(before)
    )


_PART_LEFT = lazy_pattern(
    r"\b(?:by|up|down|nearly|almost|about|than|around|roughly|only|just)\s$", re.IGNORECASE
)


def _part(match: re.Match[str]) -> Iterator[_Amount]:
    """One in five, two thirds, half, as shares of a hundred; doubled, as times."""
    value: float | None = 50.0
    at = match.start()
    if match["fold"]:
        times = _FOLDS[match["fold"].lower().removesuffix("d")]
        unit = unit_named("%" if times < 1 else "times")
        value = 50.0 if times < 1 else times
        yield _Amount(value, value, unit, at, at, match.end(), is_compound=False)
        return
    loose = match["fz"] is not None or match["hz"] is not None
    if loose and not _PART_LEFT.search(match.string[max(0, at - 20) : at]):
        return
    if match["ev"]:
        value = {"second": 50.0, "third": 100 / 3, "fourth": 25.0, "fifth": 20.0, "tenth": 10.0}[
            match["ev"].lower()
        ]
    elif match["px"]:
        above, below = _value(match["px"], None), _value(match["py"], None)
        value = 100 * above / below if above and below and above < below else None
    elif match["fx"]:
        parts = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
        above = 1.0 if match["fx"].lower() == "a" else parse_english(match["fx"])
        value = 100 * (above or 1) / parts[match["fy"].lower()]
    if value:
        yield _Amount(
            value,
            value,
            unit_named("%"),
            match.start(),
            match.start(),
            match.end(),
            bool(match["px"]),
        )


def _with_unit(amount: _Amount, state: _Context) -> _Amount:
    """A number with the unit of the one before it, as in `231 days, 14 more than in 2020`, or of
    that which it is a part of: `30 of its 42 kilometers`."""
    if amount.unit.name == COUNT and (whole := _OF_ITS.match(state.sentence, amount.end)):
        reading = _reading(whole["unit"]) or _reading(whole["unit"].split()[0])
        return amount if reading is None else amount._replace(unit=reading.unit)
    last = state.unit
    if amount.unit.name != COUNT or last is None or last.name == COUNT:
        return amount
    before = state.sentence[max(0, amount.first - 40) : amount.first]
    if last.name in (*SHARES, *MONEY):
        is_alike = last.name in SHARES or _SCALE_LAST.search(
            state.sentence[amount.start : amount.end]
        )
        is_same = is_alike and _SAME_LEFT.search(before)
        is_same = is_same and _SAME_RIGHT.match(state.sentence, amount.end)
        return amount._replace(unit=last) if is_same else amount
    if not _MORE_THAN_RIGHT.match(state.sentence, amount.end) and not (
        _FROM_LEFT.search(before) and _ENDS_RIGHT.match(state.sentence, amount.end)
    ):
        return amount
    return amount._replace(unit=last)


_SMALLER = {
    "year": ("month", 12),
    "week": ("day", 7),
    "day": ("hour", 24),
    "hour": ("minute", 60),
} | {"minute": ("second", 60)}
_SMALLER_RIGHT = lazy_pattern(
    rf"(?:,? and |,? )(?P<n>{_NUMBER}) (?P<unit>month|day|hour|minute|second)s?\b"
    "(?! (?:later|ago|old))"
)


def _with_smaller(amount: _Amount, sentence: str) -> _Amount:
    """A duration with the smaller one behind it, as in `2 hours and 53 minutes`, in the smaller
    unit."""
    while smaller := _SMALLER.get(amount.unit.name):
        more = _SMALLER_RIGHT.match(sentence, amount.end)
        value = _value(more["n"], None) if more and more["unit"] == smaller[0] else None
        if more is None or value is None or value >= smaller[1]:
            break
        low, high = (smaller[1] * one + value for one in (amount.low, amount.high))
        amount = amount._replace(low=low, high=high, unit=unit_named(smaller[0]), end=more.end())
    return amount


_OF_ITS = lazy_pattern(
    r"\s(?:out )?of (?:its|the|their) (?:\d[\d.,]*|[a-z]+) (?P<unit>[a-z]+(?: [a-z]+)?)\b"
)
_SCALE_LAST = lazy_pattern("(?:llion|[mkb]n?)$")
_SAME_LEFT = lazy_pattern(
    r"\b(?:than|from|against|compared (?:with|to)|of which|instead of)"
    r"(?: (?:an?|the|its|about|around|some|only|just|nearly|over|net|gross|operating|total))*"
    r"(?: (?:profit|loss|income|revenue|turnover|deficit|surplus|budget|cost|value|sales|output)s?"
    r" of(?: (?:about|some|nearly|over))?)?\s$"
)
_SAME_RIGHT = lazy_pattern(
    r"\s?(?:[.,;)](?!\d)|$|(?:it|they|he|she|we|on|came|was|were|a year|last|this|in)\b)"
)
"""What stands around a number whose unit is that of the one before it: up from 49; the 3 million
it lost."""
_FROM_LEFT = lazy_pattern(
    r"\b(?:up|down|increased?|raised|rose|risen|fell|cut|compared)(?: \w+)?"
    r" (?:from|with|to) (?:about )?$"
)
_ENDS_RIGHT = lazy_pattern(r"\s?(?:[.,;)]|$|(?:in|before|a year|at|last)\b)")
_MORE_THAN_RIGHT = lazy_pattern(r"\s(?:more|fewer|less)\s(?:than|from|on|year)\b")

# How it is meant


def _figure(amount: _Amount, state: _Context) -> FoundFigure:
    """An amount as a figure: how it is meant, and what it counts."""
    sentence = state.sentence
    left = sentence[max(0, amount.first - 80) : amount.first]
    right = sentence[amount.end : amount.end + 60]
    ending = _ending(left)
    change = _growth(amount, left, right, state, ending)
    if not change and state.change and amount.unit is state.unit and _BY_ALONE.search(left):
        change = state.change  # grew by 3 percent here and by 4 percent there
    if sentence[amount.start : amount.end].lower().removesuffix("d") in _FOLDS:
        change = -1 if amount.unit.name == "%" else 1
    modifier = Modifier.GROWTH if change else _modifier(amount.unit, left, right, ending)
    if amount.unit.name not in DURATIONS and _is_target(amount, state):
        modifier = Modifier.TARGET
    what = _object(amount, state, bool(change))
    if what.lower() in _HEDGES:
        what = state.object
    state.after, state.object = amount.end, what or state.object
    state.unit, state.change = amount.unit, change
    low, high = amount.low, amount.high
    if change < 0:
        low, high = -high, -low
    is_cumulative = any(_CUMULATIVE.match(sentence, at) for at in state.cues[_SUMS])
    return FoundFigure(
        low, high, amount.unit, modifier, what, is_cumulative, amount.start, amount.end
    )


_HEDGES = frozenset(words("roughly approximately nearly almost about around some only just over"))
_THAN_THE = lazy_pattern(r"\bthan the\s$", re.IGNORECASE)
"""Less than the 30 that it had: 30 is what something is compared with."""
_MEASURING = phrases(r"""
    for|of|in|within|with|after|by|at|to|than|from|last(?:s|ed|ing)?|takes?|took|spen[dt]
    is|was|were|be|been|aged?|dates|goes|stay(?:s|ed)?|work(?:s|ed)?|live[sd]?|runs?|ran|waits?
    waited|need(?:s|ed)?|requires?|and|or
""")
_DURING = lazy_pattern(
    rf"(?:^|[.;,(] ?|\b(?!(?:{_MEASURING})\b)\w+ )over (?:the |a )?$", re.IGNORECASE
)
"""Over a time is during it, and not longer, where nothing before it measures a time."""
_OLD_RIGHT = lazy_pattern(r"\s(?:old|of age)\b")


def _is_during(unit: Unit, left: str, right: str) -> bool:
    return (
        unit.name in DURATIONS
        and _DURING.search(left) is not None
        and _OLD_RIGHT.match(right) is None
    )


def _modifier(unit: Unit, left: str, right: str, ending: int) -> Modifier:
    if ending & (_UNDER_BIT | _OVER_BIT):
        if _AT_LEAST.search(left):
            return Modifier.AT_LEAST
        if _AT_MOST.search(left):
            return Modifier.AT_MOST
    if ending & (_UNDER_BIT | _OVER_BIT) and _THAN_THE.search(left):
        return Modifier.EXACT
    if ending & _UNDER_BIT and _UNDER.search(left):
        return Modifier.UNDER
    if ending & _OVER_BIT and _OVER.search(left) and not _is_during(unit, left, right):
        return Modifier.OVER
    if right.lstrip()[:1] in _MODIFIED_RIGHT:
        if _AT_LEAST_RIGHT.match(right):
            return Modifier.AT_LEAST
        if _AT_MOST_RIGHT.match(right):
            return Modifier.AT_MOST
    if left.endswith(("~", "≈")) or (ending & _ABOUT_BIT and _ABOUT.search(left)):
        return Modifier.ABOUT
    if "or so" in right and _ABOUT_RIGHT.match(right):
        return Modifier.ABOUT
    return Modifier.EXACT


def _growth(amount: _Amount, left: str, right: str, state: _Context, ending: int) -> int:
    """1 for a rise against another time, -1 for a fall, 0 for what is no change."""
    is_share = amount.unit.name in SHARES
    change = None
    if ending & _CHANGE_BIT and state.has(_CHANGES, amount.first - len(left), amount.first):
        change = None if _MADE_UP.search(left) else _CHANGE.search(left)
        if change and not is_share and _AGENT.search(change.group()):
            change = None
    is_against = right.lstrip()[:1] in _AGAINST_RIGHT and bool(_AGAINST.match(right))
    if change:
        is_noun = bool(_IS_NOUN.search(change.group()))
        has_by = bool(_BY.search(change.group()))
        is_change = (
            is_share
            or has_by
            or is_against
            or _BARE_CHANGE.search(left) is not None
            or (is_noun and _OF.search(change.group()) is not None)
            or _TO_LEVEL.match(right) is not None
        )
        if is_change and (is_noun or not _LEVEL.search(left)):
            return -1 if change["down"] else 1
        return 0
    if is_share and _SAVED.search(left):
        return -1
    if state.has(_COMPARED, amount.end, amount.end + len(right)):
        other = _CHANGE_RIGHT.match(right)
        if other and (
            other["than"] or (is_share and other.group().strip() not in ("more", "up", "less"))
        ):
            return -1 if other["down"] else 1
    return 1 if is_share and is_against else 0


_TO_LEVEL = lazy_pattern(rf",?\sto\s(?:{_CURRENCY}\s?)?\d")
_BY, _OF = lazy_pattern(r"\bby\s"), lazy_pattern(r"\bof\s")
_SAVED = lazy_pattern(
    r"\bsav(?:es?|ed|ings?)(?:\s(?:of|about|around|nearly|almost|over|roughly|at least|more than"
    r"|up to|energy|costs?|water|power|electricity|fuel|time|another|an?))*\s$"
)
_MODIFIED_RIGHT, _AGAINST_RIGHT = frozenset("+oOaApP"), frozenset("yYmMaAoOcCfFlL")
"""What begins that may stand behind a figure."""


_FORESEEN = lazy_pattern(
    r"\b(?:forecast|target|goal|projection|quota|plan)s? (?:of|is|was|at)"
    r" (?:about |around |some )?$",
    re.IGNORECASE,
)


def _is_target(amount: _Amount, state: _Context) -> bool:
    """Whether the sentence says of a figure that it lies ahead. What somebody is entitled to does
    not, though it may be paid later."""
    start = amount.first
    floor = max(0, start - 120)
    head = state.sentence[floor:start]
    if _FORESEEN.search(head[-32:]):
        return True
    at = -1
    for cue in state.cues[_TARGETS]:
        if floor <= cue < start and (found := _TARGET.match(head, cue - floor)):
            at = max(at, found.end())
    if at >= 0 and _FROM.search(head):
        return False  # will rise from 1 yuan to 2
    if at >= 0 and not _TARGET_ENDS.search(head, at) and not _TARGET_MET.match(head, at):
        return not (amount.unit.name in MONEY and _ENTITLED.match(head, at))
    if state.sentence.find("by ", start, start + 110) < 0:
        return False
    by = _BY_YEAR.match(state.sentence, start, start + 110)
    return bool(by and state.published and int(by[1]) > state.published.year)


# What it counts


def _object(amount: _Amount, state: _Context, is_growth: bool) -> str:
    sentence, unit = state.sentence, amount.unit.name
    left, right = sentence[: amount.first], sentence[amount.end : amount.end + 120]
    if unit in (COUNT, "TEU"):
        return _counted(left, right, state)
    subject = _subject(state, amount.first)
    if is_growth:
        if state.after and _AFTER_COMMA.search(left, state.after) and _CHANGE_RIGHT.match(right):
            return state.object or subject
        if own := _own_subject(left, state.after):
            return own
        if more := _MORE_RIGHT.match(right):
            return _noun(right[more.end() :])
        is_same = state.unit is amount.unit and unit not in SHARES
        if state.object and (is_same or _ADDED.fullmatch(left, state.after)):
            return state.object
        return _changed(left) or subject or state.object
    if (unit not in SHARES or amount.is_compound) and (
        amount.is_compound or _ARTICLE_LEFT.search(left)
    ):
        noun = _noun(right)
        if noun:
            return noun
    if state.object and _OUT_OF.search(left[-60:]):
        return state.object
    if them := _OF_THEM.match(right):
        return (_noun(right[them.end() :]) if them["be"] else "") or state.object
    if raised := _RAISED_FROM.search(left[-120:]) if " from " in left[-48:] else None:
        return raised[1].strip()
    if moved := _MOVED_TO.search(left[-120:]) if " to " in left[-40:] else None:
        return moved[1].strip()
    if cost := _AT_COST.search(left):
        return _last_noun(left[: cost.start()]) or subject
    if state.after and (listed := _LISTED.search(left, state.after)):
        noun = _last_noun(listed[1])
        is_noun = noun == listed[1].strip() and not noun.endswith("ing") and not _is_amount(noun)
        if is_noun:
            return noun
    if state.object and state.after and _UP_FROM.search(left[-40:]):
        return state.object
    if subject and unit == "%" and _MAKES_UP.search(left[-60:]):
        return subject
    near = left[-60:]
    if thin := _AS_THIN_AS.search(near) if near.rstrip().endswith("as") else None:
        return _last_noun(thin[1]) or subject
    of_it = _OF_RIGHT.match(right)
    if of_it is None and unit in DURATIONS:
        of_it = _FOR_IT_TO.match(right)
    if of_it is None and unit in MONEY:
        of_it = _IN_RIGHT.match(right)
    if of_it:
        noun = _noun(right[of_it.end() :])
        if noun and noun.split()[0] in _DIMENSIONS:
            return subject or noun
        if noun:
            return noun
    measured = _measured(left)
    if measured:
        return measured
    into = _INTO_RIGHT.match(right)
    if into and _SPENDING.search(left):
        noun = _noun(right[into.end() :])
        if noun:
            return noun
    return (
        subject or _behind_verb(left) or state.object or _noun(right[into.end() if into else 0 :])
    )


_UP_FROM = lazy_pattern(r"\b(?:up|down|compared)\s(?:from|with|to)\s(?:\w+\s){0,2}$")
_MAKES_UP = lazy_pattern(
    r"\b(?:ma(?:de|kes?|king) up|account(?:s|ed|ing)? for|represent(?:s|ed|ing)?"
    r"|constitut(?:es|ed|ing)|contribut(?:es|ed|ing))\s(?:\w+\s){0,3}$"
)
_AS_THIN_AS = lazy_pattern(r"((?:[\w'’-]+\s){1,3})as\s[a-z]+\sas\s$")
_FOR_IT_TO = lazy_pattern(r"\sfor\s(?=(?:the|its|an?)\s(?:\w+\s){1,3}to\b)")
_AFTER_COMMA = lazy_pattern(r",\s(?:or\s)?$")
_MOVED_TO = lazy_pattern(
    r"\b(?:push(?:ed|es)?|rais(?:ed|es)|brought|brings|lift(?:ed|s)|cuts?|lower(?:ed|s)|tak(?:es|en)|took"
    r"|increas(?:ed|es)|reduc(?:ed|es)|dr(?:ove|iven)|expand(?:ed|s)|extend(?:ed|s)|shorten(?:ed|s))\s"
    r"(?:the|its|their|an?)\s((?:[\w'’-]+\s){1,4}?)"
    r"(?:(?:in|at|of|on|for)\s(?:[\w'’-]+\s){1,4}?)?(?:by\s[^,;]{1,24}\s)?to\s(?:\w+\s){0,2}$"
)
_RAISED_FROM = lazy_pattern(
    r"\b(?:push|rais(?:e|ing)|bring|lift|cut|lower|increas(?:e|ing)|reduc(?:e|ing)|expand|extend|shorten)"
    r"(?:ed|d|s|ing)?\s(?:the|its|their|an?)\s"
    r"((?:[\w'’-]+\s){1,4}?(?:of\s(?:[\w'’-]+\s){1,3}?)?)"
    r"(?:(?:in|at|on|for|with|by)\s(?:[\w'’-]+\s){1,4}?)?"
    r"from\s(?:\w+\s){0,2}?(?:[¥$€£]?[\d.,]+%?\s(?:[a-z]+\s){0,2}to\s)?$"
)
"""What is raised from so much to so much: the share of clinics."""
_AT_COST = lazy_pattern(r"\sat (?:a|an estimated) (?:total )?(?:cost|price) of (?:\w+\s){0,2}$")
_LISTED = lazy_pattern(
    r"(?:[,;]\s(?:and\s)?|\sand\s)((?:[A-Za-z][\w'’-]*\s){1,3}?)"
    rf"(?:(?:{_LOOSE}|at least|at most)\s)*$"
)
_BESIDE = lazy_pattern(r"\s(?:in|for|from|at)\s(?=the\s)")
_ENUMERATED = lazy_pattern(r"(?:[:,]|\band)\s$")
_AMOUNT_WORDS = frozenset((*SCALES, *(word for unit in ENGLISH for word in unit.split())))


_OWN_CLAUSE = lazy_pattern(r"[,;:]\s|\b(?:and|but|with|while|though|although|whereas)\s")
_BEING = frozenset(words("was were is are went being been has have had also"))


def _own_subject(left: str, after: int) -> str:
    """The subject of a change where its clause is not the first one and begins with it, as in
    `…, with timber down` and `…; timber, down`. `after` is where the last figure ends."""
    change = _CHANGE.search(left, max(0, len(left) - 80))
    if change is None:
        return ""
    end = change.start()
    for _ in range(2):
        stops = list(_OWN_CLAUSE.finditer(left, max(0, end - 80), end))
        if not stops or stops[-1].end() < after:
            return ""
        named = left[stops[-1].end() : end].replace(",", " ").split()
        while named and named[-1].lower() in _BEING:
            named.pop()
        while named and named[0].lower() in _ARTICLES:
            del named[0]
        if named:
            noun = _last_noun(" ".join(named))
            no_subject = noun.lower() in _PRONOUNS or noun.lower() in ENGLISH_MONTHS
            return "" if no_subject or noun != " ".join(named) else noun
        if not stops[-1].group().startswith(","):
            return ""
        end = stops[-1].start()
    return ""


def _is_amount(phrase: str) -> bool:
    """Whether a phrase is of words that stand behind numbers only, as `million yuan`."""
    return all(word.lower() in _AMOUNT_WORDS for word in phrase.split())


_OUT_OF = lazy_pattern(r"\b(?:out of|of (?:which|whom|them|these))\s(?:\w+\s){0,2}$")
_NUMBER_OF = lazy_pattern(
    r"\bnumber of (?:its |the |their )?((?:[\w'’-]+\s){1,4}?)"
    r"(?:to|at|in|by|from|is|was|were|has|had|rose|fell|stood|reached|exceeded|will|limited|grew"
    rf"|{_UP}|{_DOWN})\b[^,;]*$"
)


def _counted(left: str, right: str, state: _Context) -> str:
    if of_them := _OF_THEM.match(right):
        return (_noun(right[of_them.end() :]) if of_them["be"] else "") or state.object
    if of_all := _OF_ALL.match(right):
        return _noun(right[of_all.end() :]) or state.object
    if (joined := _COUNTED_COMPOUND.match(right)) and joined[1] not in ("strong", "odd", "plus"):
        return joined[1]
    noun = "" if _PER_TIME.match(right) else _noun(right[joined.end() if joined else 0 :])
    if noun:
        return noun
    if (beside := _BESIDE.match(right)) and state.after and _ENUMERATED.search(left):
        return _noun(right[beside.end() :]) or state.object
    if state.object and _OUT_OF.search(left[-60:]):
        being = _BEING_RIGHT.match(right)
        return (_noun(right[being.end() :]) if being else "") or state.object
    if named := _NUMBER_OF.search(left) if "number of" in left else None:
        return named[1].strip()
    subject = _subject(state, len(left))
    if state.after and state.clause(len(left)) <= state.after:
        return state.object or subject
    return _measured(left) or subject or state.object


def _noun(text: str) -> str:
    """The noun phrase that begins a text, of six words at most."""
    found: list[str] = []
    for match in _WORD.finditer(text[:100]):
        word, low = match.group(), match.group().lower()
        if not found and (low in _ARTICLES or low in _FURTHER):
            continue
        if low == "of" and found:
            found.append(word)
            continue
        if word in '“”"' or (not found and word[0].isdecimal()):
            continue
        if not word[0].isalpha() or low in _STOPS or low in ("of", "more", "less", "fewer"):
            break
        if _is_verb(low) if found else low in _VERBS and not low.endswith("s"):
            break
        if found and (low.endswith("ly") or _TO_DO.match(text, match.start())):
            break
        if not found and (low in _COUNTED or _DOES.match(text, match.start())):
            if low in _COUNTED:
                continue
            break
        found.append(word)
        if len(found) >= 6:
            break
    while found and (found[-1].lower() == "of" or found[-1].lower() in _ARTICLES):
        found.pop()
    return " ".join(found).rstrip(".'’/-")


_TO_DO = lazy_pattern(r"(?:plan|hope|aim|need|intend|want)s?\sto\b")
_DOES = lazy_pattern(r"[a-z]+s\s(?:the|its|their|an?|his|her)\s(?!(?:day|week|month|year|hour)\b)")
_PER_TIME = lazy_pattern(r"\s(?:an?|per|each|every)\s(?:day|year|month|week|hour|night)\b")


def _is_verb(low: str) -> bool:
    """Whether a word behind a noun is a verb."""
    if low in _ADJECTIVES:
        return False
    return low in _VERBS or (low.endswith("ed") and len(low) > 4)


_WHICH = lazy_pattern(
    r"[,\s](?:(?<=,)\s|(?<=\s))(?:which|who|that)\s(?!(?:[^,]*,\s)?(?:which|who|that)\s)[^,]*$"
)


def _subject(state: _Context, end: int) -> str:
    """The subject of the clause that ends at a place, else that of the sentence."""
    left = state.sentence[:end]
    cut = state.clause(end)
    if whose := _WHICH.search(left) if "wh" in left or "that" in left else None:
        before = _last_noun(left[: whose.start()])
        before = "" if _is_amount(before) else before
        if whose.start() >= cut - 8 and before:
            return before
    own = _first_noun(left[cut:])
    if own and own.lower() not in _PRONOUNS:
        return own
    if not own and state.after and cut >= state.after:
        return state.object
    whole = _first_noun(left) if cut else own
    if whole.lower() not in _PRONOUNS:
        return whole
    return state.antecedent() if whole.lower() in ("it", "they") else ""


def _first_noun(text: str) -> str:
    """The noun phrase before the first verb of a text, without what leads to it."""
    text = text.strip()
    for _ in range(2):
        lead = _LEAD_IN.match(text)
        if lead is None:
            break
        text = text[lead.end() :]
    found: list[str] = []
    last = ""  # an article, or a digit of a number, where one stands before what is looked at
    for match in _WORD.finditer(text):
        word, low = match.group(), match.group().lower()
        if not found and (low in _ARTICLES or low in _PREPOSITIONS or low in ("and", "but")):
            last = low
            continue
        is_named = not found and last in ("the", "a", "an", "its", "their")
        if (low in _VERBS and low not in _NOT_BEHIND_NOUNS and not is_named) or (
            found and _is_verb(low)
        ):
            break
        if not word[0].isalpha():
            if found:
                break
            last = word[0]
            continue
        if not found and last.isdecimal() and low in _AMOUNT_WORDS:
            continue
        if not found and low in ("more", "less", "fewer", "than", "up", "least", "most", "nearly"):
            continue
        if low in _PRONOUNS and not found:
            return word
        if not found and not is_named and word.islower() and _is_verb(low):
            break
        if found and low in ("who", "which", "that", "where"):
            break
        found.append(word)
    else:
        found = found[-4:] if len(found) > 7 else found
    while found and found[-1].lower() in _NO_ENDS:
        found.pop()
    if len(found) == 1 and _IS_NOUN.fullmatch(found[0]):
        return ""
    phrase = " ".join(found[:10])
    return _AMOUNT_OF.sub("", phrase) if found and found[0] in _AMOUNTS else phrase


def _measured(left: str) -> str:
    """The noun before `of`, `worth` or the like: an investment of 95 million yuan."""
    match = _MEASURED.search(left[-90:]) if _MEASURE_LAST.search(left[-60:]) else None
    if match is None:
        return ""
    found: list[str] = []
    for word in reversed(match[1].split()):
        low = word.lower()
        if low in _ARTICLES or (low in _STOPS | _PREPOSITIONS and low != "of") or _is_verb(low):
            break
        found.append(word)
        if len(found) >= 5:
            break
    phrase = " ".join(reversed(found)).removeprefix("of ").strip()
    return "" if phrase.lower() in _EMPTY else phrase


_CHANGE_IN = lazy_pattern(
    rf"\b{_CHANGE_NOUN} in ((?:[\w'’-]+\s){{1,5}}?)(?:of|by)\s(?:\w+\s){{0,2}}$"
)
_GROWTH_OF = lazy_pattern(
    rf"((?:[\w'’-]+\s){{1,4}}){_CHANGE_NOUN}\s(?:rate\s)?of\s(?:\w+\s){{0,2}}$"
)
_CHANGE_KINDS = frozenset(
    words("""
        annual average year-on-year month-on-month slight strong steady sharp further net record
        overall real nominal total expected yearly monthly modest total with after and
    """)
)
_CHANGE_OF = lazy_pattern(
    r"\b(?:cut|reduced?s?|raised?s?|increased?s?|lower(?:ed|s)?|lift(?:ed|s)?|boost(?:ed|s)?|expand(?:ed|s)?|"
    r"slashe[sd]) (?:(?:the|its|their|an?)\s)?((?:[\w'’-]+\s){1,6}?)by\s(?:\w+\s){0,2}$"
)


def _changed(left: str) -> str:
    """What has changed: an increase in exports of 3 percent; cut costs by 3 percent."""
    if found := _CHANGE_IN.search(left[-100:]) or _CHANGE_OF.search(left[-100:]):
        return found[1].strip()
    found = _GROWTH_OF.search(left[-100:])
    noun = _last_noun(found[1]).split() if found else []
    while noun and (noun[0].lower() in _CHANGE_KINDS or noun[0].lower() in _PREPOSITIONS):
        del noun[0]
    return " ".join(noun)


def _last_noun(left: str) -> str:
    """The noun phrase that ends a text."""
    found: list[str] = []
    for word in reversed([match.group() for match in _WORD.finditer(left[-60:])]):
        low = word.lower()
        if not word[0].isalpha() or low in _STOPS or low in _ARTICLES or _is_verb(low):
            break
        found.append(word)
    return " ".join(reversed(found[:4]))


def _behind_verb(left: str) -> str:
    """The noun after the last verb before a figure."""
    found: list[str] = []
    for word in reversed([match.group() for match in _WORD.finditer(left[-80:])]):
        if _is_verb(word.lower()) or not word[0].isalpha():
            break
        found.append(word)
    return _noun(" ".join(reversed(found)))


# Dates


def _date(match: re.Match[str], state: _Context) -> FoundTime | None:
    start, end = match.span("date")
    day = _day(match, state)
    if not day:
        return None
    sentence = state.sentence
    left = sentence[max(0, start - 70) : start]
    limit = _LIMIT.search(left)
    if left.endswith(_COMPARED_WITH) and not (limit and _LATEST.match(limit.group())):
        return None
    is_ahead = state.published is not None and day > state.published.isoformat()
    is_start = is_ahead and len(day) > 4 and _STARTING.search(left)
    if is_start and not _UP_TO_RIGHT.match(sentence, end):
        return FoundTime(day, True, False, _of_date(state, start, end), start, end)
    is_by = _BY_LAST.search(left) is not None
    is_sure = len(day) > 7 or is_by or (len(day) == 7 and is_ahead)
    is_limit = limit is not None and (is_sure or not _WEAK_LIMIT.match(limit.group()))
    is_past_year = len(day) == 4 and state.published and int(day) < state.published.year
    if is_past_year and limit and not _SURE_LIMIT.match(limit.group()):
        is_limit = False  # built by 1998
    if _RANGED.search(match.group()) and _APPLYING.search(left):
        is_limit = True
    what = _of_date(state, start, end) if is_limit else ""
    return FoundTime(day, is_limit, is_by, what, start, end)


_COMPARED_WITH = (
    *("than in ", "than ", "since ", "Since ", "compared with ", "compared to ", "as in "),
    *("against ", "versus "),
)
_LATEST = lazy_pattern("(?:no|not) later than", re.IGNORECASE)
_BY_LAST, _NO_DIGIT = lazy_pattern(r"\bby (?:the end of )?$"), lazy_pattern(r"\D")
_STARTING = lazy_pattern(
    r"\b(?:from|starting|beginning|effective|as of|commencing)(?: on)?\s$", re.I
)
_UP_TO_RIGHT = lazy_pattern(rf"\s?(?:to|until|till|through|{_DASH})\b")
_RANGED = lazy_pattern(rf"{_DASH}|\bto\b|\band\b")


def _of_date(state: _Context, start: int, end: int) -> str:
    """What begins or ends on a day: what was counted before it in its clause, else the subject,
    also that of the clause behind it."""
    if state.after and state.clause(start) <= state.after:
        return state.object
    return _subject(state, start) or _first_noun(state.sentence[end : end + 120].lstrip(", "))


def _day(match: re.Match[str], state: _Context) -> str:
    """The day, month or year of a date; empty where its year cannot be known."""
    if match["y2"] or match["yy"]:
        return str(match["y2"] or match["yy"])
    if match["m1"] or match["m2"]:
        first = english_month(match["m1"] or match["m2"]), _number(match["d1"] or match["d2"])
        last = (
            english_month(match["m1b"] or match["m1"] or match["m2"]),
            _number(match["d1b"] or match["d1"] or match["d2b"] or match["d2"]),
        )
        if not (0 < first[1] < 32 and 0 < last[1] < 32):
            return ""
        year = int(match["my"] or match["dy"] or 0)
        if not year and (year := _year(state, match, first, first)):
            year += last[0] < first[0]  # from November 1 to January 20
        return iso_day(year, *last) if year else ""
    if match["qual"] or match["qual2"]:
        return _period(match, state)
    if match["m7"]:
        months = (english_month(match["m6"]), 1), (english_month(match["m7"]), 28)
        year = int(match["y7"] or _year(state, match, months[1], months[1]))
        return last_day(year, months[1][0]) if year else ""
    if match["m3"]:
        return f"{match['my3']}-{english_month(match['m3']):02}"
    if match["iso"]:
        return iso_day(*map(int, re.split("[/.-]", match["iso"])))
    if state.published is None:
        return ""
    if match["m8"]:
        month = english_month(match["m8"])
        return f"{_year(state, match, (month, 1), (month, 31))}-{month:02}"
    return str(state.published.year + _YEARS_ON[match["rel"].split()[0].lower()])


def _number(written: str) -> int:
    return int(_NO_DIGIT.sub("", written))


def _year(
    state: _Context, match: re.Match[str], first: tuple[int, int], last: tuple[int, int]
) -> int:
    """The year of what is named without one; 0 where nobody knows when the text was published."""
    if state.published is None:
        return 0
    start, end = match.span("date")
    return fitting_year(
        first,
        last,
        state.published,
        lambda: english_tense(state.sentence, start, end, state.clause_around(start, end)),
    )


_YEARS_ON = {"this": 0, "last": -1, "next": 1, "year": 0}


def _period(match: re.Match[str], state: _Context) -> str:
    """The last day of a half, a quarter or some months, as `the first half of 2023`."""
    named = (match["qual"] or match["qual2"]).lower()
    month, is_end = _month_of_period(match, named)
    year = int(match["y4"] or match["y5"] or 0)
    if match["rel5"] and state.published:
        year = state.published.year + _YEARS_ON[match["rel5"].split()[0]]
    if match["m4"] and not year:
        year = _year(state, match, (month, 28), (month, 28))
    if not year:
        year = _year(state, match, (month, 28), (month, 28)) if month else 0
    if not year:
        return ""
    if not month:
        return f"{year}-12-31" if is_end else str(year)
    return last_day(year, month) if is_end else f"{year}-{month:02}"


def _month_of_period(match: re.Match[str], named: str) -> tuple[int, bool]:
    """The last month of a period, or 0, and whether its last day is meant."""
    is_end = "end" in named
    if match["m4"]:
        return english_month(match["m4"]), is_end
    if "half" in named:
        return (6 if "first" in named else 12), True
    if "months" in named or "quarters" in named:
        digits = re.search(r"\d+", named)
        number = int(digits[0]) if digits else int(parse_english(named) or 12)
        return max(1, min(12, number * (3 if "quarters" in named else 1))), True
    if "quarter" in named:
        return 3 * min(4, parse_ordinal(named.removeprefix("the ").split()[0]) or 4), True
    return 0, is_end
