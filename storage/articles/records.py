"""What an article consists of, what its page said of itself and where, and what people see of it.

The records, and how rows of the archive become them. Nothing here asks the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any

from ..database import Row, unstamp, unstamp_or_none
from ..packing import unpack_markup, unpack_text


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article's body, by absolute http(s) address."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the article links to. `kind` is the lower-case suffix without dot, such as `pdf`."""

    url: str
    name: str
    kind: str


class Weight(StrEnum):
    """Whether a change of an article matters: only a material one becomes news again."""

    MATERIAL = "material"
    COSMETIC = "cosmetic"


class Held(StrEnum):
    """Why a version of an article is kept and not told as news: it is one of a page that changes at
    every visit or goes to and fro, it says what people were told last, too much changed at once, or
    it lacks what was known, and is not shown either."""

    NOT = ""
    RESTLESS = "restless"
    KNOWN = "known"
    BULK = "bulk"
    REDESIGN = "redesign"


class Grade(StrEnum):
    """How strongly an article belongs to a watched topic."""

    CORE = "core"
    RELATED = "related"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Match:
    """One watched name found in an article: `field` is `title` or `body`, `start` an offset in it,
    `sentence` the sentence around it as printed."""

    topic: str
    grade: Grade
    phrase: str
    field: str
    start: int
    sentence: str


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class When:
    """A date as a page states it: value, precision and zone.

    `value` is a datetime for SECOND and MINUTE, a plain date for DAY and MONTH (the first of the
    month). `zone` is an IANA name such as `Asia/Shanghai`, or empty where nothing says in which
    zone the date is meant. A datetime is aware where the zone is known, and naive where it is not.
    """

    value: date | datetime
    precision: Precision
    zone: str

    def __post_init__(self) -> None:
        timed = isinstance(self.value, datetime)
        if timed != (self.precision in (Precision.SECOND, Precision.MINUTE)):
            raise ValueError(f"{self.value.isoformat()} is no date to the {self.precision}")
        if isinstance(self.value, datetime) and (self.value.tzinfo is None) != (not self.zone):
            raise ValueError("a time has an offset where its zone is known, and only there")

    @property
    def iso(self) -> str:
        """ISO 8601: `2023-08-05T09:30:00+08:00`, without the offset where the zone is not known,
        `2023-08-05`, or `2023-08`."""
        text = self.value.isoformat()
        return text[:7] if self.precision is Precision.MONTH else text

    @property
    def day(self) -> date:
        """The calendar day in the page's own zone."""
        if isinstance(self.value, datetime):
            return self.day_in(self.zone)
        return self.value

    def day_in(self, zone: str) -> date:
        """The calendar day of a time in another zone. A day, and a time whose own zone is not
        known, are on the day that they state everywhere."""
        if not isinstance(self.value, datetime):
            return self.value
        return (self.value.astimezone(zone_of(zone)) if self.zone else self.value).date()

    @property
    def sort_key(self) -> str:
        """UTC instant at which the stated period begins, `YYYY-MM-DDTHH:MM:SSZ`. Sorts as text.
        Where the zone is not known the stated day and time stand as they are."""
        start = self.value
        if not isinstance(start, datetime):
            start = datetime.combine(start, time(), zone_of(self.zone or "UTC"))
        elif not self.zone:
            start = start.replace(tzinfo=UTC)
        moment = start.astimezone(UTC).replace(tzinfo=None)
        return f"{moment.isoformat(timespec='seconds')}Z"  # %Y would not pad years before 1000

    @classmethod
    def from_iso(cls, iso: str, precision: str, zone: str) -> When:
        """The inverse of `iso`, as the archive stores it. Raises ValueError for other text."""
        exact = Precision(precision)
        if exact in (Precision.SECOND, Precision.MINUTE):
            return cls(datetime.fromisoformat(iso), exact, zone)
        return cls(date.fromisoformat(iso if len(iso) > 7 else f"{iso}-01"), exact, zone)


class Origin(StrEnum):
    """Where a field was read from."""

    TEMPLATE = "template"
    JSON_LD = "json-ld"
    META = "meta"
    VISIBLE = "visible line"
    URL = "url"
    FEED = "feed"
    LIST = "list"
    GENERIC = "generic"
    ARCHIVE = "archive"
    PERSON = "person"


class Confidence(StrEnum):
    """How far the reading of a field may be believed."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one field came from: `rule` is the selector, meta name or pattern, `raw` the text.
    `doubt` says in words why the confidence is not `sure`, which is None where nobody judged. Of a
    field that was not found only that is said, without rule and text."""

    field: str
    origin: Origin
    rule: str
    raw: str
    confidence: Confidence | None = None
    doubt: str = ""


def by_field(found: Iterable[Evidence]) -> dict[str, Evidence]:
    """What counts of each field: the first, since people's corrections come before the page."""
    told: dict[str, Evidence] = {}
    for one in found:
        told.setdefault(one.field, one)
    return told


def doubtful(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The fields whose reading is in doubt, which people are to be told of."""
    told = by_field(found).values()
    return tuple(one for one in told if one.confidence is Confidence.DOUBTFUL)


class DateKind(StrEnum):
    """What a date of a page is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    WRITTEN = "written"
    EVENT = "event"
    ADDRESS = "address"
    BUILT = "page built"
    OTHER = "other"
    SEEN = "first seen"


class FieldStatus(StrEnum):
    """What became of a candidate."""

    CHOSEN = "chosen"
    PLAUSIBLE = "plausible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DateClue:
    """One date that a page shows, with its evidence and what was made of it.

    `why` says in words what spoke against a refused one. It is empty for the others.
    """

    kind: DateKind
    when: When
    origin: Origin
    rule: str
    raw: str
    status: FieldStatus = FieldStatus.PLAUSIBLE
    why: str = ""

    @property
    def verdict(self) -> str:
        """`chosen`, `plausible`, or `refused: ` and the reason."""
        return f"{self.status}: {self.why}" if self.why else str(self.status)


AFTER_FETCH = "after the page was fetched"
"""Why a date is refused that lies ahead of when its page was fetched."""


def ahead(dates: Iterable[DateClue]) -> When | None:
    """The date of publication that a page states and that was refused for lying ahead, if any."""
    found = (c.when for c in dates if c.kind is DateKind.PUBLISHED and c.why == AFTER_FETCH)
    return next(found, None)


def chosen(dates: Iterable[DateClue], kind: DateKind) -> When | None:
    """The date of that kind that was chosen, if any."""
    found = (c.when for c in dates if c.kind is kind and c.status is FieldStatus.CHOSEN)
    return next(found, None)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of an article after its first one. Without a snapshot it could not be had."""

    url: str
    snapshot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """That an article was added by hand: by whom, and when."""

    person: str
    at: datetime


STANDS_AT = """CASE WHEN a.gone_at IS NOT NULL AND a.body_hash <> '' THEN (
  SELECT o.url FROM articles o WHERE o.story_id = a.story_id AND o.source_id = a.source_id
    AND o.gone_at IS NULL AND (o.body_hash = a.body_hash OR EXISTS (
      SELECT 1 FROM bodies x JOIN links l ON l.body_id = x.id JOIN bodies y ON y.id = l.other_id
      WHERE x.body_hash = a.body_hash AND y.body_hash = o.body_hash
        AND min(l.share, l.other_share) >= 0.9))
  ORDER BY o.first_seen_at DESC, o.id DESC LIMIT 1) END AS stands_at"""
"""Where the text of an article (a) whose page is gone still stands at its source: it was moved,
and not withdrawn."""


@dataclass(frozen=True, slots=True)
class Address:
    """One place where a story stands. `stands_at`: its page is gone, and its text is at that
    address of the same source now."""

    article_id: int
    url: str
    source_id: str
    source_name: str
    published: When | None
    gone_at: datetime | None = None
    stands_at: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What people see: one article as it stands now. `gone_at` and `gone_evidence`: it is no longer
    there, `stands_at`: its text is at that address of the same source instead, `delisted_at`: it is
    there, and has left every list that named it, `added`: a person added it by hand."""

    id: int
    story_id: int
    url: str
    source_id: str
    source_name: str
    city: str
    language: str
    title: str
    body: str
    html: str
    published: When | None
    updated: When | None
    source: str | None
    author: str | None
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    evidence: tuple[Evidence, ...]
    matches: tuple[Match, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime | None
    gone_at: datetime | None
    baseline: bool
    revisions: int
    also_at: tuple[Address, ...] = ()
    publisher: str | None = None
    editor: str | None = None
    dates: tuple[DateClue, ...] = ()
    gone_evidence: str = ""
    delisted_at: datetime | None = None
    added: Added | None = None
    stands_at: str | None = None

    @property
    def withdrawn_at(self) -> datetime | None:
        """Since when its publisher has withdrawn it, which is not said of what was moved."""
        return None if self.stands_at else self.gone_at

    @property
    def written(self) -> When | None:
        """When the document was signed, where the page says so."""
        return chosen(self.dates, DateKind.WRITTEN)


@dataclass(frozen=True, slots=True)
class InFile:
    """A file in which a search found something, with a marked snippet."""

    url: str
    name: str
    kind: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found by a search, with marked snippets (`[` … `]` around what matched) of its own
    text, and those of its files that say some of the words."""

    article: Article
    snippets: tuple[str, ...] = ()
    in_files: tuple[InFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A version of an article as a change among others, its fields as in `Revision`."""

    article_id: int
    story_id: int
    source_id: str
    title: str
    url: str
    run_id: int | None
    number: int
    seen_at: datetime
    weight: Weight
    kinds: tuple[str, ...]
    summary: str
    back_to: int | None
    times: int
    held: Held
    reported_at: datetime | None


class Order(StrEnum):
    """How a selection is ordered."""

    RANKED = "ranked"
    NEWEST = "newest"
    ARRIVED = "arrived"
    """What the archive got last comes first, whenever it was published."""


class Per(StrEnum):
    """What a selection has once: each article, or each story, told by its first article that was
    found."""

    ARTICLE = "article"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class AnswerBasis:
    """What an answer from the archive rests on: so many sources, of them so many whose first crawl
    was whole, since when the last of these is (None if none is), when one of them was read last
    (None if none was) and the zone of that one (an IANA name), how many addresses one entry of them
    shows and another does not and how often more appeared between two visits than was read, of how
    many something is amiss by an incident or a check, how many addresses crawls have listed and
    could not read, and when the one was read that was read longest ago."""

    sources: int
    complete: int
    complete_since: datetime | None
    last_read: datetime | None
    zone: str
    gaps: int
    amiss: int
    unread: int = 0
    read_longest_ago: datetime | None = None

    def day(self, moment: datetime | None) -> str:
        """The day of a moment in that zone (ISO 8601), empty for None."""
        return moment.astimezone(zone_of(self.zone)).date().isoformat() if moment else ""


@dataclass(frozen=True, slots=True)
class Query:
    """A selection of articles. Empty fields do not restrict.

    `since` and `until` bound the published date (unknown dates: first seen), `seen_since` and
    `seen_until` the time of first sight. All are aware, `until` exclusive. `words` is what a
    person typed: words, "quoted phrases", `prefix*`, and `-unwanted`. `grades` are those of any
    topic, `places` those an article is about (ids of the gazetteer). `state` is what people's words
    on the story come to (a `storage.decisions.State`), `tag` and `marked` (`star` or `note`) what
    somebody said of it. Ranked are the newest 5,000 hits at most. `after` is an article: what
    stands behind it in the order is asked for, which is not that of ranks.
    """

    words: str = ""
    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    state: str = ""
    tag: str = ""
    marked: str = ""
    since: datetime | None = None
    until: datetime | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    order: Order = Order.RANKED
    limit: int | None = 50
    offset: int = 0
    per: Per = Per.ARTICLE
    after: int | None = None


_JSON = json.JSONEncoder(ensure_ascii=False)


_OPENING = 60


def opening(body: str) -> str:
    """The first words of a text, for people, in place of a title that nobody knows."""
    line = body[: 4 * _OPENING].lstrip().partition("\n")[0]
    return line if len(line) <= _OPENING else f"{line[:_OPENING].rstrip()}…"


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name."""
    from zoneinfo import ZoneInfo  # most dates ask for none

    return ZoneInfo(name)


def when(row: Row, name: str) -> When | None:
    """The date in the columns NAME, NAME_precision and NAME_zone."""
    if row[name] is None:
        return None
    return When.from_iso(row[name], row[f"{name}_precision"], row[f"{name}_zone"])


def evidence(packed: bytes) -> tuple[Evidence, ...]:
    """The inverse of `as_json` for evidence, packed."""
    return tuple(
        Evidence(
            item["field"],
            Origin(item["origin"]),
            item["rule"],
            item["raw"],
            Confidence(level) if (level := item.get("confidence")) else None,  # not kept at first
            item.get("doubt", ""),
        )
        for item in json.loads(unpack_text(packed))
    )


def dates(packed: bytes | None) -> tuple[DateClue, ...]:
    """The inverse of `writes.dates_json`, packed, none for a reading from before it was kept."""
    if packed is None:
        return ()
    return tuple(
        DateClue(
            DateKind(item["kind"]),
            When.from_iso(item["date"], item["precision"], item["zone"]),
            Origin(item["origin"]),
            item["rule"],
            item["raw"],
            FieldStatus(item["standing"]),
            item["why"],
        )
        for item in json.loads(unpack_text(packed))
    )


def article(row: Row, matches: tuple[Match, ...] = ()) -> Article:
    """An article from the columns `select.COLUMNS` names."""
    return Article(
        id=row["id"],
        story_id=row["story_id"],
        url=row["url"],
        source_id=row["source_id"],
        source_name=row["source_name"],
        city=row["city"],
        language=row["language"],
        title=row["title"] or opening(row["body"]),
        body=row["body"],
        html=unpack_markup(row["html"], row["body"]),
        published=when(row, "published"),
        updated=when(row, "updated"),
        source=row["source_line"],
        author=row["author"],
        images=tuple(Image(**item) for item in json.loads(row["images"])),
        attachments=tuple(Attachment(**item) for item in json.loads(row["attachments"])),
        evidence=evidence(row["evidence"]),
        dates=dates(row["dates"]),
        publisher=row["publisher"],
        editor=row["editor"],
        matches=matches,
        first_seen_at=unstamp(row["first_seen_at"]),
        last_seen_at=unstamp(row["last_seen_at"]),
        changed_at=unstamp_or_none(row["changed_at"]),
        gone_at=unstamp_or_none(row["gone_at"]),
        gone_evidence=row["gone_evidence"] or "",
        stands_at=row["stands_at"],
        delisted_at=unstamp_or_none(row["delisted_at"]),
        baseline=bool(row["baseline"]),
        revisions=row["revisions"],
    )


def match(row: Row) -> Match:
    """A row of `matches`."""
    return Match(
        row["topic"],
        Grade(row["grade"]),
        row["phrase"],
        row["field"],
        row["start"],
        row["sentence"],
    )


def as_json(values: Sequence[Any]) -> str:
    """A column of small values, as JSON that people can read."""
    return _JSON.encode([_flat(value) for value in values])


def _flat(value: Any) -> dict[str, Any]:
    # dataclasses.asdict copies deeply; these hold only texts and numbers.
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def part_list(kept: str) -> tuple[Part, ...]:
    """The parts in a column made by `PARTS`."""
    if kept == "[]":  # nearly always
        return ()
    return tuple(Part(url, snapshot_id) for url, snapshot_id in json.loads(kept))


PARTS = """
(SELECT json_group_array(json_array(url, snapshot_id)) FROM
  (SELECT url, snapshot_id FROM parts WHERE reading_id = r.id ORDER BY number)) AS parts
"""
"""A column with the further pages of the reading `r`; `part_list` reads it."""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What is on record of a page whose scripts ran: its snapshot, by which browser, how many
    requests that took, how many bytes and seconds, what it was not given, and the bytes that were
    received."""

    snapshot_id: int
    browser: str
    requests: int
    bytes: int
    seconds: float
    note: str
    received_size: int
    received_sha256: str
