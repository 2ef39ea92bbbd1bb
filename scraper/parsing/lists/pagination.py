"""Where a list goes on: by its entry's paging rule, or as the page shows.

A page shows a pager by numbered links, "next", a pager script or a stated total. Addresses on
other hosts are no pages of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import urldefrag, urljoin, urlsplit

from ...sources.links import authority_of
from ...sources.model import Entry, LinkRules, Paging, PagingKind
from ..page import Page
from ..text import narrow
from ..tree import Element, attribute, line_text, names_of, text_size
from ..types import Pager

# The pager that a list page shows: numbered links, "next", a pager script, a stated total.

MAX_PAGES = 500
_MOST_NUMBERS = 60
_LARGEST_PAGER = 600
"""Characters of text in what is still a pager, not the list above it."""
_NEXT = re.compile(
    r"(?:下一页|下页|后一页|下一頁|下頁|后页|next(?: page)?|older(?: posts)?)?\s?[>»›→]{0,3}", re.I
)
_LAST = re.compile(r"(?:尾页|末页|最后一页|最后页|尾頁|末頁|last(?: page)?)\s?[>»›|]{0,3}", re.I)
_CALL = re.compile(r"create_?Page(?:HTML|Html|html|Bar|r)?\d?\s{0,3}\(([^()]{3,300})\)")
_ARGUMENT = re.compile(r"""["']([^"']{0,100})["']|(-?\d{1,6})""")
_TOTAL = re.compile(
    r"""["']?(?:totalPages?|total_pages?|pageCount|page_count|countPage|allPages?|pageTotal|maxPage)["']?\s{0,3}[:=]\s{0,3}["']?(\d{1,5})"""
)
_TOLD = re.compile(
    r"(?:共|总共|/)\s{0,2}(\d{1,5})\s{0,2}页|第\s?\d{1,5}\s?/\s?(\d{1,5})\s?页|page\s\d{1,5}\s(?:of|/)\s(\d{1,5})",
    re.I,
)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_PAGERS = re.compile(r"(?<![a-z])(?:pager|pag(?:es?|ing|ination)|fenye|pagenav|pagelist)", re.I)
_DIGITS = re.compile(r"\d+")


def shown_pager(page: Page) -> Pager:
    """What the page itself shows of its list's further pages."""
    pages, call = script_pages(page)
    if pages:
        pattern, first = _pattern_of(pages, page.url)
        why = f"the script {call} counts {len(pages)} more"
        return Pager("script", tuple(pages), pages[0], _call_total(call), pattern, first, why)
    numbered = _numbered(page)
    if numbered is not None:
        return numbered
    tag = _next_tag(page)
    if tag is not None:
        following = _link(page, tag)
        total = _total_around(tag)
        return Pager("next", (following,), following, total, why="the page links to its next one")
    total = stated_total(page.markup)
    if total > 1:
        return _by_name(page, total)
    return Pager()


def next_address(page: Page) -> str:
    """The address behind "next". Empty where there is none."""
    tag = _next_tag(page)
    return _link(page, tag) if tag is not None else ""


def _next_tag(page: Page) -> Element | None:
    links = page.tags("a")
    marked = [
        tag for tag in [*page.tags("link"), *links]
        if "next" in attribute(tag, "rel").lower().split()
    ]  # fmt: skip
    named = (tag for tag in links if _says(tag, _NEXT))
    classed = (tag for tag in links if "next" in attribute(tag, "class").lower().split())
    for tags in (marked, named, classed):
        for tag in tags:
            url = _link(page, tag)
            if url and url != page.url:
                return tag
    return None


def script_pages(page: Page) -> tuple[list[str], str]:
    """The pages that a `createPageHTML(54, 0, "index", "html")` counts, and the call itself."""
    for call in _CALL.finditer(page.markup):
        numbers, names = _arguments(call.group(1))
        if len(numbers) < 2 or len(names) < 2:
            continue
        stem, ending = names[-2], names[-1].lstrip(".")
        if _NAME.fullmatch(stem) and _NAME.fullmatch(ending):
            total, current = numbers[0], numbers[1]
            last = min(total, current + 1 + MAX_PAGES)
            found = [f"{stem}_{n}.{ending}" for n in range(current + 1, last)]
            return [urljoin(page.url, name) for name in found], call.group(0)[:100]
    return [], ""


def stated_total(markup: str) -> int:
    """How many pages a script says there are. 0 where none does."""
    found = _TOTAL.search(markup)
    return int(found.group(1)) if found else 0


def _call_total(call: str) -> int:
    numbers, _ = _arguments(call)
    return numbers[0] if numbers else 0


def _arguments(text: str) -> tuple[list[int], list[str]]:
    numbers: list[int] = []
    names: list[str] = []
    for match in _ARGUMENT.finditer(text):
        if match.group(2) is not None:
            numbers.append(int(match.group(2)))
        else:
            names.append(match.group(1))
    return numbers, names


def _says(tag: Element, words: re.Pattern[str]) -> bool:
    said = narrow(line_text(tag)[:40]).strip("[]() ") or attribute(tag, "title").strip()
    return 0 < len(said) <= 14 and words.fullmatch(said) is not None


def _link(page: Page, tag: Element) -> str:
    href = attribute(tag, "href")
    if not href or href.startswith(("#", "javascript:")):
        return ""
    return urldefrag(page.link(href)).url


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A link that says a page number."""

    number: int
    url: str
    tag: Element


def _numbered(page: Page) -> Pager | None:
    """Links 2, 3, 4 … whose addresses differ in one number. The others are counted from them."""
    runs = [run for run in _runs(page) if len(run) >= 1]
    best = max(runs, key=len, default=[])
    fits = [fit for one in best if (fit := _fit(page.url, one, best)) is not None]
    if not fits:
        return None
    pattern, shift = fits[0]
    current = _current(page, pattern, shift, best)
    known = {one.number: one.url for one in best}
    total = max(
        [_total_around(best[0].tag), stated_total(page.markup), _last(page, pattern, shift), *known]
    )
    numbers = range(current + 1, min(total, current + MAX_PAGES) + 1)
    pages = [known.get(n) or pattern.replace("{n}", str(n + shift)) for n in numbers]
    if not pages:
        return Pager("numbered", (), "", total, why="the last of its numbered pages")
    name = _relative(pattern, page.url)
    why = f"links with the numbers {', '.join(str(n) for n in sorted(known)[:6])}"
    return Pager("numbered", tuple(pages), pages[0], total, name, current + 1 + shift, why)


def _runs(page: Page) -> Iterator[list[_Numbered]]:
    """Page-number links by the element that holds them."""
    groups: dict[int, list[_Numbered]] = {}
    keep = []
    for tag in page.tags("a"):
        if len(tag) > 2:
            continue
        said = narrow(line_text(tag)[:12]).strip("[]() 第页·")
        if not said.isascii() or not said.isdigit() or not 0 < int(said) < 10_000:
            continue
        url = _link(page, tag)
        if not url or urlsplit(url).hostname != urlsplit(page.url).hostname:
            continue
        holder = tag.getparent()
        if holder is not None and holder.tag in ("li", "span", "td", "b", "em", "strong"):
            holder = holder.getparent()
        if holder is None:
            continue
        keep.append(holder)
        run = groups.setdefault(id(holder), [])
        if len(run) < _MOST_NUMBERS:
            run.append(_Numbered(int(said), url, tag))
    for holder in dict.fromkeys(keep):
        run = groups[id(holder)]
        numbers = [one.number for one in run]
        named = _PAGERS.search(names_of(holder)) is not None
        if named or (len(run) >= 2 and numbers == sorted(numbers) and numbers[0] <= 3):
            yield run


def _fit(here: str, one: _Numbered, run: list[_Numbered]) -> tuple[str, int] | None:
    """The address with `{n}` for its number, and how far that is from the number it says."""
    others = {other.number: other.url for other in run if other.url != one.url}
    for match in reversed(list(_DIGITS.finditer(one.url))):
        value = int(match[0]) if len(match[0]) < 6 else -9
        if abs(value - one.number) > 1:
            continue
        pattern = f"{one.url[: match.start()]}{{n}}{one.url[match.end() :]}"
        shift = value - one.number
        if all(number == 1 or pattern.replace("{n}", str(number + shift)) == url
               for number, url in others.items()):  # fmt: skip
            return pattern, shift
    return None


def _current(page: Page, pattern: str, shift: int, run: list[_Numbered]) -> int:
    """The number of this page: by its own address, else the one that the run leaves out."""
    head, _, tail = pattern.partition("{n}")
    here = page.url
    if here.startswith(head) and here.endswith(tail):
        middle = here[len(head) : len(here) - len(tail)]
        if middle.isdigit():
            return int(middle) - shift
    numbers = {one.number for one in run}
    for number in _unlinked_numbers(page, run[0].tag):
        if number not in numbers and min(numbers) - 1 <= number <= max(numbers) + 1:
            return number
    return next((n for n in range(2, max(numbers)) if n not in numbers and 1 in numbers), 1)


def _unlinked_numbers(page: Page, link: Element) -> Iterator[int]:
    """Numbers that lead nowhere themselves, the nearest to a link first: of the page one is on."""
    around = [node for node in islice(link.iterancestors(), 3) if text_size(node) <= _LARGEST_PAGER]
    for tag in chain.from_iterable(node.iter() for node in around):
        said = (tag.text or "").strip()
        if 0 < len(said) < 5 and said.isascii() and said.isdigit() and int(said) > 0:
            anchor = tag if tag.tag == "a" else next(tag.iterancestors("a"), None)
            if anchor is None or not _link(page, anchor):
                yield int(said)


def _last(page: Page, pattern: str, shift: int) -> int:
    head, _, tail = pattern.partition("{n}")
    for tag in page.tags("a"):
        url = attribute(tag, "href") and _says(tag, _LAST) and _link(page, tag)
        if url and url.startswith(head) and url.endswith(tail):
            middle = url[len(head) : len(url) - len(tail)]
            if middle.isdigit() and len(middle) < 6:
                return int(middle) - shift
    return 0


def _total_around(tag: Element) -> int:
    """`共54页`, `Page 1 of 54` in what stands around a pager's link."""
    for _ in range(5):
        tag = tag.getparent()
        if tag is None or text_size(tag) > _LARGEST_PAGER:
            break
        match = _TOLD.search(narrow(line_text(tag)))
        if match:
            return int(next(group for group in match.groups() if group))
    return 0


def _by_name(page: Page, total: int) -> Pager:
    """`totalPage: 54` with nothing else: `NAME_1` … beside this page, as TRS portals count."""
    name = urlsplit(page.url).path.rpartition("/")[2] or "index.html"
    stem, dot, ending = name.rpartition(".")
    counted = re.fullmatch(r"(.*)_(\d{1,4})", stem)
    here = int(counted[2]) if counted else 0
    pattern = f"{counted[1] if counted else stem}_{{n}}.{ending}" if dot else "index_{n}.html"
    numbers = range(here + 1, min(total, here + MAX_PAGES))
    pages = tuple(urljoin(page.url, pattern.replace("{n}", str(n))) for n in numbers)
    why = f"a script states {total} pages; their addresses are what portals of this kind use"
    return Pager("script", pages, pages[0] if pages else "", total, pattern, here + 1, why)


def _pattern_of(pages: list[str], here: str) -> tuple[str, int]:
    name = _relative(pages[0], here)
    match = re.search(r"_(\d+)\.", name)
    if match is None:
        return "", 0
    return f"{name[: match.start()]}_{{n}}.{name[match.end() :]}", int(match[1])


def _relative(address: str, here: str) -> str:
    """The address as a source writes it: relative to the page where it lies in its folder."""
    folder = here.rpartition("/")[0] + "/"
    return address.removeprefix(folder)


def read_more(page: Page, entry: Entry, links: LinkRules) -> tuple[str, ...]:
    """Addresses of the pages after this one, on the source's own hosts."""
    paging = entry.paging
    if paging.kind is PagingKind.PATTERN:
        found = _counted(page.url, entry.url, paging)
    elif paging.kind is PagingKind.NEXT:
        found = [url for url in (next_address(page),) if url]
    elif paging.kind is PagingKind.SCRIPT:
        found = _scripted(page, entry.url, paging)
    elif paging.kind is PagingKind.AUTO:
        found = list(shown_pager(page).pages)
    else:
        found = []
    here = {page.url, entry.url}
    own = [url for url in dict.fromkeys(found) if url not in here and is_on(url, links)]
    return tuple(own[:MAX_PAGES])


def is_on(url: str, links: LinkRules) -> bool:
    """True for an address on one of the source's own hosts."""
    try:
        return authority_of(url) in {host.lower() for host in links.hosts}
    except ValueError:
        return False


def counted_pages(here: str, entry: Entry) -> tuple[str, ...]:
    """The pages after `here` of a list that is counted by its rule."""
    if entry.paging.kind is not PagingKind.PATTERN:
        return ()
    return tuple(_counted(here, entry.url, entry.paging)[:MAX_PAGES])


def _counted(here: str, start: str, paging: Paging) -> list[str]:
    """`news_{n}.html` from `first`, `max_pages` list pages in all, those after `here`."""
    if "{n}" not in paging.pattern:
        return []
    last = paging.first + max(0, paging.max_pages - 1)
    pages = [
        urljoin(start, paging.pattern.replace("{n}", str(n))) for n in range(paging.first, last)
    ]
    return pages[pages.index(here) + 1 :] if here in pages else pages


def _scripted(page: Page, start: str, paging: Paging) -> list[str]:
    """`createPageHTML(54, 0, "index", "html")` → `index_1.html` …. Else `totalPage: 54`."""
    pages, _ = script_pages(page)
    if pages:
        return pages
    total = stated_total(page.markup)
    return _by_total(page.url, start, total, paging) if total else []


def _by_total(here: str, start: str, total: int, paging: Paging) -> list[str]:
    """Counted by the entry's pattern where it has one, else `NAME_1` … beside the first page."""
    if "{n}" in paging.pattern:
        pattern, first = paging.pattern, paging.first
    else:
        name = urlsplit(start).path.rpartition("/")[2] or "index.html"
        stem, _, ending = name.rpartition(".")
        pattern, first = f"{stem}_{{n}}.{ending}", 1
    numbers = range(first, first + min(total, MAX_PAGES) - 1)
    pages = [urljoin(start, pattern.replace("{n}", str(n))) for n in numbers]
    return pages[pages.index(here) + 1 :] if here in pages else pages
