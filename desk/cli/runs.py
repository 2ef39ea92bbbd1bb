"""`hubwatch sources runs`, and how a run is shown wherever one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .. import N_, _, term
from .console import (
    Column,
    JsonDocument,
    Member,
    figure,
    local,
    note,
    note_cut,
    print_json_list,
    print_table,
)
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
                command=session.hint("crawl --all"),
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


RUN: JsonDocument[Run] = JsonDocument(
    Member("source", "text", "id of the source", lambda r: r.source_id),
    Member("outcome", "text or null", "how the run ended; null while it goes on",
        lambda r: r.outcome),
    Member("listed", "integer", "article addresses seen on lists, feeds and sitemaps",
        lambda r: r.counts.listed),
    Member("fetched", "integer", "article pages asked for", lambda r: r.counts.fetched),
    Member("unchanged", "integer", "listed or fetched, and as known", lambda r: r.counts.unchanged),
    Member("new", "integer", "articles that were not known", lambda r: r.counts.new),
    Member("changed", "integer", "articles that changed in something that matters",
        lambda r: r.counts.changed),
    Member("quarantined", "integer", "pages set aside, with their reason",
        lambda r: r.counts.quarantined),
    Member("failed", "integer", "requests that brought nothing", lambda r: r.counts.failed),
    Member("seconds", "number", "how long it took", lambda r: round(r.seconds, 3)),
    Member("gone", "integer", "known articles that are no longer there", lambda r: r.counts.gone),
    Member("cosmetic", "integer", "articles that changed in nothing that matters",
        lambda r: r.counts.cosmetic),
    Member("refused", "integer", "rows on its lists that its link rule does not take for articles",
        lambda r: r.counts.refused),
    Member("gaps", "integer", "addresses that one entry of the source shows and another lacks that "
        "should show them", lambda r: r.counts.gaps),
    Member("run", "integer", "number of the run in this archive", lambda r: r.id),
    Member("started", "moment", "when it began", lambda r: r.started_at),
    Member("reason", "text", "why the run ended as it did, if that needs saying",
        lambda r: r.reason),
    Member("reasons", "object", "outcome word → how many requests ended so; `gone` here is every "
        "page that was not there, known or not", lambda r: dict(r.reasons)),
    commands=("crawl --json", "sources runs --json"),
    about="A run a line from `crawl`, a list from `sources runs`, the newest first.",
)  # fmt: skip
