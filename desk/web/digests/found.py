"""What all pages of digests begin with: the digest that the address names, and its common facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from starlette.responses import HTMLResponse, Response

from hubwatch.errors import HubwatchError, StorageError
from storage.digests.records import DigestHead

from ...digest.cautions import Caution
from ..visit import RequestContext


def head_of(visit: RequestContext) -> DigestHead | None:
    """The digest that the address names, or None."""
    return visit.store.digests.get(visit.request.path_params["number"])


def with_digest(
    page: Callable[[RequestContext, DigestHead], Response],
) -> Callable[[RequestContext], Response]:
    """A page about the digest that its address names; what cannot be done to it is said in one
    line."""

    def found(visit: RequestContext) -> Response:
        head = head_of(visit)
        if head is None:
            return visit.missing(visit.words("digest_none"))
        try:
            return page(visit, head)
        except StorageError:
            raise  # the archive itself cannot be used: the desk says so, whatever was asked
        except HubwatchError as error:
            return refused(visit, str(error), f"/digests/{head.number}")

    return found


def refused(visit: RequestContext, told: str, back: str, status: int = 400) -> HTMLResponse:
    """What was asked for cannot be done; `back` is the page to go on with."""
    values = {"title": visit.words("sorry"), "told": told, "back": back, "typed": ()}
    return visit.page("digests/refused.html.j2", values, status)


def selection_of(visit: RequestContext, selection: str) -> str:
    """What a digest is limited to (`Edition.selection`), in the words of the page."""
    scope, _, topics = selection.partition("; ")
    known: Mapping[str, str] = {
        id_: topic.label(visit.words.tag) for id_, topic in visit.desk.watchlist.topics.items()
    }
    named = [known.get(each, each) for each in topics.split(", ") if each]
    return ", ".join([visit.words(f"digest_scope_{scope}", scope), *named])


def told(visit: RequestContext, cautions: Iterable[Caution]) -> list[str]:
    """What to know of a draft, a line each, in the words of the page."""

    def said(caution: Caution) -> str:
        verbs = ((each.person, visit.words(each.verb, each.verb)) for each in caution.decisions)
        return ", ".join(f"{person}: {verb}" for person, verb in verbs)

    return [
        visit.words(
            f"digest_caution_{each.kind}",
            n=each.item.number,
            title=each.item.title,
            said=said(each),
            other=each.other.number if each.other else 0,
        )
        for each in cautions
    ]
