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

from .. import N_, _, described, language, language_of_environment, pgettext, set_language

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


class CommandGroup(click.Group):
    """A group of commands. For one that is not there it names the nearest, or that in whose place
    it was."""

    context_class = WidthContext

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. One that is not there is a usage error that names another."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(self._describe_unknown(ctx, args), ctx)
        return super().resolve_command(ctx, args)

    def _describe_unknown(self, ctx: click.Context, args: list[str]) -> str:
        words = [*ctx.command_path.split()[1:], *args]
        now = renamed(words)
        if now is not None:
            return _(
                "`%(old)s` is now `%(new)s`",
                old=" ".join(("hubwatch", *_old_name(words))),
                new=_command_line(ctx, now),
            )
        path = " ".join(words[: len(words) - len(args) + 1])
        if path in _MEANT_COMMANDS:
            hint = _(
                "; you may look for `%(command)s`",
                command=_command_line(ctx, _MEANT_COMMANDS[path].split()),
            )
        else:
            hint = self._nearest(ctx, args[0])
        return _("there is no command %(name)r%(hint)s", name=args[0], hint=hint)

    def _nearest(self, ctx: click.Context, word: str) -> str:
        near = import_module("difflib").get_close_matches(word, self.list_commands(ctx), n=1)
        if near:
            return _("; did you mean %(near)r?", near=near[0])
        return _("; see `%(command)s --help`", command=ctx.command_path)


def _command_line(ctx: click.Context, words: Sequence[str]) -> str:
    """A command line with the configuration and the archive that this call named."""
    given = ctx.find_root().params
    named = [(f"--{name}", str(given[name])) for name in ("config", "db") if given.get(name)]
    line = ("hubwatch", *(word for pair in named for word in pair), *words)
    return str(import_module("shlex").join(line))


def program_name() -> str:
    """How to call us again: `hubwatch`, or the path as typed where the shell would not find it."""
    import shutil

    called = sys.argv[0]
    found = shutil.which("hubwatch")
    here = os.path.basename(called) == "hubwatch" and os.sep in called  # noqa: PTH119
    if here and (found is None or not os.path.samefile(found, called)):  # noqa: PTH121
        return called
    return "hubwatch"


class LazyGroup(CommandGroup):
    """A group of commands that are imported when they are called, not before.

    They are shown in the order of the entries: the one in which people meet them.
    """

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
        self._write_list(formatter, _("Commands"), self.list_commands(ctx))

    def _write_list(
        self, formatter: click.HelpFormatter, heading: str, names: Sequence[str]
    ) -> None:
        with formatter.section(heading):
            formatter.write_dl([(name, _(self._entries[name][2])) for name in names])


class UsualGroup(LazyGroup):
    """A group of which one command, the first, needs no name: what is no name of a command is
    meant for that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let everything but the name of a command stand for the usual one."""
        if not (args and args[0] in self._entries) and not {"-h", "--help"} & set(args):
            args = [next(iter(self._entries)), *args]
        return super().parse_args(ctx, args)


# command → module, object, what the list of commands says of it
_COMMANDS = {
    "setup": ("first_steps", "setup", "Go from nothing to watching. Start here."),
    "init": ("setup", "init", "Make a configuration and an archive, and say where."),
    "run": ("daemon", "run", "Run the daemon: every source on its timetable."),
    "search": ("articles", "search", "Search the archive; a line a story."),
    "digest": ("main", "digest", "Make a digest; draft, issue and hand it on."),
    "status": ("status", "status", "Show how every source is doing, with proof."),
    "demo": ("demo", "demo", "Crawl the embedded practice portal and make a digest."),
    "practice": ("demo", "practice", "Serve the practice portal on this machine."),
    "desk": ("desk", "desk", "Serve the review page, where stories are sorted."),
    "mcp": ("mcp", "mcp", "Serve the archive to programs by the Model Context Protocol."),
    "completion": ("completion", "completion", "Let a shell complete words by Tab."),
    "people": ("users", "people", "Who may use the desk."),
    "show": ("articles", "show", "Show one article with its evidence and history."),
    "stories": ("stories", "stories", "List the stories; show one, join, part or add some."),
    "decisions": ("decisions", "decisions", "List what people decided; decide, correct, undo."),
    "facts": ("facts", "facts", "List what articles say as data: figures, events."),
    "contradictions": (
        "contradictions",
        "contradictions",
        "List where reports contradict each other; settle it.",
    ),
    "changes": ("revisions", "changes", "List what changed, and what of it was held back."),
    "pictures": ("pictures", "pictures", "Show stories by city and week, a rhythm, coverage."),
    "why": ("why", "why", "Say why something is here, or is not."),
    "watchlist": ("relevance", "watchlist", "Show what is watched; test an edited list."),
    "match": ("relevance", "match", "Grade texts by the watchlist, and say why."),
    "cite": ("digests.output", "cite", "Cite an article, with the archived page that proves it."),
    "export": ("export", "export", "Write articles, or archived pages, to a file for others."),
    "sources": ("sources", "sources", "List the sources and their runs; add or check one."),
    "crawl": ("crawl", "crawl", "Crawl sources, or one page."),
    "slice": ("main", "slices", "Hand a source out to be crawled elsewhere; merge it."),
    "cluster": ("cluster", "cluster", "Show the machines that crawl, too."),
    "worker": ("cluster", "worker", "Crawl for a centre, on a machine of its cluster."),
    "backfill": ("backfill", "backfill", "Fetch what a portal published before its first crawl."),
    "import": ("export", "import_", "Take over articles or pages that others archived."),
    "parse": ("pages", "parse", "Read saved pages: every field, where it came from, why."),
    "quarantine": ("quarantine", "quarantine", "List pages that were set aside; show one."),
    "timetable": ("main", "timetable", "Show what is due when; let jobs rest, or go on."),
    "incidents": ("incidents", "incidents", "List what is amiss; show one, or see to it."),
    "doctor": ("doctor", "doctor", "Look this installation over, with remedies."),
    "config": ("config", "config", "Show the configuration in use, or check it."),
    "alerts": ("alerts", "alerts", "Tell people what is amiss; test the channels."),
    "subscriptions": ("subscriptions", "subscriptions", "Alert people at once of new stories."),
    "reread": ("main", "reread", "Apply today's rules to what is archived."),
    "archive": ("main", "archive", "Check the archive, repair, prune or upgrade it."),
    "backup": ("maintenance", "backup", "Make one file of everything; verify or restore one."),
}
_FIRST = ("setup", "run", "search", "digest", "status")
_BEGIN = ("init", "demo", "practice", "config", "desk", "people", "mcp", "completion")
_STORIES = (
    "show", "stories", "decisions", "facts", "contradictions", "changes", "pictures", "why",
    "watchlist", "match",
)  # fmt: skip
_DIGESTS = ("cite", "export", "subscriptions")
_SOURCES = (
    "sources", "crawl", "backfill", "slice", "cluster", "worker", "import", "parse", "quarantine",
    "timetable",
)  # fmt: skip
_KEEP = ("incidents", "doctor", "alerts", "reread", "archive", "backup")


def places() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headings of the list of all commands, with the commands below each: the five that come
    first, then the places of the desk, with what comes before and after."""
    return (
        (pgettext("place", "First"), _FIRST),
        (pgettext("place", "Begin"), _BEGIN),
        (pgettext("place", "Stories"), _STORIES),
        (pgettext("place", "Digests"), _DIGESTS),
        (pgettext("place", "Sources"), _SOURCES),
        (pgettext("place", "Keep"), _KEEP),
    )


RENAMED_COMMANDS = {
    "story show": "stories show",
    "story merge": "stories merge",
    "story split": "stories split",
    "story": "stories show",
    "decide": "decisions add",
    "correct": "decisions correct",
    "add": "stories add",
    "runs": "sources runs",
    "pause": "timetable pause",
    "resume": "timetable resume",
    "reparse": "reread pages",
    "rematch": "reread grades",
    "quarantine retry": "reread quarantine",
    "maintain rebuild-stories": "reread stories",
    "maintain check": "archive check",
    "maintain repair": "archive repair",
    "maintain scrub": "archive scrub",
    "maintain mend": "archive mend",
    "maintain": "archive",
    "prune": "archive prune",
    "upgrade": "archive upgrade",
    "restore": "backup restore",
}
"""Commands that have another name now. The command line refuses the old one and names the new; a
job of the timetable that was written with it goes on."""
_MEANT_COMMANDS = {
    "daemon": "run",
    "start": "run",
    "serve": "run",
    "web": "desk",
    "ui": "desk",
    "server": "desk",
    "gui": "desk",
    "login": "people link",
    "users": "people",
    "user": "people",
    "enable": "sources enable",
    "disable": "sources disable",
    "check": "sources check",
    "test": "sources test",
    "source": "sources",
    "feeds": "sources",
    "portals": "sources",
    "fetch": "crawl",
    "scrape": "crawl",
    "spider": "crawl",
    "update": "crawl",
    "find": "search",
    "grep": "search",
    "query": "search",
    "list": "stories",
    "ls": "stories",
    "news": "stories",
    "queue": "stories",
    "articles": "search",
    "article": "show",
    "merge": "stories merge",
    "split": "stories split",
    "accept": "decisions add",
    "reject": "decisions add",
    "undo": "decisions undo",
    "report": "digest",
    "newsletter": "digest",
    "mail": "digest send",
    "send": "digest send",
    "draft": "digest draft",
    "issue": "digest issue",
    "diff": "changes",
    "history": "changes",
    "logs": "sources runs",
    "log": "sources runs",
    "schedule": "timetable",
    "cron": "timetable",
    "jobs": "timetable",
    "stop": "timetable pause",
    "health": "status",
    "problems": "incidents",
    "errors": "incidents",
    "topics": "watchlist show",
    "keywords": "watchlist show",
    "verify": "backup verify",
    "migrate": "archive upgrade",
    "vacuum": "archive prune",
    "clean": "archive prune",
    "fsck": "archive check",
    "dump": "export",
    "load": "import",
    "settings": "config",
    "version": "--version",
    "help": "--help",
}
"""What newcomers type who know other programs, and what they mean by it."""


def _old_name(words: Sequence[str]) -> tuple[str, ...]:
    """The words that are the name of a command which has another one now; none where it has not."""
    for length in (2, 1):
        if " ".join(words[:length]) in RENAMED_COMMANDS:
            return tuple(words[:length])
    return ()


def renamed(words: Sequence[str]) -> tuple[str, ...] | None:
    """A command line, without `hubwatch`, by the names of today. None where it is so already."""
    old = _old_name(words)
    if not old or (old == ("story",) and len(words) == 1):
        return ("stories",) if old else None
    return (*RENAMED_COMMANDS[" ".join(old)].split(), *words[len(old) :])


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write them place by place."""
        for place, names in places():
            self._write_list(formatter, place, names)

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
                    text += _("; %(command)s goes on", command=ctx.obj.hint("timetable resume"))
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
    ctx.meta["hubwatch.called"] = True
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
    sys.exit(_run(global_options_first(sys.argv[1:] if args is None else args)))


_GLOBAL = ("--config", "--db", "--now")


def global_options_first(args: Sequence[str]) -> list[str]:
    """A command line whose configuration and archive may be named anywhere, as it is read: these
    first. What follows `--` stays as it is. No command has an option of such a name."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _GLOBAL:
            front += [word, *(value for value in (next(words, None),) if value is not None)]
        elif word.startswith(tuple(f"{name}=" for name in _GLOBAL)):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest]


def _language(args: Sequence[str]) -> str:
    """The language of who called; English for a machine, and for a child of the daemon, which keeps
    what it says."""
    is_read = "--config-snapshot" in args or _asks_for_json(args)
    return "en" if is_read else language_of_environment()


def _asks_for_json(args: Sequence[str]) -> bool:
    return "--json" in (args[: args.index("--")] if "--" in args else args)


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


def _run(args: Sequence[str]) -> int:
    for_machines = _asks_for_json(args)
    try:
        code = _commands().main(args=list(args), prog_name="hubwatch", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        if for_machines:
            _print_error("usage", error.exit_code, error.format_message())
        else:
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except HubwatchError as error:
        code = 2 if isinstance(error, ConfigError) else 1
        _say_failed("configuration" if code > 1 else "failed", code, str(error), for_machines)
        return code
    except BrokenPipeError:
        _drop_output()
        return 1
    except UnicodeEncodeError as error:
        word = next((each for each in args if _is_no_text(each)), None)
        if word is None or error.reason != "surrogates not allowed":
            raise
        shown = os.fsencode(word).decode("utf-8", "backslashreplace")
        text = _("%(word)s is no text in UTF-8; type it anew", word=shown)
        _say_failed("usage", 2, text, for_machines)
        return 2
    except PermissionError as error:
        if error.filename is None:
            raise
        text = _(
            "%(path)s: %(why)s; run this as its owner, or check the permissions of it and its "
            "folders",
            path=os.fsdecode(error.filename),
            why=error.strerror,
        )
        _say_failed("failed", 1, text, for_machines)
        return 1
    except OSError as error:
        why = _UNWRITABLE.get(error.errno or 0)
        if why is None or error.filename is not None:
            raise
        _drop_output()
        click.echo(_("hubwatch: the output cannot be written: %(why)s", why=_(why)), err=True)
        return 1
    return code if isinstance(code, int) else 0


def _is_no_text(word: str) -> bool:
    """Whether it has bytes that are no UTF-8, as the name of a file may."""
    return any("\ud800" <= each <= "\udfff" for each in word)


def _say_failed(kind: str, code: int, message: str, for_machines: bool) -> None:
    if for_machines:
        _print_error(kind, code, message)
    else:
        click.echo(f"hubwatch: {' '.join(message.split())}", err=True)


def _print_error(kind: str, code: int, message: str) -> None:
    """What went wrong, for machines: a JSON document on the last line of standard error."""
    told = {"kind": kind, "exit_code": code, "message": " ".join(message.split())}
    line = import_module("json").dumps({"error": told}, ensure_ascii=False)
    click.echo(line, err=True)


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
    "withdraw": ("digests.drafts", "withdraw", "Draft the withdrawal of an issue."),
    "discard": ("digests.drafts", "discard", "Lay a draft aside; its number stays taken."),
    "brief": ("digests.brief", "brief", "Make a cited brief of chosen articles."),
    "add": ("digests.brief", "add", "Put chosen articles into a draft."),
    "render": ("digests.output", "render", "Write a digest in a format."),
    "template": ("digests.output", "template", "Write a Word template to begin your own with."),
    "evidence": ("digests.output", "evidence", "Write the evidence behind a digest as a ZIP."),
    "send": ("digests.output", "send", "Hand an issue to a target of the configuration, once."),
    "deliver": ("digests.output", "deliver", "Hand on what is owed."),
}


@click.group(cls=UsualGroup, entries=_DIGEST_COMMANDS, subcommand_metavar="[OPTIONS | COMMAND …]")
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


_TIMETABLE_COMMANDS = {
    "show": ("timetable", "show", ""),
    "add": ("timetable_entries", "add", "Put a command of Hubwatch on the timetable."),
    "edit": ("timetable_entries", "edit", "Change an entry: its command, when it is due."),
    "remove": ("timetable_entries", "remove", "Take an entry off the timetable."),
    "pause": ("timetable", "pause", "Let jobs, or everything, rest until a date."),
    "resume": ("timetable", "resume", "End the rest of jobs, or of everything."),
}


@click.group(cls=UsualGroup, entries=_TIMETABLE_COMMANDS, subcommand_metavar="[JOB … | COMMAND …]")
def timetable() -> None:
    """Show when each job of the daemon is due next and how its last run went; add, change or remove
    entries; let jobs rest.

    A job is an enabled source, by its id, or an entry of [[timetable]], by its name.

    \b
    --simulate SPAN  what would run from now on, so far
    --json           print JSON, for machines

    \b
    Examples:
      hubwatch timetable
      hubwatch timetable guiyang-en --json
      hubwatch timetable --simulate 7d
      hubwatch timetable add nightly-backup "backup --to /srv/backups" --schedule "daily at 03:10"
      hubwatch timetable pause guiyang-en --until 12h --why "asked to by them" --by Ana
    """


_SLICE_COMMANDS = {
    "out": ("slices", "out", "Hand out what the archive knows of a source."),
    "merge": ("slice_crawls", "merge", "Merge what was fetched elsewhere."),
    "read": ("chunks", "read", "Read a chunk of pages, as a worker does."),
    "list": ("slices", "list_slices", "List what was handed out, and what became of it."),
    "drop": ("slices", "drop", "Give an attempt up."),
}


@click.group("slice", cls=LazyGroup, entries=_SLICE_COMMANDS)
def slices() -> None:
    """Have a source crawled elsewhere: hand out what the archive knows of it, merge what came back.

    A slice is a small file that can be brought anywhere. `hubwatch crawl --slice` crawls it there
    and writes an answer, which is merged here. What is fetched elsewhere is read and decided here.

    \b
    Examples:
      hubwatch slice out guiyang-en --to guiyang.slice --hold 2h
      hubwatch crawl --slice guiyang.slice
      hubwatch slice merge guiyang.slice.answer
    """


_REREAD_COMMANDS = {
    "pages": ("pages", "reread_pages", "Read the archived pages again."),
    "grades": ("relevance", "reread_grades", "Apply the watchlist to the whole archive."),
    "facts": ("facts", "reread", "Read figures and events of all articles again."),
    "events": ("events", "reread", "Find again which stories tell one event."),
    "contradictions": ("contradictions", "reread", "Compare again what older rules compared."),
    "stories": ("maintenance", "reread_stories", "Compare all texts again, and find the stories."),
    "quarantine": ("quarantine", "retry", "Try pages again that were set aside."),
}


@click.group(cls=LazyGroup, entries=_REREAD_COMMANDS)
def reread() -> None:
    """Apply today's rules to what is archived: pages, grades, facts, events, contradictions …

    Nothing of it is news, and what is cut short goes on with the next call.

    \b
    Examples:
      hubwatch reread pages --dry-run
      hubwatch reread grades
      hubwatch reread stories
      hubwatch reread quarantine guiyang-en
    """


_ARCHIVE_COMMANDS = {
    "scrub": ("maintenance", "scrub", "Compare everything with what was written."),
    "mend": ("maintenance", "mend", "Mend what a scrub found, from backups or portals."),
    "check": ("maintenance", "check", "Look at every page, every reference and the text index."),
    "repair": ("maintenance", "repair", "Make the text index again from the articles."),
    "prune": ("maintenance", "prune", "Remove what nothing rests on any more."),
    "upgrade": ("maintenance", "upgrade", "Bring the archive up to this Hubwatch."),
}


@click.group(cls=LazyGroup, entries=_ARCHIVE_COMMANDS)
def archive() -> None:
    """Check the archive, repair its text index, prune it, or bring it up to date.

    \b
    Examples:
      hubwatch archive check
      hubwatch archive repair
      hubwatch archive prune --dry-run
      hubwatch archive upgrade
    """
