"""The commands that keep an installation for years: `hubwatch archive`, `backup` and `reread
stories`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import BackupError, HubwatchError, NewerSchema, StorageError
from hubwatch.locks import Lock
from scheduler.health.operations import describe_rot
from scraper.configuration import ARCHIVE_VARIABLE, named_file
from storage.backups import pending

from .. import N_, _, sentence, term
from ..documents import JsonDocument, Member, parts
from ..files import make_folder
from ..text import format_size, pluralise
from .console import Column, fact, local, note, print_json, print_json_list, print_table
from .main import CommandGroup
from .options import (
    FILE,
    FOLDER,
    INPUT,
    JSON,
    Whole,
    dry_run_option,
    form_by_ending,
    output_option,
    person_option,
)
from .progress import staged
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.crawl.request import CrawlRequest
    from scraper.sources.model import Source
    from storage.archive import Archive
    from storage.pruning import Retention, Share
    from storage.scrub import RottenItem, Scrubbed

    from ..maintenance.backup import BackupFile, Manifest, Stages
    from ..maintenance.restore import Restored, RestoreTarget


OK, FAILED = 0, 1


@click.command()
@output_option
@click.pass_context
def check(ctx: click.Context, output: str) -> None:
    """Look at every page, every reference and the text index. Exit code 1 if anything is wrong.

    \b
    Examples:
      hubwatch archive check
      hubwatch --db copy.db archive check --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    faults = _faults(session)
    if output == JSON:
        print_json(ARCHIVE_FAULTS((session.archive, faults)))
    else:
        for fault in faults:
            click.echo(" ".join(fault.split()))
        note(f"{session.archive}: {_verdict(session, faults)}")
    ctx.exit(FAILED if faults else OK)


ARCHIVE_FAULTS: JsonDocument[tuple[Path, Sequence[str]]] = JsonDocument(
    Member("archive", "text", "the file that was looked at", lambda f: f[0]),
    Member("faults", "list", "what is wrong, a text each; none: in order", lambda f: f[1]),
    commands=("archive check --json",),
    about="Exit code 1 if there are faults.",
)  # fmt: skip


def _faults(session: Session) -> tuple[str, ...]:
    with session.reading() as store:
        return store.maintenance.integrity()


def _opened(session: Session) -> Archive:
    """The archive for writing. None is ever made."""
    return session.editing()


def _verdict(session: Session, faults: tuple[str, ...]) -> str:
    if not faults:
        return _("in order")
    if all(fault.startswith("text index") or "fts" in fault.lower() for fault in faults):
        return _(
            "its text index drifted; %(command)s makes it again",
            command=session.hint("archive repair"),
        )
    return _("it is damaged; put a backup in its place")


@click.command()
@click.option(
    "--pace", type=Whole(0), default=0, metavar="MIB",
    help="Look at no more than so many MiB a second; 0 for as fast as it goes.",
)  # fmt: skip
@output_option
@click.pass_context
def scrub(ctx: click.Context, pace: int, output: str) -> None:
    """Compare everything with what it was when it was written. Exit code 1 if anything differs.

    Every row, archived page, text, decision and frozen digest has a checksum from when it was
    written; search words follow from the texts. Then pages, references and indexes, as `check`
    does. Everything may go on meanwhile. Cut off, also by kill -9, it goes on with the next call.
    The daemon does it every week.

    \b
    Examples:
      hubwatch archive scrub
      hubwatch archive scrub --pace 20
      hubwatch archive scrub --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    with (
        _opened(session) as store,
        Lock(session.archive, "scrub").acquire(timedelta(0), "hubwatch archive scrub"),
        staged() as stages,
    ):
        whole = store.path.stat().st_size
        report = stages("scrubbing")
        done = store.maintenance.scrubs.run(
            session.clock, lambda step, items, size: report(min(size, whole), whole), pace << 20
        )
    if output == JSON:
        print_json(SCRUBBED((session.archive, done)))
    else:
        _print_rot(done.rot)
        note(
            _(
                "%(archive)s: looked at %(items)s items, %(size)s, in %(seconds)s s: %(verdict)s",
                archive=session.archive,
                items=done.items,
                size=format_size(done.size),
                seconds=round(done.seconds, 1),
                verdict=_rot_verdict(session, done.rot),
            )
        )
    ctx.exit(FAILED if done.rot else OK)


def _print_rot(items: Sequence[RottenItem]) -> None:
    for item in items:
        click.echo(sentence(describe_rot(item)))


def _rot_verdict(session: Session, items: Sequence[RottenItem]) -> str:
    if not items:
        return _("all as it was written")
    return _(
        "not as written: %(items)s; %(command)s mends what it can",
        items=pluralise(len(items), "item"),
        command=session.hint("archive mend"),
    )


ROT: JsonDocument[RottenItem] = JsonDocument(
    Member("table", "text", "the table of the archive, with a column where only that differs; "
        "`pages` for faults of the file", lambda i: i.rot.name),
    Member("number", "integer", "of its row, or of a group of 64 neighbouring rows",
        lambda i: i.rot.part),
    Member("how", "text", "`differs`, `missing`, `unreadable`, or the fault", lambda i: i.rot.how),
    Member("found", "moment", "when a scrub found it first", lambda i: i.found_at),
    Member("url", "text or null", "the page that it is, or is read from", lambda i: i.url or None),
    Member("stories", "list", "numbers of the stories that rest on it", lambda i: i.stories),
    Member("digests", "list", "numbers of the digests that rest on it", lambda i: i.digests),
)  # fmt: skip


SCRUBBED: JsonDocument[tuple[Path, Scrubbed]] = JsonDocument(
    Member("archive", "text", "the file that was looked at", lambda s: s[0]),
    Member("started", "moment", "when the scrub began", lambda s: s[1].started_at),
    Member("ended", "moment", "when it ended", lambda s: s[1].ended_at),
    Member("resumed", "boolean", "whether it went on where one had been cut off",
        lambda s: s[1].resumed),
    Member("items", "integer", "how many rows, pages and texts were looked at",
        lambda s: s[1].items),
    Member("size", "integer", "their bytes", lambda s: s[1].size),
    Member("seconds", "number", "of work", lambda s: round(s[1].seconds, 3)),
    parts("rot", "what is not as it was written", lambda s: s[1].rot, ROT),
    commands=("archive scrub --json",),
    about="Exit code 1 if anything differs.",
)  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, type=INPUT, metavar="[BACKUP]…")
@click.option("--fetch", "asks", flag_value="portals", default="nobody",
    help="Ask portals for pages that no backup has.")  # fmt: skip
@click.option("--accept", "rest", flag_value="accept", default="keep",
    help="Take what nothing has as it was as it stands now.")  # fmt: skip
@person_option("Who says so, with --accept.")
@output_option
@click.pass_context
def mend(
    ctx: click.Context,
    files: tuple[Path, ...],
    asks: str,
    rest: str,
    person: str | None,
    output: str,
) -> None:
    """Mend what a scrub found. Exit code 1 if anything is left.

    Search words and indexes are made again from the texts. Everything else is taken from the newest
    backup in which it is as it was written here; without names, from those beside the last backup
    on record. --fetch asks the portals for archived pages. What is left is named; with --accept,
    once you have looked at it, it counts as it stands, which does not make it true.

    \b
    Examples:
      hubwatch archive mend
      hubwatch archive mend /mnt/usb/hubwatch-2026-03-02T210000Z.zip --fetch
      hubwatch archive mend --accept --by Ana
    """
    from ..maintenance import mend as mending

    session = ctx.find_object(Session)
    assert session is not None
    if rest == "accept" and not person:
        raise click.UsageError(_("--accept needs --by NAME: somebody has looked at it"))
    with (
        _opened(session) as store,
        Lock(session.archive, "scrub").acquire(timedelta(0), "hubwatch archive mend"),
        staged() as stages,
    ):
        before = store.maintenance.scrubs.rot()
        from_backups = files or mending.known_backups(store, session.now)
        fetch = mending.pages_of_portals(*_asking(session)) if asks == "portals" else None
        mending.mend(store, from_backups, fetch, session.clock, stages, note)
        if rest == "accept":
            store.maintenance.scrubs.accept(person or "", session.clock)
        left = store.maintenance.scrubs.rot()
    _say_what_was_read(session, before, left)
    if output == JSON:
        print_json(MENDED((session.archive, len(before) - len(left), left)))
    else:
        _print_rot(left)
        note(
            _(
                "%(archive)s: %(mended)s mended, %(left)s left",
                archive=session.archive,
                mended=max(0, len(before) - len(left)),
                left=len(left),
            )
        )
    ctx.exit(FAILED if left else OK)


def _say_what_was_read(
    session: Session, before: Sequence[RottenItem], left: Sequence[RottenItem]
) -> None:
    """Who read a page while it was damaged has its damaged text: say what reads it again."""
    gone = {item.rot for item in before} - {item.rot for item in left}
    pages = [rot for rot in gone if (rot.name, rot.how) == ("blobs.data", "differs")]
    if pages:
        note(
            _(
                "%(pages)s mended: what was read from them while they were damaged is read again "
                "by %(command)s",
                pages=pluralise(len(pages), "archived page"),
                command=session.hint("reread pages"),
            )
        )


def _asking(
    session: Session,
) -> tuple[Mapping[str, Source], Callable[[Source], CrawlRequest], Path]:
    from .portals import request_for_look

    return session.catalogue.sources, partial(request_for_look, session), session.archive


MENDED: JsonDocument[tuple[Path, int, Sequence[RottenItem]]] = JsonDocument(
    Member("archive", "text", "the file that was mended", lambda m: m[0]),
    Member("mended", "integer", "how many items are as they were written again",
        lambda m: max(0, m[1])),
    parts("rot", "what is left", lambda m: m[2], ROT),
    commands=("archive mend --json",),
    about="Exit code 1 if anything is left.",
)  # fmt: skip


@click.command()
@output_option
@pass_session
def repair(session: Session, output: str) -> None:
    """Make the text index again from the articles: whole, or not at all if it is interrupted.

    Damaged pages cannot be mended; for them there are backups.

    \b
    Examples:
      hubwatch archive repair
      hubwatch --db copy.db archive repair
    """
    with _opened(session) as store, _progress() as report:
        done = store.maintenance.rebuild_index(report)
        left = store.maintenance.integrity()
    if left:
        raise StorageError(
            _(
                "%(archive)s: %(left)s; put a backup in its place",
                archive=session.archive,
                left=left[0],
            )
        )
    if output == JSON:
        print_json(REPAIRED((session.archive, done)))
        return
    note(
        _(
            "%(archive)s: indexed %(articles)s again; in order",
            archive=session.archive,
            articles=pluralise(done, "article"),
        )
    )


REPAIRED: JsonDocument[tuple[Path, int]] = JsonDocument(
    Member("archive", "text", "the archive, which is in order", lambda r: r[0]),
    Member("articles", "integer", "so many were indexed again", lambda r: r[1]),
    commands=("archive repair --json",),
)  # fmt: skip


@click.command("stories")
@output_option
@pass_session
def reread_stories(session: Session, output: str) -> None:
    """Compare all texts again and find the stories again, by today's rules. Nothing becomes news.

    Takes some minutes for a large archive; after an interruption it goes on where it was.

    \b
    Examples:
      hubwatch reread stories
      hubwatch --db copy.db reread stories
    """
    with _opened(session) as store:
        before = store.maintenance.survey().stories
        with _progress("comparing") as report:
            store.maintenance.rebuild_stories(report)
        survey = store.maintenance.survey()
    if output == JSON:
        print_json(FOUND_STORIES((survey.articles, survey.stories, before)))
        return
    note(
        _(
            "%(archive)s: %(articles)s in %(stories)s (%(before)s before)",
            archive=session.archive,
            articles=pluralise(survey.articles, "article"),
            stories=pluralise(survey.stories, "story"),
            before=before,
        )
    )


FOUND_STORIES: JsonDocument[tuple[int, int, int]] = JsonDocument(
    Member("articles", "integer", "articles whose texts were compared", lambda f: f[0]),
    Member("stories", "integer", "stories that they are now", lambda f: f[1]),
    Member("before", "integer", "and were before", lambda f: f[2]),
    commands=("reread stories --json",),
)  # fmt: skip


@contextmanager
def _progress(doing: str = "indexing") -> Iterator[Callable[[int, int], None]]:
    """Report how far it is, on a terminal. It is silent where nobody is looking."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


# `hubwatch backup` and `backup verify`: one file that holds all, and the proof that it does.


class _BackupGroup(CommandGroup):
    """`backup` makes one. `backup verify` looks one over, `backup restore` puts one back."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let everything but the name of a command stand for making a backup."""
        if not (args and args[0] in self.commands) and not {"-h", "--help"} & set(args):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_BackupGroup,
    subcommand_metavar="[FILE | --to FOLDER [--keep N] | verify FILE… | restore FILE]",
)
def backup() -> None:
    """Make one verified file of everything, while everything runs.

    It holds the archive, the configuration, your own sources, templates, cases and watchlist, and a
    manifest with a hash of each; it is whole at its place, or what was there stays. Secrets are not
    in it: they are in the environment or in files of their own. `hubwatch backup restore` puts it
    back.

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
@click.argument("target", required=False, type=FILE, metavar="[FILE]")
@click.option("--to", "folder", type=FOLDER)
@click.option("--keep", type=Whole(1))
@output_option
@click.pass_context
def make(
    ctx: click.Context,
    target: Path | None,
    folder: Path | None,
    keep: int | None,
    output: str,
) -> None:
    """Make a backup."""
    from ..maintenance.backup import make_backup, name_at, record, rotate

    session = ctx.find_object(Session)
    assert session is not None
    if target is not None and folder is not None:
        raise click.UsageError(_("name a FILE or a folder with --to, not both"))
    if keep is not None and folder is None:
        raise click.UsageError(
            _("--keep needs --to FOLDER: only there is it known which are older")
        )
    if folder is not None:
        _refuse_lost_disk(folder, session, is_kept=keep is not None)
        make_folder(folder)
    form_by_ending(target, {".zip": "zip"}, "zip", "zip")
    place = target or (folder or Path()) / name_at(session.now)
    with staged() as stages:
        fault = _fault_of_last(folder, session, stages) if folder and keep else ""
        made = make_backup(
            session.archive, session.config, place, session.now, stages, session.config_snapshot
        )
    _let_know(place, lambda: record(session.archive, place, made))
    removed: tuple[Path, ...] = ()
    if folder and keep and not fault:
        removed = rotate(folder, keep, session.archive, session.now)
    if output == JSON:
        print_json(BACKUP(_Backup(place, made, removed)))
    else:
        _print_backup(place, made, session.config.zone)
        for path in removed:
            click.echo(fact("removed", str(path)))
    if made.rot:
        note(
            _(
                "%(archive)s: not as it was written, in the archive and in this backup: %(items)s; "
                "no older one was removed; %(command)s names all",
                archive=session.archive,
                items=pluralise(made.rot, "item"),
                command=session.hint("archive scrub"),
            )
        )
    if fault:
        note(
            _(
                "%(place)s is whole, but the backup before it is not: %(fault)s; no older one was "
                "removed; see to the disk that they lie on",
                place=place,
                fault=fault,
            )
        )
    if made.rot or fault:
        ctx.exit(FAILED)


def _fault_of_last(folder: Path, session: Session, stages: Stages) -> str:
    """What became of the last backup on record, if it was made in this folder, where backups stay.
    Empty where it is as it was made, or the archive cannot tell."""
    from ..maintenance.backup import compare_last

    try:
        with session.reading() as store:
            last = store.maintenance.last_backup(session.now)
    except HubwatchError:
        return ""
    if last is None or last.path.parent != Path(os.path.realpath(folder)):
        return ""
    try:
        compare_last(last, stages)
    except BackupError as error:
        return str(error)
    return ""


def _refuse_lost_disk(folder: Path, session: Session, *, is_kept: bool) -> None:
    """Raise HubwatchError where a folder of backups and the one around it are not there, or the
    backups that should be in it: the disk that it lies on may not be mounted, and the backups would
    fill that of the archive."""
    around = folder.absolute().parent
    if not folder.exists() and not around.exists():
        raise HubwatchError(
            _(
                "%(folder)s: %(parent)s is not there; mount its disk, or where none is meant: "
                "mkdir -p %(folder)s",
                folder=folder,
                parent=around,
            )
        )
    lost = _lost_backup(folder, session)
    # Where nothing says that they stay, somebody may move each to another machine.
    if lost is not None and (is_kept or not folder.exists()):
        raise HubwatchError(
            _(
                "%(folder)s: holds no backup, not even the last one, %(name)s, and nothing is "
                "mounted there; mount its disk, or where none is meant: %(command)s",
                folder=folder,
                name=lost.name,
                command=session.hint(f"backup {shlex.quote(str(folder / 'first.zip'))}"),
            )
        )


def _lost_backup(folder: Path, session: Session) -> Path | None:
    """The last backup on record if it was made in this folder, which holds none now and is on the
    disk of the archive or of the system. None too where the archive cannot tell."""
    from ..maintenance.backup import rotated_beside

    try:
        with session.reading() as store:
            last = store.maintenance.last_backup(session.now)
        disk = (folder if folder.exists() else folder.absolute().parent).stat().st_dev
        is_lost = (
            last is not None
            and last.path.parent == Path(os.path.realpath(folder))
            and not last.path.exists()
            and disk in (session.archive.stat().st_dev, Path("/").stat().st_dev)
            and not rotated_beside(folder / last.path.name, session.archive)
        )
    except (HubwatchError, OSError):
        return None
    return last.path if last is not None and is_lost else None


def _let_know(place: Path, record: Callable[[], object]) -> None:
    """Let the archive know of the backup, or say that it cannot: the file is good either way, and
    who may only read an archive can back it up all the same."""
    try:
        record()
    except HubwatchError as error:
        note(
            _(
                "%(place)s is whole, but that it was made is not on record: %(error)s",
                place=place,
                error=error,
            )
        )


@backup.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=INPUT,
    metavar="FILE…",
)
@click.option("--deep", "depth", flag_value="deep", default="usual",
    help="Also compare everything in it with what it was when it was written.")  # fmt: skip
@output_option
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], depth: str, output: str) -> None:
    """Look backups over as a restore would. Exit code 1 if one of them does not hold.

    Every hash of the manifest, every page of the archive, every reference, the text indexes. Needs
    room for the unpacked archive beside the backup. --deep scrubs that copy as `archive scrub`
    does the archive.

    \b
    Examples:
      hubwatch backup verify /backup/hubwatch-2026-03-02T210000Z.zip
      hubwatch backup verify --deep /backup/*.zip
      hubwatch backup verify /backup/*.zip --json
    """
    from ..maintenance import backup as bundles

    session = ctx.find_object(Session)
    assert session is not None
    failed = False
    for path in files:
        try:
            with staged() as stages:
                found, rot = (
                    bundles.verify_deep(path, session.now, stages)
                    if depth == "deep"
                    else (bundles.verify(path, stages), ())
                )
        except (BackupError, NewerSchema) as error:
            failed = True
            _print_fault(path, str(error), output)
            continue
        if output == JSON:
            print_json(VERIFIED(_Backup(path, found, rot=rot)))
        else:
            _print_backup(path, found, session.config.zone)
            _print_rot(rot)
            note(
                _(
                    "%(path)s: not as written: %(items)s",
                    path=path,
                    items=pluralise(len(rot), "item"),
                )
                if rot
                else _("%(path)s: holds", path=path)
            )
        failed = failed or bool(rot)
    ctx.exit(FAILED if failed else OK)


def _print_fault(path: Path, fault: str, output: str) -> None:
    if output == JSON:
        print_json({"file": str(path), "fault": fault})
    else:
        note(f"hubwatch: {fault}")


def _print_backup(path: Path, made: Manifest, zone: str) -> None:
    from ..maintenance.backup import BackupRole

    facts = made.facts
    click.echo(fact("backup", f"{path} ({format_size(path.stat().st_size)})"))
    click.echo(
        fact(
            "made",
            _(
                "%(made_at)s by Hubwatch %(hubwatch)s",
                made_at=local(made.made_at, zone),
                hubwatch=made.hubwatch,
            ),
        )
    )
    click.echo(
        fact(
            "archive",
            f"{pluralise(facts.articles, 'article')}, {pluralise(facts.stories, 'story')}, "
            f"{pluralise(facts.snapshots, 'archived page')} ({facts.schema})",
        )
    )
    configurations, sources, watchlists, templates = (
        len(made.of(role))
        for role in (
            BackupRole.CONFIGURATION,
            BackupRole.SOURCE,
            BackupRole.WATCHLIST,
            BackupRole.TEMPLATE,
        )
    )
    counted = (
        pluralise(configurations, "configuration") if configurations else "",
        pluralise(sources, "source") if sources else "",
        pluralise(watchlists, "watchlist") if watchlists else "",
        pluralise(templates, "template") if templates else "",
    )
    others = [text for text in counted if text]
    click.echo(fact("and", ", ".join(others) or _("nothing else: no configuration is in use")))


@dataclass(frozen=True, slots=True)
class _Backup:
    """A backup that was made, or looked over and found whole."""

    path: Path
    made: Manifest
    removed: Sequence[Path] = ()
    rot: Sequence[RottenItem] = ()


KEPT_FILE: JsonDocument[BackupFile] = JsonDocument(
    Member("name", "text", "its name in the ZIP", lambda k: k.name),
    Member("role", "text", "`archive`, `configuration`, `source` (with their templates and cases), "
        "`watchlist`, `template` (of digests)", lambda k: k.role),
    Member("path", "text", "where it lay", lambda k: k.path),
    Member("size", "integer", "bytes, unpacked", lambda k: k.size),
    Member("sha256", "text", "of its bytes", lambda k: k.sha256),
)  # fmt: skip


BACKUP: JsonDocument[_Backup] = JsonDocument(
    Member("file", "text", "the backup", lambda b: b.path),
    Member("size", "integer", "bytes", lambda b: b.path.stat().st_size),
    Member("made", "moment", "when it was made", lambda b: b.made.made_at),
    Member("hubwatch", "text", "the version that made it", lambda b: b.made.hubwatch),
    Member("sqlite", "text", "the build of SQLite that made it", lambda b: b.made.sqlite),
    Member("host", "text", "the machine", lambda b: b.made.host),
    Member("schema", "text", "the latest change of the archive's tables",
        lambda b: b.made.facts.schema),
    Member("articles", "integer", "how many are in it", lambda b: b.made.facts.articles),
    Member("stories", "integer", "how many are in it", lambda b: b.made.facts.stories),
    Member("snapshots", "integer", "archived pages and files", lambda b: b.made.facts.snapshots),
    Member("runs", "integer", "how many are in it", lambda b: b.made.facts.runs),
    Member("last_event", "integer", "number of the newest event, 0 for none",
        lambda b: b.made.facts.last_event),
    parts("files", "what is in it", lambda b: b.made.files, KEPT_FILE),
    Member("rot", "integer", "how many items of the archive are not as they were written",
        lambda b: b.made.rot),
    Member("removed", "list", "older backups that `--keep` removed", lambda b: b.removed),
    commands=("backup --json",),
)  # fmt: skip


VERIFIED: JsonDocument[_Backup] = JsonDocument(
    *BACKUP.of(lambda b: b),
    parts("differs", "with `--deep`: what is not as it was written", lambda b: b.rot, ROT),
    Member("fault", "text or null", "what is wrong", lambda b: None),
    commands=("backup verify --json",),
    about="JSON Lines, one document a file. All keys for one that holds (none is `removed`); else "
        "`file` and `fault` alone. Exit code 1 if one does not hold.",
)  # fmt: skip


# `hubwatch backup restore`: put a backup back.


@backup.command()
@click.argument("backup", type=INPUT, metavar="FILE")
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
    copy does not crawl beside the original: `hubwatch timetable resume` lets it go on. A backup of
    an older Hubwatch is brought up to date here; the file itself stays as it is.

    \b
    Examples:
      hubwatch backup restore /backup/hubwatch-2026-03-02T210000Z.zip
      hubwatch --config /tmp/try/hubwatch.toml --db /tmp/try/a.db backup restore backup.zip
      hubwatch backup restore backup.zip --replace
    """
    from ..maintenance import restore as restoring

    named = session.db_option or _variable(ARCHIVE_VARIABLE)
    places = restoring.Places(named_file(session.config_option), named)
    with staged() as stages:
        done = restoring.restore(backup, places, restoring.Present(present), session.now, stages)
    if output == JSON:
        print_json(RESTORED(done))
        return
    for target in done.targets:
        fate = target.fate.value if target.aside is None else restoring.Fate.WRITE.value
        text = f"{target.path} ({term('fate', fate)})"
        click.echo(fact(term("backup_role", target.kept.role), text))
        if target.aside is not None:
            click.echo(fact("", _("what was there is %(aside)s now", aside=target.aside)))
    if done.changes:
        click.echo(
            fact(
                "upgraded",
                _(
                    "from %(schema)s: %(changes)s",
                    schema=done.manifest.facts.schema,
                    changes=", ".join(done.changes),
                ),
            )
        )
    click.echo(
        fact(
            "paused",
            _(
                "nothing is crawled until `%(command)s timetable resume`",
                command=_command(done, named),
            ),
        )
    )


def _variable(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


def _command(done: Restored, named: Path | None) -> str:
    """The command with the options that lead to what was restored. The configuration leads to the
    archive, unless that was `named` apart."""
    archive = done.archive if named is not None or done.config is None else None
    options = (("--config", done.config), ("--db", archive))
    words = [f" {name} {shlex.quote(str(path))}" for name, path in options if path is not None]
    return f"hubwatch{''.join(words)}"


RESTORED_FILE: JsonDocument[RestoreTarget] = JsonDocument(
    Member("role", "text", "as in `backup`", lambda t: t.kept.role),
    Member("path", "text", "where it is now", lambda t: t.path),
    Member("fate", "text", "`written`, `is there already`, or `set aside` (what lay there)",
        lambda t: t.fate.value),
    Member("aside", "text or null", "what lay there is called so now", lambda t: t.aside),
)  # fmt: skip


RESTORED: JsonDocument[Restored] = JsonDocument(
    Member("archive", "text", "where it is now", lambda r: r.archive),
    Member("config", "text or null", "where the configuration is now", lambda r: r.config),
    Member("made", "moment", "when the backup was", lambda r: r.manifest.made_at),
    Member("changes", "list", "changes of the tables that it lacked and has now",
        lambda r: r.changes),
    parts("files", "every file of the backup", lambda r: r.targets, RESTORED_FILE),
    commands=("backup restore --json",),
)  # fmt: skip


# `hubwatch archive prune`: remove what the rule of the configuration lets go, or say what it would.

_COLUMNS = (
    Column("what", style="bold", folds="never"),
    Column("kept for"),
    Column("rows", "right"),
    Column("size", "right"),
    Column("", style="dim"),
)
_MEANS = {
    "slots": N_("moments of the timetable that are over"),
    "fetches": N_("lines in the log of requests"),
    "readings": N_("what was read from pages before better rules read them again"),
    "lists": N_("lists and feeds that a newer copy replaced"),
    "pages": N_("visits to pages and files that no version of an article rests on"),
    "bytes": N_("contents that nothing rests on then"),
}


@click.command()
@dry_run_option("Only say what would go.")
@output_option
@pass_session
def prune(session: Session, mode: str, output: str) -> None:
    """Remove what nothing rests on any more, and give the room back to the disk.

    How long things are kept is said under [retention] in the configuration. Never removed is what
    an article, one of its versions, a decision or an open incident rests on, and the newest copy of
    every address; docs/archive.md has the whole rule. Everything may go on meanwhile; interrupted,
    it goes on with the next call.

    \b
    Examples:
      hubwatch archive prune --dry-run
      hubwatch archive prune
      hubwatch archive prune --json
    """
    rule = session.config.retention
    shares = _would_go(session, rule) if mode == "dry" else _prune(session, rule)
    if output == JSON:
        print_json_list([PRUNED((share, rule)) for share in shares])
        return
    print_table(_COLUMNS, [_row(share, rule) for share in shares])
    whole = format_size(sum(share.size for share in shares))
    note(
        _("%(archive)s: about %(whole)s would go", archive=session.archive, whole=whole)
        if mode == "dry"
        else _("%(archive)s: about %(whole)s went", archive=session.archive, whole=whole)
    )


def _would_go(session: Session, rule: Retention) -> tuple[Share, ...]:
    with session.reading() as store:
        return store.maintenance.would_go(rule, session.now)


def _prune(session: Session, rule: Retention) -> tuple[Share, ...]:
    with (
        session.writing() as store,
        Lock(session.archive, "prune").acquire(timedelta(0), "hubwatch archive prune"),
        staged() as stages,
    ):
        known = {}

        def report(name: str, done: int, of: int) -> None:
            if name not in known:
                known[name] = stages(name)
            known[name](done, of)

        return store.maintenance.prune(rule, session.now, report)


def _row(share: Share, rule: Retention) -> tuple[object, ...]:
    size = format_size(share.size) if share.size else ""
    return (
        term("share", share.name),
        _kept(share, rule) or "",
        share.rows,
        size,
        _(_MEANS[share.name]),
    )


def _kept(share: Share, rule: Retention) -> str | None:
    age: timedelta | None = getattr(rule, share.name, None)
    return None if age is None else f"{age // timedelta(days=1)}d"


PRUNED: JsonDocument[tuple[Share, Retention]] = JsonDocument(
    Member("what", "text", "`slots`, `fetches`, `readings`, `lists`, `pages`, `bytes`; see "
        "[archive.md](archive.md#what-may-go)", lambda p: p[0].name),
    Member("kept", "text or null", "how long the rule keeps it, such as `90d`; null for `bytes`",
        lambda p: _kept(*p)),
    Member("rows", "integer", "how many", lambda p: p[0].rows),
    Member("size", "integer", "bytes, about", lambda p: p[0].size),
    commands=("archive prune --json",),
    about="A list; with `--dry-run` what would go, else what went.",
)  # fmt: skip


# `hubwatch archive upgrade`: bring the archive up to this program.


@click.command()
@click.option(
    "--to",
    "folder",
    type=FOLDER,
    metavar="FOLDER",
    help="Where the backup goes that is made first; else beside the archive.",
)
@dry_run_option("Only say what would be.")
@pass_session
def upgrade(session: Session, folder: Path | None, mode: str) -> None:
    """Bring the archive up to this Hubwatch: look, back up, verify, stop, change, check.

    A running daemon is stopped as `systemctl stop` does it, and how to start it is said at the end.
    Nothing else changes the tables of an archive: other commands refuse an older one. If anything
    fails, the archive is as it was.

    \b
    Examples:
      hubwatch archive upgrade --dry-run
      sudo -u hubwatch /opt/hubwatch/bin/hubwatch archive upgrade --to /backup
    """
    from ..maintenance import backup as bundles
    from ..maintenance import upgrade as upgrading

    archive = session.archive
    if mode == "dry":
        changes = pending(archive)
        click.echo(fact("changes", ", ".join(changes) or _("none; the archive is up to date")))
        return
    session.enabled()  # a configuration that this program cannot use is to be said before
    backup = (folder or archive.absolute().parent) / bundles.name_at(session.now)
    with staged() as stages:
        done = upgrading.upgrade(
            archive,
            session.config,
            backup,
            session.now,
            stages,
            lambda step, detail: click.echo(fact(step, detail)),
        )
    if not done.changes:
        note(_("%(archive)s: up to date; nothing to do", archive=archive))
        return
    if done.stories_are_due:
        click.echo(
            fact(
                "then",
                _("%(command)s when you can", command=session.hint("reread stories")),
            )
        )
    click.echo(fact("start", done.start or _("no daemon was running")))
