"""What a portal of the gate is, and the tools that recipes share: programs, texts as HTML."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from html import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from tests.realworld.articles import Block, Edition, Kind, Story


class Failed(Exception):
    """A program could not be installed or did not do its work; never a reason to skip a portal."""


class Portal(Protocol):
    """How a site program is installed, filled and served."""

    name: str
    language: str
    start: str
    """What a person would type: the path of the home page, or of a feed where that is all."""
    starts: Sequence[tuple[str, str]]
    """Other pages that a user may begin at: what it is, and its path. Any article is one anyway."""
    light: bool
    """Whether it belongs into the gate of every change: no Debian package, little time."""
    themes: tuple[str, ...]
    """What its pages wear; with a second one the theme is switched."""
    hides: bool
    """Whether a page that was taken off the lists still answers."""
    pins: bool
    """Whether an old article can be kept at the top."""

    def install(self, folder: Path) -> None:
        """Fetch the program in its pinned version. Raise Failed where that is not to be had."""

    def publish(self, edition: Edition, folder: Path) -> None:
        """Have the site show this edition, and nothing else."""

    def address(self, story: Story) -> str:
        """The path of an article, percent-encoded."""

    def public(self, folder: Path) -> Path:
        """The folder that is served."""

    def running(self, folder: Path) -> AbstractContextManager[int | None]:
        """The port of the program that answers; None where a folder is all."""

    def states_day(self, story: Story, edition: Edition) -> bool:
        """Whether any page, list or feed of this edition says on which day it was published."""

    def answer(self, address: str) -> tuple[str, bytes] | None:
        """What a script of the site says to a path with its query: media type and bytes."""


class Folder:
    """A portal whose pages lie in a folder."""

    language = "en"
    start = "/"
    starts: Sequence[tuple[str, str]] = ()
    light = False
    themes: tuple[str, ...] = ("one", "two")
    hides = False
    pins = False

    def public(self, folder: Path) -> Path:
        return folder / "public"

    @contextmanager
    def running(self, folder: Path) -> Iterator[int | None]:
        yield None

    def states_day(self, story: Story, edition: Edition) -> bool:
        return True

    def answer(self, address: str) -> tuple[str, bytes] | None:
        return None


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a program and return what it printed. Raise Failed with its last words."""
    ended = subprocess.run(
        ["nice", *(str(word) for word in command)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=900,
        check=False,
    )
    if ended.returncode:
        tail = "\n".join(ended.stdout.strip().splitlines()[-12:])
        raise Failed(f"{' '.join(str(word) for word in command[:4])}: {tail}")
    return ended.stdout


def from_pypi(folder: Path, *wanted: str) -> Path:
    """A virtual environment with these packages; the folder of its programs."""
    place = folder / "venv"
    mark = place / "installed"
    if not (mark.is_file() and mark.read_text() == repr(wanted)):
        run(sys.executable, "-m", "venv", place, cwd=folder)
        run(place / "bin/pip", "install", "-q", "--disable-pip-version-check", *wanted, cwd=folder)
        mark.write_text(repr(wanted))
    return place / "bin"


def from_npm(folder: Path, *wanted: str) -> Path:
    """A folder of packages of npm; the folder of its programs."""
    mark = folder / "installed"
    if not (mark.is_file() and mark.read_text() == repr(wanted)):
        if not (folder / "package.json").is_file():
            (folder / "package.json").write_text('{"name": "portal", "private": true}\n')
        quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", "--save-exact")
        run("npm", "install", *quiet, *wanted, cwd=folder)
        mark.write_text(repr(wanted))
    return folder / "node_modules/.bin"


def from_debian(folder: Path, *wanted: str) -> None:
    """Packages of Debian, each as NAME=VERSION* with the version it was tried with."""
    missing = [each for each in wanted if not _is_installed(each)]
    if missing:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", cwd=folder)
        command = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
        run(*command, cwd=folder, env=quiet)


def _is_installed(wanted: str) -> bool:
    name, _, version = wanted.partition("=")
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f=${Status} ${Version}", name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return asked.stdout.startswith(f"install ok installed {version.rstrip('*')}")


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens at a port of loopback."""
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


def until(ready: Callable[[], bool], failure: str) -> None:
    """Wait for it, half a minute at most. Raise Failed then."""
    for _ in range(300):
        if ready():
            return
        time.sleep(0.1)
    raise Failed(failure)


def encoded(path: str) -> str:
    """A path as a browser sends it."""
    return quote(path, safe="/-._~%")


def html_of(blocks: Sequence[Block], *, paragraph: str = "<p>{}</p>") -> str:
    """The text as plain HTML."""
    out, items = [], []
    for block in [*blocks, None]:
        if items and (block is None or block.kind is not Kind.ITEM):
            out.append("<ul>" + "".join(f"<li>{escape(each)}</li>" for each in items) + "</ul>")
            items = []
        if block is None:
            break
        if block.kind is Kind.ITEM:
            items.append(block.text)
        elif block.kind is Kind.QUOTE:
            out.append(f"<blockquote><p>{escape(block.text)}</p></blockquote>")
        elif block.kind is Kind.HEADING:
            out.append(f"<h2>{escape(block.text)}</h2>")
        else:
            out.append(paragraph.format(escape(block.text)))
    return "\n".join(out)


def markdown_of(blocks: Sequence[Block]) -> str:
    """The text as Markdown."""
    out: list[str] = []
    for at, block in enumerate(blocks):
        item = block.kind is Kind.ITEM
        if not (item and at and blocks[at - 1].kind is Kind.ITEM):
            out.append("")
        head = {Kind.ITEM: "* ", Kind.QUOTE: "> ", Kind.HEADING: "## "}.get(block.kind, "")
        out.append(head + block.text)
    return "\n".join(out) + "\n"
