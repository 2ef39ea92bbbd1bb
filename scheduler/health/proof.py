"""What the latest crawl of a source proves: which lists were read, what was on them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from storage.sources.records import SourceFacts

from .findings import WORKED


@dataclass(frozen=True, slots=True)
class CrawlProof:
    """The lists that were read in a crawl, their rows, the date of the newest row as its list says
    it, and how many rows were never listed before. `unchanged` lists were "not modified", by a
    version of the page that is archived."""

    lists: int
    rows: int
    newest: str | None
    fresh: int
    unchanged: int

    def told(self) -> str:
        """In words: `2 lists read, 35 rows, newest 2026-03-01, all known`."""
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        lists = "1 list" if self.lists == 1 else f"{self.lists} lists"
        newest = f", newest {self.newest[:10]}" if self.newest else ""
        known = f"{self.fresh} new" if self.fresh else "all known"
        return f"{lists} read, {rows}{newest}, {known}"


def proof_of(facts: SourceFacts) -> CrawlProof | None:
    """What the latest conclusive crawl proves; None if it failed, or read no list to its end."""
    if not facts.runs or facts.runs[0].outcome not in WORKED:
        return None
    run = facts.runs[0].id
    # A back-fill, or a crawl that was cut off, may have seen the same since.
    seen = [each for each in facts.sights if each.first_run_id <= run <= each.last_run_id]
    read = [each for each in seen if each.seen.rows]
    if not read:
        return None
    return CrawlProof(
        lists=len({each.seen.entry_url for each in read}),
        rows=sum(each.seen.rows for each in read),
        newest=max((each.seen.newest for each in read if each.seen.newest), default=None),
        fresh=sum(each.seen.fresh for each in read if each.first_run_id == run),
        unchanged=sum(each.seen.unchanged for each in read),
    )
