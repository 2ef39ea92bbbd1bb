"""Digests looked at: all of them and the form that drafts another, one as a draft or as it was
frozen, its preview, its files.

An issue's bytes are those that were frozen. A draft's are made now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from hubwatch.errors import HubwatchError, StorageError
from storage.digests import Basis, DigestHead, DigestState

from ...digest.drafts import Caution, Wanted, cautions, check_period, draft, labels_of, opened
from ...digest.evidence import evidence as collect
from ...digest.formats import plugins
from ...digest.formats.templates import said_in
from ...digest.issues import issued_bytes, lacking_plugins, missing_pdf
from ...digest.model import KEY, TOUCHED, Digest, DigestLanguage, Format, Grouping, Scope
from ...digest.wording import Citation, cite_item
from ...moments import parse_since, parse_until
from ...text import one_line
from ..facts import facts_of_digest, next_open, said_of_fact
from ..request import RequestContext, number_of, texts_of_form

# What all pages of digests begin with: the digest that the address names, and its common facts.


def head_of(visit: RequestContext) -> DigestHead | None:
    """The digest that the address names, or None."""
    return visit.store.digests.get(visit.request.path_params["number"])


def with_digest(
    page: Callable[[RequestContext, DigestHead], Response],
) -> Callable[[RequestContext], Response]:
    """A page about the digest that its address names. What cannot be done to it is said in one
    line."""

    def found(visit: RequestContext) -> Response:
        head = head_of(visit)
        if head is None:
            return visit.missing(visit.words("There is no digest of that number."))
        try:
            return page(visit, head)
        except StorageError:
            raise  # the archive itself cannot be used: the desk says so, whatever was asked
        except HubwatchError as error:
            return refused(visit, str(error), f"/digests/{head.number}")

    return found


def refused(visit: RequestContext, message: str, back: str, status: int = 400) -> HTMLResponse:
    """What was asked for cannot be done. `back` is the page to go on with."""
    values = {
        "title": visit.words("That did not work"),
        "message": message,
        "back": back,
        "typed": texts_of_form(visit.form),
    }
    return visit.page("digests/refused.html.j2", values, status)


def selection_of(visit: RequestContext, selection: str) -> str:
    """What a digest is limited to (`Edition.selection`), in the words of the page."""
    scope, _, topics = selection.partition("; ")
    known: Mapping[str, str] = {
        id_: topic.label(visit.words.tag) for id_, topic in visit.desk.watchlist.topics.items()
    }
    named = [known.get(each, each) for each in topics.split(", ") if each]
    return visit.words(", ").join([visit.words.term("scope", scope), *named])


def describe_cautions(visit: RequestContext, cautions: Iterable[Caution]) -> list[str]:
    """What to know of a draft, a line each, in the words of the page."""

    def said(caution: Caution) -> str:
        verbs = ((each.person, visit.words.term("verb", each.verb)) for each in caution.decisions)
        return visit.words(", ").join(
            visit.words("%(what)s: %(detail)s", what=person, detail=verb) for person, verb in verbs
        )

    return [
        visit.words.term(
            "caution",
            each.kind,
            n=each.item.number,
            title=each.item.title,
            said=said(each),
            other=each.other.number if each.other else 0,
        )
        for each in cautions
    ]


DONE = frozenset(
    {
        "drafted", "corrected", "withdrawn", "words", "moved", "trimmed", "later", "restored",
        "item", "refreshed", "issued", "nothing",
    }
)  # fmt: skip
"""What a page says was done, as `?did=`."""


@with_digest
def one(visit: RequestContext, head: DigestHead) -> Response:
    """A digest by its number."""
    digest = opened(visit.store, head.number)
    values = {
        **facts(visit, head, digest),
        "edits": visit.store.digests.edits(head.number),
        "deliveries": visit.store.deliveries.select(head.number),
        "said": _said(visit),
    }
    if head.state is DigestState.ISSUED:
        kept = {file.format: file for file in visit.store.digests.files(head.number)}
        known = [form for form in Format if form in kept]
        files = [kept[form] for form in (*known, *sorted(kept.keys() - set(known)))]
        return visit.page(
            "digests/issued.html.j2",
            {
                **values,
                "files": files,
                "pdf": missing_pdf(visit.store, head.number),
                "lacking": lacking_plugins(visit.store, head.number),
            },
        )
    return visit.page(
        "digests/draft.html.j2",
        {
            **values,
            "cautions": describe_cautions(visit, cautions(visit.store, digest)),
            "headings": _headings(digest),
            **_facts(visit, digest),
            "focus": _focus(visit),
            "address": f"{_origin(visit)}/digests/{head.number}/preview",
        },
    )


@with_digest
def preview(visit: RequestContext, head: DigestHead) -> Response:
    """A draft as it would be issued, for whoever may sign in. An issue has its own page."""
    if head.state is DigestState.ISSUED:
        return visit.back(f"/digests/{head.number}")
    digest = opened(visit.store, head.number)
    found = {
        "cautions": describe_cautions(visit, cautions(visit.store, digest)),
        "formats": [*Format, *plugins.words()],
    }
    return visit.page("digests/preview.html.j2", {**facts(visit, head, digest), **found})


def facts(visit: RequestContext, head: DigestHead, digest: Digest) -> dict[str, object]:
    """What every page of a digest shows of it."""
    zone = digest.edition.period.zone

    def cite(number: int) -> Citation:
        return cite_item(digest.items[number - 1], zone, visit.words)

    name = visit.words("Digest %(n)s", n=head.number)
    return {
        "title": visit.words("%(what)s: %(detail)s", what=name, detail=head.title),
        "head": head,
        "digest": digest,
        "period": digest.edition.period,
        "selection": selection_of(visit, head.selection),
        "wording": said_in(visit.words),
        "cite": cite,
        "touched": TOUCHED,
    }


def _facts(visit: RequestContext, digest: Digest) -> dict[str, object]:
    """The figures of a draft by item, what was just said of one, and where the keyboard goes on.
    `figures=all` in the address opens them all."""
    shown, said = facts_of_digest(visit, digest), said_of_fact(visit)
    ordered = [one for item in digest.items for one in shown.get(item.article_id, ())]
    focus = next_open(ordered, said)
    at = {focus, said.fact if said else 0}
    is_all = visit.request.query_params.get("figures") == "all"
    return {
        "facts": shown,
        "all_figures": is_all,
        "said_fact": said,
        "fact_focus": focus,
        "proposed": sum(len(item.proposals) for item in digest.items),
        "opened_figures": {
            article
            for article, facts in shown.items()
            if is_all or any(one.kept.id in at for one in facts)
        },
    }


def _headings(digest: Digest) -> list[str]:
    """The sections into which an item may be put."""
    return [KEY, *(section.heading for section in digest.sections)]


def _said(visit: RequestContext) -> str:
    did = visit.request.query_params.get("did", "")
    return did if did in DONE else ""


def _focus(visit: RequestContext) -> tuple[int, str]:
    """The article and the button with which the keyboard goes on."""
    asked = visit.request.query_params
    return number_of(asked.get("at", "")), asked.get("key", "")


def _origin(visit: RequestContext) -> str:
    """By which address others open the desk."""
    public = [each for each in visit.desk.auth.origins if each.startswith("https://")]
    return min(public) if public else f"http://{visit.request.headers['host']}"


# The bytes of a digest: its page in a frame that may do nothing, its formats, its evidence.

_BOXED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A digest's page brings its own style, perhaps from a template of the user's; what portals wrote
stands in it as text. Whatever it holds, it runs nothing, fetches nothing, has nobody's origin."""


@with_digest
def page(visit: RequestContext, head: DigestHead) -> Response:
    """The digest as one HTML page, shown by itself or in a frame of ours."""
    headers = {"Content-Security-Policy": _BOXED, "X-Frame-Options": "SAMEORIGIN"}
    return _bytes(visit, head, Format.HTML, headers)


@with_digest
def download(visit: RequestContext, head: DigestHead) -> Response:
    """The digest in a format, to be kept."""
    word = str(visit.request.path_params["form"])
    kept = {file.format for file in visit.store.digests.files(head.number)}
    if word not in {*Format, *plugins.words(), *kept}:
        return visit.missing(visit.words("Digests have no such format."))
    return _bytes(visit, head, word, kept_as(plugins.name_of(head.number, word)))


@with_digest
def evidence(visit: RequestContext, head: DigestHead) -> Response:
    """The archived pages behind the digest, as a ZIP that opens without Hubwatch."""
    try:
        data = collect(visit.store, head.number, visit.desk.look)
    except LookupError as error:
        return refused(visit, str(error.args[0]), f"/digests/{head.number}", 404)
    return Response(
        data, media_type="application/zip", headers=kept_as(f"evidence-{head.number}.zip")
    )


def _bytes(visit: RequestContext, head: DigestHead, form: str, headers: dict[str, str]) -> Response:
    data = issued_bytes(visit.store, head.number, form, visit.desk.look)
    return Response(data, headers={"Content-Type": plugins.media_type_of(form), **headers})


def kept_as(name: str) -> dict[str, str]:
    """For a file that is kept, not shown (RFC 6266). Should a browser show it, it runs nothing."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }


# All digests, the newest first, and the form that drafts another.

_PAGE = 50
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class DigestForm:
    """The form as it was filled in. `since` and `until` are as they were typed."""

    basis: str = Basis.SINCE_LAST
    since: str = ""
    until: str = ""
    scope: str = Scope.ACCEPTED
    topics: tuple[str, ...] = ()
    grouping: str = Grouping.CITY
    title: str = ""
    language: str = DigestLanguage.EN


def shelf(visit: RequestContext) -> Response:
    """The digests there are."""
    return _page(visit, _usual(visit))


def make(visit: RequestContext) -> Response:
    """Draft a digest and go on with it."""
    typed = _form_values(visit.form)
    try:
        wanted = _wanted(visit, typed)
    except ValueError as error:
        return _page(visit, typed, str(error))
    with visit.desk.writing() as store:
        number = draft(store, wanted, person=visit.person.name, now=visit.now)
    return visit.back(f"/digests/{number}?did=drafted")


def _page(visit: RequestContext, typed: DigestForm, wrong: str = "") -> Response:
    before = visit.request.query_params.get("before", "")
    heads = visit.store.digests.latest(_PAGE + 1, number_of(before) or None)
    values = {
        "title": visit.words("Digests"),
        "rows": [(head, selection_of(visit, head.selection)) for head in heads[:_PAGE]],
        "count": visit.store.digests.count(),
        "older": heads[_PAGE - 1].number if len(heads) > _PAGE else None,
        "typed": typed,
        "wrong": wrong,
        "topics": [topic for topic in visit.desk.watchlist.topics.values() if topic.watched],
        "usual_title": visit.desk.digest_title,
        "series": {scope: visit.store.digests.last_issue(scope) for scope in Scope},
        "did": visit.request.query_params.get("did", "") == "discarded",
    }
    return visit.page("digests/shelf.html.j2", values, 400 if wrong else 200)


def _usual(visit: RequestContext) -> DigestForm:
    """The form as it is offered: the series that was issued last goes on."""
    last = next((head for head in visit.store.digests.latest(_PAGE) if _begins_series(head)), None)
    if last is None:
        return DigestForm(language=visit.desk.digest_language)
    edition = opened(visit.store, last.number).edition
    title = "" if edition.title == visit.desk.digest_title else edition.title
    return DigestForm(
        scope=edition.scope,
        topics=edition.topics,
        grouping=edition.grouping,
        title=title,
        language=edition.language,
    )


def _begins_series(head: DigestHead) -> bool:
    return head.issued_at is not None and head.basis is Basis.SINCE_LAST and not head.corrects


def _form_values(form: FormData) -> DigestForm:
    def line(name: str) -> str:
        return one_line(str(form.get(name, "")), _LONGEST)

    topics = tuple(dict.fromkeys(str(each) for each in form.getlist("topic")))
    return DigestForm(
        line("basis"),
        line("since"),
        line("until"),
        line("scope"),
        topics,
        line("grouping"),
        line("title"),
        line("language") or DigestLanguage.EN,
    )


def _wanted(visit: RequestContext, typed: DigestForm) -> Wanted:
    """What the form asks for. Raise ValueError with what is wrong, in the words of the page."""
    words, desk = visit.words, visit.desk
    since = _moment(visit, typed.since, parse_since)
    until = _moment(visit, typed.until, parse_until)
    if since is not None and until is not None and since >= until:
        raise ValueError(words("The period ends before it begins."))
    known = typed.scope in list(Scope) and typed.grouping in list(Grouping)
    known = known and typed.language in list(DigestLanguage)
    if not known or typed.basis not in list(Basis) or {*typed.topics} - {*desk.watchlist.topics}:
        raise ValueError(words("That form is not of this page."))
    basis = Basis(typed.basis)
    if basis is Basis.PERIOD and not typed.since:
        raise ValueError(words("Say from when."))
    wanted = Wanted(
        title=typed.title or desk.digest_title,
        zone=desk.zone,
        basis=basis,
        since=since,
        until=until if basis is Basis.PERIOD else None,
        scope=Scope(typed.scope),
        topics=typed.topics,
        watched=desk.watchlist.watched,
        grouping=Grouping(typed.grouping),
        language=DigestLanguage(typed.language),
        labels=labels_of(desk.watchlist),
        enabled=tuple(each.ref for each in desk.enabled),
    )
    try:
        check_period(wanted, visit.now)
    except ValueError:
        raise ValueError(words("The period ends before it begins.")) from None
    return wanted


def _moment(
    visit: RequestContext, text: str, parse: Callable[[str, datetime, str], datetime]
) -> datetime | None:
    try:
        return parse(text, visit.now, visit.desk.zone) if text else None
    except ValueError:
        raise ValueError(
            visit.words("“%(text)s” is no date or span. Write 2026-11-25 or 7d.", text=text)
        ) from None
