"""`hubwatch restore`: put a backup back."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..console import JSON, fact, output_option, print_json
from ..progress import staged
from ..session import Session, pass_session

if TYPE_CHECKING:
    from ...upkeep.restore import Restored, RestoreTarget


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--replace", "present", flag_value="set aside", default="refuse",
    help="Set aside what is in the way, as NAME.before-MOMENT.",
)  # fmt: skip
@output_option
@pass_session
def restore(session: Session, backup: Path, present: str, output: str) -> None:
    """Verify a backup and put everything in it back: archive, configuration, sources, watchlist.

    Everything goes where it lay; --config and --db (before the command) name other places, and what
    lay beside the configuration comes along with it. Nothing that is there is overwritten unless
    --replace is given, and then it is kept under another name. The archive begins paused, so that a
    copy does not crawl beside the original: `hubwatch resume` lets it go on. A backup of an older
    Hubwatch is brought up to date here; the file itself stays as it is.

    \b
    Examples:
      hubwatch restore /backup/hubwatch-2026-03-02T210000Z.zip
      hubwatch --config /tmp/try/hubwatch.toml --db /tmp/try/a.db restore backup.zip
      hubwatch restore backup.zip --replace
    """
    from scraper.configuration import ARCHIVE_VARIABLE, named_file

    from ...upkeep.restore import Places, Present
    from ...upkeep.restore import restore as put_back

    named = session.db_option or _variable(ARCHIVE_VARIABLE)
    places = Places(named_file(session.config_option), named)
    with staged() as stages:
        done = put_back(backup, places, Present(present), session.now, stages)
    if output == JSON:
        print_json(
            {
                "archive": str(done.archive),
                "config": str(done.config) if done.config else None,
                "made": done.manifest.made_at.isoformat(),
                "changes": list(done.changes),
                "files": [_json(target) for target in done.targets],
            }
        )
        return
    for target in done.targets:
        told = f"{target.path} ({target.fate.value if target.aside is None else 'written'})"
        click.echo(fact(target.kept.role.value, told))
        if target.aside is not None:
            click.echo(fact("", f"what was there is {target.aside} now"))
    if done.changes:
        click.echo(
            fact("upgraded", f"from {done.manifest.facts.schema}: {', '.join(done.changes)}")
        )
    click.echo(fact("paused", f"nothing is crawled until `{_command(done, named)} resume`"))


def _variable(name: str) -> Path | None:
    import os

    value = os.environ.get(name)
    return Path(value) if value else None


def _command(done: Restored, named: Path | None) -> str:
    """The command with the options that lead to what was restored; the configuration leads to the
    archive, unless that was `named` apart."""
    archive = done.archive if named is not None or done.config is None else None
    options = (("--config", done.config), ("--db", archive))
    words = [f" {name} {shlex.quote(str(path))}" for name, path in options if path is not None]
    return f"hubwatch{''.join(words)}"


def _json(target: RestoreTarget) -> dict[str, object]:
    return {
        "role": target.kept.role.value,
        "path": str(target.path),
        "fate": target.fate.value,
        "aside": str(target.aside) if target.aside else None,
    }
