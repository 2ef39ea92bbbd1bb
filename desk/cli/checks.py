"""`hubwatch sources check`, `adopt`, `disable`, `enable`: do sources hold, and what mends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwatch.errors import ConfigError
from scraper.sources.packs import pack_of, packs
from storage.sources import SourceCheck

from .. import _, term
from ..config_edit import add_to_list, enable_source, remove_from_list
from ..documents import JsonDocument, Member, part, parts
from ..portals.repairs import repair_of
from ..text import one_line
from .console import fact, local, note, print_json
from .crawl import contact_for
from .options import (
    FILE,
    JSON,
    Whole,
    completing,
    dry_run_option,
    form_by_ending,
    output_option,
    source_argument,
    wait_option,
)
from .portals import PORTAL_ROW, SAMPLE
from .session import Session, pass_session

if TYPE_CHECKING:
    from scraper.sources.model import Source
    from scraper.sources.write import EntryDraft

    from ..config import Config
    from ..portals.adopt import AdoptedSource
    from ..portals.check import PortalFinding, PortalReport
    from ..portals.entry_repair import EntryRepair


_COLOURS = {"ok": "green", "warning": "yellow", "fault": "red"}


@click.command()
@click.argument("source_id", required=False, metavar="[ID]", shell_complete=completing("source"))
@click.option("--all", "which", flag_value="all", default="named", help="Every source.")
@click.option(
    "--articles", type=Whole(0, 20), default=3, show_default=True,
    help="How many articles to read, from the first row to the last.",
)  # fmt: skip
@click.option(
    "--resume", "start", flag_value="resume", default="anew",
    help="With --all: go on where the last check was cut off.",
)  # fmt: skip
@click.option("--report", type=FILE, metavar="FILE", help="With --all: write a page of it, HTML.")
@wait_option("30s", "How long to wait for a host that another process is crawling.")
@output_option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    source_id: str | None,
    which: str,
    articles: int,
    start: str,
    report: Path | None,
    wait: timedelta,
    output: str,
) -> None:
    """Try a source live, without keeping its pages: robots.txt, lists, pager, articles, fields.

    Asks as a crawl would, with its pauses. Exit code 1 if the source does not hold: a list without
    articles, an article without title, date or text.

    With --all every source is tried, several hosts at a time, three articles each, and its verdict
    kept: the daemon crawls those that hold. Without `enabled` in the configuration that is every
    source, whatever its pack. Exit code 0 if all hold, 1 if none does, else 3.

    \b
    Examples:
      hubwatch sources check guiyang-en
      hubwatch sources check guiyang-en --articles 10 --json
      hubwatch sources check --all --report first-day.html
      hubwatch sources check --all --resume --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    from .first_day import check_every, check_one

    if (which == "all") == (source_id is not None):
        raise click.UsageError(_("name a source, or --all"))
    form_by_ending(report, {".html": "html", ".htm": "html"}, None, "html")
    if source_id is None:
        ctx.exit(check_every(session, wait, output, report, resume=start == "resume"))
    if report is not None or start == "resume":
        raise click.UsageError(_("--resume and --report belong to --all"))
    ctx.exit(check_one(session, source_id, articles, output))


def describe_check(check: SourceCheck, zone: str) -> str:
    """A verdict with its age and evidence, in a line."""
    verdict = term("check", check.verdict)
    return f"{verdict} ({local(check.checked_at, zone)}): {one_line(check.evidence)}"


VERDICT: JsonDocument[SourceCheck] = JsonDocument(
    Member("source", "text", "its id", lambda c: c.source_id),
    Member("verdict", "text", "`holds`, `general` (read by general rules alone), `stale`, `moved`, "
        "`blocked`, `robots`, `javascript`, `empty`, `gone` or `error`", lambda c: c.verdict),
    Member("evidence", "text", "what was seen", lambda c: c.evidence),
    Member("newest", "day or null", "the day of the newest item that was seen", lambda c: c.newest),
    Member("repair", "text or null", "the command that mends it",
        lambda c: f"hubwatch {command}" if (command := repair_of(c)) else None),
    commands=("sources check --all --json",),
    about="A line a source, as each is done. Exit code 0 if all hold, 1 if none does, else 3.",
)  # fmt: skip


def print_report(
    session: Session, source: Source, report: PortalReport, check: SourceCheck
) -> None:
    for finding in report.findings:
        _print_finding(finding)
    faults = sum(finding.state == "fault" for finding in report.findings)
    if holds(report, check):
        note(
            _(
                "%(id)s holds; `checked = %(now)s` may be noted in %(path)s",
                id=source.id,
                now=f"{session.now:%Y-%m-%d}",
                path=source.path,
            )
        )
        return
    if faults:
        text = _(
            "%(id)s does not hold (%(faults)s of its checks failed)", id=source.id, faults=faults
        )
        note(_("%(text)s; docs/fix-a-template.md says what to do", text=text))
    if not check.verdict.is_read:
        note(
            _(
                "%(id)s does not hold: %(verdict)s: %(seen)s; the daemon does not crawl it until "
                "it is mended or enabled",
                id=source.id,
                verdict=term("check", check.verdict),
                seen=one_line(check.evidence),
            )
        )


def holds(report: PortalReport, check: SourceCheck) -> bool:
    """Whether nothing is a fault, and the source is crawled after that."""
    return report.passed and check.verdict.is_read


def _print_finding(finding: PortalFinding) -> None:
    state = click.style(f"{finding.state.value:<8}", fg=_COLOURS[finding.state.value])
    click.echo(f"{state} {finding.check:<8} {one_line(finding.url)}")
    click.echo(f"{'':<17} {one_line(finding.detail)}")


FINDING: JsonDocument[PortalFinding] = JsonDocument(
    Member("check", "text", "`robots`, `list`, `feed`, `sitemap`, `pager`, `article`, `title`, "
        "`date`, `fields` (a selector of the source itself that matches nothing)",
        lambda f: f.check),
    Member("state", "text", "`ok`, `warning` or `fault`", lambda f: f.state),
    Member("url", "text", "the page", lambda f: f.url),
    Member("told", "text", "what was seen", lambda f: f.detail),
)  # fmt: skip


PORTAL_REPORT: JsonDocument[tuple[Source, PortalReport, SourceCheck]] = JsonDocument(
    Member("id", "text", "the source", lambda r: r[0].id),
    Member("holds", "boolean", "whether nothing is a fault and the verdict is `holds` or "
        "`general`", lambda r: holds(r[1], r[2])),
    Member("verdict", "text", "as in `sources check --all`; with another one than these two it is "
        "not crawled", lambda r: r[2].verdict),
    Member("evidence", "text", "what the verdict rests on", lambda r: r[2].evidence),
    parts("checks", "what was checked, in order", lambda r: r[1].findings, FINDING),
    parts("rows", "as in `sources add`", lambda r: r[1].rows, PORTAL_ROW),
    parts("articles", "as in `sources add`", lambda r: r[1].samples, SAMPLE),
    commands=("sources check --json",),
    about="One document. Exit code 1 if `holds` is false.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiveRepair:
    """What `sources repair --live` found for a source, and the file that was written, if any."""

    source_id: str
    found: EntryRepair
    path: Path | None = None


NEW_ENTRY: JsonDocument[EntryDraft] = JsonDocument(
    Member("kind", "text", "`list`, `feed`, `json` or `sitemap`", lambda e: e.kind),
    Member("url", "text", "its address", lambda e: e.url),
)  # fmt: skip


LIVE_REPAIR: JsonDocument[LiveRepair] = JsonDocument(
    Member("id", "text", "the source", lambda r: r.source_id),
    Member("holds", "boolean", "whether something is proven, so that the file is or would be "
        "written", lambda r: bool(r.found.text)),
    Member("broken", "list", "texts: addresses of the entries that bring nothing",
        lambda r: tuple(each.url for each in r.found.broken)),
    Member("bare", "list", "texts: those of them that are read without selectors",
        lambda r: tuple(each.url for each in r.found.bare)),
    parts("entries", "what would stand in their place", lambda r: r.found.added, NEW_ENTRY),
    Member("rows", "integer", "articles that these list", lambda r: len(r.found.rows)),
    Member("known", "integer", "so many of them the archive knows", lambda r: r.found.known),
    Member("why", "text", "why nothing is proven; else empty", lambda r: r.found.why),
    Member("toml", "text", "the file as it is or would be written; else empty",
        lambda r: r.found.text),
    Member("file", "text or null", "the file that was written",
        lambda r: str(r.path) if r.path else None),
    commands=("sources repair --live --json",),
    about="One document. Exit code 1 if `holds` is false.",
)  # fmt: skip


# What mends a source, or leaves it out.


@click.command()
@source_argument()
@dry_run_option("Print the file only.")
@output_option
@pass_session
def adopt(session: Session, source_id: str, mode: str, output: str) -> None:
    """Follow a portal to its new host: write the source with its new addresses, once they read.

    Asks where the lists of the source lead now, tries the source there as `sources check` does, and
    writes it into your own folder of sources, with the old host kept for what is archived. A source
    that does not read there is not written.

    \b
    Examples:
      hubwatch sources adopt guiyang-en --dry-run
      hubwatch sources adopt guiyang-en
      hubwatch sources adopt guiyang-en --dry-run --json
    """
    from .first_day import follow

    follow(session, source_id, mode, output)


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """What `sources adopt` found for a source, and the file that was written, if any."""

    source_id: str
    found: AdoptedSource
    path: Path | None = None


MOVE: JsonDocument[tuple[str, str]] = JsonDocument(
    Member("from", "text", "the address of a list", lambda m: m[0]),
    Member("to", "text", "where it leads now", lambda m: m[1]),
)  # fmt: skip


ADOPTED: JsonDocument[FollowedSource] = JsonDocument(
    Member("id", "text", "the source", lambda a: a.source_id),
    parts("moves", "its lists that lead to another host", lambda a: a.found.moves, MOVE),
    part("check", "what a look there came to", lambda a: a.found.check, VERDICT),
    Member("toml", "text", "the file as it is or would be written", lambda a: a.found.text),
    Member("file", "text or null", "the file that was written; null with `--dry-run`",
        lambda a: a.path),
    commands=("sources adopt --json",),
    about="One document.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switched:
    """What `sources enable` or `disable` did: `key` is the list of the configuration that names the
    source or the pack now, or named it; empty where nothing was to be written."""

    name: str
    kind: str
    enabled: bool
    path: Path | None
    key: str = ""
    forgotten: SourceCheck | None = None


SWITCHED: JsonDocument[Switched] = JsonDocument(
    Member("id", "text", "the source, or the pack", lambda s: s.name),
    Member("kind", "text", "`source` or `pack`", lambda s: s.kind),
    Member("enabled", "boolean", "whether it is crawled by the daemon now", lambda s: s.enabled),
    Member("changed", "boolean", "whether the configuration was changed", lambda s: bool(s.key)),
    Member("key", "text or null", "the list in it that was changed: `enabled`, `also`, `packs` or "
        "`disabled`", lambda s: s.key or None),
    Member("file", "text or null", "the configuration; null: there is none", lambda s: s.path),
    commands=("sources disable --json",),
    about="One document.",
)  # fmt: skip


ENABLED: JsonDocument[Switched] = JsonDocument(
    *SWITCHED.keys,
    part("forgotten", "the verdict of a check that had set the source aside, and is forgotten",
        lambda s: s.forgotten, VERDICT, "object or null"),
    commands=("sources enable --json",),
    about="One document.",
)  # fmt: skip


@click.command()
@source_argument("ID")
@output_option
@pass_session
def disable(session: Session, source_id: str, output: str) -> None:
    """Crawl a source or a pack no more: write it into `disabled` of your configuration.

    Where `enabled`, `also` or `packs` names it, it is taken out there. What is archived of it
    stays.

    \b
    Examples:
      hubwatch sources disable cmse-zh
      hubwatch sources disable cmse-zh --json
    """
    path, config = _config_file(session), session.config
    kind, key = "source", ""
    if source_id in packs():
        _begin_packs(path, config)
        kind = "pack"
        key = "packs" if remove_from_list(path, "packs", source_id) else ""
        told = _(
            "%(source_id)s is no longer in `packs` of %(path)s", source_id=source_id, path=path
        )
    else:
        session.catalogue.get(source_id)
        key = next((k for k in ("enabled", "also") if source_id in (getattr(config, k) or ())), "")
        if key:
            remove_from_list(path, key, source_id)
            told = _(
                "%(source_id)s is no longer in `%(key)s` of %(path)s",
                source_id=source_id,
                key=key,
                path=path,
            )
        else:
            told = _("%(source_id)s is not enabled", source_id=source_id)
        after = Session(session.config_option, session.db_option, session.clock)
        if source_id in {each.id for each in after.enabled()}:  # it is of a pack, or one's own
            add_to_list(path, "disabled", source_id)
            key = "disabled"
            told = _(
                "%(source_id)s is in `disabled` of %(path)s now", source_id=source_id, path=path
            )
    if output == JSON:
        print_json(SWITCHED(Switched(source_id, kind, enabled=False, path=path, key=key)))
        return
    click.echo(told)


@click.command()
@source_argument()
@output_option
@pass_session
def enable(session: Session, source_id: str, output: str) -> None:
    """Crawl a source, also one that the last check set aside, or a pack of sources.

    The opposite of `disable`. A shipped source whose pack is not in use is written into `also`.
    Nothing is written while there is no contact for the portals that would be asked.

    \b
    Examples:
      hubwatch sources enable cmse-zh
      hubwatch sources enable agriculture --json
    """
    config = session.config
    if source_id in packs():
        path = _config_file(session)
        contact_for(session, [session.catalogue.get(each) for each in packs()[source_id].sources])
        _begin_packs(path, config)
        key = "packs" if add_to_list(path, "packs", source_id) else ""
        if output == JSON:
            print_json(ENABLED(Switched(source_id, "pack", enabled=True, path=path, key=key)))
            return
        click.echo(_("%(source_id)s is in `packs` of %(path)s now", source_id=source_id, path=path))
        return
    contact_for(session, [session.catalogue.get(source_id)])
    pack = "" if source_id in session.catalogue.own else pack_of(source_id)
    key = enable_source(config.path, config, source_id, pack)
    check = _forgotten(session, source_id)
    if output == JSON:
        print_json(ENABLED(Switched(source_id, "source", True, config.path, key, check)))
        return
    if check is not None:
        click.echo(fact("forgotten", describe_check(check, config.zone)))
    click.echo(_("%(source_id)s is enabled", source_id=source_id))


def _forgotten(session: Session, source_id: str) -> SourceCheck | None:
    """The verdict by which a source was set aside, forgotten now. None where there is none."""
    archive = session.archive_or_none
    if archive is None or not archive.exists():
        return None
    with session.writing() as store:
        check = store.sources.check(source_id)
        if check is None or check.verdict.is_read:
            return None
        with store.writing() as tx:
            tx.sources.forget_check(source_id)
    return check


def _begin_packs(path: Path, config: Config) -> None:
    """Have the packs in use named, where none are: then one can be added or taken out."""
    if config.enabled is not None:
        raise ConfigError(
            _("%(path)s: `enabled` names the sources; packs count only without it", path=path)
        )
    for each in config.packs:
        add_to_list(path, "packs", each)


def _config_file(session: Session) -> Path:
    path = session.config.path
    if path is None:
        raise ConfigError(_("there is no configuration to write into; `hubwatch init` makes one"))
    return path
