"""`hubwatch digest` without a command: what is new, made at once and kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...text import counted
from ..hints import require_known
from ..session import Session, moment, pass_session
from .options import enabled, form_of, form_option, look_of, output_file, selection, write_out

if TYPE_CHECKING:
    from ...digest.model import Edition

_DEFAULT_PERIOD = timedelta(days=7)


@click.command()
@click.option("--since", callback=moment, metavar="WHEN", help="First seen since. [default: 7d]")
@click.option("--until", callback=moment, metavar="WHEN", help="First seen until. [default: now]")
@selection
@form_option
@output_file
@pass_session
def make(
    session: Session,
    since: datetime | None,
    until: datetime | None,
    topics: tuple[str, ...],
    scope: str,
    grouping: str,
    title: str | None,
    form: str | None,
    target: Path | None,
) -> None:
    """Make a digest at once.

    \b
    Examples:
      hubwatch digest --since 7d -o digest.html
      hubwatch digest --since 2026-03-01 --until 2026-03-07 --relevant
    """
    from ...digest.model import Edition, Grouping, Period, Scope

    end = until or session.now
    period = Period(since or end - _DEFAULT_PERIOD, end, session.config.zone)
    if period.since >= period.until:
        raise click.UsageError("the period ends before it begins")
    heading = title or session.config.digest_title
    watched = session.watchlist.watched
    edition = Edition(heading, period, Scope(scope), topics, watched, Grouping(grouping))
    _make(session, edition, form_of(form, target), target)


def _make(session: Session, edition: Edition, form: str, target: Path | None) -> None:
    from ...digest.build import build
    from ...digest.drafts import prove, put_off_what_waits
    from ...digest.gather import gather
    from ...digest.model import Format, Scope
    from ...digest.render import render

    with session.reading() as store:
        require_known(session, store, topic=edition.topics)
        found = build(gather(store, edition, enabled(session)), edition)
        # What was put off is told all the same, there being no next one; not what nobody accepted.
        chosen = put_off_what_waits(found) if edition.scope is Scope.ACCEPTED else found
        made = prove(store, chosen)
        if not made.items:
            from ..search import nothing_found

            nothing_found(session, store)
    data = render(made, Format(form), look_of(session))
    write_out(data, form, target, f"{counted(len(made.items), 'item')}, {edition.period.label}")
