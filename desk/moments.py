"""What people type for moments and spans: `7d`, `12h`, `2026-01-31`, `2026-01-31T08:00`.

Reads no clock: `now` is passed in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hubwatch.patterns import lazy_pattern
from hubwatch.spans import is_span, parse_span

from . import N_, _

_MONTHS = lazy_pattern(r"([0-9]{1,4})\s*m", re.IGNORECASE)
_FORMS = N_("write 7d, 12h, 2026-01-31 or 2026-01-31T08:00")


def parse_since(text: str, now: datetime, zone: str) -> datetime:
    """The moment at which a period begins: a span before `now`, the first moment of a date, or a
    moment. What has no zone of its own is read in `zone`. Raise ValueError."""
    return _parse(text, now, ZoneInfo(zone), timedelta())


def parse_until(text: str, now: datetime, zone: str) -> datetime:
    """The moment at which a period ends, exclusive: a date counts to its last moment.
    Otherwise like `parse_since`."""
    return _parse(text, now, ZoneInfo(zone), timedelta(days=1))


def parse_coming(text: str, now: datetime, zone: str) -> datetime:
    """A moment to come: a span after `now`, the end of a date, or a moment. Raise ValueError,
    also for one that is past."""
    try:
        ahead = now + parse_span(text) if is_span(text) else None
    except OverflowError:
        raise ValueError(_("%(text)r is past the year 9999", text=text)) from None
    found = ahead or parse_until(text, now, zone)
    if found <= now:
        raise ValueError(_("%(text)r is past; name a day or a moment to come", text=text))
    return found


def parse_day(text: str) -> date:
    """A day, `2026-01-31`. Raise ValueError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(_("%(text)r is no date; write 2026-01-31", text=text)) from None


def parse_months_since(text: str, now: datetime, zone: str) -> datetime:
    """Like `parse_since`, for questions about years: `12m` are twelve months of the calendar, not
    minutes. Raise ValueError."""
    found = _MONTHS.fullmatch(text.strip())
    if found is None:
        return parse_since(text, now, zone)
    here = now.astimezone(ZoneInfo(zone))
    months = here.year * 12 + here.month - 1 - int(found[1])
    year, month = divmod(months, 12)
    if year < 1:
        raise ValueError(_("%(text)r is no date or span; %(forms)s", text=text, forms=_(_FORMS)))
    return here.replace(
        year=year, month=month + 1, day=min(here.day, monthrange(year, month + 1)[1])
    )


def _parse(text: str, now: datetime, zone: ZoneInfo, whole_day: timedelta) -> datetime:
    text = text.strip()
    try:
        if is_span(text):
            return now - parse_span(text)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            moment = datetime.combine(date.fromisoformat(text) + whole_day, time(), zone)
        else:
            moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment.astimezone(UTC)  # at the ends of time some zones have days that others have not
    except (ValueError, OverflowError):
        raise ValueError(
            _("%(text)r is no date or span; %(forms)s", text=text, forms=_(_FORMS))
        ) from None
    return moment


def day_in(moment: datetime, zone: str) -> str:
    """The day of an instant where people are: `2026-01-31`. `moment` is aware."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def format_duration(span: timedelta) -> str:
    """A span as people say it, in one unit: `3 s`, `12 min`, `5 h`, `2 d`."""
    seconds = max(0, round(span.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
