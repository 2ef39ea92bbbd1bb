"""What a new page costs to write, as the archive grows: CPU time, and bytes of the write-ahead log.

    python -m benchmarks.writes [--articles 0 60000] [--pages 600] [--at-once 32]

The pages are read and prepared beforehand, as a crawl's workers do. What is measured is what a
crawl does from there: decide, compare with near-copies, write, commit, so many pages being on their
way at any moment. Every tenth is a reprint of an article of the archive, a few words of it changed.
The peer of the same run writes address, title and text of the same pages into one plain table with
an index, eight a commit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks import bulk
from benchmarks.crawl import sources
from scraper.crawl.context import Writes
from scraper.items import FetchedPage
from scraper.pipelines.decide import plan_ingest
from scraper.pipelines.read import prepare
from scraper.relevance.watchlist import Watchlist, load_watchlist
from storage.archive import Archive
from storage.packing import pack_body
from storage.types import Capture, Outcome, Reading

NOW = bulk.NOW + timedelta(hours=2)
_REPRINT_EVERY = 10
_LOGGED = 200
"""So many of the pages are written into a log that is not given back, to see its size."""


def pages(store: Archive, watchlist: Watchlist, count: int) -> list[FetchedPage]:
    """Fresh pages, and reprints of articles that are kept."""
    writer = bulk.Writer()
    writer.dice = random.Random(8)
    kept = [row["body"] for row in store._db.query("SELECT body FROM readings LIMIT 2000")]
    made = []
    for number in range(count):
        source = sources()[number % 2]
        at = NOW + timedelta(seconds=number)
        data = writer.article(10**7 + number, source.ref, at, "")
        if kept and number % _REPRINT_EVERY == 0:
            text = writer.dice.choice(kept)
            data = replace(data, body=text.replace(text[20:24], "anew", 1), html=f"<p>{text}</p>")
        body = f"<html><h1>{data.title}</h1>{data.html}</html>".encode()
        headers = (("content-type", "text/html"),)
        capture = Capture(data.url, data.url, at, 200, headers, body)
        reading = Reading(Outcome.OK, "", 1, "utf-8", "t", data)
        made.append(
            FetchedPage(
                source,
                capture,
                reading,
                prepared=prepare(data, watchlist),
                body=pack_body(body, None),
            )
        )
    return made


async def _write(
    store: Archive, run_ids: dict[str, int], found: list[FetchedPage], at_once: int
) -> None:
    writes, left = Writes(store), iter(found)

    async def some() -> None:
        for page in left:
            now = page.capture.fetched_at
            plan = plan_ingest(store, page, run_id=run_ids[page.source.id], now=now)
            await writes.do(plan)

    await asyncio.gather(*(some() for _ in range(at_once)))


def _begun(store: Archive) -> dict[str, int]:
    with store.writing() as tx:
        for source in sources():
            tx.sources.register(source.ref, NOW)
        return {source.id: tx.runs.start(source.id, NOW).id for source in sources()}


def written(archive: str, count: str, at_once: str) -> dict[str, float]:
    """CPU time and log of pages written into an archive, and of the peer."""
    path, watchlist = Path(archive), load_watchlist(None)
    with Archive.open(path) as store:
        made = pages(store, watchlist, int(count))
        run_ids = _begun(store)
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store._db.execute("PRAGMA wal_autocheckpoint = 0")
        asyncio.run(_write(store, run_ids, made[:_LOGGED], int(at_once)))
        logged = Path(f"{path}-wal").stat().st_size / len(made[:_LOGGED])
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Archive.open(path) as store:
        began = time.process_time()
        asyncio.run(_write(store, run_ids, made[_LOGGED:], int(at_once)))
        spent = (time.process_time() - began) / len(made[_LOGGED:])
    return {"cpu": 1000 * spent, "log": logged / 1024, "peer": _peer(path, made[_LOGGED:])}


def _peer(path: Path, made: list[FetchedPage]) -> float:
    plain = sqlite3.connect(path.with_suffix(".plain"), isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = NORMAL")
    plain.execute("CREATE TABLE IF NOT EXISTS a (url TEXT PRIMARY KEY, title TEXT, body TEXT)")
    rows = [
        (page.reading.article.url, page.reading.article.title, page.reading.article.body)
        for page in made
        if page.reading.article
    ]
    began = time.process_time()
    for start in range(0, len(rows), 8):
        plain.execute("BEGIN")
        plain.executemany("INSERT OR REPLACE INTO a VALUES (?, ?, ?)", rows[start : start + 8])
        plain.execute("COMMIT")
    spent = time.process_time() - began
    plain.close()
    return 1000 * spent / len(rows)


def main() -> None:
    """Measure at each size in a process of its own, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, nargs="+", default=[0, 60_000])
    options.add_argument("--pages", type=int, default=600)
    options.add_argument("--at-once", type=int, default=32)
    options.add_argument("--folder", type=Path, help="keep the archives here, and use those there")
    options.add_argument("--role", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.role:
        print(json.dumps(written(*chosen.role)))
        return
    print("articles   CPU ms a page   log KiB a page   ÷ plain table")
    with tempfile.TemporaryDirectory() as top:
        folder = chosen.folder or Path(top)
        for articles in chosen.articles:
            laid = folder / f"{articles}.db"
            if not laid.exists():
                bulk.make(laid, articles, load_watchlist(None), lambda _: None)
            copy = Path(top) / "copy.db"
            copy.write_bytes(laid.read_bytes())
            role = ["--role", str(copy), str(chosen.pages), str(chosen.at_once)]
            command = [sys.executable, "-m", "benchmarks.writes", *role]
            out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            found = json.loads(out.splitlines()[-1])
            ratio = found["cpu"] / found["peer"]
            print(f"{articles:8}   {found['cpu']:13.2f}   {found['log']:14.0f}   {ratio:13.1f}")
            for left in Path(top).glob("copy.*"):
                if left.is_file():
                    left.unlink()


if __name__ == "__main__":
    main()
