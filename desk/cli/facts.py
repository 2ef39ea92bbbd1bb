"""`hubwatch facts`: what articles say as data, of the archive or of texts in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from storage.facts import Deadline, Figure

from .. import _, term
from ..facts import FactsOfLine, facts_of_lines
from ..text import one_line, pluralise
from .console import Column, JsonDocument, Member, note, parts, print_json, print_table
from .options import INPUT, JSON, output_option
from .session import Session

_PARTLY = 3


@click.command()
@click.argument("path", metavar="FILE", type=INPUT)
@output_option
@click.pass_context
def facts(ctx: click.Context, path: Path, output: str) -> None:
    """List what texts say as data: figures with unit and object, and deadlines.

    FILE holds one JSON object a line, with `body` and, if known, `id`, `title` and `published`; `-`
    is standard input. Exit code 3 if a line could not be used.

    \b
    Examples:
      hubwatch facts texts.jsonl
      hubwatch facts texts.jsonl --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    rows: list[Sequence[object]] = []
    faults = 0
    for line in facts_of_lines(path, str(session.config.zone)):
        faults += bool(line.fault)
        if output == JSON:
            print_json(TEXT_FACTS(line))
        else:
            rows += _rows(line)
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(_("%(lines)s could not be used", lines=pluralise(faults, "line")))
        ctx.exit(_PARTLY)


Stated = Figure | Deadline


def _in_order(line: FactsOfLine) -> list[Stated]:
    found: list[Stated] = [*line.facts.figures, *line.facts.deadlines]
    return sorted(found, key=lambda one: one.start)


STATED: JsonDocument[Stated] = JsonDocument(
    Member("value", "number or list or date", "the number as printed, in `unit`; both ends of a "
        "range; the day of a deadline",
        lambda f: f.value if isinstance(f, Figure) else f.day),
    Member("unit", "text", "`count` of anything counted, `CNY`, `%`, `pp`, `mu`, `km2`, `tonne` "
        "and so on; `date` of a deadline",
        lambda f: f.unit if isinstance(f, Figure) else "date"),
    Member("normalised", "number or list or date", "the value in the base unit: m2, m, kg, W, or "
        "the unit itself; a decrease is negative",
        lambda f: f.normalised if isinstance(f, Figure) else f.day),
    Member("modifier", "text", "`target`, `growth`, `over`, `under`, `about` or `exact`: the first "
        "that fits", lambda f: str(f.modifier)),
    Member("object", "text", "what is counted or measured, in the words of the text",
        lambda f: f.object),
    Member("place", "text or null", "the place or organisation it is said of",
        lambda f: f.place or None),
    Member("as_of", "date or null", "the year, month or day that it is of",
        lambda f: (f.as_of or None) if isinstance(f, Figure) else None),
    Member("sentence", "text", "the sentence that says so", lambda f: f.sentence),
)  # fmt: skip

TEXT_FACTS: JsonDocument[FactsOfLine] = JsonDocument(
    Member("id", "text or integer", "the `id` of the line, else its number", lambda line: line.id),
    parts("facts", "what it says, in the order of the text", _in_order, STATED),
    commands=("facts FILE --json",),
    about="JSON Lines, one for each line of the file. What the figures are, and their limits: "
        "[facts.md](facts.md).",
)  # fmt: skip

_COLUMNS = (
    Column("text", folds="never"),
    Column("value", "right", style="bold", folds="never"),
    Column("unit", folds="never"),
    Column("modifier", folds="never"),
    Column("object"),
    Column("place"),
    Column("as of", folds="never"),
    Column("sentence", folds="short"),
)


def _rows(line: FactsOfLine) -> list[Sequence[object]]:
    if line.fault:
        return [(line.number, "", "", "", line.fault, "", "", "")]
    return [
        (
            line.id,
            format_value(one),
            one.unit if isinstance(one, Figure) else "date",
            term("modifier", one.modifier),
            one_line(one.object, 60),
            one_line(one.place, 40),
            one.as_of if isinstance(one, Figure) else "",
            one_line(one.sentence, 160),
        )
        for one in _in_order(line)
    ]


def format_value(one: Stated) -> str:
    """A value as people read it: `3,177`, `5 to 8`, `2024-03-31`."""
    if isinstance(one, Deadline):
        return one.day
    if one.low == one.high:
        return _plain(one.low)
    return _("%(low)s to %(high)s", low=_plain(one.low), high=_plain(one.high))


def _plain(value: float) -> str:
    return f"{value:,.10g}" if value < 1e10 else f"{value:,.0f}"
