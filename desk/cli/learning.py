"""`hubwatch sources repair`, `teach` and `forget`: what a redesign of a portal lost, found again on
its new pages, what a correction teaches, and what was taught, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from scraper.sources.write import quoted, texts_line

from .. import _, ngettext
from ..documents import JsonDocument, Member, parts, parts_by_name
from ..text import one_line
from .console import Column, fact, figure, heading, local, note, print_json, print_table
from .options import (
    JSON,
    NUMBER,
    by_option,
    completing,
    dry_run_option,
    name_of,
    number_argument,
    output_option,
    source_argument,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.lessons import Lesson
    from storage.lists import ListRow
    from storage.types import Reading, When

    from ..portals.corrections import LessonChange, LessonProposal
    from ..portals.list_repair import ListRepair
    from ..portals.redesign import KnownPage, SourceRepair

_COMMANDS = {"check": "sources check {}", "repair": "sources repair {}"}
_TAUGHT = ("title", "published", "source", "author", "body")
_MOST_SHOWN = 12
_TITLE = 48


@dataclass(frozen=True, slots=True)
class _Repaired:
    """What was found for a source, the file that was written, if any, and how many articles are
    shown as their new pages say since."""

    source_id: str
    found: SourceRepair
    path: Path | None = None
    shown: int = 0


@click.command()
@source_argument()
@click.option(
    "--live",
    "where",
    flag_value="live",
    default="archive",
    help="Ask the portal where its news stand now.",
)
@dry_run_option("Only say what would be written.")
@output_option
@click.pass_context
def repair(ctx: click.Context, source_id: str, where: str, mode: str, output: str) -> None:
    """Find fields and lists of a portal again that built its pages anew; no network without --live.

    Looks at the pages that lack what was known of their articles (`hubwatch changes --held`), finds
    where title, date and text stand on them now, and tries that on all of them: what the archive
    knows must come out again. Looks at the newest archived page of each list, too: where its rows
    are not found any more, rules are tried that find the known articles on it again. What is proven
    is written into the source's file, a shipped source's into your own folder, and the articles are
    shown as their new pages say. Exit code 1 if something that was lost is not found again, or
    nothing was lost.

    With --live the portal is asked as `sources add` asks it: entries that bring nothing are
    exchanged for the list, feed, sitemap or JSON list that its home page, menus and scripts lead
    to, if the archive knows enough of the articles there and the source, so changed, is read.

    \b
    Examples:
      hubwatch sources repair guiyang-en --dry-run
      hubwatch sources repair guiyang-en
      hubwatch sources repair guiyang-en --live --dry-run
    """
    from ..portals.redesign import propose_repair, show_repaired, write_repair

    session = ctx.find_object(Session)
    assert session is not None
    source = session.catalogue.get(source_id)
    if where == "live":
        from .first_day import repair_entries

        ctx.exit(repair_entries(session, source, mode, output))
    with session.reading() as store:
        found = propose_repair(store, source, session.catalogue.templates)
    ended = _Repaired(source_id, found)
    if mode != "dry":
        path = write_repair(found, source, session.config) if found.text else None
        shown = 0
        if found.fields_hold:
            with session.writing() as store:
                shown = show_repaired(store, found, session.now)
        ended = _Repaired(source_id, found, path, shown)
    if output == JSON:
        print_json(REPAIR(ended))
    else:
        _print(session, ended, mode)
    ctx.exit(0 if found.passed else 1)


def _print(session: Session, ended: _Repaired, mode: str) -> None:
    found, check = ended.found, session.hint(_COMMANDS["check"].format(ended.source_id))
    if found.pages:
        _print_fields(found)
    for each in found.broken:
        _print_list(each)
    for each in found.lists:
        if each.state == "unseen":
            note(_("%(url)s: no page of it is archived; a crawl keeps one", url=each.entry.url))
    if not found.pages and not found.broken:
        note(_("no known article of %(id)s lacks what was known of it", id=ended.source_id))
        note(_("%(command)s says whether its lists are read", command=check))
    if any(each.state == "unproven" for each in found.broken):
        add = session.hint(f"sources add URL --id {ended.source_id} --replace")
        note(
            _(
                "what to do by hand: %(check)s says what the portal shows now, %(add)s describes "
                "it anew",
                check=check,
                add=add,
            )
        )
    if found.pages and not found.fields_hold:
        note(
            _("too few of them read as they should: %(page)s says what to do",
                page="docs/fix-a-template.md")
        )  # fmt: skip
    if mode == "dry" and (found.text or found.fields_hold):
        command = session.hint(_COMMANDS["repair"].format(ended.source_id))
        note(_("%(command)s writes that", command=command))
    if ended.path is not None:
        click.echo(fact("wrote", str(ended.path)))
    if ended.shown:
        click.echo(
            ngettext(
                "%(n)s article is shown as its new page says",
                "%(n)s articles are shown as their new pages say",
                ended.shown,
                n=ended.shown,
            )
        )


def _print_fields(found: SourceRepair) -> None:
    heading(
        ngettext(
            "%(n)s page lacks what was known of its article",
            "%(n)s pages lack what was known of their articles",
            len(found.pages),
            n=len(found.pages),
        )
    )
    columns = (Column("field"), figure("right now"), figure("repaired"))
    print_table(columns, [(field, *counts) for field, counts in found.right.items()])
    for key, selectors in found.selectors:
        click.echo(texts_line(key, selectors))
    rows = [_row(*each) for each in zip(found.pages, found.repaired, strict=True)]
    print_table(_PAGES, rows[:_MOST_SHOWN])
    if len(rows) > _MOST_SHOWN:
        note(_("%(n)s of %(all)s shown", n=_MOST_SHOWN, all=len(rows)))


def _print_list(each: ListRepair) -> None:
    heading(
        _(
            "%(url)s: %(before)s rows by today's rules, %(after)s repaired",
            url=each.entry.url,
            before=len(each.before),
            after=len(each.after),
        )
    )
    if each.tried:
        note(_("nothing is proven; tried: %(tried)s", tried=each.tried))
        return
    for key, value in each.changes:
        goes = _("%(key)s goes", key=key)
        click.echo(f"{key} = {quoted(value)}" if value is not None else goes)
    before = {row.url for row in each.before}
    rows = [
        (
            one_line(row.title, _TITLE),
            _day(row.published),
            _("yes") if each.is_known(row) else "",
            _("yes") if row.url in before else "",
            row.url,
        )
        for row in each.after
    ]
    print_table(_ROWS, rows[:_MOST_SHOWN])
    if len(rows) > _MOST_SHOWN:
        note(_("%(n)s of %(all)s shown", n=_MOST_SHOWN, all=len(rows)))
    if each.beside:
        note(
            ngettext(
                "%(n)s link on the page could be an article and is no row: %(url)s",
                "%(n)s links on the page could be articles and are no rows, such as %(url)s",
                len(each.beside),
                n=len(each.beside),
                url=each.beside[0],
            )
        )


_ROWS = (
    Column("title", folds="short", rank=1),
    Column("date", folds="never"),
    Column("known", folds="never"),
    Column("found today", folds="never", rank=3),
    Column("address", rank=2),
)
_PAGES = (
    figure("article"),
    Column("known title", folds="short", rank=1),
    Column("title now", folds="short", rank=2),
    Column("known date", folds="never"),
    Column("date now", folds="never"),
    Column("repaired", folds="never"),
)


def _row(page: KnownPage, repaired: Reading) -> tuple[object, ...]:
    known, now, after = page.article, page.reading.article, repaired.article
    return (
        known.id,
        one_line(known.title, _TITLE),
        one_line(now.title, _TITLE) if now else "",
        *(_day(article.published if article else None) for article in (known, now, after)),
    )


def _day(when: When | None) -> str:
    return when.iso[:10] if when else _("none")


@click.command()
@source_argument()
@click.argument(
    "number", metavar="[N]", type=NUMBER, required=False, shell_complete=completing("lesson")
)
@by_option
@output_option
@pass_session
def forget(session: Session, source_id: str, number: int | None, person: str, output: str) -> None:
    """Undo what the pages of a source taught, one lesson or all, and read its pages again.

    `hubwatch sources show` lists the lessons with their numbers and what each rests on. What was
    undone does not come back by itself. The pages are read again without it; nothing is news by
    that.

    \b
    Examples:
      hubwatch sources forget guiyang-en 3 --by Ana
      hubwatch sources forget guiyang-en --by Ana
    """
    name, watchlist = name_of(person), session.watchlist
    session.catalogue.get(source_id)
    with session.writing() as store:
        try:
            with store.writing() as tx:
                undone = tx.sources.lessons.forget(source_id, number, person=name, now=session.now)
        except LookupError as error:
            raise HubwatchError(str(error.args[0])) from None
        again = _corrections().read_again
        changed = again(store, session.catalogue, source_id, watchlist, session.now)
    if output == JSON:
        print_json(FORGOTTEN((source_id, undone, changed)))
        return
    note(
        _(
            "%(lessons)s undone; %(articles)s read otherwise without",
            lessons=ngettext("%(n)s lesson", "%(n)s lessons", undone, n=undone),
            articles=ngettext("%(n)s page", "%(n)s pages", changed, n=changed),
        )
    )


FORGOTTEN: JsonDocument[tuple[str, int, int]] = JsonDocument(
    Member("source", "text", "id of the source", lambda f: f[0]),
    Member("lessons", "integer", "so many were undone", lambda f: f[1]),
    Member("pages", "integer", "so many read otherwise without them", lambda f: f[2]),
    commands=("sources forget --json",),
)  # fmt: skip


@click.command()
@number_argument("article", "ARTICLE")
@click.argument("field", metavar="|".join(_TAUGHT), type=click.Choice(_TAUGHT))
@click.argument("words", metavar="[WORDS]", default="")
@by_option
@dry_run_option("Only show what would read otherwise.")
@output_option
@click.pass_context
def teach(
    ctx: click.Context,
    article: int,
    field: str,
    words: str,
    person: str,
    mode: str,
    output: str,
) -> None:
    """Read the pages of a source by a correction of one of its articles.

    Finds where on the page of ARTICLE the value stands that somebody corrected (`hubwatch decisions
    correct`), and reads that place on every page of the source from now on, the archived ones too.
    WORDS says what is to be found where nothing was corrected; of the text (`body`) its first
    words. What reads otherwise by that is shown. Look at it first with --dry-run. `sources forget`
    undoes it. Exit code 1 if the value stands in no place that other pages have, too.

    \b
    Examples:
      hubwatch sources teach 42 author --by Ana --dry-run
      hubwatch sources teach 42 author --by Ana
      hubwatch sources teach 42 body "The tide mill turned" --by Ana
    """
    session = ctx.find_object(Session)
    assert session is not None
    name, watchlist, reads_otherwise = name_of(person), session.watchlist, None
    with session.reading() as store:
        there = store.articles.get(article)
        if there is None:
            raise HubwatchError(_("there is no article %(n)s", n=article))
        source = session.catalogue.get(there.source_id)
        try:
            found = _corrections().propose_lesson(store, source, article, field, words)
        except LookupError as error:
            raise HubwatchError(str(error.args[0])) from None
    if found.selector and mode != "dry":
        with session.writing() as store:
            reads_otherwise = _corrections().apply_lesson(
                store, session.catalogue, found, watchlist, person=name, now=session.now
            )
    if output == JSON:
        print_json(TAUGHT(_Taught(found, reads_otherwise)))
    else:
        _print_taught(session, _Taught(found, reads_otherwise))
    ctx.exit(0 if found.selector else 1)


def _corrections() -> ModuleType:
    from ..portals import corrections  # it reads pages

    return corrections


@dataclass(frozen=True, slots=True)
class _Taught:
    """What a correction teaches, and how many pages read otherwise since, if it was applied."""

    found: LessonProposal
    applied: int | None


def _print_taught(session: Session, taught: _Taught) -> None:
    found = taught.found
    if not found.selector:
        note(
            _(
                "“%(value)s” stands in no place of its page that other pages of %(id)s have, too",
                value=one_line(found.value, _TITLE),
                id=found.source_id,
            )
        )
        return
    click.echo(fact("place", found.selector))
    click.echo(fact("there on", _("%(n)s of %(all)s pages", n=found.found, all=found.pages)))
    rows = [
        (each.article_id, *(one_line(text, _TITLE) for text in (each.before, each.after)))
        for each in found.changes
    ]
    heading(
        ngettext(
            "%(n)s article reads otherwise by it",
            "%(n)s articles read otherwise by it",
            len(rows),
            n=len(rows),
        )
    )
    print_table(_CHANGES, rows[:_MOST_SHOWN])
    if len(rows) > _MOST_SHOWN:
        note(_("%(n)s of %(all)s shown", n=_MOST_SHOWN, all=len(rows)))
    if taught.applied is None:
        command = session.hint(f"sources teach {found.article_id} {found.field}")
        note(_("%(command)s reads them so", command=command))


_CHANGES = (
    figure("article"),
    Column("before", folds="short", rank=1),
    Column("after", folds="short", rank=2),
)


def print_lessons(lessons: Sequence[Lesson], zone: str) -> None:
    """The lessons of a source, each with what it rests on."""
    if not lessons:
        return
    heading(_("What its pages taught"))
    rows = [
        (
            each.id,
            each.kind,
            each.field,
            one_line(each.value, 60),
            one_line("; ".join(each.evidence), 160),
            _forgotten(each, zone),
        )
        for each in lessons
    ]
    print_table(_LESSONS, rows)


def _forgotten(lesson: Lesson, zone: str) -> str:
    if lesson.forgotten_at is None:
        return ""
    at = local(lesson.forgotten_at, zone)
    return _("undone by %(person)s, %(at)s", person=lesson.forgotten_by, at=at)


_LESSONS = (
    figure("lesson"),
    Column("kind", folds="never"),
    Column("field", folds="never"),
    Column("value", folds="short", rank=1),
    Column("rests on", rank=2),
    Column("undone", empty="hidden", rank=3),
)
LESSON: JsonDocument[Lesson] = JsonDocument(
    Member("number", "integer", "its number; `sources forget` takes it", lambda e: e.id),
    Member("kind", "text", "`constant` (a text that stands on every page and is the site's), "
        "`place` (where the field stands), `never` (where it does not), `selector` (where it is by "
        "a person's correction)", lambda e: e.kind),
    Member("field", "text", "`title`, `published`, `source`, `author` or `body`",
        lambda e: e.field),
    Member("value", "text", "the text, or the rule that finds the place", lambda e: e.value),
    Member("evidence", "list", "texts: what it rests on", lambda e: e.evidence),
    Member("pages", "integer", "so many pages were looked at", lambda e: e.pages),
    Member("learned", "moment", "when", lambda e: e.learned_at),
    Member("undone", "moment or null", "when somebody undid it", lambda e: e.forgotten_at),
    Member("undone_by", "text", "who; else empty", lambda e: e.forgotten_by),
)  # fmt: skip


LESSON_CHANGE: JsonDocument[LessonChange] = JsonDocument(
    Member("article", "integer", "its number", lambda c: c.article_id),
    Member("title", "text", "its headline", lambda c: c.title),
    Member("before", "text", "the field as it reads today", lambda c: c.before),
    Member("after", "text", "as it reads by the place", lambda c: c.after),
)  # fmt: skip


TAUGHT: JsonDocument[_Taught] = JsonDocument(
    Member("source", "text", "the source", lambda t: t.found.source_id),
    Member("article", "integer", "the corrected article", lambda t: t.found.article_id),
    Member("field", "text", "the field", lambda t: t.found.field),
    Member("value", "text", "what a person says it is", lambda t: t.found.value),
    Member("selector", "text", "the place on the pages; empty where there is none",
        lambda t: t.found.selector),
    Member("pages", "integer", "so many of the latest pages were read", lambda t: t.found.pages),
    Member("found", "integer", "so many of them have the place", lambda t: t.found.found),
    parts("changes", "the articles that read otherwise by it", lambda t: t.found.changes,
        LESSON_CHANGE),
    Member("applied", "integer or null", "so many pages read otherwise since; null where nothing "
        "was written", lambda t: t.applied),
    commands=("sources teach --json",),
    about="One document. Exit code 1 if `selector` is empty.",
)  # fmt: skip


FIELD_REPAIR: JsonDocument[tuple[int, int]] = JsonDocument(
    Member("now", "integer", "on so many pages it is what the archive knows, by today's rules",
        lambda f: f[0]),
    Member("repaired", "integer", "with the selectors", lambda f: f[1]),
)  # fmt: skip


LISTED_ROW: JsonDocument[tuple[ListRow, bool]] = JsonDocument(
    Member("url", "text", "the address it leads to", lambda r: r[0].url),
    Member("title", "text", "its headline", lambda r: r[0].title),
    Member("published", "day or null", "its day",
        lambda r: r[0].published.iso[:10] if r[0].published else None),
    Member("known", "boolean", "whether the archive knows it as an article that must be there",
        lambda r: r[1]),
)  # fmt: skip


LIST_REPAIR: JsonDocument[ListRepair] = JsonDocument(
    Member("url", "text", "the address of the list", lambda e: e.entry.url),
    Member("state", "text", "`well`, `repaired` (its rows are found again), `unproven` (they are "
        "not), or `unseen` (no page of it is archived)", lambda e: e.state),
    Member("fetched", "moment or null", "when the page came that was looked at",
        lambda e: e.capture.fetched_at if e.capture else None),
    Member("must", "integer", "known articles that must be among the rows", lambda e: len(e.known)),
    Member("before", "integer", "rows by today's rules", lambda e: len(e.before)),
    Member("after", "integer", "rows with the changes", lambda e: len(e.after)),
    Member("changes", "object", "key of `[[entry]]` → text as it would be written, null for a key "
        "that goes", lambda e: dict(e.changes)),
    Member("beside", "list", "texts: links on the page that could be articles and are no rows",
        lambda e: e.beside),
    Member("tried", "text", "what was tried where nothing is proven; else empty",
        lambda e: e.tried),
    parts("rows", "the rows with the changes, in their order",
        lambda e: ((row, e.is_known(row)) for row in e.after), LISTED_ROW),
)  # fmt: skip


REPAIR: JsonDocument[_Repaired] = JsonDocument(
    Member("id", "text", "the source", lambda r: r.source_id),
    Member("holds", "boolean", "whether something was lost, and is found again: nearly every page "
        "gives what is known of it, every list its rows", lambda r: r.found.passed),
    Member("pages", "integer", "pages that lack what was known of their articles",
        lambda r: len(r.found.pages)),
    Member("selectors", "object", "key of `[fields]` → selectors, as they would be written",
        lambda r: {key: list(selectors) for key, selectors in r.found.selectors}),
    parts_by_name("fields", "field → on how many of the pages it is right",
        lambda r: r.found.right, FIELD_REPAIR),
    parts("entries", "the lists of the source", lambda r: r.found.lists, LIST_REPAIR),
    Member("file", "text or null", "the file that was written",
        lambda r: str(r.path) if r.path else None),
    Member("shown", "integer", "articles that are shown as their new pages say now",
        lambda r: r.shown),
    commands=("sources repair --json",),
    about="One document. Exit code 1 if `holds` is false. What is proven is written all the same.",
)  # fmt: skip
