"""`hubwatch search` and `show`: questions to the archive. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from storage.errors import HubwatchError
from storage.types import Grade

from ..text import one_line, paragraphs
from .attached import files_json, in_files_json, print_files
from .console import (
    JSON,
    fact,
    heading,
    local,
    note,
    output_option,
    print_json,
    print_json_list,
)
from .evidence import dossier, print_evidence, print_history, print_related
from .hints import hint_unknown
from .session import Session, moment, pass_session

if TYPE_CHECKING:
    from storage.attached import AttachedFile
    from storage.store import Store
    from storage.types import When
    from storage.views import Article, Hit, Revision


@click.command()
@click.argument("words", nargs=-1)
@click.option("--city", "cities", multiple=True, metavar="CITY", help="Only of this city.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only of this source.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="en, zh, …")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only of this topic.")
@click.option("--since", callback=moment, metavar="WHEN", help="Published since: 7d, 2026-01-31.")
@click.option("--until", callback=moment, metavar="WHEN", help="Published until then, inclusive.")
@click.option("--newest", "order", flag_value="newest", default="ranked", help="Newest first.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
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
    """Search titles, texts and attached files; without words, everything.

    Words must all occur; "quoted words" stand together; hub* matches the beginning of a word.

    \b
    Examples:
      hubwatch search "big data" --since 7d
      hubwatch search 'hub cit*' --city Guiyang --newest
      hubwatch search 贵阳 创新 --json
    """
    from storage.views import Order, Query

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
    )
    with session.reading() as store:
        hits = store.search(query)
        if output == JSON:
            print_json_list([_hit_json(hit) for hit in hits])
        else:
            for hit in _one_a_story(hits):
                _print_hit(hit)
        if not hits:
            nothing_found(session, store)
        hint_unknown(session, store, source=sources, city=cities, language=languages, topic=topics)


def _one_a_story(hits: Iterable[Hit]) -> list[Hit]:
    """The first hit of each story; the others are "also at"."""
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.article.story_id, hit)
    return [*first.values()]


def _phrase(word: str) -> str:
    """What the shell gave us as one word with blanks was a quoted phrase."""
    quoted = " " in word and '"' not in word and not word.endswith("*")
    return f'"{word}"' if quoted else word


def nothing_found(session: Session, store: Store) -> None:
    """Say in which archive nothing was found, and how new it is."""
    survey = store.survey()
    if not survey.articles:
        told = f"{survey.path} holds no articles yet; {session.advice('crawl')} fetches some"
        note(f"nothing found: {told}")
        return
    newest = f"{survey.newest.iso[:10]} " if survey.newest else ""
    note(
        f"nothing found in {survey.path} ({survey.articles:,} articles; "
        f"newest: {newest}{survey.newest_title})"
    )


def _print_hit(hit: Hit) -> None:
    article = hit.article
    click.echo(f"{article.id:>5}  {_day(article.published):<16}  ", nl=False)
    heading(one_line(article.title))
    place = f"{article.source_name}, {article.city}" if article.city else article.source_name
    flags = [f"also at {len(article.also_at)} more"] if article.also_at else []
    flags += ["withdrawn"] if article.gone_at else []
    click.secho(f"       {one_line(' · '.join([place, *_topics(article), *flags]))}", dim=True)
    for snippet in [*hit.snippets[:2], *(f"{f.name}: {f.snippet}" for f in hit.in_files[:2])]:
        click.echo(f"       {_coloured(one_line(snippet))}")
    click.secho(f"       {one_line(article.url)}", dim=True)


def _coloured(snippet: str) -> str:
    from re import sub

    return sub(r"\[([^\[\]]*)\]", lambda m: click.style(m[0], fg="yellow", bold=True), snippet)


def _topics(article: Article) -> list[str]:
    """Each topic with its best grade, those of the best grade first."""
    grades = list(Grade)
    best: dict[str, int] = {}
    for match in article.matches:
        rank = grades.index(match.grade)
        best[match.topic] = min(rank, best.get(match.topic, rank))
    ranked = sorted(best.items(), key=lambda found: (found[1], found[0]))
    return [f"{topic} ({grades[rank]})" for topic, rank in ranked]


def _day(when: When | None) -> str:
    return "undated" if when is None else when.iso.replace("T", " ")[:16]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _hit_json(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source_id,
        "city": article.city,
        "published": article.published.iso if article.published else None,
        "story": article.story_id,
        "matches": _matches_json(article),
        "snippets": list(hit.snippets),
        "in_files": in_files_json(hit.in_files),
    }


def _matches_json(article: Article) -> list[dict[str, Any]]:
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


@click.command()
@click.argument("article_id", metavar="ID", type=int)
@output_option
@pass_session
def show(session: Session, article_id: int, output: str) -> None:
    """Show one article: its text, every address, where each field came from, its history.

    \b
    Examples:
      hubwatch show 42
      hubwatch show 42 --json
    """
    with session.reading() as store:
        article = store.article(article_id)
        if article is None:
            raise HubwatchError(f"{store.path}: there is no article {article_id}")
        revisions, files = store.revisions(article_id), store.files_of(article_id)
        related = store.related(article_id, session.watchlist.watched)
    if output == JSON:
        from ..relevance.why_json import related_json

        told = _article_json(article, revisions, files)
        print_json({**told, "related": related_json(related, session.watchlist)})
        return
    _print_article(article, revisions, files, session.config.zone)
    print_related(related, session.watchlist)


def _article_json(
    article: Article, revisions: Iterable[Revision], files: Iterable[AttachedFile]
) -> dict[str, Any]:
    from scraper.archives.dossier import dates_record

    return {
        "id": article.id,
        "story": article.story_id,
        "title": article.title,
        "url": article.url,
        "source": article.source_id,
        "source_name": article.source_name,
        "city": article.city,
        "language": article.language,
        "published": article.published.iso if article.published else None,
        "updated": article.updated.iso if article.updated else None,
        "written": article.written.iso if article.written else None,
        "source_line": article.source,
        "author": article.author,
        "publisher": article.publisher,
        "editor": article.editor,
        "body": article.body,
        "images": [{"url": image.url, "caption": image.caption} for image in article.images],
        "attachments": files_json(files),
        "provenance": {
            e.field: {"from": e.origin, "rule": e.rule, "raw": e.raw} for e in article.evidence
        },
        "dates": dates_record(dossier(article)),
        "matches": _matches_json(article),
        "also_at": [
            {
                "id": place.article_id,
                "url": place.url,
                "source": place.source_id,
                "published": place.published.iso if place.published else None,
            }
            for place in article.also_at
        ],
        "first_seen": _iso(article.first_seen_at),
        "last_seen": _iso(article.last_seen_at),
        "changed": _iso(article.changed_at),
        "gone": _iso(article.gone_at),
        "revisions": [
            {
                "number": revision.number,
                "seen": _iso(revision.seen_at),
                "title": revision.title,
                "published": revision.published.iso if revision.published else None,
                "changed": list(revision.changed),
                "snapshot": revision.snapshot_id,
            }
            for revision in revisions
        ],
    }


def _print_article(
    article: Article, revisions: Iterable[Revision], files: Iterable[AttachedFile], zone: str
) -> None:
    heading(one_line(article.title))
    facts = [article.source, article.source_name, article.city, _day(article.published)]
    click.echo(one_line(" · ".join(fact for fact in facts if fact)))
    click.echo(fact("address", article.url))
    for place in article.also_at:
        click.echo(fact("also at", f"{place.url} ({place.source_name}, {_day(place.published)})"))
    seen = f"first seen {local(article.first_seen_at, zone)}"
    click.echo(f"{seen}, last {local(article.last_seen_at, zone)} ({zone})")
    if article.gone_at:
        click.secho(f"withdrawn by its publisher: seen {local(article.gone_at, zone)}", fg="red")
    click.echo(f"\n{paragraphs(article.body)}\n")
    print_files(files)
    print_evidence(article)
    print_history(revisions, zone)
