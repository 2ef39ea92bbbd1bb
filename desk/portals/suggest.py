"""What people are asked, suggested: id, city and name of a new source.

Guesses from addresses and names; a person, or `--yes`, accepts them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..text import one_line
from .survey import Portal

_EVERYBODYS = frozenset([
    "www", "www2", "m", "wap", "en", "eng", "english", "zh", "cn", "chinese", "gov", "com", "org",
    "net", "edu", "ac", "co", "info", "news", "portal", "web", "test", "example", "localhost",
    "invalid", "subsites", "site", "sites", "int", "hk", "mo", "tw", "the", "of",
])  # fmt: skip
_WORD = re.compile(r"[a-z][a-z0-9]*")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Answers:
    """What only people know; empty words are not answered yet."""

    id: str = ""
    city: str = ""
    name: str = ""
    schedule: str = ""


def suggest_answers(portal: Portal, cities: Iterable[str], taken: Collection[str]) -> Answers:
    """The likeliest answers. `cities` are those of the known sources, `taken` their ids."""
    host = urlsplit(portal.listing.url).hostname or ""
    words = _words(host, portal)
    city = _city(portal, cities, host) or (words[0].title() if words else "")
    name = one_line(portal.front.site or portal.front.title or host, _LONGEST_NAME)
    stem = "-".join(words[:2]) or "portal"
    return Answers(_free(f"{stem}-{portal.language[:2]}", taken), city or name, name)


def _words(host: str, portal: Portal) -> list[str]:
    """The telling labels of a host, the nearest to the name's end last; for an address made of
    numbers the words of the portal's name."""
    labels = [label for label in host.lower().split(".") if label not in _EVERYBODYS]
    words = [word for label in labels for word in _WORD.findall(label)]
    if words and not re.fullmatch(r"[0-9.]+", host):
        return list(dict.fromkeys(reversed(words)))
    return [w for w in _WORD.findall(portal.front.site.lower()) if w not in _EVERYBODYS]


def _city(portal: Portal, cities: Iterable[str], host: str) -> str:
    named = f"{host} {portal.front.site} {portal.front.title}".lower()
    known = sorted({city for city in cities if city != "national"}, key=len, reverse=True)
    return next((city for city in known if city.lower().replace(" ", "") in named), "")


def _free(wanted: str, taken: Collection[str]) -> str:
    cut = wanted[:60].strip("-")
    numbers = (f"{cut}-{number}" for number in range(2, 1000))
    return next(each for each in (cut, *numbers) if each not in taken)
