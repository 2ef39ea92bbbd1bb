"""A line of the log: one past-tense word for what happened, and what it happened to.

Said as `word key=value …`. Whoever writes logs for programs finds the same apart. Where lines go is
decided at the desk.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping


class LogLine(str):
    """`word key=value …` on one line. Values with blanks, quotes or equals signs are quoted as in
    JSON. `word` and `fields` are what it was made of."""

    word: str
    fields: Mapping[str, object]

    def __new__(cls, word: str, fields: Mapping[str, object]) -> LogLine:
        """Put the line together."""
        said = (f"{key}={_quoted(value)}" for key, value in fields.items())
        line = super().__new__(cls, " ".join([word, *said]))
        line.word, line.fields = word, dict(fields)
        return line


def log_warning(word: str, **fields: object) -> None:
    """Write such a line as a warning, where no logger of a room's own is at hand."""
    logging.getLogger("hubwatch").warning("%s", LogLine(word, fields))


def _quoted(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else " ".join(str(value).split())
    plain = text.isprintable() and text and not any(each in text for each in ' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)
