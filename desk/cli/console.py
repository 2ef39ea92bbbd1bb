"""Printing: tables with colour on a terminal, plain aligned columns in a pipe, JSON for machines.

Text from pages goes through `one_line` before it gets here or in here: a title must not be able
to move a terminal's cursor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, TextIO

import click

from .. import _, label, padded
from ..text import neutral, one_line

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `align` is `left` or `right`, `style` a colour for terminals.

    A `folds` of "never" keeps cells whole, one of "short" cuts them with an ellipsis where a
    terminal is too narrow, "here" breaks them. Neither makes a column narrower than `least`, below
    which its text says nothing (0: what is usual). An `empty` of "hidden" leaves the column out on
    a terminal where all its cells are empty, 0 or never. Where there is no room for all columns,
    those of the highest `rank` go first. One of rank 0 is always shown.
    """

    heading: str
    align: str = "left"
    style: str = ""
    folds: str = "here"
    empty: str = "shown"
    rank: int = 0
    least: int = 0


def figure(heading: str, style: str = "", rank: int = 0) -> Column:
    """A column of numbers that is of interest only where one is not 0."""
    return Column(heading, "right", style, folds="never", empty="hidden", rank=rank)


def is_terminal() -> bool:
    """Whether people are looking."""
    return sys.stdout.isatty()


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """A table of texts, one line a row in a pipe."""
    from .tables import print_plain, print_rich

    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    columns = [replace(column, heading=label(column.heading)) for column in columns]
    if is_terminal():
        print_rich(columns, cells)
    else:
        print_plain(columns, cells)


def rich_console(stream: TextIO) -> Console:
    """What draws tables and progress on a terminal, plain if NO_COLOR asks for it."""
    from rich.console import Console

    context = click.get_current_context(silent=True)
    plain = context is not None and context.color is False
    return Console(file=stream, color_system=None if plain else "auto")


# What machines read: see `desk.documents`.


def print_json(value: object) -> None:
    """One JSON document on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def print_json_list(values: Sequence[Mapping[str, object]]) -> None:
    """A JSON list, an element a line; or the same as the table that was asked for."""
    context = click.get_current_context(silent=True)
    form = None if context is None else context.meta.get("hubwatch.table_format")
    if form is not None:
        _print_documents(values, form)
        return
    lines = ",\n ".join(json.dumps(value, ensure_ascii=False) for value in values)
    click.echo(f"[{lines}]")


def _print_documents(values: Sequence[Mapping[str, object]], form: str) -> None:
    """Documents as rows: CSV (RFC 4180), with tabs, or a format of tabulate's. What is no text or
    number stays JSON, as with sqlite-utils. In CSV and with tabs no text is a formula."""
    keys = list(dict.fromkeys(key for value in values for key in value))
    rows = [[_cell(value.get(key)) for key in keys] for value in values]
    if not rows:
        return
    if form not in ("csv", "tsv"):
        tabulate = import_module("tabulate").tabulate
        click.echo(tabulate(rows, keys, form, disable_numparse=True))
        return
    text = StringIO()
    dialect = "excel-tab" if form == "tsv" else "excel"
    writer = import_module("csv").writer(text, dialect, lineterminator="\n")
    writer.writerow(keys)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    click.echo(text.getvalue(), nl=False)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def fact(name: str, value: object) -> str:
    """A line of a description: the name in a column of its own, the value beside it."""
    return f"{padded(label(name), 11)} {one_line(str(value))}".rstrip()


def heading(text: str) -> None:
    """A heading, bold on a terminal."""
    click.secho(text, bold=True)


def note(text: str) -> None:
    """A remark for people. It goes to stderr, so that it never mixes with results."""
    click.secho(one_line(text), err=True, dim=sys.stderr.isatty())


MOST_COUNTED = 10_001
"""What is cut at a limit is counted no further."""


def note_cut(shown: int, limit: int, count: Callable[[], int], most: int | None = None) -> None:
    """Say how many there are where a limit cut a list. `count` is not asked elsewhere, and counts
    up to `most`."""
    total = count() if shown >= limit else shown
    if total <= shown:
        return
    if most is not None and total >= most:
        note(
            _(
                "%(shown)s of more than %(most)s shown; `--limit` shows more",
                shown=shown,
                most=most - 1,
            )
        )
    else:
        note(
            _(
                "%(shown)s of %(total)s shown; `--limit %(total)s` shows all",
                shown=shown,
                total=total,
            )
        )


def local(moment: datetime | None, zone: str, absent: str | None = None) -> str:
    """An instant as people read it: `2026-03-01 08:00` in `zone`. None is `absent`, else never."""
    if moment is None:
        return _("never") if absent is None else absent
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def iso(moment: datetime | None) -> str | None:
    """An instant for machines."""
    return moment.isoformat() if moment else None
