"""`hubwatch maintain`: is the archive in order, and mending what can be made again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hubwatch.errors import StorageError

from ..text import counted
from .console import JSON, note, output_option, print_json
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.archive import Archive

OK, FAILED = 0, 1


@click.group()
def maintain() -> None:
    """Check the archive, repair its text index, find its stories again.

    \b
    Examples:
      hubwatch maintain check
      hubwatch maintain repair
      hubwatch maintain rebuild-stories
    """


@maintain.command()
@output_option
@click.pass_context
def check(ctx: click.Context, output: str) -> None:
    """Look at every page, every reference and the text index. Exit code 1 if anything is wrong.

    \b
    Examples:
      hubwatch maintain check
      hubwatch --db copy.db maintain check --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    faults = _faults(session)
    if output == JSON:
        print_json({"archive": str(session.archive), "faults": list(faults)})
    else:
        for fault in faults:
            click.echo(" ".join(fault.split()))
        note(f"{session.archive}: {_verdict(session, faults)}")
    ctx.exit(FAILED if faults else OK)


def _faults(session: Session) -> tuple[str, ...]:
    with _opened(session) as store:
        return store.maintenance.integrity()


def _opened(session: Session) -> Archive:
    """The archive for writing, which the check of the index needs; never makes one."""
    from storage.archive import Archive

    return Archive.open(session.archive)


def _verdict(session: Session, faults: tuple[str, ...]) -> str:
    if not faults:
        return "in order"
    if all(fault.startswith("text index") or "fts" in fault.lower() for fault in faults):
        return f"its text index drifted; {session.advice('maintain repair')} makes it again"
    return "it is damaged; put a backup in its place"


@maintain.command()
@pass_session
def repair(session: Session) -> None:
    """Make the text index again from the articles: whole, or not at all if it is interrupted.

    Damaged pages cannot be mended; for them there are backups.

    \b
    Examples:
      hubwatch maintain repair
      hubwatch --db copy.db maintain repair
    """
    with _opened(session) as store, _progress() as report:
        done = store.maintenance.rebuild_index(report)
        left = store.maintenance.integrity()
    if left:
        raise StorageError(f"{session.archive}: {left[0]}; put a backup in its place")
    note(f"{session.archive}: indexed {counted(done, 'article')} again; in order")


@maintain.command("rebuild-stories")
@pass_session
def rebuild_stories(session: Session) -> None:
    """Compare all texts again and find the stories again, by today's rules. Nothing becomes news.

    Takes some minutes for a large archive; after an interruption it goes on where it was.

    \b
    Examples:
      hubwatch maintain rebuild-stories
      hubwatch --db copy.db maintain rebuild-stories
    """
    with _opened(session) as store:
        before = store.maintenance.survey().stories
        with _progress("comparing") as report:
            store.maintenance.rebuild_stories(report)
        survey = store.maintenance.survey()
    note(
        f"{session.archive}: {counted(survey.articles, 'article')} in "
        f"{counted(survey.stories, 'story')} ({before} before)"
    )


@contextmanager
def _progress(doing: str = "indexing") -> Iterator[Callable[[int, int], None]]:
    """Tells how far it is, on a terminal; silent where nobody is looking."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
