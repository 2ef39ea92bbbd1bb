"""Tables for terminals and pipes: which columns fit, how wide each is, and how they are drawn.

Widths are in columns of a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from .. import _, pgettext
from ..text import width
from .console import Column, note, rich_console


def print_rich(columns: Sequence[Column], cells: list[list[str]]) -> None:
    """A table on a terminal, which is as wide as that allows."""
    from rich.table import Table
    from rich.text import Text

    console = rich_console(sys.stdout)
    layout = arrange(columns, cells, console.width)
    table = Table(box=None, padding=(0, layout.gap, 0, 0), pad_edge=False, header_style="dim")
    for place, size in layout.sizes.items():
        column = columns[place]
        justify: Any = column.align
        table.add_column(
            column.heading, justify=justify, style=column.style, width=size, overflow="fold"
        )
    for row in cells:
        table.add_row(
            *(
                Text(cut(row[place], size) if columns[place].folds == "short" else row[place])
                for place, size in layout.sizes.items()
            )
        )
    console.print(table)
    if layout.left_out:
        note(
            _(
                "left out: %(columns)s (a terminal %(enough)s columns wide or --json shows all)",
                columns=pgettext("names", ", ").join(layout.left_out),
                enough=layout.enough,
            )
        )


def print_plain(columns: Sequence[Column], cells: list[list[str]]) -> None:
    """A table in a pipe: plain aligned columns."""
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


_EMPTY = ("", "0")
_WIDE, _TIGHT = 2, 1  # blanks between two columns
_LEAST = {"short": 12, "here": 20}
_NARROWEST = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a table is shown: the places of its columns with their widths, `gap` blanks between
    two, the headings that were `left_out`, and how wide a terminal has room for all."""

    sizes: dict[int, int]
    gap: int
    left_out: tuple[str, ...]
    enough: int


def arrange(columns: Sequence[Column], cells: Sequence[Sequence[str]], room: int) -> Layout:
    """Fit a table into `room`: shorten what may be shortened, then leave out what matters least.
    Only where that is not enough, break what should stay whole."""
    empty = (*_EMPTY, _("never"))
    natural = {
        place: max(width(text) for text in (column.heading, *(row[place] for row in cells)))
        for place, column in enumerate(columns)
        if column.empty == "shown" or any(row[place] not in empty for row in cells)
    }
    least = {place: _least(columns[place], size) for place, size in natural.items()}
    enough = _total(least.values(), _TIGHT)
    if _total(natural.values(), _WIDE) <= room:
        return Layout(natural, _WIDE, (), enough)
    kept = _kept(columns, least, room)
    sizes = {place: natural[place] for place in kept}
    shortest: tuple[Callable[[int], int], ...] = (
        least.__getitem__,
        lambda place: sizes[place] if columns[place].folds == "never" else _NARROWEST,
        lambda place: 1,
    )
    for floor in shortest:
        _narrow(sizes, floor, room)
    left = tuple(columns[place].heading for place in natural if place not in sizes)
    return Layout(sizes, _TIGHT, left, enough)


def _least(column: Column, natural: int) -> int:
    if column.folds == "never":
        return natural
    return min(natural, max(width(column.heading), column.least or _LEAST[column.folds]))


def _kept(columns: Sequence[Column], least: dict[int, int], room: int) -> list[int]:
    """The places of the columns there is room for, in their order."""
    kept: list[int] = []
    for place in sorted(least, key=lambda place: columns[place].rank):
        needed = _total((least[each] for each in (*kept, place)), _TIGHT)
        if columns[place].rank == 0 or needed <= room:
            kept.append(place)
    return sorted(kept)


def _narrow(sizes: dict[int, int], floor: Callable[[int], int], room: int) -> None:
    """Let the widest give way first, until a row fits or all are as narrow as they may be."""
    excess = _total(sizes.values(), _TIGHT) - room
    while excess > 0 and (wide := [place for place in sizes if sizes[place] > floor(place)]):
        sizes[max(wide, key=sizes.__getitem__)] -= 1
        excess -= 1


def _total(sizes: Iterable[int], gap: int) -> int:
    found = list(sizes)
    return sum(found) + gap * (len(found) - 1)


def cut(text: str, room: int) -> str:
    """The text in at most `room` columns, with an ellipsis where something is missing."""
    if width(text) <= room:
        return text
    while text and width(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"
