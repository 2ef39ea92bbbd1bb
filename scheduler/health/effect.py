"""How crawls ended as far as their lists go. Pure.

A crawl that found no list and asked again for an article it knew is `partial`; of the lists that
says no more than a crawl that got nothing.
"""

from __future__ import annotations

from dataclasses import replace

from storage.lists.records import ListObservation
from storage.runs.records import Run
from storage.sources.records import SourceFacts
from storage.types import Outcome

_READ = (Outcome.OK, Outcome.PARTIAL, Outcome.UNCHANGED)


def by_their_lists(facts: SourceFacts) -> tuple[Run, ...]:
    """The runs of these facts, a partial one that could read no list with the outcome and reason of
    its first list. What was before lists were put on record stays as it is."""
    return tuple(_one(run, facts) for run in facts.runs)


def _one(run: Run, facts: SourceFacts) -> Run:
    if run.outcome is not Outcome.PARTIAL:
        return run
    seen = [each for each in facts.sights if each.first_run_id <= run.id <= each.last_run_id]
    entries = [each for each in seen if each.seen.list_url == each.seen.entry_url]
    if not entries or any(_is_read(each) for each in seen):
        return run
    worst = entries[0].seen
    reason = f"{worst.list_url}: {worst.reason}" if worst.reason else worst.list_url
    return replace(run, outcome=worst.outcome, reason=reason)


def _is_read(sight: ListObservation) -> bool:
    return sight.seen.outcome in _READ and sight.seen.rows > 0
