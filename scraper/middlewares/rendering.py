"""Pages whose scripts fill them in: run in a browser, read as they are in the end.

The browser fetches nothing (see `chromium`). Whatever a page asks for is taken from it, judged, and
asked for by the crawl's own way: address guard, robots rules, the host's turn, certificates and
bounds are those of every request. A page gets what it was asked for as, and never another: going
somewhere else, by a click, a refresh or a reload, has no effect. So what a check for people would
have a browser do leads nowhere, and such a page is not even begun.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from tldextract import TLDExtract

from storage.types import Capture, Outcome, Rendering
from storage.urls import key_of, with_slashes

from ..challenges import is_challenge
from ..parsing.encoding import decode
from ..parsing.languages import LOAD_MORE, any_of
from ..sources.links import authority_of, hosts_of
from ..sources.model import Bounds, EntryKind, Source
from .chromium import obstacle, playwright
from .exceptions import fault_of
from .fetch_result import AskedToWait, Fault, check_url

if TYPE_CHECKING:
    from ..crawl.context import CrawlContext

Ask = Callable[[Request], Awaitable[Response]]
"""Asks for something by the crawl's own way. Raises Fault, and what downloads raise."""

_GIVEN = frozenset({"script", "stylesheet", "xhr", "fetch"})
"""What a page is given, in the browser's words. Pictures, media, fonts, frames, beacons, prefetches
and event streams add nothing to its text."""
_KEPT_KINDS = frozenset({"script", "stylesheet"})
_KEPT_BYTES = 32 * 1024 * 1024
"""So much of the scripts and styles of a site is kept while its crawl lasts: its pages share
them."""
_ASKED_TIMES = 10
"""A page may try so many times as many requests as it may make: those that it is refused cost
little, but not nothing."""
_SENT_BYTES = 1024 * 1024
_HOPS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_AS_SENT = frozenset({307, 308})
_OURS = (
    "accept-encoding", "accept-language", "connection", "content-length", "cookie", "host",
    "referer", "upgrade-insecure-requests", "user-agent",
)  # fmt: skip
"""Headers of a request that we send our own of, or none."""
_OF_THE_WAY = (
    "alt-svc", "connection", "content-encoding", "content-length", "keep-alive", "refresh",
    "strict-transport-security", "transfer-encoding",
)  # fmt: skip
"""Headers of an answer that are not the page's business any more."""
_OF_THE_SHELL = ("content-type", "content-length", "etag", "last-modified")
"""Headers that say something of the bytes as received, and nothing of the page they became."""
HTML = "text/html; charset=utf-8"

_LOOK_SECONDS = 0.15
_QUIET_LOOKS = 5
"""A page in which nothing changes for so many looks, with nothing under way, is done."""
_EMPTY_LOOKS = 20
"""The same of one that shows next to nothing: it may be about to begin."""
_ANYWAY_LOOKS = 40
"""And of one that keeps on asking: it waits for what comes next."""
_NEXT_TO_NOTHING = 60
_CLOSE_SECONDS = 5.0
_MOST_NOTED = 3
_EXCHANGED = 3
"""So many links in place of as many others are rows of another part of a list."""

_STATE = """(() => { const body = document.body; const text = body ? body.innerText : '';
return JSON.stringify([document.readyState, text.length, document.links.length,
document.getElementsByTagName('*').length]); })()"""
_DOCUMENT = """(() => { const kind = document.doctype ? '<!DOCTYPE html>' : '';
const text = kind + document.documentElement.outerHTML;
return text.length > %d ? null : text; })()"""
_SCROLL = """(() => { const end = e => { e.scrollTop = e.scrollHeight; };
end(document.scrollingElement || document.documentElement);
let left = 20; for (const e of document.querySelectorAll('body *')) {
  if (e.scrollHeight > e.clientHeight + 40 && e.clientHeight > 100) {
    const how = getComputedStyle(e).overflowY;
    if (how === 'auto' || how === 'scroll') { end(e); if (!--left) break; } } } })()"""
_LINKS = """(() => JSON.stringify([location.href.slice(0, 4000),
Array.from(document.links).slice(0, 5000).map(a => a.href.slice(0, 1000))]))()"""
_BARE = ("更多", "more", "more {what}")
"""So many a link says that leads to another list. Only what is a button by its kind is believed."""
_MORE = r"""(() => { const any = '[^\\p{L}\\p{N}]*';
const said = words => new RegExp('^' + any + words + any + '$', 'iu');
const sure = said(SURE), bare = said(BARE);
const isSaid = (e, words) => e.textContent.length <= 60 && words.test(e.textContent)
  && ![...e.children].some(inner => words.test(inner.textContent));
const buttons = 'button, [role=button]';
for (const [words, kinds] of [[sure, buttons + ', a, div, span, p'], [bare, buttons]])
for (const e of document.querySelectorAll(kinds)) {
  if (e.children.length > 3 || !isSaid(e, words)) continue;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || e.disabled) continue;
  if (words === bare && e.closest('nav, header, footer, aside')) continue;
  if (e.tagName === 'A' && !/^(#?$|#\W?$|javascript:)/i.test(e.getAttribute('href') || ''))
    continue;
  e.click(); return true; }
return false; })()""".replace(
    "SURE",
    json.dumps(
        any_of(
            [
                r"(?:点击|点此)?(?:加载|查看|显示|浏览)更多\S{0,6}",
                r"(?:load|show|view|see) more(?: \w+){0,2}",
                *(words for words in LOAD_MORE if words not in _BARE),
            ]
        )
    ),
).replace("BARE", json.dumps(any_of(_BARE)))


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a page is given for a request."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it is in the end. `moved` where its own scripts gave it another address."""

    capture: Capture
    moved: bool


class Renderer:
    """Renders the pages of one source while one crawl of it lasts."""

    def __init__(self, source: Source, context: CrawlContext, ask: Ask) -> None:
        self._source = source
        self._context = context
        self.ask = ask
        self.own_hosts = hosts_of(source)
        self._kept: dict[str, PageAnswer] = {}
        self._kept_size = 0

    @property
    def bounds(self) -> Bounds:
        """The bounds of the source."""
        return self._source.bounds

    def check(self) -> None:
        """Raise a Fault where no page can be rendered here: nothing need be asked for then."""
        reason = obstacle()
        if reason:
            raise Fault(Outcome.UNSUPPORTED, reason)

    def suits(self, capture: Capture) -> bool:
        """Whether an answer is a page that scripts can run in: markup, and not the data that some
        entries bring."""
        kind = (capture.header("content-type") or "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            return True
        return not kind and b"<script" in capture.body[:65_536].lower()

    async def render(self, capture: Capture) -> Rendered:
        """Run the scripts of a page that was fetched just now. Raises Fault: `timeout`, `too_big`
        where a bound is reached, `blocked` where it is a check for people or its scripts are
        answered by one, `unsupported` without a browser."""
        if is_challenge(capture.body):
            reason = "a check for people, whose scripts are not run"
            raise Fault(Outcome.BLOCKED, reason)
        chromium = self._context.chromium
        async with chromium.places:
            language = "zh-CN" if self._source.language == "zh" else "en"
            browsing = await chromium.new_context(self._context.request.agent, language)
            visit = _Visit(self, capture, browsing, self._turns(capture.url))
            try:
                return await visit.through(chromium.version)
            finally:
                with suppress(Exception):  # a page that hangs: its process ends with the browser
                    await asyncio.wait_for(browsing.close(), _CLOSE_SECONDS)

    def _turns(self, url: str) -> int:
        """How often the list at this address is asked to go on."""
        key = key_of(url)
        for entry in self._source.entries:
            if entry.kind is EntryKind.LIST and key_of(entry.url) == key:
                return entry.paging.max_pages - 1
        return 0

    def refusal(self, url: str, method: str, page: str) -> str:
        """Why a page may not ask for this. Empty if it may. Its site may be asked by forms, too:
        that is how lists are asked for. Others give scripts and data, and are sent nothing."""
        asked = self._context.request
        host = urlsplit(url).hostname or ""
        try:
            is_own = authority_of(url) in self.own_hosts
        except ValueError:
            return "what is no address"
        if not is_own and host in asked.hosts:
            return f"{host}, which is another source's"
        try:
            check_url(url, asked.hosts, asked.intranet if is_own else ())
        except Fault as fault:
            return f"{host} ({fault.reason})"
        if method not in ("GET", "POST"):
            return f"{host} by {method}"
        if method == "POST" and not is_own and _site(host) != _site(urlsplit(page).hostname or ""):
            return f"{host} by {method}, which is another site"
        return ""

    def recall(self, url: str) -> PageAnswer | None:
        """A script or a style of the site that came before."""
        return self._kept.get(url)

    def keep(self, url: str, answer: PageAnswer) -> None:
        """Keep one for the pages to come, while there is room."""
        if answer.status == 200 and self._kept_size + len(answer.body) <= _KEPT_BYTES:
            self._kept_size += len(answer.body) if url not in self._kept else 0
            self._kept[url] = answer


@lru_cache(maxsize=256)
def _site(host: str) -> str:
    """The name that somebody registered, of a host: `gov.cn` is nobody's."""
    parts = _REGISTERED(host)
    return f"{parts.domain}.{parts.suffix}" if parts.suffix else host


_REGISTERED = TLDExtract(suffix_list_urls=(), cache_dir=None)
"""By the list that came with the library: nothing is fetched."""


class _Visit:
    """One page in the browser: what it asks for, what it is given, when it is done."""

    def __init__(self, renderer: Renderer, capture: Capture, browsing: Any, turns: int) -> None:
        self._renderer = renderer
        self._capture = capture
        self._browsing = browsing
        self._turns = turns
        self._url = capture.final_url or capture.url
        self._asked = self._sent = self._size = self._under_way = 0
        self._begun = False
        self._refused: Counter[str] = Counter()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._page: Any = None
        self._world: Any = None
        self._session: Any = None

    async def through(self, browser: str) -> Rendered:
        """The page as it is in the end. Raises Fault."""
        began = time.monotonic()
        self._count(len(self._capture.body))
        work: asyncio.Future[Any] = asyncio.ensure_future(self._run())
        bound = self._renderer.bounds.render_time
        try:
            await asyncio.wait(
                [work, self._ended],
                timeout=bound.total_seconds(),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self._ended.done():
                self._ended.result()
            if not work.done():
                reason = f"its scripts were not done within {bound.total_seconds():g} s"
                raise Fault(Outcome.TIMEOUT, reason)
            url, text, note = self._result_of(work)
        finally:
            for each in (work, self._ended):
                if not each.cancel() and not each.cancelled():
                    each.exception()  # looked at above, or of no interest any more
            with suppress(Exception):
                await asyncio.wait([work], timeout=_CLOSE_SECONDS)
        rendering = Rendering(
            received=self._capture.body,
            content_type=self._capture.header("content-type") or "",
            browser=browser,
            requests=self._sent,
            size=self._size,
            seconds=round(time.monotonic() - began, 3),
            note="; ".join(filter(None, (note, self._note()))),
        )
        kept = [pair for pair in self._capture.headers if pair[0] not in _OF_THE_SHELL]
        moved = key_of(url) != key_of(self._url)
        return Rendered(
            replace(
                self._capture,
                final_url=url if moved else self._capture.final_url,
                headers=(("content-type", HTML), *kept),
                body=text.encode("utf-8", "replace"),
                rendering=rendering,
            ),
            moved,
        )

    def _result_of(self, work: asyncio.Future[tuple[str, str, str]]) -> tuple[str, str, str]:
        try:
            return work.result()
        except playwright().Error as error:
            said = next(iter(str(error).strip().splitlines()), "")
            raise Fault(Outcome.FAILED, f"the browser gave the page up: {said[:200]}") from error

    async def _run(self) -> tuple[str, str, str]:
        """Address and text of the page in the end, and what was left undone."""
        self._page = page = await self._browsing.new_page()
        page.on("crash", lambda: self._end(Outcome.FAILED, "the page made its browser crash"))
        page.on("dialog", lambda dialog: asyncio.ensure_future(_dismiss(dialog)))
        self._browsing.on("page", lambda other: asyncio.ensure_future(_close(other, page)))
        await self._browsing.route("**/*", self._answer)
        await page.goto(self._url, wait_until="commit", timeout=0)
        await self._enter()
        await self._wait_until_quiet()
        note, last = await self._go_on() if self._turns else ("", None)
        if last is None:
            last = page.url, await self._text()
        return *last, note

    async def _text(self) -> str:
        """The page as it is now. Raises a Fault where it is too large."""
        most = self._renderer.bounds.render_bytes
        text = await self._evaluate(_DOCUMENT % most)
        if text is None:
            raise Fault(Outcome.TOO_BIG, f"the page grew to more than {most} bytes")
        return str(text)

    async def _enter(self) -> None:
        """Look at the page from a world of our own, where nothing is as its scripts have bent
        it."""
        self._session = await self._browsing.new_cdp_session(self._page)
        tree = await self._session.send("Page.getFrameTree")
        made = await self._session.send(
            "Page.createIsolatedWorld",
            {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "hubwatch"},
        )
        self._world = made["executionContextId"]

    async def _evaluate(self, words: str) -> Any:
        found = await self._session.send(
            "Runtime.evaluate",
            {"expression": words, "contextId": self._world, "returnByValue": True},
        )
        return found.get("result", {}).get("value")

    async def _state(self) -> tuple[str, int, int, int]:
        ready, text, links, tags = json.loads(await self._evaluate(_STATE))
        return ready, text, links, tags

    async def _wait_until_quiet(self) -> tuple[str, int, int, int]:
        """Wait until nothing changes any more. What it is then."""
        before = await self._state()
        same = 0
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now, was = await self._state(), before
            before = now
            same = same + 1 if now == was else 0
            if now[0] == "loading":
                continue
            enough = _QUIET_LOOKS if now[1] >= _NEXT_TO_NOTHING or now[2] else _EMPTY_LOOKS
            if same >= (_ANYWAY_LOOKS if self._under_way else enough):
                return now

    async def _go_on(self) -> tuple[str, tuple[str, str] | None]:
        """Have a list show more, as scrolling down or its button does, while that brings links.
        What was left undone, in words, and the page (address, document) as it was before what came
        took the place of what was there. None where nothing did."""
        state = await self._state()
        for _ in range(self._turns):
            if self._is_nearly_spent():
                return "the list goes on, and the bound of a page is nearly reached", None
            links = state[2]
            for words in (_SCROLL, _MORE):
                kept = self._page.url, await self._text()
                here, shown = json.loads(await self._evaluate(_LINKS))
                await self._evaluate(words)
                state = await self._wait_until_quiet()
                if state[2] > links:
                    break
                there, now = json.loads(await self._evaluate(_LINKS))
                if len(set(now) - set(shown)) >= _EXCHANGED <= len(set(shown) - set(now)):
                    return "what follows takes the place of the first rows: it is not read", kept
                if there != here:
                    return "what brings more leads to another page, which is not read", kept
            if state[2] <= links:
                return "", None
        return "", None

    def _is_nearly_spent(self) -> bool:
        bounds = self._renderer.bounds
        return self._sent > 0.8 * bounds.render_requests or self._size > 0.8 * bounds.render_bytes

    # What the page asks for

    async def _answer(self, route: Any) -> None:
        """Give the page what it asks for, or nothing. Never raises: the page may be gone."""
        self._asked += 1
        most = self._renderer.bounds.render_requests
        if self._asked > _ASKED_TIMES * most:
            self._end(
                Outcome.TOO_BIG, f"its scripts tried more than {_ASKED_TIMES * most} requests"
            )
        try:
            answer = await self._answer_to(route.request)
        except Fault as fault:
            self._end_by(fault)
            answer = None
        except Exception as error:  # of one request: the page goes on without it
            self._refused[fault_of(error).reason] += 1
            answer = None
        with suppress(Exception):
            if answer is None:
                await route.abort("blockedbyclient")
            else:
                await route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)

    async def _answer_to(self, request: Any) -> PageAnswer | None:
        """What a request is given. None for nothing. Raises a Fault that ends the page."""
        if self._ended.done():
            return None
        if request.is_navigation_request():
            return self._document(request)
        url, kind, method = request.url, request.resource_type, request.method
        if kind not in _GIVEN:
            return None
        kept = self._renderer.recall(url) if method == "GET" and kind in _KEPT_KINDS else None
        if kept is not None:
            return kept
        self._under_way += 1
        try:
            answer = await self._fetched(request, url, method)
        finally:
            self._under_way -= 1
        if answer is not None and method == "GET" and kind in _KEPT_KINDS:
            self._renderer.keep(url, answer)
        return answer

    def _document(self, request: Any) -> PageAnswer:
        """The page itself, once. Whoever goes elsewhere stays where they are (HTTP 204)."""
        try:
            is_page = request.frame == self._page.main_frame
        except Exception:  # Playwright's word for a window that is only about to open
            is_page = False
        if is_page and not self._begun:
            self._begun = True
            return _as_document(self._capture)
        if is_page:
            self._refused[f"it would go on to {_place(request.url)}"] += 1
        return PageAnswer(204, {}, b"")

    async def _fetched(self, request: Any, url: str, method: str) -> PageAnswer | None:
        body = request.post_data_buffer or b""
        if len(body) > _SENT_BYTES:
            self._refused["a request that sends more than 1 MiB"] += 1
            return None
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in _OURS and not name.startswith(("sec-", "proxy-"))
        }
        for _ in range(_HOPS):
            reason = self._renderer.refusal(url, method, self._url)
            if reason:
                self._refused[f"nothing is asked of {reason}"] += 1
                return None
            own = await self._own_headers(url)
            asked = Request(
                url,
                method=method,
                headers={**headers, **own},
                body=body if method == "POST" else b"",
                meta={"handle_httpstatus_all": True},
                dont_filter=True,
            )
            response = await self._ask(asked)
            if response is None:
                return None
            target = response.headers.get("Location") if response.status in _MOVED else None
            if not target:
                self._judge(response, request.resource_type)
                return _as_answer(response)
            if method == "POST" and response.status not in _AS_SENT:
                method, body = "GET", b""
                headers.pop("content-type", None)
            said = with_slashes(target.decode("latin-1").strip())
            url = urldefrag(urljoin(response.url, said)).url
        self._refused[f"{url[:200]} (more than {_HOPS} redirects)"] += 1
        return None

    async def _own_headers(self, url: str) -> dict[str, str]:
        """Whence it is asked, and the cookies of this page alone: within its site."""
        page = urlsplit(self._url)
        if _site(urlsplit(url).hostname or "") != _site(page.hostname or ""):
            return {}
        cookies = await self._browsing.cookies(url)
        sent = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
        referer = urldefrag(self._url).url
        return {"referer": referer, **({"cookie": sent} if sent else {})}

    async def _ask(self, request: Request) -> Response | None:
        """Ask for something, within the bounds of the page. None where it cannot be had. Raises a
        Fault that ends the page."""
        bounds = self._renderer.bounds
        if self._sent >= bounds.render_requests:
            reason = f"its scripts made more than {bounds.render_requests} requests"
            raise Fault(Outcome.TOO_BIG, reason)
        self._sent += 1
        left = bounds.render_bytes - self._size
        request.meta["download_maxsize"] = max(1, min(left, bounds.page_bytes))
        try:
            response = await self._renderer.ask(request)
        except AskedToWait:
            raise
        except Exception as error:
            fault = fault_of(error)
            if fault.outcome is Outcome.TOO_BIG and left < bounds.page_bytes:
                raise self._too_big() from error
            self._refused[f"{_place(request.url)}: {fault.reason}"] += 1
            return None
        self._count(len(response.body))
        return response

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._renderer.bounds.render_bytes:
            raise self._too_big()

    def _too_big(self) -> Fault:
        most = self._renderer.bounds.render_bytes
        return Fault(Outcome.TOO_BIG, f"it and its scripts brought more than {most} bytes")

    def _judge(self, response: Response, kind: str) -> None:
        """Note an answer that is an error. Raises Fault for a check for people in its place."""
        said = (response.headers.get("Content-Type") or b"").lower()
        if b"html" in said and kind != "stylesheet" and is_challenge(response.body):
            reason = f"{_place(response.url)} is answered by a check for people"
            raise Fault(Outcome.BLOCKED, reason)
        if response.status >= 400:
            self._refused[f"{_place(response.url)}: HTTP {response.status}"] += 1

    def _note(self) -> str:
        """What the page was not given, in words."""
        found = [
            reason if times == 1 else f"{reason} ({times} times)"
            for reason, times in self._refused.most_common(_MOST_NOTED)
        ]
        left = len(self._refused) - len(found)
        return "; ".join([*found, *([f"and {left} more"] if left else [])])[:600]

    def _end(self, outcome: Outcome, reason: str) -> None:
        self._end_by(Fault(outcome, reason))

    def _end_by(self, fault: Fault) -> None:
        if not self._ended.done():
            self._ended.set_exception(fault)


def _place(url: str) -> str:
    """An address without its query, for people."""
    return url.partition("?")[0][:200]


def _as_document(capture: Capture) -> PageAnswer:
    """The page as the browser gets it: in the encoding that its bytes are in, whatever they say."""
    decoded = decode(capture.body, capture.header("content-type") or "")
    headers = _headers(capture.headers)
    if decoded.hopeless:
        return PageAnswer(capture.status, headers, capture.body)
    headers["content-type"] = HTML
    return PageAnswer(capture.status, headers, decoded.text.encode("utf-8", "replace"))


def _as_answer(response: Response) -> PageAnswer:
    pairs = [
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    return PageAnswer(response.status, _headers(pairs), response.body)


def _headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers as Playwright takes them: those of one name together."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        if name not in _OF_THE_WAY:
            joined = "\n" if name == "set-cookie" else ", "
            headers[name] = f"{headers[name]}{joined}{value}" if name in headers else value
    return headers


async def _dismiss(dialog: Any) -> None:
    with suppress(Exception):
        await dialog.dismiss()


async def _close(other: Any, page: Any) -> None:
    if other is not page:
        with suppress(Exception):
            await other.close()
