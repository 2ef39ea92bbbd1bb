"""Whose a file is that root makes beside those of a service: the service's, which could not write
it otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ROOT = 0


def give_as_root(paths: Iterable[Path], like: Path) -> None:
    """Give these to whom `like` belongs, if root asks and may. Raises OSError where one of them is
    not there."""
    if os.geteuid() != _ROOT:
        return
    owner = like.stat()
    for path in paths:
        with suppress(PermissionError):  # root of a container that may not
            os.chown(path, owner.st_uid, owner.st_gid)
