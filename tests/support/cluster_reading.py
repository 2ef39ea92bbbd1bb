"""An archive read again by readers at another place, and by this machine alone: are they equal?

    python -m tests.support.cluster_reading --pages 20000 --readers 3 [--works pages] [--kills 6]

Makes an archive of two sources whose pages were never graded and have no facts; half of them were
read by poorer rules once, which left out their first paragraph. One copy is read again here
(`reread pages`, `reread grades`, `reread facts`), another with `--place` by so many workers, as
processes beside a Redis of its own. In the end every row of every table must be equal, but for the
ledgers of the work itself. With `--kills` workers, Redis and the command at the centre get SIGKILL
at random moments; the command is called again each time. Prints what each way took of CPU time;
exit code 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from benchmarks import portal
from scraper.items import FetchedPage
from scraper.pipelines.archive import ingest
from scraper.pipelines.read import read_only
from scraper.sources.load import load_usable
from storage.archive import Archive
from storage.types import Capture
from tests.support.paths import ROOT
from tests.support.redis_servers import CENTRE, SECRET, RedisProcess, free_port

PLACE = "yard"
WORKS = ("pages", "grades", "facts")
NOW = datetime(2026, 10, 1, tzinfo=UTC)
_SOURCE = """\
id = "{name}"
name = "{name}"
city = "Guiyang"
language = "{name}"
timezone = "Asia/Shanghai"
template = "{template}"
home = "http://{name}.bench.test/"
schedule = "every 1h"

[[entry]]
url = "http://{name}.bench.test/news/"

[links]
allow = ["/{{section}}/{{yyyy}}-{{mm}}/{{dd}}/c_{{id}}.htm"]
"""
_TEMPLATES = {"en": "chinadaily", "zh": "trs"}
LEDGERS = ("checksums", "remote_attempts", "reading_jobs", "reading_refusals", "sqlite_sequence")
"""Tables that are about the work, not about what is known. The sums of all others are compared."""
TIMES = ("read_at",)


@dataclass
class Yard:
    """An archive, a Redis, and readers, in one folder."""

    folder: Path
    redis: RedisProcess
    beat: float = 1.0
    readers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Write the sources and the configurations."""
        own = self.folder / "own"
        own.mkdir(parents=True, exist_ok=True)
        for name, template in _TEMPLATES.items():
            text = _SOURCE.format(name=name, template=template)
            (own / f"{name}.toml").write_text(text, encoding="utf-8")
        secret = self.folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        common = (
            f"[cluster]\nredis = {json.dumps(self.redis.address)}\n"
            f'beat = "{self.beat:g}s"\npassword = "file:secret"\n'
        )
        (self.folder / "centre.toml").write_text(
            f'sources = ["own"]\n{common}user = "{CENTRE}"\n'
            f'[[cluster.place]]\nname = "{PLACE}"\nreaders = true\n'
        )
        (self.folder / "reader.toml").write_text(f'{common}user = "hub-{PLACE}"\n')

    def hubwatch(self, config: str, *words: str, log: str) -> subprocess.Popen[bytes]:
        """A command, its output in a file."""
        with (self.folder / f"{log}.log").open("ab") as err:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "hubwatch", "--config",
                 str(self.folder / f"{config}.toml"), *words],
                stdout=err,
                stderr=err,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def reread(self, archive: Path, work: str, *words: str) -> subprocess.Popen[bytes]:
        """`reread WORK` of an archive, under way."""
        return self.hubwatch("centre", "--db", str(archive), "reread", work, *words, log=work)

    def start_reader(self, name: str) -> None:
        """Begin a worker."""
        words = ("worker", "--place", PLACE, "--name", name)
        self.readers[name] = self.hubwatch("reader", *words, log=name)

    def stop(self) -> None:
        """End all readers."""
        for reader in self.readers.values():
            reader.send_signal(signal.SIGTERM)
        for reader in self.readers.values():
            with suppress(subprocess.TimeoutExpired):
                reader.wait(30)
            reader.kill()
            reader.wait()

    def logs(self) -> str:
        """The ends of all logs, for a test that failed."""
        return "\n".join(
            f"== {path.name}\n{path.read_text('utf-8', 'replace')[-2000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )


@contextmanager
def yard(folder: Path, readers: Sequence[str] = (), beat: float = 1.0) -> Iterator[Yard]:
    """A Redis and these readers, running."""
    redis = RedisProcess(folder / "redis", free_port(), (PLACE,))
    made = Yard(folder, redis, beat)
    try:
        redis.start()
        made.prepare()
        for name in readers:
            made.start_reader(name)
        yield made
    finally:
        made.stop()
        redis.kill()


def lay_down(made: Yard, archive: Path, pages: int) -> None:
    """An archive of so many pages. Half of them were read without their first paragraph, none was
    graded."""
    sources = load_usable([made.folder / "own"])
    Archive.create(archive).close()
    with Archive.open(archive) as store:
        runs = {}
        with store.writing() as tx:
            for name in _TEMPLATES:
                tx.sources.register(sources.get(name).ref, NOW)
                runs[name] = tx.runs.start(name, NOW).id
        for number in range(pages):
            source = sources.get(portal.SHAPES[number % 2])
            remove = (*source.fields.remove, "p:first-child", "h2")
            poorer = replace(source.fields, remove=remove)
            url = f"http://{source.id}.bench.test{portal.path_of(source.id, number)}"
            headers = (("content-type", "text/html; charset=utf-8"),)
            text = portal.article(source.id, number).replace(
                "</h1>", "</h1><h2>Innovation China in Guiyang, 科创中国贵阳</h2>", number % 5 == 0
            )
            capture = Capture(url, url, NOW, 200, headers, text.encode())
            rules = poorer if number % 4 < 2 else source.fields
            reading = read_only(capture, rules, source.id)
            page = FetchedPage(source, capture, reading)
            ingest(store, page, run_id=runs[source.id], now=NOW, watchlist=None)


def rows_of(archive: Path) -> dict[str, dict[bytes, tuple[object, ...]]]:
    """Every row of every table but the ledgers, by its checksum; without the moment at which it was
    written, and of long rows the beginning alone."""
    found: dict[str, dict[bytes, tuple[object, ...]]] = {}
    with Archive.open_readonly(archive) as store:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        for table in [row["name"] for row in store._db.query(sql)]:
            columns = [row["name"] for row in store._db.query(f"PRAGMA table_info({table})")]
            chosen = ", ".join(f'"{each}"' for each in columns if each not in TIMES)
            if table not in LEDGERS and chosen:
                rows = map(tuple, store._db.execute(f'SELECT {chosen} FROM "{table}"'))
                found[table] = {
                    sha256(repr(row).encode()).digest(): tuple(str(each)[:60] for each in row)
                    for row in rows
                }
    return found


def differences(one: Path, other: Path) -> list[str]:
    """The tables whose rows differ, and a row that one alone has."""
    first, second = rows_of(one), rows_of(other)
    assert first.keys() == second.keys()
    return [
        f"{name}: {len(first[name])} and {len(second[name])} rows; "
        f"{[first[name].get(key, second[name].get(key)) for key in list(alone)[:2]]}"
        for name in sorted(first)
        if (alone := first[name].keys() ^ second[name].keys())
    ]


def spent() -> float:
    """CPU time of the children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ended(process: subprocess.Popen[bytes], made: Yard, seconds: float = 7200) -> None:
    """Wait for a command, which must end well."""
    assert process.wait(seconds) == 0, made.logs()


def read_with_kills(
    made: Yard,
    archive: Path,
    work: str,
    kills: int,
    chance: random.Random,
    told: Callable[[str], None],
    pause: tuple[float, float],
) -> int:
    """Read again at the place while workers, Redis and the command itself are killed so often, and
    call the command again until it ends. How many kills came while it was at it."""
    process, hit = made.reread(archive, work, "--place", PLACE), 0
    for number in range(kills):
        time.sleep(chance.uniform(*pause))
        if process.poll() is not None:
            break
        hit += 1
        victim = ("centre", *made.readers, "redis")[number % (len(made.readers) + 2)]
        told(f"  {work}: SIGKILL for {victim}")
        if victim == "centre":
            process.kill()
            process.wait()
            process = made.reread(archive, work, "--place", PLACE)
        elif victim == "redis":
            made.redis.kill()
            time.sleep(chance.uniform(0, 2))
            made.redis.start()
        else:
            made.readers[victim].kill()
            made.readers[victim].wait()
            made.start_reader(victim)
    ended(process, made)
    return hit


def compare(
    folder: Path,
    pages: int,
    readers: int,
    kills: int,
    seed: int,
    told: Callable[[str], None],
    pause: tuple[float, float] = (1.0, 8.0),
    works: Sequence[str] = WORKS,
) -> list[str]:
    """Read an archive again both ways. What differs in the end."""
    chance, faults = random.Random(seed), []
    names = [f"r{number + 1}" for number in range(readers)]
    # Where nobody is killed nobody is to be taken for gone because the machine is busy.
    with yard(folder, names, 1.0 if kills else 3.0) as made:
        laid, here, there = folder / "laid.db", folder / "here.db", folder / "there.db"
        lay_down(made, laid, pages)
        told(f"{pages} pages, {laid.stat().st_size / 1e6:.0f} MB")
        for target in (here, there):
            shutil.copy(laid, target)
        for work in works:
            began, cpu = time.monotonic(), spent()
            ended(made.reread(here, work), made)
            alone, cpu_alone = time.monotonic() - began, spent() - cpu
            began, cpu = time.monotonic(), spent()
            hit = read_with_kills(made, there, work, kills, chance, told, pause)
            took, cpu_centre = time.monotonic() - began, spent() - cpu
            told(
                f"{work}: here {alone:.1f} s, {cpu_alone:.1f} s of CPU; with {readers} readers "
                f"{took:.1f} s, {cpu_centre:.1f} s of CPU at the centre; {hit} kills"
            )
            faults += [f"after {work}: {each}" for each in differences(here, there)]
            faults += [f"after {work}: {each}" for each in _left_over(there)]
        for archive in (here, there):
            with Archive.open(archive) as store:
                faults += store.maintenance.integrity()
        began_cpu = spent()
    told(f"readers: {spent() - began_cpu:.1f} s of CPU in all")
    told("; ".join(_figures(there)))
    return faults


def _left_over(archive: Path) -> Iterator[str]:
    with Archive.open_readonly(archive) as store:
        for row in store._db.query("SELECT * FROM reading_refusals"):
            yield f"refused: {row['node']}: {row['reason']}"
        states = "('planned', 'sent', 'lost')"
        for row in store._db.query(f"SELECT * FROM remote_attempts WHERE state IN {states}"):
            yield f"{row['job']}:{row['attempt']} is still {row['state']}"
        for job in store.sources.slices.readings.open_jobs():
            yield f"the job {job.job} has not ended"


def _figures(archive: Path) -> Iterator[str]:
    with Archive.open_readonly(archive) as store:
        for row in store._db.query("SELECT * FROM reading_jobs ORDER BY id"):
            yield f"{row['work']}: {row['done']} of {row['total']}, {row['here']} of them here"
        sql = "SELECT reason, count(*) AS n FROM remote_attempts WHERE reason <> '' GROUP BY 1"
        yield from (f"{row['n']} × lost: {row['reason'][:80]}" for row in store._db.query(sql))


def main() -> int:
    """Compare as the command line says, print, and say how it went."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--pages", type=int, default=20_000)
    options.add_argument("--readers", type=int, default=3)
    options.add_argument("--works", nargs="+", choices=WORKS, default=WORKS)
    options.add_argument("--kills", type=int, default=0)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="hubwatch-readers-") as folder:
        faults = compare(
            Path(folder), chosen.pages, chosen.readers, chosen.kills, chosen.seed,
            lambda line: print(line, flush=True), works=chosen.works,
        )  # fmt: skip
    for fault in faults:
        print(f"FAULT {fault}")
    print("equal, row by row" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
