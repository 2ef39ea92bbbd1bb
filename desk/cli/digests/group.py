"""The group of `hubwatch digest`; its commands are imported when they are called."""

from __future__ import annotations

import click

from ..lazy import LazyGroup

_COMMANDS = {
    "make": ("digests.make", "make", ""),
    "draft": ("digests.drafts", "draft", "Draft one: since the last issue, or of a period."),
    "list": ("digests.drafts", "list_", "List the digests, the newest first."),
    "show": ("digests.drafts", "show", "Show a digest: who, when, items, files, deliveries."),
    "preview": ("digests.drafts", "preview", "Show a draft as it would be issued, with warnings."),
    "edit": ("digests.edit", "edit", "Edit a draft: its order, its words, what is left out."),
    "issue": ("digests.drafts", "issue", "Issue a draft; from then on it never changes."),
    "correct": ("digests.drafts", "correct", "Draft a correction of an issue."),
    "discard": ("digests.drafts", "discard", "Lay a draft aside; its number stays taken."),
    "render": ("digests.hand", "render", "Write a digest in a format."),
    "evidence": ("digests.hand", "evidence", "Write the evidence behind a digest as a ZIP."),
    "send": ("digests.hand", "send", "Hand an issue to a target of the configuration, once."),
    "deliver": ("digests.hand", "deliver", "Hand on what is owed."),
}


class _DigestGroup(LazyGroup):
    """`digest` makes one at once; a word after it is a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let everything but the name of a command stand for making one at once."""
        if not (args and args[0] in _COMMANDS) and not {"-h", "--help"} & set(args):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DigestGroup, entries=_COMMANDS, subcommand_metavar="[OPTIONS | COMMAND …]")
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
