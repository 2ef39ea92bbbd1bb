"""A daemon whose job fails, as people see it from outside: one incident, one message, `doctor`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from storage.incidents import Kind
from tests.support.cli import CommandLine
from tests.support.paths import ROOT

PATIENCE = 90  # seconds
CONFIG = """
archive = "hubwatch.db"
contact = "mailto:ana@example.org"
enabled = []

[[timetable]]
name = "backup"
schedule = "every 2s"
command = ["backup", "--to", "{folder}", "--keep", "3"]

[[alerts.channel]]
name = "file"
command = ["{python}", "-c", "import sys; open('told', 'a').write(sys.stdin.read() + chr(10))"]
"""


@contextmanager
def daemon(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-m", "hubwatch", "--config", "hubwatch.toml", "run"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


@pytest.mark.slow
def test_a_job_that_fails_for_a_minute_is_reported_once_and_its_end_once(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.write_text("in the way")  # so no folder can be made there
    config = CONFIG.format(folder=folder, python=sys.executable)
    Path("hubwatch.toml").write_text(config, encoding="utf-8")
    here = ("--config", "hubwatch.toml")
    assert hubwatch(*here, "init").code == 0
    archive = tmp_path / "hubwatch.db"

    def ended(word: str) -> int:
        with Archive.open_readonly(archive) as store:
            slots = store.slots.select("backup", 1000)
            return sum(slot.outcome == word and slot.state == "done" for slot in slots)

    def told() -> list[dict[str, Any]]:
        """The notices of all messages, a list a message."""
        lines = Path("told").read_text().splitlines() if Path("told").exists() else []
        return [json.loads(line) for line in lines]

    with daemon(tmp_path):
        wait_for(told)
        wait_for(lambda: ended("failed") >= 12)
        (message,) = told()
        assert message["subject"].endswith("new: job_failing job backup")
        assert [each["what"] for each in message["notices"]] == ["opened"]
        with Archive.open_readonly(archive) as store:
            (incident,) = store.incidents.unresolved()
        assert (incident.finding.kind, incident.finding.place) == (Kind.JOB_FAILING, "backup")
        doctor = hubwatch(*here, "doctor", "--json")
        checks = {each["check"]: each for each in doctor.json["checks"]}
        assert doctor.code == 1
        assert checks["jobs"]["state"] == "fault"
        assert f"backup --to {folder} --keep 3`" in checks["jobs"]["remedy"]
        folder.unlink()
        wait_for(lambda: len(told()) > 1)
        wait_for(lambda: ended("ok") >= 6)
    messages = [[each["what"] for each in message["notices"]] for message in told()]
    assert messages == [["opened"], ["closed"]]
    with Archive.open_readonly(archive) as store:
        assert len(store.incidents.latest()) == 1
        assert store.incidents.unresolved() == ()
        recorded = store.maintenance.last_backup(datetime(2100, 1, 1, tzinfo=UTC))
    assert recorded is not None
    assert recorded.path in folder.iterdir()  # rotation keeps the newest
    assert len(list(folder.iterdir())) == 3
    assert hubwatch(*here, "doctor").code == 0
