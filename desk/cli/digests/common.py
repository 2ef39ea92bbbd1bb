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

from ... import _, term
from ...text import one_line
from ..console import Column, fact, heading, is_terminal, local, note, print_table
from ..options import form_by_ending, number_argument, target_option, topics_option
from ..session import Session

if TYPE_CHECKING:
    from storage.digests import DigestDelivery, DigestEdit, DigestFile, DigestHead
    from storage.sources import SourceRef

    from ...digest.model import Digest, DigestStyle


Command = Callable[..., Any]
FORMATS = (
    *("html", "pdf", "docx", "md", "txt", "csv", "xlsx", "json", "atom", "eml", "figures.csv"),
)
_BINARY = ("pdf", "docx", "xlsx", "zip")
_ENDINGS = {f".{form}": form for form in FORMATS[:-1]} | {
    "figures.csv": "figures.csv",
    ".htm": "html",
    ".markdown": "md",
    ".xml": "atom",
}

number = number_argument("number", "N")
output_file = target_option("Where to write it, else to the terminal.")


class FormatChoice(click.Choice[str]):
    """The formats of ours, and those of plug-ins, which are looked for where somebody names one."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The word of a format."""
        if value not in FORMATS:
            from ...digest.formats.plugins import words

            if value in words():
                return str(value)
        return super().convert(value, param, ctx)


form_option = click.option(
    "--format",
    "form",
    type=FormatChoice(FORMATS),
    help="Or that of a plug-in: `doctor` lists them. [default: FILE's ending, else md]",
)


LANGUAGES = ("zh", "en", "both")


def language_option(help_text: str) -> Command:
    """In which language a digest says its own words: parameter `language` of a command."""
    return click.option("--language", type=click.Choice(LANGUAGES), help=help_text)


spoken = language_option("Of headings and all else that is not from pages. [default: toml's]")
viewed = language_option("Of a draft, in another language than it has.")


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
        raise click.BadParameter(_("names nobody"), param_hint="--by")
    return one_line(person)


def form_of(form: str | None, target: Path | None) -> str:
    """The format that was asked for, by its word or by the file's ending. A usage error where the
    ending is that of something else. A file in the format of a plug-in is called as you like."""
    if form is not None and form not in FORMATS:
        return form
    return form_by_ending(target, _ENDINGS, form, "md")


def write_out(data: bytes, form: str, target: Path | None, summary: str) -> None:
    """Write a file and say so, or print it. Nothing binary comes on a terminal."""
    from ...files import write_atomically

    if target is not None:
        write_atomically(target, data)
        note(f"{target}: {summary}")
    elif (form in _BINARY or b"\0" in data) and is_terminal():
        raise click.UsageError(
            _("%(form)s is nothing to read on a terminal; name a file with -o", form=form)
        )
    else:
        sys.stdout.flush()
        click.echo(data, nl=False)


def look_of(session: Session) -> DigestStyle:
    """How digests look by the configuration. Raise ConfigError."""
    from ...digest.model import DigestStyle

    config = session.config
    return DigestStyle(config.templates, config.server.address, config.word_template)


def language_of(session: Session, language: str | None) -> str:
    """The language that was asked for, else the configuration's. Raise ConfigError."""
    return language or session.config.digest_language


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
    columns = (
        Column("no", "right", folds="never"),
        Column("article", "right"),
        Column("title"),
        Column("confirmed", "right"),
        Column("proposed", "right"),
    )
    click.echo()
    print_table(
        columns,
        [
            (i.number, i.article_id, i.title, len(i.confirmed) or "", len(i.proposals) or "")
            for i in digest.items
        ],
    )
    if digest.left:
        click.echo()
        heading(_("Left out"))
    for left in digest.left:
        click.echo(
            one_line(
                _(
                    "%(role)s: article %(article_id)s, %(title)s",
                    role=term("left_out", left.role),
                    article_id=left.item.article_id,
                    title=left.item.title,
                )
            )
        )
    click.echo()
    heading(_("How it came about"))
    for edit in edits:
        click.echo(one_line(f"{local(edit.at, zone)}  {edit.person}: {edit.what}"))
    if files:
        click.echo()
        heading(_("Files"))
        shown = (Column("format"), Column("bytes", "right"), Column("sha256"))
        print_table(shown, [(file.format, file.size, file.sha256) for file in files])
    if handed:
        click.echo()
        heading(_("Handed on"))
        print_deliveries(handed, zone)


def _print_head(head: DigestHead, digest: Digest, zone: str) -> None:
    heading(one_line(head.title))
    click.echo(fact("digest", f"{head.number}, {term('digest_state', head.state)}"))
    click.echo(fact("period", digest.edition.period.label))
    click.echo(fact("selection", term("scope", head.selection)))
    click.echo(
        fact(
            "made",
            _(
                "%(made_at)s by %(made_by)s",
                made_at=local(head.made_at, zone),
                made_by=head.made_by,
            ),
        )
    )
    if head.issued_at:
        click.echo(
            fact(
                "issued",
                _(
                    "%(issued_at)s by %(issued_by)s",
                    issued_at=local(head.issued_at, zone),
                    issued_by=head.issued_by,
                ),
            )
        )
    if head.corrects:
        click.echo(
            fact(
                "withdraws" if head.withdraws else "corrects",
                _("digest %(corrects)s: %(reason)s", corrects=head.corrects, reason=head.reason),
            )
        )
    if head.corrected_by:
        click.echo(
            fact(
                "corrected",
                _("by digest %(numbers)s", numbers=", ".join(map(str, head.corrected_by))),
            )
        )


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
        outcome = f"{term('attempt', last.sent or 'in doubt')}: {last.reason}" if last else ""
        again = local(each.next_at, zone, "")
        rows.append(
            (
                each.digest,
                each.target,
                term("delivery_kind", each.kind),
                term("delivery_state", each.state),
                len(each.attempts),
                again,
                outcome,
            )
        )
    print_table(columns, rows)
