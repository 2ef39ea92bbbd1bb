"""How far something has come: its phases, and the stages of what is counted."""

from __future__ import annotations

import re
from functools import lru_cache

from hubwatch.patterns import lazy_pattern

from ..statements import Statement

_STAGES = {
    "passed": r"通过[^，。；]{0,4}(?:考试|考核|测试)|结业|毕业|考取"
    r"|\bpass(?:ed)? [^.;,]{0,12}\b(?:exam|test)|\bgraduated\b",
    "registered": r"报名|报考|注册|入学|招收"
    r"|申请(?=[\d一-九]|量|件)"
    r"|\bregister|\benrol|\bsign(?:ed)? up|\bappl(?:y|ied|icants?|ications?)",
    "collected": r"征集|收集|申报|\bcollect|\bsubmit|\breceiv",
    "finals": r"决赛|入围|\bfinals?\b|\bfinalist|\bshortlist",
    "selected": r"入选|入榜|获批|\bselect|\bchosen\b|\bapproved\b",
    "signed": r"签约|签订|签署|\bsigned\b|\bsigning\b|\bagreements?\b",
    "intended": r"意向|\bintent|\bpreliminary (?:\w+ )?(?:agreement|deal)",
    "attended": r"参会|参加|参展|参赛|参考|到考|出席|\battend|\bt(?:oo|ake) part\b"
    r"|\bcompeted\b|\bsat\b|\bt(?:oo|ake) the (?:exam|test)",
    "started": r"开工|动工|启动|\bstarted\b|\bunder way\b|\bbroke ground",
    "completed": r"竣工|建成(?!后)|完工|\bcompleted\b|\bfinished\b",
    "budgeted": r"预算|\bbudget|\bearmark|\bset aside\b|\ballocat",
    "spent": r"支出|花费|花掉|\bspen[dt]\b",
    "paid": r"到位|拨付|兑付|\bpaid\b|\bdisbursed\b",
    "employed": r"上岗|\bhired\b|\bemployed\b",
    "won": r"获奖|\bprizes?\b|\bawards?\b",
    "exhibited": r"亮相|展出|\bshowed\b|\bpresented\b",
    "accepted": r"受理|接到|接听|\baccept|\btook [\d,.]+ calls|\breceived\b",
    "settled": r"审结|结案|办结|执结|\bconcluded\b|\bsettled\b|\bsolved\b|\bdealt with\b",
    "granted": r"授权|\bgranted\b",
    "delayed": r"延误|\bdelay",
    "cancelled": r"取消|\bcancel",
    "gained": r"新增|新购|购置|采购|采摘|\bbought\b|\bpurchas|\badded\b|\bacquired\b",
    "owned": r"拥有|现有|保有|馆藏|藏书|\bowns?\b|\bholds\b|\bin all\b",
    "produced": r"产量|生产|\bproduc|\bharvest|\bpicked\b",
    "sold": r"销量|销售|售出|\bsold\b|\bsales?\b",
    "sown": r"播种|栽种|\bsow[ns]?\b|\bplanted\b",
    "reaped": r"收割|收获|采收|\breap|\bharvest",
    "households": r"户籍人口|\bhousehold regist|\bregistered (?:population|residents)",
    "residents": r"常住人口|\bpermanent (?:residents|population)|\bresident population",
    "vacancies": r"岗位|\bvacanc|\bopenings\b|\bjobs\b",
}
"""How far what is counted has come: applicants are not finalists."""
_STAGE = {name: lazy_pattern(pattern, re.IGNORECASE) for name, pattern in _STAGES.items()}
_LATER = {
    "registered": "finals attended selected won signed passed granted",
    "collected": "selected finals signed won",
    "selected": "finals signed",
    "finals": "won",
    "signed": "intended exhibited started paid",
    "started": "completed",
    "budgeted": "spent paid",
    "vacancies": "employed intended",
    "exhibited": "attended",
    "accepted": "settled",
    "delayed": "cancelled",
    "gained": "owned",
    "produced": "sold",
    "sown": "reaped",
    "households": "residents",
}
_APART = [(one, other) for one, others in _LATER.items() for other in others.split()]
_PHASE = lazy_pattern(
    r"([一二三四五123])期|([一二三])阶段"
    r"|\b(first|second|third|fourth|1st|2nd|3rd) (?:phase|stage|section)\b"
    r"|\bphase (one|two|three|1|2|3|I{1,3})\b",
    re.IGNORECASE,
)
_IN_PHASES = lazy_pattern("分[二三四两]期")
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


def are_of_other_phases(one: Statement, other: Statement) -> bool:
    """Whether two sentences name other phases of something, or one of them alone names one, which
    the report of the other does not."""
    ours, yours = _phases(one.text), _phases(other.text)
    if ours == yours:
        return False
    if not ours:
        return _phases(one.report.text) != yours
    return bool(yours) or _phases(other.report.text) != ours


@lru_cache(maxsize=2048)
def _phases(text: str) -> frozenset[str]:
    if _IN_PHASES.search(text):
        return frozenset()
    found = {next(filter(None, groups)).lower() for groups in _PHASE.findall(text)}
    return frozenset(_PHASE_NUMBERS.get(one, one) for one in found)


def are_at_other_stages(one: str, other: str) -> bool:
    """Whether what one text counts has come less far than what another does: those who applied, and
    those who were chosen."""
    first, second = _stages_of(one), _stages_of(other)
    return any(
        (early in first and late in second and late not in first and early not in second)
        or (late in first and early in second and early not in first and late not in second)
        for early, late in _APART
    )


@lru_cache(maxsize=4096)
def _stages_of(clause: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _STAGE.items() if pattern.search(clause))
