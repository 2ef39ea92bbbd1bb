"""`hubwatch subscriptions`: alerting people at once of new stories, and what they got."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import click

from hubwatch.errors import Busy, ConfigError
from hubwatch.locks import Lock
from storage.subscriptions import MessageState, SubscriptionMessage

from .. import _, language_of_environment, reading_in, term
from ..alerting.config import Channel, Subscription
from ..alerting.send import Ways, test_message, where
from ..alerting.subscriptions import SubscriptionReport, SubscriptionSender, send_all
from ..documents import JsonDocument, Member
from ..logs import log_to_stderr
from ..text import one_line, pluralise
from .alerts import FAILED, OK, PARTLY, TEST_MESSAGE
from .console import Column, local, note, note_cut, print_json_list, print_table
from .main import CommandGroup
from .options import JSON, completing, limit_option, listing_option, output_option
from .session import Session, pass_session

_WAIT = timedelta(seconds=10)
_IN_VAIN = 3
"""Tries of a message after which its subscription counts as broken."""


@click.group(cls=CommandGroup)
def subscriptions() -> None:
    """Alert people at once of new stories of a topic, a city or a search, as they asked for.

    Subscriptions are the tables `[[alerts.subscription]]` of the configuration; docs/operation.md
    has the details. Where there is one, the daemon runs `subscriptions send` every five minutes.

    \b
    Examples:
      hubwatch subscriptions send
      hubwatch subscriptions test ana-metro
      hubwatch subscriptions list
    """


@subscriptions.command()
@output_option
@click.pass_context
def send(ctx: click.Context, output: str) -> None:
    """Send what is new since the last time to those who asked for it.

    Each story goes once to a person and a channel. A message that may have arrived is not sent
    again; one that was surely not taken is, for a day. Exit code 3 if something was not taken, 1
    if that lasts, or a subscription names what is not there.

    \b
    Examples:
      hubwatch subscriptions send
      hubwatch subscriptions send --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    log_to_stderr(session.config.log_format)
    wanted, ways = session.config.alerts.subscriptions, Ways(session.config)
    try:
        with (
            Lock(session.archive, "subscriptions").acquire(_WAIT, "hubwatch subscriptions send"),
            session.writing() as store,
        ):
            config = session.config
            sender = SubscriptionSender(
                store, session.watchlist, config.zone, config.server.address, ways.hand_over
            )
            sent = send_all(sender, wanted, session.now)
    except Busy:
        note(_("another `hubwatch subscriptions send` is under way"))
        ctx.exit(OK)
    if output == JSON:
        print_json_list([SUBSCRIPTION_REPORT(each) for each in sent])
    else:
        _print_round(sent)
    for each in sent:
        if not each.is_well:
            note(f"{each.subscription.name}: {each.fault or each.reason}")
    ctx.exit(_code(sent))


def _code(sent: Sequence[SubscriptionReport]) -> int:
    if any(each.fault or (not each.is_well and each.tries >= _IN_VAIN) for each in sent):
        return FAILED
    return OK if all(each.is_well for each in sent) else PARTLY


def _print_round(sent: Sequence[SubscriptionReport]) -> None:
    for each in sent:
        if each.is_well:
            text = _("sent %(stories)s", stories=pluralise(each.stories, "story"))
            if each.is_quiet:
                text = _("quiet until the end of its hours")
            click.echo(f"{each.subscription.name}: {text}")
    if not sent:
        note(_("nobody asked: the configuration has no [[alerts.subscription]]"))


SUBSCRIPTION_REPORT: JsonDocument[SubscriptionReport] = JsonDocument(
    Member("subscription", "text", "its name", lambda r: r.subscription.name),
    Member("person", "text", "who is alerted", lambda r: r.subscription.person),
    Member("to", "text", "over which delivery", lambda r: r.subscription.to),
    Member("stories", "integer", "stories that went out", lambda r: r.stories),
    Member("state", "text or null", "of its message: `waiting`, `delivered`, `in doubt` or "
        "`failed`; null: there was none", lambda r: r.state),
    Member("reason", "text", "why the message was not taken", lambda r: r.reason),
    Member("quiet", "boolean", "whether its quiet hours are on", lambda r: r.is_quiet),
    Member("fault", "text", "what it names and is not there", lambda r: r.fault),
    commands=("subscriptions send --json",),
    about="A list, a subscription an element. What goes out as a document (webhook, folder) has "
        "the keys `key`, `subject`, `text`, `where`, `subscription`, `person`, `count` and "
        "`stories`, a list of at most 20 with `story`, `article`, `title`, `url`, `at_desk`, "
        "`publisher`, `city`, `published`, `grade` and `topics`.",
)  # fmt: skip


@subscriptions.command()
@click.argument("names", nargs=-1, metavar="[NAME …]", shell_complete=completing("subscription"))
@listing_option
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], output: str) -> None:
    """Send a message that says nothing over the channel of every subscription, or those named.

    Nothing of it is kept. Exit code 1 if a channel did not take it.

    \b
    Examples:
      hubwatch subscriptions test
      hubwatch subscriptions test ana-metro --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    ways, results = Ways(session.config), []
    for one in _named(session, names):
        with reading_in(language_of_environment()):
            message = test_message(uuid.uuid4().hex, one.name, where())
        channel = Channel(one.name, one.to)
        results.append((channel, ways.hand_over(channel, message, session.now)))
    if output == JSON:
        print_json_list([TEST_MESSAGE(each) for each in results])
    else:
        for channel, result in results:
            reason = f": {result.reason}" if result.reason else ""
            click.echo(f"{channel.name}: {result.sent}{reason}")
    ctx.exit(OK if all(result.sent == "delivered" for _, result in results) else FAILED)


def _named(session: Session, names: Sequence[str]) -> tuple[Subscription, ...]:
    known = {each.name: each for each in session.config.alerts.subscriptions}
    if not known:
        path = session.config.path or "hubwatch.toml"
        raise ConfigError(_("%(path)s: alerts.subscription: there is none", path=path))
    for name in names:
        if name not in known:
            there = ", ".join(known)
            raise click.UsageError(
                _("there is no subscription %(name)r; there are %(there)s", name=name, there=there)
            )
    return tuple(known[name] for name in names or known)


@subscriptions.command("list")
@limit_option()
@listing_option
@pass_session
def list_(session: Session, limit: int, output: str) -> None:
    """List the latest messages: to whom, how many stories, how often tried, whether taken.

    \b
    Examples:
      hubwatch subscriptions list --limit 5
      hubwatch subscriptions list --json
    """
    with session.reading() as store:
        found = store.people.subscriptions.latest(limit)
        note_cut(len(found), limit, store.people.subscriptions.count)
    if output == JSON:
        print_json_list([SUBSCRIPTION_MESSAGE(each) for each in found])
        return
    if not found:
        note(_("no message was sent yet; tests are not listed"))
        return
    columns = (
        Column("made", folds="never"),
        Column("subscription", style="bold"),
        Column("person"),
        Column("stories", "right"),
        Column("tries", "right"),
        Column("state", folds="never"),
        Column("why not", style="dim", empty="hidden"),
    )
    zone = session.config.zone
    rows = [
        (
            local(each.made_at, zone),
            each.subscription,
            each.person,
            len(each.articles),
            each.tries,
            term("message_state", each.state),
            "" if each.state is MessageState.DELIVERED else one_line(each.reason),
        )
        for each in found
    ]
    print_table(columns, rows)


SUBSCRIPTION_MESSAGE: JsonDocument[SubscriptionMessage] = JsonDocument(
    Member("subscription", "text", "whose message it is", lambda m: m.subscription),
    Member("person", "text", "for whom", lambda m: m.person),
    Member("to", "text", "over which delivery", lambda m: m.target),
    Member("key", "text", "its key: Message-ID of a mail, Idempotency-Key of a webhook",
        lambda m: m.key),
    Member("made", "moment", "when it was put together", lambda m: m.made_at),
    Member("state", "text", "`waiting`, `delivered`, `in doubt` or `failed`", lambda m: m.state),
    Member("tries", "integer", "how often it was handed over", lambda m: m.tries),
    Member("tried", "moment or null", "when last", lambda m: m.tried_at),
    Member("reason", "text", "why it was not taken", lambda m: m.reason),
    Member("articles", "list", "numbers of the articles it names, one a story",
        lambda m: list(m.articles)),
    commands=("subscriptions list --json",),
    about="A list of messages, the latest first.",
)  # fmt: skip
