"""Where a list goes on by a script: the address that a script asks for, where it stands there,
`location.href = "/news/?page=" + obj.curr`, or that a button holds in an attribute.

Nothing is run. All is bounded, and linear in the length of a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urlsplit

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..soup import own_text
from ..tree import Element, attribute
from .calls import PAGE_FIELD
from .scripts import COMPARISONS

_LONGEST_SCRIPT, _MOST_ASKED = 400_000, 200
DEEPEST = 4
"""So many names may stand for one another."""


@dataclass(frozen=True, slots=True)
class CalledAddress:
    """An address with `{n}` for the number of a page times `step`, and `shift`."""

    pattern: str
    shift: int = 0
    step: int = 1


def button_address(
    page: Page, tag: Element, rows: int, programs: Sequence[str] = ()
) -> CalledAddress | None:
    """The address that a script of the page asks for that names a button by its id, by its class or
    by what it calls."""
    names = [attribute(tag, "id"), *attribute(tag, "class").split()[:9]]
    called = re.match(
        r"\s{0,9}(?:javascript:)?([A-Za-z_$][\w$]{0,60})\(",
        attribute(tag, "onclick") or attribute(tag, "href"),
    )
    signs = [f"#{names[0]}", f'"{names[0]}"', f"'{names[0]}'"] if names[0] else []
    signs += [f".{name}" for name in names[1:] if len(name) > 3]
    signs += [f"function {called[1]}(", f"{called[1]} ="] if called is not None else []
    scripts = [*scripts_of(page), *programs]
    for script in scripts:
        if any(sign in script for sign in signs):
            found = asked_address(page, [script], rows, tag)
            if found is not None:
                return found
    return asked_address(page, scripts, rows, tag)


# The address that a script asks for: `location.href = "/news/?page=" + n`,
# `$.get("/api/list", {page: n + 1, size: 10})`, ``fetch(`/news/list?start=${(n - 1) * 20}`)``.

_ASKS = lazy_pattern(
    r"location(?:\.(?:href|search))?\s{0,3}=(?!=)|location\.(?:assign|replace)\(|window\.open\("
    r"|\.(?:get|getJSON|load|getScript)\(|(?<![\w$])(?:fetch|axios|ajax|request)\("
    r"|\.open\(\s{0,3}[\"']GET[\"']\s{0,3},|(?<![\w$])return(?![\w$])"
    r"|(?<![\w$])(?:url|href|src|path|link)\s{0,3}[:=](?!=)",
    re.I,
)
_SENT_ALONG = lazy_pattern(
    r"\s{0,9},\s{0,9}\{\s{0,40}(?:data|params)\s{0,3}:\s{0,9}(?=\{)|\s{0,9},\s{0,9}(?=\{)"
)
_SENT_AS = lazy_pattern(r"(?<![\w$])(?:data|params)\s{0,3}:\s{0,9}")
_SENT_BY_NAME = lazy_pattern(
    r"\s{0,9},\s{0,9}(?:\{\s{0,40}params\s{0,3}:\s{0,9}([A-Za-z_$][\w$]{0,60})\s{0,9}\}"
    r"|([A-Za-z_$][\w$]{0,60})\s{0,9}[,)])"
)
_SENT_WITHIN = 320
_PAIR = lazy_pattern(r"""[{,]\s{0,40}["']?([A-Za-z_$][\w$.-]{0,40})["']?\s{0,3}(:|(?=[,}]))""")
_SENT = lazy_pattern(r"""(?:["']?(?:type|method)["']?\s{0,3}:\s{0,3}["']post|\.post\()""", re.I)
_COUNTS = lazy_pattern(
    r"(?:\w{0,20}page\w{0,12}|p|pn|pg|pno|n|num|no|idx|index|cur(?:r(?:ent)?)?|getcurrent\(\))",
    re.I,
)
_COUNTS_NOT = lazy_pattern(
    r"(?:size|count|total|url|uri|id|name|type|path|rows|num_?per\w*|elem|el)$", re.I
)
_PAGE_KEY = lazy_pattern(
    r"(?:(?:cur(?:rent)?|to|go|next)?_?page_?(?:no|num(?:ber)?|index|id|n)?|p|pn|pg|pno|paged|page\w?|curr?)",
    re.I,
)
_OFFSET_KEY = lazy_pattern(
    r"(?:offset|start|skip|begin|limitstart|startrow|start_?index|first(?:row)?|from)", re.I
)
_KEY_BEFORE = lazy_pattern(r"[?&/]([A-Za-z][\w.-]{0,30})=$")
_BEFORE_NUMBER = lazy_pattern(r"[=/_-]$")
_TERM = lazy_pattern(
    r"""\s{0,9}(?:"([^"\\\n<>]{0,400})"|'([^'\\\n<>]{0,400})'|`([^`\\<>]{0,600})`|(\d{1,7})(?![\w.])"""
    r"""|((?:encodeURIComponent|encodeURI|String|parseInt|Number|\+)?\s{0,3}\()"""
    r"""|((?:\+?new\s{1,3}Date(?:\(\))?(?:\.\w{1,12}\(\))?|Date\.now\(\)|Math\.random\(\)))"""
    r"""|(?:\$|jQuery)\(\s{0,3}["']#([\w-]{1,60})["']\s{0,3}\)\.val\(\)|document\.getElementById\(\s{0,3}["']([\w-]{1,60})["']\s{0,3}\)\.value"""
    r"""|((?:\$\([^()]{1,40}\)|(?<![\w$])[\w$]{1,40}(?:\.[\w$]{1,40}){0,4})\.(?:dataset\.|data\(["']|attr\(["']data-|getAttribute\(["']data-)([\w-]{1,40})(?:["']\s{0,3}\))?)"""
    r"""|(\+\+)?(?<![\w$])([A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){0,6}(?:\(\s{0,3}\))?)(?![\w$(\[]))"""
)
_PLUS = lazy_pattern(r"\s{0,9}\+\s{0,9}(?![+=])")
_CHOICE = lazy_pattern(
    r"""\s{0,9}(\(\s{0,3})?([A-Za-z_$][\w$.]{0,60}(?:\(\))?)\s{0,3}([=!]==?|[<>]=?)\s{0,3}["']?(\d{1,3})["']?"""
    r"""\s{0,3}(?(1)\)\s{0,3})\?(?![.?])"""
)
_OR_ELSE = lazy_pattern(r"\s{0,9}:")
_SECOND = 2
_ONE = lazy_pattern(r"\s{0,3}([+-])\s{0,3}1(?![\d.\w])")
_TIMES = lazy_pattern(r"\s{0,3}\*\s{0,3}(?:(\d{1,4})|([A-Za-z_$][\w$.]{0,60}))")
_CLOSES = lazy_pattern(r"\s{0,9}(?:,\s{0,3}10\s{0,3})?\)")
_MORE_TO_IT = lazy_pattern(r"\s{0,9}(?:[*/?%-](?![/*])|\.\w|\[)")
_HOLE = lazy_pattern(r"\$\{([^{}]{1,100})\}")
_MAGIC = "987650123"
_PLACES = ("location.pathname", "window.location.pathname", "document.location.pathname")
_ORIGINS = ("location.origin", "window.location.origin", "document.location.origin")
_HERE = ("location.href", "window.location.href", "document.URL")


def asked_address(
    page: Page, scripts: Iterable[str], rows: int, tag: Element | None = None
) -> CalledAddress | None:
    """The one address on this host that scripts put together with the number of a page. None where
    it is none or several, or sent by POST. `tag` is the button that is pressed for it."""
    found: dict[CalledAddress, None] = {}
    whole = "\n".join(scripts_of(page))
    for script in scripts:
        known = _Known()
        for match in islice(_TEMPLATE.finditer(script), _MOST_ASKED):
            address = _of_template(page, match[1] or match[2])
            if address is not None:
                found[address] = None
        if found:
            continue
        for match in islice(_ASKS.finditer(script), _MOST_ASKED):
            if not _MAY_ASK.match(script, match.end()):
                continue
            address = _Asked(page, script, whole, rows, tag, known).address(match)
            if address is not None:
                found[address] = None
                if len(found) > 1:
                    return None
    return next(iter(found), None)


_HOLE_NAME = (
    r"(?:\{\{?\s?(?:page\w{0,8}|p|n|num|index|i|0|pn|cur\w{0,10})\s?\}?\}|:page\w{0,4}\b|\[page\w{0,4}\]"
    r"|__?(?:page\w{0,4}|id|n|num)__?|%d|%page%|#page#|\*page\*|<page>)"
)
_TEMPLATE = lazy_pattern(
    rf"""[\"']([^\"'\s]{{0,300}}{_HOLE_NAME}[^\"'\s]{{0,300}})[\"']|[\"']([^\"'\s]{{1,300}}[?&](?:page|p)=\*)[\"']""",
    re.I,
)
_THE_HOLE = lazy_pattern(rf"{_HOLE_NAME}|(?<==)\*$", re.I)


def _of_template(page: Page, text: str) -> CalledAddress | None:
    """An address that is written with a place for the number: `list_{page}.shtml`."""
    holes = _THE_HOLE.findall(text)
    if len(holes) != 1 or not _TEMPLATED.search(text):
        return None
    url = page.link(_THE_HOLE.sub(_MAGIC, text))
    if not page.is_on_server(url) or url.count(_MAGIC) != 1:
        return None
    return CalledAddress(url.replace(_MAGIC, "{n}"))


_TEMPLATED = lazy_pattern(r"[/?=]|\.\w{2,5}$")


_MAY_ASK = lazy_pattern(
    r"""[^;\n]{0,120}?["'`][^"'`\s]{0,120}[/?=._-]|\s{0,9}[\w$.]{1,60}\s{0,9}[,)+;]"""
)
"""A text that may be of an address, or a name that stands for one."""
MOST_SEARCHED = 24
"""Names of a script that are looked for."""
A_NAME = lazy_pattern(r"[A-Za-z_$][\w$]{0,60}")


class _Known:
    """What was found out of the names of a script, and how much more may be searched for."""

    def __init__(self) -> None:
        self.values: dict[str, str | None] = {}
        self.turned: dict[str, bool] = {}
        self._left = MOST_SEARCHED

    def spend(self) -> bool:
        """Whether one more name may be searched for in the whole script."""
        self._left -= 1
        return self._left >= 0


class _Asked:
    """Reads the address that stands at one place of a script: texts, known names and one counter
    put together."""

    def __init__(
        self,
        page: Page,
        script: str,
        whole: str,
        rows: int,
        tag: Element | None,
        known: _Known,
    ) -> None:
        self._known = known
        self._page, self._script, self._whole = page, script, whole
        self._rows, self._tag = rows, tag
        self._counter, self._plus, self._step = "", 0, 1
        self._start: int | None = None
        self._is_offset = False
        self._depth = 0

    def address(self, match: re.Match[str]) -> CalledAddress | None:
        """The address that is asked for there. None where it is not sure."""
        script = self._script
        at = match.end()
        if match[0].lower() in ("axios(", "ajax(", "request("):
            return None  # its `url:` is found by itself
        text, end = self._sum(script, at, "")
        if text is None:
            return None
        is_load = ".load(" in match[0]
        if _MAGIC not in text and not self._counter:
            if is_load or "location" in match[0] or match[0] == "return":
                return None
            along = self._sent_along(end)
            if not along:
                return None
            text += ("&" if "?" in text else "?") + along
        if "search" in match[0].lower() and text[:1] != "?":
            text = f"?{text}"
        if _SENT.search(script, max(0, match.start() - 200), end + 300):
            return None
        head, _, tail = text.partition(_MAGIC)
        if not _BEFORE_NUMBER.search(head) or _MAGIC in tail:
            return None
        url = self._page.link(text.replace("callback=?", "callback=callback"))
        if not self._page.is_on_server(url) or url.count(_MAGIC) != 1:
            return None
        shift = self._shift(match.start())
        if shift is None:
            return None
        return CalledAddress(url.replace(_MAGIC, "{n}"), shift, self._step)

    def _shift(self, at: int) -> int | None:
        """How far what is asked for the second page is from its number. None where it is not
        known."""
        if self._is_offset and self._step == 1:
            return None
        if self._is_offset or self._step > 1:
            return -self._step
        if "." in self._counter and self._start is None:  # what a pager hands over
            return min(0, self._plus)
        name = re.escape(self._counter)
        start = self._start
        if start is None:
            first = re.search(
                rf"(?<![\w$.?&/]){name}\s{{0,3}}[=:](?!=)\s{{0,3}}[\"']?(\d{{1,5}})(?![\w.])",
                self._whole or self._script,
            )
            start = int(first[1]) if first is not None else None
        if self._plus < 0:
            return -1
        if start not in (0, 1) or (start and self._plus > 0):
            return 0
        before = self._script[max(0, at - 300) : at]
        turned = re.search(
            rf"\+\+\s{{0,3}}{name}(?![\w$])|(?<![\w$]){name}\s{{0,3}}(?:\+\+|\+=\s{{0,3}}1|=\s{{0,3}}{name}\s{{0,3}}\+\s{{0,3}}1)",
            before,
        )
        if start:  # what it asks for first is what follows, whatever number that has
            return 0 if turned is not None else -1
        return -1 if self._plus > 0 or turned is not None else None

    def _sum(self, text: str, at: int, key: str) -> tuple[str | None, int]:
        """What an expression puts together, and where it ends. `key` is under what it is sent."""
        choice = _CHOICE.match(text, at)
        if choice is not None:
            return self._choice(text, choice, key)
        said = ""
        for _ in range(40):
            term, at = self._term(text, at, key if not said else "", said)
            if term is None:
                return None, at
            said += term
            more = _PLUS.match(text, at)
            if more is None:
                break
            at = more.end()
        return (None, at) if _MORE_TO_IT.match(text, at) else (said, at)

    def _choice(self, text: str, choice: re.Match[str], key: str) -> tuple[str | None, int]:
        """What is put together for the second page where the first has another address:
        `p > 1 ? "_" + p : ""`."""
        if self._depth >= DEEPEST:
            return None, choice.end()
        holds = COMPARISONS[choice[3][:2]](_SECOND, int(choice[4]))
        first, at = self._branch(text, choice.end(), key, is_taken=holds)
        other = _OR_ELSE.match(text, at)
        if first is None or other is None:
            return None, at
        second, at = self._branch(text, other.end(), key, is_taken=not holds)
        if second is None or self._counter != choice[2]:
            return None, at
        return first if holds else second, at

    def _branch(self, text: str, at: int, key: str, *, is_taken: bool) -> tuple[str | None, int]:
        reader = self if is_taken else copy(self)
        reader._depth += 1
        said, at = reader._sum(text, at, key)
        reader._depth -= 1
        return said, at

    def _term(self, text: str, at: int, key: str, before: str) -> tuple[str | None, int]:
        match = _TERM.match(text, at)
        if match is None:
            return None, at
        at = match.end()
        for quoted in (match[1], match[2]):
            if quoted is not None:
                return quoted, at
        if match[3] is not None:
            return self._template(match[3]), at
        if match[4] is not None:
            return match[4], at
        if match[5] is not None:
            inner, at = self._inside(text, at, key or _key_of(before))
            return inner, at
        if match[6] is not None:
            return "0", at
        if match[7] or match[8]:
            return self._field(match[7] or match[8]), at
        key = key or _key_of(before)
        if match[9] is not None:
            said = self._of_element(match[10])
            if said is None:
                return None, at
            if said.isdecimal() and (_PAGE_KEY.fullmatch(key) or _COUNTS.fullmatch(match[10])):
                return self._count(text, match[10], at, int(said[:6]))
            return said, at
        name = match[12]
        if name in _PLACES or name in _ORIGINS:
            parts = urlsplit(self._page.url)
            return (
                parts.path or "/" if name in _PLACES else f"{parts.scheme}://{parts.netloc}"
            ), at
        if name in _HERE:
            return self._page.url.partition("?")[0].partition("#")[0], at
        if match[11]:
            self._plus = 1
        return self._named(text, name, key, at)

    def _named(self, text: str, name: str, key: str, at: int) -> tuple[str | None, int]:
        plain = name.rpartition(".")[2]
        if _OFFSET_KEY.fullmatch(key) or (
            _OFFSET_KEY.fullmatch(plain) and not _PAGE_KEY.fullmatch(key)
        ):
            if not _COUNTS.fullmatch(plain) or _COUNTS_NOT.search(plain):
                return self._offset(at)
            return self._count(text, name, at, None, is_offset=True)
        if _COUNTS.fullmatch(plain) and not _COUNTS_NOT.search(plain):
            return self._count(text, name, at, None)
        if "(" in name:
            return None, at
        if self._is_turned(plain):
            return self._count(text, name, at, None)
        value = self._constant(plain)
        if value is None and _PAGE_KEY.fullmatch(key):
            return self._count(text, name, at, None)
        return value, at

    def _is_turned(self, name: str) -> bool:
        """Whether a script counts a name on, as it does with the number of a page."""
        known = self._known
        if name not in known.turned:
            plain = re.escape(name)
            is_there = (
                rf"(?:\+\+\s{{0,3}}{plain}(?![\w$])|{plain}\s{{0,3}}(?:\+\+|\+=\s{{0,3}}1(?!\d)))"
            )
            in_loop = rf"(?<![\w$])for\s{{0,3}}\([^()]{{0,200}}{is_there}"
            found = known.spend() and re.search(rf"(?<![\w$.]){is_there}", self._script)
            known.turned[name] = bool(found) and not re.search(in_loop, self._script)
        return known.turned[name]

    def _count(
        self, text: str, name: str, at: int, start: int | None, *, is_offset: bool = False
    ) -> tuple[str | None, int]:
        """The number of a page, by whatever name it goes."""
        if self._counter or text[at : at + 2] == "++":
            return None, at
        self._counter, self._start = name, start
        one = _ONE.match(text, at)
        if one is not None:
            self._plus = 1 if one[1] == "+" else -1
            at = one.end()
        self._is_offset = is_offset
        return _MAGIC, self._times(text, at)

    def _offset(self, at: int) -> tuple[str | None, int]:
        """A number of rows, as far as they are shown."""
        if self._counter or not self._rows:
            return None, at
        self._counter, self._is_offset, self._step = "offset", True, self._rows
        return _MAGIC, at

    def _times(self, text: str, at: int) -> int:
        times = _TIMES.match(text, at)
        if times is None:
            return at
        said = times[1] or self._constant(times[2].rpartition(".")[2]) or ""
        if said.isdecimal() and 1 < int(said) < 1_000:
            self._step = int(said)
            return times.end()
        return at

    def _inside(self, text: str, at: int, key: str) -> tuple[str | None, int]:
        """What stands in brackets."""
        inner, at = self._sum(text, at, key)
        closing = _CLOSES.match(text, at)
        if inner is None or closing is None:
            return None, at
        at = closing.end()
        if inner == _MAGIC:
            at = self._times(text, at)
        return inner, at

    def _template(self, text: str) -> str | None:
        said, at = "", 0
        for hole in _HOLE.finditer(text):
            said += text[at : hole.start()]
            value, end = self._sum(hole[1], 0, _key_of(said))
            if value is None or hole[1][end:].strip():
                return None
            said, at = said + value, hole.end()
        rest = text[at:]
        return None if "${" in rest else said + rest

    def _sent_along(self, at: int) -> str:
        """What is sent along with an address, as its query. Empty where it is not known."""
        if named := _SENT_BY_NAME.match(self._script, at):
            return self._object_of(named[1] or named[2])
        begins = _SENT_ALONG.match(self._script, at)
        if begins is None:  # further on in the same statement
            rest = self._script[at : at + _SENT_WITHIN].partition(";")[0]
            begins = _SENT_AS.search(self._script, at, at + len(rest))
        if begins is None:
            return ""
        at = begins.end()
        if self._script[at : at + 1] != "{":
            said, _ = self._sum(self._script, at, "")
            if said is None and (named := A_NAME.match(self._script, at)):
                return self._object_of(named[0])
            return said if said and _MAGIC in said else ""
        return self._pairs(at, "")

    def _object_of(self, name: str) -> str:
        """As a query, the one object that scripts call by a name, and of which they count a field
        on: `const q = {page: 1, size: 10}`, `q.page++`."""
        rule = re.compile(rf"(?<![\w$.?&]){re.escape(name)}\s{{0,3}}=\s{{0,3}}(?=\{{)")
        found = [*islice(rule.finditer(self._script), 2)] if self._known.spend() else []
        return self._pairs(found[0].end(), name) if len(found) == 1 else ""

    def _pairs(self, at: int, owner: str) -> str:
        """The names and values of an object, as a query. `owner` is the name of the object."""
        pairs = []
        while self._script[at : at + 1] in ("{", ","):
            pair = _PAIR.match(self._script, at)
            if pair is None:
                break
            at = pair.end()
            if pair[2]:
                value, at = self._sum(self._script, at, pair[1])
                counted = f"{owner}.{pair[1]}"
                if owner and value and value.isdecimal() and self._is_turned(counted):
                    value, _ = self._count("", counted, 0, int(value[:6]))
            else:
                value, _ = self._named("", pair[1], pair[1], 0)
            if value is None:
                return ""
            pairs.append(f"{pair[1]}={value if value == _MAGIC else quote(value, safe='')}")
            at += len(self._script[at : at + 40]) - len(self._script[at : at + 40].lstrip())
        ended = self._script[at : at + 1] == "}" or re.match(
            r",\s{0,40}\}", self._script[at : at + 50]
        )
        query = "&".join(pairs)
        return query if ended and _MAGIC in query else ""

    def _constant(self, name: str) -> str | None:
        """The one text or number that scripts give a name. None where it is none or several, or
        too much was searched for."""
        known = self._known
        if name in known.values:
            return known.values[name]
        if self._depth >= DEEPEST or not A_NAME.fullmatch(name) or not known.spend():
            return None
        self._depth += 1
        counter = self._counter
        found: set[str | None] = set()
        rule = re.compile(rf"(?<![\w$?&]){re.escape(name)}[\"']?\s{{0,3}}[=:](?![=>])")
        for text in dict.fromkeys((self._script, self._whole)):
            for match in islice(rule.finditer(text), DEEPEST):
                found.add(self._sum(text, match.end(), "")[0])
            if found:
                break
        self._depth -= 1
        value = found.pop() if len(found) == 1 else None
        if self._counter == counter and not self._depth:
            known.values[name] = value
        return value

    def _field(self, place: str) -> str | None:
        for tag in self._page.tree.iter("input", "select"):
            if tag.get("id") == place and tag.tag == "input":
                return attribute(tag, "value")
        return None

    def _of_element(self, name: str) -> str | None:
        """What the button says under a name of data, else the one element that says it."""
        spelled = f"data-{re.sub('([A-Z])', lambda m: '-' + m[1].lower(), name)}"
        if self._tag is not None and self._tag.get(spelled) is not None:
            return attribute(self._tag, spelled)
        said = {
            attribute(tag, spelled)
            for tag in self._page.tree.iter()
            if isinstance(tag.tag, str) and tag.get(spelled) is not None
        }
        return said.pop() if len(said) == 1 else None


def _key_of(before: str) -> str:
    key = _KEY_BEFORE.search(before)
    return key[1] if key is not None else ""


def stated_address(page: Page, tag: Element, rows: int) -> CalledAddress | None:
    """The address of the next page that a button or a place for more rows has in an attribute,
    `data-next="/news/?page=2"`, `hx-get`. None where it has none with a number in it."""
    for name in tag.attrib:
        plain = name in ("href", "src", "class", "id", "style") and tag.tag != "turbo-frame"
        if plain or not _LEADS.fullmatch(name):
            continue
        said = attribute(tag, name).strip()
        if not _ADDRESS.fullmatch(said):
            continue
        url = page.link(said)
        if not page.is_on_server(url) or url == page.url:
            continue
        number = _counter_in(url, rows)
        if number is None:
            continue
        asked = int(url[number])
        pattern = f"{url[: number.start]}{{n}}{url[number.stop :]}"
        if 1 <= asked <= 3:
            return CalledAddress(pattern, asked - 2)
        return CalledAddress(pattern, -rows, rows)
    return None


def _counter_in(url: str, rows: int) -> slice | None:
    """Where an address of a next page says its number: where one is named so, else in its one
    number that may be, last in its path if there are several. None where none is one of the first
    pages, or as much as there are rows."""

    def is_fit(digits: str) -> bool:
        return 1 <= int(digits) <= 3 or int(digits) == rows > 0

    named = _IN_ADDRESS.search(url)
    if named is not None:
        group = 1 if named[1] is not None else 2
        return slice(*named.span(group)) if is_fit(named[group]) else None
    asked = [match for match in _ASKED_NUMBER.finditer(url) if is_fit(match[2])]
    counted = [match for match in asked if not _IS_NO_PAGE.search(match[1])]
    by_name = [match for match in counted if _NAMES_A_PAGE.search(match[1])]
    for found in (by_name, counted):
        if len(found) == 1:
            return slice(*found[0].span(2))
    last = _LAST_NUMBER.search(url.partition("?")[0])
    return slice(*last.span(1)) if last is not None and not asked and is_fit(last[1]) else None


def stated_next(page: Page, tag: Element) -> str:
    """The address of what comes next that a button has in an attribute which says so, or that asks
    for it by its mark, without a number in it: `data-next="/api/news?after=YzoxMA"`. Empty where it
    has none."""
    for name in tag.attrib:
        said = attribute(tag, name).strip()
        if not _ADDRESS.fullmatch(said):
            continue
        mark = MARK.search(said) if _LEADS.fullmatch(name) else None
        if (_SAYS_NEXT.search(name) and "?" in said) or (mark is not None and mark[2]):
            url = page.link(said)
            if page.is_on_server(url) and url != page.url:
                return url
    return ""


MARK = lazy_pattern(
    r"[?&](after|cursor|token|page_?token|continuation|start_?after|from|since|next)=([^&#]*)", re.I
)
"""The mark, in an address, of where a list goes on: an answer names the next one."""
_SAYS_NEXT = lazy_pattern(r"^(?:data-|hx-|up-)[\w-]{0,20}(?:next|more|load|get|older)", re.I)
_LEADS = lazy_pattern(
    r"(?<![\w-])(?:data-|hx-|up-|ic-|ng-|v-|_)?[\w-]{0,30}(?:href|url|uri|link|src|path|next|get|get-from|append-from|api|endpoint|action|source|load|ajax|more|page)(?:-(?:value|param))?",
    re.I,
)
_ADDRESS = lazy_pattern(
    r"(?:https?://|/|\.{1,2}/|\?)[^\s\"'<>]{0,900}|(?<![\w./-])[\w-][\w./-]{0,300}[./?][^\s\"'<>]{0,400}"
)


def names_a_page(name: str) -> bool:
    """Whether a field or a part of a query is called by what it counts: pages, or first rows."""
    return bool(name) and (
        PAGE_FIELD.fullmatch(name) is not None
        or (_NAMES_A_PAGE.search(name) is not None and _IS_NO_PAGE.search(name) is None)
    )


_ASKED_NUMBER = lazy_pattern(r"[?&;]([^=&#]{1,80})=(\d{1,5})(?=[&#;]|$)")
_NAMES_A_PAGE = lazy_pattern(
    r"(?<!per)(?<!per[-_])(?:pag|seite|sida|side|sivu|stran|strona|oldal|sayfa|halaman|trang"
    r"|cur|start|begin|offset|from|skip)",
    re.I,
)
_IS_NO_PAGE = lazy_pattern(
    r"id$|id\]|size|limit|count|delta|unit|per[-_]?page|rows|type|cat|lang|year|month|section|tab|total",
    re.I,
)
_LAST_NUMBER = lazy_pattern(r"(?<!\d)(\d{1,5})(?:/|\.\w{3,5})?$")
_IN_ADDRESS = lazy_pattern(
    r"[?&/;](?:page|paged|p|pg|pn|pageno|page_?num(?:ber)?|page_?index|current_?page|curpage|start|offset|"
    r"limitstart|skip|from)[=/](\d{1,7})(?![a-z\d])|[_-](\d{1,5})\.\w{3,5}$",
    re.I,
)


def scripts_of(page: Page) -> Iterator[str]:
    """The scripts in the page itself, bounded in all."""
    left = _LONGEST_SCRIPT
    for tag in page.tags("script"):
        kind = attribute(tag, "type").lower()
        if tag.get("src") or "json" in kind or "template" in kind:
            continue
        script = own_text(tag)[:left]
        left -= len(script)
        if script:
            yield script
        if left <= 0:
            return
