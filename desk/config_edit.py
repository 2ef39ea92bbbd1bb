"""Editing one list of texts in `hubwatch.toml`, and nothing else of what people wrote there.

The file is changed as text, so that comments and order stay. The result is read again and refused
unless that list alone differs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import ConfigError

from . import _
from .files import write_atomically

if TYPE_CHECKING:
    from .config import Config

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_STRING = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')


def add_to_list(path: Path, key: str, value: str) -> bool:
    """Add a text to a list at the top of the file, or begin the list. False if it is there.

    Raises ConfigError where the file cannot be changed so.
    """
    text = _read(path)
    known = _list_in(text, key, path)
    if value in known:
        return False
    _write(path, text, _with(text, key, value), key, [*known, value])
    return True


def remove_from_list(path: Path, key: str, value: str) -> bool:
    """Take a text out of a list at the top of the file. False if it is not there. Raises as
    `add_to_list`."""
    text = _read(path)
    known = _list_in(text, key, path)
    if value not in known:
        return False
    _write(path, text, _without(text, key, value), key, [each for each in known if each != value])
    return True


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


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("%(path)s: cannot be read: %(error)s", path=path, error=error)
        ) from None


def _list_in(text: str, key: str, path: Path) -> list[str]:
    try:
        found = tomllib.loads(text).get(key, [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    items = [found] if isinstance(found, str) else found
    return [str(each) for each in items] if isinstance(items, list) else []


def _with(text: str, key: str, value: str) -> str:
    place = _place(text, key)
    if place is None:
        at = _top_end(text)
        head = text[:at]
        gap = "" if not head or head.endswith("\n") else "\n"
        return f"{head}{gap}{key} = [{json.dumps(value)}]\n{text[at:]}"
    start, end = place
    inner = text[start + 1 : end]
    if "\n" in inner and inner.strip():
        indent = re.match(r"[ \t]*", inner.split("\n", 2)[1])
        line = f"\n{indent[0] if indent else ''}{json.dumps(value)},"
        return text[: start + 1] + line + text[start + 1 :]
    known = inner.rstrip().removesuffix(",").rstrip()
    said = f"{known}, {json.dumps(value)}" if known.strip() else json.dumps(value)
    return text[: start + 1] + said + text[end:]


def _without(text: str, key: str, value: str) -> str:
    place = _place(text, key)
    if place is None:
        return text
    start, end = place
    for found in _STRING.finditer(text, start, end):
        word = found[0]
        if word[0] in "\"'" and tomllib.loads(f"x = {word}")["x"].strip() == value:
            behind = re.compile(r"[ \t]*,[ \t]*").match(text, found.end(), end)
            if behind:
                return text[: found.start()] + text[behind.end() :]
            before = re.search(r",[ \t\n]*\Z", text[start : found.start()])
            cut = start + before.start() if before else found.start()
            return text[:cut] + text[found.end() :]
    return text


def _top_end(text: str) -> int:
    """Where the keys at the top end: before the first table, or at the end of the file."""
    for found in _TABLE.finditer(text):
        if _place_of_string(text, found.start()) is None and not _in_list(text, found.start()):
            return found.start()
    return len(text)


def _place(text: str, key: str) -> tuple[int, int] | None:
    """Where the brackets of a list stand. None where the top of the file has no such list."""
    head = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=[ \t]*\[", re.MULTILINE)
    found = next(
        (
            each
            for each in head.finditer(text, 0, _top_end(text))
            if _place_of_string(text, each.start()) is None
        ),
        None,
    )
    if found is None:
        return None
    start, at = found.end() - 1, found.end()
    while at < len(text):
        word = _STRING.match(text, at)
        if word:
            at = word.end()
        elif text[at] == "]":
            return start, at
        else:
            at += 1
    return None


def _place_of_string(text: str, at: int) -> tuple[int, int] | None:
    """The string over several lines in which this place is, if it is in one."""
    marks: Collection[str] = ('"""', "'''")
    here = 0
    while here < at:
        word = _STRING.search(text, here)
        if word is None or word.start() >= at:
            return None
        here = word.end()
        if word[0] in marks:
            end = text.find(word[0], here)
            end = len(text) if end < 0 else end + 3
            if at < end:
                return word.start(), end
            here = end
    return None


def _in_list(text: str, at: int) -> bool:
    """Whether a line that begins with a bracket goes on with a list from the line before."""
    depth, here = 0, 0
    while here < at:
        word = _STRING.match(text, here)
        if word:
            here = word.end()
            continue
        depth += {"[": 1, "]": -1}.get(text[here], 0)
        here += 1
    return depth > 0


def _write(path: Path, before: str, after: str, key: str, wanted: list[str]) -> None:
    """Write what differs in this list alone. Raises ConfigError for anything else."""
    try:
        was, now = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        was, now = {}, {"": None}
    said = [str(each).strip() for each in now.pop(key, [])] if isinstance(now, dict) else []
    was.pop(key, None)
    if was != now or sorted(said) != sorted(wanted):
        line = f"{key} = {json.dumps(wanted, ensure_ascii=False)}"
        raise ConfigError(
            _(
                "%(path)s: cannot be changed by itself; write the line: %(line)s",
                path=path,
                line=line,
            )
        )
    write_atomically(path, after.encode())
