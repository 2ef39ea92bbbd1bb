"""The visible date and source line: found by its labels, its place and its company.

The fast tree finds the lines, and each that counts is read from the soup of its block. Dates inside
running text, link lists, footers and comments lose, each for a reason in words. Nothing here knows
metas or templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain, islice

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Precision, When

from ..dates.in_text import BY_CLOCK_OF, DateOrder, find_dates, implausible, is_english
from ..page import Page
from ..text import HOST_NAME, MOST_FOLDED, STOPS, narrow, squeeze
from ..tree import Element, VisibleLine, line_text, linked_size, names_of, text_size
from .byline import (
    LONGEST_LABEL,
    Byline,
    Label,
    LabelledDate,
    is_label,
    label_before_date,
    leads_to_value,
    read_byline,
)
from .metadata import names_of_site
from .midst import sources_in_midst
from .persons import is_institution, persons_in

# One date that a person sees, weighed: its label, its place, the company it keeps.

NOWHERE = 10_000
"""The distance of a page without a headline that could be found."""
THRESHOLD = 25
"""What a date must judge_date to count as one of a date line."""
_SURE = 40
"""And what one in a side list must, since those have labels and headlines of their own."""
_NOISE = lazy_pattern(
    r"related|relate|recommend|comment|copyright|sidebar|hotnews|rank|breadcrumb|more-news|latest",
    re.I,
)
_NOISE_TAGS = frozenset(("aside", "nav"))
_FOOT = lazy_pattern(r"(?<!entry[-_])(?<!post[-_])(?<!article[-_])(?<!story[-_])footer", re.I)
_HOST_FIRST = lazy_pattern(rf"(?:https?://)?{HOST_NAME}/?[\s|]")
_WEEKDAY = han_pattern(r"星期|周[一二三四五六日天]")
BASE = {
    Label.PUBLISHED: 50,
    Label.STATED: 46,
    Label.UPDATED: 40,
    Label.PLAIN: 22,
    Label.SOURCE: 22,
    Label.AUTHOR: 22,
}


@dataclass(frozen=True, slots=True)
class VisibleDate:
    """One date that a person sees: under which label, in which line, what speaks against it.

    `score` is how well label, place and company fit a date line. `fault` is empty for a date
    that may be the article's.
    """

    label: Label
    when: When
    raw: str
    score: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before lines are looked at. `day` is the day in the address, if any, `article`
    the element that the page marks as its one article, `today` the day of the fetch in UTC."""

    title: str
    zone: str
    order: DateOrder = DateOrder.UNSURE
    body: Element | None = None
    day: date | None = None
    article: Element | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class DatePlace:
    """Where a date stands: the whole line, taken apart, how many lines below the headline, and the
    labels of the lines right above and below."""

    text: str
    line: VisibleLine
    byline: Byline
    distance: int
    beside: frozenset[Label] = frozenset()


def judge_date(
    dated: LabelledDate, place: DatePlace, now: datetime, context: Context
) -> VisibleDate:
    """The date with its weight, and with what speaks against it if it cannot be the article's."""
    if dated.label is Label.PLAIN and is_update_named(place.line.tag):
        dated = replace(dated, label=Label.UPDATED)
    score = _score(dated, place, context)
    fault = implausible(dated.when, now)
    if not fault and dated.label is Label.PLAIN and _is_of_title(place.text, context.title):
        fault = "in the title"
    if not fault and _is_of_another(place.line.tag, context.title):
        fault = "under the headline of another article"
    least = _SURE if _in_noise(place.line.tag, context) else THRESHOLD
    if not fault and dated.label in BASE and score < least:
        fault = _reason(dated, place, context)
    return VisibleDate(dated.label, dated.when, place.text[:200], score, fault)


_UPDATE_NAMED = lazy_pattern(
    r"last[-_ ]?(?:update|modif|mod\b|change|edit|revis)"
    r"|(?:date|time|dt|post|entry|article|content)[-_]?(?:modified|updated)"
    r"|(?:modified|updated?|modification)[-_]?(?:date|time|at|on)(?![a-z])"
    r"|(?:^|\s)(?:updated|modified)(?:$|\s)",
    re.I,
)
_PUBLISH_NAMED = lazy_pattern(
    r"publi(?:sh|cat)|posted|created|release|issue|pub[-_]?(?:date|time)", re.I
)


def is_update_named(tag: Element) -> bool:
    """True for an element whose names, or those around it, say that it holds the date of the last
    change and not the published one."""
    for node in (tag, *islice(tag.iterancestors(), 2)):
        names = names_of(node)
        if _PUBLISH_NAMED.search(names):
            return False
        if _UPDATE_NAMED.search(names):
            return True
    return False


def _score(dated: LabelledDate, place: DatePlace, context: Context) -> float:
    text, byline, distance = place.text, place.byline, place.distance
    in_body = _is_inside(place.line.tag, context.body)
    score: float = BASE.get(dated.label, 0)
    score += 12 if byline.source or byline.author else 0
    score += _nearness(distance)
    score += 0 if dated.when.precision is Precision.DAY else 5
    score -= _linked_cost(dated, place)
    score -= 40 if _in_noise(place.line.tag, context) else 0
    score -= 25 if distance < 0 and _WEEKDAY.search(text) else 0
    score -= 40 if _is_of_visit(dated, place, context) else 0
    if context.day is not None and abs(dated.when.day - context.day) <= timedelta(days=1):
        score += 15
    of_page = byline.labels | place.beside
    is_own_line = Label.SKIP in of_page and 0 < distance <= _RIGHT_BELOW
    # Nobody tells when something takes place by a stamp, before anything else is said.
    is_own_line |= distance == 1 and _STAMP.fullmatch(narrow(text).strip()) is not None
    if dated.label is Label.STATED and in_body and not (byline.source or byline.author):
        score -= 0 if is_own_line else 60  # when something takes place
    if dated.label not in (Label.PUBLISHED, Label.UPDATED) and not _is_dateline(dated, place):
        other = len(text) - (dated.end - dated.start)
        score -= 30 if other > 60 else 0
        score -= 20 if other > 20 and ("。" in text or text.endswith(".")) else 0
        score -= 18 if in_body and not _is_at_headline(distance, other) else 0
    return score - min(abs(distance), 300) / 100


_STAMP = lazy_pattern(
    r"[\[(]?\s?[^\W\d_]{2,8}\s?:?\s?\d{4}-\d\d-\d\d\s\d\d:\d\d(?::\d\d)?\s?[\])]?"
)


def _is_dateline(dated: LabelledDate, place: DatePlace) -> bool:
    """True for the place and the day with which a text begins that is sent out: `HARROW, Nov. 17,
    2026 /Baywire/ -- The plant`."""
    before, behind = place.text[: dated.start], place.text[dated.end :]
    return (
        dated.label is Label.PLAIN
        and 0 < place.distance <= _UNDER_HEADLINE
        and place.text.endswith((".", "。", "！", "!", *STOPS))
        and len(before.split()) <= _MOST_OF_PLACE
        and _SENT_FROM.fullmatch(before) is not None
        and _SENT_BY.match(behind) is not None
    )


_UNDER_HEADLINE, _MOST_OF_PLACE = 15, 6
_SENT_FROM = han_pattern(
    r"\s?[(（\[]?(?:[A-ZÀ-ÞΑ-ΩА-Я]|[一-鿿])(?:[^\n.!?:;。！？\d]|(?<=[A-Z])\.){1,40}?(?:\.?[,，]\s?(?:[Dd]en\s|le\s|the\s)?|(?<=[一-鿿])\s?)"
)
_SENT_BY = han_pattern(
    r"\.?\s?[)）\]]?\s?(?:/[^/\n]{2,40}/\s?(?:--?|[–—])?|\([^()\n]{2,40}\)\s?(?:--?|[–—])|--|[–—]{1,2}|-(?=\s)|(?:电|電|讯|訊)(?=[\s(（—–-]))"
)


OF_VISIT = "the day of the visit in the head of the page"


def _is_of_visit(dated: LabelledDate, place: DatePlace, context: Context) -> bool:
    """True for a day without a label in the head of a page, some lines above the headline or in the
    header of the site, that is about the day on which the page was fetched: many portals greet with
    the time of day."""
    if dated.label is not Label.PLAIN or place.distance >= 0 or context.today is None:
        return False
    if place.distance >= -_RIGHT_ABOVE and not _in_header(place.line.tag):
        return False
    return abs(dated.when.day - context.today) <= timedelta(days=1)


def _in_header(tag: Element) -> bool:
    """Whether an element stands in the header of the whole page, not of an article in it."""
    around = next(tag.iterancestors("header", "article", "main"), None)
    return around is not None and around.tag == "header"


def _is_of_another(tag: Element, title: str) -> bool:
    """True for a line in a small box with a headline that leads elsewhere: the teaser of another
    article."""
    for node in islice(tag.iterancestors(), _AROUND):
        if node.tag in ("body", "main") or next(node.iter("h1"), None) is not None:
            return False
        headings = [*islice(node.iter("h2", "h3", "h4", "h5"), _MOST_BESIDE)]
        said = [line_text(heading) for heading in headings]
        if any(squeeze(each) == squeeze(title) for each in said):
            return False
        if any(linked_size(tag) * 2 > len(each) for tag, each in zip(headings, said, strict=True)):
            return text_size(node) <= _TEASER
    return False


_AROUND, _TEASER, _MOST_BESIDE = 3, 500, 20
_RIGHT_BELOW, _FEW = 3, 40
_RIGHT_ABOVE, _ALONE = 2, 4


def _is_at_headline(distance: int, other: int) -> bool:
    """True for the date line of a headline, though it stands in the block of the text: a few lines
    below it with few other letters, or a day alone right above it."""
    if 0 < distance <= _RIGHT_BELOW:
        return other <= _FEW
    return -_RIGHT_ABOVE <= distance < 0 and other <= _ALONE


def _nearness(distance: int) -> int:
    if 0 <= distance <= 8:
        return 30
    if 8 < distance <= 25:
        return 15
    return 12 if -8 <= distance < 0 else 0


def _reason(dated: LabelledDate, place: DatePlace, context: Context) -> str:
    """In words, why a date that weighs too little does."""
    if _is_of_visit(dated, place, context):
        return OF_VISIT
    if _in_noise(place.line.tag, context):
        return "in a side list, a comment or the footer"
    if _is_linked(place):
        return "in a link"
    if _is_inside(place.line.tag, context.body):
        return "in the text"
    return "away from the headline and without a label"


def _is_linked(place: DatePlace) -> bool:
    return place.line.linked * 2 > len(place.text) and not is_host_line(place.text)


def is_host_line(text: str) -> bool:
    """True for a date line that begins with the address of the site it came from."""
    return _HOST_FIRST.match(text) is not None


def _is_beside_link(dated: LabelledDate, place: DatePlace) -> bool:
    """Whether a line away from the headline is a link with a date behind it: a row of a list."""
    beside = len(place.text) - (dated.end - dated.start)
    return (
        not 0 <= place.distance <= _BESIDE_HEADLINE
        and place.line.linked > _SHORTEST_ROW
        and place.line.linked + 2 >= beside
        and not is_host_line(place.text)
    )


_BESIDE_HEADLINE, _SHORTEST_ROW = 8, 6


def _linked_cost(dated: LabelledDate, place: DatePlace) -> int:
    """A date in a link is mostly another article's. Alone under a headline it is its own."""
    if not _is_linked(place):
        return 40 if _is_beside_link(dated, place) else 0
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


def _in_noise(tag: Element, context: Context) -> bool:
    """A footer of the one article that the page marks is no noise: dates stand there as well."""
    inside = context.article is not None and _is_inside(tag, context.article)
    node: Element | None = tag
    for _ in range(8):
        if node is None or (inside and node is context.article):
            return False
        names = names_of(node)
        if node.tag in _NOISE_TAGS or _NOISE.search(names):
            return True
        if not inside and (node.tag == "footer" or _FOOT.search(names)):
            return True
        node = node.getparent()
    return False


_SHORT_DAY = r"\d\d[-/.]\d\d[-/.]\d\d"
_OF_REPUBLIC = r"\s?[:：]\s?[\d０-９]{2,3}\s?[-/.年]"
# Each part begins with one character: such a pattern skips a text for any of them at once.
_YEARISH = han_pattern(
    rf"\[\s?{_SHORT_DAY}|\(\s?{_SHORT_DAY}|【\s?{_SHORT_DAY}|时间\s?[:：]\s?{_SHORT_DAY}"
    rf"|日期(?:\s?[:：]\s?{_SHORT_DAY}|{_OF_REPUBLIC})|時間{_OF_REPUBLIC}"
    r"|19\d\d|2\d\d\d|/\d\d?/\d\d(?!\d)|\d\.\d\d?\.\d\d(?![\w.])|〇|零|○|1\s\d\s\d\s\d|2\s\d\s\d\s\d"
    r"|1[0-4]\d\s?年|令和\s?[\d元]|平成\s?[\d元]|民[國国]\s?[\d元]"
)
_PERSIAN_YEAR = lazy_pattern(r"۱[۳۴][۰-۹]{2}|[آ-ی]\s{1,3}1[34]\d\d|1[34]\d\d(?=[^\d]{1,12}[آ-ی])")
_ONLY_DAY = lazy_pattern(r"[0-3]?\d日?")
_DAY_FIRST = lazy_pattern(r"([0-3]?\d)日?\s{1,3}(20\d\d\s?[-/.年]\s?[01]?\d月?)")
_ONLY_MONTH = lazy_pattern(r"(20\d\d)\s?[-/.年]\s?([01]?\d)月?")
_NAMED_MONTH = lazy_pattern(r"([a-z]{3,9})\.?,?\s(20\d\d)", re.I)
_MONTH_AND_DAY = lazy_pattern(r"([01]?\d)\s?[-/.月]\s?([0-3]?\d)日?")
_ONLY_YEAR = lazy_pattern(r"(20\d\d)年?")
_NUMERAL = lazy_pattern(r"\d|〇|零|○")
_HOST = lazy_pattern(rf"\(?\s?{HOST_NAME}\s?\)?")
_BRACKETS = lazy_pattern(r"(?:by\s?)?\([^()]{2,80}\)?", re.I)
COPYRIGHT = han_pattern(
    r"c(?i:opyright)|C(?i:opyright)|©|版权所有|a(?i:ll rights reserved)|A(?i:ll rights reserved)"
    r"|i(?i:cp备)|I(?i:cp备)|ı(?i:cp备)|İ(?i:cp备)"
)
_HAN = lazy_pattern(r"[一-鿿]")
_HAN_NAME = lazy_pattern(r"(?=.{0,20}[一-鿿])[一-鿿A-Za-z·《》“”-]{2,20}(?: [一-鿿A-Za-z·]{2,20})?")
_ORIGINAL = lazy_pattern(r"^(?:原创|原創|转载|轉載)(?:\s+|$)")
_SOURCE_FIRST = lazy_pattern(r"^来源|^來源")
_NO_SOURCE = lazy_pattern(
    r"^(?:作者|记者|記者|编辑|責編|责编|由 )|comments?/|/\s?by\s|\b(?:no|nr|n°|№)\.?\s?\d"
    r"|^(?:印发|发布|公布|公告|颁布|签发|通过|修订|施行|实施|成文|制定|刊登|发表|上传)$"
    r"|^(?:post|listen|watch|read|leave)\b|\bnews & events\b|첨부$"
    r"|(?:印刷|表示|印字|プリント|인쇄)\S{0,4}$"
    r"|\b(?:press|news|media) (?:releases?|statements?)\b|pressemitteilung|comunicado|communiqu"
    r"|comunicato|siaran (?:media|pers)"
    r"|\b(?:latest|local|all|more|top|breaking|other|our|related|recent) news\b",
    re.I,
)
_NAMES_WRITER = lazy_pattern(
    r"^(?:(?:written )?by|di|von|(?:propos recueillis )?par|por|door|af|av|oleh|przez)"
    r" (?=[A-ZÀ-Þ])|\s(?:기자|특파원)$"
    r"|^(?:prof|dr|drs|ing|mag)\.(?:\s(?:dr|ing|h\. ?c|med|phil|rer\. ?nat)\.){0,2}\s(?=[A-ZÀ-Þ])",
    re.I,
)
_UNLABELLED = frozenset(
    f"Asia/{city}" for city in ("Shanghai", "Urumqi", "Hong_Kong", "Macau", "Taipei")
)
"""Where portals print the source beside the day without a label, in any language."""
_CAPITALS = lazy_pattern(r"[A-Z][\w'’&-]{0,24}(?: (?:of|for|and|the|[A-Z][\w'’&-]{0,24})){0,5}")
_BY = lazy_pattern(r"^(?:by|por|par|von|di|door|av|af|od|przez|oleh|tarafından)\s?:?\s", re.I)
_TOPICS = lazy_pattern(
    r"(?:新闻|财经|科技|发布|频道)$|\b(?:news|post|press|radio|tv|police|universities|schools)\b",
    re.I,
)
"""Words of publishers that sections bear as well."""
_MENU = lazy_pattern(r"breadcrumb|crumb|menu|nav(?![a-z])|location|position", re.I)
_SECTION = lazy_pattern(
    r"(?<![a-z])(?:categor(?:y|ie)|rubri(?:que|k|ek|ca)|kategori\w{0,3}|section[-_]?name|topics?|theme"
    r"|thema|kicker|eyebrow)(?![a-z])",
    re.I,
)
"""What elements are called that say under which heading an article stands."""
_LONGEST_DAY = 9
_LONGEST_BOTH = 14
_LONGEST_OF_FIELDS = 160
_LONGEST_YEAR = 5
_LEAST_PIECE = 6
_MOST_LINES = 1_000
_MOST_DATES = 40


@dataclass(frozen=True, slots=True)
class VisibleFields:
    """The visible dates, and the line under the headline: raw text, source, author, editor."""

    dates: tuple[VisibleDate, ...] = ()
    raw: str = ""
    source: str = ""
    author: str = ""
    editor: str = ""
    is_writers: bool = False
    """Whether the source is but the office that a byline without a label names."""

    @property
    def is_sure(self) -> bool:
        """Whether the best date has a label or stands right at the headline."""
        return self.best is not None and self.best.score >= _SURE

    @property
    def best(self) -> VisibleDate | None:
        """The date of the date line that says when the article appeared. The first of equals."""
        return self._best([each for each in BASE if each is not Label.UPDATED])

    @property
    def changed(self) -> VisibleDate | None:
        """The best that says when the article was last changed. The first of equals."""
        return self._best([Label.UPDATED])

    def _best(self, labels: Sequence[Label]) -> VisibleDate | None:
        fit = [each for each in self.dates if not each.fault and each.label in labels]
        return max(fit, key=lambda date_seen: date_seen.score, default=None)


@dataclass(frozen=True, slots=True)
class _Candidate:
    date_seen: VisibleDate
    index: int
    byline: Byline


def read_visible(page: Page, context: Context) -> VisibleFields:
    """Every date a person sees, at most forty, and who stands beside the best of them."""
    lines = _Lines(page, context.body)
    heading = _heading_index(lines.shown, context.title)
    found: list[_Candidate] = []
    for index, line in _with_years(lines.shown)[:_MOST_LINES]:
        text = lines.read(index)
        byline = lines.byline(index, context.zone, context.order)
        for dated in byline.dates:
            distance = index - heading if heading < NOWHERE else NOWHERE
            beside = lines.labels_beside(index) if dated.label is Label.STATED else frozenset()
            place = DatePlace(text, line, byline, distance, beside)
            own = replace(byline, rest=()) if _is_dateline(dated, place) else byline
            found.append(_Candidate(judge_date(dated, place, page.now, context), index, own))
    fit = [each for each in found if not each.date_seen.fault and each.date_seen.label in BASE]
    best = max(fit, key=lambda each: each.date_seen.score, default=None)
    dates = _kept(found)
    if best is None:
        alone = _undated(lines, heading, context.title)
        return replace(alone, dates=dates) if alone else VisibleFields(dates)
    return replace(_with_company(best, lines, heading, context), dates=dates)


def _kept(found: list[_Candidate]) -> tuple[VisibleDate, ...]:
    """Those that may count, the best forty, in the order of the page. Then some that may not."""
    kept = sorted((e for e in found if not e.date_seen.fault), key=lambda e: -e.date_seen.score)
    kept = [*kept, *(e for e in found if e.date_seen.fault)][:_MOST_DATES]
    return tuple(each.date_seen for each in sorted(kept, key=lambda e: e.index))


class _Lines:
    """The visible lines of a page as the fast tree shows them, some of two joined, and as they
    are read from a soup."""

    def __init__(self, page: Page, body: Element | None) -> None:
        self.page = page
        self._body = body
        self._seconds: dict[int, tuple[VisibleLine, ...]] = {}
        self.shown = _joined(in_columns(page.lines), self._seconds)

    def is_of_figures(self, index: int) -> bool:
        """Whether a line names the source of a table or a picture: in the midst of the text."""
        return id(self.shown[index][1]) in self._in_midst

    @cached_property
    def _in_midst(self) -> frozenset[int]:
        return sources_in_midst(self.page, self._body)

    def read(self, index: int) -> str:
        """The text of one line, read from the soup of its block."""
        line = self.shown[index][1]
        text = self.page.read_line(line)
        others = self._seconds.get(index)
        if others is None:
            both = _DAY_FIRST.fullmatch(text) if len(text) <= _LONGEST_BOTH else None
            return _day_and_month(both[1], both[2]) if both else text
        below = (each._replace(text=self.page.read_line(each)) for each in others)
        return _joined((line._replace(text=text), *below), {})[0][0]

    def labels_beside(self, index: int) -> frozenset[Label]:
        """The labels of the lines right above and below one."""
        near = self.shown[max(0, index - 1) : index + 2 : 2]
        short = (text for text, _ in near if len(text) <= _LONGEST_OF_FIELDS)
        return frozenset(chain.from_iterable(read_byline(each, "").labels for each in short))

    def byline(self, index: int, zone: str, order: DateOrder = DateOrder.UNSURE) -> Byline:
        """One line taken apart, its names where its elements part them, too."""
        line, whole = self.shown[index][1], self.read(index)
        byline = read_byline(whole, zone, order)
        if index in self._seconds or len(whole) > _LONGEST_OF_FIELDS:
            return byline
        text = self.page.read_fields(line, leads_to_value)
        if text == whole:
            return byline
        apart = read_byline(text, zone, order)
        days = [dated.when for dated in byline.dates]
        return replace(
            byline,
            dates=apart.dates if [dated.when for dated in apart.dates] == days else byline.dates,
            source=apart.source,
            author=apart.author,
            editor=apart.editor,
            rest=apart.rest,
        )


def _with_years(lines: list[tuple[str, VisibleLine]]) -> list[tuple[int, VisibleLine]]:
    """The short lines in which a date may stand, and long ones that may begin with a dateline."""
    return [
        (index, line)
        for index, (text, line) in enumerate(lines)
        if (
            _has_year(text)
            if len(text) <= _LONGEST_DATED
            else _has_year(text[:_DATELINE]) and _SENT_FROM.match(text)
        )
    ]


_LONGEST_DATED, _DATELINE = 400, 100


@lru_cache(maxsize=4096)  # a menu's lines are the same on every page
def _has_year(text: str) -> bool:
    return (
        _NUMERAL.search(text) is not None
        and (_YEARISH.search(narrow(text)) or _PERSIAN_YEAR.search(text)) is not None
        and COPYRIGHT.search(text) is None
    )


def in_columns(lines: Sequence[VisibleLine]) -> tuple[VisibleLine, ...]:
    """Lines, those of a table of fields whose labels stand above the values in this order: each
    label, then what stands under it."""
    out: list[VisibleLine] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        table = _table_of(line) if len(line.text) <= LONGEST_LABEL and is_label(line.text) else None
        end = at + 1
        while table is not None and end < len(lines) and _table_of(lines[end]) is table:
            end += 1
        out += _by_column(lines[at:end]) if end - at > 1 else lines[at:end]
        at = end
    return tuple(out)


def _table_of(line: VisibleLine) -> Element | None:
    row = _row_of(line)
    return next(row.iterancestors("table"), None) if row is not None else None


def _row_of(line: VisibleLine) -> Element | None:
    cell = _cell_of(line)
    return cell.getparent() if cell is not None else None


def _cell_of(line: VisibleLine) -> Element | None:
    tag = line.tag
    return tag if tag.tag in ("td", "th") else next(tag.iterancestors("td", "th"), None)


def _by_column(lines: Sequence[VisibleLine]) -> list[VisibleLine]:
    """The lines of one table by columns, where every other of its rows is one of labels."""
    rows: dict[Element, dict[int, list[VisibleLine]]] = {}
    for line in lines:
        cell = _cell_of(line)
        if cell is None or (row := cell.getparent()) is None:
            return [*lines]
        column = sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
        rows.setdefault(row, {}).setdefault(column, []).append(line)
    parts = [*rows.values()]
    if len(parts) % 2:
        return [*lines]
    out: list[VisibleLine] = []
    for heads, values in zip(parts[::2], parts[1::2], strict=False):
        said = [line.text for line in chain(*heads.values())]
        labels = sum(map(is_label, said))
        if labels < max(_FEWEST_LABELS, len(said) / 2) or max(map(len, said)) > LONGEST_LABEL:
            return [*lines]
        if any(is_label(line.text) for line in chain(*values.values())):
            return [*lines]
        for column in sorted({*heads, *values}):
            out += [*heads.get(column, ()), *values.get(column, ())]
    return out


_FEWEST_LABELS = 2


def _joined(
    lines: tuple[VisibleLine, ...], seconds: dict[int, tuple[VisibleLine, ...]]
) -> list[tuple[str, VisibleLine]]:
    """Lines, a label alone in its table cell joined with the value in the next one, and a day
    with the month beside or under it, and the year. `seconds` receives the further lines of those
    of two or three."""
    plain = [(line.text, line) for line in lines]
    first = next(
        (
            at
            for at, (text, _) in enumerate(plain)
            if len(text) <= LONGEST_LABEL and _may_be_part(text)
        ),
        len(plain),
    )
    out, is_part = plain[:first], False
    above = out[-1][0] if out else ""
    for text, line in plain[first:]:
        was_part, is_part = is_part, len(text) <= LONGEST_LABEL and _may_be_part(text)
        if not (is_part or was_part):  # as nearly all are
            above = text
            out.append((text, line))
            continue
        size, is_number = len(text), text[:1].isdecimal()  # as a day, or a month, begins
        if is_number and size <= _LONGEST_BOTH and (both := _DAY_FIRST.fullmatch(text)):
            above = _day_and_month(both[1], both[2])
            out.append((above, line))
            continue
        if size <= _LONGEST_YEAR and (whole := _stacked([*out[-2:], (text, line)])):
            seconds[len(out) - 2] = (out[-1][1], line)
            out[-2:] = [(whole, out[-2][1])]
            above, is_part = whole, True
            continue
        if size <= _LONGEST_DAY and out and len(above) <= _LONGEST_DAY:
            whole = _day_and_month(above, text)
            if whole:
                is_part = True
                above, out[-1] = whole, (whole, out[-1][1])
                seconds[len(out) - 1] = (line,)
                continue
        if out and size <= _LONGEST_CLOCK and _CLOCK_ALONE.fullmatch(text) and _ends_day(above):
            above = f"{above} {text}"
            out[-1] = (above, out[-1][1])
            seconds[len(out) - 1] = (line,)
            continue
        is_labelled = (
            out
            and not _ONLY_DAY.fullmatch(text)
            and len(above) <= LONGEST_LABEL
            and is_label(above)
        )
        if is_labelled and size <= 80 and not is_label(text):
            is_part = True
            above = f"{above.rstrip(':： ')}：{text}"
            out[-1] = (above, out[-1][1])
            seconds[len(out) - 1] = (line,)
            continue
        above = text
        out.append((text, line))
    return out


@lru_cache(maxsize=4096)  # a menu's lines are the same on every page
def _may_be_part(text: str) -> bool:
    """Whether a line may be a day, a month, a time, or a label: what is joined with the next one
    or the one above."""
    return text[:1].isdecimal() or is_label(text) or _CLOCK_ALONE.fullmatch(text) is not None


_CLOCK_ALONE = han_pattern(rf"(?:{BY_CLOCK_OF})?\d{{1,2}}(?::\d\d|[时時点點]\d{{1,2}}分)")
_LONGEST_CLOCK = 16


def _ends_day(text: str) -> bool:
    """Whether a line is a day and its weekday, and nothing else."""
    found = find_dates(text, "") if len(text) <= _LONGEST_BOTH + _LONGEST_DAY else []
    rest = text[found[0].end :].strip(" ()（）日") if len(found) == 1 else "?"
    return (not rest or _WEEKDAY.match(rest) is not None) and found[0].start == 0


def _stacked(three: Sequence[tuple[str, VisibleLine]]) -> str:
    """`12`, `Nov` and `2026`, or `Nov`, `12` and `2026`, one below the other, as one date. Empty
    for anything else."""
    said = [text.strip(" .,") for text, _ in three]
    if (
        len(said) < _STACKED
        or max(map(len, said)) > _LONGEST_DAY
        or not _ONLY_YEAR.fullmatch(said[-1])
    ):
        return ""
    day, month = sorted(said[:2], key=lambda part: not part[:1].isdecimal())
    whole = f"{day.rstrip('日')} {month} {said[-1].rstrip('年')}"
    found = find_dates(whole, "") if _ONLY_DAY.fullmatch(day) and month.isalpha() else []
    return whole if len(found) == 1 and found[0].end - found[0].start == len(whole) else ""


_STACKED = 3


def _day_and_month(above: str, below: str) -> str:
    """`05` over `2023-08`, or the other way round, as one date. Empty for anything else."""
    if len(below) > _LONGEST_DAY:  # as nearly all are
        return ""
    for day, month in ((above, below), (below, above)):
        if len(day) <= 3 and _ONLY_DAY.fullmatch(day):
            match = _ONLY_MONTH.fullmatch(month)
            if match is not None:
                return f"{match[1]}-{match[2]}-{day.rstrip('日')}"
            match = _NAMED_MONTH.fullmatch(month)
            if match is not None and is_english(match[1]):
                return f"{day.rstrip('日')} {match[1]} {match[2]}"
        year = _ONLY_YEAR.fullmatch(month) if len(month) <= _LONGEST_YEAR else None
        if year is not None and (match := _MONTH_AND_DAY.fullmatch(day)) is not None:
            return f"{year[1]}-{match[1]}-{match[2]}"
    return ""


def _heading_index(lines: list[tuple[str, VisibleLine]], title: str) -> int:
    """Where the headline stands: its last unlinked echo before the text. Far away if nowhere."""
    key = squeeze(title)
    if not key:
        return NOWHERE
    places = [
        i
        for i, (text, line) in enumerate(lines)
        if len(key) <= MOST_FOLDED * len(text)
        and line.linked * 2 < len(text)
        and squeeze(text) == key
    ]
    if not places:
        places = [
            i for i, (text, _) in enumerate(lines) if len(text) < 300 and key in squeeze(text)
        ]
    if not places:  # a headline over several lines
        places = [i for i, (text, _) in enumerate(lines) if _opens(squeeze(text), key)]
    return places[0] if places else NOWHERE


def _opens(piece: str, key: str) -> bool:
    return len(piece) >= _LEAST_PIECE and key.startswith(piece)


def _with_company(best: _Candidate, lines: _Lines, heading: int, context: Context) -> VisibleFields:
    """Complete the date line with the source and author lines right beside it."""
    own, title = best.byline, context.title
    source, author, editor = own.source, own.author, own.editor
    raw = lines.read(best.index)
    rest = list(own.rest)
    for at in _neighbours(lines, best.index, title):
        text = lines.read(at)
        near = lines.byline(at, context.zone, context.order)
        if near.dates and not (near.source or near.author):
            continue
        source, author = source or near.source, author or near.author
        editor = editor or near.editor
        rest += near.rest
        raw = f"{raw} ⏎ {text}"
    author = author or next(
        filter(None, (persons_in(part) for part in rest if _NAMES_WRITER.search(part))), ""
    )
    is_writers = False
    if not source and (source := _unlabelled(rest, context, lines.page)):
        is_writers = any(source in part and _BY.match(part) for part in rest)
    if not source and (apart := _undated(lines, heading, title)) is not None:
        source = apart.source
    return VisibleFields((), raw, source, author, editor, is_writers)


def _neighbours(lines: _Lines, index: int, title: str) -> Iterator[int]:
    key, shown = squeeze(title), lines.shown
    for step in (-1, 1):
        for offset in range(1, 4):
            at = index + step * offset
            if not 0 <= at < len(shown) or squeeze(shown[at][0]) == key:
                break
            text, line = shown[at]
            if line.linked * 2 > len(text) + 1 or not _is_company(text):
                continue
            if not lines.is_of_figures(at):
                yield at


def _is_company(text: str) -> bool:
    """True for a short line that names a source or an author."""
    if len(text) > 120:
        return False
    plain = narrow(text).strip()
    if len(plain) > 60 and plain.endswith((".", "。", "!", "?", *STOPS)):
        return False
    if _HOST.fullmatch(plain) or _BRACKETS.fullmatch(plain):
        return True
    byline = read_byline(text, "Asia/Shanghai")
    return bool(byline.source or byline.author) and len("".join(byline.rest)) < 60


def _unlabelled(rest: list[str], context: Context, page: Page) -> str:
    """A source that carries no label: a host name first, else the first part that is a name of one.
    Beside a day stand labels, headings of sections, counts and times as often."""
    key = squeeze(context.title)
    parts = [part for part in rest if len(part) <= 60 and ">" not in part]
    parts = [part for part in parts if not _is_piece_of(squeeze(part), key)]
    parts = [part for part in parts if "://" not in part]
    if host := next(filter(_HOST.fullmatch, parts), ""):
        return host
    names = [name for part in parts if (name := _source_name(part, page, context.zone))]
    sure = [name for name in names if is_institution(name) or squeeze(name) in names_of_site(page)]
    if sure or len(names) < 2:
        return next(iter(sure or names), "")
    linked = {squeeze(line_text(tag)) for tag in page.tags("a")}
    apart = [name for name in names if squeeze(name) not in linked]
    return next(iter(apart or names), "") if len(names) < _LEAST_NAMES else ""  # its writers


_LEAST_NAMES = 3


_SENT = lazy_pattern(
    r"(?!by )(\S.{1,56}?) (?:sent|posted|published|issued|shared) (?:this|the following)"
    r" (?:bulletin|message|newsletter|update|notice|announcement|alert|e-?mail)(?: (?:at|on))?$",
    re.I,
)
"""`The Harbour Board sent this bulletin at`, before its moment."""


def _source_name(part: str, page: Page, zone: str) -> str:
    """What a part of a date line says of the source: a name that is a body's by its words, or the
    site's own; where the custom is to print it without a label, any name that is no link to a
    section. Empty where it says nothing."""
    name = _ORIGINAL.sub("", part).strip()
    if sent := _SENT.match(name):
        return sent[1]
    if (said := _BY.sub("", name)) != name and is_institution(said):
        return said
    if _SOURCE_FIRST.match(name):
        return _SOURCE_FIRST.sub("", name).strip()
    first = name.split()[0] if name and _HAN.match(name) else name
    if _NO_SOURCE.search(name) or label_before_date(name) or is_label(name) or is_label(first):
        return ""
    if is_institution(name):
        is_topic = _TOPICS.search(name) and _is_section(name, page)
        return "" if is_topic or _is_called_section(squeeze(name), page) else name
    if is_institution(first):
        return first
    if squeeze(name) in names_of_site(page):
        return name
    is_name = _HAN_NAME.fullmatch(name) or (zone in _UNLABELLED and _CAPITALS.fullmatch(name))
    return name if is_name and not _is_section(name, page) else ""


def _is_section(name: str, page: Page) -> bool:
    """Whether a name is that of a link of the site's menus, or of more than one: the heading of a
    section. A source is one link at most, beside the day."""
    key = squeeze(name)
    if _is_called_section(key, page):
        return True
    links = [tag for tag in page.tags("a") if squeeze(line_text(tag)) == key]
    return len(links) > 1 or any(_in_menu(tag) for tag in links)


def _is_called_section(key: str, page: Page) -> bool:
    """Whether an element that holds but this text is called a section: `class="category"`."""
    return any(
        _SECTION.search(names_of(tag)) and squeeze(line_text(tag)) == key
        for kind in ("span", "a", "p", "div")
        for tag in page.tags(kind)
        if tag.get("class")
    )


def _in_menu(tag: Element) -> bool:
    return any(
        step.tag == "nav" or _MENU.search(names_of(step))
        for step in islice(chain((tag,), tag.iterancestors()), 6)
    )


def _is_piece_of(part: str, title: str) -> bool:
    return part == title or (len(part) >= _LEAST_PIECE and part in title)


def _undated(lines: _Lines, heading: int, title: str) -> VisibleFields | None:
    """A source or author line near the headline of a page that prints no date."""
    last = min(heading + 8, len(lines.shown)) if heading < len(lines.shown) else 0
    for at in range(max(0, heading - 3), last):
        text, line = lines.shown[at]
        if squeeze(text) != squeeze(title) and line.linked * 2 <= len(text) and _is_company(text):
            text = lines.read(at)
            byline = lines.byline(at, "Asia/Shanghai")
            if (byline.source or byline.author) and not lines.is_of_figures(at):
                return VisibleFields((), text, byline.source, byline.author, byline.editor)
    return None
