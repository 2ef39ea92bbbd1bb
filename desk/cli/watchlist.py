"""`hubwatch watchlist`: show what is watched, and test an edited list on the archive."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from ..moments import parse_months_since
from .console import JSON, Column, Whole, fact, heading, output_option, print_json, print_table
from .relevance import chosen
from .session import Session, pass_session

if TYPE_CHECKING:
    from ..relevance.backtest import Effect, GradeDifference

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def watchlist() -> None:
    """Show what is watched, and test an edited list on the past before it is kept.

    \b
    Examples:
      hubwatch watchlist show
      hubwatch watchlist copy my-watchlist.toml
      hubwatch watchlist test my-watchlist.toml --since 12m
    """


@watchlist.command()
@click.argument("file", required=False, type=_FILE)
@output_option
@pass_session
def show(session: Session, file: Path | None, output: str) -> None:
    """Show the topics of a watchlist, their names, and since when each was in use.

    FILE is another watchlist than the configured one; the shipped one is used where none is
    configured. A mistake in it is one line that names file, line and key.
    """
    listed = chosen(session, file)
    if output == JSON:
        print_json(
            {
                "file": listed.path,
                "version": listed.version,
                "topics": [
                    {
                        "topic": topic.id,
                        "kind": topic.kind.value,
                        "label": topic.label("en"),
                        "label_zh": topic.label("zh"),
                        "lineage": list(topic.lineage),
                        "names": [form for name in topic.names for form in name.forms],
                    }
                    for topic in listed.topics.values()
                ],
            }
        )
        return
    click.echo(fact("file", listed.path))
    click.echo(fact("version", listed.version))
    for topic in listed.topics.values():
        heading(f"{topic.id}  ({topic.kind}: {topic.label('en')}, {topic.label('zh')})")
        if topic.lineage:
            click.echo(fact("lineage", " → ".join(topic.lineage)))
        print_table(
            (Column("language", folds="never"), Column("names"), Column("in use"), Column("stage")),
            [
                (
                    name.language,
                    ", ".join((*name.forms, *([name.pattern] if name.pattern else []))),
                    _in_use(name.valid_from, name.valid_until),
                    name.stage,
                )
                for name in topic.names
            ],
        )
        click.echo()


def _in_use(since: object, until: object) -> str:
    if until is not None:
        return f"{since or '…'} to {until}"
    return f"since {since}" if since is not None else ""


@watchlist.command()
@click.argument("file", type=_FILE)
@pass_session
def copy(session: Session, file: Path) -> None:
    """Write the shipped watchlist to FILE, for you to edit.

    \b
    Examples:
      hubwatch watchlist copy my-watchlist.toml
    """
    from scraper.relevance.watchlist import SHIPPED

    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(SHIPPED.read_text("utf-8"))
    except FileExistsError:
        raise HubwatchError(f"{file}: is there already; name another file") from None
    except OSError as error:
        raise HubwatchError(f"{file}: {error.strerror}") from None
    click.echo(f"{file}: edit it, then {session.advice(f'watchlist test {file}')}")


def _since(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Like `moment`, but `12m` are months: nobody tests a watchlist on minutes."""
    if value is None:
        return None
    session = ctx.find_object(Session)
    assert session is not None
    try:
        return parse_months_since(value, session.now, session.config.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@watchlist.command()
@click.argument("file", required=False, type=_FILE)
@click.option(
    "--since", callback=_since, metavar="WHEN", help="Articles dated since then: 12m (months), 90d."
)
@click.option("--samples", default=5, show_default=True, type=Whole(0, 1000))
@output_option
@pass_session
def test(
    session: Session, file: Path | None, since: datetime | None, samples: int, output: str
) -> None:
    """Say what an edited watchlist would add, lose and regrade over the archive. Changes nothing.

    Compared is with what is on record; `hubwatch rematch` then applies the configured list. FILE is
    the edited list, by default the configured one. What people accepted and rejected is held
    against both: precision and recall so far, phrases that would have brought what was accepted all
    the same, names that stood in rejected stories only.

    \b
    Examples:
      hubwatch watchlist test my-watchlist.toml
      hubwatch watchlist test my-watchlist.toml --since 12m --samples 20
      hubwatch watchlist test my-watchlist.toml --json
    """
    from ..relevance.backtest import BacktestFigures, differences
    from ..relevance.people import verdicts
    from .backtest_view import print_test, test_json
    from .progress import bar

    edited, kept, tally = chosen(session, file), session.watchlist, BacktestFigures()
    shown: dict[Effect, list[GradeDifference]] = defaultdict(list)
    with session.reading() as store:
        with bar("matching", store.relevance.count_texts(since)) as advance:
            for one in differences(store, edited, kept, tally, since, advance):
                if len(shown[one.effect]) < samples:
                    shown[one.effect].append(one)
        people = verdicts(store, edited, kept)
    if output == JSON:
        print_json(test_json(edited.version, tally, shown, people))
        return
    print_test(tally, shown, people)
