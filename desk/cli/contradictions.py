"""`hubwatch contradictions` and `reread contradictions`: where two reports of one thing differ, in
the archive and in a file, and what people say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from hubwatch.errors import HubwatchError
from scraper.parsing.version import CONTRADICTIONS_VERSION
from storage.archive import Archive
from storage.contradictions import (
    Contradiction,
    ContradictionQuery,
    ContradictionVerdict,
)

from .. import _, term
from ..contradictions import PairOfLine, excused, pairs_of_lines
from ..documents import JsonDocument, Member
from ..documents.contradictions import (
    CONTRADICTION,
    CONTRADICTION_FILE,
    ContradictionFile,
)
from ..text import one_line, pluralise
from .console import (
    Column,
    heading,
    local,
    note,
    print_json,
    print_json_list,
    print_table,
)
from .main import UsualGroup
from .options import (
    INPUT,
    JSON,
    by_option,
    cities_option,
    limit_option,
    listing_option,
    name_of,
    number_argument,
    output_option,
    reason_option,
)
from .progress import add_up
from .session import Session, hint_unknown, pass_session

_PARTLY = 3

_COMMANDS = {
    "list": ("contradictions", "list_contradictions", "List those that are open; of a file, too."),
    "show": ("contradictions", "show", "Show one: both sentences, who said it first."),
    "settle": ("contradictions", "resolve", "Say which of the two is right, or that it is none."),
}


@click.group(cls=UsualGroup, entries=_COMMANDS, subcommand_metavar="[FILE | COMMAND …]")
def contradictions() -> None:
    """List where two reports, or two versions of one, give different figures, days, ranks or lists
    for the same thing; say how that is settled.

    Of the archive, those that are open; or of FILE, which holds one JSON object a line, with
    `articles`: two objects with `body` and, if known, `title`, `language`, `source` and
    `published`. None enters an issued digest before a person settled it.

    \b
    --city CITY  only of this city; several may be named
    --all        those that are settled, too

    \b
    Examples:
      hubwatch contradictions
      hubwatch contradictions --city Guiyang --all
      hubwatch contradictions show 7
      hubwatch contradictions settle 7 --as first --by Ana --why "the ministry's list says so"
      hubwatch contradictions settle 7 --undo --by Ana
      hubwatch contradictions pairs.jsonl --json
    """


@click.command("list")
@click.argument("path", metavar="[FILE]", type=INPUT, required=False)
@cities_option
@click.option("--all", "resolved", is_flag=True, help="Those that are settled, too.")
@limit_option(100)
@listing_option
@click.pass_context
def list_contradictions(
    ctx: click.Context,
    path: Path | None,
    cities: tuple[str, ...],
    resolved: bool,
    limit: int,
    output: str,
) -> None:
    """List the open contradictions of the archive, or say of pairs in FILE whether they are any.

    FILE holds one JSON object a line, with `articles`: two objects with `body` and, if known,
    `title`, `language`, `source` and `published`; `-` is standard input. Rounding, another year or
    scope, a target beside a result, a later count and a correction are no contradictions, and the
    answer says so. Exit code 3 if a line could not be used.

    \b
    Examples:
      hubwatch contradictions --city Guiyang
      hubwatch contradictions pairs.jsonl
      hubwatch contradictions pairs.jsonl --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    if path is not None:
        _print_of_file(ctx, session, path, output)
        return
    with session.reading() as store:
        hint_unknown(session, store, city=cities)
        query = ContradictionQuery(cities, resolved=resolved, limit=limit)
        found = store.stories.contradictions.find(query)
        waiting = store.stories.contradictions.waiting(CONTRADICTIONS_VERSION)
    if output == JSON:
        print_json_list([CONTRADICTION(one) for one in found])
    else:
        print_table(_LISTED, [_listed(one) for one in found])
        if not found:
            note(_("no contradictions") if resolved else _("no open contradictions"))
    if waiting:
        articles = pluralise(waiting, "article")
        now = session.hint("reread contradictions")
        note(
            _(
                "%(articles)s wait to be compared; crawls and imports do so, or %(command)s now",
                articles=articles,
                command=now,
            )
        )


def _print_of_file(ctx: click.Context, session: Session, path: Path, output: str) -> None:
    rows: list[Sequence[object]] = []
    faults = 0
    for line in pairs_of_lines(path, str(session.config.zone)):
        faults += bool(line.fault)
        if output == JSON:
            print_json(PAIR(line))
        else:
            rows.append(_row(line))
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(_("%(lines)s could not be used", lines=pluralise(faults, "line")))
        ctx.exit(_PARTLY)


IS_ONE, IS_NONE = "contradiction", "none"
"""How a pair is labelled."""


def _label(line: PairOfLine) -> str:
    return IS_ONE if line.contradiction else IS_NONE


PAIR: JsonDocument[PairOfLine] = JsonDocument(
    Member("id", "text or integer", "the `id` of the line, else its number", lambda line: line.id),
    Member("label", "text", "`contradiction` or `none`", _label),
    Member("kind", "text", "of a contradiction what differs: `figure`, `date`, `rank`, `list`, "
                           "`place`, `outcome` or `name`; "
        "else why it is none: `year`, `period`, `scope`, `target`, `cumulative`, "
        "`asof`, `correction`, `definition`, `phase`, `part`, `different`, or `nothing` where "
        "nothing differs",
        lambda line: str(line.kind)),
    Member("sentences", "list", "the two sentences that differ, the first article's first; empty "
        "where nothing does", lambda line: [*line.shown.sentences] if line.shown else []),
    Member("values", "list", "what the two say, as printed",
        lambda line: [*line.shown.values] if line.shown else []),
    Member("strength", "number or null", "how surely they are about one thing, 0 to 1",
        lambda line: round(line.shown.strength, 2) if line.shown else None),
    commands=("contradictions FILE --json",),
    about="JSON Lines, one for each line of the file. What a contradiction is, and what is none: "
        "[events.md](events.md#contradictions).",
)  # fmt: skip

_COLUMNS = (
    Column("pair", folds="never"),
    Column("answer", style="bold", folds="never"),
    Column("kind", folds="never"),
    Column("one says"),
    Column("other says"),
)


def _row(line: PairOfLine) -> tuple[object, ...]:
    if line.fault:
        return (line.number, "", "", line.fault, "")
    shown = line.shown
    sentences = shown.sentences if shown else ("", "")
    return (
        line.id,
        term("contradiction", _label(line)),
        term("differs", line.kind),
        *(one_line(sentence, 160) for sentence in sentences),
    )


# In the archive


_LISTED = (
    Column("number", "right", folds="never"),
    Column("what", style="bold", folds="never"),
    Column("first", folds="short"),
    Column("says", folds="short"),
    Column("second", folds="short"),
    Column("says", folds="short"),
    Column("day", folds="never", rank=2),
    Column("verdict", folds="never"),
)


def _listed(one: Contradiction) -> Sequence[object]:
    said = one.settlement
    return (
        one.id,
        term("differs", one.found.kind),
        one.first.source_id,
        one_line(one.found.first.value, 60),
        _second(one),
        one_line(one.found.second.value, 60),
        one.second.day,
        f"{term('contradiction_verdict', said.verdict)} · {said.person}" if said else "",
    )


def _second(one: Contradiction) -> str:
    if one.is_of_one_article:
        return _("its version %(n)s", n=one.found.second.revision)
    return one.second.source_id


@click.command()
@number_argument("number", "CONTRADICTION")
@output_option
@pass_session
def show(session: Session, number: int, output: str) -> None:
    """Show one: both sentences, who said it first, what people said, and what else looks like one.

    \b
    Examples:
      hubwatch contradictions show 7
      hubwatch contradictions show 7 --json
    """
    with session.reading() as store:
        one = _get(session, store, number)
        found = ContradictionFile(one, excused(store, one))
    if output == JSON:
        print_json(CONTRADICTION_FILE(found))
        return
    _print(found, session.config.zone)


def _get(session: Session, store: Archive, number: int) -> Contradiction:
    found = store.stories.contradictions.get(number)
    if found is None:
        listed = session.hint("contradictions --all")
        raise HubwatchError(
            _("there is no contradiction %(number)s; see %(list)s", number=number, list=listed)
        )
    return found


def _print(found: ContradictionFile, zone: str) -> None:
    one = found.one
    click.echo(_("contradiction %(n)s: %(what)s", n=one.id, what=term("differs", one.found.kind)))
    for name, claim, by in (
        (_("first"), one.found.first, one.first),
        (_("second"), one.found.second, one.second),
    ):
        numbers = {"story": by.story_id, "version": claim.revision}
        where = _("%(name)s, %(day)s, story %(story)s, version %(version)s", name=by.source_name,
            day=by.day, **numbers)  # fmt: skip
        heading(name)
        for text in (claim.value, one_line(claim.sentence, 600), where, by.url):
            click.echo(text)
    if one.settlement is not None:
        said = one.settlement
        what = term("contradiction_verdict", said.verdict)
        heading(what)
        click.echo(f"{said.person}, {local(said.at, zone)[:16]} {said.why}".strip())
    for doubt in found.excused:
        values = " / ".join(one_line(value, 60) for value in doubt.values)
        why = term("differs", str(doubt.excuse))
        note(_("no contradiction: %(values)s (%(why)s)", values=values, why=why))


@click.command("settle")
@number_argument("number", "CONTRADICTION")
@click.option(
    "--as",
    "verdict",
    type=click.Choice([each.value for each in ContradictionVerdict]),
    help="Which is right; both; it is none; or it is one, and nobody knows yet (open).",
)
@click.option("--undo", is_flag=True, help="Take back what was said last.")
@by_option
@reason_option("The reason, kept with it.", default="")
@output_option
@pass_session
def resolve(
    session: Session,
    number: int,
    verdict: str | None,
    undo: bool,
    person: str,
    why: str,
    output: str,
) -> None:
    """Say which of the two is right, that both are, that it is none, or that it stays open.

    It stays when the articles are read again, by their sentences. The last one said counts. Only
    what a person settled, or confirmed as open, may be issued with a digest.

    \b
    Examples:
      hubwatch contradictions settle 7 --as second --by Ana --why "the bureau confirmed it"
      hubwatch contradictions settle 7 --as none --by Ana --why "two lists"
      hubwatch contradictions settle 7 --undo --by Ana
    """
    if (verdict is None) != undo:
        raise click.UsageError(_("say --as, or --undo"))
    name = name_of(person)
    with session.writing() as store, store.writing() as tx:
        one = _get(session, tx.archive, number)
        if verdict is None:
            try:
                tx.stories.contradictions.undo(one, person=name, now=session.now)
            except LookupError as error:
                raise HubwatchError(str(error)) from error
        else:
            tx.stories.contradictions.say(
                one, ContradictionVerdict(verdict), person=name, why=one_line(why), now=session.now
            )
        after = _get(session, tx.archive, number)
    if output == JSON:
        print_json(CONTRADICTION(after))
    elif after.settlement is None:
        note(_("contradiction %(number)s is open again", number=number))
    else:
        what = term("contradiction_verdict", after.settlement.verdict)
        note(_("contradiction %(number)s: %(what)s", number=number, what=what))


_AT_ONCE = 50


@click.command("contradictions")
@output_option
@pass_session
def reread(session: Session, output: str) -> None:
    """Look again for contradictions of all archived articles that wait to be compared, or were
    compared by older rules, however many there are.

    What today's rules compared already is left alone, so it can be interrupted and started again.
    What is the same keeps its number, and what people said of it stays.

    \b
    Examples:
      hubwatch reread contradictions
      hubwatch reread contradictions --json
    """
    with session.writing() as store:
        waiting = store.stories.contradictions.waiting(CONTRADICTIONS_VERSION)
        done = add_up(_compared(store), "comparing", waiting)
    if output == JSON:
        print_json(REREAD_CONTRADICTIONS(done))
    else:
        note(_("compared %(articles)s", articles=pluralise(done, "article")))


def _compared(store: Archive) -> Iterator[int]:
    """Compare all that waits. Yields how many were compared at a time."""
    from scraper.events.catch_up import find_contradictions, find_events

    while find_events(store):
        pass
    while done := find_contradictions(store, _AT_ONCE):
        yield done


REREAD_CONTRADICTIONS: JsonDocument[int] = JsonDocument(
    Member("articles", "integer", "articles that were compared with others", lambda n: n),
    commands=("reread contradictions --json",),
)  # fmt: skip
