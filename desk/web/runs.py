"""Runs: the latest, of all sources or of one."""

from __future__ import annotations

from starlette.responses import Response

from .request import RequestContext

_RUNS = 100
_COUNTED = 10_001


def runs(visit: RequestContext) -> Response:
    """The latest runs, of all sources or of one."""
    source = visit.request.query_params.get("source", "")[:200]
    found = visit.store.runs.latest(_RUNS, source or None)
    return visit.page(
        "runs.html.j2",
        {
            "title": visit.words("Runs"),
            "runs": found,
            "source": source,
            "count": visit.store.runs.count(source)
            if source
            else visit.store.runs.count_recent(_COUNTED),
            "counted": _COUNTED,
        },
    )
