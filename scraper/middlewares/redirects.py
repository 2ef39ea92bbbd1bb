"""Redirects, within bounds: few hops, on the source's own hosts, never inward.

By status, by a meta refresh in a page that holds little else, or by a script that is all of a page
and names the address as it stands. What a redirected article means is
judged by the crawl, not here.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.html import get_meta_refresh
from w3lib.url import safe_url_string

from hubwatch.patterns import lazy_pattern
from storage.runs import FetchKind
from storage.types import Outcome
from storage.urls import host_of, with_slashes

from ..crawl.context import context_of
from ..sources.links import authority_of
from .fetch_result import Fault, Refused, asked_to_wait, check_url, refused
from .redirect_cookies import RedirectCookies, is_checked

KIND = "fetch_kind"
_STATUSES = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_AS_SENT = frozenset({307, 308})
"""A form is sent on as it is (RFC 9110, section 15.4). After the others its answer is asked for."""
_OF_A_BODY = frozenset({b"content-type", b"content-length"})
_TEMPORARY = "temporary"
_LISTS = frozenset({FetchKind.LIST, FetchKind.FEED, FetchKind.SITEMAP})
_META_REFRESH = lazy_pattern(rb"http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_ROBOTS_HOPS = 5  # RFC 9309, section 2.3.1.2
# A page that only forwards is short; a longer one that also refreshes itself is a page.
_FORWARDING_BYTES = 4096
_LONGEST_REFRESH_SECONDS = 5
_GOES = lazy_pattern(
    r"(?<![\w$.])(?:(?:window|self|top|parent|document)\.){0,2}location"
    r"(?:\.href\s{0,9}=|\s{0,9}=|\.(?:replace|assign)\s{0,9}\()(?!=)\s{0,9}"
    r"([\"'])([^\"'<>\s]{1,2000})\1\s{0,9}\)?\s{0,9}(?=[;}\"'\s]|$)"
)
_DECIDES = lazy_pattern(
    r"(?<![\w$])(?:if|switch|cookie|navigator|eval|atob|unescape|fromCharCode|localStorage"
    r"|sessionStorage|XMLHttpRequest|fetch)(?![\w$])"
)
"""What makes of a script more than a move: a choice, or a test whether a browser asks."""
_SCRIPTS = lazy_pattern(r"<script\b[^<>]{0,300}>(.{0,4096}?)</script", re.I | re.S)
_MARKUP = lazy_pattern(
    r"<!--.{0,4096}?-->|<(script|style|title|noscript)\b.{0,4096}?</\1|<[^<>]{0,2000}>",
    re.I | re.S,
)
_MOST_WORDS = 200
"""Characters that such a page shows to whoever runs no scripts: "You are being redirected"."""


class RedirectMiddleware:
    """Downloader middleware that follows redirects, at most so many hops."""

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._crawler = crawler
        self._hosts: frozenset[str] | None = crawler.settings.get("HUBWATCH_HOSTS")
        self._cookies = RedirectCookies()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RedirectMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        self._cookies.add_to(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if request.meta.get("handle_httpstatus_all"):
            return response  # as `scrapy shell --no-redirect` asks for it
        robots = request.meta.get(KIND) is FetchKind.ROBOTS
        target = _location(response)
        if target is None and not robots:
            target = _refresh(response) or _by_script(response)
        if target is None:
            self._cookies.keep(request)
            return response
        target = _absolute(response.url, target)
        to_itself = target == request.url
        if to_itself and is_checked(response):
            reason = f"HTTP {response.status}: the server refuses automatic readers"
            raise Fault(Outcome.BLOCKED, reason)
        hops = request.meta.get("hops", 0) + 1
        most = _ROBOTS_HOPS if robots else self._most
        if hops > most:
            raise Fault(Outcome.HTTP_ERROR, f"more than {most} redirects")
        own = self._is_own(target)
        # A robots file may lead anywhere, so it must not lead into one's own network.
        asked = context_of(self._crawler).request
        check_url(target, asked.hosts, asked.intranet if own else ())
        if not robots and not own:
            host = _authority(target)
            if request.meta.get(KIND) in _LISTS:
                reason = f"redirects to {target}, and {host} is not a host of this source"
                raise Fault(Outcome.MOVED, reason, moved_to=target)
            reason = f"redirects to {host}, which is not a host of this source"
            raise Refused(Outcome.REFUSED_ADDRESS, reason, moved_to=target)
        self._leave_alone(target, robots)
        moves = response.status not in _FOR_GOOD and not to_itself
        temporary = request.meta.get(_TEMPORARY, False) or moves
        meta = {**request.meta, "hops": hops, _TEMPORARY: temporary}
        following = self._following(request, response, target, meta)
        self._cookies.pass_on(request, response, following)
        return following

    def _following(
        self, request: Request, response: Response, target: str, meta: dict[str, object]
    ) -> Request:
        """What is asked for next. A form is sent on where it stays on its host, see `_AS_SENT`."""
        if request.method == "GET":
            return request.replace(url=target, meta=meta)
        if _authority(target) != _authority(request.url):
            raise refused(f"sends a form on to {_authority(target)}")
        if response.status in _AS_SENT:
            return request.replace(url=target, meta=meta)
        headers = {name: values for name, values in request.headers.items()
                   if name.lower() not in _OF_A_BODY}  # fmt: skip
        return request.replace(url=target, meta=meta, method="GET", body=b"", headers=headers)

    def _leave_alone(self, target: str, robots: bool) -> None:
        """Raise a Fault if the host wants to be. Of a page that is all: the run goes on with what
        stands elsewhere."""
        until = context_of(self._crawler).wait_of(host_of(target))
        if until is None:
            return
        if robots:
            raise asked_to_wait(until)
        reason = f"redirects to {host_of(target)}, which asked to wait until {until:%F %T %Z}"
        raise Fault(Outcome.HTTP_ERROR, reason)

    def _is_own(self, target: str) -> bool:
        """Whether a redirect may lead there. A spider that is of no source may go anywhere."""
        if self._hosts is None:
            return True
        try:
            return authority_of(target) in self._hosts
        except ValueError:  # no http(s) address: nobody's own, and refused by the guard
            return False


def is_temporary(response: Response) -> bool:
    """Whether a redirect that led to this answer was one for now only (RFC 9110, section 15.4), or
    was written into a page."""
    request = response.request
    return request is not None and bool(request.meta.get(_TEMPORARY))


def _absolute(base: str, target: str) -> str:
    """The address that a server or a page names. Raises Fault for what is none."""
    try:
        return safe_url_string(urljoin(base, with_slashes(target)))
    except ValueError as error:
        raise refused(f"redirects to what is no address: {target[:80]}") from error


def _authority(target: str) -> str:
    """Where an address leads that passed the guard. Raises Fault for one that is none all the same
    (port 0, or thousands of characters)."""
    try:
        return authority_of(target)
    except ValueError as error:
        raise refused(f"redirects to what is no address we follow: {target[:80]}") from error


def _location(response: Response) -> str | None:
    location = response.headers.get("Location") if response.status in _STATUSES else None
    return location.decode("utf-8", "replace").strip() or None if location else None


def _refresh(response: Response) -> str | None:
    body = response.body
    if response.status != 200 or len(body) > _FORWARDING_BYTES or not _META_REFRESH.search(body):
        return None
    try:
        seconds, url = get_meta_refresh(body.decode("latin-1"), response.url, "latin-1")
    except ValueError as error:
        raise refused("forwards to what is no address") from error
    own = url is None or url == response.url
    return None if own or (seconds or 0) > _LONGEST_REFRESH_SECONDS else url


def _by_script(response: Response) -> str | None:
    """Where a page leads that is nothing but a script with one address in it as it stands. None for
    one that decides, or tests who asks: that is no move."""
    if response.status != 200 or len(response.body) > _FORWARDING_BYTES:
        return None
    text = response.body.decode("utf-8", "replace")
    script = " ".join(_SCRIPTS.findall(text))
    targets = {found[1].replace("\\/", "/") for found in _GOES.findall(script)}
    if len(targets) != 1 or _DECIDES.search(script):
        return None
    shown = _MARKUP.sub(" ", text).split()
    target = targets.pop()
    own = target.startswith(("#", "javascript:")) or _absolute(response.url, target) == response.url
    return None if own or len(" ".join(shown)) > _MOST_WORDS else target
