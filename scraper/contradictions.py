"""Contradictions: two reports that give different figures, days, ranks or lists for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import product

from storage.facts import Figure, Modifier
from storage.text import simplify

from .events.lexicon import (
    cities,
    name_of,
    romanised,
    shared_names,
    spoken,
    subjects,
    terms_of,
    words,
)
from .events.periods import Timeframe, districts_of, ordinals_of
from .events.statements import (
    GENERAL,
    Report,
    Statement,
    common,
    content_of,
    dated_acts,
    days_around,
    likeness,
    named_days,
    statements_of,
)
from .facts.found import iso_day
from .facts.patterns import phrases
from .facts.patterns import words as listed


class DoubtKind(StrEnum):
    """What two reports say differently."""

    FIGURE = "figure"
    DATE = "date"
    LIST = "list"
    RANK = "rank"


class Excuse(StrEnum):
    """Why what differs is no contradiction."""

    CORRECTION = "correction"
    TARGET = "target"
    DEFINITION = "definition"
    PHASE = "phase"
    SCOPE = "scope"
    YEAR = "year"
    PERIOD = "period"
    CUMULATIVE = "cumulative"
    AS_OF = "asof"
    ROUNDING = "rounding"
    PART = "part"
    DIFFERENT = "different"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two sentences that say something different of one thing: `excuse` says why that is no
    contradiction, None that it is one. `strength` (0 to 1) says how surely they are about one
    thing, `values` what each says."""

    kind: DoubtKind
    excuse: Excuse | None
    sentences: tuple[str, str]
    values: tuple[str, str]
    strength: float


def doubts_of(one: Report, other: Report) -> tuple[Doubt, ...]:
    """What two reports say differently, the surest first, contradictions before what is excused."""
    correction = _is_correction(one) or _is_correction(other)
    found = [*_figures(one, other), *_lists(one, other), *_days(one, other), *_ranks(one, other)]
    if correction:
        found = [_excused(each, Excuse.CORRECTION) for each in found]
    elif _are_two_things(one, other):
        found = [_excused(each, Excuse.DIFFERENT) for each in found]
    return tuple(sorted(found, key=lambda each: (each.excuse is not None, -each.strength)))


def _excused(doubt: Doubt, excuse: Excuse) -> Doubt:
    if doubt.excuse is not None:
        return doubt
    return Doubt(doubt.kind, excuse, doubt.sentences, doubt.values, doubt.strength)


_CORRECTION = re.compile(
    r"更正|有误|应为|勘误|特此致歉|订正|修正为|更新为|\bcorrection\b|\bcorrected\b|\berroneous|"
    r"\bmisstated\b|\bincorrectly\b|an earlier version|\brevised\b|\bclarification\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)
def _is_correction(report: Report) -> bool:
    return _CORRECTION.search(simplify(report.text)) is not None


_FAR = 14
"""Reports of one thing are days apart, not weeks, unless they say which year or day they are of."""


def _are_far(one: Report, other: Report) -> bool:
    gap = _gap(one, other)
    return gap is not None and gap > _FAR


def _are_of_other_days(one: Report, other: Report) -> bool:
    """Whether both name days around their publication, and none is the same."""
    ours, yours = days_around(one), days_around(other)
    return bool(ours and yours) and not ours & yours


def _are_two_things(one: Report, other: Report) -> bool:
    """Whether two reports are weeks apart and each is about a subject that the other nowhere names,
    or their titles name other ones of a row."""
    first, second = _title_ordinals(one), _title_ordinals(other)
    if first and second and not first & second:
        return True
    if one.published is None or other.published is None:
        return False
    if not _are_far(one, other):
        return False
    if one.language == other.language:
        own = words(one.title) - words(other.text), words(other.title) - words(one.text)
    else:
        own = (
            subjects(one.title) - subjects(other.text),
            subjects(other.title) - subjects(one.text),
        )
    return min(map(len, own)) >= 2


def _title_ordinals(report: Report) -> frozenset[int]:
    return ordinals_of(simplify(report.title))


# Figures

_SAME_THING, _SAME_COUNT, _SAME_TIME, _SAME_SHARE, _ONE_EVENT = 0.3, 0.42, 0.6, 0.5, 0.5
_BEYOND_SENTENCE = 0.25
"""So much more than two sentences their parts around a figure may have in common."""
_BY_ANOTHER, _BY_DAY = 0.2, 0.15
_AKIN = 0.33
"""So alike two sentences are at least whose sums are compared without a day or figure in common."""
_SLIP, _FARTHER, _TIMES, _SEVERAL = 0.1, -0.25, 6, 4
_ONE_TERM, _HALF = 1.0 / 2.5 + 0.01, 0.6
"""What two sentences in two languages have in common where it is one term: what is counted."""
_VAGUE = {"CNY", "USD", "EUR", "%", "pp", "m2", "m", "kg", "W", "TEU", "m3", "kWh", "PFLOPS"}
"""What is counted in these says little by itself: it is the sentence that must agree."""
_DURATIONS = {"year", "month", "week", "day", "hour", "minute"}
"""Any sentence may hold one of these, of anything."""
_MONEY = {"CNY", "USD", "EUR"}
_NEVER = {"second", "rank", "times"}


def _least(figure: Figure) -> float:
    """From which strength on two figures count one thing."""
    if figure.base in _DURATIONS:
        return _SAME_TIME
    if figure.base in ("%", "pp"):
        return _SAME_COUNT if _is_growth(figure) else _SAME_SHARE
    return _SAME_THING if figure.base in _VAGUE else _SAME_COUNT


@dataclass(frozen=True, slots=True)
class _Match:
    one: tuple[Statement, Figure]
    other: tuple[Statement, Figure]
    strength: float
    equal: bool


def _figures(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    ours, yours = _figures_of(one), _figures_of(other)
    matches = []
    akin = common(one.text, other.text, across=across) >= _ONE_EVENT
    alike = akin and _are_anchored(one, other)
    lone = {
        base
        for base in {figure.base for _, figure in ours}
        if all(sum(figure.base == base for _, figure in each) == 1 for each in (ours, yours))
    }
    for mine, theirs in product(ours, yours):
        if mine[1].base != theirs[1].base or mine[1].base in _NEVER:
            continue
        if _is_growth(mine[1]) != _is_growth(theirs[1]):
            continue
        strength = _one_thing(mine, theirs, across=across)
        equal = _is_equal(mine[1], theirs[1])
        if strength:
            strength += _ties(mine[0], theirs[0]) + _nearness(mine[1], theirs[1])
            strength = min(1.0, max(0.0, strength))
            if not across and mine[1].base in _VAGUE and not _are_close(mine, theirs):
                strength *= likeness(mine[0], theirs[0], across=across) >= _AKIN
        if (alike or _is_slip(mine[1], theirs[1])) and akin and mine[1].base in lone & _VAGUE:
            strength = max(strength, _SAME_THING)
        if equal or strength >= _least(mine[1]):
            matches.append(_Match(mine, theirs, strength + 0.25 * equal, equal))
    settled: set[int] = set()
    for match in sorted(matches, key=lambda each: (-each.strength, not each.equal)):
        first, second = match.one[1], match.other[1]
        keys = {id(first), id(second)}
        if keys & settled:
            continue
        settled |= keys
        if match.equal:
            continue
        values = _printed(first), _printed(second)
        excuse = _excuse(match)
        texts = match.one[0].text, match.other[0].text
        yield Doubt(DoubtKind.FIGURE, excuse, texts, values, min(1.0, match.strength))


def _are_anchored(one: Report, other: Report) -> bool:
    """Whether two reports name a day or a name in common, other than that of a city."""
    if days_around(one) & days_around(other):
        return True
    return one.language != other.language and bool(shared_names(one.text, other.text) - cities())


def _are_close(one: tuple[Statement, Figure], other: tuple[Statement, Figure]) -> bool:
    """Whether two sentences have a day or a figure in common, or their figures the digits."""
    return _are_tied(one[0], other[0]) or _is_slip(one[1], other[1])


def _is_growth(figure: Figure) -> bool:
    return figure.modifier is Modifier.GROWTH


def _ties(one: Statement, other: Statement) -> float:
    """How much speaks for two sentences being about one thing beside what they say: a figure that
    both have, and with it a day."""
    if not _share_a_figure(one, other):
        return 0.0
    return _BY_ANOTHER + _BY_DAY * bool(one.days & other.days)


def _share_a_figure(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a figure in common."""
    return any(
        mine.base == theirs.base and mine.modifier is theirs.modifier and _is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
    )


def _nearness(one: Figure, other: Figure) -> float:
    """What the numbers themselves say: a slip of the pen changes the order of digits, while another
    thing has any number."""
    if _is_slip(one, other):
        return _SLIP
    first, second = (abs(each.low * each.factor) for each in (one, other))
    return _FARTHER if max(first, second) > _TIMES * min(first, second) > 0 else 0.0


def _are_far_apart(one: Figure, other: Figure) -> bool:
    """Whether one number is several times the other."""
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    return high > _SEVERAL * low > 0 and not _is_slip(one, other)


def _is_slip(one: Figure, other: Figure) -> bool:
    """Whether two numbers have the same digits in another order."""
    digits = [
        sorted(f"{abs(each.low * each.factor):.6g}".replace(".", "").strip("0"))
        for each in (one, other)
    ]
    return len(digits[0]) > 1 and digits[0] == digits[1]


@lru_cache(maxsize=512)
def _figures_of(report: Report) -> tuple[tuple[Statement, Figure], ...]:
    found = [
        (statement, figure)
        for statement in statements_of(report)
        for figure in statement.figures[:20]
    ]
    return tuple(found[:80])


def _printed(figure: Figure) -> str:
    body = figure.sentence
    return body[max(0, figure.start - figure.begin) : figure.end - figure.begin]


def _one_thing(
    one: tuple[Statement, Figure], other: tuple[Statement, Figure], *, across: bool
) -> float:
    """How surely two figures count the same thing, 0 to 1."""
    first, second = one[1], other[1]
    around = common(content_of(one[0]), content_of(other[0]), across=across)
    object_ = _object_fit(first, second, across=across)
    if first.base in _VAGUE:
        says_little = any(_says_little(each.object) for each in (first, second))
        object_ = 0.5 if says_little else max(object_, 0.5)
    if object_ == 0.0:
        return 0.0
    clause = common(_clause(one), _clause(other), across=across)
    clause = min(clause, around + _BEYOND_SENTENCE)
    found = max(around, clause)
    if object_ < 1:
        found = object_ * (0.35 * around + 0.65 * found)
    if not across or around > _ONE_TERM or _are_close(one, other):
        return found
    return found if _are_anchored(one[0].report, other[0].report) else found * _HALF


_NO_OBJECT = re.compile(r"(?:总?数量?|人数|总量|规模|总额|number|total|amount)?", re.IGNORECASE)


def _says_little(object_: str) -> bool:
    """Whether any sum of money or measure may be called so: total, investment, scale."""
    found = terms_of(object_)
    alone = len(found) == 1 and all(GENERAL.issuperset(term) for term in found)
    return alone or _NO_OBJECT.fullmatch(object_) is not None


_CLASSIFIER = re.compile(r"[\d万亿余多](?:[余多])?([\u4e00-\u9fff]{1,2})$")
_PERSONS = re.compile("[人名位]$")
_PERSONS_TOO = re.compile(r"^(?:people|persons?|participants)\b", re.IGNORECASE)
_ANY_CLASSIFIER = frozenset("个项种类次批")


def _object_fit(one: Figure, other: Figure, *, across: bool) -> float:
    """1: the same thing is counted. 0: another. Between: it cannot be said."""
    if not across and one.base == other.base == "count":
        mine, theirs = (_CLASSIFIER.search(_printed(each)) for each in (one, other))
        if mine and theirs and not {mine[1], theirs[1]} & _ANY_CLASSIFIER:
            if mine[1] != theirs[1]:
                return 0.0
            if _NO_OBJECT.fullmatch(one.object) or _NO_OBJECT.fullmatch(other.object):
                return 0.8
    if across and {one.base, other.base} == {"count"}:
        persons = [_PERSONS.search(_printed(each)) is not None for each in (one, other)]
        if any(persons) and _PERSONS_TOO.search((other if persons[0] else one).object):
            return 0.8
    if not one.object or not other.object:
        return 0.5
    first, second = subjects(one.object), subjects(other.object)
    if first & second:
        return 1.0
    if not across:
        left, right = words(one.object), words(other.object)
        if left and right and len(left & right) >= 0.5 * min(len(left), len(right)):
            return 1.0
        return 0.0 if first and second else 0.4
    if first and not second:
        return 0.8 if first & subjects(other.sentence) else 0.0
    if second and not first:
        return 0.8 if second & subjects(one.sentence) else 0.0
    if romanised(one.object) & spoken(other.object) or romanised(other.object) & spoken(one.object):
        return 0.8
    return 0.0 if first and second else 0.6


_CLAUSE_ENDS = re.compile(r"[，,；;：:。]")


_REACH = 300
"""So many characters on either side of a figure its clause has at most."""


def _clause(one: tuple[Statement, Figure]) -> str:
    """The part of a sentence between commas in which a figure stands."""
    statement, figure = one
    place = max(0, figure.start - statement.begin)
    text = statement.text[max(0, place - _REACH) : place + _REACH]
    place = min(place, _REACH)
    stops = [stop for stop in _CLAUSE_ENDS.finditer(text) if not _in_number(text, stop)]
    begin = max((stop.end() for stop in stops if stop.end() <= place), default=0)
    end = min((stop.start() for stop in stops if stop.start() > place), default=len(text))
    return text[begin:end]


def _in_number(text: str, found: re.Match[str]) -> bool:
    return found.group() == "," and text[found.end() : found.end() + 1].isdigit()


def _is_equal(one: Figure, other: Figure) -> bool:
    """Whether two figures agree as far as each was printed: about 120 million and 119.6 million do,
    over 4 million and 4.13 million, 80 hectares and 1,200 mu, 26 kilometers and 26.45."""
    (low, high), (low_too, high_too) = _ends(one), _ends(other)
    if low <= high_too * (1 + 1e-6) and low_too <= high * (1 + 1e-6):
        return True
    if (
        one.base == "count"
        or one.unit != other.unit
        or {one.low, other.low} != {one.high, other.high}
    ):
        return False
    coarse, fine = sorted((one.low, other.low), key=lambda value: value != int(value))
    return coarse == int(coarse) != 0 and fine != int(fine) and abs(coarse - fine) <= 0.5


_ABOUT, _BEYOND = 0.03, 0.15


def _ends(figure: Figure) -> tuple[float, float]:
    """Between which values a figure lies, in its base unit."""
    low, high = figure.low * figure.factor, figure.high * figure.factor
    if low > high:
        low, high = high, low
    step = _step(figure)
    low, high = low - step / 2, high + step / 2
    size = max(abs(low), abs(high))
    if figure.modifier is Modifier.OVER:
        high += _BEYOND * size
    elif figure.modifier is Modifier.UNDER:
        low -= _BEYOND * size
    elif figure.modifier is Modifier.ABOUT:
        low, high = low - _ABOUT * size, high + _ABOUT * size
    return low, high


def _step(figure: Figure) -> float:
    """By how much a figure may differ for having been rounded: one in its last digit printed, where
    it is a round one."""
    value = abs(figure.low)
    if value == 0:
        return 0.0
    digits = f"{value:.9g}"
    if "e" in digits:
        digits = f"{value:.0f}"
    whole, _, fraction = digits.partition(".")
    if fraction:
        return float(10 ** -len(fraction)) * figure.factor
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(10**zeros) * figure.factor if zeros >= 2 else 0.0


_STAGES = {
    "registered": r"报名|报考|注册|\bregister|\bsign(?:ed)? up|\bappl(?:y|ied|icants?|ications?)",
    "collected": r"征集|收集|申报|\bcollect|\bsubmit|\breceiv",
    "finals": r"决赛|入围|\bfinals?\b|\bfinalist|\bshortlist",
    "selected": r"入选|入榜|获批|\bselect|\bchosen\b|\bapproved\b",
    "signed": r"签约|签订|签署|\bsigned\b|\bsigning\b|\bagreements?\b",
    "intended": r"意向|\bintent",
    "attended": r"参会|参加|参展|参赛|参考|到考|出席|\battend|\bt(?:oo|ake) part\b"
    r"|\bcompeted\b|\bsat\b|\bt(?:oo|ake) the (?:exam|test)",
    "started": r"开工|启动|\bstarted\b|\bunder way\b|\bbroke ground",
    "completed": r"竣工|建成|完工|\bcompleted\b|\bfinished\b",
    "paid": r"到位|拨付|兑付|\bpaid\b|\bdisbursed\b",
    "employed": r"上岗|\bhired\b|\bemployed\b",
    "killed": r"死亡|遇难|\bdead\b|\bdied\b|\bkilled\b",
    "injured": r"受伤|\binjured\b|\bhurt\b",
    "won": r"获奖|\bprizes?\b|\bawards?\b",
    "exhibited": r"亮相|展出|\bshowed\b|\bpresented\b",
    "accepted": r"受理|接到|接听|\baccept|\btook [\d,.]+ calls|\breceived\b",
    "settled": r"审结|结案|办结|执结|\bconcluded\b|\bsettled\b|\bsolved\b|\bdealt with\b",
    "delayed": r"延误|\bdelay",
    "cancelled": r"取消|\bcancel",
    "gained": r"新增|新购|购置|采购|采摘|\bbought\b|\bpurchas|\badded\b|\bacquired\b",
    "owned": r"拥有|现有|保有|馆藏|藏书|\bowns?\b|\bholds\b|\bin all\b",
    "produced": r"产量|生产|\bproduc|\bharvest|\bpicked\b",
    "sold": r"销量|销售|售出|\bsold\b|\bsales?\b",
    "sown": r"播种|栽种|\bsow[ns]?\b|\bplanted\b",
    "reaped": r"收割|收获|采收|\breap|\bharvest",
    "missing": r"失联|失踪|\bmissing\b",
    "vacancies": r"岗位|\bvacanc|\bopenings\b|\bjobs\b",
}
"""How far what is counted has come: applicants are not finalists."""
_STAGE = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _STAGES.items()}
_LATER = {
    "registered": "finals attended selected won signed",
    "collected": "selected finals signed won",
    "selected": "finals signed",
    "finals": "won",
    "signed": "intended exhibited started paid",
    "started": "completed",
    "killed": "injured",
    "vacancies": "employed intended",
    "exhibited": "attended",
    "accepted": "settled",
    "delayed": "cancelled",
    "gained": "owned",
    "produced": "sold",
    "sown": "reaped",
    "missing": "killed injured",
}
_APART = [(one, other) for one, others in _LATER.items() for other in others.split()]
_PHASE = re.compile(
    r"([一二三四五123])期|([一二三])阶段"
    r"|\b(first|second|third|fourth|1st|2nd|3rd) (?:phase|stage)\b"
    r"|\bphase (one|two|three|1|2|3|I{1,3})\b",
    re.IGNORECASE,
)
_IN_PHASES = re.compile("分[二三四两]期")
_PHASE_NUMBERS = {
    name: number
    for number, names in (
        ("1", "一 first 1st one i"),
        ("2", "二 second 2nd two ii"),
        ("3", "三 third 3rd three iii"),
        ("4", "四 fourth"),
        ("5", "五"),
    )
    for name in names.split()
}
_PART_OF = re.compile(
    r"其中|\bof (?:which|them|these|whom)\b|\bamong (?:them|these|which)\b|\bincluding\b|\balone\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"目标|力争|计划|规划|预计|有望|拟|将达|预期|争取|\bwants? to\b|\bplans? to\b|\bplanned\b"
    r"|\baims?\b|\btarget|\bgoal\b|\bexpect|\bhopes?\b|\bby 20\d\d\b|\bis to\b|\bare to\b"
    r"|\bforecast",
    re.IGNORECASE,
)


def _excuse(match: _Match) -> Excuse | None:
    """Why two figures that differ are no contradiction."""
    (one, first), (other, second) = match.one, match.other
    clauses = _clause(match.one), _clause(match.other)
    if _are_planned(first, clauses[0]) != _are_planned(second, clauses[1]):
        return Excuse.TARGET
    if _phases(one.text) != _phases(other.text):
        return Excuse.PHASE
    if _stages_apart(clauses) or _stages_apart((one.text, other.text)):
        return Excuse.DEFINITION
    if bool(_PART_OF.search(_before(match.one))) != bool(_PART_OF.search(_before(match.other))):
        return Excuse.PART
    if _are_of_a_row(one, other):
        return Excuse.DIFFERENT
    if (excuse := _other_time(one, other, first, second)) is not None:
        return excuse
    if bool(_FIRST_COUNT.search(one.text)) != bool(_FIRST_COUNT.search(other.text)):
        return Excuse.AS_OF
    if _are_far_apart(first, second) and not _are_tied(one, other):
        return Excuse.DEFINITION
    if _is_narrower(match) or _is_narrower(_Match(match.other, match.one, 0.0, match.equal)):
        return Excuse.PART
    return Excuse.SCOPE if _other_scope(one, other) else None


_FIRST_COUNT = re.compile(
    r"初步|快报|预估|估算|暂定|概算|\binitial\b|\bpreliminary\b|\bprovisional\b"
    r"|\bearly (?:count|estimate)s?\b|\bestimate[sd]?\b|\bat first\b",
    re.IGNORECASE,
)
"""What is counted before all is known, and may differ from what is counted in the end."""


def _is_narrower(match: _Match) -> bool:
    """Whether the first counts what the second does, but only those of a kind that the report of
    the second nowhere names: hydrogen buses and buses."""
    (one, first), (other, second) = match.one, match.other
    if first.base in _MONEY or not second.object or one.report.language != other.report.language:
        return False
    if subjects(first.object) - subjects(other.report.text) - GENERAL:
        return True
    whole = words(other.report.text)
    if first.base in _VAGUE:
        return False
    if one.report.language == "zh":
        kind = _added(simplify(first.object), simplify(second.object))
        return len(kind) >= 2 and not words(kind) & whole
    longer, shorter = words(first.object), words(second.object)
    return shorter < longer and not (longer - shorter) & whole


def _added(longer: str, shorter: str) -> str:
    """What the longer of two names of things has before the end, or in the middle, of the other:
    hydrogen buses and buses, good village teachers and good teachers. Empty for other things."""
    if len(shorter) < 2 or len(longer) <= len(shorter):
        return ""
    size = len(longer) - len(shorter)
    return next(
        (
            longer[at : at + size]
            for at in range(len(shorter))
            if longer[:at] + longer[at + size :] == shorter
        ),
        "",
    )


_SEASON = re.compile(
    r"\b(?:this|last|two|next) (?:seasons?|terms?|school years?)\b"
    r"|[上本今去](?:赛|雪|榨|学)[季期年]",
    re.IGNORECASE,
)


def _are_planned(figure: Figure, clause: str) -> bool:
    """Whether a figure is meant to be reached. Money that will be spent is as good as given."""
    if figure.base in _MONEY and not re.search("目标|力争|target|goal|aim", clause):
        return False
    return figure.modifier is Modifier.TARGET or _PLANNED.search(clause) is not None


def _phases(text: str) -> frozenset[str]:
    if _IN_PHASES.search(text):
        return frozenset()
    found = {next(filter(None, groups)).lower() for groups in _PHASE.findall(text)}
    return frozenset(_PHASE_NUMBERS.get(one, one) for one in found)


def _stages_apart(clauses: tuple[str, str]) -> bool:
    first, second = map(_stages_of, clauses)
    return any(
        (one in first and other in second and other not in first and one not in second)
        or (other in first and one in second and one not in first and other not in second)
        for one, other in _APART
    )


@lru_cache(maxsize=4096)
def _stages_of(clause: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _STAGE.items() if pattern.search(clause))


def _before(one: tuple[Statement, Figure]) -> str:
    """What stands right before a figure."""
    statement, figure = one
    body = statement.report.body
    return body[max(figure.begin, figure.start - 24) : figure.start]


def _other_time(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> Excuse | None:
    ours, yours = one.period, other.period
    same = _say_one_time(one, other, first, second)
    if _are_far(one.report, other.report) and not same and not _name_one_day(one, other):
        years = _year(ours, one, first), _year(yours, other, second)
        published = [each.report.published or date.min for each in (one, other)]
        apart = years[0] != years[1] or published[0].year != published[1].year
        return Excuse.YEAR if apart else Excuse.AS_OF
    if ours.as_of and yours.as_of and ours.as_of != yours.as_of:
        return Excuse.AS_OF
    if not same and (_are_of_other_days(one.report, other.report) or _name_other_days(one, other)):
        return Excuse.DIFFERENT
    if ours.cumulative != yours.cumulative and not (ours.as_of and ours.as_of == yours.as_of):
        return Excuse.CUMULATIVE
    years = _year(ours, one, first), _year(yours, other, second)
    if years[0] and years[1] and years[0] != years[1]:
        return Excuse.YEAR
    if ours.part != yours.part and (ours.part and yours.part):
        return Excuse.CUMULATIVE if "-" in ours.part + yours.part else Excuse.PERIOD
    if "day" in (ours.part, yours.part) and ours.part != yours.part and not one.days & other.days:
        return Excuse.PERIOD
    if _is_of_one_day(one) != _is_of_one_day(other) and _is_of_days(one) != _is_of_days(other):
        return Excuse.PERIOD
    seasons = [frozenset(_SEASON.findall(each.text)) for each in (one, other)]
    if all(seasons) and one.report.language == other.report.language and seasons[0] != seasons[1]:
        return Excuse.PERIOD
    if (
        (ours.part or yours.part)
        and ours.part != yours.part
        and _says_year_alone(yours if ours.part else ours)
    ):
        return Excuse.PERIOD
    if bool(ours.as_of) != bool(yours.as_of):
        gap = _gap(one.report, other.report)
        if gap is not None and gap >= 1 and _is_running(one if ours.as_of else other):
            return Excuse.AS_OF
    return None


_HALF_A_YEAR = 183


def _name_one_day(one: Statement, other: Statement) -> bool:
    """Whether the reports of two sentences name one day, and it is of one year."""
    gap = _gap(one.report, other.report) or 0
    return gap < _HALF_A_YEAR and bool(named_days(one.report) & named_days(other.report))


def _say_one_time(
    one: Statement, other: Statement, first: Figure | None, second: Figure | None
) -> bool:
    """Whether both say in so many words which time they speak of, and it is one."""
    ours, yours = one.period, other.period
    if one.days & other.days:
        return True
    years = _year(ours, one, first), _year(yours, other, second)
    if years[0] is None or years[0] != years[1] or ours.part != yours.part:
        return False
    if ours.part:
        return ours.part not in _RECURRENT
    if one.days and other.days:
        return False
    return all(str(years[0]) in each.text for each in (one, other))


_RECURRENT = ("day", "each month")
"""Parts of a year that come again and again."""

_DAYS = re.compile(
    r"\d天|[一二三四五六七八九十两]+[天日](?:长假|假期|里|内|时间|来)|(?:首|一|两|三)周"
    r"|\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d+)[- ]days?|weeks?|weekend)\b",
    re.IGNORECASE,
)


def _is_of_days(statement: Statement) -> bool:
    """Whether the figures of a sentence are of several days."""
    return _DAYS.search(statement.text) is not None


def _is_of_one_day(statement: Statement) -> bool:
    return len(statement.days) == 1 and not statement.period.part and not _is_of_days(statement)


_RUNNING = re.compile(
    r"转移|回港|受灾|受灾|报名|捐|接种|确诊|moved|evacuat|returned|affected|donat", re.I
)


def _is_running(statement: Statement) -> bool:
    """Whether it counts what changes by the hour."""
    return _RUNNING.search(statement.text) is not None


def _says_year_alone(period: Timeframe) -> bool:
    return period.year is not None and not period.part


def _year(period: Timeframe, statement: Statement, figure: Figure | None) -> int | None:
    if period.year is not None:
        return period.year
    if figure is not None and len(figure.as_of) >= 4 and figure.modifier is not Modifier.TARGET:
        return int(figure.as_of[:4])
    published = statement.report.published
    if published is None:
        return None
    if period.part and period.part not in ("day", "each month"):
        return published.year
    return None


def _gap(one: Report, other: Report) -> int | None:
    if one.published is None or other.published is None:
        return None
    return abs((one.published - other.published).days)


def _other_scope(one: Statement, other: Statement) -> bool:
    """Whether one is about the whole country or province and the other about less, or they are
    about different parts of a city."""
    first, second = one.scope, other.scope
    for wide in ("nation", "province"):
        if (wide in first) != (wide in second):
            return True
    return _districts_apart(one, other)


def _districts_apart(one: Statement, other: Statement) -> bool:
    """Whether they are of different districts, or one of a district and the other, whose report
    does not know it, of the whole city."""
    ours, yours = districts_of(one.text), districts_of(other.text)
    if not ours and not yours:
        return False
    if not ours or not yours:
        inside, outside = (one, other) if ours else (other, one)
        return (
            ("city" in outside.scope or not _are_tied(one, other))
            and _is_of_city(outside)
            and not any(_is_named(each, inside, outside) for each in districts_of(inside.text))
        )
    return not any(_is_named(mine, one, other) for mine in ours) and not any(
        _is_named(theirs, other, one) for theirs in yours
    )


_CITY = re.compile("[\u4e00-\u9fff]{2,4}市(?!场|民|内|区)")


def _is_of_city(statement: Statement) -> bool:
    """Whether a sentence names a city as what its figures are of, or says that they are."""
    if "city" in statement.scope or _CITY.search(statement.text):
        return True
    return bool(romanised(statement.text) & cities())


def _are_tied(one: Statement, other: Statement) -> bool:
    """Whether two sentences have a day or a figure in common."""
    return bool(one.days & other.days) or _share_a_figure(one, other)


def _is_named(district: str, of: Statement, other: Statement) -> bool:
    """Whether the report of another sentence names a district."""
    text = simplify(other.report.text)
    if of.report.language == other.report.language:
        return district in text
    if district.isascii():
        # What is not romanised, but Mongol or Tibetan, cannot be told from its characters.
        return not romanised(district) or bool(romanised(district) & spoken(text))
    return bool(romanised(text) & spoken(district)) or not all(
        romanised(one) for one in districts_of(other.report.text)
    )


# Lists

_PARTLY = re.compile(
    phrases(r"""
        等(?!级|待|于|[^，。；]{0,3}第) | 包括 | 例如 | 如(?=[\u4e00-\u9fff]{2,4}、) | 其中
        分别(?=有) | 部分 | \bsuch as\b | \binclud(?:es?|ing)\b | \bamong (?:them|others|which)\b
        \bfor example\b | \blike\b | \band others\b
    """),
    re.IGNORECASE,
)
_HAN_NAME = "(?!\\d+[、，。])[\u4e00-\u9fffA-Za-z\\d·“”]{2,14}"
_HAN_LIST = re.compile(
    f"(?:{_HAN_NAME}、){{1,60}}{_HAN_NAME}(?:[和与及以][\u4e00-\u9fff]{{2,10}})?"
)
_NAME = r"(?:[A-Z][\w'’-]+(?:(?: of| and the| the)? [A-Z][\w'’-]+){0,4}(?: \d{1,4})?)"
_ENGLISH_LIST = re.compile(
    rf"{_NAME}(?:, {_NAME}){{1,30}},? and {_NAME}|{_NAME}, {_NAME},? and {_NAME}"
)
_LEADS = re.compile("(?:分别为|分别是|即|为|是|有|由|包括|[：:，])(?=[^为是有：:，]*$)")
_TAILS = re.compile(
    r"(?:(?:[一二三四五六七八九十两]|\d{1,3})(?:地|个|城|市|家|人|省|校|县|区|国|所|项)"
    "|共同|入选|获|成为|被|上榜|位列|当选|联合|签|参|举|之间).*$"
)


@dataclass(frozen=True, slots=True)
class _List:
    statement: Statement
    members: tuple[str, ...]


def _lists(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    for mine, theirs in product(_lists_of(one), _lists_of(other)):
        strength = common(mine.statement.text, theirs.statement.text, across=across)
        if strength < _SAME_THING:
            continue
        shared = sum(any(_is_name(a, b, across) for b in theirs.members) for a in mine.members)
        sizes = len(mine.members), len(theirs.members)
        if not shared or (shared == sizes[0] == sizes[1]):
            continue
        partly = _is_partial(mine), _is_partial(theirs)
        excuse = None
        if any(partly) or (
            sizes[0] != sizes[1] and shared == min(sizes) and not _counted(mine, theirs)
        ):
            excuse = Excuse.PART
        elif _name_other_days(mine.statement, theirs.statement) or _are_of_a_row(
            mine.statement, theirs.statement
        ):
            excuse = Excuse.DIFFERENT
        elif (
            mine.statement.period.year
            and theirs.statement.period.year
            and mine.statement.period.year != theirs.statement.period.year
        ):
            excuse = Excuse.YEAR
        elif 2 * shared < min(sizes):
            continue
        texts = mine.statement.text, theirs.statement.text
        values = "、".join(mine.members), "、".join(theirs.members)
        yield Doubt(DoubtKind.LIST, excuse, texts, values, strength)


def _are_of_a_row(one: Statement, other: Statement) -> bool:
    """Whether two sentences are about other ones of a row."""
    return bool(one.ordinals and other.ordinals) and not one.ordinals & other.ordinals


def _counted(one: _List, other: _List) -> bool:
    """Whether both sentences say how many members there are, and name so many."""
    return all(
        any(figure.low == len(each.members) for figure in each.statement.figures)
        for each in (one, other)
    )


def _is_partial(one: _List) -> bool:
    return _PARTLY.search(simplify(one.statement.text)) is not None


@lru_cache(maxsize=512)
def _lists_of(report: Report) -> tuple[_List, ...]:
    found = []
    for statement in statements_of(report):
        text = simplify(statement.text)
        for match in _ENGLISH_LIST.finditer(text):
            members = re.split(r", and |, | and (?=[A-Z])", match.group())
            found.append(_List(statement, tuple(filter(None, members))))
        for match in _HAN_LIST.finditer(text):
            parts = match.group().split("、")
            lead = _LEADS.split(parts[0])
            first = lead[-1] or parts[0]
            last = _TAILS.sub("", parts[-1])
            ends = [each for each in re.split("[和与及]", last) if each]
            members = [first, *parts[1:-1], *(ends or [parts[-1]])]
            if len(members) >= 3:
                found.append(_List(statement, tuple(members)))
    return tuple(found)[:40]


_NUMBER = re.compile(r"\d{1,4}")


def _is_name(one: str, other: str, across: bool) -> bool:
    if not across:
        return one == other or (min(len(one), len(other)) >= 2 and (one in other or other in one))
    numbers = [_NUMBER.findall(each) for each in (one, other)]
    if all(numbers):
        return numbers[0] == numbers[1]
    return bool(name_of(one, [other]) or name_of(other, [one]))


# Days

_AT_ONE, _ONE_ACT, _SURELY = 0.34, 0.45, 0.6
_ONE_OBJECT = 0.8
_PASSED = 3
"""So many days after one of a kind was over, what is told to come is another."""


def _days(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    for mine, theirs in product(statements_of(one), statements_of(other)):
        if not mine.days or not theirs.days or mine.period.as_of or theirs.period.as_of:
            continue
        acts = dated_acts(mine), dated_acts(theirs)
        if not acts[0] & acts[1] and (across or all(acts)):
            continue
        if len(mine.days) > 2 or len(theirs.days) > 2 or _meet(mine.days, theirs.days):
            continue
        strength = likeness(mine, theirs, across=across)
        if strength < (_ONE_ACT if acts[0] & acts[1] else _SURELY):
            continue
        excuse = None
        if _are_of_a_row(mine, theirs):
            excuse = Excuse.DIFFERENT
        elif _years_apart(mine, theirs):
            excuse = Excuse.YEAR
        elif _are_two_dates(mine, theirs, across) or _count_otherwise(mine, theirs, across):
            excuse = Excuse.DIFFERENT
        elif _stages_apart((mine.text, theirs.text)):
            excuse = Excuse.DEFINITION
        elif _phases(mine.text) != _phases(theirs.text):
            excuse = Excuse.PHASE
        values = ", ".join(sorted(mine.days)), ", ".join(sorted(theirs.days))
        yield Doubt(DoubtKind.DATE, excuse, (mine.text, theirs.text), values, strength)


def _are_two_dates(one: Statement, other: Statement, across: bool) -> bool:
    """Whether the days are of two things of one kind: told weeks apart without their year, or one
    was over before another was announced, or reported before another came and little is alike."""
    reports = one.report, other.report
    if _are_far(*reports) and not all(len(day) == 10 for day in one.days | other.days):
        return True
    if any(each.published is None for each in reports):
        return False
    earlier, later = sorted((one, other), key=lambda each: each.report.published or date.min)
    told = later.report.published
    assert told is not None
    since = (told - max(_dated(earlier))).days
    if since >= _PASSED and told <= min(_dated(later)):
        return True
    before = earlier.report.published or date.min
    happened = max(_dated(earlier)) <= before < min(_dated(later))
    return happened and likeness(one, other, across=across) < _SURELY


def _count_otherwise(one: Statement, other: Statement, across: bool) -> bool:
    """Whether two sentences that name other days give other numbers of one thing, too."""
    pairs = [
        _is_equal(mine, theirs)
        for mine, theirs in product(one.figures[:20], other.figures[:20])
        if mine.base == theirs.base and _object_fit(mine, theirs, across=across) >= _ONE_OBJECT
    ]
    return bool(pairs) and not any(pairs)


def _name_other_days(one: Statement, other: Statement) -> bool:
    return bool(one.days and other.days) and not _meet(one.days, other.days)


def _dated(statement: Statement) -> list[date]:
    """The days of a sentence, those without a year in that which is nearest to its publication."""
    published = statement.report.published or date.min
    found = []
    for day in statement.days:
        years = [int(day[:4])] if len(day) == 10 else range(published.year - 1, published.year + 2)
        dates = [date(year, int(day[-5:-3]), int(day[-2:])) for year in years if _exists(year, day)]
        found += sorted(dates, key=lambda one: abs((one - published).days))[:1]
    return found or [published]


def _exists(year: int, day: str) -> bool:
    return bool(iso_day(year, int(day[-5:-3]), int(day[-2:])))


def _meet(one: Iterable[str], other: Iterable[str]) -> bool:
    return bool({day[-5:] for day in one} & {day[-5:] for day in other})


def _years_apart(one: Statement, other: Statement) -> bool:
    years = [
        {int(day[:4]) for day in each.days if len(day) == 10}
        or ({each.report.published.year} if each.report.published else set())
        for each in (one, other)
    ]
    return bool(years[0] and years[1]) and not years[0] & years[1]


# Ranks

_NUMERAL = "一二三四五六七八九十"
_PLACED = listed("first second third fourth fifth sixth seventh eighth ninth tenth")
_PRIZES = (
    "冠军|一等奖|金奖|金牌|夺冠|居首|首位|champion|gold medal"
    r"|top (?:place|prize|spot)|top(?:s|ped)\b",
    "亚军|二等奖|银奖|银牌|runner-?up|silver medal",
    "季军|三等奖|铜奖|铜牌|bronze medal",
)
_PRIZE = [(rank, re.compile(pattern, re.IGNORECASE)) for rank, pattern in enumerate(_PRIZES, 1)]
_NTH = rf"({'|'.join(_PLACED)}|\d{{1,3}}(?:st|nd|rd|th))"
_ENGLISH_RANK = re.compile(
    rf"\b(?:{_NTH} (?:place|prize|position|spot)\b"
    rf"|(?:finish|rank|c[ao]m|placed?|was)(?:e|es|s|ing|ed)?(?: in)? (?:the )?{_NTH}\b(?! to\b)"
    r"|No\.? ?(\d{1,3})\b"
    r"|(?:w[oi]n|wins|winner of)\b"
    r"(?! (?:the )?(?:second|third|silver|bronze|an?\b|\d|prizes?|awards?))"
    r"(?=[^.;]{0,60}\b(?:race|contest|title|championship|competition|tournament|final|match|cup)\b))",
    re.IGNORECASE,
)
_HAN_RANK = re.compile(
    rf"(?:第([{_NUMERAL}\d]{{1,3}})(?:名|位)|(?:[位名]?[居列]|排名?)[^，。；]{{0,6}}第([{_NUMERAL}\d]{{1,3}}))"
)


def _ranks(one: Report, other: Report) -> Iterator[Doubt]:
    across = one.language != other.language
    for mine, theirs in product(statements_of(one), statements_of(other)):
        if not _ranks_of(mine.text) or not _ranks_of(theirs.text):
            continue
        strength = likeness(mine, theirs, across=across)
        ours, yours = _placed(mine.text, theirs.text, across)
        if len(ours) != 1 or len(yours) != 1 or ours == yours:
            continue
        if across and strength < _AT_ONE and shared_names(mine.text, theirs.text) - cities():
            strength = common(one.text, other.text, across=across) - _ELSEWHERE
        if strength < _AT_ONE:
            continue
        excuse = _other_time(mine, theirs, None, None)
        if mine.scope != theirs.scope and {"nation", "province"} & (mine.scope | theirs.scope):
            excuse = Excuse.SCOPE
        texts = mine.text, theirs.text
        values = str(*ours), str(*yours)
        yield Doubt(DoubtKind.RANK, excuse, texts, values, strength)


_ELSEWHERE = 0.2
"""So much less it says where a name is shared and the contest stands in another sentence."""
_PARTS = re.compile(r"[，,；;]|\b(?:while|and|with)\b")


def _placed(one: str, other: str, across: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The ranks that two sentences give to one name. Where either gives several, those of the two
    parts that have most in common."""
    ours, yours = _ranks_of(one), _ranks_of(other)
    if len(ours) == len(yours) == 1:
        return (ours, yours) if _share_a_name(one, other, across) else (frozenset(), frozenset())
    parts = [[each for each in _PARTS.split(text) if _ranks_of(each)][:6] for text in (one, other)]
    pairs = [pair for pair in product(*parts) if _share_a_name(pair[0], pair[1], across)]
    if not pairs:
        return frozenset(), frozenset()
    nearest = max(pairs, key=lambda pair: common(pair[0], pair[1], across=across))
    return _ranks_of(nearest[0]), _ranks_of(nearest[1])


@lru_cache(maxsize=4096)
def _ranks_of(text: str) -> frozenset[int]:
    plain = simplify(text)
    found = {rank for rank, pattern in _PRIZE if pattern.search(plain)}
    for match in (*_ENGLISH_RANK.finditer(plain), *_HAN_RANK.finditer(plain)):
        found.add(_nth(next(filter(None, match.groups()), "first")))
    return frozenset(found)


def _nth(written: str) -> int:
    if written.lower() in _PLACED:
        return _PLACED.index(written.lower()) + 1
    return int(re.sub(r"\D", "", written) or _NUMERAL.find(written[-1]) + 1)


_CAPITALISED = re.compile(r"\b[A-Z][a-z]{2,}\b")


def _share_a_name(one: str, other: str, across: bool) -> bool:
    if across:
        return bool(romanised(one) & spoken(other) or romanised(other) & spoken(one))
    first, second = set(_CAPITALISED.findall(one)), set(_CAPITALISED.findall(other))
    return bool(first & second) if first or second else True
