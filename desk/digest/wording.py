"""The phrases that every readable format prints alike. Plain text, not escaped for any of them."""

from __future__ import annotations

from collections.abc import Iterable

from storage.decisions import State
from storage.types import When

from .left_out import LeftOut
from .model import Copy, Digest, Item, Period, Scan, Scope


def counted(number: int, noun: str) -> str:
    """`1 source`, `2 sources`, `3 stories`."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {plural}"


def day(when: When | None) -> str:
    """A date as exactly as the page states it: `2023-08-05 07:49`, `2023-08-05`, `2023-08`."""
    return "undated" if when is None else when.iso.replace("T", " ")[:16]


def scope(digest: Digest) -> str:
    """What the edition was limited to, or ""."""
    edition = digest.edition
    parts = []
    if edition.scope is Scope.RELEVANT:
        parts.append("relevant stories only")
    if edition.topics:
        parts.append(f"topic {', '.join(edition.topics)}")
    return ", ".join(parts)


def coverage(digest: Digest) -> tuple[str, ...]:
    """The coverage line, a sentence each: scanned, failing, incomplete, gaps, left out."""
    found, period = digest.coverage, digest.edition.period
    runs = sum(scan.runs for scan in found.scanned)
    lines = [
        f"{counted(len(found.scanned), 'source')} scanned in {counted(runs, 'run')}, "
        f"{len(found.with_news)} with news."
    ]
    if found.failing:
        lines.append(f"Failing: {_listed(map(_outcome, found.failing))}.")
    if found.partial:
        lines.append(f"Incomplete: {_listed(map(_outcome, found.partial))}.")
    if found.gaps:
        lines.append(f"Not scanned: {_listed(_gap(scan, period) for scan in found.gaps)}.")
    lines += [_left_out(each, period) for each in found.left_out]
    if found.rejected:
        lines.append(f"{counted(found.rejected, 'story')} that people rejected left out.")
    if found.older:
        lines.append(
            f"{counted(found.older, 'older article')} archived by first crawls, not listed."
        )
    return tuple(lines)


def _left_out(gap: LeftOut, period: Period) -> str:
    crawls = counted(gap.crawls, "planned crawl")
    of = gap.sources[0] if len(gap.sources) == 1 else counted(len(gap.sources), "source")
    first, last = period.local(gap.since), period.local(gap.until)
    when = f"due {first}" if gap.crawls == 1 else f"due {first} to {last}"
    if gap.was_down:
        verb = "was" if gap.crawls == 1 else "were"
        return (
            f"Nobody watched: {crawls} of {of}, {when}, {verb} left out while Hubwatch was not "
            "running; each source was crawled once when it was back."
        )
    if not gap.reason:
        return f"Not run yet: {crawls} of {of}, {when}."
    return f"Left out: {crawls} of {of}, {when} ({gap.reason})."


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names)


def _outcome(scan: Scan) -> str:
    detail = f", {scan.reason}" if scan.reason else ""
    return f"{scan.name} ({scan.outcome}{detail})"


def _gap(scan: Scan, period: Period) -> str:
    if scan.last_ok_at is None:
        return f"{scan.name} (never)"
    return f"{scan.name} (last {period.local(scan.last_ok_at)})"


def publishers(item: Item) -> tuple[str, ...]:
    """Issuing body and publisher, without saying the same name twice."""
    same = item.issuer.casefold() in ("", item.publisher.casefold())
    return (item.publisher,) if same else (item.issuer, item.publisher)


def copy(place: Copy) -> str:
    """The publisher and date of a copy."""
    return f"{place.publisher}, {day(place.published)}"


def flags(item: Item, period: Period) -> tuple[str, ...]:
    """What happened to the story within the period beside its appearing."""
    found = []
    if item.updated_at is not None:
        found.append(f"updated {period.local(item.updated_at)}")
    if item.gone_at is not None:
        evidence = f" ({item.gone_evidence})" if item.gone_evidence else ""
        found.append(f"withdrawn {period.local(item.gone_at)}{evidence}")
    if item.back_at is not None:
        found.append(f"back {period.local(item.back_at)}")
    if item.was_rejected:
        found.append("rejected before it changed")
    elif item.state is not State.OPEN:
        found.append(f"{item.state}")
    return tuple(found)


def updates(item: Item, period: Period) -> tuple[str, ...]:
    """What changed in the story within the period, a line each: when, and what."""
    return tuple(f"{period.local(update.at)}, {update.what}" for update in item.updates)
