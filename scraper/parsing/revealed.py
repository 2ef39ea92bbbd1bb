"""Text that a page holds and shows by a script: what "Read more" opens, and what stands in a hidden
`textarea` or `input`, or in a string of a script, until it is put in its place.

Nothing is executed. What is found is put into the tree where a person would see it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from lxml import etree

from . import tree
from .bounds import trim
from .text import letters, squeeze
from .tree import Element, attribute, is_hidden, names_of

_MAY_OPEN = (
    "展开", "展開", "阅读全文", "閱讀全文", "查看全文", "显示全文", "查看剩余", "全部内容",
    "read more", "read on", "read full", "read the ", "continue reading", "show more", "show full",
    "show the full", "view full", "see full", "expand ", "weiterlesen", "mehr lesen",
    "mehr anzeigen", "lire la suite",
    "leer más", "seguir leyendo", "ler mais", "leggi tutto", "читать далее",
)  # fmt: skip
"""Looked for in the whole page where it hides sentences."""
_OPENS = re.compile(
    r"(?:点击)?(?:展开|展開)(?:阅读)?(?:全文|全部|更多|正文|剩余全文|剩余内容|剩余\d{1,2}%)"
    r"|(?:点击)?(?:阅读|閱讀|查看|显示)(?:全文|剩余全文|全部内容)"
    r"|read (?:more|on|full (?:text|story|article|release)|the (?:full|whole|rest)[a-z ]{0,30})"
    r"|continue reading|(?:show|view|see|expand) (?:more|all|more text)"
    r"|(?:show|view|see|expand) (?:the )?full (?:text|article|story|release)"
    r"|weiterlesen|mehr (?:lesen|anzeigen)|lire la suite|leer más|seguir leyendo|ler mais"
    r"|leggi tutto|читать далее",
    re.I,
)
_EDGE = " \t\n.…>»›▼∨↓+[]()（）【】"
_CONTROLS = ("a", "button", "span", "div", "p", "label", "strong", "em", "i", "b", "input")
_LONGEST = 40
_NEARBY, _LEVELS, _CHILDREN = 6, 4, 300
_HIDES = re.compile(
    r"(?:display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden)[^;]{0,20};?", re.I
)
_NAMED_MORE = re.compile(r"more|toggle|collaps|hid(?:e|den)", re.I)
_BESIDE = re.compile(
    r"cookie|consent|comment|pinglun|login|modal|popup|dialog|menu|sidebar|share|banner|related"
    r"|recommend|footer",
    re.I,
)
_BESIDE_TAGS = frozenset(("nav", "footer", "aside", "form", "header", "select", "dialog"))
_IDS = re.compile(r"[\"'#]([A-Za-z][\w-]{1,60})\b")
_SAYS_WHICH = ("href", "onclick", "data-target", "data-toggle", "data-id")
_MOST_OPENED = 100


def reveal(root: Element, markup: str) -> None:
    """Put what a page holds for its scripts into its tree, where a person would see it."""
    if len(markup) < _MOST_MARKUP:
        _open(root, markup)
        _put_in_place(root)


# What a button for the whole text opens.


_SAYS_HIDDEN = etree.XPath("//*[@style or @hidden]")


def _open(root: Element, markup: str) -> None:
    hidden = {tag for tag in _SAYS_HIDDEN(root) if is_hidden(tag)}
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
    if tag.tag in _BESIDE_TAGS or tag.tag in tree.UNSEEN or _BESIDE.search(names_of(tag)[:300]):
        return False
    text = tree.line_text(tag)
    if not _reads_on(text) or next(tag.iterdescendants("input", "select"), None) is not None:
        return False
    return tree.linked_size(tag) * 2 <= tree.text_size(tag)


def _reads_on(text: str) -> bool:
    return letters(text) >= _LEAST and _SENTENCE.search(text) is not None


_LEAST = 20
_SENTENCE = re.compile(r"[，。；！？]|[,;.!?](?:\s|$|[\"”’)])")


def _is_beside(tag: Element) -> bool:
    around = (tag, *islice(tag.iterancestors(), 6))
    return any(
        node.tag in _BESIDE_TAGS or (node.tag != "body" and _BESIDE.search(names_of(node)[:300]))
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
    short = squeeze(tree.line_text(before)).rstrip(".…")
    if len(short) >= _LEAST and squeeze(tree.line_text(tag)).startswith(short):
        before.set("hidden", "")


def _may_open(markup: str) -> bool:
    """Whether a page may say the words of a button for the whole text."""
    return any(words in markup for words in _AS_WRITTEN)


_AS_WRITTEN = tuple(
    dict.fromkeys(
        written
        for words in _MAY_OPEN
        for written in (words, words.capitalize(), words.title(), words.upper())
    )
)
"""In small letters and large ones: to make a page small takes longer than all of these."""


# What a script puts into the page.

_MOST_MARKUP = 4_000_000
_MARKS = ("</p", "<\\/p", "<br", "</div", "<\\/div", "\\u003c", "\\u003C", "\\x3c", "%3Cp", "%3cp")
_PUTS = ("innerHTML", ".html(", "document.write")
_MARKED = re.compile(r"</p>|<br\s?/?>|</div>", re.I)
_TEMPLATE = re.compile(r"\{\{|\{%|<%|<#|\$\{|\[\[|@\{|\{\$|<script|v-(?:if|for)=", re.I)
_MOST_TAGS = 20_000
_MOST_FOUND, _START = 20, 10
_WORD = re.compile(r"[\w$-]{1,60}")
_LEAST_PUT = 40
_SAMPLE = 24
_HOLDER = re.compile(
    r"(?:getElementById\s?\(|querySelector\s?\(|\$\s?\(|jQuery\s?\()\s{0,3}[\"']#?([\w-]{1,60})[\"']\s{0,3}\)"
    r"\s{0,3}\.\s{0,3}(?:innerHTML\s{0,3}=|html\s{0,3}\()\s{0,3}",
)
_STRING = r"\"(?:[^\"\\\n]|\\.){80,}\"|'(?:[^'\\\n]|\\.){80,}'"
_CODED = r"(?:(decodeURIComponent|decodeURI|unescape)\s{0,3}\(\s{0,3})?"
_ASSIGNED = re.compile(rf"(?<![\w$])([\w$]{{1,60}})\s{{0,5}}=\s{{0,5}}{_CODED}({_STRING})")
_WRITTEN = re.compile(
    rf"(?:document\.write(?:ln)?\s{{0,3}}\(\s{{0,3}}|innerHTML\s{{0,3}}=\s{{0,3}}|\.html\s{{0,3}}\(\s{{0,3}})"
    rf"{_CODED}({_STRING})"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}


def _put_in_place(root: Element) -> None:
    """Put the text of hidden fields and of strings that a script shows into the tree."""
    scripts = [script for script in root.iter("script") if script.text]
    found = [*_fields(root), *_strings([each for each in scripts if _puts(each.text)])]
    if not found:
        return
    own = "\n".join(script.text for script in scripts if len(script.text) < _MOST_MARKUP)
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


def _puts(script: str) -> bool:
    return any(word in script for word in _PUTS) and any(mark in script for mark in _MARKS)


def _names(said: str, name: str) -> bool:
    """True where an element is filled with this variable, or with a string that begins so."""
    if name[:1] in ("'", '"'):
        return name[:_START] in said
    return name in _WORD.findall(said)


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


_UNSEEN_NAMES = re.compile(r"(?:^|[\s_-])(?:hide|hidden|none|d-none|invisible)(?:$|[\s_-])", re.I)


def _strings(scripts: list[Element]) -> Iterator[tuple[Element | None, str, str]]:
    """Strings of scripts that hold markup and are given to the page, with the variable's name.
    Those of a variable have no place of their own."""
    for script in scripts:
        source = script.text[:_MOST_MARKUP]
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
    return unquote(text) if coding else text


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
