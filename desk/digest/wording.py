"""The phrases that every readable format prints alike, citations among them.

Plain text, not escaped for any format. Only `rich` gives HTML. What other rooms say in a sentence
(reasons, changes) is put into the reader's language where its form is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from zoneinfo import ZoneInfo

from markupsafe import Markup

from hubwatch.patterns import lazy_pattern
from storage.articles.records import Article
from storage.decisions import State
from storage.digests import Basis, DigestProof, DigestState
from storage.types import Outcome, When

from .. import N_
from ..messages import Bilingual, Translator, translator
from ..text import decimal, one_line, safe_link
from ..vocabularies import TERMS
from .model import (
    ELSEWHERE,
    KEY,
    MORE,
    OTHER_TOPICS,
    TOUCHED,
    Copy,
    Coverage,
    Digest,
    DigestClaim,
    DigestContradiction,
    DigestFigure,
    DigestItem,
    EventReport,
    LeftOut,
    OtherPage,
    Period,
    Quote,
    Scan,
    Scope,
    Update,
)

ENGLISH = translator("en")
_HEADINGS = frozenset({KEY, MORE, TOUCHED, ELSEWHERE, OTHER_TOPICS})


def words_of(digest: Digest) -> Translator:
    """The messages in the language of a digest."""
    return translator(digest.edition.language)


def named(name: str, digest: Digest, words: Translator = ENGLISH) -> str:
    """What a city or a topic is called in the reader's language, else its own name."""
    chinese = dict(digest.labels).get(name, "")
    if not chinese or words.tag == "en":
        return name
    return Bilingual(chinese, name) if words.tongues else chinese


def city_names(digest: Digest) -> dict[str, str]:
    """What cities are called in a digest, by their English names, for its pictures."""
    words = words_of(digest)
    return {name: named(name, digest, words) for name, _ in digest.labels}


def heading(name: str, digest: Digest, words: Translator = ENGLISH) -> str:
    """The heading of a section: one of ours, the name of a city or topic, or an editor's own."""
    if name in _HEADINGS:
        return words.term("digest_heading", name)
    return named(name, digest, words)


def day(when: When | None, words: Translator = ENGLISH) -> str:
    """A date as exactly as the page states it: `2023-08-05 07:49`, `2023-08-05`, `2023-08`."""
    return words("undated") if when is None else when.iso.replace("T", " ")[:16]


def period_of(digest: Digest, words: Translator = ENGLISH) -> str:
    """The period: `2024-06-03 08:00 to 2024-06-10 08:00, Asia/Shanghai`."""
    found = digest.edition.period
    since, until = found.local(found.since), found.local(found.until)
    return words("%(since)s to %(until)s, %(zone)s", since=since, until=until, zone=found.zone)


def date_of(moment: datetime, period: Period, words: Translator = ENGLISH) -> str:
    """The day of a moment in the period's zone: `2024-06-10`, in Chinese with its units."""
    at = moment.astimezone(ZoneInfo(period.zone))
    if words.tongues:
        return Bilingual(*(date_of(moment, period, each) for each in words.tongues))
    form = "02" if words.tag == "en" else ""
    return words(
        "%(year)s-%(month)s-%(day)s",
        year=at.year,
        month=format(at.month, form),
        day=format(at.day, form),
    )


def days_of(digest: Digest, words: Translator = ENGLISH) -> str:
    """The period by its days."""
    period = digest.edition.period
    since, until = (date_of(each, period, words) for each in (period.since, period.until))
    return words("%(since)s to %(until)s", since=since, until=until)


def with_limits(text: str, limits: str, words: Translator = ENGLISH) -> str:
    """The text with the limits of the edition, if there are any, in brackets."""
    return words("%(name)s (%(what)s)", name=text, what=limits) if limits else text


def scope(digest: Digest, words: Translator = ENGLISH) -> str:
    """What the edition was limited to, or ""."""
    edition = digest.edition
    parts = []
    if edition.scope is not Scope.ALL:
        parts.append(words.term("stories_only", edition.scope))
    if edition.topics:
        topics = words.pgettext("names", ", ").join(
            named(topic, digest, words) for topic in edition.topics
        )
        parts.append(words("topic %(topics)s", topics=topics))
    return words(", ").join(parts)


def runs_of(number: int, words: Translator = ENGLISH) -> str:
    """`1 run`, `2 runs`."""
    return words.plural("%(number)s run", "%(number)s runs", number, number=f"{number:,}")


def items_of(number: int, words: Translator = ENGLISH) -> str:
    """`1 item`, `2 items`."""
    return words.plural("%(number)s item", "%(number)s items", number, number=f"{number:,}")


def _sources_of(number: int, words: Translator) -> str:
    return words.plural("%(number)s source", "%(number)s sources", number, number=f"{number:,}")


_NAMED = 6
"""So many sources of a kind are named in the coverage line. More are counted there."""


def cover(digest: Digest, words: Translator = ENGLISH) -> str:
    """What a digest holds, in one line: how many items, of which kinds."""
    rest = len(digest.items) - len(digest.key) - len(digest.touched)
    again = sum(item.only_retells for item in digest.touched)
    key, touched = len(digest.key), len(digest.touched) - again
    counts = (
        (key, words.plural("%(number)s key item", "%(number)s key items", key)),
        (rest, words.plural("%(number)s other", "%(number)s others", rest)),
        (touched, words("%(n)s changed since the last digest", n=touched)),
        (again, words("%(n)s of an event that was told before", n=again)),
    )
    kinds = words(", ").join(text for n, text in counts if n)
    found = items_of(len(digest.items), words)
    return words("%(what)s: %(detail)s", what=found, detail=kinds) if digest.items else ""


def coverage_line(digest: Digest, words: Translator = ENGLISH) -> str:
    """How complete a digest is, in one line of counts."""
    found = digest.coverage
    counts = (
        (len(found.failing), words("failing")),
        (len(found.partial), words("incomplete")),
        (len(found.gaps), words("not scanned")),
        (len(found.unwatched), words("not scanned on the last days")),
    )
    missing = [words("%(kind)s %(number)s", kind=kind, number=f"{n:,}") for n, kind in counts if n]
    line = words(
        "%(sources)s scanned in %(runs)s, %(news)s with news",
        sources=_sources_of(len(found.scanned), words),
        runs=runs_of(sum(scan.runs for scan in found.scanned), words),
        news=len(found.with_news),
    )
    if not found.scanned and not missing:  # nobody looked, so nobody knows what is missing
        return words("%(line)s.", line=line)
    if not missing:
        return words("%(line)s; nothing is missing.", line=line)
    return words("%(line)s; %(missing)s.", line=line, missing=words(", ").join(missing))


def unread(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """What could not be read, a sentence each: failing, incomplete, not scanned, left out. Empty
    where nothing is missing."""
    found, period = digest.coverage, digest.edition.period
    left_out = (_left_out(each, period, words) for each in found.left_out)
    return (*_missing(found, period, words), *left_out)


def doubts(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """What of the items is in doubt, a line each: fields that were read in doubt, and items about
    which people differ."""
    found = []
    for item in digest.items:
        reasons = [
            words(
                "%(what)s: %(detail)s",
                what=words.term("field", one.field),
                detail=words(", ").join(
                    words.term("doubt", part) for part in one.doubt.split("; ") if part
                ),
            )
            for one in item.doubts
        ]
        if item.state is State.DISPUTED:
            reasons.append(words("people differ about it"))
        if reasons:
            what = words("; ").join(reasons)
            found.append(words("Item %(n)s: %(what)s.", n=item.number, what=what))
    return tuple(found)


def why(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """Why somebody gets a digest, and what to do who wants no more, or something else."""
    scans = [scan for scan in digest.coverage.scans if scan.is_enabled]
    cities = len({scan.city for scan in scans if scan.city})
    watched = words.pgettext("names", ", ").join(
        named(topic, digest, words) for topic in digest.edition.topics
    )
    lines = [
        words("You get this because your office keeps you on its list of readers."),
        words(
            "It watches %(sources)s in %(cities)s.",
            sources=_sources_of(len(scans), words),
            cities=words.plural("%(number)s city", "%(number)s cities", cities),
        ),
    ]
    if watched:
        lines.append(words("Its subjects: %(topics)s.", topics=watched))
    lines.append(
        words("To get no more of it, or to have something else watched, answer whoever sent it.")
    )
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class CityCoverage:
    """The sources of a city by state: a state in words, and the names of its sources."""

    city: str
    states: tuple[tuple[str, tuple[str, ...]], ...]


def sources(digest: Digest, words: Translator = ENGLISH) -> tuple[CityCoverage, ...]:
    """The sources by city, each city's by state, what is missing before what was read."""
    found = digest.coverage
    states = (
        (words("failing"), {scan.source_id for scan in found.failing}),
        (words("incomplete"), {scan.source_id for scan in found.partial}),
        (words("not scanned"), {scan.source_id for scan in found.scans if scan.outcome is None}),
        (words("not scanned on the last days"), {scan.source_id for scan in found.unwatched}),
        (words("read"), {scan.source_id for scan in found.scanned}),
    )
    cities: dict[str, list[Scan]] = {}
    for scan in found.scans:
        cities.setdefault(scan.city, []).append(scan)
    listed = []
    for city in sorted(cities, key=lambda name: (not name, name.casefold(), name)):
        left, shown = cities[city], []
        for state, ids in states:
            here = [scan for scan in left if scan.source_id in ids]
            left = [scan for scan in left if scan.source_id not in ids]
            if here:
                shown.append((state, tuple(_in_list(scan, words) for scan in here)))
        name = named(city, digest, words) if city else words("no city")
        listed.append(CityCoverage(name, tuple(shown)))
    return tuple(listed)


def _in_list(scan: Scan, words: Translator) -> str:
    """A source in the list of all: its name, and beside it what is not usual."""
    details = []
    if scan.outcome not in (Outcome.OK, Outcome.UNCHANGED, None):
        details.append(outcome_of(scan, words))
    if not scan.is_enabled:
        details.append(words("brought") if scan.is_external else words("not enabled"))
    if scan.items:
        details.append(items_of(scan.items, words))
    name = scan.name or scan.source_id
    return (
        words("%(name)s (%(what)s)", name=name, what=words(", ").join(details)) if details else name
    )


def coverage(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """The coverage line, a sentence each: scanned, brought from elsewhere, not enabled, failing,
    incomplete, gaps, left out."""
    found, period = digest.coverage, digest.edition.period
    first = words(
        "%(sources)s scanned in %(runs)s, %(news)s with news.",
        sources=_sources_of(len(found.scanned), words),
        runs=runs_of(sum(scan.runs for scan in found.scanned), words),
        news=len(found.with_news),
    )
    left_out = (_left_out(each, period, words) for each in found.left_out)
    missing = _missing(found, period, words)
    return (first, *_beside_all(found, words), *missing, *left_out, *_not_listed(found, words))


def further(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """What the coverage line counts not: sources beside those that are enabled, and what the digest
    does not list."""
    return (*_beside_all(digest.coverage, words), *_not_listed(digest.coverage, words))


def _beside_all(found: Coverage, words: Translator) -> Iterator[str]:
    """The sentences that name sources which are not enabled."""
    if found.elsewhere:
        names = _named(found.elsewhere, lambda scan: _unscanned(scan, words), (), words)
        yield words("From elsewhere, not scanned: %(names)s.", names=names)
    if found.beside:
        names = _named(found.beside, lambda scan: _beside(scan, words), (), words)
        yield words("Not enabled: %(names)s.", names=names)


def _missing(found: Coverage, period: Period, words: Translator) -> Iterator[str]:
    """The sentences that name sources of which something is missing."""
    if found.failing:
        each = (outcome_of(scan, words) for scan in found.failing)
        names = _named(found.failing, lambda scan: _outcome(scan, words), each, words)
        yield words("Failing: %(names)s.", names=names)
    if found.partial:
        each = (outcome_of(scan, words) for scan in found.partial)
        names = _named(found.partial, lambda scan: _outcome(scan, words), each, words)
        yield words("Incomplete: %(names)s.", names=names)
    if found.gaps:
        each = (words("before") if scan.last_ok_at else words("never") for scan in found.gaps)
        names = _named(found.gaps, lambda scan: _gap(scan, period, words), each, words)
        yield words("Not scanned: %(names)s.", names=names)
    if found.unwatched:
        each = (_unwatched(scan, period) for scan in found.unwatched)
        names = _named(found.unwatched, lambda scan: _since(scan, period, words), each, words)
        yield words("Not scanned on the last days, last on: %(names)s.", names=names)


def _since(scan: Scan, period: Period, words: Translator) -> str:
    name, day = scan.name or scan.source_id, _unwatched(scan, period)
    return words("%(name)s (%(what)s)", name=name, what=day)


def _unwatched(scan: Scan, period: Period) -> str:
    return period.local(scan.unwatched_since)[:10] if scan.unwatched_since else ""


def _named(
    scans: Sequence[Scan], name: Callable[[Scan], str], kinds: Iterable[str], words: Translator
) -> str:
    """The names of sources, or where they are many how many there are, of which kinds: each is
    listed under the sources at the end."""
    if len(scans) <= _NAMED:
        return words("; ").join(map(name, scans))
    many = _sources_of(len(scans), words)
    counted = (
        words("%(kind)s %(number)s", kind=kind, number=f"{number:,}")
        for kind, number in Counter(kinds).most_common()
    )
    if what := words(", ").join(counted):
        many = words("%(name)s (%(what)s)", name=many, what=what)
    return words("%(sources)s, listed under Sources", sources=many)


def _not_listed(found: Coverage, words: Translator) -> Iterator[str]:
    """The sentences that count what the digest does not list."""
    if found.rejected:
        yield words.plural(
            "%(number)s story that people rejected left out.",
            "%(number)s stories that people rejected left out.",
            found.rejected,
            number=f"{found.rejected:,}",
        )
    if found.waiting:
        yield words.plural(
            "%(number)s story left for a later digest.",
            "%(number)s stories left for a later digest.",
            found.waiting,
            number=f"{found.waiting:,}",
        )
    if found.older:
        yield words.plural(
            "%(number)s older article archived by first crawls, back-fills or imports, not listed.",
            "%(number)s older articles archived by first crawls, back-fills or imports, not "
            "listed.",
            found.older,
            number=f"{found.older:,}",
        )


def _left_out(gap: LeftOut, period: Period, words: Translator) -> str:
    crawls = words.plural(
        "%(number)s planned crawl",
        "%(number)s planned crawls",
        gap.crawls,
        number=f"{gap.crawls:,}",
    )
    of = gap.sources[0] if len(gap.sources) == 1 else _sources_of(len(gap.sources), words)
    first, last = period.local(gap.since), period.local(gap.until)
    when = (
        words("due %(at)s", at=first)
        if gap.crawls == 1
        else words("due %(since)s to %(until)s", since=first, until=last)
    )
    if gap.was_down:
        return words.plural(
            "Nobody watched: %(crawls)s of %(of)s, %(when)s, was left out while Hubwatch was not "
            "running; each source was crawled once when it was back.",
            "Nobody watched: %(crawls)s of %(of)s, %(when)s, were left out while Hubwatch was not "
            "running; each source was crawled once when it was back.",
            gap.crawls,
            crawls=crawls,
            of=of,
            when=when,
        )
    if not gap.reason:
        return words(
            "Not run yet: %(crawls)s of %(of)s, %(when)s.", crawls=crawls, of=of, when=when
        )
    return words(
        "Left out: %(crawls)s of %(of)s, %(when)s (%(why)s).",
        crawls=crawls,
        of=of,
        when=when,
        why=reason(gap.reason, words),
    )


def _outcome(scan: Scan, words: Translator) -> str:
    outcome = words.term("outcome", str(scan.outcome))
    what = words(", ").join(filter(None, (outcome, reason(scan.reason, words))))
    return words("%(name)s (%(what)s)", name=scan.name, what=what)


def _unscanned(scan: Scan, words: Translator) -> str:
    return words("%(name)s (%(what)s)", name=scan.name, what=items_of(scan.items, words))


def _beside(scan: Scan, words: Translator) -> str:
    scanned = runs_of(scan.runs, words) if scan.outcome else words("not scanned")
    what = words(", ").join((scanned, items_of(scan.items, words)))
    return words("%(name)s (%(what)s)", name=scan.name, what=what)


def _gap(scan: Scan, period: Period, words: Translator) -> str:
    last = scan.last_ok_at
    what = words("never") if last is None else words("last %(at)s", at=period.local(last))
    return words("%(name)s (%(what)s)", name=scan.name, what=what)


def scanned(scan: Scan, words: Translator = ENGLISH) -> str:
    """How a source was scanned: the outcome of its last run, runs, items."""
    outcome = outcome_of(scan, words)
    return words(", ").join((outcome, runs_of(scan.runs, words), items_of(scan.items, words)))


def outcome_of(scan: Scan, words: Translator = ENGLISH) -> str:
    """The outcome of a source's last run, or that there was none."""
    if scan.outcome is None:
        return words("not scanned")
    return words.term("outcome", scan.outcome)


def publishers(item: DigestItem) -> tuple[str, ...]:
    """Issuing body and publisher, without saying the same name twice."""
    same = item.issuer.casefold() in ("", item.publisher.casefold())
    return (item.publisher,) if same else (item.issuer, item.publisher)


def copy(place: Copy, words: Translator = ENGLISH) -> str:
    """The publisher and date of a copy."""
    return words(", ").join((place.publisher, day(place.published, words)))


def flags(item: DigestItem, period: Period, words: Translator = ENGLISH) -> tuple[str, ...]:
    """What happened to the story within the period beside its appearing, and what of it was read
    in doubt."""
    found = []
    if item.added_by and item.added_at is not None:
        found.append(words("added by hand by %(person)s", person=item.added_by))
    if item.is_late:
        found.append(words("late find"))
    if item.held_from is not None:
        found.append(words("left over from digest %(n)s", n=item.held_from))
    if item.first_issue is not None:
        found.append(words("first in digest %(n)s", n=item.first_issue))
    if item.event_issue is not None:
        found.append(words("also reported: its event was in digest %(n)s", n=item.event_issue))
    if item.updated_at is not None:
        found.append(words("updated %(at)s", at=period.local(item.updated_at)))
    if item.gone_at is not None:
        gone = words("withdrawn %(at)s", at=period.local(item.gone_at))
        evidence = reason(item.gone_evidence, words)
        found.append(words("%(name)s (%(what)s)", name=gone, what=evidence) if evidence else gone)
    if item.back_at is not None:
        found.append(words("back %(at)s", at=period.local(item.back_at)))
    if item.doubts:
        fields = words(", ").join(words.term("field", one.field) for one in item.doubts)
        found.append(words("in doubt: %(what)s", what=fields))
    if item.was_rejected:
        found.append(words("rejected before it changed"))
    elif item.state not in (State.OPEN, State.ACCEPTED):
        found.append(words.term("review_state", item.state))
    return tuple(found)


def updates(item: DigestItem, period: Period, words: Translator = ENGLISH) -> tuple[str, ...]:
    """What changed in the story within the period, a line each: when, what, and where if not on the
    page of the item."""
    return tuple(
        words(", ").join((period.local(update.at), changed(item, update, period.zone, words)))
        for update in item.updates
    )


def changed(item: DigestItem, update: Update, zone: str, words: Translator = ENGLISH) -> str:
    """What changed. Of another page than that of the item with who has it, at which address, and
    what of it is archived."""
    what = change(update.what, words)
    if update.url == item.url:
        return what
    pages: tuple[Copy | EventReport, ...] = (*item.also_at, *item.reported)
    by = next((page.publisher for page in pages if page.url == update.url), "")
    where = {"what": what, "url": one_line(update.url), "source": one_line(by)}
    if by:
        line = words("%(what)s (on the page of %(source)s, %(url)s)", **where)
    else:
        line = words("%(what)s (on the page %(url)s)", **where)
    cited = Citation(
        "", "", "", "", "", update.url, **_archived(update.article_id, update.after, zone, words)
    )
    if not cited.archived:
        return line
    return words("%(line)s. %(archived)s", line=line, archived=archived(cited, words))


def reported(item: DigestItem, words: Translator = ENGLISH) -> tuple[str, ...]:
    """Who else told the event of an item, in words of their own, a line each."""
    found = ((report(one, words), one_line(one.title or one.url)) for one in item.reported)
    return tuple(words("%(what)s: %(detail)s", what=by, detail=title) for by, title in found)


def report(one: EventReport, words: Translator = ENGLISH) -> str:
    """Another story of an event: in which language, by whom, and when."""
    by = {"source": one_line(one.publisher), "date": day(one.published, words)}
    language = one.language.lower().replace("_", "-").partition("-")[0]
    if language not in TERMS["language"]:
        return words("Also reported by %(source)s, %(date)s", **by)
    named = words.term("language", language)
    return words("Also reported in %(language)s by %(source)s, %(date)s", language=named, **by)


def change(summary: str, words: Translator = ENGLISH) -> str:
    """The summary of a change: its kinds in the reader's language, what pages said as they said
    it."""
    return words.change(summary)


_REASONS = (
    N_("everything is paused by %(person)s: %(said)s"),
    N_("paused until %(until)s by %(person)s: %(said)s"),
    N_("paused by %(person)s"),
    N_("no news is expected before %(until)s"),
    N_("rests until %(until)s, since it failed %(number)s times in a row"),
    N_("status %(status)s with an anti-bot answer"),
    N_("status %(status)s"),
    N_("HTTP %(status)s"),
    N_("nothing usable"),
    N_("%(number)s failed"),
    N_("%(number)s that failed before rest"),
    N_("%(number)s dropped by a pipeline"),
    N_("stopped"),
    N_("caught up"),
    N_("no room in time"),
    N_("no bytes but white space"),
    N_("no visible text"),
    N_("an anti-bot script instead of a page"),
    N_("asks for a check that only people pass"),
    N_("the address led to a front page"),
    N_("a parked domain, for sale"),
)
"""Reasons as the rooms below word them, and the archive keeps them."""


_EDITS = (
    N_("drafted"),
    N_("made anew"),
    N_("issued"),
    N_("discarded"),
    N_("title"),
    N_("introduction"),
    N_("language %(tag)s"),
    N_("item %(number)s translated"),
    N_("item %(number)s noted"),
    N_("item %(number)s to place %(place)s"),
    N_("item %(number)s trimmed"),
    N_("item %(number)s left for later"),
    N_("item %(number)s in %(heading)s"),
    N_("article %(number)s restored"),
)
"""What was done to a draft, as the archive keeps it."""


_GRADING = (
    N_("named"),
    N_("named in full elsewhere"),
    N_("what the name usually means"),
    N_("%(name)s is part of it"),
    N_("%(name)s is named"),
    N_("is not that name before %(day)s"),
    N_("is part of a name of %(name)s there"),
    N_("is part of a longer name there"),
)
_NEEDED = (N_("needs %(contexts)s"), N_("does not count with %(contexts)s"))
_WHERE = (
    N_("%(contexts)s in the same paragraph"),
    N_("%(contexts)s in the same sentence"),
    N_("%(contexts)s in the title"),
    N_("%(contexts)s within %(number)s characters before it"),
    N_("%(contexts)s within %(number)s characters"),
)
_JOINED = (N_(", and "), N_(" and "), N_(" or "), N_(" nor "), N_("not "))
"""Why a name counts as it does, as `scraper.relevance.match` words it."""


def grading_reason(said: str, words: Translator = ENGLISH) -> str:
    """Why a name counts or does not, in the reader's language as far as its form is known."""
    if words.tongues:
        return Bilingual(*(grading_reason(said, each) for each in words.tongues))
    if words.tag == "en":
        return said
    if known := _known(said, _GRADING, words):
        return known
    return words(", or ").join(_needed(each, words) for each in said.split(", or "))


def _needed(said: str, words: Translator) -> str:
    for messages in (_NEEDED, _WHERE):
        for form, message in _forms(messages):
            if found := form.fullmatch(said):
                gaps = found.groupdict()
                return words(message, **{**gaps, "contexts": _needed(gaps["contexts"], words)})
    for joint in _JOINED:
        said = said.replace(joint, words(joint))
    return said


def edit(what: str, words: Translator = ENGLISH) -> str:
    """What was done to a draft, in the reader's language as far as its form is known."""
    if words.tag == "en":
        return what
    return words("; ").join(_known(part, _EDITS, words) or part for part in what.split("; "))


@cache
def _forms(messages: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_form(message), message) for message in messages)


def _known(said: str, messages: tuple[str, ...], words: Translator) -> str:
    """What was made of one of these messages, in another language, or nothing."""
    for form, message in _forms(messages):
        if found := form.fullmatch(said):
            return words(message, **found.groupdict())
    return ""


def _form(message: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", message)
    digits = ("number", "status", "place")
    gaps = (
        f"(?P<{part}>{r'[0-9]+' if part in digits else '.+'})" if at % 2 else re.escape(part)
        for at, part in enumerate(parts)
    )
    return re.compile("".join(gaps))


def reason(said: str, words: Translator = ENGLISH) -> str:
    """A reason as a room below the desk gave it, in the reader's language as far as its form is
    known. What of it is not known stands in the archive only, in English."""
    if words.tongues:
        return Bilingual(*(reason(said, each) for each in words.tongues))
    if words.tag == "en" or not said:
        return said
    if len(said) <= _LONGEST_REASON and (whole := _reason(said, words)):
        return whole
    parts = re.split("; |: |, ", said[:_LONGEST_REASON])
    return words(", ").join(filter(None, dict.fromkeys(_reason(each, words) for each in parts)))


def _reason(said: str, words: Translator) -> str:
    word, _, count = said.rpartition(" ")
    for outcome, number in ((said, ""), (word, count)):
        if outcome in TERMS["outcome"] and (not number or number.isdecimal()):
            return f"{words.term('outcome', outcome)} {number}".strip()
    if known := _known(said, _REASONS, words):
        return known
    return "" if _LATIN_WORD.search(said) else said


_LATIN_WORD = lazy_pattern("[A-Za-z]{2}")
_LONGEST_REASON = 500


def status(digest: Digest, words: Translator = ENGLISH) -> str:
    """What a digest is: `Digest 12`, `Digest 14, a correction of digest 12`, `Digest 15, draft`.
    Empty for one that is not kept."""
    metadata = digest.metadata
    if metadata is None:
        return ""
    parts = [words("Digest %(n)s", n=metadata.number)]
    if metadata.withdraws:
        parts.append(words("the withdrawal of digest %(n)s", n=metadata.corrects))
    elif metadata.corrects:
        parts.append(words("a correction of digest %(n)s", n=metadata.corrects))
    if metadata.state is not DigestState.ISSUED:
        parts.append(words("draft"))
    return words(", ").join(parts)


def correction(digest: Digest, words: Translator = ENGLISH) -> str:
    """What a digest corrects or withdraws, and why. Empty for one that corrects nothing."""
    metadata = digest.metadata
    if metadata is None or not metadata.corrects:
        return ""
    number, why = metadata.corrects, one_line(metadata.reason)
    if metadata.withdraws:
        line = words("This withdraws digest %(n)s: %(why)s", n=number, why=why)
    else:
        line = words("This corrects digest %(n)s: %(why)s", n=number, why=why)
    if not metadata.replaces:
        return line
    earlier = words.plural(
        "it takes the place of digest %(numbers)s, too",
        "it takes the place of digests %(numbers)s, too",
        len(metadata.replaces),
        numbers=words.pgettext("names", ", ").join(map(str, metadata.replaces)),
    )
    return words("%(name)s (%(what)s)", name=line, what=earlier)


def nothing(digest: Digest, words: Translator = ENGLISH) -> str:
    """What a digest without items says in their place."""
    if digest.metadata is not None and digest.metadata.withdraws:
        return words("Nothing that stood in it holds any more.")
    return words("Nothing new in this period.")


def made(digest: Digest, words: Translator = ENGLISH) -> tuple[str, ...]:
    """How the digest was made, a sentence or two a line."""
    period, metadata = digest.edition.period, digest.metadata
    lines = []
    if metadata is not None:
        lines.append(
            words(
                "Drafted by %(person)s on %(at)s.",
                person=one_line(metadata.made_by),
                at=period.local(metadata.made_at),
            )
        )
        if metadata.issued_at is not None:
            lines.append(
                words(
                    "Issued by %(person)s on %(at)s; an issue never changes, corrections have "
                    "numbers of their own.",
                    person=one_line(metadata.issued_by),
                    at=period.local(metadata.issued_at),
                )
            )
        if metadata.basis is Basis.SINCE_LAST:
            lines.append(_events(metadata.after_seq + 1, metadata.upto_seq, words))
    lines.append(
        words(
            "Stories come from the sources below, by machine; copies of one story are one item. "
            "Key items name a watched programme as such. Titles and source lines are printed as "
            "found; what an editor wrote is marked as a note or a translation."
        )
    )
    lines.append(
        words("Times in %(zone)s; published dates as each page states them.", zone=period.zone)
    )
    return tuple(lines)


def _events(first: int, last: int, words: Translator) -> str:
    if last < first:
        return words(
            "Nothing came in since the last digest of the same selection: the archive has no event "
            "after %(last)s.",
            last=last,
        )
    return words(
        "It holds what came in since the last digest of the same selection, in the order in which "
        "it was archived (events %(first)s to %(last)s).",
        first=first,
        last=last,
    )


def said(item: DigestItem) -> Quote | None:
    """What is printed under a title: the sentence that matched or, where that is the title or
    nothing matched, how the text begins. An editor's note goes before it."""
    if item.quote is not None and not item.marks_title:
        return item.quote
    return Quote(item.excerpt, "", "") if item.excerpt else None


# Figures: what an item states, in a line, and where.

_GREAT = {
    "en": ((10**9, N_("%(n)s billion")), (10**6, N_("%(n)s million"))),
    "zh": ((10**8, N_("%(n)s hundred million")), (10**4, N_("%(n)s ten thousand"))),
}
"""What great numbers are counted in, by language."""
_LEAST_GREAT = {"en": 10**6, "zh": 10**5}
_DECIMALS = 3


def quantity(value: float, words: Translator = ENGLISH) -> str:
    """A number as people read it: `3,177`, `95 million`. Great ones are shortened only where
    nothing is lost."""
    if words.tongues:
        return Bilingual(*(quantity(value, each) for each in words.tongues))
    if abs(value) >= _LEAST_GREAT[words.tag]:
        for size, form in _GREAT[words.tag]:
            short = value / size
            if abs(short) >= 1 and round(short, _DECIMALS) * size == value:
                return words(form, n=f"{short:,.{_DECIMALS}f}".rstrip("0").rstrip("."))
    return decimal(value)


def value_of(figure: DigestFigure, words: Translator = ENGLISH) -> str:
    """The value of a figure with its unit: `95 million yuan`, `5 to 8 %`, `until 2026-07-31`."""
    if figure.kind:
        days = one_line(figure.day)
        if figure.as_of > days:
            days = words("%(low)s to %(high)s", low=days, high=one_line(figure.as_of))
        ahead = words("to come") if figure.modifier == "target" else ""
        kind = words.term("fact_kind", figure.kind)
        return words(", ").join(filter(None, (kind, ahead, days)))
    if figure.low is None or figure.high is None:
        return words("until %(day)s", day=one_line(figure.day))
    value = quantity(figure.low, words)
    if figure.high != figure.low:
        value = words("%(low)s to %(high)s", low=value, high=quantity(figure.high, words))
    elif figure.modifier == "growth" and figure.low > 0:
        value = words("+%(value)s", value=value)
    unit = unit_of(figure, words)
    if unit:
        value = words("%(value)s %(unit)s", value=value, unit=unit)
    if figure.modifier == "exact":
        return value
    modifier = words.term("modifier", figure.modifier)
    return words("%(modifier)s %(value)s", modifier=modifier, value=value)


def unit_of(figure: DigestFigure, words: Translator = ENGLISH) -> str:
    """The unit of a figure in words. What is counted has none."""
    is_plain = figure.unit in ("count", "date")
    return "" if is_plain else words.term("fact_unit", one_line(figure.unit, _PHRASE))


def figure_of(figure: DigestFigure, words: Translator = ENGLISH) -> str:
    """A figure in words: `enterprises: 3,177 (Guiyang, 2026-03)`."""
    value = value_of(figure, words)
    thing, place, as_of = (
        one_line(each, _PHRASE)
        for each in (figure.object, figure.place, "" if figure.kind else figure.as_of)
    )
    if thing:
        value = words("%(what)s: %(detail)s", what=thing, detail=value)
    total = words("cumulative") if figure.is_cumulative else ""
    return with_limits(value, words(", ").join(filter(None, (place, as_of, total))), words)


def figures(item: DigestItem, words: Translator = ENGLISH) -> str:
    """The figures of an item that people confirmed, in a line, or nothing."""
    return words("; ").join(figure_of(one, words) for one in item.confirmed)


def proposals(item: DigestItem, words: Translator = ENGLISH) -> tuple[str, ...]:
    """The figures of an item that nobody has confirmed, a line each with the sentence. Only drafts
    have any."""
    return tuple(
        words(
            "Proposed, not confirmed: %(figure)s. “%(sentence)s”",
            figure=figure_of(one, words),
            sentence=cut_quote(one.quote).text,
        )
        for one in item.proposals
    )


def contradictions(item: DigestItem, zone: str, words: Translator = ENGLISH) -> tuple[str, ...]:
    """Where an item and another report, or two versions of it, contradict each other: a line each,
    with both sentences and where they stand. Those that nobody confirmed are called so. Only drafts
    have any."""
    return tuple(
        words(
            "%(what)s: %(detail)s",
            what=contradiction_head(one, words),
            detail=" ".join(
                f"“{cut_quote(claim.quote).text}” {plain(cite_claim(claim, zone, words), words)}"
                for claim in (one.first, one.second)
            ),
        )
        for one in item.contradictions
    )


def contradiction_head(one: DigestContradiction, words: Translator = ENGLISH) -> str:
    """What a contradiction is and what a person said of it: `Contradiction (figure; the first is
    right; Ana: so says the office)`."""
    kind = words.term("differs", one.kind)
    if one.is_proposal:
        return words("Proposed, not confirmed: contradiction (%(what)s)", what=kind)
    said = words.term("contradiction_verdict", one.verdict)
    by, why = one_line(one.person), one_line(one.reason)
    if why:
        by = words("%(what)s: %(detail)s", what=by, detail=why)
    return words("Contradiction (%(what)s)", what=words("; ").join((kind, said, by)))


def cite_claim(claim: DigestClaim, zone: str, words: Translator = ENGLISH) -> Citation:
    """The citation of one of two sentences that contradict each other, in the version that has
    it."""
    return Citation(
        issuer="",
        title=one_line(claim.title),
        translation="",
        publisher=one_line(claim.publisher),
        published=one_line(claim.published),
        url=claim.url,
        **_archived(claim.article_id, claim.proof, zone, words),
    )


def cite_figure(
    item: DigestItem, figure: DigestFigure, zone: str, words: Translator = ENGLISH
) -> Citation:
    """Where a figure stands: the page of the item, or the other page that says so."""
    if figure.article_id == item.article_id:
        return cite_item(item, zone, words)
    page = page_of(item, figure)
    if page is None:  # an issue of an older Hubwatch does not say: better no page than a wrong one
        number = words("article %(article)s", article=figure.article_id)
        return Citation("", "", "", number, words("undated"), "", "", "", "")
    return Citation(
        issuer="",
        title=page.title,
        translation=item.translation if page.title == item.title else "",
        publisher=page.publisher,
        published=day(page.published, words),
        url=page.url,
        **_archived(figure.article_id, page.proof, zone, words),
    )


def page_of(item: DigestItem, figure: DigestFigure) -> OtherPage | None:
    """The page of another article than that of the item on which a figure stands, if it is known:
    that of a copy, or of another report of the event."""
    if figure.page is not None or figure.article_id == item.article_id:
        return figure.page
    number = figure.article_id
    for place in item.also_at:
        if place.article_id == number:
            by = place.publisher, place.published, place.url, place.proof
            return OtherPage(number, item.title, item.language, *by)
    for one in item.reported:
        if one.article_id == number:
            by = one.publisher, one.published, one.url, one.proof
            return OtherPage(number, one.title, one.language, *by)
    return None


def spoken(item: DigestItem, figure: DigestFigure) -> str:
    """The language of the sentence in which a figure stands."""
    page = page_of(item, figure)
    return item.language if page is None else page.language


def annex(digest: Digest) -> tuple[tuple[DigestItem, DigestFigure], ...]:
    """The figures of a digest that people confirmed, each with its item, in order."""
    return tuple((item, figure) for item in digest.items for figure in item.confirmed)


def cut_quote(found: Quote) -> Quote:
    """A sentence on one line, cut where it is long, around what is marked in it."""
    before, after = one_line(found.before), one_line(found.after)
    head = " " if found.before[-1:].isspace() else ""
    tail = " " if found.after[:1].isspace() else ""
    before = before if len(before) <= _REACH else f"…{before[-_REACH:]}"
    return Quote(before + head, one_line(found.phrase), tail + one_line(after, _REACH))


_REACH, _PHRASE = 160, 200


# Citations: one grammar, plain for text, rich for a document.


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a citation, each on one line. `archived` and `archive_id` are empty where
    nothing was archived, `added` (by whom, and when) where nobody added it by hand."""

    issuer: str
    title: str
    translation: str
    publisher: str
    published: str
    url: str
    archived: str
    archive_id: str
    sha256: str
    added: str = ""


def cite_item(item: DigestItem, zone: str, words: Translator = ENGLISH) -> Citation:
    """The citation of an item of a digest. Its archive's moments in `zone`."""
    return Citation(
        issuer="" if item.issuer.casefold() == item.publisher.casefold() else item.issuer,
        title=item.title,
        translation=item.translation,
        publisher=item.publisher,
        published=day(item.published, words),
        url=item.url,
        added=_added(item.added_by, item.added_at, zone),
        **_archived(item.article_id, item.proof, zone, words),
    )


def cite_article(
    article: Article, proof: DigestProof | None, zone: str, words: Translator = ENGLISH
) -> Citation:
    """The citation of an article as it stands."""
    issuer, publisher = one_line(article.source or ""), one_line(article.source_name)
    added = article.added
    return Citation(
        issuer="" if issuer.casefold() == publisher.casefold() else issuer,
        title=one_line(article.title),
        translation="",
        publisher=publisher,
        published=day(article.published, words),
        url=article.url,
        added=_added(added.person, added.at, zone) if added else "",
        **_archived(article.id, proof, zone, words),
    )


def plain(citation: Citation, words: Translator = ENGLISH) -> str:
    """The citation as one line of text."""
    return " ".join(_parts(citation, words))


def rich(citation: Citation, words: Translator = ENGLISH) -> str:
    """The citation as a piece of HTML: the title in quotes, the address a link where it may be
    one. Every text is escaped."""
    return f"<p>{marked(citation, escape, _html_link, words)}</p>"


def marked(
    citation: Citation,
    text: Callable[[str], str],
    link: Callable[[str], str],
    words: Translator = ENGLISH,
) -> str:
    """The citation as one line in some markup: each part as `text` gives it, the address as `link`
    does where it may be one."""
    target = safe_link(citation.url)
    address = f"{one_line(citation.url)}."
    return " ".join(
        f"{link(target)}." if target is not None and part == address else text(part)
        for part in _parts(citation, words)
    )


def _html_link(target: str) -> str:
    return f'<a href="{escape(target)}">{escape(target)}</a>'


def _parts(citation: Citation, words: Translator) -> Iterator[str]:
    issuer = f"{citation.issuer}: " if citation.issuer else ""
    if citation.title:
        yield f"{issuer}“{citation.title}”."
    if citation.translation:
        yield f"[{citation.translation}]."
    yield f"{citation.publisher}, {citation.published}."
    if citation.url or citation.title:
        yield f"{one_line(citation.url)}."
    if citation.added:
        yield added(citation, words)
    if citation.archived:
        yield archived(citation, words)


def added(citation: Citation, words: Translator = ENGLISH) -> str:
    """By whom it was added by hand, in a sentence."""
    return words("Added by hand by %(by)s.", by=citation.added)


def archived(citation: Citation, words: Translator = ENGLISH) -> str:
    """When and where it was archived, in a sentence."""
    return words(
        "Archived %(at)s, %(place)s, SHA-256 %(sha256)s.",
        at=citation.archived,
        place=citation.archive_id,
        sha256=citation.sha256,
    )


def _archived(
    article_id: int, proof: DigestProof | None, zone: str, words: Translator
) -> dict[str, str]:
    if proof is None or proof.snapshot_id is None or proof.archived_at is None:
        return {"archived": "", "archive_id": "", "sha256": ""}
    return {
        "archived": f"{_local(proof.archived_at, zone)} ({zone})",
        "archive_id": _place(article_id, proof, words),
        "sha256": proof.sha256,
    }


def _place(article: int, proof: DigestProof, words: Translator) -> str:
    if proof.is_file:
        return words("article %(article)s, file %(file)s", article=article, file=proof.snapshot_id)
    return words("article %(article)s, page %(page)s", article=article, page=proof.snapshot_id)


def _added(person: str, at: datetime | None, zone: str) -> str:
    return f"{one_line(person)}, {_local(at, zone)} ({zone})" if person and at else ""


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


# Languages of texts as documents name them (RFC 5646).

_LANGUAGE = lazy_pattern(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_tag(language: str) -> str | None:
    """The language as an HTML `lang` value, or None if it is not one: browsers choose Chinese fonts
    by it."""
    if not _LANGUAGE.fullmatch(language):
        return None
    return "zh-Hans" if language.lower() in ("zh", "zh-cn") else language


_FROM_THE_RIGHT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)


def is_from_the_right(language: str) -> bool:
    """Whether a language is written from right to left: by its script where that is named."""
    parts = language.lower().replace("_", "-").split("-")
    if script := next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), ""):
        return script in ("arab", "hebr", "syrc", "thaa", "nkoo", "aran")
    return parts[0] in _FROM_THE_RIGHT


def direction(language: str | None) -> Markup:
    """The HTML attribute that goes with a `lang`, where its text runs from right to left."""
    return Markup(' dir="rtl"') if language and is_from_the_right(language) else Markup("")


def office_tag(language: str) -> str | None:
    """The same as word processors write it: `zh-CN` for Chinese."""
    tag = language_tag(language)
    return "zh-CN" if tag and tag.lower().startswith("zh") else tag
