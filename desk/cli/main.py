"""The command `hubwatch`: its options, its commands, its exit codes.

Commands live in modules of their own, imported when they are called, so that `hubwatch --help` and
`hubwatch digest --help` load almost nothing. Exit codes: 0 ok, 1 failed, 2 usage or configuration,
3 partly failed, 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import ConfigError, HubwatchError, Paused

from .. import N_, _, described, language, language_of_environment, set_language

if TYPE_CHECKING:
    from pathlib import Path


Entries = Mapping[str, tuple[str, str, str]]
"""Command → module below `desk.cli`, object in it, what the list of commands says of it; one of
which the list says nothing is not shown."""


_USUAL_COLUMNS, _LEAST_COLUMNS = 80, 50


class WidthContext(click.Context):
    """A context that tells the formatter how wide it may write."""

    def make_formatter(self) -> click.HelpFormatter:
        """As click's. That asks `shutil` for the width, which loads three compressors: twice what
        else of ours a list of commands loads."""
        most = self.max_content_width or _USUAL_COLUMNS
        width = self.terminal_width or max(min(columns(), most) - 2, _LEAST_COLUMNS)
        return self.formatter_class(width=width, max_width=self.max_content_width)


def columns() -> int:
    """How many columns the terminal has, as `shutil.get_terminal_size` says: COLUMNS, else what the
    terminal says, else 80."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    if sys.__stdout__ is None:
        return _USUAL_COLUMNS
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_COLUMNS
    except (ValueError, OSError):  # closed, or no terminal
        return _USUAL_COLUMNS


class LazyGroup(click.Group):
    """A group of commands that are imported when they are called, not before.

    They are shown in the order of the entries: the one in which people meet them.
    """

    context_class = WidthContext

    def __init__(self, *arguments: Any, entries: Entries, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._entries = entries

    @property
    def entries(self) -> Entries:
        """The commands, and what the list says of each."""
        return self._entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands that are shown."""
        return [name for name, entry in self._entries.items() if entry[2]]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self._entries:
            return None
        module, name, _ = self._entries[cmd_name]
        command = getattr(import_module(f"desk.cli.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        shown = [(name, _(entry[2])) for name, entry in self._entries.items() if entry[2]]
        with formatter.section(_("Commands")):
            formatter.write_dl(shown)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. For an unknown one name the nearest."""
        if args and args[0] not in self._entries and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = (
                _("; did you mean %(near)r?", near=near[0])
                if near
                else _("; see `%(command)s --help`", command=ctx.command_path)
            )
            raise click.UsageError(
                _("there is no command %(name)r%(hint)s", name=args[0], hint=hint), ctx
            )
        return super().resolve_command(ctx, args)


# command → module, object, what the list of commands says of it
_COMMANDS = {
    "demo": ("demo", "demo", "Crawl the embedded practice portal and make a digest. Start here."),
    "init": ("setup", "init", "Make a configuration and an archive, and say where."),
    "crawl": ("crawl", "crawl", "Crawl sources, or one page."),
    "run": ("daemon", "run", "Run the daemon: every source on its timetable."),
    "timetable": ("timetable", "timetable", "Show what is due when, and how it went last."),
    "pause": ("timetable", "pause", "Let jobs, or everything, rest until a date."),
    "resume": ("timetable", "resume", "End the rest of jobs, or of everything."),
    "status": ("status", "status", "Show how every source is doing, with proof."),
    "incidents": ("incidents", "incidents", "List what is amiss; show one, or see to it."),
    "doctor": ("doctor", "doctor", "Look this installation over, with remedies."),
    "config": ("config", "config", "Show the configuration in use, or check it."),
    "alerts": ("alerts", "alerts", "Tell people what is amiss; test the channels."),
    "sources": ("sources", "sources", "List the sources; add, show, check or test one."),
    "search": ("articles", "search", "Search the archive; a line a story."),
    "show": ("articles", "show", "Show one article with its evidence and history."),
    "stories": ("stories", "stories", "List the stories, each with all its addresses."),
    "story": ("stories", "story", "Show a story and its proof; join stories, or part them."),
    "decide": (
        "decisions",
        "decide",
        "Accept, reject or put off a story, or note something on it.",
    ),
    "add": ("manual_entry", "add", "Add an address by hand, or an item without a page."),
    "correct": ("decisions", "correct", "Correct a title, date, source line or author."),
    "decisions": ("decisions", "decisions", "List what people decided; take it back."),
    "changes": ("revisions", "changes", "List what changed, and what of it was held back."),
    "runs": ("runs", "runs", "List the latest runs."),
    "digest": ("main", "digest", "Make a digest; draft, issue and hand it on."),
    "cite": ("digests.output", "cite", "Cite an article, with the archived page that proves it."),
    "export": ("export", "export", "Write articles, or archived pages, to a file for others."),
    "import": ("export", "import_", "Take over articles or pages that others archived."),
    "backfill": ("backfill", "backfill", "Fetch what a portal published before its first crawl."),
    "parse": ("pages", "parse", "Read saved pages: every field, where it came from, why."),
    "reparse": ("pages", "reparse", "Read the archived pages again with today's rules."),
    "desk": ("desk", "desk", "Serve the review page, where stories are sorted."),
    "people": ("users", "people", "Who may use the desk."),
    "why": ("why", "why", "Say why something is here, or is not."),
    "match": ("relevance", "match", "Grade texts by the watchlist, and say why."),
    "watchlist": ("relevance", "watchlist", "Show what is watched; test an edited list."),
    "rematch": ("relevance", "rematch", "Apply the watchlist to the whole archive."),
    "quarantine": ("quarantine", "quarantine", "List pages that were set aside; try them again."),
    "maintain": (
        "maintenance",
        "maintain",
        "Check the archive, repair it, find its stories again.",
    ),
    "backup": ("maintenance", "backup", "Make one verified file of everything, or verify one."),
    "restore": ("maintenance", "restore", "Put a backup back; it begins paused."),
    "prune": ("maintenance", "prune", "Remove what nothing rests on any more."),
    "upgrade": ("maintenance", "upgrade", "Bring the archive up to this Hubwatch."),
    "practice": ("demo", "practice", "Serve the practice portal on this machine."),
}


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib import metadata

        try:
            version = metadata.version("hubwatch")
        except metadata.PackageNotFoundError:
            version = _("(run from its source)")
        click.echo(f"hubwatch {version}")
        ctx.exit()


def _named(ctx: click.Context, param: click.Parameter, name: str | None) -> Path | None:
    """A file or folder that was named. An empty name, as of an unset variable, is a usage error."""
    if name is None:
        return None
    from pathlib import Path

    if Path(name) == Path():
        raise click.BadParameter(_("names no file; leave it out or fill it in"), ctx, param)
    return Path(name)


class _Commands(LazyGroup):
    """The commands of `hubwatch`."""

    def invoke(self, ctx: click.Context) -> object:
        """Run one. What an error advises is to be typed for the configuration and the archive that
        this call named: who raises it need not know how we were called."""
        try:
            return super().invoke(ctx)
        except HubwatchError as error:
            text = described(error)
            if ctx.obj is not None:
                text = ctx.obj.with_hints(text)
                if isinstance(error, Paused):
                    text += _("; %(command)s goes on", command=ctx.obj.hint("resume"))
            error.args = (text,)
            raise


@click.group(
    cls=_Commands,
    entries=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `hubwatch demo`. `hubwatch COMMAND --help` has examples.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False),
    callback=_named,
    metavar="FILE",
    help="The configuration, else HUBWATCH_CONFIG, /etc/hubwatch, the user's folder.",
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False),
    callback=_named,
    metavar="FILE",
    help="The archive, else HUBWATCH_DB, else the configuration's.",
)
@click.option("--now", metavar="ISO", hidden=True, help="Pretend that it is now this moment.")
@click.option(
    "--config-snapshot",
    type=click.Path(file_okay=False, exists=True),
    callback=_named,
    hidden=True,
    help="Read this copy of the configuration, as the daemon's children do.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version.",
)
@click.pass_context
def cli(
    ctx: click.Context,
    config: Path | None,
    db: Path | None,
    now: str | None,
    config_snapshot: Path | None,
) -> None:
    """Watch government news portals for hub-city updates, with proof of what each page said."""
    from .session import Session, clock_from

    try:
        clock = clock_from(now)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--now") from None
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False
    ctx.obj = Session(config, db, clock, config_snapshot)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code. Errors meant for people are one line."""
    _open_closed()
    set_language(_language(sys.argv[1:] if args is None else args))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character prints another
            stream.reconfigure(errors="replace")
    sys.exit(_run(args))


def _language(args: Sequence[str]) -> str:
    """The language of who called; English for a child of the daemon, which keeps what it says."""
    return "en" if "--config-snapshot" in args else language_of_environment()


def _open_closed() -> None:
    """Have the standard streams that were closed before we began: what is opened next would take
    their numbers, and get what is printed. Writing to such a stdout fails, as it should."""
    for name, mode, flags in (
        ("stdin", "r", os.O_RDONLY),
        ("stdout", "w", os.O_RDONLY),
        ("stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)
            setattr(sys, name, open(descriptor, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def _commands() -> click.Command:
    """The command line in the language of who reads."""
    if language() == "en":
        return cli
    texts = import_module("desk.cli.help_texts")
    texts.translate_click()
    found: click.Command = texts.translated(cli)
    return found


def _run(args: Sequence[str] | None) -> int:
    try:
        code = _commands().main(
            args=None if args is None else list(args), prog_name="hubwatch", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except HubwatchError as error:
        click.echo(f"hubwatch: {' '.join(str(error).split())}", err=True)
        return 2 if isinstance(error, ConfigError) else 1
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        why = _UNWRITABLE.get(error.errno or 0)
        if why is None or error.filename is not None:
            raise
        _drop_output()
        click.echo(_("hubwatch: the output cannot be written: %(why)s", why=_(why)), err=True)
        return 1
    return code if isinstance(code, int) else 0


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_UNWRITABLE = {
    **dict.fromkeys(_NO_ROOM, N_("no room is left where it goes")),
    errno.EBADF: N_("stdout is closed"),
}


def _drop_output() -> None:
    """Nobody takes the output any more. What is left in the buffer must not raise at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_DIGEST_COMMANDS = {
    "make": ("digests.output", "make", ""),
    "draft": ("digests.drafts", "draft", "Draft one: since the last issue, or of a period."),
    "list": ("digests.drafts", "list_", "List the digests, the newest first."),
    "show": ("digests.drafts", "show", "Show a digest: who, when, items, files, deliveries."),
    "preview": ("digests.drafts", "preview", "Show a draft as it would be issued, with warnings."),
    "edit": ("digests.drafts", "edit", "Edit a draft: its order, its words, what is left out."),
    "issue": ("digests.drafts", "issue", "Issue a draft; from then on it never changes."),
    "correct": ("digests.drafts", "correct", "Draft a correction of an issue."),
    "discard": ("digests.drafts", "discard", "Lay a draft aside; its number stays taken."),
    "render": ("digests.output", "render", "Write a digest in a format."),
    "evidence": ("digests.output", "evidence", "Write the evidence behind a digest as a ZIP."),
    "send": ("digests.output", "send", "Hand an issue to a target of the configuration, once."),
    "deliver": ("digests.output", "deliver", "Hand on what is owed."),
}


class _DigestGroup(LazyGroup):
    """`digest` makes one at once. A word after it is a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let everything but the name of a command stand for making one at once."""
        if not (args and args[0] in _DIGEST_COMMANDS) and not {"-h", "--help"} & set(args):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DigestGroup, entries=_DIGEST_COMMANDS, subcommand_metavar="[OPTIONS | COMMAND …]")
def digest() -> None:
    """Make a digest of what was first seen within a period; or draft one, issue it, hand it on.

    Without a command it is made at once and kept nowhere. It opens with what was scanned and what
    was missed; then key items, the rest by city, and what changed or was withdrawn. Copies of a
    story are one item with all its addresses.

    \b
    --since WHEN   first seen since; 7d where it is left out
    --until WHEN   first seen until; now
    --topic TOPIC  only of this topic; several may be named
    --relevant     only relevant stories; --accepted: only those that people accepted
    --group WHAT   sections by city (the default) or topic
    --title TEXT   the title, else the configuration's
    --format WORD  html docx md txt csv xlsx json atom eml; else FILE's ending, else md
    -o FILE        where to write it, else to the terminal

    \b
    Examples:
      hubwatch digest --since 7d -o digest.html
      hubwatch digest --since 2026-03-01 --until 2026-03-07 --relevant
      hubwatch digest --since 24h --format csv -o today.csv
      hubwatch digest draft --since-last --by Ana
      hubwatch digest issue 12 --by Ana
    """
