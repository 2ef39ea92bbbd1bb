"""One page: its elements by id, class and tag, its metas and JSON-LD, its visible lines.

The only owner of the tree. It finds things. What they mean is for the readers of fields. The whole
page is a fast tree. What becomes a field is read from a soup of the part that was found: a soup of
everything costs twenty times as much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import TypeGuard
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4.element import Tag
from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.types import Capture
from storage.urls import route_of_fragment, with_slashes, without_place

from . import soup, tree
from .bounds import trim
from .memory import PageMemory
from .revealed import reveal, shown_xml
from .selectors import find_all
from .soup import own_text
from .text import clean_characters, clean_line
from .tree import Element, attribute

# What a page says in JSON-LD (schema.org): its objects, articles first.

_MAX_JSON = 512 * 1024
_ARTICLE = lazy_pattern(r"article|posting|report", re.I)
_PROPERTY = lazy_pattern(r'"(datePublished|dateModified|@type)"\s{0,9}:\s{0,9}"([^"\\]{4,60})"')
_TRAILING = lazy_pattern(r",\s{0,99}(?=[}\]])")


def read_linked(scripts: list[Element]) -> tuple[dict[str, object], ...]:
    """The objects of all JSON-LD blocks among these scripts, articles first. Whom an object
    refers to by the `@id` of another (JSON-LD 1.1, 3.3) stands in it."""
    found: list[dict[str, object]] = []
    for tag in scripts:
        if "ld+json" in attribute(tag, "type").lower():
            found.extend(_objects(own_text(tag)[:_MAX_JSON]))
    named = {item["@id"]: item for item in found if isinstance(item.get("@id"), str)}
    if named:
        found = [_with_referred(item, named) for item in found]
    return tuple(sorted(found, key=lambda item: not _ARTICLE.search(plain_text(item.get("@type")))))


_WHO = ("author", "creator", "editor", "publisher", "sourceOrganization")


def _with_referred(
    item: dict[str, object], named: Mapping[object, dict[str, object]]
) -> dict[str, object]:
    referred: dict[str, object] = {}
    for key in _WHO:
        value = item.get(key)
        each = value if isinstance(value, list) else [value]
        whole = [named.get(one.get("@id"), one) if _is_reference(one) else one for one in each]
        if whole != each:
            referred[key] = whole if isinstance(value, list) else whole[0]
    return item | referred if referred else item


def _is_reference(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value


def plain_text(value: object) -> str:
    """A property as text: itself, its `name`, or those of its members."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return plain_text(value.get("name"))
    if isinstance(value, list):
        return ", ".join(
            text
            for item in value[:10]
            if isinstance(item, str | dict) and (text := plain_text(item))
        )
    return ""


def _objects(text: str) -> Iterator[dict[str, object]]:
    plain = text.strip().removeprefix("<!--").removesuffix("-->")
    whole = _loaded(plain) or _loaded(_TRAILING.sub("", plain))
    todo: list[object] = [whole if whole is not None else _salvaged(plain)]
    for _ in range(500):
        if not todo:
            return
        item = todo.pop(0)
        if isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            yield item
            todo.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )


def _salvaged(text: str) -> dict[str, object]:
    """The first value of each property that matters, of a block with a mistake somewhere in it."""
    found: dict[str, object] = {}
    for match in _PROPERTY.finditer(text):
        found.setdefault(match[1], match[2])
    return found


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


# What a page marks as its one article: an element, microdata or a microformat.

_MARK_CLASSES = frozenset(("hentry", "h-entry"))
_MOST_MARKS = 300
_HEADLINES = etree.XPath("boolean(descendant::h1 | descendant::*[contains(@itemprop, 'headline')])")
_MAIN_SHARE = 2
"""An article that has so many times the text of every other is the one the page is about."""


def _is_mark(tag: Element) -> bool:
    if tag.tag == "article":
        return True
    if not _MARK_CLASSES.isdisjoint(attribute(tag, "class").split()):
        return True
    kind = attribute(tag, "itemtype").rstrip("/").rpartition("/")[2]
    return tag.get("itemscope") is not None and _ARTICLE.search(kind) is not None


def _main_of(marks: list[Element]) -> Element | None:
    """The one of these that the page is about: the only one, the only one with a headline, or the
    one with most of the text."""
    if len(marks) <= 1:
        return marks[0] if marks else None
    headed = [tag for tag in marks if _HEADLINES(tag)]
    if len(headed) == 1:
        return headed[0]
    sizes = sorted(((tree.text_size(tag), at) for at, tag in enumerate(marks)), reverse=True)
    return marks[sizes[0][1]] if sizes[0][0] >= _MAIN_SHARE * sizes[1][0] else None


def _is_within(tag: Element, around: Element) -> bool:
    return tag is around or around in tag.iterancestors()


_SIMPLE = lazy_pattern(r"([A-Za-z][\w-]*)?((?:[#.][\w-]+)*)")
_NAME = lazy_pattern(r"([#.])([\w-]+)")
_DECLARATION = lazy_pattern(r"^\s{0,99}<\?xml[^<>]{0,200}>")
_META_RULE = lazy_pattern(r"""meta\[(name|property|itemprop)=["']?([^"'\]]+)["']?\]""", re.I)

_MAX_LINES = 6_000
SHORT_LINE = 100
"""Characters of a line that may name a person or a label."""
_ASKED_FOR = (
    "a", "base", "body", "h1", "h2", "h3", "html", "img", "input", "link", "meta", "script", "time",
    "title",
)  # fmt: skip
"""What every page is asked for: found in one walk through its tree."""
_COUNT = etree.XPath("count(descendant-or-self::*)")
_WITH_ITEMTYPE = etree.XPath("descendant::*[@itemtype]")


@dataclass(frozen=True, slots=True)
class _Part:
    """One simple selector: a tag name or none, and the ids (`#`) and classes (`.`) it asks for."""

    name: str | None
    names: tuple[tuple[str, str], ...]

    def fits(self, tag: Element) -> bool:
        if self.name is not None and tag.tag != self.name:
            return False
        return all(
            tag.get("id") == value if kind == "#" else value in tag.get("class", "").split()
            for kind, value in self.names
        )


@lru_cache(maxsize=2048)
def _simple_parts(rule: str) -> tuple[_Part, ...] | None:
    """`.article h1`, `#zoom`, `.view.text`: simple selectors, one inside the other. None for
    anything more."""
    parts = []
    for word in rule.split():
        match = _SIMPLE.fullmatch(word)
        if match is None:
            return None
        name, names = match.groups()
        parts.append(_Part(name.lower() if name else None, tuple(_NAME.findall(names))))
    return tuple(parts) or None


def _stands_in(tag: Element, around: tuple[_Part, ...]) -> bool:
    """True where the parts fit elements around the tag, from the inside out."""
    wanted = len(around) - 1
    for parent in tag.iterancestors():
        if around[wanted].fits(parent):
            wanted -= 1
            if wanted < 0:
                return True
    return False


@lru_cache(maxsize=256)  # a site's names are the same on every page
def _names_like(pattern: re.Pattern[str], names: str) -> tuple[str, ...]:
    if pattern.search(names) is None:  # one search, not hundreds
        return ()
    return tuple(name for name in names.split() if pattern.search(name))


def _marks_of(root: Element, names: tree.Names) -> list[Element]:
    """The elements that mark an article by their name or class, in order."""
    marked = {id(tag) for name in _MARK_CLASSES for tag in names.classes.get(name, ())}
    articles = list(root.iter("article"))
    if not marked:
        return articles
    wanted = marked | {id(tag) for tag in articles}
    return [tag for tag in root.iter() if id(tag) in wanted]


class Fragments(Enum):
    """What the fragments of a page's links name: places within pages, which are dropped, or also
    routes, pages of a site whose scripts make them (`#/article/12`)."""

    PLACES = auto()
    ROUTES = auto()


def page_of(capture: Capture, text: str, memory: PageMemory | None = None) -> Page:
    """The page of a capture, decoded. Only one that was rendered has routes: without its scripts
    they lead nowhere."""
    fragments = Fragments.PLACES if capture.rendering is None else Fragments.ROUTES
    url = capture.final_url or capture.url
    return Page(text, url, capture.fetched_at, memory, fragments)


class Page:
    """A parsed page. `url` is the address it came from, `now` when it was fetched (aware), `memory`
    what is remembered of other pages of its source, for those who read many."""

    def __init__(
        self,
        text: str,
        url: str,
        now: datetime,
        memory: PageMemory | None = None,
        fragments: Fragments = Fragments.PLACES,
    ) -> None:
        # An XML declaration in front of (X)HTML means nothing to an HTML parser.
        trimmed = trim(_DECLARATION.sub("", shown_xml(text), count=1))
        self._markup = trimmed.text
        self.url = url
        self.now = now
        self._memory = memory
        self._parts: dict[Element, tree.FoundPart] = {}
        self._fragments = fragments
        self.tree, deep = tree.parse(trimmed.text)
        # How a sign is read stands above it, and in no sentence.
        for sign in self.tree.iter("ruby"):
            etree.strip_elements(sign, "rt", "rp", "rtc", with_tail=False)
        for picture in self.tree.iter("amp-img"):
            picture.tag = "img"
        reveal(self.tree, trimmed.text)
        self._cut = trimmed.cut or deep
        self._tags: dict[str, list[Element]] = {name: [] for name in _ASKED_FOR}
        for tag in self.tree.iter(*_ASKED_FOR):
            self._tags[tag.tag].append(tag)

    @cached_property
    def markup(self) -> str:
        """The markup within the bounds, its characters clean, for parsers other than ours."""
        return clean_characters(self._markup)

    @property
    def cut(self) -> str:
        """What a bound left out of the page, in one line. Empty where nothing was."""
        deep = self._walked[1]
        return self._cut or (f"cut where tags nest deeper than {tree.MAX_DEPTH}" if deep else "")

    @property
    def trimmed(self) -> str:
        """What a bound left out before the page was parsed, in one line, mostly empty."""
        return self._cut

    @cached_property
    def elements(self) -> int:
        """How many elements the page has."""
        return int(_COUNT(self.tree))

    @cached_property
    def _index(self) -> tree.Names:
        known = sum(len(part.elements) for part in self._parts.values())
        # Nearly every element is opened and closed, and to count them takes longer.
        if not known or 4 * known < self._markup.count("<"):
            return tree.names_in(self.tree)
        return tree.names_around(self.tree, self._parts)

    @cached_property
    def _named_marks(self) -> list[Element]:
        return _marks_of(self.tree, self._index)

    def with_itemprop(self, name: str) -> list[Element]:
        """The elements that microdata calls by this name, in order."""
        return self._index.items.get(name, [])

    def with_class_like(self, pattern: re.Pattern[str]) -> Iterator[Element]:
        """The elements of which the pattern is found in a class, class by class."""
        classes = self._index.classes
        for name in _names_like(pattern, " ".join(classes)):
            yield from classes[name]

    def has_words(self, words: str) -> bool:
        """Whether the markup holds these words as they stand: asked before a costly search."""
        return words in self._markup

    @cached_property
    def host(self) -> str:
        """The host of the page's address, lower-case, without port."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def _server(self) -> str:
        return urlsplit(self.url).netloc.lower()

    def is_on_server(self, url: str) -> bool:
        """Whether an address is on the page's own server, by host and port."""
        try:
            return urlsplit(url).netloc.lower() == self._server
        except ValueError:
            return False

    @cached_property
    def base(self) -> str:
        """Where relative addresses start from: `<base href>` where it is http(s), else the page."""
        for tag in self.tags("base"):
            base = absolute(tree.attribute(tag, "href"), self.url)
            if base:
                return base
        return self.url

    def link(self, address: str) -> str:
        """An address of the page made absolute. Empty where it is not http(s)."""
        return absolute(address, self.base)

    def address(self, address: str) -> str:
        """The same without the place within the page, but with its route where it has one."""
        if self._fragments is Fragments.ROUTES and "#" in address:
            route = clean_line(address)
            if route.startswith("#") and route_of_fragment(route[1:]):
                return urldefrag(self.base).url + route.replace(" ", "%20")
            return without_place(self.link(address))
        return urldefrag(self.link(address)).url

    @property
    def here(self) -> str:
        """The page's own address, as `address` would give it."""
        is_routed = self._fragments is Fragments.ROUTES
        return without_place(self.url) if is_routed else urldefrag(self.url).url

    @cached_property
    def canonical(self) -> str:
        """The address that the page gives as its own. Empty where it gives none."""
        for tag in self.tags("link"):
            if "canonical" in tree.attribute(tag, "rel").lower().split():
                return self.link(soup.stated(tag, "href"))
        return self.link(self.meta("og:url"))

    @cached_property
    def _marks(self) -> dict[Element, None]:
        """In the order of the page."""
        if not self.has_words("itemtype"):
            return dict.fromkeys(self._named_marks[:_MOST_MARKS])
        typed = [tag for tag in _WITH_ITEMTYPE(self.tree) if _is_mark(tag)]
        if not self._named_marks:
            return dict.fromkeys(typed[:_MOST_MARKS])
        wanted = {*typed, *self._named_marks}
        return dict.fromkeys([tag for tag in self.tree.iter() if tag in wanted][:_MOST_MARKS])

    def _mark_around(self, tag: Element) -> Element | None:
        marks = self._marks
        return next((each for each in (tag, *tag.iterancestors()) if each in marks), None)

    @cached_property
    def article(self) -> Element | None:
        """The element that the page marks as its one article. None where it marks none, or several
        that are alike, as a list does."""
        marks, found = list(self._marks), None
        for _ in range(3):  # microdata around an `article`, say
            known = frozenset(marks)
            outer = [t for t in marks if known.isdisjoint(t.iterancestors())]
            outer = [t for t in outer if not tree.has_ancestor(t, "aside", "nav", "footer")]
            main = _main_of(outer)
            if main is None:
                break
            found = main
            marks = [t for t in marks if t is not main and main in t.iterancestors()]
            if len(marks) != 1 or 2 * tree.text_size(marks[0]) < tree.text_size(main):
                break
        return found

    def is_own(self, tag: Element) -> bool:
        """Whether an element is part of the page's one article, and of no other inside it."""
        return self.article is not None and self._mark_around(tag) is self.article

    def is_anothers(self, tag: Element) -> bool:
        """Whether an element is part of an article that is not the page's own."""
        main, nearest = self.article, self._mark_around(tag)
        return main is not None and nearest is not None and not _is_within(main, nearest)

    def tags(self, name: str) -> list[Element]:
        """All elements of one tag name, in order."""
        if name not in self._tags:
            self._tags[name] = list(self.tree.iter(name))
        return self._tags[name]

    @cached_property
    def scripts(self) -> list[tuple[Element, str]]:
        """All scripts with what stands in them."""
        return [(tag, tag.text or "") for tag in self.tags("script")]

    @cached_property
    def links(self) -> list[tuple[Element, str]]:
        """All anchors and `link` elements with their addresses as written, anchors first."""
        return [*self.anchors, *((tag, tag.get("href") or "") for tag in self.tags("link"))]

    @cached_property
    def anchors(self) -> list[tuple[Element, str]]:
        """All anchors with their addresses as written."""
        return [(tag, tag.get("href") or "") for tag in self.tags("a")]

    @cached_property
    def addresses(self) -> str:
        """The addresses of all of these, each behind a line break: one search for all of them."""
        return "\n".join(["", *(href for _, href in self.links)])

    def select(self, rule: str) -> list[Element]:
        """Elements for a CSS selector, in order. A selector nobody can read selects nothing."""
        parts = _simple_parts(rule)
        if parts is None:
            return find_all(self.tree, rule)
        found = self._look_up(parts[-1])
        return found if len(parts) == 1 else [tag for tag in found if _stands_in(tag, parts[:-1])]

    def _look_up(self, part: _Part) -> list[Element]:
        """`tag`, `#id`, `.class`, `tag#id`, `.one.other`: looked up in the index."""
        if not part.names:
            return self.tags(part.name or "")
        kind, value = part.names[0]
        found = (self._index.ids if kind == "#" else self._index.classes).get(value, [])
        if part.name is None and len(part.names) == 1:
            return found
        return [tag for tag in found if part.fits(tag)]

    @cached_property
    def _metas(self) -> dict[str, list[Element]]:
        metas: dict[str, list[Element]] = {}
        for tag in self.tags("meta"):
            says = bool(clean_line(tree.attribute(tag, "content")))
            for key in ("name", "property", "itemprop") if says else ():
                name = tree.attribute(tag, key).strip().lower()
                if name:
                    metas.setdefault(name, []).append(tag)
        return metas

    def meta(self, name: str) -> str:
        """The first non-empty content of a meta element by name or property, any case."""
        return next(self._meta_texts(name), "")

    def _meta_texts(self, name: str) -> Iterator[str]:
        for tag in self._metas.get(name.lower(), ()):
            yield clean_line(soup.stated(tag, "content"))

    def metas_among(self, names: tuple[str, ...]) -> list[str]:
        """Those of these lower-case names that the page has metas of, in their order."""
        return [name for name in names if name in self._metas]

    def rule_texts(self, rule: str, text_of: Callable[[Tag], str] | None = None) -> Iterator[str]:
        """What a field rule selects as text: meta content, the element's text, or `datetime`.

        `text_of` reads the element's soup. By default words that only markup parts stay apart.
        """
        meta = _META_RULE.fullmatch(rule.strip())
        if meta is not None:
            yield from self._meta_texts(meta.group(2))
            return
        for element in self.select(rule)[:20]:
            tag = soup.soup_of(element).root
            shown = (text_of or soup.spaced_text)(tag)
            text = soup.attribute(tag, "content") or shown or soup.attribute(tag, "datetime")
            if text.strip():
                yield text

    @cached_property
    def linked(self) -> tuple[dict[str, object], ...]:
        """The objects of the page's JSON-LD, articles before anything else."""
        return read_linked(self.tags("script"))

    @cached_property
    def title_text(self) -> str:
        """The text of `<title>`, clean."""
        for tag in self.tags("title"):
            if not tree.has_ancestor(tag, "svg"):
                return clean_line(soup.own_text(tag))
        return ""

    @cached_property
    def _walked(self) -> tuple[tuple[tree.VisibleLine, ...], bool]:
        body = self.tags("body")
        root = body[0] if body else self.tree
        if self._memory is None:
            return tree.walk_lines(root, _MAX_LINES)
        found = self._memory.walk(root, _MAX_LINES)
        self._parts = self._memory.found
        return found

    @property
    def lines(self) -> tuple[tree.VisibleLine, ...]:
        """What a person sees, line by line, at most 6,000 lines of 2,000 characters."""
        return self._walked[0]

    def read_line(self, line: tree.VisibleLine) -> str:
        """The text of one of the visible lines, read from a soup of the block that holds it."""
        return self._line_reader.read(line, self.lines)

    def read_fields(self, line: tree.VisibleLine, is_label: Callable[[str], bool]) -> str:
        """The same with a stroke between what elements side by side hold apart: the fields of a
        line whose parts nothing else parts. What `is_label` belongs to what follows it."""
        return self._line_reader.read_fields(line, self.lines, is_label)

    @cached_property
    def _line_reader(self) -> soup.LineReader:
        return soup.LineReader()

    @cached_property
    def short_lines(self) -> str:
        """The visible lines of up to 100 characters as one text, to be searched once for all."""
        return "\n".join([line.text for line in self.lines if len(line.text) <= SHORT_LINE])

    @cached_property
    def visible_size(self) -> int:
        """Characters of visible text, white space apart."""
        text = "".join([line.text for line in self.lines])
        return len(text) - text.count(" ")


WHOLE_ADDRESS = lazy_pattern(
    r"https?://[A-Za-z0-9][A-Za-z0-9.-]{0,250}(?::\d{1,5})?"
    r"/[\w./?=&%+,;:@!~()\u4e00-\u9fff-]{0,1900}",
    re.A,
)
"""An address to which joining it to another changes nothing."""
_ODD = lazy_pattern(r"/(?:\.|%2e)|[?;]\Z|;[/?]", re.IGNORECASE)
_BREAKS = str.maketrans("", "", "\t\n\r")
_DOTS = lazy_pattern(r"(?<![^/])(?:\.|%2e){1,2}(?![^/])", re.IGNORECASE)
"""A segment of dots, however written (WHATWG URL, section 4.1)."""


def absolute(address: str, base: str) -> str:
    """`address` joined to `base`, read as browsers do: its backslashes, its escaped dots, and the
    line breaks and tabs within it, which are nothing. Empty unless the result is http(s) with a
    host."""
    if WHOLE_ADDRESS.fullmatch(address) and _ODD.search(address) is None:
        return address
    if len(address) + len(base) <= _REMEMBERED:
        return _joined_before(address, base)
    return _joined(address, base)


def _joined(address: str, base: str) -> str:
    line = clean_line(address.translate(_BREAKS))
    cleaned = with_slashes(line).replace(" ", "%20")
    path = cleaned.partition("?")[0].partition("#")[0]
    if "%2e" in path.lower():
        dotted = _DOTS.sub(lambda found: "." * (1 + (len(found[0]) in (2, 4, 6))), path)
        cleaned = dotted + cleaned[len(path) :]
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


_REMEMBERED = 400
_joined_before = lru_cache(maxsize=4096)(_joined)  # a menu's are asked for on every page
