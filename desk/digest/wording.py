"""The phrases that every readable format prints alike. Plain text, not escaped for any of them."""

from __future__ import annotations

from collections.abc import Iterable

from storage.decisions.records import State
from storage.digests.records import Basis, DigestState
from storage.types import When

from ..text import counted as counted
from ..text import one_line
from .coverage import Scan
from .left_out import LeftOut
from .model import Copy, Digest, DigestItem, Period, Quote, Scope


def day(when: When | None) -> str:
    """A date as exactly as the page states it: `2023-08-05 07:49`, `2023-08-05`, `2023-08`."""
    return "undated" if when is None else when.iso.replace("T", " ")[:16]


def scope(digest: Digest) -> str:
    """What the edition was limited to, or ""."""
    edition = digest.edition
    parts = []
    if edition.scope is not Scope.ALL:
        parts.append(f"{edition.scope} stories only")
    if edition.topics:
        parts.append(f"topic {', '.join(edition.topics)}")
    return ", ".join(parts)


def coverage(digest: Digest) -> tuple[str, ...]:
    """The coverage line, a sentence each: scanned, brought from elsewhere, not enabled, failing,
    incomplete, gaps, left out."""
    found, period = digest.coverage, digest.edition.period
    runs = sum(scan.runs for scan in found.scanned)
    lines = [
        f"{counted(len(found.scanned), 'source')} scanned in {counted(runs, 'run')}, "
        f"{len(found.with_news)} with news."
    ]
    if found.elsewhere:
        lines.append(f"From elsewhere, not scanned: {_listed(map(_brought, found.elsewhere))}.")
    if found.beside:
        lines.append(f"Not enabled: {_listed(map(_beside, found.beside))}.")
    if found.failing:
        lines.append(f"Failing: {_listed(map(_outcome, found.failing))}.")
    if found.partial:
        lines.append(f"Incomplete: {_listed(map(_outcome, found.partial))}.")
    if found.gaps:
        lines.append(f"Not scanned: {_listed(_gap(scan, period) for scan in found.gaps)}.")
    lines += [_left_out(each, period) for each in found.left_out]
    if found.rejected:
        lines.append(f"{counted(found.rejected, 'story')} that people rejected left out.")
    if found.waiting:
        lines.append(f"{counted(found.waiting, 'story')} left for a later digest.")
    if found.older:
        archived = "archived by first crawls, back-fills or imports, not listed"
        lines.append(f"{counted(found.older, 'older article')} {archived}.")
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


def _brought(scan: Scan) -> str:
    return f"{scan.name} ({counted(scan.items, 'item')})"


def _beside(scan: Scan) -> str:
    scanned = counted(scan.runs, "run") if scan.outcome else "not scanned"
    return f"{scan.name} ({scanned}, {counted(scan.items, 'item')})"


def _gap(scan: Scan, period: Period) -> str:
    if scan.last_ok_at is None:
        return f"{scan.name} (never)"
    return f"{scan.name} (last {period.local(scan.last_ok_at)})"


def publishers(item: DigestItem) -> tuple[str, ...]:
    """Issuing body and publisher, without saying the same name twice."""
    same = item.issuer.casefold() in ("", item.publisher.casefold())
    return (item.publisher,) if same else (item.issuer, item.publisher)


def copy(place: Copy) -> str:
    """The publisher and date of a copy."""
    return f"{place.publisher}, {day(place.published)}"


def flags(item: DigestItem, period: Period) -> tuple[str, ...]:
    """What happened to the story within the period beside its appearing."""
    found = []
    if item.added_by and item.added_at is not None:
        found.append(f"added by hand by {item.added_by}")
    if item.is_late:
        found.append("late find")
    if item.held_from is not None:
        found.append(f"left over from digest {item.held_from}")
    if item.told_in is not None:
        found.append(f"first in digest {item.told_in}")
    if item.updated_at is not None:
        found.append(f"updated {period.local(item.updated_at)}")
    if item.gone_at is not None:
        evidence = f" ({item.gone_evidence})" if item.gone_evidence else ""
        found.append(f"withdrawn {period.local(item.gone_at)}{evidence}")
    if item.back_at is not None:
        found.append(f"back {period.local(item.back_at)}")
    if item.was_rejected:
        found.append("rejected before it changed")
    elif item.state not in (State.OPEN, State.ACCEPTED):
        found.append(f"{item.state}")
    return tuple(found)


def updates(item: DigestItem, period: Period) -> tuple[str, ...]:
    """What changed in the story within the period, a line each: when, and what."""
    return tuple(f"{period.local(update.at)}, {update.what}" for update in item.updates)


def standing(digest: Digest) -> str:
    """What a digest is: `Digest 12`, `Digest 14, a correction of digest 12`, `Digest 15, draft`;
    empty for one that is not kept."""
    imprint = digest.imprint
    if imprint is None:
        return ""
    corrects = f", a correction of digest {imprint.corrects}" if imprint.corrects else ""
    draft = ", draft" if imprint.state is not DigestState.ISSUED else ""
    return f"Digest {imprint.number}{corrects}{draft}"


def made(digest: Digest) -> tuple[str, ...]:
    """How the digest was made, a sentence or two a line."""
    period, imprint = digest.edition.period, digest.imprint
    lines = []
    if imprint is not None:
        lines.append(f"Drafted by {one_line(imprint.made_by)} on {period.local(imprint.made_at)}.")
        if imprint.issued_at is not None:
            told = f"Issued by {one_line(imprint.issued_by)} on {period.local(imprint.issued_at)}"
            lines.append(f"{told}; an issue never changes, corrections have numbers of their own.")
        if imprint.basis is Basis.SINCE_LAST:
            lines.append(_events(imprint.after_seq + 1, imprint.upto_seq))
    lines.append(
        "Stories come from the sources below, by machine; copies of one story are one item. Key "
        "items name a watched programme as such. Titles and source lines are printed as found; "
        "what an editor wrote is marked as a note or a translation."
    )
    lines.append(f"Times in {period.zone}; published dates as each page states them.")
    return tuple(lines)


def _events(first: int, last: int) -> str:
    since = "since the last digest of the same selection"
    if last < first:
        return f"Nothing came in {since}: the archive has no event after {last}."
    return (
        f"It holds what came in {since}, in the order in which it was archived (events {first} to "
        f"{last})."
    )


def said(item: DigestItem) -> Quote | None:
    """What is printed under a title: the sentence that matched or, where that is the title or
    nothing matched, how the text begins. An editor's note goes before it."""
    if item.quote is not None and not item.marks_title:
        return item.quote
    return Quote(item.excerpt, "", "") if item.excerpt else None
