"""Why two figures that differ are no contradiction: a plan and what came of it, a part and its
whole, other times or areas."""

from __future__ import annotations

import re

from hubwatch.patterns import lazy_pattern
from storage.facts import Figure, Modifier
from storage.text import simplify

from ..agreement import (
    are_several_times_apart,
    are_tenfold,
    may_be_within,
    object_fit,
    printed,
    resemblance,
)
from ..doubts import Excuse
from ..lexicon import measuring, subjects, words
from ..statements import GENERAL, Report, Stated, Statement, are_of_a_row
from .apart import are_of_other_kinds, are_parallel, have_far_subjects, name_other_things
from .context import clause_of, measures_of, own_text
from .scopes import are_of_other_scopes
from .stages import are_at_other_stages, are_of_other_phases
from .ties import (
    LIKE_A_SLIP,
    MONEY,
    SAME_COUNT,
    VAGUE,
    FigureMatch,
    are_tied,
    share_a_number,
    states_figure,
)
from .times import are_far, say_one_time, time_excuse

_SAME_OBJECT = 0.8
"""So well two names fit that are of one thing, whatever it is a part of."""
_FATE_ONES = """
    死亡 受伤 失联 获救 转移 确诊 接种 出生 结婚 离婚 抓获 献血
    完赛 参赛 报名 招生 毕业生 审结 受理 停电 岗位 志愿者 得票
"""
_FATES = frozenset(_FATE_ONES.split())
"""Measures of which what is counted by one is not counted by another."""
_PART_OF = lazy_pattern(
    r"其中|\bof (?:which|them|these|whom)\b|\bamong (?:them|these|which)\b|\bincluding\b|\balone\b",
    re.IGNORECASE,
)
_PLANNED = lazy_pattern(
    r"目标|力争|计划|规划|预计|有望|拟|将达|预期|争取|\bwants? to\b|\bplans? to\b|\bplanned\b"
    r"|\baims?\b|\btarget|\bgoal\b|\bexpect|\bhopes?\b|\bby 20\d\d\b|\bis to\b|\bare to\b"
    r"|\bforecast",
    re.IGNORECASE,
)


def excuse_of(match: FigureMatch) -> Excuse | None:
    """Why two figures that differ are no contradiction."""
    (one, first), (other, second) = match.one, match.other
    clauses = clause_of(match.one), clause_of(match.other)
    if _is_target_and_result(match, clauses):
        return Excuse.TARGET
    if are_of_other_phases(one, other):
        return Excuse.PHASE
    if are_at_other_stages(*clauses) or are_at_other_stages(
        own_text(match.one), own_text(match.other)
    ):
        return Excuse.DEFINITION
    if have_other_fates(match.one, match.other):
        return Excuse.DEFINITION
    parts = [_PART_OF.search(_before(each)) is not None for each in (match.one, match.other)]
    if parts[0] != parts[1] and (not match.is_left or _is_other_kind(first, second)):
        part, whole = (match.one, match.other) if parts[0] else (match.other, match.one)
        across = one.report.language != other.report.language
        fit = object_fit(first, second, across=across)
        is_same = fit >= _SAME_OBJECT or (fit >= SAME_COUNT and _gives_whole(part, whole[0].report))
        if may_be_within(part[1], whole[1]) and not is_same:
            return Excuse.PART
    if add_up(match):
        return Excuse.PART
    if are_of_a_row(one, other) or are_of_other_kinds(one, other) or name_other_things(one, other):
        return Excuse.DIFFERENT
    if (excuse := time_excuse(one, other, first, second)) is not None:
        return excuse
    counted = one.period.as_of and one.period.as_of == other.period.as_of
    if not counted and bool(_FIRST_COUNT.search(one.text)) != bool(_FIRST_COUNT.search(other.text)):
        return Excuse.AS_OF
    if are_several_times_apart(first, second) and not are_tied(one, other):
        across = one.report.language != other.report.language
        fit = object_fit(first, second, across=across)
        if not are_tenfold(first, second) or fit < _SAME_OBJECT:
            return Excuse.DEFINITION
    if (
        not _count_beside_one(match)
        and resemblance(first, second) < LIKE_A_SLIP
        and (
            _is_narrower(match)
            or _is_narrower(FigureMatch(match.other, match.one, 0.0, match.equal))
        )
    ):
        return Excuse.PART
    owns = own_text(match.one), own_text(match.other)
    if bool(_BEFORE_WORKS.search(owns[0])) != bool(_BEFORE_WORKS.search(owns[1])):
        return Excuse.AS_OF
    if are_of_other_scopes(match):
        return Excuse.SCOPE
    if _is_still_to_come(*clauses) or _is_still_to_come(*clauses[::-1]):
        return Excuse.AS_OF
    if _is_by_then(*owns) or _is_by_then(*owns[::-1]):
        return Excuse.AS_OF
    if have_far_subjects(one.report, other.report) and not say_one_time(one, other, first, second):
        return Excuse.DIFFERENT
    return Excuse.DIFFERENT if are_parallel(one, other) else None


def add_up(match: FigureMatch) -> bool:
    """Whether one of two figures is the sum of the other and of what its sentence counts besides:
    two of one kind and thirty of another, or twelve here and eight there."""
    (one, first), (other, second) = match.one, match.other
    return _is_sum_with_more(first, other, second) or _is_sum_with_more(second, one, first)


def _is_sum_with_more(whole: Figure, statement: Statement, part: Figure) -> bool:
    """Whether a figure is the sum of a part that another sentence gives and of another, or all
    others, there."""
    if whole.base not in MONEY | {"count"} or whole.low != whole.high:
        return False
    rest = whole.low * whole.factor - part.low * part.factor
    besides = [
        each.low * each.factor
        for each in statement.figures[:20]
        if each.base == whole.base
        and each.start != part.start
        and object_fit(each, part, across=False) > 0
    ]
    slack = 1e-6 * whole.low * whole.factor
    return rest > 0 and any(
        abs(each - rest) <= slack for each in (*besides, sum(besides)) if each > 0
    )


_SO_FAR, _WILL = (
    lazy_pattern(r"\bso far\b|\bto date\b|目前已|已累计|至今已|迄今", re.IGNORECASE),
    lazy_pattern(r"\bwill\b|\bis to\b|\bare to\b|将"),
)


def _is_still_to_come(one: str, other: str) -> bool:
    """Whether one text says how much there will be, and another how much there is so far."""
    return _WILL.search(one) is not None and _SO_FAR.search(other) is not None


def _is_by_then(one: str, other: str) -> bool:
    """Whether one text says by when there will be so much, and another how much there is now."""
    return (
        (_WILL.search(one) or _PLANNED.search(one)) is not None
        and _BY_THEN.search(one) is not None
        and _HAS_NOW.search(other) is not None
        and _PLANNED.search(other) is None
    )


_BY_THEN = lazy_pattern(
    r"年底前?|年末|到20\d\d年|届时|\bby the end of\b|\bby (?:year-end|next year|20\d\d)\b",
    re.IGNORECASE,
)
_HAS_NOW = lazy_pattern(r"现有|目前|已有|\b(?:has|have|now|currently)\b", re.IGNORECASE)


_WORKS = (
    r"expansion|renovation|reform|merger|upgrade|rebuilding|relocation|extension|overhaul|makeover"
    r"|refit|restructuring|conversion|reorgani[sz]ation"
)
_BEFORE_WORKS = lazy_pattern(
    r"(?:[扩改重新迁]建|改造|改革|调整|整合|合并|升级|扩容|搬迁|提升|改版)(?:之|以)?前|原[有先]|过去"
    rf"|\bbefore (?:the|its|their) (?:\w+ )?(?:{_WORKS})\b|\bpreviously\b|\bused to\b",
    re.IGNORECASE,
)
"""What was so until something was changed."""


def have_other_fates(one: Stated, other: Stated) -> bool:
    """Whether two figures count those to whom other things happened: starters and finishers."""
    fates = [measures_of(each) & _FATES for each in (one, other)]
    return one[1].base == "count" and all(fates) and not fates[0] & fates[1]


def _count_beside_one(match: FigureMatch) -> bool:
    """Whether two figures of one name stand beside another that both sentences give: 86 companies
    with 3,200 jobs, and with 2,680 vacancies."""
    (one, first), (other, second) = match.one, match.other
    across = one.report.language != other.report.language
    fit = object_fit(first, second, across=across)
    alike = fit >= _SAME_OBJECT or bool(measures_of(match.one) & measures_of(match.other))
    return alike and share_a_number(one, other)


_RESULT = lazy_pattern(
    r"已|完成|实现|达到了|共接待|建成|竣工|兑现|超额|落地|实际|同比|较上年|年末"
    r"|\b(?:completed|finished|reached|achieved|actual(?:ly)?|already|so far|received|handled|built"
    r"|grew|rose|fell|sold|exceeded|met)\b",
    re.IGNORECASE,
)
_AIM = lazy_pattern(
    r"目标|力争|争取|有望|预期|\bwants? to\b|\baims?\b|\btarget|\bgoal\b|(?-i:\bhopes?\b)"
    r"|\bforecast",
    re.IGNORECASE,
)


def _is_target_and_result(match: FigureMatch, clauses: tuple[str, str]) -> bool:
    """Whether one figure was to be reached and the other was. What is still to come for both, and
    told as a plan here and as a fact there, is no target."""
    planned = [
        _are_planned(each[1], _up_to(each, clause)) or _is_aimed_at(each)
        for each, clause in zip((match.one, match.other), clauses, strict=True)
    ]
    if planned[0] == planned[1]:
        return False
    plan, result = (0, 1) if planned[0] else (1, 0)
    sides = match.one, match.other
    if (
        _AIM.search(clauses[plan])
        or _is_aimed_at(sides[plan])
        or are_far(match.one[0].report, match.other[0].report)
    ):
        return True
    return _RESULT.search(sides[result][0].text) is not None


def _gives_whole(part: Stated, other: Report) -> bool:
    """Whether another report gives the number that a part is one of: then it does not give it where
    it names the part."""
    statement, figure = part
    before = [
        one for one in statement.figures if one.base == figure.base and one.end < figure.start
    ]
    return bool(before) and states_figure(other, before[-1])


def _is_other_kind(one: Figure, other: Figure) -> bool:
    """Whether what two figures of one unit count may be a whole and a part of it: their names have
    the same end, or one has none."""
    names = simplify(one.object), simplify(other.object)
    return not all(names) or names[0][-2:] == names[1][-2:]


_FIRST_COUNT = lazy_pattern(
    r"初步|快报|预估|估算|暂定|概算|\binitial\b|\bpreliminary\b|\bprovisional\b"
    r"|\bearly (?:count|estimate)s?\b|\bestimate[sd]?\b|\bat first\b",
    re.IGNORECASE,
)
"""What is counted before all is known, and may differ from what is counted in the end."""


def _is_narrower(match: FigureMatch) -> bool:
    """Whether the first counts what the second does, but only those of a kind that the report of
    the second nowhere names: hydrogen buses and buses."""
    (one, first), (other, second) = match.one, match.other
    if first.base in ("%", "pp") and measures_of(match.one) & measures_of(match.other):
        return False
    if first.base in MONEY or not second.object or one.report.language != other.report.language:
        return False
    if not may_be_within(first, second):
        return False
    if _ANYBODY.search(first.object) and _ANYBODY.search(second.object):
        return False
    kinds = subjects(first.object) - subjects(other.report.text) - GENERAL
    measures = measures_of(match.one), measures_of(match.other)
    if measures[0] & measures[1]:
        kinds -= {each for measure in measures[0] | measures[1] for each in measuring(measure)}
    if kinds:
        return True
    whole = words(other.report.text)
    if first.base in VAGUE:
        return False
    if one.report.language == "zh":
        kind = _added(simplify(first.object), simplify(second.object))
        return len(kind) >= 2 and not words(kind) & whole
    longer, shorter = words(first.object), words(second.object)
    return shorter < longer and not (longer - shorter) & whole


_ANYBODY = lazy_pattern(r"\b(?:people|persons?|residents?|citizens?|inhabitants?|locals)\b")


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


def _up_to(one: Stated, clause: str) -> str:
    """The part of a sentence in which a figure stands, up to the figure where another follows: what
    comes behind may be of that."""
    values = [printed(figure) for figure in one[0].figures[:20] if figure.start > one[1].start]
    value = printed(one[1])
    if value in clause and any(each in clause for each in values):
        return clause[: clause.index(value) + len(value)]
    return clause


_MEANT = lazy_pattern(r"目标|力争|计划(?:完成|到位|拨付|支出)|target|goal|aim")
_FORECAST = lazy_pattern(
    r"(?:预计|预测|预期|有望)[^，。；]{0,30}(?:达|突破|超|增至|增长)|\b(?:forecast|projected|predict)"
    r"|\bexpect(?:s|ed)?\b[^,.;]{0,40}\b(?:reach|exceed|total|rise|grow|come to|amount)",
    re.IGNORECASE,
)
"""Before a sum that will come about by itself; what will be spent is given."""
_OF_THE_PLAN = lazy_pattern(
    r"[占完达][^，。；]{0,8}(?:任务|计划|目标)|\bof (?:\S+ ){0,3}(?:plan(?:ned)?|target|goal)\b",
    re.IGNORECASE,
)


def _is_aimed_at(one: Stated) -> bool:
    """Whether a sentence names a goal before a figure, with nothing between that was reached: 30
    million visits are aimed at, and 26 billion yuan."""
    statement, figure = one
    before = statement.text[: max(0, figure.start - statement.begin)]
    aims = [found.end() for found in _AIM.finditer(before)]
    return bool(aims) and not _RESULT.search(before[aims[-1] :])


def _are_planned(figure: Figure, clause: str) -> bool:
    """Whether a figure is meant to be reached. Money that will be spent is as good as given, and a
    share of what is planned has been reached."""
    if figure.base == "%" and _OF_THE_PLAN.search(clause):
        return False
    if figure.base in MONEY and not (_MEANT.search(clause) or _FORECAST.search(clause)):
        return False
    return figure.modifier is Modifier.TARGET or _PLANNED.search(clause) is not None


def _before(one: Stated) -> str:
    """What stands right before a figure."""
    statement, figure = one
    body = statement.report.body
    return body[max(figure.begin, figure.start - 24) : figure.start]
