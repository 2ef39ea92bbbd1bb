"""A group of commands that are imported when they are called, not before.

So a list of commands loads almost nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

Entries = Mapping[str, tuple[str, str, str]]
"""Command → module below `desk.cli`, object in it, what the list of commands says of it; one of
which the list says nothing is not shown."""


_USUAL_COLUMNS, _LEAST_COLUMNS = 80, 50


class _Context(click.Context):
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
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    if sys.__stdout__ is None:
        return _USUAL_COLUMNS
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_COLUMNS
    except (ValueError, OSError):  # closed, or no terminal
        return _USUAL_COLUMNS


class LazyGroup(click.Group):
    """A group made from entries, its commands in their order: the one in which people meet them."""

    context_class = _Context

    def __init__(self, *arguments: Any, entries: Entries, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._entries = entries

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
        shown = [(name, entry[2]) for name, entry in self._entries.items() if entry[2]]
        with formatter.section("Commands"):
            formatter.write_dl(shown)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one name the nearest."""
        if args and args[0] not in self._entries and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; see `{ctx.command_path} --help`"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)
