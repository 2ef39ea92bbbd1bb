"""Which addresses are articles: the link rule, and the small language it is written in.

A shape such as `/[{section}/]{yyyy}-{mm}/{dd}/c_{id}.htm` becomes an anchored regular expression
whose every repetition is bounded. Looks at the address alone: knows no page, no network, and not
whether the host may be connected to.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.urls import moved, route_of_fragment, url_key, without_visit

from .model import LinkRules, Source

if TYPE_CHECKING:
    from ..expressions import BoundedExpression

MAX_URL = 2000
RAW = "re:"

#: What each placeholder of a shape stands for. No repetition is open-ended, and `{any}` may stand
#: in a shape once only, so that matching takes linear time. `{section}` and `{any}` are as long as
#: an address may be where each is alone in its part of the path. Two of them in one part would be
#: tried against each other, so they are shorter.
PLACEHOLDERS = {
    "yyyy": r"[12][0-9]{3}",
    "mm": r"(?:0[1-9]|1[0-2])",
    "dd": r"(?:0[1-9]|[12][0-9]|3[01])",
    "m": r"(?:0?[1-9]|1[0-2])",
    "d": r"(?:0?[1-9]|[12][0-9]|3[01])",
    "yyyymm": r"[12][0-9]{3}(?:0[1-9]|1[0-2])",
    "yyyymmdd": r"[12][0-9]{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    "id": r"[0-9]{1,30}",
    "hex": r"[0-9A-Fa-f]{4,64}",
    "section": rf"[^/?#]{{1,{MAX_URL}}}",
    "any": rf"[^?#]{{0,{MAX_URL}}}",
}
_BESIDE_ANOTHER = {"section": r"[^/?#]{1,100}", "any": r"[^?#]{0,500}"}

ASSETS = lazy_pattern(
    r"[^/]\.(?:jpe?g|png|gif|webp|svg|bmp|ico|tiff?|css|m?js|json|map|woff2?|ttf|eot"
    r"|mp[34]|m4[av]|avi|mov|wmv|flv|webm|wav|ogg|swf|apk|exe|dmg"
    r"|zip|rar|7z|gz|tar|pdf|docx?|xlsx?|pptx?|od[tsp]|wps|et|csv|ofd)\Z",
    re.IGNORECASE,
)

DOCUMENTS = lazy_pattern(r"\.(?:pdf|docx|xlsx|pptx|od[tsp]|ofd)\Z", re.IGNORECASE)
"""Documents whose text can be an article's."""

_TOKEN = lazy_pattern(r"\{(\w*)\}|([\[\]])|([^{}\[\]]+)|([{}])")
_UNSAFE = lazy_pattern(r"[\x00-\x20\x7f\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Refusal(StrEnum):
    """Why an address is no article by a link rule."""

    ADDRESS = "address"  # none that may be asked for, or too long
    HOST = "host"
    FILE = "file"
    DENIED = "denied"
    SHAPE = "shape"


def is_article(url: str, links: LinkRules) -> bool:
    """Whether `url` (absolute) is an article by this rule.

    Scheme http or https. Host in `links.hosts`, any case, `www.` being a host of its own. A host
    written without a port means the scheme's default port. `name:8080` means exactly that one.
    Never an article: a host's home page (`/index.html`), addresses with user names, blanks or
    backslashes, over 2,000 characters, or ending like a picture, script or attachment. But a
    document where a shape ends like it. A session id or tracking parameters are looked past: a
    shape takes an address with them and without. Never raises.
    """
    return refusal_of(url, links) is None


def is_own_article(url: str, source: Source) -> bool:
    """Whether an answer from there can be an article of the source: neither its home page nor one
    of its lists."""
    parts = urlsplit(url)
    is_front = parts.path in ("", "/") and not route_of_fragment(parts.fragment)
    at_home = is_front or not moved(url, source.home)
    is_entry = any(not moved(url, entry.url) for entry in source.entries)
    return not at_home and not is_entry and is_article(url, source.links)


def refusal_of(url: str, links: LinkRules) -> Refusal | None:
    """Why `url` is no article by this rule. None for one that is. Never raises."""
    found = _split(url)
    if found is None:
        return Refusal.ADDRESS
    if not _on_hosts(found, links.hosts):
        return Refusal.HOST
    parts, plain = found.parts, plain_parts(found.parts)
    if ASSETS.search(plain.path) and not _is_wanted_document(plain.path, links):
        return Refusal.FILE
    target = _written(plain)
    # A shape may ask for what is cut, or have been written without it.
    targets = (target,) if plain is parts else (target, _written(parts))
    if "%" in targets[-1] and _has_letters((*links.allow_written, *links.deny_written)):
        targets = tuple(dict.fromkeys((*targets, *map(_spelt, targets))))
    if any(pattern.search(each) for pattern in links.deny for each in targets):
        return Refusal.DENIED
    if _HOME.fullmatch(target):  # however wide a shape is: sitemaps name the home page, too
        return Refusal.SHAPE
    if links.allow and not any(p.search(each) for p in links.allow for each in targets):
        return Refusal.SHAPE
    return None


_HOME = lazy_pattern(r"/(?:index|default)\.(?:s?html?|php|aspx?|jsp)", re.I)


def is_on_hosts(url: str, links: LinkRules) -> bool:
    """Whether `url` (absolute) stands on a host of this rule, an article or not. Never raises."""
    found = _split(url)
    return found is not None and _on_hosts(found, links.hosts)


def _is_wanted_document(path: str, links: LinkRules) -> bool:
    """Whether a shape says in so many words that such documents are articles."""
    found = DOCUMENTS.search(path)
    ending = found.group().lower() if found else ""
    return bool(ending) and any(
        shape.lower().rstrip("$").replace("\\", "").endswith(ending)
        for shape in links.allow_written
    )


@lru_cache(maxsize=4096)
def authority_of(url: str) -> str:
    """The authority of an http(s) address: its host, lower-case, with `:port` where that is not
    the default (RFC 3986, section 3.2).

    Raises ValueError for anything else.
    """
    found = _split(url)
    if found is None:
        raise ValueError(f"not an http or https address: {url!r}")
    return found.names[-1]


def is_web_address(url: str) -> bool:
    """Whether the crawl and the archive both take this as an http(s) address."""
    try:
        authority_of(url)
        url_key(url)
    except ValueError:
        return False
    return True


def plain_parts(parts: SplitResult) -> SplitResult:
    """An address without session ids and tracking parameters. The same object where it has none."""
    if ";" not in parts.path and not parts.query:
        return parts
    path, query = without_visit(parts.path, parts.query)
    if (path, query) == (parts.path, parts.query):
        return parts
    return parts._replace(path=path, query=query)


def target_of(parts: SplitResult) -> str:
    """What a shape is matched with: the path, the query where there is one, and the route where the
    site's scripts make its pages (`/#/article/12`). Letters beyond ASCII stand as themselves,
    whichever way the address writes them (RFC 3987, section 3.2)."""
    return _spelt(_written(parts))


def _written(parts: SplitResult) -> str:
    route = route_of_fragment(parts.fragment)
    query = f"?{parts.query}" if parts.query else ""
    return (parts.path or "/") + query + (f"#{route}" if route else "")


@lru_cache(maxsize=256)  # asked for each address of a source
def _has_letters(shapes: tuple[str, ...]) -> bool:
    """Whether one of these shapes holds letters beyond ASCII, as themselves or in escapes: only
    such a one can tell how an address writes them."""
    return any("%" in shape or not shape.isascii() for shape in shapes)


def _spelt(text: str) -> str:
    """A part of an address with letters beyond ASCII in place of their escapes, where these are
    UTF-8."""
    return _ESCAPED.sub(_letters_of, text) if "%" in text else text


def _letters_of(escapes: re.Match[str]) -> str:
    try:
        letters = unquote(escapes[0], errors="strict")
    except UnicodeDecodeError:
        return escapes[0]
    return letters if letters.isprintable() and " " not in letters else escapes[0]


_ESCAPED = lazy_pattern(r"(?:%[89A-Fa-f][0-9A-Fa-f]){2,2000}")


@lru_cache(maxsize=1024)
def compile_link(text: str) -> re.Pattern[str] | BoundedExpression:
    """Compile one shape, or a regular expression written as `re:…`.

    A shape matches the whole path. Where it has no `?`, any query may follow. A `re:` pattern is
    searched in path and query, so it anchors itself. Raises ValueError with what is wrong, also
    for one that can take very long.
    """
    if text.startswith(RAW):
        return _compile_raw(text.removeprefix(RAW))
    if not text.startswith(("/", "[/")):
        raise ValueError(f"a link shape begins with / (or with {RAW}), this one is {text!r}")
    pattern = "".join(_pieces(text))
    tail = r"(?:\?.*)?" if "?" not in text else ""
    whole = rf"\A{pattern}{tail}\Z"
    if _ways_of_shape(text) <= _MOST_WAYS:
        return re.compile(whole)
    return _slow(whole)  # few shapes have so many placeholders in a part


def _compile_raw(pattern: str) -> re.Pattern[str] | BoundedExpression:
    if not pattern:
        raise ValueError("an empty regular expression matches everything")
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"not a regular expression ({error}): {pattern!r}") from None
    if _ways(pattern) <= _MOST_WAYS:
        return compiled
    return _slow(pattern).refused_if_slow()


def _slow(pattern: str) -> BoundedExpression:
    from ..expressions import BoundedExpression  # hardly any source holds one

    return BoundedExpression(pattern)


_MOST_WAYS = 16 * MAX_URL
"""Ways to match an address, at most, each of which may go through all of it."""
_ENDLESS = 10**12
_LOOSE = lazy_pattern(r"\{(?:section|any)\}|\{(?:id|hex)\}(?=[\[{])|\[")
_LENGTH_BESIDE = {"{section}": 100, "{any}": MAX_URL, "{id}": 30, "{hex}": 60, "[": 2}
_ATOM = lazy_pattern(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_TOKENS = lazy_pattern(rf"{_ATOM.pattern}|\{{\d*,?\d*\}}|.", re.DOTALL)
_CALLED = lazy_pattern(r"\((?:\?(?:P<\w+>|:))?")
_REPEATED = lazy_pattern(r"\)(?:[*+]|\{)|\(\?")
_REFERS = lazy_pattern(r"\\[1-9]")
_BRACED = lazy_pattern(r"\{(\d*)(,?)(\d*)\}")
_LETTERS = frozenset(map(chr, range(128))) | {"\u00e9", "\u4e2d"}


def _ways_of_shape(shape: str) -> int:
    """In how many ways a shape may try to match an address, at most: its parts are told apart by
    their slashes, what stands in one of them is not. The first of a part has nothing before it."""
    ways = 1
    for part in shape.split("/"):
        several = 1
        for placeholder in _LOOSE.findall(part)[1:]:
            several *= _LENGTH_BESIDE[placeholder]
        ways = max(ways, several)
    return ways * (MAX_URL if "{any}" in shape else 1)


def _ways(pattern: str) -> int:
    """In how many ways an expression may try to match an address, at most, told by how it is
    written. Far too many for one that repeats groups or looks around."""
    if _REFERS.search(pattern) or _REPEATED.search(_ATOM.sub("x", _CALLED.sub("(", pattern))):
        return _ENDLESS
    tokens = _TOKENS.findall(_CALLED.sub("(", pattern))
    ways, depth, is_anchored = 1, 0, pattern.startswith(("^", r"\A"))
    for at, sign in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        ways *= _ways_of(tokens, at)
        is_anchored = is_anchored and (sign != "|" or depth > 0)
        if ways > _ENDLESS:
            return _ENDLESS
    return ways if is_anchored else ways * MAX_URL


def _ways_of(tokens: list[str], at: int) -> int:
    """How many ways a token adds: those of a repetition, unless what follows shows its end."""
    token = tokens[at]
    if token in ("?", "|"):
        return 2
    braced = _BRACED.fullmatch(token)
    if (token not in ("*", "+") and (braced is None or not braced[2])) or _ends_clearly(tokens, at):
        return 1
    if braced is None or not braced[3]:
        return MAX_URL
    return min(max(1, int(braced[3]) - int(braced[1] or 0) + 1), MAX_URL)


def _ends_clearly(tokens: list[str], at: int) -> bool:
    rest = tokens[at + 1 :]
    if "".join(rest) in ("", "$", ")?$", ")$", ")", ")?"):
        return True
    if len(rest) > 1 and (rest[1] in ("?", "*") or rest[1][0] == "{"):
        return False  # it may be missing
    return bool(at and rest) and _taken_by(tokens[at - 1]).isdisjoint(_taken_by(rest[0]))


@lru_cache(maxsize=256)
def _taken_by(atom: str) -> frozenset[str]:
    """The letters that an atom takes. All, of what is none."""
    if len(atom) == 1 and atom in "()|^$?*+{":
        return _LETTERS
    try:
        return frozenset(filter(re.compile(atom, re.DOTALL).fullmatch, _LETTERS))
    except re.error:
        return _LETTERS


_LONG = lazy_pattern(r"\{(?:section|any)\}")


def _pieces(shape: str) -> list[str]:
    pieces: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(shape):
        name, bracket, literal, brace = match.groups()
        if brace or (name is not None and name not in PLACEHOLDERS):
            known = " ".join(f"{{{key}}}" for key in PLACEHOLDERS)
            raise ValueError(f"unknown placeholder {match.group()!r} in {shape!r}; known: {known}")
        if name is not None:
            start = shape.rfind("/", 0, match.start()) + 1
            part = shape[start:].partition("/")[0]
            crowded = len(_LONG.findall(part)) > 1
            pieces.append((crowded and _BESIDE_ANOTHER.get(name)) or PLACEHOLDERS[name])
        elif bracket:
            depth += 1 if bracket == "[" else -1
            pieces.append("(?:" if bracket == "[" else ")?")
            if depth not in (0, 1):
                raise ValueError(f"brackets do not pair, or stand inside each other: {shape!r}")
        else:
            pieces.append(re.escape(_spelt(literal)))
    if depth:
        raise ValueError(f"a bracket is not closed: {shape!r}")
    if shape.count("{any}") > 1:
        raise ValueError(f"{{any}} may stand once in a shape: {shape!r}")
    return pieces


class _Split(NamedTuple):
    """An address taken apart. `names` are those of its authority: with the port, and without it
    where it is the default."""

    parts: SplitResult
    names: tuple[str, ...]


@lru_cache(maxsize=4096)  # asked for an address several times while its page is dealt with
def _split(url: str) -> _Split | None:
    if len(url) > MAX_URL or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port, default = parts.hostname, parts.port, _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not host or default is None or port == 0:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    whole = f"{host}:{port or default}"
    return _Split(parts, (whole, host) if port in (None, default) else (whole,))


def _on_hosts(found: _Split, hosts: tuple[str, ...]) -> bool:
    return any(name.lower() in found.names for name in hosts)


# Whose hosts a source's crawl touches: those of its entries and those its articles stand on.


def hosts_of(source: Source) -> frozenset[str]:
    """All hosts a crawl of this source may ask, lower-case, `:port` only where it is unusual."""
    named = (*source.links.hosts, *source.attachments.hosts)
    return entry_hosts(source) | {host.lower() for host in named}


def entry_hosts(source: Source) -> frozenset[str]:
    """The hosts of the source's entry points."""
    return frozenset(authority_of(entry.url) for entry in source.entries)
