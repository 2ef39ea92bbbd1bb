"""What the scripts and attributes of a list page hold: markup that they write, and rows as data.

Nothing is run. Only literals are read: strings, numbers, lists and objects as they stand, and what
`document.write` is given. All is bounded and linear in the length of a script.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..soup import own_text
from ..tree import attribute

_MOST_WRITTEN = 400_000
_LONGEST_SCRIPT = 600_000
_LONGEST_JSON = 3_000_000
_MOST_TOKENS = 200_000
_MOST_STEPS = 600_000
_MOST_VALUES = 20_000
_DEEPEST = 30
_FEWEST = 3
"""So many values of one kind make a list."""
_SCRIPT = lazy_pattern(r"<script\b[^<>]{0,500}>", re.I)
_END = lazy_pattern(r"</script", re.I)
_WRITES = "document.write"
_LINKS = lazy_pattern(r"<a\b[^<>]{0,1000}\bhref", re.I)
_IN_LINK = lazy_pattern(
    r"<a\s[^<>]{0,300}>(?:[^<>]{0,40}<[a-z][^<>]{0,100}>){0,3}[^<>]{0,40}\Z", re.I
)
_NEAR = 600
_TOKEN = lazy_pattern(r"-?\d[\w.]*|[A-Za-z_$][\w$]*|[\[\]{}:,()+;=.]")
_INSIDE = {
    '"': lazy_pattern(r'(?:[^"\\\n]|\\.)*', re.S),
    "'": lazy_pattern(r"(?:[^'\\\n]|\\.)*", re.S),
    "`": lazy_pattern(r"(?:[^`\\]|\\.)*", re.S),
}
_ESCAPE = lazy_pattern(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|.)", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "0": " ", "\n": ""}
_NAMED = lazy_pattern(r"""(?:url|link|href)["']?\s{0,5}:\s{0,5}["'`]""", re.I)
_PROMISING = lazy_pattern(
    r"""["'](?:https?:/)?/?[\w/.-]{1,200}\.(?:s?html?|pdf|docx?|jsp|aspx?|php)\b|["']/[\w.-]{1,80}(?:/[\w.-]{1,120}){1,8}/?["']""",
    re.I,
)
_GIVEN = lazy_pattern(r"__[A-Z]{2,20}(?:_[A-Z]{2,20}){0,3}__\s{0,5}=\s{0,5}[({]")
"""The data of a program, whatever is in it: `window.__NUXT__=(function(a,b){return {…}}(…))`."""
_PARSES, _STREAMS = "JSON.parse", "__next_f"
_STREAMED = lazy_pattern(r"[0-9a-f]{1,6}:(?=[\[{])")
_LEAST_JSON = 30
_PLACE = lazy_pattern(
    r"(?:https?://|/|\.{1,2}/)[^\s\"'<>]{2,900}|(?<![\w/.-])[\w/.-]{1,300}\.(?:s?html?|pdf|docx?|aspx?|jsp|php|do)(?:\?\S{0,500})?"
)
_PICTURE = lazy_pattern(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|m?js)(?:\?|$)", re.I)
_DAY = lazy_pattern(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d\d?\s?[-/.月]\s?\d\d?|\d\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)|"
    r"\b[A-Za-z]{3,9}\.? \d\d?,? \d{4}|\b\d\d? [A-Za-z]{3,9} \d{4}"
)
_Token: TypeAlias = str
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


def with_written(text: str) -> str:
    """The page with the links that its scripts write in place, where they are written as they
    stand, `document.write("<a href='…'>…</a>")`, and with the words that they write into links."""
    if _WRITES not in text:
        return text
    pieces: list[str] = []
    at = written = 0
    for opening in _SCRIPT.finditer(text):
        if opening.start() < at:
            continue
        closing = _END.search(text, opening.end())
        if closing is None or written > _MOST_WRITTEN:
            break
        script = text[opening.end() : closing.start()]
        if _WRITES not in script or len(script) > _LONGEST_SCRIPT:
            continue
        told = "".join(_Writing(script).pieces)
        markup = _UNKNOWN_LINK.sub("<a>", told)
        if not _LINKS.search(markup) and not _IN_LINK.search(
            text, max(at, opening.start() - _NEAR), opening.start()
        ):
            continue  # what it writes is made of its data, which stay to be read
        end = text.find(">", closing.end()) + 1 or len(text)
        kept = text[opening.start() : end] if markup != told else ""
        pieces += [text[at : opening.start()], markup.replace(UNKNOWN, ""), kept]
        at = end
        written += len(markup)
    return "".join([*pieces, text[at:]]) if pieces else text


def markup_of_script(script: str) -> str:
    """The markup with links that stands in the texts of a script which a server answers with:
    `$("#list").append("<li><a href=\\"…\\">…")`. Empty where there is none."""
    if len(script) > _LONGEST_SCRIPT or "<" not in script:
        return ""
    texts = (text_of_token(sign) for sign in tokens_of(script) if _is_text(sign))
    return "".join(text for text in texts if _LINKS.search(text))


class _Writing:
    """What a script's calls of `document.write` write. Variables that were given a text or a whole
    number count, sums of them, and conditions that compare such numbers; of other conditions both
    sides do. UNKNOWN stands for what nobody knows."""

    def __init__(self, script: str) -> None:
        self._tokens = tokens_of(script)
        self._values: dict[str, str | int] = {}
        self._held: dict[int, bool | None] = {}
        self._ends = _brackets(self._tokens)
        self._conditions = _MOST_CONDITIONS
        self.pieces: list[str] = []
        at = 0
        while at < len(self._tokens):
            at = self._step(at)

    def _step(self, at: int) -> int:
        """Take up what begins at a token. Where it goes on."""
        sign, before = self._tokens[at], self._tokens[max(0, at - 2) : at]
        if sign == "if" and self._at(at + 1) == "(" and self._conditions:
            self._conditions -= 1
            closing = self._closing(at + 1)
            holds, end = self._holds(at + 2, closing), self._after(closing + 1)
            self._held[end] = holds
            return end if holds is False else closing + 1
        if sign == "else" and self._held.get(at):
            end = self._after(at + 1)
            self._held[end] = True
            return end
        if sign in "+-" and at and self._at(at + 1) in (sign, "=") and _is_name(before[-1]):
            self._values.pop(before[-1], None)  # it counts, and by how much nobody follows
        if sign == "=" and at and _is_name(before[-1]):
            self._give(before[-1], at + 1)
        if sign in ("write", "writeln") and before == ["document", "."] and self._at(at + 1) == "(":
            return self._write(at + 1)
        return at + 1

    def _at(self, at: int) -> _Token:
        return self._tokens[at] if at < len(self._tokens) else ""

    def _closing(self, at: int) -> int:
        """Where the bracket closes that opens at a token."""
        return self._ends.get(at, len(self._tokens))

    def _after(self, at: int) -> int:
        """Where what follows the statement stands that begins at a token."""
        for _nested in range(_MOST_NESTED):
            if self._at(at) != "if" or self._at(at + 1) != "(":
                break
            at = self._closing(at + 1) + 1
        if self._at(at) == "{":
            end = self._closing(at) + 1
        else:
            end = at
            last = min(len(self._tokens), at + _LONGEST_STATEMENT)
            while end < last and self._tokens[end] not in (";", "}"):
                end = self._closing(end) + 1 if self._tokens[end] in "({" else end + 1
            end += self._at(end) == ";"
        return end

    def _give(self, name: str, at: int) -> None:
        end = at
        while end < len(self._tokens) and end - at < _LONGEST_SUM and self._tokens[end] not in ";,":
            if end > at and _is_name(self._tokens[end]) and self._tokens[end - 1] not in "+-(":
                break  # the next statement, where nothing ends this one
            end += 1
        given = self._tokens[at:end]
        value: str | int | None = self._sum(given)
        if value is None and len(given) == 1 and _is_text(given[0]):
            value = text_of_token(given[0])
        if value is not None:
            self._values[name] = value
        else:
            self._values.pop(name, None)

    def _sum(self, tokens: Sequence[_Token]) -> int | None:
        """The whole number that names, numbers, plus and minus make. None for anything else."""
        total, times, is_number = 0, 1, False
        for at, sign in enumerate(tokens):
            if sign in ("(", ")", "+"):
                continue
            value = self._values.get(sign) if _is_name(sign) else None
            if sign == "-":
                times = -times
                if tokens[at + 1 : at + 2] == ["("]:
                    return None
                continue
            if _WHOLE_NUMBER.fullmatch(sign):
                value = int(sign)
            if not isinstance(value, int):
                return None
            if abs(value) > _LARGEST:
                return None
            total, times, is_number = total + times * value, 1, True
        return total if is_number else None

    def _holds(self, start: int, end: int) -> bool | None:
        """Whether a condition holds that joins comparisons by `&&`. None where nobody knows."""
        if end - start > _LONGEST_CONDITION:
            return None
        said = "\0".join(self._tokens[start:end])
        found: bool | None = True
        for clause in said.split("\0&\0&\0"):
            match = _COMPARES.fullmatch(clause)
            sides = [self._sum(match[each].split("\0")) for each in (1, 3)] if match else []
            if match is None or None in sides:
                found = None
                continue
            one, other = (side or 0 for side in sides)
            if not COMPARISONS[match[2].replace("\0", "")[:2]](one, other):
                return False
        return found

    def _write(self, at: int) -> int:
        end = self._closing(at)
        place = at + 1
        while place < end:
            sign = self._tokens[place]
            if sign == "(":
                closing = self._closing(place)
                is_short = closing - place <= _LONGEST_SUM
                total = self._sum(self._tokens[place : closing + 1]) if is_short else None
                if total is not None:
                    self.pieces.append(str(total))
                    place = closing
            elif _is_text(sign):
                self.pieces.append(text_of_token(sign))
            elif _is_name(sign):
                self.pieces.append(str(self._values.get(sign, UNKNOWN)))
            place += 1
        return end + 1


def _brackets(tokens: Sequence[_Token]) -> dict[int, int]:
    """Where each bracket that opens closes."""
    found: dict[int, int] = {}
    open_at: dict[str, list[int]] = {")": [], "}": []}
    for at, sign in enumerate(tokens):
        if sign in "({":
            open_at[")" if sign == "(" else "}"].append(at)
        elif open_at.get(sign):
            found[open_at[sign].pop()] = at
    return found


UNKNOWN = "\ufffc"
_LONGEST_SUM, _LONGEST_CONDITION, _LONGEST_STATEMENT, _MOST_CONDITIONS = 8, 80, 400, 2_000
_MOST_NESTED = 10
_LARGEST = 10**9
_WHOLE_NUMBER = lazy_pattern(r"-?\d{1,9}")
_COMPARES = lazy_pattern(
    r"([^<>=!|?]{1,99})\0((?:=\0=(?:\0=)?)|(?:!\0=(?:\0=)?)|(?:[<>](?:\0=)?))\0([^<>=!|?]{1,99})"
)
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le,
    ">=": operator.ge,
}  # fmt: skip
_UNKNOWN_LINK = lazy_pattern(rf"<a\b[^<>]{{0,1000}}{UNKNOWN}[^<>]{{0,1000}}>", re.I)


def data_of(page: Page) -> list[Any]:
    """The lists and objects that the page's own scripts and attributes hold as literals."""
    found: list[Any] = []
    streamed: list[str] = []
    spent = 0
    for tag in page.tags("script"):
        if attribute(tag, "src") or len(found) > _MOST_VALUES:
            continue
        kind = attribute(tag, "type").lower()
        text = own_text(tag)
        spent += len(text)
        if spent > 2 * _LONGEST_JSON:
            break
        if "json" in kind and len(text) <= _LONGEST_JSON:
            found += _whole(text)
        elif "xml" in kind and len(text) <= _LONGEST_JSON:
            found += _records_in(text)
        elif len(text) <= _LONGEST_SCRIPT and _STREAMS in text:
            streamed += [text_of_token(sign) for sign in tokens_of(text) if _is_text(sign)]
        elif len(text) <= _LONGEST_SCRIPT and _PARSES in text:
            tokens = tokens_of(text)
            found += [
                value for sign in tokens if _is_text(sign) for value in _within(text_of_token(sign))
            ]
            found += _literals(tokens)
        elif len(text) <= _LONGEST_SCRIPT and _is_promising(text):
            found += _literals(tokens_of(text))
    found += _of_stream("".join(streamed))
    return found + _attributes(page)


def data_of_file(text: str) -> list[Any]:
    """The lists and objects of a file of data that is no JSON: what a script holds as literals, or
    the records of XML."""
    if _XML.match(text):
        return _records_in(text) if len(text) <= _LONGEST_JSON else []
    is_script = len(text) <= _LONGEST_SCRIPT and not _PAGE.search(text)
    return _literals(tokens_of(text)) if is_script and _is_promising(text) else []


_PAGE = lazy_pattern(r"\A\s{0,99}<|<(?:!doctype\s|html\b|head\b)", re.I)
_XML = lazy_pattern(r"\s{0,99}<\?xml\b(?![^<>]{0,200}\?>\s{0,99}<(?:!doctype\s{1,9})?html\b)", re.I)


def _records_in(text: str) -> list[list[dict[str, str]]]:
    """The records of XML, whatever they and their columns are called: elements of one name in one
    element, each with columns of its own, as elements or attributes."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    found: list[list[dict[str, str]]] = []
    for holder in islice(root.iter("*") if root is not None else (), _MOST_VALUES):
        by_name: dict[str, list[dict[str, str]]] = {}
        for record in holder.iterchildren("*"):
            columns = {each.tag: (each.text or "").strip() for each in record.iterchildren("*")}
            columns |= dict(record.attrib)
            if len(columns) > 1:
                by_name.setdefault(record.tag, []).append(columns)
        found += [records for records in by_name.values() if len(records) > 1]
    return found


def _is_promising(script: str) -> bool:
    """Whether a script may hold addresses in its literals. Each pattern alone, since what begins
    with a sign of its own is found in a fraction of the time."""
    return any(each.search(script) for each in (_NAMED, _PROMISING, _GIVEN))


def _within(text: str) -> list[Any]:
    """What a text in a script holds that is JSON itself."""
    is_data = len(text) >= _LEAST_JSON and text.lstrip()[:1] in ("[", "{")
    return [_as_objects(value) for value in _whole(text)] if is_data else []


def _of_stream(text: str) -> list[Any]:
    """The values that a page's program gets line by line, each behind its number and a colon."""
    found: list[Any] = []
    for line in text[:_LONGEST_JSON].split("\n"):
        match = _STREAMED.match(line)
        if match is not None and len(found) < _MOST_VALUES:
            found += _whole(line[match.end() :])
    return found


def _attributes(page: Page) -> list[Any]:
    """What elements carry as data in their attributes: whole lists, or an object a row."""
    found: list[Any] = []
    pieces: dict[object, list[Any]] = {}
    spent = 0
    for tag in page.tree.iter():
        for value in tag.attrib.values():
            if len(value) < _LEAST_JSON or value.lstrip()[:1] not in ("[", "{"):
                continue
            spent += len(value)
            if spent > _LONGEST_JSON:
                return found
            data = _whole(value) or (_literals(["=", *tokens_of(value)]) if "'" in value else [])
            for one in data:
                found.append(one)
                _sort_piece(one, "", pieces)
    return found + [rows for rows in pieces.values() if len(rows) >= _FEWEST]


def _whole(text: str) -> list[Any]:
    try:
        return [json.loads(text.strip(), strict=False)]
    except (ValueError, RecursionError):
        return []


def tokens_of(script: str) -> list[_Token]:
    """The tokens of a script without its comments, up to a bound."""
    tokens: list[_Token] = []
    at, size = 0, len(script)
    open_until = dict.fromkeys(_INSIDE, 0)
    while at < size and len(tokens) < _MOST_TOKENS:
        first = script[at]
        if first.isspace():
            at += 1
        elif script.startswith("//", at):
            end = script.find("\n", at)
            at = end if end >= 0 else size
        elif script.startswith("/*", at):
            end = script.find("*/", at + 2)
            at = end + 2 if end >= 0 else size
        elif first in _INSIDE and at >= open_until[first]:
            end = _INSIDE[first].match(script, at + 1).end()  # type: ignore[union-attr]
            if script[end : end + 1] == first:
                tokens.append(script[at : end + 1])
                at = end + 1
            else:  # a text without an end: so are those of its kind up to there
                open_until[first] = end
                at += 1
        else:
            match = _TOKEN.match(script, at)
            tokens.append(match[0] if match is not None else first)
            at += len(tokens[-1])
    return tokens


def _is_text(sign: _Token) -> bool:
    return len(sign) > 1 and sign[0] in "\"'`"


def _is_name(sign: _Token) -> bool:
    return sign[0].isalpha() or sign[0] in "_$"


def text_of_token(sign: _Token) -> str:
    """The text that a token in quotation marks stands for."""
    inner = sign[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    said = match[1]
    if len(said) > 1:
        code = int(said[1:], 16)
        return " " if 0xD800 <= code < 0xE000 else chr(code)
    return _ESCAPED.get(said, said)


class _NoLiteral(Exception):
    """What stands here is more than a literal."""


class _Literals:
    """Reads literals from the tokens of one script, within a number of steps."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._steps = _MOST_STEPS
        self._given: dict[str, Any] = {}
        self._given_until = 0

    def give(self, names: Sequence[str], values: Sequence[Any], end: int) -> None:
        """Names that stand for values up to a token."""
        self._given, self._given_until = dict(zip(names, values, strict=False)), end

    def read(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """The value that begins at a token, and where the next one stands. Raises _NoLiteral."""
        self._steps -= 1
        if self._steps < 0 or depth > _DEEPEST:
            raise _NoLiteral
        sign = self._at(at)
        if sign == "[":
            return self._items(at + 1, "]", depth)
        if sign == "{":
            return self._object(at + 1, depth)
        if _is_text(sign):
            return self._joined(at)
        if sign[0].isdecimal() or (sign[0] == "-" and len(sign) > 1):
            return sign, at + 1
        if sign == "!" and self._at(at + 1) in ("0", "1"):
            return self._at(at + 1) == "0", at + 2
        if sign == "void":
            return None, at + 2
        if _is_name(sign):
            return self._called(at, depth)
        raise _NoLiteral

    def arguments(self, at: int) -> tuple[list[Any], int]:
        """The values in the brackets that open before a token. Raises _NoLiteral."""
        return self._items(at, ")", 0)

    @property
    def is_spent(self) -> bool:
        """Whether no more may be read."""
        return self._steps < 0

    def _at(self, at: int) -> _Token:
        if at >= len(self._tokens):
            raise _NoLiteral
        return self._tokens[at]

    def _items(self, at: int, closing: str, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        while self._at(at) != closing:
            if self._at(at) == ",":
                at += 1
                continue
            value, at = self.read(at, depth + 1)
            items.append(value)
            if self._at(at) not in (",", closing):
                raise _NoLiteral
        return items, at + 1

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while self._at(at) != "}":
            if self._at(at) == ",":
                at += 1
                continue
            key = self._at(at)
            if not (_is_text(key) or _is_name(key) or key.isdecimal()) or self._at(at + 1) != ":":
                raise _NoLiteral
            value, at = self.read(at + 2, depth + 1)
            found[text_of_token(key) if _is_text(key) else key] = value
            if self._at(at) not in (",", "}"):
                raise _NoLiteral
        return found, at + 1

    def _joined(self, at: int) -> tuple[str, int]:
        pieces = [text_of_token(self._at(at))]
        at += 1
        while at + 1 < len(self._tokens) and self._tokens[at] == "+":
            if not _is_text(self._tokens[at + 1]):
                raise _NoLiteral
            pieces.append(text_of_token(self._tokens[at + 1]))
            at += 2
        return "".join(pieces), at

    def _called(self, at: int, depth: int) -> tuple[Any, int]:
        """A name: true, null, a variable that nobody knows, or a call around one text."""
        sign = self._at(at)
        at += 1
        while sign == "new" or (at < len(self._tokens) and self._tokens[at] == "."):
            at += sign != "new"
            sign = self._at(at)
            at += 1
        if at < len(self._tokens) and self._tokens[at] == "(":
            values, at = self._items(at + 1, ")", depth + 1)
            return (values if sign == "Array" else next(iter(values), None)), at
        given = self._given if at <= self._given_until else _WORDS
        return given.get(sign, _WORDS.get(sign)), at


def _literals(tokens: list[_Token]) -> list[Any]:
    """Lists and objects that are given, passed or assigned, and those that come in many pieces:
    `a[0] = {…}`, `list.push({…})`, `add("…", "…")`."""
    reader = _Literals(tokens)
    whole: list[Any] = []
    pieces: dict[object, list[Any]] = {}
    ends = _brackets(tokens) if "return" in tokens else {}
    at = 0
    while at < len(tokens) and not reader.is_spent and len(whole) < _MOST_VALUES:
        sign = tokens[at]
        try:
            if sign == "(" and (opening := _body_of(tokens, at, ends)):
                end = ends[opening]
                called = end + 1 + (tokens[end + 1 : end + 2] == [")"])
                if tokens[called : called + 1] == ["("]:
                    values, _ = reader.arguments(called + 1)
                    reader.give(tokens[at + 1 : ends[at] : 2], values, end)
                at = opening + 1
                continue
            if sign in "[{" and at and tokens[at - 1] in ("=", "(", ":", ",", "return"):
                value, at = reader.read(at)
                whole.append(value)
                _sort_piece(value, "", pieces)
                continue
            if sign == "(" and at and _is_name(tokens[at - 1]):
                values, after = reader.arguments(at + 1)
                single = len(values) == 1 and isinstance(values[0], dict | list)
                _sort_piece(values[0] if single else values, tokens[at - 1], pieces)
                if single:
                    whole.append(values[0])
                at = after
                continue
        except _NoLiteral:
            pass
        at += 1
    lists = [found for found in pieces.values() if len(found) >= _FEWEST]
    return [_as_objects(found) for found in [*whole, *lists]]


def _body_of(tokens: Sequence[_Token], at: int, ends: Mapping[int, int]) -> int:
    """Where the body of a function opens whose parameters stand in the brackets that open at a
    token: `function(a, b) {`, `(a, b) => {`. 0 where none does."""
    closing = ends.get(at, 0)
    if not 1 < closing - at <= 2 * _MOST_PARAMETERS:
        return 0
    after = closing + 1 + 2 * (list(tokens[closing + 1 : closing + 3]) == ["=", ">"])
    is_function = after > closing + 1 or "function" in tokens[max(0, at - 2) : at]
    return after if is_function and tokens[after : after + 1] == ["{"] and after in ends else 0


_MOST_PARAMETERS = 5_000


def _sort_piece(value: Any, called: str, pieces: dict[object, list[Any]]) -> None:
    if isinstance(value, dict) and value:
        pieces.setdefault(tuple(value), []).append(value)
    elif isinstance(value, list) and len(value) > 1 and all(isinstance(v, str) for v in value):
        pieces.setdefault((called, len(value)), []).append(value)


def _as_objects(value: Any) -> Any:
    """A list of lists of texts, all of one length, as objects whose keys say what a column is."""
    if not isinstance(value, list) or len(value) < _FEWEST:
        return value
    rows = [row for row in value if isinstance(row, list) and len(row) > 1]
    if len(rows) < len(value) or len({len(row) for row in rows}) > 1:
        return value
    columns = [[str(row[at] or "") for row in rows] for at in range(min(len(rows[0]), 20))]
    names = list(_named(columns))
    return [dict(zip(names, row, strict=False)) for row in rows]


def _named(columns: list[list[str]]) -> Iterator[str]:
    """A key for each column: the address, the day, the title that says most, or none of them."""

    def share(column: list[str], fits: re.Pattern[str]) -> float:
        said = (fits.fullmatch(t.strip()) and not _PICTURE.search(t) for t in column)
        return sum(map(bool, said)) / len(column)

    places = [share(column, _PLACE) for column in columns]
    days = [sum(bool(_DAY.match(t.strip())) for t in column) / len(column) for column in columns]
    place = max(range(len(columns)), key=places.__getitem__)
    day = max(range(len(columns)), key=days.__getitem__)
    words = [
        -1 if at in (place, day) else sum(len(t) for t in set(column))
        for at, column in enumerate(columns)
    ]
    title = max(range(len(columns)), key=words.__getitem__)
    for at in range(len(columns)):
        if at == place and places[at] >= 0.8:
            yield "url"
        elif at == day and days[at] >= 0.5:
            yield "date"
        else:
            yield "title" if at == title else f"column{at}"
