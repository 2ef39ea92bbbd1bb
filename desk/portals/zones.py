"""In which zone the dates of an unknown portal are: by what its host, its pages and its feeds say.

An offset is evidence, so is a country whose clocks all show the same, and a language that is
written in one, or in neighbours who go by one time. Nothing else is: what is not known stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from hubwatch.patterns import lazy_pattern
from scraper.parsing.survey import shown_times
from storage.types import Capture

from .. import _

UNKNOWN_ZONE = "UTC"
"""Where nothing shows it: a day stays the day that the page says."""
_SHANGHAI = "Asia/Shanghai"
_BY_ENDING = {
    "cn": _SHANGHAI, "uk": "Europe/London", "de": "Europe/Berlin", "ua": "Europe/Kyiv",
    "my": "Asia/Kuala_Lumpur", "nz": "Pacific/Auckland",
}  # fmt: skip
"""Of countries whose clocks all show the same though the database of time zones has several places
in them, or whose hosts end otherwise than in their code."""
_FOR_ALL = frozenset(
    (
        *("ac", "ai", "bz", "cc", "co", "fm", "gg", "gl", "im", "io", "la", "ly"),
        *("me", "nu", "pw", "sc", "sh", "st", "to", "tv", "vc", "ws"),
    )
)
"""Endings that are taken far from their countries: evidence only behind `gov.` and the like."""
_OF_STATES = frozenset(("gov", "gob", "gouv", "govt", "go", "gub", "edu", "mil"))
_BY_LANGUAGE = {
    "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "vi": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok",
    "lo": "Asia/Vientiane", "km": "Asia/Phnom_Penh", "my": "Asia/Yangon", "mn": "Asia/Ulaanbaatar",
    "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan", "az": "Asia/Baku", "he": "Asia/Jerusalem",
    "fa": "Asia/Tehran", "ne": "Asia/Kathmandu", "si": "Asia/Colombo", "tr": "Europe/Istanbul",
    "el": "Europe/Athens", "bg": "Europe/Sofia", "ro": "Europe/Bucharest", "uk": "Europe/Kyiv",
    "be": "Europe/Minsk", "fi": "Europe/Helsinki", "et": "Europe/Tallinn", "lv": "Europe/Riga",
    "lt": "Europe/Vilnius", "pl": "Europe/Warsaw", "cs": "Europe/Prague", "sk": "Europe/Bratislava",
    "hu": "Europe/Budapest", "sl": "Europe/Ljubljana", "hr": "Europe/Zagreb", "mk": "Europe/Skopje",
    "sr": "Europe/Belgrade", "sq": "Europe/Tirane", "de": "Europe/Berlin", "it": "Europe/Rome",
    "nl": "Europe/Amsterdam", "da": "Europe/Copenhagen", "no": "Europe/Oslo", "nb": "Europe/Oslo",
    "nn": "Europe/Oslo", "is": "Atlantic/Reykjavik", "mt": "Europe/Malta", "cy": "Europe/London",
}  # fmt: skip
"""Of languages that are written where clocks show the same: in one country, or in neighbours."""
_BY_OFFSETS = {
    frozenset([-240, -300]): "America/New_York",
    frozenset([-300, -360]): "America/Chicago",
    frozenset([-360, -420]): "America/Denver",
    frozenset([-420, -480]): "America/Los_Angeles",
    frozenset([60, 120]): "Europe/Berlin",
    frozenset([120, 180]): "Europe/Helsinki",
}
_STAMPS = lazy_pattern(
    rb"""(?:datetime|content|"(?:date|datePublished|dateModified|published)")\s{0,3}[=:]\s{0,3}"""
    rb"""["']?\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)"""
    rb"""|<(?:pubDate|dc:date|published|updated)>[^<]{0,40}\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"""
    rb"""\s?(Z|GMT|UTC|[+-]\d\d:?\d\d)\s{0,3}<"""
)
_INSTANT = lazy_pattern(rb"\d{4}-\d\d-\d\dT\d\d:\d\d(?=(?::\d\d(?:\.\d{1,9})?)?(?:Z|\+00:?00))")
_MOST_INSTANTS = 12
_STEP, _WEST, _EAST = 15, -12 * 60, 14 * 60
"""Clocks are apart by quarters of an hour, and no farther than this."""
_MOST_BYTES = 2_000_000
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class ZoneFinding:
    """A zone and what shows it. `known` is False where nothing does."""

    zone: str
    why: str
    known: bool = True


def zone_of_portal(
    host: str, language: str, captures: Sequence[Capture], family: tuple[str, str] = ("", "")
) -> ZoneFinding:
    """The zone of a portal. `family` is the template that its articles fit, and that one's zone."""
    ending = host.lower().rstrip(".").rpartition(".")[2]
    if zone := _of_country(host.lower().rstrip(".")):
        return ZoneFinding(zone, _("the host ends in .%(ending)s", ending=ending))
    if family[0]:
        return ZoneFinding(family[1], _("that of the family %(family)s", family=family[0]))
    offsets = Counter(each for capture in captures for each in offsets_in(capture))
    own = frozenset(offset for offset, count in offsets.items() if offset and count >= _FEWEST)
    if not own:
        own, zone = _shown_apart(captures)
        if zone:
            return ZoneFinding(zone, _("the zone that stands behind its times"))
    if own in _BY_OFFSETS:
        return ZoneFinding(_BY_OFFSETS[own], _said_by(own))
    spoken = _BY_LANGUAGE.get(language[:2]) or _of_chinese(language)
    if len(own) == 1 and (minutes := next(iter(own))) not in _offsets_of(spoken):
        if zone := _zone_at(minutes):
            return ZoneFinding(zone, _said_by(own))
    elif spoken:
        return ZoneFinding(spoken, _("its language is %(language)s", language=language))
    if offsets[0] >= _FEWEST and len(offsets) == 1:
        return ZoneFinding(UNKNOWN_ZONE, _said_by([0]))
    return ZoneFinding(
        UNKNOWN_ZONE,
        _("nothing shows it; days are taken as printed, --timezone says better"),
        False,
    )


def offsets_in(capture: Capture) -> list[int]:
    """The offsets of the moments that a page or feed states for machines, in minutes."""
    found = []
    for groups in _STAMPS.findall(capture.body[:_MOST_BYTES]):
        text = next(filter(None, groups)).decode("ascii")
        if text[0] not in "+-":
            found.append(0)
            continue
        digits = text[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes <= 14 * 60:
            found.append(-minutes if text[0] == "-" else minutes)
    return found


def _shown_apart(captures: Sequence[Capture]) -> tuple[frozenset[int], str]:
    """How far the clocks that pages show are ahead of the instants that they state for machines in
    UTC, in minutes, summer and winter. Empty where two pages differ otherwise, or fewer tell it.
    And the zone, where its name stands behind their times."""
    shown = [(capture, shown_times(capture)) for capture in captures]
    named = [frozenset(_name_of(each) for each in times) - {""} for _capture, times in shown]
    zones = Counter(zone for names in named for zone in names)
    if len(zones) == 1 and zones.total() >= _FEWEST:
        return frozenset(), next(iter(zones))
    told = [apart for each in shown if (apart := _apart(*each)) is not None]
    found = frozenset(told)
    is_one = len(told) >= _FEWEST and (len(found) == 1 or found in _BY_OFFSETS)
    return (found - {0} if is_one else frozenset()), ""


def _name_of(shown: datetime) -> str:
    """The zone of a time by its place, empty where only an offset from UTC is stated."""
    zone: str = getattr(shown.tzinfo, "key", "")
    return zone if "/" in zone and not zone.startswith("Etc/") else ""


def _apart(capture: Capture, times: Sequence[datetime]) -> int | None:
    """How far the clock that a page shows is ahead of UTC, by an instant that the same page states,
    or by a zone behind the clock. None where nothing or more than one answer fits."""
    instants = {
        datetime.fromisoformat(text.decode("ascii"))
        for text in _INSTANT.findall(capture.body[:_MOST_BYTES])
    }
    if len(instants) > _MOST_INSTANTS:
        return None
    apart: set[int] = set()
    for shown in times:
        offset = shown.utcoffset()
        plain = shown.replace(second=0, tzinfo=None)
        each = [plain - instant for instant in instants] if offset is None else [offset]
        minutes = (int(one.total_seconds()) // 60 for one in each)
        apart |= {one for one in minutes if one % _STEP == 0 and _WEST <= one <= _EAST}
    return apart.pop() if len(apart) == 1 else None


@lru_cache(maxsize=1)
def _by_country() -> dict[str, str]:
    """The zone of each country that has one place in the database of time zones, by its code in
    small letters (ISO 3166)."""
    found: dict[str, list[str]] = {}
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone, *_rest = line.split("\t")
            found.setdefault(country.lower(), []).append(zone)
    return {country: zones[0] for country, zones in found.items() if len(zones) == 1}


def _of_country(host: str) -> str:
    """The zone of the country that a host ends in. Empty where it ends in none, or in one whose
    clocks differ."""
    rest, _dot, ending = host.rpartition(".")
    if ending in _FOR_ALL and _OF_STATES.isdisjoint(rest.split(".")):
        return ""
    return _BY_ENDING.get(ending) or _by_country().get(ending, "")


def _offsets_of(zone: str) -> frozenset[int]:
    """The offsets that a zone has through the year, in minutes. None for no zone."""
    if not zone:
        return frozenset()
    found = (datetime(_YEAR, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))
    return frozenset(int(each.total_seconds()) // 60 for each in found if each is not None)


_YEAR = 2026


def _zone_at(minutes: int) -> str:
    """A zone that is so far from UTC all year. Empty where none is whole hours away."""
    hours, rest = divmod(abs(minutes), 60)
    if rest:
        return {330: "Asia/Kolkata", 345: "Asia/Kathmandu", 570: "Australia/Darwin"}.get(
            minutes, ""
        )
    return f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}"


def _of_chinese(language: str) -> str:
    if language[:2] != "zh":
        return ""
    region = language.replace("_", "-").lower()
    if "hk" in region:
        return "Asia/Hong_Kong"
    return "Asia/Taipei" if "tw" in region or "hant" in region else _SHANGHAI


def _said_by(offsets: Iterable[int]) -> str:
    """That its dates have these offsets."""
    texts = (
        f"{'-' if each < 0 else '+'}{abs(each) // 60:02}:{abs(each) % 60:02}"
        for each in sorted(offsets)
    )
    return _("the offsets of its dates: %(offsets)s", offsets=", ".join(texts))
