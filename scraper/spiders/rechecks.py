"""Known articles asked for again: unchanged, edited, moved, or not there any more.

"Not there" is a grave word, and portals say it of everything on a bad day. Verdicts are therefore
collected, and applied only when the run has seen whether it can believe them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern
from storage.pages import Validator
from storage.rechecks import Attempts, Recheck
from storage.runs import FetchKind
from storage.types import ArticleData, Outcome, Reading
from storage.urls import key_of, moved

from ..hashes import content_hash
from ..items import ArticleItem
from ..middlewares.fetch_result import FetchResult
from ..parsing.page_kinds import LOGIN_PAGE
from ..pipelines.read import Read
from ..workers.readers import unread
from .articles import Articles, HeldBack

_NOT_THERE = (Outcome.GONE, Outcome.SOFT_404)
_MANY = 3
"""So many articles that are gone at once, and most of those asked for, are rather a portal in
trouble."""
_SIGHTINGS = 3
"""Said in so many runs, of which none comes sooner than a day after the last, it is believed."""
_LOGIN_PATH = lazy_pattern(r"/(?:log-?in|sign-?in|sso|cas|passport|oauth2?|auth)(?:[/._]|$)", re.I)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The server says that an article is not there. `known`: it is marked gone already."""

    recheck: Recheck
    fetched: FetchResult
    reading: Reading
    known: bool
    sightings: int


class Rechecks:
    """Asks for known articles again, for one run. `mark_gone` applies what "not there" came to."""

    def __init__(self, articles: Articles, failed: dict[str, Attempts]) -> None:
        self._articles = articles
        self._failed = failed
        self._asked = 0
        self._verdicts: list[_Verdict] = []

    async def ask(self, recheck: Recheck, validator: Validator | None) -> FetchResult:
        """Ask whether an article still says what it said, and that it is still there."""
        self._asked += 1
        fetched = await self._articles.fetcher.fetch(recheck.url, FetchKind.ARTICLE, validator)
        known = self._articles.known(recheck.url) if fetched.outcome is Outcome.UNCHANGED else None
        if known is not None and known.parts:
            fetched = self._articles.pages.as_kept(fetched, known)
        if fetched.outcome is Outcome.UNCHANGED:
            self._articles.unchanged(fetched, recheck.article_id)
        elif fetched.outcome not in (Outcome.OK, Outcome.GONE):
            self._articles.failed(fetched, fetched.outcome, fetched.reason)
        else:
            await self._articles.keep(
                self._articles.item_of(fetched, partial(self._judge, recheck))
            )
        return fetched

    def mark_gone(self) -> None:
        """Mark as gone what is, if this run can be believed in that. Else say why not."""
        doubt = self._doubt()
        for verdict in self._verdicts:
            try:
                self._apply(verdict, doubt)
            except Exception as error:
                self._articles.record_failure(verdict.recheck.url, error)
        self._verdicts.clear()

    def _apply(self, verdict: _Verdict, doubt: str) -> None:
        reading = verdict.reading
        if doubt and not verdict.known and verdict.sightings < _SIGHTINGS:
            reason = f"{reading.reason}; {doubt}"
            self._articles.failed(verdict.fetched, reading.outcome, reason)
        else:
            self._articles.gone(verdict.fetched, verdict.recheck.article_id, reading)

    def _doubt(self) -> str:
        new = [v for v in self._verdicts if not v.known and v.sightings < _SIGHTINGS]
        tally = self._articles.tally
        if new and not tally.lists_read:
            return "no list could be read"
        if len(new) >= _MANY and 2 * len(new) > self._asked:
            tally.doubt = (
                f"{len(new)} of {self._asked} articles asked for again are not there, "
                "taken for a fault of the portal"
            )
        return tally.doubt

    async def _asks_to_log_in(self, fetched: FetchResult, reading: Reading) -> bool:
        capture = fetched.capture
        if reading.reason == LOGIN_PAGE or capture is None:
            return reading.reason == LOGIN_PAGE
        if not moved(capture.url, capture.final_url):
            return False
        if _LOGIN_PATH.search(urlsplit(capture.final_url).path):
            return True
        there = await self._articles.read_as_it_is(capture)
        return there.reason == LOGIN_PAGE

    async def _judge(self, recheck: Recheck, item: ArticleItem) -> None:
        """Say what a page that was read is for the article that it was asked for: let through what
        is to be kept, hold back everything else, which is noted or on record then."""
        fetched, read = item.fetched, item.read
        assert fetched is not None
        assert read is not None  # it was read just now
        read = await self._articles.complete(read)
        reading = read.reading
        if reading.outcome is Outcome.SOFT_404 and await self._asks_to_log_in(fetched, reading):
            reading = unread(Outcome.BLOCKED, f"{reading.reason}: asks to log in")
        if reading.outcome in _NOT_THERE:
            self._not_there(recheck, fetched, reading)
            raise HeldBack(reading.reason)
        if reading.article is None:
            self._articles.log(fetched, reading)
            self._articles.failed(fetched, reading.outcome, reading.reason)
            raise HeldBack(reading.reason)
        await self._compare(recheck, item, read, reading.article)

    async def _compare(
        self, recheck: Recheck, item: ArticleItem, read: Read, article: ArticleData
    ) -> None:
        """Let through what the page says now. As an article of its own if the address leads to a
        page that does not say what the article said. The kept page is read by today's rules."""
        known, content = self._articles.known(recheck.url), read.content_hash
        same, before = known is None or known.content_hash == content, None
        if known is not None and not same:
            before = await self._articles.pages.read_kept(known)
            kept = before.reading.article if before else None
            same = kept is not None and content_hash(kept) == content
        fetched = item.fetched
        assert fetched is not None
        if moved(recheck.url, article.url) and not same:
            await self._articles.keep_target(fetched, read)
            left = unread(Outcome.SOFT_404, f"redirects to {article.url}, another article")
            self._not_there(recheck, fetched, left)
            raise HeldBack(left.reason)
        item.read, item.before = read.at(recheck.url), before

    def _not_there(self, recheck: Recheck, fetched: FetchResult, reading: Reading) -> None:
        if fetched.outcome is Outcome.OK:  # else it is on record already
            self._articles.log(fetched, reading)
        known = self._articles.known(recheck.url)
        failed = self._failed.get(key_of(recheck.url))
        sightings = 1 + (failed.absences if failed else 0)
        gone = known is not None and known.gone
        self._verdicts.append(_Verdict(recheck, fetched, reading, gone, sightings))
