"""Links that are calls, a pager's `goPage(3)` or a row's `openArticle('12')`: the address behind,
where the page's own scripts or forms say it.

Nothing is run. A function counts that puts texts and its arguments together and goes there, or that
fills fields of a form and sends it. Sent by GET it has an address. What is sent by POST has none:
`posted` makes a request of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..soup import own_text
from ..tree import Element, attribute, line_text
from .scripts import COMPARISONS, text_of_token, tokens_of
from .ways_on import is_way_on

AnyTag: TypeAlias = Any
"""An element of the fast tree, or a tag of a soup."""

_CALL = lazy_pattern(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s?\(([^()]{0,200})\)")
_ARGUMENT = lazy_pattern(
    r"""\s{0,9}(?:["']([^"']{0,100})["']|(-?\d{1,7})|([A-Za-z_$][\w$.]{0,40}))\s{0,9}"""
)
_NO_FUNCTION = frozenset((
    "__doPostBack", "void", "return", "if", "alert", "confirm", "eval", "setTimeout", "parseInt",
))  # fmt: skip
_DEFINED = lazy_pattern(
    r"(?:function\s{1,9}([A-Za-z_$][\w$]{0,60})\s{0,9}\(([^(){}]{0,200})\)"
    r"|(?<![\w$])([A-Za-z_$][\w$]{0,60})\s{0,9}[=:]\s{0,9}(?:function\s{0,9}\(([^(){}]{0,200})\)"
    r"|\(?([\w$,\s]{0,200})\)?\s{0,9}=>))\s{0,9}\{"
)
_LONGEST_BODY, _MOST_FUNCTIONS, _LONGEST_SCRIPT = 4_000, 200, 400_000
_FIELD = lazy_pattern(
    r"""(?:\.([A-Za-z_][\w-]{0,60})|(?:getElement(?:ById|sByName)\(\s{0,3}["']|\[\s{0,3}["']"""
    r"""|\(\s{0,3}["'](?:#|(?:\w{1,20})?\[name=["']?))([A-Za-z_][\w:.-]{0,80}))["'\])]{0,4}(?:\[0\])?\.(?:value\s{0,3}=(?!=)|val\()\s{0,3}([^;\n]{1,120})"""
)
_STEP = lazy_pattern(
    r"""(?:parseInt|Number|eval)\s{0,3}\([^;]{0,80}?([A-Za-z_][\w:-]{0,80})["'\])]{0,4}(?:\[0\])?\.(?:value|val\(\))"""
    r"""[\s,10)]{0,8}([+-])\s{0,3}1\)?\s{0,3}"""
)
_ACTION = lazy_pattern(
    r"""(?:\.action\s{0,3}=(?!=)|\.attr\(\s{0,3}["']action["']\s{0,3},|setAttribute\(\s{0,3}["']action["']\s{0,3},)\s{0,3}([^;\n]{1,300})"""
)
_METHOD = lazy_pattern(r"""\.method\s{0,3}=\s{0,3}["'](get|post)["']""", re.I)
_SENT = lazy_pattern(r"\.(?:requestS|s)ubmit\s{0,3}\(|\.trigger\(\s{0,3}[\"']submit")
_PAGE_CALL = lazy_pattern(r"page|goto|jump|turn|^go$|list|pager?$", re.I)
PAGE_FIELD = lazy_pattern(
    r"(?:(?:cur(?:rent)?|to|go)?_?page_?(?:no|num(?:ber)?|index|id)?|p|pn|pg|pager\.\w{1,20}|paged)",
    re.I,
)
_MOST_FIELDS = 60


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of the page's own scripts."""

    names: tuple[str, ...]
    body: str


def called_page(page: Page, tag: Element) -> str:
    """The address to which a link leads that is a call of the page's own scripts. Empty where the
    page does not say it."""
    asked = f"{attribute(tag, 'href')[:400]} {attribute(tag, 'onclick')[:400]}"
    if handed := _HANDED.search(asked):
        url = page.link(text_of_token(handed[1]))
        if page.is_on_server(url):
            return url
    for match in _CALL.finditer(asked):
        name, values = match[1], _arguments(match[2])
        if name in _NO_FUNCTION or not any(value.isdecimal() for value in values):
            continue
        function = _functions(page).get(name)
        if function is not None:
            url = _led_to(page, function, values)
        else:
            url = _by_form_around(page, tag, values)
        if url and page.is_on_server(url):
            return url
    return ""


_HANDED = lazy_pattern(
    r"""[(,]\s{0,3}("(?:\\u002f|/|\?)[^"\s]{1,390}"|'(?:\\u002f|/|\?)[^'\s]{1,390}')\s{0,3}[,)]""",
    re.I,
)
"""An address that a call is handed as it stands: `RefreshPageTo(event, "\\u002fnews?Paged=1")`."""


def called_row(page: Page, tag: AnyTag) -> str:
    """The address to which a row leads that is a call of the page's own scripts, of whatever host.
    Empty where the page does not say it for sure: where the address does not hold what is handed
    over, or the function has more than one."""
    for name, values in _calls_of(tag):
        function = _functions(page).get(name)
        if function is None:
            continue
        given = zip(function.names, values, strict=False)
        known = {key: value for key, value in given if value is not None}
        tokens = _plain_steps(function.body)
        if not tokens:
            continue
        target = _Reader(tokens, known | _of_address(page)).only_target()
        if not target and _SENT.search(function.body):
            filled = _filled_in(page, function.body, known | _of_address(page))
            target = _named_by(page, filled) if filled is not None else ""
        if target and any(value and value in target for value in known.values()):
            return page.link(target)
    return ""


def rows_by_script(page: Page) -> str:
    """What is called by the rows of a page of which nobody can say where they lead, one call as it
    stands there. Empty where there are fewer than three of one kind."""
    calls: dict[str, set[str]] = {}
    if not (page.has_words("onclick") or page.has_words("avascript:")):
        return ""
    for tag in (tag for name in _CLICKED for tag in page.tags(name)[:_MOST_CLICKED]):
        if tag.get("onclick") is None and not _is_script(attribute(tag, "href")):
            continue
        text = line_text(tag)
        if len(text.encode()) < _LEAST_TITLE or is_way_on(text):
            continue
        called = next(((n, v) for n, v in _calls_of(tag) if any(v)), None)
        if called is None or called_row(page, tag):
            continue
        name, values = called
        shown = f"{name}({', '.join(repr(v) for v in values if v is not None)})"
        calls.setdefault(name, set()).add(shown[:_MOST_SHOWN])
        if len(calls[name]) >= _LEAST_ROWS:
            return min(calls[name])
    return ""


_CLICKED = ("a", "li", "tr", "div", "td", "span", "h3", "p")
_MOST_CLICKED = 2_000
_LEAST_TITLE, _LEAST_ROWS, _MOST_SHOWN = 12, 3, 80


def _is_script(href: str) -> bool:
    return href.lstrip()[:11].lower() == "javascript:"


def _calls_of(tag: AnyTag) -> Iterator[tuple[str, list[str | None]]]:
    """The calls of a link, with what is handed over as far as it is a text or a number."""
    href = attribute(tag, "href")
    asked = f"{href[:400] if _is_script(href) else ''} {attribute(tag, 'onclick')[:400]}"
    for match in _CALL.finditer(asked):
        if match[1] not in _NO_ROW:
            yield match[1], [_literal(piece) for piece in match[2].split(",")[:8]]


_NO_ROW = _NO_FUNCTION - {"__doPostBack"}


def _literal(piece: str) -> str | None:
    found = _ARGUMENT.fullmatch(piece)
    if found is None or found[3] is not None:
        return None
    return found[1] if found[1] is not None else found[2]


_GUARD = lazy_pattern(
    r"\bif\s{0,3}\([^;{}]{0,200}\)\s{0,9}\{?\s{0,9}return\b[^;{}]{0,40};?\s{0,9}\}?"
)
_BRANCHES = frozenset(("if", "else", "switch", "for", "while", "?", "try"))


@lru_cache(maxsize=64)  # asked for each row of a page
def _plain_steps(body: str) -> tuple[str, ...]:
    """The tokens of a function that takes one way only, guards that give up apart. None of any
    other: what it does is not known."""
    tokens = tokens_of(_GUARD.sub("", body))
    return () if _BRANCHES & set(tokens) else tuple(tokens)


def _arguments(text: str) -> list[str]:
    found = [_ARGUMENT.fullmatch(piece) for piece in text.split(",")[:8]]
    return [next((part for part in m.groups() if part), "") if m else "" for m in found]


@lru_cache(maxsize=2)  # asked for each link of a page
def _functions(page: Page) -> Mapping[str, _Function]:
    found: dict[str, _Function] = {}
    spent = 0
    for tag in page.tags("script"):
        if tag.get("src"):
            continue
        script = own_text(tag)
        spent += len(script)
        if spent > _LONGEST_SCRIPT:
            break
        for match in _DEFINED.finditer(script):
            name = match[1] or match[3]
            listed = match[2] or match[4] or match[5] or ""
            names = tuple(each.strip() for each in listed.split(",") if each.strip())
            if name not in found and len(found) < _MOST_FUNCTIONS:
                body = _block(script[match.end() : match.end() + _LONGEST_BODY])
                found[name] = _Function(names, body)
    return found


def _block(script: str) -> str:
    """Up to the brace that closes it. Braces within texts are rare, and leave too little."""
    depth = 1
    for at, sign in enumerate(script):
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return script[:at]
    return script


def _led_to(page: Page, function: _Function, values: list[str]) -> str:
    """Where a function goes that gets these values."""
    known = dict(zip(function.names, values, strict=False))
    known |= _of_address(page)
    reader = _Reader(tokens_of(function.body), known)
    target = reader.target()
    if target:
        return page.link(target)
    if not _SENT.search(function.body):
        return ""
    found = _filled_in(page, function.body, known)
    return _sent_by(page, found) if found is not None else ""


@dataclass(frozen=True, slots=True, eq=False)
class FilledForm:
    """A form that a call of the page's own sends, the fields that it fills in before, by name or
    id, where it sends it and how (empty: as the form itself says)."""

    form: Element
    fields: Mapping[str, str]
    action: str = ""
    method: str = ""


def filled_form(page: Page, tag: Element, code: str) -> FilledForm | None:
    """The form that is sent by what an element does when it is clicked, `code`: by a function of
    the page's own scripts, by the code itself, or, where nobody shows the function, the form around
    the element if it has one field for the number of a page. None where the page does not say."""
    for match in _CALL.finditer(code):
        name, values = match[1], _arguments(match[2])
        function = _functions(page).get(name) if name not in _NO_FUNCTION else None
        if function is not None:
            known = dict(zip(function.names, values, strict=False)) | _of_address(page)
            found = _filled_in(page, function.body, known)
            if found is not None:
                return found
        elif _PAGE_CALL.search(name) and sum(value.isdecimal() for value in values) == 1:
            form = next(tag.iterancestors("form"), None)
            named = _page_fields(form) if form is not None else []
            if form is not None and len(named) == 1:
                number = next(value for value in values if value.isdecimal())
                return FilledForm(form, {named[0]: number})
    return _filled_in(page, code, _of_address(page), next(tag.iterancestors("form"), None))


def _filled_in(
    page: Page, body: str, known: Mapping[str, str], around: Element | None = None
) -> FilledForm | None:
    """What a piece of script fills in and sends. `around` is the form which `this.form` is."""
    if not _SENT.search(body):
        return None
    forms = page.tags("form")[:50]
    filled: dict[str, str] = {}
    for match in _FIELD.finditer(body):
        name, code = match[1] or match[2], match[3]
        step = _STEP.match(code)
        if step is not None:
            now = [each for form in forms if (each := _fields(form).get(step[1], "")).isdecimal()]
            said = str(int(now[0][:9]) + (1 if step[2] == "+" else -1)) if now else None
        else:
            said = _value_of(code, known)
        if said is not None and len(filled) < _MOST_FIELDS:
            filled[name] = said
    fitting = [form for form in forms if filled.keys() & _fields(form).keys()]
    if len(fitting) > 1:
        own = [form for form in fitting if form is around or _is_named(form, body)]
        fitting = own or fitting
    if len(fitting) != 1:
        return None
    given = _ACTION.search(body)
    action = _value_of(given[1], known) if given is not None else ""
    method = _METHOD.search(body)
    said_method = method[1].lower() if method is not None else ""
    return None if action is None else FilledForm(fitting[0], filled, action, said_method)


def _value_of(code: str, known: Mapping[str, str]) -> str | None:
    """What an expression says that may be followed by a bracket of what is around it."""
    tokens = tokens_of(code)
    for end in range(len(tokens), max(0, len(tokens) - 4), -1):
        found = _Reader(tokens[:end], known).value()
        if found is not None:
            return found
        if tokens[end - 1] not in (")", "}", ","):
            break
    return None


def _is_named(form: Element, body: str) -> bool:
    names = [attribute(form, "name"), attribute(form, "id")]
    return any(name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", body) for name in names)


def _page_fields(form: Element) -> list[str]:
    every = dict.fromkeys(attribute(field, "name") for field in form.iter("input", "select"))
    return [name for name in every if PAGE_FIELD.fullmatch(name)]


def _of_address(page: Page) -> dict[str, str]:
    parts = urlsplit(page.url)
    path = parts.path or "/"
    return {
        "location.pathname": path,
        "window.location.pathname": path,
        "document.location.pathname": path,
        "location.protocol": f"{parts.scheme}:",
        "location.host": parts.netloc,
        "location.origin": f"{parts.scheme}://{parts.netloc}",
        "window.location.origin": f"{parts.scheme}://{parts.netloc}",
    }


def _by_form_around(page: Page, tag: Element, values: list[str]) -> str:
    """The address of a form around a pager that says it is sent by GET and has one field for the
    number of a page."""
    numbers = [value for value in values if value.isdecimal()]
    form = next(tag.iterancestors("form"), None)
    if form is None or attribute(form, "method").lower() != "get" or len(numbers) != 1:
        return ""
    named = _page_fields(form)
    return _sent_by(page, FilledForm(form, {named[0]: numbers[0]})) if len(named) == 1 else ""


@lru_cache(maxsize=64)  # asked for each control of a page
def _fields(form: Element) -> dict[str, str]:
    """The fields of a form that are sent as they stand, by name, and by id too."""
    found: dict[str, str] = {}
    for tag in form.iter("input", "select"):
        kind = attribute(tag, "type").lower()
        if kind in ("submit", "button", "image", "reset", "file", "checkbox", "radio", "password"):
            continue
        for name in (attribute(tag, "name"), attribute(tag, "id")):
            if name and len(found) < _MOST_FIELDS:
                found.setdefault(name, _value(tag))
    return found


def _value(tag: Element) -> str:
    if tag.tag != "select":
        return attribute(tag, "value")
    options = list(tag.iter("option"))
    chosen = next((each for each in options if each.get("selected") is not None), None)
    first = chosen if chosen is not None else (options[0] if options else None)
    return "" if first is None else attribute(first, "value")


def _sent_by(page: Page, filled: FilledForm) -> str:
    """The address that a form sent by GET asks for with these fields filled in."""
    pairs = []
    for tag in filled.form.iter("input", "select"):
        name, kind = attribute(tag, "name"), attribute(tag, "type").lower()
        if not name or kind in ("submit", "button", "image", "reset", "file", "password"):
            continue
        if kind in ("checkbox", "radio") and tag.get("checked") is None:
            continue
        own = filled.fields.get(name, filled.fields.get(attribute(tag, "id")))
        pairs.append((name, _value(tag) if own is None else own))
    is_asked = (filled.method or attribute(filled.form, "method").lower()) in ("", "get")
    return _asked_by(page, filled, pairs) if is_asked else ""


def _asked_by(page: Page, filled: FilledForm, pairs: Sequence[tuple[str, str]]) -> str:
    """The address that a form asks for with these fields."""
    if not pairs:
        return ""
    action = page.link(filled.action or attribute(filled.form, "action")) or page.url
    return urljoin(action, f"?{urlencode(pairs[:_MOST_FIELDS])}")


def _named_by(page: Page, filled: FilledForm) -> str:
    """The address of what a form asks for, without where in its list that stood, and without what
    is looked for: these would make it another one from each page of the list. What is sent by POST
    is asked for by GET, as others link to it, where it is by its name but to be read."""
    kept: dict[str, str] = {}
    if (filled.method or attribute(filled.form, "method").lower()) not in ("", "get"):
        action = urlsplit(page.link(filled.action))
        if not _IS_READ.search(action.path) or action.netloc != urlsplit(page.url).netloc:
            return ""
    for tag in filled.form.iter("input"):
        name = attribute(tag, "name")
        own = filled.fields.get(name, filled.fields.get(attribute(tag, "id")))
        is_fixed = attribute(tag, "type").lower() == "hidden" and not (
            PAGE_FIELD.fullmatch(name) or _OF_VISIT.search(name)
        )
        value = own if own is not None else attribute(tag, "value") if is_fixed else ""
        if name and value:
            kept[name] = value
    return _asked_by(page, filled, [*kept.items()])


_LONGEST_SIGN = 3
_IS_READ = lazy_pattern(
    r"/(?:\w{0,40}_)?(?:view|read|detail|show|select(?:Board|Bbs|Ntt|News)|inquire|retrieve)\w{0,30}"
    r"(?:\.\w{2,5})?$"
    r"|/\w{1,40}(?:View|Read|Detail|Show)(?:\.\w{2,5})?$"
)
_OF_VISIT = lazy_pattern(r"csrf|token|viewstate|^__|sess(?:ion)?_?id", re.I)


class _Reader:
    """Reads what the tokens of a function put together, with what is known of its names."""

    def __init__(self, tokens: Sequence[str], known: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._known = dict(known)

    def value(self) -> str | None:
        """The value of all tokens as one expression. None where it is more than that."""
        found = self._sum(0)
        return found[0] if found is not None and found[1] >= len(self._tokens) else None

    def target(self) -> str:
        """The address that is gone to first, of those that can be read. Empty where none is."""
        return next((found for found in self._targets() if found is not None), "")

    def only_target(self) -> str:
        """The address that is gone to. Empty where there are several, or one that is not known."""
        found = set(self._targets(sure=True))
        return found.pop() or "" if len(found) == 1 else ""

    def _targets(self, *, sure: bool = False) -> Iterator[str | None]:
        """The addresses that are gone to: given to `location`, or to a call of it. Texts that names
        were given before are known; `sure`: not where something unknown was given since. None for
        an address that cannot be read. Of what a known number decides, one branch counts."""
        at = 0
        passed: dict[int, int] = {}
        while at < len(self._tokens):
            name, after = self._name(at)
            if not name:
                at += 1
                continue
            asked = self._asked(after) if name == "if" else None
            if asked is not None:
                holds, at = asked
                end = self._statement_end(at)
                if holds:
                    passed[end] = self._statement_end(end + 1)
                else:
                    at = end
                continue
            if name == "else" and at in passed:
                end = passed[at]
                passed[end] = self._statement_end(end + 1)
                at = end
                continue
            sign = self._at(after)
            is_place = name.split(".")[-1] == "location" or name.endswith("location.href")
            if sign == "=" and self._at(after + 1) != "=":
                found = self._sum(after + 1)
                if is_place:
                    yield found[0] if found is not None else None
                elif found is not None:
                    self._known[name] = found[0]
                elif sure:
                    self._known.pop(name, None)
            elif sign == "+" and self._at(after + 1) == "=" and name in self._known:
                found = self._sum(after + 2)
                if found is not None:
                    self._known[name] += found[0]
                else:
                    del self._known[name]
            elif sign == "(" and re.search(r"location\.(?:assign|replace)$|window\.open$", name):
                found = self._sum(after + 1)
                yield found[0] if found is not None else None
            at = max(after, at + 1)

    def _at(self, at: int) -> str:
        return self._tokens[at] if at < len(self._tokens) else ""

    def _name(self, at: int) -> tuple[str, int]:
        """A name with what stands behind its dots."""
        if not re.match(r"[A-Za-z_$]", self._at(at)):
            return "", at
        parts = [self._at(at)]
        at += 1
        while self._at(at) == "." and re.match(r"[A-Za-z_$]", self._at(at + 1)):
            parts.append(self._at(at + 1))
            at += 2
        return ".".join(parts), at

    def _sum(self, at: int) -> tuple[str, int] | None:
        """Texts, numbers and known names with `+` between them; `n - 1` of a number; one of two
        where a number that is known decides."""
        choice = self._choice(at)
        if choice is not None:
            holds, at = choice
            first = self._sum(at)
            second = self._sum(first[1] + 1) if first and self._at(first[1]) == ":" else None
            if first is None or second is None:
                return None
            return first[0] if holds else second[0], second[1]
        value: str | None = None
        while True:
            found = self._term(at)
            if found is None:
                return None
            term, at = found
            value = term if value is None else value + term
            if self._at(at) != "+":
                return value, at
            at += 1

    def _statement_end(self, at: int) -> int:
        """Where what follows a statement stands, a block or one that ends with a semicolon."""
        depth = 0
        for place in range(at, len(self._tokens)):
            sign = self._tokens[place]
            depth += (sign in ("(", "{", "[")) - (sign in (")", "}", "]"))
            if depth <= 0 and sign in ("}", ";"):
                return place + (depth == 0)
        return len(self._tokens)

    def _choice(self, at: int) -> tuple[bool, int] | None:
        """Whether what is asked before a `?` holds, and where the first of the two stands."""
        asked = self._asked(at)
        return (asked[0], asked[1] + 1) if asked and self._at(asked[1]) == "?" else None

    def _asked(self, at: int) -> tuple[bool, int] | None:
        """Whether a comparison of a known number with another holds, and where it ends, with the
        brackets around it. None where nothing is compared there, or something unknown."""
        is_closed = self._at(at) == "("
        name, after = self._name(at + is_closed)
        sign = ""
        while self._at(after) in ("=", "!", "<", ">") and len(sign) < _LONGEST_SIGN:
            sign += self._at(after)
            after += 1
        number, end = self._at(after).strip("\"'"), after + 1
        if is_closed and self._at(end) == ")":
            end += 1
        elif is_closed:
            return None
        value = self._known.get(name, "")
        if sign[:2] not in COMPARISONS:
            return None
        if not (number.isdecimal() and value.isdecimal()):
            return None
        return COMPARISONS[sign[:2]](int(value[:9]), int(number[:9])), end

    def _term(self, at: int) -> tuple[str, int] | None:
        sign = self._at(at)
        if sign[:1] in "\"'`" and len(sign) > 1:
            return self._text(sign, at + 1)
        if sign.isdecimal():
            return self._less(sign, at + 1)
        if sign == "(":
            found = self._sum(at + 1)
            if found is None or self._at(found[1]) != ")":
                return None
            return self._less(found[0], found[1] + 1)
        name, after = self._name(at)
        if name in ("parseInt", "Number", "String", "encodeURIComponent", "encodeURI", "escape"):
            found = self._sum(after + 1)
            while found is not None and self._at(found[1]) in (",", "10"):
                found = found[0], found[1] + 1
            if found is None or self._at(after) != "(" or self._at(found[1]) != ")":
                return None
            return self._less(found[0], found[1] + 1)
        return self._less(self._known[name], after) if name in self._known else None

    def _text(self, sign: str, after: int) -> tuple[str, int] | None:
        text = text_of_token(sign)
        if sign[0] != "`" or "${" not in text:
            return text, after
        pieces = re.split(r"\$\{\s{0,3}([\w$.]{1,60})\s{0,3}\}", text)
        said = [self._known.get(each) if at % 2 else each for at, each in enumerate(pieces)]
        if any(each is None for each in said):
            return None
        return "".join(each or "" for each in said), after

    def _less(self, value: str, after: int) -> tuple[str, int] | None:
        """A number less another: `n - 1`, or `n -1` as one token; `(n - 1) * 20` too."""
        sign = self._at(after)
        if sign == "-" and self._at(after + 1).isdecimal() and value.isdecimal():
            return self._less(str(int(value[:9]) - int(self._at(after + 1)[:9])), after + 2)
        if sign[:1] == "-" and sign[1:].isdecimal() and value.isdecimal():
            return self._less(str(int(value[:9]) - int(sign[1:10])), after + 1)
        if sign == "*" and self._at(after + 1).isdecimal() and value.isdecimal():
            return self._less(str(int(value[:9]) * int(self._at(after + 1)[:9])), after + 2)
        return (value, after) if sign not in ("-", "*", "/", "?", "%") else None
