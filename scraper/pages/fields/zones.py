"""Clock zones as pages state them: `Z`, `+0800`, `GMT+8`, `CST`, and zones by name.

Turns a stated offset into a zone with a name. Which date a page means is decided elsewhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.types import Precision, When

STATED = (
    r"(?:\s?\(?(?P<tz>z(?![a-z])|(?:gmt|utc)\s?[+-]\s?(?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d)"
    r"|(?:gmt|utc)(?![\d:+-])|[+-](?:0\d|1[0-4]):?[0-5]\d(?!\d)|beijing time"
    r"|(?:cst|[ep][sd]t|m[sd]t|cdt|bst|ces?t|ees?t|msk|ist|ae[sd]t|jst|kst|hkt|sgt)\b)\)?)?"
)
"""A zone after a time of day, as group `tz`; matches nothing as well."""

# A stated offset that is not the page's own zone is kept by a zone that has it.
_ODD_OFFSETS = {210: "Asia/Tehran", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon",
                270: "Asia/Kabul", 570: "Australia/Darwin", -210: "America/St_Johns"}  # fmt: skip
_NAMED = {
    "cst": 480, "beijing time": 480, "hkt": 480, "sgt": 480, "jst": 540, "kst": 540, "est": -300,
    "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "bst": 60,
    "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "ist": 330, "aest": 600,
    "aedt": 660, "z": 0, "gmt": 0, "utc": 0,
}  # fmt: skip
"""Minutes ahead of UTC. CST is China's here, not America's."""
_IN_UTC = re.compile(r"(?:\dz|gmt|utc|[+-]00:?00)\)?\s{0,3}$", re.I)


def zone_or_default(name: str) -> ZoneInfo:
    """The zone of that name; Asia/Shanghai, where every watched portal lives, if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Asia/Shanghai")


def in_stated_zone(moment: datetime, stated: str, precision: Precision, zone: str) -> When:
    """Zulu time is told in the page's zone; any other stated offset is kept as stated."""
    offset = _offset(stated.lower())
    own = zone_or_default(zone)
    if offset is None:
        return When(moment, precision, own.key)
    shifted = moment.replace(tzinfo=timezone(offset))
    if not offset or own.utcoffset(moment.replace(tzinfo=None)) == offset:
        return When(shifted.astimezone(own), precision, own.key)
    name = _zone_of(offset)
    tz: tzinfo = ZoneInfo(name) if name else own
    return When(shifted.astimezone(tz), precision, name or own.key)


def as_stated(when: When, raw: str) -> When:
    """A time that its text states in UTC told in UTC again; any other as it is.

    For pages whose own zone is only assumed: to move the day on that assumption would be a guess.
    """
    if not isinstance(when.value, datetime) or not _IN_UTC.search(raw):
        return when
    return When(when.value.astimezone(UTC), when.precision, "UTC")


def _offset(stated: str) -> timedelta | None:
    if not stated:
        return None
    if stated in _NAMED:
        return timedelta(minutes=_NAMED[stated])
    sign = -1 if "-" in stated else 1
    digits = re.sub(r"\D", "", stated)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return sign * timedelta(hours=int(hours), minutes=int(minutes))


def _zone_of(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    if minutes % 60 == 0:
        # POSIX counts the other way round: Etc/GMT-8 is eight hours ahead.
        return f"Etc/GMT{-minutes // 60:+d}"
    return _ODD_OFFSETS.get(minutes, "")
