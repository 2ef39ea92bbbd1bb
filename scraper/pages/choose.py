"""Which template fits a page that no source claims: the one whose selectors find the most.

A guess for `parse`, said as such; sources name their template themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..sources.model import FieldRules
from .page import Page
from .tree import text_size

_BODY, _FIELD, _SITE = 3, 1, 2
_ENOUGH = 60


def recognise_template(page: Page, templates: Mapping[str, FieldRules]) -> tuple[str, str]:
    """The id of the best fitting template and why; ("", reason) where none finds a body."""
    best: tuple[int, str, list[str]] = (0, "", [])
    for name, rules in templates.items():
        score, why = _fit(page, rules)
        if score > best[0]:
            best = (score, name, why)
    if not best[1]:
        return "", "no template's body selector matches"
    return best[1], "matches " + " and ".join(best[2])


def _fit(page: Page, rules: FieldRules) -> tuple[int, list[str]]:
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
    return score, list(dict.fromkeys(why))


def _has_text(page: Page, rule: str) -> bool:
    return any(text_size(tag) >= _ENOUGH for tag in page.select(rule)[:5])
