"""`hubwatch sources add`: a portal that nobody described yet, described.

Shows what was found out, asks what only people know, and has the file written. How a portal is
understood is `desk.portals`' business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import ConfigError
from hubwatch.toml import parse_id, parse_language
from scraper.sources.links import authority_of
from scraper.sources.model import Entry, EntryKind, FieldRules, LinkRules, Source

from ..config import load_config
from ..portals.pages import LivePages
from ..text import one_line, pluralise
from ..timetable import schedule_of
from .console import Column, fact, heading, note, print_json, print_table, program_name
from .crawl import request_for
from .options import FILE, JSON, dry_run_option, output_option
from .pages import address_argument
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.crawl.request import CrawlRequest
    from scraper.sources.model import EntryKind, Source
    from storage.lists import ListRow

    from ..portals.articles import ArticleSample
    from ..portals.draft import Answers
    from ..portals.survey import Portal, SurveyOptions


_QUESTIONS = (
    ("id", "Id (stays for ever)"),
    ("city", "City or province in English, or national"),
    ("name", "Name, as digests print it"),
)
_KINDS = ("list", "feed", "sitemap")


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


def _zone(text: str) -> str:
    from scraper.sources.values import parse_zone

    return parse_zone(text)


@click.command()
@click.argument("url", required=False, metavar="[URL]", callback=address_argument)
@click.option("--list", "list_file", type=FILE, metavar="FILE", help="A saved list page.")
@click.option(
    "--article", "article_files", type=FILE, metavar="FILE", multiple=True,
    help="A saved article of that list; several make surer.",
)  # fmt: skip
@click.option(
    "--url", "list_url", metavar="URL", callback=address_argument,
    help="Where the saved list came from.",
)  # fmt: skip
@click.option(
    "--article-url", "article_urls", metavar="URL", multiple=True,
    help="Where a saved article came from; else its canonical link or its headline tells.",
)  # fmt: skip
@click.option("--id", metavar="ID", callback=_checked(parse_id), help="The new source's id.")
@click.option("--city", metavar="CITY", help="City or province in English, or `national`.")
@click.option("--name", metavar="NAME", help="What people call it.")
@click.option("--schedule", default="every 2h", show_default=True, help="When to crawl it.")
@click.option("--language", metavar="TAG", callback=_checked(parse_language), help="`en`, `zh`, …")
@click.option("--timezone", metavar="ZONE", callback=_checked(_zone), help="Of its dates.")
@click.option("--template", metavar="ID", help="The family, where you know better.")
@click.option(
    "--entry", "kinds", type=click.Choice(_KINDS), multiple=True,
    help="Begin at the list, a feed, a sitemap; else what is dated and goes furthest back.",
)  # fmt: skip
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--yes", "accepting", flag_value="yes", default="", help="Accept what is suggested.")
@click.option("--replace", "place", flag_value="replace", default="", help="Write over a file.")
@dry_run_option("Print the file only.")
@output_option
@pass_session
def add(session: Session, /, url: str | None, output: str, **options: Any) -> None:
    """Learn how a portal is built, from one address or from saved pages, and write its source.

    Finds its list, pager, feeds, the shape of its articles' addresses, the family it belongs to,
    language and zone; shows ten rows and an article as it is read. Asks for id, city and name on a
    terminal; anywhere else options or --yes answer. The pages are asked for as a crawl would:
    slowly, and only what robots.txt allows.

    \b
    Examples:
      hubwatch sources add https://www.our-town.example/news/
      hubwatch sources add https://www.our-town.example/ --id our-town-en --city "Our Town" --yes
      hubwatch sources add --list list.html --url https://www.our-town.example/news/ \\
          --article article.html --id our-town-en --city "Our Town" --name "Our Town" --dry-run
    """
    saved = options["list_file"] is not None
    if saved == (url is not None):
        raise click.UsageError("name the portal's URL, or --list FILE and --url URL")
    portal = _from_files(session, options) if saved else _from_portal(session, str(url), options)
    if output != JSON:
        show_portal(portal)
    answers = _answers(session, portal, options)
    path, text, written = _write(session, portal, answers, options)
    if output == JSON:
        document = {"id": answers.id, "file": str(path) if written else None, "toml": text}
        print_json(document | portal_json(portal))
    elif not written:
        click.echo(text, nl=False)
    else:
        _report_written(session, answers, path)


def _survey_options(session: Session, options: dict[str, Any]) -> SurveyOptions:
    from ..portals.survey import SurveyOptions

    name = options["template"] or ""
    if name and name not in session.catalogue.templates:
        known = ", ".join(session.catalogue.templates)
        raise click.BadParameter(f"there is no template {name!r}; there are: {known}")
    kinds: tuple[EntryKind, ...] = tuple(EntryKind(kind) for kind in options["kinds"])
    return SurveyOptions(options["timezone"] or "", options["language"] or "", name, kinds)


def _from_portal(session: Session, url: str, options: dict[str, Any]) -> Portal:
    from scraper.crawl.probe import Probe

    from ..portals.survey import survey

    if options["article_files"] or options["list_url"]:
        raise click.UsageError("--article and --url belong to --list FILE, not to a live portal")
    stranger = stand_in(url)
    request = request_for_look(session, stranger)
    with Probe(stranger, request, session.archive_or_none) as look:
        pages = LivePages(look, _say)
        return survey(url, pages, session.catalogue.templates, _survey_options(session, options))


def _say(url: str) -> None:
    """What is asked for, for people who wait."""
    if sys.stderr.isatty():
        note(f"asking for {url}")


def _from_files(session: Session, options: dict[str, Any]) -> Portal:
    from ..portals.survey import survey_files

    if options["list_url"] is None:
        raise click.UsageError("--list needs --url: the address that the saved list came from")
    return survey_files(
        options["list_file"],
        options["list_url"],
        options["article_files"],
        options["article_urls"],
        session.catalogue.templates,
        _survey_options(session, options),
        session.now,
    )


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
            value = click.prompt(question, default=getattr(guess, key), err=True)
        if not value:
            hint = f"; {getattr(guess, key)!r} suggests itself, --yes accepts it"
            raise ConfigError(f"--{key} is missing{hint}")
        found = replace(found, **{key: str(value).strip()})
    return found


def _write(
    session: Session, portal: Portal, answers: Answers, options: dict[str, Any]
) -> tuple[Path, str, bool]:
    """The file's path and text, and whether it was written."""
    from ..portals.draft import checked_text, draft_of, folder_for, write_source

    folder = options["folder"] or folder_for(session.config)
    path = folder / f"{answers.id}.toml"
    known = session.catalogue.sources.get(answers.id)
    if known is not None and not options["place"] and options["mode"] != "dry":
        line = f"{answers.id!r} is the id of a source already ({known.path})"
        raise ConfigError(f"{line}; choose another with --id, or --replace to take its place")
    draft = draft_of(portal, answers, session.now)
    text, source = checked_text(draft, path, session.catalogue.templates)
    schedule_of(source)
    if options["mode"] == "dry":
        return path, text, False
    write_source(text, path, replacing=bool(options["place"]))
    if folder.resolve() not in _read_folders(session):
        note(
            f"{folder} is none of the configured folders: add it to `sources` in the configuration"
        )
    return path, text, True


def _read_folders(session: Session) -> Sequence[Path]:
    return [each.resolve() for each in load_config(session.config_option).sources]


def _report_written(session: Session, answers: Answers, path: Path) -> None:
    """Where it was written, and what to do next."""
    click.echo(f"wrote       {path}")
    hubwatch = program_name()
    if session.config_option is not None:
        hubwatch += f" --config {session.config_option}"
    for command in ("sources check", "crawl", "sources test", "sources record"):
        click.echo(f"next        {hubwatch} {command} {answers.id}")
    enabled = session.config.enabled
    if enabled is not None and answers.id not in enabled:
        note(
            f"add {answers.id!r} to `enabled` in {session.config.path} to have it crawled by itself"
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
    heading(f"{min(_ROWS, len(rows))} of {len(rows)} rows")
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
    facts += [(entry.kind.value, f"{entry.url} ({entry.why})") for entry in portal.entries]
    if portal.pager_why:
        rule = portal.pager.rule if portal.pager else "none"
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
            text = candidate.reason or f"{text}, {round(100 * candidate.dated)} % dated"
            facts.append(("also there", f"{candidate.kind.value} {candidate.url} ({text})"))
    facts += [("tried too", f"{url} ({pluralise(count, 'row')})") for url, count in portal.others]
    return facts


def _row(row: ListRow) -> tuple[str, str, str]:
    return row.published.iso if row.published else "no date", row.title, row.url


def _show_article(sample: ArticleSample) -> None:
    article = sample.reading.article
    heading(one_line(sample.capture.url))
    if article is None:
        click.echo(fact("outcome", f"{sample.reading.outcome}: {sample.reading.reason}"))
        return
    evidence = {each.field: each for each in article.evidence}
    values = (
        ("title", article.title),
        ("published", article.published.iso if article.published else ""),
        ("source", article.source or ""),
        ("author", article.author or ""),
    )
    for name, value in values:
        click.echo(fact(name, value or "unknown"))
        if name in evidence and value:
            place = f"from {evidence[name].origin}, {evidence[name].rule}".rstrip(", ")
            click.secho(fact("", f"{place}: {one_line(evidence[name].raw, 90)}"), dim=True)
    lines = [line for line in article.body.split("\n") if line.strip()]
    for line in lines[:_BODY_LINES]:
        click.echo(fact("text" if line is lines[0] else "", one_line(line, 160)))
    click.echo()


def portal_json(portal: Portal) -> dict[str, Any]:
    """The finding for machines. The keys are in docs/machine.md."""
    listing, study = portal.listing, portal.study
    return {
        "url": portal.url,
        "family": study.template,
        "why": study.why,
        "language": portal.language,
        "timezone": portal.zone,
        "home": portal.home,
        "entries": [
            {"kind": entry.kind.value, "url": entry.url, "why": entry.why}
            for entry in portal.entries
        ],
        "pager": {
            "rule": portal.pager.rule if portal.pager else "none",
            "next": portal.pager.following if portal.pager else None,
            "why": portal.pager_why,
        },
        "hosts": list(listing.hosts),
        "allow": list(listing.allow),
        "deny": list(listing.deny),
        "selectors": {
            **{key: value for key, value in _list_rules(portal) if value},
            **{key: list(rules) for key, rules in study.selectors},
        },
        "offers": [
            {
                "kind": candidate.kind.value,
                "url": candidate.url,
                "rows": len(candidate.rows),
                "dated": sum(row.published is not None for row in candidate.rows),
                "reason": candidate.reason,
            }
            for candidate in portal.candidates
        ],
        "tried": [{"url": url, "rows": count} for url, count in portal.others],
        "rows": [row_json(row) for row in listing.rows],
        "articles": [article_json(sample) for sample in study.samples],
        "warnings": list(portal.warnings),
    }


def _list_rules(portal: Portal) -> list[tuple[str, str]]:
    rules = portal.listing.rules
    return [("row", rules.row), ("link", rules.link), ("date", rules.date)]


def row_json(row: ListRow) -> dict[str, Any]:
    """A row of a list, for machines."""
    return {
        "url": row.url,
        "title": row.title or None,
        "published": row.published.iso if row.published else None,
        "summary": row.summary or None,
    }


def article_json(sample: ArticleSample) -> dict[str, Any]:
    """An article that was looked at, for machines."""
    article = sample.reading.article
    return {
        "url": sample.capture.url,
        "outcome": sample.reading.outcome,
        "reason": sample.reading.reason,
        "title": article.title if article else None,
        "published": article.published.iso if article and article.published else None,
        "source": article.source if article else None,
        "author": article.author if article else None,
        "body": article.body if article else None,
    }


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
