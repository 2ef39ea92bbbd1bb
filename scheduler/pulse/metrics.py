"""What a monitoring system is told: numbers in the text format of Prometheus (version 0.0.4).

Pure: values come in, text goes out. Names, sources, jobs and outcome words are all there is in it;
no address and nothing that was configured as a secret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.incidents.records import Incident, Severity
from storage.runs.records import Totals
from storage.slots.records import Past
from storage.sources.records import Pulse

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the daemon itself is at a moment: jobs it serves, children that run, jobs that wait, ends
    not written down yet; since when it runs; bytes of the archive and free on its disk; services it
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
    pulses: Sequence[Pulse] = ()
    pasts: Sequence[Past] = ()
    last_backup_at: datetime | None = None
    incidents: Sequence[Incident] = ()


def metrics(vitals: Vitals, record: ArchiveFigures, now: datetime) -> str:
    """All of it, a line a number."""
    return (
        "\n".join(
            [
                *_of_daemon(vitals),
                *_of_archive(record.totals),
                *_of_sources(record.pulses, now),
                *_of_jobs(record.pasts),
                *_of_backups(record.last_backup_at),
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
    for name, (told, value) in plain.items():
        yield from _family(name, "gauge", told, [({}, value)])


def _of_archive(totals: Totals) -> Iterator[str]:
    for name in ("runs", "fetches", "articles", "events"):
        told = f"{name.capitalize()} that the archive ever recorded."
        yield from _family(f"{name}_total", "counter", told, [({}, getattr(totals, name))])


def _of_sources(pulses: Sequence[Pulse], now: datetime) -> Iterator[str]:
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


def _last_success(pulse: Pulse) -> float:
    return _seconds(pulse.last_ok_at)


def _seconds(instant: datetime | None) -> float:
    # A series that is missing trips no alert rule; one that says 1970 does.
    return instant.timestamp() if instant else 0


def _rests(pulse: Pulse, now: datetime) -> bool:
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
    name: str, kind: str, told: str, values: Iterable[tuple[Labels, float]]
) -> Iterator[str]:
    yield f"# HELP hubwatch_{name} {told}"
    yield f"# TYPE hubwatch_{name} {kind}"
    for labels, value in values:
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"hubwatch_{name}{{{said}}} {value}" if said else f"hubwatch_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
