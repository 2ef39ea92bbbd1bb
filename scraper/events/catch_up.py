"""Finds the events and contradictions of articles that are new, or read otherwise than when theirs
were looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice

from storage.archive import Archive
from storage.contradictions import Claim, FoundContradiction
from storage.database import Durability
from storage.stories.queries import DueReport, EventLink

from ..contradictions import Doubt, DoubtKind, doubts_of
from ..parsing.version import CONTRADICTIONS_VERSION
from .joins import (
    JOINED,
    LATER,
    SURE,
    Profile,
    anchors_of,
    best,
    evidence_of,
    is_joined,
    profile_of,
    report_of,
)
from .statements import Report, Statement, statements_of

MOST_AT_ONCE = 20_000
"""So many articles are looked at by one call: what is left waits for the next."""
_A_BATCH, _COMPARED, _KEPT = 50, 32, 8


def find_events(store: Archive, most: int = MOST_AT_ONCE) -> int:
    """Look for the events of at most so many articles, in short write transactions. Returns how
    many were looked at. Raises StorageError."""
    done = 0
    while done < most:
        due = store.stories.events.due(min(_A_BATCH, most - done))
        if not due:
            break
        with store.writing(Durability.LATER) as tx:
            for report in due:
                profile = _profile(report)
                keys = () if report.gathers else anchors_of(profile)
                links = _links(tx.archive, report, profile, keys)
                tx.stories.events.keep(report, keys, links)
        done += len(due)
    return done


def find_events_again(store: Archive, at_once: int = _A_BATCH) -> Iterator[int]:
    """Look again for the events of every archived article, so many at once, by today's rules.
    Yields how many were looked at. What is cut short goes on with the next call. Raises
    StorageError."""
    while True:
        with store.writing(Durability.LATER) as tx:
            number = tx.stories.events.look_again(at_once)
        while find_events(store):
            pass
        if not number:
            return
        yield number


def _links(
    store: Archive, report: DueReport, profile: Profile, keys: tuple[int, ...]
) -> list[EventLink]:
    if not keys:
        return []
    day = report.day.toordinal()
    found = store.stories.events.candidates(
        report.article_id, keys, (day - LATER, day + LATER), _COMPARED
    )
    weighed = []
    for other in store.stories.events.reports(found) if found else ():
        theirs = _profile(other)
        across = theirs.report.language != profile.report.language
        evidence = evidence_of(profile, theirs)
        if is_joined(evidence, across=across):
            weighed.append((other.article_id, evidence, across))
    ranked = best((article, evidence) for article, evidence, _ in weighed)[:_KEPT]
    is_across = {article: across for article, _, across in weighed}
    return [
        EventLink(
            report.article_id,
            article,
            is_across[article],
            not is_across[article] or (evidence.strength >= SURE and not evidence.against),
            evidence.strength,
            {
                "days": evidence.days,
                "figures": evidence.figures,
                "names": evidence.names,
                "subjects": evidence.subjects,
                "against": evidence.against,
            },
        )
        for article, evidence in ranked
    ]


def _profile(report: DueReport) -> Profile:
    found = report_of(report.source, report.language, report.day, report.title, report.body)
    return profile_of(found, report.city)


# Contradictions

MOST_COMPARED = 2_000
"""So many articles are compared with others by one call: what is left waits for the next."""
_PARTNERS, _NEIGHBOURS, _VERSIONS, _FOUND_OF_TWO = 12, 24, 5, 6
_AT_ONCE = 10
_ALIKE, _SURE_APART = 2.5, 0.7
"""From so much evidence on two reports are about one thing, where nothing speaks against it and no
event ties them, and so strongly what they say of it must then be about one thing, too: reports of
one city share words such as bus lines, stations and students that are not the same ones."""
_LONGEST = 2_000
_STATING, _SENTENCES, _MOST_PAIRS = 40, 120, 6_000
"""Of a report so many sentences with a figure or a day are compared, so many in all, and with those
of others so many pairs of them: the time that it takes grows with these."""


def find_contradictions(store: Archive, most: int = MOST_COMPARED) -> int:
    """Compare at most so many articles with those of their events, with reports of other sources of
    one place and time, and with their own earlier versions. Returns how many were compared. Raises
    StorageError."""
    done = 0
    while done < most:
        due = store.stories.contradictions.due(CONTRADICTIONS_VERSION, min(_AT_ONCE, most - done))
        if not due:
            break
        reports = store.stories.events.reports(due)
        found = [(report, _contradictions_of(store, report)) for report in reports]
        with store.writing(Durability.LATER) as tx:
            for report, contradictions in found:
                tx.stories.contradictions.keep(
                    report.article_id, report.reading_id, contradictions, CONTRADICTIONS_VERSION
                )
        done += len(due)
    return done


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of an article: what of it is compared, and all that it says."""

    article_id: int
    number: int
    compared: Report
    body: str


def _contradictions_of(store: Archive, report: DueReport) -> list[FoundContradiction]:
    """What contradicts a report that leads its story, each as it was said first. Copies agree with
    themselves."""
    if not store.stories.leading([report.article_id]):
        return []
    found: dict[tuple[int, ...], FoundContradiction] = {}
    pairs = 0
    for first, second, least in chain(_with_others(store, report), _with_itself(store, report)):
        pairs += len(_stating(first.compared)) * len(_stating(second.compared))
        if pairs > _MOST_PAIRS:
            break
        for one in _between(first, second, least):
            words = one.key, one.first.place, one.second.place
            found.setdefault((first.article_id, second.article_id, *words), one)
    return [*found.values()]


_Pair = tuple[_Version, _Version, float]
"""Two texts, and how surely what they say has to be about one thing."""


def _with_others(store: Archive, report: DueReport) -> Iterator[_Pair]:
    partners = _partners(store, report)
    others = {one.article_id: one for one in store.stories.events.reports([*partners])}
    numbers = store.stories.contradictions.numbers((report.article_id, *others))
    for number, least in partners.items():
        two = sorted((report, others[number]), key=lambda each: (each.day, each.article_id))
        first, second = (_version(one, numbers[one.article_id], one.title, one.body) for one in two)
        yield first, second, least


def _with_itself(store: Archive, report: DueReport) -> Iterator[_Pair]:
    """The versions of an article before the latest, the first of them first."""
    versions = store.stories.contradictions.versions(report.article_id, _VERSIONS)
    texts = [_version(report, each.number, each.title, each.body) for each in versions]
    yield from ((text, texts[-1], 0.0) for text in texts[:-1])


def _version(report: DueReport, number: int, title: str, body: str) -> _Version:
    whole = report_of(report.source, report.language, report.day, title, body)
    return _Version(report.article_id, number, _within_bounds(whole), body)


@lru_cache(maxsize=512)
def _within_bounds(whole: Report) -> Report:
    """So much of the beginning as is compared."""
    later = (*_stating(whole)[_STATING:], *statements_of(whole)[_SENTENCES:])
    end = min((one.begin for one in later), default=len(whole.body))
    return replace(whole, body=whole.body[:end])


@lru_cache(maxsize=512)
def _stating(report: Report) -> tuple[Statement, ...]:
    return tuple(one for one in statements_of(report) if one.figures or one.days)


def _partners(store: Archive, report: DueReport) -> dict[int, float]:
    """The leads that are compared with a report: those of its event, and what other sources say of
    one thing in one place. Where no event ties the two, what they say has to do so more surely."""
    (story,) = store.stories.of_articles([report.article_id]).values()
    events = [each for each in store.stories.events.stories_of(story) if each != story]
    leads = sorted(store.stories.leads(events[:_PARTNERS]).values())
    near = store.stories.contradictions.near(report.article_id, LATER, _NEIGHBOURS)
    others = store.stories.leading(
        [*near, *store.stories.contradictions.partners(report.article_id)]
    )
    mine = _profile(report)
    apart = [
        other.article_id
        for other in store.stories.events.reports([one for one in others if one not in leads])
        if other.source != report.source and _are_alike(mine, _profile(other))
    ]
    found = dict.fromkeys(leads, 0.0) | dict.fromkeys(apart, _SURE_APART)
    return dict(islice(found.items(), _PARTNERS))


def _are_alike(one: Profile, other: Profile) -> bool:
    evidence = evidence_of(one, other)
    return evidence.strength >= (JOINED if evidence.against else _ALIKE)


def _between(first: _Version, second: _Version, least: float) -> Iterator[FoundContradiction]:
    """What contradicts each other in two texts. Of two versions of one, what was changed without a
    word: no sentence of it stands in both."""
    is_one = first.article_id == second.article_id
    doubts = (
        doubt
        for doubt in doubts_of(first.compared, second.compared)
        if doubt.excuse is None
        and doubt.strength >= least
        and not (is_one and (doubt.sentences[0] in second.body or doubt.sentences[1] in first.body))
    )
    for doubt in islice(doubts, _FOUND_OF_TWO):
        claims = [_claim(version, doubt, place) for place, version in enumerate((first, second))]
        yield FoundContradiction(doubt.kind.value, round(doubt.strength, 3), *claims)


def _claim(version: _Version, doubt: Doubt, which: int) -> Claim:
    sentence, value = doubt.sentences[which], doubt.values[which]
    begin, place = 0, -1
    for statement in statements_of(version.compared):
        if statement.text == sentence:
            begin = statement.begin
            if doubt.kind is DoubtKind.FIGURE:
                place = _place(statement, value)
            break
    length = len(value) if place >= 0 else len(sentence)
    place = max(0, place)
    start = max(0, place + min(length, _LONGEST) - _LONGEST)  # of a sentence without an end
    kept = sentence[start : start + _LONGEST]
    return Claim(
        article_id=version.article_id,
        revision=version.number,
        sentence=kept,
        value=value[:_LONGEST],
        start=begin + start,
        place=place - start,
        length=min(length, len(kept)),
    )


def _place(statement: Statement, printed: str) -> int:
    """Where a figure stands in its sentence, -1 if it does not."""
    for figure in statement.figures:
        at = figure.start - statement.begin
        if statement.text[at : at + len(printed)] == printed:
            return at
    return statement.text.find(printed)
