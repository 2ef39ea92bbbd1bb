"""Monitoring: an HTTP endpoint on loopback that says how the daemon is, for probes and metrics.

It answers GET and HEAD of a few paths, one request a connection, and takes nothing in. Metrics are
in the text format of Prometheus (version 0.0.4). Nothing is asked of any other host.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hubwatch.errors import ConfigError, StorageError
from storage.archive import Archive
from storage.incidents import Incident, Severity
from storage.runs import Totals
from storage.slots import Past
from storage.sources import CrawlSummary

from .health.operations import last_good
from .jobs import Job, PlaceStatus

_SECONDS = 5.0
_MOST = 8192  # bytes of a request
_WORDS = {
    200: "OK",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Unavailable",
}
_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class ProbeResponse:
    """A status and a text."""

    status: int
    text: str
    media_type: str = "text/plain; charset=utf-8"


ProbeResponses = Mapping[str, Callable[[], ProbeResponse]]


class Endpoint:
    """Serves until closed. `place` is a loopback address with port, such as `127.0.0.1:9464`."""

    def __init__(self, place: str, answers: ProbeResponses) -> None:
        host, _, port = place.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._answers = answers
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen. Raises ConfigError if the place is taken."""
        try:
            self._server = await asyncio.start_server(
                self._serve, self._host, self._port, limit=_MOST
            )
        except OSError as error:
            place = f"{self._host}:{self._port}"
            told = error.strerror or "it cannot be listened at"
            raise ConfigError(f"daemon.listen: {place}: {told}; choose another port") from None

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), _SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SECONDS)
            writer.write(self._answered(head.decode("latin-1")))
            await asyncio.wait_for(writer.drain(), _SECONDS)
        writer.close()

    def _answered(self, head: str) -> bytes:
        method, _, rest = head.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        answer = self._answer(method, path, _host_of(head))
        body = answer.text.encode()
        lines = (
            f"HTTP/1.1 {answer.status} {_WORDS.get(answer.status, 'Error')}",
            f"Content-Type: {answer.media_type}",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "Connection: close",
        )
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if method == "HEAD" else body)

    def _answer(self, method: str, path: str, host: str) -> ProbeResponse:
        # A page in somebody's browser could reach us under a name that leads to loopback.
        if host not in _NAMES and host != self._host:
            return ProbeResponse(403, "this is for loopback names alone\n")
        if method not in ("GET", "HEAD"):
            return ProbeResponse(405, "GET and HEAD only\n")
        made = self._answers.get(path)
        if made is None:
            return ProbeResponse(404, f"there is {', '.join(self._answers)}\n")
        try:
            return made()
        except StorageError as error:
            return ProbeResponse(503, f"{error}\n")


def _host_of(head: str) -> str:
    """The host of a request without its port. That of an IPv6 address in its brackets."""
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "host":
            value = value.strip().lower()
            bracketed = value.partition("]")[0] + "]" if value.startswith("[") else ""
            return bracketed or value.partition(":")[0]
    return ""


# What a monitoring system is told: numbers in the text format of Prometheus (version 0.0.4).

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the daemon itself is at a moment: jobs it serves, children that run, jobs that wait, ends
    not written down yet, since when it runs, bytes of the archive and free on its disk, services it
    keeps running, and those of them that are down."""

    started_at: datetime
    jobs: int
    running: int
    waiting: int
    unwritten: int
    archive_bytes: int
    free_bytes: int
    services: int = 0
    services_down: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveFigures:
    """What the archive says: how its sources went, how the other jobs went (`pasts`), when the last
    good backup was made, what is amiss."""

    totals: Totals
    pulses: Sequence[CrawlSummary] = ()
    pasts: Sequence[Past] = ()
    last_backup_at: datetime | None = None
    incidents: Sequence[Incident] = ()


def metrics(
    vitals: Vitals, record: ArchiveFigures, now: datetime, places: Sequence[PlaceStatus] = ()
) -> str:
    """All of it, a line a number."""
    return (
        "\n".join(
            [
                *_of_daemon(vitals),
                *_of_archive(record.totals),
                *_of_sources(record.pulses, now),
                *_of_jobs(record.pasts),
                *_of_backups(record.last_backup_at),
                *(_of_places(places) if places else ()),
                *_amiss(record.incidents),
            ]
        )
        + "\n"
    )


def _of_daemon(vitals: Vitals) -> Iterator[str]:
    plain = {
        "start_time_seconds": ("When the daemon began.", vitals.started_at.timestamp()),
        "jobs": ("Jobs on the timetable.", vitals.jobs),
        "children_running": ("Children that run now.", vitals.running),
        "jobs_waiting": ("Jobs that are due and have not begun.", vitals.waiting),
        "ends_unwritten": ("Ends that the archive has not taken yet.", vitals.unwritten),
        "services": ("Services that are kept running.", vitals.services),
        "services_down": ("Of these the ones that do not run now.", vitals.services_down),
        "archive_bytes": ("Size of the archive with its log.", vitals.archive_bytes),
        "disk_free_bytes": ("Free bytes on the archive's disk.", vitals.free_bytes),
    }
    for name, (help_text, value) in plain.items():
        yield from _family(name, "gauge", help_text, [({}, value)])


def _of_archive(totals: Totals) -> Iterator[str]:
    for name in ("runs", "fetches", "articles", "events"):
        help_text = f"{name.capitalize()} that the archive ever recorded."
        yield from _family(f"{name}_total", "counter", help_text, [({}, getattr(totals, name))])


def _of_sources(pulses: Sequence[CrawlSummary], now: datetime) -> Iterator[str]:
    crawled = [each for each in pulses if each.ended_at is not None]
    yield from _family(
        "source_last_run_timestamp_seconds",
        "gauge",
        "When the latest crawl of a source ended.",
        [({"source": p.source_id}, p.ended_at.timestamp()) for p in crawled if p.ended_at],
    )
    yield from _family(
        "source_last_success_timestamp_seconds",
        "gauge",
        "When a crawl of a source last worked; 0 if none ever did.",
        [({"source": p.source_id}, _last_success(p)) for p in pulses],
    )
    yield from _family(
        "source_last_run_seconds",
        "gauge",
        "How long the latest crawl took.",
        [({"source": p.source_id}, round(p.seconds, 3)) for p in crawled],
    )
    yield from _family(
        "source_last_outcome",
        "gauge",
        "1 for the outcome word of the latest crawl.",
        [({"source": p.source_id, "outcome": p.outcome}, 1) for p in crawled],
    )
    yield from _family(
        "source_failures",
        "gauge",
        "Crawls in a row that brought nothing.",
        [({"source": p.source_id}, p.failures) for p in pulses],
    )
    yield from _family(
        "source_paused",
        "gauge",
        "1 while people let a source rest.",
        [({"source": p.source_id}, int(_rests(p, now))) for p in pulses],
    )


def _last_success(pulse: CrawlSummary) -> float:
    return _seconds(pulse.last_ok_at)


def _seconds(instant: datetime | None) -> float:
    # A series that is missing trips no alert rule; one that says 1970 does.
    return instant.timestamp() if instant else 0


def _rests(pulse: CrawlSummary, now: datetime) -> bool:
    return pulse.paused_until is not None and pulse.paused_until > now


def _of_jobs(pasts: Sequence[Past]) -> Iterator[str]:
    ran = [(past.job, past.last) for past in pasts if past.last is not None]
    yield from _family(
        "job_last_run_timestamp_seconds",
        "gauge",
        "When the latest run of a job that is no crawl ended.",
        [({"job": job}, _seconds(last.ended_at)) for job, last in ran],
    )
    yield from _family(
        "job_last_success_timestamp_seconds",
        "gauge",
        "When a run of a job last worked; 0 if none ever did.",
        [({"job": p.job}, _seconds(p.last_ok.ended_at if p.last_ok else None)) for p in pasts],
    )
    yield from _family(
        "job_last_outcome",
        "gauge",
        "1 for the outcome word of the latest run.",
        [({"job": job, "outcome": last.outcome}, 1) for job, last in ran],
    )
    yield from _family(
        "job_failures",
        "gauge",
        "Runs in a row that failed.",
        [({"job": past.job}, past.failures) for past in pasts],
    )


def _of_backups(last_at: datetime | None) -> Iterator[str]:
    yield from _family(
        "backup_last_success_timestamp_seconds",
        "gauge",
        "Of when the last good backup is; 0 if none is on record.",
        [({}, _seconds(last_at))],
    )


def _of_places(places: Sequence[PlaceStatus]) -> Iterator[str]:
    numbers: dict[str, tuple[str, Callable[[PlaceStatus], int]]] = {
        "place_reachable": ("1 while the Redis of a place answers.", lambda p: p.is_reachable),
        "place_workers": ("Workers that say that they are there.", lambda p: p.workers),
        "place_workers_busy": ("Of these the ones that crawl now.", lambda p: p.busy),
        "place_jobs_out": ("Crawls that are out at a place.", lambda p: p.out),
    }
    for name, (help_text, of) in numbers.items():
        values = [({"place": each.name}, int(of(each))) for each in places]
        yield from _family(name, "gauge", help_text, values)


def _amiss(incidents: Sequence[Incident]) -> Iterator[str]:
    counted = Counter(each.finding.severity for each in incidents)
    yield from _family(
        "incidents_open",
        "gauge",
        "Open incidents.",
        [({"severity": word.value}, counted[word]) for word in Severity],
    )
    yield from _family(
        "incident_open",
        "gauge",
        "1 for each open incident.",
        [
            (
                {
                    "incident": str(each.id),
                    "kind": each.finding.kind.value,
                    "source": each.finding.source_id,
                },
                1,
            )
            for each in incidents
        ],
    )


def _family(
    name: str, kind: str, help_text: str, values: Iterable[tuple[Labels, float]]
) -> Iterator[str]:
    yield f"# HELP hubwatch_{name} {help_text}"
    yield f"# TYPE hubwatch_{name} {kind}"
    for labels, value in values:
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"hubwatch_{name}{{{said}}} {value}" if said else f"hubwatch_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


# The answers of the daemon's endpoint: is it alive, is it ready, how is everything.

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
    places: tuple[PlaceStatus, ...] = ()


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
        text = metrics(vitals, record, now, here.places)
        return ProbeResponse(200, text, _TEXT_FORMAT)

    return {"/healthz": healthy, "/readyz": ready, "/metrics": numbers}


def _size(path: Path) -> int:
    """The archive with its write-ahead log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.is_file())
