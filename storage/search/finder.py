"""An archive that can be searched, and nothing more: what it says, how its stories stand.

So `hubwatch search` loads little; `store` answers everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..archive import Archive
from ..articles import rows
from ..articles.select_articles import ArticleQueries
from ..review.select_decisions import DecisionQueries
from ..revisions.select_edits import EditQueries

if TYPE_CHECKING:
    from ..crawls.records import SourceRef, Survey
    from ..driver import Connection


class Finder(Archive, ArticleQueries, EditQueries, DecisionQueries):
    """An open archive with the questions of a search. Use `open_readonly`, and close it (or
    `with`)."""

    def source_refs(self) -> dict[str, SourceRef]:
        """Every source the archive knows, whether or not it has a definition, by id."""
        from ..crawls.rows import source_ref_of

        return {row["id"]: source_ref_of(row) for row in self._db.query("SELECT * FROM sources")}

    def has_topic(self, topic: str) -> bool:
        """Whether a topic was ever found in an article, whatever today's watchlist has."""
        found = self._db.execute("SELECT 1 FROM matches WHERE topic = ? LIMIT 1", [topic])
        return found.fetchone() is not None

    def survey(self) -> Survey:
        """The archive at a glance."""
        from ..crawls.records import Survey

        newest = next(iter(self._db.query(_NEWEST)), None)
        return Survey(
            path=str(self.path),
            articles=_count(self._db, "articles"),
            stories=_count(self._db, "stories WHERE joined_to IS NULL"),
            newest=rows.when(newest, "published") if newest else None,
            newest_title=newest["title"] if newest else "",
        )


def _count(db: Connection, what: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


_NEWEST = """
SELECT r.title, r.published, r.published_precision, r.published_zone
FROM articles a JOIN readings r ON r.id = a.reading_id
ORDER BY a.dated_at DESC LIMIT 1
"""
