"""`hubwatch alerts`: judging, telling, and trying whether telling works."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from hubwatch.errors import Busy, ConfigError
from hubwatch.locks import Lock
from storage.incidents import Kind, Severity

from .. import _, language_of_environment, reading_in
from ..delivery import DeliveryResult, DeliveryState
from ..documents import JsonDocument, Member, parts
from ..logs import log_to_stderr
from ..text import pluralise
from .console import Column, local, note, note_cut, print_json, print_json_list, print_table
from .daemon import other_jobs
from .incidents import looked
from .main import CommandGroup
from .options import JSON, completing, limit_option, listing_option, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from scheduler.health.inspection import Inspection
    from storage.incidents import AlertDelivery

    from ..alerting.config import Channel
    from ..alerting.send import ChannelReport, Ways

OK, FAILED, PARTLY = 0, 1, 3
_WAIT = timedelta(seconds=10)
_IN_VAIN = 2  # tries of one message after which a channel counts as broken


@click.group(cls=CommandGroup)
def alerts() -> None:
    """Tell people what is amiss: judge all sources, send what they have to know, test a channel.

    Channels are the tables `[[alerts.channel]]` of the configuration; docs/operation.md has the
    details. The daemon runs `alerts send` every ten minutes.

    \b
    Examples:
      hubwatch alerts send
      hubwatch alerts test
      hubwatch alerts broadcast "the machine is shut down at 18:00"
      hubwatch alerts list
    """


@alerts.command()
@output_option
@click.pass_context
def send(ctx: click.Context, output: str) -> None:
    """Judge all sources and jobs, send what is to be told, and report to the dead-man's switch.

    What a channel does not take is kept and tried again, after a minute at first and every six
    hours at last, for three days. Exit code 3 if something was not taken.

    \b
    Examples:
      hubwatch alerts send
      hubwatch alerts send --json
    """
    from ..alerting import send as sending

    session = ctx.find_object(Session)
    assert session is not None
    log_to_stderr(session.config.log_format)
    ways = sending.Ways(session.config)
    try:
        with Lock(session.archive, "alerts").acquire(_WAIT, "hubwatch alerts send"):
            ways.ping("/start", session.now)
            found, sent = _round(session, ways, sending.send)
    except Busy:
        note(_("another `hubwatch alerts send` is under way"))
        ctx.exit(OK)
    except Exception:
        ways.ping("/fail", session.now)
        raise
    fails = _is_critical(found) or not _arrives(found, sent)
    pinged = ways.ping("/fail" if fails else "", session.now)
    if output == JSON:
        print_json(ALERT_ROUND(_Round(found, sent, pinged)))
    else:
        _print_round(found, sent, pinged)
    whole = all(not each.reason for each in sent) and (pinged is None or _taken(pinged))
    ctx.exit(OK if whole else PARTLY)


def _round(
    session: Session, ways: Ways, send_all: Callable[..., tuple[ChannelReport, ...]]
) -> tuple[Inspection, tuple[ChannelReport, ...]]:
    from ..incidents import judge_all

    with session.writing() as store:
        config = session.config
        jobs, faults = other_jobs(session), session.catalogue.faults
        found = judge_all(store, config, session.enabled(), jobs, session.now, faults)
        sent = send_all(store, config.alerts, config.zone, session.now, ways.hand_over)
    return found, sent


def _is_critical(found: Inspection) -> bool:
    return any(each.finding.severity is Severity.CRITICAL for each in found.open_now)


def _arrives(found: Inspection, sent: Sequence[ChannelReport]) -> bool:
    """Whether what is handed on arrives: each message by the second try, and every digest."""
    unsent = any(
        each.finding.kind is Kind.DIGEST_UNSENT and each.finding.severity is not Severity.INFO
        for each in found.open_now
    )
    return not unsent and all(each.tries < _IN_VAIN for each in sent)


def _taken(result: DeliveryResult) -> bool:
    return result.sent is DeliveryState.DELIVERED


def _print_round(
    found: Inspection, sent: Sequence[ChannelReport], pinged: DeliveryResult | None
) -> None:
    click.echo(looked(found))
    for each in sent:
        text = _(
            "%(notices)s in %(messages)s",
            notices=pluralise(each.notices, "notice"),
            messages=pluralise(each.taken, "message"),
        )
        if each.waiting:
            text += _(
                ", waiting: %(messages)s: %(reason)s",
                messages=pluralise(each.waiting, "message"),
                reason=each.reason,
            )
        if each.quiet:
            text += _(
                ", %(notices)s until the end of the quiet hours",
                notices=pluralise(each.quiet, "notice"),
            )
        click.echo(f"{each.channel}: {text}")
    if not sent:
        note(_("nobody is told: the configuration has no [[alerts.channel]]"))
    if pinged is not None and not _taken(pinged):
        note(_("the dead-man's switch was not reached: %(reason)s", reason=pinged.reason))


@dataclass(frozen=True, slots=True)
class _Round:
    """What was found amiss, what was sent of it, how the dead-man's switch answered."""

    found: Inspection
    sent: Sequence[ChannelReport]
    pinged: DeliveryResult | None


CHANNEL_REPORT: JsonDocument[ChannelReport] = JsonDocument(
    Member("channel", "text", "its name", lambda c: c.channel),
    Member("taken", "integer", "messages that were taken", lambda c: c.taken),
    Member("notices", "integer", "notices in them", lambda c: c.notices),
    Member("waiting", "integer", "messages that were not taken yet", lambda c: c.waiting),
    Member("quiet", "integer", "notices that wait for the end of the quiet hours",
        lambda c: c.quiet),
    Member("reason", "text", "why the last message was not taken", lambda c: c.reason),
)  # fmt: skip


ALERT_ROUND: JsonDocument[_Round] = JsonDocument(
    Member("sources", "integer", "how many were judged", lambda r: r.found.sources),
    Member("opened", "integer", "incidents that opened", lambda r: r.found.opened),
    Member("closed", "integer", "incidents that closed", lambda r: r.found.closed),
    Member("open", "integer", "how many are open now", lambda r: len(r.found.open_now)),
    parts("channels", "each channel", lambda r: r.sent, CHANNEL_REPORT),
    Member("ping", "text or null", "how the dead-man's switch answered: `delivered`, `delayed`, "
        "`in doubt`, `refused`; null: there is none",
        lambda r: r.pinged.sent if r.pinged else None),
    commands=("alerts send --json",),
    about="What a channel gets as a document (webhook, command, folder) has the keys `key` (the "
        "same however often it is sent), `subject`, `text`, `where` and `notices`, a list with "
        "`incident`, `what`, `at`, `severity`, `kind`, `source`, `told`, `evidence` and `commands` "
        "as above.",
)  # fmt: skip


@alerts.command()
@click.argument("names", nargs=-1, metavar="[CHANNEL …]", shell_complete=completing("channel"))
@listing_option
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], output: str) -> None:
    """Send a message that says nothing over every channel, or those named. Needs no archive.

    Nothing of it is kept, so `hubwatch alerts list` has no tests. Exit code 1 if a channel did not
    take it.

    \b
    Examples:
      hubwatch alerts test
      hubwatch alerts test ops --json
    """
    _hand_over(ctx, names, None, output)


@alerts.command()
@click.argument("text")
@listing_option
@click.pass_context
def broadcast(ctx: click.Context, text: str, output: str) -> None:
    """Send a text over every channel, whatever it is severe enough for. Needs no archive.

    The daemon does so where the archive takes nothing any more, and scripts may. Nothing of it is
    kept. Exit code 1 if a channel did not take it.

    \b
    Examples:
      hubwatch alerts broadcast "the machine is shut down at 18:00"
    """
    _hand_over(ctx, (), text, output)


def _hand_over(ctx: click.Context, names: Sequence[str], text: str | None, output: str) -> None:
    """Hand a text, or a test, over on these channels or on all, and end."""
    from ..alerting.send import Ways, message_of_text, test_message, where

    session = ctx.find_object(Session)
    assert session is not None
    ways, results = Ways(session.config), []
    for channel in _channels(session, names):
        key = uuid.uuid4().hex
        with reading_in(language_of_environment()):
            message = (
                test_message(key, channel.name, where())
                if text is None
                else message_of_text(key, text, where())
            )
        results.append((channel, ways.hand_over(channel, message, session.now)))
    if output == JSON:
        print_json_list([TEST_MESSAGE(each) for each in results])
    else:
        for channel, result in results:
            reason = f": {result.reason}" if result.reason else ""
            click.echo(f"{channel.name}: {result.sent}{reason}")
    ctx.exit(OK if all(_taken(result) for _, result in results) else FAILED)


TEST_MESSAGE: JsonDocument[tuple[Channel, DeliveryResult]] = JsonDocument(
    Member("channel", "text", "its name", lambda t: t[0].name),
    Member("sent", "text", "`delivered`, `partly`, `delayed`, `in doubt` or `refused`",
        lambda t: t[1].sent),
    Member("reason", "text", "why not, or what the other side said", lambda t: t[1].reason),
    commands=("alerts test --json", "alerts broadcast --json", "subscriptions test --json"),
    about="A list, a channel an element.",
)  # fmt: skip


def _channels(session: Session, names: Sequence[str]) -> tuple[Channel, ...]:
    known = {channel.name: channel for channel in session.config.alerts.channels}
    if not known:
        raise ConfigError(
            _(
                "%(path)s: alerts.channel: there is none; docs/operation.md shows how to write one",
                path=session.config.path or "hubwatch.toml",
            )
        )
    for name in names:
        if name not in known:
            raise click.UsageError(
                _(
                    "there is no channel %(name)r; there are %(known)s",
                    name=name,
                    known=", ".join(known),
                )
            )
    return tuple(known[name] for name in names or known)


@alerts.command("list")
@limit_option()
@listing_option
@pass_session
def list_(session: Session, limit: int, output: str) -> None:
    """List the latest messages: on which channel, how often tried, whether taken.

    \b
    Examples:
      hubwatch alerts list --limit 5
      hubwatch alerts list --json
    """
    with session.reading() as store:
        found = store.incidents.deliveries(limit)
        note_cut(len(found), limit, store.incidents.count_deliveries)
        numbers = {each.id: _incidents(each) for each in found}
    if output == JSON:
        print_json_list([MESSAGE(each) for each in found])
        return
    if not found:
        note(_("no message was sent yet; tests are not listed"))
        return
    zone = session.config.zone
    columns = (
        Column("made", folds="never"),
        Column("channel", style="bold"),
        Column("incidents"),
        Column("tries", "right"),
        Column("sent", folds="never"),
        Column("why not", style="dim", empty="hidden"),
    )
    print_table(
        columns,
        [
            (
                local(each.made_at, zone),
                each.channel,
                ", ".join(map(str, numbers[each.id])),
                each.tries,
                local(each.sent_at, zone, _("given up") if each.dropped_at else _("not yet")),
                each.reason,
            )
            for each in found
        ],
    )


def _incidents(delivery: AlertDelivery) -> list[int]:
    return sorted({notice.incident_id for notice in delivery.notices})


MESSAGE: JsonDocument[AlertDelivery] = JsonDocument(
    Member("channel", "text", "on which channel", lambda d: d.channel),
    Member("key", "text", "its key: Message-ID of a mail, Idempotency-Key of a webhook",
        lambda d: d.key),
    Member("made", "moment", "when it was put together", lambda d: d.made_at),
    Member("tries", "integer", "how often it was handed over", lambda d: d.tries),
    Member("tried", "moment or null", "when last", lambda d: d.tried_at),
    Member("sent", "moment or null", "when it was taken", lambda d: d.sent_at),
    Member("given_up", "moment or null", "when it was given up, after three days",
        lambda d: d.dropped_at),
    Member("reason", "text", "why it was not taken", lambda d: d.reason),
    Member("incidents", "list", "numbers of the incidents it tells of", _incidents),
    commands=("alerts list --json",),
    about="A list of messages, the latest first.",
)  # fmt: skip
