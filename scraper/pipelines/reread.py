"""The kept pages of an article read again: its first page, and the further ones if it has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.archive import Archive
from storage.types import Capture, Part, Reading

from ..pages.parts import join_parts
from ..sources.model import FieldRules
from .read import read_only


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The archived pages of an article: the first, and address and capture of each further one,
    None for one that was never had."""

    first: Capture
    others: tuple[tuple[str, Capture | None], ...] = ()


def load_pages(store: Archive, snapshot_id: int, parts: Sequence[Part]) -> KeptPages:
    """The pages of an article from the archive."""
    others = tuple(
        (part.url, store.pages.snapshot(part.snapshot_id) if part.snapshot_id is not None else None)
        for part in parts
    )
    return KeptPages(store.pages.snapshot(snapshot_id), others)


def read_pages(pages: KeptPages, rules: FieldRules, source_id: str) -> Reading:
    """Read them by today's rules, as one article."""
    first = read_only(pages.first, rules, source_id)
    others = [
        read_only(capture, rules, source_id) if capture is not None else None
        for _, capture in pages.others
    ]
    return join_parts(first, others, [url for url, _ in pages.others])
