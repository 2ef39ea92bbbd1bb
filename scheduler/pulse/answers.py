"""The answers of the daemon's endpoint: is it alive, is it ready, how is everything.

`/healthz` says that the loop turns, `/readyz` that the archive takes what is written and the
configuration is the one in force, `/metrics` has the numbers. Read from the archive when asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.archive import Archive

from ..health.backups import last_good
from ..jobs import Job
from .endpoint import ProbeResponse, ProbeResponses
from .metrics import ArchiveFigures, Vitals, metrics

_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DaemonStatus:
    """What the daemon knows of itself now: of the `services` it keeps running those named `down` do
    not run. `sources` are the ids of those that it watches, `others` its jobs that are no crawls.
    `trouble` says why it is not ready, or is empty."""

    jobs: int
    running: int
    waiting: int
    unwritten: int
    trouble: str
    services: int = 0
    down: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    others: tuple[Job, ...] = ()


def answers(
    store: Archive, condition: Callable[[], DaemonStatus], clock: Callable[[], datetime]
) -> ProbeResponses:
    """What is answered at which path."""
    began = clock()

    def healthy() -> ProbeResponse:
        return ProbeResponse(200, "ok\n")

    def ready() -> ProbeResponse:
        trouble = condition().trouble
        return ProbeResponse(503, f"{trouble}\n") if trouble else ProbeResponse(200, "ready\n")

    def numbers() -> ProbeResponse:
        now, here = clock(), condition()
        vitals = Vitals(
            began,
            here.jobs,
            here.running,
            here.waiting,
            here.unwritten,
            _size(store.path),
            shutil.disk_usage(store.path.absolute().parent).free,
            here.services,
            len(here.down),
        )
        pasts = store.slots.histories((job.name for job in here.others), now)
        known = {past.job: past for past in pasts}
        record = ArchiveFigures(
            store.runs.totals(),
            store.sources.last_crawls(here.sources),
            pasts,
            last_good(here.others, known, store.maintenance.last_backup(now)),
            store.incidents.unresolved(),
        )
        text = metrics(vitals, record, now)
        return ProbeResponse(200, text, _TEXT_FORMAT)

    return {"/healthz": healthy, "/readyz": ready, "/metrics": numbers}


def _size(path: Path) -> int:
    """The archive with its write-ahead log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.is_file())
