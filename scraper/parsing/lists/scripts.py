"""What the scripts and attributes of a list page hold: markup that they write, and rows as data.

Nothing is run. Only literals are read: strings, numbers, lists and objects as they stand, and what
`document.write` is given. All is bounded and linear in the length of a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

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
    stand: `document.write("<a href='…'>…</a>")`."""
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
        markup = _written(script) if _WRITES in script and len(script) <= _LONGEST_SCRIPT else ""
        if markup:
            pieces += [text[at : opening.start()], markup]
            at = text.find(">", closing.end()) + 1 or len(text)
            written += len(markup)
    return "".join([*pieces, text[at:]]) if pieces else text


def markup_of_script(script: str) -> str:
    """The markup with links that stands in the texts of a script which a server answers with:
    `$("#list").append("<li><a href=\\"…\\">…")`. Empty where there is none."""
    if len(script) > _LONGEST_SCRIPT or "<" not in script:
        return ""
    texts = (text_of_token(sign) for sign in tokens_of(script) if _is_text(sign))
    return "".join(text for text in texts if _LINKS.search(text))


def _written(script: str) -> str:
    """What a script's calls of `document.write` write. Variables that were given a text count."""
    tokens = tokens_of(script)
    names: dict[str, str] = {}
    pieces: list[str] = []
    at = 0
    while at < len(tokens):
        given = tokens[at : at + 3]
        is_given = at > 0 and given[0] == "=" and len(given) > 2 and _is_text(given[1])
        if is_given and (given[2] in (";", ",") or _is_name(given[2])):
            names[tokens[at - 1]] = text_of_token(given[1])
        if tokens[at] in ("write", "writeln") and tokens[at - 2 : at] == ["document", "."]:
            piece, at = _argument(tokens, at + 1, names)
            pieces.append(piece)
        at += 1
    markup = "".join(pieces)
    return markup if _LINKS.search(markup) else ""


def _argument(tokens: list[_Token], at: int, names: dict[str, str]) -> tuple[str, int]:
    """The text between the brackets that open at a token, and where they close."""
    depth, pieces = 0, []
    while at < len(tokens):
        sign = tokens[at]
        depth += (sign == "(") - (sign == ")")
        if not depth:
            break
        if _is_text(sign):
            pieces.append(text_of_token(sign))
        elif _is_name(sign):
            pieces.append(names.get(sign, ""))
        at += 1
    return "".join(pieces), at


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


def _is_promising(script: str) -> bool:
    """Whether a script may hold addresses in its literals. Each pattern alone, since what begins
    with a sign of its own is found in a fraction of the time."""
    return _NAMED.search(script) is not None or _PROMISING.search(script) is not None


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
        if sign[0].isdigit() or (sign[0] == "-" and len(sign) > 1):
            return sign, at + 1
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
            if not (_is_text(key) or _is_name(key) or key.isdigit()) or self._at(at + 1) != ":":
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
        return _WORDS.get(sign), at


def _literals(tokens: list[_Token]) -> list[Any]:
    """Lists and objects that are given, passed or assigned, and those that come in many pieces:
    `a[0] = {…}`, `list.push({…})`, `add("…", "…")`."""
    reader = _Literals(tokens)
    whole: list[Any] = []
    pieces: dict[object, list[Any]] = {}
    at = 0
    while at < len(tokens) and not reader.is_spent and len(whole) < _MOST_VALUES:
        sign = tokens[at]
        try:
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
