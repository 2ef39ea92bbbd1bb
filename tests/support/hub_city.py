"""A small archive with a story of a hub city, for questions on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from storage.archive import Archive
from storage.relevance import Relevance
from storage.runs import Counts, FetchKind
from storage.types import Grade, Match, Outcome
from tests.support.make import BODY, NOW, SOURCE, capture, insert

LATER = NOW + timedelta(hours=2)
LONG = "枢纽城市建设工作会议在贵阳举行，会议提出加快大数据产业发展，推动科技创新成果转化。" * 4


def hub_city_archive(path: Path) -> Path:
    """An archive with a hub-city story at two addresses, one in Chinese, and an odd title."""
    intents = [
        insert(),
        insert(url="http://kjj.practice.test/2026-03/01/c_9.htm", title="The same elsewhere"),
        insert(
            url="http://english.practice.test/2026-03/01/c_2.htm",
            title="贵阳推进创新枢纽城市建设",
            body=LONG,
            language="zh",
        ),
        insert(
            url="http://english.practice.test/2026-03/01/c_3.htm",
            title="\x1b[31m[bold]Red[/bold] <b>title</b>",
            body="Every day a text about trains. " * 8,
        ),
    ]
    with Archive.create(path) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for intent in intents:
            snapshot = tx.pages.keep(SOURCE.id, capture(), FetchKind.ARTICLE)
            tx.articles.apply(
                intent, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot
            )
        match = Match("hub-city", Grade.CORE, "hub city", "body", 30, BODY.split("\n")[0])
        tx.relevance.replace(1, Relevance("v1", (match,)))
        tx.runs.finish(run.id, LATER, Outcome.OK, Counts(listed=4, fetched=4, new=4))
    return path


def at(moment: str = "2026-03-03T12:00+08:00") -> tuple[str, str]:
    return "--now", moment
