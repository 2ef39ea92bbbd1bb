"""One page, parsed once: its elements by id, class and tag, its metas, its visible lines.

The only owner of the tree. Finds things; what they mean is for the readers of fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag
from soupsieve import SelectorSyntaxError

from .bounds import trim
from .lines import Line, spaced_text, walk_lines
from .text import clean_characters, clean_line

_SIMPLE = re.compile(r"([A-Za-z][\w-]*)?(?:([#.])([\w-]+))?")
_DECLARATION = re.compile(r"^\s{0,99}<\?xml[^<>]{0,200}>")
_META_RULE = re.compile(r"""meta\[(name|property|itemprop)=["']?([^"'\]]+)["']?\]""", re.I)

_MAX_LINES = 6_000


class Page:
    """A parsed page. `url` is the address it came from, `now` when it was fetched (aware)."""

    def __init__(self, text: str, url: str, now: datetime) -> None:
        # An XML declaration in front of (X)HTML means nothing to an HTML parser.
        trimmed = trim(_DECLARATION.sub("", clean_characters(text), count=1))
        self.cut = trimmed.cut
        self.markup = trimmed.text
        self.url = url
        self.now = now
        self.soup = BeautifulSoup(trimmed.text, "lxml")
        self._ids: dict[str, list[Tag]] = {}
        self._classes: dict[str, list[Tag]] = {}
        self._tags: dict[str, list[Tag]] = {}
        for tag in self.soup.find_all(True):
            self._remember(tag)

    def _remember(self, tag: Tag) -> None:
        self._tags.setdefault(tag.name, []).append(tag)
        name = attribute(tag, "id")
        if name:
            self._ids.setdefault(name, []).append(tag)
        for item in attribute(tag, "class").split():
            self._classes.setdefault(item, []).append(tag)

    @property
    def host(self) -> str:
        """The host of the page's address, lower-case, without port."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def base(self) -> str:
        """Where relative addresses start from: `<base href>` where it is http(s), else the page."""
        for tag in self.tags("base"):
            base = absolute(attribute(tag, "href"), self.url)
            if base:
                return base
        return self.url

    def link(self, address: str) -> str:
        """An address of the page made absolute; empty where it is not http(s)."""
        return absolute(address, self.base)

    @property
    def elements(self) -> int:
        """How many elements the page has."""
        return sum(map(len, self._tags.values()))

    def tags(self, name: str) -> list[Tag]:
        """All elements of one tag name, in order."""
        return self._tags.get(name, [])

    def select(self, rule: str) -> list[Tag]:
        """Elements for a CSS selector, in order. A selector nobody can read selects nothing."""
        simple = _SIMPLE.fullmatch(rule)
        if simple is not None:
            return self._simple(*simple.groups())
        try:
            return list(self.soup.select(rule))
        except (SelectorSyntaxError, NotImplementedError, ValueError):
            return []

    def _simple(self, name: str | None, kind: str | None, value: str | None) -> list[Tag]:
        """`tag`, `#id`, `.class`, `tag#id`, `tag.class`: looked up, since soupsieve walks."""
        if kind is None:
            return self.tags((name or "").lower())
        found = (self._ids if kind == "#" else self._classes).get(value or "", [])
        return [tag for tag in found if name is None or tag.name == name.lower()]

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        metas: dict[str, list[str]] = {}
        for tag in self.tags("meta"):
            content = clean_line(attribute(tag, "content"))
            for key in ("name", "property", "itemprop"):
                name = attribute(tag, key).strip().lower()
                if name and content:
                    metas.setdefault(name, []).append(content)
        return metas

    def meta(self, name: str) -> str:
        """The first non-empty content of a meta element by name or property, any case."""
        return next(iter(self._metas.get(name.lower(), ())), "")

    def rule_texts(self, rule: str, text_of: Callable[[Tag], str] | None = None) -> Iterator[str]:
        """What a field rule selects as text: meta content, the element's text, or `datetime`.

        `text_of` reads the element; by default words that only markup parts stay apart.
        """
        meta = _META_RULE.fullmatch(rule.strip())
        if meta is not None:
            yield from self._metas.get(meta.group(2).lower(), ())
            return
        for tag in self.select(rule)[:20]:
            shown = (text_of or spaced_text)(tag)
            text = attribute(tag, "content") or shown or attribute(tag, "datetime")
            if text.strip():
                yield text

    @cached_property
    def title_text(self) -> str:
        """The text of `<title>`, clean."""
        for tag in self.tags("title"):
            if tag.find_parent("svg") is None:
                return clean_line(tag.get_text())
        return ""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What a person sees, line by line, at most 6,000 lines of 2,000 characters."""
        root = self.soup.body or self.soup
        lines = []
        for line in walk_lines(root):
            lines.append(line)
            if len(lines) >= _MAX_LINES:
                break
        return tuple(lines)

    @cached_property
    def visible_size(self) -> int:
        """Characters of visible text, white space apart."""
        return sum(len(line.text.replace(" ", "")) for line in self.lines)


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one string; empty where it is missing."""
    value = tag.get(name)
    if isinstance(value, str):
        return value
    return " ".join(value) if value else ""


def absolute(address: str, base: str) -> str:
    """`address` joined to `base`; empty unless the result is http(s) with a host."""
    cleaned = clean_line(address).replace(" ", "%20")
    if not cleaned or cleaned.startswith("#"):
        return ""
    try:
        joined = urljoin(base, cleaned)
        parts = urlsplit(joined)
        if parts.scheme in ("http", "https") and parts.hostname:
            return joined
    except ValueError:
        pass
    return ""
