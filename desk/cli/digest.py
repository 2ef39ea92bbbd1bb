"""`hubwatch digest`: what is new, for people to hand on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import note
from .hints import hint_unknown
from .session import Session, moment, pass_session

if TYPE_CHECKING:
    from ..digest.model import Edition, Format

_FORMATS = ("html", "md", "csv", "json")
_DEFAULT_PERIOD = timedelta(days=7)


@click.command()
@click.option("--since", callback=moment, metavar="WHEN", help="First seen since. [default: 7d]")
@click.option("--until", callback=moment, metavar="WHEN", help="First seen until. [default: now]")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only of this topic.")
@click.option(
    "--relevant", "scope", flag_value="relevant", default="all", help="Only relevant stories."
)
@click.option("--title", help="The title, else the configuration's.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="[default: FILE's ending, else md]"
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it, else to the terminal.",
)
@pass_session
def digest(
    session: Session,
    since: datetime | None,
    until: datetime | None,
    topics: tuple[str, ...],
    scope: str,
    title: str | None,
    form: str | None,
    target: Path | None,
) -> None:
    """Make a digest of what was first seen within a period.

    Opens with what was scanned and what was missed; then key items, the rest by city, and what
    changed or was withdrawn. Copies of a story are one item with all its addresses.

    \b
    Examples:
      hubwatch digest --since 7d -o digest.html
      hubwatch digest --since 2026-03-01 --until 2026-03-07 --relevant
      hubwatch digest --since 24h --format csv -o today.csv
    """
    from ..digest.model import Edition, Format, Period, Scope

    end = until or session.now
    period = Period(since or end - _DEFAULT_PERIOD, end, session.config.zone)
    if period.since >= period.until:
        raise click.UsageError("the period ends before it begins")
    heading = title or session.config.digest_title
    edition = Edition(heading, period, Scope(scope), topics, session.watchlist.watched)
    _make(session, edition, Format(form or _by_ending(target)), target)


def _by_ending(target: Path | None) -> str:
    ending = target.suffix.lower().lstrip(".") if target else ""
    ending = {"htm": "html", "markdown": "md"}.get(ending, ending)
    return ending if ending in _FORMATS else "md"


def _make(session: Session, edition: Edition, form: Format, target: Path | None) -> None:
    from ..digest.build import build
    from ..digest.gather import gather
    from ..digest.render import render
    from ..files import write_whole

    with session.reading() as store:
        made = build(gather(store, edition), edition)
        if not made.items:
            from .search import nothing_found

            nothing_found(session, store)
        hint_unknown(session, store, topic=edition.topics)
    data = render(made, form)
    if target is None:
        click.echo(data, nl=False)
    else:
        write_whole(target, data)
        note(f"{target}: {len(made.items)} items, {edition.period.label}")
