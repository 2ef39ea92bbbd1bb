"""What `hubwatch parse --list` prints: the rows of saved lists, and the pager as understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from hubwatch.errors import PageError

from ..saved_lists import SavedList, as_json, read_lists
from ..text import one_line
from .console import JSON, Column, fact, heading, note, print_json, print_table

if TYPE_CHECKING:
    from scraper.pages.types import FoundRow, Pager

    from ..saved import SavedPage

_COLUMNS = (
    Column("date", folds="never"),
    Column("title"),
    Column("address", style="dim"),
    Column("note", empty="hidden"),
)


def print_lists(pages: Sequence[SavedPage], output: str, count: str) -> int:
    """Read and print saved lists; how many files could not be read. `count` says whether `one` or
    `many` were asked for. Raises PageError if the only one cannot be read."""
    unread = 0
    for found in read_lists(pages):
        unread += bool(found.fault)
        if count == "one" and found.fault:
            raise PageError(f"{found.path}: {found.fault}")
        if output == JSON:
            record = as_json(found)
            print_json(record if count == "one" else {"file": str(found.path), **record})
        else:
            _print(found)
    if unread:
        note(f"{unread} of {len(pages)} files could not be read")
    return unread


def _print(found: SavedList) -> None:
    reading = found.reading
    heading(str(found.path))
    told = f": {reading.reason}" if reading.reason else ""
    click.echo(fact("outcome", f"{reading.outcome}{told}"))
    click.echo(fact("address", found.url or "unknown"))
    click.echo(fact("kind", f"{reading.kind} ({found.why})"))
    click.echo(fact("rows", f"{len(reading.rows)}, {_dated(reading.rows)} with a date"))
    click.echo(fact("pager", one_line(_pager(reading.pager))))
    if reading.rows:
        click.echo()
        print_table(_COLUMNS, (tuple(_cells(row)) for row in reading.rows))
    click.echo()


def _dated(rows: Sequence[FoundRow]) -> int:
    return sum(row.published is not None for row in rows)


def _pager(pager: Pager) -> str:
    if not pager.pages:
        return f"none: {pager.why}"
    more = f"{len(pager.pages)} more, {pager.next}" if len(pager.pages) > 1 else pager.next
    pattern = f' (paging = "{pager.pattern} from {pager.first}")' if pager.pattern else ""
    return f"{pager.kind}: {pager.why}; {more}{pattern}"


def _cells(row: FoundRow) -> Iterator[str]:
    yield row.published.iso if row.published else ""
    yield one_line(row.title, 120)
    yield one_line(row.url, 200)
    notes = ["off site"] if row.off_site else []
    if row.dated_by in ("heading", "address"):
        notes.append(f"dated by {row.dated_by}")
    yield ", ".join(notes)
