"""Adding by hand in a real browser: both forms, on the phone, without script, for everybody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from tests.support.browsers import NARROW, WIDE, faults_of, follow, picture, sign_in
from tests.support.desks import Client, let_in, serving
from tests.support.make import NOW, later
from tests.support.manual_entry import HAN_TITLE, PNG, WECHAT, installed
from tests.support.servers import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def client(tmp_path: Path, archive: Path, server: Server) -> Iterator[Client]:
    """A desk that can fetch from the fault server; Li may sign in, and Rea may look."""
    server.site("b.test").article("/a/1.htm", "Seen by a person", day="2019-03-01")
    config = installed(tmp_path, server)
    let_in(archive, "Li", now=NOW)
    command = (
        sys.executable,
        "-P",
        "-m",
        "hubwatch",
        "--config",
        str(config),
        "--db",
        str(archive),
    )
    with serving(archive, now=later(hours=1), hubwatch=command) as client:
        yield client


def signed_in(browser: Any, client: Client, **look: Any) -> Any:
    context = browser.new_context(**{"viewport": WIDE, "bypass_csp": True, **look})
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, f"{client.origin}/sign-in?link=link-of-Li")
    follow(page, page.get_by_role("link", name="Add by hand"))
    return page


def fill(page: Any, file: Path) -> None:
    page.get_by_label("Title").fill(HAN_TITLE)
    page.get_by_label("Where it is from").fill(WECHAT)
    page.get_by_label("File", exact=True).set_input_files(file)


def test_an_address_is_added_and_seen_to_be(browser: Any, client: Client) -> None:
    page = signed_in(browser, client)
    picture(page, "add", whole=True)
    assert faults_of(page) == []
    page.get_by_label("Address (https://…)").fill("http://b.test/a/1.htm")
    follow(page, page.get_by_role("button", name="Fetch and add"))
    page.get_by_text("Added.").wait_for()  # the page looks again by itself
    picture(page, "added", whole=True)
    assert faults_of(page) == []
    follow(page, page.get_by_role("link", name="Seen by a person"))
    assert "added by hand by Li" in page.content()
    picture(page, "story", whole=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_picture_is_added_after_a_slip(
    browser: Any, client: Client, tmp_path: Path, script: bool
) -> None:
    (tmp_path / "post.png").write_bytes(PNG)
    page = signed_in(browser, client, java_script_enabled=script, viewport=NARROW)
    fill(page, tmp_path / "post.png")
    follow(page, page.get_by_role("button", name="Add", exact=True))
    wrong = page.get_by_label("Published")
    assert wrong.get_attribute("aria-invalid") == "true"
    picture(page, f"wrong-{script}", whole=True)
    if script:
        assert faults_of(page) == []
    assert page.get_by_label("Title").input_value() == HAN_TITLE
    wrong.fill("2019-03")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "post.png")
    follow(page, page.get_by_role("button", name="Add", exact=True))
    follow(page, page.get_by_role("link", name=HAN_TITLE))
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    assert Path(started.value.path()).read_bytes() == PNG
    assert started.value.suggested_filename == "post.png"
    picture(page, f"item-{script}", whole=True)


def test_what_could_not_be_had_leads_to_the_other_form(
    browser: Any, client: Client, archive: Path
) -> None:
    page = signed_in(browser, client)
    page.get_by_label("Address (https://…)").fill("http://b.test/no.htm")
    follow(page, page.get_by_role("button", name="Fetch and add"))
    page.get_by_text("Not added").wait_for()
    picture(page, "not-added", whole=True)
    assert faults_of(page) == []
    failed = page.url
    follow(page, page.get_by_role("button", name="Try again"))
    assert page.url != failed  # it is asked for once more
    page.goto(failed)
    follow(page, page.get_by_role("link", name="Add it as a file instead"))
    assert page.get_by_label("Address, if it has one").input_value() == "http://b.test/no.htm"
    with Archive.open(archive) as store:
        _, addition = store.additions.latest(5)
        assert addition.outcome == "gone"
