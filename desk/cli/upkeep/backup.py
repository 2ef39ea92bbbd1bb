"""`hubwatch backup` and `backup verify`: one file that holds all, and the proof that it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import BackupError, HubwatchError, NewerSchema

from ...text import counted
from ..console import JSON, Whole, amount, fact, local, note, output_option, print_json
from ..progress import staged
from ..session import Session, pass_session

if TYPE_CHECKING:
    from ...upkeep.manifest import Manifest

OK, FAILED = 0, 1


class _BackupGroup(click.Group):
    """`backup` makes one; `backup verify` looks one over."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let everything but the name of a command stand for making a backup."""
        if not (args and args[0] in self.commands) and not {"-h", "--help"} & set(args):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_BackupGroup, subcommand_metavar="[FILE | --to FOLDER [--keep N] | verify FILE…]")
def backup() -> None:
    """Make one verified file of everything, while everything runs.

    It holds the archive, the configuration, your own sources, templates, cases and watchlist, and a
    manifest with a hash of each; it is whole at its place, or what was there stays. Secrets are not
    in it: they are in the environment or in files of their own. `hubwatch restore` puts it back.

    \b
    FILE           where to; else hubwatch-MOMENT.zip in this folder
    --to FOLDER    a new file hubwatch-MOMENT.zip there
    --keep N       then remove all but the N newest of this archive there
    --json         print JSON, for machines

    \b
    Examples:
      hubwatch backup
      hubwatch backup /mnt/usb/before-the-move.zip
      hubwatch backup --to /backup --keep 14
      hubwatch backup verify /backup/hubwatch-2026-03-02T210000Z.zip
    """


@backup.command(hidden=True)
@click.argument(
    "target", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]"
)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=Whole(1))
@output_option
@pass_session
def make(
    session: Session, target: Path | None, folder: Path | None, keep: int | None, output: str
) -> None:
    """Make a backup."""
    from ...files import make_folder
    from ...upkeep.backup import make_backup, name_at, rotate

    if target is not None and folder is not None:
        raise click.UsageError("name a FILE or a folder with --to, not both")
    if keep is not None and folder is None:
        raise click.UsageError("--keep needs --to FOLDER: only there is it known which are older")
    if folder is not None:
        make_folder(folder)
    place = target or (folder or Path()) / name_at(session.now)
    with staged() as stages:
        made = make_backup(
            session.archive, session.config, place, session.now, stages, session.in_force
        )
    _record(session.archive, place, made)
    removed = rotate(folder, keep, session.archive) if folder and keep else ()
    if output == JSON:
        print_json({**_json(place, made), "removed": [str(path) for path in removed]})
        return
    _print(place, made, session.config.zone)
    for path in removed:
        click.echo(fact("removed", str(path)))


def _record(archive: Path, place: Path, made: Manifest) -> None:
    """Let the archive know of the backup, or say that it cannot: the file is good either way, and
    who may only read an archive can back it up all the same."""
    from ...upkeep.backup import record

    try:
        record(archive, place, made)
    except HubwatchError as error:
        note(f"{place} is whole, but that it was made is not on record: {error}")


@backup.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE…",
)
@output_option
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], output: str) -> None:
    """Look backups over as a restore would. Exit code 1 if one of them does not hold.

    Every hash of the manifest, every page of the archive, every reference, the text indexes. Needs
    room for the unpacked archive beside the backup.

    \b
    Examples:
      hubwatch backup verify /backup/hubwatch-2026-03-02T210000Z.zip
      hubwatch backup verify /backup/*.zip --json
    """
    from ...upkeep.backup import verify as look_over

    session = ctx.find_object(Session)
    assert session is not None
    failed = False
    for path in files:
        try:
            with staged() as stages:
                found = look_over(path, stages)
        except (BackupError, NewerSchema) as error:
            failed = True
            _print_fault(path, str(error), output)
            continue
        if output == JSON:
            print_json({**_json(path, found), "removed": [], "fault": None})
        else:
            _print(path, found, session.config.zone)
            note(f"{path}: holds")
    ctx.exit(FAILED if failed else OK)


def _print_fault(path: Path, fault: str, output: str) -> None:
    if output == JSON:
        print_json({"file": str(path), "fault": fault})
    else:
        note(f"hubwatch: {fault}")


def _print(path: Path, made: Manifest, zone: str) -> None:
    from ...upkeep.manifest import BackupRole

    facts = made.facts
    click.echo(fact("backup", f"{path} ({amount(path.stat().st_size)})"))
    click.echo(fact("made", f"{local(made.made_at, zone)} by Hubwatch {made.hubwatch}"))
    click.echo(
        fact(
            "archive",
            f"{counted(facts.articles, 'article')}, {counted(facts.stories, 'story')}, "
            f"{counted(facts.snapshots, 'archived page')} ({facts.schema})",
        )
    )
    others = [
        f"{len(made.of(role))} {role}{'s' if len(made.of(role)) > 1 else ''}"
        for role in (
            BackupRole.CONFIGURATION,
            BackupRole.SOURCE,
            BackupRole.WATCHLIST,
            BackupRole.TEMPLATE,
        )
        if made.of(role)
    ]
    click.echo(fact("and", ", ".join(others) or "nothing else: no configuration is in use"))


def _json(path: Path, made: Manifest) -> dict[str, Any]:
    facts = made.facts
    return {
        "file": str(path),
        "size": path.stat().st_size,
        "made": made.made_at.isoformat(),
        "hubwatch": made.hubwatch,
        "sqlite": made.sqlite,
        "host": made.host,
        "schema": facts.schema,
        "articles": facts.articles,
        "stories": facts.stories,
        "snapshots": facts.snapshots,
        "runs": facts.runs,
        "last_event": facts.last_event,
        "files": [
            {
                "name": k.name,
                "role": k.role.value,
                "path": k.path,
                "size": k.size,
                "sha256": k.sha256,
            }
            for k in made.files
        ],
    }
