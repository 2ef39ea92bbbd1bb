"""Digests in a real browser: by keyboard, without script, to be cited, open to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from desk.digest.drafts import opened
from desk.digest.wording import cite_item, plain, rich
from storage.archive import Archive
from storage.decisions import Verb
from tests.support.browsers import NARROW, WIDE, chromium, faults_of, follow, sign_in
from tests.support.cli import CommandLine
from tests.support.desks import ZONE, Client, keep, let_in, page_of, serving
from tests.support.make import NOW, later

pytestmark = pytest.mark.browser

_DRAFT = [("basis", "since-last"), ("scope", "all"), ("grouping", "city")]
_HUB = "Foshan chosen as hub city of Innovation China"
_HUB_BODY = (
    "Foshan is one of the hub cities of the Innovation China program, its science association "
    "said. Ceramic makers will be visited by experts from forty laboratories this spring."
)
_PATHS = (
    "/digests", "/digests/1?did=issued", "/digests/1/correct", "/digests/2?did=later",
    "/digests/2?did=moved&at=6&key=up", "/digests/2/preview", "/digests/2/issue", "/digests/9",
    "/digests/3", "/story/1",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def client(archive: Path) -> Iterator[Client]:
    """A desk with digest 1 issued and handed on, a draft that wants looking at, a correction."""
    keep(
        archive,
        page_of(1, title=_HUB, body=_HUB_BODY),
        page_of(2, title="第二则：贵阳举办科创中国对接会", language="zh"),
        *(page_of(number) for number in (3, 4)),
    )
    let_in(archive, "Ana")
    with serving(archive, now=later(hours=1)) as before:
        before.post("/sign-in", [("link", "link-of-Ana")])
        before.post("/digests", _DRAFT)
        before.post("/digests/1/issue", [("version", 1)])
    keep(archive, *(page_of(number) for number in (5, 6, 7)), now=later(hours=2))
    with Archive.open(archive) as store, store.writing() as tx:
        tx.deliveries.begin_attempt(tx.deliveries.enqueue(1, "team", "mail", "key", NOW).id, NOW)
        tx.decisions.decide(5, Verb.ACCEPT, person="Li", value="", now=NOW)
        tx.decisions.decide(5, Verb.REJECT, person="Ana", value="old", now=NOW)
    let_in(archive, "Li")
    with serving(archive, now=later(hours=3)) as client:
        name = next(iter(before.cookies)).replace(str(before.port), str(client.port))
        client.cookies = dict.fromkeys((name,), next(iter(before.cookies.values())))
        client.post("/digests", _DRAFT)
        words = [("title", "Weekly"), ("introduction", "One.\n\nTwo.")]
        client.post("/digests/2", [("do", "words"), ("version", 1), *words])
        item = [("item", 1), ("translation", "译题"), ("note", "Mine.")]
        client.post("/digests/2", [("do", "item"), ("version", 2), *item])
        client.post("/digests/2", [("do", "later"), ("version", 3), ("item", 3)])
        client.post("/digests/1/correct", [("reason", "Item 1: yuan")])
        yield client


def _signed_in(browser: Any, client: Client, **context: Any) -> Any:
    """A page of Li's."""
    opened_ = browser.new_context(**{"viewport": WIDE, **context})
    opened_.set_default_timeout(30_000)
    page = opened_.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    return page


@pytest.mark.parametrize(
    ("size", "scheme"), [(NARROW, "dark"), (WIDE, "light")], ids=["phone-dark", "wide-light"]
)
def test_no_page_of_digests_has_a_serious_fault_of_accessibility(
    browser: Any, client: Client, size: dict[str, int], scheme: str
) -> None:
    page = _signed_in(browser, client, viewport=size, color_scheme=scheme, bypass_csp=True)
    for path in _PATHS:
        page.goto(client.origin + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
        assert faults_of(page) == [], path
    page.context.close()


def test_a_draft_is_made_edited_and_issued_without_script(
    browser: Any, client: Client, archive: Path
) -> None:
    page = _signed_in(browser, client, java_script_enabled=False, viewport=NARROW)
    page.goto(f"{client.origin}/digests")
    page.get_by_text("New digest").click()
    page.get_by_label("Title").fill("Without script")
    follow(page, page.get_by_role("button", name="Draft it"))
    assert page.url.endswith("/digests/4?did=drafted")
    second = page.locator("#item-2 h3").inner_text()
    follow(page, page.locator("#item-2").get_by_role("button", name="Up"))
    assert page.locator("#item-1 h3").inner_text() == second
    page.locator("#item-1 summary", has_text="Citation").click()
    assert "SHA-256" in page.locator("#cite-1").inner_text()
    assert page.locator("button.copy:visible").count() == 0
    follow(page, page.get_by_role("link", name="Issue…"))
    follow(page, page.get_by_role("button", name="Issue digest 4"))
    page.get_by_text("From now on it never changes.").wait_for()
    page.context.close()
    with Archive.open_readonly(archive) as store:
        assert opened(store, 4).items[0].title == second


def _opened(page: Any, item: int) -> Any:
    """The form in which an item is translated and commented, opened by hand where it is shut."""
    words = page.locator(f"#item-{item} details", has=page.locator("[name=translation]"))
    if not words.evaluate("each => each.open"):
        words.locator("summary").click()
    return words


def test_what_is_typed_at_one_item_outlives_the_buttons_of_another(
    browser: Any, client: Client, archive: Path
) -> None:
    page = _signed_in(browser, client)
    page.goto(f"{client.origin}/digests/2")
    title = page.locator("#item-2 h3").inner_text()
    _opened(page, 2).locator("[name=note]").fill("Compare with March.")
    follow(page, page.locator("#item-1").get_by_role("button", name="Down"))
    assert page.locator("#item-1 h3").inner_text() == title
    moved = page.locator("#item-1")
    assert moved.locator("[name=note]").input_value() == "Compare with March."
    assert moved.locator("[name=note]").is_visible()
    assert "Typed here, not kept yet." in moved.inner_text()
    follow(page, page.get_by_role("button", name="中文"))  # the page in another language
    assert page.locator("#item-1 [name=note]").input_value() == "Compare with March."
    follow(page, page.locator("#item-1 [value=item]"))
    assert page.locator(".unkept").count() == 0
    page.context.close()
    with Archive.open_readonly(archive) as store:
        assert opened(store, 2).items[0].note == "Compare with March."


def test_what_is_typed_never_covers_what_a_colleague_wrote_meanwhile(
    browser: Any, client: Client
) -> None:
    page = _signed_in(browser, client)
    page.goto(f"{client.origin}/digests/2")
    _opened(page, 1).locator("[name=note]").fill("Mine, longer.")
    version = page.locator("#item-1 [name=version]").first.input_value()
    theirs = [("do", "item"), ("item", 1), ("version", version), ("note", "Theirs.")]
    assert client.post("/digests/2", theirs).status == 303
    page.reload()
    item = page.locator("#item-1")
    assert item.locator("[name=note]").input_value() == "Theirs."
    assert item.locator("pre.unkept").inner_text() == "Mine, longer."
    item.get_by_role("button", name="Discard").click()
    assert page.locator(".unkept").count() == 0
    page.reload()
    assert page.locator(".unkept").count() == 0
    page.context.close()


def test_what_is_typed_outlives_a_line_that_is_down(browser: Any, client: Client) -> None:
    page = _signed_in(browser, client)
    page.goto(f"{client.origin}/digests/1/correct")
    page.get_by_label("What it puts right").fill("Item 2: the date")
    page.context.set_offline(True)
    page.get_by_role("button", name="Draft the correction").press("Enter")
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.go_back()
    page.goto(f"{client.origin}/digests")
    page.goto(f"{client.origin}/digests/1/correct")
    assert page.get_by_label("What it puts right").input_value() == "Item 2: the date"
    follow(page, page.get_by_role("button", name="Draft the correction"))
    page.goto(f"{client.origin}/digests/1/correct")
    assert page.get_by_label("What it puts right").input_value() == ""
    page.context.close()


@pytest.mark.parametrize("path", ["/story/1", "/digests/1", "/digests/2"])
def test_a_citation_is_copied_as_text_and_as_html(
    browser: Any, client: Client, archive: Path, path: str
) -> None:
    page = _signed_in(browser, client, permissions=["clipboard-read", "clipboard-write"])
    page.goto(client.origin + path)
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    # By key: a click right after the scrolling may still meet the frame that was there.
    page.get_by_role("button", name="Copy citation").first.press("Enter")
    page.get_by_role("status").get_by_text("Citation copied.").wait_for()
    copied = page.evaluate(
        "navigator.clipboard.read().then(async ([one]) => Object.fromEntries(await Promise.all("
        "one.types.map(async type => [type, await (await one.getType(type)).text()]))))"
    )
    page.context.close()
    with Archive.open_readonly(archive) as store:
        cited = cite_item(opened(store, 2 if path.endswith("2") else 1).items[0], ZONE)
    assert copied["text/plain"] == plain(cited)
    assert rich(cited).removeprefix("<p>").removesuffix("</p>") in copied["text/html"]


def test_where_copying_is_not_allowed_the_citation_is_selected(
    browser: Any, client: Client
) -> None:
    page = _signed_in(browser, client)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{client.origin}/story/1")
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_role("status").get_by_text("press Ctrl+C").wait_for()
    assert page.evaluate("getSelection().toString()").strip().endswith(".")
    page.context.close()


def test_a_link_in_a_framed_digest_opens_beside_it_and_a_reference_within(
    browser: Any, client: Client
) -> None:
    page = _signed_in(browser, client)
    page.context.route("http://a.test/**", lambda route: route.fulfill(body="the portal"))
    page.goto(f"{client.origin}/digests/1")
    frame = page.frame_locator("iframe.sheet")
    with page.expect_popup() as waiting:
        frame.get_by_role("link", name=_HUB).click()
    assert waiting.value.url == "http://a.test/a/1.htm"
    assert waiting.value.evaluate("opener") is None
    frame.get_by_role("link", name="Item 2").click()
    page.frames[1].wait_for_url("**/digests/1/page#i2")
    page.context.close()


@pytest.mark.parametrize("path", ["/digests/1", "/digests/2/preview"])
def test_a_frame_is_not_printed_cut_off_and_what_prints_whole_is_said(
    browser: Any, client: Client, path: str
) -> None:
    page = _signed_in(browser, client)
    page.goto(client.origin + path)
    told = page.get_by_text("open the page by itself and print that")
    assert (told.is_visible(), page.locator("iframe.sheet").is_visible()) == (False, True)
    page.emulate_media(media="print")
    assert (told.is_visible(), page.locator("iframe.sheet").is_visible()) == (True, False)
    page.context.close()


def test_nothing_in_a_framed_digest_runs(browser: Any, archive: Path, tmp_path: Path) -> None:
    """Even where a template of one's own brings a script."""
    from desk.digest.model import DigestStyle

    keep(archive, page_of(1))
    let_in(archive, "Li")
    evil = (
        "<body><script>document.title = parent.document.title = 'run'</script>"
        "<img src='/static/icon.svg' onerror='alert(1)'><p>shown</p>"
        "<form action='/digests/1/issue' method='post'><button>x</button></form>"
    )
    (tmp_path / "digest.html.j2").write_text(evil)
    with serving(archive, now=later(hours=1), look=DigestStyle(templates=tmp_path)) as client:
        page = _signed_in(browser, client)
        client.cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        client.post("/digests", _DRAFT)
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{client.origin}/digests/1/preview")
        page.frame_locator("iframe.sheet").get_by_text("shown").wait_for()
        assert "run" not in (page.title(), page.frames[1].title())
        page.goto(f"{client.origin}/digests/1/page")
        assert page.title() != "run"
        page.get_by_role("button").click()
        assert page.url.endswith("/page")
        assert not [url for url in asked if "/issue" in url or url == "1"]
        page.context.close()


@pytest.mark.parametrize("language", ["en", "both"])
def test_a_digest_and_its_mail_are_no_wider_than_a_phone(
    browser: Any, hubwatch: CommandLine, archive: Path, language: str
) -> None:
    address = f"http://a.test/{'a-long-folder/' * 9}1.htm"
    keep(archive, *(page_of(number) for number in (2, 3, 4)), page_of(1, url=address))
    at = ("--db", str(archive), "--now", later(days=1).isoformat(), "digest")
    drafted = hubwatch(*at, "draft", "--since", "2020-01-01", "--by", "Ana", "--language", language)
    assert drafted.code == 0, drafted.err
    for ending in ("html", "eml"):
        assert hubwatch(*at, "render", 1, "-o", f"digest.{ending}").code == 0
    mail = message_from_bytes(Path("digest.eml").read_bytes(), policy=default)
    texts = [Path("digest.html").read_text("utf-8"), mail.get_body(("html",)).get_content()]
    page = browser.new_page(viewport={"width": 360, "height": 700})
    for text in texts:
        page.set_content(text)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.get_by_text("a-long-folder").count()
    page.close()
