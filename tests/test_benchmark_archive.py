"""The archive that benchmarks make in bulk is what crawls would have made."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bulk
from scraper.relevance.match import match
from scraper.relevance.watchlist import load_watchlist
from storage.archive import Archive
from storage.articles.records import Query
from storage.types import ArticleData

ARTICLES = 400


def stories(store: Archive) -> list[tuple[int, ...]]:
    """Article, its story, whom it leads to, who leads."""
    sql = (
        "SELECT a.id, a.story_id, s.joined_to, h.lead_id FROM articles a "
        "JOIN stories s ON s.article_id = a.id JOIN stories h ON h.id = a.story_id ORDER BY a.id"
    )
    return [tuple(row) for row in store._db.execute(sql).fetchall()]


@pytest.mark.slow
def test_a_made_archive_is_in_order_and_joins_what_a_crawl_would(archive: Path) -> None:
    watchlist = load_watchlist()
    bulk.make(archive, ARTICLES, watchlist, lambda done: None)
    with Archive.open(archive) as store:
        assert store.maintenance.integrity() == ()
        assert store.queue.backlog() == 0
        assert sum(store.queue.counts().values()) > ARTICLES / 2
        made = stories(store)
        store.maintenance.rebuild_stories(lambda done, of: None)
        assert stories(store) == made
        for number in (3, 6, 7, 8, 399):
            article, found = store.articles.get(number), store.relevance.of(number)
            assert article and found
            text = ArticleData(article.url, "", article.title, article.body)
            told = match(text, watchlist)
            assert (set(found.scores), set(found.places)) == (set(told.scores), set(told.places))
        assert store.articles.hits(Query("laboratories"))
