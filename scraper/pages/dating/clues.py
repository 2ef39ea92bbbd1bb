"""Every date a page states about itself, in the order in which it is believed.

Template, standard metas, JSON-LD, labelled and plain visible lines, `<time>`, metas of vaguer
meaning, scripts. Collects candidates; which of them wins is decided in `choice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from storage.types import DateClue, DateKind, Origin, When

from ...sources.model import FieldRules
from ..fields import meta
from ..fields.byline import read_byline
from ..fields.dates import read_date
from ..fields.labels import Label
from ..fields.meta import Clue
from ..fields.sights import Sight
from ..fields.visible import VisibleFields
from ..page import Page
from ..soup import own_text, stated
from ..text import clean_field
from ..tree import Element, attribute, has_ancestor, linked_size, text_size
from .habits import Habits

_MAX_RAW = 200
_MARKED = etree.XPath("descendant::*[@itemprop='datePublished']")
_SHORT_ITEM = 60
_SCRIPT = re.compile(
    r"""(?:pub_?time|pub_?date|publish_?time|publish_?date|published_?at|date_?published|publication_?date|fbrq|ptime|create_?time)"""
    r"""["']?\s{0,5}[:=]\s{0,5}["']([^"'<>\n]{8,40})["']""",
    re.I,
)
_SCRIPT_KEYS = ("pub", "fbrq", "ptime", "createtime", "create_time")
"""One of these stands in whatever `_SCRIPT` finds; looking for them takes next to no time."""
_BEST_LABELS = (
    Label.PUBLISHED,
    Label.STATED,
    Label.PLAIN,
    Label.UPDATED,
    Label.SOURCE,
    Label.AUTHOR,
)
_KINDS = {
    Label.UPDATED: DateKind.UPDATED,
    Label.WRITTEN: DateKind.WRITTEN,
    Label.EVENT: DateKind.EVENT,
    Label.OTHER: DateKind.OTHER,
}


def published(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits
) -> Iterator[DateClue]:
    """The candidates for the published date, the most trusted first. Scripts come last and cost
    most, so whoever has what it wants should stop asking."""
    for clue in meta.selected(page, rules.published):
        when = _in_line(clue.raw, habits)
        if when is not None:
            yield _clue(DateKind.PUBLISHED, when, clue, habits)
    yield from _machine(page, meta.PUBLISHED, "datePublished", habits)
    best = seen.best
    if best is not None:
        yield _seen(DateKind.PUBLISHED, best, habits)
    yield from _time_elements(page, habits)
    yield from _machine(page, meta.DATED, "dateCreated", habits)
    yield from _scripts(page, habits)


def updated(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits
) -> Iterator[DateClue]:
    """The candidates for the date of the last change, the most trusted first."""
    for clue in meta.selected(page, rules.updated):
        when = read_date(clue.raw, habits.zone, habits.order)
        if when is not None:
            yield _clue(DateKind.UPDATED, when, clue, habits)
    yield from _machine(page, meta.UPDATED, "dateModified", habits, DateKind.UPDATED)
    for sight in seen.sights:
        if sight.label is Label.UPDATED and not sight.fault:
            yield _seen(DateKind.UPDATED, sight, habits)


def others(page: Page, seen: VisibleFields, habits: Habits) -> Iterator[DateClue]:
    """Dates of other things: written, event, validity, page build, and those refused on sight."""
    for sight in seen.sights:
        kind = _KINDS.get(sight.label, DateKind.PUBLISHED)
        if kind is not DateKind.PUBLISHED or sight is not seen.best:
            yield _seen(kind, sight, habits)
    for clue in meta.metas(page, meta.BUILT):
        when = read_date(clue.raw, habits.zone, habits.order)
        if when is not None:
            yield _clue(DateKind.BUILT, when, clue, habits)


def _clue(kind: DateKind, when: When, clue: Clue, habits: Habits) -> DateClue:
    raw = clean_field(clue.raw)[:_MAX_RAW]
    return DateClue(kind, habits.told(when, raw), clue.origin, clue.rule, raw)


def _seen(kind: DateKind, sight: Sight, habits: Habits) -> DateClue:
    when = habits.told(sight.when, sight.raw)
    return DateClue(kind, when, Origin.VISIBLE, sight.label.value, sight.raw, why=sight.fault)


def _in_line(text: str, habits: Habits) -> When | None:
    """The published date of a selected line; the written date and the like never count."""
    dates = read_byline(text, habits.zone, habits.order).dates
    for label in _BEST_LABELS:
        for dated in dates:
            if dated.label is label:
                return dated.when
    return None if dates else read_date(text, habits.zone, habits.order)


def _machine(
    page: Page,
    names: tuple[str, ...],
    key: str,
    habits: Habits,
    kind: DateKind = DateKind.PUBLISHED,
) -> Iterator[DateClue]:
    for clue in (*meta.metas(page, names), *meta.json_ld(page, key)):
        when = read_date(clue.raw, habits.zone, habits.order)
        if when is not None:
            yield _clue(kind, when, clue, habits)


def _time_elements(page: Page, habits: Habits) -> Iterator[DateClue]:
    """`<time datetime>` and microdata, outside of links and lists of other articles."""
    marked = _MARKED(page.tree) if page.has_words("datePublished") else []
    for tag in [*marked, *page.tags("time")][:12]:
        if _is_of_another(tag, page):
            continue
        shown = own_text(tag)[:80]
        for raw in (stated(tag, "datetime"), stated(tag, "content"), shown):
            when = read_date(raw, habits.zone, habits.order) if raw else None
            if when is not None:
                clue = Clue(Origin.VISIBLE, f"{tag.tag} element", raw)
                yield _clue(DateKind.PUBLISHED, when, clue, habits)
                break


def _is_of_another(tag: Element, page: Page) -> bool:
    """True where an element stands in a list, a side box, or a link to some other page."""
    if has_ancestor(tag, "aside", "footer", "nav"):
        return True
    link = next(tag.iterancestors("a"), None)
    if link is not None and "bookmark" not in attribute(link, "rel").split():
        return page.link(attribute(link, "href")) not in (page.url, page.canonical)
    item = next(tag.iterancestors("li"), None)
    return item is not None and (text_size(item) > _SHORT_ITEM or linked_size(item) > 0)


def _scripts(page: Page, habits: Habits) -> Iterator[DateClue]:
    """Dates that only a script prints (`__$pubtime = '…'`)."""
    for tag in page.tags("script")[:80]:
        text = (tag.text or "")[:100_000]
        lowered = text.lower()
        if not any(key in lowered for key in _SCRIPT_KEYS):
            continue
        for match in _SCRIPT.finditer(own_text(tag)[:100_000]):
            when = read_date(match.group(1), habits.zone, habits.order)
            if when is not None:
                clue = Clue(Origin.GENERIC, "script variable", match.group())
                yield _clue(DateKind.PUBLISHED, when, clue, habits)
