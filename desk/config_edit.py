"""Editing `hubwatch.toml`, and files of sources, and nothing else of what people wrote there.

tomlkit keeps comments, order and white space. What comes of an edit is read again, and refused
unless it says exactly what was meant and every comment is still there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from hubwatch.errors import ConfigError
from hubwatch.toml import comments, line_of

from . import _
from .files import write_atomically

if TYPE_CHECKING:
    from .config import Config

Edit = Callable[[MutableMapping[str, Any]], None]
"""Changes a file's tables in place."""


def add_to_list(path: Path, key: str, value: str) -> bool:
    """Add a text to a list at the top of the file, or begin the list. False if it is there.

    Raises ConfigError where the file cannot be changed so.
    """
    known = _list_in(path, key)
    if value in known:
        return False

    def change(tables: MutableMapping[str, Any]) -> None:
        if isinstance(tables.get(key), list):
            tables[key].append(value)
        else:
            tables[key] = [*known, value]

    edit(path, change)
    return True


def remove_from_list(path: Path, key: str, value: str) -> bool:
    """Take a text out of a list at the top of the file. False if it is not there. Raises as
    `add_to_list`."""
    known = _list_in(path, key)
    if value not in known:
        return False

    def change(tables: MutableMapping[str, Any]) -> None:
        if not isinstance(tables[key], list):
            tables[key] = []
            return
        for place in reversed([n for n, each in enumerate(tables[key]) if each.strip() == value]):
            del tables[key][place]

    edit(path, change)
    return True


def set_keys(path: Path, values: Mapping[str, object]) -> None:
    """Set keys of the file, dotted ones in their tables. One whose value is None goes. Raises
    ConfigError."""

    def change(tables: MutableMapping[str, Any]) -> None:
        for place, value in values.items():
            *around, key = place.split(".")
            table = tables
            for part in around:
                table = table.setdefault(part, {})
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value

    edit(path, change)


def set_host(path: Path, host: str, place: str) -> None:
    """Have a host name dialled at a loopback address: `[network.hosts]`. Raises ConfigError."""

    def change(tables: MutableMapping[str, Any]) -> None:
        tables.setdefault("network", {}).setdefault("hosts", {})[host] = place

    edit(path, change)


def add_tables(path: Path, key: str, tables: Sequence[Mapping[str, object]]) -> None:
    """Add tables `[[key]]` at the end of those there are. `alerts.channel` stands in `[alerts]`.
    Raises ConfigError."""
    *around, last = key.split(".")

    def change(document: MutableMapping[str, Any]) -> None:
        table = document
        for part in around:
            table = table.setdefault(part, {})
        if last not in table:
            table[last] = tomlkit.aot() if hasattr(document, "as_string") else []
        for each in tables:
            table[last].append(dict(each))

    edit(path, change)


def enable_source(path: Path | None, config: Config, source_id: str, pack: str) -> str:
    """Have a source crawled: out of `disabled`, into `enabled` where that names what is crawled,
    into `also` where it is of a `pack` (empty: of none) that is not in use. Returns the list that
    was changed last, empty where there was nothing to write. Raises ConfigError where there is
    something to write and no file."""
    changed = ""
    if source_id in config.disabled and remove_from_list(_there(path), "disabled", source_id):
        changed = "disabled"
    if config.enabled is not None:
        if source_id not in config.enabled and add_to_list(_there(path), "enabled", source_id):
            changed = "enabled"
    elif pack and pack not in config.packs and source_id not in config.also:
        changed = "also" if add_to_list(_there(path), "also", source_id) else changed
    return changed


def _there(path: Path | None) -> Path:
    if path is None:
        raise ConfigError(_("there is no configuration to write into; `hubwatch init` makes one"))
    return path


def _list_in(path: Path, key: str) -> list[str]:
    found = _tables(path, _read(path)).get(key, [])
    items = [found] if isinstance(found, str) else found
    return [str(each).strip() for each in items] if isinstance(items, list) else []


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("%(path)s: cannot be read: %(error)s", path=path, error=error)
        ) from None


def _tables(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None


def edit(path: Path, change: Edit) -> None:
    """Change a file. Raises as `edited`, and leaves the file as it is then."""
    write_atomically(path, edited(path, _read(path), change).encode())


def edited(path: Path, before: str, change: Edit) -> str:
    """The text of a file after a change. Raises ConfigError where it cannot be read, or where more
    than that would change, and whatever `change` raises.

    A new key goes behind the last one of its table, before remarks that follow there: those may be
    of the next table, or be a table that somebody takes into use later.
    """
    had = _tables(path, before)
    wanted = _tables(path, before)
    change(wanted)
    try:
        document = tomlkit.parse(before)
        change(document)
        after = tomlkit.dumps(document)
        placed = _placed(before, document, had, wanted)
    except (TOMLKitError, KeyError, TypeError, ValueError, LookupError) as error:
        raise _refused(path) from error
    for text in (placed, after):
        if _says(text, wanted) and sorted(comments(text)) == sorted(comments(before)):
            return text
    raise _refused(path)


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _placed(
    before: str, document: MutableMapping[str, Any], had: dict[str, Any], wanted: dict[str, Any]
) -> str:
    """The text of a changed document, its new keys written behind the last ones of their tables."""
    fresh = list(_fresh(had, wanted, ()))
    for steps, key, _value in fresh:
        table: Any = document
        for step in steps:
            table = table[step]
        del table[key]
    text: str = tomlkit.dumps(document) if fresh else before
    if not fresh:
        return tomlkit.dumps(document)
    for steps, key, value in fresh:
        there: Any = had
        for step in steps:
            there = there[step]
        text = _with_line(text, _dotted(steps), there, tomlkit.dumps({key: value}))
    return text


Steps = tuple[str | int, ...]


def _fresh(had: Any, wanted: Any, steps: Steps) -> Iterator[tuple[Steps, str, object]]:
    """Each key of a value that is new in a table which was there, with the way to that table."""
    if isinstance(had, list) and isinstance(wanted, list):
        for place, (old, new) in enumerate(zip(had, wanted, strict=False)):
            yield from _fresh(old, new, (*steps, place))
    if not (isinstance(had, dict) and isinstance(wanted, dict)):
        return
    for key, value in wanted.items():
        if key in had:
            yield from _fresh(had[key], value, (*steps, key))
        elif not _holds_tables(value):
            yield steps, key, value


def _holds_tables(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, dict) for each in value)
    )


def _dotted(steps: Steps) -> str:
    """The way to a table as `line_of` has it: `alerts.channel[2]`."""
    place = ""
    for step in steps:
        place = f"{place}[{step + 1}]" if isinstance(step, int) else f"{place}.{step}".lstrip(".")
    return place


def _with_line(text: str, place: str, table: Mapping[str, Any], line: str) -> str:
    """The text with a line more behind the last key of a table. At the top of a file without such
    keys it is the first, behind the remarks that the file begins with."""
    end = _end_of(text, place, table)
    lines = text.splitlines(keepends=True)
    if not end and not place:
        while end < len(lines) and lines[end].startswith("#"):
            end += 1
        line = f"{line}\n" if end < len(lines) and lines[end].strip() else line
    if end and not lines[end - 1].endswith("\n"):
        line = f"\n{line}"
    return "".join((*lines[:end], line, *lines[end:]))


def _end_of(text: str, place: str, table: Mapping[str, Any]) -> int:
    """How many lines there are up to the end of a table's last key, or its heading. 0 for the top
    of a file without keys."""
    inside = f"{place}." if place else ""
    lines = text.splitlines(keepends=True)
    starts = [line_of(text, f"{inside}{key}") or 0 for key in table]
    # Tables may be values, `{ a = 1 }`, or have headings of their own, which are other places.
    own = [start for start in starts if start and not lines[start - 1].lstrip().startswith("[")]
    last = max([*own, (line_of(text, place) or 0) if place else 0])
    for end in range(last, len(lines) + 1):  # a value may be of several lines
        if _is_toml("".join(lines[:end])):
            return end
    return last


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def with_table(path: Path, key: str, values: Mapping[str, object]) -> str:
    """The text of a file with one table `[[key]]` more, behind the last of them or at the end.
    Raises ConfigError."""
    before = _read(path)
    had = _tables(path, before)
    known = had.get(key, [])
    wanted = {**had, key: [*known, dict(values)]}
    end = len(before.splitlines())
    if known:
        end = _end_of(before, f"{key}[{len(known)}]", known[-1])
    lines = before.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    table = f"[[{key}]]\n{tomlkit.dumps(dict(values))}"
    around = ("\n" if end else "", table, "\n" if "".join(lines[end : end + 1]).strip() else "")
    after = "".join((*lines[:end], *around, *lines[end:]))
    if _says(after, wanted) and sorted(comments(after)) == sorted(comments(before)):
        return after

    def change(tables: MutableMapping[str, Any]) -> None:
        tables[key] = [*tables.get(key, []), dict(values)]

    return edited(path, before, change)


def without_table(path: Path, key: str, number: int) -> tuple[str, str]:
    """The text of a file without the table `[[key]]` of that number, from 1, and the lines that
    were taken out, remarks within the table among them. Others stay. Raises ConfigError."""
    before = _read(path)
    had = _tables(path, before)
    known = had[key]
    wanted = {**had, key: [each for place, each in enumerate(known, 1) if place != number]}
    if not wanted[key]:
        del wanted[key]
    place, lines = f"{key}[{number}]", before.splitlines(keepends=True)
    begin, end = (line_of(before, place) or 1) - 1, _end_of(before, place, known[number - 1])
    taken = "".join(lines[begin:end])
    if begin and not lines[begin - 1].strip() and not "".join(lines[end : end + 1]).strip():
        begin -= 1
    after = "".join((*lines[:begin], *lines[end:]))
    if not _says(after, wanted):
        raise _refused(path)
    return after, taken


def _refused(path: Path) -> ConfigError:
    return ConfigError(_("%(path)s: cannot be changed by itself; change it by hand", path=path))
