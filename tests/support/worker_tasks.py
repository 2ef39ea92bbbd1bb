"""What worker processes are asked to do: compute, hang, use up memory, crash."""

from __future__ import annotations

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import portal
from scraper.pipelines.read import read_and_prepare
from scraper.sources.model import FieldRules
from storage.types import Capture, Outcome
from tests.support.make import NOW


def double(number: int) -> int:
    return 2 * number


def hang(seconds: float) -> None:
    time.sleep(seconds)


def backtrack(length: int) -> None:
    re.match(r"(a+)+$", "a" * length + "b")  # holds the GIL for hours


def hoard(mebibytes: int) -> int:
    return len(bytearray(mebibytes * 2**20))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise KeyError("nothing")


def crash(end: int) -> None:
    if isinstance(end, signal.Signals):
        os.kill(os.getpid(), end)
    os._exit(end)


def is_first(folder: Path) -> bool:
    """True once."""
    try:
        (folder / "marker").mkdir()
    except FileExistsError:
        return False
    return True


def die_once(folder: Path) -> tuple[int, list[int | None]]:
    if is_first(folder):
        time.sleep(0.3)  # until another one waits behind this one
        die()
    _BESIDE.append(None)
    return os.getpid(), [*_BESIDE]


def seen_beside(number: int) -> tuple[int, int]:
    _BESIDE.append(number)
    return os.getpid(), number


_BESIDE: list[int | None] = []
"""What this process was asked for."""


def die_or_crash(folder: Path) -> None:
    if is_first(folder):
        die()
    crash(signal.SIGSEGV)


def hoard_once(folder: Path) -> int:
    return len(bytearray(500 * 2**20)) if is_first(folder) else 1


def hang_once(folder: Path) -> int:
    if is_first(folder):
        hang(600)
    return 1


def burn(seconds: float) -> int:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass
    return 0


def recurse(depth: int) -> None:
    if depth == 0:
        raise ValueError("the end")
    _recurse(depth - 1)


def _recurse(depth: int) -> None:
    recurse(depth)  # two functions, since a line that repeats itself is told once


def trouble(item: tuple[int, str]) -> int:
    number, what = item
    if what == "fail":
        fail()
    if what == "crash":
        crash(signal.SIGSEGV)
    if what and is_first(Path(what)):
        die()
    return number


def told_of(*values: object) -> tuple[object, ...]:
    return values


def first_of(value: object, *_: object) -> object:
    return value


def read_made(page: tuple[str, int]) -> Outcome:
    """Read a page of the benchmarks' portal as a crawl does."""
    url = f"http://bench.test{portal.path_of(*page)}"
    capture = Capture(url, url, NOW, 200, (), portal.article(*page).encode())
    return read_and_prepare(capture, FieldRules(), "bench", None, None).reading.outcome


class Plain:
    """Anything."""


@dataclass(frozen=True)
class Numbered:
    number: int
    name: str


class Opening:
    """Opens a file where it is made again, which this machine would not."""

    def __init__(self, code: int) -> None:
        self.code = code

    def __reduce__(self) -> Any:
        return (refused, (self.code,))


def refused(code: int) -> None:
    raise OSError(code, "not opened")


class Unwelcome:
    """Cannot be made again at the other end."""

    def __reduce__(self) -> Any:
        return (_unwelcome, ())


def _unwelcome() -> None:
    raise KeyError("unwelcome")


def pid() -> int:
    return os.getpid()


def _pid_of(number: int) -> int:
    return os.getpid()
