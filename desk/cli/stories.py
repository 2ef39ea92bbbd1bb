"""`hubwatch stories`: the list of stories, each with all its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .console import (
    COUNT,
    JSON,
    Column,
    iso,
    local,
    note,
    output_option,
    print_json_list,
    print_table,
)
from .session import Session, pass_session

if TYPE_CHECKING:
    from storage.stories.queries import Publication, Story

    from ..standing import ReviewStates


@click.command()
@click.option("--limit", type=COUNT, default=20, show_default=True)
@click.option(
    "--several", "least", flag_value=2, default=1, help="Only those at several addresses."
)
@output_option
@pass_session
def stories(session: Session, limit: int, least: int, output: str) -> None:
    """List the stories, that with the latest publication first, each with all its addresses.

    \b
    Examples:
      hubwatch stories --several
      hubwatch stories --limit 100 --json
    """
    from ..standing import standing_of

    with session.reading() as store:
        found = store.stories.latest(limit, least=least)
        due = store.maintenance.stories_are_due()
        standing = standing_of(store, [story.id for story in found])
    if output == JSON:
        print_json_list([story_json(story, standing) for story in found])
    elif not found:
        which = "no story yet" if least == 1 else "no story at several addresses yet"
        note(f"{which} in {session.archive}; {session.advice('crawl')} fetches articles")
    else:
        _print_stories(found, standing, session.config.zone)
    if due:
        note(
            "found by older rules than today's; "
            f"{session.advice('maintain rebuild-stories')} finds them again"
        )


def story_json(story: Story, standing: ReviewStates) -> dict[str, Any]:
    """A story; the keys are documented and stay."""
    edit = standing.update(story.id)
    return {
        "id": story.id,
        "title": story.lead.title,
        "lead": story.lead.id,
        "state": standing.verdict(story.id).state,
        "updated": iso(edit.told_at) if edit else None,
        "update": edit.summary if edit else "",
        "articles": [place_json(place) for place in story.publications],
    }


def place_json(place: Publication) -> dict[str, Any]:
    """A place of a story."""
    return {
        "id": place.id,
        "url": place.url,
        "source": place.source_id,
        "published": place.published.iso if place.published else None,
        "gone": iso(place.gone_at),
    }


def _print_stories(found: tuple[Story, ...], standing: ReviewStates, zone: str) -> None:
    columns = [
        Column("story", "right", folds="never"),
        Column("first", folds="never", rank=2),
        Column("title", folds="short", least=24),
        Column("first at", folds="never", rank=3),
        Column("also at", rank=4),
        Column("updated", folds="never", empty="hidden", rank=5),
        Column("state", folds="never", rank=1),
    ]
    rows = [
        (
            story.id,
            day_of(story.lead),
            story.lead.title,
            _where(story.lead),
            ", ".join(map(_where, story.publications[1:])),
            _updated(standing, story, zone),
            standing.verdict(story.id).state,
        )
        for story in found
    ]
    print_table(columns, rows)


def _updated(standing: ReviewStates, story: Story, zone: str) -> str:
    edit = standing.update(story.id)
    return local(edit.told_at, zone)[:10] if edit else ""


def _where(place: Publication) -> str:
    return f"{place.source_id} (withdrawn)" if place.gone_at else place.source_id


def day_of(place: Publication) -> str:
    """The day of a publication as it says."""
    return place.published.iso[:10] if place.published else "undated"
