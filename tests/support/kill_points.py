"""The command line, which kills itself at a point.

    python -m tests.support.kill_points POINT COUNT …

Only for tests: what follows COUNT goes to `hubwatch`. COUNT is how often the point is reached, or
for a write in whose middle it dies, how many bytes the file has then. The archive's WAL is moved
into the file at nearly every commit, so that checkpoints are met often.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import scraper.pipelines.decide
from desk.cli.main import main
from storage import database
from storage.articles.writes import ArticleWrites
from storage.runs import RunWrites


class Point:
    """Dies the COUNT-th time it is reached."""

    def __init__(self, count: int) -> None:
        self._left = count

    def reached(self) -> None:
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, point: Point) -> None:
    """Reach the point before each call."""
    original: Callable[..., Any] = getattr(owner, name)

    def patched(*args: Any, **kwargs: Any) -> Any:
        point.reached()
        return original(*args, **kwargs)

    setattr(owner, name, patched)


def after(owner: Any, name: str, point: Point) -> None:
    """Reach the point after each call."""
    original: Callable[..., Any] = getattr(owner, name)

    def patched(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        point.reached()
        return result

    setattr(owner, name, patched)


def around_commit(point: Point, place: str) -> None:
    """Reach the point before or after each COMMIT; the latter may be in mid-checkpoint's wake."""
    original = database.Connection.execute

    def patched(self: Any, sql: str, parameters: Any = None) -> Any:
        if sql == "COMMIT" and place == "before":
            point.reached()
        result = original(self, sql, parameters)
        if sql == "COMMIT" and place == "after":
            point.reached()
        return result

    database.Connection.execute = patched  # type: ignore[method-assign]


def often_checkpointed(pages: int) -> None:
    """Move the WAL into the file as soon as it has so many pages."""
    original = database.connect

    def patched(path: Path, access: database.Access) -> Any:
        db = original(path, access)
        db.conn.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        return db

    database.connect = patched


def torn_write(size: int) -> None:
    """Die in the middle of the write that makes a file larger than that: part of it is done."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def arm(name: str, count: int) -> None:
    """Make the point deadly."""
    point = Point(count)
    often_checkpointed(4)
    if name == "fetched":
        before(scraper.pipelines.decide, "_previous", point)
    elif name == "inside":
        after(ArticleWrites, "apply", point)
    elif name == "before commit":
        around_commit(point, "before")
    elif name == "after commit":
        around_commit(point, "after")
    elif name == "checkpoint":  # the WAL stays small, so that what hits the limit is the file
        often_checkpointed(1)
        torn_write(count)
    elif name == "torn write":  # the file stays small, so that what hits the limit is the WAL
        often_checkpointed(10**6)
        torn_write(count)
    elif name == "end":
        before(RunWrites, "finish", point)
    else:
        raise SystemExit(f"there is no point {name}")


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    main(sys.argv[3:])
