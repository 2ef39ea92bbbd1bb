"""JSON Lines: a file as its lines, each an object or a fault, never more than one in memory.

What the objects mean is the business of `record`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hubwatch.errors import PageError

MAX_LINE = 32 * 1024 * 1024
"""Bytes; a longer line is a fault, and skipped without being kept in memory."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line or record that cannot be used. `number` counts lines (or records) from 1."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds a JSON object."""

    number: int
    value: dict[str, Any]


def read_lines(path: Path) -> Iterator[Line | LineFault]:
    """The lines of a file (`.gz`: unpacked on the way), empty ones left out. Raises PageError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for number, raw in enumerate(_raw_lines(stream), 1):
                if raw.strip():
                    yield _read(number, raw)
    except (OSError, EOFError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise PageError(f"{path}: cannot be read: {told}") from None


def write_line(out: IO[bytes], value: dict[str, Any]) -> None:
    """Write one object as one line of UTF-8."""
    out.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _raw_lines(stream: Any) -> Iterator[bytes]:
    first = True
    while raw := stream.readline(MAX_LINE + 1):
        long = raw
        while not long.endswith(b"\n") and len(long) > MAX_LINE:
            long = stream.readline(MAX_LINE + 1)
        yield raw.removeprefix(_BOM) if first else raw
        first = False


def _read(number: int, raw: bytes) -> Line | LineFault:
    if len(raw) > MAX_LINE:
        return LineFault(number, f"is longer than {MAX_LINE >> 20} MiB")
    try:
        value = json.loads(raw)
    except UnicodeDecodeError:
        return LineFault(number, "is not UTF-8")
    except (ValueError, RecursionError) as error:
        return LineFault(number, f"is not JSON: {str(error)[:100]}")
    if not isinstance(value, dict):
        return LineFault(number, "is not a JSON object")
    return Line(number, value)
