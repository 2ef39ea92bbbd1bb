"""What other rooms tell in an English sentence, in the language of the page: the sentence as it is
in English, else one made of the same figures and names. Sentences are never taken apart; what is
kept as a sentence alone (a run's reason) stays as it is."""

from __future__ import annotations

from scheduler.health.proof import CrawlProof
from scheduler.reasons import Cause, Reason
from scheduler.rhythm import LEARNT_FROM, Rhythm
from scraper.relevance.watchlist import Watchlist
from storage.articles.records import DateClue
from storage.relevance.queries import Related
from storage.relevance.records import Score, ScorePart

from ..relevance.why import why_related
from .words import Phrasebook


def proof(words: Phrasebook, found: CrawlProof) -> str:
    """What the last crawl proves."""
    if words.tag == "en":
        return found.told()
    newest = f"，最新 {found.newest}" if found.newest else ""
    known = f"新增 {found.fresh} 行" if found.fresh else "均为已知"
    return f"读取 {found.lists} 个列表，共 {found.rows} 行{newest}，{known}"


def rhythm(words: Phrasebook, found: Rhythm | None) -> str:
    """How often a source has news; empty for one that was never crawled."""
    if found is None:
        return ""
    if words.tag == "en":
        return found.told()
    if not found.learnt:
        return f"尚不明确（有更新的日子 {found.days} 天，需 {LEARNT_FROM} 天）"
    pace = found.pace
    often = f"每周约 {pace.days} 天有更新" if pace.days else f"约每 {pace.one_in} 天更新一次"
    return f"{often}，每次约 {pace.items} 则，多在 {pace.begin}–{pace.end} 时"


def verdict(words: Phrasebook, clue: DateClue) -> str:
    """What became of a date, and why where it was refused."""
    if words.tag == "en":
        return clue.verdict
    standing = words.term("standing", clue.standing)
    return f"{standing}：{words.term('refusal', clue.why)}" if clue.why else standing


def part(words: Phrasebook, found: ScorePart) -> str:
    """What a part of a score is for."""
    return words.term("part", found.kind).replace("{}", words.term("part", found.what))


def parts(words: Phrasebook, score: Score) -> str:
    """The parts of a score with their points."""
    told = (f"{one.points:+g} {part(words, one)}" for one in score.parts)
    return (", " if words.tag == "en" else "，").join(told)


def related(words: Phrasebook, other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common."""
    if words.tag == "en":
        return why_related(other, watchlist)
    if other.words:
        return f"都提到{'、'.join(other.words)}"
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    about = topic.label(words.tag) if topic else other.topic
    return f"都涉及{place.label(words.tag) if place else other.place}和{about}"


def held(words: Phrasebook, reason: Reason, zone: str) -> str:
    """Why a job would not run."""
    if words.tag == "en":
        return reason.told(zone)
    match reason.cause:
        case Cause.STANDSTILL:
            return f"{reason.person} 已暂停全部任务：{reason.said}"
        case Cause.PAUSE:
            until = reason.local("%Y-%m-%d %H:%M", zone)
            return f"{reason.person} 已暂停至 {until}：{reason.said}"
        case Cause.FAILURES:
            return f"连续失败 {reason.failures} 次，{reason.local('%H:%M', zone)} 前暂不访问"
        case Cause.QUIET:
            return f"{reason.local('%H:%M', zone)} 前预计没有新内容"


def cities(words: Phrasebook, watchlist: Watchlist) -> dict[str, str]:
    """What the cities and provinces of sources are called, by their English names."""
    return {one.en: one.label(words.tag) for one in watchlist.gazetteer.places.values()}
