"""What stands where in a digest: at most seven key items and one line of coverage first, names of
sources last; and what a mail's page may hold, so that every mail program draws it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings

from desk.digest import wording
from desk.digest.build import number
from desk.digest.formats import render
from desk.digest.formats.templates import fill
from desk.digest.model import FRONT, PLAIN, Digest, DigestLanguage, Format
from tests.support.big_digests import big_digest
from tests.support.digest_samples import sample
from tests.support.examples import examples
from tests.support.hostile_digests import edited

TAGS = {
    "html": {"lang"}, "head": set(), "title": set(), "body": {"style"},
    "meta": {"http-equiv", "content", "name"},
    "table": {"role", "width", "cellpadding", "cellspacing", "border", "style"},
    "tr": set(), "td": {"colspan", "width", "valign", "align", "bgcolor", "style"},
    "a": {"href", "lang", "style"}, "span": {"lang", "style"}, "strong": {"style"}, "em": set(),
    "br": set(),
}  # fmt: skip
"""The elements and attributes that Outlook (Word), the web mailers and phones all draw."""
PROPERTIES = {
    "margin", "padding", "padding-top", "width", "max-width", "text-align", "color",
    "background-color", "font-family", "font-size", "font-weight", "line-height", "border-bottom",
    "text-decoration",
}  # fmt: skip
"""The properties of CSS that all of them know, each on its element: many take `<style>` out."""
MAY_BE_LOST = {"word-break"}
"""What some pass over: a long address then makes the mail wider than a telephone, and no more."""
WIDEST = 640


def mail_page(digest: Digest) -> BeautifulSoup:
    return BeautifulSoup(fill("mail.html.j2", digest, PLAIN), "lxml")


def declared(element: Tag) -> dict[str, str]:
    parts = str(element.get("style", "")).split(";")
    pairs = (part.partition(":") for part in parts if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def keeps_to_the_subset(page: BeautifulSoup) -> None:
    for element in page.find_all(True):
        assert element.name in TAGS, element.name
        assert set(element.attrs) <= TAGS[element.name], element
        style = declared(element)
        assert set(style) <= PROPERTIES | MAY_BE_LOST, element
        for value in style.values():
            assert "url(" not in value
            assert "expression" not in value
        # A program that darkens pages turns a background or a text of its own accord: who sets one
        # sets both, so that no light text comes to stand on a light ground.
        if "background-color" in style:
            assert "color" in style, element
        if str(element.get("width", "")).isdecimal():
            assert int(str(element["width"])) <= WIDEST


@pytest.mark.parametrize("language", DigestLanguage)
def test_the_page_of_a_mail_keeps_to_what_all_mail_programs_draw(language: DigestLanguage) -> None:
    keeps_to_the_subset(mail_page(big_digest(20, language)))
    keeps_to_the_subset(mail_page(replace(sample(), key=(), sections=(), touched=())))


@settings(max_examples=examples(30))
@given(edited())
def test_the_page_of_a_mail_keeps_to_it_whatever_pages_say(digest: Digest) -> None:
    keeps_to_the_subset(mail_page(digest))


def with_key(digest: Digest, amount: int) -> Digest:
    item = digest.key[0]
    return number(replace(digest, key=tuple(replace(item, article_id=n) for n in range(amount))))


@pytest.mark.parametrize("amount", [0, 1, FRONT, FRONT + 1, 30])
def test_at_most_seven_key_items_stand_first_and_none_is_lost(amount: int) -> None:
    digest = with_key(big_digest(10), amount)
    assert digest.front == digest.key[:7]
    inside = [item for section in digest.inside for item in section.items]
    assert [*digest.front, *inside] == list(digest.items)
    assert [item.number for item in digest.items] == list(range(1, amount + 4))


@pytest.mark.parametrize("form", [Format.TXT, Format.MD, Format.HTML])
def test_the_first_page_has_key_items_and_one_line_of_coverage(form: Format) -> None:
    digest = with_key(big_digest(145), 12)
    text = re.sub(r"\s+", " ", render(digest, form).decode()).replace("\\", "")
    line = wording.coverage_line(digest)
    order = [
        wording.cover(digest), digest.key[0].title, line, "Further key items", "第7项重点工程",
        "What we could not read", "Why you get this", "References",
    ]  # fmt: skip
    places = [text.lower().find(each.lower()) for each in order]
    assert -1 not in places
    body = text[places[0] :].lower()
    assert [body.find(each.lower()) for each in order] == sorted(
        body.find(each.lower()) for each in order
    )
    assert line.count(".") == 1
    front = body[: body.find(line.lower())]
    assert sum(f"{n}项重点工程" in front for n in range(10)) >= 1
    assert "门户网站第099号" not in body[: body.find("references")]


def test_the_sources_stand_by_city_and_state_and_each_stands_once() -> None:
    digest = big_digest(145)
    cities = wording.sources(digest)
    assert [city.city for city in cities] == sorted(city.city for city in cities)
    names = [name for city in cities for _, listed in city.states for name in listed]
    assert len(names) == 145
    states = [state for state, _ in cities[0].states]
    assert states == ["failing", "incomplete", "not scanned", "read"]


def test_what_is_whole_says_so() -> None:
    digest = big_digest(14)
    assert wording.coverage_line(digest).endswith("; nothing is missing.")
    assert wording.unread(replace(digest, coverage=replace(digest.coverage, left_out=()))) == ()
