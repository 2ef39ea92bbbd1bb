"""Files with a JSON object a line, of which each gets an answer: those of texts in no archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from scraper.archives.jsonl import LineFault, LongLine, parse_line, read_lines
from scraper.workers.faults import CallFault
from scraper.workers.pool import BlockingWorkers
from scraper.workers.protocol import shared

T = TypeVar("T")
Answer = Callable[..., T]
"""Called with the number of a line, its object, and what is given for all."""
Refuse = Callable[[int, str], T]
"""Called with the number of a line that cannot be used, and why."""


def answers(path: Path, answer: Answer[T], refuse: Refuse[T], *given: object) -> Iterator[T]:
    """What `answer` makes of each line, in order. Long lines are parsed and answered in a worker,
    within its bounds. Both are functions of a module. Raises PageError if the file cannot be
    read."""
    with BlockingWorkers((answer.__module__,), count=1) as workers:
        for line in read_lines(path):
            if isinstance(line, LineFault):
                yield refuse(line.number, line.reason)
            elif isinstance(line, LongLine):
                own = map(shared, given)
                found = workers.ask(_of_long, answer, refuse, line.number, line.raw, *own)
                if isinstance(found, CallFault):
                    found = refuse(line.number, f"{found.outcome}: {found.reason}")
                yield found
            else:
                yield answer(line.number, line.value, *given)


def _of_long(answer: Answer[T], refuse: Refuse[T], number: int, raw: bytes, *given: Any) -> T:
    try:
        value = parse_line(raw)
    except ValueError as error:
        return refuse(number, str(error))
    return answer(number, value, *given)
