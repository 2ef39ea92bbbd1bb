"""What programs say for the person whose token they have: the same words as at the desk."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from storage.contradictions import Contradiction, ContradictionVerdict
from storage.decisions import OPINIONS, VERDICTS, WORDED, Decided, Field, Verb
from storage.facts import EVENT_KINDS, FactReview, FactVerdict
from storage.people import PersonRole
from storage.transaction import Transaction

from ...documents.contradictions import CONTRADICTION
from ...documents.decisions import DECIDED, CarriedOut
from ...documents.facts import FACT, REVIEWED
from ...documents.incidents import SEEN_TO
from ...documents.stories import STORY_FILE
from ...text import one_line
from .operations import LONGEST_TEXT, ApiCall, Operation, Problem, Takes, Value, missing
from .reads import one_contradiction, one_fact, story_file

UNDO = "undo"


def _carried(tx: Transaction, call: ApiCall, verb: str, decided: Decided) -> CarriedOut:
    verdicts = tx.archive.decisions.verdicts(decided.stories)
    return CarriedOut(verb, call.person.name, decided, verdicts)


def _why(call: ApiCall) -> str:
    return one_line(call.said.get("why", ""), LONGEST_TEXT)


def _decide(tx: Transaction, call: ApiCall) -> CarriedOut:
    verb, why = Verb(call.said["verb"]), _why(call)
    if verb in WORDED and not why:
        raise Problem(HTTPStatus.BAD_REQUEST, f"A {verb} needs a text in `why`.")
    _known_story(tx, call.number)
    person = call.person.name
    decided = tx.decisions.decide(call.number, verb, person=person, now=call.now, value=why)
    return _carried(tx, call, verb, decided)


def _known_story(tx: Transaction, number: int) -> None:
    if tx.archive.stories.file(number) is None:
        raise missing("story")


def _merge(tx: Transaction, call: ApiCall) -> CarriedOut:
    stories = call.said["stories"]
    for number in stories:
        _known_story(tx, number)
    person = call.person.name
    decided = tx.stories.merge(stories, person=person, why=_why(call), now=call.now)
    return _carried(tx, call, Verb.MERGE, decided)


def _split(tx: Transaction, call: ApiCall) -> CarriedOut:
    _known_story(tx, call.number)
    person, articles = call.person.name, call.said["articles"]
    decided = tx.stories.split(call.number, articles, person=person, why=_why(call), now=call.now)
    return _carried(tx, call, Verb.SPLIT, decided)


def _correct(tx: Transaction, call: ApiCall) -> CarriedOut:
    if tx.archive.articles.get(call.number) is None:
        raise missing("article")
    field, value = Field(call.said["field"]), one_line(call.said["value"], LONGEST_TEXT)
    person = call.person.name
    decided = tx.decisions.correct(call.number, field, value, person=person, now=call.now)
    return _carried(tx, call, Verb.CORRECT, decided)


def _undo(tx: Transaction, call: ApiCall) -> CarriedOut:
    decision = tx.archive.decisions.get(call.number)
    if decision is None:
        raise missing("decision")
    is_own = decision.person == call.person.name
    if not is_own and decision.verb not in (Verb.MERGE, Verb.SPLIT):
        raise Problem(HTTPStatus.FORBIDDEN, "That is another person's decision.")
    decided = tx.decisions.undo(call.number, now=call.now, person=call.person.name)
    return _carried(tx, call, UNDO, decided)


def _review(tx: Transaction, call: ApiCall) -> object:
    kept = tx.archive.articles.facts.get(call.number)
    if kept is None:
        raise missing("fact")
    verdict, said = FactVerdict(call.said["verdict"]), call.said
    value = said.get("right_value")
    unit, what = one_line(said.get("right_unit", "")), one_line(said.get("right_object", ""))
    day, place = said.get("right_day"), one_line(said.get("right_place", ""))
    person, kind = call.person.name, said.get("right_kind", "")
    review = FactReview(
        verdict, person, _why(call), call.now, value, unit, what, kind,
        day.isoformat() if day else "", place,
    )  # fmt: skip
    if (verdict is FactVerdict.CORRECTED) != review.says_what:
        detail = "What is right is said with `corrected`, and only with that."
        raise Problem(HTTPStatus.BAD_REQUEST, detail)
    if not kept.takes(review):
        raise Problem(HTTPStatus.BAD_REQUEST, "That cannot be said of a fact of this kind.")
    tx.articles.facts.review(kept, review)
    return kept, review


def _resolve(tx: Transaction, call: ApiCall) -> Contradiction:
    found = one_contradiction(call)
    verdict, kept = ContradictionVerdict(call.said["verdict"]), tx.stories.contradictions
    kept.say(found, verdict, person=call.person.name, why=_why(call), now=call.now)
    return one_contradiction(call)


def _reopen(tx: Transaction, call: ApiCall) -> Contradiction:
    found = one_contradiction(call)
    if found.settlement is None:
        raise Problem(HTTPStatus.CONFLICT, "Nothing was said of it that could be taken back.")
    tx.stories.contradictions.undo(found, person=call.person.name, now=call.now)
    return one_contradiction(call)


def _acknowledge(tx: Transaction, call: ApiCall) -> object:
    if tx.archive.incidents.get(call.number) is None:
        raise missing("incident")
    person, note = call.person.name, one_line(call.said.get("note", ""), LONGEST_TEXT)
    found = tx.incidents.acknowledge(call.number, person=person, note=note, now=call.now)
    return call.number, found.acked_by, found.acked_at


def _is_verdict(said: Any) -> bool:
    return said.get("verb") in VERDICTS


_WHY = Value("why", Takes.TEXT, "the reason, or the text of a note or tag", most=LONGEST_TEXT)

WRITES = (
    Operation("decide", "/stories/{number}/decisions", "Say something of a story: a verdict, a "
        "note, a star or a tag. A verdict names in If-Match what it judges. Said twice it is said "
        "once.", DECIDED, write=_decide, body=(
            Value("verb", Takes.TEXT, "what is said", words=tuple(map(str, OPINIONS)),
                is_required=True), _WHY),
        seen=lambda call: STORY_FILE(story_file(call)), needs_seen=_is_verdict),
    Operation("mergeStories", "/stories/merge", "Say that stories are one.", DECIDED, write=_merge,
        body=(Value("stories", Takes.INTEGERS, "their numbers, two or more", least=2,
            is_required=True), _WHY)),
    Operation("splitStory", "/stories/{number}/split", "Say that articles do not belong to the "
        "rest of a story.", DECIDED, write=_split, body=(
            Value("articles", Takes.INTEGERS, "the numbers of the articles that leave it",
                is_required=True), _WHY)),
    Operation("correctArticle", "/articles/{number}/corrections", "Say what a field of an article "
        "should say.", DECIDED, write=_correct, body=(
            Value("field", Takes.TEXT, "which", words=tuple(map(str, Field)), is_required=True),
            Value("value", Takes.TEXT, "what it should say", most=LONGEST_TEXT,
                is_required=True))),
    Operation("undo", "/decisions/{number}/undo", "Take back what was said: one's own word, or a "
        "merging or splitting of anybody's.", DECIDED, write=_undo),
    Operation("reviewFact", "/facts/{number}/review", "Say whether a fact is right, or what is. It "
        "names in If-Match what it judges.", REVIEWED, write=_review, body=(
            Value("verdict", Takes.TEXT, "what is said", words=tuple(map(str, FactVerdict)),
                is_required=True),
            Value("right_value", Takes.NUMBER, "with `corrected`: the right value"),
            Value("right_unit", Takes.TEXT, "with `corrected`: the right unit"),
            Value("right_object", Takes.TEXT, "with `corrected`: what is counted"),
            Value("right_kind", Takes.TEXT, "with `corrected`: what happens at an event",
                words=EVENT_KINDS),
            Value("right_day", Takes.DAY, "with `corrected`: the day of an event"),
            Value("right_place", Takes.TEXT, "with `corrected`: its place"), _WHY),
        seen=lambda call: FACT(one_fact(call))),
    Operation("resolveContradiction", "/contradictions/{number}/resolution", "Say which of the two "
        "is right, that both are, that it is none, or that it stays open. It names in If-Match "
        "what it judges. The later word counts.", CONTRADICTION, write=_resolve, body=(
            Value("verdict", Takes.TEXT, "what is said",
                words=tuple(map(str, ContradictionVerdict)), is_required=True), _WHY),
        seen=lambda call: CONTRADICTION(one_contradiction(call))),
    Operation("reopenContradiction", "/contradictions/{number}/resolution/undo", "Take back what "
        "was said last of a contradiction. It names in If-Match what it saw.", CONTRADICTION,
        write=_reopen, seen=lambda call: CONTRADICTION(one_contradiction(call))),
    Operation("acknowledgeIncident", "/incidents/{number}/ack", "Say that somebody sees to an "
        "incident. Staff may.", SEEN_TO, write=_acknowledge, body=(
            Value("note", Takes.TEXT, "what is being done", most=LONGEST_TEXT),),
        roles=frozenset({PersonRole.STAFF})),
)  # fmt: skip
"""Everything that can be said."""
