"""Asking for one address: conditionally, again where that may help, every attempt on record.

What the answer means for a list or an article is decided by the crawl.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlencode

from scrapy import Request
from scrapy.exceptions import NotSupported
from scrapy.http import Response

from hubwatch.errors import StorageError
from storage.database import Durability
from storage.pages import Validator
from storage.runs import Fetch, FetchKind, Run
from storage.transaction import Transaction
from storage.types import Capture, Outcome, Thing
from storage.urls import host_of

from ..bugs import came_through
from ..challenges import is_challenge
from ..crawl.context import LOGGER, CrawlContext
from ..crawl.context import fetched as fetch_line
from ..items import capture_of
from ..middlewares.exceptions import fault_of, is_of_network, status_fault, unless_exhausted
from ..middlewares.fetch_result import AskedToWait, Fault, FetchResult, asked_to_wait, check_url
from ..middlewares.redirects import KIND, is_temporary
from ..middlewares.throttle import wait_until
from ..parsing.types import POSTED, PageForm, posted_form
from ..sources.model import Source

if TYPE_CHECKING:
    from ..middlewares.rendering import Renderer

#: Pauses before trying again, in seconds; a host on loopback needs no time to recover.
_PAUSES = (3.0, 12.0)
_FREE_PAUSES = (0.05, 0.1)
_NO_PAUSES = (0.0, 0.0)
_ASKS_TO_WAIT = (429, 503)
_SHORT_WAIT, _MOST_WAITED = 30.0, 60.0
"""Seconds that a host may ask to be left alone for which a run is not ended but waits, and so many
in all."""

_ON_THE_WAY = ("_attempt", "_download", "download_request", "_in_time")
"""The functions through which the exceptions of every download come: ours, the spider's and the
handler's."""
_RENDERED = frozenset({FetchKind.LIST, FetchKind.ARTICLE})
_THINGS = {
    FetchKind.ARTICLE: Thing.ARTICLE,
    FetchKind.FILE: Thing.FILE,
    FetchKind.ROBOTS: Thing.ROBOTS,
}

Download = Callable[[Request], Awaitable[Response]]


class Fetcher:
    """Fetches addresses for one run."""

    def __init__(
        self,
        download: Download,
        run: Run,
        context: CrawlContext,
        source: Source | None = None,
    ) -> None:
        self._download = download
        self._run_id = run.id
        self.source_id = run.source_id
        self._context = context
        self._awaited: datetime | None = None
        self._left_to_wait = _MOST_WAITED
        self._shells: dict[str, Response] = {}
        self._shell_turn = asyncio.Lock()
        self._renderer: Renderer | None = None
        if source is not None and source.render:
            from ..middlewares.rendering import Renderer  # hardly any source needs it

            self._renderer = Renderer(source, context, self._ask_for_page)

    async def fetch(
        self,
        url: str,
        kind: FetchKind,
        validator: Validator | None = None,
        *,
        most_bytes: int | None = None,
        form: PageForm | None = None,
    ) -> FetchResult:
        """Ask for `url` until it is answered or trying again cannot help. `most_bytes` takes the
        place of the source's bound for a page. `form` is what is sent instead, by POST: `url` is
        then its address. What an address that ends in `#post` asks for is sent so, too.

        Attempts that failed are on record afterwards. One that did not (ok, unchanged) is recorded
        by the caller with `log`, who knows more about it. What was asked for before a check was cut
        off is not asked for again.
        """
        memory = self._context.memory
        known = memory.recall(url, kind) if memory is not None else None
        if known is not None:
            return known
        form = form or posted_form(url)
        fetched = await self._fetch(_Asked(url, kind, validator, most_bytes, form))
        if memory is not None:
            memory.remember(fetched)
        return fetched

    async def _fetch(self, asked: _Asked) -> FetchResult:
        fetched = await self._attempt(asked)
        pauses = [*self._pauses(asked.url)]
        tries = len(pauses)
        while True:
            if fetched.halting:
                if not await self._wait(fetched):
                    return fetched
            elif fetched.transient and pauses:
                if len(pauses) < tries and fetched.outcome is Outcome.TIMEOUT:
                    return fetched  # a second one is answer enough: they are what costs most
                await asyncio.sleep(pauses.pop(0))
            else:
                return fetched
            fetched = await self._attempt(asked)

    async def _wait(self, fetched: FetchResult) -> bool:
        """Wait as long as a host asked to be left alone. False where that is too long for a run,
        which ends then, or by a clock that stands still."""
        now = self._context.now()
        hosts = {host_of(url) for url in (fetched.url, fetched.final_url) if url}
        until = max(filter(None, map(self._context.wait_of, hosts)), default=now)
        wait = (until - now).total_seconds()
        more = (until - max(now, self._awaited or now)).total_seconds()
        if not 0 < wait <= _SHORT_WAIT or more > self._left_to_wait:
            return False
        if more > 0:  # several requests wait for the same
            self._awaited, self._left_to_wait = until, self._left_to_wait - more
        await asyncio.sleep(wait)
        return self._context.now() > now

    async def fetch_robots(self, url: str) -> FetchResult:
        """Ask for a robots file."""
        fetched = await self.fetch(url, FetchKind.ROBOTS)
        if fetched.outcome is Outcome.OK:
            with self._context.store.writing(Durability.LATER) as tx:
                self.log(tx, fetched)
        return fetched

    def broken(self, url: str, kind: FetchKind, fault: Fault) -> FetchResult:
        """Put on record that an address was dealt with, and something of ours broke at it."""
        fetched = FetchResult(url, kind, self._context.now(), fault.outcome, fault.reason)
        with self._context.store.writing(Durability.LATER) as tx:
            self.log(tx, fetched)
        return fetched

    def log(
        self,
        tx: Transaction,
        fetched: FetchResult,
        *,
        outcome: Outcome | None = None,
        reason: str = "",
        snapshot_id: int | None = None,
    ) -> None:
        """Put an attempt on record, with what its reader found out if that says more."""
        fetch = Fetch(
            url=fetched.url,
            kind=fetched.kind,
            at=fetched.at,
            outcome=outcome or fetched.outcome,
            reason=_joined(reason, fetched),
            status=fetched.status,
            final_url=fetched.final_url,
            size=len(fetched.capture.body) if fetched.capture else 0,
            seconds=fetched.seconds,
            snapshot_id=snapshot_id,
        )
        tx.runs.log_fetch(self._run_id, fetch)
        if LOGGER.isEnabledFor(logging.DEBUG):
            LOGGER.debug("%s", fetch_line(self._run_id, fetch))

    def _pauses(self, url: str) -> tuple[float, ...]:
        if not self._context.request.retries:
            return ()
        if self._context.request.merging is not None:
            return _NO_PAUSES
        try:
            return _FREE_PAUSES if host_of(url) in self._context.request.hosts else _PAUSES
        except ValueError:
            return ()

    async def _attempt(self, asked: _Asked) -> FetchResult:
        url, kind, validator = asked.url, asked.kind, asked.validator
        request = _request(asked)
        at, began = self._begins(request), time.monotonic()
        capture: Capture | None = None
        response: Response | None = None
        temporary = False
        try:
            self._check(url)
            renderer = self._renderer_for(asked)
            response = await (self._shell(asked) if renderer else self._download(request))
            capture = _named_by_form(capture_of(url, response, at), asked.form)
            temporary = is_temporary(response)
            self._obey_wait(capture)
            fault = status_fault(capture.status, capture.body)
            if renderer is not None and fault is None:
                capture = _with_route(capture)
                if renderer.suits(capture):
                    rendered = await renderer.render(capture)
                    capture, temporary = rendered.capture, temporary or rendered.moved
            if capture.status == 304 and validator is None:
                fault = Fault(Outcome.HTTP_ERROR, "HTTP 304, though nothing conditional was asked")
        except Fault as error:
            fault = error
        except StorageError:
            raise  # the archive's trouble is not the page's
        except Exception as error:  # whatever a download raises has an outcome word
            if _is_of_the_way(error):
                fault = fault_of(error)
            else:
                thing = _THINGS.get(kind, Thing.LIST)
                fault = self._context.record_failure(self.source_id, thing, url, error)
        seconds = self._took(request, began)
        if fault is not None:
            fault = unless_exhausted(fault)
            failed = FetchResult(url, kind, at, *_of(fault), capture, seconds, response=response)
            return self._failed(failed, fault)
        outcome = Outcome.UNCHANGED if capture and capture.status == 304 else Outcome.OK
        note = capture.rendering.note if capture and capture.rendering else ""
        return FetchResult(
            url, kind, at, outcome, note, capture, seconds, temporary=temporary, response=response
        )

    def _begins(self, request: Request) -> datetime:
        """When a request is made, or was made where this is a merge."""
        exchanges = self._context.request.exchanges
        at = exchanges.asked_at(request) if exchanges is not None else None
        return at or self._context.now()

    def _took(self, request: Request, began: float) -> float:
        """The seconds since then."""
        merging = self._context.request.merging
        return time.monotonic() - began if merging is None else merging.took(request)

    def _renderer_for(self, asked: _Asked) -> Renderer | None:
        """Who renders a page. None for what is read as it comes. Raises Fault where the source
        wants it and this installation cannot."""
        if self._renderer is None or asked.kind not in _RENDERED or asked.form is not None:
            return None
        if self._context.request.merging is not None:
            reason = "the scripts of what was fetched elsewhere are not run here"
            raise Fault(Outcome.UNSUPPORTED, reason)
        self._renderer.check()
        return self._renderer

    async def _shell(self, asked: _Asked) -> Response:
        """The page in which scripts make another one. Never asked for conditionally: that it has
        not changed says nothing of what they make. One of many routes is had once."""
        plain, route = urldefrag(asked.url)
        if not route:
            return await self._download(_plainly(plain, asked.kind))
        async with self._shell_turn:
            if plain not in self._shells:
                response = await self._download(_plainly(plain, asked.kind))
                if response.status != 200:
                    return response
                self._shells[plain] = response
            return self._shells[plain]

    async def _ask_for_page(self, request: Request) -> Response:
        """Ask for something that a page in the browser wants."""
        self._check(request.url)
        response = await self._download(request)
        self._obey_wait(capture_of(request.url, response, self._context.now()))
        return response

    def _failed(self, fetched: FetchResult, fault: Fault) -> FetchResult:
        if fetched.outcome is not Outcome.NOT_FETCHED:  # nobody tried, so it is no attempt
            with self._context.store.writing(Durability.LATER) as tx:
                self.log(tx, fetched)
        return replace(
            fetched,
            connected=fault.connected,
            transient=fault.transient,
            halting=isinstance(fault, AskedToWait),
            moved_to=fault.moved_to,
            behind=fault.behind,
        )

    def _check(self, url: str) -> None:
        check_url(url, self._context.request.hosts, self._context.request.intranet)
        until = self._context.wait_of(host_of(url))
        if until is not None:
            raise asked_to_wait(until)

    def _obey_wait(self, capture: Capture) -> None:
        """Raise AskedToWait for an answer that asks us to come back later."""
        if capture.status not in _ASKS_TO_WAIT:
            return
        asked, answered = capture.header("retry-after"), capture.header("date")
        until = wait_until(asked, self._context.now(), answered)
        asks = is_challenge(capture.body)
        if until is not None:
            reason = f"HTTP {capture.status}, asked to wait until {until:%F %T %Z}"
            self._context.ask_wait(host_of(capture.final_url), until, reason)
            raise AskedToWait(Outcome.BLOCKED if asks else Outcome.HTTP_ERROR, reason)
        if capture.status == 429 and not asks:
            raise AskedToWait(Outcome.HTTP_ERROR, "HTTP 429: too many requests")


def _is_of_the_way(error: Exception) -> bool:
    """Whether the network, the server or a bound raised it, and not our own code. The scheme was
    looked at before, so a handler that Scrapy does not have is one that it could not make."""
    if isinstance(error, NotSupported):
        return False
    return is_of_network(error) or not came_through(error, _ON_THE_WAY)


def _plainly(url: str, kind: FetchKind) -> Request:
    return Request(url, meta={KIND: kind}, dont_filter=True)


def _joined(reason: str, fetched: FetchResult) -> str:
    """What its reader says, and what a rendered page was not given."""
    if fetched.outcome is Outcome.OK and reason and fetched.reason not in reason:
        return f"{reason}; {fetched.reason}"
    return reason or fetched.reason


def _with_route(capture: Capture) -> Capture:
    """An answer with the route that was asked for, which servers never see (RFC 9110, section
    10.2.2: redirects pass it on)."""
    route = urldefrag(capture.url).fragment
    if not route or urldefrag(capture.final_url).fragment:
        return capture
    return replace(capture, final_url=f"{capture.final_url}#{route}")


def _of(fault: Fault) -> tuple[Outcome, str]:
    return fault.outcome, fault.reason


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, and how."""

    url: str
    kind: FetchKind
    validator: Validator | None
    most_bytes: int | None
    form: PageForm | None


def _named_by_form(capture: Capture, form: PageForm | None) -> Capture:
    """The answer to a form, told from the page that holds it by which page of its list it is."""
    if form is None:
        return capture
    if form.address.endswith(POSTED):
        is_there = capture.final_url in (form.action, form.address)
        return replace(capture, final_url=form.address) if is_there else capture
    place = urldefrag(form.address).fragment
    return replace(capture, final_url=f"{urldefrag(capture.final_url).url}#{place}")


def _request(asked: _Asked) -> Request:
    url, kind, validator, most_bytes = asked.url, asked.kind, asked.validator, asked.most_bytes
    headers: dict[str, str | bytes] = {}
    if validator is not None and validator.etag:
        headers["If-None-Match"] = _as_received(validator.etag)
    if validator is not None and validator.last_modified:
        headers["If-Modified-Since"] = _as_received(validator.last_modified)
    meta: dict[str, object] = {KIND: kind}
    if most_bytes is not None:
        meta["download_maxsize"] = most_bytes
    form = asked.form
    if form is None:
        return Request(url, headers=headers, meta=meta, dont_filter=True)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Referer"] = urldefrag(form.address).url
    if form.cookies:
        cookies = "; ".join(f"{name}={value}" for name, value in form.cookies)
        headers["Cookie"] = _as_received(cookies)
    return Request(
        form.action,
        method="POST",
        body=_body_of(form),
        headers=headers,
        meta=meta,
        dont_filter=True,
    )


def _as_received(value: str) -> bytes:
    """The bytes of a header's value, whose characters are one byte each (`capture_of`): a tag may
    hold any (RFC 9110, section 8.8.3), and goes back as it came."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def _body_of(form: PageForm) -> bytes:
    """The fields of a form as they are sent (WHATWG URL, section 5). What its encoding does not
    have goes as a character reference, as browsers send it."""
    try:
        codec = codecs.lookup(form.encoding or "utf-8").name
    except LookupError:
        codec = "utf-8"

    def sent(part: str) -> bytes:
        lines = part.replace("\r\n", "\n").replace("\n", "\r\n")
        return lines.encode(codec, "xmlcharrefreplace")

    pairs = [(sent(name), sent(value)) for name, value in form.fields]
    return urlencode(pairs).encode("ascii")


_LONGEST_TAG = 1_000
"""Characters; servers refuse a request whose headers are some thousands long."""


def validator_of(capture: Capture, checked_at: datetime) -> Validator | None:
    """What to ask with the next time. None if the server gave nothing to ask with.

    A Last-Modified later than the answer's own Date is no evidence (RFC 9110, section 8.8.2.1).
    """
    etag, modified = capture.header("etag"), capture.header("last-modified")
    if modified and not _plausible(modified, capture.header("date")):
        modified = None
    if etag and len(etag) > _LONGEST_TAG:
        etag = None
    if not etag and not modified:
        return None
    return Validator(capture.url, etag, modified, checked_at)


def _plausible(modified: str, date: str | None) -> bool:
    changed, answered = _instant(modified), _instant(date or "")
    return changed is not None and (answered is None or changed <= answered)


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
