"""Lists, feeds, sitemaps and JSON lists that are too long to be read at once, cut into documents of
the same kind that hold a part of the rows each, and what these read as, put together again.

Every piece is read within the bounds of one page. Cutting takes one linear pass. What cannot be
cut is read as it is, up to those bounds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow
from storage.types import Capture, Outcome

from ..sources.model import Entry, EntryKind
from .encoding import decode, decode_list
from .lists.json_lists import parse_json, value_at
from .types import ListPage

LARGE = 300 * 1024
"""Bytes up to which a body is cut only where its rows may be too many for a page all the same."""
_MANY = 10_000
"""Tags of markup, or quotation marks of JSON, of which 5,000 short rows have more."""
A_PIECE = 2_000
"""Rows of one piece."""
_A_SITEMAP = 10_000
"""Addresses of one piece of a sitemap, which are read ten times as fast."""
MOST_ROWS = 50_000
"""Rows of all pieces together: as many as a sitemap may hold by its protocol."""
_MOST_PIECES = 60
_LARGEST_PIECE = 4 * 1024 * 1024
_WORKED = (Outcome.OK, Outcome.PARTIAL)


def is_long(capture: Capture, entry: Entry) -> bool:
    """Whether a captured entry point may have to be cut: a quick look."""
    mark = b'"' if entry.kind is EntryKind.JSON else b"<"
    return len(capture.body) > LARGE or capture.body.count(mark) > _MANY


def in_pieces(capture: Capture, entry: Entry) -> tuple[Capture, ...]:
    """The pieces of a captured entry point, in order. None for one that can be read at once, and
    for one that cannot be cut."""
    if capture.status != 200 or not is_long(capture, entry):
        return ()
    if entry.kind is EntryKind.JSON:
        return tuple(_of_json(capture, entry))
    if entry.kind is EntryKind.LIST:
        return tuple(_of_markup(capture))
    return tuple(_of_xml(capture, entry.kind))


def together(pages: Sequence[ListPage], entry: Entry) -> ListPage:
    """What the pieces of one entry point read as, in order."""
    useful = [page for page in pages if page.outcome in _WORKED] or list(pages[:1])
    own = _joined([row for page in useful for row in page.rows])
    way = next((page for page in (useful[-1], *useful) if page.more), useful[0])
    # What the last piece lacks is its own: what is cut in the middle was whole.
    poor = next((page for page in pages if page.outcome not in (*_WORKED, Outcome.EMPTY)), None)
    partial = next((page for page in useful if page.outcome is Outcome.PARTIAL), None)
    outcome, reason = useful[0].outcome, useful[0].reason
    if poor is not None:
        outcome, reason = Outcome.PARTIAL, poor.reason
    elif partial is not None:
        outcome, reason = partial.outcome, partial.reason
    elif way.more or outcome is Outcome.EMPTY:
        reason = reason if outcome is Outcome.EMPTY else ""
    if len(own) > MOST_ROWS:
        outcome, reason = Outcome.PARTIAL, f"cut after {MOST_ROWS} rows"
    more = [url for page in useful for url in page.more] if entry.kind is EntryKind.SITEMAP else []
    return replace(
        useful[0],
        outcome=outcome,
        reason=reason,
        rows=own[:MOST_ROWS],
        more=tuple(dict.fromkeys(more)) or way.more,
        form=way.form,
        off_site=_joined([row for page in useful for row in page.off_site])[:MOST_ROWS],
        broken=tuple(each for page in pages for each in page.broken)[:100],
        refused=tuple({row.url: row for page in useful for row in page.refused}.values()),
        stated=max(page.stated for page in useful),
        items=sum(page.items for page in useful),
        unlinked=tuple({row.url: row for page in useful for row in page.unlinked}.values()),
    )


def _joined(rows: Sequence[ListRow]) -> tuple[ListRow, ...]:
    """Each address once, with the first date that it has, in order."""
    found: dict[str, ListRow] = {}
    for row in rows:
        known = found.setdefault(row.url, row)
        if known.published is None and row.published is not None:
            found[row.url] = replace(known, published=row.published, by_age=row.by_age)
    return tuple(replace(row, position=at) for at, row in enumerate(found.values()))


# JSON: the same data, with a part of the list in its place


def _of_json(capture: Capture, entry: Entry) -> Iterator[Capture]:
    decoded = decode(capture.body, capture.header("content-type") or "")
    data = parse_json(decoded.text) if not decoded.hopeless else None
    items = value_at(data, entry.rows.row) if entry.rows.row else _longest_list(data)
    if not isinstance(items, list) or len(items) <= A_PIECE:
        return
    whole = [*items]
    items.clear()
    if len(json.dumps(data)) > LARGE:  # it would come with every piece
        return
    for at in range(0, min(len(whole), MOST_ROWS + A_PIECE), A_PIECE):
        items[:] = whole[at : at + A_PIECE]
        body = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
        yield _piece(capture, body, "application/json; charset=utf-8")


def _longest_list(data: Any) -> list[Any] | None:
    stack, best, seen = [data], None, 0
    while stack and seen < 100_000:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            stack.extend(inner for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            if best is None or len(value) > len(best):
                best = value
            stack.extend(each for each in value[:50] if isinstance(each, dict | list))
    return best


# Feeds and sitemaps: what stands before the first entry, some of them, what stands behind the last

_ENTRIES = {
    EntryKind.FEED: lazy_pattern(rb"<(?:\w{1,20}:)?(?:item|entry)(?=[\s>])"),
    EntryKind.SITEMAP: lazy_pattern(rb"<(?:\w{1,20}:)?(?:url|sitemap)(?=[\s>])"),
}
_ENDS = {
    EntryKind.FEED: lazy_pattern(rb"</(?:\w{1,20}:)?(?:item|entry)\s{0,9}>"),
    EntryKind.SITEMAP: lazy_pattern(rb"</(?:\w{1,20}:)?(?:url|sitemap)\s{0,9}>"),
}


def _of_xml(capture: Capture, kind: EntryKind) -> Iterator[Capture]:
    body = capture.body
    each = A_PIECE if kind is EntryKind.FEED else _A_SITEMAP
    starts = [found.start() for found in _ENTRIES[kind].finditer(body)]
    if len(starts) <= each:
        return
    end = max((found.end() for found in _ENDS[kind].finditer(body, starts[-1])), default=-1)
    tail = body[end:] if end > 0 else b""
    if len(tail) > LARGE or starts[0] > LARGE:
        return
    opening = body[: starts[0]]
    for at in range(0, min(len(starts), MOST_ROWS + each), each):
        last = at + each >= len(starts)
        part = body[starts[at] :] if last else body[starts[at] : starts[at + each]] + tail
        yield _piece(capture, opening + part)


# List pages: a part of the rows, inside the elements that are around all of them

_TAG = lazy_pattern(r"<(!--|/?)([a-zA-Z][a-zA-Z0-9]{0,20})?([^<>]{0,4000})(>?)")
_ROWS = frozenset(("tr", "li", "article", "div", "dt", "p", "section", "ul", "table", "dl"))
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_RAW = frozenset(("script", "style", "textarea", "title", "iframe", "noscript", "template", "svg"))
_ENDED_BY = {
    "li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"),
    "dt": ("dt", "dd"), "dd": ("dt", "dd"), "p": ("p",), "option": ("option",),
    "div": ("p",), "ul": ("p",), "table": ("p",), "article": ("p",), "section": ("p",),
}  # fmt: skip
_HEADING = lazy_pattern(r"h[1-6]")
_LEAST_ROWS = 500
_MOST_TAGS = 1_000_000
_DEEPEST = 60


def _of_markup(capture: Capture) -> Iterator[Capture]:
    decoded = decode_list(capture.body, capture.header("content-type") or "")
    text = decoded.text
    if decoded.hopeless or text.count("<") < 3 * A_PIECE:
        return
    counts: dict[tuple[str, int], int] = {}
    for number, (_, key, _, _) in enumerate(_openings(text)):
        counts[key] = counts.get(key, 0) + 1
        if number > _MOST_TAGS:
            return
    most = max(counts.values(), default=0)
    rows = min(
        (key for key, count in counts.items() if count >= max(_LEAST_ROWS, most / 5)),
        key=lambda key: key[1],
        default=None,
    )
    if rows is None or counts[rows] <= A_PIECE:
        return
    begins, around = [0], [""]
    seen = 0
    for at, key, stack, heading in _openings(text):
        seen += key == rows
        if key == rows and seen % A_PIECE == 1 and seen > 1 and len(begins) < _MOST_PIECES:
            tags = [tag for _, tag in stack]
            begins.append(at)
            around.append("".join(tags[:-1]) + heading + "".join(tags[-1:]))
    ends = [*begins[1:], len(text)]
    if max(end - at for at, end in zip(begins, ends, strict=True)) > _LARGEST_PIECE:
        return
    for opening, at, end in zip(around, begins, ends, strict=True):
        yield _piece(capture, _marked(opening + text[at:end]), "text/html; charset=utf-8")


def _openings(text: str) -> Iterator[tuple[int, tuple[str, int], list[tuple[str, str]], str]]:
    """The tags that may open a row: where each stands, its name and depth, the tags around it (a
    list that goes on changing), and the last heading. What HTML closes by itself is closed."""
    stack: list[tuple[str, str]] = []
    heading, begun, at = "", -1, 0
    raw_ends: dict[str, int] = {}
    while (found := _TAG.search(text, at)) is not None:
        at = found.end()
        name = (found[2] or "").lower()
        if found[1] == "!--":
            at = max(at, _after(text, "-->", found.start() + 4, raw_ends))
        elif found[1] == "/":
            if _HEADING.fullmatch(name) and begun >= 0 and at - begun < 2_000:
                heading = text[begun:at]
            depth = next((n for n in range(1, min(len(stack), _DEEPEST) + 1)
                          if stack[-n][0] == name), 0)  # fmt: skip
            if depth:
                del stack[-depth:]
        elif name and name not in _VOID:
            while stack and stack[-1][0] in _ENDED_BY.get(name, ()):
                stack.pop()
            if _HEADING.fullmatch(name):
                begun = found.start()
            if name in _ROWS:
                yield found.start(), (name, len(stack)), stack, heading
            if name in _RAW:
                at = _after(text, f"</{name}", at, raw_ends)
            elif not found[3].endswith("/") and len(stack) < _DEEPEST:
                stack.append((name, found[0] if found[4] else f"<{name}>"))


def _after(text: str, mark: str, at: int, ends: dict[str, int]) -> int:
    """Behind the next mark of that kind. The end where there is none, which is looked for once."""
    if ends.get(mark) == len(text):
        return at
    found = text.find(mark, at)
    ends[mark] = len(text) if found < 0 else 0
    return at if found < 0 else found + len(mark)


def _marked(text: str) -> bytes:
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _piece(capture: Capture, body: bytes, kind: str = "") -> Capture:
    if not kind:
        return replace(capture, body=body)
    others = tuple(pair for pair in capture.headers if pair[0] != "content-type")
    return replace(capture, body=body, headers=(*others, ("content-type", kind)))
