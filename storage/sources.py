"""The sources: who they are, how their crawls go, and the facts their health is judged by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .articles import records
from .articles.records import Held
from .database import Connection, Row, stamp, unstamp, unstamp_or_none
from .lessons import LessonQueries, LessonWrites
from .lists import EntryReading, ListObservation, ListQueries, RefusedListing
from .runs import Run, RunQueries, conclusive_crawls, run_of
from .types import WORKED, WORKED_IN_SQL, Outcome, Thing, When, lasts
from .types import SourceRef as SourceRef

if TYPE_CHECKING:
    from .slices import SliceQueries, SliceWrites


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the archive knows about how a source is doing. `last_run` is whatever was done last for
    it, an import too, `last_crawl` the last time that it was asked, with an answer."""

    source: SourceRef
    articles: int = 0
    newest: When | None = None
    last_run: Run | None = None
    last_crawl: Run | None = None
    last_ok_at: datetime | None = None
    baseline_done_at: datetime | None = None


LONG_PAST = timedelta(days=400)
"""A list whose newest item is older may be one that is read yearly, but is hardly alive."""
MOST_OF_A_LIST, FEW_DATES = 0.5, 3
"""The age of a list is told by its dates where half of its rows have one, and three at least."""


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """The little of an article that tells whether its source is still read well."""

    article_id: int
    title: str
    published: When | None
    characters: int
    first_seen_at: datetime
    baseline: bool
    ahead: When | None = None
    """Of one without a published date: what its page says, refused for lying ahead."""
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A version of an article that is held back: what of it is as it was (title, date, characters
    of text), and as its page says now. `shown` says whether people see it all the same."""

    article_id: int
    run_id: int
    at: datetime
    shown: bool
    titles: tuple[str, str]
    dates: tuple[str, str]
    characters: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PublicationEvent:
    """When something went out, as well as is known: `exact` to the hour, else to the day."""

    at: datetime
    exact: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A run found a list on which nothing was known but what is pinned to its top: what stood
    between its oldest row and the newest row of the visit before may have been missed. `met`:
    another row known from before was seen in that run or since, so the gap is filled."""

    entry_url: str
    run_id: int
    at: datetime
    oldest: str | None
    newest_before: str | None
    met: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """Until when the certificate of a host is valid, as last seen."""

    host: str
    not_after: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Bug:
    """Something of ours broke at one thing of a source. `url` is the thing's address (of a run
    none, of a row without one that of its list), `place` where in the program it was raised,
    `error` what, in one line. `run_id` is the latest run in which it happened, of `times` in all.
    """

    source_id: str
    run_id: int
    thing: Thing
    url: str
    place: str
    error: str
    traceback: str
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the archive knows of one source that tells how it is doing.

    `runs` are finished crawls, the newest first, those left out that say nothing of the source.
    `cut_off` are such ones since the newest of them. `observations` are of its lists, the newest
    first, `articles` the latest by first sight, the newest first. `published` is when things went
    out, in order. `hosts` are those of its lists. `bugs` are those that nothing shows to be over,
    `entries_read` the lists that ever had rows. `readings` say what its entries show of each other,
    `refused` are some rows that its link rule does not take, those made like articles first. `held`
    are versions of articles that are held back because too much changed at once or was lost, the
    latest first. So many addresses are `unread` that crawls have listed.
    """

    source: SourceRef
    registered_at: datetime
    baseline_done_at: datetime | None = None
    paused_until: datetime | None = None
    pause_reason: str = ""
    runs: tuple[Run, ...] = ()
    cut_off: tuple[Run, ...] = ()
    observations: tuple[ListObservation, ...] = ()
    articles: tuple[ArticleFact, ...] = ()
    published: tuple[PublicationEvent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    hosts: tuple[str, ...] = ()
    bugs: tuple[Bug, ...] = ()
    entries_read: frozenset[str] = frozenset()
    readings: tuple[EntryReading, ...] = ()
    refused: tuple[RefusedListing, ...] = ()
    held: tuple[HeldFact, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class LastEnd:
    """How the latest conclusive crawl of a source ended. `failing_since` is the end of the first
    of the `failures` crawls in a row that failed, None if it did not."""

    source_id: str
    host: str
    at: datetime
    outcome: Outcome
    reason: str
    failing_since: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """How the latest ended crawl of a source went, and its state. `outcome` is empty before."""

    source_id: str
    ended_at: datetime | None
    outcome: str
    seconds: float
    last_ok_at: datetime | None
    failures: int
    paused_until: datetime | None


class SourceVerdict(StrEnum):
    """What a check of a portal came to."""

    HOLDS = "holds"
    GENERAL = "general"  # read, but by general rules alone: its own selectors find nothing
    STALE = "stale"
    MOVED = "moved"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    JAVASCRIPT = "javascript"
    EMPTY = "empty"
    GONE = "gone"
    ERROR = "error"

    @property
    def is_read(self) -> bool:
        """Whether a crawl finds articles there that are news."""
        return self in (SourceVerdict.HOLDS, SourceVerdict.GENERAL)


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """The latest verdict on a source, with what was seen and when. `newest` is the day of the
    newest item that was seen, `moved_to` where its list leads now, if that is another host, `offer`
    what the portal has in place of entries that bring nothing (kind and address). `round` names the
    check of all sources of which this was one, empty for a check of its own."""

    source_id: str
    verdict: SourceVerdict
    evidence: str
    checked_at: datetime
    newest: date | None = None
    moved_to: str = ""
    round: str = ""
    offer: str = ""


_ERROR_COUNTS = timedelta(days=1)
_RUNS = 40
_CUT_OFF = 10
_OBSERVATIONS = 120
_ARTICLES = 60
_REFUSED = 100
_PAST = timedelta(days=400)
_MOST_PUBLISHED = 4000
_GAPS_OF = timedelta(days=30)
_BUGS_OF = timedelta(days=21)
_SOURCE = (
    "SELECT s.*, p.until AS paused_until, p.reason AS pause_reason "
    "FROM sources s LEFT JOIN pauses p ON p.job = s.id WHERE s.id = ?"
)


class SourceQueries:
    """The questions about sources. `lessons` are those about what their pages taught."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.lessons = LessonQueries(database)
        self._runs = RunQueries(database)
        self._lists = ListQueries(database)

    @cached_property
    def slices(self) -> SliceQueries:
        """What is crawled elsewhere, and what came back."""
        from .slices import SliceQueries

        return SliceQueries(self._db)

    def checks(self) -> dict[str, SourceCheck]:
        """The latest verdict on each source that was ever checked, by its id."""
        found = self._db.query("SELECT * FROM source_checks ORDER BY source_id")
        return {row["source_id"]: _check_of(row) for row in found}

    def check(self, source_id: str) -> SourceCheck | None:
        """The latest verdict on one source. None if it was never checked."""
        found = self._db.query("SELECT * FROM source_checks WHERE source_id = ?", [source_id])
        return next((_check_of(row) for row in found), None)

    def set_aside(self, source_id: str, now: datetime) -> SourceCheck | None:
        """The verdict for which a source is not crawled. None if it is to be: it was read, or was
        crawled well since, or could not be checked and a day has gone by."""
        check = self.check(source_id)
        if check is None or check.verdict.is_read:
            return None
        is_error = check.verdict is SourceVerdict.ERROR
        if is_error and not lasts(check.checked_at, _ERROR_COUNTS, now):
            return None
        found = next(
            self._db.query("SELECT last_ok_at FROM sources WHERE id = ?", [source_id]), None
        )
        last_ok = unstamp_or_none(found["last_ok_at"]) if found else None
        return None if last_ok is not None and last_ok > check.checked_at else check

    def refs(self) -> dict[str, SourceRef]:
        """Every source the archive knows, whether or not it has a definition, by id."""

        return {row["id"]: source_ref_of(row) for row in self._db.query("SELECT * FROM sources")}

    def states(self, only: str | None = None, *, counted: bool = True) -> tuple[SourceState, ...]:
        """How every source that was ever crawled is doing, or one of them. To have its articles
        counted all of them are gone through: where that is not asked for they are 0."""
        articles = "(SELECT count(*) FROM articles a WHERE a.source_id = s.id)" if counted else "0"
        where, which = ("WHERE s.id = ?", [only]) if only is not None else ("", [])
        found = self._db.query(_STATES.format(articles=articles, where=where), which)
        return tuple(self._state(row) for row in list(found))

    def _state(self, row: Row) -> SourceState:
        runs, crawls = self._runs.latest(1, row["id"]), conclusive_crawls(self._db, row["id"], 1)
        return SourceState(
            source=source_ref_of(row),
            articles=row["articles"],
            newest=records.when(row, "published") if row["published"] else None,
            last_run=runs[0] if runs else None,
            last_crawl=crawls[0] if crawls else None,
            last_ok_at=unstamp_or_none(row["last_ok_at"]),
            baseline_done_at=unstamp_or_none(row["baseline_done_at"]),
        )

    def host_not_before(self, host: str) -> datetime | None:
        """Until when a host asked to be left alone."""
        row = next(iter(self._db.query("SELECT * FROM hosts WHERE host = ?", [host])), None)
        return unstamp_or_none(row["not_before"]) if row else None

    def facts(self, source_id: str, now: datetime) -> SourceFacts | None:
        """What there is to judge one source by. None for one that was never crawled."""
        found = next(iter(self._db.query(_SOURCE, [source_id])), None)
        if found is None:
            return None
        observations = self._lists.observations(source_id, _OBSERVATIONS)
        hosts = tuple(
            sorted({host for each in observations if (host := _host(each.seen.list_url))})
        )
        runs = conclusive_crawls(self._db, source_id, _RUNS)
        return SourceFacts(
            source=source_ref_of(found),
            registered_at=unstamp(found["registered_at"]),
            baseline_done_at=unstamp_or_none(found["baseline_done_at"]),
            paused_until=unstamp_or_none(found["paused_until"]),
            pause_reason=found["pause_reason"] or "",
            runs=runs,
            cut_off=self._cut_off(source_id, runs[0].id if runs else 0),
            observations=observations,
            articles=tuple(self._article_facts(source_id)),
            published=self.published(source_id, now),
            gaps=tuple(self._gaps(source_id, now)),
            certificates=tuple(self._certificates(hosts)),
            hosts=hosts,
            bugs=tuple(self._bugs(source_id, now)),
            entries_read=frozenset(
                url
                for url in {each.seen.entry_url for each in observations}
                if self._had_rows(source_id, url)
            ),
            readings=self._lists.witnesses.readings(source_id),
            refused=self._lists.witnesses.refused(source_id, _REFUSED),
            held=tuple(self._held(source_id, now)),
            unread=found["unread"],
        )

    def _held(self, source_id: str, now: datetime) -> Iterator[HeldFact]:
        values = {"source": source_id, "since": stamp(now - _HELD_FOR)}
        for row in self._db.query(_HELD, values):
            yield HeldFact(
                row["article_id"],
                row["run_id"] or 0,
                unstamp(row["seen_at"]),
                row["held"] != Held.REDESIGN,
                (row["old_title"], row["title"]),
                (row["old_published"] or "", row["published"] or ""),
                (row["old_characters"], row["characters"]),
            )

    def last_ends(self, source_ids: Sequence[str]) -> tuple[LastEnd, ...]:
        """How the latest conclusive crawl of each of these sources ended."""
        return tuple(end for each in source_ids if (end := self._last_end(each)) is not None)

    def _last_end(self, source_id: str) -> LastEnd | None:
        runs = conclusive_crawls(self._db, source_id, _RUNS)
        if not runs:
            return None
        failing = [run.ended_at for run in _failing(runs)]
        url = self._entry_of(source_id)
        ended = runs[0].ended_at
        assert ended is not None
        assert runs[0].outcome is not None
        since = failing[-1] if failing else None
        last = runs[0]
        return LastEnd(
            source_id, _host(url), ended, runs[0].outcome, last.reason, since, len(failing)
        )

    def _entry_of(self, source_id: str) -> str:
        row = self._db.execute(
            "SELECT entry_url FROM list_sights WHERE source_id = ? "
            "ORDER BY last_run_id DESC, id DESC LIMIT 1",
            [source_id],
        ).fetchone()
        return str(row[0]) if row else ""

    def _cut_off(self, source_id: str, after: int) -> tuple[Run, ...]:
        found = self._db.query(
            "SELECT * FROM runs WHERE source_id = ? AND kind = 'crawl' AND ended_at IS NOT NULL "
            "AND id > ? ORDER BY id DESC LIMIT ?",
            [source_id, after, _CUT_OFF],
        )
        return tuple(run_of(row) for row in found)

    def _article_facts(self, source_id: str) -> Iterator[ArticleFact]:
        found = self._db.query(_ARTICLE_FACTS, [source_id, _ARTICLES])
        for row in found:
            yield ArticleFact(
                article_id=row["id"],
                title=row["title"],
                published=records.when(row, "published"),
                characters=row["characters"],
                first_seen_at=unstamp(row["first_seen_at"]),
                baseline=bool(row["baseline"]),
                ahead=records.ahead(records.dates(row["refused_dates"])),
                body_hash=row["body_hash"],
            )

    def published(self, source_id: str, now: datetime) -> tuple[PublicationEvent, ...]:
        """When the news of a source went out, in order, of the last 400 days: the published time
        where the page states one to the minute, the day it states where it was archived later, else
        the first sight."""
        found = self._db.query(
            _PUBLISHED, [source_id, stamp(now - _PAST), stamp(now), _MOST_PUBLISHED]
        )
        sightings = [PublicationEvent(unstamp(row["at"]), bool(row["exact"])) for row in found]
        return tuple(sorted(sightings, key=lambda each: each.at))

    def _gaps(self, source_id: str, now: datetime) -> Iterator[Gap]:
        for row in self._db.query(_GAPS, {"source": source_id, "since": stamp(now - _GAPS_OF)}):
            yield Gap(
                entry_url=row["entry_url"],
                run_id=row["run_id"],
                at=unstamp(row["at"]),
                oldest=row["oldest"],
                newest_before=row["newest_before"],
                met=bool(row["met"]),
            )

    def _had_rows(self, source_id: str, entry_url: str) -> bool:
        """Whether a list was ever read with rows on it."""
        sql = "SELECT 1 FROM listings WHERE source_id = ? AND entry_url = ? LIMIT 1"
        return self._db.execute(sql, [source_id, entry_url]).fetchone() is not None

    def _bugs(self, source_id: str, now: datetime) -> Iterator[Bug]:
        since = stamp(now - _BUGS_OF)
        for row in self._db.query(_BUGS, {"source": source_id, "since": since}):
            yield Bug(
                source_id=source_id,
                run_id=row["run_id"],
                thing=Thing(row["thing"]),
                url=row["url"],
                place=row["place"],
                error=row["error"],
                traceback=row["traceback"],
                last_at=unstamp(row["last_at"]),
                times=row["times"],
            )

    def _certificates(self, hosts: Sequence[str]) -> Iterator[Certificate]:
        for host in hosts:
            for row in self._db.query("SELECT * FROM certificates WHERE host = ?", [host]):
                yield Certificate(host, unstamp(row["not_after"]), unstamp(row["seen_at"]))

    def last_crawls(self, source_ids: Iterable[str]) -> tuple[CrawlSummary, ...]:
        """How each of these sources went last, in their order, also one that the archive does not
        know yet. Cheap enough to ask every minute."""
        return tuple(
            CrawlSummary(
                source_id=row["id"],
                ended_at=unstamp_or_none(row["ended_at"]),
                outcome=row["outcome"] or "",
                seconds=row["seconds"] or 0.0,
                last_ok_at=unstamp_or_none(row["last_ok_at"]),
                failures=row["failures"],
                paused_until=unstamp_or_none(row["paused_until"]),
            )
            for row in self._db.query(_PULSE, [json.dumps(list(source_ids))])
        )


def source_ref_of(row: Row) -> SourceRef:
    """A row of `sources`."""
    return SourceRef(row["id"], row["name"], row["city"], row["language"], row["zone"], row["rank"])


def _check_of(row: Row) -> SourceCheck:
    return SourceCheck(
        source_id=row["source_id"],
        verdict=SourceVerdict(row["verdict"]),
        evidence=row["evidence"],
        checked_at=unstamp(row["checked_at"]),
        newest=date.fromisoformat(row["newest"]) if row["newest"] else None,
        moved_to=row["moved_to"],
        round=row["round"],
        offer=row["offer"],
    )


def _failing(runs: Sequence[Run]) -> list[Run]:
    """The newest runs in a row that did not get anything."""
    found = []
    for run in runs:
        if run.outcome in WORKED:
            break
        found.append(run)
    return found


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


_ARTICLE_FACTS = """
SELECT a.id, r.title, r.published, r.published_precision, r.published_zone,
  length(r.body) AS characters, a.first_seen_at, a.baseline, a.body_hash,
  iif(r.published IS NULL, r.dates, NULL) AS refused_dates
FROM articles a JOIN readings r ON r.id = a.reading_id
WHERE a.source_id = ? ORDER BY a.first_seen_at DESC, a.id DESC LIMIT ?
"""


# `dated_at` is the published date's sort key or, without one, the first sight. Whether it is exact
# an index says: readings are large, and lie all over the file.
_PUBLISHED = """
SELECT iif(exact OR NOT fresh, dated_at, first_seen_at) AS at, exact OR fresh AS exact
FROM (
  SELECT a.dated_at, a.first_seen_at, r.id IS NOT NULL AS exact,
    NOT a.baseline AND julianday(a.first_seen_at) <= julianday(a.dated_at) + 3 AS fresh
  FROM articles a LEFT JOIN readings r INDEXED BY readings_exact
    ON r.id = a.reading_id AND r.published_precision IN ('second', 'minute')
  WHERE a.source_id = ? AND a.dated_at > ? AND a.dated_at <= ? ORDER BY a.dated_at DESC LIMIT ?
)
"""


# A list on every read page of which nothing was known, though the entry had been read before. What
# is pinned to the top of a list is known and proves nothing: some rows, at most half of a page,
# while what stood behind them at the visit before is gone.
_GAPS = """
WITH whole AS (
  SELECT s.entry_url, s.first_run_id AS run_id, min(s.first_at) AS at, min(s.oldest) AS oldest,
    max(s.rows - s.fresh) AS pinned
  FROM list_sights s INDEXED BY list_sights_by_first JOIN runs r ON r.id = s.first_run_id
  WHERE s.source_id = :source AND s.first_at > :since AND r.kind = 'crawl' AND NOT r.baseline
  GROUP BY s.entry_url, s.first_run_id
  HAVING sum(s.fresh) >= 3 AND 2 * pinned <= min(s.rows)
)
SELECT w.*,
  (SELECT max(b.newest) FROM list_sights b WHERE b.source_id = :source
    AND b.entry_url = w.entry_url AND b.first_run_id < w.run_id AND b.rows > 0) AS newest_before,
  EXISTS (SELECT 1 FROM listings l INDEXED BY listings_by_run WHERE l.last_run_id >= w.run_id
    AND l.source_id = :source AND l.entry_url = w.entry_url AND l.first_run_id < w.run_id
    AND l.position >= w.pinned) AS met
FROM whole w
WHERE EXISTS (SELECT 1 FROM listings l WHERE l.source_id = :source
  AND l.entry_url = w.entry_url AND l.first_run_id < w.run_id)
AND (w.pinned = 0 OR w.pinned <= (
  SELECT min(l.position) FROM listings l INDEXED BY listings_by_run WHERE l.last_run_id = (
    SELECT r.id FROM runs r WHERE r.source_id = :source AND r.id < w.run_id
      AND EXISTS (SELECT 1 FROM listings o INDEXED BY listings_by_run
        WHERE o.last_run_id = r.id AND o.entry_url = w.entry_url)
    ORDER BY r.id DESC LIMIT 1)
  AND l.entry_url = w.entry_url))
ORDER BY w.run_id
"""


# A bug is over once a later run has met the same thing without it. What every crawl meets (rows,
# lists, robots files, the run itself) is over after two crawls, since it may be there no more.
_BUGS = f"""
SELECT b.* FROM bugs b
WHERE b.source_id = :source AND b.last_at > :since
  AND NOT EXISTS (SELECT 1 FROM runs r JOIN fetches f ON f.run_id = r.id
    WHERE r.source_id = :source AND r.id > b.run_id AND f.url = b.url AND b.thing <> 'run'
      AND f.outcome NOT IN ('failed', 'net_error', 'timeout', 'truncated', 'http_error', 'robots'))
  AND NOT (b.thing IN ('row', 'list', 'robots', 'run') AND 2 <= (SELECT count(*) FROM runs r
    WHERE r.source_id = :source AND r.id > b.run_id AND r.kind = 'crawl'
      AND r.outcome NOT IN ('interrupted', 'killed', 'busy', 'no_space')))
  AND NOT (b.thing = 'row' AND EXISTS (SELECT 1 FROM listings l
    WHERE l.source_id = :source AND l.url = b.url AND l.last_run_id > b.run_id))
  AND NOT (b.thing = 'run' AND EXISTS (SELECT 1 FROM runs r WHERE r.source_id = :source
    AND r.id > b.run_id AND r.kind = 'crawl' AND r.outcome IN {WORKED_IN_SQL}))
ORDER BY b.last_at DESC, b.id DESC LIMIT 200
"""
_PULSE = """
SELECT w.value AS id, s.last_ok_at, coalesce(s.failures, 0) AS failures, p.until AS paused_until,
  r.outcome, r.ended_at,
  (julianday(r.ended_at) - julianday(r.started_at)) * 86400 AS seconds
FROM json_each(?) w LEFT JOIN sources s ON s.id = w.value LEFT JOIN pauses p ON p.job = w.value
LEFT JOIN runs r ON r.id = (
  SELECT n.id FROM runs n WHERE n.source_id = w.value AND n.kind = 'crawl'
    AND n.ended_at IS NOT NULL ORDER BY n.id DESC LIMIT 1)
ORDER BY w.key
"""
_STATES = """
SELECT s.*, {articles} AS articles,
  r.published, r.published_precision, r.published_zone
FROM sources s LEFT JOIN readings r ON r.id = (
  SELECT n.id FROM articles a JOIN readings n ON n.id = a.reading_id
  WHERE a.source_id = s.id AND n.published IS NOT NULL ORDER BY a.dated_at DESC LIMIT 1)
{where} ORDER BY s.id
"""


class SourceWrites:
    """The part of a transaction that keeps sources. `lessons` keeps what their pages taught."""

    def __init__(self, database: Connection) -> None:
        self._db = database
        self.lessons = LessonWrites(database)

    @cached_property
    def slices(self) -> SliceWrites:
        """What is crawled elsewhere."""
        from .slices import SliceWrites

        return SliceWrites(self._db)

    def register(self, ref: SourceRef, now: datetime) -> None:
        """Make the source known, or bring its name, city, language, zone and rank up to date."""
        self._db.execute(
            "INSERT INTO sources (id, name, city, language, zone, rank, registered_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "city = excluded.city, language = excluded.language, zone = excluded.zone, "
            "rank = excluded.rank",
            [ref.id, ref.name, ref.city, ref.language, ref.zone, ref.rank, stamp(now)],
        )

    def record_check(self, check: SourceCheck) -> None:
        """Keep what a check of a source came to, in place of the one before."""
        self._db.execute(
            "INSERT OR REPLACE INTO source_checks (source_id, verdict, evidence, newest, moved_to, "
            "checked_at, round, offer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                check.source_id,
                check.verdict,
                check.evidence,
                check.newest.isoformat() if check.newest else None,
                check.moved_to,
                stamp(check.checked_at),
                check.round,
                check.offer,
            ],
        )

    def forget_check(self, source_id: str) -> None:
        """Forget the verdict on a source: it is to be tried by crawls."""
        self._db.execute("DELETE FROM source_checks WHERE source_id = ?", [source_id])

    def set_not_before(self, host: str, until: datetime | None, reason: str) -> None:
        """Remember that a host asked to be left alone until then (None: no longer)."""
        self._db.execute(
            "INSERT INTO hosts VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_before = excluded.not_before, reason = excluded.reason",
            [host, stamp(until) if until else None, reason],
        )

    def record_certificate(self, host: str, not_after: datetime, now: datetime) -> None:
        """Record until when the certificate that a host showed is valid."""
        self._db.execute(
            "INSERT INTO certificates VALUES (?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            "not_after = excluded.not_after, seen_at = excluded.seen_at",
            [host, stamp(not_after), stamp(now)],
        )


_HELD_FOR = timedelta(days=14)
"""So long what only changed too much at once is told of. What was lost is told as long as it is."""
_MOST_HELD = 500
# Few versions are held back, of all sources together: they are asked first.
_HELD = f"""
SELECT v.article_id, v.run_id, v.seen_at, v.held, r.title, r.published,
  length(r.body) AS characters, b.title AS old_title, b.published AS old_published,
  length(b.body) AS old_characters
FROM revisions v INDEXED BY revisions_held CROSS JOIN articles a ON a.id = v.article_id
JOIN readings r ON r.id = v.reading_id
JOIN revisions p ON p.article_id = v.article_id AND p.number = (
  SELECT max(o.number) FROM revisions o WHERE o.article_id = v.article_id
  AND o.number < v.number AND o.held <> 'redesign')
JOIN readings b ON b.id = p.reading_id
WHERE v.held <> '' AND a.source_id = :source AND (
  v.held = 'redesign' AND v.number > a.revisions
  OR v.held = 'bulk' AND v.number = a.revisions AND v.seen_at >= :since)
ORDER BY v.id DESC LIMIT {_MOST_HELD}
"""
