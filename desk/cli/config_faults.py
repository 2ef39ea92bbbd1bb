"""What `hubwatch run` refuses. `run`, `doctor`, `config check` and a reload all ask here, so that
none of them takes what another does not.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import (
    ConfigError,
    HubwatchError,
    NewerSchema,
    NoArchive,
    OlderSchema,
    Unreadable,
)
from hubwatch.locks import Lock
from scraper.configuration import ARCHIVE_VARIABLE, find_file

from .. import _, described
from ..config import at_key, user_archive
from ..config_snapshot import last_kept
from .crawl import contact_for
from .main import cli, renamed
from .options import READ_ONLY
from .session import Session

if TYPE_CHECKING:
    from ..timetable import TimetableEntry

NEVER = ("run", "demo", "desk", "practice", "setup", "worker")
"""Commands that do not end by themselves, or are for people alone."""
OWN_JOBS = "hubwatch."
"""How the names begin of jobs that are there without an entry, such as `hubwatch.alerts`. An entry
may have such a name where its command is that of the job: then it takes its place."""
_HELP = ("-h", "--help", "--version")


@dataclass(frozen=True, slots=True)
class ConfigFault:
    """Why the daemon would not begin, in one line that names the file, and what to do."""

    error: HubwatchError
    remedy: str

    @property
    def text(self) -> str:
        """The line, in the language of who reads."""
        return described(self.error)


def refusals(session: Session) -> tuple[ConfigFault, ...]:
    """Everything for which `hubwatch run` would not begin, as far as it can be known without
    running it: the file itself, its sources and their contact, the watchlist, each command of the
    timetable, the daemon's address, the archive."""
    found = of_configuration(session)
    return found if _is_unread(session) else (*found, *_of_archive(session))


def of_configuration(session: Session) -> tuple[ConfigFault, ...]:
    """Those of them that are no matter of the archive."""
    found = of_plan(session)
    if _is_unread(session):
        return found
    return (*found, *_tried(lambda: _address(session), _("free that port, or choose another")))


def require_usable(session: Session) -> None:
    """Raise the first of these."""
    for each in refusals(session):
        raise each.error


def of_plan(session: Session) -> tuple[ConfigFault, ...]:
    """Those of them that are in people's files alone: what a daemon refuses when one changes."""
    if _is_unread(session):
        return tuple(_tried(lambda: session.config, _line(session)))
    return (
        *_tried(lambda: _contact(session), _contact_remedy(session)),
        *_of_jobs(session),
    )


def _of_jobs(session: Session) -> tuple[ConfigFault, ...]:
    """What keeps anybody from saying which jobs there are and what they run."""
    line = _line(session)
    found = [*_tried(session.enabled, line), *_tried(lambda: _watchlist(session), line)]
    found += _tried(lambda: _word_template(session), line)
    found += _tried(lambda: _templates(session), line)
    found += _tried(lambda: _formats(session), line)
    for entry in session.config.timetable:
        found += _tried(lambda each=entry: check_entry(session, each), line)  # type: ignore[misc]
    return tuple(found)


def require_plan(session: Session) -> None:
    """Raise the first of what `of_plan` finds."""
    for each in of_plan(session):
        raise each.error


def require_jobs(session: Session) -> None:
    """Raise the first fault for which nobody could say which jobs there are."""
    for each in _of_jobs(session):
        raise each.error


def _tried(check: Callable[[], object], remedy: str) -> Iterator[ConfigFault]:
    try:
        check()
    except HubwatchError as error:
        yield ConfigFault(error, remedy)


def _is_unread(session: Session) -> bool:
    try:
        session.config  # noqa: B018 - it is read where it is first asked for
    except ConfigError:
        return True
    return False


def _line(session: Session) -> str:
    check = session.hint("config check")
    return _("correct that line; %(check)s looks again", check=check)


def _watchlist(session: Session) -> None:
    path = session.config.watchlist
    if path is not None and not path.is_file():
        told = _("%(path)s: there is no such file", path=path)
        raise at_key(session.config, "watchlist", told)
    if path is not None:
        session.watchlist  # noqa: B018 - children would refuse what is wrong with it


def _word_template(session: Session) -> None:
    path = session.config.word_template
    if path is None:
        return
    from ..digest.formats.word_template import opened

    try:
        opened(path)
    except ConfigError as error:
        raise at_key(session.config, "digest.word_template", str(error)) from None


def _templates(session: Session) -> None:
    path = session.config.templates
    if path is not None and not path.is_dir():
        told = _("%(path)s: there is no such folder", path=path)
        raise at_key(session.config, "digest.templates", told)


def _formats(session: Session) -> None:
    for number, target in enumerate(session.config.deliveries, 1):
        if target.formats:
            from ..digest.sending import wrong_formats

            told = wrong_formats(target)
            if told:
                raise at_key(session.config, f"delivery[{number}].formats", told)


def _contact(session: Session) -> None:
    try:
        enabled = session.enabled()
    except ConfigError:
        return  # said by itself
    contact_for(session, enabled)


def _contact_remedy(session: Session) -> str:
    return session.hint("setup --contact mailto:you@example.org")


def _of_archive(session: Session) -> Iterator[ConfigFault]:
    try:
        session.reading().close()
    except HubwatchError as error:
        yield ConfigFault(error, session.with_hints(archive_remedy(error)))


def archive_remedy(error: HubwatchError) -> str:
    """What to do about an archive that cannot be opened."""
    if isinstance(error, NoArchive):
        return "`hubwatch init`"
    if isinstance(error, OlderSchema):
        return "`hubwatch archive upgrade`"
    if isinstance(error, NewerSchema):
        return _("upgrade Hubwatch here")
    if isinstance(error, Unreadable):
        return _("run this as the owner of the archive, or let this user read it")
    return _(
        "see whether the right file is named; `hubwatch backup restore FILE --replace` puts a "
        "backup in its place and sets it aside"
    )


def _address(session: Session) -> None:
    """Raise ConfigError where another program has the daemon's address. While a daemon serves this
    archive it is the daemon's own."""
    place, archive = session.config.listen, session.archive_or_none
    if not place or (archive is not None and not Lock(archive, "daemon").is_free()):
        return
    host, _separator, port = place.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host.strip("[]"), int(port)))
        except OSError as error:
            told = _("%(place)s: %(why)s", place=place, why=error.strerror or error)
            raise at_key(session.config, "daemon.listen", told) from None


# A command line of the timetable, read as it would be at night.


def check_entry(session: Session, entry: TimetableEntry) -> None:
    """Raise ConfigError where a command of the timetable is none that ends by itself, or where its
    options and words cannot be what it says. Files that it names may come later."""
    word = entry.command[0] if entry.command else ""
    if word in NEVER or not word:
        told = _("%(word)r is no command that ends by itself; see `hubwatch --help`", word=word)
        raise at_key(session.config, f"{_key(entry)}.command", told)
    if entry.name in session.catalogue.sources:
        told = _("%(name)r is the id of a source", name=entry.name)
        raise at_key(session.config, f"{_key(entry)}.name", told)
    own = entry.name.removeprefix(OWN_JOBS)
    if own not in (entry.name, *entry.command):
        told = _("%(name)r is the name of a job of Hubwatch's own", name=entry.name)
        raise at_key(session.config, f"{_key(entry)}.name", told)
    wrong = complaint(session, entry.command)
    if wrong:
        raise at_key(session.config, f"{_key(entry)}.command", wrong)


@dataclass(frozen=True, slots=True)
class OldName:
    """An entry of the timetable that names a command as it was called before. It goes on: the
    daemon runs what that command is called now. `remedy` is what writes the new name."""

    job: str
    old: str
    new: str
    remedy: str

    @property
    def text(self) -> str:
        """The line, in the language of who reads."""
        return _(
            "%(job)s: `hubwatch %(old)s` is now `hubwatch %(new)s`, which is run in its place",
            job=self.job,
            old=self.old,
            new=self.new,
        )


def old_names(session: Session) -> tuple[OldName, ...]:
    """The entries of the timetable that name a command as it was called before. Raise ConfigError
    where the configuration cannot be read."""
    found = []
    for entry in session.config.timetable:
        now = renamed(entry.command)
        if now is not None:
            new = shlex.join(now)
            remedy = shlex.join(("timetable", "edit", entry.name, "--command", new))
            old = shlex.join(entry.command)
            found.append(OldName(entry.name, old, new, session.hint(remedy)))
    return tuple(found)


def _key(entry: TimetableEntry) -> str:
    """Where in its file an entry stands: `timetable[2]`."""
    return entry.place.rpartition(": ")[2]


def complaint(session: Session, words: Sequence[str]) -> str:
    """What is wrong with a command line, behind `hubwatch`, in one line. Empty if nothing is. It is
    read as if it were typed, and not run. One by a name that a command had before goes on."""
    if set(words) & set(_HELP):
        return _("a job does not ask for help")
    context = click.Context(cli, info_name="hubwatch", obj=session)
    context.meta[READ_ONLY] = True
    try:
        _read(cli, context, list(renamed(words) or words))
    except click.BadParameter as error:
        if error.param is not None and isinstance(error.param.type, (click.Path, click.File)):
            return ""  # what is not there now may be when it is due
        return " ".join(error.format_message().split())
    except click.UsageError as error:
        return " ".join(error.format_message().split())
    except HubwatchError as error:
        return " ".join(str(error).split())
    except (click.exceptions.Exit, click.Abort):
        return _("a job does not ask for help")
    return ""


def _read(command: click.Group, context: click.Context, words: list[str]) -> None:
    """Read the words behind a group, down to the command that they name. Raise UsageError."""
    name, found, rest = command.resolve_command(context, words)
    assert found is not None
    inner = found.make_context(name, rest, parent=context)
    if not isinstance(found, click.Group):
        return
    left = [*inner._protected_args, *inner.args]
    if left:
        _read(found, inner, left)
    elif not found.invoke_without_command:
        raise click.UsageError(_("%(name)s wants a command", name=name), inner)


# The last configuration that could be used, for who asks while somebody mends the present one.


@dataclass(frozen=True, slots=True)
class UsableSession:
    """The session to go on with, and why it is not the one that was asked for, or what is wrong
    with that. `is_copy`: it is of the files that a daemon has kept since they could last be
    used."""

    session: Session
    fault: str = ""
    is_copy: bool = False


def usable_session(session: Session) -> UsableSession:
    """What is in force: the session, or where its files cannot be used the copy that a daemon has
    kept. Raise ConfigError where there is none and the file itself cannot be read."""
    wrong = of_plan(session)
    if not wrong or session.config_snapshot is not None:
        return UsableSession(session)
    folder = _last_copy(session)
    if folder is not None:
        earlier = Session(session.config_option, session.db_option, session.clock, folder)
        if not of_plan(earlier):
            day = f"{datetime.fromtimestamp(folder.stat().st_mtime, UTC):%Y-%m-%d %H:%M}Z"
            text = _("%(fault)s; in force is the copy of %(day)s", fault=wrong[0].text, day=day)
            return UsableSession(earlier, text, is_copy=True)
    session.config  # noqa: B018 - raises what is wrong with it
    return UsableSession(session, _("%(fault)s; `hubwatch run` refuses that", fault=wrong[0].text))


def _last_copy(session: Session) -> Path | None:
    """The folder with the newest copy of this configuration that a daemon kept."""
    path = find_file(session.config_option)
    if path is None:
        return None
    named = _archive_of(session, path)
    folders = [path.absolute().parent, user_archive().parent]
    homes = [each for folder in folders for each in folder.glob("*.config-snapshot")]
    if named is not None:
        homes = [named.absolute().with_name(f"{named.name}.config-snapshot")]
    return last_kept(homes, path)


def _archive_of(session: Session, path: Path) -> Path | None:
    """The archive of a configuration that may be broken."""
    named = session.db_option or os.environ.get(ARCHIVE_VARIABLE)
    if named:
        return Path(named)
    try:
        return session.archive_or_none
    except ConfigError:
        pass
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return None
    found = re.search(r"""^[ \t]*archive[ \t]*=[ \t]*["']([^"'\n]+)["']""", text, re.MULTILINE)
    return path.absolute().parent / Path(found[1]).expanduser() if found else None
