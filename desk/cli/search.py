"""`hubwatch search`: a question to the archive, one line a story. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..text import one_line
from .attached import in_files_json
from .console import COUNT, JSON, heading, iso, local, note, output_option, print_json_list
from .hints import hint_unknown, require_known
from .session import Session, moment, pass_session

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.articles.records import Address, Article, Hit, When

    from ..standing import ReviewStates

_NAMED = 4  # other addresses that are named
_RANKED = "many hits: the best of the 5,000 that came in last; --newest goes through all of them"


@click.command()
@click.argument("words", nargs=-1)
@click.option("--city", "cities", multiple=True, metavar="CITY", help="Only of this city.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only of this source.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="en, zh, …")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only of this topic.")
@click.option("--since", callback=moment, metavar="WHEN", help="Published since: 7d, 2026-01-31.")
@click.option("--until", callback=moment, metavar="WHEN", help="Published until then, inclusive.")
@click.option("--newest", "order", flag_value="newest", default="ranked", help="Newest first.")
@click.option("--limit", type=COUNT, default=20, show_default=True)
@output_option
@pass_session
def search(
    session: Session,
    words: tuple[str, ...],
    cities: tuple[str, ...],
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    topics: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    order: str,
    limit: int,
    output: str,
) -> None:
    """Search titles, texts and attached files; without words, everything. A line a story.

    Words must all occur; "quoted words" stand together; hub* matches the beginning of a word.

    \b
    Examples:
      hubwatch search "big data" --since 7d
      hubwatch search 'hub cit*' --city Guiyang --newest
      hubwatch search 贵阳 创新 --json
    """
    from storage.articles.records import Order, Per, Query

    from ..standing import standing_of

    query = Query(
        words=" ".join(_phrase(word) for word in words),
        cities=cities,
        sources=sources,
        languages=languages,
        topics=topics,
        since=since,
        until=until,
        order=Order(order),
        limit=limit,
        per=Per.ARTICLE if output == JSON else Per.STORY,
    )
    with session.reading() as store:
        require_known(session, store, source=sources, topic=topics)
        hits = store.articles.search(query)
        standing = standing_of(store, [hit.article.story_id for hit in hits])
        if output == JSON:
            print_json_list([_hit_json(hit, standing) for hit in hits])
        else:
            for hit in hits:
                _print_hit(hit, standing, session)
        if not hits:
            nothing_found(session, store)
        elif query.order is Order.RANKED and not store.articles.ranks_all(query):
            note(_RANKED)
        hint_unknown(session, store, city=cities, language=languages)


def _phrase(word: str) -> str:
    """What the shell gave us as one word with blanks was a quoted phrase."""
    quoted = " " in word and '"' not in word and not word.endswith("*")
    return f'"{word}"' if quoted else word


def nothing_found(session: Session, store: Archive) -> None:
    """Say in which archive nothing was found, and how new it is."""
    survey = store.maintenance.survey()
    if not survey.articles:
        told = f"{survey.path} holds no articles yet; {session.advice('crawl --all')} fetches some"
        note(f"nothing found: {told}")
        return
    newest = f"{survey.newest.iso[:10]} " if survey.newest else ""
    note(
        f"nothing found in {survey.path} ({survey.articles:,} articles; "
        f"newest: {newest}{survey.newest_title})"
    )


def _print_hit(hit: Hit, standing: ReviewStates, session: Session) -> None:
    from ..standing import state_of

    article = hit.article
    verdict, edit = standing.verdict(article.story_id), standing.update(article.story_id)
    click.echo(f"{article.id:>5}  {day_of(article.published):<16}  ", nl=False)
    heading(one_line(article.title))
    place = f"{article.source_name}, {article.city}" if article.city else article.source_name
    flags = [f"also at {_places(article.also_at)}"] if article.also_at else []
    if article.gone_at:
        flags.append(f"withdrawn {local(article.gone_at, session.config.zone)[:10]}")
    flags += ["left its lists"] if article.delisted_at else []
    flags += [state_of(verdict, session.config.zone)] if verdict.decisions else []
    click.secho(f"       {one_line(' · '.join([place, *_topics(article), *flags]))}", dim=True)
    if edit is not None:
        since = f"updated since: {local(edit.told_at, session.config.zone)}, {edit.summary}"
        click.secho(f"       {one_line(since)}", fg="yellow")
    for snippet in [*hit.snippets[:2], *(f"{f.name}: {f.snippet}" for f in hit.in_files[:2])]:
        click.echo(f"       {_coloured(one_line(snippet))}")
    click.secho(f"       {one_line(article.url)}", dim=True)


def _places(addresses: Sequence[Address]) -> str:
    """Where else a story stands, by source; those that are withdrawn are said to be."""
    named = [f"{place.source_id}{' (withdrawn)' if place.gone_at else ''}" for place in addresses]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _coloured(snippet: str) -> str:
    from re import sub

    return sub(r"\[([^\[\]]*)\]", lambda m: click.style(m[0], fg="yellow", bold=True), snippet)


def _topics(article: Article) -> list[str]:
    """Each topic with its best grade, those of the best grade first."""
    from storage.articles.records import Grade

    grades = list(Grade)
    best: dict[str, int] = {}
    for match in article.matches:
        rank = grades.index(match.grade)
        best[match.topic] = min(rank, best.get(match.topic, rank))
    ranked = sorted(best.items(), key=lambda found: (found[1], found[0]))
    return [f"{topic} ({grades[rank]})" for topic, rank in ranked]


def day_of(when: When | None) -> str:
    """A date as exactly as the page states it."""
    return "undated" if when is None else when.iso.replace("T", " ")[:16]


def _hit_json(hit: Hit, standing: ReviewStates) -> dict[str, Any]:
    article = hit.article
    verdict, edit = standing.verdict(article.story_id), standing.update(article.story_id)
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source_id,
        "city": article.city,
        "published": article.published.iso if article.published else None,
        "story": article.story_id,
        "state": verdict.state,
        "also_at": also_at_json(article),
        "updated": iso(edit.told_at) if edit else None,
        "update": edit.summary if edit else "",
        "gone": iso(article.gone_at),
        "matches": matches_json(article),
        "snippets": list(hit.snippets),
        "in_files": in_files_json(hit.in_files),
    }


def also_at_json(article: Article) -> list[dict[str, Any]]:
    """The other addresses of the story of an article."""
    return [
        {
            "id": place.article_id,
            "url": place.url,
            "source": place.source_id,
            "published": place.published.iso if place.published else None,
            "gone": iso(place.gone_at),
        }
        for place in article.also_at
    ]


def matches_json(article: Article) -> list[dict[str, Any]]:
    return [
        {
            "topic": match.topic,
            "grade": match.grade,
            "phrase": match.phrase,
            "field": match.field,
            "sentence": match.sentence,
        }
        for match in article.matches
    ]
