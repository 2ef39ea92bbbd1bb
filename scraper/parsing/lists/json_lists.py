"""Reads lists that portals serve as data: by declared paths, or by what their keys look like. The
data are JSON, else what a script holds as literals or the records of XML.

A path is keys with dots between them (`data.list`). An address may be a template with keys in
braces (`/art/{id}.html`). Of markup in values counts what a soup of it shows. Nothing is executed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from hubwatch.patterns import lazy_pattern
from storage.types import Capture, Outcome, When

from ...bugs import isolated
from ...sources.model import Entry, LinkRules, ListRules, PagingKind
from ..dates.in_rows import DateReader
from ..encoding import decode
from ..fields.title import clean_title
from ..page import absolute
from ..page_kinds import judge_response
from ..refused import refused_among
from ..soup import block_line
from ..text import clean_field
from ..tree import parse
from ..types import FoundRow, ListPage, ListReading, Pager
from .asked_addresses import MARK
from .pagination import counted_pages
from .rows import list_rows
from .scripts import data_of_file
from .titles import says_much

MAX_ROWS = 5_000
_MAX_LINK_HEADER = 8_000
_LINKED = lazy_pattern(r"<([^<>]{0,2000})>([^<>,]{0,500})")
_NEXT = lazy_pattern(r"""(?:^|;)\s{0,9}rel\s{0,9}=\s{0,9}(?:"(?:[\w-]{1,40} ){0,5})?next\b""", re.I)
MAX_VALUES = 200_000
_SAMPLED = 20
_WRAPPED = lazy_pattern(r"^[\s;/*]{0,40}[\w.$]{1,80}\s{0,5}\(")
_KEYS = {
    "link": lazy_pattern(r"(?:url|uri|link|href|path|src|file)\w{0,8}$", re.I),
    "title": lazy_pattern(
        r"(?:title|name|caption|headline|heading|subject|^bt|biaoti|topic|titel|tittel|t[ií]tulo|titre"
        r"|titolo|rubrik|otsikko|n[aá]zev|tytul|ba[sş]l[iı]k|tieu_?de|judul|zagolovok|naslov)$",
        re.I,
    ),
    "date": lazy_pattern(
        r"date|time|pub|release|fbrq|fbsj|rq$|created|sj$|datum|dato$|fecha|tarih|ngay|tanggal|pvm$",
        re.I,
    ),
    "summary": lazy_pattern(
        r"summary|descr|abstract|content|intro|zhaiyao|zy$|memo|digest|preamble|ingress|excerpt"
        r"|teaser|^lead$|standfirst",
        re.I,
    ),
}  # fmt: skip
_TOTALS = lazy_pattern(r"^(?:total_?pages?|page_?count|pages|page_?total|max_?page)$", re.I)
_ROWS_TOTAL = lazy_pattern(
    r"^(?:total|total_?(?:count|elements|num|size|records?|hits)|count|records?_?total|z(?:ts|s|sl|js|jls)"
    r"|zong(?:shu|tiaoshu))$",
    re.I,
)
_PAGE = lazy_pattern(
    r"^(?:page|page_?(?:no|num|index|number)|p|pn|current(?:_?page)?|curpage|pagina)$", re.I
)
_SIZE = lazy_pattern(r"^(?:page_?size|size|rows|limit|per_?page|length|pagesize|num)$", re.I)
_MARKUP = lazy_pattern(r"</?[a-zA-Z][^<>]{0,500}>")
_HOLE = lazy_pattern(r"\{([\w.]{1,60})\}")
_ADDRESS = lazy_pattern(
    r"(?:https?://|/|\./|\.\./)\S.{0,900}|[^\s:]{1,300}\.(?:s?html?|pdf|docx?|aspx?|jsp|php)(?:[?#].{0,500})?"
)
_FULL = lazy_pattern(r"https?://", re.I)
_PICTURE = lazy_pattern(
    r"\.(?:jpe?g|png|gif|webp|svg|ico)(?:\?|$)|(?:logo|thumb|image|icon|img)", re.I
)


def read_json_list(capture: Capture, entry: Entry, links: LinkRules, zone: str) -> ListPage:
    """Read a captured JSON list by its entry's paths. `zone` is where its dates are at home."""
    read = read_items(capture, entry.rows, zone)
    own, away = list_rows(read.rows, links)
    outcome, reason = read.outcome, read.reason
    if outcome is Outcome.OK and not own and not away:
        outcome, reason = Outcome.EMPTY, "no address that the link rule allows"
    here = capture.final_url or capture.url
    more = counted_pages(here, entry)
    if entry.paging.kind is PagingKind.AUTO:
        more = read.pager.pages[: entry.paging.max_pages]
    if entry.paging.kind is PagingKind.NEXT:
        following = linked_next(capture)
        more = (following,) if following not in ("", here, entry.url) else ()
    refused = refused_among(read.rows, links)
    return ListPage(
        outcome,
        reason,
        own,
        more,
        away,
        read.encoding,
        refused=refused,
        stated=read.stated,
        items=read.items,
    )


def linked_next(capture: Capture) -> str:
    """The address of the next page that the `Link` headers of an answer name (RFC 8288), on the
    same host. Empty where they name none."""
    here = capture.final_url or capture.url
    stated = ", ".join(value for name, value in capture.headers if name == "link")
    for target, parameters in _LINKED.findall(stated[:_MAX_LINK_HEADER]):
        if _NEXT.search(parameters):
            url = absolute(target.strip(), here)
            if url and urlsplit(url).netloc.lower() == urlsplit(here).netloc.lower():
                return url
    return ""


def read_items(capture: Capture, rules: ListRules, zone: str) -> ListReading:
    """Every item of a captured JSON list. What the rules leave open is told by the keys' names."""
    verdict = judge_response(capture)
    if verdict is not None:
        return ListReading(verdict.outcome, verdict.reason, "json")
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListReading(Outcome.BAD_ENCODING, decoded.reason, "json")
    data = data_in(decoded.text)
    if data is None:
        return ListReading(Outcome.LAYOUT_CHANGED, "not JSON", "json")
    items = _items(data, rules)
    if items is None:
        what = f"nothing at {rules.row!r}" if rules.row else "no list of objects in it"
        return ListReading(Outcome.LAYOUT_CHANGED, what, "json", encoding=decoded.encoding)
    url = capture.final_url or capture.url
    rows = tuple(_Reader(items, rules, url, DateReader(zone, capture.fetched_at)).rows())
    if not rows:
        reason = "no items" if not items else f"{len(items)} items, but no address in them"
        return ListReading(Outcome.EMPTY, reason, "json", encoding=decoded.encoding)
    pager = pager_of(data, url, len(items))
    if not pager.next and (following := named_next(data, url)):
        pager = Pager("json", (following,), following, why="the answer names what comes next")
    stated = stated_items(capture, data, len(items))
    outcome, reason = Outcome.OK, ""
    if len(items) > MAX_ROWS:
        outcome, reason = Outcome.PARTIAL, f"cut after {MAX_ROWS} rows"
    return ListReading(
        outcome,
        reason,
        "json",
        rows,
        pager,
        decoded.encoding,
        stated=stated,
        items=len(items),
    )


_COUNTING_HEADERS = ("x-wp-total", "x-total-count", "x-total")
_TOTAL_NAMES = lazy_pattern(
    r"^(?:total|total_?(?:count|elements|num|items|rows|size|records?|hits)|records?_?total"
    r"|(?:found|num)_?(?:found|results)|row_?count|z(?:ts|s|sl|js|jls)|zong(?:shu|tiaoshu))$",
    re.I,
)
_LARGEST = 9
_DEEPEST = 3


def stated_items(capture: Capture, data: Any, items: int) -> int:
    """How many items the whole list has, as the answer says: by a header, such as WordPress'
    X-WP-Total, else by a number beside the list that is called a total. 0 where neither says it, or
    it says fewer than came."""
    for name in _COUNTING_HEADERS:
        number = _plain_number(capture.header(name) or "")
        if number >= items and number:
            return number
    around = [data]
    for _ in range(_DEEPEST):
        found = [
            _plain_number(value)
            for each in around
            if isinstance(each, dict)
            for name, value in each.items()
            if _TOTAL_NAMES.match(str(name))
        ]
        best = max(found, default=0)
        if best:
            return best if best >= items else 0
        around = [
            value
            for each in around
            if isinstance(each, dict)
            for value in each.values()
            if isinstance(value, dict)
        ]
    return 0


def _plain_number(value: object) -> int:
    """A number, or a text of digits alone. 0 for anything else."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LARGEST else 0


def rows_of(data: Any, base: str, dates: DateReader, pages: Sequence[str] = ()) -> list[FoundRow]:
    """The rows of the list in some data that looks most like one of articles. None without an
    address and a title.

    Where the data only have short names (`slug`, `id`), their addresses are made like the one of
    `pages` that holds such a name: the links of the page that brought the data, and at last the
    page itself.
    """
    items = _items(data, ListRules())
    if items is None or not _key_of(items, "title"):
        return []
    rules = ListRules()
    if pages and not _key_of(items, "link", _MOST_HAVE):
        rules = ListRules(link=_learned_link(items, pages))
    return [row for row in _Reader(items, rules, base, dates).rows() if row.title]


_NAMES = lazy_pattern(
    r"^(?:slug|id|_id|uid|uuid|guid|key|code|alias|permalink|path|no|\w{0,12}(?:_id|Id|_slug|Slug|_no|No))$"
)
_SLUG = lazy_pattern(r"^(?:slug|alias|permalink|\w{0,12}(?:_slug|Slug))$")
_A_NAME = lazy_pattern(r"[\w.~%-]{1,200}")
_LEAST_NAME = 3
_MOST_HAVE = 0.5
"""Such a part of the items has an address, if all that have none are none of a page."""
_INNER = frozenset(("current", "value", "_text", "name"))
"""`"slug": {"current": "…"}`: what holds the name itself, where that is an object."""


def _learned_link(items: Sequence[dict[str, Any]], pages: Sequence[str]) -> str:
    """The template of addresses for items that have names alone: an address of a page that holds
    the name of an item as a part of its own, with `{slug}` in its place. Where none does, a slug
    stands below the page itself, which is the last of `pages`. Empty where no name fits."""
    named = _names_of_items(items)
    for path in sorted(named, key=lambda each: not _is_slug(each)):
        for url in pages[:-1]:
            for part in re.finditer(r"[^/?=&#]+", url.partition("://")[2].partition("/")[2]):
                stem, dot, _ending = part[0].rpartition(".")
                for said in (part[0], stem if dot else ""):
                    if said in named[path]:
                        head, _, tail = url.rpartition(said)
                        return f"{head}{{{path}}}{tail}"
    slug = next((path for path in named if _is_slug(path)), "")
    home = pages[-1].partition("?")[0].partition("#")[0]
    return f"{home.rstrip('/')}/{{{slug}}}" if slug and urlsplit(home).path.strip("/") else ""


_NEXT_KEY = lazy_pattern(
    r"^(?:next|next_?(?:page|url|link|href|page_?url)?|more_?url|load_?more)$", re.I
)
_CURSOR_KEY = lazy_pattern(
    r"^(?:next_?)?(?:cursor|after|token|page_?token|end_?cursor|continuation)$", re.I
)


def named_next(data: Any, here: str) -> str:
    """The address of what comes next that some data name: as an address, or as a mark that takes
    the place of the mark in the address they came from. Empty where they name none."""
    around = [data]
    for _ in range(_DEEPEST):
        pairs = [(str(k), v) for each in around if isinstance(each, dict) for k, v in each.items()]
        for key, value in pairs:
            said = value.get("href") if isinstance(value, dict) else value
            if _NEXT_KEY.match(key) and isinstance(said, str) and _ADDRESS.fullmatch(said.strip()):
                url = absolute(said.strip(), here)
                same = urlsplit(url).netloc.lower() == urlsplit(here).netloc.lower()
                return url if same and url != here else ""
        mark = MARK.search(here)
        for key, value in pairs:
            if mark is not None and (_CURSOR_KEY.match(key) or _NEXT_KEY.match(key)):
                said = _text(value)
                if said and said != mark[2]:
                    return f"{here[: mark.start(2)]}{quote(said, safe='')}{here[mark.end(2) :]}"
        around = [value for _, value in pairs if isinstance(value, dict)]
    return ""


def name_of_items(data: Any, *, is_number: bool) -> str:
    """The path of the name that tells the items of some data apart where they have no address: a
    number, or a short word. Empty where they have an address or no such name."""
    items = _items(data, ListRules())
    if items is None or _key_of(items, "link", _MOST_HAVE):
        return ""
    named = _names_of_items(items)
    fits = [path for path in named if all(each.isdecimal() for each in named[path]) == is_number]
    return min(fits, key=lambda path: (not _is_slug(path), path.count("."), len(path)), default="")


def _is_slug(path: str) -> bool:
    return _SLUG.match(_called(path)) is not None


def _called(path: str) -> str:
    """What the value at a path is called."""
    outer, _, name = path.rpartition(".")
    return outer.rpartition(".")[2] if outer and name in _INNER else name


def _names_of_items(items: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """By path the names that tell items apart: every item has one, and each its own. An item may
    stand there twice."""
    found: dict[str, list[str]] = {}
    said = {json.dumps(item, sort_keys=True, default=str): item for item in items[:500]}
    looked_at = [*said.values()]
    for item in looked_at:
        for path, value in _flat(item):
            text = _text(value)
            fits = _NAMES.match(_called(path)) and _A_NAME.fullmatch(text)
            if fits and len(text) >= _LEAST_NAME:
                found.setdefault(path, []).append(text)
    return {
        path: set(names) for path, names in found.items()
        if len(names) == len(set(names)) == len(looked_at) > 1
    }  # fmt: skip


def parse_json(text: str) -> Any:
    """The value of a JSON text, also of one wrapped in a call (JSONP). None where it is none."""
    plain = text.strip().lstrip("\ufeff")
    call = _WRAPPED.match(plain)
    if call is not None:
        plain = plain[call.end() : plain.rfind(")")]
    try:
        value = json.loads(plain)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def data_in(text: str) -> Any:
    """The data of a file: JSON, else what a script holds as literals or the records of XML. None
    where there are none."""
    value = parse_json(text)
    return value if value is not None else data_of_file(text.lstrip("\ufeff")) or None


def rules_within(capture: Capture, page: str, shown: Sequence[str] = ()) -> ListRules:
    """How a list of data is read that a page loads: addresses without a folder of their own are
    those of the page, wherever the data lie. Names alone are made addresses as the links `shown`
    there are made, else they stand below the page."""
    data = data_in(decode(capture.body, capture.header("content-type") or "").text)
    items = _items(data, ListRules()) or []
    key = _key_of(items, "link")
    if page != (capture.final_url or capture.url) and not _key_of(items, "link", _MOST_HAVE):
        return ListRules(link=_learned_link(items, (*shown, page)))
    said = [_text(value_at(item, key)).strip() for item in items[:_SAMPLED]] if key else []
    folder = urljoin(page, ".")
    loose = [each for each in said if each and not _FULL.match(each) and each[0] != "/"]
    if not loose or folder == urljoin(capture.final_url or capture.url, "."):
        return ListRules()
    return ListRules(link=f"{folder}{{{key}}}")


def _items(data: Any, rules: ListRules) -> list[dict[str, Any]] | None:
    if rules.row:
        found = value_at(data, rules.row)
        if not isinstance(found, list):
            return None
        return [item for item in found if isinstance(item, dict)]
    lists = list(_lists(data))
    return max(lists, key=_promise, default=None)


def value_at(data: Any, path: str) -> Any:
    """The value at a dotted path. A number is a place in a list. None where there is none."""
    for key in path.split("."):
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and key.isdecimal() and int(key) < len(data):
            data = data[int(key)]
        else:
            return None
    return data


def _lists(data: Any) -> Iterator[list[dict[str, Any]]]:
    """Every list of objects, without recursion."""
    stack, seen = [data], 0
    while stack and seen < MAX_VALUES:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            stack.extend(inner for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            items = [item for item in value if isinstance(item, dict)]
            if items:
                yield items
            stack.extend([inner for inner in value if isinstance(inner, dict | list)][:50])


def _promise(items: Sequence[dict[str, Any]]) -> float:
    """How much a list of objects looks like one of articles."""
    keys = {field: _key_of(items, field) for field in _KEYS}
    worth = (3 if keys["title"] else 0) + (3 if keys["link"] else 0) + (3 if keys["date"] else 0)
    return worth * sqrt(min(len(items), 50))


def _key_of(items: Sequence[dict[str, Any]], field: str, least: float = 0.0) -> str:
    """The key that holds a field in most items, and in `least` of them, a share."""
    scores: dict[str, float] = {}
    times: dict[str, int] = {}
    for item in items[:_SAMPLED]:
        for order, (path, value) in enumerate(_flat(item)):
            if _fits(field, path.rpartition(".")[2], value):
                worth = 1 - 0.001 * order - 0.05 * path.count(".")
                if field == "title" and "title" not in path.lower():
                    worth -= 0.2
                scores[path] = scores.get(path, 0.0) + worth
                times[path] = times.get(path, 0) + 1
    enough = least * min(len(items), _SAMPLED)
    named = max((key for key in scores if times[key] >= enough), key=scores.__getitem__, default="")
    return named or (_key_by_values(items, field) if field in _SHAPES else "")


_DAY = lazy_pattern(r"\d{4}[-/.]\d\d?[-/.]\d\d?(?!\d)|\d\d?[-/.]\d\d?[-/.]\d{4}(?!\d)")
_LINK = lazy_pattern(r"(?:https?://|/)[^\s/][^\s]{1,900}")
_FILE = lazy_pattern(r"[\w./-]{1,200}\.(?:s?html?|aspx?|jsp|php)(?:\?\S{0,300})?")
_SHAPES: dict[str, Callable[[str], bool]] = {
    "title": lambda text: (
        8 <= len(text) <= 200
        and says_much(text)
        and not (_ADDRESS.fullmatch(text) or _MARKUP.search(text))
    ),
    "link": lambda text: (
        (_LINK.fullmatch(text) or _FILE.fullmatch(text)) is not None and not _PICTURE.search(text)
    ),
    "date": lambda text: len(text) <= 40 and _DAY.match(text) is not None,
}
_MOST_ALIKE = 0.8


def _key_by_values(items: Sequence[dict[str, Any]], field: str) -> str:
    """The first key, whatever it is called in its language, that has in nearly all items what looks
    like the field: a headline or an address, which differ from item to item, or a day."""
    values: dict[str, list[str]] = {}
    for item in items[:_SAMPLED]:
        for path, value in _flat(item):
            if isinstance(value, str) and _SHAPES[field](value.strip()):
                values.setdefault(path, []).append(value)
    least = max(2, _MOST_ALIKE * min(len(items), _SAMPLED))
    for path, found in values.items():
        varied = field == "date" or len(set(found)) >= _MOST_ALIKE * len(found)
        if len(found) >= least and varied:
            return path
    return ""


def _flat(item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of an object by path, those of inner objects and of the first of a list too."""
    stack: list[tuple[str, Any]] = [("", item)]
    for _ in range(200):
        if not stack:
            return
        path, value = stack.pop(0)
        if isinstance(value, dict) and path.count(".") < 3:
            stack.extend((f"{path}.{key}".lstrip("."), inner) for key, inner in value.items())
        elif isinstance(value, list) and value:
            stack.append((f"{path}.0", value[0]))
        elif not isinstance(value, dict | list):
            yield path, value


def _fits(field: str, key: str, value: Any) -> bool:
    if not _KEYS[field].search(key) or value in (None, ""):
        return False
    if field == "date":
        return (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and not _ADDRESS.fullmatch(str(value)[:900])
            and any(c.isdecimal() for c in str(value)[:40])
        )
    if not isinstance(value, str):
        return False
    if field == "link":
        return bool(_ADDRESS.fullmatch(value.strip())) and not _PICTURE.search(f"{key} {value}")
    return True


class _Reader:
    """Reads the items of one list."""

    def __init__(
        self, items: list[dict[str, Any]], rules: ListRules, base: str, dates: DateReader
    ) -> None:
        self._items = items[:MAX_ROWS]
        self._base = base
        self._dates = dates
        self._link = rules.link or _key_of(items, "link")
        self._elsewhere = _key_of(items, "link") if "{" in self._link else ""
        self._title = rules.title or _key_of(items, "title")
        self._date = rules.date or _key_of(items, "date")
        self._summary = rules.summary or _key_of(items, "summary")
        self._modified = rules.modified

    def rows(self) -> Iterator[FoundRow]:
        """A row for each address, in order."""
        seen: set[str] = set()
        for at, item in enumerate(self._items):
            with isolated(f"item {at + 1}"):
                url = self._address(item)
                if url and url not in seen:
                    seen.add(url)
                    yield self._row(url, item, at)

    def _row(self, url: str, item: dict[str, Any], at: int) -> FoundRow:
        title, summary, when, modified = "", "", None, None
        with isolated(url):
            title = clean_field(clean_title(_shown(value_at(item, self._title), 2_000)))
            words = clean_title(_shown(value_at(item, self._summary), 4_000))[:600]
            summary = words if words != title else ""
            when = self._when(value_at(item, self._date))
            if self._modified:
                modified = self._when(value_at(item, self._modified))
        row = FoundRow(url, title, when, summary, "row" if when else "", (), at)
        return replace(row, modified=modified)

    def _address(self, item: dict[str, Any]) -> str:
        if "{" not in self._link:
            said = _text(value_at(item, self._link)) if self._link else ""
            return absolute(f"{said}.html" if _CONTENT_PATH.fullmatch(said) else said, self._base)
        elsewhere = _text(value_at(item, self._elsewhere)) if self._elsewhere else ""
        if _FULL.match(elsewhere) and urlsplit(elsewhere).netloc != urlsplit(self._base).netloc:
            return absolute(elsewhere, self._base)
        holes = [_text(value_at(item, name)) for name in _HOLE.findall(self._link)]
        if not all(holes):
            return ""
        folder, _, rest = self._link.partition("{")
        if folder.endswith("/") and rest.endswith("}") and _ADDRESS.fullmatch(holes[0].strip()):
            return absolute(holes[0].strip(), absolute(folder, self._base))
        values = iter(holes)
        return absolute(_HOLE.sub(lambda _: quote(next(values), safe="/"), self._link), self._base)

    def _when(self, value: Any) -> When | None:
        text = _text(value).strip()
        if not text:
            return None
        stated = self._dates.stated(text)
        if stated is not None:
            return stated
        meanings = self._dates.read(text[:200])
        return meanings[0].when if meanings else None


_CONTENT_PATH = lazy_pattern(r"/content/(?:[\w-]{1,200}/){1,20}[\w-]{1,200}")
"""A place in the store of Adobe's manager (AEM): its page is asked for with `.html` behind it."""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _shown(value: Any, most: int) -> str:
    """A value as people see it: of markup what a soup of it shows."""
    text = _text(value)[:most]
    return block_line(parse(text)[0]) if _MARKUP.search(text) else text


def pager_of(data: Any, url: str, rows: int) -> Pager:
    """Pages counted by a parameter of the address they came from, or by a value of one that is
    JSON itself: by their numbers, or by the rows before them. Up to the total that the data state,
    else the next one."""
    if not rows:
        return Pager(why="no page number in the address")
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    stated = _number(data, _ROWS_TOTAL)
    size = next((int(v) for k, v in pairs if _SIZE.match(k) and v.isdecimal()), 0) or rows
    total = _number(data, _TOTALS) or -(-stated // max(1, size))
    told = f"{total} pages in all" if total else "no total"
    counted = _counting(pairs, _PAGE)
    # Of two parameters, one of which counts rows, the other may say how many come at once.
    is_size = counted is not None and counted[2] == rows and rows > 1
    if counted is not None and not (is_size and _counting(pairs, _OFFSET) is not None):
        key, inner, here = counted
        first = here + 1
        last = min(here + 500, total if here else total - 1) if total else first
        pages = tuple(
            _with(parts, pairs, key, _written(pairs, key, inner, n)) for n in range(first, last + 1)
        )
        pattern = "" if inner else f"?{_query_with(pairs, key)}"
        why = f"the parameter {inner or key} counts the pages, the data state {told}"
        return Pager("json", pages, pages[0] if pages else "", total, pattern, first, why)
    return _by_offset(data, parts, pairs, rows, stated)


def _by_offset(
    data: Any, parts: SplitResult, pairs: list[tuple[str, str]], rows: int, stated: int
) -> Pager:
    """The same where a parameter says how many rows come before, or the data do under its name."""
    counted = _counting(pairs, _OFFSET)
    if counted is None and isinstance(data, dict) and stated > rows:
        name = next((k for k, v in data.items() if _OFFSET.match(str(k)) and v == 0), "")
        if name:
            pairs, counted = [*pairs, (name, "0")], (name, "", 0)
    if counted is None:
        return Pager(why="no page number in the address")
    key, inner, here = counted
    last = min(stated, here + 500 * rows) if stated else here + rows + 1
    pages = tuple(
        _with(parts, pairs, key, _written(pairs, key, inner, start))
        for start in range(here + rows, last, rows)
    )
    total = -(-stated // rows)
    told = f"{stated} rows in all" if stated else "no total"
    why = f"the parameter {inner or key} counts the rows before, the data state {told}"
    return Pager("json", pages, pages[0] if pages else "", total, "", 0, why)


_OFFSET = lazy_pattern(
    r"^(?:offset|start(?:_?(?:row|index|record))?|skip|from|begin|first|e)$", re.I
)


def _counting(pairs: list[tuple[str, str]], names: re.Pattern[str]) -> tuple[str, str, int] | None:
    """The parameter of one of these names that holds a number; or one that is JSON and holds it,
    and the name in there; and the number."""
    for key, value in pairs:
        if names.match(key) and value.isdecimal():
            return key, "", int(value)
    for key, value in pairs:
        for inner, number in _inner(value).items():
            if names.match(inner) and str(number).isdecimal():
                return key, inner, int(number)
    return None


def _inner(value: str) -> dict[str, Any]:
    if not value.startswith("{"):
        return {}
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _written(pairs: list[tuple[str, str]], key: str, inner: str, number: int) -> str:
    """The value of a parameter with another number in it."""
    if not inner:
        return str(number)
    values = _inner(dict(pairs)[key])
    kind = type(values[inner])
    return json.dumps({**values, inner: kind(number)}, ensure_ascii=False, separators=(",", ":"))


def _query_with(pairs: list[tuple[str, str]], key: str) -> str:
    return "&".join(f"{k}={'{n}' if k == key else quote(v)}" for k, v in pairs)


def _with(parts: SplitResult, pairs: list[tuple[str, str]], key: str, value: str) -> str:
    query = urlencode([(k, value if k == key else v) for k, v in pairs])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def _number(data: Any, names: re.Pattern[str]) -> int:
    stack, seen = [data], 0
    while stack and seen < 2_000:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            for key, inner in value.items():
                if names.match(key) and str(inner).isdecimal() and len(str(inner)) < 8:
                    return int(inner)
            stack.extend(inner for inner in value.values() if isinstance(inner, dict))
    return 0
