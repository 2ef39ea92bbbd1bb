"""Printing: tables with colour on a terminal, plain aligned columns in a pipe, JSON for machines.

Text from pages goes through `one_line` before it gets here or in here: a title must not be able
to move a terminal's cursor.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click

from ..text import amount as amount
from ..text import one_line

Command = Callable[..., Any]

TEXT, JSON = "text", "json"
_EMPTY = ("", "0", "never")
_NARROWEST = 6  # columns; less says nothing


NUMBER = click.IntRange(0, 2**63 - 1)
"""The number of something in the archive, whose integers end there."""
COUNT = click.IntRange(1, 2**63 - 1)


def output_option(command: Command) -> Command:
    """`--json`: the parameter `output` is then `json`, else `text`."""
    option = click.option(
        "--json", "output", flag_value=JSON, default=TEXT, help="Print JSON, for machines."
    )
    return option(command)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `align` is `left` or `right`, `style` a colour for terminals.

    A `folds` of "never" keeps cells whole, one of "short" cuts them with an ellipsis where a
    terminal is too narrow, "here" breaks them; an `empty` of "hidden" leaves the column out on a
    terminal where all its cells are empty, 0 or never.
    """

    heading: str
    align: str = "left"
    style: str = ""
    folds: str = "here"
    empty: str = "shown"


def figure(heading: str, style: str = "") -> Column:
    """A column of numbers that is of interest only where one is not 0."""
    return Column(heading, "right", style, folds="never", empty="hidden")


def own_name() -> str:
    """How to call us again: `hubwatch`, or the path as typed where the shell would not find it."""
    import shutil

    called = sys.argv[0]
    found = shutil.which("hubwatch")
    here = Path(called).name == "hubwatch" and os.sep in called
    if here and (found is None or not Path(found).samefile(called)):
        return called
    return "hubwatch"


def is_terminal() -> bool:
    """Whether people are looking."""
    return sys.stdout.isatty()


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """A table of texts, one line a row in a pipe."""
    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    if is_terminal():
        _rich_table(columns, cells)
    else:
        _plain_table(columns, cells)


def _rich_table(columns: Sequence[Column], cells: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = [
        place
        for place, column in enumerate(columns)
        if column.empty == "shown" or any(row[place] not in _EMPTY for row in cells)
    ]
    console = Console()
    gap = 2 if _natural_width(columns, cells, kept) <= console.width else 1
    cells = _shortened(columns, cells, kept, console.width + (2 - gap) * len(kept))
    table = Table(box=None, padding=(0, gap, 0, 0), header_style="dim")
    for place in kept:
        column = columns[place]
        justify: Any = column.align
        whole = column.folds != "here"
        table.add_column(
            column.heading, justify=justify, style=column.style, no_wrap=whole, overflow="fold"
        )
    for row in cells:
        table.add_row(*(Text(row[place]) for place in kept))
    console.print(table)


def _natural_width(columns: Sequence[Column], cells: list[list[str]], kept: Sequence[int]) -> int:
    """How wide a table would like to be, with two blanks after each column."""
    return sum(
        2 + max(width(text) for text in (columns[place].heading, *(row[place] for row in cells)))
        for place in kept
    )


def _shortened(
    columns: Sequence[Column], cells: list[list[str]], kept: Sequence[int], room: int
) -> list[list[str]]:
    """The cells, those of "short" columns cut so that a row fits `room`; the widest gives way
    first, and none gets narrower than its heading."""
    short = [place for place in kept if columns[place].folds == "short"]
    sizes = {place: max([width(row[place]) for row in cells], default=0) for place in short}
    least = {place: max(_NARROWEST, width(columns[place].heading)) for place in short}
    excess = _natural_width(columns, cells, kept) - room
    while excess > 0 and (wide := [place for place in short if sizes[place] > least[place]]):
        sizes[max(wide, key=sizes.__getitem__)] -= 1
        excess -= 1
    return [
        [cut(cell, sizes[place]) if place in sizes else cell for place, cell in enumerate(row)]
        for row in cells
    ]


def cut(text: str, room: int) -> str:
    """The text in at most `room` columns, with an ellipsis where something is missing."""
    if width(text) <= room:
        return text
    while text and width(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _plain_table(columns: Sequence[Column], cells: list[list[str]]) -> None:
    rows = [[column.heading for column in columns], *cells]
    widths = [max(width(row[place]) for row in rows) for place in range(len(columns))]
    for row in rows:
        padded = [
            " " * (size - width(cell)) + cell
            if column.align == "right"
            else cell + " " * (size - width(cell))
            for column, cell, size in zip(columns, row, widths, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def width(text: str) -> int:
    """How many columns a text takes where characters are of one width: Han take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def print_json(value: object) -> None:
    """One JSON document on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def print_json_list(values: Sequence[object]) -> None:
    """A JSON list, an element a line."""
    lines = ",\n ".join(json.dumps(value, ensure_ascii=False) for value in values)
    click.echo(f"[{lines}]")


def fact(name: str, value: object) -> str:
    """A line of a description: the name in a column of its own, the value beside it."""
    return f"{name:<11} {one_line(str(value))}".rstrip()


def heading(text: str) -> None:
    """A heading, bold on a terminal."""
    click.secho(text, bold=True)


def note(text: str) -> None:
    """A remark for people; it goes to stderr, so that it never mixes with results."""
    click.secho(one_line(text), err=True, dim=sys.stderr.isatty())


def local(moment: datetime | None, zone: str, absent: str = "never") -> str:
    """An instant as people read it: `2026-03-01 08:00` in `zone`."""
    if moment is None:
        return absent
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime | None) -> str | None:
    """An instant for machines."""
    return moment.isoformat() if moment else None
