"""`hubwatch why`: why something is here, or is not, with the evidence and what to type next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError

from .. import _, language, term
from ..articles import describe_rendering
from ..digest.wording import grading_reason
from ..documents.relevance import ANSWERS, Answered
from ..messages import reader
from ..moments import parse_day
from ..relevance import why_related
from ..relevance.why import KeptArticle, format_score, judge
from ..text import one_line
from .console import Column, fact, heading, local, print_json, print_table
from .options import JSON, output_option
from .session import Session, pass_session, require_known

if TYPE_CHECKING:
    from storage.lists import Bracket, ListedRow

    from ..relevance.why import Absent, InquiryFacts, Judgement, KeptArticle

_CERTAIN = 1.0


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    try:
        return parse_day(value) if value is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@click.command()
@click.argument("what", metavar="ID|URL|TITLE", nargs=-1, required=True)
@click.option(
    "--date",
    "day",
    callback=_day,
    metavar="DAY",
    help="When it was published, for what was never listed; else the day in its address.",
)
@click.option("--source", "source_id", default="", metavar="ID", help="Only of this source.")
@output_option
@pass_session
def why(
    session: Session, what: tuple[str, ...], day: date | None, source_id: str, output: str
) -> None:
    """Say why something is here or is not: the number of an article or of a story, an address,
    a title.

    Answers also for what is not in the archive: never listed, with the rows of the lists before and
    after its day and the archived lists that prove it; listed and failed; set aside.

    \b
    Examples:
      hubwatch why 42
      hubwatch why story 12
      hubwatch why https://english.guiyang.gov.cn/2023-12/15/c_956327.htm
      hubwatch why "Guiyang chosen as hub city" --source guiyang-en --date 2023-12-15
    """
    from ..relevance.inquiry import Inquiry, asked_by

    asked = " ".join(what).strip()
    with session.reading() as store:
        require_known(session, store, source=(source_id,) if source_id else ())
        inquiry = Inquiry(store, session.catalogue, session.watchlist, session.now)
        try:
            found = inquiry.ask(asked, source_id, day)
        except ValueError as error:
            raise HubwatchError(str(error)) from None
        if not found:
            if not asked.isdecimal():
                raise HubwatchError(
                    _("%(path)s: there is no “%(asked)s”", path=store.path, asked=asked)
                )
            raise HubwatchError(
                _("%(path)s: there is no article %(asked)s", path=store.path, asked=asked)
            )
        words = reader()
        judged = [(facts, judge(facts, words, session.config.zone)) for facts in found]
    if output == JSON:
        answers = [Answered(facts, judgement, session.watchlist) for facts, judgement in judged]
        print_json(ANSWERS((asked, asked_by(asked), answers)))
        return
    for number, (facts, judgement) in enumerate(judged):
        if number:
            click.echo()
        is_guess = facts.likeness is not None and facts.likeness < _CERTAIN and len(judged) > 1
        if is_guess:
            _print_guess(session, facts, judgement)
        else:
            _print(session, facts, judgement, asked)


def _print_guess(session: Session, facts: InquiryFacts, judgement: Judgement) -> None:
    heading(one_line(facts.title))
    answer = term("answer", judgement.answer)
    click.echo(one_line(_("%(what)s: %(detail)s", what=answer, detail=judgement.reason)))
    click.secho(one_line(f"{facts.url}  {_advice(session, judgement)}"), dim=True)


def _print(session: Session, facts: InquiryFacts, judgement: Judgement, asked: str) -> None:
    answer, detail = term("answer", judgement.answer), facts.title or facts.url or f"“{asked}”"
    heading(one_line(_("%(what)s: %(detail)s", what=answer, detail=detail)))
    click.echo(fact("because", judgement.reason))
    if isinstance(facts.known, KeptArticle):
        _print_kept(facts.known, session)
    else:
        _print_absent(facts, facts.known, session.config.zone)
    if judgement.next:
        click.echo(fact("next", _advice(session, judgement)))


def _advice(session: Session, judgement: Judgement) -> str:
    return session.hint(judgement.next) if judgement.next else ""


def _print_kept(kept: KeptArticle, session: Session) -> None:
    article = kept.article
    click.echo(
        fact(
            "article",
            _(
                "%(id)s, story %(story_id)s: %(url)s",
                id=article.id,
                story_id=article.story_id,
                url=article.url,
            ),
        )
    )
    click.echo(fact("published", article.published.iso if article.published else _("undated")))
    if article.added is not None:
        at = local(article.added.at, session.config.zone)
        click.echo(
            fact("added", _("by hand by %(person)s, %(at)s", person=article.added.person, at=at))
        )
    if kept.rendered is not None:
        click.echo(fact("rendered", describe_rendering(kept.rendered)))
    click.echo(fact("grade", term("grade", kept.grade or "none")))
    if not kept.is_current:
        rematch = session.hint("reread grades")
        click.echo(
            fact(
                "",
                _("by another watchlist than today's; %(rematch)s applies that", rematch=rematch),
            )
        )
    for one in kept.people.decisions:
        said = _(
            "%(verb)s by %(person)s, %(at)s %(value)s",
            verb=term("verb", one.verb),
            person=one.person,
            at=local(one.at, session.config.zone),
            value=one.value,
        )
        click.echo(fact("decision", said))
    if kept.found is not None:
        for score in kept.found.scores:
            click.echo(fact("score", format_score(reader(), score)))
        for match in kept.found.matches:
            where = _(
                "%(topic)s: “%(phrase)s” in the %(field)s: %(sentence)s",
                topic=match.topic,
                phrase=match.phrase,
                field=term("field", match.field),
                sentence=match.sentence,
            )
            click.echo(fact("evidence", where))
        _print_places(kept, session)
    for lack in kept.unmet:
        why = grading_reason(lack.why, reader())
        text = f"“{lack.phrase}” {why} ({lack.topic}): {lack.sentence}"
        click.echo(fact("not counted", text))
    for other in kept.related:
        text = why_related(other, session.watchlist)
        click.echo(fact("related", f"{other.article_id} {other.title}: {text}"))


def _print_places(kept: KeptArticle, session: Session) -> None:
    places = session.watchlist.gazetteer.places
    for one in kept.found.places if kept.found else ():
        name = places[one.place].label(language()) if one.place in places else one.place
        times = _(", %(times)s times", times=one.times) if one.times > 1 else ""
        text = _(
            "%(name)s: %(role)s (“%(phrase)s” in the %(field)s%(times)s: %(why)s)",
            name=name,
            role=term("role", one.role),
            phrase=one.phrase,
            field=term("field", one.field),
            times=times,
            why=grading_reason(one.why, reader()),
        )
        click.echo(fact("place", text))


def _print_absent(facts: InquiryFacts, known: Absent, zone: str) -> None:
    for name, value in (("address", facts.url), ("source", facts.source_id), ("day", known.day)):
        if value:
            click.echo(fact(name, value))
    if known.aside is not None:
        click.echo(
            fact(
                "set aside",
                _("page %(id)s: %(reason)s", id=known.aside.id, reason=known.aside.reason),
            )
        )
    for row in known.listed:
        seen = _(
            "%(first_seen_at)s to %(last_seen_at)s",
            first_seen_at=local(row.first_seen_at, zone),
            last_seen_at=local(row.last_seen_at, zone),
        )
        click.echo(
            fact(
                "listed",
                _(
                    "%(seen)s on %(list_url)s%(proof)s",
                    seen=seen,
                    list_url=row.list_url,
                    proof=_proof(row, zone),
                ),
            )
        )
    for one in known.tries:
        why = f": {one.reason}" if one.reason else ""
        click.echo(
            fact(
                "tried",
                _(
                    "%(at)s run %(run_id)s: %(outcome)s%(why)s",
                    at=local(one.at, zone),
                    run_id=one.run_id,
                    outcome=term("outcome", one.outcome),
                    why=why,
                ),
            )
        )
    if known.aside is None and not known.listed:
        _print_brackets(known.brackets, zone)
    for source in known.near:
        text = _("%(id)s watches %(hosts)s", id=source.id, hosts=", ".join(source.links.hosts))
        shapes = ", ".join(source.links.allow_written)
        click.echo(fact("near", f"{text}: {shapes}" if shapes else text))


def _print_brackets(brackets: tuple[Bracket, ...], zone: str) -> None:
    rows = [
        (bracket.entry_url, which, row.published or "", row.title, row.list_url, _proof(row, zone))
        for bracket in brackets
        for which, row in (("before", bracket.earlier), ("after", bracket.later))
        if row is not None
    ]
    if rows:
        columns = (Column("list"), Column("row"), Column("dated", folds="never"))
        more = (Column("title", folds="short"), Column("seen on"), Column("proof"))
        print_table((*columns, *more), rows)


def _proof(row: ListedRow, zone: str) -> str:
    if row.snapshot_id is None:
        return ""
    return _(
        " (snapshot %(snapshot_id)s, fetched %(fetched_at)s)",
        snapshot_id=row.snapshot_id,
        fetched_at=local(row.fetched_at, zone),
    )
