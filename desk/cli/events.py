"""`hubwatch stories event`, `link` and `unlink`: which stories tell one event, why, and what people
say of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from .. import _
from ..text import one_line
from .console import Column, JsonDocument, Member, local, note, parts, print_json, print_table
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
from .session import Session, pass_session
from .stories import day_of

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.stories.queries import EventDecision, EventLink, Story

_WHY = reason_option("The reason, kept with it.", default="")
_STORIES = click.argument(
    "numbers",
    metavar="STORY STORY...",
    type=NUMBER,
    nargs=-1,
    required=True,
    shell_complete=completing("number"),
)


@dataclass(frozen=True, slots=True)
class EventFile:
    """Everything that is known of an event."""

    number: int
    stories: tuple[Story, ...]
    links: tuple[EventLink, ...]
    decisions: tuple[EventDecision, ...]


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
    if output == JSON:
        print_json(EVENT(found))
    else:
        _print(found, session.config.zone)


def _file(store: Archive, number: int) -> EventFile:
    head = store.stories.heads([number]).get(number)
    if head is None:
        raise HubwatchError(
            _("%(path)s: there is no story %(number)s", path=store.path, number=number)
        )
    numbers = store.stories.events.stories_of(head)
    files = [file for each in numbers if (file := store.stories.file(each)) is not None]
    stories = tuple(file.story for file in files)
    articles = {place.id for story in stories for place in story.publications}
    said = tuple(one for one in store.stories.events.decisions() if articles & set(one.articles))
    return EventFile(numbers[0], stories, store.stories.events.links_between(numbers), said)


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
        leads = [_lead(tx.archive, heads[number]) for number in dict.fromkeys(numbers)]
        tx.stories.events.say(
            together=together, articles=leads, person=name, why=why, now=session.now
        )
    with session.reading() as store:
        found = _file(store, numbers[0])
    if output == JSON:
        print_json(EVENT(found))
        return
    stories = ", ".join(str(story.id) for story in found.stories)
    note(_("event %(event)s: stories %(stories)s", event=found.number, stories=stories))


def _lead(store: Archive, story: int) -> int:
    file = store.stories.file(story)
    assert file is not None, story
    return file.story.lead.id


_TOLD_BY: JsonDocument[Story] = JsonDocument(
    Member("id", "integer", "number of the story", lambda s: s.id),
    Member("title", "text", "the headline of its lead", lambda s: s.lead.title),
    Member("source", "text", "id of the source of its lead", lambda s: s.lead.source_id),
    Member("published", "date or null", "when its lead was published", lambda s: s.lead.published),
)  # fmt: skip

_LINK: JsonDocument[EventLink] = JsonDocument(
    Member("article", "integer", "an article of the event", lambda k: k.article_id),
    Member("other", "integer", "another that is tied to it", lambda k: k.other_id),
    Member("across", "boolean", "they are in different languages", lambda k: k.across),
    Member("strength", "number", "what all that they share weighs; from 4.2 on it may tie two, in "
        "one language from 7.5 on", lambda k: k.strength),
    Member("days", "list", "the days that both name (MM-DD)", lambda k: [*k.evidence["days"]]),
    Member("figures", "list", "the figures of the one that the other has, rounded or not",
        lambda k: [*k.evidence["figures"]]),
    Member("names", "list", "names in both, romanised", lambda k: [*k.evidence["names"]]),
    Member("subjects", "list", "what both are about, in Chinese",
        lambda k: [*k.evidence["subjects"]]),
    Member("against", "list", "what speaks against it: `day` or `ordinal`",
        lambda k: [*k.evidence["against"]]),
)  # fmt: skip

_SAID: JsonDocument[EventDecision] = JsonDocument(
    Member("id", "integer", "its number, for `--undo`", lambda d: d.id),
    Member("together", "boolean", "they tell one event, or the first another than the rest",
        lambda d: d.together),
    Member("articles", "list", "the leads of the stories it was said of", lambda d: d.articles),
    Member("by", "text", "who said so", lambda d: d.person),
    Member("at", "moment", "when", lambda d: d.at),
    Member("why", "text", "the reason, may be empty", lambda d: d.why),
    Member("undone", "moment or null", "when it was taken back; null: it stands",
        lambda d: d.undone_at),
    Member("undone_by", "text or null", "who took it back", lambda d: d.undone_by or None),
)  # fmt: skip

EVENT: JsonDocument[EventFile] = JsonDocument(
    Member("event", "integer", "the lowest number of its stories", lambda e: e.number),
    parts("stories", "the stories that tell it, in order of numbers", lambda e: e.stories,
        _TOLD_BY),
    parts("links", "what ties them, the strongest first", lambda e: e.links, _LINK),
    parts("decisions", "what people said of it, the latest first", lambda e: e.decisions, _SAID),
    commands=("stories event --json", "stories link --json", "stories unlink --json"),
    about="One event. How it is found: [events.md](events.md).",
)  # fmt: skip


def _print(found: EventFile, zone: str) -> None:
    columns = [
        Column("story", "right", folds="never"),
        Column("first", folds="never", rank=2),
        Column("source", folds="never"),
        Column("title", folds="short", least=24),
    ]
    rows = [(s.id, day_of(s.lead), s.lead.source_id, s.lead.title) for s in found.stories]
    print_table(columns, rows)
    for tie in found.links:
        shared = [*tie.evidence["days"], *tie.evidence["figures"], *tie.evidence["names"]]
        note(
            _(
                "articles %(one)s and %(other)s, strength %(strength)s: %(shared)s",
                one=tie.article_id,
                other=tie.other_id,
                strength=tie.strength,
                shared=one_line(", ".join([*shared, *tie.evidence["subjects"]]), 160),
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
