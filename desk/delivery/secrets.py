"""Secrets: named in the configuration, kept outside it, never printed.

`env:NAME` is a variable of the environment, `file:PATH` a file that only its owner may read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hubwatch.errors import ConfigError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is to be had. It is looked up when it is used, and is no part of `repr`."""

    place: str
    home: Path = field(default=Path(), repr=False)

    def reveal(self, environ: Mapping[str, str] = os.environ) -> str:
        """The secret itself. Raises ConfigError where there is none or others may read it."""
        kind, _, name = self.place.partition(":")
        found = environ.get(name, "") if kind == "env" else _content(self.home / name)
        if not found:
            raise ConfigError(f"{self.place}: is empty or not set")
        return found


def parse_secret(text: str, home: Path) -> Secret:
    """`env:NAME` or `file:PATH`, the path relative to `home`. Raises ValueError for anything else,
    above all for the secret itself, which it does not repeat."""
    kind, colon, name = text.partition(":")
    if kind not in ("env", "file") or not colon or not name.strip():
        raise ValueError('a secret does not belong here; write "env:NAME" or "file:PATH"')
    return Secret(text, home)


def _content(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS:
            raise ConfigError(f"{path}: others may read this secret; `chmod 600 {path}` helps")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this secret cannot be read") from None
