"""A portal that moved to another host: its source, written anew with the addresses it has now.

The file is changed as text, so that its comments and everything else stay, and is read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hubwatch.errors import FetchError, SourceError
from hubwatch.patterns import lazy_pattern
from scraper.crawl.probe import Probe
from scraper.crawl.request import CrawlRequest
from scraper.sources.build import Template
from scraper.sources.links import authority_of
from scraper.sources.load import HERE, read_bounded
from scraper.sources.model import Source
from scraper.sources.write import source_of
from storage.sources import SourceCheck

from .. import _
from ..config import Config
from .check import check_source
from .draft import folder_for, write_source
from .pages import LivePages
from .verdicts import verdict_of

_MOST_BYTES = 1_000_000
_HOSTS = lazy_pattern(r"^([ \t]*hosts[ \t]*=[ \t]*\[)", re.MULTILINE)
_LINKS = lazy_pattern(r"^[ \t]*\[links\][ \t]*(?:#[^\n]*)?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AdoptedSource:
    """A source at its new addresses: `moves` from old to new, the text of its file, and what a
    look there came to."""

    moves: tuple[tuple[str, str], ...]
    text: str
    check: SourceCheck


def adopted(
    source: Source, templates: Mapping[str, Template], request: CrawlRequest, archive: Path | None
) -> AdoptedSource:
    """Ask where the lists of a source lead now, and try it there. Keeps nothing.

    Raises FetchError where none of them leads to another host, or nothing can be read there,
    SourceError where its file cannot be changed so.
    """
    moves = _moves(source, request, archive)
    if not moves:
        raise FetchError(_("%(id)s: none of its lists leads to another host", id=source.id))
    text = moved_text(read_bounded(Path(source.path), _MOST_BYTES).decode("utf-8"), source, moves)
    there = source_of(text, source.path, templates)
    inherited = templates[there.fields.template].fields
    with Probe(there, request, archive) as probe:
        report = check_source(there, inherited, LivePages(probe, _quietly))
    check = verdict_of(there, report, request.clock())
    if not check.verdict.is_read:
        raise FetchError(
            _(
                "%(id)s: does not read there: %(verdict)s: %(evidence)s",
                id=source.id,
                verdict=check.verdict,
                evidence=check.evidence,
            )
        )
    return AdoptedSource(moves, text, check)


def write_changed(text: str, source: Source, config: Config) -> Path:
    """Write the file of a source anew: in place of one's own, else into one's own folder. Return
    its path."""
    own = not Path(source.path).resolve().is_relative_to(HERE)
    path = Path(source.path) if own else folder_for(config) / f"{source.id}.toml"
    write_source(text, path, replacing=own)
    return path


def _moves(
    source: Source, request: CrawlRequest, archive: Path | None
) -> tuple[tuple[str, str], ...]:
    """Each list that leads to another host, and where it leads."""
    found = []
    # A host with `www.` or without is followed by a look; here it is another host.
    with Probe(source, request, archive) as probe:
        for entry in source.entries:
            (seen,) = probe.fetch([entry.url], entry.fetch_kind)
            here = seen.moved_to or seen.final_url
            if here and authority_of(here) != authority_of(entry.url):
                found.append((entry.url, here))
    return tuple(found)


def moved_text(text: str, source: Source, moves: Sequence[tuple[str, str]]) -> str:
    """The text of a source's file with the new addresses. Other addresses on a host that moved go
    with it, and the old host stays one of those where articles may stand. Raises SourceError."""
    changed = text
    hosts: dict[str, str] = {}
    for old, new in moves:
        if json.dumps(old) not in changed and f"'{old}'" not in changed:
            raise SourceError(
                _(
                    "%(path)s: does not say %(old)s plainly; write %(new)s there",
                    path=source.path,
                    old=old,
                    new=new,
                )
            )
        changed = changed.replace(json.dumps(old), json.dumps(new)).replace(f"'{old}'", f"'{new}'")
        hosts.setdefault(urlsplit(old).netloc, urlsplit(new).netloc)
    for was, now in hosts.items():
        here = re.compile(rf"(?<=//){re.escape(was)}(?=[/?#\"'])")
        changed = now.join(here.split(changed))
    known = dict.fromkeys((*source.links.hosts, *(authority_of(new) for _, new in moves)))
    return _with_hosts(changed, list(known), source.links.hosts)


def _with_hosts(text: str, hosts: list[str], before: Sequence[str]) -> str:
    new = [host for host in hosts if host not in before]
    if not new:
        return text
    links = _LINKS.search(text)
    end = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text, links.end()) if links else None
    own = _HOSTS.search(text, links.end(), end.start() if end else len(text)) if links else None
    if own is not None:
        said = "".join(f"{json.dumps(host)}, " for host in new)
        return f"{text[: own.end()]}{said}{text[own.end() :]}"
    line = f"hosts = [{', '.join(map(json.dumps, hosts))}]\n"
    if links is not None:
        return f"{text[: links.end()]}{line}{text[links.end() :]}"
    return f"{text.rstrip()}\n\n[links]\n{line}"


def _quietly(url: str) -> None:
    """Nobody waits for single addresses."""
