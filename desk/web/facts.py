"""Facts at the desk: the figures of a story or a draft beside their sentences, each confirmed,
corrected or rejected by a button, and that taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import Response

from storage.facts import EVENT_KINDS, FactReview, FactVerdict, KeptFact

from ..digest.drafts import figure_from, once_each
from ..digest.model import Digest, DigestFigure
from ..text import one_line
from .request import RequestContext, number_of, own_page

_MOST, _LONGEST = 100, 500
UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact with all that is shown of it: as it was read, and as a digest would have it."""

    kept: KeptFact
    figure: DigestFigure
    language: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has said anything of it that stands."""
        return self.kept.review is None


@dataclass(frozen=True, slots=True)
class SaidOfFact:
    """What was just said of a fact: its number and mark, the verdict or `undone`, the figure, and
    the number of what can be taken back, or 0."""

    fact: int
    mark: str
    verdict: str
    figure: DigestFigure
    review: int


def facts_of_story(
    visit: RequestContext, articles: Sequence[tuple[int, str]]
) -> tuple[ShownFact, ...]:
    """The facts of the articles of a story (number and language), each once, those of the first
    article first; rejected ones, too."""
    found = list(visit.store.articles.facts.of_articles([number for number, _ in articles]))
    languages = dict(articles)
    ordered = (one for number in languages for one in found if one.article_id == number)
    return _shown(once_each(ordered), languages)[:_MOST]


def facts_of_digest(visit: RequestContext, digest: Digest) -> dict[int, tuple[ShownFact, ...]]:
    """The figures of the items of a draft, by the article of the item."""
    numbers = sorted({one.article_id for item in digest.items for one in item.figures})
    known = {one.id: one for one in visit.store.articles.facts.of_articles(numbers)}
    return {
        item.article_id: _shown(
            [known[one.fact_id] for one in item.figures if one.fact_id in known],
            dict.fromkeys((one.article_id for one in item.figures), item.language),
        )
        for item in digest.items
        if item.figures
    }


def _shown(facts: Iterable[KeptFact], languages: dict[int, str]) -> tuple[ShownFact, ...]:
    return tuple(
        ShownFact(one, figure_from(one), languages.get(one.article_id, "")) for one in facts
    )


def said_of_fact(visit: RequestContext) -> SaidOfFact | None:
    """What the address says was just said of a fact, or None."""
    query = visit.request.query_params
    verdict, number = query.get("said", ""), number_of(query.get("fact", ""))
    if verdict not in (*FactVerdict, UNDONE) or not number:
        return None
    kept = visit.store.articles.facts.get(number)
    if kept is None:
        return None
    mine = kept.review is not None and kept.review.person == visit.person.name
    last = kept.review.id if kept.review is not None and mine and verdict != UNDONE else 0
    return SaidOfFact(number, kept.mark, verdict, figure_from(kept), last)


def next_open(facts: Iterable[ShownFact], said: SaidOfFact | None) -> int:
    """The fact with whose buttons the keyboard goes on: the first behind the one that was judged
    of which nobody has said anything, else 0."""
    if said is None:
        return 0
    listed = list(facts)
    place = next((n for n, one in enumerate(listed) if one.kept.id == said.fact), -1)
    if said.verdict == UNDONE:
        return said.fact
    return next((one.kept.id for one in listed[place + 1 :] if one.is_open), 0)


def judge(visit: RequestContext) -> Response:
    """A word on a fact, or taking back one's own. Fields: `fact` and its `mark`, `do`, `to`; of a
    correction `value`, `unit` and `object`, of an event's `kind`, `day` and `place`, of any `why`.
    """
    act, number = str(visit.form.get("do", "")), number_of(str(visit.form.get("fact", "")))
    words, name = visit.words, visit.person.name
    verdict = _VERDICTS.get(act)
    review = None
    if verdict is not None:
        review = FactReview(verdict, name, visit.why, visit.now)
    if verdict is FactVerdict.CORRECTED and review is not None:
        value = _value(_line(visit, "value"))
        if value is None and _line(visit, "value"):
            return _refused(visit, words("The value is to be a number, as 3177 or 12.5."))
        kind, day = _line(visit, "kind"), _line(visit, "day")
        if (day and not _is_day(day)) or (kind and kind not in EVENT_KINDS):
            return _refused(
                visit, words("The day is to be a date, as 2026-05-12, or a month or year.")
            )
        review = replace(
            review,
            value=value,
            unit=_line(visit, "unit"),
            object=_line(visit, "object"),
            kind=kind,
            day=day,
            place=_line(visit, "place"),
        )
    if review is None and act != "undo":
        return _refused(visit, words("That form is not of this page."))
    with visit.desk.writing() as store, store.writing() as tx:
        kept = store.articles.facts.get(number)
        if kept is None or kept.mark != str(visit.form.get("mark", "")):
            return _refused(
                visit,
                words(
                    "The page that says so was read again since, and has this figure no more. "
                    "Nothing was kept: look at it once more."
                ),
            )
        if review is None:
            try:
                tx.articles.facts.undo(
                    number_of(str(visit.form.get("review", ""))), person=name, now=visit.now
                )
            except LookupError:
                return _refused(visit, words("You have said nothing of it that stands."))
        else:
            if verdict is FactVerdict.CORRECTED:
                review = _different(kept, review)
                if not review.says_what:
                    return _refused(visit, words("Say what is right: value, unit or object."))
            if review != (kept.review and replace(kept.review, at=review.at)):
                tx.articles.facts.review(kept, review)
    said = verdict.value if verdict else UNDONE
    return visit.back(_target(str(visit.form.get("to", "/")), number, said))


_VERDICTS = {
    "confirm": FactVerdict.CONFIRMED,
    "correct": FactVerdict.CORRECTED,
    "reject": FactVerdict.REJECTED,
}


def _different(kept: KeptFact, review: FactReview) -> FactReview:
    """A correction without what the form was filled in with: it says what was read already."""
    fact, figure, event = kept.fact, kept.figure, kept.event
    if event is not None:
        read = (event.kind.value, event.day, one_line(event.place, _LONGEST))
        said = zip((review.kind, review.day, review.place), read, strict=True)
        kind, day, place = ("" if one == other else one for one, other in said)
        review = replace(review, kind=kind, day=day, place=place)
    else:
        review = replace(review, kind="", day="", place="")
    same = figure is not None and figure.low == figure.high == review.value
    return replace(
        review,
        value=None if same or figure is None else review.value,
        unit="" if figure is None or review.unit == figure.unit else review.unit,
        object="" if review.object == one_line(fact.object, _LONGEST) else review.object,
    )


def _is_day(typed: str) -> bool:
    try:
        date.fromisoformat(f"{typed}-01-01"[:10])
    except ValueError:
        return False
    return len(typed) in (4, 7, 10)


def _value(typed: str) -> float | None:
    """A number as people type it, with or without commas between thousands."""
    try:
        value = float(typed.replace(",", "").replace("，", "").replace(" ", ""))
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _target(to: str, number: int, said: str) -> str:
    """The page to go back to, saying there what was said, at the figure."""
    parts = urlsplit(own_page(to))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("fact", "said")]
    asked = urlencode([*kept, ("fact", str(number)), ("said", said)])
    return f"{parts.path}?{asked}#fact-{number}"


def _line(visit: RequestContext, name: str) -> str:
    return one_line(str(visit.form.get(name, "")), _LONGEST)


def _refused(visit: RequestContext, message: str) -> Response:
    values = {"title": visit.words("That did not work"), "message": message}
    return visit.page("message.html.j2", values, 400)
