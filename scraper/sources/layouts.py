"""How pages are read, from checked tables: `[fields]`, and the layouts that became history.

A portal that is redesigned keeps its old pages readable: what was its `[fields]` moves into a
`[[layout]]` with its last day. Which layout a page has is decided by `scraper.pages.layouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from hubwatch.toml import Table, suggest

from .links import RAW, compile_link
from .model import FieldRules

FIELDS = ("title", "published", "updated", "source", "author", "body", "remove")
FIELD_KEYS = (*FIELDS, "site_names")
LAYOUT_KEYS = ("until", "template", "fields")

Check = Callable[[str], None]


def fields_from(table: Table, base: FieldRules, check: Check) -> FieldRules:
    """`[fields]` on top of inherited ones, key by key. Raises SourceError."""
    table.only(FIELD_KEYS)

    def checked(selector: str) -> str:
        check(selector)
        return selector

    def selectors(key: str, inherited: tuple[str, ...]) -> tuple[str, ...]:
        return table.all_parsed(key, checked, inherited)

    return replace(
        base,
        title=selectors("title", base.title),
        published=selectors("published", base.published),
        updated=selectors("updated", base.updated),
        source=selectors("source", base.source),
        author=selectors("author", base.author),
        body=selectors("body", base.body),
        remove=selectors("remove", base.remove),
        site_names=table.texts("site_names", base.site_names),
    )


def source_fields(
    table: Table, template: FieldRules, families: Mapping[str, FieldRules], check: Check
) -> FieldRules:
    """A source's rules: its `[fields]` on its template's, and its own layouts, or where it has
    none the template's. A layout builds on the source's template, or on the one it names.

    `template` has the source's language and zone, which its layouts share. Raises SourceError.
    """
    rules = fields_from(table.table("fields"), replace(template, older=()), check)
    own = []
    for layout in table.tables("layout"):
        name = layout.text("template", template.template)
        if name != template.template and name not in families:
            hint = suggest(name, families)
            raise layout.error("template", f"there is no template {name!r}{hint}")
        base = families.get(name, template)
        own.append((layout, replace(base, language=rules.language, zone=rules.zone)))
    older = _history(own, check) if own else template.older
    shared = (replace(one, language=rules.language, zone=rules.zone) for one in older)
    return replace(rules, older=tuple(shared))


def template_fields(table: Table, base: FieldRules, check: Check) -> FieldRules:
    """A template's rules and layouts, each complete in itself. Raises SourceError."""
    rules = fields_from(table.table("fields"), base, check)
    older = _history([(one, base) for one in table.tables("layout")], check)
    return replace(rules, older=older, marks=table.all_parsed("marks", _mark))


def _mark(text: str) -> str:
    """A word of the markup, or the shape of an address as in `[links]`."""
    if is_address(text):
        compile_link(text)
        return text
    return text.lower()


def is_address(mark: str) -> bool:
    """Whether a mark is the shape of an address, not a word of the markup."""
    return mark.startswith(RAW) or (mark.startswith(("/", "[/")) and "{" in mark)


def _history(layouts: list[tuple[Table, FieldRules]], check: Check) -> tuple[FieldRules, ...]:
    """The layouts that were, the latest first."""
    found: dict[date, FieldRules] = {}
    for table, base in layouts:
        table.only(LAYOUT_KEYS)
        until = table.day("until")
        if until is None:
            raise table.error("until", "is missing; name the last day of this layout")
        if until in found:
            raise table.error("until", f"another layout ends on {until} too")
        named = replace(base, template=f"{base.template} until {until}", until=until, older=())
        found[until] = fields_from(table.table("fields"), named, check)
        if not found[until].body:
            raise table.error("fields.body", "is missing; a page is known by it to have a layout")
    return tuple(found[until] for until in sorted(found, reverse=True))
