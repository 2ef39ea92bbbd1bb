"""A portal's articles: which template reads them best, and which selectors it lacks, and which
selectors of a source find nothing any more.

Every choice is judged by what the list says of the same articles (headline, day) and by what
several articles have in common, which is the portal's and not theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scraper.parsing.article import read_article
from scraper.parsing.body.place import by_template
from scraper.parsing.page import Page
from scraper.parsing.survey import (
    open_pages,
    propose_body,
    propose_date,
    propose_title,
    repeated_lines,
)
from scraper.parsing.templates import layout_of, recognise_rules
from scraper.parsing.text import squeeze
from scraper.sources.build import Template
from scraper.sources.model import FieldRules
from storage.lists import ListRow
from storage.types import Capture, Reading

from .. import _

FIELDS = ("title", "published", "updated", "source", "author", "body")
REQUIRED = ("title", "published", "body")
GENERIC = "generic"
_LEAST_BODY = 40
_FULLER = 1.3
_CUT = (".", "…")


@dataclass(frozen=True, slots=True)
class ArticleSample:
    """One article that was looked at: its page, its row on the list, how it reads."""

    capture: Capture
    row: ListRow | None
    reading: Reading


@dataclass(frozen=True, slots=True)
class ArticleStudy:
    """What the articles showed. `selectors` are `[fields]` entries that the template lacks."""

    template: str
    why: str
    rules: FieldRules
    samples: tuple[ArticleSample, ...]
    selectors: tuple[tuple[str, tuple[str, ...]], ...] = ()


def study(
    pages: Sequence[tuple[Capture, ListRow | None]],
    templates: Mapping[str, Template],
    language: str,
    zone: str,
) -> ArticleStudy:
    """Choose template and selectors for these articles. With no page: the generic template."""
    captures = [capture for capture, _ in pages]
    name, why = _recognised(captures, templates)
    found = _read(pages, _rules(templates[GENERIC], language, zone))
    chosen, reason = GENERIC, why or _("no article could be looked at")
    if name:
        known = _read(pages, _rules(templates[name], language, zone))
        if sum(map(agreement, known)) >= sum(map(agreement, found)):
            found, chosen, reason = known, name, _("the page %(why)s", why=why)
        else:
            reason = _("the page %(why)s, but general rules read it better", why=why)
    rules = _rules(templates[chosen], language, zone)
    return _mended(ArticleStudy(chosen, reason, rules, found))


def agreement(sample: ArticleSample) -> int:
    """How many things are as they should be: headline, day, text, and as the list says them."""
    article, row = sample.reading.article, sample.row
    if article is None:
        return 0
    points = 1 + bool(article.published) + (len(article.body) >= _LEAST_BODY)
    if row is not None:
        points += 2 * titles_agree(article.title, row.title)
        points += 2 * (row.published is not None and days_agree(sample))
    return points


def titles_agree(title: str, listed: str) -> bool:
    """Whether a headline is the one that the list gives, be that cut."""
    one, other = squeeze(title), squeeze(listed).rstrip(".…")
    return bool(other) and (one.startswith(other) or other in one)


def days_agree(sample: ArticleSample) -> bool:
    """Whether the article's day is the list's. True where the list names none."""
    article, row = sample.reading.article, sample.row
    if row is None or row.published is None:
        return True
    return bool(article and article.published and article.published.day == row.published.day)


def _recognised(captures: Sequence[Capture], templates: Mapping[str, Template]) -> tuple[str, str]:
    """The template that most of the pages look like, and why."""
    families = {name: template.fields for name, template in templates.items()}
    votes: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for capture in captures:
        rules, why = recognise_rules(capture, families)
        name = rules.template if rules else ""
        votes[name] += 1
        reasons.setdefault(name, why)
    best = max(votes, key=lambda name: votes[name], default="")
    return best, reasons.get(best, "")


def _rules(template: Template, language: str, zone: str) -> FieldRules:
    return replace(template.fields, language=language, zone=zone)


def _read(
    pages: Sequence[tuple[Capture, ListRow | None]], rules: FieldRules
) -> tuple[ArticleSample, ...]:
    return tuple(ArticleSample(page, row, read_article(page, rules, "")) for page, row in pages)


def _mended(found: ArticleStudy) -> ArticleStudy:
    """The study with selectors for what reads wrong, each kept only if it makes things better."""
    pages = open_pages([sample.capture for sample in found.samples])
    if len(pages) != len(found.samples) or not pages:
        return found
    rows = [sample.row for sample in found.samples]
    titles = [row.title for row in rows if row is not None and not row.title.endswith(_CUT)]
    if len(titles) == len(rows) and not all(map(_title_fits, found.samples)):
        found = _with(found, "title", propose_title(pages, titles))
    days = [row.published.day for row in rows if row is not None and row.published is not None]
    if len(days) == len(rows) and not all(map(days_agree, found.samples)):
        found = _with(found, "published", propose_date(pages, days, found.rules.zone))
    if not _bodies_fit(found):
        return _with_body(found, *propose_body(pages))
    selector, size = propose_body(pages)
    shortest = min(len(_body(sample)) for sample in found.samples)
    return _with_body(found, selector, size) if size > _FULLER * shortest + 80 else found


def _title_fits(sample: ArticleSample) -> bool:
    article = sample.reading.article
    return sample.row is None or bool(article and titles_agree(article.title, sample.row.title))


def _body(sample: ArticleSample) -> str:
    return sample.reading.article.body if sample.reading.article else ""


def _bodies_fit(found: ArticleStudy) -> bool:
    bodies = [_body(sample) for sample in found.samples]
    return min(map(len, bodies)) >= _LEAST_BODY and not repeated_lines(bodies)


def _with(found: ArticleStudy, key: str, selector: str) -> ArticleStudy:
    """The study with one more selector, if more agrees then."""
    if not selector:
        return found
    tried = _tried(found, key, selector)
    better = sum(map(agreement, tried.samples)) > sum(map(agreement, found.samples))
    return tried if better else found


def _with_body(found: ArticleStudy, selector: str, size: int) -> ArticleStudy:
    """The study with a selector for the text, if no line is the portal's then and none is lost."""
    if not selector:
        return found
    tried = _tried(found, "body", selector)
    bodies, before = [_body(s) for s in tried.samples], [_body(s) for s in found.samples]
    if min(map(len, bodies)) < _LEAST_BODY or repeated_lines(bodies):
        return found
    own = [_without(text, repeated_lines(before)) for text in before]
    fuller = all(len(new) >= 0.9 * len(old) for new, old in zip(bodies, own, strict=True))
    return tried if fuller else found


def _without(text: str, lines: set[str]) -> str:
    return "\n".join(line for line in text.split("\n") if squeeze(line) not in lines)


def _tried(found: ArticleStudy, key: str, selector: str) -> ArticleStudy:
    base: tuple[str, ...] = getattr(found.rules, key)
    chosen = (selector, *base)
    rules = replace(found.rules, **{key: chosen})  # type: ignore[arg-type]
    pages = [(sample.capture, sample.row) for sample in found.samples]
    selectors = (*found.selectors, (key, chosen))
    return replace(found, rules=rules, samples=_read(pages, rules), selectors=selectors)


# Selectors that find nothing: their fields are read by other rules, unnoticed.


@dataclass(frozen=True, slots=True)
class IdleSelector:
    """A selector of a field that was tried on so many pages and matched on none. `others` says
    whether another one in the same list did."""

    field: str
    selector: str
    pages: int
    others: bool


def idle_selectors(
    captures: Sequence[Capture], rules: FieldRules, inherited: FieldRules
) -> Iterator[IdleSelector]:
    """Those of `rules` that matched on no page. What is as in `inherited` is not asked about.

    Selectors are tried in order, as a reader does: one behind another that matches on every page is
    for older pages and is not judged. Nor are pages of an older layout.
    """
    pages = [page for page in open_pages(captures) if layout_of(page, rules) is rules]
    for field in FIELDS:
        own: tuple[str, ...] = getattr(rules, field)
        if own != getattr(inherited, field):
            yield from _idle(pages, field, own)


def _idle(pages: Sequence[Page], field: str, selectors: Sequence[str]) -> Iterator[IdleSelector]:
    left, idle = list(pages), list[tuple[str, int]]()
    for selector in selectors:
        if not left:
            break
        found = [page for page in left if not _matches(page, field, selector)]
        if len(found) == len(left):
            idle.append((selector, len(left)))
        left = found
    for selector, tried in idle:
        yield IdleSelector(field, selector, tried, len(left) < len(pages))


def _matches(page: Page, field: str, selector: str) -> bool:
    if field == "body":
        return by_template(page, (selector,)) is not None
    return any(page.rule_texts(selector))
