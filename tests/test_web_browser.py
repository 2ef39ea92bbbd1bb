"""The desk in a real browser: sorted by keyboard, read on a phone, open to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scheduler.jobs import Job
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.decisions import State
from storage.incidents import Finding, Kind, Severity
from storage.people import PersonRole
from tests.support.browsers import NARROW, WIDE, ZOOMED, faults_of, follow, sign_in
from tests.support.desks import Client, keep, let_in, page_of, serving
from tests.support.examples import cases
from tests.support.make import NOW, later

pytestmark = pytest.mark.browser

_PATHS = (
    "/", "/?grade=none", "/?grade=all", "/all?grade=all", "/story/1", "/story/3",
    "/search?q=story", "/why?q=1", "/sources", "/runs", "/cities", "/coverage", "/feeds",
    "/source/guiyang-en",
    "/source/a", "/timetable", "/incidents", "/incident/1", "/sources?group=city&q=a", "/add",
    "/sources?day=2026-03-02", "/cities?grade=all", "/digests", "/sources/new", "/story/99",
    "/nowhere",
)  # fmt: skip
_HUB = "Foshan chosen as hub city of Innovation China"
_HUB_BODY = (
    "Foshan is one of the hub cities of the Innovation China program, its science association "
    "said. Ceramic makers will be visited by experts from forty laboratories this spring."
)


@pytest.fixture
def filled(archive: Path) -> Path:
    """Five stories, one of a hub city, one with a copy elsewhere, one that changed."""
    keep(
        archive,
        page_of(1, title=_HUB, body=_HUB_BODY),
        *(page_of(number) for number in (2, 3, 4)),
        page_of(5, title="第五则：贵阳举办科创中国对接会", language="zh"),
        page_of(6, body=page_of(2)["body"], title="Story number 2, as others print it"),
    )
    changed = page_of(3, body="Eleven towns were told. " + str(page_of(3)["body"]))
    keep(archive, changed, now=later(hours=1))
    told = "the list has no rows"
    with Archive.open(archive) as store, store.writing() as tx:
        tx.incidents.open(
            Finding(Kind.LIST_EMPTY, "a", Severity.CRITICAL, told, ("20 rows before",)), NOW
        )
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """A desk at which Li may sign in."""
    let_in(filled, "Li", PersonRole.STAFF)
    schedule = parse_schedule("every 1h", "Asia/Shanghai")
    job = Job("guiyang-en", ("true",), schedule, timedelta(minutes=5), (), "crawl")
    with serving(filled, now=later(hours=2), jobs=(job,)) as client:
        yield client


@pytest.fixture
def page(browser: Any, client: Client) -> Iterator[Any]:
    """Li, signed in by the link, on a wide screen; whatever goes wrong in a script fails a test."""
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(30_000)
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    opened.on("request", lambda asked: _is_ours(asked.url, client, troubles))
    sign_in(opened, f"{client.origin}/sign-in?link=link-of-Li")
    opened.goto(f"{client.origin}/?grade=all")
    yield opened
    context.close()
    assert troubles == []


def _is_ours(url: str, client: Client, troubles: list[str]) -> None:
    if not url.startswith(client.origin):
        troubles.append(f"asked for {url}")


def _state(archive: Path, story: int) -> State:
    with Archive.open_readonly(archive) as store:
        found = store.decisions.verdicts([story]).get(story)
    return found.state if found else State.OPEN


def _press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _told(page: Any, text: str) -> None:
    page.get_by_role("status").get_by_text(text).wait_for()


def test_the_queue_is_sorted_by_keyboard_alone(page: Any, filled: Path) -> None:
    assert page.locator(".row h2").first.inner_text() == _HUB
    _press(page, "a")
    _told(page, "Accept: Foshan")
    assert _state(filled, 1) is State.ACCEPTED
    order = [int(card.get_attribute("data-story")) for card in page.locator(".row").all()]
    _press(page, "r")
    page.keyboard.type("off topic")
    _press(page, "Enter")
    _told(page, "Reject")
    assert _state(filled, order[1]) is State.REJECTED
    _press(page, "l")
    _told(page, "Later")
    assert _state(filled, order[2]) is State.LATER
    counts = {
        each.get_attribute("data-count"): each.inner_text()
        for each in page.locator("[data-count]").all()
    }
    page.reload()
    again = {
        each.get_attribute("data-count"): each.inner_text()
        for each in page.locator("[data-count]").all()
    }
    assert counts == again  # what the script counted is what the archive counts
    assert page.locator(".row").count() == len(order) - 3
    with Archive.open_readonly(filled) as store:
        said = [(one.verb, one.value, one.person) for one in store.decisions.of()]
    assert said == [("accept", "", "Li"), ("reject", "off topic", "Li"), ("later", "", "Li")]


def test_the_first_story_is_under_the_cursor_and_nothing_has_the_focus(
    page: Any, filled: Path
) -> None:
    first, second = page.locator(".row").nth(0), page.locator(".row").nth(1)
    assert first.get_attribute("aria-current") == "true"
    page.locator("#pane h1").get_by_text(_HUB).wait_for()
    assert page.evaluate("document.activeElement === document.body")
    page.locator("details.filter summary").click()
    field = page.locator("details.filter input[type=date], details.filter input").first
    field.focus()
    _press(page, "a", "l")
    page.locator("h1").first.evaluate("() => document.activeElement.blur()")
    _press(page, "j")
    assert second.get_attribute("aria-current") == "true"
    _press(page, "k", "a")
    _told(page, "Accept: Foshan")
    with Archive.open_readonly(filled) as store:
        assert [(one.said_of, one.verb) for one in store.decisions.of()] == [(1, "accept")]


def test_a_key_on_an_empty_queue_does_nothing(page: Any, client: Client) -> None:
    page.goto(f"{client.origin}/?state=later")
    page.get_by_text("Nothing here. All sorted.").wait_for()
    _press(page, "a", "r", "x", "o", "u")
    assert page.locator("#status").text_content() == ""
    assert not page.locator("dialog[open]").count()


def test_u_takes_back_the_last_word(page: Any, filled: Path) -> None:
    _press(page, "a")
    _told(page, "Accept")
    _press(page, "u")
    _told(page, "Undo")
    assert _state(filled, 1) is State.OPEN
    assert page.locator(".row").first.get_attribute("aria-current") == "true"


def test_u_takes_back_one_word_at_a_time(page: Any, filled: Path) -> None:
    _press(page, "s")
    _told(page, "Star")
    _press(page, "a")
    _told(page, "Accept")
    assert page.locator("#s1").get_attribute("data-last") == "2"
    _press(page, "u")
    _told(page, "Undo")
    assert page.locator("#s1").get_attribute("data-last") == "1"
    with Archive.open_readonly(filled) as store:
        assert [one.undone_at is None for one in store.decisions.of()] == [True, False]


def test_a_note_by_keyboard_is_a_note_and_letters_in_it_are_no_commands(
    page: Any, filled: Path
) -> None:
    _press(page, "n")
    page.keyboard.type("ask Jiaxing already")
    _press(page, "Enter")
    _told(page, "Note")
    with Archive.open_readonly(filled) as store:
        assert [(one.verb, one.value) for one in store.decisions.of()] == [
            ("note", "ask Jiaxing already")
        ]
    assert _state(filled, 1) is State.OPEN


@pytest.mark.parametrize("key", ["a", "u"])
def test_whose_visit_has_ended_is_notified_and_not_asked_without_end(
    browser: Any, client: Client, filled: Path, key: str
) -> None:
    page = browser.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.goto(f"{client.origin}/?grade=all")
    if key == "u":
        _press(page, "s")
        _told(page, "Star")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.locator("#pane h1").wait_for()
    with Archive.open(filled) as store, store.writing() as tx:
        tx.people.deactivate("Li", NOW)
    _press(page, key)
    line = page.locator("#main > .notice")
    line.get_by_text("1 not sent yet").wait_for()
    assert "/?grade=all" in page.url  # what is being typed there is not taken away
    with page.expect_navigation():
        line.get_by_role("button", name="Load the page again").click()
    page.get_by_text("Open the sign-in link").wait_for()
    assert len(sent) == 1  # it is kept, and sent when Li is there again
    assert _state(filled, 1) is State.OPEN
    page.context.close()


def test_two_are_merged_with_the_mouse_and_split_again(page: Any, filled: Path) -> None:
    page.get_by_label("Choose story 3").check()
    page.get_by_label("Choose story 4").check()
    follow(page, page.get_by_role("button", name="Merge"))
    page.get_by_text("Merged: 2.").wait_for()
    page.goto(page.url.split("/?")[0] + "/story/4")
    assert page.url.endswith("/story/3")
    assert page.locator(".places li").count() == 2
    page.get_by_label("Choose article 4").check()
    follow(page, page.get_by_role("button", name="Split off"))
    page.get_by_text("Addresses 1").wait_for()
    follow(page, page.get_by_role("button", name="Undo").first)
    page.get_by_text("Addresses 2").wait_for()


def test_everything_works_without_script(browser: Any, client: Client, filled: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.get_by_label("Choose story 1").check()
    follow(page, page.get_by_role("button", name="Accept"))
    page.get_by_text("Accepted: 1.").wait_for()
    assert _state(filled, 1) is State.ACCEPTED
    follow(page, page.get_by_role("button", name="Undo").first)
    assert _state(filled, 1) is State.OPEN
    follow(page, page.get_by_role("link", name=_HUB))
    follow(page, page.get_by_role("button", name="Accept"))
    follow(page, page.get_by_role("link", name="Stories"))
    follow(page, page.get_by_role("link", name="Accepted 1"))
    follow(page, page.get_by_role("link", name=_HUB))
    page.get_by_role("heading", name="Why it is here").wait_for()
    follow(page, page.get_by_role("button", name="Undo").first)
    assert _state(filled, 1) is State.OPEN
    context.close()


def test_a_story_shows_its_versions_and_its_archived_page(page: Any) -> None:
    page.goto(page.url.split("/?")[0].rstrip("/") + "/story/3")
    assert "Eleven towns were told." in page.locator("ins").first.inner_text()
    follow(page, page.get_by_role("link", name="Archived page").first)
    page.get_by_text("Nothing of it is run or fetched.").wait_for()
    assert "Eleven towns" in page.locator("pre.raw").inner_text()


_SIZES = {"phone": NARROW, "wide": WIDE, "zoomed": ZOOMED}
_LOOKS = {("phone", "dark", "zh"), ("wide", "light", "en"), ("zoomed", "light", "zh")}
"""Each size, scheme and language once; `.ci/long` has all of them with each other."""


@pytest.mark.parametrize(
    "look", cases(product(_SIZES, ("light", "dark"), ("en", "zh")), _LOOKS), ids="-".join
)
def test_no_page_has_a_fault_of_accessibility(
    browser: Any, client: Client, look: tuple[str, str, str]
) -> None:
    size, scheme, language = look
    context = browser.new_context(
        viewport=_SIZES[size], color_scheme=scheme, bypass_csp=True, locale=language
    )
    page = context.new_page()
    page.goto(f"{client.origin}/sign-in?link=link-of-Li")
    follow(page, page.locator("main button"))
    for path in _PATHS:
        page.goto(client.origin + path)
        assert page.get_attribute("html", "lang").startswith(language)
        assert faults_of(page) == [], path
    context.close()


def test_the_cursor_and_the_open_tab_are_told_in_forced_colours(
    browser: Any, client: Client
) -> None:
    context = browser.new_context(viewport=WIDE, forced_colors="active")
    page = context.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.goto(f"{client.origin}/?grade=all")
    edge = "each => getComputedStyle(each).outlineStyle + getComputedStyle(each).outlineWidth"
    under = "each => getComputedStyle(each).borderBottomColor"
    assert page.locator(".row[aria-current]").evaluate(edge) == "solid3px"
    assert page.locator(".row:not([aria-current])").first.evaluate(edge) != "solid3px"
    current = page.locator(".tabs [aria-current]").evaluate(under)
    others = page.locator(".tabs a:not([aria-current])").evaluate_all(
        "found => found.map(each => getComputedStyle(each).borderBottomColor)"
    )
    assert current not in others
    context.close()


def test_on_a_phone_a_title_leaves_room_and_a_box_is_as_large_as_a_finger(
    browser: Any, archive: Path
) -> None:
    keep(archive, page_of(1, title="A word of the title " * 30, body=_HUB_BODY))
    let_in(archive, "Li")
    with serving(archive) as client:
        context = browser.new_context(viewport=NARROW, has_touch=True, is_mobile=True)
        page = context.new_page()
        sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        page.goto(f"{client.origin}/?grade=all")
        assert page.locator(".row h2").bounding_box()["height"] < 5 * 20
        box = page.locator(".row .pick").bounding_box()
        assert min(box["width"], box["height"]) >= 24
        context.close()


def test_what_a_finger_chooses_lies_beside_the_title_and_not_over_it(
    browser: Any, client: Client
) -> None:
    context = browser.new_context(viewport=NARROW, has_touch=True, is_mobile=True)
    page = context.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.goto(f"{client.origin}/?grade=all")
    gaps = """rows => rows.map(row => row.querySelector("h2").getBoundingClientRect().left
        - row.querySelector(".pick").getBoundingClientRect().right)"""
    heights = "found => found.map(each => each.getBoundingClientRect().height)"
    for width in (320, 820, 1180):  # a small phone, a tablet held upright and across
        page.set_viewport_size({"width": width, "height": 820})
        assert min(page.locator(".row").evaluate_all(gaps)) >= 4, width
        assert min(page.locator(".row h2 a").evaluate_all(heights)) >= 24, width
    context.close()


@pytest.mark.parametrize("path", ["/feeds", "/digests"])
def test_only_a_story_is_laid_out_and_pointed_at_as_one(
    page: Any, client: Client, path: str
) -> None:
    page.goto(client.origin + path)
    assert page.locator(".row:not([data-story])").count() == 0
    for button in page.locator("main button").all():
        if button.is_visible():
            box = button.bounding_box()
            assert box["width"] > box["height"], button.inner_text()


def test_twenty_stories_fit_on_a_wide_screen_and_a_whole_one_on_a_phone(
    browser: Any, archive: Path
) -> None:
    long = " ".join(f"word{n}" for n in range(40))
    # Each with a text of its own: equal ones are copies, which are one story.
    keep(
        archive,
        *(
            page_of(n, title=f"Story {n}: {long}", body=_HUB_BODY + page_of(n)["body"])
            for n in range(30)
        ),
    )
    let_in(archive, "Li")
    with serving(archive) as client:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        page.goto(f"{client.origin}/?grade=all")
        whole = "rows => rows.filter(r => r.getBoundingClientRect().bottom <= innerHeight).length"
        assert page.locator(".row").evaluate_all(whole) >= 20
        stops = 0
        while not page.evaluate("!!document.activeElement.closest('.row')"):
            page.keyboard.press("Tab")
            stops += 1
        assert stops <= 12
        page.set_viewport_size(NARROW)
        page.reload()
        assert page.locator(".row").evaluate_all(whole) >= 1
        places = page.locator("header nav a").all_inner_texts()
        assert places == ["Stories", "Digests", "Sources"]
        context.close()


def test_what_a_page_says_is_never_run(browser: Any, archive: Path) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
    keep(
        archive,
        page_of(1, title=evil, body=f"{evil} hub city {evil}", source=evil, author=evil),
        page_of(2, title="javascript:alert(3)", source="' onmouseover='alert(4)"),
    )
    let_in(archive, "Li")
    with serving(archive) as client:
        page = browser.new_context().new_page()
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url) if "/x" in request.url else 0)
        sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        for path in ("/", "/story/1", "/story/2", "/page/1", "/search?q=hub", "/why?q=1"):
            page.goto(client.origin + path)
            assert page.locator("main img, main script, main iframe").count() == 0
        assert evil in page.content() or "&lt;img" in page.content()
        assert asked == []
        page.context.close()


@pytest.mark.parametrize("path", ["/cities?grade=all", "/coverage", "/source/a"])
def test_a_picture_on_a_phone_opens_at_the_newest(browser: Any, client: Client, path: str) -> None:
    page = browser.new_page(viewport=NARROW)
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.goto(client.origin + path)
    hidden = page.locator(".figure > .wide").first.evaluate(
        "(box) => box.querySelector('svg').getBoundingClientRect().right"
        " - box.getBoundingClientRect().right"
    )
    assert hidden <= 1
    page.close()


def test_the_outcome_of_a_run_is_seen_on_a_phone(browser: Any, client: Client) -> None:
    page = browser.new_page(viewport=NARROW)
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    page.goto(f"{client.origin}/runs")
    for cell in page.locator("table tbody td:nth-child(3)").all():
        box = cell.bounding_box()
        assert box and box["x"] + box["width"] <= NARROW["width"]
    page.close()
