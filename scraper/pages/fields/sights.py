"""One date that a person sees, weighed: its label, its place, the company it keeps.

Dates inside running text, link lists, footers, comments and titles lose, each for a reason in
words. Knows no metas and no templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.types import Precision, When

from ..text import squeeze
from ..tree import Element, VisibleLine, names_of
from .byline import Byline, LabelledDate
from .dates import DateOrder, implausible
from .labels import Label

NOWHERE = 10_000
"""The distance of a page without a headline that could be found."""
THRESHOLD = 25
"""What a date must weigh to count as one of a date line."""
_SURE = 40
"""And what one in a side list must, since those have labels and headlines of their own."""
_NOISE = re.compile(
    r"related|relate|recommend|comment|footer|copyright|sidebar|hotnews|rank|breadcrumb|more-news|latest",
    re.I,
)
_NOISE_TAGS = frozenset(("footer", "aside", "nav"))
_HOST_FIRST = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]{1,40}\.){1,4}(?:cn|com|net|org|gov|edu)/?[\s|]", re.I
)
_WEEKDAY = re.compile(r"星期|周[一二三四五六日天]")
BASE = {
    Label.PUBLISHED: 50,
    Label.STATED: 46,
    Label.UPDATED: 40,
    Label.PLAIN: 22,
    Label.SOURCE: 22,
    Label.AUTHOR: 22,
}


@dataclass(frozen=True, slots=True)
class Sight:
    """One date that a person sees: under which label, in which line, what speaks against it.

    `standing` is how well label, place and company fit a date line; `fault` is empty for a date
    that may be the article's.
    """

    label: Label
    when: When
    raw: str
    standing: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before lines are looked at. `day` is the day in the address, if any."""

    title: str
    zone: str
    order: DateOrder = DateOrder.UNSURE
    body: Element | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DatePlace:
    """Where a date stands: the whole line, taken apart, and how many lines below the headline."""

    text: str
    line: VisibleLine
    byline: Byline
    distance: int


def weigh(dated: LabelledDate, place: DatePlace, now: datetime, context: Context) -> Sight:
    """The date with its weight, and with what speaks against it if it cannot be the article's."""
    standing = _standing(dated, place, context)
    fault = implausible(dated.when, now)
    if not fault and dated.label is Label.PLAIN and _is_of_title(place.text, context.title):
        fault = "in the title"
    least = _SURE if _in_noise(place.line.tag) else THRESHOLD
    if not fault and dated.label in BASE and standing < least:
        fault = _reason(place, context)
    return Sight(dated.label, dated.when, place.text[:200], standing, fault)


def _standing(dated: LabelledDate, place: DatePlace, context: Context) -> float:
    text, byline, distance = place.text, place.byline, place.distance
    in_body = _is_inside(place.line.tag, context.body)
    score: float = BASE.get(dated.label, 0)
    score += 12 if byline.source or byline.author else 0
    score += _nearness(distance)
    score += 0 if dated.when.precision is Precision.DAY else 5
    score -= _linked_cost(dated, place)
    score -= 40 if _in_noise(place.line.tag) else 0
    score -= 25 if distance < 0 and _WEEKDAY.search(text) else 0
    if context.day is not None and abs(dated.when.day - context.day) <= timedelta(days=1):
        score += 15
    if dated.label is Label.STATED and in_body and not (byline.source or byline.author):
        score -= 60  # when something takes place
    if dated.label not in (Label.PUBLISHED, Label.UPDATED):
        other = len(text) - (dated.end - dated.start)
        score -= 30 if other > 60 else 0
        score -= 20 if other > 20 and ("。" in text or text.endswith(".")) else 0
        score -= 18 if in_body else 0
    return score - min(abs(distance), 300) / 100


def _nearness(distance: int) -> int:
    if 0 <= distance <= 8:
        return 30
    if 8 < distance <= 25:
        return 15
    return 12 if -8 <= distance < 0 else 0


def _reason(place: DatePlace, context: Context) -> str:
    """In words, why a date that weighs too little does."""
    if _is_linked(place):
        return "in a link"
    if _in_noise(place.line.tag):
        return "in a side list, a comment or the footer"
    if _is_inside(place.line.tag, context.body):
        return "in the text"
    return "away from the headline and without a label"


def _is_linked(place: DatePlace) -> bool:
    return place.line.linked * 2 > len(place.text) and not is_host_line(place.text)


def is_host_line(text: str) -> bool:
    """True for a date line that begins with the address of the site it came from."""
    return _HOST_FIRST.match(text) is not None


def _linked_cost(dated: LabelledDate, place: DatePlace) -> int:
    """A date in a link is mostly another article's; alone under a headline it is its own."""
    if not _is_linked(place):
        return 0
    alone = len(place.text) - (dated.end - dated.start) <= 8
    return 20 if alone and 0 < place.distance <= 4 else 40


def _is_of_title(text: str, title: str) -> bool:
    """True for the headline, a piece of it, and a line that is the headline with little around."""
    key, line = squeeze(title), squeeze(text)
    if not key or len(line) <= 14:
        return False
    return line in key or (key in line and len(line) - len(key) <= 12)


def _is_inside(tag: Element, body: Element | None) -> bool:
    return tag is body or any(parent is body for parent in tag.iterancestors())


def _in_noise(tag: Element) -> bool:
    node: Element | None = tag
    for _ in range(8):
        if node is None:
            return False
        if node.tag in _NOISE_TAGS or _NOISE.search(names_of(node)):
            return True
        node = node.getparent()
    return False
