"""The options and arguments that several commands take, each declared once.

A command's parameter has the name that is given first here. Where only the words differ from
command to command, the option is made by a function.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from hubwatch.patterns import lazy_pattern

from .. import N_, _, set_language
from ..text import one_line
from .session import Session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = Callable[..., Any]
Option = Callable[[Command], Command]

TEXT, JSON, CSV, TSV = "text", "json", "csv", "tsv"


class Whole(click.IntRange):
    """A whole number within bounds. Its name is what people read of it."""

    name = N_("whole number")


NUMBER = Whole(0, 2**63 - 1)
"""The number of something in the archive, whose integers end there."""
COUNT = Whole(1, 2**63 - 1)
TABLE_FORMAT = "hubwatch.table_format"
"""Where a context keeps how a list is printed that is no JSON."""
CALLED = "hubwatch.called"
"""Where a context keeps that the command is called, and not only looked at."""
FILE = click.Path(path_type=Path, dir_okay=False)
"""A file that is written. One that is read is of `INPUT`."""
FOLDER = click.Path(path_type=Path, file_okay=False)


def require_file(path: Path) -> None:
    """Raise a usage error where a file that was named is not there. That holds for every command:
    what is wrong inside a file is another matter, and exit code 1."""
    if not path.exists():
        raise MissingFile(path)


class MissingFile(click.BadParameter):
    """A file that was named is not there. One line without the usage, which was no matter."""

    def __init__(
        self,
        path: Path,
        param: click.Parameter | None = None,
        ctx: click.Context | None = None,
    ) -> None:
        super().__init__(_("%(path)s: there is no such file", path=path), ctx, param)

    def format_message(self) -> str:
        """The line."""
        return self.message

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        click.echo(f"hubwatch: {self.message}", file=file, err=True)


READ_ONLY = "desk.cli.options.read_only"
"""Set in a context's `meta`: the command line is read and not run, files may come later."""


_MOST_READ = 2**32
"""Bytes of standard input that are kept."""


class InputFile(click.Path):
    """A file that is read, or `-`, standard input. One that is not there is one line, and a usage
    error."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        found = Path(str(super().convert(value, param, ctx)))
        if str(found) == "-" and ctx is not None and ctx.meta.get(CALLED):
            return _kept_input(ctx)
        if not found.exists() and not (ctx is not None and ctx.meta.get(READ_ONLY)):
            raise MissingFile(found, param, ctx)
        if found.is_dir():  # an empty name, as of an unset variable, is the folder one is in
            self.fail(_("%(path)r is a folder, no file", path=str(value)), param, ctx)
        return found


class InputName(click.types.StringParamType):
    """The name of what is read: a file, a folder, an address or `-`. Whether it is there is seen
    where it is read: of several, one that is missing is an outcome."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name; of standard input that of the file it is kept in."""
        if value == "-" and ctx is not None and ctx.meta.get(CALLED):
            return str(_kept_input(ctx))
        return str(value)


INPUT_NAME = InputName()


def _kept_input(ctx: click.Context) -> Path:
    """Standard input as a file, which goes when the command ends: what reads it may look at its
    name, and more than once. Its ending is what its first bytes show."""
    folder = ctx.with_resource(import_module("tempfile").TemporaryDirectory(prefix="hubwatch-"))
    kept = Path(folder, "stdin")
    with kept.open("wb") as out:
        while part := sys.stdin.buffer.read(2**20):
            out.write(part)
            if out.tell() > _MOST_READ:
                raise click.UsageError(_("standard input is longer than 4 GB"), ctx)
    return kept.rename(kept.with_name(f"stdin{_ending_of(kept)}"))


def _ending_of(path: Path) -> str:
    """The ending of archived pages, WARC or JSON Lines, packed or not, and of nothing else."""
    with path.open("rb") as file:
        head = file.read(2)
    packed = ".gz" if head == b"\x1f\x8b" else ""
    with import_module("gzip").open(path) if packed else path.open("rb") as file:
        try:
            start = file.read(64).lstrip(b"\xef\xbb\xbf \r\n")
        except OSError:  # it only begins as such
            return ""
    if start.startswith(b"WARC/"):
        return f".warc{packed}"
    return f".jsonl{packed}" if start.startswith(b"{") else ""


INPUT = InputFile(path_type=Path, dir_okay=False)


class WebAddress(click.types.StringParamType):
    """An http or https address, as the archive and the crawler take it."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address. Anything else is a usage error."""
        from scraper.sources.links import is_web_address

        if not is_web_address(value):
            self.fail(_("%(text)r is no http or https address", text=value), param, ctx)
        return str(value)


ADDRESS = WebAddress()


class PortalAddress(WebAddress):
    """The same, or one without its scheme, as people copy it: `www.our-town.example/news`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as it was typed. Anything else is a usage error."""
        if _HOST.match(str(value)):
            super().convert(f"https://{value}", param, ctx)
            return str(value)
        return super().convert(value, param, ctx)


_HOST = lazy_pattern(
    r"(?i)(?:[^\W_][\w-]*\.)+(?!(?:html?|php|toml|txt|xml|json)\b)[^\W\d_][\w-]*"
    r"(?::[0-9]{1,5})?(?:[/?#]|$)"
)
"""How an address without its scheme begins: not as the name of a file, nor as a number."""


PORTAL_ADDRESS = PortalAddress()


FOREIGN = frozenset(
    f".{name}"
    for name in (
        *("7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip", "zst"),
        *("doc", "epub", "odt", "ods", "pdf", "ppt", "pptx", "rss", "rtf", "xls"),
        *("gif", "jpeg", "jpg", "png", "webp"),
        *(
            "atom",
            "csv",
            "docx",
            "eml",
            "htm",
            "html",
            "json",
            "jsonl",
            "md",
            "ndjson",
            "toml",
            "warc",
        ),
        *("xlsx", "xml"),
    )
)
"""Endings of files that are not what we write, unless a command says that it does."""


def form_by_ending(
    target: Path | None, endings: Mapping[str, str], asked: str | None, usual: str
) -> str:
    """Which format goes into a file: what was `asked` for, else what its ending says, else the
    `usual` one where it has none. `endings` are those of the formats. A usage error where a reader
    would take the file for something else than it is."""
    name = target.name.lower() if target else ""
    found = max((each for each in endings if name.endswith(each)), key=len, default=None)
    ending = found or Path(name).suffix
    if found is not None and asked in (None, endings[found]):
        return endings[found]
    if not ending:
        return asked or usual
    if asked is None:
        named = ", ".join(dict.fromkeys(endings))
        raise click.BadParameter(
            _(
                "%(target)s: %(ending)s is the ending of no format; there are %(named)s",
                target=target,
                ending=ending,
                named=named,
            ),
            param_hint="-o",
        )
    is_text = ending == ".txt" and asked not in ("docx", "xlsx", "zip", "warc")
    if not is_text and (found is not None or ending in FOREIGN):
        raise click.BadParameter(
            _(
                "%(target)s: a file that ends in %(ending)s is no %(form)s",
                target=target,
                ending=ending,
                form=asked,
            ),
            param_hint="-o",
        )
    return asked


def span(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    """`30s`, `15m`, `12h`, `7d`. Anything else is a usage error."""
    if value is None:
        return None
    from hubwatch.spans import parse_span

    try:
        return parse_span(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """`7d`, `2026-01-31`, `2026-01-31T08:00`, without a zone in the configured one. For the option
    `--until` a date counts to its last moment. Anything else is a usage error."""
    if value is None:
        return None
    from ..moments import parse_since, parse_until

    session = ctx.find_object(Session)
    assert session is not None
    parse = parse_until if param.name == "until" else parse_since
    try:
        return parse(value, session.now, session.config.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def name_of(person: str) -> str:
    """A name as it is kept. One that names nobody is a usage error."""
    if not person.strip():
        raise click.BadParameter(_("names nobody"), param_hint="--by")
    return one_line(person)


# What a shell offers for completion.

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def completing(kind: str) -> Completer:
    """What completes a word of that kind, loaded only when a shell asks."""

    def complete(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
        found: list[CompletionItem] = import_module("desk.cli.completion").complete(
            kind, ctx, begun
        )
        return found

    return complete


# What is printed.


def _for_machines(ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """What machines read is in English, and what goes wrong meanwhile, too. A list that was asked
    for as a table is told from the same documents."""
    if value in (CSV, TSV):
        ctx.meta[TABLE_FORMAT] = value
    if value in (JSON, CSV, TSV) or TABLE_FORMAT in ctx.meta:
        set_language("en")
        return JSON
    return value


def _as_table(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    formats = import_module("tabulate").tabulate_formats
    if value not in formats:
        raise click.BadParameter(
            _("%(text)r is none of %(formats)s", text=value, formats=", ".join(formats)), ctx, param
        )
    ctx.meta[TABLE_FORMAT] = value


output_option = click.option(
    "--json",
    "output",
    flag_value=JSON,
    default=TEXT,
    is_eager=True,
    callback=_for_machines,
    help="Print JSON, for machines.",
)
"""The parameter `output` is then `json`, else `text`."""


def listing_option(command: Command) -> Command:
    """`output`, and a list also as CSV, as TSV, or as a table of a format of tabulate's, under the
    names that sqlite-utils gives these options."""
    for option in reversed((output_option, *_AS_TABLE)):
        command = option(command)
    return command


_AS_TABLE = (
    click.option(
        "--csv",
        "output",
        flag_value=CSV,
        is_eager=True,
        callback=_for_machines,
        help="Print CSV, a column for each key of the JSON.",
    ),
    click.option(
        "--tsv",
        "output",
        flag_value=TSV,
        is_eager=True,
        callback=_for_machines,
        help="Print the same, separated by tabs.",
    ),
    click.option(
        "--fmt",
        expose_value=False,
        is_eager=True,
        callback=_as_table,
        metavar="FORMAT",
        help="Print a table: github, simple, html, …",
    ),
)


def limit_option(usual: int = 20, help: str | None = None) -> Option:  # noqa: A002 - click's word
    """`limit`: so many at most."""
    return click.option("--limit", type=COUNT, default=usual, show_default=True, help=help)


def target_option(help: str) -> Option:  # noqa: A002
    """`target`: the file that is written, None for stdout."""
    return click.option(
        "-o", "--output", "target", type=FILE, callback=_or_stdout, metavar="FILE", help=help
    )


def _or_stdout(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path | None:
    """`-` is standard output, as no file is."""
    return None if value is not None and str(value) == "-" else value


def dry_run_option(help: str) -> Option:  # noqa: A002
    """`mode` is `dry` where only what would happen is to be said."""
    return click.option("--dry-run", "mode", flag_value="dry", default="wet", help=help)


# Who acts, and on what.


def person_option(help: str, **rest: Any) -> Option:  # noqa: A002
    """`person`, to be cleaned by `name_of`. Who acts may be named by the environment."""
    return click.option(
        "--by",
        "person",
        metavar="NAME",
        envvar=PERSON_VARIABLE,
        shell_complete=completing("person"),
        help=help,
        **rest,
    )


PERSON_VARIABLE = "HUBWATCH_BY"
by_option = person_option("Who says so, else HUBWATCH_BY.", required=True)
"""Who decides."""
said_by_option = click.option("--by", "person", metavar="NAME", help="Only what this person said.")
"""Whose words are looked for: no matter of who asks."""


def reason_option(help: str, **rest: Any) -> Option:  # noqa: A002
    """`why`: what is kept as the reason."""
    return click.option("--why", metavar="TEXT", help=help, **rest)


def wait_option(usual: str, help: str) -> Option:  # noqa: A002
    """`wait`: how long to wait for whoever has a host."""
    return click.option(
        "--wait", callback=span, default=usual, show_default=True, metavar="SPAN", help=help
    )


def number_argument(name: str, metavar: str | None = None) -> Option:
    """The number of something in the archive."""
    return click.argument(name, metavar=metavar, type=NUMBER, shell_complete=completing("number"))


def source_argument(metavar: str = "ID") -> Option:
    """`source_id`: one source."""
    return click.argument("source_id", metavar=metavar, shell_complete=completing("source"))


# What is looked for.

source_option = click.option(
    "--source", metavar="ID", shell_complete=completing("source"), help="Only of this source."
)
sources_option = click.option(
    "--source", "sources", multiple=True, metavar="ID", shell_complete=completing("source"),
    help="Only of this source.",
)  # fmt: skip
topics_option = click.option(
    "--topic", "topics", multiple=True, metavar="TOPIC", shell_complete=completing("topic"),
    help="Only of this topic.",
)  # fmt: skip
cities_option = click.option(
    "--city", "cities", multiple=True, metavar="CITY", shell_complete=completing("city"),
    help="Only of this city.",
)  # fmt: skip
languages_option = click.option(
    "--language", "languages", multiple=True, metavar="CODE", help="en, zh, …"
)


def since_option(help: str) -> Option:  # noqa: A002
    """`since`: the first moment."""
    return click.option("--since", callback=moment, metavar="WHEN", help=help)


def until_option(help: str) -> Option:  # noqa: A002
    """`until`: the last moment."""
    return click.option("--until", callback=moment, metavar="WHEN", help=help)


published_since = since_option("Published since: 7d, 2026-01-31.")
published_until = until_option("Published until then, inclusive.")
