"""The phrases that every readable format prints alike, citations among them.

Plain text, not escaped for any format. Only `rich` gives HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from storage.articles.records import Article
from storage.decisions import State
from storage.digests import Basis, DigestProof, DigestState
from storage.types import When

from ..text import one_line, pluralise, safe_link
from .model import Copy, Digest, DigestItem, LeftOut, Period, Quote, Scan, Scope


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
        f"{pluralise(len(found.scanned), 'source')} scanned in {pluralise(runs, 'run')}, "
        f"{len(found.with_news)} with news."
    ]
    if found.elsewhere:
        lines.append(f"From elsewhere, not scanned: {_listed(map(_unscanned, found.elsewhere))}.")
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
        lines.append(f"{pluralise(found.rejected, 'story')} that people rejected left out.")
    if found.waiting:
        lines.append(f"{pluralise(found.waiting, 'story')} left for a later digest.")
    if found.older:
        archived = "archived by first crawls, back-fills or imports, not listed"
        lines.append(f"{pluralise(found.older, 'older article')} {archived}.")
    return tuple(lines)


def _left_out(gap: LeftOut, period: Period) -> str:
    crawls = pluralise(gap.crawls, "planned crawl")
    of = gap.sources[0] if len(gap.sources) == 1 else pluralise(len(gap.sources), "source")
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


def _unscanned(scan: Scan) -> str:
    return f"{scan.name} ({pluralise(scan.items, 'item')})"


def _beside(scan: Scan) -> str:
    scanned = pluralise(scan.runs, "run") if scan.outcome else "not scanned"
    return f"{scan.name} ({scanned}, {pluralise(scan.items, 'item')})"


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
    if item.first_issue is not None:
        found.append(f"first in digest {item.first_issue}")
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


def status(digest: Digest) -> str:
    """What a digest is: `Digest 12`, `Digest 14, a correction of digest 12`, `Digest 15, draft`.
    Empty for one that is not kept."""
    metadata = digest.metadata
    if metadata is None:
        return ""
    corrects = f", a correction of digest {metadata.corrects}" if metadata.corrects else ""
    draft = ", draft" if metadata.state is not DigestState.ISSUED else ""
    return f"Digest {metadata.number}{corrects}{draft}"


def made(digest: Digest) -> tuple[str, ...]:
    """How the digest was made, a sentence or two a line."""
    period, metadata = digest.edition.period, digest.metadata
    lines = []
    if metadata is not None:
        lines.append(
            f"Drafted by {one_line(metadata.made_by)} on {period.local(metadata.made_at)}."
        )
        if metadata.issued_at is not None:
            issued = (
                f"Issued by {one_line(metadata.issued_by)} on {period.local(metadata.issued_at)}"
            )
            lines.append(
                f"{issued}; an issue never changes, corrections have numbers of their own."
            )
        if metadata.basis is Basis.SINCE_LAST:
            lines.append(_events(metadata.after_seq + 1, metadata.upto_seq))
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


# Citations: one grammar, plain for text, rich for a document.


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a citation, each on one line. `archived` and `archive_id` are empty where
    nothing was archived, `added` (by whom, and when) where nobody added it by hand."""

    issuer: str
    title: str
    translation: str
    publisher: str
    published: str
    url: str
    archived: str
    archive_id: str
    sha256: str
    added: str = ""


def cite_item(item: DigestItem, zone: str) -> Citation:
    """The citation of an item of a digest. Its archive's moments in `zone`."""
    return Citation(
        issuer="" if item.issuer.casefold() == item.publisher.casefold() else item.issuer,
        title=item.title,
        translation=item.translation,
        publisher=item.publisher,
        published=day(item.published),
        url=item.url,
        added=_added(item.added_by, item.added_at, zone),
        **_archived(item.article_id, item.proof, zone),
    )


def cite_article(article: Article, proof: DigestProof | None, zone: str) -> Citation:
    """The citation of an article as it stands."""
    issuer, publisher = one_line(article.source or ""), one_line(article.source_name)
    added = article.added
    return Citation(
        issuer="" if issuer.casefold() == publisher.casefold() else issuer,
        title=one_line(article.title),
        translation="",
        publisher=publisher,
        published=day(article.published),
        url=article.url,
        added=_added(added.person, added.at, zone) if added else "",
        **_archived(article.id, proof, zone),
    )


def plain(citation: Citation) -> str:
    """The citation as one line of text."""
    return " ".join(_parts(citation))


def rich(citation: Citation) -> str:
    """The citation as a piece of HTML: the title in quotes, the address a link where it may be
    one. Every text is escaped."""
    return f"<p>{marked(citation, escape, _html_link)}</p>"


def marked(citation: Citation, text: Callable[[str], str], link: Callable[[str], str]) -> str:
    """The citation as one line in some markup: each part as `text` gives it, the address as `link`
    does where it may be one."""
    target = safe_link(citation.url)
    address = f"{one_line(citation.url)}."
    return " ".join(
        f"{link(target)}." if target is not None and part == address else text(part)
        for part in _parts(citation)
    )


def _html_link(target: str) -> str:
    return f'<a href="{escape(target)}">{escape(target)}</a>'


def _parts(citation: Citation) -> Iterator[str]:
    issuer = f"{citation.issuer}: " if citation.issuer else ""
    yield f"{issuer}“{citation.title}”."
    if citation.translation:
        yield f"[{citation.translation}]."
    yield f"{citation.publisher}, {citation.published}."
    yield f"{one_line(citation.url)}."
    if citation.added:
        yield f"Added by hand by {citation.added}."
    if citation.archived:
        yield f"Archived {citation.archived}, {citation.archive_id}, SHA-256 {citation.sha256}."


def _archived(article_id: int, proof: DigestProof | None, zone: str) -> dict[str, str]:
    if proof is None or proof.snapshot_id is None or proof.archived_at is None:
        return {"archived": "", "archive_id": "", "sha256": ""}
    return {
        "archived": f"{_local(proof.archived_at, zone)} ({zone})",
        "archive_id": f"article {article_id}, {_what(proof)} {proof.snapshot_id}",
        "sha256": proof.sha256,
    }


def _what(proof: DigestProof) -> str:
    return "file" if proof.is_file else "page"


def _added(person: str, at: datetime | None, zone: str) -> str:
    return f"{one_line(person)}, {_local(at, zone)} ({zone})" if person and at else ""


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


# Languages of texts as documents name them (RFC 5646).

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_tag(language: str) -> str | None:
    """The language as an HTML `lang` value, or None if it is not one: browsers choose Chinese fonts
    by it."""
    if not _LANGUAGE.fullmatch(language):
        return None
    return "zh-Hans" if language.lower() in ("zh", "zh-cn") else language


def office_tag(language: str) -> str | None:
    """The same as word processors write it: `zh-CN` for Chinese."""
    tag = language_tag(language)
    return "zh-CN" if tag and tag.lower().startswith("zh") else tag
