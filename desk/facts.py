"""What texts say as data: of files, and read again for the whole archive."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice, tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scraper.archives.jsonl import MAX_LINE, read_when, text_of
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from scraper.workers.faults import CallFault
from scraper.workers.pool import each
from storage.archive import Archive
from storage.facts import DEADLINE, FIGURE, NO_FACTS, ArticleFacts, UnreadText
from storage.types import Outcome

from . import _
from .json_lines import answers

if TYPE_CHECKING:
    from .readers.places import PlaceReaders

_MODULES = ("desk.facts",)
_FEW, _AT_ONCE = 200, 200
"""Fewer are read here: starting workers would cost more than it saves. So many are kept at once."""


@dataclass(frozen=True, slots=True)
class FactsOfLine:
    """What a line of a file says as data, or why it could not be used."""

    number: int
    id: str | int = ""
    facts: ArticleFacts = NO_FACTS
    fault: str = ""

    def of_kinds(self, kinds: Collection[str]) -> FactsOfLine:
        """With facts of these kinds only; with all where none is named."""
        if not kinds:
            return self
        found = self.facts
        kept = replace(
            found,
            figures=found.figures if FIGURE in kinds else (),
            deadlines=found.deadlines if DEADLINE in kinds else (),
            events=tuple(one for one in found.events if one.kind.value in kinds),
        )
        return replace(self, facts=kept)


def facts_of_lines(path: Path, zone: str) -> Iterator[FactsOfLine]:
    """Read the facts of the texts in a file, a JSON object a line. `zone` is where dates without
    one are at home. Raises PageError if the file cannot be read."""
    return answers(path, _facts_of_line, _refused, zone)


def _refused(number: int, why: str) -> FactsOfLine:
    return FactsOfLine(number, number, fault=why)


def _facts_of_line(number: int, value: dict[str, Any], zone: str) -> FactsOfLine:
    given = value.get("id", number)
    name = given if isinstance(given, str | int) else str(given)
    try:
        body, title = text_of(value, "body", MAX_LINE) or "", text_of(value, "title") or ""
        published = read_when(value, "published", zone)
    except ValueError as error:
        return FactsOfLine(number, name, fault=str(error))
    if not body:
        return FactsOfLine(number, name, fault=_("body is missing or empty"))
    return FactsOfLine(number, name, facts_of(body, title, published.day if published else None))


def reread_facts(store: Archive, readers: PlaceReaders | None = None) -> Iterator[int]:
    """Read the facts of every archived article that today's reader has not read, by the readers of
    a place, or in two worker processes where there are many. Yields how many were done at a time.
    Raises StorageError."""
    waiting = store.articles.facts.unread(FACTS_VERSION)
    ahead, texts = tee(store.articles.facts.texts(FACTS_VERSION))
    results: Iterator[ArticleFacts | CallFault]
    if readers is not None:
        results = readers.each(ahead)
    elif waiting < _FEW:
        results = map(_facts_of_text, ahead)
    else:
        results = each(_facts_of_text, ahead, _MODULES, count=2)
    pairs = zip(texts, results, strict=True)
    while batch := list(islice(pairs, _AT_ONCE)):
        with store.writing() as tx:
            for text, found in batch:
                if not tx.articles.facts.reads_as(text.article_id, text.reading_id):
                    continue  # a crawl has brought a newer version since we looked
                if isinstance(found, CallFault) and found.outcome is Outcome.BUSY:
                    continue  # it stays owed
                kept = NO_FACTS if isinstance(found, CallFault) else found
                tx.articles.facts.replace(text.article_id, kept, FACTS_VERSION)
        yield len(batch)


def _facts_of_text(text: UnreadText) -> ArticleFacts:
    return facts_of(text.body, text.title, text.published)
