"""A digest as CSV (RFC 4180), one row an item, for spreadsheets.

A spreadsheet runs a cell that begins like a formula, so such cells get an apostrophe in front.
It can be undone: a cell that begins with an apostrophe has exactly one too many. JSON is the raw
form.
"""

from __future__ import annotations

import csv
import io

from ..text import one_line
from . import wording
from .model import Digest, Item

COLUMNS = (
    "number",
    "section",
    "city",
    "title",
    "issuer",
    "publisher",
    "published",
    "first_seen",
    "grade",
    "topics",
    "phrase",
    "sentence",
    "url",
    "also_at",
    "updated",
    "what_changed",
    "withdrawn",
    "state",
    "article_id",
    "story_id",
)
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠'")


def neutral(cell: str) -> str:
    """The cell, with an apostrophe in front if a spreadsheet could take it for a formula (even
    after leading blanks) or if it begins with an apostrophe itself."""
    if cell[:1] in _FORMULA_STARTS or cell.lstrip()[:1] in _FORMULA_STARTS:
        return f"'{cell}" if cell else cell
    return cell


def restored(cell: str) -> str:
    """The inverse of `neutral`."""
    return cell.removeprefix("'")


def render_csv(digest: Digest) -> str:
    """The items as CSV with a header line; times in the period's zone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for section in digest.chapters:
        for item in section.items:
            writer.writerow(
                [neutral(one_line(cell)) for cell in _row(item, section.heading, digest)]
            )
    return out.getvalue()


def _row(item: Item, heading: str, digest: Digest) -> tuple[str, ...]:
    period = digest.edition.period
    return (
        str(item.number),
        heading,
        item.city,
        item.title,
        item.issuer,
        item.publisher,
        wording.day(item.published) if item.published else "",
        period.local(item.first_seen_at),
        item.grade or "",
        " ".join(item.topics),
        item.quote.phrase if item.quote else "",
        item.quote.text if item.quote else "",
        item.url,
        " ".join(place.url for place in item.also_at),
        period.local(item.updated_at) if item.updated_at else "",
        "; ".join(update.what for update in item.updates),
        period.local(item.gone_at) if item.gone_at else "",
        item.state,
        str(item.article_id),
        str(item.story_id),
    )
