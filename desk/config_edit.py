"""Editing `hubwatch.toml`, and files of sources, and nothing else of what people wrote there.

tomlkit keeps comments, order and white space. What comes of an edit is read again, and refused
unless it says exactly what was meant and every comment is still there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from hubwatch.errors import ConfigError
from hubwatch.toml import comments

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


def enable_source(path: Path | None, config: Config, source_id: str, pack: str) -> None:
    """Have a source crawled: out of `disabled`, into `enabled` where that names what is crawled,
    into `also` where it is of a `pack` (empty: of none) that is not in use. Raises ConfigError
    where there is something to write and no file."""
    if source_id in config.disabled:
        remove_from_list(_there(path), "disabled", source_id)
    if config.enabled is not None:
        if source_id not in config.enabled:
            add_to_list(_there(path), "enabled", source_id)
    elif pack and pack not in config.packs and source_id not in config.also:
        add_to_list(_there(path), "also", source_id)


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
    than that would change, and whatever `change` raises."""
    wanted = _tables(path, before)
    change(wanted)
    try:
        document = tomlkit.parse(before)
        change(document)
        after = tomlkit.dumps(document)
        found = tomllib.loads(after)
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise _refused(path) from error
    if found != wanted or sorted(comments(after)) != sorted(comments(before)):
        raise _refused(path)
    return after


def _refused(path: Path) -> ConfigError:
    return ConfigError(_("%(path)s: cannot be changed by itself; change it by hand", path=path))
