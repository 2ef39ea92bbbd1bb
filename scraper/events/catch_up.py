"""Finds the events of articles that are new, or read otherwise than when theirs was looked for."""

from __future__ import annotations

from storage.archive import Archive
from storage.database import Durability
from storage.stories.queries import DueReport, EventLink

from .joins import (
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
                keys = anchors_of(profile)
                links = _links(tx.archive, report, profile, keys)
                tx.stories.events.keep(report, keys, links)
        done += len(due)
    return done


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
