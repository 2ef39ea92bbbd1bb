"""The text of an article that a page holds as data alone, in JSON for its own program or for search
engines, while it shows the beginning of it or nothing: put where a person would see it.

Nothing is executed. What the page shows already is not put there again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import islice

from lxml import etree

from hubwatch.patterns import lazy_pattern

from . import tree
from .bounds import trim
from .text import STOPS, letters, squeeze
from .tree import Element, attribute

_TYPES = ("application/json", "application/ld+json")
_BODIES = (
    "articlebody", "body", "bodyhtml", "bodytext", "content", "contenthtml", "contents", "html",
    "text", "fulltext", "maintext", "articlecontent", "articletext",
)  # fmt: skip
_TITLES = ("headline", "title", "name", "articletitle", "newstitle")
_DATES = (
    "datepublished", "publishedat", "published_at", "publishdate", "publish_date", "publishtime",
    "publish_time", "pubdate", "pub_date", "pubtime", "firstpublishedat", "released_at",
)  # fmt: skip
_KEY = lazy_pattern(rf'"(?:{"|".join(_BODIES)})"\s{{0,3}}:', re.I)
_OTHER_SPELLING = lazy_pattern(r'\\u00|"\s{4}\s*+:')
"""An escaped letter, or a key far from its colon."""
_ASSIGNED = lazy_pattern(
    r"(?<![\w.])(?:window|self|globalThis)(?:\.|\[[\"'])(?:__\w{1,40}__|\w{0,20}(?:STATE|State)\w{0,10})"
    r"(?:[\"']\])?\s{0,5}=\s{0,5}(?=[{\[])"
)
"""`window.__INITIAL_STATE__ = {…}`"""
_ESCAPES = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}
"""How Angular writes what would end its script."""
_LEAST, _SAMPLE, _SAMPLES, _SHOWN = 160, 24, 8, 0.5
_THIN = 200
"""Letters that run on a page which shows no text of its own."""
_OUTERMOST = 60
"""Values that are looked at from outside inwards, before one branch after another."""
MOST_SCRIPTS = 60
"""So many scripts of a page are looked at."""
_MOST_SCRIPT, _MOST_VALUES, _MOST_TAGS = 3_000_000, 50_000, 20_000


def has_stated(markup: str) -> bool:
    """Whether a page may hold a text as data: asked before anything is read."""
    if not any(sign in markup for sign in (*_TYPES, "__ = {", "__={", "_STATE", "State")):
        return False
    return "&q;" in markup or _KEY.search(markup) is not None


def may_state(script: str) -> bool:
    """Whether data may have a key of a text: as it mostly is, or in another spelling of it."""
    return _KEY.search(script) is not None or _OTHER_SPELLING.search(script) is not None


def holds_data(script: Element) -> bool:
    """Whether a script is data by its type."""
    return attribute(script, "type").lower() in _TYPES


def may_assign(script: str) -> bool:
    """Whether the text of a script may assign data to a variable of the page."""
    return "__" in script or "STATE" in script or "State" in script


def unescape_states(root: Element) -> None:
    """Write the data of Angular's scripts as JSON."""
    for script in islice(root.iter("script"), MOST_SCRIPTS):
        source = script.text or ""
        if holds_data(script) and "&q;" in source[:_MOST_SCRIPT]:
            for written, meant in _ESCAPES.items():
                source = source.replace(written, meant)
            script.text = source


def put_stated(root: Element, scripts: list[Element], written: Callable[[object], str]) -> None:
    """Put the text that these scripts, the page's data, hold of its own article into its tree: the
    rest of what it shows the beginning of, or all of it where nothing runs. `written` makes markup
    of a text that is kept as a tree of nodes."""
    body = root.find("body")
    if body is None:
        return
    visible = squeeze("".join(tree.pieces(body)))
    if letters(visible) < _THIN and next(root.iter("h1"), None) is None:
        _fill_shell(root, body, scripts, written)
        return
    titles = _titles(root)
    for found in _articles(scripts):
        if titles.isdisjoint(map(squeeze, _said(found, _TITLES))):
            continue
        text = max(_texts(found), key=len, default="")
        block = _block_of(text)
        if block is None:
            continue
        paragraphs = [tag for tag in block if letters(tree.line_text(tag))]
        keys = [squeeze(tree.line_text(tag)) for tag in paragraphs]
        whole = "".join(keys)
        if letters(whole) < _LEAST:
            continue
        shown = [at for at, key in enumerate(keys) if key in visible]
        if shown == list(range(len(shown))) and 0 < len(shown) < len(keys):
            if _put_behind(body, keys[shown[-1]], paragraphs[len(shown) :]):
                _note_date(root, found)
                return
        elif not shown and _share(whole, visible) < _SHOWN and _running(body) < _THIN:
            _holder(body).append(block)
            _note_date(root, found)
            return


def _fill_shell(
    root: Element, body: Element, scripts: list[Element], written: Callable[[object], str]
) -> None:
    """Put the one article that the data of a page hold which shows nothing into it, with its
    headline, its day and its people. Where there are several, nobody knows which it is."""
    best: tuple[float, Element, dict[str, object]] | None = None
    next_best = 0.0
    seen: set[str] = set()
    for found in islice(_articles(scripts), _MOST_VALUES):
        texts = [text for key in (*_BODIES, *_TREES) if (text := _text_of(found.get(key), written))]
        if not texts or not _said(found, _TITLES):
            continue
        block = _block_of(max(texts, key=len), _LEAST_ALONE)
        key = squeeze(tree.line_text(block)) if block is not None else ""
        if block is None or key in seen or letters(key) < _LEAST_ALONE:
            continue
        seen.add(key)
        if best is None or letters(key) > best[0]:
            next_best = best[0] if best is not None else 0.0
            best = letters(key), block, found
        else:
            next_best = max(next_best, letters(key))
    if best is None or next_best * _CLEARLY > best[0]:
        return
    _, block, found = best
    headline = etree.SubElement(_holder(body), "h1")
    headline.text = _said(found, _TITLES)[0]
    _holder(body).append(block)
    _note_date(root, found)
    head = root.find("head")
    for name, keys in _PEOPLE.items() if head is not None else ():
        if (said := next(iter(_said(found, keys)), "")) and len(said) <= _LONGEST_NAME:
            etree.SubElement(head, "meta", name=name, content=said)


def _text_of(value: object, written: Callable[[object], str]) -> str:
    return value if isinstance(value, str) else written(value) if isinstance(value, list) else ""


_TREES = ("blocks", "paragraphs", "nodes", "children", "sections")
_PEOPLE = {
    "author": ("author", "authorname", "byline", "reporter", "writer"),
    "contentsource": ("source", "sourcename", "contentsource", "medianame"),
}
_LEAST_ALONE, _CLEARLY, _LONGEST_NAME = 80, 2, 60
_DECODER = json.JSONDecoder(strict=False)


def _titles(root: Element) -> set[str]:
    """How the page calls itself."""
    stated = [
        attribute(tag, "content")
        for tag in root.iter("meta")
        if attribute(tag, "property") in ("og:title", "twitter:title")
    ]
    shown = [tree.line_text(tag) for tag in root.iter("h1", "title")]
    parts = [part for text in shown for part in re.split(r"\s[|–—_-]\s|[_|]", text)]
    return {key for text in (*stated, *shown, *parts) if (key := squeeze(text))}


def _articles(scripts: list[Element]) -> Iterator[dict[str, object]]:
    """The objects in these data that may be the page's article."""
    for script in scripts:
        source, start = (script.text or "")[:_MOST_SCRIPT], 0
        if not holds_data(script):
            assigned = _ASSIGNED.search(source)
            if assigned is None:
                continue
            start = assigned.end()
        start += len(source[start:]) - len(source[start:].lstrip())
        try:
            data, _ = _DECODER.raw_decode(source, start)
        except (ValueError, RecursionError):
            continue
        yield from _objects(data)


def _objects(data: object) -> Iterator[dict[str, object]]:
    """The objects in some data, and those of a list that refer to its places (as `devalue` writes
    them)."""
    places = data if isinstance(data, list) else []
    stack, seen = [data], 0
    while stack and seen < _MOST_VALUES:
        value = stack.pop(0 if seen < _OUTERMOST else -1)
        seen += 1
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            yield {key.lower(): _at(places, each) for key, each in value.items()}
            stack.extend(value.values())


def _at(places: list[object], value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(places):
        return places[value]
    return value


def _said(found: dict[str, object], keys: tuple[str, ...]) -> list[str]:
    return [value for key in keys if isinstance(value := found.get(key), str) and value]


def _texts(found: dict[str, object]) -> list[str]:
    return [text for text in _said(found, _BODIES) if len(text) >= _LEAST]


def _block_of(text: str, least: int = _LEAST) -> Element | None:
    """A text as an element with a paragraph for each of its own. None for next to nothing."""
    if letters(text) < least or text.count("<") > _MOST_TAGS or "{{" in text:
        return None
    if "<" not in text:
        text = unescape(text)
    if not re.search(r"</(?:p|div|li|h[1-6])>|<br", text, re.I):
        lines = [line.strip() for line in text.split("\n")]
        text = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    body = tree.parse(trim(text).text)[0].find("body")
    if body is None or tree.linked_size(body) * 2 > tree.text_size(body):
        return None
    while len(body) == 1 and body[0].tag in ("div", "section", "article") and len(body[0]):
        body = body[0]
    body.tag = "div"
    body.attrib.clear()
    return body


def _share(whole: str, visible: str) -> float:
    step = max(1, (len(whole) - _SAMPLE) // _SAMPLES)
    samples = [whole[at : at + _SAMPLE] for at in range(0, max(1, len(whole) - _SAMPLE), step)]
    return len([one for one in samples if one in visible]) / len(samples)


def _put_behind(body: Element, last: str, rest: list[Element]) -> bool:
    """Put the paragraphs that are not shown behind the last one that is. False where that is not
    an element of its own."""
    for tag in body.iter("p", "div", "li"):
        if squeeze(tree.line_text(tag)) == last:
            for paragraph in reversed(rest):
                paragraph.tail = None
                tag.addnext(paragraph)
            return True
    return False


def _running(body: Element) -> int:
    """Letters of the sentences that a page shows."""
    texts = ((tag.text or "").strip() for tag in body.iter("p", "div", "td", "li", "span"))
    sizes = [letters(text) for text in texts if text.endswith(tuple(f".!?。！？{STOPS}"))]
    return round(sum(size for size in sizes if size >= 30))


def _holder(body: Element) -> Element:
    return next((tag for name in ("article", "main") for tag in body.iter(name)), body)


def _moment(value: object) -> str:
    """A moment as data have it: in words, or in seconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if _EPOCH.fullmatch(str(value)) else ""
    return value if isinstance(value, str) else ""


_EPOCH = lazy_pattern(r"1[0-9]{9}(?:[0-9]{3})?")


def _note_date(root: Element, found: dict[str, object]) -> None:
    """State when the article was published as a script of the page would, where its data say it."""
    said = next((_moment(found[key]) for key in _DATES if _moment(found.get(key))), "")
    head = root.find("head")
    if said and head is not None and len(said) <= 40 and '"' not in said:
        script = etree.SubElement(head, "script")
        script.text = f'publishDate = "{said}"'
