"""Formats of other packages: entry points of the group `hubwatch.formats`, each run by itself.

The name of an entry point is the word of its format. Behind it is an object with `media_type` (RFC
2046), `suffix` (of files, without the dot) and `render(digest)`, which gets the digest as its JSON
form has it and returns bytes. Their code runs in a process of its own, never here: whatever it
does, the digest goes out in all other formats.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import IO

from hubwatch.errors import HubwatchError
from hubwatch.patterns import lazy_pattern

from ... import _
from ...text import one_line
from ..model import PLAIN, Digest, DigestStyle, Format
from . import MEDIA_TYPES, as_it_stands, render
from .as_json import render_json

GROUP = "hubwatch.formats"
SECONDS = 30.0
"""So long a plug-in has for a digest."""
MOST_BYTES = 64 * 1024**2
"""So large its file may be."""
_WORD = lazy_pattern(r"[a-z][a-z0-9-]{0,31}")
_MEDIA_TYPE = lazy_pattern(
    r"[\w.+-]{1,80}/[\w.+-]{1,80}(; ?[\w.+-]{1,40}=[\w.+-]{1,80})*", re.ASCII
)
_SUFFIX = lazy_pattern(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,12})?")
_MOST_SAID = 8_192


class FormatFault(HubwatchError):
    """A plug-in that makes no file of a digest. Why is its text, one line."""


@dataclass(frozen=True, slots=True)
class PluginFormat:
    """A format of another package: its word, the package with its version, what its files are."""

    word: str
    package: str
    media_type: str
    suffix: str


def words() -> tuple[str, ...]:
    """The words of the formats that plug-ins bring, in order. Nothing of a plug-in is run."""
    return tuple(sorted(_sound()))


def refused_words() -> tuple[str, ...]:
    """What is wrong with the entry points of installed packages, a line each: names that are none,
    or are taken by a format of ours or of another package."""
    counts = Counter(each.name for each in _found())
    said = []
    for each in _found():
        values = {"word": one_line(each.name, 60), "package": _package(each)}
        if each.name in list(Format):
            said.append(_("%(package)s: %(word)r is a format of Hubwatch's own", **values))
        elif not _WORD.fullmatch(each.name):
            said.append(_("%(package)s: %(word)r is no word for a format", **values))
        elif counts[each.name] > 1:
            said.append(_("%(package)s: another package has a format %(word)r, too", **values))
    return tuple(said)


def _found() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _sound() -> dict[str, EntryPoint]:
    """The entry points that count, by their words."""
    counts = Counter(each.name for each in _found())
    return {
        each.name: each
        for each in _found()
        if counts[each.name] == 1 and _WORD.fullmatch(each.name) and each.name not in list(Format)
    }


def _package(point: EntryPoint) -> str:
    return one_line(f"{point.dist.name} {point.dist.version}" if point.dist else "?", 80)


@cache
def plugin(word: str) -> PluginFormat:
    """What a format is, as its plug-in says. Raises FormatFault, also where there is none."""
    point = _sound().get(word)
    if point is None:
        raise FormatFault(_("no plug-in brings the format %(word)s", word=one_line(word, 60)))
    try:
        said = json.loads(_run(word, "describe", b""))
        media_type, suffix = str(said["media_type"]), str(said["suffix"])
    except (ValueError, KeyError, TypeError):
        raise FormatFault(_("%(package)s says no such thing", package=_package(point))) from None
    if not _MEDIA_TYPE.fullmatch(media_type) or not _SUFFIX.fullmatch(suffix):
        raise FormatFault(
            _(
                "%(package)s: %(media_type)r and %(suffix)r are no media type and suffix",
                package=_package(point),
                media_type=one_line(media_type, 60),
                suffix=one_line(suffix, 30),
            )
        )
    return PluginFormat(word, _package(point), media_type, suffix)


def render_plugin(digest: Digest, word: str, style: DigestStyle) -> bytes:
    """The digest in the format of a plug-in. Raises FormatFault where none comes of it."""
    plugin(word)
    return _run(word, "render", render_json(digest, style))


# By the word of a format, whose ever it is.


def rendered(digest: Digest, word: str, style: DigestStyle = PLAIN) -> bytes:
    """The digest in a format of ours or of a plug-in. Raises as `render` does, and FormatFault
    where a plug-in makes none."""
    if word in list(Format):
        return render(digest, Format(word), style)
    return render_plugin(as_it_stands(digest), word, style)


def media_type_of(word: str) -> str:
    """The media type of a format: bytes of any kind where no plug-in says it."""
    if word in list(Format):
        return MEDIA_TYPES[Format(word)]
    try:
        return plugin(word).media_type
    except FormatFault:
        return "application/octet-stream"


def name_of(number: int, word: str) -> str:
    """What the file of a digest is called in a format: `digest-12.html`, `digest-12-slides.odp`."""
    if word in list(Format):
        return f"digest-{number}.{word}"
    try:
        return f"digest-{number}-{word}.{plugin(word).suffix}"
    except FormatFault:
        return f"digest-{number}-{word}.bin"


def _run(word: str, act: str, given: bytes) -> bytes:
    """What a plug-in writes, in a process of its own. Raises FormatFault."""
    command = (sys.executable, "-P", "-m", "desk.digest.formats.plugin_process", word, act)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as made:
        with tempfile.TemporaryFile() as said:
            source.write(given)
            source.seek(0)
            child = subprocess.Popen(  # noqa: S603 - our own interpreter, without a shell
                command, stdin=source, stdout=made, stderr=said, start_new_session=True
            )
            try:
                code = child.wait(SECONDS)
            except subprocess.TimeoutExpired:
                raise FormatFault(
                    _("%(word)s: not done in %(seconds)s s", word=word, seconds=int(SECONDS))
                ) from None
            finally:
                with suppress(OSError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            last = _last_line(said)
        if code:
            raise FormatFault(
                _("%(word)s: %(why)s", word=word, why=last or _("exit code %(code)s", code=code))
            )
        made.seek(0)
        return made.read()


def _last_line(said: IO[bytes]) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - _MOST_SAID))
    lines = said.read().decode(errors="replace").strip().splitlines()
    return one_line(lines[-1], 200) if lines else ""
