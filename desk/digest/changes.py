"""Several changes of a draft as one: what an editor asked for, and how the archive's log tells it.

The command line and the desk's pages ask alike. Pure, as `edit` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import edit
from .model import Digest


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed. Items go by their numbers before the change: `moves` name a place in
    their section (from 1), `sections` a heading; `restores` name articles that had been taken out.
    None: stays as it is."""

    title: str | None = None
    introduction: str | None = None
    translations: tuple[tuple[int, str], ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    moves: tuple[tuple[int, int], ...] = ()
    sections: tuple[tuple[int, str], ...] = ()
    trims: tuple[int, ...] = ()
    laters: tuple[int, ...] = ()
    restores: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """What they are, in words; empty where nothing is to be changed."""
        return "; ".join(self._told())

    @property
    def has_words(self) -> bool:
        """Whether they bring words of an editor's own, which `told` does not repeat."""
        texts = (self.title, self.introduction)
        return any(text is not None for text in texts) or bool(self.translations or self.notes)

    def _told(self) -> Iterator[str]:
        if self.title is not None:
            yield "title"
        if self.introduction is not None:
            yield "introduction"
        yield from (f"item {number} translated" for number, _ in self.translations)
        yield from (f"item {number} noted" for number, _ in self.notes)
        yield from (f"item {number} in {heading}" for number, heading in self.sections)
        yield from (f"item {number} to place {place}" for number, place in self.moves)
        yield from (f"item {number} trimmed" for number in self.trims)
        yield from (f"item {number} left for later" for number in self.laters)
        yield from (f"article {article} restored" for article in self.restores)


def changed(digest: Digest, changes: Changes) -> Digest:
    """The draft after the changes, made in an order in which none hinders another: words, places,
    what goes, what comes back. Raises LookupError for an item or a place that is not there,
    ValueError for an empty title or heading."""
    article = {item.number: item.article_id for item in digest.items}

    def at(number: int) -> int:
        return article[number] if number in article else edit.numbered(digest, number)

    if changes.title is not None:
        digest = edit.titled(digest, changes.title)
    if changes.introduction is not None:
        digest = edit.introduced(digest, changes.introduction)
    for number, text in changes.translations:
        digest = edit.translated(digest, at(number), text)
    for number, text in changes.notes:
        digest = edit.noted(digest, at(number), text)
    for number, heading in changes.sections:
        digest = edit.moved(digest, at(number), 1, heading)
    for number, place in changes.moves:
        digest = edit.moved(digest, at(number), place)
    for number in changes.trims:
        digest = edit.trimmed(digest, at(number))
    for number in changes.laters:
        digest = edit.put_off(digest, at(number))
    for article_id in changes.restores:
        digest = edit.restored(digest, article_id)
    return digest
