"""`hubwatch digest brief` and `add`: chosen articles as a cited brief, or as items of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ... import _
from ...digest.brief import brief as make_brief
from ...digest.brief import enter
from ...digest.drafts import labels_of
from ...digest.formats.plugins import rendered
from ...digest.model import Digest, DigestItem, DigestLanguage
from ...documents import JsonDocument, Member, parts
from ...text import one_line, pluralise
from ..console import note, print_json
from ..options import JSON, NUMBER, completing, output_option, person_option
from ..session import Session, pass_session
from . import common

_articles = click.argument(
    "numbers", nargs=-1, required=True, type=NUMBER, metavar="ARTICLE …",
    shell_complete=completing("number"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenBrief:
    """A brief, and the file it was written to, if any."""

    digest: Digest
    form: str
    path: Path | None


CHOSEN_ITEM: JsonDocument[DigestItem] = JsonDocument(
    Member("number", "integer", "its number in the brief or the draft", lambda i: i.number),
    Member("article", "integer", "the article that leads its story", lambda i: i.article_id),
    Member("story", "integer", "its story", lambda i: i.story_id),
    Member("title", "text", "its headline", lambda i: i.title),
    Member("url", "text", "its address", lambda i: i.url),
    Member("published", "date or null", "when it was published, as the page says",
        lambda i: i.published),
)  # fmt: skip


BRIEF: JsonDocument[WrittenBrief] = JsonDocument(
    Member("title", "text", "its title", lambda b: b.digest.edition.title),
    Member("format", "text", "the format of the file", lambda b: b.form),
    Member("file", "text or null", "the file that was written; null without `-o`",
        lambda b: b.path),
    parts("items", "what is in it, in its order", lambda b: b.digest.items, CHOSEN_ITEM),
    commands=("digest brief --json",),
    about="One document.",
)  # fmt: skip


ENTERED: JsonDocument[tuple[int, Sequence[DigestItem]]] = JsonDocument(
    Member("digest", "integer", "the draft", lambda e: e[0]),
    parts("entered", "what came in; a story that stood there already did not", lambda e: e[1],
        CHOSEN_ITEM),
    commands=("digest add --json",),
    about="One document.",
)  # fmt: skip


@click.command()
@_articles
@click.option("--title", metavar="TEXT", help="Its title.")
@common.spoken
@common.form_option
@common.output_file
@output_option
@pass_session
def brief(
    session: Session,
    numbers: tuple[int, ...],
    title: str | None,
    language: str | None,
    form: str | None,
    target: Path | None,
    output: str,
) -> None:
    """Make a cited brief of articles, by the numbers that a search prints: their stories with
    address, date and the archived page that proves each, and what the choice rests on.

    It is kept nowhere. With --json and without -o it is said what would be in it.

    \b
    Examples:
      hubwatch digest brief 12 40 77 -o brief.docx
      hubwatch digest brief 12 40 77 --title "Laboratories in Guiyang" -o brief.xlsx --json
    """
    word = common.form_of(form, target)
    with session.reading() as store, common.refusals_on_one_line(session):
        made = make_brief(
            store,
            numbers,
            title=one_line(title or "", 200) or _("Brief"),
            zone=session.config.zone,
            watched=session.watchlist.watched,
            labels=labels_of(session.watchlist),
            enabled=common.enabled(session),
            now=session.now,
            language=DigestLanguage(common.language_of(session, language)),
        )
    if output != JSON or target is not None:
        data = rendered(made, word, common.look_of(session))
        summary = pluralise(len(made.items), "item")
        common.write_out(data, word, target, summary)
    if output == JSON:
        print_json(BRIEF(WrittenBrief(made, word, target)))


@click.command()
@common.number
@_articles
@person_option("Who edits, else HUBWATCH_BY.", required=True)
@output_option
@pass_session
def add(session: Session, number: int, numbers: tuple[int, ...], person: str, output: str) -> None:
    """Put articles into a draft, by the numbers that a search prints: each story at the end of the
    section where a digest would have it.

    \b
    Examples:
      hubwatch digest add 12 40 77 --by Ana
      hubwatch digest add 12 40 --by Ana --json
    """
    name = common.named(person)
    with session.writing() as store, common.refusals_on_one_line(session):
        labels = labels_of(session.watchlist)
        found = enter(store, number, numbers, labels=labels, person=name, now=session.now)
    if output == JSON:
        print_json(ENTERED((number, found)))
        return
    for item in found:
        click.echo(f"{item.number:>4}  {one_line(item.title)}")
    if not found:
        note(_("digest %(number)s: has all of them already", number=number))
