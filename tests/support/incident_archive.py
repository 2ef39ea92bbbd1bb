"""An archive in which something is amiss: a list that was redesigned, an incident, a message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desk.practice.demo import practice_sources
from scraper.sources.model import Source
from storage.archive import Archive
from storage.incidents import Finding, Kind, Severity
from storage.lists import ListSeen
from storage.runs import Counts, FetchKind
from storage.types import Outcome
from tests.support.make import NOW, capture, later

ALERTS = """
[alerts]
quiet = "23:30-05:00"

[[alerts.channel]]
name = "log"
command = ["true"]

[[alerts.channel]]
name = "broken"
command = ["false"]
"""
_ROWS = '<ul class="news"><li><a href="http://english.practice.test/2026-03/01/c_1.htm">One</a>'


def redesigned() -> Source:
    """The source of that archive; its first list is the one that changed."""
    return next(each for each in practice_sources() if each.id == "practice-en")


def amiss(path: Path) -> int:
    """Make it; returns the number of its incident."""
    source = redesigned()
    url = source.entries[0].url
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(source.ref, NOW)
        for number, (rows, html) in enumerate(((2, _ROWS), (0, "<p>All new!"))):
            now = later(hours=number)
            run = tx.runs.start(source.id, now)
            page = capture(html.encode(), url=url, fetched_at=now)
            kept = tx.pages.keep(source.id, page, FetchKind.LIST)
            word = Outcome.OK if rows else Outcome.LAYOUT_CHANGED
            seen = ListSeen(url, url, word, "", rows, rows, rows, rows, "2026-03-01", "2026-02-28")
            tx.lists.record(run.id, replace(seen, digest=str(rows), snapshot_id=kept), now)
            tx.runs.finish(run.id, now, word, Counts(listed=rows))
        finding = Finding(
            Kind.LAYOUT_CHANGED,
            source.id,
            Severity.WARNING,
            f"{url}: its rows are not found any more",
            ("now: 0 rows",),
            (f"hubwatch sources check {source.id}",) * 3,
            place=url,
        )
        return tx.incidents.open(finding, later(hours=1)).id
