"""The last resort for pages of other parts of the world: htmldate's search of the whole page.

Only where the page states nothing that we can read, and never on a page of the kind we watch: an
unknown date is better there than a guess.
"""

from __future__ import annotations

import logging
from datetime import date

from storage.types import DateClue, DateKind, Origin, Precision, When

from ..fields.dates import EARLIEST, MOST_AHEAD
from ..page import Page

_LARGEST = 2 * 1024 * 1024
"""Characters of a page above which it is not searched: the search takes time with the size."""


def search_date(page: Page, zone: str) -> DateClue | None:
    """The day htmldate finds on the page; None where it finds none, or a bare year's first day."""
    if len(page.markup) > _LARGEST:
        return None
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        found = find_date(
            page.markup,
            url=page.url,
            original_date=True,
            min_date=EARLIEST.isoformat(),
            max_date=(page.now + MOST_AHEAD).date().isoformat(),
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # an odd page; a last resort may fail
    if not found or found.endswith("-01-01"):
        return None
    when = When(date.fromisoformat(found), Precision.DAY, zone)
    return DateClue(DateKind.PUBLISHED, when, Origin.GENERIC, "search of the page", found)
