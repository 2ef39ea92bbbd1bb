"""Watching a portal that has a bad quarter of an hour: the real daemon, at minutes' scale.

    python -m tests.watch [--minutes 15]

`hubwatch run` watches the five practice sources, each due every minute, while the portal moves
through days, a list loses its rows, a host answers 503 with Retry-After, another hangs, and all
recover. Prints what was done to the portal, what the daemon logged, what the ledger and the archive
hold in the end, and what `hubwatch incidents` says. Exit code 1 if anything that happened was not
seen, or was told twice.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from desk.practice import server as practice
from desk.practice.portal import sources_folder, truth
from storage.archive import Archive
from storage.runs import Run
from tests.support.kills import SOURCES, child

BROKEN = b"<!doctype html><html><head><title>News</title></head><body><p>Soon.</p></body></html>"
RETRY_AFTER = 90


class Moody(practice._Handler):
    """The practice portal, with moods: host → what it does instead of answering."""

    moods: ClassVar[dict[str, str]] = {}
    released = threading.Event()

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        mood = self.moods.get(self.headers.get("Host", "").partition(":")[0].lower(), "")
        if mood == "hangs":
            self.released.wait(300)
            self.close_connection = True
        elif mood == "503":
            self._say(503, b"busy", {"Retry-After": str(RETRY_AFTER)})
        elif mood == "no rows" and "/c_" not in self.path and self.path != "/robots.txt":
            self._say(200, BROKEN, {"Content-Type": "text/html"})
        else:
            super().do_GET()

    def _say(self, status: int, body: bytes, head: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**head, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Portal:
    """The portal being served, and the daemon beside it."""

    served: practice.Served
    folder: Path
    began: float = field(default_factory=time.monotonic)
    done: list[tuple[str, datetime]] = field(default_factory=list)

    def say(self, what: str) -> None:
        """A line of the transcript."""
        passed = time.monotonic() - self.began
        print(f"[{int(passed) // 60:02}:{int(passed) % 60:02}] PORTAL  {what}", flush=True)
        self.done.append((what, datetime.now(UTC)))

    def day(self, number: int) -> None:
        self.say(f"day {number}")
        self.served.set_day(number)

    def mood(self, host: str, mood: str) -> None:
        self.say(f"{host} {mood or 'is well again'}")
        if mood:
            Moody.moods[host] = mood
        else:
            Moody.moods.pop(host, None)
            Moody.released.set()
            Moody.released = threading.Event()


JW, ZH, FEED = "jw.english.practice.test", "zh.practice.test", "feed.practice.test"
STORY: tuple[tuple[float, Callable[[Portal], None]], ...] = (
    (3.0, lambda portal: portal.day(2)),
    (4.5, lambda portal: portal.mood(JW, "no rows")),
    (6.6, lambda portal: portal.mood(JW, "")),
    (7.0, lambda portal: portal.mood(ZH, "503")),
    (8.2, lambda portal: portal.mood(ZH, "")),
    (9.0, lambda portal: portal.mood(FEED, "hangs")),
    (11.2, lambda portal: portal.mood(FEED, "")),
    (12.0, lambda portal: portal.day(3)),
)
"""Minutes after the start, and what happens then."""


@contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """The portal, the day before yesterday; its configuration in a folder."""
    anchor = (datetime.now(UTC) - timedelta(days=2)).date()
    with practice._Server((practice.LOOPBACK, 0), Moody) as server:
        served = practice.Served(anchor, server.server_address[1], 1, practice.pages_of(anchor, 1))
        server.served = served
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        _configure(folder, served.hosts)
        yield Portal(served, folder)
        Moody.released.set()
        server.shutdown()


_AGAIN = 'after = ["2m", "4m", "8m", "30d"]'


def _configure(folder: Path, hosts: Mapping[str, str]) -> None:
    """The practice sources, which look again at an article after minutes; whoever is to be told of
    what is amiss is told each minute, by a command that keeps it in a file."""
    own = folder / "sources"
    own.mkdir()
    for path in sources_folder().glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        hurried = [
            'after = ["2m", "4m", "8m", "30d"]' if li.startswith("after") else li for li in lines
        ]
        (own / path.name).write_text("\n".join(hurried), encoding="utf-8")
    named = "\n".join(f'"{name}" = "{address}"' for name, address in hosts.items())
    keep = json.dumps(f"cat >> {folder / 'alerts'}; echo >> {folder / 'alerts'}")
    (folder / "hubwatch.toml").write_text(
        f'archive = "hubwatch.db"\nenabled = {json.dumps(SOURCES)}\n[network.hosts]\n{named}\n'
        f'[[alerts.channel]]\nname = "file"\ncommand = ["/bin/sh", "-c", {keep}]\n'
        '[[timetable]]\nname = "tell"\ncommand = "alerts send"\nschedule = "every 1m"\n',
        encoding="utf-8",
    )


def hubwatch(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command there."""
    return child(["-P", "-m", "hubwatch", "--config", str(folder / "hubwatch.toml"), *words])


def told(folder: Path, *words: str) -> str:
    """What a command prints; empty where there is no such command."""
    out, _ = hubwatch(folder, *words).communicate()
    return out


def watch(scene: Portal, minutes: float) -> int:
    """Live through the story; the daemon's exit code."""
    daemon = hubwatch(scene.folder, "run")
    assert daemon.stderr is not None
    log = threading.Thread(target=_relay, args=(daemon.stderr,), daemon=True)
    log.start()
    scene.say("day 1")
    for at, happen in STORY:
        _until(scene.began + at * 60 * minutes / 15)
        happen(scene)
    _until(scene.began + minutes * 60)
    daemon.terminate()
    code = daemon.wait(60)
    log.join(5)
    return code


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _relay(lines: Any) -> None:
    for line in lines:
        print(line.rstrip(), flush=True)


def _faults(scene: Portal) -> Iterator[str]:
    """What happened and was not seen, or was told twice."""
    with Archive.open_readonly(scene.folder / "hubwatch.db") as store:
        runs, events, slots = (
            store.runs.latest(10_000),
            store.revisions.events(),
            store.slots.select(limit=10_000),
        )
        urls = {
            article.id: article.url
            for article in filter(None, (store.articles.get(each.article_id) for each in events))
        }
    times = Counter((event.change.value, urls[event.article_id], event.seq) for event in events)
    news = Counter(url for change, url, _ in times if change == "new")
    there = truth(scene.served.anchor, scene.served.day)
    missing = {article.url for article in there.articles} - news.keys()
    if missing:
        yield f"never told as new: {sorted(missing)[:3]}"
    twice = [url for url, number in news.items() if number > 1]
    if twice:
        yield f"told as new twice: {twice[:3]}"
    for number in (2, 3):
        then = truth(scene.served.anchor, number)
        for change, articles in (("changed", then.changed()), ("gone", then.gone())):
            for article in articles:
                if not any(c == change and u == article.url for c, u, _ in times):
                    yield f"day {number}: {article.url} is not told as {change}"
    for source, host, bad in (
        ("practice-en-jw", JW, {"layout_changed", "empty"}),
        # A host in trouble does not answer for its robots.txt either, and then nothing is asked.
        ("practice-zh", ZH, {"http_error", "robots"}),
        ("practice-feed", FEED, {"timeout", "robots"}),
    ):
        own = sorted((run for run in runs if run.source_id == source), key=lambda run: run.id)
        yield from _trouble(source, own, bad, scene, host)
    for slot in slots:
        if slot.state == "claimed" or (slot.state == "skipped" and not slot.reason):
            yield f"slot {slot.id} of {slot.job} is {slot.state} without a word"


def _trouble(
    source: str, runs: list[Run], bad: set[str], scene: Portal, host: str
) -> Iterator[str]:
    began = next(at for what, at in scene.done if what.startswith(host))
    words = [str(run.outcome) for run in runs]
    if not any(run.outcome in bad and run.started_at >= began for run in runs):
        yield f"{source}: its trouble was not seen, only {Counter(words)}"
    if words[-1] not in ("ok", "unchanged"):
        yield f"{source}: not well in the end: {words[-1]}"
    if any(run.outcome in bad for run in runs if run.ended_at and run.ended_at < began):
        yield f"{source}: trouble before there was any"


def main() -> int:
    """Watch, print, judge."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--minutes", type=float, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubwatch-watch-") as name, portal(Path(name)) as scene:
        told(scene.folder, "init")
        code = watch(scene, chosen.minutes)
        for words in (
            ("timetable",),
            ("sources", "runs", "--limit", "40"),
            ("incidents", "--all"),
            ("alerts", "list"),
            ("status",),
        ):
            print(f"\n$ hubwatch {' '.join(words)}")
            print(told(scene.folder, *words).rstrip())
        faults = list(_faults(scene))
    print("\n" + ("\n".join(faults) or "everything that happened was seen, and told once"))
    return 1 if faults or code else 0


if __name__ == "__main__":
    sys.exit(main())
