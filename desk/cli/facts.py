"""`hubwatch facts`: what articles say as data, of the archive or of texts in a file; and what
people say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from hubwatch.errors import HubwatchError
from scraper.parsing.version import FACTS_VERSION
from storage.facts import (
    EVENT_KINDS,
    KINDS,
    Deadline,
    FactQuery,
    FactReview,
    FactVerdict,
    Figure,
    Happening,
    KeptFact,
    kind_of,
)

from .. import _, term
from ..documents import JsonDocument, Member, parts
from ..documents.facts import DATED, FACT, REVIEWED, STATED, Dated, Stated
from ..facts import FactsOfLine, facts_of_lines, reread_facts
from ..text import decimal, one_line, pluralise
from .console import Column, note, print_json, print_json_list, print_table
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
from .readers import place_option, readers_at
from .session import Session, pass_session

_PARTLY = 3

_COMMANDS = {
    "list": ("facts", "list_facts", "List figures, deadlines, events; of a file's texts, too."),
    "confirm": ("facts", "confirm", "Say that a fact is right."),
    "correct": ("facts", "correct", "Say what is right instead."),
    "reject": ("facts", "reject", "Say that it is none."),
}


@click.group(cls=UsualGroup, entries=_COMMANDS, subcommand_metavar="[FILE | COMMAND …]")
def facts() -> None:
    """List what articles say as data: figures with unit and object, deadlines, events; judge them.

    Of the archive; or of FILE, which holds one JSON object a line, with `body` and, if known, `id`,
    `title` and `published`. No figure enters an issued digest before a person confirmed it.

    \b
    --city CITY    only of this city; several may be named
    --about WORDS  only with these words in what is counted, the place or the sentence
    --kind KIND    only figures, deadlines, or events of a kind: signing, launch, meeting, …
    --confirmed    only what people confirmed or corrected

    \b
    Examples:
      hubwatch facts --city Guiyang --about enterprises
      hubwatch facts --kind signing --kind launch
      hubwatch facts --csv
      hubwatch facts texts.jsonl --json
      hubwatch facts confirm 311 --by Ana
      hubwatch facts correct 312 --value 3177 --object enterprises --by Ana
      hubwatch facts reject 313 --by Ana --why "a house number"
    """


@click.command("list")
@click.argument("path", metavar="[FILE]", type=INPUT, required=False)
@cities_option
@click.option("--about", default="", metavar="WORDS", help="Only with these words in it.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only of this kind; several."
)
@click.option("--article", type=int, metavar="N", help="Only of this article.")
@click.option(
    "--confirmed", "reviewed", is_flag=True, help="Only what people confirmed or corrected."
)
@limit_option(100)
@listing_option
@click.pass_context
def list_facts(
    ctx: click.Context,
    path: Path | None,
    cities: tuple[str, ...],
    about: str,
    kinds: tuple[str, ...],
    article: int | None,
    reviewed: bool,
    limit: int,
    output: str,
) -> None:
    """List figures, deadlines and events of the archive, or of texts in FILE.

    FILE holds one JSON object a line, with `body` and, if known, `id`, `title` and `published`; `-`
    is standard input. Exit code 3 if a line could not be used.

    \b
    Examples:
      hubwatch facts --city Guiyang
      hubwatch facts --kind signing
      hubwatch facts texts.jsonl --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    if path is not None:
        _print_of_file(ctx, session, path, output, kinds)
        return
    with session.reading() as store:
        query = FactQuery(cities, about, article, reviewed, limit, kinds=kinds)
        found = store.articles.facts.find(query)
    if output == JSON:
        print_json_list([FACT(one) for one in found])
        return
    print_table(_COLUMNS, [_row(str(one.id), one.fact, one) for one in found])
    if not found:
        note(_("no facts; %(command)s reads them", command=session.hint("reread facts")))


def _print_of_file(
    ctx: click.Context, session: Session, path: Path, output: str, kinds: tuple[str, ...]
) -> None:
    rows: list[Sequence[object]] = []
    faults = 0
    for found in facts_of_lines(path, str(session.config.zone)):
        line = found.of_kinds(kinds)
        faults += bool(line.fault)
        if output == JSON:
            print_json(TEXT_FACTS(line))
        elif line.fault:
            rows.append((line.number, "", "", "", "", line.fault, "", "", "", ""))
        else:
            rows += [_row(str(line.id), one) for one in _in_order(line)]
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(_("%(lines)s could not be used", lines=pluralise(faults, "line")))
        ctx.exit(_PARTLY)


def _in_order(line: FactsOfLine) -> list[Stated]:
    return sorted((*_counted(line), *line.facts.events), key=lambda one: one.start)


def _counted(line: FactsOfLine) -> list[Stated]:
    found: list[Stated] = [*line.facts.figures, *line.facts.deadlines]
    return sorted(found, key=lambda one: one.start)


def _dated(line: FactsOfLine) -> list[Dated]:
    found: list[Dated] = [*line.facts.events, *line.facts.deadlines]
    return sorted(found, key=lambda one: one.start)


TEXT_FACTS: JsonDocument[FactsOfLine] = JsonDocument(
    Member("id", "text or integer", "the `id` of the line, else its number", lambda line: line.id),
    parts("facts", "its figures and deadlines, in the order of the text", _counted, STATED),
    parts("events", "what was or will be signed, launched and so on, and until when something is "
        "due, in the order of the text", _dated, DATED),
    Member("fault", "text or null", "why the line could not be used; then there are no facts",
        lambda line: line.fault or None),
    commands=("facts FILE --json",),
    about="JSON Lines, one for each line of the file. What the figures are, and their limits: "
        "[facts.md](facts.md).",
)  # fmt: skip


_COLUMNS = (
    Column("number", "right", folds="never"),
    Column("kind", folds="never"),
    Column("value", "right", style="bold", folds="never"),
    Column("unit", folds="never"),
    Column("modifier", folds="never"),
    Column("object"),
    Column("place"),
    Column("as of", folds="never"),
    Column("review", folds="never"),
    Column("sentence", folds="short"),
)


def _row(number: str, one: Stated, kept: KeptFact | None = None) -> Sequence[object]:
    review = kept.review if kept is not None else None
    return (
        number,
        term("fact_kind", kept.kind if kept is not None else kind_of(one)),
        _value(one, review),
        term("fact_unit", (review and review.unit) or _unit(one)),
        term("modifier", one.modifier),
        one_line((review and review.object) or one.object, 60),
        one_line((review and review.place) or one.place, 40),
        one.as_of if isinstance(one, Figure) else "",
        f"{term('fact_verdict', review.verdict)} · {review.person}" if review else "",
        one_line(one.sentence, 160),
    )


def _unit(one: Stated) -> str:
    return one.unit if isinstance(one, Figure) else "date"


def _value(one: Stated, review: FactReview | None) -> str:
    """A value as people read it: `3,177`, `5 to 8`, `2024-03-31`."""
    if review and review.value is not None:
        return decimal(review.value)
    if isinstance(one, Deadline):
        return one.day
    if isinstance(one, Happening):
        day = (review and review.day) or one.day
        return _("%(low)s to %(high)s", low=day, high=one.until) if one.until > day else day
    if one.low == one.high:
        return decimal(one.low)
    return _("%(low)s to %(high)s", low=decimal(one.low), high=decimal(one.high))


# What people say


def _said(session: Session, number: int, review: FactReview, output: str) -> None:
    with session.writing() as store, store.writing() as tx:
        kept = store.articles.facts.get(number)
        if kept is None:
            raise HubwatchError(_("there is no fact %(number)s", number=number))
        if not kept.takes(review):
            raise HubwatchError(
                _("fact %(number)s is of another kind: that cannot be said of it", number=number)
            )
        tx.articles.facts.review(kept, review)
    if output == JSON:
        print_json(REVIEWED((kept, review)))
        return
    note(
        _(
            "%(verdict)s: %(value)s %(object)s",
            verdict=term("fact_verdict", review.verdict),
            value=_value(kept.fact, review),
            object=review.object or kept.fact.object,
        )
    )


@click.command()
@number_argument("number", "FACT")
@by_option
@output_option
@pass_session
def confirm(session: Session, number: int, person: str, output: str) -> None:
    """Say that a fact is right, so that it may be issued.

    \b
    Examples:
      hubwatch facts confirm 311 --by Ana
    """
    review = FactReview(FactVerdict.CONFIRMED, name_of(person), "", session.now)
    _said(session, number, review, output)


@click.command()
@number_argument("number", "FACT")
@click.option("--value", type=float, help="The right value.")
@click.option("--unit", default="", help="The right unit.")
@click.option("--object", "what", default="", help="What is counted, signed, launched and so on.")
@click.option("--kind", type=click.Choice(EVENT_KINDS), help="What an event is.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Its day.")
@click.option("--place", default="", help="Its place.")
@by_option
@reason_option("Why.")
@output_option
@pass_session
def correct(
    session: Session,
    number: int,
    value: float | None,
    unit: str,
    what: str,
    kind: str | None,
    day: datetime | None,
    place: str,
    person: str,
    why: str | None,
    output: str,
) -> None:
    """Say what is right instead. It stays when the article is read again.

    \b
    Examples:
      hubwatch facts correct 312 --value 3177 --object enterprises --by Ana
      hubwatch facts correct 320 --kind launch --day 2026-05-12 --by Ana
    """
    name = name_of(person)
    verdict = FactVerdict.CORRECTED
    review = FactReview(
        verdict, name, one_line(why or ""), session.now, value, one_line(unit), one_line(what),
        kind or "", day.date().isoformat() if day else "", one_line(place),
    )  # fmt: skip
    if not review.says_what:
        raise click.UsageError(
            _("say what is right: --value, --unit, --object, or of an event --kind, --day, --place")
        )
    _said(session, number, review, output)


@click.command()
@number_argument("number", "FACT")
@by_option
@reason_option("Why.")
@output_option
@pass_session
def reject(session: Session, number: int, person: str, why: str | None, output: str) -> None:
    """Say that it is no fact, or a wrong one. It is not listed any more.

    \b
    Examples:
      hubwatch facts reject 313 --by Ana --why "a house number"
    """
    review = FactReview(FactVerdict.REJECTED, name_of(person), one_line(why or ""), session.now)
    _said(session, number, review, output)


@click.command("facts")
@place_option
@output_option
@pass_session
def reread(session: Session, place: str | None, output: str) -> None:
    """Read figures, deadlines and events of all archived articles again, by today's rules.

    Nothing becomes news, and what people said of facts stays. What this reader has read already is
    left alone, so it can be interrupted and started again. With --place the workers of a place
    read.

    \b
    Examples:
      hubwatch reread facts
      hubwatch reread facts --place cn-north
      hubwatch reread facts --json
    """
    with session.writing() as store, readers_at(session, store, place, "facts") as readers:
        waiting = store.articles.facts.unread(FACTS_VERSION)
        if readers is not None:
            readers.begin(waiting)
        done = add_up(reread_facts(store, readers), "reading", waiting)
    if output == JSON:
        print_json(REREAD_FACTS(done))
    else:
        note(_("read the facts of %(articles)s", articles=pluralise(done, "article")))


REREAD_FACTS: JsonDocument[int] = JsonDocument(
    Member("articles", "integer", "articles whose facts were read", lambda n: n),
    commands=("reread facts --json",),
)  # fmt: skip
