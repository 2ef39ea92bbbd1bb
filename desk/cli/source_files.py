"""`hubwatch sources edit` and `remove`: changing and laying aside files of sources, by command."""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import ConfigError
from hubwatch.patterns import lazy_pattern
from scraper.sources.packs import pack_of
from scraper.sources.write import source_of

from .. import _
from ..config import original_of
from ..config_edit import edited, remove_from_list
from ..documents import JsonDocument, Member
from ..files import write_atomically
from ..portals.draft import folder_for
from ..timetable import schedule_of
from .console import print_json
from .options import JSON, dry_run_option, output_option, source_argument
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.sources.model import Source

_PLACE = lazy_pattern(r"([A-Za-z0-9_-]+)(?:\[([1-9][0-9]{0,3})\])?")
_REMOVED = ".removed"


@click.command()
@source_argument("ID")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE …]")
@dry_run_option("Print the file only.")
@output_option
@pass_session
def edit(
    session: Session, source_id: str, assignments: tuple[str, ...], mode: str, output: str
) -> None:
    """Change keys of a source's file and leave its comments as they are; without KEY=VALUE in your
    editor. The file is checked before it is written.

    VALUE is what TOML would have behind the `=`, or a text without quotes; KEY= takes the key away.
    `entry[2].url` is a key of the second entry. Of a shipped source a copy in your own folder is
    changed, which takes its place.

    \b
    Examples:
      hubwatch sources edit guiyang-en "schedule=every 30m, only 06-23 h"
      hubwatch sources edit guiyang-en 'entry[1].paging=news_{n}.html from 2' --dry-run
      hubwatch sources edit our-town-en
      hubwatch sources edit guiyang-en timezone=Asia/Shanghai --json
    """
    if output == JSON and not assignments:
        raise click.UsageError(_("--json needs KEY=VALUE: an editor is for people"))
    source = session.catalogue.get(source_id)
    before = Path(source.path).read_text("utf-8")
    place = _own_place(session, source)
    if assignments:
        after = _assigned(before, place, assignments)
    else:
        found = click.edit(before, extension=".toml")
        if found is None:
            click.echo(_("%(path)s is left as it is", path=place))
            return
        after = found
    _check(session, source_id, after, place)
    if mode == "dry":
        if output == JSON:
            print_json(SOURCE_FILE(SourceFile(source_id, None, after)))
        else:
            click.echo(after, nl=False)
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = _("%(path)s: cannot be made: %(why)s", path=place.parent, why=error.strerror)
        raise ConfigError(told) from None
    write_atomically(place, after.encode())
    if output == JSON:
        print_json(SOURCE_FILE(SourceFile(source_id, place, after)))
        return
    click.echo(_("wrote       %(path)s", path=place))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file of a source: where it was written, if it was, and what it says."""

    source_id: str
    path: Path | None
    text: str


SOURCE_FILE: JsonDocument[SourceFile] = JsonDocument(
    Member("id", "text", "the source", lambda s: s.source_id),
    Member("file", "text or null", "the file that was written; null with `--dry-run`",
        lambda s: s.path),
    Member("toml", "text", "its text", lambda s: s.text),
    commands=("sources edit --json", "sources save --json"),
    about="One document.",
)  # fmt: skip


def _own_place(session: Session, source: Source) -> Path:
    """The file of a source of one's own, or where that of a shipped one would be."""
    if source.id in session.catalogue.own:
        return original_of(session.config_snapshot, Path(source.path))
    folder = original_of(session.config_snapshot, folder_for(session.config))
    return folder / f"{source.id}.toml"


def _assigned(before: str, place: Path, assignments: Sequence[str]) -> str:
    """The text with these keys set. Raise ConfigError or a usage error."""
    wanted = [_assignment(each) for each in assignments]

    def change(tables: MutableMapping[str, Any]) -> None:
        for parts, value in wanted:
            _set(tables, parts, value)

    try:
        return edited(place, before, change)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="KEY=VALUE") from None


def _assignment(text: str) -> tuple[list[tuple[str, int | None]], object]:
    key, equals, value = text.partition("=")
    places = [_PLACE.fullmatch(part.strip()) for part in key.split(".")]
    if not equals or None in places:
        raise click.BadParameter(
            _('%(text)r is no KEY=VALUE such as schedule="every 1h"', text=text)
        )
    parts = [(each[1], int(each[2]) if each[2] else None) for each in places if each]
    return parts, _value(value.strip())


def _value(text: str) -> object:
    """What TOML makes of it, else the text itself; None for nothing."""
    if not text:
        return None
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


Parts = Sequence[tuple[str, int | None]]
"""A dotted key: each part with its number, where it is one of several tables."""


def _set(tables: MutableMapping[str, Any], parts: Parts, value: object) -> None:
    table: Any = tables
    *around, (last, number) = parts
    if number is not None:
        raise LookupError(
            _("%(key)s[%(number)s] is a table: name a key in it", key=last, number=number)
        )
    for key, place in around:
        table = table.setdefault(key, {}) if place is None else _nth(table, key, place)
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value


def _nth(table: Any, key: str, place: int) -> Any:
    there = table.get(key, [])
    if not isinstance(there, list) or place > len(there):
        raise LookupError(_("there is no %(key)s[%(place)s]", key=key, place=place))
    return there[place - 1]


def _check(session: Session, source_id: str, text: str, place: Path) -> None:
    """Raise ConfigError where the file could not be used, or would be another source."""
    try:
        source = source_of(text, str(place), session.catalogue.templates)
    except tomllib.TOMLDecodeError as error:
        told = _("%(path)s: is not TOML: %(error)s", path=place, error=" ".join(str(error).split()))
        raise ConfigError(told) from None
    schedule_of(source)
    if source.id != source_id:
        raise ConfigError(_("%(path)s: id: the id of a source never changes", path=place))


@click.command()
@source_argument("ID")
@output_option
@pass_session
def remove(session: Session, source_id: str, output: str) -> None:
    """Lay the file of a source of your own aside: it is not watched any more, or the shipped one of
    that id is again. What is archived of it stays.

    The file is kept beside its place, as ID.toml.removed.

    \b
    Examples:
      hubwatch sources remove our-town-en
      hubwatch sources remove our-town-en --json
    """
    source = session.catalogue.get(source_id)
    if source_id not in session.catalogue.own:
        disable = session.hint(f"sources disable {source_id}")
        told = _(
            "%(id)s is shipped with Hubwatch; %(disable)s leaves it out",
            id=source_id,
            disable=disable,
        )
        raise ConfigError(told)
    path = original_of(session.config_snapshot, Path(source.path))
    aside = _free(path.with_name(path.name + _REMOVED))
    config = session.config
    if config.path is not None:
        for key in ("enabled", "also", "disabled"):
            if source_id in (getattr(config, key) or ()):
                remove_from_list(config.path, key, source_id)
    try:
        path.rename(aside)
    except OSError as error:
        raise ConfigError(
            _("%(path)s: cannot be moved: %(why)s", path=path, why=error.strerror)
        ) from None
    if output == JSON:
        print_json(REMOVED((source_id, aside)))
        return
    click.echo(_("%(id)s is removed; its file is %(path)s now", id=source_id, path=aside))


REMOVED: JsonDocument[tuple[str, Path]] = JsonDocument(
    Member("id", "text", "the source", lambda r: r[0]),
    Member("file", "text", "where its file lies aside", lambda r: r[1]),
    Member("shipped", "boolean", "whether a source of that id is shipped, which counts again now",
        lambda r: bool(pack_of(r[0]))),
    commands=("sources remove --json",),
    about="One document.",
)  # fmt: skip


def _free(path: Path) -> Path:
    found, number = path, 2
    while found.exists():
        found, number = path.with_name(f"{path.name}-{number}"), number + 1
    return found
