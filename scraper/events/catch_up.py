"""Finds the events and contradictions of articles that are new, or read otherwise than when theirs
were looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice

from storage.archive import Archive
from storage.contradictions import Claim, ComparedReport, FoundContradiction
from storage.database import Durability
from storage.stories.queries import BriefReport, DueReport, EventLink

from ..contradictions import doubts_of
from ..parsing.version import CONTRADICTIONS_VERSION, FACTS_VERSION
from .doubts import Doubt, DoubtKind
from .joins import (
    IN_ONE_LANGUAGE,
    JOINED,
    SURE,
    UNOPPOSED,
    Profile,
    best,
    evidence_of,
    is_joined,
    most_evidence,
    profile_of,
    report_of,
)
from .likely import Likely, likely_of
from .statements import Report, Statement, stated_figures, statements_of
from .unlike import have_other_numbers

MOST_AT_ONCE = 20_000
"""So many articles are looked at by one call: what is left waits for the next."""
_A_BATCH, _KEPT = 100, 8


def find_events(store: Archive, most: int = MOST_AT_ONCE) -> int:
    """Look for the events of at most so many articles, in short write transactions. Returns how
    many were looked at. Raises StorageError."""
    done = 0
    while done < most:
        due = store.stories.events.due(min(_A_BATCH, most - done))
        if not due:
            break
        profiles = _profiles(store, due)
        anchors = {
            report.article_id: (
                () if report.gathers else tuple(profile.anchors),
                report.day.toordinal(),
            )
            for report, profile in profiles.items()
        }
        with store.writing(Durability.LATER) as tx:
            tx.stories.events.lay(anchors)
            tx.stories.events.keep(due, _links(tx.archive, profiles))
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


def _links(store: Archive, profiles: dict[DueReport, Profile]) -> list[EventLink]:
    """What ties these reports to others. Of two of them the later one is compared."""
    likely = _likely(store, profiles)
    waiting = {report.article_id for report in profiles}
    wanted: dict[DueReport, list[int]] = {}
    briefly = _briefly(store, chain.from_iterable(one.found for one in likely.values()))
    for report, profile in profiles.items():
        waiting.discard(report.article_id)
        if found := likely.get(report.article_id):
            reachable = _reachable(profile, found, briefly)
            wanted[report] = [number for number in reachable if number not in waiting]
    others = _profiles_of(store, chain.from_iterable(wanted.values()))
    links: list[EventLink] = []
    for report, numbers in wanted.items():
        found = likely[report.article_id]
        links += _ties(report, profiles[report], [others[one] for one in numbers], found)
    return links


def _likely(store: Archive, profiles: dict[DueReport, Profile]) -> dict[int, Likely]:
    """What is worth comparing with these reports, but those that gather several stories."""
    return likely_of(
        store,
        {
            report.article_id: (report.day.toordinal(), profile)
            for report, profile in profiles.items()
            if not report.gathers
        },
    )


def _briefly(store: Archive, articles: Iterable[int]) -> dict[int, BriefReport]:
    return store.stories.events.briefly(sorted({*articles}))


def _reachable(profile: Profile, found: Likely, briefly: dict[int, BriefReport]) -> Iterator[int]:
    """Those of the likely ones whose event a report may tell, by all that both may have."""
    for number, shared in found.found.items():
        language = briefly[number].language[:2]
        ways = (False, True) if not language else (language != profile.report.language,)
        if any(
            most_evidence(profile, shared, found.common, across=across) >= _least(across)
            for across in ways
        ):
            yield number


def _least(across: bool) -> float:
    return UNOPPOSED if across else IN_ONE_LANGUAGE


def _ties(
    report: DueReport,
    profile: Profile,
    others: Iterable[tuple[DueReport, Profile]],
    likely: Likely,
) -> Iterator[EventLink]:
    weighed = []
    for other, theirs in others:
        across = theirs.report.language != profile.report.language
        evidence = evidence_of(profile, theirs, likely.common, _least(across))
        if is_joined(evidence, across=across):
            weighed.append((other.article_id, evidence, across))
    ranked = best((article, evidence) for article, evidence, _ in weighed)[:_KEPT]
    is_across = {article: across for article, _, across in weighed}
    for article, evidence in ranked:
        yield EventLink(
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


_PROFILES: dict[DueReport, Profile] = {}
_MOST_PROFILES = 2048
"""So many profiles are kept: crawls of several cities take turns."""


def _profiles_of(store: Archive, articles: Iterable[int]) -> dict[int, tuple[DueReport, Profile]]:
    found = _profiles(store, store.stories.events.reports(sorted({*articles})))
    return {report.article_id: (report, profile) for report, profile in found.items()}


def _profiles(store: Archive, reports: Sequence[DueReport]) -> dict[DueReport, Profile]:
    """What is compared of these reports. Their figures are those that were kept of them."""
    if len(_PROFILES) + len(reports) > _MOST_PROFILES:
        _PROFILES.clear()
    new = [report for report in reports if report not in _PROFILES]
    figures = store.articles.facts.figures([report.article_id for report in new], FACTS_VERSION)
    for report in new:
        read = report_of(report.source, report.language, report.day, report.title, report.body)
        known = figures.get(report.article_id)
        _PROFILES[report] = profile_of(read, report.city, known)
    return {report: _PROFILES[report] for report in reports}


# Contradictions

MOST_COMPARED = 2_000
"""So many articles are compared with others by one call: what is left waits for the next."""
_PARTNERS, _VERSIONS, _FOUND_OF_TWO = 12, 5, 6
_AT_ONCE = 50
_ALIKE, _SURE_APART = 2.5, 0.7
"""From so much evidence on two reports are about one thing, where nothing speaks against it and no
event ties them, and so strongly what they say of it must then be about one thing, too: reports of
one city share words such as bus lines, stations and students that are not the same ones."""
_LONGEST = 2_000
_STATING, _SENTENCES, _MOST_PAIRS = 40, 120, 4_000
"""Of a report so many sentences with a figure or a day are compared, so many in all, and with those
of others so many pairs of these and of figures: the time that it takes grows with them."""


def find_contradictions(store: Archive, most: int = MOST_COMPARED) -> int:
    """Compare at most so many articles with those of their events, with reports of other sources of
    one place and time, and with their own earlier versions. Returns how many were compared. Raises
    StorageError."""
    done = 0
    while done < most:
        due = store.stories.contradictions.due(CONTRADICTIONS_VERSION, min(_AT_ONCE, most - done))
        if not due:
            break
        compared = _compared(store, due)
        with store.writing(Durability.LATER) as tx:
            tx.stories.contradictions.keep(compared, CONTRADICTIONS_VERSION)
        done += len(due)
    return done


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of an article: what of it is compared, and all that it says."""

    article_id: int
    number: int
    compared: Report
    body: str


def _compared(store: Archive, due: Sequence[int]) -> list[ComparedReport]:
    """These articles with what contradicts those that lead their stories. A copy is compared with
    what it is a copy of, where it has other numbers."""
    reports = {one.article_id: one for one in store.stories.events.reports(due)}
    leads = store.stories.leads_of([*reports])
    partners = _partners(store, [reports[number] for number in reports if leads[number] == number])
    partners |= {number: {lead: 0.0} for number, lead in leads.items() if lead != number}
    others = reports | {
        one.article_id: one
        for one in store.stories.events.reports(
            sorted({one for found in partners.values() for one in found} - reports.keys())
        )
    }
    numbers = store.stories.contradictions.numbers([*others])
    return [
        ComparedReport(
            report.article_id,
            report.reading_id,
            tuple(
                _contradictions_of(
                    chain(
                        _with_others(
                            report,
                            partners.get(report.article_id, {}),
                            others,
                            numbers,
                            is_copy=leads[report.article_id] != report.article_id,
                        ),
                        _with_itself(store, report, numbers),
                    )
                )
            ),
        )
        for report in reports.values()
    ]


def _contradictions_of(texts: Iterable[_Pair]) -> Iterable[FoundContradiction]:
    """What contradicts each other in some pairs of texts, each as it was said first."""
    found: dict[tuple[int, ...], FoundContradiction] = {}
    pairs = 0
    for first, second, least in texts:
        more = _pairs_of(first.compared, second.compared)
        if pairs and pairs + more > _MOST_PAIRS:
            break
        pairs += more
        for one in _between(first, second, least):
            words = one.key, one.first.place, one.second.place
            found.setdefault((first.article_id, second.article_id, *words), one)
    return found.values()


def _pairs_of(one: Report, other: Report) -> int:
    """How many pairs of figures, and of sentences with a figure or a day, two texts have."""
    figures = len(stated_figures(one)) * len(stated_figures(other))
    return figures + len(_stating(one)) * len(_stating(other))


_Pair = tuple[_Version, _Version, float]
"""Two texts, and how surely what they say has to be about one thing."""


def _with_others(
    report: DueReport,
    partners: dict[int, float],
    others: dict[int, DueReport],
    numbers: dict[int, int],
    *,
    is_copy: bool,
) -> Iterator[_Pair]:
    for number, least in partners.items():
        two = sorted((report, others[number]), key=lambda each: (each.day, each.article_id))
        first, second = (_version(one, numbers[one.article_id], one.title, one.body) for one in two)
        if is_copy and not have_other_numbers(first.compared.text, second.compared.text):
            continue
        yield first, second, least


def _with_itself(store: Archive, report: DueReport, numbers: dict[int, int]) -> Iterator[_Pair]:
    """The versions of an article before the latest, the first of them first."""
    if numbers[report.article_id] == 1:
        return
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


def _partners(store: Archive, reports: Sequence[DueReport]) -> dict[int, dict[int, float]]:
    """The leads that are compared with each of these reports: those of its event, first those that
    share most of what few reports have, and what other sources say of one thing in one place. Where
    no event ties the two, what they say has to do so more surely."""
    ids = [report.article_id for report in reports]
    stories = store.stories.of_articles(ids)
    events = store.stories.events.around(stories.values())
    leads = store.stories.leads(
        [*{other for told in events.values() for other in told[: _PARTNERS + 1]}]
    )
    profiles = _profiles(store, reports)
    likely = _likely(store, profiles)
    known = store.stories.contradictions.partners(ids)
    near = {number: [*likely[number].found, *known.get(number, ())] for number in likely}
    briefly = _briefly(store, chain.from_iterable(near.values()))
    is_lead = frozenset(store.stories.leads([one.story_id for one in briefly.values()]).values())
    found: dict[int, dict[int, float]] = {}
    apart: dict[int, list[int]] = {}
    for report in reports:
        number, story = report.article_id, stories[report.article_id]
        event = frozenset(events.get(story, ())) - {story}
        told = [leads[one] for one in event if one in leads]
        nearest = [
            one for one in near.get(number, ()) if one in is_lead and briefly[one].story_id in event
        ]
        found[number] = dict.fromkeys([*dict.fromkeys([*nearest, *sorted(told)])][:_PARTNERS], 0.0)
        apart[number] = [
            one
            for one in dict.fromkeys(near.get(number, ()))
            if one in is_lead
            and one not in found[number]
            and briefly[one].source != report.source
            and briefly[one].story_id != story
        ]
    others = _profiles_of(store, chain.from_iterable(apart.values()))
    for report in reports:
        number = report.article_id
        alike = (
            one
            for one in apart[number]
            if _are_alike(profiles[report], others[one][1], likely[number].common)
        )
        room = _PARTNERS - len(found[number])
        found[number] |= dict.fromkeys(islice(alike, room), _SURE_APART)
    return found


def _are_alike(one: Profile, other: Profile, common: frozenset[str]) -> bool:
    if one.listed & other.listed:
        return True
    evidence = evidence_of(one, other, common, _ALIKE)
    return evidence.strength >= (JOINED if evidence.against else _ALIKE)


def _between(first: _Version, second: _Version, least: float) -> Iterator[FoundContradiction]:
    """What contradicts each other in two texts. Of two versions of one, what was changed without a
    word: no sentence of it stands in both."""
    is_one = first.article_id == second.article_id
    doubts = (
        doubt
        for doubt in _doubts(first.compared, second.compared, versions=is_one)
        if doubt.excuse is None
        and doubt.strength >= least
        and not (is_one and (doubt.sentences[0] in second.body or doubt.sentences[1] in first.body))
    )
    for doubt in islice(doubts, _FOUND_OF_TWO):
        claims = [_claim(version, doubt, place) for place, version in enumerate((first, second))]
        yield FoundContradiction(doubt.kind.value, round(doubt.strength, 3), *claims)


_doubts = lru_cache(maxsize=512)(doubts_of)  # each of two reports is compared with the other


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
