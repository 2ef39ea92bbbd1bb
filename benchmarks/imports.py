"""How fast whole articles come in: articles a second, beside a raw insert of the same rows.

    python benchmarks/imports.py [--articles 2000] [--pairs 5]

Both sides run in the same process, in turn; the figures are medians. The raw side does what the
archive cannot do without less of: it writes title, text, dates and address of each article into one
table with sqlite-utils, with no text index, history, stories, matches or check for what is known.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlite_utils import Database

from benchmarks.bulk import Writer
from scraper.archives.ingest import Homes, ingest
from scraper.archives.jsonl import Line, read_lines
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import load_catalogue
from storage.archive import Archive

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TO_REACH = 200
_CITIES = ("Guiyang", "Foshan", "Zunyi", "Hangzhou")
_STATED = (  # what in a news text is compared with other reports
    "By the end of 2024 the {subject} of {city} had {figure:,} {thing}.",
    "The {subject} in {city} covers {figure:,} hectares and serves the {thing}.",
    "Officials of {city} said the {subject} would spend {figure:,} million yuan on {thing}.",
)


def generate(path: Path, articles: int) -> None:
    """Write a file of articles of some 3,500 characters, the same ones every time: words as
    frequent as those of any language, and among them as many figures as news has."""
    writer, dice = Writer(), random.Random(7)
    with path.open("w", encoding="utf-8") as out:
        for number in range(articles):
            paragraphs = [" ".join(_sentences(writer, dice)) for _ in range(dice.randint(6, 9))]
            line = {
                "url": f"http://old.example.org/2024-05/06/c_{number}.htm",
                "source_id": "old-portal",
                "source": "Old Portal Daily",
                "title": f"{writer.words(9, 'en')} {number}",
                "published": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}T09:30:00+08:00",
                "language": "en",
                "city": "Guiyang",
                "body": "\n\n".join(paragraphs),
                "provenance": {"title": {"from": "template", "rule": "h1", "raw": "x"}},
            }
            out.write(json.dumps(line) + "\n")


def _sentences(writer: Writer, dice: random.Random) -> Iterator[str]:
    """A paragraph; every second has a sentence with a figure."""
    for _ in range(4):
        yield writer.words(dice.randint(12, 20), "en").capitalize() + "."
    if dice.random() < 0.5:
        yield dice.choice(_STATED).format(
            subject=writer.words(2, "en"),
            city=dice.choice(_CITIES),
            figure=dice.randint(2, 9000),
            thing=writer.words(1, "en"),
        )


def imported(file: Path, folder: Path) -> Callable[[], float]:
    """Seconds of an import into an empty archive, and of the same import again."""
    catalogue, watchlist = load_catalogue(), load_watchlist()

    def run() -> float:
        with Archive.create(folder / "hubwatch.db") as store:
            homes = Homes(catalogue, store.sources.refs())
            began = time.perf_counter()
            brought = ingest(store, read_lines(file), homes, watchlist, lambda: NOW, file.name)
            seconds = time.perf_counter() - began
        assert not brought.faults
        return seconds

    return run


def inserted(file: Path, folder: Path) -> float:
    """Seconds of the raw insert."""
    began = time.perf_counter()
    database = Database(folder / "raw.db")
    rows: list[dict[str, Any]] = [
        {name: line.value[name] for name in ("url", "source_id", "title", "published", "body")}
        for line in read_lines(file)
        if isinstance(line, Line)
    ]
    database.table("articles").insert_all(rows, pk="url", batch_size=50)
    database.close()
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--pairs", type=int, default=5)
    chosen = options.parse_args()
    first, again, raw = list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as top:
        file = Path(top) / "articles.jsonl"
        generate(file, chosen.articles)
        for pair in range(chosen.pairs):
            folder = Path(top) / str(pair)
            folder.mkdir()
            run = imported(file, folder)
            raw.append(inserted(file, folder))
            first.append(run())
            again.append(run())
        size = file.stat().st_size / chosen.articles
        archive = (folder / "hubwatch.db").stat().st_size / chosen.articles
    rate = chosen.articles / statistics.median(first)
    print(f"articles              {chosen.articles} of {size:,.0f} bytes a line")
    print(f"import                {rate:,.0f} articles/s (to reach: {TO_REACH})")
    print(f"the same file again   {chosen.articles / statistics.median(again):,.0f} articles/s")
    print(f"raw insert            {chosen.articles / statistics.median(raw):,.0f} articles/s")
    ratio = statistics.median(a / b for a, b in zip(first, raw, strict=True))
    print(f"import ÷ raw insert   {ratio:.1f} times as long")
    print(f"archive               {archive:,.0f} bytes an article")


if __name__ == "__main__":
    main()
