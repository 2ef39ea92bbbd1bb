"""Pagers that are sent by POST: which controls of a page send a form, and what each would send.

`__doPostBack`, calls that fill in and submit a form, buttons that submit, choices that do so when
another page is chosen, command links of JSF. Nothing is run and nothing is typed: a form goes as
it stands on the page, with what the control itself adds. Which control leads to the next page is
decided in `pagination`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.types import Capture

from ..page import Page
from ..text import clean_line, narrow
from ..tree import Element, attribute, names_of
from ..types import PageForm
from .calls import PAGE_FIELD, filled_form

MOST_CONTROLS = 400
_MOST_CHOICES = 10
_MOST_FIELDS = 500
_LONGEST_FORM = 2_000_000
"""Characters of what one form may send. The state that a page keeps in its form is the most of
it."""
_LONGEST_CODE = 1_500
_TEXT = r"""["']([^"'<>]{0,400})["']"""
_POSTED_BACK = lazy_pattern(
    rf"__doPostBack\(\s{{0,3}}{_TEXT}\s{{0,3}},\s{{0,3}}(?:{_TEXT}|(\d{{1,6}}))"
)
_WITH_OPTIONS = lazy_pattern(
    rf"PostBackOptions\(\s{{0,3}}{_TEXT}\s{{0,3}},\s{{0,3}}{_TEXT}\s{{0,3}},\s{{0,3}}\w{{1,9}}"
    rf"\s{{0,3}},\s{{0,3}}{_TEXT}\s{{0,3}},\s{{0,3}}{_TEXT}"
)
_COMMAND = lazy_pattern(
    rf"(?:jsfcljs|cljs|submitForm|oamSubmitForm)\(\s{{0,3}}(?:document\.getElementById\(|document\.forms\[)?"
    rf"\s{{0,3}}{_TEXT}[\])]?\s{{0,3}},(.{{0,600}})",
    re.S,
)
_PAIR = lazy_pattern(rf"{_TEXT}\s{{0,3}}[:,]\s{{0,3}}{_TEXT}")
_SENDS_ITSELF = lazy_pattern(r"submit\s{0,3}\(|__doPostBack", re.I)
NO_PAGER = lazy_pattern(
    r"log-?_?(?:in|on|out)|sign-?_?(?:in|on|up|out)|register|regist|subscri|comment|feedback|vote|"
    r"delete|remove|checkout|payment|cart|upload|(?:^|[\W_])(?:order|delete|save)(?:$|[\W_])",
    re.I,
)
"""What is called so is no list: to sign in with, to write, to vote or to buy."""
_UNSENT = frozenset(("submit", "button", "image", "reset", "file"))
_PLAIN_CODING = "application/x-www-form-urlencoded"
_MOST_COOKIES, _LONGEST_COOKIE = 20, 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Something to click or to choose that sends a form: what it says, and what it adds to the
    form. `action` is where it sends it, empty where the form itself says. `number` is the page it
    asks for where it is known without its words."""

    tag: Element
    form: Element
    words: str
    said: tuple[tuple[str, str], ...]
    action: str = ""
    number: int = 0


def posted_controls(page: Page) -> Iterator[Control]:
    """The controls of a page that send one of its forms by POST, in order."""
    forms = page.tags("form")[:50]
    if not any(_is_posted(form) for form in forms) and not (forms and page.has_words(".method")):
        return
    names = ("a", "button", "input", "span", "td", "li", "div", "img")
    choices = [each for each in page.tree.iter("select") if each.get("onchange") is not None]
    for tag in [*islice(_acting(page, names), MOST_CONTROLS), *choices[:_MOST_CHOICES]]:
        found = _control(page, tag)
        if found is not None:
            yield found


def _acting(page: Page, names: tuple[str, ...]) -> Iterator[Element]:
    for tag in page.tree.iter(*names):
        kind = attribute(tag, "type").lower()
        if tag.tag in ("button", "input") and kind != "button":
            acts = kind in ("submit", "image") or (tag.tag == "button" and not kind)
        else:
            acts = tag.get("onclick") is not None
        if acts or (tag.tag == "a" and attribute(tag, "href")[:11].lower() == "javascript:"):
            yield tag


def _control(page: Page, tag: Element) -> Control | None:
    if is_off(tag):
        return None
    name = "onchange" if tag.tag == "select" else "onclick"
    code = f"{attribute(tag, name)[:_LONGEST_CODE]} "
    if attribute(tag, "href")[:11].lower() == "javascript:":
        code += attribute(tag, "href")[11 : _LONGEST_CODE + 11]
    code = code.replace("\\'", "'").replace('\\"', '"')
    if tag.tag == "select":
        return _choice(page, tag, code)
    return _called(page, tag, code) or _button(page, tag)


def is_off(tag: Element) -> bool:
    """Whether a control is switched off."""
    parent = tag.getparent()
    around = (tag, parent) if parent is not None and parent.tag in ("li", "span") else (tag,)
    return any(
        node.get("disabled") is not None
        or attribute(node, "aria-disabled").lower() == "true"
        or "disabled" in names_of(node).lower()
        for node in around
    )


def _called(page: Page, tag: Element, code: str) -> Control | None:
    """What a call of the page's scripts sends."""
    if "(" not in code:
        return None
    words = words_of(tag)
    posted = _posted_back(code)
    if posted is not None:
        form = _form_of(page, tag)
        return Control(tag, form, words, posted) if form is not None else None
    command = _COMMAND.search(code)
    if command is not None:
        form = next(
            (each for each in page.tags("form")[:50] if _answers_to(each, command[1])), None
        )
        if form is not None and _is_posted(form):
            pairs = tuple(_PAIR.findall(command[2])[:20])
            named = re.match(rf"\s{{0,3}}{_TEXT}", command[2])
            if named is not None and not pairs:
                pairs = ((f"{command[1]}:_idcl", named[1]),)
            return Control(tag, form, words, pairs) if pairs else None
    filled = filled_form(page, tag, code)
    if filled is None or (filled.method or attribute(filled.form, "method").lower()) != "post":
        return None
    said = tuple((_name_in(filled.form, name), value) for name, value in filled.fields.items())
    return Control(tag, filled.form, words, said, filled.action)


def _posted_back(code: str) -> tuple[tuple[str, str], ...] | None:
    """What `__doPostBack` fills in. None for another call, and for one to another page."""
    found = _WITH_OPTIONS.search(code)
    if found is not None:
        return None if found[4] else _events(found[1], found[2])
    found = _POSTED_BACK.search(code)
    return _events(found[1], found[2] or found[3] or "") if found is not None else None


def _events(target: str, argument: str) -> tuple[tuple[str, str], ...]:
    return ("__EVENTTARGET", target), ("__EVENTARGUMENT", argument)


def _button(page: Page, tag: Element) -> Control | None:
    """What a button sends that submits its form."""
    kind = attribute(tag, "type").lower()
    if tag.tag not in ("input", "button") or kind not in ("submit", "image", ""):
        return None
    form = own_form(page, tag)
    method = attribute(tag, "formmethod") or (attribute(form, "method") if form is not None else "")
    if form is None or method.lower() != "post":
        return None
    name, value = attribute(tag, "name"), attribute(tag, "value")
    said: tuple[tuple[str, str], ...] = ((name, value),) if name else ()
    if kind == "image":
        said = ((f"{name}.x", "1"), (f"{name}.y", "1")) if name else (("x", "1"), ("y", "1"))
    number = 0
    if not value.isdecimal():  # a form of its own for each page has the number in a field
        fields = [
            each
            for each in islice(form.iter("input"), 500)
            if PAGE_FIELD.fullmatch(attribute(each, "name"))
        ]
        if len(fields) == 1 and attribute(fields[0], "type").lower() == "hidden":
            said_number = attribute(fields[0], "value")
            number = int(said_number) if re.fullmatch(r"\d{1,5}", said_number) else 0
    return Control(tag, form, words_of(tag), said, attribute(tag, "formaction"), number)


def _choice(page: Page, tag: Element, code: str) -> Control | None:
    """What a choice of pages sends when the page after the chosen one is chosen."""
    options = list(islice(tag.iter("option"), 1_000))
    numbers = [int(found[0]) if (found := re.search(r"\d{1,5}", _label(each)[:20])) else -1
               for each in options]  # fmt: skip
    if len(options) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    at = next((at for at, each in enumerate(options) if each.get("selected") is not None), 0)
    form = own_form(page, tag)
    if numbers[0] not in (0, 1) or at + 1 >= len(options) or form is None or not _is_posted(form):
        return None
    if not _SENDS_ITSELF.search(code) and filled_form(page, tag, code) is None:
        return None
    value = options[at + 1].get("value")
    chosen = _label(options[at + 1]) if value is None else value
    said = ((attribute(tag, "name"), chosen), *(_posted_back(code) or ()))
    return Control(tag, form, "", said, number=at + 2)


def _label(option: Element) -> str:
    return (option.text or "").strip()


def words_of(tag: Element) -> str:
    """What a control says: its words, else its value, what its picture says, or its label."""
    if tag.tag == "input":
        image = attribute(tag, "type").lower() == "image"
        said = attribute(tag, "alt" if image else "value") or attribute(tag, "title")
        return narrow(said[:40]).strip("[]() ")
    said = narrow(clean_line("".join(islice(tag.itertext(), 20)))[:40]).strip("[]() ")
    image = next(tag.iter("img"), tag)
    for each in (
        said,
        attribute(tag, "title"),
        attribute(tag, "aria-label"),
        attribute(image, "alt"),
    ):
        if each.strip():
            return narrow(each[:40]).strip("[]() ")
    return ""


def _is_posted(form: Element) -> bool:
    return attribute(form, "method").strip().lower() == "post"


def own_form(page: Page, tag: Element) -> Element | None:
    named = attribute(tag, "form")
    if named:
        return next((form for form in page.tags("form")[:50] if form.get("id") == named), None)
    return next(tag.iterancestors("form"), None)


def _form_of(page: Page, tag: Element) -> Element | None:
    """The form that posting back sends: the one around a control, else the only one there is."""
    form = next(tag.iterancestors("form"), None)
    if form is not None:
        return form if _is_posted(form) else None
    posted = [each for each in page.tags("form")[:50] if _is_posted(each)]
    return posted[0] if len(posted) == 1 else None


def _answers_to(form: Element, name: str) -> bool:
    return bool(name) and name in (form.get("id"), form.get("name"))


def _name_in(form: Element, name: str) -> str:
    """The name of a field that a script calls by its name or its id."""
    for tag in form.iter("input", "select", "textarea"):
        if name in (tag.get("name"), tag.get("id")):
            return attribute(tag, "name") or name
    return name


def page_form(page: Page, control: Control, number: int) -> PageForm | str:
    """What is sent for the page of that number. Or why nothing may be, in one line.

    Only forms that stand on this site go, as they stand on the page, and none that asks for a
    password or a file, or that is by its name one to sign in with, to write or to buy.
    """
    form = control.form
    coding = attribute(control.tag, "formenctype") or attribute(form, "enctype")
    if coding and coding.lower() != _PLAIN_CODING:
        return f"its form is sent as {coding[:40]}"
    own = urldefrag(page.url).url
    said = control.action or attribute(form, "action")
    action = urldefrag(page.link(said) if said.strip() else own).url
    here, there = urlsplit(page.url), urlsplit(action)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        return "its form is sent to another site"
    fields = filled_fields(page, form, control.said, there.path)
    if isinstance(fields, str):
        return fields
    charset = attribute(form, "accept-charset").split(",")[0].split(" ")[0]
    return PageForm(f"{own}#page={number}", action, tuple(fields), charset)


def filled_fields(
    page: Page, form: Element, said: Iterable[tuple[str, str]], path: str
) -> list[tuple[str, str]] | str:
    """What a form sends to a path, as it stands on the page, with what is `said` along. Or why
    nothing may be sent, in one line."""
    for name in (*map(form.get, ("id", "name", "class")), path):
        if name and NO_PAGER.search(name):
            return f"its form is called {name[:60]!r}"
    fields: list[tuple[str, str]] = []
    added = dict(said)
    size = 0
    for tag in _fields_of(page, form):
        kind = attribute(tag, "type").lower()
        if kind in ("password", "file"):
            return f"its form asks for a {kind}"
        for name, value in _sent(tag, kind):
            pair = name, added.pop(name, value)
            fields.append(pair)
            size += len(pair[0]) + len(pair[1])
        if len(fields) > _MOST_FIELDS or size > _LONGEST_FORM:
            return "its form sends too much"
    fields.extend((name, value) for name, value in added.items() if name)
    return fields


def _fields_of(page: Page, form: Element) -> Iterator[Element]:
    yield from form.iter("input", "select", "textarea")
    named = form.get("id")
    if named:
        for tag in page.tree.iter("input", "select", "textarea"):
            if tag.get("form") == named and form not in tag.iterancestors("form"):
                yield tag


def _sent(tag: Element, kind: str) -> Iterator[tuple[str, str]]:
    """What a field sends as it stands (HTML, 4.10.22.4)."""
    name = attribute(tag, "name")
    if not name or tag.get("disabled") is not None or kind in _UNSENT:
        return
    if tag.tag == "textarea":
        yield name, tag.text or ""
    elif tag.tag == "select":
        options = list(islice(tag.iter("option"), 2_000))
        chosen = [each for each in options if each.get("selected") is not None]
        if tag.get("multiple") is None:
            chosen = (chosen or options)[:1]
        for each in chosen:
            value = each.get("value")
            yield name, _label(each) if value is None else value
    elif kind in ("checkbox", "radio"):
        if tag.get("checked") is not None:
            yield name, tag.get("value") or "on"
    else:
        yield name, attribute(tag, "value")


def cookies_of(capture: Capture) -> tuple[tuple[str, str], ...]:
    """The cookies that come with a page. A form whose state the server keeps is worth nothing
    without them. They go back with the forms of that walk alone."""
    found: dict[str, str] = {}
    for name, value in capture.headers:
        if name.lower() != "set-cookie" or len(value) > _LONGEST_COOKIE:
            continue
        try:
            for key, morsel in SimpleCookie(value).items():
                if len(found) < _MOST_COOKIES:
                    found[key] = morsel.coded_value
        except CookieError:
            continue
    return tuple(found.items())
