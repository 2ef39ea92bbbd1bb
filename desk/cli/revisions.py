"""`hubwatch changes`: what changed in what was known, and what of it was held back.

How the versions of an article are printed is here as well, for `show` and `stories show`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.types import Change, Held, Weight

from .. import N_, _, change_summary, ngettext, term
from ..documents import JsonDocument, Member
from ..text import one_line
from .console import (
    Column,
    heading,
    local,
    note,
    note_cut,
    print_json,
    print_json_list,
    print_table,
)
from .main import CommandGroup
from .options import (
    JSON,
    by_option,
    limit_option,
    listing_option,
    name_of,
    number_argument,
    output_option,
    sources_option,
)
from .session import Session, pass_session, require_known

if TYPE_CHECKING:
    from scraper.revisions import Hunk
    from storage.articles.records import Added, Edit
    from storage.revisions import Event, Revision


# Printing what became of an article: its versions with what each changed, withdrawn and back.

_MOST_SHOWN = 12
_LONGEST = 240
_AROUND = 30
_EVENT_WORDS = {
    Change.GONE: N_("withdrawn"),
    Change.BACK: N_("back"),
    Change.LEAD: N_("leads its story from here on"),
}
_HELD = {
    Held.RESTLESS: N_("no news: it changes at every visit, or goes to and fro"),
    Held.KNOWN: N_("no news: people were told this last"),
    Held.BULK: N_("held back: too much changed at once"),
    Held.REDESIGN: N_("held back and not shown: it lacks what was known"),
}


def print_history(
    revisions: Sequence[Revision],
    events: Iterable[Event],
    added: Added | None,
    zone: str,
    *,
    is_moved: bool = False,
) -> None:
    """Versions and events in the order in which they were seen, each version with its diff. `added`
    is who added the article by hand, if somebody did, `is_moved`: its page is gone, and it stands
    elsewhere."""
    from scraper.revisions import differences

    click.echo()
    heading(_("History"))
    hunks = differences(revisions)
    lines = [
        (each.seen_at, 1, _version(each, added), hunks.get(each.number, ())) for each in revisions
    ]
    lines += [
        (e.at, 0, f"   {_event(e, is_moved)}", ()) for e in events if e.change in _EVENT_WORDS
    ]
    for at, _order, line, found in sorted(lines, key=lambda entry: entry[:2]):
        number, _blank, what = line.partition(" ")
        click.echo(f"{number:>3}  {local(at, zone)}  {one_line(what)}")
        print_hunks(found)


def _version(revision: Revision, added: Added | None) -> str:
    what = change_of(revision) if revision.weight else _("as first seen")
    if revision.snapshot_id is None:
        typed = added is not None and not revision.weight
        what += (
            _("; added by hand, no archived page behind it")
            if typed
            else _("; imported, no archived page behind it")
        )
    return f"{revision.number} {what}"


def _event(event: Event, is_moved: bool) -> str:
    text = _(_EVENT_WORDS[event.change])
    if is_moved and event.change is Change.GONE:
        text = _("its page is gone")
    return f"{text}: {event.detail}" if event.detail else text


def change_of(change: Revision | Edit) -> str:
    """A change in words: `material: numbers, dates; held back: too much changed at once`."""
    kinds = ", ".join(
        term("change", kind) for kind in change.kinds or getattr(change, "changed", ())
    )
    weight = term("weight", change.weight or "")
    parts = [f"{weight}: {kinds}" if kinds else weight]
    return "; ".join([*parts, *remarks(change)])


def remarks(change: Revision | Edit) -> Iterator[str]:
    """What else there is to say of a change: whether it was reported, and what it went back to."""
    if change.back_to is not None:
        yield _("as version %(back_to)s said", back_to=change.back_to)
    if change.held:
        yield _(_HELD[change.held])
    if change.times > 1:
        yield _("the last of %(times)s such versions", times=change.times)


def print_hunks(hunks: Sequence[Hunk]) -> None:
    """The differences, a line each: [-removed-] and {+added+}, coloured on a terminal."""
    for hunk in hunks[:_MOST_SHOWN]:
        click.echo(f"       {one_line(term('change', hunk.kind))}: {_marked(hunk)}".rstrip(": "))
    if len(hunks) > _MOST_SHOWN:
        click.echo(_("       and %(n)s more; --json has all", n=len(hunks) - _MOST_SHOWN))


def _marked(hunk: Hunk) -> str:
    removed, added = one_line(hunk.removed, _LONGEST), one_line(hunk.added, _LONGEST)
    pieces = [_edge(hunk.before, "before").lstrip()]
    pieces += [click.style(f"[-{removed}-]", fg="red")] if removed else []
    pieces += [click.style(f"{{+{added}+}}", fg="green")] if added else []
    pieces += [_edge(hunk.after, "after")]
    return "".join(pieces)


def _edge(text: str, side: str) -> str:
    """Words around a change on one line, the blank that parts them from it kept. Where they go on,
    an ellipsis stands."""
    line = one_line(text)
    head = " " if line and text[:1].isspace() else ""
    tail = " " if line and text[-1:].isspace() else ""
    if len(text) < _AROUND:
        return f"{head}{line}{tail}"
    return f"…{line}{tail}" if side == "before" else f"{head}{line}…"


@click.group(cls=CommandGroup, invoke_without_command=True)
@sources_option
@click.option("--material", "weights", flag_value="material", default="", help="Only what matters.")
@click.option("--held", "held", flag_value="held", default="", help="Only what was held back.")
@limit_option()
@listing_option
@click.pass_context
def changes(
    ctx: click.Context, sources: tuple[str, ...], weights: str, held: str, limit: int, output: str
) -> None:
    """List what changed in articles that were known, the latest first.

    A change is material (numbers, dates, names, amounts, document numbers, title, files, whole
    sentences) or cosmetic (spaces, counters, related links); only material ones are news. Held back
    are those of pages that change at every visit, those of a run that found too many at once, and
    those that lack what was known of an article, which are not shown either.

    \b
    Examples:
      hubwatch changes --material
      hubwatch changes --held --source guiyang-en
      hubwatch changes release 128 --by Ana
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.find_object(Session)
    assert session is not None
    with session.reading() as store:
        require_known(session, store, source=sources)
        edits = store.edits
        only = (Weight.MATERIAL,) if weights else ()
        why = tuple(reason for reason in Held if reason) if held else ()
        found = edits.latest(limit, weights=only, held=why, sources=sources)
        note_cut(len(found), limit, lambda: edits.count(weights=only, held=why, sources=sources))
    if output == JSON:
        from ..documents.revisions import EDIT

        print_json_list([EDIT(edit) for edit in found])
    elif found:
        print_table(_COLUMNS, [_row(edit, session.config.zone) for edit in found])
    else:
        note(_none(session, sources, weights, held))


def _none(session: Session, sources: Sequence[str], weights: str, held: str) -> str:
    """That nothing was found, of what was asked for and of no more."""
    of = _(" of %(sources)s", sources=", ".join(sources)) if sources else ""
    what = _("nothing%(of)s%(rest)s", of=of, rest=_(" that matters") if weights else "")
    if held:
        return _("%(what)s is held back", what=what)
    if sources or weights:
        return _("%(what)s has changed so far", what=what)
    return _("nothing of what %(archive)s knows has changed so far", archive=session.archive)


_COLUMNS = (
    Column("seen", folds="never", rank=2),
    Column("change", style="bold", folds="never"),
    Column("article", "right", folds="never"),
    Column("run", "right", folds="never", rank=4),
    Column("title", folds="short", rank=1, least=20),
    Column("what"),
    Column("remarks", style="dim", empty="hidden", rank=3),
)


def _row(edit: Edit, zone: str) -> tuple[object, ...]:
    title = one_line(edit.title, 60)
    what = change_summary(edit.summary) or ", ".join(term("change", kind) for kind in edit.kinds)
    said = "; ".join(remarks(edit))
    return (
        local(edit.seen_at, zone),
        term("weight", edit.weight or ""),
        edit.article_id,
        edit.run_id,
        title,
        what,
        said,
    )


@changes.command()
@number_argument("run", "RUN")
@by_option
@output_option
@pass_session
def release(session: Session, run: int, person: str, output: str) -> None:
    """Let the changes that were held back of a run be told after all; from now on they are news,
    and shown where they were not.

    What has changed again since is told no more. `hubwatch changes --held` names the runs.

    \b
    Examples:
      hubwatch changes release 128 --by Ana
      hubwatch --db copy.db changes release 128 --by Ana
    """
    name, now = name_of(person), session.now
    with session.editing() as store:
        try:
            with store.writing() as tx:
                released = tx.articles.release(run, person=name, now=now)
        except LookupError as error:
            raise HubwatchError(f"{store.path}: {error.args[0]}") from None
    if output == JSON:
        print_json(RELEASED((run, released, name)))
        return
    note(
        ngettext(
            "run %(run)s: the changes of %(number)s article are news now",
            "run %(run)s: the changes of %(number)s articles are news now",
            released,
            run=run,
        )
    )


RELEASED: JsonDocument[tuple[int, int, str]] = JsonDocument(
    Member("run", "integer", "the run whose changes were held back", lambda r: r[0]),
    Member("articles", "integer", "of so many the changes are news now", lambda r: r[1]),
    Member("by", "text", "who let them be told", lambda r: r[2]),
    commands=("changes release --json",),
)  # fmt: skip
