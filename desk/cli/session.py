"""What every command starts from: the configuration, the archive, the sources, the clock.

Each is loaded when it is first asked for. Only a writing command with an explicit `--db` makes an
archive here, in a folder that is there, and says so. `init` and `demo` have their own way. The
check of filters is here as well: an unknown source or topic is refused, an unknown city or
language, of which there is no list of one's own, is remarked on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError, NoArchive

from .. import _, term
from .main import program_name

if TYPE_CHECKING:
    from pathlib import Path

    from scraper.relevance.watchlist import LoadWatchlist, Watchlist
    from scraper.sources.load import Catalogue
    from scraper.sources.model import Source
    from storage.archive import Archive
    from storage.sources import SourceRef

    from ..config import Config


Clock = Callable[[], datetime]


def clock_from(text: str | None) -> Clock:
    """The machine's clock, or one that starts at the ISO moment `text` and goes on from there.

    Raise ValueError for a text that is no moment with a zone.
    """
    if text is None:
        return lambda: datetime.now(UTC)
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("%(text)r is no ISO moment", text=text)) from None
    if start.tzinfo is None:
        raise ValueError(_("%(text)r has no zone", text=text))
    return clock_at(start)


def clock_at(start: datetime) -> Clock:
    """A clock that shows `start` now and goes on from there."""
    began = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - began)


def _note(text: str) -> None:
    click.echo(text, err=True)


class Session:
    """One call of the command line. `warn` says what people have to know whatever it is about:
    a line on standard error where nothing else is given. What is wrong with a configuration that
    was copied is not said again."""

    def __init__(
        self,
        config: Path | None,
        db: Path | None,
        clock: Clock,
        config_snapshot: Path | None = None,
        warn: Callable[[str], None] = _note,
    ) -> None:
        self._warn = warn
        self.config_snapshot = config_snapshot
        self.config_option = config
        self.db_option = db
        self.clock = clock

    @cached_property
    def config(self) -> Config:
        """The configuration. Raise ConfigError."""
        from ..config import load_config

        return load_config(self.config_option, config_snapshot=self.config_snapshot)

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole call: what is counted back from it stays in step."""
        return self.clock()

    @cached_property
    def archive(self) -> Path:
        """Which archive is meant. Raise NoArchive, ConfigError."""
        # A broken configuration does not matter to somebody who names the archive; one that was
        # named too and is not there is a slip.
        if self.db_option is not None:
            if self.config_option is not None and not self.config_option.exists():
                raise ConfigError(
                    _("%(config_option)s: there is no such file", config_option=self.config_option)
                )
            return self.db_option
        from scraper.configuration import archive_path

        return archive_path(None, self.config)

    @property
    def archive_or_none(self) -> Path | None:
        """The archive, where one is configured, for what can do without. Raise ConfigError."""
        try:
            return self.archive
        except NoArchive:
            return None

    @cached_property
    def catalogue(self) -> Catalogue:
        """All sources, shipped and own, without those whose files cannot be used, which is said.
        Raise ConfigError where a folder of sources is not there or cannot be read."""
        from scraper.sources.load import load_usable

        for folder in self.config.sources:
            if _is_missing(folder):
                text = _("%(folder)s: there is no such folder of sources", folder=folder)
                raise self._fault("sources", text)
        found = load_usable(self.config.sources, _check_schedule)
        for fault in found.faults if self.config_snapshot is None else ():
            self._warn(_("left out: %(text)s", text=fault.text))
        return found

    @cached_property
    def watchlist(self) -> Watchlist:
        """The configured watchlist, or the shipped one. Raise SourceError."""
        from scraper.relevance.watchlist import load_watchlist

        return load_watchlist(self.config.watchlist)

    def watchlist_for_crawls(self) -> LoadWatchlist:
        """What gives a crawl the watchlist. One that is configured is loaded now, the shipped one,
        in which nothing can be wrong, when the first article is graded. Raise SourceError."""
        if self.config.watchlist is not None:
            self.watchlist  # noqa: B018 - what is wrong with it is said before anything is asked for
        return lambda: self.watchlist

    def enabled(self) -> tuple[Source, ...]:
        """The sources that are to be watched. Raise ConfigError for an unknown id."""
        return self._sources(self.enabled_ids())

    def enabled_ids(self) -> tuple[str, ...]:
        """Their ids alone. The shipped ones are not read for it."""
        config = self.config
        if config.enabled is not None:
            return self._without_disabled(config.enabled)
        named = self._of_packs() | {self._known("also", each) for each in config.also}
        return self._without_disabled([each for each in self.catalogue.sources if each in named])

    def _of_packs(self) -> frozenset[str]:
        catalogue = self.catalogue
        try:
            return catalogue.of_packs(self.config.packs)
        except ConfigError as error:
            raise self._fault("packs", str(error).removeprefix("packs: ")) from None

    def sources_to_check(self) -> tuple[Source, ...]:
        """The sources that a check of all looks at: those that `enabled` names, else every one.
        Raise ConfigError for an unknown id."""
        return self._sources(self._without_disabled(self.config.enabled))

    def _without_disabled(self, named: Sequence[str] | None) -> tuple[str, ...]:
        left_out = self.catalogue.left_out
        out = {each for each in self.config.disabled if each not in left_out}
        out = {self._known("disabled", each) for each in out} | set(left_out)
        ids = self.catalogue.sources if named is None else named
        return tuple(self._known("enabled", each) for each in ids if each not in out)

    def _sources(self, ids: Sequence[str]) -> tuple[Source, ...]:
        try:
            return tuple(map(self.catalogue.get, ids))
        except ConfigError as error:
            raise self._fault("enabled", str(error)) from None

    def _known(self, key: str, source_id: str) -> str:
        """An id, if there is such a source."""
        if source_id not in self.catalogue.sources:
            try:
                self.catalogue.get(source_id)
            except ConfigError as error:
                raise self._fault(key, str(error)) from None
        return source_id

    def _fault(self, key: str, problem: str) -> ConfigError:
        from ..config import at_key

        return at_key(self.config, key, problem)

    def reading(self) -> Archive:
        """The archive, opened for reading. Raise NoArchive, OlderSchema, NewerSchema,
        StorageError."""
        from storage.archive import Archive

        return Archive.open_readonly(self.archive)

    def writing(self) -> Archive:
        """The archive, opened for writing. One that somebody named by `--db` is made where nothing
        is there but its folder, or a file of no bytes as one that was killed while it was made
        leaves behind. That is said: a disk may be missing.

        Raise NoArchive, OlderSchema, NewerSchema, StorageError.
        """
        own = self.db_option is None or self.config_snapshot is not None
        return self._opened("open" if own else "create")

    def editing(self) -> Archive:
        """The archive, opened for writing, of something that it must hold already: it is not made.

        Raise NoArchive, OlderSchema, NewerSchema, StorageError.
        """
        return self._opened("open")

    def _opened(self, how: str) -> Archive:
        """The archive, which says on standard error for whom it waits where that takes a while."""
        from storage.archive import Archive, is_there

        place = self.archive
        if how == "create" and place.absolute().parent.is_dir():
            is_new = not is_there(place)
            store = Archive.create(place)  # also what was killed while it was made
            if is_new:
                self._warn(
                    _(
                        "%(path)s: there was no archive, so a new one was made; where there should "
                        "be one, remove this and see whether its disk is there",
                        path=place,
                    )
                )
        else:
            store = Archive.open(place)
        store.on_wait = self._report_wait
        return store

    def _report_wait(self, writer: str) -> None:
        holder = _("process %(writer)s", writer=writer) if writer else _("another process")
        self._warn(
            _(
                "%(path)s: %(holder)s is writing; waiting up to half a minute",
                path=self.archive,
                holder=holder,
            )
        )

    def report_holder(self, holder: str) -> None:
        """Say on standard error that a lock is waited for, and who has it."""
        holder = holder or _("another process")
        self._warn(_("%(path)s: waiting for %(holder)s", path=self.archive, holder=holder))

    def command_line_for(self, command: str) -> str:
        """How to type a command for the same configuration and archive, by the program as it was
        called where the shell would not find it."""
        import shlex

        named = (("--config", self.config_option), ("--db", self.db_option))
        words = [f"{name} {shlex.quote(str(path))} " for name, path in named if path is not None]
        return f"{shlex.quote(program_name())} {''.join(words)}{command}"

    def hint(self, command: str) -> str:
        """The same in backquotes."""
        return f"`{self.command_line_for(command)}`"

    def first_crawl(self) -> str:
        """What brings the first articles, in backquotes: a crawl, or, where no source is enabled,
        what asks which are to be watched."""
        return self.hint("crawl --all" if self.enabled_ids() else "setup")

    def with_hints(self, text: str) -> str:
        """A text in which others advise commands in backquotes, these as they are to be typed for
        the same configuration and archive."""
        import re

        return re.sub(r"`hubwatch (?=[a-z])", lambda _: f"`{self.command_line_for('')}", text)

    def options(self) -> tuple[str, ...]:
        """The options that give a child the same configuration and archive."""
        config = self.config.path
        named = ("--config", str(config.absolute())) if config else ()
        return (*named, "--db", str(self.archive.absolute()))


def _is_missing(folder: Path) -> bool:
    """Whether a folder is not there. Of one that cannot be looked at loading says so."""
    try:
        return not folder.is_dir()
    except PermissionError:
        return False


def _check_schedule(source: Source) -> None:
    """Raise ConfigError where the schedule of one of people's own sources means nothing."""
    from ..timetable import schedule_of

    schedule_of(source)


pass_session = click.make_pass_decorator(Session)


def refuse_files(session: Session, command: str, instead: str) -> None:
    """A usage error where `--config` or `--db` was given to a command that uses neither."""
    for name, path in (("--config", session.config_option), ("--db", session.db_option)):
        if path is not None:
            raise click.UsageError(
                _(
                    "`%(command)s` takes no %(name)s: %(instead)s",
                    command=command,
                    name=name,
                    instead=instead,
                )
            )


_FEW = 9  # so many are named where nothing is near


def require_known(
    session: Session, store: Archive, *, source: Sequence[str] = (), topic: Sequence[str] = ()
) -> None:
    """Raise ConfigError, with the nearest that is known, for the first source or topic that
    neither the archive nor the catalogue or the watchlist knows: a slip in a timetable would else
    bring nothing for ever, and nobody would notice."""
    archived = _archived(store, "source") if source else {}
    _require(session, "source", [each for each in source if each not in archived], archived)
    _require(session, "topic", [each for each in topic if not store.relevance.has_topic(each)], {})


def _require(
    session: Session, kind: str, strange: Sequence[str], archived: Mapping[str, str]
) -> None:
    if not strange:  # only now: loading every source takes a moment
        return
    known = {**archived, **_configured(session, kind)}
    for value in strange:
        if value not in known:
            raise ConfigError(_describe_unknown(kind, value, known))


def hint_unknown(
    session: Session, store: Archive, *, city: Sequence[str] = (), language: Sequence[str] = ()
) -> None:
    """Say of each city and language that nobody knows so, with the nearest that somebody does."""
    from .console import note

    for kind, values in {"city": city, "language": language}.items():
        archived = _archived(store, kind) if values else {}
        strange = [value for value in values if _folded(kind, value) not in archived]
        if strange:
            known = archived | _tolerated(session, kind)
            for value in strange:
                if _folded(kind, value) not in known:
                    note(_describe_unknown(kind, value, known))


def _describe_unknown(kind: str, value: str, known: Mapping[str, str]) -> str:
    from hubwatch.toml import nearest

    near = nearest(value, list(known.values()))
    few = (
        _("; there are: %(values)s", values=", ".join(sorted(known.values())))
        if 0 < len(known) < _FEW
        else ""
    )
    return _(
        "there is no %(kind)s %(value)r%(suggest)s",
        kind=term("unknown", kind),
        value=value,
        suggest=_("; did you mean %(near)r?", near=near) if near else few,
    )


def _folded(kind: str, value: str) -> str:
    """A value as it is compared. Of a language only the first part counts."""
    if kind == "city":
        return value.lower()
    return value.lower().replace("_", "-").split("-")[0] if kind == "language" else value


def _archived(store: Archive, kind: str) -> dict[str, str]:
    """What the archive has of a kind: as it is compared, and as it is written."""
    return _words(kind, store.sources.refs().values())


def _configured(session: Session, kind: str) -> dict[str, str]:
    """The same of the sources and the watchlist. Raise ConfigError where those are faulty."""
    if kind == "topic":
        return {topic: topic for topic in session.watchlist.topics}
    return _words(kind, (source.ref for source in session.catalogue.sources.values()))


def _tolerated(session: Session, kind: str) -> dict[str, str]:
    """The same. What is wrong with the sources is said elsewhere."""
    try:
        return _configured(session, kind)
    except ConfigError:
        return {}


def _words(kind: str, refs: Iterable[SourceRef]) -> dict[str, str]:
    words = {{"source": r.id, "city": r.city, "language": r.language}[kind] for r in refs}
    return {_folded(kind, word): word for word in words if word}
