"""Makes the test file of a schema: an archive as this very program writes it, packed.

    python -m tests.schemas            # before a release: tests/schemas/NAME.db.gz

NAME is the latest migration. A file that is there is never made again: it is what was released.
"""

from __future__ import annotations

import gzip
import os
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from desk.cli.main import main
from desk.demo import practice_config
from desk.practice.server import serve
from storage import schema
from storage.archive import Archive

HERE = Path(__file__).parent
ANCHOR = date(2026, 3, 2)
SOURCES = ("practice-en-jw", "practice-en-kjj")
SEARCHED = "innovation"


def names() -> list[str]:
    """Every migration there is, in order."""
    return list(schema.NAMES)


def _hubwatch(*arguments: str) -> None:
    try:
        main(arguments)
    except SystemExit as ended:
        if ended.code not in (0, 3):
            raise


def make(archive: Path) -> None:
    """Two days of the practice portal: new, changed and gone articles, and what a person said."""
    config = archive.with_name("hubwatch.toml")
    for day in (1, 2):
        with serve(ANCHOR, day) as served:
            config.write_text(practice_config(served.hosts), encoding="utf-8")
            at = f"2026-03-0{day + 1}T12:00+08:00"
            _hubwatch("--config", str(config), "--now", at, "--db", str(archive), "crawl", *SOURCES)
    with Archive.open(archive) as store, store.writing() as tx:
        tx._db.execute(
            "INSERT INTO decisions (story_id, verb, value, person, at) "
            "SELECT min(id), 'note', 'kept for the board', 'Ana', '2026-03-03T05:00:00.000Z' "
            "FROM stories"
        )
        tx._db.execute("PRAGMA user_version = 0")


def pack(archive: Path, target: Path) -> None:
    """The closed archive, packed; the same bytes whenever it is done."""
    target.write_bytes(gzip.compress(archive.read_bytes(), mtime=0))


if __name__ == "__main__":
    target = HERE / f"{names()[-1]}.db.gz"
    if target.exists():
        sys.exit(f"{target} is there already: what was released stays as it was")
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        archive = Path(folder, "hubwatch.db")
        make(archive)
        pack(archive, target)
    print(f"{target}: {target.stat().st_size:,} bytes")
