"""`hubwatch search` and `show`: a line for each story found, and one article with its proof;
and how their stories stand with people.

Both only read. A search is a light command: what only `show` needs is imported there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from re import sub
from typing import TYPE_CHECKING

import click

from hubwatch.errors import HubwatchError
from storage.articles.records import Grade, Order, Per, Query, doubtful
from storage.decisions import Reviewed, State, Verdict, review_states_of
from storage.text import has_signs

from .. import N_, _, change_summary, term
from ..text import basis_text, first_named, one_line, paragraphs
from .console import (
    MOST_COUNTED,
    Column,
    fact,
    heading,
    local,
    note,
    note_cut,
    print_json,
    print_json_list,
    print_table,
)
from .options import (
    JSON,
    cities_option,
    languages_option,
    limit_option,
    listing_option,
    number_argument,
    output_option,
    published_since,
    published_until,
    sources_option,
    topics_option,
)
from .session import Session, hint_unknown, pass_session, require_known

if TYPE_CHECKING:
    from scraper.relevance.watchlist import Watchlist
    from storage.archive import Archive
    from storage.articles.records import (
        Address,
        Article,
        Evidence,
        Hit,
        When,
    )
    from storage.attachments import AttachedFile
    from storage.decisions import ReviewStates
    from storage.relevance import Related
    from storage.types import DateClue

    from ..articles import KnownArticle


_KILO = 1024
_RANKED = N_(
    "many hits: the best of the 5,000 that came in last; --newest goes through all of them"
)


@click.command()
@click.argument("words", nargs=-1)
@cities_option
@sources_option
@languages_option
@topics_option
@published_since
@published_until
@click.option("--newest", "order", flag_value="newest", default="ranked", help="Newest first.")
@limit_option()
@click.option(
    "--basis",
    "with_basis",
    is_flag=True,
    help="With --json: an object that says what the hits rest on.",
)
@listing_option
@pass_session
def search(
    session: Session,
    words: tuple[str, ...],
    cities: tuple[str, ...],
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    topics: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    order: str,
    limit: int,
    with_basis: bool,
    output: str,
) -> None:
    """Search titles, texts and attached files; without words, everything. A line a story.

    Words must all occur; "quoted words" stand together; hub* matches the beginning of a word; what
    stands after a minus must not occur.

    \b
    Examples:
      hubwatch search "big data" --since 7d
      hubwatch search 'hub cit*' --city Guiyang --newest
      hubwatch search 'hub -logistics'
      hubwatch search 贵阳 创新 --json
    """

    query = Query(
        words=" ".join(_phrase(word) for word in words),
        cities=cities,
        sources=sources,
        languages=languages,
        topics=topics,
        since=since,
        until=until,
        order=Order(order),
        limit=limit,
        per=Per.ARTICLE if output == JSON else Per.STORY,
    )
    with session.reading() as store:
        require_known(session, store, source=sources, topic=topics)
        hits = store.articles.search(query)
        basis = store.articles.basis(cities, sources)
        told = [hit.article.story_id for hit in hits]
        reviews = review_states_of(store, told)
        may_share = store.articles.share_events(told)
        events = store.stories.events.around(told) if may_share else {}
        reviewed = [Reviewed(hit, reviews, hit.article.story_id, events) for hit in hits]
        if output == JSON:
            from ..documents.search import ANSWER, HIT, SearchAnswer

            if with_basis:
                print_json(ANSWER(SearchAnswer(basis, reviewed)))
            else:
                print_json_list([HIT(each) for each in reviewed])
        else:
            for hit, before in _by_event(hits, events):
                _print_hit(hit, reviews, session, events.get(hit.article.story_id, ()), before)
        note_cut(len(hits), limit, lambda: store.articles.count(query, MOST_COUNTED), MOST_COUNTED)
        if not hits:
            from ..searches import beyond_filter, why_nothing  # what few searches need

            nothing_found(session, store)
            if why := beyond_filter(store, query) or why_nothing(store, query):
                note(why)
        elif query.order is Order.RANKED and not store.articles.ranks_all(query):
            note(_(_RANKED))
        hint_unknown(session, store, city=cities, language=languages)
        if output != JSON:
            note(basis_text(basis, (*cities, *sources)))


def _by_event(
    hits: Sequence[Hit], events: Mapping[int, tuple[int, ...]]
) -> Iterator[tuple[Hit, Hit | None]]:
    """The hits, those of one event under the first of them, each with that first one, if it is
    another."""
    groups: dict[int, list[Hit]] = {}
    for hit in hits:
        story = hit.article.story_id
        groups.setdefault(min(events.get(story, (story,))), []).append(hit)
    for first, *others in groups.values():
        yield first, None
        yield from ((other, first) for other in others)


def _phrase(word: str) -> str:
    """What the shell gave us as one word with blanks was a quoted phrase."""
    return f'"{word}"' if " " in word and not has_signs(word) else word


def nothing_found(session: Session, store: Archive) -> None:
    """Say in which archive nothing was found, and how new it is."""
    survey = store.maintenance.survey()
    if not survey.articles:
        text = _(
            "%(path)s holds no articles yet; %(command)s fetches some",
            path=survey.path,
            command=session.first_crawl(),
        )
        note(_("nothing found: %(text)s", text=text))
        return
    newest = f"{survey.newest.iso[:10]} " if survey.newest else ""
    note(
        _(
            "nothing found in %(path)s (%(articles)s articles; newest: %(newest)s%(newest_title)s)",
            path=survey.path,
            articles=f"{survey.articles:,}",
            newest=newest,
            newest_title=survey.newest_title,
        )
    )


def _print_hit(
    hit: Hit,
    reviews: ReviewStates,
    session: Session,
    told_by: Sequence[int],
    first: Hit | None,
) -> None:
    """`told_by` are the stories of its event. Below `first`, another of them, it is told without
    the places where the words stand."""
    article = hit.article
    verdict, edit = reviews.verdict(article.story_id), reviews.update(article.story_id)
    click.echo(f"{article.id:>5}  {day_of(article.published):<16}  ", nl=False)
    heading(one_line(article.title))
    place = f"{article.source_name}, {article.city}" if article.city else article.source_name
    places = _places(article.also_at)
    flags = [_("also at %(places)s", places=places)] if places else []
    if article.stands_at:
        flags.append(_("moved to %(url)s", url=article.stands_at))
    elif article.gone_at:
        flags.append(
            _("withdrawn %(gone_at)s", gone_at=local(article.gone_at, session.config.zone)[:10])
        )
    flags += [_("left its lists")] if article.delisted_at else []
    flags += [state_of(verdict, session.config.zone)] if verdict.decisions else []
    others = first_named([str(one) for one in told_by if one != article.story_id])
    if first is not None:
        flags.insert(0, _("the same event"))
    elif others:
        flags.append(_("the same event as story %(stories)s", stories=others))
    if doubts := doubtful(article.evidence):
        what = ", ".join(term("field", one.field) for one in doubts)
        flags.append(_("in doubt: %(what)s", what=what))
    click.secho(f"       {one_line(' · '.join([place, *_topics(article), *flags]))}", dim=True)
    if edit is not None:
        since = _(
            "updated since: %(reported_at)s, %(summary)s",
            reported_at=local(edit.reported_at, session.config.zone),
            summary=change_summary(edit.summary),
        )
        click.secho(f"       {one_line(since)}", fg="yellow")
    snippets = [*hit.snippets[:2], *(f"{f.name}: {f.snippet}" for f in hit.in_files[:2])]
    for snippet in snippets if first is None else ():
        click.echo(f"       {_coloured(one_line(snippet))}")
    click.secho(f"       {one_line(article.url)}", dim=True)


def _places(addresses: Sequence[Address]) -> str:
    """Where else a story stands, by source. Those that are withdrawn are said to be, those that
    were moved have another address there."""
    there = [place for place in addresses if not place.stands_at]
    named = [f"{place.source_id}{' (withdrawn)' if place.gone_at else ''}" for place in there]
    return first_named(named)


def _coloured(snippet: str) -> str:
    return sub(r"\[([^\[\]]*)\]", lambda m: click.style(m[0], fg="yellow", bold=True), snippet)


def _topics(article: Article) -> list[str]:
    """Each topic with its best grade, those of the best grade first."""
    grades = list(Grade)
    best: dict[str, int] = {}
    for match in article.matches:
        rank = grades.index(match.grade)
        best[match.topic] = min(rank, best.get(match.topic, rank))
    ranked = sorted(best.items(), key=lambda found: (found[1], found[0]))
    return [f"{topic} ({term('grade', grades[rank])})" for topic, rank in ranked]


def day_of(when: When | None) -> str:
    """A date as exactly as the page states it."""
    return _("undated") if when is None else when.iso.replace("T", " ")[:16]


# `hubwatch show`: one article, its text, its proof, and what became of it. Read-only.


@click.command()
@number_argument("article_id", "ID")
@output_option
@pass_session
def show(session: Session, article_id: int, output: str) -> None:
    """Show one article: its text, every address, where each field came from, its history.

    \b
    Examples:
      hubwatch show 42
      hubwatch show 42 --json
    """
    from ..articles import known_article

    with session.reading() as store:
        known = known_article(store, article_id, session.watchlist)
        if known is None:
            raise HubwatchError(
                _(
                    "%(path)s: there is no article %(article_id)s",
                    path=store.path,
                    article_id=article_id,
                )
            )
    if output == JSON:
        from ..documents.articles import ARTICLE

        print_json(ARTICLE(known))
        return
    _print_article(known, session.config.zone)
    print_related(known.related, known.watchlist)


def _print_article(known: KnownArticle, zone: str) -> None:
    from .revisions import print_history

    article = known.article
    heading(one_line(article.title))
    facts = [article.source, article.source_name, article.city, day_of(article.published)]
    click.echo(one_line(" · ".join(fact for fact in facts if fact)))
    click.echo(fact("address", article.url))
    for place in article.also_at:
        became = ["moved"] if place.stands_at else ["withdrawn"] * bool(place.gone_at)
        notes = [place.source_name, day_of(place.published), *became]
        click.echo(fact("also at", f"{place.url} ({', '.join(notes)})"))
    click.echo(fact("story", f"{article.story_id}, {state_of(known.verdict, zone)}"))
    if article.added is not None:
        at = local(article.added.at, zone)
        click.echo(
            fact("added", _("by hand by %(person)s, %(at)s", person=article.added.person, at=at))
        )
    if known.rendered is not None:
        click.echo(fact("rendered", known.how_rendered))
    seen = _("first seen %(first_seen_at)s", first_seen_at=local(article.first_seen_at, zone))
    click.echo(
        _(
            "%(seen)s, last %(last_seen_at)s (%(zone)s)",
            seen=seen,
            last_seen_at=local(article.last_seen_at, zone),
            zone=zone,
        )
    )
    if article.gone_at:
        seen = _(
            "seen %(gone_at)s, %(gone_evidence)s",
            gone_at=local(article.gone_at, zone),
            gone_evidence=one_line(article.gone_evidence),
        )
        if article.stands_at:
            click.secho(_("moved to %(url)s: %(seen)s", url=article.stands_at, seen=seen))
        else:
            click.secho(_("withdrawn by its publisher: %(seen)s", seen=seen), fg="red")
    if article.delisted_at:
        left = _(
            "left the lists that named it: seen %(delisted_at)s",
            delisted_at=local(article.delisted_at, zone),
        )
        click.secho(_("%(left)s; its page still answers", left=left), fg="yellow")
    for one in doubtful(article.evidence):
        print_doubt(one)
    click.echo(f"\n{paragraphs(article.body)}\n")
    print_files(known.files)
    print_evidence(article, zone)
    moved = bool(article.stands_at)
    print_history(known.revisions, known.events, article.added, zone, is_moved=moved)


# What stands behind an article, as small tables: its fields, its dates, what goes with it.


def print_doubt(evidence: Evidence) -> None:
    """That a field is in doubt or unknown, and why. What is sure shows nothing."""
    if evidence.doubt:
        level = term("confidence", evidence.confidence or "doubtful")
        reasons = "; ".join(term("doubt", part) for part in evidence.doubt.split("; "))
        click.secho(fact(level, f"{term('field', evidence.field)}: {reasons}"), fg="yellow")


def print_dates(clues: Sequence[DateClue]) -> None:
    """Every candidate with where it was read and what was made of it."""
    columns = (
        Column("date of"),
        Column("date"),
        Column("from", style="cyan"),
        Column("verdict"),
        Column("as printed"),
    )
    print_table(columns, [_row(clue) for clue in clues])


def _row(clue: DateClue) -> tuple[str, ...]:
    from storage.types import DateKind

    date = day_of(clue.when)
    if clue.kind is DateKind.SEEN:  # the others are as the page states them
        date = f"{date} ({clue.when.zone})"
    where = f"{term('origin', clue.origin)}, {term('rule', clue.rule)}"
    return term("field", clue.kind), date, where, _verdict(clue), one_line(clue.raw, 60)


def _verdict(clue: DateClue) -> str:
    standing = term("standing", clue.status)
    return f"{standing}: {term('refusal', clue.why)}" if clue.why else standing


def print_evidence(article: Article, zone: str) -> None:
    """The watched names found in an article, its fields' evidence, its dates. When it was first
    seen is given in `zone`."""
    if article.matches:
        heading(_("Matches"))
        for match in article.matches:
            name = _(
                "%(topic)s (%(grade)s): “%(phrase)s” in the %(field)s",
                topic=match.topic,
                grade=term("grade", match.grade),
                phrase=match.phrase,
                field=term("field", match.field),
            )
            click.echo(one_line(f"{name}: {match.sentence}"))
        click.echo()
    heading(_("Evidence"))
    columns = (Column("field"), Column("from", style="cyan"), Column("rule"), Column("as printed"))
    print_table(
        columns,
        [
            (
                term("field", e.field),
                term("origin", e.origin),
                term("rule", e.rule),
                one_line(e.raw, 120),
            )
            for e in article.evidence
            if e.rule or e.raw
        ],
    )
    click.echo()
    heading(_("Dates"))
    from ..articles import date_candidates

    print_dates(date_candidates(article, zone))


def print_related(related: Sequence[Related], watchlist: Watchlist) -> None:
    """Articles of other stories that go with it, and what they have in common."""
    if not related:
        return
    from ..relevance import why_related

    click.echo()
    heading(_("Related"))
    columns = (Column("article", "right", folds="never"), Column("title", folds="short"))
    rows = [(one.article_id, one.title, why_related(one, watchlist)) for one in related]
    print_table((*columns, Column("why")), rows)


# How the files of articles are shown: what became of each, and where a search found something.


def print_files(files: Iterable[AttachedFile]) -> None:
    """A line a file: its name, what it is, what became of it."""
    for file in files:
        click.echo(fact("attachment", f"{file.name} ({_state(file)}) {file.url}"))


def _state(file: AttachedFile) -> str:
    facts = [file.kind]
    if file.size is not None:
        facts.append(_size(file.size))
    if file.outcome is None:
        facts.append(_("not fetched yet"))
    elif file.outcome != "ok":
        why = f"{term('outcome', file.outcome)}, {file.reason}"
        again = file.size is not None
        facts.append(
            _("not fetched again: %(why)s", why=why)
            if again
            else _("not fetched: %(why)s", why=why)
        )
    if file.text_outcome in ("ok", "partial"):
        facts.append(_("%(characters)s characters of text", characters=f"{file.characters:,}"))
    if file.text_reason:
        facts.append(_("text: %(text_reason)s", text_reason=file.text_reason))
    return "; ".join(facts)


def _size(count: int) -> str:
    if count < _KILO:
        return _("%(count)s bytes", count=count)
    kilo = count / _KILO
    return f"{kilo:,.0f} KiB" if kilo < _KILO else f"{kilo / _KILO:,.1f} MiB"


# How stories stand: what people decided of each, and which change of it was reported last.


def state_of(verdict: Verdict, zone: str) -> str:
    """What people decided, in words: `rejected by Ana`, `disputed: accept by Ana, reject by Bo`.
    Days are those of `zone`."""
    said = [
        _("%(verb)s by %(person)s", verb=term("verb", one.verb), person=one.person)
        for one in verdict.decisions
    ]
    if verdict.back_since is not None:
        from ..moments import day_in

        return _(
            "open again: %(said)s, changed %(day_in)s",
            said=", ".join(said),
            day_in=day_in(verdict.back_since, zone),
        )
    if verdict.state is State.DISPUTED:
        return f"{term('state', verdict.state)}: {', '.join(said)}"
    names = ", ".join(one.person for one in verdict.decisions)
    return (
        _("%(state)s by %(names)s", state=term("state", verdict.state), names=names)
        if names
        else term("state", verdict.state)
    )
