"""`hubwatch match`, `reread grades` and `watchlist`: grading texts and the archive by the
watchlist, showing what is watched, and testing an edited list on the archive."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from hubwatch.toml import with_schema
from scraper.relevance.watchlist import SHIPPED, load_watchlist

from .. import _, ngettext, term
from ..documents import JsonDocument, Member, parts
from ..messages import reader
from ..moments import parse_months_since
from ..relevance.why import format_score
from ..text import one_line, pluralise
from .console import Column, fact, heading, note, print_json, print_table
from .main import CommandGroup
from .options import FILE, INPUT, JSON, Whole, dry_run_option, form_by_ending, output_option
from .progress import add_up
from .readers import place_option, readers_at
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Subject, Topic, Watchlist

    from ..relevance.grading import Graded


_PARTLY = 3


def watchlist_option(command: click.decorators.FC) -> click.decorators.FC:
    """`--watchlist FILE`: another one than the configured."""
    option = click.option(
        "--watchlist",
        "file",
        type=INPUT,
        metavar="FILE",
        help="Another watchlist than the configured one.",
    )
    return option(command)


def chosen(session: Session, file: Path | None) -> Watchlist:
    """The watchlist in a file, else the configured one. Raise SourceError."""
    if file is None:
        return session.watchlist

    return load_watchlist(file)


@click.command()
@click.argument("path", metavar="FILE", type=INPUT)
@watchlist_option
@output_option
@click.pass_context
def match(ctx: click.Context, path: Path, file: Path | None, output: str) -> None:
    """Grade texts that are not in the archive, and say why.

    FILE holds one JSON object a line, with `title`, `body` and, if known, `published`; `-` is
    standard input. Grades: core, related, mention, or none. Exit code 3 if a line could not be
    used.

    \b
    Examples:
      hubwatch match items.jsonl
      hubwatch match items.jsonl --json --watchlist my-watchlist.toml
    """
    from ..documents.relevance import GRADED
    from ..relevance.grading import grade_lines

    session = ctx.find_object(Session)
    assert session is not None
    watchlist = chosen(session, file)
    rows = []
    faults = 0
    for graded in grade_lines(path, watchlist, str(session.config.zone)):
        faults += bool(graded.fault)
        if output == JSON:
            print_json(GRADED((graded, watchlist)))
        else:
            rows.append(_row(graded, watchlist))
    if output != JSON:
        print_table(_COLUMNS, rows)
    if faults:
        note(_("%(lines)s could not be used", lines=pluralise(faults, "line")))
        ctx.exit(_PARTLY)


_COLUMNS = (
    Column("line", "right", folds="never"),
    Column("grade", style="bold", folds="never"),
    Column("about"),
    Column("title", folds="short"),
    Column("why"),
    Column("score"),
)


def _row(graded: Graded, watchlist: Watchlist) -> tuple[object, ...]:
    from ..relevance.grading import about

    if graded.relevance is None:
        return graded.number, "fault", "", "", graded.fault, ""
    why = next((one.sentence for one in graded.relevance.matches), "")
    return (
        graded.number,
        term("grade", graded.grade or "none"),
        ", ".join(about(graded.relevance, watchlist)),
        graded.title,
        one_line(why, 160),
        "; ".join(format_score(reader(), each) for each in graded.relevance.scores),
    )


@click.command()
@place_option
@output_option
@pass_session
def reread_grades(session: Session, place: str | None, output: str) -> None:
    """Apply the watchlist to the whole archive, without a crawl.

    Nothing of it counts as news. What this watchlist has seen already is left alone, so it can be
    interrupted and started again. Test an edited watchlist first: `hubwatch watchlist test`.
    With --place the workers of a place match.

    \b
    Examples:
      hubwatch reread grades
      hubwatch reread grades --place cn-north
      hubwatch reread grades --json
    """
    from ..relevance.backtest import rematch as run

    with session.writing() as store, readers_at(session, store, place, "grades") as readers:
        waiting, articles = (
            store.relevance.unmatched(session.watchlist.version),
            store.relevance.count_texts(),
        )
        if readers is not None:
            readers.begin(waiting, session.watchlist.version)
        done = add_up(run(store, session.watchlist, readers), "matching", waiting)
    if output == JSON:
        print_json(REMATCHED((done, session.watchlist.version)))
    else:
        click.echo(_describe_rematch(done, articles - waiting, session.watchlist.version))


REMATCHED: JsonDocument[tuple[int, str]] = JsonDocument(
    Member("matched", "integer", "articles that this list had not seen", lambda r: r[0]),
    Member("watchlist", "text", "its version", lambda r: r[1]),
    commands=("reread grades --json",),
)  # fmt: skip


def _describe_rematch(done: int, before: int, version: str) -> str:
    """What a rematch came to. `before` is how many articles needed none."""
    if not done and not before:
        return _("there are no articles to be matched")
    if not done and before == 1:
        return _(
            "nothing to do: the only article was matched with watchlist %(version)s before",
            version=version,
        )
    if not done:
        return _(
            "nothing to do: all %(number)s articles were matched with watchlist %(version)s before",
            number=f"{before:,}",
            version=version,
        )
    rest = ngettext("; %(number)s was before", "; %(number)s were before", before)
    return _(
        "%(articles)s matched with watchlist %(version)s%(rest)s",
        articles=pluralise(done, "article"),
        version=version,
        rest=rest if before else "",
    )


# `hubwatch watchlist`: show what is watched, and test an edited list on the archive.


@click.group(cls=CommandGroup)
def watchlist() -> None:
    """Show what is watched, and test an edited list on the past before it is kept.

    \b
    Examples:
      hubwatch watchlist show
      hubwatch watchlist copy my-watchlist.toml
      hubwatch watchlist test my-watchlist.toml --since 12m
    """


@watchlist.command()
@click.argument("file", required=False, type=INPUT)
@output_option
@pass_session
def show(session: Session, file: Path | None, output: str) -> None:
    """Show the topics of a watchlist, their names, and since when each was in use.

    FILE is another watchlist than the configured one; the shipped one is used where none is
    configured. A mistake in it is one line that names file, line and key.

    \b
    Examples:
      hubwatch watchlist show
      hubwatch watchlist show my-watchlist.toml
    """
    listed = chosen(session, file)
    if output == JSON:
        print_json(WATCHLIST(listed))
        return
    click.echo(fact("file", listed.path))
    click.echo(fact("version", listed.version))
    for topic in listed.topics.values():
        kind = term("topic_kind", topic.kind)
        heading(f"{topic.id}  ({kind}: {topic.label('en')}, {topic.label('zh')})")
        if topic.lineage:
            click.echo(fact("lineage", " → ".join(topic.lineage)))
        print_table(
            (Column("language", folds="never"), Column("names"), Column("in use"), Column("stage")),
            [
                (
                    name.language,
                    ", ".join((*name.forms, *([name.pattern] if name.pattern else []))),
                    _in_use(name.valid_from, name.valid_until),
                    name.stage,
                )
                for name in topic.names
            ],
        )
        click.echo()
    for subject in listed.subjects:
        heading(
            _(
                "%(subject)s  (subject: %(topics)s)",
                subject=subject.id,
                topics=", ".join(subject.topics),
            )
        )
        print_table(
            (Column("sign", folds="never"), Column("points", "right")),
            [(name, f"{points:+d}") for name, points in subject.points.items()],
        )
        click.echo()


TOPIC: JsonDocument[Topic] = JsonDocument(
    Member("topic", "text", "id", lambda t: t.id),
    Member("kind", "text", "`watched`, `other` or `organisation`", lambda t: t.kind),
    Member("label", "text", "what it is called in English", lambda t: t.label("en")),
    Member("label_zh", "text", "and in Chinese", lambda t: t.label("zh")),
    Member("lineage", "list", "texts: its stages", lambda t: t.lineage),
    Member("names", "list", "texts: every spelling",
        lambda t: [form for name in t.names for form in name.forms]),
)  # fmt: skip


SUBJECT: JsonDocument[Subject] = JsonDocument(
    Member("subject", "text", "id", lambda s: s.id),
    Member("topics", "list", "texts: ids of what is graded together", lambda s: s.topics),
    Member("points", "object", "points of each sign by its name", lambda s: dict(s.points)),
)  # fmt: skip


WATCHLIST: JsonDocument[Watchlist] = JsonDocument(
    Member("file", "text", "the file it comes from", lambda w: w.path),
    Member("version", "text", "a fingerprint of the file and the gazetteer", lambda w: w.version),
    parts("topics", "topics and organisations", lambda w: w.topics.values(), TOPIC),
    parts("subjects", "topics that are graded together", lambda w: w.subjects, SUBJECT),
    commands=("watchlist show --json",),
)  # fmt: skip


def _in_use(since: object, until: object) -> str:
    if until is not None:
        return _("%(since)s to %(until)s", since=since or "…", until=until)
    return _("since %(since)s", since=since) if since is not None else ""


@watchlist.command()
@click.argument("file", type=FILE)
@pass_session
def copy(session: Session, file: Path) -> None:
    """Write the shipped watchlist to FILE, for you to edit.

    \b
    Examples:
      hubwatch watchlist copy my-watchlist.toml
    """
    form_by_ending(file, {".toml": "toml"}, "toml", "toml")
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(with_schema(SHIPPED.read_text("utf-8"), "watchlist"))
    except FileExistsError:
        raise HubwatchError(_("%(file)s: is there already; name another file", file=file)) from None
    except OSError as error:
        raise HubwatchError(f"{file}: {error.strerror}") from None
    click.echo(
        _(
            "%(file)s: edit it, then %(command)s",
            file=file,
            command=session.hint(f"watchlist test {quote(str(file))}"),
        )
    )


@watchlist.command()
@click.argument("reason")
@click.argument("phrase")
@click.option("--undo", "how", flag_value="undo", default="write", help="Take the line out again.")
@dry_run_option("Only show what would be graded otherwise.")
@output_option
@pass_session
def dismiss(session: Session, reason: str, phrase: str, how: str, mode: str, output: str) -> None:
    """Dismiss what has PHRASE, for REASON: a line in `[dismissed]` of your own watchlist.

    What has the phrase is then not relevant, whatever it names, and `why` tells the reason. Shows
    which articles would be graded otherwise, writes the line, and grades the archive anew.
    `watchlist test` proposes such lines where stories are rejected for one reason again and again.

    \b
    Examples:
      hubwatch watchlist dismiss "a prize of the same name" "Golden Pear" --dry-run
      hubwatch watchlist dismiss "a prize of the same name" "Golden Pear"
      hubwatch watchlist dismiss "a prize of the same name" "Golden Pear" --undo
    """
    from .backtest import print_dismissal

    print_dismissal(session, (reason, phrase), how, mode, output)


def _since(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Like `moment`, but `12m` are months: nobody tests a watchlist on minutes."""
    if value is None:
        return None
    session = ctx.find_object(Session)
    assert session is not None
    try:
        return parse_months_since(value, session.now, session.config.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@watchlist.command()
@click.argument("file", required=False, type=INPUT)
@click.option(
    "--since", callback=_since, metavar="WHEN", help="Articles dated since then: 12m (months), 90d."
)
@click.option("--samples", default=5, show_default=True, type=Whole(0, 1000))
@output_option
@pass_session
def test(
    session: Session, file: Path | None, since: datetime | None, samples: int, output: str
) -> None:
    """Say what an edited watchlist would add, lose and regrade over the archive. Changes nothing.

    Compared is with what is on record; `hubwatch reread grades` then applies the configured list.
    FILE is the edited list, by default the configured one. What people accepted and rejected is
    held against both: precision and recall so far, phrases that would have brought what was
    accepted all the same, names that stood in rejected stories only.

    \b
    Examples:
      hubwatch watchlist test my-watchlist.toml
      hubwatch watchlist test my-watchlist.toml --since 12m --samples 20
      hubwatch watchlist test my-watchlist.toml --json
    """
    from .backtest import print_backtest

    print_backtest(session, chosen(session, file), since, samples, output)
