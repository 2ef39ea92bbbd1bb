"""The practice portal crawled whole: the first day, the same day again, the next day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from desk.practice.server import serve
from scraper.crawl.request import CrawlRequest
from scraper.sources.load import load_catalogue
from storage.archive import Archive
from storage.types import Outcome

PRACTICE = Path(__file__).parent.parent / "desk" / "practice" / "sources"


def test_three_rounds_at_the_practice_portal(archive: Path) -> None:
    from scraper.crawl.run import crawl

    Archive.create(archive).close()
    sources = [
        source
        for name, source in load_catalogue([PRACTICE]).sources.items()
        if name.startswith("practice")
    ]
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with serve(date(2026, 3, 1), 1) as served:
        first = crawl(
            sources, archive, CrawlRequest("x", lambda: now, hosts=served.hosts), lambda event: None
        )
        assert [run.outcome for run in first] == [Outcome.OK] * len(sources)
        new = sum(run.counts.new for run in first)
        assert new >= 150

        asked = len(served.log)
        again = crawl(
            sources, archive, CrawlRequest("x", lambda: now, hosts=served.hosts), lambda event: None
        )
        assert sum(run.counts.new + run.counts.fetched for run in again) == 0
        assert len(served.log) - asked <= new * 0.15

        served.set_day(2)
        later = now + timedelta(days=1)
        second = crawl(
            sources,
            archive,
            CrawlRequest("x", lambda: later, hosts=served.hosts),
            lambda event: None,
        )
        figures = [run.counts for run in second]
        assert sum(counts.new for counts in figures) > 0
        assert sum(counts.changed for counts in figures) == 1
        assert sum(counts.gone for counts in figures) == 1
        assert sum(counts.failed for counts in figures) == 0
