"""What is amiss: which incidents are open, and who sees to them."""

from __future__ import annotations

from starlette.responses import Response

from ..incidents import row_blocks
from ..text import one_line
from .request import RequestContext, number_of

_CLOSED = 50
_LONGEST = 500


def incidents(visit: RequestContext) -> Response:
    """What is amiss, the worst first, and what was amiss lately."""
    latest = visit.store.incidents.latest(_CLOSED)
    unresolved = visit.store.incidents.unresolved()
    values = {
        "title": visit.words("Incidents"),
        "open": unresolved,
        "over": max(0, visit.store.incidents.count() - len(unresolved)),
        "closed": [each for each in latest if each.closed_at is not None],
    }
    return visit.page("incidents.html.j2", values)


def incident(visit: RequestContext) -> Response:
    """One of them with its proof, what to type next and who was told."""
    found = visit.store.incidents.get(visit.request.path_params["number"])
    if found is None:
        return visit.missing(visit.words("There is no incident of that number."))
    name = visit.words("Incident %(n)s", n=found.id)
    values = {
        "title": visit.words(
            "%(what)s: %(detail)s", what=name, detail=visit.words.sentence(found.finding.message)
        ),
        "one": found,
        "notices": visit.store.incidents.notices_of(found.id),
        "blocks": row_blocks(visit.store, visit.desk.catalogue, found),
    }
    return visit.page("incident.html.j2", values)


def ack(visit: RequestContext) -> Response:
    """Somebody sees to an incident: fields `incident`, `note`."""
    number = number_of(str(visit.form.get("incident", "")))
    note = one_line(str(visit.form.get("note", "")), _LONGEST)
    with visit.desk.writing() as store, store.writing() as tx:
        try:
            tx.incidents.acknowledge(number, person=visit.person.name, note=note, now=visit.now)
        except LookupError:
            return visit.missing(visit.words("There is no incident of that number."))
    return visit.back(f"/incident/{number}")
