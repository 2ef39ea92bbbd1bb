"""Pages that reprint each other, and the stories that an archive makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.sources import SourceRef
from storage.types import When
from tests.support import make
from tests.support.make import NOW, SOURCE, day
from tests.support.texts import body, reworded, sentences

A, B, C, D = (sentences(number) for number in range(1, 5))


@dataclass(frozen=True, slots=True)
class Page:
    """A page to keep: its name is its address."""

    name: str
    parts: Sequence[str]
    title: str = ""
    published: str = "2026-03-01"

    @property
    def url(self) -> str:
        return f"http://e.test/{self.name}"


def keep(
    store: Archive,
    page: Page,
    at: timedelta = timedelta(),
    *,
    source: SourceRef = SOURCE,
    published: When | None = None,
) -> int:
    """Store a page as a crawl does; returns its article."""
    title = page.title or f"On {page.name}"
    published = published or day(page.published)
    reading = make.reading(url=page.url, title=title, body=body(page.parts), published=published)
    with store.writing() as tx:
        tx.sources.register(source, NOW)
        intent = decide(reading, tx.archive.pages.known(source.id, page.url), page.url)
        applied = tx.articles.apply(intent, source_id=source.id, run_id=None, now=NOW + at)
    assert applied.article_id is not None
    return applied.article_id


def groups(store: Archive) -> set[frozenset[str]]:
    """The stories by the names of their pages."""
    return {
        frozenset(place.url.rpartition("/")[2] for place in story.publications)
        for story in store.stories.latest()
    }


def kept(folder: Path, pages: Iterable[Page]) -> set[frozenset[str]]:
    """The stories of pages that arrive in this order at an archive of their own."""
    path = folder / "archive.db"
    for file in folder.glob("archive.db*"):
        file.unlink()
    with Archive.create(path) as store:
        for page in pages:
            keep(store, page)
        return groups(store)


def names(*stories: str) -> set[frozenset[str]]:
    return {frozenset(story.split()) for story in stories}


REPRINTS = (
    Page("original", A),
    Page("same", A, "Another headline"),
    Page("cut60", A[:15]),
    Page("cut40", A[:10]),
    Page("edited", reworded(A, 0.15)),
    Page("longer", [*A[:12], *B[:5], *A[12:]]),
    Page("miss", [*A[:8], *C[:16]]),
    Page("other", D),
)


def rebuilt(store: Archive) -> None:
    store.maintenance.rebuild_stories(lambda done, of: None)
