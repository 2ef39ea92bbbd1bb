"""Our pictures at the desk: stories by city and week, and which cities were read on which day.

The third, the rhythm of a source, stands on its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.responses import Response

from .. import sentences
from ..drawing import PictureTable, RowRange, svg, table
from ..pictures import MATCHED, Picture, cities_by_week, coverage_by_day
from .request import RequestContext, number_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as a page has it: as SVG, whose numbers lead to what they count, and as a table,
    both of the rows from `first` to `last` (from 1) of `rows`. `before` and `after` are the pages
    of the rows around them, empty where there are none."""

    svg: Markup
    table: PictureTable
    first: int
    last: int
    rows: int
    before: str = ""
    after: str = ""


ROWS_AT_ONCE = 12
"""So many rows of a picture are on a page: each has some dozens of numbers, and each of them stands
there twice, in the picture and in its table."""


def drawn(visit: RequestContext, picture: Picture) -> Drawn:
    """A picture for a page, in the language of whoever reads it: the rows from that on which the
    page's address names as `from`."""
    names = sentences.cities(visit.words, visit.desk.watchlist)
    rows = len(picture.rows)
    asked = number_of(visit.request.query_params.get("from", "")) or 1
    first = max(0, min(asked, rows) - 1) // ROWS_AT_ONCE * ROWS_AT_ONCE
    last = min(first + ROWS_AT_ONCE, rows)
    part = RowRange(first, ROWS_AT_ONCE)
    return Drawn(
        svg(picture, visit.words, names, "", part),
        table(picture, visit.words, names, part),
        first + 1,
        last,
        picture.all_rows,
        _part_of(visit, first - ROWS_AT_ONCE) if first else "",
        _part_of(visit, last) if last < rows else "",
    )


def _part_of(visit: RequestContext, first: int) -> str:
    """The page of the rows from there on, counted from 0."""
    kept = [one for one in visit.request.query_params.multi_items() if one[0] != "from"]
    return f"{visit.request.url.path}?{urlencode([*kept, ('from', str(first + 1))])}"


def cities(visit: RequestContext) -> Response:
    """Stories by city and week, of all or of those in which the watchlist found anything."""
    grade = "" if visit.request.query_params.get("grade") == "all" else MATCHED
    picture = cities_by_week(visit.store, visit.desk.zone, visit.now, grade=grade)
    shown, names = drawn(visit, picture), sentences.cities(visit.words, visit.desk.watchlist)
    values = {
        "title": shown.table.title,
        "drawn": shown,
        "grade": grade or "all",
        "cities": [
            (f"/city/{quote(row.name, safe='')}", names.get(row.name, row.name))
            for row in picture.rows
            if row.name
        ],
    }
    return visit.page("picture.html.j2", values)


def coverage(visit: RequestContext) -> Response:
    """How many of the sources of each city were read on each day."""
    enabled = [source.ref for source in visit.desk.enabled]
    picture = coverage_by_day(visit.store, enabled, visit.desk.zone, visit.now)
    shown = drawn(visit, picture)
    values = {"title": shown.table.title, "drawn": shown, "grade": "", "cities": ()}
    return visit.page("picture.html.j2", values)
