"""`hubwatch sources add`: a portal that nobody described yet, described.

Shows what was found out, asks what only people know, and has the file written. How a portal is
understood is `desk.portals`' business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import JSON, note, output_option, own_name, print_json
from .parse import _address as checked_address
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.sources.model import EntryKind

    from ..portals.suggest import Answers
    from ..portals.survey import Portal, Wish

_QUESTIONS = (
    ("id", "Id (stays for ever)"),
    ("city", "City or province in English, or national"),
    ("name", "Name, as digests print it"),
)
_KINDS = ("list", "feed", "sitemap")
_file = click.Path(path_type=Path, dir_okay=False)


def _word(what: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that checks an option as a source's file is checked."""

    def check(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        from scraper.sources import values

        try:
            if value is not None:
                getattr(values, f"parse_{what}")(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        return value

    return check


@click.command()
@click.argument("url", required=False, metavar="[URL]", callback=checked_address)
@click.option("--list", "list_file", type=_file, metavar="FILE", help="A saved list page.")
@click.option(
    "--article", "article_files", type=_file, metavar="FILE", multiple=True,
    help="A saved article of that list; several make surer.",
)  # fmt: skip
@click.option(
    "--url", "list_url", metavar="URL", callback=checked_address,
    help="Where the saved list came from.",
)  # fmt: skip
@click.option(
    "--article-url", "article_urls", metavar="URL", multiple=True,
    help="Where a saved article came from; else its canonical link or its headline tells.",
)  # fmt: skip
@click.option("--id", metavar="ID", callback=_word("id"), help="The new source's id.")
@click.option("--city", metavar="CITY", help="City or province in English, or `national`.")
@click.option("--name", metavar="NAME", help="What people call it.")
@click.option("--schedule", default="every 2h", show_default=True, help="When to crawl it.")
@click.option("--language", metavar="TAG", callback=_word("language"), help="`en`, `zh`, …")
@click.option("--timezone", metavar="ZONE", callback=_word("zone"), help="Of its dates.")
@click.option("--template", metavar="ID", help="The family, where you know better.")
@click.option(
    "--entry", "kinds", type=click.Choice(_KINDS), multiple=True,
    help="Begin at the list, a feed, a sitemap; else what is dated and goes furthest back.",
)  # fmt: skip
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--yes", "accepting", flag_value="yes", default="", help="Accept what is suggested.")
@click.option("--replace", "place", flag_value="replace", default="", help="Write over a file.")
@click.option("--dry-run", "mode", flag_value="dry", default="", help="Print the file only.")
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
        from .portal_view import show_portal

        show_portal(portal)
    answers = _answers(session, portal, options)
    path, text, written = _write(session, portal, answers, options)
    if output == JSON:
        from .portal_view import portal_json

        told = {"id": answers.id, "file": str(path) if written else None, "toml": text}
        print_json(told | portal_json(portal))
    elif not written:
        click.echo(text, nl=False)
    else:
        _tell(session, answers, path)


def _wish(session: Session, options: dict[str, Any]) -> Wish:
    from scraper.sources.model import EntryKind

    from ..portals.survey import Wish

    name = options["template"] or ""
    if name and name not in session.catalogue.templates:
        known = ", ".join(session.catalogue.templates)
        raise click.BadParameter(f"there is no template {name!r}; there are: {known}")
    kinds: tuple[EntryKind, ...] = tuple(EntryKind(kind) for kind in options["kinds"])
    return Wish(options["timezone"] or "", options["language"] or "", name, kinds)


def _from_portal(session: Session, url: str, options: dict[str, Any]) -> Portal:
    from scraper.crawl.probe import Probe

    from ..portals.pages import LivePages
    from ..portals.survey import survey
    from .look import request_for_look, stand_in

    if options["article_files"] or options["list_url"]:
        raise click.UsageError("--article and --url belong to --list FILE, not to a live portal")
    stranger = stand_in(url)
    request = request_for_look(session, stranger)
    with Probe(stranger, request, session.archive_or_none) as look:
        pages = LivePages(look, _say)
        return survey(url, pages, session.catalogue.templates, _wish(session, options))


def _say(url: str) -> None:
    """What is asked for, for people who wait."""
    if sys.stderr.isatty():
        note(f"asking for {url}")


def _from_files(session: Session, options: dict[str, Any]) -> Portal:
    from ..portals.offline import survey_files

    if options["list_url"] is None:
        raise click.UsageError("--list needs --url: the address that the saved list came from")
    return survey_files(
        options["list_file"],
        options["list_url"],
        options["article_files"],
        options["article_urls"],
        session.catalogue.templates,
        _wish(session, options),
        session.now,
    )


def _answers(session: Session, portal: Portal, options: dict[str, Any]) -> Answers:
    """What was said by options, else asked on a terminal, else suggested with --yes."""
    from dataclasses import replace

    from hubwatch.errors import ConfigError

    from ..portals.suggest import Answers, suggest_answers

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
    from hubwatch.errors import ConfigError

    from ..portals.draft import checked_text, draft_of, folder_for, write_source
    from ..schedules import schedule_of

    folder = options["folder"] or folder_for(session.config)
    path = folder / f"{answers.id}.toml"
    known = session.catalogue.sources.get(answers.id)
    if known is not None and not options["place"] and not options["mode"]:
        told = f"{answers.id!r} is the id of a source already ({known.path})"
        raise ConfigError(f"{told}; choose another with --id, or --replace to take its place")
    draft = draft_of(portal, answers, session.now)
    text, source = checked_text(draft, path, session.catalogue.templates)
    schedule_of(source)
    if options["mode"]:
        return path, text, False
    write_source(text, path, replacing=bool(options["place"]))
    if folder.resolve() not in _read_folders(session):
        note(
            f"{folder} is none of the configured folders: add it to `sources` in the configuration"
        )
    return path, text, True


def _read_folders(session: Session) -> Sequence[Path]:
    from ..config import load_config

    return [each.resolve() for each in load_config(session.config_option).sources]


def _tell(session: Session, answers: Answers, path: Path) -> None:
    """Where it was written, and what to do next."""
    click.echo(f"wrote       {path}")
    hubwatch = own_name()
    if session.config_option is not None:
        hubwatch += f" --config {session.config_option}"
    for command in ("sources check", "crawl", "sources test", "sources record"):
        click.echo(f"next        {hubwatch} {command} {answers.id}")
    enabled = session.config.enabled
    if enabled is not None and answers.id not in enabled:
        note(
            f"add {answers.id!r} to `enabled` in {session.config.path} to have it crawled by itself"
        )
