"""The review page as an ASGI application: which address is which page."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hubwatch.errors import HubwatchError

from . import add, doors, look, queue, say, sources, story, watch
from .desk import Desk
from .digests.routes import ROUTES as DIGESTS
from .fetching import places
from .guard import MOST_BYTES, Guard
from .visit import DECIDERS, STAFF, choose_language, served

_UPLOAD = "/add/item"
_STATIC = Path(__file__).parent / "static"


def make_app(desk: Desk) -> ASGIApp:
    """The desk, ready to be served."""
    app = Starlette(
        routes=[
            Route("/", served(queue.queue), methods=["GET"]),
            Route("/story/{number:row}", served(story.story), methods=["GET"]),
            Route("/page/{number:row}", served(story.page), methods=["GET"]),
            Route("/search", served(look.search), methods=["GET"]),
            Route("/why", served(look.why), methods=["GET"]),
            Route("/sources", served(sources.sources), methods=["GET"]),
            Route("/source/{id}", served(sources.source), methods=["GET"]),
            Route("/pause", served(sources.pause, STAFF), methods=["POST"]),
            Route("/resume", served(sources.resume, STAFF), methods=["POST"]),
            Route("/timetable", served(watch.timetable), methods=["GET"]),
            Route("/incidents", served(watch.incidents), methods=["GET"]),
            Route("/incident/{number:row}", served(watch.incident), methods=["GET"]),
            Route("/ack", served(watch.ack, STAFF), methods=["POST"]),
            Route("/runs", served(look.runs), methods=["GET"]),
            Route("/days", served(look.days), methods=["GET"]),
            Route("/say", served(say.say, DECIDERS), methods=["POST"]),
            Route("/undo", served(say.undo, DECIDERS), methods=["POST"]),
            Route("/merge", served(say.merge, DECIDERS), methods=["POST"]),
            Route("/split", served(say.split, DECIDERS), methods=["POST"]),
            Route("/correct", served(say.correct, DECIDERS), methods=["POST"]),
            Route("/add", served(add.add, DECIDERS), methods=["GET"]),
            Route("/add/address", served(add.add_address, DECIDERS), methods=["POST"]),
            Route(_UPLOAD, served(add.add_item, DECIDERS), methods=["POST"]),
            Route("/add/{number:row}", served(add.addition, DECIDERS), methods=["GET"]),
            Route("/file/{number:row}", served(add.file), methods=["GET"]),
            *DIGESTS,
            Route("/language", served(choose_language), methods=["POST"]),
            Route("/sign-in", doors.sign_in, methods=["GET", "POST"]),
            Route("/sign-out", doors.sign_out, methods=["POST"]),
            Route("/healthz", _healthy, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={HubwatchError: _trouble},
    )
    app.state.desk = desk
    app.state.places, app.state.tasks = places(), set()
    return Guard(app, desk.doors, {_UPLOAD: desk.upload + MOST_BYTES})


async def _healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _trouble(request: Request, error: Exception) -> Response:
    """The archive cannot be used now: one line, as the command line would say it."""
    return PlainTextResponse(f"Hubwatch: {error}", 503)
