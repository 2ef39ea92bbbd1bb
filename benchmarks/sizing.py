"""How large an archive gets: what each thing that happens leaves, and what that is in three years.

    python benchmarks/sizing.py [--pages 400] [--visits 400]

Measured on archives of the benchmark's portal, by what a copy without free pages grows: pages that
are crawled, and then visits as crawls make them. The rest is arithmetic, printed with what it
assumes. Attached files are as large as they are, and come on top.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import portal
from benchmarks.crawl import NOW, play, serving, tell
from storage.archive import Archive
from storage.backups import copy_archive
from storage.lists import ListRow
from storage.pruning import Retention
from storage.runs import Counts, Fetch, FetchKind, Run
from storage.types import Capture, Outcome

YEARS = 3
NEWS = 8
"""Articles a day and source: what the benchmark's portal publishes, a busy city's."""
RUNS = 12
"""Crawls a day: `every 2h`."""
LISTS = 2
"""List pages a crawl looks at."""
CHECKS = 4
"""How often an article is asked for again: after 1, 3, 7 and 30 days."""
HEADERS = tuple((f"x-header-{number}", "some value of a server") for number in range(12))


@dataclass(frozen=True, slots=True)
class Costs:
    """Bytes that each thing leaves: an article; a run with its slot; a request in the log; a copy
    of a list, and of a page, that differs from the one before."""

    article: float
    run: float
    request: float
    list_copy: float
    page_copy: float


def measure(pages: int, visits: int, folder: Path) -> Costs:
    """Crawl the portal, then visit as often."""
    archive = folder / "a.db"
    with Archive.create(archive):
        pass
    empty = _size(archive)
    archive.unlink()
    with serving(pages) as port:
        figures = play("ours", port, archive)
    if figures["new"] != pages:
        raise SystemExit(f"not all pages were kept: {figures}")
    article = (_size(archive) - empty) / pages
    with Archive.open(archive) as store:
        run = _grown(store, visits, _run)
        request = _grown(store, visits, _request)
        list_copy = _grown(store, visits, _list_copy) - request
        page_copy = _grown(store, visits, _page_copy) - request
    return Costs(article, run, request, list_copy, page_copy)


def _size(archive: Path) -> int:
    copy = archive.with_name("copy.db")
    copy.unlink(missing_ok=True)
    copy_archive(archive, copy, lambda done, of: None)
    return copy.stat().st_size


def _grown(store: Archive, visits: int, visit: Callable[[Archive, Run, int], None]) -> float:
    """Bytes by which the archive grew for each visit."""
    with store.writing() as tx:
        run = tx.runs.start("en", NOW)
    before = _size(store.path)
    for number in range(visits):
        visit(store, run, number)
    return (_size(store.path) - before) / visits


def _run(store: Archive, run: Run, number: int) -> None:
    at = NOW + timedelta(hours=2 * number)
    with store.writing() as tx:
        slot = tx.slots.plan("en", at, "0123456789abcdef", at)
        tx.slots.claim(slot.id, at)
        made = tx.runs.start("en", at)
        tx.runs.finish(made.id, at, Outcome.UNCHANGED, Counts(listed=200, unchanged=200))
        tx.slots.end(slot.id, at, Outcome.UNCHANGED)


def _request(store: Archive, run: Run, number: int) -> None:
    url = f"http://en.bench.test{portal.path_of('en', number)}"
    with store.writing() as tx:
        tx.runs.log_fetch(run.id, Fetch(url, FetchKind.ARTICLE, NOW, Outcome.UNCHANGED, status=304))


def _list_copy(store: Archive, run: Run, number: int) -> None:
    """The list after one more article, its oldest row gone."""
    first = 10_000 - number
    page = portal.listing("en", 1, 100)
    for row in range(100):
        page = page.replace(portal.path_of("en", row), portal.path_of("en", first + row))
        page = page.replace(portal.title_of("en", row), portal.title_of("en", first + row))
    url = f"http://en.bench.test{portal.list_path('en', 1)}"
    _keep(store, run, url, page, FetchKind.LIST, number)
    rows = [ListRow(f"http://en.bench.test{portal.path_of('en', 5)}", portal.title_of("en", 5))]
    with store.writing() as tx:
        tx.lists.record_rows(run.id, url, url, rows, NOW)


def _page_copy(store: Archive, run: Run, number: int) -> None:
    """An article's page with another figure in its counter of readers."""
    page = portal.article("en", number % 50).replace("Updated:", f"Read {number} times. Updated:")
    url = f"http://en.bench.test{portal.path_of('en', number % 50)}"
    _keep(store, run, url, page, FetchKind.ARTICLE, number)


def _keep(store: Archive, run: Run, url: str, page: str, kind: FetchKind, number: int) -> None:
    at = NOW + timedelta(hours=number)
    capture = Capture(url, url, at, 200, HEADERS, page.encode())
    with store.writing() as tx:
        kept = tx.pages.keep("en", capture, kind)
        fetch = Fetch(url, kind, at, Outcome.OK, status=200, size=len(page), snapshot_id=kept)
        tx.runs.log_fetch(run.id, replace(fetch, final_url=url))


def forecast(costs: Costs, sources: int, rule: Retention) -> tuple[float, float]:
    """Bytes after three years: with nothing removed, and by the rule; each list differs at every
    visit, and so does every page that is asked for again."""
    days = 365 * YEARS
    articles = sources * NEWS * days * costs.article
    runs = sources * RUNS * days * costs.run
    lists, checks = sources * RUNS * LISTS, sources * NEWS * CHECKS
    daily = {
        "lists": lists * costs.list_copy,
        "pages": checks * costs.page_copy,
        "fetches": (lists + checks + sources * NEWS) * costs.request,
    }
    kept = {
        name: size * min(days, (getattr(rule, name) or timedelta(days=days)).days)
        for name, size in daily.items()
    }
    return articles + runs + sum(daily.values()) * days, articles + runs + sum(kept.values())


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=400, help="articles crawled (400)")
    parser.add_argument("--visits", type=int, default=400, help="visits of each kind (400)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = measure(options.pages, options.visits, Path(folder))
    for name in Costs.__slots__:
        tell(f"{name:<10} {getattr(costs, name):>8.0f} bytes")
    tell(f"\n{NEWS} articles a day and source, {RUNS} crawls of {LISTS} lists, {CHECKS} re-checks")
    tell(f"{'sources':>8} {'articles':>10} {'all kept':>10} {'pruned':>10}")
    for sources in (30, 300):
        whole, pruned = forecast(costs, sources, Retention())
        articles = sources * NEWS * 365 * YEARS
        tell(f"{sources:>8} {articles:>10,} {whole / 1e9:>7.0f} GB {pruned / 1e9:>7.0f} GB")


if __name__ == "__main__":
    main()
