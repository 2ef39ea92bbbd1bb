"""`hubwatch sources runs`, and how a run is shown wherever one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .. import N_, _, term
from ..documents.runs import RUN
from .console import Column, figure, local, note, note_cut, print_json_list, print_table
from .options import JSON, limit_option, listing_option, source_option
from .session import Session, pass_session, require_known

if TYPE_CHECKING:
    from storage.runs import Run


@click.command()
@limit_option()
@source_option
@listing_option
@pass_session
def runs(session: Session, limit: int, source: str | None, output: str) -> None:
    """List the latest runs, the newest first.

    \b
    Examples:
      hubwatch sources runs --limit 5
      hubwatch sources runs --source guiyang-en --json
    """
    with session.reading() as store:
        require_known(session, store, source=() if source is None else (source,))
        found = store.runs.latest(limit, source)
        note_cut(len(found), limit, lambda: store.runs.count(source))
    if output == JSON:
        print_json_list([RUN(run) for run in found])
        return
    if not found:
        if source:
            note(_("no runs of %(source)s in %(archive)s", source=source, archive=session.archive))
            return
        note(
            _(
                "no runs in %(archive)s yet; %(command)s makes one",
                archive=session.archive,
                command=session.first_crawl(),
            )
        )
        return
    own = (Column("run", "right", folds="never"), Column("started", folds="never", rank=1))
    zone = session.config.zone
    rows = [(each.id, local(each.started_at, zone), *run_row(each)) for each in found]
    print_table((*own, *RUN_COLUMNS), rows)


RUN_COLUMNS = (
    Column("source", folds="never"),
    Column("outcome", style="bold", folds="never"),
    Column("listed", "right", folds="never", rank=5),
    Column("fetched", "right", folds="never", rank=6),
    figure("unchanged", rank=7),
    Column("new", "right", "green", folds="never", rank=2),
    figure("changed", "yellow", rank=3),
    figure("cosmetic", rank=8),
    figure("gone", "red", rank=4),
    figure("quarantined", rank=4),
    figure("refused", rank=8),
    figure("gaps", rank=8),
    figure("failed", "red", rank=3),
    figure("seconds", "dim", rank=9),
    Column("why", style="dim", empty="hidden"),
)


# Pages that a list names and the server does not have; `gone` is said of what was once archived.
_SAID = {"gone": N_("not there")}


def run_row(run: Run) -> tuple[object, ...]:
    """The cells of `RUN_COLUMNS`."""
    counts = run.counts
    why = [run.reason] if run.reason else []
    why += [
        f"{_(_SAID[word]) if word in _SAID else term('outcome', word)} ×{times}"
        for word, times in run.reasons
    ]
    return (
        run.source_id,
        term("outcome", run.outcome or "running"),
        counts.listed,
        counts.fetched,
        counts.unchanged,
        counts.new,
        counts.changed,
        counts.cosmetic,
        counts.gone,
        counts.quarantined,
        counts.refused,
        counts.gaps,
        counts.failed,
        f"{run.seconds:.1f}",
        ", ".join(why),
    )
