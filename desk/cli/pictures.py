"""`hubwatch pictures`: the figures of the desk's three pictures, as a table, as JSON or as SVG."""

from __future__ import annotations

import click

from .. import N_, _
from ..documents import JsonDocument, Member, part, parts
from ..drawing import svg, table
from ..messages import reader
from ..pictures import (
    DAYS,
    MATCHED,
    MOST_COLUMNS,
    RHYTHM_DAYS,
    WEEKS,
    Picture,
    PictureKind,
    PictureRow,
    cities_by_week,
    coverage_by_day,
    source_rhythm,
)
from ..sentences import cities
from ..status import usual_of
from .console import Column, note, print_json, print_table
from .options import JSON, Whole, completing, output_option
from .session import Session, pass_session, require_known

_SVG = "svg"
_USUAL = {PictureKind.CITIES: WEEKS, PictureKind.RHYTHM: RHYTHM_DAYS, PictureKind.COVERAGE: DAYS}


@click.command()
@click.argument(
    "kind",
    type=click.Choice([each.value for each in PictureKind]),
    metavar="cities|rhythm|coverage",
)
@click.argument("source", required=False, metavar="[SOURCE]", shell_complete=completing("source"))
@click.option(
    "--columns", type=Whole(1, MOST_COLUMNS), metavar="NUMBER",
    help="How many weeks, or days, up to today. Usual are 12, 56 and 28.",
)  # fmt: skip
@click.option(
    "--matched", "grade", flag_value=MATCHED, default="",
    help="Of cities: only stories in which the watchlist found anything.",
)  # fmt: skip
@output_option
@click.option("--svg", "output", flag_value=_SVG, help="Print the picture as SVG.")
@pass_session
def pictures(
    session: Session,
    kind: PictureKind,
    source: str | None,
    columns: int | None,
    grade: str,
    output: str,
) -> None:
    """Show stories by city and week, the rhythm of a source, or what was read on which day.

    The rhythm is of one SOURCE: stories a day, as published and as they came in, beside what is
    usual for it. Coverage says of each city how many of its sources were read to the end on a day,
    of those that were due or crawled.

    \b
    Examples:
      hubwatch pictures cities --matched
      hubwatch pictures rhythm guiyang-en --json
      hubwatch pictures coverage --svg > coverage.svg
    """
    kind = PictureKind(kind)
    if (source is None) == (kind is PictureKind.RHYTHM):
        raise click.UsageError(
            _("a rhythm is that of one source: hubwatch pictures rhythm SOURCE")
            if source is None
            else _("only a rhythm is that of one source")
        )
    if grade and kind is not PictureKind.CITIES:
        raise click.UsageError(_("--matched is for cities"))
    picture = _picture(session, kind, source or "", columns or _USUAL[kind], grade)
    if output == JSON:
        print_json(PICTURE(picture))
    elif output == _SVG:
        click.echo(svg(picture, reader(), _names(session)))
    else:
        _print(session, picture)


def _picture(session: Session, kind: PictureKind, source: str, columns: int, grade: str) -> Picture:
    zone, now = session.config.zone, session.clock()
    with session.reading() as store:
        if kind is PictureKind.CITIES:
            return cities_by_week(store, zone, now, weeks=columns, grade=grade)
        if kind is PictureKind.COVERAGE:
            enabled = [each.ref for each in session.enabled()]
            return coverage_by_day(store, enabled, zone, now, days=columns)

        require_known(session, store, source=(source,))
        usual = usual_of(store, source, now)
        return source_rhythm(store, source, zone, now, usual, days=columns)


def _names(session: Session) -> dict[str, str]:

    return cities(reader(), session.watchlist)


def _print(session: Session, picture: Picture) -> None:

    shown = table(picture, reader(), _names(session))
    if picture.kind is PictureKind.RHYTHM:  # many days: a line each
        names = [N_("day"), *(name for name, _ in shown.rows)]
        columns = [Column(name, "right" if place else "left") for place, name in enumerate(names)]
        rows = zip(*(cells for _, cells in shown.rows), strict=True)
        print_table(
            columns,
            [
                (day, *(cell.text for cell in cells))
                for day, cells in zip(shown.headings[1:], rows, strict=True)
            ],
        )
    else:
        days = picture.days
        columns = [
            Column(shown.headings[0], folds="never"),
            *(Column(day[5:], "right", folds="never", rank=len(days) - n)
              for n, day in enumerate(days)),
        ]  # fmt: skip
        print_table(columns, [(name, *(c.text for c in cells)) for name, cells in shown.rows])
    note(shown.summary)


ROW: JsonDocument[PictureRow] = JsonDocument(
    Member("name", "text", "a city as its sources have it, empty for none; `published` or `seen` "
        "in a rhythm; empty for all", lambda r: r.name),
    Member("numbers", "list", "a number a column: stories, or sources read to the end",
        lambda r: list(r.numbers)),
    Member("of", "list", "coverage: of how many sources that were due or crawled, a number a "
        "column; else empty", lambda r: list(r.of)),
)  # fmt: skip


PICTURE: JsonDocument[Picture] = JsonDocument(
    Member("kind", "text", "`cities`, `rhythm` or `coverage`", lambda p: p.kind.value),
    Member("source", "text", "id of the source whose rhythm it is, else empty",
        lambda p: p.source),
    Member("grade", "text", "`matched` where only stories count in which the watchlist found "
        "anything, else empty", lambda p: p.grade),
    Member("zone", "text", "IANA name of the zone whose days these are", lambda p: p.zone),
    Member("made_at", "moment", "when it was counted", lambda p: p.made_at),
    Member("days", "list", "the first day of each column", lambda p: list(p.days)),
    Member("ends", "list", "the last day of each column", lambda p: list(p.ends)),
    Member("all_rows", "integer", "how many rows there are, of which `rows` may be some",
        lambda p: p.all_rows),
    part("total", "all rows together; a story of two cities counts once", lambda p: p.total, ROW),
    parts("rows", "the rows: cities with the most stories, or the most gaps, first",
        lambda p: p.rows, ROW),
    Member("usual", "list", "rhythm: how many stories such a day usually brings, a number a "
        "column; empty where that is not known", lambda p: list(p.usual)),
    commands=("pictures --json",),
    about="The figures of a picture of the desk. A story counts under the city of its source, and "
        "in the week or on the day on which it was published, undated ones when they were first "
        "seen. The desk's search under the same filters lists exactly as many.",
)  # fmt: skip
