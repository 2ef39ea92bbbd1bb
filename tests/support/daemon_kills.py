"""Killing the daemon, the crawl that it started, or both, and looking from outside at what is left.

    python -m tests.support.daemon_kills --times 200 [--seed N] [--beside 2]

A real `hubwatch run` watches the practice portal at seconds' scale. At a random moment its crawl,
itself, or both get SIGKILL. If it is itself, nobody of its children may live on, and another daemon
is started. Once every source has been crawled well after the kill, the daemon is told to stop. Then
the archive must hold what an undisturbed crawl leaves, and the ledger no slot that is open and no
run that was lost without saying so. Prints a line a kill; exit code 1 if anything was amiss.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from desk.practice.portal import sources_folder
from desk.practice.server import Served, serve
from hubwatch.errors import StorageError
from scheduler.child import children_of
from storage.archive import Archive
from storage.runs import Run
from tests.support.killing import Kill, kill_in, run
from tests.support.kills import (
    LONGEST,
    SOURCES,
    Picture,
    _judge,
    _left,
    _seen,
    child,
    picture,
)
from tests.support.processes import command_line, descendants, is_alive

VICTIMS = ("child", "daemon", "both")
EVERY = "every 6s"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the portal, what to start from, and what an undisturbed crawl leaves of it."""

    number: int
    before: Path | None
    after: Picture
    asked: int


class Ground:
    """A folder with a configuration and an archive, the practice portal being served."""

    def __init__(self, folder: Path, served: Served) -> None:
        self.archive, self.served = folder / "hubwatch.db", served
        self.config, own = folder / "hubwatch.toml", folder / "hurried"
        own.mkdir(parents=True)
        for path in sources_folder().glob("*.toml"):
            lines = path.read_text(encoding="utf-8").splitlines()
            lines = [f'schedule = "{EVERY}"' if li.startswith("schedule") else li for li in lines]
            (own / path.name).write_text("\n".join(lines), encoding="utf-8")
        hosts = "\n".join(f'"{name}" = "{address}"' for name, address in served.hosts.items())
        self.config.write_text(
            f"sources = [{json.dumps(str(own))}]\nenabled = {json.dumps(SOURCES)}\n"
            f"[network.hosts]\n{hosts}\n",
            encoding="utf-8",
        )

    def hubwatch(self, *words: str) -> subprocess.Popen[str]:
        """A command on this archive."""
        options = ("--config", str(self.config), "--db", str(self.archive))
        return child(["-P", "-m", "hubwatch", *options, *words])

    def crawl(self, *options: str) -> None:
        """Crawl all once. Raises AssertionError if that does not end well."""
        crawl = self.hubwatch(*options, "crawl", "--all", "--json")
        out, err = crawl.communicate(timeout=LONGEST)
        assert crawl.returncode == 0, f"{out} {err}"

    def last_run(self) -> int:
        """The number of the newest run."""
        with Archive.open_readonly(self.archive) as store:
            return max((run.id for run in store.runs.latest(1)), default=0)

    def crawled_since(self, run: int) -> bool:
        """Whether every source was crawled well in later runs than that."""
        with Archive.open_readonly(self.archive) as store:
            good = {
                each.source_id
                for each in store.runs.latest(500)
                if each.id > run and each.outcome in ("ok", "unchanged")
            }
        return good >= set(SOURCES)


class Range:
    """Where kills happen: two days of the portal, of which the second is today."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.kinds = folder, VICTIMS
        now = datetime.now(UTC)
        self._anchor = (now - timedelta(days=1)).date()
        yesterday = ("--now", (now - timedelta(days=1)).isoformat())
        first = self._undisturbed("first", 1, None, *yesterday)
        before = folder / "first" / "hubwatch.db"
        self.days = (self._undisturbed("today", 1, None), self._undisturbed("second", 2, before))
        assert first.after.articles == self.days[0].after.articles

    def _undisturbed(self, name: str, number: int, before: Path | None, *options: str) -> Day:
        with self._ground(name, number, before) as ground:
            ground.crawl(*options)
            asked = len(ground.served.log)
            ground.crawl(*options)  # the daemon comes again, too
        return Day(number, before, picture(ground.archive), asked)

    @contextmanager
    def _ground(self, name: str, number: int, before: Path | None) -> Iterator[Ground]:
        folder = self._folder / name
        with serve(self._anchor, number) as served:
            ground = Ground(folder, served)
            if before is None:
                Archive.create(ground.archive).close()
            else:
                shutil.copy(before, ground.archive)
            yield ground

    def kill(self, victim: str, number: int, chance: random.Random) -> Kill:
        """Kill once, let it be completed, judge."""
        day = self.days[chance.random() < 0.3]
        asked = chance.randrange(1, day.asked + 1)
        faults: list[str] = []
        with self._ground(f"kill-{number}", day.number, day.before) as ground:
            daemon = ground.hubwatch("run")
            try:
                seen, left, last = _strike(ground, daemon, victim, asked, chance, faults)
                if daemon.poll() is not None:
                    daemon = ground.hubwatch("run")
                after = _completed(ground, daemon, last, faults)
            finally:
                daemon.kill()
        expected = replace(day.after, listings=frozenset(), snapshots=frozenset())
        faults += _judge(seen, replace(left, open_runs=0), after, expected)
        if not faults:
            shutil.rmtree(ground.archive.parent)
        figures = f"seen={len(seen.articles)} left={len(left.articles)} after={len(after.articles)}"
        how = f"day {day.number} at {asked} asked {figures}"
        effective = left.open_runs > 0 or len(left.articles) < len(after.articles)
        return Kill(number, victim, how, effective, tuple(faults))


def _strike(
    ground: Ground,
    daemon: subprocess.Popen[str],
    victim: str,
    asked: int,
    chance: random.Random,
    faults: list[str],
) -> tuple[Picture, Picture, int]:
    """Kill at that moment: what was seen before, what was left, the newest run of then."""
    _soon(lambda: len(ground.served.log) >= asked)
    time.sleep(chance.choice((0.0, 0.01, 0.1)) * chance.random())
    crawls = _jobs(daemon.pid)
    if victim == "child":  # it may be between two crawls
        _soon(lambda: _jobs(daemon.pid))
        crawls = _jobs(daemon.pid)
    everybody = descendants(daemon.pid)
    seen = _seen(ground.archive)
    if victim != "daemon":
        for pid in crawls[:1]:
            _kill(pid)
    if victim != "child":
        daemon.send_signal(signal.SIGKILL)
        daemon.wait()
        try:
            _soon(lambda: not any(map(is_alive, everybody)), 5)
        except AssertionError:
            faults.append("children outlived the daemon")
    left = _left(ground.archive, faults)
    return seen, left, ground.last_run()


def _jobs(daemon: int) -> list[int]:
    """The crawls under way: what the daemon started, or what its fork server did."""
    servers = [pid for pid in children_of(daemon) if _is_server(pid)]
    own = [pid for pid in children_of(daemon) if pid not in servers]
    return [*own, *(pid for server in servers for pid in children_of(server))]


def _is_server(pid: int) -> bool:
    return any("hubwatch.fork_server" in word for word in command_line(pid))


def _completed(
    ground: Ground, daemon: subprocess.Popen[str], last: int, faults: list[str]
) -> Picture:
    """Let the daemon crawl everything well after the kill, stop it, look at what there is."""
    try:
        _soon(lambda: ground.crawled_since(last))
        daemon.send_signal(signal.SIGTERM)
        _, err = daemon.communicate(timeout=LONGEST)
        if daemon.returncode or "Traceback" in err:
            faults.append(f"the daemon ended with {daemon.returncode}: {err[-500:]}")
        faults += _ledger_faults(ground.archive)
        return picture(ground.archive)
    except (AssertionError, StorageError, subprocess.TimeoutExpired) as error:
        return Picture(faults=(f"the daemon did not get over it: {error}",))


def _ledger_faults(archive: Path) -> Iterator[str]:
    with Archive.open_readonly(archive) as store:
        slots, runs = store.slots.select(limit=10_000), store.runs.latest(10_000)
    for slot in slots:
        if slot.state == "claimed":
            yield f"slot {slot.id} of {slot.job} is still claimed"
        if slot.state == "done" and not slot.outcome:
            yield f"slot {slot.id} of {slot.job} is done without an outcome"
        if slot.outcome in ("interrupted", "killed") and not slot.reason:
            yield f"slot {slot.id} of {slot.job} does not say why it was {slot.outcome}"
    if len({(slot.job, slot.due_at, slot.repeats) for slot in slots}) < len(slots):
        yield "a slot is there twice"
    today = datetime.now(UTC) - timedelta(hours=12)  # yesterday's were made, not lived
    for source in SOURCES:
        own = sorted((r for r in runs if r.source_id == source and r.started_at > today), key=_id)
        for before, after in pairwise(own):
            if before.ended_at and before.outcome == "ok" and after.started_at < before.ended_at:
                yield f"runs {before.id} and {after.id} of {source} overlap"


def _id(run: Run) -> int:
    return run.id


def _soon(condition: Callable[[], object], seconds: float = LONGEST) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_many(folder: Path, times: int, seed: int, beside: int) -> Iterator[Kill]:
    """Kill so many daemons, crawls of theirs, or both."""
    return kill_in(Range(folder), times, seed, beside)


if __name__ == "__main__":
    sys.exit(run(__doc__, Range))
