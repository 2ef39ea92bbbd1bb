"""The sources: all at a glance, and one with everything known of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from starlette.background import BackgroundTask
from starlette.datastructures import State as AppState
from starlette.responses import RedirectResponse, Response

from scheduler.child import run_child
from scraper.sources.model import Source
from storage.incidents import Incident
from storage.maintenance import Pause
from storage.runs import Run
from storage.sources import SourceCheck, SourceState
from storage.types import Outcome

from .. import sentences
from ..moments import parse_day
from ..pictures import Picture, SourceDay, source_days, source_rhythm
from ..portals.corrections import FIELDS, propose_lesson
from ..portals.repairs import repair_of
from ..status import SourceStatus, job_statuses, status
from ..text import one_line
from .desk import Desk
from .listing import WORST, Listed, list_form, listing
from .pictures import drawn
from .request import RequestContext, number_of

_RUNS = 12
_ASIDE = 20
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Watched:
    """A source with how it does. `city` is what its city is called, `city_id` as the source has it.
    `state` is None while it was never crawled, `source` and `health` where it has no definition.
    `day` is how it was read on the day that is asked about, if one is."""

    id: str
    name: str
    city: str
    city_id: str
    state: SourceState | None
    source: Source | None
    health: SourceStatus | None
    pause: Pause | None
    quarantined: int
    check: SourceCheck | None = None
    day: SourceDay | None = None

    @property
    def repair(self) -> str:
        """The command that mends what its last check found. Empty where there is none."""
        return repair_of(self.check) if self.check is not None else ""

    @property
    def worst(self) -> Incident | None:
        """The worst of what is amiss."""
        return self.health.incidents[0] if self.health and self.health.incidents else None

    @property
    def condition(self) -> SourceCondition:
        """How it does, in one of few words."""
        health = self.health
        if self.pause is not None:
            return SourceCondition.PAUSED
        if self.worst is not None:
            return SourceCondition.AMISS
        if health is None or not health.is_enabled:
            return SourceCondition.NOT_ENABLED
        if health.check is not None:
            return SourceCondition.ASIDE
        if health.last_crawl is None:
            return SourceCondition.WAITING
        return (
            SourceCondition.WELL if health.word in ("well", "paused") else SourceCondition.FAILING
        )

    @property
    def rank(self) -> int:
        """How bad that is: the lowest is the worst. The severity of an incident counts."""
        severity = self.worst.finding.severity.rank if self.worst else 0
        return list(SourceCondition).index(self.condition) * 10 - severity

    @property
    def proposal(self) -> str:
        """The one command that is proposed for what is amiss with it, as it is typed. Empty where
        nothing is."""
        condition = self.condition
        if condition is SourceCondition.AMISS and self.worst and self.worst.finding.commands:
            return self.worst.finding.commands[0]
        if condition is SourceCondition.ASIDE and self.health and self.health.check:
            repair = repair_of(self.health.check)
            return f"hubwatch {repair}" if repair else ""
        if condition is SourceCondition.FAILING:
            return f"hubwatch sources check {self.id}"
        return f"hubwatch crawl {self.id}" if condition is SourceCondition.WAITING else ""


class SourceCondition(StrEnum):
    """How a source does, the worst first."""

    AMISS = "amiss"
    ASIDE = "aside"
    FAILING = "failing"
    WAITING = "waiting"
    PAUSED = "paused"
    WELL = "well"
    NOT_ENABLED = "not enabled"


class ReadOnDay(StrEnum):
    """How a source was read on a day, the worst first."""

    NOT_READ = "not read"
    READ = "read"


_ORDERS: dict[str, Callable[[Watched], tuple[object, ...]]] = {
    "name": lambda row: (row.name.casefold(),),
    "city": lambda row: (row.city, row.name.casefold()),
    "crawled": lambda row: (_newest_first(row.state.last_crawl if row.state else None),),
    "newest": lambda row: (_latest_day(row),),
    "articles": lambda row: (-(row.state.articles if row.state else 0), row.name.casefold()),
}


def _newest_first(run: Run | None) -> float:
    return -run.started_at.timestamp() if run else 0.0


def _latest_day(row: Watched) -> tuple[int, ...]:
    day = row.state.newest.iso[:10] if row.state and row.state.newest else ""
    return tuple(-ord(character) for character in day) or (0,)


def sources(visit: RequestContext) -> Response:
    """Every source: how it does, the worst first, with one proposed repair; or how those of a day
    were read on it."""
    form = list_form(visit)
    rows, wrong = watched(visit), ""
    if form.day:
        try:
            rows = _of_day(visit, rows, parse_day(form.day))
        except ValueError as error:
            wrong = str(error)
    shown = listing([_listed(row) for row in rows], form, _ORDERS)
    values = {
        "title": visit.words("Sources"),
        "form": form,
        "wrong": wrong,
        "shown": shown,
        "orders": (WORST, *_ORDERS),
        "jobs": job_statuses(visit.store, visit.desk.jobs, visit.now) if not form.is_cut else (),
        "global_pause": visit.store.maintenance.global_pause(visit.now),
    }
    return visit.page("sources.html.j2", values)


def _listed(row: Watched) -> Listed[Watched]:
    words = f"{row.id} {row.name} {row.city} {row.city_id}"
    if row.day is None:
        return Listed(row, words, row.city_id, row.city, str(row.condition), row.rank)
    state = ReadOnDay.READ if row.day.is_read else ReadOnDay.NOT_READ
    return Listed(row, words, row.city_id, row.city, str(state), list(ReadOnDay).index(state))


def _of_day(visit: RequestContext, rows: list[Watched], day: date) -> list[Watched]:
    """Those that were due or crawled on a day, each with how it was read."""
    enabled = [source.ref for source in visit.desk.enabled]
    found = source_days(visit.store, enabled, [day], visit.desk.zone, visit.now)[0]
    known = {row.id: row for row in rows}
    return [replace(known[one.source_id], day=one) for one in found if one.source_id in known]


def watched(visit: RequestContext, only: str | None = None) -> list[Watched]:
    """The sources that the archive knows or the daemon crawls, or one of them."""
    store, catalogue, now = visit.store, visit.desk.catalogue.sources, visit.now
    aside, pauses = store.pages.quarantined_by_source(), store.maintenance.pauses(now)
    states = {each.source.id: each for each in store.sources.states(only)}
    checks = store.sources.checks()
    planned = [each.id for each in visit.desk.enabled]
    ids = [each for each in dict.fromkeys((*states, *planned)) if only in (None, each)]
    defined = [catalogue[each] for each in ids if each in catalogue]
    known = {each: states[each].source if each in states else catalogue[each] for each in ids}
    cities = sentences.cities(visit.words, visit.desk.watchlist)
    health = {each.source_id: each for each in status(store, defined, planned, now)}
    return [
        Watched(
            id=each,
            name=known[each].name,
            city=cities.get(known[each].city) or visit.words.term("city", known[each].city),
            city_id=known[each].city.strip(),
            state=states.get(each),
            source=catalogue.get(each),
            health=health.get(each),
            pause=pauses.get(each),
            quarantined=aside.get(each, 0),
            check=checks.get(each),
        )
        for each in ids
    ]


def source(visit: RequestContext) -> Response:
    """One source: how it does, what is amiss, its last runs, what was set aside, and its rest."""
    return source_page(visit, visit.request.path_params["id"])


def source_page(
    visit: RequestContext, name: str, wrong: str = "", status_code: int = 200
) -> Response:
    """The page of one source. `wrong` is what was amiss with a form on it."""
    # Asked before the archive is: what was just changed is then shown, or still waited for.
    undoing = undoing_of(visit.request.app.state, name)
    found = watched(visit, name)
    if not found:
        return visit.missing(visit.words("There is no source of that name."))
    aside = visit.store.pages.quarantined(_ASIDE, name)
    values = {
        "title": found[0].name,
        "row": found[0],
        "rhythm": drawn(visit, _rhythm(visit, found[0])),
        "global_pause": visit.store.maintenance.global_pause(visit.now),
        "runs": visit.store.runs.latest(_RUNS, name),
        "all_runs": visit.store.runs.count(name),
        "all_incidents": visit.store.incidents.count(name),
        "all_gaps": visit.store.lists.witnesses.open_gaps(name),
        "all_refused": visit.store.lists.witnesses.count_refused(name),
        "lessons": visit.store.sources.lessons.all_of(name),
        "undoing": undoing,
        "incidents": visit.store.incidents.latest(_RUNS, name),
        "aside": aside,
        "readings": {each.entry_url: each for each in visit.store.lists.witnesses.readings(name)},
        "gaps": [
            gap for gap in visit.store.lists.witnesses.gaps(name, _ASIDE) if not gap.closed_at
        ],
        "refused": visit.store.lists.witnesses.refused(name, _ASIDE),
        "wrong": wrong,
        "until": one_line(str(visit.form.get("until", "")), _LONGEST),
        "why": visit.why,
    }
    return visit.page("source.html.j2", values, status_code)


def _rhythm(visit: RequestContext, row: Watched) -> Picture:
    known = row.health.rhythm if row.health else None
    usual = known.usual if known else (lambda day: 0.0)
    return source_rhythm(visit.store, row.id, visit.desk.zone, visit.now, usual)


# What the pages of a source taught, undone, and what a correction teaches, applied: `hubwatch
# sources forget` and `teach` in a process of their own, for the pages are read again by it.

_UNDOING_LASTS = timedelta(minutes=30)
_MEMORY = 1024 * 1024 * 1024


@dataclass(slots=True)
class Undoing:
    """A lesson that is being undone or learned, or `reason`: why it was not."""

    waits: bool = False
    reason: str = ""


def undoing_of(state: AppState, name: str) -> Undoing:
    """What is known of the last lesson of a source that was undone or learned here, as it is at
    this moment: while a page is made it may come to its end."""
    found: dict[str, Undoing] = state.undoing
    return replace(found.get(name, Undoing()))


def forget(visit: RequestContext) -> Response:
    """Undo one lesson of a source, from now on: field `lesson`."""
    name = visit.request.path_params["id"]
    number = number_of(str(visit.form.get("lesson", "")))
    known = {each.id for each in visit.store.sources.lessons.of(name) if each.forgotten_at is None}
    if number not in known:
        return visit.missing(visit.words("There is no lesson of that number to undo."))
    state = visit.request.app.state
    if undoing_of(state, name).waits:
        return visit.back(f"/source/{name}")
    state.undoing[name] = Undoing(waits=True)
    answer = RedirectResponse(f"/source/{name}", 303)
    words = ("sources", "forget", name, str(number), f"--by={visit.person.name}")
    answer.background = BackgroundTask(begin_command, state, name, words)
    return answer


def propose(visit: RequestContext) -> Response:
    """What a correction of an article would teach: the place of the value on its page, and what
    reading by it would change."""
    name = visit.request.path_params["id"]
    asked = visit.request.query_params
    number, field = number_of(asked.get("article", "")), asked.get("field", "")
    source = visit.desk.catalogue.sources.get(name)
    article = visit.store.articles.get(number) if number else None
    known = article is not None and article.source_id == name and field in FIELDS
    if source is None or article is None or not known:
        return visit.missing(visit.words("There is no such correction of this source."))
    words = one_line(asked.get("words", ""), _LONGEST)
    try:
        found = propose_lesson(visit.store, source, article.id, field, words)
    except LookupError as error:
        return visit.missing(str(error.args[0]))
    values = {
        "title": visit.words("What a correction teaches"),
        "found": found,
        "words": words,
        "shown": found.changes[:_MOST_CHANGES],
        "story": article.story_id,
    }
    return visit.page("lesson.html.j2", values)


_MOST_CHANGES = 60


def teach(visit: RequestContext) -> Response:
    """Read a source by a correction from now on: fields `article`, `field`, `words`."""
    name = visit.request.path_params["id"]
    number, field = number_of(str(visit.form.get("article", ""))), str(visit.form.get("field", ""))
    article = visit.store.articles.get(number) if number else None
    if article is None or article.source_id != name or field not in FIELDS:
        return visit.missing(visit.words("There is no such correction of this source."))
    state = visit.request.app.state
    answer = RedirectResponse(f"/source/{name}", 303)
    if not undoing_of(state, name).waits:
        state.undoing[name] = Undoing(waits=True)
        words = one_line(str(visit.form.get("words", "")), _LONGEST)
        person = f"--by={visit.person.name}"
        line = (
            "sources",
            "teach",
            person,
            "--",
            str(article.id),
            field,
            *([words] if words else []),
        )
        answer.background = BackgroundTask(begin_command, state, name, line)
    return answer


async def begin_command(
    state: AppState, name: str, words: tuple[str, ...], on_end: Callable[[], None] = lambda: None
) -> None:
    """Have a command of ours done from now on. Whoever stops the desk need not wait for it."""
    task = asyncio.create_task(_carry_out(state, name, words, on_end))
    state.tasks.add(task)
    task.add_done_callback(state.tasks.discard)


async def _carry_out(
    state: AppState, name: str, words: tuple[str, ...], on_end: Callable[[], None]
) -> None:
    desk: Desk = state.desk
    undoing: Undoing = state.undoing[name]
    command = (*desk.hubwatch, *words)
    try:
        end = await run_child(command, _UNDOING_LASTS, asyncio.Event(), memory=_MEMORY)
        undoing.reason = "" if end.outcome is Outcome.OK else end.reason or str(end.outcome)
        on_end()
    finally:
        undoing.waits = False
