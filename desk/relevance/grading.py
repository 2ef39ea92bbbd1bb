"""Grades and answers as plain data.

`grade_lines` grades texts that are not in the archive: one JSON object a line in, one verdict a
line out. `answer_json` gives the answer of `why`. The keys are described in docs/machine.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import LineFault, read_lines, read_when, text_of
from scraper.relevance.match import match
from scraper.relevance.watchlist import TopicKind, Watchlist
from storage.articles.records import Added
from storage.decisions import Decision
from storage.lists import Bracket, ListedRow
from storage.pages import FetchAttempt, Quarantined
from storage.relevance import PlaceRole, Related, Relevance
from storage.types import ArticleData, Grade

from . import why_related
from .why import Absent, InquiryFacts, Judgement, KeptArticle


@dataclass(frozen=True, slots=True)
class Graded:
    """One line, graded. `fault` says why it could not be, and there is no relevance then."""

    number: int
    title: str = ""
    relevance: Relevance | None = None
    grade: Grade | None = None
    fault: str = ""


def grade_lines(path: Path, watchlist: Watchlist, zone: str) -> Iterator[Graded]:
    """Grade a file, line by line. `zone` is where dates without one are at home.

    Raises PageError if the file cannot be read.
    """
    for line in read_lines(path):
        if isinstance(line, LineFault):
            yield Graded(line.number, fault=line.reason)
            continue
        try:
            article = _article(line.value, zone)
        except ValueError as error:
            yield Graded(line.number, fault=str(error))
            continue
        found = match(article, watchlist)
        yield Graded(line.number, article.title, found, found.grade(watchlist.watched))


def _article(value: dict[str, Any], zone: str) -> ArticleData:
    title, body = text_of(value, "title") or "", text_of(value, "body") or ""
    if not (title or body):
        raise ValueError("title and body are both missing or empty")
    return ArticleData("", "", title, body, published=read_when(value, "published", zone))


def as_json(graded: Graded, watchlist: Watchlist) -> dict[str, Any]:
    """What machines get of a line."""
    found = graded.relevance or Relevance()
    return {
        "line": graded.number,
        "title": graded.title,
        "grade": graded.grade.value if graded.grade else None,
        "fault": graded.fault or None,
        **relevance_json(found, watchlist),
    }


def relevance_json(found: Relevance, watchlist: Watchlist) -> dict[str, Any]:
    """Topics, organisations, places, evidence and scores, as plain data."""

    def kind(topic: str) -> TopicKind:
        return watchlist.topics[topic].kind if topic in watchlist.topics else TopicKind.OTHER

    return {
        "topics": [
            one.topic for one in found.scores if kind(one.topic) is not TopicKind.ORGANISATION
        ],
        "organisations": [
            one.topic for one in found.scores if kind(one.topic) is TopicKind.ORGANISATION
        ],
        "places": [
            {
                "place": one.place,
                "name": watchlist.gazetteer.places[one.place].en,
                "name_zh": watchlist.gazetteer.places[one.place].zh,
                "role": one.role.value,
                "phrase": one.phrase,
                "field": one.field,
                "times": one.times,
                "why": one.why,
            }
            for one in found.places
            if one.place in watchlist.gazetteer.places
        ],
        "evidence": [
            {
                "topic": one.topic,
                "grade": one.grade.value,
                "phrase": one.phrase,
                "field": one.field,
                "start": one.start,
                "sentence": one.sentence,
            }
            for one in found.matches
        ],
        "scores": [
            {
                "topic": one.topic,
                "grade": one.grade.value,
                "points": one.points,
                "parts": [{"points": part.points, "why": part.why} for part in one.parts],
            }
            for one in found.scores
        ],
    }


def about(found: Relevance, watchlist: Watchlist) -> list[str]:
    """The names of the places an article is about."""
    places = watchlist.gazetteer.places
    return [
        places[one.place].en
        for one in found.places
        if one.role is PlaceRole.ABOUT and one.place in places
    ]


# The answer of `why`.


def answer_json(facts: InquiryFacts, judgement: Judgement, watchlist: Watchlist) -> dict[str, Any]:
    """One answer. What does not apply is null, or an empty list."""
    known = facts.known
    kept = known if isinstance(known, KeptArticle) else None
    absent = known if isinstance(known, Absent) else Absent()
    found = kept.found if kept else None
    return {
        "answer": judgement.answer.value,
        "told": judgement.reason,
        "next": judgement.next or None,
        "likeness": facts.likeness,
        "url": facts.url or None,
        "source": facts.source_id or None,
        "title": facts.title or None,
        **_of_article(kept),
        "short": {
            "related": judgement.short_of_related,
            "core": judgement.short_of_core,
        },
        **relevance_json(found or Relevance(), watchlist),
        "unmet": [
            {
                "topic": one.topic,
                "phrase": one.phrase,
                "field": one.field,
                "sentence": one.sentence,
                "why": one.why,
            }
            for one in (kept.unmet if kept else ())
        ],
        "related": related_json(kept.related if kept else (), watchlist),
        **_of_absence(absent),
    }


def related_json(related: Iterable[Related], watchlist: Watchlist) -> list[dict[str, Any]]:
    """Related items."""
    return [
        {
            "id": one.article_id,
            "story": one.story_id,
            "title": one.title,
            "why": why_related(one, watchlist),
        }
        for one in related
    ]


def _of_article(kept: KeptArticle | None) -> dict[str, Any]:
    article = kept.article if kept else None
    return {
        "id": article.id if article else None,
        "story": article.story_id if article else None,
        "lead": kept.lead.id if kept else None,
        "share": kept.proof.share if kept and kept.proof else None,
        "added": added_json(article.added if article else None),
        "published": article.published.iso if article and article.published else None,
        "grade": kept.grade.value if kept and kept.grade else None,
        "watchlist": kept.found.watchlist if kept and kept.found else None,
        "current": kept.is_current if kept else None,
        "state": kept.people.state.value if kept else None,
        "decisions": [_decision(one) for one in kept.people.decisions] if kept else [],
        "issues": [
            {"digest": one.digest, "role": one.role.value} for one in (kept.issues if kept else ())
        ],
        "cut_off": kept.cut_off.number if kept and kept.cut_off else None,
        "gone": _iso(article.gone_at) if article else None,
        "gone_evidence": kept.gone_evidence if kept else "",
    }


def added_json(added: Added | None) -> dict[str, Any] | None:
    """Who added an article by hand, and when. Null for what was found."""
    return {"by": added.person, "at": _iso(added.at)} if added else None


def _decision(one: Decision) -> dict[str, Any]:
    return {"verb": one.verb, "by": one.person, "at": _iso(one.at), "why": one.value}


def _of_absence(known: Absent) -> dict[str, Any]:
    return {
        "day": known.day.isoformat() if known.day else None,
        "quarantine": _aside(known.aside) if known.aside else None,
        "listed": [_row(row) for row in known.listed],
        "tries": [_try(one) for one in known.tries],
        "lists": [_bracket(one) for one in known.brackets],
        "near": [
            {
                "source": source.id,
                "hosts": list(source.links.hosts),
                "allow": list(source.links.allow_written),
            }
            for source in known.near
        ],
    }


def _aside(aside: Quarantined) -> dict[str, Any]:
    return {
        "id": aside.id,
        "outcome": aside.outcome.value,
        "reason": aside.reason,
        "tries": aside.tries,
        "first": _iso(aside.first_seen_at),
        "last": _iso(aside.last_seen_at),
    }


def _row(row: ListedRow) -> dict[str, Any]:
    return {
        "entry": row.entry_url,
        "list": row.list_url,
        "url": row.url,
        "title": row.title,
        "published": row.published,
        "first_seen": _iso(row.first_seen_at),
        "last_seen": _iso(row.last_seen_at),
        "snapshot": row.snapshot_id,
        "fetched": _iso(row.fetched_at),
    }


def _try(one: FetchAttempt) -> dict[str, Any]:
    return {
        "at": _iso(one.at),
        "run": one.run_id,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "status": one.status,
    }


def _bracket(one: Bracket) -> dict[str, Any]:
    return {
        "entry": one.entry_url,
        "earlier": _row(one.earlier) if one.earlier else None,
        "later": _row(one.later) if one.later else None,
        "same_day": one.same_day,
        "last_read": _iso(one.last_read_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
