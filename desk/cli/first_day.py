"""Checking portals live, one or all of them, and following those that moved: the work behind
`hubwatch sources check` and `adopt`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from scraper.crawl.probe import Probe
from scraper.sources.model import Source
from storage.sources import SourceCheck, SourceVerdict

from .. import _, language, term
from ..files import write_atomically
from ..messages import translator
from ..portals.adopt import adopted, write_changed
from ..portals.check_all import check_all, judged, last_round, looked_at
from ..portals.entry_repair import EntryRepair, propose_entries
from ..portals.pages import LivePages
from ..portals.repairs import repair_of
from ..text import one_line, pluralise
from ..web.render import render
from .checks import (
    ADOPTED,
    LIVE_REPAIR,
    PORTAL_REPORT,
    VERDICT,
    FollowedSource,
    LiveRepair,
    describe_check,
    holds,
    print_report,
)
from .console import Column, fact, note, print_json, print_table
from .crawl import FAILED, OK, PARTLY, request_for
from .options import JSON
from .portals import request_for_look
from .session import Session

_ORDER = {verdict: at for at, verdict in enumerate(reversed(SourceVerdict))}


def check_every(
    session: Session, wait: timedelta, output: str, target: Path | None, *, resume: bool
) -> int:
    """Check every source, say each verdict as it comes, and return the exit code."""
    session.writing().close()  # says at once what is missing
    sources = session.sources_to_check()
    request = replace(request_for(session, sources, wait, None), watchlist=None)
    known = last_round(session.archive) if resume else None
    if known is not None and known.ended:
        note(_("the last check was not cut off: these are its verdicts; without --resume anew"))
    found: list[tuple[Source, SourceCheck]] = []

    def report(source: Source, check: SourceCheck) -> None:
        found.append((source, check))
        if output == JSON:
            print_json(VERDICT(check))
            sys.stdout.flush()
        elif sys.stderr.isatty():
            note(
                _(
                    "%(found)s of %(sources)s: %(id)s %(verdict)s",
                    found=len(found),
                    sources=len(sources),
                    id=source.id,
                    verdict=term("check", check.verdict),
                )
            )

    try:
        check_all(sources, session.catalogue.templates, session.archive, request, report, known)
    except KeyboardInterrupt:
        note(
            _(
                "cut off; %(command)s goes on from here",
                command=session.hint("sources check --all --resume"),
            )
        )
        raise
    found.sort(key=lambda pair: (_ORDER[pair[1].verdict], pair[0].id))
    if output != JSON:
        _print_verdicts([check for _, check in found])
    if target is not None:
        _write_report(session, found, target)
    return _exit_code([check for _, check in found])


def _exit_code(checks: Sequence[SourceCheck]) -> int:
    read = [check for check in checks if check.verdict.is_read]
    if len(read) == len(checks):
        return OK
    return PARTLY if read else FAILED


def _print_verdicts(checks: Sequence[SourceCheck]) -> None:
    columns = (
        Column("source", style="bold", folds="never"),
        Column("verdict", folds="never"),
        Column("newest", folds="never", rank=3),
        Column("seen", folds="short", least=24),
        Column("repair", folds="never", empty="hidden", rank=2),
    )
    print_table(columns, [_row(check) for check in checks])
    counts = Counter(check.verdict for check in checks)
    said = ", ".join(
        f"{counts[word]} {term('check', word)}" for word in SourceVerdict if counts[word]
    )
    note(f"{pluralise(len(checks), 'source')}: {said or _('none')}")
    if any(not check.verdict.is_read for check in checks):
        note(_("the daemon does not crawl those that do not hold until they are mended or enabled"))


def _row(check: SourceCheck) -> tuple[object, ...]:
    newest = check.newest.isoformat() if check.newest else ""
    return check.source_id, check.verdict, newest, one_line(check.evidence), repair_of(check)


def _write_report(
    session: Session, found: Sequence[tuple[Source, SourceCheck]], target: Path
) -> None:
    """The verdicts as a page that stands alone."""
    counts = Counter(check.verdict for _, check in found)
    values = {
        "at": session.now,
        "zone": session.config.zone,
        "counts": [(word, counts[word]) for word in SourceVerdict if counts[word]],
        "rows": [
            (source, check, command and session.command_line_for(command))
            for source, check in found
            for command in (repair_of(check),)
        ],
    }
    page = render("first_day.html.j2", translator(language()), values)
    write_atomically(target, page.encode())
    note(_("wrote %(target)s", target=target))


def check_one(session: Session, source_id: str, articles: int, output: str) -> int:
    """Check one source, say what was found, and return the exit code."""
    source = session.catalogue.get(source_id)
    templates = session.catalogue.templates
    request = request_for_look(session, source)

    def say(url: str) -> None:
        if sys.stderr.isatty():
            note(_("asking for %(url)s", url=url))

    with Probe(source, request, session.archive_or_none) as look:
        report = looked_at(source, templates, LivePages(look, say), session.now, articles)
    check = judged(source, report, session.clock)
    _keep_check(session, check)
    if output == JSON:
        print_json(PORTAL_REPORT((source, report, check)))
    else:
        print_report(session, source, report, check)
    return OK if holds(report, check) else FAILED


def follow(session: Session, source_id: str, mode: str, output: str) -> None:
    """Write a source that moved anew, or with the mode `dry` print it."""
    source = session.catalogue.get(source_id)
    request = replace(request_for(session, [source], timedelta(), None), watchlist=None)
    found = adopted(source, session.catalogue.templates, request, session.archive_or_none)
    path = None
    if mode != "dry":
        path = write_changed(found.text, source, session.config)
        _keep_check(session, found.check)
    if output == JSON:
        print_json(ADOPTED(FollowedSource(source.id, found, path)))
        return
    for old, new in found.moves:
        click.echo(fact("moved", f"{old} → {new}"))
    click.echo(fact("verdict", describe_check(found.check, session.config.zone)))
    if path is None:
        click.echo(found.text, nl=False)
    else:
        click.echo(fact("wrote", str(path)))


def _keep_check(session: Session, check: SourceCheck) -> None:
    archive = session.archive_or_none
    if archive is not None and archive.exists():
        with session.writing() as store, store.writing() as tx:
            tx.sources.record_check(check)


def repair_entries(session: Session, source: Source, mode: str, output: str) -> int:
    """Exchange entries that bring nothing for what the portal offers now, or with the mode `dry`
    say what would be written. Return the exit code."""
    request, templates = request_for_look(session, source), session.catalogue.templates

    def say(url: str) -> None:
        if sys.stderr.isatty():
            note(_("asking for %(url)s", url=url))

    with session.reading() as store, Probe(source, request, session.archive_or_none) as look:
        found = propose_entries(store, source, LivePages(look, say), templates, session.now)
    path = None
    if found.text and mode != "dry":
        path = write_changed(found.text, source, session.config)
        if found.check is not None:
            _keep_check(session, found.check)
    if output == JSON:
        print_json(LIVE_REPAIR(LiveRepair(source.id, found, path)))
    else:
        _print_entries(session, source, found, mode, path)
    return 0 if found.text else 1


def _print_entries(
    session: Session, source: Source, found: EntryRepair, mode: str, path: Path | None
) -> None:
    for entry in found.broken:
        same = _("; its items are read without selectors") if entry in found.bare else ""
        click.echo(fact("brings nothing", f"{entry.kind} {entry.url}{same}"))
    for added in found.added:
        click.echo(fact("instead", f"{added.kind} {added.url}"))
    if found.rows:
        known = _(
            "%(rows)s articles there, %(known)s of them known to the archive, which has "
            "%(archive)s",
            rows=len(found.rows),
            known=found.known,
            archive=found.of_archive,
        )
        click.echo(fact("lists", known))
    if found.check is not None:
        click.echo(fact("verdict", describe_check(found.check, session.config.zone)))
    if not found.text:
        click.echo(fact("not proven", found.why))
        note(
            _(
                "%(command)s leaves the source out",
                command=session.hint(f"sources disable {source.id}"),
            )
        )
    elif path is None and mode == "dry":
        click.echo(found.text, nl=False)
        note(
            _("%(command)s writes that", command=session.hint(f"sources repair {source.id} --live"))
        )
    elif path is not None:
        click.echo(fact("wrote", str(path)))
