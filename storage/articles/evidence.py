"""What a page said of itself, and where: dates as exactly as stated, fields with their evidence.

The words for how a reading is justified. Which of them won is decided by whoever read the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class When:
    """A date as a page states it: value, precision and zone.

    `value` is an aware datetime for SECOND and MINUTE, a plain date for DAY and MONTH (the first
    of the month). `zone` is an IANA name such as `Asia/Shanghai`.
    """

    value: date | datetime
    precision: Precision
    zone: str

    def __post_init__(self) -> None:
        timed = isinstance(self.value, datetime)
        if timed != (self.precision in (Precision.SECOND, Precision.MINUTE)):
            raise ValueError(f"{self.value!r} does not have the precision {self.precision}")
        if isinstance(self.value, datetime) and self.value.tzinfo is None:
            raise ValueError("a time without a zone is not a When")

    @property
    def iso(self) -> str:
        """ISO 8601: `2023-08-05T09:30:00+08:00`, `2023-08-05`, or `2023-08`."""
        text = self.value.isoformat()
        return text[:7] if self.precision is Precision.MONTH else text

    @property
    def day(self) -> date:
        """The calendar day in the page's own zone."""
        if isinstance(self.value, datetime):
            from zoneinfo import ZoneInfo

            return self.value.astimezone(ZoneInfo(self.zone)).date()
        return self.value

    @property
    def sort_key(self) -> str:
        """UTC instant at which the stated period begins, `YYYY-MM-DDTHH:MM:SSZ`; sorts as text."""
        start = self.value
        if not isinstance(start, datetime):
            from zoneinfo import ZoneInfo

            start = datetime.combine(start, time(), ZoneInfo(self.zone))
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one field came from: `rule` is the selector, meta name or pattern; `raw` the text."""

    field: str
    origin: Origin
    rule: str
    raw: str


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


class Standing(StrEnum):
    """What became of a candidate."""

    CHOSEN = "chosen"
    PLAUSIBLE = "plausible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DateClue:
    """One date that a page shows, with its evidence and what was made of it.

    `why` says in words what spoke against a refused one; it is empty for the others.
    """

    kind: DateKind
    when: When
    origin: Origin
    rule: str
    raw: str
    standing: Standing = Standing.PLAUSIBLE
    why: str = ""

    @property
    def verdict(self) -> str:
        """`chosen`, `plausible`, or `refused: ` and the reason."""
        return f"{self.standing}: {self.why}" if self.why else str(self.standing)


def chosen(dates: Iterable[DateClue], kind: DateKind) -> When | None:
    """The date of that kind that was chosen, if any."""
    found = (c.when for c in dates if c.kind is kind and c.standing is Standing.CHOSEN)
    return next(found, None)
