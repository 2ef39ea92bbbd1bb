"""What texts say as data, for the command line and the desk: figures and deadlines of files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archives.jsonl import (
    MAX_LINE,
    LineFault,
    LongLine,
    parse_line,
    read_lines,
    read_when,
    text_of,
)
from scraper.facts.read import facts_of
from scraper.workers.faults import CallFault
from scraper.workers.pool import BlockingWorkers
from storage.facts import NO_FACTS, ArticleFacts

from . import _

_MODULES = ("desk.facts",)


@dataclass(frozen=True, slots=True)
class FactsOfLine:
    """What a line of a file says as data, or why it could not be used."""

    number: int
    id: str | int = ""
    facts: ArticleFacts = NO_FACTS
    fault: str = ""


def facts_of_lines(path: Path, zone: str) -> Iterator[FactsOfLine]:
    """Read the facts of the texts in a file, a JSON object a line. `zone` is where dates without
    one are at home. Raises PageError if the file cannot be read."""
    with BlockingWorkers(_MODULES, count=1) as workers:
        for line in read_lines(path):
            if isinstance(line, LineFault):
                yield FactsOfLine(line.number, fault=line.reason)
            elif isinstance(line, LongLine):
                found = workers.ask(_facts_of_long, line.number, line.raw, zone)
                if isinstance(found, CallFault):
                    found = FactsOfLine(line.number, fault=f"{found.outcome}: {found.reason}")
                yield found
            else:
                yield _facts_of_line(line.number, line.value, zone)


def _facts_of_long(number: int, raw: bytes, zone: str) -> FactsOfLine:
    try:
        value = parse_line(raw)
    except ValueError as error:
        return FactsOfLine(number, fault=str(error))
    return _facts_of_line(number, value, zone)


def _facts_of_line(number: int, value: dict[str, Any], zone: str) -> FactsOfLine:
    try:
        body, title = text_of(value, "body", MAX_LINE) or "", text_of(value, "title") or ""
        published = read_when(value, "published", zone)
    except ValueError as error:
        return FactsOfLine(number, fault=str(error))
    if not body:
        return FactsOfLine(number, fault=_("body is missing or empty"))
    name = value.get("id", number)
    found = facts_of(body, title, published.day if published else None)
    return FactsOfLine(number, name if isinstance(name, str | int) else str(name), found)
