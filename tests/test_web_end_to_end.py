"""The whole story in a real browser, with the real commands: two people sort the practice portal's
day, issue a digest, and a day later the next one, which tells nothing twice."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desk.practice.demo import practice_config
from desk.practice.portal import Truth, truth
from desk.practice.server import Served, serve
from storage.archive import Archive
from storage.decisions import State
from tests.support.browsers import NARROW, WIDE, chromium, follow, picture, sign_in
from tests.support.paths import ROOT
from tests.support.servers import free_port

pytestmark = pytest.mark.browser

ANCHOR = date(2026, 3, 2)
_INTRODUCTION = (
    "Guiyang opens its laboratories to small companies, and its accounts to everybody.\n\n"
    "A third list of factory problems is out; teams may apply until the end of next month."
)


@dataclass
class Office:
    """A folder with Hubwatch in it, beside the practice portal; every day's clock starts anew."""

    folder: Path
    served: Served
    port: int
    day: int = 1

    @property
    def archive(self) -> Path:
        return self.folder / "hubwatch.db"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, at: str = "13:00") -> list[str]:
        now = f"2026-03-0{self.day + 1}T{at}+08:00"
        start = (
            sys.executable,
            "-P",
            "-m",
            "hubwatch",
            "--config",
            str(self.folder / "hubwatch.toml"),
        )
        return [*start, "--now", now, *words]

    def run(self, *words: str, at: str = "12:00") -> str:
        done = subprocess.run(
            self.command(*words, at=at), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def desk(self) -> Iterator[None]:
        """The desk is open."""
        listen = ("desk", "--listen", f"127.0.0.1:{self.port}")
        with (self.folder / "desk.log").open("wb") as log:
            child = subprocess.Popen(self.command(*listen), cwd=ROOT, stdout=log, stderr=log)
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        break
                assert child.poll() is None, (self.folder / "desk.log").read_text()
                time.sleep(0.05)
            yield
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Day 1 of the practice portal, crawled."""
    port = free_port()
    with serve(ANCHOR, 1) as served:
        made = Office(tmp_path, served, port)
        text = practice_config(served.hosts)
        listen = f'\n[desk]\nlisten = "127.0.0.1:{port}"\n'
        (tmp_path / "hubwatch.toml").write_text(text + listen, encoding="utf-8")
        made.run("init")
        made.run("crawl", "--all")
        yield made


@dataclass
class Person:
    """Somebody at a browser of their own."""

    office: Office
    page: Any
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.office.origin + path)

    def button(self, name: str) -> None:
        follow(self.page, self.page.get_by_role("button", name=name, exact=True))

    def link(self, name: str) -> None:
        follow(self.page, self.page.get_by_role("link", name=name))

    def sign_in(self, name: str, role: str) -> None:
        """By the one-time link that the command prints."""
        link = self.office.run("people", "add", name, "--role", role).splitlines()[0]
        sign_in(self.page, link)
        self.page.get_by_text(f"Signed in as {name}").wait_for()

    def go_to(self, story: int) -> None:
        """By keyboard to a card of the queue, from wherever the last one was."""
        for _ in range(60):
            if self.page.locator(f".row[aria-current][data-story='{story}']").count():
                return
            self.page.keyboard.press("j")
        pytest.fail(f"story {story} is not on this page")

    def say(self, key: str, story: int, why: str = "") -> None:
        """A word on a story by keyboard alone."""
        self.go_to(story)
        told = {"a": "Accept", "r": "Reject", "l": "Later"}[key]
        self.page.keyboard.press(key)
        if why:
            self.page.keyboard.type(why)
            self.page.keyboard.press("Enter")
        title = self.page.locator(f".row[data-story='{story}'] h2").inner_text()
        self.page.get_by_role("status").get_by_text(f"{told}: {title[:30]}").wait_for()

    def queue(self) -> list[int]:
        return [int(c.get_attribute("data-story")) for c in self.page.locator(".row").all()]

    def pictures(self, name: str, *, whole: bool = False) -> None:
        """Both sizes of screen."""
        for size, suffix in ((NARROW, "phone"), (WIDE, "wide")):
            self.page.set_viewport_size(size)
            self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            picture(self.page, f"{name}-{suffix}", whole=whole)


@contextmanager
def at_browser(browser: Any, office: Office) -> Iterator[Person]:
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(60_000)
    person = Person(office, context.new_page())
    person.page.on("pageerror", lambda error: person.troubles.append(str(error)))
    person.page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(office.origin) else person.troubles.append(asked.url)
        ),
    )
    try:
        yield person
    except BaseException:
        print(person.page.url, person.page.inner_text("body"))
        raise
    context.close()
    assert person.troubles == []


def story_of(archive: Path, url: str) -> int:
    with Archive.open_readonly(archive) as store:
        return store.articles.at_url(url)[0].story_id


def document(person: Person, number: int) -> dict[str, Any]:
    """A digest as its JSON, downloaded by the browser from the page."""
    person.open(f"/digests/{number}")
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name="JSON").click()
    assert waiting.value.suggested_filename == f"digest-{number}.json"
    found: dict[str, Any] = json.loads(Path(waiting.value.path()).read_text("utf-8"))
    return found


def sections(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {part["heading"]: part["items"] for part in made["sections"]}


def test_two_people_make_two_digests_and_nothing_is_reported_twice(office: Office) -> None:
    coming = truth(ANCHOR, 2)
    with (
        chromium() as browser,
        at_browser(browser, office) as li,
        at_browser(browser, office) as ana,
    ):
        with office.desk():
            li.sign_in("Li", "reviewer")
            ana.sign_in("Ana", "staff")
            touched = {
                story_of(office.archive, each.url) for each in (*coming.changed(), *coming.gone())
            }
            accepted = sorted_by_keyboard(li, touched)
            merged, corrected = mended(li, accepted, touched)
            first_issue(li, ana, accepted - {merged}, corrected)
        office.day = 2
        office.served.set_day(2)
        office.run("crawl", "--all")
        with office.desk():
            second_issue(li, coming)
            nothing_is_told_twice(li)


def sorted_by_keyboard(li: Person, touched: set[int]) -> set[int]:
    """Twenty accepted, among them the two that tomorrow changes; one rejected, one put off."""
    archive = li.office.archive
    li.open("/?grade=all")
    order = li.queue()
    li.page.locator("#pane h1").wait_for()
    li.pictures("desk-queue")
    others = [each for each in order if each not in touched]
    wanted = {*touched, *others[: 20 - len(touched)]}
    rest = [each for each in order if each not in wanted]
    for story in order:
        if story in wanted:
            li.say("a", story)
        elif story == rest[0]:
            li.say("r", story, "no news for hub cities")
        elif story == rest[1]:
            li.say("l", story)
    with Archive.open_readonly(archive) as store:
        found = store.decisions.verdicts(order)
    states = {story: verdict.state for story, verdict in found.items()}
    assert states == {
        **dict.fromkeys(wanted, State.ACCEPTED), rest[0]: State.REJECTED, rest[1]: State.LATER,
    }  # fmt: skip
    return wanted


def mended(li: Person, accepted: set[int], touched: set[int]) -> tuple[int, int]:
    """The same news in both languages becomes one story, and a date is set right; which story is
    no more, and which is corrected."""

    def places_of(story: int) -> int:
        with Archive.open_readonly(li.office.archive) as store:
            found = store.stories.file(story)
        return len(found.story.publications) if found else 0

    li.open("/?state=accepted")
    english = li.page.locator(".row", has_text="58 factory problems")
    chinese = li.page.locator(".row", has_text="第三批企业难题榜单")
    ids = [int(card.get_attribute("data-story")) for card in (english, chinese)]
    places = sum(map(places_of, ids))
    for card in (english, chinese):
        card.locator(".pick").check()
    follow(li.page, li.page.locator("#chosen").get_by_role("button", name="Merge"))
    li.page.get_by_text("Merged: 2.").wait_for()
    alone = [each for each in accepted - touched - {*ids} if len(events_of(li, [each])[0]) == 1]
    story = min(alone, key=lambda each: (places_of(each), each))
    li.open(f"/story/{story}")
    li.page.get_by_text("Correct", exact=True).first.click()
    li.page.get_by_label("field", exact=True).select_option("published")
    li.page.get_by_label("What it should say").fill("2026-02-26")
    follow(li.page, li.page.locator("form[action='/correct'] button"))
    li.page.get_by_text("2026-02-26").first.wait_for()
    li.open(f"/story/{min(ids)}")
    assert li.page.locator(".places li").count() == places >= 2
    li.pictures("desk-story")
    return max(ids), story


def events_of(li: Person, stories: Iterable[int]) -> list[tuple[int, ...]]:
    """The events that stories tell, each by all its stories."""
    with Archive.open_readonly(li.office.archive) as store:
        return sorted({store.stories.events.stories_of(each) for each in stories})


def first_issue(li: Person, ana: Person, accepted: set[int], corrected: int) -> None:
    li.open("/cities?grade=all")
    assert li.page.locator("svg.picture a").count() > 8
    li.pictures("desk-cities")
    li.open("/")
    li.link("Digests")
    li.pictures("desk-new-digest")
    li.button("Draft it")
    li.page.get_by_text("The draft is made.").wait_for()
    assert li.page.locator(".items > li").count() == len(events_of(li, accepted))
    edited(li)
    li.pictures("desk-draft")
    ana.page.goto(re.findall(r"http://\S+/preview", li.page.inner_text("main"))[0])
    frame = ana.page.frame_locator("iframe.sheet")
    frame.get_by_text("Draft, not issued").wait_for()
    frame.get_by_text(_INTRODUCTION[:40]).wait_for()
    ana.open(f"/story/{corrected}")
    ana.page.get_by_label(re.compile("Reason or note")).fill("last year's")
    ana.page.get_by_role("button", name="Reject", exact=True).click()
    ana.page.get_by_text("Disputed").first.wait_for()
    issued(li, corrected)


def edited(li: Person) -> None:
    """Reordered by keyboard, trimmed and taken back, introduced, translated, commented."""
    page = li.page
    titles = page.locator(".items h3").all_inner_texts()
    down = page.locator("#item-1").get_by_role("button", name="Down")
    follow(page, down, "Enter")
    page.get_by_text("Moved.").wait_for()
    here = page.locator("#item-2 button:focus", has_text="Down")
    follow(page, here, "Enter")  # the keyboard is where it was: at the item, wherever it stands
    page.locator("#item-3 h3").get_by_text(titles[0], exact=True).wait_for()
    assert page.locator(".items h3").all_inner_texts()[:3] == [titles[1], titles[2], titles[0]]
    place = page.locator("#item-3").get_by_label("Place")
    place.fill("1")
    follow(page, place, "Enter")
    page.locator("#item-1 h3").get_by_text(titles[0], exact=True).wait_for()
    follow(page, page.locator("#item-2").get_by_role("button", name="Leave out"))
    page.get_by_text("Left out. It stands").wait_for()
    follow(page, page.get_by_role("button", name=f"Take back in {titles[1]}"))
    page.get_by_text("Taken back in").wait_for()
    page.get_by_text("Title, introduction and language", exact=True).click()
    page.get_by_label("Introduction").fill(_INTRODUCTION)
    words = page.locator("form", has=page.get_by_label("Introduction"))
    follow(page, words.get_by_role("button"))
    page.get_by_text("Title and introduction are kept.").wait_for()
    budget = page.locator(".items > li", has_text="the hub city money")
    budget.get_by_label("Place").fill("1")
    follow(page, budget.get_by_label("Place"), "Enter")
    first = page.locator("#item-1", has_text="the hub city money")
    first.get_by_text("Translate, comment").click()
    first.get_by_label("Title in the readers").fill("Pilot cities put 214 contracts online")
    first.get_by_label("Own sentences").fill("The first list of its kind; the sums are in yuan.")
    follow(page, first.get_by_role("button", name="Keep"))
    page.get_by_text("The item is kept.").wait_for()
    page.get_by_text("Pilot cities put 214 contracts online").first.wait_for()


def issued(li: Person, disputed: int) -> None:
    """Li is warned, reads what will be frozen, and issues."""
    li.open("/digests/1")
    li.page.get_by_role("heading", name="Look at these first").wait_for()
    li.link("Issue…")
    li.page.get_by_text("Disputed, and would go out so: 1").wait_for()
    assert "Li: Accept, Ana: Reject" in li.page.inner_text("main")
    li.pictures("desk-issue")
    li.button("Issue digest 1")
    li.page.get_by_text("From now on it never changes.").wait_for()
    frame = li.page.frame_locator("iframe.sheet")
    frame.get_by_text("The first list of its kind").wait_for()
    li.pictures("desk-issued")
    dates = [
        each["published"]
        for part in sections(document(li, 1)).values()
        for each in part
        if each["story_id"] == disputed
    ]
    assert dates == ["2026-02-26"]


def second_issue(li: Person, coming: Truth) -> None:
    """What came today is accepted, and told."""
    new = {story_of(li.office.archive, each.url) for each in coming.new()}
    li.open("/?grade=all")
    for story in [each for each in li.queue() if each in new]:
        li.say("a", story)
    li.open("/digests")
    li.page.get_by_text("New digest").click()
    assert li.page.get_by_label("accepted stories").is_checked()
    assert "last: digest 1" in li.page.inner_text("main")
    li.button("Draft it")
    li.page.get_by_text("The draft is made.").wait_for()
    li.link("Issue…")
    li.button("Issue digest 2")
    li.page.get_by_text("From now on it never changes.").wait_for()
    made = sections(document(li, 2))
    touched = {each["url"]: each for each in made.pop("Updated or withdrawn")}
    items = [each for part in made.values() for each in part]
    told = {one["story_id"] for each in items for one in (each, *each["reported"])}
    assert {each["story_id"] for each in items} <= new <= told
    (changed,), (gone,) = coming.changed(), coming.gone()
    assert set(touched) == {changed.url, gone.url}
    assert "36 → 41" in touched[changed.url]["updates"][0]["what"]
    assert touched[gone.url]["withdrawn"]
    li.page.frame_locator("iframe.sheet").get_by_text("first in digest 1").first.wait_for()


def nothing_is_told_twice(li: Person) -> None:
    """Over both issues every story is news once, and no story stands in one of them twice."""
    news: list[int] = []
    for number in (1, 2):
        made = sections(document(li, number))
        told = [each["story_id"] for part in made.values() for each in part]
        assert len(told) == len(set(told))
        made.pop("Updated or withdrawn", None)
        news += [each["story_id"] for part in made.values() for each in part]
    assert len(news) == len(set(news))
    li.open("/digests")
    assert li.page.locator(".shelf > li").count() == 2
    li.pictures("desk-digests")
