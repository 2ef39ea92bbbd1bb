"""`hubwatch digest edit`: single changes of a draft, or all at once by a file that goes out and
comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...text import counted
from ..console import note
from ..session import Session, pass_session
from . import options

if TYPE_CHECKING:
    from ...digest.changes import Changes


@click.command()
@options.number
@click.option("--title", metavar="TEXT", help="Another title.")
@click.option("--introduction", metavar="TEXT", help='An introduction; "" takes it away.')
@click.option(
    "--translate",
    "translations",
    type=(int, str),
    multiple=True,
    metavar="ITEM TEXT",
    help="An item's title in the readers' language.",
)
@click.option(
    "--note",
    "notes",
    type=(int, str),
    multiple=True,
    metavar="ITEM TEXT",
    help="Your own sentences on an item.",
)
@click.option(
    "--move",
    "moves",
    type=(int, int),
    multiple=True,
    metavar="ITEM PLACE",
    help="Put an item at that place of its section, counted from 1.",
)
@click.option(
    "--section",
    "sections",
    type=(int, str),
    multiple=True,
    metavar="ITEM HEADING",
    help="Put an item into the section of that heading, first.",
)
@click.option(
    "--trim", "trims", type=int, multiple=True, metavar="ITEM", help="Leave an item out for good."
)
@click.option(
    "--later",
    "laters",
    type=int,
    multiple=True,
    metavar="ITEM",
    help="Leave an item for the next digest.",
)
@click.option(
    "--restore",
    "restores",
    type=int,
    multiple=True,
    metavar="ARTICLE",
    help="Bring back what was left out, by the number of its article.",
)
@click.option("--refresh", is_flag=True, help="Make the draft anew; edits of it are lost.")
@click.option(
    "--export",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the draft as a TOML file to edit.",
)
@click.option(
    "--import",
    "back",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Bring an edited file back.",
)
@click.option("--by", "person", metavar="NAME", help="Who edits; needed for all but --export.")
@pass_session
def edit(
    session: Session,
    /,
    number: int,
    refresh: bool,
    out: Path | None,
    back: Path | None,
    person: str | None,
    **asked: object,
) -> None:
    """Edit a draft: its order, its words, what is left out.

    Items are named by their numbers as they are before the edit. Several changes may be made in
    one call.

    \b
    Examples:
      hubwatch digest edit 12 --trim 7 --trim 9 --later 4 --by Ana
      hubwatch digest edit 12 --move 5 1 --section 8 "Key items" --by Ana
      hubwatch digest edit 12 --translate 3 "Guiyang opens forty laboratories" --by Ana
      hubwatch digest edit 12 --export draft.toml
      hubwatch digest edit 12 --import draft.toml --by Ana
    """
    from ...digest.changes import Changes

    wanted = Changes(**asked)  # type: ignore[arg-type]
    if out is not None:
        _export(session, number, out)
        return
    if person is None:
        raise click.UsageError("say who edits: --by NAME")
    name = options.named(person)
    if refresh:
        _refresh(session, number, name)
    elif back is not None:
        _import(session, number, back, name)
    else:
        _apply(session, number, wanted, name)


def _export(session: Session, number: int, out: Path) -> None:
    from ...digest.drafts import opened, required
    from ...digest.sheet import write_sheet
    from ...files import write_whole

    with session.reading() as store:
        text = write_sheet(required(store, number), opened(store, number))
    write_whole(out, text.encode())
    note(f"{out}: change it and bring it back with --import")


def _refresh(session: Session, number: int, person: str) -> None:
    from ...digest.drafts import refresh, wanted_again

    with session.writing() as store, options.told_plainly(session):
        wanted = wanted_again(store, number, options.enabled(session))
        refresh(store, number, wanted, person=person, now=session.now)
    click.echo(f"digest {number}: made anew")


def _import(session: Session, number: int, back: Path, person: str) -> None:
    from ...digest.drafts import keep, opened, required
    from ...digest.sheet import read_sheet

    with session.writing() as store, options.told_plainly(session):
        head = required(store, number)
        edited = read_sheet(back, head, opened(store, number))
        what = f"edited in a file: {counted(len(edited.items), 'item')}"
        keep(store, head, edited, what=what, person=person, now=session.now)
    click.echo(f"digest {number}: {counted(len(edited.items), 'item')}")


def _apply(session: Session, number: int, wanted: Changes, person: str) -> None:
    from ...digest.changes import changed
    from ...digest.drafts import keep, opened, required

    if not wanted.told:
        raise click.UsageError("say what to change; `hubwatch digest edit --help` lists it")
    with session.writing() as store, options.told_plainly(session):
        head, digest = required(store, number), opened(store, number)
        edited = changed(digest, wanted)
        keep(store, head, edited, what=wanted.told, person=person, now=session.now)
    click.echo(f"digest {number}: {wanted.told}")
