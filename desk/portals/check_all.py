"""The check of all sources: each portal looked at once, its verdict kept as soon as it is there.

One check is a round. What was answered in it lies beside the archive until it is done: who is
killed goes on from there (`resume`), and no portal is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hubwatch.errors import Busy, HubwatchError
from hubwatch.locks import Lock
from scraper.crawl.memory import FetchMemory
from scraper.crawl.probe import PortalLook, look_at_each
from scraper.crawl.request import Clock, CrawlRequest
from scraper.sources.build import Template
from scraper.sources.model import Source
from storage.archive import Archive
from storage.sources import SourceCheck

from .. import _
from ..files import make_folder, write_atomically
from .check import PortalReport, check_source
from .entry_repair import offer_of
from .pages import LivePages, PageSource
from .verdicts import failed_check, verdict_of

ARTICLES = 3
"""So many articles are read of each source."""
_STATE = "round.json"


@dataclass(frozen=True, slots=True)
class Round:
    """One check of all sources, by the moment it began. `ended` once every one has its verdict."""

    name: str
    ended: str = ""


def round_folder(archive: Path) -> Path:
    """Where what was answered lies until the round is over."""
    return archive.with_name(f"{archive.name}.check")


def last_round(archive: Path) -> Round | None:
    """The latest round. None if there was none, or nothing is known of it."""
    try:
        said = json.loads((round_folder(archive) / _STATE).read_text("utf-8"))
        return Round(str(said["round"]), str(said["ended"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_all(
    sources: Sequence[Source],
    templates: Mapping[str, Template],
    archive: Path,
    request: CrawlRequest,
    report: Callable[[Source, SourceCheck], None],
    known: Round | None,
) -> None:
    """Look at the portal of each source. Its verdict is kept first and then reported.

    The round `known` goes on, if there is one: what it has a verdict on is reported as it is kept.
    Raises Busy while another check of all runs, Paused, StorageError, KeyboardInterrupt if told to
    stop.
    """
    lock = Lock(archive, "check-all")
    if not lock.try_acquire("sources check --all"):
        raise Busy(
            _(
                "sources are being checked by %(holder)s",
                holder=lock.holder() or _("another process"),
            )
        )
    try:
        _check(sources, templates, archive, request, report, known or _begun(archive, request))
    finally:
        lock.release()


def _begun(archive: Path, request: CrawlRequest) -> Round:
    """A new round. What an earlier one left is forgotten."""
    FetchMemory(_pages(archive)).forget()
    fresh = Round(request.clock().isoformat())
    _keep(archive, fresh)
    return fresh


def _check(
    sources: Sequence[Source],
    templates: Mapping[str, Template],
    archive: Path,
    request: CrawlRequest,
    report: Callable[[Source, SourceCheck], None],
    this: Round,
) -> None:
    with Archive.open(archive) as store:
        kept = {key: one for key, one in store.sources.checks().items() if one.round == this.name}
        waiting = [source for source in sources if source.id not in kept]
        for source in sources:
            if source.id in kept:
                report(source, kept[source.id])

        def inspect(source: Source, portal: PortalLook) -> PortalReport:
            pages = LivePages(portal, _quietly)
            return looked_at(source, templates, pages, request.clock(), ARTICLES)

        def done(source: Source, found: PortalReport | Exception) -> None:
            check = judged(source, found, request.clock, this.name)
            if not isinstance(found, Busy):  # that says nothing of the portal
                with store.writing() as tx:
                    tx.sources.record_check(check)
            report(source, check)

        if waiting:
            memory = FetchMemory(_pages(archive))
            look_at_each(waiting, request, archive, memory, inspect, done)
    _keep(archive, replace(this, ended=this.ended or request.clock().isoformat()))
    FetchMemory(_pages(archive)).forget()


def looked_at(
    source: Source,
    templates: Mapping[str, Template],
    pages: PageSource,
    now: datetime,
    articles: int = ARTICLES,
) -> PortalReport:
    """Look at the portal of a source, and, where its entries bring nothing, for what would. Raises
    Busy."""
    report = check_source(source, templates[source.fields.template].fields, pages, articles)
    report.offer = offer_of(source, verdict_of(source, report, now), pages)
    return report


def judged(
    source: Source, found: PortalReport | Exception, clock: Clock, round_: str = ""
) -> SourceCheck:
    """The verdict on what a look returned or raised."""
    now: datetime = clock()
    if isinstance(found, PortalReport):
        return verdict_of(source, found, now, round_)
    said = str(found) if isinstance(found, HubwatchError) else f"internal error: {found!r}"
    return failed_check(source, said or "it could not be looked at", now, round_)


def _quietly(url: str) -> None:
    """Nobody is told of each address: many portals are asked at the same time."""


def _pages(archive: Path) -> Path:
    return round_folder(archive) / "pages"


def _keep(archive: Path, this: Round) -> None:
    make_folder(round_folder(archive))
    said = json.dumps({"round": this.name, "ended": this.ended})
    write_atomically(round_folder(archive) / _STATE, said.encode())
