"""Cookies that redirects set: a site may want back what it set before it shows its page.

They go to the origin that set them, along the redirects that set them. Where these led back to an
address that was asked for already, the site shows nothing without them: they then go along with
what else this crawl asks of that origin, and are forgotten with it. The cookies of firewalls are
never sent back, nor those that come with a page or a redirect to elsewhere.
"""

from __future__ import annotations

from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import WrappedRequest

from ..challenges import is_challenge, is_check_cookie

_JARS, _ASKED, _RETURNS, _OWN = "cookie_jars", "asked_before", "came_back_to", "own_cookie"
"""In the meta of a request: what its redirects set, by origin; the addresses they led from; the
origins on which they led back to one of these; the cookies that it was made with."""
_MOST, _LONGEST = 20, 2_000
"""So many cookies of an answer are taken, each so many bytes long with what is said of it."""


class RedirectCookies:
    """The cookies of one crawl."""

    def __init__(self) -> None:
        self._kept: dict[str, CookieJar] = {}

    def add_to(self, request: Request) -> None:
        """Give a request what its origin wants back, besides the cookies that it was made with."""
        jar = self._jar_of(request, _origin(request.url))
        if jar is None:
            return
        own = request.meta.setdefault(_OWN, request.headers.get("Cookie") or b"")
        names = {_name(pair) for pair in own.split(b";")}
        wanted = [pair for pair in _pairs(jar, request.url) if _name(pair) not in names]
        if wanted:
            request.headers["Cookie"] = b"; ".join([own, *wanted] if own else wanted)

    def pass_on(self, request: Request, response: Response, following: Request) -> None:
        """Have the request that follows a redirect carry on what it may: what was set on its own
        origin, and the request's own cookies on that origin or its encrypted one."""
        here, there = _origin(request.url), _origin(following.url)
        own = request.meta.get(_OWN, request.headers.get("Cookie") or b"")
        following.headers.pop("Cookie", None)
        following.meta.pop(_OWN, None)
        if own and there in (here, here.replace("http:", "https:", 1)):
            following.headers["Cookie"] = own
        asked = {*request.meta.get(_ASKED, ()), urldefrag(request.url).url}
        following.meta[_ASKED] = asked
        if here != there:
            return
        if urldefrag(following.url).url in asked:
            following.meta[_RETURNS] = {*request.meta.get(_RETURNS, ()), here}
        cookies = _to_take(response)
        if cookies:
            jar = _filled(self._jar_of(request, here), cookies, request.url)
            following.meta[_JARS] = {**request.meta.get(_JARS, {}), here: jar}

    def keep(self, request: Request) -> None:
        """The redirects have led to an answer: remember what it took."""
        for origin in request.meta.get(_RETURNS, ()):
            jar = self._jar_of(request, origin)
            if jar is not None:
                self._kept[origin] = jar

    def _jar_of(self, request: Request, origin: str) -> CookieJar | None:
        jar: CookieJar | None = request.meta.get(_JARS, {}).get(origin)
        return self._kept.get(origin) if jar is None else jar  # an empty one is false


def is_checked(response: Response) -> bool:
    """Whether a redirect wants to know who asks: it is a check, or sets the cookie of one."""
    said = response.headers.getlist("Set-Cookie")
    return is_challenge(response.body) or any(map(is_check_cookie, said))


def _to_take(response: Response) -> list[str]:
    """The cookies of a redirect that may go back; none of a page that forwards. Characters are one
    byte each, so that they go back as they came."""
    said = response.headers.getlist("Set-Cookie")
    if not said or response.status < 300 or is_challenge(response.body):
        return []
    found = [each for each in said if len(each) <= _LONGEST and not is_check_cookie(each)]
    return [each.decode("latin-1") for each in found[:_MOST]]


class _Answer:
    """An answer as `http.cookiejar` reads it."""

    def __init__(self, cookies: list[str]) -> None:
        self._headers = Message()
        for each in cookies:
            self._headers["Set-Cookie"] = each

    def info(self) -> Message:
        """Its headers."""
        return self._headers


def _filled(jar: CookieJar | None, cookies: list[str], url: str) -> CookieJar:
    """The jar with what an answer from there set, by the rules of RFC 6265."""
    jar = CookieJar() if jar is None else jar
    answer: Any = _Answer(cookies)
    jar.extract_cookies(answer, _asking(Request(url)))
    return jar


def _pairs(jar: CookieJar, url: str) -> list[bytes]:
    """What goes to this address: names with their values."""
    asked = Request(url)
    jar.add_cookie_header(_asking(asked))
    said = (asked.headers.get("Cookie") or b"").decode()
    return [pair.encode("latin-1") for pair in said.split("; ") if pair]


def _asking(request: Request) -> Any:
    """A request as `http.cookiejar` reads it."""
    return WrappedRequest(request)


def _name(pair: bytes) -> bytes:
    return pair.partition(b"=")[0].strip()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
