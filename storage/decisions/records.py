"""What people say of stories: accept, reject, later, a note; what of it stands, what it comes to.

Pure: knows neither the archive nor a clock. Merging and splitting are `stories.manual_links`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """What a person says of a story. The first three are verdicts: of a person's the latest counts.
    A star says "look here", a tag is a word to find the story by."""

    ACCEPT = "accept"
    REJECT = "reject"
    LATER = "later"
    NOTE = "note"
    STAR = "star"
    TAG = "tag"


WORDED = (Verb.NOTE, Verb.TAG)
"""What says nothing without a text."""
VERDICTS = (Verb.ACCEPT.value, Verb.REJECT.value, Verb.LATER.value)


class Which(StrEnum):
    """Which decisions are asked for: every one ever made, or those that count now."""

    ALL = "all"
    STANDING = "standing"


class State(StrEnum):
    """What the standing verdicts on a story add up to; `disputed` where two people's differ."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LATER = "later"
    DISPUTED = "disputed"


_STATES = {
    Verb.ACCEPT.value: State.ACCEPTED,
    Verb.REJECT.value: State.REJECTED,
    Verb.LATER.value: State.LATER,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word. `story_id` is the story as it stands now, `said_of` the number at the time;
    `article_id` the article that led it then, or that is corrected. `verb` is one of `Verb`, or
    `merge`, `split` or `correct`; `value` the reason, the note, or `field: value`; `seq` the last
    event before it. `undone_at` None: it was not taken back; `undone_by` empty: who did so is not
    known."""

    id: int
    story_id: int
    said_of: int
    article_id: int | None
    verb: str
    value: str
    person: str
    at: datetime
    seq: int = 0
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """The last material change of a story that was told: its event, and when."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people's standing verdicts on a story come to, and these, the earliest first.

    `back_since`: it was rejected, and is open again since it changed in something that matters.
    """

    state: State
    decisions: tuple[Decision, ...] = ()
    back_since: datetime | None = None


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Those that count now, in order of their numbers: not taken back, and of a person's verdicts
    on a story the latest."""
    kept = [each for each in decisions if each.undone_at is None]
    latest: dict[tuple[int, str], int] = {}
    for each in kept:
        if each.verb in VERDICTS:
            key = each.story_id, each.person
            latest[key] = max(each.id, latest.get(key, 0))
    found = [
        each
        for each in kept
        if each.verb not in VERDICTS or latest[each.story_id, each.person] == each.id
    ]
    return tuple(sorted(found, key=lambda each: each.id))


def last_word(decisions: Iterable[Decision], person: str) -> int:
    """The number of the latest of these standing decisions that this person made with a button of
    a story; 0 if there is none."""
    mine = [each.id for each in decisions if each.person == person and each.verb in list(Verb)]
    return max(mine, default=0)


def verdict(decisions: Iterable[Decision], news: News | None = None) -> Verdict:
    """What the decisions on one story come to, `news` being its last change."""
    said = tuple(each for each in standing(decisions) if each.verb in VERDICTS)
    words = {each.verb for each in said}
    if not words:
        return Verdict(State.OPEN)
    state = _STATES[words.pop()] if len(words) == 1 else State.DISPUTED
    if state is State.REJECTED and news and all(is_before(each, news) for each in said):
        return Verdict(State.OPEN, said, news.at)
    return Verdict(state, said)


def is_before(decision: Decision, news: News | None) -> bool:
    """Whether a person decided before the story changed, so about another text."""
    return news is not None and decision.seq < news.seq
