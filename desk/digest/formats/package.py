"""Packages of files (ZIP) whose bytes depend on their contents alone: no clock, no platform."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
_PLAIN_FILE = 0o644 << 16
_UNIX = 3


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A package of these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = _UNIX
            package.writestr(entry, data)
    return out.getvalue()


def files_of(package: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a package that a library made, in its order."""
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        for name in found.namelist():
            yield name, found.read(name)
