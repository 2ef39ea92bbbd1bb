"""When an article is from: every date of a page is a candidate, one is chosen by a stated rule.

docs/reading.md states the rule. What no candidate says stays unknown. The moment of the fetch is
never an answer.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern
from storage.lists import RowWitness
from storage.text import han_pattern
from storage.types import (
    Confidence,
    DateClue,
    DateKind,
    Evidence,
    FieldStatus,
    Origin,
    Precision,
    When,
)

from ...sources.model import FieldRules
from ..fields import metadata as meta
from ..fields.byline import Label, label_before_date, read_byline
from ..fields.metadata import Clue
from ..fields.visible import COPYRIGHT, OF_VISIT, VisibleDate, VisibleFields, is_update_named
from ..page import Page
from ..soup import own_text, stated
from ..text import clean_field, narrow, squeeze
from ..tree import (
    Element,
    VisibleLine,
    attribute,
    has_ancestor,
    linked_size,
    spaced_text,
    text_size,
)
from ..types import AGED
from .in_rows import DateReader
from .in_text import (
    EARLIEST,
    MOST_AHEAD,
    DateOrder,
    find_dates,
    implausible,
    is_plausible,
    order_in,
    read_date,
    zone_at,
    zone_named,
)

# How one page writes its dates: in which zone, and whether day or month comes first.

_HAN = lazy_pattern(r"[㐀-鿿]")
_KANA = lazy_pattern(r"[ぁ-ヿ]")
_CHINESE_HOSTS = (".cn", ".hk", ".tw", ".mo", ".中国")
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil", "es-us"))
_UNSURE = frozenset(("", "en", "en-ca", "zh", "ja", "ko"))
"""Languages, or the lack of a word on it, that leave open what `8/9/2023` means."""


@dataclass(frozen=True, slots=True)
class Habits:
    """`zone` is an IANA name, or empty where neither source nor page says one. `watched` is True
    for pages of a source and of the kind we watch: on these nothing is ever guessed. `clock` is
    the zone in which moments that are stated in UTC are told, empty for UTC. `of_source` is True
    for pages of portals, some of which print the date of the last change alone."""

    zone: str
    watched: bool
    order: DateOrder
    clock: str = ""
    of_source: bool = False

    def by_clock(self, when: When) -> When:
        """The same moment by the clock of those it is written for: its day is theirs."""
        if not self.clock or when.zone != "UTC" or not isinstance(when.value, datetime):
            return when
        local = when.value.astimezone(zone_named(self.clock))
        return When(local, when.precision, self.clock)


def read_habits(page: Page, rules: FieldRules, title: str) -> Habits:
    """The habits of a page, with the title as it was read."""
    text = title or page.title_text
    chinese = page.host.endswith(_CHINESE_HOSTS) or (
        _HAN.search(text) is not None and _KANA.search(text) is None
    )
    watched = bool(rules.template) or chinese
    # `UTC` is what a source says of which nobody knows the zone.
    zone = rules.zone if rules.zone not in ("", "UTC") else _zone(page)
    # `en-US` is what a Chinese template says that nobody changed.
    order = DateOrder.UNSURE if chinese else date_order(page, rules.zone if watched else "")
    if order is DateOrder.UNSURE and page.has_words("/"):
        lines = [line.text for line in page.lines[:_MOST_LINES]]
        order = order_in(lines, (page.now + MOST_AHEAD).date())
    clock = zone or ("Asia/Shanghai" if chinese else "")
    return Habits(zone, watched, order, clock, watched or bool(rules.zone))


_REGISTERED = han_pattern(r"[\u4e00-\u9fff]\s?ICP\s?[备证]")
"""The number under which mainland China registers a site: 京ICP备05070218号."""
_LAST_LINES, _MOST_LINES = 60, 400
_OFFSET = lazy_pattern(r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?([+-])(\d\d):?(\d\d)$")
_STATEMENTS = ("datePublished", "dateModified", "dateCreated")


def _zone(page: Page) -> str:
    """The zone that a page shows: that of the one country whose host or registration it has, or
    the offset that all the moments have which it states for machines. Its language shows none."""
    if page.host.endswith(_CHINESE_HOSTS) or page.meta("siteidcode"):  # of its governments
        return "Asia/Shanghai"
    if page.has_words("ICP") and any(
        _REGISTERED.search(line.text) for line in page.lines[-_LAST_LINES:]
    ):
        return "Asia/Shanghai"
    stated = [clue.raw for clue in meta.metas(page, (*meta.PUBLISHED, *meta.UPDATED, *meta.DATED))]
    stated += [clue.raw for key in _STATEMENTS for clue in islice(meta.json_ld(page, key), 3)]
    found = {match.groups() for raw in stated if (match := _OFFSET.search(raw.strip()))}
    offsets = {
        timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        for sign, hours, minutes in found
    } - {timedelta()}
    if len(offsets) != 1:
        return ""
    (offset,) = offsets
    return zone_at(offset) if abs(offset) <= timedelta(hours=14) else ""


def _language(page: Page) -> str:
    """The language that a page says it is in, in lower case: `en-us`. Empty where it says none."""
    lang = next((attribute(tag, "lang") for tag in page.tags("html")), "")
    return (lang or page.meta("og:locale")).lower().replace("_", "-")


def date_order(page: Page, zone: str = "") -> DateOrder:
    """What comes first in `8/9/2023`, as its language, or its country, has it; `zone` is that of a
    source, which says of English what `en` alone leaves open, and of `en-US` whether it is meant:
    many a page has it that nobody changed."""
    lang = _language(page)
    if zone not in ("", "UTC") and lang in _ANY_ENGLISH:
        return _order_of(zone, lang)
    if lang in _MONTH_FIRST:
        return DateOrder.MONTH_FIRST
    end = page.host.rpartition(".")[2]
    if lang[:2] in ("", "en") and end in (_SAME_DAY | _EASTERN) - _OTHER_ORDER:
        return DateOrder.DAY_FIRST
    return (
        DateOrder.UNSURE
        if lang in _UNSURE or lang[:3] in ("zh-", "ja-", "ko-")
        else DateOrder.DAY_FIRST
    )


def _order_of(zone: str, lang: str) -> DateOrder:
    if zone in _AMERICAN or zone.startswith("US/"):
        return DateOrder.MONTH_FIRST
    if lang != "en-us" and zone.startswith(_DAY_FIRST_ZONES) and zone not in _OPEN_ZONES:
        return DateOrder.DAY_FIRST
    return DateOrder.UNSURE


_ANY_ENGLISH = frozenset(("", "en", "en-us"))
_AMERICAN = frozenset((
    "America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Boise",
    "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Juneau",
    "America/Indiana/Indianapolis", "America/Kentucky/Louisville", "America/Puerto_Rico",
    "Pacific/Honolulu", "Pacific/Guam", "Pacific/Palau", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
))  # fmt: skip
_DAY_FIRST_ZONES = (
    "Europe/", "GB", "Eire", "Australia/", "Pacific/Auckland", "NZ", "Pacific/Fiji", "Indian/",
    "Pacific/Port_Moresby", "Atlantic/Reykjavik", "Africa/", "Asia/Kolkata", "Asia/Calcutta",
    "Asia/Dhaka", "Asia/Karachi", "Asia/Colombo", "Asia/Kathmandu", "Asia/Singapore",
    "Asia/Kuala_Lumpur", "Asia/Jakarta", "Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Saigon",
    "Asia/Dubai", "Asia/Riyadh", "Asia/Qatar", "Asia/Kuwait", "Asia/Bahrain", "Asia/Muscat",
    "Asia/Beirut", "Asia/Amman", "Asia/Jerusalem", "Etc/GMT-1", "Etc/GMT-2", "Etc/GMT-3",
    "Etc/GMT-5",
)  # fmt: skip
"""Zones of countries whose pages in English write the day first: `Etc/GMT-1` with -10 to -13."""
_OPEN_ZONES = frozenset((
    "Europe/Budapest", "Europe/Vilnius", "Africa/Johannesburg", "Africa/Accra", "Africa/Nairobi",
))  # fmt: skip
"""Those among them where both ways are met, or the year comes first."""


# Every date a page states about itself, in the order in which it is believed.

_MAX_RAW = 200
_MOST_TIMES = 12
_SHORT_ITEM = 60
_SCRIPT = lazy_pattern(
    r"""(?:pub_?time|pub_?date|publish_?time|publish_?date|published_?at|date_?published|publication_?date|fbrq|ptime|create_?time"""
    r"""|(?<![\w$.])ct(?=\s{0,5}=\s{0,5}["']?1\d{9}\b))"""
    r"""["']?\s{0,5}[:=]\s{0,5}(?:["']([^"'<>\n]{8,40})["']|(1\d{9}(?:\d{3})?)(?![\w.]))""",
    re.I,
)
_SCRIPT_KEYS = ("pub", "fbrq", "ptime", "createtime", "create_time", "var ct")
"""One of these stands in whatever `_SCRIPT` finds. Looking for them takes next to no time."""
_BEST_LABELS = (
    Label.PUBLISHED,
    Label.STATED,
    Label.PLAIN,
    Label.UPDATED,
    Label.SOURCE,
    Label.AUTHOR,
)
_OWN_LABELS = (Label.PUBLISHED, Label.STATED, Label.PLAIN)
_KINDS = {
    Label.UPDATED: DateKind.UPDATED,
    Label.WRITTEN: DateKind.WRITTEN,
    Label.EVENT: DateKind.EVENT,
    Label.OTHER: DateKind.OTHER,
}


def published(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits
) -> Iterator[DateClue]:
    """The candidates for the published date, the most trusted first. Those of scripts come last,
    cost most, and only where none of the others has a time of day."""
    timed = False
    for clue in _outside_scripts(page, rules, seen, habits):
        timed = timed or (clue.when.precision in _TIMED and not implausible(clue.when, page.now))
        yield clue
    if not timed or (_PUBLISHED, _SCRIPTED) in rules.taught.places:
        yield from _scripts(page, habits)


def _outside_scripts(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits
) -> Iterator[DateClue]:
    for clue in meta.selected(page, rules.published):
        when = _in_line(clue.raw, habits)
        if when is not None:
            yield _clue(DateKind.PUBLISHED, when, clue, habits)
    yield from _machine(page, meta.PUBLISHED, "datePublished", habits)
    yield from _marked(page, habits)
    best = seen.best
    if best is not None:
        yield _seen(DateKind.PUBLISHED, best, habits)
    times = _time_elements(page, habits)
    yield from (clue for clue in times if clue.kind is DateKind.PUBLISHED)
    yield from _machine(page, meta.DATED, "dateCreated", habits)


def updated(
    page: Page, rules: FieldRules, seen: VisibleFields, habits: Habits
) -> Iterator[DateClue]:
    """The candidates for the date of the last change, the most trusted first."""
    for clue in meta.selected(page, rules.updated):
        when = read_date(clue.raw, habits.zone, habits.order)
        if when is not None:
            yield _clue(DateKind.UPDATED, when, clue, habits)
    yield from _machine(page, meta.UPDATED, "dateModified", habits, DateKind.UPDATED)
    yield from _marked(page, habits, DateKind.UPDATED)
    for date_seen in seen.dates:
        if date_seen.label is Label.UPDATED and not date_seen.fault:
            yield _seen(DateKind.UPDATED, date_seen, habits)
    times = _time_elements(page, habits)
    yield from (clue for clue in times if clue.kind is DateKind.UPDATED)


def others(page: Page, seen: VisibleFields, habits: Habits) -> Iterator[DateClue]:
    """Dates of other things: written, event, validity, page build, and those refused at once."""
    for date_seen in seen.dates:
        kind = _KINDS.get(date_seen.label, DateKind.PUBLISHED)
        if kind is not DateKind.PUBLISHED or date_seen is not seen.best:
            yield _seen(kind, date_seen, habits)
    times = _time_elements(page, habits)
    yield from (c for c in times if c.kind not in (DateKind.PUBLISHED, DateKind.UPDATED))
    for clue in meta.metas(page, meta.BUILT):
        when = read_date(clue.raw, habits.zone, habits.order)
        if when is not None:
            yield _clue(DateKind.BUILT, when, clue, habits)


def _clue(kind: DateKind, when: When, clue: Clue, habits: Habits) -> DateClue:
    raw = clean_field(clue.raw)[:_MAX_RAW]
    return DateClue(kind, habits.by_clock(when), clue.origin, clue.rule, raw)


def _seen(kind: DateKind, date_seen: VisibleDate, habits: Habits) -> DateClue:
    return DateClue(
        kind,
        habits.by_clock(date_seen.when),
        Origin.VISIBLE,
        date_seen.label.value,
        date_seen.raw,
        why=date_seen.fault,
    )


def _in_line(text: str, habits: Habits) -> When | None:
    """The published date of a selected line. The written date and the like never count."""
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


def _marked(page: Page, habits: Habits, kind: DateKind = DateKind.PUBLISHED) -> Iterator[DateClue]:
    """What microdata or a microformat of the page's own article says is the date."""
    names = (meta.PUBLISHED_MARK, meta.PUBLISHED_CLASSES)
    if kind is DateKind.UPDATED:
        names = (meta.UPDATED_MARK, meta.UPDATED_CLASSES)
    found: dict[Element, str] = {}
    for tag, rule in islice(meta.marked(page, *names), _MOST_TIMES):
        found.setdefault(tag, rule)
    for tag, rule in found.items():
        if not _is_of_another(tag, page):
            yield from _stated(tag, rule, habits, kind)


def _time_elements(page: Page, habits: Habits) -> Iterator[DateClue]:
    """`<time datetime>`, outside of links and lists of other articles, each as the kind of date
    that the page says it is."""
    updates = frozenset(tag for tag, _ in meta.marked(page, meta.UPDATED_MARK, ()))
    for tag in page.tags("time")[:_MOST_TIMES]:
        kind = DateKind.UPDATED if tag in updates else _kind_of(tag)
        if kind is not DateKind.PUBLISHED or not _is_of_another(tag, page):
            yield from _stated(tag, "time element", habits, kind)


def _kind_of(tag: Element) -> DateKind:
    """What the names of an element, or the words in or before it, say that its date is the date
    of: of the last change, of a deadline, of an event. Else it is the published one."""
    classes = frozenset(attribute(tag, "class").split())
    if not classes.isdisjoint(meta.PUBLISHED_CLASSES):
        return DateKind.PUBLISHED
    if not classes.isdisjoint(meta.UPDATED_CLASSES) or is_update_named(tag):
        return DateKind.UPDATED
    inner = read_byline(own_text(tag)[:80], "").dates
    label = inner[0].label if inner else Label.PLAIN
    if label is Label.PLAIN:
        label = label_before_date(_text_before(tag)) or label
    return _KINDS.get(label, DateKind.PUBLISHED)


def _text_before(tag: Element) -> str:
    """The last words before an element, in the block that holds it."""
    for node in (tag, *islice(tag.iterancestors(), 2)):
        before, parent = node.getprevious(), node.getparent()
        if before is None:
            text = parent.text if parent is not None else ""
        else:
            own = spaced_text(before) if isinstance(before.tag, str) else ""
            text = f"{own[-_LABEL_REACH:]} {before.tail or ''}"
        if text and not text.isspace():
            return narrow(text[-_LABEL_REACH:])
    return ""


_LABEL_REACH = 60


def _stated(
    tag: Element, rule: str, habits: Habits, kind: DateKind = DateKind.PUBLISHED
) -> Iterator[DateClue]:
    """The date of one element: as it is written for machines, which microformats do in the title
    of an abbreviation, else as it is shown."""
    spelt_out = stated(tag, "title") if tag.tag == "abbr" else ""
    for raw in (stated(tag, "datetime"), stated(tag, "content"), spelt_out, own_text(tag)[:80]):
        when = read_date(raw, habits.zone, habits.order) if raw else None
        if when is not None:
            yield _clue(kind, when, Clue(Origin.VISIBLE, rule, raw), habits)
            return


def _is_of_another(tag: Element, page: Page) -> bool:
    """True where an element stands in a list, a side box, or a link to some other page. The footer
    of the page's own article is part of it."""
    if has_ancestor(tag, "aside", "nav") or page.is_anothers(tag):
        return True
    if has_ancestor(tag, "footer") and not page.is_own(tag):
        return True
    link = next(tag.iterancestors("a"), None)
    is_own = link is None or "bookmark" in attribute(link, "rel").split()
    if link is not None and page.link(attribute(link, "href")) in (page.url, page.canonical):
        return False  # the permanent link of the page's own article, whatever stands beside it
    if link is not None and not is_own and not _ARCHIVE.search(attribute(link, "href")):
        return True
    item = next(tag.iterancestors("li"), None)
    if item is not None and (text_size(item) > _SHORT_ITEM or linked_size(item) > 0):
        return True
    return any(_names_another(node, page) for node in islice(tag.iterancestors(), _CARD_LEVELS))


_ARCHIVE = lazy_pattern(r"/(?:19|20)\d\d/\d\d?(?:/\d\d?)?/?$")
"""Where a date leads that is a link to all that appeared on its day, or in its month."""
_CARD_LEVELS, _LARGEST_CARD, _LEAST_HEADLINE = 3, 400, 20


def _names_another(card: Element, page: Page) -> bool:
    """Whether a small element holds the headline of another page, as a link: then a day in it is of
    that page."""
    if text_size(card) > _LARGEST_CARD:
        return False
    own = (page.url, page.canonical)
    return any(
        text_size(link) >= _LEAST_HEADLINE
        and page.link(address := attribute(link, "href")) not in ("", *own)
        and not _ARCHIVE.search(address)
        for link in card.iter("a")
    )


def _scripts(page: Page, habits: Habits) -> Iterator[DateClue]:
    """Dates that only a script prints (`__$pubtime = '…'`)."""
    for tag, script in page.scripts[:80]:
        text = script[:100_000]
        if not (_may_state(text) if len(text) <= _REMEMBERED else _states(text)):
            continue
        for match in _SCRIPT.finditer(own_text(tag)[:100_000]):
            when = read_date(match[1] or match[2], habits.zone, habits.order)
            if when is not None:
                clue = Clue(Origin.GENERIC, _SCRIPTED, match.group())
                yield _clue(DateKind.PUBLISHED, when, clue, habits)


def _states(script: str) -> bool:
    lowered = script.lower()
    return any(key in lowered for key in _SCRIPT_KEYS)


_REMEMBERED = 16_000
_may_state = lru_cache(maxsize=64)(_states)  # a site's scripts are the same on every page


# The last resort for pages of other parts of the world: htmldate's search of the whole page.

_LARGEST = 2 * 1024 * 1024
"""Characters of a page above which it is not searched: the search takes time with the size."""


def search_date(page: Page, zone: str) -> DateClue | None:
    """The day htmldate finds on the page. None where it finds none, or a bare year's first day."""
    if len(page.markup) > _LARGEST:
        return None
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        found = find_date(
            page.markup,
            url=page.url,
            original_date=True,
            min_date=EARLIEST.isoformat(),
            max_date=(page.now + MOST_AHEAD).date().isoformat(),
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # an odd page; a last resort may fail
    if not found or found.endswith("-01-01") or _is_half(found, page.markup):
        return None
    when = When(date.fromisoformat(found), Precision.DAY, zone)
    return DateClue(DateKind.PUBLISHED, when, Origin.GENERIC, "search of the page", found)


def _is_half(found: str, markup: str) -> bool:
    """Whether a day is but the month of one that the page states: the first of December, of
    `11/12/2026` that lies ahead of the fetch."""
    year, month, day = map(int, found.split("-"))
    stated = rf"[/.-]0?{month}[/.-]{year}(?!\d)"
    has_day = re.search(rf"(?<!\d)0?{day}{stated}", markup) is not None
    return day == 1 and not has_day and re.search(rf"\d{stated}", markup) is not None


_PUBLISHED, _SCRIPTED = "published", "script variable"
_FAR = timedelta(days=60)
"""So far from the address's day a date needs better company than one that agrees with it."""
_NEAR = timedelta(days=2)
_AT_FETCH = timedelta(minutes=10)
_TIMED = (Precision.MINUTE, Precision.SECOND)
_MOST = 20
_WEAK_RULES = (_SCRIPTED, "time element", "search of the page")


@dataclass(frozen=True, slots=True)
class Aged:
    """What an age is told from: the headline above it, and the moment of the fetch (aware)."""

    title: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Dates:
    """What a page says of when. `candidates` has every candidate, the chosen ones first."""

    published: When | None = None
    updated: When | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[DateClue, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether the page states when it was published: a day that stands anywhere is a guess."""
        guessed = any(each.rule == _GUESSED for each in self.evidence)
        return self.published is not None and not guessed


def read_dates(
    page: Page,
    rules: FieldRules,
    seen: VisibleFields,
    habits: Habits,
    address: DateClue | None,
    row: RowWitness | None = None,
    aged: Aged | None = None,
) -> Dates:
    """Weigh every date of a page. `address` is the day in its address, if there is one. Where the
    candidates disagree, one that a `row` of a list agrees with wins. `aged` is None where
    nobody knows when the page was fetched: then an age says nothing."""
    stated = _by_lessons(published(page, rules, seen, habits), rules)
    found = _same_moments(_judged(stated, page.now))
    found = _refuse_far(found, address)
    found = _refuse_fetch(found, page.now)
    updates = _judged(updated(page, rules, seen, habits), page.now)
    rest = _judged(others(page, seen, habits), page.now)
    winner = _finest(_agreed(found, seen, habits, row))
    if winner is not None:
        winner = _with_zone(_as_shown(winner, found), found)
    if winner is None or _is_shifted(winner, found, address):
        winner = _with_time(address, updates) if address else None
    if winner is None and (said := _said_by(row, habits, page.now)) is not None:
        winner = _with_time(said, updates)
    if winner is None and habits.of_source and seen.changed is not None:
        winner = _seen(DateKind.PUBLISHED, seen.changed, habits)
    if winner is None and aged is not None:
        winner = _aged(page, habits, aged)
    if winner is None and not habits.watched:
        winner = _searched(page, habits, [*found, *updates, *rest])
    if winner is not None and winner.when.precision is Precision.DAY and aged is not None:
        winner = _timed_beside(winner, page, habits, aged.title) or winner
    update = _updated(updates, winner)
    written = next((c for c in rest if c.kind is DateKind.WRITTEN and not c.why), None)
    won = [c for c in (winner, update, written) if c is not None]
    candidates = _ordered(won, [*found, *updates, *rest, *([address] if address else [])])
    doubt = _doubt(winner, found, seen, address, row, page) if winner else _NO_DATE
    return Dates(
        winner.when if winner else None,
        update.when if update else None,
        (
            *(_evidence(c, doubt if c is winner else "") for c in won),
            *(() if winner else (_unknown(_PUBLISHED, doubt),)),
        ),
        candidates,
    )


_NO_DATE = "the page says nowhere when it was published"
_GUESSED = "search of the page"
_STRONG = frozenset(
    ("JSON-LD datePublished", "itemprop datePublished", Label.PUBLISHED.value, Label.STATED.value)
)
_NEAR_HEADLINE = 40
"""What a date without a label scores that stands in the line under the headline."""


def _evidence(clue: DateClue, doubt: str) -> Evidence:
    level = Confidence.DOUBTFUL if doubt else Confidence.SURE
    return Evidence(clue.kind, clue.origin, clue.rule, clue.raw, level, doubt)


def _unknown(field: str, doubt: str) -> Evidence:
    return Evidence(field, Origin.GENERIC, "", "", Confidence.UNKNOWN, doubt)


def _doubt(
    winner: DateClue,
    found: list[DateClue],
    seen: VisibleFields,
    address: DateClue | None,
    row: RowWitness | None,
    page: Page,
) -> str:
    """Why the published date may be another, mostly empty. A selector of the source, the row of a
    list and the address are each believed against any doubt that a rule raises."""
    day = winner.when.day
    witnessed = (row is not None and day in row.days) or (
        address is not None and address.when.day == day
    )
    if winner.origin is Origin.TEMPLATE or witnessed:
        return ""
    if winner.rule == _GUESSED:
        return "a guess: a day that stands somewhere on the page"
    if winner.rule == AGED:
        return "only how long ago it was, counted from when the page was fetched"
    if winner.rule == _SCRIPTED:
        return "a variable of a script alone says it"
    if winner.rule == Label.UPDATED.value:
        return "the page says only when it was last changed"
    if winner.rule.startswith("meta ") and winner.rule[5:] in meta.DATED:
        return "a statement that on some sites is the day of the visit"
    if _is_somewhere(winner, seen):
        return "without a label, and away from the headline"
    borne_out = any(clue.when.day == day and clue.when.zone != "UTC" for clue in found)
    if not borne_out and _is_other_day(winner.when, page):
        return _OTHER_CLOCK
    strong = [c.when for c in found if not c.why and _is_strong(c)]
    other = min((each.day for each in strong if not _is_one_day(each, winner.when)), default=None)
    other = other or _other_line(winner, seen) or _other_shown(winner, found, seen)
    return f"elsewhere the page says {other.isoformat()}" if other is not None else ""


def _other_shown(winner: DateClue, found: list[DateClue], seen: VisibleFields) -> date | None:
    """The day that people are shown in what is marked as a date or in the line under the headline,
    where nothing shows the winner's, and no clock explains the difference."""
    shown = [clue for clue in found if clue.origin is Origin.VISIBLE and not clue.why]
    if any(_is_one_day(each.when, winner.when) for each in shown):
        return None
    return next((each.when.day for each in shown if not _is_somewhere(each, seen)), None)


def _is_somewhere(clue: DateClue, seen: VisibleFields) -> bool:
    """Whether a date that is shown has no label, and stands away from the headline."""
    if clue.rule not in _UNLABELLED:
        return False
    line = next((d for d in seen.dates if d.raw == clue.raw and not d.fault), None)
    return line is None or line.score < _NEAR_HEADLINE


_UNLABELLED = (Label.PLAIN.value, Label.SOURCE.value, Label.AUTHOR.value)


def _is_one_day(one: When, other: When) -> bool:
    """Whether two statements may be of one day, told by the clocks of two places."""
    first, second = _in_utc_or_none(one), _in_utc_or_none(other)
    if first is not None and second is not None:
        return one.day == other.day or abs(first - second) <= _EAST + _LATER
    return one.day == other.day or _may_be(first, other.day) or _may_be(second, one.day)


def _in_utc_or_none(when: When) -> datetime | None:
    """A moment, as a plain one in UTC. One without a zone is taken as if it were in UTC, as many
    programs write it."""
    if not isinstance(when.value, datetime):
        return None
    moment = when.value.astimezone(UTC) if when.zone else when.value
    return moment.replace(tzinfo=None)


def _may_be(moment: datetime | None, day: date) -> bool:
    """Whether a moment in UTC falls on this day somewhere on Earth."""
    if moment is None:
        return False
    return (moment - _WEST).date() <= day <= (moment + _EAST).date()


_WEST, _EAST, _LATER = timedelta(hours=12), timedelta(hours=14), timedelta(hours=3)
"""How far clocks are behind and ahead of UTC, and how much later a program may state a change."""


_OTHER_CLOCK = "near midnight in UTC: another day by the clocks of its readers"


def _is_other_day(when: When, page: Page) -> bool:
    """Whether it is a moment in UTC, of a page whose own zone is not known, at which it was the day
    before or was the day after already where the page is likely from."""
    if not isinstance(when.value, datetime) or when.zone != "UTC":
        return False
    end = page.host.rpartition(".")[2]
    if end in _EASTERN or _language(page)[:2] in _EASTERN_LANGUAGES:
        return when.value.hour >= _LATE
    return when.value.hour < _EARLY and end not in _SAME_DAY


_EARLY, _LATE = 5, 14
_EASTERN = frozenset((
    "au", "nz", "jp", "kr", "sg", "my", "ph", "vn", "th", "id", "in", "lk", "bd", "np",
))  # fmt: skip
"""Countries of one clock hours ahead of UTC, or of several that all are."""
_OTHER_ORDER = frozenset(("ph", "jp", "kr", "hu", "lt", "ke", "gh", "za"))
"""Countries of these where days do not come first, or not always."""
_EASTERN_LANGUAGES = frozenset(("ja", "ko", "th", "vi", "id", "hi"))
_SAME_DAY = frozenset((
    "eu", "uk", "ie", "fr", "de", "at", "ch", "it", "be", "nl", "lu", "dk", "no", "se", "fi",
    "is", "ee", "lv", "lt", "pl", "cz", "sk", "hu", "si", "hr", "ba", "rs", "me", "mk", "al",
    "gr", "bg", "ro", "md", "ua", "by", "ru", "tr", "il", "ng", "gh", "ke", "za", "eg", "ae",
    "sa",
))  # fmt: skip
"""Countries at whose places it is the same day when it is after midnight in UTC."""


def _other_line(winner: DateClue, seen: VisibleFields) -> date | None:
    """The day of the lines under the headline, where they say no label and another day than the
    winner, by more than any clock explains."""
    lines = [
        each
        for each in seen.dates
        if each.label in (Label.PLAIN, Label.SOURCE, Label.AUTHOR) and not each.fault
    ]
    day = winner.when.day
    if any(abs(each.when.day - day) <= _NEAR for each in lines):
        return None
    return next((each.when.day for each in lines), None)


def _is_strong(clue: DateClue) -> bool:
    return clue.rule in _STRONG or (clue.rule.startswith("meta ") and not _is_weak(clue))


def _with_time(clue: DateClue, updates: list[DateClue]) -> DateClue:
    """The published day of an address or a list, with the time of the line that says when the page
    was updated, where that is the same day: portals that never change an article print no other."""
    for each in updates:
        same = each.when.day == clue.when.day and each.when.precision in _TIMED
        if same and not each.why and each.origin is Origin.VISIBLE:
            return replace(each, kind=DateKind.PUBLISHED)
    return replace(clue, kind=DateKind.PUBLISHED)


def _searched(page: Page, habits: Habits, known: list[DateClue]) -> DateClue | None:
    """What the search of the whole page finds, unless that is known to be the date of something
    else: of a change, of a deadline, of a side list or the footer, of one of several links."""
    found = search_date(page, habits.zone)
    if found is None:
        return None
    linked = {clue.when.day for clue in known if clue.why == "in a link"}
    others = {clue.when.day for clue in known if clue.kind is not DateKind.PUBLISHED}
    beside = ("in a side list", "under the headline of another", OF_VISIT)
    others |= {clue.when.day for clue in known if clue.why.startswith(beside)}
    others |= linked if len(linked) > 1 else set()
    for line in page.lines[-_LAST_LINES:]:
        if len(line.text) <= 300 and COPYRIGHT.search(line.text):
            others |= {dated.when.day for dated in find_dates(line.text, habits.zone, habits.order)}
    return None if found.when.day in others else found


_UNDER, _LONGEST_AGE = 6, 60
"""Lines under a headline, and letters of one, in which an age may stand."""
_NO_AGE = (Label.UPDATED, Label.EVENT, Label.OTHER, Label.WRITTEN)


def _aged(page: Page, habits: Habits, aged: Aged) -> DateClue | None:
    """The day that an age in one of the lines under the headline comes to (`3 hours ago`). Not that
    of a change."""
    reader = DateReader(habits.zone, aged.asked_at)
    for line in _under_headline(page, aged.title):
        text = page.read_line(line).replace("：", ": ")
        for found in reader.read(text):
            before = text[: text.find(found.written)] if found.written in text else ""
            is_its_own = label_before_date(narrow(before)) not in _NO_AGE
            if found.shape == "relative" and is_its_own and found.when.precision in _DAYS:
                when = When(found.when.day, Precision.DAY, habits.zone)
                return DateClue(DateKind.PUBLISHED, when, Origin.VISIBLE, AGED, text[:_MAX_RAW])
    return None


_DAYS = (Precision.DAY, *_TIMED)


def _as_shown(winner: DateClue, found: list[DateClue]) -> DateClue:
    """The winner, or the day that people see, where that is the one before or after a moment in
    UTC: it is the publisher's own, of whose clock nothing else is known."""
    if winner.when.zone not in ("UTC", "") or winner.when.precision not in _TIMED:
        return _by_own_clock(winner, found)
    if not winner.when.zone and winner.origin in (Origin.VISIBLE, Origin.TEMPLATE):
        return winner
    own = [clue for clue in found if not clue.why and not clue.when.zone and clue is not winner]
    if any(clue.when.day == winner.when.day for clue in own):
        return winner
    shown = [clue for clue in own if clue.origin is Origin.VISIBLE]
    is_so = _is_by_the_clock if winner.when.zone else _is_moment_by_the_clock
    for clue in shown:
        if is_so(winner.when, clue.when):
            return _finest([each for each in shown if each.when.day == clue.when.day]) or winner
    return winner


def _with_zone(winner: DateClue, found: list[DateClue]) -> DateClue:
    """The winner, or a statement of the same minute by the same clock that says which that is."""
    value = winner.when.value
    if winner.when.zone or not isinstance(value, datetime):
        return winner
    minute = value.replace(second=0, microsecond=0)
    for clue in found:
        other = clue.when.value
        if clue.why or clue.when.zone in ("", "UTC") or not isinstance(other, datetime):
            continue
        if other.replace(second=0, microsecond=0, tzinfo=None) == minute:
            return clue
    return winner


def _timed_beside(winner: DateClue, page: Page, habits: Habits, title: str) -> DateClue | None:
    """The winner with the time that stands beside its day, without a year, in a line under the
    headline: `07-22 18:05`."""
    day = winner.when.day
    for line in _under_headline(page, title):
        match = _CLOCK_OF_DAY.search(narrow(line.text))
        if match is None or (int(match[1]), int(match[2])) != (day.month, day.day):
            continue
        moment = read_date(f"{day.isoformat()} {match[3]}:{match[4]}", habits.zone)
        if moment is not None and moment.day == day:
            return replace(winner, when=moment)
    return None


_CLOCK_OF_DAY = lazy_pattern(
    r"(?<![\d./-])(\d\d?)(?:[-/]|\s?月\s?)(\d\d?)(?:\s?日)?\s{1,3}([01]?\d|2[0-3]):([0-5]\d)(?!\d)"
)


def _under_headline(page: Page, title: str) -> Iterator[VisibleLine]:
    """The short lines, mostly not links, right under the headline, up to where a text begins."""
    key = squeeze(title)
    same = (at for at, line in enumerate(page.lines) if key and squeeze(line.text) == key)
    heading = next(same, None)
    long = 0
    for line in () if heading is None else page.lines[heading + 1 :][:_UNDER]:
        long += len(line.text) > _LONGEST_AGE
        if long > 1:  # behind a lead the text has begun
            return
        if len(line.text) <= _LONGEST_AGE and line.linked * 2 < len(line.text):
            yield line


def _by_own_clock(winner: DateClue, found: list[DateClue]) -> DateClue:
    """The winner, or the moment by the publisher's own clock of which it is the day in UTC: some
    programs write the day of a moment by the clock of their server."""
    if winner.when.precision is not Precision.DAY or winner.origin is Origin.TEMPLATE:
        return winner
    for clue in found:
        value = clue.when.value
        if clue.why or not isinstance(value, datetime) or clue.when.zone in ("", "UTC"):
            continue
        if clue.when.day != winner.when.day == value.astimezone(UTC).date():
            return clue
    return winner


def _same_moments(found: list[DateClue]) -> list[DateClue]:
    """The candidates, those of a time without a zone as moments in UTC where another statement of
    the same minute says that it is one: they are one statement, written twice."""
    moments = {
        clue.when.value.replace(second=0, microsecond=0, tzinfo=None)
        for clue in found
        if isinstance(clue.when.value, datetime) and clue.when.zone == "UTC"
    }
    if not moments:
        return found
    return [_in_utc(clue, moments) for clue in found]


def _in_utc(clue: DateClue, moments: set[datetime]) -> DateClue:
    value = clue.when.value
    if clue.when.zone or clue.origin is Origin.VISIBLE or not isinstance(value, datetime):
        return clue
    if value.replace(second=0, microsecond=0, tzinfo=None) not in moments:
        return clue
    return replace(clue, when=When(value.replace(tzinfo=UTC), clue.when.precision, "UTC"))


def _is_by_the_clock(moment: When, shown: When) -> bool:
    """Whether what is shown is of the day before or after a moment in UTC, and may be that moment
    by some clock on Earth."""
    first, second = _in_utc_or_none(moment), _in_utc_or_none(shown)
    if first is None or shown.day == moment.day:
        return False
    if second is not None:
        return -_WEST - _LATER <= second - first <= _EAST
    return shown.day in ((first + _EAST).date(), (first - _WEST).date())


_QUARTER = timedelta(minutes=15)


def _is_moment_by_the_clock(moment: When, shown: When) -> bool:
    """Whether a time that says no zone is the one that is shown, by the clock of UTC: on another
    day, and apart by as much as clocks are."""
    first, second = _in_utc_or_none(moment), _in_utc_or_none(shown)
    if first is None or second is None or not _is_by_the_clock(moment, shown):
        return False
    return not (second.replace(second=0) - first.replace(second=0)) % _QUARTER


def _by_lessons(stated: Iterator[DateClue], rules: FieldRules) -> Iterator[DateClue]:
    """The candidates, those of places that the source's pages taught before all that no selector
    found, those of places that have one day on every page refused."""
    places = [rule for field, rule in rules.taught.places if field == _PUBLISHED]
    never = {rule for field, rule in rules.taught.never if field == _PUBLISHED}
    if not places and not never:
        yield from stated
        return
    order = {rule: at for at, rule in enumerate(places)}

    def rank(clue: DateClue) -> int:
        return -1 if clue.origin is Origin.TEMPLATE else order.get(clue.rule, len(order))

    for clue in sorted(stated, key=rank):
        refused = clue.rule in never and clue.origin is not Origin.TEMPLATE
        yield replace(clue, why="the same on every page") if refused else clue


def _judged(stated: Iterable[DateClue], now: datetime) -> list[DateClue]:
    judged = []
    for clue in stated:
        why = clue.why or implausible(clue.when, now)
        if clue.kind is DateKind.BUILT:
            why = "when the page was made, not the article"
        judged.append(clue if why == clue.why else replace(clue, why=why))
    return judged


def _refuse_far(found: list[DateClue], address: DateClue | None) -> list[DateClue]:
    """Where candidates disagree, those far from the address's day lose to those that agree with it.
    A vague one loses to the address alone. Where people see that day in the line of the headline,
    with or without a label, none that is another day stands against both: some programs state when
    an article was published again."""
    if address is None:
        return found
    day = address.when.day
    agreed = any(not c.why and abs(c.when.day - day) <= _NEAR for c in found)
    shown = any(not c.why and c.rule in _SHOWN and c.when.day == day for c in found)
    far = _NEAR if shown else _FAR
    return [
        replace(clue, why="far from the date in the address")
        if not clue.why and abs(clue.when.day - day) > far and (agreed or _is_weak(clue))
        else clue
        for clue in found
    ]


_SHOWN = frozenset(
    each.value for each in (Label.PUBLISHED, Label.PLAIN, Label.SOURCE, Label.AUTHOR)
)


def _is_weak(clue: DateClue) -> bool:
    return clue.rule in _WEAK_RULES or clue.rule.startswith("meta dc")


def _refuse_fetch(found: list[DateClue], now: datetime) -> list[DateClue]:
    """Some servers print the moment of the visit where the date should be. What people see as the
    time of publication is believed: a page may be minutes old."""
    if any(c.rule == Label.PUBLISHED.value and not c.why and _is_at(c.when, now) for c in found):
        return found
    earlier = any(not c.why and c.when.day < (now - timedelta(days=2)).date() for c in found)
    if not earlier:
        return found
    return [
        replace(clue, why="the moment of the fetch")
        if not clue.why and _is_at(clue.when, now)
        else clue
        for clue in found
    ]


_IN_OTHER_THINGS = ("in the title", "in the text")


def _agreed(
    found: list[DateClue], seen: VisibleFields, habits: Habits, row: RowWitness | None
) -> list[DateClue]:
    """The candidates in the order in which they are believed, where the row of a list is known:
    those of its day first, if the first is of another and no selector of a person's own chose it.
    Where none stands, a visible one of that day does, though its place speaks against it."""
    days = row.days if row else ()
    fit = [clue for clue in found if not clue.why]
    if not days or (fit and (fit[0].when.day in days or fit[0].origin is Origin.TEMPLATE)):
        return found
    vouched = [clue for clue in fit if clue.when.day in days]
    if vouched or fit:
        return [*vouched, *(clue for clue in found if clue not in vouched)]
    return [
        _seen(DateKind.PUBLISHED, replace(date_seen, fault=""), habits)
        for date_seen in seen.dates
        if date_seen.label in _OWN_LABELS
        and date_seen.when.day in days
        and date_seen.fault
        and date_seen.fault not in _IN_OTHER_THINGS
    ]


def _said_by(row: RowWitness | None, habits: Habits, now: datetime) -> DateClue | None:
    """The day that the list gives the page, for a page that gives itself none."""
    for day in row.days if row else ():
        when = When(day, Precision.DAY, habits.zone)
        if is_plausible(when, now):
            rule, raw = "row of the list", day.isoformat()
            return DateClue(DateKind.PUBLISHED, when, Origin.LIST, rule, raw)
    return None


def _is_at(when: When, now: datetime) -> bool:
    value = when.value
    if not isinstance(value, datetime):
        return False
    return abs((value if when.zone else value.replace(tzinfo=UTC)) - now) <= _AT_FETCH


def _finest(found: list[DateClue]) -> DateClue | None:
    """The first candidate that stands. If it lacks the time, the first of that day that has it."""
    fit = [clue for clue in found if not clue.why]
    if not fit:
        return None
    first = fit[0]
    if first.when.precision in _TIMED:
        return first
    same = (c for c in fit if c.when.precision in _TIMED and c.when.day == first.when.day)
    return next(same, first)


def _is_shifted(winner: DateClue, found: list[DateClue], address: DateClue | None) -> bool:
    """True for a time in UTC of a page at home elsewhere, a day off from its address, where nothing
    in the page's own time agrees with it: there the address has the publisher's own day."""
    if address is None or winner.when.zone != "UTC" or winner.when.precision not in _TIMED:
        return False
    if any(c.when.zone != "UTC" and not c.why and c.when.day == winner.when.day for c in found):
        return False
    return abs(winner.when.day - address.when.day) == timedelta(days=1)


def _updated(found: list[DateClue], published: DateClue | None) -> DateClue | None:
    """A separate, later date of change. The published date said twice is none."""
    for clue in found:
        if clue.why:
            continue
        if published is None or clue.when.day > published.when.day:
            return clue
        both_timed = clue.when.precision in _TIMED and published.when.precision in _TIMED
        alike = bool(clue.when.zone) is bool(published.when.zone)
        if both_timed and alike and clue.when.sort_key > published.when.sort_key:
            return clue
    return None


def _ordered(won: list[DateClue], found: list[DateClue]) -> tuple[DateClue, ...]:
    """All candidates: chosen, then plausible, then refused. Each said once, at most twenty."""
    by_key: dict[tuple[object, ...], DateClue] = {}
    for clue in won:
        by_key[_key(clue)] = replace(clue, status=FieldStatus.CHOSEN, why="")
    for wanted in (FieldStatus.PLAUSIBLE, FieldStatus.REFUSED):
        for clue in found:
            standing = FieldStatus.REFUSED if clue.why else FieldStatus.PLAUSIBLE
            if standing is wanted:
                by_key.setdefault(_key(clue), replace(clue, status=standing))
    kept = list(by_key.values())
    if any(c.kind is DateKind.PUBLISHED and c.origin is Origin.URL for c in won):
        kept = [c for c in kept if c.kind is not DateKind.ADDRESS]
    return tuple(kept[:_MOST])


def _key(clue: DateClue) -> tuple[object, ...]:
    return (clue.kind, clue.when, clue.rule, clue.raw)


# The day in an article's address: `/2023-08/29/c_914299.htm`, `/202201/t20220127_123.html`.

_PATHS = (
    lazy_pattern(r"/(?:[a-z]{1,3})?((?:19|20)\d\d)[-/]?(\d\d?)[-/](\d\d?)(?=/|_|\.|-|$)"),
    lazy_pattern(r"(?:^|[^0-9])((?:19|20)\d\d)(\d\d)/(\d\d)(?=/)"),
    lazy_pattern(r"(?<!\d)t?((?:19|20)\d\d)([01]\d)([0-3]\d)(?=_|\.|/|-|$)"),
    lazy_pattern(r"[/_-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"),
)


def read_address(page: Page, zone: str) -> DateClue | None:
    """The first plausible day in the path of the page's address, else of its canonical one."""
    for address in (page.url, page.canonical):
        when = day_in(address, zone, page.now)
        if when is not None:
            rule, path = "date in the address", urlsplit(address).path
            return DateClue(DateKind.ADDRESS, when, Origin.URL, rule, path[:200])
    return None


def day_in(url: str, zone: str, now: datetime) -> When | None:
    """The first plausible day in the path of an address."""
    path = urlsplit(url).path
    for pattern in _PATHS:
        for match in pattern.finditer(path):
            when = _when(match, zone)
            if when is not None and is_plausible(when, now):
                return when
    return None


def _when(match: re.Match[str], zone: str) -> When | None:
    try:
        return When(date(*map(int, match.groups())), Precision.DAY, zone)
    except ValueError:
        return None
