"""Where a list goes on: by its entry's paging rule, or as the page shows.

A page shows a pager by numbered links, "next", a pager script or a stated total. Addresses on
other hosts are no pages of a list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import chain, islice
from math import ceil, gcd
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from ...sources.links import authority_of
from ...sources.model import Entry, EntryKind, LinkRules, Paging, PagingKind
from .. import languages
from ..page import Page
from ..text import narrow
from ..tree import Element, attribute, is_hidden, line_text, names_of, text_size
from ..types import PageForm, Pager, page_number
from .asked_addresses import (
    CalledAddress,
    asked_address,
    button_address,
    scripts_of,
    stated_address,
    stated_next,
)
from .calls import called_page
from .dated_archives import month_archives, year_archives, year_of
from .outline import called_address
from .posted import Control, is_off, page_form, posted_controls
from .pressed import address_of, asked_by_form, pressed_links, turned_to
from .script_pagers import counted_by_data, script_pager, scroll_pager, without_data

# The pager that a list page shows: numbered links, "next", a pager script, a stated total.

MAX_PAGES = 500
_MOST_NUMBERS = 60
_LARGEST_PAGER = 600
"""Characters of text in what is still a pager, not the list above it."""
_ARROWS = "[>»›→⟩⟫❯▶►⇨＞⏩⏭]"
_NEXT = han_pattern(rf"{languages.any_of(languages.NEXT)}\s?{_ARROWS}{{0,3}}", re.I)
_ANY_ARROW = "[<>«»‹›←→⟨⟩⟪⟫❮❯◀▶◄►⇦⇨＜＞⏪⏩⏮⏭]"
_PREVIOUS = han_pattern(
    rf"{_ANY_ARROW}{{0,3}}\s?{languages.any_of(languages.PREVIOUS)}|[<‹←⟨❮◀◄⇦«]", re.I
)
_ONWARD = lazy_pattern(r"[>›→⟩❯▶►⇨»]")
_FAR = lazy_pattern(r"(?:>>|››|⟫|⏩|⏭)")
_MORE = han_pattern(rf"{languages.any_of(languages.LOAD_MORE)}\s?{_ARROWS}{{0,3}}", re.I)
_ISSUE = han_pattern(
    rf"{_ANY_ARROW}{{0,3}}\s?{languages.any_of(languages.OLDER_ISSUE)}\s?{_ANY_ARROW}{{0,3}}", re.I
)
_NEWER = han_pattern(
    rf"{_ANY_ARROW}{{0,3}}\s?{languages.any_of(languages.NEWER_ISSUE)}\s?{_ANY_ARROW}{{0,3}}", re.I
)
_LAST = han_pattern(rf"{languages.any_of(languages.LAST)}\s?(?:{_ARROWS}|\|){{0,3}}", re.I)
_CALLED_NEXT = lazy_pattern(
    r"(?<![a-z])(?:next(?:[-_]?(?:page|link|posts(?:link)?|posts?))?|page[-_]?next|older)(?![a-z])",
    re.I,
)
_SLIDER = lazy_pattern(r"carousel|slide|swiper|slick|banner|gallery|calendar|datepicker", re.I)
_NOW = lazy_pattern(
    r"(?<![a-z])(?:current|active|cur|on|now|selected|here|this(?:page|class)?|present|is-active)(?![a-z])",
    re.I,
)
_COUNTED_BY = lazy_pattern(
    r"[?&/;](?:page|paged|p|pg|pn|pageno|page_?num(?:ber)?|page_?index|current_?page|start|offset|"
    r"limitstart|skip|from|before|after|cursor)[=/]\d{1,7}(?![a-z\d])|[_-]\d{1,5}\.\w{3,5}$|/\d{1,5}/?$",
    re.I,
)
_CALL = lazy_pattern(r"create_?Page(?:HTML|Html|html|Bar|r)?\d?\s{0,3}\(([^()]{3,300})\)")
_ARGUMENT = lazy_pattern(r"""["']([^"']{0,100})["']|(-?\d{1,6})""")
_TOTAL = lazy_pattern(
    r"""["']?(?:totalPages?|total_pages?|pageCount|page_count|countPage|allPages?|pageTotal|maxPage)["']?\s{0,3}[:=]\s{0,3}["']?(\d{1,5})"""
)
_STATED = (
    lazy_pattern(
        rf"(?<!\w){languages.any_of(languages.PAGE)}\s{{0,3}}(\d{{1,5}})\s{{0,3}}{languages.any_of(languages.OF)}"
        r"\s{0,3}(\d{1,5})(?![\d/-])",
        re.I,
    ),
    han_pattern(
        r"第\s{0,3}(\d{1,5})\s{0,3}页?\s{0,3}[/,，、|]?\s{0,3}(?:共|总)?\s{0,3}(\d{1,5})\s{0,3}页"
    ),
    han_pattern(r"页[数次码]?\s{0,3}:\s{0,3}(\d{1,5})\s{0,3}/\s{0,3}(\d{1,5})(?!\d)"),
    han_pattern(
        r"(?<!\d)(\d{1,5})\s{0,3}/\s{0,3}(\d{1,5})\s{0,3}"
        r"(?:页|頁|ページ|페이지|pages|seiten)",
        re.I,
    ),
    lazy_pattern(r"(?<!\d)(\d{1,5}) of (\d{1,5}) pages", re.I),
    han_pattern(r"(?:共|总共|共有|共计|/)\s{0,3}()(\d{1,5})\s{0,3}页"),
    lazy_pattern(r"(?:a )?total(?: of)?:? ()(\d{1,5}) pages", re.I),
)  # fmt: skip
_SHOWN_OF = lazy_pattern(
    r"(?<!\d)([\d,]{1,7})\s?(?:-|–|to|through)\s?([\d,]{1,7})\s?(?:of|out of|/)\s?"
    r"(?:about |over )?([\d,]{1,9})(?!\d)",
    re.I,
)
_SHOWS = lazy_pattern(
    r"show(?:ing|n)?|display(?:ing|ed)?|view(?:ing|ed)?|results?|records?|items?|entries|articles?|posts?|total",
    re.I,
)
_TOTAL_ROWS = han_pattern(r"共\s?有?\s?(\d{1,7})\s?[条篇项个笔则]")
_ROWS_EACH = han_pattern(r"每页\s?(?:显示)?\s?(\d{1,4})\s?[条篇项个笔则]")
_MOST_STATED = 80
"""Characters of a line that states how many pages there are. A longer one is a sentence."""
_NAME = lazy_pattern(r"[A-Za-z0-9_-]{1,60}")
_PAGERS = lazy_pattern(
    r"(?<![a-z])(?:pager|pag(?:es?|ing|ination|inator)|fenye|pagenav|pagelist|pagebar)", re.I
)
_DIGITS = lazy_pattern(r"\d+")
_PAGE_WORD = lazy_pattern(r"^\s{0,3}page\b", re.I)


def shown_pager(page: Page, rows: Collection[str] = (), programs: Sequence[str] = ()) -> Pager:
    """What the page itself shows of its list's further pages. `rows` are the addresses of the rows
    that it shows, where they are known: whether a button or a count is the list's is told by them.
    `programs` are scripts that the page loads from addresses of their own.
    """
    if page_number(page.url):  # what a form brought goes on by its form
        return posted_pager(page) or Pager()
    pages, call = script_pages(page)
    if pages:
        pattern, first = _pattern_of(pages, page.url)
        why = f"the script {call} counts {len(pages)} more"
        return Pager("script", tuple(pages), pages[0], _call_total(call), pattern, first, why)
    records = record_pages(page)
    if records:
        why = f"a script asks for the records that are not on the page, {len(records)} times"
        return Pager("script", tuple(records), records[0], 1 + len(records), why=why)
    numbered = _numbered(page, _links(page))
    if numbered is not None and numbered.pages:
        return numbered
    tag = _next_tag(page)
    if tag is not None and (numbered is None or not _is_seen(tag, numbered)):
        return _leading_on(page, tag)
    posted = posted_pager(page)
    if posted is not None and posted.form is not None:
        return posted
    pressed = [
        tag
        for tag in (pressed_links(page) if numbered is None else ())
        if not (_is_slider(tag) or _is_of_calendar(tag)) and _link(page, tag) not in rows
    ]
    if pressed:
        by_number = _numbered(page, pressed)
        if by_number is not None:
            return by_number
        tag = _next_tag(page, pressed)
        if tag is not None:
            return _leading_on(page, tag)
    called = _called_pager(page, rows, programs)
    if called is not None and called.kind != "unread":
        return called
    total = stated_total(page.markup)
    if total > 1 and _has_file_name(page.url):
        return _by_name(page, total)
    found = numbered or posted or called or _unread(page, rows, programs)
    return _archives(page, found, rows) or found


def _links(page: Page) -> list[Element]:
    """What leads to an address by itself, and the choices that do."""
    return [*page.tags("a"), *page.tree.iter("option")]


def _leading_on(page: Page, tag: Element) -> Pager:
    following = _link(page, tag)
    why = "the page links to its next one"
    return Pager("next", (following,), following, _total_around(tag), why=why)


def _is_seen(tag: Element, numbered: Pager) -> bool:
    """Whether "next" on the last of numbered pages leads back among them: no way on."""
    return numbered.total > 1 and "next" not in attribute(tag, "rel").lower().split()


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a line says of pages: which one this is (0: it does not say), and how many there are."""

    current: int
    total: int


def _stated(text: str) -> _Stated | None:
    """What "Page 1 of 102", "共12页", "Displaying 1 - 25 of 340" say. None where it is nothing."""
    for pattern in _STATED:
        match = pattern.search(text)
        if match is not None:
            current, total = int(match[1] or 0), int(match[2])
            return _Stated(current, total) if current <= total else None
    match = _SHOWN_OF.search(text)
    if match is not None and _SHOWS.search(text):
        first, last, rows = (int(number.replace(",", "") or 0) for number in match.groups())
        size = last - first + 1
        if 0 < first <= last <= rows and (size > 1 or rows > last):
            return _Stated(1 + (first - 1) // size, -(-rows // size))
    rows_said, each = _TOTAL_ROWS.search(text), _ROWS_EACH.search(text)
    if rows_said is not None and each is not None and int(each[1]):
        return _Stated(0, -(-int(rows_said[1]) // int(each[1])))
    return None


def _called_pager(page: Page, rows: Collection[str], programs: Sequence[str]) -> Pager | None:
    """The pager that a script of the page draws: with its pages where the script says their
    address, `unread` where it does not, `none` where the page shows all that it counts."""
    drawn = script_pager(page, rows, programs)
    if drawn is None:
        return None
    total, said = drawn.total(len(rows)), drawn.words
    if drawn.is_whole(len(rows)):
        return Pager("none", total=1, why=f"{said}, and the page shows all of it")
    fit = _fit_of(drawn.address)
    current = max(drawn.current, fit.number(page.url) if fit is not None else 0)
    if total and current >= total:
        return Pager("numbered", (), "", total, why=f"{said}; it is the last of its pages")
    if fit is not None:
        return _led_on(page, fit, current, total, said)
    return Pager("unread", (), "", total, why=f"{said}; no address of its pages is known")


def _fit_of(address: CalledAddress | None) -> _Fit | None:
    if address is None:
        return None
    return _Fit(address.pattern, address.shift, address.step)


def _led_on(page: Page, fit: _Fit, current: int, total: int, said: str) -> Pager:
    """The pages after this one at an address that a script puts together. Where nothing counts
    them, as many as there can be: the first that brings nothing new is the end."""
    last = min(total or MAX_PAGES, current + MAX_PAGES)
    if last <= current:
        return Pager("numbered", (), "", total, why=f"{said}; it is the last of its pages")
    pages = tuple(fit.address(number) for number in range(current + 1, last + 1))
    origin = "/".join(page.url.split("/", 3)[:3])
    name = fit.pattern.removeprefix(origin)
    why = f"{said}; its script asks for {name}"
    name = name if fit.step == 1 else ""
    first = current + 1 + fit.shift if fit.step == 1 else 0
    return Pager("numbered", pages, pages[0], total, name, first, why, guessed=True)


def _has_file_name(url: str) -> bool:
    """Whether an address ends with the name of a file, or with a folder that has one unsaid."""
    name = urlsplit(url).path.rpartition("/")[2]
    return not name or "." in name


def _older_pages(page: Page, rows: Collection[str], oldest: int) -> tuple[str, ...]:
    """What follows the last page of a list: the archives of the years before that of its oldest
    row, newest first, else its archive."""
    tags = [tag for tag in _links(page) if len(tag) < 3]
    links = ((_link(page, tag) or _stated_in(page, tag), _text_of(tag)) for tag in tags)
    named = ((url, words) for url, words in links if url)
    found = year_archives(page, named, (), oldest) if oldest else ()
    return tuple(url for _, url, _ in found) or own_archives(page, rows)


_ARCHIVED = han_pattern(rf"{languages.any_of(languages.ARCHIVED)}\s?{_ARROWS}{{0,3}}", re.I)
_MOST_ARCHIVES = 3


def own_archives(page: Page, rows: Collection[str]) -> tuple[str, ...]:
    """Where a list keeps what was taken out of it for its age: links that say so, to addresses of
    the list's own or right behind its rows. None where there are many, each of another list."""
    found = {
        url: None
        for tag in page.tags("a")
        if _says(tag, _ARCHIVED)
        and (url := _link(page, tag)) not in ("", page.url, *rows)
        and page.is_on_server(url)
        and (_is_of_same(url, page.url) or (rows and _is_of_list(page, tag, rows)))
    }
    return tuple(found) if len(found) <= _MOST_ARCHIVES else ()


def _is_of_same(url: str, here: str) -> bool:
    """Whether an address is of the part of a site that another one is of: its query apart, below
    it, beside it in a folder, or called by its name with "archive" behind it."""
    theirs, ours = urlsplit(url).path, urlsplit(here).path
    stem, folder = _FILE_END.sub("", ours), ours.rpartition("/")[0]
    if theirs == ours or (len(folder) > _OF_LANGUAGE and theirs.startswith(f"{folder}/")):
        return True
    rest = theirs.removeprefix(stem) if stem and theirs.startswith(stem) else ""
    return _BEHIND_NAME.match(rest) is not None


_FILE_END = lazy_pattern(r"(?:/(?:index|default))?\.\w{3,5}$|/$", re.I)
_BEHIND_NAME = lazy_pattern(r"/|[-_]?(?:ar[ck]|hist|past|older|old(?![a-z]))", re.I)
_OF_LANGUAGE = 3
"""Characters of a folder that may hold a whole site, `/en`."""


def _stated_in(page: Page, tag: Element) -> str:
    """The address that a link without one has in an attribute for a script, `data-url`."""
    said = attribute(tag, "data-url") or attribute(tag, "data-href")
    return page.link(said) if "/" in said else ""


def archives_on(page: Page) -> tuple[str, ...]:
    """The archives by month or by year, newest first, that a page links to which is none of them
    itself."""
    archives, _, is_own = _linked_archives(page, ())
    return () if is_own else tuple(url for url, _ in archives)


def _linked_archives(page: Page, rows: Collection[str]) -> tuple[list[tuple[str, str]], str, bool]:
    """Address and words of the archives that a page links to, of what they are, and whether the
    page is one of them."""
    links = [(url, _text_of(tag)) for tag in _links(page) if (url := _link(page, tag))]
    months, is_own = month_archives(page, links, rows)
    if months or is_own:
        return months, "months", is_own
    years = year_archives(page, links, rows)
    is_own = any(url == page.url and year_of(words) for url, words in links)
    return [(url, words) for _, url, words in years], "years", is_own


def _archives(page: Page, found: Pager, rows: Collection[str]) -> Pager | None:
    """The archives by month or by year as further pages, where a list has no pager of its own, or
    where it is the last page of a month; else its archive. None where there are none."""
    archives, what, is_own = _linked_archives(page, rows)
    is_own = is_own and what == "months"
    if archives and (is_own or not (found.total or _COUNTED_BY.search(page.url))):
        pages = tuple(url for url, _ in archives[:MAX_PAGES])
        named = ", ".join(words for _, words in archives[:3])
        why = f"links to its {what}: {named}{' …' if len(archives) > 3 else ''}"
        return Pager("numbered", pages, pages[0], 0, "", 0, why)
    own = own_archives(page, rows) if found.kind == "none" else ()
    return Pager("next", own, own[0], why=f"links to its archive, {own[0]}") if own else None


def _unread(page: Page, rows: Collection[str] = (), programs: Sequence[str] = ()) -> Pager:
    """The page says that there is more and links to none of it: where its script says the address,
    that is followed, and else it is said, too."""
    said = _stated_line(page)
    if said is not None:
        line, stated = said
        why = f'it says "{line[:_MOST_STATED]}"'
        if max(1, stated.current) >= stated.total:
            return Pager("none", (), "", stated.total, why=why)
        fit = _fit_of(asked_address(page, [*scripts_of(page), *programs], len(rows)))
        if fit is not None:
            current = max(1, stated.current, fit.number(page.url))
            return _led_on(page, fit, current, stated.total, why)
        return Pager("unread", (), "", stated.total, why=f"{why}, and no link leads on")
    pages, items = counted_by_data(page.markup, len(rows))
    counted = (
        f"the data of its program states {items or 'a list'} ({pages} pages), {len(rows)} read"
    )
    pressed, address = _pressed_for_more(page, rows, programs)
    if isinstance(address, str):
        why = f"{pressed} names what comes next"
        return Pager("next", (address,), address, pages, why=why, guessed=True)
    fit = _fit_of(address)
    if fit is not None:
        return _led_on(page, fit, max(1, fit.number(page.url)), pages, pressed)
    if pressed:
        why = f"{pressed} is run by a script, and no address is known"
        return Pager("unread", (), "", pages, why=f"{why}; {counted}" if pages else why)
    scrolls, address = scroll_pager(page, programs, len(rows))
    if scrolls and not _says_whole(page, len(rows)):
        return _scrolled(page, address, pages)
    if pages:
        fit = _fit_of(asked_address(page, [*scripts_of(page), *programs], len(rows)))
        if fit is not None:
            return _led_on(page, fit, max(1, fit.number(page.url)), pages, counted)
        return Pager("unread", (), "", pages, why=f"{counted}, and no address is known")
    place = _empty_place(page, rows)
    if place:
        return Pager("unread", why=f"a script fills its {place}, and how many pages is not known")
    return Pager()


def _pressed_for_more(
    page: Page, rows: Collection[str], programs: Sequence[str]
) -> tuple[str, CalledAddress | str | None]:
    """What is pressed, or comes into sight, for more of the list, and the address that is asked for
    then where the page says it. Nothing where there is none."""
    button = _button(page)
    if button:
        found = asked_address(page, [*scripts_of(page), *programs], len(rows))
        return f'its "{button}"', found
    more = _more_button(page, rows)
    if more is not None:
        said = f'its "{_called_words(more)}"'
        found = stated_address(page, more, len(rows))
        following = "" if found is not None else stated_next(page, more)
        address = following or found or button_address(page, more, len(rows), programs)
        address = address or asked_by_form(page, more) or None
        if not _is_all(page, more, len(rows), is_sure=address is None):
            return said, address
    if not _MAY_STATE.search(page.markup):
        return "", None
    for tag in islice(page.tree.iter(), _MOST_AROUND):
        if isinstance(tag.tag, str) and any(_STATES_MORE.search(name) for name in tag.attrib):
            stated = stated_address(page, tag, len(rows))
            if stated is not None and _is_of_list(page, tag, rows):
                return f"its <{tag.tag}>", stated
    return "", None


_MAY_STATE = lazy_pattern(
    r"hx-get|ic-\w{3,7}-from|up-href|turbo-frame|data-[\w-]{0,20}(?:next|more|load|infinite|ajax)",
    re.I,
)
_STATES_MORE = lazy_pattern(
    r"^(?:hx-get|data-hx-get|ic-(?:get|append)-from|up-href|src|data-[\w-]{0,20}(?:next|more|load|infinite|ajax)[\w-]{0,20})$",
    re.I,
)
_LEAST_ROWS_DRAWN = 5


def _empty_place(page: Page, rows: Collection[str]) -> str:
    """The place for a pager that is empty and that a script of the page names. Empty where there is
    none."""
    if len(rows) < _LEAST_ROWS_DRAWN:
        return ""
    for name in ("div", "ul", "nav", "span", "p"):
        for tag in page.tags(name):
            names = [attribute(tag, "id"), *attribute(tag, "class").split()[:5]]
            own = [each for each in names if _PAGERS.search(each)]
            if not own or len(tag) or (tag.text or "").strip() or is_hidden(tag):
                continue
            for script in scripts_of(page):
                if any(re.search(rf"[\"'#.]{re.escape(each)}[\"']", script) for each in own):
                    return f'"{own[0]}"'
    return ""


def _scrolled(page: Page, address: CalledAddress | None, pages: int = 0) -> Pager:
    fit = _fit_of(address)
    why = "a script brings more as one scrolls"
    if fit is not None:
        return _led_on(page, fit, max(1, fit.number(page.url)), pages, why)
    return Pager("unread", (), "", pages, why=f"{why}, and no address is known")


def scripted_pager(page: Page, rows: Collection[str], program: str) -> Pager:
    """How a list goes on by a script that its page loads from an address of its own."""
    found = shown_pager(page, rows, [program])
    return found if found.guessed or found.kind == "unread" else Pager()


_LOADS = han_pattern(
    rf"(?:点击|點擊|上拉|下拉)?{languages.any_of(languages.LOAD_ON)}\s?(?:{_ARROWS}|\.|…|\+){{0,3}}",
    re.I,
)
_MEANS_MORE = han_pattern(
    rf"(?<![^\W\d_]){languages.any_of(languages.MORE_STEMS)}|{languages.any_of(languages.MORE_SIGNS)}",
    re.I,
)
_READS_ON = han_pattern(languages.any_of((*languages.READ_ON, *languages.OPEN)), re.I)
_NAMED_FOR_MORE = lazy_pattern(
    r"(?:load|show|view|see|get|fetch|btn|list|news|data)[-_]?(?:on|more|next|older)|(?:more|next|older)[-_]?"
    r"(?:btn|button|load|data|news|posts|list|page)|infinite|jiazai|gengduo|loadmore",
    re.I,
)
_OTHER_BOX = lazy_pattern(
    r"comment|reply|related|video|photo|album|facet|filter|menu|(?<![a-z])nav|footer|sidebar|tweet|"
    r"social|weibo|calendar|event|faq|accordion|excerpt|banner|swiper|slick|carousel|cookie|consent|"
    r"modal|login|search|subscri|newsletter|share|slider",
    re.I,
)
_OTHER_TAGS = frozenset(("nav", "footer", "header", "aside", "dialog", "fieldset", "label"))
_MOST_BUTTONS, _MOST_AROUND = 20, 30_000
_MOST_WORDS, _LONGEST_BUTTON = 6, 48
_NEAREST = 3
"""So many links before a button may be of its list's last row."""
_WHOLE_BY = lazy_pattern(r"data-(?:total|max|last)[-_]?pages?|data-pages", re.I)
_TOTAL_OF = "data-total"
_ITEMS_BY = lazy_pattern(r"data-(?:total|count|total[-_]?(?:items|count))", re.I)


def _more_button(page: Page, rows: Collection[str]) -> Element | None:
    """The button of a list that brings more rows by a script. None where there is none, and where
    it is another box's."""
    found: dict[str, list[Element]] = {}
    for name in ("a", "button", "input", "div", "span", "p", "li"):
        for tag in page.tags(name):
            words = _called_words(tag) if _is_small(tag) else ""
            if words and _brings_more(tag, words) and _is_pressed(page, tag):
                found.setdefault(words, []).append(tag)
    for tags in islice(found.values(), _MOST_BUTTONS):
        outer = _outermost(tags[:_MOST_BUTTONS])
        own = [tag for tag in outer if not _is_switched_off(tag) and _is_of_list(page, tag, rows)]
        if len(own) == 1 and len(tags) <= _MOST_BUTTONS:
            return next(tag for tag in tags if tag is own[0] or own[0] in tag.iterancestors())
    return None


def _brings_more(tag: Element, words: str) -> bool:
    """Whether what is pressed says that it brings more rows: in words that say nothing else, or in
    any that mean more, older, next, where it is a button by its name or its kind, too."""
    if _LOADS.fullmatch(words):
        return True
    named = f"{attribute(tag, 'id')} {attribute(tag, 'class')}"
    is_named = len(named) > 1 and _NAMED_FOR_MORE.search(named) is not None
    is_named = is_named or any(_COUNTS_ON.search(name) for name in tag.attrib)
    is_button = tag.tag in ("button", "input") or attribute(tag, "role") == "button"
    if not (is_named or is_button or _is_call(tag)) or len(words.split()) > _MOST_WORDS:
        return False
    if _MEANS_MORE.search(words) is None or (_NEXT.fullmatch(words) and not _OLDER.match(words)):
        return False  # "next" is a pager's word, and a form's and a slider's
    return is_named or _READS_ON.fullmatch(words) is None


_OLDER = lazy_pattern(r"older|earlier|更早", re.I)
_COUNTS_ON = lazy_pattern(r"^data-[\w-]{0,20}(?:page|next|offset|cursor|more)", re.I)


def _is_small(tag: Element) -> bool:
    """Whether so little is in an element that all such can be read at the cost of the page."""
    return len(tag) < 4 and sum(1 for _ in islice(tag.iter(), 9)) < 9


def _called_words(tag: Element) -> str:
    """What a button says."""
    if tag.tag == "input":
        kind = attribute(tag, "type").lower()
        return narrow(attribute(tag, "value")[:40]) if kind in ("button", "submit") else ""
    if text_size(tag) > _LONGEST_BUTTON:
        return ""
    said = narrow(line_text(tag)[:_LONGEST_BUTTON]).strip("[]() ")
    return said or narrow(attribute(tag, "aria-label")[:_LONGEST_BUTTON])


def _outermost(tags: Sequence[Element]) -> list[Element]:
    """Those of the elements that stand in no other of them."""
    known = set(tags)
    return [tag for tag in tags if not any(up in known for up in islice(tag.iterancestors(), 4))]


def _is_pressed(page: Page, tag: Element) -> bool:
    """Whether an element leads nowhere by itself."""
    around = [tag, *islice(tag.iterancestors(), 2), *tag.iter("a")]
    return not any(_link(page, each) and not _is_asked(each) for each in around if each.tag == "a")


def _is_asked(tag: Element) -> bool:
    """Whether the address of a link is for its script alone, which asks for a page of it:
    `href="#" data-url="/more" data-page="2"`."""
    is_empty = attribute(tag, "href").strip().lower() in _NOWHERE and tag.get("onclick") is None
    return is_empty and any(_COUNTS_ON.search(name) for name in tag.attrib)


_NOWHERE = ("", "#", "javascript:;", "javascript:void(0)", "javascript:void(0);")


def _is_switched_off(tag: Element) -> bool:
    around = [tag, *islice(tag.iterancestors(), 3)]
    if "disabled" in names_of(tag):
        return True
    return any("disabled" in each.attrib or is_hidden(each) for each in around)


def _is_of_list(page: Page, tag: Element, rows: Collection[str]) -> bool:
    """Whether a button stands behind the rows of the list: no other links are between them. Where
    rows are data alone, and none of them is linked, it is by its words and its place."""
    around = [tag, *tag.iterancestors()]
    if any(each.tag in _OTHER_TAGS for each in around):
        return False
    if any(_OTHER_BOX.search(names_of(each)) for each in around[:4]):
        return False
    if not any(_link(page, each) in rows for each in page.tags("a")):
        return True
    seen = 0
    for before in tag.iterancestors():
        last: list[str] = []
        for each in before.iter():
            seen += 1
            if seen > _MOST_AROUND:
                return False
            if each is tag:
                break
            if each.tag == "a" and (url := _link(page, each)):
                last = [*last[-_NEAREST + 1 :], url]
        if last:
            return any(url in rows for url in last)
    return False


def _is_all(page: Page, tag: Element, rows: int, *, is_sure: bool) -> bool:
    """Whether a list is whole by what its button or the page counts. A total that does not say of
    what is of rows only if `is_sure`: there may be as many pages."""
    for node in (tag, *islice(tag.iterancestors(), 2)):
        for name, value in node.attrib.items():
            if value.isascii() and value.isdecimal() and len(value) < 8:
                if _WHOLE_BY.fullmatch(name):
                    return int(value) <= 1
                is_read = is_sure or name != _TOTAL_OF or int(value) != rows
                if rows and is_read and _ITEMS_BY.fullmatch(name):
                    # Fewer than are shown are no items: it counts pages.
                    return int(value) in (1, rows)
    return _says_whole(page, rows)


def _says_whole(page: Page, rows: int) -> bool:
    """Whether a line of the page counts as many rows as it shows."""
    if not rows:
        return False
    for line in page.lines:
        text = narrow(line.text) if len(line.text) <= _MOST_STATED else ""
        said = _TOTAL_ROWS.search(text) or _COUNTED.fullmatch(text)
        if said is not None and int(said[1].replace(",", "")) == rows:
            return True
        shown = _SHOWN_OF.search(text)
        if shown is not None and shown[2] == shown[3] and _SHOWS.search(text):
            return True
    return False


_COUNTED = lazy_pattern(
    r"(?:(?:showing|found|total:?)\s)?([\d,]{1,7})\s(?:results?|records?|items?|entries|articles?|posts?)"
    r"(?:\s(?:found|in total))?",
    re.I,
)


def _stated_line(page: Page) -> tuple[str, _Stated] | None:
    for line in page.lines:
        text = narrow(line.text) if len(line.text) <= _MOST_STATED else ""
        stated = _stated(text) if text and not text.isalpha() else None
        if stated is not None:
            return text, stated
    return None


def _button(page: Page) -> str:
    """The words of a way on that leads nowhere by itself: "next" or page numbers in a pager whose
    links are calls of scripts. Empty where there is none, or where it is switched off."""
    numbers: dict[int, int] = {}
    for tag in page.tags("a"):
        if not _is_call(tag) or _link(page, tag):
            continue
        around = [tag, *islice(tag.iterancestors(), 3)]
        named = " ".join(map(names_of, around))
        if "disabled" in named or "disabled" in tag.attrib or _SLIDER.search(named):
            continue
        in_pager = _PAGERS.search(named) is not None
        words = _called(tag)
        if _NEXT.fullmatch(words) and (in_pager or "页" in words or "頁" in words):
            return words
        asks = f"{attribute(tag, 'href')} {_on_click(tag) or ''}"
        if _NEXT.fullmatch(words) and _ASKS_ON.search(asks) is not None:
            return words
        if words.isdecimal() and (in_pager or "page" in asks.lower()):
            for node in around[1:]:
                numbers[id(node)] = numbers.get(id(node), 0) + 1
                if numbers[id(node)] > 1:
                    return words
    return _pressed(page)


_ASKS_ON = lazy_pattern(r"next(?:page)?\s?\(|page", re.I)


def _pressed(page: Page) -> str:
    """The words of a way on that is no link at all: "next" as a button of a pager, or page numbers
    in a row, as programs in the browser draw them."""
    for name in ("button", "a", "li", "span"):
        numbers: dict[int, set[int]] = {}
        for tag in page.tags(name):
            words = _text_of(tag) if len(tag) < 4 else ""
            if not words.isdecimal() and (name != "button" or not _NEXT.fullmatch(words)):
                continue
            around = [tag, *islice(tag.iterancestors(), 3)]
            named = " ".join(f"{names_of(each)} {attribute(each, 'aria-label')}" for each in around)
            if _PAGERS.search(named) is None or _SLIDER.search(named):
                continue
            if any(_link(page, each) for each in (*around, *tag.iter("a")) if each.tag == "a"):
                continue
            if not words.isdecimal():
                if "disabled" not in tag.attrib and "disabled" not in names_of(tag):
                    return words
                continue
            for node in around[1:]:
                row = numbers.setdefault(id(node), set())
                row.add(int(words[:6]))
                if int(words[:6]) - 1 in row:
                    return words
    return ""


def _is_call(tag: Element) -> bool:
    """Whether a link without an address does something when it is clicked."""
    href = attribute(tag, "href").strip().lower()
    return href.startswith("javascript:") or href == "#" or _on_click(tag) is not None


def _on_click(tag: Element) -> str | None:
    """What a script does, or a program in the browser, when an element is clicked."""
    return next((value for name, value in tag.attrib.items() if name in _ON_CLICK), None)


_ON_CLICK = (
    "onclick", "ng-click", "data-ng-click", "wire:click", "wire:click.prevent", "@click",
    "@click.prevent", "v-on:click", "x-on:click", "(click)",
)  # fmt: skip


def next_address(page: Page) -> str:
    """The address behind "next". Empty where there is none."""
    tag = _next_tag(page)
    return _link(page, tag) if tag is not None else ""


def _next_tag(page: Page, among: Sequence[Element] = ()) -> Element | None:
    """The link to the next page, or the one among what is pressed: by its relation, its words, its
    arrow, its name. The surest first. What is pressed for more rows is another matter."""
    every = among or page.tags("a")
    links = [
        tag
        for tag in every
        if len(tag) < 6
        and len(_text_of(tag)) <= _LONGEST
        and not _says(tag, _NEWER)
        and not _is_of_calendar(tag)
    ]
    relation = [
        tag for tag in [*page.tags("link"), *every]
        if "next" in attribute(tag, "rel").lower().split() and not _is_of_calendar(tag)
    ]  # fmt: skip
    of_days = [tag for tag in relation if _BY_DAYS.search(_link(page, tag)) and not _in_pager(tag)]
    for tags in (
        [tag for tag in relation if tag not in of_days],
        _saying(links, _NEXT),
        _arrows(page, links, _ONWARD),
        _named_next(page, links),
        _arrows(page, links, _FAR),
        (tag for tag in _saying(links, _MORE) if not among and _is_counted(page, tag)),
        _named_for_more(page, links) if not among else (),
        _saying(links, _ISSUE),
        of_days,
    ):
        for tag in tags:
            url = _link(page, tag)
            if url and url != page.url and not _leads_back(page, every, url):
                return tag
    return None


def _leads_back(page: Page, links: Iterable[Element], url: str) -> bool:
    """Whether "previous" leads to an address as well: of a list of one page some programs have both
    lead to it."""
    return any(_says(tag, _PREVIOUS) and _link(page, tag) == url for tag in links)


def _saying(links: list[Element], words: re.Pattern[str]) -> Iterator[Element]:
    return (tag for tag in links if _says(tag, words))


def _arrows(page: Page, links: list[Element], arrow: re.Pattern[str]) -> list[Element]:
    """Links that are an arrow alone. Several that lead to different places are no pager's."""
    found = [tag for tag in links if arrow.fullmatch(_text_of(tag)) and _link(page, tag)]
    found = [tag for tag in found if not _is_slider(tag)]
    sure = [tag for tag in found if _in_pager(tag)]
    if sure:
        return sure
    return found if len({_link(page, tag) for tag in found}) == 1 else []


def _named_next(page: Page, links: list[Element]) -> list[Element]:
    """Links that their author calls next, by class or id, their own or that of the item of a
    list around them alone, or by the name of the picture that they are."""
    found = []
    for tag in links:
        parent = tag.getparent()
        own = names_of(tag)
        if not _text_of(tag) and (image := next(tag.iter("img"), None)) is not None:
            own = f"{own} {_RIGHT.sub('next', _FILE.sub('', attribute(image, 'src')[-80:]))}"
        if parent is not None and parent.tag in ("li", "span", "div", "p") and len(parent) == 1:
            own = f"{own} {names_of(parent)}"
        if _CALLED_NEXT.search(own) and not _SLIDER.search(own) and not _is_slider(tag):
            found.append(tag)
    return [tag for tag in found if "next" in attribute(tag, "class").lower().split()
            or _in_pager(tag) or _is_counted(page, tag)]  # fmt: skip


def _named_for_more(page: Page, links: list[Element]) -> list[Element]:
    """Links that their author calls `load-more`, in whatever words, to this page's address with a
    higher number. None where several are, for several boxes."""
    found = [
        tag
        for tag in links
        if _NAMED_FOR_MORE.search(f"{attribute(tag, 'id')} {attribute(tag, 'class')}")
        and _is_counted(page, tag)
        and not _is_slider(tag)
        and _begins_like(_link(page, tag), page.url)
    ]
    return found if len({_link(page, tag) for tag in found}) == 1 else []


def _begins_like(url: str, other: str) -> bool:
    """Whether an address is below or beside another, and its last number no smaller."""
    ours, theirs = urlsplit(url).path, urlsplit(other).path.rstrip("/")
    query = urlsplit(url).query
    numbers = [
        int(found[-1][-9:])
        for said in (f"{ours}?{query}", theirs)
        if (found := _DIGITS.findall(said))
    ]
    is_near = ours.startswith((f"{theirs}/", theirs.rpartition("/")[0] + "/", theirs))
    return is_near and (len(numbers) < 2 or numbers[0] > numbers[1] or theirs in ours)


def _is_slider(tag: Element) -> bool:
    return any(_SLIDER.search(names_of(node)) for node in islice(tag.iterancestors(), 4))


_FILE = lazy_pattern(r"^.*/|\.\w{3,4}(?:\?.*)?$")
_RIGHT = lazy_pattern(
    r"(?:arrow|arr|btn|pag\w{0,7}|ico\w{0,2})[-_]?(?:r|right)(?![a-z])|right[-_]?arrow", re.I
)
_CALENDAR = lazy_pattern(r"calend[ae]r|date-?picker|rili|month-?nav|(?<![a-z])fc-", re.I)
_BY_DAYS = lazy_pattern(
    r"[?&](?:month|date|day|week|year|ym|ymd|y|m)=\d{2,4}(?:[-/.]?\d{1,2}){0,2}(?![\w-])", re.I
)
"""How an address asks for a month or a day. It may be a list's next page, where nothing else is."""


def _is_of_calendar(tag: Element) -> bool:
    """Whether a link turns the leaves of a calendar beside the list."""
    around = [tag, *islice(tag.iterancestors(), 4)]
    named = (_CALENDAR.search(names_of(node)) and text_size(node) <= _LARGEST_PAGER
             for node in around)  # fmt: skip
    return any(named) and not _in_pager(tag)


def _in_pager(tag: Element) -> bool:
    return any(_is_pager(node) for node in islice(tag.iterancestors(), 4))


def _is_pager(node: Element) -> bool:
    return _PAGERS.search(names_of(node)) is not None and text_size(node) <= _LARGEST_PAGER


def _is_counted(page: Page, tag: Element) -> bool:
    """Whether a link's address is this page's with another number in it."""
    url = _link(page, tag)
    same = urlsplit(url).hostname == urlsplit(page.url).hostname
    return same and _COUNTED_BY.search(url) is not None


_AHEAD = lazy_pattern(r"(?:\.{2,3}|…)")
_BUTTON_NEXT = lazy_pattern(
    r"(?:^|[_$:.-]|btn|lbtn|lnk|lb|img|ibtn|cmd|button|link)next(?:page)?\d?$", re.I
)
_A_PAGE = lazy_pattern(r"Page\$\d{1,5}")
_MOST_DAYS = 27
"""So many numbers side by side are the days of a calendar."""


@dataclass(frozen=True, slots=True)
class _PostedNumber:
    """How the number of a page stands in what a control sends: at the end of the value of this
    field, behind `head`, so much more than the page's own number."""

    field: str
    head: str
    shift: int

    def number(self, control: Control) -> int:
        """Which page a control asks for. 0 where it does not say."""
        if control.number:
            return control.number
        value = dict(control.said).get(self.field, "")
        digits = value.removeprefix(self.head)
        fits = value.startswith(self.head) and digits.isascii() and digits.isdecimal()
        return int(digits) - self.shift if fits and len(digits) < 6 else 0


def posted_pager(page: Page) -> Pager | None:
    """How a list goes on whose next page is asked for by a form sent by POST. None where no control
    of the page asks for one; `unread` where the form may not be sent."""
    controls = [*posted_controls(page)]
    numbered = _pager_numbers(page, controls)
    rule = _posted_number(numbered)
    here = page_number(page.url) or _posted_here(numbered, controls)
    control = _following(controls, numbered, rule, here)
    if control is None:
        return None
    stated = _stated_around(control.tag)
    total = max(stated.total if stated is not None else 0, *(n for n, _ in numbered), 0)
    if (
        stated is not None
        and stated.total
        and here >= max(stated.total, *(n for n, _ in numbered), 0)
    ):
        return Pager("form", (), "", stated.total, why="the last of its pages")
    form = page_form(page, control, here + 1)
    said = control.words or f"page {here + 1}"
    if isinstance(form, str):
        return Pager("unread", (), "", total, why=f'its "{said}" sends a form, and {form}')
    why = f'its "{said}" sends a form by POST'
    return Pager("form", (form.address,), form.address, total, why=why, form=form)


def _pager_numbers(page: Page, controls: Sequence[Control]) -> list[tuple[int, Control]]:
    """The controls that say the number of a page and stand in a pager, those of the pager that
    comes first."""
    groups: dict[int, list[tuple[int, Control]]] = {}
    held: dict[int, int] = {}
    found = []
    for control in controls:
        number = control.number or _said_number(control.words)
        if number:
            around = list(islice(control.tag.iterancestors(), 4))
            found.append((number, control, around))
            for node in around:
                held[id(node)] = held.get(id(node), 0) + 1
    for number, control, around in found:
        holder = next((node for node in around if held[id(node)] > 1), around[0])
        groups.setdefault(id(holder), []).append((number, control))
    return next((run for run in groups.values() if _is_posted_run(run)), [])


def _said_number(words: str) -> int:
    said = _PAGE_WORD.sub("", words).strip("[]() 第页·")
    fits = said.isascii() and said.isdecimal() and len(said) < 5
    return int(said) if fits else 0


def _is_posted_run(run: Sequence[tuple[int, Control]]) -> bool:
    numbers = [number for number, _ in run]
    tag = run[0][1].tag
    around = [tag, *islice(tag.iterancestors(), 4)]
    if len(numbers) > _MOST_DAYS or any(_SLIDER.search(names_of(node)) for node in around):
        return False
    if tag.tag == "select" or any(_is_pager(node) for node in around):
        return True
    if any(_A_PAGE.fullmatch(value) for _, control in run for _, value in control.said):
        return True
    if numbers != sorted(numbers):
        return False
    own = next(_bare_numbers(run), 0)
    if len(run) > 1:
        return numbers[0] <= 3 or min(numbers) - 1 <= own <= max(numbers) + 1
    return own > 0 and abs(own - numbers[0]) == 1


def _bare_numbers(run: Sequence[tuple[int, Control]]) -> Iterator[int]:
    """Numbers beside the controls of a pager that are no control: of the page one is on."""
    tags = {control.tag for _, control in run}
    holder = run[0][1].tag.getparent()
    for _ in range(3):
        if holder is None or text_size(holder) > _LARGEST_PAGER:
            return
        for tag in holder.iter():
            if tag in tags or tag.tag in ("option", "select", "script"):
                continue
            said = (tag.text or "").strip("[]() \r\n\t\xa0")
            inside = any(node in tags for node in islice(tag.iterancestors(), 2))
            fits = said.isascii() and said.isdecimal() and len(said) < 5 and not inside
            if fits and not _counts_things(tag):
                yield int(said)
        holder = holder.getparent()


def _posted_number(numbered: Sequence[tuple[int, Control]]) -> _PostedNumber | None:
    """How page numbers stand in what the controls of a pager send. None where they do not."""
    rules: dict[_PostedNumber, int] = {}
    for number, control in numbered:
        for field, value in control.said:
            match = re.search(r"(?<!\d)\d{1,5}$", value[-40:])
            if match is not None and abs(int(match[0]) - number) <= 1:
                head = value[: len(value) - len(match[0])]
                rule = _PostedNumber(field, head, int(match[0]) - number)
                rules[rule] = rules.get(rule, 0) + 1
    best = max(rules, key=rules.__getitem__, default=None)
    return best if best is not None and rules[best] * 3 >= len(numbered) * 2 else None


def _posted_here(numbered: Sequence[tuple[int, Control]], controls: Sequence[Control]) -> int:
    """The number of the page one is on, as its pager shows it. Else the first."""
    if not numbered:
        stated = next(filter(None, (_stated_around(each.tag) for each in controls[-10:])), None)
        return stated.current if stated is not None and stated.current else 1
    choice = next((each for _, each in numbered if each.tag.tag == "select"), None)
    if choice is not None:
        return choice.number - 1
    marked = {number for number, control in numbered if _is_marked(control.tag)}
    if len(marked) == 1:
        return marked.pop()
    numbers = [number for number, _ in numbered]
    for number in _bare_numbers(numbered):
        if number not in numbers and min(numbers) - 1 <= number <= max(numbers) + 1:
            return number
    stated = _stated_around(numbered[0][1].tag)
    if stated is not None and stated.current:
        return stated.current
    gaps = (n for n in range(2, max(numbers)) if n not in numbers and {n - 1, n + 1} <= {*numbers})
    return next(gaps, 1)


def _following(
    controls: Sequence[Control],
    numbered: Sequence[tuple[int, Control]],
    rule: _PostedNumber | None,
    here: int,
) -> Control | None:
    """The control that asks for the page after this one: by its number, by the dots behind the last
    number, by its words, its arrow, its name. None where there is none."""
    for number, control in numbered:
        if number == here + 1:
            return control
    ahead = [each for each in controls if _AHEAD.fullmatch(each.words)]
    if rule is not None:
        for control in ahead:
            if rule.number(control) == here + 1:
                return control
    onward = [each for each in controls if each.tag.tag != "select"]
    said = [each for each in onward if _NEXT.fullmatch(each.words)]
    arrows = [each for each in onward if _ONWARD.fullmatch(each.words)]
    named = [each for each in onward if _is_named_next(each)]
    if len({each.said for each in arrows}) != 1:
        arrows = []
    for control in [*said, *named, *arrows]:
        asked = rule.number(control) if rule is not None else 0
        if not is_off(control.tag) and (not asked or asked == here + 1):
            return control
    if numbered and max(n for n, _ in numbered) < here:
        last = max(controls.index(each) for _, each in numbered)
        return next((each for each in controls[last + 1 :] if _AHEAD.fullmatch(each.words)), None)
    return None


def _is_named_next(control: Control) -> bool:
    tag = control.tag
    if _SLIDER.search(names_of(tag)) or _is_slider(tag):
        return False
    names = (attribute(tag, "name"), attribute(tag, "id"), *attribute(tag, "class").split()[:9])
    return any(_BUTTON_NEXT.search(name[-60:]) for name in names if name)


def script_pages(page: Page) -> tuple[list[str], str]:
    """The pages that a `createPageHTML(54, 0, "index", "html")` counts, and the call itself."""
    for call in _CALL.finditer(page.markup):
        numbers, names = _arguments(call.group(1))
        if len(numbers) < 2 or len(names) < 2:
            continue
        stem, ending = names[-2], names[-1].lstrip(".")
        if _NAME.fullmatch(stem) and _NAME.fullmatch(ending):
            total, current = numbers[0], numbers[1]
            if _counts_from_one(page, f"{stem}.{ending}", current, names):
                total += 1
            last = min(total, current + 1 + MAX_PAGES)
            found = [f"{stem}_{n}.{ending}" for n in range(current + 1, last)]
            return [urljoin(page.url, name) for name in found], call.group(0)[:100]
    return [], ""


def _counts_from_one(page: Page, first: str, current: int, names: list[str]) -> bool:
    """Whether a call numbers its first page 1, and its last page by how many there are. So does the
    kind that names first the element which it fills, and one whose first page says it is 1."""
    own = urlsplit(page.url).path.rpartition("/")[2]
    return current > 0 and (len(names) > 2 or (current == 1 and own == first))


_PROXY = lazy_pattern(r"""\bproxyUrl["']?\s{0,5}:\s{0,5}["']([^"'<>\s]{1,300})["']""")
_RECORDS = lazy_pattern(r"""\btotalrecord["']?\s{0,5}[:>]\s{0,5}["']?(\d{1,7})""", re.I)
_PER_PAGE = lazy_pattern(r"""\bperPage["']?\s{0,5}:\s{0,5}["']?(\d{1,4})""", re.I)
_PARAMETERS = lazy_pattern(r"""\bparameters["']?\s{0,5}:\s{0,5}["']([^"'<>\s]{1,500})["']""")
_AT_ONCE = 3
"""Pages of records that such a script asks for at once."""


def record_pages(page: Page) -> list[str]:
    """Where the records are that a page states and does not hold: its script asks an address for
    them, `startrecord=46&endrecord=90`, or they say themselves where the next ones are."""
    if not page.has_words("proxyUrl"):
        return _groups_of_records(page)
    asked = [rule.search(page.markup) for rule in (_PROXY, _RECORDS, _PER_PAGE)]
    proxy, total, size = asked
    if proxy is None or total is None or size is None:
        return []
    held, count = page.markup.count("<record>"), int(total[1])
    step = max(1, int(size[1])) * _AT_ONCE
    rest = _asked_along(page.markup)
    more = f"&{rest}" if rest else ""
    starts = range(held + 1, count + 1, step)[:MAX_PAGES] if held else []
    return [
        page.link(f"{proxy[1]}?startrecord={first}&endrecord={min(count, first + step - 1)}"
                  f"&perpage={size[1]}{more}")
        for first in starts
    ]  # fmt: skip


def _groups_of_records(page: Page) -> list[str]:
    """The groups of records behind those of a page, `?page=2`, as far as it says how many there
    are. Some count the group on the page as the first."""
    following = _NEXT_GROUP.search(page.markup) if page.has_words("<nextgroup>") else None
    held = page.markup.count("<record>")
    if following is None or not held:
        return []
    here = page.link(unescape(following["url"]))
    number = _GROUP_NUMBER.search(here)
    if number is None:
        return [here]
    first, total = int(number[2]), _RECORDS.search(page.markup)
    last = ceil(int(total[1]) / held) if total is not None else first + 1
    if last <= 1:
        return []
    return [
        f"{here[: number.start(2)]}{group}{here[number.end(2) :]}"
        for group in range(first, last + 1)[:MAX_PAGES]
    ]


_GROUP_NUMBER = lazy_pattern(r"([?&]page=)(\d{1,5})(?!\d)")


def _asked_along(markup: str) -> str:
    """What the script asks along with the places of records, as a query: as one text, as an object,
    or as the address of the next records has it. Empty where it asks for nothing else."""
    if written := _PARAMETERS.search(markup):
        return unescape(written[1])
    if listed := _AJAX.search(markup):
        pairs = [(name, number or text) for name, number, _, text in _PAIR.findall(listed[1])]
        return urlencode(pairs, safe="/")
    following = _NEXT_GROUP.search(markup)
    query = unescape(following["query"]) if following else ""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] != "page"], safe="/")


_AJAX = lazy_pattern(r"""\bajaxParam["']?\s{0,5}:\s{0,5}\{([^{}<>]{1,900})\}""")
_PAIR = lazy_pattern(r"""([\w.-]{1,60})["']?\s{0,5}:\s{0,5}(?:(-?\d{1,20})|(["'])(.{0,200}?)\3)""")
_NEXT_GROUP = lazy_pattern(
    r"""<nextgroup>[^\n]{0,60}href=["'](?P<url>[^"'?\n]{1,300}\?(?P<query>[^"'\n]{1,900}))["']"""
)


def stated_total(markup: str) -> int:
    """How many pages a script says there are. 0 where none does."""
    found = _TOTAL.search(markup)
    if found is not None:  # most pages have none, and then there is nothing to leave out
        found = _TOTAL.search(without_data(markup))
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
    said = _called(tag)
    return 0 < len(said) <= _LONGEST and words.fullmatch(said) is not None


_LONGEST = 32
"""Characters of what a pager's link says."""


def _text_of(tag: Element) -> str:
    return narrow(_words_in(tag)[:40]).strip("[]() ")


def _words_in(tag: Element) -> str:
    return attribute(tag, "value") if tag.tag == "input" else line_text(tag)


def _called(tag: Element) -> str:
    """What a link says: its words, else its title, its label, or what its picture says."""
    said = _text_of(tag)
    if said and not _ONWARD.fullmatch(said):
        return said
    for name in ("title", "aria-label"):
        named = narrow(attribute(tag, name)[:40]).strip("[]() ")
        if named:
            return named
    image = next(tag.iter("img"), None)
    alt = attribute(image, "alt").strip()[:40] if image is not None else ""
    return alt or said


def _link(page: Page, tag: Element) -> str:
    href = attribute(tag, "value" if tag.tag == "option" else "href").strip()
    if tag.tag == "option" and (chosen := _chosen(tag, href)):
        return urldefrag(page.link(chosen)).url
    is_bare = "/" not in href and "?" not in href and "." not in href
    if (tag.tag == "option" and is_bare) or tag.tag not in _LINKED:
        return address_of(page, tag)
    if not href or href.startswith("#") or href[:11].lower() == "javascript:":
        href = called_address(tag) or called_page(page, tag) or turned_to(page, tag)
    if not href:
        return ""
    return urldefrag(page.link(href)).url


_LINKED = ("a", "area", "link", "option")
_GOES = lazy_pattern(
    r"location(?:\.href)?\s{0,3}=\s{0,3}([^;]{1,300})|location\.(?:assign|replace)\(([^;]{1,300})\)"
)
_CHOSEN = lazy_pattern(
    r"(?:this\.)?options\[[\w.]{1,40}\]\.value|this\[[\w.]{1,40}\]\.value|this\.value|\$\(this\)\.val\(\)|value"
)
_QUOTED = lazy_pattern(r"""["']([^"']{0,300})["']""")


def _chosen(option: Element, value: str) -> str:
    """The address that a choice goes to by its script: `location='/news/'+this.value+'.html'`.
    Empty where it has none, or more is in it."""
    select = option.getparent()
    while select is not None and select.tag == "optgroup":
        select = select.getparent()
    script = attribute(select, "onchange")[:600] if select is not None and value else ""
    goes = _GOES.search(script) if script else None
    if goes is None:
        return ""
    pieces = [piece.strip() for piece in (goes[1] or goes[2]).split("+")]
    said = [
        quoted[1]
        if (quoted := _QUOTED.fullmatch(piece))
        else value
        if _CHOSEN.fullmatch(piece)
        else None
        for piece in pieces
    ]
    if None in said or len(pieces) < 2:
        return ""
    return "".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A link that says a page number."""

    number: int
    url: str
    tag: Element


def _numbered(page: Page, links: Iterable[Element]) -> Pager | None:
    """Links 2, 3, 4 … whose addresses differ in one number. The others are counted from them."""
    for best in sorted(_runs(page, links), key=len, reverse=True)[:_MOST_RUNS]:
        if (by_rows := _fit_of_rows(page, best)) is not None:
            pages = [replace(one, number=one.number // by_rows.step + 1) for one in best]
            return _counted_on(page, pages, by_rows)
        fit = next((fit for one in best if (fit := _fit(one, best)) is not None), None)
        if fit is not None:
            return _counted_on(page, best, fit)
    return None


_MOST_RUNS = 4


def _fit_of_rows(page: Page, run: Sequence[_Numbered]) -> _Fit | None:
    """How a pager counts whose links say the numbers of first rows (`0 | 9 | 18`, SPIP), and their
    addresses the same. None for one that says the numbers of pages."""
    said = {one.number for one in run} | {*_unlinked_numbers(page, run[0].tag)}
    step = gcd(*said)
    if step < _LEAST_ROWS_EACH or not _says_zero(run[0].tag):
        return None
    for match in reversed(list(_DIGITS.finditer(run[0].url))):
        pattern = f"{run[0].url[: match.start()]}{{n}}{run[0].url[match.end() :]}"
        fit = _Fit(pattern, -step, step)
        if all(fit.address(one.number // step + 1) == one.url for one in run):
            return fit
    return None


_LEAST_ROWS_EACH = 3


def _says_zero(link: Element) -> bool:
    """Whether a pager counts from 0: that is what its first page is called."""
    around = [node for node in islice(link.iterancestors(), 3) if text_size(node) <= _LARGEST_PAGER]
    return any((tag.text or "").strip() == "0" for node in around for tag in node.iter())


def _counted_on(page: Page, run: list[_Numbered], fit: _Fit) -> Pager:
    current = _current(page, fit, run)
    known = {one.number: one.url for one in run}
    total = max(
        _total_around(run[0].tag), stated_total(page.markup), _last(page, fit), current, *known
    )
    numbers = range(current + 1, min(total, current + MAX_PAGES) + 1)
    pages = [known.get(n) or fit.address(n) for n in numbers]
    if not pages:
        return Pager("numbered", (), "", total, why="the last of its numbered pages")
    name = _relative(fit.pattern, page.url) if fit.step == 1 else ""
    first = current + 1 + fit.shift if fit.step == 1 else 0
    why = f"links with the numbers {', '.join(str(n) for n in sorted(known)[:6])}"
    return Pager("numbered", tuple(pages), pages[0], total, name, first, why)


def _runs(page: Page, links: Iterable[Element]) -> list[list[_Numbered]]:
    """Page-number links by the element that holds them."""
    found = [*_numbers_of(page, links)]
    held: dict[int, int] = {}
    for _, around in found:
        for node in around:
            held[id(node)] = held.get(id(node), 0) + 1
    groups: dict[int, list[_Numbered]] = {}
    holders: dict[int, Element] = {}
    for one, around in found:
        holder = next((node for node in around if held[id(node)] > 1), around[0])
        holders.setdefault(id(holder), holder)
        run = groups.setdefault(id(holder), [])
        if len(run) < _MOST_NUMBERS:
            run.append(one)
    runs = []
    of_rows = _held_by_rows(holders.values(), groups)
    for key, holder in holders.items():
        run = groups[key]
        if key in of_rows:
            continue
        numbers = [one.number for one in run]
        around_it = [holder, *islice(holder.iterancestors(), 2)]
        if any("calendar" in names_of(node).lower() for node in around_it):
            continue
        named = any(_is_pager(node) for node in around_it)
        counts = len(run) >= 2 and numbers == sorted(numbers) and numbers[0] <= 3
        if named or counts or (numbers == [2] and _is_second_of_two(page, run[0])):
            runs.append(run)
    return runs


def _is_second_of_two(page: Page, link: _Numbered) -> bool:
    """Whether the only link that says a number is the other page of a list of two: beside it is the
    number 1 and nothing else, or how many pages there are."""
    if not _begins_like(link.url, page.url):
        return False
    for node in islice(link.tag.iterancestors(), 3):
        words = line_text(node) if text_size(node) <= _MOST_STATED else ""
        stated = _stated(narrow(words))
        if _ONE_AND_TWO.fullmatch(words) or (stated is not None and stated.total == 2):
            return True
    return False


_ONE_AND_TWO = lazy_pattern(r"\W{0,5}1\W{1,5}2\W{0,5}")


_SO_MANY_ROWS = 3


def _held_by_rows(
    holders: Iterable[Element], groups: Mapping[int, Sequence[_Numbered]]
) -> set[int]:
    """The elements that hold page numbers and of which there are several alike that lead elsewhere:
    a thread or an article of many pages in each row, and no pager of the list."""
    alike: dict[tuple[str, str], dict[int, str]] = {}
    for holder in holders:
        named = (holder.tag, names_of(holder))
        alike.setdefault(named, {})[id(holder)] = groups[id(holder)][0].url
    found: set[int] = set()
    for held in alike.values():
        if len(set(held.values())) >= _SO_MANY_ROWS:
            found |= held.keys()
    return found


def _numbers_of(page: Page, links: Iterable[Element]) -> Iterator[tuple[_Numbered, list[Element]]]:
    """Links and options that say a number and nothing else, or the first and the last row of a page
    (`7-12`), each with the elements around it."""
    found: list[tuple[int, int, str, Element]] = []
    for tag in links:
        if len(tag) > 2:
            continue
        said = _PAGE_WORD.sub("", narrow(_words_in(tag)[:12])).strip("[]() 第页·")
        match = _ROWS_OF_PAGE.fullmatch(said)
        if match is None or not 0 < int(match[1]) < 10_000:
            continue
        last = int(match[2] or 0)
        url = _link(page, tag)
        if url and urlsplit(url).hostname == urlsplit(page.url).hostname:
            found.append((int(match[1]), last, url, tag))
    each = max((last - first + 1 for first, last, _, _ in found if last), default=1)
    starts = min((first for first, last, _, _ in found if last), default=0)
    for first, last, url, tag in found:
        if last and starts not in (1, each + 1):
            continue  # years, of a term or a season
        if last and (first > last or (first - 1) % each):
            continue
        around = list(islice(tag.iterancestors(), 3))
        if around:
            yield _Numbered((first - 1) // each + 1 if last else first, url, tag), around


_ROWS_OF_PAGE = lazy_pattern(r"([0-9]{1,5})(?:\s?[-–—]\s?([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class _Fit:
    """How page numbers stand in addresses: `{n}` in `pattern` is the number times `step`, and
    `shift`."""

    pattern: str
    shift: int
    step: int = 1

    def address(self, number: int) -> str:
        """The address of a page by its number."""
        return self.pattern.replace("{n}", str(number * self.step + self.shift))

    def number(self, url: str) -> int:
        """The number of the page at an address. 0 where the address is of another kind."""
        head, _, tail = self.pattern.partition("{n}")
        middle = url[len(head) : len(url) - len(tail)]
        fits = url.startswith(head) and url.endswith(tail) and len(url) > len(head) + len(tail)
        if not fits or not middle.isascii() or not middle.isdecimal() or len(middle) > 7:
            return 0
        number, rest = divmod(int(middle) - self.shift, self.step)
        return 0 if rest else number


def _fit(one: _Numbered, run: list[_Numbered]) -> _Fit | None:
    """The address with `{n}` for its number, and how far that is from the number it says."""
    others = {other.number: other.url for other in run if other.url != one.url}
    for match in reversed(list(_DIGITS.finditer(one.url))):
        value = int(match[0]) if len(match[0]) < 7 else -9
        pattern = f"{one.url[: match.start()]}{{n}}{one.url[match.end() :]}"
        steps = [_Fit(pattern, value - one.number)] if abs(value - one.number) <= 1 else []
        steps += _stepped(pattern, value, one.number, others)
        for fit in steps:
            if all(number == 1 or fit.address(number) == url for number, url in others.items()):
                return fit
    return _by_offset(one) if not others else None


def _by_offset(one: _Numbered) -> _Fit | None:
    """How the only other page is counted by its first row: `/(offset)/10` of the second."""
    match = _OFFSET.search(one.url)
    if match is None or one.number < 2 or int(match[1]) % (one.number - 1):
        return None
    step = int(match[1]) // (one.number - 1)
    pattern = f"{one.url[: match.start(1)]}{{n}}{one.url[match.end(1) :]}"
    return _Fit(pattern, -step, step) if step >= _LEAST_ROWS_EACH else None


_OFFSET = lazy_pattern(
    r"(?:start|offset|from|first|begin|skip|debut|row)(?:%?\w{0,12})?\]?(?:\)/|[=/:]|:int=)(\d{1,4})(?!\d)",
    re.I,
)


def _stepped(pattern: str, value: int, number: int, others: dict[int, str]) -> Iterator[_Fit]:
    """Pages that are counted by their first row: `?start=20` of the third."""
    like = _Fit(pattern, 0)
    for other, url in others.items():
        start = like.number(url)
        if start and other != number and abs(start - value) % abs(other - number) == 0:
            step = (start - value) // (other - number)
            if step > 1 and value - number * step in (-step, 0, 1 - step):
                yield _Fit(pattern, value - number * step, step)
            return


def _current(page: Page, fit: _Fit, run: list[_Numbered]) -> int:
    """The number of this page: by its own address, by the one that "next" leads to, by what marks
    it among the numbers, by a number that is no link, by what is stated, else the one that the run
    leaves out. Else the first."""
    numbers = {one.number for one in run}
    own = fit.number(page.url)
    if own > 0:
        return own
    following = _next_tag(page)
    ahead = fit.number(_link(page, following)) if following is not None else 0
    if ahead > 1:
        return ahead - 1
    marked = [one.number for one in run if one.url == page.url or _is_marked(one.tag)]
    if len(set(marked)) == 1:
        return marked[0]
    for number in _unlinked_numbers(page, run[0].tag):
        if number not in numbers and min(numbers) - 1 <= number <= max(numbers) + 1:
            return number
    stated = _stated_around(run[0].tag)
    if stated is not None and stated.current:
        return stated.current
    gaps = (n for n in range(2, max(numbers)) if n not in numbers and {n - 1, n + 1} <= numbers)
    return next(gaps, 1)


def _is_marked(tag: Element) -> bool:
    """Whether a page number is marked as the one that is shown."""
    parent = tag.getparent()
    for node in (tag, *([parent] if parent is not None and len(parent) == 1 else [])):
        if node.get("aria-current") not in (None, "false") or node.get("selected") is not None:
            return True
        if node.tag in ("b", "strong", "em") or _NOW.search(attribute(node, "class")):
            return True
    return any(inner.tag in ("b", "strong") for inner in tag)


def _unlinked_numbers(page: Page, link: Element) -> Iterator[int]:
    """Numbers that lead nowhere themselves, the nearest to a link first: of the page one is on."""
    around = [node for node in islice(link.iterancestors(), 3) if text_size(node) <= _LARGEST_PAGER]
    for tag in chain.from_iterable(node.iter() for node in around):
        said = (tag.text or "").strip("[]() \r\n\t")
        if 0 < len(said) < 5 and said.isascii() and said.isdecimal() and int(said) > 0:
            anchor = tag if tag.tag == "a" else next(tag.iterancestors("a"), None)
            if (anchor is None or not _link(page, anchor)) and not _counts_things(tag):
                yield int(said)


def _counts_things(tag: Element) -> bool:
    """Whether a number is one of pages or rows in all: `共<b>6</b>页`, `of <b>6</b>`."""
    if tag.tag == "option" or (tag.tail or "").lstrip()[:1] in tuple("页頁条條篇笔筆则則/"):
        return True
    before = tag.getprevious()
    parent = tag.getparent()
    text = (before.tail if before is not None else parent is not None and parent.text) or ""
    return re.search(r"(?:共|总数|[/／]|\bof|total:?)\s{0,3}$", text[-20:], re.I) is not None


def _last(page: Page, fit: _Fit) -> int:
    for tag in page.tags("a"):
        if attribute(tag, "href") and _says(tag, _LAST):
            number = fit.number(_link(page, tag))
            if number:
                return number
    return 0


def _total_around(tag: Element) -> int:
    """`共54页`, `Page 1 of 54` in what stands around a pager's link."""
    stated = _stated_around(tag)
    return stated.total if stated is not None else 0


def _stated_around(tag: Element) -> _Stated | None:
    for _ in range(5):
        tag = tag.getparent()
        if tag is None or text_size(tag) > _LARGEST_PAGER:
            break
        stated = _stated(narrow(line_text(tag)))
        if stated is not None:
            return stated
    return None


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
    following = pages[0] if pages else ""
    return Pager("script", pages, following, total, pattern, here + 1, why, guessed=True)


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


def read_onward(
    page: Page, entry: Entry, links: LinkRules, rows: Collection[str] = (), oldest: int = 0
) -> tuple[tuple[str, ...], PageForm | None]:
    """Addresses of the pages after this one, on the source's own hosts, and the form that has to be
    sent for the first of them, where one has to. `oldest` is the year of the oldest row, 0 where
    nobody knows it: where no page follows, the archives of the years before do, or the list's."""
    paging = entry.paging
    shown = None
    if paging.kind is PagingKind.FORM:
        shown = posted_pager(page)
    elif paging.kind is PagingKind.AUTO:
        shown = shown_pager(page, rows)
    form = shown.form if shown is not None else None
    if form is not None:
        may = is_on(form.action, links) and is_on(form.address, links)
        return ((form.address,), form) if may else ((), None)
    more = read_more(page, entry, links, shown)
    is_read = oldest > 0 or shown is not None
    if not more and is_read and entry.paging.kind in _FOLLOWED:
        more = tuple(url for url in _older_pages(page, rows, oldest) if is_on(url, links))
    return more, None


_FOLLOWED = (PagingKind.AUTO, PagingKind.NEXT, PagingKind.SCRIPT)


def read_more(
    page: Page, entry: Entry, links: LinkRules, shown: Pager | None = None
) -> tuple[str, ...]:
    """Addresses of the pages after this one that are no more than that, on the source's own hosts.
    `shown` is the page's pager where it was read already."""
    paging = entry.paging
    if paging.kind is PagingKind.PATTERN:
        found = _counted(page.url, entry.url, paging)
    elif paging.kind is PagingKind.NEXT:
        found = [url for url in (next_address(page),) if url] or record_pages(page)
    elif paging.kind is PagingKind.SCRIPT:
        found = _scripted(page, entry.url, paging)
    elif paging.kind is PagingKind.AUTO:
        shown = shown_pager(page) if shown is None else shown
        found = list(shown.pages) if shown.form is None else []
    else:
        found = []
    here = {page.url, entry.url}
    own = [url for url in dict.fromkeys(found) if url not in here and is_on(url, links)]
    return tuple(own[:MAX_PAGES])


def pages_left(page: Page, entry: Entry, links: LinkRules, rows: Collection[str] = ()) -> str:
    """Why an entry has pages to which its paging rule does not lead, in one line. Empty where it
    has none, and where the entry's own page is all that is asked for."""
    if entry.kind is not EntryKind.LIST or entry.paging.max_pages <= 1:
        return ""
    if entry.paging.kind is PagingKind.PATTERN:
        return ""
    shown = shown_pager(page, rows)
    if shown.kind == "unread":
        return shown.why
    pages = [url for url in shown.pages if is_on(url, links) and url not in (page.url, entry.url)]
    # A total that a script states tells of this list only where something of its pager is seen.
    if not pages or shown.kind == "script":
        return ""
    if shown.form is not None and entry.paging.kind in (PagingKind.AUTO, PagingKind.FORM):
        return ""
    if shown.guessed:
        return f"{shown.why}, and no rule of this entry leads there"
    rule = f"{shown.pattern} from {shown.first}" if shown.pattern else PagingKind.AUTO.value
    rule = PagingKind.FORM.value if shown.form is not None else rule
    asked = entry.paging.kind.value
    return f"{shown.why}, where `paging = {asked}` leads nowhere; `paging = {rule}` would go on"


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
    pages = script_pages(page)[0] or record_pages(page)
    if pages:
        return pages
    total = stated_total(page.markup)
    if not total or ("{n}" not in paging.pattern and not _has_file_name(start)):
        return []
    return _by_total(page.url, start, total, paging)


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
