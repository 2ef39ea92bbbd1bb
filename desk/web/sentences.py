"""What other rooms say in an English sentence, in the language of the page: the sentence as it is
in English, else one made of the same figures and names.

Sentences are never taken apart. What is kept as a sentence alone (a run's reason) stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from scheduler.health.wording import CrawlProof
from scheduler.jobs import Cause, Reason
from scheduler.rhythm import LEARNT_FROM, Rhythm
from scraper.relevance.watchlist import CORE_POINTS, RELATED_POINTS, Watchlist
from storage.articles.records import DateClue
from storage.digests import ArticleRole
from storage.relevance import Related, Score, ScorePart

from ..messages import Translator
from ..moments import day_in
from ..relevance import why_related
from ..relevance.why import Absent, Answer, InquiryFacts, Judgement, KeptArticle
from ..status import SourceStatus
from ..vocabularies import TERMS


def proof(words: Translator, found: CrawlProof) -> str:
    """What the last crawl proves."""
    if words.tag == "en":
        return found.describe()
    newest = f"，最新 {found.newest}" if found.newest else ""
    known = f"新增 {found.fresh} 行" if found.fresh else "均为已知"
    return f"读取 {found.lists} 个列表，共 {found.rows} 行{newest}，{known}"


def source_state(words: Translator, health: SourceStatus) -> str:
    """How a source does, in a word."""
    if health.word in TERMS["source_state"]:
        return words.term("source_state", health.word)
    if health.incidents:
        return words.term("incident", health.word)
    return words.term("outcome", health.word)


def rhythm(words: Translator, found: Rhythm | None) -> str:
    """How often a source has news. The text is empty for one that was never crawled."""
    if found is None:
        return ""
    if words.tag == "en":
        return found.describe()
    if not found.learnt:
        return f"尚不明确（有更新的日子 {found.days} 天，需 {LEARNT_FROM} 天）"
    pace = found.pace
    often = f"每周约 {pace.days} 天有更新" if pace.days else f"约每 {pace.one_in} 天更新一次"
    return f"{often}，每次约 {pace.items} 则，多在 {pace.begin}–{pace.end} 时"


def verdict(words: Translator, clue: DateClue) -> str:
    """What became of a date, and why where it was refused."""
    if words.tag == "en":
        return clue.verdict
    standing = words.term("standing", clue.status)
    return f"{standing}：{words.term('refusal', clue.why)}" if clue.why else standing


def part(words: Translator, found: ScorePart) -> str:
    """What a part of a score is for."""
    return words.term("part", found.kind).replace("{}", words.term("part", found.what))


def parts(words: Translator, score: Score) -> str:
    """The parts of a score with their points."""
    texts = (f"{one.points:+g} {part(words, one)}" for one in score.parts)
    return (", " if words.tag == "en" else "，").join(texts)


def related(words: Translator, other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common."""
    if words.tag == "en":
        return why_related(other, watchlist)
    if other.words:
        return f"都提到{'、'.join(other.words)}"
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    about = topic.label(words.tag) if topic else other.topic
    return f"都涉及{place.label(words.tag) if place else other.place}和{about}"


def held(words: Translator, reason: Reason, zone: str) -> str:
    """Why a job would not run."""
    if words.tag == "en":
        return reason.describe(zone)
    match reason.cause:
        case Cause.GLOBAL_PAUSE:
            return f"{reason.person} 已暂停全部任务：{reason.said}"
        case Cause.PAUSE:
            until = reason.local("%Y-%m-%d %H:%M", zone)
            return f"{reason.person} 已暂停至 {until}：{reason.said}"
        case Cause.FAILURES:
            return f"连续失败 {reason.failures} 次，{reason.local('%H:%M', zone)} 前暂不访问"
        case Cause.QUIET:
            return f"{reason.local('%H:%M', zone)} 前预计没有新内容"


def cities(words: Translator, watchlist: Watchlist) -> dict[str, str]:
    """What the cities and provinces of sources are called, by their English names."""
    return {one.en: one.label(words.tag) for one in watchlist.gazetteer.places.values()}


# Why something is here or is not.


def why(words: Translator, facts: InquiryFacts, judgement: Judgement, zone: str) -> str:
    """The judgement in one sentence. Days are given as they were in `zone`, an IANA name."""
    if words.tag == "en":
        return judgement.reason
    if isinstance(facts.known, Absent):
        return _ABSENT[judgement.answer](words, facts, facts.known, zone)
    return _KEPT[judgement.answer](words, facts.known, zone)


def _people(words: Translator, kept: KeptArticle, zone: str) -> str:
    return "；".join(
        f"{one.person} 于 {day_in(one.at, zone)} {words.term('verb', one.verb)}"
        + (f"：{one.value}" if one.value else "")
        for one in kept.people.decisions
    )


def _withdrawn(words: Translator, kept: KeptArticle, zone: str) -> str:
    gone = kept.article.gone_at
    assert gone is not None
    how = f"：{kept.gone_evidence}" if kept.gone_evidence else ""
    return f"发布方已撤下，{day_in(gone, zone)} 发现{how}"


def _copy(words: Translator, kept: KeptArticle, zone: str) -> str:
    lead, proof = kept.lead, kept.proof
    share = f"，正文重合 {proof.share:.0%}" if proof and proof.share else ""
    return f"报道 {kept.article.story_id} 中的转载，以文章 {lead.id} 为准（{lead.url}{share}）"


def _in_issue(words: Translator, kept: KeptArticle, zone: str) -> str:
    said = dict.fromkeys((one.digest, _ROLES[one.role]) for one in kept.issues)
    return "；".join(f"摘报 {number} {how}" for number, how in said)


_ROLES = {
    ArticleRole.NEWS: "已作为新闻载入",
    ArticleRole.UPDATED: "已作为更新载入",
    ArticleRole.TRIMMED: "由编辑移出",
    ArticleRole.WAITING: "留待下期",
    ArticleRole.REJECTED: "编制时已被排除",
}


def _after_cut_off(words: Translator, kept: KeptArticle, zone: str) -> str:
    head = kept.cut_off
    assert head is not None
    seen = day_in(kept.article.first_seen_at, zone)
    return f"{seen} 发现，晚于摘报 {head.number} 的截止时间（{day_in(head.until, zone)}）"


def _below(words: Translator, kept: KeptArticle, zone: str) -> str:
    if kept.found is None:
        return "尚未与任何观察名单比对"
    best = kept.best
    points = best.deciding if best else 0.0
    related, core = RELATED_POINTS - points, CORE_POINTS - points
    short = f"距“相关”差 {related:g} 分，距“核心”差 {core:g} 分"
    return f"{_graded(words, kept) if best else '没有计分的观察名称'}：{short}"


def _in(words: Translator, kept: KeptArticle, zone: str) -> str:
    assert kept.best is not None
    short = CORE_POINTS - kept.best.deciding
    missing = f"；距“核心”差 {short:g} 分" if short > 0 else ""
    return f"{_graded(words, kept)}，{kept.best.deciding:g} 分{missing}"


def _graded(words: Translator, kept: KeptArticle) -> str:
    best = kept.best
    assert best is not None
    grade = words.term("grade", kept.grade or "none")
    return f"{best.topic} {grade}（{parts(words, best)}）"


_KEPT: Mapping[Answer, Callable[[Translator, KeptArticle, str], str]] = {
    Answer.REJECTED: _people,
    Answer.ACCEPTED: _people,
    Answer.WITHDRAWN: _withdrawn,
    Answer.COPY: _copy,
    Answer.IN_ISSUE: _in_issue,
    Answer.AFTER_ISSUE: _after_cut_off,
    Answer.BELOW: _below,
    Answer.KEPT: _in,
}


def _aside(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    aside = known.aside
    assert aside is not None
    outcome = words.term("outcome", aside.outcome)
    how = f"{outcome}：{aside.reason}" if aside.reason else outcome
    since, last = day_in(aside.first_seen_at, zone), day_in(aside.last_seen_at, zone)
    return f"自 {since} 起搁置（{how}），遇到 {aside.tries} 次，最近一次 {last}"


def _since(known: Absent, zone: str) -> str:
    return f"自 {day_in(min(row.first_seen_at for row in known.listed), zone)} 起列出"


def _failed(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    failed = [one.outcome for one in known.tries if one.outcome not in _FINE]
    counted = Counter(failed).most_common()
    how = "、".join(f"{words.term('outcome', one)} ×{times}" for one, times in counted)
    again = "暂不再抓取" if known.rests else "下次抓取时重试"
    return f"{_since(known, zone)}，抓取 {len(failed)} 次未成功（{how}）；{again}"


_FINE = ("ok", "unchanged", "partial")


def _not_taken(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return f"{_since(known, zone)}；{facts.source_id} 的链接规则不把此类网址视为文章"


def _passed_over(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return f"由回溯抓取{_since(known, zone)}，早于所要求的日期而未抓取"


def _pending(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return f"{_since(known, zone)}，尚未抓取；下次抓取时取得"


def _never_crawled(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return f"属于 {facts.source_id}，但该来源从未抓取"


def _never_listed(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return f"{facts.source_id} 的列表从未出现过它{_around(known)}"


def _around(known: Absent) -> str:
    """How the lists bracket the day."""
    if known.day is None:
        return ""
    both = sum(1 for one in known.brackets if one.earlier and one.later)
    if both:
        return f"；{both} 个列表在 {known.day} 前后均有内容"
    if any(one.earlier for one in known.brackets):
        return f"；列表内容均不晚于 {known.day}，可能尚未发布"
    if any(one.later for one in known.brackets):
        return f"；列表内容均未早至 {known.day}"
    return "；列表没有日期"


def _no_source(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    near = "、".join(one.id for one in known.near)
    return "没有来源收录此网址" + (f"；相近的来源：{near}" if near else "")


def _unknown(words: Translator, facts: InquiryFacts, known: Absent, zone: str) -> str:
    return "没有文章或列表行使用此标题"


_ABSENT: Mapping[Answer, Callable[[Translator, InquiryFacts, Absent, str], str]] = {
    Answer.QUARANTINED: _aside,
    Answer.FAILED: _failed,
    Answer.NOT_TAKEN: _not_taken,
    Answer.PASSED_OVER: _passed_over,
    Answer.PENDING: _pending,
    Answer.NEVER_CRAWLED: _never_crawled,
    Answer.NEVER_LISTED: _never_listed,
    Answer.NO_SOURCE: _no_source,
    Answer.UNKNOWN: _unknown,
}
