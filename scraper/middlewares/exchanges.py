"""Exchanges: what a crawl asked and was answered, taken down where it is crawled elsewhere, and
given out again where that is merged.

They stand where connections are made, below everything else: redirects are followed, robots rules
obeyed and content codings taken off anew, so nothing of that is believed. A merge has a handler of
its own, which has no way to the network.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from storage.answers import AnswerFile, CheckedAnswer, Exchange, Received, SentRequest
from storage.slices import AnswerState, SliceTicket
from storage.transaction import Transaction
from storage.types import Outcome

from ..crawl.context import context_of
from ..sources.links import hosts_of
from ..sources.model import Source
from .exceptions import fault_of, is_of_network
from .fetch_result import Fault, Passing, Refused, Unreachable, check_url
from .handler import SPENT, GuardedHandler

_TOOK = "seconds_recorded"
"""In the meta of a request: how long each of its exchanges took where it was made."""
_NOT_MODIFIED = 304
_KINDS: Mapping[str, type[Fault]] = {
    "unreachable": Unreachable,
    "passing": Passing,
    "refused": Refused,
    "fault": Fault,
}
"""By the name in an answer, the closest first."""
_NOT_FETCHED = "was not asked for where the slice was crawled"


class ExchangePool:
    """Exchanges by what was asked for, each given out once, in the order in which they were made.

    `body_of` gives the body of an exchange, by its place. `now` is the latest moment at which one
    that was given out had been answered: the clock of a merge.
    """

    def __init__(
        self,
        recorded: Sequence[Exchange],
        body_of: Callable[[int], bytes],
        began_at: datetime,
    ) -> None:
        self._recorded = recorded
        self._body_of = body_of
        self._now = began_at
        self._waiting: dict[tuple[str, str, bytes], list[int]] = {}
        for place, each in enumerate(recorded):
            self._waiting.setdefault(_place(each.asked), []).append(place)

    def now(self) -> datetime:
        """What time it is."""
        return self._now

    @property
    def unused(self) -> int:
        """How many were not given out."""
        return sum(len(places) for places in self._waiting.values())

    def asked_at(self, asked: SentRequest) -> datetime | None:
        """When this was asked for. None if it was not, or was given out already."""
        place = self._find(asked)
        return None if place is None else max(self._now, self._recorded[place].asked_at)

    def take(self, asked: SentRequest) -> Exchange | None:
        """What came of asking for this. None if nobody did."""
        place = self._find(asked)
        if place is None:
            return None
        self._waiting[_place(asked)].remove(place)
        found = self._recorded[place]
        self._now = max(self._now, found.asked_at + timedelta(seconds=found.seconds))
        return found if found.fault else replace(found, body=self._body_of(place))

    def _find(self, asked: SentRequest) -> int | None:
        """An answer to a conditional request says only with these validators that nothing changed.
        Any other answer is one to whatever was asked with."""
        places = self._waiting.get(_place(asked), [])
        for place in places:
            if self._recorded[place].asked == asked:
                return place
        return next((at for at in places if self._recorded[at].status != _NOT_MODIFIED), None)


def _place(asked: SentRequest) -> tuple[str, str, bytes]:
    return asked.method, asked.url, asked.sent


class RecordedCrawl:
    """The exchanges of a crawl elsewhere while it is made: those of a crawl that was cut off are
    given out first, new ones are put into its answer."""

    merging: None = None

    def __init__(self, answer: AnswerFile, clock: Callable[[], datetime]) -> None:
        self.answer = answer
        self._before = ExchangePool(answer.recorded(), answer.body, clock())

    def asked_at(self, request: Request) -> datetime | None:
        """When a request was made. It is being made now."""
        return None

    def take(self, asked: SentRequest) -> Exchange | None:
        """What came of this before the crawl was cut off. None if it was not asked for then."""
        return self._before.take(asked)


class MergedCrawl:
    """The exchanges of a crawl elsewhere while they are merged into the archive, as the answer to
    an attempt. There are no others."""

    def __init__(
        self, answer: CheckedAnswer, received: Received, ticket: SliceTicket, now: datetime
    ) -> None:
        """No exchange was made before the slice was cut or later than now (aware), whatever the
        clock of that machine said."""
        began, cut_at = answer.head.began_at, ticket.cut_at
        held = tuple(
            replace(each, asked_at=min(max(each.asked_at, cut_at), now))
            for each in answer.exchanges
        )
        self._exchanges = ExchangePool(held, answer.body, min(max(began, cut_at), now))
        self._answer, self._received, self._ticket = answer, received, ticket
        self._latest = now

    @property
    def merging(self) -> MergedCrawl:
        """What is merged: this."""
        return self

    @property
    def at(self) -> datetime:
        """When it is merged (aware)."""
        return self._latest

    @property
    def ticket(self) -> SliceTicket:
        """The attempt whose answer it is."""
        return self._ticket

    def now(self) -> datetime:
        """The clock of the merge: when what was given out last had been answered."""
        return min(self._exchanges.now(), self._latest)

    def asked_at(self, request: Request) -> datetime | None:
        """When a request was made. None for one that nobody made."""
        request.meta[_TOOK] = []  # that of its redirects is the same
        at = self._exchanges.asked_at(asked_of(request))
        return None if at is None else min(at, self._latest)

    def take(self, asked: SentRequest) -> Exchange | None:
        """What came of this."""
        return self._exchanges.take(asked)

    @property
    def unused(self) -> int:
        """How many exchanges nobody asked for here."""
        return self._exchanges.unused

    def took(self, request: Request) -> float:
        """How many seconds a request took where it was made, with all its redirects."""
        return float(sum(request.meta.get(_TOOK, ())))

    def certificates(self, source: Source) -> dict[str, datetime]:
        """Until when the certificates of a source's hosts were seen to be valid."""
        hosts = {host.partition(":")[0] for host in hosts_of(source)}
        return {host: until for host, until in self._answer.certificates if host in hosts}

    def begin(self, tx: Transaction, run_id: int) -> None:
        """Note that it has become a run."""
        tx.sources.slices.begin_merge(self._ticket, run_id)

    def end(self, tx: Transaction) -> None:
        """Note, together with the end of its run, that it was merged."""
        tx.sources.slices.end_merge(self._ticket, self._latest)
        tx.sources.slices.record_answer(
            self._ticket,
            AnswerState.MERGED,
            "",
            sha256=self._received.sha256,
            size=self._received.bytes,
            now=self._latest,
            node=self._answer.head.node,
            exchanges=len(self._answer.exchanges),
            unused=self._exchanges.unused,
        )


AnyExchanges = RecordedCrawl | MergedCrawl


def asked_of(request: Request) -> SentRequest:
    """What a request asks for."""
    return SentRequest(
        request.method,
        request.url,
        request.body,
        _header(request, b"If-None-Match"),
        _header(request, b"If-Modified-Since"),
    )


def _header(request: Request, name: bytes) -> str | None:
    value = request.headers.get(name)
    return None if value is None else value.decode("latin-1")


class RecordingHandler(GuardedHandler):
    """Makes connections as always, and puts each exchange into the answer before anybody sees it. A
    connection that the end of the crawl cut leaves none."""

    async def download_request(self, request: Request) -> Response:
        """Ask, unless that was asked before the crawl was cut off."""
        crawl = _crawl_of(self._crawler)
        assert isinstance(crawl, RecordedCrawl)  # others have another handler
        asked = asked_of(request)
        known = crawl.take(asked)
        if known is not None:
            return _response(known, request, self._most)
        if crawl.answer.is_full:
            raise Fault(Outcome.INTERRUPTED, "the answer holds as much as it may")
        spent, began = request.meta.get(SPENT, 0.0), time.monotonic()
        try:
            response = await super().download_request(request)
        except Exception as error:
            if is_of_network(error) or isinstance(error, Fault):
                self._record(
                    crawl, _failed(asked, fault_of(error), self._now()), request, spent, began
                )
            raise
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        done = Exchange(asked, self._now(), 0.0, response.status, tuple(headers), response.body)
        self._record(crawl, done, request, spent, began)
        return response

    @property
    def _most(self) -> int:
        return self._crawler.settings.getint("DOWNLOAD_MAXSIZE")

    def _record(
        self, crawl: RecordedCrawl, exchange: Exchange, request: Request, spent: float, began: float
    ) -> None:
        """Without the time it had to wait for its turn."""
        if exchange.outcome == Outcome.INTERRUPTED:
            return  # it says nothing of the server
        seconds = request.meta.get(SPENT, spent) - spent or time.monotonic() - began
        at = self._now() - timedelta(seconds=seconds)
        crawl.answer.record(replace(exchange, asked_at=at, seconds=seconds))

    def _note_certificate(self, host: str, until: datetime) -> None:
        super()._note_certificate(host, until)
        crawl = _crawl_of(self._crawler)
        if isinstance(crawl, RecordedCrawl):
            crawl.answer.record_certificate(host, until)


class AnsweringHandler:
    """Answers from recorded exchanges alone. What nobody asked for is `not_fetched`."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AnsweringHandler:
        """As Scrapy makes it."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The recorded answer. Raises the recorded fault."""
        asked = context_of(self._crawler).request
        check_url(request.url, asked.hosts, asked.intranet)
        crawl = _crawl_of(self._crawler)
        found = crawl.take(asked_of(request)) if crawl is not None else None
        await asyncio.sleep(0)  # as a connection does: others have their turn
        if found is None:
            raise Fault(Outcome.NOT_FETCHED, _NOT_FETCHED)
        request.meta[_TOOK].append(found.seconds)
        return _response(found, request, self._most)

    async def close(self) -> None:
        """Nothing is open."""


def _crawl_of(crawler: Crawler) -> AnyExchanges | None:
    return context_of(crawler).request.exchanges


def _failed(asked: SentRequest, fault: Fault, at: datetime) -> Exchange:
    kind = next(name for name, kind in _KINDS.items() if isinstance(fault, kind))
    return Exchange(
        asked,
        at,
        0.0,
        fault=kind,
        outcome=fault.outcome.value,
        reason=fault.reason,
    )


def _response(found: Exchange, request: Request, most: int) -> Response:
    """A recorded answer as Scrapy gives it. Raises the recorded fault, and DownloadCancelledError
    for more than `most` bytes, or what the request says in its place (0: no bound)."""
    if found.status is None:
        raise _KINDS[found.fault](Outcome(found.outcome), found.reason)
    most = request.meta.get("download_maxsize", most)
    if most and len(found.body) > most:
        raise DownloadCancelledError(f"more than {most} bytes")
    headers = Headers(_by_name(found.headers))
    made = responsetypes.from_args(headers=headers, url=request.url, body=found.body)
    return made(url=request.url, status=found.status, headers=headers, body=found.body)


def _by_name(headers: Iterable[tuple[str, str]]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        found.setdefault(name.encode("latin-1"), []).append(value.encode("latin-1"))
    return found
