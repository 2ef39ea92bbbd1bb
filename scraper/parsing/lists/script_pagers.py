"""Lists that go on by a script alone: what the scripts of a page, its elements and its data count.

Nothing is run. All is bounded, and linear in the length of a script.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..soup import own_text
from ..tree import attribute
from .asked_addresses import (
    A_NAME,
    DEEPEST,
    MOST_SEARCHED,
    CalledAddress,
    asked_address,
    scripts_of,
)

_LONGEST_CALL, _MOST_COUNTS = 4_000, 60
_ITEMS = frozenset((
    "count", "total", "totaldata", "totalcount", "totalcounts", "totalrecord", "totalrecords",
    "recordcount", "recordscount", "datacount", "itemcount", "itemscount", "totalnum",
    "totalnumber", "totalitems", "items", "totalrows", "rowcount", "rowscount", "totalresults",
    "totalentries", "totalelements", "totalsize", "totalarticles", "totalnews", "totalposts",
    "allcount", "allnum", "countall", "newscount", "articlecount", "articlescount", "resultcount",
    "recordtotal", "recordstotal", "datatotal", "itemtotal", "listtotal", "listcount", "totalhits",
    "numitems", "numfound", "zs", "zts",
))  # fmt: skip
_SIZES = frozenset((
    "limit", "pagesize", "showdata", "perpage", "itemsperpage", "itemsonpage", "rows", "size",
    "pagerows", "pagelimit", "pernum", "pagenum", "rowsperpage", "postsperpage", "countperpage",
    "eachpage", "onepage", "step", "batch", "batchsize", "numperpage", "per", "shownum",
))  # fmt: skip
_PAGES = frozenset((
    "pages", "totalpage", "totalpages", "pagecount", "pagescount", "pagetotal", "allpage",
    "allpages", "countpage", "countpages", "maxpage", "maxpages", "lastpage", "numpages",
    "pagenums", "numberofpages", "pagesum", "sumpage", "zys",
))  # fmt: skip
_CURRENT = frozenset((
    "curr", "cur", "current", "currentpage", "pno", "pageno", "pageindex", "pagenumber",
    "startpage", "page", "thispage", "nowpage", "curpage", "pageid", "activepage", "index",
))  # fmt: skip
_COUNTED = _ITEMS | _SIZES | _PAGES | _CURRENT
_COUNTING = lazy_pattern(
    r"""(?<![\w$-])["']?((?:total|count|all|record|data|item|row|list|news|article|result|page|max|"""
    r"""last|num|sum)\w{0,16}|z[ty]?s)["']?\s{0,3}(?=[:=,}])""",
    re.I,
)
_PAGER_CALL = lazy_pattern(
    r"(?:pag(?:e|ing|inat)|fenye|laypage|kkpager)[\w$]{0,30}(?:\.[\w$]{1,30})?\s{0,3}\(\s{0,3}",
    re.I,
)
_PAGER_NAME = lazy_pattern(r"pag(?:e|ing|inat)|fenye", re.I)
_OTHERS = lazy_pattern(
    r"comment|reply|photo|video|album|slide|swiper|carousel|chart|poll|vote", re.I
)
_CALLED = lazy_pattern(r"([\w$.]{1,60})\s{0,3}$")
_VALUE = (
    r"""(?:(?:parseInt|Number|\+)\(?\s{0,3})?(?:["']?(\d{1,7})["']?(?![\w.])|Math\.ceil\(\s{0,3}(\d{1,7})"""
    r"""\s{0,3}/\s{0,3}(\d{1,5})\s{0,3}\)|(?:\$|jQuery|document\.getElementById|document\.querySelector)"""
    r"""\(\s{0,3}["']#?([\w-]{1,60})["']\s{0,3}\)\.(?:val\(\)|value|text\(\)|html\(\)|innerHTML|innerText|textContent"""
    r"""|(?:dataset\.|data\(["']|attr\(["']data-|getAttribute\(["']data-)([\w-]{1,40}))|([A-Za-z_$][\w$.]{0,60}))"""
)
_OPTION = lazy_pattern(
    rf"""(?<![\w$.])["']?([A-Za-z_][\w-]{{0,30}})["']?\s{{0,3}}:\s{{0,3}}{_VALUE}"""
)
_SHORTHAND = lazy_pattern(r"(?<=[{,(])\s{0,9}([A-Za-z_$][\w$]{0,30})\s{0,9}(?=[,})]|$)")
_SCROLLS = lazy_pattern(
    r"\.scroll\(|\.on\(\s{0,3}[\"'](?:touchmove |mousewheel )?scroll|onscroll\s{0,3}="
    r"|addEventListener\(\s{0,3}[\"']scroll|\bIntersectionObserver\b|\bdropload\("
)
_REQUESTS = lazy_pattern(
    r"\.(?:get|getJSON|post|ajax|load)\(|(?<![\w$])(?:fetch|axios)[(.]|XMLHttpRequest"
)
_TURNS = lazy_pattern(
    r"(?<![\w$])(?:\+\+\s{0,3}\w{0,20}page\w{0,12}|\w{0,20}page\w{0,12}\s{0,3}"
    r"(?:\+\+|\+=\s{0,3}1|=\s{0,3}\w{0,20}page\w{0,12}\s{0,3}\+\s{0,3}1))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ScriptPager:
    """A pager that a script draws: its `name`, and what it counts. 0 where it does not say."""

    name: str
    items: int = 0
    size: int = 0
    pages: int = 0
    current: int = 1
    address: CalledAddress | None = None

    def total(self, rows: int) -> int:
        """How many pages there are, where the page shows so many rows."""
        each = self.size or rows
        if self.pages or not self.items or not each:
            return self.pages
        return -(-self.items // each)

    def is_whole(self, rows: int) -> bool:
        """Whether the page that shows so many rows shows all that is counted."""
        if self.items and rows and (rows >= self.items or (0 < self.size < rows)):
            return 10 * rows >= 9 * self.items
        return self.total(rows) == 1

    def fits(self, rows: int) -> bool:
        """Whether what is counted can be a list of which a page shows so many rows, whatever it is
        called."""
        if not rows or not (self.items or self.pages):
            return False
        if self.items and self.pages:
            return -(-self.items // rows) == self.pages
        return self.size == rows and (self.items >= rows or self.pages > 0)

    @property
    def words(self) -> str:
        """What it counts, for people."""
        said = [
            f"count {self.items}" if self.items else "",
            f"{self.size} a page" if self.size else "",
            f"{self.pages} pages" if self.pages else "",
        ]
        return f"{self.name}: {', '.join(filter(None, said)) or 'a script draws its pages'}"


def script_pager(
    page: Page, rows: Collection[str], programs: Sequence[str] = ()
) -> ScriptPager | None:
    """The pager that a script of the page draws in a place that the page has for it, by a call of
    whatever name that is handed counts, or beside variables that hold them; or that an element
    counts for a script. None where there is none. `programs` are scripts that the page loads."""
    scripts = [*scripts_of(page), *programs]
    for script in scripts:
        found = _counted_by(page, script, scripts, len(rows))
        if found is not None:
            return found
    return _counted_by_element(page, scripts, len(rows))


def _counted_by(page: Page, script: str, scripts: Sequence[str], rows: int) -> ScriptPager | None:
    known = _Values(page, script)
    seen: set[int] = set()
    loose: dict[str, int] = {}
    for match in islice(_COUNTING.finditer(script), _MOST_COUNTS):
        name = _plain(match[1])
        if name not in _ITEMS and name not in _PAGES:
            continue
        called, start = _call_around(script, match.start())
        if not called:
            value = known.of(match[1])
            if value is not None:
                loose.setdefault(name, value)
            continue
        if start in seen or _OTHERS.search(called):
            continue
        seen.add(start)
        given = _arguments(script, start)
        found = _pager_of(called, _options(given, known), rows)
        if found is not None:
            return _with_address(page, found, given, scripts, rows)
    for call in islice(_PAGER_CALL.finditer(script), _MOST_COUNTS):
        if call.start() in seen or script[
            max(0, call.start() - 60) : call.start()
        ].rstrip().endswith("function"):
            continue
        given = _arguments(script, call.end())
        options = _options(given, known)
        lead = re.match(r"(\d{1,7})\s{0,3},\s{0,3}\{", given)
        if lead is not None:
            options.setdefault("count", int(lead[1]))
        found = _pager_of(call[0].rstrip("( "), options or loose, rows)
        if found is not None:
            return _with_address(page, found, given, scripts, rows)
    for each in _SIZES | _CURRENT if loose else ():
        value = known.of_any_case(each)
        if value is not None:
            loose.setdefault(each, value)
    counted = _pager_of("its script", loose, rows)
    if counted is not None and counted.fits(rows):
        return replace(counted, address=asked_address(page, scripts, rows))
    return None


def _with_address(
    page: Page, found: ScriptPager, given: str, scripts: Sequence[str], rows: int
) -> ScriptPager:
    """A pager with the address that its own call asks for, or else the scripts."""
    address = _templated(page, given)
    address = address or asked_address(page, [given], rows) or asked_address(page, scripts, rows)
    return replace(found, address=address)


def _templated(page: Page, given: str) -> CalledAddress | None:
    """The address that a call is handed with a place for the number of a page in it, or up to that
    number: `href: '?page={{number}}'`, `hrefTextPrefix: '?page='`."""
    whole, before = _WITH_PLACE.search(given), _UP_TO_NUMBER.search(given)
    if whole is not None:
        head, tail = given[whole.start(1) : whole.start(2)], given[whole.end(2) : whole.end(1)]
    elif before is not None:
        after = _BEHIND_NUMBER.search(given)
        head, tail = before[1], after[1] if after is not None else ""
    else:
        return None
    url = page.link(f"{head}{_STAND_IN}{tail}")
    if not page.is_on_server(url) or url.count(_STAND_IN) != 1:
        return None
    return CalledAddress(url.replace(_STAND_IN, "{n}"))


_STAND_IN = "7654321"
_WITH_PLACE = lazy_pattern(
    r"""(?:href|url|uri|link|address|template)\w{0,12}["']?\s{0,3}[:=]\s{0,3}["'](?=[/.?\w])"""
    r"""([^"'<>\s#]{0,300}?(\{\{?\s?(?:\w{0,12}page\w{0,12}|number|num|pn?|n|i|id|0|#)\s?\}?\}"""
    r"""|__(?:page|id|number|num)__|:page(?:num|no)?\b|\[page\]|@page@|%d|%page%)[^"'<>\s]{0,200})["']""",
    re.I,
)
_UP_TO_NUMBER = lazy_pattern(
    r"""(?:href|url|link)(?:text)?prefix["']?\s{0,3}:\s{0,3}["']([/.?\w][^"'<>\s#]{0,300})["']""",
    re.I,
)
_BEHIND_NUMBER = lazy_pattern(
    r"""(?:href|url|link)(?:text)?suffix["']?\s{0,3}:\s{0,3}["']([^"'<>\s#]{0,100})["']""", re.I
)


def _pager_of(name: str, options: Mapping[str, int], rows: int) -> ScriptPager | None:
    """What a call is handed counts pages or rows of a list. None where it does not."""
    items, size, pages, current = (
        next((options[each] for each in options if each in names), 0)
        for names in (_ITEMS, _SIZES, _PAGES, _CURRENT)
    )
    if not items and not pages:
        return None
    known = _KNOWN_BY_NAME.search(name)
    name = known[0].lower() if known is not None else name.rpartition(".")[2]
    found = ScriptPager(name, items, size, pages, max(1, current))
    if name == "kkpager" and not pages and not size:
        found = ScriptPager("kkpager", 0, 0, items, found.current)
    return found if _PAGER_NAME.search(name) or found.fits(rows) else None


_KNOWN_BY_NAME = lazy_pattern(r"laypage|kkpager", re.I)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _call_around(script: str, at: int) -> tuple[str, int]:
    """The name of the call to which the option at a place is handed, in an object of its own or
    beside others, and where its arguments begin. Empty where there is none."""
    braces = brackets = 0
    for place in range(at - 1, max(-1, at - _LONGEST_CALL), -1):
        sign = script[place]
        if sign == "}":
            braces += 1
        elif sign == ")":
            brackets += 1
        elif sign == "{":
            braces -= 1
            if braces < -1:
                return "", 0
        elif sign == "(":
            brackets -= 1
            if brackets < 0:
                if braces > -1:
                    return "", 0
                name = _CALLED.search(script, max(0, place - 61), place)
                return (name[1], place + 1) if name is not None else ("", 0)
        elif sign == ";" and not braces:
            return "", 0
    return "", 0


def _options(given: str, known: _Values) -> dict[str, int]:
    """The numbers that a call is handed by name."""
    options: dict[str, int] = {}
    for match in _OPTION.finditer(given):
        name = _plain(match[1])
        number = known.number(match, 2) if name in _COUNTED and name not in options else None
        if number is not None:
            options[name] = number
    for match in _SHORTHAND.finditer(given):
        name = _plain(match[1])
        number = known.of(match[1]) if name in _COUNTED and name not in options else None
        if number is not None:
            options[name] = number
    return options


def _arguments(script: str, start: int) -> str:
    """Up to the bracket that closes a call."""
    depth = 1
    piece = script[start : start + _LONGEST_CALL]
    for at, sign in enumerate(piece):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return piece[:at]
    return piece


class _Values:
    """The numbers that a script, or an element of its page, gives names."""

    def __init__(self, page: Page, script: str) -> None:
        self._page = page
        self._script = script
        self._known: dict[str, int | None] = {}
        self._left = 2 * MOST_SEARCHED

    def of(self, name: str, depth: int = 0) -> int | None:
        """The number of a name. None where it has none."""
        if name not in self._known:
            self._known[name] = None
            plain = name.rpartition(".")[2]
            self._left -= 1
            if A_NAME.fullmatch(plain) and depth < DEEPEST and self._left >= 0:
                rule = rf"""(?<![\w$.]){re.escape(plain)}["']?\s{{0,3}}[=:](?!=)\s{{0,3}}{_VALUE}"""
                for match in islice(re.finditer(rule, self._script), DEEPEST):
                    number = self.number(match, 1, depth + 1)
                    if number is not None:
                        self._known[name] = number
                        break
        return self._known[name]

    def of_any_case(self, name: str) -> int | None:
        """The number of the first name that is spelled so but for capitals and strokes."""
        spelled = "_?".join(map(re.escape, name))
        rule = rf"(?<![\w$.])[\"']?({spelled})[\"']?\s{{0,3}}[=:](?!=)"
        found = re.search(rule, self._script, re.I)
        return self.of(found[1]) if found is not None else None

    def number(self, match: re.Match[str], first: int, depth: int = 0) -> int | None:
        """The number of what `_VALUE` found, its first group being the `first`."""
        plain, whole, part, place, attr, name = match.groups()[first - 1 : first + 5]
        if plain is not None:
            return int(plain)
        if whole is not None:
            return -(-int(whole) // max(1, int(part)))
        if place is not None:
            return self._stated(place, attr)
        return self.of(name, depth) if name else None

    def _stated(self, place: str, attr: str | None) -> int | None:
        for tag in self._page.tree.iter():
            if tag.get("id") == place:
                said = attribute(tag, f"data-{attr}" if attr else "value") or (
                    "" if attr else own_text(tag)
                )
                return int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else None
        return None


# What an element counts: `<div class="pager" data-total="38" data-size="10">`, hidden fields.

_MAY_COUNT = lazy_pattern(
    r"""[\s:-](?:total|count|pages?|records?|items?|max|last|num)[\w-]{0,20}\s{0,3}=\s{0,3}["']?\d|type\s{0,3}=\s{0,3}["']?hidden""",
    re.I,
)
_MOST_ELEMENTS = 20_000


def _counted_by_element(page: Page, scripts: Sequence[str], rows: int) -> ScriptPager | None:
    if not _MAY_COUNT.search(page.markup):
        return None
    fields: dict[str, int] = {}
    for tag in islice(page.tree.iter(), _MOST_ELEMENTS):
        if not isinstance(tag.tag, str) or len(tag.attrib) < 2:
            continue
        if tag.tag == "input":
            name, value = attribute(tag, "id") or attribute(tag, "name"), attribute(tag, "value")
            if attribute(tag, "type").lower() == "hidden" and _is_number(value):
                fields.setdefault(_plain(name), int(value))
            continue
        options = {
            _plain(_BOUND.sub("", name)): int(value)
            for name, value in tag.attrib.items()
            if _is_number(value)
        }
        if options and len(tag) < _FEW and tag.tag not in ("td", "th", "table", "img", "video"):
            named = f"{tag.tag} {attribute(tag, 'class')} {attribute(tag, 'id')}"
            if _OTHERS.search(named):
                continue
            found = _pager_of(
                "pager" if _PAGER_NAME.search(named) else "its element", options, rows
            )
            if found is not None:
                return replace(found, address=asked_address(page, scripts, rows))
    found = _pager_of("hidden fields of its pager", fields, rows)
    sure = found is not None and (found.fits(rows) or (found.pages > 1 and not found.items))
    return replace(found, address=asked_address(page, scripts, rows)) if found and sure else None


_BOUND = lazy_pattern(r"^(?:data-|:|v-bind:|ng-)")
_FEW = 12


def _is_number(value: str | None) -> bool:
    return value is not None and value.isascii() and value.isdecimal() and len(value) < 8


def scroll_pager(
    page: Page, programs: Sequence[str] = (), rows: int = 0
) -> tuple[bool, CalledAddress | None]:
    """Whether a script of the page asks for more rows as one scrolls, and the address that it asks
    for."""
    for script in (*scripts_of(page), *programs):
        if _SCROLLS.search(script) and _REQUESTS.search(script) and _TURNS.search(script):
            return True, asked_address(page, [script], rows)
    return False, None


# What the data of a program says: `"totalPages": 3, "total": 30` in what a page was made of.

_DATA = lazy_pattern(
    r"<script\b[^<>]{0,500}?(?:application/json|__NEXT_DATA__|__NUXT_DATA__)[^<>]{0,500}>", re.I
)
_STATE = lazy_pattern(
    r"__(?:NUXT|INITIAL_STATE|PRELOADED_STATE|APOLLO_STATE|remixContext|next_f)\b"
)
_END = lazy_pattern(r"</script", re.I)
_TOTAL_PAGES = lazy_pattern(
    r"""\\?"(?:total_?pages?|page_?count|page_?total|max_?page|last_?page)\\?"\s{0,3}:\s{0,3}"?(\d{1,5})(?!\d)""",
    re.I,
)
_TOTAL_ITEMS = lazy_pattern(
    r"""\\?"(?:total(?:_?(?:items|count|records?|elements|hits|results))?|count)\\?"\s{0,3}:\s{0,3}"?(\d{1,7})(?!\d)""",
    re.I,
)
_EACH = lazy_pattern(
    r"""\\?"(?:page_?size|per_?page|limit|size|items_?per_?page)\\?"\s{0,3}:\s{0,3}"?(\d{1,4})(?!\d)""",
    re.I,
)
_NEAR = 400


def without_data(markup: str) -> str:
    """The markup without the data that a program in the browser goes on with."""
    if "json" not in markup and "__" not in markup:
        return markup
    pieces, at = [], 0
    for start, end in _data_spans(markup):
        pieces.append(markup[at:start])
        at = end
    return "".join([*pieces, markup[at:]]) if pieces else markup


def _data_spans(markup: str) -> Iterator[tuple[int, int]]:
    at = 0
    for opening in re.finditer(r"<script\b[^<>]{0,1000}>", markup, re.I):
        if opening.start() < at:
            continue
        closing = _END.search(markup, opening.end())
        end = closing.start() if closing is not None else len(markup)
        if _DATA.match(opening[0]) or _STATE.search(markup, opening.end(), end):
            yield opening.end(), end
        at = end


def counted_by_data(markup: str, rows: int) -> tuple[int, int]:
    """How many pages and items the data of a program says there are of a list that shows so many
    rows. (0, 0) where nothing says that it means this list: its own count of items or of rows on a
    page has to fit."""
    if not rows:
        return 0, 0
    for start, end in _data_spans(markup):
        data = markup[start:end]
        for match in _TOTAL_PAGES.finditer(data):
            pages = int(match[1])
            around = data[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            for items in (int(each[1]) for each in _TOTAL_ITEMS.finditer(around)):
                if items > rows and -(-items // rows) == pages:
                    return pages, items
            if pages > 1 and any(int(each[1]) == rows for each in _EACH.finditer(around)):
                return pages, 0
    return 0, 0
