"""Testing a watchlist, and a line of its `[dismissed]`: what comes of it, as tables and as data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from hubwatch.errors import HubwatchError
from scraper.relevance.watchlist import Watchlist, load_watchlist
from storage.types import Grade

from .. import N_, _, term
from ..config import original_of
from ..documents import JsonDocument, Member, part, parts
from ..relevance.backtest import BacktestFigures, Effect, GradeDifference, differences, rematch
from ..relevance.dismissals import DismissalEffect, dismiss, effect_of, undismiss
from ..relevance.suggestions import (
    Accuracy,
    MissingPhrase,
    RepeatedReason,
    UselessPhrase,
    Verdicts,
    verdicts,
)
from ..text import one_line, pluralise
from .console import Column, heading, note, print_json, print_table
from .options import JSON
from .progress import bar
from .session import Session

_GRADES = (*Grade, None)
_WORDS = {
    Effect.ADDED: N_("would come into digests"),
    Effect.LOST: N_("would go out of digests"),
    Effect.RAISED: N_("would be graded higher"),
    Effect.LOWERED: N_("would be graded lower"),
}
_FEW = 5

Samples = Mapping[Effect, Sequence[GradeDifference]]


def print_backtest(
    session: Session, edited: Watchlist, since: datetime | None, samples: int, output: str
) -> None:
    """Test an edited watchlist on the archive, and print what came of it."""
    kept, tally = session.watchlist, BacktestFigures()
    shown: dict[Effect, list[GradeDifference]] = defaultdict(list)
    with session.reading() as store:
        with bar("matching", store.relevance.count_texts(since)) as advance:
            for one in differences(store, edited, kept, tally, since, advance):
                if len(shown[one.effect]) < samples:
                    shown[one.effect].append(one)
        people = verdicts(store, edited, kept)
    if output == JSON:
        print_json(BACKTEST(Backtested(edited.version, tally, shown, people)))
        return
    print_test(tally, shown, people)


@dataclass(frozen=True, slots=True)
class Dismissed:
    """What a line of `[dismissed]` does, whether the file was changed, and how many articles were
    graded anew."""

    effect: DismissalEffect | None
    changed: bool = False
    graded: int | None = None


def print_dismissal(
    session: Session, line: tuple[str, str], how: str, mode: str, output: str
) -> None:
    """Write a reason and its phrase into the configured watchlist, or take them out (`how` is
    `undo`), and print what that does. Raises HubwatchError."""
    reason, phrase = line
    path = original_of(session.config_snapshot, _own_watchlist(session))
    effect = None
    if how != "undo":
        with session.reading() as store:
            effect = effect_of(store, load_watchlist(path), reason, phrase)
    found = Dismissed(effect)
    if mode != "dry":
        changed = (undismiss if how == "undo" else dismiss)(path, reason, phrase)
        with session.writing() as store:
            done = sum(rematch(store, load_watchlist(path)))
        found = Dismissed(effect, changed, done)
    if output == JSON:
        print_json(DISMISSED(found))
        return
    if effect is not None:
        click.echo(_("%(articles)s with it", articles=pluralise(effect.articles, "article")))
        for kind, count in effect.counts.items():
            click.echo()
            heading(f"{count} {_(_WORDS[kind])}")
            _print_samples([one for one in effect.changes if one.effect is kind][:_SHOWN])
    if found.graded is None:
        return
    if not found.changed:
        there = _("the watchlist has no such line")
        note(there if how == "undo" else _("the watchlist says so already"))
    note(_("%(articles)s graded anew", articles=pluralise(found.graded, "article")))


def _own_watchlist(session: Session) -> Path:
    path = session.config.watchlist
    if path is None:
        copy = session.hint("watchlist copy watchlist.toml")
        raise HubwatchError(
            _(
                "there is no watchlist of your own; %(command)s writes one, and the key "
                "`watchlist` of hubwatch.toml names it",
                command=copy,
            )
        )
    return path


_SHOWN = 20


def print_test(tally: BacktestFigures, shown: Samples, people: Verdicts) -> None:
    """Print everything for people."""
    click.echo(_("%(articles)s looked at", articles=pluralise(tally.articles, "article")))
    print_table(
        (Column("grade"), Column("on record", "right"), Column("with this list", "right")),
        [
            (term("grade", grade or "none"), tally.before[grade], tally.after[grade])
            for grade in _GRADES
        ],
    )
    for effect in Effect:
        if tally.effects[effect]:
            click.echo()
            heading(f"{tally.effects[effect]} {_(_WORDS[effect])}")
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
            f"{term('grade', one.before or 'none')} → {term('grade', one.after or 'none')}",
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
        click.echo(_("nobody has accepted or rejected a story yet"))
        return
    heading(_("%(stories)s that people decided", stories=pluralise(people.decided, "story")))
    columns = (
        *(Column("rule"), Column("brings", "right"), Column("of these accepted", "right")),
        *(Column("accepted in all", "right"), Column("precision", "right")),
        Column("recall", "right"),
    )
    rules = ((_("on record"), people.before), (_("this list"), people.after))
    print_table(columns, [_rule_row(name, right) for name, right in rules])
    for title in people.missed[:_FEW]:
        click.echo(one_line(_("accepted, and not brought: %(title)s", title=title)))
    if len(people.missed) > _FEW:
        note(_("%(n)s of %(all)s shown", n=_FEW, all=len(people.missed)))
    if people.missing:
        click.echo()
        heading(_("Phrases that would have brought what people accepted all the same"))
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
        heading(_("Names that stood in rejected stories only"))
        print_table(
            (Column("name"), Column("topic"), Column("rejected stories", "right")),
            [(one.phrase, one.topic, one.rejected) for one in people.useless],
        )
    if people.repeated:
        click.echo()
        heading(_("Rejected for one reason again and again: lines for [dismissed]"))
        print_table(
            (
                Column("line"),
                Column("of these stories", "right"),
                Column("rejected stories", "right"),
                Column("accepted stories", "right"),
                Column("articles in all", "right"),
            ),
            [
                (
                    one.line,
                    _("%(covered)s of %(stories)s", covered=one.covered, stories=one.stories),
                    one.rejected,
                    one.accepted,
                    one.articles,
                )
                for one in people.repeated
            ],
        )


def _rule_row(name: str, right: Accuracy) -> tuple[object, ...]:
    shares = (_share(right.precision), _share(right.recall))
    return name, right.matched, right.matched_accepted, right.accepted, *shares


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


GRADE_COUNTS: JsonDocument[Counter[Grade | None]] = JsonDocument(
    Member("core", "integer", "articles that are core", lambda c: c[Grade.CORE]),
    Member("related", "integer", "articles that are related", lambda c: c[Grade.RELATED]),
    Member("mention", "integer", "articles that only mention a name", lambda c: c[Grade.MENTION]),
    Member("none", "integer", "articles with nothing", lambda c: c[None]),
)  # fmt: skip


SAMPLED: JsonDocument[GradeDifference] = JsonDocument(
    Member("effect", "text", "`added`, `lost`, `raised` or `lowered`", lambda s: s.effect),
    Member("id", "integer", "the article", lambda s: s.article_id),
    Member("story", "integer", "its story", lambda s: s.story_id),
    Member("title", "text", "its headline", lambda s: s.title),
    Member("url", "text", "its address", lambda s: s.url),
    Member("before", "text or null", "grade on record", lambda s: s.before),
    Member("after", "text or null", "grade with the edited list", lambda s: s.after),
    Member("because", "text", "the sentence that decides now, or did until now",
        lambda s: s.because),
)  # fmt: skip


DISMISSED: JsonDocument[Dismissed] = JsonDocument(
    Member("articles", "integer or null", "so many articles have the phrase; null with `--undo`",
        lambda d: d.effect.articles if d.effect else None),
    parts("changes", "the articles that are graded otherwise by the line",
        lambda d: d.effect.changes if d.effect else (), SAMPLED),
    Member("changed", "boolean", "whether the file was changed", lambda d: d.changed),
    Member("graded", "integer or null", "so many articles were graded anew; null with "
        "`--dry-run`", lambda d: d.graded),
    commands=("watchlist dismiss --json",),
    about="One document.",
)  # fmt: skip


ACCURACY: JsonDocument[Accuracy] = JsonDocument(
    Member("brought", "integer", "decided stories that it grades core or related",
        lambda a: a.matched),
    Member("brought_accepted", "integer", "of these accepted", lambda a: a.matched_accepted),
    Member("accepted", "integer", "accepted in all", lambda a: a.accepted),
    Member("precision", "number or null", "`brought_accepted` of `brought`, 0 to 1; null: it "
        "brings none", lambda a: a.precision),
    Member("recall", "number or null", "`brought_accepted` of `accepted`; null: nothing was "
        "accepted", lambda a: a.recall),
)  # fmt: skip


MISSING_PHRASE: JsonDocument[MissingPhrase] = JsonDocument(
    Member("phrase", "text", "the words", lambda m: m.phrase),
    Member("stories", "integer", "of those stories, how many have it", lambda m: m.stories),
    Member("rejected", "integer", "rejected stories that have it", lambda m: m.rejected),
    Member("articles", "integer", "articles of the archive that have it, counted no further than "
        "is useful", lambda m: m.articles),
)  # fmt: skip


USELESS_NAME: JsonDocument[UselessPhrase] = JsonDocument(
    Member("topic", "text", "id of the topic", lambda u: u.topic),
    Member("phrase", "text", "as printed", lambda u: u.phrase),
    Member("rejected", "integer", "in how many", lambda u: u.rejected),
)  # fmt: skip


REPEATED_REASON: JsonDocument[RepeatedReason] = JsonDocument(
    Member("reason", "text", "what people said", lambda r: r.reason),
    Member("stories", "integer", "stories that the list brings and people rejected for it",
        lambda r: r.stories),
    Member("phrase", "text", "words that most of them have and no accepted story has",
        lambda r: r.phrase),
    Member("covered", "integer", "of those stories, how many have it", lambda r: r.covered),
    Member("rejected", "integer", "rejected stories in all that have it", lambda r: r.rejected),
    Member("accepted", "integer", "accepted stories that have it", lambda r: r.accepted),
    Member("articles", "integer", "articles of the archive that have it", lambda r: r.articles),
    Member("line", "text", "a line for the table `[dismissed]` of the watchlist",
        lambda r: r.line),
)  # fmt: skip


PEOPLE: JsonDocument[Verdicts] = JsonDocument(
    Member("decided", "integer", "stories accepted or rejected, and not disputed",
        lambda v: v.decided),
    part("before", "the list on record", lambda v: v.before, ACCURACY),
    part("after", "the edited one", lambda v: v.after, ACCURACY),
    Member("missed", "list", "texts: titles of accepted stories that the edited list does not "
        "bring", lambda v: v.missed),
    parts("missing", "phrases that would have brought them", lambda v: v.missing, MISSING_PHRASE),
    parts("useless", "names that stood in rejected stories only",
        lambda v: v.useless, USELESS_NAME),
    parts("repeated", "reasons for which people rejected several stories that the list brings, "
        "each with a line that would keep them out", lambda v: v.repeated, REPEATED_REASON),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backtested:
    """What an edited watchlist came to on the past."""

    version: str
    tally: BacktestFigures
    shown: Samples
    people: Verdicts


BACKTEST: JsonDocument[Backtested] = JsonDocument(
    Member("watchlist", "text", "version of the edited list", lambda b: b.version),
    Member("articles", "integer", "how many were looked at", lambda b: b.tally.articles),
    part("before", "articles by grade, as on record", lambda b: b.tally.before, GRADE_COUNTS),
    part("after", "the same with the edited list", lambda b: b.tally.after, GRADE_COUNTS),
    Member("added", "integer", "articles that would come into digests: core or related, and not "
        "before", lambda b: b.tally.effects[Effect.ADDED]),
    Member("lost", "integer", "that would go out of them", lambda b: b.tally.effects[Effect.LOST]),
    Member("raised", "integer", "that would rise otherwise",
        lambda b: b.tally.effects[Effect.RAISED]),
    Member("lowered", "integer", "that would fall otherwise",
        lambda b: b.tally.effects[Effect.LOWERED]),
    parts("samples", "some of each, `--samples` says how many",
        lambda b: [one for effect in Effect for one in b.shown.get(effect, ())], SAMPLED),
    part("people", "the rule beside what people decided", lambda b: b.people, PEOPLE),
    commands=("watchlist test --json",),
)  # fmt: skip
