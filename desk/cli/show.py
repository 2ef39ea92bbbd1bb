"""`hubwatch show`: one article, its text, its proof, and what became of it. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError

from ..standing import state_of
from ..text import one_line, paragraphs
from .attached import files_json, print_files
from .console import JSON, NUMBER, fact, heading, iso, local, output_option, print_json
from .evidence import dossier, print_evidence, print_related
from .history import events_json, print_history, revisions_json
from .search import also_at_json, day_of, matches_json
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.articles.records import Article
    from storage.attachments.records import AttachedFile
    from storage.decisions.records import Verdict
    from storage.revisions.records import Event, Revision


@click.command()
@click.argument("article_id", metavar="ID", type=NUMBER)
@output_option
@pass_session
def show(session: Session, article_id: int, output: str) -> None:
    """Show one article: its text, every address, where each field came from, its history.

    \b
    Examples:
      hubwatch show 42
      hubwatch show 42 --json
    """
    from ..standing import standing_of

    with session.reading() as store:
        article = store.articles.get(article_id)
        if article is None:
            raise HubwatchError(f"{store.path}: there is no article {article_id}")
        known = _Known(
            article,
            store.revisions.of(article_id),
            store.revisions.events_of(article_id),
            store.attachments.of(article_id),
            standing_of(store, [article.story_id]).verdict(article.story_id),
        )
        related = store.relevance.related(article_id, session.watchlist.watched)
    if output == JSON:
        from ..relevance.why_json import related_json

        print_json({**_article_json(known), "related": related_json(related, session.watchlist)})
        return
    _print_article(known, session.config.zone)
    print_related(related, session.watchlist)


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that is shown of an article."""

    article: Article
    revisions: tuple[Revision, ...]
    events: tuple[Event, ...]
    files: tuple[AttachedFile, ...]
    verdict: Verdict


def _article_json(known: _Known) -> dict[str, Any]:
    from scraper.archives.date_candidates import dates_record

    from ..relevance.why_json import added_json

    article = known.article
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
        "attachments": files_json(known.files),
        "provenance": {
            e.field: {"from": e.origin, "rule": e.rule, "raw": e.raw} for e in article.evidence
        },
        "dates": dates_record(dossier(article)),
        "added": added_json(article.added),
        "matches": matches_json(article),
        "also_at": also_at_json(article),
        "state": known.verdict.state,
        "first_seen": iso(article.first_seen_at),
        "last_seen": iso(article.last_seen_at),
        "changed": iso(article.changed_at),
        "gone": iso(article.gone_at),
        "gone_evidence": article.gone_evidence,
        "delisted": iso(article.delisted_at),
        "revisions": revisions_json(known.revisions),
        "events": events_json(known.events),
    }


def _print_article(known: _Known, zone: str) -> None:
    article = known.article
    heading(one_line(article.title))
    facts = [article.source, article.source_name, article.city, day_of(article.published)]
    click.echo(one_line(" · ".join(fact for fact in facts if fact)))
    click.echo(fact("address", article.url))
    for place in article.also_at:
        told = [place.source_name, day_of(place.published), *(["withdrawn"] * bool(place.gone_at))]
        click.echo(fact("also at", f"{place.url} ({', '.join(told)})"))
    click.echo(fact("story", f"{article.story_id}, {state_of(known.verdict, zone)}"))
    if article.added is not None:
        at = local(article.added.at, zone)
        click.echo(fact("added", f"by hand by {article.added.person}, {at}"))
    seen = f"first seen {local(article.first_seen_at, zone)}"
    click.echo(f"{seen}, last {local(article.last_seen_at, zone)} ({zone})")
    if article.gone_at:
        seen = f"seen {local(article.gone_at, zone)}, {one_line(article.gone_evidence)}"
        click.secho(f"withdrawn by its publisher: {seen}", fg="red")
    if article.delisted_at:
        left = f"left the lists that named it: seen {local(article.delisted_at, zone)}"
        click.secho(f"{left}; its page still answers", fg="yellow")
    click.echo(f"\n{paragraphs(article.body)}\n")
    print_files(known.files)
    print_evidence(article, zone)
    print_history(known.revisions, known.events, article.added, zone)
