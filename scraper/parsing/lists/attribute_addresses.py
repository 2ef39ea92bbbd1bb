"""The addresses of data that elements of a page name for a script: `data-results-url="/news.json"`,
a `url` beside `queryData`, an `endpoint` with its parameters in `data-properties`.

Nothing is run. What is not of the page's own host is not named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..tree import Element, attribute

_ADDRESS = lazy_pattern(
    r"(?:^|[-_])(?:url|uri|api|endpoint|source|ajax|json|feed|href|src|path)$", re.I
)
_DATA = lazy_pattern(r"(?:^|[-_]?)(?:query|param|prop|option|config|setting|arg)", re.I)
_ENDPOINT = lazy_pattern(r"(?:end_?point|url|api|ajax|action|path|source)$", re.I)
_STATIC = lazy_pattern(
    r"\.(?:js|css|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|mp[34]|webm|pdf|map)(?:$|\?)", re.I
)
_NO_LIST = lazy_pattern(
    r"comment|login|logout|share|track|analytic|count|hit|captcha|vote|survey|feedback|subscri"
    r"|chat|weather|cookie|consent|session|token|print|suggest|autocomplete",
    re.I,
)
_ALONE = frozenset((
    "a", "img", "link", "iframe", "frame", "form", "video", "audio", "source", "track", "object",
    "embed", "area", "base", "input", "button", "meta", "time",
))  # fmt: skip
"""Elements whose own attributes say something else."""
_PAIR = lazy_pattern(
    r"""['"]([\w$-]{1,60})['"]\s{0,3}:\s{0,3}(?:['"]([^'"]{0,300})['"]|(\w{1,30}))"""
)
_MOST, _LONGEST = 12, 4_000


def addresses_in_attributes(page: Page) -> tuple[str, ...]:
    """The addresses that elements of a page name for a script, with their parameters, at most
    twelve."""
    found: dict[str, None] = {}
    for tag in page.tree.iter():
        if not isinstance(tag.tag, str) or tag.tag in _ALONE or not tag.attrib:
            continue
        for address in _named_by(tag):
            url = page.address(address)
            if url and url != page.here and page.is_on_server(url):
                found.setdefault(url)
        if len(found) >= _MOST:
            break
    return tuple(found)[:_MOST]


def _named_by(tag: Element) -> Iterator[str]:
    names = [str(name) for name in tag.attrib]
    data = [name for name in names if _DATA.search(name)]
    for name in names:
        if name in data:
            yield from _endpoints(attribute(tag, name)[:_LONGEST])
        elif _ADDRESS.search(name) and (tag.tag != "script" or name.lower() != "src"):
            value = attribute(tag, name)[:_LONGEST].strip()
            if _is_usable(value):
                yield _asked(value, tag, data)


def _endpoints(text: str) -> Iterator[str]:
    """An address among some parameters, asked with all others of them."""
    values = _values(text)
    for name, value in values.items():
        if _ENDPOINT.search(name) and _is_usable(value):
            rest = {key: each for key, each in values.items() if key != name}
            yield _with_query(value, rest)


def _asked(address: str, tag: Element, data: list[str]) -> str:
    """An address with the parameters that the other attributes of its element hold. One that is
    called JSON is a parameter itself."""
    query: dict[str, str] = {}
    for name in data:
        text = attribute(tag, name)[:_LONGEST]
        if name.lower().endswith("json"):
            query[_as_written(tag, name)] = text
        else:
            query |= _values(text)
    return _with_query(address, query)


def _as_written(tag: Element, name: str) -> str:
    """The name of an attribute as scripts write it: a parser makes all letters small."""
    return {"paramjson": "paramJson", "queryjson": "queryJson"}.get(name, name)


def _values(text: str) -> dict[str, str]:
    """The plain values of an object in JSON, or written with single quotation marks."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {name: plain or other for name, plain, other in _PAIR.findall(text)}
    if not isinstance(read, dict):
        return {}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in read.items()
        if isinstance(value, str | int | float)
    }


def _with_query(address: str, query: dict[str, str]) -> str:
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _is_usable(value: str) -> bool:
    if not value or value[:1] in "#{" or "{{" in value or value[:11].lower() == "javascript:":
        return False
    if not (value[:1] in "/." or "/" in value or "?" in value):
        return False
    return not (_STATIC.search(value) or _NO_LIST.search(value) or any(c.isspace() for c in value))
