"""`hubwatch match` and `rematch`: grading texts, and the archive, by the watchlist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import counted, one_line
from .console import JSON, Column, note, output_option, print_json, print_table
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.relevance.topics import Watchlist
    from storage.relevance.records import Score

    from ..relevance.grading import Graded

_PARTLY = 3


def watchlist_option(command: click.decorators.FC) -> click.decorators.FC:
    """`--watchlist FILE`: another one than the configured."""
    option = click.option(
        "--watchlist",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Another watchlist than the configured one.",
    )
    return option(command)


def chosen(session: Session, file: Path | None) -> Watchlist:
    """The watchlist in a file, else the configured one. Raises SourceError."""
    if file is None:
        return session.watchlist
    from scraper.relevance.watchlist import load_watchlist

    return load_watchlist(file)


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@watchlist_option
@output_option
@click.pass_context
def match(ctx: click.Context, path: Path, file: Path | None, output: str) -> None:
    """Grade texts that are not in the archive, and say why.

    FILE holds one JSON object a line, with `title`, `body` and, if known, `published`; `-` is
    standard input. Grades: core, related, mention, or none. Exit code 3 if a line could not be
    used.

    \b
    Examples:
      hubwatch match items.jsonl
      hubwatch match items.jsonl --json --watchlist my-watchlist.toml
    """
    from ..relevance.grading import as_json, grade_lines

    session = ctx.find_object(Session)
    assert session is not None
    watchlist = chosen(session, file)
    source = Path("/dev/stdin") if str(path) == "-" else path
    rows = []
    faults = 0
    for graded in grade_lines(source, watchlist, str(session.config.zone)):
        faults += bool(graded.fault)
        if output == JSON:
            print_json(as_json(graded, watchlist))
        else:
            rows.append(_row(graded, watchlist))
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(f"{counted(faults, 'line')} could not be used")
        ctx.exit(_PARTLY)


_COLUMNS = (
    Column("line", "right", folds="never"),
    Column("grade", style="bold", folds="never"),
    Column("about"),
    Column("title", folds="short"),
    Column("why"),
    Column("score"),
)


def score_told(score: Score) -> str:
    """The points of a topic, all parts: `hub-city (core): 10 points: +10 in the title`."""
    parts = ", ".join(f"{part.points:+g} {part.why}" for part in score.parts)
    return f"{score.topic} ({score.grade}): {score.points:g} points: {parts}"


def _row(graded: Graded, watchlist: Watchlist) -> tuple[object, ...]:
    from ..relevance.grading import about

    if graded.relevance is None:
        return graded.number, "fault", "", "", graded.fault, ""
    why = next((one.sentence for one in graded.relevance.matches), "")
    return (
        graded.number,
        graded.grade or "none",
        ", ".join(about(graded.relevance, watchlist)),
        graded.title,
        one_line(why, 160),
        "; ".join(map(score_told, graded.relevance.scores)),
    )


@click.command()
@output_option
@pass_session
def rematch(session: Session, output: str) -> None:
    """Apply the watchlist to the whole archive, without a crawl.

    Nothing of it counts as news. What this watchlist has seen already is left alone, so it can be
    interrupted and started again. Test an edited watchlist first: `hubwatch watchlist test`.

    \b
    Examples:
      hubwatch rematch
      hubwatch rematch --json
    """
    from ..relevance.rematch import rematch as run
    from .progress import bar

    done = 0
    with session.writing() as store:
        waiting, articles = (
            store.relevance.unmatched(session.watchlist.version),
            store.relevance.count_texts(),
        )
        with bar("matching", waiting) as advance:
            for number in run(store, session.watchlist):
                done += number
                advance(number)
    if output == JSON:
        print_json({"matched": done, "watchlist": session.watchlist.version})
    else:
        click.echo(_told(done, articles - waiting, session.watchlist.version))


def _told(done: int, before: int, version: str) -> str:
    """What a rematch came to; `before` is how many articles needed none."""
    if not done and not before:
        return "there are no articles to be matched"
    if not done:
        return f"nothing to do: {_all(before)} matched with watchlist {version} before"
    rest = f"; {before:,} {'was' if before == 1 else 'were'} before" if before else ""
    return f"{counted(done, 'article')} matched with watchlist {version}{rest}"


def _all(number: int) -> str:
    return "the only article was" if number == 1 else f"all {number:,} articles were"
