"""The timetable: what runs when, how it went last, and letting a source rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from itertools import islice

from starlette.responses import Response

from scheduler.skip_rules import until_lifted
from scheduler.timetable import TimetableRow, outlook, upcoming
from storage.types import Outcome

from .. import sentences
from ..moments import parse_coming
from .listing import WORST, Listed, list_form, listing
from .request import RequestContext
from .sources import source_page

_AHEAD = timedelta(hours=24)
_FIRES, _COUNTED = 400, 5_001


class JobCondition(StrEnum):
    """How a job goes, the worst first."""

    FAILING = "failing"
    SKIPPED = "skipped"
    HELD = "held"
    WAITING = "waiting"
    WELL = "well"


_BAD = (Outcome.FAILED, Outcome.TIMEOUT, Outcome.KILLED)
_ORDERS: dict[str, Callable[[TimetableRow], tuple[object, ...]]] = {
    "next": lambda row: (row.next_at, row.job),
    "name": lambda row: (row.job,),
    "late": lambda row: (-(row.late.total_seconds() if row.late else 0.0), row.job),
}


def _condition(row: TimetableRow) -> JobCondition:
    if row.failures or row.last_outcome in _BAD:
        return JobCondition.FAILING
    if row.held:
        return JobCondition.HELD
    if row.skipped:
        return JobCondition.SKIPPED
    return JobCondition.WELL if row.last_due_at else JobCondition.WAITING


def timetable(visit: RequestContext) -> Response:
    """Every job: when it is due, how it went last, why it would not run, and the day to come."""
    jobs, store, now = visit.desk.jobs, visit.store, visit.now
    form = list_form(visit)
    shown = listing([_listed(visit, row) for row in outlook(store, jobs, now)], form, _ORDERS)
    coming = upcoming(jobs, now, now + _AHEAD, until_lifted(store))
    fires = list(islice(coming, _COUNTED))
    values = {
        "title": visit.words("Timetable"),
        "form": form,
        "shown": shown,
        "orders": (WORST, *_ORDERS),
        "sources": {job.name for job in jobs if job.is_of_source},
        "fires": fires[:_FIRES],
        "all_fires": len(fires),
        "counted": _COUNTED,
        "global_pause": store.maintenance.global_pause(now),
    }
    return visit.page("timetable.html.j2", values)


def _listed(visit: RequestContext, row: TimetableRow) -> Listed[TimetableRow]:
    source = visit.desk.catalogue.sources.get(row.job)
    city = source.city if source else ""
    name = sentences.cities(visit.words, visit.desk.watchlist).get(city) or visit.words.term(
        "city", city
    )
    words = f"{row.job} {source.name if source else ''} {city} {name}"
    condition = _condition(row)
    return Listed(row, words, city, name, str(condition), list(JobCondition).index(condition))


def pause(visit: RequestContext) -> Response:
    """Let a source rest: fields `source`, `until` (a date, a moment or a span), `why`."""
    name, why = (
        str(visit.form.get("source", "")),
        visit.why,
    )
    found = visit.desk.catalogue.sources.get(name)
    if found is None:
        return visit.missing(visit.words("There is no source of that name."))
    try:
        until = parse_coming(str(visit.form.get("until", "")).strip(), visit.now, visit.desk.zone)
    except ValueError:
        return source_page(
            visit,
            name,
            visit.words("Name a day or moment to come, such as 2026-12-01, or a span such as 3d."),
            400,
        )
    if not why:
        return source_page(visit, name, visit.words("Say why: everybody is told."), 400)
    with visit.desk.writing() as store, store.writing() as tx:
        tx.maintenance.pause(found.id, until, why, visit.person.name)
    return visit.back(f"/source/{name}")


def resume(visit: RequestContext) -> Response:
    """End the rest of a source."""
    name = str(visit.form.get("source", ""))
    if name not in visit.store.maintenance.pauses(visit.now):
        return visit.missing(visit.words("That source does not rest."))
    with visit.desk.writing() as store, store.writing() as tx:
        tx.maintenance.resume(name)
    return visit.back(f"/source/{name}")
