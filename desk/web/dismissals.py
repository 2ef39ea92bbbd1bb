"""The lines of the watchlist's `[dismissed]`: what repeated rejections propose, with the effect on
what is archived; one written by a click, and any taken out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.datastructures import State as AppState
from starlette.responses import RedirectResponse, Response

from hubwatch.errors import HubwatchError
from scraper.relevance.watchlist import Watchlist, load_watchlist

from ..relevance.dismissals import propose_dismissals
from ..text import one_line
from .desk import Desk
from .request import RequestContext
from .sources import Undoing, begin_command, undoing_of

_LONGEST = 300
_SHOWN = 12
_NAME = "watchlist [dismissed]"
"""What is known of the last change is kept under this name. No source can have it."""


def dismissals(visit: RequestContext) -> Response:
    """The proposals with their effect, and the lines that are in force."""
    # Asked before the file is read: a line just written is then read, or still waited for.
    changing = undoing_of(visit.request.app.state, _NAME)
    watchlist = _fresh(visit.desk)
    values = {
        "title": visit.words("Rejected again and again"),
        "proposals": propose_dismissals(visit.store, watchlist),
        "lines": [
            (reason, phrase)
            for reason, phrases in watchlist.dismissed.items()
            for phrase in phrases
        ],
        "file": visit.desk.watchlist_file,
        "changing": changing,
        "most": _SHOWN,
    }
    return visit.page("dismissals.html.j2", values)


def _fresh(desk: Desk) -> Watchlist:
    """The watchlist as it stands in the file. Raises SourceError."""
    return load_watchlist(desk.watchlist_file) if desk.watchlist_file else desk.watchlist


def change(visit: RequestContext) -> Response:
    """Write a line, or take one out: fields `reason`, `phrase`, and `do`, which is `undo` or not.
    The archive is graded anew by it."""
    reason, phrase = (
        one_line(str(visit.form.get(name, "")), _LONGEST) for name in ("reason", "phrase")
    )
    if visit.desk.watchlist_file is None or not reason or not phrase:
        return visit.missing(visit.words("There is no such line."))
    state = visit.request.app.state
    answer = RedirectResponse("/dismissals", 303)
    if not undoing_of(state, _NAME).waits:
        state.undoing[_NAME] = Undoing(waits=True)
        how = ("--undo",) if visit.form.get("do") == "undo" else ()
        words = ("watchlist", "dismiss", *how, "--", reason, phrase)
        answer.background = BackgroundTask(_begin, state, words)
    return answer


async def _begin(state: AppState, words: tuple[str, ...]) -> None:
    await begin_command(state, _NAME, words, lambda: _reload(state))


def _reload(state: AppState) -> None:
    """Let the desk go by the watchlist as it is now."""
    desk: Desk = state.desk
    file: Path | None = desk.watchlist_file
    try:
        state.desk = replace(desk, watchlist=load_watchlist(file))
    except HubwatchError:
        return  # the page says so when it is asked for
