"""What the archive holds for an edition of a digest: from what `build` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.articles.records import Article, Edit
from storage.decisions.records import Verdict
from storage.runs.records import Run
from storage.slots.records import Unfilled
from storage.sources.records import SourceRef, SourceState

from .model import Period


@dataclass(frozen=True, slots=True)
class Material:
    """What the archive holds for an edition.

    `seen`: articles first seen within the period. `touched`: known before, and changed, withdrawn
    or back within it. `runs`: started within it. `states`: every source the archive knows.
    `enabled`: the sources that are to be scanned, whether the archive knows them or not. `edits`:
    the material changes told within it. `returns`: when an article came back within it, by its id.
    `verdicts`: what people decided, by story. `unfilled`: what was planned in it and not run.
    `window`: what counts as happening now, where that is another time than the edition's period.
    `windows`: the same by story, of those that were told and of which an earlier issue left what
    happened since. `held_over`: stories an earlier issue left for later, with its number;
    `told_in`: the first issue that told a story; `waiting` stories go on waiting without a look;
    `copies` are articles of stories that were told, `for_review` those that people
    decide about where only what they accept counts.
    """

    seen: tuple[Article, ...]
    touched: tuple[Article, ...]
    runs: tuple[Run, ...]
    states: tuple[SourceState, ...]
    enabled: tuple[SourceRef, ...]
    edits: tuple[Edit, ...] = ()
    returns: Mapping[int, datetime] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    unfilled: tuple[Unfilled, ...] = ()
    window: Period | None = None
    windows: Mapping[int, Period] = field(default_factory=dict)
    held_over: Mapping[int, int] = field(default_factory=dict)
    told_in: Mapping[int, int] = field(default_factory=dict)
    waiting: int = 0
    copies: tuple[int, ...] = ()
    for_review: frozenset[int] = frozenset()
