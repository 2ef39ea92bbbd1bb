"""What runs in processes of its own: a crawl of the hostile world, expressions that may spin."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from scraper.sources.links import compile_link
from scraper.sources.model import EntryKind
from storage.archive import Archive
from tests.support.make import NOW

from .world import source_of


def crawl_world(spec: dict[str, Any]) -> None:
    """Crawl sources at once into a new archive, and say what each run came to."""
    path = Path(spec["archive"])
    Archive.create(path).close()
    sources = [source_of(name, EntryKind(kind)) for name, kind in spec["sources"]]
    request = CrawlRequest("mailto:test@example.org", lambda: NOW, hosts=spec["hosts"])
    longest = longest_turns()
    for run in crawl(sources, path, request, lambda event: None):
        print(json.dumps([run.source_id, run.outcome, run.reason]))
    print(json.dumps({"longest": longest}))


def longest_turns() -> list[tuple[float, str]]:
    """The longest turns of event loops from now on, the longest first: seconds of CPU time, and
    whose they were. While one lasts, no other site is served."""
    longest: list[tuple[float, str]] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        spent = time.thread_time() - began
        if len(longest) < 5 or spent > longest[-1][0]:
            longest.append((spent, repr(handle)[:300]))
            longest.sort(reverse=True)
            del longest[5:]

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    return longest


def search(spec: dict[str, Any]) -> None:
    """Read expressions as a source's file has them, and look for them in addresses."""
    for expression, texts in spec["expressions"]:
        try:
            pattern = compile_link(f"re:{expression}")
        except ValueError:
            continue
        for text in texts:
            pattern.search(text)
    print("searched")


if __name__ == "__main__":
    {"crawl": crawl_world, "search": search}[sys.argv[1]](json.loads(sys.stdin.read()))
