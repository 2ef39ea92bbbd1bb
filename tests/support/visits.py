"""Visiting pages that change: runs of one source, each page decided and kept; not a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scraper.pipelines.decide import decide
from scraper.revisions import classify_change
from storage.archive import Archive
from storage.runs import Counts, Run
from storage.types import Applied, ArticleData, Outcome, Revise
from tests.support import make
from tests.support.make import BODY, SOURCE, later

SAYS = BODY.replace("95", "{}")
"""A text with one amount left open."""


@dataclass
class Visits:
    """The runs of one source, a day apart. The first is its baseline."""

    store: Archive
    days: int = 0
    _last: dict[str, ArticleData] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """When the run of this day begins."""
        return later(days=self.days)

    def run(
        self,
        pages: Mapping[str, str],
        *,
        titles: Mapping[str, str] | None = None,
        published: str = "2026-03-01",
    ) -> Run:
        """A run that finds these texts at these names; None of what else is known is asked for."""
        self.days += 1
        with self.store.writing() as tx:
            run = tx.runs.start(SOURCE.id, self.now)
        for name, text in pages.items():
            self.visit(run, name, text, (titles or {}).get(name, f"On {name}"), published)
        with self.store.writing() as tx:
            return tx.runs.finish(run.id, self.now, Outcome.OK, Counts())

    def visit(
        self, run: Run, name: str, text: str, title: str = "", published: str = "2026-03-01"
    ) -> Applied:
        """One page as a run finds it."""
        url = f"http://e.test/{name}"
        reading = make.reading(
            url=url, title=title or f"On {name}", body=text, published=make.day(published)
        )
        assert reading.article
        with self.store.writing() as tx:
            intent = decide(reading, tx.archive.pages.known(SOURCE.id, url), url)
            if isinstance(intent, Revise):
                intent = classify_change(self._last[name], reading.article).of(intent)
            applied = tx.articles.apply(intent, source_id=SOURCE.id, run_id=run.id, now=self.now)
        self._last[name] = reading.article
        return applied

    def gone(self, article_id: int) -> None:
        """A run that finds an article withdrawn."""
        self.days += 1
        with self.store.writing() as tx:
            run = tx.runs.start(SOURCE.id, self.now)
            tx.articles.mark_gone(
                article_id, run_id=run.id, now=self.now, outcome=Outcome.GONE, evidence="HTTP 404"
            )
            tx.runs.finish(run.id, self.now, Outcome.OK, Counts())


def many_pages(count: int, number: int) -> dict[str, str]:
    return {f"n{n}": SAYS.format(1000 * n + number) for n in range(count)}
