"""What a person should know before a draft goes out: disputed stories, and what happened since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.archive import Archive
from storage.decisions.records import Decision, State
from storage.types import Change

from .gather import is_news
from .model import Digest, DigestItem


class CautionKind(StrEnum):
    """What is the matter with an item."""

    DISPUTED = "disputed"
    REJECTED = "rejected"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    PARTED = "parted"


_WORDS = {
    CautionKind.REJECTED: "was rejected meanwhile",
    CautionKind.CHANGED: "changed since the draft was made",
    CautionKind.WITHDRAWN: "was withdrawn since the draft was made",
    CautionKind.PARTED: "names a copy that left its story since the draft was made",
}
_SINCE = {Change.CHANGED: CautionKind.CHANGED, Change.GONE: CautionKind.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Caution:
    """One of them; `decisions` are those that contradict each other, `other` is the item before it
    that became the same story. As a text, one line."""

    kind: CautionKind
    item: DigestItem
    decisions: tuple[Decision, ...] = ()
    other: DigestItem | None = None

    @property
    def said(self) -> str:
        """Who decided what: `Ana: accept, Li: reject`."""
        return ", ".join(f"{each.person}: {each.verb}" for each in self.decisions)

    def __str__(self) -> str:
        words = _WORDS.get(self.kind, f"is disputed ({self.said})")
        if self.other:
            words = f"became one story with item {self.other.number} since the draft was made"
        return f"item {self.item.number} {words}: {self.item.title}"


def cautions(store: Archive, digest: Digest) -> tuple[Caution, ...]:
    """What to know of a draft as it stands, in the order of its items, then of what happened."""
    return (*_decided(store, digest), *_stories(store, digest), *_since(store, digest))


def joined(
    items: Iterable[DigestItem], stories: Mapping[int, int]
) -> Iterator[tuple[DigestItem, DigestItem]]:
    """The items that tell the same story as one before them, each after that; `stories` says in
    which story an article stands now."""
    first: dict[int, DigestItem] = {}
    for item in items:
        before = first.setdefault(stories[item.article_id], item)
        if before is not item:
            yield before, item


def _decided(store: Archive, digest: Digest) -> Iterator[Caution]:
    verdicts = store.decisions.verdicts(sorted({item.story_id for item in digest.items}))
    for item in digest.items:
        verdict = verdicts.get(item.story_id)
        if verdict and verdict.state is State.DISPUTED:
            yield Caution(CautionKind.DISPUTED, item, tuple(verdict.decisions))
        elif verdict and verdict.state is State.REJECTED:
            yield Caution(CautionKind.REJECTED, item)


def _stories(store: Archive, digest: Digest) -> Iterator[Caution]:
    places = [(item, [copy.article_id for copy in item.also_at]) for item in digest.items]
    named = {article for item, copies in places for article in (item.article_id, *copies)}
    stories = store.stories.of_articles(sorted(named))
    for other, item in joined(digest.items, stories):
        yield Caution(CautionKind.JOINED, item, other=other)
    for item, copies in places:
        if any(stories.get(each) != stories[item.article_id] for each in copies if each):
            yield Caution(CautionKind.PARTED, item)


def _since(store: Archive, digest: Digest) -> Iterator[Caution]:
    if digest.imprint is None:
        return
    items = {item.article_id: item for item in digest.items}
    for event in store.revisions.events(digest.imprint.upto_seq):
        item = items.get(event.article_id)
        if item is not None and event.change in _SINCE and is_news(event):
            yield Caution(_SINCE[event.change], item)
