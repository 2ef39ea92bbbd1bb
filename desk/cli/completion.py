"""`hubwatch completion`: what a shell offers when Tab is pressed. Ids, numbers, topics, people and
jobs come from the archive and the files of the configuration; nothing is fetched and no page read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from hubwatch.errors import HubwatchError
from scraper.sources.load import SHIPPED

from .. import _
from .session import Session, clock_from, pass_session, refuse_files

if TYPE_CHECKING:
    from storage.archive import Archive

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_HUBWATCH_COMPLETE"
_MOST = 50
_NUMBERED_COMMANDS = {
    "show": "article", "cite": "article", "decisions add": "story", "decisions undo": "decision",
    "decisions correct": "article", "sources teach": "article", "changes release": "run",
    "quarantine show": "page", "incidents": "incident", "stories": "story", "digest": "digest",
}  # fmt: skip


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@pass_session
def completion(session: Session, shell: str) -> None:
    """Print what lets a shell complete commands, options, files, ids, topics and people.

    \b
    Examples:
      hubwatch completion bash > ~/.local/share/bash-completion/completions/hubwatch
      hubwatch completion zsh > ~/.zfunc/_hubwatch
      hubwatch completion fish > ~/.config/fish/completions/hubwatch.fish
    """
    refuse_files(session, "completion", _("what it prints holds for every archive"))
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(click.Group("hubwatch"), {}, "hubwatch", _VARIABLE)
    # Without `source`, which asks bash for its version and complains of what it is told.
    click.echo(made.source_template % made.source_vars())


def complete(kind: str, context: click.Context, begun: str) -> list[CompletionItem]:
    """What begins as `begun` does, of that kind. Nothing where it cannot be known: a shell has no
    place for a complaint."""
    try:
        session = _session(context)
        found = _FINDERS[kind](session, context)
        return [CompletionItem(word, help=text) for word, text in found if word.startswith(begun)][
            :_MOST
        ]
    except (HubwatchError, OSError, ValueError, LookupError):
        return []


def _session(context: click.Context) -> Session:
    given = context.find_root().params
    return Session(given.get("config"), given.get("db"), clock_from(None), warn=lambda _text: None)


Found = Iterable[tuple[str, str]]


def _sources(session: Session, _context: click.Context) -> Found:
    folders: list[Path] = [SHIPPED]
    with suppress(HubwatchError):  # the shipped ones are there all the same
        folders += session.config.sources
    names = {path.stem for folder in folders for path in folder.glob("*.toml")}
    return [(name, "") for name in sorted(names)]


def _topics(session: Session, _context: click.Context) -> Found:
    return [(topic, "") for topic in session.watchlist.topics]


def _cities(session: Session, _context: click.Context) -> Found:
    with session.reading() as store:
        return [(city, "") for city in sorted({r.city for r in store.sources.refs().values()})]


def _people(session: Session, _context: click.Context) -> Found:
    with session.reading() as store:
        names = {person.name for person in store.people.all()}
        return [(name, "") for name in sorted(names)]


def _jobs(session: Session, context: click.Context) -> Found:
    entries = [(entry.name, " ".join(entry.command)) for entry in session.config.timetable]
    return [*entries, *_sources(session, context)]


def _channels(session: Session, _context: click.Context) -> Found:
    return [(channel.name, "") for channel in session.config.alerts.channels]


def _subscriptions(session: Session, _context: click.Context) -> Found:
    return [(each.name, each.person) for each in session.config.alerts.subscriptions]


def _lessons(session: Session, context: click.Context) -> Found:
    with session.reading() as store:
        lessons = store.sources.lessons.of(context.params.get("source_id") or "")
        return [(str(one.id), one.field) for one in lessons]


def _slices(session: Session, _context: click.Context) -> Found:
    with session.reading() as store:
        return [(one.job, one.source_id) for one in store.sources.slices.latest(_MOST)]


def _numbers(session: Session, context: click.Context) -> Found:
    path = " ".join(context.command_path.split()[1:])
    kind = _NUMBERED_COMMANDS.get(path) or _NUMBERED_COMMANDS[path.split()[0]]
    with session.reading() as store:
        return [(str(number), text) for number, text in _NUMBERS[kind](store)]


def _articles(store: Archive) -> Iterable[tuple[int, str]]:
    return [(one.lead.id, one.lead.title) for one in store.stories.latest(_MOST)]


_NUMBERS: dict[str, Callable[[Archive], Iterable[tuple[int, str]]]] = {
    "article": _articles,
    "story": lambda store: [(one.id, one.lead.title) for one in store.stories.latest(_MOST)],
    "decision": lambda store: [(one.id, one.verb) for one in store.decisions.page(_MOST)[::-1]],
    "run": lambda store: [(one.id, one.source_id) for one in store.runs.latest(_MOST)],
    "digest": lambda store: [(one.number, one.title) for one in store.digests.latest(_MOST)],
    "incident": lambda store: [(one.id, "") for one in store.incidents.unresolved()],
    "page": lambda _store: (),
}
_FINDERS: dict[str, Callable[[Session, click.Context], Found]] = {
    "source": _sources,
    "topic": _topics,
    "city": _cities,
    "person": _people,
    "job": _jobs,
    "channel": _channels,
    "subscription": _subscriptions,
    "lesson": _lessons,
    "slice": _slices,
    "number": _numbers,
}
