"""A draft edited by its forms, made anew, laid aside, issued, and an issue corrected.

Every form names the version that was looked at: what somebody else changed meanwhile is never
overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from storage.digests import ArticleRole, DigestHead, DigestState, EditConflict

from ...digest import wording
from ...digest.drafts import (
    CautionKind,
    cautions,
    keep,
    labels_of,
    opened,
    refresh,
    wanted_again,
)
from ...digest.drafts import correct as draft_correction
from ...digest.drafts import withdraw as draft_withdrawal
from ...digest.edit import Changes, changed, numbered, places_of
from ...digest.formats import plugins
from ...digest.formats.as_pdf import obstacle
from ...digest.issues import DuplicateStory, IssueConflict
from ...digest.issues import issue as freeze
from ...digest.model import DigestItem, DigestLanguage, Format, Left, Section
from ...text import one_line, paragraphs
from ..request import RequestContext, number_of, texts_of_form
from .show import describe_cautions, facts, refused, with_digest


@with_digest
def change(visit: RequestContext, head: DigestHead) -> Response:
    """One change of a draft. Field `do` says which."""
    act = _ACTS.get(str(visit.form.get("do", "")))
    if act is None:
        return refused(visit, visit.words("That form is not of this page."), _place(head))
    if head.state is not DigestState.DRAFT:
        return refused(
            visit, visit.words("That is no draft any more, and never changes."), _place(head), 409
        )
    try:
        return act(visit, head)
    except EditConflict:
        return overtaken(visit, head)
    except (LookupError, ValueError) as error:
        if version_of(visit) != head.version:  # the numbers of items are no longer those seen
            return overtaken(visit, head)
        return refused(visit, str(error.args[0]), _place(head))


def overtaken(visit: RequestContext, head: DigestHead) -> Response:
    """Somebody has edited the draft since the page was made: say who did what. Show what was typed,
    so that it is not lost."""
    edit = visit.store.digests.edits(head.number)[-1]
    what = wording.edit(edit.what, visit.words)
    if edit.person == visit.person.name:
        message = visit.words(
            "You have changed this draft yourself since this page of it was shown (%(what)s). "
            "Nothing was overwritten: look at it again, then say it anew.",
            what=what,
        )
    else:
        message = visit.words(
            "%(person)s has changed this draft since you opened it (%(what)s). Nothing "
            "was overwritten: look at it again, then say it anew.",
            person=edit.person,
            what=what,
        )
    values = {
        "title": visit.words("That did not work"),
        "message": message,
        "back": _place(head),
        "typed": texts_of_form(visit.form),
    }
    return visit.page("digests/refused.html.j2", values, 409)


def version_of(visit: RequestContext) -> int:
    """The version that was looked at. Where the form names none it is 0, which no draft has."""
    return _number(visit, "version")


def _words(visit: RequestContext, head: DigestHead) -> Response:
    """Title, introduction and language."""
    digest = opened(visit.store, head.number)
    title, introduction = one_line(_text(visit, "title")), paragraphs(_text(visit, "introduction"))
    if not title:
        return refused(visit, visit.words("A digest needs a title."), _place(head))
    language = _text(visit, "language") or digest.edition.language
    if language not in list(DigestLanguage):
        return refused(visit, visit.words("That form is not of this page."), _place(head))
    changes = Changes(
        title=title if title != digest.edition.title else None,
        introduction=introduction if introduction != digest.introduction else None,
        language=language if language != digest.edition.language else None,
    )
    return _change(visit, head, changes, "did=words")


def _item(visit: RequestContext, head: DigestHead) -> Response:
    """The words of an item: a translated title, sentences of one's own, another section."""
    item, _ = _chosen(visit, head)
    translation, note = one_line(_text(visit, "translation")), paragraphs(_text(visit, "note"))
    heading = one_line(_text(visit, "own_heading"))
    number = item.number
    changes = Changes(
        translations=((number, translation),) if translation != item.translation else (),
        notes=((number, note),) if note != item.note else (),
        sections=((number, heading),) if heading else (),
    )
    return _change(visit, head, changes, f"did=item&at={item.article_id}&key=words")


def _move(visit: RequestContext, head: DigestHead) -> Response:
    """An item to a place, of its section or of another."""
    item, section = _chosen(visit, head)
    heading = one_line(_text(visit, "heading")) or section.heading
    place = _number(visit, "place")
    if heading != section.heading:  # the form came with the item's place in its old section
        place = min(place, places_of(opened(visit.store, head.number), heading))
    changes = Changes(
        sections=((item.number, heading),) if heading != section.heading else (),
        moves=((item.number, place),),
    )
    return _change(visit, head, changes, f"did=moved&at={item.article_id}&key=move")


def _step(way: str) -> Callable[[RequestContext, DigestHead], Response]:
    """An item one place up or down in its section."""

    def step(visit: RequestContext, head: DigestHead) -> Response:
        item, section = _chosen(visit, head)
        place = section.items.index(item) + (0 if way == "up" else 2)
        changes = Changes(moves=((item.number, min(max(place, 1), len(section.items))),))
        return _change(visit, head, changes, f"did=moved&at={item.article_id}&key={way}")

    return step


def _out(visit: RequestContext, head: DigestHead) -> Response:
    """An item left out for good."""
    item, section = _chosen(visit, head)
    at = _neighbour(section, item)
    return _change(visit, head, Changes(trims=(item.number,)), f"did=trimmed&at={at}&key=out")


def _later(visit: RequestContext, head: DigestHead) -> Response:
    """An item left for the next digest."""
    item, section = _chosen(visit, head)
    at = _neighbour(section, item)
    return _change(visit, head, Changes(laters=(item.number,)), f"did=later&at={at}&key=later")


def _back(visit: RequestContext, head: DigestHead) -> Response:
    """An item taken back in."""
    article = _number(visit, "article")
    changes = Changes(restores=(article,))
    return _change(visit, head, changes, f"did=restored&at={article}&key=move")


def _anew(visit: RequestContext, head: DigestHead) -> Response:
    """The draft made of what the archive holds now."""
    if version_of(visit) != head.version:
        raise EditConflict
    with visit.desk.writing() as store:
        enabled, labels = visit.desk.enabled, labels_of(visit.desk.watchlist)
        wanted = wanted_again(store, head.number, [each.ref for each in enabled], labels)
        refresh(store, head.number, wanted, person=visit.person.name, now=visit.now)
    return visit.back(f"{_place(head)}?did=refreshed")


def _discard(visit: RequestContext, head: DigestHead) -> Response:
    """The draft laid aside for good."""
    seen = replace(head, version=version_of(visit))
    with visit.desk.writing() as store, store.writing() as tx:
        tx.digests.discard(seen, person=visit.person.name, now=visit.now)
    return visit.back("/digests?did=discarded")


_ACTS: Mapping[str, Callable[[RequestContext, DigestHead], Response]] = {
    "words": _words,
    "item": _item,
    "move": _move,
    "up": _step("up"),
    "down": _step("down"),
    "out": _out,
    "later": _later,
    "back": _back,
    "refresh": _anew,
    "discard": _discard,
}


def _change(visit: RequestContext, head: DigestHead, changes: Changes, done: str) -> Response:
    """Keep a changed draft and go on with it."""
    place = f"{_place(head)}?{done}"
    if not changes.summary:
        return visit.back(f"{_place(head)}?did=nothing")
    seen = replace(head, version=version_of(visit))
    if seen.version != head.version:
        if _was_sent_twice(visit, head, seen, changes):
            return visit.back(place)
        raise EditConflict
    digest = opened(visit.store, head.number)
    edited = changed(digest, changes)
    if edited == digest:
        return visit.back(place.replace("did=moved", "did=nothing"))
    with visit.desk.writing() as store:
        keep(store, seen, edited, what=changes.summary, person=visit.person.name, now=visit.now)
    return visit.back(place)


def _was_sent_twice(
    visit: RequestContext, head: DigestHead, seen: DigestHead, changes: Changes
) -> bool:
    """Whether the one change since is this very one, by the same person: a double click. Words
    that are still to be changed are others than those that were sent first."""
    if changes.has_words:
        return False
    last = visit.store.digests.edits(head.number)[-1]
    is_next = head.version == seen.version + 1
    return is_next and (last.person, last.what) == (visit.person.name, changes.summary)


def _chosen(visit: RequestContext, head: DigestHead) -> tuple[DigestItem, Section]:
    """The item that a form is about, as it stood on the page, and its section. Raise LookupError
    where the draft has none of that number."""
    digest = opened(visit.store, head.number)
    article = numbered(digest, _number(visit, "item"))
    return next(
        (item, section)
        for section in digest.chapters
        for item in section.items
        if item.article_id == article
    )


def _neighbour(section: Section, item: DigestItem) -> int:
    """The article with which the keyboard goes on when an item goes."""
    rest = [each.article_id for each in section.items if each != item]
    return rest[min(section.items.index(item), len(rest) - 1)] if rest else 0


def _place(head: DigestHead) -> str:
    return f"/digests/{head.number}"


def _text(visit: RequestContext, name: str) -> str:
    """A field as it was typed. Browsers send lines ended by CR and LF (HTML, form submission)."""
    return str(visit.form.get(name, "")).replace("\r\n", "\n").strip()


def _number(visit: RequestContext, name: str) -> int:
    return number_of(str(visit.form.get(name, "")))


# Issuing a draft, after a page that says what will be frozen, and drafting a correction.

_LONGEST = 1000


@with_digest
def confirm(visit: RequestContext, head: DigestHead) -> Response:
    """What will be frozen, and what to know before."""
    if head.state is not DigestState.DRAFT:
        return visit.back(f"/digests/{head.number}")
    digest = opened(visit.store, head.number)
    known, pdf = cautions(visit.store, digest), obstacle()
    values = {
        "cautions": describe_cautions(visit, known),
        "disputed": sum(each.kind is CautionKind.DISPUTED for each in known),
        "figures": sum(len(item.confirmed) for item in digest.items),
        "proposed": sum(len(item.proposals) for item in digest.items),
        "trimmed": _count(digest.left, ArticleRole.TRIMMED),
        "waiting": digest.coverage.waiting,
        "formats": [
            *(each for each in Format if each is not Format.PDF or not pdf),
            *plugins.words(),
        ],
        "pdf": pdf,
    }
    return visit.page("digests/issue.html.j2", {**facts(visit, head, digest), **values})


def _count(left: Sequence[Left], role: ArticleRole) -> int:
    return sum(each.role is role for each in left)


@with_digest
def issue(visit: RequestContext, head: DigestHead) -> Response:
    """Freeze the draft as it was when the person confirmed it. Said twice it is issued once."""
    place = f"/digests/{head.number}"
    if head.state is DigestState.DISCARDED:
        return refused(
            visit, visit.words("That is no draft any more, and never changes."), place, 409
        )
    if head.state is DigestState.DRAFT:
        version = version_of(visit)
        if version != head.version:
            return overtaken(visit, head)
        try:
            with visit.desk.writing() as store:
                freeze(
                    store,
                    head.number,
                    visit.desk.look,
                    person=visit.person.name,
                    now=visit.now,
                    version=version,
                )
        except IssueConflict:
            return refused(
                visit,
                visit.words(
                    "Another digest with the same stories was issued since this draft was made, "
                    "and tells some of them. Make the draft anew (at the end of its page), so "
                    "that nothing is told twice."
                ),
                place,
                409,
            )
        except DuplicateStory:
            return refused(
                visit,
                visit.words(
                    "Two items of this draft became one story since it was made: its page says "
                    "which. Leave one of them out, or make the draft anew."
                ),
                place,
                409,
            )
    return visit.back(f"{place}?did=issued")


@with_digest
def reason(visit: RequestContext, head: DigestHead) -> Response:
    """Asks what a correction puts right."""
    return _ask(visit, head, "")


@with_digest
def correct(visit: RequestContext, head: DigestHead) -> Response:
    """Draft a correction, or a withdrawal, and go on with it."""
    why = one_line(str(visit.form.get("reason", "")), _LONGEST)
    if not why or head.corrected_by:
        return _ask(visit, head, visit.words("Say what the correction puts right."))
    withdraws = visit.form.get("do") == "withdraw" and head.items > 0
    make = draft_withdrawal if withdraws else draft_correction
    with visit.desk.writing() as store:
        made = make(store, head.number, reason=why, person=visit.person.name, now=visit.now)
    return visit.back(f"/digests/{made}?did={'withdrawn' if withdraws else 'corrected'}")


def _ask(visit: RequestContext, head: DigestHead, wrong: str) -> Response:
    if head.state is not DigestState.ISSUED:
        return visit.back(f"/digests/{head.number}")
    if head.corrected_by:
        return visit.back(f"/digests/{head.corrected_by[-1]}")
    values = {"title": visit.words("Correct digest %(n)s", n=head.number), "head": head}
    return visit.page("digests/correct.html.j2", {**values, "wrong": wrong}, 400 if wrong else 200)
