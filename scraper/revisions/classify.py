"""What changed from one version of an article to the next, and whether that matters.

Takes a while for long texts; most crawls meet no change and never load this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from storage.revisions.records import Revision
from storage.text import squeeze
from storage.types import ArticleData, Revise, Weight

from .compare import Version, compare


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What changed from one version of an article to the next, and whether that matters; the fields
    are those of `Revise`."""

    changed: tuple[str, ...]
    weight: Weight
    kinds: tuple[str, ...]
    summary: str

    def of(self, intent: Revise) -> Revise:
        """The intent that brings that change."""
        return replace(
            intent,
            changed=self.changed,
            weight=self.weight,
            kinds=self.kinds,
            summary=self.summary,
        )


def classify_change(before: ArticleData | Revision, after: ArticleData) -> ChangeSummary:
    """Compare two versions of an article. Takes a while for long ones, so do it before any lock."""
    found = compare(_version(before), _version(after))
    return ChangeSummary(changed_fields(before, after), found.weight, found.kinds, found.summary)


def _version(article: ArticleData | Revision) -> Version:
    return Version(article.title, article.body, article.published, article.attachments)


def changed_fields(before: ArticleData | Revision, after: ArticleData) -> tuple[str, ...]:
    """Which of the fields that count for `content_hash` differ."""
    pairs = {
        "title": (squeeze(before.title), squeeze(after.title)),
        "body": (squeeze(before.body), squeeze(after.body)),
        "published": (before.published, after.published),
        "attachments": (
            sorted(attachment.url for attachment in before.attachments),
            sorted(attachment.url for attachment in after.attachments),
        ),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)
