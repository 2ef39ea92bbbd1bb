"""What the pages of one source have in common, learned: the texts that stand on all of them, and
the places whose text differs from article to article and agrees with what lists and people say.

Pure. What is learned says what it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from storage.lessons import Lesson, LessonKind, LessonPage
from storage.lists import RowWitness
from storage.types import Capture, DateKind, FieldStatus, Origin

from ..sources.model import FieldRules, Taught
from .article import read_article
from .body.read import find_body
from .fields.title import candidates, split_title, without_constants
from .page import Page
from .survey import open_pages, selectors_of
from .text import squeeze

LEAST = 5
"""Fewer pages teach nothing."""
MOST = 40
"""So many are looked at."""
_NEARLY_ALL = 0.8
_RIGHT = 0.9
_OFTEN = 0.2
_LEAST_OFTEN = 3
_LEAST_TEXT = 2
_MOST_TEXT = 80
_LEAST_STEM = 8


@dataclass(frozen=True, slots=True)
class Observed:
    """What one page offers: titles and days by the rule that finds each, which of them general
    rules take, and what lists and people say of it. `body` names the element that general rules
    take for the text."""

    url: str
    titles: tuple[tuple[str, str], ...] = ()
    days: tuple[tuple[str, date], ...] = ()
    title: str = ""
    day: date | None = None
    said_titles: tuple[str, ...] = ()
    said_days: tuple[date, ...] = ()
    person: str = ""
    body: str = ""


def observe(
    capture: Capture, rules: FieldRules, source_id: str, row: RowWitness | None, page: LessonPage
) -> Observed | None:
    """Look at one archived page, as if nothing had been learned. None for one that is no
    article."""
    plain = replace(rules, taught=Taught())
    article = read_article(capture, plain, source_id).article
    pages = open_pages([capture])
    if article is None or not pages:
        return None
    days = {
        clue.rule: clue.when.day
        for clue in reversed(article.dates)
        if clue.kind is DateKind.PUBLISHED
        and clue.status is not FieldStatus.REFUSED
        and clue.origin is not Origin.TEMPLATE
    }
    said_titles = (page.title,) if page.title else row.titles if row else ()
    corrected = (date.fromisoformat(page.day),) if len(page.day) == len("2026-01-31") else ()
    return Observed(
        article.url,
        candidates(pages[0]),
        tuple(days.items()),
        article.title,
        article.published.day if article.published else None,
        said_titles,
        corrected or (row.days if row else ()),
        page.person if page.title or corrected else "",
        _body_of(pages[0], plain, article.title),
    )


def _body_of(page: Page, rules: FieldRules, title: str) -> str:
    """The surest name of the element that general rules take for the text. Empty where a selector
    names it, or nothing does."""
    found = find_body(page, rules, title)
    names = selectors_of(found.tag) if found and found.origin is Origin.GENERIC else []
    return next((name for name in names if found and page.select(name)[:1] == [found.tag]), "")


def learn(pages: Sequence[Observed]) -> tuple[Lesson, ...]:
    """What these pages teach, which are different articles of one source."""
    distinct = list({page.url: page for page in pages}.values())[:MOST]
    if len(distinct) < LEAST:
        return ()
    constants = tuple(_constants(distinct))
    texts = tuple(lesson.value for lesson in constants)
    places = (*_title_place(distinct, texts), *_day_places(distinct), *_body_place(distinct))
    return (*constants, *places)


def _body_place(pages: Sequence[Observed]) -> Iterator[Lesson]:
    """The element that nearly all texts of the source stand in: one that stands elsewhere is in
    doubt."""
    name, times = Counter(page.body for page in pages).most_common(1)[0]
    if name and times >= max(LEAST, _NEARLY_ALL * len(pages)):
        why = f"{name} holds the text on {times} of {len(pages)} pages"
        yield Lesson(LessonKind.PLACE, "body", name, (why,), len(pages))


# Texts that stand on every page, alone or around the title


def _constants(pages: Sequence[Observed]) -> Iterator[Lesson]:
    found: dict[str, str] = {}
    for rule in dict.fromkeys(rule for page in pages for rule, _ in page.titles):
        texts = {page: text for page in pages if (text := _text_of(page, rule))}
        if len(texts) < LEAST:
            continue
        for piece, holders, why in (*_whole(rule, texts, pages), *_pieces(rule, texts)):
            is_text = len(squeeze(piece)) >= _LEAST_TEXT and len(piece) <= _MOST_TEXT
            if is_text and not _is_denied(piece, holders):
                found.setdefault(piece, why)
    for text, why in found.items():
        yield Lesson(LessonKind.CONSTANT, "title", text, (why,), len(pages))


def _text_of(page: Observed, rule: str) -> str:
    return next((text for name, text in page.titles if name == rule), "")


def _is_denied(piece: str, holders: Sequence[Observed]) -> bool:
    """Whether what lists and people call these articles says that the piece is of the title."""
    said = [page for page in holders if page.said_titles]
    key = squeeze(piece)
    denied = sum(any(key in squeeze(text) for text in page.said_titles) for page in said)
    return denied > _OFTEN * len(said)


Piece = tuple[str, list[Observed], str]
"""A text, the pages on which it stands, and what it rests on."""


def _whole(rule: str, texts: Mapping[Observed, str], pages: Sequence[Observed]) -> Iterator[Piece]:
    """A place that says the same on nearly every page, where something else differs."""
    text, times = Counter(texts.values()).most_common(1)[0]
    others: dict[str, set[str]] = {}
    for page in pages:
        for name, said in page.titles:
            if said != text and name != rule:
                others.setdefault(name, set()).add(said)
    differs = any(len(said) >= _NEARLY_ALL * len(pages) for said in others.values())
    if times >= max(LEAST, _NEARLY_ALL * len(texts)) and differs:
        holders = [page for page, said in texts.items() if said == text]
        yield text, holders, f"{rule} says it on {times} of {len(texts)} pages"


def _pieces(rule: str, texts: Mapping[Observed, str]) -> Iterator[Piece]:
    """What stands before the first or behind the last joint of many different texts."""
    total = len(texts)
    for at, where in ((0, "before"), (-1, "behind")):
        holders: dict[str, list[Observed]] = {}
        for page, text in texts.items():
            pieces = split_title(text)
            if len(pieces) > 1:
                holders.setdefault(pieces[at].strip(), []).append(page)
        for piece, found in holders.items():
            witnessed = sum(bool(page.said_titles) for page in found) >= _LEAST_OFTEN
            often = max(_LEAST_OFTEN, _OFTEN * total) if witnessed else _NEARLY_ALL * total
            differ = len({texts[page] for page in found})
            if len(found) >= often and differ >= _NEARLY_ALL * len(found) and differ > 1:
                yield piece, found, f"{where} the joint of {rule} on {len(found)} of {total} pages"
    if len(set(texts.values())) >= _NEARLY_ALL * total:
        all_texts = list(texts.values())
        for side, where in ((1, "before"), (-1, "behind")):
            if text := _shared(all_texts, side):
                yield text, list(texts), f"{where} {rule} on {total} of {total} pages"


def _shared(texts: Sequence[str], side: int) -> str:
    """What all texts begin with (`side` 1) or end with (-1), up to a sign that parts it from the
    rest."""
    turned = [text[::side] for text in texts]
    low, high = min(turned), max(turned)
    same = next((at for at, one in enumerate(low) if at >= len(high) or one != high[at]), len(low))
    edge = max((at for at, one in enumerate(low[:same]) if one in _SIGNS), default=0)
    return low[:edge][::side].strip(f" {_SIGNS}")


_SIGNS = "-–—|·»:：_｜丨>›~"


# Places


def _title_place(pages: Sequence[Observed], constants: tuple[str, ...]) -> Iterator[Lesson]:
    said = [page for page in pages if page.said_titles]
    people = [page for page in pages if page.person and page.said_titles]

    def agrees(page: Observed, text: object) -> bool:
        return _same_title(without_constants(str(text), constants), page.said_titles)

    rules = tuple(dict.fromkeys(rule for page in pages for rule, _ in page.titles))
    yield from _place(
        "title", rules, pages, said, people, agrees, _text_of, lambda page: page.title
    )


def _day_places(pages: Sequence[Observed]) -> Iterator[Lesson]:
    said = [page for page in pages if page.said_days]
    people = [page for page in pages if page.person and page.said_days]

    def agrees(page: Observed, day: object) -> bool:
        return day in page.said_days

    def of(page: Observed, rule: str) -> date | None:
        return next((day for name, day in page.days if name == rule), None)

    rules = tuple(dict.fromkeys(rule for page in pages for rule, _ in page.days))
    yield from _place("published", rules, pages, said, people, agrees, of, lambda page: page.day)
    for rule in rules:
        days = [day for page in pages for name, day in page.days if name == rule]
        others = {day for page in said for day in page.said_days} | {
            day for page in pages for name, day in page.days if name != rule
        }
        taken = sum(page.day == of(page, rule) for page in pages if of(page, rule))
        right = sum(agrees(page, of(page, rule)) for page in said)
        is_one = len(days) >= LEAST and len(set(days)) == 1
        if (
            is_one
            and len(others - set(days)) >= _LEAST_OFTEN
            and 2 * right < len(said) + 1
            and taken
        ):
            why = f"{rule} is {days[0]} on {len(days)} of {len(pages)} pages"
            yield Lesson(LessonKind.NEVER, "published", rule, (why,), len(pages))


def _place(
    field: str,
    rules: Sequence[str],
    pages: Sequence[Observed],
    said: Sequence[Observed],
    people: Sequence[Observed],
    agrees: Callable[[Observed, object], bool],
    of: Callable[[Observed, str], object],
    taken: Callable[[Observed], object],
) -> Iterator[Lesson]:
    """The place that agrees with lists and people, where what is taken by general rules does
    not; or where nobody says anything, the one that differs where that is the same."""
    if people and not all(agrees(page, taken(page)) for page in people):
        judges, needed = people, _RIGHT
    elif len(said) >= LEAST:
        judges, needed = list(said), _NEARLY_ALL
        if sum(agrees(page, taken(page)) for page in said) >= _NEARLY_ALL * len(said):
            return
    elif 2 * len({str(taken(page)) for page in pages if taken(page)}) <= len(pages):
        judges, needed = [], _NEARLY_ALL
    else:
        return
    best: tuple[int, str, str] | None = None
    for rule in rules:
        found = [of(page, rule) for page in pages if of(page, rule)]
        if len(found) < max(LEAST, _NEARLY_ALL * len(pages)):
            continue
        differs = len(set(map(str, found)))
        if differs < _RIGHT * len(found) and field == "title":
            continue
        right = sum(agrees(page, of(page, rule)) for page in judges)
        if right < needed * len(judges) or (not judges and differs < _RIGHT * len(found)):
            continue
        why = f"{rule}: {differs} different on {len(found)} pages"
        if judges:
            who = "as people corrected it" if judges is people else "as the list says"
            why = f"{why}, {right} of {len(judges)} {who}"
        if best is None or right > best[0]:
            best = right, rule, why
    if best is not None:
        yield Lesson(LessonKind.PLACE, field, best[1], (best[2],), len(pages))


def _same_title(text: str, said: Sequence[str]) -> bool:
    key = squeeze(text)
    for each in said:
        stem = squeeze(each).rstrip(".…")
        if key == stem or (len(stem) >= _LEAST_STEM and key.startswith(stem)):
            return True
    return False
