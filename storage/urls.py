"""URL identity: which spellings name the same page by syntax alone.

The key never joins two hosts, and never two pages that a server could tell apart by their path.
That `http` and `https`, `www.` and the bare host, or two paths are one page is a matter of proof
(a redirect, a canonical link with equal content), never of spelling. It is kept as an alias.

RFC 3986 section 6.2.2 (case, percent-encoding and path-segment normalisation), WHATWG URL for
host names. The list of tracking parameters is our own. A fragment counts where it is a route of
a site whose scripts make its pages: no list of any other site keeps one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

from hubwatch.patterns import lazy_pattern

KEY_VERSION = 1
"""Stored beside every key; a change of the rules below raises it."""

_TRACKING = lazy_pattern(
    r"^(utm_[a-z_]+|spm|from|isappinstalled|fbclid|gclid|yclid|msclkid|share_token|sharefrom"
    r"|wxshare|_t_?share|hmsr|hmpl|hmcu|hmkw|hmci)$",
    re.IGNORECASE,
)
# `from` alone is a share counter only with these values; elsewhere it may choose the page.
_SHARED_FROM = frozenset({"timeline", "singlemessage", "groupmessage", "groupmsg", "share"})
_SESSION = lazy_pattern(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_SESSION_NAME = lazy_pattern(
    r"jsessionid|phpsessid|aspsessionid\w{0,20}|asp\.net_sessionid|cftoken|cfid|oscsid|zenid",
    re.IGNORECASE,
)
_SID = lazy_pattern(r"sid|sess(?:ion)?(?:_?id)?", re.IGNORECASE)
_RANDOM = lazy_pattern(
    r"(?![A-Z]?[a-z]+$)(?![A-Z]+$)(?![0-9]+$)[0-9A-Za-z]{6,64}|(?=.{0,200}[0-9])[0-9A-Za-z_.!-]{20,200}"
)
"""What nobody writes: no word, no number."""
_NAMES_ARTICLE = lazy_pattern(
    r"(?:(?:news|article|art|doc|info|content|post|item|story|msg|detail|view)_?)?(?:id|no)=[0-9]{1,20}"
    r"|(?:aid|tid|nid|pid)=[0-9]{1,20}",
    re.IGNORECASE,
)
_ARTICLE_FILE = lazy_pattern(r"[0-9]{3,}[^/]{0,20}\.\w{3,5}$")
_WAY_BACK = lazy_pattern(
    r"(?:[0-9A-Za-z_]{1,150}_)?(?:redirect|back_?url|return_?(?:url|to|path)|referr?er|came_?from"
    r"|from_?url|prev(?:ious)?_?url)",
    re.IGNORECASE,
)
"""What a program calls the page that a visitor came from, whatever it writes before it."""
_ADDRESS_VALUE = lazy_pattern(r"(?:https?(?::|%3A))?(?:/|%2F)", re.IGNORECASE)
_ARTICLE_NAME = lazy_pattern(
    r"[0-9]{3}[^/]{0,200}\Z|[^-/](?:-[^-/]{1,60}){2}[^/]{0,200}\Z|/(?:w|-)/[^/]{1,200}\Z"
)
"""A number, a headline in three words or more, or what stands where Liferay has its articles: no
program that leads on to another page is called so."""
_MAY_BE_SESSION = lazy_pattern(r"(?:jsess|phpsess|asps|asp\.net|cf|s|oscsid|zenid)", re.I)
_SAFE_PATH = "!$&'()*+,-./:;=@_~"
_SAFE_QUERY = _SAFE_PATH + "?%"
_SAFE_FRAGMENT = _SAFE_PATH + "?"
_DEVIANT = lazy_pattern("[ß\u03c2\u200c\u200d]")
"""What IDNA 2003, which Python has, makes of these is another host's name (UTS 46, section 7)."""
_CONTROL = lazy_pattern("[\0-\x1f]")
_PORTS = {"http": 80, "https": 443}
_PLAIN = lazy_pattern(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/[\w/.~!$&'()*+,:=@-]*", re.A)
"""An address that is its own key, as most are."""


_MADE_UP = lazy_pattern(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_synthetic(url: str) -> bool:
    """Whether this is the made-up name (`urn:uuid:`, RFC 9562) of what has no page of its own."""
    return _MADE_UP.fullmatch(url) is not None


def identity_key(url: str) -> str:
    """By what the archive knows an article: the key of its address, or its made-up name. Raises
    ValueError for what is neither."""
    return url.lower() if is_synthetic(url) else url_key(url)


@lru_cache(maxsize=8192)  # asked for an address a dozen times while its page is dealt with
def url_key(url: str) -> str:
    """The key of an http(s) address. Idempotent.

    Raises ValueError for other schemes, for user information, and where there is no host.
    """
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    return _key_of_any(url)


def _key_of_any(url: str) -> str:
    parts = _split(url)
    host = _host(parts)
    port = parts.port
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    plain, query = without_visit(parts.path, parts.query)
    path = _without_dots(_encode(plain, _SAFE_PATH)) or "/"
    return urlunsplit((parts.scheme, netloc, path, _query(query), _route(parts.fragment)))


_ROUTE = lazy_pattern(r"!?/[^#\s]*|![^#\s]+")


def route_of_fragment(fragment: str) -> str:
    """The fragment of an address where it names a page of a site whose scripts make the pages
    (`#/article/12`, `#!/article/12`): such a route begins like a path, which the name of a place
    within a page does not. Empty for any other."""
    return fragment if _ROUTE.fullmatch(fragment) and fragment not in ("/", "!/") else ""


def without_visit(path: str, query: str) -> tuple[str, str]:
    """Path and query without what belongs to one visit and not to the page, as the key of an
    address is: session ids in the path and in the query, tracking
    parameters, the page that a visitor came from."""
    parts = [part for part in query.split("&") if part and not _is_tracking(part)]
    if any(_MAY_BE_SESSION.match(part) for part in parts):
        parts = [part for part in parts if not _is_session(part, path, parts)]
    if len(query) > _SHORTEST_WAY_BACK:
        parts = [part for part in parts if not _is_way_back(part, path, parts)]
    return (_SESSION.sub("", path) if ";" in path else path), "&".join(parts)


def _is_session(part: str, path: str, parts: Sequence[str]) -> bool:
    """Whether a parameter is a visitor's session by its name; by that of `sid` only where its value
    is a long random one and something else tells which page is asked for."""
    name, _, value = part.partition("=")
    if _SESSION_NAME.fullmatch(name):
        return True
    if not _SID.fullmatch(name) or not _RANDOM.fullmatch(value):
        return False
    return any(_NAMES_ARTICLE.fullmatch(each) for each in parts) or (
        _ARTICLE_FILE.search(path.rpartition("/")[2]) is not None
    )


_SHORTEST_WAY_BACK = len("backurl=/")


def _is_way_back(part: str, path: str, parts: Sequence[str]) -> bool:
    """Whether a parameter only says where a visitor came from: `redirect=/news?page=2`, which is
    another one on every page of a list. The rest has to tell which article is meant: elsewhere it
    may say where an address leads."""
    name, _, value = part.partition("=")
    if not _ADDRESS_VALUE.match(value) or not _WAY_BACK.fullmatch(name):
        return False
    folder, _, file = path.rstrip("/").rpartition("/")
    return _ARTICLE_NAME.search(f"/{folder.rpartition('/')[2]}/{file}") is not None or any(
        _NAMES_ARTICLE.fullmatch(each) for each in parts
    )


def with_slashes(address: str) -> str:
    """An address that a page or server names as browsers read it: a backslash is a `/` up to the
    query, and only a sign in it (WHATWG URL). What is asked and what guards look at is what this
    returns, so that both see one host. For http(s) addresses, whole or relative."""
    if "\\" not in address:
        return address
    plain, place, fragment = address.partition("#")
    path, mark, query = plain.partition("?")
    escaped = query.replace("\\", "%5C")
    return f"{path.replace(_BACKSLASH, '/')}{mark}{escaped}{place}{fragment}"


_BACKSLASH = "\\"


def without_place(url: str) -> str:
    """An address without the place within its page, but with its route. See
    `route_of_fragment`."""
    plain, mark, fragment = url.partition("#")
    route = route_of_fragment(fragment) if mark else ""
    return f"{plain}#{route}" if route else plain


def _route(fragment: str) -> str:
    route = route_of_fragment(fragment)
    return _encode(route, _SAFE_FRAGMENT) if route else ""


def key_of(url: str) -> str:
    """The key, for text that may be no address at all: what has none stands for itself."""
    try:
        return url_key(url)
    except ValueError:
        return url


def is_address(url: str) -> bool:
    """Whether a text has a key, and so can be kept as an address. A page may list anything."""
    try:
        url_key(url)
    except ValueError:
        return False
    return True


def moved(asked: str, final: str) -> bool:
    """Whether an answer came from another address than was asked for."""
    return key_of(asked) != key_of(final)


def host_of(url: str) -> str:
    """The host name, lower-case and ASCII, without port. Raises ValueError as `url_key` does."""
    return _host(_split(url))


def _split(url: str) -> SplitResult:
    text = url.strip()
    if "\\" in text or _CONTROL.search(text):
        raise ValueError(f"not an address we follow: {url!r}")
    parts = urlsplit(text)
    if parts.scheme not in _PORTS:
        raise ValueError(f"not an http(s) address: {url!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"an address with user information: {url!r}")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError("an address without a host")
    if host.isascii():
        return f"[{host}]" if ":" in host else host
    if _DEVIANT.search(host):
        return ".".join(_punycoded(label) for label in host.split("."))
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"not a host name: {host!r}") from error


def _punycoded(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _encode(text: str, safe: str) -> str:
    """One spelling of percent-encoding: decode what needs none, encode the rest in upper case."""
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    return "".join(
        _triplet(piece) if index % 2 else quote(piece, safe=safe)
        for index, piece in enumerate(pieces)
    )


def _triplet(piece: str) -> str:
    byte = unquote_to_bytes(piece)
    char = byte.decode("latin-1")
    unreserved = char.isascii() and (char.isalnum() or char in "-._~")
    return char if unreserved else piece.upper()


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4, on an absolute path. Empty segments stay, they may mean something."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _query(query: str) -> str:
    safe = _SAFE_QUERY.replace("%", "").replace("&", "")
    return "&".join(_encode(part, safe) for part in query.split("&") if part)


_DIGIT = lazy_pattern("[0-9]")


def same_but_for_one(url: str, contents: Mapping[str, str], content: str) -> str:
    """That of some addresses which a page is the same as but for a parameter against caching: a
    random number, a time. Empty where none is. `contents` are what stands at the same path by
    address, `content` stands for what the page itself says.

    Addresses differ in the value of one parameter, or one lacks it; all that differ in nothing else
    say the same; and what is left of them names one article (it holds a number). A parameter that
    tells articles apart tells contents apart.
    """
    own = _parameters(url)
    for name in dict.fromkeys((*own, *(each for other in contents for each in _parameters(other)))):
        rest = {key: value for key, value in own.items() if key != name}
        if not _DIGIT.search(urlsplit(url).path.rpartition("/")[2] + "".join(rest.values())):
            continue
        alike = {other: found for other, found in contents.items() if _rest(other, name) == rest}
        if alike and set(alike.values()) == {content}:
            return min(alike, key=len)
    return ""


def _rest(url: str, name: str) -> dict[str, str]:
    return {key: value for key, value in _parameters(url).items() if key != name}


def _parameters(url: str) -> dict[str, str]:
    query = urlsplit(url_key(url)).query
    return dict(part.partition("=")[::2] for part in query.split("&") if part)


def _is_tracking(part: str) -> bool:
    name, _, value = part.partition("=")
    if name.lower() == "from":
        return value.lower() in _SHARED_FROM
    return bool(_TRACKING.match(name))
