"""Search in a real browser: hits ticked by key and handed on, tabs, controls that stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from storage.archive import Archive
from storage.decisions import Verb
from storage.people import PersonRole
from tests.support.browsers import NARROW, faults_of, follow, sign_in
from tests.support.crawling import source
from tests.support.desks import Client, keep, let_in, page_of, serving
from tests.support.make import NOW, later

pytestmark = pytest.mark.browser

_DESK = {"width": 1440, "height": 900}


@pytest.fixture
def client(archive: Path) -> Iterator[Client]:
    """A desk with fifty stories, at which Li may sign in."""
    keep(archive, *map(page_of, range(1, 51)))
    let_in(archive, "Li", PersonRole.STAFF)
    with serving(archive, now=later(hours=1)) as client:
        yield client


def opened(browser: Any, client: Client, size: dict[str, int], **more: Any) -> Any:
    context = browser.new_context(viewport=size, **more)
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    return page


def test_hits_are_ticked_by_key_and_become_a_brief(browser: Any, client: Client) -> None:
    page = opened(browser, client, _DESK)
    page.goto(f"{client.origin}/search?q=town&by=newest")
    for key in ("x", "j", "j", "X"):
        page.keyboard.press(key)
    ticked = page.locator(".pick:checked")
    assert ticked.count() == 3
    titles = [page.locator(".row").nth(place).locator("h2").inner_text() for place in range(3)]
    with page.expect_download() as download:
        page.get_by_role("button", name="Make a brief").click()
    with ZipFile(BytesIO(Path(download.value.path()).read_bytes())) as parts:
        text = parts.read("word/document.xml").decode()
    assert all(title in text for title in titles)
    assert f"Story number {25}" not in text

    page.goto(f"{client.origin}/search?q=town")
    page.keyboard.press("x")
    client.cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    period = [("basis", "period"), ("since", "2020-01-01"), ("until", "2020-01-02")]
    client.post("/digests", [*period, ("scope", "all"), ("grouping", "city")])
    page.reload()
    page.locator(".pick").first.check()
    follow(page, page.get_by_role("button", name="Put into the draft"))
    assert page.url.endswith("/digests/1")
    page.context.close()


def test_a_search_is_kept_and_its_tab_is_followed(browser: Any, client: Client) -> None:
    page = opened(browser, client, _DESK)
    page.goto(f"{client.origin}/search?q=town")
    page.locator("form.kept input[name=name]").fill("Towns")
    follow(page, page.get_by_role("button", name="Keep as a tab"))
    tabs = page.get_by_role("navigation", name="Searches that you keep")
    assert tabs.get_by_role("link").all_inner_texts() == ["Search", "Towns"]
    assert tabs.locator("[aria-current=page]").inner_text() == "Towns"
    follow(page, page.get_by_role("button", name="Keep it no more"))
    assert page.get_by_role("navigation", name="Searches that you keep").count() == 0
    page.context.close()


_CUT = """[...document.querySelectorAll('.row .line')].flatMap((line) => {
  const edge = line.getBoundingClientRect(), mark = line.querySelector('.excerpt mark');
  const whole = [...line.querySelectorAll('.state, .grade, .flag, .from, .num')];
  const excerpt = line.querySelector('.excerpt').getBoundingClientRect();
  const beyond = (box, other) => box.right > other.right + 1 || box.bottom > other.bottom + 2;
  const cut = whole.filter((each) => beyond(each.getBoundingClientRect(), edge)
    || (each.clientWidth && each.scrollWidth > each.clientWidth + 1));
  const lost = !mark || beyond(mark.getClientRects()[0], excerpt) ? ['mark'] : [];
  return [...lost, ...cut.map((each) => each.textContent)];
})"""


@pytest.mark.parametrize("width", [390, 768, 1280, 1440])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_word_the_state_the_source_and_the_date_of_a_hit_are_seen_whole(
    browser: Any, archive: Path, width: int, language: str
) -> None:
    """However much a line has to say, and however far the word stands in the text."""
    far = f"{'Many things were told that day of the district and its people. ' * 9}A lantern."
    han = f"{'当天还介绍了本区的许多情况和居民的生活' * 9}灯笼节开幕。"
    first = [page_of(1, body=far), page_of(2, body=han, language="zh"), page_of(3)]
    first[2]["body"] += far.replace("Many things were told", "Lanterns hung all over the place")
    keep(archive, *first)
    keep(
        archive,
        *(dict(page, title=f"{page['title']}, again") for page in first[1:]),
        now=later(hours=1),
    )
    let_in(archive, "Li", PersonRole.STAFF)
    with Archive.open(archive) as store, store.writing() as tx:
        for story in (1, 3):
            tx.decisions.decide(story, Verb.NOTE, person="Li", value="ask them again", now=NOW)
            tx.decisions.decide(story, Verb.ACCEPT, person="Li", value="", now=NOW)
        name = "Guiyang (practice) Science and Technology Bureau"
        tx.sources.register(replace(source("a").ref, name=name), NOW)
    with serving(archive, now=later(hours=1)) as client:
        size = {"width": width, "height": 900}
        page = opened(browser, client, size)
        page.set_extra_http_headers({"Accept-Language": language})
        for words, rows in (("lantern", 2), ("灯笼", 1)):
            page.goto(f"{client.origin}/search?q={words}")
            assert page.locator(".row").count() == rows
            assert page.evaluate(_CUT) == []
        page.context.close()


@pytest.mark.parametrize("size", [NARROW, {"width": 1024, "height": 768}, _DESK], ids=str)
@pytest.mark.parametrize("path", ["/?grade=all", "/search?q=town"])
def test_the_boxes_of_a_filter_stand_apart(
    browser: Any, client: Client, size: dict[str, int], path: str
) -> None:
    page = opened(browser, client, size)
    page.goto(client.origin + path)
    page.locator("details.filter summary").click()
    controls = page.locator("details.filter").locator("select, input:not([type=hidden]), button")
    boxes = [box for each in controls.all() if (box := each.bounding_box())]
    assert len(boxes) >= 6
    for one, other in combinations(boxes, 2):
        apart = (
            one["x"] + one["width"] <= other["x"] + 0.5
            or other["x"] + other["width"] <= one["x"] + 0.5
            or one["y"] + one["height"] <= other["y"] + 0.5
            or other["y"] + other["height"] <= one["y"] + 0.5
        )
        assert apart, (one, other)
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= size["width"] for box in boxes)
    page.context.close()


@pytest.mark.parametrize("size", [NARROW, _DESK], ids=["phone", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_search_with_tabs_and_what_becomes_of_hits_is_open_to_everybody(
    browser: Any, client: Client, size: dict[str, int], scheme: str
) -> None:
    page = opened(browser, client, size, color_scheme=scheme, bypass_csp=True)
    client.cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    period = [("basis", "period"), ("since", "2020-01-01"), ("until", "2020-01-02")]
    client.post("/digests", [*period, ("scope", "all"), ("grouping", "city")])
    client.post("/search/keep", [("query", "q=town"), ("name", "Towns")])
    for path in ("/search", "/search?q=town&kept=1", "/search?q=number"):
        page.goto(client.origin + path)
        assert faults_of(page) == [], path
    page.context.close()
