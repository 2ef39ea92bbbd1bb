"""One past-tense line an outcome, `word key=value …`, to the logger `hubwatch.scraper`."""

from __future__ import annotations

import logging

from hubwatch.log_line import LogLine
from storage.runs.records import Fetch, Run

LOGGER = logging.getLogger("hubwatch.scraper")


def event(word: str, **values: object) -> LogLine:
    """`word key=value …`."""
    return LogLine(word, values)


def crawled(run: Run) -> LogLine:
    """The line of a finished run."""
    counts = run.counts
    return event(
        "crawled",
        source=run.source_id,
        run=run.id,
        outcome=run.outcome or "",
        listed=counts.listed,
        fetched=counts.fetched,
        unchanged=counts.unchanged,
        new=counts.new,
        changed=counts.changed,
        cosmetic=counts.cosmetic,
        gone=counts.gone,
        quarantined=counts.quarantined,
        failed=counts.failed,
        seconds=run.seconds,
        reason=run.reason,
    )


def fetched(run_id: int, fetch: Fetch) -> LogLine:
    """The line of a finished attempt at one address."""
    return event(
        "fetched",
        run=run_id,
        kind=fetch.kind,
        outcome=fetch.outcome,
        status=fetch.status or "",
        bytes=fetch.size,
        seconds=fetch.seconds,
        url=fetch.url,
        reason=fetch.reason,
    )
