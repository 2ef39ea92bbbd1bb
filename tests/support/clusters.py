"""A whole cluster on one machine: towns with portals, a Redis, a centre, and workers of two places,
each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from storage.archive import Archive
from tests.support.paths import ROOT
from tests.support.redis_servers import CENTRE, SECRET, RedisProcess, free_port

DELAY = 1.0
"""Seconds that each portal asks for between two requests, in its robots.txt."""
PLACES = ("north", "south")
BEAT = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: when it came, in seconds of the steady clock, of which host, for what."""

    at: float
    host: str
    path: str


class Towns:
    """So many portals, a host each, on one port. Each shows its newest articles in a list."""

    def __init__(self, count: int) -> None:
        self.hosts = [f"town-{number:02d}.test" for number in range(count)]
        self.articles = 2
        self.log: list[Asked] = []
        towns = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = self.headers.get("Host", "").partition(":")[0]
                towns.log.append(Asked(time.monotonic(), host, self.path))
                status, kind, body = towns.answer(host, self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        """What is there."""
        if path == "/robots.txt":
            return 200, "text/plain", f"User-agent: *\nCrawl-delay: {DELAY}\n".encode()
        if path == "/news/":
            rows = "".join(
                f'<li><a href="/news/2026-03/01/c_{n}.htm">{_title(host, n)}</a>'
                f"<span>2026-03-01</span></li>"
                for n in range(self.articles, 0, -1)
            )
            return 200, "text/html; charset=utf-8", _page("News", f"<ul>{rows}</ul>")
        name = path.rpartition("/c_")[2].removesuffix(".htm")
        if name.isdigit() and 1 <= int(name) <= self.articles:
            number = int(name)
            text = "".join(f"<p>{_sentence(host, number, k)}</p>" for k in range(4))
            body = (
                f"<h1>{_title(host, number)}</h1><p class='date'>2026-03-01 10:00</p>"
                f"<div class='article'>{text}</div>"
            )
            return 200, "text/html; charset=utf-8", _page(_title(host, number), body)
        return 404, "text/html", b"nothing here"

    def too_fast(self) -> list[str]:
        """Requests that came sooner after another of their host than that asks for. What follows
        the robots.txt is not meant: only that says what it asks for."""
        found = []
        last: dict[str, Asked] = {}
        for asked in sorted(self.log, key=lambda each: each.at):
            before = last.get(asked.host)
            gap = asked.at - before.at if before else DELAY
            # What arrives is stamped by a thread that may be late: what left in time may come a
            # little closer to what left before.
            if before and gap < 0.5 * DELAY and "/robots.txt" not in (before.path, asked.path):
                found.append(f"{asked.host}: {before.path} and {asked.path} within {gap:.3f}s")
            last[asked.host] = asked
        return found


def _page(title: str, body: str) -> bytes:
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>{body}</body>"
        "</html>"
    ).encode()


def _title(host: str, number: int) -> str:
    return f"Report {number} of {host.partition('.')[0]} on its harbour works"


def _sentence(host: str, number: int, k: int) -> str:
    town = host.partition(".")[0]
    return (
        f"In part {k + 1} of report {number} the council of {town} says that pier {number * 7 + k} "
        f"was looked at by {number + k + 3} people, who wrote {number * 11 + k} lines about it."
    )


_SOURCE = """\
id = "{name}"
name = "{name}"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "generic"
home = "http://{host}/"
schedule = "{schedule}"
where = "{place}"
fallback = "{fallback}"

[[entry]]
url = "http://{host}/news/"
row = "li"

[links]
allow = ["/news/{{yyyy}}-{{mm}}/{{dd}}/c_{{id}}.htm"]

[fields]
title = "h1"
published = ".date"
body = ".article"

[bounds]
seconds = {seconds}

[rechecks]
per_run = 0
"""


@dataclass
class Cluster:
    """Everything, in one folder."""

    folder: Path
    towns: Towns
    redis: RedisProcess
    fallback: str = "wait"
    schedule: str = "every 4s"
    slice_bytes: str = "64 MB"
    seconds: int = 120
    jobs: int = 2
    places: tuple[str, ...] = PLACES
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    centre: subprocess.Popen[bytes] | None = None
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def archive(self) -> Path:
        """That of the centre."""
        return self.folder / "hubwatch.db"

    @property
    def sources(self) -> list[str]:
        """Their ids."""
        return [host.partition(".")[0] for host in self.towns.hosts]

    def place_of(self, number: int) -> str:
        """Of which place a source is."""
        return self.places[number % len(self.places)]

    def prepare(self) -> None:
        """Write the configurations and make the archive."""
        own = self.folder / "own"
        own.mkdir(parents=True, exist_ok=True)
        for number, host in enumerate(self.towns.hosts):
            text = _SOURCE.format(
                name=host.partition(".")[0], host=host, place=self.place_of(number),
                schedule=self.schedule, fallback=self.fallback, seconds=self.seconds,
            )  # fmt: skip
            (own / f"{host.partition('.')[0]}.toml").write_text(text, encoding="utf-8")
        hosts = "\n".join(f'"{host}" = "127.0.0.1:{self.towns.port}"' for host in self.towns.hosts)
        places = "\n".join(
            f'[[cluster.place]]\nname = "{name}"\njobs = {self.jobs}\n' for name in PLACES
        )
        secret = self.folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        common = (
            f"[network.hosts]\n{hosts}\n[cluster]\nredis = {json.dumps(self.redis.address)}\n"
            f'beat = "{BEAT:g}s"\npassword = "file:secret"\n'
        )
        self.config("centre").write_text(
            f'sources = ["own"]\nenabled = {json.dumps(self.sources)}\n{common}'
            f'slice_bytes = "{self.slice_bytes}"\nuser = "{CENTRE}"\n{places}'
            '[limits]\ndrain = "5s"\n',
            encoding="utf-8",
        )
        for name in PLACES:
            self.config(name).write_text(f'{common}user = "hub-{name}"\n', encoding="utf-8")
        Archive.create(self.archive).close()

    def config(self, name: str) -> Path:
        """The configuration of the centre or of a place's workers."""
        return self.folder / f"{name}.toml"

    def hubwatch(self, name: str, *words: str, log: str = "") -> subprocess.Popen[bytes]:
        """A command by that configuration, its standard error in a file."""
        options = ["--config", str(self.config(name))]
        if name == "centre":
            options += ["--db", str(self.archive)]
        with (self.folder / f"{log or name}.log").open("ab") as err:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "hubwatch", *options, *words],
                stdout=subprocess.PIPE if not log else subprocess.DEVNULL,
                stderr=err,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self.children.append(child)
        return child

    def start_centre(self) -> None:
        """Begin the daemon."""
        self.centre = self.hubwatch("centre", "run", log="daemon")

    def end_centre(self) -> None:
        """End the daemon, as an operator does."""
        assert self.centre is not None
        self.centre.send_signal(signal.SIGTERM)
        self.centre.wait(60)

    def start_worker(self, place: str, node: str) -> None:
        """Begin a worker."""
        words = ("worker", "--place", place, "--name", node)
        self.workers[node] = self.hubwatch(place, *words, log=node)

    def status(self) -> list[dict[str, Any]]:
        """What `cluster status --json` says."""
        child = self.hubwatch("centre", "cluster", "status", "--json")
        out, _ = child.communicate(timeout=60)
        assert child.returncode == 0
        found: list[dict[str, Any]] = json.loads(out)
        return found

    def held(self) -> dict[str, set[str]]:
        """The titles in the archive, by source."""
        found: dict[str, set[str]] = {name: set() for name in self.sources}
        with Archive.open_readonly(self.archive) as store:
            sql = (
                "SELECT a.source_id AS source, r.title AS title FROM articles a "
                "JOIN readings r ON r.id = a.reading_id"
            )
            for row in store._db.query(sql):
                found[row["source"]].add(row["title"])
        return found

    def is_whole(self) -> bool:
        """Whether every source holds everything that its portal shows."""
        held = self.held()
        wanted = range(1, self.towns.articles + 1)
        return all(
            {_title(host, number) for number in wanted} <= held[host.partition(".")[0]]
            for host in self.towns.hosts
        )

    def rows(self, sql: str, *given: object) -> list[Any]:
        """Rows of the archive."""
        with Archive.open_readonly(self.archive) as store:
            return [dict(row) for row in store._db.query(sql, list(given))]

    def source_of(self, job: str) -> str:
        """The source that a job is of."""
        (row,) = self.rows("SELECT DISTINCT source_id FROM remote_attempts WHERE job = ?", job)
        return str(row["source_id"])

    def logs(self) -> str:
        """The ends of all logs, for a test that failed."""
        return "\n".join(
            f"== {path.name}\n{path.read_text('utf-8', 'replace')[-3000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def faults(self) -> Iterator[str]:
        """What is amiss with what is kept, once all is at rest."""
        with Archive.open(self.archive) as store:
            yield from store.maintenance.integrity()
        for sql in _TWICE:
            yield from (f"twice: {row}" for row in self.rows(sql))
        yield from self.towns.too_fast()

    def stop(self) -> None:
        """End all that runs, and leave nothing behind."""
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + 30
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            child.kill()
            child.wait()


_TWICE = (
    "SELECT source_id, url_key FROM articles GROUP BY 1, 2 HAVING count(*) > 1",
    "SELECT article_id FROM events WHERE change = 'new' GROUP BY 1 HAVING count(*) > 1",
    "SELECT article_id, count(*) AS revisions FROM revisions GROUP BY 1 HAVING count(*) > 1",
    "SELECT run_id, count(*) FROM slices WHERE run_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
)


def soon(condition: Callable[[], object], seconds: float, told: Callable[[], str]) -> None:
    """Wait until that is so. Raises AssertionError after so long."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it did not happen in {seconds:g} s\n{told()}"
        time.sleep(0.2)


@contextmanager
def cluster(
    folder: Path, towns: int, aof: bool = False, nodes: Sequence[tuple[str, str]] = (), **how: Any
) -> Iterator[Cluster]:
    """A cluster whose Redis, centre and these workers (place, name) run."""
    portals = Towns(towns)
    redis = RedisProcess(folder / "redis", free_port(), PLACES, aof=aof)
    made = Cluster(folder, portals, redis, **how)
    try:
        redis.start()
        made.prepare()
        for place, node in nodes:
            made.start_worker(place, node)
        made.start_centre()
        yield made
    finally:
        made.stop()
        redis.kill()
        portals.close()
