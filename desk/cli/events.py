"""`hubwatch stories event`, `link` and `unlink`, and `reread events`: which stories tell one event,
and what people say of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from .. import _
from ..documents import JsonDocument, Member
from ..documents.events import EVENT, EventFile, known_event, ties
from ..text import one_line, pluralise
from .console import Column, local, note, print_json, print_table
from .options import (
    JSON,
    NUMBER,
    by_option,
    completing,
    name_of,
    number_argument,
    output_option,
    person_option,
    reason_option,
)
from .progress import add_up
from .session import Session, pass_session
from .stories import day_of

if TYPE_CHECKING:
    from storage.archive import Archive

_WHY = reason_option("The reason, kept with it.", default="")
_STORIES = click.argument(
    "numbers",
    metavar="STORY STORY...",
    type=NUMBER,
    nargs=-1,
    required=True,
    shell_complete=completing("number"),
)


@click.command()
@number_argument("number", "STORY")
@click.option("--undo", type=NUMBER, help="Take this decision on events back.")
@person_option("With --undo: who takes it back, else HUBWATCH_BY.", default="")
@output_option
@pass_session
def event(session: Session, number: int, undo: int | None, person: str, output: str) -> None:
    """Show what other stories tell of the event of a story, what ties them, and what people said.

    \b
    Examples:
      hubwatch stories event 17
      hubwatch stories event 17 --json
      hubwatch stories event 17 --undo 2 --by Ana
    """
    if undo is not None:
        name = name_of(person)
        with session.writing() as store, store.writing() as tx:
            try:
                tx.stories.events.undo(undo, person=name, now=session.now)
            except LookupError as error:
                raise HubwatchError(str(error)) from error
    with session.reading() as store:
        found = _file(store, number)
        shared = [] if output == JSON else [ties(store, link) for link in found.links]
    if output == JSON:
        print_json(EVENT(found))
    else:
        _print(found, shared, session.config.zone)


def _file(store: Archive, number: int) -> EventFile:
    found = known_event(store, number)
    if found is None:
        raise HubwatchError(
            _("%(path)s: there is no story %(number)s", path=store.path, number=number)
        )
    return found


@click.command()
@_STORIES
@by_option
@_WHY
@output_option
@pass_session
def link(session: Session, numbers: tuple[int, ...], person: str, why: str, output: str) -> None:
    """Say that stories tell one event: in two languages, or in other words. They stay stories, with
    a verdict each. The later word counts.

    \b
    Examples:
      hubwatch stories link 17 23 --by Ana --why "the same ceremony"
    """
    _say(session, numbers, name_of(person), why, output, together=True)


@click.command()
@_STORIES
@by_option
@_WHY
@output_option
@pass_session
def unlink(session: Session, numbers: tuple[int, ...], person: str, why: str, output: str) -> None:
    """Say that the first of these stories tells another event than the others. Nothing that is
    found later brings them together again.

    \b
    Examples:
      hubwatch stories unlink 17 23 --by Ana --why "the second station"
    """
    _say(session, numbers, name_of(person), why, output, together=False)


def _say(
    session: Session, numbers: Sequence[int], name: str, why: str, output: str, *, together: bool
) -> None:
    if len(set(numbers)) < 2:
        raise HubwatchError(_("name two stories at least"))
    with session.writing() as store, store.writing() as tx:
        heads = tx.archive.stories.heads(numbers)
        for number in numbers:
            if number not in heads:
                raise HubwatchError(
                    _("%(path)s: there is no story %(number)s", path=store.path, number=number)
                )
        found = tx.archive.stories.leads([*heads.values()])
        leads = [found[heads[number]] for number in dict.fromkeys(numbers)]
        tx.stories.events.say(
            together=together, articles=leads, person=name, why=why, now=session.now
        )
    with session.reading() as store:
        told = _file(store, numbers[0])
    if output == JSON:
        print_json(EVENT(told))
        return
    stories = ", ".join(str(story.id) for story in told.stories)
    note(_("event %(event)s: stories %(stories)s", event=told.number, stories=stories))


def _print(found: EventFile, shared: Sequence[tuple[str, ...]], zone: str) -> None:
    columns = [
        Column("story", "right", folds="never"),
        Column("first", folds="never", rank=2),
        Column("source", folds="never"),
        Column("title", folds="short", least=24),
    ]
    rows = [(s.id, day_of(s.lead), s.lead.source_id, s.lead.title) for s in found.stories]
    print_table(columns, rows)
    for tie, both in zip(found.links, shared, strict=True):
        note(
            _(
                "articles %(one)s and %(other)s, strength %(strength)s: %(shared)s",
                one=tie.article_id,
                other=tie.other_id,
                strength=tie.strength,
                shared=one_line(", ".join(both), 160),
            )
        )
    for said in found.decisions:
        values = {
            "id": said.id,
            "person": said.person,
            "at": local(said.at, zone)[:16],
            "articles": ", ".join(map(str, said.articles)),
            "why": said.why,
        }
        if said.together:
            note(_("%(id)s: %(person)s linked articles %(articles)s, %(at)s %(why)s", **values))
        else:
            note(_("%(id)s: %(person)s unlinked articles %(articles)s, %(at)s %(why)s", **values))


@click.command("events")
@output_option
@pass_session
def reread(session: Session, output: str) -> None:
    """Find again which stories tell one event, of all archived articles, by today's rules.

    Nothing becomes news, and what people said of events stays. It can be interrupted: the next call
    goes on where it was.

    \b
    Examples:
      hubwatch reread events
      hubwatch reread events --json
    """
    from scraper.events.catch_up import find_events_again

    with session.writing() as store:
        waiting = store.stories.events.unlooked()
        done = add_up(find_events_again(store), "comparing", waiting)
    if output == JSON:
        print_json(REREAD_EVENTS(done))
    else:
        note(_("looked for the events of %(articles)s", articles=pluralise(done, "article")))


REREAD_EVENTS: JsonDocument[int] = JsonDocument(
    Member("articles", "integer", "articles whose events were looked for", lambda n: n),
    commands=("reread events --json",),
)  # fmt: skip
