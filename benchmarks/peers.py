"""The peers' environment: made where it is wanted, asked over a pipe.

Peers never share our interpreter, so that neither side's versions bend the other's. Which library
is asked how is in `peer_worker.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).with_name("peer_worker.py")
PACKAGES = {
    "trafilatura": ("trafilatura",),
    "htmldate": ("htmldate",),
    "readability": ("readability-lxml", "html-text"),
    "newspaper4k": ("newspaper4k", "jieba"),
    "justext": ("justext",),
    "gne": ("gne",),
    "resiliparse": ("resiliparse",),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer read from one page; `cpu` in seconds, `fault` empty where it read at all."""

    body: str = ""
    day: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    cpu: float = 0.0
    fault: str = ""


class Peers:
    """The peers that are there, each in a process of its own."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._python = _python(folder)
        self.names = names
        self._running: dict[str, subprocess.Popen[str]] = {}

    def ask(self, peer: str, html: str, url: str) -> Answer:
        """What the peer reads from this page."""
        process = self._running.get(peer)
        if process is None or process.poll() is not None:
            process = self._running[peer] = self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps({"peer": peer, "html": html, "url": url}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            return Answer(fault="its process ended")
        return Answer(**json.loads(line))

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self._python), "-I", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End all of them."""
        for process in self._running.values():
            process.kill()
            process.communicate()
        self._running.clear()


def prepare(
    folder: Path,
    tell: Callable[[str], None],
    wanted: Mapping[str, tuple[str, ...]] = PACKAGES,
) -> Peers:
    """The environment in `folder`, made and filled with what is wanted where it is missing.

    A package that cannot be installed is told and its peer left out.
    """
    python = _python(folder)
    if not python.exists():
        tell(f"making an environment for the peers in {folder}")
        venv.create(folder, with_pip=True)
        _pip(python, "--upgrade", "pip")
    there = _installed(python)
    names = []
    for peer, packages in wanted.items():
        missing = [one for one in packages if _plain(one) not in there]
        if missing and (fault := _pip(python, *missing)):
            tell(f"without {peer}: {fault}")
            continue
        names.append(peer)
    return Peers(folder, tuple(names))


def versions(folder: Path) -> dict[str, str]:
    """Which version of each package was asked."""
    there = _installed(_python(folder))
    wanted = (packages[0] for packages in PACKAGES.values())
    return {name: there[_plain(name)] for name in wanted if _plain(name) in there}


def _python(folder: Path) -> Path:
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def _pip(python: Path, *words: str) -> str:
    """Install; empty, or the last line of what went wrong."""
    command = [str(python), "-m", "pip", "install", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines() or ["pip said nothing"]
    return lines[-1] if done.returncode else ""


def _installed(python: Path) -> dict[str, str]:
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {_plain(one["name"]): one["version"] for one in json.loads(listed.stdout)}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
