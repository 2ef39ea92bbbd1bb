"""How far a body may be believed: named signs of the text and of its place, and what each counts.

The points are learned from labelled pages by `benchmarks/body_trust.py` and lie beside this module.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..text import letters, squeeze
from .place import BodyPlace, runs

POINTS = Path(__file__).with_name("trust.json")
SURE = 0.8
"""From this probability on a body is called sure."""
DENIED = 0.5
"""Below this one not even another reader that takes the same lines makes it sure."""
_WORD = lazy_pattern(r"[^\W\d_]{3,}|\d{3,}")
_HAN = lazy_pattern(r"[\u3400-\u9fff]{2,}")
_STEM = 6
"""A word counts as said where a text has its beginning: languages differ in endings."""
_MOST_WORDS, _LEAST_WORDS = 40, 3
_LONG = 3_000
"""Letters from which a text is long, however much longer it is."""
_MANY = 10
_TEXT = 30_000
_NOTICES = (
    "cookie", "newsletter", "subscribe", "subscription", "signup", "signin", "login", "youremail",
    "emailaddress", "e-mailaddress", "yourbrowser", "yourinbox", "javascript", "customerservice",
    "allrightsreserved", "copyright", "©", "termsofuse", "termsofservice", "privacypolicy",
    "版权", "转载", "侵权", "未经授权", "免责声明", "本网站", "本站", "icp备",
    "版權", "轉載", "侵權", "未經授權", "免責聲明", "本網站",
)  # fmt: skip
"""What notices of a site say, squeezed. One expression of all takes ten times as long."""


def signs(text: str, place: BodyPlace, page: Page, title: str, whole: float) -> dict[str, float]:
    """What speaks for and against a text as the body of the page, each from 0 to 1. `whole` is how
    many letters run on the page, 0 where nobody counted."""
    head = text[:_TEXT]
    lines = [line for line in head.split("\n") if line]
    sizes = [(line, letters(line)) for line in lines]
    running = [(line, size) for line, size in sizes if runs(line, size)]
    runs_on = sum(size for _, size in running)
    said = "".join(head.split()).casefold()  # squeezed, full-width forms apart: they are no words
    description = page.meta("description") or page.meta("og:description")
    if squeeze(description) in squeeze(title):
        description = ""
    notices = sum(said.count(word) for word in _NOTICES)
    return {
        "length": min(1.0, math.log1p(runs_on) / math.log1p(_LONG)),
        "share of what runs": min(1.0, runs_on / whole) if whole else 0.5,
        "paragraphs": min(1.0, math.log1p(len(running)) / math.log1p(_MANY)),
        "scraps": 1 - runs_on / max(1.0, sum(size for _, size in sizes)),
        "title": said_share(title, said),
        "description": said_share(description, said),
        "notices": min(1.0, notices / max(3, len(running))),
        "near the headline": float(place.is_near),
        "named as text": float(place.is_named),
        "last resort": float(place.rule in ("trafilatura", "pictures and files")),
    }


_LICENCES = (
    "creativecommons", "licensedunder", "licencedunder", "thislicen", "writtenpermission",
    "permissionof", "withoutpermission", "theirconsent", "privacysettings",
    "知识共享", "许可协议", "授权", "授權", "許可協議",
)  # fmt: skip
_FEW = 3


def is_notice(text: str) -> bool:
    """Whether a text is short, and each of its paragraphs speaks as a notice of the site does: of
    cookies, rights, licences, subscriptions. What else it says may well be the title, by which it
    names the work."""
    running = [line for line in text[:_TEXT].split("\n") if runs(line, letters(line))]
    said = ("".join(line.split()).casefold() for line in running)
    return 0 < len(running) <= _FEW and all(
        any(word in line for word in (*_NOTICES, *_LICENCES)) for line in said
    )


def said_share(words: str, said: str) -> float:
    """Which share of these words a text has, squeezed. A half where there are next to none."""
    wanted = [squeeze(word)[:_STEM] for word in _WORD.findall(words) if not _HAN.search(word)]
    for run in _HAN.findall(words):
        wanted += [run[at : at + 2] for at in range(len(run) - 1)]
    wanted = wanted[:_MOST_WORDS]
    if len(wanted) < _LEAST_WORDS:
        return 0.5
    return sum(word in said for word in wanted) / len(wanted)


def probability(found: Mapping[str, float], points: Mapping[str, float]) -> float:
    """How likely a body with these signs is the article, from 0 to 1."""
    logit = points["start"] + sum(points[name] * value for name, value in found.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def learned() -> Mapping[str, float]:
    """The points of each sign, and `start`."""
    points: dict[str, float] = json.loads(POINTS.read_text("utf-8"))
    return points


WORDS = {
    "length": "little text",
    "share of what runs": "holds little of what runs on the page",
    "paragraphs": "few paragraphs",
    "scraps": "mostly lines that are no sentences",
    "title": "says little of what the title says",
    "description": "says little of what the page's description says",
    "notices": "reads like a notice of the site",
    "near the headline": "far from the headline",
    "last resort": "found by the last resort alone",
}
"""What speaks against a body, in words, by its sign."""
_USUAL = {"length": 0.95, "share of what runs": 0.9, "paragraphs": 0.8, "title": 0.8} | {
    "description": 0.8, "near the headline": 1.0,
}  # fmt: skip
"""What a body that is right mostly has of each sign; of the others next to nothing."""
_MOST_WORDS_OF_DOUBT, _LITTLE = 2, 0.5


def doubt_of(found: Mapping[str, float]) -> str:
    """What speaks most against a body with these signs, in words."""
    points = learned()
    against = {
        name: points[name] * (_USUAL.get(name, 0.0) - found[name]) for name in WORDS
    }  # fmt: skip
    if found["share of what runs"] < _LITTLE:
        against["share of what runs"] = math.inf
    worst = sorted((name for name in against if against[name] > 0), key=lambda n: -against[n])
    chosen = worst[:_MOST_WORDS_OF_DOUBT] or ["length"]
    return "; ".join(WORDS[name] for name in chosen)
