"""Keys at the desk over a bad line: what they decide depends on the keys alone."""

from __future__ import annotations

import random
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from storage.archive import Archive
from storage.decisions import State, Verb
from storage.people import PersonRole, TokenKind
from tests.support.browsers import follow, sign_in
from tests.support.desks import Client, keep, let_in, page_of, serving
from tests.support.make import NOW, later

pytestmark = pytest.mark.browser

_STORIES = 150
_WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More stories than one page of the list has."""
    archive = tmp_path_factory.mktemp("desk") / "hubwatch.db"
    keep(archive, *(page_of(number) for number in range(1, _STORIES + 1)))
    let_in(archive, "Li")
    with Archive.open(archive) as store, store.writing() as tx:
        tx.people.add("Ana", next(store.people.get(name).role for name in ("Li",)), NOW)
    return archive


def script(seed: int, keys: int = 200) -> list[str]:
    """So many keys as a reviewer presses them: verdicts, moves, reasons typed, words taken back."""
    draw, pressed = random.Random(seed), list[str]()
    usual = "aaaajjjjkrrllssnttuuxx"
    while len(pressed) < keys:
        key = draw.choice(usual)
        pressed.append(key)
        if key in "rnt":
            word = draw.choice(("", "ajar", "stale", "off topic", "u a l", "贵阳"))
            pressed += [*word, draw.choice(("Enter", "Enter", "Enter", "Escape"))]
    return pressed


class _Line:
    """A bad line between browser and desk: each POST comes late, and now and then the connection
    drops before the desk has heard it, or before its answer is back."""

    def __init__(self, seed: int, slowness: float) -> None:
        self._draw = random.Random(seed)
        self._slowness = slowness
        self.dropped = 0

    def handle(self, route: Any) -> None:
        """One request of the page."""
        if route.request.method != "POST":
            route.continue_()
            return
        delay = self._draw.uniform(0.05, 1.5) * self._slowness
        fate = self._draw.random()
        threading.Event().wait(delay)
        if fate < 0.05:
            self.dropped += 1
            route.abort("connectionreset")
        elif fate < 0.1:
            self.dropped += 1
            route.fetch()  # the desk keeps it, and nobody hears so
            route.abort("connectionreset")
        else:
            route.continue_()


def decided_by(
    browser: Any, archive: Path, keys: list[str], line: _Line | None
) -> list[tuple[int, str, str, bool]]:
    """What stands in the archive when these keys were pressed and all was sent: story, verb, text,
    and whether it was taken back, in the order in which it was said."""
    with serving(archive, now=later(hours=1)) as client:
        context = browser.new_context(viewport=_WIDE)
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
        page.goto(f"{client.origin}/?grade=none")
        if line is not None:
            page.route("**/*", line.handle)
        for key in keys:
            page.keyboard.press(key) if len(
                key
            ) > 1 or key.isascii() else page.keyboard.insert_text(key)
        _sent(page, seconds=240)
        waiting = page.locator("[data-waiting-word]").count()
        context.close()
    assert troubles == []
    assert waiting == 0
    with Archive.open_readonly(archive) as store:
        return [
            (one.said_of, one.verb, one.value, one.undone_at is not None)
            for one in store.decisions.of()
        ]


def _same_by_a_bad_line(
    browser: Any, filled: Path, folder: Path, seed: int, slowness: float
) -> None:
    keys = script(seed)
    plain, late = (Path(shutil.copy(filled, folder / name)) for name in ("plain.db", "late.db"))
    wanted = decided_by(browser, plain, keys, None)
    line = _Line(seed, slowness)
    assert decided_by(browser, late, keys, line) == wanted
    assert len(wanted) > 20
    assert line.dropped > 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.long) for n in (2, 3))])
def test_keys_decide_the_same_over_a_slow_line_that_drops(
    browser: Any, filled: Path, tmp_path: Path, seed: int
) -> None:
    _same_by_a_bad_line(browser, filled, tmp_path, seed, 1.0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
def test_keys_decide_the_same_over_many_lines(
    browser: Any, filled: Path, tmp_path: Path, seed: int
) -> None:
    _same_by_a_bad_line(browser, filled, tmp_path, seed, 0.1)


@pytest.fixture
def client(filled: Path, tmp_path: Path) -> Iterator[Client]:
    """A desk of its own copy."""
    with serving(Path(shutil.copy(filled, tmp_path / "own.db")), now=later(hours=1)) as client:
        yield client


@pytest.fixture
def page(browser: Any, client: Client) -> Iterator[Any]:
    """Li at the list of what nothing was found in."""
    context = browser.new_context(viewport=_WIDE)
    context.set_default_timeout(30_000)
    opened = context.new_page()
    sign_in(opened, f"{client.origin}/sign-in?link=link-of-Li")
    opened.goto(f"{client.origin}/?grade=none")
    yield opened
    context.close()


_OUTBOX = "Object.keys(localStorage).filter((key) => key.startsWith('hubwatch-outbox')).length"


def _sent(page: Any, seconds: float = 20) -> None:
    """Wait until all that was said is with the desk."""
    end = monotonic() + seconds
    while page.evaluate(_OUTBOX):
        assert monotonic() < end, "not all was sent"
        page.wait_for_timeout(50)


def _kept(archive: Path) -> list[str]:
    """All words in the order in which they were said."""
    with Archive.open_readonly(archive) as store:
        said = store.decisions.of()
    return [f"{'undone ' if one.undone_at else ''}{one.verb}" for one in said]


def _states(archive: Path, *stories: int) -> list[State]:
    with Archive.open_readonly(archive) as store:
        found = store.decisions.verdicts(stories)
    return [found[one].state if one in found else State.OPEN for one in stories]


def test_a_a_a_accepts_three(page: Any, tmp_path: Path) -> None:
    for key in "aaa":
        page.keyboard.press(key)
    assert page.locator("[aria-current=true].row").get_attribute("data-story") == "147"
    _sent(page)
    assert _states(tmp_path / "own.db", 150, 149, 148, 147) == [State.ACCEPTED] * 3 + [State.OPEN]


def test_a_key_that_an_input_method_takes_is_the_letter_on_it(page: Any, tmp_path: Path) -> None:
    pressed = (
        "{key: 'Process', code: 'KeyA', keyCode: 229}", "{key: 'ａ', code: 'KeyA'}",
        "{key: 'Process', code: 'ShiftLeft', keyCode: 229}", "{key: 'ｌ', code: 'KeyL'}",
        "{key: 'Process', code: 'KeyX', shiftKey: true, keyCode: 229}",
    )  # fmt: skip
    for each in pressed:
        event = f"new KeyboardEvent('keydown', {{bubbles: true, ...{each}}})"
        page.evaluate(f"document.body.dispatchEvent({event})")
    _sent(page)
    wanted = [State.ACCEPTED, State.ACCEPTED, State.LATER, State.OPEN]
    assert _states(tmp_path / "own.db", 150, 149, 148, 147) == wanted
    assert page.locator(".pick:checked").count() == 1
    page.keyboard.press("n")
    page.locator("#ask input").evaluate(
        "(at) => at.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Process', code: 'KeyA', keyCode: 229, bubbles: true}))"
    )
    assert _states(tmp_path / "own.db", 147) == [State.OPEN]


@pytest.mark.parametrize("path", ["/?grade=none", "/story/150"])
def test_where_the_script_did_not_arrive_it_is_said_that_keys_are_dead(
    page: Any, client: Client, path: str
) -> None:
    told = page.get_by_text("Keys do nothing here")
    page.goto(f"{client.origin}{path}")
    page.wait_for_timeout(4000)
    assert not told.is_visible()
    page.route("**/desk.js", lambda route: route.abort("connectionreset"))
    page.goto(f"{client.origin}{path}")
    told.wait_for()
    assert not page.get_by_text("Press ? for the keys").is_visible()
    page.unroute("**/desk.js")
    with page.expect_navigation():
        told.get_by_role("link", name="Load the page again").click()
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()


@pytest.mark.parametrize(
    ("script", "keys"),
    [("pinyin", "ａｌ"), ("zhuyin", "ㄇㄌㄠ"), ("cyrillic", "фд"), ("greek", "αλ")],
)
def test_a_character_of_another_script_is_the_key_of_a_latin_keyboard(
    page: Any, tmp_path: Path, script: str, keys: str
) -> None:
    codes = {**dict.fromkeys("ａㄇфα", "KeyA"), **dict.fromkeys("ｌㄠдλ", "KeyL"), "ㄌ": "KeyX"}
    for key in keys:
        fields = f"{{key: '{key}', code: '{codes[key]}', bubbles: true}}"
        page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {fields}))")
    _sent(page)
    assert _states(tmp_path / "own.db", 150, 149) == [State.ACCEPTED, State.LATER]
    assert page.locator(".pick:checked").count() == (script == "zhuyin")


@pytest.mark.parametrize("key", ["'、'", "'／'", "'Process', keyCode: 229"])
def test_the_keys_of_search_and_of_help_are_found_with_an_input_method(page: Any, key: str) -> None:
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        f" {{key: {key}, code: 'Slash', shiftKey: true, bubbles: true}}))".replace("'／'", "'？'")
    )
    page.get_by_role("heading", name="Keys").wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{key: {key}, code: 'Slash', bubbles: true}}))"
        )
    assert "/search" in page.url


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_a_key_right_behind_a_question_that_was_left_is_for_the_list(
    page: Any, tmp_path: Path, key: str
) -> None:
    # Before the browser has drawn anew the field of a closed dialog still has the focus.
    page.evaluate(
        """(key) => {
          const down = (key) => new KeyboardEvent('keydown', {key, bubbles: true});
          const press = (at, key) => at.dispatchEvent(down(key));
          press(document.body, 't');
          const dialog = document.querySelector('#ask');
          if (key === 'Enter') press(document.activeElement, key);
          else dialog.close(); // as the browser does that asks nobody
          press(document.activeElement, 'a');
        }""",
        key,
    )
    _sent(page)
    assert _states(tmp_path / "own.db", 150, 149) == [State.ACCEPTED, State.OPEN]


def test_enter_that_ends_a_composition_is_no_answer(page: Any, tmp_path: Path) -> None:
    page.keyboard.press("r")
    field = page.locator("#ask input")
    field.fill("重")
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
    field.evaluate(f"(at) => at.dispatchEvent({composing})")
    field.fill("重复")
    field.press("Enter")
    _sent(page)
    with Archive.open_readonly(tmp_path / "own.db") as store:
        assert [(one.said_of, one.value) for one in store.decisions.of()] == [(150, "重复")]


def test_a_hundred_and_fifty_are_sorted_by_one_key(page: Any, tmp_path: Path) -> None:
    for _ in range(_STORIES):
        page.keyboard.press("a")
    _sent(page, seconds=90)
    assert set(_states(tmp_path / "own.db", *range(1, _STORIES + 1))) == {State.ACCEPTED}


def test_what_was_not_sent_is_kept_over_a_reload_and_u_takes_it_back(
    page: Any, client: Client, tmp_path: Path
) -> None:
    page.route("**/say", lambda route: route.abort())
    page.keyboard.press("a")
    page.get_by_text("1 not sent yet").wait_for()
    page.unroute("**/say")
    page.reload()
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]
    page.reload()
    page.keyboard.press("u")
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.OPEN]


@pytest.mark.parametrize(("key", "verb"), [("n", "note"), ("r", "reject"), ("t", "tag")])
def test_a_word_that_is_being_typed_outlives_a_reload(
    page: Any, tmp_path: Path, key: str, verb: str
) -> None:
    page.keyboard.press("j")
    page.keyboard.press(key)
    page.keyboard.type("half a")
    page.reload()
    page.locator("#ask[open]").wait_for()
    page.keyboard.press("End")
    page.keyboard.type(" thought")
    page.keyboard.press("Enter")
    _sent(page)
    with Archive.open_readonly(tmp_path / "own.db") as store:
        said = [(one.said_of, one.verb, one.value) for one in store.decisions.of()]
    assert said == [(149, verb, "half a thought")]
    page.reload()
    assert not page.locator("#ask[open]").count()
    page.keyboard.press(key)
    assert page.locator("#ask input").input_value() == ""


def test_a_word_that_was_left_is_not_asked_for_again(page: Any, client: Client) -> None:
    page.goto(f"{client.origin}/story/149")
    page.keyboard.press("n")
    page.keyboard.type("no, rather not")
    page.keyboard.press("Escape")
    page.reload()
    assert not page.locator("#ask[open]").count()
    page.keyboard.press("n")
    page.keyboard.type("so")
    page.go_back()
    page.goto(f"{client.origin}/story/149")
    page.locator("#ask[open]").wait_for()
    assert page.locator("#ask input").input_value() == "so"


@pytest.mark.parametrize("where", ["the page of a story", "the buttons of several"])
def test_a_reason_outlives_a_reload_and_enter_behind_it_rejects(
    page: Any, client: Client, tmp_path: Path, where: str
) -> None:
    several = where != "the page of a story"
    page.goto(f"{client.origin}/?grade=none" if several else f"{client.origin}/story/148")
    form = page.locator("#chosen" if several else "form.say[data-of='148']")
    if several:
        page.locator(".row[data-story='148'] .pick").check()
    form.locator("[name=why]").fill("not ours")
    page.reload()
    assert form.locator("[name=why]").input_value() == "not ours"
    if several:
        page.locator(".row[data-story='148'] .pick").check()
    form.locator("[name=why]").press("Enter")
    if several:
        page.locator("form.done").wait_for()
    _sent(page)
    with Archive.open_readonly(tmp_path / "own.db") as store:
        said = [(one.said_of, one.verb, one.value) for one in store.decisions.of()]
    assert said == [(148, "reject", "not ours")]
    page.goto(f"{client.origin}/?grade=none" if several else f"{client.origin}/story/148")
    assert form.locator("[name=why]").input_value() == ""
    assert not page.locator(".unkept").count()


def test_a_list_that_nobody_touches_is_not_asked_for_again(page: Any) -> None:
    page.locator("#pane h1").wait_for()
    page.clock.install()
    page.reload()
    page.clock.run_for(1000)
    page.locator("#pane h1").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(10_000)
    page.evaluate("fetch('/static/icon.svg')")
    assert [url.rpartition("/")[2] for url in asked] == ["icon.svg"]


def test_windows_of_one_person_lose_none_of_each_others_words(
    page: Any, client: Client, tmp_path: Path
) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    page.context.set_offline(True)
    page.keyboard.press("l")  # story 150
    for key in "jl":  # story 149
        other.keyboard.press(key)
    for each in (page, other):
        each.get_by_text("not sent yet").wait_for()
    page.close()
    other.close()
    page.context.set_offline(False)
    third = page.context.new_page()
    third.goto(f"{client.origin}/sources")
    _sent(third)
    assert _states(tmp_path / "own.db", 150, 149) == [State.LATER] * 2


def test_a_word_that_another_window_sent_is_taken_back_by_the_one_that_said_it(
    page: Any, client: Client, tmp_path: Path
) -> None:
    page.keyboard.press("s")
    _sent(page)
    page.route("**/say", lambda route: route.abort())
    page.keyboard.press("a")
    page.get_by_text("1 not sent yet").wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    _sent(other)
    page.keyboard.press("u")
    _sent(other)
    assert _kept(tmp_path / "own.db") == ["star", "undone accept"]


def test_what_was_kept_as_one_list_is_sent(page: Any, client: Client, tmp_path: Path) -> None:
    entry = "{verb: 'accept', why: '', stories: ['150'], seen: '', known: '', title: 'x'}"
    page.evaluate(f"localStorage.setItem('hubwatch-outbox-Li', JSON.stringify([{entry}]))")
    page.reload()
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]


def test_what_was_kept_as_one_list_stays_where_the_browser_keeps_no_more(
    page: Any, client: Client, tmp_path: Path
) -> None:
    entry = "{verb: 'accept', why: '', stories: ['150'], seen: '', known: '', title: 'x'}"
    page.evaluate(f"localStorage.setItem('hubwatch-outbox-Li', JSON.stringify([{entry}]))")
    full = page.context.new_page()
    full.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    full.goto(page.url)
    assert _states(tmp_path / "own.db", 150) == [State.OPEN]
    page.reload()
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]
    assert page.evaluate("localStorage.getItem('hubwatch-outbox-Li')") is None


def test_without_locks_a_second_window_does_not_send_what_the_first_is_about_to(
    page: Any, tmp_path: Path
) -> None:
    page.context.add_init_script("delete Navigator.prototype.locks;")
    page.reload()
    late: list[Any] = []
    page.route("**/say", lambda route: late.append(route))
    with page.expect_request("**/say"):
        for key in (*"nwhy", "Enter"):
            page.keyboard.press(key)
    other = page.context.new_page()
    other.goto(page.url)
    other.keyboard.press("s")
    other.locator("#status").get_by_text("Star").wait_for()
    late[0].continue_()
    _sent(page)
    assert _kept(tmp_path / "own.db") == ["star", "note"]
    page.unroute("**/say")
    page.route("**/say", lambda route: route.abort())
    page.keyboard.press("l")
    page.get_by_text("1 not sent yet").wait_for()
    page.unroute("**/say")
    page.reload()  # what it said itself it takes up again
    _sent(page)
    assert _kept(tmp_path / "own.db") == ["star", "note", "later"]


def test_u_takes_back_only_what_was_said_in_this_window(
    page: Any, client: Client, tmp_path: Path
) -> None:
    page.keyboard.press("a")
    _sent(page)
    other = page.context.new_page()
    other.goto(f"{client.origin}/?state=accepted")
    other.keyboard.press("u")
    other.get_by_text("nothing was said in this window").wait_for()
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]
    page.goto(f"{client.origin}/?state=accepted")
    page.keyboard.press("u")
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.OPEN]


@pytest.mark.parametrize(("button", "state"), [("Reject", State.REJECTED), ("Merge", State.OPEN)])
def test_u_takes_back_what_a_button_said_of_several_stories(
    page: Any, tmp_path: Path, button: str, state: State
) -> None:
    for key in "lxjx":
        page.keyboard.press(key)
    _sent(page)
    follow(page, page.locator("#chosen").get_by_role("button", name=button))
    page.get_by_text(": 2.").wait_for()
    page.reload()  # it is still the last word
    assert _states(tmp_path / "own.db", 150, 149) == [State.LATER, state]
    with page.expect_navigation():
        page.keyboard.press("u")
    page.get_by_text(re.compile("Taken back")).wait_for()  # its story says so in small letters
    assert _kept(tmp_path / "own.db")[0] == "later"
    assert all(word.startswith("undone") for word in _kept(tmp_path / "own.db")[1:])
    page.keyboard.press("u")  # and then the word before it
    page.locator("#status").get_by_text("Undo").wait_for()
    assert _states(tmp_path / "own.db", 150, 149) == [State.OPEN] * 2


def test_what_its_button_has_taken_back_is_not_what_u_takes_back(page: Any, tmp_path: Path) -> None:
    for key in "lxjx":
        page.keyboard.press(key)
    _sent(page)
    follow(page, page.locator("#chosen").get_by_role("button", name="Reject"))
    follow(page, page.locator("form.done").get_by_role("button", name="Undo"))
    page.keyboard.press("u")
    page.locator("#status").get_by_text("Undo").wait_for()
    assert _states(tmp_path / "own.db", 150, 149) == [State.OPEN] * 2


@pytest.mark.parametrize("choice", ["Keep them", "Discard them"])
def test_words_of_whoever_may_not_say_them_any_more_wait_without_a_loop(
    page: Any, tmp_path: Path, choice: str
) -> None:
    loads: list[str] = []
    page.route("**/say", lambda route: route.abort())
    page.keyboard.press("l")
    page.get_by_text("1 not sent yet").wait_for()
    with Archive.open(tmp_path / "own.db") as store, store.writing() as tx:
        tx.people.add("Li", PersonRole.READER, NOW)
    page.on("load", lambda: loads.append(page.url))
    page.unroute("**/say")
    line = page.locator("#main > .notice")
    line.get_by_text("you need the role of a reviewer").wait_for()
    assert "1 not sent yet: Later: Story number 150" in line.inner_text()
    line.get_by_role("button", name=choice).click()
    waiting = 1 if choice == "Keep them" else 0
    assert page.evaluate(_OUTBOX) == waiting
    assert page.locator("#s150").get_attribute("data-state") == ("later" if waiting else "open")
    assert loads == []
    page.reload()
    assert page.locator("#s150").count() == 1
    if waiting:
        line.get_by_text("you need the role of a reviewer").wait_for()
    assert line.count() == waiting
    assert _states(tmp_path / "own.db", 150) == [State.OPEN]


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("text/plain", "Only forms of this desk are taken.", "Only forms of this desk"),
        ("application/json", '{"error": "no way through"}', "no way through"),
        ("text/plain", "", "HTTP 403"),
    ],
)
def test_a_desk_that_turns_its_own_pages_away_is_not_asked_without_end(
    page: Any, kind: str, body: str, told: str
) -> None:
    loads: list[str] = []
    page.on("load", lambda: loads.append(page.url))
    page.route(
        "**/say",
        lambda route: route.fulfill(status=403, content_type=kind, body=body),
    )
    page.keyboard.press("l")
    page.locator("#main > .notice").get_by_text(told).wait_for()
    assert loads == []
    assert page.evaluate(_OUTBOX) == 1


def test_who_is_signed_out_loses_nothing_that_is_being_typed(page: Any, tmp_path: Path) -> None:
    loads: list[str] = []
    with Archive.open(tmp_path / "own.db") as store, store.writing() as tx:
        tx.people.end_tokens("Li", TokenKind.VISIT)
    page.on("load", lambda: loads.append(page.url))
    for key in "lr":  # and the next one of the list
        page.keyboard.press(key)
    page.keyboard.type("no news of ours")
    line = page.locator("#main > .notice")
    line.get_by_text("1 not sent yet: Later: Story number 150").wait_for()
    assert loads == []
    assert page.evaluate("document.activeElement.value") == "no news of ours"
    page.keyboard.press("Enter")
    line.get_by_text("Reject: Story number 149").wait_for()
    assert page.evaluate(_OUTBOX) == 2
    with page.expect_navigation():
        line.get_by_role("button", name="Load the page again").click()
    assert page.locator("#s150").count() == 0
    assert page.evaluate(_OUTBOX) == 2
    assert _states(tmp_path / "own.db", 150, 149) == [State.OPEN] * 2


def test_what_is_taken_back_without_a_connection_is_shown_so_at_once(
    page: Any, tmp_path: Path
) -> None:
    page.context.set_offline(True)
    row, state = page.locator("#s150"), "data-state"
    for key, shown, waits in [("l", "later", 1), ("k", "later", 1), ("a", "accepted", 2),
                              ("u", "later", 3), ("u", "open", 4)]:  # fmt: skip
        page.keyboard.press(key)
        if key in "la":
            page.keyboard.press("k")
        assert row.get_attribute(state) == shown
        page.get_by_text(f"{waits} not sent yet").wait_for()
    page.context.set_offline(False)
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.OPEN]
    assert row.get_attribute(state) == "open"


def test_the_story_beside_the_list_has_the_state_that_waits(page: Any) -> None:
    page.route("**/say", lambda route: route.abort())
    for key in "alk":
        page.keyboard.press(key)
    pane = page.locator("#pane [data-story='149']")
    pane.wait_for()
    assert pane.get_attribute("data-state") == "later"
    assert pane.locator(".state").first.inner_text().startswith("Later")
    assert page.locator("#pane [data-waiting-word]").count() == 1


@pytest.mark.parametrize("key", ["a", "l", "s", "x", "u"])
def test_a_key_that_is_held_is_one_word(page: Any, tmp_path: Path, key: str) -> None:
    for word in "ssj":
        page.keyboard.press(word)
    for _ in range(5):
        page.keyboard.down(key)  # after the first one as a keyboard repeats it
    page.keyboard.up(key)
    _sent(page)
    said = _kept(tmp_path / "own.db")
    assert len([word for word in said if word in ("accept", "later")]) == (key in "al")
    assert page.locator(".pick:checked").count() == (key == "x")
    for _ in range(3):
        page.keyboard.down("j")  # the cursor goes on as long as its key is held
    at = page.locator("[aria-current=true].row").get_attribute("data-story")
    assert at in ("145", "146", "147")


def test_the_key_that_opens_a_field_is_not_typed_into_it(page: Any) -> None:
    for _ in range(4):
        page.keyboard.down("r")
    page.keyboard.up("r")
    page.keyboard.type("rural")
    assert page.locator("#ask input").input_value() == "rural"


def test_keys_with_caps_lock_say_the_same(page: Any, tmp_path: Path) -> None:
    def locked(key: str, shift: str = "false") -> None:
        event = f"{{key: '{key}', modifierCapsLock: true, shiftKey: {shift}, bubbles: true}}"
        page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {event}))")

    locked("A")
    locked("X")
    locked("J")
    locked("J")
    locked("x", "true")  # shift and Caps Lock
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]
    assert page.locator(".pick:checked").count() == 3


@pytest.mark.parametrize("keys", ["/", "gf"])
def test_what_is_typed_after_the_key_of_search_stands_in_its_field(
    page: Any, client: Client, tmp_path: Path, keys: str
) -> None:
    late: list[Any] = []  # the page of the search, which comes when all is typed
    page.route("**/search", lambda route: late.append(route))
    for key in [*keys, *"g alaska"]:
        page.keyboard.press(key)
    late[0].continue_()
    page.wait_for_url("**/search")
    field = page.locator("input[type=search]:focus")
    field.wait_for()
    page.keyboard.type("!")
    assert field.input_value() == "g alaska!"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert _kept(tmp_path / "own.db") == []


def test_a_search_that_may_not_be_seen_lets_what_waits_be_sent(
    page: Any, client: Client, tmp_path: Path
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.route("**/say", lambda route: route.abort())
    page.keyboard.press("a")
    page.get_by_text("1 not sent yet").wait_for()
    page.evaluate("sessionStorage.setItem('hubwatch-typed', '\"gui\"')")
    page.unroute("**/say")

    def without_field(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('type="search"', ""))

    page.route("**/search", without_field)
    page.goto(f"{client.origin}/search")
    _sent(page)
    assert faults == []
    assert _states(tmp_path / "own.db", 150) == [State.ACCEPTED]


def test_what_was_typed_on_a_way_that_was_left_is_for_no_field(page: Any, client: Client) -> None:
    late: list[Any] = []
    page.route("**/search", lambda route: late.append(route))
    for key in ("/", *"alaska", "Escape"):
        page.keyboard.press(key)
    page.goto(f"{client.origin}/search?q=town")
    assert page.locator("input[type=search]").input_value() == "town"


_TABS = "found => found.map(each => each.dataset.count)"


def test_two_reviewers_overwrite_nothing_unseen(page: Any, tmp_path: Path) -> None:
    page.locator("#pane h1").wait_for()  # what stands there was read
    with Archive.open(tmp_path / "own.db") as store, store.writing() as tx:
        tx.decisions.decide(150, Verb.REJECT, person="Ana", now=NOW, value="old news")
    page.keyboard.press("a")
    page.locator("#s150 .notice").get_by_text("Reject – Ana").wait_for()
    assert _states(tmp_path / "own.db", 150) == [State.REJECTED]
    page.locator("#s150").get_by_role("button", name="Say it all the same").click()
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.DISPUTED]


def test_what_a_colleague_decided_is_shown_and_stays_where_it_is_left(
    page: Any, tmp_path: Path
) -> None:
    page.locator("#pane h1").wait_for()
    counts = page.locator("[data-count]")
    before = dict(zip(counts.evaluate_all(_TABS), map(int, counts.all_inner_texts()), strict=True))
    with Archive.open(tmp_path / "own.db") as store, store.writing() as tx:
        tx.decisions.decide(150, Verb.REJECT, person="Ana", now=NOW, value="old news")
    page.keyboard.press("a")
    row = page.locator("#s150")
    row.get_by_text("Not kept, a colleague was quicker: Reject – Ana").wait_for()
    for leave in (False, True):
        if leave:
            row.get_by_role("button", name="Leave it as it is").click()
        assert row.get_attribute("data-state") == "rejected"
        assert row.locator(".line .state").inner_text() == "Rejected"
    after = dict(zip(counts.evaluate_all(_TABS), map(int, counts.all_inner_texts()), strict=True))
    assert after == {
        **before,
        "none": before["none"] - 1,
        "rejected": before["rejected"] + 1,
    }
    assert _states(tmp_path / "own.db", 150) == [State.REJECTED]


def test_keys_work_on_the_page_of_a_story_and_lead_to_the_next(
    page: Any, client: Client, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    follow(page, page.locator("#s150 h2 a"))
    page.keyboard.press("r")
    page.keyboard.type("ajar")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/story/149")
    _sent(page)
    assert _states(tmp_path / "own.db", 150) == [State.REJECTED]
    with page.expect_navigation():
        page.keyboard.press("k")
    while "/story/" in page.url:
        page.go_back()
    page.locator("#s149[aria-current=true]").wait_for()  # it stands where 150 stood


def test_a_list_that_the_browser_kept_whole_knows_what_was_said_since(
    page: Any, tmp_path: Path
) -> None:
    page.keyboard.press("a")
    _sent(page)
    with page.expect_popup() as found:
        page.evaluate("void window.open('/story/148')")
    later_page = found.value
    later_page.wait_for_load_state()
    later_page.keyboard.press("l")
    _sent(later_page)
    name = "hubwatch-said-Li"
    said = later_page.evaluate(f"sessionStorage.getItem('{name}')")
    later_page.close()
    page.evaluate(f"(said) => sessionStorage.setItem('{name}', said)", said)
    with page.expect_navigation():  # what a browser says that goes back to a page it had kept
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.locator("#s149[aria-current=true]").wait_for()
    assert page.locator("#s148").count() == 0
    page.keyboard.press("u")
    _sent(page)
    assert _states(tmp_path / "own.db", 150, 148) == [State.ACCEPTED, State.OPEN]


def test_help_and_places_by_key(page: Any) -> None:
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("g")
        page.keyboard.press("i")
    assert page.url.endswith("/incidents")
    with page.expect_navigation():
        page.keyboard.press("/")
    assert "/search" in page.url


def test_twenty_rows_on_a_screen_and_twelve_stops_to_the_first(page: Any) -> None:
    bottoms = (
        "[...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= _WIDE["height"] for bottom in page.evaluate(bottoms)) >= 20
    inside = "Boolean(document.activeElement.closest('.row'))"
    stops = 0
    while not page.evaluate(inside):
        page.keyboard.press("Tab")
        stops += 1
    assert stops <= 12
