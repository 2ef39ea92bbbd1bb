"""What other rooms say in an English sentence, in the language of who reads: the sentence as it is
in English, else one that the catalogue makes of the same figures and names.

Sentences that stand are never taken apart. A finding of an incident is kept with its message, and
goes through `sentence` of the package. What is kept as a sentence alone (a run's reason) stays.
"""

from __future__ import annotations

import re

from hubwatch.patterns import lazy_pattern
from scheduler.health.wording import CrawlProof
from scheduler.jobs import Cause, Reason
from scheduler.rhythm import Rhythm
from scraper.relevance.watchlist import Watchlist
from storage.articles.records import DateClue
from storage.relevance import Related

from .messages import Translator
from .relevance import why_related
from .relevance.why import parts as parts  # pages have it from here, as the rest
from .status import SourceStatus
from .vocabularies import TERMS


def proof(words: Translator, found: CrawlProof) -> str:
    """What the last crawl proves."""
    if words.tag == "en":
        return found.describe()
    return words(
        "%(lists)s, %(rows)s%(newest)s, %(known)s%(unread)s%(refused)s",
        lists=words.plural("%(number)s list read", "%(number)s lists read", found.lists),
        rows=words.plural("%(number)s row", "%(number)s rows", found.rows),
        newest=words(", newest %(newest)s", newest=found.newest) if found.newest else "",
        known=words("%(n)s listed for the first time", n=found.fresh)
        if found.fresh
        else words("all known"),
        unread=words(", %(n)s listed, not read", n=found.unread) if found.unread else "",
        refused=words(", %(n)s more refused by the link rule", n=found.refused)
        if found.refused
        else "",
    )


def doubt(words: Translator, reasons: str) -> str:
    """Why the reading of a field is in doubt."""
    return "; ".join(words.term("doubt", part) for part in reasons.split("; "))


def source_state(words: Translator, health: SourceStatus) -> str:
    """How a source does, in a word."""
    if health.word in TERMS["source_state"]:
        return words.term("source_state", health.word)
    if health.check is not None and health.word == health.check.verdict:
        return words.term("check", health.word)
    if health.incidents:
        return words.term("incident", health.word)
    return words.term("outcome", health.word)


def rhythm(words: Translator, found: Rhythm | None) -> str:
    """How often a source has news. The text is empty for one that was never crawled."""
    return words.sentence(found.describe()) if found else ""


def verdict(words: Translator, clue: DateClue) -> str:
    """What became of a date, and why where it was refused."""
    if words.tag == "en":
        return clue.verdict
    standing = words.term("standing", clue.status)
    return _detailed(words, standing, words.term("refusal", clue.why) if clue.why else "")


def _detailed(words: Translator, what: str, detail: str) -> str:
    return words("%(what)s: %(detail)s", what=what, detail=detail) if detail else what


def related(words: Translator, other: Related, watchlist: Watchlist) -> str:
    """What an article and a related one have in common."""
    if words.tag == "en":
        return why_related(other, watchlist)
    if other.words:
        return words(
            "both say %(phrases)s", phrases=words.pgettext("names", ", ").join(other.words)
        )
    topic, place = watchlist.topics.get(other.topic), watchlist.gazetteer.places.get(other.place)
    return words(
        "both are about %(place)s and %(topic)s",
        place=place.label(words.tag) if place else other.place,
        topic=topic.label(words.tag) if topic else other.topic,
    )


def held(words: Translator, reason: Reason, zone: str) -> str:
    """Why a job would not run."""
    if words.tag == "en":
        return reason.describe(zone)
    match reason.cause:
        case Cause.GLOBAL_PAUSE:
            return words(
                "everything is paused by %(person)s: %(said)s",
                person=reason.person,
                said=reason.said,
            )
        case Cause.PAUSE:
            return words(
                "paused until %(until)s by %(person)s: %(said)s",
                until=reason.local("%Y-%m-%d %H:%M", zone),
                person=reason.person,
                said=reason.said,
            )
        case Cause.CHECK:
            return words(
                "set aside by the check of %(day)s: %(verdict)s: %(said)s",
                day=reason.day(zone),
                verdict=words.term("check", reason.verdict),
                said=reason.said,
            )
        case Cause.FAILURES:
            return words.plural(
                "rests until %(until)s, since it failed %(number)s time in a row",
                "rests until %(until)s, since it failed %(number)s times in a row",
                reason.failures,
                until=reason.local("%H:%M", zone),
            )
        case Cause.QUIET:
            return words("no news is expected before %(until)s", until=reason.local("%H:%M", zone))


_CLAUSE = lazy_pattern(r"(?:\s*[,;])?\s+(only|on|jitter|in)\s+", re.IGNORECASE)
_SPAN = lazy_pattern(r"([0-9.]+)\s*(ms|s|m|h|d|w)\b", re.IGNORECASE)
_EVERY = lazy_pattern(r"every\s+(.+)", re.IGNORECASE)
_ADAPTIVE = lazy_pattern(r"adaptive\s+between\s+(.+)\s+and\s+(.+)", re.IGNORECASE)
_DAILY = lazy_pattern(r"daily\s+at\s+(.+)", re.IGNORECASE)
_DAY = lazy_pattern(r"\b(mon|tue|wed|thu|fri|sat|sun)\b", re.IGNORECASE)


def schedule(words: Translator, said: str) -> str:
    """When something is due, as people write it (`every 1h, only 06-23 h`). What is a cron
    expression stays one."""
    if words.tag == "en":
        return said
    head, *clauses = _CLAUSE.split(said.strip())
    parts = [_head(words, head)]
    for name, value in zip(clauses[::2], clauses[1::2], strict=True):
        match name.lower():
            case "only":
                hours = re.sub(r"\s*h$", "", value)
                parts.append(words("only between the hours %(hours)s", hours=hours))
            case "on":
                days = _DAY.sub(lambda day: words.term("weekday", day[1].lower()), value)
                parts.append(words("on %(days)s", days=days))
            case "jitter":
                parts.append(words("spread by %(span)s", span=_spans(words, value)))
            case _:
                parts.append(value)
    return words(", ").join(parts)


def _head(words: Translator, head: str) -> str:
    if found := _EVERY.fullmatch(head):
        return words("every %(span)s", span=_spans(words, found[1]))
    if found := _ADAPTIVE.fullmatch(head):
        least, most = (_spans(words, each) for each in found.groups())
        return words("by its rhythm, every %(least)s to %(most)s", least=least, most=most)
    if found := _DAILY.fullmatch(head):
        return words("daily at %(times)s", times=found[1])
    return head


def _spans(words: Translator, text: str) -> str:
    return _SPAN.sub(lambda span: f"{span[1]} {words.term('unit', span[2].lower())}", text.strip())


def cities(words: Translator, watchlist: Watchlist) -> dict[str, str]:
    """What the cities and provinces of sources are called, by their English names."""
    return {one.en: one.label(words.tag) for one in watchlist.gazetteer.places.values()}
