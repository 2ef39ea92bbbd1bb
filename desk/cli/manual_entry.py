"""`hubwatch stories add`: an address, or an item without a page, added by a person through the
crawl's own door.
"""

from __future__ import annotations

import getpass
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from hubwatch.errors import HubwatchError
from scraper.sources.load import read_bounded
from storage.decisions import review_states_of

from .. import _, term
from ..documents import JsonDocument, Member, parts
from ..messages import Translator, reader
from ..text import one_line
from ..vocabularies import advice_on
from .console import fact, local, print_json
from .crawl import request_for
from .options import ADDRESS, INPUT, JSON, NUMBER, output_option, person_option, wait_option
from .session import Session

if TYPE_CHECKING:
    from storage.additions import Addition
    from storage.archive import Archive
    from storage.articles.records import Added, Article
    from storage.attachments import AttachedFile
    from storage.decisions import State

    from ..manual_entry import ManualInput, Wrong


OK, FAILED = 0, 1


@click.command()
@click.argument("url", required=False, metavar="[URL]", type=ADDRESS)
@click.option("--title", metavar="TEXT", help="The title of what has no page that can be fetched.")
@click.option("--source", metavar="NAME", help="Where it is from: an account, an office, a source.")
@click.option("--date", metavar="DATE", help="When it was published: 2026-11-25, 2026-11, …")
@click.option(
    "--file", type=INPUT, metavar="FILE",
    help="A picture, PDF, DOCX, HTML or text file of it; kept as evidence.",
)  # fmt: skip
@click.option(
    "--url", "url_said", metavar="URL", type=ADDRESS, help="Where it stands, without fetching it."
)
@click.option("--note", default="", metavar="TEXT", help="A note for the others.")
@person_option("Who adds it.", default="")
@wait_option("2m", "How long to wait for a host that is being crawled.")
@click.option("--number", type=NUMBER, hidden=True, help="Carry out what the desk was asked for.")
@output_option
@click.pass_context
def add(
    ctx: click.Context,
    /,
    url: str | None,
    person: str,
    note: str,
    wait: timedelta,
    number: int | None,
    output: str,
    **said: Any,
) -> None:
    """Add an address by hand, or an item that has no page: a WeChat post as a picture, a PDF.

    An address is asked for as a crawl would, and belongs to the source on whose host it stands,
    else to an external one. Either waits in the queue at once, says who added it, and is kept once
    however often it is added. Exit code: 0 added or known already, 1 not added.

    \b
    Examples:
      hubwatch stories add https://www.our-town.example/news/2026/hub.html --by Li
      hubwatch stories add https://mp.weixin.qq.com/s/abc --note "from Wang" --by Li
      hubwatch stories add --title "贵阳入选枢纽城市" --source "贵阳科协 (WeChat)" \\
          --date 2026-11-20 --file post.png --by Li
    """
    session = ctx.find_object(Session)
    assert session is not None
    item = {name: value for name, value in said.items() if value is not None}
    if sum((url is not None, bool(item), number is not None)) != 1:
        raise click.UsageError(_("name an address, or --title, --source and --date of an item"))
    if number is not None:
        result = _carry_out(session, number, wait)
    elif url is not None:
        result = _add_address(session, url, person, note, wait)
    else:
        result = _add_item(session, item, person, note)
    if output == JSON:
        print_json(result)
    else:
        _print(session, result)
    ctx.exit(OK if result["added"] or result["known"] else FAILED)


def _words() -> Translator:
    return reader()


def _describe_fault(wrong: Wrong) -> str:
    return _words().term("wrong", wrong.word, **wrong.filling)


def _add_address(
    session: Session, url: str, person: str, note: str, wait: timedelta
) -> dict[str, Any]:
    from ..manual_entry import NOTE, add_note, known_at, record_request

    name = one_line(person) or session.config.server.user or _login()
    said = one_line(note, NOTE)
    with session.writing() as store:
        known = known_at(store, url)
        if known is not None:
            add_note(store, known, said, person=name, now=session.now)
            return _known_json(store, known)
        addition, is_waiting = record_request(store, url, person=name, note=said, now=session.now)
    if is_waiting:
        asked = f"{addition.person}, {local(addition.at, session.config.zone)}"
        raise HubwatchError(
            _(
                "%(url)s is being added already (%(asked)s); look again in a moment",
                url=url,
                asked=asked,
            )
        )
    return _carry_out(session, addition.id, wait)


def _login() -> str:
    """The name of who is logged in at this machine. A usage error where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise click.UsageError(_("--by is missing: who adds it?")) from None


def _carry_out(session: Session, number: int, wait: timedelta) -> dict[str, Any]:
    """Fetch what was asked for, and report what came of it."""
    from ..manual_entry import fetch_addition, record_failure, source_at
    from .progress import reporting

    with session.writing() as store:
        addition = store.additions.get(number)
        if addition is None:
            raise HubwatchError(
                _("%(path)s: there is no addition %(number)s", path=store.path, number=number)
            )
        if addition.ended_at is not None:
            return _addition_json(store, addition)
        try:
            source = source_at(session.catalogue, store, addition.url)
            request = request_for(session, [source], wait, addition.url)
        except HubwatchError as error:
            record_failure(store, addition, str(error), session.clock())
            raise
        with reporting() as report:
            done = fetch_addition(store, addition, source, request, report)
        if report.stopped == signal.SIGINT:
            raise KeyboardInterrupt
        return _addition_json(store, done)


def _add_item(session: Session, said: dict[str, Any], person: str, note: str) -> dict[str, Any]:
    from ..manual_entry import ManualInput, checked, file_of, homes_of, keep

    if not one_line(person):
        raise click.UsageError(_("--by is missing: who adds it?"))
    most, path = session.config.server.upload, said.get("file")
    typed = ManualInput(
        title=said.get("title", ""),
        source=said.get("source", ""),
        date=said.get("date", ""),
        url=said.get("url_said", ""),
        note=note,
        file=file_of(path.name, read_bounded(path, most)) if path else None,
    )
    with session.writing() as store:
        homes = homes_of(session.catalogue, store)
        found = checked(typed, homes, person=one_line(person), now=session.now, most=most)
        if isinstance(found, dict):
            _refuse(found, typed)
            raise AssertionError
        article_id, number = keep(store, found, session.watchlist, session.now)
        addition = store.additions.get(number) if number is not None else None
        if addition is not None:
            return _addition_json(store, addition)
        known = store.articles.get(article_id)
        assert known is not None
        return _known_json(store, known)


def _refuse(wrong: dict[str, Wrong], typed: ManualInput) -> None:
    """A usage error that names the first option that is wrong."""
    name, first = next(iter(wrong.items()))
    file = f" ({typed.file.name})" if name == "file" and typed.file else ""
    raise click.BadParameter(_describe_fault(first) + file, param_hint=f"--{name}")


def _known_json(store: Archive, article: Article) -> dict[str, Any]:
    return _json(store, None, article)


def _addition_json(store: Archive, addition: Addition) -> dict[str, Any]:
    article = store.articles.get(addition.article_id) if addition.article_id is not None else None
    return _json(store, addition, article)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of an addition. None is one of what was known."""

    addition: Addition | None
    article: Article | None
    state: State | None
    files: tuple[AttachedFile, ...]

    @property
    def is_new(self) -> bool:
        """Whether the article is in the archive since now."""
        return self.addition is not None and self.addition.is_new

    @property
    def added(self) -> Added | None:
        """Who added the article by hand, and when."""
        return self.article.added if self.article else None


ADDED_FILE: JsonDocument[AttachedFile] = JsonDocument(
    Member("name", "text", "as it was handed over", lambda f: f.name),
    Member("kind", "text", "what its bytes are: `png`, `pdf`, …", lambda f: f.kind),
    Member("bytes", "integer or null", "its size", lambda f: f.size),
    Member("sha256", "text or null", "of its bytes", lambda f: f.sha256),
)  # fmt: skip


ADDITION: JsonDocument[_Outcome] = JsonDocument(
    Member("added", "boolean", "it is in the archive since now", lambda a: a.is_new),
    Member("known", "boolean", "it was there already; nothing was done",
        lambda a: a.article is not None and (not a.is_new)),
    Member("outcome", "text or null", "how the address was had, a word of "
        "[operation.md](operation.md); `ok` for an item; null where it was known beforehand",
        lambda a: a.addition.outcome if a.addition else None),
    Member("reason", "text", "why, if that needs saying",
        lambda a: a.addition.reason if a.addition else ""),
    Member("number", "integer or null", "number of the addition; null where it was known "
        "beforehand", lambda a: a.addition.id if a.addition else None),
    Member("article", "integer or null", "`show` takes it",
        lambda a: a.article.id if a.article else None),
    Member("story", "integer or null", "number of its story",
        lambda a: a.article.story_id if a.article else None),
    Member("state", "text or null", "what people decided of it: `open`, `accepted`, `rejected`, "
        "`later`, `disputed`", lambda a: a.state),
    Member("title", "text or null", "the headline",
        lambda a: a.article.title if a.article else None),
    Member("url", "text", "its address, or the name made up for what has none (`urn:uuid:…`)",
        lambda a: a.article.url if a.article else a.addition.url if a.addition else ""),
    Member("source", "text or null", "id of the source",
        lambda a: a.article.source_id if a.article else None),
    Member("source_name", "text or null", "name of the source",
        lambda a: a.article.source_name if a.article else None),
    Member("by", "text or null", "who added it; null where a crawl or an import found it first",
        lambda a: a.added.person if a.added else None),
    Member("at", "moment or null", "when", lambda a: a.added.at if a.added else None),
    parts("files", "the files of it", lambda a: a.files, ADDED_FILE),
    commands=("stories add --json",),
    about="One document: what came of what somebody added by hand.",
)  # fmt: skip


def _json(store: Archive, addition: Addition | None, article: Article | None) -> dict[str, Any]:
    if article is None:
        return ADDITION(_Outcome(addition, None, None, ()))
    state = review_states_of(store, [article.story_id]).verdict(article.story_id).state
    return ADDITION(_Outcome(addition, article, state, store.attachments.of(article.id)))


def _print(session: Session, result: dict[str, Any]) -> None:
    if not (result["added"] or result["known"]):
        reason = f": {result['reason']}" if result["reason"] else ""
        click.echo(fact("not added", f"{term('outcome', result['outcome'])}{reason}"))
        click.echo(fact("address", result["url"]))
        click.echo(fact("next", _words().term("advice", advice_on(result["outcome"]))))
        return
    word = "added" if result["added"] else "known"
    where = _(
        "article %(article)s, story %(story)s (%(state)s)",
        article=result["article"],
        story=result["story"],
        state=term("state", result["state"]),
    )
    click.echo(fact(word, f"{where}: {result['title']}"))
    click.echo(fact("address", result["url"]))
    click.echo(fact("source", f"{result['source_name']} ({result['source']})"))
    if result["by"]:
        at = local(datetime.fromisoformat(result["at"]), session.config.zone)
        click.echo(fact("by", f"{result['by']}, {at}"))
    for file in result["files"]:
        click.echo(fact("file", f"{file['name']} ({file['kind']}), SHA-256 {file['sha256']}"))
    click.echo(fact("next", session.command_line_for(f"show {result['article']}")))
