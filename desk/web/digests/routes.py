"""Which address is which page of the digests, and who may send its form."""

from __future__ import annotations

from starlette.routing import Route

from ..visit import DECIDERS, served
from . import change, files, issuing, one, shelf

ROUTES = (
    Route("/digests", served(shelf.shelf), methods=["GET"]),
    Route("/digests", served(shelf.make, DECIDERS), methods=["POST"]),
    Route("/digests/{number:int}", served(one.one), methods=["GET"]),
    Route("/digests/{number:int}", served(change.change, DECIDERS), methods=["POST"]),
    Route("/digests/{number:int}/preview", served(one.preview), methods=["GET"]),
    Route("/digests/{number:int}/issue", served(issuing.confirm, DECIDERS), methods=["GET"]),
    Route("/digests/{number:int}/issue", served(issuing.issue, DECIDERS), methods=["POST"]),
    Route("/digests/{number:int}/correct", served(issuing.reason, DECIDERS), methods=["GET"]),
    Route("/digests/{number:int}/correct", served(issuing.correct, DECIDERS), methods=["POST"]),
    Route("/digests/{number:int}/page", served(files.page), methods=["GET"]),
    Route("/digests/{number:int}/file/{form}", served(files.download), methods=["GET"]),
    Route("/digests/{number:int}/evidence", served(files.evidence), methods=["GET"]),
)
