"""The figures of our three pictures: stories by city and week, a source's rhythm, and which cities
were read on which day.

Each number is what a search, or the list of sources, counts under the same filters, and
`address_of` is the page that lists it. `desk/drawing.py` draws them. Loads little: digests are
drafted with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from storage.articles.queries import Dated, TallyBy
from storage.articles.records import Per, Query
from storage.types import Grade, Outcome, SourceRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.archive import Archive

WEEKS, DAYS, RHYTHM_DAYS = 12, 28, 56
"""How far the pictures go back, today included."""
MOST_COLUMNS, MOST_ROWS = 120, 500
NO_CITY = "-"
"""What addresses have for sources of no city."""
READ = (Outcome.OK, Outcome.UNCHANGED)
"""The outcomes of a crawl that read its source to the end."""
MATCHED = "matched"
"""What addresses have for stories in which the watchlist found anything."""


class PictureKind(StrEnum):
    """What a picture shows."""

    CITIES = "cities"
    RHYTHM = "rhythm"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A row: what it is of (a city as its sources have it, empty for none; `published` or `seen`
    where it is a source's rhythm), and a number a column. `of` says of how many each is, in a
    picture of coverage."""

    name: str
    numbers: tuple[int, ...]
    of: tuple[int, ...] = ()

    @property
    def lacking(self) -> int:
        """By how much its numbers stay behind, in all."""
        return sum(self.of) - sum(self.numbers) if self.of else 0


@dataclass(frozen=True, slots=True)
class Picture:
    """The figures of one picture.

    `days` are the first days of its columns and `ends` their last, ISO 8601, in `zone` (IANA).
    `rows` are those that are shown of `all_rows`, `total` is all of them together: a story of two
    cities counts once there. `source` is whose rhythm it is, `usual` what is usual for it, a number
    a column, empty where that is not known. `grade` is empty, or `matched` where only stories count
    in which the watchlist found anything. `made_at` (aware) is when it was counted.
    """

    kind: PictureKind
    zone: str
    made_at: datetime
    days: tuple[str, ...]
    ends: tuple[str, ...]
    rows: tuple[PictureRow, ...]
    total: PictureRow
    all_rows: int
    source: str = ""
    usual: tuple[float, ...] = ()
    grade: str = ""

    @property
    def most(self) -> int:
        """The highest number of its rows."""
        return max((number for row in self.rows for number in row.numbers), default=0)

    @property
    def gaps(self) -> int:
        """How many of all rows stay behind somewhere: those that are shown are the worst."""
        return sum(1 for row in self.rows if row.lacking)


def address_of(picture: Picture, row: PictureRow, place: int) -> str:
    """The page of the desk that lists what one number counts. `place` is the column, from 0."""
    since, until = picture.days[place], picture.ends[place]
    if picture.kind is PictureKind.COVERAGE:
        city = {"city": row.name or NO_CITY} if row is not picture.total else {}
        return f"/sources?{urlencode({**city, 'day': since})}"
    what: dict[str, str] = {}
    if picture.kind is PictureKind.RHYTHM:
        what["source"] = picture.source
    elif row is not picture.total:
        what["city"] = row.name
    if picture.grade:
        what["grade"] = picture.grade
    is_seen = picture.kind is PictureKind.RHYTHM and row.name == Dated.SEEN
    first, last = ("seen_since", "seen_until") if is_seen else ("since", "until")
    return f"/search?{urlencode({**what, first: since, last: until, 'by': 'newest'})}"


def document_of(picture: Picture) -> dict[str, object]:
    """The figures as plain data for JSON: what `hubwatch pictures --json` prints, and a digest's
    JSON has of each of its pictures."""
    return {
        "kind": picture.kind.value,
        "source": picture.source,
        "grade": picture.grade,
        "zone": picture.zone,
        "made_at": picture.made_at.isoformat(),
        "days": list(picture.days),
        "ends": list(picture.ends),
        "all_rows": picture.all_rows,
        "total": _row_document(picture.total),
        "rows": [_row_document(row) for row in picture.rows],
        "usual": list(picture.usual),
    }


def _row_document(row: PictureRow) -> dict[str, object]:
    return {"name": row.name, "numbers": list(row.numbers), "of": list(row.of)}


# Stories by city and week.


def cities_by_week(
    store: Archive,
    zone: str,
    until: datetime,
    *,
    weeks: int = WEEKS,
    most: int = MOST_ROWS,
    grade: str = "",
    made_at: datetime | None = None,
) -> Picture:
    """Stories by the cities of their sources and the week in which they were published (undated
    ones: first seen), up to the week of `until` (aware). Weeks begin on Monday in `zone`. `most`
    cities at most, those with the most stories. Raises StorageError."""
    last = until.astimezone(ZoneInfo(zone)).date()
    monday = last - timedelta(days=last.weekday())
    firsts = [monday - timedelta(weeks=n) for n in reversed(range(_bounded(weeks)))]
    moments = moments_of([*firsts, monday + timedelta(weeks=1)], zone)
    query = Query(grades=tuple(Grade) if grade else (), per=Per.STORY)
    found = store.articles.tally(query, moments, TallyBy.CITY, Dated.PUBLISHED)
    in_all = store.articles.tally(query, moments, TallyBy.ALL, Dated.PUBLISHED)
    rows = [PictureRow(name, numbers) for name, numbers in found.items() if name.strip()]
    rows.sort(key=lambda row: (-sum(row.numbers), row.name))
    return Picture(
        PictureKind.CITIES,
        zone,
        made_at or until,
        tuple(day.isoformat() for day in firsts),
        tuple((day + timedelta(days=6)).isoformat() for day in firsts),
        tuple(rows[:most]),
        PictureRow("", in_all.get("", (0,) * len(firsts))),
        len(rows),
        grade=grade,
    )


# A source's rhythm.


def source_rhythm(
    store: Archive,
    source: str,
    zone: str,
    now: datetime,
    usual: Callable[[date], float],
    *,
    days: int = RHYTHM_DAYS,
) -> Picture:
    """Stories of one source by the day on which they were published, and by that on which they were
    seen first, up to `now` (aware). `usual` says how many a day brings. Raises StorageError."""
    shown = days_until(now, zone, _bounded(days))
    moments = moments_of([*shown, shown[-1] + timedelta(days=1)], zone)
    query = Query(sources=(source,), per=Per.STORY)
    none = (0,) * len(shown)
    rows = [
        PictureRow(dated, store.articles.tally(query, moments, TallyBy.ALL, dated).get("", none))
        for dated in Dated
    ]
    expected = tuple(round(usual(day), 2) for day in shown)
    return Picture(
        PictureKind.RHYTHM,
        zone,
        now,
        (named := tuple(day.isoformat() for day in shown)),
        named,
        tuple(rows),
        PictureRow("", ()),
        len(rows),
        source=source,
        usual=expected if any(expected) else (),
    )


# Which cities were read on which day.


@dataclass(frozen=True, slots=True)
class SourceDay:
    """One source on one day: the outcome of its last crawl that ended of those begun on it, None
    where there was none although it was due."""

    source_id: str
    city: str
    outcome: Outcome | None

    @property
    def is_read(self) -> bool:
        """Whether it was read to its end."""
        return self.outcome in READ


def source_days(
    store: Archive, enabled: Iterable[SourceRef], shown: Sequence[date], zone: str, now: datetime
) -> tuple[tuple[SourceDay, ...], ...]:
    """For each of these days (in order, of `zone`, none after that of `now`) the sources that were
    due or crawled on it, by id.

    Enabled ones that were never due and never crawled count for today: nobody plans them. The
    others count for every whole day of which nobody knows whether they were due: no daemon ran and
    nobody crawled since. What is not due yet does not count. Raises StorageError.
    """
    enabled = tuple(enabled)
    ends = moments_of([*shown, shown[-1] + timedelta(days=1)], zone)
    moments = [min(each, now) for each in ends]
    known = {ref.id: ref for ref in (*enabled, *store.sources.refs().values())}
    crawled = store.runs.last_crawls_of(moments)
    found = [
        {name for name in (*outcomes, *jobs) if name in known}
        for outcomes, jobs in zip(crawled, store.slots.due_between(moments), strict=True)
    ]
    names = [ref.id for ref in enabled]
    known_until = store.slots.known_until(names, now)
    for place, (begin, end) in enumerate(pairwise(ends)):
        for name in names:
            until = known_until.get(name)
            if begin > until and end <= now if until else begin <= now < end:
                found[place].add(name)
    return tuple(
        tuple(
            SourceDay(name, known[name].city.strip(), outcomes.get(name)) for name in sorted(names)
        )
        for names, outcomes in zip(found, crawled, strict=True)
    )


def coverage_by_day(
    store: Archive,
    enabled: Sequence[SourceRef],
    zone: str,
    until: datetime,
    *,
    days: int = DAYS,
    most: int = MOST_ROWS,
    made_at: datetime | None = None,
) -> Picture:
    """How many of a city's sources that were due or crawled on a day were read to the end on it, up
    to the day of `until` (aware), counted at `made_at`: then, if that is not said. The cities with
    the most gaps first, `most` at most. Raises StorageError."""
    shown = days_until(until, zone, _bounded(days))
    read: dict[str, list[int]] = defaultdict(lambda: [0] * len(shown))
    of: dict[str, list[int]] = defaultdict(lambda: [0] * len(shown))
    now = made_at or until
    for place, each_day in enumerate(source_days(store, enabled, shown, zone, now)):
        for each in each_day:
            read[each.city][place] += each.is_read
            of[each.city][place] += 1
    rows = [PictureRow(city, tuple(read[city]), tuple(of[city])) for city in of]
    rows.sort(key=lambda row: (-row.lacking, row.name))
    return Picture(
        PictureKind.COVERAGE,
        zone,
        now,
        (named := tuple(day.isoformat() for day in shown)),
        named,
        tuple(rows[:most]),
        PictureRow(
            "",
            tuple(sum(row.numbers[n] for row in rows) for n in range(len(shown))),
            tuple(sum(row.of[n] for row in rows) for n in range(len(shown))),
        ),
        len(rows),
    )


# The pictures of a digest.

_OF_DIGEST = 10
_WEEKS_OF_DIGEST, _DAYS_OF_DIGEST = 8, 31
_MOMENT = timedelta(microseconds=1)


def pictures_of_digest(
    store: Archive,
    enabled: Sequence[SourceRef],
    since: datetime,
    until: datetime,
    zone: str,
    *,
    is_limited: bool,
    now: datetime,
) -> tuple[Picture, ...]:
    """What a digest of this period (`until` excluded) shows on its first page: stories by city and
    week, of eight weeks up to its end, and the cities that were read by day, of its days, 31 at
    most. Ten cities each. `is_limited`: only stories in which the watchlist found anything count.
    """
    last = min(until, now) - _MOMENT
    local = ZoneInfo(zone)
    span = (last.astimezone(local).date() - since.astimezone(local).date()).days + 1
    return (
        cities_by_week(
            store,
            zone,
            last,
            weeks=_WEEKS_OF_DIGEST,
            most=_OF_DIGEST,
            grade=MATCHED if is_limited else "",
            made_at=now,
        ),
        coverage_by_day(
            store,
            enabled,
            zone,
            last,
            days=max(1, min(span, _DAYS_OF_DIGEST)),
            most=_OF_DIGEST,
            made_at=now,
        ),
    )


# Days.


def days_until(now: datetime, zone: str, days: int) -> list[date]:
    """The last so many days, today last, as they are in a zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return [today - timedelta(days=ago) for ago in reversed(range(days))]


def moments_of(days: Sequence[date], zone: str) -> list[datetime]:
    """The first moments of these days in a zone."""
    return [datetime.combine(day, time(), ZoneInfo(zone)) for day in days]


def _bounded(columns: int) -> int:
    return max(1, min(columns, MOST_COLUMNS))
