"""Runs: the latest, of all sources or of one, and the places elsewhere where runs are made."""

from __future__ import annotations

from starlette.responses import Response

from hubwatch.errors import HubwatchError
from scheduler.cluster.tickets import ClusterPlace
from scraper.sources.model import Source

from ..places import LOOKED_AT, SeenPlace, inspect_places
from .request import RequestContext

_RUNS = 100
_ATTEMPTS = 50
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


def places(visit: RequestContext) -> Response:
    """The places of the cluster as they are now: their workers, what is out, what was lost, and
    which sources are crawled there. Redis is asked, for five seconds at most."""
    cluster = visit.desk.cluster
    if cluster is None or not cluster.places:
        return visit.missing(visit.words("No other machine crawls: no place is configured."))
    slices = visit.store.sources.slices
    latest, readings = slices.attempts.latest(LOOKED_AT), slices.readings.open_jobs()
    found: list[SeenPlace] = []
    wrong = ""
    try:
        found = inspect_places(cluster.places, latest, readings, visit.now)
    except HubwatchError as error:
        wrong = str(error)
    recent = [each for each in latest if each.ended_at is not None][:_ATTEMPTS]
    values = {
        "title": visit.words("Machines that crawl"),
        "places": found,
        "wrong": wrong,
        "sources": {place.name: _crawled_at(visit, place) for place in cluster.places},
        "recent": recent,
    }
    return visit.page("places.html.j2", values)


def _crawled_at(visit: RequestContext, place: ClusterPlace) -> list[Source]:
    return [each for each in visit.desk.enabled if each.where == place.name]
