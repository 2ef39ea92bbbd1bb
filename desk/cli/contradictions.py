"""`hubwatch contradictions`: where two reports of one thing differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from .. import _, term
from ..contradictions import PairOfLine, pairs_of_lines
from ..text import one_line, pluralise
from .console import Column, JsonDocument, Member, note, print_json, print_table
from .options import INPUT, JSON, output_option
from .session import Session, pass_session

_PARTLY = 3


@click.command()
@click.argument("path", metavar="FILE", type=INPUT)
@output_option
@pass_session
@click.pass_context
def contradictions(ctx: click.Context, session: Session, path: Path, output: str) -> None:
    """Say whether two reports give different figures, days, ranks or lists for the same thing.

    FILE holds one JSON object a line, with `articles`: two objects with `body` and, if known,
    `title`, `language`, `source` and `published`; `-` is standard input. Rounding, another year or
    scope, a target beside a result, a later count and a correction are no contradictions, and the
    answer says so. Exit code 3 if a line could not be used.

    \b
    Examples:
      hubwatch contradictions pairs.jsonl
      hubwatch contradictions pairs.jsonl --json
    """
    rows: list[Sequence[object]] = []
    faults = 0
    for line in pairs_of_lines(path, str(session.config.zone)):
        faults += bool(line.fault)
        if output == JSON:
            print_json(PAIR(line))
        else:
            rows.append(_row(line))
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(_("%(lines)s could not be used", lines=pluralise(faults, "line")))
        ctx.exit(_PARTLY)


CONTRADICTION, NONE = "contradiction", "none"
"""How a pair is labelled."""


def _label(line: PairOfLine) -> str:
    return CONTRADICTION if line.contradiction else NONE


PAIR: JsonDocument[PairOfLine] = JsonDocument(
    Member("id", "text or integer", "the `id` of the line, else its number", lambda line: line.id),
    Member("label", "text", "`contradiction` or `none`", _label),
    Member("kind", "text", "of a contradiction what differs: `figure`, `date`, `rank` or `list`; "
        "else why it is none: `rounding`, `year`, `period`, `scope`, `target`, `cumulative`, "
        "`asof`, `correction`, `definition`, `phase`, `part`, `different`, or `nothing` where "
        "nothing differs",
        lambda line: str(line.kind)),
    Member("sentences", "list", "the two sentences that differ, the first article's first; empty "
        "where nothing does", lambda line: [*line.shown.sentences] if line.shown else []),
    Member("values", "list", "what the two say, as printed",
        lambda line: [*line.shown.values] if line.shown else []),
    Member("strength", "number or null", "how surely they are about one thing, 0 to 1",
        lambda line: round(line.shown.strength, 2) if line.shown else None),
    commands=("contradictions FILE --json",),
    about="JSON Lines, one for each line of the file. What a contradiction is, and what is none: "
        "[events.md](events.md#contradictions).",
)  # fmt: skip

_COLUMNS = (
    Column("pair", folds="never"),
    Column("answer", style="bold", folds="never"),
    Column("kind", folds="never"),
    Column("one says"),
    Column("other says"),
)


def _row(line: PairOfLine) -> tuple[object, ...]:
    if line.fault:
        return (line.number, "", "", line.fault, "")
    shown = line.shown
    sentences = shown.sentences if shown else ("", "")
    return (
        line.id,
        term("contradiction", _label(line)),
        term("differs", line.kind),
        *(one_line(sentence, 160) for sentence in sentences),
    )
