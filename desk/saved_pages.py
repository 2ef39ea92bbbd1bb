"""Reading saved pages: which source's rules, which address, and what comes out, on all cores.

No archive and no network. Where no address is given the page's own canonical link is believed for
choosing the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from hubwatch.errors import PageError
from scraper.parsing.types import ListReading
from scraper.sources.load import Catalogue, load_catalogue, read_bounded
from scraper.sources.model import FieldRules, ListRules
from scraper.workers.faults import CallFault
from scraper.workers.pool import each
from storage.types import Capture, Outcome, Reading
from storage.urls import url_key

from . import _

UNKNOWN_ADDRESS = "https://address.invalid/page"  # RFC 2606: leads nowhere
PAGE_ENDINGS = frozenset({"", ".htm", ".html", ".shtml", ".xhtml", ".mhtml", ".php", ".jsp"})
_PAGE_MODULES = ("scraper.parsing.article", "desk.saved_pages")
MOST_BYTES = 50_000_000  # of a saved page; no page we read is nearly as large
_MANY_PAGES = 60  # below that, starting workers costs more than it saves


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A file to be read. `url` is where it came from, if known. `folders` hold own sources."""

    path: Path
    url: str | None
    now: datetime
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedReading:
    """What became of a file. `why` says in words how its rules were chosen, `fault` why the file
    itself could not be read."""

    path: Path
    url: str | None
    reading: Reading
    source_id: str = ""
    why: str = ""
    fault: str = ""


def find_pages(
    paths: Sequence[Path], endings: frozenset[str] = PAGE_ENDINGS
) -> Iterator[tuple[Path, Path]]:
    """Each file with the folder it was found in (its own for a file that was named, whether or
    not there is one). Folders are searched to the bottom, in the order of names, for files with
    these `endings`."""
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
                if found.is_file() and not hidden and found.suffix.lower() in endings:
                    yield found, path
        else:
            yield path, path.parent


def load_urls(path: Path) -> dict[str, str]:
    """A list of addresses, a line a file: name, tab, URL. Raise PageError."""
    try:
        lines = read_bounded(path, MOST_BYTES).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise PageError(_("%(path)s: is not UTF-8; save it as UTF-8", path=path)) from None
    pairs = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, tab, url = line.partition("\t")
        if not tab:
            raise PageError(
                _(
                    "%(path)s: line %(number)s: no tab between file and URL",
                    path=path,
                    number=number,
                )
            )
        pairs[name.strip()] = url.strip()
    return pairs


def address_of(path: Path, folder: Path, urls: Mapping[str, str]) -> str | None:
    """The address that the list gives a file, by its path as given, within its folder, or its
    bare name."""
    names = (str(path), path.relative_to(folder).as_posix(), path.name)
    return next((urls[name] for name in names if name in urls), None)


def read_all(pages: Sequence[SavedPage]) -> Iterator[SavedReading]:
    """Read all, in their order, many of them on all cores."""
    if len(pages) < _MANY_PAGES:
        yield from map(read_saved, pages)
        return
    for page, found in zip(pages, each(read_saved, pages, _PAGE_MODULES), strict=True):
        if isinstance(found, CallFault):
            yield SavedReading(page.path, page.url, Reading(found.outcome, found.reason, 0))
        else:
            yield found


def read_saved(page: SavedPage) -> SavedReading:
    """Read one saved page. A file that cannot be read is an outcome, not an error."""
    try:
        body = read_bounded(page.path, MOST_BYTES)
    except PageError as error:
        fault = str(error).removeprefix(f"{page.path}: ")
        reading = Reading(Outcome.UNSUPPORTED, fault, 0)
        return SavedReading(page.path, page.url, reading, fault=fault)
    catalogue = catalogue_of(page.folders)
    if page.url is not None:
        return _read(page, body, page.url, catalogue)
    found = _read(page, body, None, catalogue)
    own = found.reading.article.canonical_url if found.reading.article else None
    if own is None or catalogue.for_url(own) is None:
        return found
    again = _read(page, body, own, catalogue)
    return replace(
        again, why=_("%(why)s; the address is the page's own canonical link", why=again.why)
    )


def _read(page: SavedPage, body: bytes, url: str | None, catalogue: Catalogue) -> SavedReading:
    from scraper.parsing.article import read_article

    address = url or UNKNOWN_ADDRESS
    capture = Capture(address, address, page.now, 200, (), body)
    source = catalogue.for_url(url) if url else None
    if source is not None:
        reading = read_article(capture, source.fields, source.id)
        why = _("source %(id)s takes this address", id=source.id)
        return SavedReading(page.path, url, reading, source.id, why)
    rules, why = _recognised(capture, catalogue)
    lack = _("no source takes this address") if url else _("no address is known")
    why = f"{lack}; {why}"
    return SavedReading(page.path, url, read_article(capture, rules, ""), why=why)


def ruled(page: SavedPage, found: SavedReading) -> tuple[Capture, FieldRules]:
    """A saved page as if it had just arrived, and the rules that it was read with. Raises
    PageError."""
    address = found.url or UNKNOWN_ADDRESS
    body = read_bounded(page.path, MOST_BYTES)
    capture, catalogue = (
        Capture(address, address, page.now, 200, (), body),
        catalogue_of(page.folders),
    )
    source = catalogue.sources.get(found.source_id)
    return capture, source.fields if source else _recognised(capture, catalogue)[0]


def _recognised(capture: Capture, catalogue: Catalogue) -> tuple[FieldRules, str]:
    """The rules of the family that the page itself shows, else general ones."""
    from scraper.parsing.templates import recognise_rules

    families = {name: template.fields for name, template in catalogue.templates.items()}
    rules, why = recognise_rules(capture, families)
    if rules is None:
        return FieldRules(), why
    return rules, _(
        "the page looks like %(name)s: it %(why)s",
        name=catalogue.templates[rules.template].name,
        why=why,
    )


@lru_cache(maxsize=1)
def catalogue_of(folders: tuple[Path, ...]) -> Catalogue:
    """The shipped sources with those of the folders, loaded once."""
    return load_catalogue(folders)


# Reading saved list pages: their rows and their pager, on all cores where they are many.

LIST_ENDINGS = frozenset({"", ".htm", ".html", ".shtml", ".xhtml", ".php", ".jsp", ".xml", ".rss",
                     ".atom", ".json", ".gz", ".txt"})  # fmt: skip
_LIST_MODULES = ("scraper.parsing.lists.read", "desk.saved_pages")
_MANY_LISTS = 40  # below that, starting workers costs more than it saves


@dataclass(frozen=True, slots=True)
class SavedList:
    """What became of a file. `why` says whose rules were used, `fault` why the file itself could
    not be read."""

    path: Path
    url: str | None
    reading: ListReading
    source_id: str = ""
    why: str = ""
    fault: str = ""


def read_lists(pages: Sequence[SavedPage]) -> Iterator[SavedList]:
    """Read all, in their order, many of them on all cores."""
    if len(pages) < _MANY_LISTS:
        yield from map(read_saved_list, pages)
        return
    for page, found in zip(pages, each(read_saved_list, pages, _LIST_MODULES), strict=True):
        if isinstance(found, CallFault):
            yield SavedList(page.path, page.url, ListReading(found.outcome, found.reason))
        else:
            yield found


def read_saved_list(page: SavedPage) -> SavedList:
    """Read one saved list. A file that cannot be read is an outcome, not an error."""
    from scraper.parsing.lists.read import read_any

    try:
        body = read_bounded(page.path, MOST_BYTES)
    except PageError as error:
        fault = str(error).removeprefix(f"{page.path}: ")
        reading = ListReading(Outcome.UNSUPPORTED, fault)
        return SavedList(page.path, page.url, reading, fault=fault)
    catalogue = catalogue_of(page.folders)
    source_id, rules, zone, why = _rules(page.url, catalogue)
    address = page.url or ""
    capture = Capture(address, address, page.now, 200, (), body)
    return SavedList(page.path, page.url, read_any(capture, zone, rules), source_id, why)


def _rules(url: str | None, catalogue: Catalogue) -> tuple[str, ListRules, str, str]:
    """Source, selectors, zone, and why these."""
    if url is not None:
        for source in catalogue.sources.values():
            for entry in source.entries:
                if url_key(entry.url) == url_key(url):
                    why = _("an entry of source %(id)s", id=source.id)
                    return source.id, entry.rows, source.zone, why
    return "", ListRules(), "", _("no source has this entry: found by its looks")
