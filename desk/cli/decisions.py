"""`hubwatch decisions`: what people say of stories, added, listed, corrected, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.decisions import OPINIONS, WORDED, Field, State, Verb, Which

from .. import _, ngettext, term
from ..documents.decisions import DECIDED, DECISION, CarriedOut
from ..text import one_line
from .articles import state_of
from .console import Column, local, note, note_cut, print_json, print_json_list, print_table
from .main import CommandGroup
from .options import (
    JSON,
    NUMBER,
    by_option,
    limit_option,
    listing_option,
    name_of,
    number_argument,
    output_option,
    person_option,
    reason_option,
    said_by_option,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.decisions import Decided, Decision
    from storage.stories.queries import Said
    from storage.transaction import Transaction


_COUNTED = 1_001
"""Decisions are read to be counted, since later ones take the place of others: no more of them."""


@click.command("add")
@number_argument("story", "STORY")
@click.argument(
    "verb",
    metavar="|".join(verb.value for verb in OPINIONS),
    type=click.Choice([verb.value for verb in OPINIONS]),
)
@by_option
@reason_option("The reason, or the text of the note.", default="")
@output_option
@pass_session
def decide(session: Session, story: int, verb: str, person: str, why: str, output: str) -> None:
    """Say what becomes of a story: accept, reject or later; note something on it, star or tag it.

    Of a person's verdicts on a story the latest counts; where two people's differ it is disputed.
    A rejected story is left out of digests until it changes in something that matters. Saying the
    same twice is saying it once.

    \b
    Examples:
      hubwatch decisions add 17 accept --by Ana
      hubwatch decisions add 23 reject --by Ana --why "about another Guiyang"
      hubwatch decisions add 17 note --by Bo --why "ask the science bureau"
    """
    name, now, word = name_of(person), session.now, one_line(why)
    if verb in WORDED and not word:
        raise click.BadParameter(_("a %(verb)s needs a text", verb=verb), param_hint="--why")
    carry_out(
        session,
        lambda tx: tx.decisions.decide(story, Verb(verb), person=name, value=word, now=now),
        SaidNow(verb, name, lambda _decided: _done(Verb(verb), story)),
        output,
    )


def _done(verb: Verb, story: int) -> str:
    """What was done, as it was asked for."""
    match verb:
        case Verb.ACCEPT:
            return _("accepted story %(story)s", story=story)
        case Verb.REJECT:
            return _("rejected story %(story)s", story=story)
        case Verb.LATER:
            return _("put off story %(story)s", story=story)
        case Verb.STAR:
            return _("starred story %(story)s", story=story)
        case Verb.TAG:
            return _("tagged story %(story)s", story=story)
        case _:
            return _("noted on story %(story)s", story=story)


@click.command()
@number_argument("article", "ARTICLE")
@click.argument(
    "field", metavar="|".join(Field), type=click.Choice([field.value for field in Field])
)
@click.argument("value")
@by_option
@output_option
@pass_session
def correct(
    session: Session, article: int, field: str, value: str, person: str, output: str
) -> None:
    """Correct what was read of an article: its title, published date, source line or author.

    It is shown, searched and sorted by what you say, with your name as evidence, also when its page
    is read again. `decisions undo` brings back what the page says.

    \b
    Examples:
      hubwatch decisions correct 42 published 2026-11-24 --by Ana
      hubwatch decisions correct 42 title "Guiyang named hub city" --by Ana
      hubwatch decisions correct 42 author "" --by Ana
    """
    name, now = name_of(person), session.now
    done = _(
        "corrected the %(field)s of article %(article)s",
        field=term("field", field),
        article=article,
    )
    carry_out(
        session,
        lambda tx: tx.decisions.correct(article, Field(field), value, person=name, now=now),
        SaidNow(Verb.CORRECT, name, lambda _decided: done),
        output,
    )


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.option("--story", "story", type=NUMBER, metavar="NUMBER", help="Only of this story.")
@said_by_option
@click.option(
    "--all", "which", flag_value=Which.ALL.value, default=Which.CURRENT.value,
    help="Also what was taken back, or said anew later.",
)  # fmt: skip
@limit_option()
@listing_option
@click.pass_context
def decisions(
    ctx: click.Context, story: int | None, person: str | None, which: str, limit: int, output: str
) -> None:
    """List what people decided of stories, the latest first; decide, correct, take back.

    \b
    Examples:
      hubwatch decisions
      hubwatch decisions --story 17 --all
      hubwatch decisions add 17 accept --by Ana
      hubwatch decisions undo 3 --by Ana
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        if story is not None and store.stories.file(story) is None:
            raise HubwatchError(
                _("%(path)s: there is no story %(story)s", path=store.path, story=story)
            )
        said = store.decisions.latest(Which(which), person)
        if story is not None:
            of_story = store.decisions.of(story, Which(which))
            said = (one for one in reversed(of_story) if person in (None, one.person))
        found = list(islice(said, limit))
        more = len(found) + sum(1 for _ in islice(said, max(0, _COUNTED - len(found))))
    note_cut(len(found), limit, lambda: more, _COUNTED)
    if output == JSON:
        print_json_list([DECISION(one) for one in found])
    elif found:
        print_table(_COLUMNS, [_row(one, session.config.zone) for one in found])
    else:
        note(
            _(
                "nobody has decided anything in %(archive)s that is asked for here",
                archive=session.archive,
            )
        )


_COLUMNS = (
    Column("id", "right", folds="never"),
    Column("story", "right", folds="never"),
    Column("decision", style="bold", folds="never"),
    Column("by", folds="never", rank=1),
    Column("at", folds="never", rank=2),
    Column("why", style="dim"),
)


def _row(one: Decision, zone: str) -> tuple[object, ...]:
    undone = f"({undone_text(one, zone)}) " if one.undone_at else ""
    return (
        one.id,
        one.story_id,
        term("verb", one.verb),
        one.person,
        local(one.at, zone),
        undone + one.value,
    )


def undone_text(said: Said | Decision, zone: str) -> str:
    """When a decision was taken back, and by whom where that is known."""
    assert said.undone_at is not None
    by = _(" by %(undone_by)s", undone_by=said.undone_by) if said.undone_by else ""
    return _("undone%(by)s %(undone_at)s", by=by, undone_at=local(said.undone_at, zone))


decisions.add_command(decide)
decisions.add_command(correct)


@decisions.command()
@number_argument("decision", "DECISION")
@person_option("Who takes it back, else HUBWATCH_BY.")
@output_option
@pass_session
def undo(session: Session, decision: int, person: str | None, output: str) -> None:
    """Take a decision back, a merge or a split too. A verdict that it had replaced counts again.

    \b
    Examples:
      hubwatch decisions undo 3 --by Ana
      hubwatch --db copy.db decisions undo 3
    """
    name = "" if person is None else name_of(person)
    carry_out(
        session,
        lambda tx: tx.decisions.undo(decision, now=session.now, person=name),
        SaidNow(UNDO, name, lambda decided: _undone(decided, session.config.zone)),
        output,
    )


def _undone(decided: Decided, zone: str) -> str:
    """What was taken back, or that it had been before."""
    number = decided.decision_id
    if decided.undone_before is None:
        return _("took back decision %(number)s", number=number)
    at = local(decided.undone_before, zone)
    if not decided.undone_by:
        return _("decision %(number)s was taken back before, %(at)s", number=number, at=at)
    return _(
        "decision %(number)s was taken back before, by %(person)s %(at)s",
        number=number,
        person=decided.undone_by,
        at=at,
    )


UNDO = "undo"


@dataclass(frozen=True, slots=True)
class SaidNow:
    """What a person says by a command: the verb, who, and what was done by it, in words."""

    verb: str
    person: str
    done: Callable[[Decided], str]


def carry_out(
    session: Session, word: Callable[[Transaction], Decided], said: SaidNow, output: str
) -> None:
    """Write a person's word, and say what was done. Raise HubwatchError for what cannot be."""
    with session.editing() as store:
        try:
            with store.writing() as tx:
                decided = word(tx)
        except (LookupError, ValueError) as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
        carried = CarriedOut(
            said.verb, said.person, decided, store.decisions.verdicts(decided.stories)
        )
    if output == JSON:
        print_json(DECIDED(carried))
        return
    zone, text = session.config.zone, said.done(decided)
    if said.verb == UNDO:
        note(f"{text}: {_stand(carried, zone)}")
        return
    undo_by = session.hint(f"decisions undo {decided.decision_id}")
    note(_("%(done)s; %(command)s takes it back", done=text, command=undo_by))
    for story, state in carried.stories:
        if state == State.DISPUTED:
            detail = state_of(carried.verdicts[story], zone)
            note(_("story %(story)s: %(state)s", story=story, state=detail))


def _stand(carried: CarriedOut, zone: str) -> str:
    stories = [
        f"{story} ({state_of(carried.verdicts[story], zone)})"
        if story in carried.verdicts
        else f"{story}"
        for story in carried.decided.stories
    ]
    text = ", ".join(stories)
    return ngettext("now story %(stand)s", "now stories %(stand)s", len(stories), stand=text)
