"""The entries of a source as witnesses of each other: what one shows and another, which should show
it, does not.

An entry should show an address that another kind of entry shows where it stands on the same host
and in a section that the entry has, was there when the entry was read, and is younger than where
the entry ends. Entries of one kind say nothing against each other: two lists are two columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.archive import Archive
from storage.database import Durability
from storage.lists import MOST_GAPS, EntryReading, FoundGap, GapReason, ShownAddress
from storage.rechecks import list_end
from storage.runs import Run

from ..crawl.context import CrawlContext
from ..sources.links import is_article
from ..sources.model import Source
from .tally import Tally

_FEW_DAYS = 3
_DIGIT = lazy_pattern(r"[0-9]")
_MOST_BYTES = 8 << 20
_MOST_LINKS = 20_000


@dataclass(frozen=True, slots=True)
class Witness:
    """An entry with what it showed when it was last read whole, or since, from its top on."""

    reading: EntryReading
    shown: tuple[ShownAddress, ...]


@dataclass(frozen=True, slots=True)
class EntryComparison:
    """The readings of all entries with their figures, and the gaps between them."""

    readings: tuple[EntryReading, ...]
    gaps: tuple[FoundGap, ...]


def compare(witnesses: Sequence[Witness]) -> EntryComparison:
    """Find what each entry lacks that another kind of entry shows. Pure."""
    by_kind: dict[str, dict[str, tuple[str, ShownAddress]]] = {}
    for witness in witnesses:
        of_kind = by_kind.setdefault(witness.reading.kind, {})
        for address in witness.shown:
            of_kind.setdefault(address.url_key, (witness.reading.entry_url, address))
    readings, gaps, told = [], list[FoundGap](), set[tuple[str, str]]()
    for witness in witnesses:
        kind = witness.reading.kind
        sections = {section_of(each.url) for each in witness.shown}
        mates = by_kind[kind]
        others = {
            key: shown
            for name, addresses in by_kind.items()
            if name != kind
            for key, shown in addresses.items()
            if key not in mates and section_of(shown[1].url) in sections
        }
        days = [each.day for each in witness.shown if each.day]
        since = list_end(days) if len(days) >= _FEW_DAYS else None
        lacking = []
        for key, (shown_by, address) in others.items():
            if (kind, key) in told or not _should_show(witness.reading, since, address):
                continue
            told.add((kind, key))
            found = FoundGap(witness.reading.entry_url, shown_by, address, GapReason.UNLISTED)
            lacking.append(found)
        within = sum(bool(since and day > since) for day in days)
        readings.append(
            replace(
                witness.reading,
                shown=len(witness.shown),
                of_all=len(witness.shown) + len(others),
                since=since,
                compared=within + len(lacking),
                lacking=len(lacking),
                unread=0,
            )
        )
        gaps += lacking[:MOST_GAPS]
    return EntryComparison(tuple(readings), tuple(gaps))


def _should_show(reading: EntryReading, since: str | None, address: ShownAddress) -> bool:
    """Whether an entry that ends at `since` should have shown an address when it was read."""
    if since is None or address.day is None:
        return False
    return address.day > since and address.first_run_id <= reading.run_id


def section_of(url: str) -> tuple[str, str]:
    """The host of an address, and its folders down to the first with a digit in it, such as that of
    a year. The last part of the path is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "")
    folders = parts.path.rstrip("/").split("/")[1:-1]
    named = []
    for folder in folders:
        if _DIGIT.search(folder):
            break
        named.append(folder)
    return (parts.netloc.lower(), "/".join(named))


class Reconciliation:
    """Compares the entries of one source, for one run, and keeps what came of it."""

    def __init__(self, source: Source, run: Run, context: CrawlContext, tally: Tally) -> None:
        self._source = source
        self._run = run
        self._context = context
        self._tally = tally

    def close(self) -> None:
        """Compare, if an entry was read whole since that was done last, and close what is over."""
        store, now = self._context.store, self._context.now()
        readings = store.lists.witnesses.readings(self._source.id)
        due = len(readings) > 1 and any(each.is_waiting for each in readings)
        found = self._compared(store, readings) if due else None
        was_open = store.lists.witnesses.open_gaps(self._source.id)
        if found is None and not was_open:
            return
        refused = self._refused_now(store) if was_open else []
        with store.writing(Durability.LATER) as tx:
            if found is not None:
                tx.lists.witnesses.record_gaps(self._run.id, found.readings, found.gaps, now)
            tx.lists.witnesses.close_refused(self._source.id, refused, now)
            tx.lists.witnesses.close_gaps(self._source.id, now)
        if found is not None:
            self._remark(found, readings)

    def _compared(self, store: Archive, readings: Sequence[EntryReading]) -> EntryComparison:
        found = compare(
            [
                Witness(each, self._articles(store.lists.witnesses.shown(self._source.id, each)))
                for each in readings
            ]
        )
        return self._with_reasons(store, found)

    def _articles(self, shown: Sequence[ShownAddress]) -> tuple[ShownAddress, ...]:
        """Those that the link rule takes: lists record rows of other hosts, too."""
        return tuple(each for each in shown if is_article(each.url, self._source.links))

    def _with_reasons(self, store: Archive, found: EntryComparison) -> EntryComparison:
        """The same, with those gaps marked whose address stands as a link on the pages of the entry
        that lacks it: they were not read as rows."""
        pages: dict[str, frozenset[str]] = {}
        gaps, unread = [], dict[str, int]()
        by_url = {each.entry_url: each for each in found.readings}
        for gap in found.gaps:
            entry = gap.entry_url
            if entry not in pages:
                pages[entry] = self._linked(store, by_url[entry])
            reason = gap.reason
            if _plain(gap.address.url) in pages[entry]:
                reason = GapReason.UNREAD
                unread[entry] = unread.get(entry, 0) + 1
            gaps.append(replace(gap, reason=reason))
        readings = tuple(
            replace(each, unread=unread.get(each.entry_url, 0)) for each in found.readings
        )
        return EntryComparison(readings, tuple(gaps))

    def _linked(self, store: Archive, reading: EntryReading) -> frozenset[str]:
        """The addresses that the archived pages of an entry link to."""
        found: set[str] = set()
        for url in store.lists.witnesses.pages_read(self._source.id, reading):
            capture = store.pages.sound_capture(self._source.id, url)
            if capture is None or len(capture.body) > _MOST_BYTES:
                continue
            text = capture.body.decode("utf-8", "replace").replace("\\/", "/")
            for link in islice(_LINKED.finditer(text), _MOST_LINKS):
                found.add(_plain(unescape(link[1]), capture.final_url or capture.url))
        return frozenset(found)

    def _refused_now(self, store: Archive) -> list[str]:
        """The addresses of open gaps that the link rule, as it is now, refuses."""
        gaps = store.lists.witnesses.gaps(self._source.id, MOST_GAPS)
        return [
            gap.url
            for gap in gaps
            if gap.closed_at is None and not is_article(gap.url, self._source.links)
        ][:500]

    def _remark(self, found: EntryComparison, before: Sequence[EntryReading]) -> None:
        """Say in the run what an entry lacks, where that is worse than when it was compared last:
        what stays as it is, is told by the status and not by every run."""
        self._tally.gaps = len(found.gaps)
        for now, then in zip(found.readings, before, strict=True):
            line = now.describe()
            if line and now.is_worse_than(then):
                self._tally.remark(line)


_LINKED = lazy_pattern(
    r"""[=:>,(\[]\s{0,9}["'<]?((?:https?://|/|\.{0,2}/)?[^\s"'<>()\\]{2,2000})"""
)


def _plain(url: str, base: str = "") -> str:
    """An address without its scheme and fragment, percent signs undone: however a page writes it.
    Empty for what is none."""
    try:
        return unquote(urldefrag(urljoin(base, url)).url).partition("://")[2].rstrip("/")
    except ValueError:
        return ""
