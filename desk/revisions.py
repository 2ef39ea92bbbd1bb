"""What each version of an article changed, word by word, for whoever shows it. Asks no archive."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from scraper.revisions import Hunk, Version, compare
from storage.revisions import Revision


def differences(revisions: Iterable[Revision]) -> dict[int, tuple[Hunk, ...]]:
    """Number of a version → its differences from the one before, in their order. The first version
    has none."""
    return {
        after.number: compare(_version(before), _version(after)).hunks
        for before, after in pairwise(revisions)
    }


def _version(revision: Revision) -> Version:
    return Version(revision.title, revision.body, revision.published, revision.attachments)
