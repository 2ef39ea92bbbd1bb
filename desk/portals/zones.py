"""In which zone the dates of an unknown portal are: by what its host, its pages and its feeds say.

An offset is evidence, so is a country whose clocks all show the same, and a language that is
written in one. Nothing else is: what is not known stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hubwatch.patterns import lazy_pattern
from storage.types import Capture

from .. import _

UNKNOWN_ZONE = "UTC"
"""Where nothing shows it: a day stays the day that the page says."""
_SHANGHAI = "Asia/Shanghai"
_BY_ENDING = {
    "cn": _SHANGHAI, "hk": "Asia/Hong_Kong", "mo": "Asia/Macau", "tw": "Asia/Taipei",
    "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "sg": "Asia/Singapore", "th": "Asia/Bangkok",
    "vn": "Asia/Ho_Chi_Minh", "ph": "Asia/Manila", "in": "Asia/Kolkata", "pk": "Asia/Karachi",
    "uk": "Europe/London", "ie": "Europe/Dublin", "fr": "Europe/Paris", "de": "Europe/Berlin",
    "it": "Europe/Rome", "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "ch": "Europe/Zurich",
    "at": "Europe/Vienna", "pl": "Europe/Warsaw", "cz": "Europe/Prague", "hu": "Europe/Budapest",
    "dk": "Europe/Copenhagen", "no": "Europe/Oslo", "se": "Europe/Stockholm",
    "fi": "Europe/Helsinki", "gr": "Europe/Athens", "tr": "Europe/Istanbul", "za":
    "Africa/Johannesburg", "ke": "Africa/Nairobi", "il": "Asia/Jerusalem",
}  # fmt: skip
_BY_LANGUAGE = {"ja": "Asia/Tokyo", "ko": "Asia/Seoul"}
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
_MOST_BYTES = 2_000_000
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class ZoneFinding:
    """A zone and what shows it. `known` is False where nothing does."""

    zone: str
    why: str
    known: bool = True


def zone_of_portal(
    host: str, language: str, captures: Iterable[Capture], family: tuple[str, str] = ("", "")
) -> ZoneFinding:
    """The zone of a portal. `family` is the template that its articles fit, and that one's zone."""
    ending = host.lower().rstrip(".").rpartition(".")[2]
    if ending in _BY_ENDING:
        return ZoneFinding(_BY_ENDING[ending], _("the host ends in .%(ending)s", ending=ending))
    if family[0]:
        return ZoneFinding(family[1], _("that of the family %(family)s", family=family[0]))
    offsets = Counter(each for capture in captures for each in offsets_in(capture))
    own = frozenset(offset for offset, count in offsets.items() if offset and count >= _FEWEST)
    if own in _BY_OFFSETS:
        return ZoneFinding(_BY_OFFSETS[own], _said_by(own))
    if len(own) == 1 and (zone := _zone_at(next(iter(own)), language)):
        return ZoneFinding(zone, _said_by(own))
    if zone := _BY_LANGUAGE.get(language[:2]) or _of_chinese(language):
        return ZoneFinding(zone, _("its language is %(language)s", language=language))
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


def _zone_at(minutes: int, language: str) -> str:
    """A zone that is so far from UTC all year. Empty where none is whole hours away."""
    if minutes == 480 and language[:2] == "zh":
        return _SHANGHAI
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
