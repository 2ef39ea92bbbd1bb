"""`hubwatch stories` and `story`: what belongs together, why, and a person's word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from storage.errors import HubwatchError

from ..text import one_line
from .console import (
    JSON,
    Column,
    fact,
    heading,
    local,
    note,
    output_option,
    print_json,
    print_json_list,
    print_table,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.select_stories import Proof, Publication, Said, Story, StoryFile
    from storage.write_slots import Transaction
    from storage.write_stories import Decided

_WHY = click.option("--why", default="", metavar="TEXT", help="The reason, kept with it.")
_BY = click.option("--by", "person", required=True, metavar="NAME", help="Who says so.")


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.option(
    "--several", "least", flag_value=2, default=1, help="Only those at several addresses."
)
@output_option
@pass_session
def stories(session: Session, limit: int, least: int, output: str) -> None:
    """List the stories, that with the latest publication first, each with all its addresses.

    \b
    Examples:
      hubwatch stories --several
      hubwatch stories --limit 100 --json
    """
    with session.reading() as store:
        found = store.stories(limit, least=least)
        due = store.stories_are_due()
    if output == JSON:
        print_json_list([_story_json(story) for story in found])
    else:
        _print_stories(found)
    if due:
        note(
            "found by older rules than today's; "
            f"{session.advice('maintain rebuild-stories')} finds them again"
        )


def _story_json(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.lead.title,
        "lead": story.lead.id,
        "articles": [_place_json(place) for place in story.publications],
    }


def _place_json(place: Publication) -> dict[str, Any]:
    return {
        "id": place.id,
        "url": place.url,
        "source": place.source_id,
        "published": place.published.iso if place.published else None,
    }


def _print_stories(found: tuple[Story, ...]) -> None:
    columns = [
        Column("story", "right", folds="never"),
        Column("first", folds="never"),
        Column("title", folds="short"),
        Column("first at", folds="never"),
        Column("also at"),
    ]
    rows = [
        (
            story.id,
            _day(story.lead),
            story.lead.title,
            story.lead.source_id,
            ", ".join(place.source_id for place in story.publications[1:]),
        )
        for story in found
    ]
    print_table(columns, rows)


def _day(place: Publication) -> str:
    return place.published.iso[:10] if place.published else "undated"


class _StoryGroup(click.Group):
    """`story 17` shows; a word after `story` is a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let a number stand for the command that shows it."""
        if any(arg.isdigit() for arg in args[:2]) and not set(args) & set(self.commands):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_StoryGroup, subcommand_metavar="NUMBER | COMMAND [ARGS]…")
def story() -> None:
    """Show a story, with the proof of each link; or say that stories belong together, or not.

    A person's word outweighs what texts say, and stays when pages are read again.

    \b
    Examples:
      hubwatch story 17
      hubwatch story merge 17 23 --by Ana --why "the same ceremony"
      hubwatch story split 17 204 --by Ana
      hubwatch story undo 3
    """


@story.command("show")
@click.argument("number", metavar="NUMBER", type=int)
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show a story: who had it first, its reprints, how each was proven, what people said.

    \b
    Examples:
      hubwatch story 17
      hubwatch story show 17 --json
    """
    with session.reading() as store:
        found = store.story_file(number)
        if found is None:
            raise HubwatchError(f"{store.path}: there is no story {number}")
    if output == JSON:
        print_json(_file_json(found))
    else:
        _print_file(found, session.config.zone)


def _file_json(found: StoryFile) -> dict[str, Any]:
    proofs = {proof.article_id: proof for proof in found.proofs}
    return {
        "asked": found.asked,
        **_story_json(found.story),
        "articles": [
            {**_place_json(place), "title": place.title, **_proof_json(proofs.get(place.id))}
            for place in found.story.publications
        ],
        "decisions": [_said_json(said) for said in found.said],
    }


def _proof_json(proof: Proof | None) -> dict[str, Any]:
    return {
        "how": proof.how if proof else None,
        "of": proof.of if proof else None,
        "share": round(proof.share, 3) if proof else None,
        "other_share": round(proof.other_share, 3) if proof else None,
    }


def _said_json(said: Said) -> dict[str, Any]:
    return {
        "id": said.id,
        "verb": said.word.verb,
        "by": said.person,
        "at": said.at.isoformat(),
        "why": said.word.why,
        "groups": [list(group) for group in said.word.groups],
        "undone": said.undone_at.isoformat() if said.undone_at else None,
    }


def _print_file(found: StoryFile, zone: str) -> None:
    if found.asked != found.story.id:
        note(f"story {found.asked} is now part of story {found.story.id}")
    proofs = {proof.article_id: proof for proof in found.proofs}
    heading(one_line(found.story.lead.title))
    click.echo(fact("story", found.story.id))
    click.echo()
    for number, place in enumerate(found.story.publications):
        flag = "  withdrawn" if place.gone_at else ""
        click.echo(
            f"{place.id:>5}  {_day(place):<10}  {one_line(place.source_name)}  "
            f"{one_line(place.url)}{flag}"
        )
        told = _told(proofs.get(place.id)) if number else "first"
        click.secho(f"       {told}", dim=True)
    if found.said:
        click.echo()
        heading("What people said")
    for said in found.said:
        groups = " | ".join(", ".join(map(str, group)) for group in said.word.groups)
        undone = f", undone {local(said.undone_at, zone)}" if said.undone_at else ""
        why = f": {said.word.why}" if said.word.why else ""
        line = f"{said.word.verb} of articles {groups} by {said.person}, {local(said.at, zone)}"
        click.echo(f"{said.id:>5}  {one_line(line + why + undone)}")


def _told(proof: Proof | None) -> str:
    from storage.select_stories import COPY, PERSON

    if proof is None:
        return "joined through others"
    if proof.how == COPY:
        return (
            f"copy of {proof.of}: {proof.share:.0%} of it stands there, "
            f"{proof.other_share:.0%} of that stands here"
        )
    return f"joined with {proof.of} by a person" if proof.how == PERSON else f"text of {proof.of}"


@story.command()
@click.argument("numbers", metavar="STORY STORY...", type=int, nargs=-1, required=True)
@_BY
@_WHY
@pass_session
def merge(session: Session, numbers: tuple[int, ...], person: str, why: str) -> None:
    """Say that stories are one.

    \b
    Examples:
      hubwatch story merge 17 23 --by Ana
      hubwatch story merge 17 23 31 --by Ana --why "the same ceremony"
    """
    now = session.now
    _decide(session, lambda tx: tx.merge_stories(numbers, person=_name(person), why=why, now=now))


@story.command()
@click.argument("number", metavar="STORY", type=int)
@click.argument("articles", metavar="ARTICLE...", type=int, nargs=-1, required=True)
@_BY
@_WHY
@pass_session
def split(session: Session, number: int, articles: tuple[int, ...], person: str, why: str) -> None:
    """Say that articles of a story do not belong to the rest of it.

    \b
    Examples:
      hubwatch story split 17 204 --by Ana
      hubwatch story split 17 204 205 --by Ana --why "last year's ceremony"
    """
    now, name = session.now, _name(person)
    _decide(session, lambda tx: tx.split_story(number, articles, person=name, why=why, now=now))


@story.command()
@click.argument("decision", metavar="DECISION", type=int)
@pass_session
def undo(session: Session, decision: int) -> None:
    """Take a merge or a split back; `hubwatch story NUMBER` lists them.

    \b
    Examples:
      hubwatch story undo 3
      hubwatch --db copy.db story undo 3
    """
    _decide(session, lambda tx: tx.take_back(decision, now=session.now))


def _name(person: str) -> str:
    if not person.strip():
        raise click.BadParameter("names nobody", param_hint="--by")
    return one_line(person)


def _decide(session: Session, word: Callable[[Transaction], Decided]) -> None:
    from storage.store import Store

    with Store.open(session.archive) as store:
        try:
            with store.writing() as tx:
                decided = word(tx)
        except (LookupError, ValueError) as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    stand = ", ".join(map(str, decided.stories))
    noun = "story" if len(decided.stories) == 1 else "stories"
    note(f"decision {decided.decision_id}: now {noun} {stand}")
