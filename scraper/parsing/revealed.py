"""Text that a page holds and shows by a script: what "Read more" opens, and what stands in a hidden
`textarea` or `input`, or in a string of a script, until it is put in its place. Files, too.

Nothing is executed. What is found is put into the tree where a person would see it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from enum import Flag, auto
from functools import lru_cache
from html import escape
from itertools import islice
from urllib.parse import unquote

from lxml import etree

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from . import languages, tree
from .bounds import trim
from .states import (
    MOST_SCRIPTS,
    has_stated,
    holds_data,
    may_assign,
    may_state,
    put_stated,
    unescape_states,
)
from .text import RUNS, letters, squeeze
from .tree import Element, attribute, is_hidden, names_of

_MAY_OPEN = (
    "展开", "展開", "阅读全文", "閱讀全文", "查看全文", "显示全文", "顯示全文", "查看剩余",
    "查看剩餘", "全部内容", "全部內容",
    "read more", "read on", "read full", "read the ", "continue reading", "show more", "show full",
    "show the full", "view full", "see full", "expand ", "weiterlesen", "mehr lesen",
    "mehr anzeigen", "lire la suite",
    "leer más", "seguir leyendo", "ler mais", "leggi tutto", "читать далее",
)  # fmt: skip
"""Looked for in the whole page where it hides sentences."""
_OPENS = han_pattern(languages.alternation(languages.OPEN), re.I)
_EDGE = " \t\n.…>»›▼∨↓+[]()（）【】"
_CONTROLS = ("a", "button", "span", "div", "p", "label", "strong", "em", "i", "b", "input")
_LONGEST = 40
_NEARBY, _LEVELS, _CHILDREN = 6, 4, 300
_HIDES = lazy_pattern(
    r"(?:display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden)[^;]{0,20};?", re.I
)
_NAMED_MORE = lazy_pattern(r"more|toggle|collaps|hid(?:e|den)", re.I)
_BESIDE = lazy_pattern(
    r"cookie|consent|comment|pinglun|login|modal|popup|dialog|menu|sidebar|share|banner|related"
    r"|recommend|footer",
    re.I,
)
_BESIDE_TAGS = frozenset(("nav", "footer", "aside", "form", "header", "select", "dialog"))
_IDS = lazy_pattern(r"[\"'#]([A-Za-z][\w-]{1,60})\b")
_SAYS_WHICH = ("href", "onclick", "data-target", "data-toggle", "data-id")
_MOST_OPENED = 100


def reveal(root: Element, markup: str) -> None:
    """Put what a page holds for its scripts into its tree, where a person would see it."""
    if len(markup) >= _MOST_MARKUP:
        return
    # What stands on few pages is asked of the scripts first: a look through all of the markup for
    # each of its signs takes longer than the walk to them.
    if next(root.iter("template"), None) is not None and "shadowroot" in markup:
        _open_templates(root)
    scripts = list(root.iter("script"))
    data = [tag for tag in scripts[:MOST_SCRIPTS] if holds_data(tag)]
    if data and "&q;" in markup:
        unescape_states(root)
    _open(root, markup)
    texts = {tag: text for tag in scripts if (text := tag.text)}
    signs = {tag: _signs_of(text) for tag, text in texts.items()}
    stating = {tag for tag in data if may_state(texts.get(tag, ""))}
    stating |= {tag for tag, each in signs.items() if _Sign.STATE in each}
    _put_in_place(root, texts, [tag for tag in texts if _Sign.PUTS in signs[tag]])
    if _MAY_SHOW_FILE.search(markup):
        _show_files(root, texts)
    if stating and has_stated(markup):
        stated = [tag for tag in scripts[:MOST_SCRIPTS] if tag in stating]
        put_stated(root, stated, lambda nodes: _rich_markup(nodes, 0))
    if any(_Sign.RICH in each for each in signs.values()) and _has_rich_sign(markup):
        _put_rich_text(root)


class _Sign(Flag):
    """What a script may hold: a text as a tree of nodes, the page's data, markup that it shows."""

    RICH = auto()
    STATE = auto()
    PUTS = auto()


def _read_signs(script: str) -> _Sign:
    found = _Sign(0)
    if _has_rich_sign(script):
        found |= _Sign.RICH
    if may_assign(script) and may_state(script):
        found |= _Sign.STATE
    puts = any(word in script for word in _PUTS)
    if puts and (any(mark in script for mark in _MARKS) or _DECODES.search(script) is not None):
        found |= _Sign.PUTS
    return found


_REMEMBERED = 16_000
_remembered_signs = lru_cache(maxsize=64)(_read_signs)  # a site's scripts are on all of its pages


def _signs_of(script: str) -> _Sign:
    return _remembered_signs(script) if len(script) <= _REMEMBERED else _read_signs(script)


def _open_templates(root: Element) -> None:
    """Show what stands in a declared shadow root, as a browser does (HTML, section 4.12.3)."""
    for tag in root.iter("template"):
        if tag.get("shadowrootmode") is not None or tag.get("shadowroot") is not None:
            tag.tag = "div"
            tag.attrib.clear()


# XML that a browser shows by a stylesheet: what its author calls a headline, a paragraph, a link.

_STYLED = lazy_pattern(
    r"\s{0,99}<\?xml[^<>]{0,200}\?>\s{0,99}(?:<!--.{0,2000}?-->\s{0,99})?<\?xml-stylesheet\b", re.S
)
_XML_TAG = lazy_pattern(r"<(/?)([A-Za-z_][\w.:-]{0,60})((?:\s[^<>]{0,2000})?)>")
_XML_DATA = lazy_pattern(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_AS_HTML = {
    "headline": "h1", "title": "h1", "heading": "h1", "subject": "h1", "subheading": "h2",
    "para": "p", "paragraph": "p", "p": "p", "line": "p", "link": "a", "a": "a", "item": "a",
    "b": "b", "i": "i", "em": "em", "strong": "strong", "br": "br", "table": "table", "row": "tr",
    "cell": "td", "tr": "tr", "td": "td", "ul": "ul", "li": "li", "img": "img", "image": "img",
}  # fmt: skip


def shown_xml(text: str) -> str:
    """A document that is XML and names a stylesheet as markup: its elements as blocks that are
    called what they are called. What is no such document stays as it is."""
    if not _STYLED.match(text[:4_000]) or re.search(
        r"<(?:html|rss|feed|urlset)\b", text[:4_000], re.I
    ):
        return text
    body = _XML_DATA.sub(
        lambda match: match[1], text[text.index("<?xml-stylesheet") :].partition("?>")[2]
    )
    titles: list[str] = []

    def as_html(match: re.Match[str]) -> str:
        name = match[2].rpartition(":")[2].lower()
        tag = _AS_HTML.get(name, "div")
        if tag == "a" and not match[1] and "href" not in match[3]:
            tag = "div"
        if match[1]:
            opened = stack.pop() if stack else tag
            return f"</{opened}>"
        if match[3].endswith("/"):
            return f"<{tag}{match[3]}>" if tag in ("br", "img") else ""
        stack.append(tag)
        named = "" if tag in ("h1", "p", "a") else f' class="{match[2]}"'
        return f"<{tag}{named}{match[3]}>"

    stack: list[str] = []
    markup = _XML_TAG.sub(as_html, body)
    found = re.search(r"<h1[^<>]*>([^<>]{1,300})</h1>", markup)
    if found is not None:
        titles.append(found[1])
    return f"<html><head><title>{''.join(titles)}</title></head><body>{markup}</body></html>"


# Text that a program in the browser keeps as a tree of nodes (Contentful, ProseMirror, Slate,
# Portable Text, Editor.js).

_RICH_SIGNS = (
    '"nodeType"',
    '"_type":"block"',
    '"_type": "block"',
    '"type":"paragraph"',
    '"type": "paragraph"',
)
_BLOCK_KINDS = lazy_pattern(
    r"paragraph|heading[-_]?\d?|header|h[1-6]|block|p|(?:un)?ordered[-_]?list|bullet\w{0,5}[-_]?list|list|(?:block)?quote",
    re.I,
)
_MOST_NODES, _DEEPEST = 50_000, 40


def _has_rich_sign(text: str) -> bool:
    return any(sign in text for sign in _RICH_SIGNS)


def _put_rich_text(root: Element) -> None:
    """Put the longest text that the page's data hold as a tree of nodes into the page."""
    best = ""
    for script in root.iter("script"):
        source = script.text or ""
        if not _has_rich_sign(source):
            continue
        start, end = source.find("{"), source.rfind("}")
        try:
            data = json.loads(source[start : end + 1], strict=False)
        except (ValueError, RecursionError):
            continue
        for nodes in _trees(data):
            markup = _rich_markup(nodes, 0)
            if len(markup) > len(best):
                best = markup
    block = _block_of(best) if best else None
    body = root.find("body")
    if block is None or body is None:
        return
    visible = squeeze("".join(tree.pieces(body)))
    if _stands_there(block, visible):
        return
    holder = next(root.iter("main"), None)
    (holder if holder is not None else body).append(block)


def _trees(data: object) -> Iterator[list[object]]:
    """The lists of nodes of which most are blocks of a text, outermost first."""
    stack, seen = [data], 0
    while stack and seen < _MOST_NODES:
        value = stack.pop()
        seen += 1
        if isinstance(value, list):
            kinds = [_kind_of_node(each) for each in value]
            blocks = sum(_BLOCK_KINDS.fullmatch(kind) is not None for kind in kinds)
            if blocks and 2 * blocks >= len(value):
                yield value
                continue
            stack.extend(value)
        elif isinstance(value, dict):
            stack.extend(value.values())


def _kind_of_node(node: object) -> str:
    if not isinstance(node, dict):
        return ""
    kind = node.get("nodeType") or node.get("_type") or node.get("type")
    return kind if isinstance(kind, str) else ""


def _rich_markup(nodes: object, depth: int) -> str:
    if depth > _DEEPEST or not isinstance(nodes, list):
        return ""
    return "".join(_node_markup(node, depth) for node in nodes[:_MOST_NODES])


def _node_markup(node: object, depth: int) -> str:
    if not isinstance(node, dict):
        return ""
    kind, data = _kind_of_node(node).lower(), node.get("data")
    inner = next(
        (node[key] for key in ("content", "children", "nodes") if isinstance(node.get(key), list)),
        None,
    )
    if inner is None:
        said = node.get("value") if kind == "text" else node.get("text")
        said = said if said is not None else node.get("text")
        if isinstance(said, str):
            is_block = kind != "text" and _BLOCK_KINDS.fullmatch(kind) is not None
            return f"<p>{escape(said)}</p>" if is_block else escape(said)
        text = data.get("text") if isinstance(data, dict) else None
        return f"<p>{text}</p>" if isinstance(text, str) and "<script" not in text else ""
    markup = _rich_markup(inner, depth + 1)
    if "list-item" in kind or kind == "listitem" or node.get("listItem"):
        return f"<li>{markup}</li>"
    if "list" in kind:
        return f"<ul>{markup}</ul>"
    style = node.get("style") if isinstance(node.get("style"), str) else ""
    if "head" in kind or re.fullmatch(r"h[1-6]", kind) or re.fullmatch(r"h[1-6]", style or ""):
        return f"<h3>{markup}</h3>"
    if "link" in kind and isinstance(data, dict) and isinstance(data.get("uri"), str):
        return f'<a href="{escape(data["uri"])}">{markup}</a>'
    if "quote" in kind:
        return f"<blockquote>{markup}</blockquote>"
    return f"<p>{markup}</p>" if kind in ("paragraph", "p", "block") else markup


# What a button for the whole text opens.


# The elements of attributes: to ask each element for two takes three times as long.
_SAYS_HIDDEN = etree.XPath("//@style/.. | //@hidden/..")


def _open(root: Element, markup: str) -> None:
    hidden = {tag for tag in _SAYS_HIDDEN(root) if is_hidden(tag)}
    for tag in [tag for tag in hidden if _is_panel(tag) or _fades_in(tag, markup)]:
        if _is_text(tag) and not _is_beside(tag):
            _show(tag)
            hidden.discard(tag)
    # Few pages hide sentences: only then is it worth looking for what shows them.
    if not any(_is_text(tag) for tag in hidden) or not _may_open(markup):
        return
    controls = [tag for tag in root.iter(*_CONTROLS) if _is_control(tag) and tag not in hidden]
    asked = _Hidden(hidden)
    for control in controls[:_MOST_OPENED]:
        found = [] if _is_beside(control) else asked.belonging(control)
        for tag in found:
            _show(tag)
            hidden.discard(tag)
        if found:
            control.set("hidden", "")


_PANEL = lazy_pattern(r"accordion|collaps|toggle|expand|panel", re.I)
_HEADS = ("h2", "h3", "h4", "h5", "h6", "button", "dt")


@lru_cache(maxsize=4096)  # a site's names are the same on every page
def _names_panel(names: str) -> bool:
    return _PANEL.search(names) is not None


@lru_cache(maxsize=4096)
def _names_beside(names: str) -> bool:
    return _BESIDE.search(names) is not None


def _is_panel(tag: Element) -> bool:
    """Whether an element is folded under a heading of its own that unfolds it."""
    head, parent = tag.getprevious(), tag.getparent()
    if head is None or parent is None or not isinstance(head.tag, str):
        return False
    if not _names_panel(f"{names_of(tag)[:300]} {names_of(parent)[:300]}"):
        return False
    return head.tag in _HEADS or head.find(".//button") is not None


def _fades_in(tag: Element, markup: str) -> bool:
    """Whether an element keeps its place while it is not seen, and a script names it or it is most
    of the page: it is shown when the page is complete, as the text of a message of WeChat is."""
    if tag.get("hidden") is not None or not _KEEPS_PLACE.search(attribute(tag, "style")[:500]):
        return False
    name = attribute(tag, "id")[:100]
    said = (f"('{name}')", f'("{name}")', f"'#{name}'", f'"#{name}"')
    if name and any(each in markup for each in said):
        return True
    body = next(tag.iterancestors("body"), None)
    return body is not None and tree.text_size(tag) * 2 >= tree.text_size(body)


_KEEPS_PLACE = lazy_pattern(
    r"^(?!.{0,500}display\s{0,5}:\s{0,5}none).{0,500}visibility", re.I | re.S
)


def _is_control(tag: Element) -> bool:
    if tag.tag == "input":
        return _OPENS.fullmatch(attribute(tag, "value")[:_LONGEST].strip(_EDGE)) is not None
    address = attribute(tag, "href")[:20].strip().lower()
    if address and not address.startswith(_NOWHERE):
        return False
    text = ""
    for piece in islice(tag.itertext(), 8):
        text += piece
        if len(text) > 4 * _LONGEST:
            return False
    words = " ".join(text.split()).strip(_EDGE)
    if not words or len(words) > _LONGEST or _OPENS.fullmatch(words) is None:
        return False
    # The innermost element that says it: a link to another page may stand in a paragraph.
    return not any(child.tag in ("a", "button", "span", "label") for child in tag)


_NOWHERE = ("#", "javascript:")


class _Hidden:
    """The hidden elements of a page, each asked once whether it is text."""

    def __init__(self, hidden: set[Element]) -> None:
        self._hidden = hidden
        self._ids = {name: tag for tag in hidden if (name := tag.get("id"))}
        self._texts: dict[Element, bool] = {}

    def belonging(self, control: Element) -> list[Element]:
        """The hidden texts that a control names, else those nearest to it."""
        said = " ".join(attribute(control, name)[:300] for name in _SAYS_WHICH)
        names = [*_IDS.findall(said), *attribute(control, "aria-controls")[:300].split()]
        named = [self._ids[name] for name in dict.fromkeys(names) if name in self._ids]
        found = [tag for tag in named if tag in self._hidden and self._is_text(tag)]
        node = control
        for _ in range(0 if named else _LEVELS):
            near = (*_beside(node, self._hidden, True), *_beside(node, self._hidden, False))
            found = [tag for tag in near if self._is_text(tag)]
            node = node.getparent()
            if found or node is None or node.tag == "body" or node in self._hidden:
                break
        return found

    def _is_text(self, tag: Element) -> bool:
        if tag not in self._texts:
            self._texts[tag] = _is_text(tag)
        return self._texts[tag]


def _beside(node: Element, hidden: set[Element], before: bool) -> list[Element]:
    """The hidden elements right before or behind one, and those right inside its neighbour."""
    found, others = [], 0
    for sibling in islice(node.itersiblings(preceding=before), _CHILDREN):
        if sibling in hidden:
            found.append(sibling)
            continue
        if before and not others:
            found += [child for child in islice(sibling, _CHILDREN) if child in hidden]
        others += 1
        if others >= _NEARBY or found:
            break
    return found


def _is_text(tag: Element) -> bool:
    """True for sentences, not a menu, a form or a panel."""
    if tag.tag in _BESIDE_TAGS or tag.tag in tree.UNSEEN or _names_beside(names_of(tag)[:300]):
        return False
    text = tree.line_text(tag)
    if not _reads_on(text) or next(tag.iterdescendants("input", "select"), None) is not None:
        return False
    return tree.linked_size(tag) * 2 <= tree.text_size(tag)


def _reads_on(text: str) -> bool:
    return letters(text) >= _LEAST and RUNS.search(text) is not None


_LEAST = 20


def _is_beside(tag: Element) -> bool:
    around = (tag, *islice(tag.iterancestors(), 6))
    return any(
        node.tag in _BESIDE_TAGS or (node.tag != "body" and _names_beside(names_of(node)[:300]))
        for node in around
    )


def _show(tag: Element) -> None:
    """Take away what hides an element, and the beginning of its text that stands for it."""
    if tag.get("style") is not None:
        tag.set("style", _HIDES.sub("", attribute(tag, "style")[:2_000]))
    if tag.get("hidden") is not None:
        del tag.attrib["hidden"]
    if _NAMED_MORE.search(names_of(tag)[:300]):
        for name in ("class", "id"):
            if tag.get(name) is not None:
                del tag.attrib[name]
    before = tag.getprevious()
    if before is None or not isinstance(before.tag, str) or is_hidden(before):
        return
    short = squeeze(_without_control(tree.line_text(before))).rstrip(".…")
    if len(short) >= _LEAST and squeeze(tree.line_text(tag)).startswith(short):
        before.set("hidden", "")


def _without_control(text: str) -> str:
    """The beginning of a text without the words of the button behind it: `It loses… Read more`."""
    for cut in ("…", "..."):
        head, found, tail = text.rpartition(cut)
        if found and len(tail) <= _LONGEST and _OPENS.fullmatch(tail.strip(_EDGE)) is not None:
            return head
    return text


def _may_open(markup: str) -> bool:
    """Whether a page may say the words of a button for the whole text."""
    lowered = markup.lower()  # takes as long as looking for ten of them
    return any(words in lowered for words in _MAY_OPEN) and any(
        words in markup for words in _AS_WRITTEN
    )


_AS_WRITTEN = tuple(
    dict.fromkeys(
        written
        for words in _MAY_OPEN
        for written in (words, words.capitalize(), words.title(), words.upper())
    )
)
"""In small letters and large ones, and in no mixture of them."""


# What a script puts into the page.

_MOST_MARKUP = 4_000_000
_MARKS = ("</p", "<\\/p", "<br", "</div", "<\\/div", "\\u003c", "\\u003C", "\\x3c", "%3Cp", "%3cp")
_PUTS = ("innerHTML", ".html(", "document.write")
_MARKED = lazy_pattern(r"</p>|<br\s?/?>|</div>", re.I)
_TEMPLATE = lazy_pattern(r"\{\{|\{%|<%|<#|\$\{|\[\[|@\{|\{\$|<script|v-(?:if|for)=", re.I)
_MOST_TAGS = 20_000
_MOST_FOUND, _START = 20, 10
_WORD = lazy_pattern(r"[\w$-]{1,60}")
_LEAST_PUT = 40
_SAMPLE = 24
_HOLDER = lazy_pattern(
    r"(?:getElementById\s?\(|querySelector\s?\(|\$\s?\(|jQuery\s?\()\s{0,3}[\"']#?([\w-]{1,60})[\"']\s{0,3}\)"
    r"\s{0,3}\.\s{0,3}(?:innerHTML\s{0,3}=|html\s{0,3}\()\s{0,3}",
)
_STRING = r"\"(?:[^\"\\\n]|\\.){80,}\"|'(?:[^'\\\n]|\\.){80,}'"
_DECODES = lazy_pattern(r"\batob\s?\(|\bBase64\.|base64_?[dD]ecode|fromBase64|enc\.Base64")
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/\s]{80,}={0,2}")
_CODED = r"(?:(decodeURIComponent|decodeURI|unescape)\s{0,3}\(\s{0,3})?"
_ASSIGNED = lazy_pattern(rf"(?<![\w$])([\w$]{{1,60}})\s{{0,5}}=\s{{0,5}}{_CODED}({_STRING})")
_WRITTEN = lazy_pattern(
    rf"(?:document\.write(?:ln)?\s{{0,3}}\(\s{{0,3}}|innerHTML\s{{0,3}}=\s{{0,3}}|\.html\s{{0,3}}\(\s{{0,3}})"
    rf"{_CODED}({_STRING})"
)
_ESCAPE = lazy_pattern(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}


_FILE_NAME = (
    r"[^\"'\s<>]{1,400}\.(?:pdf|docx?|xlsx?|pptx?|ofd|wps|od[tsp])(?:[?#][^\"'\s<>]{0,200})?"
)
_MAY_SHOW_FILE = lazy_pattern(rf"(?<!href)(?<!\bsrc)[=({{:,]\s{{0,9}}[\"']{_FILE_NAME}[\"']", re.I)
_HOLDS_FILE = lazy_pattern(_FILE_NAME, re.I)
_FILE_ATTRIBUTE = lazy_pattern(r"pdf|file|doc|url|src", re.I)
_SHOWS_FILE = lazy_pattern(
    r"(?:(?<![\w$.])|\.)[\w$]{0,40}(?:pdf|doc|embed|view|preview|show|load)[\w$]{0,40}(?:\.embed)?"
    rf"\(\s{{0,9}}(?:\{{\s{{0,9}}[\w\"']{{1,20}}\s{{0,3}}:\s{{0,3}})?[\"']({_FILE_NAME})[\"']([^();]{{0,120}})",
    re.I,
)
_PLACES = ("div", "p", "span", "section", "canvas")
_MOST_PLACES, _MOST_FILES = 4_000, 20


def _show_files(root: Element, scripts: Mapping[Element, str]) -> None:
    """Put a frame with the file where a script shows one: in an empty element that holds its
    address, in the one that the call names, else where the script stands."""
    found: list[tuple[Element, str]] = []
    places = [*islice(root.iter(*_PLACES), _MOST_PLACES)]
    for tag in places:
        for name, value in tag.attrib.items():
            if _FILE_ATTRIBUTE.search(name) and _HOLDS_FILE.fullmatch(value) and _is_bare(tag):
                found.append((tag, value))
                break
    calls = (
        (script, call)
        for script, text in scripts.items()
        for call in _SHOWS_FILE.finditer(text[:_MOST_MARKUP])
    )
    for script, call in islice(calls, _MOST_FILES):
        ids = _IDS.findall(call[2])
        place = next((tag for tag in places if tag.get("id") in ids), script) if ids else script
        found.append((place, call[1]))
    for place, address in found[:_MOST_FILES]:
        if not any(node.tag in _BESIDE_TAGS for node in place.iterancestors()):
            frame = etree.Element("iframe", src=address)
            _place_after(place, frame)


def _put_in_place(root: Element, scripts: Mapping[Element, str], puts: list[Element]) -> None:
    """Put the text of hidden fields, and of strings that a script of `puts` shows, into the tree.
    `scripts` are all that say anything."""
    held = (
        _held(root)
        if any("data-" in text or "dataset" in text for text in scripts.values())
        else ()
    )
    found = [*_fields(root), *held, *_strings({tag: scripts[tag] for tag in puts})]
    if not found:
        return
    own = "\n".join(text for text in scripts.values() if len(text) < _MOST_MARKUP)
    holders, visible = _holders(root, own), ""
    for tag, name, text in found[:_MOST_FOUND]:
        holder = next((node for node, said in holders if _names(said, name)), None)
        is_bare = holder is not None and _is_bare(holder)
        block = _block_of(text) if is_bare or tag is not None else None
        if block is None:
            continue
        if not visible:
            body = root.find("body")
            visible = squeeze("".join(tree.pieces(body if body is not None else root)))
        if _stands_there(block, visible):
            continue
        if holder is not None and is_bare:
            holder.append(block)
        elif tag is not None:
            _place_after(tag, block)


def _names(said: str, name: str) -> bool:
    """True where an element is filled with this variable, or with a string that begins so."""
    if name[:1] in ("'", '"'):
        return name[:_START] in said
    return name in _WORD.findall(said)


def _held(root: Element) -> Iterator[tuple[Element | None, str, str]]:
    """Elements without text that hold markup in an attribute for a script, with their names and
    what they hold."""
    for tag in _HOLDS_DATA(root):
        if tag.tag in ("script", "textarea", "input") or not _is_bare(tag):
            continue
        for name, value in tag.attrib.items():
            text = str(value)
            if name.startswith("data-") and len(text) >= _LEAST_PUT and text.count("</p>") > 1:
                yield tag, attribute(tag, "id"), text


_HOLDS_DATA = etree.XPath("//@*[contains(., '</p>')]/..")


def _fields(root: Element) -> Iterator[tuple[Element | None, str, str]]:
    """Hidden fields that hold markup, with their names and what they hold."""
    for tag in root.iter("textarea", "input"):
        if tag.tag == "input":
            text = attribute(tag, "value") if attribute(tag, "type").lower() == "hidden" else ""
        elif len(tag):  # markup that is not escaped, as the parser reads it
            text = (tag.text or "") + "".join(
                etree.tostring(child, encoding="unicode", method="html") for child in tag
            )
        else:
            text = tag.text or ""
        if len(text) < _LEAST_PUT or _MARKED.search(text) is None:
            continue
        if tag.tag == "input" or _is_unseen(tag):
            yield tag, attribute(tag, "id") or attribute(tag, "name"), text


def _is_unseen(tag: Element) -> bool:
    around = (tag, *islice(tag.iterancestors(), 4))
    return any(is_hidden(node) or _UNSEEN_NAMES.search(names_of(node)[:300]) for node in around)


_UNSEEN_NAMES = lazy_pattern(r"(?:^|[\s_-])(?:hide|hidden|none|d-none|invisible)(?:$|[\s_-])", re.I)


def _strings(scripts: Mapping[Element, str]) -> Iterator[tuple[Element | None, str, str]]:
    """Strings of scripts that hold markup and are given to the page, with the variable's name.
    Those of a variable have no place of their own."""
    for script, text in scripts.items():
        source = text[:_MOST_MARKUP]
        for match in _ASSIGNED.finditer(source):
            if match[1] != "innerHTML":
                yield None, match[1], _said(match[2], match[3])
        for match in _WRITTEN.finditer(source):
            is_written = match[0].startswith("document")
            yield (script if is_written else None), match[2][:40], _said(match[1], match[2])


def _said(coding: str | None, literal: str) -> str:
    """What a string of a script says."""
    text = ""
    if literal.startswith('"'):
        try:
            text = json.loads(literal, strict=False)
        except ValueError:
            text = ""
    text = text or _ESCAPE.sub(_escaped, literal[1:-1])
    if "<" not in text and _BASE64.fullmatch(text) is not None:
        return _decoded(text)
    return unquote(text) if coding else text


def _decoded(text: str) -> str:
    """What base64 stands for, if that is markup in UTF-8, as it is or escaped. Else the text."""
    try:
        markup = base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return text
    return unquote(markup) if markup[:3].lower() == "%3c" else markup


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])


def _holders(root: Element, scripts: str) -> list[tuple[Element, str]]:
    """The elements that scripts fill, each with the beginning of what it is filled with."""
    wanted: dict[str, str] = {}
    for match in islice(_HOLDER.finditer(scripts), 50):
        said = scripts[match.end() : match.end() + 120].partition(";")[0]
        wanted.setdefault(match[1], said)
    if not wanted:
        return []
    return [(tag, wanted[tag.get("id")]) for tag in root.iter() if tag.get("id") in wanted]


def _block_of(text: str) -> Element | None:
    """Markup as an element. None for a template, a list of links, and next to nothing."""
    if _MARKED.search(text) is None or _TEMPLATE.search(text) or text.count("<") > _MOST_TAGS:
        return None
    body = tree.parse(trim(text).text)[0].find("body")
    if body is None:
        return None
    said = tree.line_text(body)
    if letters(said) < _LEAST_PUT or not _reads_on(said):
        return None
    if tree.linked_size(body) * 2 > tree.text_size(body):
        return None
    body.tag = "div"
    body.attrib.clear()
    return body


def _stands_there(block: Element, visible: str) -> bool:
    key = squeeze(tree.line_text(block))
    return key[:_SAMPLE] in visible or key[-_SAMPLE:] in visible


def _is_bare(tag: Element) -> bool:
    """True for an element without anything to be seen."""
    if next(tag.iter("img", "a", "table"), None) is not None:
        return False
    return not "".join(islice(tree.pieces(tag), 20)).strip() or len(tree.line_text(tag)) < _LEAST


def _place_after(tag: Element, block: Element) -> None:
    """Put a block behind an element, outside everything around it that nobody sees."""
    for node in islice(tag.iterancestors(), 6):
        if node.tag == "form" or is_hidden(node):
            tag = node
    if tag.getparent() is None:
        return
    block.tail, tag.tail = tag.tail, None
    tag.addnext(block)
