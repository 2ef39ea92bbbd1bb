"""What several commands of digests share: their options, and how people and machines are shown a
digest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError

from ...text import one_line
from ..console import Column, fact, heading, is_terminal, local, note, print_table
from ..options import number_argument, target_option, topics_option
from ..session import Session

if TYPE_CHECKING:
    from storage.digests import DigestDelivery, DigestEdit, DigestFile, DigestHead
    from storage.sources import SourceRef

    from ...digest.drafts import Caution
    from ...digest.model import Digest, DigestStyle


Command = Callable[..., Any]
FORMATS = ("html", "docx", "md", "txt", "csv", "xlsx", "json", "atom", "eml")
_BINARY = ("docx", "xlsx", "zip")
_ENDINGS = {"htm": "html", "markdown": "md", "xml": "atom"}

number = number_argument("number", "N")
output_file = target_option("Where to write it, else to the terminal.")
form_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help="[default: FILE's ending, else md]"
)


def selection(command: Command) -> Command:
    """What a digest is of and how it is divided: parameters `topics`, `scope`, `grouping`, `title`
    of a command."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


_SELECTION = (
    topics_option,
    click.option(
        "--relevant", "scope", flag_value="relevant", default="all", help="Only relevant stories."
    ),
    click.option("--accepted", "scope", flag_value="accepted", help="Only accepted stories."),
    click.option(
        "--group",
        "grouping",
        type=click.Choice(["city", "topic"]),
        default="city",
        show_default=True,
        help="What the sections are.",
    ),
    click.option("--title", metavar="TEXT", help="The title, else the configuration's."),
)


def named(person: str) -> str:
    """A person's name on one line. A usage error where it names nobody."""
    if not person.strip():
        raise click.BadParameter("names nobody", param_hint="--by")
    return one_line(person)


def form_of(form: str | None, target: Path | None) -> str:
    """The format that was asked for, by its word or by the file's ending."""
    if form is not None:
        return form
    ending = target.suffix.lower().lstrip(".") if target else ""
    ending = _ENDINGS.get(ending, ending)
    return ending if ending in FORMATS else "md"


def write_out(data: bytes, form: str, target: Path | None, summary: str) -> None:
    """Write a file and say so, or print it. Nothing binary comes on a terminal."""
    from ...files import write_atomically

    if target is not None:
        write_atomically(target, data)
        note(f"{target}: {summary}")
    elif form in _BINARY and is_terminal():
        raise click.UsageError(f"{form} is nothing to read on a terminal; name a file with -o")
    else:
        sys.stdout.flush()
        click.echo(data, nl=False)


def look_of(session: Session) -> DigestStyle:
    """How digests look by the configuration. Raise ConfigError."""
    from ...digest.model import DigestStyle

    return DigestStyle(session.config.templates, session.config.server.address)


def enabled(session: Session) -> tuple[SourceRef, ...]:
    """The sources against which a digest says what was not scanned. Raise ConfigError."""
    return tuple(source.ref for source in session.enabled())


@contextmanager
def refusals_on_one_line(session: Session) -> Iterator[None]:
    """What cannot be done to a digest, as one line."""
    try:
        yield
    except (LookupError, ValueError) as error:
        raise HubwatchError(f"{session.archive}: {error.args[0]}") from None


# Digests as people and machines are shown them.


def head_json(head: DigestHead) -> dict[str, Any]:
    """A digest without its contents. The keys are in docs/machine.md."""
    return {
        "number": head.number,
        "state": head.state,
        "title": head.title,
        "since": head.since.isoformat(),
        "until": head.until.isoformat(),
        "zone": head.zone,
        "selection": head.selection,
        "basis": head.basis,
        "after_seq": head.after_seq,
        "upto_seq": head.upto_seq,
        "items": head.items,
        "made_by": head.made_by,
        "made_at": head.made_at.isoformat(),
        "version": head.version,
        "issued_by": head.issued_by,
        "issued_at": head.issued_at.isoformat() if head.issued_at else None,
        "corrects": head.corrects,
        "corrected_by": list(head.corrected_by),
        "reason": head.reason,
    }


def digest_json(
    head: DigestHead,
    digest: Digest,
    edits: Sequence[DigestEdit],
    files: Sequence[DigestFile],
    handed: Sequence[DigestDelivery],
    warned: Sequence[Caution],
) -> dict[str, Any]:
    """A digest with everything beside its contents, which `--format json` prints."""
    return {
        **head_json(head),
        "stories": [
            {"number": item.number, "article": item.article_id, "title": item.title}
            for item in digest.items
        ],
        "left_out": [
            {"article": left.item.article_id, "title": left.item.title, "why": left.role}
            for left in digest.left
        ],
        "edits": [
            {"by": edit.person, "at": edit.at.isoformat(), "what": edit.what} for edit in edits
        ],
        "files": [
            {"format": file.format, "bytes": file.size, "sha256": file.sha256} for file in files
        ],
        "deliveries": [delivery_json(each) for each in handed],
        "warnings": list(map(str, warned)),
    }


def delivery_json(delivery: DigestDelivery) -> dict[str, Any]:
    """A delivery with its attempts."""
    return {
        "digest": delivery.digest,
        "target": delivery.target,
        "kind": delivery.kind,
        "key": delivery.key,
        "state": delivery.state,
        "next": delivery.next_at.isoformat() if delivery.next_at else None,
        "attempts": [
            {
                "began": attempt.began_at.isoformat(),
                "ended": attempt.ended_at.isoformat() if attempt.ended_at else None,
                "sent": attempt.sent or None,
                "reason": attempt.reason,
                "lacking": list(attempt.lacking),
            }
            for attempt in delivery.attempts
        ],
    }


def print_digest(
    head: DigestHead,
    digest: Digest,
    edits: Sequence[DigestEdit],
    files: Sequence[DigestFile],
    handed: Sequence[DigestDelivery],
    zone: str,
) -> None:
    """A digest for people."""
    _print_head(head, digest, zone)
    columns = (Column("no", "right", folds="never"), Column("article", "right"), Column("title"))
    click.echo()
    print_table(columns, [(i.number, i.article_id, i.title) for i in digest.items])
    if digest.left:
        click.echo()
        heading("Left out")
    for left in digest.left:
        click.echo(one_line(f"{left.role}: article {left.item.article_id}, {left.item.title}"))
    click.echo()
    heading("How it came about")
    for edit in edits:
        click.echo(one_line(f"{local(edit.at, zone)}  {edit.person}: {edit.what}"))
    if files:
        click.echo()
        heading("Files")
        shown = (Column("format"), Column("bytes", "right"), Column("sha256"))
        print_table(shown, [(file.format, file.size, file.sha256) for file in files])
    if handed:
        click.echo()
        heading("Handed on")
        print_deliveries(handed, zone)


def _print_head(head: DigestHead, digest: Digest, zone: str) -> None:
    heading(one_line(head.title))
    click.echo(fact("digest", f"{head.number}, {head.state}"))
    click.echo(fact("period", digest.edition.period.label))
    click.echo(fact("selection", head.selection))
    click.echo(fact("made", f"{local(head.made_at, zone)} by {head.made_by}"))
    if head.issued_at:
        click.echo(fact("issued", f"{local(head.issued_at, zone)} by {head.issued_by}"))
    if head.corrects:
        click.echo(fact("corrects", f"digest {head.corrects}: {head.reason}"))
    if head.corrected_by:
        click.echo(fact("corrected", f"by digest {', '.join(map(str, head.corrected_by))}"))


def print_deliveries(handed: Sequence[DigestDelivery], zone: str) -> None:
    """Deliveries with their last attempt, a line each."""
    columns = (
        Column("digest", "right"),
        Column("to", folds="never"),
        Column("kind"),
        Column("state", folds="never"),
        Column("tries", "right"),
        Column("again"),
        Column("what came of it"),
    )
    rows = []
    for each in handed:
        last = each.attempts[-1] if each.attempts else None
        outcome = f"{last.sent or 'in doubt'}: {last.reason}" if last else ""
        again = local(each.next_at, zone, "")
        rows.append(
            (each.digest, each.target, each.kind, each.state, len(each.attempts), again, outcome)
        )
    print_table(columns, rows)
