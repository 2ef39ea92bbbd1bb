"""What all judges share: words for outcomes, next commands, evidence, what a crawl proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hubwatch.filled_message import FilledMessage, Term, filled
from storage.incidents import Finding, Kind, Severity
from storage.lists import ListObservation
from storage.runs import Run
from storage.sources import SourceFacts
from storage.types import WORKED, Outcome

UNREACHED = (Outcome.NET_ERROR, Outcome.TIMEOUT, Outcome.HTTP_ERROR, Outcome.TRUNCATED)
"""How a crawl ends that met no readable server, for whatever reason."""
UNREADABLE = (Outcome.UNSUPPORTED, Outcome.TOO_BIG, Outcome.BAD_ENCODING)
"""How it ends where an answer came that nobody can read: waiting seldom mends it."""
TLS = "TLS:"
"""What the reason of a crawl begins with that did not believe a certificate."""

_RUNS, _CHECK, _SHOW = "sources runs --source {id}", "sources check {id}", "sources show {id}"
_TEST, _CRAWL, _STATUS = "sources test {id}", "crawl {id}", "status {id}"
_ASIDE, _AGAIN = "quarantine --source {id}", "reread pages --dry-run"
_ADOPT, _REPAIR = "sources adopt {id}", "sources repair {id} --dry-run"

_NEXT: dict[Kind, tuple[str, str, str]] = {
    Kind.NETWORK: ("doctor", "status", "sources runs --limit 30"),
    Kind.UNREACHABLE: (_RUNS, _CHECK, _CRAWL),
    Kind.BLOCKED: (_SHOW, _RUNS, _CHECK),
    Kind.ROBOTS: (_CHECK, _SHOW, _RUNS),
    Kind.TLS: (_CHECK, _SHOW, "doctor"),
    Kind.CERTIFICATE: (_SHOW, _CHECK, "doctor"),
    Kind.LAYOUT_CHANGED: (_CHECK, _REPAIR, _TEST),
    Kind.LIST_EMPTY: (_CHECK, _REPAIR, _RUNS),
    Kind.FEWER_ROWS: (_CHECK, _REPAIR, _RUNS),
    Kind.SAME_ROWS: (_CHECK, _STATUS, _SHOW),
    Kind.PAGES_UNREAD: (_SHOW, _CHECK, _RUNS),
    Kind.REFUSED_ROWS: (_SHOW, _CHECK, _CRAWL),
    Kind.ENTRIES_DIFFER: (_SHOW, _CHECK, _CRAWL),
    Kind.GAP: (_CRAWL, "backfill {id} --since {since}", _RUNS),
    Kind.VALIDATOR: (_CHECK, _RUNS, _SHOW),
    Kind.UNREADABLE: (_ASIDE, _CHECK, "reread quarantine {id}"),
    Kind.FIELD_MISSING: (_CHECK, _TEST, _AGAIN),
    Kind.REDESIGN: (
        _REPAIR,
        "changes --held --source {id}",
        "changes release {run} --by NAME",
    ),
    Kind.TITLES: (_CHECK, _TEST, _AGAIN),
    Kind.FUTURE_DATES: (_CHECK, _TEST, _AGAIN),
    Kind.SILENCE: (_STATUS, _CHECK, _SHOW),
    Kind.NOT_CRAWLED: ("timetable", _RUNS, _CRAWL),
    Kind.CUT_SHORT: (_RUNS, _SHOW, _CRAWL),
    Kind.DISK: ("doctor", "archive check", "status"),
    Kind.STALE: (_CHECK, _SHOW, _STATUS),
    Kind.GONE: (_SHOW, _CHECK, _RUNS),
    Kind.MOVED: (_ADOPT, _CHECK, _SHOW),
    Kind.BUG: (_RUNS, _ASIDE, _CRAWL),
    Kind.INTERRUPTED: (_RUNS, "doctor", _CRAWL),
    Kind.JOB_FAILING: ("{command_line}", "timetable {place}", "doctor"),
    Kind.BACKUP_OLD: ("{command_line}", "timetable", "doctor"),
    Kind.SOURCE_FILE: ("sources", "doctor", "status"),
    Kind.JOB_LATE: ("timetable {place}", "doctor", "status"),
    Kind.DIGEST_UNSENT: ("{command_line}", "digest list", "alerts test"),
    Kind.CONFIG_REJECTED: ("config check", "doctor", "timetable"),
    Kind.ROTTEN: ("archive mend", "archive scrub", "doctor"),
    Kind.DISK_FILLING: ("archive prune --dry-run", "doctor", "status"),
    Kind.READING_REFUSED: ("cluster status", "reread pages --dry-run", "doctor"),
    Kind.CRAWLS_LOST: ("cluster status", "slice list", "sources runs"),
    Kind.SLICE_REFUSED: ("slice list", "sources runs", "doctor"),
    Kind.CLOCK_JUMPED: ("doctor", "timetable", "status"),
}


def finding_of(
    facts: SourceFacts,
    kind: Kind,
    severity: Severity,
    told: str,
    evidence: Sequence[str] = (),
    *,
    place: str = "",
    since: datetime | None = None,
    run: int = 0,
) -> Finding:
    """A finding about one source, with the three commands that go on from there."""
    day = f"{since:%Y-%m-%d}" if since else "30d"
    commands = tuple(
        f"hubwatch {each.format(id=facts.source.id, since=day, run=run)}" for each in _NEXT[kind]
    )
    return Finding(
        kind, facts.source.id, severity, told, tuple(e for e in evidence if e), commands, place
    )


def of_this_machine(
    kind: Kind,
    severity: Severity,
    told: str,
    evidence: Sequence[str],
    *,
    place: str = "",
    command_line: str = "",
) -> Finding:
    """A finding about the machine rather than a source. `place` is the job that is meant,
    `command_line` what to type first, behind `hubwatch`."""
    lines = (each.format(place=place, command_line=command_line) for each in _NEXT[kind])
    commands = tuple(f"hubwatch {line}" for line in lines if line)
    return Finding(kind, "", severity, told, tuple(e for e in evidence if e), commands, place)


def describe_run(run: Run) -> FilledMessage:
    """A run as evidence: `run 17 2026-03-01 08:00Z blocked: HTTP 403 …`."""
    at, outcome = moment(run.ended_at or run.started_at), Term("outcome", str(run.outcome))
    if not run.reason:
        return filled("run %(id)s %(at)s %(outcome)s", id=run.id, at=at, outcome=outcome)
    return filled(
        "run %(id)s %(at)s %(outcome)s: %(reason)s",
        id=run.id,
        at=at,
        outcome=outcome,
        reason=run.reason,
    )


def moment(instant: datetime | None) -> str:
    """An instant in evidence, in UTC to the minute."""
    return f"{instant:%Y-%m-%d %H:%MZ}" if instant else filled("never")


def joined(parts: Sequence[FilledMessage]) -> FilledMessage:
    """The parts in a row, with commas."""
    together = parts[0] if parts else FilledMessage("", {})
    for part in parts[1:]:
        together = filled("%(before)s, %(part)s", before=together, part=part)
    return together


def failing(runs: Sequence[Run], *words: Outcome) -> list[Run]:
    """The newest runs in a row that ended in one of these words."""
    found: list[Run] = []
    for run in runs:
        if run.outcome not in words:
            break
        found.append(run)
    return found


# How crawls ended as far as their lists go. Pure.


def by_their_lists(facts: SourceFacts) -> tuple[Run, ...]:
    """The runs of these facts, a partial one that could read no list with the outcome and reason of
    its first list. What was before lists were put on record stays as it is."""
    return tuple(_one(run, facts) for run in facts.runs)


def _one(run: Run, facts: SourceFacts) -> Run:
    if run.outcome is not Outcome.PARTIAL:
        return run
    seen = [each for each in facts.observations if each.first_run_id <= run.id <= each.last_run_id]
    entries = [each for each in seen if each.seen.list_url == each.seen.entry_url]
    if not entries or any(_is_read(each) for each in seen):
        return run
    worst = entries[0].seen
    reason = f"{worst.list_url}: {worst.reason}" if worst.reason else worst.list_url
    return replace(run, outcome=worst.outcome, reason=reason)


def _is_read(observation: ListObservation) -> bool:
    return observation.seen.outcome in WORKED and observation.seen.rows > 0


# What the latest crawl of a source proves: which lists were read, what was on them. Pure.


@dataclass(frozen=True, slots=True)
class CrawlProof:
    """The lists that were read in a crawl, their rows, the date of the newest row as its list says
    it, and how many rows were never listed before. `unchanged` lists were "not modified", by a
    version of the page that is archived. `refused` further rows are no articles by the link rule,
    though nobody denies them. So many addresses are `unread` that this or an earlier crawl
    listed."""

    lists: int
    rows: int
    newest: str | None
    fresh: int
    unchanged: int
    refused: int = 0
    unread: int = 0

    def describe(self) -> str:
        """In words: `2 lists read, 35 rows, newest 2026-03-01, all known`."""
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        lists = "1 list" if self.lists == 1 else f"{self.lists} lists"
        newest = f", newest {self.newest[:10]}" if self.newest else ""
        known = f"{self.fresh} listed for the first time" if self.fresh else "all known"
        refused = f", {self.refused} more refused by the link rule" if self.refused else ""
        unread = f", {self.unread} listed, not read" if self.unread else ""
        return f"{lists} read, {rows}{newest}, {known}{unread}{refused}"


def proof_of(facts: SourceFacts) -> CrawlProof | None:
    """What the latest conclusive crawl proves. None if it failed, or read no list to its end."""
    if not facts.runs or facts.runs[0].outcome not in WORKED:
        return None
    run = facts.runs[0].id
    # A back-fill, or a crawl that was cut off, may have seen the same since.
    seen = [each for each in facts.observations if each.first_run_id <= run <= each.last_run_id]
    read = [each for each in seen if each.seen.rows]
    if not read:
        return None
    return CrawlProof(
        lists=len({each.seen.entry_url for each in read}),
        rows=sum(each.seen.rows for each in read),
        newest=max((each.seen.newest for each in read if each.seen.newest), default=None),
        fresh=sum(each.seen.fresh for each in read if each.first_run_id == run),
        unchanged=sum(each.seen.unchanged for each in read),
        refused=sum(each.seen.refused for each in read),
        unread=facts.unread,
    )
