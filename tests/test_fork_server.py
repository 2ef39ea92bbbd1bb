"""The fork server: what it forks is as good as what was just started, and ends with it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk.cli.daemon import PRELOAD as OURS
from desk.practice.demo import practice_config
from desk.practice.server import serve
from hubwatch.fork_server import ForkClient, ForkError, Preload, is_here
from scheduler.child import ChildEnd, run_child
from scheduler.preloaded import Preloaded
from storage.types import Outcome
from tests.support.cli import CommandLine
from tests.support.daemons import soon
from tests.support.paths import ROOT
from tests.support.processes import command_line, descendants, is_alive
from tests.support.scripts import PRELOAD, SCRIPT

pytestmark = pytest.mark.skipif(not is_here, reason="this system cannot fork as is needed")

MIB = 1024 * 1024
LATE = (
    "_",
    "encodings.",
    "glob",
    "tzdata",
    "twisted.internet.asyncioreactor",
    "twisted.internet.reactor",
)
"""What a process must not have before it is forked, or what pages make it need."""


@contextmanager
def server(preload: Preload = PRELOAD) -> Iterator[ForkClient]:
    client = ForkClient.start(preload)
    try:
        yield client
    finally:
        client.close()


def said(client: ForkClient, script: str, memory: int = 0) -> str:
    """What a script that is forked prints; it ends well."""
    source, target = os.pipe()
    pid = client.fork([script], {1: target}, memory)
    os.close(target)
    with open(source) as lines:  # noqa: PTH123 - a pipe
        text = lines.read()
    end = client.wait(pid, 120)
    assert end is not None
    assert end.returncode == 0
    return text


def test_a_forked_process_is_like_one_that_was_just_started() -> None:
    script = """
import gc, json, os, random, signal, sys, threading
print(json.dumps({
    "session": os.getsid(0) == os.getpid() == os.getpgid(0),
    "files": sorted(map(int, os.listdir("/proc/self/fd")))[:-1],
    "stdin": sys.stdin.read(),
    "threads": threading.active_count(),
    "sigint": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    "sigchld": signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
    "wakeup": signal.set_wakeup_fd(-1),
    "random": random.random(),
    "gc": gc.isenabled(),
}))
"""
    with server() as client:
        first, second = (json.loads(said(client, script)) for _ in range(2))
    assert first.pop("random") != second.pop("random")
    assert (
        first
        == second
        == {
            "session": True,
            "files": [0, 1, 2],
            "stdin": "",
            "threads": 1,
            "sigint": True,
            "sigchld": True,
            "wakeup": -1,
            "gc": True,
        }
    )


def test_what_it_tells_of_an_end_is_code_signal_and_usage() -> None:
    work = "import time\nwhile time.process_time() < 0.3: pass\nbytearray(40_000_000)"
    with server() as client:
        good = client.wait(client.fork([work], {}), 120)
        bad = client.wait(client.fork(["raise SystemExit(7)"], {}), 120)
        killed = client.wait(client.fork(["import os; os.kill(os.getpid(), 9)"], {}), 120)
        assert client.wait(client.fork(["import time; time.sleep(60)"], {}), 0.1) is None
    assert good is not None
    assert bad is not None
    assert killed is not None
    assert (good.returncode, bad.returncode, killed.returncode) == (0, 7, -9)
    assert good.cpu >= 0.3
    assert good.peak > 40_000_000


def test_a_bound_on_memory_counts_from_the_fork_on() -> None:
    script = "bytearray({} * 1024 * 1024); print('had it')"
    with server() as client:
        assert said(client, script.format(150), 200 * MIB) == "had it\n"
        end = client.wait(client.fork([script.format(250)], {}, 200 * MIB), 120)
        assert end is not None
        assert end.returncode == 1  # MemoryError
        assert said(client, script.format(250)) == "had it\n"


def test_nothing_that_was_forked_outlives_the_server_or_whoever_asked_it() -> None:
    sleeps = "import time; time.sleep(60)"
    with server() as client:
        pid = client.fork([sleeps], {})
        os.kill(client.pid, signal.SIGKILL)
        soon(lambda: not is_alive(pid))
        end = client.wait(pid, 5)
        assert end is not None
        assert end.returncode == -signal.SIGKILL
        with pytest.raises(ForkError):
            client.fork([sleeps], {})
    asker = f"""
from hubwatch.fork_server import ForkClient
from tests.support.scripts import PRELOAD
import time
client = ForkClient.start(PRELOAD)
print(client.pid, client.fork([{sleeps!r}], {{}}), flush=True)
time.sleep(60)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", asker], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pids = list(map(int, process.stdout.readline().split()))
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        process.kill()
    soon(lambda: not any(map(is_alive, pids)))


def test_a_forked_process_forks_by_a_server_of_its_own_that_ends_with_it() -> None:
    script = """
from hubwatch.fork_server import beside
import os, time
server = beside()
source, target = os.pipe()
pid = server.fork(["import os; print(os.getppid())"], {1: target})
os.close(target)
print(server.pid, int(os.read(source, 100)) == server.pid, server.wait(pid, 10).returncode,
      server.fork(["import time; time.sleep(60)"], {}), flush=True)
"""
    inner = Preload(PRELOAD.entry, PRELOAD.modules, inner=PRELOAD.entry)
    with server(inner) as client:
        pid, is_parent, code, other = said(client, script).split()
        assert (is_parent, code) == ("True", "0")
        soon(lambda: not is_alive(int(pid)) and not is_alive(int(other)))


def test_a_process_copied_in_mid_work_does_none_of_it_and_imports_when_it_is_first_asked() -> None:
    script = """
import atexit, os, sys, threading, time
from hubwatch.fork_server import beside, copy_beside

atexit.register(lambda: print("at exit"))
print("begun")  # is still to be written
try:
    copy_beside("tests.support.scripts:execute", ["colorsys"])
    server = beside()
    copy_beside("tests.support.scripts:execute")
    assert beside() is server and "colorsys" not in sys.modules
    for script, expected in (("import sys; print('colorsys' in sys.modules)", b"True\\n"),
                             ("raise RuntimeError", b"")):
        source, target = os.pipe()
        pid = server.fork([script], {1: target})
        os.close(target)
        assert os.read(source, 100) == expected
        print(server.wait(pid, 10).returncode)
    server.close()
    threading.Thread(target=time.sleep, args=[1]).start()
    copy_beside("tests.support.scripts:execute")
    print(beside())
finally:
    print("ended")
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.split("\n") == ["begun", "0", "1", "None", "ended", "at exit", ""], ran.stderr


def preloaded(entry: str, package: str) -> Preload:
    return Preload(entry, modules=(package,), packages=(package,))


def test_a_server_whose_files_were_exchanged_is_left_and_another_one_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "exchanged.py"
    release = tmp_path / "release"
    program = f"""
import os, time
def execute(words):
    print("version VERSION", os.getppid(), flush=True)
    while words == ["wait"] and not os.path.exists({str(release)!r}):
        time.sleep(0.02)
"""
    module.write_text(program.replace("VERSION", "1"))

    async def ended(start: Preloaded, word: str) -> ChildEnd:
        stop, lasts = asyncio.Event(), timedelta(seconds=200)
        return await run_child(("me", word), lasts, stop, start=start.start)

    async def main() -> tuple[list[ChildEnd], ChildEnd]:
        start = Preloaded(("me",), preloaded("exchanged:execute", "exchanged"))
        waits = asyncio.ensure_future(ended(start, "wait"))
        ends = [await ended(start, "go")]
        module.write_text(program.replace("VERSION", "2 "))
        ends += [await ended(start, "go"), await ended(start, "go")]
        assert not waits.done()  # the old server has not gone
        release.touch()
        last = await waits
        ends.append(await ended(start, "go"))
        start.close()
        return ends, last

    ends, last = asyncio.run(main())
    assert [end.outcome for end in (*ends, last)] == [Outcome.OK] * 5
    versions = [end.lines[0].split() for end in ends]
    assert [each[1] for each in versions] == ["1", "2", "2", "2"]
    servers = [each[-1] for each in versions]
    assert servers[0] == last.lines[0].split()[-1]
    assert servers[0] != servers[1] == servers[2] == servers[3]
    soon(lambda: not is_alive(int(servers[0])) and not is_alive(int(servers[1])))


def test_where_no_server_can_begin_children_are_new_processes() -> None:
    async def main() -> ChildEnd:
        start = Preloaded(SCRIPT, Preload("no.such:entry", modules=("no.such",)))
        end = await run_child(
            (*SCRIPT, "print('here')"), timedelta(seconds=200), asyncio.Event(), start=start.start
        )
        start.close()
        return end

    end = asyncio.run(main())
    assert (end.outcome, end.lines, end.cpu) == (Outcome.OK, ("here",), None)


def test_what_the_daemon_preloads_leaves_one_thread_and_no_reactor_and_nothing_to_a_crawl() -> None:
    look = """
import json, sys, threading, os
print(json.dumps([threading.active_count(), len(os.listdir("/proc/self/task")),
                  [name for name in sys.modules if name == "twisted.internet.reactor"],
                  [name for name in ("scrapy", "lxml.etree", "twisted.internet.defer",
                                     "scraper.workers.readers", "desk.cli.crawl")
                   if name not in sys.modules]]))
"""
    with server(Preload(PRELOAD.entry, (*PRELOAD.modules, *OURS.modules))) as client:
        threads, tasks, reactors, missing = json.loads(said(client, look))
    assert (threads, tasks, reactors, missing) == (1, 1, [], [])


def test_a_forked_crawl_imports_nothing_itself_and_its_readers_are_forked(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "hubwatch.toml"
    ours = replace(OURS, entry="tests.support.scripts:execute_ours")
    words = ["--config", str(config), "crawl", "--json", "practice-zh"]
    with serve(date(2026, 3, 2), 1) as portal, server(ours) as client:
        config.write_text(practice_config(portal.hosts), encoding="utf-8")
        assert hubwatch("--config", config, "init").code == 0
        with (tmp_path / "out").open("w+") as out, (tmp_path / "err").open("w+") as err:
            pid = client.fork(words, {1: out.fileno(), 2: err.fileno()})
            programs = set()
            while (end := client.wait(pid, 0.02)) is None:
                programs |= {tuple(command_line(each)) for each in descendants(pid)}
            out.seek(0)
            err.seek(0)
            row, log = json.loads(out.read()), err.read()
    assert end.returncode == 0, log
    assert (row["outcome"], row["new"]) == ("ok", row["listed"])
    imported = re.search("^imported (.*)$", log, re.MULTILINE)
    assert imported is not None
    few = [name for name in imported[1].split() if not name.startswith(LATE)]
    assert few == [], " ".join(few)
    programs.discard(())  # what has ended
    assert len(programs) == 1  # its readers are copies, as it is one
    assert any("fork_server" in word for word in programs.pop())


def test_readers_of_a_crawl_by_command_line_are_copies_of_it(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    config = tmp_path / "hubwatch.toml"
    words = [sys.executable, "-m", "hubwatch", "--config", str(config), "crawl", "practice-zh"]
    with serve(date(2026, 3, 2), 1) as portal:
        config.write_text(practice_config(portal.hosts), encoding="utf-8")
        assert hubwatch("--config", config, "init").code == 0
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as crawl:
            programs, most = set(), 0
            while crawl.poll() is None:
                family = descendants(crawl.pid)
                most = max(most, len(family))
                programs |= {tuple(command_line(each)) for each in family}
                time.sleep(0.02)
    programs.discard(())  # what has ended
    assert crawl.returncode == 0
    assert most >= 2
    assert programs == {tuple(words)}
