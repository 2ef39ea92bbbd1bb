"""The daemon as a real process, with jobs of its own or with the practice sources."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from scheduler.jobs import Job
from scheduler.ledger import Ledger
from scheduler.schedules import parse_schedule
from storage.archive import Archive
from storage.slots import Slot
from tests.support.paths import ROOT

DAEMON = """
import json, logging, os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from scheduler.daemon import run_daemon
from scheduler.schedules import parse_schedule
from scheduler.jobs import Job, Service
from scheduler.jobs import Limits
from hubwatch.errors import Busy, ConfigError
from tests.support.scripts import PRELOAD, SCRIPT

def plan():
    try:
        rows = json.loads(Path("jobs.json").read_text())
    except ValueError:
        raise ConfigError("jobs.json: not JSON") from None
    command = SCRIPT
    services = [row for row in rows if "serves" in row]
    return [Service(row["name"], (*command, row["serves"], row["name"])) for row in services] + [
        Job(row["name"], (*command, row["script"]) if "script" in row else ("true",),
            parse_schedule(row["schedule"], "UTC"), timedelta(seconds=row.get("deadline", 30)),
            (row["name"],), row.get("group", ""))
        for row in rows if row not in services
    ]

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
clock = lambda: datetime.now(UTC)
try:
    limits = Limits(children=int(sys.argv[1]), drain=timedelta(seconds=1))
    preload = (SCRIPT, PRELOAD) if sys.argv[2] == "forked" else None
    code = run_daemon(plan, Path("hubwatch.db"), clock, limits=limits, preload=preload)
except Busy as error:
    sys.exit(str(error))
sys.exit(code)
"""


# Appends "name begin" and "name end" to the file `ran`.
STEP = "import sys, time; say = lambda what: open('ran', 'a').write(f'{sys.argv[1]} {what}\\n'); "


@dataclass
class House:
    """A folder with an archive, a plan, and the daemons started on them."""

    path: Path
    way: str = "new"
    """How the daemons start their children: as "new" processes, or "forked"."""
    daemons: list[subprocess.Popen[str]] = field(default_factory=list)

    def plan(self, *rows: dict[str, object]) -> None:
        draft = self.path / "draft.json"
        draft.write_text(json.dumps(rows))
        draft.rename(self.path / "jobs.json")

    def start(
        self, children: int = 2, environment: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.Popen[str]:
        daemon = subprocess.Popen(
            [sys.executable, "-c", DAEMON, str(children), self.way],
            cwd=self.path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.daemons.append(daemon)
        return daemon

    def slots(self, job: str | None = None) -> tuple[Slot, ...]:
        with Archive.open_readonly(self.path / "hubwatch.db") as store:
            return store.slots.select(job, 10_000)

    def ended(self, job: str) -> list[str]:
        """The outcomes of a job's slots that ran, the oldest first."""
        return [slot.outcome for slot in self.slots(job)[::-1] if slot.state == "done"]

    def ran(self) -> list[str]:
        """What the children wrote."""
        ran = self.path / "ran"
        return ran.read_text().splitlines() if ran.exists() else []

    def owe(self, name: str, schedule: str, ago: timedelta) -> None:
        """Leave a ledger as of a while ago, as a daemon does that was stopped then."""
        job = Job(name, (), parse_schedule(schedule, "UTC"), timedelta(seconds=30))
        with Archive.open(self.path / "hubwatch.db") as store:
            Ledger(store).plan(job, datetime.now(UTC) - ago, "caught up")


def soon(condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait until something is so; fail if it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def stop(daemon: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    """Stop a daemon; it must exit with 0. Returns its log."""
    daemon.send_signal(number)
    log = daemon.communicate(timeout=10)[1]
    assert daemon.returncode == 0, log
    assert "Traceback" not in log
    return log


@contextmanager
def daemon(config: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-m", "hubwatch", "--config", str(config), "run"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
