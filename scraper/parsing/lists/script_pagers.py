"""Lists that go on by a script alone: what the scripts of a page count, and the address that they
ask for where it stands there, `location.href = "/news/?page=" + obj.curr`.

Nothing is run. All is bounded, and linear in the length of a script.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..page import Page
from ..soup import own_text
from ..tree import Element, attribute

_LONGEST_SCRIPT, _LONGEST_CALL, _MOST_WIDGETS = 400_000, 4_000, 20
_WIDGET = re.compile(
    r"(?:(?<![\w$.])(laypage|kkpager)(?:\.\w{1,30})?|\.(pagination|paging|jqPaginator|"
    r"twbsPagination|bootstrapPaginator|simplePagination|createPage|myPagination|zPager|pager|page|"
    r"smartpaginator))\s{0,3}\(\s{0,3}(?=[{\d])",
    re.I,
)
_OPTION = re.compile(
    r"""(?<![\w$.])["']?([A-Za-z_]{1,30})["']?\s{0,3}:\s{0,3}(?:(?:parseInt|Number)\(\s{0,3})?"""
    r"""["']?(\d{1,7}(?![\w.])|[A-Za-z_$][\w$.]{0,60})"""
)
_ITEMS = frozenset((
    "count", "total", "totaldata", "totalcount", "totalcounts", "totalrecord", "totalrecords",
    "recordcount", "datacount", "itemcount", "totalnum", "totalnumber", "totalitems", "items",
    "totalrows", "rowcount", "total_count",
))  # fmt: skip
_SIZES = frozenset((
    "limit", "pagesize", "page_size", "showdata", "perpage", "per_page", "items_per_page",
    "itemsonpage", "itemsperpage", "rows", "size",
))  # fmt: skip
_PAGES = frozenset((
    "pages", "totalpage", "totalpages", "pagecount", "total_pages", "pagetotal", "allpage",
    "allpages", "countpage", "maxpage",
))  # fmt: skip
_CURRENT = frozenset((
    "curr", "cur", "current", "currentpage", "current_page", "pno", "pageno", "pageindex",
    "pagenumber", "startpage",
))  # fmt: skip
_PIECE = r"""["']([^"'<>\s]{1,300})["']\s{0,9}\+\s{0,9}"""
_COUNTER = r"""([A-Za-z_$][\w$.]{0,60}(?:\(\))?)(\s{0,3}[+-]\s{0,3}1(?!\d))?"""
_ASKED = re.compile(
    r"(?:location(?:\.href)?\s{0,3}=|location\.(?:assign|replace)\(|window\.open\("
    r"|\.(?:get|getJSON|load)\(|(?<![\w$])fetch\(|(?<![\w$])return(?![\w$])"
    r"|(?<![\w$])(?:url|href)\s{0,3}[:=])\s{0,9}(?:encodeURI\(\s{0,3})?"
    r"(?:(?:(?:window|document)\.)?location\.pathname\s{0,3}\+\s{0,3})?"
    rf"""(?:{_PIECE}(?:\(\s{{0,3}}{_COUNTER}\s{{0,3}}\)|{_COUNTER})"""
    r"""(?:\s{0,9}\+\s{0,9}["']([^"'<>\s]{0,300})["'])?"""
    rf"""|`([^`$<>\s]{{1,300}})\$\{{\s{{0,3}}{_COUNTER}\s{{0,3}}\}}([^`$<>\s]{{0,300}})`)"""
    r"(?!\s{0,9}[+*/?-])"
)
_COUNTS = re.compile(
    r"(?:page\w{0,12}|\w{0,20}page(?:no|num|index)?|p|pn|pg|pno|n|num|idx|index|cur(?:r(?:ent)?)?"
    r"|getcurrent\(\))",
    re.I,
)
_BEFORE_NUMBER = re.compile(r"[=/_-]$")
_SENT = re.compile(r"""["']?(?:type|method)["']?\s{0,3}:\s{0,3}["']post""", re.I)
_SCROLLS = re.compile(
    r"\.scroll\(|\.on\(\s{0,3}[\"'](?:touchmove |mousewheel )?scroll|onscroll\s{0,3}="
    r"|addEventListener\(\s{0,3}[\"']scroll|\bIntersectionObserver\b|\bdropload\("
)
_REQUESTS = re.compile(r"\.(?:get|getJSON|post|ajax|load)\(|(?<![\w$])(?:fetch|axios)[(.]")
_TURNS = re.compile(
    r"(?<![\w$])(?:\+\+\s{0,3}\w{0,20}page\w{0,12}|\w{0,20}page\w{0,12}\s{0,3}"
    r"(?:\+\+|\+=\s{0,3}1|=\s{0,3}\w{0,20}page\w{0,12}\s{0,3}\+\s{0,3}1))",
    re.I,
)
_ANY_NUMBER = "987650123"


@dataclass(frozen=True, slots=True)
class CalledAddress:
    """An address with `{n}` for the number of a page and `shift`."""

    pattern: str
    shift: int = 0


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

    @property
    def words(self) -> str:
        """What it counts, for people."""
        said = [
            f"count {self.items}" if self.items else "",
            f"{self.size} a page" if self.size else "",
            f"{self.pages} pages" if self.pages else "",
        ]
        return f"{self.name}: {', '.join(filter(None, said)) or 'a script draws its pages'}"


def script_pager(page: Page, rows: Collection[str]) -> ScriptPager | None:
    """The pager that a script of the page draws in a place that the page has for it. None where
    there is none, or where it counts what is on the page."""
    seen = 0
    for script in scripts_of(page):
        for call in _WIDGET.finditer(script):
            seen += 1
            if seen > _MOST_WIDGETS:
                return None
            found = _widget(page, script, call)
            if found is not None:
                return found
    return None


def _widget(page: Page, script: str, call: re.Match[str]) -> ScriptPager | None:
    given = _arguments(script, call.end())
    options: dict[str, int] = {}
    lead = re.match(r"\d{1,7}", given)
    if lead is not None:
        options["count"] = int(lead[0])
    for match in _OPTION.finditer(given):
        value = match[2]
        name = match[1].lower()
        number = int(value) if value.isdigit() else _value_of(script, value)
        if number is not None and name not in options:
            options[name] = number
    items, size, pages, current = (
        next((options[name] for name in options if name in names), 0)
        for names in (_ITEMS, _SIZES, _PAGES, _CURRENT)
    )
    if not items and not pages:
        return None
    name = call[1] or call[2]
    if not pages and not size and name.lower() == "kkpager":
        items, pages = 0, items
    address = called_address_of(page, given) if lead is None else None
    return ScriptPager(name, items, size, pages, max(1, current), address)


def _arguments(script: str, start: int) -> str:
    """Up to the bracket that closes a call."""
    depth = 1
    piece = script[start : start + _LONGEST_CALL]
    for at, sign in enumerate(piece):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return piece[:at]
    return piece


def _value_of(script: str, name: str) -> int | None:
    """The number that a script gives a name. None where it gives none."""
    if not re.fullmatch(r"[A-Za-z_$][\w$]{0,60}", name):
        return None
    found = re.search(
        rf"(?<![\w$.]){re.escape(name)}\s{{0,3}}=\s{{0,3}}(?:(?:parseInt|Number)\(\s{{0,3}})?"
        r"""["']?(\d{1,7})(?![\w.])""",
        script,
    )
    return int(found[1]) if found is not None else None


def scroll_pager(page: Page) -> tuple[bool, CalledAddress | None]:
    """Whether a script of the page asks for more rows as one scrolls, and the address that it asks
    for."""
    return scrolled_by(page, scripts_of(page))


def scrolled_by(page: Page, scripts: Iterable[str]) -> tuple[bool, CalledAddress | None]:
    """The same of scripts that are not in the page itself."""
    for script in scripts:
        if _SCROLLS.search(script) and _REQUESTS.search(script) and _TURNS.search(script):
            return True, called_address_of(page, script)
    return False, None


def button_address(page: Page, tag: Element) -> CalledAddress | None:
    """The address that a script of the page asks for that names a button by its id, by its class or
    by what it calls."""
    names = [attribute(tag, "id"), *attribute(tag, "class").split()[:9]]
    called = re.match(r"\s{0,9}([A-Za-z_$][\w$]{0,60})\(", attribute(tag, "onclick"))
    signs = [f"#{names[0]}", f'"{names[0]}"', f"'{names[0]}'"] if names[0] else []
    signs += [f".{name}" for name in names[1:] if len(name) > 3]
    signs += [f"function {called[1]}("] if called is not None else []
    for script in scripts_of(page):
        if any(sign in script for sign in signs):
            found = called_address_of(page, script)
            if found is not None:
                return found
    return None


def called_address_of(page: Page, script: str) -> CalledAddress | None:
    """The one address on this host that a script puts together with the number of a page. None
    where it is none or several, or sent by POST."""
    found: dict[CalledAddress, None] = {}
    for match in _ASKED.finditer(script):
        head, tail = match[1] or match[7], match[6] or match[10] or ""
        name = match[2] or match[4] or match[8]
        step = (match[3] or match[5] or match[9] or "").replace(" ", "")
        if not _COUNTS.fullmatch(name.rpartition(".")[2]) or not _BEFORE_NUMBER.search(head):
            continue
        if _SENT.search(script[max(0, match.start() - 200) : match.end() + 300]):
            continue
        if not step and "." not in name and _value_of(script, name) == 0:
            continue  # counted from 0, perhaps: a wrong start would leave a page out
        url = page.link(f"{head}{_ANY_NUMBER}{tail}")
        parts = urlsplit(url)
        if parts.netloc == urlsplit(page.url).netloc and url.count(_ANY_NUMBER) == 1:
            shift = -1 if step.startswith("-") else 0
            found[CalledAddress(url.replace(_ANY_NUMBER, "{n}"), shift)] = None
    return next(iter(found)) if len(found) == 1 else None


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


# What the data of a program says: `"totalPages": 3, "total": 30` in what a page was made of.

_DATA = re.compile(
    r"<script\b[^<>]{0,500}?(?:application/json|__NEXT_DATA__|__NUXT_DATA__)[^<>]{0,500}>", re.I
)
_STATE = re.compile(r"__(?:NUXT|INITIAL_STATE|PRELOADED_STATE|APOLLO_STATE|remixContext|next_f)\b")
_END = re.compile(r"</script", re.I)
_TOTAL_PAGES = re.compile(
    r"""\\?"(?:total_?pages?|page_?count|page_?total|max_?page|last_?page)\\?"\s{0,3}:\s{0,3}"?(\d{1,5})(?!\d)""",
    re.I,
)
_TOTAL_ITEMS = re.compile(
    r"""\\?"(?:total(?:_?(?:items|count|records?|elements|hits|results))?|count)\\?"\s{0,3}:\s{0,3}"?(\d{1,7})(?!\d)""",
    re.I,
)
_EACH = re.compile(
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


# Archives by month: `/newsroom/2026/10/`, "October 2026".

_MONTH = re.compile(
    r"(?<=[/=_.-])((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2]|(?<=[/_.-])[1-9])"
    r"(/(?:index\.\w{3,5})?|\.s?html?)?$"
)
_NO_NAME = re.compile(r"[\d\s()（）年月.,/·-]+")
_LONGEST_NAME = 30


def month_archives(
    page: Page, links: Iterable[tuple[str, str]], rows: Collection[str]
) -> tuple[list[tuple[str, str]], bool]:
    """The archives by month that a page links to, newest first, each with its words, and whether
    the page is of one of them itself: then only those before it. `links` are the page's, with
    their words."""
    groups: dict[tuple[str, str, str], dict[tuple[int, int], tuple[str, str]]] = {}
    here = urlsplit(page.url)
    for url, words in links:
        match = _MONTH.search(url[:2_000])
        if match is None or len(words) > _LONGEST_NAME or url in rows:
            continue
        named = len(_NO_NAME.sub("", words)) <= 14
        if not named or not (match[1] in words or re.fullmatch(r"\d{1,2}月", words)):
            continue
        head = url[: match.start()]
        parts = urlsplit(head)
        if parts.netloc != here.netloc or not here.path.startswith(parts.path):
            continue
        found = groups.setdefault((head, match[2], match[4] or ""), {})
        found.setdefault((int(match[1]), int(match[3])), (url, words))
    group = max(groups.values(), key=len, default={})
    if len(group) < 2:
        return [], False
    own = [month for month, (url, _) in group.items() if page.url.startswith(url)]
    older = [month for month in group if not own or month < max(own)]
    return [group[month] for month in sorted(older, reverse=True)], bool(own)


def names_month(url: str) -> bool:
    """Whether an address is that of a month. What its page lists may stand on others as well."""
    return _MONTH.search(url[:2_000]) is not None
