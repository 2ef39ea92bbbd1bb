"""What several commands of digests share: their options, and how people and machines are shown a
digest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError

from ... import _, term
from ...text import one_line
from ..console import (
    Column,
    JsonDocument,
    Member,
    fact,
    heading,
    is_terminal,
    local,
    note,
    parts,
    print_table,
)
from ..options import form_by_ending, number_argument, target_option, topics_option
from ..session import Session

if TYPE_CHECKING:
    from storage.digests import DeliveryAttempt, DigestDelivery, DigestEdit, DigestFile, DigestHead
    from storage.sources import SourceRef

    from ...digest.drafts import Caution
    from ...digest.model import Digest, DigestItem, DigestStyle, Left


Command = Callable[..., Any]
FORMATS = ("html", "pdf", "docx", "md", "txt", "csv", "xlsx", "json", "atom", "eml")
_BINARY = ("pdf", "docx", "xlsx", "zip")
_ENDINGS = {f".{form}": form for form in FORMATS} | {
    ".htm": "html",
    ".markdown": "md",
    ".xml": "atom",
}

number = number_argument("number", "N")
output_file = target_option("Where to write it, else to the terminal.")
form_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), help="[default: FILE's ending, else md]"
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
    ending is that of something else."""
    return form_by_ending(target, _ENDINGS, form, "md")


def write_out(data: bytes, form: str, target: Path | None, summary: str) -> None:
    """Write a file and say so, or print it. Nothing binary comes on a terminal."""
    from ...files import write_atomically

    if target is not None:
        write_atomically(target, data)
        note(f"{target}: {summary}")
    elif form in _BINARY and is_terminal():
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


DIGEST_HEAD: JsonDocument[DigestHead] = JsonDocument(
    Member("number", "integer", "of the digest", lambda h: h.number),
    Member("state", "text", "`draft`, `issued` or `discarded`", lambda h: h.state),
    Member("title", "text", "its title", lambda h: h.title),
    Member("since", "moment", "the period begins, inclusive", lambda h: h.since),
    Member("until", "moment", "and ends, exclusive", lambda h: h.until),
    Member("zone", "text", "the zone in which people read it", lambda h: h.zone),
    Member("selection", "text", "what it is limited to; issues with the same one are a series",
        lambda h: h.selection),
    Member("basis", "text", "`since-last` or `period`", lambda h: h.basis),
    Member("after_seq", "integer", "it is about the events after this one", lambda h: h.after_seq),
    Member("upto_seq", "integer", "up to this one", lambda h: h.upto_seq),
    Member("items", "integer", "how many stories", lambda h: h.items),
    Member("made_by", "text", "who drafted it", lambda h: h.made_by),
    Member("made_at", "moment", "and when", lambda h: h.made_at),
    Member("version", "integer", "counts the edits of a draft", lambda h: h.version),
    Member("issued_by", "text or null", "who issued it", lambda h: h.issued_by),
    Member("issued_at", "moment or null", "and when", lambda h: h.issued_at),
    Member("corrects", "integer or null", "the digest it corrects", lambda h: h.corrects),
    Member("corrected_by", "list", "numbers of the issues that correct it",
        lambda h: h.corrected_by),
    Member("reason", "text", "why it corrects another", lambda h: h.reason),
    commands=("digest list --json",),
    about="A list, the newest first.",
)  # fmt: skip


ATTEMPT: JsonDocument[DeliveryAttempt] = JsonDocument(
    Member("began", "moment", "written down before it was made", lambda a: a.began_at),
    Member("ended", "moment or null", "null: it was interrupted", lambda a: a.ended_at),
    Member("sent", "text or null", "`delivered`, `partly`, `delayed`, `in doubt` or `refused`",
        lambda a: a.sent or None),
    Member("reason", "text", "what the other side said", lambda a: a.reason),
    Member("lacking", "list", "addresses that did not get what others got by it, and may later",
        lambda a: a.lacking),
)  # fmt: skip


DELIVERY: JsonDocument[DigestDelivery] = JsonDocument(
    Member("digest", "integer", "number of the digest", lambda d: d.digest),
    Member("target", "text", "name of the `[[delivery]]`", lambda d: d.target),
    Member("kind", "text", "`folder`, `mail` or `webhook`", lambda d: d.kind),
    Member("key", "text", "the same for every attempt", lambda d: d.key),
    Member("state", "text", "`owed`, `delivered` or `failed`", lambda d: d.state),
    Member("next", "moment or null", "when an owed one is tried again", lambda d: d.next_at),
    parts("attempts", "in order", lambda d: d.attempts, ATTEMPT),
    commands=("digest send --json", "digest deliver --json"),
    about="A list, a delivery an element.",
)  # fmt: skip


DIGEST_STORY: JsonDocument[DigestItem] = JsonDocument(
    Member("number", "integer", "counted through the digest", lambda i: i.number),
    Member("article", "integer", "id of the article that tells it", lambda i: i.article_id),
    Member("title", "text", "its headline", lambda i: i.title),
)  # fmt: skip


TAKEN_OUT: JsonDocument[Left] = JsonDocument(
    Member("article", "integer", "`digest edit --restore` takes it", lambda o: o.item.article_id),
    Member("title", "text", "its headline", lambda o: o.item.title),
    Member("why", "text", "`trimmed` or `waiting`", lambda o: o.role),
)  # fmt: skip


DIGEST_EDIT: JsonDocument[DigestEdit] = JsonDocument(
    Member("by", "text", "who", lambda e: e.person),
    Member("at", "moment", "when", lambda e: e.at),
    Member("what", "text", "what, in words", lambda e: e.what),
)  # fmt: skip


DIGEST_FILE: JsonDocument[DigestFile] = JsonDocument(
    Member("format", "text", "as for `--format`", lambda f: f.format),
    Member("bytes", "integer", "its size", lambda f: f.size),
    Member("sha256", "text", "of its bytes", lambda f: f.sha256),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeDigest:
    """A digest with everything beside its contents."""

    head: DigestHead
    digest: Digest
    edits: Sequence[DigestEdit]
    files: Sequence[DigestFile]
    deliveries: Sequence[DigestDelivery]
    warned: Sequence[Caution]


DIGEST: JsonDocument[WholeDigest] = JsonDocument(
    *DIGEST_HEAD.of(lambda w: w.head),
    parts("stories", "its items in order", lambda w: w.digest.items, DIGEST_STORY),
    parts("left_out", "what an editor took out", lambda w: w.digest.left, TAKEN_OUT),
    parts("edits", "how it came about, in order", lambda w: w.edits, DIGEST_EDIT),
    parts("files", "the frozen renderings of an issue", lambda w: w.files, DIGEST_FILE),
    parts("deliveries", "as `digest send` prints them", lambda w: w.deliveries, DELIVERY),
    Member("warnings", "list", "what to know before a draft goes out, in words",
        lambda w: list(map(str, w.warned))),
    commands=("digest show --json",),
    about="A digest with everything beside its contents, which `--format json` prints.",
)  # fmt: skip


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
                "corrects",
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
