"""Which sources were scanned within a digest's period, which were not, and what each gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from storage.runs.records import HAND, IMPORT, Run
from storage.sources.records import SourceState

from ..text import one_line
from .coverage import Scan
from .material import Material
from .model import Digest


def scans(material: Material, digest: Digest) -> tuple[Scan, ...]:
    """What became of every source that is enabled, was scanned or gave an item, by id."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in material.runs:
        scanned = run.kind == "crawl" and run.outcome is not None
        if scanned and digest.edition.period.holds(run.started_at):
            runs[run.source_id].append(run)
    sources = {article.id: article.source_id for article in (*material.seen, *material.touched)}
    items = Counter(sources[item.article_id] for item in digest.items)
    enabled = {source.id: SourceState(source) for source in material.enabled}
    states = enabled | {state.source.id: state for state in material.states}
    listed = sorted(each for each in states if each in enabled or runs[each] or items[each])
    return tuple(_scan(states[each], runs[each], items[each], each in enabled) for each in listed)


def _scan(state: SourceState, runs: Sequence[Run], items: int, is_enabled: bool) -> Scan:
    last = max(runs, key=lambda run: (run.started_at, run.id), default=None)
    return Scan(
        source_id=state.source.id,
        name=one_line(state.source.name),
        city=one_line(state.source.city),
        runs=len(runs),
        outcome=last.outcome if last else None,
        reason=one_line(last.reason, 200) if last else "",
        last_ok_at=state.last_ok_at,
        items=items,
        is_external=not is_enabled and _is_brought(state),
        is_enabled=is_enabled,
    )


def _is_brought(state: SourceState) -> bool:
    """Whether nothing has ever asked a source for its lists: what is known of it was brought."""
    last = state.last_run
    return state.last_ok_at is None and last is not None and last.kind in (IMPORT, HAND)
