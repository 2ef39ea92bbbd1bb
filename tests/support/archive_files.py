"""An archive as files: filled, locked, read by others, written by children."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.archive import Archive
from tests.support import make
from tests.support.make import NOW, SOURCE
from tests.support.paths import ROOT

_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_PR_CAPBSET_DROP = 24


def in_another_process(script: str, *arguments: str) -> None:
    """Touch the file with the standard SQLite module, which must not meet ours in one process."""
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)


def filled(archive: Path, count: int = 3) -> None:
    """An archive with some articles, closed in good order."""
    with Archive.create(archive) as store:
        for number in range(count):
            add(store, number)


def add(store: Archive, number: int) -> None:
    """One more article, in a transaction of its own."""
    url = f"http://english.practice.test/2026-03/01/c_{number}.htm"
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        intent = make.insert(url=url, body=f"{make.BODY} {number}")
        tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW)


def contents(archive: Path) -> dict[str, bytes]:
    """Every file of the archive, byte for byte."""
    return {path.name: path.read_bytes() for path in archive.parent.iterdir() if path.is_file()}


def unprivileged() -> None:
    """In a child before it starts: permissions count for root too."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def hubwatch(*arguments: object, **fields: object) -> subprocess.CompletedProcess[str]:
    """The command line as a child."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "hubwatch", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **fields,  # type: ignore[call-overload]
    )


@contextmanager
def locked(archive: Path, seconds: float) -> Iterator[None]:
    """Another process holds the write lock for so long, or until the block ends."""
    script = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True)\n"
        "time.sleep(float(sys.argv[2]))"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(archive), str(seconds)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.kill()
        holder.communicate()
