"""One past-tense line an outcome, `word key=value …`, to the logger `hubwatch.scraper`."""

from __future__ import annotations

import logging
import re

from storage.records import Fetch, Run

LOGGER = logging.getLogger("hubwatch.scraper")

_PLAIN = re.compile(r"[^\s\"=]+")


def event(word: str, **values: object) -> str:
    """`word key=value …`; values with blanks, quotes or equals signs are quoted, on one line."""
    return " ".join([word, *(f"{key}={_quoted(value)}" for key, value in values.items())])


def crawled(run: Run) -> str:
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
        seconds=f"{run.seconds:.1f}",
        reason=run.reason,
    )


def fetched(run_id: int, fetch: Fetch) -> str:
    """The line of a finished attempt at one address."""
    return event(
        "fetched",
        run=run_id,
        kind=fetch.kind,
        outcome=fetch.outcome,
        status=fetch.status or "",
        bytes=fetch.size,
        seconds=f"{fetch.seconds:.2f}",
        url=fetch.url,
        reason=fetch.reason,
    )


def _quoted(value: object) -> str:
    text = " ".join(str(value).split())
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
