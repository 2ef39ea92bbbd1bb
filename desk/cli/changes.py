"""`hubwatch changes`: what changed in what was known, and what of it was held back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.types import Held, Weight

from ..text import one_line
from .console import (
    COUNT,
    JSON,
    NUMBER,
    Column,
    local,
    note,
    output_option,
    print_json_list,
    print_table,
)
from .decisions import by_option, name_of
from .hints import require_known
from .history import edit_json, remarks
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.articles.records import Edit


@click.group(invoke_without_command=True)
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only of this source.")
@click.option("--material", "weights", flag_value="material", default="", help="Only what matters.")
@click.option("--held", "held", flag_value="held", default="", help="Only what was held back.")
@click.option("--limit", type=COUNT, default=20, show_default=True)
@output_option
@click.pass_context
def changes(
    ctx: click.Context, sources: tuple[str, ...], weights: str, held: str, limit: int, output: str
) -> None:
    """List what changed in articles that were known, the latest first.

    A change is material (numbers, dates, names, amounts, document numbers, title, files, whole
    sentences) or cosmetic (spaces, counters, related links); only material ones are news. Held back
    are those of pages that change at every visit, and those of a run that found too many at once.

    \b
    Examples:
      hubwatch changes --material
      hubwatch changes --held --source guiyang-en
      hubwatch changes release 128 --by Ana
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        require_known(session, store, source=sources)
        found = store.edits.latest(
            limit,
            weights=(Weight.MATERIAL,) if weights else (),
            held=tuple(reason for reason in Held if reason) if held else (),
            sources=sources,
        )
    if output == JSON:
        print_json_list([edit_json(edit) for edit in found])
    elif found:
        print_table(_COLUMNS, [_row(edit, session.config.zone) for edit in found])
    else:
        note(_none(session, sources, weights, held))


def _none(session: Session, sources: Sequence[str], weights: str, held: str) -> str:
    """That nothing was found, of what was asked for and of no more."""
    of = f" of {', '.join(sources)}" if sources else ""
    what = f"nothing{of}{' that matters' if weights else ''}"
    if held:
        return f"{what} is held back"
    if sources or weights:
        return f"{what} has changed so far"
    return f"nothing of what {session.archive} knows has changed so far"


_COLUMNS = (
    Column("seen", folds="never", rank=2),
    Column("change", style="bold", folds="never"),
    Column("article", "right", folds="never"),
    Column("run", "right", folds="never", rank=4),
    Column("title", folds="short", rank=1, least=20),
    Column("what"),
    Column("remarks", style="dim", empty="hidden", rank=3),
)


def _row(edit: Edit, zone: str) -> tuple[object, ...]:
    title = one_line(edit.title, 60)
    what = edit.summary or ", ".join(edit.kinds)
    said = "; ".join(remarks(edit))
    return local(edit.seen_at, zone), edit.weight, edit.article_id, edit.run_id, title, what, said


@changes.command()
@click.argument("run", metavar="RUN", type=NUMBER)
@by_option
@pass_session
def release(session: Session, run: int, person: str) -> None:
    """Let the changes that were held back of a run be told after all; from now on they are news.

    What has changed again since is told no more. `hubwatch changes --held` names the runs.

    \b
    Examples:
      hubwatch changes release 128 --by Ana
      hubwatch --db copy.db changes release 128 --by Ana
    """
    from storage.archive import Archive

    name, now = name_of(person), session.now
    with Archive.open(session.archive) as store:
        try:
            with store.writing() as tx:
                told = tx.revisions.release(run, person=name, now=now)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    noun = "article" if told == 1 else "articles"
    note(f"run {run}: the changes of {told} {noun} are news now")
