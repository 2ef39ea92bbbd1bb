"""The system's Chromium, headless, for pages whose scripts fill them in: found, started, ended.

It has no network: its proxy is a name that leads nowhere, no name resolves, and what does not go
through a proxy (QUIC, WebRTC) is off. What a page asks for reaches nothing but `rendering`. Driven
by Playwright, which the extra `hubwatch[browser]` brings. Both end when this process does: they
live as long as the pipe to it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hubwatch.patterns import lazy_pattern
from storage.types import Outcome

from .fetch_result import Fault

NAMED_BY = "HUBWATCH_CHROMIUM"
"""The variable that names a Chromium which is not found by itself."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_NOWHERE = "http://nowhere.invalid:1"  # RFC 2606, section 2: never a name
_FLAGS = (
    "--proxy-bypass-list=<-loopback>",  # this machine is asked through the proxy as well
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--no-first-run",
    "--mute-audio",
    "--disable-gpu",
    "--renderer-process-limit=2",
    "--js-flags=--max-old-space-size=256",  # MiB of objects that the scripts of a page may keep
)
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "XDG_RUNTIME_DIR", "FONTCONFIG_PATH")
_FATAL = lazy_pattern(r"\bFATAL:[^\]\n]*\] ?(.+)")
"""What Chromium says itself when it gives up, among what Playwright says of that."""
_NO_SANDBOX = "its sandbox needs user namespaces, which are denied here (docs/browser.md)"
AT_ONCE = 2
"""So many pages are in the browser at a time, whatever their sources are."""
_START_SECONDS = 30.0
_END_SECONDS = 10.0


def program() -> str:
    """The path of the Chromium to use. Empty where there is none."""
    named = os.environ.get(NAMED_BY, "")
    found = (shutil.which(name) for name in ((named,) if named else _NAMES))
    return next((path for path in found if path), "")


def obstacle() -> str:
    """Why no page can be rendered here, in one line that says what to install. Empty where one can
    be. Starts nothing."""
    if find_spec("playwright") is None:
        return "running the scripts of pages needs an extra: pip install 'hubwatch[browser]'"
    if not program():
        return f"there is no Chromium here; install it, or name it in {NAMED_BY}"
    return ""


def is_sandboxed() -> bool:
    """Whether the scripts of pages run in Chromium's sandbox, beside our bounds. It has none for
    root, as in many containers."""
    return os.geteuid() != 0


def playwright() -> Any:
    """Playwright's asynchronous interface. Raises ImportError without the extra."""
    return import_module("playwright.async_api")


class Chromium:
    """The browser of one process, started when the first page needs it."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()
        self._driver: Any = None
        self._browser: Any = None

    @property
    def version(self) -> str:
        """Which browser it is, once it was started."""
        return f"Chromium {self._browser.version}" if self._browser is not None else ""

    async def new_context(self, agent: str, language: str) -> Any:
        """A fresh browser context of Playwright's: no cookies, no storage, no service workers, no
        downloads. Raises Fault where there is no browser to be had."""
        reason = obstacle()
        if reason:
            raise Fault(Outcome.UNSUPPORTED, reason)
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                await self._end()
                await self._start()
        try:
            return await self._browser.new_context(
                user_agent=agent,
                locale=language,
                service_workers="block",
                accept_downloads=False,
                viewport={"width": 1280, "height": 1000},
            )
        except playwright().Error as error:
            raise Fault(Outcome.FAILED, f"Chromium is gone: {_first_line(error)}") from error

    async def _start(self) -> None:
        api = playwright()
        try:
            async with asyncio.timeout(_START_SECONDS):
                self._driver = await api.async_playwright().start()
                self._browser = await self._driver.chromium.launch(
                    executable_path=program(),
                    args=_FLAGS,
                    proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                    chromium_sandbox=is_sandboxed(),
                    env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
        except (api.Error, OSError, TimeoutError) as error:
            await self._end()
            fatal = _FATAL.search(str(error))
            said = fatal[1][:200] if fatal else _first_line(error)
            said = _NO_SANDBOX if "sandbox!" in said else said
            reason = f"Chromium ({program()}) does not start: {said}"
            raise Fault(Outcome.UNSUPPORTED, reason) from error

    async def close(self) -> None:
        """End the browser. Harmless if none was started."""
        async with self._starting:
            await self._end()

    async def _end(self) -> None:
        browser, driver = self._browser, self._driver
        self._browser = self._driver = None
        # Whatever goes wrong, both see the pipe to this process close in the end.
        for end in (browser and browser.close, driver and driver.stop):
            if end is not None:
                with suppress(Exception):
                    await asyncio.wait_for(end(), _END_SECONDS)


def _first_line(error: BaseException) -> str:
    return (next(iter(str(error).strip().splitlines()), "") or type(error).__name__)[:200]
