"""What people and the daemon ask costs, as the archive grows: CPU milliseconds of each question.

    python -m benchmarks.questions [--articles 0 10000 100000] [--folder FOLDER] [--rounds 5]
        [--hourly]

The archives are those of `bulk`, of three years each, made first, and kept in FOLDER where it is
given. Each is asked in a process of its own, in which the program is loaded already; the
configuration, with 144 sources, is read by each command anew. Given is the quickest of the rounds.
With `--hourly` each archive holds a year of hourly crawls of 300 sources besides. The digest is of
the latest 1,000 articles whatever the archive, so its rows are the same.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks import bulk
from desk.cli.main import main as hubwatch
from scheduler.monitoring import DaemonStatus, answers
from scraper.relevance.watchlist import load_watchlist
from storage.archive import Archive
from storage.queue import QueueFilter
from storage.stories.links import candidates

NOW = bulk.NOW + timedelta(hours=2)
_ITEMS = 1000
_COMMANDS = (
    "status",
    "timetable",
    "incidents",
    "sources",
    "sources show s7",
    "sources runs",
    "quarantine",
    "search laboratories",
    "search laboratories --newest",
    "search city --since 7d",
    "stories",
    "stories --several",
    "show 50",
    "why 50",
    "why http://s1.test/nowhere.htm",
    "why 'city science'",
    "decisions",
    "changes",
    "facts",
    "contradictions",
    "pictures coverage",
    "digest make --since {since}",
)
_SOURCE = """\
id = "s{n}"
name = "Portal {n}"
city = "City {city}"
language = "{language}"
timezone = "{zone}"
template = "generic"
home = "http://s{n}.test/"
schedule = "every 6h"

[[entry]]
kind = "list"
url = "http://s{n}.test/news/"

[links]
hosts = ["s{n}.test"]
allow = ["/{{any}}.htm"]
"""


def configuration(folder: Path, sources: int) -> Path:
    """A configuration of so many sources, those of the archive."""
    (folder / "sources").mkdir()
    ids = []
    for n in range(sources):
        language = "zh" if n % 2 else "en"
        text = _SOURCE.format(n=n, city=n % 30, language=language, zone=bulk.ZONE)
        (folder / "sources" / f"s{n}.toml").write_text(text, "utf-8")
        ids.append(f"s{n}")
    file = folder / "hubwatch.toml"
    file.write_text(f"enabled = {json.dumps(ids)}\n", "utf-8")
    return file


def asked(archive: Path, articles: int, sources: int, rounds: int) -> dict[str, float]:
    """CPU milliseconds of each question, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        common = ["--config", str(configuration(Path(folder), sources)), "--db", str(archive)]
        common += ["--now", NOW.isoformat()]
        days = min(365 * bulk.YEARS, 365 * bulk.YEARS * _ITEMS // max(articles, 1))
        since = f"{NOW - timedelta(days=days):%Y-%m-%d}"
        found = {}
        for command in _COMMANDS:
            words = shlex.split(command.format(since=since))
            if articles or words[0] not in ("show", "why"):
                found[command] = _quickest(partial(_run, [*common, *words]), rounds)
    with Archive.open(archive) as store:
        jobs = tuple(f"s{n}" for n in range(sources))
        daemon = DaemonStatus(len(jobs), 0, 0, 0, "", sources=jobs)
        latest = store._db.execute("SELECT id, sketch FROM bodies ORDER BY id DESC LIMIT 50")
        texts = latest.fetchall()
        questions: dict[str, Callable[[], object]] = {
            "/metrics": answers(store, lambda: daemon, lambda: NOW)["/metrics"],
            "facts of every source": lambda: [store.sources.facts(job, NOW) for job in jobs],
            "ledger of every job": lambda: store.slots.histories(jobs, NOW),
            "queue": lambda: store.queue.page(QueueFilter(limit=50)),
            "near-copies of 50 texts": lambda: [candidates(store._db, *one) for one in texts],
        }
        for name, ask in questions.items():
            found[name] = _quickest(ask, rounds)
    return found


def _run(arguments: list[str]) -> None:
    printed, said = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with redirect_stdout(printed), redirect_stderr(said):
        try:
            hubwatch(arguments)
        except SystemExit as ended:
            if ended.code:
                said.seek(0)
                raise RuntimeError(f"{arguments}: {said.read()}") from None


def _quickest(ask: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds + 1):
        began = time.process_time()
        ask()
        taken.append(1000 * (time.process_time() - began))
    return min(taken[1:])


def main() -> None:
    """Ask at each size in a process of its own, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, nargs="+", default=[0, 10_000, 100_000])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path, help="keep the archives here, and use those there")
    options.add_argument("--hourly", action="store_true", help="add a year of hourly crawls")
    options.add_argument("--role", nargs=4, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.role:
        path, articles, sources, rounds = chosen.role
        print(json.dumps(asked(Path(path), int(articles), int(sources), int(rounds))))
        return
    with tempfile.TemporaryDirectory() as top:
        folder = chosen.folder or Path(top)
        columns = []
        for articles in chosen.articles:
            laid = folder / f"{articles}{'-hourly' if chosen.hourly else ''}.db"
            if not laid.exists():
                bulk.make(laid, articles, load_watchlist(None), lambda _: None)
                if chosen.hourly:
                    bulk.add_hourly_year(laid)
            sources = bulk.HOURLY_SOURCES if chosen.hourly else bulk.SOURCES
            role = ["--role", str(laid), str(articles), str(sources), str(chosen.rounds)]
            command = [sys.executable, "-m", "benchmarks.questions", *role]
            out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            columns.append(json.loads(out.splitlines()[-1]))
    print(f"{'CPU ms, articles:':34}", *(f"{articles:>9,}" for articles in chosen.articles))
    for name in columns[-1]:
        print(f"{name:34}", *(f"{column.get(name, math.nan):9.1f}" for column in columns))


if __name__ == "__main__":
    main()
