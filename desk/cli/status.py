"""`hubwatch status`: every source, every day, in one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from scheduler.skip_rules import reason_of
from storage.incidents import Kind

from .. import _, language, ngettext, sentence, sentences, term
from ..documents import JsonDocument, Member, part, parts
from ..messages import reader
from ..status import ailments, health, job_statuses
from ..status import status as read_status
from ..text import first_named, one_line, pluralise
from .articles import day_of
from .config_faults import require_plan, usable_session
from .console import Column, fact, figure, heading, local, note, print_json_list, print_table
from .daemon import other_jobs
from .options import JSON, completing, listing_option
from .session import Session

if TYPE_CHECKING:
    from scheduler.health.wording import CrawlProof
    from storage.archive import Archive
    from storage.incidents import Incident
    from storage.maintenance import GlobalPause

    from ..status import Ailment, JobStatus, SourceStatus


@click.command()
@click.argument("source_ids", nargs=-1, metavar="[ID …]", shell_complete=completing("source"))
@click.option(
    "--quiet", "way", flag_value="quiet", default="shown", help="Print nothing; the exit code says."
)
@listing_option
@click.pass_context
def status(ctx: click.Context, source_ids: tuple[str, ...], way: str, output: str) -> None:
    """Show how every enabled source is doing, and every other job; or the sources named in full.

    "Nothing new" is proven by what was read: lists, rows, the newest date, all known. On top stands
    for what the installation itself does not do its work, if anything.

    With --quiet, for containers and cron, the exit code says: 0 all is well; 1 the installation
    does not do its work (no daemon, a job that fails or is late, a digest that did not arrive, a
    channel that takes no alerts, something of this machine, a critical incident); 2 the
    configuration on disk cannot be used; 3 it works, and sources have incidents that nobody
    acknowledged.

    \b
    Examples:
      hubwatch status
      hubwatch status guiyang-en
      hubwatch status --quiet || echo "look at it"
      hubwatch status --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    if way == "quiet":
        if source_ids:
            raise click.UsageError(_("--quiet is of all sources: name none"))
        ctx.exit(_quietly(session))
    _show(session, source_ids, output)


def _quietly(session: Session) -> int:
    """The exit code. What is wrong with the configuration is raised, and so said."""
    require_plan(session)
    with session.reading() as store:
        return health(store, ailments_of(session, store))


def ailments_of(session: Session, store: Archive) -> tuple[Ailment, ...]:
    """What is amiss with this installation and no open incident says."""
    config = session.config
    channels = [channel.name for channel in config.alerts.channels]
    return ailments(store, other_jobs(session), config.free_space, session.now, channels)


def _show(session: Session, source_ids: tuple[str, ...], output: str) -> None:
    used = usable_session(session)
    if used.is_copy:
        note(session.with_hints(used.fault))
    session = used.session
    enabled = session.enabled()
    sources = [session.catalogue.get(each) for each in source_ids] or enabled
    with session.reading() as store:
        found = read_status(store, sources, [each.id for each in enabled], session.now)
        machine = [each for each in store.incidents.unresolved() if not each.finding.source_id]
        global_pause = store.maintenance.global_pause(session.now)
        others = job_statuses(store, other_jobs(session), session.now)
        amiss = ailments_of(session, store)
    note_ailments(amiss)
    if global_pause:
        note(_describe_global_pause(session, global_pause))
    for incident in machine:
        text = one_line(sentence(incident.finding.message))
        note(
            _(
                "incident %(id)s, %(severity)s: %(text)s",
                id=incident.id,
                severity=term("severity", incident.finding.severity),
                text=text,
            )
        )
    if output == JSON:
        print_json_list([STATUS(replace(each, ailments=amiss)) for each in found])
        return
    if source_ids:
        for each in found:
            _print(session, each)
        return
    print_table(_COLUMNS, [_row(session, each) for each in found])
    click.echo()
    print_table(_JOB_COLUMNS, [_job_row(session, each) for each in others])
    text = f"{_count_states(found)}{_describe_failing_jobs(machine)}"
    note(
        _(
            "%(sources)s, %(text)s; times in %(zone)s",
            sources=pluralise(len(found), "source"),
            text=text,
            zone=session.config.zone,
        )
    )


def note_ailments(found: Sequence[Ailment]) -> None:
    """Say for what the installation does not do its work, and what to do, a line each."""
    for each in found:
        note(
            _(
                "not all is well: %(told)s → %(remedy)s",
                told=one_line(each.detail),
                remedy=each.remedy,
            )
        )


def _describe_global_pause(session: Session, global_pause: GlobalPause) -> str:
    zone = session.config.zone
    since, until = local(global_pause.since, zone), local(global_pause.until, zone, "")
    text = _(
        "everything stands still since %(since)s%(rest)s",
        since=since,
        rest=_(" until %(until)s", until=until) if until else "",
    )
    who = f"{global_pause.reason} ({global_pause.person})"
    return _(
        "%(text)s: %(who)s; %(command)s lets it go on",
        text=text,
        who=who,
        command=session.hint("timetable resume"),
    )


_COLUMNS = (
    Column("source", folds="never"),
    Column("state", style="bold", folds="never"),
    Column("last crawl", folds="never", rank=2),
    Column("proven", folds="short", rank=3, least=18),
    Column("newest", folds="never", rank=4),
    Column("in 7 days", "right", folds="never", rank=6),
    figure("set aside", rank=5),
    Column("rhythm", style="dim", folds="short", rank=7),
    Column("incidents", empty="hidden", rank=1),
    Column("next due", folds="never", rank=5),
)


_JOB_COLUMNS = (
    Column("job", folds="never"),
    Column("state", style="bold", folds="never"),
    Column("last run", folds="never", rank=2),
    Column("outcome", folds="never", rank=3),
    Column("next due", folds="never", rank=5),
    Column("why", style="dim", empty="hidden", rank=1),
)


def _job_row(session: Session, row: JobStatus) -> tuple[object, ...]:
    zone, last = session.config.zone, row.last
    state = term("source_state" if row.finding is None else "incident", row.word)
    return (
        row.name,
        state,
        local(last.ended_at if last else None, zone),
        term("outcome", last.outcome) if last else "",
        local(row.next_at, zone, ""),
        one_line(sentence(row.finding.message)) if row.finding else "",
    )


def _row(session: Session, row: SourceStatus) -> tuple[object, ...]:
    zone = session.config.zone
    return (
        row.source_id,
        _state(row),
        local(row.last_crawl.ended_at if row.last_crawl else None, zone),
        _proof(row),
        row.newest.iso[:10] if row.newest else "",
        row.new_in_week,
        row.aside,
        _rhythm(row),
        first_named([f"{each.id} {term('incident', each.finding.kind)}" for each in row.incidents]),
        local(row.next_at, zone, ""),
    )


def _proof(row: SourceStatus) -> str:
    if row.proof is not None:
        return sentences.proof(reader(), row.proof)
    if row.last_crawl is None:
        return _("nothing: it was never crawled")
    return _("nothing: %(outcome)s", outcome=term("outcome", row.last_crawl.outcome or "running"))


def _state(row: SourceStatus) -> str:
    return row.word if language() == "en" else sentences.source_state(reader(), row)


def _rhythm(row: SourceStatus) -> str:
    return sentences.rhythm(reader(), row.rhythm)


def _count_states(found: Sequence[SourceStatus]) -> str:
    well = sum(row.word == "well" for row in found)
    amiss = sum(bool(row.incidents) for row in found)
    paused = sum(row.word == "paused" for row in found)
    return _(
        "%(well)s well, %(amiss)s with incidents, %(paused)s paused",
        well=well,
        amiss=amiss,
        paused=paused,
    )


def _describe_failing_jobs(machine: Sequence[Incident]) -> str:
    failing = sum(each.finding.kind is Kind.JOB_FAILING for each in machine)
    if not failing:
        return ""
    return ngettext("; %(number)s job that fails", "; %(number)s jobs that fail", failing)


def _print(session: Session, row: SourceStatus) -> None:
    zone = session.config.zone
    heading(f"{row.source_id}  {one_line(row.name)}, {row.city}")
    click.echo(fact("state", _state(row)))
    if row.paused_until:
        click.echo(
            fact(
                "paused",
                _(
                    "until %(paused_until)s: %(pause_reason)s",
                    paused_until=local(row.paused_until, zone),
                    pause_reason=row.pause_reason,
                ),
            )
        )
    run = row.last_crawl
    last = (
        f"{local(run.ended_at, zone)}  {term('outcome', run.outcome or '')}  {run.reason}"
        if run
        else _("never")
    )
    click.echo(fact("last crawl", last))
    click.echo(fact("proven", _proof(row)))
    newest = (
        f"{day_of(row.newest)}  {one_line(row.newest_title, 80)}" if row.newest else _("nothing")
    )
    click.echo(fact("newest", newest))
    click.echo(fact("last news", local(row.last_news, zone)))
    click.echo(fact("in 7 days", _("%(new_in_week)s new", new_in_week=row.new_in_week)))
    if row.aside:
        where = session.hint(f"quarantine --source {row.source_id}")
        click.echo(
            fact(
                "set aside",
                _(
                    "%(pages)s; %(where)s lists them",
                    pages=pluralise(row.aside, "page"),
                    where=where,
                ),
            )
        )
    for each_entry in row.entries:
        click.echo(fact("entry", each_entry))
    if row.open_gaps:
        where = session.hint(" ".join(("sources", "show", row.source_id)))
        click.echo(
            fact(
                "gaps",
                _("%(number)s open; %(where)s lists them", number=row.open_gaps, where=where),
            )
        )
    click.echo(fact("rhythm", _rhythm(row)))
    click.echo(fact("odd from", local(row.silent_from, zone, _("not known"))))
    never = _never_due(row, zone)
    click.echo(fact("next due", local(row.next_at, zone, _("none, %(never)s", never=never))))
    for each in row.incidents:
        click.echo(
            fact(
                _("incident %(id)s", id=each.id),
                f"{term('severity', each.finding.severity)}  {sentence(each.finding.message)}",
            )
        )


def _never_due(row: SourceStatus, zone: str) -> str:
    """Why a source is not due, if it is not."""
    if not row.is_enabled:
        return _("it is not enabled")
    if row.check is None or row.global_pause is not None:
        return _("everything stands still")
    return sentences.held(reader(), reason_of(row.check), zone)


STANDSTILL: JsonDocument[GlobalPause] = JsonDocument(
    Member("since", "moment", "since when", lambda p: p.since),
    Member("until", "moment or null", "until when; null: until `hubwatch timetable resume`",
        lambda p: p.until),
    Member("by", "text", "who said so", lambda p: p.person),
    Member("why", "text", "why", lambda p: p.reason),
)  # fmt: skip


CRAWL_PROOF: JsonDocument[CrawlProof] = JsonDocument(
    Member("lists", "integer", "lists (feeds, sitemaps) that had rows", lambda p: p.lists),
    Member("rows", "integer", "rows on them", lambda p: p.rows),
    Member("newest", "text or null", "date of the newest row, as the lists say it",
        lambda p: p.newest),
    Member("fresh", "integer", "rows that were never listed before; 0: nothing new",
        lambda p: p.fresh),
    Member("unchanged", "integer", "pages that the server said are unchanged since they were "
        "archived", lambda p: p.unchanged),
    Member("refused", "integer", "further rows that are no articles by the link rule, though no "
        "`deny` names them", lambda p: p.refused),
    Member("unread", "integer", "addresses that crawls have listed and could not read so far",
        lambda p: p.unread),
    Member("told", "text", "the same in words", lambda p: p.describe()),
)  # fmt: skip


AILMENT: JsonDocument[Ailment] = JsonDocument(
    Member("told", "text", "what is amiss, in one line", lambda a: a.detail),
    Member("remedy", "text", "what to do", lambda a: a.remedy),
)  # fmt: skip


STATUS: JsonDocument[SourceStatus] = JsonDocument(
    Member("source", "text", "its id", lambda r: r.source_id),
    Member("name", "text", "its name", lambda r: r.name),
    Member("city", "text", "its city", lambda r: r.city),
    Member("state", "text", "`well`, `not enabled`, `paused`, the verdict of `sources check` for "
        "which it is set aside, `waiting` (never crawled), the kind of its worst incident, or the "
        "outcome of its last crawl", lambda r: r.word),
    Member("run", "integer or null", "number of its last crawl that says something of it; cut off "
        "ones are left out", lambda r: r.last_crawl.id if r.last_crawl else None),
    Member("outcome", "text or null", "how that ended",
        lambda r: r.last_crawl.outcome if r.last_crawl else None),
    Member("reason", "text", "why, if that needs saying",
        lambda r: r.last_crawl.reason if r.last_crawl else ""),
    Member("ended", "moment or null", "when",
        lambda r: r.last_crawl.ended_at if r.last_crawl else None),
    part("proof", "what was read in it", lambda r: r.proof, CRAWL_PROOF, "object or null"),
    Member("newest", "date or null", "the latest published date of its articles",
        lambda r: r.newest),
    Member("newest_title", "text", "title of that article", lambda r: r.newest_title),
    Member("new_in_week", "integer", "articles first seen in the last seven days, those of the "
        "first crawl left out", lambda r: r.new_in_week),
    Member("set_aside", "integer", "its pages that could not be read and were set aside",
        lambda r: r.aside),
    Member("gaps", "integer", "addresses that one of its entries shows and another lacks, and that "
        "were not had", lambda r: r.open_gaps),
    Member("rhythm", "text", "what is to be expected of it, in words", lambda r: r.rhythm_text),
    Member("last_news", "moment or null", "when something new last came", lambda r: r.last_news),
    Member("silent_from", "moment or null", "from then on no news is odd", lambda r: r.silent_from),
    Member("incidents", "list", "numbers of its open incidents",
        lambda r: [each.id for each in r.incidents]),
    Member("next", "moment or null", "when it is due next, after its rest if it has one; null for "
        "one that is not enabled or set aside", lambda r: r.next_at),
    Member("paused_until", "moment or null", "until when it rests", lambda r: r.paused_until),
    Member("pause_reason", "text", "why", lambda r: r.pause_reason),
    part("standstill", "why everything is paused, the same in every row (stderr says it too, on "
        "top); null: it is not. `next` is null meanwhile",
        lambda r: r.global_pause, STANDSTILL, "object or null"),
    parts("amiss", "for what the installation does not do its work and no open incident says, the "
        "same in every row (stderr says it too, on top)", lambda r: r.ailments, AILMENT),
    commands=("status --json",),
    about="A list of the enabled sources, or of those named. `proof` says what the latest crawl "
        "proves; it is null where that read no list. Open incidents of this machine and of other "
        "jobs are remarks on stderr, a line each.",
)  # fmt: skip
