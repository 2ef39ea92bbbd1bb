"""What an hour of the daemon costs: CPU seconds and peak memory of the whole tree, 300 sources.

    python benchmarks/daemon.py [--sources 300] [--speed 10] [--plain 30]

The practice portal answers under 300 names, from a process of its own whose cost does not count.
Every source is due hourly. After the first crawl of all, `hubwatch run` watches them for an hour:
of its own time, which libfaketime (Debian: `faketime`) lets pass `--speed` times as fast, clocks
and timers alike; CPU time is the kernel's and is not scaled. So an hour has all its slots, its
looks at the clock and at the configuration, and only the idle waiting is cut. Beside it, in the
same run: `scrapy runspider` a source, once an hour, which fetches the list, follows nothing and
stores nothing; `--plain` of them are run, and their sum is scaled to all.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desk.practice.portal import sources_folder
from desk.practice.server import serve
from storage.archive import Archive

MODEL = "practice-en-kjj"
HOST = "kjj.english.practice.test"
SPIDER = """
import scrapy
class List(scrapy.Spider):
    name = "list"
    custom_settings = {"ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR"}
    def start_requests(self):
        yield scrapy.Request(self.url)
    async def start(self):
        yield scrapy.Request(self.url)
    def parse(self, response):
        for link in response.css("li a::attr(href)").getall():
            yield {"url": response.urljoin(link)}
"""


def host_of(number: int) -> str:
    """The name of one of the copies."""
    return f"s{number}.{HOST}"


def served(sources: int) -> None:
    """Serve until killed; prints the port."""
    with serve(datetime.now(UTC).date(), 1) as portal:
        pages = dict(portal.pages)
        for number in range(sources):
            pages |= {
                (host_of(number), path): page
                for (host, path), page in portal.pages.items()
                if host == HOST
            }
        portal.pages = pages
        print(portal.port, flush=True)
        threading.Event().wait()


@contextmanager
def portal(sources: int) -> Iterator[int]:
    """The portal in a process of its own; its port."""
    command = [sys.executable, __file__, "--serve", str(sources)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def configured(folder: Path, sources: int, port: int) -> Path:
    """A configuration of so many hourly sources."""
    own = folder / "sources"
    own.mkdir()
    text = (sources_folder() / f"{MODEL}.toml").read_text(encoding="utf-8")
    lines = [
        'schedule = "every 1h"' if li.startswith("schedule") else li for li in text.splitlines()
    ]
    text = "\n".join(lines)
    for number in range(sources):
        own_text = text.replace(HOST, host_of(number)).replace(f'"{MODEL}"', f'"s{number}"')
        (own / f"s{number}.toml").write_text(own_text, encoding="utf-8")
    hosts = "\n".join(f'"{host_of(n)}" = "127.0.0.1:{port}"' for n in range(sources))
    config = folder / "hubwatch.toml"
    config.write_text(
        f'archive = "hubwatch.db"\nsources = ["sources"]\n'
        f"enabled = {json.dumps([f's{n}' for n in range(sources)])}\n[network.hosts]\n{hosts}\n",
        encoding="utf-8",
    )
    return config


def hubwatch(config: Path, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """A command of ours; its own group, so that its tree can be looked at."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-P", "-m", "hubwatch", "--config", str(config), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=config.parent,
    )


def memory(pid: int) -> int:
    """Bytes that a process and its descendants use, what they share counted once (PSS)."""
    total = 0
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):  # it has ended
        pass
    return total + sum(map(memory, children(pid)))


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def used() -> float:
    """CPU seconds of all children that have ended and been waited for, and of theirs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def hour(config: Path, speed: int) -> dict[str, float]:
    """An hour of the daemon."""
    before, peak, idle = used(), 0, 0
    prefix = ("faketime", "-f", f"+0 x{speed}")
    process = hubwatch(config, "run", prefix=prefix)
    end = time.monotonic() + 3600 / speed
    while time.monotonic() < end:
        now = memory(process.pid)
        peak = max(peak, now)
        idle = min(idle or now, now) if time.monotonic() > end - 3000 / speed else 0
        time.sleep(0.2)
    for daemon in children(process.pid):  # `faketime` itself only waits for it
        os.kill(daemon, signal.SIGTERM)
    assert process.wait() == 0
    with Archive.open_readonly(config.with_name("hubwatch.db")) as store:
        slots = store.slots.select(limit=10_000)
    ran = Counter(slot.outcome for slot in slots if slot.state == "done")
    print(f"slots: {dict(ran)}, skipped {sum(s.state == 'skipped' for s in slots)}")
    return {
        "cpu": used() - before,
        "peak": peak / 2**20,
        "least": idle / 2**20,
        "runs": float(ran.total()),
    }


def plain(folder: Path, port: int, number: int) -> dict[str, float]:
    """So many spiders, one process each, one after the other."""
    spider = folder / "plain.py"
    spider.write_text(SPIDER, encoding="utf-8")
    before, peak = used(), 0
    for each in range(number):
        url = f"http://127.0.0.1:{port}/news.html"
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "scrapy",
                "runspider",
                str(spider),
                "-a",
                f"url={url}",
                "-O",
                f"{folder}/{each}.jsonl",
            ],
            cwd=folder,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            peak = max(peak, memory(process.pid)) if each == 0 else peak
            time.sleep(0.05)
        assert process.returncode == 0
    return {"cpu": used() - before, "peak": peak / 2**20}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--sources", type=int, default=300)
    options.add_argument("--speed", type=int, default=10)
    options.add_argument("--plain", type=int, default=30)
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        served(chosen.serve)
    if not shutil.which("faketime"):
        sys.exit("needs libfaketime: apt-get install faketime")
    with (
        tempfile.TemporaryDirectory(prefix="hubwatch-hour-") as name,
        portal(chosen.sources) as port,
    ):
        folder = Path(name)
        config = configured(folder, chosen.sources, port)
        assert hubwatch(config, "init").wait() == 0
        before = used()
        assert hubwatch(config, "crawl", "--all").wait() == 0
        first = used() - before
        theirs = plain(folder, port, chosen.plain)
        ours = hour(config, chosen.speed)
    scaled = theirs["cpu"] / chosen.plain * chosen.sources
    print(f"{'':34}{'daemon':>10}{'runspider':>12}")
    print(f"{'runs in an hour':34}{ours['runs']:>10.0f}{chosen.sources:>12}")
    print(f"{'CPU seconds an hour':34}{ours['cpu']:>10.1f}{scaled:>12.1f}")
    print(f"{'peak MiB of the tree':34}{ours['peak']:>10.0f}{theirs['peak']:>12.0f}")
    print(f"{'MiB between crawls':34}{ours['least']:>10.0f}")
    print(
        f"ratio of CPU {ours['cpu'] / scaled:.2f}; the first crawl of all took {first:.1f} s of CPU"
    )


if __name__ == "__main__":
    main()
