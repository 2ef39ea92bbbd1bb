"""Adding by hand: the two forms, what came of what was added, and the files that were handed over.

An address is never fetched here: a process of its own, `hubwatch stories add`, has a deadline for
that. It sees to the outcome itself. What it could not say is said here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State as AppState
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from scheduler.child import ChildEnd, run_child
from scraper.manual_entry import ManualFile
from storage.additions import LASTS, Addition
from storage.articles.records import Article
from storage.decisions import State, Verdict
from storage.types import Outcome

from ..manual_entry import (
    NOTE,
    ManualInput,
    Wrong,
    add_note,
    address_fault,
    checked,
    file_of,
    homes_of,
    keep,
    known_at,
    record_failure,
    record_request,
)
from ..text import one_line
from ..vocabularies import advice_on
from .desk import Desk
from .request import RequestContext

# Having an address fetched: by `hubwatch stories add` in a process of its own, with a deadline.

AT_ONCE = 2
"""So many addresses are fetched at the same time."""
DEADLINE = LASTS - timedelta(minutes=1)
MEMORY = 512 * 1024 * 1024


def places() -> asyncio.Semaphore:
    """The places for those that are fetched at the same time, for one desk."""
    return asyncio.Semaphore(AT_ONCE)


async def begin(state: AppState, addition: Addition) -> None:
    """Have an address fetched from now on. Whoever stops the desk need not wait for it: the process
    ends with the desk."""
    task = asyncio.create_task(_fetch(state, addition))
    state.tasks.add(task)  # the loop itself keeps none alive
    task.add_done_callback(state.tasks.discard)


async def _fetch(state: AppState, addition: Addition) -> None:
    """See the addition of an address to its end, as soon as there is a place."""
    desk: Desk = state.desk
    left = DEADLINE - (desk.clock() - addition.at)
    began = asyncio.get_running_loop().time()
    async with state.places:
        waited = timedelta(seconds=asyncio.get_running_loop().time() - began)
        command = (*desk.hubwatch, "stories", "add", "--number", str(addition.id), "--json")
        end = await run_child(command, left - waited, asyncio.Event(), memory=MEMORY)
    await run_in_threadpool(_end_addition, desk, addition, end)


def _end_addition(desk: Desk, addition: Addition, end: ChildEnd) -> None:
    """Say what came of it where the process did not get to that."""
    outcome = end.outcome if end.outcome is not Outcome.OK else Outcome.FAILED
    with desk.writing() as store:
        now = store.additions.get(addition.id)
        if now is not None and now.ended_at is None:
            record_failure(store, addition, end.reason, desk.clock(), outcome)


MOST_WAITING = 20
"""So many addresses may wait to be fetched; whoever adds another is asked to wait."""
_SHOWN = 15
_FIELDS = ("title", "source", "date", "url", "note")


@dataclass(frozen=True, slots=True)
class AdditionView:
    """An addition with what it led to, if anything."""

    addition: Addition
    article: Article | None


def add(visit: RequestContext) -> Response:
    """The two forms. What an address could not bring may be filled in beforehand."""
    typed = {name: visit.request.query_params.get(name, "")[:2000] for name in _FIELDS}
    return _forms(visit, typed, {})


def add_address(visit: RequestContext) -> Response:
    """Somebody names an address: known already, or fetched from now on."""
    url, note = str(visit.form.get("url", "")).strip()[:2001], _line(visit, "note")
    typed = {"url": url, "note": note}
    fault = address_fault(url)
    if fault is not None:
        return _forms(visit, typed, {"address": fault})
    known = known_at(visit.store, url)
    if known is not None:
        with visit.desk.writing() as store:
            add_note(store, known, note, person=visit.person.name, now=visit.now)
        return _known(visit, known)
    waiting = len(visit.store.additions.waiting(visit.now))
    if waiting >= MOST_WAITING:
        return _forms(visit, typed, {"address": Wrong("many", {"n": waiting})}, 503)
    with visit.desk.writing() as store:
        person = visit.person.name
        addition, is_waiting = record_request(store, url, person=person, note=note, now=visit.now)
    answer = RedirectResponse(f"/add/{addition.id}", 303)
    if not is_waiting:
        answer.background = BackgroundTask(begin, visit.request.app.state, addition)
    return answer


def add_item(visit: RequestContext) -> Response:
    """Somebody hands over an item that has no page."""
    typed = {name: str(visit.form.get(name, "")) for name in _FIELDS}
    homes = homes_of(visit.desk.catalogue, visit.store)
    found = checked(
        ManualInput(**typed, file=_file(visit)),
        homes,
        person=visit.person.name,
        now=visit.now,
        most=visit.desk.upload,
    )
    if isinstance(found, dict):
        return _forms(visit, typed, found)
    with visit.desk.writing() as store:
        article_id, number = keep(store, found, visit.desk.watchlist, visit.now)
    if number is not None:
        return RedirectResponse(f"/add/{number}", 303)
    with visit.desk.reading() as store:
        known = store.articles.get(article_id)
    assert known is not None
    return _known(visit, known)


def _file(visit: RequestContext) -> ManualFile | None:
    handed = visit.form.get("file")
    if not isinstance(handed, UploadFile) or not handed.filename:
        return None
    return file_of(handed.filename, handed.file.read(visit.desk.upload + 1))


def addition(visit: RequestContext) -> Response:
    """What came of what somebody added, or, meanwhile, that it goes on."""
    found = visit.store.additions.get(visit.request.path_params["number"])
    if found is None:
        return visit.missing(visit.words("There is no addition of that number."))
    shown = _shown(visit, [found])[0]
    outcome = found.outcome or "interrupted"
    return visit.page(
        "addition.html.j2",
        {
            "title": visit.words("Add by hand"),
            "shown": shown,
            "waits": found.waits(visit.now),
            "outcome": outcome,
            "advice": visit.words.term("advice", advice_on(outcome)),
            "state": _state(visit, shown.article),
            "instead": f"/add?url={quote(found.url, safe='')}&note={quote(found.note, safe='')}",
        },
    )


def file(visit: RequestContext) -> Response:
    """A kept file of an article, to be saved: never shown, never run."""
    kept = visit.store.attachments.kept(visit.request.path_params["number"])
    if kept is None:
        return visit.missing(visit.words("That file is not kept here."))
    name, snapshot = kept
    return Response(
        visit.store.pages.snapshot(snapshot).body,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(one_line(name), safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _forms(
    visit: RequestContext, typed: dict[str, str], wrong: dict[str, Wrong], status: int = 400
) -> Response:
    faults = {
        name: visit.words.term("wrong", one.word, **one.filling) for name, one in wrong.items()
    }
    return visit.page(
        "add.html.j2",
        {
            "title": visit.words("Add by hand"),
            "typed": {name: typed.get(name, "") for name in _FIELDS},
            "wrong": faults,
            "is_item": "address" not in faults,
            "most": f"{visit.desk.upload / 1e6:g} MB",
            "sources": sorted(ref.name for ref in visit.store.sources.refs().values()),
            "latest": _shown(visit, visit.store.additions.latest(_SHOWN)),
            "all_added": visit.store.additions.count(),
        },
        status if wrong else 200,
    )


def _known(visit: RequestContext, article: Article) -> Response:
    values = {"title": visit.words("It is in the archive already."), "article": article}
    return visit.page("known.html.j2", {**values, "state": _state(visit, article)})


def _state(visit: RequestContext, article: Article | None) -> State:
    if article is None:
        return State.OPEN
    verdicts = visit.store.decisions.verdicts([article.story_id])
    return verdicts.get(article.story_id, Verdict(State.OPEN)).state


def _shown(visit: RequestContext, additions: Sequence[Addition]) -> list[AdditionView]:
    ids = [one.article_id for one in additions if one.article_id is not None]
    articles = {one.id: one for one in visit.store.articles.get_many(ids)}
    return [AdditionView(one, articles.get(one.article_id or 0)) for one in additions]


def _line(visit: RequestContext, field: str) -> str:
    return one_line(str(visit.form.get(field, "")), NOTE)
