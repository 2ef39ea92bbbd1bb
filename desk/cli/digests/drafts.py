"""`hubwatch digest draft`, `list`, `show`, `preview`, `edit`, `issue`, `correct`, `withdraw`,
`discard`: a digest until it is issued."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage.digests import Basis

from ... import _, term
from ...text import pluralise
from ..console import Column, local, note, note_cut, print_json, print_json_list, print_table
from ..options import (
    FILE,
    INPUT,
    JSON,
    by_option,
    form_by_ending,
    limit_option,
    listing_option,
    output_option,
    person_option,
    since_option,
    until_option,
)
from ..session import Session, pass_session, require_known
from . import common
from .common import print_digest

if TYPE_CHECKING:
    from storage.archive import Archive

    from ...digest.drafts import Wanted
    from ...digest.edit import Changes


@click.command()
@click.option(
    "--since-last", "basis", flag_value="since-last", help="What came in since the last issue."
)
@since_option("First seen since.")
@until_option("First seen until. [default: now]")
@common.selection
@common.spoken
@by_option
@output_option
@pass_session
def draft(
    session: Session,
    basis: str | None,
    since: datetime | None,
    until: datetime | None,
    topics: tuple[str, ...],
    scope: str,
    grouping: str,
    title: str | None,
    language: str | None,
    person: str,
    output: str,
) -> None:
    """Draft a digest: of everything since the last issue, or of a period.

    A digest since the last issue follows the order in which things were archived: no story is
    skipped, and none is news in two issues of the same selection (all, --relevant, --accepted,
    topics). Stories that people put off wait for the next one. Where nothing was issued yet, it
    begins with --since, or seven days ago.

    \b
    Examples:
      hubwatch digest draft --since-last --by Ana
      hubwatch digest draft --since-last --accepted --by Ana
      hubwatch digest draft --since 2026-03-01 --until 2026-03-07 --by Ana
    """
    from ...digest.drafts import Wanted, labels_of
    from ...digest.model import DigestLanguage, Grouping, Scope

    if basis is None and since is None:
        raise click.UsageError(_("say what of: --since-last, or --since WHEN"))
    if basis is not None and until is not None:
        raise click.UsageError(
            _("what came since the last issue ends now; --until goes with --since")
        )
    wanted = Wanted(
        title=title or session.config.digest_title,
        zone=session.config.zone,
        basis=Basis(basis or Basis.PERIOD),
        since=since,
        until=until,
        scope=Scope(scope),
        topics=topics,
        watched=session.watchlist.watched,
        grouping=Grouping(grouping),
        language=DigestLanguage(common.language_of(session, language)),
        labels=labels_of(session.watchlist),
        enabled=common.enabled(session),
    )
    _draft(session, wanted, person, output)


def _draft(session: Session, wanted: Wanted, person: str, output: str) -> None:
    from ...digest import drafts

    try:
        drafts.check_period(wanted, session.now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with session.writing() as store:
        require_known(session, store, topic=wanted.topics)
        number = drafts.draft(store, wanted, person=common.named(person), now=session.now)
        _report(session, store, number, output)


def _report(session: Session, store: Archive, number: int, output: str) -> None:
    """Say what a digest is now, and what to know of it before it goes out."""
    from ...digest.drafts import as_kept, cautions, required

    head = required(store, number)
    digest = as_kept(store, head)
    if output == JSON:
        warned = () if head.issued_at else cautions(store, digest)
        from ...documents.digests import CHANGED_DIGEST

        print_json(CHANGED_DIGEST((head, tuple(map(str, warned)))))
        return
    items = pluralise(len(digest.items), "item")
    click.echo(
        _(
            "digest %(number)s: draft, %(items)s, %(label)s",
            number=number,
            items=items,
            label=digest.edition.period.label,
        )
    )
    for line in cautions(store, digest):
        note(_("warning: %(line)s", line=line))
    note(
        _(
            "%(command)s shows it",
            command=session.hint(f"digest preview {number}"),
        )
    )


@click.command("list")
@limit_option()
@listing_option
@pass_session
def list_(session: Session, limit: int, output: str) -> None:
    """List the digests, the newest first.

    \b
    Examples:
      hubwatch digest list
      hubwatch digest list --limit 100 --json
    """
    with session.reading() as store:
        found = store.digests.latest(limit)
        note_cut(len(found), limit, store.digests.count)
    if output == JSON:
        from ...documents.digests import DIGEST_HEAD

        print_json_list([DIGEST_HEAD(head) for head in found])
        return
    if not found:
        makes = session.hint("digest draft --by NAME")
        note(
            _(
                "no digest yet in %(archive)s; %(makes)s makes one",
                archive=session.archive,
                makes=makes,
            )
        )
        return
    zone = session.config.zone
    columns = (
        Column("digest", "right", folds="never"),
        Column("state", folds="never"),
        Column("title", folds="short", least=24),
        Column("until", folds="never", rank=2),
        Column("items", "right", folds="never", rank=1),
        Column("selection", rank=6),
        Column("made by", rank=5),
        Column("issued", folds="never", rank=3),
        Column("corrects", "right", empty="hidden", rank=4),
    )
    rows = [
        (
            head.number,
            term("digest_state", head.state),
            head.title,
            local(head.until, zone),
            head.items,
            head.selection,
            head.made_by,
            local(head.issued_at, zone, ""),
            head.corrects or "",
        )
        for head in found
    ]
    print_table(columns, rows)


@click.command()
@common.number
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show a digest: who made and issued it, its items, its files, how it was handed on.

    \b
    Examples:
      hubwatch digest show 12
      hubwatch digest show 12 --json
    """
    from ...digest.drafts import cautions, opened, required

    with session.reading() as store:
        head, digest = required(store, number), opened(store, number)
        edits, files = store.digests.edits(number), store.digests.files(number)
        handed = store.deliveries.select(number)
        warned = () if head.issued_at else cautions(store, digest)
    if output == JSON:
        from ...documents.digests import DIGEST, WholeDigest

        print_json(DIGEST(WholeDigest(head, digest, edits, files, handed, warned)))
    else:
        print_digest(head, digest, edits, files, handed, session.config.zone)
        for line in warned:
            note(_("warning: %(line)s", line=line))


@click.command()
@common.number
@common.form_option
@common.viewed
@common.output_file
@pass_session
def preview(
    session: Session, number: int, form: str | None, language: str | None, target: Path | None
) -> None:
    """Show a draft as it would be issued, and what to know before: disputed stories, changes since.

    \b
    Examples:
      hubwatch digest preview 12
      hubwatch digest preview 12 -o for-li.html
    """
    from ...digest.drafts import cautions, opened
    from ...digest.issues import issued_bytes
    from ...digest.model import DigestLanguage

    word, asked = common.form_of(form, target), DigestLanguage(language) if language else None
    with session.reading() as store:
        digest = opened(store, number)
        warned = cautions(store, digest)
        data = issued_bytes(store, number, word, common.look_of(session), asked)
    common.write_out(data, word, target, pluralise(len(digest.items), "item"))
    for line in warned:
        note(_("warning: %(line)s", line=line))


@click.command()
@common.number
@by_option
@output_option
@pass_session
def issue(session: Session, number: int, person: str, output: str) -> None:
    """Issue a draft: from then on its contents and its bytes never change.

    All formats are made and kept now, each with its SHA-256. What turns out wrong later is put
    right by `digest correct`, under a number of its own.

    \b
    Examples:
      hubwatch digest issue 12 --by Ana
      hubwatch digest render 12 --format docx -o digest-12.docx
    """
    from ...digest import issues
    from ...digest.drafts import cautions, opened

    name = common.named(person)
    with session.writing() as store:
        for line in cautions(store, opened(store, number)):
            note(_("warning: %(line)s", line=line))
        head = issues.issue(store, number, common.look_of(session), person=name, now=session.now)
        files = store.digests.files(number)
        for lacking in issues.missing_files(store, number):
            note(lacking)
        if output == JSON:
            _report(session, store, number, output)
            return
    items = pluralise(head.items, "item")
    click.echo(
        _(
            "digest %(number)s: issued, %(items)s, %(formats)s",
            number=head.number,
            items=items,
            formats=pluralise(len(files), "format"),
        )
    )


@click.command()
@common.number
@click.option("--reason", required=True, metavar="TEXT", help="What it puts right.")
@by_option
@output_option
@pass_session
def correct(session: Session, number: int, reason: str, person: str, output: str) -> None:
    """Draft a correction of an issue: the same contents, to be edited and issued anew.

    \b
    Examples:
      hubwatch digest correct 12 --reason "Item 3: the sum is in yuan" --by Ana
    """
    made = _put_right(session, number, reason, person, output)
    if output != JSON:
        text = _(
            "digest %(made)s: draft, a correction of digest %(number)s", made=made, number=number
        )
        click.echo(text)


@click.command()
@common.number
@click.option("--reason", required=True, metavar="TEXT", help="Why it does not hold.")
@by_option
@output_option
@pass_session
def withdraw(session: Session, number: int, reason: str, person: str, output: str) -> None:
    """Draft the withdrawal of an issue: a correction with none of its items, to be issued.

    It goes to everybody who got the issue, as a correction does, and says why nothing of it holds.
    `digest correct` of the withdrawal may take items back in.

    \b
    Examples:
      hubwatch digest withdraw 12 --reason "Sent by mistake" --by Ana
    """
    made = _put_right(session, number, reason, person, output, withdraws=True)
    if output != JSON:
        text = _(
            "digest %(made)s: draft, the withdrawal of digest %(number)s",
            made=made,
            number=number,
        )
        click.echo(text)
        note(_("%(command)s issues it", command=session.hint(f"digest issue {made} --by NAME")))


def _put_right(
    session: Session, number: int, reason: str, person: str, output: str, withdraws: bool = False
) -> int:
    """Draft a correction or a withdrawal. Return its number; as JSON it is printed."""
    from ...digest import drafts

    make = drafts.withdraw if withdraws else drafts.correct
    with session.writing() as store, common.refusals_on_one_line(session):
        made = make(store, number, reason=reason, person=common.named(person), now=session.now)
        if output == JSON:
            _report(session, store, made, output)
    return made


@click.command()
@common.number
@by_option
@output_option
@pass_session
def discard(session: Session, number: int, person: str, output: str) -> None:
    """Lay a draft aside for good; its number stays taken.

    \b
    Examples:
      hubwatch digest discard 12 --by Ana
    """
    from ...digest.drafts import required

    with session.writing() as store, common.refusals_on_one_line(session):
        head = required(store, number)
        with store.writing() as tx:
            tx.digests.discard(head, person=common.named(person), now=session.now)
        if output == JSON:
            _report(session, store, number, output)
            return
    click.echo(_("digest %(number)s: discarded", number=number))


# `hubwatch digest edit`: single changes of a draft, or all at once by a file.


@click.command()
@common.number
@click.option("--title", metavar="TEXT", help="Another title.")
@click.option("--introduction", metavar="TEXT", help='An introduction; "" takes it away.')
@common.language_option("Another language of headings and all else that is not from pages.")
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
    type=FILE,
    metavar="FILE",
    help="Write the draft as a TOML file to edit.",
)
@click.option(
    "--import",
    "back",
    type=INPUT,
    metavar="FILE",
    help="Bring an edited file back.",
)
@person_option("Who edits, else HUBWATCH_BY; needed for all but --export.")
@output_option
@pass_session
def edit(
    session: Session,
    /,
    number: int,
    refresh: bool,
    out: Path | None,
    back: Path | None,
    person: str | None,
    output: str,
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
    from ...digest.edit import Changes

    wanted = Changes(**asked)  # type: ignore[arg-type]
    if out is not None:
        _export(session, number, out)
        return
    if person is None:
        raise click.UsageError(_("say who edits: --by NAME"))
    name = common.named(person)
    if refresh:
        text = _refresh(session, number, name)
    elif back is not None:
        text = _import(session, number, back, name)
    else:
        text = _apply(session, number, wanted, name)
    if output == JSON:
        with session.reading() as store:
            _report(session, store, number, output)
    else:
        click.echo(text)


def _export(session: Session, number: int, out: Path) -> None:
    from ...digest.drafts import opened, required
    from ...digest.sheet import write_sheet
    from ...files import write_atomically

    form_by_ending(out, {".toml": "toml"}, "toml", "toml")
    with session.reading() as store:
        text = write_sheet(required(store, number), opened(store, number))
    write_atomically(out, text.encode())
    note(_("%(out)s: change it and bring it back with --import", out=out))


def _refresh(session: Session, number: int, person: str) -> str:
    from ...digest.drafts import labels_of, refresh, wanted_again

    with session.writing() as store, common.refusals_on_one_line(session):
        labels = labels_of(session.watchlist)
        wanted = wanted_again(store, number, common.enabled(session), labels)
        refresh(store, number, wanted, person=person, now=session.now)
    return _("digest %(number)s: made anew", number=number)


def _import(session: Session, number: int, back: Path, person: str) -> str:
    from ...digest.drafts import keep, opened, required
    from ...digest.sheet import read_sheet

    with session.writing() as store, common.refusals_on_one_line(session):
        head = required(store, number)
        edited = read_sheet(back, head, opened(store, number))
        what = _("edited in a file: %(items)s", items=pluralise(len(edited.items), "item"))
        keep(store, head, edited, what=what, person=person, now=session.now)
    items = pluralise(len(edited.items), "item")
    return _("digest %(number)s: %(items)s", number=number, items=items)


def _apply(session: Session, number: int, wanted: Changes, person: str) -> str:
    from ...digest.drafts import keep, opened, required
    from ...digest.edit import changed

    if not wanted.summary:
        raise click.UsageError(_("say what to change; `hubwatch digest edit --help` lists it"))
    with session.writing() as store, common.refusals_on_one_line(session):
        head, digest = required(store, number), opened(store, number)
        edited = changed(digest, wanted)
        keep(store, head, edited, what=wanted.summary, person=person, now=session.now)
    return _("digest %(number)s: %(summary)s", number=number, summary=wanted.summary)
