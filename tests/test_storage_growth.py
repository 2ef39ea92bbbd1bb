"""What is asked every day costs the same of an archive of many years as of one of few: counted are
the steps that SQLite takes, which no load on the machine changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import bulk
from desk.digest.drafts import Wanted, draft
from desk.digest.model import Scope
from scheduler.monitoring import DaemonStatus, answers
from scraper.relevance.watchlist import load_watchlist
from storage.archive import Archive
from storage.articles.records import Order, Query
from storage.database import Connection
from storage.decisions import Which
from storage.lists import ListSeen
from storage.queue import QueueFilter
from storage.runs import Counts
from storage.types import Outcome

SOURCES = 12
A_YEAR = 360
"""So many articles come in each year of both archives."""
STEPS = 20
"""SQLite says so every so many steps."""
NOW = bulk.NOW
WEEK = NOW - timedelta(days=7)
JOBS = [f"s{number}" for number in range(SOURCES)]
AN_ADDRESS = "http://s8.test/2023-03/09/c_8.htm"
QUESTIONS: dict[str, Callable[[Archive], object]] = {
    "facts of every source": lambda store: [store.sources.facts(job, NOW) for job in JOBS],
    "one source": lambda store: store.sources.states("s7"),
    "crawls of every source": lambda store: store.sources.last_ends(JOBS),
    "what monitoring is told": lambda store: answers(store, _daemon, lambda: NOW)["/metrics"](),
    "ledger": lambda store: store.slots.histories(JOBS, NOW),
    "incidents": lambda store: (store.incidents.unresolved(), store.incidents.latest(50)),
    "queue": lambda store: store.queue.page(QueueFilter(limit=20)),
    "decisions": lambda store: _some(store.decisions.latest(Which.CURRENT)),
    "stories": lambda store: (store.stories.latest(20), store.stories.count(most=21)),
    "stories of several": lambda store: store.stories.latest(20, least=2),
    "an address": lambda store: store.articles.at_url(AN_ADDRESS),
    "an article": lambda store: store.articles.get(50),
    "a story": lambda store: store.stories.file(50),
    "runs": lambda store: store.runs.latest(20),
    "events of a week": lambda store: store.revisions.seqs_between(WEEK, NOW),
    "a search of a week": lambda store: store.articles.search(
        Query(words="city", since=WEEK, limit=20)
    ),
    "its newest first": lambda store: store.articles.search(
        Query(words="city", since=WEEK, limit=20, order=Order.NEWEST)
    ),
    "count of it": lambda store: store.articles.count(Query(words="city", since=WEEK), 10_001),
    "digest of a week": lambda store: draft(
        store, Wanted("Weekly", bulk.ZONE, since=WEEK, scope=Scope.ALL, enabled=()),
        person="Ana", now=NOW,
    ),
}  # fmt: skip


def _daemon() -> DaemonStatus:
    return DaemonStatus(SOURCES, 0, 0, 0, "", sources=tuple(JOBS))


def _some(found: Iterator[object]) -> list[object]:
    return [one for one, _ in zip(found, range(20), strict=False)]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many times SQLite took `STEPS` steps, in a list of one."""
    taken, execute = [0], Connection.execute

    def step() -> int:
        taken[0] += 1
        return 0

    def counting(self: Connection, sql: str, *parameters: object) -> object:
        self.conn.set_progress_handler(step, STEPS)
        return execute(self, sql, *parameters)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "execute", counting)
        yield taken


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Of two years and of eight, as much having come in in each of them."""
    folder = tmp_path_factory.mktemp("years")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bulk, "SOURCES", SOURCES)
        for years in (2, 8):
            patched.setattr(bulk, "YEARS", years)
            path = folder / f"{years}.db"
            bulk.make(path, years * A_YEAR, load_watchlist(None), lambda _: None)
            _visit(path, years)
    return [folder / "2.db", folder / "8.db"]


def _visit(path: Path, years: int) -> None:
    """A crawl of every source each week, that found its list changed, each time."""
    with Archive.open(path) as store, store.writing() as tx:
        for week in reversed(range(52 * years)):
            at = NOW - timedelta(weeks=week, hours=1)
            for job in JOBS:
                run = tx.runs.start(job, at)
                entry = f"http://{job}.test/news/"
                seen = ListSeen(entry, entry, Outcome.OK, rows=9, fresh=1, digest=str(week))
                tx.lists.record(run.id, seen, at)
                tx.runs.finish(run.id, at, Outcome.OK, Counts(listed=9))


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_older_archive_costs_no_more_to_ask(
    archives: list[Path], monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    steps = []
    for path in archives:
        with Archive.open(path) as store:
            QUESTIONS[question](store)  # what is prepared once
            with counted(monkeypatch) as taken:
                QUESTIONS[question](store)
            store._db.conn.set_progress_handler(None, 0)
            steps.append(STEPS * taken[0])
    few, many = steps
    assert many <= 1.3 * few + 500, (few, many)
