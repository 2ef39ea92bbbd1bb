"""What raises where it should not: caught around one thing, described, so that it can be kept.

A page, a file or a row that breaks our own code costs itself alone. The exception becomes a text
that names the place in the program, which later is stored and shown as an incident.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from hubwatch.errors import StorageError
from hubwatch.patterns import lazy_pattern

MOST_CHARACTERS = 8_000
"""Of a traceback. Of a longer one the end is kept, where it was raised."""
_MOST_COLLECTED = 20
_ROOT = f"{Path(__file__).resolve().parent.parent}/"
_ROOMS = ("hubwatch", "scraper", "storage", "scheduler", "desk")
_OWN = tuple(f"{_ROOT}{room}/" for room in _ROOMS)
_FRAME = lazy_pattern(r'^\s*File "([^"]+)", line \d+, in (\S+)', re.MULTILINE)
_MOST_MESSAGE = 300
_CONTROL = lazy_pattern("[\x00-\x08\x0b-\x1f\x7f]")
_MARKS = lazy_pattern(r"^[ ~^]+\n", re.MULTILINE)
"""What marks the part of a line that was at fault: it helps nobody once the font is another."""
_PASSWORD = lazy_pattern(r"//[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of ours broke at `what`: an address, or words for what has none."""

    what: str
    trace: str


def trace_of(error: BaseException) -> str:
    """The traceback of an exception as text, of which the last 8,000 characters are kept. Its last
    line is what was raised, in one line. Of a group it is that of its first exception.

    What the text may hold is bounded, too: it can be stored whatever a page put into the message,
    and names no password of an address.
    """
    frames = ""
    while isinstance(error, BaseExceptionGroup):
        frames += "".join(traceback.format_tb(error.__traceback__))
        error = error.exceptions[0]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    cause = f"{trace_of(before)}… which led to\n" if before is not None else ""
    frames += "".join(traceback.format_tb(error.__traceback__))
    text = f"{cause}Traceback (most recent call last):\n{frames}{_line(error)}\n"
    return _storable(text)[-MOST_CHARACTERS:]


def _line(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    message = " ".join(str(error).split())[:_MOST_MESSAGE]
    return f"{name}: {message}" if message else name


def _storable(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    text = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    text = _MARKS.sub("", text)
    return _PASSWORD.sub("//…@", text)


def error_of(trace: str) -> str:
    """The last line of a traceback: what was raised."""
    return trace.rstrip().rpartition("\n")[2].strip()[:_MOST_MESSAGE]


def place_of(trace: str) -> str:
    """Where in our own code it was raised: `scraper/parsing/feeds.py in read_feed`. Empty where the
    traceback names none of our files. Without the line, which the next version moves."""
    own = [found for found in _FRAME.findall(trace) if found[0].startswith(_OWN)]
    if not own:
        return ""
    path, function = own[-1]
    return f"{path.removeprefix(_ROOT)} in {function}"


def came_through(error: BaseException, but: Collection[str]) -> bool:
    """Whether an exception was raised in our own code, or in what that called. What is called by
    the functions `but` does not count, themselves do."""
    frames = traceback.extract_tb(error.__traceback__)
    if frames and frames[-1].filename.startswith(_OWN):
        return True
    return any(each.filename.startswith(_OWN) and each.name not in but for each in frames)


def storage_error(error: BaseException) -> StorageError | None:
    """The refusal of the archive in an exception, also where several pages met it at once."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(storage_error, error.exceptions)), None)
    return error if isinstance(error, StorageError) else None


_COLLECTED: ContextVar[list[Failure] | None] = ContextVar("collected", default=None)


@contextmanager
def collecting() -> Iterator[list[Failure]]:
    """Have what breaks in `isolated` blocks put into a list, twenty failures at most."""
    found: list[Failure] = []
    token = _COLLECTED.set(found)
    try:
        yield found
    finally:
        _COLLECTED.reset(token)


@contextmanager
def isolated(what: str) -> Iterator[None]:
    """Let what breaks in the block break nothing else, if somebody collects failures. What the
    whole page dies of goes on (too deep a nesting, no memory)."""
    try:
        yield
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        found = _COLLECTED.get()
        if found is None:
            raise
        if len(found) < _MOST_COLLECTED:
            found.append(Failure(what, trace_of(error)))
