"""What long work says meanwhile: a live display for people, log lines for everybody else.

Both go to stderr, so that results on stdout stay clean.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from scraper.crawl.request import (
    ArticleDone,
    Awaited,
    CrawlEvent,
    ListRead,
    RunFinished,
    SourceStarted,
    StopRequested,
)

from .. import _, term
from ..text import one_line
from .console import rich_console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from storage.runs import Run

T = TypeVar("T")
_CTRL_C = 130  # as a shell says it of whatever SIGINT ended


class CrawlProgress:
    """Takes up what a crawl says: shows it, and remembers the signal that ended it (None: none)."""

    def __init__(self, show: Callable[[CrawlEvent], None]) -> None:
        self._show = show
        self.stopped: int | None = None

    def __call__(self, event: CrawlEvent) -> None:
        """Take up one event."""
        if isinstance(event, StopRequested):
            self.stopped = self.stopped or event.signal
        else:
            self._show(event)

    def exit_code(self, code: int) -> int:
        """The code of a command that would else end with `code`. Only Ctrl-C has one of its own:
        the daemon ends its children by SIGTERM and goes by what they had done."""
        return _CTRL_C if self.stopped == signal.SIGINT else code


@contextmanager
def reporting() -> Iterator[CrawlProgress]:
    """A report for a crawl, for as long as it lasts. It is silent where nobody is looking."""
    if not sys.stderr.isatty():
        yield CrawlProgress(_nothing)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.fields[source]}", style="bold"),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=rich_console(sys.stderr), transient=True) as progress:
        yield CrawlProgress(_Display(progress).report)


def advancing(items: Iterable[T], label: str) -> Iterator[T]:
    """The same items, advancing on the terminal while they are worked on."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import track

    yield from track(items, label, console=rich_console(sys.stderr), transient=True)


@contextmanager
def bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what counts how many more are done. It is shown where somebody is looking."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import Progress

    with Progress(console=rich_console(sys.stderr), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.advance(task, done)


def add_up(numbers: Iterable[int], label: str, total: int) -> int:
    """How many are done in all, of work that says by and by how many more are, as with `bar`."""
    done = 0
    with bar(label, total) as advance:
        for number in numbers:
            done += number
            advance(number)
    return done


@contextmanager
def staged() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield, for each stage of long work by its name, what counts how many bytes are done and of
    how many. It is shown where somebody is looking."""
    if not sys.stderr.isatty():
        yield lambda stage: lambda done, of: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=rich_console(sys.stderr), transient=True) as progress:

        def begin(stage: str) -> Callable[[int, int], None]:
            task = progress.add_task(stage, total=None)
            return lambda done, of: progress.update(task, completed=done, total=of)

        yield begin


def _nothing(event: CrawlEvent) -> None:
    """Say nothing: the log has it, or the summary will."""


def _describe_wait(event: Awaited) -> str:
    name = f"{event.source_id}: " if event.source_id else ""
    return one_line(f"{name}{_('waiting: %(reason)s', reason=event.reason)}")


class _Display:
    """One line a source on the terminal, growing with the events."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._rows: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._new: Counter[str] = Counter()

    def report(self, event: CrawlEvent) -> None:
        """Take up one event."""
        if isinstance(event, StopRequested):
            return
        if isinstance(event, RunFinished):
            self._end(event.run)
            return
        if isinstance(event, Awaited):
            self._progress.console.print(_describe_wait(event), style="dim", markup=False)
            return
        name = event.source_id
        if isinstance(event, SourceStarted):
            self._tasks[name] = self._progress.add_task("starting", total=None, source=name)
        elif isinstance(event, ListRead):
            self._rows[name] += event.rows
        elif isinstance(event, ArticleDone):
            self._read[name] += 1
            self._new[name] += event.change == "new"
        if name in self._tasks and not isinstance(event, SourceStarted):
            text = _(
                "%(rows)s listed, %(read)s read, %(new)s new",
                rows=self._rows[name],
                read=self._read[name],
                new=self._new[name],
            )
            self._progress.update(self._tasks[name], description=text)

    def _end(self, run: Run) -> None:
        if run.source_id in self._tasks:
            self._progress.update(
                self._tasks[run.source_id],
                description=term("outcome", run.outcome or "failed"),
                total=1,
                completed=1,
            )
