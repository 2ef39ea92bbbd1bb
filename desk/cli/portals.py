"""`hubwatch sources add`: a portal that nobody described yet, described.

Shows what was found out, asks what only people know, and has the file written. How a portal is
understood is `desk.portals`' business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import ConfigError, FetchError, PageError
from hubwatch.toml import parse_id, parse_language
from scheduler.schedules import parse_schedule
from scraper.sources.links import authority_of
from scraper.sources.load import read_bounded
from scraper.sources.model import COUNTRYWIDE, Entry, EntryKind, FieldRules, LinkRules, Source
from scraper.sources.values import parse_zone
from storage.articles.records import by_field
from storage.urls import key_of

from .. import N_, _, term
from ..config import load_config, original_of
from ..config_edit import enable_source
from ..documents import JsonDocument, Member, part, parts
from ..portals.pages import LivePages
from ..text import one_line, pluralise
from ..timetable import schedule_of
from .articles import print_doubt
from .console import Column, fact, heading, note, print_json, print_table
from .crawl import contact_for, request_for
from .options import ADDRESS, INPUT, JSON, PORTAL_ADDRESS, dry_run_option, output_option
from .session import Session, pass_session
from .source_files import SOURCE_FILE, SourceFile

if TYPE_CHECKING:
    from scraper.crawl.request import CrawlRequest
    from scraper.sources.model import EntryKind, Source
    from storage.lists import ListRow

    from ..portals.articles import ArticleSample
    from ..portals.draft import Answers
    from ..portals.lists import EntryCandidate, EntryChoice
    from ..portals.survey import Portal, SurveyOptions


_QUESTIONS = (
    ("id", N_("Id (stays for ever)")),
    ("city", N_("City or province in English, or national")),
    ("name", N_("Name, as digests print it")),
)
_KINDS = ("list", "feed", "json", "sitemap")
UNKNOWN = "unknown"
"""The city of a portal that --yes accepted though nothing shows it."""


def _checked(
    parse: Callable[[str], str],
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that checks an option as a source's file is checked."""

    def check(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        try:
            return None if value is None else parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return check


@click.command()
@click.argument("url", required=False, metavar="[URL]", type=PORTAL_ADDRESS)
@click.option("--list", "list_file", type=INPUT, metavar="FILE", help="A saved list page.")
@click.option(
    "--article", "article_files", type=INPUT, metavar="FILE", multiple=True,
    help="A saved article of that list; several make surer.",
)  # fmt: skip
@click.option(
    "--url", "list_url", metavar="URL", type=ADDRESS,
    help="Where the saved list came from.",
)  # fmt: skip
@click.option(
    "--article-url", "article_urls", metavar="URL", type=ADDRESS, multiple=True,
    help="Where a saved article came from; else its canonical link or its headline tells.",
)  # fmt: skip
@click.option("--id", metavar="ID", callback=_checked(parse_id), help="The new source's id.")
@click.option("--city", metavar="CITY", help="City or province in English, or `national`.")
@click.option("--name", metavar="NAME", help="What people call it.")
@click.option("--schedule", default="every 2h", show_default=True, help="When to crawl it.")
@click.option("--language", metavar="TAG", callback=_checked(parse_language), help="`en`, `zh`, …")
@click.option("--timezone", metavar="ZONE", callback=_checked(parse_zone), help="Of its dates.")
@click.option("--template", metavar="ID", help="The family, where you know better.")
@click.option(
    "--entry", "kinds", type=click.Choice(_KINDS), multiple=True,
    help="Begin at the list, a feed, a JSON list, a sitemap; else at all that there is.",
)  # fmt: skip
@click.option(
    "--render", "rendering", flag_value="render", default="",
    help="Run the scripts of its pages in a browser, where they fill them in.",
)  # fmt: skip
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--yes", "accepting", flag_value="yes", default="", help="Accept what is suggested.")
@click.option("--replace", "place", flag_value="replace", default="", help="Write over a file.")
@click.option(
    "--tell",
    "told",
    flag_value="told",
    default="",
    hidden=True,
    help="Say each address that is asked for on stderr: the desk listens.",
)
@dry_run_option("Print the file only.")
@output_option
@pass_session
def add(session: Session, /, url: str | None, output: str, **options: Any) -> None:
    """Learn how a portal is built, from one address or from saved pages, and write its source.

    Finds its list, pager, feeds, the shape of its articles' addresses, the family it belongs to,
    language and zone; shows ten rows and an article as it is read. Asks for id, city and name on a
    terminal; anywhere else options or --yes answer. The pages are asked for as a crawl would:
    slowly, and only what robots.txt allows. An address without https:// is asked for by https, and
    where that fails by http.

    \b
    Examples:
      hubwatch sources add https://www.our-town.example/news/
      hubwatch sources add https://www.our-town.example/ --id our-town-en --city "Our Town" --yes
      hubwatch sources add --list list.html --url https://www.our-town.example/news/ \\
          --article article.html --id our-town-en --city "Our Town" --name "Our Town" --dry-run
    """
    show = _show_nothing if output == JSON else show_portal
    added = describe(session, url, options, show)
    if output == JSON:
        print_json(PORTAL(added))
    elif added.file is None:
        click.echo(added.toml, nl=False)
    else:
        _report_written(session, added.id, added.file)


def describe(
    session: Session, url: str | None, options: dict[str, Any], show: Callable[[Portal], None]
) -> AddedSource:
    """Learn how a portal is built and write its source, as the options of `sources add` say. What
    was found is shown before anything is asked."""
    _check_answers(session, options)
    saved = options["list_file"] is not None
    if saved == (url is not None):
        raise click.UsageError(_("name the portal's URL, or --list FILE and --url URL"))
    _refuse_watched(session, [_spellings(url or options["list_url"] or "")[0]], options)
    portal = _surveyed(session, None if saved else url, options)
    portal = _with_zone_of_city(session, portal, options["city"] or "")
    show(portal)
    answers = _answers(session, portal, options)
    if not portal.zone_known:
        portal = _with_zone_of_city(session, portal, answers.city)
        if portal.zone_known:
            note(f"{portal.zone}: {portal.zone_why}")
    portal = _with_zone(portal, options)
    path, text, written = _write(session, portal, answers, options)
    return AddedSource(answers.id, path if written else None, text, portal)


def describe_quietly(session: Session, url: str) -> AddedSource:
    """The same of one address, by what suggests itself, for who is shown nothing."""
    words = [url, "--yes"]
    with add.make_context("add", words, click.get_current_context(), obj=session) as ctx:
        options = dict(ctx.params)
    return describe(session, options.pop("url"), options, _show_nothing)


def _show_nothing(portal: Portal) -> None:
    """A machine is told at the end."""


@click.command()
@click.argument("file", type=INPUT)
@click.option("--id", metavar="ID", callback=_checked(parse_id), help="Another id.")
@click.option("--city", metavar="CITY", help="Another city.")
@click.option("--name", metavar="NAME", help="Another name.")
@click.option("--schedule", metavar="TEXT", help="When to crawl it.")
@click.option("--timezone", metavar="ZONE", callback=_checked(parse_zone), help="Another zone.")
@click.option("--enable", "after", flag_value="enable", default="keep", help="Have it crawled.")
@output_option
@pass_session
def save(session: Session, /, file: Path, after: str, output: str, **answers: str | None) -> None:
    """Write a source that `sources add --dry-run` drafted, asking no portal.

    \b
    Examples:
      hubwatch sources add https://www.our-town.example/ --yes --dry-run > draft.toml
      hubwatch sources save draft.toml --id our-town-en --city "Our Town" --enable
      hubwatch sources save draft.toml --json
    """
    from scraper.sources.write import source_of

    from ..portals.draft import answered_text, folder_for, write_source

    said = {key: value.strip() for key, value in answers.items() if value and value.strip()}
    drafted = read_bounded(file, _MOST_BYTES).decode("utf-8", "replace")
    text = answered_text(drafted, said)
    source = source_of(text, str(file), session.catalogue.templates)
    schedule_of(source)
    _refuse_taken(session, source.id, {"place": "", "mode": "wet"})
    _refuse_watched(session, _lists_of(source), {"id": source.id, "place": ""})
    if after == "enable":
        contact_for(session, [source])
    folder = original_of(session.config_snapshot, folder_for(session.config))
    path = folder / f"{source.id}.toml"
    write_source(text, path, replacing=False)
    if after == "enable":
        enable_source(session.config.path, session.config, source.id, "")
    if output == JSON:
        print_json(SOURCE_FILE(SourceFile(source.id, path, text)))
        return
    click.echo(_("wrote       %(path)s", path=path))


_MOST_BYTES = 500_000


def _check_answers(session: Session, options: dict[str, Any]) -> None:
    """Raise ConfigError or a usage error for what no portal can mend, before one is asked."""
    try:
        parse_schedule(options["schedule"], options["timezone"] or "UTC")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--schedule") from None
    if options["id"]:
        _refuse_taken(session, options["id"], options)


def _refuse_taken(session: Session, source_id: str, options: dict[str, Any]) -> None:
    known = session.catalogue.sources.get(source_id)
    if known is not None and not options["place"] and options["mode"] != "dry":
        line = _(
            "%(source_id)r is the id of a source already (%(path)s)",
            source_id=source_id,
            path=known.path,
        )
        raise ConfigError(
            _("%(line)s; choose another with --id, or --replace to take its place", line=line)
        )


def _lists_of(source: Source) -> list[str]:
    """The addresses of its lists. Feeds and sitemaps are often those of a whole portal, of which
    two sources may take each its part: they count where there is no list."""
    lists = [each.url for each in source.entries if each.kind in (EntryKind.LIST, EntryKind.JSON)]
    return lists or [each.url for each in source.entries]


def _refuse_watched(session: Session, urls: Sequence[str], options: dict[str, Any]) -> None:
    """Raise ConfigError where a source that is enabled watches one of these lists, unless that
    source is to be written anew."""
    keys = {_whatever_scheme(url) for url in urls}
    for source in _watched(session):
        if options["place"] and source.id == options["id"]:
            continue
        for url in _lists_of(source):
            if _whatever_scheme(url) in keys:
                raise ConfigError(
                    _(
                        "%(url)s is watched by %(source_id)s already; %(show)s shows how, and "
                        "--id %(source_id)s --replace describes it anew",
                        url=url,
                        source_id=source.id,
                        show=session.hint(f"sources show {source.id}"),
                    )
                )


def _watched(session: Session) -> tuple[Source, ...]:
    """The sources that are enabled and there: the configuration may name one that is yet to be
    added."""
    try:
        return session.enabled()
    except ConfigError:
        there = session.catalogue.sources
        return tuple(there[each] for each in session.config.enabled or () if each in there)


def _whatever_scheme(url: str) -> str:
    """The key of an address, the same for http and https."""
    return key_of(url).partition("://")[2]


def _surveyed(session: Session, url: str | None, options: dict[str, Any]) -> Portal:
    """What the live portal shows at this address, or saved pages where there is none."""
    from ..portals.survey import SurveyOptions, survey_files

    templates = session.catalogue.templates
    name = options["template"] or ""
    if name and name not in templates:
        known = ", ".join(templates)
        raise click.BadParameter(
            _("there is no template %(name)r; there are: %(known)s", name=name, known=known)
        )
    kinds: tuple[EntryKind, ...] = tuple(EntryKind(kind) for kind in options["kinds"])
    said = SurveyOptions(options["timezone"] or "", options["language"] or "", name, kinds)
    if url is None:
        if options["list_url"] is None:
            raise click.UsageError(
                _("--list needs --url: the address that the saved list came from")
            )
        return survey_files(
            options["list_file"],
            options["list_url"],
            options["article_files"],
            options["article_urls"],
            templates,
            said,
            session.now,
        )
    if options["article_files"] or options["list_url"]:
        raise click.UsageError(_("--article and --url belong to --list FILE, not to a live portal"))
    reasons: list[FetchError | PageError] = []
    spellings = _spellings(url)
    for spelling in spellings:
        try:
            return _looked_at(session, spelling, options, said, retries=spelling is spellings[-1])
        except (FetchError, PageError) as error:
            reasons.append(error)
    if len(reasons) == 1:
        raise reasons[0]
    raise type(reasons[-1])("; ".join(map(str, reasons))) from reasons[-1]


def _spellings(url: str) -> tuple[str, ...]:
    """An address that may lack its scheme, as it is asked for, one way after the other."""
    is_whole = url.lower().startswith(("http://", "https://"))
    return (url,) if is_whole or not url else (f"https://{url}", f"http://{url}")


def _looked_at(
    session: Session, url: str, options: dict[str, Any], said: SurveyOptions, *, retries: bool
) -> Portal:
    """What the live portal shows at a whole address. An address that is guessed needs no
    `retries`: another one is asked for next."""
    from scraper.crawl.probe import Probe

    from ..portals.survey import survey

    stranger = stand_in(url)
    if options["rendering"]:
        stranger = replace(stranger, render=True)
    request = replace(request_for_look(session, stranger), retries=retries)
    waits = options["told"] == "told" or sys.stderr.isatty()
    with Probe(stranger, request, session.archive_or_none) as look:
        pages = LivePages(look, _say if waits else _quietly)
        return survey(url, pages, session.catalogue.templates, said)


def _say(url: str) -> None:
    """What is asked for, for people who wait."""
    note(_("asking for %(url)s", url=url))


def _quietly(url: str) -> None:
    """Nobody is looking."""


def _answers(session: Session, portal: Portal, options: dict[str, Any]) -> Answers:
    """What was said by options, else asked on a terminal, else suggested with --yes."""

    from ..portals.draft import Answers, suggest_answers

    sources = session.catalogue.sources
    guess = suggest_answers(portal, {s.city for s in sources.values()}, set(sources))
    found = Answers(schedule=options["schedule"])
    asking = not options["accepting"] and sys.stdin.isatty() and sys.stderr.isatty()
    for key, question in _QUESTIONS:
        value = options[key] or (getattr(guess, key) if options["accepting"] else "")
        if not value and asking:
            value = click.prompt(_(question), default=getattr(guess, key) or None, err=True)
        if not value and options["accepting"]:  # of a city nothing is evidence
            note(
                _("its city is unknown: write it into the file, or name it with --%(key)s", key=key)
            )
            value = UNKNOWN
        if not value:
            guessed = getattr(guess, key)
            hint = (
                _("; %(guessed)r suggests itself, --yes accepts it", guessed=guessed)
                if guessed
                else ""
            )
            raise ConfigError(_("--%(key)s is missing%(hint)s", key=key, hint=hint))
        found = replace(found, **{key: str(value).strip()})
    return found


def _with_zone_of_city(session: Session, portal: Portal, city: str) -> Portal:
    """The portal with the zone of all known sources of its city, where nothing else shows it."""
    sources = session.catalogue.sources.values()
    known = {each.zone for each in sources if each.city == city}
    if portal.zone_known or city in (COUNTRYWIDE, UNKNOWN) or len(known) != 1:
        return portal
    why = _("that of the other sources of %(city)s", city=city)
    return replace(portal, zone=known.pop(), zone_why=why, zone_known=True)


def _with_zone(portal: Portal, options: dict[str, Any]) -> Portal:
    """The portal with the zone that somebody on a terminal names, where nothing shows it."""
    asking = not options["accepting"] and sys.stdin.isatty() and sys.stderr.isatty()
    if portal.zone_known or not asking:
        return portal
    zone = click.prompt(
        _("Zone of its dates, such as Europe/London"),
        default=portal.zone,
        value_proc=parse_zone,
        err=True,
    )
    return replace(portal, zone=zone, zone_why=_("as you said"), zone_known=True)


def _write(
    session: Session, portal: Portal, answers: Answers, options: dict[str, Any]
) -> tuple[Path, str, bool]:
    """The file's path and text, and whether it was written."""
    from ..portals.draft import checked_text, draft_of, folder_for, write_source

    folder = options["folder"] or folder_for(session.config)
    path = folder / f"{answers.id}.toml"
    _refuse_taken(session, answers.id, options)
    draft = draft_of(portal, answers, session.now)
    text, source = checked_text(draft, path, session.catalogue.templates)
    schedule_of(source)
    _refuse_watched(session, _lists_of(source), options)
    if options["mode"] == "dry":
        return path, text, False
    write_source(text, path, replacing=bool(options["place"]))
    if folder.resolve() not in _read_folders(session):
        note(
            _(
                "%(folder)s is none of the configured folders: add it to `sources` in the "
                "configuration",
                folder=folder,
            )
        )
    return path, text, True


def _read_folders(session: Session) -> Sequence[Path]:
    return [each.resolve() for each in load_config(session.config_option).sources]


def _report_written(session: Session, source_id: str, path: Path) -> None:
    """Where it was written, and what to do next."""
    click.echo(_("wrote       %(path)s", path=path))
    for command in ("sources check", "crawl", "sources test", "sources record"):
        line = session.command_line_for(f"{command} {source_id}")
        click.echo(_("next        %(line)s", line=line))
    enabled = session.config.enabled
    if enabled is not None and source_id not in enabled:
        note(
            _(
                "%(enable)s has it crawled by itself",
                enable=session.hint(f"sources enable {source_id}"),
            )
        )


# What a survey found, shown to people and to machines.

_ROWS = 10
_BODY_LINES = 4


def show_portal(portal: Portal) -> None:
    """The whole finding, on stdout."""
    for name, value in _facts(portal):
        click.echo(fact(name, value))
    click.echo()
    rows = portal.listing.rows
    heading(_("%(shown)s of %(rows)s rows", shown=min(_ROWS, len(rows)), rows=len(rows)))
    columns = (Column("date", folds="never"), Column("title"), Column("address", folds="short"))
    print_table(columns, [_row(row) for row in rows[:_ROWS]])
    click.echo()
    for sample in portal.study.samples[:1]:
        _show_article(sample)
    for warning in portal.warnings:
        click.secho(fact("look at", warning), fg="yellow")


def _facts(portal: Portal) -> list[tuple[str, str]]:
    listing, study = portal.listing, portal.study
    facts = [("family", f"{study.template} ({study.why})")]
    facts += [(entry.kind.value, _described(entry)) for entry in portal.entries]
    if portal.total > len(listing.rows):
        shows = _(
            "%(rows)s of %(total)s articles that the portal names",
            rows=len(listing.rows),
            total=portal.total,
        )
        facts.append(("shows", _("the first pages of the list have %(shows)s", shows=shows)))
    if portal.pager_why:
        counted = next((each.paging for each in portal.entries if each.paging), "none")
        rule = portal.pager.rule if portal.pager else counted
        facts.append(("pager", f"{rule} ({portal.pager_why})"))
    facts += [("language", portal.language), ("zone", f"{portal.zone} ({portal.zone_why})")]
    facts += [("hosts", ", ".join(listing.hosts)), ("articles", " | ".join(listing.allow))]
    if listing.deny:
        facts.append(("not", " | ".join(listing.deny)))
    if listing.rules.row:
        facts.append(("rows", f"{listing.rules.row} {listing.rules.date}".strip()))
    facts += [(key, " | ".join(rules[:1])) for key, rules in study.selectors]
    chosen = {entry.url for entry in portal.entries}
    for candidate in portal.candidates:
        if candidate.url not in chosen:
            text = pluralise(len(candidate.rows), "article")
            text = candidate.reason or _(
                "%(text)s, %(share)s %% dated", text=text, share=round(100 * candidate.dated)
            )
            facts.append(("also there", f"{candidate.kind.value} {candidate.url} ({text})"))
    facts += [("tried too", f"{url} ({pluralise(count, 'row')})") for url, count in portal.others]
    return facts


def _described(entry: EntryChoice) -> str:
    often = _(", read every %(every)s", every=entry.every) if entry.every else ""
    return f"{entry.url} ({entry.why}{often})"


def _row(row: ListRow) -> tuple[str, str, str]:
    return row.published.iso if row.published else _("no date"), row.title, row.url


def _show_article(sample: ArticleSample) -> None:
    article = sample.reading.article
    heading(one_line(sample.capture.url))
    if article is None:
        click.echo(
            fact("outcome", f"{term('outcome', sample.reading.outcome)}: {sample.reading.reason}")
        )
        return
    evidence = by_field(article.evidence)
    values = (
        ("title", article.title),
        ("published", article.published.iso if article.published else ""),
        ("source", article.source or ""),
        ("author", article.author or ""),
    )
    for name, value in values:
        click.echo(fact(name, value or _("unknown")))
        if name in evidence and value:
            place = _(
                "from %(origin)s, %(rule)s",
                origin=term("origin", evidence[name].origin),
                rule=term("rule", evidence[name].rule),
            ).rstrip(", ")
            click.secho(fact("", f"{place}: {one_line(evidence[name].raw, 90)}"), dim=True)
            print_doubt(evidence[name])
    lines = [line for line in article.body.split("\n") if line.strip()]
    for line in lines[:_BODY_LINES]:
        click.echo(fact("text" if line is lines[0] else "", one_line(line, 160)))
    click.echo()


def _selectors(portal: Portal) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {key: value for key, value in _list_rules(portal) if value}
    return found | {key: list(rules) for key, rules in portal.study.selectors}


@dataclass(frozen=True, slots=True)
class AddedSource:
    """The new source of a portal, with the file it was written to, if it was."""

    id: str
    file: Path | None
    toml: str
    portal: Portal


PORTAL_ROW: JsonDocument[ListRow] = JsonDocument(
    Member("url", "text", "address of the article", lambda r: r.url),
    Member("title", "text or null", "its headline", lambda r: r.title or None),
    Member("published", "date or null", "its date, as the list says", lambda r: r.published),
    Member("summary", "text or null", "its summary", lambda r: r.summary or None),
)  # fmt: skip


SAMPLE: JsonDocument[ArticleSample] = JsonDocument(
    Member("url", "text", "address", lambda s: s.capture.url),
    Member("outcome", "text", "as in `parse`, so are the others", lambda s: s.reading.outcome),
    Member("reason", "text", "why the outcome is not `ok`", lambda s: s.reading.reason),
    Member("title", "text or null", "the headline",
        lambda s: s.reading.article.title if s.reading.article else None),
    Member("published", "date or null", "when the page says it was published",
        lambda s: s.reading.article.published if s.reading.article else None),
    Member("source", "text or null", "the issuing body as printed",
        lambda s: s.reading.article.source if s.reading.article else None),
    Member("author", "text or null", "the writer",
        lambda s: s.reading.article.author if s.reading.article else None),
    Member("body", "text or null", "the text",
        lambda s: s.reading.article.body if s.reading.article else None),
)  # fmt: skip


FOUND_ENTRY: JsonDocument[EntryChoice] = JsonDocument(
    Member("kind", "text", "`list`, `feed`, `json` or `sitemap`", lambda e: e.kind),
    Member("url", "text", "its address", lambda e: e.url),
    Member("why", "text", "why it was chosen", lambda e: e.why),
    Member("every", "text or null", "how often it is read; null: in every crawl",
        lambda e: e.every or None),
)  # fmt: skip


FOUND_PAGER: JsonDocument[Portal] = JsonDocument(
    Member("rule", "text", "as `paging` in a source; `none`",
        lambda p: p.pager.rule if p.pager else "none"),
    Member("next", "text or null", "the second page",
        lambda p: p.pager.following if p.pager else None),
    Member("why", "text", "what showed it", lambda p: p.pager_why),
)  # fmt: skip


OFFER: JsonDocument[EntryCandidate] = JsonDocument(
    Member("kind", "text", "`feed`, `json` (a REST interface) or `sitemap`", lambda c: c.kind),
    Member("url", "text", "its address", lambda c: c.url),
    Member("rows", "integer", "articles that it names", lambda c: len(c.rows)),
    Member("dated", "integer", "so many with a date",
        lambda c: sum(row.published is not None for row in c.rows)),
    Member("reason", "text", "why it cannot be used", lambda c: c.reason),
)  # fmt: skip


OTHER_LIST: JsonDocument[tuple[str, int]] = JsonDocument(
    Member("url", "text", "address", lambda o: o[0]),
    Member("rows", "integer", "articles on it", lambda o: o[1]),
)  # fmt: skip


PORTAL: JsonDocument[AddedSource] = JsonDocument(
    Member("id", "text", "the new source's id", lambda a: a.id),
    Member("file", "text or null", "the file that was written; null with `--dry-run`",
        lambda a: a.file),
    Member("toml", "text", "its text", lambda a: a.toml),
    Member("url", "text", "the address that was asked about; of saved pages that of the list",
        lambda a: a.portal.url),
    Member("family", "text", "id of the template", lambda a: a.portal.study.template),
    Member("why", "text", "why this one", lambda a: a.portal.study.why),
    Member("language", "text", "`en`, `zh`, …", lambda a: a.portal.language),
    Member("timezone", "text", "IANA name", lambda a: a.portal.zone),
    Member("timezone_known", "boolean", "whether anything shows it",
        lambda a: a.portal.zone_known),
    Member("total", "integer", "how many articles the portal names, as far as was seen",
        lambda a: a.portal.total or len(a.portal.listing.rows)),
    Member("home", "text", "the home page", lambda a: a.portal.home),
    parts("entries", "where a crawl begins", lambda a: a.portal.entries, FOUND_ENTRY),
    part("pager", "how the list goes on", lambda a: a.portal, FOUND_PAGER),
    Member("hosts", "list", "hosts of the articles", lambda a: a.portal.listing.hosts),
    Member("allow", "list", "shapes of their addresses", lambda a: a.portal.listing.allow),
    Member("deny", "list", "shapes that are kept out", lambda a: a.portal.listing.deny),
    Member("selectors", "object", "selectors that had to be written, by key; mostly empty",
        lambda a: _selectors(a.portal)),
    parts("offers", "feeds and sitemaps that were found", lambda a: a.portal.candidates, OFFER),
    parts("tried", "other list pages that were looked at", lambda a: a.portal.others, OTHER_LIST),
    parts("rows", "the rows of the list's first pages",
        lambda a: a.portal.listing.rows, PORTAL_ROW),
    parts("articles", "the articles that were read", lambda a: a.portal.study.samples, SAMPLE),
    Member("warnings", "list", "texts: what a person should look at", lambda a: a.portal.warnings),
    commands=("sources add --json",),
    about="One document: what was found out of a portal, and the file that was written.",
)  # fmt: skip


def _list_rules(portal: Portal) -> list[tuple[str, str]]:
    rules = portal.listing.rules
    return [("row", rules.row), ("link", rules.link), ("date", rules.date)]


# What commands that look at a live portal without keeping anything have in common.


def stand_in(url: str) -> Source:
    """A source for a portal of which nothing but an address is known: manners and bounds are those
    of every source that says nothing else."""
    return Source(
        id="new",
        name="a portal that is looked at",
        city="unknown",
        language="en",
        zone="Asia/Shanghai",
        home=url,
        entries=(Entry(EntryKind.LIST, url),),
        links=LinkRules((authority_of(url),)),
        fields=FieldRules(),
        schedule="",
    )


def request_for_look(session: Session, source: Source) -> CrawlRequest:
    """How to ask, as a crawl would. Raise ConfigError where there is no contact to be named."""
    return replace(request_for(session, [source], timedelta(), None), watchlist=None)
