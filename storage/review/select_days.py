"""Selecting figures a day: what came from each source and of each place, how the runs went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..driver import Connection
from ..relevance.records import Role
from ..stamps import stamp, unstamp
from ..types import Outcome

Days = Mapping[date, int]


class DayQueries:
    """The part of the store that answers how much, day by day. Days are those of a zone (IANA)."""

    _db: Connection

    def sights_by_day(
        self, since: datetime, zone: str, source_id: str | None = None
    ) -> dict[str, dict[date, int]]:
        """Source → how many of its articles were first seen on each day; of all sources, or one."""
        named = [] if source_id is None else [source_id]
        sql = (
            "SELECT s.id, substr(a.first_seen_at, 1, 16) AS minute, count(*) AS n "
            "FROM sources s CROSS JOIN articles a ON a.source_id = s.id "
            f"WHERE a.first_seen_at >= ? {'AND s.id = ? ' if named else ''}GROUP BY s.id, minute"
        )
        return self._by_day(sql, [stamp(since), *named], zone)

    def places_by_day(self, since: datetime, zone: str) -> dict[str, dict[date, int]]:
        """Place → how many stories about it were first seen on each day."""
        sql = (
            "SELECT p.place AS id, substr(a.first_seen_at, 1, 16) AS minute, "
            "count(DISTINCT a.story_id) AS n "
            "FROM articles a INDEXED BY articles_by_sight CROSS JOIN places p "
            "ON p.article_id = a.id "
            f"WHERE a.first_seen_at >= ? AND p.role = '{Role.ABOUT}' GROUP BY id, minute"
        )
        return self._by_day(sql, [stamp(since)], zone)

    def runs_by_day(self, since: datetime, zone: str) -> dict[str, dict[date, Outcome]]:
        """Source → the outcome of its last crawl that ended of those begun on each day."""
        found: dict[str, dict[date, Outcome]] = {}
        sql = (
            "SELECT source_id, started_at, outcome FROM runs INDEXED BY runs_by_start "
            "WHERE started_at >= ? AND kind = 'crawl' AND outcome IS NOT NULL ORDER BY id"
        )
        for row in self._db.query(sql, [stamp(since)]):
            day = unstamp(row["started_at"]).astimezone(ZoneInfo(zone)).date()
            found.setdefault(row["source_id"], {})[day] = Outcome(row["outcome"])
        return found

    def quarantined_by_source(self) -> dict[str, int]:
        """Source → how many of its pages are set aside."""
        sql = "SELECT source_id, count(*) AS n FROM quarantine GROUP BY source_id"
        return {row["source_id"]: row["n"] for row in self._db.query(sql)}

    def _by_day(self, sql: str, parameters: list[str], zone: str) -> dict[str, dict[date, int]]:
        home = ZoneInfo(zone)
        found: dict[str, dict[date, int]] = {}
        for row in self._db.query(sql, parameters):
            day = datetime.fromisoformat(f"{row['minute']}+00:00").astimezone(home).date()
            days = found.setdefault(row["id"], {})
            days[day] = days.get(day, 0) + row["n"]
        return found
