"""Gathers what is known of an article, an address or a title, for `why` to judge. Reads the archive
and the sources. Judges nothing, fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher, get_close_matches
from enum import StrEnum

from hubwatch.patterns import lazy_pattern
from scraper.relevance.match import Unmet, unmet
from scraper.relevance.watchlist import Watchlist
from scraper.sources.links import authority_of, is_article
from scraper.sources.load import Catalogue
from scraper.sources.model import Source
from storage.archive import Archive
from storage.articles.records import Article
from storage.decisions import State, Verdict
from storage.lists import ListedRow, TitledRow
from storage.pages import Quarantined
from storage.relevance import Relevance
from storage.text import simplify, squeeze
from storage.types import ArticleData
from storage.urls import host_of, is_synthetic, key_of, url_key

from ..messages import LANGUAGES, translator
from .why import Absent, InquiryFacts, KeptArticle

_DIGITS = 18
"""No article has a number of more."""
_FEW = 3
_LONGEST_RUN = timedelta(days=1)
"""The run that lists an address may have begun so long before."""
_SHARED_SUFFIX = 2
"""So many last labels of a host name may be a country's own, such as `gov.cn`."""


_NUMBERED = lazy_pattern(r"(?:([^\W\d]+) ?)?#? ?(\d+)(?: ?篇([^\W\d]*))?")
_ARTICLES = ("", "article", "文章", "稿件")


class AskedBy(StrEnum):
    """What somebody asks by."""

    ID = "id"
    URL = "url"
    TITLE = "title"


def _numbered(typed: str) -> tuple[bool, str] | None:
    """A number as people write it, with or without # and a noun, and whether it is a story's. None
    if it is something else."""
    found = _NUMBERED.fullmatch(" ".join(typed.split()))
    noun = ((found[1] or "").removesuffix("第") or found[3] or "").lower() if found else ""
    is_story = noun in {translator(tag)("Story %(n)s", n="").strip().lower() for tag in LANGUAGES}
    return (is_story, found[2]) if found and (is_story or noun in _ARTICLES) else None


def asked_by(asked: str) -> AskedBy:
    """What somebody typed. An address may lack its scheme, a number may have a noun."""
    if _numbered(asked):
        return AskedBy.ID
    host, slash, _ = asked.partition("/")
    is_host = bool(slash) and "." in host.strip(".") and host.isascii() and " " not in asked
    is_address = asked.lower().startswith(("http://", "https://")) or is_host
    return AskedBy.URL if is_address or is_synthetic(asked) else AskedBy.TITLE


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one asks with. `now` says which addresses rest."""

    store: Archive
    catalogue: Catalogue
    watchlist: Watchlist
    now: datetime

    def ask(
        self, asked: str, source_id: str = "", day: date | None = None
    ) -> tuple[InquiryFacts, ...]:
        """What somebody typed: the number of an article or of a story, an address, else a title.
        None for a number that nothing has. Raises ValueError for an address that is no http(s)
        one."""
        match asked_by(asked):
            case AskedBy.ID:
                found = self.of_number(asked)
                return (found,) if found else ()
            case AskedBy.URL:
                return self.of_address(whole_address(asked), source_id, day)
            case AskedBy.TITLE:
                return self.of_title(asked, source_id, day)

    def of_number(self, typed: str) -> InquiryFacts | None:
        """An article by its number as somebody typed it, or the lead of a story by that of the
        story. None if there is none."""
        is_story, digits = _numbered(typed) or (False, "")
        if not digits or len(digits) > _DIGITS:
            return None
        if not is_story:
            return self.of_article(int(digits))
        story = self.store.stories.file(int(digits))
        return self.of_article(story.story.lead.id) if story else None

    def of_article(self, article_id: int) -> InquiryFacts | None:
        """An article by its number. None if there is none."""
        article = self.store.articles.get(article_id)
        return self._kept(article) if article else None

    def of_address(
        self, url: str, source_id: str = "", day: date | None = None
    ) -> tuple[InquiryFacts, ...]:
        """An address: each article that stands or stood there, and each source that listed it or
        set it aside, else what would have to be true for it to be here. `https` and `http` are
        both looked for. Raises ValueError for what is no http(s) address."""
        found = _articles_at(self.store, url)
        articles = [one for one in found if source_id in ("", one.source_id)]
        kept = [self._kept(article) for article in articles]
        others = self._elsewhere(url, source_id, {one.source_id for one in articles}, day)
        if kept or others:
            return (*kept, *others)
        taker = self.catalogue.for_url(url)
        owner = source_id or (taker.id if taker else "")
        return (self._absent(url, owner, day),)

    def of_title(
        self, title: str, source_id: str = "", day: date | None = None
    ) -> tuple[InquiryFacts, ...]:
        """A title: what has it, or the likest there are, five at most, else the source's lists."""
        found = []
        for one in likest(title, self.store.lists.with_words_of(title)):
            row = one.row
            if source_id not in ("", row.source_id):
                continue
            facts = (
                self.of_article(row.article_id)
                if row.article_id is not None
                else self._absent(row.url, row.source_id, day, row.title)
            )
            if facts is not None:
                found.append(replace(facts, likeness=one.likeness))
        return tuple(found) or (self._absent("", source_id, day),)

    def _kept(self, article: Article) -> InquiryFacts:
        found = self.store.relevance.of(article.id)
        story = self.store.stories.file(article.story_id)
        assert story is not None  # every article has one
        proof = next((one for one in story.proofs if one.article_id == article.id), None)
        people = self.store.decisions.verdicts([article.story_id]).get(article.story_id)
        kept = KeptArticle(
            article=article,
            found=found,
            watched=self.watchlist.watched,
            is_current=found is not None and found.watchlist == self.watchlist.version,
            lead=story.story.lead,
            proof=proof,
            people=people or Verdict(State.OPEN),
            gone_evidence=self.store.articles.gone_evidence(article.id)
            if article.withdrawn_at
            else "",
            unmet=self._unmet(article, found) if found else (),
            related=self.store.relevance.related(article.id, self.watchlist.watched),
            issues=self.store.digests.issues_of(article.story_id),
            cut_off=self.store.digests.cut_off_before(article.story_id),
            rendered=self.store.articles.rendered(article.id),
        )
        return InquiryFacts(article.url, article.source_id, article.title, kept)

    def _unmet(self, article: Article, found: Relevance) -> tuple[Unmet, ...]:
        text = ArticleData(
            article.url,
            article.source_id,
            article.title,
            article.body,
            published=article.published,
        )
        return unmet(text, self.watchlist, [one.topic for one in found.scores])

    def _elsewhere(
        self, url: str, source_id: str, done: set[str], day: date | None
    ) -> list[InquiryFacts]:
        """Sources that listed an address or set it aside and have no article of it."""
        keys = [key_of(one) for one in spellings(url)]
        met = [
            *(one.source_id for one in self.store.pages.set_aside_at(keys)),
            *(row.source_id for row in self.store.lists.listed_at(keys)),
        ]
        wanted = [one for one in dict.fromkeys(met) if source_id in ("", one) and one not in done]
        return [self._absent(url, one, day) for one in wanted]

    def _absent(self, url: str, source_id: str, day: date | None, title: str = "") -> InquiryFacts:
        source = self.catalogue.sources.get(source_id)
        keys = [key_of(one) for one in spellings(url)] if url else []
        listed = tuple(
            row for row in self.store.lists.listed_at(keys) if source_id in ("", row.source_id)
        )
        aside = [one for one in self.store.pages.set_aside_at(keys) if one.source_id == source_id]
        day = day or _day_listed(listed) or (_day_in(url, source, self.now) if url else None)
        known = Absent(
            source=source,
            is_taken=bool(source and url and is_article(url, source.links)),
            was_crawled=bool(source_id) and bool(self.store.runs.latest(1, source_id)),
            aside=aside[-1] if aside else None,
            rereads=any(source and self._rereads(source, one) for one in aside[-1:]),
            listed=listed,
            day=day,
            brackets=self.store.lists.brackets(source_id, day) if source_id and day else (),
            near=self._near(url) if url and not source_id else (),
        )
        if listed and source_id:
            urls = list(dict.fromkeys([url, *(row.url for row in listed)]))
            since = min(row.first_seen_at for row in listed)
            failed = self.store.pages.attempts(source_id, self.now)
            rests = any(key in failed and failed[key].rests(self.now) for key in keys)
            tries = self.store.pages.tries(source_id, urls, since - _LONGEST_RUN)
            known = replace(known, tries=tries, rests=rests)
        return InquiryFacts(url, source_id, title or (listed[0].title if listed else ""), known)

    def _rereads(self, source: Source, aside: Quarantined) -> bool:
        """Whether a page that was set aside reads as an article today."""
        from ..quarantine import reads_today  # loads the reader, and is seldom asked

        return reads_today(self.store, source, aside)

    def _near(self, url: str) -> tuple[Source, ...]:
        """Sources that watch the host of an address, or one that is like it."""
        sources = self.catalogue.sources.values()
        here = [one for one in sources if authority_of(url) in one.links.hosts]
        if here:
            return tuple(here[:_FEW])
        host = host_of(url)
        hosts = {name: one for one in sources for name in one.links.hosts}
        kin = [name for name in hosts if _shared_labels(name, host) > _SHARED_SUFFIX]
        like = kin or get_close_matches(host, hosts, n=_FEW)
        return tuple({hosts[name].id: hosts[name] for name in like}.values())[:_FEW]


def whole_address(typed: str) -> str:
    """An address with its scheme, `https` where none was typed."""
    return typed if "://" in typed or is_synthetic(typed) else f"https://{typed}"


def at_address(store: Archive, typed: str) -> tuple[Article, ...]:
    """The articles that stand or stood at what somebody typed, none if it is no address."""
    if asked_by(typed) is not AskedBy.URL:
        return ()
    try:
        return _articles_at(store, whole_address(typed))
    except ValueError:
        return ()


def _articles_at(store: Archive, url: str) -> tuple[Article, ...]:
    found = {one.id: one for each in spellings(url) for one in store.articles.at_url(each)}
    return tuple(found.values())


def spellings(url: str) -> tuple[str, ...]:
    """An address with either scheme, as typed first. Of a made-up name there is one. Raises
    ValueError for neither."""
    if is_synthetic(url.strip()):
        return (url.strip(),)
    url_key(url)
    scheme, _, rest = url.strip().partition("://")
    other = "http" if scheme.lower() == "https" else "https"
    return url.strip(), f"{other}://{rest}"


def _day_listed(listed: Sequence[ListedRow]) -> date | None:
    """The day that a list gives an address, where it gives a whole one."""
    published = next((row.published[:10] for row in listed if row.published), "")
    try:
        return date.fromisoformat(published)
    except ValueError:
        return None


def _day_in(url: str, source: Source | None, now: datetime) -> date | None:
    """The day in an address, if it has one."""
    from scraper.parsing.dates.of_article import day_in

    when = day_in(url, source.zone if source else "Asia/Shanghai", now)
    return when.day if when else None


def _shared_labels(one: str, other: str) -> int:
    pairs = zip(reversed(one.split(".")), reversed(other.split(".")), strict=False)
    count = 0
    for here, there in pairs:
        if here != there:
            break
        count += 1
    return count


# How like titles are.

ALIKE = 0.6
"""From which likeness on (0 to 1) a title may be the one that was meant."""
_SHORTEST = 4
_MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have been meant by a title. `likeness` 1 is the same but for blanks, case
    and simplified or traditional characters."""

    row: TitledRow
    likeness: float


def likest(title: str, rows: Iterable[TitledRow]) -> tuple[Candidate, ...]:
    """The rows whose titles are like this one, the likest first, five at most. Where some are the
    same, those alone."""
    best: dict[tuple[str, str], Candidate] = {}
    for row in rows:
        one = Candidate(row, likeness(title, row.title))
        key = row.source_id, row.url_key
        if one.likeness >= ALIKE and (key not in best or best[key].likeness < one.likeness):
            best[key] = one
    found = sorted(best.values(), key=lambda one: (-one.likeness, one.row.article_id is None))
    same = [one for one in found if one.likeness == 1]
    return tuple((same or found)[:_MOST])


def likeness(asked: str, title: str) -> float:
    """How like two titles are, 0 to 1. Simplified and traditional characters are the same."""
    here, there = simplify(squeeze(asked)), simplify(squeeze(title))
    if here == there:
        return 1.0
    ratio = SequenceMatcher(None, here, there).ratio()
    part = len(here) >= _SHORTEST and here in there
    return min(0.99, max(ratio, 0.8 if part else 0.0))
