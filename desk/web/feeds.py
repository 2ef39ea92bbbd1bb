"""Feeds: what a search finds and which digests are issued, for programs that people read news in.

As Atom (RFC 4287) and as JSON Feed (version 1.1, jsonfeed.org). A program cannot sign in. So an
address has a secret in it, which shows the reader's view of the person who made it, and changes
nothing. A story has one entry for ever: its id follows from the address of the article of it that
the archive had first.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage.articles.records import Order
from storage.digests import DigestHead, DigestState
from storage.people import TokenKind

from .. import atom, reading_in
from ..messages import translator
from ..searches import MATCHED, SearchForm
from ..text import one_line, safe_link
from .articles import query_of
from .request import RequestContext, language_of
from .stories import Card, cards

_ENTRIES = 50
_FRESH = 300
"""Seconds in which nobody needs to ask again."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""When an empty feed changed last."""
_SAID = 600
"""Characters of a text that an entry has."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that the page offers: what it is of, its path behind the secret, its parameters."""

    name: str
    path: str
    query: str = ""

    def address(self, base: str, form: str) -> str:
        """Where it is, as `atom` or `json`."""
        asked = f"?{self.query}" if self.query else ""
        return f"{base}/{self.path}.{form}{asked}"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A story or a digest as an entry. `address` is the page that it is about, `at_desk` where the
    desk shows it. `published` is an instant as RFC 3339 has it, or empty. `language` may be."""

    id: str
    title: str
    address: str
    at_desk: str
    updated: datetime
    published: str
    author: str
    terms: tuple[str, ...]
    summary: str
    language: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed before it is written. `home` is the page of the desk that shows the same, `address`
    the feed's own. `updated` is when its newest entry changed, or when it was made."""

    id: str
    title: str
    home: str
    address: str
    language: str
    entries: tuple[FeedEntry, ...]
    updated: datetime


def feeds(visit: RequestContext) -> Response:
    """Which feeds there are, and whether somebody has addresses for them."""
    return _page(visit, "")


def change(visit: RequestContext) -> Response:
    """Make addresses, which are shown once. Those of before are good no more."""
    name, secret = visit.person.name, ""
    with visit.desk.writing() as store, store.writing() as tx:
        if visit.form.get("do") == "end":
            tx.people.end_tokens(name, TokenKind.FEED)
        else:
            secret = secrets.token_urlsafe(24)
            tx.people.issue_token(name, TokenKind.FEED, secret, visit.now)
    return _page(visit, secret)


def _page(visit: RequestContext, secret: str) -> Response:
    with visit.desk.reading() as store:  # what was just written, too
        since = store.people.token_since(visit.person.name, TokenKind.FEED, visit.now)
    base = f"{_home(visit)}/feeds/{secret}" if secret else ""
    return visit.page(
        "feeds.html.j2",
        {"title": visit.words("Feeds"), "groups": _groups(visit), "base": base, "since": since},
    )


def _groups(visit: RequestContext) -> list[tuple[str, list[FeedLink]]]:
    words, store = visit.words, visit.store
    refs = store.sources.refs().values()
    general = [
        FeedLink(words("What the watchlist matched"), "stories", urlencode({"grade": MATCHED})),
        FeedLink(words("All stories"), "stories"),
        FeedLink(words("Issued digests"), "digests"),
    ]
    kept = [
        FeedLink(each.name, "stories", each.query)
        for each in store.people.searches(visit.person.name)
    ]
    topics = [
        FeedLink(topic.label(words.tag), "stories", urlencode({"topic": topic.id}))
        for topic in visit.desk.watchlist.topics.values()
    ]
    cities = [
        FeedLink(city, "stories", urlencode({"city": city}))
        for city in sorted({ref.city for ref in refs if ref.city})
    ]
    sources = [
        FeedLink(ref.name, "stories", urlencode({"source": ref.id}))
        for ref in sorted(refs, key=lambda ref: ref.name)
    ]
    return [
        (heading, links)
        for heading, links in (
            (words("In general"), general),
            (words("Your searches"), kept),
            (words("Topics"), topics),
            (words("Cities"), cities),
            (words("Sources"), sources),
        )
        if links
    ]


def _home(visit: RequestContext) -> str:
    """Where others reach the desk, without a slash at the end."""
    return (visit.desk.look.desk_address or str(visit.request.base_url)).rstrip("/")


# What a program gets.


async def feed(request: Request) -> Response:
    """A feed, or 304 where the program has it as it is (RFC 9110, section 13)."""
    return await run_in_threadpool(_feed, request)


def _feed(request: Request) -> Response:
    desk, words = request.app.state.desk, translator(language_of(request))
    asked = request.path_params
    made = _MADE.get(asked["name"])
    render = _RENDERED.get(asked["form"])
    with desk.reading() as store:
        person = store.people.holder(asked["secret"], TokenKind.FEED, desk.clock())
        if person is None or made is None or render is None:
            return PlainTextResponse(words("This address is good no more."), 404)
        visit = RequestContext(desk, request, store, person, words, desk.clock(), FormData())
        with reading_in(words.tag):
            found = made(visit)
    kind, body = render(found)
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": f"private,max-age={_FRESH}",
        "Vary": "Accept-Language, Cookie",
    }
    if _is_known(request.headers, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _is_known(asked: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    """Whether the program has what we would send. The tag alone tells: a correction or a merge
    changes a feed without a date by which that would show."""
    given = {
        each.strip().removeprefix("W/")
        for each in asked.get("if-none-match", "")[:2_000].split(",")
    }
    return ours["ETag"] in given or "*" in given


def _stories(visit: RequestContext) -> Feed:
    """What a search finds, what the archive got last first."""
    form = SearchForm.of(visit.request.query_params)
    query, _ = query_of(form, visit)
    hits = visit.store.articles.hits(replace(query, order=Order.ARRIVED, limit=_ENTRIES))
    rows = [(story, article, None) for article, story in hits]
    made = cards(visit.store, visit.desk.watchlist, rows, visit.words.tag)
    firsts = visit.store.stories.first_addresses([card.story_id for card in made])
    home = _home(visit)
    said = " · ".join(form.query.values())
    return Feed(
        id=atom.urn(f"hubwatch feed {home} {urlencode(form.query)}"),
        title=f"Hubwatch: {said}" if said else "Hubwatch",
        home=f"{home}/search?{urlencode(form.query)}",
        address=str(visit.request.url),
        language=visit.words.html,
        entries=(entries := tuple(_entry(card, firsts[card.story_id], home) for card in made)),
        updated=max((each.updated for each in entries), default=EARLIEST),
    )


def _entry(card: Card, first: str, home: str) -> FeedEntry:
    lead = card.lead
    labels = (*card.topics, *card.places, lead.city)
    moments = (lead.first_seen_at, lead.changed_at, lead.withdrawn_at)
    published = lead.published.sort_key if lead.published is not None else ""
    return FeedEntry(
        id=atom.urn(first),
        title=one_line(lead.title or card.excerpt or lead.url),
        address=safe_link(lead.stands_at or lead.url) or "",
        at_desk=f"{home}/story/{card.story_id}",
        updated=max(moment for moment in moments if moment is not None),
        published=published,
        author=one_line(lead.source or lead.source_name),
        terms=tuple(dict.fromkeys(filter(None, map(one_line, labels)))),
        summary=one_line(card.quote.text if card.quote else lead.body[: _SAID * 2], _SAID),
        language=lead.language,
    )


def _digests(visit: RequestContext) -> Feed:
    """The digests that were issued, the newest first."""
    home = _home(visit)
    issued = [
        head
        for head in visit.store.digests.latest(_ENTRIES * 4)
        if head.state is DigestState.ISSUED and head.issued_at is not None
    ][:_ENTRIES]
    moments = {head.number: head.issued_at for head in issued if head.issued_at is not None}
    entries = tuple(
        FeedEntry(
            id=atom.urn(f"hubwatch digest {home} {head.number}"),
            title=_title(visit, head),
            address=f"{home}/digests/{head.number}",
            at_desk="",
            updated=max(
                moments.get(n, moments[head.number]) for n in (head.number, *head.corrected_by)
            ),
            published="",
            author="Hubwatch",
            terms=(),
            summary=_summary(visit, head),
            language="",
        )
        for head in issued
    )
    return Feed(
        id=atom.urn(f"hubwatch feed {home} digests"),
        title=visit.words("Hubwatch: issued digests"),
        home=f"{home}/digests",
        address=str(visit.request.url),
        language=visit.words.html,
        entries=entries,
        updated=max((each.updated for each in entries), default=EARLIEST),
    )


def _title(visit: RequestContext, head: DigestHead) -> str:
    """What an issue is called: a correction names what it corrects, and that one its correction."""
    said = [visit.words("Digest %(n)s", n=head.number)]
    if head.withdraws:
        said.append(visit.words("the withdrawal of digest %(n)s", n=head.corrects))
    elif head.corrects:
        said.append(visit.words("a correction of digest %(n)s", n=head.corrects))
    said += [visit.words("corrected by digest %(n)s", n=number) for number in head.corrected_by]
    return visit.words(
        "%(what)s: %(detail)s", what=visit.words(", ").join(said), detail=one_line(head.title)
    )


def _summary(visit: RequestContext, head: DigestHead) -> str:
    items = visit.words("%(n)s items", n=head.items)
    if not head.corrects:
        return items
    why = visit.words("What it puts right: %(why)s", why=one_line(head.reason))
    return visit.words(", ").join((why, items))


def _atom(made: Feed) -> tuple[str, bytes]:
    feed = atom.root()
    if made.language:
        feed.set(atom.XML_LANG, made.language)
    atom.add(feed, "id", made.id)
    atom.add(feed, "title", made.title)
    atom.add(feed, "updated", atom.instant(made.updated))
    atom.add(feed, "generator", "Hubwatch")
    atom.add(feed, "link", rel="self", type="application/atom+xml", href=made.address)
    atom.add(feed, "link", rel="alternate", type="text/html", href=made.home)
    atom.add(atom.add(feed, "author"), "name", "Hubwatch")
    for each in made.entries:
        entry = atom.add(feed, "entry")
        if each.language:
            entry.set(atom.XML_LANG, each.language)
        atom.add(entry, "id", each.id)
        atom.add(entry, "title", each.title)
        atom.add(entry, "updated", atom.instant(each.updated))
        if each.published:
            atom.add(entry, "published", each.published)
        if each.author:
            atom.add(atom.add(entry, "author"), "name", each.author)
        for rel, address in (("alternate", each.address), ("related", each.at_desk)):
            if address:
                atom.add(entry, "link", rel=rel, href=address)
        for term in each.terms:
            atom.add(entry, "category", term=term)
        atom.add(entry, "summary", each.summary or each.title)
    return "application/atom+xml", atom.written(feed)


def _json(made: Feed) -> tuple[str, bytes]:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": made.title,
        "home_page_url": made.home,
        "feed_url": made.address,
        "language": made.language,
        "items": [_item(entry) for entry in made.entries],
    }
    return "application/feed+json", json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _item(entry: FeedEntry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.address,
        "external_url": entry.at_desk,
        "title": entry.title,
        "content_text": entry.summary or entry.title,
        "date_published": entry.published,
        "date_modified": atom.instant(entry.updated),
        "authors": [{"name": entry.author}] if entry.author else [],
        "tags": list(entry.terms),
        "language": entry.language,
    }
    return {name: value for name, value in item.items() if value}


_MADE: Mapping[str, Callable[[RequestContext], Feed]] = {
    "stories": _stories,
    "digests": _digests,
}
_RENDERED: Mapping[str, Callable[[Feed], tuple[str, bytes]]] = {"atom": _atom, "json": _json}
