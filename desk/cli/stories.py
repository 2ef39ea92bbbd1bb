"""`hubwatch stories`: the list of stories, and one of them with its proof. Stories are joined and
parted here, too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.decisions import Reviewed, Verb, review_states_of
from storage.stories.queries import COPY, PERSON

from .. import _, term
from ..documents.stories import (
    STORY,
    STORY_FILE,
    KnownStory,
    ListedStory,
    facts_of_leads,
    known_story,
)
from ..text import first_named, one_line
from .articles import state_of
from .console import (
    MOST_COUNTED,
    Column,
    fact,
    heading,
    local,
    note,
    note_cut,
    print_json,
    print_json_list,
    print_table,
)
from .decisions import SaidNow, carry_out, undone_text
from .main import LazyGroup
from .options import (
    JSON,
    NUMBER,
    by_option,
    completing,
    limit_option,
    listing_option,
    name_of,
    number_argument,
    output_option,
    reason_option,
)
from .revisions import change_of, print_hunks
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.decisions import Decision, ReviewStates
    from storage.stories.queries import Publication, Said, Story, StoryProof


_COMMANDS = {
    "show": ("stories", "show", "Show a story: its reprints, proof, changes, decisions."),
    "event": ("events", "event", "Show what other stories tell of the same event."),
    "link": ("events", "link", "Say that stories tell one event."),
    "unlink": ("events", "unlink", "Say that a story tells another event."),
    "merge": ("stories", "merge", "Say that stories are one."),
    "split": ("stories", "split", "Say that articles do not belong to the rest of a story."),
    "add": ("manual_entry", "add", "Add an address by hand, or an item without a page."),
}


@click.group(cls=LazyGroup, entries=_COMMANDS, invoke_without_command=True)
@limit_option()
@click.option(
    "--several", "least", flag_value=2, default=1, help="Only those at several addresses."
)
@listing_option
@click.pass_context
def stories(ctx: click.Context, limit: int, least: int, output: str) -> None:
    """List the stories, that with the latest publication first, each with where else it stands;
    show one, or say that stories belong together, or not.

    A person's word outweighs what texts say, and stays when pages are read again.

    \b
    Examples:
      hubwatch stories --several
      hubwatch stories --limit 100 --json
      hubwatch stories show 17
      hubwatch stories merge 17 23 --by Ana --why "the same ceremony"
      hubwatch stories split 17 204 --by Ana
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        found = store.stories.latest(limit, least=least)
        counted = partial(store.stories.count, least=least, most=MOST_COUNTED)
        note_cut(len(found), limit, counted, MOST_COUNTED)
        due = store.maintenance.stories_are_due()
        reviews = review_states_of(store, [story.id for story in found])
        events = store.stories.events.of_stories([story.id for story in found])
        facts = facts_of_leads(store, found) if output == JSON else {}
    if output == JSON:
        print_json_list(
            [
                STORY(
                    ListedStory(
                        Reviewed(story, reviews, story.id), events[story.id], facts[story.lead.id]
                    )
                )
                for story in found
            ]
        )
    elif not found:
        which = _("no story yet") if least == 1 else _("no story at several addresses yet")
        note(
            _(
                "%(which)s in %(archive)s; %(command)s fetches articles",
                which=which,
                archive=session.archive,
                command=session.first_crawl(),
            )
        )
    else:
        _print_stories(found, reviews, session.config.zone)
    if due:
        note(
            _(
                "found by older rules than today's; %(command)s finds them again",
                command=session.hint("reread stories"),
            )
        )


def _print_stories(found: tuple[Story, ...], reviews: ReviewStates, zone: str) -> None:
    columns = [
        Column("story", "right", folds="never"),
        Column("first", folds="never", rank=2),
        Column("title", folds="short", least=24),
        Column("first at", folds="never", rank=3),
        Column("also at", rank=4),
        Column("updated", folds="never", empty="hidden", rank=5),
        Column("state", folds="never", rank=1),
    ]
    rows = [
        (
            story.id,
            day_of(story.lead),
            story.lead.title,
            _where(story.lead),
            first_named(list(map(_where, story.publications[1:]))),
            _updated(reviews, story, zone),
            term("state", reviews.verdict(story.id).state),
        )
        for story in found
    ]
    print_table(columns, rows)


def _updated(reviews: ReviewStates, story: Story, zone: str) -> str:
    edit = reviews.update(story.id)
    return local(edit.reported_at, zone)[:10] if edit else ""


def _where(place: Publication) -> str:
    return (
        _("%(source_id)s (withdrawn)", source_id=place.source_id)
        if place.withdrawn_at
        else place.source_id
    )


def day_of(place: Publication) -> str:
    """The day of a publication as it says."""
    return place.published.iso[:10] if place.published else _("undated")


# `hubwatch stories show`, `merge` and `split`: one story, why it is one, what became of it; joining
# and parting stories.

_WHY = reason_option("The reason, kept with it.", default="")


@click.command()
@number_argument("number", "NUMBER")
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show a story: who had it first, its reprints, how each was proven, what changed in which of
    them, what people said.

    \b
    Examples:
      hubwatch stories show 17
      hubwatch stories show 17 --json
    """
    with session.reading() as store:
        found = store.stories.file(number)
        if found is None:
            raise HubwatchError(
                _("%(path)s: there is no story %(number)s", path=store.path, number=number)
            )
        known = known_story(store, found)
    if output == JSON:
        print_json(STORY_FILE(known))
    else:
        _print_file(known, session.config.zone)


def _print_file(known: KnownStory, zone: str) -> None:
    found = known.file
    if found.asked != found.story.id:
        note(_("story %(asked)s is now part of story %(id)s", asked=found.asked, id=found.story.id))
    proofs = {proof.article_id: proof for proof in found.proofs}
    heading(one_line(found.story.lead.title))
    click.echo(fact("story", found.story.id))
    click.echo(fact("state", state_of(known.reviews.verdict(found.story.id), zone)))
    click.echo()
    for number, place in enumerate(found.story.publications):
        gone = _(
            "  withdrawn %(gone_at)s, %(gone_evidence)s",
            gone_at=local(place.gone_at, zone),
            gone_evidence=one_line(place.gone_evidence),
        )
        flag = gone if place.withdrawn_at else ""
        if place.stands_at:
            flag = _("  moved, seen %(gone_at)s", gone_at=local(place.gone_at, zone))
        click.echo(
            f"{place.id:>5}  {day_of(place):<10}  {one_line(place.source_name)}  "
            f"{one_line(place.url)}{flag}"
        )
        text = _describe_proof(proofs.get(place.id)) if number else _("first")
        click.secho(f"       {text}", dim=True)
    _print_changes(known, zone)
    _print_words(known, zone)


def _print_changes(known: KnownStory, zone: str) -> None:
    if known.edits:
        click.echo()
        heading(_("What changed"))
    for edit in known.edits:
        line = _(
            "%(seen_at)s, version %(number)s, %(change_of)s",
            seen_at=local(edit.seen_at, zone),
            number=edit.number,
            change_of=change_of(edit),
        )
        click.echo(f"{edit.article_id:>5}  {one_line(line)}")
        print_hunks(known.hunks.get((edit.article_id, edit.number), ()))


def _print_words(known: KnownStory, zone: str) -> None:
    words = {
        said.id: _word(
            _(
                "%(verb)s of articles %(groups)s",
                verb=term("verb", said.word.verb),
                groups=" | ".join(", ".join(map(str, group)) for group in said.word.groups),
            ),
            said, said.word.why, zone,
        )
        for said in known.file.said
    }  # fmt: skip
    words |= {
        one.id: _word(term("verb", one.verb), one, one.value, zone)
        for one in known.decisions
        if one.id not in words
    }
    if words:
        click.echo()
        heading(_("What people said"))
    for number in sorted(words):
        click.echo(f"{number:>5}  {one_line(words[number])}")


def _word(what: str, said: Said | Decision, why: str, zone: str) -> str:
    undone = f", {undone_text(said, zone)}" if said.undone_at else ""
    return _(
        "%(what)s by %(person)s, %(at)s%(rest)s%(undone)s",
        what=what,
        person=said.person,
        at=local(said.at, zone),
        rest=f": {why}" if why else "",
        undone=undone,
    )


def _describe_proof(proof: StoryProof | None) -> str:
    if proof is None:
        return _("joined through others")
    if proof.how == COPY:
        return _(
            "copy of %(of)s: %(share)s of it stands there, %(other_share)s of that stands here",
            of=proof.of,
            share=f"{proof.share:.0%}",
            other_share=f"{proof.other_share:.0%}",
        )
    return (
        _("joined with %(of)s by a person", of=proof.of)
        if proof.how == PERSON
        else _("text of %(of)s", of=proof.of)
    )


@click.command()
@click.argument(
    "numbers",
    metavar="STORY STORY...",
    type=NUMBER,
    nargs=-1,
    required=True,
    shell_complete=completing("number"),
)
@by_option
@_WHY
@output_option
@pass_session
def merge(session: Session, numbers: tuple[int, ...], person: str, why: str, output: str) -> None:
    """Say that stories are one.

    \b
    Examples:
      hubwatch stories merge 17 23 --by Ana
      hubwatch stories merge 17 23 31 --by Ana --why "the same ceremony"
    """
    now, name = session.now, name_of(person)
    carry_out(
        session,
        lambda tx: tx.stories.merge(numbers, person=name, why=why, now=now),
        SaidNow(Verb.MERGE, name, lambda decided: _merged(numbers, decided.stories)),
        output,
    )


def _merged(numbers: Sequence[int], stories: Sequence[int]) -> str:
    return _(
        "merged %(numbers)s: one story, %(story)s",
        numbers=", ".join(map(str, numbers)),
        story=", ".join(map(str, stories)),
    )


@click.command()
@number_argument("number", "STORY")
@click.argument(
    "articles",
    metavar="ARTICLE...",
    type=NUMBER,
    nargs=-1,
    required=True,
    shell_complete=completing("number"),
)
@by_option
@_WHY
@output_option
@pass_session
def split(
    session: Session, number: int, articles: tuple[int, ...], person: str, why: str, output: str
) -> None:
    """Say that articles of a story do not belong to the rest of it.

    \b
    Examples:
      hubwatch stories split 17 204 --by Ana
      hubwatch stories split 17 204 205 --by Ana --why "last year's ceremony"
    """
    now, name = session.now, name_of(person)
    carry_out(
        session,
        lambda tx: tx.stories.split(number, articles, person=name, why=why, now=now),
        SaidNow(Verb.SPLIT, name, lambda decided: _split(number, decided.stories)),
        output,
    )


def _split(number: int, stories: Sequence[int]) -> str:
    return _(
        "split story %(number)s: now stories %(stories)s",
        number=number,
        stories=", ".join(map(str, stories)),
    )
