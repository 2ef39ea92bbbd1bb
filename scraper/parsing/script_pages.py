"""Pages whose text is not in them: a program that runs in the browser fills it in.

Asked only of pages in which nothing was found. Looks at the markup in one linear pass, and at the
words of scripts. Nothing is executed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import urlencode, urljoin

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Capture

from .encoding import decode
from .lists.asked_addresses import MARK, asked_address, scripts_of
from .lists.posted import NO_PAGER
from .page import page_of
from .page_kinds import checks_for_people
from .text import narrow
from .tree import Element
from .types import POSTED

_BARE = 200
"""So few visible characters are no page of a portal."""
_NEXT_TO_NOTHING = 60
_MOST = 2_000_000
_ASKS = han_pattern(r"java\s?script|脚本", re.I)
_MOUNTS = frozenset(["app", "root", "__next", "__nuxt", "main-app", "app-root", "q-app", "svelte"])
_UNFILLED = lazy_pattern(r"\{\{[^{}\n]{1,200}\}\}|<%[=-]?[^%\n]{1,200}%>|\$\{[\w.]{1,80}\}")
_BINDINGS = ("v-for", "v-html", "v-text", "ng-repeat", "x-for", "data-bind", "v-cloak", "ng-bind")
_FETCHES = lazy_pattern(
    r"\$\.(?:ajax|get|post|getJSON)\b|\baxios\b|\bfetch\s?\(|XMLHttpRequest|\.load\s?\("
    r"|\bnew Vue\b|createApp|hydrateRoot|ReactDOM|layui\.|\bjsonp\b",
)
_WAITS = han_pattern(
    r"^\W*(?:正在)?(?:加载中|载入中|加载数据|加载|请稍[候后等]|loading|please wait)\W*$", re.I
)
_HOLDERS = ("ul", "ol", "tbody", "div", "section", "table", "dl")
_MOST_HOLDERS = 5_000
_NAMED = lazy_pattern(r"""["'`][#.]?([\w-]{2,60})["'`\s>]""")


def needs_script(capture: Capture) -> str:
    """What shows that a program in the browser fills the page in, in words. Empty if nothing does.

    Nothing does once they ran. Never raises.
    """
    if capture.rendering is not None:
        return ""
    decoded = decode(capture.body[:_MOST], capture.header("content-type") or "")
    if decoded.hopeless or "<script" not in decoded.text.lower():
        return ""
    try:
        page = page_of(capture, decoded.text)
    except Exception:  # what cannot be parsed says nothing of scripts
        return ""
    if checks_for_people(page, capture):
        return ""
    return _shown_by(page.tree, page.visible_size, [narrow(line.text) for line in page.lines])


def _shown_by(tree: Element, size: int, lines: list[str]) -> str:
    scripts = list(tree.iter("script"))
    own = "\n".join(text for tag in scripts if (text := _text(tag)))
    if size < _BARE and (mount := _mount(tree)):
        return f"<{mount}> is empty and filled in by a script"
    asks = any(_ASKS.search(_text(tag)) for tag in tree.iter("noscript"))
    if size < _BARE and asks:
        return "it asks for JavaScript and says next to nothing else"
    if any(name in _BINDINGS for tag in _tags(tree) for name in tag.attrib):
        return "its elements are bound to data that a script brings"
    if any(_UNFILLED.search(line) for line in lines):
        return "it shows placeholders that a script fills in"
    if any(_WAITS.match(line) for line in lines) and scripts:
        return "it says that it is loading"
    if _FETCHES.search(own) and (holder := _empty_holder(tree, own)):
        return f"a script loads what belongs into <{holder}>"
    if size < _NEXT_TO_NOTHING and scripts and not _links(tree):
        return "it holds scripts, no links and next to no text"
    return ""


def _tags(tree: Element) -> list[Element]:
    return [tag for tag in tree.iter() if isinstance(tag.tag, str)]


def _text(tag: Element) -> str:
    return "".join(str(text) for text in tag.itertext())


def _links(tree: Element) -> bool:
    return any(tag.get("href", "").strip() not in ("", "#") for tag in tree.iter("a"))


def _is_bare(tag: Element) -> bool:
    if any(text.strip() for text in tag.itertext()):
        return False
    return next(tag.iter("a", "img", "input", "table"), None) in (None, tag)


def _mount(tree: Element) -> str:
    """The element into which an application puts itself."""
    for tag in _tags(tree):
        name = str(tag.get("id", "")).lower()
        if (name in _MOUNTS or "-" in str(tag.tag)) and _is_bare(tag):
            return f'{tag.tag} id="{name}"' if name else str(tag.tag)
    return ""


def _empty_holder(tree: Element, scripts: str) -> str:
    """An empty element that a script of the page names."""
    named = set(_NAMED.findall(scripts[:_MOST]))
    for tag in islice(tree.iter(*_HOLDERS), _MOST_HOLDERS):
        names = (str(tag.get("id", "")), *str(tag.get("class", "")).split()[:4])
        name = next((name for name in names if name in named), "")
        if name and _is_bare(tag):
            return f'{tag.tag} "{name[:40]}"'
    return ""


# Where the programs of a page may get its rows: the addresses that stand in them.

_MOST_SCRIPTS = 4
_MOST_ADDRESSES = 6
_LITERAL = lazy_pattern(
    r"""["'`]((?:https?://[^\s"'`<>\\/]{3,100}|\.{0,2})/[^\s"'`<>\\]{2,300}|[\w.-][\w./-]{0,200}\.(?:json|xml))["'`]"""
)
_HOLE = lazy_pattern(r"\$\{[^{}]{1,60}\}")
_OF_ROWS = lazy_pattern(
    r"news|article|list|info|content|notice|post|xinwen|query|search|page|channel|column", re.I
)
_OF_DATA = lazy_pattern(
    r"/api\b|/rest\b|\.(?:json|xml)\b|/v\d\b|/cms\b|/data\b|ajax|\.do\b|\.action\b", re.I
)
_OF_OTHERS = lazy_pattern(
    r"\.(?:m?js|css|png|jpe?g|gif|svg|ico|woff2?|ttf|vue|html?|map)(?:[?#]|$)|log(?:in|out)|auth|token"
    r"|captcha|upload|config|i18n|locale|manifest|menu|dict|user|comment|weather|count|stat|track",
    re.I,
)
_COUNTS_PAGES = lazy_pattern(
    r"""["']?\b(page(?:_?(?:no|num|index|number))?|current(?:_?page)?|pn)["']?\s{0,3}:""", re.I
)
_BEHIND = 200


def own_scripts(capture: Capture) -> tuple[str, ...]:
    """The addresses of the scripts that a page loads from its own host, the last first: a program's
    own come after its libraries. Never raises."""
    decoded = decode(capture.body[:_MOST], capture.header("content-type") or "")
    try:
        page = page_of(capture, decoded.text)
    except Exception:  # what cannot be parsed loads nothing
        return ()
    found = [page.link(str(tag.get("src", ""))) for tag in page.tree.iter("script")]
    own = [url for url in dict.fromkeys(found) if url and page.is_on_server(url)]
    return tuple(reversed(own))[:_MOST_SCRIPTS]


def counted_data(capture: Capture, programs: Sequence[Capture] = ()) -> str:
    """The address of the first part of a list whose parts a page's programs, its own or these,
    ask for by number: `"./pushinfo_" + page + ".json"`. Empty where none does, or several do."""
    own, *others = (
        decode(each.body[:_MOST], each.header("content-type") or "").text
        for each in (capture, *programs)
    )
    try:
        page = page_of(capture, own)
    except Exception:  # what cannot be parsed asks for nothing
        return ""
    found = asked_address(page, [*scripts_of(page), *others], 0)
    return found.pattern.replace("{n}", str(1 + found.shift)) if found is not None else ""


def _sent_along(text: str, address: re.Match[str], numbers: _Numbers) -> str:
    """The query that is sent along with an address: `data: {col: 7, p: n}`, `$.post("…", {p: n})`,
    else the number of the page alone. Of what is sent by POST, which then ends in `#post`, only
    what counts pages and is called nothing that writes. Empty where there is none."""
    at = address.end()
    given = _GIVEN.match(text, at)
    sent = given or _SENT.search(text, at, at + 2 * _BEHIND)
    if sent is None or (given is None and _BRACES & set(text[at : sent.start()])):
        counts = _COUNTS_PAGES.search(text, at, at + _BEHIND)
        return f"?{counts[1]}=1" if counts else ""
    before = text[max(0, address.start() - _BEHIND) : address.start()]
    call = (before + text[at : sent.end() + _BEHIND // 4]).rpartition("ajax")[2]
    pairs = [(key, said or numbers.of(name)) for key, said, name in _PAIR.findall(sent[1])]
    if not pairs:
        return ""
    if not (_POSTS.search(call) or (given is not None and before.endswith("post("))):
        return f"?{urlencode(pairs)}"
    is_list = _COUNTS_PAGES.search(sent[0]) and not _WRITES.search(address[1])
    return f"?{urlencode(pairs)}{POSTED}" if is_list else ""


_GIVEN = lazy_pattern(r"\s{0,9},\s{0,9}\{([^{}]{3,400})\}")
_WRITES = lazy_pattern(rf"{NO_PAGER.pattern}|submit|insert|update|apply|(?:^|[\W_])add", re.I)
_SENT = lazy_pattern(r"""(?<![\w$])data["']?\s{0,3}:\s{0,3}\{([^{}]{3,400})\}""")
_BRACES = frozenset("{}")
_POSTS = lazy_pattern(r"""(?:type|method)["']?\s{0,3}:\s{0,3}["']post""", re.I)
_PAIR = lazy_pattern(
    r"""["']?([\w$-]{1,40})["']?\s{0,3}:\s{0,3}(?:["']?([\w.-]{1,60})["']|(?:[\w$]{1,40}\.){0,3}(\w{1,40}))"""
)


class _Numbers:
    """The numbers and codes that a text gives names, of as many as are looked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The number or code of a name; a number itself. 1 for any other."""
        if name.isdecimal():
            return name
        if name not in self._known and len(self._known) < _MOST_NAMES:
            given = re.search(
                rf"(?<![\w$.-]){re.escape(name)}\s{{0,3}}[=:]\s{{0,3}}(?:(\d{{1,9}})(?![\w.])|[\"']([\w.-]{{0,60}})[\"'])",
                self._text,
            )
            self._known[name] = (given[1] or given[2]) if given is not None else "1"
        return self._known.get(name, "1")


_MOST_NAMES = 24


def _put_together(text: str, said: str, at: int, numbers: _Numbers) -> str:
    """An address that goes on behind its first text: `"/list?col=7&p=" + n + "&size=" + size`."""
    for _ in range(_MOST_PIECES):
        named = _NAME_BETWEEN.match(text, at)
        if named is None:
            return f"{said}1"
        said += f"{numbers.of(named[1])}{named[2] or ''}"
        at = named.end()
        if not said.endswith("="):
            break
    return said


_MOST_PIECES = 6
_NAME_BETWEEN = lazy_pattern(
    r"""["'`]?\s{0,3}\+\s{0,3}(?:[\w$]{1,40}\.){0,3}([A-Za-z_]\w{0,40})\s{0,3}(?:\+\s{0,3}["'](&[\w.&=%-]{1,200})["'])?"""
)


def _without_mark(asked: re.Match[str]) -> str:
    return asked[0].removesuffix(asked[2]) if _HOLE.fullmatch(asked[2]) else asked[0]


def data_addresses(capture: Capture, page: str) -> tuple[str, ...]:
    """Addresses in the words of a page, or of a script that it loads, that may bring rows as data,
    the likeliest first, bounded. Where a number of a page is put into one, it is the first."""
    text = decode(capture.body[:_MOST], capture.header("content-type") or "").text
    found: dict[str, int] = {}
    numbers = _Numbers(text)
    for match in _LITERAL.finditer(text):
        said = _HOLE.sub("1", MARK.sub(_without_mark, match[1]))
        if _OF_OTHERS.search(said) or "${" in said:
            continue
        is_bare = "?" not in said and not said.endswith("=")
        along = _sent_along(text, match, numbers) if is_bare else ""
        if not (_OF_DATA.search(said) or along.endswith(POSTED)):
            continue
        asks_by_mark = any(mark.end() == len(said) for mark in MARK.finditer(said))
        if said.endswith("=") and not asks_by_mark:  # without any mark the list begins
            said = _put_together(text, said, match.end(), numbers)
        said += along
        rank = 2 * bool(_OF_ROWS.search(said)) + ("?" in said)
        address = urljoin(page, said)
        found[address] = max(found.get(address, 0), rank)
    return tuple(sorted(found, key=lambda each: -found[each])[:_MOST_ADDRESSES])
