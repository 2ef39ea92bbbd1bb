"""`hubwatch upgrade`: bring the archive up to this program."""

from __future__ import annotations

from pathlib import Path

import click

from ..console import fact, note
from ..progress import staged
from ..session import Session, pass_session


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where the backup goes that is made first; else beside the archive.",
)
@click.option("--dry-run", "mode", flag_value="dry", default="wet", help="Only say what would be.")
@pass_session
def upgrade(session: Session, folder: Path | None, mode: str) -> None:
    """Bring the archive up to this Hubwatch: look, back up, verify, stop, change, check.

    A running daemon is stopped as `systemctl stop` does it, and how to start it is said at the end.
    Nothing else changes the tables of an archive: other commands refuse an older one. If anything
    fails, the archive is as it was.

    \b
    Examples:
      hubwatch upgrade --dry-run
      sudo -u hubwatch /opt/hubwatch/bin/hubwatch upgrade --to /backup
    """
    from storage.maintenance.copies import pending

    from ...upkeep.backup import name_at
    from ...upkeep.upgrade import upgrade as run

    archive = session.archive
    if mode == "dry":
        changes = pending(archive)
        click.echo(fact("changes", ", ".join(changes) or "none; the archive is up to date"))
        return
    session.enabled()  # a configuration that this program cannot use is to be said before
    backup = (folder or archive.absolute().parent) / name_at(session.now)
    with staged() as stages:
        done = run(
            archive,
            session.config,
            backup,
            session.now,
            stages,
            lambda step, told: click.echo(fact(step, told)),
        )
    if not done.changes:
        note(f"{archive}: up to date; nothing to do")
        return
    if done.stories_are_due:
        click.echo(fact("then", f"{session.advice('maintain rebuild-stories')} when you can"))
    click.echo(fact("start", done.start or "no daemon was running"))
