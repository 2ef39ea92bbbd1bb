"""What the tests of crawls share: sources for the fault server, and a crawl of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scheduler.health.inspection import inspect
from scraper.crawl.request import ArticleDone, CrawlEvent, CrawlRequest
from scraper.sources.links import compile_link
from scraper.sources.model import (
    Bounds,
    Entry,
    EntryKind,
    FieldRules,
    LinkRules,
    ListRules,
    Paging,
    PagingKind,
    Politeness,
    Source,
)
from storage.archive import Archive
from storage.incidents import Finding, Incident
from storage.runs import Run
from tests.support.make import NOW
from tests.support.paths import ROOT
from tests.support.servers import Server, Site, article_html, page

CHILD = """
import json, sys
from datetime import datetime, timedelta
from pathlib import Path
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from tests.support.crawling import source
path, hosts, now, wait, *names = sys.argv[1:]
now = datetime.fromisoformat(now)
request = CrawlRequest(
    "mailto:test@example.org", lambda: now, timedelta(seconds=float(wait)), json.loads(hosts)
)
for name in names:
    for run in crawl([source(name)], Path(path), request, lambda event: None):
        print(run.outcome, run.counts.new)
"""

BOUNDS = Bounds(
    page_bytes=200_000, page_timeout=timedelta(seconds=1), duration=timedelta(seconds=20)
)
FIELDS = FieldRules(
    language="en", title=("h1",), published=(".info",), body=(".content",), template="plain"
)


def source(name: str, **fields: Any) -> Source:
    """A source with one list at `/news.html` whose articles are `/a/NUMBER.htm`."""
    host = fields.pop("host", f"{name}.test")
    paging = fields.pop("paging", Paging(PagingKind.NEXT))
    entries = (Entry(EntryKind.LIST, f"http://{host}/news.html", paging, ListRules("ul.news li")),)
    base = Source(
        id=name,
        name=name,
        city="Guiyang",
        language="en",
        zone="Asia/Shanghai",
        home=f"http://{host}/",
        entries=entries,
        links=LinkRules((host,), (compile_link("/a/{id}.htm"),)),
        fields=FIELDS,
        schedule="every 1 h",
        politeness=Politeness(timedelta(seconds=0)),
        bounds=BOUNDS,
    )
    return replace(base, **fields)


@dataclass
class Crawl:
    """Crawls of a server's sites into one archive; `events` keeps what was reported."""

    archive: Path
    server: Server
    now: datetime = NOW
    events: list[CrawlEvent] = field(default_factory=list)

    def __call__(self, *sources: Source, **fields: Any) -> tuple[Run, ...]:
        """Crawl these sources once, in this process."""
        from scraper.crawl.run import crawl

        if not self.archive.exists():
            Archive.create(self.archive).close()
        self.events.clear()
        hosts = {**self.server.hosts, **fields.pop("hosts", {})}
        request = CrawlRequest("mailto:test@example.org", self.clock, hosts=hosts, **fields)
        return crawl(sources, self.archive, request, self.events.append)

    def clock(self) -> datetime:
        """The instant it is for the crawl."""
        return self.now

    def outcomes(self) -> dict[str, str]:
        """Outcome word by path of the articles dealt with in the last crawl."""
        return {
            "/" + event.url.split("/", 3)[3]: str(event.outcome)
            for event in self.events
            if isinstance(event, ArticleDone)
        }

    def ask(self, question: Callable[[Archive], Any]) -> Any:
        """What the archive says."""
        with Archive.open_readonly(self.archive) as store:
            return question(store)

    def table(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the archive, by a question in SQL."""
        with Archive.open_readonly(self.archive) as store:
            return [tuple(row) for row in store._db.execute(sql).fetchall()]

    def logged(self, run: Run, path: str = "") -> list[str]:
        """The outcome words of a run's attempts at addresses that end so."""
        sql = f"SELECT outcome FROM fetches WHERE run_id = {run.id} AND url LIKE '%{path}'"
        return [word for (word,) in self.table(sql)]

    def start_child(self, *names: str, wait: float = 0) -> subprocess.Popen[str]:
        """Crawl these sources one after the other in a process of its own."""
        hosts = json.dumps(self.server.hosts)
        arguments = [str(self.archive), hosts, self.now.isoformat(), str(wait), *names]
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def ended(child: subprocess.Popen[str]) -> tuple[str, str]:
    """What a child printed and complained of, once it has ended well."""
    out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    return out.strip(), err


_TEXT = (
    "Laboratory {n} opened on Monday in the east of the city, said the science office, and {n} "
    "engineers have begun to measure how the bridge of street {n} moves when lorries pass over it."
)


def incidents(crawl: Crawl, *names: str) -> list[Finding]:
    """What is amiss at these sources, judged now."""
    with Archive.open(crawl.archive) as store:
        found: Sequence[Incident] = inspect(store, names or ("a",), crawl.now).open_now
    return [each.finding for each in found]


def publish(site: Site, *numbers: int, extra: str = "") -> None:
    """Articles with texts of their own, and the list of them."""
    for number in numbers:
        html = article_html(f"Story {number}", _TEXT.format(n=number * 37))
        site.answer(
            f"/a/{number}.htm", page(html.replace("<p>It did not", f"{extra}<p>It did not"))
        )
    site.listing("/news.html", *(f"/a/{number}.htm" for number in numbers))
