"""`hubwatch digest draft`, `list`, `show`, `preview`, `issue`, `correct`, `discard`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...text import counted
from ..console import (
    COUNT,
    JSON,
    Column,
    local,
    note,
    output_option,
    print_json,
    print_json_list,
    print_table,
)
from ..hints import require_known
from ..session import Session, moment, pass_session
from . import options
from .view import digest_json, head_json, print_digest

if TYPE_CHECKING:
    from storage.archive import Archive

    from ...digest.drafts import Wanted


@click.command()
@click.option(
    "--since-last", "basis", flag_value="since-last", help="What came in since the last issue."
)
@click.option("--since", callback=moment, metavar="WHEN", help="First seen since.")
@click.option("--until", callback=moment, metavar="WHEN", help="First seen until. [default: now]")
@options.selection
@options.by
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
    person: str,
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
    from storage.digests.records import Basis

    from ...digest.drafts import Wanted, check_period
    from ...digest.drafts import draft as make
    from ...digest.model import Grouping, Scope

    if basis is None and since is None:
        raise click.UsageError("say what of: --since-last, or --since WHEN")
    if basis is not None and until is not None:
        raise click.UsageError("what came since the last issue ends now; --until goes with --since")
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
        enabled=options.enabled(session),
    )
    try:
        check_period(wanted, session.now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with session.writing() as store:
        require_known(session, store, topic=topics)
        number = make(store, wanted, person=options.named(person), now=session.now)
        _tell_draft(session, store, number, wanted)


def _tell_draft(session: Session, store: Archive, number: int, wanted: Wanted) -> None:
    from ...digest.cautions import cautions
    from ...digest.drafts import opened

    digest = opened(store, number)
    items = counted(len(digest.items), "item")
    click.echo(f"digest {number}: draft, {items}, {digest.edition.period.label}")
    for line in cautions(store, digest):
        note(f"warning: {line}")
    note(f"{session.advice(f'digest preview {number}')} shows it")


@click.command("list")
@click.option("--limit", type=COUNT, default=20, show_default=True)
@output_option
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
    if output == JSON:
        print_json_list([head_json(head) for head in found])
        return
    if not found:
        makes = session.advice("digest draft --by NAME")
        note(f"no digest yet in {session.archive}; {makes} makes one")
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
            head.state,
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
@options.number
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show a digest: who made and issued it, its items, its files, how it was handed on.

    \b
    Examples:
      hubwatch digest show 12
      hubwatch digest show 12 --json
    """
    from ...digest.cautions import cautions
    from ...digest.drafts import opened, required

    with session.reading() as store:
        head, digest = required(store, number), opened(store, number)
        edits, files = store.digests.edits(number), store.digests.files(number)
        handed = store.deliveries.select(number)
        warned = () if head.issued_at else cautions(store, digest)
    if output == JSON:
        print_json(digest_json(head, digest, edits, files, handed, warned))
    else:
        print_digest(head, digest, edits, files, handed, session.config.zone)
        for line in warned:
            note(f"warning: {line}")


@click.command()
@options.number
@options.form_option
@options.output_file
@pass_session
def preview(session: Session, number: int, form: str | None, target: Path | None) -> None:
    """Show a draft as it would be issued, and what to know before: disputed stories, changes since.

    \b
    Examples:
      hubwatch digest preview 12
      hubwatch digest preview 12 -o for-li.html
    """
    from ...digest.cautions import cautions
    from ...digest.drafts import opened
    from ...digest.model import Format
    from ...digest.render import render

    with session.reading() as store:
        digest = opened(store, number)
        warned = cautions(store, digest)
    word = options.form_of(form, target)
    data = render(digest, Format(word), options.look_of(session))
    options.write_out(data, word, target, counted(len(digest.items), "item"))
    for line in warned:
        note(f"warning: {line}")


@click.command()
@options.number
@options.by
@pass_session
def issue(session: Session, number: int, person: str) -> None:
    """Issue a draft: from then on its contents and its bytes never change.

    All formats are made and kept now, each with its SHA-256. What turns out wrong later is put
    right by `digest correct`, under a number of its own.

    \b
    Examples:
      hubwatch digest issue 12 --by Ana
      hubwatch digest render 12 --format docx -o digest-12.docx
    """
    from ...digest.cautions import cautions
    from ...digest.drafts import opened
    from ...digest.issues import issue as freeze

    name = options.named(person)
    with session.writing() as store:
        for line in cautions(store, opened(store, number)):
            note(f"warning: {line}")
        head = freeze(store, number, options.look_of(session), person=name, now=session.now)
        files = store.digests.files(number)
    items = counted(head.items, "item")
    click.echo(f"digest {head.number}: issued, {items}, {counted(len(files), 'format')}")


@click.command()
@options.number
@click.option("--reason", required=True, metavar="TEXT", help="What it puts right.")
@options.by
@pass_session
def correct(session: Session, number: int, reason: str, person: str) -> None:
    """Draft a correction of an issue: the same contents, to be edited and issued anew.

    \b
    Examples:
      hubwatch digest correct 12 --reason "Item 3: the sum is in yuan" --by Ana
    """
    from ...digest.drafts import correct as make

    with session.writing() as store, options.told_plainly(session):
        name = options.named(person)
        made = make(store, number, reason=reason, person=name, now=session.now)
    click.echo(f"digest {made}: draft, a correction of digest {number}")


@click.command()
@options.number
@options.by
@pass_session
def discard(session: Session, number: int, person: str) -> None:
    """Lay a draft aside for good; its number stays taken.

    \b
    Examples:
      hubwatch digest discard 12 --by Ana
    """
    from ...digest.drafts import required

    with session.writing() as store, options.told_plainly(session):
        head = required(store, number)
        with store.writing() as tx:
            tx.digests.discard(head, person=options.named(person), now=session.now)
    click.echo(f"digest {number}: discarded")
