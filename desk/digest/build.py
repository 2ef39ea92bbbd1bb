"""Make a digest of what the archive holds: choose, join copies, grade, number.

Pure: the same material gives the same digest. Knows neither the archive nor a format.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.articles.records import Address, Article, doubtful
from storage.decisions import State, Verdict
from storage.digests import ArticleRole
from storage.relevance import STRENGTH
from storage.runs import Crawled, RunKind
from storage.sources import SourceState
from storage.types import Grade, Match

from .. import _
from ..text import one_line
from .model import (
    ELSEWHERE,
    KEY,
    OTHER_TOPICS,
    Copy,
    Coverage,
    Digest,
    DigestItem,
    Edition,
    Grouping,
    Left,
    Material,
    Period,
    Quote,
    Scan,
    Scope,
    Section,
    Update,
    left_out,
)

_TITLE_LIMIT = 500
_EXCERPT = 280  # columns, of which Han take two
_FIRST_WIDE = "\u2e80"
_MARGIN = timedelta(days=1)  # what a page calls yesterday is found today


def build(material: Material, edition: Edition) -> Digest:
    """The digest of an edition."""
    seen = [article for article in material.seen if _is_meant(article, material, edition)]
    context = _Context(material, material.window or edition.period, edition.period)
    fresh = [article for article in seen if not context.is_older(article)]
    stories = _items(_within(fresh, edition), context)
    reported = {item.story_id for item in stories}
    stories = _by_event(stories, edition)
    touched = [
        item
        for item in _items(_within(material.touched, edition), context)
        if item.story_id not in reported
    ]
    rejected = [item for item in (*stories, *touched) if item.state is State.REJECTED]
    again = [item for item in stories if _is_known_event(item)]
    stories = _not_rejected(item for item in stories if not _is_known_event(item))
    touched = _not_rejected((*touched, *again))
    known = {article.id for article in fresh}.union(*(item.articles for item in touched))
    older = sum(article.id not in known for article in seen)
    digest = Digest(
        edition,
        Coverage((), older),
        tuple(item for item in stories if item.grade is Grade.CORE),
        _sections((item for item in stories if item.grade is not Grade.CORE), edition.grouping),
        tuple(touched),
        rejected=tuple(sorted({each for item in rejected for each in item.articles})),
        copies=material.copies,
    )
    numbered = number(digest)
    scanned = scans(material, numbered)
    listed = {scan.source_id for scan in scanned}
    coverage = Coverage(
        scanned,
        older,
        len(rejected),
        waiting=material.waiting,
        left_out=left_out(material.unfilled, listed, edition.period.until),
    )
    return replace(numbered, coverage=coverage)


def _is_meant(article: Article, material: Material, edition: Edition) -> bool:
    """Whether an article counts as seen now: by the clock, unless it was chosen otherwise."""
    return material.window is not None or edition.period.contains(article.first_seen_at)


def _is_known_event(item: DigestItem) -> bool:
    """Whether an earlier issue told the event of an item, by another story. Then it is no news
    unless a person says so."""
    return item.event_issue is not None and item.state is not State.ACCEPTED


def _not_rejected(items: Iterable[DigestItem]) -> list[DigestItem]:
    return [item for item in items if item.state is not State.REJECTED]


@dataclass(frozen=True, slots=True)
class _Context:
    """What is known of stories beside their articles."""

    material: Material
    window: Period
    period: Period

    def is_older(self, article: Article) -> bool:
        """Brought by a first crawl, a back-fill or an import, and not published within the period:
        no news, unless an earlier issue left it for later, people accepted it, or have yet to."""
        fresh = not article.baseline or self.period.contains_day(article.published)
        return not (
            fresh
            or article.story_id in self.material.held_over
            or article.id in self.material.for_review
            or self.verdict(article.story_id).state is State.ACCEPTED
        )

    def window_of(self, story_id: int) -> Period:
        """The time that an item of a story is about."""
        return self.material.windows.get(story_id, self.window)

    def updates(self, story_id: int, moved: Mapping[str, str]) -> tuple[Update, ...]:
        """What changed in a story within its time, in order, where it stands now. `moved` are the
        addresses that lead to another of their source."""
        window = self.window_of(story_id)
        return tuple(
            Update(
                edit.reported_at,
                one_line(edit.summary, _TITLE_LIMIT),
                moved.get(edit.url, edit.url),
                edit.article_id,
                edit.number,
            )
            for edit in self.material.edits
            if edit.story_id == story_id and edit.reported_at and window.contains(edit.reported_at)
        )

    def verdict(self, story_id: int) -> Verdict:
        """What people decided of a story."""
        return self.material.verdicts.get(story_id, Verdict(State.OPEN))

    def back_at(self, copies: Iterable[Article]) -> datetime | None:
        """When one of these articles of a story came back within its time, if one did and still
        stands."""
        found = [
            (self.material.returns.get(copy.id), self.window_of(copy.story_id))
            for copy in copies
            if copy.gone_at is None
        ]
        return max((at for at, window in found if at and window.contains(at)), default=None)


def _within(articles: Iterable[Article], edition: Edition) -> list[Article]:
    """Those that belong in, left with the matches that count for this edition."""
    counting = edition.topics or edition.watched
    left = [
        replace(article, matches=tuple(m for m in article.matches if m.topic in counting))
        if counting
        else article
        for article in articles
    ]
    if edition.topics:
        left = [article for article in left if article.matches]
    if edition.scope is Scope.RELEVANT:
        left = [article for article in left if _grade(article) in (Grade.CORE, Grade.RELATED)]
    return left


def _items(articles: Iterable[Article], context: _Context) -> list[DigestItem]:
    """One item a story, best grade first, then the newest."""
    stories: dict[int, list[Article]] = defaultdict(list)
    for article in articles:
        stories[article.story_id].append(article)
    items = [_item(copies, context) for copies in stories.values()]
    items.sort(key=lambda item: item.article_id)
    items.sort(key=lambda item: item.published.sort_key if item.published else "", reverse=True)
    items.sort(key=lambda item: STRENGTH[item.grade] if item.grade else len(STRENGTH))
    return items


def _by_event(items: Sequence[DigestItem], edition: Edition) -> list[DigestItem]:
    """One item an event, in their order: that of the best grade, accepted before open, in the
    language of the edition where one is. It takes over what changed in the others, which stand
    below it as also reported. Rejected ones stay alone."""
    of_story = {item.story_id: item for item in items if item.state is not State.REJECTED}
    found: list[DigestItem] = []
    taken: set[int] = set()
    for first in items:
        if first.story_id in taken:
            continue
        others = [e.story_id for e in first.reported if e.story_id not in taken]
        told = [first, *(of_story[story] for story in others if story in of_story)]
        if first.story_id not in of_story or len(told) == 1:
            found.append(first)
            continue
        best = min(
            told,
            key=lambda item: (
                STRENGTH[item.grade] if item.grade else len(STRENGTH),
                item.state is not State.ACCEPTED,
                not item.language.startswith(edition.language.value),
            ),
        )
        named = {one.story_id for one in best.reported}
        below = [item for item in told if item.story_id in named]
        found.append(_with_reports(best, below))
        taken.update((best.story_id, *(item.story_id for item in below)))
        if first.story_id not in taken:
            found.append(first)
    return found


def _with_reports(item: DigestItem, others: Sequence[DigestItem]) -> DigestItem:
    updates = {each: None for one in (item, *others) for each in one.updates}
    changed = [one.updated_at for one in (item, *others) if one.updated_at]
    return replace(
        item,
        articles=tuple(sorted({each for one in (item, *others) for each in one.articles})),
        updates=tuple(sorted(updates, key=lambda update: update.at)),
        updated_at=max(changed, default=None),
        first_seen_at=min(one.first_seen_at for one in (item, *others)),
    )


def _item(copies: Sequence[Article], context: _Context) -> DigestItem:
    """The story as its first publication that still stands has it."""
    article = min(copies, key=_precedence)
    window = context.window_of(article.story_id)
    changed = [copy.changed_at for copy in copies if window.contains(copy.changed_at)]
    verdict = context.verdict(article.story_id)
    title = one_line(article.title, _TITLE_LIMIT)
    return DigestItem(
        number=0,
        article_id=article.id,
        story_id=article.story_id,
        title=title,
        language=article.language,
        url=article.stands_at or article.url,
        city=one_line(article.city),
        issuer=one_line(article.source or "", _TITLE_LIMIT),
        publisher=one_line(article.source_name),
        published=article.published,
        first_seen_at=min(copy.first_seen_at for copy in copies),
        grade=_grade(article),
        topics=tuple(sorted({one_line(match.topic) for match in article.matches})),
        quote=quote(article.matches, title),
        also_at=_also_at(article, copies),
        updated_at=max((at for at in changed if at), default=None),
        gone_at=article.withdrawn_at if window.contains(article.withdrawn_at) else None,
        gone_evidence=one_line(article.gone_evidence, _TITLE_LIMIT),
        back_at=context.back_at(copies),
        updates=context.updates(article.story_id, _moved(copies)),
        state=verdict.state,
        was_rejected=verdict.back_since is not None,
        excerpt=_beginning(
            article.body
            if article.body.strip()
            else context.material.file_texts.get(article.id, "")
        ),
        doubts=doubtful(article.evidence),
        is_late=_is_late(article, context.period),
        held_from=context.material.held_over.get(article.story_id),
        first_issue=context.material.first_issues.get(article.story_id),
        reported=context.material.reports.get(article.story_id, ()),
        added_by=one_line(article.added.person) if article.added else "",
        added_at=article.added.at if article.added else None,
        source_id=article.source_id,
        articles=tuple(
            sorted({copy.id for copy in copies} | {place.article_id for place in _places(copies)})
        ),
    )


def _moved(copies: Sequence[Article]) -> dict[str, str]:
    """The addresses of a story whose text stands at another one of the same source, with that."""
    places: list[Article | Address] = [*copies]
    places += [place for copy in copies for place in copy.also_at]
    return {place.url: place.stands_at for place in places if place.stands_at}


def _beginning(text: str) -> str:
    """How a text begins. A word cut in two is left out."""
    line, width = one_line(text[: 4 * _EXCERPT]), 0
    for place, character in enumerate(line):
        width += 2 if character >= _FIRST_WIDE else 1
        if width > _EXCERPT:
            cut = line[:place]
            cut = cut.rsplit(" ", 1)[0] if " " in cut[-20:] else cut
            return f"{cut}…"
    return line


def _places(copies: Iterable[Article]) -> Iterable[Address]:
    return (address for copy in copies for address in copy.also_at)


def _is_late(article: Article, period: Period) -> bool:
    """Published well before the period began, and found in it."""
    if article.published is None or not period.contains(article.first_seen_at):
        return False
    began = period.since.astimezone(ZoneInfo(period.zone)).date()
    return article.published.day < began - _MARGIN


def _precedence(article: Article) -> tuple[bool, str, int]:
    published = article.published.sort_key if article.published else "~"
    return article.gone_at is not None, published, article.id


def _also_at(article: Article, copies: Sequence[Article]) -> tuple[Copy, ...]:
    places = {
        address.url: Copy(
            address.url, one_line(address.source_name), address.published, address.article_id
        )
        for address in _places(copies)
        if not address.stands_at
    }
    places |= {
        copy.url: Copy(copy.url, one_line(copy.source_name), copy.published, copy.id)
        for copy in copies
        if not copy.stands_at
    }
    places.pop(article.stands_at or article.url, None)
    return tuple(
        sorted(
            places.values(),
            key=lambda copy: (copy.published.sort_key if copy.published else "~", copy.url),
        )
    )


def _grade(article: Article) -> Grade | None:
    found = {match.grade for match in article.matches}
    return min(found, key=STRENGTH.__getitem__, default=None)


def _sections(items: Iterable[DigestItem], grouping: Grouping) -> tuple[Section, ...]:
    """The items by city or by topic. Those of none last."""
    rest = _rest(grouping)
    found: dict[str, list[DigestItem]] = defaultdict(list)
    for item in items:
        found[_section_of(item, grouping)].append(item)
    order = sorted(found, key=lambda name: (name == rest, name.casefold(), name))
    return tuple(Section(name, tuple(found[name])) for name in order)


def _rest(grouping: Grouping) -> str:
    return ELSEWHERE if grouping is Grouping.CITY else OTHER_TOPICS


def _section_of(item: DigestItem, grouping: Grouping) -> str:
    heading = item.city if grouping is Grouping.CITY else next(iter(item.topics), "")
    return heading or _rest(grouping)


def heading_for(item: DigestItem, grouping: Grouping) -> str:
    """Under which heading a digest has an item."""
    return KEY if item.grade is Grade.CORE else _section_of(item, grouping)


def number(digest: Digest) -> Digest:
    """Numbers run through the whole digest, so that people can say "item 12". The items of each
    source are counted anew."""
    count = 0

    def numbered(items: Iterable[DigestItem]) -> tuple[DigestItem, ...]:
        nonlocal count
        done = []
        for item in items:
            count += 1
            done.append(replace(item, number=count))
        return tuple(done)

    key = numbered(digest.key)
    sections = tuple(Section(part.heading, numbered(part.items)) for part in digest.sections)
    found = replace(digest, key=key, sections=sections, touched=numbered(digest.touched))
    return replace(found, coverage=_recounted(found))


def _recounted(digest: Digest) -> Coverage:
    """Its coverage, each source with so many items as are in it now. Digests of an older Hubwatch
    do not say which source an item is of, and keep what was counted."""
    if not all(item.source_id for item in digest.items):
        return digest.coverage
    counts = Counter(item.source_id for item in digest.items)
    counted = (replace(scan, items=counts[scan.source_id]) for scan in digest.coverage.scans)
    return replace(digest.coverage, scans=tuple(counted))


# The sentence that made a story relevant, cut around the phrase that matched, on one line.

_QUOTE_REACH = 130  # characters kept on either side of the phrase


def quote(matches: Sequence[Match], title: str) -> Quote | None:
    """The strongest match, of the body if there is one: the title is printed anyway."""
    if not matches:
        return None
    best = min(matches, key=lambda m: (STRENGTH[m.grade], m.field == "title", m.start))
    phrase = one_line(best.phrase)
    in_title = best.field == "title"
    sentence = title if in_title else one_line(best.sentence)
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    found = re.search(pattern, sentence, re.IGNORECASE) if pattern else None
    if found is None:
        return Quote(one_line(sentence, 2 * _QUOTE_REACH), "", "")
    before, after = sentence[: found.start()], sentence[found.end() :]
    if in_title:  # titles are marked where they stand, and never cut
        return Quote(before, found.group(), after)
    return Quote(_tail(before), found.group(), _head(after))


def _tail(text: str) -> str:
    """The end of a text. A word cut in two is left out."""
    if len(text) <= _QUOTE_REACH:
        return text
    cut = text[-_QUOTE_REACH:]
    return "…" + (cut.split(" ", 1)[1] if " " in cut[:20] else cut)


def _head(text: str) -> str:
    if len(text) <= _QUOTE_REACH:
        return text
    cut = text[:_QUOTE_REACH]
    return (cut.rsplit(" ", 1)[0] if " " in cut[-20:] else cut) + "…"


# Items taken out of a digest.


def put_off(digest: Digest, *articles: int) -> Digest:
    """Without items, which wait for the next issue."""
    return without(digest, articles, ArticleRole.WAITING)


def find(digest: Digest, article_id: int) -> DigestItem:
    """The item of an article."""
    for item in digest.items:
        if item.article_id == article_id:
            return item
    raise LookupError(_("this draft has no item of article %(article_id)s", article_id=article_id))


def without(digest: Digest, articles: Sequence[int], role: ArticleRole) -> Digest:
    """Without these items, in one pass: a draft may leave thousands out."""
    hidden = {(each.heading, each.behind): each.item.article_id for each in digest.left}
    places = {}
    for section in digest.chapters:
        behind = 0
        for item in section.items:
            while (out := hidden.pop((section.heading, behind), 0)) != 0:
                behind = out  # it stood between the two
            places[item.article_id] = Left(item, role, section.heading, behind)
            behind = item.article_id
    for article_id in articles:
        if article_id not in places:
            find(digest, article_id)
    left = tuple(places[article_id] for article_id in articles)
    return leaving(dropped(digest, *articles), (*digest.left, *left))


def leaving(digest: Digest, left: tuple[Left, ...]) -> Digest:
    """With these items left out, and its coverage counting the stories among them that wait."""
    waiting = digest.coverage.waiting + _waiting_in(left) - _waiting_in(digest.left)
    coverage = replace(digest.coverage, waiting=max(0, waiting))
    return replace(digest, left=left, coverage=coverage)


def _waiting_in(left: Sequence[Left]) -> int:
    """How many stories wait: those of the items, and of their events those that would be items."""
    waiting = [each.item for each in left if each.role is ArticleRole.WAITING]
    return sum(
        1 + sum(one.article_id in item.articles for one in item.reported) for item in waiting
    )


def dropped(digest: Digest, *articles: int) -> Digest:
    """Without these items, which are nowhere then. Numbered anew."""
    gone = frozenset(articles)

    def rest(items: Sequence[DigestItem]) -> tuple[DigestItem, ...]:
        return tuple(item for item in items if item.article_id not in gone)

    sections = (replace(part, items=rest(part.items)) for part in digest.sections)
    return number(
        replace(
            digest,
            key=rest(digest.key),
            sections=tuple(part for part in sections if part.items),
            touched=rest(digest.touched),
        )
    )


# Which sources were scanned within a digest's period, which were not, and what each gave.


def scans(material: Material, digest: Digest) -> tuple[Scan, ...]:
    """What became of every source that is enabled, was scanned or gave an item, by id."""
    crawled = material.crawled
    sources = {article.id: article.source_id for article in (*material.seen, *material.touched)}
    items = Counter(sources[item.article_id] for item in digest.items)
    enabled = {source.id: SourceState(source) for source in material.enabled}
    states = enabled | {state.source.id: state for state in material.states}
    listed = sorted(each for each in states if each in enabled or each in crawled or items[each])
    unwatched = {
        each: until
        for each, until in material.known_until.items()
        if each in enabled and _is_day_between(until, digest.edition.period)
    }
    return tuple(
        _scan(states[each], crawled.get(each), items[each], each in enabled, unwatched.get(each))
        for each in listed
    )


def _is_day_between(moment: datetime, period: Period) -> bool:
    """Whether at least one whole day lies between a moment and the end of a period, in its zone."""
    first, last = (each.astimezone(ZoneInfo(period.zone)) for each in (moment, period.until))
    return (last.date() - first.date()).days > 1


def _scan(
    state: SourceState,
    crawled: Crawled | None,
    items: int,
    is_enabled: bool,
    unwatched_since: datetime | None,
) -> Scan:
    last = crawled.last if crawled is not None else None
    return Scan(
        source_id=state.source.id,
        name=one_line(state.source.name),
        city=one_line(state.source.city),
        runs=crawled.number if crawled is not None else 0,
        outcome=last.outcome if last else None,
        reason=one_line(last.reason, 200) if last else "",
        last_ok_at=state.last_ok_at,
        items=items,
        is_external=not is_enabled and _is_import_only(state),
        is_enabled=is_enabled,
        unwatched_since=unwatched_since,
    )


def _is_import_only(state: SourceState) -> bool:
    """Whether nothing has ever asked a source for its lists: what is known of it was brought."""
    last = state.last_run
    return (
        state.last_ok_at is None
        and last is not None
        and last.kind in (RunKind.IMPORT, RunKind.HAND)
    )
