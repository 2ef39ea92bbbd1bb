"""What runs in processes of its own: a crawl of the hostile world, expressions that may spin."""

from __future__ import annotations

import json
import sys
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
    for run in crawl(sources, path, request, lambda event: None):
        print(json.dumps([run.source_id, run.outcome, run.reason]))


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
