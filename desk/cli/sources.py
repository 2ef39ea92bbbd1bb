"""`hubwatch sources`: what can be watched, how each source is doing, and whether it reads its
archived pages.

Listing and showing only read. `test` and `record` print what `desk.portals` finds out. `add` is in
`portals`, what asks live portals in `checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError, NoArchive
from scraper.sources.packs import (
    PriorEvidence,
    SeenBefore,
    pack_of,
    packs,
    prior_evidence,
    sources_in,
)

from .. import _, term
from ..documents import JsonDocument, Member, part, parts, parts_by_name
from ..documents.sources import SOURCE, ListedSource
from ..portals.pages import saved_capture
from ..portals.repairs import repair_of
from ..text import one_line, pluralise
from ..timetable import schedule_of
from .checks import adopt, check, describe_check, disable, enable
from .console import (
    Column,
    fact,
    figure,
    heading,
    local,
    note,
    print_json,
    print_json_list,
    print_table,
)
from .learning import LESSON, forget, print_lessons, repair, teach
from .main import CommandGroup
from .options import (
    ADDRESS,
    INPUT,
    JSON,
    cities_option,
    languages_option,
    listing_option,
    output_option,
    source_argument,
)
from .pages import field_difference
from .portals import add, save
from .progress import advancing
from .runs import runs
from .session import Session, pass_session
from .source_files import edit, remove

if TYPE_CHECKING:
    from scraper.sources.cases import Difference, Tried
    from scraper.sources.model import Entry, Source
    from storage.lessons import Lesson
    from storage.lists import EntryGap, EntryReading, RefusedListing
    from storage.sources import SourceCheck, SourceState
    from storage.types import Capture

    from ..portals.check import PortalCoverage


_SORTS = ("id", "name", "city", "checked", "crawled", "articles")


@click.group(cls=CommandGroup, invoke_without_command=True)
@cities_option
@languages_option
@click.option("--pack", "pack", metavar="PACK", help="Only of this pack.")
@click.option(
    "--enabled", "which", flag_value="enabled", default="all", help="Only those that are crawled."
)
@click.option("--own", "which", flag_value="own", help="Only those of your own folders.")
@click.option(
    "--sort", type=click.Choice(_SORTS), default="id", show_default=True,
    help="In which order; days and figures with the latest and the most first.",
)  # fmt: skip
@listing_option
@click.pass_context
def sources(
    ctx: click.Context,
    cities: tuple[str, ...],
    languages: tuple[str, ...],
    pack: str | None,
    which: str,
    sort: str,
    output: str,
) -> None:
    """List the sources: shipped ones and those of your own folders.

    "checked" is the day on which a source was last tried against the live portal.

    \b
    Examples:
      hubwatch sources
      hubwatch sources --city Guiyang --enabled --sort crawled
      hubwatch sources --csv > sources.csv
      hubwatch sources show guiyang-en
      hubwatch sources add https://www.our-town.example/news/
    """
    if ctx.invoked_subcommand is None:
        session = ctx.find_object(Session)
        assert session is not None
        every = _every(session)
        found = _chosen(session, every, cities, languages, pack, which)
        _list(session, sorted(found, key=_ORDERS[sort]), len(every), output)


def _every(session: Session) -> list[ListedSource]:
    found = session.catalogue.sources.values()
    states, checks = _known(session)
    for source in found:
        schedule_of(source)  # a bad one is said here, before the daemon meets it
    enabled = {source.id for source in session.enabled()}
    return [ListedSource(s, states.get(s.id), s.id in enabled, checks.get(s.id)) for s in found]


def _chosen(
    session: Session,
    every: Sequence[ListedSource],
    cities: Sequence[str],
    languages: Sequence[str],
    pack: str | None,
    which: str,
) -> list[ListedSource]:
    """Those that are asked for. Raise ConfigError for a pack that there is not."""
    towns = {city.casefold() for city in cities}
    tongues = {language.casefold() for language in languages}
    packed = None if pack is None else sources_in([pack])
    return [
        each
        for each in every
        if (not towns or each.source.city.casefold() in towns)
        and (not tongues or each.source.language.casefold().split("-")[0] in tongues)
        and (packed is None or each.source.id in packed)
        and (which != "enabled" or each.enabled)
        and (which != "own" or each.source.id in session.catalogue.own)
    ]


def _list(session: Session, found: Sequence[ListedSource], of: int, output: str) -> None:
    if output == JSON:
        print_json_list([SOURCE(each) for each in found])
        return
    zone = session.config.zone
    columns = (
        Column("id", style="bold", folds="never"),
        Column("name", folds="short", least=16),
        Column("city", folds="short", rank=1),
        Column("lang", folds="never", rank=4),
        Column("checked", folds="never", rank=5),
        Column("verdict", folds="never", empty="hidden", rank=3),
        Column("last crawl", folds="short", empty="hidden", rank=2),
        figure("articles", rank=3),
    )
    print_table(columns, [_row(each, zone) for each in found])
    enabled = sum(each.enabled for each in found)
    count = pluralise(len(found), "source")
    if len(found) < of:
        count = _("%(sources)s of %(of)s shown", sources=count, of=of)
    note(_("%(sources)s, %(enabled)s enabled", sources=count, enabled=enabled))
    if len(found) == of and session.config.enabled is None:
        rest = [each for each in packs() if each not in session.config.packs]
        note(
            _(
                "packs not in use: %(rest)s; %(command)s adds one",
                rest=", ".join(rest),
                command=session.hint("sources enable PACK"),
            )
        )


def _known(
    session: Session, only: str | None = None
) -> tuple[dict[str, SourceState], Mapping[str, SourceCheck]]:
    """What the archive knows of sources, or of one, and what checks came to."""
    try:
        store = session.reading()
    except NoArchive:  # the list of sources needs no archive
        return {}, {}
    with store:
        states = {each.source.id: each for each in store.sources.states(only)}
        return states, store.sources.checks()


def _row(listed: ListedSource, zone: str) -> tuple[object, ...]:
    source, state, check = listed.source, listed.state, listed.check
    run = state.last_crawl if state else None
    # What matters most comes first: a narrow terminal cuts the rest.
    last = (
        f"{term('outcome', run.outcome or '')} {local(run.ended_at, zone)}" if run else _("never")
    )
    return (
        source.id,
        source.name,
        source.city,
        source.language,
        source.checked or _("never"),
        f"{check.verdict} {check.checked_at:%Y-%m-%d}" if check else "",
        last if listed.enabled else _("off, %(last)s", last=last),
        state.articles if state else 0,
    )


def _ago(moment: date | datetime | None) -> tuple[bool, float]:
    """The latest first, what never was last."""
    if moment is None:
        return True, 0.0
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment.toordinal() * 86_400.0
    return False, -seconds


_ORDERS: dict[str, Callable[[ListedSource], tuple[Any, ...]]] = {
    "id": lambda each: (each.source.id,),
    "name": lambda each: (each.source.name.casefold(), each.source.id),
    "city": lambda each: (each.source.city.casefold(), each.source.id),
    "checked": lambda each: (_ago(each.source.checked), each.source.id),
    "crawled": lambda each: (
        _ago(each.state.last_crawl.started_at if each.state and each.state.last_crawl else None),
        each.source.id,
    ),
    "articles": lambda each: (-(each.state.articles if each.state else 0), each.source.id),
}


@sources.command()
@source_argument()
@output_option
@pass_session
def show(session: Session, source_id: str, output: str) -> None:
    """Show one source: where it begins, what it takes for an article, how it is read.

    \b
    Examples:
      hubwatch sources show guiyang-en
    """
    source = session.catalogue.get(source_id)
    schedule_of(source)
    states, checks = _known(session, source_id)
    enabled = source_id in {each.id for each in session.enabled()}
    listed = ListedSource(source, states.get(source_id), enabled, checks.get(source_id))
    shown = _Shown(listed, *_witnesses(session, source_id))
    if output == JSON:
        print_json(SOURCE_RULES(shown))
        return
    heading(f"{source.id}  {one_line(source.name)}")
    zone = session.config.zone
    for name, value in _facts(session, shown):
        if value:
            click.echo(fact(name, value))
    for name, value in (*_gap_facts(shown.gaps), *_refused_facts(shown.refused, zone)):
        click.echo(fact(name, value))
    for what, few, every in shown.cuts:
        note(_("%(what)s: %(shown)s of %(all)s shown", what=what, shown=few, all=every))
    print_lessons(shown.lessons, zone)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A source, with what its entries show of each other, what its link rule refuses, and what its
    pages taught."""

    listed: ListedSource
    readings: tuple[EntryReading, ...] = ()
    gaps: tuple[EntryGap, ...] = ()
    refused: tuple[RefusedListing, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    all_gaps: int = 0
    all_refused: int = 0

    @property
    def cuts(self) -> tuple[tuple[str, int, int], ...]:
        """What is not shown whole: what, how many are, of how many."""
        open_gaps = sum(gap.closed_at is None for gap in self.gaps)
        counted = (
            ("gap", open_gaps, self.all_gaps),
            ("refused", len(self.refused), self.all_refused),
        )
        return tuple(each for each in counted if each[1] < each[2])


_MOST_TOLD = 20


def _witnesses(
    session: Session, source_id: str
) -> tuple[
    tuple[EntryReading, ...],
    tuple[EntryGap, ...],
    tuple[RefusedListing, ...],
    tuple[Lesson, ...],
    int,
    int,
]:
    try:
        store = session.reading()
    except NoArchive:
        return (), (), (), (), 0, 0
    with store:
        found = store.lists.witnesses
        return (
            found.readings(source_id),
            found.gaps(source_id, _MOST_TOLD),
            found.refused(source_id, _MOST_TOLD),
            store.sources.lessons.all_of(source_id),
            found.open_gaps(source_id),
            found.count_refused(source_id),
        )


def _gap_facts(gaps: Sequence[EntryGap]) -> Iterator[tuple[str, str]]:
    for gap in gaps:
        if gap.closed_at is None:
            title = f"  {one_line(gap.title)}" if gap.title else ""
            why = _(
                "%(reason)s by %(entry_url)s, shown by %(shown_by)s",
                reason=gap.reason,
                entry_url=gap.entry_url,
                shown_by=gap.shown_by,
            )
            yield "gap", f"{gap.url}{title}: {why}"


def _refused_facts(refused: Sequence[RefusedListing], zone: str) -> Iterator[tuple[str, str]]:
    for each in refused:
        row = each.row
        title = f"  {one_line(row.title)}" if row.title else ""
        alike = _(", made like an article's address") if row.alike else ""
        seen = local(each.last_seen_at, zone)
        yield (
            "refused",
            _(
                "%(url)s%(title)s: %(why)s%(alike)s, seen %(seen)s",
                url=one_line(row.url, 300),
                title=title,
                why=row.why,
                alike=alike,
                seen=seen,
            ),
        )


def _facts(session: Session, shown: _Shown) -> list[tuple[str, str]]:
    listed = shown.listed
    source, state, check = listed.source, listed.state, listed.check
    zone, links = session.config.zone, source.links
    readings = {each.entry_url: each for each in shown.readings}
    run = state.last_crawl if state else None
    last = (
        f"{local(run.ended_at, zone)} ({zone}) {term('outcome', run.outcome or '')}"
        if run
        else _("never")
    )
    facts = [("city", source.city), ("language", source.language), ("home", source.home)]
    before = prior_evidence(source.id)
    if before is not None:
        facts.append(("seen before", _seen_before(before)))
    facts.append(("pack", pack_of(source.id)))
    facts += [("schedule", f"{source.schedule} ({source.zone})")]
    facts += [
        ("enabled", _("yes") if listed.enabled else _("no")),
        ("checked", str(source.checked or _("never"))),
    ]
    if check is not None:
        mends = repair_of(check)
        facts.append(("verdict", describe_check(check, zone)))
        facts.append(("repair", session.command_line_for(mends) if mends else ""))
    facts += [("last crawl", last), ("articles", str(state.articles if state else 0))]
    facts += [
        ("entry", f"{_entry(entry)}{_read(readings.get(entry.url), zone)}")
        for entry in source.entries
    ]
    facts += [("hosts", ", ".join(links.hosts)), ("takes", " | ".join(links.allow_written))]
    facts += [("leaves", " | ".join(links.deny_written)), ("template", source.fields.template)]
    facts += [("delay", f"{source.politeness.delay.total_seconds():g} s")]
    bounds = _(
        "%(pages)s, %(seconds)s s a run",
        pages=pluralise(source.bounds.pages, "page"),
        seconds=f"{source.bounds.duration.total_seconds():g}",
    )
    return [*facts, ("bounds", bounds), ("file", source.path), ("note", source.note)]


def _seen_before(before: PriorEvidence) -> str:
    """What a public record saw of it before."""
    if before.seen is SeenBefore.NEVER:
        said = _("its list never worked")
    elif before.seen is SeenBefore.WORKING:
        said = _("its list was working on %(until)s", until=before.until)
    else:
        said = _("its list was last working on %(last)s", last=before.last)
    unsure = "" if before.is_sure else _("; the record may mean another list")
    return _(
        "%(said)s, says a public record of daily tests until %(until)s%(unsure)s",
        said=said,
        until=before.until,
        unsure=unsure,
    )


def _entry(entry: Entry) -> str:
    paging = entry.paging
    more = _(
        ", pages %(pattern)s, %(max_pages)s at most",
        pattern=paging.pattern or paging.kind,
        max_pages=paging.max_pages,
    )
    every = entry.every.total_seconds()
    rarely = _(", every %(every)s h", every=f"{every / 3600:g}") if every else ""
    return f"{entry.kind} {entry.url}{more if paging.kind != 'none' else ''}{rarely}"


def _read(reading: EntryReading | None, zone: str) -> str:
    if reading is None:
        return ""
    at, pages = local(reading.read_at, zone), pluralise(reading.pages, "page")
    if reading.ended:
        whole = _("; read whole %(read_at)s, %(pages)s", read_at=at, pages=pages)
    else:
        whole = _("; read as far as its rule leads %(read_at)s, %(pages)s", read_at=at, pages=pages)
    if reading.stated:
        whole = _(
            "%(whole)s, holds %(stated)s by its own count, %(had)s read",
            whole=whole,
            stated=reading.stated,
            had=reading.had,
        )
    if reading.compared_at is None:
        return whole
    return _(
        "%(whole)s, shows %(shown)s of %(of_all)s, lacks %(lacking)s",
        whole=whole,
        shown=reading.shown,
        of_all=reading.of_all,
        lacking=reading.lacking,
    )


SOURCE_ENTRY: JsonDocument[tuple[Entry, EntryReading | None]] = JsonDocument(
    Member("kind", "text", "`list`, `feed`, `sitemap` or `json`", lambda e: e[0].kind),
    Member("url", "text", "its address", lambda e: e[0].url),
    Member("every", "number", "seconds for which it is left alone once it was read; 0: it is read "
        "in every crawl", lambda e: e[0].every.total_seconds()),
    Member("read", "moment or null", "when it was last read whole: every page its rule allows",
        lambda e: e[1].read_at if e[1] else None),
    Member("pages", "integer", "pages it had then", lambda e: e[1].pages if e[1] else 0),
    Member("ended", "boolean", "whether it had no more", lambda e: bool(e[1] and e[1].ended)),
    Member("shown", "integer", "addresses of articles on it, when the entries were last compared",
        lambda e: e[1].shown if e[1] else 0),
    Member("of_all", "integer", "addresses that the entries of the source show together, in the "
        "sections that this one has", lambda e: e[1].of_all if e[1] else 0),
    Member("since", "text or null", "the day at which it ends",
        lambda e: e[1].since if e[1] else None),
    Member("lacking", "integer", "addresses younger than that which another kind of entry shows "
        "and this one does not", lambda e: e[1].lacking if e[1] else 0),
    Member("unread", "integer", "those of them that are linked on its pages",
        lambda e: e[1].unread if e[1] else 0),
    Member("stated", "integer or null", "items that it says it has, as by X-WP-Total; null: it "
        "does not say", lambda e: (e[1].stated if e[1] else 0) or None),
    Member("had", "integer or null", "how many of them came when it was last read whole",
        lambda e: e[1].had if e[1] and e[1].stated else None),
)  # fmt: skip


ENTRY_GAP: JsonDocument[EntryGap] = JsonDocument(
    Member("url", "text", "the address", lambda g: g.url),
    Member("title", "text", "what the entry that shows it calls it", lambda g: g.title),
    Member("day", "text or null", "its day, as that entry or its article says", lambda g: g.day),
    Member("shown_by", "text", "the entry that shows it", lambda g: g.shown_by),
    Member("lacking_in", "text", "the entry that should show it and does not",
        lambda g: g.entry_url),
    Member("reason", "text", "`unlisted` (it does not stand on its pages) or `unread` (it does, "
        "and was not read as a row)", lambda g: g.reason),
    Member("first_seen", "moment", "when that was first found", lambda g: g.first_at),
    Member("last_seen", "moment", "and last", lambda g: g.last_at),
    Member("closed", "moment or null", "when it was over; null: it is open", lambda g: g.closed_at),
    Member("closed_why", "text", "`had`, `set aside`, `shown` (the entry shows it, too), `in no "
        "entry`, `refused` (by the link rule as it is now), `no entry any more`, or nothing",
        lambda g: g.closed_why),
)  # fmt: skip


REFUSED_ROW: JsonDocument[RefusedListing] = JsonDocument(
    Member("url", "text", "the address", lambda r: r.row.url),
    Member("title", "text", "its headline on the list", lambda r: r.row.title),
    Member("why", "text", "`shape` (no shape of `allow` fits), `denied`, `host` (another "
        "one), `file`, `address` (none that can be asked for, or too long)", lambda r: r.row.why),
    Member("alike", "boolean", "whether it is made like the addresses of articles",
        lambda r: r.row.alike),
    Member("entry", "text", "the entry on which it stands", lambda r: r.entry_url),
    Member("first_seen", "moment", "when it was first seen", lambda r: r.first_seen_at),
    Member("last_seen", "moment", "and last", lambda r: r.last_seen_at),
)  # fmt: skip


def _entries_of(shown: _Shown) -> list[tuple[Entry, EntryReading | None]]:
    readings = {each.entry_url: each for each in shown.readings}
    return [(entry, readings.get(entry.url)) for entry in shown.listed.source.entries]


SEEN_BEFORE: JsonDocument[PriorEvidence] = JsonDocument(
    Member("seen", "text", "`working`, `failing` (it worked before) or `never`", lambda p: p.seen),
    Member("last", "day or null", "the last day on which it worked", lambda p: p.last),
    Member("until", "day", "the last day of the record", lambda p: p.until),
    Member("sure", "boolean", "whether the record surely means this list", lambda p: p.is_sure),
)  # fmt: skip


SOURCE_RULES: JsonDocument[_Shown] = JsonDocument(
    *SOURCE.of(lambda s: s.listed),
    parts("entries", "where a crawl begins", _entries_of, SOURCE_ENTRY),
    part("seen_before", "what a public record of daily tests saw of its list; null: nothing",
        lambda s: prior_evidence(s.listed.source.id), SEEN_BEFORE, "object or null"),
    Member("hosts", "list", "hosts articles may stand on", lambda s: s.listed.source.links.hosts),
    Member("allow", "list", "link shapes of articles, as written",
        lambda s: s.listed.source.links.allow_written),
    Member("deny", "list", "link shapes that are none, as written",
        lambda s: s.listed.source.links.deny_written),
    Member("template", "text", "id of its template", lambda s: s.listed.source.fields.template),
    Member("file", "text", "the file that defines it", lambda s: s.listed.source.path),
    Member("note", "text", "what its author wants known", lambda s: s.listed.source.note),
    parts("gaps", "addresses that one entry shows and another lacks, open ones first, 20 at most",
        lambda s: s.gaps, ENTRY_GAP),
    parts("refused", "rows that the link rule does not take, those made like articles first, 20 at "
        "most", lambda s: s.refused, REFUSED_ROW),
    parts("lessons", "what its pages taught, undone lessons as well", lambda s: s.lessons, LESSON),
    commands=("sources show --json",),
    about="One document.",
)  # fmt: skip


# `hubwatch sources check`, `test` and `record`: whether a source still reads its portal.


@click.command()
@source_argument()
@output_option
@click.pass_context
def test(ctx: click.Context, source_id: str, output: str) -> None:
    """Try a source on its archived pages and on its recorded cases; no network.

    Says for each field in how many pages it was found when they were kept, and is found with
    today's definition. Exit code 1 if a page is lost, a required field is found less often, or a
    case fails; one that nobody has confirmed fails.

    \b
    Examples:
      hubwatch sources test guiyang-en
    """
    session = ctx.find_object(Session)
    assert session is not None
    source = session.catalogue.get(source_id)
    coverage = _coverage(session, source_id)
    cases = _cases(session, source)
    if output == JSON:
        print_json(TESTED(_Tested(source, coverage, cases)))
    else:
        print_test(coverage, cases)
    holds = (coverage is None or coverage.passed) and all(case.holds for case in cases)
    ctx.exit(0 if holds else 1)


def _coverage(session: Session, source_id: str) -> PortalCoverage | None:
    """None where there is no archive."""
    from ..portals.check import cover

    try:
        store = session.reading()
    except NoArchive:
        note(_("there is no archive: only recorded cases are tried"))
        return None
    with store:
        return cover(store, session.catalogue, source_id, lambda items: advancing(items, "reading"))


def _cases(session: Session, source: Source) -> list[Tried]:
    from scraper.sources.cases import find_cases, try_case

    folders: dict[Path, None] = {}
    for home in _homes(session):
        folders.update(dict.fromkeys(find_cases(home / source.id)))
    return [try_case(source, folder) for folder in folders]


def _homes(session: Session) -> Iterator[Path]:
    """The folders of cases, those of the configured folders of sources."""
    from scraper.sources.cases import FOLDER

    yield from (folder / FOLDER for folder in session.config.sources)
    yield _own_folder(session) / FOLDER


def _own_folder(session: Session) -> Path:
    from ..portals.draft import folder_for

    return folder_for(session.config)


@click.command()
@source_argument()
@click.argument("url", required=False, metavar="[URL]", type=ADDRESS)
@click.option("--name", metavar="NAME", help="The case's folder; else made from the address.")
@click.option(
    "--file", "page", type=INPUT, metavar="FILE",
    help="A saved page instead of an archived one; needs URL.",
)  # fmt: skip
@click.option("--replace", "place", flag_value="replace", default="", help="Record it anew.")
@output_option
@pass_session
def record(
    session: Session,
    source_id: str,
    url: str | None,
    name: str | None,
    page: Path | None,
    place: str,
    output: str,
) -> None:
    """Record an archived page as a case: the page, and what it should read as.

    Without a URL that of the article published last. What is written is what the reader says
    today; it fails until a person has compared it with the page and set `confirmed = true`.

    \b
    Examples:
      hubwatch sources record guiyang-en http://english.guiyang.gov.cn/2023-08/29/c_914299.htm
      hubwatch sources record guiyang-en --name split-date
    """
    from scraper.sources.cases import EXPECTED, FOLDER

    from ..portals.check import case_name
    from ..portals.check import record as write_case

    source = session.catalogue.get(source_id)
    if page is not None:
        if url is None:
            raise click.UsageError(_("--file needs URL: the address that the page came from"))
        capture = saved_capture(page, url, session.now)
    else:
        capture = _archived(session, source_id, url)
    folder = _own_folder(session) / FOLDER / source_id / (name or case_name(capture.url))
    write_case(source, capture, folder, replacing=bool(place))
    if output == JSON:
        print_json(RECORDED((source_id, capture.url, folder)))
        return
    click.echo(fact("page", capture.url))
    click.echo(fact("recorded", str(folder)))
    click.echo(
        fact(
            "next",
            _("compare %(folder)s with the page, set confirmed = true", folder=folder / EXPECTED),
        )
    )
    click.echo(fact("then", session.command_line_for(f"sources test {source_id}")))


def _archived(session: Session, source_id: str, url: str | None) -> Capture:
    """The newest archived page of an address, else that of the article published last."""
    with session.reading() as store:
        if url is None:
            newest = store.revisions.newest_page(source_id)
            if newest is None:
                raise HubwatchError(
                    _(
                        "%(path)s: holds no page of an article of %(source_id)s",
                        path=store.path,
                        source_id=source_id,
                    )
                )
            return store.pages.snapshot(newest)
        found = store.pages.last_capture(source_id, url)
    if found is None:
        text = _("%(url)s is not archived for %(source_id)s", url=url, source_id=source_id)
        taker = session.catalogue.for_url(url)
        if taker is not None and taker.id == source_id:
            command = session.hint(f"crawl {quote(url)}")
            raise HubwatchError(_("%(text)s; %(command)s archives it", text=text, command=command))
        raise HubwatchError(_("%(text)s; --file FILE records a saved copy of a page", text=text))
    return found


_READING = (add, save, check, adopt, repair, teach, forget, test, record, runs)
for _command in (*_READING, enable, disable, edit, remove):
    sources.add_command(_command)


# What `sources test` found, shown to people and to machines.


def print_test(coverage: PortalCoverage | None, cases: Iterable[Tried]) -> None:
    """Coverage and cases, on stdout."""
    if coverage is not None:
        _print_coverage(coverage)
    tried = list(cases)
    for case in tried:
        _print_case(case)
    passed = sum(case.holds for case in tried)
    note(
        _("%(cases)s, %(passed)s pass", cases=pluralise(len(tried), "recorded case"), passed=passed)
    )


def _fields() -> tuple[str, ...]:
    from ..portals.articles import FIELDS

    return FIELDS


def _print_coverage(coverage: PortalCoverage) -> None:
    heading(
        _(
            "%(pages)s, %(changed)s would read differently",
            pages=pluralise(coverage.pages, "archived page"),
            changed=coverage.changed,
        )
    )
    columns = (Column("field"), figure("before"), figure("now"), figure("differ"))
    rows = [
        (term("field", name), coverage.before[name], coverage.after[name], coverage.differing[name])
        for name in _fields()
    ]
    print_table(columns, rows)
    for url, why in coverage.lost:
        click.secho(one_line(_("lost %(url)s: %(why)s", url=url, why=why)), fg="red")
    if coverage.aside:
        click.echo(
            _(
                "%(gained)s of %(aside)s pages set aside are articles now",
                gained=coverage.gained,
                aside=coverage.aside,
            )
        )


def _print_case(case: Tried) -> None:
    state = _("pass") if case.holds else _("fail")
    heading(f"{state}  {case.path}")
    if case.fault:
        click.echo(f"  {one_line(case.fault)}")
    elif not case.confirmed:
        click.echo(_("  nobody has confirmed it: compare expected.toml with the page, then set"))
        click.echo("  confirmed = true")
    for each in case.differences:
        expected, read = field_difference(each.expected, each.read)
        click.echo(f"  {each.field}")
        click.secho(f"    - {expected}", fg="red")
        click.secho(f"    + {read}", fg="green")


def _by_field(coverage: PortalCoverage) -> dict[str, tuple[int, int, int]]:
    """In how many pages each field is found as kept and now, and how many read differently."""
    return {
        name: (coverage.before[name], coverage.after[name], coverage.differing[name])
        for name in _fields()
    }


@dataclass(frozen=True, slots=True)
class _Tested:
    """A source, read again on its archived pages and its recorded cases."""

    source: Source
    coverage: PortalCoverage | None
    cases: Iterable[Tried]


FIELD_COVERAGE: JsonDocument[tuple[int, int, int]] = JsonDocument(
    Member("before", "integer", "as kept", lambda f: f[0]),
    Member("now", "integer", "with today's definition", lambda f: f[1]),
    Member("differ", "integer", "so many read differently", lambda f: f[2]),
)  # fmt: skip


COVERAGE: JsonDocument[PortalCoverage] = JsonDocument(
    Member("read", "integer", "pages that were read again", lambda c: c.pages),
    Member("changed", "integer", "so many read differently in one of `fields`",
        lambda c: c.changed),
    Member("lost", "list", "texts: addresses that read as articles before and do not now, and why",
        lambda c: [f'{url}: {why}' for url, why in c.lost]),
    Member("aside", "integer", "pages that were set aside", lambda c: c.aside),
    Member("gained", "integer", "so many of them are articles now", lambda c: c.gained),
    parts_by_name("fields", "field → in how many pages it is found", _by_field, FIELD_COVERAGE),
)  # fmt: skip


DIFFERENCE: JsonDocument[Difference] = JsonDocument(
    Member("expected", "text", "as the case says", lambda d: d.expected),
    Member("read", "text", "as read", lambda d: d.read),
)  # fmt: skip


CASE: JsonDocument[Tried] = JsonDocument(
    Member("case", "text", "its name", lambda c: c.name),
    Member("folder", "text", "where it lies", lambda c: c.path),
    Member("passes", "boolean", "whether it is confirmed and reads as expected", lambda c: c.holds),
    Member("confirmed", "boolean", "whether a person has confirmed it", lambda c: c.confirmed),
    Member("fault", "text or null", "why it could not be tried", lambda c: c.fault or None),
    parts_by_name("differences", "field → what differs",
        lambda c: {each.field: each for each in c.differences}, DIFFERENCE),
)  # fmt: skip


TESTED: JsonDocument[_Tested] = JsonDocument(
    Member("id", "text", "the source", lambda t: t.source.id),
    part("pages", "its archived pages; null where there is no archive",
        lambda t: t.coverage, COVERAGE, "object or null"),
    parts("cases", "the recorded cases", lambda t: t.cases, CASE),
    commands=("sources test --json",),
    about="One document. Exit code 1 if a page is lost, a required field is found less often, or a "
        "case fails.",
)  # fmt: skip


RECORDED: JsonDocument[tuple[str, str, Path]] = JsonDocument(
    Member("id", "text", "the source", lambda r: r[0]),
    Member("url", "text", "address of the page", lambda r: r[1]),
    Member("folder", "text", "the case's folder", lambda r: r[2]),
    commands=("sources record --json",),
)  # fmt: skip
