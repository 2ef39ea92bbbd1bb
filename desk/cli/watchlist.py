"""`hubwatch watchlist`: show what is watched, and test an edited list on the archive."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..text import one_line
from .console import (
    JSON,
    Column,
    fact,
    heading,
    output_option,
    print_json,
    print_table,
)
from .relevance import chosen
from .session import Session, moment, pass_session

if TYPE_CHECKING:
    from storage.types import Grade

    from ..relevance.backtest import Difference, Effect, Tally

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def watchlist() -> None:
    """Show what is watched, and test an edited list on the past before it is kept.

    \b
    Examples:
      hubwatch watchlist show
      hubwatch watchlist test my-watchlist.toml --since 365d
    """


@watchlist.command()
@click.argument("file", required=False, type=_FILE)
@output_option
@pass_session
def show(session: Session, file: Path | None, output: str) -> None:
    """Show the topics of a watchlist, their names, and since when each was in use.

    FILE is another watchlist than the configured one; the shipped one is used where none is
    configured. A mistake in it is one line that names file, line and key.
    """
    listed = chosen(session, file)
    if output == JSON:
        print_json(
            {
                "file": listed.path,
                "version": listed.version,
                "topics": [
                    {
                        "topic": topic.id,
                        "kind": topic.kind.value,
                        "label": topic.label("en"),
                        "label_zh": topic.label("zh"),
                        "lineage": list(topic.lineage),
                        "names": [form for name in topic.names for form in name.forms],
                    }
                    for topic in listed.topics.values()
                ],
            }
        )
        return
    click.echo(fact("file", listed.path))
    click.echo(fact("version", listed.version))
    for topic in listed.topics.values():
        heading(f"{topic.id}  ({topic.kind}: {topic.label('en')}, {topic.label('zh')})")
        if topic.lineage:
            click.echo(fact("lineage", " → ".join(topic.lineage)))
        print_table(
            (Column("language", folds="never"), Column("names"), Column("in use"), Column("stage")),
            [
                (
                    name.language,
                    ", ".join((*name.forms, *([name.pattern] if name.pattern else []))),
                    _in_use(name.valid_from, name.valid_until),
                    name.stage,
                )
                for name in topic.names
            ],
        )
        click.echo()


def _in_use(since: object, until: object) -> str:
    if until is not None:
        return f"{since or '…'} to {until}"
    return f"since {since}" if since is not None else ""


@watchlist.command()
@click.argument("file", required=False, type=_FILE)
@click.option("--since", callback=moment, metavar="WHEN", help="Articles dated since then: 365d.")
@click.option("--samples", default=5, show_default=True, type=click.IntRange(0, 1000))
@output_option
@pass_session
def test(
    session: Session, file: Path | None, since: datetime | None, samples: int, output: str
) -> None:
    """Say what an edited watchlist would add, lose and regrade over the archive. Changes nothing.

    Compared is with what is on record; `hubwatch rematch` then applies the configured list. FILE is
    the edited list, by default the configured one.

    \b
    Examples:
      hubwatch watchlist test my-watchlist.toml
      hubwatch watchlist test my-watchlist.toml --since 365d --samples 20
      hubwatch watchlist test my-watchlist.toml --json
    """
    from ..relevance.backtest import Tally, differences

    edited, tally = chosen(session, file), Tally()
    shown: dict[Effect, list[Difference]] = defaultdict(list)
    with session.reading() as store:
        for one in differences(store, edited, session.watchlist, tally, since):
            if len(shown[one.effect]) < samples:
                shown[one.effect].append(one)
    if output == JSON:
        print_json(_as_json(edited.version, tally, shown))
        return
    _print(tally, shown)


def _print(tally: Tally, shown: dict[Effect, list[Difference]]) -> None:
    from ..relevance.backtest import Effect

    click.echo(f"{tally.articles} articles looked at")
    print_table(
        (Column("grade"), Column("on record", "right"), Column("with this list", "right")),
        [
            (grade or "none", tally.before[grade], tally.after[grade])
            for grade in (*_grades(), None)
        ],
    )
    for effect in Effect:
        if not tally.effects[effect]:
            continue
        click.echo()
        heading(f"{tally.effects[effect]} {_WORDS[effect]}")
        print_table(
            (
                Column("article", "right", folds="never"),
                Column("grade", folds="never"),
                Column("title", folds="short"),
                Column("sentence"),
            ),
            [
                (
                    one.article_id,
                    f"{one.before or 'none'} → {one.after or 'none'}",
                    one.title,
                    one_line(one.because, 160),
                )
                for one in shown[effect]
            ],
        )


_WORDS = {
    "added": "would come into digests",
    "lost": "would go out of digests",
    "raised": "would be graded higher",
    "lowered": "would be graded lower",
}


def _grades() -> tuple[Grade, ...]:
    from storage.types import Grade

    return tuple(Grade)


def _as_json(
    version: str, tally: Tally, shown: dict[Effect, list[Difference]]
) -> dict[str, object]:
    from ..relevance.backtest import Effect

    grades = (*_grades(), None)
    return {
        "watchlist": version,
        "articles": tally.articles,
        "before": {str(grade or "none"): tally.before[grade] for grade in grades},
        "after": {str(grade or "none"): tally.after[grade] for grade in grades},
        **{effect.value: tally.effects[effect] for effect in Effect},
        "samples": [
            {
                "effect": one.effect.value,
                "id": one.article_id,
                "story": one.story_id,
                "title": one.title,
                "url": one.url,
                "before": one.before.value if one.before else None,
                "after": one.after.value if one.after else None,
                "because": one.because,
            }
            for effect in Effect
            for one in shown[effect]
        ],
    }
