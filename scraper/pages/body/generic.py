"""The last resort for a body: trafilatura's reading of the whole page, as an element of ours.

Used where our own reading finds nothing, or is in doubt.
"""

from __future__ import annotations

import logging

from storage.types import Origin

from ..page import Page
from ..tree import linked_size, parse, text_size
from .place import BodyPlace

MAX_ELEMENTS, MAX_CHARACTERS = 15_000, 2_000_000
"""It walks a page many times over; larger ones are left to cheaper means."""

# It warns about every page it finds nothing in; our outcome words say that better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def extract(page: Page) -> BodyPlace | None:
    """The main text as an element, or None where trafilatura finds nothing but links."""
    if page.elements > MAX_ELEMENTS or len(page.markup) > MAX_CHARACTERS:
        return None
    from trafilatura import extract as _extract  # takes as long as reading fifty pages

    try:
        html = _extract(
            page.markup,
            output_format="html",
            include_comments=False,
            include_images=True,
            include_links=True,
            include_tables=True,
            with_metadata=False,
        )
    except (ValueError, RecursionError, AttributeError, TypeError, LookupError):
        return None  # its faults on odd trees must not be ours
    if not html:
        return None
    body = parse(html)[0].find("body")
    if body is None or linked_size(body) * 2 > text_size(body):
        return None
    return BodyPlace(body, Origin.GENERIC, "trafilatura")
