"""New stories for people who asked to be alerted of them: chosen, put into messages, handed over.

A story goes once to a person and a channel. So a message is on record, with its stories, before it
is sent, and one that may have arrived is never sent again: what it names stands on the desk all the
same. As long as a message waits, is quiet or follows another too soon, what is new waits for the
next one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from storage.archive import Archive
from storage.articles.records import Article, Query
from storage.relevance import Relevance
from storage.subscriptions import MessageState, Progress, SubscriptionMessage
from storage.types import lasts

from .. import _, language_of_environment, reading_in, term
from ..delivery import DeliveryResult, DeliveryState
from ..searches import SearchForm
from ..text import one_line, pluralise, safe_link
from .config import Channel, Subscription
from .send import PATIENCE, HandingOver, HandOver, Message, side_by_side, where

MOST_NAMED = 20
"""So many stories a message names. It says how many more there are."""
_MOST_LOOKED = 2_000
"""So many articles are looked at in one round."""
NEWS_LASTS = timedelta(days=7)
"""What was published longer ago is no news, however lately it was found."""
GIVEN_UP = timedelta(days=1)
"""For so long a message that is not taken is tried again."""
_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180))
_TITLE, _SUBJECT = 160, 120
if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class SubscriptionReport:
    """What came of one subscription: how many stories went out, what its message came to (None: it
    sent none), why not, and whether its quiet hours are on. `fault` is what keeps it from being
    looked at. `tries`: how often a message that waits was tried."""

    subscription: Subscription
    stories: int = 0
    state: MessageState | None = None
    reason: str = ""
    is_quiet: bool = False
    fault: str = ""
    tries: int = 0

    @property
    def is_well(self) -> bool:
        """Whether what was to be sent was taken."""
        return not self.fault and self.state in (None, MessageState.DELIVERED)


@dataclass(frozen=True, slots=True)
class SubscriptionSender:
    """Who sends: an archive that can be written, the watchlist, the zone of days, where others
    reach the desk (or nothing), and how a message is handed over."""

    store: Archive
    watchlist: Watchlist
    zone: str
    desk_address: str
    hand_over: HandOver

    def send(self, one: Subscription, now: datetime) -> HandingOver[SubscriptionReport]:
        """Send what waits of a subscription, or what is new. Raises StorageError."""
        fault = self.fault_of(one)
        if fault:
            return SubscriptionReport(one, fault=fault)
        progress = self.store.people.subscriptions.progress(one.name)
        if progress is None:
            with self.store.writing() as tx:
                tx.people.subscriptions.begin(one.name, now)
            return SubscriptionReport(one)
        if one.is_quiet(now):
            return SubscriptionReport(one, is_quiet=True)
        waiting = self.store.people.subscriptions.unfinished(one.name)
        if waiting is None:
            waiting = self._made(one, now)
        elif now - waiting.made_at >= GIVEN_UP or self._is_stale(one, waiting):
            return self._give_up(one, waiting)
        if waiting is None:
            return SubscriptionReport(one)
        tried_at, next_at = waiting.tried_at or waiting.made_at, waiting.next_at
        if next_at is not None and lasts(tried_at, next_at - tried_at, now):
            return SubscriptionReport(
                one, state=waiting.state, reason=waiting.reason, tries=waiting.tries
            )
        return (yield from self._attempt(one, waiting, now))

    def send_in_turn(
        self, these: Sequence[Subscription], now: datetime
    ) -> HandingOver[dict[str, SubscriptionReport]]:
        """The same of several, by their names, until they took up our patience: what is left comes
        in the next round."""
        until, reports = monotonic() + PATIENCE.total_seconds(), {}
        for one in these:
            late = monotonic() >= until
            sent = SubscriptionReport(one) if late else (yield from self.send(one, now))
            reports[one.name] = sent
        return reports

    def fault_of(self, one: Subscription) -> str:
        """What a subscription names and is not there, in one line, or nothing."""
        if self.store.people.get(one.person) is None:
            return _("%(person)s may not use the desk", person=one.person)
        for topic in one.topics:
            if topic not in self.watchlist.topics:
                return _("the watchlist has no topic %(topic)r", topic=topic)
        known = {ref.city.lower() for ref in self.store.sources.refs().values()}
        for city in one.cities:
            if city.lower() not in known:
                return _("no source is of the city %(city)r", city=city)
        kept = [each.name for each in self.store.people.searches(one.person)]
        if one.search and one.search not in kept:
            return _("%(person)s keeps no search %(name)r", person=one.person, name=one.search)
        return ""

    def _made(self, one: Subscription, now: datetime) -> SubscriptionMessage | None:
        """A message of what is new, on record; None where there is nothing, or it is too soon."""
        last = self.store.people.subscriptions.last_made(one.name)
        if last is not None and timedelta() <= now - last < one.pause:
            return None
        found, seen = self.news(one, now)
        if not found and seen == self._progress(one).seen:
            return None
        with self.store.writing() as tx:
            tx.people.subscriptions.note_look(one.name, seen)
            joined = tx.archive.stories.of_articles(list(found.values()))
            stories = {joined[article]: article for article in reversed(found.values())}
            for story in tx.archive.people.subscriptions.known(one.person, one.to, list(stories)):
                del stories[story]
            if not stories:
                return None
            return tx.people.subscriptions.make(
                one.name,
                person=one.person,
                target=one.to,
                key=uuid.uuid4().hex,
                stories=list(stories.items()),
                now=now,
            )

    def news(self, one: Subscription, now: datetime) -> tuple[dict[int, int], int]:
        """The stories that are new to a subscription, each with its article that counts, and up to
        which article that holds."""
        queries, progress = self.store.people.subscriptions, self._progress(one)
        newest = queries.newest_article()  # before what is looked for: it loses nothing
        found = self.store.articles.arrivals(self._query(one, now), progress.seen, _MOST_LOOKED)
        is_all = len(found) < _MOST_LOOKED
        seen = newest if is_all else found[-1][0]
        relevance = self.store.relevance.of_many([article for article, _story in found])
        graded = [pair for pair in found if self._is_graded(one, relevance.get(pair[0]))]
        stories: dict[int, int] = {}
        for article, story in graded:
            stories.setdefault(story, article)
        heads = list(stories)
        left_out = queries.known(one.person, one.to, heads) | queries.older(heads, progress.first)
        oldest = (now - NEWS_LASTS).astimezone(ZoneInfo(self.zone)).date()
        for one_of in self.store.articles.get_many(list(stories.values())):
            if one_of.published and one_of.published.day_in(self.zone) < oldest:
                left_out |= {one_of.story_id}
        return {s: a for s, a in stories.items() if s not in left_out}, seen

    def _progress(self, one: Subscription) -> Progress:
        found = self.store.people.subscriptions.progress(one.name)
        assert found is not None
        return found

    def _is_stale(self, one: Subscription, waiting: SubscriptionMessage) -> bool:
        """Whether a message was for somebody else, or to go elsewhere."""
        return (waiting.person, waiting.target) != (one.person, one.to)

    def _query(self, one: Subscription, now: datetime) -> Query:
        if not one.search:
            return Query(topics=one.topics, cities=one.cities)
        kept = next(
            each for each in self.store.people.searches(one.person) if each.name == one.search
        )
        return SearchForm.of(dict(parse_qsl(kept.query))).asked(now, self.zone)[0]

    def _is_graded(self, one: Subscription, relevance: Relevance | None) -> bool:
        if not one.grades:
            return True
        topics = one.topics or tuple(self.watchlist.topics)
        scores = relevance.scores if relevance is not None else ()
        return any(score.topic in topics and score.grade in one.grades for score in scores)

    def _give_up(self, one: Subscription, waiting: SubscriptionMessage) -> SubscriptionReport:
        with self.store.writing() as tx:
            tx.people.subscriptions.end_attempt(
                waiting.id, MessageState.FAILED, waiting.reason, None
            )
        return SubscriptionReport(
            one, state=MessageState.FAILED, reason=waiting.reason, tries=waiting.tries
        )

    def _attempt(
        self, one: Subscription, waiting: SubscriptionMessage, now: datetime
    ) -> HandingOver[SubscriptionReport]:
        with reading_in(language_of_environment()):
            message = self.message_of(waiting)
        with self.store.writing() as tx:
            tx.people.subscriptions.begin_attempt(waiting.id, now)
        result = yield Channel(one.name, one.to), message
        state, next_at = _after(result, waiting.tries + 1, now)
        reason = "" if state is MessageState.DELIVERED else f"{result.sent}: {result.reason}"[:300]
        with self.store.writing() as tx:
            tx.people.subscriptions.end_attempt(waiting.id, state, reason, next_at)
        sent = len(waiting.articles) if state is MessageState.DELIVERED else 0
        return SubscriptionReport(one, sent, state, reason, tries=waiting.tries + 1)

    def message_of(self, one: SubscriptionMessage) -> Message:
        """What a message says."""
        articles = {each.id: each for each in self.store.articles.get_many(one.articles)}
        relevance = self.store.relevance.of_many(one.articles)
        named = [articles[each] for each in one.articles if each in articles]
        shown = [self._document(each, relevance.get(each.id)) for each in named[:MOST_NAMED]]
        parts = [_paragraph(each) for each in shown]
        rest = len(one.articles) - len(shown)
        if rest:
            parts.append(_("and %(rest)s more", rest=rest))
        first = one_line(str(shown[0]["title"]), _SUBJECT) if shown else one.subscription
        subject = _("New: %(title)s", title=first)
        if len(one.articles) > 1:
            many = pluralise(len(one.articles), "story")
            subject = _("%(stories)s new: %(title)s", stories=many, title=first)
        document = {
            "key": one.key,
            "subject": subject,
            "text": "\n\n".join(parts) + "\n",
            "where": where(),
            "subscription": one.subscription,
            "person": one.person,
            "count": len(one.articles),
            "stories": shown,
        }
        return Message(one.key, subject, str(document["text"]), document)

    def _document(self, article: Article, relevance: Relevance | None) -> dict[str, Any]:
        story = article.story_id
        scores = relevance.scores if relevance is not None else ()
        grade = relevance.grade(self.watchlist.topics) if relevance is not None else None
        address = (safe_link(article.url) or "").replace("@", "%40")
        return {
            "story": story,
            "article": article.id,
            "title": one_line(article.title or article.url, _TITLE),
            "url": address,
            "at_desk": f"{self.desk_address}/story/{story}" if self.desk_address else "",
            "publisher": one_line(article.source or article.source_name, _TITLE),
            "city": article.city,
            "published": article.published.iso if article.published else None,
            "grade": grade.value if grade else None,
            "topics": [score.topic for score in scores if score.topic in self.watchlist.topics],
        }


def _paragraph(one: Mapping[str, Any]) -> str:
    about = [one["city"], one["publisher"], (one["published"] or "")[:10]]
    about.append(term("grade", one["grade"]) if one["grade"] else "")
    lines = [one["title"], " · ".join(filter(None, about)), one["url"], one["at_desk"]]
    return "\n".join(filter(None, lines))


def _after(
    result: DeliveryResult, tries: int, now: datetime
) -> tuple[MessageState, datetime | None]:
    """What a message is after an attempt, and when the next one is due. What was taken in part may
    not be sent again to all."""
    if result.sent is DeliveryState.DELIVERED:
        return MessageState.DELIVERED, None
    if result.sent in (DeliveryState.DOUBT, DeliveryState.PARTLY):
        return MessageState.DOUBT, None
    pause = _PAUSES[min(tries, len(_PAUSES)) - 1]
    return MessageState.WAITING, now + max(pause, result.wait or pause)


def send_all(
    sender: SubscriptionSender, subscriptions: Sequence[Subscription], now: datetime
) -> tuple[SubscriptionReport, ...]:
    """Send what each of these has to get, over all deliveries at the same time. Raises
    StorageError."""
    by_target: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        by_target.setdefault(one.to, []).append(one)
    rounds = [sender.send_in_turn(these, now) for these in by_target.values()]
    ended = side_by_side(rounds, lambda channel, message: sender.hand_over(channel, message, now))
    reports = {name: report for each in ended for name, report in each.items()}
    return tuple(reports[one.name] for one in subscriptions)
