"""From a surveyed portal and a person's answers to a source's file in the user's own folder.

Writes that one file, and asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from hubwatch.errors import ConfigError
from hubwatch.patterns import lazy_pattern
from hubwatch.toml import with_schema
from scraper.configuration import usual_folder
from scraper.sources.build import Template
from scraper.sources.model import COUNTRYWIDE, EntryKind, Paging, Source
from scraper.sources.write import Draft, EntryDraft, quoted, source_of, source_text

from .. import _
from ..config import Config
from ..files import is_ours, write_atomically
from ..text import one_line
from .lists import MOST_AT_ONCE, EntryChoice
from .survey import Portal

# Suggested answers: id, city and name of a new source.

_EVERYBODYS = frozenset([
    "www", "www2", "m", "wap", "en", "eng", "english", "zh", "cn", "chinese", "gov", "com", "org",
    "net", "edu", "ac", "co", "info", "news", "portal", "web", "test", "example", "localhost",
    "invalid", "subsites", "site", "sites", "int", "hk", "mo", "tw", "the", "of",
])  # fmt: skip
_WORD = lazy_pattern(r"[a-z][a-z0-9]*")
_NAME = lazy_pattern(r"[A-Z][a-z]+")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Answers:
    """What only people know. Empty words are not answered yet."""

    id: str = ""
    city: str = ""
    name: str = ""
    schedule: str = ""


def suggest_answers(portal: Portal, cities: Iterable[str], taken: Collection[str]) -> Answers:
    """The likeliest answers. `cities` are those of the known sources, `taken` their ids. A city
    that nothing shows is empty."""
    host = urlsplit(portal.listing.url).hostname or ""
    words = _words(host, portal)
    city = _city(portal, cities, host) or _named_city(portal, host)
    name = one_line(portal.front.site or portal.front.title or host, _LONGEST_NAME)
    stem = "-".join(words[:2]) or "portal"
    return Answers(_free(f"{stem}-{portal.language[:2]}", taken), city, name)


def _words(host: str, portal: Portal) -> list[str]:
    """The distinctive labels of a host, the nearest to the name's end last. For an address made of
    numbers the words of the portal's name."""
    labels = [label for label in host.lower().split(".") if label not in _EVERYBODYS]
    words = [word for label in labels for word in _WORD.findall(label)]
    if words and not re.fullmatch(r"[0-9.]+", host):
        return list(dict.fromkeys(reversed(words)))
    return [w for w in _WORD.findall(portal.front.site.lower()) if w not in _EVERYBODYS]


def _city(portal: Portal, cities: Iterable[str], host: str) -> str:
    named = f"{host} {portal.front.site} {portal.front.title}".lower()
    known = sorted({city for city in cities if city != COUNTRYWIDE}, key=len, reverse=True)
    return next((city for city in known if city.lower().replace(" ", "") in named), "")


def _named_city(portal: Portal, host: str) -> str:
    """A word of the host that the portal's own name has, too, written as a name is."""
    named = set(_NAME.findall(f"{portal.front.site} {portal.front.title}"))
    labels = [label for label in host.lower().split(".") if label not in _EVERYBODYS]
    words = [word for label in reversed(labels) for word in _WORD.findall(label) if len(word) > 2]
    return next((word.title() for word in words if word.title() in named), "")


def _free(wanted: str, taken: Collection[str]) -> str:
    cut = wanted[:60].strip("-")
    numbers = (f"{cut}-{number}" for number in range(2, 1000))
    return next(each for each in (cut, *numbers) if each not in taken)


_USUAL_PAGES = Paging().max_pages
_MOST_PAGES = 20
_GROWTH = 2
"""A list of eight pages has nine some day."""


def draft_of(portal: Portal, answers: Answers, now: datetime) -> Draft:
    """The source as it will be written."""
    listing = portal.listing
    entries = tuple(entry_draft(portal, entry) for entry in portal.entries)
    return Draft(
        id=answers.id,
        name=answers.name,
        city=answers.city,
        language=portal.language,
        zone=portal.zone,
        template=portal.study.template,
        home=portal.home,
        schedule=answers.schedule,
        entries=entries,
        hosts=listing.hosts,
        allow=listing.allowed,
        deny=listing.deny,
        selectors=portal.study.selectors,
        note=_note(portal, now),
        render=portal.rendered,
    )


def _note(portal: Portal, now: datetime) -> str:
    """Where the source comes from, and which pages of its list it cannot read."""
    written = f"Written by `hubwatch sources add` on {now:%Y-%m-%d} from {portal.url}"
    return (
        f"{written}. Pages of its list are not read: {portal.unread}" if portal.unread else written
    )


def entry_draft(portal: Portal, entry: EntryChoice) -> EntryDraft:
    """One entry of a surveyed portal as it will be written."""
    if entry.kind is EntryKind.LIST and not entry.paging:
        paging, most = _paging(portal)
        most = entry.max_pages or most
        return EntryDraft(entry.kind, entry.url, paging, most, portal.listing.rules, entry.every)
    return EntryDraft(
        entry.kind, entry.url, entry.paging, entry.max_pages, entry.rules, entry.every
    )


def _paging(portal: Portal) -> tuple[str, int]:
    """The pager, and how many pages a run may look at where the list has a few more than usual, or
    does not say how many: the first crawl reads them all, later ones stop where nothing is new."""
    if portal.pager is None:
        return "none", 0
    total = portal.pager.total or _MOST_PAGES
    on_a_page = max(1, len(portal.listing.rows) // 2)  # two of its pages were read
    most = min(_GROWTH * total, MOST_AT_ONCE // on_a_page)
    few = most > _USUAL_PAGES and total <= _MOST_PAGES
    return portal.pager.rule, min(most, _MOST_PAGES) if few else 0


def checked_text(draft: Draft, path: Path, templates: Mapping[str, Template]) -> tuple[str, Source]:
    """The file's text, and the source that loading it gives. Raises SourceError."""
    text = source_text(draft)
    return text, source_of(text, str(path), templates)


def answered_text(text: str, answers: Mapping[str, str]) -> str:
    """A drafted file with these keys said anew. Only keys at its top, which are a line each."""
    head, mark, rest = text.partition("\n[[entry]]")
    for key, value in answers.items():
        line = f"{key} = {quoted(value)}"
        before, found, after = _line_of(head, key)
        head = f"{before}{line}{after}" if found else head
    return head + mark + rest


def _line_of(text: str, key: str) -> tuple[str, str, str]:
    found = re.search(rf"^{re.escape(key)} = .*$", text, re.MULTILINE)
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]


def folder_for(config: Config) -> Path:
    """Where new sources go: the last folder that the configuration names and that may be written,
    else the one that is looked into without being named."""
    own = [folder for folder in config.sources if not is_ours(folder)]
    return own[-1] if own else usual_folder(config.path)


def write_source(text: str, path: Path, *, replacing: bool) -> None:
    """Write the file, making its folder. Raises ConfigError if it is there already."""
    if path.exists() and not replacing:
        raise ConfigError(_("%(path)s: is there already; --replace writes it anew", path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            _(
                "%(parent)s: cannot be made: %(strerror)s",
                parent=path.parent,
                strerror=error.strerror,
            )
        ) from None
    write_atomically(path, with_schema(text, "source").encode())
