"""When an article was published and updated: every date of the page weighed, one rule of order.

template, standard meta, JSON-LD, the visible line, script variables, at last the address. What
none of them knows stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from storage.types import Evidence, Origin, Precision, When

from ...sources.model import FieldRules
from ..page import Page
from ..text import clean_field
from ..tree import attribute, has_ancestor, raw_text
from . import meta
from .byline import Label, read_byline
from .dates import is_plausible, read_date
from .meta import Clue
from .visible import Dateline

_SCRIPT = re.compile(
    r"""(?:pub_?time|pub_?date|publish_?time|publish_?date|published_?at|date_?published|publication_?date|fbrq|ptime|create_?time)"""
    r"""["']?\s{0,5}[:=]\s{0,5}["']([^"'<>\n]{8,40})["']""",
    re.I,
)
_SCRIPT_KEYS = ("pub", "fbrq", "ptime", "createtime", "create_time")
"""One of these stands in whatever `_SCRIPT` finds; looking for them takes next to no time."""
_PATHS = (
    re.compile(r"/(?:[a-z]{1,3})?((?:19|20)\d\d)[-/]?(\d\d?)[-/](\d\d?)(?=/|_|\.|-|$)"),
    re.compile(r"(?:^|[^0-9])((?:19|20)\d\d)(\d\d)/(\d\d)(?=/)"),
    re.compile(r"(?<!\d)t?((?:19|20)\d\d)([01]\d)([0-3]\d)(?=_|\.|/|-|$)"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"),
)


@dataclass(frozen=True, slots=True)
class Dates:
    """The published and the updated date with their evidence."""

    published: When | None = None
    updated: When | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stated:
    when: When
    clue: Clue


def read_dates(page: Page, rules: FieldRules, line: Dateline | None) -> Dates:
    """Both dates of a page. A date without time takes the time another clue gives that same day."""
    published = _finest(s for s in _published(page, rules, line) if is_plausible(s.when, page.now))
    if published is None:
        published = _from_url(page, rules.zone)
    updated = _updated(page, rules, line, published)
    evidence = [
        Evidence(name, found.clue.origin, found.clue.rule, clean_field(found.clue.raw))
        for name, found in (("published", published), ("updated", updated))
        if found is not None
    ]
    return Dates(_when(published), _when(updated), tuple(evidence))


def _published(page: Page, rules: FieldRules, line: Dateline | None) -> Iterator[_Stated]:
    for clue in meta.selected(page, rules.published):
        when = _in_line(clue.raw, rules.zone)
        if when is not None:
            yield _Stated(when, clue)
    yield from _machine(page, meta.PUBLISHED, "datePublished", rules.zone)
    if line is not None and line.published is not None:
        yield _Stated(line.published, Clue(Origin.VISIBLE, line.label, line.raw))
    yield from _time_elements(page, rules.zone)
    yield from _scripts(page, rules.zone)


def _in_line(text: str, zone: str) -> When | None:
    """The published date of a selected line; the written date and the like never count."""
    dates = read_byline(text, zone).dates
    for label in (
        Label.PUBLISHED,
        Label.STATED,
        Label.PLAIN,
        Label.UPDATED,
        Label.SOURCE,
        Label.AUTHOR,
    ):
        for dated in dates:
            if dated.label is label:
                return dated.when
    return None if dates else read_date(text, zone)


def _machine(page: Page, names: list[str], key: str, zone: str) -> Iterator[_Stated]:
    for clue in (*meta.metas(page, names), *meta.json_ld(page, key)):
        when = read_date(clue.raw, zone)
        if when is not None:
            yield _Stated(when, clue)


def _time_elements(page: Page, zone: str) -> Iterator[_Stated]:
    """`<time datetime>` and microdata, outside of links and lists of other articles."""
    marked = (
        page.select("[itemprop=datePublished]") if page.tags("time") or page.tags("article") else []
    )
    for tag in [*marked, *page.tags("time")][:12]:
        raw = attribute(tag, "datetime") or attribute(tag, "content") or raw_text(tag)[:80]
        if not has_ancestor(tag, "a", "aside", "footer", "nav", "li"):
            when = read_date(raw, zone)
            if when is not None:
                yield _Stated(when, Clue(Origin.VISIBLE, f"{tag.tag} element", raw))


def _scripts(page: Page, zone: str) -> Iterator[_Stated]:
    """Dates that only a script prints (`__$pubtime = '…'`)."""
    for tag in page.tags("script")[:80]:
        text = raw_text(tag)[:100_000]
        lowered = text.lower()
        if not any(key in lowered for key in _SCRIPT_KEYS):
            continue
        for match in _SCRIPT.finditer(text):
            when = read_date(match.group(1), zone)
            if when is not None:
                yield _Stated(when, Clue(Origin.GENERIC, "script variable", match.group()))


def _finest(stated: Iterator[_Stated]) -> _Stated | None:
    """The first date; if it lacks the time, the first clue that has it for the same day.

    Clues are asked for only as long as they are needed: scripts come last and cost most.
    """
    first = next(stated, None)
    if first is None or first.when.precision not in (Precision.DAY, Precision.MONTH):
        return first
    for other in stated:
        finer = other.when.precision in (Precision.MINUTE, Precision.SECOND)
        if finer and other.when.day == first.when.day:
            return other
    return first


def _from_url(page: Page, zone: str) -> _Stated | None:
    path = urlsplit(page.url).path
    for pattern in _PATHS:
        for match in pattern.finditer(path):
            try:
                day = date(*map(int, match.groups()))
            except ValueError:
                continue
            when = When(day, Precision.DAY, zone)
            if is_plausible(when, page.now):
                return _Stated(when, Clue(Origin.URL, "date in the address", path))
    return None


def _updated(
    page: Page, rules: FieldRules, line: Dateline | None, published: _Stated | None
) -> _Stated | None:
    """A separate, later date of change; the published date said twice is none."""
    for found in _updates(page, rules, line):
        if published is None or not is_plausible(found.when, page.now):
            continue
        if found.when.day > published.when.day:
            return found
        timed = Precision.DAY not in (found.when.precision, published.when.precision)
        if timed and found.when.sort_key > published.when.sort_key:
            return found
    return None


def _updates(page: Page, rules: FieldRules, line: Dateline | None) -> Iterator[_Stated]:
    for clue in meta.selected(page, rules.updated):
        when = read_date(clue.raw, rules.zone)
        if when is not None:
            yield _Stated(when, clue)
    yield from _machine(page, meta.UPDATED, "dateModified", rules.zone)
    if line is None:
        return
    visible = line.updated if line.label != Label.UPDATED.value else line.published
    if visible is not None:
        yield _Stated(visible, Clue(Origin.VISIBLE, Label.UPDATED.value, line.raw))


def _when(stated: _Stated | None) -> When | None:
    return stated.when if stated is not None else None
