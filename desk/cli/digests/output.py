"""What leaves the house: `hubwatch digest` without a command, which makes one at once and keeps it
nowhere. The others are `digest render`, `evidence`, `send`, `deliver`, and `hubwatch cite`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from ... import _, term
from ...documents.digests import CITED, DELIVERY, CitedArticle
from ...text import one_line, pluralise
from ..articles import nothing_found
from ..console import local, note, print_json, print_json_list
from ..options import (
    JSON,
    form_by_ending,
    number_argument,
    output_option,
    since_option,
    until_option,
)
from ..session import Session, pass_session, require_known
from . import common
from .common import (
    enabled,
    form_of,
    form_option,
    look_of,
    output_file,
    print_deliveries,
    selection,
    write_out,
)

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.digests import DigestDelivery

    from ...delivery.targets import DeliveryTarget
    from ...digest.model import Edition
    from ...digest.sending import DeliveryReport, Sender


_DEFAULT_PERIOD = timedelta(days=7)


@click.command()
@since_option("First seen since. [default: 7d]")
@until_option("First seen until. [default: now]")
@selection
@common.spoken
@form_option
@output_file
@pass_session
def make(
    session: Session,
    since: datetime | None,
    until: datetime | None,
    topics: tuple[str, ...],
    scope: str,
    grouping: str,
    title: str | None,
    language: str | None,
    form: str | None,
    target: Path | None,
) -> None:
    """Make a digest at once.

    \b
    Examples:
      hubwatch digest --since 7d -o digest.html
      hubwatch digest --since 2026-03-01 --until 2026-03-07 --relevant
    """
    from ...digest.model import DigestLanguage, Edition, Grouping, Period, Scope

    end = until or session.now
    period = Period(since or end - _DEFAULT_PERIOD, end, session.config.zone)
    if period.since >= period.until:
        raise click.UsageError(_("the period ends before it begins"))
    heading = title or session.config.digest_title
    watched = session.watchlist.watched
    edition = Edition(
        heading,
        period,
        Scope(scope),
        topics,
        watched,
        Grouping(grouping),
        DigestLanguage(common.language_of(session, language)),
    )
    _make(session, edition, form_of(form, target), target)


def _make(session: Session, edition: Edition, form: str, target: Path | None) -> None:
    from ...digest.build import build
    from ...digest.drafts import figured, labelled, labels_of, prove, put_off_what_waits
    from ...digest.formats.plugins import rendered
    from ...digest.selection import gather

    with session.reading() as store:
        require_known(session, store, topic=edition.topics)
        found = build(gather(store, edition, enabled(session)), edition)
        # What was put off is in it all the same, there being no next one; not what nobody accepted.
        chosen = put_off_what_waits(found) if edition.scope == "accepted" else found
        made = labelled(figured(store, prove(store, chosen)), labels_of(session.watchlist))
        if not made.items:
            nothing_found(session, store)
    data = rendered(made, form, look_of(session))
    write_out(data, form, target, f"{pluralise(len(made.items), 'item')}, {edition.period.label}")


# `hubwatch digest render`, `evidence`, `send`, `deliver`: what leaves the house.

PARTLY = 3


@click.command()
@common.number
@common.form_option
@common.viewed
@common.output_file
@pass_session
def render(
    session: Session, number: int, form: str | None, language: str | None, target: Path | None
) -> None:
    """Write a digest in a format; of an issue the same bytes for ever.

    \b
    Examples:
      hubwatch digest render 12 -o digest-12.docx
      hubwatch digest render 12 --format eml -o digest-12.eml
    """
    from ...digest.issues import issued_bytes, last_correction
    from ...digest.model import DigestLanguage

    word = common.form_of(form, target)
    asked = DigestLanguage(language) if language else None
    with session.reading() as store:
        data = issued_bytes(store, number, word, common.look_of(session), asked)
        last = last_correction(store, number)
    common.write_out(
        data,
        word,
        target,
        _("digest %(number)s, %(data)s bytes", number=number, data=f"{len(data):,}"),
    )
    if last != number:
        note(
            _(
                "warning: %(line)s",
                line=_(
                    "digest %(number)s was corrected; digest %(last)s holds in its place",
                    number=number,
                    last=last,
                ),
            )
        )


@click.command()
@common.output_file
def template(target: Path | None) -> None:
    """Write the shipped Word template, to begin your office's own with.

    It is the layout of official documents in China (GB/T 9704). Change it in Word as you like, keep
    {{digest}} in a paragraph of its own, and name it in hubwatch.toml as word_template of [digest].

    \b
    Examples:
      hubwatch digest template -o office.docx
    """
    from ...digest.formats.word_template import template_bytes

    form_by_ending(target, {".docx": "docx"}, "docx", "docx")
    place = target or Path("office.docx")
    common.write_out(template_bytes(), "docx", place, _("a Word template; {{digest}} is its text"))


@click.command()
@common.number
@common.output_file
@pass_session
def evidence(session: Session, number: int, target: Path | None) -> None:
    """Write the evidence behind a digest as a ZIP that opens without Hubwatch.

    It holds the archived pages byte for byte, their headers, readable copies, an index, and
    SHA256SUMS, which `sha256sum -c` accepts.

    \b
    Examples:
      hubwatch digest evidence 12
      hubwatch digest evidence 12 -o evidence-12.zip
    """
    from ...digest.evidence import evidence as collect

    form_by_ending(target, {".zip": "zip"}, "zip", "zip")
    with session.reading() as store, common.refusals_on_one_line(session):
        data = collect(store, number, common.look_of(session))
    place = target or Path(f"evidence-{number}.zip")
    common.write_out(data, "zip", place, _("%(data)s bytes", data=f"{len(data):,}"))


@click.command()
@common.number
@click.option("--to", "name", required=True, metavar="NAME", help="A [[delivery]] by its name.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing.")
@output_option
@pass_session
@click.pass_context
def send(
    ctx: click.Context, session: Session, number: int, name: str, dry_run: bool, output: str
) -> None:
    """Hand an issue to a target of the configuration, once.

    The attempt is written down before it is made. What had been delivered is not sent again; what
    failed may be sent by this command at once, or by `digest deliver` when it has rested.

    \b
    Examples:
      hubwatch digest send 12 --to team
      hubwatch digest send 12 --to team --dry-run
    """
    target = session.config.target(name)
    if dry_run:
        with session.reading() as store:
            _print_dry(session, store, number, target)
        return
    with session.writing() as store:
        handed = (_sender(session, store).send(number, target),)
    ctx.exit(_report(session, handed, output))


@click.command()
@click.option("--to", "names", multiple=True, metavar="NAME", help="Only to these; else to all.")
@click.option("--since-last", "first", is_flag=True, help="Make and issue a digest first.")
@click.option(
    "--relevant", "scope", flag_value="relevant", default="all", help="… of relevant ones."
)
@click.option("--accepted", "scope", flag_value="accepted", help="… of accepted ones.")
@common.spoken
@click.option("--by", "person", default="timetable", show_default=True, metavar="NAME")
@output_option
@pass_session
@click.pass_context
def deliver(
    ctx: click.Context,
    session: Session,
    names: tuple[str, ...],
    first: bool,
    scope: str,
    language: str | None,
    person: str,
    output: str,
) -> None:
    """Hand on what is owed: issues of the last week that a target never got, and what failed.

    Meant for the timetable. What cannot be sent to one target keeps nothing from the others; it
    stays owed. With --since-last a digest of what came in since the last one is made
    and issued first, where there is anything in it.

    \b
    Examples:
      hubwatch digest deliver
      hubwatch digest deliver --to team --since-last --relevant
    """
    chosen = [session.config.target(name) for name in names] or session.config.deliveries
    if not chosen:
        raise click.UsageError(_("there is no [[delivery]] in the configuration"))
    with session.writing() as store:
        if first:
            _issue(session, store, scope, language, common.named(person))
        sender = _sender(session, store)
        handed = [each for target in chosen for each in sender.send_pending(target)]
        resting = [each for target in chosen for each in sender.postponed(target)]
    code = _report(session, handed, output)
    _report_paused(session, handed, resting)
    ctx.exit(code)


def _issue(session: Session, store: Archive, scope: str, language: str | None, person: str) -> None:
    from ...digest.drafts import Wanted, draft, labels_of, opened
    from ...digest.issues import issue, missing_files
    from ...digest.model import DigestLanguage, Scope

    wanted = Wanted(
        title=session.config.digest_title,
        zone=session.config.zone,
        scope=Scope(scope),
        watched=session.watchlist.watched,
        language=DigestLanguage(common.language_of(session, language)),
        labels=labels_of(session.watchlist),
        enabled=common.enabled(session),
    )
    number = draft(store, wanted, person=person, now=session.now)
    if opened(store, number).items:
        issue(store, number, common.look_of(session), person=person, now=session.now)
        note(_("digest %(number)s: issued", number=number))
        for line in missing_files(store, number):
            note(line)
        return
    head = store.digests.get(number)
    assert head is not None
    with store.writing() as tx:
        tx.digests.discard(head, person=person, now=session.now)
    note(_("nothing came in since the last digest"))


def _sender(session: Session, store: Archive) -> Sender:
    from ...delivery.webhook import WebhookRoute
    from ...digest.sending import Sender

    config = session.config
    route = WebhookRoute(config.hosts, config.intranet, config.proxy)
    return Sender(store, route, session.now, session.report_holder)


def _report(session: Session, handed: Sequence[DeliveryReport], output: str) -> int:
    """Print what came of deliveries. Return the exit code."""
    shown = [each.delivery for each in handed]
    if output == JSON:
        print_json_list([DELIVERY(each) for each in shown])
    elif shown:
        print_deliveries(shown, session.config.zone)
    for each in handed:
        digest, target = _("digest %(digest)s", digest=each.delivery.digest), each.delivery.target
        if each.wrong:
            note(
                _(
                    "%(digest)s was not sent to %(target)s: %(wrong)s",
                    digest=digest,
                    target=target,
                    wrong=each.wrong,
                )
            )
        elif each.result is None:
            note(_("%(digest)s had been delivered to %(target)s", digest=digest, target=target))
        elif each.is_again:
            again = _("it was in doubt whether the attempt before arrived")
            note(
                _(
                    "%(digest)s was sent again to %(target)s: %(again)s",
                    digest=digest,
                    target=target,
                    again=again,
                )
            )
    failed = [each for each in shown if each.state != "delivered"]
    if not failed:
        return 0
    return 1 if len(failed) == len(shown) else PARTLY


def _report_paused(
    session: Session, handed: Sequence[DeliveryReport], resting: Sequence[DigestDelivery]
) -> None:
    """Say what is owed and was not tried now, or that there was nothing to do at all."""
    tried = {each.delivery.id for each in handed}
    for each in resting:
        if each.id not in tried:
            at = local(each.next_at, session.config.zone)
            last = (
                _(" (last: %(reason)s)", reason=each.attempts[-1].reason) if each.attempts else ""
            )
            owed = _(
                "digest %(digest)s is owed to %(target)s", digest=each.digest, target=each.target
            )
            note(
                one_line(
                    _("%(owed)s and not due before %(at)s%(last)s", owed=owed, at=at, last=last)
                )
            )
    if not handed and not resting:
        note(_("nothing is owed"))


def _print_dry(session: Session, store: Archive, number: int, target: DeliveryTarget) -> None:
    from ...delivery.targets import Folder, Mail
    from ...digest.drafts import required
    from ...digest.sending import check_in_force, formats_of, lacking, mail_of

    head = required(store, number)
    if head.issued_at is None:
        note(_("digest %(number)s is a draft and has to be issued first", number=number))
        return
    check_in_force(store, head, target.name)
    forms = ", ".join(formats_of(target)) or _("none beside the mail itself")
    click.echo(
        _(
            "would hand digest %(number)s to %(name)s (%(kind)s)",
            number=number,
            name=target.name,
            kind=term("delivery_kind", target.kind),
        )
    )
    if isinstance(target.place, Folder):
        click.echo(_("folder: %(folder)s", folder=one_line(str(target.place.folder))))
    elif isinstance(target.place, Mail):
        message = mail_of(store, head, target, session.now)
        server = target.place.server
        click.echo(
            _(
                "server: %(host)s:%(port)s (%(security)s)",
                host=server.host,
                port=server.port,
                security=server.security,
            )
        )
        for name in ("From", "To", "Subject"):
            click.echo(f"{name.lower()}: {one_line(str(message[name]))}")
    click.echo(_("files: %(forms)s", forms=forms))
    for delivery in store.deliveries.select(number, target.name):
        click.echo(
            _(
                "state: %(state)s, %(attempts)s attempts so far",
                state=term("delivery_state", delivery.state),
                attempts=len(delivery.attempts),
            )
        )
        if lacking(delivery):
            click.echo(_("only to: %(lacking)s", lacking=", ".join(lacking(delivery))))


# `hubwatch cite`: the citation of an article, to be pasted into a text.


@click.command()
@number_argument("article_id", "ID")
@click.option("--html", "output", flag_value="html", help="As a piece of HTML.")
@output_option
@pass_session
def cite(session: Session, article_id: int, output: str) -> None:
    """Cite an article: issuer, title, publisher, date, address, and the archived page.

    \b
    Examples:
      hubwatch cite 78
      hubwatch cite 78 --html
    """
    from ...digest.wording import cite_article, plain, rich

    with session.reading() as store:
        article = store.articles.get(article_id)
        if article is None:
            raise HubwatchError(
                _(
                    "%(path)s: there is no article %(article_id)s",
                    path=store.path,
                    article_id=article_id,
                )
            )
        proof = store.digests.proofs_of([article_id]).get(article_id)
    cited = cite_article(article, proof, session.config.zone)
    if output == JSON:
        print_json(CITED(CitedArticle(article, proof, cited, plain(cited), rich(cited))))
    else:
        click.echo(rich(cited) if output == "html" else plain(cited))
