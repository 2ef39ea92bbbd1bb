"""What people say by a button: accept, reject, later, a note, undo, merge, split.

Each is one transaction. A form sent twice says the same thing once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from storage.decisions import (
    OPINIONS,
    VERDICTS,
    WORDED,
    Decision,
    Field,
    State,
    Verb,
    Verdict,
    Which,
    last_word,
)
from storage.transaction import Transaction

from ..text import one_line
from .queue import Asked, asked, filters_of, take_in_news
from .render import local
from .request import RequestContext, number_of, own_page
from .stories import RefusedCorrection, story_page

_LONGEST = 2000
_MOST = 200
_TWO = 2
_SETTLED = 500
_OPEN = Verdict(State.OPEN)


def decide(visit: RequestContext) -> Response:
    """A word on one story or on several.

    Fields: `verb`, `story` (repeated), `why`; `seen`, the last event that the page showed: what
    changed since is not what the person judged; `known`, the last decision that it showed: a
    verdict on what a colleague has decided or put together since is kept only with `sure`.
    """
    word = str(visit.form.get("verb", ""))
    stories = _numbers(visit, "story")
    if word not in OPINIONS or not stories:
        return _wrong(visit, visit.words("Choose a story first."))
    verb, why = Verb(word), visit.why
    if verb in WORDED and not why:
        return _wrong(visit, visit.words("A note or a tag needs a text."))

    def each(tx: Transaction) -> Sequence[int]:
        return _said_of(tx, visit, stories, verb, why)

    return _write(visit, each, verb.value, stories)


def _said_of(
    tx: Transaction, visit: RequestContext, stories: Sequence[int], verb: Verb, why: str
) -> list[int]:
    """Say it of each of these stories. Return the numbers of the decisions. Raise _Overtaken for a
    verdict that colleagues were quicker with."""
    seen = number_of(str(visit.form.get("seen", ""))) or None
    if verb.value in VERDICTS:
        _look_for_colleagues(tx, visit, stories)
    return [
        tx.decisions.decide(
            story, verb, person=visit.person.name, now=visit.now, value=why, seen=seen
        ).decision_id
        for story in stories
    ]


class _Overtaken(Exception):
    """Colleagues have decided since the page was shown: what they said, by story."""

    def __init__(self, said: Mapping[int, Decision]) -> None:
        super().__init__(said)
        self.said = said


_OVERTAKING = (*VERDICTS, Verb.MERGE.value, Verb.SPLIT.value)


def _look_for_colleagues(tx: Transaction, visit: RequestContext, stories: Sequence[int]) -> None:
    """Raise _Overtaken where somebody else has decided on one of these stories, put it together or
    parted it, since the decision that the page names as the last it showed."""
    typed = str(visit.form.get("known", "")).strip()
    if visit.form.get("sure") or not typed:
        return
    known = number_of(typed)
    found: dict[int, Decision] = {}
    for story in stories:
        for one in tx.archive.decisions.of(story, Which.CURRENT):
            is_news = one.id > known and one.person != visit.person.name
            if is_news and one.verb.value in _OVERTAKING:
                found[story] = one
    if found:
        raise _Overtaken(found)


def decide_all(visit: RequestContext) -> Response:
    """One verdict on every story of a filter, as many as the form says there were. Where there are
    others by now, the number is asked for again."""
    wanted = asked(visit.form)
    verb, why = str(visit.form.get("verb", "")), visit.why
    if verb not in VERDICTS:
        return _wrong(visit, visit.words("Choose a story first."))
    filters, wrong = filters_of(wanted, visit)
    take_in_news(visit)
    found = visit.store.queue.page(replace(filters, limit=MOST_AT_ONCE, after=None))
    stories = [one.story_id for one in found]
    counted = number_of(str(visit.form.get("count", "")))
    if wrong or not stories or counted != len(stories):
        return _confirm(visit, wanted, len(stories), why)

    def each(tx: Transaction) -> Sequence[int]:
        return _said_of(tx, visit, stories, Verb(verb), why)

    return _write(visit, each, verb, stories)


def confirm_all(visit: RequestContext) -> Response:
    """Ask how one verdict shall be said of every story of a filter, and say how many they are."""
    wanted = asked(visit.request.query_params)
    filters, _ = filters_of(wanted, visit)
    take_in_news(visit)
    found = visit.store.queue.page(replace(filters, limit=MOST_AT_ONCE, after=None))
    return _confirm(visit, wanted, len(found), "")


def _confirm(visit: RequestContext, wanted: Asked, number: int, why: str) -> Response:
    values = {
        "title": visit.words("All of a view"),
        "asked": wanted,
        "number": number,
        "is_cut": number == MOST_AT_ONCE,
        "why": why,
        "seen": visit.store.revisions.last_seq(),
        "known": visit.store.decisions.last(),
        "reasons": visit.store.decisions.frequent(Verb.REJECT),
    }
    return visit.page("all.html.j2", values, 200 if visit.request.method == "GET" else 409)


MOST_AT_ONCE = 2000
"""So many stories are decided on by one button at most."""


def undo(visit: RequestContext) -> Response:
    """Take back the last thing this person said of a story, or a decision by its number: one's own,
    or a merging or splitting of anybody's. `back` names the first and the last of those that one
    button made (`12-40`).

    Where the page knows which word that is it names it (`last17` for story 17), so that the form
    sent twice takes back one.
    """
    stories, decisions = _numbers(visit, "story"), _numbers(visit, "decision")

    def each(tx: Transaction) -> Sequence[int]:
        together = _made_together(tx, visit)
        for decision_id in (*decisions, *(_last(tx, story, visit) for story in stories)):
            _take_back(tx, decision_id, visit)
        for decision in together:
            tx.decisions.undo(decision.id, now=visit.now, person=visit.person.name)
        count.extend(decision.id for decision in together)
        return ()

    count: list[int] = []
    return _write(visit, each, "undo", stories or decisions or count)


def _made_together(tx: Transaction, visit: RequestContext) -> list[Decision]:
    """What one button of this person's said, by the first and the last number of it."""
    first, _, last = str(visit.form.get("back", "")).partition("-")
    low, high = number_of(first), number_of(last)
    opening = tx.archive.decisions.get(low) if low else None
    if opening is None or opening.person != visit.person.name:
        return []
    return [
        one
        for one in tx.archive.decisions.between(low, high)
        if one.person == opening.person and one.at == opening.at and one.undone_at is None
    ]


def _take_back(tx: Transaction, decision_id: int, visit: RequestContext) -> None:
    """Raise LookupError for what is another's or was taken back. Our script may ask twice, where
    an answer was lost on its way."""
    decision = tx.archive.decisions.get(decision_id)
    if decision is None or not _may_undo(decision, visit):
        raise LookupError(visit.words("That is another person's decision."))
    if decision.undone_at is not None:
        if visit.is_script and decision.undone_by == visit.person.name:
            return
        raise LookupError(visit.words("That was taken back already."))
    tx.decisions.undo(decision_id, now=visit.now, person=visit.person.name)


def _may_undo(decision: Decision, visit: RequestContext) -> bool:
    return decision.verb in (Verb.MERGE, Verb.SPLIT) or decision.person == visit.person.name


def _last(tx: Transaction, story_id: int, visit: RequestContext) -> int:
    """The word on a story that the form names, else the last one of this person's that stands.
    Raise LookupError."""
    named = number_of(str(visit.form.get(f"last{story_id}", "")))
    last = named or last_word(tx.archive.decisions.of(story_id, Which.CURRENT), visit.person.name)
    if not last:
        raise LookupError(visit.words("You have said nothing of it that stands."))
    return last


def merge(visit: RequestContext) -> Response:
    """Several stories are one."""
    stories = _numbers(visit, "story")
    if len(set(stories)) < _TWO:
        return _wrong(visit, visit.words("Choose two stories or more to merge."))

    def word(tx: Transaction) -> Sequence[int]:
        why = visit.why
        done = tx.stories.merge(stories, person=visit.person.name, why=why, now=visit.now)
        return (done.decision_id,)

    return _write(visit, word, "merge", stories)


def split(visit: RequestContext) -> Response:
    """Articles of a story are a story of their own."""
    stories, articles = _numbers(visit, "story"), _numbers(visit, "article")
    if len(stories) != 1 or not articles:
        return _wrong(visit, visit.words("Choose the articles that shall leave the story."))

    def word(tx: Transaction) -> Sequence[int]:
        why = visit.why
        done = tx.stories.split(
            stories[0], articles, person=visit.person.name, why=why, now=visit.now
        )
        return (done.decision_id,)

    return _write(visit, word, "split", articles)


def correct(visit: RequestContext) -> Response:
    """A field of an article should say something else. What cannot be kept is shown again in its
    form, with what is wrong with it."""
    field, articles = str(visit.form.get("field", "")), _numbers(visit, "article")
    if field not in list(Field) or len(articles) != 1:
        return _wrong(visit, visit.words("Choose a story first."))
    value, stories = _line(visit, "value"), _numbers(visit, "story")

    def word(tx: Transaction) -> Sequence[int]:
        name = visit.person.name
        done = tx.decisions.correct(articles[0], Field(field), value, person=name, now=visit.now)
        return (done.decision_id,)

    def again(message: str) -> Response:
        if not stories or visit.is_script:
            return _wrong(visit, message)
        return story_page(visit, stories[0], RefusedCorrection(Field(field), value, message))

    return _write(visit, word, "correct", stories, again)


def _write(
    visit: RequestContext,
    word: Callable[[Transaction], Sequence[int]],
    done: str,
    stories: Sequence[int],
    refused: Callable[[str], Response] | None = None,
) -> Response:
    """Say it, whole or not at all, and answer with the page the form came from or, for our script,
    with the state of each story. `refused` answers to what cannot be said."""
    try:
        with visit.desk.writing() as store, store.writing() as tx:
            before = tx.archive.decisions.last()
            made = [one for one in word(tx) if one > before]
    except _Overtaken as overtaken:
        return _overtaken(visit, overtaken.said)
    except (LookupError, ValueError) as error:
        return (refused or partial(_wrong, visit))(str(error.args[0]))
    visit.desk.update_queue(_SETTLED)
    if visit.is_script:
        return JSONResponse({"done": done, **_review_states(visit, _numbers(visit, "story"))})
    back = f"{min(made)}-{max(made)}" if made else ""
    return visit.back(_target_after(str(visit.form.get("to", "/")), done, len(stories), back))


def _overtaken(visit: RequestContext, said: Mapping[int, Decision]) -> Response:
    """What colleagues said since the page was shown, and the form once more, with `sure`. Our
    script is told the states that came of it as well."""
    told = {story: _as_said(visit, one) for story, one in said.items()}
    if visit.is_script:
        quicker = {
            str(story): visit.words("Not kept, a colleague was quicker: %(said)s", said=text)
            for story, text in told.items()
        }
        now = _review_states(visit, _numbers(visit, "story"))
        return JSONResponse({"overtaken": quicker, **now}, 409)
    fields = [
        (name, str(value)) for name, value in visit.form.multi_items() if name not in ("sure",)
    ]
    values = {
        "title": visit.words("A colleague was quicker"),
        "told": told,
        "fields": fields,
        "action": visit.request.url.path,
        "to": own_page(str(visit.form.get("to", "/"))),
    }
    return visit.page("overtaken.html.j2", values, 409)


def _as_said(visit: RequestContext, decision: Decision) -> str:
    verb = visit.words.term("verb", decision.verb)
    at = local(decision.at, visit.desk.zone)
    why = f": {one_line(decision.value, 300)}" if decision.value else ""
    return f"{verb} – {decision.person}, {at}{why}"


def _review_states(visit: RequestContext, stories: Sequence[int]) -> dict[str, dict[str, object]]:
    """What each story is now and what this person said of it last, by the number the form had for
    it. It may have been joined since."""
    with visit.desk.reading() as store:
        heads = store.stories.heads(stories)
        now = sorted(set(heads.values()))
        found, said = store.decisions.verdicts(now), store.decisions.current_of(now)
    name = visit.person.name
    return {
        "states": {str(one): found.get(head, _OPEN).state.value for one, head in heads.items()},
        "last": {str(one): last_word(said.get(head, ()), name) for one, head in heads.items()},
    }


def _wrong(visit: RequestContext, message: str) -> Response:
    if visit.is_script:
        return JSONResponse({"wrong": message}, 400)
    return visit.page(
        "message.html.j2", {"title": visit.words("That did not work"), "message": message}, 400
    )


def _target_after(target: str, done: str, count: int, back: str) -> str:
    """The page to go back to, saying there what was done, and what takes it back."""
    parts = urlsplit(target)
    ours = ("did", "n", "back")
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ours]
    told = [*kept, ("did", done), ("n", str(count)), *([("back", back)] if back else [])]
    return f"{parts.path}?{urlencode(told)}"


def _numbers(visit: RequestContext, field: str) -> list[int]:
    typed = [str(value) for value in visit.form.getlist(field)][:_MOST]
    return list(filter(None, map(number_of, typed)))


def _line(visit: RequestContext, field: str) -> str:
    return one_line(str(visit.form.get(field, "")), _LONGEST)
