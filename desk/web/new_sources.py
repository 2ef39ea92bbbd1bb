"""A portal that staff add at the desk: an address, then ten rows and an article as they are read,
then its source, written and enabled.

No portal is asked from here, and no file written: `hubwatch sources add` and `sources save` do that
in processes of their own, by the address guard and with a deadline. What was found out waits in
memory, for whoever asked.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.datastructures import State as AppState
from starlette.responses import RedirectResponse, Response

from hubwatch.patterns import lazy_pattern
from scheduler.child import run_child
from storage.types import Outcome

from .. import _
from ..manual_entry import address_fault
from ..text import one_line
from .desk import Desk
from .request import RequestContext

AT_ONCE = 2
"""So many portals are found out at the same time."""
MOST = 20
"""So many findings wait; the oldest goes when another comes."""
DEADLINE = timedelta(minutes=6)
MEMORY = 512 * 1024 * 1024
_SAVING = 60.0
_ROWS = 10
_LONGEST = 200
_MOST_ADDRESSES = 40
_ADDRESS = lazy_pattern(r"https?://\S{1,2000}")
_ANSWERS = ("id", "city", "name", "timezone", "schedule")
_UNKNOWN = "unknown"


@dataclass(slots=True)
class PortalSurvey:
    """What is known of a portal that somebody named. `asked` are the addresses that were looked at
    so far, `found` is what the child said, `reason` why there is nothing, `saved` the id under
    which it was written."""

    url: str
    person: str
    at: datetime
    found: dict[str, Any] | None = None
    reason: str = ""
    saved: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether it is still being found out."""
        return self.found is None and not self.reason

    def hear(self, line: str) -> None:
        """Take an address from what the child says that it asks for."""
        address = _ADDRESS.search(line)
        if address is not None and len(self.asked) < _MOST_ADDRESSES:
            self.asked.append(address[0])


@dataclass(slots=True)
class PortalSurveys:
    """The findings of one desk, by the secret in their addresses."""

    kept: dict[str, PortalSurvey] = field(default_factory=dict)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def add(self, survey: PortalSurvey) -> str:
        """Keep a survey and return its secret."""
        while len(self.kept) >= MOST:
            self.kept.pop(next(iter(self.kept)))
        key = secrets.token_urlsafe(16)
        self.kept[key] = survey
        return key


async def _begin(state: AppState, survey: PortalSurvey) -> None:
    """Have a portal found out from now on. Whoever stops the desk need not wait for it."""
    task = asyncio.create_task(_find_out(state, survey))
    state.tasks.add(task)
    task.add_done_callback(state.tasks.discard)


async def _find_out(state: AppState, survey: PortalSurvey) -> None:
    desk: Desk = state.desk
    command = (
        *desk.hubwatch,
        "sources",
        "add",
        survey.url,
        "--dry-run",
        "--yes",
        "--json",
        "--tell",
    )
    async with state.surveys.places:
        end = await run_child(command, DEADLINE, asyncio.Event(), memory=MEMORY, heard=survey.hear)
    found = _document(end.lines) if end.outcome is Outcome.OK else None
    if found is None:
        survey.reason = end.reason or str(end.outcome)
    else:
        survey.found = found


def _document(lines: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        found = json.loads("\n".join(lines))
        tomllib.loads(found["toml"])
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def new(visit: RequestContext) -> Response:
    """The form for an address."""
    return _form(visit, "", "")


def begin(visit: RequestContext) -> Response:
    """Somebody names a portal: it is found out from now on."""
    surveys: PortalSurveys = visit.request.app.state.surveys
    url = str(visit.form.get("url", "")).strip()[:2001]
    if address_fault(url) is not None:
        return _form(visit, url, visit.words("Name a whole address, with http:// or https://."))
    waiting = sum(each.waits for each in surveys.kept.values())
    if waiting >= MOST // 2:
        return _form(visit, url, visit.words("Other portals are being looked at; try again soon."))
    survey = PortalSurvey(url, visit.person.name, visit.now)
    answer = RedirectResponse(f"/sources/new/{surveys.add(survey)}", 303)
    answer.background = BackgroundTask(_begin, visit.request.app.state, survey)
    return answer


def finding(visit: RequestContext) -> Response:
    """What was found out, or, meanwhile, that it goes on."""
    survey = _survey(visit)
    if survey is None:
        return _gone(visit)
    return _page(visit, survey, {}, "")


def save(visit: RequestContext) -> Response:
    """Write the source that was found out, with what was answered, and enable it."""
    survey = _survey(visit)
    if survey is None or survey.found is None:
        return _gone(visit)
    typed = {name: one_line(str(visit.form.get(name, "")), _LONGEST) for name in _ANSWERS}
    if wrong := _missing(visit, typed):
        return _page(visit, survey, typed, wrong, 400)
    wrong = _written(visit.desk, str(survey.found["toml"]), typed)
    if wrong:
        return _page(visit, survey, typed, wrong, 400)
    survey.saved = typed["id"]
    return visit.back(visit.request.url.path)


def _missing(visit: RequestContext, typed: dict[str, str]) -> str:
    if all(typed.values()) and typed["city"] != _UNKNOWN:
        return ""
    return visit.words("Fill in every field: nothing is guessed.")


def _written(desk: Desk, toml: str, typed: dict[str, str]) -> str:
    """Have the source written by `hubwatch sources save`. What is wrong, in a line, or nothing."""
    with tempfile.TemporaryDirectory(prefix="hubwatch-draft-") as folder:
        draft = Path(folder) / "draft.toml"
        draft.write_text(toml, encoding="utf-8")
        answers = [f"--{name}={value}" for name, value in typed.items()]
        command = [*desk.hubwatch, "sources", "save", str(draft), *answers, "--enable"]
        try:
            ended = subprocess.run(  # noqa: S603 - our own program, no shell
                command, capture_output=True, text=True, timeout=_SAVING, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return one_line(str(error), _LONGEST)
    if ended.returncode == 0:
        return ""
    last = next((line for line in reversed(ended.stderr.splitlines()) if line.strip()), "")
    return one_line(last, 2 * _LONGEST) or _("It could not be written.")


def _survey(visit: RequestContext) -> PortalSurvey | None:
    surveys: PortalSurveys = visit.request.app.state.surveys
    return surveys.kept.get(visit.request.path_params["key"])


def _gone(visit: RequestContext) -> Response:
    return visit.missing(visit.words("What was found out of that portal is not kept any more."))


def _form(visit: RequestContext, url: str, wrong: str) -> Response:
    values = {"title": visit.words("Add a portal"), "url": url, "wrong": wrong}
    return visit.page("new_source.html.j2", values, 400 if wrong else 200)


def _page(
    visit: RequestContext,
    survey: PortalSurvey,
    typed: dict[str, str],
    wrong: str,
    status: int = 200,
) -> Response:
    found = survey.found or {}
    seconds = max(0, int((visit.now - survey.at).total_seconds()))
    values = {
        "title": visit.words("Add a portal"),
        "survey": survey,
        "found": found,
        "rows": found.get("rows", [])[:_ROWS],
        "article": next((each for each in found.get("articles", []) if each["title"]), None),
        "typed": typed or _suggested(found),
        "wrong": wrong,
        "seconds": seconds,
        "key": visit.request.path_params["key"],
    }
    return visit.page("found_source.html.j2", values, status)


def _suggested(found: dict[str, Any]) -> dict[str, str]:
    """What the form begins with. What nothing shows is empty."""
    if not found:
        return dict.fromkeys(_ANSWERS, "")
    drafted = tomllib.loads(found["toml"])
    said = {name: str(drafted.get(name, "")) for name in _ANSWERS}
    if said["city"] == _UNKNOWN:
        said["city"] = ""
    if not found.get("timezone_known", True):
        said["timezone"] = ""
    return said
