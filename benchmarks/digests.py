"""How long a week's digest takes: to gather and build, to render in each format, to issue.

    python -m benchmarks.digests [--stories 300]

Makes an archive of so many stories in two languages over the shipped sources' number of portals, a
fifth of them with a copy, in a folder that is removed; then drafts and issues a digest of all of
it. Prints CPU seconds, the best of three for the formats.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from desk.digest.drafts import Wanted, draft, opened
from desk.digest.formats import render
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Format
from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.relevance import Relevance
from storage.runs import Counts, FetchKind
from storage.sources import SourceRef
from storage.types import (
    ArticleData,
    Capture,
    Grade,
    Match,
    Outcome,
    Precision,
    Reading,
    When,
)

NOW = datetime(2026, 3, 9, 4, tzinfo=UTC)
ZONE = "Asia/Shanghai"
SOURCES = 144
WORDS = ("harbour", "library", "orchestra", "tramway", "vineyard", "museum", "canal", "bakery")
HAN = "贵阳市科协发布创新枢纽城市建设方案企业难题榜单实验室开放"


def text(number: int) -> str:
    """About two thousand characters, of its own for each number; every third in Chinese."""
    if number % 3 == 0:
        return "。".join(f"{HAN[(number + n) % 12 :]}第{number}号{n}" for n in range(60)) + "。"
    return " ".join(f"The {WORDS[(number * 7 + n * 3) % 8]} {number}x{n} opens." for n in range(80))


def fill(store: Archive, stories: int) -> None:
    """The archive: a first crawl of nothing, then a week's stories and copies."""
    refs = [
        SourceRef(f"s{n}", f"Portal {n}", f"City {n % 30}", "zh" if n % 2 else "en", ZONE)
        for n in range(SOURCES)
    ]
    with store.writing() as tx:
        for ref in refs:
            tx.sources.register(ref, NOW - timedelta(days=30))
            run = tx.runs.start(ref.id, NOW - timedelta(days=30))
            tx.runs.finish(run.id, NOW - timedelta(days=30), Outcome.OK, Counts())
    for number, ref in enumerate(refs):
        with store.writing() as tx:
            at = NOW - timedelta(days=1 + number % 6)
            run = tx.runs.start(ref.id, at)
            for story in range(number, stories, SOURCES):
                keep(tx, ref, run.id, story, at, f"http://p{number}.test/{story}.htm")
            for story in range(0, stories, 5):
                if (story + 1) % SOURCES == number:
                    keep(tx, ref, run.id, story, at, f"http://p{number}.test/copy{story}.htm")
            tx.runs.finish(run.id, at, Outcome.OK, Counts())


def keep(tx: object, ref: SourceRef, run: int, story: int, at: datetime, url: str) -> None:
    """One page, archived, read, matched."""
    from storage.transaction import Transaction

    assert isinstance(tx, Transaction)
    body = text(story)
    page = Capture(url, url, at, 200, (("content-type", "text/html"),), body.encode())
    snapshot = tx.pages.keep(ref.id, page, FetchKind.ARTICLE)
    published = When(at.date(), Precision.DAY, ZONE)
    title = f"{body[:40]} {story}"
    data = ArticleData(url, ref.id, title, body, f"<p>{body}</p>", published, source="Bureau")
    reading = Reading(Outcome.OK, "", 1, "utf-8", "t", data)
    intent = decide(reading, tx.archive.pages.known(ref.id, url), url)
    applied = tx.articles.apply(intent, source_id=ref.id, run_id=run, now=at, snapshot_id=snapshot)
    assert applied.article_id is not None
    if story % 2 == 0:
        grade = Grade.CORE if story % 10 == 0 else Grade.RELATED
        match = Match("hub-city", grade, body[10:16], "body", 10, body[:120])
        tx.relevance.replace(applied.article_id, Relevance("v1", (match,)))


def spent(what: Callable[[], object], times: int = 1) -> float:
    """CPU seconds of the best of so many runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        what()
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=300)
    stories = parser.parse_args().stories
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "a.db")) as store:
        fill(store, stories)
        wanted = Wanted("Weekly", ZONE, enabled=())
        made = spent(lambda: draft(store, wanted, person="Ana", now=NOW))
        digest = opened(store, 1)
        print(f"{len(digest.items)} items; drafted in {made:.2f} s")
        for form in Format:  # what a format needs is loaded by the first run
            render(digest, form)
        whole = 0.0
        for form in Format:
            seconds = spent(lambda form=form: render(digest, form), 3)  # type: ignore[misc]
            whole += seconds
            print(f"  {form.value:<5} {seconds:.3f} s  {len(render(digest, form)):>9,} bytes")
        print(f"all formats in {whole:.2f} s")
        issued = spent(lambda: issue(store, 1, PLAIN, person="Li", now=NOW))
        print(f"issued in {issued:.2f} s")


if __name__ == "__main__":
    main()
