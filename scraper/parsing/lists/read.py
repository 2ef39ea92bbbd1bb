"""Reads one list page: its rows, and where the list goes on.

`read_list` is for crawls, which know what their entries are. `read_any` is told nothing and knows a
page, feed, sitemap or JSON by its content. `row_block` shows people the place where the rows are.
None of them raises for what a page holds.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4.element import Tag
from bs4.exceptions import ParserRejectedMarkup
from bs4.formatter import HTMLFormatter

from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words
from storage.lists import GOES_ON
from storage.types import Capture, Outcome
from storage.urls import key_of

from ...sources.links import is_article
from ...sources.model import Entry, LinkRules, ListRules, PagingKind
from ..dates.in_rows import DateReader
from ..encoding import decode_list
from ..feeds import looks_like_feed, read_entries
from ..page import Page, absolute, page_of
from ..page_kinds import SHORT, judge_page, judge_response
from ..selectors import find_all
from ..sitemaps import looks_like_sitemap, read_addresses
from ..soup import soup_of
from ..tree import Element, attribute
from ..types import FoundRow, ListPage, ListReading, PageForm, Pager, page_number
from .calls import rows_by_script
from .json_lists import name_of_items, named_next, pager_of, parse_json, read_items, rows_of
from .neighbours import refused_on
from .pagination import archives_on, counted_pages, pages_left, read_onward, shown_pager
from .posted import cookies_of
from .rows import Rows, found_rows, is_page, list_rows, read_rows
from .scripts import data_of, markup_of_script, with_written

_OPEN, _CLOSE = "<![CDATA[", "]]>"
_MAX_RECORDS = 2_000


def read_list(capture: Capture, entry: Entry, links: LinkRules, zone: str) -> ListPage:
    """Read a captured list page. `zone` is where its dates are at home."""
    verdict = judge_response(capture)
    if verdict is not None:
        return ListPage(verdict.outcome, verdict.reason)
    decoded = decode_list(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListPage(Outcome.BAD_ENCODING, decoded.reason)
    answered = decoded.text
    if not answered.lstrip("\ufeff \r\n\t").startswith("<"):
        read, answered = _answer(capture, entry, links, zone, answered, decoded.encoding)
        if read is not None:
            return read
    try:
        text = whole_text(answered)
        page = page_of(capture, text)
        is_part = (capture.final_url or capture.url) != entry.url and is_piece(text)
        if is_part:
            text, rows = _as_piece(capture, text, entry, links, zone)
            page = page_of(capture, text)
        else:
            rows = read_rows(page, entry.rows, links, zone)
        if not (entry.rows.row or entry.rows.link):
            rows = _with_scripts(page, text, rows, links, zone)
            if not (rows.own or rows.off_site) and (bare := uncovered(text)):
                rows = read_rows(page_of(capture, bare), entry.rows, links, zone)
            if chosen := with_choices(text):
                other = read_rows(page_of(capture, chosen), entry.rows, links, zone)
                rows = other if len(other.own) > len(rows.own) else rows
        shown = {row.url for row in (*rows.own, *rows.off_site)}
        years = [row.published.day.year for row in rows.own if row.published]
        more, form = read_onward(page, entry, links, shown, min(years, default=0))
        if not more and form is None and entry.paging.kind is PagingKind.AUTO:
            more = _counted_on(decoded.text, page.url, len(rows.own)) or stated_next(page)
        pages = (entry.url, page.url, *more)
        refused = refused_on(page, entry.rows, links, zone, rows.own, pages)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return ListPage(Outcome.UNSUPPORTED, f"the markup cannot be parsed: {in_words(fault)}")
    if form is not None:
        form = sendable(form, capture, decoded.encoding)
        more = (form.address,)
    outcome, reason = _judge(page, capture, rows, entry)
    is_first = capture.url == entry.url
    if outcome is Outcome.EMPTY and is_first and more and set(more) <= {*archives_on(page)}:
        outcome, reason = Outcome.OK, ""  # the articles stand on the pages of months or years
    if outcome is Outcome.OK and not more and is_first:
        left = pages_left(page, entry, links, shown)
        reason = f"{GOES_ON}: {left}" if left else ""
    return ListPage(
        outcome,
        reason,
        rows.own,
        more,
        rows.off_site,
        decoded.encoding,
        refused=refused,
        form=form,
    )


_WHOLE = lazy_pattern(r"<(?:html|head|body|base|title|!doctype|\?xml)\b", re.I)


def is_piece(text: str) -> bool:
    """Whether markup is a piece that a script puts into a page, and no page itself."""
    return _WHOLE.search(text[:20_000]) is None


def _as_piece(
    capture: Capture, text: str, entry: Entry, links: LinkRules, zone: str
) -> tuple[str, Rows]:
    """A piece with its rows as a browser reads them: its links start at the page that it is put
    into, or at the root of the site where that page says so."""
    for base in (entry.url, urljoin(entry.url, "/")):
        based = f'<base href="{escape(base)}">{text}'
        rows = read_rows(page_of(capture, based), entry.rows, links, zone)
        if rows.own:
            return based, rows
    return text, read_rows(page_of(capture, text), entry.rows, links, zone)


def _answer(
    capture: Capture, entry: Entry, links: LinkRules, zone: str, text: str, encoding: str
) -> tuple[ListPage | None, str]:
    """What a script gets for a further page of a list: rows as data (JSON, also in a call), else
    the markup in the data or in the texts of a script."""
    data = parse_json(text)
    if data is None:
        return None, markup_of_script(text) or text
    read = read_items(capture, _named_rows(data, links), zone)
    own, away = list_rows(read.rows, links)
    if not any(row.title for row in (*own, *away)):
        inner = _markup_in(data)
        if inner:
            return None, inner
    if not own and not away:
        reason = read.reason or "no address that the link rule allows"
        return ListPage(Outcome.EMPTY, reason, encoding=encoding), ""
    here = capture.final_url or capture.url
    more = counted_pages(here, entry)
    if entry.paging.kind is not PagingKind.PATTERN:
        following = named_next(data, here)
        counted = read.pager.pages if entry.paging.kind is PagingKind.AUTO else ()
        more = (following,) if following else counted
    return ListPage(Outcome.OK, "", own, more, away, encoding), ""


def _counted_on(text: str, here: str, rows: int) -> tuple[str, ...]:
    """The further pages of a list whose markup came as data, by the address that brought them."""
    data = parse_json(text) if text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[") else None
    return () if data is None else pager_of(data, here, rows).pages


def stated_next(page: Page) -> tuple[str, ...]:
    """The address of the next page that the data in a page name."""
    named = (named_next(data, page.url) for data in data_of(page))
    return tuple(islice(filter(None, named), 1))


def _named_rows(data: Any, links: LinkRules) -> ListRules:
    """How the addresses of items are put together that have a number or a short name alone: by the
    one shape of the source's articles that has one place to be filled."""
    for written in links.allow_written if len(links.allow_written) == 1 else ():
        holes = _PLACES.findall(written)
        if len(holes) == 1 and holes[0] in _NAMED_BY and "[" not in written:
            name = name_of_items(data, is_number=holes[0] == "id")
            if name:
                return ListRules(link=_PLACES.sub(f"{{{name}}}", written))
    return ListRules()


_PLACES = lazy_pattern(r"\{(\w+)\}")
_NAMED_BY = frozenset(("id", "hex", "section"))


def sendable(form: PageForm, capture: Capture, encoding: str) -> PageForm:
    """A form with what its page alone knows: its encoding, the cookies that came with it, and the
    address of the list that both are pages of."""
    return replace(
        form,
        address=f"{urldefrag(capture.url).url}#page={page_number(form.address)}",
        encoding=form.encoding or encoding,
        cookies=cookies_of(capture),
    )


def uncovered(text: str) -> str:
    """A list page with what it shows only to a browser without scripts, keeps as a template or as a
    text until it is scrolled to, or has in the attributes of custom elements, in its place. Empty
    where it has nothing of that kind."""
    shown = _with_cards(_COVERS.sub(r"<\1div", text))
    return "" if shown == text or _PLACEHOLDER.search(text) else shown


_COVERS = lazy_pattern(r"<(/?)(?:noscript|template|textarea)(?=[\s>])", re.I)
_PLACEHOLDER = lazy_pattern(r"<a\b[^<>]{0,300}\{\{", re.I)


def _with_cards(text: str) -> str:
    """A list page with its custom elements that hold a row in their attributes, as design systems
    have them (`<news-card href="/news/7" card-title="…">`), as links, where it has three."""
    opened = _CARD.sub(_as_card, text)
    return opened if opened.count(_OPENED) - text.count(_OPENED) >= _LEAST_CARDS else text


def _as_card(tag: re.Match[str]) -> str:
    said = [(name.lower(), two or one) for name, two, one in _SAID.findall(tag[2])]
    href, title, day = (
        next((value for name, value in said if value.strip() and rule.fullmatch(name)), "")
        for rule in (_CARD_LINK, _CARD_TITLE, _CARD_DAY)
    )
    if not href or not title:
        return tag[0]
    return f'{tag[0]}{_OPENED}<a href="{href}">{title}</a> <span>{day}</span></div>'


_OPENED = "<div data-opened>"
_CARD = lazy_pattern(r"<([a-z]\w{0,30}-[\w-]{1,40})((?:\s[^<>]{0,3000})?)>", re.I)
_SAID = lazy_pattern(r"""(?<=\s)([\w-]{1,40})=(?:"([^"<>{}]{0,900})"|'([^'<>{}]{0,900})')""")
_CARD_LINK = lazy_pattern(r"(?:[\w-]{1,20}-)?(?:href|link|url|to)")
_CARD_TITLE = lazy_pattern(r"(?:[\w-]{1,20}-)?(?:title|headline|heading|label|name|text)")
_CARD_DAY = lazy_pattern(r"(?:[\w-]{1,20}-)?(?:date|time|published(?:-\w{1,8})?|datetime|day)")
_LEAST_CARDS = 3


def with_choices(text: str) -> str:
    """A list page with its choices of pages (`<option value="/news/7.html">`) as lists of links,
    each under the name of its group. Empty where there are none: fewer than three that lead
    somewhere."""
    links, count = _OPTION.subn(_as_link, text)
    if count < _LEAST_CHOICES:
        return ""
    return _GROUP.sub(r"</ul><p>\2</p><ul>", _CHOICE.sub(r"<\1ul", links))


def _as_link(option: re.Match[str]) -> str:
    return f'<li><a href="{option[2]}">{option[3].strip()}</a></li>'


_OPTION = lazy_pattern(
    r"""<option\b[^<>]{0,200}?\bvalue\s{0,3}=\s{0,3}(["'])((?:https?://|/|\.{1,2}/)[^"'<>\s]{2,900}"""
    r"""|[^"'<>\s:]{1,300}\.(?:s?html?|aspx?|jsp|php)(?:\?[^"'<>\s]{0,400})?)\1[^<>]{0,200}>"""
    r"""([^<]{8,500})(?:</option\s{0,3}>)?""",
    re.I,
)
_CHOICE = lazy_pattern(r"<(/?)select\b", re.I)
_GROUP = lazy_pattern(
    r"""<optgroup\b[^<>]{0,200}?\blabel\s{0,3}=\s{0,3}(["'])([^"'<>]{1,100})\1[^<>]{0,200}>""", re.I
)
_LEAST_CHOICES = 3


def _judge(page: Page, capture: Capture, rows: Rows, entry: Entry) -> tuple[Outcome, str]:
    if rows.own or rows.off_site:
        cut = "; ".join(filter(None, (page.trimmed, rows.cut)))
        return (Outcome.PARTIAL, cut) if cut else (Outcome.OK, "")
    verdict = judge_page(page, capture)
    if verdict is not None:
        return verdict.outcome, verdict.reason
    if entry.rows.row and not rows.places and page.visible_size > SHORT // 10:
        return Outcome.LAYOUT_CHANGED, f"no element matches the row selector {entry.rows.row!r}"
    if rows.places and (entry.rows.row or entry.rows.link):
        return Outcome.EMPTY, f"{rows.places} rows, but the link rule allows none of their links"
    cut = f"; {page.trimmed}" if page.trimmed else ""
    if call := rows_by_script(page):
        cut = f"; its rows are run by a script, and where {call} leads is not known{cut}"
    return Outcome.EMPTY, f"no link that the link rule allows{cut}"


def whole_text(text: str) -> str:
    """A list page with what hides in it as plain markup: records, and links that scripts write."""
    return with_written(_unwrapped(text))


def _with_scripts(page: Page, text: str, rows: Rows, links: LinkRules, zone: str) -> Rows:
    """The rows, or those that the page's scripts hold as data where these are the better ones. Of
    a list of which a page shows the beginning, and its scripts hold all, all are taken."""
    is_dated = any(row.published for row in rows.own)
    if is_dated and not _DATA.search(text):
        return rows
    own, away = list_rows(_scripted(page, zone, len(rows.own)), links)
    if not is_dated:
        return Rows(own, away, len(own) + len(away)) if own else rows
    shown = {key_of(row.url) for row in rows.own}
    more = tuple(row for row in own if key_of(row.url) not in shown)
    if not more or len(own) - len(more) < max(2, _MOST_SHOWN * len(shown)):
        return rows
    known = {row.url for row in rows.off_site}
    off_site = (*rows.off_site, *(row for row in away if row.url not in known))
    return Rows((*rows.own, *more), off_site, rows.places + len(more))


_DATA = lazy_pattern(
    r"<script[^<>]{1,300}application/json|__next_f|__NUXT|__\w{1,40}_STATE|JSON\.parse", re.I
)
"""What tells that a page may hold its list as data, too."""
_MOST_SHOWN = 0.6
"""Such a part of the rows that a page shows is among its data, if those are of the same list."""


def _scripted(page: Page, zone: str, known: int) -> list[FoundRow]:
    """The rows that the page's scripts hold as data. None where there are few, or where they have
    no dates either and the page shows `known` rows of its own."""
    data = {str(at): value for at, value in enumerate(data_of(page))}
    found = rows_of(data, page.base, DateReader(zone, page.now), _named_pages(page))
    found = [row for row in found if is_page(row.url)]
    dated = sum(row.published is not None for row in found)
    return found if len(found) > 1 and (not known or dated > 0.6 * len(found)) else []


def _named_pages(page: Page) -> list[str]:
    """The addresses that a page names, the first thousands: from them it is learned where what its
    data call by a short name alone stands."""
    links = (page.link(attribute(tag, "href")) for tag in page.tags("a")[:_MOST_NAMED])
    here = _host(page.url)
    return [
        *dict.fromkeys(each for each in links if _host(each) == here),
        page.canonical or page.url,
    ]


_MOST_NAMED = 2_000


def _unwrapped(text: str) -> str:
    """Lists that hide rows in `<record><![CDATA[…]]></record>` (jcms) as plain markup."""
    if "<record>" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for _ in range(_MAX_RECORDS):
        start = text.find(_OPEN, at)
        end = text.find(_CLOSE, start) if start >= 0 else -1
        if end < 0:
            break
        pieces.append(text[start + len(_OPEN) : end])
        at = end + len(_CLOSE)
    # What stands behind the end of the body is lost to the parser.
    end = text.lower().rfind("</body")
    end = len(text) if end < 0 else end
    return f"{text[:end]}<div>{''.join(pieces)}</div>{text[end:]}"


# Reads a list of any kind without being told which: page, feed, sitemap or JSON, by content.

NOWHERE = "https://address.invalid/1/2/3/4/"
"""Where a page stands whose address nobody knows (RFC 2606). Its links stay as written."""
_SUFFIXES = frozenset(("com", "gov", "org", "edu", "net", "ac", "co", "mil"))
_MARKUP = lazy_pattern(r"<(?:li|a|tr|div)\b", re.I)


def read_any(capture: Capture, zone: str, rules: ListRules = ListRules()) -> ListReading:  # noqa: B008 - frozen
    """Read a captured list. `rules` are selectors or paths, where a source has some.

    An empty address is replaced by what the page says of itself. Where it says nothing, links
    without a host stay so.
    """
    here = capture if capture.url else replace(capture, url=NOWHERE, final_url=NOWHERE)
    read, address = _read(here, zone, rules)
    return replace(
        read,
        rows=_marked(read.rows, _host(address)),
        pager=_pager_as_written(read.pager),
        url="" if address == NOWHERE else address,
    )


def _read(capture: Capture, zone: str, rules: ListRules) -> tuple[ListReading, str]:
    """The reading, and the address of the page as far as it is known."""
    here = capture.final_url or capture.url
    body = capture.body.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if looks_like_sitemap(body):
        return read_addresses(capture, zone), here
    verdict = judge_response(capture)
    if verdict is not None:
        return ListReading(verdict.outcome, verdict.reason), here
    decoded = decode_list(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListReading(Outcome.BAD_ENCODING, decoded.reason), here
    text = decoded.text.lstrip("\ufeff \r\n\t")
    if looks_like_feed(text):
        return read_entries(capture, zone), here
    if not text.startswith("<"):
        data = parse_json(text)
        if data is not None:
            read = read_items(capture, rules, zone)
            inner = "" if any(row.title for row in read.rows) else _markup_in(data)
            if not inner:
                return read, here
            return _html(capture, inner, zone, ListRules(), decoded.encoding)
    return _html(capture, decoded.text, zone, rules, decoded.encoding)


def _html(
    capture: Capture, text: str, zone: str, rules: ListRules, encoding: str
) -> tuple[ListReading, str]:
    address = capture.final_url or capture.url
    try:
        text = whole_text(text)
        page = page_of(capture, text)
        if address == NOWHERE:
            address = _own_address(page)
            capture = replace(capture, final_url=address)
            page = page if address == NOWHERE else page_of(capture, text)
        rows = tuple(found_rows(page, rules, zone))
        if not (rules.row or rules.link) and not any(row.published for row in rows):
            rows = tuple(_scripted(page, zone, len(rows))) or rows
        if not rows and (bare := uncovered(text)):
            rows = tuple(found_rows(page_of(capture, bare), rules, zone))
        if not rows and (chosen := with_choices(text)):
            rows = tuple(found_rows(page_of(capture, chosen), rules, zone))
        pager = shown_pager(page, {row.url for row in rows})
        if not rows:
            verdict = judge_page(page, capture)
            reason = "no repeated block of links that looks like a list"
            empty = ListReading(Outcome.EMPTY, reason, "list", (), pager, encoding)
            if verdict is not None:
                empty = replace(empty, outcome=verdict.outcome, reason=verdict.reason)
            return empty, address
    except (ParserRejectedMarkup, RecursionError) as fault:
        reason = f"the markup cannot be parsed: {in_words(fault)}"
        return ListReading(Outcome.UNSUPPORTED, reason), address
    outcome = Outcome.PARTIAL if page.trimmed else Outcome.OK
    return ListReading(outcome, page.trimmed, "list", rows, pager, encoding), address


def _own_address(page: Page) -> str:
    """What a page says of its own address, by its canonical link or `og:url`."""
    said = page.canonical
    return said if _host(said) else NOWHERE


def _markup_in(data: object) -> str:
    """Markup that portals pack into JSON: the longest text that looks like some, or those of a list
    of results one after the other."""
    stack, seen, best = [data], 0, ""
    while stack and seen < 5_000:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value[:500])
            stack.append(_joined_markup(value[:500]))
        elif isinstance(value, str) and len(value) > max(60, len(best)) and _MARKUP.search(value):
            best = value
    return best


def _joined_markup(results: list[object]) -> str:
    """The markup that each of some results brings under one name, one after the other."""
    objects = [each for each in results if isinstance(each, dict)]
    if len(objects) < 2 or len(objects) < len(results):
        return ""
    for name, value in objects[0].items():
        texts = [each.get(name) for each in objects]
        if isinstance(value, str) and _MARKUP.search(value):
            return "".join(f"<div>{text}</div>" for text in texts if isinstance(text, str))
    return ""


def _marked(rows: tuple[FoundRow, ...], host: str) -> tuple[FoundRow, ...]:
    """The rows, those that leave the site marked. Where nobody says what the site is, it is the
    host of relative links, else of most links."""
    hosts = [_host(row.url) for row in rows]
    if not host and "" not in hosts and hosts:
        host = Counter(hosts).most_common(1)[0][0]
    marked = []
    for row, its in zip(rows, hosts, strict=True):
        away = bool(its) and _site(its) != _site(host)
        url = _as_written(row.url)
        files = tuple(_as_written(each) for each in row.files)
        marked.append(replace(row, url=url, files=files, off_site=away))
    return tuple(marked)


def _pager_as_written(pager: Pager) -> Pager:
    pages = tuple(_as_written(url) for url in pager.pages)
    form = pager.form and replace(pager.form, address=_as_written(pager.form.address))
    return replace(pager, pages=pages, next=_as_written(pager.next), form=form)


def _host(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return "" if host == urlsplit(NOWHERE).hostname else host


def _site(host: str) -> str:
    """The part of a host that one owner has: `guiyang.gov.cn` of `kjj.guiyang.gov.cn`."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SUFFIXES else 2
    return ".".join(labels[-keep:])


def _as_written(url: str) -> str:
    """A link of a page without an address as it stands there: relative, or from the root."""
    origin = NOWHERE[: NOWHERE.index("/", 8)]
    if not url.startswith(origin):
        return url
    path = url.removeprefix(origin)
    if not path.startswith("/1/"):
        return path or "/"
    plain, mark, query = path.partition("?")
    return posixpath.relpath(plain, NOWHERE.removeprefix(origin)) + mark + query


# The place of a list page where its rows are, as markup: to show people what a redesign changed.

_SHOWN_ROWS = 2
_MOST = 1_500
_BLANKS = lazy_pattern(r"\s+")


def row_block(capture: Capture, entry: Entry, links: LinkRules) -> str:
    """The element around the rows, with its first two rows, each on a line of its own. Empty where
    there is neither an element that the row selector matches nor a link to an article."""
    decoded = decode_list(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ""
    root = Page(whole_text(decoded.text), capture.url, capture.fetched_at).tree
    rows = find_all(root, entry.rows.row) if entry.rows.row else []
    rows = rows or _rows_around(_article_links(root, capture, links))
    if not rows:
        return ""
    parent = rows[0].getparent()
    shown = [_markup(row) for row in rows[:_SHOWN_ROWS]]
    more = [f"… {len(rows) - _SHOWN_ROWS} more"] if len(rows) > _SHOWN_ROWS else []
    around = [_opening(parent)] if parent is not None else []
    return "\n".join([*around, *shown, *more])


def _article_links(root: Element, capture: Capture, links: LinkRules) -> list[Element]:
    base = capture.final_url or capture.url
    return [
        tag for tag in root.iter("a") if is_article(absolute(attribute(tag, "href"), base), links)
    ]


def _rows_around(links: list[Element]) -> list[Element]:
    """The elements that hold one of the links each: as far up as they are apart."""
    rows = list(links)
    while len(rows) > 1:
        parents = [row.getparent() for row in rows]
        if None in parents or len(set(parents)) < len(parents):
            return rows
        rows = [parent for parent in parents if parent is not None]
    return rows


def _opening(tag: Element) -> str:
    named = "".join(f' {name}="{value}"' for name, value in tag.attrib.items())
    return f"<{tag.tag}{named}>"[:_MOST]


class _AsWritten(HTMLFormatter):
    """Attributes in the order of the page, `<br>` without a stroke."""

    def attributes(self, tag: Tag) -> Iterable[tuple[str, Any]]:
        """The attributes of a tag as they stand."""
        return tag.attrs.items()


_FORMAT = _AsWritten(HTMLFormatter.REGISTRY["minimal"].entity_substitution, "")


def _markup(tag: Element) -> str:
    markup = soup_of(tag, frozenset()).root.decode(formatter=_FORMAT)
    return _BLANKS.sub(" ", markup).strip()[:_MOST]
