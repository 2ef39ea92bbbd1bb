"""Articles of the practice city to build digests from; not a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desk.digest.model import Edition, Period
from storage.articles.records import Article
from storage.types import Precision, When

ZONE = "Asia/Shanghai"
UNTIL = datetime(2024, 6, 10, 4, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)
PERIOD = Period(SINCE, UNTIL, ZONE)
EDITION = Edition("Hub cities", PERIOD)


def on(text: str) -> When:
    return When(date.fromisoformat(text), Precision.DAY, ZONE)


def article(number: int, **changes: object) -> Article:
    plain = Article(
        id=number,
        story_id=number,
        url=f"http://english.practice.test/2024-06/05/c_{number}.htm",
        source_id="guiyang",
        source_name="Guiyang portal",
        city="Guiyang",
        language="en",
        title=f"Story {number}",
        body="Text.",
        html="",
        published=on("2024-06-05"),
        updated=None,
        source="Science bureau",
        author=None,
        images=(),
        attachments=(),
        evidence=(),
        matches=(),
        first_seen_at=UNTIL - timedelta(days=1),
        last_seen_at=UNTIL - timedelta(days=1),
        changed_at=None,
        gone_at=None,
        baseline=False,
        revisions=1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
