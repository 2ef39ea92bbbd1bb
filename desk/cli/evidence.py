"""What stands behind an article, as small tables: where its fields were read from, the dossier of
its dates, what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..text import one_line
from .console import Column, heading, print_table
from .search import day_of

if TYPE_CHECKING:
    from scraper.relevance.topics import Watchlist
    from storage.articles.records import Article
    from storage.relevance.queries import Related
    from storage.types import DateClue


def dossier(article: Article, zone: str = "UTC") -> tuple[DateClue, ...]:
    """An article's dates with the one that only the archive knows: when it was first seen, told in
    `zone`."""
    from zoneinfo import ZoneInfo

    from storage.types import DateClue, DateKind, Origin, Precision, When

    first = When(article.first_seen_at.astimezone(ZoneInfo(zone)), Precision.SECOND, zone)
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
    from storage.types import DateKind

    date = day_of(clue.when)
    if clue.kind is DateKind.SEEN:  # the others are as the page states them
        date = f"{date} ({clue.when.zone})"
    where = f"{clue.origin}, {clue.rule}"
    return clue.kind, date, where, clue.verdict, one_line(clue.raw, 60)


def print_evidence(article: Article, zone: str) -> None:
    """The watched names found in an article, its fields' evidence, its dates; when it was first
    seen is told in `zone`."""
    if article.matches:
        heading("Matches")
        for match in article.matches:
            name = f"{match.topic} ({match.grade}): “{match.phrase}” in the {match.field}"
            click.echo(one_line(f"{name}: {match.sentence}"))
        click.echo()
    heading("Evidence")
    columns = (Column("field"), Column("from", style="cyan"), Column("rule"), Column("as printed"))
    print_table(
        columns, [(e.field, e.origin, e.rule, one_line(e.raw, 120)) for e in article.evidence]
    )
    click.echo()
    heading("Dates")
    print_dates(dossier(article, zone))


def print_related(related: Sequence[Related], watchlist: Watchlist) -> None:
    """Articles of other stories that go with it, and what they have in common."""
    from ..relevance.why import why_related

    if related:
        click.echo()
        heading("Related")
        columns = (Column("article", "right", folds="never"), Column("title", folds="short"))
        rows = [(one.article_id, one.title, why_related(one, watchlist)) for one in related]
        print_table((*columns, Column("why")), rows)
