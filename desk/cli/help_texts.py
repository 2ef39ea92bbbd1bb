"""The help of commands in another language than English: click's commands, their texts exchanged.

The English stands in docstrings and options. A paragraph of it is one message, whatever lines it is
broken into. In a block that keeps its lines (after `\\b`) each line is one, without the option that
it begins with; examples stay. Only who reads another language than English loads this.
"""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Callable, Iterable
from copy import copy

import click

from hubwatch.patterns import lazy_pattern

from .. import language
from ..messages import DOMAIN, LOCALE, translator
from ..text import width
from .main import WidthContext

Say = Callable[[str], str]

_EXAMPLE = lazy_pattern(r"\s|hubwatch |sudo ")
_DEFINITION = lazy_pattern(r"(\S.*?\s{2,})(\S.*)")
_UNIT = lazy_pattern(r"\s+|[\u1100-\uffff]|[^\s\u1100-\uffff]+")
_CLOSING, _OPENING = "，。、；：？！）》」”’…", "（《「“‘"
_SENTENCE = "。"


def translate_click() -> None:
    """Let click say its own few sentences in the language of who reads, from our catalogue."""
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def translated(command: click.Command) -> click.Command:
    """A copy of a command whose help, whose options and whose commands are translated."""
    say: Say = translator(language()).catalogue.gettext
    found = copy(command)
    found.context_class = _HanContext
    if command.help:
        found.help = exchange(command.help, say)
        first = found.help.split("\n\n")[0]
        found.short_help = first.split(_SENTENCE)[0].rstrip(_SENTENCE) + _SENTENCE
    if command.epilog:
        found.epilog = say(command.epilog)
    found.params = [_option(each, say) for each in command.params]
    if isinstance(command, click.Group):
        _with_commands(found, command)
    return found


def _with_commands(found: click.Command, group: click.Group) -> None:
    def get_command(ctx: click.Context, name: str) -> click.Command | None:
        command = group.get_command(ctx, name)
        return None if command is None else translated(command)

    found.get_command = get_command  # type: ignore[attr-defined]


def _option(option: click.Parameter, say: Say) -> click.Parameter:
    found = copy(option)
    found.type = copy(option.type)
    found.type.name = say(option.type.name)
    if isinstance(found, click.Option) and found.help:
        found.help = say(found.help)
    return found


def exchange(text: str, say: Say) -> str:
    """A help text with each of its messages exchanged for what `say` returns."""
    return "\n\n".join(
        _block(each, say) if each.startswith("\b") else say(" ".join(each.split()))
        for each in inspect.cleandoc(text).split("\n\n")
    )


def _block(lines: str, say: Say) -> str:
    return "\n".join(_line(each, say) for each in lines.split("\n"))


def _line(line: str, say: Say) -> str:
    if line == "\b" or _EXAMPLE.match(line):
        return line
    found = _DEFINITION.fullmatch(line)
    return found[1] + say(found[2]) if found else say(line)


class _HanFormatter(click.HelpFormatter):
    """Breaks lines of Han, which have no blanks and take two columns a character."""

    def write_heading(self, heading: str) -> None:
        """As click's."""
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        """As click's."""
        indent = " " * self.current_indent
        for place, block in enumerate(text.split("\n\n")):
            if place:
                self.write("\n")
            kept = block.startswith("\b")
            lines = block.split("\n")[1:] if kept else wrap(block, self.width - self.current_indent)
            self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """As click's."""
        known = list(rows)
        first = min(max(width(name) for name, _ in known), col_max) + col_spacing
        room = max(self.width - first - self.current_indent, 10)
        margin = " " * self.current_indent
        for name, text in known:
            lines = wrap(text, room) or [""]
            if width(name) > first - col_spacing:
                self.write(f"{margin}{name}\n")
                name = ""  # noqa: PLW2901 - it has a line of its own
            for line in lines:
                self.write(f"{margin}{name}{' ' * (first - width(name))}{line}".rstrip() + "\n")
                name = ""  # noqa: PLW2901


class _HanContext(WidthContext):
    formatter_class = _HanFormatter


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of so many columns: between words, and between Han where no closing
    mark would begin a line and no opening one would end it."""
    lines, line = [], ""
    for unit in _units(text):
        if line.strip() and width(line) + width(unit.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _units(text: str) -> list[str]:
    """What of a text stays on one line: a word or a Han with the marks that belong to it."""
    units: list[str] = []
    for found in _UNIT.findall(" ".join(text.split())):
        joins = units and (found[0] in _CLOSING or units[-1][-1] in _OPENING)
        if joins:
            units[-1] += found
        else:
            units.append(found)
    return units
