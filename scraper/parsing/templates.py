"""Which template fits a page, and which of a portal's layouts: the present one, or an older one.

Asked by what the page holds. Days only say which layout is asked first. Reads no field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture

from ..sources.build import is_address
from ..sources.links import compile_link
from ..sources.model import FieldRules
from .body.place import by_template
from .dates.of_article import read_address
from .encoding import decode
from .page import Page, page_of
from .tree import text_size

_BODY, _FIELD, _SITE, _MARK = 3, 1, 2, 2
_LOOKED_AT = 300_000
"""Characters of markup in which the marks of a family are looked for."""
_EVERYBODYS = frozenset({"h1", ".title"})
_ENOUGH = 30
"""Characters of text that make an element a body: a notice in Chinese has no more."""


def recognise_rules(
    capture: Capture, templates: Mapping[str, FieldRules]
) -> tuple[FieldRules | None, str]:
    """The rules of the template that fits a captured page, and why. None for pages that no
    template fits or that cannot be parsed. Never raises for what a page holds."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return None, decoded.reason
    try:
        page = page_of(capture, decoded.text)
        name, why = recognise_template(page, templates)
    except (ParserRejectedMarkup, RecursionError):
        return None, "its markup cannot be parsed"
    return (templates[name] if name else None), why


def recognise_template(page: Page, templates: Mapping[str, FieldRules]) -> tuple[str, str]:
    """The id of the best fitting template and why. ("", reason) where none finds a body and one
    mark more: `#content` or an `h1` alone stand on pages of any house."""
    best: tuple[int, str, list[str]] = (0, "", [])
    for name, rules in templates.items():
        score, why = _fit(page, rules)
        if score > best[0]:
            best = (score, name, why)
    if not best[1]:
        return "", "it looks like no family of portals we know"
    if not set(best[2][1:]) - _EVERYBODYS:
        return "", f"{best[2][0]} alone does not show a family of portals"
    *first, last = best[2]
    return best[1], f"matches {', '.join(first)}{' and ' if first else ''}{last}"


def _fit(page: Page, rules: FieldRules) -> tuple[int, list[str]]:
    """How well a family fits, by its present layout or by an older one, and by what."""
    return max((_fit_layout(page, one) for one in (rules, *rules.older)), key=lambda fit: fit[0])


def _fit_layout(page: Page, rules: FieldRules) -> tuple[int, list[str]]:
    body = next((rule for rule in rules.body if _has_text(page, rule)), "")
    if not body:
        return 0, []
    score, why = _BODY, [body]
    for listed in (rules.published, rules.title, rules.source):
        found = next((rule for rule in listed if any(page.rule_texts(rule))), "")
        if found:
            score += _FIELD
            why.append(found)
    site = next((name for name in rules.site_names if name and name in page.title_text), "")
    if site:
        score += _SITE
        why.append(f"the site name {site!r}")
    marks = _marks(page, rules.marks)
    if rules.marks and not marks:
        return 0, []  # `.article` and an `h1` have pages of every house
    score += _MARK * len(marks)
    return score, list(dict.fromkeys([*why, *marks]))


def _marks(page: Page, marks: tuple[str, ...]) -> list[str]:
    """What marks the family: its word in the markup, the shape of its addresses."""
    if not marks:
        return []
    parts = urlsplit(page.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    text = f"{parts.netloc}\n{page.markup[:_LOOKED_AT]}".lower()
    word = next((one for one in marks if not is_address(one) and one in text), "")
    shapes = (compile_link(one) for one in marks if is_address(one))
    found = [f"the mark {word!r}"] if word else []
    return found + ["its address"] * any(shape.search(target) for shape in shapes)


def _has_text(page: Page, rule: str) -> bool:
    return any(text_size(tag) >= _ENOUGH for tag in page.select(rule)[:5])


# Which of a portal's layouts a page has: the present one, or one from before a redesign.


def layout_of(page: Page, rules: FieldRules) -> FieldRules:
    """The rules of the first layout whose body is on the page.

    First comes the layout in force on the article's day (that of its address, else the day the
    page was fetched, in the portal's zone), then the others, the latest first. A page that has
    none of their bodies is read by the layout in force.
    """
    if not rules.older:
        return rules
    day = _day(page, rules.zone)
    history = (rules, *rules.older)
    in_force = [one for one in rules.older if one.until is not None and day <= one.until]
    first = in_force[-1] if in_force else rules
    order = (first, *(one for one in history if one is not first))
    return next((one for one in order if by_template(page, one.body)), first)


def _day(page: Page, zone: str) -> date:
    clue = read_address(page, zone)
    if clue is None:
        return page.now.astimezone(ZoneInfo(zone or "UTC")).date()
    return clue.when.day
