"""Values of this room that others receive. The ones of an article live in `storage.types`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.lists import ListRow, RefusedRow
from storage.types import Outcome, When

from ..bugs import Failure

AGED = "age under the headline"
"""The rule of a day that was counted from the fetch: each further fetch may count another."""
POSTED = "#post"
"""Ends the address of data that are asked for by POST: what its query says is sent as a form."""
_PLACE = lazy_pattern(r"#page=(\d{1,5})")


@dataclass(frozen=True, slots=True)
class PageForm:
    """The next page of a list that is asked for by a form sent by POST.

    `address` names the page, wherever it is spoken of: that of the list with `#page=2`, which no
    server sees. `action` is where the form is sent, `fields` are what it sends, in order,
    `encoding` in which (empty: that of its page). `cookies` came with the page and go back with
    its form.
    """

    address: str
    action: str
    fields: tuple[tuple[str, str], ...]
    encoding: str = ""
    cookies: tuple[tuple[str, str], ...] = ()


def posted_form(url: str) -> PageForm | None:
    """What is sent in place of an address that ends in `#post`: its query, by POST. None for any
    other address."""
    if not url.endswith(POSTED):
        return None
    parts = urlsplit(url.removesuffix(POSTED))
    fields = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return PageForm(url, parts._replace(query="").geturl(), fields)


def page_number(url: str) -> int:
    """Which page of a posted list an address stands for, as `PageForm.address` names it. 0 for an
    address of another kind."""
    found = _PLACE.fullmatch(url[url.rfind("#") :]) if "#" in url else None
    return int(found[1]) if found is not None else 0


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list page, feed or sitemap as read.

    `more` holds the addresses of further pages in order, paging rules applied but not bounded in
    total. `off_site` the rows that lead to hosts the source does not own, `refused` those on its
    own hosts that its link rule does not take for articles. `broken` what of it broke our own
    reading and is left out. `stated` is how many items the answer says that the whole list has (0:
    it does not say), `items` how many of them it brings. `unlinked` are the entries of a feed that
    name no page: each has a made-up name (`urn:uuid:`) that is the same at every visit, and
    nothing that could be fetched. `form` is what has to be sent for the first of `more`, None where
    an address is enough.
    """

    outcome: Outcome
    reason: str
    rows: tuple[ListRow, ...] = ()
    more: tuple[str, ...] = ()
    off_site: tuple[ListRow, ...] = ()
    encoding: str = ""
    broken: tuple[Failure, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    stated: int = 0
    items: int = 0
    unlinked: tuple[ListRow, ...] = ()
    form: PageForm | None = None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row as read from a list, whoever owns its address.

    `dated_by` says where its date stood: `row`, `beside` (between the rows), `heading` (above a
    group of rows), `age` (how long ago it was, at any of these places), `yearless` (a day
    without its year), `address` (the last resort), or nothing. `files` are further documents of the
    same row. `at` orders the rows of one page. `modified` is when its article was last changed.
    `is_titled_beside`: its title is what stands above or below it, and none of its own words.
    """

    url: str
    title: str
    published: When | None = None
    summary: str = ""
    dated_by: str = ""
    files: tuple[str, ...] = ()
    at: int = 0
    off_site: bool = False
    modified: When | None = None
    is_titled_beside: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """How a list goes on, as its page shows: `kind` is `none`, `next`, `numbered`, `script`,
    `json` or `sitemap`, `form` (the next page is asked for by the `form`), or `unread`: the page
    says that it goes on, and shows no address.

    `pages` are the addresses after this one in order, at most 500. `total` the number of pages
    that the page states (0: none). `pattern` with `{n}`, counted from `first`, is what a source
    may say of it. `why` tells people what was recognised. `guessed`: the addresses are put together
    from what scripts say, and may bring no rows.
    """

    kind: str = "none"
    pages: tuple[str, ...] = ()
    next: str = ""
    total: int = 0
    pattern: str = ""
    first: int = 0
    why: str = "the page shows no way on"
    form: PageForm | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class ListReading:
    """A list page of any kind, read without a source's rules. `kind` is `list`, `feed`, `sitemap`
    or `json`. `url` is the page's address as far as it is known. `stated` and `items` are as in
    `ListPage`."""

    outcome: Outcome
    reason: str
    kind: str = "list"
    rows: tuple[FoundRow, ...] = ()
    pager: Pager = Pager()
    encoding: str = ""
    url: str = ""
    stated: int = 0
    items: int = 0
