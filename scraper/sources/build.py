"""From checked tables to templates and sources: which keys there are, and what overrides what.

Does not look for files (`scraper.sources.load` does) and opens no selector engine by itself: the
caller hands in the check for CSS selectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from hubwatch.patterns import lazy_pattern
from hubwatch.spans import parse_span
from hubwatch.toml import Table, parse_id, parse_language, suggest

from . import values
from .keys import ENTRY, JSON_KEYS, ROWS, SOURCE, TEMPLATE
from .links import RAW, authority_of, compile_link
from .model import (
    AttachmentRules,
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

# How pages are read, from checked tables: `[fields]`, and the layouts that became history.

Check = Callable[[str], None]


def fields_from(table: Table, base: FieldRules, check: Check) -> FieldRules:
    """`[fields]` on top of inherited ones, key by key. Raises SourceError."""
    table.only()

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
        table.only()
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


# Entries that are JSON lists: where the items are, what is what in them, how pages are counted.

_PATH = lazy_pattern(r"[^\s.{}]+(?:\.[^\s.{}]+){0,9}")
_LONGEST_PAUSE = timedelta(days=30)
_TEMPLATE = lazy_pattern(r"[^\s{}]*(?:\{[\w.-]{1,60}\}[^\s{}]*){1,6}")


def json_entry(table: Table, url: str) -> Entry:
    """A JSON list from its table. Raises SourceError."""
    rules = ListRules(
        row=table.parsed("items", _path, ""),
        link=table.parsed("link", _link, ""),
        title=table.parsed("title", _path, ""),
        date=table.parsed("date", _path, ""),
        summary=table.parsed("summary", _path, ""),
        modified=table.parsed("modified", _path, ""),
    )
    if "row" in table.data:
        raise table.error("row", "is for pages; a JSON list has `items`, a path such as data.list")
    if "page" in table.data and "paging" in table.data:
        raise table.error("page", "and paging say the same; one of them is enough")
    most = table.declared_number("max_pages", Paging().max_pages)
    if "page" in table.data:
        paging = _counted(url, table.text("page"), most)
    else:
        paging = table.parsed("paging", lambda text: values.parse_paging(text, most), Paging())
    if paging.kind in (PagingKind.SCRIPT, PagingKind.FORM):
        raise table.error("paging", f"{paging.kind.value!r} is for pages; name the page parameter")
    return Entry(EntryKind.JSON, url, paging, rules, _every(table))


def _every(table: Table) -> timedelta:
    """How long an entry is left alone once it was read."""
    every = table.parsed("every", parse_span, timedelta(0))
    if every > _LONGEST_PAUSE:
        raise table.error("every", "must be at most 30d: what nobody reads bears no witness")
    return every


def _counted(url: str, name: str, most: int) -> Paging:
    """Pages by a parameter of the address. The number there, or 1, is the first page's own."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    here = next((value for key, value in pairs if key == name), "1")
    first = int(here) + 1 if here.isdecimal() else 2
    rest = [(key, value) for key, value in pairs if key != name]
    query = urlencode([*rest, (name, "{n}")], safe="{}")
    pattern = parts._replace(scheme="", netloc="", path="", query=query).geturl()
    return Paging(PagingKind.PATTERN, pattern, first, most)


def _path(text: str) -> str:
    if _PATH.fullmatch(text) is None:
        raise ValueError(f"a path is keys with dots between them such as data.list, not {text!r}")
    return text


def _link(text: str) -> str:
    if "{" not in text:
        return _path(text)
    if _TEMPLATE.fullmatch(text) is None:
        raise ValueError(f"an address with keys in braces such as /art/{{id}}.html, not {text!r}")
    return text


# The part of a source's file that says which attachments are fetched.


def rules_from(source: Table) -> AttachmentRules:
    """`attachments = false`, or a table `[attachments]`. Raises SourceError."""
    base = AttachmentRules()
    if source.data.get("attachments") is False:
        return replace(base, per_run=0)
    table = source.table("attachments").only()
    return AttachmentRules(
        bytes=table.declared_number("bytes"),
        per_article=table.declared_number("per_article"),
        per_run=table.declared_number("per_run"),
        hosts=table.all_parsed("hosts", values.parse_host, base.hosts),
    )


E = TypeVar("E", EntryKind, PagingKind)


@dataclass(frozen=True, slots=True)
class Template:
    """What portals of one family have in common. A source overrides what differs."""

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
    table = table.declared(TEMPLATE).only()
    zone = table.parsed("timezone", values.parse_zone)
    language = table.parsed("language", parse_language) if "language" in table.data else ""
    base = FieldRules(template=table.parsed("id", parse_id), language=language, zone=zone)
    return Template(
        id=base.template,
        name=table.text("name"),
        family=table.text("family"),
        language=language,
        zone=zone,
        fields=template_fields(table, base, check),
        links=_links(table.table("links").only(), LinkRules(()), ()),
        rows=_rows(table.table("list").only(), ListRules(), check),
        paging=_template_paging(table.table("paging")),
        path=table.file,
    )


def source_from(table: Table, templates: Mapping[str, Template], check: Check) -> Source:
    """A source from its file's table. Raises SourceError."""
    table = table.declared(SOURCE).only()
    template = _template(table, templates)
    language = table.parsed("language", parse_language, template.language or None)
    zone = table.parsed("timezone", values.parse_zone, template.zone)
    home = table.parsed("home", values.parse_url)
    entries = tuple(_entry(entry, template, check) for entry in table.tables("entry"))
    if not entries:
        raise table.error("entry", "is missing; a source needs at least one [[entry]]")
    hosts = tuple(dict.fromkeys(authority_of(url) for url in (home, *(e.url for e in entries))))
    base = replace(template.fields, language=language, zone=zone)
    families = {name: one.fields for name, one in templates.items()}
    return Source(
        id=table.parsed("id", parse_id),
        name=table.text("name"),
        city=table.text("city"),
        language=language,
        zone=zone,
        home=home,
        entries=entries,
        links=_links(table.table("links"), template.links, hosts),
        fields=source_fields(table, base, families, check),
        schedule=table.text("schedule"),
        politeness=_politeness(table.table("politeness")),
        bounds=_bounds(table.table("bounds")),
        rechecks=_rechecks(table.table("rechecks")),
        attachments=rules_from(table),
        tls=_tls(table.table("tls")) if "tls" in table.data else None,
        proxy=table.parsed("proxy", values.parse_source_proxy, ""),
        render=table.flag("render"),
        checked=table.day("checked"),
        note=" ".join(table.text("note", "").split()),
        rank=table.declared_number("rank"),
        where=_where(table),
        fallback=table.parsed("fallback", values.parse_fallback),
        path=table.file,
    )


def _where(table: Table) -> str:
    if "where" in table.data and table.flag("render"):
        raise table.error("where", "does not go with `render`: a browser runs at the centre alone")
    return table.parsed("where", values.parse_place, "")


def _template(table: Table, templates: Mapping[str, Template]) -> Template:
    name = table.text("template")
    try:
        return templates[name]
    except KeyError:
        hint = suggest(name, templates) or f"; there are: {', '.join(sorted(templates))}"
        raise table.error("template", f"there is no template {name!r}{hint}") from None


def _checked(selector: str, check: Check) -> str:
    check(selector)
    return selector


def _links(table: Table, base: LinkRules, hosts: tuple[str, ...]) -> LinkRules:
    table.only()
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
    table.only()
    kind = _word(table, "kind", EntryKind)
    url = table.parsed("url", values.parse_url)
    if kind is EntryKind.JSON:
        return json_entry(table, url)
    table.only([key for key in ENTRY if key not in JSON_KEYS])
    return Entry(
        kind=kind,
        url=url,
        paging=_paging(table, url, template.paging if kind is EntryKind.LIST else Paging()),
        rows=_rows(table, template.rows, check),
        every=_every(table),
    )


def _paging(table: Table, url: str, base: Paging) -> Paging:
    most = table.declared_number("max_pages", base.max_pages)
    paging = table.parsed("paging", values.parse_paging, base)
    pattern = paging.pattern.replace("{name}", values.name_of_page(url))
    return replace(paging, pattern=pattern, max_pages=most)


def _template_paging(table: Table) -> Paging:
    table.only()
    kind = _word(table, "kind", PagingKind)
    most = table.declared_number("max_pages")
    first = table.declared_number("first")
    if kind is not PagingKind.PATTERN:
        return Paging(kind, first=first, max_pages=most)
    paging = table.parsed("pattern", values.parse_paging)
    if paging.kind is not PagingKind.PATTERN:
        raise table.error("pattern", 'must hold {n}, such as "{name}_{n}.html"')
    return replace(paging, first=first, max_pages=most)


def _word(table: Table, key: str, kinds: type[E]) -> E:
    word = table.text(key)
    try:
        return kinds(word)
    except ValueError:
        words = [kind.value for kind in kinds]
        hint = suggest(word, words)
        raise table.error(key, f"{word!r} is none of {', '.join(words)}{hint}") from None


def _politeness(table: Table) -> Politeness:
    table.only()
    delay = table.parsed("delay", parse_span)
    if delay > timedelta(hours=1):
        raise table.error("delay", "must be at most 1h between two requests")
    return Politeness(delay)


def _bounds(table: Table) -> Bounds:
    table.only()
    seconds, page_seconds = table.declared_number("seconds"), table.declared_number("page_seconds")
    return Bounds(
        pages=table.declared_number("pages"),
        duration=timedelta(seconds=seconds),
        links=table.declared_number("links"),
        page_bytes=table.declared_number("page_bytes"),
        page_timeout=timedelta(seconds=page_seconds),
        redirects=table.declared_number("redirects"),
        render_time=timedelta(seconds=table.declared_number("render_seconds")),
        render_requests=table.declared_number("render_requests"),
        render_bytes=table.declared_number("render_bytes"),
    )


def _rechecks(table: Table) -> RecheckRules:
    table.only()
    return RecheckRules(table.all_parsed("after", parse_span), table.declared_number("per_run"))


def _tls(table: Table) -> TlsException:
    """What is trusted beside the usual. There is no key that turns checking off."""
    table.only()
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
