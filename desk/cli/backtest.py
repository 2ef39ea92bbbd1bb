"""What a watchlist's test found, as tables and as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from storage.types import Grade

from ..relevance.backtest import BacktestFigures, Effect, GradeDifference
from ..relevance.suggestions import Accuracy, Verdicts
from ..text import one_line, pluralise
from .console import (
    Column,
    heading,
    print_table,
)

_GRADES = (*Grade, None)
_WORDS = {
    Effect.ADDED: "would come into digests",
    Effect.LOST: "would go out of digests",
    Effect.RAISED: "would be graded higher",
    Effect.LOWERED: "would be graded lower",
}
_FEW = 5

Samples = Mapping[Effect, Sequence[GradeDifference]]


def print_test(tally: BacktestFigures, shown: Samples, people: Verdicts) -> None:
    """Print everything for people."""
    click.echo(f"{pluralise(tally.articles, 'article')} looked at")
    print_table(
        (Column("grade"), Column("on record", "right"), Column("with this list", "right")),
        [(grade or "none", tally.before[grade], tally.after[grade]) for grade in _GRADES],
    )
    for effect in Effect:
        if tally.effects[effect]:
            click.echo()
            heading(f"{tally.effects[effect]} {_WORDS[effect]}")
            _print_samples(shown.get(effect, ()))
    _print_people(people)


def _print_samples(samples: Sequence[GradeDifference]) -> None:
    columns = (
        Column("article", "right", folds="never"),
        Column("grade", folds="never"),
        Column("title", folds="short"),
        Column("sentence"),
    )
    rows = [
        (
            one.article_id,
            f"{one.before or 'none'} → {one.after or 'none'}",
            one.title,
            one_line(one.because, 160),
        )
        for one in samples
    ]
    if rows:
        print_table(columns, rows)


def _print_people(people: Verdicts) -> None:
    click.echo()
    if not people.decided:
        click.echo("nobody has accepted or rejected a story yet")
        return
    heading(f"{pluralise(people.decided, 'story')} that people decided")
    columns = (
        *(Column("rule"), Column("brings", "right"), Column("of these accepted", "right")),
        *(Column("accepted in all", "right"), Column("precision", "right")),
        Column("recall", "right"),
    )
    rules = (("on record", people.before), ("this list", people.after))
    print_table(columns, [_rule_row(name, right) for name, right in rules])
    for title in people.missed[:_FEW]:
        click.echo(one_line(f"accepted, and not brought: {title}"))
    if people.missing:
        click.echo()
        heading("Phrases that would have brought what people accepted all the same")
        print_table(
            (
                Column("phrase"),
                Column("stories", "right"),
                Column("rejected stories", "right"),
                Column("articles in all", "right"),
            ),
            [(one.phrase, one.stories, one.rejected, one.articles) for one in people.missing],
        )
    if people.useless:
        click.echo()
        heading("Names that stood in rejected stories only")
        print_table(
            (Column("name"), Column("topic"), Column("rejected stories", "right")),
            [(one.phrase, one.topic, one.rejected) for one in people.useless],
        )


def _rule_row(name: str, right: Accuracy) -> tuple[object, ...]:
    shares = (_share(right.precision), _share(right.recall))
    return name, right.matched, right.matched_accepted, right.accepted, *shares


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def test_json(
    version: str, tally: BacktestFigures, shown: Samples, people: Verdicts
) -> dict[str, Any]:
    """The same for machines. The keys are in docs/machine.md."""
    return {
        "watchlist": version,
        "articles": tally.articles,
        "before": {str(grade or "none"): tally.before[grade] for grade in _GRADES},
        "after": {str(grade or "none"): tally.after[grade] for grade in _GRADES},
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
            for one in shown.get(effect, ())
        ],
        "people": {
            "decided": people.decided,
            "before": _accuracy_json(people.before),
            "after": _accuracy_json(people.after),
            "missed": list(people.missed),
            "missing": [
                {
                    "phrase": one.phrase,
                    "stories": one.stories,
                    "rejected": one.rejected,
                    "articles": one.articles,
                }
                for one in people.missing
            ],
            "useless": [
                {"topic": one.topic, "phrase": one.phrase, "rejected": one.rejected}
                for one in people.useless
            ],
        },
    }


def _accuracy_json(right: Accuracy) -> dict[str, Any]:
    return {
        "brought": right.matched,
        "brought_accepted": right.matched_accepted,
        "accepted": right.accepted,
        "precision": right.precision,
        "recall": right.recall,
    }
