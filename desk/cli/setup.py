"""`hubwatch init`: a configuration and an archive, in places that are said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError
from hubwatch.toml import with_schema
from scraper.configuration import archive_path, find_file, named_file, parse_contact, user_file
from storage.archive import Archive, is_there

from .. import N_, _
from ..config import read_config, user_archive
from ..documents import JsonDocument, Member
from .console import note, print_json
from .options import JSON, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from ..config import Config

_TEMPLATE = N_("""\
# Hubwatch's configuration. Paths are relative to this file.

archive = {archive}

# A live crawl tells each portal whom to write to: a mail address or a page.
# contact = "mailto:you@example.org"

# Dates and times of digests are those of this zone.
timezone = "Asia/Shanghai"

# Folders with sources of your own; one with the id of a shipped source replaces it.
# The folder `sources` beside this file is looked into without being named.
# sources = ["sources"]

# Watched names; without this the shipped list.
# watchlist = "watchlist.toml"

# The packs of shipped sources that are crawled, none to begin with; docs/sources.md says which
# there are. `also` adds single ones, `disabled` takes some out, and sources of your own count by
# themselves. `hubwatch sources enable` and `disable` write here.
packs = []
also = []

# How much stays free on the disk (below it no crawl begins), and how long
# `hubwatch archive prune` keeps lists that a newer copy replaced; docs/archive.md has more keys.
# [limits]
# free_space = "500 MB"
# [retention]
# lists = "90d"

# [digest]
# title = "Hub-city updates"

# The review page; with this `hubwatch run` keeps it running. docs/desk.md has the other keys.
# [desk]
# serve = true
""")


def _contact(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return parse_contact(value.strip())
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


contact_option = click.option(
    "--contact",
    metavar="ADDRESS",
    callback=_contact,
    help="Whom portals may write to, for live crawls.",
)


@click.command()
@contact_option
@output_option
@pass_session
def init(session: Session, contact: str | None, output: str) -> None:
    """Make a configuration and an archive where there are none.

    Without options both go to your own folders; with --config FILE the archive lies beside that
    file; --db FILE names the archive. What exists is kept as it is. Nothing is crawled by it:
    `hubwatch sources enable` says what is, and `hubwatch setup` does all of that at once.

    \b
    Examples:
      hubwatch init --contact mailto:you@example.org
      hubwatch --config /srv/hubwatch/hubwatch.toml init
      hubwatch --config hubwatch.toml init --json
    """

    path, made = make_configuration(session, contact)
    config = read_config(path)
    archive = archive_path(session.db_option, config)
    existed = is_there(archive)
    Archive.create(archive).close()
    text = _("made") if made else _kept(path, config, contact)
    if output == JSON:
        print_json(BEGUN(Begun(path, made, archive, not existed, config.contact, _next(session))))
        return
    click.echo(_("configuration  %(path)s (%(text)s)", path=path, text=text))
    fate = _("kept") if existed else _("made")
    click.echo(_("archive        %(archive)s (%(fate)s)", archive=archive, fate=fate))
    advice = _(", or ").join(_next(session))
    click.echo(_("next           %(next)s", next=advice))


@dataclass(frozen=True, slots=True)
class Begun:
    """A configuration and an archive, made now or kept as they were."""

    path: Path
    made: bool
    archive: Path
    archive_made: bool
    contact: str
    advice: tuple[str, ...]


BEGUN: JsonDocument[Begun] = JsonDocument(
    Member("config", "text", "the configuration", lambda b: b.path),
    Member("config_made", "boolean", "whether it was made now; else it is kept as it was",
        lambda b: b.made),
    Member("archive", "text", "the archive", lambda b: b.archive),
    Member("archive_made", "boolean", "whether it was made now", lambda b: b.archive_made),
    Member("contact", "text or null", "the contact that the configuration names; `init` sets none "
        "in one that was there", lambda b: b.contact or None),
    Member("next", "list", "texts: commands to go on with, any of them", lambda b: b.advice),
    commands=("init --json",),
    about="One document.",
)  # fmt: skip


def make_configuration(session: Session, contact: str | None) -> tuple[Path, bool]:
    """Write a configuration where there is none. Return where it is, and whether it was made.
    Raise ConfigError where it cannot be written."""
    path = _place(session)
    made = not path.exists()
    if made:
        _write(path, _archive(session), contact)
    return path, made


def _kept(path: Path, config: Config, contact: str | None) -> str:
    """What to say of a configuration that was there. A file that people wrote is never edited."""
    if contact is None or contact == config.contact:
        return _("kept")
    has = _("it says %(contact)s", contact=config.contact) if config.contact else _("it has none")
    note(
        _(
            "%(path)s is kept as it is and the contact not set: %(has)s; the line would be",
            path=path,
            has=has,
        )
    )
    note(f"contact = {_quoted(contact)}")
    return _("kept; contact not set")


def _quoted(text: str) -> str:
    """A TOML basic string. A JSON text is one too, for the characters that addresses have."""
    return json.dumps(text, ensure_ascii=False)


def _next(session: Session) -> tuple[str, ...]:
    try:
        if session.enabled():
            return (session.command_line_for("crawl --all"),)
    except ConfigError:
        return (session.command_line_for("config check"),)
    return (
        session.command_line_for("setup"),
        session.command_line_for("sources enable guiyang-en"),
    )


def _place(session: Session) -> Path:
    return find_file(session.config_option) or user_file()


def _archive(session: Session) -> str:

    if session.db_option is not None:
        return str(session.db_option.absolute())
    return "hubwatch.db" if named_file(session.config_option) else str(user_archive())


def _write(path: Path, archive: str, contact: str | None) -> None:
    text = _(_TEMPLATE).format(archive=_quoted(archive))
    if contact:
        line = f"contact = {_quoted(contact)}"
        text = text.replace('# contact = "mailto:you@example.org"', line)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(with_schema(text, "hubwatch"), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            _("%(path)s: cannot be written: %(strerror)s", path=path, strerror=error.strerror)
        ) from error
