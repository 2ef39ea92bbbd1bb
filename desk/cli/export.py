"""`hubwatch export` and `import`: whole articles out and in, as JSON Lines or as WARC."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from gzip import GzipFile
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

import click

from hubwatch.errors import ConfigError, PageError
from scraper.archives.jsonl import as_record, read_lines, write_line
from storage.articles.records import Query
from storage.database import readable

from .. import _, described
from ..documents import JsonDocument, Member, parts, parts_by_name
from ..documents.facts import EXPORTED_FACT, unrejected
from ..files import writing
from ..text import pluralise
from .articles import nothing_found
from .console import is_terminal, note, print_json
from .options import (
    INPUT,
    JSON,
    cities_option,
    form_by_ending,
    languages_option,
    output_option,
    published_since,
    published_until,
    sources_option,
    target_option,
)
from .progress import advancing
from .session import Session, hint_unknown, pass_session, require_known

if TYPE_CHECKING:
    from scraper.archives.ingest import ImportTally
    from scraper.archives.jsonl import LineFault
    from storage.archive import Archive
    from storage.articles.records import Query
    from storage.runs import Counts
    from storage.types import Capture

T = TypeVar("T")
JSONL, WARC = "jsonl", "warc"
OK, FAILED, PARTLY = 0, 1, 3
_TOLD = 20
_HOSTS = 3  # so many are named
_FIGURES = ("read", "new", "changed", "unchanged", "stays", "quarantined", "skipped", "faults")


@click.command()
@target_option("Where to; else to stdout.")
@click.option(
    "--format", "form", type=click.Choice((JSONL, WARC)), help="Else by FILE's ending, else jsonl."
)
@cities_option
@sources_option
@languages_option
@published_since
@published_until
@pass_session
def export(
    session: Session,
    target: Path | None,
    form: str | None,
    cities: tuple[str, ...],
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Write whole articles, a JSON document a line, or the pages they were read from, as WARC.

    A FILE is written whole or not at all; a pipe or device takes it as it comes. What the fields
    mean: docs/import-export.md.

    \b
    Examples:
      hubwatch export -o articles.jsonl
      hubwatch export --city Guiyang --since 2026-01-01 > guiyang.jsonl
      hubwatch export --source guiyang-en -o guiyang.warc.gz
    """
    query = Query(
        sources=sources, cities=cities, languages=languages, since=since, until=until, limit=None
    )
    form = form_by_ending(target, _ENDINGS, form, JSONL)
    if form == WARC and target is None and is_terminal():
        raise click.UsageError(
            _("%(form)s is nothing to read on a terminal; name a file with -o", form=form)
        )
    with session.reading() as store:
        require_known(session, store, source=sources)
        if not store.articles.count(query):
            nothing_found(session, store)
        hint_unknown(session, store, city=cities, language=languages)
        if target is None:
            _write(session, store, query, form, sys.stdout.buffer, None)
            return
        with writing(target) as out:
            summary = _write(session, store, query, form, out, target)
        note(f"{target}: {summary}")


_ENDINGS = {
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".jsonl.gz": JSONL,
    ".ndjson.gz": JSONL,
    ".warc": WARC,
    ".warc.gz": WARC,
}


def _is_gzip(target: Path | None) -> bool:
    return target is not None and target.suffix.lower() == ".gz"


def _write(
    session: Session, store: Archive, query: Query, form: str, out: IO[bytes], target: Path | None
) -> str:
    """Write it all, an article at a time. Return what was written, in words."""
    if form == WARC:
        from scraper.archives.warc import Packing, write_warc

        plain = target is not None and target.suffix.lower() == ".warc"
        packing = Packing.PLAIN if plain else Packing.GZIP
        pages = _watched(_pages(store, query), target)
        return pluralise(write_warc(out, pages, session.clock(), packing), "archived page")

    number = 0
    with _packed(out) if _is_gzip(target) else nullcontext(out) as lines:
        for article in _watched(store.articles.each(query), target):
            facts = unrejected(store.articles.facts.of_articles([article.id]))
            write_line(lines, as_record(article) | {"facts": [EXPORTED_FACT(one) for one in facts]})
            number += 1
    return pluralise(number, "article")


def _packed(out: IO[bytes]) -> IO[bytes]:
    """What packs as gzip, with no name and no moment in its head: the same articles give the same
    bytes."""
    return cast(IO[bytes], GzipFile("", "wb", fileobj=out, mtime=0))


def _watched(items: Iterable[T], target: Path | None) -> Iterable[T]:
    # A count on the terminal must not run into what is printed there.
    return advancing(items, "writing") if target or not sys.stdout.isatty() else items


def _pages(store: Archive, query: Query) -> Iterator[Capture]:
    """Every page that a version of an article was read from, and every file of it, once."""
    written: set[int] = set()
    for article in store.articles.each(query):
        for snapshot_id in store.attachments.proofs(article.id):
            if snapshot_id not in written:
                written.add(snapshot_id)
                yield store.pages.snapshot(snapshot_id)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=INPUT, metavar="FILES...")
@click.option(
    "--source", "fallback", default="", metavar="ID", help="Whose the pages are that none takes."
)
@click.option(
    "--new-source", "naming", flag_value="new", default="known", help="ID may be a new one."
)
@output_option
@click.pass_context
def import_(
    ctx: click.Context, files: tuple[Path, ...], fallback: str, naming: str, output: str
) -> None:
    """Take over articles (.jsonl, .jsonl.gz) or archived pages (.warc, .warc.gz) of others.

    Everything is archived and searchable and none of it is news. Importing a file again changes
    nothing. Of a file that breaks off, what comes before that is kept. Exit code: 0 ok, 1 nothing
    could be used, 3 some could not.

    \b
    Examples:
      hubwatch import articles.jsonl
      hubwatch import crawl-2024.warc.gz --source old-portal --new-source
    """
    session = ctx.find_object(Session)
    assert session is not None
    if fallback and naming == "known":
        _require_source(session, fallback)
    codes = [_import_one_of(files, session, path, fallback, output) for path in files]
    ctx.exit(OK if set(codes) == {OK} else FAILED if set(codes) == {FAILED} else PARTLY)


def _require_source(session: Session, source_id: str) -> None:
    """Raise ConfigError for an id that neither the archive nor the catalogue knows: a slip would
    else make a source of its own."""
    if source_id in session.catalogue.sources:
        return
    with session.writing() as store:
        try:
            require_known(session, store, source=[source_id])
        except ConfigError as error:
            raise ConfigError(
                _("%(text)s; --new-source makes one of that name", text=error)
            ) from None


def _import_one_of(
    files: Sequence[Path], session: Session, path: Path, fallback: str, output: str
) -> int:
    """Import one. What cannot be read at all is said, and keeps no other file from its turn."""
    try:
        return _import_one(session, path, fallback, output)
    except PageError as error:
        if len(files) == 1:
            raise
        note(described(error))
        return FAILED


def _import_one(session: Session, path: Path, fallback: str, output: str) -> int:
    began = time.monotonic()
    with session.writing() as store:
        tally = _ingest(session, store, path, fallback)
    seconds = time.monotonic() - began
    if output == JSON:
        print_json(IMPORTED((path, tally, seconds)))
    else:
        _print(path, tally, seconds)
    if tally.figures["read"] and not tally.used:
        for line in _why_nothing(session, tally):
            note(_("%(path)s: nothing was used: %(line)s", path=path, line=line))
        return FAILED
    return PARTLY if tally.figures["faults"] else OK


def _why_nothing(session: Session, tally: ImportTally) -> Iterator[str]:
    """Why all that a file holds was passed over. Its faults have been reported."""
    pages = tally.unclaimed.total()
    if pages:
        text = [f"{host} ×{number}" for host, number in tally.unclaimed.most_common(_HOSTS)]
        text += ["…"] if len(tally.unclaimed) > _HOSTS else []
        yield (
            _(
                "no source takes the addresses of %(pages)s (%(text)s); --source ID reads "
                "them as that source's, %(command)s lists some",
                pages=pluralise(pages, "page"),
                text=", ".join(text),
                command=session.hint("sources"),
            )
        )
    if others := tally.figures["skipped"] - pages:
        yield _(
            "%(records)s without an HTML page of status 200", records=pluralise(others, "record")
        )


def _ingest(session: Session, store: Archive, path: Path, fallback: str) -> ImportTally:
    from scraper.archives.ingest import Homes, ingest

    try:
        homes = Homes(session.catalogue, store.sources.refs(), fallback)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--source") from None
    watchlist, clock, origin = session.watchlist, session.clock, readable(path.name)
    floor = session.config.free_space
    if path.name.lower().endswith((".warc", ".warc.gz")):
        from scraper.archives.warc import ingest_pages, read_pages

        pages = advancing(read_pages(path), "importing")
        return ingest_pages(store, pages, homes, watchlist, clock, origin, floor)
    if "jsonl" not in path.name.lower() and "json" not in "".join(path.suffixes[-2:]).lower():
        raise PageError(_("%(path)s: is neither .jsonl nor .warc; both may end in .gz", path=path))
    lines = advancing(read_lines(path), "importing")
    return ingest(store, lines, homes, watchlist, clock, origin, floor)


SOURCE_COUNTS: JsonDocument[Counts] = JsonDocument(
    Member("new", "integer", "as above, of this source", lambda c: c.new),
    Member("changed", "integer", "as above, of this source", lambda c: c.changed),
    Member("unchanged", "integer", "as above, of this source", lambda c: c.unchanged),
    Member("quarantined", "integer", "as above, of this source", lambda c: c.quarantined),
)  # fmt: skip


PROBLEM: JsonDocument[LineFault] = JsonDocument(
    Member("number", "integer", "its line or record, counted from 1", lambda p: p.number),
    Member("reason", "text", "what is wrong with it", lambda p: p.reason),
)  # fmt: skip


IMPORTED: JsonDocument[tuple[Path, ImportTally, float]] = JsonDocument(
    Member("file", "text", "the file", lambda i: i[0]),
    Member("read", "integer", "lines or records met", lambda i: i[1].figures["read"]),
    Member("new", "integer", "articles that were not known", lambda i: i[1].figures["new"]),
    Member("changed", "integer", "articles that the file knows differently",
        lambda i: i[1].figures["changed"]),
    Member("unchanged", "integer", "known and the same", lambda i: i[1].figures["unchanged"]),
    Member("stays", "integer", "differ, but the archive's own page has the last word",
        lambda i: i[1].figures["stays"]),
    Member("quarantined", "integer", "pages that are no articles",
        lambda i: i[1].figures["quarantined"]),
    Member("skipped", "integer", "passed over: no source takes them, or they are no pages",
        lambda i: i[1].figures["skipped"]),
    Member("faults", "integer", "lines or records that could not be used",
        lambda i: i[1].figures["faults"]),
    parts_by_name("sources", "id → the figures of that source",
        lambda i: {run.source_id: run.counts for run in i[1].runs}, SOURCE_COUNTS),
    parts("problems", "what could not be used, at most the first hundred",
        lambda i: i[1].faults, PROBLEM),
    Member("seconds", "number", "how long it took", lambda i: round(i[2], 3)),
    commands=("import --json",),
    about="A file a line.",
)  # fmt: skip


def _print(path: Path, tally: ImportTally, seconds: float) -> None:
    figures = tally.figures
    for fault in tally.faults[:_TOLD]:
        note(f"{path}: {fault.number}: {fault.reason}")
    if figures["faults"] > _TOLD:
        note(
            _(
                "%(path)s: and %(figures)s more that could not be used",
                path=path,
                figures=figures["faults"] - _TOLD,
            )
        )
    text = ", ".join(f"{figures[name]} {_said(name)}" for name in _FIGURES[1:] if figures[name])
    click.echo(
        _(
            "%(path)s: %(figures)s read in %(seconds)s s: %(text)s",
            path=path,
            figures=figures["read"],
            seconds=f"{seconds:.1f}",
            text=text or _("nothing in it"),
        )
    )
    for run in tally.runs:
        click.echo(
            _(
                "  %(source_id)s: %(articles)s, %(new)s new",
                source_id=run.source_id,
                articles=pluralise(run.counts.listed, "article"),
                new=run.counts.new,
            )
        )


def _said(name: str) -> str:
    return {
        "new": _("new"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "quarantined": _("quarantined"),
        "stays": _("differ from the archive's own page, which stays"),
        "skipped": _("passed over"),
        "faults": _("not usable"),
    }.get(name, name)
