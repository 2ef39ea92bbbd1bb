"""What an editor does with a draft: reorder, trim, put off, introduce, translate, annotate.

Pure: each function gives another digest. An item is named by the article that leads its story,
since numbers change with every edit. Raises LookupError for an item that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from storage.digests import ArticleRole

from .. import _
from ..text import one_line, paragraphs
from .build import dropped, find, heading_for, leaving, number, put_off, without
from .model import KEY, TOUCHED, Digest, DigestItem, DigestLanguage, Left, Section, with_items

_TITLE, _TEXT = 500, 20_000


def _stays() -> str:
    return _("what is under %(heading)r stays there, and nothing else comes there", heading=TOUCHED)


def titled(digest: Digest, title: str) -> Digest:
    """Under another title. Raises ValueError for an empty one."""
    text = one_line(title, _TITLE)
    if not text:
        raise ValueError(_("a digest needs a title"))
    return replace(digest, edition=replace(digest.edition, title=text))


def introduced(digest: Digest, text: str) -> Digest:
    """With an introduction of paragraphs. An empty text takes it away."""
    return replace(digest, introduction=paragraphs(text)[:_TEXT])


def said_in(digest: Digest, language: DigestLanguage) -> Digest:
    """With our own words in another language. What pages say and editors wrote stays."""
    return replace(digest, edition=replace(digest.edition, language=language))


def translated(digest: Digest, article_id: int, title: str) -> Digest:
    """With an item's title in the readers' language. An empty one takes it away."""
    return _changed(digest, article_id, lambda i: replace(i, translation=one_line(title, _TITLE)))


def noted(digest: Digest, article_id: int, text: str) -> Digest:
    """With an editor's sentences on an item, in place of the excerpt. An empty text takes them
    away."""
    return _changed(digest, article_id, lambda i: replace(i, note=paragraphs(text)[:_TEXT]))


def trimmed(digest: Digest, *articles: int) -> Digest:
    """Without items, for good: no later issue has them as news."""
    return without(digest, articles, ArticleRole.TRIMMED)


def restored(digest: Digest, article_id: int) -> Digest:
    """With an item again that had been taken out, where it stood. At the end of its section where
    what stood before it is elsewhere now."""
    left = next((each for each in digest.left if each.item.article_id == article_id), None)
    if left is None:
        raise LookupError(
            _(
                "nothing of article %(article_id)s was taken out of this draft",
                article_id=article_id,
            )
        )
    rest = tuple(each for each in digest.left if each is not left)
    return _put(leaving(digest, rest), left.item, left.heading, _former_place(digest, left))


def _former_place(digest: Digest, left: Left) -> int | None:
    """The position behind what stood before an item, or, where that was taken out as well, before
    that. None where it is not known any more."""
    section = next((part for part in digest.chapters if part.heading == left.heading), None)
    items = section.items if section is not None else ()
    places = {0: 1} | {item.article_id: at for at, item in enumerate(items, 2)}
    gone = {each.item.article_id: each.behind for each in digest.left}
    behind = left.behind
    while behind is not None and behind not in places:
        behind = gone.pop(behind, None)
    return None if behind is None else places[behind]


def added(digest: Digest, item: DigestItem) -> Digest:
    """With one item more, at the end of the section where a digest would have it. One that had been
    taken out comes back. Raises LookupError where its story stands there already."""
    if any(each.story_id == item.story_id for each in digest.items):
        raise LookupError(
            _("the story of article %(number)s stands there already", number=item.article_id)
        )
    rest = tuple(left for left in digest.left if left.item.story_id != item.story_id)
    return _put(leaving(digest, rest), item, heading_for(item, digest.edition.grouping), None)


def moved(digest: Digest, article_id: int, position: int, heading: str | None = None) -> Digest:
    """With an item at another position (from 1) of its section, or of the section of that heading,
    which is made where there is none. Raises LookupError also for a position that the section does
    not have, ValueError for a blank heading."""
    there = _heading_of(digest, article_id)
    item = find(digest, article_id)
    heading = there if heading is None else _heading(heading)
    if TOUCHED in (there, heading) and there != heading:
        raise LookupError(_stays())
    rest = dropped(digest, article_id)
    last = places_of(rest, heading)
    if not 1 <= position <= last:
        places = (
            _("its places are 1 to %(last)s", last=last) if last > 1 else _("its only place is 1")
        )
        raise LookupError(
            _(
                "%(heading)r has no place %(position)s; %(places)s",
                heading=heading,
                position=position,
                places=places,
            )
        )
    return _put(rest, item, heading, position)


def places_of(digest: Digest, heading: str) -> int:
    """How many places the section of that heading has for one more item."""
    return 1 + sum(len(part.items) for part in digest.chapters if part.heading == heading)


def _heading(text: str) -> str:
    heading = one_line(text, _TITLE)
    if not heading:
        raise ValueError(_("a section needs a heading"))
    return heading


def arranged(digest: Digest, order: Sequence[tuple[str, Sequence[int]]]) -> Digest:
    """With these sections (heading, articles) in this order. Items that none of them names are
    trimmed, and items that were taken out come back where one does."""
    named = [article for _, articles in order for article in articles]
    if len(set(named)) < len(named):
        raise LookupError(_("an item stands in two places"))
    for left in [each for each in digest.left if each.item.article_id in named]:
        digest = restored(digest, left.item.article_id)
    fixed = {item.article_id for item in digest.touched}
    for heading, articles in order:
        for article in articles:
            find(digest, article)
            if (heading == TOUCHED) != (article in fixed):
                raise LookupError(
                    _(
                        "what is under %(heading)r stays there, nothing else comes there",
                        heading=TOUCHED,
                    )
                )
    digest = trimmed(digest, *(i.article_id for i in digest.items if i.article_id not in named))
    sections = {h: tuple(find(digest, a) for a in articles) for h, articles in order if articles}
    key, touched = sections.pop(KEY, ()), sections.pop(TOUCHED, ())
    rest = tuple(Section(heading, items) for heading, items in sections.items())
    return number(replace(digest, key=key, sections=rest, touched=touched))


def numbered(digest: Digest, item_number: int) -> int:
    """The article of the item of that number."""
    for item in digest.items:
        if item.number == item_number:
            return item.article_id
    last = len(digest.items)
    known = _("its items are 1 to %(last)s", last=last) if last > 1 else _("its only item is 1")
    raise LookupError(
        _(
            "this draft has no item %(item_number)s; %(rest)s",
            item_number=item_number,
            rest=known if last else _("it has none at all"),
        )
    )


def _changed(digest: Digest, article_id: int, change: Callable[[DigestItem], DigestItem]) -> Digest:
    find(digest, article_id)

    return with_items(digest, lambda i: change(i) if i.article_id == article_id else i)


def _heading_of(digest: Digest, article_id: int) -> str:
    for section in digest.chapters:
        if any(item.article_id == article_id for item in section.items):
            return section.heading
    raise LookupError(_("this draft has no item of article %(article_id)s", article_id=article_id))


def _put(digest: Digest, item: DigestItem, heading: str, position: int | None) -> Digest:
    """With an item at a position (from 1, None for the end) of the section of that heading."""

    def into(items: Sequence[DigestItem]) -> tuple[DigestItem, ...]:
        place = len(items) if position is None else position - 1
        return (*items[:place], item, *items[place:])

    if heading == KEY:
        return number(replace(digest, key=into(digest.key)))
    if heading == TOUCHED:
        return number(replace(digest, touched=into(digest.touched)))
    sections = [*digest.sections]
    if not any(part.heading == heading for part in sections):
        sections.append(Section(heading, ()))
    return number(
        replace(
            digest,
            sections=tuple(
                replace(part, items=into(part.items)) if part.heading == heading else part
                for part in sections
            ),
        )
    )


# Several changes of a draft as one.


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed. Items go by their numbers before the change: `moves` name a place in
    their section (from 1), `sections` a heading. `restores` name articles that had been taken out.
    None: stays as it is."""

    title: str | None = None
    introduction: str | None = None
    language: str | None = None
    translations: tuple[tuple[int, str], ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    moves: tuple[tuple[int, int], ...] = ()
    sections: tuple[tuple[int, str], ...] = ()
    trims: tuple[int, ...] = ()
    laters: tuple[int, ...] = ()
    restores: tuple[int, ...] = ()

    @property
    def summary(self) -> str:
        """What they are, in words. Empty where nothing is to be changed."""
        return "; ".join(self._summaries())

    @property
    def has_words(self) -> bool:
        """Whether they bring words of an editor's own, which `summary` does not repeat."""
        texts = (self.title, self.introduction)
        return any(text is not None for text in texts) or bool(self.translations or self.notes)

    def _summaries(self) -> Iterator[str]:
        if self.title is not None:
            yield "title"
        if self.introduction is not None:
            yield "introduction"
        if self.language is not None:
            yield f"language {self.language}"
        yield from (f"item {number} translated" for number, _text in self.translations)
        yield from (f"item {number} noted" for number, _text in self.notes)
        yield from (f"item {number} in {heading}" for number, heading in self.sections)
        yield from (f"item {number} to place {place}" for number, place in self.moves)
        yield from (f"item {number} trimmed" for number in self.trims)
        yield from (f"item {number} left for later" for number in self.laters)
        yield from (f"article {article} restored" for article in self.restores)


def changed(digest: Digest, changes: Changes) -> Digest:
    """The draft after the changes, made in an order in which none hinders another: words, places,
    what goes, what comes back. Raises LookupError for an item or a place that is not there,
    ValueError for an empty title or heading."""
    article = {item.number: item.article_id for item in digest.items}

    def at(number: int) -> int:
        return article[number] if number in article else numbered(digest, number)

    if changes.title is not None:
        digest = titled(digest, changes.title)
    if changes.introduction is not None:
        digest = introduced(digest, changes.introduction)
    if changes.language is not None:
        digest = said_in(digest, DigestLanguage(changes.language))
    for item_number, text in changes.translations:
        digest = translated(digest, at(item_number), text)
    for item_number, text in changes.notes:
        digest = noted(digest, at(item_number), text)
    for item_number, heading in changes.sections:
        digest = moved(digest, at(item_number), 1, heading)
    for item_number, place in changes.moves:
        digest = moved(digest, at(item_number), place)
    for item_number in changes.trims:
        digest = trimmed(digest, at(item_number))
    for item_number in changes.laters:
        digest = put_off(digest, at(item_number))
    for article_id in changes.restores:
        digest = restored(digest, article_id)
    return digest
