"""Finds the events and contradictions of articles that are new, or read otherwise than when theirs
were looked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

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
from .statements import Report, statements_of

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
_ALIKE = 1.5
"""From so much evidence on two reports are about one thing, where nothing speaks against it."""
_LONGEST = 2_000


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


def _contradictions_of(store: Archive, report: DueReport) -> list[FoundContradiction]:
    """What contradicts a report that leads its story. Copies agree with themselves."""
    if not store.stories.contradictions.leads([report.article_id]):
        return []
    found = list(_between_versions(store, report))
    for other in store.stories.events.reports(_partners(store, report)):
        first, second = sorted((report, other), key=lambda each: (each.day, each.article_id))
        numbers = store.stories.contradictions.numbers((first.article_id, second.article_id))
        found += _between(
            (first.article_id, numbers[first.article_id], _report(first)),
            (second.article_id, numbers[second.article_id], _report(second)),
        )
    return found


def _partners(store: Archive, report: DueReport) -> list[int]:
    """The leads that are compared with a report: those of its event, and what other sources say of
    one thing in one place."""
    (story,) = store.stories.of_articles([report.article_id]).values()
    events = [each for each in store.stories.events.stories_of(story) if each != story]
    leads = store.stories.contradictions.leads_of(events[:_PARTNERS])
    near = store.stories.contradictions.near(report.article_id, LATER, _NEIGHBOURS)
    others = store.stories.contradictions.leads(
        [*near, *store.stories.contradictions.partners(report.article_id)]
    )
    mine = _profile(report)
    apart = [
        other.article_id
        for other in store.stories.events.reports([one for one in others if one not in leads])
        if other.source != report.source and _are_alike(mine, _profile(other))
    ]
    return [*leads, *apart][:_PARTNERS]


def _are_alike(one: Profile, other: Profile) -> bool:
    evidence = evidence_of(one, other)
    return evidence.strength >= (JOINED if evidence.against else _ALIKE)


def _between_versions(store: Archive, report: DueReport) -> Iterator[FoundContradiction]:
    """Where the text of an article was changed so that it says something else, and does not say
    that it was."""
    *earlier, latest = store.stories.contradictions.versions(report.article_id, _VERSIONS) or (
        None,
    )
    told: set[tuple[int, int, int]] = set()
    for before in earlier:
        assert before is not None and latest is not None
        old, new = (
            report_of(report.source, report.language, report.day, each.title, each.body)
            for each in (before, latest)
        )
        for one in _between(
            (report.article_id, before.number, old), (report.article_id, latest.number, new)
        ):
            stays = one.first.sentence in new.body or one.second.sentence in old.body
            words = one.key, one.first.place, one.second.place
            if not stays and words not in told:
                told.add(words)
                yield one


Version = tuple[int, int, Report]


def _between(first: Version, second: Version) -> Iterator[FoundContradiction]:
    doubts = (doubt for doubt in doubts_of(first[2], second[2]) if doubt.excuse is None)
    for doubt in islice(doubts, _FOUND_OF_TWO):
        claims = [_claim(version, doubt, place) for place, version in enumerate((first, second))]
        yield FoundContradiction(doubt.kind.value, round(doubt.strength, 3), *claims)


def _claim(version: Version, doubt: Doubt, which: int) -> Claim:
    article, number, report = version
    sentence, value = doubt.sentences[which], doubt.values[which]
    begin = next((s.begin for s in statements_of(report) if s.text == sentence), 0)
    place = sentence.find(value) if doubt.kind is DoubtKind.FIGURE else -1
    span = (place, len(value)) if place >= 0 else (0, len(sentence))
    start = max(0, span[0] + min(span[1], _LONGEST) - _LONGEST)  # of a sentence without an end
    kept = sentence[start : start + _LONGEST]
    return Claim(
        article, number, kept, value[:_LONGEST], begin + start, span[0] - start,
        min(span[1], len(kept)),
    )  # fmt: skip


def _report(report: DueReport) -> Report:
    return report_of(report.source, report.language, report.day, report.title, report.body)
