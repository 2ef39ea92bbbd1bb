"""`hubwatch prune`: remove what the rule of the configuration lets go, or say what it would."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ..console import JSON, Column, amount, note, output_option, print_json_list, print_table
from ..progress import staged
from ..session import Session, pass_session

if TYPE_CHECKING:
    from storage.maintenance.prune import Share
    from storage.maintenance.retention import Retention

_COLUMNS = (
    Column("what", style="bold", folds="never"),
    Column("kept for"),
    Column("rows", "right"),
    Column("size", "right"),
    Column("", style="dim"),
)
_MEANS = {
    "slots": "moments of the timetable that are over",
    "fetches": "lines in the log of requests",
    "readings": "what was read from pages before better rules read them again",
    "lists": "lists and feeds that a newer copy replaced",
    "pages": "visits to pages and files that no version of an article rests on",
    "bytes": "contents that nothing rests on then",
}


@click.command()
@click.option("--dry-run", "mode", flag_value="dry", default="wet", help="Only say what would go.")
@output_option
@pass_session
def prune(session: Session, mode: str, output: str) -> None:
    """Remove what nothing rests on any more, and give the room back to the disk.

    How long things are kept is said under [retention] in the configuration. Never removed is what
    an article, one of its versions, a decision or an open incident rests on, and the newest copy of
    every address; docs/archive.md has the whole rule. Everything may go on meanwhile; interrupted,
    it goes on with the next call.

    \b
    Examples:
      hubwatch prune --dry-run
      hubwatch prune
      hubwatch prune --json
    """
    rule = session.config.retention
    shares = _would_go(session, rule) if mode == "dry" else _prune(session, rule)
    if output == JSON:
        print_json_list([_json(share, rule) for share in shares])
        return
    print_table(_COLUMNS, [_row(share, rule) for share in shares])
    whole = amount(sum(share.size for share in shares))
    note(f"{session.archive}: about {whole} {'would go' if mode == 'dry' else 'went'}")


def _would_go(session: Session, rule: Retention) -> tuple[Share, ...]:
    with session.reading() as store:
        return store.maintenance.would_go(rule, session.now)


def _prune(session: Session, rule: Retention) -> tuple[Share, ...]:
    from hubwatch.locks import Lock

    with (
        session.writing() as store,
        Lock(session.archive, "prune").acquire(timedelta(0), "hubwatch prune"),
        staged() as stages,
    ):
        known = {}

        def report(name: str, done: int, of: int) -> None:
            if name not in known:
                known[name] = stages(name)
            known[name](done, of)

        return store.maintenance.prune(rule, session.now, report)


def _row(share: Share, rule: Retention) -> tuple[object, ...]:
    size = amount(share.size) if share.size else ""
    return share.name, _kept(share, rule) or "", share.rows, size, _MEANS[share.name]


def _kept(share: Share, rule: Retention) -> str | None:
    age: timedelta | None = getattr(rule, share.name, None)
    return None if age is None else f"{age // timedelta(days=1)}d"


def _json(share: Share, rule: Retention) -> dict[str, object]:
    return {
        "what": share.name,
        "kept": _kept(share, rule),
        "rows": share.rows,
        "size": share.size,
    }
