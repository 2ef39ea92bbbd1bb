"""The commands as pages, made from the command line's own tree: a reference in Markdown, and manual
pages for `man`. What they say is what `--help` says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from desk.cli.main import cli

INTRODUCTION = """# Commands

Made from the command line itself by `python -m tests.generate`; `hubwatch COMMAND --help` says the
same. What commands print for machines is in [machine.md](../machine.md). `man` shows the same
texts, where the pages of `docs/man` are installed.
"""
_BOUND = re.compile(r"<=9223372036854775807\b")
_KEPT = "\b"


@dataclass(frozen=True)
class Paragraph:
    """A piece of a help text. One that is kept has its own line breaks."""

    lines: tuple[str, ...]
    kept: bool

    @property
    def text(self) -> str:
        """On one line."""
        return " ".join(self.lines)


@dataclass(frozen=True)
class CommandHelp:
    """What `--help` says of a command."""

    words: tuple[str, ...]
    usage: str
    paragraphs: tuple[Paragraph, ...]
    options: tuple[tuple[str, str], ...]
    inner: tuple[CommandHelp, ...]

    @property
    def name(self) -> str:
        """As it is typed."""
        return " ".join(self.words)

    @property
    def summary(self) -> str:
        """The first sentence of its help."""
        return re.split(r"(?<=\.)\s", self.paragraphs[0].text)[0]

    def all(self) -> Iterator[CommandHelp]:
        """It and the commands below it."""
        yield self
        for command in self.inner:
            yield from command.all()


def command_tree() -> CommandHelp:
    """Every command that `hubwatch --help` leads to."""
    return _helped(cli, None, "hubwatch")


def _helped(command: click.Command, above: click.Context | None, name: str) -> CommandHelp:
    context = click.Context(command, info_name=name, parent=above)
    inner: list[CommandHelp] = []
    if isinstance(command, click.Group):
        found = [(each, command.get_command(context, each)) for each in _listed(command, context)]
        inner = [_helped(below, context, each) for each, below in found if below is not None]
    usage = " ".join(command.collect_usage_pieces(context))
    options = [
        record
        for option in command.get_params(context)
        if isinstance(option, click.Option) and "--help" not in option.opts
        if (record := option.get_help_record(context)) is not None
    ]
    return CommandHelp(
        tuple(context.command_path.split()),
        f"{context.command_path} {usage}",
        tuple(_paragraphs(f"{command.help}\n\n{command.epilog or ''}")),
        tuple((names, _BOUND.sub("", " ".join(said.split()))) for names, said in options),
        tuple(inner),
    )


def _listed(group: click.Group, context: click.Context) -> list[str]:
    commands = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [name for name, command in commands if command is not None and not command.hidden]


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for piece in re.split(r"\n\s*\n", re.sub(r"^    ", "", text, flags=re.MULTILINE).strip()):
        lines = piece.splitlines()
        kept = lines[0].strip() == _KEPT
        if kept:
            yield Paragraph(tuple(lines[1:]), kept)
        elif piece.strip():
            yield Paragraph(tuple(line.strip() for line in lines), kept)


def reference(root: CommandHelp) -> str:
    """docs/reference/commands.md."""
    return "\n".join([INTRODUCTION, *(_section(command) for command in root.all())])


def _section(command: CommandHelp) -> str:
    parts = [f"## `{command.name}`", f"```\n{command.usage}\n```"]
    parts += [_markdown(paragraph) for paragraph in command.paragraphs]
    if command.options:
        rows = [f"| {_code(names)} | {_cell(said)} |" for names, said in command.options]
        parts.append("\n".join(("| option | meaning |", "|---|---|", *rows)))
    if command.inner:
        parts.append("\n".join(_link(below) for below in command.inner))
    return "\n\n".join(parts) + "\n"


def _link(command: CommandHelp) -> str:
    return f"* [`{command.name}`](#{'-'.join(command.words)}): {_markup(command.summary)}"


def _markdown(paragraph: Paragraph) -> str:
    if not paragraph.kept:
        return _markup(paragraph.text)
    title, *lines = paragraph.lines
    if title.startswith("Examples"):
        return "\n".join((title, "", "```", *(line.strip() for line in lines), "```"))
    return "\n".join(("```", *paragraph.lines, "```"))


def _markup(text: str) -> str:
    """Help as Markdown: outside of code, what it would take for markup stands for itself."""
    pieces = text.split("`")
    pieces[::2] = [re.sub(r"([\[\]<>*_])", r"\\\1", piece) for piece in pieces[::2]]
    return "`".join(pieces)


def _code(names: str) -> str:
    return f"`{_cell(names, plain=False)}`"


def _cell(text: str, *, plain: bool = True) -> str:
    return (_markup(text) if plain else text).replace("|", "\\|")


def manual_pages(root: CommandHelp) -> dict[str, str]:
    """A page for `hubwatch`, and one for each of its commands with those below it, by file name."""
    pages = {f"{'-'.join(page.words)}.1": _page(page, page.all()) for page in root.inner}
    pages["hubwatch.1"] = _page(root, [root], root.inner)
    return dict(sorted(pages.items()))


def _page(page: CommandHelp, told: Iterable[CommandHelp], also: Sequence[CommandHelp] = ()) -> str:
    title = "-".join(page.words)
    summary = page.summary.removesuffix(".")
    lines = [f'.TH {_roff(title.upper())} 1 "" Hubwatch "Hubwatch"', ".SH NAME"]
    lines += [f"{_roff(title)} \\- {_roff(summary)}"]
    for number, command in enumerate(told):
        lines.append(f".SH {_roff(command.name.upper())}" if number else ".SH SYNOPSIS")
        lines.append(_roff(command.usage))
        lines += [] if number else [".SH DESCRIPTION"]
        for paragraph in command.paragraphs:
            lines += _roff_paragraph(paragraph)
        lines += [line for names, said in command.options for line in _entry(names, said)]
    if also:
        lines.append(".SH COMMANDS")
        lines += [line for each in also for line in _entry(each.name, each.summary)]
    return "\n".join((*lines, ""))


def _roff_paragraph(paragraph: Paragraph) -> list[str]:
    if paragraph.kept:
        return [".PP", ".nf", *map(_roff, paragraph.lines), ".fi"]
    return [".PP", _roff(paragraph.text.replace("`", ""))]


def _entry(name: str, said: str) -> list[str]:
    return [".TP", f".B {_roff(name)}", _roff(said.replace("`", "")) or "\\&"]


def _roff(text: str) -> str:
    """Text as `man` takes it: a hyphen is one that can be copied, nothing is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
