"""`hubwatch digest edit`: single changes of a draft, or all at once by a file that goes out and
comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..console import note
from ..session import Session, pass_session
from . import options

if TYPE_CHECKING:
    from ...digest.model import Digest


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be changed; items by their numbers before the change."""

    title: str | None
    introduction: str | None
    translations: Sequence[tuple[int, str]]
    notes: Sequence[tuple[int, str]]
    moves: Sequence[tuple[int, int]]
    sections: Sequence[tuple[int, str]]
    trims: Sequence[int]
    laters: Sequence[int]
    restores: Sequence[int]


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
    wanted = _Asked(**asked)  # type: ignore[arg-type]
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
        refresh(store, number, wanted_again(store, number), person=person, now=session.now)
    click.echo(f"digest {number}: made anew")


def _import(session: Session, number: int, back: Path, person: str) -> None:
    from ...digest.drafts import keep, opened, required
    from ...digest.sheet import read_sheet

    with session.writing() as store, options.told_plainly(session):
        head = required(store, number)
        edited = read_sheet(back, head, opened(store, number))
        what = f"edited in a file: {len(edited.items)} items"
        keep(store, head, edited, what=what, person=person, now=session.now)
    click.echo(f"digest {number}: {len(edited.items)} items")


def _apply(session: Session, number: int, wanted: _Asked, person: str) -> None:
    from ...digest.drafts import keep, opened, required

    with session.writing() as store, options.told_plainly(session):
        head, digest = required(store, number), opened(store, number)
        edited, told = _edited(digest, wanted)
        if not told:
            raise click.UsageError("say what to change; `hubwatch digest edit --help` lists it")
        keep(store, head, edited, what="; ".join(told), person=person, now=session.now)
    click.echo(f"digest {number}: {'; '.join(told)}")


def _edited(digest: Digest, wanted: _Asked) -> tuple[Digest, list[str]]:
    """The draft after the changes, made in an order in which none hinders another (words, places,
    what goes), and what they were."""
    from ...digest import edit as by

    article = {item.number: item.article_id for item in digest.items}
    told = []

    def at(number: int) -> int:
        return article[number] if number in article else by.numbered(digest, number)

    if wanted.title is not None:
        digest = by.titled(digest, wanted.title)
        told.append("title")
    if wanted.introduction is not None:
        digest = by.introduced(digest, wanted.introduction)
        told.append("introduction")
    for number, text in wanted.translations:
        digest = by.translated(digest, at(number), text)
        told.append(f"item {number} translated")
    for number, text in wanted.notes:
        digest = by.noted(digest, at(number), text)
        told.append(f"item {number} noted")
    for number, text in wanted.sections:
        digest = by.moved(digest, at(number), 1, text)
        told.append(f"item {number} in {text}")
    for number, place in wanted.moves:
        digest = by.moved(digest, at(number), place)
        told.append(f"item {number} to place {place}")
    for number in wanted.trims:
        digest = by.trimmed(digest, at(number))
        told.append(f"item {number} trimmed")
    for number in wanted.laters:
        digest = by.put_off(digest, at(number))
        told.append(f"item {number} left for later")
    for number in wanted.restores:
        digest = by.restored(digest, number)
        told.append(f"article {number} restored")
    return digest, told
