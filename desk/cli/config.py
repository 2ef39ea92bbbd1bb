"""`hubwatch config`: the configuration in use, key by key, and whether the daemon would take it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from hubwatch.config_keys import FILE
from hubwatch.errors import ConfigError
from hubwatch.toml import line_of, suggest

from .. import _
from ..documents import JsonDocument, Member, parts
from ..text import pluralise
from .config_faults import OldName, old_names, refusals
from .console import Column, note, print_json, print_json_list, print_table
from .daemon import other_jobs
from .options import JSON, listing_option, output_option
from .session import Session, pass_session

if TYPE_CHECKING:
    from hubwatch.toml import Keys, TomlKey
_REFUSED = 2


@click.group()
def config() -> None:
    """Show the configuration in use, or check it.

    \b
    Examples:
      hubwatch config show
      hubwatch config check
    """


@dataclass(frozen=True, slots=True)
class Setting:
    """One key as it is in force. `line` is where the file has it, None where it is left out."""

    key: str
    value: object
    line: int | None

    @property
    def text(self) -> str:
        """The value as TOML writes it."""
        if self.value is None:
            return ""
        return json.dumps(self.value, ensure_ascii=False, default=str)


@config.command()
@click.argument("key", required=False, metavar="[KEY]")
@listing_option
@pass_session
def show(session: Session, key: str | None, output: str) -> None:
    """Show what is in force: each key with its value, and the line that says so, or that it is the
    usual one. KEY limits it to one key or table.

    \b
    Examples:
      hubwatch config show
      hubwatch config show timetable
      hubwatch config show contact --json
    """
    found = [
        each
        for each in settings(session)
        if each.key == key or (each.value is not None and (key is None or _is_under(each.key, key)))
    ]
    if not found and (key is None or not _is_declared(key)):
        hint = suggest(key or "", sorted({each.key for each in settings(session)}))
        raise ConfigError(_("there is no key %(key)r%(hint)s", key=key, hint=hint))
    if output == JSON:
        print_json_list([SETTING(each) for each in found])
        return
    columns = (
        Column("key", style="bold", folds="never"),
        Column("value"),
        Column("line", "right", style="dim", folds="never"),
    )
    rows = [(each.key, each.text, each.line or _("usual")) for each in found]
    print_table(columns, rows)
    note(_("configuration: %(path)s", path=session.config.path or _("none; all is as usual")))


SETTING: JsonDocument[Setting] = JsonDocument(
    Member("key", "text", "the key, dotted, tables of a list counted from 1", lambda s: s.key),
    Member("value", "text or integer or boolean or list or object or null", "its value in force; "
        "null, only where KEY names it: it is left out, and there is none", lambda s: s.value),
    Member("line", "integer or null", "the line of the file; null: it is left out",
        lambda s: s.line),
    commands=("config show --json",),
    about="A list of the keys of the configuration in use, in the order of the reference.",
)  # fmt: skip


def _is_under(key: str, asked: str) -> bool:
    return key == asked or key.startswith((f"{asked}.", f"{asked}["))


def _is_declared(key: str) -> bool:
    """Whether there may be such a key or table."""
    keys: Keys = FILE
    for name in key.split("."):
        if name not in keys:
            return False
        keys = _keys_of(keys[name])
    return True


def _keys_of(key: TomlKey) -> Keys:
    kinds = key.kind.options or (key.kind,)
    tables = [keys for kind in kinds for keys in (kind.keys or {}, *kind.variants.values())]
    return {name: one for keys in tables for name, one in keys.items()}


def settings(session: Session) -> tuple[Setting, ...]:
    """Every key that is in the configuration, or may be. Raise ConfigError."""
    path = session.config.path
    text = path.read_text("utf-8-sig") if path is not None else ""
    return tuple(_settings(FILE, tomllib.loads(text), "", text))


def _settings(keys: Keys, data: Mapping[str, Any], place: str, text: str) -> Iterator[Setting]:
    for name, key in keys.items():
        here, value = f"{place}{name}", data.get(name)
        inner = next(
            (kind for kind in (key.kind.options or (key.kind,)) if kind.keys is not None), None
        )
        if inner is not None and inner.keys is not None and not isinstance(value, (str, int)):
            if inner.repeats:
                for number, one in enumerate(value or (), 1):
                    more = inner.variants.get(str(one.get("kind")), {})
                    yield from _settings({**inner.keys, **more}, one, f"{here}[{number}].", text)
            else:
                yield from _settings(inner.keys, value or {}, f"{here}.", text)
        elif value is not None:
            yield Setting(here, value, _line(text, here))
        else:
            default = list(key.default) if isinstance(key.default, tuple) else key.default
            yield Setting(here, default, None)


def _line(text: str, key: str) -> int | None:
    return line_of(text, key)


# `hubwatch config check`


@dataclass(frozen=True, slots=True)
class PrintedFault:
    """A refusal as it is told: commands in it are to be typed for this configuration."""

    text: str
    remedy: str


@config.command()
@output_option
@click.pass_context
def check(ctx: click.Context, output: str) -> None:
    """Say everything for which `hubwatch run` would not begin, with file, line and remedy: the file
    itself, sources and contact, the watchlist, each command of the timetable, the archive.

    Runs nothing and asks nobody. Exit code 2 if there is something.

    \b
    Examples:
      hubwatch config check
      hubwatch --config new.toml config check --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    found = tuple(
        PrintedFault(session.with_hints(each.text), session.with_hints(each.remedy))
        for each in refusals(session)
    )
    try:
        renamed = old_names(session)
    except ConfigError:
        renamed = ()
    if output == JSON:
        print_json(REFUSALS((found, renamed)))
        ctx.exit(_REFUSED if found else 0)
    for name in renamed:
        note(name.text)
        note(f"  → {name.remedy}")
    for each in found:
        click.echo(each.text)
        click.echo(f"  → {each.remedy}")
    if found:
        note(_("%(faults)s: `hubwatch run` would refuse", faults=pluralise(len(found), "fault")))
        ctx.exit(_REFUSED)
    where = session.config.path or _("the defaults")
    enabled, beside = session.enabled(), other_jobs(session)
    click.echo(
        _(
            "%(where)s is in order: %(sources)s, %(jobs)s beside crawls",
            where=where,
            sources=pluralise(len(enabled), "source"),
            jobs=pluralise(len(beside), "job"),
        )
    )


REFUSAL: JsonDocument[PrintedFault] = JsonDocument(
    Member("told", "text", "what is wrong, with file and line", lambda r: r.text),
    Member("remedy", "text", "what to do", lambda r: r.remedy),
)  # fmt: skip


RENAMED: JsonDocument[OldName] = JsonDocument(
    Member("job", "text", "the entry", lambda o: o.job),
    Member("old", "text", "its command, as it was called before", lambda o: o.old),
    Member("new", "text", "what is run in its place", lambda o: o.new),
    Member("remedy", "text", "what writes the new name", lambda o: o.remedy),
)  # fmt: skip


REFUSALS: JsonDocument[tuple[Sequence[PrintedFault], Sequence[OldName]]] = JsonDocument(
    Member("sound", "boolean", "whether the daemon would begin", lambda r: not r[0]),
    parts("faults", "why not", lambda r: r[0], REFUSAL),
    parts("renamed", "entries of the timetable whose command has another name now; they go on",
        lambda r: r[1], RENAMED),
    commands=("config check --json",),
    about="One document. Exit code 2 if there is a fault.",
)  # fmt: skip
