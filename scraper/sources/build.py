"""From checked tables to templates and sources: which keys there are, and what overrides what.

Does not look for files (`scraper.sources.load` does) and opens no selector engine by itself: the
caller hands in the check for CSS selectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from hubwatch.spans import parse_span
from hubwatch.toml import Table, suggest
from storage.sources import DEFAULT_RANK

from . import attachments, layouts, values
from .json_entries import JSON_KEYS, MAX_PAGES, json_entry
from .links import authority_of, compile_link
from .model import (
    Bounds,
    Entry,
    EntryKind,
    FieldRules,
    LinkRules,
    ListRules,
    Paging,
    PagingKind,
    Politeness,
    RecheckRules,
    Source,
    TlsException,
)

ROWS = ("row", "link", "title", "date", "summary")

#: Every key of the two kinds of files, by table. docs/sources.md explains each of them.
KEYS: Mapping[str, tuple[str, ...]] = {
    "source": (
        *("id", "name", "city", "language", "timezone", "template", "home", "schedule"),
        *("checked", "note", "entry", "links", "fields", "politeness", "bounds", "rechecks"),
        *("layout", "attachments", "tls", "proxy", "rank"),
    ),
    "template": (
        *("id", "name", "family", "language", "timezone"),
        *("marks", "fields", "layout", "links", "list", "paging"),
    ),
    "fields": layouts.FIELD_KEYS,
    "layout": layouts.LAYOUT_KEYS,
    "links": ("hosts", "allow", "deny"),
    "list": ROWS,
    "paging": ("kind", "pattern", "first", "max_pages"),
    "entry": ("kind", "url", "paging", "max_pages", *ROWS, *JSON_KEYS),
    "politeness": ("delay",),
    "bounds": ("pages", "seconds", "links", "page_bytes", "page_seconds", "redirects"),
    "rechecks": ("after", "per_run"),
    "attachments": attachments.KEYS,
    "tls": ("ca_file", "fingerprint", "until", "reason"),
}

ZONE = FieldRules().zone

Check = Callable[[str], None]
E = TypeVar("E", EntryKind, PagingKind)


@dataclass(frozen=True, slots=True)
class Template:
    """What portals of one family have in common; a source overrides what differs."""

    id: str
    name: str
    family: str
    language: str
    zone: str
    fields: FieldRules
    links: LinkRules
    rows: ListRules
    paging: Paging
    path: str


def template_from(table: Table, check: Check) -> Template:
    """A template from its file's table. Raises SourceError."""
    table.only(KEYS["template"])
    zone = table.parsed("timezone", values.parse_zone, ZONE)
    language = table.parsed("language", values.parse_language) if "language" in table.data else ""
    base = FieldRules(template=table.parsed("id", values.parse_id), language=language, zone=zone)
    return Template(
        id=base.template,
        name=table.text("name"),
        family=table.text("family"),
        language=language,
        zone=zone,
        fields=layouts.template_fields(table, base, check),
        links=_links(table.table("links").only(("allow", "deny")), LinkRules(()), ()),
        rows=_rows(table.table("list").only(KEYS["list"]), ListRules(), check),
        paging=_template_paging(table.table("paging")),
        path=table.file,
    )


def source_from(table: Table, templates: Mapping[str, Template], check: Check) -> Source:
    """A source from its file's table. Raises SourceError."""
    table.only(KEYS["source"])
    template = _template(table, templates)
    language = table.parsed("language", values.parse_language, template.language or None)
    zone = table.parsed("timezone", values.parse_zone, template.zone)
    home = table.parsed("home", values.parse_url)
    entries = tuple(_entry(entry, template, check) for entry in table.tables("entry"))
    if not entries:
        raise table.error("entry", "is missing; a source needs at least one [[entry]]")
    hosts = tuple(dict.fromkeys(authority_of(url) for url in (home, *(e.url for e in entries))))
    base = replace(template.fields, language=language, zone=zone)
    families = {name: one.fields for name, one in templates.items()}
    return Source(
        id=table.parsed("id", values.parse_id),
        name=table.text("name"),
        city=table.text("city"),
        language=language,
        zone=zone,
        home=home,
        entries=entries,
        links=_links(table.table("links"), template.links, hosts),
        fields=layouts.source_fields(table, base, families, check),
        schedule=table.text("schedule"),
        politeness=_politeness(table.table("politeness")),
        bounds=_bounds(table.table("bounds")),
        rechecks=_rechecks(table.table("rechecks")),
        attachments=attachments.rules_from(table),
        tls=_tls(table.table("tls")) if "tls" in table.data else None,
        proxy=table.parsed("proxy", values.parse_source_proxy, ""),
        checked=table.day("checked"),
        note=" ".join(table.text("note", "").split()),
        rank=table.number("rank", DEFAULT_RANK, 1, 99),
        path=table.file,
    )


def _template(table: Table, templates: Mapping[str, Template]) -> Template:
    name = table.text("template")
    if name not in templates:
        hint = suggest(name, templates) or f"; there are: {', '.join(sorted(templates))}"
        raise table.error("template", f"there is no template {name!r}{hint}")
    return templates[name]


def _checked(selector: str, check: Check) -> str:
    check(selector)
    return selector


def _links(table: Table, base: LinkRules, hosts: tuple[str, ...]) -> LinkRules:
    table.only(KEYS["links"])
    return LinkRules(
        table.all_parsed("hosts", values.parse_host, hosts),
        table.all_parsed("allow", compile_link, base.allow),
        table.all_parsed("deny", compile_link, base.deny),
        table.texts("allow", base.allow_written),
        table.texts("deny", base.deny_written),
    )


def _rows(table: Table, base: ListRules, check: Check) -> ListRules:
    own = {
        key: table.parsed(key, lambda text: _checked(text, check))
        for key in ROWS
        if key in table.data
    }
    return replace(base, **own)


def _entry(table: Table, template: Template, check: Check) -> Entry:
    table.only(KEYS["entry"])
    kind = _word(table, "kind", EntryKind, EntryKind.LIST)
    url = table.parsed("url", values.parse_url)
    if kind is EntryKind.JSON:
        return json_entry(table, url)
    table.only([key for key in KEYS["entry"] if key not in JSON_KEYS])
    return Entry(
        kind=kind,
        url=url,
        paging=_paging(table, url, template.paging if kind is EntryKind.LIST else Paging()),
        rows=_rows(table, template.rows, check),
    )


def _paging(table: Table, url: str, base: Paging) -> Paging:
    most = table.number("max_pages", base.max_pages, 1, MAX_PAGES)
    paging = table.parsed("paging", values.parse_paging, base)
    pattern = paging.pattern.replace("{name}", values.name_of_page(url))
    return replace(paging, pattern=pattern, max_pages=most)


def _template_paging(table: Table) -> Paging:
    table.only(KEYS["paging"])
    kind = _word(table, "kind", PagingKind, PagingKind.NONE)
    most = table.number("max_pages", Paging().max_pages, 1, MAX_PAGES)
    first = table.number("first", Paging().first, 0, 9999)
    if kind is not PagingKind.PATTERN:
        return Paging(kind, first=first, max_pages=most)
    paging = table.parsed("pattern", values.parse_paging)
    if paging.kind is not PagingKind.PATTERN:
        raise table.error("pattern", 'must hold {n}, such as "{name}_{n}.html"')
    return replace(paging, first=first, max_pages=most)


def _word(table: Table, key: str, kinds: type[E], default: E) -> E:
    word = table.text(key, default.value)
    try:
        return kinds(word)
    except ValueError:
        words = [kind.value for kind in kinds]
        hint = suggest(word, words)
        raise table.error(key, f"{word!r} is none of {', '.join(words)}{hint}") from None


def _politeness(table: Table) -> Politeness:
    table.only(KEYS["politeness"])
    delay = table.parsed("delay", parse_span, Politeness().delay)
    if delay > timedelta(hours=1):
        raise table.error("delay", "must be at most 1h between two requests")
    return Politeness(delay)


def _bounds(table: Table) -> Bounds:
    table.only(KEYS["bounds"])
    base = Bounds()
    seconds = table.number("seconds", int(base.duration.total_seconds()), 1, 86_400)
    page_seconds = table.number("page_seconds", int(base.page_timeout.total_seconds()), 1, 600)
    return Bounds(
        pages=table.number("pages", base.pages, 1, 100_000),
        duration=timedelta(seconds=seconds),
        links=table.number("links", base.links, 1, 1_000_000),
        page_bytes=table.number("page_bytes", base.page_bytes, 1024, 1 << 30),
        page_timeout=timedelta(seconds=page_seconds),
        redirects=table.number("redirects", base.redirects, 0, 20),
    )


def _rechecks(table: Table) -> RecheckRules:
    table.only(KEYS["rechecks"])
    base = RecheckRules()
    return RecheckRules(
        table.all_parsed("after", parse_span, base.after),
        table.number("per_run", base.per_run, 0, 10_000),
    )


def _tls(table: Table) -> TlsException:
    """What is trusted beside the usual. There is no key that turns checking off."""
    table.only(KEYS["tls"])
    if ("ca_file" in table.data) == ("fingerprint" in table.data):
        raise table.error("", "must have either ca_file or fingerprint")
    until = table.day("until")
    if until is None:
        raise table.error("until", "is missing; name the day on which the exception ends")
    reason = " ".join(table.text("reason").split())
    fingerprint = table.parsed("fingerprint", values.parse_fingerprint, "")
    if fingerprint:
        return TlsException(until, reason, fingerprint=fingerprint)
    here = Path(table.file).absolute().parent

    def certificates(text: str) -> str:
        return values.parse_certificates(here / Path(text).expanduser())

    return TlsException(until, reason, ca_file=table.parsed("ca_file", certificates))
