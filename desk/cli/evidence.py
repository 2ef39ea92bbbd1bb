"""Where an article's fields were read from, and the dossier of its dates, as small tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..text import one_line
from .console import Column, heading, print_table

if TYPE_CHECKING:
    from storage.types import DateClue
    from storage.views import Article


def dossier(article: Article) -> tuple[DateClue, ...]:
    """An article's dates with the one that only the archive knows: when it was first seen."""
    from storage.types import DateClue, DateKind, Origin, Precision, When

    first = When(article.first_seen_at, Precision.SECOND, "UTC")
    seen = DateClue(DateKind.SEEN, first, Origin.ARCHIVE, "first sight", article.url)
    return (*article.dates, seen)


def print_dates(clues: Sequence[DateClue]) -> None:
    """Every candidate with where it was read and what was made of it."""
    columns = (
        Column("date of"),
        Column("date"),
        Column("from", style="cyan"),
        Column("verdict"),
        Column("as printed"),
    )
    print_table(columns, [_row(clue) for clue in clues])


def _row(clue: DateClue) -> tuple[str, ...]:
    date = clue.when.iso.replace("T", " ")[:16]
    where = f"{clue.origin}, {clue.rule}"
    return clue.kind, date, where, clue.verdict, one_line(clue.raw, 60)


def print_evidence(article: Article) -> None:
    """The watched names found in an article, its fields' evidence, its dates."""
    if article.matches:
        heading("Matches")
        for match in article.matches:
            click.echo(one_line(f"{match.topic} ({match.grade}): {match.phrase} in {match.field}"))
        click.echo()
    heading("Evidence")
    columns = (Column("field"), Column("from", style="cyan"), Column("rule"), Column("as printed"))
    print_table(
        columns, [(e.field, e.origin, e.rule, one_line(e.raw, 120)) for e in article.evidence]
    )
    click.echo()
    heading("Dates")
    print_dates(dossier(article))
