"""A headless Chromium for tests, the sizes of screen they look at, and what accessibility asks for.

`HUBWATCH_CHROMIUM` names a Chromium that is not found by itself. Imported only by tests marked
`browser`, which need `pip install -e '.[test-browser]'`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ZOOMED = {"width": 640, "height": 450}
"""What a page has of `WIDE` at 200 % zoom."""
_FLAGS = (
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="pip install -e '.[test-browser]'"
    )
    named = os.environ.get("HUBWATCH_CHROMIUM", "")
    found = named or shutil.which("chromium") or shutil.which("google-chrome") or ""
    if not found:
        pytest.fail("there is no Chromium here; install it, or name it in HUBWATCH_CHROMIUM")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(
            executable_path=found, args=_FLAGS, chromium_sandbox=False
        )
        yield launched
        launched.close()


def follow(page: Any, leading: Any, key: str = "") -> None:
    """Click what leads to another page, or press a key there, and wait until that page is there:
    a click alone comes back before, and what is done next may meet either page, or neither."""
    with page.expect_navigation(wait_until="load"):
        if key:
            leading.press(key)
        else:
            leading.click()


def sign_in(page: Any, link: str) -> None:
    """By a one-time link."""
    page.goto(link)
    follow(page, page.get_by_role("button", name="Sign in"))


def faults_of(page: Any) -> list[tuple[str, list[Any]]]:
    """The faults of accessibility that axe finds on a page opened with `bypass_csp`, and whether it
    scrolls sideways."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="as above")
    faults = [
        (fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in axe.Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*faults, ("scrolls sideways", [wide])] if wide > page.viewport_size["width"] else faults


def picture(page: Any, name: str, *, whole: bool = False) -> None:
    """Keep a picture of a page where `HUBWATCH_PICTURES` names a folder for them; those of docs/
    are made so."""
    folder = os.environ.get("HUBWATCH_PICTURES", "")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
