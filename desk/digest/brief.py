"""A brief: chosen articles as a cited digest of their own, kept nowhere, or as items of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hubwatch.errors import HubwatchError
from storage.archive import Archive
from storage.articles.records import Article
from storage.decisions import State
from storage.sources import SourceRef

from .. import _
from .build import build
from .drafts import figured, keep, labelled, opened, prove, required
from .edit import added
from .model import Digest, DigestItem, DigestLanguage, Edition, Material, Period
from .selection import event_reports, file_texts

MOST = 200
"""So many articles make a brief at most."""


def brief(
    store: Archive,
    numbers: Sequence[int],
    *,
    title: str,
    zone: str,
    watched: tuple[str, ...],
    labels: Mapping[str, str],
    enabled: Sequence[SourceRef],
    now: datetime,
    language: DigestLanguage = DigestLanguage.EN,
) -> Digest:
    """A digest of the stories of these articles, whatever people have said of them: somebody chose
    them. Its period goes from the first sight of the earliest until `now` (aware), so that its
    coverage is what the choice rests on. Raises HubwatchError for an article that is not there."""
    chosen = _chosen(store, numbers)
    period = Period(now, now, zone).with_all(article.first_seen_at for article in chosen)
    edition = Edition(title, period, watched=watched, language=language)
    material = _material(store, chosen, edition.period, enabled)
    return labelled(figured(store, prove(store, build(material, edition))), labels)


def enter(
    store: Archive,
    number: int,
    articles: Sequence[int],
    *,
    labels: Mapping[str, str],
    person: str,
    now: datetime,
) -> tuple[DigestItem, ...]:
    """Put the stories of these articles into a draft, each at the end of its section. Returns the
    items that came in: a story that stands there already stays where it is. Raises HubwatchError,
    LookupError where it is no draft any more, EditConflict where somebody else was faster."""
    head = required(store, number)
    digest = opened(store, number)
    edition = digest.edition
    made = brief(
        store,
        articles,
        title=edition.title,
        zone=edition.period.zone,
        watched=edition.topics or edition.watched,
        labels={},
        enabled=(),
        now=now,
    )
    there = {item.story_id for item in digest.items}
    fresh = tuple(item for item in made.items if item.story_id not in there)
    for item in fresh:
        digest = added(digest, item)
    if fresh:
        digest = labelled(digest, {**dict(digest.labels), **labels})
        ids = ", ".join(str(item.article_id) for item in fresh)
        keep(store, head, digest, what=f"entered: {ids}", person=person, now=now)
    found = {item.story_id: item for item in digest.items}
    return tuple(found[item.story_id] for item in fresh)


def _chosen(store: Archive, numbers: Sequence[int]) -> tuple[Article, ...]:
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise HubwatchError(_("a brief needs an article"))
    if len(wanted) > MOST:
        raise HubwatchError(_("a brief has %(most)s articles at most", most=MOST))
    found = store.articles.get_many(wanted)
    missing = [each for each in wanted if each not in {article.id for article in found}]
    if missing:
        raise HubwatchError(
            _("%(path)s: there is no article %(number)s", path=store.path, number=missing[0])
        )
    return found


def _material(
    store: Archive, chosen: Sequence[Article], period: Period, enabled: Sequence[SourceRef]
) -> Material:
    stories = sorted({article.story_id for article in chosen})
    verdicts = store.decisions.verdicts(stories)
    return Material(
        seen=tuple(chosen),
        touched=(),
        crawled=store.runs.crawled(period.since, period.until) if enabled else {},
        states=store.sources.states(counted=False),
        enabled=tuple(enabled),
        edits=tuple(edit for story in stories for edit in store.edits.of_story(story)),
        verdicts={
            story: verdict
            for story, verdict in verdicts.items()
            if verdict.state is not State.REJECTED
        },
        unfilled=store.slots.unfilled(period.since, period.until) if enabled else (),
        for_review=frozenset(article.id for article in chosen),
        reports=event_reports(store, stories, None),
        file_texts=file_texts(store, chosen),
    )
