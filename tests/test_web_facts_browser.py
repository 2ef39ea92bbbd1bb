"""Figures judged by keyboard in a real browser, beside the list and on the page of a story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.facts import FactQuery
from storage.people import PersonRole
from tests.support.browsers import WIDE, faults_of, follow, sign_in
from tests.support.desks import Client, keep, let_in, page_of, serving
from tests.support.make import later

pytestmark = pytest.mark.browser

_COUNTED = ("workshops", "schools", "bridges", "parks", "halls", "ferries", "lakes", "mills")
_TEXT = " ".join(f"Foshan has {412 + n} {name}." for n, name in enumerate(_COUNTED))


@pytest.fixture
def filled(archive: Path) -> Path:
    """One story with eight figures, and one with none."""
    body = _TEXT + " " + " ".join(f"word{n}" for n in range(60))
    first, second = keep(archive, page_of(1, body=body), page_of(2))
    with Archive.open(archive) as store, store.writing() as tx:
        tx.articles.facts.replace(first, facts_of(_TEXT), FACTS_VERSION)
        tx.articles.facts.replace(second, facts_of("Nothing."), FACTS_VERSION)
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """A desk at which Li and Bo may sign in."""
    let_in(filled, "Li", PersonRole.STAFF)
    let_in(filled, "Bo", PersonRole.STAFF)
    with serving(filled, now=later(hours=2)) as client:
        yield client


@pytest.fixture
def page(browser: Any, client: Client) -> Iterator[Any]:
    """Li, signed in, on a wide screen."""
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(30_000)
    opened = context.new_page()
    sign_in(opened, f"{client.origin}/sign-in?link=link-of-Li")
    yield opened
    context.close()


def _verdicts(archive: Path) -> list[str]:
    with Archive.open_readonly(archive) as store:
        found = store.articles.facts.of_articles([1])
        return [one.review.verdict if one.review else "" for one in found]


def _press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _shown(page: Any, *verdicts: str) -> None:
    """Wait until the figures have these verdicts, as the desk has answered them: what was said
    names who said it."""
    for place, verdict in enumerate(verdicts):
        item = page.locator(".fact-said").nth(place)
        item.locator(f"xpath=self::*[@data-verdict='{verdict}']").wait_for()
        if verdict != "open":
            item.locator(".what").get_by_text("Li").wait_for()


@pytest.mark.parametrize("address", ["/story/1", "/?grade=all"])
def test_figures_are_judged_by_keyboard_alone(
    page: Any, client: Client, filled: Path, address: str
) -> None:
    page.goto(f"{client.origin}{address}")
    if address != "/story/1":
        page.locator(".row[data-story='1']").focus()
        page.locator("#pane .fact-said").first.wait_for()

    _press(page, "c")  # points at the first one
    assert _verdicts(filled) == [""] * 8
    page.get_by_role("status").get_by_text("workshops: 412").wait_for()
    _press(page, "c", "d", "c")
    _shown(page, "confirmed", "rejected", "confirmed", "open")
    assert _verdicts(filled) == ["confirmed", "rejected", "confirmed", "", "", "", "", ""]
    assert "parks" in page.locator(".fact-said[aria-current]").inner_text()

    _press(page, "u", "u")
    _shown(page, "confirmed", "open", "open", "open")
    assert _verdicts(filled) == ["confirmed"] + [""] * 7
    assert "schools" in page.locator(".fact-said[aria-current]").inner_text()


def test_what_is_folded_away_is_opened_for_the_figure_that_is_pointed_at(
    page: Any, client: Client, filled: Path
) -> None:
    page.goto(f"{client.origin}/story/1")
    last = page.locator(".fact-said").last
    assert not last.is_visible()
    _press(page, *["f"] * 8)
    assert last.is_visible()
    assert last.get_attribute("aria-current") == "true"
    _press(page, "F")
    assert "lakes" in page.locator(".fact-said[aria-current]").inner_text()
    assert faults_of(page) == []
    assert _verdicts(filled) == [""] * 8


def test_what_the_desk_refuses_is_said_at_the_figure_and_nothing_is_kept(
    page: Any, client: Client, filled: Path
) -> None:
    page.goto(f"{client.origin}/story/1")
    _press(page, "f")
    with Archive.open(filled) as store, store.writing() as tx:
        tx.articles.facts.replace(1, facts_of("Foshan has 9 ponds."), FACTS_VERSION)
    _press(page, "c")
    page.locator(".fact-said .notice").get_by_text("read again since").wait_for()
    assert page.locator(".fact-said").first.get_attribute("data-verdict") == "open"
    assert _verdicts(filled) == [""]


@pytest.mark.parametrize("by", ["key", "button"])
def test_a_word_on_a_figure_that_could_not_be_taken_back_is_still_the_last(
    page: Any, client: Client, filled: Path, by: str
) -> None:
    page.goto(f"{client.origin}/story/1")
    _press(page, "s", "f", "c")
    _shown(page, "confirmed")
    page.route("**/fact", lambda route: route.abort())
    if by == "key":
        _press(page, "u")
    else:
        page.locator(".fact-said").first.get_by_text("Undo").click()
    page.locator(".fact-said .notice").wait_for()
    page.unroute("**/fact")
    _press(page, "u")
    _shown(page, "open")
    with Archive.open_readonly(filled) as store:
        assert [one.undone_at for one in store.decisions.of()] == [None]  # the star


def test_nothing_is_taken_back_where_the_word_on_a_figure_never_arrived(
    page: Any, client: Client, filled: Path
) -> None:
    page.goto(f"{client.origin}/story/1")
    page.route("**/fact", lambda route: route.abort())
    _press(page, "f")
    pressed = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    failed: list[Any] = []
    with page.expect_event("requestfailed", lambda one: failed.append(one) or len(failed) == 2):
        page.evaluate(f"for (const key of ['c', 'u']) {pressed}")  # before any answer
    page.locator(".fact-said .notice").wait_for()
    _press(page, "u")
    page.get_by_role("status").get_by_text("nothing was said in this window").wait_for()
    assert page.locator(".fact-said").first.get_attribute("data-verdict") == "open"


def test_a_story_without_figures_says_so_and_its_keys_stay(
    page: Any, client: Client, filled: Path
) -> None:
    page.goto(f"{client.origin}/story/2")
    _press(page, "c")
    page.get_by_role("status").get_by_text("no figure waits here").wait_for()
    _press(page, "a")
    page.get_by_role("status").get_by_text("Accept").wait_for()
    with Archive.open_readonly(filled) as store:
        assert not store.articles.facts.find(FactQuery(reviewed=True))
        assert store.decisions.verdicts([2])


@pytest.mark.parametrize("by", ["mouse", "Enter"])
@pytest.mark.parametrize("address", ["/story/1", "/?grade=all"])
def test_figures_are_judged_by_their_buttons_in_place(
    page: Any, client: Client, filled: Path, address: str, by: str
) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{client.origin}{address}")
    if address != "/story/1":
        page.locator(".row[data-story='1']").focus()
        page.locator("#pane .fact-said").first.wait_for()

    def press(place: int, name: str) -> None:
        button = page.locator(".fact-said").nth(place).locator(".fact-word").get_by_text(name)
        button.click() if by == "mouse" else button.press("Enter")

    press(0, "Confirm")
    _shown(page, "confirmed")
    press(1, "Reject")
    _shown(page, "confirmed", "rejected")
    press(0, "Undo")
    _shown(page, "open", "rejected")
    assert _verdicts(filled) == ["", "rejected"] + [""] * 6
    assert page.url == f"{client.origin}{address}"
    _press(page, "u")  # the rejection: the confirmation is taken back already
    _shown(page, "open", "open")
    assert _verdicts(filled) == [""] * 8
    assert troubles == []


@pytest.mark.parametrize("query", ["", "?figures=all"])
def test_figures_of_a_draft_are_judged_by_mouse_and_by_key(
    page: Any, client: Client, filled: Path, query: str
) -> None:
    page.goto(f"{client.origin}/digests")
    page.get_by_text("What was first seen in a period").click()
    page.locator("[name=since]").fill("90d")
    page.locator("[name=scope][value=all]").check()
    follow(page, page.get_by_role("button", name="Draft it"))
    address = page.url.partition("?")[0] + query
    page.goto(address)
    _press(page, "f")
    page.locator(".fact-said[aria-current]").wait_for()
    with page.expect_navigation():
        _press(page, "c")
    assert _verdicts(filled)[:2] == ["confirmed", ""]
    page.locator(".fact-said[aria-current]").get_by_text("schools").first.wait_for()
    follow(page, page.locator(".fact-word:visible button[value=reject]").nth(1))
    assert _verdicts(filled)[:2] == ["confirmed", "rejected"]
