"""What a person should know before a draft goes out: disputed stories, and what happened since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from storage.review.decisions import Decision, State
from storage.store import Store
from storage.types import Change

from .gather import is_news
from .model import Digest, Item


class Kind(StrEnum):
    """What is the matter with an item."""

    DISPUTED = "disputed"
    REJECTED = "rejected"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


_WORDS = {
    Kind.REJECTED: "was rejected meanwhile",
    Kind.CHANGED: "changed since the draft was made",
    Kind.WITHDRAWN: "was withdrawn since the draft was made",
}
_SINCE = {Change.CHANGED: Kind.CHANGED, Change.GONE: Kind.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Caution:
    """One of them; `decisions` are those that contradict each other. As a text, one line."""

    kind: Kind
    item: Item
    decisions: tuple[Decision, ...] = ()

    @property
    def said(self) -> str:
        """Who decided what: `Ana: accept, Li: reject`."""
        return ", ".join(f"{each.person}: {each.verb}" for each in self.decisions)

    def __str__(self) -> str:
        words = _WORDS.get(self.kind, f"is disputed ({self.said})")
        return f"item {self.item.number} {words}: {self.item.title}"


def cautions(store: Store, digest: Digest) -> tuple[Caution, ...]:
    """What to know of a draft as it stands, in the order of its items, then of what happened."""
    return (*_decided(store, digest), *_since(store, digest))


def _decided(store: Store, digest: Digest) -> Iterator[Caution]:
    verdicts = store.verdicts(sorted({item.story_id for item in digest.items}))
    for item in digest.items:
        verdict = verdicts.get(item.story_id)
        if verdict and verdict.state is State.DISPUTED:
            yield Caution(Kind.DISPUTED, item, tuple(verdict.decisions))
        elif verdict and verdict.state is State.REJECTED:
            yield Caution(Kind.REJECTED, item)


def _since(store: Store, digest: Digest) -> Iterator[Caution]:
    if digest.imprint is None:
        return
    items = {item.article_id: item for item in digest.items}
    for event in store.events(digest.imprint.upto_seq):
        item = items.get(event.article_id)
        if item is not None and event.change in _SINCE and is_news(event):
            yield Caution(_SINCE[event.change], item)
