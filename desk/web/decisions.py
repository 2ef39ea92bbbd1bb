"""What people say by a button: accept, reject, later, a note, undo, merge, split.

Each is one transaction. A form sent twice says the same thing once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from storage.decisions import (
    OPINIONS,
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
from .request import RequestContext, number_of

_LONGEST = 2000
_MOST = 200
_TWO = 2
_SETTLED = 500
_OPEN = Verdict(State.OPEN)


def decide(visit: RequestContext) -> Response:
    """A word on one story or on several: fields `verb`, `story` (repeated), `why`, and `seen`, the
    last event that the page showed: what changed since is not what the person judged."""
    word = str(visit.form.get("verb", ""))
    stories = _numbers(visit, "story")
    if word not in OPINIONS or not stories:
        return _wrong(visit, visit.words("Choose a story first."))
    verb, why = Verb(word), _line(visit, "why")
    seen = number_of(str(visit.form.get("seen", ""))) or None
    if verb in WORDED and not why:
        return _wrong(visit, visit.words("A note or a tag needs a text."))

    def each(tx: Transaction) -> None:
        for story_id in stories:
            tx.decisions.decide(
                story_id, verb, person=visit.person.name, now=visit.now, value=why, seen=seen
            )

    return _write(visit, each, verb.value, stories)


def undo(visit: RequestContext) -> Response:
    """Take back the last thing this person said of a story, or a decision by its number: one's own,
    or a merging or splitting of anybody's.

    Where the page knows which word that is it names it (`last17` for story 17), so that the form
    sent twice takes back one.
    """
    stories, decisions = _numbers(visit, "story"), _numbers(visit, "decision")

    def each(tx: Transaction) -> None:
        for decision_id in (*decisions, *(_last(tx, story, visit) for story in stories)):
            _take_back(tx, decision_id, visit)

    return _write(visit, each, "undo", stories)


def _take_back(tx: Transaction, decision_id: int, visit: RequestContext) -> None:
    """Raise LookupError for what is another's or was taken back."""
    decision = tx.archive.decisions.get(decision_id)
    if decision is None or not _may_undo(decision, visit):
        raise LookupError(visit.words("That is another person's decision."))
    if decision.undone_at is not None:
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

    def word(tx: Transaction) -> None:
        why = _line(visit, "why")
        tx.stories.merge(stories, person=visit.person.name, why=why, now=visit.now)

    return _write(visit, word, "merge", stories)


def split(visit: RequestContext) -> Response:
    """Articles of a story are a story of their own."""
    stories, articles = _numbers(visit, "story"), _numbers(visit, "article")
    if len(stories) != 1 or not articles:
        return _wrong(visit, visit.words("Choose the articles that shall leave the story."))

    def word(tx: Transaction) -> None:
        why = _line(visit, "why")
        tx.stories.split(stories[0], articles, person=visit.person.name, why=why, now=visit.now)

    return _write(visit, word, "split", stories)


def correct(visit: RequestContext) -> Response:
    """A field of an article should say something else."""
    field, articles = str(visit.form.get("field", "")), _numbers(visit, "article")
    if field not in list(Field) or len(articles) != 1:
        return _wrong(visit, visit.words("Choose a story first."))

    def word(tx: Transaction) -> None:
        tx.decisions.correct(
            articles[0],
            Field(field),
            _line(visit, "value"),
            person=visit.person.name,
            now=visit.now,
        )

    return _write(visit, word, "correct", _numbers(visit, "story"))


def _write(
    visit: RequestContext, word: Callable[[Transaction], None], done: str, stories: Sequence[int]
) -> Response:
    """Say it, whole or not at all, and answer with the page the form came from or, for our script,
    with the state of each story."""
    try:
        with visit.desk.writing() as store, store.writing() as tx:
            word(tx)
    except (LookupError, ValueError) as error:
        return _wrong(visit, str(error.args[0]))
    visit.desk.update_queue(_SETTLED)
    if _is_script(visit):
        return JSONResponse({"done": done, **_review_states(visit, stories)})
    return visit.back(_target_after(str(visit.form.get("to", "/")), done, len(stories)))


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
    if _is_script(visit):
        return JSONResponse({"wrong": message}, 400)
    return visit.page(
        "message.html.j2", {"title": visit.words("That did not work"), "message": message}, 400
    )


def _is_script(visit: RequestContext) -> bool:
    return "application/json" in visit.request.headers.get("accept", "")


def _target_after(target: str, done: str, count: int) -> str:
    """The page to go back to, saying there what was done."""
    parts = urlsplit(target)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("did", "n")]
    return f"{parts.path}?{urlencode([*kept, ('did', done), ('n', count)])}"


def _numbers(visit: RequestContext, field: str) -> list[int]:
    typed = [str(value) for value in visit.form.getlist(field)][:_MOST]
    return list(filter(None, map(number_of, typed)))


def _line(visit: RequestContext, field: str) -> str:
    return one_line(str(visit.form.get(field, "")), _LONGEST)
