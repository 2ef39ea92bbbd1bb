"""`hubwatch people`: who may use the desk, and the links they sign in with."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.people import ApiToken, PersonRole, TokenKind, TokenScope

from .. import _, term
from ..documents import JsonDocument, Member
from .console import Column, local, note, print_json, print_json_list, print_table
from .main import CommandGroup
from .options import JSON, completing, listing_option, number_argument, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.people import Person


@click.group(cls=CommandGroup, invoke_without_command=True)
@listing_option
@click.pass_context
def people(ctx: click.Context, output: str) -> None:
    """List who may use the desk; let people in and out.

    \b
    Examples:
      hubwatch people
      hubwatch people add LI --role reviewer
      hubwatch people link LI
      hubwatch people feeds LI
      hubwatch people tokens add LI --for "the city portal"
      hubwatch people revoke LI
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        found = store.people.all()
    if output == JSON:
        print_json_list([PERSON(person) for person in found])
        return
    if not found:
        note(
            _(
                "nobody may use the desk yet; %(command)s lets somebody",
                command=session.hint("people add NAME"),
            )
        )
        return
    columns = (
        Column("name", style="bold"), Column("role"), Column("added"), Column("last signed in"),
        Column("revoked"),
    )  # fmt: skip
    zone = session.config.zone
    print_table(columns, [_row(person, zone) for person in found])
    note(_("%(found)s may use the desk", found=sum(person.revoked_at is None for person in found)))


def _row(person: Person, zone: str) -> tuple[object, ...]:
    moments = (person.added_at, person.last_seen_at, person.revoked_at)
    return (
        person.name,
        term("person_role", person.role),
        *(local(moment, zone) for moment in moments),
    )


PERSON: JsonDocument[Person] = JsonDocument(
    Member("name", "text", "as decisions name the person", lambda p: p.name),
    Member("role", "text", "`reader`, `reviewer` or `staff`", lambda p: p.role),
    Member("added", "moment", "when let in first", lambda p: p.added_at),
    Member("last_signed_in", "moment or null", "when the latest visit began",
        lambda p: p.last_seen_at),
    Member("revoked", "moment or null", "when let out; null: may use the desk",
        lambda p: p.revoked_at),
    commands=("people --json",),
    about="An array; everybody who was ever let in, by name.",
)  # fmt: skip


@people.command()
@click.argument("name", shell_complete=completing("person"))
@click.option(
    "--role",
    type=click.Choice([role.value for role in PersonRole]),
    default=PersonRole.REVIEWER.value,
    show_default=True,
    help="What this person may do: look, decide, look after sources.",
)
@output_option
@pass_session
def add(session: Session, name: str, role: str, output: str) -> None:
    """Let somebody in, or change a role, and print a link to sign in with, once.

    \b
    Examples:
      hubwatch people add LI
      hubwatch people add ANA --role reader
    """
    with session.writing() as store:
        try:
            with store.writing() as tx:
                tx.people.add(name, PersonRole(role), session.now)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="NAME") from None
    _link(session, name, output)


@people.command()
@click.argument("name", shell_complete=completing("person"))
@output_option
@pass_session
def link(session: Session, name: str, output: str) -> None:
    """Print a new sign-in link for somebody; older ones stop working.

    \b
    Examples:
      hubwatch people link LI
    """
    _link(session, name, output)


@people.command()
@click.argument("name", shell_complete=completing("person"))
@click.option("--end", is_flag=True, help="End the addresses instead.")
@output_option
@pass_session
def feeds(session: Session, name: str, end: bool, output: str) -> None:
    """Print the private address of somebody's feeds; that of before stops working.

    The address is of all stories, as Atom. What stands behind the question mark of a search on the
    desk may stand behind it, too; `.json` gives a JSON Feed, `digests` the issued digests.

    \b
    Examples:
      hubwatch people feeds LI
      hubwatch people feeds LI --end
    """
    secret = secrets.token_urlsafe(24)
    with session.writing() as store:
        try:
            with store.writing() as tx:
                if end:
                    tx.people.end_tokens(name, TokenKind.FEED)
                else:
                    tx.people.issue_token(name, TokenKind.FEED, secret, session.now)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    address = "" if end else f"{_desk(session)}/feeds/{secret}/stories.atom"
    if output == JSON:
        print_json(FEEDS((name, address or None)))
    elif end:
        note(_("%(name)s has no addresses of feeds any more", name=name))
    else:
        click.echo(address)
        note(_("for %(name)s alone; whoever knows it sees what this person sees", name=name))


FEEDS: JsonDocument[tuple[str, str | None]] = JsonDocument(
    Member("name", "text", "whose feeds they are", lambda f: f[0]),
    Member("address", "text or null", "of all stories, as Atom; null: ended", lambda f: f[1]),
    commands=("people feeds --json",),
)  # fmt: skip


@people.group(cls=CommandGroup, invoke_without_command=True)
@listing_option
@click.pass_context
def tokens(ctx: click.Context, output: str) -> None:
    """List the tokens that programs show to the HTTP API; make one, end one.

    \b
    Examples:
      hubwatch people tokens
      hubwatch people tokens add LI --for "the city portal"
      hubwatch people tokens add LI --for "our editor" --decide
      hubwatch people tokens end 3
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        found = store.people.api_tokens()
    if output == JSON:
        print_json_list([TOKEN(one) for one in found])
        return
    if not found:
        note(
            _(
                "there is no token; %(command)s makes one",
                command=session.hint("people tokens add NAME --for WHAT"),
            )
        )
        return
    columns = (
        Column("number", "right", folds="never"), Column("name", style="bold"), Column("for"),
        Column("scopes"), Column("added"), Column("until"),
    )  # fmt: skip
    print_table(columns, [_token_row(one, session.config.zone) for one in found])


def _token_row(one: ApiToken, zone: str) -> tuple[object, ...]:
    scopes = ", ".join(term("token_scope", scope) for scope in sorted(one.scopes))
    moments = (one.made_at, one.expires_at)
    return one.id, one.person, one.name, scopes, *(local(moment, zone) for moment in moments)


TOKEN: JsonDocument[ApiToken] = JsonDocument(
    Member("token", "integer", "its number, for `people tokens end`", lambda t: t.id),
    Member("name", "text", "whose it is", lambda t: t.person),
    Member("for", "text", "what its owner calls it", lambda t: t.name),
    Member("scopes", "list", "what it may do: `read`, `decide`", lambda t: sorted(t.scopes)),
    Member("made", "moment", "when", lambda t: t.made_at),
    Member("until", "moment", "it is good until then", lambda t: t.expires_at),
    commands=("people tokens --json", "people tokens end --json"),
    about="A list of the tokens of the HTTP API, in the order they were made; `end` prints the one "
        "that it ended. What is shown to the API is in none of them.",
)  # fmt: skip


@tokens.command("add")
@click.argument("name", shell_complete=completing("person"))
@click.option("--for", "what", metavar="TEXT", required=True, help="What it is for, to know it by.")
@click.option("--decide", "scope", flag_value="decide", default="read", help="It may decide, too.")
@output_option
@pass_session
def add_token(session: Session, name: str, what: str, scope: str, output: str) -> None:
    """Print a token with which a program reads, or decides, as somebody; shown once.

    It is good for a year, and ends when that person is let out. docs/api.md says how to ask.

    \b
    Examples:
      hubwatch people tokens add LI --for "the city portal"
      hubwatch people tokens add LI --for "our editor" --decide
    """
    secret = f"hub_{secrets.token_urlsafe(32)}"
    scopes = frozenset({TokenScope.READ, TokenScope(scope)})
    with session.writing() as store:
        try:
            with store.writing() as tx:
                made = tx.people.add_api_token(name, what, scopes, secret, session.now)
        except (LookupError, ValueError) as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    if output == JSON:
        print_json(NEW_TOKEN((made, secret)))
        return
    click.echo(secret)
    note(
        _(
            "for %(name)s; good until %(until)s, and not shown again",
            name=name,
            until=local(made.expires_at, session.config.zone),
        )
    )


NEW_TOKEN: JsonDocument[tuple[ApiToken, str]] = JsonDocument(
    *TOKEN.of(lambda made: made[0]),
    Member("secret", "text", "what a program shows; nobody keeps it", lambda made: made[1]),
    commands=("people tokens add --json",),
)  # fmt: skip


@tokens.command("end")
@number_argument("number", "TOKEN")
@output_option
@pass_session
def end_token(session: Session, number: int, output: str) -> None:
    """End a token, at once.

    \b
    Examples:
      hubwatch people tokens end 3
    """
    with session.writing() as store:
        try:
            with store.writing() as tx:
                ended = tx.people.end_api_token(number)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    if output == JSON:
        print_json(TOKEN(ended))
    else:
        note(_("token %(number)s is good no more", number=number))


@people.command()
@click.argument("name", shell_complete=completing("person"))
@output_option
@pass_session
def revoke(session: Session, name: str, output: str) -> None:
    """Let somebody out, at once; what this person said stays.

    \b
    Examples:
      hubwatch people revoke LI
    """
    with session.writing() as store:
        try:
            with store.writing() as tx:
                tx.people.deactivate(name, session.now)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    if output == JSON:
        print_json(REVOKED((name, session.now)))
    else:
        note(_("%(name)s may no longer use the desk", name=name))


REVOKED: JsonDocument[tuple[str, datetime]] = JsonDocument(
    Member("name", "text", "who may no longer use the desk", lambda r: r[0]),
    Member("revoked", "moment", "since when", lambda r: r[1]),
    commands=("people revoke --json",),
)  # fmt: skip


SIGN_IN: JsonDocument[tuple[str, str, datetime]] = JsonDocument(
    Member("name", "text", "who may sign in", lambda s: s[0]),
    Member("link", "text", "by this address, once", lambda s: s[1]),
    Member("until", "moment", "and no later than then", lambda s: s[2]),
    commands=("people add --json", "people link --json"),
)  # fmt: skip


def _link(session: Session, name: str, output: str) -> None:
    secret = secrets.token_urlsafe(24)
    with session.writing() as store:
        try:
            with store.writing() as tx:
                until = tx.people.issue_token(name, TokenKind.LINK, secret, session.now)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    address = f"{_desk(session)}/sign-in?link={secret}"
    if output == JSON:
        print_json(SIGN_IN((name, address, until)))
        return
    click.echo(address)
    note(
        _(
            "for %(name)s; works once, until %(until)s",
            name=name,
            until=local(until, session.config.zone),
        )
    )


def _desk(session: Session) -> str:
    """Where people reach the desk."""
    server = session.config.server
    return server.address or f"http://{server.listen}"
