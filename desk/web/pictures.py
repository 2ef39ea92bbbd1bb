"""Our pictures at the desk: stories by city and week, and which cities were read on which day.

The third, the rhythm of a source, stands on its page.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from .. import sentences
from ..drawing import PictureTable, svg, table
from ..pictures import MATCHED, Picture, cities_by_week, coverage_by_day
from .request import RequestContext


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as a page has it: as SVG, whose numbers lead to what they count, and as a table."""

    svg: Markup
    table: PictureTable


def drawn(visit: RequestContext, picture: Picture) -> Drawn:
    """A picture for a page, in the language of whoever reads it."""
    names = sentences.cities(visit.words, visit.desk.watchlist)
    return Drawn(svg(picture, visit.words, names, ""), table(picture, visit.words, names))


def cities(visit: RequestContext) -> Response:
    """Stories by city and week, of all or of those in which the watchlist found anything."""
    grade = "" if visit.request.query_params.get("grade") == "all" else MATCHED
    picture = cities_by_week(visit.store, visit.desk.zone, visit.now, grade=grade)
    shown = drawn(visit, picture)
    values = {"title": shown.table.title, "drawn": shown, "grade": grade or "all"}
    return visit.page("picture.html.j2", values)


def coverage(visit: RequestContext) -> Response:
    """How many of the sources of each city were read on each day."""
    enabled = [source.ref for source in visit.desk.enabled]
    picture = coverage_by_day(visit.store, enabled, visit.desk.zone, visit.now)
    shown = drawn(visit, picture)
    return visit.page("picture.html.j2", {"title": shown.table.title, "drawn": shown, "grade": ""})
