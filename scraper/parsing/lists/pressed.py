"""What is pressed or chosen to go on and is no link: the address to which it leads.

Elements that a script turns into links (`<span onclick="location.href='?page=2'">`, `data-href`),
the buttons and choices of forms that are sent by GET, the numbers of Livewire. Nothing is run.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit, urlunsplit

from hubwatch.patterns import lazy_pattern

from ..page import Page
from ..tree import Element, attribute
from .asked_addresses import names_a_page
from .calls import called_page
from .outline import called_address
from .posted import MOST_CONTROLS, filled_fields, is_off, own_form

_PRESSED = ("button", "input", "span", "li", "div", "td", "em", "i", "b", "strong", "p")
_MOST_INSIDE, _MOST_LOOKED_AT = 6, 30_000


def pressed_links(page: Page) -> list[Element]:
    """The elements of a page that are no links and lead to an address when they are pressed."""
    every = islice(page.tree.iter(*_PRESSED), _MOST_LOOKED_AT)
    found = (tag for tag in every if _may_lead(tag) and address_of(page, tag))
    return [*islice(found, MOST_CONTROLS)]


def _may_lead(tag: Element) -> bool:
    inside = islice(tag.iter(), _MOST_INSIDE + 1)
    is_own = all(at < _MOST_INSIDE and each.tag != "a" for at, each in enumerate(inside))
    return is_own and bool(tag.attrib or tag.tag == "button") and not is_off(tag)


def address_of(page: Page, tag: Element) -> str:
    """Where an element leads that is no link: by its script, by an attribute that holds an address,
    by the form that it sends. Empty where nobody can say, and where it leaves the server."""
    said = called_address(tag) or called_page(page, tag) or turned_to(page, tag)
    url = urldefrag(page.link(said)).url if said else asked_by_form(page, tag)
    return url if url and page.is_on_server(url) and not _IS_FILE.search(url) else ""


_IS_FILE = lazy_pattern(r"\.(?:jpe?g|png|gif|webp|avif|svg|mp[34]|pdf|docx?|xlsx?|zip)$", re.I)


def turned_to(page: Page, tag: Element) -> str:
    """The page to which Livewire turns a list, which it keeps in the address (its
    `WithPagination`): `wire:click="gotoPage(2, 'page')"`."""
    turned = _TURNED.search(attribute(tag, "wire:click")[:200])
    if turned is None:
        return ""
    parts = urlsplit(page.url)
    name = turned[2] or "page"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    here = query.get(name, "1")
    number = int(turned[1] or 0) or (int(here) + 1 if _NUMBER.fullmatch(here) else 0)
    if not number:
        return ""
    return urlunsplit(parts._replace(query=urlencode(query | {name: str(number)})))


_TURNED = lazy_pattern(
    r"(?:gotoPage\(\s?(\d{1,5})|nextPage\()(?:\s?,?\s?['\"]([\w.-]{1,40})['\"])?\s?\)"
)
_NUMBER = lazy_pattern(r"[0-9]{1,5}")


def asked_by_form(page: Page, tag: Element) -> str:
    """The address that a form sent by GET asks for when one of its buttons is pressed, or a page of
    its choice is chosen. A hidden field may say the number of the next page; one that says 1 may be
    of this page."""
    if tag.tag == "option":
        holder = next(tag.iterancestors("select"), None)
        kind = "choice"
    else:
        holder, kind = tag, attribute(tag, "type").lower()
    is_sent = kind in ("choice", "submit") or (tag.tag == "button" and not kind)
    form = own_form(page, holder) if holder is not None and is_sent else None
    if form is None or holder is None or not _is_asked(form, tag):
        return ""
    name, value = attribute(holder, "name"), attribute(tag, "value") or (tag.text or "").strip()
    said = ((name, value),) if name else ()
    if not (names_a_page(name) and _NUMBER.fullmatch(value)):
        hidden = [each for each in islice(form.iter("input"), 500)
                  if names_a_page(attribute(each, "name"))]  # fmt: skip
        numbers = [attribute(each, "value") for each in hidden]
        if kind == "choice" or len(numbers) != 1 or not _NUMBER.fullmatch(numbers[0]):
            return ""
        if int(numbers[0]) <= 1:
            return ""
    own = urldefrag(page.url).url
    action = attribute(tag, "formaction") or attribute(form, "action").strip()
    there = urlsplit(page.link(action) if action else own)
    fields = filled_fields(page, form, said, there.path)
    if isinstance(fields, str):
        return ""
    return urlunsplit(there._replace(query=urlencode(fields), fragment=""))


def _is_asked(form: Element, tag: Element) -> bool:
    """Whether a control sends a form by GET, as one does that says nothing else."""
    method = attribute(tag, "formmethod") or attribute(form, "method")
    return method.strip().lower() != "post"
