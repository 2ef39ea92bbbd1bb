"""What articles say as data, as JSON documents, and what people say of it."""

from __future__ import annotations

from collections.abc import Iterable

from storage.facts import Deadline, FactReview, FactVerdict, Figure, Happening, KeptFact, kind_of

from . import JsonDocument, Member

Stated = Figure | Deadline | Happening
Dated = Deadline | Happening


STATED: JsonDocument[Stated] = JsonDocument(
    Member("value", "number or list or date", "the number as printed, in `unit`; both ends of a "
        "range; the day of a deadline or event",
        lambda f: f.value if isinstance(f, Figure) else f.day),
    Member("unit", "text", "`count` of anything counted, `CNY`, `%`, `pp`, `mu`, `km2`, `tonne` "
        "and so on; `date` of a deadline or event",
        lambda f: f.unit if isinstance(f, Figure) else "date"),
    Member("normalised", "number or list or date", "the value in the base unit: m2, m, kg, W, or "
        "the unit itself; a decrease is negative",
        lambda f: f.normalised if isinstance(f, Figure) else f.day),
    Member("modifier", "text", "`target`, `growth`, `over`, `at least`, `under`, `at most`, "
        "`about` or `exact`: the first that fits; `target` of an event to come",
        lambda f: str(f.modifier)),
    Member("object", "text", "what is counted or measured, or what was signed, launched and so on, "
        "in the words of the text", lambda f: f.object),
    Member("place", "text or null", "the place or organisation it is said of",
        lambda f: f.place or None),
    Member("as_of", "date or null", "the year, month or day that it is of",
        lambda f: (f.as_of or None) if isinstance(f, Figure) else None),
    Member("sentence", "text", "the sentence that says so", lambda f: f.sentence),
    Member("kind", "text", "`figure`, `deadline`, or of an event `signing`, `launch`, `selection`, "
        "`meeting` or `list`", kind_of),
    Member("until", "date or null", "the last day of an event of several",
        lambda f: (f.until or None) if isinstance(f, Happening) else None),
    Member("to_come", "boolean or null", "of an event: whether it was still to come when the "
        "text was published", lambda f: f.is_ahead if isinstance(f, Happening) else None),
    Member("place_id", "text or null", "of an event: the place in the gazetteer, one for all its "
        "names in both languages",
        lambda f: (f.place_id or None) if isinstance(f, Happening) else None),
)  # fmt: skip


def _stated(one: Dated) -> Stated:
    return one


DATED: JsonDocument[Dated] = JsonDocument(
    Member("date", "date", "the day, month or year; the first day of several", lambda f: f.day),
    *STATED.of(_stated, but=("value", "unit", "normalised", "modifier", "as_of")),
    Member("start", "integer", "where the word stands that tells it, in characters",
        lambda f: f.start),
    Member("end", "integer", "where that ends", lambda f: f.end),
)  # fmt: skip
"""An event, or a deadline, of a text that is in no archive."""


FACT: JsonDocument[KeptFact] = JsonDocument(
    Member("id", "integer", "number of the fact; another one when the article is read again",
        lambda k: k.id),
    Member("article", "integer", "the article that says so", lambda k: k.article_id),
    Member("revision", "integer", "its version", lambda k: k.revision),
    Member("story", "integer", "its story", lambda k: k.story_id),
    Member("source", "text", "id of the source", lambda k: k.source_id),
    Member("city", "text", "the city of the source", lambda k: k.city),
    Member("url", "text", "the address of the article", lambda k: k.url),
    *STATED.of(lambda k: k.fact),
    Member("start", "integer", "where it begins in the text, in characters",
        lambda k: k.fact.start),
    Member("end", "integer", "where it ends", lambda k: k.fact.end),
    Member("review", "text or null", "what a person said of it last: `confirmed` or `corrected`",
        lambda k: k.review and k.review.verdict.value),
    Member("right_value", "number or null", "the value that a person put in its place, in the unit "
        "that counts", lambda k: k.review and k.review.value),
    Member("right_unit", "text or null", "the unit, where a person put another in its place",
        lambda k: (k.review and k.review.unit) or None),
    Member("right_object", "text or null", "what is counted, as a person put it",
        lambda k: (k.review and k.review.object) or None),
    Member("right_kind", "text or null", "what happens at an event, as a person put it",
        lambda k: (k.review and k.review.kind) or None),
    Member("right_day", "date or null", "its day, as a person put it",
        lambda k: (k.review and k.review.day) or None),
    Member("right_place", "text or null", "its place, as a person put it",
        lambda k: (k.review and k.review.place) or None),
    Member("by", "text or null", "who said so", lambda k: k.review and k.review.person),
    commands=("facts --json",),
    about="A list of the facts of the archive, those of the latest articles first. Rejected ones "
        "are left out.",
)  # fmt: skip


ARTICLE_FACT: JsonDocument[KeptFact] = JsonDocument(
    *FACT.of(lambda k: k, but=("article", "revision", "story", "source", "city", "url"))
)
"""A fact within the document of its article."""


EXPORTED_FACT: JsonDocument[KeptFact] = JsonDocument(*ARTICLE_FACT.of(lambda k: k, but=("id",)))
"""The same in an export, without the number, which is another one in every archive."""


def unrejected(facts: Iterable[KeptFact]) -> tuple[KeptFact, ...]:
    """Those of which nobody has said that they are none."""
    return tuple(
        one for one in facts if one.review is None or one.review.verdict is not FactVerdict.REJECTED
    )


REVIEWED: JsonDocument[tuple[KeptFact, FactReview]] = JsonDocument(
    Member("id", "integer", "number of the fact", lambda r: r[0].id),
    Member("article", "integer", "the article that says so", lambda r: r[0].article_id),
    Member("verdict", "text", "`confirmed`, `corrected` or `rejected`",
        lambda r: r[1].verdict.value),
    Member("by", "text", "who said so", lambda r: r[1].person),
    Member("why", "text", "the reason, may be empty", lambda r: r[1].reason),
    Member("right_value", "number or null", "as in `facts`", lambda r: r[1].value),
    Member("right_unit", "text or null", "as in `facts`", lambda r: r[1].unit or None),
    Member("right_object", "text or null", "as in `facts`", lambda r: r[1].object or None),
    Member("right_kind", "text or null", "as in `facts`", lambda r: r[1].kind or None),
    Member("right_day", "date or null", "as in `facts`", lambda r: r[1].day or None),
    Member("right_place", "text or null", "as in `facts`", lambda r: r[1].place or None),
    commands=("facts confirm --json", "facts correct --json", "facts reject --json"),
)  # fmt: skip
