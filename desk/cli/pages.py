"""`hubwatch parse` and `reread pages`: pages as they were fetched, read again without the network.

`parse` reads saved pages and lists, `reread pages` archived pages and files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import PageError
from storage.articles.records import by_field

from .. import _, term
from ..documents import JsonDocument, Member, part, parts, parts_by_name
from ..documents.articles import EXPLAINED, PAGE, PAGE_OF_SEVERAL
from ..files import write_atomically
from ..text import one_line, paragraphs, pluralise
from .articles import print_dates, print_doubt
from .console import Column, fact, figure, heading, note, print_json, print_table
from .options import (
    ADDRESS,
    FILE,
    INPUT,
    INPUT_NAME,
    JSON,
    completing,
    dry_run_option,
    form_by_ending,
    output_option,
    require_file,
)
from .progress import advancing
from .readers import place_option, readers_at
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.parsing.explain import Explanation
    from scraper.parsing.types import FoundRow, Pager
    from storage.types import ArticleData

    from ..reparse import FieldChange, Rereading
    from ..saved_pages import SavedList, SavedPage, SavedReading


@click.command()
@click.argument("named", metavar="FILES…", nargs=-1, required=True, type=INPUT_NAME)
@click.option("--url", metavar="URL", type=ADDRESS, help="Where the page came from.")
@click.option(
    "--urls",
    "list_file",
    type=INPUT,
    metavar="FILE",
    help="Where each page came from: a line a page, file name, tab, URL.",
)
@click.option(
    "--list",
    "what",
    flag_value="list",
    default="article",
    help="Read list pages, feeds, sitemaps or JSON lists: their rows and their pager.",
)
@click.option(
    "--explain",
    "what",
    flag_value="explain",
    help="Say which block of one page was taken for the text, and why the others were not.",
)
@click.option(
    "--drawn", type=FILE, metavar="FILE", help="With --explain: draw the page into an HTML file."
)
@output_option
@click.pass_context
def parse(
    ctx: click.Context,
    named: tuple[str, ...],
    url: str | None,
    list_file: Path | None,
    what: str,
    drawn: Path | None,
    output: str,
) -> None:
    """Read saved pages, or folders of them: every field, where it came from, and why.

    The address decides which source's rules are used; where none takes it, the family of portals
    that the page looks like; else general rules are. Several pages with --json print one JSON
    document a line, each with its `file`. Exit code 1 if a file could not be read.

    --explain shows one page with its blocks. It takes the address of an archived article, too.

    \b
    Examples:
      hubwatch parse page.html --url http://english.guiyang.gov.cn/2023-08/29/c_914299.htm
      hubwatch parse pages/ --urls pages.tsv --json
      hubwatch parse --list news.html --url http://english.guiyang.gov.cn/news.html
      hubwatch parse --explain page.html --drawn why.html
    """
    from ..saved_pages import LIST_ENDINGS, PAGE_ENDINGS, read_all, read_lists

    if url is not None and list_file is not None:
        raise click.UsageError(_("--url or --urls, not both: which of them should count?"))
    session = ctx.find_object(Session)
    assert session is not None
    if what == "explain":
        form_by_ending(drawn, {".html": "html", ".htm": "html"}, None, "html")
        _explain(session, named, url, drawn, output)
        return
    if drawn is not None:
        raise click.UsageError(_("--drawn goes with --explain"))
    files = tuple(map(Path, named))
    single = len(files) == 1 and not files[0].is_dir()
    if len(files) == 1:
        require_file(files[0])
    if what == "list":
        pages = _pages(session, files, url, list_file, LIST_ENDINGS)
        if print_lists(read_lists(pages), len(pages), output, "one" if single else "many"):
            ctx.exit(1)
        return
    pages = _pages(session, files, url, list_file, PAGE_ENDINGS)
    unread = 0
    for found in read_all(pages):
        unread += bool(found.fault)
        if single and found.fault:
            raise PageError(f"{found.path}: {found.fault}")
        if output == JSON:
            print_json(PAGE(found) if single else PAGE_OF_SEVERAL(found))
        else:
            _print_page(found)
    if unread:
        note(_("%(unread)s of %(pages)s files could not be read", unread=unread, pages=len(pages)))
        ctx.exit(1)


def _explain(
    session: Session, named: tuple[str, ...], url: str | None, drawn: Path | None, output: str
) -> None:
    """Print one page with its blocks, and draw it into a file where one is named."""
    from ..explanation import draw, explain_address, explain_saved

    if len(named) != 1:
        raise click.UsageError(_("--explain is for one page"))
    if named[0].startswith(("http://", "https://")):
        with session.reading() as store:
            found = explain_address(store, session.catalogue, named[0])
        address = named[0]
        if found is None:
            raise PageError(_("%(url)s: no page of it is archived", url=one_line(address)))
    else:
        path = Path(named[0])
        require_file(path)
        page = _pages(session, (path,), url, None, frozenset({path.suffix.lower()}))[0]
        found = explain_saved(page)
        address = page.url or str(path)
    if drawn is not None:
        write_atomically(drawn, draw(found, address).encode())
    if output == JSON:
        print_json(EXPLAINED(found))
        return
    _print_explanation(found, address)
    if drawn is not None:
        note(_("drawn in %(file)s", file=drawn))


def _print_explanation(found: Explanation, address: str) -> None:
    heading(one_line(address))
    reading = found.reading
    reason = f": {reading.reason}" if reading.reason else ""
    click.echo(fact("outcome", f"{term('outcome', reading.outcome)}{reason}"))
    columns = (
        Column("", folds="never"),
        Column("block", folds="short", rank=1),
        figure("runs"),
        figure("of all"),
        Column("why", rank=3),
        Column("begins", folds="short", rank=2),
    )
    rows = [
        (
            "→" if one.is_chosen else "",
            one.name,
            f"{max(0.0, one.score):,.0f}",
            f"{one.share:.0%}",
            term("block", one.why),
            one_line(one.lines[0].text, 60),
        )
        for one in found.blocks
    ]
    print_table(columns, rows)
    if reading.article is None:
        return
    click.echo()
    for name, one in by_field(reading.article.evidence).items():
        where = f"{term('origin', one.origin)}, {term('rule', one.rule)}" if one.rule else ""
        click.echo(fact(name, f"{one_line(one.raw, 100)}" if one.raw else _("unknown")))
        if where:
            click.secho(fact("", where), dim=True)
        print_doubt(one)


def _pages(
    session: Session,
    files: tuple[Path, ...],
    url: str | None,
    list_file: Path | None,
    endings: frozenset[str],
) -> list[SavedPage]:
    from ..saved_pages import SavedPage, address_of, find_pages, load_urls

    urls = load_urls(list_file) if list_file else {}
    now, folders = session.clock(), session.config.sources
    pages = [
        SavedPage(path, url or address_of(path, folder, urls), now, folders)
        for path, folder in find_pages(files, endings)
    ]
    if not pages:
        raise PageError(
            _(
                "%(files)s: holds no saved pages (%(endings)s)",
                files=files[0],
                endings=", ".join(sorted(endings - {""})),
            )
        )
    if url and len(pages) > 1:
        raise click.UsageError(_("--url is for one page; --urls FILE gives each of many its own"))
    return pages


def _print_page(found: SavedReading) -> None:
    reading = found.reading
    heading(str(found.path))
    click.echo(
        fact(
            "outcome",
            f"{term('outcome', reading.outcome)}{f': {reading.reason}' if reading.reason else ''}",
        )
    )
    click.echo(fact("address", found.url or _("unknown")))
    click.echo(fact("rules", f"{reading.template or _('general')} ({found.why})"))
    click.echo(fact("encoding", reading.encoding or _("unknown")))
    for url in reading.more_pages:
        click.echo(fact("goes on at", url))
    if reading.article is not None:
        _print_article(reading.article)
    click.echo()


def _print_article(article: ArticleData) -> None:
    evidence = by_field(article.evidence)
    for name, value in _values(article):
        click.echo(fact(name, value or _("unknown")))
        if name not in evidence:
            continue
        if evidence[name].rule or evidence[name].raw:
            where = f"{term('origin', evidence[name].origin)}, {term('rule', evidence[name].rule)}"
            where = where.rstrip(", ")
            printed = one_line(evidence[name].raw, 100)
            click.secho(
                fact("", _("from %(where)s: %(printed)s", where=where, printed=printed)), dim=True
            )
        if value:
            print_doubt(evidence[name])
    for image in article.images:
        click.echo(fact("image", f"{image.url} {image.caption}"))
    for file in article.attachments:
        click.echo(fact("attachment", f"{file.name} ({file.kind}) {file.url}"))
    if article.dates:
        click.echo()
        print_dates(article.dates)
    click.echo()
    click.echo(paragraphs(article.body))


def _values(article: ArticleData) -> Iterator[tuple[str, str | None]]:
    yield "title", article.title
    yield "published", article.published.iso if article.published else None
    yield "updated", article.updated.iso if article.updated else None
    if article.written is not None:
        yield "written", article.written.iso
    yield "source", article.source
    yield "author", article.author
    if article.editor is not None:
        yield "editor", article.editor
    yield "publisher", article.publisher
    yield "language", article.language
    yield "body", _("%(body)s characters, below", body=f"{len(article.body):,}")


@click.command()
@click.argument("sources", nargs=-1, metavar="[ID …]", shell_complete=completing("source"))
@dry_run_option("Only say what would change.")
@place_option
@output_option
@pass_session
def reread_pages(
    session: Session, sources: tuple[str, ...], mode: str, place: str | None, output: str
) -> None:
    """Read the archived pages again with today's rules; no network.

    Says per field what reads differently, then keeps the new readings. The history of an article
    is of what its publisher changed, so this adds none. With --place the workers of a place read;
    what was cut off goes on when it is called again within a day.

    \b
    Examples:
      hubwatch reread pages --dry-run
      hubwatch reread pages --place cn-north
      hubwatch reread pages guiyang-en
    """
    from ..reparse import apply, count_stale, preload, read_stale, reread, rules_for

    preload()
    for source_id in sources:
        session.catalogue.get(source_id)
    fields: Counter[str] = Counter()
    read = changed = faults = 0
    store = session.reading() if mode == "dry" and place is None else session.writing()
    with store, readers_at(session, store, place, "pages", mode) as readers:
        after = 0
        if readers is not None:
            rules = f"{session.watchlist.version} {rules_for(store, session.catalogue, sources)}"
            after = readers.begin(store.revisions.count_readable(sources), f"{sources} {rules}")
        rereadings = reread(store, session.catalogue, sources, readers=readers, after=after)
        for found in advancing(rereadings, "reading"):
            read += 1
            changed += bool(found.changes)
            faults += bool(found.fault)
            fields.update(change.field for change in found.changes)
            if mode != "dry":
                apply(store, found, session.clock(), session.watchlist)
            if found.changes or found.fault:
                _report_reparsed(found, output)
        files = count_stale(store) if mode == "dry" else read_stale(store, session.clock())
    detail = ", ".join(f"{term('field', name)} {count}" for name, count in fields.most_common())
    figures = {
        "pages": pluralise(read, "page"),
        "changed": changed,
        "fields": f" ({detail})" if detail else "",
        "faults": faults,
    }
    note(
        _(
            "%(pages)s read again, %(changed)s would change%(fields)s, %(faults)s no longer "
            "readable",
            **figures,
        )
        if mode == "dry"
        else _(
            "%(pages)s read again, %(changed)s changed%(fields)s, %(faults)s no longer readable",
            **figures,
        )
    )
    if files:
        note(
            _("%(files)s would be read again", files=pluralise(files, "attached file"))
            if mode == "dry"
            else _("%(files)s read again", files=pluralise(files, "attached file"))
        )


def _report_reparsed(found: Rereading, output: str) -> None:
    if output == JSON:
        print_json(REREAD(found))
        return
    heading(one_line(f"{found.item.article_id}  {found.url}"))
    if found.fault:
        click.secho(_("  kept as it was: %(fault)s", fault=one_line(found.fault)), fg="red")
    for change in found.changes:
        before, after = field_difference(change.before, change.after)
        click.echo(f"  {term('field', change.field)}")
        click.secho(f"    - {before}", fg="red")
        click.secho(f"    + {after}", fg="green")


READ_CHANGE: JsonDocument[FieldChange] = JsonDocument(
    Member("before", "text", "as kept until now", lambda c: c.before),
    Member("after", "text", "by today's rules", lambda c: c.after),
)  # fmt: skip


REREAD: JsonDocument[Rereading] = JsonDocument(
    Member("id", "integer", "the article", lambda r: r.item.article_id),
    Member("revision", "integer", "which version of it", lambda r: r.item.revision),
    Member("source", "text", "id of the source", lambda r: r.item.source_id),
    Member("url", "text", "its address", lambda r: r.url),
    Member("fault", "text or null", "why it can no longer be read; it is kept as it was",
        lambda r: r.fault or None),
    parts_by_name("changes", "field → how it read and reads",
        lambda r: {change.field: change for change in r.changes}, READ_CHANGE),
    commands=("reread pages --json",),
    about="A version of an article a line, only those that read differently or no longer.",
)  # fmt: skip


def field_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut to where they begin to differ if they are long."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, same - 30) if max(len(before), len(after)) > 160 else 0
    lead = "…" if start else ""
    cut = [one_line(lead + text[start:], 160) or "(nothing)" for text in (before, after)]
    return cut[0], cut[1]


# What `hubwatch parse --list` prints: the rows of saved lists, and the pager as understood.

_ROW_COLUMNS = (
    Column("date", folds="never"),
    Column("title"),
    Column("address", style="dim"),
    Column("note", empty="hidden"),
)


def print_lists(lists: Iterator[SavedList], files: int, output: str, count: str) -> int:
    """Print saved lists, of so many files. Return how many could not be read. `count` says whether
    `one` or `many` were asked for. Raise PageError if the only one cannot be read."""
    unread = 0
    for found in lists:
        unread += bool(found.fault)
        if count == "one" and found.fault:
            raise PageError(f"{found.path}: {found.fault}")
        if output == JSON:
            print_json((SAVED_LIST if count == "one" else SAVED_LIST_OF_SEVERAL)(found))
        else:
            _print_list(found)
    if unread:
        note(_("%(unread)s of %(pages)s files could not be read", unread=unread, pages=files))
    return unread


LIST_ROW: JsonDocument[FoundRow] = JsonDocument(
    Member("url", "text", "address, absolute where the list's own is known", lambda r: r.url),
    Member("title", "text", "the headline; empty where the row has none", lambda r: r.title),
    Member("published", "date or null", "the date that the list gives the row",
        lambda r: r.published),
    Member("summary", "text", "text beside the headline; empty where there is none",
        lambda r: r.summary),
    Member("precision", "text or null", "`second`, `minute`, `day` or `month`: how exactly the "
        "date is known; \"3 hours ago\" is a day",
        lambda r: r.published.precision if r.published else None),
    Member("dated_by", "text or null", "where the date stood: `row`, `beside` (between rows), "
        "`heading` (above a group), `age` (how long ago it was), `yearless` (a day without its "
        "year), `address`", lambda r: r.dated_by or None),
    Member("off_site", "boolean", "true where the row leads to another site, such as "
        "mp.weixin.qq.com", lambda r: r.off_site),
    Member("files", "list", "addresses of further documents in the same row", lambda r: r.files),
)  # fmt: skip


PAGER: JsonDocument[Pager] = JsonDocument(
    Member("kind", "text", "`none`, `next`, `numbered`, `script`, `json` (a counted parameter), "
        "`sitemap` (an index), `unread` (it says that it goes on, and shows no address)",
        lambda p: p.kind),
    Member("next", "text or null", "address of the next page", lambda p: p.next or None),
    Member("pages", "list", "addresses of the pages after this one, at most 500",
        lambda p: p.pages),
    Member("total", "integer or null", "number of pages, where the page states it",
        lambda p: p.total or None),
    Member("pattern", "text or null", "what a source's `paging` could say: `news_{n}.html from 2`",
        lambda p: f'{p.pattern} from {p.first}' if p.pattern else None),
    Member("why", "text", "what was recognised", lambda p: p.why),
)  # fmt: skip


SAVED_LIST: JsonDocument[SavedList] = JsonDocument(
    Member("outcome", "text", "`ok`, `partial` (cut off, or cut at a bound), or why there are no "
        "rows", lambda s: s.reading.outcome),
    Member("reason", "text", "why the outcome is not `ok`", lambda s: s.reading.reason),
    Member("kind", "text", "`list`, `feed`, `sitemap` or `json`", lambda s: s.reading.kind),
    parts("rows", "the rows in their order, one for each address; may be empty",
        lambda s: s.reading.rows, LIST_ROW),
    part("pager", "how the list goes on", lambda s: s.reading.pager, PAGER),
    Member("url", "text or null", "the list's address; null if none is known",
        lambda s: s.url or s.reading.url or None),
    Member("source", "text or null", "id of the source whose entry this is, and whose selectors "
        "were tried", lambda s: s.source_id or None),
    Member("encoding", "text", "the encoding the bytes were read in; empty if they were not",
        lambda s: s.reading.encoding),
)  # fmt: skip


SAVED_LIST_OF_SEVERAL: JsonDocument[SavedList] = JsonDocument(
    Member("file", "text", "the file, as found; only where there are several", lambda s: s.path),
    *SAVED_LIST.of(lambda s: s),
    commands=("parse --list --json",),
    about="One document; JSON Lines for several files or a folder. The file may be a page, a feed, "
        "a sitemap (also in gzip) or JSON: its content tells. `--url` or `--urls` give addresses "
        "as for pages; without one the page's canonical link or `og:url` counts, and where there "
        "is none, links stay as they are written.",
)  # fmt: skip


def _print_list(found: SavedList) -> None:
    reading = found.reading
    heading(str(found.path))
    text = f": {reading.reason}" if reading.reason else ""
    click.echo(fact("outcome", f"{term('outcome', reading.outcome)}{text}"))
    click.echo(fact("address", found.url or _("unknown")))
    click.echo(fact("kind", f"{reading.kind} ({found.why})"))
    click.echo(
        fact(
            "rows",
            _(
                "%(rows)s, %(dated)s with a date",
                rows=len(reading.rows),
                dated=_dated(reading.rows),
            ),
        )
    )
    click.echo(fact("pager", one_line(_pager(reading.pager))))
    if reading.rows:
        click.echo()
        print_table(_ROW_COLUMNS, (tuple(_cells(row)) for row in reading.rows))
    click.echo()


def _dated(rows: Sequence[FoundRow]) -> int:
    return sum(row.published is not None for row in rows)


def _pager(pager: Pager) -> str:
    if not pager.pages:
        return f"{pager.kind if pager.kind == 'unread' else _('none')}: {pager.why}"
    more = (
        _("%(pages)s more, %(next)s", pages=len(pager.pages), next=pager.next)
        if len(pager.pages) > 1
        else pager.next
    )
    pattern = (
        _(' (paging = "%(pattern)s from %(first)s")', pattern=pager.pattern, first=pager.first)
        if pager.pattern
        else ""
    )
    return f"{pager.kind}: {pager.why}; {more}{pattern}"


def _cells(row: FoundRow) -> Iterator[str]:
    yield row.published.iso if row.published else ""
    yield one_line(row.title, 120)
    yield one_line(row.url, 200)
    notes = [_("off site")] if row.off_site else []
    if row.dated_by in ("heading", "address"):
        notes.append(_("dated by %(dated_by)s", dated_by=row.dated_by))
    yield ", ".join(notes)
