"""All candidates for an article's dates as JSON objects, and back.

The keys are documented in docs/machine.md and stay. Checks what comes in. Reads no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hubwatch.reasons import in_words
from storage.types import DateClue, DateKind, FieldStatus, Origin, When

_MOST = 50


def dates_record(clues: Iterable[DateClue]) -> list[dict[str, Any]]:
    """Every candidate with its evidence, in their order."""
    return [
        {
            "kind": clue.kind,
            "date": clue.when.iso,
            "precision": clue.when.precision,
            "zone": clue.when.zone,
            "from": clue.origin,
            "rule": clue.rule,
            "raw": clue.raw,
            "verdict": clue.verdict,
        }
        for clue in clues
    ]


def read_dates_record(items: Iterable[Mapping[str, Any]]) -> tuple[DateClue, ...]:
    """The inverse, at most fifty. Raises ValueError for what is no candidate."""
    return tuple(_clue(item) for item, _ in zip(items, range(_MOST), strict=False))


def _clue(item: Mapping[str, Any]) -> DateClue:
    texts = {name: item.get(name) for name in ("date", "precision", "zone", "rule", "raw")}
    wrong = [name for name, text in texts.items() if not isinstance(text, str)]
    if wrong:
        raise ValueError(f"dates: {wrong[0]}: must be a text")
    standing, _, why = str(item.get("verdict", "")).partition(": ")
    try:
        return DateClue(
            DateKind(str(item.get("kind"))),
            When.from_iso(str(texts["date"]), str(texts["precision"]), str(texts["zone"])),
            Origin(str(item.get("from"))),
            str(texts["rule"]),
            str(texts["raw"]),
            FieldStatus(standing),
            why,
        )
    except ValueError as error:
        raise ValueError(f"dates: {in_words(error)}") from None
