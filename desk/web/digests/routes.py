"""Which address is which page of the digests, and who may send its form."""

from __future__ import annotations

from starlette.routing import Route

from ..visit import DECIDERS, served
from . import change, files, issuing, one, shelf

ROUTES = (
    Route("/digests", served(shelf.shelf), methods=["GET"]),
    Route("/digests", served(shelf.make, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}", served(one.one), methods=["GET"]),
    Route("/digests/{number:row}", served(change.change, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/preview", served(one.preview), methods=["GET"]),
    Route("/digests/{number:row}/issue", served(issuing.confirm, DECIDERS), methods=["GET"]),
    Route("/digests/{number:row}/issue", served(issuing.issue, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/correct", served(issuing.reason, DECIDERS), methods=["GET"]),
    Route("/digests/{number:row}/correct", served(issuing.correct, DECIDERS), methods=["POST"]),
    Route("/digests/{number:row}/page", served(files.page), methods=["GET"]),
    Route("/digests/{number:row}/file/{form}", served(files.download), methods=["GET"]),
    Route("/digests/{number:row}/evidence", served(files.evidence), methods=["GET"]),
)
